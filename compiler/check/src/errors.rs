//! The messages of this phase: one factory function a case, each with its code.

mod arguments;
mod c;
mod closures;
mod const_args;
mod dynamic;
mod failures;
mod loans;
mod patterns;
mod threads;
mod traits;

use base::{Span, Symbol};
use diag::{Code, Diagnostic, Edit};

use crate::{VariantDecl, VariantShape};
pub(crate) use arguments::{
    ArgumentCount, argument_twice, declared_here, default_of_impl, missing_arguments, unknown_parameter,
    wrong_argument_count,
};
pub(crate) use c::{
    MakesPointer, address_of_bit_field, assigns_const_field, assigns_record_with_const_field, bad_bit_width,
    bad_variadic_argument, bit_field_bound_by_reference, bit_field_of_lang, bit_field_of_no_integer, c_text_of_pointer,
    index_of_flexible, initializer_of_other, initializer_without_type, lost_return, macro_refused, macro_unanswered,
    macro_without_value, makes_pointer, name_of_c_module, name_wanted, named_macro_argument, no_c_argument, no_c_type,
    no_layout, no_such_header, place_wanted, reserved_export, several_headers, text_for_c_text, too_wide_for_bits,
    two_steps_of_atomic, type_wanted, unnamed_field, variadic_needs_cstr,
};
pub(crate) use closures::{
    borrows_for_own_fn, call_kind_not_met, captured_let, captures_for_c, closure_arity, closure_of_itself,
    impl_of_call_trait, may_not_be_called_as,
};
pub(crate) use const_args::{
    array_of_unknown_length, assoc_const_not_known, param_not_known, type_for_value, value_for_type,
};
pub(crate) use dynamic::{
    asks_too_much_for_dyn, dyn_types_missing, given_here, impl_of_own_trait, misplaced_impl_type, needs_owner,
    not_one_trait, other_self, other_unnamed, recursive_unnamed, self_argument_of_dyn, several_unnamed, takes_unsized,
    unfit_for_dyn, unnamed_in_trait, unnamed_unknown,
};
pub(crate) use failures::{
    catch_it, errdefer_never_runs, error_leaves, error_not_converted, none_leaves, nothing_to_catch, nothing_to_chain,
    nothing_to_try, take_value_out, unused_c_result, unused_result,
};
pub(crate) use loans::{
    cannot_capture, capture_without_name, captured_of_value, holds_no_reference, loan_not_said, loan_of_nothing,
    loan_said_twice, loan_with_name, may_dangle_is_a_promise, may_dangle_of_what, no_parameter, no_view,
    not_declared_view, result_borrows_nothing,
};
pub(crate) use patterns::{
    Matched, always_matches, bad_pattern, binds_constant_name, empty_range, not_exhaustive, refutable,
    union_in_pattern, unreachable_arm, wrong_element_count,
};
pub(crate) use threads::{not_for_threads, of_static, result_stays};
pub(crate) use traits::{
    ambiguous_assoc_type, ambiguous_method, ask_for, asked_by, assoc_type_of_impl, bound_not_met, derive_it,
    derive_to_print, derived_trait, drop_as_bound, endless_question, impl_of_others, missing_trait_members,
    no_assoc_type, no_trait_member, not_a_trait, other_assoc_type, other_safety, other_signature, overlapping_impls,
    stricter_bound, trait_asks_for_itself, unknown_assoc_type, unknown_trait, unused_impl_generic,
};

/// What the type was expected to be and is.
pub(crate) fn mismatched_types(span: Span, expected: &str, found: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("expected `{expected}`, found `{found}`"),
    )
    .at(format!("this is `{found}`"))
}

/// `[x; n]` of a value that is moved.
pub(crate) fn repeated_not_copy(span: Span, ty: &str) -> Diagnostic {
    let message = format!("what is repeated is copied, and `{ty}` is not `Copy`");
    Diagnostic::error(Code::MISMATCHED_TYPES, span, message)
}

