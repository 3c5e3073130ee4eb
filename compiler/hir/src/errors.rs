//! The messages of lowering and linking: one factory per code.

use base::{Span, Symbol, sym};
use cmodel::CallingConvention;
use diag::{Code, Diagnostic, Edit};

use crate::similar_name;

/// What is part of the language and not built yet, completing "not supported yet: …".
pub(crate) fn unsupported(span: Span, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_SUPPORTED_YET, span, format!("not supported yet: {what}"))
}

/// An import names a file that is not there. `expected` are the paths that would be one, best first; `own_name` is the
/// name of the package itself where the path starts with it.
pub(crate) fn unknown_module(
    span: Span,
    path: &str,
    expected: &[String],
    similar: Option<String>,
    own_name: Option<Symbol>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_MODULE, span, format!("there is no module `{path}`"));
    let diagnostic = match expected {
        [] => diagnostic.note("`std` is the library that comes with the compiler"),
        files => diagnostic.note(format!("looked for {}", quoted_list(files, "and"))),
    };
    if let Some(own) = own_name {
        let message =
            format!("inside the package `{own}` its modules are imported without `{own}.`, the library as `lib`");
        return diagnostic.hint(message);
    }
    match similar {
        Some(name) => {
            let message = format!("did you mean `{name}`?");
            diagnostic.hint_replace(message, span, name)
        }
        None => diagnostic,
    }
}

pub(crate) fn unknown_import(span: Span, module: &str, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::UNKNOWN_IMPORT,
        span,
        format!("there is no `{name}` in module `{module}`"),
    );
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None => diagnostic,
    }
}

pub(crate) fn private_import(span: Span, module: &str, name: Symbol, item: Span) -> Diagnostic {
    Diagnostic::error(
        Code::PRIVATE_IMPORT,
        span,
        format!("`{name}` is private to module `{module}`"),
    )
    .label(item, "declared here, without `pub`")
    .hint(format!("write `pub` before the declaration of `{name}`"))
}

pub(crate) fn private_reexport(span: Span, name: Symbol, item: Span) -> Diagnostic {
    Diagnostic::error(
        Code::PRIVATE_REEXPORT,
        span,
        format!("`{name}` is private and cannot be handed on"),
    )
    .label(item, "declared here, without `pub`")
    .hint(format!("write `pub` before the declaration of `{name}`"))
}

pub(crate) fn param_in_default(span: Span, name: Symbol, param: Span) -> Diagnostic {
    Diagnostic::error(
        Code::PARAM_IN_DEFAULT,
        span,
        format!("a default cannot use the parameter `{name}`"),
    )
    .label(param, "declared here")
    .note("defaults are evaluated before the function is entered")
    .hint("take an optional, and choose inside of the function: `let x = x ?? …;`")
}

pub(crate) fn duplicate_name(span: Span, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(Code::DUPLICATE_NAME, span, format!("the name `{name}` is given twice"))
        .at("again here")
        .label(first, "first here")
}

/// An inline module has the path of a file's module.
pub(crate) fn module_twice(span: Span, name: Symbol, file: Span) -> Diagnostic {
    Diagnostic::error(
        Code::DUPLICATE_NAME,
        span,
        format!("the module `{name}` stands here and in a file of its own"),
    )
    .label(file, "the file")
    .hint("move what is here into the file, or rename one of them")
}

/// The module imports the name from a module that imports it back.
pub(crate) fn import_cycle(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::UNKNOWN_IMPORT,
        span,
        format!("the import of `{name}` leads back to itself"),
    )
    .hint("import it from the module that declares it")
}

/// The path goes on after something that is no module.
pub(crate) fn not_a_module(span: Span, name: Symbol, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_A_MODULE, span, format!("`{name}` is {what}, not a module"))
}

pub(crate) fn unnamed_c_import(span: Span, header: &str) -> Diagnostic {
    Diagnostic::error(
        Code::UNNAMED_C_IMPORT,
        span,
        format!("the name of `{header}` cannot name the import"),
    )
    .hint("write `as name` before the `;`")
}

pub(crate) fn bad_format(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_FORMAT, span, problem)
        .note("a format is `fill align + # 0 width .precision kind`, each part optional")
}

