//! What is said of loans: the use that conflicts, where the place was lent, and why that loan is still alive.

use base::{Span, Symbol};
use check::{Origin, Signatures, TyKind};
use diag::{Code, Diagnostic};
use hir::Mutability;
use mir::{Body, BodyOwner, Local, Place, StatementKind};

use super::conflicts::{Access, Conflict};
use super::conformity::Excess;
use super::explain::{Explanation, Holder, LaterKind, LaterUse};
use super::mends::with_mend;
use super::origins::{Depth, Loan, OriginData, OriginTable};
use super::signature::{Dependencies, Source, trait_function};
use crate::describe::describe;
use crate::places::Location;

pub(crate) fn conflict(
    body: &Body,
    signatures: &Signatures,
    origins: &OriginTable,
    conflict: &Conflict<'_>,
) -> Diagnostic {
    let span = conflict.span(body);
    let used = describe(body, signatures, conflict.place);
    let lent = describe(body, signatures, &conflict.loan.place);
    let is_mut = conflict.loan.mutability == Mutability::Mut;
    let lent_as = if is_mut { "as `&mut`" } else { "" };
    let what = named(used.as_deref());
    if matches!(conflict.access, Access::End | Access::Drop) {
        return ends_too_soon(body, signatures, origins, conflict, lent.as_deref());
    }
    let (code, message, here) = match conflict.access {
        Access::Share => (
            Code::LENT_TWICE,
            format!("cannot lend {what}, which is lent as `&mut`"),
            "lent again here",
        ),
        Access::Exclude if is_mut => (
            Code::LENT_TWICE,
            format!("cannot lend {what} as `&mut` twice at the same time"),
            "lent again here",
        ),
        Access::Exclude => (
            Code::LENT_TWICE,
            format!("cannot lend {what} as `&mut` while it is lent"),
            "lent as `&mut` here",
        ),
        Access::Assign | Access::Replace => (
            Code::ASSIGNED_WHILE_LENT,
            format!("cannot assign to {what} while it is lent"),
            "assigned here",
        ),
        Access::Move => (
            Code::MOVED_WHILE_LENT,
            format!("cannot move {what} while it is lent"),
            "moved here",
        ),
        Access::Read => (
            Code::USED_WHILE_LENT,
            format!("cannot use {what} while it is lent as `&mut`"),
            "used here",
        ),
        Access::Drop | Access::End => unreachable!("these were dealt with"),
    };
    let mut diagnostic = Diagnostic::error(code, span, message);
    if conflict.why.lent == span && is_lent_to_guard(body, conflict.loan) {
        diagnostic = diagnostic.at("lent to the guard, and moved here when that has held");
    } else if conflict.why.lent == span {
        diagnostic = diagnostic
            .at(format!("{here}, and lent {lent_as} here in an earlier round of the loop").replace("  ", " "));
    } else {
        diagnostic = diagnostic.at(here);
        let text = if lent == used {
            format!("lent {lent_as} here")
        } else {
            format!("{} is lent {lent_as} here", named(lent.as_deref()))
        };
        diagnostic = diagnostic.label(conflict.why.lent, text.replace("  ", " ").trim_end().to_owned());
    }
    let diagnostic = with_reason(body, origins, diagnostic, span, &conflict.why);
    let is_beside = |later: &LaterUse| later.kind == LaterKind::BySameExpr;
    if conflict.access == Access::Move && conflict.why.later.as_ref().is_some_and(is_beside) {
        return diagnostic
            .note("a value holds no reference into itself: that would lead to where the value was before")
            .hint("keep an index or a range in place of the reference, or let another own what it refers to");
    }
    with_mend(body, signatures, conflict, diagnostic)
}

/// Whether it is the reference that a guard has in the place of what its pattern moves.
fn is_lent_to_guard(body: &Body, loan: &Loan) -> bool {
    let site = loan.sites[0];
    let statement = body.blocks[site.block].statements.get(site.index);
    statement.is_some_and(
        |statement| matches!(&statement.kind, StatementKind::Assign(dest, _) if body.is_lent_to_guard(dest.local)),
    )
}

