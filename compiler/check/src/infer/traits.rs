//! What traits give types: their functions.

use base::{Span, Symbol};
use hir::DefId;

use super::{Checker, is_error};
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
        if let (TyKind::Param { .. }, [], [function]) = (ty.kind(), &found[..], &functions[..]) {
            // What the parameter lacks is said as a bound.
            found.extend(self.lacking(ty, *function));
        }
        if found.is_empty() && matches!(ty.kind(), TyKind::Adt(..)) && !ty.has_infer() {
            // That nobody knows is said as a bound, too.
            let endless = functions.iter().find(|function| self.is_endless_for(ty, **function));
            found.extend(endless.and_then(|function| self.lacking(ty, *function)));
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

    /// Whether it leads to ever further questions if the type has the trait of the function.
    fn is_endless_for(&self, ty: Ty, function: DefId) -> bool {
        let of_trait = self
            .signatures
            .fns
            .get(&FnRef::Lang(function))
            .and_then(|decl| decl.of_trait);
        let goal = of_trait.map(|def| TraitRef { def, args: [ty].into() });
        goal.is_some_and(|goal| {
            self.signatures.traits[&goal.def].generics.len() == 1 && self.type_env().is_endless(&goal)
        })
    }

    /// A function of a trait for a type that does not have it.
    fn lacking(&mut self, ty: Ty, function: DefId) -> Option<(DefId, TraitFunction)> {
        let of_trait = self.signatures.fns.get(&FnRef::Lang(function))?.of_trait?;
        if !self.program().is_visible(of_trait, self.env.scope.from) {
            return None;
        }
        let mut args = self.fresh_args(self.signatures.traits[&of_trait].generics.len());
        args[0] = ty;
        Some((of_trait, TraitFunction { function, args }))
    }

    pub(super) fn is_in_prelude(&self, of_trait: DefId) -> bool {
        let mut names = self.program().prelude.values();
        names.any(|def| *def == hir::Def::Item(of_trait))
    }

    pub(super) fn is_in_scope(&self, of_trait: DefId) -> bool {
        let module = &self.program().modules[self.env.scope.from.module];
        of_trait.module == self.env.scope.from.module
            || module.scope.values().any(|def| *def == hir::Def::Item(of_trait))
    }
}
