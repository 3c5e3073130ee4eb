//! How references go through the closures of a body: known when the closure itself has been checked, before what it
//! stands in.

use base::{FxHashMap, Span};
use check::{ClosureRef, Ty, TyKind};
use mir::{AggregateKind, Operand, Place, Rvalue, StatementKind};

use super::flow::{Arrival, Ask, Flow, Value};
use super::holdings::Holdings;
use super::origins::{Depth, Loan, Origins};
use super::within::{Mixed, Reach};
use crate::places::{Location, operands};

/// What a closure was given.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum ClosureSource {
    Capture(u32, Depth),
    /// A parameter by position, the environment not counted.
    Param(u32, Depth),
}

/// How references go through one closure.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct ClosureFlow {
    /// Where those in its result come from.
    pub(crate) result: Vec<ClosureSource>,
    /// What gets references, and from where.
    pub(crate) kept: Vec<(ClosureSource, ClosureSource)>,
}

/// The closures that have been checked.
#[derive(Clone, Default, Debug)]
pub struct Closures {
    known: FxHashMap<ClosureRef, ClosureFlow>,
    /// What is written before their bodies: `|x|`.
    heads: FxHashMap<ClosureRef, Span>,
}

impl Closures {
    pub(crate) fn get(&self, closure: ClosureRef) -> Option<&ClosureFlow> {
        self.known.get(&closure)
    }

    pub(crate) fn add(&mut self, closure: ClosureRef, head: Span, mut flow: ClosureFlow) {
        self.heads.insert(closure, head);
        flow.keep_again();
        flow.result.sort_unstable();
        flow.result.dedup();
        flow.kept.sort_unstable();
        flow.kept.dedup();
        self.known.insert(closure, flow);
    }
}

impl ClosureFlow {
    /// What a call keeps of what an earlier one has put where it keeps that from. What comes back to where it was so is
    /// of one type with what is there: who made that knows.
    fn keep_again(&mut self) {
        let mut at = 0;
        while let Some((into, from)) = self.kept.get(at).copied() {
            at += 1;
            let ClosureSource::Capture(from, _) = from else {
                continue;
            };
            let put_there = self
                .kept
                .iter()
                .filter(|(target, _)| matches!(target, ClosureSource::Capture(index, _) if *index == from));
            let again: Vec<_> = put_there.map(|(_, source)| (into, *source)).collect();
            for pair in again {
                let comes_back = matches!(pair, (ClosureSource::Capture(to, _), ClosureSource::Capture(from, _))
                    if to == from);
                if !comes_back && !self.kept.contains(&pair) {
                    self.kept.push(pair);
                }
            }
        }
    }

    /// Of what a call gives, what an earlier one has put there.
    fn given_of_kept(&self) -> Vec<ClosureSource> {
        let mut found: Vec<ClosureSource> = Vec::new();
        let mut pending = self.result.clone();
        while let Some(given) = pending.pop() {
            let ClosureSource::Capture(given, _) = given else {
                continue;
            };
            for (into, from) in &self.kept {
                let is_it = matches!(into, ClosureSource::Capture(index, _) if *index == given);
                if is_it && !found.contains(from) {
                    found.push(*from);
                    pending.push(*from);
                }
            }
        }
        found
    }

    /// Whether a call may give what an earlier one was called with.
    pub(super) fn gives_kept_params(&self) -> bool {
        let mut kept = self.given_of_kept().into_iter();
        kept.any(|source| matches!(source, ClosureSource::Param(..)))
    }

    /// Whether a call keeps something of what it is given where what was captured leads.
    pub(super) fn keeps(&self) -> bool {
        let mut kept = self.kept.iter();
        kept.any(|pair| matches!(pair, (ClosureSource::Capture(..), ClosureSource::Param(..))))
    }

    /// Whether a call stores something to what it is given.
    pub(super) fn stores(&self) -> bool {
        let mut kept = self.kept.iter();
        kept.any(|(into, _)| matches!(into, ClosureSource::Param(..)))
    }

    /// Whether a call puts something that was captured into what it is given.
    fn puts(&self) -> bool {
        let mut kept = self.kept.iter();
        kept.any(|pair| matches!(pair, (ClosureSource::Param(..), ClosureSource::Capture(..))))
    }
}

/// Whether a closure, or what one may have become, is in a value of the type.
pub(crate) fn may_hold_closure(ty: Ty) -> bool {
    ty.any(&mut |part| {
        matches!(
            part.kind(),
            TyKind::Closure(_) | TyKind::Unnamed(_) | TyKind::Dyn(_) | TyKind::FnPointer(_)
        )
    })
}