fn ends_too_soon(
    body: &Body,
    signatures: &Signatures,
    origins: &OriginTable,
    conflict: &Conflict<'_>,
    lent: Option<&str>,
) -> Diagnostic {
    let local = conflict.loan.place.local;
    let decl = &body.locals[local];
    let whole = describe(body, signatures, &Place::local(local));
    let end = conflict.at.span(body);
    let span = conflict.why.lent;
    let diagnostic = match whole {
        Some(name) => Diagnostic::error(
            Code::ENDS_WHILE_LENT,
            span,
            format!(
                "`{name}` does not live as long as the reference to {}",
                it_or(lent, &name)
            ),
        )
        .at("lent here")
        .label(decl.source.span, format!("`{name}` is declared here")),
        None => Diagnostic::error(
            Code::ENDS_WHILE_LENT,
            span,
            "a temporary value does not live as long as the reference to it",
        )
        .at("this value ends with its statement")
        .hint("give it a name with `let` first: it lives as long as the block then"),
    };
    let diagnostic = if end != span && end != decl.source.span && decl.name.is_some() && !end.contains(span) {
        diagnostic.label(end, "its scope ends here, and it is gone")
    } else {
        diagnostic
    };
    let diagnostic = with_reason(body, origins, diagnostic, span, &conflict.why);
    with_mend(body, signatures, conflict, diagnostic)
}

fn it_or(lent: Option<&str>, whole: &str) -> String {
    match lent {
        Some(lent) if lent != whole => format!("`{lent}`"),
        _ => "it".to_owned(),
    }
}

/// Adds what keeps the loan alive.
fn with_reason(
    body: &Body,
    origins: &OriginTable,
    diagnostic: Diagnostic,
    span: Span,
    why: &Explanation,
) -> Diagnostic {
    let holder = match why.holder {
        Holder::Variable(local) => body.locals[local].name,
        Holder::Given(origin) => {
            let into = given_name(body, &origins[origin]);
            return diagnostic.note(format!("`{into}` keeps the reference, for whoever gave `{into}`"));
        }
    };
    let Some(later) = &why.later else {
        return diagnostic;
    };
    let what = holder.map_or("the reference".to_owned(), |name| format!("`{name}`"));
    let text = match later.kind {
        LaterKind::Drop => format!("{what} is dropped here, which may use it"),
        LaterKind::InNextRound => format!("{what} is used here in the next round of the loop"),
        LaterKind::After => format!("{what} is used here later"),
        LaterKind::BySameCall if holder.is_some() => format!("{what} is used here, by the same call"),
        LaterKind::BySameCall => "the call uses this reference".to_owned(),
        LaterKind::BySameExpr if holder.is_some() => format!("{what} is used here"),
        LaterKind::BySameExpr => "this reference is used with it".to_owned(),
    };
    if later.span != span && !later.span.contains(why.lent) {
        return diagnostic.label(later.span, text);
    }
    match later.kind {
        LaterKind::Drop => diagnostic.note(format!("{what} is dropped after that, which may use what it refers to")),
        LaterKind::InNextRound => diagnostic.note("the reference is used again in the next round of the loop"),
        LaterKind::BySameCall => diagnostic.note("the call uses both at the same time"),
        LaterKind::After | LaterKind::BySameExpr => diagnostic,
    }
}

/// The name of a parameter or of what was captured.
fn given_name(body: &Body, given: &OriginData) -> String {
    match given {
        OriginData::Param(param, _) => body.locals[*param].name.map_or("_".to_owned(), |name| name.to_string()),
        OriginData::Capture(index, _) => {
            (body.captures.get(*index as usize)).map_or("_".to_owned(), |capture| capture.text.clone())
        }
        OriginData::Loan(_) | OriginData::Owner => unreachable!("these are not given to the body"),
    }
}

/// What a closure is told that holds references for too long.
const CAPTURE_BY_VALUE: &str = "write `move` before the closure: it takes what it captures with it";

fn named(place: Option<&str>) -> String {
    place.map_or("a temporary value".to_owned(), |text| format!("`{text}`"))
}

