//! The values of literals.
//!
//! Takes the text of a literal token, gives its value. The lexer reports what is malformed while it reads; the
//! functions here never fail, and give some value for a literal that was reported. Knows no types but by suffix.

use crate::errors::BadEscape;
use crate::token::TokenKind;
use crate::tree::Token;

/// The suffixes a number may have.
pub const NUMBER_SUFFIXES: &[&str] = &[
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "f16", "f32", "f64",
];

/// The value of an `IntLit`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntLiteral<'t> {
    pub value: u128,
    /// One of [`NUMBER_SUFFIXES`], a float type among them: `1f32`.
    pub suffix: Option<&'t str>,
}

/// The value of a `FloatLit`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FloatLiteral<'t> {
    /// The decimal digits, as `str::parse::<f64>` takes them.
    pub digits: String,
    pub suffix: Option<&'t str>,
}

/// The type that a number has by itself: that of its suffix, or the default.
pub(crate) fn type_of_number(text: &str, is_float: bool) -> &'static str {
    let suffix = number_parts(text, is_float).suffix;
    let named = NUMBER_SUFFIXES.iter().find(|known| Some(**known) == suffix);
    named.copied().unwrap_or(if is_float { "f64" } else { "i32" })
}

/// A number's text, taken apart.
pub(crate) struct NumberParts<'t> {
    /// 2, 8, 10 or 16.
    pub(crate) base: u32,
    /// Digits and underscores, with fraction and exponent; the base's prefix is left out.
    pub(crate) digits: &'t str,
    pub(crate) suffix: Option<&'t str>,
}

pub(crate) fn number_parts(text: &str, is_float: bool) -> NumberParts<'_> {
    let (base, rest) = match text.get(..2) {
        Some("0x" | "0X") => (16, &text[2..]),
        Some("0o" | "0O") => (8, &text[2..]),
        Some("0b" | "0B") => (2, &text[2..]),
        Some(_) | None => (10, text),
    };
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let byte = bytes[end];
        let is_part = match base {
            16 => byte.is_ascii_hexdigit(),
            _ => byte.is_ascii_digit(),
        };
        let after_exponent = end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        let is_float_part = is_float
            && match byte {
                b'.' => true,
                b'e' | b'E' => has_exponent(&bytes[end..]),
                b'+' | b'-' => after_exponent,
                _ => false,
            };
        if !(is_part || byte == b'_' || is_float_part) {
            break;
        }
        end += 1;
    }
    NumberParts {
        base,
        digits: &rest[..end],
        suffix: (end < rest.len()).then(|| &rest[end..]),
    }
}

/// Whether bytes that start with `e` go on as an exponent does: an optional sign, then a digit.
pub(crate) fn has_exponent(bytes: &[u8]) -> bool {
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    bytes.get(1 + sign).is_some_and(u8::is_ascii_digit)
}

/// The value of an `IntLit` token's text.
pub fn int_value(text: &str) -> IntLiteral<'_> {
    let parts = number_parts(text, false);
    IntLiteral {
        value: digits_value(parts.digits, parts.base).unwrap_or(u128::MAX),
        suffix: parts.suffix,
    }
}

/// None if it does not fit.
pub(crate) fn digits_value(digits: &str, base: u32) -> Option<u128> {
    digits
        .chars()
        .filter_map(|c| c.to_digit(base))
        .try_fold(0u128, |value, digit| {
            value.checked_mul(u128::from(base))?.checked_add(u128::from(digit))
        })
}

/// The value of a `FloatLit` token's text.
pub fn float_value(text: &str) -> FloatLiteral<'_> {
    let parts = number_parts(text, true);
    FloatLiteral {
        digits: parts.digits.replace('_', ""),
        suffix: parts.suffix,
    }
}

/// What the content of a literal may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Content {
    /// Scalar values: `"…"`, `'…'`.
    Text,
    /// The same, with `{{` and `}}` for braces.
    FStrText,
    /// ASCII and byte escapes: `b"…"`, `b'…'`.
    Bytes,
    /// UTF-8 and byte escapes, no NUL: `c"…"`.
    CStr,
}

/// A unit of a literal's content.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    Scalar(char),
    Byte(u8),
}