impl Flow<'_> {
    /// The head of the closure that captures what is lent, by a reference to it.
    pub(super) fn capturing(&self, loan: &Loan) -> Option<Span> {
        let statement = |at: &Location| self.body.blocks[at.block].statements.get(at.index);
        let StatementKind::Assign(reference, _) = &statement(loan.sites.first()?)?.kind else {
            return None;
        };
        let statements = self.body.blocks.iter().flat_map(|block| &block.statements);
        statements.into_iter().find_map(|statement| {
            let StatementKind::Assign(_, rvalue) = &statement.kind else {
                return None;
            };
            let Rvalue::Aggregate(AggregateKind::Closure(ty), captures) = rvalue else {
                return None;
            };
            let TyKind::Closure(closure) = ty.kind() else {
                return None;
            };
            let is_it = |operand: &Operand| {
                matches!(operand, Operand::Move(place) | Operand::Copy(place) if place == reference)
            };
            captures.iter().any(is_it).then(|| self.closures.heads.get(&closure.closure).copied())?
        })
    }

    /// Whether something in a value of the type that may be called may put what it holds into what it is given.
    pub(super) fn may_put(&self, ty: Ty) -> bool {
        // Another type that is called does not: what became such a one would not fit its type.
        ty.any(&mut |part| {
            if let TyKind::Closure(closure) = part.kind() {
                return self.closures.get(closure.closure).is_none_or(ClosureFlow::puts);
            }
            matches!(
                part.kind(),
                TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_)
            ) && self.signatures.within(&self.body.bounds).call_kind(part).is_some()
        })
    }

    /// What can be had of a closure that is made, and what it does with what it captures.
    pub(super) fn closure_made(
        &self,
        holdings: &mut Holdings,
        dest: &Place,
        rvalue: &Rvalue,
        value: &mut Value,
        arrivals: &mut Vec<Arrival>,
    ) {
        let mut keeps = Origins::default();
        if let Rvalue::Aggregate(AggregateKind::Closure(ty), operands) = rvalue
            && let TyKind::Closure(closure) = ty.kind()
            && let Some(flow) = self.closures.get(closure.closure)
        {
            let captured = |holdings: &Holdings, ask: Ask, source: &ClosureSource| match source {
                ClosureSource::Capture(index, depth) => Some(self.source(holdings, ask, operands, (*index, *depth))),
                ClosureSource::Param(..) => None,
            };
            let mut found = Origins::default();
            for source in flow.result.iter().chain(&flow.given_of_kept()) {
                if let Some(more) = captured(holdings, Ask::Given, source) {
                    found.union(&more);
                }
            }
            for (into, from) in &flow.kept {
                // What it puts into its parameters is had of it as its result is.
                if matches!(into, ClosureSource::Param(..))
                    && let Some(more) = captured(holdings, Ask::Given, from)
                {
                    found.union(&more);
                }
            }
            value.given = found;
            for (into, from) in &flow.kept {
                let ClosureSource::Capture(index, _) = into else {
                    continue;
                };
                let at = self.source(holdings, Ask::Held, operands, (*index, Depth::Outer));
                if into == from {
                    if let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(*index as usize) {
                        self.arrive_within(holdings, place, Mixed::Said, arrivals);
                    }
                    continue;
                }
                match (
                    captured(holdings, Ask::Held, from),
                    captured(holdings, Ask::Given, from),
                ) {
                    (Some(held), Some(given)) => {
                        self.arrive(
                            holdings,
                            &at,
                            &Value {
                                named: held.clone(),
                                held,
                                given,
                                keeps: Origins::NONE,
                                is_by_function: true,
                                is_unknown: false,
                            },
                            Reach::Place,
                            arrivals,
                        );
                    }
                    _ => {
                        keeps.union(&at);
                    }
                }
            }
        } else {
            for operand in operands(rvalue) {
                if let Operand::Copy(place) | Operand::Move(place) = operand
                    && self.views.may_be_called(place.ty(&self.body.locals))
                {
                    let held = self.operand(holdings, Ask::Held, operand);
                    keeps.union(&self.keeps(holdings, place, &held));
                }
            }
            if let Some((_, place)) = self.lent(rvalue) {
                let held = self.rvalue(holdings, Ask::Held, rvalue);
                keeps.union(&self.keeps(holdings, place, &held));
            }
        }
        if let Some(beside) = self.beside.get(&dest.local) {
            if dest.projections.is_empty() {
                holdings[beside.keeps] = keeps.clone();
            } else {
                holdings[beside.keeps].union(&keeps);
            }
        }
        value.keeps = keeps;
    }
}
