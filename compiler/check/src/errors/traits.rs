//! What is wrong with traits, bounds and `impl`s.

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

use crate::{TraitRef, TyKind};

/// A type that a bound asks more of than it has.
pub(crate) fn bound_not_met(span: Span, ty: &str, of_trait: &str) -> Diagnostic {
    Diagnostic::error(
        Code::BOUND_NOT_MET,
        span,
        format!("`{ty}` does not implement `{of_trait}`"),
    )
}

/// Whether `ty` has a trait is asked of an `impl` that asks for it of a larger type, and so on.
pub(crate) fn endless_question(span: Span, ty: &str, of_trait: &str) -> Diagnostic {
    let message = format!("whether `{ty}` implements `{of_trait}` leads to ever further questions");
    Diagnostic::error(Code::ENDLESS_QUESTION, span, message)
        .note("an `impl` asks for the trait of a type that is larger than its own")
        .hint("let the `impl` ask for it of what is inside of its type")
}

/// Who asks for a bound.
pub(crate) fn asked_by(diagnostic: Diagnostic, by: Symbol, bound: &TraitRef, ty: &str, of_trait: &str) -> Diagnostic {
    ask_for(diagnostic.note(format!("`{by}` asks for it")), bound, ty, of_trait)
}

/// How a generic parameter comes to have a trait.
pub(crate) fn ask_for(diagnostic: Diagnostic, bound: &TraitRef, ty: &str, of_trait: &str) -> Diagnostic {
    match bound.self_ty().kind() {
        TyKind::Param { name, .. } if hir::is_unnamed_generic(*name) => {
            diagnostic.hint(format!("ask for it: `{ty} + {of_trait}`"))
        }
        TyKind::Param { .. } => diagnostic.hint(format!("ask for it: `{ty}: {of_trait}`")),
        _ => diagnostic,
    }
}

/// A type of the program could have the traits.
pub(crate) fn derive_it(diagnostic: Diagnostic, ty: Symbol, traits: &[Symbol]) -> Diagnostic {
    let traits: Vec<&str> = traits.iter().map(|name| name.as_str()).collect();
    diagnostic.hint(format!("write `@derive({})` before `{ty}`", traits.join(", ")))
}

/// The same for `{…}`, which shows no more than `{…:?}` then.
pub(crate) fn derive_to_print(diagnostic: Diagnostic, ty: Symbol) -> Diagnostic {
    diagnostic.hint(format!(
        "write `@derive(Debug)` before `{ty}`: `{{…:?}}` shows it as source writes it then"
    ))
}

pub(crate) fn unknown_trait(span: Span, name: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, span, format!("unknown trait `{name}`"));
    if let Some(path) = base::import_of_library(name.as_str()) {
        return diagnostic.hint(super::import_it(path));
    }
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None => diagnostic,
    }
}

/// `T.Item` where no trait of the type has it.
pub(crate) fn unknown_assoc_type(
    span: Span,
    name: Symbol,
    ty: &str,
    similar: Option<Symbol>,
    is_param: bool,
) -> Diagnostic {
    let message = format!("no trait that `{ty}` is known to have has a type `{name}`");
    let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, span, message);
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None if is_param => diagnostic.hint(format!("ask for one: `{ty}: …`")),
        None => diagnostic,
    }
}

pub(crate) fn ambiguous_assoc_type(span: Span, name: Symbol, traits: &[Symbol]) -> Diagnostic {
    let names: Vec<String> = traits.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{name}` is a type of {}", names.join(" and "));
    Diagnostic::error(Code::AMBIGUOUS_METHOD, span, message).hint("give it a name by a bound: `<Item = T>`")
}

/// `Iterator<Itm = T>`
pub(crate) fn no_assoc_type(span: Span, name: Symbol, of_trait: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let message = format!("`{of_trait}` has no type `{name}`");
    let diagnostic = Diagnostic::error(Code::UNKNOWN_TYPE, span, message);
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None => diagnostic,
    }
}

/// `Item = T` where no bound stands.
pub(crate) fn assoc_type_of_impl(span: Span) -> Diagnostic {
    Diagnostic::error(Code::BAD_TRAIT_IMPL, span, "an associated type is named in bounds only")
        .hint("an `impl` says it inside: `type Item = T;`")
}

/// An associated type that is another than was asked for.
pub(crate) fn other_assoc_type(span: Span, name: &str, expected: &str, found: &str) -> Diagnostic {
    let message = format!("`{name}` is `{found}`, not `{expected}`");
    Diagnostic::error(Code::BOUND_NOT_MET, span, message)
}

pub(crate) fn not_a_trait(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NOT_A_TRAIT, span, "this is no trait")
}

pub(crate) fn trait_asks_for_itself(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` asks that a type has `{name}`");
    Diagnostic::error(Code::TRAIT_CYCLE, span, message).hint("leave one bound of the circle out")
}

