//! Right-hand sides.

use check::{IntTy, Ty, TyKind};
use cmodel::CField;
use mir::{AggregateKind, BinaryOp, Operand, Place, Rvalue, UnaryOp};
use unit::{Callee, Const, Intrinsic, Repr};

use crate::builder::offset;
use crate::lower::Lowering;
use crate::pool::any_pointer;
use crate::variants;

impl Lowering<'_, '_> {
    pub(super) fn assign(&mut self, place: &Place, rvalue: &Rvalue) {
        let ty = self.place_ty(place);
        if self.pool.layout(ty).is_unit() {
            return;
        }
        if let Some(bits) = self.bit_field(place) {
            let id = self.pool.ty(ty);
            let value = self.out.local(id);
            let value = self.out.whole(value);
            self.assign_to(value.clone(), ty, rvalue);
            return self.store_bits(bits, unit::Operand::Copy(value));
        }
        let dest = self.place(place);
        self.assign_to(dest, ty, rvalue);
    }

    fn assign_to(&mut self, dest: unit::Place, ty: Ty, rvalue: &Rvalue) {
        match rvalue {
            Rvalue::Use(operand) => {
                let operand = self.operand(operand);
                self.set(dest, unit::Rvalue::Use(operand));
            }
            Rvalue::Ref(_, target) | Rvalue::AddressOf(_, target) => self.address_of(dest, target),
            Rvalue::Unary(op, operand) => {
                let operand = self.operand(operand);
                self.set(dest, unit::Rvalue::Unary(unary_op(*op), operand));
            }
            Rvalue::Binary(op, left, right) => self.binary(dest, *op, left, right),
            Rvalue::Checked(op, left, right) => {
                let flag_offset = self.pool.layout(ty).offsets[1];
                let (left, right) = (self.operand(left), self.operand(right));
                let Operator::Plain(op) = binary_op(*op) else {
                    unreachable!("only plain arithmetic is checked");
                };
                self.set(
                    dest,
                    unit::Rvalue::Checked {
                        op,
                        left,
                        right,
                        flag_offset,
                    },
                );
            }
            Rvalue::PointerOffset {
                pointer,
                offset,
                negate,
            } => self.pointer_offset(dest, pointer, offset, *negate),
            Rvalue::PointerDistance(left, right) => self.pointer_distance(dest, left, right),
            Rvalue::Cast(kind, operand, to) => {
                let to = self.subst(*to);
                self.cast(dest, *kind, operand, to);
            }
            Rvalue::Aggregate(kind, operands) => self.aggregate(dest, ty, kind, operands),
            Rvalue::Repeat(operand, count) => {
                let element_ty = self.operand_ty(operand);
                let element_ty = self.pool.ty(element_ty);
                let element = self.operand(operand);
                self.set(
                    dest,
                    unit::Rvalue::Repeat {
                        element,
                        element_ty,
                        count: self.subst(*count).instance_len(),
                    },
                );
            }
            Rvalue::Len(target) => {
                let target = self.place(target);
                self.set(dest, unit::Rvalue::PairSecond(target));
            }
            Rvalue::SliceFromParts { pointer, len, .. } => {
                let (pointer, len) = (self.operand(pointer), self.operand(len));
                self.set(dest, unit::Rvalue::Pair(pointer, len));
            }
            Rvalue::IsNone(target) => {
                let (target_ty, target) = (self.place_ty(target), self.place(target));
                let is_none = variants::is_none(self.pool, &target, target_ty);
                self.set(dest, is_none);
            }
            Rvalue::Variant(target) => {
                let (target_ty, target) = (self.place_ty(target), self.place(target));
                let number = variants::variant_of(self.pool, &mut self.out, &target, target_ty);
                let number = self.out.copy(number);
                self.set(dest, unit::Rvalue::Use(number));
            }
            Rvalue::StaticAddress(global) => {
                let global = self.pool.static_global(*global);
                let address = Const::Global {
                    global,
                    offset: 0,
                    ty: dest.ty,
                };
                self.set(dest, unit::Rvalue::Use(unit::Operand::Const(address)));
            }
        }
    }

    pub(super) fn set(&mut self, dest: unit::Place, rvalue: unit::Rvalue) {
        self.out.assign(dest, rvalue);
    }

