//! Proofs: whether, and by what, a type implements a trait, and what its associated types are.
//!
//! Takes signatures and what generics promise. Types in a question that are not known yet implement nothing.

use base::FxHashMap;
use hir::DefId;

use crate::callable::signature_of;
use crate::operator_fns::{BuiltIn, built_in, function_of};
use crate::threads::Held;
use crate::traits::{matches, may_be_equal};
use crate::{
    AssocRef, Bounds, Equality, FnRef, ImplDecl, InferVar, LangItem, Proof, Reveal, Signatures, TraitRef, Ty, TyKind,
    TypeEnv, UnnamedTy,
};

/// How deep a proof may go: `impl<T: A> A for Box<T>` asks for `A` of `T` first.
const MAX_DEPTH: u32 = 128;

/// How many parts the types of a question may have.
const MAX_PARTS: u32 = 1 << 16;

impl<'a> TypeEnv<'a> {
    /// Whether a type implements a trait. The question is normalised.
    pub fn prove(self, goal: &TraitRef) -> Option<Proof<'a>> {
        Solver::new(self).prove(goal)
    }

    /// Whether a question that has no proof is one that leads to ever further ones.
    pub(crate) fn is_endless(self, goal: &TraitRef) -> bool {
        let mut solver = Solver::new(self);
        solver.prove(goal).is_none() && solver.gave_up
    }

    /// Whether a type may implement a trait once inference variables in the question are known.
    pub(crate) fn may_hold(self, goal: &TraitRef) -> bool {
        const DEPTH: u32 = 8;
        self.may_hold_within(goal, DEPTH)
    }

    fn may_hold_within(self, goal: &TraitRef, depth: u32) -> bool {
        let is_open = |ty: &Ty| matches!(ty.kind(), TyKind::Infer(InferVar::Any(_)) | TyKind::Error(_));
        if depth == 0 || is_open(&goal.self_ty()) {
            return true;
        }
        if goal.args.iter().all(|ty| !ty.has_infer()) {
            return self.prove(goal).is_some();
        }
        let is_called = |call| self.may_be_called_as(goal, call);
        self.signatures.call_trait(goal.def).is_some_and(is_called)
            || built_in(self, goal) != BuiltIn::No
            || !self.fitting_bounds(goal).is_empty()
            || self.fitting_impls_within(goal, depth).next().is_some()
    }

    /// The promises that may be what is asked.
    pub(crate) fn fitting_bounds(self, goal: &TraitRef) -> Vec<TraitRef> {
        let fits = |bound: &&TraitRef| {
            let mut pairs = bound.args.iter().zip(&goal.args);
            bound.def == goal.def && pairs.all(|(a, b)| may_be_equal(*a, *b))
        };
        let mut found: Vec<TraitRef> = self.bounds.traits.iter().filter(fits).cloned().collect();
        let promised = Solver::new(self).promised(goal.self_ty());
        found.extend(promised.traits.iter().filter(fits).cloned());
        found.dedup();
        found
    }

    /// The `impl`s that may be what is asked.
    pub(crate) fn fitting_impls(self, goal: &TraitRef) -> impl Iterator<Item = &'a ImplDecl> {
        const DEPTH: u32 = 8;
        self.fitting_impls_within(goal, DEPTH)
    }

    fn fitting_impls_within(self, goal: &TraitRef, depth: u32) -> impl Iterator<Item = &'a ImplDecl> {
        self.signatures.impls_of(goal.def).iter().filter(move |decl| {
            let Some(found) = decl.may_match(&goal.args) else {
                return false;
            };
            let holds = |bound: &TraitRef| {
                let is_known = |ty: &Ty| {
                    !ty.any(&mut |part| match part.kind() {
                        TyKind::Param { index, .. } => found[*index as usize].is_none(),
                        _ => false,
                    })
                };
                if !bound.args.iter().all(is_known) {
                    return true;
                }
                let args: Vec<Ty> = found.iter().map(|ty| ty.unwrap_or(Ty::unit())).collect();
                let goal = bound.map(|ty| self.normalize(ty.substitute(&args)));
                // What an associated type of something unknown is, is unknown.
                let is_open = goal.args.iter().any(|ty| ty.has_assoc() && ty.has_infer());
                is_open || self.may_hold_within(&goal, depth - 1)
            };
            decl.bounds.traits.iter().all(holds)
        })
    }

    /// Whether the declaration of an associated type, or of an `impl` type, promises that it has a trait.
    pub(crate) fn declares(self, goal: &TraitRef) -> bool {
        match goal.self_ty().kind() {
            TyKind::Assoc(_) | TyKind::Unnamed(_) => Solver::new(self).promised(goal.self_ty()).traits.contains(goal),
            _ => false,
        }
    }

    /// What a type promises by how it is declared, and what follows from that.
    pub(crate) fn promised(self, ty: Ty) -> Bounds {
        Solver::new(self).promised(ty)
    }

    /// What follows from what is known of a type by its declaration.
    pub(crate) fn implied(self, bounds: Bounds) -> Bounds {
        Solver::new(self).implied(bounds)
    }

    /// Whether all of it holds.
    pub fn holds(self, bounds: &Bounds) -> bool {
        Solver::new(self).hold(bounds)
    }

    /// The type with what its associated types are put in. One that is not known, as that of a generic parameter or of
    /// an inference variable, stays.
    pub fn normalize(self, ty: Ty) -> Ty {
        match self.is_normal(ty) {
            true => ty,
            false => Solver::new(self).normalize(ty),
        }
    }

    /// Whether nothing in the type can be put in another way.
    fn is_normal(self, ty: Ty) -> bool {
        let is_hidden = match self.reveal {
            Reveal::Bounds => true,
            Reveal::Types => !ty.has_unnamed(),
        };
        is_hidden && !ty.has_assoc()
    }

    pub fn normalize_ref(self, trait_ref: &TraitRef) -> TraitRef {
        trait_ref.map(|ty| self.normalize(ty))
    }

    /// `bounds` and what follows from them: the bounds of their traits. They are the promises that it is itself
    /// normalised by.
    pub(crate) fn elaborate(signatures: &Signatures, bounds: Bounds) -> Bounds {
        let mut all = bounds;
        let mut next = 0;
        while let Some(bound) = all.traits.get(next) {
            next += 1;
            let Some(decl) = signatures.traits.get(&bound.def) else {
                continue;
            };
            let implied = decl.bounds.substitute(&bound.args);
            let new = |bound: &TraitRef| !all.traits.contains(bound);
            let traits: Vec<TraitRef> = implied.traits.into_iter().filter(new).collect();
            all.traits.extend(traits);
            all.equalities.extend(implied.equalities);
        }
        let env = signatures.within(&all);
        let traits = all.traits.iter().map(|bound| env.normalize_ref(bound)).collect();
        let normalized = |equality: &crate::Equality| crate::Equality {
            assoc: equality.assoc.map(|ty| env.normalize(ty)),
            ty: equality.ty,
        };
        let equalities = all.equalities.iter().map(normalized).collect();
        Bounds { traits, equalities }
    }
}

