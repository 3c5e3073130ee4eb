//! What is wrong with the arguments of a call, and with the defaults of parameters.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

use super::did_you_mean;

/// How many arguments a call takes.
pub(crate) struct ArgumentCount {
    pub least: usize,
    /// Absent for a function of C that takes any number more.
    pub most: Option<usize>,
}

pub(crate) fn wrong_argument_count(span: Span, callee: &str, expected: ArgumentCount, found: usize) -> Diagnostic {
    let ArgumentCount { least, most } = expected;
    let (takes, last) = match most {
        None => (format!("at least {least}"), least),
        Some(most) if most == least => (least.to_string(), least),
        Some(most) => (format!("{least} to {most}"), most),
    };
    let plural = if last == 1 { "" } else { "s" };
    let message = format!("{callee} takes {takes} argument{plural}, found {found}");
    Diagnostic::error(Code::WRONG_ARGUMENT_COUNT, span, message)
}

pub(crate) fn declared_here(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.label(span, "declared here"),
        None => diagnostic,
    }
}

pub(crate) fn unknown_parameter(
    span: Span,
    name: Symbol,
    callee: &str,
    has_names: bool,
    similar: Option<Symbol>,
) -> Diagnostic {
    if !has_names {
        let message = format!("{callee} takes its arguments by position, and none by a name");
        return Diagnostic::error(Code::UNKNOWN_PARAMETER, span, message);
    }
    let message = format!("{callee} has no parameter `{name}`");
    did_you_mean(Diagnostic::error(Code::UNKNOWN_PARAMETER, span, message), span, similar)
}

pub(crate) fn argument_twice(span: Span, name: Option<Symbol>, callee: &str, first: Span) -> Diagnostic {
    let what = name.map_or_else(|| String::from("a parameter"), |name| format!("`{name}`"));
    let message = format!("{callee} is given {what} twice");
    Diagnostic::error(Code::ARGUMENT_TWICE, span, message).label(first, "first here")
}

/// `missing` are the parameters by position, with their names where they have some.
pub(crate) fn missing_arguments(span: Span, callee: &str, missing: &[(usize, Option<Symbol>)]) -> Diagnostic {
    let shown = |(index, name): &(usize, Option<Symbol>)| match name {
        Some(name) => format!("`{name}`"),
        None => format!("number {}", index + 1),
    };
    let names: Vec<String> = missing.iter().map(shown).collect();
    let plural = if missing.len() == 1 { "" } else { "s" };
    let message = format!("{callee} is not given the argument{plural} {}", names.join(", "));
    Diagnostic::error(Code::MISSING_ARGUMENT, span, message)
}

pub(crate) fn default_of_impl(span: Span, of_trait: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_DEFAULT,
        span,
        "a function of a trait's `impl` has no defaults",
    )
    .note(format!("calls use those that `{of_trait}` gives"))
}
