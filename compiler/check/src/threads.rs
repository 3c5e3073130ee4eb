//! `Send` and `Sync`: which types have them follows from what the types are made of.
//!
//! Takes a type, gives whether it has one of the two, or the way through its parts to one that lacks it. A type that
//! holds itself has what all else in it has. An `unsafe impl` speaks in place of the fields of its type. Knows no body:
//! what an `impl` type is made of is asked where its function is checked.

use base::FxHashSet;
use hir::{DefId, Mutability, Relaxed};

use crate::solve::Solver;
use crate::{AdtKind, AdtRef, AssocRef, Bounds, FnRef, LangItem, Signatures, TraitRef, Ty, TyKind, TypeEnv, UnnamedTy};

/// What a type promises about threads.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum ThreadTrait {
    /// Its values may go to another thread.
    Send,
    /// Several threads may use one value of it at once, through a `&`.
    Sync,
}

/// How a part is reached from the type around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Via {
    /// It is the type itself that was asked about.
    Whole,
    /// What a closure captures, by position.
    Capture(usize),
    /// A field of a struct, union or enum, by position.
    Field(usize),
    /// What else is in it: an element, what stands behind a reference, an argument that an `unsafe impl` asks about.
    Part,
}

/// A type that was asked about on the way to what is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Link {
    pub(crate) ty: Ty,
    pub(crate) asked: ThreadTrait,
    pub(crate) via: Via,
}

/// Where what is asked about is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Held {
    Anywhere,
    /// By a `static`, which is a constant: a `fn` value is a function, and not a closure that it borrows. A raw pointer
    /// is an address, and whoever uses it says `unsafe` there.
    InStatic,
    /// By a struct or enum of Lang in a `static`: it may have functions that use a raw pointer for whoever calls them.
    InTypeOfStatic,
}

impl Signatures {
    /// Which of the two a trait is.
    pub(crate) fn thread_trait(&self, def: DefId) -> Option<ThreadTrait> {
        match self.lang.item(def) {
            Some(LangItem::Send) => Some(ThreadTrait::Send),
            Some(LangItem::Sync) => Some(ThreadTrait::Sync),
            _ => None,
        }
    }

    /// The trait itself; absent in a program without the library.
    pub(crate) fn thread_trait_def(&self, asked: ThreadTrait) -> Option<DefId> {
        self.lang.get(match asked {
            ThreadTrait::Send => LangItem::Send,
            ThreadTrait::Sync => LangItem::Sync,
        })
    }

    fn thread_goal(&self, ty: Ty, asked: ThreadTrait) -> Option<TraitRef> {
        let def = self.thread_trait_def(asked)?;
        let args = [ty].into();
        Some(TraitRef { def, args })
    }
}

impl<'a> TypeEnv<'a> {
    /// The way to the part for which a type lacks what is asked, the type itself first; absent where it has it.
    pub(crate) fn lack(self, ty: Ty, asked: ThreadTrait, held: Held) -> Option<Vec<Link>> {
        Solver::new(self).lack(ty, asked, held)
    }

    /// The bounds, and what a function's `impl` results may take for granted of all that stands for its generics. A
    /// caller that gives other types gets results that stay in their thread.
    pub(crate) fn with_threads(self, function: DefId) -> Bounds {
        let mut bounds = self.bounds.clone();
        for (ty, asked) in taken_for_results(self.signatures, function) {
            bounds
                .traits
                .extend(self.signatures.thread_goal(self.normalize(ty), asked));
        }
        bounds
    }
}