pub(crate) fn unknown_label(span: Span, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::UNKNOWN_LABEL,
        span,
        format!("no loop or block around this has the label `'{name}`"),
    );
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `'{similar}`?"), span, format!("'{similar}")),
        None => diagnostic,
    }
}

/// `keyword` is `break` or `continue`.
pub(crate) fn outside_loop(span: Span, keyword: &str) -> Diagnostic {
    Diagnostic::error(Code::OUTSIDE_LOOP, span, format!("`{keyword}` stands in no loop"))
}

pub(crate) fn continue_of_block(span: Span, block: Span) -> Diagnostic {
    Diagnostic::error(Code::CONTINUE_OF_BLOCK, span, "`continue` names a block, not a loop")
        .label(block, "this label is of a block")
        .hint("use `break` to leave the block")
}

/// `keyword` is what would leave the function.
pub(crate) fn outside_fn(span: Span, keyword: &str) -> Diagnostic {
    Diagnostic::error(
        Code::RETURN_OUTSIDE_FN,
        span,
        format!("`{keyword}` stands in no function"),
    )
}

pub(crate) fn leaves_defer(span: Span, keyword: &str, defer: Span) -> Diagnostic {
    Diagnostic::error(Code::LEAVES_DEFER, span, format!("`{keyword}` cannot leave a `defer`"))
        .label(defer, "this runs when the scope is already being left")
}

pub(crate) fn bound_twice(span: Span, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(
        Code::BOUND_TWICE,
        span,
        format!("`{name}` is bound twice in one pattern"),
    )
    .at("again here")
    .label(first, "first here")
}

pub(crate) fn unequal_alternatives(span: Span, name: Symbol, bound: Span) -> Diagnostic {
    Diagnostic::error(
        Code::UNEQUAL_ALTERNATIVES,
        span,
        format!("this alternative does not bind `{name}`"),
    )
    .label(bound, "bound here")
    .note("the alternatives of a pattern bind the same names")
}

pub(crate) fn misplaced_self(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_SELF,
        span,
        "`self` stands only in methods: functions of an `impl`",
    )
}

pub(crate) fn second_rest(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code::MISPLACED_REST, span, "a pattern has at most one `..`").label(first, "the first one")
}

pub(crate) fn second_base(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code::MISPLACED_REST, span, "a struct literal has at most one `..`").label(first, "the first one")
}

pub(crate) fn field_after_base(span: Span, base: Span) -> Diagnostic {
    Diagnostic::error(Code::MISPLACED_REST, span, "this field follows the `..` of its literal")
        .label(base, "gives the fields that are not named")
        .hint("put `..` last")
}

pub(crate) fn lone_rest(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_REST,
        span,
        "`..` stands only in tuple, slice and struct patterns",
    )
}

pub(crate) fn unknown_attribute(span: Span, name: &str, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        Code::UNKNOWN_ATTRIBUTE,
        span,
        format!("there is no attribute `@{name}`"),
    );
    match similar {
        Some(similar) => diagnostic.hint(format!("did you mean `@{similar}`?")),
        None => diagnostic,
    }
}

pub(crate) fn unknown_fact(span: Span, key: Symbol, similar: Option<Symbol>, keys: &[Symbol]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_FACT, span, format!("there is no fact `{key}` of a build"));
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None => diagnostic.note(format!("there are {}", quoted_list(&texts(keys), "and"))),
    }
}

/// A text that the fact never is; `known` are those that it may be.
pub(crate) fn unknown_fact_value(span: Span, key: &str, value: &str, known: &[Symbol]) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_FACT, span, format!("`{key}` is `{value}` for no target"));
    match similar_name(base::sym(value), known.iter().copied()) {
        Some(similar) => {
            let text = format!("\"{similar}\"");
            diagnostic.hint_replace(format!("did you mean `{text}`?"), span, text)
        }
        None => diagnostic.note(format!("it may be {}", quoted_list(&texts(known), "or"))),
    }
}

pub(crate) fn bad_condition(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_CONDITION, span, problem)
}

/// `problem` says what the attribute takes, or where it stands.
pub(crate) fn bad_attribute(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_ATTRIBUTE, span, problem)
}

/// `problem` says what inline C is, or what it lacks.
pub(crate) fn bad_inline_c(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_INLINE_C, span, problem)
}

