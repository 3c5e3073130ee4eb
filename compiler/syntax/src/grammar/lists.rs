//! Lists between brackets, with commas.
//!
//! Takes the rule for an element, gives the elements as children of the node that the caller has open.

use crate::errors;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    /// `open`, elements with commas between and perhaps after, `close`. `what` names an element in messages;
    /// `starts` says whether an element can start at the current token.
    pub(super) fn bracketed_list(
        &mut self,
        open: TokenKind,
        close: TokenKind,
        what: &str,
        starts: impl Fn(&Self) -> bool,
        element: impl FnMut(&mut Self),
    ) {
        let open_token = self.start().token();
        if open != TokenKind::LBrace {
            self.expect(open);
        } else if !self.open_brace() {
            return;
        }
        self.with_one_habit(|p| p.list_elements(close, what, starts, element));
        self.expect_close(close, open_token);
    }

    /// The elements of a list whose opening bracket was consumed.
    pub(super) fn list_elements(
        &mut self,
        close: TokenKind,
        what: &str,
        starts: impl Fn(&Self) -> bool,
        mut element: impl FnMut(&mut Self),
    ) {
        let mut is_comma_reported = false;
        let start = self.previous_span().end;
        while !self.at_list_end(close) {
            if starts(self) {
                let before = self.start();
                element(self);
                if self.is_empty_since(before) {
                    break;
                }
            } else if self.may_skip_in_list() && !self.lacks_partner(close) {
                self.error_expected(what);
                self.bump_error();
                continue;
            } else {
                break;
            }
            if self.lacks_partner(close) && self.at_comma_of_outer_list(start) {
                break;
            }
            if self.eat(TokenKind::Comma) || self.at_list_end(close) {
                continue;
            }
            if self.follows_unterminated() || self.lacks_partner(close) {
                break;
            }
            if self.at(TokenKind::Semicolon) && close == TokenKind::RBrace && self.lacks_brace() {
                break;
            }
            if self.at(TokenKind::Semicolon) && close == TokenKind::RBrace {
                self.habit_here("a `,` separates the entries of this list", ",");
                self.bump_error();
            } else if starts(self) {
                if !is_comma_reported {
                    self.error(errors::missing_token(self.previous_span().after(), TokenKind::Comma));
                }
                is_comma_reported = true;
            } else if !self.may_skip_in_list() {
                break;
            } else {
                let what = format!("`,` or {}", close.describe());
                self.error_expected(&what);
                self.skip_in_list(close);
            }
        }
    }

    /// Whether the list's closing bracket is likely missing where something unexpected stands.
    fn lacks_partner(&self, close: TokenKind) -> bool {
        matches!(close, TokenKind::RParen | TokenKind::RBracket) && self.is_in_unclosed()
    }

    /// Skips to the next comma of this list, or to where the list ends.
    fn skip_in_list(&mut self, close: TokenKind) {
        let mark = self.start();
        while !self.at_list_end(close) && !self.at(TokenKind::Comma) && self.may_skip_in_list() {
            self.skip_balanced();
        }
        self.complete(mark, crate::kind::NodeKind::Error);
        self.eat(TokenKind::Comma);
    }

    fn at_list_end(&self, close: TokenKind) -> bool {
        match close {
            TokenKind::RBrace => self.at_brace_end(),
            TokenKind::Gt => self.at_closing_angle() || self.at_end(),
            _ => self.at(close) || self.at_end() || self.at_body_of_unclosed_header(),
        }
    }

    /// Whether the current token starts with `>`.
    pub(super) fn at_closing_angle(&self) -> bool {
        matches!(
            self.current(),
            TokenKind::Gt | TokenKind::Shr | TokenKind::GtEq | TokenKind::ShrEq
        )
    }

    /// Whether a token that fits nowhere in a list may be skipped: it belongs neither to an outer bracket nor to
    /// what follows the list.
    fn may_skip_in_list(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            T::RParen | T::RBracket | T::RBrace | T::Semicolon | T::LBrace | T::FStrClose | T::Eof => false,
            T::LetKw | T::VarKw | T::ElseKw | T::WhereKw | T::InKw | T::CatchKw | T::AsKw => false,
            T::At | T::FatArrow | T::Arrow | T::Eq | T::EqEq | T::BangEq | T::AmpAmp | T::PipePipe | T::Dot => false,
            _ => !self.at_item_keyword(),
        }
    }

    /// Consumes one token, or a bracket with all that it holds.
    pub(super) fn skip_balanced(&mut self) {
        use TokenKind as T;
        let mut open: Vec<T> = Vec::new();
        loop {
            match self.current() {
                T::LParen => open.push(T::RParen),
                T::LBracket => open.push(T::RBracket),
                T::LBrace => open.push(T::RBrace),
                T::FStrStart => open.push(T::FStrEnd),
                kind @ (T::RParen | T::RBracket | T::RBrace | T::FStrEnd) => {
                    match open.iter().rposition(|close| *close == kind) {
                        Some(place) => open.truncate(place),
                        None if open.is_empty() => {}
                        // A closer of something outside ends what is being skipped.
                        None => return,
                    }
                }
                T::Eof => return,
                _ => {}
            }
            self.bump();
            if open.is_empty() {
                return;
            }
        }
    }
}
