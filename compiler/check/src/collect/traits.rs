//! Traits, their `impl`s, and bounds.

use base::{FxHashMap, Symbol, sym};
use hir::{DefId, FnBody, GenericParam, Impl, ItemId, ItemKind, TypeRefId, TypeRefKind, WherePredicate};

use super::Collector;
use crate::paths::Entity;
use crate::type_refs::{self, TypeScope};
use crate::{FnDecl, FnRef, ImplDecl, TraitDecl, TraitRef, Ty, TyKind, errors};

/// `Self` in a trait.
pub(super) fn self_param() -> Ty {
    Ty::new(TyKind::Param {
        index: 0,
        name: sym("Self"),
    })
}

/// The generic parameters as types, `first` being the position of the first.
fn as_types(generics: &[Symbol], first: usize) -> impl Iterator<Item = Ty> {
    generics.iter().enumerate().map(move |(index, name)| {
        Ty::new(TyKind::Param {
            index: (first + index) as u32,
            name: *name,
        })
    })
}

impl Collector<'_> {
    /// The names of a trait's generics, which is all that bounds need.
    pub(super) fn trait_generics(&mut self, def: DefId) {
        let item = self.input.program.item(def);
        if !matches!(item.kind, ItemKind::Trait(_)) {
            return;
        }
        let decl = TraitDecl {
            name: item.name,
            generics: self.scope_of_parent(def).generics,
            bounds: Vec::new(),
            functions: Vec::new(),
            span: item.name_span,
        };
        self.signatures.traits.insert(def, decl);
    }

    pub(super) fn trait_decl(&mut self, def: DefId) {
        let program = self.input.program;
        let ItemKind::Trait(decl) = &program.item(def).kind else {
            return;
        };
        let scope = self.scope_of_parent(def);
        let mut bounds = Vec::new();
        for supertrait in &decl.supertraits {
            bounds.extend(self.trait_ref(&scope, *supertrait, self_param()));
        }
        bounds.extend(self.lower_bounds(&scope, &decl.generics, &decl.predicates));
        let functions: Vec<(Symbol, DefId)> = self.functions_of(def, &decl.items);
        for (name, function) in &functions {
            self.signatures
                .trait_functions
                .entry(*name)
                .or_default()
                .push(*function);
        }
        if let Some(known) = self.signatures.traits.get_mut(&def) {
            known.bounds = bounds;
            known.functions = functions;
        }
    }

    /// A trait that asks for itself, by its bounds and theirs: what follows from it may have no end.
    pub(super) fn require_no_cycle(&mut self, def: DefId) {
        let Some(decl) = self.signatures.traits.get(&def) else {
            return;
        };
        let (name, span) = (decl.name, decl.span);
        let mut reached: Vec<DefId> = decl.bounds.iter().map(|bound| bound.def).collect();
        let mut next = 0;
        while let Some(of_trait) = reached.get(next).copied() {
            let bounds = self
                .signatures
                .traits
                .get(&of_trait)
                .map_or(&[][..], |decl| &decl.bounds);
            let new: Vec<DefId> = bounds
                .iter()
                .map(|bound| bound.def)
                .filter(|def| !reached.contains(def))
                .collect();
            reached.extend(new);
            next += 1;
        }
        if !reached.contains(&def) {
            return;
        }
        self.report(errors::trait_asks_for_itself(span, name));
        // The others of the circle are right without this one.
        if let Some(decl) = self.signatures.traits.get_mut(&def) {
            decl.bounds = Vec::new();
        }
    }

    fn functions_of(&self, def: DefId, items: &[ItemId]) -> Vec<(Symbol, DefId)> {
        let program = self.input.program;
        let members = items.iter().map(|item| DefId {
            module: def.module,
            item: *item,
        });
        members
            .filter(|member| matches!(program.item(*member).kind, ItemKind::Fn(_)))
            .map(|member| (program.item(member).name, member))
            .collect()
    }

    /// What generics and a `where` clause promise, in the order in which they are written.
    pub(super) fn lower_bounds(
        &mut self,
        scope: &TypeScope,
        generics: &[GenericParam],
        predicates: &[WherePredicate],
    ) -> Vec<TraitRef> {
        let mut bounds = Vec::new();
        for param in generics {
            let index = scope.generics.iter().position(|name| *name == param.name);
            let Some(index) = index else { continue };
            let ty = Ty::new(TyKind::Param {
                index: index as u32,
                name: param.name,
            });
            for bound in &param.bounds {
                bounds.extend(self.trait_ref(scope, *bound, ty));
            }
        }
        for predicate in predicates {
            let ty = type_refs::lower(self, scope, predicate.ty);
            for bound in &predicate.bounds {
                bounds.extend(self.trait_ref(scope, *bound, ty));
            }
        }
        bounds
    }

    /// The trait that a bound or an `impl` names; absent if there is none, and this was said.
    fn trait_ref(&mut self, scope: &TypeScope, id: TypeRefId, self_ty: Ty) -> Option<TraitRef> {
        let program = self.input.program;
        let type_ref = &program.modules[scope.from.module].hir.types[id];
        let segments = match &type_ref.kind {
            TypeRefKind::Error(_) => return None,
            TypeRefKind::Path(segments) => segments,
            _ => {
                self.report(errors::not_a_trait(type_ref.span));
                return None;
            }
        };
        let last = segments.last().expect("a path has a segment");
        let is_param = segments.len() == 1 && scope.generics.contains(&last.name);
        let entity = match is_param {
            true => None,
            false => Some(type_refs::path_entity(self, scope, segments, errors::unknown_trait).ok()?),
        };
        match entity {
            Some(Entity::Item(def)) if matches!(program.item(def).kind, ItemKind::Trait(_)) => {
                let n_generics = self.signatures.traits[&def].generics.len() - 1;
                let args = type_refs::lower_args(self, scope, last, n_generics).ok()?;
                Some(TraitRef {
                    def,
                    args: [self_ty].into_iter().chain(args).collect(),
                })
            }
            Some(Entity::Error(_)) => None,
            Some(Entity::Builtin(builtin)) => {
                let what = format!("the bound `{}`", builtin.name());
                self.report(errors::not_supported_yet(type_ref.span, &what));
                None
            }
            _ => {
                self.report(errors::not_a_trait(type_ref.span));
                None
            }
        }
    }

    /// The `impl` or trait that a function stands in.
    fn parent_of(&self, def: DefId) -> Option<DefId> {
        self.input.program.item(def).parent.map(|item| DefId {
            module: def.module,
            item,
        })
    }

    pub(super) fn trait_around(&self, def: DefId) -> Option<DefId> {
        self.parent_of(def)
            .filter(|parent| matches!(self.input.program.item(*parent).kind, ItemKind::Trait(_)))
    }

    /// Of a function in an `impl` of a trait, the trait with its arguments, as messages show it.
    pub(super) fn trait_of_impl_around(&self, def: DefId) -> Option<String> {
        let trait_ref = self.impl_traits.get(&self.parent_of(def)?)?;
        Some(crate::display::display_trait(trait_ref, &self.signatures))
    }

    /// What the `impl` or trait around a function promises to it.
    pub(super) fn bounds_around(&mut self, def: DefId) -> Vec<TraitRef> {
        let Some(parent) = self.parent_of(def) else {
            return Vec::new();
        };
        if let Some(known) = self.impl_bounds.get(&parent) {
            return known.clone();
        }
        let bounds = match &self.input.program.item(parent).kind {
            ItemKind::Impl(block) => {
                let scope = self.scope_of_parent(parent);
                self.lower_bounds(&scope, &block.generics, &block.predicates)
            }
            // The rest follows from this one.
            ItemKind::Trait(_) => vec![TraitRef {
                def: parent,
                args: as_types(&self.signatures.traits[&parent].generics, 0).collect(),
            }],
            _ => Vec::new(),
        };
        self.impl_bounds.insert(parent, bounds.clone());
        bounds
    }

    /// `impl Trait for Type`, but for `Drop`.
    pub(super) fn impl_of_trait(&mut self, def: DefId, block: &Impl, trait_ref: TypeRefId, self_ty: Ty) {
        let program = self.input.program;
        let span = program.modules[def.module].hir.types[trait_ref].span;
        let scope = self.scope_of_parent(def);
        let Some(trait_ref) = self.trait_ref(&scope, trait_ref, self_ty) else {
            return;
        };
        if trait_ref.args.iter().any(|ty| ty.error_inside().is_some()) {
            return;
        }
        let bounds = self.lower_bounds(&scope, &block.generics, &block.predicates);
        self.impl_bounds.insert(def, bounds.clone());
        let unused = as_types(&scope.generics, 0)
            .zip(&block.generics)
            .find(|(param, _)| !trait_ref.args.iter().any(|ty| ty.any(&mut |part| part == *param)));
        if let Some((_, param)) = unused {
            self.report(errors::unused_impl_generic(param.span, param.name));
            return;
        }
        let functions: FxHashMap<Symbol, DefId> = self.functions_of(def, &block.items).into_iter().collect();
        let decl = ImplDecl {
            def,
            generics: scope.generics,
            trait_ref,
            bounds,
            functions,
            span,
        };
        self.require_own(&decl);
        if self.is_first(&decl) {
            self.impl_traits.insert(def, decl.trait_ref.clone());
            self.require_members(&decl, block);
            self.signatures.impls.entry(decl.trait_ref.def).or_default().push(decl);
        }
    }

    /// An `impl` stands in the package of the trait or of the type, so that no two packages have the same one.
    fn require_own(&mut self, decl: &ImplDecl) {
        let program = self.input.program;
        let package = |def: DefId| program.modules[def.module].package;
        let own = package(decl.def);
        let is_own = |ty: &Ty| match ty.kind() {
            TyKind::Adt(crate::AdtRef::Lang(adt), _) => package(*adt) == own,
            _ => false,
        };
        if package(decl.trait_ref.def) != own && !decl.trait_ref.args.iter().any(is_own) {
            let name = self.signatures.traits[&decl.trait_ref.def].name;
            self.report(errors::impl_of_others(decl.span, name));
        }
    }

    /// Whether no `impl` before is for the same types.
    fn is_first(&mut self, decl: &ImplDecl) -> bool {
        let overlaps = |other: &&ImplDecl| crate::overlap::overlap(other, decl);
        let other = self
            .signatures
            .impls_of(decl.trait_ref.def)
            .find(overlaps)
            .map(|other| other.span);
        if let Some(other) = other {
            let name = self.signatures.traits[&decl.trait_ref.def].name;
            let ty = crate::display_ty(decl.trait_ref.self_ty(), &self.signatures);
            self.report(errors::overlapping_impls(decl.span, name, &ty, other));
        }
        other.is_none()
    }

    /// Each function of the trait without a body, and no others.
    fn require_members(&mut self, decl: &ImplDecl, block: &Impl) {
        let program = self.input.program;
        let of_trait = &self.signatures.traits[&decl.trait_ref.def];
        let name = of_trait.name;
        let is_required = |def: DefId| match &program.item(def).kind {
            ItemKind::Fn(function) => function.body == FnBody::Required,
            _ => false,
        };
        let missing: Vec<Symbol> = of_trait
            .functions
            .iter()
            .filter(|(name, def)| is_required(*def) && !decl.functions.contains_key(name))
            .map(|(name, _)| *name)
            .collect();
        let known: Vec<Symbol> = of_trait.functions.iter().map(|(name, _)| *name).collect();
        let trait_span = of_trait.span;
        if !missing.is_empty() {
            self.report(errors::missing_trait_members(decl.span, name, &missing, trait_span));
        }
        for item in &block.items {
            let member = &program.modules[decl.def.module].hir.items[*item];
            let is_error = matches!(member.kind, ItemKind::Error(_));
            if !known.contains(&member.name) && !is_error {
                let similar = hir::similar_name(member.name, known.iter().copied());
                self.report(errors::no_trait_member(member.name_span, member.name, name, similar));
            }
        }
    }

    /// That the functions of `impl`s have the signatures that their traits say.
    pub(super) fn check_impls(&mut self) {
        let mut impls: Vec<ImplDecl> = self.signatures.impls.values().flatten().cloned().collect();
        impls.sort_by_key(|decl| decl.def);
        for decl in &impls {
            self.require_bounds_of_trait(decl);
            let of_trait = self.signatures.traits[&decl.trait_ref.def].clone();
            for (name, declared) in &of_trait.functions {
                if let Some(own) = decl.functions.get(name) {
                    self.require_same_signature(decl, &of_trait, *declared, *own);
                }
            }
        }
    }

    /// What the trait asks of every type that has it.
    fn require_bounds_of_trait(&mut self, decl: &ImplDecl) {
        let taken = self.signatures.elaborate(decl.bounds.clone());
        let asked = self.signatures.traits[&decl.trait_ref.def].bounds.clone();
        for bound in asked {
            let bound = bound.substitute(&decl.trait_ref.args);
            if self.signatures.prove(&taken, &bound).is_none() {
                let (ty, name) = self.described(&bound);
                let by = self.signatures.traits[&decl.trait_ref.def].name;
                let diagnostic = errors::bound_not_met(decl.span, &ty, &name);
                self.report(diagnostic.note(format!("`{by}` asks for it")));
            }
        }
    }

    /// A type and a trait, for messages.
    fn described(&self, bound: &TraitRef) -> (String, String) {
        (
            crate::display_ty(bound.self_ty(), &self.signatures),
            crate::display::display_trait(bound, &self.signatures),
        )
    }

    fn require_same_signature(&mut self, decl: &ImplDecl, of_trait: &TraitDecl, declared: DefId, own: DefId) {
        let functions = &self.signatures.fns;
        let declared = functions.get(&FnRef::Lang(declared));
        let (Some(declared), Some(own)) = (declared, functions.get(&FnRef::Lang(own))) else {
            return;
        };
        let own_generics = &own.generics[decl.generics.len()..];
        let n_declared = declared.generics.len() - of_trait.generics.len();
        let args: Vec<Ty> = decl
            .trait_ref
            .args
            .iter()
            .copied()
            .chain(as_types(own_generics, decl.generics.len()))
            .collect();
        let is_same = n_declared == own_generics.len() && self.is_same(declared, own, &args);
        let taken = match is_same {
            true => {
                let declared = declared.bounds.iter().map(|bound| bound.substitute(&args));
                self.signatures
                    .elaborate(declared.chain(decl.bounds.iter().cloned()).collect())
            }
            false => Vec::new(),
        };
        let span = own.span.unwrap_or(decl.span);
        if !is_same {
            let expected = self.text_of(declared, (n_declared == own_generics.len()).then_some(&*args));
            let found = self.text_of(own, None);
            let diagnostic = errors::other_signature(span, own.name, of_trait.name, &expected, &found, declared.span);
            self.report(diagnostic);
            return;
        }
        let more = own.bounds.iter().find(|bound| !taken.contains(bound)).cloned();
        if let Some(bound) = more {
            let (ty, name) = self.described(&bound);
            self.report(errors::stricter_bound(span, &ty, &name, of_trait.name));
        }
    }

    fn is_same(&self, declared: &FnDecl, own: &FnDecl, args: &[Ty]) -> bool {
        declared.receiver == own.receiver
            && (declared.is_unsafe || !own.is_unsafe)
            && declared.params.len() == own.params.len()
            && declared
                .params
                .iter()
                .zip(&own.params)
                .all(|(a, b)| same_or_broken(a.ty.substitute(args), b.ty))
            && same_or_broken(declared.ret.substitute(args), own.ret)
    }

    /// `fn(&Point, i32) -> bool`
    fn text_of(&self, decl: &FnDecl, args: Option<&[Ty]>) -> String {
        let shown = |ty: Ty| crate::display_ty(args.map_or(ty, |args| ty.substitute(args)), &self.signatures);
        let params: Vec<String> = decl.params.iter().map(|param| shown(param.ty)).collect();
        let unsafety = if decl.is_unsafe { "unsafe " } else { "" };
        let ret = match decl.ret.is_unit() {
            true => String::new(),
            false => format!(" -> {}", shown(decl.ret)),
        };
        format!("{unsafety}fn({}){ret}", params.join(", "))
    }
}

/// What is wrong with a type has been said.
fn same_or_broken(a: Ty, b: Ty) -> bool {
    a == b || a.error_inside().is_some() || b.error_inside().is_some()
}