/// `closure` is the head of the closure that holds the reference.
pub(crate) fn local_returned(
    body: &Body,
    signatures: &Signatures,
    loan: &Loan,
    span: Span,
    closure: Option<Span>,
) -> Diagnostic {
    let whole = describe(body, signatures, &Place::local(loan.place.local));
    let kind = match body.owner {
        BodyOwner::Closure(_) => "closure",
        BodyOwner::Fn(_) | BodyOwner::Test(_) | BodyOwner::Const(_) => "function",
    };
    let decl = &body.locals[loan.place.local];
    if let (Some(head), Some(name)) = (closure, &whole) {
        let message = format!("this closure borrows `{name}`, which is gone when the {kind} returns");
        return Diagnostic::error(Code::RETURNS_LOCAL, head, message)
            .label(span, format!("`{name}` is borrowed here"))
            .label(decl.source.span, format!("`{name}` belongs to the {kind}"))
            .hint_guess(CAPTURE_BY_VALUE, head.before(), "move ");
    }
    match whole {
        Some(name) => Diagnostic::error(
            Code::RETURNS_LOCAL,
            span,
            format!("the {kind} returns a reference to `{name}`, which is gone when it returns"),
        )
        .at("lent here")
        .label(decl.source.span, format!("`{name}` belongs to the {kind}"))
        .hint("return the value itself, or take a reference to it as a parameter"),
        None => Diagnostic::error(
            Code::RETURNS_LOCAL,
            span,
            format!("the {kind} returns a reference to a temporary value, which is gone when it returns"),
        )
        .at("this value ends with the statement")
        .hint("return the value itself"),
    }
}

/// `self` for the receiver, `*name` for what is behind it.
fn source_text(body: &Body, (param, depth): Source) -> String {
    let decl = &body.locals[Local(param + 1)];
    let name = decl.name.map_or("_", |name| name.as_str());
    match (depth, decl.ty.kind()) {
        (Depth::Inner, TyKind::Ref(..) | TyKind::Optional(_)) => format!("*{name}"),
        _ => name.to_owned(),
    }
}

pub(crate) fn closure_gives_itself(body: &Body) -> Diagnostic {
    Diagnostic::error(
        Code::RETURNS_LOCAL,
        body.span,
        "the closure returns a reference to what it owns, which may be gone before that",
    )
    .hint("return a copy, or capture a reference to it")
}

/// `given` is all that comes of parameters, what the signature says included.
pub(crate) fn undeclared_result(
    body: &Body,
    signatures: &Signatures,
    own: &Dependencies,
    given: &[Source],
) -> Diagnostic {
    let missing: Vec<Source> = given.iter().copied().filter(|from| !own.gives(*from)).collect();
    let texts = |sources: &[Source]| {
        let mut texts: Vec<String> = sources.iter().map(|source| source_text(body, *source)).collect();
        texts.dedup();
        texts
    };
    let says = match texts(&own.result).as_slice() {
        [] => "the signature says that it borrows nothing".to_owned(),
        all => format!("the signature says that it borrows `{}`", all.join("` and `")),
    };
    let ret = check::display_ty(body.locals[Local(0)].ty, signatures);
    let mut params = missing
        .iter()
        .map(|(param, _)| body.locals[Local(param + 1)].source.span);
    let first = params.next().expect("something is not declared");
    let mut diagnostic = Diagnostic::error(
        Code::RESULT_NOT_DECLARED,
        first,
        match texts(&missing).as_slice() {
            [one] => format!("the result, a `{ret}`, may refer to what `{one}` refers to"),
            several => format!(
                "the result, a `{ret}`, may refer to what `{}` refer to",
                several.join("` and `")
            ),
        },
    )
    .at("this parameter");
    for param in params.filter(|param| *param != first) {
        diagnostic = diagnostic.label(param, "and this one");
    }
    let decl = body.owner.function().map(|function| signatures.function(function));
    // What comes with generic parameters need not be said.
    let said = decl.map_or(Vec::new(), |decl| signatures.said_or_elided(decl));
    let is_said = |(param, _): &Source| {
        said.iter()
            .any(|origin| matches!(origin, Origin::Param(index) | Origin::Behind(index) if index == param))
    };
    let shown = given.iter().copied().filter(|from| !own.gives(*from) || is_said(from));
    let attribute = format!("@borrows({})", texts(&shown.collect::<Vec<Source>>()).join(", "));
    let loans = decl.map(|decl| &decl.loans);

    let message = format!("write `{attribute}` before the function");
    let diagnostic = diagnostic.note(says);
    match loans.map(|loans| (loans.borrows_at, loans.before)) {
        Some((Some(written), _)) => diagnostic.hint_guess(message, written, attribute),
        Some((None, Some(before))) => diagnostic.hint_guess(message, before, format!("{attribute} ")),
        Some((None, None)) | None => diagnostic.hint(message),
    }
}

