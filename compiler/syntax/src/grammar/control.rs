//! Blocks and the expressions that end in one.
//!
//! Takes the parser at a keyword, a label or a `{`, gives an expression node. In headers `{` is the statement's.

use crate::errors;
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Whether an expression starts here that ends a statement without `;`.
    pub(super) fn at_block_like(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            T::LBrace | T::IfKw | T::MatchKw | T::LoopKw | T::WhileKw | T::ForKw | T::Label => true,
            T::UnsafeKw => {
                self.nth(1) == T::LBrace
                    || ((matches!(self.nth(1), T::LetKw | T::VarKw | T::RBrace) || !self.nth_is_on_line_of_next(0))
                        && self.lacks_open_brace())
            }
            _ => false,
        }
    }

    pub(super) fn block_like(&mut self) {
        self.nested(Self::block_like_inner);
    }

    fn block_like_inner(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::Label) {
            self.bump();
            self.expect(T::Colon);
        }
        let kind = match self.current() {
            T::LBrace => {
                self.block_body();
                NodeKind::Block
            }
            T::UnsafeKw => {
                self.bump();
                self.block();
                NodeKind::UnsafeExpr
            }
            T::IfKw => return self.if_chain(),
            T::MatchKw => self.match_expr(),
            T::LoopKw => {
                self.bump();
                self.block();
                NodeKind::LoopExpr
            }
            T::WhileKw => {
                self.bump();
                self.with_one_habit(|p| {
                    p.header(Context::CONDITION, "a condition");
                    p.body("while", true);
                });
                NodeKind::WhileExpr
            }
            T::ForKw => self.for_expr(),
            _ => {
                self.error_expected("a loop or a block after the label");
                NodeKind::ErrorExpr
            }
        };
        self.complete(mark, kind);
    }

    /// The expression of a header, whose `{` follows.
    fn header(&mut self, context: Context, what: &str) {
        if self.at(TokenKind::LBrace) {
            self.error_expected(what);
            let mark = self.start();
            return self.complete(mark, NodeKind::ErrorExpr);
        }
        let outer = std::mem::replace(&mut self.in_header, true);
        self.within(context, Self::expr);
        self.in_header = outer;
    }

    /// `if c { … } else if d { … } else { … }`: each `if` after an `else` is a child of the one before, and is
    /// read in a loop, so that a long chain does not count as deep nesting.
    fn if_chain(&mut self) {
        use TokenKind as T;
        let mut marks = Vec::with_capacity(1);
        let is_stmt = self.is_at_stmt_start(self.start());
        self.with_one_habit(|p| {
            let mut is_read = false;
            loop {
                marks.push(p.start());
                if !is_read {
                    p.bump();
                }
                p.header(Context::CONDITION, "a condition");
                p.body("if", is_stmt);
                is_read = p.foreign_else_if();
                if is_read {
                    continue;
                }
                if !p.eat(T::ElseKw) {
                    break;
                }
                if !p.at(T::IfKw) {
                    p.body("else", is_stmt);
                    break;
                }
            }
        });
        for mark in marks.into_iter().rev() {
            self.complete(mark, NodeKind::IfExpr);
        }
    }

    fn for_expr(&mut self) -> NodeKind {
        if self.at_foreign_for() {
            self.with_one_habit(|p| {
                p.foreign_for_header();
                p.body("for", true);
            });
            return NodeKind::ForExpr;
        }
        self.bump();
        self.pattern();
        if self.expect(TokenKind::InKw) || (self.at_expr() && !self.at(TokenKind::LBrace)) {
            self.header(Context::HEADER, "what to iterate over");
        } else {
            let mark = self.start();
            self.complete(mark, NodeKind::ErrorExpr);
        }
        self.block();
        NodeKind::ForExpr
    }

    fn match_expr(&mut self) -> NodeKind {
        self.bump();
        self.header(Context::HEADER, "what to match");
        self.match_arms();
        NodeKind::MatchExpr
    }

    /// `{ arms }`
    pub(super) fn match_arms(&mut self) {
        self.with_one_habit(Self::match_arms_inner);
    }

    fn match_arms_inner(&mut self) {
        let open = self.start().token();
        if !self.open_brace() {
            return;
        }
        self.within(Context::NORMAL, |p| {
            while !(p.at_brace_end() || p.at(TokenKind::Semicolon) && p.lacks_brace()) {
                if p.at_pattern() || (p.at(TokenKind::ElseKw) && p.nth(1) == TokenKind::FatArrow) {
                    p.match_arm();
                } else {
                    p.error_expected("a pattern");
                    p.skip_to_next_arm();
                }
            }
        });
        self.expect_close(TokenKind::RBrace, open);
    }

    fn match_arm(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::ElseKw) {
            self.habit_here("the pattern that takes everything is `_`", "_");
            let pat = self.start();
            self.bump_as(T::Underscore);
            self.complete(pat, NodeKind::WildcardPat);
        } else {
            self.pattern();
        }
        if self.eat(T::IfKw) {
            self.expr();
        }
        if matches!(self.current(), T::Arrow | T::Colon | T::Eq) {
            self.habit_here("`=>` stands between a pattern and its value", "=>");
            self.bump_as(T::FatArrow);
        } else if !self.at(T::FatArrow) {
            self.error_expected("`=>`");
            self.skip_to_next_arm();
            return self.complete(mark, NodeKind::MatchArm);
        } else {
            self.bump();
        }
        let ends_in_block = if self.at_stmt_of_lost_block() {
            self.block();
            true
        } else {
            self.stmt_expr()
        };
        self.complete(mark, NodeKind::MatchArm);
        if self.eat(T::Comma) || ends_in_block || self.at_brace_end() {
            return;
        }
        if self.at(T::Semicolon) && self.lacks_brace() {
            // The arms are over: their `}` is what is missing.
        } else if self.at(T::Semicolon) {
            self.habit_here("a `,` ends an arm", ",");
            self.bump_error();
        } else if self.is_on_new_line() {
            self.error(errors::missing_token(self.previous_span().after(), T::Comma));
        } else {
            self.error_expected("`,`");
            self.skip_to_next_arm();
        }
    }

    /// Whether a statement stands where a value must, as the `{` before it is missing.
    pub(super) fn at_stmt_of_lost_block(&self) -> bool {
        self.at_lost_block()
            || (matches!(self.current(), TokenKind::LetKw | TokenKind::VarKw) && self.lacks_open_brace())
    }

    /// Skips to after a comma, or to the end of the arms.
    fn skip_to_next_arm(&mut self) {
        let mark = self.start();
        while !self.at_brace_end() {
            let ends = self.at(TokenKind::Comma);
            let before = self.start();
            self.skip_balanced();
            if ends || self.is_empty_since(before) {
                break;
            }
        }
        self.complete(mark, NodeKind::Error);
    }
}
