//! Files and items.
//!
//! Takes the parser where an item may start, gives item nodes. Modifiers are read in any order and checked
//! against the item that follows.

use base::Span;

use crate::errors;
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

/// The modifiers before an item, and where each stands.
#[derive(Default)]
pub(super) struct Modifiers {
    pub(super) list: Vec<(TokenKind, Span)>,
    has_ffi_attr: bool,
    /// Whether the `{` of an extern block is missing after them.
    lacks_brace: bool,
}

impl Parser<'_> {
    pub(super) fn source_file(&mut self) {
        while !self.at_end() {
            let before = self.start();
            self.item_or_error();
            if self.is_empty_since(before) {
                self.bump_error();
            }
        }
    }

    /// `{ items }` of a module, trait, impl or extern block.
    fn item_list(&mut self) {
        let mark = self.start();
        let open = mark.token();
        if !self.open_brace() {
            return;
        }
        self.nested(|p| {
            while !p.at_brace_end() {
                p.item_or_error();
            }
        });
        self.expect_close(TokenKind::RBrace, open);
        self.complete(mark, NodeKind::ItemList);
    }

    fn item_or_error(&mut self) {
        if self.at_item() || self.at_c_item() {
            self.item();
            return;
        }
        match self.current() {
            TokenKind::RBrace => {
                let diagnostic = errors::unexpected_close(self.span(), TokenKind::RBrace);
                self.error(diagnostic);
                self.bump_error();
            }
            TokenKind::Ident if self.at_foreign_item() => self.item(),
            TokenKind::LetKw | TokenKind::VarKw if self.nth(1) == TokenKind::Ident => self.foreign_global(),
            TokenKind::Hash => self.foreign_attr(),
            _ => self.not_an_item(),
        }
    }

    /// Skips what is no item, up to the next item: one message for all of it.
    fn not_an_item(&mut self) {
        if self.at(TokenKind::Semicolon) {
            let message = "no `;` follows an item that ends in `}`";
            self.error(errors::foreign(self.span(), message, "remove it", Some("")));
            return self.bump_error();
        }
        self.error_expected("an item");
        let mark = self.start();
        loop {
            self.skip_balanced();
            // Outside of all items a `}` ends nothing; it belongs to what was not an item.
            let ends = if self.is_outermost() {
                self.at_end()
            } else {
                self.at_brace_end()
            };
            if ends || self.at_item() {
                break;
            }
        }
        self.complete(mark, NodeKind::Error);
    }

    /// Whether a keyword stands here that only items start with.
    pub(super) fn at_item_keyword(&self) -> bool {
        use TokenKind as T;
        matches!(
            self.current(),
            T::ImportKw | T::StructKw | T::EnumKw | T::TraitKw | T::ImplKw | T::ModKw | T::PubKw | T::InlineKw
        ) || (matches!(self.current(), T::FnKw | T::TypeKw | T::UnionKw) && self.nth(1) == T::Ident)
    }

    /// Whether an item starts here.
    pub(super) fn at_item(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            T::At | T::ImportKw | T::ConstKw | T::StaticKw | T::FnKw | T::StructKw | T::UnionKw | T::EnumKw => true,
            T::TraitKw | T::ImplKw | T::TypeKw | T::ExternKw | T::ModKw | T::InlineKw | T::PubKw => true,
            T::UnsafeKw => {
                matches!(
                    self.nth(1),
                    T::FnKw | T::ImplKw | T::TraitKw | T::ExternKw | T::At | T::InlineKw | T::PubKw
                ) || (self.nth(1) == T::ConstKw && self.nth(2) == T::FnKw)
            }
            T::Ident => self.at_contextual_modifier() || self.at_test(),
            _ => false,
        }
    }

    pub(super) fn at_test(&self) -> bool {
        self.nth_is_word(0, "test") && self.nth(1).is_text_literal()
    }

    /// Whether `view` or `export` stands here as a modifier.
    fn at_contextual_modifier(&self) -> bool {
        use TokenKind as T;
        let next = self.nth(1);
        if self.nth_is_word(0, "view") {
            return matches!(next, T::StructKw | T::EnumKw | T::UnionKw);
        }
        let starts = matches!(
            next,
            T::FnKw | T::StructKw | T::EnumKw | T::UnionKw | T::ImplKw | T::StaticKw
        );
        self.nth_is_word(0, "export")
            && (starts || matches!(next, T::ConstKw | T::UnsafeKw | T::ExternKw | T::InlineKw))
    }

    pub(super) fn item(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let modifiers = self.modifiers();
        if self.at_c_item() {
            let kind = self.c_item(&modifiers);
            return self.complete(mark, kind);
        }
        let keyword = self.current();
        if keyword == T::ConstKw && self.foreign_import_value(mark) {
            return self.complete(mark, NodeKind::Error);
        }
        let kind = match self.foreign_keyword() {
            Some((meant, message)) => {
                let mut kind = NodeKind::Error;
                self.with_one_habit(|p| {
                    p.report_keyword(meant, message);
                    kind = p.item_of(meant, &modifiers);
                });
                kind
            }
            None => self.item_of(keyword, &modifiers),
        };
        self.complete(mark, kind);
    }

    /// The item that `keyword`, which the current token is read as, starts.
    fn item_of(&mut self, keyword: TokenKind, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        match keyword {
            _ if modifiers.lacks_brace => self.extern_block(modifiers),
            T::ImportKw => self.import(modifiers),
            T::ConstKw => self.const_item(modifiers),
            T::StaticKw => self.static_item(modifiers),
            T::FnKw => self.fn_item(modifiers),
            T::StructKw => self.struct_item(modifiers),
            T::UnionKw => self.union_item(modifiers),
            T::EnumKw => self.enum_item(modifiers),
            T::TraitKw => self.trait_item(modifiers),
            T::ImplKw => self.impl_item(modifiers),
            T::TypeKw => self.type_alias(modifiers),
            T::ModKw => self.mod_item(modifiers),
            T::LBrace if modifiers.has(T::ExternKw) => self.extern_block(modifiers),
            T::Ident if self.at_test() => self.test_item(modifiers),
            _ => {
                self.error_expected("an item");
                NodeKind::Error
            }
        }
    }

    /// Attributes and modifiers, in any order.
    fn modifiers(&mut self) -> Modifiers {
        use TokenKind as T;
        let mut modifiers = Modifiers::default();
        loop {
            let kind = match self.current() {
                T::At => {
                    modifiers.has_ffi_attr |= self.nth_text(1) == "ffi" && self.nth(2) != T::Dot;
                    self.attr();
                    continue;
                }
                kind @ (T::PubKw | T::UnsafeKw | T::InlineKw | T::ExternKw) => kind,
                T::ConstKw if matches!(self.nth(1), T::FnKw | T::UnsafeKw | T::InlineKw | T::ExternKw) => T::ConstKw,
                T::Ident if self.at_foreign_visibility_word() => {
                    self.foreign_visibility_word(&mut modifiers);
                    continue;
                }
                T::Ident if self.at_contextual_modifier() => {
                    if self.nth_is_word(0, "view") {
                        T::ViewKw
                    } else {
                        T::ExportKw
                    }
                }
                _ => return modifiers,
            };
            let span = self.span();
            if modifiers.has(kind) {
                self.error_and_go_on(errors::repeated_modifier(span, self.nth_text(0)));
            }
            modifiers.list.push((kind, span));
            self.bump_as(kind);
            if kind == T::ExternKw && self.current().is_text_literal() {
                self.bump();
            }
            if kind == T::ExternKw && self.is_on_new_line() && self.lacks_open_brace() {
                modifiers.lacks_brace = true;
                return modifiers;
            }
            if kind == T::PubKw && self.at(T::LParen) {
                self.foreign_visibility();
            }
        }
    }

    /// Reports the first modifier that `item` does not take.
    pub(super) fn check_modifiers(&mut self, modifiers: &Modifiers, allowed: &[TokenKind], item: &str) {
        if let Some((kind, span)) = modifiers.list.iter().find(|(kind, _)| !allowed.contains(kind)) {
            self.error_and_go_on(errors::misplaced_modifier(*span, kind.text().unwrap_or_default(), item));
        }
    }

    pub(super) fn import(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw], "an import");
        self.bump_as(T::ImportKw);
        let is_c = self.nth_is_word(0, "c") && (self.nth(1).is_text_literal() || self.nth(1) == T::LBrace);
        let kind = if self.nth_is_word(0, "c") && self.nth(1) == T::Lt {
            self.bump_as(T::CKw);
            self.foreign_header();
            self.import_alias();
            NodeKind::CImportItem
        } else if is_c {
            self.bump_as(T::CKw);
            if self.at(T::LBrace) {
                let starts = |p: &Self| p.current().is_text_literal();
                self.bracketed_list(T::LBrace, T::RBrace, "a header in quotes", starts, Self::bump);
            } else {
                self.bump();
            }
            self.import_alias();
            NodeKind::CImportItem
        } else {
            self.import_tree();
            NodeKind::ImportItem
        };
        self.expect_semicolon();
        kind
    }

    pub(super) fn import_alias(&mut self) {
        if self.eat(TokenKind::AsKw) {
            self.name();
        }
    }

    /// `a.b`, `a.b as c`, `a.b.{…}`
    fn import_tree(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.name_or(|next| matches!(next, T::Dot | T::Semicolon | T::Comma | T::RBrace | T::AsKw));
        loop {
            if self.at(T::ColonColon) {
                self.foreign_path_separator();
            } else if !self.eat(T::Dot) {
                break;
            }
            match self.current() {
                T::LBrace => {
                    self.nested(|p| {
                        p.bracketed_list(T::LBrace, T::RBrace, "a name", Self::at_any_name, Self::import_tree)
                    });
                    break;
                }
                T::Star => {
                    let message = "an import names what it brings";
                    self.error(errors::foreign(self.span(), message, "list the names: `{a, b}`", None));
                    self.bump_error();
                    break;
                }
                _ => self.any_name(),
            }
        }
        self.import_alias();
        self.complete(mark, NodeKind::ImportTree);
    }

    fn const_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw, T::ExportKw], "a constant");
        self.bump();
        if self.nth_is_word(0, "assert") && self.nth(1) == T::LParen {
            self.bump();
            self.arg_list();
            self.expect_semicolon();
            return NodeKind::ConstAssertItem;
        }
        self.name();
        if self.at(T::Eq) {
            self.untyped_value("a constant");
        } else if self.expect(T::Colon) {
            self.ty();
        }
        if self.eat(T::Eq) {
            self.expr();
        }
        self.expect_semicolon();
        NodeKind::ConstItem
    }

    fn static_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        self.check_modifiers(modifiers, &[T::PubKw, T::ExportKw, T::ExternKw], "a static");
        self.bump();
        if self.at(T::MutKw) {
            let message = "a static that changes is a `static var`";
            self.error_and_go_on(errors::foreign(self.span(), message, "write `var`", Some("var")));
            self.bump_as(T::VarKw);
        } else {
            self.eat(T::VarKw);
        }
        self.name();
        if self.at(T::Eq) {
            self.untyped_value("a static");
        } else if self.expect(T::Colon) {
            self.ty();
        }
        if self.eat(T::Eq) {
            self.expr();
        }
        self.expect_semicolon();
        NodeKind::StaticItem
    }

    fn trait_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(modifiers, &[TokenKind::PubKw, TokenKind::UnsafeKw], "a trait");
        self.bump();
        self.name();
        self.generic_params();
        if self.eat(TokenKind::Colon) {
            self.bounds();
        }
        self.where_clause();
        self.item_list();
        NodeKind::TraitItem
    }

    fn impl_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(modifiers, &[TokenKind::UnsafeKw, TokenKind::ExportKw], "an impl");
        self.bump();
        self.generic_params();
        self.ty();
        if self.eat(TokenKind::ForKw) {
            self.ty();
        }
        self.where_clause();
        self.item_list();
        NodeKind::ImplItem
    }

    fn type_alias(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(modifiers, &[TokenKind::PubKw], "a type alias");
        self.bump();
        self.name();
        self.generic_params();
        if self.eat(TokenKind::Colon) {
            self.bounds();
        }
        if self.eat(TokenKind::Eq) {
            self.ty();
        }
        self.where_clause();
        self.expect_semicolon();
        NodeKind::TypeAliasItem
    }

    fn extern_block(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(
            modifiers,
            &[TokenKind::ExternKw, TokenKind::UnsafeKw],
            "a block of C declarations",
        );
        self.item_list();
        NodeKind::ExternBlock
    }

    fn mod_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(modifiers, &[TokenKind::PubKw], "a module");
        self.bump();
        self.name();
        if !self.eat(TokenKind::Semicolon) {
            let outer = std::mem::replace(&mut self.in_ffi_block, modifiers.has_ffi_attr);
            self.item_list();
            self.in_ffi_block = outer;
        }
        NodeKind::ModItem
    }

    fn test_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        self.check_modifiers(modifiers, &[], "a test");
        self.bump_as(TokenKind::TestKw);
        self.bump();
        self.block();
        NodeKind::TestItem
    }

    /// The `;` that ends an item or a statement.
    pub(super) fn expect_semicolon(&mut self) {
        if matches!(self.current(), TokenKind::RParen | TokenKind::RBracket) {
            let diagnostic = errors::unexpected_close(self.span(), self.current());
            self.error(diagnostic);
            while matches!(self.current(), TokenKind::RParen | TokenKind::RBracket) {
                self.bump_error();
            }
            if !self.is_on_new_line() && !self.at(TokenKind::Semicolon) {
                self.skip_rest_of_line();
            }
            self.eat(TokenKind::Semicolon);
            return;
        }
        if self.eat(TokenKind::Semicolon) {
            return;
        }
        if self.is_on_new_line() || self.at_brace_end() {
            self.error(errors::missing_token(
                self.previous_span().after(),
                TokenKind::Semicolon,
            ));
        } else {
            if self.at(TokenKind::FatArrow) {
                let message = "a function without a name is a closure";
                self.error(errors::foreign(self.span(), message, "write `|x| x + 1`", None));
            }
            self.error_expected("`;`");
            self.skip_rest_of_line();
            self.eat(TokenKind::Semicolon);
        }
    }

    /// Skips what stands on this line, brackets as a whole, up to a `;`.
    pub(super) fn skip_rest_of_line(&mut self) {
        let mark = self.start();
        while !self.at_brace_end() && !self.at(TokenKind::Semicolon) {
            let is_block = self.at(TokenKind::LBrace);
            self.skip_balanced();
            if is_block || self.is_on_new_line() {
                break;
            }
        }
        self.complete(mark, NodeKind::Error);
    }
}

impl Modifiers {
    pub(super) fn has(&self, kind: TokenKind) -> bool {
        self.list.iter().any(|(modifier, _)| *modifier == kind)
    }
}