/// What the traits in `bounds`, and those that they ask for, say of associated types, as it is written: nothing in it
/// is normalised, for which it is asked.
fn implied_equalities(signatures: &Signatures, bounds: Bounds) -> Vec<Equality> {
    let Bounds {
        mut traits,
        mut equalities,
    } = bounds;
    let mut next = 0;
    while let Some(bound) = traits.get(next) {
        next += 1;
        let Some(decl) = signatures.traits.get(&bound.def) else {
            continue;
        };
        let implied = decl.bounds.substitute(&bound.args);
        let new = |bound: &TraitRef| !traits.contains(bound);
        let new: Vec<TraitRef> = implied.traits.into_iter().filter(new).collect();
        traits.extend(new);
        equalities.extend(implied.equalities);
    }
    equalities
}

/// Whether a question is about a type of more parts than any that is written: each of a row of questions may be about
/// a type twice as large.
pub(crate) fn is_too_large(goal: &TraitRef) -> bool {
    goal.args.iter().any(|ty| ty.n_parts() > MAX_PARTS)
}

/// The type for these generics, where it mentions only those that are known.
pub(crate) fn with_known(ty: Ty, found: &[Option<Ty>]) -> Option<Ty> {
    let mut is_known = true;
    let ty = ty.map(&mut |part| match part.kind() {
        TyKind::Param { index, .. } => {
            let known = found[*index as usize];
            is_known &= known.is_some();
            Some(known.unwrap_or(part))
        }
        _ => None,
    });
    is_known.then_some(ty)
}

