//! What is wrong with const parameters and their arguments.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

/// A value as the argument of a type parameter.
pub(crate) fn value_for_type(span: Span, param: Symbol) -> Diagnostic {
    let message = format!("`{param}` takes a type, and this is a value");
    Diagnostic::error(Code::ARGUMENT_KIND, span, message)
}

/// A type as the argument of a const parameter.
pub(crate) fn type_for_value(span: Span, param: Symbol) -> Diagnostic {
    let message = format!("`{param}` takes a value, and this is a type");
    Diagnostic::error(Code::ARGUMENT_KIND, span, message)
}

/// A const parameter in what is evaluated once for all that it may be.
pub(crate) fn param_not_known(span: Span, param: Symbol) -> Diagnostic {
    let message = format!("the value of `{param}` is not known here");
    Diagnostic::error(Code::CONST_PARAM_ARITHMETIC, span, message)
        .hint("a const parameter stands alone in a type; take what it comes to as another parameter")
}

/// An associated constant of a generic parameter in a type.
pub(crate) fn assoc_const_not_known(span: Span) -> Diagnostic {
    let message = "the value of this constant depends on what the parameter is";
    Diagnostic::error(Code::CONST_PARAM_ARITHMETIC, span, message)
        .hint("take the length as a const parameter: `<const N: usize>`")
}

/// A pattern of an array that asks for its length.
pub(crate) fn array_of_unknown_length(span: Span, ty: &str) -> Diagnostic {
    let message = format!("how many elements a `{ty}` has is not known here");
    Diagnostic::error(Code::ARRAY_OF_UNKNOWN_LENGTH, span, message).hint("match a slice of it: `&value[..]`")
}
