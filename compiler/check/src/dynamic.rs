//! `dyn` types: what they promise, which traits can be one, and what is called through their tables.
//!
//! A `dyn Trait` has the trait and those that it asks for. Its table holds their functions that a value behind a
//! reference can be asked for: those that take `self` by reference and do not ask that `Self` has a size.

use base::{Span, Symbol};
use diag::Diagnostic;
use hir::{DefId, Mutability};

use crate::{
    AssocRef, Bounds, CallKind, DynAssoc, DynTy, Equality, FnDecl, FnRef, LangItem, Receiver, Signatures, TraitRef, Ty,
    TyKind, errors,
};

/// What keeps a trait from being a `dyn` type.
pub(crate) enum Unfit {
    /// A function cannot be called without knowing the type.
    Function(FnRef, &'static str),
    /// It asks for this trait, of `Self` as an argument, or of a size.
    AsksFor(TraitRef),
}

/// `Self` in the arguments of a trait while a `dyn` type is lowered.
pub(crate) fn self_placeholder() -> Ty {
    Ty::new(TyKind::Opaque {
        size: 0,
        align: 0,
        spelling: base::sym("Self"),
    })
}

impl DynTy {
    /// The trait with what it is of, its `Self` being [`self_placeholder`]. Fails where that stands elsewhere too.
    pub(crate) fn new(trait_ref: &TraitRef, equalities: &[Equality], is_view: bool) -> Option<Self> {
        let own = |args: &[Ty]| -> Box<[Ty]> { args[1..].into() };
        let mut types: Vec<DynAssoc> = Vec::new();
        for Equality { assoc, ty } in equalities {
            types.push(DynAssoc {
                of_trait: assoc.of_trait,
                name: assoc.name,
                args: own(&assoc.args),
                ty: *ty,
            });
        }
        types.sort_by(|a, b| (a.of_trait, a.name.as_str()).cmp(&(b.of_trait, b.name.as_str())));
        let dynamic = Self {
            of_trait: trait_ref.def,
            args: own(&trait_ref.args),
            types: types.into(),
            threads: Box::default(),
            is_view,
        };
        let has_self = |ty: &Ty| ty.any(&mut |part| part == self_placeholder());
        let args = dynamic.types.iter().flat_map(|assoc| &*assoc.args);
        (!dynamic.args.iter().chain(args).any(has_self)).then_some(dynamic)
    }

    /// The trait, of a type.
    pub fn trait_ref(&self, self_ty: Ty) -> TraitRef {
        TraitRef {
            def: self.of_trait,
            args: [&[self_ty], &*self.args].concat().into(),
        }
    }

    /// What it says of a type that it stands for.
    pub fn bounds(&self, self_ty: Ty) -> Bounds {
        let equality = |assoc: &DynAssoc| Equality {
            assoc: AssocRef {
                of_trait: assoc.of_trait,
                name: assoc.name,
                args: [&[self_ty], &*assoc.args].concat().into(),
            },
            ty: assoc.ty,
        };
        let threads = self.threads.iter().map(|def| TraitRef {
            def: *def,
            args: [self_ty].into(),
        });
        Bounds {
            traits: [self.trait_ref(self_ty)].into_iter().chain(threads).collect(),
            equalities: self.types.iter().map(equality).collect(),
        }
    }
}

impl Signatures {
    /// The functions of the table of a `dyn` type, in order, each with the trait that it is of.
    pub fn dyn_functions(&self, ty: Ty) -> Vec<(FnRef, TraitRef)> {
        let TyKind::Dyn(dynamic) = ty.kind() else {
            return Vec::new();
        };
        let mut found = Vec::new();
        let mut traits = self.within(Bounds::NONE).implied(dynamic.bounds(ty)).traits;
        traits.retain(|bound| bound.self_ty() == ty);
        for bound in traits {
            let Some(decl) = self.traits.get(&bound.def) else {
                continue;
            };
            for (_, def) in &decl.functions {
                let function = FnRef::Lang(*def);
                if self.fns.get(&function).is_some_and(|decl| self.is_in_table(decl)) {
                    found.push((function, bound.clone()));
                }
            }
        }
        found
    }

    /// Which function of the table of `args[0]`, a `dyn` type, a call of a trait's function is; absent for every other
    /// function, and every other type.
    pub fn dyn_function(&self, function: FnRef, args: &[Ty]) -> Option<usize> {
        let of_trait = self.fns.get(&function)?.of_trait?;
        let ty = *args.first()?;
        if !matches!(ty.kind(), TyKind::Dyn(_)) {
            return None;
        }
        let n_trait_args = self.traits[&of_trait].generics.len();
        let functions = self.dyn_functions(ty);
        functions
            .iter()
            .position(|(known, bound)| *known == function && *bound.args == args[..n_trait_args])
    }

