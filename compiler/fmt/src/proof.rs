//! What formatting must not change, checked on each result before anyone sees it.
//!
//! Takes a tree and the text that was made of it; a difference is a fault of the rules, and ends the process with a
//! message before the file is written. Knows nothing of layout.

use syntax::{NodeKind, Token, TokenId, TokenKind, Tree};

/// Asserts that `text` has the tokens, the nodes and the comments of `tree`.
pub(crate) fn assert_same_code(tree: &Tree, text: &str) {
    let (new, _) = syntax::parse(tree.file(), text);
    assert!(new.reported().is_none(), "formatted code has syntax errors:\n{text}");
    let mut old_tokens = significant(tree);
    let mut new_tokens = significant(&new);
    loop {
        match (old_tokens.next(), new_tokens.next()) {
            (None, None) => break,
            (Some(old), Some(new)) if is_same(old, new) => {}
            (old, new) => panic!("formatting makes {new:?} of {old:?}"),
        }
    }
    assert!(kinds(tree).eq(kinds(&new)), "formatting changes how the code is read");
    assert!(
        comment_words(tree).eq(comment_words(&new)),
        "formatting changes a comment"
    );
}

fn tokens(tree: &Tree) -> impl Iterator<Item = Token<'_>> {
    (0..tree.tokens().len() as u32).map(|id| tree.token(TokenId(id)))
}

fn significant(tree: &Tree) -> impl Iterator<Item = Token<'_>> {
    tokens(tree).filter(|token| !token.kind().is_trivia())
}

fn kinds(tree: &Tree) -> impl Iterator<Item = NodeKind> {
    tree.root().descendants().map(|node| node.kind())
}

/// A line break in a literal that means `\n` however it is written may be written otherwise.
fn is_same(old: Token<'_>, new: Token<'_>) -> bool {
    let text_is_same = old.text() == new.text()
        || (old.kind() != TokenKind::RawStrLit && old.text().replace("\r\n", "\n") == new.text());
    old.kind() == new.kind() && text_is_same
}

/// The comments, word by word: what is blank in them may move along with the code.
fn comment_words(tree: &Tree) -> impl Iterator<Item = &str> {
    tokens(tree)
        .filter(|token| token.kind().is_trivia() && token.kind() != TokenKind::Whitespace)
        .flat_map(|token| token.text().split_ascii_whitespace())
}
