//! Errors and `none` on their way: `try`, `throw`, `catch`, `?.`, and the scopes that they leave.

use base::Span;
use check::{FnRef, LangItem, Ty, TyKind};
use hir::{ExprId, Mutability, PatId};

use super::builder::{Adjusted, Builder, Dest};
use super::control::Failure;
use super::scopes::Exit;
use crate::body::{
    AggregateKind, BlockId, CallTarget, CastKind, Const, Local, Operand, Place, Projection, Rvalue, TerminatorKind,
};

/// The variants of a `Result`, and the number of the field that each has.
const OK: u32 = 0;
const ERR: u32 = 1;

impl Builder<'_> {
    /// The place of the value that a result or optional holds; an error or `none` leaves the function.
    pub(super) fn tried_place(&mut self, inner: Adjusted) -> Place {
        let span = self.span(inner.expr);
        let place = self.place(inner, Mutability::Mut);
        let ty = self.place_ty(&place);
        let fail = self.new_block();
        match self.signatures.result_parts(ty) {
            Some((ok, error)) => {
                self.test_variant(OK, &place, fail, span);
                let holds = std::mem::replace(&mut self.current, fail);
                let value = self.consume(place.clone().field(ERR, error));
                self.leave_with_error(value, error, span);
                self.current = holds;
                place.field(OK, ok)
            }
            None => {
                self.test_variant(1, &place, fail, span);
                let holds = std::mem::replace(&mut self.current, fail);
                let none = self.none_of(self.ret);
                self.assign(Place::local(Local(0)), none, span);
                self.leave_function(Exit::Value, span);
                self.current = holds;
                self.inside(place)
            }
        }
    }

    fn none_of(&self, ty: Ty) -> Rvalue {
        Rvalue::Use(Operand::Const(Const {
            value: check::ConstValue::Null,
            ty,
        }))
    }

    /// Leaves the function with an error, which becomes the one that the function gives.
    fn leave_with_error(&mut self, error: Operand, ty: Ty, span: Span) {
        let ret = self.ret;
        let (_, wanted) = self.signatures.result_parts(ret).expect("checking lets errors leave");
        let error = if ty == wanted {
            error
        } else {
            let converted = self.temporary(wanted, span);
            let target = CallTarget::Fn(self.conversion(), [wanted, ty].into());
            let dest = Dest::Place(Place::local(converted));
            self.emit_call(target, vec![error], &dest, wanted, true, span);
            self.consume(Place::local(converted))
        };
        let result = Rvalue::Aggregate(result_kind(ret, ERR), vec![error]);
        self.assign(Place::local(Local(0)), result, span);
        self.leave_function(Exit::Error, span);
    }

    /// `From.from`
    fn conversion(&self) -> FnRef {
        let def = self.signatures.lang.get(LangItem::From);
        let functions = def.map(|def| &self.signatures.traits[&def].functions);
        let function = functions.and_then(|functions| functions.first());
        FnRef::Lang(function.expect("checking has found how the error is converted").1)
    }

    /// Leaves every scope and returns. The result is there.
    pub(super) fn leave_function(&mut self, exit: Exit, span: Span) {
        self.leave_to(0, exit);
        let block = self.return_block(span);
        self.goto(block, span);
    }

    /// Where a result that has been given may be an error, and something in the scopes from `depth` on waits for one:
    /// leaves with it. Goes on where it is none.
    pub(super) fn leave_if_error(&mut self, depth: usize, span: Span) {
        let ret = self.ret;
        if self.signatures.result_parts(ret).is_none() || !self.awaits_error(depth) {
            return;
        }
        let fail = self.new_block();
        self.test_variant(OK, &Place::local(Local(0)), fail, span);
        let holds = std::mem::replace(&mut self.current, fail);
        self.leave_function(Exit::Error, span);
        self.current = holds;
    }

    /// `throw error`
    pub(super) fn throw(&mut self, error: ExprId, span: Span) {
        let ty = self.typed.adjusted_ty(error);
        self.push_temporaries_scope(self.span(error));
        let value = self.operand_of(error);
        self.leave_with_error(value, ty, span);
        self.pop_scope();
    }

    /// `value catch |binder| handler`
    pub(super) fn catch_into(
        &mut self,
        dest: &Dest,
        value: ExprId,
        (binder, handler): (Option<PatId>, ExprId),
        span: Span,
    ) {
        let (fail, join) = (self.new_block(), self.new_block());
        let place = self.place_of_expr(value, Mutability::Mut);
        let ty = self.place_ty(&place);
        let (ok, error) = self.signatures.result_parts(ty).expect("checking found a result");
        self.test_variant(OK, &place, fail, span);
        match dest {
            Dest::Place(dest) => {
                let is_whole = self.place_ty(dest) == ty;
                let from = if is_whole {
                    place.clone()
                } else {
                    place.clone().field(OK, ok)
                };
                let operand = self.consume(from);
                self.assign(dest.clone(), Rvalue::Use(operand), span);
            }
            Dest::Discard => {}
        }
        self.goto(join, span);
        self.current = fail;
        self.push_temporaries_scope(self.span(handler));
        if let Some(binder) = binder {
            self.open_source_scope(self.hir.pat_spans[binder].to(self.span(handler)));
            self.declare_and_bind(binder, &place.field(ERR, error));
        }
        self.value_into(dest, handler);
        self.pop_scope();
        self.goto_and_enter(join, span);
    }

    /// `a?.b.c()`
    pub(super) fn chain_into(&mut self, dest: &Dest, chain: ExprId, row: ExprId, span: Span) {
        let (none, join) = (self.new_block(), self.new_block());
        let ty = self.typed.expr_tys[chain];
        let row_ty = self.typed.adjusted_ty(row);
        // What the row borrows from lives as long as the statement, as in any row: no scope ends here.
        let depth = self.scopes.len();
        self.chains.push(Failure { block: none, depth });
        match dest {
            Dest::Place(dest) if row_ty != ty && !row_ty.is_never() => {
                let value = self.operand_of(row);
                self.assign(dest.clone(), Rvalue::Cast(CastKind::Some, value, ty), span);
            }
            Dest::Place(_) | Dest::Discard => self.value_into(dest, row),
        }
        self.chains.pop();
        self.goto(join, span);
        self.current = none;
        if let Dest::Place(dest) = dest {
            let nothing = self.none_of(ty);
            self.assign(dest.clone(), nothing, span);
        }
        self.goto_and_enter(join, span);
    }

    /// The value in the optional before a `?.`; without one, the chain around ends.
    pub(super) fn link_place(&mut self, operand: ExprId, mutability: Mutability) -> Place {
        let span = self.span(operand);
        let place = self.place_of_expr(operand, mutability);
        let chain = *self.chains.last().expect("a link stands in a chain");
        let fail = self.failure_block(chain, span);
        self.test_variant(1, &place, fail, span);
        self.inside(place)
    }

    /// Goes on where a result or optional is of the variant.
    pub(super) fn test_variant(&mut self, variant: u32, place: &Place, fail: BlockId, span: Span) {
        if let TyKind::Optional(_) = self.place_ty(place).kind() {
            let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place.clone()), span);
            return self.branch(super::places::copy(is_none), variant == 0, fail, span);
        }
        let number = self.assign_temporary(Ty::int(check::IntTy::U32), Rvalue::Variant(place.clone()), span);
        let holds = self.new_block();
        let switch = TerminatorKind::Switch {
            value: super::places::copy(number),
            cases: vec![(i128::from(variant), holds)],
            otherwise: fail,
        };
        self.terminate_and_enter(switch, span, holds);
    }

    /// Goes on where an error has the code, a constant of this type.
    pub(super) fn test_error_code(&mut self, code: (Ty, check::ConstValue), place: &Place, fail: BlockId, span: Span) {
        let is = self.signatures.lang.get(LangItem::ErrorIs);
        let is = FnRef::Lang(is.expect("the library compares codes"));
        let error = self.place_ty(place).reference(Mutability::Const);
        let error = self.assign_temporary(error, Rvalue::Ref(Mutability::Const, place.clone()), span);
        let (ty, value) = code;
        let args = vec![Operand::Copy(Place::local(error)), Operand::Const(Const { value, ty })];
        let holds = self.temporary(Ty::bool(), span);
        let dest = Dest::Place(Place::local(holds));
        self.emit_call(CallTarget::Fn(is, Box::default()), args, &dest, Ty::bool(), true, span);
        self.branch(super::places::copy(holds), true, fail, span);
    }

    /// The value in an optional that is not `none`.
    pub(super) fn inside(&self, optional: Place) -> Place {
        let TyKind::Optional(inner) = self.place_ty(&optional).kind() else {
            unreachable!("checking found an optional")
        };
        optional.project(Projection::SomeValue(*inner))
    }
}

/// What makes a `Result` of its value or error.
pub(super) fn result_kind(ty: Ty, variant: u32) -> AggregateKind {
    let TyKind::Adt(adt, args) = ty.kind() else {
        unreachable!("a result is of an enum")
    };
    AggregateKind::Variant {
        adt: *adt,
        args: args.clone(),
        variant,
    }
}
