//! That the types in signatures are given what their structs and enums ask of their arguments, and that what stands in
//! them by value has a size.

use base::Span;
use hir::{DefId, ItemKind, TypeRefId, VariantKind};

use super::Collector;
use crate::well_formed::{Unmet, WellFormed, unsized_part};
use crate::{AdtRef, Bounds, FnKind, FnRef, Ty, TypeEnv, errors};

impl Collector<'_> {
    pub(super) fn check_well_formed(&mut self) {
        self.each_item(Self::well_formed_item);
        for decl in self.impls_to_check() {
            let types = decl.trait_ref.args.iter().chain(decl.assoc_types.values()).copied();
            self.require_well_formed(&decl.bounds, None, types.map(|ty| (ty, decl.span)).collect());
        }
    }

    fn well_formed_item(&mut self, def: DefId) {
        if self.is_trusted(def.module) {
            return;
        }
        if let Some(decl) = self.signatures.fns.get(&FnRef::Lang(def)) {
            let Some(span) = decl.span else { return };
            let parent = self.input.program.item(def).parent;
            let is_of_trait =
                parent.is_some_and(|item| self.signatures.impl_traits.contains_key(&DefId { item, ..def }));
            let types = decl.params.iter().map(|param| param.ty).chain([decl.ret]);
            let types = self.at_written(def, span, types.collect());
            let is_required = decl.kind == FnKind::Required;
            // Of the type of an `impl` of a trait it is said there.
            let (bounds, self_ty) = (decl.own_bounds(&self.signatures), decl.self_ty);
            self.require_well_formed(&bounds, self_ty.filter(|_| is_of_trait), types.clone());
            if !is_required {
                self.require_sizes(&bounds, types);
            }
        } else if let Some(decl) = self.signatures.adts.get(&AdtRef::Lang(def)) {
            let Some(span) = decl.span else { return };
            let types = self.at_written(def, span, decl.fields.iter().map(|field| field.ty).collect());
            let bounds = decl.bounds.clone();
            self.require_well_formed(&bounds, None, types.clone());
            self.require_sizes(&bounds, types);
        }
    }

    /// The types of an item's parts, in the order in which they are written, with where each stands. What stands
    /// before those that are written, as `self`, is at `span`, the item's name.
    pub(super) fn at_written(&self, def: DefId, span: Span, types: Vec<Ty>) -> Vec<(Ty, Span)> {
        let hir = &self.input.program.modules[def.module].hir;
        let written: Vec<Option<TypeRefId>> = match &hir.items[def.item].kind {
            ItemKind::Fn(function) => {
                let params = function.params.iter().map(|param| Some(param.ty));
                params.chain([function.ret]).collect()
            }
            ItemKind::Struct(decl) => decl.fields.iter().map(|field| Some(field.ty)).collect(),
            ItemKind::Enum(decl) => {
                let of_variant = |kind: &VariantKind| match kind {
                    VariantKind::Unit => Vec::new(),
                    VariantKind::Tuple(types) => types.clone(),
                    VariantKind::Struct(fields) => fields.iter().map(|field| field.ty).collect(),
                };
                let types = decl.variants.iter().flat_map(|variant| of_variant(&variant.kind));
                types.map(Some).collect()
            }
            ItemKind::ExternFn(_)
            | ItemKind::ExternStatic(_)
            | ItemKind::InlineC(_)
            | ItemKind::Const(_)
            | ItemKind::ConstAssert(_)
            | ItemKind::Static(_)
            | ItemKind::TypeAlias(_)
            | ItemKind::AssocType(_)
            | ItemKind::Trait(_)
            | ItemKind::Impl(_)
            | ItemKind::Mod(_)
            | ItemKind::Test(_)
            | ItemKind::Error(_) => Vec::new(),
        };
        let unwritten = types.len().saturating_sub(written.len());
        let spans = std::iter::repeat_n(None, unwritten).chain(written);
        let spans = spans.map(|written| written.map_or(span, |id| hir.type_ref(id).span));
        types.into_iter().zip(spans).collect()
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
            let env = self.signatures.within(&bounds);
            if let Some(diagnostic) = self.thread_bound_not_met(env, &unmet.bound, span) {
                self.report(diagnostic.note(format!("`{}` asks for it", unmet.by)));
                continue;
            }
            let (ty, name) = self.described(&unmet.bound);
            let is_endless = self.signatures.within(&bounds).is_endless(&unmet.bound);
            let diagnostic = match is_endless {
                true => errors::endless_question(span, &ty, &name),
                false => errors::bound_not_met(span, &ty, &name),
            };
            self.report(errors::asked_by(diagnostic, unmet.by, &unmet.bound, &ty, &name));
        }
    }

    fn require_sizes(&mut self, bounds: &Bounds, types: Vec<(Ty, Span)>) {
        if types.iter().all(|(ty, _)| !ty.has_param()) {
            return;
        }
        let bounds = TypeEnv::elaborate(&self.signatures, bounds.clone());
        let env = self.signatures.within(&bounds);
        let found = types
            .into_iter()
            .filter_map(|(ty, span)| Some((unsized_part(env, ty)?, span)));
        for (part, span) in found.collect::<Vec<_>>() {
            let text = crate::display_ty(part, &self.signatures);
            self.report(errors::unsized_value(span, &text));
        }
    }
}
