//! Traits and how types implement them, as data. [`crate::TypeEnv`] answers which types have which.

use base::{FxHashMap, Span, Symbol};
use hir::DefId;

use crate::{Generic, Ty, TyKind};

/// A trait with its type arguments, that of `Self` first: `i32: From<u8>` is `From<i32, u8>`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TraitRef {
    pub def: DefId,
    pub args: Box<[Ty]>,
}

/// An associated type of a trait for the types `args`, that of `Self` first: `I.Item` is `Item` of `Iterator<I>`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct AssocRef {
    pub of_trait: DefId,
    pub name: Symbol,
    pub args: Box<[Ty]>,
}

/// `Iterator<Item = T>`: the associated type is that type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Equality {
    pub assoc: AssocRef,
    pub ty: Ty,
}

/// What generics promise.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Bounds {
    pub traits: Vec<TraitRef>,
    pub equalities: Vec<Equality>,
}

#[derive(Clone, Debug)]
pub struct TraitDecl {
    /// As messages show it.
    pub name: Symbol,
    /// `Self` first.
    pub generics: Vec<Generic>,
    /// Traits that every type with this one has, and what its `where` says.
    pub bounds: Bounds,
    /// Its functions, in order.
    pub functions: Vec<(Symbol, DefId)>,
    /// Its associated types, in order.
    pub assoc_types: Vec<AssocDecl>,
    /// To implement it is a promise, which only `unsafe impl` makes.
    pub is_unsafe: bool,
    pub span: Span,
}

/// `type Item: Bound;` of a trait.
#[derive(Clone, Debug)]
pub struct AssocDecl {
    pub name: Symbol,
    pub def: DefId,
    /// What every type that stands for it has. Generic over the trait's generics.
    pub bounds: Bounds,
    /// Of an `impl` that does not say.
    pub default: Option<Ty>,
}

/// `impl<T: A> Trait for Type<T>`
#[derive(Clone, Debug)]
pub struct ImplDecl {
    pub def: DefId,
    pub generics: Vec<Generic>,
    pub trait_ref: TraitRef,
    /// What must hold of `generics`.
    pub bounds: Bounds,
    pub functions: FxHashMap<Symbol, DefId>,
    pub assoc_types: FxHashMap<Symbol, Ty>,
    /// Of the trait's name.
    pub span: Span,
}

/// Why a type implements a trait.
#[derive(Clone, Debug)]
pub enum Proof<'s> {
    /// The function that asks has it as a bound, or the associated type that is asked about.
    Bound,
    /// The language has it so: an operator of numbers, a call of a closure.
    Builtin,
    Impl {
        decl: &'s ImplDecl,
        /// The generics of the `impl`.
        args: Box<[Ty]>,
    },
}

impl TraitRef {
    pub fn self_ty(&self) -> Ty {
        self.args[0]
    }

    pub fn substitute(&self, args: &[Ty]) -> Self {
        self.map(|ty| ty.substitute(args))
    }

    pub(crate) fn map(&self, f: impl FnMut(Ty) -> Ty) -> Self {
        Self {
            def: self.def,
            args: self.args.iter().copied().map(f).collect(),
        }
    }
}

impl AssocRef {
    pub fn trait_ref(&self) -> TraitRef {
        TraitRef {
            def: self.of_trait,
            args: self.args.clone(),
        }
    }

    pub(crate) fn map(&self, f: impl FnMut(Ty) -> Ty) -> Self {
        Self {
            args: self.args.iter().copied().map(f).collect(),
            ..*self
        }
    }

    pub(crate) fn ty(self) -> Ty {
        Ty::new(TyKind::Assoc(self))
    }
}

impl Equality {
    pub(crate) fn map(&self, mut f: impl FnMut(Ty) -> Ty) -> Self {
        Self {
            assoc: self.assoc.map(&mut f),
            ty: f(self.ty),
        }
    }
}

impl Bounds {
    /// Nothing is promised.
    pub const NONE: &'static Self = &Self {
        traits: Vec::new(),
        equalities: Vec::new(),
    };

    pub fn is_empty(&self) -> bool {
        self.traits.is_empty() && self.equalities.is_empty()
    }

    pub fn substitute(&self, args: &[Ty]) -> Self {
        Self {
            traits: self.traits.iter().map(|bound| bound.substitute(args)).collect(),
            equalities: self
                .equalities
                .iter()
                .map(|equality| equality.map(|ty| ty.substitute(args)))
                .collect(),
        }
    }

    pub fn extend(&mut self, others: Self) {
        self.traits.extend(others.traits);
        self.equalities.extend(others.equalities);
    }
}

impl TraitDecl {
    pub fn assoc_type(&self, name: Symbol) -> Option<&AssocDecl> {
        self.assoc_types.iter().find(|assoc| assoc.name == name)
    }
}

impl ImplDecl {
    /// The generics for which this is an implementation for `args`, as far as they stand in its types.
    pub(crate) fn matches(&self, args: &[Ty]) -> Option<Vec<Option<Ty>>> {
        let mut found = vec![None; self.generics.len()];
        let fits = self
            .trait_ref
            .args
            .iter()
            .zip(args)
            .all(|(pattern, ty)| matches(*pattern, *ty, &mut found));
        fits.then_some(found)
    }

    /// What of its generics is known, if it may be for these types once inference variables in them are known.
    pub(crate) fn may_match(&self, args: &[Ty]) -> Option<Vec<Option<Ty>>> {
        let mut found = vec![None; self.generics.len()];
        let fits = self
            .trait_ref
            .args
            .iter()
            .zip(args)
            .all(|(pattern, ty)| may_match(*pattern, *ty, &mut found));
        fits.then_some(found)
    }
}

/// Whether `ty` is `pattern` with types for its parameters, which are noted in `found`.
pub(crate) fn matches(pattern: Ty, ty: Ty, found: &mut [Option<Ty>]) -> bool {
    if let TyKind::Param { index, .. } = pattern.kind() {
        let known = &mut found[*index as usize];
        return *known.get_or_insert(ty) == ty;
    }
    pattern.all_parts(ty, &mut |pattern, ty| matches(pattern, ty, found))
}

/// Whether `ty` may be `pattern` with types for its parameters, which are noted in `found`.
pub(crate) fn may_match(pattern: Ty, ty: Ty, found: &mut [Option<Ty>]) -> bool {
    match (pattern.kind(), ty.kind()) {
        (TyKind::Param { index, .. }, _) => {
            let known = &mut found[*index as usize];
            may_be_equal(*known.get_or_insert(ty), ty)
        }
        (_, TyKind::Infer(var)) => var.may_be(pattern),
        _ => pattern.all_parts(ty, &mut |pattern, ty| may_match(pattern, ty, found)),
    }
}

/// Whether two types are one once inference variables in them are known. Parameters are types of their own here.
pub(crate) fn may_be_equal(a: Ty, b: Ty) -> bool {
    match (a.kind(), b.kind()) {
        (TyKind::Infer(var), _) => var.may_be(b),
        (_, TyKind::Infer(var)) => var.may_be(a),
        _ => a.all_parts(b, &mut may_be_equal),
    }
}
