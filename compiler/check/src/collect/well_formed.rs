//! That the types in signatures are given what their structs and enums ask of their arguments.

use base::Span;
use hir::DefId;

use super::Collector;
use crate::well_formed::{Unmet, WellFormed};
use crate::{AdtRef, Bounds, FnRef, Ty, TypeEnv, errors};

impl Collector<'_> {
    pub(super) fn check_well_formed(&mut self) {
        if self.signatures.adts.values().all(|decl| decl.bounds.is_empty()) {
            return;
        }
        self.each_item(Self::well_formed_item);
        let mut impls: Vec<_> = self.signatures.impls.values().flatten().cloned().collect();
        impls.sort_by_key(|decl| decl.def);
        for decl in impls {
            let types = decl.trait_ref.args.iter().chain(decl.assoc_types.values()).copied();
            self.require_well_formed(&decl.bounds, None, types.map(|ty| (ty, decl.span)).collect());
        }
    }

    fn well_formed_item(&mut self, def: DefId) {
        if let Some(decl) = self.signatures.fns.get(&FnRef::Lang(def)) {
            let Some(span) = decl.span else { return };
            let parent = self.input.program.item(def).parent;
            let is_of_trait =
                parent.is_some_and(|item| self.signatures.impl_traits.contains_key(&DefId { item, ..def }));
            let types = decl.params.iter().map(|param| param.ty).chain([decl.ret]);
            let types = types.map(|ty| (ty, span)).collect();
            // Of the type of an `impl` of a trait it is said there.
            let (bounds, self_ty) = (decl.own_bounds(&self.signatures), decl.self_ty);
            self.require_well_formed(&bounds, self_ty.filter(|_| is_of_trait), types);
        } else if let Some(decl) = self.signatures.adts.get(&AdtRef::Lang(def)) {
            let Some(span) = decl.span else { return };
            let types = decl.fields.iter().map(|field| (field.ty, span)).collect();
            self.require_well_formed(&decl.bounds.clone(), None, types);
        }
    }

    fn require_well_formed(&mut self, bounds: &Bounds, known: Option<Ty>, types: Vec<(Ty, Span)>) {
        let bounds = TypeEnv::elaborate(&self.signatures, bounds.clone());
        let env = self.signatures.within(&bounds);
        let mut well_formed = WellFormed::known(env, known);
        let found: Vec<(Unmet, Span)> = types
            .into_iter()
            .filter_map(|(ty, span)| Some((well_formed.unmet(env, ty)?, span)))
            .collect();
        for (unmet, span) in found {
            let (ty, name) = self.described(&unmet.bound);
            let diagnostic = errors::bound_not_met(span, &ty, &name);
            self.report(errors::asked_by(diagnostic, unmet.by, &unmet.bound, &ty, &name));
        }
    }
}
