//! How checking reaches what runs bodies at compile time, on a higher floor.

use diag::Diagnostics;

use crate::collect::CheckInput;
use crate::{ConstValue, Signatures, TypedBody};

/// Gives constants their values.
pub trait ConstEvaluator: Sync {
    /// The value of a checked body without parameters and without errors. `signatures` may be of a program whose items
    /// are still being collected: what the body needs is there. The error has at least one message.
    fn evaluate(
        &self,
        input: CheckInput<'_>,
        signatures: &Signatures,
        typed: &TypedBody,
    ) -> Result<ConstValue, Diagnostics>;
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
    ) -> Result<ConstValue, Diagnostics> {
        let body = &input.program.modules[typed.body.module].hir.bodies[typed.body.body];
        let span = body.expr_spans[body.value.expect("a lowered body has a value")];
        let mut diagnostics = Diagnostics::new();
        diagnostics.report(crate::errors::not_constant(span, "this"));
        Err(diagnostics)
    }
}
