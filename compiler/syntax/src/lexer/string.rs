//! Strings, characters and f-strings.
//!
//! Takes the text at a quote or a literal's prefix, gives the literal's tokens and reports what is wrong inside.
//! A literal in one quote ends at the end of its line, closed or not: one forgotten quote spoils one line.

use super::{Interpolation, Lexer};
use crate::errors::{self, Unterminated};
use crate::literal::{self, Content};
use crate::token::TokenKind;

/// Where the content of a string ends.
struct ContentEnd {
    /// The offset after the content.
    end: usize,
    /// Whether the closing mark stands there.
    is_closed: bool,
}

impl Lexer<'_> {
    /// A string in one or three quotes, whose prefix has `prefix_len` bytes.
    pub(super) fn string(&mut self, prefix_len: usize, kind: TokenKind) {
        let start = self.pos;
        let open = start + prefix_len;
        let is_multiline = self.text[open..].starts_with("\"\"\"");
        let n_quotes = if is_multiline { 3 } else { 1 };
        let content = open + n_quotes;
        let ContentEnd { end, is_closed } = self.string_end(content, is_multiline);
        self.check_content(content, end, content_of(kind));
        if !is_closed {
            self.unterminated(
                start,
                end,
                is_multiline,
                if is_multiline {
                    Unterminated::MultilineStr
                } else {
                    Unterminated::Str
                },
            );
        }
        self.token(kind, end + if is_closed { n_quotes } else { 0 } - start);
    }

    /// Reports a literal without its end. In an interpolation of one line that line's end is reported instead.
    fn unterminated(&mut self, start: usize, end: usize, is_multiline: bool, what: Unterminated) {
        if self
            .interpolations
            .last()
            .is_some_and(|interpolation| !interpolation.is_multiline)
        {
            return;
        }
        let first_line = self.text[start..end].find('\n').map_or(end, |index| start + index);
        let span = self.span(
            start,
            if is_multiline {
                (start + 3).min(first_line)
            } else {
                first_line
            },
        );
        self.report(errors::unterminated_literal(span, what));
    }

    fn string_end(&self, content: usize, is_multiline: bool) -> ContentEnd {
        let mut end = content;
        loop {
            match self.bytes.get(end) {
                None => return ContentEnd { end, is_closed: false },
                Some(b'\n') if !is_multiline => {
                    let has_return = end > content && self.bytes[end - 1] == b'\r';
                    return ContentEnd {
                        end: end - usize::from(has_return),
                        is_closed: false,
                    };
                }
                Some(b'"') if !is_multiline || self.bytes[end..].starts_with(b"\"\"\"") => {
                    return ContentEnd { end, is_closed: true };
                }
                // The character after a backslash is skipped as a whole; a line break is not part of an escape.
                Some(b'\\')
                    if self
                        .bytes
                        .get(end + 1)
                        .is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) =>
                {
                    end += 1 + self.char_at(end + 1).map_or(0, char::len_utf8);
                }
                Some(_) => end += 1,
            }
        }
    }

    fn check_content(&mut self, start: usize, end: usize, kind: Content) {
        let content = &self.text[start..end];
        let is_plain = content
            .bytes()
            .all(|byte| byte.is_ascii() && byte != b'\\' && byte != 0);
        if is_plain {
            return;
        }
        let mut problems = Vec::new();
        literal::unescape(content, kind, |range, unit| {
            if let Err(problem) = unit {
                problems.push((range, problem));
            }
        });
        for (range, problem) in problems {
            let span = self.span(start + range.start, start + range.end);
            self.report(errors::bad_escape(span, problem));
        }
    }

    /// Whether `r"` or `r#…#"` stands here.
    pub(super) fn is_raw_string(&self) -> bool {
        let n_hashes = self.bytes[self.pos + 1..]
            .iter()
            .take_while(|byte| **byte == b'#')
            .count();
        self.peek(1 + n_hashes) == Some(b'"')
    }

    pub(super) fn raw_string(&mut self) {
        let start = self.pos;
        let n_hashes = self.bytes[start + 1..].iter().take_while(|byte| **byte == b'#').count();
        let content = start + n_hashes + 2;
        let close = format!("\"{}", "#".repeat(n_hashes));
        let limit = if n_hashes == 0 {
            self.line_end()
        } else {
            self.bytes.len()
        };
        let end = match self.text[content..limit].find(&close) {
            Some(len) => content + len + close.len(),
            None => {
                self.unterminated(start, limit, false, Unterminated::RawStr);
                limit
            }
        };
        self.token(TokenKind::RawStrLit, end - start);
    }

    /// A character or a label.
    pub(super) fn quote(&mut self) {
        let start = self.pos;
        let Some(first) = self.char_at(start + 1).filter(|c| *c != '\n' && *c != '\r') else {
            let span = self.span(start, start + 1);
            self.report(errors::unterminated_literal(span, Unterminated::Char));
            return self.token(TokenKind::CharLit, 1);
        };
        if first == '\\' {
            return self.quoted_unit(start, start + 1, TokenKind::CharLit);
        }
        if first == '\'' {
            let span = self.span(start, start + 2);
            self.report(errors::empty_character(span));
            return self.token(TokenKind::CharLit, 2);
        }
        let after = start + 1 + first.len_utf8();
        if self.bytes.get(after) == Some(&b'\'') {
            return self.token(TokenKind::CharLit, after + 1 - start);
        }
        let word_end = self.word_end(start + 1);
        if word_end > start + 1 && !first.is_ascii_digit() && self.bytes.get(word_end) != Some(&b'\'') {
            return self.token(TokenKind::Label, word_end - start);
        }
        self.quoted_unit(start, start + 1, TokenKind::CharLit);
    }

    pub(super) fn byte(&mut self) {
        self.quoted_unit(self.pos, self.pos + 2, TokenKind::ByteLit);
    }

    /// A literal in single quotes whose content starts at `content`: checks that it holds one unit.
    fn quoted_unit(&mut self, start: usize, content: usize, kind: TokenKind) {
        let mut end = content;
        let is_closed = loop {
            match self.bytes.get(end) {
                None | Some(b'\n' | b'\r') => break false,
                Some(b'\'') => break true,
                Some(b'\\')
                    if self
                        .bytes
                        .get(end + 1)
                        .is_some_and(|byte| !matches!(byte, b'\n' | b'\r')) =>
                {
                    end += 1 + self.char_at(end + 1).map_or(0, char::len_utf8);
                }
                Some(_) => end += 1,
            }
        };
        if !is_closed {
            // Without a closing quote only the first character is taken, as the rest is likely code.
            let len = self
                .char_at(content)
                .filter(|_| content < end)
                .map_or(0, char::len_utf8);
            let span = self.span(start, content + len);
            self.report(errors::unterminated_literal(span, Unterminated::Char));
            return self.token(kind, content + len - start);
        }
        let content_kind = if kind == TokenKind::ByteLit {
            Content::Bytes
        } else {
            Content::Text
        };
        let text = &self.text[content..end];
        let mut n_units = 0;
        literal::unescape(text, content_kind, |_, _| n_units += 1);
        let span = self.span(start, end + 1);
        match n_units {
            0 => self.report(errors::empty_character(span)),
            1 => self.check_content(content, end, content_kind),
            _ => self.report(errors::long_character(span, text)),
        }
        self.token(kind, end + 1 - start);
    }

    pub(super) fn fstring(&mut self) {
        let is_multiline = self.text[self.pos + 1..].starts_with("\"\"\"");
        self.token(TokenKind::FStrStart, if is_multiline { 4 } else { 2 });
        self.fstring_text(is_multiline);
    }

    /// Text of an f-string up to an interpolation or the end of the string.
    fn fstring_text(&mut self, is_multiline: bool) {
        let start = self.pos;
        let mut end = start;
        let closing = loop {
            match (self.bytes.get(end), self.bytes.get(end + 1)) {
                (None, _) => break None,
                (Some(b'\n'), _) if !is_multiline => break None,
                (Some(b'"'), _) if !is_multiline || self.bytes[end..].starts_with(b"\"\"\"") => break Some(b'"'),
                (Some(b'{'), Some(b'{')) | (Some(b'}'), Some(b'}')) => end += 2,
                (Some(b'{'), _) => break Some(b'{'),
                (Some(b'}'), _) => {
                    let span = self.span(end, end + 1);
                    self.report(errors::lone_brace(span));
                    end += 1;
                }
                // `\u{…}` holds braces that open nothing.
                (Some(b'\\'), Some(b'u')) if self.bytes.get(end + 2) == Some(&b'{') => {
                    end += 3 + self.unicode_len(end + 3)
                }
                (Some(b'\\'), Some(byte)) if !matches!(byte, b'\n' | b'\r' | b'{' | b'}') => {
                    end += 1 + self.char_at(end + 1).map_or(0, char::len_utf8);
                }
                (Some(_), _) => end += 1,
            }
        };
        self.check_content(start, end, Content::FStrText);
        if end > start {
            self.token(TokenKind::FStrText, end - start);
        }
        match closing {
            Some(b'{') => {
                let n_brackets = self.brackets.len();
                self.interpolations.push(Interpolation {
                    is_multiline,
                    open: self.pos,
                    n_brackets,
                });
                self.token(TokenKind::FStrOpen, 1);
            }
            Some(_) => self.token(TokenKind::FStrEnd, if is_multiline { 3 } else { 1 }),
            None => {
                let what = Unterminated::FStr;
                let first = self.tokens.kinds.iter().rposition(|kind| *kind == TokenKind::FStrStart);
                let open = first.map_or(start, |index| self.tokens.starts[index] as usize);
                self.unterminated(open, self.pos, is_multiline, what);
                self.token(TokenKind::FStrEnd, 0);
            }
        }
    }

    /// The length of the digits and the brace that end a `\u{…}`; 0 if there is no brace.
    fn unicode_len(&self, pos: usize) -> usize {
        let n_digits = self.bytes[pos..]
            .iter()
            .take_while(|byte| byte.is_ascii_hexdigit() || **byte == b'_')
            .count();
        if self.bytes.get(pos + n_digits) == Some(&b'}') {
            n_digits + 1
        } else {
            0
        }
    }

    /// Handles a bracket or a colon of an interpolation; true if that was the whole token.
    pub(super) fn in_interpolation(&mut self, byte: u8) -> bool {
        let Some(interpolation) = self.interpolations.last() else {
            return false;
        };
        let (is_multiline, base) = (interpolation.is_multiline, interpolation.n_brackets);
        let is_outside = self.brackets.len() == base;
        match byte {
            b'(' | b'[' | b'{' => self.brackets.push(byte),
            b')' | b']' if !is_outside => {
                self.brackets.pop();
            }
            b'}' if is_outside || self.brackets.last() != Some(&b'{') => {
                self.brackets.truncate(base);
                self.close_interpolation(is_multiline);
                return true;
            }
            b'}' => {
                self.brackets.pop();
            }
            b':' if is_outside => {
                self.format_spec(is_multiline);
                return true;
            }
            _ => {}
        }
        false
    }

    fn close_interpolation(&mut self, is_multiline: bool) {
        self.interpolations.pop();
        self.token(TokenKind::FStrClose, 1);
        self.fstring_text(is_multiline);
    }

    fn format_spec(&mut self, is_multiline: bool) {
        self.token(TokenKind::FStrColon, 1);
        let rest = &self.bytes[self.pos..];
        let len = rest
            .iter()
            .position(|byte| matches!(byte, b'{' | b'}' | b'\n' | b'"'))
            .unwrap_or(rest.len());
        if len > 0 {
            self.token(TokenKind::FStrSpec, len);
        }
        if self.peek(0) == Some(b'}') {
            return self.close_interpolation(is_multiline);
        }
        if let Some(interpolation) = self.interpolations.pop() {
            let span = self.span(interpolation.open, interpolation.open + 1);
            self.report(errors::unterminated_literal(span, Unterminated::Interpolation));
        }
        self.token(TokenKind::FStrClose, 0);
        self.fstring_text(is_multiline);
    }
}

fn content_of(kind: TokenKind) -> Content {
    match kind {
        TokenKind::ByteStrLit => Content::Bytes,
        TokenKind::CStrLit => Content::CStr,
        _ => Content::Text,
    }
}
