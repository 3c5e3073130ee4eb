//! Operators and indexing that functions of traits do.

use base::Span;
use check::{FnRef, OperatorForm, Ty};
use hir::{ExprId, Mutability};

use super::builder::{Builder, Dest};
use super::operands::Until;
use crate::body::{CallTarget, Operand, Place, Rvalue};

impl Builder<'_> {
    /// What the operator `expr` gives for these operands.
    pub(super) fn operator_value(&mut self, expr: ExprId, operands: &[ExprId], span: Span) -> Rvalue {
        let args = self.operands_of(operands);
        self.overloaded_value(expr, args, span)
    }

    /// The same of operands that were evaluated.
    pub(super) fn overloaded_value(&mut self, expr: ExprId, args: Vec<Operand>, span: Span) -> Rvalue {
        let call = &self.typed.operators[&expr];
        Rvalue::Use(self.operator_operand(call.function, &call.args, args, call.ret, span))
    }

    fn operator_operand(
        &mut self,
        function: FnRef,
        type_args: &[Ty],
        args: Vec<Operand>,
        ret: Ty,
        span: Span,
    ) -> Operand {
        let dest = Place::local(self.temporary(ret, span));
        let callee = CallTarget::Fn(function, type_args.into());
        self.emit_call(callee, args, &Dest::Place(dest.clone()), ret, true, span);
        self.consume(dest)
    }

    /// `place op= value` of the operator `expr`. The value comes first, as with numbers.
    pub(super) fn operator_assignment(&mut self, expr: ExprId, place: ExprId, value: ExprId, span: Span) {
        let call = &self.typed.operators[&expr];
        let value = self.operand_until(self.adjusted(value), Until::Later);
        if call.form != OperatorForm::ThenAssigned {
            let place = self.operand_of(place);
            self.operator_operand(call.function, &call.args, vec![place, value], call.ret, span);
            return;
        }
        let place_span = self.span(place);
        let place = self.place_of_expr(place, Mutability::Mut);
        let args = vec![self.consume(place.clone()), value];
        let result = self.operator_operand(call.function, &call.args, args, call.ret, span);
        self.assign(place, Rvalue::Use(result), place_span);
    }

    /// The place `base[index]` of the operator `expr`, which a function gives a reference to.
    pub(super) fn operator_place(
        &mut self,
        expr: ExprId,
        (base, index): (ExprId, ExprId),
        mutability: Mutability,
        span: Span,
    ) -> Place {
        let call = &self.typed.operators[&expr];
        let index = self.operand_until(self.adjusted(index), Until::Later);
        let (function, mutability) = match (mutability, call.mutable) {
            (Mutability::Mut, Some(mutable)) => (mutable, Mutability::Mut),
            (Mutability::Mut, None) | (Mutability::Const, _) => (call.function, Mutability::Const),
        };
        let base = self.adjusted(base);
        let ty = self.ty(base);
        let reference = self.borrow(mutability, base);
        let reference = self.assign_temporary(ty.reference(mutability), reference, span);
        let args = vec![self.consume(Place::local(reference)), index];
        let ret = call.ret.reference(mutability);
        let dest = self.temporary(ret, span);
        let callee = CallTarget::Fn(function, call.args.clone());
        self.emit_call(callee, args, &Dest::Place(Place::local(dest)), ret, true, span);
        Place::local(dest).deref()
    }
}
