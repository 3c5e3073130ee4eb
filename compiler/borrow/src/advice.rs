//! What to do about a move that cannot be, or after which a value is missing: in words, or as edits that compile.

use base::{Span, Symbol};
use check::{CallKind, LangItem, Receiver, Signatures, TraitRef, Ty, TyKind};
use hir::Mutability;
use mir::{AggregateKind, Body, CallTarget, Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind};

use crate::places::{Location, operands};

/// How a move is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Written {
    /// As an expression, the place's own.
    Expr(Span),
    /// The same, which a `for` goes over.
    Iterated(Span),
    /// A pattern names what it takes.
    Pattern,
    /// A closure takes what it captures.
    Capture,
    /// As a part of something that has no place of its own.
    Unknown,
}

/// What there is to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Advice {
    /// `.clone()` after the expression; in parentheses where it begins with a `*`.
    Clone { expr: Span, parenthesised: bool },
    /// `.take()` after the expression, an optional that can be written; in parentheses where it begins with a `*`.
    Take { expr: Span, parenthesised: bool },
    /// `.as_ref()` or `.as_mut()` after the expression, an optional that a method takes to look into it.
    LookInto {
        expr: Span,
        parenthesised: bool,
        mutability: Mutability,
    },
    /// The `..` of a literal takes the field of what has no copy: it may be given a copy of the field.
    GiveField { copy: String },
    /// `&mut *` before the expression, a `&mut`.
    LendOn { expr: Span, name: String },
    /// A `for` may go over a reference.
    LoopOverReference,
    /// A pattern may match what `take` gives of an optional.
    MatchTaken,
    /// A pattern may match a reference.
    MatchReference,
    /// A closure may take a copy.
    CaptureCopy,
    /// Nothing that is known to compile.
    Other,
}

pub(crate) fn advice(body: &Body, signatures: &Signatures, at: Location, place: &Place, name: Option<&str>) -> Advice {
    let ty = place.ty(&body.locals);
    let can_take = is_optional(body, place) && is_behind_mut(body, place);
    let how = written(body, at, place);
    let whole = match how {
        Written::Expr(expr) | Written::Iterated(expr) => written_place(body, place, expr),
        Written::Pattern | Written::Capture | Written::Unknown => place.clone(),
    };
    let parenthesised = match how {
        Written::Expr(expr) | Written::Iterated(expr) => begins_with_star(body, &whole, expr),
        Written::Pattern | Written::Capture | Written::Unknown => false,
    };
    match how {
        Written::Expr(expr)
            if is_optional(body, place)
                && let Some(mutability) = looked_at(body, signatures, at)
                && (mutability == Mutability::Const || can_take) =>
        {
            Advice::LookInto {
                expr,
                parenthesised,
                mutability,
            }
        }
        Written::Expr(expr) | Written::Iterated(expr) if can_take => Advice::Take { expr, parenthesised },
        Written::Expr(expr) => match (ty.kind(), name) {
            (TyKind::Ref(Mutability::Mut, _), Some(name)) => Advice::LendOn {
                expr,
                name: name.to_owned(),
            },
            (_, Some(_)) if is_clone(body, signatures, whole.ty(&body.locals)) => Advice::Clone { expr, parenthesised },
            (_, Some(name)) if whole != *place && is_clone(body, signatures, ty) => {
                let field = name.rsplit_once('.').map_or(name, |(_, field)| field);
                Advice::GiveField {
                    copy: format!("{field}: {name}.clone()"),
                }
            }
            (_, _) => Advice::Other,
        },
        Written::Iterated(_) => Advice::LoopOverReference,
        Written::Pattern if can_take => Advice::MatchTaken,
        Written::Pattern => Advice::MatchReference,
        Written::Capture if is_clone(body, signatures, ty) => Advice::CaptureCopy,
        Written::Capture | Written::Unknown => Advice::Other,
    }
}

