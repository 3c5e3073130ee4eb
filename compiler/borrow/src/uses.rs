//! Uses of values that may not be there, and moves out of places that cannot be left empty.

use base::FxHashSet;
use check::{CallKind, Signatures, Ty, TyKind};
use diag::Diagnostics;
use mir::dataflow::{Analysis, BlockFacts};
use mir::{
    AssertKind, Body, CallTarget, CastKind, Operand, Place, Projection, Rvalue, Statement, StatementKind, Terminator,
    TerminatorKind,
};

use crate::advice::{advice, may_be_copy, receiving_method};
use crate::describe::{describe, lender};
use crate::errors::{self, MoveOut, MoveOutOf, MovedAt, WhyGone};
use crate::history::{Wanted, last_events};
use crate::init::{Facts, Initialisation};
use crate::places::{Location, MovePath, Rest, operands};

/// How a place is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UseKind {
    Copy,
    Move,
    Borrow,
    /// What the assigned place is in must be there.
    AssignPart,
}

/// Reports what uses a place that may hold no value, and every move that is not allowed.
pub(crate) fn check_uses(
    body: &Body,
    signatures: &Signatures,
    analysis: &Initialisation<'_>,
    facts: &BlockFacts<Facts>,
) -> Diagnostics {
    let mut checker = Checker {
        body,
        signatures,
        analysis,
        reported: FxHashSet::default(),
        diagnostics: Diagnostics::new(),
    };
    for (id, block) in body.blocks.iter_enumerated() {
        let Some(facts) = &facts[id] else {
            continue;
        };
        let mut facts = facts.clone();
        for (index, statement) in block.statements.iter().enumerate() {
            let location = Location { block: id, index };
            for (place, kind) in statement_uses(statement) {
                checker.place_use(&facts, location, place, kind);
            }
            analysis.statement(&mut facts, statement);
        }
        let location = Location {
            block: id,
            index: block.statements.len(),
        };
        for (place, kind) in terminator_uses(&block.terminator) {
            checker.place_use(&facts, location, place, kind);
        }
    }
    checker.diagnostics
}

struct Checker<'b> {
    body: &'b Body,
    signatures: &'b Signatures,
    analysis: &'b Initialisation<'b>,
    /// One message for each path is enough.
    reported: FxHashSet<MovePath>,
    diagnostics: Diagnostics,
}