pub(crate) fn no_body(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::NO_BODY, span, format!("the function `{name}` has no body"))
        .hint("functions of other languages are declared in `extern \"C\" { … }`")
}

pub(crate) fn no_value(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(Code::NO_VALUE, span, format!("`{name}` has no value"))
}

/// `problem` says what in an `extern` block C has no word for.
pub(crate) fn not_in_c(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_IN_C, span, problem)
}

pub(crate) fn unknown_abi(span: Span, abi: &str) -> Diagnostic {
    let known = CallingConvention::lang_names().map(sym);
    let similar = similar_name(sym(abi), known).map_or("C", |name| name.as_str());
    let message = format!("there is no calling convention `{abi}`");
    let diagnostic = Diagnostic::error(Code::UNKNOWN_ABI, span, message);
    diagnostic.hint_replace(format!("write `\"{similar}\"`"), span, format!("\"{similar}\""))
}

pub(crate) fn not_an_intrinsic(span: Span, name: Symbol) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_AN_INTRINSIC,
        span,
        format!("the compiler makes no function `{name}` here"),
    )
    .note("`@intrinsic` is for the library that comes with the compiler")
}

/// As C writes conditions. `inside` is the condition.
pub(crate) fn unneeded_parentheses(outside: Span, inside: Span) -> Diagnostic {
    let gone = |start, end| Edit {
        span: Span::new(outside.file, start, end),
        text: String::new(),
    };
    let edits = vec![gone(outside.start, inside.start), gone(inside.end, outside.end)];
    let message = "a condition needs no parentheses";
    Diagnostic::warning(Code::UNNEEDED_PARENTHESES, outside, message).hint_edits("remove them", edits)
}

/// `&&str`, as Rust's iterators give it.
pub(crate) fn double_reference(span: Span) -> Diagnostic {
    let message = "a reference to text needs no other around it";
    Diagnostic::warning(Code::DOUBLE_REFERENCE, span, message).hint_replace("write `&str`", span, "&str")
}

/// `_` where a value stands.
pub(crate) fn underscore_as_value(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_REST,
        span,
        "`_` is no value: it takes what is assigned to nothing",
    )
}

/// A const parameter of a type that has no const parameters.
pub(crate) fn bad_const_param(span: Span, ty: &str) -> Diagnostic {
    let message = format!("a const parameter cannot be of `{ty}`");
    Diagnostic::error(Code::BAD_CONST_PARAM, span, message).hint("it is of an integer type, `bool` or `char`")
}

/// `?Trait` of a trait that is no promise of every parameter.
pub(crate) fn unknown_relaxation(span: Span) -> Diagnostic {
    let message = "no generic parameter promises this by itself";
    Diagnostic::error(Code::BAD_RELAXATION, span, message).hint("`?Sized`, `?view` and `?Send` take a promise back")
}

/// `?Send` of what stands for any type.
pub(crate) fn send_not_promised(span: Span) -> Diagnostic {
    let message = "a parameter promises `Send` only where it says so";
    Diagnostic::error(Code::BAD_RELAXATION, span, message).hint("leave `?Send` out; it is for `impl` types of results")
}

/// `?Trait` where no parameter is declared.
pub(crate) fn misplaced_relaxation(span: Span) -> Diagnostic {
    let message = "a promise is taken back where the parameter is declared";
    Diagnostic::error(Code::BAD_RELAXATION, span, message).hint("write it there: `<T: ?view>`")
}

/// `@derive(Default)` on an enum without variants, or whose first has fields.
pub(crate) fn no_default_variant(span: Span, name: &str, is_empty: bool) -> Diagnostic {
    if is_empty {
        return bad_attribute(
            span,
            &format!("{name} has no variants, so it has no value to be the default"),
        );
    }
    let problem = format!("the default of an enum is its first variant, and that of {name} has fields");
    bad_attribute(span, &problem).hint("put one without fields first, or write the `impl`")
}

/// `type` where it means nothing, or with more than it can have.
pub(crate) fn bad_alias(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::BAD_ALIAS, span, problem)
}

/// `` `a`, `b` and `c` ``
fn texts(names: &[Symbol]) -> Vec<String> {
    names.iter().map(|name| name.to_string()).collect()
}

fn quoted_list(names: &[String], last_joint: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} {last_joint} {last}", rest.join(", ")),
    }
}