/// Numbers of which the one may not fit the other. `is_compound` asks for parentheses before `as`.
pub(crate) fn lossy_number(span: Span, expected: &str, found: &str, note: String, is_compound: bool) -> Diagnostic {
    let diagnostic = mismatched_types(span, expected, found).note(note);
    let message = "convert it, range-checked in debug builds";
    if is_compound {
        return around(diagnostic, message, span, "(", &format!(") as {expected}"));
    }
    diagnostic.hint_replace(message, span.after(), format!(" as {expected}"))
}

/// A value that a method makes what is expected.
pub(crate) fn convert_by(
    diagnostic: Diagnostic,
    message: &str,
    span: Span,
    call: &str,
    is_compound: bool,
) -> Diagnostic {
    if is_compound {
        return around(diagnostic, message, span, "(", &format!("){call}"));
    }
    diagnostic.hint_replace(message, span.after(), call)
}

/// `push` of an array.
pub(crate) fn array_keeps_its_length(span: Span, name: Symbol, ty: &str) -> Diagnostic {
    unknown_member(span, name, &format!("`{ty}`"), None)
        .note(format!("an array keeps its length; a `Vec` has `{name}`"))
        .hint("give it that type: `var values: Vec<T> = [ … ]`")
}

/// A value as the pattern of an optional.
pub(crate) fn some_of_it(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    around(diagnostic, "match what is inside", span, ".Some(", ")")
}

/// `f"…"` where a `&str` is wanted.
pub(crate) fn text_of_message(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    around(
        diagnostic,
        "make a `String` of it, and lend that",
        span,
        "&",
        ".to_string()",
    )
}

pub(crate) fn put_in_box(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    around(diagnostic, "put it in a box", span, "Box.new(", ")")
}

/// `'a'` where a `u8` is wanted.
pub(crate) fn byte_literal(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.hint_replace("write a byte", span.before(), "b")
}

/// A constant of C that the expected type does not have.
pub(crate) fn constant_does_not_fit(
    span: Span,
    expected: &str,
    found: &str,
    value: i128,
    is_compound: bool,
) -> Diagnostic {
    let diagnostic = mismatched_types(span, expected, found).note(format!("it is {value}, which no `{expected}` is"));
    let message = "take as many of its bits as fit";
    if is_compound {
        return around(diagnostic, message, span, "(", &format!(") as% {expected}"));
    }
    diagnostic.hint_replace(message, span.after(), format!(" as% {expected}"))
}

/// A number where an enum is wanted, which the file calls `written`.
pub(crate) fn number_as_enum(
    span: Span,
    (expected, written): (&str, &str),
    found: &str,
    is_compound: bool,
) -> Diagnostic {
    let diagnostic = mismatched_types(span, expected, found).note("a number becomes an enum by `as` only");
    if is_compound {
        return around(diagnostic, "convert it", span, "(", &format!(") as {written}"));
    }
    diagnostic.hint_replace("convert it", span.after(), format!(" as {written}"))
}

/// An enum as the operand of an operator of numbers.
pub(crate) fn enum_operand(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("take the enum's number: `x as c_int`")
}

/// A hint that puts text before and after a span.
fn around(diagnostic: Diagnostic, message: &str, span: Span, before: &str, after: &str) -> Diagnostic {
    let edit = |span: Span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    diagnostic.hint_edits(message, vec![edit(span.before(), before), edit(span.after(), after)])
}

pub(crate) fn may_be_none(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note("it may be `none`")
        .hint("give what to take then, `… ?? other`, or bind what is inside: `if let value = … { … }`")
}

pub(crate) fn borrow_it(diagnostic: Diagnostic, span: Span, sign: &str, is_compound: bool) -> Diagnostic {
    let message = "give a reference to it";
    if is_compound {
        return around(diagnostic, message, span, &format!("{sign}("), ")");
    }
    diagnostic.hint_replace(message, span.before(), sign)
}

