//! The messages of this phase.

use base::{Span, Symbol};
use diag::{Code, Diagnostic, Edit};
use hir::Mutability;

use crate::advice::Advice;
use crate::uses::UseKind;

/// Where a value went.
pub(crate) struct MovedAt {
    pub(crate) span: Span,
    /// It is the same place as the use, or one after it, and comes before it by way of a loop.
    pub(crate) in_earlier_round: bool,
    /// The method that takes it by value.
    pub(crate) by: Option<Symbol>,
    pub(crate) advice: Advice,
}

/// Why nothing may be moved out of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum MoveOut {
    Reference,
    Pointer,
    Element,
    /// As a pattern names it.
    ElementByPattern,
    /// Its type has a `Drop` impl, which needs all of it.
    Dropped,
    /// By a guard, which may not hold.
    InGuard,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum WriteKind {
    Assign,
    /// `&mut`
    Borrow,
}

/// A variable that is not `var`.
pub(crate) struct Variable {
    pub(crate) name: Symbol,
    pub(crate) declared: Span,
    pub(crate) is_param: bool,
    /// `&self` or `&mut self`, which cannot be declared otherwise.
    pub(crate) is_self_reference: bool,
}

/// `name` is what is used, `part` the part of it that is missing, if not all is.
/// Why a value is gone when it has been used.
pub(crate) enum WhyGone {
    /// Of this type; `may_be_copy` says that it is a type of the program that only lacks the `@derive(Copy)`.
    NotCopy { ty: String, may_be_copy: bool },
    /// What can be called once.
    CalledOnce,
}

pub(crate) fn use_of_moved(
    span: Span,
    name: Option<&str>,
    part: Option<&str>,
    why: &WhyGone,
    moves: &[MovedAt],
    kind: UseKind,
) -> Diagnostic {
    let what = quoted(name);
    let message = match part {
        Some(_) => format!("use of {what}, of which a part was moved"),
        None => format!("use of {what}, which was moved"),
    };
    let used = match kind {
        UseKind::Copy => "used here",
        UseKind::Move => "moved again here",
        UseKind::Borrow => "borrowed here",
        UseKind::AssignPart => "a part of it is assigned here",
    };
    let mut diagnostic = Diagnostic::error(Code::USE_OF_MOVED, span, message);
    diagnostic = if let Some(moved) = moves.iter().find(|moved| moved.span == span) {
        let by = moved
            .by
            .map_or(String::new(), |by| format!(", as `{by}` takes it by value"));
        diagnostic.at(format!("moved here in an earlier round of the loop{by}"))
    } else {
        diagnostic.at(used)
    };
    for moved in moves.iter().filter(|moved| moved.span != span) {
        let round = if moved.in_earlier_round {
            ", in an earlier round of the loop"
        } else {
            ""
        };
        let by = moved
            .by
            .map_or(String::new(), |by| format!(", as `{by}` takes it by value"));
        let what = match part {
            // The value in an optional is called as that is.
            Some(_) if part == name => "a part of it".to_owned(),
            Some(_) | None => quoted(part.or(name)),
        };
        diagnostic = diagnostic.label(moved.span, format!("{what} is moved here{round}{by}"));
    }
    let (ty, may_be_copy) = match why {
        WhyGone::NotCopy { ty, may_be_copy } => (ty, *may_be_copy),
        WhyGone::CalledOnce => {
            return diagnostic
                .note("a call uses it up, as it moves what it holds out of itself: it is `FnOnce` and not `Fn`");
        }
    };
    let diagnostic = if ty.starts_with("&mut ") {
        diagnostic.note("a `&mut` is moved and not copied: there is one for each place at a time")
    } else {
        diagnostic.note(not_copy(ty))
    };
    let gone = part.or(name).unwrap_or("the value");
    let Some(first) = moves.first() else {
        return diagnostic;
    };
    match &first.advice {
        Advice::Clone { .. }
        | Advice::Take { .. }
        | Advice::LookInto { .. }
        | Advice::GiveField { .. }
        | Advice::LendOn { .. } => advised(diagnostic, &first.advice, "give a copy there, if both need one"),
        Advice::LoopOverReference => diagnostic.hint(format!("write `for … in &{gone}`: the loop borrows it then")),
        Advice::MatchTaken | Advice::MatchReference => diagnostic.hint(format!(
            "match a reference, `&{gone}`: what the pattern names are references then"
        )),
        Advice::CaptureCopy => diagnostic.hint(format!(
            "give the closure a copy: `let copy = {gone}.clone();` before it, and `copy` in it"
        )),
        Advice::Other => {
            let otherwise = match (first.by, first.span == span || first.in_earlier_round) {
                (_, true) => "make it anew in each round, or lend it there with `&`".to_owned(),
                (Some(by), false) => format!("use it before `{by}` takes it"),
                (None, false) => "use it before that, or lend it there with `&`".to_owned(),
            };
            diagnostic.hint(match may_be_copy {
                true => format!("{otherwise}, or write `@derive(Copy)` before `{ty}`"),
                false => otherwise,
            })
        }
    }
}

