//! Expressions as places: variables, fields, elements, what pointers point to, and temporaries for values that are
//! used as one.

use base::Span;
use check::{Adjust, FnRef, LangItem, StaticRef, Ty, TyKind, ValueRef};
use hir::{Expr, ExprId, Mutability, PatId, UnaryOp};

use super::builder::{Adjusted, Builder, Dest};
use super::operands::Until;
use crate::body::{AssertKind, BinaryOp, CallTarget, Const, Local, Operand, Place, Projection, Rvalue};

impl Builder<'_> {
    /// The place that an expression is, or a temporary that holds its value. `mutability` says whether it may be
    /// written: a constant that is only read is not copied.
    pub(super) fn place(&mut self, value: Adjusted, mutability: Mutability) -> Place {
        if let Some((adjustment, inner)) = self.last_step(value) {
            return match adjustment.kind {
                Adjust::Deref => self.pointed_to(inner, mutability),
                Adjust::Try => self.tried_place(inner),
                Adjust::NeverToAny
                | Adjust::Lend
                | Adjust::Borrow(_)
                | Adjust::Numeric
                | Adjust::Reinterpret
                | Adjust::ArrayToSlice
                | Adjust::Unsize
                | Adjust::ArrayToVec
                | Adjust::Box
                | Adjust::FnItemToPointer
                | Adjust::FnItemToExtern
                | Adjust::BorrowAsFn
                | Adjust::ClosureToExtern
                | Adjust::Some
                | Adjust::Ok
                | Adjust::Err
                | Adjust::LiteralToCStr
                | Adjust::EnumToInt => self.materialized(value, mutability),
            };
        }
        let hir = self.hir;
        let expr = value.expr;
        let span = self.span(expr);
        match &hir.exprs[expr] {
            Expr::Local(local) => self.variable(*local, span),
            Expr::Index { base, index } if self.typed.operators.contains_key(&expr) => {
                self.operator_place(expr, (*base, *index), mutability, span)
            }
            Expr::Index { base, index } => self.index_place(*base, *index, span, mutability),
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => self.pointed_to(self.adjusted(*operand), mutability),
            Expr::Link(operand) => self.link_place(*operand, mutability),
            Expr::Unsafe(inner) | Expr::Try(inner) if self.is_place(value) => {
                self.place(self.adjusted(*inner), mutability)
            }
            Expr::Field { base, .. } if self.typed.fields.contains_key(&expr) && !self.is_bit_field(expr) => {
                self.field_place(expr, *base, mutability)
            }
            Expr::Literal(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Field { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Unsafe(_)
            | Expr::Unary {
                op: UnaryOp::Neg | UnaryOp::Not,
                ..
            }
            | Expr::Ref { .. }
            | Expr::Binary { .. }
            | Expr::Cast { .. }
            | Expr::Range { .. }
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat { .. }
            | Expr::Struct { .. }
            | Expr::Error(_)
            | Expr::FString(_)
            | Expr::Call { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Block { .. }
            | Expr::If { .. }
            | Expr::Let { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Match { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Closure(_)
            | Expr::Coalesce { .. }
            | Expr::Try(_)
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::None
            | Expr::Null => match self.typed.values.get(&expr) {
                Some(ValueRef::Static(global)) => self.static_place(*global, span),
                Some(ValueRef::Getter {
                    function,
                    is_place: true,
                    ..
                }) => self.macro_place(expr, *function, span),
                Some(
                    ValueRef::Const(_)
                    | ValueRef::Fn(..)
                    | ValueRef::AssocConst(..)
                    | ValueRef::ConstParam(_)
                    | ValueRef::Getter { is_place: false, .. }
                    | ValueRef::TupleStruct(_)
                    | ValueRef::Namespace,
                )
                | None => self.materialized(value, mutability),
            },
        }
    }

    pub(super) fn place_of_expr(&mut self, expr: ExprId, mutability: Mutability) -> Place {
        self.place(self.adjusted(expr), mutability)
    }

    /// The place that a reference, raw pointer or box leads to.
    fn pointed_to(&mut self, pointer: Adjusted, mutability: Mutability) -> Place {
        if let Some((adjustment, lender)) = self.last_step(pointer)
            && adjustment.kind == Adjust::Lend
        {
            return Place::local(self.lent(lender, mutability)).deref();
        }
        let is_shared = matches!(
            self.ty(pointer).kind(),
            TyKind::Ref(Mutability::Const, _) | TyKind::Pointer(..)
        );
        let through = if is_shared { Mutability::Const } else { mutability };
        self.place(pointer, through).deref()
    }

    /// The reference to what a value lends: by its `deref_mut` where that is to be written, and there is one.
    pub(super) fn lent(&mut self, lender: Adjusted, mutability: Mutability) -> Local {
        let span = self.span(lender.expr);
        let ty = self.ty(lender);
        let target = self
            .signatures
            .looks_through(ty)
            .expect("checking lets only lenders lend")
            .target;
        let lending = self.signatures.lending(ty, mutability);
        let (function, args_of_impl, mutability) = lending.expect("a box is no lender");
        let reference = self.borrow(mutability, lender);
        let reference = self.assign_temporary(ty.reference(mutability), reference, span);
        let ret = target.reference(mutability);
        let dest = self.temporary(ret, span);
        let args = vec![self.consume(Place::local(reference))];
        let callee = CallTarget::Fn(function, args_of_impl);
        self.emit_call(callee, args, &Dest::Place(Place::local(dest)), ret, true, span);
        dest
    }

    /// Whether a part of the way to a place is lent by a function.
    fn is_lent(&self, value: Adjusted) -> bool {
        let steps = self.typed.adjustments.get(&value.expr).map_or(&[][..], Vec::as_slice);
        if steps[..value.steps].iter().any(|step| step.kind == Adjust::Lend) {
            return true;
        }
        // What a trait's function gives is so, too.
        if self.typed.operators.contains_key(&value.expr) {
            return true;
        }
        let expr = &self.hir.exprs[value.expr];
        let is_part = !matches!(expr, Expr::Field { .. }) || self.typed.fields.contains_key(&value.expr);
        if let Expr::Field { base: inner, .. }
        | Expr::Index { base: inner, .. }
        | Expr::Unary {
            op: UnaryOp::Deref,
            operand: inner,
        }
        | Expr::Unsafe(inner) = expr
        {
            return is_part && self.is_lent(self.adjusted(*inner));
        }
        false
    }

    /// The place of a value that patterns match. What is lent for them is lent to be written only if they do so.
    pub(super) fn matched_place(&mut self, value: ExprId, pats: &[PatId]) -> Place {
        let value = self.adjusted(value);
        let only_read = self.is_lent(value) && !pats.iter().any(|pat| self.binds_to_write(*pat));
        self.place(value, if only_read { Mutability::Const } else { Mutability::Mut })
    }

    /// Whether an expression is a bit-field of a record of C, which is no place: it has no address.
    pub(super) fn is_bit_field(&self, expr: ExprId) -> bool {
        let (Expr::Field { base, .. }, Some(path)) = (&self.hir.exprs[expr], self.typed.fields.get(&expr)) else {
            return false;
        };
        let Some((last, outer)) = path.split_last() else {
            return false;
        };
        let whole = self.typed.adjusted_ty(*base);
        let owner = outer
            .iter()
            .try_fold(whole, |ty, index| self.env().field_ty(ty, *index));
        owner.is_some_and(|owner| self.signatures.bit_field(owner, *last).is_some())
    }

    /// What is assigned to: a place, or a bit-field, of which nothing but its value is asked or changed.
    pub(super) fn assigned_place(&mut self, expr: ExprId) -> Place {
        if let Expr::Unsafe(inner) = &self.hir.exprs[expr] {
            return self.assigned_place(*inner);
        }
        if let Expr::Field { base, .. } = &self.hir.exprs[expr]
            && self.is_bit_field(expr)
        {
            return self.field_place(expr, *base, Mutability::Mut);
        }
        self.place_of_expr(expr, Mutability::Mut)
    }

    pub(super) fn field_place(&mut self, expr: ExprId, base: ExprId, mutability: Mutability) -> Place {
        let typed = self.typed;
        let mut place = self.place_of_expr(base, mutability);
        for index in &typed.fields[&expr] {
            place = self.project_field(place, *index);
        }
        place
    }

    pub(super) fn project_field(&self, place: Place, index: u32) -> Place {
        let ty = self.env().field_ty(self.place_ty(&place), index);
        place.field(index, ty.expect("checking finds the fields"))
    }

    /// The field that a path leads to.
    pub(super) fn project_path(&self, place: &Place, path: &[u32]) -> Place {
        path.iter()
            .fold(place.clone(), |place, index| self.project_field(place, *index))
    }

    fn static_place(&mut self, global: StaticRef, span: Span) -> Place {
        let decl = &self.signatures.statics[&global];
        let mutability = if decl.is_var {
            Mutability::Mut
        } else {
            Mutability::Const
        };
        let pointer = self.assign_temporary(decl.ty.pointer(mutability), Rvalue::StaticAddress(global), span);
        Place::local(pointer).deref()
    }

    /// Where the address points that a macro of C has.
    fn macro_place(&mut self, expr: ExprId, function: FnRef, span: Span) -> Place {
        let ret = self.signatures.function(function).ret;
        let pointer = self.temporary(ret, span);
        let dest = Dest::Place(Place::local(pointer));
        match self.typed.calls.contains_key(&expr) {
            true => self.call_for(&dest, expr, ret),
            false => self.evaluate_macro(function, &dest, span),
        }
        Place::local(pointer).deref()
    }

    /// A place that holds the value: the constant itself, or a temporary.
    fn materialized(&mut self, value: Adjusted, mutability: Mutability) -> Place {
        if mutability == Mutability::Const
            && let Some(constant) = self.promoted(value)
        {
            let span = self.span(value.expr);
            let reference = constant.ty;
            let local = self.assign_temporary(reference, Rvalue::Use(Operand::Const(constant)), span);
            return Place::local(local).deref();
        }
        let depth = self.extended.get(&value.expr).copied();
        let depth = depth.unwrap_or_else(|| self.temporaries_scope());
        Place::local(self.value_in(depth, value))
    }

    /// `&value` or `&mut value`.
    pub(super) fn borrow(&mut self, mutability: Mutability, value: Adjusted) -> Rvalue {
        if let Some((adjustment, pointer)) = self.last_step(value)
            && adjustment.kind == Adjust::Deref
            && let Some(target) = self.borrowed_target(pointer, mutability)
        {
            return self.borrow(mutability, target);
        }
        if mutability == Mutability::Const
            && !self.is_place(value)
            && let Some(constant) = self.promoted(value)
        {
            return Rvalue::Use(Operand::Const(constant));
        }
        if mutability == Mutability::Mut
            && !self.is_place(value)
            && let Some(constant) = self.empty_array(value)
        {
            return Rvalue::Use(Operand::Const(constant));
        }
        Rvalue::Ref(mutability, self.place(value, mutability))
    }

    /// What `pointer` borrows, if it is itself a borrow that allows as much: `&*&x` is `&x`.
    fn borrowed_target(&self, pointer: Adjusted, mutability: Mutability) -> Option<Adjusted> {
        let allows = |own: Mutability| own == Mutability::Mut || mutability == Mutability::Const;
        if let Some((adjustment, inner)) = self.last_step(pointer) {
            return matches!(adjustment.kind, Adjust::Borrow(own) if allows(own)).then_some(inner);
        }
        let Expr::Ref { mutability, operand } = &self.hir.exprs[pointer.expr] else {
            return None;
        };
        allows(*mutability).then(|| self.adjusted(*operand))
    }

    // --- Elements ---

    fn index_place(&mut self, base: ExprId, index: ExprId, span: Span, mutability: Mutability) -> Place {
        let value = self.adjusted(base);
        let index_ty = self.typed.adjusted_ty(index);
        let is_range =
            matches!(self.hir.exprs[index], Expr::Range { .. }) || self.signatures.range_shape(index_ty).is_some();
        if let TyKind::Pointer(own, element) = self.ty(value).kind() {
            return self.pointer_index_place(value, (*own, *element), index, is_range, span);
        }
        // What a function lends is lent when the index is known.
        let is_first = self.is_lent(value);
        if is_range {
            let early = is_first.then(|| self.range_bounds(index, span));
            let base = self.sequence_place(value, mutability);
            let ends = early.unwrap_or_else(|| self.range_bounds(index, span));
            return self.slice_place(base, ends, span, mutability);
        }
        let early = is_first.then(|| self.operand_until(self.adjusted(index), Until::Later));
        let base = self.sequence_place(value, mutability);
        let length = self.known_length(&base);
        let operand = early.unwrap_or_else(|| self.operand_of(index));
        if let (Some(length), Operand::Const(constant)) = (length, &operand)
            && let check::ConstValue::Int(at) = constant.value
            && let Ok(at) = u64::try_from(at)
            && at < length
        {
            return base.project(Projection::ConstantIndex(at));
        }
        let index = self.local_of(operand, index_ty, span);
        let len = self.length(&base, span);
        self.bounds_check(index, len, span);
        base.project(Projection::Index(index))
    }

    /// The array or slice that an indexed expression is or refers to.
    fn sequence_place(&mut self, value: Adjusted, mutability: Mutability) -> Place {
        let place = if matches!(self.ty(value).kind(), TyKind::Ref(..)) {
            self.place(value, Mutability::Const).deref()
        } else {
            self.place(value, mutability)
        };
        match self.signatures.lanes(self.place_ty(&place)) {
            Some(array) => place.field(0, array),
            None => place,
        }
    }

    /// What `p[i]` and `p[a..b]` are of a raw pointer, unchecked.
    fn pointer_index_place(
        &mut self,
        value: Adjusted,
        (mutability, element): (Mutability, Ty),
        index: ExprId,
        is_range: bool,
        span: Span,
    ) -> Place {
        let until = if self.may_write(index) {
            Until::Later
        } else {
            Until::Now
        };
        let pointer_ty = self.ty(value);
        let pointer = self.operand_until(value, until);
        if !is_range {
            let offset = self.operand_of(index);
            let at = self.pointer_offset(pointer, pointer_ty, offset, span);
            return Place::local(at).deref();
        }
        let (start, end) = self.range_bounds(index, span);
        let end = end.expect("a range of what a raw pointer points to has an end");
        let (pointer, len) = match start {
            Some(start) => {
                let len = Rvalue::Binary(BinaryOp::Sub, Operand::Copy(Place::local(end)), copy(start));
                let len = self.assign_temporary(Ty::usize(), len, span);
                let at = self.pointer_offset(pointer, pointer_ty, copy(start), span);
                (copy(at), len)
            }
            None => (pointer, end),
        };
        self.slice_from(pointer, len, element.slice().reference(mutability), span)
    }

    fn pointer_offset(&mut self, pointer: Operand, ty: Ty, offset: Operand, span: Span) -> Local {
        let offset = Rvalue::PointerOffset {
            pointer,
            offset,
            negate: false,
        };
        self.assign_temporary(ty, offset, span)
    }

    /// The part of an array or slice that a range names.
    fn slice_place(
        &mut self,
        base: Place,
        (start, end): (Option<Local>, Option<Local>),
        span: Span,
        mutability: Mutability,
    ) -> Place {
        if matches!(self.place_ty(&base).kind(), TyKind::Str) {
            return self.text_place(base, (start, end), span);
        }
        let (TyKind::Array(element, _) | TyKind::Slice(element)) = self.place_ty(&base).kind() else {
            unreachable!("checking lets only text, arrays and slices be sliced")
        };
        let len = self.length(&base, span);
        let len = self.local_of(len, Ty::usize(), span);
        let zero = Const {
            value: check::ConstValue::Int(0),
            ty: Ty::usize(),
        };
        let is_from_start = start.is_none();
        let start =
            start.unwrap_or_else(|| self.assign_temporary(Ty::usize(), Rvalue::Use(Operand::Const(zero)), span));
        let kind = AssertKind::SliceRange {
            start: copy(start),
            end: copy(end.unwrap_or(len)),
            len: copy(len),
        };
        if !is_from_start {
            self.assert_at_most(start, end.unwrap_or(len), kind.clone(), span);
        }
        if let Some(end) = end {
            self.assert_at_most(end, len, kind, span);
        }
        let first = base.project(Projection::Index(start));
        let pointer = self.assign_temporary(element.pointer(mutability), Rvalue::AddressOf(mutability, first), span);
        let n = Rvalue::Binary(BinaryOp::Sub, copy(end.unwrap_or(len)), copy(start));
        let n = if is_from_start {
            end.unwrap_or(len)
        } else {
            self.assign_temporary(Ty::usize(), n, span)
        };
        self.slice_from(copy(pointer), n, element.slice().reference(mutability), span)
    }

    /// The part of a text that a range of bytes names: the library's function sees to it that characters stay whole.
    fn text_place(&mut self, base: Place, (start, end): (Option<Local>, Option<Local>), span: Span) -> Place {
        let text = Rvalue::Ref(Mutability::Const, base.clone());
        let text = self.assign_temporary(Ty::str_ref(), text, span);
        let start = start.map_or_else(|| self.integer(0, Ty::usize()), copy);
        let end = match end {
            Some(end) => copy(end),
            None => self.length(&Place::local(text).deref(), span),
        };
        let part = self
            .signatures
            .lang
            .get(LangItem::StrPart)
            .expect("it stands beside `str`");
        let dest = self.temporary(Ty::str_ref(), span);
        let callee = CallTarget::Fn(FnRef::Lang(part), Box::default());
        let args = vec![copy(text), start, end];
        self.emit_call(
            callee,
            args,
            &Dest::Place(Place::local(dest)),
            Ty::str_ref(),
            true,
            span,
        );
        Place::local(dest).deref()
    }

    fn assert_at_most(&mut self, small: Local, large: Local, kind: AssertKind, span: Span) {
        let fits = Rvalue::Binary(BinaryOp::Le, copy(small), copy(large));
        let fits = self.assign_temporary(Ty::bool(), fits, span);
        self.assert(copy(fits), true, kind, span);
    }

    fn slice_from(&mut self, pointer: Operand, len: Local, ty: Ty, span: Span) -> Place {
        let parts = Rvalue::SliceFromParts {
            pointer,
            len: copy(len),
            ty,
        };
        Place::local(self.assign_temporary(ty, parts, span)).deref()
    }

    /// The ends of an index that is a range: its start, and the end that it excludes.
    fn range_bounds(&mut self, index: ExprId, span: Span) -> (Option<Local>, Option<Local>) {
        let hir = self.hir;
        let (start, end, inclusive) = if let Expr::Range { start, end, inclusive } = &hir.exprs[index] {
            let ends: Vec<ExprId> = [*start, *end].into_iter().flatten().collect();
            let mut operands = self.operands_of(&ends).into_iter();
            let start = start.and_then(|_| operands.next());
            (start, end.and_then(|_| operands.next()), *inclusive)
        } else {
            self.ends_of_value(index)
        };
        let start = start.map(|start| self.local_of(start, Ty::usize(), span));
        let end = match end {
            Some(last) if inclusive => {
                let one = self.integer(1, Ty::usize());
                let end = self.checked_arithmetic(BinaryOp::Add, last, one, Ty::usize(), span);
                Some(self.assign_temporary(Ty::usize(), Rvalue::Use(end), span))
            }
            Some(end) => Some(self.local_of(end, Ty::usize(), span)),
            None => None,
        };
        (start, end)
    }

    /// The ends of a range that is a value, and whether the last is of it.
    fn ends_of_value(&mut self, index: ExprId) -> (Option<Operand>, Option<Operand>, bool) {
        let shape = self.signatures.range_shape(self.typed.adjusted_ty(index));
        let shape = shape.expect("the caller saw a range");
        let range = self.place_of_expr(index, Mutability::Const);
        let end = |builder: &Self, field: u32| Operand::Copy(builder.project_field(range.clone(), field));
        let start = shape.start.map(|field| end(self, field));
        (start, shape.end.map(|field| end(self, field)), shape.inclusive)
    }

    fn known_length(&self, sequence: &Place) -> Option<u64> {
        let TyKind::Array(_, len) = self.place_ty(sequence).kind() else {
            return None;
        };
        len.known_len()
    }

    /// How many elements an array or slice has.
    pub(super) fn length(&mut self, sequence: &Place, span: Span) -> Operand {
        if let TyKind::Array(_, len) = self.place_ty(sequence).kind() {
            return self.array_len(*len);
        }
        let mut reference = sequence.clone();
        let last = reference.projections.pop();
        assert_eq!(last, Some(Projection::Deref), "a slice stands behind a reference");
        copy(self.assign_temporary(Ty::usize(), Rvalue::Len(reference), span))
    }

    fn bounds_check(&mut self, index: Local, len: Operand, span: Span) {
        let inside = Rvalue::Binary(BinaryOp::Lt, copy(index), len.clone());
        let inside = self.assign_temporary(Ty::bool(), inside, span);
        let kind = AssertKind::Bounds {
            index: copy(index),
            len,
        };
        self.assert(copy(inside), true, kind, span);
    }
}

/// The value of a local of a `Copy` type.
pub(super) fn copy(local: Local) -> Operand {
    Operand::Copy(Place::local(local))
}
