//! The tokens of a file without those inside the bodies of its functions and tests, and those of one function alone.
//!
//! Takes what the lexer takes. What stands between the braces of a body is one token, [`TokenKind::Skipped`]; a body
//! with items in it is read like everything else, as items are the file's. Where a body starts and ends is guessed
//! from brackets and the word before; the parser's tree shows whether that was right. Literals and comments inside are
//! read by the lexer itself, so that no brace in one of them is taken for another.

use std::ops::Range;

use base::FileId;
use diag::{Diagnostics, Reported};

use super::Lexer;
use crate::token::TokenKind;
use crate::tree::Tokens;

/// The tokens of `text`, with one for each run of white space and comments of one line.
pub(crate) fn lex_outline(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> (Tokens, Option<Reported>) {
    let mut lexer = Lexer::new(file, text, diagnostics);
    let mut outline = Outline::default();
    lexer.byte_order_mark();
    while lexer.pos < lexer.bytes.len() {
        if lexer.interpolations.is_empty() && lexer.trivia_run() {
            continue;
        }
        let index = lexer.tokens.len();
        lexer.next_token();
        outline.follow(&mut lexer, index);
    }
    lexer.abandon_interpolations(true);
    (lexer.tokens, lexer.reported)
}

/// The tokens of what stands in `range`; all else is white space.
pub(crate) fn lex_range(
    file: FileId,
    text: &str,
    range: Range<usize>,
    diagnostics: &mut Diagnostics,
) -> (Tokens, Option<Reported>) {
    let mut lexer = Lexer::new(file, &text[..range.end], diagnostics);
    lexer.tokens = Tokens {
        kinds: Vec::with_capacity(range.len() / 2 + 2),
        starts: Vec::with_capacity(range.len() / 2 + 2),
    };
    if range.start > 0 {
        lexer.token(TokenKind::Whitespace, range.start);
    }
    while lexer.pos < lexer.bytes.len() {
        lexer.next_token();
    }
    lexer.abandon_interpolations(true);
    if range.end < text.len() {
        lexer.token(TokenKind::Whitespace, text.len() - range.end);
    }
    (lexer.tokens, lexer.reported)
}

/// Where the next body would start.
#[derive(Default)]
struct Outline {
    /// Of parentheses and square brackets.
    depth: u32,
    /// The depth at which `fn name` or `test "name"` stands whose body has not come yet.
    head: Option<u32>,
}

impl Outline {
    /// Looks at the token at `index`, which was read last.
    fn follow(&mut self, lexer: &mut Lexer<'_>, index: usize) {
        use TokenKind as T;
        match lexer.tokens.kinds[index] {
            T::FnKw if lexer.is_name_ahead() => self.head = Some(self.depth),
            T::Ident if lexer.is_test_ahead(index) => self.head = Some(self.depth),
            T::LParen | T::LBracket => self.depth += 1,
            T::RParen | T::RBracket => self.depth = self.depth.saturating_sub(1),
            T::Semicolon | T::RBrace if self.head == Some(self.depth) => self.head = None,
            T::LBrace if self.head == Some(self.depth) => {
                self.head = None;
                lexer.skip_body();
            }
            _ => {}
        }
    }
}

impl Lexer<'_> {
    /// White space and comments up to the end of their lines, as one token; false if there is none.
    fn trivia_run(&mut self) -> bool {
        let mut end = self.pos;
        loop {
            match &self.bytes[end..] {
                rest @ [b' ' | b'\t' | b'\n' | b'\r', ..] => {
                    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                    end += rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len());
                }
                rest @ [b'/', b'/', ..] => end += self.text[end..].find('\n').unwrap_or(rest.len()),
                _ => break,
            }
        }
        let len = end - self.pos;
        if len > 0 {
            self.token(TokenKind::Whitespace, len);
        }
        len > 0
    }

    /// After `fn`: whether it is that of a function, and not of a type.
    fn is_name_ahead(&self) -> bool {
        let ahead = self.bytes[self.pos..].iter().find(|byte| !byte.is_ascii_whitespace());
        ahead.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'`' | 0x80..))
    }

    /// Whether the name at `index` is the `test` of `test "name"`.
    fn is_test_ahead(&self, index: usize) -> bool {
        &self.bytes[self.tokens.starts[index] as usize..self.pos] == b"test"
            && self.bytes[self.pos..].trim_ascii_start().first() == Some(&b'"')
    }

    /// After the `{` of a body: goes to its `}`, or stays, if the body has items.
    fn skip_body(&mut self) {
        let (start, n_tokens) = (self.pos, self.tokens.len());
        let is_skipped = self.find_body_end(n_tokens);
        let end = self.pos;
        self.pos = start;
        if is_skipped && end > start {
            self.token(TokenKind::Skipped, end - start);
        }
    }

    /// Goes to the `}` that closes what is open; false where an item stands before it.
    fn find_body_end(&mut self, n_tokens: usize) -> bool {
        let mut n_open = 0_u32;
        while let Some(&byte) = self.bytes.get(self.pos) {
            match byte {
                b'{' => n_open += 1,
                b'}' if n_open == 0 => return true,
                b'}' => n_open -= 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'0'..=b'9' => {
                    let end = self.word_end(self.pos);
                    let is_prefix = matches!(self.bytes.get(end), Some(b'"' | b'\'' | b'#'));
                    if !is_prefix {
                        let is_item = self.starts_item(end);
                        if is_item {
                            return false;
                        }
                        self.pos = end;
                        continue;
                    }
                    self.pass_literal(n_tokens);
                    continue;
                }
                b'"' | b'\'' | b'`' | b'/' => {
                    self.pass_literal(n_tokens);
                    continue;
                }
                _ => {}
            }
            self.pos += 1;
        }
        true
    }

    /// Reads one token, or a whole f-string, and keeps none of it.
    fn pass_literal(&mut self, n_tokens: usize) {
        self.next_token();
        while !self.interpolations.is_empty() && self.pos < self.bytes.len() {
            self.next_token();
        }
        self.tokens.kinds.truncate(n_tokens);
        self.tokens.starts.truncate(n_tokens);
    }

    /// Whether the word up to `end` starts an item among statements. `fn` may start a type, and `const` be a part of
    /// one, and `test` is a name too: all three are rare in bodies.
    fn starts_item(&self, end: usize) -> bool {
        let word = &self.bytes[self.pos..end];
        matches!(
            word,
            b"fn"
                | b"struct"
                | b"enum"
                | b"union"
                | b"trait"
                | b"impl"
                | b"import"
                | b"const"
                | b"static"
                | b"type"
                | b"mod"
                | b"extern"
                | b"test"
        )
    }
}