/// What a function's `impl` results go to other threads with: all types that its signature speaks of in general do, and
/// those behind a `&`, which a result may keep, are used by several threads.
fn taken_for_results(signatures: &Signatures, function: DefId) -> Vec<(Ty, ThreadTrait)> {
    let Some(decl) = signatures.fns.get(&FnRef::Lang(function)) else {
        return Vec::new();
    };
    let bounds = TypeEnv::elaborate(signatures, decl.bounds.clone());
    let params = decl
        .generics
        .iter()
        .enumerate()
        .map(|(index, generic)| generic.param(index));
    let is_type = |ty: &Ty| !matches!(ty.kind(), TyKind::Param { is_const: true, .. });
    let mut types: Vec<Ty> = params.filter(is_type).collect();
    types.extend(assoc_tys(signatures, &bounds));
    // What a function that is called takes is not kept by it; what it gives may be.
    let of_bounds = bounds.traits.iter().flat_map(|bound| {
        let n_unasked = if signatures.call_trait(bound.def).is_some() {
            2
        } else {
            1
        };
        bound.args.iter().skip(n_unasked).copied()
    });
    let mut written: Vec<Ty> = decl.params.iter().map(|param| param.ty).collect();
    written.extend(of_bounds);
    written.extend(bounds.equalities.iter().map(|equality| equality.ty));
    let mut taken = Vec::new();
    for ty in types {
        taken.push((ty, ThreadTrait::Send));
        if written.iter().any(|written| is_lent(*written, ty)) {
            taken.push((ty, ThreadTrait::Sync));
        }
    }
    taken
}

/// Whether a type, or what its associated types are of, stands behind a `&`.
fn is_lent(written: Ty, ty: Ty) -> bool {
    let is_of = |part: Ty| match ty.kind() {
        TyKind::Assoc(assoc) => part == ty || assoc.args.contains(&part),
        _ => part == ty,
    };
    written.any(&mut |part| match part.kind() {
        TyKind::Ref(Mutability::Const, target) => target.any(&mut |part| is_of(part)),
        _ => false,
    })
}

/// The associated types of the traits in bounds.
fn assoc_tys(signatures: &Signatures, bounds: &Bounds) -> impl Iterator<Item = Ty> {
    bounds.traits.iter().flat_map(|bound| {
        let decl = signatures.traits.get(&bound.def);
        let assoc_types = decl.map_or(&[][..], |decl| &decl.assoc_types);
        assoc_types.iter().map(|assoc| {
            let assoc = AssocRef {
                of_trait: bound.def,
                name: assoc.name,
                args: bound.args.clone(),
            };
            assoc.ty()
        })
    })
}

impl Solver<'_> {
    pub(crate) fn lack(&mut self, ty: Ty, asked: ThreadTrait, held: Held) -> Option<Vec<Link>> {
        let mut walk = Walk {
            solver: self,
            seen: FxHashSet::default(),
            held,
        };
        let mut links = walk.visit(ty, asked, Via::Whole)?;
        links.reverse();
        Some(links)
    }
}

/// One question. Whatever it comes to has to hold, so what was visited before needs no second look.
struct Walk<'s, 'a> {
    solver: &'s mut Solver<'a>,
    seen: FxHashSet<(Ty, ThreadTrait, Held)>,
    held: Held,
}

impl Walk<'_, '_> {
    /// The way to a part that lacks it, from the inside out.
    fn visit(&mut self, ty: Ty, asked: ThreadTrait, via: Via) -> Option<Vec<Link>> {
        let ty = self.solver.normalize(ty);
        if !self.seen.insert((ty, asked, self.held)) {
            return None;
        }
        // One that holds larger and larger instances of itself comes to no end.
        let mut links = match self.solver.depth.checked_sub(1) {
            Some(left) => {
                let depth = std::mem::replace(&mut self.solver.depth, left);
                let found = self.parts(ty, asked);
                self.solver.depth = depth;
                found?
            }
            None => Vec::new(),
        };
        links.push(Link { ty, asked, via });
        Some(links)
    }

    /// As [`Self::visit`], without the type itself: empty where it lacks it by what it is.
    fn parts(&mut self, ty: Ty, asked: ThreadTrait) -> Option<Vec<Link>> {
        let lacks = Some(Vec::new());
        match ty.kind() {
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::FnItem(..)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            // What is not known is asked about again when it is.
            | TyKind::Infer(_) => None,
            TyKind::Pointer(..) => (self.held != Held::InStatic).then(Vec::new),
            TyKind::FnPointer(_) => (self.held == Held::Anywhere).then(Vec::new),
            TyKind::Ref(Mutability::Const, target) => self.visit(*target, ThreadTrait::Sync, Via::Part),
            TyKind::Ref(Mutability::Mut, target) => self.visit(*target, asked, Via::Part),
            TyKind::Slice(element) | TyKind::Array(element, _) | TyKind::Optional(element) => {
                self.visit(*element, asked, Via::Part)
            }
            TyKind::Tuple(elements) => elements.iter().find_map(|ty| self.visit(*ty, asked, Via::Part)),
            TyKind::Closure(closure) => {
                let mut captures = closure.captures().iter().enumerate();
                captures.find_map(|(index, ty)| self.visit(*ty, asked, Via::Capture(index)))
            }
            TyKind::Param { is_const: true, .. } => None,
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Dyn(_) => match self.is_promised(ty, asked) {
                true => None,
                false => lacks,
            },
            TyKind::Unnamed(unnamed) => match self.is_promised(ty, asked) {
                true => None,
                false => self.unnamed(unnamed, asked),
            },
            TyKind::Adt(adt, args) => match self.is_promised(ty, asked) {
                true => None,
                false => self.adt(ty, *adt, args, asked),
            },
        }
    }

