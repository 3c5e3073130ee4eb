//! Literal tokens to their values.
//!
//! Suffixes are kept as written: whether one names a type, and whether the value fits, is for `check`.

use base::{Span, sym};
use diag::{Diagnostics, Reported};
use syntax::{Token, TokenKind};

use super::text::{self, Content, Slice};
use crate::{Literal, errors};

/// The value of a literal token, `none` and `null` excepted.
pub(super) fn literal(token: Token<'_>, diagnostics: &mut Diagnostics) -> Result<Literal, Reported> {
    let slice = Slice::of(token);
    match token.kind() {
        TokenKind::IntLit => integer(slice).map_err(|diagnostic| diagnostics.report(diagnostic)),
        TokenKind::FloatLit => float(slice).map_err(|diagnostic| diagnostics.report(diagnostic)),
        TokenKind::TrueKw => Ok(Literal::Bool(true)),
        TokenKind::FalseKw => Ok(Literal::Bool(false)),
        TokenKind::CharLit => {
            let mut bytes = Vec::new();
            text::unescape(slice.between(1, "'"), Content::Text, &mut bytes, diagnostics)?;
            let value = String::from_utf8(bytes).expect("text escapes give whole characters");
            let mut chars = value.chars();
            match (chars.next(), chars.next()) {
                (Some(c), None) => Ok(Literal::Char(c)),
                (_, _) => Err(diagnostics.report(one_wanted(slice.span, "character"))),
            }
        }
        TokenKind::ByteLit => {
            let mut bytes = Vec::new();
            text::unescape(slice.between(2, "'"), Content::Bytes, &mut bytes, diagnostics)?;
            match bytes.as_slice() {
                [byte] => Ok(Literal::Byte(*byte)),
                _ => Err(diagnostics.report(one_wanted(slice.span, "byte"))),
            }
        }
        TokenKind::StrLit | TokenKind::RawStrLit => {
            text::string_value(token, diagnostics).map(|value| Literal::Str(sym(&value)))
        }
        TokenKind::ByteStrLit => {
            text::quoted_bytes(slice, 1, Content::Bytes, diagnostics).map(|bytes| Literal::ByteStr(bytes.into()))
        }
        TokenKind::CStrLit => {
            text::quoted_bytes(slice, 1, Content::C, diagnostics).map(|bytes| Literal::CStr(bytes.into()))
        }
        kind => unreachable!("{} is no literal", kind.describe()),
    }
}

fn one_wanted(span: Span, what: &str) -> diag::Diagnostic {
    errors::bad_escape(span, &format!("between the quotes stands exactly one {what}"))
}

fn integer(slice: Slice<'_>) -> Result<Literal, diag::Diagnostic> {
    let (start, radix) = match slice.text.get(..2) {
        Some("0x") => (2, 16),
        Some("0o") => (2, 8),
        Some("0b") => (2, 2),
        Some(_) | None => (0, 10),
    };
    let is_digit = |c: char| {
        c == '_'
            || if radix == 16 {
                c.is_ascii_hexdigit()
            } else {
                c.is_ascii_digit()
            }
    };
    let rest = &slice.text[start..];
    let end = start + rest.find(|c| !is_digit(c)).unwrap_or(rest.len());
    let suffix = &slice.text[end..];
    let mut value: Option<u128> = None;
    let mut is_too_large = false;
    for (offset, c) in slice.text[start..end].char_indices().filter(|(_, c)| *c != '_') {
        let Some(digit) = c.to_digit(radix) else {
            let place = slice.part(start + offset, start + offset + 1).span;
            return Err(errors::bad_digits(
                place,
                &format!("`{c}` is no digit of a number in base {radix}"),
            ));
        };
        let shifted = value.unwrap_or(0).checked_mul(u128::from(radix));
        let next = shifted.and_then(|value| value.checked_add(u128::from(digit)));
        is_too_large |= next.is_none();
        value = Some(next.unwrap_or(u128::MAX));
    }
    match value {
        None => Err(errors::bad_digits(slice.span, "this number has no digits")),
        Some(_) if is_too_large => Err(errors::integer_too_large(slice.part(0, end).span)),
        Some(_) if radix == 10 && matches!(suffix, "f16" | "f32" | "f64") => Ok(Literal::Float {
            text: sym(&slice.text[..end].replace('_', "")),
            suffix: Some(sym(suffix)),
        }),
        Some(value) => Ok(Literal::Int {
            value,
            suffix: (!suffix.is_empty()).then(|| sym(suffix)),
        }),
    }
}

fn float(slice: Slice<'_>) -> Result<Literal, diag::Diagnostic> {
    let text = slice.text;
    let skip_digits = |from: usize| {
        let rest = &text[from..];
        from + rest
            .find(|c: char| !c.is_ascii_digit() && c != '_')
            .unwrap_or(rest.len())
    };
    let mut end = skip_digits(0);
    if text[end..].starts_with('.') {
        end = skip_digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let digits = end + 1 + sign;
        let exponent_end = skip_digits(digits);
        if !text[digits..exponent_end].contains(|c: char| c.is_ascii_digit()) {
            return Err(errors::bad_digits(
                slice.part(end, exponent_end).span,
                "this exponent has no digits",
            ));
        }
        end = exponent_end;
    }
    let suffix = &text[end..];
    Ok(Literal::Float {
        text: sym(&text[..end].replace('_', "")),
        suffix: (!suffix.is_empty()).then(|| sym(suffix)),
    })
}
