//! The rules of the language, one function each, as the reference's grammar has them.
//!
//! Takes the parser's machinery, gives nodes. A rule is entered where its first token stands; it completes its
//! node whatever follows, and leaves what it cannot use to its caller.

mod attrs;
mod c_declarations;
mod c_statements;
mod calls;
mod control;
mod exprs;
mod fns;
mod foreign_items;
mod habits;
mod items;
mod lists;
mod operators;
mod patterns;
mod records;
mod stmts;
mod types;

use base::FileId;
use diag::Diagnostics;

use crate::builder::Mark;
use crate::errors;
use crate::lexer;
use crate::parser::Parser;
use crate::token::TokenKind;
use crate::tree::Tree;

/// Parses one file. Any text gives a tree whose tokens concatenate to it; the diagnostics are the syntax errors.
pub fn parse(file: FileId, text: &str) -> (Tree, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let (tokens, reported) = lexer::lex(file, text, &mut diagnostics);
    let mut parser = Parser::new(file, text, &tokens, diagnostics, reported);
    parser.source_file();
    parser.finish(Mark::ROOT)
}

impl Parser<'_> {
    /// A name. A keyword is reported and taken as one if what follows shows that a name is meant.
    fn name(&mut self) {
        self.name_or(|next| {
            use TokenKind as T;
            matches!(
                next,
                T::Colon | T::Eq | T::LParen | T::LBrace | T::Lt | T::Semicolon | T::Comma
            )
        });
    }

    fn name_or(&mut self, follows_name: impl Fn(TokenKind) -> bool) {
        if self.at(TokenKind::Ident) {
            self.bump();
        } else if self.current().is_keyword() && self.in_ffi_block {
            self.bump_as(TokenKind::Ident);
        } else if self.current().is_keyword() && follows_name(self.nth(1)) {
            let diagnostic = errors::keyword_as_name(self.span(), self.nth_text(0));
            self.error_and_go_on(diagnostic);
            self.bump_as(TokenKind::Ident);
        } else {
            self.error_expected("a name");
        }
    }

    /// A name where any keyword is one too: after `.`, before `:`, in attributes.
    fn any_name(&mut self) {
        if self.at_any_name() {
            self.bump_as(TokenKind::Ident);
        } else {
            self.error_expected("a name");
        }
    }

    fn at_any_name(&self) -> bool {
        self.at(TokenKind::Ident) || self.current().is_keyword()
    }
}