/// Of what is passed on to be called.
pub(crate) fn exceeds(span: Span, excess: Excess) -> Diagnostic {
    let (message, note, hint) = match excess {
        Excess::Gives => (
            "this gives away a reference that is lent to it for one call",
            "what it is called with may be gone after the call",
            "give a copy, as `.to_string()` or `.clone()` makes one",
        ),
        Excess::Keeps => (
            "this keeps a reference that is lent to it for one call",
            "what it is called with may be gone after the call",
            "keep a copy, as `.to_string()` or `.clone()` makes one",
        ),
        Excess::Puts => (
            "this puts a reference that it holds into what it is called with",
            "who calls it does not know how long that is good",
            "put a copy there, as `.to_string()` or `.clone()` makes one",
        ),
        Excess::Lends => (
            "this is given a function that keeps what it is called with, and may call it with what is gone afterwards",
            "what a generic parameter stands for here are references, and who made that function may keep these",
            "let it give what it would call that with, as a `Vec`",
        ),
        Excess::Leaves => (
            "this keeps what it is called with, and leaves the function as a type that does not say so",
            "where its generic parameters stand for references, who has it may call it with what is gone afterwards",
            "let what it is called with own all that it holds, `T: Owned`, or give it as `impl FnMut(T)`",
        ),
    };
    Diagnostic::error(Code::KEPT_NOT_DECLARED, span, message)
        .note(note)
        .hint(hint)
}

pub(crate) fn beyond_trait(body: &Body, source: Source) -> Diagnostic {
    let name = source_text(body, source);
    Diagnostic::error(
        Code::RESULT_NOT_DECLARED,
        body.locals[Local(source.0 + 1)].source.span,
        format!("the result may refer to what `{name}` refers to, and the trait's function does not say so"),
    )
    .at("this parameter")
    .note("who calls it through the trait goes by what the trait says")
    .hint(format!("let the trait's function borrow `{name}` as well"))
}

/// A reference to a variable of the body that gets behind what the body is given.
pub(crate) struct LocalKept<'b> {
    pub(crate) loan: &'b Loan,
    pub(crate) target: &'b OriginData,
    /// The head of the closure that holds it, and gives no reference.
    pub(crate) closure: Option<Span>,
}

pub(crate) fn local_kept(body: &Body, signatures: &Signatures, found: &LocalKept<'_>, at: Location) -> Diagnostic {
    let LocalKept { loan, target, closure } = found;
    let into = given_name(body, target);
    let what = describe(body, signatures, &Place::local(loan.place.local));
    let span = at.span(body);
    let message = format!(
        "`{into}` would keep a reference to {}, which ends before it",
        named(what.as_deref())
    );
    let lent = loan.sites[0].span(body);
    let diagnostic = if lent == span {
        Diagnostic::error(Code::KEPT_NOT_DECLARED, span, message).at("kept here")
    } else if span.contains(lent) {
        Diagnostic::error(Code::KEPT_NOT_DECLARED, lent, message).at("lent here")
    } else {
        Diagnostic::error(Code::KEPT_NOT_DECLARED, span, message)
            .at("kept here")
            .label(lent, "lent here")
    };
    match closure {
        Some(head) => diagnostic.hint_guess(CAPTURE_BY_VALUE, head.before(), "move "),
        None => diagnostic.hint(format!(
            "let `{into}` own what it keeps, or keep what is lent from outside"
        )),
    }
}

/// Of what a closure owns, or has by a `&mut`.
pub(crate) fn closure_keeps_own(body: &Body, target: &OriginData, span: Span) -> Diagnostic {
    let into = given_name(body, target);
    let is_called_again = matches!(body.locals[Local(1)].ty.kind(), TyKind::Ref(..));
    let (what, note, hint) = if is_called_again {
        (
            "what the closure owns or has by a `&mut`",
            "the closure may be called again, and change it",
            "keep a copy, or let the closure only read what it keeps a reference to",
        )
    } else {
        (
            "what the closure owns",
            "it ends with the call",
            "keep a copy, or capture a reference to it",
        )
    };
    Diagnostic::error(
        Code::KEPT_NOT_DECLARED,
        span,
        format!("`{into}` would keep a reference to {what}"),
    )
    .at("kept here")
    .note(note)
    .hint(hint)
}

