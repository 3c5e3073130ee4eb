//! What to do about a use that a loan forbids: as edits that compile, or in words.

use base::Span;
use check::{LangItem, Signatures, Ty, TyKind};
use diag::{Diagnostic, Edit};
use hir::Mutability;
use mir::{Body, Local, Operand, Place, Rvalue, StatementKind, TerminatorKind};

use super::conflicts::{Access, Conflict};
use super::explain::{Holder, LaterKind};
use crate::advice::{Advice, advice, is_clone};
use crate::describe::describe;

/// What there is to do.
struct Mend {
    message: String,
    edits: Vec<Edit>,
}

impl Mend {
    fn words(message: impl Into<String>) -> Option<Self> {
        Some(Self {
            message: message.into(),
            edits: Vec::new(),
        })
    }

    fn edits(message: impl Into<String>, edits: Vec<Edit>) -> Option<Self> {
        Some(Self {
            message: message.into(),
            edits,
        })
    }
}

/// Adds what to do about a conflict.
pub(super) fn with_mend(
    body: &Body,
    signatures: &Signatures,
    conflict: &Conflict<'_>,
    diagnostic: Diagnostic,
) -> Diagnostic {
    let found = match conflict.access {
        Access::End | Access::Drop => of_end(body, conflict),
        Access::Read | Access::Share | Access::Exclude | Access::Assign | Access::Move | Access::Replace => {
            of_use(body, signatures, conflict)
        }
    };
    match found {
        Some(mend) if mend.edits.is_empty() => diagnostic.hint(mend.message),
        Some(mend) => diagnostic.hint_guesses(mend.message, mend.edits),
        None => diagnostic,
    }
}

/// Of what ends before a reference to it does.
fn of_end(body: &Body, conflict: &Conflict<'_>) -> Option<Mend> {
    let name = body.locals[conflict.loan.place.local].name?;
    let Holder::Variable(holder) = conflict.why.holder else {
        return None;
    };
    let holder_decl = &body.locals[holder];
    let by = holder_decl.name.filter(|by| *by != name)?;
    let before = format!("declare `{name}` before `{by}`");
    if let TyKind::Ref(..) | TyKind::Closure(_) = holder_decl.ty.kind() {
        return Mend::words(before);
    }
    Mend::words(format!("{before}, or let `{by}` hold values in place of references"))
}

fn of_use(body: &Body, signatures: &Signatures, conflict: &Conflict<'_>) -> Option<Mend> {
    let (access, loan, why) = (conflict.access, conflict.loan, &conflict.why);
    let Holder::Variable(holder) = why.holder else {
        return None;
    };
    let kind = why.later.as_ref()?.kind;
    let name = body.locals[holder].name;
    let holder_ty = body.locals[holder].ty;
    let are_both_mut = access == Access::Exclude && loan.mutability == Mutability::Mut;
    if kind == LaterKind::Drop {
        let name = name?;
        return Mend::words(format!(
            "end `{name}` before: in a block of its own, or by `mem.drop({name})`"
        ));
    }
    if let TyKind::Closure(_) = holder_ty.kind() {
        let name = name?;
        return Mend::words(format!(
            "let `{name}` be made after this, or take as a parameter what it borrows here"
        ));
    }
    if kind == LaterKind::InNextRound && name.is_none() {
        if loan.mutability == Mutability::Const && is_clone(body, signatures, loan.place.ty(&body.locals)) {
            return Mend::edits("go over a copy", vec![after(why.lent, ".clone()")]);
        }
        return Mend::words("note what is to be done, and do it after the loop");
    }
    if are_both_mut && has_elements(signatures, loan.place.ty(&body.locals)) && is_for_call(body, conflict) {
        return Mend::words("`split_at_mut` lends two parts at once, and `swap(i, j)` exchanges two elements");
    }
    if let LaterKind::BySameCall | LaterKind::BySameExpr = kind {
        return of_arguments(body, signatures, conflict, holder);
    }
    if loan.mutability == Mutability::Const
        && let TyKind::Ref(Mutability::Const, target) = holder_ty.kind()
        && let Some(name) = name
        && let Some(edits) = copied(body, signatures, holder, *target)
    {
        return Mend::edits(format!("let `{name}` refer to a copy"), edits);
    }
    let place = describe(body, signatures, conflict.place);
    if access == Access::Move
        && let Advice::Clone {
            expr,
            parenthesised: false,
        } = advice(body, signatures, conflict.at, conflict.place, place.as_deref())
    {
        return Mend::edits("give it a copy", vec![after(expr, ".clone()")]);
    }
    let name = name?;
    if let TyKind::Ref(Mutability::Mut, _) = holder_ty.kind()
        && let Access::Read | Access::Share = access
        && conflict.place == &loan.place
    {
        return Mend::words(format!("use it by `{name}`, which leads there"));
    }
    Mend::words(format!("use `{name}` for the last time before this"))
}

