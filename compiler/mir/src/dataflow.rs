//! Dataflow over a body: facts that hold where a block begins, whatever way led there.
//!
//! Takes an [`Analysis`], which says what each statement does to the facts, and gives the facts at the start of every
//! block that is reached; or a [`BackwardAnalysis`], of what comes later, and gives them at both ends. Knows nothing of
//! what the facts mean. The facts must only ever grow by joining, out of finitely many, or the search does not end.

use base::{Id, IndexVec};

use crate::body::{Block, BlockId, Body, Statement, Terminator, TerminatorKind};

/// Facts that flow with control.
pub trait Analysis {
    type Facts: Clone;

    /// What holds where the body begins.
    fn entry(&self) -> Self::Facts;

    /// Adds what holds on another way; whether that changed anything.
    fn join(&self, facts: &mut Self::Facts, other: &Self::Facts) -> bool;

    fn statement(&self, facts: &mut Self::Facts, statement: &Statement);

    /// What a terminator does whichever way it goes on.
    fn terminator(&self, facts: &mut Self::Facts, terminator: &Terminator);

    /// Takes away what nothing in a block and after it asks about.
    fn enter(&self, _facts: &mut Self::Facts, _block: BlockId) {}

    /// What it does besides when it goes one way.
    fn edge(&self, facts: &mut Self::Facts, terminator: &Terminator, edge: Edge);
}

/// How a terminator goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// As it is meant to.
    Normal,
    Unwind,
}

/// The facts at the start of each block; absent for blocks that are not reached.
pub type BlockFacts<F> = IndexVec<BlockId, Option<F>>;

/// Finds the facts, from the entry forwards.
pub fn solve<A: Analysis>(body: &Body, analysis: &A) -> BlockFacts<A::Facts> {
    let mut facts: BlockFacts<A::Facts> = IndexVec::from_elem(None, body.blocks.len());
    facts[BlockId(0)] = Some(analysis.entry());
    // Control flows down but for loops: what comes from all ways of a loop's round is there before the next begins.
    let mut pending = Pending::new(body);
    pending.add(BlockId(0));
    while let Some(id) = pending.next() {
        let block = &body.blocks[id];
        let mut after = facts[id].clone().expect("a pending block is reached");
        pass_through(analysis, block, &mut after);
        let mut after = Some(after);
        let mut edges = edges(&block.terminator.kind).peekable();
        while let Some((target, edge)) = edges.next() {
            // The last way takes the facts themselves.
            let arriving = if edges.peek().is_some() {
                after.clone()
            } else {
                after.take()
            };
            let mut arriving = arriving.expect("only the last way takes them");
            analysis.edge(&mut arriving, &block.terminator, edge);
            analysis.enter(&mut arriving, target);
            let changed = match &mut facts[target] {
                Some(known) => analysis.join(known, &arriving),
                unreached @ None => {
                    *unreached = Some(arriving);
                    true
                }
            };
            if changed {
                pending.add(target);
            }
        }
    }
    facts
}

/// Facts about what comes later: they flow against control.
pub trait BackwardAnalysis {
    type Facts: Clone;

    /// What holds where nothing comes any more.
    fn exit(&self) -> Self::Facts;

    /// Adds what holds on another way; whether that changed anything.
    fn join(&self, facts: &mut Self::Facts, other: &Self::Facts) -> bool;

    /// From after a statement to before it.
    fn statement(&self, facts: &mut Self::Facts, statement: &Statement);

    /// From after a terminator, whichever way it goes, to before it.
    fn terminator(&self, facts: &mut Self::Facts, terminator: &Terminator);
}

/// Finds the facts at the start of each block, from the exits backwards.
pub fn solve_backward<A: BackwardAnalysis>(body: &Body, analysis: &A) -> IndexVec<BlockId, A::Facts> {
    let mut at_start = IndexVec::from_elem(analysis.exit(), body.blocks.len());
    // Whether a block's facts grew when it was last passed through. Control flows up only in loops, so that the rounds
    // after the first pass through little.
    let mut grew = IndexVec::from_elem(true, body.blocks.len());
    let mut is_first = true;
    while grew.iter().any(|grew| *grew) {
        for id in body.blocks.ids().rev() {
            let block = &body.blocks[id];
            grew[id] = (is_first || block.terminator.kind.successors().any(|next| grew[next])) && {
                let mut facts = at_end(body, analysis, &at_start, id);
                analysis.terminator(&mut facts, &block.terminator);
                for statement in block.statements.iter().rev() {
                    analysis.statement(&mut facts, statement);
                }
                analysis.join(&mut at_start[id], &facts)
            };
        }
        is_first = false;
    }
    at_start
}

/// The facts where a block ends, by those where the blocks after it start.
pub fn at_end<A: BackwardAnalysis>(
    body: &Body,
    analysis: &A,
    at_start: &IndexVec<BlockId, A::Facts>,
    id: BlockId,
) -> A::Facts {
    let mut facts = analysis.exit();
    for next in body.blocks[id].terminator.kind.successors() {
        analysis.join(&mut facts, &at_start[next]);
    }
    facts
}

/// The blocks that are still to be passed through, taken in rounds from the first to the last.
struct Pending {
    is_pending: IndexVec<BlockId, bool>,
    n: usize,
    /// Where the round is.
    at: usize,
}

impl Pending {
    fn new(body: &Body) -> Self {
        Self {
            is_pending: IndexVec::from_elem(false, body.blocks.len()),
            n: 0,
            at: 0,
        }
    }

    fn add(&mut self, id: BlockId) {
        self.n += usize::from(!std::mem::replace(&mut self.is_pending[id], true));
    }

    fn next(&mut self) -> Option<BlockId> {
        if self.n == 0 {
            return None;
        }
        self.n -= 1;
        loop {
            self.at = if self.at + 1 < self.is_pending.len() {
                self.at + 1
            } else {
                0
            };
            let id = BlockId::from_index(self.at);
            if std::mem::replace(&mut self.is_pending[id], false) {
                return Some(id);
            }
        }
    }
}

/// The blocks from which control comes to each.
pub fn predecessors(body: &Body) -> IndexVec<BlockId, Vec<BlockId>> {
    let mut predecessors: IndexVec<BlockId, Vec<BlockId>> = IndexVec::from_elem(Vec::new(), body.blocks.len());
    for (id, block) in body.blocks.iter_enumerated() {
        for target in block.terminator.kind.successors() {
            predecessors[target].push(id);
        }
    }
    predecessors
}

/// Takes facts from the start of a block to after its terminator, which has not gone any way yet.
fn pass_through<A: Analysis>(analysis: &A, block: &Block, facts: &mut A::Facts) {
    for statement in &block.statements {
        analysis.statement(facts, statement);
    }
    analysis.terminator(facts, &block.terminator);
}

/// Where a terminator goes, and how.
pub fn edges(terminator: &TerminatorKind) -> impl Iterator<Item = (BlockId, Edge)> {
    let unwind = match terminator {
        TerminatorKind::Call { unwind, .. }
        | TerminatorKind::Drop { unwind, .. }
        | TerminatorKind::Assert { unwind, .. } => *unwind,
        TerminatorKind::Goto(_)
        | TerminatorKind::Switch { .. }
        | TerminatorKind::Return
        | TerminatorKind::Unreachable
        | TerminatorKind::Resume => None,
    };
    let edge = move |target| {
        (
            target,
            if Some(target) == unwind {
                Edge::Unwind
            } else {
                Edge::Normal
            },
        )
    };
    terminator.successors().map(edge)
}
