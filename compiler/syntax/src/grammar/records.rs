//! Structs, unions and enums.
//!
//! Takes the parser after the modifiers of one, gives its parts.

use super::items::Modifiers;
use crate::errors;
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn struct_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw, T::ExternKw, T::ViewKw, T::ExportKw], "a struct");
        self.bump_as(T::StructKw);
        self.name();
        self.generic_params();
        self.where_clause();
        match self.current() {
            T::LBrace => self.fields_of_record(),
            T::LParen => {
                self.tuple_field_list();
                self.where_clause();
                self.expect_semicolon();
            }
            T::Semicolon => self.bump(),
            _ if self.lacks_open_brace() => self.fields_of_record(),
            _ => self.missing_record_body(),
        }
        NodeKind::StructItem
    }

    /// Reports that a struct's header ends without fields or `;`.
    fn missing_record_body(&mut self) {
        if self.is_on_new_line() || self.at_brace_end() {
            self.error(errors::missing_token(
                self.previous_span().after(),
                TokenKind::Semicolon,
            ));
        } else {
            self.error_expected("`{`, `(` or `;`");
        }
    }

    pub(super) fn union_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw, T::ExternKw, T::ExportKw], "a union");
        self.bump();
        self.name();
        self.generic_params();
        self.where_clause();
        match self.current() {
            T::LBrace => self.field_list(),
            T::Semicolon => self.bump(),
            _ if self.lacks_open_brace() => self.field_list(),
            _ => self.missing_record_body(),
        }
        NodeKind::UnionItem
    }

    /// The fields; where they are written as in C, the `;` after them is a part of that.
    fn fields_of_record(&mut self) {
        self.with_one_habit(|p| {
            p.field_list();
            if p.at(TokenKind::Semicolon) && p.habits.as_ref().is_some_and(|habits| !habits.is_empty()) {
                p.habit_here("no `;` follows an item that ends in `}`", "");
                p.bump_error();
            }
        });
    }

    pub(super) fn field_list(&mut self) {
        let mark = self.start();
        let starts = |p: &Self| p.at_any_name() || p.at(TokenKind::At) || p.at_unnamed_field();
        self.nested(|p| p.bracketed_list(TokenKind::LBrace, TokenKind::RBrace, "a field", starts, Self::field));
        self.complete(mark, NodeKind::FieldList);
    }

    /// `pub x: T : 3 = default`
    fn field(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.attrs();
        if self.nth(1) != T::Colon {
            self.eat(T::PubKw);
        }
        if self.c_field() {
            return self.complete(mark, NodeKind::Field);
        }
        if self.at_unnamed_field() {
            self.bump_as(T::Ident);
        } else {
            self.any_name();
        }
        if self.expect(T::Colon) {
            self.ty();
            if self.eat(T::Colon) {
                self.bit_width();
            }
            if self.eat(T::Eq) {
                self.expr();
            }
        }
        self.complete(mark, NodeKind::Field);
    }

    /// `_: T`, which a bit-field can be.
    fn at_unnamed_field(&self) -> bool {
        self.at(TokenKind::Underscore) && self.nth(1) == TokenKind::Colon
    }

    /// The width of a bit-field: an expression that stops before `=`.
    fn bit_width(&mut self) {
        self.expr_above_assignment();
    }

    fn tuple_field_list(&mut self) {
        let mark = self.start();
        let starts = |p: &Self| p.at_type() || matches!(p.current(), TokenKind::At | TokenKind::PubKw);
        self.nested(|p| {
            p.bracketed_list(
                TokenKind::LParen,
                TokenKind::RParen,
                "a field's type",
                starts,
                Self::tuple_field,
            )
        });
        self.complete(mark, NodeKind::TupleFieldList);
    }

    fn tuple_field(&mut self) {
        let mark = self.start();
        self.attrs();
        self.eat(TokenKind::PubKw);
        self.ty();
        self.complete(mark, NodeKind::TupleField);
    }

    pub(super) fn enum_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw, T::ExternKw, T::ViewKw, T::ExportKw], "an enum");
        self.bump();
        self.name();
        self.generic_params();
        if self.eat(T::Colon) {
            self.ty();
        }
        self.where_clause();
        if self.at(T::LBrace) || (!self.at(T::Semicolon) && self.lacks_open_brace()) {
            let list = self.start();
            let starts = |p: &Self| p.at_any_name() || p.at(T::At);
            self.nested(|p| p.bracketed_list(T::LBrace, T::RBrace, "a variant", starts, Self::variant));
            self.complete(list, NodeKind::VariantList);
        } else if !self.eat(T::Semicolon) {
            self.missing_record_body();
        }
        NodeKind::EnumItem
    }

    fn variant(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.attrs();
        self.name_or(|next| matches!(next, T::Comma | T::RBrace | T::LParen | T::LBrace | T::Eq));
        match self.current() {
            T::LParen => self.tuple_field_list(),
            T::LBrace => self.field_list(),
            _ => {}
        }
        if self.eat(T::Eq) {
            self.expr();
        }
        self.complete(mark, NodeKind::Variant);
    }
}
