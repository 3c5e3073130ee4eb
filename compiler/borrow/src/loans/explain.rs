//! Why a loan is still alive: the next use of what holds it.

use base::{FxHashSet, Span};
use mir::dataflow::predecessors;
use mir::{Local, StatementKind, TerminatorKind};

use super::flow::Flow;
use super::liveness::{statement_def, statement_uses, terminator_uses};
use super::origins::Origin;
use crate::places::Location;

/// What holds a loan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Holder {
    Variable(Local),
    /// It was stored where a parameter or a capture refers to, and is used after the body.
    Given(Origin),
}

/// Why a loan restricts what happens.
#[derive(Clone, Debug)]
pub(crate) struct Explanation {
    pub(crate) holder: Holder,
    /// Where that is used next.
    pub(crate) later: Option<LaterUse>,
    /// Where the place was lent.
    pub(crate) lent: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct LaterUse {
    pub(crate) span: Span,
    pub(crate) is_drop: bool,
    /// It comes before the access in the source: by way of a loop.
    pub(crate) is_next_round: bool,
}

pub(crate) fn explain(flow: &Flow<'_>, loan: Origin, holder: Holder, at: Location) -> Explanation {
    let lent = lent_before(flow, loan, at);
    Explanation {
        holder,
        later: match holder {
            Holder::Variable(local) => later_use(flow, local, at),
            Holder::Given(_) => None,
        },
        lent,
    }
}

/// Where the loan was made that is alive at a point: the last place before it, or else the first of all.
pub(crate) fn lent_before(flow: &Flow<'_>, loan: Origin, at: Location) -> Span {
    let sites = &flow.loan(loan).expect("a loan was asked for").sites;
    if let [only] = sites.as_slice() {
        return only.span(flow.body);
    }
    let before = predecessors(flow.body);
    let mut pending = vec![at];
    let mut seen = FxHashSet::default();
    while let Some(from) = pending.pop() {
        let within = sites
            .iter()
            .filter(|site| site.block == from.block && site.index < from.index);
        if let Some(site) = within.max() {
            return site.span(flow.body);
        }
        for id in &before[from.block] {
            if seen.insert(*id) {
                pending.push(Location {
                    block: *id,
                    index: flow.body.blocks[*id].statements.len() + 1,
                });
            }
        }
    }
    sites[0].span(flow.body)
}

fn later_use(flow: &Flow<'_>, holder: Local, at: Location) -> Option<LaterUse> {
    let body = flow.body;
    let mut pending = std::collections::VecDeque::from([Location {
        index: at.index + 1,
        ..at
    }]);
    let mut seen = FxHashSet::default();
    let start = at.span(body);
    // What uses it at the place itself comes last.
    let mut itself = None;
    let here = &body.blocks[at.block];
    let mut is_used_here = false;
    match here.statements.get(at.index) {
        Some(statement) => statement_uses(statement, flow.views, &mut |local| is_used_here |= local == holder),
        None => terminator_uses(&here.terminator, flow.views, &mut |local| {
            is_used_here |= local == holder
        }),
    }
    if is_used_here {
        let is_end = at.index == here.statements.len();
        itself = Some(LaterUse {
            span: start,
            is_drop: is_end && matches!(here.terminator.kind, TerminatorKind::Drop { .. }),
            is_next_round: false,
        });
    }
    while let Some(from) = pending.pop_front() {
        let block = &body.blocks[from.block];
        let mut ended = false;
        for index in from.index..=block.statements.len() {
            let location = Location {
                block: from.block,
                index,
            };
            let mut used = false;
            let mut is_drop = false;
            match block.statements.get(index) {
                Some(statement) => {
                    statement_uses(statement, flow.views, &mut |local| used |= local == holder);
                    if !used && statement_def(statement) == Some(holder) {
                        ended = true;
                        break;
                    }
                    debug_assert!(matches!(
                        statement.kind,
                        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_)
                    ));
                }
                None => {
                    terminator_uses(&block.terminator, flow.views, &mut |local| used |= local == holder);
                    is_drop = matches!(block.terminator.kind, TerminatorKind::Drop { .. });
                }
            }
            if used {
                let span = location.span(body);
                return Some(LaterUse {
                    span,
                    is_drop,
                    is_next_round: span.file == start.file
                        && span.start <= start.start
                        && leads_back(flow, location, at),
                });
            }
        }
        if ended {
            continue;
        }
        for next in block.terminator.kind.successors() {
            if seen.insert(next) {
                pending.push_back(Location { block: next, index: 0 });
            }
        }
    }
    itself
}

/// Whether control may come to a point again.
fn leads_back(flow: &Flow<'_>, from: Location, to: Location) -> bool {
    if from.block == to.block && from.index <= to.index {
        return true;
    }
    let mut pending = vec![from.block];
    let mut seen = FxHashSet::default();
    while let Some(block) = pending.pop() {
        for next in flow.body.blocks[block].terminator.kind.successors() {
            if next == to.block {
                return true;
            }
            if seen.insert(next) {
                pending.push(next);
            }
        }
    }
    false
}
