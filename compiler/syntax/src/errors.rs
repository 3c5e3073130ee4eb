//! The messages of the lexer and the parser: one factory function per code, and what they need to say it.
//!
//! Takes places and what stands there, gives diagnostics. Knows no parser state.

use base::Span;
use diag::{Code, Diagnostic, Edit};

use crate::token::TokenKind;

pub(crate) fn unknown_character(span: Span, text: &str) -> Diagnostic {
    let character = text.chars().next().unwrap_or('\u{fffd}');
    let shown = if character.is_control() || character.is_whitespace() {
        format!("U+{:04X}", character as u32)
    } else {
        character.to_string()
    };
    Diagnostic::error(Code::UNKNOWN_CHARACTER, span, format!("no token starts with `{shown}`"))
}

/// What a closing mark is missing from.
#[derive(Clone, Copy)]
pub(crate) enum Unterminated {
    Str,
    MultilineStr,
    RawStr,
    Char,
    FStr,
    Interpolation,
    Name,
}

pub(crate) fn unterminated_literal(span: Span, what: Unterminated) -> Diagnostic {
    let (message, hint) = match what {
        Unterminated::Str => (
            "this string has no closing `\"`",
            "a string over several lines stands in `\"\"\"`",
        ),
        Unterminated::MultilineStr => ("this string has no closing `\"\"\"`", ""),
        Unterminated::RawStr => (
            "this raw string has no end",
            "it ends at a quote and as many `#` as it starts with",
        ),
        Unterminated::Char => ("this character has no closing `'`", ""),
        Unterminated::FStr => (
            "this f-string has no closing quote",
            "an f-string over several lines stands in `\"\"\"`",
        ),
        Unterminated::Interpolation => (
            "this `{` of an f-string is not closed",
            "a brace in the text is written `{{`",
        ),
        Unterminated::Name => ("this name has no closing backtick", ""),
    };
    let diagnostic = Diagnostic::error(Code::UNTERMINATED_LITERAL, span, message);
    if hint.is_empty() {
        diagnostic
    } else {
        diagnostic.hint(hint)
    }
}

pub(crate) fn unterminated_comment(span: Span) -> Diagnostic {
    Diagnostic::error(Code::UNTERMINATED_COMMENT, span, "this comment has no closing `*/`")
        .note("comments nest: each `/*` inside needs a `*/` of its own")
}

/// What is wrong with a number.
#[derive(Clone, Copy)]
pub(crate) enum BadNumber<'a> {
    NoDigits,
    Digit { digit: char, base: u32 },
    Suffix(&'a str),
    FloatSuffix(&'a str),
    TooLarge,
}

pub(crate) fn malformed_number(span: Span, problem: BadNumber<'_>) -> Diagnostic {
    let message = match problem {
        BadNumber::NoDigits => "this number has no digits".to_owned(),
        BadNumber::Digit { digit, base } => format!("`{digit}` is not a digit in base {base}"),
        BadNumber::Suffix(suffix) => format!("`{suffix}` is not the suffix of a number"),
        BadNumber::FloatSuffix(suffix) => format!("`{suffix}` is not the suffix of a number with a fraction"),
        BadNumber::TooLarge => "this number does not fit into 128 bits".to_owned(),
    };
    let diagnostic = Diagnostic::error(Code::MALFORMED_NUMBER, span, message);
    match problem {
        BadNumber::Suffix(_) | BadNumber::FloatSuffix(_) => {
            diagnostic.hint("a suffix is a scalar type, such as `u8` or `f32`")
        }
        BadNumber::NoDigits | BadNumber::Digit { .. } | BadNumber::TooLarge => diagnostic,
    }
}

/// What is wrong with an escape, or with a character of a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum BadEscape {
    Unknown,
    HexDigits,
    HexTooLarge,
    Unicode,
    UnicodeInBytes,
    NotAscii,
    Nul,
}

