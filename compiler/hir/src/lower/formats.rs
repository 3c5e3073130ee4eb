//! f-strings: their text and the formats of their interpolations.

use base::sym;
use syntax::Token;
use syntax::ast::{self, AstNode, FStringPiece};

use super::body::BodyLowering;
use super::text::{self, Content, Slice};
use crate::{Expr, FStringPart, FormatAlign, FormatKind, FormatSpec, errors};

impl BodyLowering<'_, '_> {
    pub(super) fn f_string(&mut self, f_string: ast::FString<'_>) -> Expr {
        let pieces: Vec<FStringPiece<'_>> = f_string.pieces().collect();
        let texts: Vec<Option<Slice<'_>>> = pieces
            .iter()
            .map(|piece| match piece {
                FStringPiece::Text(token) => Some(Slice::of(*token)),
                FStringPiece::Interpolation(_) => None,
            })
            .collect();
        let is_multi_line = f_string
            .start_token()
            .is_some_and(|token| token.text().ends_with("\"\"\""));
        let lines_of: Vec<Vec<Slice<'_>>> = if is_multi_line {
            text::dedent(&texts)
        } else {
            texts.into_iter().flatten().map(|slice| vec![slice]).collect()
        };
        let mut lines_of = lines_of.into_iter();
        let mut parts = Vec::new();
        let mut broken = None;
        for piece in pieces {
            match piece {
                FStringPiece::Text(_) => {
                    let lines = lines_of.next().unwrap_or_default();
                    match self.f_string_text(&lines) {
                        Ok(text) => push_text(&mut parts, &text),
                        Err(reported) => broken = Some(reported),
                    }
                }
                FStringPiece::Interpolation(interpolation) => self.interpolation(interpolation, &mut parts),
            }
        }
        match broken {
            Some(reported) => Expr::Error(reported),
            None => Expr::FString(parts),
        }
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
        match format_spec(Slice::of(token)) {
            Ok(spec) => spec,
            Err(diagnostic) => {
                self.file.diagnostics.report(diagnostic);
                FormatSpec::default()
            }
        }
    }

    /// Decodes escapes and doubled braces.
    fn f_string_text(&mut self, lines: &[Slice<'_>]) -> Result<String, diag::Reported> {
        let mut out = Vec::new();
        let mut result = Ok(());
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.push(b'\n');
            }
            let mut from = 0;
            let mut at = 0;
            while let Some(offset) = line.text[at..].find(['{', '}', '\\']) {
                at += offset;
                if line.text[at..].starts_with('\\') {
                    at += text::escape_len(&line.text[at..]);
                    continue;
                }
                let before = line.part(from, at);
                result = text::unescape(before, Content::Text, &mut out, &mut self.file.diagnostics).and(result);
                let brace = &line.text[at..=at];
                out.extend_from_slice(brace.as_bytes());
                if line.text[at + 1..].starts_with(brace) {
                    at += 2;
                } else {
                    let span = line.part(at, at + 1).span;
                    result = Err(self.file.diagnostics.report(errors::lone_brace(span)));
                    at += 1;
                }
                from = at;
            }
            let rest = line.part(from, line.text.len());
            result = text::unescape(rest, Content::Text, &mut out, &mut self.file.diagnostics).and(result);
        }
        result.map(|()| String::from_utf8(out).expect("text escapes give whole characters"))
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

/// `fill align + # 0 width .precision kind`
pub(super) fn format_spec(slice: Slice<'_>) -> Result<FormatSpec, diag::Diagnostic> {
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
            return Err(errors::bad_format(after_dot, "a number follows the `.` of a format"));
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
            return Err(errors::bad_format(kind.span, &problem));
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
    slice: Slice<'t>,
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

    fn place(&self) -> base::Span {
        self.slice.part(self.at, self.slice.text.len()).span
    }

    /// At most 65535, so that no padding is a slip of the hand.
    fn number(&mut self, what: &str) -> Result<Option<u32>, diag::Diagnostic> {
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
            Err(_) => Err(errors::bad_format(digits.span, &format!("{what} goes up to 65535"))),
        }
    }
}
