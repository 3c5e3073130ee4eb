//! Lists between brackets, blocks among them.
//!
//! Takes the parts of a node from an opening bracket to its closing one, gives a document: on one line, or with the
//! elements on lines of their own.

use std::ops::Range;

use syntax::{Element, Node, NodeKind, Token, TokenId, TokenKind};

use super::{Rules, first_token, is_token};
use crate::doc::{DocId, Docs, Flat};

/// How the elements of a list stand.
#[derive(Clone, Copy, Debug)]
pub(super) struct ListStyle {
    /// What is inside the brackets at their ends, on one line.
    padding: Flat,
    /// What the source says of the layout.
    source: SourceLayout,
    /// How a list that does not fit is broken.
    breaks: Breaks,
}

/// What of a source's own line breaks is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum SourceLayout {
    /// Nothing: a list that fits is on one line.
    Ignored,
    /// A list that was broken stays so.
    KeepBroken,
    /// A list with a line break after its bracket stays broken, and its rows stay rows.
    KeepRows,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Breaks {
    /// Each element has a line of its own.
    Each,
    /// Lines are filled.
    Fill,
}

/// Where a list is among the parts of a node.
pub(super) struct ListPlace {
    /// From the opening bracket to behind the closing one.
    pub(super) range: Range<usize>,
    pub(super) style: ListStyle,
}

/// A list's document, and one with only its last element broken, if that makes sense.
pub(super) struct ListDocs {
    /// Its lines belong to the group around it.
    pub(super) inner: DocId,
    pub(super) hugged: Option<DocId>,
}

/// An element of a list.
struct Entry<'t> {
    element: Element<'t>,
    comma: Option<Token<'t>>,
}