/// A method that more than one trait gives the type.
pub(crate) fn ambiguous_method(span: Span, name: Symbol, traits: &[Symbol]) -> Diagnostic {
    let names: Vec<String> = traits.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{name}` is a method of {}", names.join(" and "));
    Diagnostic::error(Code::AMBIGUOUS_METHOD, span, message).hint(format!("name the trait: `{}.{name}(…)`", traits[0]))
}

pub(crate) fn missing_trait_members(span: Span, of_trait: Symbol, missing: &[Symbol], declared: Span) -> Diagnostic {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("this `impl` lacks {} of `{of_trait}`", names.join(", "));
    Diagnostic::error(Code::BAD_TRAIT_IMPL, span, message).label(declared, "the trait is declared here")
}

/// `T: Drop`
pub(crate) fn drop_as_bound(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_A_TRAIT,
        span,
        "a value of every type may be dropped: `Drop` is no bound",
    )
    .hint("leave it out; `mem.needs_drop<T>()` says whether anything runs")
}

/// `impl Copy for T`
pub(crate) fn derived_trait(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("`{name}` follows from what a type is made of");
    let diagnostic = Diagnostic::error(Code::BAD_IMPL, span, message);
    match name.as_str() {
        "Copy" => diagnostic.hint("write `@derive(Copy, Clone)` before the type"),
        _ => diagnostic.hint("leave the `impl` out"),
    }
}

/// `impl` of a trait that asks for `unsafe impl`, or the other way round. `keyword` is where the `impl` begins.
pub(crate) fn other_safety(span: Span, keyword: Span, name: Symbol, is_unsafe: bool) -> Diagnostic {
    match is_unsafe {
        true => {
            let message = format!("to implement `{name}` is a promise that only `unsafe` makes");
            let before = Span::new(keyword.file, keyword.start, keyword.start);
            Diagnostic::error(Code::BAD_TRAIT_IMPL, span, message).hint_replace(
                "read what the trait asks for, then write `unsafe impl`",
                before,
                "unsafe ",
            )
        }
        false => {
            let message = format!("`{name}` asks for no promise");
            Diagnostic::error(Code::BAD_TRAIT_IMPL, span, message).hint("write `impl` without `unsafe`")
        }
    }
}

pub(crate) fn no_trait_member(span: Span, name: Symbol, of_trait: Symbol, similar: Option<Symbol>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BAD_TRAIT_IMPL, span, format!("`{of_trait}` has no `{name}`"));
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), span, similar.as_str()),
        None => diagnostic.hint("put it into an `impl` of the type alone"),
    }
}

pub(crate) fn other_signature(
    span: Span,
    name: Symbol,
    of_trait: Symbol,
    expected: &str,
    found: &str,
    declared: Option<Span>,
) -> Diagnostic {
    let message = format!("`{name}` is not what `{of_trait}` says");
    let diagnostic = Diagnostic::error(Code::BAD_TRAIT_IMPL, span, message)
        .note(format!("the trait says `{expected}`, this is `{found}`"));
    match declared {
        Some(declared) => diagnostic.label(declared, "declared here"),
        None => diagnostic,
    }
}

pub(crate) fn stricter_bound(span: Span, ty: &str, bound: &str, of_trait: Symbol) -> Diagnostic {
    let message = format!("`{ty}: {bound}` is more than `{of_trait}` asks for");
    Diagnostic::error(Code::BAD_TRAIT_IMPL, span, message)
}

/// A parameter of an `impl` that its types do not say.
pub(crate) fn unused_impl_generic(span: Span, name: Symbol) -> Diagnostic {
    let message = format!("nothing says what `{name}` is: it stands neither in the trait nor in the type");
    Diagnostic::error(Code::BAD_IMPL, span, message)
}

pub(crate) fn impl_of_others(span: Span, of_trait: Symbol) -> Diagnostic {
    let message = format!("neither `{of_trait}` nor the type is of this package");
    Diagnostic::error(Code::INCOHERENT_IMPL, span, message)
        .note("another package could have the same `impl`")
        .hint("make a struct of your own around the type")
}

pub(crate) fn overlapping_impls(span: Span, of_trait: Symbol, ty: &str, first: Span) -> Diagnostic {
    let message = format!("there is an `impl` of `{of_trait}` already that may be for `{ty}`");
    Diagnostic::error(Code::INCOHERENT_IMPL, span, message).label(first, "the first one")
}
