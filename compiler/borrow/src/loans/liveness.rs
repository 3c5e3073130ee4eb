//! Liveness: after each statement, which variables that hold references may still be used.
//!
//! A drop is a use where it can look at what the references point to. To lend a variable that holds references is a
//! use of it.

use base::IndexVec;
use mir::dataflow::{BackwardAnalysis, at_end, solve_backward};
use mir::{
    AssertKind, BitSet, BlockId, Body, CallTarget, Local, Operand, Place, Rvalue, Statement, StatementKind, Terminator,
    TerminatorKind,
};

use super::views::Views;
use crate::places::{is_behind_reference, operands};

/// What is live at the start of each block.
pub(crate) struct Liveness(IndexVec<BlockId, BitSet<Local>>);

struct Uses<'b>(&'b Views<'b>);

impl Liveness {
    pub(crate) fn of(body: &Body, views: &Views<'_>) -> Self {
        Self(solve_backward(body, &Uses(views)))
    }

    pub(crate) fn at_start(&self, block: BlockId) -> &BitSet<Local> {
        &self.0[block]
    }

    /// What is live after each statement of a block, and after its terminator.
    pub(crate) fn after_each(&self, body: &Body, id: BlockId, views: &Views<'_>) -> Vec<BitSet<Local>> {
        let block = &body.blocks[id];
        let uses = Uses(views);
        let mut live = at_end(body, &uses, &self.0, id);
        let mut all = Vec::with_capacity(block.statements.len() + 1);
        all.push(live.clone());
        uses.terminator(&mut live, &block.terminator);
        for statement in block.statements.iter().rev() {
            all.push(live.clone());
            uses.statement(&mut live, statement);
        }
        all.reverse();
        all
    }
}

impl BackwardAnalysis for Uses<'_> {
    type Facts = BitSet<Local>;

    fn exit(&self) -> BitSet<Local> {
        BitSet::NONE
    }

    fn join(&self, live: &mut BitSet<Local>, other: &BitSet<Local>) -> bool {
        live.union(other)
    }

    fn statement(&self, live: &mut BitSet<Local>, statement: &Statement) {
        if let Some(local) = statement_def(statement) {
            live.remove(local);
        }
        statement_uses(statement, self.0, &mut |local| live.insert(local));
    }

    fn terminator(&self, live: &mut BitSet<Local>, terminator: &Terminator) {
        if let TerminatorKind::Call { dest, .. } = &terminator.kind
            && dest.projections.is_empty()
        {
            live.remove(dest.local);
        }
        terminator_uses(terminator, self.0, &mut |local| live.insert(local));
    }
}

/// The variable that a statement gives a new value, or ends.
pub(crate) fn statement_def(statement: &Statement) -> Option<Local> {
    match &statement.kind {
        StatementKind::Assign(place, _) => place.projections.is_empty().then_some(place.local),
        StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => Some(*local),
    }
}

/// The variables with references that a statement uses.
pub(crate) fn statement_uses(statement: &Statement, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    let StatementKind::Assign(place, rvalue) = &statement.kind else {
        return;
    };
    for operand in operands(rvalue) {
        operand_use(operand, views, visit);
    }
    match rvalue {
        Rvalue::Ref(_, place)
        | Rvalue::AddressOf(_, place)
        | Rvalue::Len(place)
        | Rvalue::IsNone(place)
        | Rvalue::Variant(place) => place_use(place, views, visit),
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
    dest_use(place, views, visit);
}

pub(crate) fn terminator_uses(terminator: &Terminator, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    match &terminator.kind {
        TerminatorKind::Goto(_) | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
        TerminatorKind::Return => visit(Local(0)),
        TerminatorKind::Switch { value, .. } => operand_use(value, views, visit),
        TerminatorKind::Call { callee, args, dest, .. } => {
            match callee {
                CallTarget::Value(operand) | CallTarget::Callable(_, operand) => operand_use(operand, views, visit),
                CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => {}
            }
            for arg in args {
                operand_use(arg, views, visit);
            }
            dest_use(dest, views, visit);
        }
        TerminatorKind::Drop { place, .. } => {
            if views.is_tracked(place.local) && views.drop_observes(place.ty(&views.body.locals)) {
                visit(place.local);
            }
        }
        TerminatorKind::Assert { condition, kind, .. } => {
            operand_use(condition, views, visit);
            let (one, other) = match kind {
                AssertKind::Bounds { index, len } => (Some(index), Some(len)),
                AssertKind::SliceRange { start, len, .. } => (Some(start), Some(len)),
                AssertKind::Overflow(_)
                | AssertKind::NegOverflow
                | AssertKind::DivideByZero
                | AssertKind::RemainderByZero
                | AssertKind::Shift
                | AssertKind::Cast => (None, None),
            };
            for operand in one.into_iter().chain(other) {
                operand_use(operand, views, visit);
            }
        }
    }
}

fn operand_use(operand: &Operand, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    match operand {
        Operand::Copy(place) | Operand::Move(place) => place_use(place, views, visit),
        Operand::Const(_) => {}
    }
}

fn place_use(place: &Place, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    if views.is_tracked(place.local) {
        visit(place.local);
    }
}

/// To write behind a reference uses it; to write a part of what holds references does not.
pub(crate) fn dest_use(place: &Place, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    if views.is_tracked(place.local) && is_behind_reference(views.body.locals[place.local].ty, &place.projections) {
        visit(place.local);
    }
}
