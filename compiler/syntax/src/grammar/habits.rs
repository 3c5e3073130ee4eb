//! Small pieces of other languages' syntax, read as what is meant.
//!
//! Takes the parser at one, gives the node of what it should be, and one message with the edit. C's declarations and
//! statements are in `c_declarations` and `c_statements`.

use base::Span;
use diag::Edit;

use super::operators::Level;
use crate::builder::Mark;
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

/// How many tokens are looked at to see what a statement is.
const FAR: usize = 1_000;

/// What is in scope without an import, and so has no module in front.
const PRELUDE: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "panic",
    "assert",
    "assert_eq",
    "drop",
];

impl Parser<'_> {
    /// Reports the current token as a habit whose place takes `fix`.
    pub(super) fn habit_here(&mut self, message: &str, fix: &str) {
        self.habit(Habit::replace(self.span(), message, fix));
    }

    /// Reports the current token as a word that Lang does without.
    pub(super) fn foreign_word(&mut self, message: &str) {
        let span = self.span();
        let with_space = Span::new(self.file, span.start, self.nth_span(1).start.max(span.end));
        self.habit(Habit::new(span, message, "remove it").edit(with_space, ""));
    }

    /// The text of a span of this file.
    pub(super) fn text_of(&self, span: Span) -> &str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// Whether the tokens `n` and `n + 1` on stand on one line.
    pub(super) fn nth_is_on_line_of_next(&self, n: usize) -> bool {
        let (from, to) = (self.nth_span(n).end, self.nth_span(n + 1).start);
        !self.text[from as usize..to.max(from) as usize].contains('\n')
    }

    /// `::`, read as the `.` it should be. `std` stands only in imports, so a path that starts with it loses it where
    /// the rest is in scope anyway.
    pub(super) fn foreign_path_separator(&mut self) {
        let before = self.previous_span();
        let is_of_std = self.text_of(before) == "std";
        let next = self.nth_text(1);
        let habit = if is_of_std && PRELUDE.contains(&next) {
            let message = format!("`{next}` is in scope everywhere");
            Habit::new(before.to(self.span()), message, "remove `std::`").edit(before.to(self.span()), "")
        } else if is_of_std && self.last_kind() == Some(NodeKind::NameExpr) {
            let hint = format!("write `import std.{next};` at the top, and `{next}` here");
            Habit::new(before.to(self.span()), "the library's modules are imported", hint)
        } else {
            Habit::replace(self.span(), "paths are written with `.`", ".")
        };
        self.habit(habit);
        self.bump_as(TokenKind::Dot);
    }

    /// `not x`, read as `!x`.
    pub(super) fn at_foreign_not(&self) -> bool {
        use TokenKind as T;
        let next = self.nth(1);
        self.nth_is_word(0, "not")
            && self.nth_is_on_line_of_next(0)
            && match next {
                T::Ident => !self.nth_is_word(1, "and") && !self.nth_is_word(1, "or"),
                T::LParen => !self.nth_touches_next(0),
                T::SelfKw | T::TrueKw | T::FalseKw | T::Bang => true,
                _ => false,
            }
    }

    /// `not` binds more loosely than comparisons, `!` more tightly.
    pub(super) fn foreign_not(&mut self) {
        let word = Span::new(self.file, self.span().start, self.nth_span(1).start);
        self.bump_as(TokenKind::Bang);
        let operand = self.start();
        self.right_operand(Level::Comparison);
        let is_compound = matches!(self.last_kind(), Some(NodeKind::BinaryExpr | NodeKind::RangeExpr));
        let mut habit = Habit::new(word, "the operator is written `!`", "write `!`");
        if is_compound {
            habit = habit.edit(word, "!(").edit(self.span_since(operand).after(), ")");
        } else {
            habit = habit.edit(word, "!");
        }
        self.habit(habit);
    }

    /// `e?` after the operand: an error is passed on by `try`.
    pub(super) fn foreign_try(&mut self, operand: Mark) {
        let message = "an error is passed on by `try` before the expression";
        let start = self.span_since(operand).before();
        let habit = Habit::new(self.span(), message, "write `try` in front");
        self.habit(habit.edit(start, "try ").edit(self.span(), ""));
        let mark = self.start();
        self.bump();
        self.complete(mark, NodeKind::Error);
    }

    /// `catch (e) { … }`, read as `catch |e| { … }`.
    pub(super) fn foreign_binder(&mut self) {
        let (open, close) = (self.span(), self.nth_span(2));
        let habit = Habit::new(
            open.to(close),
            "the error of a `catch` stands between bars",
            "write `|…|`",
        );
        self.habit(habit.edit(open, "|").edit(close, "|"));
        self.bump();
        self.pattern_without_or();
        self.bump();
    }

    /// Whether `catch e {` stands here: a name and a block, and no struct literal.
    pub(super) fn at_bare_binder(&self) -> bool {
        use TokenKind as T;
        let is_field = self.nth(2) == T::Ident && matches!(self.nth(3), T::Colon | T::Comma | T::RBrace);
        let is_name = self.at(T::Ident) && self.nth(1) == T::LBrace && self.nth_text(0).starts_with(char::is_lowercase);
        is_name && !is_field && !matches!(self.nth(2), T::RBrace | T::DotDot)
    }

    /// `catch e {`, as in many languages.
    pub(super) fn bare_binder(&mut self) {
        let name = self.span();
        let habit = Habit::new(name, "the error of a `catch` stands between bars", "write `|…|`");
        let text = format!("|{}|", self.nth_text(0));
        self.habit(habit.edit(name, &text));
        let mark = self.start();
        self.bump();
        self.complete(mark, NodeKind::BindPat);
    }

    /// Whether a `?` here chooses between two values: nothing but a space tells it from `e?` of other languages.
    pub(super) fn at_ternary(&self) -> bool {
        use TokenKind as T;
        let ends = matches!(
            self.nth(1),
            T::Semicolon | T::RParen | T::RBracket | T::RBrace | T::Comma | T::Eof
        );
        self.at(T::Question)
            && !ends
            && !self.is_on_new_line()
            && (!self.touches_previous()
                || !matches!(
                    self.nth(1),
                    T::Dot | T::LBrace | T::Minus | T::Star | T::Amp | T::Plus | T::Question
                ))
            && (self.nth(1).is_literal() || self.nth(1) == T::Ident || !self.touches_previous())
    }

    /// `c ? a : b` after the condition at `mark`, read as the `if` it should be.
    pub(super) fn ternary(&mut self, mark: Mark) {
        use TokenKind as T;
        let condition = self.span_since(mark);
        let question = self.span();
        self.bump_error();
        let value = self.start();
        self.expr_above_assignment();
        self.complete(value, NodeKind::Block);
        let message = "a choice between two values is an `if`";
        let hint = "write `if c { a } else { b }`";
        let mut habit = Habit::new(question, message, hint);
        if self.at(T::Colon) {
            let colon = self.span();
            self.bump_as(T::ElseKw);
            let other = self.start();
            self.expr_above_assignment();
            self.complete(other, NodeKind::Block);
            let end = self.previous_span().after();
            habit = habit.edit(condition.before(), "if ").edit(question, "{");
            habit = habit.edit(colon, "} else {").edit(end, " }");
        }
        self.complete(mark, NodeKind::IfExpr);
        self.habit(habit);
    }

    /// `++` and `--` after an operand. As a statement it is mended; inside an expression it has no counterpart.
    pub(super) fn foreign_increment(&mut self, operand: Mark) -> bool {
        use TokenKind as T;
        let kind = self.current();
        let ends = matches!(
            self.nth(2),
            T::Semicolon | T::RParen | T::RBrace | T::RBracket | T::Comma
        );
        if !matches!(kind, T::Plus | T::Minus) || self.nth(1) != kind || !self.nth_touches_next(0) || !ends {
            return false;
        }
        let span = self.span().to(self.nth_span(1));
        let fix = if kind == T::Plus { " += 1" } else { " -= 1" };
        let habit = Habit::new(span, increment_message(kind), format!("write `{}`", &fix[1..]));
        let is_stmt = self.is_at_stmt_start(operand) && matches!(self.nth(2), T::Semicolon | T::RBrace);
        self.habit(if is_stmt { habit.edit(span, fix) } else { habit });
        let mark = self.start();
        self.bump();
        self.bump();
        self.complete(mark, NodeKind::Error);
        true
    }

    /// Whether a statement `++x;` stands here.
    fn at_foreign_prefix_increment(&self) -> bool {
        use TokenKind as T;
        let kind = self.current();
        matches!(kind, T::Plus | T::Minus) && self.nth(1) == kind && self.nth_touches_next(0) && {
            let mut n = 2;
            while n < FAR && matches!(self.nth(n), T::Ident | T::SelfKw | T::Dot) {
                n += 1;
            }
            n > 2 && self.nth(n) == T::Semicolon
        }
    }

    fn foreign_prefix_increment(&mut self) {
        let kind = self.current();
        let span = self.span().to(self.nth_span(1));
        let mark = self.start();
        let error = self.start();
        self.bump();
        self.bump();
        self.complete(error, NodeKind::Error);
        self.expr();
        let fix = if kind == TokenKind::Plus { " += 1" } else { " -= 1" };
        let habit = Habit::new(span, increment_message(kind), format!("write `{}`", &fix[1..]));
        let end = self.previous_span().after();
        self.habit(habit.edit(span, "").edit(end, fix));
        self.expect_semicolon();
        self.complete(mark, NodeKind::ExprStmt);
    }

    /// `<>` and `?:`, read as `!=` and `??`.
    pub(super) fn foreign_operator(&mut self) {
        use TokenKind as T;
        let (kind, fix) = match (self.current(), self.nth(1)) {
            (T::Lt, T::Gt) => (T::BangEq, "!="),
            (T::Question, T::Colon) => (T::QuestionQuestion, "??"),
            _ => return,
        };
        if !self.nth_touches_next(0) {
            return;
        }
        let span = self.span().to(self.nth_span(1));
        self.habit(Habit::replace(span, format!("the operator is written `{fix}`"), fix));
        self.bump_error();
        self.replace_current(kind);
    }

    /// `new P(…)`: a value is made by naming its fields.
    pub(super) fn at_foreign_new(&self) -> bool {
        self.nth_is_word(0, "new") && self.nth(1) == TokenKind::Ident && self.nth_is_on_line_of_next(0)
    }

    /// `===` and `!==` after their first two characters were consumed.
    pub(super) fn foreign_strict_equality(&mut self) {
        let is_equality = self.previous_is(TokenKind::EqEq) || self.previous_is(TokenKind::BangEq);
        if is_equality && self.at(TokenKind::Eq) && self.touches_previous() {
            self.habit_here("two `=` compare", "");
            self.bump_error();
        }
    }

    /// A statement of another language. False if there is none, and nothing was consumed.
    pub(super) fn foreign_stmt(&mut self) -> bool {
        use TokenKind as T;
        match self.current() {
            T::Plus | T::Minus if self.at_foreign_prefix_increment() => self.foreign_prefix_increment(),
            T::Ident if self.nth(1) == T::Colon && self.nth(2) == T::Eq && self.nth_touches_next(1) => {
                self.foreign_short_let();
            }
            T::Ident if self.at_foreign_switch() => {
                let mark = self.start();
                self.with_one_habit(Self::foreign_switch);
                self.complete(mark, NodeKind::ExprStmt);
            }
            T::Ident if self.nth_is_word(0, "do") && self.nth(1) == T::LBrace => self.foreign_do(),
            T::Ident
                if matches!(self.nth(1), T::StrLit | T::FStrStart)
                    && self.nth_is_on_line_of_next(0)
                    && !self.at_test()
                    && !self.lacks_open_bracket() =>
            {
                self.foreign_call();
            }
            T::Ident | T::ConstKw | T::StructKw | T::EnumKw | T::UnionKw => return self.c_variable(),
            _ => return false,
        }
        true
    }

    /// The first word of a statement, where it is another language's for a keyword, is read as the keyword.
    pub(super) fn mend_first_word(&mut self) {
        use TokenKind as T;
        let declares = matches!(self.nth(2), T::Eq | T::Colon) && self.nth(1) == T::Ident;
        let keyword = match self.current() {
            T::Ident if declares && self.nth_text(0) == "val" => T::LetKw,
            T::Ident if declares && self.nth_text(0) == "auto" => T::VarKw,
            T::ConstKw if self.nth(1) == T::Ident && self.nth(2) == T::Eq && self.nth(3) != T::At => T::LetKw,
            T::Ident if self.nth_text(0) == "raise" && self.nth(1) == T::Ident && self.nth_is_on_line_of_next(0) => {
                self.habit_here("an error leaves a function by `throw`", "throw");
                return self.replace_current(T::ThrowKw);
            }
            _ => return self.mend_misspelled_stmt(),
        };
        let message = "a variable is declared with `let`, or `var` if it changes";
        self.habit_here(message, keyword.text().unwrap_or_default());
        self.replace_current(keyword);
    }

    /// `print "text";`
    fn foreign_call(&mut self) {
        let mark = self.start();
        let name = self.span();
        self.bump();
        self.complete(mark, NodeKind::NameExpr);
        let args = self.start();
        let gap = Span::new(self.file, name.end, self.span().start);
        let arg = self.start();
        self.expr();
        self.complete(arg, NodeKind::Arg);
        while self.eat(TokenKind::Comma) {
            let arg = self.start();
            self.expr();
            self.complete(arg, NodeKind::Arg);
        }
        self.complete(args, NodeKind::ArgList);
        let end = self.previous_span().after();
        let habit = Habit::new(name, "the arguments of a call stand in parentheses", "add them");
        self.habit(habit.edit(gap, "(").edit(end, ")"));
        self.complete(mark, NodeKind::CallExpr);
        self.expect_semicolon();
        self.complete(mark, NodeKind::ExprStmt);
    }

    /// `x := e;`
    fn foreign_short_let(&mut self) {
        let mark = self.start();
        let name = self.span();
        let pat = self.start();
        self.bump();
        self.complete(pat, NodeKind::BindPat);
        let sign = self.span().to(self.nth_span(1));
        self.bump_error();
        self.bump();
        self.expr();
        let message = "a variable is declared with `let`, or `var` if it changes";
        let habit = Habit::new(name.to(sign), message, "write `let`");
        self.habit(habit.edit(name.before(), "let ").edit(sign, "="));
        self.expect_semicolon();
        self.complete(mark, NodeKind::LetStmt);
    }

    /// `fn(x: i32) -> i32 { … }` where a value should stand.
    pub(super) fn foreign_closure(&mut self) {
        let message = "a function without a name is a closure";
        self.error(errors::foreign(
            self.span(),
            message,
            "write `|x: i32| -> i32 { … }`",
            None,
        ));
        self.bump();
        self.skip_balanced();
        if self.at(TokenKind::Arrow) {
            self.return_type();
        }
        if self.at(TokenKind::LBrace) {
            self.block();
        }
    }

    /// `@import(…)`, `@as(…)`: Zig's functions of the compiler, where an expression should stand.
    pub(super) fn foreign_builtin(&mut self) {
        let mark = self.start();
        let span = self.span().to(self.nth_span(1));
        let name = self.nth_text(1);
        let (message, hint) = match name {
            "import" | "cImport" => ("what other files and headers hold is imported", "write `import`"),
            "sizeOf" | "alignOf" => ("the size of a type is in `std.mem`", "write `mem.size_of<T>()`"),
            "as" | "intCast" | "floatCast" | "ptrCast" | "bitCast" | "truncate" => {
                ("a value is converted with `as`", "write `value as T`")
            }
            _ => ("an attribute stands before an item", "remove it"),
        };
        self.error(errors::foreign(span, message, hint, None));
        self.bump();
        if self.at(TokenKind::Ident) || self.current().is_keyword() {
            self.bump();
        }
        if self.at(TokenKind::LParen) {
            self.skip_balanced();
        }
        self.complete(mark, NodeKind::ErrorExpr);
    }

    /// `const c = @cImport(…);` and `const m = @import("m.zig");`. False if neither stands here.
    pub(super) fn foreign_import_value(&mut self, start: Mark) -> bool {
        use TokenKind as T;
        let is_import = self.nth(1) == T::Ident
            && self.nth(2) == T::Eq
            && self.nth(3) == T::At
            && matches!(self.nth_text(4), "cImport" | "import");
        if !is_import {
            return false;
        }
        let name = self.nth_text(1).to_owned();
        let is_c = self.nth_text(4) == "cImport";
        let place = self.span();
        let mut literal = None;
        let mark = self.start();
        self.bump();
        while !self.at_end() && !self.at(T::Semicolon) {
            let is_brace = self.at(T::LBrace);
            if self.current().is_text_literal() && literal.is_none() {
                literal = Some(self.nth_text(0).to_owned());
            }
            // The `;` of `@cInclude("x.h");` stands inside of braces.
            if is_brace {
                let from = self.span().start as usize;
                self.skip_balanced();
                let inside = &self.text[from..self.previous_span().end as usize];
                literal = inside.split('"').nth(1).map(|header| format!("\"{header}\""));
            } else {
                self.bump();
            }
        }
        self.eat(T::Semicolon);
        self.complete(mark, NodeKind::Error);
        let span = self.span_since(start);
        let path = literal
            .as_deref()
            .map(|text| text.trim_matches('"').trim_end_matches(".zig").replace('/', "."));
        let fix = match (is_c, &literal, path) {
            (true, Some(header), _) => Some(format!("import c {header} as {name};")),
            (false, _, Some(path)) if path == "std" => Some(String::new()),
            (false, _, Some(path)) if path.ends_with(&name) => Some(format!("import {path};")),
            (false, _, Some(path)) => Some(format!("import {path} as {name};")),
            (true, None, _) | (false, _, None) => None,
        };
        let (message, hint) = match (is_c, fix.as_deref()) {
            (true, _) => ("a header is imported with `import c`", "write `import c`"),
            (false, Some("")) => (
                "the library's modules are imported one by one",
                "write `import std.env;`",
            ),
            (false, _) => ("a module is imported with `import`", "write `import`"),
        };
        let habit = Habit::new(place, message, hint);
        self.habit(match fix {
            Some(fix) => habit.edit(span, fix),
            None => habit,
        });
        true
    }

    /// `println!("x = {}", x)` at the `!`: there are no macros, and values stand in an f-string.
    pub(super) fn foreign_macro(&mut self) {
        use TokenKind as T;
        let mark = self.span();
        let mut habit = Habit::new(
            mark,
            "there are no macros: this is called as a function",
            "remove the `!`",
        );
        habit = habit.edit(mark, "");
        let is_text = self.nth(1) == T::LParen && self.nth(2) == T::StrLit;
        if is_text && self.nth_text(2).contains('{') {
            let (args, end) = self.texts_of_args(3);
            let text = Span::new(self.file, self.nth_span(2).start, end);
            if let Some(fstring) = base::fstring_of(self.nth_text(2), &args) {
                habit = habit.edit(text, fstring);
                habit.hint = "remove the `!`, and put the values into an f-string".to_owned();
            }
        }
        self.habit(habit);
        self.bump_error();
    }

    /// The texts of the arguments from the token `n` on, which is a `,` or the `)`, and where the last one ends.
    fn texts_of_args(&self, n: usize) -> (Vec<&str>, u32) {
        use TokenKind as T;
        let mut n = n;
        let mut texts = Vec::new();
        let mut end = self.nth_span(n - 1).end;
        while n < FAR && self.nth(n) == T::Comma {
            let from = self.nth_span(n + 1).start;
            n = self.nth_past(n + 1, |kind| kind == T::Comma);
            if self.nth(n) == T::Eof {
                break;
            }
            end = self.nth_span(n - 1).end;
            if end > from {
                texts.push(&self.text[from as usize..end as usize]);
            }
        }
        (texts, end)
    }

    /// The first token from `n` on, outside of brackets, that `ends` or closes something; some end of the file, if
    /// that is far.
    pub(super) fn nth_past(&self, n: usize, ends: impl Fn(TokenKind) -> bool) -> usize {
        use TokenKind as T;
        let far = n + FAR;
        let mut n = n;
        let mut depth = 0usize;
        loop {
            if n > far {
                return self.end_of_tokens();
            }
            match self.nth(n) {
                T::Eof => return n,
                kind if depth == 0 && ends(kind) => return n,
                T::LParen | T::LBracket | T::LBrace | T::FStrOpen => depth += 1,
                T::RParen | T::RBracket | T::RBrace | T::FStrClose if depth == 0 => return n,
                T::RParen | T::RBracket | T::RBrace | T::FStrClose => depth -= 1,
                _ => {}
            }
            n += 1;
        }
    }

    /// An edit of this file's text.
    pub(super) fn edit(span: Span, text: impl Into<String>) -> Edit {
        Edit {
            span,
            text: text.into(),
        }
    }
}

fn increment_message(kind: TokenKind) -> &'static str {
    if kind == TokenKind::Plus {
        "there is no increment operator"
    } else {
        "there is no decrement operator"
    }
}
