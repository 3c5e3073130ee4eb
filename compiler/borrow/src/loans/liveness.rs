//! Liveness: after each statement, which variables that hold references may still be used.
//!
//! A drop is a use where it can look at what the references point to. To lend a variable that holds references is a
//! use of it.

use base::IndexVec;
use check::{Ty, TyKind};
use mir::{
    AssertKind, BitSet, Block, BlockId, Body, CallTarget, Local, Operand, Place, Projection, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind,
};

use super::views::Views;
use crate::places::operands;

/// What is live where each block ends.
pub(crate) struct Liveness {
    at_start: IndexVec<BlockId, BitSet<Local>>,
    at_end: IndexVec<BlockId, BitSet<Local>>,
}

impl Liveness {
    pub(crate) fn of(body: &Body, views: &Views<'_>) -> Self {
        let n_locals = body.locals.len();
        let n_blocks = body.blocks.len();
        let mut at_start = IndexVec::from_elem(BitSet::new(n_locals), n_blocks);
        let mut at_end: IndexVec<BlockId, BitSet<Local>> = IndexVec::from_elem(BitSet::new(n_locals), n_blocks);
        let mut predecessors: IndexVec<BlockId, Vec<BlockId>> = IndexVec::from_elem(Vec::new(), n_blocks);
        for (id, block) in body.blocks.iter_enumerated() {
            for target in block.terminator.kind.successors() {
                predecessors[target].push(id);
            }
        }
        let mut pending: Vec<BlockId> = body.blocks.ids().collect();
        let mut is_pending: IndexVec<BlockId, bool> = IndexVec::from_elem(true, n_blocks);
        while let Some(id) = pending.pop() {
            is_pending[id] = false;
            let mut live = at_end[id].clone();
            for at in (0..=body.blocks[id].statements.len()).rev() {
                step_back(&body.blocks[id], at, views, &mut live);
            }
            if live != at_start[id] {
                for before in &predecessors[id] {
                    if at_end[*before].union(&live) && !std::mem::replace(&mut is_pending[*before], true) {
                        pending.push(*before);
                    }
                }
                at_start[id] = live;
            }
        }
        Self { at_start, at_end }
    }

    pub(crate) fn at_start(&self, block: BlockId) -> &BitSet<Local> {
        &self.at_start[block]
    }

    /// What is live after each statement of a block, and after its terminator.
    pub(crate) fn after_each(&self, body: &Body, id: BlockId, views: &Views<'_>) -> Vec<BitSet<Local>> {
        let block = &body.blocks[id];
        let mut live = self.at_end[id].clone();
        let mut all = vec![live.clone()];
        for at in (1..=block.statements.len()).rev() {
            step_back(block, at, views, &mut live);
            all.push(live.clone());
        }
        all.reverse();
        all
    }
}

fn step_back(block: &Block, at: usize, views: &Views<'_>, live: &mut BitSet<Local>) {
    match block.statements.get(at) {
        Some(statement) => {
            if let Some(local) = statement_def(statement) {
                live.remove(local);
            }
            statement_uses(statement, views, &mut |local| live.insert(local));
        }
        None => {
            if let TerminatorKind::Call { dest, .. } = &block.terminator.kind
                && dest.projections.is_empty()
            {
                live.remove(dest.local);
            }
            terminator_uses(&block.terminator, views, &mut |local| live.insert(local));
        }
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
fn dest_use(place: &Place, views: &Views<'_>, visit: &mut impl FnMut(Local)) {
    if views.is_tracked(place.local) && is_behind_reference(&views.body.locals[place.local].ty, &place.projections) {
        visit(place.local);
    }
}

/// Whether a reference or raw pointer is followed on the way.
pub(crate) fn is_behind_reference(base: &Ty, projections: &[Projection]) -> bool {
    let mut ty = *base;
    projections.iter().any(|projection| {
        let points = matches!(ty.kind(), TyKind::Ref(..) | TyKind::Pointer(..));
        ty = projection.ty(ty);
        points && *projection == Projection::Deref
    })
}