impl Checker<'_> {
    fn place_use(&mut self, facts: &Facts, location: Location, place: &Place, kind: UseKind) {
        for projection in &place.projections {
            if let Projection::Index(index) = projection {
                self.place_use(facts, location, &Place::local(*index), UseKind::Copy);
            }
        }
        if kind == UseKind::Move && self.illegal_move(location, place) {
            return;
        }
        let nearest = self.analysis.paths.nearest(place, self.signatures);
        let missing = match (kind, nearest.rest) {
            (UseKind::AssignPart, Rest::Nothing) => {
                let parent = self.analysis.paths.paths[nearest.path].parent;
                parent.filter(|parent| facts.may_be_uninit(*parent))
            }
            (UseKind::AssignPart, Rest::UnionField) => None,
            (_, Rest::Nothing) => self.analysis.missing_part(facts, nearest.path),
            (_, Rest::Part | Rest::UnionField | Rest::Beyond { .. }) => {
                Some(nearest.path).filter(|path| facts.may_be_uninit(*path))
            }
        };
        if let Some(missing) = missing {
            // A part is assigned to: it is the whole that is missing.
            let used = if kind == UseKind::AssignPart {
                missing
            } else {
                nearest.path
            };
            self.report_missing(location, used, missing, kind);
        }
    }

    fn report_missing(&mut self, location: Location, used: MovePath, missing: MovePath, kind: UseKind) {
        if !self.reported.insert(missing) {
            return;
        }
        let span = location.span(self.body);
        let text = |path: MovePath| describe(self.body, self.signatures, &self.analysis.paths.paths[path].place);
        let name = text(used);
        let moves = last_events(self.body, self.analysis, missing, location, Wanted::Moves);
        if moves.is_empty() {
            let declared = &self.body.locals[self.analysis.paths.paths[missing].place.local];
            let diagnostic = errors::use_without_value(span, name.as_deref(), declared.source.span, kind);
            self.diagnostics.report(diagnostic);
            return;
        }
        let place = &self.analysis.paths.paths[missing].place;
        let moved = |at: &Location| MovedAt {
            span: at.span_of_read(self.body, place),
            in_earlier_round: *at >= location && at.span(self.body) >= span,
            by: receiving_method(self.body, self.signatures, *at),
            advice: advice(self.body, self.signatures, *at, place, name.as_deref()),
        };
        let moves: Vec<MovedAt> = moves.iter().map(moved).collect();
        let ty = self.analysis.paths.paths[missing].ty;
        let why = match self.signatures.within(&self.body.bounds).call_kind(ty) {
            Some(CallKind::Once) => WhyGone::CalledOnce,
            Some(CallKind::Shared | CallKind::Exclusive) | None => WhyGone::NotCopy {
                ty: check::display_ty(ty, self.signatures),
                may_be_copy: may_be_copy(self.body, self.signatures, ty),
            },
        };
        let part = if missing == used { None } else { text(missing) };
        let diagnostic = errors::use_of_moved(span, name.as_deref(), part.as_deref(), &why, &moves, kind);
        self.diagnostics.report(diagnostic);
    }

    /// Reports a move out of what must stay whole; whether it is one.
    fn illegal_move(&mut self, location: Location, place: &Place) -> bool {
        let moved = place.ty(&self.body.locals);
        let Some((reason, at)) = self.forbidding_step(place) else {
            return false;
        };
        let whole = Place {
            local: place.local,
            projections: place.projections[..at].to_vec(),
        };
        let name = describe(self.body, self.signatures, place);
        let ty = check::display_ty(moved, self.signatures);
        let advice = advice(self.body, self.signatures, location, place, name.as_deref());
        // The elements that a pattern gives one name to are behind a reference of the compiler's own.
        let (reason, whole) = match self.rest_of_array(&whole) {
            Some(array) => (MoveOut::ElementByPattern, array),
            None if reason == MoveOut::Element && self.is_of_pattern(location) => {
                (MoveOut::ElementByPattern, whole.ty(&self.body.locals))
            }
            None if whole.projections.is_empty() && self.body.is_lent_to_guard(whole.local) => {
                (MoveOut::InGuard, moved)
            }
            None => match self.lender(&whole, place) {
                Some(lender) => lender,
                None => (reason, whole.ty(&self.body.locals)),
            },
        };
        let whole_ty = check::display_ty(whole, self.signatures);
        let span = location.span_of_read(self.body, place);
        let found = MoveOutOf {
            name: name.as_deref(),
            ty: &ty,
            reason,
            whole: &whole_ty,
            advice,
        };
        self.diagnostics.report(errors::move_out(span, &found));
        true
    }

    /// What has the place, whose way leads through a reference `through`: a vector or slice of which it is an element,
    /// or what lends it, as an `Rc` does.
    fn lender(&self, through: &Place, place: &Place) -> Option<(MoveOut, Ty)> {
        let mut rest = place.projections[through.projections.len()..].iter();
        let ty = through.ty(&self.body.locals);
        let is_element = rest.next() == Some(&Projection::Deref)
            && matches!(rest.next(), Some(Projection::Index(_) | Projection::ConstantIndex(_)));
        let lent = if through.projections.is_empty() {
            lender(self.body, self.signatures, through.local)
        } else {
            None
        };
        match lent {
            Some(lent) => {
                let owner = lent.place.ty(&self.body.locals);
                let is_element = is_element || lent.is_element;
                Some(if is_element {
                    (MoveOut::Element, owner)
                } else {
                    (MoveOut::Reference, owner)
                })
            }
            None if is_element && matches!(ty.kind(), TyKind::Ref(..)) => {
                Some((MoveOut::Element, ty.behind_reference()))
            }
            None => None,
        }
    }

    /// Whether it is a name of a pattern that gets a value: it does so where it stands.
    fn is_of_pattern(&self, location: Location) -> bool {
        let block = &self.body.blocks[location.block];
        let Some(StatementKind::Assign(dest, _)) = block.statements.get(location.index).map(|found| &found.kind) else {
            return false;
        };
        let decl = &self.body.locals[dest.local];
        dest.projections.is_empty() && decl.name.is_some() && decl.source.span == location.span(self.body)
    }

    /// The array that a pattern took some elements out of, where a place is its reference to them.
    fn rest_of_array(&self, place: &Place) -> Option<Ty> {
        let statements = self.body.blocks.iter().flat_map(|block| &block.statements);
        let assigned = |wanted: &Place| {
            statements.clone().find_map(|statement| {
                let StatementKind::Assign(dest, value) = &statement.kind else {
                    return None;
                };
                (dest == wanted).then_some(value)
            })
        };
        if self.body.locals[place.local].name.is_some() {
            return None;
        }
        let Rvalue::Cast(CastKind::Pointer, Operand::Copy(start), _) = assigned(place)? else {
            return None;
        };
        let Rvalue::AddressOf(_, first) = assigned(start)? else {
            return None;
        };
        let (Projection::Index(index), array) = first.projections.split_last()? else {
            return None;
        };
        self.body.pattern_indices.get(index)?;
        let array = Place {
            local: first.local,
            projections: array.to_vec(),
        };
        Some(array.ty(&self.body.locals))
    }

    /// The first step into a place that nothing may be moved out through; of several references, the last.
    fn forbidding_step(&self, place: &Place) -> Option<(MoveOut, usize)> {
        let mut ty: Ty = self.body.locals[place.local].ty;
        let mut found = None;
        for (at, projection) in place.projections.iter().enumerate() {
            let reason = match (projection, ty.kind()) {
                (Projection::Deref, TyKind::Adt(..)) => None,
                (Projection::Deref, TyKind::Pointer(..)) => Some(MoveOut::Pointer),
                (Projection::Deref, _) => Some(MoveOut::Reference),
                (Projection::Index(_) | Projection::ConstantIndex(_), _) => Some(MoveOut::Element),
                (Projection::Field(..), TyKind::Adt(adt, _)) if self.signatures.drops.contains_key(adt) => {
                    Some(MoveOut::Dropped)
                }
                (Projection::Field(..) | Projection::SomeValue(_), _) => None,
            };
            if let Some(reason) = reason {
                let is_reference = matches!(reason, MoveOut::Reference | MoveOut::Pointer);
                if found.is_none() || is_reference {
                    found = Some((reason, at));
                }
            }
            ty = projection.ty(ty);
        }
        found
    }
}

