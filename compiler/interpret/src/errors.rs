//! The messages of this phase.

use base::Span;
use check::Unevaluated;
use diag::{Code, Diagnostic};

/// Why evaluation ended without a value.
#[derive(Debug)]
pub(crate) enum Stop {
    Message(Box<Diagnostic>),
    /// A body on the way has errors of its own.
    Broken(Unevaluated),
}

impl Stop {
    pub(crate) fn into_error(self) -> Unevaluated {
        match self {
            Self::Message(diagnostic) => Unevaluated::new(*diagnostic),
            Self::Broken(failed) => failed,
        }
    }
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Message(Box::new(diagnostic))
    }
}

/// `what` is no part of the constants' language.
pub(crate) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_CONSTANT, span, format!("{what} is not constant"))
}

/// A call of a function that runs only in the program.
pub(crate) fn call_of_no_const_fn(span: Span, function: &str) -> Diagnostic {
    not_constant(span, "a call")
        .at(format!("`{function}` is no `const fn`"))
        .hint(format!("`{function}` can be called here if it is declared `const fn`"))
}

/// What would panic at run time.
pub(crate) fn fails(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CONSTANT_FAILS, span, format!("evaluating this constant {why}"))
}

/// `where_at` says what is at the place.
pub(crate) fn too_long(span: Span, steps: u64, where_at: &str) -> Diagnostic {
    let message = format!("evaluating this constant takes more than {steps} steps");
    Diagnostic::error(Code::CONSTANT_ENDLESS, span, message)
        .at(where_at)
        .hint("`--const-steps` sets how many are allowed")
}

pub(crate) fn too_deep(span: Span, depth: usize) -> Diagnostic {
    let message = format!("evaluating this constant nests more than {depth} calls");
    Diagnostic::error(Code::CONSTANT_ENDLESS, span, message).at("this call goes deeper")
}

pub(crate) fn too_large(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CONSTANT_ENDLESS,
        span,
        "evaluating this constant needs too much memory",
    )
}

/// `what` is what the value refers to.
pub(crate) fn cannot_keep(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::CONSTANT_KEEPS,
        span,
        format!("the value of this constant refers to {what}"),
    )
}

/// One more call on the way to a failure.
pub(crate) fn called_here(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.label(span, "called here")
}

/// How many of the calls were left out.
pub(crate) fn more_calls(diagnostic: Diagnostic, n_calls: usize) -> Diagnostic {
    diagnostic.note(format!("{n_calls} more calls led there"))
}