/// Of a call that takes both: the one that is read is copied first.
fn of_arguments(body: &Body, signatures: &Signatures, conflict: &Conflict<'_>, holder: Local) -> Option<Mend> {
    if conflict.access == Access::Exclude && conflict.loan.mutability == Mutability::Const {
        let TyKind::Ref(Mutability::Const, target) = body.locals[holder].ty.kind() else {
            return None;
        };
        let edits = copied(body, signatures, holder, *target)
            .or_else(|| copied_argument(body, signatures, conflict, holder, *target));
        return Mend::edits("give it a copy", edits?);
    }
    let place = describe(body, signatures, conflict.place)?;
    let is_read = matches!(conflict.access, Access::Read | Access::Share);
    is_read.then(|| Mend::words(format!("take what is needed of `{place}` before, by `let`")))?
}

/// Whether the loan was made for a call, as an element is lent by `v[i]`.
fn is_for_call(body: &Body, conflict: &Conflict<'_>) -> bool {
    let site = conflict.loan.sites[0];
    let Some(StatementKind::Assign(lent, _)) = body.blocks[site.block].statements.get(site.index).map(|s| &s.kind)
    else {
        return true;
    };
    body.blocks.iter().any(|block| {
        matches!(&block.terminator.kind, TerminatorKind::Call { args, .. }
            if args.contains(&Operand::Move(lent.clone())))
    })
}

/// What makes an argument that is a variable, a reference, one to a copy: `&head.to_vec()`.
fn copied_argument(
    body: &Body,
    signatures: &Signatures,
    conflict: &Conflict<'_>,
    holder: Local,
    target: Ty,
) -> Option<Vec<Edit>> {
    let span = conflict.why.later.as_ref()?.span;
    let mut statements = body.blocks.iter().flat_map(|block| &block.statements);
    let named = statements.find_map(|statement| match &statement.kind {
        StatementKind::Assign(dest, Rvalue::Use(Operand::Copy(from)) | Rvalue::Ref(Mutability::Const, from))
            if *dest == Place::local(holder) =>
        {
            Some(from.local)
        }
        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
    })?;
    let decl = &body.locals[named];
    let is_named = decl.name?.as_str().len() == (span.end - span.start) as usize;
    let is_reference = matches!(decl.ty.kind(), TyKind::Ref(Mutability::Const, _));
    (is_named && is_reference).then(|| Some(referring_to_copy(span, copying(body, signatures, target)?)))?
}

/// What makes the reference that a variable is given one to a copy: `&text.trim().to_string()`, `&list[0].clone()`.
fn copied(body: &Body, signatures: &Signatures, holder: Local, target: Ty) -> Option<Vec<Edit>> {
    let copy = copying(body, signatures, target)?;
    let span = only_definition(body, holder)?;
    let decl = &body.locals[holder];
    if decl.name.is_some() && span.contains(decl.source.span) {
        return None;
    }
    Some(match is_written_as_reference(body, holder, span) {
        true => vec![after(span, copy)],
        false => referring_to_copy(span, copy),
    })
}

