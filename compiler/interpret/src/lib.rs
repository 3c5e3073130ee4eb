//! Bodies run at compile time: constants, array lengths, statics, `const assert`.
//!
//! Takes MIR with exact drops, which is what code is made of, so that the answers are those of run time with overflow
//! checks. Gives the value as a [`ConstValue`], or the message that says why there is none: what would panic is an
//! error at the operation that does, with the calls that led there. Must not read files, and knows of layouts only
//! what [`World`] tells.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a value or type of another kind than an operation is of is one fault, whatever it is; what must know \
              every kind lists them"
)]

mod call;
mod constant;
mod drops;
mod errors;
mod instance;
mod intrinsic;
mod machine;
mod memory;
mod message;
mod numbers;
mod place;
mod rvalue;
mod value;

use std::sync::Arc;

use check::{ConstValue, Signatures, Ty, Unevaluated};
use mir::{Body, BodyOwner};
use target::Target;

/// What is known of the program.
pub trait World {
    fn signatures(&self) -> &Signatures;

    fn target(&self) -> &Target;

    /// The body with exact drops, if it has no errors.
    fn body(&self, owner: BodyOwner) -> Result<Arc<Body>, Unevaluated>;

    /// Size and alignment in bytes; `None` for a type that is too large.
    fn layout(&self, ty: Ty) -> Option<target::Layout>;
}

/// When to give up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Statements, jumps and calls of one constant.
    pub steps: u64,
    /// Calls that have not returned.
    pub depth: usize,
}

impl Limits {
    /// About a second of work.
    pub const DEFAULT_STEPS: u64 = 20_000_000;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: Self::DEFAULT_STEPS,
            depth: 10_000,
        }
    }
}

/// Runs a body without parameters and gives its result. `args` are for the generic parameters that its types mention.
pub fn evaluate(world: &dyn World, body: &Arc<Body>, args: &[Ty], limits: Limits) -> Result<ConstValue, Unevaluated> {
    machine::Machine::new(world, limits)
        .run(body, args)
        .map_err(errors::Stop::into_error)
}