    /// The address of what is unsized is the reference that led there, with its length.
    fn address_of(&mut self, dest: unit::Place, target: &Place) {
        let mut reached = self.reach(target);
        if !reached.ty.is_unsized() {
            let target = self.sized(reached);
            self.set(dest, unit::Rvalue::AddressOf(target));
            return;
        }
        let last = reached.projections.pop();
        debug_assert_eq!(
            last,
            Some(unit::Projection::Deref),
            "what is unsized is behind a pointer"
        );
        let reference = unit::Place {
            local: reached.local,
            projections: reached.projections,
            ty: dest.ty,
        };
        self.set(dest, unit::Rvalue::Use(unit::Operand::Copy(reference)));
    }

    fn binary(&mut self, dest: unit::Place, op: BinaryOp, left: &Operand, right: &Operand) {
        let compares_pairs = matches!(op, BinaryOp::Eq | BinaryOp::Ne) && self.is_pair(left);
        let (left, right) = if compares_pairs {
            // Of `?&[T]` and its like only the address tells whether one is `none`.
            (self.first_half(left), self.first_half(right))
        } else {
            (self.operand(left), self.operand(right))
        };
        match binary_op(op) {
            Operator::Plain(op) => self.set(dest, unit::Rvalue::Binary(op, left, right)),
            Operator::Call(intrinsic) => {
                self.out
                    .call(Callee::Intrinsic(intrinsic), vec![left, right], dest, None);
            }
        }
    }

    fn is_pair(&mut self, operand: &Operand) -> bool {
        let ty = self.operand_ty(operand);
        matches!(self.pool.layout(ty).repr, Repr::Pair { .. })
    }

    /// The pointer of a fat reference.
    pub(super) fn first_half(&mut self, operand: &Operand) -> unit::Operand {
        let mut place = self.operand_place(operand);
        place.ty = self.pool.ty(any_pointer());
        unit::Operand::Copy(place)
    }

    fn pointer_offset(&mut self, dest: unit::Place, pointer: &Operand, offset: &Operand, negate: bool) {
        let (TyKind::Pointer(_, element) | TyKind::Ref(_, element)) = self.operand_ty(pointer).kind() else {
            unreachable!("only a pointer counts in elements");
        };
        let stride = self.pool.stride(*element);
        let pointer = self.operand(pointer);
        let isize_ty = self.pool.ty(Ty::int(IntTy::Isize));
        let offset = self.operand(offset);
        // The cast extends by the offset's own sign.
        let cast = unit::Rvalue::Cast(unit::CastKind::IntToInt, offset, isize_ty);
        let mut index = self.out.hold(isize_ty, cast);
        if negate {
            let negated = unit::Rvalue::Unary(unit::UnaryOp::Neg, self.out.copy(index));
            index = self.out.hold(isize_ty, negated);
        }
        let index = self.out.copy(index);
        self.set(dest, unit::Rvalue::PointerOffset { pointer, index, stride });
    }

    fn pointer_distance(&mut self, dest: unit::Place, left: &Operand, right: &Operand) {
        let (TyKind::Pointer(_, element) | TyKind::Ref(_, element)) = self.operand_ty(left).kind() else {
            unreachable!("only pointers have a distance");
        };
        let stride = self.pool.stride(*element).max(1);
        let isize_ty = self.pool.ty(Ty::int(IntTy::Isize));
        let mut address = |operand: &Operand| {
            let operand = self.operand(operand);
            let cast = unit::Rvalue::Cast(unit::CastKind::PointerToInt, operand, isize_ty);
            let local = self.out.hold(isize_ty, cast);
            self.out.copy(local)
        };
        let (left, right) = (address(left), address(right));
        let bytes = unit::Rvalue::Binary(unit::BinaryOp::Sub, left, right);
        let bytes = self.out.hold(isize_ty, bytes);
        let bytes = self.out.copy(bytes);
        let stride = self.int(u128::from(stride), Ty::int(IntTy::Isize));
        self.set(dest, unit::Rvalue::Binary(unit::BinaryOp::Div, bytes, stride));
    }