pub(crate) fn dereference_it(diagnostic: Diagnostic, span: Span, is_compound: bool) -> Diagnostic {
    let message = "take what it points to";
    if is_compound {
        return around(diagnostic, message, span, "*(", ")");
    }
    diagnostic.hint_replace(message, span.before(), "*")
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

/// `0` where a pointer is expected.
pub(crate) fn null_for_zero(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.hint_replace("the null pointer is `null`", span, "null")
}

/// A string of one character where a character is expected.
pub(crate) fn character_for_text(diagnostic: Diagnostic, span: Span, character: &str) -> Diagnostic {
    diagnostic.hint_replace("a character stands in single quotes", span, character)
}

/// The value of a call at the end of a block that gives nothing.
pub(crate) fn unused_tail(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.hint_replace("a `;` discards the value", span.after(), ";")
}

/// A value is returned by a function that declares none.
pub(crate) fn value_without_result(diagnostic: Diagnostic, found: &str) -> Diagnostic {
    let found = match found {
        "integer" => "i32",
        "float" => "f64",
        found => found,
    };
    diagnostic.hint(format!("a function that gives a value says so: `fn f() -> {found}`"))
}

/// `&x` where `&mut x` is expected.
pub(crate) fn reference_may_write(diagnostic: Diagnostic, sign: Span) -> Diagnostic {
    diagnostic.hint_replace("lend it to be written", sign, "&mut ")
}

/// `a + b` of texts.
pub(crate) fn joined_texts(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("texts are put together in an f-string: `f\"{a}{b}\"`")
}

pub(crate) fn missing_value(span: Span, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("expected `{expected}`, but the block has no value"),
    )
    .hint("a block's value is its last expression, without `;`")
}

/// `span` is an expression in a statement.
pub(crate) fn discarded_here(diagnostic: Diagnostic, span: Span, ty: &str) -> Diagnostic {
    diagnostic.label(span, format!("this is `{ty}`, but its `;` discards it"))
}

pub(crate) fn block_ends(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        "expected `never`, but the block comes to its end",
    )
    .hint("end it with `return`, `panic(…)` or an endless `loop`")
}

/// The `else` of `let … else`.
pub(crate) fn else_goes_on(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        "the `else` of a `let` must not go on behind it",
    )
    .hint("end it with `return`, `break`, `continue` or `panic(…)`")
}

pub(crate) fn missing_else(span: Span, expected: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISMATCHED_TYPES,
        span,
        format!("`if` without `else` gives no `{expected}`"),
    )
}

pub(crate) fn unknown_name(span: Span, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`"));
    if let Some(path) = base::import_of_library(name.as_str()) {
        return diagnostic.hint(import_it(path));
    }
    if let Some(ours) = base::value_of_other_languages(name.as_str()) {
        return diagnostic.hint_replace(format!("write `{ours}`"), span, ours);
    }
    if matches!(name.as_str(), "Some" | "Ok") {
        let message = "a value becomes an optional or a result by itself";
        return diagnostic.hint_replace(message, span, "");
    }
    if name == "Err" {
        let message = "an error leaves by `throw`; as a value it is `.Err(…)`";
        return diagnostic.hint_replace(message, span, ".Err");
    }
    if let Some(ours) = base::type_of_other_languages(name.as_str()) {
        return diagnostic.hint(format!("a value is converted by `x as {ours}`"));
    }
    did_you_mean(diagnostic, span, similar)
}

/// A module of the library. `top` is where the file's imports stand.
pub(crate) fn module_not_imported(span: Span, name: Symbol, path: &str, top: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`"));
    diagnostic.hint_replace(import_it(path), top, format!("import {path};\n"))
}