    /// A `dyn` type without what it says about threads and references, which its tables know nothing of.
    pub fn as_in_tables(&self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Dyn(dynamic) if !dynamic.threads.is_empty() || dynamic.is_view => Ty::new(TyKind::Dyn(DynTy {
                threads: Box::default(),
                is_view: false,
                ..dynamic.clone()
            })),
            _ => ty,
        }
    }

    /// The `dyn` types of the traits that the one of a `dyn` type asks for: their tables stand in its own, in this
    /// order.
    pub fn dyn_supertypes(&self, ty: Ty) -> Vec<Ty> {
        let TyKind::Dyn(dynamic) = ty.kind() else {
            return Vec::new();
        };
        let env = self.within(Bounds::NONE);
        let implied = env.implied(dynamic.bounds(ty));
        // How a value is called stands in the table of the one trait alone.
        let is_super = |bound: &&TraitRef| {
            bound.self_ty() == ty
                && bound.def != dynamic.of_trait
                && self.call_trait(bound.def).is_none()
                && self.thread_trait(bound.def).is_none()
        };
        let supertypes = implied.traits.iter().filter(is_super).map(|bound| {
            let within = self.with_supertraits(bound.def);
            let equalities = implied
                .equalities
                .iter()
                .filter(|equality| equality.assoc.args[0] == ty && within.contains(&equality.assoc.of_trait));
            let equalities: Vec<Equality> = equalities
                .map(|equality| Equality {
                    assoc: equality.assoc.clone(),
                    ty: env.normalize(equality.ty),
                })
                .collect();
            DynTy::new(bound, &equalities, dynamic.is_view)
        });
        supertypes
            .flatten()
            .map(|dynamic| Ty::new(TyKind::Dyn(dynamic)))
            .collect()
    }

    /// Whether a function of a trait is called through tables.
    fn is_in_table(&self, decl: &FnDecl) -> bool {
        matches!(decl.receiver, Some(Receiver::Ref(_) | Receiver::Owner)) && !self.asks_for_size(decl)
    }

    /// Whether a function of a trait is for types with a size alone.
    pub(crate) fn asks_for_size(&self, decl: &FnDecl) -> bool {
        let sized = self.lang.get(LangItem::Sized);
        let asks = |bound: &TraitRef| Some(bound.def) == sized && is_self(bound.self_ty());
        decl.receiver == Some(Receiver::Value) || decl.bounds.traits.iter().any(asks)
    }

    /// How a `dyn` type of a function trait is called.
    pub fn dyn_call(&self, ty: Ty) -> Option<CallKind> {
        match ty.kind() {
            TyKind::Dyn(dynamic) => self.call_trait(dynamic.of_trait),
            _ => None,
        }
    }

    /// Why a trait is no `dyn` type: what is first, in it or a trait that it asks for.
    pub(crate) fn unfit_for_dyn(&self, of_trait: DefId) -> Option<Unfit> {
        for def in self.with_supertraits(of_trait) {
            let Some(decl) = self.traits.get(&def) else { continue };
            let is_own = |bound: &&TraitRef| is_self(bound.self_ty());
            for bound in decl.bounds.traits.iter().filter(is_own) {
                let is_sized = self.lang.is(bound.def, LangItem::Sized);
                let is_called = self.call_trait(bound.def).is_some() && self.call_trait(def).is_none();
                if is_sized || is_called || bound.args[1..].iter().any(|ty| mentions_self(*ty)) {
                    return Some(Unfit::AsksFor(bound.clone()));
                }
            }
            for (_, function) in &decl.functions {
                let function = FnRef::Lang(*function);
                if let Some(found) = self.fns.get(&function)
                    && let Some(why) = self.unfit_function(found, decl.generics.len())
                {
                    return Some(Unfit::Function(function, why));
                }
            }
        }
        None
    }

