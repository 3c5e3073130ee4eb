//! Closures: their parameters and results, from what is expected of them or from what they say themselves.
//!
//! A closure is inferred where it stands, with the rest of its body. What it captures is known when the whole body is
//! (`captures`), so its type has no environment until then.

use base::Span;
use diag::Diagnostic;
use hir::{ClosureId, Expr, ExprId};

use super::arguments::Called;
use super::{Checker, Expect, is_error};
use crate::{
    Adjust, Adjustment, AdtRef, CallKind, CaptureMode, ClosureRef, ClosureTy, FnType, InferVar, LangItem, TraitRef, Ty,
    TyKind, errors, generics, type_refs,
};

/// What a context says of a function that it takes.
struct ExpectedFn {
    params: Vec<Ty>,
    ret: Ty,
}

impl Checker<'_> {
    pub(super) fn closure(&mut self, expr: ExprId, id: ClosureId, expect: Expect) -> Ty {
        let body = self.body;
        let closure = &body.closures[id];
        let Some(owner) = self.env.owner else {
            return self.error_ty(errors::not_supported_yet(
                closure.head,
                "closures in the `const assert`s of generic functions",
            ));
        };
        let expected = expect.ty().and_then(|ty| self.expected_fn(ty));
        if expect.ty().is_some_and(|ty| self.is_called_once(ty)) {
            self.called_once.insert(id);
        }
        let n_params = closure.params.len();
        if let Some(expected) = &expected
            && expected.params.len() != n_params
        {
            let diagnostic = errors::closure_arity(closure.head, expected.params.len(), n_params);
            let error = self.error_ty(diagnostic);
            for param in &closure.params {
                self.irrefutable_pattern(param.pat, error);
            }
            self.closure_value(id, error);
            return error;
        }
        let scope = self.env.scope.clone();
        let mut params = Vec::with_capacity(n_params);
        for (index, param) in closure.params.iter().enumerate() {
            let wanted = expected.as_ref().map(|expected| expected.params[index]);
            let ty = match (param.ty, wanted) {
                (Some(written), wanted) => {
                    let ty = type_refs::lower_value(self, &scope, written);
                    match wanted {
                        Some(wanted) if !self.table.unify(wanted, ty) => {
                            let (wanted, found) = (self.display(wanted), self.display(ty));
                            let span = self.program().modules[scope.from.module].hir.type_ref(written).span;
                            self.error_ty(errors::mismatched_types(span, &wanted, &found))
                        }
                        Some(_) | None => ty,
                    }
                }
                (None, Some(wanted)) => wanted,
                (None, None) => self.table.fresh(),
            };
            self.parameter_pattern(param.pat, ty);
            params.push(ty);
        }
        let ret = match (closure.ret, expected) {
            (Some(written), _) => type_refs::lower_value(self, &scope, written),
            (None, Some(expected)) => expected.ret,
            (None, None) => self.table.fresh(),
        };
        if closure.fails && matches!(self.shallow(ret).kind(), TyKind::Infer(InferVar::Any(_))) {
            self.give_errors(ret);
        }
        self.closure_value(id, ret);
        let generics = generics::params(&scope.generics, 0);
        let ty = Ty::new(TyKind::Closure(ClosureTy {
            closure: ClosureRef { owner, closure: id },
            generics: generics.collect(),
            params: params.into(),
            ret,
            environment: None,
        }));
        self.closures.insert(id, (expr, ty));
        ty
    }

    /// What contains `try` or `throw` gives an `!T`, unless something else is expected.
    fn give_errors(&mut self, ret: Ty) {
        let Some(error) = self.signatures.lang.get(LangItem::Error) else {
            return;
        };
        let error = Ty::new(TyKind::Adt(AdtRef::Lang(error), Box::new([])));
        let ok = self.table.fresh();
        if let Some(result) = self.signatures.result_of(ok, error) {
            self.table.unify(ret, result);
        }
    }

    /// Checks what a closure gives.
    fn closure_value(&mut self, id: ClosureId, ret: Ty) {
        let value = self.body.closures[id].value;
        let outer_ret = std::mem::replace(&mut self.ret, ret);
        let diverges = std::mem::replace(&mut self.diverges, false);
        // Errors do not leave through a closure.
        let marks = std::mem::take(&mut self.try_marks);
        self.coerced(value, ret);
        // Nothing but `return` could have said what a closure that never comes to its end gives.
        if matches!(self.shallow(ret).kind(), TyKind::Infer(InferVar::Any(_)))
            && self.shallow(self.typed.expr_tys[value]).is_never()
        {
            self.table.unify(ret, Ty::never());
        }
        self.try_marks = marks;
        self.ret = outer_ret;
        self.diverges = diverges;
    }

    /// What is expected of a closure that stands where a value of the type does.
    fn expected_fn(&self, ty: Ty) -> Option<ExpectedFn> {
        let ty = self.shallow(ty);
        match ty.kind() {
            TyKind::FnPointer(fn_type) | TyKind::ExternFn(fn_type) => Some(ExpectedFn {
                params: fn_type.params.to_vec(),
                ret: fn_type.ret,
            }),
            TyKind::Optional(inner) | TyKind::Ref(_, inner) => self.expected_fn(*inner),
            TyKind::Adt(..) => {
                let (params, ret) = self.signatures.own_fn_parts(ty)?;
                let params = params.to_vec();
                Some(ExpectedFn { params, ret })
            }
            TyKind::Dyn(_) => {
                let callable = self.type_env().callable(ty)?;
                Some(ExpectedFn {
                    params: callable.params,
                    ret: callable.ret,
                })
            }
            // A generic of what is called: its bounds are known already.
            TyKind::Infer(InferVar::Any(_)) if self.dyn_hints.iter().any(|(hinted, _)| *hinted == ty) => {
                let (_, dynamic) = self.dyn_hints.iter().find(|(hinted, _)| *hinted == ty)?;
                self.expected_fn(*dynamic)
            }
            TyKind::Infer(InferVar::Any(_)) => self.bounds.iter().find_map(|bound| {
                let goal = &bound.goal;
                self.signatures.call_trait(goal.def)?;
                if self.shallow(goal.self_ty()) != ty {
                    return None;
                }
                let TyKind::Tuple(params) = self.shallow(goal.args[1]).kind() else {
                    return None;
                };
                Some(ExpectedFn {
                    params: params.to_vec(),
                    ret: goal.args[2],
                })
            }),
            _ => None,
        }
    }

    /// Whether what is expected is called by nothing but `FnOnce`: a closure that is made there is gone after a call,
    /// and may give away all that it captures.
    fn is_called_once(&self, ty: Ty) -> bool {
        let ty = self.shallow(ty);
        if !matches!(ty.kind(), TyKind::Infer(InferVar::Any(_))) {
            return false;
        }
        let goals = self.bounds.iter().map(|bound| &bound.goal);
        let own = goals.filter(|goal| self.shallow(goal.self_ty()) == ty);
        let calls: Vec<CallKind> = own.filter_map(|goal| self.signatures.call_trait(goal.def)).collect();
        !calls.is_empty() && calls.iter().all(|call| *call == CallKind::Once)
    }

    fn call_callable(&mut self, expr: ExprId, params: &[Ty], args: &[hir::Arg]) {
        let called = Called {
            text: "this closure".to_owned(),
            declared: None,
            params,
            names: &[],
            variadic: false,
            wanted: &[],
        };
        self.arguments(expr, &called, args);
        let args = args.iter().map(|arg| arg.value).collect();
        self.calls_of_values.push((expr, args));
    }

    /// Makes what can be called a `fn(..)`, which borrows it: a closure, or what a bound or reference leads to.
    pub(super) fn borrow_as_fn(&mut self, expr: ExprId, found: Ty, wanted: &FnType, expected: Ty) -> bool {
        let found = self.shallow(found);
        let Some(callable) = self.type_env().callable(found) else {
            return false;
        };
        let pairs = callable.params.iter().zip(&wanted.params);
        let takes = callable.params.len() == wanted.params.len()
            && pairs.into_iter().all(|(own, wanted)| self.table.unify(*own, *wanted))
            && self.table.unify(callable.ret, wanted.ret);
        if !takes || wanted.is_unsafe {
            return false;
        }
        self.adjust(expr, Adjust::BorrowAsFn, expected);
        self.fn_values.push(expr);
        true
    }

    /// Makes what is called through a `&` an `own fn`, which holds it in a box: a closure, a function, or what a bound
    /// says is called so. Absent where the types are no such pair.
    pub(super) fn coerce_own_fn(&mut self, expr: ExprId, found: Ty, expected: Ty) -> Option<bool> {
        let (TyKind::Closure(_) | TyKind::FnItem(..) | TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_)) =
            found.kind()
        else {
            return None;
        };
        let TyKind::Adt(boxed, _) = expected.kind() else {
            return None;
        };
        let (params, ret) = self.signatures.own_fn_parts(expected)?;
        let callable = self.type_env().callable(found)?;
        let takes = callable.params.len() == params.len()
            && callable
                .params
                .iter()
                .zip(params)
                .all(|(own, wanted)| self.table.unify(*own, *wanted))
            && self.table.unify(callable.ret, ret);
        if !takes {
            return Some(false);
        }
        let in_box = Ty::new(TyKind::Adt(*boxed, [found].into()));
        self.adjust(expr, Adjust::Box, in_box);
        self.fn_values.push(expr);
        self.coerce_owner(expr, in_box, expected)
    }

    /// Makes a closure a function of C's, if it captures nothing.
    pub(super) fn closure_to_extern(&mut self, expr: ExprId, own: &ClosureTy, wanted: &FnType, expected: Ty) -> bool {
        let own = FnType {
            params: own.params.clone(),
            ret: own.ret,
            variadic: false,
            is_unsafe: false,
            convention: wanted.convention,
        };
        if !self.signatures_match(&own, wanted) {
            return false;
        }
        self.adjust(expr, Adjust::ClosureToExtern, expected);
        self.fn_values.push(expr);
        true
    }

    /// When all captures are known: that what became a function can be called as one.
    pub(super) fn check_fn_values(&mut self) {
        for expr in std::mem::take(&mut self.fn_values) {
            let steps = self.typed.adjustments.get(&expr).map_or(&[][..], Vec::as_slice);
            let is_made =
                |step: &Adjustment| matches!(step.kind, Adjust::BorrowAsFn | Adjust::ClosureToExtern | Adjust::Box);
            let Some(at) = steps.iter().position(is_made) else {
                continue;
            };
            let (made, to) = (steps[at].kind, steps[at].ty);
            let from = match at.checked_sub(1) {
                Some(before) => steps[before].ty,
                None => self.typed.expr_tys[expr],
            };
            if is_error(from) || is_error(to) {
                continue;
            }
            let target = self.display(to);
            let span = match &self.body.exprs[expr] {
                Expr::Closure(id) => self.body.closures[*id].head,
                _ => self.span(expr),
            };
            if made == Adjust::Box {
                // Whether it is called so, what it becomes asks.
                self.check_owned_closure(span, from);
                continue;
            }
            if let (Adjust::ClosureToExtern, TyKind::Closure(closure)) = (made, from.kind()) {
                let captures = self.own_closure(closure).and_then(|id| self.typed.closures.get(id));
                if let Some([first, ..]) = captures.map(|own| own.captures.as_slice()) {
                    let name = self.body.locals[first.local].name;
                    let diagnostic = errors::captures_for_c(span, &target, name, first.span);
                    self.report(diagnostic);
                }
                continue;
            }
            match self.type_env().call_kind(from) {
                Some(CallKind::Shared) | None => {}
                Some(found) => {
                    let diagnostic = match from.kind() {
                        TyKind::Closure(closure) => {
                            errors::call_kind_not_met(span, &target, found, self.call_cause(closure))
                        }
                        _ => errors::may_not_be_called_as(span, &self.display(from), &target, found),
                    };
                    self.report(diagnostic);
                }
            }
        }
    }

    /// That an `own fn` borrows nothing from the body that makes it.
    fn check_owned_closure(&mut self, span: Span, ty: Ty) {
        let TyKind::Closure(closure) = ty.kind() else { return };
        let own = self.own_closure(closure).and_then(|id| self.typed.closures.get(id));
        let borrowed = own.and_then(|own| own.captures.iter().find(|one| one.mode != CaptureMode::Value));
        if let Some(capture) = borrowed {
            let name = self.body.locals[capture.local].name;
            let diagnostic = errors::borrows_for_own_fn(span, name, capture.span);
            self.report(diagnostic);
        }
    }

    /// A closure of this body.
    fn own_closure(&self, closure: &ClosureTy) -> Option<ClosureId> {
        let is_own = Some(closure.closure.owner) == self.env.owner;
        is_own.then_some(closure.closure.closure)
    }

    /// The use of a capture that makes a closure of this body one that is not called through a `&`.
    fn call_cause(&self, closure: &ClosureTy) -> Option<Span> {
        self.call_causes.get(&self.own_closure(closure)?).copied()
    }

    /// Where a closure takes and gives what a function trait asks for, but is not called in that way: why not.
    pub(super) fn call_kind_not_met(&self, goal: &TraitRef, span: Span) -> Option<Diagnostic> {
        self.signatures.call_trait(goal.def)?;
        let TyKind::Closure(closure) = goal.self_ty().kind() else {
            return None;
        };
        let found = closure.environment.as_ref()?.call;
        if !self.type_env().is_called_as(goal, CallKind::Once) {
            return None;
        }
        let cause = self.call_cause(closure);
        // The closure itself, where it stands in this body.
        let at = self.own_closure(closure).map(|id| self.body.closures[id].head);
        let needed = crate::display::display_trait(goal, self.signatures);
        Some(errors::call_kind_not_met(at.unwrap_or(span), &needed, found, cause))
    }

    /// A call of a value whose bounds say that it can be called.
    pub(super) fn call_bound(&mut self, expr: ExprId, ty: Ty, args: &[hir::Arg]) -> Ty {
        match self.type_env().callable(ty) {
            Some(callable) => {
                self.call_callable(expr, &callable.params, args);
                callable.ret
            }
            None => ty,
        }
    }

    /// A call of a closure's value: how it is called is known when all captures are.
    pub(super) fn call_closure(&mut self, expr: ExprId, closure: &ClosureTy, args: &[hir::Arg]) -> Ty {
        self.call_callable(expr, &closure.params, args);
        closure.ret
    }
}