/// What the expression names that moves a place: the whole where this is all that is written, as in `..whole` and
/// `..*whole`.
fn written_place(body: &Body, place: &Place, expr: Span) -> Place {
    let n_steps = match place.projections.as_slice() {
        [Projection::Field(..), ..] if is_named(body, place, expr, 0) => 0,
        [Projection::Deref, Projection::Field(..), ..] if is_named(body, place, expr, 1) => 1,
        _ => place.projections.len(),
    };
    Place {
        local: place.local,
        projections: place.projections[..n_steps].to_vec(),
    }
}

/// Whether a place is written as its variable, and a `*` if it is one behind that: what is not written is implied.
fn begins_with_star(body: &Body, place: &Place, expr: Span) -> bool {
    place.projections.last() == Some(&Projection::Deref) && !is_named(body, place, expr, 0)
}

/// Whether an expression is no longer than the name of the place's variable, with `n_stars` before it.
fn is_named(body: &Body, place: &Place, expr: Span, n_stars: usize) -> bool {
    let name = body.locals[place.local].name;
    name.is_some_and(|name| name.as_str().len() + n_stars == (expr.end - expr.start) as usize)
}

/// How what is in an optional is looked at that a method of it is called for: `slot.unwrap().next` may be lent as
/// `&mut`, read or copied, and nothing is moved out of it.
fn looked_at(body: &Body, signatures: &Signatures, at: Location) -> Option<Mutability> {
    let by = receiving_method(body, signatures, at)?;
    if !matches!(by.as_str(), "unwrap" | "expect") {
        return None;
    }
    let StatementKind::Assign(taken, _) = &body.blocks[at.block].statements.get(at.index)?.kind else {
        return None;
    };
    let given = body.blocks.iter().find_map(|block| {
        let TerminatorKind::Call { args, dest, .. } = &block.terminator.kind else {
            return None;
        };
        (args.first() == Some(&Operand::Move(taken.clone()))).then_some(dest)
    })?;
    let is_moved = |operand: &Operand| matches!(operand, Operand::Move(place) if place.local == given.local);
    let is_passed = |block: &mir::Block| match &block.terminator.kind {
        TerminatorKind::Call { args, .. } => args.iter().any(is_moved),
        TerminatorKind::Goto(_)
        | TerminatorKind::Switch { .. }
        | TerminatorKind::Return
        | TerminatorKind::Unreachable
        | TerminatorKind::Drop { .. }
        | TerminatorKind::Assert { .. }
        | TerminatorKind::Resume => false,
    };
    if body.locals[given.local].name.is_some() || body.blocks.iter().any(is_passed) {
        return None;
    }
    let mut found = None;
    for statement in body.blocks.iter().flat_map(|block| &block.statements) {
        let StatementKind::Assign(_, rvalue) = &statement.kind else {
            continue;
        };
        if let Rvalue::Ref(mutability, lent) = rvalue
            && lent.local == given.local
        {
            found = Some(*mutability);
        }
        for operand in operands(rvalue) {
            if is_moved(operand) {
                return None;
            }
            if matches!(operand, Operand::Copy(place) if place.local == given.local) {
                found = found.or(Some(Mutability::Const));
            }
        }
    }
    found
}

/// The method of the program that is called, and takes by value, what a statement moves to a temporary.
pub(crate) fn receiving_method(body: &Body, signatures: &Signatures, at: Location) -> Option<Symbol> {
    let statement = body.blocks[at.block].statements.get(at.index)?;
    let StatementKind::Assign(dest, _) = &statement.kind else {
        return None;
    };
    let span = statement.source.span;
    body.blocks.iter().find_map(|block| {
        let TerminatorKind::Call { callee, args, .. } = &block.terminator.kind else {
            return None;
        };
        let CallTarget::Fn(function, _) = callee else {
            return None;
        };
        let decl = signatures.function(*function);
        let is_method = decl.receiver == Some(Receiver::Value) && block.terminator.source.span != span;
        (is_method && args.first() == Some(&Operand::Move(dest.clone()))).then_some(decl.name)
    })
}

