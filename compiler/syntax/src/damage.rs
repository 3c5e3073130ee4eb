//! What the syntax errors of a file make doubtful: the statements and declarations that they stand in, and the names
//! that are written there.
//!
//! Takes a tree and its errors, gives [`Damage`]. What later phases say of such a place, or of such a name being
//! unknown elsewhere, most likely follows from the error, and would send people to the wrong place.

use base::{FxHashSet, Span};
use diag::{Code, Diagnostic, Diagnostics};

use crate::kind::NodeKind;
use crate::token::TokenKind;
use crate::tree::Tree;

/// The damage of any number of files.
#[derive(Clone, Default, Debug)]
pub struct Damage {
    /// The tokens of damaged statements and declarations, those of whole ones inside them left out; by file and
    /// place.
    spans: Vec<Span>,
    names: FxHashSet<String>,
}

impl Damage {
    /// What the syntax errors of a file damaged.
    pub fn of(tree: &Tree, errors: &Diagnostics) -> Self {
        let mut damage = Self::default();
        if tree.reported().is_none() {
            return damage;
        }
        let units = units_of_tokens(tree);
        let mut damaged: FxHashSet<u32> = FxHashSet::default();
        for error in errors.iter() {
            let primary = error.primary.iter().map(|label| label.span);
            let edits = error.hint.iter().flat_map(|hint| &hint.edits).map(|edit| edit.span);
            damaged.extend(primary.chain(edits).map(|span| units[token_at(tree, span)]));
        }
        for (index, unit) in units.iter().enumerate().take(tree.tokens().len()) {
            let token = tree.token(crate::TokenId(index as u32));
            if !damaged.contains(unit) || token.kind().is_trivia() {
                continue;
            }
            damage.spans.push(token.span());
            if token.kind() == TokenKind::Ident && !is_foreign(token.name()) {
                damage.names.insert(token.name().to_owned());
            }
        }
        damage
    }

    /// Adds what other files suffered.
    pub fn append(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.spans.sort();
        self.names.extend(other.names);
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Whether what a later phase says most likely follows from the damage. `text` is what its place says.
    pub fn explains(&self, diagnostic: &Diagnostic, text: &str) -> bool {
        let Some(primary) = &diagnostic.primary else {
            return false;
        };
        let code = diagnostic.code;
        let is_of_name = [Code::UNKNOWN_NAME, Code::UNKNOWN_TYPE, Code::UNKNOWN_MEMBER].contains(&code)
            || [Code::WRONG_ARGUMENT_COUNT, Code::BAD_FIELD_INIT, Code::UNKNOWN_IMPORT].contains(&code);
        let first_name = || {
            text.split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
                .unwrap_or_default()
        };
        (is_of_name && self.names.contains(first_name())) || self.covers(primary.span)
    }

    /// Whether a place starts in a damaged statement or declaration.
    fn covers(&self, span: Span) -> bool {
        let after = self
            .spans
            .partition_point(|damaged| (damaged.file, damaged.start) <= (span.file, span.start));
        after.checked_sub(1).is_some_and(|last| {
            let damaged = self.spans[last];
            damaged.file == span.file && span.start < damaged.end
        })
    }
}

/// Whether a name means something in another language, and so is none that a damaged statement declares.
fn is_foreign(name: &str) -> bool {
    let is_value = base::value_of_other_languages(name).is_some() || base::is_nothing(name);
    is_value || base::type_of_other_languages(name).is_some()
}

/// The token that an error's place is in, or that stands before it.
fn token_at(tree: &Tree, span: Span) -> usize {
    let tokens = tree.tokens();
    let offset = if span.is_empty() {
        span.start.saturating_sub(1)
    } else {
        span.start
    };
    let mut index = tokens
        .starts
        .partition_point(|start| *start <= offset)
        .saturating_sub(1);
    while index > 0 && tokens.kinds[index].is_trivia() {
        index -= 1;
    }
    index
}

/// For each token the innermost statement, declaration or block that it stands in, as the index of its node.
fn units_of_tokens(tree: &Tree) -> Vec<u32> {
    // One more, for an error in a file without tokens.
    let mut units = vec![0; tree.tokens().len() + 1];
    for node in tree.root().descendants().filter(|node| is_unit(node.kind())) {
        let (first, end) = node.token_range();
        units[first as usize..end as usize].fill(node.id().0);
    }
    units
}

/// Whether what is said of one part of such a node may follow from an error in another.
fn is_unit(kind: NodeKind) -> bool {
    use NodeKind as N;
    match kind {
        N::ImportItem | N::CImportItem | N::ConstItem | N::ConstAssertItem | N::StaticItem | N::FnItem => true,
        N::StructItem | N::UnionItem | N::EnumItem | N::TraitItem | N::ImplItem | N::TypeAliasItem => true,
        N::ExternBlock | N::ModItem | N::TestItem | N::Attr | N::ItemList => true,
        N::SelfParam | N::Param | N::VariadicParam | N::Field | N::TupleField | N::Variant => true,
        N::LetStmt | N::DeferStmt | N::ExprStmt | N::Block | N::MatchArm => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use base::FileId;

    use super::*;

    /// Whether an unknown name at `<|>` is put down to the syntax errors of the text.
    fn is_explained(marked: &str) -> bool {
        let (before, after) = marked.split_once("<|>").expect("a mark");
        let text = format!("{before}{after}");
        let (tree, errors) = crate::parse(FileId(0), &text);
        let damage = Damage::of(&tree, &errors);
        let len = after.find(|c: char| !c.is_alphanumeric()).unwrap_or(after.len());
        let span = Span::new(FileId(0), before.len() as u32, (before.len() + len) as u32);
        damage.explains(&Diagnostic::error(Code::UNKNOWN_NAME, span, ""), &after[..len])
    }

    #[test]
    fn errors_explain_what_is_said_of_their_statement() {
        assert!(is_explained("fn f() { a b <|>c; }"));
        assert!(is_explained("fn f() { a b c; <|>b; }"));
        assert!(!is_explained("fn f() { a b c; <|>d; }"));
        assert!(!is_explained("fn f() { <|>d; a b c; }"));
        assert!(!is_explained("fn f() { if a b { <|>d; } }"));
        assert!(!is_explained("fn f() { <|>d; }"));
    }
}
