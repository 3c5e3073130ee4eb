//! What traits give types: their functions, and the bounds of what is called.

use base::{Span, Symbol};
use hir::DefId;

use super::{Checker, PendingBound, is_error};
use crate::{FnRef, TraitRef, Ty, TyKind, errors};

/// A function of a trait, for a type that has it.
pub(super) struct TraitFunction {
    pub(super) function: DefId,
    /// The type arguments of the trait, that of `Self` first.
    pub(super) args: Vec<Ty>,
}

impl Checker<'_> {
    /// The function `name` that a trait gives the type; of several, the one whose trait stands in scope. The error has
    /// been said.
    pub(super) fn trait_function(&mut self, ty: Ty, name: Symbol, span: Span) -> Option<Result<TraitFunction, Ty>> {
        let signatures = self.signatures;
        let functions = signatures.trait_functions.get(&name)?;
        let ty = self.table.resolve(ty);
        if is_error(ty) || matches!(ty.kind(), TyKind::Infer(_)) {
            return None;
        }
        let mut found = Vec::new();
        for function in functions {
            let of_trait = signatures
                .fns
                .get(&FnRef::Lang(*function))
                .and_then(|decl| decl.of_trait);
            let Some(of_trait) = of_trait else { continue };
            if !self.program().is_visible(of_trait, self.env.scope.from) {
                continue;
            }
            if let Some(args) = self.trait_args(ty, of_trait) {
                found.push((
                    of_trait,
                    TraitFunction {
                        function: *function,
                        args,
                    },
                ));
            }
        }
        if found.len() > 1 {
            let in_scope: Vec<bool> = found.iter().map(|(of_trait, _)| self.is_in_scope(*of_trait)).collect();
            if in_scope.iter().filter(|is| **is).count() == 1 {
                let at = in_scope.iter().position(|is| *is).expect("one is");
                return Some(Ok(found.swap_remove(at).1));
            }
            let names: Vec<Symbol> = found
                .iter()
                .map(|(of_trait, _)| signatures.traits[of_trait].name)
                .collect();
            return Some(Err(self.error_ty(errors::ambiguous_method(span, name, &names))));
        }
        found.pop().map(|(_, function)| Ok(function))
    }

    /// The type arguments with which the type has the trait: those of its bound, or else of the only `impl` that fits.
    fn trait_args(&mut self, ty: Ty, of_trait: DefId) -> Option<Vec<Ty>> {
        let signatures = self.signatures;
        let n_generics = signatures.traits[&of_trait].generics.len();
        let mut bounds = self
            .env
            .bounds
            .iter()
            .filter(|bound| bound.def == of_trait && bound.self_ty() == ty);
        if let Some(bound) = bounds.next() {
            if bounds.next().is_some() {
                let mut args = self.fresh_args(n_generics);
                args[0] = ty;
                return Some(args);
            }
            return Some(bound.args.to_vec());
        }
        let mut fitting = signatures.impls_of(of_trait).filter(|decl| {
            let self_only = decl.trait_ref.self_ty();
            crate::traits::may_overlap(self_only, ty)
        });
        let first = fitting.next()?;
        let others = fitting.next().is_some();
        let mut args = self.fresh_args(n_generics);
        if !others {
            let impl_args = self.fresh_args(first.generics.len());
            let trait_ref = first.trait_ref.substitute(&impl_args);
            for (arg, known) in args.iter().zip(&trait_ref.args) {
                self.table.unify(*arg, *known);
            }
            if !self.table.unify(args[0], ty) {
                return None;
            }
            return Some(args);
        }
        args[0] = ty;
        Some(args)
    }

    fn is_in_scope(&self, of_trait: DefId) -> bool {
        let module = &self.program().modules[self.env.scope.from.module];
        of_trait.module == self.env.scope.from.module
            || module.scope.values().any(|def| *def == hir::Def::Item(of_trait))
    }

    /// Notes what a function asks of its type arguments, for when they are known.
    pub(super) fn ask_bounds(&mut self, span: Span, function: FnRef, args: &[Ty]) {
        let Some(decl) = self.signatures.fns.get(&function) else {
            return;
        };
        let pending = decl.bounds.iter().map(|bound| PendingBound {
            goal: bound.substitute(args),
            span,
            function,
        });
        self.bounds.extend(pending);
    }

    /// When all types are known: that they have the traits that were asked of them.
    pub(super) fn check_bounds(&mut self) {
        let mut said: Vec<(TraitRef, Span)> = Vec::new();
        for bound in std::mem::take(&mut self.bounds) {
            let unclear = |ty: &Ty| ty.any(&mut |part| is_error(part) || matches!(part.kind(), TyKind::Infer(_)));
            if bound.goal.args.iter().any(unclear) || self.signatures.prove(&self.env.bounds, &bound.goal).is_some() {
                continue;
            }
            let key = (bound.goal.clone(), bound.span);
            if said.contains(&key) {
                continue;
            }
            said.push(key);
            let ty = self.display(bound.goal.self_ty());
            let name = crate::display::display_trait(&bound.goal, self.signatures);
            let mut diagnostic = errors::bound_not_met(bound.span, &ty, &name);
            if let TyKind::Param { .. } = bound.goal.self_ty().kind() {
                diagnostic = diagnostic.hint(format!("ask for it: `{ty}: {name}`"));
            }
            let decl = self.signatures.function(bound.function);
            if decl.of_trait.is_none() {
                diagnostic = diagnostic.note(format!("`{}` asks for it", decl.name));
            }
            self.report(diagnostic);
        }
    }
}
