//! The text of strings: escapes decoded, and the indentation of multi-line strings taken away.
//!
//! Takes what stands between the quotes, as written, with its place; gives its value, and says what is wrong at the
//! exact place. A multi-line string, `"""`, loses the line break after its opening quotes, the one before its closing
//! quotes if only white space stands before them, and the white space that all its lines start with (the closing
//! quotes' line counted, blank lines not). Its line breaks are `\n` however the file ends its lines.

use base::Span;
use diag::{Diagnostics, Reported};
use syntax::{Token, TokenKind};

use crate::errors;

/// What a string holds, which decides what escapes may say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// UTF-8: `\xNN` is ASCII.
    Text,
    /// Bytes: only ASCII characters, no `\u{…}`.
    Bytes,
    /// Bytes of a C string: characters as UTF-8, any `\xNN`, no NUL.
    C,
}

/// A part of a file's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slice<'t> {
    pub(super) text: &'t str,
    /// Where it starts.
    pub(super) span: Span,
}

impl<'t> Slice<'t> {
    /// The bytes `start..end` of it.
    pub(super) fn part(self, start: usize, end: usize) -> Self {
        let offset = self.span.start;
        let span = Span::new(self.span.file, offset + start as u32, offset + end as u32);
        Self {
            text: &self.text[start..end],
            span,
        }
    }

    pub(super) fn of(token: Token<'t>) -> Self {
        Self {
            text: token.text(),
            span: token.span(),
        }
    }

    /// Without `start`, and without `end` where that is there (an unclosed literal lacks it).
    pub(super) fn between(self, start: usize, end: &str) -> Self {
        let from = start.min(self.text.len());
        let to = match self.text[from..].strip_suffix(end) {
            Some(inner) => from + inner.len(),
            None => self.text.len(),
        };
        self.part(from, to)
    }
}

/// The value of a `"…"`, `"""…"""`, `r"…"` or `r#"…"#` token.
pub(super) fn string_value(token: Token<'_>, diagnostics: &mut Diagnostics) -> Result<String, Reported> {
    let slice = Slice::of(token);
    if token.kind() == TokenKind::RawStrLit {
        return Ok(raw(slice).text.to_owned());
    }
    let bytes = quoted_bytes(slice, 0, Content::Text, diagnostics)?;
    Ok(String::from_utf8(bytes).expect("text escapes give whole characters"))
}

/// The bytes of a literal whose quotes stand after a prefix of `prefix` bytes.
pub(super) fn quoted_bytes(
    slice: Slice<'_>,
    prefix: usize,
    content: Content,
    diagnostics: &mut Diagnostics,
) -> Result<Vec<u8>, Reported> {
    let rest = &slice.text[prefix..];
    let mut out = Vec::new();
    if rest.len() >= 6 && rest.starts_with("\"\"\"") {
        let inner = slice.between(prefix + 3, "\"\"\"");
        let lines = dedent(&[Some(inner)]).into_iter().flatten();
        return lines_value(lines, content, &mut out, diagnostics).map(|()| out);
    }
    let inner = slice.between(prefix + 1, "\"");
    unescape(inner, content, &mut out, diagnostics).map(|()| out)
}

/// Joins lines by `\n`, each decoded. All are looked at, so that each mistake is said.
pub(super) fn lines_value<'t>(
    lines: impl IntoIterator<Item = Slice<'t>>,
    content: Content,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Reported> {
    let mut result = Ok(());
    for (index, line) in lines.into_iter().enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        result = unescape(line, content, out, diagnostics).and(result);
    }
    result
}

/// `…` of `r"…"`, `r#"…"#`.
fn raw(slice: Slice<'_>) -> Slice<'_> {
    let hashes = slice.text[1..].bytes().take_while(|b| *b == b'#').count();
    let closing = format!("\"{}", "#".repeat(hashes));
    slice.between(2 + hashes, &closing)
}

/// Decodes escapes into `out`.
pub(super) fn unescape(
    slice: Slice<'_>,
    content: Content,
    out: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) -> Result<(), Reported> {
    let mut result = Ok(());
    let mut at = 0;
    while let Some(c) = slice.text[at..].chars().next() {
        let len = if c == '\\' {
            escape_len(&slice.text[at..])
        } else {
            c.len_utf8()
        };
        let piece = slice.part(at, at + len);
        at += len;
        let decoded = if c == '\\' {
            decode_escape(piece, content)
        } else {
            plain(piece, c, content)
        };
        match decoded {
            Ok(Decoded::Byte(byte)) => out.push(byte),
            Ok(Decoded::Char(c)) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(diagnostic) => result = Err(diagnostics.report(diagnostic)),
        }
    }
    result
}

#[derive(Clone, Copy)]
enum Decoded {
    Byte(u8),
    Char(char),
}

fn plain(piece: Slice<'_>, c: char, content: Content) -> Result<Decoded, diag::Diagnostic> {
    match content {
        Content::Bytes if !c.is_ascii() => Err(errors::non_ascii_byte(piece.span, c)),
        Content::C if c == '\0' => Err(errors::nul_in_c_string(piece.span)),
        Content::Text | Content::Bytes | Content::C => Ok(Decoded::Char(c)),
    }
}

/// How many bytes the escape at the start of `text` takes.
pub(super) fn escape_len(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        None => 1,
        Some((_, 'x')) => {
            let digits = text[2..].chars().take(2).take_while(char::is_ascii_hexdigit).count();
            2 + digits
        }
        Some((_, 'u')) if text[2..].starts_with('{') => {
            let inner = &text[3..];
            let digits = inner
                .find(|c: char| !c.is_ascii_hexdigit() && c != '_')
                .unwrap_or(inner.len());
            3 + digits + usize::from(inner[digits..].starts_with('}'))
        }
        Some((start, c)) => start + c.len_utf8(),
    }
}

