//! Whether two `impl`s of a trait may be for the same types, which then would have the trait twice.

use crate::{ImplDecl, Ty, TyKind};

/// Whether some types for the parameters of both make them `impl`s for the same: `impl<T> From<T> for T` and
/// `impl From<A> for B` are not.
pub(crate) fn overlap(a: &ImplDecl, b: &ImplDecl) -> bool {
    let n_first = a.generics.len() as u32;
    let mut known = vec![None; a.generics.len() + b.generics.len()];
    let pairs = a.trait_ref.args.iter().zip(&b.trait_ref.args);
    pairs
        .into_iter()
        .all(|(a, b)| unify(*a, shifted(*b, n_first), &mut known))
}

/// The type with its parameters counted from `n_first` on.
fn shifted(ty: Ty, n_first: u32) -> Ty {
    ty.map(&mut |part| match part.kind() {
        TyKind::Param { index, name } => Some(Ty::new(TyKind::Param {
            index: index + n_first,
            name: *name,
        })),
        _ => None,
    })
}

fn unify(a: Ty, b: Ty, known: &mut [Option<Ty>]) -> bool {
    let (a, b) = (resolved(a, known), resolved(b, known));
    match (a.kind(), b.kind()) {
        _ if a == b => true,
        (TyKind::Param { index, .. }, _) => bind(*index, b, known),
        (_, TyKind::Param { index, .. }) => bind(*index, a, known),
        _ => a.all_parts(b, &mut |a, b| unify(a, b, known)),
    }
}

/// The type with what is known put in.
fn resolved(ty: Ty, known: &[Option<Ty>]) -> Ty {
    ty.map(&mut |part| match part.kind() {
        TyKind::Param { index, .. } => known[*index as usize].map(|found| resolved(found, known)),
        _ => None,
    })
}

/// No type holds itself.
fn bind(index: u32, ty: Ty, known: &mut [Option<Ty>]) -> bool {
    if ty.any(&mut |part| matches!(part.kind(), TyKind::Param { index: inner, .. } if *inner == index)) {
        return false;
    }
    known[index as usize] = Some(ty);
    true
}
