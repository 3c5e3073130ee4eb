//! Why a loan is still alive: the next use of what holds it.

use base::{FxHashSet, Span};
use mir::dataflow::predecessors;
use mir::{Local, TerminatorKind};

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
    pub(crate) kind: LaterKind,
}

/// How what holds a loan is used after the access that this forbids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum LaterKind {
    After,
    /// It comes before the access in the source: by way of a loop.
    InNextRound,
    /// By the call that the access is for.
    BySameCall,
    /// By what is no call, and the access is a part of.
    BySameExpr,
    Drop,
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
    // What uses it at the place itself comes last.
    let itself = is_used(flow, holder, at).then(|| used_at(flow, holder, at, at));
    // Where a panic goes, drops are of the same variables.
    let mut unwinding = None;
    while let Some(from) = pending.pop_front() {
        let block = &body.blocks[from.block];
        let mut ended = false;
        for index in from.index..=block.statements.len() {
            let location = Location {
                block: from.block,
                index,
            };
            if is_used(flow, holder, location) {
                let found = used_at(flow, holder, location, at);
                if !block.is_cleanup {
                    return Some(found);
                }
                unwinding.get_or_insert(found);
                ended = true;
                break;
            }
            if let Some(statement) = block.statements.get(index)
                && statement_def(statement) == Some(holder)
            {
                ended = true;
                break;
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
    itself.or(unwinding)
}

fn is_used(flow: &Flow<'_>, local: Local, at: Location) -> bool {
    let block = &flow.body.blocks[at.block];
    let mut is_used = false;
    let mut visit = |used| is_used |= used == local;
    match block.statements.get(at.index) {
        Some(statement) => statement_uses(statement, flow.views, &mut visit),
        None => terminator_uses(&block.terminator, flow.views, &mut visit),
    }
    is_used
}

/// The use of a local at a location, as seen from an access.
fn used_at(flow: &Flow<'_>, local: Local, location: Location, access: Location) -> LaterUse {
    let body = flow.body;
    let (whole, start) = (location.span(body), access.span(body));
    let block = &body.blocks[location.block];
    let is_end = location.index == block.statements.len();
    if is_end && matches!(block.terminator.kind, TerminatorKind::Drop { .. }) {
        return LaterUse {
            span: whole,
            kind: LaterKind::Drop,
        };
    }
    let decl = &body.locals[local];
    let written = decl.source.span;
    let span = match decl.name {
        None if whole.contains(written) => written,
        Some(_) | None => body.span_of_read(whole, |read| read.local == local),
    };
    let is_call = is_end && matches!(block.terminator.kind, TerminatorKind::Call { .. });
    let is_before = whole.file == start.file && whole.start <= start.start;
    let is_same = whole.contains(start) && (location == access || whole != start);
    let kind = match is_same {
        true if is_call => LaterKind::BySameCall,
        true => LaterKind::BySameExpr,
        false if is_before && leads_back(flow, location, access) => LaterKind::InNextRound,
        false => LaterKind::After,
    };
    LaterUse { span, kind }
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