/// A name of another language for what points to nothing, or is not there.
pub(crate) fn foreign_nothing(span: Span, name: Symbol, ours: &str) -> Diagnostic {
    let message = match ours {
        "none" => "the empty optional is `none`",
        _ => "the null pointer is `null`",
    };
    Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`")).hint_replace(message, span, ours)
}

/// A function or variable of C's library without its header. `top` is where the file's imports stand; `prefix` is what
/// stands before a use of it.
pub(crate) fn unknown_c_name(span: Span, name: Symbol, header: &str, top: Span, prefix: &str) -> Diagnostic {
    let module = header.trim_end_matches(".h");
    let edit = |span: Span, text: String| Edit { span, text };
    Diagnostic::error(Code::UNKNOWN_NAME, span, format!("unknown name `{name}`"))
        .note(format!("C's `{name}` comes with `{header}`"))
        .hint_edits(
            "import the header",
            vec![
                edit(top, format!("import c \"{header}\";\n")),
                edit(span.before(), format!("{prefix}{module}.")),
            ],
        )
}

/// The header of a function of C's library that many programs call.
pub(crate) fn header_of(name: Symbol) -> Option<&'static str> {
    Some(match name.as_str() {
        "printf" | "fprintf" | "snprintf" | "scanf" | "puts" | "putchar" | "getchar" | "fopen" | "fclose" | "fread"
        | "fwrite" | "fgets" | "fflush" | "perror" | "stdin" | "stdout" | "stderr" | "FILE" => "stdio.h",
        "malloc" | "calloc" | "realloc" | "free" | "exit" | "abort" | "getenv" | "atoi" | "strtol" | "qsort"
        | "rand" => "stdlib.h",
        "strlen" | "strcmp" | "strncmp" | "strcpy" | "strchr" | "strstr" | "memcpy" | "memset" | "memcmp"
        | "strerror" => "string.h",
        "sqrt" | "pow" | "sin" | "cos" | "tan" | "exp" | "log" | "fabs" | "floor" | "ceil" | "M_PI" => "math.h",
        "time" | "clock" => "time.h",
        _ => return None,
    })
}

pub(crate) fn unknown_type(span: Span, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, span, format!("unknown type `{name}`"));
    if let Some(path) = base::import_of_library(name.as_str()) {
        return diagnostic.hint(import_it(path));
    }
    if let "String" | "Vec" | "Box" = name.as_str() {
        return diagnostic.hint("a program without an allocator has no such type: use an array or a slice");
    }
    if let Some(ours) = base::type_of_other_languages(name.as_str()) {
        return diagnostic.hint_replace(format!("write `{ours}`"), span, ours);
    }
    did_you_mean(diagnostic, span, similar)
}

pub(crate) fn import_it(path: &str) -> String {
    format!("it is in the library: `import {path};`")
}

/// `of` says what lacks the member: `type `i32``, `module `geometry``, `header `zlib.h``.
pub(crate) fn unknown_member(span: Span, name: Symbol, of: &str, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_MEMBER, span, format!("{of} has no `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

/// `place` is that of an item of the name that is not part of the build, if there is one.
pub(crate) fn left_out(diagnostic: Diagnostic, place: Option<Span>) -> Diagnostic {
    match place {
        Some(place) => diagnostic.label(place, "left out of this build by its `@if`"),
        None => diagnostic,
    }
}

fn did_you_mean(diagnostic: Diagnostic, span: Span, similar: Option<Symbol>) -> Diagnostic {
    match similar {
        None => diagnostic,
        Some(name) => diagnostic.hint_guess(format!("did you mean `{name}`?"), span, name.as_str()),
    }
}

pub(crate) fn not_a_type(span: Span, name: Symbol, what: &str) -> Diagnostic {
    Diagnostic::error(Code::UNKNOWN_TYPE, span, format!("`{name}` is {what}, not a type"))
}

pub(crate) fn not_a_value(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_A_VALUE, span, format!("expected a value, found {what}"))
}

/// A struct's name where a value of it is meant.
pub(crate) fn struct_as_value(span: Span, name: Symbol) -> Diagnostic {
    not_a_value(span, &format!("the type `{name}`")).hint(format!("a value of it is made by `{name} {{ … }}`"))
}

