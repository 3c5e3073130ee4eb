//! How references go through the closures of a body: known when the closure itself has been checked, before what it
//! stands in.

use base::FxHashMap;
use check::ClosureRef;

use super::origins::Depth;

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
}

impl Closures {
    pub(crate) fn get(&self, closure: ClosureRef) -> Option<&ClosureFlow> {
        self.known.get(&closure)
    }

    pub(crate) fn add(&mut self, closure: ClosureRef, mut flow: ClosureFlow) {
        flow.result.sort_unstable();
        flow.result.dedup();
        flow.kept.sort_unstable();
        flow.kept.dedup();
        self.known.insert(closure, flow);
    }
}
