//! Temporaries with raw pointers that stand for references: of slices, of messages, and of statics.

use base::{FxHashMap, FxHashSet};
use check::{LangItem, Signatures, TyKind};
use mir::{AggregateKind, Body, CastKind, Local, Operand, Place, Rvalue, StatementKind, TerminatorKind};

use super::flow::Flow;
use super::origins::Taken;

/// The temporaries that hold the address of a slice's first element, with the place of that; or of an array, with that.
pub(crate) fn slices(body: &Body) -> FxHashMap<Local, Place> {
    let mut addresses: FxHashMap<Local, Place> = FxHashMap::default();
    for block in body.blocks.iter() {
        for statement in &block.statements {
            let StatementKind::Assign(dest, rvalue) = &statement.kind else {
                continue;
            };
            let place = if let Rvalue::AddressOf(_, place) = rvalue {
                Some(place.clone())
            } else if let Rvalue::Cast(CastKind::Pointer, Operand::Copy(from), ty) = rvalue
                && from.projections.is_empty()
                && matches!(ty.kind(), TyKind::Pointer(..))
            {
                addresses.get(&from.local).cloned()
            } else {
                None
            };
            if let Some(place) = place
                && dest.projections.is_empty()
                && body.locals[dest.local].name.is_none()
            {
                addresses.insert(dest.local, place);
            }
        }
    }
    addresses
}

/// The temporaries that hold addresses for a message: what they point to must be there as long as the message is.
pub(crate) fn shown(body: &Body, signatures: &Signatures) -> FxHashSet<Local> {
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let pieces = statements.filter_map(|statement| {
        let StatementKind::Assign(_, Rvalue::Aggregate(AggregateKind::Adt { adt, .. }, operands)) = &statement.kind
        else {
            return None;
        };
        signatures.is_lang(*adt, LangItem::Piece).then_some(operands)
    });
    let places = pieces.flatten().filter_map(|operand| match operand {
        Operand::Copy(place) | Operand::Move(place) => Some(place),
        Operand::Const(_) => None,
    });
    let pointers = places.filter(|place| matches!(place.ty(&body.locals).kind(), TyKind::Pointer(..)));
    pointers.map(|place| place.local).collect()
}

/// The references to `dyn` values that are made of nothing but what owns these.
pub(super) fn owned(flow: &Flow<'_>) -> FxHashSet<Local> {
    let is_one = |place: &Place| {
        let ty = place.ty(&flow.body.locals);
        place.projections.is_empty()
            && matches!(ty.kind(), TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Dyn(_)))
    };
    let mut found = FxHashSet::default();
    if !flow.body.locals.ids().any(|local| is_one(&Place::local(local))) {
        return found;
    }
    let mut others = FxHashSet::default();
    let mut note = |dest: &Place, is_owned: bool| {
        if is_one(dest) {
            let set = if is_owned { &mut found } else { &mut others };
            set.insert(dest.local);
        }
    };
    for block in flow.body.blocks.iter() {
        for statement in &block.statements {
            if let StatementKind::Assign(dest, rvalue) = &statement.kind {
                note(
                    dest,
                    matches!(rvalue, Rvalue::Ref(_, place) if flow.taken_at(place) == Some(Taken::Owned)),
                );
            }
        }
        if let TerminatorKind::Call { dest, args, .. } = &block.terminator.kind {
            note(dest, matches!(&args[..], [arg] if flow.owner_behind(arg).is_some()));
        }
    }
    found.retain(|local| !others.contains(local) && !(1..=flow.body.n_params).contains(&local.0));
    found
}

/// The temporaries that hold the addresses of statics, and whether each thread has its own of that.
pub(crate) fn statics(body: &Body, signatures: &Signatures) -> FxHashMap<Local, bool> {
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let statics = statements.filter_map(|statement| {
        let StatementKind::Assign(dest, Rvalue::StaticAddress(global)) = &statement.kind else {
            return None;
        };
        Some((dest.local, signatures.statics[global].thread_local))
    });
    statics.collect()
}
