//! Traits and how types implement them.
//!
//! Bounds are what a generic function may take for granted. [`Signatures::prove`] answers whether, and by what, a type
//! implements a trait; [`Signatures::resolve`] which function a call through a trait runs when all types are known.

use base::{FxHashMap, Span, Symbol};
use hir::DefId;

use crate::{FnRef, Signatures, Ty, TyKind};

/// A trait with its type arguments, that of `Self` first: `i32: From<u8>` is `From<i32, u8>`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TraitRef {
    pub def: DefId,
    pub args: Box<[Ty]>,
}

impl TraitRef {
    pub fn self_ty(&self) -> Ty {
        self.args[0]
    }

    pub fn substitute(&self, args: &[Ty]) -> Self {
        Self {
            def: self.def,
            args: self.args.iter().map(|ty| ty.substitute(args)).collect(),
        }
    }
}

#[derive(Clone, Debug)]
pub struct TraitDecl {
    /// As messages show it.
    pub name: Symbol,
    /// `Self` first.
    pub generics: Vec<Symbol>,
    /// Traits that every type with this one has, and what its `where` says.
    pub bounds: Vec<TraitRef>,
    /// Its functions, in order.
    pub functions: Vec<(Symbol, DefId)>,
    pub span: Span,
}

/// `impl<T: A> Trait for Type<T>`
#[derive(Clone, Debug)]
pub struct ImplDecl {
    pub def: DefId,
    pub generics: Vec<Symbol>,
    pub trait_ref: TraitRef,
    /// What must hold of `generics`.
    pub bounds: Vec<TraitRef>,
    pub functions: FxHashMap<Symbol, DefId>,
    /// Of the trait's name.
    pub span: Span,
}

/// Why a type implements a trait.
#[derive(Clone, Debug)]
pub enum Proof<'s> {
    /// The function that asks has it as a bound.
    Bound,
    Impl {
        decl: &'s ImplDecl,
        /// The generics of the `impl`.
        args: Box<[Ty]>,
    },
}

/// How deep a proof may go: `impl<T: A> A for Box<T>` asks for `A` of `T` first.
const MAX_DEPTH: u32 = 64;

impl Signatures {
    /// `bounds` and what follows from them: the bounds of their traits.
    pub fn elaborate(&self, bounds: Vec<TraitRef>) -> Vec<TraitRef> {
        let mut all = bounds;
        let mut next = 0;
        while let Some(bound) = all.get(next) {
            let Some(decl) = self.traits.get(&bound.def) else {
                next += 1;
                continue;
            };
            let implied: Vec<TraitRef> = decl
                .bounds
                .iter()
                .map(|implied| implied.substitute(&bound.args))
                .collect();
            next += 1;
            for implied in implied {
                if !all.contains(&implied) {
                    all.push(implied);
                }
            }
        }
        all
    }

    /// Whether a type implements a trait, where `bounds`, elaborated, are taken for granted. A type that is not known
    /// yet implements nothing.
    pub fn prove(&self, bounds: &[TraitRef], goal: &TraitRef) -> Option<Proof<'_>> {
        self.prove_within(bounds, goal, MAX_DEPTH)
    }

    fn prove_within(&self, bounds: &[TraitRef], goal: &TraitRef, depth: u32) -> Option<Proof<'_>> {
        if bounds.contains(goal) {
            return Some(Proof::Bound);
        }
        let depth = depth.checked_sub(1)?;
        self.impls_of(goal.def).find_map(|decl| {
            let args = decl.matches(&goal.args)?;
            let holds = |bound: &TraitRef| self.prove_within(bounds, &bound.substitute(&args), depth).is_some();
            decl.bounds.iter().all(holds).then_some(Proof::Impl { decl, args })
        })
    }

    pub fn impls_of(&self, def: DefId) -> impl Iterator<Item = &ImplDecl> {
        self.impls.get(&def).into_iter().flatten()
    }

    /// What a call of `function` with these type arguments, in which no parameter is left, runs: the function of the
    /// `impl` where it is one of a trait.
    pub fn resolve(&self, function: FnRef, args: &[Ty]) -> (FnRef, Box<[Ty]>) {
        let unchanged = || (function, args.into());
        let decl = self.function(function);
        let Some(of_trait) = decl.of_trait else {
            return unchanged();
        };
        let (trait_args, own_args) = args.split_at(self.traits[&of_trait].generics.len());
        let goal = TraitRef {
            def: of_trait,
            args: trait_args.into(),
        };
        match self.prove(&[], &goal) {
            Some(Proof::Impl { decl: found, args }) => match found.functions.get(&decl.name) {
                Some(own) => (FnRef::Lang(*own), [&args, own_args].concat().into()),
                // The trait's own body.
                None => unchanged(),
            },
            Some(Proof::Bound) | None => unchanged(),
        }
    }
}

impl ImplDecl {
    /// The generics for which this is an implementation for `args`.
    pub fn matches(&self, args: &[Ty]) -> Option<Box<[Ty]>> {
        let mut found = vec![None; self.generics.len()];
        let fits = self
            .trait_ref
            .args
            .iter()
            .zip(args)
            .all(|(pattern, ty)| matches(*pattern, *ty, &mut found));
        if !fits {
            return None;
        }
        // Every generic of an `impl` stands in its types.
        found.into_iter().collect()
    }
}

/// Whether `ty` is `pattern` with types for its parameters, which are noted in `found`.
fn matches(pattern: Ty, ty: Ty, found: &mut [Option<Ty>]) -> bool {
    if let TyKind::Param { index, .. } = pattern.kind() {
        let known = &mut found[*index as usize];
        return *known.get_or_insert(ty) == ty;
    }
    pattern.all_parts(ty, &mut |pattern, ty| matches(pattern, ty, found))
}

/// Whether some types fit both: then two `impl`s for them would be in each other's way. Takes the parameters of the two
/// for different ones, and what is not known yet for anything.
pub(crate) fn may_overlap(a: Ty, b: Ty) -> bool {
    let is_open = |ty: Ty| matches!(ty.kind(), TyKind::Param { .. } | TyKind::Infer(_));
    is_open(a) || is_open(b) || a.all_parts(b, &mut may_overlap)
}