    /// Field after field. What is read while it is written goes through a new local.
    pub(super) fn aggregate(&mut self, dest: unit::Place, ty: Ty, kind: &AggregateKind, operands: &[Operand]) {
        let parts = self.parts(ty, kind, operands);
        let variant = match kind {
            AggregateKind::Variant { variant, .. } => Some(*variant),
            AggregateKind::Tuple
            | AggregateKind::Closure(_)
            | AggregateKind::Array(_)
            | AggregateKind::Adt { .. }
            | AggregateKind::PartialAdt { .. }
            | AggregateKind::Range { .. } => None,
        };
        self.put_together(
            dest,
            ty,
            parts,
            operands,
            variant,
            matches!(kind, AggregateKind::PartialAdt { .. }),
        );
    }

    /// `.Some(operand)`
    pub(super) fn some(&mut self, dest: unit::Place, ty: Ty, operand: &Operand) {
        let inner = self.operand_ty(operand);
        let at = self.pool.layout(ty).offsets[0];
        self.put_together(
            dest,
            ty,
            vec![Part {
                ty: inner,
                at,
                bits: None,
            }],
            std::slice::from_ref(operand),
            Some(1),
            false,
        );
    }

    fn put_together(
        &mut self,
        dest: unit::Place,
        ty: Ty,
        parts: Vec<Part>,
        operands: &[Operand],
        variant: Option<u32>,
        rest_is_zero: bool,
    ) {
        let lowered = self.operands(operands);
        let overlaps = lowered.iter().any(|operand| may_overlap(&dest, operand));
        let into = if overlaps {
            let local = self.out.local(dest.ty);
            self.out.whole(local)
        } else {
            dest.clone()
        };
        // The bits beside a bit-field are read when it is written.
        if rest_is_zero || parts.iter().any(|part| part.bits.is_some()) {
            let zero = unit::Operand::Const(Const::Zero { ty: into.ty });
            self.set(into.clone(), unit::Rvalue::Use(zero));
        }
        let align = self.pool.types[dest.ty].align;
        for (Part { ty: part, at, bits }, operand) in parts.into_iter().zip(lowered) {
            if self.pool.layout(part).is_unit() {
                continue;
            }
            if let Some(field) = bits {
                let bits = self.bit_field_of(into.clone(), ty, field, part);
                self.store_bits(bits, operand);
                continue;
            }
            let known = if at == 0 {
                align
            } else {
                align.min(1 << at.trailing_zeros())
            };
            let part = self.pool.ty_at(part, known);
            self.set(offset(into.clone(), at, part), unit::Rvalue::Use(operand));
        }
        if let Some(variant) = variant {
            variants::set_variant(self.pool, &mut self.out, &into, ty, variant);
        }
        if overlaps {
            self.set(dest, unit::Rvalue::Use(unit::Operand::Copy(into)));
        }
    }

    /// The type and offset of what each operand is put into.
    fn parts(&mut self, ty: Ty, kind: &AggregateKind, operands: &[Operand]) -> Vec<Part> {
        let fields: Option<Vec<u32>> = match kind {
            AggregateKind::Adt { .. } => Some((0..operands.len() as u32).collect()),
            AggregateKind::PartialAdt { fields, .. } => Some(fields.clone()),
            AggregateKind::Array(_)
            | AggregateKind::Range { .. }
            | AggregateKind::Closure(_)
            | AggregateKind::Tuple
            | AggregateKind::Variant { .. } => None,
        };
        let parts = self.whole_parts(ty, kind, operands).into_iter().enumerate();
        let part = |(index, (part, at)): (usize, (Ty, u64))| Part {
            ty: part,
            at,
            bits: fields
                .as_ref()
                .and_then(|fields| self.pool.bit_field(ty, fields[index])),
        };
        parts.map(part).collect()
    }

