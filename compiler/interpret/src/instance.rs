//! Bodies with type arguments in place of generic parameters.

use std::sync::Arc;

use check::{Signatures, Ty};
use mir::{
    AggregateKind, AssertKind, Body, CallTarget, Const, Operand, Place, Projection, Rvalue, StatementKind,
    TerminatorKind,
};

/// The body for these type arguments, with what the `impl` types of functions' results are.
pub(crate) fn with_args(signatures: &Signatures, body: &Arc<Body>, args: &[Ty]) -> Arc<Body> {
    if args.is_empty() && signatures.unnamed.is_empty() {
        return Arc::clone(body);
    }
    let mut body = body.as_ref().clone();
    let with = Substitution { signatures, args };
    for local in body.locals.iter_mut() {
        with.ty(&mut local.ty);
    }
    for block in body.blocks.iter_mut() {
        for statement in &mut block.statements {
            match &mut statement.kind {
                StatementKind::Assign(place, rvalue) => {
                    with.place(place);
                    with.rvalue(rvalue);
                }
                StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => {}
            }
        }
        with.terminator(&mut block.terminator.kind);
    }
    Arc::new(body)
}

struct Substitution<'a> {
    signatures: &'a Signatures,
    args: &'a [Ty],
}

impl Substitution<'_> {
    fn ty(&self, ty: &mut Ty) {
        *ty = self.signatures.instantiate(*ty, self.args);
    }

    fn tys(&self, tys: &mut [Ty]) {
        tys.iter_mut().for_each(|ty| self.ty(ty));
    }

    fn place(&self, place: &mut Place) {
        for projection in &mut place.projections {
            match projection {
                Projection::Field(_, ty) | Projection::SomeValue(ty) => self.ty(ty),
                Projection::Deref | Projection::Index(_) | Projection::ConstantIndex(_) => {}
            }
        }
    }

    fn operand(&self, operand: &mut Operand) {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place(place),
            Operand::Const(Const { value, ty }) => {
                self.ty(ty);
                *value = value.map_tys(&|ty| self.signatures.instantiate(ty, self.args));
            }
        }
    }

    fn rvalue(&self, rvalue: &mut Rvalue) {
        match rvalue {
            Rvalue::Use(operand) | Rvalue::Unary(_, operand) => self.operand(operand),
            Rvalue::Repeat(operand, len) => {
                self.operand(operand);
                self.ty(len);
            }
            Rvalue::Ref(_, place)
            | Rvalue::AddressOf(_, place)
            | Rvalue::Len(place)
            | Rvalue::IsNone(place)
            | Rvalue::Variant(place) => self.place(place),
            Rvalue::Binary(_, left, right)
            | Rvalue::Checked(_, left, right)
            | Rvalue::PointerDistance(left, right)
            | Rvalue::PointerOffset {
                pointer: left,
                offset: right,
                ..
            } => {
                self.operand(left);
                self.operand(right);
            }
            Rvalue::Cast(_, operand, ty) => {
                self.operand(operand);
                self.ty(ty);
            }
            Rvalue::Aggregate(kind, operands) => {
                match kind {
                    AggregateKind::Tuple => {}
                    AggregateKind::Closure(ty)
                    | AggregateKind::Array(ty)
                    | AggregateKind::Range { element: ty, .. } => self.ty(ty),
                    AggregateKind::Adt { args, .. }
                    | AggregateKind::Variant { args, .. }
                    | AggregateKind::PartialAdt { args, .. } => self.tys(args),
                }
                operands.iter_mut().for_each(|operand| self.operand(operand));
            }
            Rvalue::SliceFromParts { pointer, len, ty } => {
                self.operand(pointer);
                self.operand(len);
                self.ty(ty);
            }
            Rvalue::StaticAddress(_) => {}
        }
    }

    fn terminator(&self, terminator: &mut TerminatorKind) {
        match terminator {
            TerminatorKind::Goto(_) | TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {
            }
            TerminatorKind::Switch { value, .. } => self.operand(value),
            TerminatorKind::Call { callee, args, dest, .. } => {
                match callee {
                    CallTarget::Fn(_, tys) => self.tys(tys),
                    CallTarget::Value(value) | CallTarget::Callable(_, value) => self.operand(value),
                    CallTarget::Runtime(_) | CallTarget::Format(..) => {}
                }
                args.iter_mut().for_each(|operand| self.operand(operand));
                self.place(dest);
            }
            TerminatorKind::Drop { place, .. } => self.place(place),
            TerminatorKind::Assert { condition, kind, .. } => {
                self.operand(condition);
                match kind {
                    AssertKind::Bounds { index, len } => {
                        self.operand(index);
                        self.operand(len);
                    }
                    AssertKind::SliceRange { start, end, len } => {
                        self.operand(start);
                        self.operand(end);
                        self.operand(len);
                    }
                    AssertKind::Overflow(_)
                    | AssertKind::NegOverflow
                    | AssertKind::DivideByZero
                    | AssertKind::RemainderByZero
                    | AssertKind::Shift
                    | AssertKind::Cast => {}
                }
            }
        }
    }
}