/// The same of `struct Meters(f64);`, which is no function: `.map(Meters)`.
pub(crate) fn tuple_struct_as_value(span: Span, name: Symbol) -> Diagnostic {
    not_a_value(span, &format!("the type `{name}`")).hint(format!(
        "a value of it is made by `{name}(…)`; what makes one of each is `|value| {name}(value)`"
    ))
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

/// A number or pointer as a condition, as C has them.
pub(crate) fn compare_with_nothing(diagnostic: Diagnostic, span: Span, nothing: &str, is_compound: bool) -> Diagnostic {
    let message = "compare it";
    if is_compound {
        return around(diagnostic, message, span, "(", &format!(") != {nothing}"));
    }
    diagnostic.hint_replace(message, span.after(), format!(" != {nothing}"))
}

/// `!number` as a condition, as C has it.
pub(crate) fn compare_negated(diagnostic: Diagnostic, span: Span) -> Diagnostic {
    let sign = Span {
        end: span.start + 1,
        ..span
    };
    let edit = |span: Span, text: &str| Edit {
        span,
        text: text.to_owned(),
    };
    let edits = vec![edit(sign, ""), edit(span.after(), " == 0")];
    diagnostic.hint_edits("compare it: `!` of a number turns its bits around", edits)
}

/// `!p`
pub(crate) fn is_null(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("a pointer is compared: `p == null`")
}

/// An assignment where a condition is wanted.
pub(crate) fn assignment_as_condition(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("`=` assigns, and `==` compares")
}

/// `&x` where C may write.
pub(crate) fn pointer_may_write(diagnostic: Diagnostic, sign: Option<Span>) -> Diagnostic {
    let diagnostic = diagnostic.note("through a `*T` the value may be written; a `*const T` only reads it");
    match sign {
        Some(sign) => diagnostic.hint_replace("lend it to be written", sign, "&mut "),
        None => diagnostic,
    }
}

/// A pointer to a number whose type nothing has fixed, where C sees bytes.
pub(crate) fn pointee_not_fixed(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.hint("the size of what it points to must be known: give the number a type, as in `0i32`")
}

/// Several arguments, or a format of another language, where one f-string is meant.
pub(crate) fn one_f_string(diagnostic: Diagnostic, callee: &str) -> Diagnostic {
    diagnostic.hint(format!("values stand in an f-string: `{callee}(f\"x is {{x}}\")`"))
}

/// `lacking` is what a call needs of the processor and the code around it need not have; `wanted` is that of this and
/// `n_others` more calls of the body. `of` is the function that they stand in, where it can have features.
pub(crate) fn lacks_features(
    span: Span,
    what: &str,
    lacking: &[String],
    (wanted, n_others, of): (&[String], usize, Option<Symbol>),
) -> Diagnostic {
    let quoted: Vec<String> = lacking.iter().map(|name| format!("`{name}`")).collect();
    let message = format!(
        "{what} is for processors with {}, and this runs on others, too",
        quoted.join(" and ")
    );
    let attribute = format!("@target_feature(\"{}\")", wanted.join(","));
    let hint = match of {
        Some(of) => format!("put `{attribute}` before `{of}`, or name the build's processor with `--cpu`"),
        None => format!("use it in a function with `{attribute}`, or name the build's processor with `--cpu`"),
    };
    let diagnostic = Diagnostic::error(Code::LACKS_FEATURES, span, message);
    let diagnostic = match n_others {
        0 => diagnostic,
        1 => diagnostic.note("as is another call in this function"),
        _ => diagnostic.note(format!("as are {n_others} more calls in this function")),
    };
    diagnostic.hint(hint)
}

pub(crate) fn unknown_feature(span: Span, name: &str, target: &str, similar: Option<&String>) -> Diagnostic {
    let message = format!("processors of `{target}` have no feature `{name}`");
    let diagnostic = Diagnostic::error(Code::BAD_FEATURE, span, message);
    match similar {
        Some(similar) => diagnostic.hint(format!("there is `{similar}`")),
        None => diagnostic.hint("the names are LLVM's, such as `avx2` on x86-64 and `sve2` on AArch64"),
    }
}

/// Clang cannot be asked what a feature is.
pub(crate) fn features_unknown(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BAD_FEATURE,
        span,
        "Clang, which knows the features of processors, is not here",
    )
    .hint("`lang doctor` says what to install")
}

