//! Places as people wrote them.

use check::{AdtKind, FnRef, LangItem, Signatures, Ty, TyKind};
use hir::Mutability;
use mir::{Body, BodyOwner, CallTarget, Local, Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind};

/// The source text that a place would have: `p.name`, `*r`; absent for temporaries, which have none.
pub(crate) fn describe(body: &Body, signatures: &Signatures, place: &Place) -> Option<String> {
    let mut ty = body.locals[place.local].ty;
    let (mut text, mut projections) = (None, place.projections.as_slice());
    match body.locals[place.local].name {
        Some(name) => {
            text = Some(name.to_string());
            if let [Projection::Deref, rest @ ..] = projections
                && body.is_lent_to_guard(place.local)
            {
                ty = Projection::Deref.ty(ty);
                projections = rest;
            }
        }
        None if matches!(body.owner, BodyOwner::Closure(_)) && place.local == Local(1) => {
            // What is captured is in the environment.
            let mut steps = projections.iter().enumerate();
            let (at, index) = steps.find_map(|(at, step)| match step {
                Projection::Field(index, _) => Some((at, *index)),
                Projection::Deref | Projection::Index(_) | Projection::ConstantIndex(_) | Projection::SomeValue(_) => {
                    None
                }
            })?;
            let capture = body.captures.get(index as usize)?;
            let n_steps = at + 1 + usize::from(capture.is_borrowed);
            let (before, after) = projections.split_at(n_steps.min(projections.len()));
            text = Some(capture.text.clone());
            ty = before.iter().fold(ty, |ty, step| step.ty(ty));
            projections = after;
        }
        None => {
            // A static is reached through its address.
            if let ([Projection::Deref, rest @ ..], Some(path)) =
                (projections, static_of(body, signatures, place.local))
            {
                text = Some(path);
                ty = Projection::Deref.ty(ty);
                projections = rest;
            } else if let [Projection::Deref, rest @ ..] = projections
                && let Some(lent) = lender(body, signatures, place.local)
            {
                // What a value lends is called as what is lent.
                let is_whole = !lent.is_element && rest.is_empty();
                let mut lender = lent.place;
                if !is_whole && lender.projections.last() == Some(&Projection::Deref) {
                    lender.projections.pop();
                }
                let whole = describe(body, signatures, &lender)?;
                text = Some(match (lent.is_element, rest) {
                    (true, _) => format!("{whole}[..]"),
                    (false, []) => format!("*{whole}"),
                    (false, _) => whole,
                });
                ty = Projection::Deref.ty(ty);
                projections = rest;
            }
        }
    }
    let mut text = text?;
    for (at, projection) in projections.iter().enumerate() {
        match projection {
            // `r.x` follows the reference by itself, and so does `r[i]`.
            Projection::Deref => {
                if projections.get(at + 1).is_none() {
                    text = format!("*{text}");
                }
            }
            // A pattern has taken it out: what it is called there, its own name says.
            Projection::Field(..) if is_enum(signatures, ty) => {}
            Projection::Field(index, _) => text = format!("{text}.{}", field_name(signatures, ty, *index)),
            Projection::Index(_) | Projection::ConstantIndex(_) => text.push_str("[..]"),
            Projection::SomeValue(_) => {}
        }
        ty = projection.ty(ty);
    }
    Some(text)
}

/// What a reference in a temporary was lent of, by a function that is called where no call is written.
pub(crate) struct Lent {
    pub(crate) place: Place,
    /// By `index`, and not by `deref`.
    pub(crate) is_element: bool,
}

/// The value whose `deref` or `index` gave what a temporary holds.
pub(crate) fn lender(body: &Body, signatures: &Signatures, local: Local) -> Option<Lent> {
    let (function, reference) = body.blocks.iter().find_map(|block| {
        let TerminatorKind::Call { callee, args, dest, .. } = &block.terminator.kind else {
            return None;
        };
        let (CallTarget::Fn(function, _), Some(Operand::Move(place) | Operand::Copy(place))) = (callee, args.first())
        else {
            return None;
        };
        (*dest == Place::local(local)).then_some((*function, place))
    })?;
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let place = statements.into_iter().find_map(|statement| match &statement.kind {
        StatementKind::Assign(dest, Rvalue::Ref(_, place)) if dest == reference => Some(place.clone()),
        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
    })?;
    let ty = place.ty(&body.locals);
    let lends = |mutability| {
        signatures
            .lending(ty, mutability)
            .is_some_and(|(by, ..)| by == function)
    };
    if lends(Mutability::Const) || lends(Mutability::Mut) {
        return Some(Lent {
            place,
            is_element: false,
        });
    }
    let FnRef::Lang(def) = function else { return None };
    let of_trait = FnRef::Lang(*signatures.implemented.get(&def).unwrap_or(&def));
    let of_trait = signatures.function(of_trait).of_trait?;
    let is_it = |item| signatures.lang.get(item) == Some(of_trait);
    (is_it(LangItem::Index) || is_it(LangItem::IndexMut)).then_some(Lent {
        place,
        is_element: true,
    })
}

/// The static whose address a temporary holds.
fn static_of(body: &Body, signatures: &Signatures, local: Local) -> Option<String> {
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    statements.into_iter().find_map(|statement| match &statement.kind {
        StatementKind::Assign(place, Rvalue::StaticAddress(global)) if *place == Place::local(local) => {
            Some(signatures.statics[global].path.clone())
        }
        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
    })
}

fn is_enum(signatures: &Signatures, ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Adt(adt, _) if signatures.adt(*adt).kind == AdtKind::Enum)
}

fn field_name(signatures: &Signatures, ty: Ty, index: u32) -> String {
    if matches!(ty.kind(), TyKind::Range { .. }) {
        return if index == 0 { "start" } else { "end" }.to_owned();
    }
    if let TyKind::Adt(adt, _) = ty.kind()
        && let Some(name) = signatures
            .adt(*adt)
            .fields
            .get(index as usize)
            .and_then(|field| field.name)
    {
        return name.to_string();
    }
    index.to_string()
}
