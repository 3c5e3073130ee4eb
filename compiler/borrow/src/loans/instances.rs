//! What a call gives of what it is given, where the closures and functions are known that its type arguments name.
//!
//! Of `v.iter().map(|x| kind(x)).collect()`, nothing refers to what `v` does if `kind` gives a `&static str`: the items
//! are what the closure gives, and have no other source. Takes flows of closures that have been checked.

use std::rc::Rc;

use base::FxHashSet;
use check::{AdtRef, AssocRef, FnDecl, FnRef, ImplDecl, Proof, TraitRef, Ty, TyKind};

use hir::Mutability;

use super::closures::ClosureSource;
use super::flow::Flow;
use super::signature::{Dependencies, Known, generics_in, of_instance, trait_function};

/// How deep adaptors of iterators are followed.
const DEEPEST: u32 = 16;

impl Flow<'_> {
    /// Of a call of a function with these type arguments.
    pub(super) fn dependencies_of_call(&self, function: FnRef, args: &[Ty]) -> Rc<Dependencies> {
        let mut is_less = |part: Ty| self.gives_own(part) || is_place_of_value(part);
        let may_be_less =
            trait_function(self.signatures, function).is_none() && args.iter().any(|ty| ty.any(&mut is_less));
        if !may_be_less {
            return self.dependencies_of(function);
        }
        let mut instances = self.instances.borrow_mut();
        let found = instances.entry((function, args.into())).or_insert_with(|| {
            let decl = self.signatures.function(function);
            Rc::new(of_instance(self.signatures, decl, &self.known(decl, args)))
        });
        Rc::clone(found)
    }

    fn known(&self, decl: &FnDecl, args: &[Ty]) -> Known {
        let bounds = &decl.bounds;
        let called = bounds.traits.iter().map(TraitRef::self_ty);
        let giving_own = called.filter(|ty| self.gives_own(ty.substitute(args).behind_reference()));
        let params = decl.params.iter().map(|param| param.ty);
        let mut types: Vec<Ty> = params.clone().chain([decl.ret]).collect();
        types.extend(bounds.traits.iter().flat_map(|bound| bound.args.iter().copied()));
        types.extend(bounds.equalities.iter().map(|equality| equality.ty));
        let equal = bounds.equalities.iter();
        types.extend(equal.map(|equality| Ty::new(TyKind::Assoc(equality.assoc.clone()))));
        let (mut free, mut behind) = (Vec::new(), Vec::new());
        for ty in types {
            ty.any(&mut |part| {
                if let TyKind::Assoc(assoc) = part.kind()
                    && !free.contains(&part)
                    && !behind.contains(&part)
                {
                    if self.brings_nothing(assoc, args, DEEPEST) {
                        free.push(part);
                    } else if self.comes_from_behind(assoc, args, DEEPEST) {
                        behind.push(part);
                    }
                }
                false
            });
        }
        let holders = (0..).zip(params).filter(|(_, ty)| self.may_hold_items(*ty));
        Known {
            giving_own: giving_own.collect(),
            free,
            behind,
            holders: holders.map(|(index, _)| index).collect(),
            owning: Vec::new(),
        }
    }

    /// Whether what has this type is called and gives references, but none that it is called with.
    fn gives_own(&self, called: Ty) -> bool {
        if let TyKind::Closure(closure) = called.kind() {
            let is_param = |source: &ClosureSource| matches!(source, ClosureSource::Param(..));
            let flow = self.closures.get(closure.closure);
            return self.signatures.may_be_view(closure.ret)
                && flow.is_some_and(|flow| !flow.result.iter().any(is_param) && !flow.gives_kept_params());
        }
        self.gives_nothing(called)
    }

    /// The same of a function, or of a closure that gives nothing that it has captured either.
    fn gives_nothing(&self, called: Ty) -> bool {
        let called = called.behind_reference();
        if let TyKind::Closure(closure) = called.kind() {
            let flow = self.closures.get(closure.closure);
            return flow.is_some_and(|flow| flow.result.is_empty());
        }
        let TyKind::FnItem(function, _) = called.kind() else {
            return false;
        };
        self.signatures.may_be_view(self.signatures.function(*function).ret)
            && self.dependencies_of(*function).result.is_empty()
    }

    /// Whether the values of an associated type, for these types, bring no references: those of the `impl` that says
    /// what it is come of calls that give none, and of nothing else.
    fn brings_nothing(&self, assoc: &AssocRef, args: &[Ty], depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let Some((decl, args, ty)) = self.said_by_impl(assoc, args) else {
            return false;
        };
        let mut is_free = true;
        let others = ty.map(&mut |part| {
            let TyKind::Assoc(inner) = part.kind() else { return None };
            is_free &= self.brings_nothing(inner, &args, depth);
            Some(Ty::unit())
        });
        is_free
            && generics_in(self.signatures, others)
                .into_iter()
                .all(|generic| self.comes_of_calls(decl, generic))
            && decl.bounds.traits.iter().all(|bound| self.makes_nothing(bound, &args))
    }

    /// Whether the values of an associated type, for these types, come from behind one reference in the type that has
    /// them, and from nowhere else: by the `impl`s that say what they are, down to that of a `&mut I` by what `I` has.
    fn comes_from_behind(&self, assoc: &AssocRef, args: &[Ty], depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let Some((decl, args, ty)) = self.said_by_impl(assoc, args) else {
            return false;
        };
        let (mut n_parts, mut are_behind) = (0, true);
        let others = ty.map(&mut |part| {
            let TyKind::Assoc(inner) = part.kind() else { return None };
            n_parts += 1;
            are_behind &= if let TyKind::Ref(_, of) = decl.trait_ref.self_ty().kind() {
                // What the outer of two references leads to holds no more than the inner one.
                let target = self.signatures.within(&self.body.bounds).instantiate(*of, &args);
                *of == inner.trait_ref().self_ty()
                    && !matches!(target.kind(), TyKind::Ref(..))
                    && !self.comes_from_behind(inner, &args, depth)
            } else {
                self.comes_from_behind(inner, &args, depth)
            };
            Some(Ty::unit())
        });
        n_parts > 0 && are_behind && generics_in(self.signatures, others).is_empty()
    }

    /// What the `impl` of a trait says that an associated type is, with the types for its generic parameters; absent
    /// where values of that may come from elsewhere.
    fn said_by_impl(&self, assoc: &AssocRef, args: &[Ty]) -> Option<(&ImplDecl, Box<[Ty]>, Ty)> {
        let env = self.signatures.within(&self.body.bounds);
        let said = assoc.trait_ref();
        let goal = TraitRef {
            def: said.def,
            args: said.args.iter().map(|ty| env.instantiate(*ty, args)).collect(),
        };
        let Some(Proof::Impl { decl, args }) = env.prove(&goal) else {
            return None;
        };
        let ty = decl.assoc_types.get(&assoc.name).copied()?;
        // What is equal to another type may come from where that does.
        let is_elsewhere = !decl.bounds.equalities.is_empty()
            || self.signatures.holds_references(ty)
            || self.may_hold_items(goal.self_ty());
        (!is_elsewhere).then_some((decl, args, ty))
    }

    /// Whether there are values of an `impl`'s generic parameter only where something gives them that is called.
    fn comes_of_calls(&self, decl: &ImplDecl, generic: usize) -> bool {
        let mentions = |ty: &Ty| generics_in(self.signatures, *ty).contains(&generic);
        let mut bounds = decl.bounds.traits.iter();
        !decl.trait_ref.args.iter().any(mentions)
            && bounds.all(|bound| match self.signatures.call_trait(bound.def) {
                Some(_) => !bound.args[..2].iter().any(mentions),
                None => self.is_marker(bound) || !bound.args.iter().any(mentions),
            })
    }

    /// Whether by a bound of an `impl`, for these types, there are no references in values of its associated types, or
    /// of types that only what is called gives.
    fn makes_nothing(&self, bound: &TraitRef, args: &[Ty]) -> bool {
        let is_open = |ty: &Ty| ty.any(&mut |part| matches!(part.kind(), TyKind::Assoc(_)));
        match self.signatures.call_trait(bound.def) {
            Some(_) => {
                let gives = bound.args[2];
                generics_in(self.signatures, gives).is_empty() && !self.signatures.holds_references(gives)
                    || self.gives_nothing(bound.self_ty().substitute(args))
            }
            None => self.is_marker(bound) || !bound.args.iter().any(is_open),
        }
    }

    /// Whether the trait has no functions, so that nothing is made by it.
    fn is_marker(&self, bound: &TraitRef) -> bool {
        self.signatures.traits[&bound.def].functions.is_empty()
    }

    /// Whether there is a struct or enum in the type that keeps values of associated types: of what it goes over, the
    /// next item.
    fn may_hold_items(&self, ty: Ty) -> bool {
        let mut seen: FxHashSet<AdtRef> = FxHashSet::default();
        let mut pending = vec![ty];
        while let Some(ty) = pending.pop() {
            let mut found = Vec::new();
            ty.any(&mut |part| {
                if let TyKind::Adt(adt, _) = part.kind() {
                    found.push(*adt);
                }
                false
            });
            for adt in found.into_iter().filter(|adt| seen.insert(*adt)) {
                let fields = &self.signatures.adt(adt).fields;
                let mut types = fields.iter().map(|field| field.ty);
                if types.any(|ty| ty.any(&mut |part| matches!(part.kind(), TyKind::Assoc(_)))) {
                    return true;
                }
                pending.extend(fields.iter().map(|field| field.ty));
            }
        }
        false
    }
}

/// Whether a type is a `&mut` to what may have a trait, of which it has that, too.
fn is_place_of_value(ty: Ty) -> bool {
    let TyKind::Ref(Mutability::Mut, target) = ty.kind() else {
        return false;
    };
    matches!(
        target.kind(),
        TyKind::Param { .. } | TyKind::Dyn(_) | TyKind::Adt(..) | TyKind::Assoc(_) | TyKind::Unnamed(_)
    )
}