/// Whether values of the type have `clone`.
pub(crate) fn is_clone(body: &Body, signatures: &Signatures, ty: Ty) -> bool {
    let env = signatures.within(&body.bounds);
    // What is called is seldom meant to be copied.
    if matches!(
        env.call_kind(ty),
        Some(CallKind::Once | CallKind::Exclusive | CallKind::Shared)
    ) {
        return false;
    }
    signatures.lang.get(LangItem::Clone).is_some_and(|def| {
        let args = [ty].into();
        env.prove(&TraitRef { def, args }).is_some()
    })
}

/// Whether the type could be `Copy` as it is, and is declared where the body is: a struct or enum of numbers and the
/// like. One with a pointer may own what that leads to.
pub(crate) fn may_be_copy(body: &Body, signatures: &Signatures, ty: Ty) -> bool {
    let TyKind::Adt(adt, args) = ty.kind() else {
        return false;
    };
    let env = signatures.within(&body.bounds);
    let decl = signatures.adt(*adt);
    let is_here = decl.span.is_some_and(|span| span.file == body.span.file);
    let is_plain = |ty: Ty| env.is_copy(ty) && !matches!(ty.kind(), TyKind::Pointer(..));
    let mut fields = decl.fields.iter();
    is_here
        && args.is_empty()
        && !fields.as_slice().is_empty()
        && !env.needs_drop(ty)
        && fields.all(|field| is_plain(field.ty))
}

/// Whether the place is an optional, or what is in one.
fn is_optional(body: &Body, place: &Place) -> bool {
    matches!(place.projections.last(), Some(Projection::SomeValue(_)))
        || matches!(place.ty(&body.locals).kind(), TyKind::Optional(_))
}

/// Whether it is behind a `&mut` or several, and nothing else that leads further.
fn is_behind_mut(body: &Body, place: &Place) -> bool {
    let mut ty = body.locals[place.local].ty;
    let mut is_behind = false;
    for projection in &place.projections {
        let is_shared = matches!(ty.kind(), TyKind::Ref(Mutability::Const, _) | TyKind::Pointer(..));
        if *projection == Projection::Deref && is_shared {
            return false;
        }
        is_behind |= *projection == Projection::Deref && matches!(ty.kind(), TyKind::Ref(..));
        ty = projection.ty(ty);
    }
    is_behind && body.locals[place.local].name.is_some()
}

/// How the move of a place is written that is done at a location.
fn written(body: &Body, at: Location, place: &Place) -> Written {
    let block = &body.blocks[at.block];
    let span = at.span(body);
    let Some(statement) = block.statements.get(at.index) else {
        let read = at.span_of_read(body, place);
        return if read == span {
            Written::Unknown
        } else {
            Written::Expr(read)
        };
    };
    let StatementKind::Assign(dest, rvalue) = &statement.kind else {
        return Written::Unknown;
    };
    let decl = &body.locals[dest.local];
    if dest.projections.is_empty() && decl.name.is_some() && decl.source.span == span {
        return Written::Pattern;
    }
    if !matches!(rvalue, Rvalue::Use(_) | Rvalue::Cast(..)) {
        let read = at.span_of_read(body, place);
        return if read == span {
            Written::Unknown
        } else {
            Written::Expr(read)
        };
    }
    if dest.projections.is_empty() && decl.name.is_none() {
        let taken = |operand: &Operand| *operand == Operand::Move(dest.clone());
        let statements = body.blocks.iter().flat_map(|block| &block.statements);
        let is_captured = statements.into_iter().any(|statement| match &statement.kind {
            StatementKind::Assign(_, rvalue @ Rvalue::Aggregate(AggregateKind::Closure(_), _)) => {
                operands(rvalue).any(taken)
            }
            StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => false,
        });
        if is_captured {
            return Written::Capture;
        }
        // What is written as a call ends after what it is given.
        let is_iterated = |block: &mir::Block| {
            let TerminatorKind::Call { callee, args, .. } = &block.terminator.kind else {
                return false;
            };
            let is_implied = matches!(callee, CallTarget::Fn(..)) && block.terminator.source.span == span;
            is_implied && args.first().is_some_and(taken)
        };
        if body.blocks.iter().any(is_iterated) {
            return Written::Iterated(span);
        }
    }
    Written::Expr(span)
}
