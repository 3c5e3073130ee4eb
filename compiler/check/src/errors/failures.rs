//! What is wrong with `try`, `throw`, `catch`, `?.`, `errdefer`, and with values that may be errors.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

/// An error leaves a function that gives none. `result` is what the function could give.
pub(crate) fn error_leaves(span: Span, error: &str, given: &str, result: Option<String>) -> Diagnostic {
    let message = format!("an error `{error}` cannot leave this function, which gives `{given}`");
    let diagnostic = Diagnostic::error(Code::ERROR_CANNOT_LEAVE, span, message);
    match result {
        Some(result) => diagnostic.hint(format!(
            "let the function give `{result}`, or handle the error: `… catch |error| {{ … }}`"
        )),
        None => diagnostic.hint("handle the error: `… catch |error| { … }`"),
    }
}

/// `try` of an optional in a function that gives none.
pub(crate) fn none_leaves(span: Span, given: &str) -> Diagnostic {
    let message = format!("`none` cannot leave this function, which gives `{given}`");
    Diagnostic::error(Code::ERROR_CANNOT_LEAVE, span, message)
        .hint("say what then: `… ?? other`, `… ?? return`, `… ?? throw error`")
}

pub(crate) fn nothing_to_try(span: Span, ty: &str) -> Diagnostic {
    let message = "nothing in this `try` may fail";
    Diagnostic::warning(Code::NOTHING_TO_TRY, span, message).note(format!("its value is `{ty}`"))
}

/// An error that leaves is of another type than the function gives, and nothing makes the one of the other. `is_param`
/// says that it is of a type parameter.
pub(crate) fn error_not_converted(span: Span, from: &str, to: &str, is_param: bool) -> Diagnostic {
    let message = format!("an error `{from}` does not become a `{to}`");
    let diagnostic = Diagnostic::error(Code::ERROR_NOT_CONVERTED, span, message);
    if is_param {
        return diagnostic.hint(format!("ask for it: `where {to}: From<{from}>`"));
    }
    diagnostic.hint(format!("write `impl From<{from}> for {to}`, or `catch` the error"))
}

/// A statement gives what may be an error, which no one sees. `may_leave` says whether errors may leave the function.
pub(crate) fn unused_result(span: Span, ty: &str, may_leave: bool) -> Diagnostic {
    let message = format!("this is `{ty}`, whose error would be lost");
    let diagnostic = Diagnostic::error(Code::UNUSED_RESULT, span, message);
    let start = Span {
        end: span.start,
        ..span
    };
    if may_leave {
        diagnostic
            .note("`_ = …;` discards it")
            .hint_replace("let the error leave the function", start, "try ")
    } else {
        diagnostic
            .note("`… catch |error| { … };` handles it")
            .hint_replace("discard it", start, "_ = ")
    }
}

/// C's header says that the result of a function is to be used. `reason` may be empty.
pub(crate) fn unused_c_result(span: Span, name: Symbol, reason: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::UNUSED_RESULT,
        span,
        format!("C's `{name}` gives what is not to be lost"),
    );
    let diagnostic = match reason {
        "" => diagnostic,
        _ => diagnostic.note(format!("its header says: {reason}")),
    };
    let start = Span {
        end: span.start,
        ..span
    };
    diagnostic.hint_replace("discard it", start, "_ = ")
}

/// What holds for the value of a result was asked of the result. `start` is where a `try` may be put, where errors may
/// leave.
pub(crate) fn take_value_out(diagnostic: Diagnostic, start: Option<Span>) -> Diagnostic {
    let diagnostic = diagnostic.note("it may be an error");
    match start {
        Some(start) => diagnostic.hint_replace("let the error leave the function", start, "try "),
        None => diagnostic.hint("say what then: `… catch other`, `… catch |error| { … }`"),
    }
}

/// `catch` of a value that is no result.
pub(crate) fn nothing_to_catch(span: Span, ty: &str, is_optional: bool) -> Diagnostic {
    let message = format!("there is nothing to catch: this is `{ty}`, which is no error");
    let diagnostic = Diagnostic::error(Code::NOTHING_TO_CATCH, span, message);
    if is_optional {
        return diagnostic.hint("what stands in for `none` stands after `??`");
    }
    diagnostic.hint("leave the `catch` out")
}

/// `??` after what may be an error.
pub(crate) fn catch_it(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("what stands in for an error stands after `catch`")
}

pub(crate) fn errdefer_never_runs(span: Span, given: &str) -> Diagnostic {
    let message = format!("no error leaves this function, which gives `{given}`");
    Diagnostic::error(Code::ERRDEFER_NEVER_RUNS, span, message).hint("`defer` runs on every way out")
}

/// `may_fail` says that it is a result.
pub(crate) fn nothing_to_chain(span: Span, ty: &str, may_fail: bool) -> Diagnostic {
    let message = format!("`?.` follows an optional, and this is `{ty}`");
    let diagnostic = Diagnostic::error(Code::NOTHING_TO_CHAIN, span, message);
    if may_fail {
        return diagnostic.hint("write `.`, and `try` before the whole: errors leave from all calls in it");
    }
    diagnostic.hint("write `.`")
}
