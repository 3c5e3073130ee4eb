//! Text to tokens to a lossless flat tree, and typed views of it.
//!
//! Takes the text of one file, gives a [`Tree`] and the syntax errors. Any text gives a tree whose tokens
//! concatenate to the text. Knows no other file, no names' meanings and no types.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the tokens that it takes; all others, new ones too, are somebody else's"
)]

pub mod ast;
mod brackets;
mod builder;
mod damage;
pub mod dump;
mod errors;
mod grammar;
mod kind;
mod lexer;
pub mod literal;
mod parser;
mod token;
mod tree;

pub use damage::Damage;
pub use grammar::{parse, parse_outline, parse_range};
pub use kind::NodeKind;
pub use token::TokenKind;
pub use tree::{Children, Element, Elements, Node, NodeId, Token, TokenId, Tokens, Tree};