pub(crate) fn bad_escape(span: Span, problem: BadEscape) -> Diagnostic {
    let (message, hint) = match problem {
        BadEscape::Unknown => (
            "this escape is unknown",
            "the escapes are `\\n \\r \\t \\0 \\\\ \\\" \\' \\xNN \\u{…}`",
        ),
        BadEscape::HexDigits => ("`\\x` takes two hexadecimal digits", ""),
        BadEscape::HexTooLarge => ("`\\x` in text goes up to `\\x7F`", "write a scalar value as `\\u{…}`"),
        BadEscape::Unicode => ("`\\u{…}` takes the hexadecimal number of a Unicode scalar value", ""),
        BadEscape::UnicodeInBytes => ("bytes have no `\\u{…}`", "write the bytes as `\\xNN`"),
        BadEscape::NotAscii => ("only ASCII characters stand in bytes", "write the bytes as `\\xNN`"),
        BadEscape::Nul => ("a C string holds no NUL: it ends there", ""),
    };
    let diagnostic = Diagnostic::error(Code::BAD_ESCAPE, span, message);
    if hint.is_empty() {
        diagnostic
    } else {
        diagnostic.hint(hint)
    }
}

pub(crate) fn empty_character(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MALFORMED_CHARACTER,
        span,
        "a character literal holds one character, this one none",
    )
}

pub(crate) fn long_character(span: Span, content: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MALFORMED_CHARACTER,
        span,
        "a character literal holds one character",
    )
    .hint_replace("a string stands in double quotes", span, format!("\"{content}\""))
}

pub(crate) fn lone_brace(span: Span) -> Diagnostic {
    Diagnostic::error(Code::FSTRING_BRACE, span, "this `}` closes nothing").hint_replace(
        "a brace in the text of an f-string is doubled",
        span,
        "}}",
    )
}

pub(crate) fn empty_interpolation(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::FSTRING_BRACE,
        span,
        "there is nothing to print between these braces",
    )
    .hint("an interpolation holds an expression; a brace in the text is doubled")
}

pub(crate) fn bad_name(span: Span) -> Diagnostic {
    Diagnostic::error(Code::MALFORMED_NAME, span, "there is no name between these backticks")
}

/// `what` as a phrase: "an expression".
pub(crate) fn expected(span: Span, what: &str, found: TokenKind) -> Diagnostic {
    Diagnostic::error(
        Code::EXPECTED,
        span,
        format!("expected {what}, found {}", found.describe()),
    )
}

/// A missing mark, reported where it should stand.
pub(crate) fn missing_token(after: Span, token: TokenKind) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::EXPECTED, after, format!("expected {}", token.describe()));
    match token.text() {
        Some("{") => diagnostic.hint_replace("add `{` here", after, " {"),
        Some(text) => diagnostic.hint_replace(format!("add {} here", token.describe()), after, text),
        None => diagnostic,
    }
}

pub(crate) fn unclosed(after: Span, close: TokenKind, open: Span) -> Diagnostic {
    let text = close.text().unwrap_or_default();
    Diagnostic::error(
        Code::UNCLOSED_DELIMITER,
        after,
        format!("expected {}", close.describe()),
    )
    .label(open, "this is not closed")
    .hint_replace(format!("add {} here", close.describe()), after, text)
}

pub(crate) fn unexpected_close(span: Span, close: TokenKind) -> Diagnostic {
    Diagnostic::error(
        Code::UNEXPECTED_CLOSE,
        span,
        format!("this {} closes nothing", close.describe()),
    )
    .hint_replace("remove it", span, "")
}

pub(crate) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code::NESTING_TOO_DEEP, span, "this is nested too deep for the compiler")
        .note("the rest of the file was not read")
}

pub(crate) fn chained_comparison(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code::CHAINED_OPERATORS, span, "comparisons do not chain")
        .label(first, "the first comparison")
        .hint("write `a < b && b < c`")
}

pub(crate) fn chained_range(span: Span, first: Span) -> Diagnostic {
    Diagnostic::error(Code::CHAINED_OPERATORS, span, "ranges do not chain").label(first, "the first range")
}

