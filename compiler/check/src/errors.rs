//! The messages of this phase: one factory function a case, each with its code.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

/// What the type was expected to be and is.
pub(crate) fn mismatched_types(span: Span, expected: &str, found: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("expected `{expected}`, found `{found}`"),
    )
    .at(format!("this is `{found}`"))
}

/// Numbers of which the one may not fit the other.
pub(crate) fn lossy_number(span: Span, expected: &str, found: &str) -> Diagnostic {
    mismatched_types(span, expected, found)
        .note(format!(
            "not every `{found}` is a `{expected}` on every supported target"
        ))
        .hint_replace(
            "convert it, range-checked in debug builds",
            span.after(),
            format!(" as {expected}"),
        )
}

pub(crate) fn integer_for_float(span: Span, expected: &str, source: &str) -> Diagnostic {
    let diagnostic = mismatched_types(span, expected, "integer");
    if source.bytes().all(|b| b.is_ascii_digit()) {
        return diagnostic.hint_replace("write a float literal", span, format!("{source}.0"));
    }
    diagnostic
}

pub(crate) fn null_for_optional(span: Span, expected: &str) -> Diagnostic {
    mismatched_types(span, expected, "null").hint_replace("the empty optional is `none`", span, "none")
}

pub(crate) fn missing_value(span: Span, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("expected `{expected}`, but the block has no value"),
    )
    .hint("a block's value is its last expression, without `;`")
}

pub(crate) fn missing_else(span: Span, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("`if` without `else` gives no `{expected}`"),
    )
}

pub(crate) fn unknown_name(span: Span, name: Symbol, similar: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

pub(crate) fn unknown_type(span: Span, name: Symbol, similar: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, span, format!("unknown type `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

/// `of` says what lacks the member: `type `i32``, `module `geometry``, `header `zlib.h``.
pub(crate) fn unknown_member(span: Span, name: Symbol, of: &str, similar: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_MEMBER, span, format!("{of} has no `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

fn did_you_mean(diagnostic: Diagnostic, span: Span, similar: &[String]) -> Diagnostic {
    match similar {
        [] => diagnostic,
        [best, ..] => diagnostic.hint_replace(format!("did you mean `{best}`?"), span, best.clone()),
    }
}

pub(crate) fn not_a_type(span: Span, name: Symbol, what: &str) -> Diagnostic {
    Diagnostic::error(Code::UNKNOWN_TYPE, span, format!("`{name}` is {what}, not a type"))
}

pub(crate) fn not_a_value(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_A_VALUE, span, format!("expected a value, found {what}"))
}

pub(crate) fn wrong_argument_count(span: Span, callee: &str, expected: usize, found: usize, more: bool) -> Diagnostic {
    let least = if more { "at least " } else { "" };
    let plural = if expected == 1 { "" } else { "s" };
    let message = format!("{callee} takes {least}{expected} argument{plural}, found {found}");
    Diagnostic::error(Code::WRONG_ARGUMENT_COUNT, span, message)
}

pub(crate) fn declared_here(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.label(span, "declared here"),
        None => diagnostic,
    }
}

pub(crate) fn not_callable(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_CALLABLE,
        span,
        format!("a value of type `{ty}` cannot be called"),
    )
}

pub(crate) fn optional_call(span: Span, ty: &str) -> Diagnostic {
    not_callable(span, ty)
        .note("it may be `none`")
        .hint("bind what is inside first: `if let f = … { unsafe f(…) }`")
}

pub(crate) fn bad_operand(span: Span, operator: &str, left: &str, right: Option<&str>) -> Diagnostic {
    let message = match right {
        Some(right) => format!("`{operator}` cannot be applied to `{left}` and `{right}`"),
        None => format!("`{operator}` cannot be applied to `{left}`"),
    };
    Diagnostic::error(Code::BAD_OPERAND, span, message)
}

pub(crate) fn needs_unsafe(span: Span, what: &str) -> Diagnostic {
    let start = Span {
        end: span.start,
        ..span
    };
    Diagnostic::error(Code::NEEDS_UNSAFE, span, format!("{what} needs `unsafe`")).hint_replace(
        "say that you have checked what it asks for",
        start,
        "unsafe ",
    )
}

pub(crate) fn literal_out_of_range(span: Span, ty: &str, least: i128, greatest: i128) -> Diagnostic {
    Diagnostic::error(
        Code::LITERAL_OUT_OF_RANGE,
        span,
        format!("literal out of range for `{ty}`"),
    )
    .note(format!("`{ty}` holds {least} to {greatest}"))
}

pub(crate) fn bad_suffix(span: Span, suffix: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::LITERAL_OUT_OF_RANGE,
        span,
        format!("`{suffix}` is no suffix of such a literal"),
    )
}

pub(crate) fn type_unknown(span: Span) -> Diagnostic {
    Diagnostic::error(Code::TYPE_UNKNOWN, span, "the type cannot be inferred").hint("write the type down")
}

pub(crate) fn bad_cast(span: Span, from: &str, to: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_CAST, span, format!("`{from}` cannot be cast to `{to}`"))
}

pub(crate) fn not_a_place(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_A_PLACE,
        span,
        format!("{what} must be a place, such as a variable or a field"),
    )
}

