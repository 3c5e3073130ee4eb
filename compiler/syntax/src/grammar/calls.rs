//! What follows a primary expression: fields, calls, indices, type arguments, struct literals.
//!
//! Takes the parser at a primary expression, gives it with all its suffixes.

use crate::builder::Mark;
use base::Span;

use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn postfix_expr(&mut self) {
        let mark = self.start();
        let is_path = self.primary();
        if self.at(TokenKind::ColonColon) {
            self.with_one_habit(|p| p.suffixes(mark, is_path));
        } else {
            self.suffixes(mark, is_path);
        }
    }

    /// The suffixes of the expression at `mark`. `is_path` says whether it is a path so far.
    pub(super) fn suffixes(&mut self, mark: Mark, is_path: bool) {
        use TokenKind as T;
        let mut is_path = is_path;
        loop {
            if self.in_header && self.at_lost_block() {
                return;
            }
            let kind = match self.current() {
                T::LParen => {
                    self.arg_list();
                    is_path = false;
                    NodeKind::CallExpr
                }
                T::LBracket => {
                    self.index();
                    is_path = false;
                    NodeKind::IndexExpr
                }
                // The first arm of a `match` whose `{` is missing.
                T::Dot if !self.context.allows_struct_literal && self.is_on_new_line() && self.lacks_open_brace() => {
                    return;
                }
                T::Dot | T::QuestionDot => {
                    is_path &= self.at(T::Dot);
                    self.bump();
                    self.field_name(&mut is_path)
                }
                T::ColonColon => {
                    self.foreign_path_separator();
                    self.field_name(&mut is_path)
                }
                T::Arrow if self.nth(1) == T::Ident => {
                    self.habit_here("a member is reached with `.`, through a pointer too", ".");
                    self.bump_as(T::Dot);
                    self.field_name(&mut is_path)
                }
                T::Lt if self.may_take_type_args() && self.try_type_args() => NodeKind::GenericExpr,
                T::Ident if is_path && self.at_struct_literal_without_brace() => {
                    self.struct_literal(mark);
                    is_path = false;
                    continue;
                }
                T::LBrace if is_path && self.at_struct_literal() => {
                    self.struct_literal(mark);
                    is_path = false;
                    continue;
                }
                T::Bang if is_path && matches!(self.nth(1), T::LParen | T::LBracket) && self.touches_previous() => {
                    self.foreign_macro();
                    continue;
                }
                T::Question if !self.at_ternary() => {
                    self.foreign_try(mark);
                    is_path = false;
                    continue;
                }
                _ => return,
            };
            self.complete(mark, kind);
        }
    }

    /// Type arguments follow names, paths and methods.
    fn may_take_type_args(&self) -> bool {
        matches!(
            self.last_kind(),
            Some(NodeKind::NameExpr | NodeKind::FieldExpr | NodeKind::VariantExpr)
        )
    }

    fn field_name(&mut self, is_path: &mut bool) -> NodeKind {
        if self.at(TokenKind::IntLit) {
            *is_path = false;
            self.bump();
        } else {
            self.any_name_here();
        }
        NodeKind::FieldExpr
    }

    /// A name after `.`. A keyword on the next line starts a statement, and the name is missing.
    fn any_name_here(&mut self) {
        if self.current().is_keyword() && self.is_on_new_line() {
            self.error(errors::expected(
                self.previous_span(),
                "a name after `.`",
                self.current(),
            ));
        } else {
            self.any_name();
        }
    }

    fn index(&mut self) {
        let open = self.start().token();
        self.bump();
        self.expr_normal();
        self.expect_close(TokenKind::RBracket, open);
    }

    /// `(a, b: c)`
    pub(super) fn arg_list(&mut self) {
        let mark = self.start();
        let mut first_named = None;
        self.within(Context::NORMAL, |p| {
            let starts = |p: &Self| p.at_expr() || (p.at_any_name() && p.nth(1) == TokenKind::Colon);
            p.bracketed_list(TokenKind::LParen, TokenKind::RParen, "an argument", starts, |p| {
                p.arg(&mut first_named)
            });
        });
        self.complete(mark, NodeKind::ArgList);
    }

    fn arg(&mut self, first_named: &mut Option<base::Span>) {
        let mark = self.start();
        if self.at_any_name() && self.nth(1) == TokenKind::Colon {
            first_named.get_or_insert(self.span());
            self.any_name();
            self.bump();
            self.expr();
        } else {
            self.expr();
            if let Some(named) = *first_named {
                let span = self.span_since(mark);
                self.error(errors::positional_after_named(span, named));
            }
        }
        self.complete(mark, NodeKind::Arg);
    }

    /// Whether the `{` after a path opens a struct literal. In a header it is the statement's, unless what
    /// follows can only be fields.
    fn at_struct_literal(&self) -> bool {
        let has_fields = self.nth(1) == TokenKind::Ident && matches!(self.nth(2), TokenKind::Colon | TokenKind::Comma);
        (self.context.allows_struct_literal && !self.at_body_of_unclosed_header()) || has_fields
    }

    /// Whether fields follow on this line whose `{` is missing.
    fn at_struct_literal_without_brace(&self) -> bool {
        use TokenKind as T;
        let is_field = matches!(self.nth(1), T::Colon | T::Comma | T::RBrace);
        let is_near = !self.is_on_new_line() || self.nth(1) == T::Colon;
        is_field && is_near && self.lacks_open_brace() && self.context.allows_struct_literal
    }

    fn struct_literal(&mut self, mark: Mark) {
        let is_allowed = self.context.allows_struct_literal;
        self.struct_expr_fields();
        self.complete(mark, NodeKind::StructExpr);
        if !is_allowed {
            let span = self.span_since(mark);
            let literal = &self.text[span.start as usize..span.end as usize];
            self.error_and_go_on(errors::struct_literal_in_header(span, literal));
        }
    }

    /// `{ x: 1, y }`
    pub(super) fn struct_expr_fields(&mut self) {
        use TokenKind as T;
        let is_of_c = |p: &Self| p.at(T::Dot) && p.nth(1) == T::Ident && p.nth(2) == T::Eq;
        let starts = |p: &Self| p.at_any_name() || p.at(T::DotDot) || is_of_c(p);
        self.within(Context::NORMAL, |p| {
            p.bracketed_list(T::LBrace, T::RBrace, "a field", starts, |p| {
                if p.at(T::DotDot) {
                    p.struct_expr_base();
                } else {
                    p.struct_expr_field();
                }
            });
        });
    }

    /// `..other`
    fn struct_expr_base(&mut self) {
        let mark = self.start();
        self.bump();
        self.expr();
        self.complete(mark, NodeKind::StructExprBase);
    }

    fn struct_expr_field(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::Dot) {
            self.habit_here("a field of a literal has no `.` in front", "");
            self.bump_error();
        }
        if self.at(T::Ident) || self.nth(1) == T::Colon {
            self.any_name();
        } else {
            self.name();
        }
        if self.eat(T::Colon) {
            self.expr();
        } else if self.at(T::Eq) {
            let sign = Span::new(self.file, self.previous_span().end, self.span().end);
            let habit = Habit::new(self.span(), "a field of a literal is set with `:`", "write `:`");
            self.habit(habit.edit(sign, ":"));
            self.bump_error();
            self.expr();
        }
        self.complete(mark, NodeKind::StructExprField);
    }
}