fn decode_escape(piece: Slice<'_>, content: Content) -> Result<Decoded, diag::Diagnostic> {
    let bad = |problem: &str| Err(errors::bad_escape(piece.span, problem));
    let decoded = match piece.text[1..].chars().next() {
        Some('n') => Decoded::Byte(b'\n'),
        Some('r') => Decoded::Byte(b'\r'),
        Some('t') => Decoded::Byte(b'\t'),
        Some('0') => Decoded::Byte(0),
        Some(c @ ('\\' | '"' | '\'')) => Decoded::Char(c),
        Some('x') => match u8::from_str_radix(&piece.text[2..], 16) {
            Ok(byte) if piece.text.len() == 4 => {
                if content == Content::Text && !byte.is_ascii() {
                    return bad("`\\x` goes up to `\\x7f` in text; write `\\u{…}` for other characters");
                }
                Decoded::Byte(byte)
            }
            Ok(_) | Err(_) => return bad("`\\x` takes two hexadecimal digits"),
        },
        Some('u') => match unicode_escape(piece.text) {
            Some(_) if content == Content::Bytes => return bad("a byte string has no `\\u{…}`; write `\\xNN`"),
            Some(c) => Decoded::Char(c),
            None => return bad("`\\u{…}` takes one to six hexadecimal digits of a Unicode scalar value"),
        },
        Some(_) => return bad("unknown escape; there are `\\n \\r \\t \\0 \\\\ \\\" \\' \\xNN \\u{…}`"),
        None => return bad("nothing follows this `\\`"),
    };
    let is_nul = matches!(decoded, Decoded::Byte(0) | Decoded::Char('\0'));
    if content == Content::C && is_nul {
        return Err(errors::nul_in_c_string(piece.span));
    }
    Ok(decoded)
}

/// The character of `\u{…}`.
fn unicode_escape(text: &str) -> Option<char> {
    let digits = text.strip_prefix("\\u{")?.strip_suffix('}')?.replace('_', "");
    if digits.len() > 6 {
        return None;
    }
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

/// Takes the common indentation off a multi-line string, given as its pieces of text with `None` for what an
/// f-string interpolates between them. Gives the lines of each piece of text; they are joined by `\n`.
pub(super) fn dedent<'t>(pieces: &[Option<Slice<'t>>]) -> Vec<Vec<Slice<'t>>> {
    let last = pieces.len().saturating_sub(1);
    let mut lines_of: Vec<Vec<Line<'t>>> = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let Some(piece) = piece else { continue };
        lines_of.push(split_lines(*piece, index == 0, index == last));
    }
    let mut indentation: Option<&str> = None;
    for line in lines_of.iter().flatten() {
        if line.position == Position::Start && (line.is_closing || !line.is_blank) {
            let space = leading_space(line.slice.text);
            indentation = Some(indentation.map_or(space, |known| common_prefix(known, space)));
        }
    }
    let indentation = indentation.unwrap_or("").len();
    lines_of
        .into_iter()
        .map(|lines| {
            let n_lines = lines.len();
            lines
                .into_iter()
                .filter(|line| {
                    let is_opening = line.position == Position::Opening && line.is_blank && n_lines > 1;
                    !is_opening && !line.is_closing
                })
                .map(|line| line.without_indentation(indentation))
                .collect()
        })
        .collect()
}

/// A line, or the part of one that is in one piece of text.
struct Line<'t> {
    slice: Slice<'t>,
    position: Position,
    /// Only white space, up to a line break.
    is_blank: bool,
    /// Only white space, up to the closing quotes on a line of their own.
    is_closing: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    /// After the opening quotes.
    Opening,
    /// At the start of a line.
    Start,
    /// After an interpolation.
    Middle,
}

impl<'t> Line<'t> {
    fn without_indentation(&self, indentation: usize) -> Slice<'t> {
        let len = self.slice.text.len();
        match self.position {
            Position::Start if self.is_blank => self.slice.part(len, len),
            Position::Start => self.slice.part(indentation, len),
            Position::Opening | Position::Middle => self.slice,
        }
    }
}

fn split_lines<'t>(piece: Slice<'t>, is_first: bool, is_last: bool) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    let mut start = 0;
    loop {
        let line_break = piece.text[start..].find('\n').map(|offset| start + offset);
        let end = match line_break {
            Some(end) => end - usize::from(piece.text[start..end].ends_with('\r')),
            None => piece.text.len(),
        };
        let slice = piece.part(start, end);
        let is_space = leading_space(slice.text).len() == slice.text.len();
        let position = match (start, is_first) {
            (0, true) => Position::Opening,
            (0, false) => Position::Middle,
            (_, _) => Position::Start,
        };
        lines.push(Line {
            slice,
            position,
            is_blank: is_space && line_break.is_some(),
            is_closing: is_space && line_break.is_none() && is_last && position == Position::Start,
        });
        match line_break {
            Some(end) => start = end + 1,
            None => return lines,
        }
    }
}

fn leading_space(line: &str) -> &str {
    let end = line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len());
    &line[..end]
}

fn common_prefix<'t>(a: &'t str, b: &str) -> &'t str {
    let len = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    &a[..len]
}
