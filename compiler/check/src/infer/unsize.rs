//! Pointers to values that become pointers to `dyn` types.

use base::Span;
use hir::{ExprId, Mutability};

use super::Checker;
use super::obligations::Selection;
use crate::{Adjust, DynTy, Equality, InferVar, TraitRef, Ty, TyKind, errors};

/// What leads to a value that becomes one of a `dyn` type.
#[derive(Clone, Copy, PartialEq)]
enum Pointer {
    /// It may lead to what holds references, whatever the type says.
    Reference,
    /// Such as a `Box`: `dyn ?view` says that what it has may hold references.
    Owner,
}

impl Checker<'_> {
    /// Whether a pointer to `source` becomes one to `target`, a `dyn` type that `source` is not.
    fn becomes_dyn(&mut self, pointer: Pointer, source: Ty, target: Ty) -> bool {
        let (source, target) = (self.shallow(source), self.shallow(target));
        let TyKind::Dyn(dynamic) = target.kind() else {
            return false;
        };
        if let TyKind::Dyn(of_source) = source.kind() {
            if pointer == Pointer::Owner && of_source.is_view && !dynamic.is_view {
                return false;
            }
            let (source, target) = (self.table.resolve(source), self.table.resolve(target));
            let (from, to) = (
                self.signatures.as_in_tables(source),
                self.signatures.as_in_tables(target),
            );
            let goal = |def: &hir::DefId| TraitRef {
                def: *def,
                args: [source].into(),
            };
            // A parameter of the function that is called may stand in one of them: it is what the other has there.
            let is_open = from.has_infer() || to.has_infer();
            let mut above = std::iter::once(from).chain(self.signatures.dyn_supertypes(from));
            let is_above = above.any(|above| above == to || is_open && self.unify_dyn(above, to));
            let env = self.type_env();
            return is_above && dynamic.threads.iter().all(|def| env.prove(&goal(def)).is_some());
        }
        if matches!(source.kind(), TyKind::Infer(InferVar::Any(_)) | TyKind::Error(_)) || source.is_unsized() {
            return false;
        }
        // An unsuffixed literal has the traits of its default type.
        let source = match source.kind() {
            TyKind::Infer(_) => {
                let default = self.table.resolve_with_defaults(source);
                self.table.unify(source, default);
                default
            }
            _ => source,
        };
        let goal = dynamic.trait_ref(source);
        !matches!(self.select(&goal), Selection::Refuted)
    }

    /// Makes two `dyn` types of one trait equal.
    fn unify_dyn(&mut self, a: Ty, b: Ty) -> bool {
        let (TyKind::Dyn(of_a), TyKind::Dyn(of_b)) = (a.kind(), b.kind()) else {
            return false;
        };
        of_a.of_trait == of_b.of_trait && self.table.unify(a, b)
    }

    /// What a call gives becomes a pointer to a `dyn` type of a function trait: that says what a closure among the
    /// arguments takes, `Box.new(|n| n + 1)`.
    pub(super) fn hint_of_dyn(&mut self, ret: Ty, expected: Ty) {
        let (ret, expected) = (self.shallow(ret), self.shallow(expected));
        let Some((source, target)) = self.signatures.pointees(ret, expected) else {
            return;
        };
        let (source, target) = (self.shallow(source), self.shallow(target));
        let is_open = matches!(source.kind(), TyKind::Infer(InferVar::Any(_)));
        if is_open && self.signatures.dyn_call(target).is_some() {
            self.dyn_hints.push((source, target));
        }
    }

    /// Notes what a type has to be to stand behind a `dyn` type, for when it is known.
    fn ask_dyn(&mut self, span: Span, source: Ty, dynamic: &DynTy) {
        if let TyKind::Dyn(_) = self.shallow(source).kind() {
            return;
        }
        let bounds = dynamic.bounds(source);
        for goal in bounds.traits {
            let goal: TraitRef = goal.map(|ty| self.normalize(ty));
            self.ask_bound(goal, span);
        }
        if let Some(def) = self.signatures.lang.get(crate::LangItem::Sized) {
            let args = [source].into();
            self.ask_bound(TraitRef { def, args }, span);
        }
        for equality in &bounds.equalities {
            let equality: &Equality = equality;
            self.ask_equality(equality, span);
        }
        self.solve_pending();
    }

    /// `&T` as `&dyn Trait`: the steps, if `T` may have the trait.
    pub(super) fn coerce_ref_to_dyn(
        &mut self,
        expr: ExprId,
        from: (Mutability, Ty),
        to: (Mutability, Ty),
        expected: Ty,
    ) -> bool {
        let TyKind::Dyn(dynamic) = self.shallow(to.1).kind() else {
            return false;
        };
        if !self.becomes_dyn(Pointer::Reference, from.1, to.1) {
            return false;
        }
        self.reborrow(expr, from, to.0);
        self.adjust(expr, Adjust::Unsize, expected);
        self.ask_dyn(self.span(expr), from.1, dynamic);
        true
    }

    /// `Box<T>` as `Box<dyn Trait>`; absent where the types are no such pair.
    pub(super) fn coerce_owner(&mut self, expr: ExprId, found: Ty, expected: Ty) -> Option<bool> {
        let (source, target) = self.signatures.pointees(found, expected)?;
        let (source, target) = (self.shallow(source), self.shallow(target));
        let TyKind::Dyn(dynamic) = target.kind() else {
            return None;
        };
        let is_open = matches!(source.kind(), TyKind::Infer(InferVar::Any(_)) | TyKind::Error(_));
        if is_open || source == target || (source.is_unsized() && !matches!(source.kind(), TyKind::Dyn(_))) {
            return None;
        }
        if !self.becomes_dyn(Pointer::Owner, source, target) {
            return Some(false);
        }
        if self.table.resolve(source) == self.table.resolve(target) {
            return None;
        }
        self.adjust(expr, Adjust::Unsize, expected);
        self.ask_dyn(self.span(expr), source, dynamic);
        Some(true)
    }

    /// Why a pointer does not become one to a `dyn` type, where that was wanted.
    pub(super) fn lacks_trait_of_dyn(&self, span: Span, found: Ty, expected: Ty) -> Option<diag::Diagnostic> {
        let (source, target) = self.signatures.pointees(found, expected)?;
        let TyKind::Dyn(dynamic) = target.kind() else {
            return None;
        };
        if source.has_infer() || source.error_inside().is_some() || matches!(source.kind(), TyKind::Dyn(_)) {
            return None;
        }
        let goal = dynamic.trait_ref(source);
        let name = crate::display::display_trait(&goal, self.signatures);
        if self.type_env().is_endless(&goal) {
            return Some(errors::endless_question(span, &self.display(source), &name));
        }
        let diagnostic = errors::bound_not_met(span, &self.display(source), &name);
        Some(diagnostic.note(format!("a `{}` is expected here", self.display(expected))))
    }
}