pub(crate) fn features_of_main(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_FEATURE, span, "`main` starts on every processor")
        .hint("put what needs the feature into a function of its own, and ask `cpu.has(…)` before it is called")
}

/// `setjmp` and its like.
pub(crate) fn returns_twice(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("C's `{name}` returns twice, and Lang code only once");
    Diagnostic::error(Code::RETURNS_TWICE, span, message)
        .hint("call it in C, in a file of `[c] sources`, around the call of what may jump back to it")
}

/// `static int f(int);`
pub(crate) fn undefined_static(span: Span, name: Symbol, place: &cmodel::CLoc) -> Diagnostic {
    let message = format!("C's `{name}` is `static`, and its header does not define it");
    Diagnostic::error(Code::UNDEFINED_SYMBOL, span, message)
        .note(format!("declared at {}:{}:{}", place.path, place.line, place.column))
        .note("such a function is there only for what is in one file with it")
}

/// `wanted` is the type that the `impl` is for.
pub(crate) fn member_of_other_arguments(span: Span, name: Symbol, wanted: &str, given: &str) -> Diagnostic {
    let message = format!("expected `{wanted}`, found `{given}`");
    Diagnostic::error(Code::MISMATCHED_TYPES, span, message).at(format!("only a `{wanted}` has this `{name}`"))
}

/// `reason` is the header's, and may be empty.
pub(crate) fn deprecated(span: Span, name: Symbol, reason: &str) -> Diagnostic {
    let message = format!("C's `{name}` is deprecated{}", after_colon(reason));
    Diagnostic::warning(Code::DEPRECATED, span, message)
}

pub(crate) fn unavailable(span: Span, name: Symbol, reason: &str) -> Diagnostic {
    let message = format!("C's `{name}` is not to be used{}", after_colon(reason));
    Diagnostic::error(Code::DEPRECATED, span, message)
}

fn after_colon(reason: &str) -> String {
    match reason {
        "" => String::new(),
        _ => format!(": {reason}"),
    }
}

pub(crate) fn needs_unsafe(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NEEDS_UNSAFE, span, format!("{what} needs `unsafe`")).hint_replace(
        "say that you have checked what it asks for",
        span.before(),
        "unsafe ",
    )
}

pub(crate) fn literal_out_of_range(span: Span, ty: &str, least: i128, greatest: u128) -> Diagnostic {
    Diagnostic::error(
        Code::LITERAL_OUT_OF_RANGE,
        span,
        format!("literal out of range for `{ty}`"),
    )
    .note(format!("`{ty}` holds {least} to {greatest}"))
}

pub(crate) fn float_out_of_range(span: Span, ty: &str) -> Diagnostic {
    let message = format!("literal out of range for `{ty}`");
    Diagnostic::error(Code::LITERAL_OUT_OF_RANGE, span, message).note("it would be infinite")
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

/// A reference is made of a pointer to its own type only. `pointer` and `reference` are the types.
pub(crate) fn reference_of_pointer(diagnostic: Diagnostic, pointer: &str, reference: &str) -> Diagnostic {
    diagnostic
        .note("a reference leads to a value of its type for as long as it is used")
        .hint(format!(
            "make a `{pointer}` of it first; `unsafe (pointer as {reference})` says that what it leads to is there"
        ))
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

/// The fields that a literal of an `extern struct` must give.
pub(crate) fn never_zero(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note("a field that is left out is zero, which is no value of a `&T` or an `extern fn`")
        .hint("give it, or make its type a `?&T` or `?extern fn`")
}

pub(crate) fn unknown_field_init(span: Span, ty: &str, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("`{ty}` has no field `{name}`"));
    did_you_mean(diagnostic, span, similar)
}

pub(crate) fn repeated_field_init(span: Span, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_FIELD_INIT, span, format!("`{name}` is given twice")).label(first, "first given here")
}

pub(crate) fn union_one_field(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_FIELD_INIT, span, "a union literal gives exactly one field")
}