    /// Whether bounds or the type's declaration say so.
    fn is_promised(&mut self, ty: Ty, asked: ThreadTrait) -> bool {
        let Some(goal) = self.solver.env.signatures.thread_goal(ty, asked) else {
            return true;
        };
        self.solver.env.bounds.traits.contains(&goal)
            || (!matches!(ty.kind(), TyKind::Adt(..)) && self.solver.promised(ty).traits.contains(&goal))
    }

    fn adt(&mut self, ty: Ty, adt: AdtRef, args: &[Ty], asked: ThreadTrait) -> Option<Vec<Link>> {
        let signatures = self.solver.env.signatures;
        let decl = signatures.adts.get(&adt)?;
        let is_cell = asked == ThreadTrait::Sync && signatures.is_lang(adt, LangItem::UnsafeCell);
        let stays = signatures.is_lang(adt, LangItem::OneThread) || decl.kind == AdtKind::OpaqueRecord;
        if is_cell || stays {
            return Some(Vec::new());
        }
        let goal = signatures.thread_goal(ty, asked)?;
        let is_for = |ty: Ty| matches!(ty.kind(), TyKind::Adt(found, _) if *found == adt);
        let mut impls = signatures
            .impls_of(goal.def)
            .iter()
            .filter(|decl| is_for(decl.trait_ref.self_ty()));
        let mut is_said = false;
        let found = impls.find_map(|decl| {
            is_said = true;
            let args = self.solver.complete(decl, decl.matches(&goal.args)?)?;
            Some(decl.bounds.substitute(&args))
        });
        match (found, is_said) {
            (Some(bounds), _) => self.asked_by_impl(bounds),
            (None, true) => Some(Vec::new()),
            (None, false) => {
                let held = self.held;
                if held == Held::InStatic && matches!(adt, AdtRef::Lang(_)) {
                    self.held = Held::InTypeOfStatic;
                }
                let mut fields = decl.fields.iter().enumerate();
                let found =
                    fields.find_map(|(index, field)| self.visit(field.ty.substitute(args), asked, Via::Field(index)));
                self.held = held;
                found
            }
        }
    }

    /// What an `unsafe impl` asks of its generics.
    fn asked_by_impl(&mut self, bounds: Bounds) -> Option<Vec<Link>> {
        let signatures = self.solver.env.signatures;
        let mut others = Bounds {
            traits: Vec::new(),
            equalities: bounds.equalities,
        };
        for bound in bounds.traits {
            match signatures.thread_trait(bound.def) {
                Some(asked) => {
                    let lack = self.visit(bound.self_ty(), asked, Via::Part);
                    if lack.is_some() {
                        return lack;
                    }
                }
                None => others.traits.push(bound),
            }
        }
        match self.solver.hold(&others) {
            true => None,
            false => Some(Vec::new()),
        }
    }

    /// The result of a function goes to other threads if all that it may be made of by its signature does: that the
    /// body keeps this is asked there.
    fn unnamed(&mut self, unnamed: &UnnamedTy, asked: ThreadTrait) -> Option<Vec<Link>> {
        let signatures = self.solver.env.signatures;
        let stays = match signatures.unnamed.get(&unnamed.of) {
            Some(decl) => decl.relaxed.contains(&Relaxed::Send),
            None => false,
        };
        if stays || asked == ThreadTrait::Sync {
            return Some(Vec::new());
        }
        let taken = taken_for_results(signatures, unnamed.of.function);
        taken
            .into_iter()
            .find_map(|(ty, asked)| self.visit(ty.substitute(&unnamed.args), asked, Via::Part))
    }
}