    fn unfit_function(&self, decl: &FnDecl, n_trait_generics: usize) -> Option<&'static str> {
        if self.asks_for_size(decl) {
            return None;
        }
        if decl.receiver.is_none() {
            return Some("it does not take `self`");
        }
        if decl.generics.len() > n_trait_generics {
            return Some("it is generic");
        }
        let tys = decl.params[1..].iter().map(|param| param.ty).chain([decl.ret]);
        let has_self = tys.into_iter().any(mentions_self);
        has_self.then_some("`Self` stands in its signature")
    }

    /// The associated types of a trait and those that it asks for of which a `dyn` type does not say what they are.
    pub(crate) fn missing_dyn_types(&self, dynamic: &DynTy) -> Vec<Symbol> {
        let ty = Ty::new(TyKind::Dyn(dynamic.clone()));
        let implied = self.within(Bounds::NONE).implied(dynamic.bounds(ty));
        let mut missing = Vec::new();
        for bound in implied.traits.iter().filter(|bound| bound.self_ty() == ty) {
            let Some(decl) = self.traits.get(&bound.def) else {
                continue;
            };
            for assoc in &decl.assoc_types {
                let is_this = |known: &Equality| {
                    known.assoc.of_trait == bound.def && known.assoc.name == assoc.name && known.assoc.args[0] == ty
                };
                if !implied.equalities.iter().any(is_this) {
                    missing.push(assoc.name);
                }
            }
        }
        missing
    }

    /// The trait and those that it asks for, each once.
    pub fn with_supertraits(&self, of_trait: DefId) -> Vec<DefId> {
        let mut reached = vec![of_trait];
        let mut next = 0;
        while let Some(def) = reached.get(next).copied() {
            next += 1;
            let bounds = self.traits.get(&def).map_or(&[][..], |decl| &decl.bounds.traits);
            let supertraits = bounds.iter().filter(|bound| is_self(bound.self_ty()));
            for bound in supertraits {
                if !reached.contains(&bound.def) {
                    reached.push(bound.def);
                }
            }
        }
        reached
    }

    /// What is wrong with a `dyn` type that is written there, once all signatures are known.
    pub(crate) fn check_dyn(&self, dynamic: &DynTy, span: Span) -> Option<Diagnostic> {
        let name = self.traits.get(&dynamic.of_trait)?.name;
        match self.unfit_for_dyn(dynamic.of_trait) {
            Some(Unfit::Function(function, why)) => {
                let decl = self.function(function);
                return Some(errors::unfit_for_dyn(span, name, decl.name, why, decl.span));
            }
            Some(Unfit::AsksFor(bound)) => {
                let asked = crate::display::display_trait(&bound, self);
                return Some(errors::asks_too_much_for_dyn(span, name, &asked));
            }
            None => {}
        }
        let missing = self.missing_dyn_types(dynamic);
        (!missing.is_empty()).then(|| errors::dyn_types_missing(span, name, &missing))
    }

    /// What a pointer to one type becomes as one to a `dyn` type: the types behind, where both are such pointers. They
    /// are references, and the library's owners of one value.
    pub fn pointees(&self, from: Ty, to: Ty) -> Option<(Ty, Ty)> {
        match (from.kind(), to.kind()) {
            (TyKind::Ref(m, from), TyKind::Ref(n, to)) if m == n || *m == Mutability::Mut => Some((*from, *to)),
            (TyKind::Adt(own, from), TyKind::Adt(wanted, to)) if own == wanted && self.is_owner(*own) => {
                Some((*from.first()?, *to.first()?))
            }
            _ => None,
        }
    }

    /// A `Box`, `Rc` or `Arc`: it owns its value, and leads to it.
    pub(crate) fn is_keeping_owner(&self, adt: crate::AdtRef) -> bool {
        const OWNERS: [LangItem; 3] = [LangItem::Box, LangItem::Rc, LangItem::Arc];
        OWNERS.into_iter().any(|item| self.is_lang(adt, item))
    }

    fn is_owner(&self, adt: crate::AdtRef) -> bool {
        const OWNERS: [LangItem; 5] = [
            LangItem::Box,
            LangItem::Rc,
            LangItem::RcWeak,
            LangItem::Arc,
            LangItem::ArcWeak,
        ];
        OWNERS.into_iter().any(|item| self.is_lang(adt, item))
    }
}

fn is_self(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Param { index: 0, .. })
}

/// Whether `Self` is in a type, but as that of which an associated type is.
fn mentions_self(ty: Ty) -> bool {
    let mut found = false;
    ty.map(&mut |part| {
        if let TyKind::Assoc(assoc) = part.kind()
            && is_self(assoc.args[0])
        {
            found |= assoc.args[1..].iter().any(|arg| mentions_self(*arg));
            return Some(part);
        }
        found |= is_self(part);
        None
    });
    found
}