pub(crate) fn base_of_variant(span: Span) -> Diagnostic {
    let message = "a variant takes no fields from another value";
    Diagnostic::error(Code::BAD_FIELD_INIT, span, message).note("the other value may be another variant")
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

pub(crate) fn not_constant(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_CONSTANT, span, format!("{what} is not constant"))
}

/// `name` is a constant.
pub fn constant_cycle(span: Span, name: &str) -> Diagnostic {
    Diagnostic::error(
        Code::CONSTANT_CYCLE,
        span,
        format!("the value of `{name}` needs itself"),
    )
}

pub(crate) fn constant_fails(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CONSTANT_FAILS, span, format!("evaluating this constant {why}"))
}

/// The condition of a `const assert` is false.
pub fn assertion_fails(span: Span, message: Option<Symbol>) -> Diagnostic {
    let text = match message {
        Some(message) => format!("this does not hold: {message}"),
        None => "this does not hold".to_owned(),
    };
    Diagnostic::error(Code::CONSTANT_ASSERTION, span, text)
}

/// `through` is the reference or pointer.
pub(crate) fn read_only(span: Span, through: &str) -> Diagnostic {
    Diagnostic::error(
        Code::READ_ONLY,
        span,
        format!("what is behind a `{through}` can only be read"),
    )
}

/// What to write where something shall be changed that can only be read.
pub(crate) enum ToChange {
    /// The parameter, a `&T`, by which it is found.
    Parameter { name: Symbol, target: String },
    /// What a `for` goes over.
    Iterated { span: Span, text: &'static str },
    /// The same, of a variable that is not `var`.
    IteratedLet { name: Symbol },
    /// What holds it is one of several that do.
    Shared {
        holder: Symbol,
        cell: &'static str,
        content: String,
    },
}

pub(crate) fn to_change(diagnostic: Diagnostic, found: &ToChange) -> Diagnostic {
    match found {
        ToChange::Parameter { name, .. } if *name == "self" => diagnostic.hint("take `&mut self` to change it"),
        ToChange::Parameter { name, target } => diagnostic.hint(format!("take a `{name}: &mut {target}` to change it")),
        ToChange::Iterated { span, text } => {
            diagnostic.hint_guess("let the loop lend what it goes over as `&mut`", *span, *text)
        }
        ToChange::IteratedLet { name } => diagnostic.hint(format!(
            "declare `var {name}`, and let the loop lend what it goes over as `&mut`"
        )),
        ToChange::Shared { holder, cell, content } => diagnostic
            .note(format!(
                "what an `{holder}` holds is shared: others may read it at the same time"
            ))
            .hint(format!(
                "hold it in a cell that can be changed: `{holder}<{cell}<{content}>>`"
            )),
    }
}

pub(crate) fn optional_pointer(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::OPTIONAL_POINTER, span, format!("a `{ty}` cannot be optional"))
        .note("null is one of its values already")
        .hint_replace(
            "use the pointer itself",
            Span {
                end: span.start + 1,
                ..span
            },
            "",
        )
}

pub(crate) fn wrong_generic_count(span: Span, name: &str, expected: usize, found: usize) -> Diagnostic {
    let plural = if expected == 1 { "" } else { "s" };
    Diagnostic::error(
        Code::WRONG_GENERIC_COUNT,
        span,
        format!("`{name}` takes {expected} generic argument{plural}, found {found}"),
    )
}

pub(crate) fn recursive_alias(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::RECURSIVE_TYPE,
        span,
        format!("the type alias `{name}` stands for itself"),
    )
}

pub(crate) fn recursive_type(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::RECURSIVE_TYPE, span, format!("`{name}` contains itself"))
        .hint("put the inner one behind a pointer")
}

/// At the field with `instance`, which holds a larger one, and so on.
pub(crate) fn growing_type(span: Span, name: Symbol, instance: &str) -> Diagnostic {
    let message = format!("`{name}` holds ever larger instances of itself");
    Diagnostic::error(Code::GROWING_TYPE, span, message)
        .at(format!("by a `{instance}`"))
        .note("each holds one with larger arguments: there is no last type to compile")
        .hint("let it hold instances with its own arguments, or a `Box<dyn …>`")
}

