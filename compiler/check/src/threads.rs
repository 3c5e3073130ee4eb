//! `Send` and `Sync`: which types have them follows from what the types are made of.
//!
//! Takes a type, gives whether it has one of the two, or the way through its parts to one that lacks it. A type that
//! holds itself has what all else in it has. An `unsafe impl` speaks in place of the fields of its type. Knows no body:
//! what an `impl` type is made of is asked where its function is checked.

use base::FxHashSet;
use hir::{DefId, Mutability, Relaxed};

use crate::solve::Solver;
use crate::{
    AdtKind, AdtRef, AssocRef, Bounds, FnRef, Generic, LangItem, Signatures, TraitRef, Ty, TyKind, TypeEnv, UnnamedTy,
};

/// What a type promises about threads.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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

/// What `fn` values count as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum FnValues {
    /// They may borrow a closure that stays in its thread.
    MayBorrow,
    /// Of a `static`, whose value is a constant: they are functions.
    AreFunctions,
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

    fn thread_goal(&self, ty: Ty, asked: ThreadTrait) -> Option<TraitRef> {
        let item = match asked {
            ThreadTrait::Send => LangItem::Send,
            ThreadTrait::Sync => LangItem::Sync,
        };
        let args = [ty].into();
        Some(TraitRef {
            def: self.lang.get(item)?,
            args,
        })
    }
}

impl<'a> TypeEnv<'a> {
    /// The way to the part for which a type lacks what is asked, the type itself first; absent where it has it.
    pub(crate) fn lack(self, ty: Ty, asked: ThreadTrait, fn_values: FnValues) -> Option<Vec<Link>> {
        Solver::new(self).lack(ty, asked, fn_values)
    }

    /// The bounds of a function, and that all that stands for its generics has both: what its `impl` results are
    /// looked at with. A caller that gives other types gets results without.
    pub(crate) fn with_threads(self, generics: &[Generic]) -> Bounds {
        let mut bounds = self.bounds.clone();
        let params = generics.iter().enumerate().map(|(index, generic)| generic.param(index));
        let mut types: Vec<Ty> = params.collect();
        types.extend(assoc_tys(self.signatures, self.bounds).map(|ty| self.normalize(ty)));
        for ty in types {
            let both = [ThreadTrait::Send, ThreadTrait::Sync];
            bounds
                .traits
                .extend(both.into_iter().filter_map(|one| self.signatures.thread_goal(ty, one)));
        }
        bounds
    }
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
    pub(crate) fn lack(&mut self, ty: Ty, asked: ThreadTrait, fn_values: FnValues) -> Option<Vec<Link>> {
        let mut walk = Walk {
            solver: self,
            seen: FxHashSet::default(),
            fn_values,
        };
        let mut links = walk.visit(ty, asked, Via::Whole)?;
        links.reverse();
        Some(links)
    }
}

/// One question. Whatever it comes to has to hold, so what was visited before needs no second look.
struct Walk<'s, 'a> {
    solver: &'s mut Solver<'a>,
    seen: FxHashSet<(Ty, ThreadTrait)>,
    fn_values: FnValues,
}

impl Walk<'_, '_> {
    /// The way to a part that lacks it, from the inside out.
    fn visit(&mut self, ty: Ty, asked: ThreadTrait, via: Via) -> Option<Vec<Link>> {
        let ty = self.solver.normalize(ty);
        if !self.seen.insert((ty, asked)) {
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
            TyKind::Pointer(..) => lacks,
            TyKind::FnPointer(_) => match self.fn_values {
                FnValues::MayBorrow => lacks,
                FnValues::AreFunctions => None,
            },
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
        let Some(decl) = signatures.adts.get(&adt) else {
            return None;
        };
        let is_cell = asked == ThreadTrait::Sync && signatures.is_lang(adt, LangItem::UnsafeCell);
        let stays = signatures.is_lang(adt, LangItem::OneThread) || decl.kind == AdtKind::OpaqueRecord;
        if is_cell || stays {
            return Some(Vec::new());
        }
        let Some(goal) = signatures.thread_goal(ty, asked) else {
            return None;
        };
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
                let mut fields = decl.fields.iter().enumerate();
                fields.find_map(|(index, field)| self.visit(field.ty.substitute(args), asked, Via::Field(index)))
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
        let decl = signatures.fns.get(&FnRef::Lang(unnamed.of.function));
        let within = decl.map_or_else(Bounds::default, |decl| {
            TypeEnv::elaborate(signatures, decl.bounds.clone())
        });
        let assoc = assoc_tys(signatures, &within).map(|ty| ty.substitute(&unnamed.args));
        let types: Vec<Ty> = unnamed.args.iter().copied().chain(assoc).collect();
        types.into_iter().find_map(|ty| {
            let lack = self.visit(ty, ThreadTrait::Send, Via::Part);
            lack.or_else(|| self.visit(ty, ThreadTrait::Sync, Via::Part))
        })
    }
}
