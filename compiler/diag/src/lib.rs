//! Diagnostics as data: what is wrong, where, and what to do about it.
//!
//! Takes nothing, gives the types every phase reports with, the table of codes, their text for a terminal (`render`)
//! and for tools (`json`). A phase never formats a message outside its own `errors.rs`.

mod codes;
mod json;
mod render;

use base::Span;

pub use codes::{Code, all_codes, code_by_id};
pub use json::{plain_error_to_json, to_json};
pub use render::{Colors, render, summary};

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    Error,
    Warning,
}

/// A span and what it has to do with the matter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// A replacement of the text of one span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Whether a tool may apply an edit without asking.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Applicability {
    /// The edit says what was written, in the way that it must be written.
    Certain,
    /// The edit compiles; whether it is what was meant, only its writer knows.
    Guess,
}

/// What to do, in words, and as edits that compile when applied.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    pub message: String,
    pub edits: Vec<Edit>,
    pub applicability: Applicability,
}

/// One message. `primary` is absent only where no source is at fault (a missing tool, a full disk).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    pub code: Code,
    pub severity: Severity,
    pub message: String,
    pub primary: Option<Label>,
    pub labels: Vec<Label>,
    pub notes: Vec<String>,
    pub hint: Option<Hint>,
}

impl Diagnostic {
    /// An error at `span`, whose own label may be empty.
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Some(span), message.into())
    }

    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, Some(span), message.into())
    }

    /// An error that no place in the source is at fault for.
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, None, message.into())
    }

    fn new(code: Code, severity: Severity, span: Option<Span>, message: String) -> Self {
        let primary = span.map(|span| Label {
            span,
            text: String::new(),
        });
        Self {
            code,
            severity,
            message,
            primary,
            labels: Vec::new(),
            notes: Vec::new(),
            hint: None,
        }
    }

    /// Says something at the primary span.
    pub fn at(mut self, text: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.text = text.into();
        }
        self
    }

    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// A hint in words only.
    pub fn hint(self, message: impl Into<String>) -> Self {
        self.hint_edits(message, Vec::new())
    }

    /// A hint that replaces the text of `span`.
    pub fn hint_replace(self, message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.hint_edits(message, vec![Edit { span, text }])
    }

    /// The same where the text is one of several that could be meant.
    pub fn hint_guess(self, message: impl Into<String>, span: Span, text: impl Into<String>) -> Self {
        let text = text.into();
        self.hint_guesses(message, vec![Edit { span, text }])
    }

    /// The same with the texts of several spans, which do not overlap.
    pub fn hint_guesses(self, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        let mut diagnostic = self.hint_edits(message, edits);
        if let Some(hint) = &mut diagnostic.hint {
            hint.applicability = Applicability::Guess;
        }
        diagnostic
    }

    /// A hint that replaces the texts of several spans, which do not overlap.
    pub fn hint_edits(mut self, message: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.hint = Some(Hint {
            message: message.into(),
            edits,
            applicability: Applicability::Certain,
        });
        self
    }
}

/// Proof that an error was reported. Only [`Diagnostics::report`] makes one, so an error type or an error node
/// without a message cannot be built.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reported(());

/// The sink of one phase or one body. Merged in a fixed order, so output never depends on the thread count.
#[derive(Clone, Default, Debug)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an error.
    pub fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        debug_assert_eq!(diagnostic.severity, Severity::Error);
        self.list.push(diagnostic);
        Reported(())
    }

    pub fn warn(&mut self, diagnostic: Diagnostic) {
        debug_assert_eq!(diagnostic.severity, Severity::Warning);
        self.list.push(diagnostic);
    }

    pub fn append(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Drops what `keeps` says no to: what only follows from another error that stays.
    pub fn retain(&mut self, keeps: impl FnMut(&Diagnostic) -> bool) {
        self.list.retain(keeps);
    }

    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Proof that something was reported here, if something was.
    pub fn already_reported(&self) -> Option<Reported> {
        self.has_errors().then_some(Reported(()))
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    /// In the order people read: by file and place, messages without a place last; the same message twice is one.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        let place = |d: &Diagnostic| d.primary.as_ref().map_or((1, None), |l| (0, Some(l.span)));
        self.list
            .sort_by(|a, b| place(a).cmp(&place(b)).then(a.severity.cmp(&b.severity)));
        self.list.dedup();
        self.list
    }
}
