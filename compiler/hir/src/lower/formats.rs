//! f-strings: their text and the formats of their interpolations.

use base::{Span, sym};
use syntax::ast::{self, AstNode, FStringPiece};
use syntax::{Token, literal};

use super::body::BodyLowering;
use crate::{Expr, FStringPart, FormatAlign, FormatKind, FormatSpec, errors};

impl BodyLowering<'_, '_> {
    pub(super) fn f_string(&mut self, f_string: ast::FString<'_>) -> Expr {
        let mut interpolations = Vec::new();
        // The text before each interpolation, and after the last.
        let mut texts = vec![""];
        for piece in f_string.pieces() {
            match piece {
                FStringPiece::Text(token) => {
                    if let Some(last) = texts.last_mut() {
                        *last = token.text();
                    }
                }
                FStringPiece::Interpolation(interpolation) => {
                    interpolations.push(interpolation);
                    texts.push("");
                }
            }
        }
        let start = f_string.start_token().map_or("f\"", Token::text);
        let mut texts = literal::fstring_texts(start, &texts).into_iter();
        let mut parts = Vec::new();
        push_text(&mut parts, &texts.next().unwrap_or_default());
        for (interpolation, text) in interpolations.into_iter().zip(texts) {
            self.interpolation(interpolation, &mut parts);
            push_text(&mut parts, &text);
        }
        Expr::FString(parts)
    }

    fn interpolation(&mut self, interpolation: ast::Interpolation<'_>, parts: &mut Vec<FStringPart>) {
        if let (Some(_), Some(expr)) = (interpolation.eq_token(), interpolation.expr()) {
            push_text(parts, &format!("{} = ", expr.syntax().text()));
        }
        let expr = self.expr(interpolation.expr(), interpolation.span());
        let spec = interpolation
            .spec()
            .map_or_else(FormatSpec::default, |token| self.format(token));
        parts.push(FStringPart::Value { expr, spec });
    }

    fn format(&mut self, token: Token<'_>) -> FormatSpec {
        match format_spec(Spec {
            text: token.text(),
            span: token.span(),
        }) {
            Ok(spec) => spec,
            Err(BadFormat { span, problem }) => {
                self.file.diagnostics.report(errors::bad_format(span, &problem));
                FormatSpec::default()
            }
        }
    }
}

/// Texts that meet are one part.
fn push_text(parts: &mut Vec<FStringPart>, text: &str) {
    if text.is_empty() {
        return;
    }
    if let Some(FStringPart::Text(last)) = parts.last_mut() {
        *last = sym(&format!("{last}{text}"));
    } else {
        parts.push(FStringPart::Text(sym(text)));
    }
}

/// What is wrong with a format, and where.
struct BadFormat {
    span: Span,
    problem: String,
}

/// A format or a part of one, as written.
#[derive(Clone, Copy)]
struct Spec<'t> {
    text: &'t str,
    span: Span,
}

impl Spec<'_> {
    /// The bytes `start..end` of it.
    fn part(self, start: usize, end: usize) -> Self {
        let offset = self.span.start;
        let span = Span::new(self.span.file, offset + start as u32, offset + end as u32);
        Self {
            text: &self.text[start..end],
            span,
        }
    }
}

/// `fill align + # 0 width .precision kind`
fn format_spec(slice: Spec<'_>) -> Result<FormatSpec, BadFormat> {
    let mut spec = FormatSpec::default();
    let mut rest = Rest { slice, at: 0 };
    let mut ahead = slice.text.chars();
    if let (Some(fill), Some(align)) = (ahead.next(), ahead.next().and_then(align_of)) {
        spec.fill = fill;
        spec.align = align;
        rest.next();
        rest.next();
    } else if let Some(align) = rest.peek().and_then(align_of) {
        spec.align = align;
        rest.next();
    }
    spec.plus = rest.take('+');
    spec.alternate = rest.take('#');
    spec.zero = rest.take('0');
    spec.width = rest.number("a width")?;
    if rest.take('.') {
        let after_dot = rest.place();
        spec.precision = rest.number("a precision")?;
        if spec.precision.is_none() {
            let problem = "a number follows the `.` of a format".to_owned();
            return Err(BadFormat {
                span: after_dot,
                problem,
            });
        }
    }
    let kind = slice.part(rest.at, slice.text.len());
    spec.kind = match kind.text {
        "" => FormatKind::Display,
        "?" => FormatKind::Debug,
        "x" => FormatKind::LowerHex,
        "X" => FormatKind::UpperHex,
        "o" => FormatKind::Octal,
        "b" => FormatKind::Binary,
        "e" => FormatKind::Exponent,
        other => {
            let problem = format!("`{other}` is no kind of format: there are `?`, `x`, `X`, `o`, `b` and `e`");
            return Err(BadFormat {
                span: kind.span,
                problem,
            });
        }
    };
    Ok(spec)
}

fn align_of(c: char) -> Option<FormatAlign> {
    match c {
        '<' => Some(FormatAlign::Left),
        '^' => Some(FormatAlign::Center),
        '>' => Some(FormatAlign::Right),
        _ => None,
    }
}

/// What is still to be read of a format.
struct Rest<'t> {
    slice: Spec<'t>,
    at: usize,
}

impl Rest<'_> {
    fn peek(&self) -> Option<char> {
        self.slice.text[self.at..].chars().next()
    }

    fn next(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.next();
        }
        found
    }

    fn place(&self) -> Span {
        self.slice.part(self.at, self.slice.text.len()).span
    }

    /// At most 65535, so that no padding is a slip of the hand.
    fn number(&mut self, what: &str) -> Result<Option<u32>, BadFormat> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.next();
        }
        let digits = self.slice.part(start, self.at);
        if digits.text.is_empty() {
            return Ok(None);
        }
        match digits.text.parse::<u16>() {
            Ok(number) => Ok(Some(u32::from(number))),
            Err(_) => Err(BadFormat {
                span: digits.span,
                problem: format!("{what} goes up to 65535"),
            }),
        }
    }
}
