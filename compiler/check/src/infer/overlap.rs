//! Whether two `impl`s are for the same types.

use super::table::Table;
use crate::{Bounds, ImplDecl, Signatures, TraitRef, Ty, TypeEnv};

/// Whether some types have both: then what the one gives and what the other gives would be in each other's way. Takes
/// for refuted what no `impl` of the program proves.
pub(crate) fn overlap(signatures: &Signatures, a: &ImplDecl, b: &ImplDecl) -> bool {
    let mut table = Table::default();
    let open = |decl: &ImplDecl, table: &mut Table| -> (TraitRef, Bounds) {
        let args: Vec<Ty> = decl.generics.iter().map(|_| table.fresh()).collect();
        (decl.trait_ref.substitute(&args), decl.bounds.substitute(&args))
    };
    let (a_ref, a_bounds) = open(a, &mut table);
    let (b_ref, b_bounds) = open(b, &mut table);
    let mut pairs = a_ref.args.iter().zip(&b_ref.args);
    if !pairs.all(|(a, b)| table.unify(*a, *b)) {
        return false;
    }
    let env: TypeEnv<'_> = signatures.within(Bounds::NONE);
    let mut bounds = a_bounds.traits.iter().chain(&b_bounds.traits);
    bounds.all(|bound| {
        let goal = bound.map(|ty| table.resolve(ty));
        goal.args.iter().any(|ty| ty.has_assoc()) || env.may_hold(&goal)
    })
}