/// Calls `each` with the byte range of every character or escape of `content`, and what it stands for.
pub(crate) fn unescape(
    content: &str,
    kind: Content,
    mut each: impl FnMut(std::ops::Range<usize>, Result<Unit, BadEscape>),
) {
    let mut rest = content;
    while let Some(first) = rest.chars().next() {
        let start = content.len() - rest.len();
        let (len, unit) = match first {
            '\\' => escape(rest, kind),
            '{' | '}' if kind == Content::FStrText && rest[1..].starts_with(first) => (2, Ok(Unit::Scalar(first))),
            _ if kind == Content::Bytes && !first.is_ascii() => (first.len_utf8(), Err(BadEscape::NotAscii)),
            '\0' if kind == Content::CStr => (1, Err(BadEscape::Nul)),
            _ => (first.len_utf8(), Ok(Unit::Scalar(first))),
        };
        each(start..start + len, unit);
        rest = &rest[len..];
    }
}

/// The length and the meaning of the escape that `text` starts with.
fn escape(text: &str, kind: Content) -> (usize, Result<Unit, BadEscape>) {
    let mut chars = text.chars();
    chars.next();
    let Some(second) = chars.next() else {
        return (1, Err(BadEscape::Unknown));
    };
    let scalar = |c| (2, Ok(Unit::Scalar(c)));
    match second {
        'n' => scalar('\n'),
        'r' => scalar('\r'),
        't' => scalar('\t'),
        '0' if kind == Content::CStr => (2, Err(BadEscape::Nul)),
        '0' => scalar('\0'),
        '\\' | '"' | '\'' => scalar(second),
        'x' => hex_escape(text, kind),
        'u' => unicode_escape(text, kind),
        _ => (1 + second.len_utf8(), Err(BadEscape::Unknown)),
    }
}

fn hex_escape(text: &str, kind: Content) -> (usize, Result<Unit, BadEscape>) {
    let n_digits = text.as_bytes()[2..]
        .iter()
        .take(2)
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let Some(value) = (n_digits == 2)
        .then(|| u8::from_str_radix(&text[2..4], 16).ok())
        .flatten()
    else {
        return (2 + n_digits, Err(BadEscape::HexDigits));
    };
    let unit = match kind {
        Content::Text | Content::FStrText if value > 0x7f => Err(BadEscape::HexTooLarge),
        Content::Text | Content::FStrText => Ok(Unit::Scalar(char::from(value))),
        Content::CStr if value == 0 => Err(BadEscape::Nul),
        Content::Bytes | Content::CStr => Ok(Unit::Byte(value)),
    };
    (4, unit)
}

fn unicode_escape(text: &str, kind: Content) -> (usize, Result<Unit, BadEscape>) {
    let Some(inside) = text.strip_prefix("\\u{") else {
        return (2, Err(BadEscape::Unicode));
    };
    let n_digits = inside
        .bytes()
        .take_while(|byte| byte.is_ascii_hexdigit() || *byte == b'_')
        .count();
    if !inside[n_digits..].starts_with('}') {
        return (3 + n_digits, Err(BadEscape::Unicode));
    }
    let digits = inside[..n_digits].replace('_', "");
    let scalar = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
    let unit = match (scalar, kind) {
        (None, _) => Err(BadEscape::Unicode),
        (Some(_), Content::Bytes) => Err(BadEscape::UnicodeInBytes),
        (Some('\0'), Content::CStr) => Err(BadEscape::Nul),
        (Some(scalar), Content::Text | Content::FStrText | Content::CStr) => Ok(Unit::Scalar(scalar)),
    };
    (3 + n_digits + 1, unit)
}

/// The value of a `CharLit` token's text.
pub fn char_value(text: &str) -> char {
    let mut value = '\u{fffd}';
    unescape(quoted(text, "'", "'"), Content::Text, |_, unit| {
        if let Ok(Unit::Scalar(scalar)) = unit {
            value = scalar;
        }
    });
    value
}

/// The value of a `ByteLit` token's text.
pub fn byte_value(text: &str) -> u8 {
    unescaped_bytes(quoted(text, "b'", "'"), Content::Bytes)
        .first()
        .copied()
        .unwrap_or(0)
}

