//! That an expression changes nothing that the code around it counts on: a guard, what is matched, as the patterns
//! below it count on what those above have seen, and one of them must match; an argument, the references by which
//! another argument is found that is lent last.
//!
//! Nothing but the places themselves and the variables of the guard's own pattern needs a look: other references that
//! may be written through cannot be in use while these are read.

use base::{FxHashSet, Span};
use check::{Signatures, Ty, TyKind};
use diag::Diagnostics;
use hir::Mutability;
use mir::{Body, Kept, KeptBy, Local, Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind};

use crate::describe::describe;
use crate::errors;

/// Reports what an expression changes although it is kept.
pub(crate) fn check_kept(body: &Body, signatures: &Signatures) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if body.kept.is_empty() {
        return diagnostics;
    }
    let mut reported = FxHashSet::default();
    let mut changed = |place: &Place, at: Span| {
        let is_within = |kept: &&Kept| kept.span.contains(at);
        let mut kept = body.kept.iter().filter(is_within);
        if let Some(kept) = kept.find(|kept| is_kept(body, signatures, kept, place))
            && reported.insert(at)
        {
            let name = describe(body, signatures, place);
            diagnostics.report(match &kept.by {
                KeptBy::Match { matched, .. } => errors::changed_in_guard(at, name.as_deref(), *matched),
                KeptBy::Lent(lent) => errors::changed_before_lent(at, name.as_deref(), *lent),
            });
        }
    };
    for block in body.blocks.iter() {
        for statement in &block.statements {
            let StatementKind::Assign(dest, rvalue) = &statement.kind else {
                continue;
            };
            let at = statement.source.span;
            if let Rvalue::Ref(Mutability::Mut, place) | Rvalue::AddressOf(Mutability::Mut, place) = rvalue {
                changed(place, at);
            } else if let Rvalue::Use(Operand::Move(place)) = rvalue
                && is_mut(place.ty(&body.locals))
            {
                // Who has a reference may write through it.
                changed(&place.clone().deref(), at);
            }
            changed(dest, at);
        }
        if let TerminatorKind::Call { dest, .. } = &block.terminator.kind {
            changed(dest, block.terminator.source.span);
        }
    }
    diagnostics
}

fn is_mut(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Ref(Mutability::Mut, _))
}

/// Whether a write to the place, or one through a reference to it, changes what is kept.
fn is_kept(body: &Body, signatures: &Signatures, kept: &Kept, place: &Place) -> bool {
    kept.places.iter().any(|known| decides(place, known))
        || match &kept.by {
            KeptBy::Match { bound, lent, .. } => {
                is_of_binding(body, signatures, bound, place) || lent.contains(&place.local)
            }
            KeptBy::Lent(_) => false,
        }
}

/// Whether what is known of a place is so no more when another has been written.
fn decides(place: &Place, known: &Place) -> bool {
    let is_index = |local: Local| {
        let mut indices = known.projections.iter();
        place.projections.is_empty() && indices.any(|step| *step == Projection::Index(local))
    };
    let may_be_one = |(one, other): (&Projection, &Projection)| match (one, other) {
        (Projection::Field(one, _), Projection::Field(other, _)) => one == other,
        (Projection::ConstantIndex(one), Projection::ConstantIndex(other)) => one == other,
        _ => true,
    };
    let leads_to = place.local == known.local
        && place.projections.len() <= known.projections.len()
        && place.projections.iter().zip(&known.projections).all(may_be_one);
    leads_to || is_index(place.local)
}

/// Whether the place is reached by a variable of the pattern, and is part of what is matched: behind a `&mut` to it, or
/// in a value that goes back where the guard does not hold.
fn is_of_binding(body: &Body, signatures: &Signatures, bound: &[Local], place: &Place) -> bool {
    if !bound.contains(&place.local) {
        return false;
    }
    let ty = body.locals[place.local].ty;
    match is_mut(ty) {
        true => place.projections.first() == Some(&Projection::Deref),
        false => !signatures.within(&body.bounds).is_copy(ty),
    }
}
