//! Text to tokens.
//!
//! Takes any text, gives tokens that concatenate to it, trivia included, and reports malformed ones. Every
//! `FStrStart` has its `FStrEnd` and every `FStrOpen` its `FStrClose`, empty where the text lacks them, so that
//! the parser need not look for them twice. Knows no grammar: contextual keywords are identifiers here.

mod number;
mod outline;
mod string;

use base::{FileId, Span};
use diag::{Diagnostic, Diagnostics, Reported};
use unicode_ident::{is_xid_continue, is_xid_start};

use crate::errors::{self, Unterminated};
use crate::token::TokenKind;
use crate::tree::Tokens;

pub(crate) use outline::{lex_outline, lex_range};

/// The tokens of `text`, and the proof that an error was reported for them, if one was.
pub(crate) fn lex(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> (Tokens, Option<Reported>) {
    let mut lexer = Lexer::new(file, text, diagnostics);
    lexer.byte_order_mark();
    lexer.interpreter_line();
    while lexer.pos < lexer.bytes.len() {
        lexer.next_token();
    }
    lexer.abandon_interpolations(true);
    (lexer.tokens, lexer.reported)
}

/// Whether a byte is an ASCII character of identifiers.
const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        byte += 1;
    }
    table
};

/// An f-string whose interpolation the lexer is in.
struct Interpolation {
    /// Whether the f-string has three quotes, and may hold line breaks.
    is_multiline: bool,
    /// The offset of the `{`.
    open: usize,
    /// The length of `brackets` outside.
    n_brackets: usize,
}

struct Lexer<'a> {
    file: FileId,
    text: &'a str,
    bytes: &'a [u8],
    pos: usize,
    tokens: Tokens,
    interpolations: Vec<Interpolation>,
    /// The open brackets inside interpolations.
    brackets: Vec<u8>,
    diagnostics: &'a mut Diagnostics,
    reported: Option<Reported>,
}

impl<'a> Lexer<'a> {
    fn new(file: FileId, text: &'a str, diagnostics: &'a mut Diagnostics) -> Self {
        Self {
            file,
            text,
            bytes: text.as_bytes(),
            pos: 0,
            // Measured on the standard library: a token for every three and a half bytes.
            tokens: Tokens {
                kinds: Vec::with_capacity(text.len() / 3),
                starts: Vec::with_capacity(text.len() / 3),
            },
            interpolations: Vec::new(),
            brackets: Vec::new(),
            diagnostics,
            reported: None,
        }
    }
}

