//! Writes to variables that are not `var`, and to what can only be read.
//!
//! That what is behind a `&T` is not changed is said with the types where an assignment, a `&mut` or a method stands in
//! the source. What is implicit, such as a `&mut` that is lent on where one is expected, is an operation only here.

use base::{FxHashSet, Span};
use check::{CallKind, Signatures, Ty, TyKind, display_ty};
use diag::{Diagnostic, Diagnostics};
use hir::Mutability;
use mir::dataflow::{Analysis, BlockFacts};
use mir::{Body, Local, Place, Projection, Rvalue, StatementKind, TerminatorKind};

use crate::errors::{self, Variable, WriteKind};
use crate::history::{Wanted, last_events};
use crate::init::{Facts, Initialisation};
use crate::places::{Location, MovePath};

/// Reports every write, and every borrow for writing, that is not allowed.
pub(crate) fn check_writes(
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
            if let StatementKind::Assign(place, rvalue) = &statement.kind {
                if let Rvalue::Ref(Mutability::Mut, lent) | Rvalue::AddressOf(Mutability::Mut, lent) = rvalue {
                    checker.write(&facts, location, lent, WriteKind::Borrow);
                }
                checker.write(&facts, location, place, WriteKind::Assign);
            }
            analysis.statement(&mut facts, statement);
        }
        let location = Location {
            block: id,
            index: block.statements.len(),
        };
        match &block.terminator.kind {
            TerminatorKind::Call { dest, .. } => checker.write(&facts, location, dest, WriteKind::Assign),
            TerminatorKind::Drop { place, target, .. } if is_assigned_at_start(body, *target, place) => {
                checker.write(&facts, location, place, WriteKind::Assign);
            }
            TerminatorKind::Drop { .. }
            | TerminatorKind::Goto(_)
            | TerminatorKind::Switch { .. }
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Assert { .. }
            | TerminatorKind::Resume => {}
        }
    }
    checker.diagnostics
}

/// Whether a drop makes room for a new value: an assignment of a type that needs drop is a drop and a write.
fn is_assigned_at_start(body: &Body, block: mir::BlockId, place: &Place) -> bool {
    let first = body.blocks[block].statements.first().map(|statement| &statement.kind);
    matches!(first, Some(StatementKind::Assign(assigned, _)) if assigned == place)
}

struct Checker<'b> {
    body: &'b Body,
    signatures: &'b Signatures,
    analysis: &'b Initialisation<'b>,
    /// `defer` stands in the graph once for each way out: its messages are given once.
    reported: FxHashSet<(Span, Local)>,
    diagnostics: Diagnostics,
}

impl Checker<'_> {
    fn write(&mut self, facts: &Facts, location: Location, place: &Place, kind: WriteKind) {
        let Some(diagnostic) = self.objection(facts, location, place, kind) else {
            return;
        };
        if self.reported.insert((location.span(self.body), place.local)) {
            self.diagnostics.report(diagnostic);
        }
    }

    /// Whether the way to the place goes through a reference or pointer. What a box holds is a part of the variable.
    fn leaves_variable(&self, place: &Place) -> bool {
        let mut ty = self.body.locals[place.local].ty;
        place.projections.iter().any(|projection| {
            let points = matches!(ty.kind(), TyKind::Ref(..) | TyKind::Pointer(..));
            ty = projection.ty(ty);
            points && *projection == Projection::Deref
        })
    }

    /// The `&T` or `*const T` by which the way to the place may only be read. A `*T` on the way begins anew: what it
    /// allows is the promise of the `unsafe` around. What a guard has for a variable is the compiler's own: of a change
    /// by that, the guard tells.
    fn read_only_behind(&self, place: &Place) -> Option<Ty> {
        let mut ty = self.body.locals[place.local].ty;
        let mut read_only = None;
        let is_lent_to_guard = self.body.is_lent_to_guard(place.local);
        for (at, projection) in place.projections.iter().enumerate() {
            let is_own = is_lent_to_guard && at == 0;
            if *projection == Projection::Deref && !is_own {
                if let TyKind::Ref(Mutability::Const, _) | TyKind::Pointer(Mutability::Const, _) = ty.kind() {
                    read_only = Some(ty);
                } else if let TyKind::Pointer(Mutability::Mut, _) = ty.kind() {
                    read_only = None;
                }
            }
            ty = projection.ty(ty);
        }
        read_only
    }

    /// Calling what changes itself asks for no `var`.
    fn is_called_freely(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Closure(_))
            || self.signatures.within(&self.body.bounds).call_kind(ty) == Some(CallKind::Exclusive)
    }

    fn objection(&self, facts: &Facts, location: Location, place: &Place, kind: WriteKind) -> Option<Diagnostic> {
        let span = location.span(self.body);
        if self.leaves_variable(place) {
            let through = self.read_only_behind(place)?;
            return Some(errors::read_only(span, &display_ty(through, self.signatures), kind));
        }
        let decl = &self.body.locals[place.local];
        let name = decl.name?;
        if decl.is_var {
            return None;
        }
        if kind == WriteKind::Borrow && self.is_called_freely(place.ty(&self.body.locals)) {
            return None;
        }
        let path = MovePath(place.local.0);
        // The first value; or a part of what has none, or a loan of it, which `uses` reports.
        if !facts.may_be_init(path) {
            return None;
        }
        let is_param = (1..=self.body.n_params).contains(&place.local.0);
        let before = last_events(self.body, self.analysis, path, location, Wanted::Assignments);
        let variable = Variable {
            name,
            declared: decl.source.span,
            is_param,
            is_self_reference: name == "self" && matches!(decl.ty.kind(), TyKind::Ref(..)),
        };
        let earlier = before
            .first()
            .map(|at| at.span(self.body))
            .filter(|_| place.projections.is_empty());
        Some(errors::write_to_let(span, &variable, earlier, kind))
    }
}
