//! Loans: nothing is changed, moved or ended while a reference to it may still be used.
//!
//! Takes a body whose drops are exact and gives what is wrong with its references: `signature` says how they go
//! through calls, `liveness` what may be used later, `flow` what each variable may hold where, and `conflicts` puts
//! the three together; `conformity` looks at what is passed on to be called. Must not change the body.

mod calls;
mod closures;
mod conflicts;
mod conformity;
mod constants;
mod explain;
mod flow;
mod holdings;
mod instances;
mod leaving;
#[cfg(test)]
mod library;
mod liveness;
mod mends;
mod messages;
mod origins;
mod signature;
mod stores;
mod temporaries;
mod touched;
mod values;
mod views;
mod within;

use check::Signatures;
use diag::Diagnostics;
use mir::{Body, BodyOwner, dataflow};

pub use closures::Closures;

use flow::Flow;
use views::Views;

/// What is wrong with the references of a body. The closures in it are known; of one, how references go through it is
/// known afterwards.
// The benches count the instructions of this function.
#[inline(never)]
pub(crate) fn check_loans(body: &Body, signatures: &Signatures, closures: &mut Closures) -> Diagnostics {
    let views = Views::of(body, signatures);
    let flow = Flow::new(body, &views, signatures, closures);
    // What constants refer to is kept with them.
    let is_constant = matches!(body.owner, BodyOwner::Const(_));
    let (found, mut diagnostics) = if flow.has_loans() && !is_constant {
        let facts = dataflow::solve(body, &flow);
        conflicts::check(&flow, facts)
    } else {
        Default::default()
    };
    diagnostics.append(conformity::check(&flow));
    if let BodyOwner::Closure(closure) = body.owner {
        closures.add(closure, body.span, found);
    }
    diagnostics
}
