//! The messages of this phase: what only instances of generic code can show.

use base::Span;
use diag::{Code, Diagnostic};

use crate::certify::{Fault, FaultKind, GlueFault};

/// Each instance of a function needs another of larger types. `instance` is the one that was not made.
pub(crate) fn endless_instantiation(span: Option<Span>, instance: &str) -> Diagnostic {
    let message = format!("`{instance}` needs itself with ever larger types");
    let diagnostic = match span {
        Some(span) => Diagnostic::error(Code::ENDLESS_INSTANTIATION, span, message).at("this call never ends"),
        None => Diagnostic::without_place(Code::ENDLESS_INSTANTIATION, message),
    };
    diagnostic.hint("make the recursion stop at one type, or pass the value behind a type that does not grow")
}

/// `instance` is what has the error for its type arguments.
pub(crate) fn of_instance(mut diagnostic: Diagnostic, needed_at: Option<Span>, instance: &str) -> Diagnostic {
    if let Some(span) = needed_at {
        diagnostic = diagnostic.label(span, format!("`{instance}` is needed here"));
    }
    diagnostic
}

/// A type takes more bytes than any address can tell apart.
pub(crate) fn type_too_large(span: Option<Span>, ty: &str, target: &str) -> Diagnostic {
    let message = format!("a value of type `{ty}` is too large for `{target}`");
    match span {
        Some(span) => Diagnostic::error(Code::TYPE_TOO_LARGE, span, message),
        None => Diagnostic::without_place(Code::TYPE_TOO_LARGE, message),
    }
}

/// The drops of `what` are wrong, which is our fault.
pub(crate) fn wrong_drops(fault: &Fault, what: &str) -> Diagnostic {
    let place = &fault.place;
    let label = match fault.kind {
        FaultKind::EndsTwice => format!("`{place}` may be gone before this"),
        FaultKind::NeverEnds => format!("`{place}` may never be dropped after this"),
        FaultKind::OfOtherVariant => format!("the value of `{place}` may be of another variant"),
        FaultKind::LeftEmpty => format!("`{place}` may be left without a value"),
    };
    let message = format!("internal error: the drops of {what} are wrong");
    Diagnostic::error(Code::WRONG_DROPS, fault.span, message)
        .at(label)
        .note(concat!("lang ", env!("CARGO_PKG_VERSION")))
        .hint("please report this with the source that shows it")
}

/// What drops the values of a type is wrong, which is our fault.
pub(crate) fn wrong_glue(fault: &GlueFault, ty: &str) -> Diagnostic {
    let what = match fault {
        GlueFault::LeftOut { at } => format!("the part at byte {at} may never be dropped"),
        GlueFault::OutOfTurn { at } => format!("the part at byte {at} may be dropped again, or before another"),
        GlueFault::Strange => "it does what it has no reason to do".to_owned(),
    };
    Diagnostic::without_place(
        Code::WRONG_GLUE,
        format!("internal error: what drops a `{ty}` is wrong: {what}"),
    )
    .note(concat!("lang ", env!("CARGO_PKG_VERSION")))
    .hint("please report this with the source that shows it")
}
