//! Whether types are given what their structs and enums ask of their arguments.

use base::{FxHashSet, Symbol};

use crate::{AdtRef, LangItem, TraitRef, Ty, TyKind, TypeEnv};

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

/// A generic parameter or associated type, of which a value stands in a type, that need not have a size.
pub(crate) fn unsized_part(env: TypeEnv<'_>, ty: Ty) -> Option<Ty> {
    let def = env.signatures.lang.get(LangItem::Sized)?;
    let mut found = None;
    env.normalize(ty).map(&mut |part| match part.kind() {
        TyKind::Param { is_const: false, .. } | TyKind::Assoc(_) => {
            let args = [part].into();
            found = found.or(env.prove(&TraitRef { def, args }).is_none().then_some(part));
            Some(part)
        }
        TyKind::Tuple(_) | TyKind::Array(..) | TyKind::Optional(_) => None,
        // What stands behind a pointer is no value here, and the arguments of structs are asked about by these.
        _ => Some(part),
    });
    found
}

fn unmet_of(env: TypeEnv<'_>, adt: AdtRef, args: &[Ty]) -> Option<Unmet> {
    let decl = env.signatures.adts.get(&adt)?;
    if decl.bounds.is_empty() || args.iter().any(|ty| ty.has_infer() || ty.error_inside().is_some()) {
        return None;
    }
    let bounds = decl.bounds.substitute(args);
    // That values own what they hold is asked of these.
    let is_of_type = |bound: &&TraitRef| !env.signatures.lang.is(bound.def, LangItem::Owned);
    let mut traits = bounds
        .traits
        .iter()
        .filter(is_of_type)
        .map(|bound| env.normalize_ref(bound));
    let bound = traits.find(|bound| env.prove(bound).is_none())?;
    Some(Unmet { by: decl.name, bound })
}