fn statement_uses(statement: &Statement) -> Vec<(&Place, UseKind)> {
    let StatementKind::Assign(place, rvalue) = &statement.kind else {
        return Vec::new();
    };
    let mut uses: Vec<_> = operands(rvalue).filter_map(operand_use).collect();
    match rvalue {
        Rvalue::Ref(_, place) | Rvalue::AddressOf(_, place) => uses.push((place, UseKind::Borrow)),
        Rvalue::Len(place) | Rvalue::IsNone(place) | Rvalue::Variant(place) => uses.push((place, UseKind::Copy)),
        Rvalue::Use(_)
        | Rvalue::Unary(..)
        | Rvalue::Binary(..)
        | Rvalue::Checked(..)
        | Rvalue::PointerOffset { .. }
        | Rvalue::PointerDistance(..)
        | Rvalue::Cast(..)
        | Rvalue::Aggregate(..)
        | Rvalue::Repeat(..)
        | Rvalue::SliceFromParts { .. }
        | Rvalue::StaticAddress(_) => {}
    }
    uses.extend(assigned_use(place));
    uses
}

fn terminator_uses(terminator: &Terminator) -> Vec<(&Place, UseKind)> {
    match &terminator.kind {
        TerminatorKind::Goto(_) | TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {
            Vec::new()
        }
        TerminatorKind::Switch { value, .. } => operand_use(value).into_iter().collect(),
        TerminatorKind::Call { callee, args, dest, .. } => {
            let callee = match callee {
                CallTarget::Value(operand) | CallTarget::Callable(_, operand) => Some(operand),
                CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => None,
            };
            let mut uses: Vec<_> = callee.into_iter().chain(args).filter_map(operand_use).collect();
            uses.extend(assigned_use(dest));
            uses
        }
        TerminatorKind::Drop { place, .. } => assigned_use(place).into_iter().collect(),
        TerminatorKind::Assert { condition, kind, .. } => {
            let said: Vec<&Operand> = match kind {
                AssertKind::Bounds { index, len } => vec![index, len],
                AssertKind::SliceRange { start, end, len } => vec![start, end, len],
                AssertKind::Overflow(_)
                | AssertKind::NegOverflow
                | AssertKind::DivideByZero
                | AssertKind::RemainderByZero
                | AssertKind::Shift
                | AssertKind::Cast => Vec::new(),
            };
            std::iter::once(condition).chain(said).filter_map(operand_use).collect()
        }
    }
}

fn operand_use(operand: &Operand) -> Option<(&Place, UseKind)> {
    match operand {
        Operand::Copy(place) => Some((place, UseKind::Copy)),
        Operand::Move(place) => Some((place, UseKind::Move)),
        Operand::Const(_) => None,
    }
}

/// An assignment to a whole variable asks nothing of it.
fn assigned_use(place: &Place) -> Option<(&Place, UseKind)> {
    (!place.projections.is_empty()).then_some((place, UseKind::AssignPart))
}
