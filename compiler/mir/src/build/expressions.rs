//! Expressions built into a destination: the one place that looks at every kind.

use base::Span;
use check::{Adjust, FnRef, ValueRef};
use hir::{Expr, ExprId, Mutability, UnaryOp};

use super::builder::{Adjusted, Builder, Dest};
use super::operands::Until;
use super::scopes::Exit;
use crate::body::{CallTarget, Const, Operand, Place, Rvalue, TerminatorKind};

impl Builder<'_> {
    /// Builds an expression with its adjustments into a destination.
    pub(super) fn value_into(&mut self, dest: &Dest, expr: ExprId) {
        self.adjusted_into(dest, self.adjusted(expr));
    }

    /// Builds an expression for its effects.
    pub(super) fn discard(&mut self, expr: ExprId) {
        self.value_into(&Dest::Discard, expr);
    }

    pub(super) fn adjusted_into(&mut self, dest: &Dest, value: Adjusted) {
        let Some((adjustment, inner)) = self.last_step(value) else {
            return self.unadjusted_into(dest, value);
        };
        match adjustment.kind {
            Adjust::NeverToAny => self.adjusted_into(&Dest::Discard, inner),
            Adjust::Deref | Adjust::Try => self.place_into(dest, value),
            Adjust::ArrayToVec => self.array_to_vec(dest, inner, adjustment.ty),
            Adjust::Box => self.boxed(dest, inner, adjustment.ty),
            Adjust::Lend
            | Adjust::Borrow(_)
            | Adjust::Numeric
            | Adjust::Reinterpret
            | Adjust::ArrayToSlice
            | Adjust::Unsize
            | Adjust::FnItemToPointer
            | Adjust::FnItemToExtern
            | Adjust::BorrowAsFn
            | Adjust::ClosureToExtern
            | Adjust::Some
            | Adjust::Ok
            | Adjust::Err
            | Adjust::LiteralToCStr
            | Adjust::EnumToInt => self.rvalue_into(dest, value),
        }
    }

    fn unadjusted_into(&mut self, dest: &Dest, value: Adjusted) {
        let hir = self.hir;
        let expr = value.expr;
        let span = self.span(expr);
        match &hir.exprs[expr] {
            Expr::Local(_) | Expr::Index { .. } | Expr::Link(_) => self.place_into(dest, value),
            Expr::Field { .. } | Expr::Name(_) | Expr::DotName { .. } | Expr::Generic { .. } | Expr::Type(_) => {
                if self.is_place(value) {
                    self.place_into(dest, value);
                } else if self.is_bit_field(expr) {
                    self.bit_field_into(dest, expr, span);
                } else if let Some(ValueRef::Getter { function, .. }) = self.typed.values.get(&expr) {
                    self.evaluate_macro(*function, dest, span);
                } else if let Some(ValueRef::AssocConst(function, args)) = self.typed.values.get(&expr) {
                    let target = CallTarget::Fn(*function, args.clone());
                    self.emit_call(target, Vec::new(), dest, self.typed.expr_tys[expr], true, span);
                } else {
                    self.rvalue_into(dest, value);
                }
            }
            Expr::Unary { op: UnaryOp::Deref, .. } => self.place_into(dest, value),
            Expr::Literal(_)
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
            | Expr::Closure(_)
            | Expr::FString(_)
            | Expr::None
            | Expr::Null => self.rvalue_into(dest, value),
            Expr::Call { .. } if self.is_place(value) => self.place_into(dest, value),
            // A macro of C that Clang has computed.
            Expr::Call { .. } if !self.typed.calls.contains_key(&expr) => self.rvalue_into(dest, value),
            Expr::Call { .. } => self.call_into(dest, expr),
            Expr::And { left, right } => self.logical_into(dest, *left, *right, false, span),
            Expr::Or { left, right } => self.logical_into(dest, *left, *right, true, span),
            Expr::Assign { place, value } => {
                self.assignment(*place, *value);
                self.unit_into(dest, span);
            }
            Expr::AssignOp {
                op,
                op_span: _,
                place,
                value,
            } => {
                match self.typed.operators.contains_key(&expr) {
                    true => self.operator_assignment(expr, *place, *value, span),
                    false => self.compound_assignment(*op, *place, *value, span),
                }
                self.unit_into(dest, span);
            }
            Expr::Block { block, label } => self.block_into(dest, block, *label, span),
            Expr::Unsafe(inner) | Expr::Try(inner) => self.value_into(dest, *inner),
            Expr::If {
                condition,
                then,
                otherwise,
            } => self.if_into(dest, *condition, *then, *otherwise, span),
            Expr::Let { .. } => unreachable!("lowering leaves `let` only in conditions"),
            Expr::Loop { body, label } => self.loop_into(dest, *body, *label, span),
            Expr::While { condition, body, label } => {
                self.while_loop(*condition, *body, *label, span);
                self.unit_into(dest, span);
            }
            Expr::For { pat, iter, body, label } => {
                self.for_loop(*pat, *iter, *body, *label, span);
                self.unit_into(dest, span);
            }
            Expr::Match { value, arms } => self.match_into(dest, *value, arms, span),
            Expr::Break { label, value } => self.break_to(*label, *value, span),
            Expr::Continue { label } => self.continue_to(*label, span),
            Expr::Return(value) => self.return_value(*value, span),
            Expr::Coalesce { value, otherwise } => self.coalesce_into(dest, *value, *otherwise, span),
            Expr::Throw(error) => self.throw(*error, span),
            Expr::Catch { value, binder, handler } => self.catch_into(dest, *value, (*binder, *handler), span),
            Expr::Chain(row) => self.chain_into(dest, expr, *row, span),
            Expr::Error(_) => unreachable!("a body without errors has no error expressions"),
        }
    }

    /// Evaluates an object-like macro of C: its value, or its address.
    pub(super) fn evaluate_macro(&mut self, function: FnRef, dest: &Dest, span: Span) {
        let ret = self.signatures.function(function).ret;
        let target = CallTarget::Fn(function, Box::default());
        self.emit_call(target, Vec::new(), dest, ret, false, span);
    }

    /// What reads and what assigns to an expression that is a macro without an address.
    pub(super) fn macro_store(&self, place: ExprId) -> Option<(FnRef, FnRef)> {
        if let Expr::Unsafe(inner) = &self.hir.exprs[place] {
            return self.macro_store(*inner);
        }
        match self.typed.values.get(&place)? {
            ValueRef::Getter { function, store, .. } => Some((*function, (*store)?)),
            ValueRef::Namespace
            | ValueRef::Fn(..)
            | ValueRef::AssocConst(..)
            | ValueRef::ConstParam(_)
            | ValueRef::Const(_)
            | ValueRef::Static(_)
            | ValueRef::TupleStruct(_) => None,
        }
    }

    /// The arguments of a macro that is read and assigned to: values of their own.
    pub(super) fn macro_args(&mut self, place: ExprId) -> Vec<Operand> {
        if let Expr::Unsafe(inner) = &self.hir.exprs[place] {
            return self.macro_args(*inner);
        }
        let typed = self.typed;
        let args = typed.calls.get(&place).map_or(&[][..], |call| call.args.as_slice());
        self.operands_until(args, Until::Later)
    }

    /// Assigns to a macro without an address.
    pub(super) fn store_macro(&mut self, store: FnRef, mut args: Vec<Operand>, value: Operand, span: Span) {
        args.push(value);
        let target = CallTarget::Fn(store, Box::default());
        self.emit_call(target, args, &Dest::Discard, check::Ty::unit(), false, span);
    }

    /// Reads a place into a destination.
    fn place_into(&mut self, dest: &Dest, value: Adjusted) {
        let span = self.span(value.expr);
        let place = self.place(value, Mutability::Const);
        let ty = self.place_ty(&place);
        match dest {
            Dest::Place(dest) => {
                let operand = self.consume(place);
                self.assign(dest.clone(), Rvalue::Use(operand), span);
            }
            // `x;` moves `x` out and drops it.
            Dest::Discard if !self.env().is_copy(ty) && !ty.is_unsized() => {
                self.kept(ty, Rvalue::Use(Operand::Move(place)), span);
            }
            Dest::Discard => self.discard_copy(place, ty, span),
        }
    }

    /// Reads a bit-field into a destination.
    fn bit_field_into(&mut self, dest: &Dest, expr: ExprId, span: Span) {
        let value = self.plain_rvalue(expr);
        match dest {
            Dest::Place(dest) => self.assign(dest.clone(), value, span),
            Dest::Discard => {
                self.assign_temporary(self.typed.expr_tys[expr], value, span);
            }
        }
    }

    /// `x;` of a `Copy` type is still a use of `x`.
    fn discard_copy(&mut self, place: Place, ty: check::Ty, span: Span) {
        if !ty.is_unsized() && !ty.is_unit() {
            self.assign_temporary(ty, Rvalue::Use(Operand::Copy(place)), span);
        }
    }

    fn rvalue_into(&mut self, dest: &Dest, value: Adjusted) {
        let span = self.span(value.expr);
        match dest {
            Dest::Place(place) => {
                let rvalue = self.rvalue(value);
                self.assign(place.clone(), rvalue, span);
            }
            Dest::Discard => {
                self.operand(value);
            }
        }
    }

    fn return_value(&mut self, value: Option<ExprId>, span: Span) {
        let result = Dest::Place(Place::local(crate::Local(0)));
        match value {
            Some(value) => {
                self.in_temporaries_scope(value, |builder| builder.value_into(&result, value));
            }
            None => self.unit_into(&result, span),
        }
        self.leave_if_error(0, span);
        self.leave_function(Exit::Value, span);
    }

    /// The value that an expression which names an item is.
    pub(super) fn item_constant(&self, expr: ExprId) -> Option<Const> {
        let ty = self.typed.expr_tys[expr];
        match self.typed.values.get(&expr)? {
            ValueRef::Const(value) => Some(Const {
                value: (**value).clone(),
                ty,
            }),
            ValueRef::ConstParam(param) => Some(Const {
                value: check::ConstValue::Param(*param),
                ty,
            }),
            ValueRef::Fn(function, args) => Some(Const {
                value: check::ConstValue::Fn(*function, args.clone()),
                ty,
            }),
            ValueRef::Static(_) | ValueRef::Getter { .. } | ValueRef::AssocConst(..) => None,
            ValueRef::TupleStruct(_) | ValueRef::Namespace => {
                unreachable!("a module, a type or a constructor is no value by itself")
            }
        }
    }

    /// Ends the current block with a jump that never comes back.
    pub(super) fn unreachable(&mut self, span: Span) {
        self.diverge(TerminatorKind::Unreachable, span);
    }
}
