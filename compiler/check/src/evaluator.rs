//! How checking reaches what runs bodies at compile time, on a higher floor.

use diag::{Diagnostic, Diagnostics, Reported};

use crate::collect::CheckInput;
use crate::{ConstValue, Signatures, TypedBody};

/// Why a constant has no value: messages, or the proof that something it needs was reported before.
#[derive(Clone, Debug)]
pub struct Unevaluated {
    pub messages: Diagnostics,
    pub reported: Reported,
}

impl Unevaluated {
    pub fn new(diagnostic: Diagnostic) -> Self {
        let mut messages = Diagnostics::new();
        let reported = messages.report(diagnostic);
        Self { messages, reported }
    }
}

/// Gives constants their values.
pub trait ConstEvaluator: Sync {
    /// The value of a checked body without parameters and without errors. `signatures` may be of a program whose items
    /// are still being collected: what the body needs is there.
    fn evaluate(
        &self,
        input: CheckInput<'_>,
        signatures: &Signatures,
        typed: &TypedBody,
    ) -> Result<ConstValue, Unevaluated>;
}

/// Evaluates nothing: for programs whose constants are literals.
#[derive(Clone, Copy, Debug)]
pub struct NoEvaluator;

impl ConstEvaluator for NoEvaluator {
    fn evaluate(
        &self,
        input: CheckInput<'_>,
        _signatures: &Signatures,
        typed: &TypedBody,
    ) -> Result<ConstValue, Unevaluated> {
        let body = input.program.modules[typed.body.module].hir.body(typed.body.body);
        let span = body.expr_spans[body.value.expect("a lowered body has a value")];
        Err(Unevaluated::new(crate::errors::not_constant(span, "this")))
    }
}
