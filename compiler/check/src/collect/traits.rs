//! Traits, their `impl`s, and bounds.

use base::{FxHashMap, Span, Symbol, sym};
use hir::{DefId, FnBody, GenericParam, Impl, ItemId, ItemKind, Relaxed, TypeRefId, TypeRefKind, WherePredicate};

use super::Collector;
use crate::generics;
use crate::infer::overlap;
use crate::operator_fns::{BuiltIn, built_in};
use crate::paths::{self, Entity, Want};
use crate::trait_bounds::trait_bound;
use crate::type_refs::{self, Bound, NamedBound, TypeScope};
use crate::{
    AdtRef, AssocDecl, AssocRef, Bounds, FnDecl, FnRef, Generic, ImplDecl, LangItem, Signatures, TraitDecl, TraitRef,
    Ty, TyKind, TypeEnv, errors,
};

/// `Self` in a trait.
pub(super) fn self_param() -> Ty {
    Generic::ty(sym("Self")).param(0)
}

/// A trait of its own generics, as its own functions have it.
pub(super) fn own_ref(signatures: &Signatures, def: DefId) -> TraitRef {
    TraitRef {
        def,
        args: generics::params(&signatures.traits[&def].generics, 0).collect(),
    }
}

impl Collector<'_> {
    /// The names of a trait's generics and associated types, which is all that bounds need.
    pub(super) fn trait_generics(&mut self, def: DefId) {
        let program = self.input.program;
        let item = program.item(def);
        let ItemKind::Trait(decl) = &item.kind else { return };
        let own = Generic::all(&decl.generics);
        let members = decl.items.iter().map(|item| DefId {
            module: def.module,
            item: *item,
        });
        let assoc_types = members
            .filter(|member| matches!(program.item(*member).kind, ItemKind::AssocType(_)))
            .map(|member| AssocDecl {
                name: program.item(member).name,
                def: member,
                bounds: Bounds::default(),
                default: None,
            });
        let decl = TraitDecl {
            name: item.name,
            generics: [Generic::ty(sym("Self"))].into_iter().chain(own).collect(),
            bounds: Bounds::default(),
            functions: Vec::new(),
            assoc_types: assoc_types.collect(),
            is_unsafe: decl.is_unsafe,
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
        let mut bounds = Bounds::default();
        for supertrait in &decl.supertraits {
            self.bound(&scope, *supertrait, self_param(), &mut bounds);
        }
        // What stands below may name the associated types of supertraits.
        if let Some(known) = self.signatures.traits.get_mut(&def) {
            known.bounds = bounds.clone();
        }
        bounds.extend(self.lower_bounds(&scope, &decl.generics, &decl.predicates));
        let assoc_types = self.assoc_decls(def, &scope);
        let functions: Vec<(Symbol, DefId)> = self.functions_of(def, &decl.items);
        // What drops is not called.
        let callable = if self.signatures.lang.is(def, LangItem::Drop) {
            &[][..]
        } else {
            &functions[..]
        };
        for (name, function) in callable {
            self.signatures
                .trait_functions
                .entry(*name)
                .or_default()
                .push(*function);
        }
        if let Some(known) = self.signatures.traits.get_mut(&def) {
            known.bounds = bounds;
            known.functions = functions;
            known.assoc_types = assoc_types;
        }
    }

    fn assoc_decls(&mut self, of_trait: DefId, scope: &TypeScope) -> Vec<AssocDecl> {
        let program = self.input.program;
        let mut decls = self.signatures.traits[&of_trait].assoc_types.clone();
        for decl in &mut decls {
            let ItemKind::AssocType(item) = &program.item(decl.def).kind else {
                continue;
            };
            let ty = AssocRef {
                of_trait,
                name: decl.name,
                args: generics::params(&scope.generics, 0).collect(),
            };
            let ty = ty.ty();
            if let (Some(def), false) = (
                self.signatures.lang.get(LangItem::Sized),
                item.relaxed.contains(&Relaxed::Sized),
            ) {
                let args = [ty].into();
                decl.bounds.traits.push(TraitRef { def, args });
            }
            for bound in &item.bounds {
                self.bound(scope, *bound, ty, &mut decl.bounds);
            }
            decl.default = item.ty.map(|ty| type_refs::lower_value(self, scope, ty));
        }
        decls
    }

    /// A trait that asks for itself, by its bounds and theirs: what follows from it may have no end.
    pub(super) fn require_no_cycle(&mut self, def: DefId) {
        let Some(decl) = self.signatures.traits.get(&def) else {
            return;
        };
        let (name, span) = (decl.name, decl.span);
        let mut reached: Vec<DefId> = decl.bounds.traits.iter().map(|bound| bound.def).collect();
        let mut next = 0;
        while let Some(of_trait) = reached.get(next).copied() {
            let bounds = self
                .signatures
                .traits
                .get(&of_trait)
                .map_or(&[][..], |decl| &decl.bounds.traits);
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
            decl.bounds = Bounds::default();
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
    ) -> Bounds {
        let sized = self.signatures.lang.get(LangItem::Sized);
        let mut bounds = Bounds::default();
        for param in generics {
            // A value promises nothing.
            if param.const_ty.is_some() {
                continue;
            }
            let Some(index) = generics::position(&scope.generics, param.name) else {
                continue;
            };
            let ty = scope.generics[index].param(index);
            if let (Some(def), false) = (sized, param.relaxed.contains(&Relaxed::Sized)) {
                let args = [ty].into();
                bounds.traits.push(TraitRef { def, args });
            }
            for bound in &param.bounds {
                self.bound(scope, *bound, ty, &mut bounds);
            }
        }
        for predicate in predicates {
            let ty = type_refs::lower(self, scope, predicate.ty);
            for bound in &predicate.bounds {
                self.bound(scope, *bound, ty, &mut bounds);
            }
        }
        bounds
    }

    /// What a struct or enum asks of its generics.
    pub(super) fn adt_bounds(&mut self, def: DefId) {
        let (generics, predicates) = match &self.input.program.item(def).kind {
            ItemKind::Struct(decl) => (&decl.generics, &decl.predicates),
            ItemKind::Enum(decl) => (&decl.generics, &decl.predicates),
            _ => return,
        };
        let scope = self.scope_of(def);
        let bounds = self.lower_bounds(&scope, generics, predicates);
        if let Some(decl) = self.signatures.adts.get_mut(&AdtRef::Lang(def)) {
            decl.bounds = bounds;
        }
    }

    /// Adds that `self_ty` has what a bound names.
    pub(super) fn bound(&mut self, scope: &TypeScope, id: TypeRefId, self_ty: Ty, bounds: &mut Bounds) {
        let Ok((trait_ref, equalities)) = trait_bound(self, scope, id, self_ty) else {
            return;
        };
        if self.signatures.lang.is(trait_ref.def, LangItem::Drop) {
            let span = self.input.program.modules[scope.from.module].hir.type_ref(id).span;
            self.report(errors::drop_as_bound(span));
            return;
        }
        bounds.traits.push(trait_ref);
        bounds.equalities.extend(equalities);
    }

    /// The trait that an `impl` is of; absent if there is none, and this was said.
    fn trait_ref(&mut self, scope: &TypeScope, id: TypeRefId, self_ty: Ty) -> Option<TraitRef> {
        let (trait_ref, equalities) = trait_bound(self, scope, id, self_ty).ok()?;
        if !equalities.is_empty() {
            let span = self.input.program.modules[scope.from.module].hir.type_ref(id).span;
            self.report(errors::assoc_type_of_impl(span));
        }
        Some(trait_ref)
    }

    /// The traits that generics have by bounds on their names alone, for the associated types that the other bounds
    /// and the signature name. Of a bound that names no trait nothing is said yet.
    pub(super) fn named_bounds(&self, scope: &mut TypeScope, generics: &[GenericParam], predicates: &[WherePredicate]) {
        let hir = &self.input.program.modules[scope.from.module].hir;
        let mut found = Vec::new();
        let params = generics.iter().map(|param| (Some(param.name), &param.bounds));
        let clauses = predicates.iter().map(|predicate| {
            let name = match &hir.type_ref(predicate.ty).kind {
                TypeRefKind::Path(path) if path.len() == 1 => Some(path[0].name),
                _ => None,
            };
            (name, &predicate.bounds)
        });
        for (name, bounds) in params.chain(clauses) {
            let Some(index) = name.and_then(|name| generics::position(&scope.generics, name)) else {
                continue;
            };
            let ty = scope.generics[index].param(index);
            for bound in bounds {
                found.extend(self.named_bound(scope.from, ty, *bound));
            }
        }
        scope.bounds.extend(found);
    }

    pub(super) fn named_bound(&self, from: DefId, ty: Ty, bound: TypeRefId) -> Option<NamedBound> {
        let program = self.input.program;
        let TypeRefKind::Path(segments) = &program.modules[from.module].hir.type_ref(bound).kind else {
            return None;
        };
        match paths::resolve(program, &self.signatures.c, from, segments, Want::Type)? {
            Entity::Item(of_trait) if self.signatures.traits.contains_key(&of_trait) => Some(NamedBound {
                ty,
                of_trait,
                bound: Bound::Written(from, bound),
            }),
            _ => None,
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

    pub(super) fn is_in_impl_of_trait(&self, def: DefId) -> bool {
        let parent = self.parent_of(def);
        parent.is_some_and(|parent| self.signatures.impl_traits.contains_key(&parent))
    }

    /// Of a function in an `impl` of a trait, the trait with its arguments, as messages show it.
    pub(super) fn trait_of_impl_around(&self, def: DefId) -> Option<String> {
        let trait_ref = self.signatures.impl_traits.get(&self.parent_of(def)?)?;
        Some(crate::display::display_trait(trait_ref, &self.signatures))
    }

    /// What the `impl` or trait around a function promises to it.
    pub(super) fn bounds_around(&mut self, def: DefId) -> Bounds {
        let Some(parent) = self.parent_of(def) else {
            return Bounds::default();
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
            ItemKind::Trait(_) => Bounds {
                traits: vec![own_ref(&self.signatures, parent)],
                equalities: Vec::new(),
            },
            _ => Bounds::default(),
        };
        self.impl_bounds.insert(parent, bounds.clone());
        bounds
    }

    /// `impl Trait for Type`, but for `Drop`.
    pub(super) fn impl_of_trait(&mut self, def: DefId, block: &Impl, trait_ref: TypeRefId, self_ty: Ty) {
        let program = self.input.program;
        let span = program.modules[def.module].hir.type_ref(trait_ref).span;
        let scope = self.scope_of_parent(def);
        let Some(trait_ref) = self.trait_ref(&scope, trait_ref, self_ty) else {
            return;
        };
        if trait_ref.args.iter().any(|ty| ty.error_inside().is_some()) {
            return;
        }
        let bounds = self.lower_bounds(&scope, &block.generics, &block.predicates);
        self.impl_bounds.insert(def, bounds.clone());
        if self.signatures.call_trait(trait_ref.def).is_some() {
            let name = self.signatures.traits[&trait_ref.def].name;
            self.report(errors::impl_of_call_trait(span, name));
            return;
        }
        // What something gives when it is called is known with its type, and what an associated type is said to be.
        let called = bounds.traits.iter();
        let called = called.filter(|bound| self.signatures.call_trait(bound.def).is_some());
        let called = called.flat_map(|bound| bound.args.iter().skip(1).copied());
        let named = bounds.equalities.iter().map(|equality| equality.ty);
        let called: Vec<Ty> = called.chain(named).collect();
        let unused = generics::params(&scope.generics, 0)
            .zip(&block.generics)
            .find(|(param, _)| {
                let mut tys = trait_ref.args.iter().chain(&called);
                !tys.any(|ty| ty.any(&mut |part| part == *param))
            });
        if let Some((_, param)) = unused {
            self.report(errors::unused_impl_generic(param.span, param.name));
            return;
        }
        let functions: FxHashMap<Symbol, DefId> = self.functions_of(def, &block.items).into_iter().collect();
        for (name, of_trait) in &self.signatures.traits[&trait_ref.def].functions {
            if let Some(function) = functions.get(name) {
                self.signatures.implemented.insert(*function, *of_trait);
            }
        }
        let assoc_types = self.assoc_types_of(def, &scope, &block.items);
        let mut decl = ImplDecl {
            def,
            generics: scope.generics,
            trait_ref,
            bounds,
            functions,
            assoc_types,
            span,
        };
        let is_own = self.require_own(&decl);
        self.signatures.impl_traits.insert(def, decl.trait_ref.clone());
        self.require_safety(&decl, block);
        self.require_members(&mut decl, block);
        // One of others gives nothing, so that nothing else is wrong because of it.
        if is_own {
            self.signatures.impls.entry(decl.trait_ref.def).or_default().push(decl);
        }
    }

    /// An `impl` stands in the package of the trait or of the type, so that no two packages have the same one.
    fn require_own(&mut self, decl: &ImplDecl) -> bool {
        let program = self.input.program;
        let package = |def: DefId| program.modules[def.module].package;
        let own = package(decl.def);
        // What goes to other threads with a type is said of the type itself.
        let is_direct = self.signatures.thread_trait(decl.trait_ref.def).is_some();
        let is_own = |ty: &Ty| match if is_direct { *ty } else { self.led_to(*ty) }.kind() {
            TyKind::Adt(crate::AdtRef::Lang(adt), _) => package(*adt) == own,
            TyKind::Dyn(dynamic) => !is_direct && package(dynamic.of_trait) == own,
            _ => false,
        };
        let is_own = package(decl.trait_ref.def) == own || decl.trait_ref.args.iter().any(is_own);
        if !is_own {
            let name = self.signatures.traits[&decl.trait_ref.def].name;
            self.report(errors::impl_of_others(decl.span, name));
        }
        is_own
    }

    /// What references and boxes lead to: whoever has the type has them as well.
    fn led_to(&self, mut ty: Ty) -> Ty {
        loop {
            ty = match (ty.kind(), self.signatures.box_content(ty)) {
                (TyKind::Ref(_, target), _) => *target,
                (_, Some(content)) => content,
                (_, None) => return ty,
            };
        }
    }

    /// That no two `impl`s of a trait are for the same types. The later one goes, but for the library's.
    fn require_no_overlap(&mut self) {
        let overlapping_in = |decls: &Vec<ImplDecl>| -> Vec<(ImplDecl, Span)> {
            let is_trusted = |decl: &ImplDecl| self.is_trusted(decl.def.module);
            let numbered = || decls.iter().enumerate();
            let pairs = numbered()
                .filter(|(_, decl)| !is_trusted(decl))
                .filter_map(|(index, decl)| {
                    let mut others = numbered().filter(|(other, first)| *other < index || is_trusted(first));
                    let (_, first) = others.find(|(_, first)| overlap(&self.signatures, first, decl))?;
                    Some((decl.clone(), first.span))
                });
            pairs.collect()
        };
        let all = self.signatures.impls.values();
        let mut overlapping: Vec<(ImplDecl, Span)> = all.flat_map(overlapping_in).collect();
        overlapping.sort_by_key(|(decl, _)| decl.def);
        for (decl, first) in overlapping {
            let name = self.signatures.traits[&decl.trait_ref.def].name;
            let ty = crate::display_ty(decl.trait_ref.self_ty(), &self.signatures);
            self.report(errors::overlapping_impls(decl.span, name, &ty, first));
            let decls = self.signatures.impls.entry(decl.trait_ref.def).or_default();
            decls.retain(|other| other.def != decl.def);
        }
    }

    /// A trait that is a promise is implemented by `unsafe impl`, and no other is.
    fn require_safety(&mut self, decl: &ImplDecl, block: &Impl) {
        let of_trait = &self.signatures.traits[&decl.trait_ref.def];
        if of_trait.is_unsafe != block.is_unsafe {
            let keyword = self.input.program.item(decl.def).name_span;
            self.report(errors::other_safety(
                decl.span,
                keyword,
                of_trait.name,
                of_trait.is_unsafe,
            ));
        }
    }

    fn assoc_types_of(&mut self, def: DefId, scope: &TypeScope, items: &[ItemId]) -> FxHashMap<Symbol, Ty> {
        let program = self.input.program;
        let mut found = FxHashMap::default();
        for item in items {
            let item = &program.modules[def.module].hir.items[*item];
            if let ItemKind::AssocType(assoc) = &item.kind
                && let Some(ty) = assoc.ty
            {
                let ty = type_refs::lower(self, scope, ty);
                found.insert(item.name, ty);
            }
        }
        found
    }

    /// Each member of the trait without a body or type of its own, and no others.
    fn require_members(&mut self, decl: &mut ImplDecl, block: &Impl) {
        let program = self.input.program;
        let of_trait = &self.signatures.traits[&decl.trait_ref.def];
        let name = of_trait.name;
        let is_required = |def: DefId| match &program.item(def).kind {
            ItemKind::Fn(function) => function.body == FnBody::Required,
            _ => false,
        };
        let types = of_trait.assoc_types.iter().map(|assoc| assoc.name);
        let has_item = |name: Symbol| {
            let mut items = block.items.iter();
            items.any(|item| program.modules[decl.def.module].hir.items[*item].name == name)
        };
        let missing_types = of_trait
            .assoc_types
            .iter()
            .filter(|assoc| assoc.default.is_none() && !has_item(assoc.name))
            .map(|assoc| assoc.name);
        let missing_functions = of_trait
            .functions
            .iter()
            .filter(|(name, def)| is_required(*def) && !has_item(*name))
            .map(|(name, _)| *name);
        let missing: Vec<Symbol> = missing_types.chain(missing_functions).collect();
        let known: Vec<Symbol> = of_trait.functions.iter().map(|(name, _)| *name).chain(types).collect();
        let trait_span = of_trait.span;
        if !missing.is_empty() {
            let reported = self.report(errors::missing_trait_members(decl.span, name, &missing, trait_span));
            // What a missing type would be is wrong with nothing else.
            let assoc_types = missing.iter().map(|name| (*name, Ty::error(reported)));
            decl.assoc_types.extend(assoc_types);
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

    /// The `impl`s of traits that are not trusted, in the order of their places.
    pub(super) fn impls_to_check(&self) -> Vec<ImplDecl> {
        let all = self.signatures.impls.values().flatten();
        let mut found: Vec<ImplDecl> = all.filter(|decl| !self.is_trusted(decl.def.module)).cloned().collect();
        found.sort_by_key(|decl| decl.def);
        found
    }

    /// That the functions of `impl`s have the signatures that their traits say.
    pub(super) fn check_impls(&mut self) {
        self.require_no_overlap();
        let impls = self.impls_to_check();
        for decl in &impls {
            self.require_not_own(decl);
            self.require_bounds_of_trait(decl);
            let of_trait = self.signatures.traits[&decl.trait_ref.def].clone();
            for (name, declared) in &of_trait.functions {
                match decl.functions.get(name) {
                    Some(own) => self.require_same_signature(decl, &of_trait, *declared, *own),
                    None => self.require_sized_signature(decl, *declared),
                }
            }
        }
    }

    /// A `dyn` type has its trait, and what that asks for; a `&` is copied.
    fn require_not_own(&mut self, decl: &ImplDecl) {
        let self_ty = decl.trait_ref.self_ty();
        let env = self.signatures.within(Bounds::NONE);
        let is_own = match self_ty.kind() {
            TyKind::Dyn(dynamic) => {
                let own = env.implied(dynamic.bounds(self_ty));
                own.traits.contains(&decl.trait_ref)
            }
            TyKind::Ref(..) => built_in(env, &decl.trait_ref) == BuiltIn::Yes,
            _ => false,
        };
        if is_own {
            let text = crate::display_ty(self_ty, &self.signatures);
            let name = self.signatures.traits[&decl.trait_ref.def].name;
            self.report(errors::impl_of_own_trait(decl.span, &text, name));
        }
    }

    /// That the trait's own function passes no value of a type without a size, as it would for a `str`.
    fn require_sized_signature(&mut self, decl: &ImplDecl, declared: DefId) {
        let self_ty = decl.trait_ref.self_ty();
        let Some(function) = self.signatures.fns.get(&FnRef::Lang(declared)) else {
            return;
        };
        if !self_ty.is_unsized() {
            return;
        }
        let n_own = function.generics.len() - decl.trait_ref.args.len();
        let own = generics::params(
            &function.generics[function.generics.len() - n_own..],
            decl.trait_ref.args.len(),
        );
        let args: Vec<Ty> = decl.trait_ref.args.iter().copied().chain(own).collect();
        let tys = function.params.iter().map(|param| param.ty).chain([function.ret]);
        let by_value = |ty: Ty| match ty.kind() {
            TyKind::Ref(..) | TyKind::Pointer(..) => false,
            _ => ty.any(&mut |part| part == self_ty),
        };
        let env = self.signatures.within(&decl.bounds);
        let name = function.name;
        if tys.into_iter().any(|ty| by_value(env.instantiate(ty, &args))) {
            let text = crate::display_ty(self_ty, &self.signatures);
            let diagnostic = errors::unsized_value(decl.span, &text);
            self.report(diagnostic.note(format!("`{name}` of the trait passes one")));
        }
    }

    /// What the trait asks of every type that has it.
    fn require_bounds_of_trait(&mut self, decl: &ImplDecl) {
        let taken = TypeEnv::elaborate(&self.signatures, decl.bounds.clone());
        let of_trait = &self.signatures.traits[&decl.trait_ref.def];
        let by = of_trait.name.to_string();
        let asked = of_trait.bounds.substitute(&decl.trait_ref.args);
        self.require_bounds(decl.span, &taken, &asked, &by);
        let of_trait = &self.signatures.traits[&decl.trait_ref.def];
        let of_types: Vec<(String, Bounds)> = of_trait
            .assoc_types
            .iter()
            .map(|assoc| {
                (
                    format!("{by}.{}", assoc.name),
                    assoc.bounds.substitute(&decl.trait_ref.args),
                )
            })
            .collect();
        for (by, asked) in of_types {
            self.require_bounds(decl.span, &taken, &asked, &by);
        }
    }

    /// That what `by` asks for follows from `taken`.
    fn require_bounds(&mut self, span: Span, taken: &Bounds, asked: &Bounds, by: &str) {
        let env = self.signatures.within(taken);
        let mut problems = Vec::new();
        for bound in &asked.traits {
            let goal = env.normalize_ref(bound);
            let is_broken = goal.args.iter().any(|ty| ty.error_inside().is_some());
            if !is_broken && env.prove(&goal).is_none() {
                problems.push(self.thread_bound_not_met(env, &goal, span).unwrap_or_else(|| {
                    let (ty, name) = self.described(&goal);
                    match env.is_endless(&goal) {
                        true => errors::endless_question(span, &ty, &name),
                        false => errors::bound_not_met(span, &ty, &name),
                    }
                }));
            }
        }
        for equality in &asked.equalities {
            let found = env.normalize(equality.assoc.clone().ty());
            let expected = env.normalize(equality.ty);
            if !same_or_broken(found, expected) {
                let name = crate::display_ty(equality.assoc.clone().ty(), &self.signatures);
                let found = crate::display_ty(found, &self.signatures);
                let expected = crate::display_ty(expected, &self.signatures);
                problems.push(errors::other_assoc_type(span, &name, &expected, &found));
            }
        }
        for problem in problems {
            self.report(problem.note(format!("`{by}` asks for it")));
        }
    }

    /// A type and a trait, for messages.
    pub(super) fn described(&self, bound: &TraitRef) -> (String, String) {
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
            .chain(generics::params(own_generics, decl.generics.len()))
            .collect();
        let has_as_many = n_declared == own_generics.len();
        let taken = match has_as_many {
            true => {
                let mut taken = declared.bounds.substitute(&args);
                // That the type has the trait is what this `impl` says, and not a promise.
                taken.traits.retain(|bound| *bound != decl.trait_ref);
                taken.extend(decl.bounds.clone());
                TypeEnv::elaborate(&self.signatures, taken)
            }
            false => Bounds::default(),
        };
        let env = self.signatures.within(&taken);
        let span = own.span.unwrap_or(decl.span);
        if !has_as_many || !is_same(env, declared, own, &args) {
            let expected = self.text_of(env, declared, has_as_many.then_some(&*args));
            let found = self.text_of(env, own, None);
            let diagnostic = errors::other_signature(span, own.name, of_trait.name, &expected, &found, declared.span);
            self.report(diagnostic);
            return;
        }
        let more = own
            .bounds
            .traits
            .iter()
            .find(|bound| env.prove(&env.normalize_ref(bound)).is_none());
        let other = own
            .bounds
            .equalities
            .iter()
            .find(|equality| env.normalize(equality.assoc.clone().ty()) != env.normalize(equality.ty));
        let stricter = match (more, other) {
            (Some(bound), _) => Some(self.described(bound)),
            (None, Some(equality)) => Some((
                crate::display_ty(equality.assoc.clone().ty(), &self.signatures),
                crate::display_ty(equality.ty, &self.signatures),
            )),
            (None, None) => None,
        };
        if let Some((ty, name)) = stricter {
            self.report(errors::stricter_bound(span, &ty, &name, of_trait.name));
        }
    }

    /// `fn(&Point, i32) -> bool`
    fn text_of(&self, env: TypeEnv<'_>, decl: &FnDecl, args: Option<&[Ty]>) -> String {
        let shown = |ty: Ty| {
            let ty = env.normalize(args.map_or(ty, |args| ty.substitute(args)));
            crate::display_ty(ty, &self.signatures)
        };
        if decl.is_assoc_const {
            return format!("const: {}", shown(decl.ret));
        }
        let params: Vec<String> = decl.params.iter().map(|param| shown(param.ty)).collect();
        let unsafety = if decl.is_unsafe { "unsafe " } else { "" };
        let ret = match decl.ret.is_unit() {
            true => String::new(),
            false => format!(" -> {}", shown(decl.ret)),
        };
        format!("{unsafety}fn({}){ret}", params.join(", "))
    }
}

/// Whether a function has the signature that its trait declares, for these arguments.
fn is_same(env: TypeEnv<'_>, declared: &FnDecl, own: &FnDecl, args: &[Ty]) -> bool {
    let same = |a: Ty, b: Ty| same_or_broken(env.instantiate(a, args), env.normalize(b));
    declared.receiver == own.receiver
        && declared.is_assoc_const == own.is_assoc_const
        && (declared.is_unsafe || !own.is_unsafe)
        && declared.params.len() == own.params.len()
        && declared.params.iter().zip(&own.params).all(|(a, b)| same(a.ty, b.ty))
        && same(declared.ret, own.ret)
}

/// What is wrong with a type has been said.
fn same_or_broken(a: Ty, b: Ty) -> bool {
    a == b || a.error_inside().is_some() || b.error_inside().is_some()
}
