//! Whether types are given what their structs and enums ask of their arguments.

use base::{FxHashSet, Symbol};

use crate::{AdtRef, TraitRef, Ty, TyKind, TypeEnv};

/// An argument that is not what its struct or enum asks for.
pub(crate) struct Unmet {
    /// Who asks.
    pub(crate) by: Symbol,
    pub(crate) bound: TraitRef,
}

/// Types that have been looked at in one environment.
#[derive(Default)]
pub(crate) struct WellFormed {
    seen: FxHashSet<Ty>,
}

impl WellFormed {
    /// Of these types it has been said elsewhere.
    pub(crate) fn known(env: TypeEnv<'_>, types: impl IntoIterator<Item = Ty>) -> Self {
        let mut known = Self::default();
        for ty in types {
            while known.unmet(env, ty).is_some() {}
        }
        known
    }

    /// The first argument in a type that lacks what is asked of it, where that part was not looked at before.
    pub(crate) fn unmet(&mut self, env: TypeEnv<'_>, ty: Ty) -> Option<Unmet> {
        let mut found = None;
        ty.any(&mut |part| {
            if let TyKind::Adt(adt, args) = part.kind()
                && self.seen.insert(part)
            {
                found = unmet_of(env, *adt, args);
            }
            found.is_some()
        });
        found
    }
}

fn unmet_of(env: TypeEnv<'_>, adt: AdtRef, args: &[Ty]) -> Option<Unmet> {
    let decl = env.signatures.adts.get(&adt)?;
    if decl.bounds.is_empty() || args.iter().any(|ty| ty.has_infer() || ty.error_inside().is_some()) {
        return None;
    }
    let bounds = decl.bounds.substitute(args);
    let mut traits = bounds.traits.iter().map(|bound| env.normalize_ref(bound));
    let bound = traits.find(|bound| env.prove(bound).is_none())?;
    Some(Unmet { by: decl.name, bound })
}
