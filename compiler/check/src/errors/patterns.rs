//! What is wrong with patterns and the arms of a match.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

/// `is_open` says that it is an `extern enum`.
pub(crate) fn not_exhaustive(span: Span, example: &str, is_open: bool) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::NOT_EXHAUSTIVE, span, format!("no arm covers `{example}`"));
    let diagnostic = if is_open {
        diagnostic.note("an `extern enum` may have any value of its integer type")
    } else {
        diagnostic
    };
    diagnostic.hint("add an arm for it, or `_ => …`")
}

pub(crate) fn bad_pattern(span: Span, what: &str, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_PATTERN, span, format!("{what} does not match `{ty}`"))
}

pub(crate) fn wrong_element_count(span: Span, ty: &str, expected: usize, found: usize) -> Diagnostic {
    let plural = if expected == 1 { "" } else { "s" };
    let message = format!("`{ty}` has {expected} element{plural}, this pattern has {found}");
    let diagnostic = Diagnostic::error(Code::BAD_PATTERN, span, message);
    if found < expected {
        return diagnostic.hint("`..` stands for the rest");
    }
    diagnostic
}

pub(crate) fn empty_range(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_PATTERN, span, "nothing is in this range")
}

pub(crate) fn binds_constant_name(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_PATTERN,
        span,
        format!("`{name}` is a constant, and a single name in a pattern is a new variable"),
    )
    .hint(format!("compare in a guard: `x if x == {name}`"))
}

pub(crate) fn unreachable_arm(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::UNREACHABLE_ARM, span, "nothing is left for this pattern to match")
        .note("the arms before it cover every value that it matches")
}

/// What the value of a condition's `let` is, where the pattern matches all.
#[derive(Clone, Copy)]
pub(crate) enum Matched {
    Pointer,
    Result,
    Other,
}

pub(crate) fn always_matches(span: Span, matched: Matched, is_loop: bool) -> Diagnostic {
    let message = "this pattern matches every value: the condition always holds";
    let diagnostic = Diagnostic::warning(Code::ALWAYS_MATCHES, span, message);
    let diagnostic = match is_loop {
        true => diagnostic.note("the loop ends by a `break` alone"),
        false => diagnostic,
    };
    diagnostic.hint(match matched {
        Matched::Pointer => "ask whether the pointer leads anywhere: `pointer != null`",
        Matched::Result => "match what succeeded: `let .Ok(value) = …`",
        Matched::Other => "give it its name by a `let` of its own, and ask for what makes the difference",
    })
}

pub(crate) fn refutable(span: Span, example: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_PATTERN, span, "this pattern does not match every value")
        .note(format!("`{example}` is not matched"))
        .hint("use `match` or `if let`")
}

/// A pattern looks into an anonymous union.
pub(crate) fn union_in_pattern(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NEEDS_UNSAFE, span, "reading a union's field needs `unsafe`")
        .hint("put what the pattern stands in into an `unsafe { … }`")
}
