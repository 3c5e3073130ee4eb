//! Messages about what threads may have of each other.

use base::Span;
use diag::{Code, Diagnostic};

use crate::thread_lacks::ThreadLack;
use crate::threads::ThreadTrait;

/// A type of which something is asked that a part of it lacks.
pub(crate) fn not_for_threads(span: Span, lack: &ThreadLack) -> Diagnostic {
    match lack.asked {
        ThreadTrait::Send => not_send(span, lack),
        ThreadTrait::Sync => not_sync(span, lack),
    }
}

/// A type whose values stay in their thread.
fn not_send(span: Span, lack: &ThreadLack) -> Diagnostic {
    let message = format!("`{}` cannot go to another thread", lack.part);
    explained(Diagnostic::error(Code::NOT_SEND, span, message), lack)
}

/// A type of which one thread at a time uses a value.
fn not_sync(span: Span, lack: &ThreadLack) -> Diagnostic {
    let message = format!("`{}` cannot be used by several threads at once", lack.part);
    explained(Diagnostic::error(Code::NOT_SYNC, span, message), lack)
}

/// The `impl` type of a result, of which the body says that it stays in its thread. `given` is where a value says so.
pub(crate) fn result_stays(span: Span, lack: &ThreadLack, given: Option<Span>) -> Diagnostic {
    let message = "what the body gives for this `impl` type cannot go to another thread";
    let why = match lack.asked {
        ThreadTrait::Send => format!("`{}` cannot go to another thread", lack.part),
        ThreadTrait::Sync => format!("`{}` cannot be used by several threads at once", lack.part),
    };
    let diagnostic = Diagnostic::error(Code::RESULT_NOT_SEND, span, message);
    let diagnostic = match given {
        Some(given) => diagnostic.label(given, "it is given here"),
        None => diagnostic,
    };
    let notes = [why].into_iter().chain(lack.notes.iter().cloned());
    let after_keyword = span.start + "impl".len() as u32;
    notes.fold(diagnostic, Diagnostic::note).hint_replace(
        "say that it stays in its thread",
        Span::new(span.file, after_keyword, after_keyword),
        " ?Send",
    )
}

/// What a `static` of a type would need.
pub(crate) fn of_static(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.note("every thread sees a `static`")
}

fn explained(diagnostic: Diagnostic, lack: &ThreadLack) -> Diagnostic {
    let noted = lack.notes.iter().cloned().fold(diagnostic, Diagnostic::note);
    match &lack.hint {
        Some(hint) => noted.hint(hint.clone()),
        None => noted,
    }
}