impl<'t> Rules<'_, 't> {
    /// The list among the own tokens of `node`, if nodes of its kind have one.
    pub(super) fn list_of(&self, node: Node<'t>, elements: &[Element<'t>]) -> Option<ListPlace> {
        use NodeKind as N;
        use TokenKind as T;
        let (open, close, style) = match node.kind() {
            N::AttrArgs | N::TupleFieldList | N::ArgList | N::TupleExpr | N::TuplePat => PARENS,
            N::ParenTypeArgs | N::TupleType | N::FnType | N::TupleStructPat => PARENS,
            N::ParamList if node.own_token(T::LParen).is_some() => PARENS,
            N::ParamList if node.own_token(T::Pipe).is_some() => (T::Pipe, T::Pipe, ListStyle::INSIDE),
            N::GenericParams | N::TypeArgs => (T::Lt, T::Gt, ListStyle::INSIDE),
            N::SlicePat => (T::LBracket, T::RBracket, ListStyle::INSIDE),
            N::ArrayExpr => (T::LBracket, T::RBracket, array_style(elements)),
            N::FieldList | N::VariantList | N::ItemList | N::Block | N::MatchExpr => BRACES,
            N::StructExpr | N::StructPat => BRACES,
            N::ImportTree => (T::LBrace, T::RBrace, ListStyle::NAMES),
            N::CImportItem => (T::LBrace, T::RBrace, ListStyle::HEADERS),
            _ => return None,
        };
        let start = elements.iter().position(|element| is_token(*element, open))?;
        let end = elements.iter().rposition(|element| is_token(*element, close))?;
        Some(ListPlace {
            range: start..end + 1,
            style,
        })
    }

    /// `elements` from an opening bracket to its closing one.
    pub(super) fn list(&mut self, node: Node<'t>, elements: &[Element<'t>], style: ListStyle) -> DocId {
        let docs = self.list_docs(node, elements, style);
        let flat = docs.inner;
        match docs.hugged {
            None if is_of_type(node.kind()) => self.docs.last_resort(flat),
            None => self.docs.group(flat),
            Some(hugged) => self.docs.alternatives(flat, Some(hugged), flat),
        }
    }

    pub(super) fn list_docs(&mut self, node: Node<'t>, elements: &[Element<'t>], style: ListStyle) -> ListDocs {
        let [Element::Token(open), middle @ .., Element::Token(close)] = elements else {
            unreachable!("a tree without errors has both brackets of a list");
        };
        let entries = entries(middle);
        if entries.is_empty() {
            return self.empty_list(*open, *close, style);
        }
        let is_forced = self.is_forced(node, &entries, *close, style);
        let keeps_rows = style.source == SourceLayout::KeepRows && self.starts_line(entries[0].element);
        let keeps_blanks = style.source != SourceLayout::Ignored;
        let open_doc = self.token(*open);
        let contents: Vec<DocId> = entries.iter().map(|entry| self.entry(entry)).collect();
        let mut body = Vec::with_capacity(contents.len() * 2);
        for (index, (entry, content)) in entries.iter().zip(&contents).enumerate() {
            if index > 0 {
                let first = first_token(entry.element);
                let blank = keeps_blanks && self.comments.blank_before(first);
                let is_row = keeps_rows && (self.starts_line(entry.element) || self.has_own_line_comments(first));
                body.push(if is_row {
                    self.docs.hard_line(blank)
                } else {
                    self.docs.separator(Flat::Space, blank)
                });
            }
            body.push(*content);
        }
        let body = if keeps_rows || style.breaks == Breaks::Fill {
            self.docs.fill(body)
        } else {
            self.docs.concat(body)
        };
        let dangling = self.dangling(*close, keeps_blanks);
        let padding = self.docs.separator(style.padding, false);
        let force = if is_forced { Docs::FORCE_BREAK } else { Docs::EMPTY };
        let inside = self.docs.concat(vec![padding, body, dangling]);
        let inside = self.docs.indent(inside);
        let close_doc = self.token(*close);
        let inner = self.docs.concat(vec![force, open_doc, inside, padding, close_doc]);
        let hugged = if is_forced || style.breaks == Breaks::Fill {
            None
        } else {
            self.hugged(node, &entries, &contents, open_doc, dangling, close_doc)
        };
        ListDocs { inner, hugged }
    }

    /// An element with the comma after it.
    fn entry(&mut self, entry: &Entry<'t>) -> DocId {
        let element = self.detached(entry.element);
        match entry.comma {
            Some(comma) => {
                let comma = self.token(comma);
                self.docs.concat(vec![element, comma])
            }
            None => element,
        }
    }

    /// The comments before a closing bracket, which stand where an element would.
    fn dangling(&mut self, close: Token<'t>, keeps_blanks: bool) -> DocId {
        let ends_line = self.comments.newline_before(close.id());
        let comments = self.leading_lines(close.id(), ends_line);
        if comments == Docs::EMPTY {
            return comments;
        }
        let blank = if keeps_blanks && self.comments.blank_before(close.id()) {
            Docs::BLANK_LINE
        } else {
            Docs::EMPTY
        };
        self.docs.concat(vec![Docs::SPACE, blank, comments])
    }

    fn empty_list(&mut self, open: Token<'t>, close: Token<'t>, style: ListStyle) -> ListDocs {
        let comments: Vec<_> = self.comments.leading(close.id()).collect();
        let is_own_line = self.has_own_line_comments(close.id());
        let open_doc = self.token(open);
        let inside = if comments.is_empty() {
            // `| |` and `||` are not the same tokens.
            if open.kind() == TokenKind::Pipe {
                Docs::SPACE
            } else {
                Docs::EMPTY
            }
        } else if is_own_line || self.docs.facts(open_doc).is_pending {
            let comments = self.leading_lines(close.id(), true);
            let inside = self.docs.concat(vec![Docs::HARD_LINE, comments]);
            let inside = self.docs.indent(inside);
            self.docs.concat(vec![inside, Docs::HARD_LINE])
        } else {
            // `(/* nothing */)`: without the space that follows a comment elsewhere.
            self.hoisted[close.id().0 as usize] = true;
            let padding = if style.padding == Flat::Space {
                Docs::SPACE
            } else {
                Docs::EMPTY
            };
            let mut parts = vec![padding];
            for id in comments {
                let text = self.comments.get(id).text.clone();
                parts.push(self.docs.text(text));
                parts.push(Docs::SPACE);
            }
            parts.pop();
            parts.push(padding);
            self.docs.concat(parts)
        };
        let close_doc = self.token(close);
        let inner = self.docs.concat(vec![open_doc, inside, close_doc]);
        ListDocs { inner, hugged: None }
    }

    /// Whether a list is broken although it may fit.
    fn is_forced(&self, node: Node<'t>, entries: &[Entry<'t>], close: Token<'t>, style: ListStyle) -> bool {
        let is_tuple = matches!(
            node.kind(),
            NodeKind::TupleExpr | NodeKind::TupleType | NodeKind::TuplePat
        );
        let is_single = is_tuple && entries.len() == 1;
        let has_last_comma = entries.last().is_some_and(|last| last.comma.is_some());
        let was_broken = match style.source {
            SourceLayout::Ignored => false,
            SourceLayout::KeepRows => self.starts_line(entries[0].element),
            SourceLayout::KeepBroken => {
                self.comments.newline_before(close.id()) || entries.iter().any(|entry| self.starts_line(entry.element))
            }
        };
        was_broken || (has_last_comma && !is_single)
    }

    fn starts_line(&self, element: Element<'t>) -> bool {
        self.comments.newline_before(first_token(element))
    }

    /// The list with only the last element broken: `f(a, |x| { … })`.
    fn hugged(
        &mut self,
        node: Node<'t>,
        entries: &[Entry<'t>],
        contents: &[DocId],
        open: DocId,
        dangling: DocId,
        close: DocId,
    ) -> Option<DocId> {
        if node.kind() != NodeKind::ArgList || dangling != Docs::EMPTY || self.docs.facts(open).is_pending {
            return None;
        }
        let (last, head) = contents.split_last()?;
        let value = match entries.last()?.element {
            Element::Node(arg) => arg.children().last()?,
            Element::Token(_) => return None,
        };
        let has_comments = contents.iter().any(|content| {
            let facts = self.docs.facts(*content);
            facts.is_own_hard || facts.is_pending
        });
        let head_breaks = head.iter().any(|content| self.docs.facts(*content).is_hard);
        if has_comments || head_breaks || !self.is_huggable(value, head.is_empty()) {
            return None;
        }
        let last = self.docs.with_last_group_broken(*last)?;
        let mut parts = vec![open];
        for content in head {
            parts.push(*content);
            parts.push(Docs::SPACE);
        }
        parts.push(last);
        parts.push(close);
        Some(self.docs.concat(parts))
    }

    /// Whether a last argument may go on over lines while the others stay on the first. `is_only` says whether there
    /// are no others.
    pub(super) fn is_huggable(&self, value: Node<'t>, is_only: bool) -> bool {
        use NodeKind as N;
        let last_child = || value.children().last();
        match value.kind() {
            N::ClosureExpr => last_child().is_some_and(|body| self.is_huggable(body, true)),
            N::TryExpr | N::UnsafeExpr => last_child().is_some_and(|body| self.is_huggable(body, false)),
            N::RefExpr => last_child().is_some_and(|body| self.is_huggable(body, is_only)),
            N::Block | N::StructExpr | N::MatchExpr => true,
            N::IfExpr | N::LoopExpr | N::WhileExpr | N::ForExpr => true,
            N::ArrayExpr => value.children().next().is_some(),
            N::CallExpr => is_only && last_child().is_some_and(|args| args.children().next().is_some()),
            _ => false,
        }
    }
}

