//! Errors: `try`, `throw`, `catch`, `?.`, and values that must not be lost.
//!
//! Language reference, "Errors". A `try` marks an expression: in it, each call, operator and index that gives an `E!T`
//! has a step [`Adjust::Try`], after which it is its `T`. The same step makes the operand of a `try` its value, also of
//! an optional. What an error becomes on its way out of the function is looked at when all types are known.

use base::Span;
use hir::{DeferWhen, Expr, ExprId, PatId};

use super::{Checker, Expect, is_error};
use crate::{Adjust, AdtRef, InferVar, LangItem, TraitRef, Ty, TyKind, errors};

/// A `try` that is being checked.
pub(super) struct TryMark {
    /// Something in it may fail.
    is_used: bool,
}

/// An error that leaves the function.
pub(super) struct PendingConversion {
    span: Span,
    pub(super) from: Ty,
    /// What the function gives.
    pub(super) to: Ty,
}

/// A value that a statement does not use.
pub(super) struct Discarded {
    pub(super) expr: ExprId,
    /// Whether its error could leave the function instead.
    pub(super) may_leave: bool,
}

impl Checker<'_> {
    /// What the function or closure that is being checked gives.
    fn given(&self) -> Ty {
        self.shallow(self.ret)
    }

    /// `T` and `E` of an `E!T`, as far as it is known now.
    pub(super) fn result_parts(&self, ty: Ty) -> Option<(Ty, Ty)> {
        self.signatures.result_parts(self.shallow(ty))
    }

    pub(super) fn try_expr(&mut self, expr: ExprId, operand: ExprId, expect: Expect) -> Ty {
        let hint = match expect.ty() {
            Some(wanted) => Expect::Hint(self.result_parts(wanted).map_or(wanted, |(ok, _)| ok)),
            None => Expect::Nothing,
        };
        self.try_marks.push(TryMark { is_used: false });
        let ty = self.infer(operand, hint);
        let is_used = self.try_marks.pop().is_some_and(|mark| mark.is_used);
        let now = self.shallow(ty);
        if self.is_propagated(operand) || is_error(now) {
            return ty;
        }
        let span = self.keyword(expr, "try");
        self.make_result(now);
        let now = self.shallow(now);
        if let Some((ok, error)) = self.result_parts(now) {
            self.adjust(operand, Adjust::Try, ok);
            self.error_leaves(span, error);
            return ok;
        }
        match (now.kind(), self.given().kind()) {
            (TyKind::Optional(inner), TyKind::Optional(_)) => {
                self.adjust(operand, Adjust::Try, *inner);
                return *inner;
            }
            (TyKind::Optional(_), given) if !is_used && !matches!(given, TyKind::Error(_)) => {
                let text = self.display(self.ret);
                return self.error_ty(errors::none_leaves(span, &text));
            }
            _ => {}
        }
        if !is_used && !self.diagnostics.has_errors() {
            let text = self.display(now);
            self.diagnostics.warn(errors::nothing_to_try(span, &text));
        }
        ty
    }

    /// Makes an open type an `E!T`, or an optional, as what the function gives is one, where what was asked of it lets
    /// it be one: `try lines.collect()`.
    fn make_result(&mut self, open: Ty) {
        let TyKind::Infer(InferVar::Any(_)) = open.kind() else {
            return;
        };
        let given = self.given();
        let ok = self.table.fresh();
        let whole = match given.kind() {
            TyKind::Optional(_) => Some(ok.optional()),
            _ if self.result_parts(given).is_some() => {
                let error = self.table.fresh();
                self.signatures.result_of(ok, error)
            }
            _ => None,
        };
        if let Some(whole) = whole
            && self.asked_may_hold(open, whole)
        {
            self.table.unify(open, whole);
            self.solve_pending();
        }
    }

    /// Whether the error of what an expression gives has left already, on the inside.
    fn is_propagated(&self, expr: ExprId) -> bool {
        let steps = self.typed.adjustments.get(&expr);
        if steps.is_some_and(|steps| steps.iter().any(|step| step.kind == Adjust::Try)) {
            return true;
        }
        match &self.body.exprs[expr] {
            Expr::Unsafe(inner) => self.is_propagated(*inner),
            Expr::Block { block, label: None } => block.tail.is_some_and(|tail| self.is_propagated(tail)),
            _ => false,
        }
    }

    /// In a `try`: what a call, an operator or an index gives, its error having left the function.
    pub(super) fn propagate(&mut self, expr: ExprId, ty: Ty, expect: Expect) -> Ty {
        let gives_errors = matches!(
            self.body.exprs[expr],
            Expr::Call { .. } | Expr::Index { .. } | Expr::Unary { .. } | Expr::Binary { .. }
        );
        if !gives_errors || self.try_marks.is_empty() {
            return ty;
        }
        let is_wanted = matches!(expect, Expect::Coerce(wanted) if self.result_parts(wanted).is_some());
        let Some((ok, error)) = self.result_parts(ty).filter(|_| !is_wanted) else {
            return ty;
        };
        if let Some(mark) = self.try_marks.last_mut() {
            mark.is_used = true;
        }
        self.adjust(expr, Adjust::Try, ok);
        let span = self.span(expr);
        self.error_leaves(span, error);
        ok
    }

    /// Notes that an error leaves the function, or says that it cannot.
    fn error_leaves(&mut self, span: Span, error: Ty) {
        let given = self.given();
        if is_error(given) {
            return;
        }
        let Some((_, wanted)) = self.result_parts(given) else {
            let result = match given.kind() {
                TyKind::Infer(_) => None,
                _ => self
                    .signatures
                    .result_of(given, error)
                    .map(|result| self.display(result)),
            };
            let (error, given) = (self.display(error), self.display(given));
            self.report(errors::error_leaves(span, &error, &given, result));
            return;
        };
        // The error of `s.parse()` is known with what is parsed, which something later may say.
        let open = self.shallow(error);
        let is_of_type = self.assocs.iter().any(|pending| self.shallow(pending.ty) == open);
        if matches!(open.kind(), TyKind::Infer(_)) && !is_of_type {
            self.table.unify(error, wanted);
        }
        self.conversions.push(PendingConversion {
            span,
            from: error,
            to: wanted,
        });
    }

    /// At the end: an error whose type nothing says is the one that the function gives.
    pub(super) fn settle_conversions(&mut self) {
        for index in 0..self.conversions.len() {
            let PendingConversion { from, to, .. } = self.conversions[index];
            if matches!(self.shallow(from).kind(), TyKind::Infer(_)) {
                self.table.unify(from, to);
            }
        }
    }

    /// When all types are known: that every error which leaves becomes the one that the function gives.
    pub(super) fn check_conversions(&mut self) {
        for pending in std::mem::take(&mut self.conversions) {
            let PendingConversion { span, from, to } = pending;
            if from == to || from.error_inside().is_some() || to.error_inside().is_some() {
                continue;
            }
            let Some(def) = self.signatures.lang.get(LangItem::From) else {
                continue;
            };
            let goal = TraitRef {
                def,
                args: [to, from].into(),
            };
            if self.type_env().prove(&goal).is_none() {
                let is_param = matches!(from.kind(), TyKind::Param { .. });
                let (from, to) = (self.display(from), self.display(to));
                self.report(errors::error_not_converted(span, &from, &to, is_param));
            }
        }
    }

    pub(super) fn throw_expr(&mut self, expr: ExprId, operand: ExprId) -> Ty {
        let wanted = self.result_parts(self.given()).map(|(_, error)| error);
        let found = self.infer(operand, wanted.map_or(Expect::Nothing, Expect::Hint));
        let fits = wanted.is_some_and(|wanted| self.try_coerce(operand, found, wanted));
        if !fits && !is_error(self.shallow(found)) {
            let span = match wanted {
                Some(_) => self.span(operand),
                None => self.keyword(expr, "throw"),
            };
            self.error_leaves(span, found);
        }
        Ty::never()
    }

    pub(super) fn catch_expr(&mut self, value: ExprId, binder: Option<PatId>, handler: ExprId, expect: Expect) -> Ty {
        // What is handled here does not leave the function.
        let marks = std::mem::take(&mut self.try_marks);
        let found = self.infer(value, Expect::Nothing);
        self.try_marks = marks;
        let found = self.shallow(found);
        let (ok, error) = match self.result_parts(found) {
            Some(parts) => parts,
            None if is_error(found) => (found, found),
            None => {
                let text = self.display(found);
                let is_optional = matches!(found.kind(), TyKind::Optional(_));
                let error = self.error_at(value, |span| errors::nothing_to_catch(span, &text, is_optional));
                (error, error)
            }
        };
        if let Some(binder) = binder {
            self.irrefutable_pattern(binder, error);
        }
        let hint = match expect.ty().filter(|_| is_error(found)) {
            Some(wanted) => Expect::Hint(wanted),
            None => Expect::Hint(ok),
        };
        let before = self.diverges;
        let handled = self.infer(handler, hint);
        self.diverges = before;
        // `f() catch g()` may still fail.
        if self.shallow(handled) == found && !is_error(found) {
            return found;
        }
        self.coerce(handler, handled, ok)
    }

    /// `a?.b.c()`: what the row gives, inside of an optional that is `none` where a link of it is.
    pub(super) fn chain(&mut self, expr: ExprId, row: ExprId) -> Ty {
        let ty = self.infer(row, Expect::Nothing);
        let now = self.shallow(ty);
        match now.kind() {
            TyKind::Optional(_) | TyKind::Error(_) => ty,
            _ if now.is_never() => Ty::unit().optional(),
            _ if now.is_unsized() => {
                let text = self.display(now);
                self.error_at(expr, |span| errors::unsized_value(span, &text))
            }
            _ if !crate::type_refs::can_be_optional(now) => {
                let text = self.display(now);
                self.error_at(expr, |span| errors::optional_pointer(span, &text))
            }
            _ => ty.optional(),
        }
    }

    /// What stands before a `?.`.
    pub(super) fn link(&mut self, operand: ExprId) -> Ty {
        let ty = self.infer(operand, Expect::Nothing);
        let mut now = self.shallow(ty);
        while let TyKind::Ref(_, target) = now.kind() {
            self.adjust(operand, Adjust::Deref, *target);
            now = self.shallow(*target);
        }
        match now.kind() {
            TyKind::Optional(inner) => *inner,
            TyKind::Error(_) => now,
            _ => {
                let text = self.display(now);
                let may_fail = self.result_parts(now).is_some();
                self.error_at(operand, |span| errors::nothing_to_chain(span, &text, may_fail))
            }
        }
    }

    /// `errdefer` in a function that gives no errors would never run.
    pub(super) fn require_errors(&mut self, when: DeferWhen, span: Span) {
        let given = self.given();
        match when {
            DeferWhen::Always => {}
            DeferWhen::OnError if self.result_parts(given).is_some() || is_error(given) => {}
            DeferWhen::OnError => {
                let span = Span {
                    end: span.start + "errdefer".len() as u32,
                    ..span
                };
                let text = self.display(given);
                self.report(errors::errdefer_never_runs(span, &text));
            }
        }
    }

    /// When all types are known: that no value which may be an error is lost.
    pub(super) fn check_discarded(&mut self) {
        for Discarded { expr, may_leave } in std::mem::take(&mut self.discarded) {
            let ty = self.typed.adjusted_ty(expr);
            // A chain holds what its last link gives.
            let held = match ty.kind() {
                TyKind::Optional(inner) => *inner,
                _ => ty,
            };
            if self.signatures.result_parts(held).is_some() && ty.error_inside().is_none() {
                let (span, text) = (self.span(expr), self.display(ty));
                let may_leave = may_leave && self.signatures.result_parts(self.typed.ret).is_some();
                self.report(errors::unused_result(span, &text, may_leave));
            } else if let Some((name, goes_on)) = self.lost_return(expr) {
                let error = errors::lost_return(self.span(expr), name, goes_on);
                self.report(error);
            } else if let Some((name, reason)) = self.must_use(expr) {
                let error = errors::unused_c_result(self.span(expr), name, reason);
                self.report(error);
            }
        }
    }

    /// Whether a pattern is a code, which is matched with errors.
    pub(super) fn is_error_code(&self, found: Ty, expected: Ty) -> bool {
        let is = |ty: Ty, item: LangItem| match ty.kind() {
            TyKind::Adt(AdtRef::Lang(def), _) => self.signatures.lang.is(*def, item),
            _ => false,
        };
        is(found, LangItem::ErrorCode) && is(expected, LangItem::Error)
    }

    /// Where a `try` may be put before an expression that may fail.
    pub(super) fn place_of_try(&self, expr: ExprId) -> Option<Span> {
        let span = self.span(expr);
        self.result_parts(self.given()).map(|_| Span {
            end: span.start,
            ..span
        })
    }

    fn keyword(&self, expr: ExprId, keyword: &str) -> Span {
        let span = self.span(expr);
        Span {
            end: span.start + keyword.len() as u32,
            ..span
        }
    }

    /// `()`, or an `E!()`, which is given without a value.
    pub(super) fn holds_unit(&self, ty: Ty) -> bool {
        let ty = self.shallow(ty);
        ty.is_unit() || self.result_parts(ty).is_some_and(|(ok, _)| self.shallow(ok).is_unit())
    }

    /// What is expected of the inside of an `E!T`, where one is.
    pub(super) fn inside_result(&self, expect: Expect) -> Expect {
        let Some((ok, _)) = expect.ty().and_then(|ty| self.result_parts(ty)) else {
            return expect;
        };
        match expect {
            Expect::Coerce(_) => Expect::Coerce(ok),
            Expect::Hint(_) | Expect::Nothing => Expect::Hint(ok),
        }
    }

    /// A `T` where an `E!T` is expected, and a variant of `E` that is named alone.
    pub(super) fn coerce_result(&mut self, expr: ExprId, found: Ty, (ok, error): (Ty, Ty), expected: Ty) -> bool {
        if self.result_parts(found).is_some() && self.table.unify(found, expected) {
            return true;
        }
        if self.names_variant(expr) && self.shallow(error) == found && self.shallow(ok) != found {
            self.adjust(expr, Adjust::Err, expected);
            return true;
        }
        let is_wrapped = |steps: &Vec<crate::Adjustment>| steps.iter().any(|step| step.kind == Adjust::Ok);
        let allowed = self.try_coerce(expr, found, ok) && !self.typed.adjustments.get(&expr).is_some_and(is_wrapped);
        if allowed {
            self.adjust(expr, Adjust::Ok, expected);
        }
        allowed
    }

    /// `.NotFound`, `.At(3)`, `.At { line: 3 }`
    fn names_variant(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::DotName { .. } => true,
            Expr::Call { callee, .. } => matches!(self.body.exprs[*callee], Expr::DotName { .. }),
            Expr::Struct { ty: None, variant, .. } => variant.is_some(),
            _ => false,
        }
    }
}