fn not_copy(ty: &str) -> String {
    format!("`{ty}` is not a `Copy` type: a value of it has one owner")
}

/// Adds what to write, where that is known; `why_clone` says what a copy is good for.
fn advised(diagnostic: Diagnostic, advice: &Advice, why_clone: &str) -> Diagnostic {
    let call = |expr: Span, parenthesised: bool, method: &str| {
        let edit = |span: Span, text: String| Edit { span, text };
        match parenthesised {
            true => vec![
                edit(expr.before(), "(".to_owned()),
                edit(expr.after(), format!("){method}")),
            ],
            false => vec![edit(expr.after(), method.to_owned())],
        }
    };
    match advice {
        Advice::Clone { expr, parenthesised } => {
            diagnostic.hint_guesses(why_clone, call(*expr, *parenthesised, ".clone()"))
        }
        Advice::Take { expr, parenthesised } => diagnostic.hint_guesses(
            "`take` gives the value, and leaves `none` there",
            call(*expr, *parenthesised, ".take()"),
        ),
        Advice::LookInto {
            expr,
            parenthesised,
            mutability,
        } => {
            let method = match mutability {
                Mutability::Const => "as_ref",
                Mutability::Mut => "as_mut",
            };
            diagnostic.hint_guesses(
                format!("`{method}` gives a reference to what is in it, and leaves that there"),
                call(*expr, *parenthesised, &format!(".{method}()")),
            )
        }
        Advice::GiveField { copy } => diagnostic.hint(format!("give the field a copy of its own: `{copy}`")),
        Advice::LendOn { expr, name } => diagnostic.hint_guess(
            format!("lend on what `{name}` leads to, and `{name}` can be used again afterwards"),
            expr.before(),
            "&mut *",
        ),
        Advice::LoopOverReference
        | Advice::MatchTaken
        | Advice::MatchReference
        | Advice::CaptureCopy
        | Advice::Other => diagnostic,
    }
}

pub(crate) fn use_without_value(span: Span, name: Option<&str>, declared: Span, kind: UseKind) -> Diagnostic {
    let what = quoted(name);
    let message = match kind {
        UseKind::AssignPart => format!("assignment to a part of {what}, which may have no value yet"),
        UseKind::Copy | UseKind::Move | UseKind::Borrow => format!("use of {what}, which may have no value yet"),
    };
    Diagnostic::error(Code::USE_WITHOUT_VALUE, span, message)
        .label(declared, "declared here without a value")
        .hint("give it a value on every way that leads here")
}

/// What cannot be moved out of what: `whole` is the type of that.
pub(crate) struct MoveOutOf<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) ty: &'a str,
    pub(crate) reason: MoveOut,
    pub(crate) whole: &'a str,
    pub(crate) advice: Advice,
}

pub(crate) fn move_out(span: Span, found: &MoveOutOf<'_>) -> Diagnostic {
    let MoveOutOf { reason, whole, .. } = found;
    let what = quoted(found.name);
    let (code, message, hint) = match reason {
        MoveOut::Reference => (
            Code::MOVE_OUT_OF_REFERENCE,
            format!("cannot move {what} out from behind a `{whole}`"),
            "borrow it with `&`, or put another value there with `mem.replace`",
        ),
        MoveOut::Pointer => (
            Code::MOVE_OUT_OF_REFERENCE,
            format!("cannot move {what} out from behind a `{whole}`"),
            "`ptr.read` takes the value and leaves its bytes",
        ),
        MoveOut::Element => (
            Code::MOVE_OUT_OF_ELEMENT,
            format!("cannot move {what} out of a `{whole}`"),
            "borrow the element with `&`, or put another value there with `mem.replace`",
        ),
        MoveOut::ElementByPattern => (
            Code::MOVE_OUT_OF_ELEMENT,
            format!("cannot move {what} out of a `{whole}` by a pattern"),
            "match a reference to it, whose names are references to the elements, or take them with `into_iter`",
        ),
        MoveOut::InGuard => (
            Code::MOVE_OUT_OF_REFERENCE,
            format!("cannot move {what} in a guard: where it does not hold, the arms below may match that"),
            "borrow it with `&`, and move it in the arm",
        ),
        MoveOut::Dropped => (
            Code::MOVE_OUT_OF_DROP,
            format!("cannot move {what} out of a `{whole}`, which has a `Drop` impl"),
            "borrow the field with `&`, or put another value there with `mem.replace`",
        ),
    };
    let diagnostic = Diagnostic::error(code, span, message)
        .at("moved here")
        .note(not_copy(found.ty));
    match (&found.advice, reason) {
        (_, MoveOut::Pointer | MoveOut::ElementByPattern) => diagnostic.hint(hint),
        (Advice::Clone { .. } | Advice::Take { .. } | Advice::LookInto { .. } | Advice::GiveField { .. }, _) => {
            advised(diagnostic, &found.advice, "take a copy")
        }
        (Advice::MatchTaken, _) if found.name.is_some() => diagnostic.hint(format!(
            "match `{}.take()`: it gives the value and leaves `none` there",
            found.name.unwrap_or_default()
        )),
        (Advice::MatchTaken | Advice::MatchReference, MoveOut::Reference) => diagnostic
            .hint("match a reference, with `&` or `&mut` before it: what the pattern names are references then"),
        (Advice::LoopOverReference, _) if found.name.is_some() => {
            let name = found.name.unwrap_or_default();
            diagnostic.hint(format!("write `for … in &{name}`: the loop borrows it then"))
        }
        (_, _) => diagnostic.hint(hint),
    }
}