    fn whole_parts(&mut self, ty: Ty, kind: &AggregateKind, operands: &[Operand]) -> Vec<(Ty, u64)> {
        let layout = self.pool.layout(ty);
        match kind {
            AggregateKind::Array(element) => {
                let element = self.subst(*element);
                let stride = self.pool.stride(element);
                (0..operands.len() as u64)
                    .map(|index| (element, index * stride))
                    .collect()
            }
            AggregateKind::Range { element, .. } => {
                let element = self.subst(*element);
                layout.offsets.iter().map(|&offset| (element, offset)).collect()
            }
            AggregateKind::Closure(_) => {
                let TyKind::Closure(closure) = ty.kind() else {
                    unreachable!("a {ty:?} is no closure")
                };
                let captures = closure.captures().iter().copied();
                captures.zip(layout.offsets.iter().copied()).collect()
            }
            AggregateKind::Tuple => {
                let TyKind::Tuple(elements) = ty.kind() else {
                    unreachable!("a {ty:?} is no tuple")
                };
                elements.iter().copied().zip(layout.offsets.iter().copied()).collect()
            }
            AggregateKind::Adt { adt, args } => {
                let args: Vec<Ty> = args.iter().map(|ty| self.subst(*ty)).collect();
                let fields = &self.pool.input.signatures.adt(*adt).fields;
                let types = fields
                    .iter()
                    .map(|field| self.pool.input.signatures.instantiate(field.ty, &args));
                types.zip(layout.offsets.iter().copied()).collect()
            }
            AggregateKind::Variant { adt, args, variant } => {
                let args: Vec<Ty> = args.iter().map(|ty| self.subst(*ty)).collect();
                let decl = self.pool.input.signatures.adt(*adt);
                let own = decl.variants[*variant as usize].fields.clone();
                let part = |index: u32| {
                    let field = &decl.fields[index as usize];
                    (
                        self.pool.input.signatures.instantiate(field.ty, &args),
                        layout.offsets[index as usize],
                    )
                };
                own.map(part).collect()
            }
            AggregateKind::PartialAdt { adt, args, fields } => {
                let args: Vec<Ty> = args.iter().map(|ty| self.subst(*ty)).collect();
                let decl = self.pool.input.signatures.adt(*adt);
                let part = |index: &u32| {
                    let field = &decl.fields[*index as usize];
                    (
                        self.pool.input.signatures.instantiate(field.ty, &args),
                        layout.offsets[*index as usize],
                    )
                };
                fields.iter().map(part).collect()
            }
        }
    }
}

/// What an operand of an aggregate is put into.
struct Part {
    ty: Ty,
    at: u64,
    /// The bit-field that it is.
    bits: Option<CField>,
}

/// Whether writing parts of `dest` may change what is read later: both are one variable's, or the reading goes through
/// a pointer, which may lead to the destination.
fn may_overlap(dest: &unit::Place, operand: &unit::Operand) -> bool {
    match operand {
        unit::Operand::Const(_) => false,
        unit::Operand::Copy(place) | unit::Operand::Fixed(place) => {
            place.local == dest.local || place.projections.contains(&unit::Projection::Deref)
        }
    }
}

fn unary_op(op: UnaryOp) -> unit::UnaryOp {
    match op {
        UnaryOp::Neg => unit::UnaryOp::Neg,
        UnaryOp::Not => unit::UnaryOp::Not,
    }
}

/// How the unit has an operator.
enum Operator {
    Plain(unit::BinaryOp),
    Call(Intrinsic),
}

fn binary_op(op: BinaryOp) -> Operator {
    Operator::Plain(match op {
        BinaryOp::Add => unit::BinaryOp::Add,
        BinaryOp::Sub => unit::BinaryOp::Sub,
        BinaryOp::Mul => unit::BinaryOp::Mul,
        BinaryOp::Div => unit::BinaryOp::Div,
        BinaryOp::Rem => unit::BinaryOp::Rem,
        BinaryOp::BitAnd => unit::BinaryOp::And,
        BinaryOp::BitOr => unit::BinaryOp::Or,
        BinaryOp::BitXor => unit::BinaryOp::Xor,
        BinaryOp::Shl => unit::BinaryOp::Shl,
        BinaryOp::Shr => unit::BinaryOp::Shr,
        BinaryOp::Eq => unit::BinaryOp::Eq,
        BinaryOp::Ne => unit::BinaryOp::Ne,
        BinaryOp::Lt => unit::BinaryOp::Lt,
        BinaryOp::Le => unit::BinaryOp::Le,
        BinaryOp::Gt => unit::BinaryOp::Gt,
        BinaryOp::Ge => unit::BinaryOp::Ge,
        BinaryOp::SaturatingAdd => return Operator::Call(Intrinsic::SaturatingAdd),
        BinaryOp::SaturatingSub => return Operator::Call(Intrinsic::SaturatingSub),
    })
}