pub(crate) fn private(span: Span, what: &str, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::PRIVATE, span, format!("{what} `{name}` is private"))
}

pub(crate) fn cannot_print(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_PRINT, span, format!("a `{ty}` cannot be printed"))
}

/// An enum, whose number can be.
pub(crate) fn cannot_print_enum(span: Span, ty: &str) -> Diagnostic {
    cannot_print(span, ty).hint("print its number: `x as c_int`")
}

/// What `{x:?}` shows.
pub(crate) fn cannot_print_plainly(span: Span, ty: &str) -> Diagnostic {
    cannot_print(span, ty).hint("`{…:?}` shows it as source writes it")
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
        "`main` takes nothing and gives `()`, `!()`, or an exit status as `i32`",
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

pub(crate) fn duplicate(span: Span, what: &str, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(Code::DUPLICATE, span, format!("{what} `{name}` is defined twice"))
        .label(first, "first defined here")
}

pub(crate) fn cannot_dereference(span: Span, ty: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_DEREFERENCE, span, format!("a `{ty}` is no pointer"))
}

/// `sign` at `place` makes the pattern and the value agree.
/// What the pattern around it looks through a reference for.
pub(crate) fn under_reference(span: Span, what: &str) -> Diagnostic {
    let message = format!("{what} behind a reference that the pattern looks through");
    Diagnostic::error(Code::UNDER_REFERENCE, span, message)
        .note("a pattern that looks through a reference borrows what it binds")
        .hint("write `&` before the whole pattern, which then copies or moves what it binds")
}

/// A variant that is named in another form than its own.
pub(crate) fn variant_without_fields(span: Span, variant: &VariantDecl) -> Diagnostic {
    let name = variant.name;
    let form = match variant.shape {
        VariantShape::Unit => format!(".{name}"),
        VariantShape::Tuple => format!(".{name}(..)"),
        VariantShape::Struct => format!(".{name} {{ .. }}"),
    };
    Diagnostic::error(
        Code::BAD_PATTERN,
        span,
        format!("this is not the form of the variant `{name}`"),
    )
    .label(variant.span, "declared here")
    .hint(format!("write `{form}`"))
}

/// The same where a value is made.
pub(crate) fn variant_in_other_form(span: Span, variant: &VariantDecl) -> Diagnostic {
    let name = variant.name;
    let form = match variant.shape {
        VariantShape::Unit => format!(".{name}"),
        VariantShape::Tuple => format!(".{name}(…)"),
        VariantShape::Struct => format!(".{name} {{ … }}"),
    };
    Diagnostic::error(
        Code::NOT_A_VALUE,
        span,
        format!("this is not the form of the variant `{name}`"),
    )
    .label(variant.span, "declared here")
    .hint(format!("write `{form}`"))
}

/// What only an `extern enum` says of itself.
pub(crate) fn no_chosen_tag(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::ENUM_FORM, span, format!("{what} is not for an `enum` to say"))
        .note("how an `enum` lies in memory is the compiler's choice")
        .hint("an `extern enum` has C's layout, and numbers of its own")
}

pub(crate) fn fields_in_extern_enum(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::ENUM_FORM,
        span,
        format!("`{name}` has fields, in an `extern enum`"),
    )
    .note("an `extern enum` is C's: a number")
    .hint("leave out `extern`")
}

pub(crate) fn bad_impl(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_IMPL, span, why)
}

pub(crate) fn cannot_lend(span: Span, why: &str) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_LEND, span, why)
}

pub(crate) fn index_of_text(span: Span) -> Diagnostic {
    Diagnostic::error(Code::CANNOT_INDEX, span, "text has no element at an index")
        .note("a character is one byte or more")
        .hint("take a part, `text[2..5]`, or a byte, `text.as_bytes()[2]`")
}

pub(crate) fn no_lang_item(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NO_LANG_ITEM,
        span,
        "this names nothing that the language speaks of",
    )
    .note("`@lang_item` is for the standard library")
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
