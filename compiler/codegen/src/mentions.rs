//! Who mentions a local: what decides whether memory may be written before a statement is whole.

use base::FxHashSet;
use unit::{
    Block, BlockId, Body, Callee, LocalId, Operand, Place, Projection, Rvalue, Statement, StatementKind, TerminatorKind,
};

use crate::function::FunctionCx;

impl FunctionCx<'_, '_, '_> {
    /// The locals that a block or one that comes after it reads, writes or takes the address of.
    pub(crate) fn mentioned_from(&mut self, start: BlockId) -> &FxHashSet<LocalId> {
        let body = self.body;
        self.mentioned
            .entry(start)
            .or_insert_with(|| mentioned_from(body, start))
    }
}

/// Whether the last of these statements that is about the local makes its memory begin to matter: there is no value in
/// it, and no pointer to it.
pub(crate) fn is_fresh(statements: &[Statement], local: LocalId) -> bool {
    for statement in statements.iter().rev() {
        match &statement.kind {
            StatementKind::StorageLive(live) if *live == local => return true,
            StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => {}
            StatementKind::Assign(place, rvalue) => {
                let mut is_mentioned = false;
                each_local_of_assignment(place, rvalue, &mut |mentioned| is_mentioned |= mentioned == local);
                if is_mentioned {
                    return false;
                }
            }
        }
    }
    false
}

fn mentioned_from(body: &Body, start: BlockId) -> FxHashSet<LocalId> {
    let mut mentioned = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let mut pending = vec![start];
    while let Some(id) = pending.pop() {
        let Some(block) = body.blocks.get(id) else { continue };
        if seen.insert(id) {
            each_local(block, &mut |local| {
                mentioned.insert(local);
            });
            each_target(&block.terminator.kind, &mut |target| pending.push(target));
        }
    }
    mentioned
}

fn each_local(block: &Block, visit: &mut impl FnMut(LocalId)) {
    for statement in &block.statements {
        match &statement.kind {
            StatementKind::Assign(place, rvalue) => each_local_of_assignment(place, rvalue, visit),
            StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => {}
        }
    }
    match &block.terminator.kind {
        TerminatorKind::Goto(_) | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
        TerminatorKind::Return => visit(LocalId(0)),
        TerminatorKind::Switch { value, .. } => of_operand(value, visit),
        TerminatorKind::Call { callee, args, dest, .. } => {
            match callee {
                Callee::Pointer(pointer, _) => of_operand(pointer, visit),
                Callee::Function(_) | Callee::Intrinsic(_) => {}
            }
            args.iter().for_each(|arg| of_operand(arg, visit));
            of_place(dest, visit);
        }
        TerminatorKind::CatchAll { dest, .. } => of_place(dest, visit),
    }
}

fn each_local_of_assignment(place: &Place, rvalue: &Rvalue, visit: &mut impl FnMut(LocalId)) {
    of_place(place, visit);
    match rvalue {
        Rvalue::AddressOf(place) | Rvalue::PairSecond(place) => of_place(place, visit),
        Rvalue::Use(operand)
        | Rvalue::Unary(_, operand)
        | Rvalue::Cast(_, operand, _)
        | Rvalue::Repeat { element: operand, .. } => of_operand(operand, visit),
        Rvalue::Binary(_, left, right)
        | Rvalue::Checked { left, right, .. }
        | Rvalue::Pair(left, right)
        | Rvalue::PointerOffset {
            pointer: left,
            index: right,
            ..
        } => {
            of_operand(left, visit);
            of_operand(right, visit);
        }
    }
}

fn of_operand(operand: &Operand, visit: &mut impl FnMut(LocalId)) {
    match operand {
        Operand::Copy(place) | Operand::Fixed(place) => of_place(place, visit),
        Operand::Const(_) => {}
    }
}

fn of_place(place: &Place, visit: &mut impl FnMut(LocalId)) {
    visit(place.local);
    for projection in &place.projections {
        match projection {
            Projection::Index { index, .. } => visit(*index),
            Projection::Deref | Projection::Offset(_) => {}
        }
    }
}

fn each_target(kind: &TerminatorKind, visit: &mut impl FnMut(BlockId)) {
    match kind {
        TerminatorKind::Goto(target) | TerminatorKind::CatchAll { target, .. } => visit(*target),
        TerminatorKind::Switch { cases, otherwise, .. } => {
            cases.iter().for_each(|(_, target)| visit(*target));
            visit(*otherwise);
        }
        TerminatorKind::Call { target, unwind, .. } => target.iter().chain(unwind).for_each(|target| visit(*target)),
        TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
    }
}
