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

use std::ops::Range;
use std::sync::Arc;

use base::FileId;
use diag::Diagnostics;

use crate::ast::{self, AstNode};
use crate::builder::Mark;
use crate::errors;
use crate::kind::NodeKind;
use crate::lexer;
use crate::parser::Parser;
use crate::token::TokenKind;
use crate::tree::{Node, Tree};

/// Parses one file. Any text gives a tree whose tokens concatenate to it; the diagnostics are the syntax errors.
pub fn parse(file: FileId, text: &str) -> (Tree, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let (tokens, reported) = lexer::lex(file, text, &mut diagnostics);
    let text = Arc::from(text);
    let mut parser = Parser::new(file, &text, &tokens, diagnostics, reported);
    parser.source_file();
    parser.finish(Mark::ROOT)
}

/// Parses one file but for what stands in the bodies of its functions and tests: of most, all between the braces is one
/// token, [`TokenKind::Skipped`], and the block has no nodes in it. [`parse_range`] parses such a function when it is
/// needed. Nothing where the file has errors outside of these bodies, or where the bodies are not what they seem: it
/// must be parsed whole, which says all errors as they are.
pub fn parse_outline(file: FileId, text: &Arc<str>) -> Option<Tree> {
    let mut diagnostics = Diagnostics::new();
    let (tokens, reported) = lexer::lex_outline(file, text, &mut diagnostics);
    if reported.is_some() {
        return None;
    }
    let mut parser = Parser::new(file, text, &tokens, diagnostics, reported);
    parser.source_file();
    let (tree, diagnostics) = parser.finish(Mark::ROOT);
    (diagnostics.is_empty() && only_bodies_are_skipped(&tree)).then_some(tree)
}

/// Parses the item in `range` of a file, which is the place of a function in a tree of [`parse_outline`]: all of it,
/// and all else of the file as white space.
pub fn parse_range(file: FileId, text: &Arc<str>, range: Range<u32>) -> (Tree, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let range = range.start as usize..range.end as usize;
    let (tokens, reported) = lexer::lex_range(file, text, range, &mut diagnostics);
    let mut parser = Parser::new(file, text, &tokens, diagnostics, reported);
    parser.source_file();
    parser.finish(Mark::ROOT)
}

/// Whether each skipped token is all that the block of a function or a test holds.
fn only_bodies_are_skipped(tree: &Tree) -> bool {
    let tokens = tree.tokens();
    let n_skipped = tokens.kinds.iter().filter(|kind| **kind == TokenKind::Skipped).count();
    let has_body = |node: &Node<'_>| matches!(node.kind(), NodeKind::FnItem | NodeKind::TestItem);
    let bodies = tree.root().descendants().filter(has_body);
    let blocks = bodies.filter_map(|item| item.children().find_map(ast::Block::cast));
    n_skipped == blocks.filter(|block| block.is_skipped()).count()
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
