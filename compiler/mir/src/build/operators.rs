//! Operators, with the checks that the language asks for: overflow where it is checked, division by zero and shifts by
//! too much always.

use base::Span;
use check::{ConstValue, Ty, TyKind};
use hir::ExprId;

use super::builder::{Builder, Dest};
use super::operands::Until;
use super::places::copy;
use crate::RuntimeFn;
use crate::body::{
    AggregateKind, AssertKind, BinaryOp, CallTarget, CastKind, Const, Operand, Place, Rvalue, TerminatorKind, UnaryOp,
};

impl Builder<'_> {
    /// `left op right`
    pub(super) fn binary(&mut self, op: hir::BinaryOp, left: ExprId, right: ExprId, span: Span) -> Rvalue {
        let (left_ty, right_ty) = (self.typed.adjusted_ty(left), self.typed.adjusted_ty(right));
        if let Some(test) = self.none_test(op, left, right, span) {
            return test;
        }
        let mut operands = self.operands_of(&[left, right]).into_iter();
        let (Some(left), Some(right)) = (operands.next(), operands.next()) else {
            unreachable!("two operands were asked for")
        };
        self.binary_rvalue(op, (left, left_ty), (right, right_ty), span)
    }

    /// `x == none`, `none != x`
    fn none_test(&mut self, op: hir::BinaryOp, left: ExprId, right: ExprId, span: Span) -> Option<Rvalue> {
        if !matches!(op, hir::BinaryOp::Eq | hir::BinaryOp::Ne) {
            return None;
        }
        let is_none = |builder: &Self, expr: ExprId| matches!(builder.hir.exprs[expr], hir::Expr::None);
        let tested = match (is_none(self, left), is_none(self, right)) {
            (false, true) => left,
            (true, false) => right,
            (false, false) | (true, true) => return None,
        };
        let place = self.place_of_expr(tested, hir::Mutability::Const);
        if op == hir::BinaryOp::Eq {
            return Some(Rvalue::IsNone(place));
        }
        let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place), span);
        Some(Rvalue::Unary(UnaryOp::Not, copy(is_none)))
    }

    /// An operator on values that are evaluated already.
    pub(super) fn binary_rvalue(
        &mut self,
        op: hir::BinaryOp,
        (left, left_ty): (Operand, Ty),
        (right, right_ty): (Operand, Ty),
        span: Span,
    ) -> Rvalue {
        if is_str(left_ty) {
            return self.str_comparison(op, left, right, span);
        }
        match (op, left_ty.kind(), right_ty.kind()) {
            (hir::BinaryOp::Sub, TyKind::Pointer(..), TyKind::Pointer(..)) => {
                return Rvalue::PointerDistance(left, right);
            }
            (hir::BinaryOp::Add | hir::BinaryOp::Sub, TyKind::Pointer(..), _) => {
                return Rvalue::PointerOffset {
                    pointer: left,
                    offset: right,
                    negate: op == hir::BinaryOp::Sub,
                };
            }
            (hir::BinaryOp::Add, _, TyKind::Pointer(..)) => {
                return Rvalue::PointerOffset {
                    pointer: right,
                    offset: left,
                    negate: false,
                };
            }
            _ => {}
        }
        match op {
            hir::BinaryOp::Add => self.arithmetic(BinaryOp::Add, left, right, left_ty, span),
            hir::BinaryOp::Sub => self.arithmetic(BinaryOp::Sub, left, right, left_ty, span),
            hir::BinaryOp::Mul => self.arithmetic(BinaryOp::Mul, left, right, left_ty, span),
            hir::BinaryOp::Div => self.division(BinaryOp::Div, left, right, left_ty, span),
            hir::BinaryOp::Rem => self.division(BinaryOp::Rem, left, right, left_ty, span),
            hir::BinaryOp::Shl => self.shift(BinaryOp::Shl, (left, left_ty), (right, right_ty), span),
            hir::BinaryOp::Shr => self.shift(BinaryOp::Shr, (left, left_ty), (right, right_ty), span),
            hir::BinaryOp::WrappingAdd => Rvalue::Binary(BinaryOp::Add, left, right),
            hir::BinaryOp::WrappingSub => Rvalue::Binary(BinaryOp::Sub, left, right),
            hir::BinaryOp::WrappingMul => Rvalue::Binary(BinaryOp::Mul, left, right),
            hir::BinaryOp::SaturatingAdd => Rvalue::Binary(BinaryOp::SaturatingAdd, left, right),
            hir::BinaryOp::SaturatingSub => Rvalue::Binary(BinaryOp::SaturatingSub, left, right),
            hir::BinaryOp::BitAnd => Rvalue::Binary(BinaryOp::BitAnd, left, right),
            hir::BinaryOp::BitOr => Rvalue::Binary(BinaryOp::BitOr, left, right),
            hir::BinaryOp::BitXor => Rvalue::Binary(BinaryOp::BitXor, left, right),
            hir::BinaryOp::Eq
            | hir::BinaryOp::Ne
            | hir::BinaryOp::Lt
            | hir::BinaryOp::Le
            | hir::BinaryOp::Gt
            | hir::BinaryOp::Ge => Rvalue::Binary(comparison(op), left, right),
        }
    }

    fn arithmetic(&mut self, op: BinaryOp, left: Operand, right: Operand, ty: Ty, span: Span) -> Rvalue {
        if !self.options.overflow_checks || !ty.is_integer() {
            return Rvalue::Binary(op, left, right);
        }
        Rvalue::Use(self.checked_arithmetic(op, left, right, ty, span))
    }

    /// `left op right`, which panics when it overflows.
    pub(super) fn checked_arithmetic(
        &mut self,
        op: BinaryOp,
        left: Operand,
        right: Operand,
        ty: Ty,
        span: Span,
    ) -> Operand {
        let pair = self.assign_temporary(Ty::tuple(vec![ty, Ty::bool()]), Rvalue::Checked(op, left, right), span);
        let overflowed = Place::local(pair).field(1, Ty::bool());
        self.assert(Operand::Copy(overflowed), false, AssertKind::Overflow(op), span);
        Operand::Copy(Place::local(pair).field(0, ty))
    }

    fn division(&mut self, op: BinaryOp, left: Operand, right: Operand, ty: Ty, span: Span) -> Rvalue {
        let Some(shape) = self.int_shape(ty) else {
            return Rvalue::Binary(op, left, right);
        };
        let divisor = match &right {
            Operand::Const(Const {
                value: ConstValue::Int(value),
                ..
            }) => Some(*value),
            Operand::Const(_) | Operand::Copy(_) | Operand::Move(_) => None,
        };
        if divisor.is_none_or(|divisor| divisor == 0) {
            let is_zero = Rvalue::Binary(BinaryOp::Eq, right.clone(), self.integer(0, ty));
            let is_zero = self.assign_temporary(Ty::bool(), is_zero, span);
            let kind = if op == BinaryOp::Rem {
                AssertKind::RemainderByZero
            } else {
                AssertKind::DivideByZero
            };
            self.assert(copy(is_zero), false, kind, span);
        }
        if shape.signed && divisor.is_none_or(|divisor| divisor == -1) {
            let smallest = i128::MIN >> (128 - shape.bits);
            let by_minus_one = Rvalue::Binary(BinaryOp::Eq, right.clone(), self.integer(-1, ty));
            let by_minus_one = self.assign_temporary(Ty::bool(), by_minus_one, span);
            let of_smallest = Rvalue::Binary(BinaryOp::Eq, left.clone(), self.integer(smallest, ty));
            let of_smallest = self.assign_temporary(Ty::bool(), of_smallest, span);
            let overflows = Rvalue::Binary(BinaryOp::BitAnd, copy(by_minus_one), copy(of_smallest));
            let overflows = self.assign_temporary(Ty::bool(), overflows, span);
            self.assert(copy(overflows), false, AssertKind::Overflow(op), span);
        }
        Rvalue::Binary(op, left, right)
    }

    fn shift(
        &mut self,
        op: BinaryOp,
        (left, left_ty): (Operand, Ty),
        (right, right_ty): (Operand, Ty),
        span: Span,
    ) -> Rvalue {
        let bits = self.int_shape(left_ty).expect("only integers are shifted").bits;
        let amount_bits = self.int_shape(right_ty).expect("by an integer").bits;
        let is_known = match &right {
            Operand::Const(Const {
                value: ConstValue::Int(value),
                ..
            }) => (0..i128::from(bits)).contains(value),
            Operand::Const(_) | Operand::Copy(_) | Operand::Move(_) => false,
        };
        if !is_known {
            // A negative amount is a huge unsigned one.
            let wide = Ty::int(if amount_bits > 64 {
                check::IntTy::U128
            } else {
                check::IntTy::U64
            });
            let amount = Rvalue::Cast(CastKind::Numeric, right.clone(), wide);
            let amount = self.assign_temporary(wide, amount, span);
            let fits = Rvalue::Binary(BinaryOp::Lt, copy(amount), self.integer(i128::from(bits), wide));
            let fits = self.assign_temporary(Ty::bool(), fits, span);
            self.assert(copy(fits), true, AssertKind::Shift, span);
        }
        Rvalue::Binary(op, left, right)
    }

    /// `-operand`
    pub(super) fn negation(&mut self, operand: ExprId, span: Span) -> Rvalue {
        let ty = self.typed.adjusted_ty(operand);
        let value = self.operand_of(operand);
        self.negated(value, ty, span)
    }

    /// `-value`
    pub(super) fn negated(&mut self, value: Operand, ty: Ty, span: Span) -> Rvalue {
        if let Some(shape) = self.int_shape(ty)
            && shape.signed
            && self.options.overflow_checks
        {
            let smallest = self.integer(i128::MIN >> (128 - shape.bits), ty);
            let overflows = Rvalue::Binary(BinaryOp::Eq, value.clone(), smallest);
            let overflows = self.assign_temporary(Ty::bool(), overflows, span);
            self.assert(copy(overflows), false, AssertKind::NegOverflow, span);
        }
        Rvalue::Unary(UnaryOp::Neg, value)
    }

    fn str_comparison(&mut self, op: hir::BinaryOp, left: Operand, right: Operand, span: Span) -> Rvalue {
        let ty = Ty::int(check::IntTy::I32);
        let differs = self.temporary(ty, span);
        let target = self.new_block();
        let call = TerminatorKind::Call {
            callee: CallTarget::Runtime(RuntimeFn::StrDiffers),
            args: vec![left, right],
            dest: Place::local(differs),
            target: Some(target),
            unwind: None,
        };
        self.terminate_and_enter(call, span, target);
        Rvalue::Binary(comparison(op), copy(differs), self.integer(0, ty))
    }

    /// Panics with what `kind` says unless the condition is `expected`.
    pub(super) fn assert(&mut self, condition: Operand, expected: bool, kind: AssertKind, span: Span) {
        let target = self.new_block();
        let unwind = self.unwind_block();
        let assert = TerminatorKind::Assert {
            condition,
            expected,
            kind,
            target,
            unwind,
        };
        self.terminate_and_enter(assert, span, target);
    }

    /// `start..end`, and a range without one of them, which is a struct of the library.
    pub(super) fn range(&mut self, expr: ExprId, start: Option<ExprId>, end: Option<ExprId>) -> Rvalue {
        let ends: Vec<ExprId> = [start, end].into_iter().flatten().collect();
        let operands = self.operands_of(&ends);
        let ty = self.typed.expr_tys[expr];
        let TyKind::Range { element, inclusive } = ty.kind() else {
            return Rvalue::Aggregate(super::calls::record_kind(ty), operands);
        };
        assert_eq!(operands.len(), 2, "a range with a type of the language has both ends");
        let kind = AggregateKind::Range {
            element: *element,
            inclusive: *inclusive,
        };
        Rvalue::Aggregate(kind, operands)
    }

    /// `place op= value`: the value first, then the place.
    pub(super) fn compound_assignment(&mut self, op: hir::BinaryOp, place: ExprId, value: ExprId, span: Span) {
        let until = if self.may_write(place) || self.is_written_as_lent(place) {
            Until::Later
        } else {
            Until::Now
        };
        let value_ty = self.typed.adjusted_ty(value);
        let value = self.operand_until(self.adjusted(value), until);
        let place_span = self.span(place);
        if let Some((load, store)) = self.macro_store(place) {
            let ty = self.typed.expr_tys[place];
            let args = self.macro_args(place);
            let loaded = self.temporary(ty, place_span);
            let target = CallTarget::Fn(load, Box::default());
            let dest = Dest::Place(Place::local(loaded));
            self.emit_call(target, args.clone(), &dest, ty, false, place_span);
            let result = self.binary_rvalue(op, (copy(loaded), ty), (value, value_ty), span);
            let result = self.assign_temporary(ty, result, place_span);
            return self.store_macro(store, args, copy(result), place_span);
        }
        let place = self.assigned_place(place);
        let ty = self.place_ty(&place);
        self.reads.push((place.clone(), place_span));
        let result = self.binary_rvalue(op, (Operand::Copy(place.clone()), ty), (value, value_ty), span);
        self.assign(place, result, place_span);
    }

    /// `a && b`, where `false` is `short` for the whole, or `a || b`, where `true` is.
    pub(super) fn logical_into(&mut self, dest: &Dest, left: ExprId, right: ExprId, short: bool, span: Span) {
        let (evaluate, skip, join) = (self.new_block(), self.new_block(), self.new_block());
        let condition = self.in_temporaries_scope(left, |builder| builder.bool_operand(left));
        let (zero, one) = if short { (evaluate, skip) } else { (skip, evaluate) };
        let switch = TerminatorKind::Switch {
            value: condition,
            cases: vec![(0, zero)],
            otherwise: one,
        };
        self.terminate_and_enter(switch, self.span(left), evaluate);
        self.in_temporaries_scope(right, |builder| builder.value_into(dest, right));
        self.goto(join, span);
        self.current = skip;
        if let Dest::Place(place) = dest {
            let value = self.boolean(short);
            self.assign(place.clone(), Rvalue::Use(value), span);
        }
        self.goto_and_enter(join, span);
    }

    /// A condition's value, safe to read after its temporaries are gone.
    pub(super) fn bool_operand(&mut self, expr: ExprId) -> Operand {
        let value = self.adjusted(expr);
        let operand = self.operand(value);
        match &operand {
            Operand::Copy(place) | Operand::Move(place) if !place.projections.is_empty() => {
                copy(self.assign_temporary(self.ty(value), Rvalue::Use(operand), self.span(expr)))
            }
            Operand::Copy(_) | Operand::Move(_) | Operand::Const(_) => operand,
        }
    }
}

fn is_str(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Str))
}

fn comparison(op: hir::BinaryOp) -> BinaryOp {
    match op {
        hir::BinaryOp::Eq => BinaryOp::Eq,
        hir::BinaryOp::Ne => BinaryOp::Ne,
        hir::BinaryOp::Lt => BinaryOp::Lt,
        hir::BinaryOp::Le => BinaryOp::Le,
        hir::BinaryOp::Gt => BinaryOp::Gt,
        hir::BinaryOp::Ge => BinaryOp::Ge,
        hir::BinaryOp::Add
        | hir::BinaryOp::Sub
        | hir::BinaryOp::Mul
        | hir::BinaryOp::Div
        | hir::BinaryOp::Rem
        | hir::BinaryOp::WrappingAdd
        | hir::BinaryOp::WrappingSub
        | hir::BinaryOp::WrappingMul
        | hir::BinaryOp::SaturatingAdd
        | hir::BinaryOp::SaturatingSub
        | hir::BinaryOp::BitAnd
        | hir::BinaryOp::BitOr
        | hir::BinaryOp::BitXor
        | hir::BinaryOp::Shl
        | hir::BinaryOp::Shr => unreachable!("no comparison: {op:?}"),
    }
}
