//! The `impl` types of a function's result, in the function's own body: what its values say they are.

use base::Span;
use diag::Diagnostic;
use hir::{DefId, ExprId};

use super::{Checker, is_error};
use crate::{Equality, LangItem, TraitRef, Ty, TyKind, UnnamedRef, errors};

/// An `impl` type of the function that is checked.
pub(super) struct Opened {
    of: UnnamedRef,
    /// The variable that stands for it.
    ty: Ty,
    /// The first value that said what it is.
    first: Option<Span>,
}

impl Checker<'_> {
    /// The result of a function with variables for its `impl` types, of which their bounds are asked.
    pub(super) fn open_result(&mut self, function: DefId, ret: Ty) -> Ty {
        let ret = self.opened_ty(function, ret);
        let signatures = self.signatures;
        let mut next = 0;
        while let Some(opened) = self.opened.get(next) {
            next += 1;
            let self_ty = opened.ty;
            let Some(decl) = signatures.unnamed.get(&opened.of) else {
                continue;
            };
            if let Some(def) = signatures.lang.get(LangItem::Sized) {
                let args = [self_ty].into();
                self.ask_bound(TraitRef { def, args }, decl.span);
            }
            for bound in &decl.bounds.traits {
                let goal = bound.map(|ty| self.opened_ty(function, ty));
                let goal = goal.map(|ty| self.normalize(ty));
                self.ask_bound(goal, decl.span);
            }
            for equality in &decl.bounds.equalities {
                let equality = Equality {
                    assoc: equality.assoc.map(|ty| self.opened_ty(function, ty)),
                    ty: self.opened_ty(function, equality.ty),
                };
                self.ask_equality(&equality, decl.span);
            }
        }
        self.typed.unnamed = self.opened.iter().map(|opened| (opened.of, opened.ty)).collect();
        ret
    }

    fn opened_ty(&mut self, function: DefId, ty: Ty) -> Ty {
        if !ty.has_unnamed() {
            return ty;
        }
        ty.map(&mut |part| match part.kind() {
            TyKind::Unnamed(unnamed) if unnamed.of.function == function => {
                let known = self.opened.iter().find(|opened| opened.of == unnamed.of);
                Some(match known {
                    Some(opened) => opened.ty,
                    None => {
                        let ty = self.table.fresh();
                        self.opened.push(Opened {
                            of: unnamed.of,
                            ty,
                            first: None,
                        });
                        ty
                    }
                })
            }
            _ => None,
        })
    }

    /// Notes where a value said first what an `impl` type in the expected type is.
    pub(super) fn note_given(&mut self, expr: ExprId, found: Ty, expected: Ty) {
        if self.opened.is_empty() || self.shallow(found).is_never() {
            return;
        }
        let span = self.span(expr);
        for opened in self.opened.iter_mut().filter(|opened| opened.first.is_none()) {
            if expected.any(&mut |part| part == opened.ty) {
                opened.first = Some(span);
            }
        }
    }

    /// Of a value that is not of the type which another said that an `impl` type is.
    pub(super) fn given_otherwise(&self, expr: ExprId, found: Ty, expected: Ty) -> Option<Diagnostic> {
        let is_expected = |ty: Ty| expected.any(&mut |part| part == ty);
        let opened = self.opened.iter().find(|opened| is_expected(opened.ty))?;
        let first = opened.first?;
        if is_error(self.shallow(opened.ty)) {
            return None;
        }
        let (known, found) = (self.display(opened.ty), self.display(found));
        Some(errors::several_unnamed(self.span(expr), &known, &found, first))
    }

    /// Where the value is given that has to be what the signature says at this place.
    pub(super) fn given_for(&self, asked_at: Span) -> Option<Span> {
        let is_it = |opened: &&Opened| self.signatures.unnamed[&opened.of].span == asked_at;
        self.opened.iter().find(is_it)?.first
    }

    /// When all is known that can be: that something said what each `impl` type is.
    pub(super) fn check_opened(&mut self) {
        for index in 0..self.opened.len() {
            let opened = &self.opened[index];
            if matches!(self.shallow(opened.ty).kind(), TyKind::Infer(crate::InferVar::Any(_)))
                && !self.diagnostics.has_errors()
            {
                let span = self.signatures.unnamed[&opened.of].span;
                self.report(errors::unnamed_unknown(span));
            }
        }
    }

    /// Notes the `impl` types that the tables mention.
    pub(super) fn note_mentioned(&mut self) {
        let typed = &self.typed;
        let steps = typed.adjustments.values().flatten().map(|step| step.ty);
        let own = typed.unnamed.iter().map(|(_, ty)| *ty);
        let tys = (typed.expr_tys.iter().copied())
            .chain(typed.local_tys.iter().copied())
            .chain(steps)
            .chain(own);
        let mut found: Vec<UnnamedRef> = typed.unnamed.iter().map(|(of, _)| *of).collect();
        for ty in tys {
            crate::unnamed::mentioned(ty, &mut found);
        }
        for assertion in &typed.const_asserts {
            found.extend(&assertion.condition.mentioned);
        }
        found.sort();
        found.dedup();
        self.typed.mentioned = found;
    }
}