/// `earlier` is where a variable that is assigned for the second time got its first value.
pub(crate) fn write_to_let(span: Span, variable: &Variable, earlier: Option<Span>, kind: WriteKind) -> Diagnostic {
    let name = variable.name;
    let (code, message) = match kind {
        WriteKind::Assign => (
            Code::ASSIGN_TO_LET,
            format!("cannot assign to `{name}`, which is not `var`"),
        ),
        WriteKind::Borrow => (
            Code::BORROW_LET_MUT,
            format!("cannot lend `{name}` as `&mut`, as it is not `var`"),
        ),
    };
    let diagnostic = Diagnostic::error(code, span, message).label(variable.declared, "declared here");
    let is_elsewhere = |earlier: &Span| *earlier != span && !variable.is_param && kind == WriteKind::Assign;
    let diagnostic = match earlier.filter(is_elsewhere) {
        Some(earlier) => diagnostic.label(earlier, "it has its value from here"),
        None => diagnostic,
    };
    let before = Span {
        end: variable.declared.start,
        ..variable.declared
    };
    if variable.is_self_reference {
        diagnostic.hint("what it leads to is `*self`")
    } else if variable.is_param {
        diagnostic.hint_replace("declare the parameter with `var`", before, "var ")
    } else {
        diagnostic.hint(format!("declare it with `var {name}`"))
    }
}

/// `through` is the reference or pointer on the way.
pub(crate) fn read_only(span: Span, through: &str, kind: WriteKind) -> Diagnostic {
    let message = format!("what is behind a `{through}` can only be read");
    let diagnostic = Diagnostic::error(Code::READ_ONLY, span, message);
    match kind {
        WriteKind::Assign => diagnostic,
        WriteKind::Borrow => diagnostic
            .at("lent as `&mut` here")
            .note("others may lead to it at the same time, also where what is behind it is a `&mut` itself"),
    }
}

/// `record` is the packed record on the way to a `ty`.
pub(crate) fn misaligned(span: Span, record: &str, ty: &str) -> Diagnostic {
    let message = format!("a field of `{record}` may lie where no reference to a `{ty}` may lead");
    Diagnostic::error(Code::MISALIGNED_REFERENCE, span, message)
        .at("lent here")
        .note(format!(
            "`{record}` is packed: its fields are less aligned than their types ask for"
        ))
        .hint("copy the field to a variable and use that, and assign it back where it is to change")
}

/// `matched` is what the `match` of the guard is of.
pub(crate) fn changed_in_guard(span: Span, name: Option<&str>, matched: Span) -> Diagnostic {
    let message = format!("cannot change {} in a guard of the `match` on it", quoted(name));
    Diagnostic::error(Code::CHANGED_IN_GUARD, span, message)
        .at("changed here")
        .label(matched, "matched here")
        .note("where the guard does not hold, the patterns below it count on what those above have seen")
        .hint("change it in the arm, where the guard has held")
}

/// `lent` is an argument that is found by what is changed, and lent when all arguments are there.
pub(crate) fn changed_before_lent(span: Span, name: Option<&str>, lent: Span) -> Diagnostic {
    let message = format!(
        "cannot change {}, by which another argument of the call is found",
        quoted(name)
    );
    Diagnostic::error(Code::ASSIGNED_WHILE_LENT, span, message)
        .at("changed here")
        .label(lent, "what is behind it is lent here, when all arguments are there")
        .hint("change it before the call")
}

fn quoted(name: Option<&str>) -> String {
    name.map_or_else(|| "this value".to_owned(), |name| format!("`{name}`"))
}
