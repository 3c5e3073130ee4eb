//! The formatter: one style for all code.
//!
//! Takes the tree of a file, gives its text as `docs/reference/formatting.md` says it looks. Promises that the tokens
//! and the comments of the file are those it had, in their order, and that formatting the result changes nothing. Knows
//! the grammar, and nothing of other files and of what names mean.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the kinds that it treats apart; that every kind has a rule is one exhaustive match"
)]

mod comments;
mod doc;
mod printer;
mod proof;
mod rules;

use diag::Reported;
use syntax::Tree;

/// The text of the file in the one style, with `\n` between lines and without a byte order mark. A file with syntax
/// errors has none.
pub fn format(tree: &Tree) -> Result<String, Reported> {
    if let Some(reported) = tree.reported() {
        return Err(reported);
    }
    let comments = comments::Comments::of(tree);
    let (docs, root) = rules::document(tree, &comments);
    let text = printer::print(&docs, &comments, root);
    proof::assert_same_code(tree, &text);
    Ok(text)
}
