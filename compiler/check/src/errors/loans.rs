//! What is wrong with `@borrows`, `@captures` and `view`.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

use super::did_you_mean;

pub(crate) fn no_parameter(span: Span, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_LOAN, span, "this is no parameter of the function");
    match similar {
        Some(_) => did_you_mean(diagnostic, span, similar),
        None => diagnostic.hint("what is borrowed is a parameter, `*` before one, or `static`"),
    }
}

/// `@borrows()`
pub(crate) fn loan_of_nothing(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_LOAN, span, "it says nothing").hint("name a parameter, or `static`")
}

/// `@may_dangle(T)` before an `impl` that is not `unsafe`.
pub(crate) fn may_dangle_is_a_promise(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_LOAN,
        span,
        "`@may_dangle` is a promise, which only an `unsafe impl` makes",
    )
    .hint("write `unsafe @may_dangle(T) impl<T> Drop for …`: `drop` does nothing with a `T` but drop it")
}

/// `@may_dangle(x)`, where `x` is no generic parameter of the type.
pub(crate) fn may_dangle_of_what(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_LOAN,
        span,
        "`@may_dangle` names generic parameters of the type",
    )
}

/// `@borrows(a, a)`, or `@borrows` before a function that has one.
pub(crate) fn loan_said_twice(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_LOAN, span, "this is said twice").hint("leave it out here, or say all in one place")
}

/// `@borrows(a: b)`
pub(crate) fn loan_with_name(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_LOAN, span, "what a result borrows has no name before it")
}

/// `@captures(a)`
pub(crate) fn capture_without_name(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_LOAN, span, "what is captured is said with where it goes")
        .hint("write `@captures(self: item)`: what `item` refers to may be kept in `self`")
}

pub(crate) fn cannot_capture(span: Span, name: &str, why: &str) -> Diagnostic {
    let message = format!("nothing can be kept in `{name}`, {why}");
    Diagnostic::error(Code::NOTHING_BORROWED, span, message)
}

/// `@captures(p: *p)` of a `p` that is no reference.
pub(crate) fn captured_of_value(span: Span, name: &str) -> Diagnostic {
    let message = format!("`{name}` is given by value, and no reference to follow");
    Diagnostic::error(Code::NOTHING_BORROWED, span, message).hint_replace("what it holds is meant", span, name)
}

pub(crate) fn result_borrows_nothing(span: Span, ret: &str) -> Diagnostic {
    let message = format!("the result is a `{ret}`, which holds no reference");
    Diagnostic::error(Code::NOTHING_BORROWED, span, message)
}

/// The parameters that it may borrow, with whether what is behind them is meant; and the place before the function.
pub(crate) fn loan_not_said(span: Span, candidates: &[(&str, bool)], before: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::LOAN_NOT_SAID, span, "what the result borrows is not said");
    let itself = candidates.iter().filter(|(_, is_behind)| !is_behind);
    let names: Vec<&str> = itself.map(|(name, _)| *name).collect();
    let all = names.join(", ");
    let behind = candidates.iter().find(|(_, is_behind)| *is_behind);
    let (diagnostic, message) = match behind {
        Some((name, _)) => (
            diagnostic
                .at(format!(
                    "this may refer to `{name}` itself, or to what `{name}` refers to"
                ))
                .note(format!(
                    "`@borrows({name})`: `{name}` stays lent as long as the result is used"
                ))
                .note(format!(
                    "`@borrows(*{name})`: it refers to what `{name}` does, and `{name}` can be used again at once"
                )),
            format!("write one of them before the function: `@borrows({all})` holds for any body"),
        ),
        None => (
            diagnostic
                .at(format!("this may refer to what `{}` refers to", names.join("` or `")))
                .note("who calls it has to know which of them stays lent as long as the result is used"),
            format!("say it before the function: `@borrows({all})` holds for any body, a single one lends less"),
        ),
    };
    diagnostic.hint_guess(message, before, format!("@borrows({all}) "))
}

pub(crate) fn holds_no_reference(span: Span, name: &str, ty: &str, is_behind: bool) -> Diagnostic {
    let message = match is_behind {
        true => format!("there are no references in the `{ty}` that `{name}` refers to"),
        false => format!("`{name}` is a `{ty}`, and nothing of it is borrowed: it is no reference and holds none"),
    };
    Diagnostic::error(Code::NOTHING_BORROWED, span, message)
}

pub(crate) fn not_declared_view(
    span: Span,
    keyword: &str,
    name: Symbol,
    field: Option<Symbol>,
    ty: &str,
    is_fn: bool,
) -> Diagnostic {
    let message = format!("`{name}` has a reference inside, and is not declared a `view`");
    let holds = match field {
        Some(field) if !field.as_str().starts_with(|c: char| c.is_ascii_digit()) => format!("`{field}` is a `{ty}`"),
        _ => format!("it holds a `{ty}`"),
    };
    let diagnostic = Diagnostic::error(Code::NOT_DECLARED_VIEW, span, message);
    if is_fn {
        return diagnostic
            .note(format!(
                "{holds}, which may be a closure that refers to what is around it"
            ))
            .hint(format!(
                "write `view {keyword} {name}`, which a table in a `static` may be too, or let it hold an `own {ty}`"
            ));
    }
    diagnostic
        .note(format!("{holds}: a `{name}` must not outlive what that refers to"))
        .hint(format!("write `view {keyword} {name}`, or let it own what it holds"))
}

pub(crate) fn no_view(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` is a `view`, and holds no reference");
    Diagnostic::error(Code::NOT_A_VIEW, span, message).hint("leave out `view`")
}
