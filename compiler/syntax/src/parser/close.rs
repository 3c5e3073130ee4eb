//! Brackets that are missing or too many.
//!
//! Takes what `brackets` found in the file, gives rules that close what is not closed and skip what closes nothing.

use super::Parser;
use crate::errors;
use crate::token::TokenKind;

impl Parser<'_> {
    /// Consumes the bracket that closes what the token `open` of the output opened, or reports that it is missing.
    pub(crate) fn expect_close(&mut self, close: TokenKind, open: u32) {
        let is_taken =
            close == TokenKind::RBrace && (self.at_missing_brace() || self.lacks_close_brace()) && !self.is_speculating;
        if is_taken {
            self.brackets.take_missing_brace_from(self.significant[self.pos]);
        } else if self.eat(close) {
            return;
        }
        if self.is_speculating {
            return self.fail_speculation();
        }
        if self.is_halted {
            return;
        }
        match self.significant.get(self.pos) {
            Some(&index) if close == TokenKind::RBrace && !is_taken => self.brackets.take_missing_brace_from(index),
            Some(&index) if close != TokenKind::RBrace => self.brackets.take_unclosed(index),
            Some(_) | None => {}
        }
        let end = self.previous_span().after();
        // Where the opening mark was left out too, and nothing follows, there is no token for it.
        let is_there = (open as usize) < self.out.len();
        let open = if is_there { self.out_span(open) } else { end };
        self.error(errors::unclosed(end, close, open));
    }

    /// Whether a `)` or `]` of the file has no partner, which may be missing anywhere.
    pub(crate) fn lacks_open_bracket(&self) -> bool {
        self.brackets.has_stray()
    }

    /// Whether a `}` further on has no partner, which may be missing here.
    pub(crate) fn lacks_open_brace(&self) -> bool {
        !self.is_speculating
            && self
                .significant
                .get(self.pos)
                .is_some_and(|index| self.brackets.has_extra_brace_from(*index))
    }

    /// Whether the layout says that a block starts here, whose `{` is missing.
    pub(crate) fn at_lost_block(&self) -> bool {
        self.lacks_open_brace() && self.brackets.starts_lost_block(self.significant[self.pos])
    }

    /// Consumes the `{` that must stand here. If it is missing, and a `}` further on would have no partner, the
    /// parser goes on as if it were there. False if nothing that it opens follows.
    pub(crate) fn open_brace(&mut self) -> bool {
        if self.eat(TokenKind::LBrace) {
            return true;
        }
        let has_partner = self.lacks_open_brace();
        if has_partner {
            let token = self.significant[self.pos];
            self.brackets.take_extra_brace_from(token);
            self.brackets.take_lost_block(token);
            self.error(errors::missing_token(self.previous_span().after(), TokenKind::LBrace));
        } else {
            self.error_expected("`{`");
        }
        has_partner
    }

    /// Whether the layout of the file says that a `}` is missing before the current token.
    fn at_missing_brace(&self) -> bool {
        self.rest_of_split.is_none()
            && self
                .significant
                .get(self.pos)
                .is_some_and(|index| self.brackets.is_brace_missing(*index))
    }

    /// Whether a `(` or `[` before is known to lack its partner, perhaps here.
    pub(crate) fn is_in_unclosed(&self) -> bool {
        self.significant
            .get(self.pos)
            .is_some_and(|index| self.brackets.is_in_unclosed(*index))
    }

    /// Whether a `,` stands here that ends the line on which a list began, at the offset `start`: where the bracket of
    /// the list is not closed, what follows on the next line is of the list around it.
    pub(crate) fn at_comma_of_outer_list(&self, start: u32) -> bool {
        let (Some(comma), Some(next)) = (self.significant.get(self.pos), self.significant.get(self.pos + 1)) else {
            return false;
        };
        let (comma, next) = (self.input.starts[*comma as usize], self.input.starts[*next as usize]);
        self.at(TokenKind::Comma) && self.on_one_line(start, comma) && !self.on_one_line(comma, next)
    }

    /// Whether the block after a header starts here, a bracket of which is not closed.
    pub(crate) fn at_body_of_unclosed_header(&self) -> bool {
        self.in_header && self.at(TokenKind::LBrace) && self.is_in_unclosed()
    }

    /// Whether a `}` is missing here or further on.
    pub(crate) fn lacks_brace(&self) -> bool {
        !self.is_speculating
            && self
                .significant
                .get(self.pos)
                .is_some_and(|index| self.brackets.has_missing_brace_from(*index))
    }

    /// Whether an `else` stands here whose `if` lacks the `}` before it.
    pub(crate) fn lacks_close_brace(&self) -> bool {
        self.at(TokenKind::ElseKw) && self.brackets.has_missing_brace_from(self.significant[self.pos])
    }

    /// Whether a list in braces ends here.
    pub(crate) fn at_brace_end(&self) -> bool {
        self.at(TokenKind::RBrace) || self.at_end() || self.at_missing_brace() || self.lacks_close_brace()
    }

    /// Whether the token before wants a block after it.
    fn follows_block_header(&self) -> bool {
        use TokenKind as T;
        let kinds = [T::ElseKw, T::FatArrow, T::LoopKw, T::UnsafeKw];
        kinds.into_iter().any(|kind| self.previous_is(kind))
    }

    /// Takes the closing brackets that stand here and close nothing out of what the rules see. After an error on
    /// the same line they are a part of it, and what follows one is a part of that.
    pub(super) fn skip_extra_brackets(&mut self) {
        while let Some(&index) = self
            .significant
            .get(self.pos)
            .filter(|index| self.brackets.is_extra(**index))
        {
            if self.is_speculating {
                return self.fail_speculation();
            }
            // Where a block must stand, the `{` is missing, and this one is its end.
            if self.at(TokenKind::RBrace) && self.follows_block_header() {
                return;
            }
            let start = self.input.starts[index as usize];
            // An error before may have been a `{` that is missing, whose end this is.
            let is_explained = self.at(TokenKind::RBrace) && self.n_unexplained > 0;
            self.n_unexplained -= u32::from(is_explained);
            if !is_explained && !self.error_start.is_some_and(|from| self.on_one_line(from, start)) {
                let diagnostic = errors::unexpected_close(self.span(), self.current());
                self.error_and_go_on(diagnostic);
            }
            self.out.push(TokenKind::Unknown, start);
            self.n_copied = index + 1;
            self.pos += 1;
            self.error_pos = Some(self.pos);
            self.copy_trivia();
        }
    }
}