pub(crate) fn assign_to_constant(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_A_PLACE, span, format!("`{name}` cannot be assigned to"))
}

pub(crate) fn missing_fields(span: Span, ty: &str, names: &[String]) -> Diagnostic {
    let names = names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ");
    Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("missing {names} of `{ty}`"))
}

pub(crate) fn unknown_field_init(span: Span, ty: &str, name: Symbol, similar: &[String]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("`{ty}` has no field `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

pub(crate) fn repeated_field_init(span: Span, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("`{name}` is given twice")).label(first, "first given here")
}

pub(crate) fn union_one_field(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_FIELD_INIT, span, "a union literal gives exactly one field")
}

pub(crate) fn no_struct(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("`{ty}` is no struct"))
}

pub(crate) fn bad_break(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_BREAK,
        span,
        "`break` with a value leaves a `loop` or a labelled block only",
    )
}

pub(crate) fn not_exhaustive(span: Span, example: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_EXHAUSTIVE, span, format!("no arm covers `{example}`"))
        .hint("add an arm for it, or `_ => …`")
}

pub(crate) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_CONSTANT, span, format!("{what} is not constant"))
}

pub(crate) fn constant_cycle(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::CONSTANT_CYCLE,
        span,
        format!("the value of `{name}` needs itself"),
    )
}

pub(crate) fn constant_fails(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CONSTANT_FAILS, span, format!("evaluating this constant {why}"))
}

pub(crate) fn bad_variadic_argument(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_VARIADIC_ARGUMENT,
        span,
        format!("a `{ty}` cannot be passed to C's `...`"),
    )
}

pub(crate) fn variadic_needs_cstr(span: Span, ty: &str) -> Diagnostic {
    bad_variadic_argument(span, ty)
        .note("it is a pointer and a length, and need not end in a NUL")
        .hint("pass a `&CStr`, or a pointer and a length")
}

pub(crate) fn wrong_generic_count(span: Span, name: &str, expected: usize, found: usize) -> Diagnostic {
    let plural = if expected == 1 { "" } else { "s" };
    Diagnostic::error(
        Code::WRONG_GENERIC_COUNT,
        span,
        format!("`{name}` takes {expected} type argument{plural}, found {found}"),
    )
}

pub(crate) fn recursive_type(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::RECURSIVE_TYPE, span, format!("`{name}` contains itself"))
        .hint("put the inner one behind a pointer")
}

pub(crate) fn private(span: Span, what: &str, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::PRIVATE, span, format!("{what} `{name}` is private"))
}

pub(crate) fn cannot_print(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_PRINT, span, format!("a `{ty}` cannot be printed"))
}

pub(crate) fn bad_format(span: Span, kind: &str, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_PRINT, span, format!("a `{ty}` has no `{kind}` format"))
}

pub(crate) fn cannot_index(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_INDEX, span, format!("a `{ty}` cannot be indexed"))
}

pub(crate) fn cannot_iterate(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_ITERATE, span, format!("a `{ty}` cannot be iterated over"))
}

pub(crate) fn bad_main(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_MAIN,
        span,
        "`main` takes nothing and gives nothing, or an exit status as `i32`",
    )
}

/// Of a program that has no `main`.
pub fn missing_main() -> Diagnostic {
    Diagnostic::without_place(Code::BAD_MAIN, "the root file has no `fn main`").hint("add `fn main() { … }`")
}

pub(crate) fn unsized_value(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UNSIZED,
        span,
        format!("a `{ty}` has no size, so no value of it can stand here"),
    )
    .hint("put it behind a reference or pointer")
}

pub(crate) fn duplicate(span: Span, what: &str, name: Symbol, first: Option<Span>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::DUPLICATE, span, format!("{what} `{name}` is defined twice"));
    match first {
        Some(first) => diagnostic.label(first, "first defined here"),
        None => diagnostic,
    }
}

pub(crate) fn unsupported_c(span: Span, name: Symbol, reason: &str, place: &cmodel::CLoc) -> Diagnostic {
    Diagnostic::error(
        Code::UNSUPPORTED_C,
        span,
        format!("`{name}` is {reason}: not supported yet"),
    )
    .note(format!("declared at {}:{}:{}", place.path, place.line, place.column))
}

pub(crate) fn unsupported_bit_field(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::UNSUPPORTED_C,
        span,
        format!("`{name}` is a bit-field: reading it is not supported yet"),
    )
}

pub(crate) fn cannot_dereference(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_DEREFERENCE, span, format!("a `{ty}` is no pointer"))
}

pub(crate) fn bad_pattern(span: Span, what: &str, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_PATTERN, span, format!("{what} does not match a `{ty}`"))
}

pub(crate) fn refutable(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_PATTERN, span, "this pattern does not match every value")
        .hint("use `match` or `if let`")
}

pub(crate) fn bad_impl(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_IMPL, span, why)
}

pub(crate) fn bad_derive(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::BAD_DERIVE, span, message)
}

pub(crate) fn unneeded_unsafe(span: Span) -> Diagnostic {
    Diagnostic::warning(Code::UNNEEDED_UNSAFE, span, "nothing here needs `unsafe`")
}

pub(crate) fn not_supported_yet(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_SUPPORTED_YET_CHECK,
        span,
        format!("not supported yet: {what}"),
    )
}
