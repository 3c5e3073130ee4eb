//! Attributes.
//!
//! Takes the parser at `@`, gives `Attr` nodes. What an attribute means, and which arguments it takes, is not
//! known here: the grammar of arguments is one for all.

use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn attrs(&mut self) {
        while self.at(TokenKind::At) {
            self.attr();
        }
    }

    /// `@a.b(args)`. The parenthesis touches the name; otherwise it belongs to what follows.
    pub(super) fn attr(&mut self) {
        let mark = self.start();
        self.bump();
        self.any_name();
        while self.at(TokenKind::Dot) {
            self.bump();
            self.any_name();
        }
        if self.at(TokenKind::LParen) && self.touches_previous() {
            let args = self.start();
            self.within(Context::NORMAL, |p| {
                p.bracketed_list(
                    TokenKind::LParen,
                    TokenKind::RParen,
                    "an argument",
                    Self::at_attr_arg,
                    Self::attr_arg,
                );
            });
            self.complete(args, NodeKind::AttrArgs);
        }
        self.complete(mark, NodeKind::Attr);
    }

    /// Keywords are names here, but not where one starts an item, as after a `)` that is missing.
    fn at_attr_arg(&self) -> bool {
        let starts_item = self.nth(1) == TokenKind::Ident || self.nth(1).is_keyword();
        (self.current().is_keyword() && !starts_item) || self.at_expr()
    }

    fn attr_arg(&mut self) {
        let mark = self.start();
        if self.at_any_name() && self.nth(1) == TokenKind::Colon {
            self.bump_as(TokenKind::Ident);
            self.bump();
        }
        let is_alone = matches!(self.nth(1), TokenKind::Comma | TokenKind::RParen);
        let is_value = matches!(
            self.current(),
            TokenKind::TrueKw | TokenKind::FalseKw | TokenKind::SelfKw | TokenKind::SelfTypeKw
        );
        if self.current().is_keyword() && ((is_alone && !is_value) || !self.at_expr()) {
            let name = self.start();
            self.bump_as(TokenKind::Ident);
            self.complete(name, NodeKind::NameExpr);
        } else {
            self.expr();
        }
        self.complete(mark, NodeKind::AttrArg);
    }
}