impl Lexer<'_> {
    fn byte_order_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.token(TokenKind::Whitespace, '\u{feff}'.len_utf8());
        }
    }

    /// `#!/usr/bin/env lang` in the first line, by which a system starts a file: a comment to the language.
    fn interpreter_line(&mut self) {
        let rest = &self.bytes[self.pos..];
        let is_attribute = rest
            .get(2..)
            .is_some_and(|rest| rest.trim_ascii_start().starts_with(b"["));
        if rest.starts_with(b"#!") && !is_attribute {
            self.token(TokenKind::LineComment, self.line_end() - self.pos);
        }
    }

    fn next_token(&mut self) {
        let byte = self.bytes[self.pos];
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.whitespace(),
            b'/' if self.peek(1) == Some(b'/') => self.line_comment(),
            b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
            b'0'..=b'9' => self.number(),
            b'"' => self.string(0, TokenKind::StrLit),
            b'\'' => self.quote(),
            b'`' => self.backtick_name(),
            b'r' if self.is_raw_string() => self.raw_string(),
            b'b' if self.peek(1) == Some(b'"') => self.string(1, TokenKind::ByteStrLit),
            b'c' if self.peek(1) == Some(b'"') => self.string(1, TokenKind::CStrLit),
            b'f' if self.peek(1) == Some(b'"') => self.fstring(),
            b'b' if self.peek(1) == Some(b'\'') => self.byte(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            0x80.. if self.char_at(self.pos).is_some_and(is_xid_start) => self.word(),
            _ => self.punctuation(),
        }
    }

    fn peek(&self, n: usize) -> Option<u8> {
        self.bytes.get(self.pos + n).copied()
    }

    fn char_at(&self, pos: usize) -> Option<char> {
        self.text[pos..].chars().next()
    }

    /// Adds a token of `len` bytes.
    fn token(&mut self, kind: TokenKind, len: usize) {
        self.tokens.push(kind, self.pos as u32);
        self.pos += len;
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, start as u32, end as u32)
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.reported = Some(self.diagnostics.report(diagnostic));
    }

    fn whitespace(&mut self) {
        let on_one_line = self
            .interpolations
            .last()
            .is_some_and(|interpolation| !interpolation.is_multiline);
        let mut end = self.pos;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' if on_one_line => break,
                b'\n' => {}
                _ => break,
            }
            end += 1;
        }
        if end > self.pos {
            self.token(TokenKind::Whitespace, end - self.pos);
        } else {
            self.abandon_interpolations(false);
        }
    }

    /// Ends the f-strings whose interpolations are still open: at a line break those of one line, at the end of
    /// the file all. One message, for the innermost.
    fn abandon_interpolations(&mut self, at_end: bool) {
        let mut is_reported = false;
        while let Some(interpolation) = self.interpolations.pop_if(|inner| at_end || !inner.is_multiline) {
            if !is_reported {
                let span = self.span(interpolation.open, interpolation.open + 1);
                self.report(errors::unterminated_literal(span, Unterminated::Interpolation));
                is_reported = true;
            }
            self.brackets.truncate(interpolation.n_brackets);
            self.token(TokenKind::FStrClose, 0);
            self.token(TokenKind::FStrEnd, 0);
        }
    }

    fn line_end(&self) -> usize {
        let rest = &self.bytes[self.pos..];
        // A search in text goes a word at a time.
        let len = self.text[self.pos..].find('\n').unwrap_or(rest.len());
        let has_return = len > 0 && rest[len - 1] == b'\r' && len < rest.len();
        self.pos + len - usize::from(has_return)
    }

    fn line_comment(&mut self) {
        let end = self.line_end();
        let text = &self.bytes[self.pos..end];
        let kind = match (text.get(2), text.get(3)) {
            (Some(b'/'), Some(b'/')) => TokenKind::LineComment,
            (Some(b'/'), _) => TokenKind::DocComment,
            (Some(b'!'), _) => TokenKind::ModuleDocComment,
            _ => TokenKind::LineComment,
        };
        self.token(kind, end - self.pos);
    }

    fn block_comment(&mut self) {
        let start = self.pos;
        let mut depth = 1;
        let mut end = start + 2;
        while depth > 0 {
            match (self.bytes.get(end), self.bytes.get(end + 1)) {
                (Some(b'/'), Some(b'*')) => {
                    depth += 1;
                    end += 2;
                }
                (Some(b'*'), Some(b'/')) => {
                    depth -= 1;
                    end += 2;
                }
                (Some(_), _) => end += 1,
                (None, _) => {
                    let span = self.span(start, start + 2);
                    self.report(errors::unterminated_comment(span));
                    break;
                }
            }
        }
        self.token(TokenKind::BlockComment, end - start);
    }

    /// The end of the run of identifier characters at `pos`.
    fn word_end(&self, pos: usize) -> usize {
        let mut end = pos;
        loop {
            let rest = self.bytes.get(end..).unwrap_or_default();
            let n_plain = rest.iter().position(|byte| !IS_WORD[usize::from(*byte)]);
            end += n_plain.unwrap_or(rest.len());
            if self.bytes.get(end).is_none_or(u8::is_ascii) {
                return end;
            }
            match self.char_at(end) {
                Some(c) if is_xid_continue(c) => end += c.len_utf8(),
                Some(_) | None => return end,
            }
        }
    }

    fn word(&mut self) {
        let end = self.word_end(self.pos);
        let text = &self.text[self.pos..end];
        let kind = match text {
            "_" => TokenKind::Underscore,
            _ => TokenKind::keyword(text).unwrap_or(TokenKind::Ident),
        };
        self.token(kind, end - self.pos);
    }

    fn backtick_name(&mut self) {
        let start = self.pos;
        let end = self.word_end(start + 1);
        let is_closed = self.bytes.get(end) == Some(&b'`');
        let close = end + usize::from(is_closed);
        if !is_closed {
            let span = self.span(start, close);
            self.report(errors::unterminated_literal(span, Unterminated::Name));
        } else if !self.char_at(start + 1).is_some_and(|c| is_xid_start(c) || c == '_') {
            let span = self.span(start, close);
            self.report(errors::bad_name(span));
        }
        self.token(TokenKind::Ident, close - start);
    }

    fn punctuation(&mut self) {
        use TokenKind as T;
        let byte = self.bytes[self.pos];
        if self.in_interpolation(byte) {
            return;
        }
        let (next, third) = (self.peek(1).unwrap_or(0), self.peek(2).unwrap_or(0));
        let (kind, len) = match (byte, next, third) {
            (b'(', ..) => (T::LParen, 1),
            (b')', ..) => (T::RParen, 1),
            (b'[', ..) => (T::LBracket, 1),
            (b']', ..) => (T::RBracket, 1),
            (b'{', ..) => (T::LBrace, 1),
            (b'}', ..) => (T::RBrace, 1),
            (b',', ..) => (T::Comma, 1),
            (b';', ..) => (T::Semicolon, 1),
            (b':', b':', _) => (T::ColonColon, 2),
            (b':', ..) => (T::Colon, 1),
            (b'.', b'.', b'=') => (T::DotDotEq, 3),
            (b'.', b'.', b'.') => (T::DotDotDot, 3),
            (b'.', b'.', _) => (T::DotDot, 2),
            (b'.', ..) => (T::Dot, 1),
            (b'@', ..) => (T::At, 1),
            (b'#', ..) => (T::Hash, 1),
            (b'$', ..) => (T::Dollar, 1),
            (b'~', ..) => (T::Tilde, 1),
            (b'?', b'?', _) => (T::QuestionQuestion, 2),
            (b'?', b'.', c) if c != b'.' => (T::QuestionDot, 2),
            (b'?', ..) => (T::Question, 1),
            (b'!', b'=', _) => (T::BangEq, 2),
            (b'!', ..) => (T::Bang, 1),
            (b'=', b'=', _) => (T::EqEq, 2),
            (b'=', b'>', _) => (T::FatArrow, 2),
            (b'=', ..) => (T::Eq, 1),
            (b'+', b'%', b'=') => (T::PlusPercentEq, 3),
            (b'+', b'|', b'=') => (T::PlusPipeEq, 3),
            (b'+', b'%', _) => (T::PlusPercent, 2),
            (b'+', b'|', _) => (T::PlusPipe, 2),
            (b'+', b'=', _) => (T::PlusEq, 2),
            (b'+', ..) => (T::Plus, 1),
            (b'-', b'%', b'=') => (T::MinusPercentEq, 3),
            (b'-', b'|', b'=') => (T::MinusPipeEq, 3),
            (b'-', b'%', _) => (T::MinusPercent, 2),
            (b'-', b'|', _) => (T::MinusPipe, 2),
            (b'-', b'=', _) => (T::MinusEq, 2),
            (b'-', b'>', _) => (T::Arrow, 2),
            (b'-', ..) => (T::Minus, 1),
            (b'*', b'%', b'=') => (T::StarPercentEq, 3),
            (b'*', b'%', _) => (T::StarPercent, 2),
            (b'*', b'=', _) => (T::StarEq, 2),
            (b'*', ..) => (T::Star, 1),
            (b'/', b'=', _) => (T::SlashEq, 2),
            (b'/', ..) => (T::Slash, 1),
            (b'%', b'=', _) => (T::PercentEq, 2),
            (b'%', ..) => (T::Percent, 1),
            (b'&', b'&', _) => (T::AmpAmp, 2),
            (b'&', b'=', _) => (T::AmpEq, 2),
            (b'&', ..) => (T::Amp, 1),
            (b'|', b'|', _) => (T::PipePipe, 2),
            (b'|', b'=', _) => (T::PipeEq, 2),
            (b'|', ..) => (T::Pipe, 1),
            (b'^', b'=', _) => (T::CaretEq, 2),
            (b'^', ..) => (T::Caret, 1),
            (b'<', b'<', b'=') => (T::ShlEq, 3),
            (b'<', b'<', _) => (T::Shl, 2),
            (b'<', b'=', _) => (T::LtEq, 2),
            (b'<', ..) => (T::Lt, 1),
            (b'>', b'>', b'=') => (T::ShrEq, 3),
            (b'>', b'>', _) => (T::Shr, 2),
            (b'>', b'=', _) => (T::GtEq, 2),
            (b'>', ..) => (T::Gt, 1),
            _ => return self.unknown(),
        };
        self.token(kind, len);
    }

    /// A run of characters that start no token, with one message.
    fn unknown(&mut self) {
        let start = self.pos;
        let starts_token = |c: char| c.is_ascii_graphic() && c != '\\' || matches!(c, ' ' | '\t' | '\n' | '\r');
        let rest = &self.text[start..];
        let len = rest
            .char_indices()
            .skip(1)
            .find(|(_, c)| starts_token(*c) || is_xid_start(*c))
            .map_or(rest.len(), |(index, _)| index);
        let span = self.span(start, start + len);
        self.report(errors::unknown_character(span, rest));
        self.token(TokenKind::Unknown, len);
    }
}
