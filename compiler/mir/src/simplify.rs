//! Clearing away: jumps to jumps, blocks that nothing reaches, and unwinding that runs nothing.
//!
//! Takes any body, gives an equal one whose blocks are all reached, numbered so that control flows down,
//! cleanup last. Keeps every statement that is reached, in order.

use base::{Id, IndexVec};

use crate::body::{Block, BlockId, Body, Terminator, TerminatorKind};

/// Removes what nothing reaches.
pub fn simplify(mut body: Body) -> Body {
    drop_empty_unwinding(&mut body);
    thread_jumps(&mut body);
    join_chains(&mut body);
    renumber(body)
}

/// Lets a panic pass where the way it would take does nothing but go on.
fn drop_empty_unwinding(body: &mut Body) {
    let idle: IndexVec<BlockId, bool> = body.blocks.ids().map(|block| is_idle(body, block)).collect();
    for block in body.blocks.iter_mut() {
        if let Some(unwind) = block.terminator.kind.unwind_mut()
            && unwind.is_some_and(|target| idle[target])
        {
            *unwind = None;
        }
    }
}

/// Whether a cleanup block comes to the end of unwinding without having done anything.
fn is_idle(body: &Body, start: BlockId) -> bool {
    let mut block = start;
    for _ in 0..body.blocks.len() {
        if !body.blocks[block].statements.is_empty() {
            return false;
        }
        match body.blocks[block].terminator.kind {
            TerminatorKind::Resume => return true,
            TerminatorKind::Goto(target) => block = target,
            TerminatorKind::Switch { .. }
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Call { .. }
            | TerminatorKind::Drop { .. }
            | TerminatorKind::Assert { .. } => return false,
        }
    }
    false
}

/// Jumps over blocks that only jump.
fn thread_jumps(body: &mut Body) {
    let ends: IndexVec<BlockId, BlockId> = body.blocks.ids().map(|block| jump_end(body, block)).collect();
    for block in body.blocks.iter_mut() {
        for target in block.terminator.kind.successors_mut() {
            *target = ends[*target];
        }
    }
}

/// Where control is after a chain of blocks that only jump.
fn jump_end(body: &Body, start: BlockId) -> BlockId {
    let mut block = start;
    // A loop of nothing but jumps has no end.
    for _ in 0..body.blocks.len() {
        let Block {
            statements, terminator, ..
        } = &body.blocks[block];
        let TerminatorKind::Goto(target) = terminator.kind else {
            return block;
        };
        if !statements.is_empty() {
            return block;
        }
        block = target;
    }
    start
}

/// Joins blocks to the only one that jumps to them.
fn join_chains(body: &mut Body) {
    let order = reachable(body);
    let mut n_predecessors = IndexVec::<BlockId, usize>::from_elem(0, body.blocks.len());
    for block in &order {
        for target in body.blocks[*block].terminator.kind.successors() {
            n_predecessors[target] += 1;
        }
    }
    for block in order {
        while let TerminatorKind::Goto(target) = body.blocks[block].terminator.kind
            && n_predecessors[target] == 1
            && target != block
            && body.blocks[target].is_cleanup == body.blocks[block].is_cleanup
        {
            let joined = &mut body.blocks[target];
            let statements = std::mem::take(&mut joined.statements);
            // What is left of the joined block is reached by nothing.
            let unreachable = Terminator {
                kind: TerminatorKind::Unreachable,
                source: joined.terminator.source,
            };
            let terminator = std::mem::replace(&mut joined.terminator, unreachable);
            body.blocks[block].statements.extend(statements);
            body.blocks[block].terminator = terminator;
        }
    }
}

fn renumber(body: Body) -> Body {
    let order = reachable(&body);
    let mut numbers: IndexVec<BlockId, Option<BlockId>> = IndexVec::from_elem(None, body.blocks.len());
    for (index, block) in order.iter().enumerate() {
        numbers[*block] = Some(BlockId::from_index(index));
    }
    let mut old: Vec<Option<Block>> = body.blocks.into_vec().into_iter().map(Some).collect();
    let renumbered = order.iter().map(|block| {
        let mut block = old[block.index()].take().expect("each block is reached once");
        for target in block.terminator.kind.successors_mut() {
            *target = numbers[*target].expect("what a reached block goes to is reached");
        }
        block
    });
    Body {
        blocks: renumbered.collect(),
        ..body
    }
}

/// The blocks so that, loops aside, each comes before what it goes to; cleanup last.
fn reachable(body: &Body) -> Vec<BlockId> {
    let mut seen = IndexVec::<BlockId, bool>::from_elem(false, body.blocks.len());
    let mut order = Vec::new();
    let mut open = vec![(BlockId(0), body.blocks[BlockId(0)].terminator.kind.successors().rev())];
    seen[BlockId(0)] = true;
    while let Some((block, rest)) = open.last_mut() {
        match rest.next() {
            Some(next) if seen[next] => {}
            Some(next) => {
                seen[next] = true;
                open.push((next, body.blocks[next].terminator.kind.successors().rev()));
            }
            None => {
                order.push(*block);
                open.pop();
            }
        }
    }
    order.reverse();
    order.sort_by_key(|block| body.blocks[*block].is_cleanup);
    order
}
