//! Text to tokens to a lossless flat tree, and typed views of it.
//!
//! Takes the text of one file, gives a [`Tree`] and the syntax errors. Any text gives a tree whose tokens
//! concatenate to the text. Knows no other file, no names' meanings and no types.

pub mod ast;
mod kind;
mod token;
mod tree;

use base::FileId;
use diag::Diagnostics;

pub use kind::NodeKind;
pub use token::TokenKind;
pub use tree::{Children, Element, Elements, Node, NodeId, Token, TokenId, Tokens, Tree};

/// Parses one file. Any text gives a tree whose tokens concatenate to it; the diagnostics are the syntax errors.
pub fn parse(file: FileId, text: &str) -> (Tree, Diagnostics) {
    let mut tokens = Tokens::default();
    if !text.is_empty() {
        tokens.push(TokenKind::Unknown, 0);
    }
    let end_token = vec![tokens.len() as u32];
    let nodes = tree::Nodes {
        kinds: vec![NodeKind::SourceFile],
        first_token: vec![0],
        end_token,
        subtree_len: vec![1],
    };
    (Tree::new(file, text, tokens, nodes, None), Diagnostics::new())
}