/// Something from another language, with what it is called here. `fix` replaces the text of `span`.
pub(crate) fn foreign(span: Span, message: &str, hint: &str, fix: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::FOREIGN_SYNTAX, span, message);
    match fix {
        Some(fix) => diagnostic.hint_replace(hint, span, fix),
        None => diagnostic.hint(hint),
    }
}

pub(crate) fn misspelled_keyword(span: Span, meant: TokenKind) -> Diagnostic {
    let meant = meant.text().unwrap_or_default();
    let message = format!("no item or statement starts like this: did you mean `{meant}`?");
    Diagnostic::error(Code::EXPECTED, span, message).hint_guess(format!("write `{meant}`"), span, meant)
}

/// Something as another language writes it, and how it is written here.
pub(crate) struct Habit {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) hint: String,
    /// What makes it Lang, or nothing where that takes thought.
    pub(crate) edits: Vec<Edit>,
}

impl Habit {
    pub(crate) fn new(span: Span, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: hint.into(),
            edits: Vec::new(),
        }
    }

    /// One that is mended where it stands.
    pub(crate) fn replace(span: Span, message: impl Into<String>, fix: &str) -> Self {
        let hint = match fix {
            "" => "remove it".to_owned(),
            fix => format!("write `{}`", fix.trim()),
        };
        Self::new(span, message, hint).edit(span, fix)
    }

    pub(crate) fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit {
            span,
            text: text.into(),
        });
        self
    }

    pub(crate) fn edits(mut self, edits: Vec<Edit>) -> Self {
        self.edits.extend(edits);
        self
    }
}

/// The message of one or more habits of one construct, which the first one names.
pub(crate) fn habits(mut all: Vec<Habit>) -> Option<Diagnostic> {
    all.sort_by_key(|habit| habit.span.start);
    let mut all = all.into_iter();
    let first = all.next()?;
    let mut hint = first.hint;
    let mut edits = first.edits;
    // A part of a mend is none.
    let mut is_mended = !edits.is_empty();
    for habit in all {
        is_mended &= !habit.edits.is_empty();
        if habit.message != first.message && is_mended {
            hint = "write it as Lang does".to_owned();
        }
        edits.extend(habit.edits);
    }
    if !is_mended {
        edits.clear();
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    Some(Diagnostic::error(Code::FOREIGN_SYNTAX, first.span, first.message).hint_edits(hint, edits))
}

pub(crate) fn misplaced_modifier(span: Span, modifier: &str, item: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_MODIFIER,
        span,
        format!("`{modifier}` does not stand before {item}"),
    )
}

pub(crate) fn repeated_modifier(span: Span, modifier: &str) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_MODIFIER,
        span,
        format!("`{modifier}` stands here twice"),
    )
    .hint_replace("remove it", span, "")
}

pub(crate) fn keyword_as_name(span: Span, keyword: &str) -> Diagnostic {
    Diagnostic::error(Code::KEYWORD_AS_NAME, span, format!("`{keyword}` is a keyword")).hint_replace(
        "a keyword in backticks is a name",
        span,
        format!("`{keyword}`"),
    )
}

pub(crate) fn struct_literal_in_header(span: Span, literal: &str) -> Diagnostic {
    let message = "a struct literal needs parentheses in the header of `if`, `while`, `for` and `match`";
    let diagnostic = Diagnostic::error(Code::STRUCT_LITERAL_IN_HEADER, span, message);
    diagnostic.hint_replace("put it in parentheses", span, format!("({literal})"))
}

pub(crate) fn misplaced_let(span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::MISPLACED_LET,
        span,
        "`let` is a condition only in `if` and `while`, alone or joined by `&&`",
    )
}

pub(crate) fn positional_after_named(span: Span, named: Span) -> Diagnostic {
    Diagnostic::error(
        Code::POSITIONAL_AFTER_NAMED,
        span,
        "this argument has no name but follows one that has",
    )
    .label(named, "the first named argument")
    .hint("put the arguments without names first")
}
