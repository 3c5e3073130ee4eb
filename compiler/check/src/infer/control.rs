//! Blocks, branches, loops and jumps.

use hir::{Arm, Block, Expr, ExprId, LabelId, Mutability, PatId, Stmt};

use super::try_::Discarded;
use super::{BodyEnv, Checker, Expect, LabelState, check_body, is_error};
use crate::typed::TypedAssert;
use crate::{Adjust, BodyKey, BodyRef, ConstValue, Ty, TyKind, consteval, errors};

impl Checker<'_> {
    pub(super) fn block(&mut self, block: &Block, label: Option<LabelId>, expect: Expect) -> Ty {
        if let Some(label) = label {
            return self.labelled_block(block, label, expect);
        }
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        match (block.tail, expect) {
            (Some(tail), Expect::Coerce(wanted)) => {
                let ty = self.coerced(tail, wanted);
                if self.shallow(self.typed.expr_tys[tail]).is_never() {
                    Ty::never()
                } else {
                    ty
                }
            }
            (Some(tail), Expect::Nothing | Expect::Hint(_)) => self.infer(tail, expect),
            (None, _) if self.diverges => Ty::never(),
            (None, _) => Ty::unit(),
        }
    }

    fn labelled_block(&mut self, block: &Block, label: LabelId, expect: Expect) -> Ty {
        let value = expect.ty().unwrap_or_else(|| self.table.fresh());
        self.labels.insert(
            label,
            LabelState {
                value: Some(value),
                has_break: false,
            },
        );
        let found = self.block(block, None, Expect::Coerce(value));
        let has_break = self.labels[&label].has_break;
        if has_break {
            self.diverges = false;
        }
        if self.shallow(found).is_unit() {
            self.table.unify(value, found);
        }
        if has_break { value } else { found }
    }

    /// The condition stands by itself: it sees no variable of the function.
    fn const_assert(&mut self, assertion: &hir::ConstAssert) {
        let body = BodyRef {
            module: self.typed.body.module,
            body: assertion.condition,
        };
        // The condition of an instance is evaluated by itself, without closures.
        let is_generic = !self.env.scope.generics.is_empty();
        let env = BodyEnv {
            owner: (!is_generic).then_some(BodyKey::Const(body)),
            scope: self.env.scope.clone(),
            params: Vec::new(),
            ret: Ty::bool(),
            bounds: self.env.bounds.clone(),
            is_unsafe: false,
            features: None,
        };
        let (condition, diagnostics) = check_body(self.input, self.signatures, body, &env);
        self.diagnostics.append(diagnostics);
        if condition.has_errors() {
            return;
        }
        if is_generic {
            self.typed.const_asserts.push(TypedAssert {
                condition,
                message: assertion.message,
                span: assertion.span,
            });
            return;
        }
        match consteval::evaluate(self.input, self.signatures, &condition) {
            Ok(ConstValue::Int(0)) => {
                self.report(errors::assertion_fails(assertion.span, assertion.message));
            }
            Ok(_) => {}
            Err(failed) => self.diagnostics.append(failed.messages),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let {
                pat,
                ty,
                init,
                otherwise,
                ..
            } => self.let_stmt(*pat, *ty, *init, *otherwise),
            Stmt::Expr {
                expr,
                has_semicolon: true,
            } => {
                self.infer(*expr, Expect::Nothing);
                self.discarded.push(Discarded {
                    expr: *expr,
                    may_leave: true,
                });
            }
            Stmt::Discard(expr) => {
                self.infer(*expr, Expect::Nothing);
            }
            Stmt::Expr {
                expr,
                has_semicolon: false,
            } => {
                self.coerced(*expr, Ty::unit());
            }
            Stmt::ConstAssert(assertion) => self.const_assert(assertion),
            Stmt::Defer { expr, when, span } => {
                self.require_errors(*when, *span);
                let diverges = self.diverges;
                self.infer(*expr, Expect::Nothing);
                self.discarded.push(Discarded {
                    expr: *expr,
                    may_leave: false,
                });
                self.diverges = diverges;
            }
        }
    }

    fn let_stmt(&mut self, pat: PatId, ty: Option<hir::TypeRefId>, init: Option<ExprId>, otherwise: Option<ExprId>) {
        let declared = ty.map(|ty| self.written_value_ty(ty));
        let value = match (init, declared) {
            (Some(init), Some(declared)) => self.coerced(init, declared),
            (Some(init), None) => self.sized_value(init),
            (None, Some(declared)) => declared,
            (None, None) => self.table.fresh(),
        };
        if let Some(otherwise) = otherwise {
            let diverges = std::mem::replace(&mut self.diverges, false);
            let ty = self.infer(otherwise, Expect::Nothing);
            if !self.diverges && !is_error(self.shallow(ty)) {
                let span = self.end_of(otherwise);
                self.report(errors::else_goes_on(span));
            }
            self.diverges = diverges;
            self.condition_pattern(pat, value);
            self.refuse_constant_names(pat);
        } else {
            self.irrefutable_pattern(pat, value);
        }
    }

    /// The type of an expression whose value is kept, which must have a size.
    fn sized_value(&mut self, expr: ExprId) -> Ty {
        let ty = self.infer(expr, Expect::Nothing);
        let now = self.shallow(ty);
        if now.is_unsized() {
            let text = self.display(now);
            return self.error_at(expr, |span| errors::unsized_value(span, &text));
        }
        ty
    }

    pub(super) fn let_condition(&mut self, pat: PatId, value: ExprId) -> Ty {
        let ty = self.sized_value(value);
        self.condition_pattern(pat, ty);
        self.refuse_constant_names(pat);
        Ty::bool()
    }

    fn condition(&mut self, condition: ExprId) {
        self.coerced(condition, Ty::bool());
    }

    pub(super) fn if_expr(
        &mut self,
        expr: ExprId,
        condition: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
        expect: Expect,
    ) -> Ty {
        self.condition(condition);
        let before = self.diverges;
        let Some(otherwise) = otherwise else {
            if let Expect::Coerce(wanted) = self.inside_result(expect)
                && !self.table.unify(wanted, Ty::unit())
            {
                self.infer(then, Expect::Hint(wanted));
                self.diverges = before;
                let text = self.display(wanted);
                return self.error_at(expr, |span| errors::missing_else(span, &text));
            }
            self.coerced(then, Ty::unit());
            self.diverges = before;
            return Ty::unit();
        };
        let mut joined = None;
        let mut all_diverge = true;
        for branch in [then, otherwise] {
            self.diverges = before;
            joined = self.branch(branch, expect, joined);
            all_diverge &= self.diverges;
        }
        self.diverges = all_diverge;
        joined.unwrap_or_else(Ty::never)
    }

    /// One of several branches: coerced where the whole is, else joined with those before it.
    fn branch(&mut self, branch: ExprId, expect: Expect, joined: Option<Ty>) -> Option<Ty> {
        match (expect, joined) {
            (Expect::Coerce(wanted), _) => {
                self.coerced(branch, wanted);
                let never = self.shallow(self.typed.expr_tys[branch]).is_never();
                if never { joined } else { Some(wanted) }
            }
            (_, Some(ty)) => {
                self.coerced(branch, ty);
                joined
            }
            (_, None) => {
                let found = self.infer(branch, expect);
                let found = self.type_to_share(branch, found);
                if found.is_never() { None } else { Some(found) }
            }
        }
    }

    pub(super) fn match_expr(&mut self, expr: ExprId, value: ExprId, arms: &[Arm], expect: Expect) -> Ty {
        let ty = self.sized_value(value);
        let before = self.diverges;
        let mut joined = None;
        let mut all_diverge = true;
        for arm in arms {
            self.diverges = before;
            self.pattern(arm.pat, ty);
            self.refuse_constant_names(arm.pat);
            if let Some(guard) = arm.guard {
                self.condition(guard);
            }
            joined = self.branch(arm.body, expect, joined);
            all_diverge &= self.diverges;
        }
        self.diverges = all_diverge;
        self.matches.push(expr);
        joined.unwrap_or_else(Ty::never)
    }

    pub(super) fn loop_expr(&mut self, body: ExprId, label: LabelId, expect: Expect) -> Ty {
        let value = expect.ty().unwrap_or_else(|| self.table.fresh());
        self.labels.insert(
            label,
            LabelState {
                value: Some(value),
                has_break: false,
            },
        );
        self.coerced(body, Ty::unit());
        let has_break = self.labels[&label].has_break;
        self.diverges = !has_break;
        if has_break { value } else { Ty::never() }
    }

    pub(super) fn while_expr(&mut self, condition: ExprId, body: ExprId, label: LabelId) -> Ty {
        self.labels.insert(
            label,
            LabelState {
                value: None,
                has_break: false,
            },
        );
        self.condition(condition);
        let before = self.diverges;
        self.coerced(body, Ty::unit());
        self.diverges = before;
        Ty::unit()
    }

    pub(super) fn for_expr(&mut self, pat: PatId, iter: ExprId, body: ExprId, label: LabelId) -> Ty {
        let ty = self.infer(iter, Expect::Nothing);
        let element = self.iterated(iter, ty);
        self.irrefutable_pattern(pat, element);
        self.labels.insert(
            label,
            LabelState {
                value: None,
                has_break: false,
            },
        );
        let before = self.diverges;
        self.coerced(body, Ty::unit());
        self.diverges = before;
        Ty::unit()
    }

    /// What a `for` over a value binds.
    fn iterated(&mut self, iter: ExprId, ty: Ty) -> Ty {
        let ty = self.shallow(ty);
        match ty.kind() {
            TyKind::Error(_) => ty,
            TyKind::Range { element, .. } => *element,
            TyKind::Array(element, _) => {
                // Numbers are `Copy`, whichever they become.
                let resolved = self.table.resolve_with_defaults(*element);
                if !self.type_env().is_copy(resolved) && !matches!(resolved.kind(), TyKind::Infer(_)) {
                    return self.iterated_by_trait(iter, ty);
                }
                *element
            }
            TyKind::Ref(mutability, target) => {
                let target = self.shallow(*target);
                match target.kind() {
                    TyKind::Slice(element) => {
                        if *mutability == hir::Mutability::Mut {
                            self.adjust(iter, Adjust::Deref, target);
                            self.adjust(iter, Adjust::Borrow(*mutability), ty);
                        }
                        element.reference(*mutability)
                    }
                    TyKind::Array(element, _) => {
                        let slice = element.slice().reference(*mutability);
                        self.coerce(iter, ty, slice);
                        element.reference(*mutability)
                    }
                    _ => match self.signatures.looks_through(target) {
                        Some(through) if through.is_mutable() || *mutability == Mutability::Const => {
                            self.adjust(iter, Adjust::Deref, target);
                            self.see_through(iter, through);
                            let lent = through.target.reference(*mutability);
                            self.adjust(iter, Adjust::Borrow(*mutability), lent);
                            self.iterated(iter, lent)
                        }
                        Some(_) | None => self.iterated_by_trait(iter, ty),
                    },
                }
            }
            _ => self.iterated_by_trait(iter, ty),
        }
    }

    pub(super) fn cannot_iterate(&mut self, iter: ExprId, ty: Ty) -> Ty {
        if let Some(reported) = self.table.resolve(ty).error_inside() {
            return Ty::error(reported);
        }
        let text = self.display(ty);
        let start = self.span(iter);
        let hint = match ty.kind() {
            _ if ty.is_integer() => Some(("iterate over a range", "0..")),
            TyKind::Slice(_) => Some(("iterate over a reference", "&")),
            _ => None,
        };
        let mut diagnostic = errors::cannot_iterate(start, &text);
        if self.is_text(ty) {
            let is_compound = self.is_compound(iter) || matches!(self.body.exprs[iter], Expr::Ref { .. });
            diagnostic = errors::convert_by(diagnostic, "go over its characters", start, ".chars()", is_compound);
        }
        if let Some((message, text)) = hint {
            let at = base::Span {
                end: start.start,
                ..start
            };
            diagnostic = diagnostic.hint_replace(message, at, text);
        }
        self.error_ty(diagnostic)
    }

    pub(super) fn break_expr(&mut self, expr: ExprId, label: Option<LabelId>, value: Option<ExprId>) -> Ty {
        let Some(label) = label else {
            if let Some(value) = value {
                self.infer(value, Expect::Nothing);
            }
            return Ty::never();
        };
        let Some(mut state) = self.labels.get(&label).copied() else {
            return Ty::never();
        };
        state.has_break = true;
        self.labels.insert(label, state);
        match (state.value, value) {
            (Some(wanted), Some(value)) => {
                self.coerced(value, wanted);
            }
            (Some(wanted), None) => {
                if !self.holds_unit(wanted) && !self.table.unify(wanted, Ty::unit()) {
                    let text = self.display(wanted);
                    self.error_at(expr, |span| errors::mismatched_types(span, &text, "()"));
                }
            }
            (None, Some(value)) => {
                self.infer(value, Expect::Nothing);
                self.error_at(expr, errors::bad_break);
            }
            (None, None) => {}
        }
        Ty::never()
    }

    pub(super) fn return_expr(&mut self, expr: ExprId, value: Option<ExprId>) -> Ty {
        let ret = self.shallow(self.ret);
        match value {
            Some(value) => {
                self.coerced(value, self.ret);
            }
            None if self.holds_unit(ret) || is_error(ret) => {}
            None if self.table.unify(ret, Ty::unit()) => {}
            None => {
                let text = self.display(ret);
                self.error_at(expr, |span| errors::mismatched_types(span, &text, "()"));
            }
        }
        Ty::never()
    }

    pub(super) fn coalesce(&mut self, value: ExprId, otherwise: ExprId, expect: Expect) -> Ty {
        let hint = expect.ty().map_or(Expect::Nothing, |ty| Expect::Hint(ty.optional()));
        let found = self.infer(value, hint);
        let found = self.shallow(found);
        let inner = match found.kind() {
            TyKind::Optional(inner) => *inner,
            TyKind::Error(_) => found,
            _ => {
                let text = self.display(found);
                let may_fail = self.result_parts(found).is_some();
                self.error_at(value, |span| {
                    let diagnostic = errors::bad_operand(span, "??", &text, None);
                    if may_fail {
                        errors::catch_it(diagnostic)
                    } else {
                        diagnostic
                    }
                })
            }
        };
        let before = self.diverges;
        let otherwise_ty = self.infer(otherwise, Expect::Hint(inner));
        self.diverges = before;
        // `opt ?? other_opt` stays optional.
        if self.shallow(otherwise_ty) == found && matches!(found.kind(), TyKind::Optional(_)) {
            return found;
        }
        self.coerce(otherwise, otherwise_ty, inner);
        inner
    }

    /// The body's expression, for messages that depend on its form.
    pub(super) fn is_literal(&self, expr: ExprId) -> bool {
        matches!(self.body.exprs[expr], Expr::Literal(_))
    }
}
