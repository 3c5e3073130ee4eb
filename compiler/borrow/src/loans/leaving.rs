//! Functions behind a `dyn` or `fn` type with generic parameters, which leave a generic function with its result or by
//! what it is given.
//!
//! Whoever gets a `dyn FnMut(T)` with `&str` for `T` reads a `dyn FnMut(&str)`, which keeps nothing of what it is
//! called with. So what is made into one keeps nothing of a `T`, unless `T` owns all that it holds.

use base::FxHashSet;
use check::{Callable, FnDecl, TraitRef, Ty, TyKind, TypeEnv, UnnamedTy};
use hir::Mutability;

use super::signature::generics_in;
use super::views::is_endless;

/// The `dyn` and `fn` types in a type that can be called, with those of its fields.
pub(super) fn callables_in(env: TypeEnv<'_>, ty: Ty) -> Vec<(Ty, Callable)> {
    let mut found = Vec::new();
    visit(env, ty, Owners::Closed, &mut |part, _| {
        if let TyKind::Dyn(_) | TyKind::FnPointer(_) = part.kind() {
            found.extend(env.callable(part).map(|callable| (part, callable)));
        }
    });
    found
}

/// The same with those that own what they hold: what they give may be what they are called with.
pub(super) fn all_callables_in(env: TypeEnv<'_>, ty: Ty) -> Vec<Callable> {
    let mut found = Vec::new();
    visit(env, ty, Owners::Open, &mut |part, _| {
        if let TyKind::Dyn(_) | TyKind::FnPointer(_) = part.kind() {
            found.extend(env.callable(part));
        }
    });
    found
}

/// Whether `dyn` values that own what they hold count as parts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owners {
    Open,
    Closed,
}

/// The generic parameters that may stand for references, and that functions take which may leave a function with what
/// it gives, or by a `&mut` to where such are.
pub(super) fn leaving_generics(env: TypeEnv<'_>, decl: &FnDecl) -> Vec<usize> {
    let mut found = Vec::new();
    let mut add = |part: Ty| {
        if let TyKind::Dyn(_) | TyKind::FnPointer(_) = part.kind()
            && let Some(callable) = env.callable(part)
        {
            let params = callable.params.iter();
            found.extend(params.flat_map(|param| views_in(env, *param)));
        }
    };
    visit(env, decl.ret, Owners::Closed, &mut |part, _| add(part));
    for param in &decl.params {
        visit(env, param.ty, Owners::Closed, &mut |part, is_place| {
            if is_place {
                add(part);
            }
        });
    }
    found
}

/// The generic parameters in a type that may stand for references.
fn views_in(env: TypeEnv<'_>, ty: Ty) -> Vec<usize> {
    let mut found = generics_in(env.signatures, ty);
    ty.any(&mut |part| {
        if let TyKind::Param { index, .. } = part.kind()
            && !env.may_be_view(part)
        {
            found.retain(|generic| *generic != *index as usize);
        }
        false
    });
    found
}

/// All parts of a type, and whether another value can be put there: behind a `&mut`. What owns all that it holds, as a
/// boxed `dyn` value does, keeps nothing.
fn visit(env: TypeEnv<'_>, ty: Ty, owners: Owners, each: &mut impl FnMut(Ty, bool)) {
    let mut pending = vec![(ty, false)];
    let mut seen = FxHashSet::default();
    while let Some((ty, is_place)) = pending.pop() {
        if is_endless(ty) || !seen.insert((ty, is_place)) {
            continue;
        }
        each(ty, is_place);
        if let TyKind::Ref(mutability, target) = ty.kind() {
            // A `dyn` value is not exchanged for another.
            let is_sized = !matches!(target.kind(), TyKind::Dyn(_));
            pending.push((*target, *mutability == Mutability::Mut && is_sized));
            continue;
        }
        let parts: Vec<Ty> = if let TyKind::Optional(inner)
        | TyKind::Slice(inner)
        | TyKind::Array(inner, _)
        | TyKind::Pointer(_, inner) = ty.kind()
        {
            vec![*inner]
        } else if let TyKind::Tuple(parts) = ty.kind() {
            parts.to_vec()
        } else if let TyKind::Adt(_, args) = ty.kind() {
            args.iter().copied().chain(env.field_tys(ty)).collect()
        } else if let TyKind::Unnamed(unnamed) = ty.kind() {
            given_by(env, unnamed)
        } else {
            Vec::new()
        };
        let owns =
            |part: &Ty| owners == Owners::Closed && matches!(part.kind(), TyKind::Dyn(dynamic) if !dynamic.is_view);
        pending.extend(
            parts
                .into_iter()
                .filter(|part| !owns(part))
                .map(|part| (part, is_place)),
        );
    }
}

/// What comes of a value of an `impl` type: the results of calls, and what its associated types are.
fn given_by(env: TypeEnv<'_>, unnamed: &UnnamedTy) -> Vec<Ty> {
    let Some(decl) = env.signatures.unnamed.get(&unnamed.of) else {
        return Vec::new();
    };
    let is_called = |bound: &&TraitRef| env.signatures.call_trait(bound.def).is_some();
    let results = decl.bounds.traits.iter().filter(is_called).map(|bound| bound.args[2]);
    let said = decl.bounds.equalities.iter().map(|equality| equality.ty);
    results
        .chain(said)
        .map(|ty| env.instantiate(ty, &unnamed.args))
        .collect()
}