pub(crate) fn undeclared_capture(
    body: &Body,
    signatures: &Signatures,
    target: Source,
    source: Source,
    at: Location,
) -> Diagnostic {
    let (into, from) = (source_text(body, (target.0, Depth::Outer)), source_text(body, source));
    let function = body.owner.function();
    if function.is_some_and(|function| signatures.is_drop(function)) {
        return kept_in_secret(body, target, source, "a `drop` cannot say so", at)
            .hint("do it before, in a function that says so");
    }
    let mut diagnostic = kept_in_secret(body, target, source, "the signature does not say so", at);
    if target == source {
        diagnostic =
            diagnostic.note("who calls it has to know that the one now has to live as long as what the other leads to");
    }
    let attribute = format!("@captures({into}: {from})");
    let message = format!("write `{attribute}` before the function");
    let before = function.and_then(|function| signatures.function(function).loans.before);
    match before {
        Some(before) => diagnostic.hint_guess(message, before, format!("{attribute} ")),
        None => diagnostic.hint(message),
    }
}

/// The same of an `impl`'s function, where the trait's says nothing of it.
pub(crate) fn keeps_beyond_trait(
    body: &Body,
    signatures: &Signatures,
    target: Source,
    source: Source,
    at: Location,
) -> Diagnostic {
    let diagnostic = kept_in_secret(body, target, source, "the trait's function does not say so", at);
    let of_trait = (body.owner.function()).and_then(|function| trait_function(signatures, function));
    let of_trait = of_trait.map(|function| signatures.function(function));
    let name = |param: u32| {
        let param = of_trait.and_then(|decl| decl.params.get(param as usize)?.name);
        param.map_or("_", |name| name.as_str()).to_owned()
    };
    let into = name(target.0);
    let from = source_text(body, source);
    let from = if from.starts_with('*') {
        format!("*{}", name(source.0))
    } else {
        name(source.0)
    };
    diagnostic
        .note("who calls it through the trait goes by what the trait says")
        .hint(format!("write `@captures({into}: {from})` before the trait's function"))
}

fn kept_in_secret(body: &Body, target: Source, source: Source, why: &str, at: Location) -> Diagnostic {
    let (into, from) = (source_text(body, (target.0, Depth::Outer)), source_text(body, source));
    let (message, label) = if target == source {
        (
            format!("a reference that `{into}` holds gets behind another that it holds, and {why}"),
            "kept there",
        )
    } else {
        (
            format!("`{into}` would keep a reference that `{from}` brings, and {why}"),
            "kept here",
        )
    };
    Diagnostic::error(Code::KEPT_NOT_DECLARED, at.span(body), message).at(label)
}

/// A reference that may end where a `&static` one is wanted; of a loan with where it was lent.
pub(crate) fn not_static(
    body: &Body,
    signatures: &Signatures,
    data: &OriginData,
    lent: Option<Span>,
    span: Span,
) -> Diagnostic {
    let wanted = "a `&static` reference is wanted here";
    let diagnostic = match data {
        OriginData::Loan(loan) => {
            let what = named(describe(body, signatures, &loan.place).as_deref());
            let lent = lent.unwrap_or(span);
            let message = format!("{wanted}, and {what} ends before the program does");
            if span.contains(lent) {
                Diagnostic::error(Code::NOT_STATIC, lent, message).at("lent here")
            } else {
                Diagnostic::error(Code::NOT_STATIC, span, message).label(lent, "lent here")
            }
        }
        OriginData::Param(param, _) => {
            let decl = &body.locals[*param];
            let name = decl.name.map_or("_", |name| name.as_str());
            let message = format!("{wanted}, and what `{name}` refers to may end before the program does");
            let read = body.span_of_read(span, |place| place.local == *param);
            let diagnostic = Diagnostic::error(Code::NOT_STATIC, read, message);
            if let TyKind::Ref(Mutability::Const, target) = decl.ty.kind() {
                let target = check::display_ty(*target, signatures);
                diagnostic.hint(format!("say that it does not: `{name}: &static {target}`"))
            } else {
                diagnostic
            }
        }
        OriginData::Capture(..) | OriginData::Owner => Diagnostic::error(
            Code::NOT_STATIC,
            span,
            format!("{wanted}, and what is captured may end before the program does"),
        ),
    };
    diagnostic.note("literals and references to statics are `&static`")
}

/// A reference where only what owns may be.
pub(crate) struct NotOwned<'b> {
    pub(crate) data: &'b OriginData,
    /// Of a loan: where.
    pub(crate) lent: Option<Span>,
    /// It is put into a box as a `dyn` value.
    pub(crate) is_dyn: bool,
    /// The head of the closure that holds it.
    pub(crate) closure: Option<Span>,
    /// What the closure gives holds references, too, which are to what it would own.
    pub(crate) gives_references: bool,
}

