//! What of C cannot be used as it was.

use base::{Span, Symbol};
use cmodel::CNature;
use diag::{Code, Diagnostic, Edit};

/// Text where a C string is expected.
pub(crate) fn text_for_c_text(diagnostic: Diagnostic, is_literal: bool) -> Diagnostic {
    diagnostic.note(if is_literal {
        "it holds a NUL, where a C string would end"
    } else {
        "it is a pointer and a length, and need not end in a NUL"
    })
}

/// How a pointer is made of what stands where one is wanted.
#[derive(Clone, Copy)]
pub(crate) enum MakesPointer {
    /// By this method of a text.
    OfText(&'static str),
    ToFirst,
    ToFirstMut,
    /// Of a variable that is not `var`.
    ToFirstOfLet,
}

/// `sign` is what stands before the operand of a `&`, and `span` the whole.
pub(crate) fn makes_pointer(diagnostic: Diagnostic, span: Span, sign: Option<Span>, makes: MakesPointer) -> Diagnostic {
    let (method, message) = match makes {
        MakesPointer::OfText("as_cstr") => ("as_cstr", "`.as_cstr()` is a C string, which ends in a NUL"),
        MakesPointer::OfText(method) => (method, "`.as_ptr()` points to the first byte"),
        MakesPointer::ToFirst => ("as_ptr", "`.as_ptr()` points to the first element"),
        MakesPointer::ToFirstMut => ("as_mut_ptr", "`.as_mut_ptr()` points to the first element"),
        MakesPointer::ToFirstOfLet => {
            return diagnostic
                .note("through a `*T` the elements may be written")
                .hint("declare it as `var`, and pass its `.as_mut_ptr()`, which points to the first element");
        }
    };
    let call = Edit {
        span: span.after(),
        text: format!(".{method}()"),
    };
    let no_sign = sign.map(|span| Edit {
        span,
        text: String::new(),
    });
    diagnostic.hint_edits(message, no_sign.into_iter().chain([call]).collect())
}

/// A `&CStr` is wanted of what C gives.
pub(crate) fn c_text_of_pointer(diagnostic: Diagnostic, span: Span, needs_unsafe: bool) -> Diagnostic {
    let before = if needs_unsafe {
        "unsafe CStr.from_ptr("
    } else {
        "CStr.from_ptr("
    };
    let message = "`CStr.from_ptr` reads it up to its NUL, which you say is there";
    super::around(diagnostic, message, span, before, ")")
}

/// `module` is what the file calls the header that declares the name, `prefix` what stands before a use of it.
pub(crate) fn name_of_c_module(span: Span, name: Symbol, module: Symbol, prefix: &str) -> Diagnostic {
    Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`"))
        .note(format!("the imported header `{module}` has it"))
        .hint_replace(
            "names of a header stand behind its own",
            span.before(),
            format!("{prefix}{module}."),
        )
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

pub(crate) fn macro_without_value(span: Span, name: Symbol, role: &str, place: &cmodel::CLoc) -> Diagnostic {
    Diagnostic::error(Code::MACRO_WITHOUT_VALUE, span, format!("`{name}` is {role}"))
        .note(format!("declared at {}:{}:{}", place.path, place.line, place.column))
}

pub(crate) fn initializer_without_type(span: Span, name: Symbol, place: &cmodel::CLoc) -> Diagnostic {
    let role = "a list of initial values, and nothing here says of what type";
    macro_without_value(span, name, role, place).hint("say the type: `let name: Type = …`")
}

/// `reason` is Clang's.
pub(crate) fn initializer_of_other(
    span: Span,
    name: Symbol,
    ty: &str,
    place: &cmodel::CLoc,
    reason: Option<&str>,
) -> Diagnostic {
    let role = format!("a list of initial values that is none for a `{ty}`");
    let diagnostic = macro_without_value(span, name, &role, place);
    match reason {
        Some(reason) => diagnostic.note(format!("clang: {reason}")),
        None => diagnostic,
    }
}

/// What a field without an address is.
fn role_of(nature: CNature) -> &'static str {
    match nature {
        CNature::Atomic => "the value of an `_Atomic`",
        CNature::BitInt => "the value of a `_BitInt`",
        CNature::Declared | CNature::Complex | CNature::Vector | CNature::Aligned => "a bit-field",
    }
}

/// A bit-field shares its bytes with others.
pub(crate) fn address_of_bit_field(span: Span, name: Symbol, nature: CNature) -> Diagnostic {
    Diagnostic::error(
        Code::ADDRESS_OF_BIT_FIELD,
        span,
        format!("`{name}` is {}, which has no address", role_of(nature)),
    )
    .hint("copy it to a variable: `var copy = …`, and back to change it")
}

/// E0409
pub(crate) fn assigns_const_field(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("C's field `{name}` is `const`: it keeps the value that its record is made with");
    Diagnostic::error(Code::CONST_FIELD, span, message)
}

/// E0409, of a record as a whole.
pub(crate) fn assigns_record_with_const_field(span: Span, ty: &str, name: Symbol) -> Diagnostic {
    let message = format!("a `{ty}` cannot be assigned to, as its field `{name}` is `const`");
    Diagnostic::error(Code::CONST_FIELD, span, message).hint("assign to its other fields, or make another variable")
}

pub(crate) fn bit_field_bound_by_reference(span: Span, name: Symbol, nature: CNature) -> Diagnostic {
    Diagnostic::error(
        Code::ADDRESS_OF_BIT_FIELD,
        span,
        format!("`{name}` is {}, which cannot be bound as a reference", role_of(nature)),
    )
    .hint("match the value and not a reference to it: records of C are copied")
}

pub(crate) fn too_wide_for_bits(span: Span, name: Symbol, width: u32, least: i128, greatest: i128) -> Diagnostic {
    let bits = if width == 1 {
        "one bit holds".to_owned()
    } else {
        format!("{width} bits hold")
    };
    Diagnostic::error(
        Code::TOO_WIDE_FOR_BITS,
        span,
        format!("the constant does not fit `{name}`"),
    )
    .note(format!("its {bits} {least} to {greatest}"))
}

/// `most` bits are what the type has.
pub(crate) fn bad_bit_width(span: Span, ty: &str, least: u32, most: u32) -> Diagnostic {
    let message = match most {
        1 => format!("a bit-field of type `{ty}` has one bit"),
        _ => format!("a bit-field of type `{ty}` has {least} to {most} bits"),
    };
    let diagnostic = Diagnostic::error(Code::BAD_BIT_WIDTH, span, message);
    match least {
        0 => diagnostic,
        _ => diagnostic.note("`_: c_uint : 0` is what begins the next one in new bytes"),
    }
}

pub(crate) fn bit_field_of_lang(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NO_BIT_FIELD,
        span,
        "only `extern struct`s and `extern union`s have bit-fields",
    )
    .hint("leave out the width, or write `extern` before `struct`")
}

pub(crate) fn unnamed_field(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NO_BIT_FIELD, span, "only a bit-field can have no name")
        .hint("give it a name, or a width in bits: `_: c_uint : 3`")
}

pub(crate) fn bit_field_of_no_integer(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(
        Code::NO_BIT_FIELD,
        span,
        format!("a bit-field is an integer, a `bool` or an `extern enum`, and `{ty}` is none"),
    )
}

/// `message` is Clang's, where it has been asked.
pub(crate) fn no_layout(span: Span, name: Symbol, message: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::NO_LAYOUT,
        span,
        format!("Clang gives no layout for `{name}`, which has bit-fields"),
    );
    match message {
        Some(message) => diagnostic.note(format!("clang: {message}")),
        None => diagnostic.hint("`lang doctor` says what is missing"),
    }
}

pub(crate) fn two_steps_of_atomic(span: Span, op: &str) -> Diagnostic {
    Diagnostic::error(
        Code::TWO_STEPS_OF_ATOMIC,
        span,
        format!("`{op}` would read an `_Atomic` in one step and write it in another"),
    )
    .hint("take it as a `std.atomic.Atomic`, or use a function of C such as `atomic_fetch_add`")
}

pub(crate) fn index_of_flexible(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::INDEX_OF_FLEXIBLE,
        span,
        format!("`{name}` is a flexible array, which knows no length"),
    )
    .hint_replace("say how many elements there are", span, format!("{name}_slice(count)"))
}

/// C has no values of the type.
pub(crate) fn no_c_type(span: Span, ty: &str, hint: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::NO_C_TYPE, span, format!("C has no type for a `{ty}`"));
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// The runtime defines the symbol.
pub(crate) fn reserved_export(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::RESERVED_EXPORT,
        span,
        format!("`{name}` cannot be exported: the symbol is the runtime's own"),
    )
}

pub(crate) fn named_macro_argument(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("the arguments of C's macro `{name}` have no names");
    Diagnostic::error(Code::UNKNOWN_PARAMETER, span, message).hint("leave the name out")
}

/// Only where Clang could not be asked.
pub(crate) fn macro_unanswered(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("Clang did not say what `{name}` is here");
    Diagnostic::error(Code::MACRO_REFUSED, span, message)
}

pub(crate) fn no_c_argument(span: Span, name: Symbol, ty: &str, hint: Option<&str>) -> Diagnostic {
    let message = format!("C has no type for a `{ty}`, which C's macro `{name}` gets here");
    let diagnostic = Diagnostic::error(Code::NO_C_ARGUMENT, span, message);
    match hint {
        Some(hint) => diagnostic.hint(hint),
        None => diagnostic,
    }
}

/// `expansion` is what the use is expanded to, where that is known.
pub(crate) fn macro_refused(
    span: Span,
    name: Symbol,
    refusal: &cmodel::CRefusal,
    expansion: Option<String>,
) -> Diagnostic {
    use cmodel::CRefusalKind as Kind;
    let message = &refusal.message;
    let diagnostic = match refusal.kind {
        Kind::Error => {
            let what = format!("C does not take `{name}` with these arguments: {message}");
            Diagnostic::error(Code::MACRO_REFUSED, span, what)
        }
        // One for another type has been said with that.
        Kind::NeedsType | Kind::NotOfType => {
            let what = format!("`{name}` is a list of initial values, and nothing here says of what type");
            Diagnostic::error(Code::MACRO_WITHOUT_VALUE, span, what).hint("say the type: `let name: Type = …`")
        }
        Kind::NeedsPlace(_) => {
            let what = format!("C's macro `{name}` changes this argument, or takes its address");
            Diagnostic::error(Code::MACRO_CHANGES, span, what).hint("pass a variable by `&mut`")
        }
        Kind::Declares => {
            let what = format!("`{name}` cannot be called: {message}");
            Diagnostic::error(Code::MACRO_NOT_CALLABLE, span, what)
                .hint("write what uses it in C, in a file of `[c] sources`")
        }
        Kind::Unbalanced => {
            let what = format!("`{name}` cannot be called: {message}");
            Diagnostic::error(Code::MACRO_NOT_CALLABLE, span, what)
                .hint("for what must happen at the end of a block, Lang has `defer`")
        }
        Kind::NeedsBody => {
            let what = format!("`{name}` cannot be called: {message}");
            Diagnostic::error(Code::MACRO_NOT_CALLABLE, span, what)
                .hint("write it in Lang, as a `while` or an `if` with what the macro is made of")
        }
        Kind::NeedsFrame => {
            let what = format!("`{name}` cannot be called: {message}");
            Diagnostic::error(Code::MACRO_NOT_CALLABLE, span, what)
                .hint("write what uses it in C, in a file of `[c] sources`")
        }
    };
    let diagnostic = match expansion {
        Some(text) => diagnostic.note(format!("it is expanded to `{text}`")),
        None => diagnostic,
    };
    let place = &refusal.loc;
    match place.path.as_str() {
        "" => diagnostic,
        path => diagnostic.note(format!("defined at {path}:{}:{}", place.line, place.column)),
    }
}

/// A macro that returns from its function in C is a statement here. `may_go_on` says that it need not.
pub(crate) fn lost_return(span: Span, name: Symbol, may_go_on: bool) -> Diagnostic {
    let may = if may_go_on { "may return" } else { "returns" };
    let message = format!("C's `{name}` {may} from the function that it stands in, and this one goes on");
    let diagnostic = Diagnostic::error(Code::LOST_RETURN, span, message);
    match may_go_on {
        true => diagnostic
            .note("it gives a `bool` that says whether C would have returned")
            .hint("let the function return then: `if … { return …; }`"),
        false => {
            diagnostic
                .note("it gives what C would have returned")
                .hint_replace("return it", span.before(), "return ")
        }
    }
}

pub(crate) fn place_wanted(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` takes a variable here");
    Diagnostic::error(Code::MACRO_CHANGES, span, message).hint("pass it by `&mut`, or by `&` where it is only read")
}

pub(crate) fn type_wanted(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` takes a type here, such as `c_int`");
    Diagnostic::error(Code::NO_C_ARGUMENT, span, message)
}

pub(crate) fn name_wanted(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` takes a name of C here, in a string literal");
    Diagnostic::error(Code::NO_C_ARGUMENT, span, message)
}

pub(crate) fn no_such_header(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` is no C module that this file imports");
    Diagnostic::error(Code::UNKNOWN_NAME, span, message)
}

pub(crate) fn several_headers(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("this file imports several C modules, and the text of `{name}` can stand on one");
    Diagnostic::error(Code::SEVERAL_HEADERS, span, message).hint("name it: `@header(module)` before the function")
}
