//! Where a value that is missing went: the moves, or the assignments, that may have come last before a point.

use base::IndexVec;
use mir::dataflow::predecessors;
use mir::{BlockId, Body};

use crate::init::Initialisation;
use crate::places::{Event, Location, MovePath, statement_events, terminator_events};

/// What is looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wanted {
    Moves,
    Assignments,
}

/// The places of the last moves or assignments of `path`, or of what it is in or is in it, on every way to `from`.
/// In the order of the source.
pub(crate) fn last_events(
    body: &Body,
    analysis: &Initialisation<'_>,
    path: MovePath,
    from: Location,
    wanted: Wanted,
) -> Vec<Location> {
    let mut search = Search {
        body,
        analysis,
        path,
        wanted,
        found: Vec::new(),
        pending: Vec::new(),
        seen: IndexVec::from_elem(false, body.blocks.len()),
        predecessors: predecessors(body),
    };
    search.walk_block(from.block, from.index);
    while let Some(block) = search.pending.pop() {
        // The terminator, and so the edge into what was looked at, belongs to the block.
        search.walk_block(block, body.blocks[block].statements.len() + 1);
    }
    let mut found = search.found;
    found.sort_by_key(|location| (location.span(body), *location));
    found.dedup();
    found
}

struct Search<'b> {
    body: &'b Body,
    analysis: &'b Initialisation<'b>,
    path: MovePath,
    wanted: Wanted,
    found: Vec<Location>,
    pending: Vec<BlockId>,
    seen: IndexVec<BlockId, bool>,
    predecessors: IndexVec<BlockId, Vec<BlockId>>,
}

impl Search<'_> {
    /// Looks at the first `n` statements of a block, the terminator after them counted, from the last to the first,
    /// and goes on to the blocks before it unless something ends the search.
    fn walk_block(&mut self, id: BlockId, n: usize) {
        let block = &self.body.blocks[id];
        for index in (0..n).rev() {
            let location = Location { block: id, index };
            let events: Vec<Event<'_>> = match block.statements.get(index) {
                Some(statement) => statement_events(statement).collect(),
                None => terminator_events(&block.terminator).collect(),
            };
            if events.into_iter().rev().any(|event| self.ends_at(event, location)) {
                return;
            }
        }
        for block in self.predecessors[id].clone() {
            if !std::mem::replace(&mut self.seen[block], true) {
                self.pending.push(block);
            }
        }
    }

    /// Notes the event if it is looked for; whether nothing before it matters any more.
    fn ends_at(&mut self, event: Event<'_>, location: Location) -> bool {
        match event {
            Event::Begin(local) => self.is_within(self.path, MovePath(local.0)),
            Event::Move(place) => {
                let Some(moved) = self.analysis.changed_path(place) else {
                    return false;
                };
                let concerns = self.is_within(self.path, moved) || self.is_within(moved, self.path);
                if concerns && self.wanted == Wanted::Moves {
                    self.found.push(location);
                }
                self.is_within(self.path, moved)
            }
            Event::Assign(place) => {
                let Some(assigned) = self.analysis.changed_path(place) else {
                    return false;
                };
                let ends = self.is_within(self.path, assigned);
                if ends && self.wanted == Wanted::Assignments {
                    self.found.push(location);
                }
                ends
            }
        }
    }

    /// Whether `part` is `whole` or a part of it.
    fn is_within(&self, part: MovePath, whole: MovePath) -> bool {
        let mut path = Some(part);
        while let Some(outer) = path {
            if outer == whole {
                return true;
            }
            path = self.analysis.paths.paths[outer].parent;
        }
        false
    }
}