pub(crate) fn not_owned(body: &Body, signatures: &Signatures, found: &NotOwned<'_>, span: Span) -> Diagnostic {
    if let (Some(head), Some(lent), OriginData::Loan(loan)) = (found.closure, found.lent, found.data) {
        let name = named(describe(body, signatures, &loan.place).as_deref());
        let message = format!("this closure borrows {name}, and is kept where only what owns may be");
        let diagnostic =
            Diagnostic::error(Code::NOT_OWNED, head, message).label(lent, format!("{name} is borrowed here"));
        return match found.gives_references {
            true => diagnostic.hint("let it take what it captures by `move`, and give what owns, as `.clone()` does"),
            false => diagnostic.hint_guess(CAPTURE_BY_VALUE, head.before(), "move "),
        };
    }
    let what = match found.data {
        OriginData::Loan(loan) => {
            format!(
                "a reference to {}",
                named(describe(body, signatures, &loan.place).as_deref())
            )
        }
        OriginData::Param(param, _) => {
            let decl = &body.locals[*param];
            let name = decl.name.map_or("_", |name| name.as_str());
            if let TyKind::Param { index, name: of, .. } = decl.ty.behind_reference().kind() {
                let message = format!("`{name}` is kept where only what owns may be, and its type may hold references");
                return Diagnostic::error(Code::NOT_OWNED, span, message)
                    .at("kept here")
                    .label(decl.source.span, "this parameter")
                    .hint(says_owned(body, signatures, *index, *of));
            }
            format!("what `{name}` refers to")
        }
        OriginData::Capture(index, _) => {
            let capture = body.captures.get(*index as usize);
            format!(
                "what `{}` refers to",
                capture.map_or("_", |capture| capture.text.as_str())
            )
        }
        OriginData::Owner => unreachable!("what owns may be kept"),
    };
    let message = format!("{what} is kept where only what owns may be");
    let span = match found.data {
        OriginData::Param(param, _) => body.span_of_read(span, |read| read.local == *param),
        OriginData::Loan(_) | OriginData::Capture(..) | OriginData::Owner => span,
    };
    let diagnostic = match found.lent {
        Some(lent) if lent != span && span.contains(lent) => {
            Diagnostic::error(Code::NOT_OWNED, lent, message).at("lent here")
        }
        Some(lent) if lent != span => Diagnostic::error(Code::NOT_OWNED, span, message)
            .at("kept here")
            .label(lent, "lent here"),
        Some(_) | None => Diagnostic::error(Code::NOT_OWNED, span, message).at("kept here"),
    };
    diagnostic.hint(match found.is_dyn {
        true => "write `dyn ?view` where the type is said: it may hold references then",
        false => "keep a copy, as `.clone()` or `.to_string()` makes one, or give it the value itself",
    })
}

/// How the type of a parameter says that it owns what it holds, a generic one of the function's.
fn says_owned(body: &Body, signatures: &Signatures, index: u32, name: Symbol) -> String {
    let written = hir::written_name(name);
    if written != name {
        return format!("say that it owns what it holds: `{written} + Owned`");
    }
    // What the function of an `impl` asks for, the trait's has to ask for.
    let is_of_trait = body.owner.function().is_some_and(|function| {
        let declared = trait_function(signatures, function).map(|of_trait| signatures.function(of_trait));
        declared.is_some_and(|of_trait| {
            let of_trait_itself = of_trait
                .of_trait
                .map_or(0, |def| signatures.traits[&def].generics.len());
            let n_own = of_trait.generics.len() - of_trait_itself;
            index as usize + n_own >= signatures.function(function).generics.len()
        })
    });
    match is_of_trait {
        true => {
            format!(
                "the trait's function does not ask for `{written}: Owned`: let the `impl` do, as by `impl<T: Owned>`"
            )
        }
        false => format!("say that it owns what it holds: `{written}: Owned`"),
    }
}

/// Of a function that is passed as a value.
pub(crate) fn takes_static(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::NOT_STATIC,
        span,
        "this function takes a `&static` reference, and whoever calls it by this value does not know that",
    )
    .hint("let the function take any reference, or a value that it can keep")
}

/// Of a function that is passed as a value.
pub(crate) fn type_not_owned(span: Span, ty: &str) -> Diagnostic {
    let message = format!("this function takes only what owns, and a `{ty}` may hold references");
    Diagnostic::error(Code::NOT_OWNED, span, message)
        .at("passed on here, where what it is given is not known")
        .hint("call it in a closure, so that what it is given can be seen, or use a type that owns")
}