const PARENS: (TokenKind, TokenKind, ListStyle) = (TokenKind::LParen, TokenKind::RParen, ListStyle::INSIDE);
const BRACES: (TokenKind, TokenKind, ListStyle) = (TokenKind::LBrace, TokenKind::RBrace, ListStyle::BRACES);

impl ListStyle {
    /// `(a, b)`
    const INSIDE: Self = Self {
        padding: Flat::Nothing,
        source: SourceLayout::Ignored,
        breaks: Breaks::Each,
    };
    /// `{ a; b }`
    pub(super) const BRACES: Self = Self {
        padding: Flat::Space,
        source: SourceLayout::KeepBroken,
        breaks: Breaks::Each,
    };
    /// `{a, b}` of an import.
    const NAMES: Self = Self {
        padding: Flat::Nothing,
        source: SourceLayout::Ignored,
        breaks: Breaks::Fill,
    };
    /// `{ "a.h", "b.h" }`
    const HEADERS: Self = Self {
        padding: Flat::Space,
        ..Self::NAMES
    };
}

/// Lists in types are the last to break.
fn is_of_type(kind: NodeKind) -> bool {
    use NodeKind as N;
    matches!(
        kind,
        N::GenericParams | N::TypeArgs | N::ParenTypeArgs | N::TupleType | N::FnType
    )
}

/// An array of short values fills its lines.
fn array_style(elements: &[Element<'_>]) -> ListStyle {
    let may_share = |element: &Element<'_>| match element {
        Element::Token(_) => true,
        Element::Node(node) => {
            let is_value = matches!(
                node.kind(),
                NodeKind::Literal | NodeKind::NameExpr | NodeKind::PrefixExpr | NodeKind::VariantExpr
            );
            is_value && is_short(*node)
        }
    };
    ListStyle {
        padding: Flat::Nothing,
        source: SourceLayout::KeepRows,
        breaks: if elements.iter().all(may_share) {
            Breaks::Fill
        } else {
            Breaks::Each
        },
    }
}

/// Whether an element may share its line with others. What is blank in it does not count.
pub(super) fn is_short(node: Node<'_>) -> bool {
    const MAX_WIDTH: usize = 10;
    let (first, end) = node.token_range();
    let tokens = (first..end).map(|id| node.tree().token(TokenId(id)));
    let texts = tokens
        .filter(|token| !token.kind().is_trivia())
        .map(|token| token.text());
    texts.map(|text| text.chars().count()).sum::<usize>() <= MAX_WIDTH
}

fn entries<'t>(elements: &[Element<'t>]) -> Vec<Entry<'t>> {
    let mut entries: Vec<Entry<'t>> = Vec::new();
    for element in elements {
        match (element, entries.last_mut()) {
            (Element::Token(comma), Some(last)) if comma.kind() == TokenKind::Comma && last.comma.is_none() => {
                last.comma = Some(*comma);
            }
            _ => entries.push(Entry {
                element: *element,
                comma: None,
            }),
        }
    }
    entries
}
