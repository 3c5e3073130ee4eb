//! Functions, their parameters, generic parameters and bounds.
//!
//! Takes the parser after the modifiers of a function, gives its parts.

use super::items::Modifiers;
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn fn_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        let allowed = [T::PubKw, T::ConstKw, T::UnsafeKw, T::InlineKw, T::ExternKw, T::ExportKw];
        self.check_modifiers(modifiers, &allowed, "a function");
        self.bump_as(T::FnKw);
        self.name();
        self.generic_params();
        self.with_one_habit(|p| {
            if p.at(T::LParen) {
                p.param_list();
            } else if !p.at(T::Eq) {
                p.error_expected("`(`");
                p.skip_header();
            }
            p.return_type_of_item();
        });
        self.where_clause();
        match self.current() {
            T::LBrace => self.block(),
            T::Semicolon => self.bump(),
            T::Eq => self.fn_definition(),
            _ if self.lacks_open_brace() => self.block(),
            _ => self.missing_body(),
        }
        NodeKind::FnItem
    }

    /// Skips what stands where a function's parameters should.
    fn skip_header(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        loop {
            match self.current() {
                T::Arrow | T::LBrace | T::RBrace | T::Semicolon | T::Eq | T::WhereKw | T::At | T::Eof => break,
                _ if self.at_item_keyword() => break,
                _ => self.skip_balanced(),
            }
        }
        if !self.is_empty_since(mark) {
            self.complete(mark, NodeKind::Error);
        }
    }

    /// Reports that neither a body nor a `;` follows a function's header.
    fn missing_body(&mut self) {
        if self.is_on_new_line() || self.at_brace_end() {
            self.error(errors::missing_token(
                self.previous_span().after(),
                TokenKind::Semicolon,
            ));
        } else {
            self.error_expected("the function's body or `;`");
        }
    }

    /// `= c "…";` or `= name;`
    fn fn_definition(&mut self) {
        let mark = self.start();
        self.bump();
        let kind = if self.nth_is_word(0, "c") && self.nth(1).is_text_literal() {
            self.bump_as(TokenKind::CKw);
            self.bump();
            NodeKind::InlineC
        } else {
            self.expr();
            NodeKind::FnAlias
        };
        self.complete(mark, kind);
        self.expect_semicolon();
    }

    /// `-> R`, or what other languages write for it.
    fn return_type_of_item(&mut self) {
        use TokenKind as T;
        if self.at(T::Arrow) {
            return self.return_type();
        }
        let is_colon = self.at(T::Colon);
        let starts_type = self.at_type() && !matches!(self.current(), T::FnKw | T::ExternKw | T::UnsafeKw);
        if !is_colon && (!starts_type || self.is_on_new_line() || self.lacks_open_brace()) {
            return;
        }
        let span = if is_colon {
            self.span()
        } else {
            self.previous_span().after()
        };
        let mut habit = Habit::replace(span, "`->` stands before a function's result", " ->");
        let mark = self.start();
        if is_colon {
            self.bump();
        }
        if let Some(ours) = base::type_of_other_languages(self.nth_text(0)) {
            habit = habit.edit(self.span(), ours);
            self.bump_error();
            let ty = self.start();
            self.complete(ty, NodeKind::ErrorType);
        } else {
            self.ty();
        }
        self.habit(habit);
        self.complete(mark, NodeKind::ReturnType);
    }

    pub(super) fn return_type(&mut self) {
        let mark = self.start();
        self.bump();
        self.ty();
        self.complete(mark, NodeKind::ReturnType);
    }

    pub(super) fn param_list(&mut self) {
        let mark = self.start();
        self.within(Context::NORMAL, |p| {
            p.bracketed_list(
                TokenKind::LParen,
                TokenKind::RParen,
                "a parameter",
                Self::at_param,
                Self::param,
            );
        });
        self.complete(mark, NodeKind::ParamList);
    }

    fn at_param(&self) -> bool {
        use TokenKind as T;
        matches!(
            self.current(),
            T::At | T::DotDotDot | T::ConstKw | T::StructKw | T::EnumKw
        ) || self.at_pattern()
            || (self.current().is_keyword() && self.nth(1) == TokenKind::Colon)
    }

    fn param(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.attrs();
        if self.eat(T::DotDotDot) {
            return self.complete(mark, NodeKind::VariadicParam);
        }
        if self.at_self_param() {
            self.self_param();
            return self.complete(mark, NodeKind::SelfParam);
        }
        if self.foreign_param() {
            if self.eat(T::Eq) {
                self.expr();
            }
            return self.complete(mark, NodeKind::Param);
        }
        if self.current().is_keyword() && self.nth(1) == T::Colon {
            let name = self.start();
            self.bump_as(T::Ident);
            self.complete(name, NodeKind::BindPat);
        } else {
            self.pattern_without_or();
        }
        if self.expect(T::Colon) {
            self.ty();
        }
        if self.eat(T::Eq) {
            self.expr();
        }
        self.complete(mark, NodeKind::Param);
    }

    fn at_self_param(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            T::SelfKw => true,
            T::VarKw | T::MutKw => self.nth(1) == T::SelfKw,
            T::Amp => self.nth(1) == T::SelfKw || (self.nth(1) == T::MutKw && self.nth(2) == T::SelfKw),
            _ => false,
        }
    }

    fn self_param(&mut self) {
        use TokenKind as T;
        match self.current() {
            T::Amp => {
                self.bump();
                self.eat(T::MutKw);
            }
            T::MutKw => self.foreign_mut(),
            T::VarKw => self.bump(),
            _ => {}
        }
        self.bump();
        if self.eat(T::Colon) {
            self.ty();
        }
    }

    /// `mut` before a binding, read as the `var` it should be.
    pub(super) fn foreign_mut(&mut self) {
        let message = "a binding that changes is declared with `var`";
        self.error_and_go_on(errors::foreign(self.span(), message, "write `var`", Some("var")));
        self.bump_as(TokenKind::VarKw);
    }

    pub(super) fn generic_params(&mut self) {
        if !self.at(TokenKind::Lt) {
            return;
        }
        let mark = self.start();
        let open = mark.token();
        self.bump();
        self.list_elements(
            TokenKind::Gt,
            "a generic parameter",
            Self::at_generic_param,
            Self::generic_param,
        );
        self.close_angle(open);
        self.complete(mark, NodeKind::GenericParams);
    }

    fn at_generic_param(&self) -> bool {
        matches!(
            self.current(),
            TokenKind::Ident | TokenKind::ConstKw | TokenKind::At | TokenKind::Label
        )
    }

    fn generic_param(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.attrs();
        if self.at(T::Label) {
            let message = "there are no lifetime names";
            self.error(errors::foreign(
                self.span(),
                message,
                "say what a result borrows with `@borrows(…)`",
                None,
            ));
            self.bump();
            return self.complete(mark, NodeKind::Error);
        }
        if self.eat(T::ConstKw) {
            self.name();
            if self.expect(T::Colon) {
                self.ty();
            }
            if self.eat(T::Eq) {
                self.const_arg_value();
            }
            return self.complete(mark, NodeKind::ConstParam);
        }
        self.name();
        if self.eat(T::Colon) {
            self.bounds();
        }
        if self.eat(T::Eq) {
            self.ty();
        }
        self.complete(mark, NodeKind::TypeParam);
    }

    /// `A + ?B + C`. After a `?` bound the `+` may be left out: `impl ?view Fn(A)`.
    pub(super) fn bounds(&mut self) {
        let mark = self.start();
        loop {
            let bound = self.start();
            let is_relaxed = self.eat(TokenKind::Question);
            if self.at_path_type() {
                self.path_type();
            } else {
                self.error_expected("a bound");
                break;
            }
            self.complete(bound, NodeKind::Bound);
            let goes_on = is_relaxed && (self.at_path_type() || self.at(TokenKind::Question));
            if !self.eat(TokenKind::Plus) && !goes_on {
                break;
            }
        }
        self.complete(mark, NodeKind::Bounds);
    }

    pub(super) fn where_clause(&mut self) {
        use TokenKind as T;
        if !self.at(T::WhereKw) {
            return;
        }
        let mark = self.start();
        self.bump();
        while self.at_type() {
            let predicate = self.start();
            self.ty();
            if self.expect(T::Colon) {
                self.bounds();
            }
            self.complete(predicate, NodeKind::WherePredicate);
            if !self.eat(T::Comma) {
                break;
            }
        }
        self.complete(mark, NodeKind::WhereClause);
    }
}
