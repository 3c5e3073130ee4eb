//! What is wrong with `dyn` and `impl` types.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

/// A trait with a function that cannot be called without knowing the type.
pub(crate) fn unfit_for_dyn(
    span: Span,
    of_trait: Symbol,
    function: Symbol,
    why: &str,
    declared: Option<Span>,
) -> Diagnostic {
    let message = format!("`{of_trait}` cannot be a `dyn` type because of `{function}`: {why}");
    let diagnostic = Diagnostic::error(Code::UNFIT_FOR_DYN, span, message);
    let diagnostic = match declared {
        Some(declared) => diagnostic.label(declared, "declared here"),
        None => diagnostic,
    };
    diagnostic.hint("add `where Self: Sized` to it, and a `dyn` type goes without it")
}

/// A trait that asks of its types what no `dyn` type has.
pub(crate) fn asks_too_much_for_dyn(span: Span, of_trait: Symbol, asked: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UNFIT_FOR_DYN,
        span,
        format!("`{of_trait}` cannot be a `dyn` type: it asks for `{asked}`"),
    )
}

/// `dyn Eq`, whose argument is `Self` where none is written.
pub(crate) fn self_argument_of_dyn(span: Span) -> Diagnostic {
    let message = "a `dyn` type of a trait whose argument is `Self`";
    Diagnostic::error(Code::UNFIT_FOR_DYN, span, message)
}

pub(crate) fn dyn_types_missing(span: Span, of_trait: Symbol, missing: &[Symbol]) -> Diagnostic {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let values: Vec<String> = missing.iter().map(|name| format!("{name} = …")).collect();
    let message = format!("the `dyn` type does not say what {} is", names.join(" and "));
    Diagnostic::error(Code::DYN_NOT_WHOLE, span, message)
        .hint(format!("say it: `dyn {of_trait}<{}>`", values.join(", ")))
}

/// An `impl` of what a `dyn` type has by itself.
pub(crate) fn impl_of_own_trait(span: Span, ty: &str, of_trait: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::INCOHERENT_IMPL,
        span,
        format!("`{ty}` has `{of_trait}` by itself"),
    )
}

/// `dyn A + B`, and `dyn` alone.
pub(crate) fn not_one_trait(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DYN_NOT_WHOLE, span, "a `dyn` type is of one trait")
        .hint("declare a trait that asks for all of them")
}

/// An `impl` type where no function takes or gives it.
pub(crate) fn misplaced_impl_type(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_IMPL_TYPE,
        span,
        "an `impl` type stands in the parameters and the result of a function",
    )
}

/// A value of another type than the one before said that an `impl` type is.
pub(crate) fn several_unnamed(span: Span, known: &str, found: &str, first: Span) -> Diagnostic {
    let message = format!("this is `{found}`, and the `impl` type of the result is `{known}` already");
    Diagnostic::error(Code::SEVERAL_UNNAMED, span, message)
        .label(first, format!("`{known}` is given here"))
        .hint("an `impl` type is one type; a `Box<dyn …>` may hold several")
}

/// Two `impl` types that are written alike.
pub(crate) fn other_unnamed(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.note("the `impl` types of two functions, or of one for other type arguments, are two types")
}

/// An `impl` type that is itself, or is made of itself by way of others. `spans` are the types, each made of the next.
pub(crate) fn recursive_unnamed(spans: &[Span]) -> Diagnostic {
    let message = "this `impl` type is made of itself";
    let mut diagnostic = Diagnostic::error(Code::RECURSIVE_UNNAMED, spans[0], message);
    for span in &spans[1..] {
        diagnostic = diagnostic.label(*span, "by way of this one");
    }
    diagnostic.hint("a value of it would hold another one, without an end: give a `Box<dyn …>`")
}

/// An `impl` type of a function that never gives a value.
pub(crate) fn unnamed_unknown(span: Span) -> Diagnostic {
    let message = "nothing says what this `impl` type is: the function gives no value";
    Diagnostic::error(Code::UNNAMED_UNKNOWN, span, message).hint("a function that does not return gives `never`")
}

/// An `impl` type in the result of a trait's function.
pub(crate) fn unnamed_in_trait(span: Span) -> Diagnostic {
    let message = "the result of a trait's function is no `impl` type";
    Diagnostic::error(Code::MISPLACED_IMPL_TYPE, span, message)
        .hint("declare an associated type, which each `impl` says, or give a `Box<dyn …>`")
}

/// Where the value stands that lacks what an `impl` type promises.
pub(crate) fn given_here(diagnostic: Diagnostic, given: Span, ty: &str) -> Diagnostic {
    diagnostic.label(given, format!("`{ty}` is given here"))
}

/// A method that takes its value, of a type without a size.
pub(crate) fn takes_unsized(span: Span, function: Symbol, ty: &str) -> Diagnostic {
    Diagnostic::error(
        Code::TAKES_UNSIZED,
        span,
        format!("`{function}` needs a type with a size, which `{ty}` has not"),
    )
}

/// A written type of `self` that does not lead to `Self`.
pub(crate) fn other_self(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::OTHER_SELF, span, format!("`self` cannot be a `{ty}`"))
        .hint("it is `Self`, a reference to it, or a `Box`, `Rc` or `Arc` of it")
}

/// A method that takes an owner of its value, and is called on something else.
pub(crate) fn needs_owner(span: Span, function: Symbol, wanted: &str, found: &str) -> Diagnostic {
    let message = format!("`{function}` is called on a `{wanted}`, and this is `{found}`");
    Diagnostic::error(Code::OTHER_SELF, span, message)
}
