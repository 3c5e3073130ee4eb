//! Tokens and trees as text, for `--emit tokens` and `--emit tree` and for tests.
//!
//! Takes a tree, gives text with one line for each token or node. The text is for people: nothing reads it back.

use std::fmt::Write;

use crate::tree::{Element, Node, Token, Tree};

/// Every token, trivia included: `12..15 Ident "abc"`.
pub fn tokens(tree: &Tree) -> String {
    let mut out = String::new();
    for index in 0..tree.tokens().len() {
        write_token(&mut out, tree.token(crate::tree::TokenId(index as u32)), 0);
    }
    out
}

/// Every node, indented by its depth, with its own tokens, trivia left out.
pub fn tree(tree: &Tree) -> String {
    let mut out = String::new();
    write_node(&mut out, tree.root(), 0);
    out
}

fn write_node(out: &mut String, node: Node<'_>, depth: usize) {
    let span = node.span();
    let _ = writeln!(
        out,
        "{:depth$}{:?} {}..{}",
        "",
        node.kind(),
        span.start,
        span.end,
        depth = depth * 2
    );
    for element in node.elements() {
        match element {
            Element::Node(child) => write_node(out, child, depth + 1),
            Element::Token(token) if token.kind().is_trivia() => {}
            Element::Token(token) => write_token(out, token, depth + 1),
        }
    }
}

fn write_token(out: &mut String, token: Token<'_>, depth: usize) {
    let span = token.span();
    let _ = writeln!(
        out,
        "{:depth$}{}..{} {:?} {:?}",
        "",
        span.start,
        span.end,
        token.kind(),
        token.text(),
        depth = depth * 2
    );
}
