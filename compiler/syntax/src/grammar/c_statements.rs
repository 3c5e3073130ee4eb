//! Statements as C writes them: bodies without braces, `for (i = 0; …)`, `switch`, `do … while`, and `elif`.
//!
//! Takes the parser where one stands, gives the nodes of what it should be, and one message. What one of them means
//! and cannot be said by edits of its own place has a hint in words.

use base::Span;

use crate::errors::Habit;
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    /// The block after a header. C leaves the braces out around one statement; the values of an `if` that is no
    /// statement are expressions.
    pub(super) fn body(&mut self, what: &'static str, is_stmt: bool) {
        if self.at(TokenKind::LBrace) || self.lacks_open_brace() || !self.at_lone_body() {
            return self.block();
        }
        let before = self.previous_span().after();
        let mark = self.start();
        let start = self.span();
        if is_stmt {
            self.nested(Self::stmt);
        } else {
            self.expr();
        }
        self.complete(mark, NodeKind::Block);
        let end = self.previous_span().after();
        let message = format!("the body of `{what}` stands in braces");
        let habit = Habit::new(start, message, "put it in braces");
        self.habit(habit.edit(before, " {").edit(end, " }"));
    }

    /// Whether a statement stands here that ends in `;` or in a block.
    fn at_lone_body(&self) -> bool {
        use TokenKind as T;
        let is_stmt = match self.current() {
            T::IfKw | T::ForKw | T::WhileKw | T::LoopKw | T::MatchKw => return true,
            T::LetKw | T::VarKw | T::DeferKw => true,
            T::Plus | T::Minus => self.nth(1) == self.current(),
            T::Semicolon => return true,
            _ => self.at_expr(),
        };
        let end = self.nth_past(0, |kind| matches!(kind, T::Semicolon | T::LBrace | T::ElseKw));
        is_stmt && matches!(self.nth(end), T::Semicolon | T::ElseKw)
    }

    /// `elif` and its like after the block of an `if`, read as `else if`.
    pub(super) fn foreign_else_if(&mut self) -> bool {
        let is_there = matches!(self.nth_text(0), "elif" | "elsif" | "elseif");
        if is_there && self.at(TokenKind::Ident) {
            self.habit_here("another condition follows `else if`", "else if");
            self.bump_as(TokenKind::ElseKw);
        }
        is_there
    }

    /// `do { … } while (c);`, read as a `loop` that is left at its end.
    pub(super) fn foreign_do(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let word = self.span();
        self.bump_as(T::LoopKw);
        self.block();
        let close = self.previous_span();
        self.complete(mark, NodeKind::LoopExpr);
        let message = "a loop that tests at its end is a `loop` with a `break`";
        let mut habit = Habit::new(word, message, "write `loop { …; if !(c) { break; } }`");
        if self.at(T::WhileKw) {
            let rest = self.start();
            self.bump();
            let condition = self.start();
            self.within(Context::CONDITION, Self::expr);
            let condition = self.span_since(condition);
            self.complete(rest, NodeKind::Error);
            self.eat(T::Semicolon);
            let text = self.text_of(condition);
            let negated = if text.starts_with('(') && text.ends_with(')') {
                format!("!{text}")
            } else {
                format!("!({text})")
            };
            let all = close.to(self.previous_span());
            habit = habit.edit(word, "loop");
            habit = habit.edit(all, format!("if {negated} {{ break; }} }}"));
        }
        self.habit(habit);
        self.complete(mark, NodeKind::ExprStmt);
    }

    /// Whether the `(` after `for` opens C's three parts, or another language's two.
    pub(super) fn at_foreign_for(&self) -> bool {
        use TokenKind as T;
        if self.nth(1) != T::LParen {
            return false;
        }
        let close = self.nth_past(2, |_| false);
        let parts = self.nth_past(2, |kind| matches!(kind, T::Semicolon | T::InKw | T::Colon));
        self.nth(close) == T::RParen && parts < close
    }

    /// `for (int i = 0; i < n; i++)`, `for (x in xs)` and `for (T x : xs)`, up to the `)`.
    pub(super) fn foreign_for_header(&mut self) {
        use TokenKind as T;
        let open = self.nth_span(1);
        let close = self.nth_past(2, |_| false);
        let whole = open.to(self.nth_span(close));
        let part = self.nth_past(2, |kind| matches!(kind, T::Semicolon | T::InKw | T::Colon));
        self.bump();
        if self.nth(part - 1) == T::Semicolon {
            return self.c_for_header(whole, close - 1);
        }
        let end_of_all = self.nth_span(close - 1);
        let error = self.start();
        self.bump();
        while self.nth(1) != T::InKw && self.nth(1) != T::Colon {
            self.bump();
        }
        self.complete(error, NodeKind::Error);
        let name = self.nth_text(0).to_owned();
        let pat = self.start();
        self.bump();
        self.complete(pat, NodeKind::BindPat);
        self.bump_as(T::InKw);
        let iterated = self.start();
        self.expr_normal();
        let text = self.text_of(self.span_since(iterated)).to_owned();
        let rest = self.start();
        while self.span().start <= end_of_all.start && !self.at_end() {
            self.bump();
        }
        self.complete(rest, NodeKind::Error);
        let habit = Habit::new(whole, "a loop over elements is `for x in xs`", "remove the parentheses");
        self.habit(habit.edit(whole, format!("{name} in {text}")));
    }

    /// `(int i = a; i < b; i++)`: one that counts is a range, any other a `while`. The `)` is the token `close`.
    fn c_for_header(&mut self, whole: Span, close: usize) {
        use TokenKind as T;
        let message = "a loop over numbers is `for i in 0..n`";
        let Some(counting) = self.counting_loop(close) else {
            let is_endless = self.nth(1) == T::Semicolon && self.nth(2) == T::Semicolon;
            let error = self.start();
            self.skip_balanced();
            self.complete(error, NodeKind::Error);
            for kind in [NodeKind::ErrorPat, NodeKind::ErrorExpr] {
                let mark = self.start();
                self.complete(mark, kind);
            }
            let habit = if is_endless {
                let word = self.text[..whole.start as usize]
                    .trim_end()
                    .trim_end_matches("for")
                    .len();
                let all = Span::new(self.file, word as u32, whole.end);
                Habit::new(whole, "a loop without an end is `loop`", "write `loop`").edit(all, "loop")
            } else {
                Habit::new(
                    whole,
                    message,
                    "write such a loop with `while`, and the step at the end of its body",
                )
            };
            return self.habit(habit);
        };
        let end = self.nth_span(close);
        let error = self.start();
        while self.nth(1) != T::Eq {
            self.bump();
        }
        self.complete(error, NodeKind::Error);
        let name = self.nth_text(0).to_owned();
        let pat = self.start();
        self.bump();
        self.complete(pat, NodeKind::BindPat);
        self.bump_as(T::InKw);
        let range = self.start();
        self.expr_normal();
        let from = self.text_of(self.span_since(range)).to_owned();
        let middle = self.start();
        self.bump();
        self.bump();
        self.complete(middle, NodeKind::Error);
        self.bump_as(if counting.includes_end { T::DotDotEq } else { T::DotDot });
        let to = self.start();
        self.within(Context::NORMAL, |p| p.expr_at(super::operators::Level::BitOr));
        let to = self.text_of(self.span_since(to)).to_owned();
        self.complete(range, NodeKind::RangeExpr);
        let rest = self.start();
        while self.span().start <= end.start && !self.at_end() {
            self.bump();
        }
        self.complete(rest, NodeKind::Error);
        let dots = if counting.includes_end { "..=" } else { ".." };
        let habit = Habit::new(whole, message, "write the range");
        self.habit(habit.edit(whole, format!("{name} in {from}{dots}{to}")));
    }

    /// Whether the parts up to the `)` at `close` count one variable up by one. The `(` is the current token.
    fn counting_loop(&self, close: usize) -> Option<Counting> {
        use TokenKind as T;
        let name = match self.c_type(1) {
            Some(c_type) => 1 + c_type.n_tokens,
            None => 1 + usize::from(matches!(self.nth(1), T::LetKw | T::VarKw)),
        };
        let is_name = |n: usize| self.nth(n) == T::Ident && self.nth_text(n) == self.nth_text(name);
        if self.nth(name) != T::Ident || self.nth(name + 1) != T::Eq {
            return None;
        }
        let second = self.nth_past(name, |kind| kind == T::Semicolon) + 1;
        let compares = matches!(self.nth(second + 1), T::Lt | T::LtEq | T::BangEq);
        let third = self.nth_past(second, |kind| kind == T::Semicolon) + 1;
        let step = (self.nth(third), self.nth(third + 1), self.nth(third + 2));
        let counts_up = match step {
            (T::Plus, T::Plus, T::Ident) => is_name(third + 2) && third + 3 == close,
            (T::Ident, T::Plus, T::Plus) => is_name(third) && third + 3 == close,
            (T::Ident, T::PlusEq, T::IntLit) => is_name(third) && self.nth_text(third + 2) == "1" && third + 3 == close,
            _ => false,
        };
        (is_name(second) && compares && counts_up).then(|| Counting {
            includes_end: self.nth(second + 1) == T::LtEq,
        })
    }

    /// Whether `switch` stands here before its subject.
    pub(super) fn at_foreign_switch(&self) -> bool {
        use TokenKind as T;
        if !self.nth_is_word(0, "switch") || !(self.nth(1) == T::Ident || self.nth(1) == T::LParen) {
            return false;
        }
        let brace = self.nth_past(1, |kind| matches!(kind, T::LBrace | T::Semicolon));
        self.nth(brace) == T::LBrace
    }

    /// `switch (x) { case 1: …; break; default: … }`, read as a `match`.
    pub(super) fn foreign_switch(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let word = self.span();
        let mut habit = Habit::new(word, "a choice between values is a `match`", "write `match`").edit(word, "match");
        self.bump_as(T::MatchKw);
        // In C what follows a case runs on into the next one, elsewhere it does not.
        let falls_through = self.at(T::LParen);
        self.within(Context::HEADER, Self::expr);
        if !self.at_case(1) {
            self.habit(habit);
            self.match_arms();
            return self.complete(mark, NodeKind::MatchExpr);
        }
        let open = self.start().token();
        self.bump();
        let mut state = Cases::default();
        self.within(Context::NORMAL, |p| {
            while !p.at_brace_end() {
                if p.at_case(0) {
                    p.case(&mut habit, &mut state, falls_through);
                } else {
                    p.error_expected("`case`");
                    p.skip_balanced();
                }
            }
        });
        if state.needs_default && !state.has_default {
            habit = habit.edit(self.span().before(), "_ => {} ");
        }
        self.expect_close(T::RBrace, open);
        self.complete(mark, NodeKind::MatchExpr);
        if state.falls_through {
            habit.edits.clear();
            habit.hint = "write `match`: an arm does not run on into the next one".to_owned();
        }
        self.habit(habit);
    }

    fn at_case(&self, n: usize) -> bool {
        self.nth_is_word(n, "case") || (self.nth_is_word(n, "default") && self.nth(n + 1) == TokenKind::Colon)
    }

    /// One case with its statements, as an arm.
    fn case(&mut self, habit: &mut Habit, state: &mut Cases, falls_through: bool) {
        use TokenKind as T;
        let mark = self.start();
        if self.nth_is_word(0, "default") {
            state.has_default = true;
            habit.edits.push(Self::edit(self.span(), "_"));
            let pat = self.start();
            self.bump_as(T::Underscore);
            self.complete(pat, NodeKind::WildcardPat);
        } else {
            let pattern = self.start();
            let word = Span::new(self.file, self.span().start, self.nth_span(1).start);
            habit.edits.push(Self::edit(word, ""));
            self.bump_error();
            self.case_pattern(state);
            while self.at(T::Colon) && self.nth_is_word(1, "case") {
                let between = Span::new(self.file, self.span().start, self.nth_span(2).start);
                habit.edits.push(Self::edit(between, " | "));
                self.bump_error();
                self.bump_error();
                self.case_pattern(state);
                self.complete(pattern, NodeKind::OrPat);
            }
        }
        if self.at(T::Colon) {
            habit.edits.push(Self::edit(self.span(), " => {"));
            self.bump_as(T::FatArrow);
        } else {
            self.error_expected("`:`");
        }
        let body = self.start();
        let ends = self.case_body(habit);
        self.complete(body, NodeKind::Block);
        state.falls_through |= falls_through && !ends && !self.at_brace_end();
        self.complete(mark, NodeKind::MatchArm);
    }

    fn case_pattern(&mut self, state: &mut Cases) {
        state.needs_default |= self.current().is_literal() || self.at(TokenKind::Minus);
        let mark = self.start();
        self.pattern_without_or();
        // A pattern takes no `:`, but names of C's constants may.
        if self.is_empty_since(mark) && !self.at_brace_end() && !self.at(TokenKind::Colon) {
            self.bump_error();
        }
    }

    /// The statements of a case. Says whether they end it, so that none runs on into the next.
    fn case_body(&mut self, habit: &mut Habit) -> bool {
        use TokenKind as T;
        let mut ends = false;
        while !self.at_brace_end() && !self.at_case(0) {
            let is_last_break = self.at(T::BreakKw)
                && self.nth(1) == T::Semicolon
                && (self.at_case(2) || matches!(self.nth(2), T::RBrace));
            if is_last_break {
                let error = self.start();
                let span = self.span().to(self.nth_span(1));
                habit.edits.push(Self::edit(span, "}"));
                self.bump();
                self.bump();
                self.complete(error, NodeKind::Error);
                return true;
            }
            ends = matches!(self.current(), T::ReturnKw | T::ContinueKw);
            let before = self.start();
            self.nested(Self::stmt);
            if self.is_empty_since(before) {
                break;
            }
        }
        habit.edits.push(Self::edit(self.previous_span().after(), " }"));
        ends
    }
}

/// A loop that counts up by one.
struct Counting {
    includes_end: bool,
}

/// What the cases of a `switch` have shown so far.
#[derive(Default)]
struct Cases {
    has_default: bool,
    /// Whether a case is a literal, so that the cases alone are not all values.
    needs_default: bool,
    falls_through: bool,
}
