//! Blocks and statements.
//!
//! Takes the parser at a `{`, gives a `Block`. An expression that ends in a block ends its statement; any other
//! needs `;`, unless it is the last, which is the value of the block.

use crate::errors;
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    /// A block; that it is missing is reported, and no node made.
    pub(super) fn block(&mut self) {
        let mark = self.start();
        let mut is_there = false;
        self.nested(|p| is_there = p.block_body());
        if is_there {
            self.complete(mark, NodeKind::Block);
        }
    }

    /// `{ … }` of a block whose node the caller has open. False if there is none.
    pub(super) fn block_body(&mut self) -> bool {
        let mut open = self.start().token();
        if !self.open_brace() {
            let Some(brace) = self.skip_to_brace_on_line() else {
                return false;
            };
            open = brace;
        }
        let outer_ffi = std::mem::replace(&mut self.in_ffi_block, false);
        let outer_cast = std::mem::replace(&mut self.in_cast, false);
        let outer_header = std::mem::replace(&mut self.in_header, false);
        let outer_habits = self.habits.take();
        self.within(Context::NORMAL, |p| {
            while !p.at_brace_end() && !p.at_arm_without_brace() {
                p.stmt();
            }
        });
        self.habits = outer_habits;
        self.in_header = outer_header;
        self.in_ffi_block = outer_ffi;
        self.in_cast = outer_cast;
        self.expect_close(TokenKind::RBrace, open);
        true
    }

    /// Whether an arm of a `match` starts here because the `}` of the arm before is missing.
    fn at_arm_without_brace(&self) -> bool {
        use TokenKind as T;
        if !self.lacks_brace() || !(self.at_pattern_without_or() || self.at(T::Pipe)) {
            return false;
        }
        let end = self.nth_past(0, |kind| matches!(kind, T::FatArrow | T::Semicolon | T::LBrace | T::Eq));
        self.nth(end) == T::FatArrow
    }

    /// Skips to the `{` of a block further on in the line, over what was reported, and consumes it. Gives its index.
    fn skip_to_brace_on_line(&mut self) -> Option<u32> {
        use TokenKind as T;
        let mut brace = 0;
        while !matches!(self.nth(brace), T::LBrace | T::Semicolon | T::RBrace | T::Eof)
            && self.nth_is_on_line_of_next(brace)
        {
            brace += 1;
        }
        let is_there = self.nth(brace) == T::LBrace;
        if !is_there || self.is_speculating() {
            return None;
        }
        let mark = self.start();
        for _ in 0..brace {
            self.bump();
        }
        self.complete(mark, NodeKind::Error);
        let open = self.start().token();
        self.bump();
        Some(open)
    }

    pub(super) fn stmt(&mut self) {
        use TokenKind as T;
        self.note_stmt_start();
        if self.at_lost_block() {
            let mark = self.start();
            self.block();
            return self.complete(mark, NodeKind::ExprStmt);
        }
        self.mend_first_word();
        match self.current() {
            T::Semicolon => {
                let mark = self.start();
                self.bump();
                self.complete(mark, NodeKind::EmptyStmt);
            }
            T::LetKw | T::VarKw => self.let_stmt(),
            T::DeferKw | T::ErrdeferKw => self.defer_stmt(),
            _ if self.foreign_stmt() => {}
            _ if self.at_item() => self.item(),
            _ if self.at_expr() => self.expr_stmt(),
            _ => self.not_a_stmt(),
        }
    }

    fn let_stmt(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::LetKw) && self.nth(1) == T::MutKw {
            let span = self.span().to(self.nth_span(1));
            let message = "a variable that changes is declared with `var`";
            self.error_and_go_on(errors::foreign(span, message, "write `var`", Some("var")));
            self.bump_as(T::VarKw);
            self.bump_error();
        } else {
            self.bump();
        }
        self.pattern_without_or();
        if self.eat(T::Colon) {
            self.ty();
        }
        if self.eat(T::Eq) {
            self.expr();
        }
        if self.eat(T::ElseKw) {
            self.block();
        }
        self.expect_semicolon();
        self.complete(mark, NodeKind::LetStmt);
    }

    fn defer_stmt(&mut self) {
        let mark = self.start();
        self.bump();
        if !self.stmt_expr() {
            self.expect_semicolon();
        } else {
            self.eat(TokenKind::Semicolon);
        }
        self.complete(mark, NodeKind::DeferStmt);
    }

    fn expr_stmt(&mut self) {
        let mark = self.start();
        let ends_in_block = self.stmt_expr();
        if self.at_brace_end() {
            return;
        }
        if !ends_in_block {
            self.expect_semicolon();
        } else {
            self.eat(TokenKind::Semicolon);
        }
        self.complete(mark, NodeKind::ExprStmt);
    }

    /// An expression as a statement, a deferred one or an arm has it. Says whether it ends in its block: it does
    /// unless a `.` touches the `}`, since `.Variant` may start the next one.
    pub(super) fn stmt_expr(&mut self) -> bool {
        use super::operators::Level;
        use TokenKind as T;
        let mark = self.start();
        if self.at_block_like() {
            self.block_like();
            if !matches!(self.current(), T::Dot | T::QuestionDot | T::Question) || !self.touches_previous() {
                return true;
            }
            self.suffixes(mark, false);
            self.operators_after(mark, Level::Assignment);
        } else if self.at(T::UnsafeKw) {
            // The statement `unsafe *p = 3;`: the assignment is inside.
            self.bump();
            self.expr();
            self.complete(mark, NodeKind::UnsafeExpr);
        } else {
            self.expr();
        }
        false
    }

    /// Skips what starts no statement, to the end of its line or to a `;`.
    fn not_a_stmt(&mut self) {
        use TokenKind as T;
        match self.current() {
            close @ (T::RParen | T::RBracket) => {
                let diagnostic = errors::unexpected_close(self.span(), close);
                self.error(diagnostic);
                self.bump_error();
                self.eat(T::Semicolon);
            }
            T::ElseKw | T::CatchKw => {
                self.error_expected("a statement");
                self.bump_error();
            }
            _ => {
                self.error_expected("a statement");
                self.skip_rest_of_line();
                self.eat(T::Semicolon);
            }
        }
    }
}