/// The method that copies what is behind a reference.
fn copying(body: &Body, signatures: &Signatures, target: Ty) -> Option<&'static str> {
    if target.kind() == &TyKind::Str {
        Some(".to_string()")
    } else if matches!(target.kind(), TyKind::Slice(element) if is_clone(body, signatures, *element)) {
        Some(".to_vec()")
    } else {
        is_clone(body, signatures, target).then_some(".clone()")
    }
}

fn referring_to_copy(span: Span, copy: &str) -> Vec<Edit> {
    let lent = Edit {
        span: span.before(),
        text: "&".to_owned(),
    };
    vec![lent, after(span, copy)]
}

/// Where the variable gets its value, if that is a call or a new reference, and the only one.
fn only_definition(body: &Body, local: Local) -> Option<Span> {
    let is_it = |dest: &Place| dest.local == local && dest.projections.is_empty();
    let mut found = Vec::new();
    for block in body.blocks.iter() {
        for statement in &block.statements {
            if let StatementKind::Assign(dest, rvalue) = &statement.kind
                && is_it(dest)
            {
                let is_lent = matches!(rvalue, Rvalue::Ref(Mutability::Const, _));
                found.push(is_lent.then_some(statement.source.span));
            }
        }
        if let TerminatorKind::Call { dest, .. } = &block.terminator.kind
            && is_it(dest)
        {
            found.push(Some(block.terminator.source.span));
        }
    }
    match found.as_slice() {
        [only] => *only,
        _ => None,
    }
}

/// Whether what a variable is given starts with a `&`: what is read there starts behind that, and it is more than a
/// reference, which is lent on.
fn is_written_as_reference(body: &Body, holder: Local, span: Span) -> bool {
    let is_lent = body.blocks.iter().flat_map(|block| &block.statements).any(|statement| {
        matches!(&statement.kind, StatementKind::Assign(dest, Rvalue::Ref(_, lent))
            if dest.local == holder && dest.projections.is_empty() && !is_named_by(body, lent, span))
    });
    let mut reads = body.reads.iter();
    is_lent && !reads.any(|(_, read)| read.file == span.file && read.start == span.start)
}

/// Whether the span is that of the variable which is lent, or by which what a function gives of it is.
fn is_named_by(body: &Body, lent: &Place, span: Span) -> bool {
    /// How many functions may lie between: more are not written without parentheses.
    const N_LENDERS: usize = 4;
    let mut local = lent.local;
    for _ in 0..N_LENDERS {
        if let Some(name) = body.locals[local].name {
            return name.as_str().len() == (span.end - span.start) as usize;
        }
        let given = body.blocks.iter().find_map(|block| {
            let TerminatorKind::Call { dest, args, .. } = &block.terminator.kind else {
                return None;
            };
            args.first().filter(|_| dest.local == local)
        });
        let Some(Operand::Move(given) | Operand::Copy(given)) = given else {
            return false;
        };
        let mut statements = body.blocks.iter().flat_map(|block| &block.statements);
        let lent = statements.find_map(|statement| {
            let StatementKind::Assign(dest, Rvalue::Ref(_, lent)) = &statement.kind else {
                return None;
            };
            Some(lent).filter(|_| dest == given)
        });
        match lent {
            Some(lent) => local = lent.local,
            None => return false,
        }
    }
    false
}

fn after(span: Span, text: &str) -> Edit {
    Edit {
        span: span.after(),
        text: text.to_owned(),
    }
}

/// Whether elements of it are had by index.
fn has_elements(signatures: &Signatures, ty: Ty) -> bool {
    let ty = ty.behind_reference();
    matches!(ty.kind(), TyKind::Slice(_) | TyKind::Array(..))
        || matches!(ty.kind(), TyKind::Adt(adt, _) if signatures.is_lang(*adt, LangItem::Vec))
}
