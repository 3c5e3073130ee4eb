//! What the syntax errors of a file make doubtful: the statements and declarations that they stand in, and the names
//! that are written there.
//!
//! Takes a tree and its errors, gives [`Damage`]. What later phases say of such a place, or of such a name being
//! unknown elsewhere, most likely follows from the error, and would send people to the wrong place.

use base::{FxHashSet, Span};
use diag::{Code, Diagnostic, Diagnostics};

use crate::kind::NodeKind;
use crate::token::TokenKind;
use crate::tree::{Token, Tree};

/// The damage of any number of files.
#[derive(Clone, Default, Debug)]
pub struct Damage {
    /// The tokens of doubtful statements and declarations, those of whole ones inside them left out; by file and
    /// place.
    spans: Vec<Span>,
    /// The names that stand in damaged ones.
    names: FxHashSet<String>,
    /// The names that damaged declarations outside of functions give.
    items: FxHashSet<String>,
}

impl Damage {
    /// What the syntax errors of a file damaged.
    pub fn of(tree: &Tree, errors: &Diagnostics) -> Self {
        if tree.reported().is_none() {
            return Self::default();
        }
        Search::new(tree).run(errors)
    }

    /// Adds what other files suffered.
    pub fn append(&mut self, other: Self) {
        self.spans.extend(other.spans);
        self.spans.sort();
        self.names.extend(other.names);
        self.items.extend(other.items);
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
            || [Code::BAD_FIELD_INIT, Code::UNKNOWN_IMPORT, Code::USE_WITHOUT_VALUE].contains(&code);
        let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
        let first = words.next().unwrap_or_default();
        (is_of_name && self.names.contains(first))
            || self.items.contains(first)
            || words.any(|word| self.items.contains(word))
            || self.covers(primary.span)
    }

    /// Whether a place starts in a doubtful statement or declaration.
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

/// One file's tokens by the units that they stand in.
struct Search<'t> {
    tree: &'t Tree,
    /// For each token the innermost statement, declaration or block that it stands in, as the index of its node.
    units: Vec<u32>,
    /// For each token the function around it, or 0.
    functions: Vec<u32>,
    /// For each token whether it is a name that a pattern binds.
    binds: Vec<bool>,
}

impl<'t> Search<'t> {
    fn new(tree: &'t Tree) -> Self {
        // One more, for an error in a file without tokens.
        let len = tree.tokens().len() + 1;
        let mut search = Self {
            tree,
            units: vec![0; len],
            functions: vec![0; len],
            binds: vec![false; len],
        };
        for node in tree.root().descendants() {
            let (first, end) = node.token_range();
            let range = first as usize..end as usize;
            if is_unit(node.kind()) {
                search.units[range.clone()].fill(node.id().0);
            }
            match node.kind() {
                NodeKind::FnItem | NodeKind::TestItem => search.functions[range].fill(node.id().0),
                NodeKind::BindPat => search.binds[range].fill(true),
                _ => {}
            }
        }
        search
    }

    fn run(&self, errors: &Diagnostics) -> Damage {
        let mut damage = Damage::default();
        let mut doubtful: FxHashSet<u32> = FxHashSet::default();
        let mut broken: FxHashSet<u32> = FxHashSet::default();
        for error in errors.iter() {
            let edits = error.hint.iter().flat_map(|hint| &hint.edits).map(|edit| edit.span);
            doubtful.extend(edits.map(|span| self.units[self.token_at(span)]));
            // What another language writes was read as what it means.
            let is_read =
                error.code == Code::FOREIGN_SYNTAX && error.hint.as_ref().is_some_and(|h| !h.edits.is_empty());
            for span in error.primary.iter().map(|label| label.span) {
                let at = self.token_at(span);
                doubtful.insert(self.units[at]);
                if !is_read {
                    broken.extend(self.units_of_line(at));
                }
            }
        }
        doubtful.extend(broken.iter().copied().collect::<Vec<u32>>());
        // What is bound in doubtful statements, with the function that it is known in.
        let mut locals: FxHashSet<(u32, &str)> = FxHashSet::default();
        for (index, token) in self.names() {
            if !doubtful.contains(&self.units[index]) || is_foreign(token.name()) {
                continue;
            }
            damage.names.insert(token.name().to_owned());
            if !broken.contains(&self.units[index]) {
                continue;
            }
            if self.binds[index] {
                locals.insert((self.functions[index], token.name()));
            } else if self.declares(index) {
                damage.items.insert(token.name().to_owned());
            }
        }
        self.spread(&mut doubtful, &mut locals, &damage.items);
        for index in 0..self.tree.tokens().len() {
            let token = self.tree.token(crate::TokenId(index as u32));
            if doubtful.contains(&self.units[index]) && !token.kind().is_trivia() {
                damage.spans.push(token.span());
            }
        }
        damage
    }

