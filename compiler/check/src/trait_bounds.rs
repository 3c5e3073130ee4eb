//! The traits that bounds name, with what they say of associated types, and `dyn` types.

use base::Span;
use diag::Reported;
use hir::{DefId, GenericArg, ItemKind, PathSegment, TypeRefId, TypeRefKind};

use crate::dynamic::self_placeholder;
use crate::paths::Entity;
use crate::type_refs::{self, TypeLowering, TypeScope};
use crate::{DynTy, Equality, TraitRef, Ty, TyKind, errors, generics};

/// The trait that a bound names, and what it says of its associated types.
pub(crate) fn trait_bound(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    id: TypeRefId,
    self_ty: Ty,
) -> Result<(TraitRef, Vec<Equality>), Reported> {
    let (def, last) = trait_named(cx, scope, id)?;
    let args = type_refs::lower_trait_args(cx, scope, def, self_ty, &last).map_err(error_of)?;
    let trait_ref = TraitRef { def, args: args.into() };
    let mut equalities = Vec::new();
    for arg in &last.args {
        let GenericArg::Assoc { name, name_span, ty } = arg else {
            continue;
        };
        let ty = type_refs::lower_value(cx, scope, *ty);
        match type_refs::assoc_of_trait(cx.signatures(), &trait_ref, *name) {
            Some(assoc) => equalities.push(Equality { assoc, ty }),
            None => {
                let decl = &cx.signatures().traits[&def];
                let known = decl.assoc_types.iter().map(|assoc| assoc.name);
                let similar = hir::similar_name(*name, known);
                let diagnostic = errors::no_assoc_type(*name_span, *name, decl.name, similar);
                cx.diagnostics().report(diagnostic);
            }
        }
    }
    Ok((trait_ref, equalities))
}

/// The trait that a bound names, and the last part of its path.
fn trait_named(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    id: TypeRefId,
) -> Result<(DefId, PathSegment), Reported> {
    let type_ref = cx.program().modules[scope.from.module].hir.type_ref(id);
    let segments = match &type_ref.kind {
        TypeRefKind::Error(reported) => return Err(*reported),
        TypeRefKind::Path(segments) => segments,
        _ => return Err(cx.diagnostics().report(errors::not_a_trait(type_ref.span))),
    };
    let last = segments.last().expect("a path has a segment");
    let is_param = segments.len() == 1 && generics::position(&scope.generics, last.name).is_some();
    let entity = match is_param {
        true => None,
        false => Some(type_refs::path_entity(cx, scope, segments, errors::unknown_trait).map_err(error_of)?),
    };
    let diagnostic = match entity {
        Some(Entity::Item(def)) if matches!(cx.program().item(def).kind, ItemKind::Trait(_)) => {
            return Ok((def, last.clone()));
        }
        Some(Entity::Error(reported)) => return Err(reported),
        Some(Entity::Builtin(builtin)) => {
            let what = format!("the bound `{}`", builtin.name());
            errors::not_supported_yet(type_ref.span, &what)
        }
        _ => errors::not_a_trait(type_ref.span),
    };
    Err(cx.diagnostics().report(diagnostic))
}

/// What was said of a type that lowering gave up on.
fn error_of(ty: Ty) -> Reported {
    ty.as_error().expect("only a type that is an error ends lowering")
}

/// `dyn Trait`, and `Send` or `Sync` or both.
pub(crate) fn lower_dyn(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    bounds: &[TypeRefId],
    is_view: bool,
    span: Span,
) -> Ty {
    let mut traits = Vec::new();
    let mut threads = Vec::new();
    for bound in bounds {
        let (trait_ref, equalities) = match trait_bound(cx, scope, *bound, self_placeholder()) {
            Ok(found) => found,
            Err(reported) => return Ty::error(reported),
        };
        match cx.signatures().thread_trait(trait_ref.def) {
            // Of these alone, the first is the trait.
            Some(asked) if bounds.len() > 1 => threads.push((asked, trait_ref)),
            Some(_) | None => traits.push((trait_ref, equalities)),
        }
    }
    threads.sort_by_key(|(asked, _)| *asked);
    threads.dedup_by_key(|(asked, _)| *asked);
    if traits.is_empty() && !threads.is_empty() {
        traits.push((threads.remove(0).1, Vec::new()));
    }
    let [(trait_ref, equalities)] = &traits[..] else {
        return Ty::error(cx.diagnostics().report(errors::not_one_trait(span)));
    };
    let Some(dynamic) = DynTy::new(trait_ref, equalities, is_view) else {
        return Ty::error(cx.diagnostics().report(errors::self_argument_of_dyn(span)));
    };
    let threads = threads.into_iter().map(|(_, trait_ref)| trait_ref.def).collect();
    let dynamic = DynTy { threads, ..dynamic };
    cx.dyn_written(&dynamic, span);
    Ty::new(TyKind::Dyn(dynamic))
}
