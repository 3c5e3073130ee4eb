//! What types lend: `impl Deref` and `impl DerefMut`, by the struct or enum that they are for.

use base::{FxHashMap, sym};

use super::Collector;
use crate::looks_through::positions;
use crate::{AdtRef, FnRef, ImplDecl, LangItem, Lender, Ty, TyKind, errors};

/// Which argument of a type each generic of an `impl` is.
type Positions = Box<[usize]>;

impl Collector<'_> {
    pub(super) fn lenders(&mut self) {
        let writers = self.lending_impls(LangItem::DerefMut, "deref_mut");
        let writers: FxHashMap<AdtRef, (FnRef, Positions)> = writers
            .into_iter()
            .map(|(adt, function, generics, _)| (adt, (function, generics)))
            .collect();
        for (adt, shared, generics, decl) in self.lending_impls(LangItem::Deref, "deref") {
            // What is missing has been said.
            let Some(target) = decl.assoc_types.get(&sym("Target")).copied() else {
                continue;
            };
            if self.signatures.lends_itself(adt, target) {
                self.report(errors::cannot_lend(
                    decl.span,
                    "what this type is used as leads back to it",
                ));
                continue;
            }
            let (mutable, mutable_generics) = match writers.get(&adt) {
                Some((function, generics)) => (Some(*function), generics.clone()),
                None => (None, Positions::default()),
            };
            let lender = Lender {
                target,
                shared,
                mutable,
                generics,
                mutable_generics,
            };
            self.signatures.lenders.insert(adt, lender);
        }
    }

    /// The `impl`s of one of the two traits: the type, the function, which arguments of the type its generics are.
    fn lending_impls(&mut self, of: LangItem, function: &str) -> Vec<(AdtRef, FnRef, Positions, ImplDecl)> {
        let of_trait = self.signatures.lang.get(of);
        let impls = of_trait.and_then(|of_trait| self.signatures.impls.get(&of_trait));
        let mut found = Vec::new();
        for decl in impls.cloned().unwrap_or_default() {
            match self.lent_type(&decl) {
                Some((adt, generics)) => {
                    if let Some(def) = decl.functions.get(&sym(function)) {
                        found.push((adt, FnRef::Lang(*def), generics, decl));
                    }
                }
                None if decl.trait_ref.args.iter().any(|arg| arg.error_inside().is_some()) => {}
                None => {
                    let why = "this is implemented for a struct or enum, and for all instances of a generic one";
                    self.report(errors::cannot_lend(decl.span, why));
                }
            }
        }
        found
    }

    fn lent_type(&self, decl: &ImplDecl) -> Option<(AdtRef, Positions)> {
        let own: Ty = *decl.trait_ref.args.first()?;
        let TyKind::Adt(adt, args) = own.kind() else {
            return None;
        };
        // A bound that the type itself does not ask for leaves instances out.
        let sized = self.signatures.lang.get(LangItem::Sized);
        let of_type = &self.signatures.adt(*adt).bounds.traits;
        let asks_more = decl
            .bounds
            .traits
            .iter()
            .any(|bound| Some(bound.def) != sized && !of_type.iter().any(|known| known.def == bound.def));
        if asks_more || !decl.bounds.equalities.is_empty() {
            return None;
        }
        Some((*adt, positions(decl.generics.len(), args)?))
    }
}
