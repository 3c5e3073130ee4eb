//! Messages about closures.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

use crate::CallKind;

pub(crate) fn closure_arity(span: Span, expected: usize, found: usize) -> Diagnostic {
    let takes = |n: usize| match n {
        0 => "no parameters".to_owned(),
        1 => "1 parameter".to_owned(),
        n => format!("{n} parameters"),
    };
    Diagnostic::error(
        Code::CLOSURE_ARITY,
        span,
        format!("this closure has {}, and is called with {expected}", takes(found)),
    )
}

pub(crate) fn captured_let(span: Span, name: Symbol, declared: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CAPTURED_LET,
        span,
        format!("`{name}` is changed in this closure, and is not `var`"),
    )
    .label(declared, "declared here")
    .note("a `move` closure has a variable of its own, which is `var` where the captured one is")
    .hint(format!("declare it with `var {name}`"))
}

/// A closure with captures by reference that becomes an `own fn`.
pub(crate) fn borrows_for_own_fn(span: Span, name: Symbol, capture: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BORROWS_FOR_OWN_FN,
        span,
        format!("this closure borrows `{name}`, and an `own fn` owns what it holds"),
    )
    .label(capture, "borrowed here")
    .hint("write `move` before the closure: it takes what it captures with it")
}

pub(crate) fn closure_of_itself(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CLOSURE_OF_ITSELF,
        span,
        "this closure would hold a value of its own type",
    )
    .note("a closure is as large as what it captures")
    .hint("write a function, which can call itself")
}

/// A closure that does more with what it captures than a call of it may.
pub(crate) fn call_kind_not_met(span: Span, needed: &str, found: CallKind, capture: Option<Span>) -> Diagnostic {
    let what = match found {
        CallKind::Shared | CallKind::Exclusive => "changes what it captures",
        CallKind::Once => "can be called once",
    };
    let diagnostic = Diagnostic::error(
        Code::CALL_KIND_NOT_MET,
        span,
        format!("this closure {what}, where `{needed}` is asked for"),
    );
    let label = match found {
        CallKind::Shared | CallKind::Exclusive => "changed here",
        CallKind::Once => "moved out of the closure here",
    };
    let diagnostic = match capture {
        Some(capture) => diagnostic.label(capture, label),
        None => diagnostic,
    };
    // What any closure with these parameters may be passed to.
    let asked = match found {
        CallKind::Shared | CallKind::Exclusive => "FnMut",
        CallKind::Once => "FnOnce",
    };
    match needed.find('(') {
        Some(params) => diagnostic.hint(format!("what calls it may ask for `impl {asked}{}`", &needed[params..])),
        None => diagnostic,
    }
}

/// A value whose bounds promise less than a call of it needs.
pub(crate) fn may_not_be_called_as(span: Span, ty: &str, needed: &str, promised: CallKind) -> Diagnostic {
    let promised = match promised {
        CallKind::Shared => "Fn",
        CallKind::Exclusive => "FnMut",
        CallKind::Once => "FnOnce",
    };
    Diagnostic::error(
        Code::CALL_KIND_NOT_MET,
        span,
        format!("a `{ty}` is only `{promised}`, where `{needed}` is asked for"),
    )
    .hint("ask for `Fn`")
}

/// A closure with captures where a C function is expected.
pub(crate) fn captures_for_c(span: Span, target: &str, name: Symbol, capture: Span) -> Diagnostic {
    Diagnostic::error(
        Code::CLOSURE_FOR_C,
        span,
        format!("a closure that captures is no `{target}`"),
    )
    .label(capture, format!("`{name}` is captured here"))
    .note("a C function is an address, and has no place for what is captured")
    .hint("hand the value to the closure as a parameter: C interfaces have a `void *` for it")
}

pub(crate) fn impl_of_call_trait(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::IMPL_OF_CALL_TRAIT,
        span,
        format!("`{name}` is not for an `impl` to say"),
    )
    .note("closures and functions have it, and nothing else")
}