/// One question, with the answers to those that it led to.
pub(crate) struct Solver<'a> {
    pub(crate) env: TypeEnv<'a>,
    /// A question that is still open counts as refuted: no proof rests on itself.
    answers: FxHashMap<TraitRef, Option<Proof<'a>>>,
    /// How much further in a question may come.
    pub(crate) depth: u32,
    /// A question was too far in, or about too large a type, to be answered.
    gave_up: bool,
}

impl<'a> Solver<'a> {
    pub(crate) fn new(env: TypeEnv<'a>) -> Self {
        Self {
            env,
            answers: FxHashMap::default(),
            depth: MAX_DEPTH,
            gave_up: false,
        }
    }

    fn prove(&mut self, goal: &TraitRef) -> Option<Proof<'a>> {
        if self.env.bounds.traits.contains(goal) {
            return Some(Proof::Bound);
        }
        if let Some(known) = self.answers.get(goal) {
            return known.clone();
        }
        if self.depth == 0 || is_too_large(goal) {
            self.gave_up = true;
            return None;
        }
        self.depth -= 1;
        let answer = match self.env.signatures.thread_trait(goal.def) {
            // It may rest on itself, and keeps its own account of what was asked.
            Some(asked) => {
                let lack = self.lack(goal.self_ty(), asked, Held::Anywhere);
                lack.is_none().then_some(Proof::Builtin)
            }
            None => {
                self.answers.insert(goal.clone(), None);
                let answer = self.prove_new(goal);
                self.answers.insert(goal.clone(), answer.clone());
                answer
            }
        };
        self.depth += 1;
        answer
    }

    fn prove_new(&mut self, goal: &TraitRef) -> Option<Proof<'a>> {
        if self.promised(goal.self_ty()).traits.contains(goal) {
            return Some(Proof::Bound);
        }
        if let Some(call) = self.env.signatures.call_trait(goal.def) {
            return self.env.is_called_as(goal, call).then_some(Proof::Builtin);
        }
        if built_in(self.env, goal) == BuiltIn::Yes {
            return Some(Proof::Builtin);
        }
        let decls: &'a [ImplDecl] = self.env.signatures.impls_of(goal.def);
        decls.iter().find_map(|decl| {
            let found = decl.matches(&goal.args)?;
            let args = self.complete(decl, found)?;
            let bounds = decl.bounds.substitute(&args);
            self.hold(&bounds).then_some(Proof::Impl { decl, args })
        })
    }

    /// The generics of an `impl` that do not stand in its types are what its functions give, or what an associated type
    /// is: `impl<F: Fn() -> R, R>`, `impl<T, I: Iterator<Item = &T>>`.
    pub(crate) fn complete(&mut self, decl: &ImplDecl, mut found: Vec<Option<Ty>>) -> Option<Box<[Ty]>> {
        if found.contains(&None) {
            for equality in &decl.bounds.equalities {
                let args: Option<Box<[Ty]>> = (equality.assoc.args.iter()).map(|ty| with_known(*ty, &found)).collect();
                if let Some(args) = args {
                    let assoc = AssocRef { args, ..equality.assoc };
                    let ty = self.normalize(assoc.ty());
                    matches(equality.ty, ty, &mut found);
                }
            }
            for bound in &decl.bounds.traits {
                if self.env.signatures.call_trait(bound.def).is_none() {
                    continue;
                }
                let Some(self_ty) = with_known(bound.self_ty(), &found) else {
                    continue;
                };
                let self_ty = self.normalize(self_ty);
                if let (Some(callable), Some((params, ret))) = (self.env.callable(self_ty), signature_of(bound)) {
                    let own = callable.params.iter().chain([&callable.ret]);
                    for (pattern, ty) in params.iter().chain([&ret]).zip(own) {
                        if with_known(*pattern, &found).is_none() {
                            matches(*pattern, *ty, &mut found);
                        }
                    }
                }
            }
        }
        found.into_iter().collect()
    }

    pub(crate) fn hold(&mut self, bounds: &Bounds) -> bool {
        let traits = bounds.traits.iter().all(|bound| {
            let goal = bound.map(|ty| self.normalize(ty));
            self.prove(&goal).is_some()
        });
        traits
            && bounds
                .equalities
                .iter()
                .all(|equality| self.normalize(equality.assoc.clone().ty()) == self.normalize(equality.ty))
    }

    /// What an associated type, a `dyn` type or an `impl` type has by its declaration.
    pub(crate) fn promised(&mut self, ty: Ty) -> Bounds {
        let signatures = self.env.signatures;
        let declared = match ty.kind() {
            TyKind::Assoc(assoc) => {
                let decl = signatures.traits.get(&assoc.of_trait);
                let decl = decl.and_then(|decl| decl.assoc_type(assoc.name));
                decl.map(|decl| decl.bounds.substitute(&assoc.args))
            }
            TyKind::Unnamed(unnamed) => signatures.unnamed_bounds(unnamed),
            TyKind::Dyn(dynamic) => Some(dynamic.bounds(ty)),
            _ => None,
        };
        declared.map_or_else(Bounds::default, |bounds| self.implied(bounds))
    }

    /// `bounds`, and what the traits in it ask for.
    fn implied(&mut self, bounds: Bounds) -> Bounds {
        let mut all: Vec<TraitRef> = bounds
            .traits
            .iter()
            .map(|bound| bound.map(|ty| self.normalize(ty)))
            .collect();
        let mut equalities = bounds.equalities;
        let mut next = 0;
        while let Some(bound) = all.get(next).cloned() {
            next += 1;
            let Some(decl) = self.env.signatures.traits.get(&bound.def) else {
                continue;
            };
            let implied = decl.bounds.substitute(&bound.args);
            for bound in implied.traits {
                let bound = bound.map(|ty| self.normalize(ty));
                if !all.contains(&bound) {
                    all.push(bound);
                }
            }
            equalities.extend(implied.equalities);
        }
        Bounds {
            traits: all,
            equalities,
        }
    }

    pub(crate) fn normalize(&mut self, ty: Ty) -> Ty {
        if self.env.is_normal(ty) {
            return ty;
        }
        ty.map(&mut |part| match part.kind() {
            TyKind::Assoc(assoc) => Some(self.project(assoc)),
            TyKind::Unnamed(unnamed) if self.env.reveal == Reveal::Types => self.reveal(unnamed),
            _ if self.env.is_normal(part) => Some(part),
            _ => None,
        })
    }

    /// What the body of the function says that an `impl` type is; absent where that is not known.
    fn reveal(&mut self, unnamed: &UnnamedTy) -> Option<Ty> {
        if self.depth == 0 {
            return None;
        }
        self.depth -= 1;
        let args: Vec<Ty> = unnamed.args.iter().map(|ty| self.normalize(*ty)).collect();
        let revealed = self.env.signatures.revealed_ty(unnamed.of);
        let found = revealed.map(|ty| self.normalize(ty.substitute(&args)));
        self.depth += 1;
        found
    }

    fn project(&mut self, assoc: &AssocRef) -> Ty {
        let assoc = assoc.map(|ty| self.normalize(ty));
        if let Some(reported) = assoc.args.iter().find_map(|ty| ty.error_inside()) {
            return Ty::error(reported);
        }
        if self.depth == 0 {
            return assoc.ty();
        }
        self.depth -= 1;
        let found = self.projected(&assoc).map(|ty| self.normalize(ty));
        self.depth += 1;
        found.unwrap_or_else(|| assoc.ty())
    }

    fn projected(&mut self, assoc: &AssocRef) -> Option<Ty> {
        let promised = self.env.bounds.equalities.iter().find(|known| known.assoc == *assoc);
        if let Some(equality) = promised {
            return Some(equality.ty);
        }
        if let TyKind::Assoc(of) = assoc.args[0].kind() {
            let declared = self.declared_equalities(of);
            if let Some(equality) = declared.iter().find(|known| known.assoc == *assoc) {
                return Some(equality.ty);
            }
        }
        let signatures = self.env.signatures;
        let declared = match assoc.args[0].kind() {
            TyKind::Dyn(dynamic) => Some(dynamic.bounds(assoc.args[0])),
            TyKind::Unnamed(unnamed) => signatures.unnamed_bounds(unnamed),
            _ => None,
        };
        if let Some(declared) = declared {
            let known = implied_equalities(signatures, declared);
            if let Some(equality) = known.iter().find(|known| known.assoc == *assoc) {
                return Some(equality.ty);
            }
        }
        match self.prove(&assoc.trait_ref())? {
            Proof::Bound => None,
            // Of the traits of operators, the only ones with a type.
            Proof::Builtin => Some(assoc.args[0]),
            Proof::Impl { decl, args } => match decl.assoc_types.get(&assoc.name) {
                Some(ty) => Some(ty.substitute(&args)),
                None => {
                    let decl = &self.env.signatures.traits[&assoc.of_trait];
                    Some(decl.assoc_type(assoc.name)?.default?.substitute(&assoc.args))
                }
            },
        }
    }

    /// `type IntoIter: Iterator<Item = Self.Item>` says what `X.IntoIter.Item` is.
    fn declared_equalities(&mut self, assoc: &AssocRef) -> Vec<crate::Equality> {
        let decl = self.env.signatures.traits.get(&assoc.of_trait);
        let Some(decl) = decl.and_then(|decl| decl.assoc_type(assoc.name)) else {
            return Vec::new();
        };
        // The type itself is not normalised in its own equalities: that would ask for them again.
        decl.bounds.substitute(&assoc.args).equalities
    }
}

impl Signatures {
    pub fn impls_of(&self, def: DefId) -> &[ImplDecl] {
        self.impls.get(&def).map_or(&[], Vec::as_slice)
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
        match self.revealed().prove(&goal) {
            Some(Proof::Impl { decl: found, args }) => match found.functions.get(&decl.name) {
                Some(own) => (FnRef::Lang(*own), [&args, own_args].concat().into()),
                // The trait's own body.
                None => unchanged(),
            },
            Some(Proof::Builtin) => {
                let item = self.lang.item(of_trait);
                let built_in = item.and_then(|item| function_of(item, decl.name.as_str()));
                match built_in {
                    Some(built_in) => {
                        let n_args = if built_in.is_shift() { 2 } else { 1 };
                        (FnRef::Operator(built_in), trait_args[..n_args].into())
                    }
                    None if item == Some(LangItem::Ord) && decl.name == "cmp" => {
                        let function = self
                            .lang
                            .get(LangItem::OrdOfScalars)
                            .expect("it stands beside the trait");
                        (FnRef::Lang(function), [goal.self_ty()].into())
                    }
                    None => unchanged(),
                }
            }
            Some(Proof::Bound) | None => unchanged(),
        }
    }
}
