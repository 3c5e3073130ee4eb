//! Numbers.
//!
//! Takes the text at a digit, gives an `IntLit` or `FloatLit`. After a `.` only plain digits are read, so that
//! `t.0.1` is two fields; a `.` that no digit follows is not part of a number, so that `1.max(2)` is a call.

use super::Lexer;
use crate::errors::{self, BadNumber};
use crate::literal::{self, NUMBER_SUFFIXES};
use crate::token::TokenKind;

impl Lexer<'_> {
    pub(super) fn number(&mut self) {
        let start = self.pos;
        if self
            .tokens
            .kinds
            .last()
            .is_some_and(|kind| matches!(kind, TokenKind::Dot | TokenKind::QuestionDot))
        {
            let len = self.bytes[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let end = self.word_end(start + len);
            if end > start + len {
                let span = self.span(start + len, end);
                self.report(errors::malformed_number(
                    span,
                    BadNumber::Suffix(&self.text[start + len..end]),
                ));
            }
            return self.token(TokenKind::IntLit, end - start);
        }
        let is_decimal =
            self.bytes[start] != b'0' || !matches!(self.peek(1), Some(b'x' | b'X' | b'o' | b'O' | b'b' | b'B'));
        let (end, is_float) = if is_decimal {
            self.decimal_end(start)
        } else {
            (start + 2, false)
        };
        let end = self.word_end(end);
        self.check_number(start, end, is_float);
        self.token(
            if is_float {
                TokenKind::FloatLit
            } else {
                TokenKind::IntLit
            },
            end - start,
        );
    }

    /// The end of the digits, fraction and exponent at `start`, and whether there is one of the latter.
    fn decimal_end(&self, start: usize) -> (usize, bool) {
        let digits = |from: usize| {
            let is_digit = |byte: &&u8| byte.is_ascii_digit() || **byte == b'_';
            from + self.bytes[from..].iter().take_while(is_digit).count()
        };
        let mut end = digits(start);
        let mut is_float = false;
        let next_is_digit = self.bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if self.bytes.get(end) == Some(&b'.') && next_is_digit {
            is_float = true;
            end = digits(end + 1);
        }
        if matches!(self.bytes.get(end), Some(b'e' | b'E')) && literal::has_exponent(&self.bytes[end..]) {
            is_float = true;
            // The sign, if there is one, stands where the first digit else would.
            end = digits(end + 2);
        }
        (end, is_float)
    }

    fn check_number(&mut self, start: usize, end: usize, is_float: bool) {
        let text = &self.text[start..end];
        let parts = literal::number_parts(text, is_float);
        let (base, digits, suffix) = (parts.base, parts.digits, parts.suffix);
        let span = self.span(start, end);
        let bad_digit = digits.chars().find(|c| c.is_ascii_digit() && !c.is_digit(base));
        let problem = if let Some(digit) = bad_digit {
            BadNumber::Digit { digit, base }
        } else if !digits.bytes().any(|byte| byte.is_ascii_hexdigit()) {
            BadNumber::NoDigits
        } else if let Some(suffix) = suffix.filter(|suffix| !NUMBER_SUFFIXES.contains(suffix)) {
            let is_digit = suffix
                .chars()
                .next()
                .filter(|c| base != 10 && c.is_ascii_hexdigit() && suffix.len() == 1);
            match is_digit {
                Some(digit) => BadNumber::Digit { digit, base },
                None => BadNumber::Suffix(suffix),
            }
        } else if let Some(suffix) = suffix.filter(|suffix| is_float && !suffix.starts_with('f')) {
            BadNumber::FloatSuffix(suffix)
        } else if let Some(suffix) = suffix.filter(|suffix| base != 10 && suffix.starts_with('f')) {
            BadNumber::Suffix(suffix)
        } else if !is_float && literal::digits_value(digits, base).is_none() {
            BadNumber::TooLarge
        } else {
            return;
        };
        self.report(errors::malformed_number(span, problem));
    }
}