/// The value of a string literal without interpolations: text of a `StrLit` or `RawStrLit`, bytes of a
/// `ByteStrLit`, and the bytes before the NUL of a `CStrLit`. Empty for a token that is none of these.
pub fn string_bytes(token: Token<'_>) -> Vec<u8> {
    let text = token.text();
    match token.kind() {
        TokenKind::StrLit => string_content(text, "", Content::Text),
        TokenKind::ByteStrLit => string_content(text, "b", Content::Bytes),
        TokenKind::CStrLit => string_content(text, "c", Content::CStr),
        TokenKind::RawStrLit => {
            let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
            let mark = &text[1..1 + hashes];
            quoted(text, &text[..(2 + hashes).min(text.len())], &format!("\"{mark}"))
                .as_bytes()
                .to_vec()
        }
        _ => Vec::new(),
    }
}

/// The value of a `StrLit` or `RawStrLit`.
pub fn string_text(token: Token<'_>) -> String {
    String::from_utf8_lossy(&string_bytes(token)).into_owned()
}

fn string_content(text: &str, prefix: &str, kind: Content) -> Vec<u8> {
    let quotes = if text[prefix.len()..].starts_with("\"\"\"") {
        "\"\"\""
    } else {
        "\""
    };
    let content = quoted(text, &format!("{prefix}{quotes}"), quotes);
    if quotes.len() == 3 {
        let dedented = dedent(&[content]);
        unescaped_bytes(&dedented[0], kind)
    } else {
        unescaped_bytes(content, kind)
    }
}

fn unescaped_bytes(content: &str, kind: Content) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len());
    unescape(content, kind, |_, unit| match unit {
        Ok(Unit::Scalar(scalar)) => bytes.extend_from_slice(scalar.encode_utf8(&mut [0; 4]).as_bytes()),
        Ok(Unit::Byte(byte)) => bytes.push(byte),
        Err(_) => {}
    });
    bytes
}

/// `text` without its opening and closing marks; a mark that is missing was reported.
fn quoted<'t>(text: &'t str, open: &str, close: &str) -> &'t str {
    let inner = text.strip_prefix(open).unwrap_or(text);
    inner.strip_suffix(close).unwrap_or(inner)
}

/// The values of the texts of an f-string, in order: `texts` are all its `FStrText` tokens' texts, with an empty
/// one wherever two interpolations touch or an end has none. `start` is the text of its `FStrStart`.
pub fn fstring_texts(start: &str, texts: &[&str]) -> Vec<String> {
    let raw: Vec<String> = match start {
        "f\"\"\"" => dedent(texts),
        _ => texts.iter().map(|text| (*text).to_owned()).collect(),
    };
    raw.iter()
        .map(|text| String::from_utf8_lossy(&unescaped_bytes(text, Content::FStrText)).into_owned())
        .collect()
}

/// Strips a multi-line string: a blank first line goes, a blank last line goes with the line break before it, and
/// the white space that every other non-blank line and the last one start with goes from each. Line breaks become
/// `\n`. `pieces` are the text between interpolations.
fn dedent(pieces: &[&str]) -> Vec<String> {
    let mut pieces: Vec<String> = pieces.iter().map(|piece| piece.replace("\r\n", "\n")).collect();
    let indent = common_indent(&pieces);
    for piece in &mut pieces {
        let mut lines = piece.split('\n');
        let mut stripped = lines.next().unwrap_or_default().to_owned();
        for line in lines {
            stripped.push('\n');
            let n_blank = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            stripped.push_str(&line[n_blank.min(indent)..]);
        }
        *piece = stripped;
    }
    let is_blank = |text: &str| text.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    if let Some(first) = pieces.first_mut()
        && let Some((line, rest)) = first.split_once('\n')
        && is_blank(line)
    {
        *first = rest.to_owned();
    }
    if let Some(last) = pieces.last_mut() {
        match last.rsplit_once('\n') {
            Some((rest, line)) if is_blank(line) => *last = rest.to_owned(),
            Some(_) | None => {}
        }
    }
    pieces
}

/// The number of blanks that every line but the first starts with; blank lines do not count, but the last does.
fn common_indent(pieces: &[String]) -> usize {
    let mut indent = usize::MAX;
    for piece in pieces {
        let n_lines = piece.split('\n').count();
        for (line_idx, line) in piece.split('\n').enumerate().skip(1) {
            let n_blank = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let ends_piece = line_idx + 1 == n_lines;
            // At the end of a piece an interpolation or the closing quotes follow, so that the line is not blank.
            if n_blank < line.len() || ends_piece {
                indent = indent.min(n_blank);
            }
        }
    }
    if indent == usize::MAX { 0 } else { indent }
}