    /// A statement that mentions what a doubtful one binds, or a damaged item, is doubtful too, and so is what it
    /// binds.
    fn spread(&self, doubtful: &mut FxHashSet<u32>, locals: &mut FxHashSet<(u32, &'t str)>, items: &FxHashSet<String>) {
        if locals.is_empty() && items.is_empty() {
            return;
        }
        for (index, token) in self.names() {
            let is_of = locals.contains(&(self.functions[index], token.name())) || items.contains(token.name());
            if is_of && self.functions[index] != 0 && doubtful.insert(self.units[index]) {
                // Bindings stand before the value that mentions the name.
                let bound = self.names().filter(|(other, _)| self.binds[*other]);
                let of_unit = bound.filter(|(other, _)| self.units[*other] == self.units[index]);
                locals.extend(of_unit.map(|(other, token)| (self.functions[other], token.name())));
            }
        }
    }

    /// The identifiers of the file, with their indices.
    fn names(&self) -> impl Iterator<Item = (usize, Token<'t>)> {
        let tree = self.tree;
        let tokens = (0..tree.tokens().len()).map(move |index| (index, tree.token(crate::TokenId(index as u32))));
        tokens.filter(|(_, token)| token.kind() == TokenKind::Ident)
    }

    /// Whether the name at `index` is the one that an item declares.
    fn declares(&self, index: usize) -> bool {
        let unit = self.tree.node(crate::NodeId(self.units[index]));
        let is_named = !matches!(
            unit.kind(),
            NodeKind::LetStmt | NodeKind::DeferStmt | NodeKind::ExprStmt | NodeKind::Block | NodeKind::MatchArm
        );
        let name = || unit.own_token(TokenKind::Ident).map(|token| token.id().0 as usize);
        is_named && unit.kind() != NodeKind::SourceFile && name() == Some(index)
    }

    /// The token that an error's place is in, or that stands before it.
    fn token_at(&self, span: Span) -> usize {
        let tokens = self.tree.tokens();
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

    /// The units of all tokens of the line of one.
    fn units_of_line(&self, index: usize) -> impl Iterator<Item = u32> {
        let tokens = self.tree.tokens();
        let text = self.tree.text();
        let offset = tokens.starts.get(index).map_or(text.len(), |start| *start as usize);
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1) as u32;
        let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at) as u32;
        let first = tokens.starts.partition_point(|at| *at < start);
        let last = tokens.starts.partition_point(|at| *at < end).max(first);
        let own = std::iter::once(self.units[index]);
        let of_line = (first..last).filter(|at| !tokens.kinds[*at].is_trivia());
        own.chain(of_line.map(|at| self.units[at]).filter(|unit| *unit != 0))
    }
}

/// Whether a name means something in another language, and so is none that a damaged statement declares.
fn is_foreign(name: &str) -> bool {
    let is_value = base::value_of_other_languages(name).is_some() || base::is_nothing(name);
    is_value || base::type_of_other_languages(name).is_some()
}

/// Whether what is said of one part of such a node may follow from an error in another.
fn is_unit(kind: NodeKind) -> bool {
    use NodeKind as N;
    matches!(
        kind,
        N::ImportItem
            | N::CImportItem
            | N::ConstItem
            | N::ConstAssertItem
            | N::StaticItem
            | N::FnItem
            | N::StructItem
            | N::UnionItem
            | N::EnumItem
            | N::TraitItem
            | N::ImplItem
            | N::TypeAliasItem
            | N::ExternBlock
            | N::ModItem
            | N::TestItem
            | N::Attr
            | N::ItemList
            | N::SelfParam
            | N::Param
            | N::VariadicParam
            | N::Field
            | N::TupleField
            | N::Variant
            | N::LetStmt
            | N::DeferStmt
            | N::ExprStmt
            | N::Block
            | N::MatchArm
    )
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
        assert!(is_explained("fn f() { a b c; <|>d; }"));
        assert!(!is_explained("fn f() {\n    a b c;\n    <|>d;\n}"));
        assert!(!is_explained("fn f() {\n    <|>d;\n    a b c;\n}"));
        assert!(!is_explained("fn f() {\n    if a b {\n        <|>d;\n    }\n}"));
        assert!(is_explained(
            "fn f() {\n    let a = b c;\n    let d = a;\n    d.<|>e;\n}"
        ));
        assert!(!is_explained("fn f() {\n    let a = b c;\n}\nfn g() {\n    a.<|>e;\n}"));
        assert!(is_explained("fn f(a: 1) {\n}\nfn g() {\n    <|>f();\n}"));
        assert!(!is_explained("fn f() { <|>d; }"));
    }
}
