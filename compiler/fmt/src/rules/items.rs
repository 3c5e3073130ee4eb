//! Files, items and what only items have.
//!
//! Takes item nodes, gives documents. Attributes stand above their item.

use syntax::{Element, Node, NodeKind, TokenKind};

use super::{Gap, Rules, elements_of, first_token, is_token};
use crate::doc::{DocId, Docs};

impl<'t> Rules<'_, 't> {
    pub(super) fn source_file(&mut self, file: Node<'t>) -> DocId {
        let mut parts = Vec::new();
        for element in elements_of(file) {
            if !parts.is_empty() {
                let blank = self.comments.blank_before(first_token(element));
                parts.push(self.docs.hard_line(blank));
            }
            parts.push(self.detached(element));
        }
        let end = self.comments.end();
        if self.comments.leading(end).next().is_some() {
            if !parts.is_empty() {
                let blank = self.comments.blank_before(end);
                parts.push(self.docs.hard_line(blank));
            }
            parts.push(self.leading(end));
        }
        self.docs.concat(parts)
    }

    /// The attributes, each on its line or all on one as they were, and then the item.
    pub(super) fn item(&mut self, item: Node<'t>) -> DocId {
        let elements = elements_of(item);
        let is_attr = |element: &Element<'_>| matches!(element, Element::Node(node) if node.kind() == NodeKind::Attr);
        let n_attrs = elements.iter().take_while(|element| is_attr(element)).count();
        let (attrs, rest) = elements.split_at(n_attrs);
        let (Some(first), Some(keyword)) = (attrs.first(), rest.first()) else {
            return self.joined(item, rest);
        };
        let mut parts = vec![self.element(*first)];
        let mut was_broken = false;
        for attr in &attrs[1..] {
            was_broken |= self.comments.newline_before(first_token(*attr));
            parts.push(Docs::LINE);
            parts.push(self.element(*attr));
        }
        if was_broken {
            parts.push(Docs::FORCE_BREAK);
        }
        let attrs = self.docs.concat(parts);
        let attrs = self.docs.group(attrs);
        let is_import = matches!(item.kind(), NodeKind::ImportItem | NodeKind::CImportItem);
        let shares_line = is_import && !self.comments.newline_before(first_token(*keyword));
        let gap = if shares_line { Docs::SPACE } else { Docs::HARD_LINE };
        let rest = self.joined(item, rest);
        self.docs.concat(vec![attrs, gap, rest])
    }

    /// What stands after an attribute that is not in front of an item.
    pub(super) fn gap_after_attr(&self, parent: Node<'t>, next: Element<'t>) -> Gap {
        let may_stand_above = matches!(
            parent.kind(),
            NodeKind::Field | NodeKind::Variant | NodeKind::TupleField
        );
        if may_stand_above && self.comments.newline_before(first_token(next)) {
            Gap::NewLine
        } else {
            Gap::Space
        }
    }

    /// The document of what `rest` of the parts of `parent` starts with, and the number of parts that it holds. What
    /// may go to a line of its own, as `for T` of an `impl` does, has the line breaks around it.
    pub(super) fn clause(&mut self, parent: Node<'t>, rest: &[Element<'t>]) -> (DocId, usize) {
        use NodeKind as N;
        let end = |next: Option<&Element<'t>>| match next {
            Some(Element::Node(body)) if body.kind() != N::WhereClause => Docs::LINE,
            Some(_) | None => Docs::EMPTY,
        };
        match rest {
            [Element::Node(clause), ..] if clause.kind() == N::WhereClause => {
                (self.where_clause(*clause, end(rest.get(1))), 1)
            }
            [Element::Node(bounds), ..] if bounds.kind() == N::Bounds && parent.kind() == N::TraitItem => {
                (self.bounds(*bounds, end(rest.get(1))), 1)
            }
            [keyword, operand, ..] if starts_clause(parent.kind(), *keyword) => {
                let keyword = self.element(*keyword);
                let operand = self.element(*operand);
                let lines = self.docs.concat(vec![Docs::LINE, keyword, Docs::SPACE, operand]);
                let lines = self.docs.indent(lines);
                let inner = self.docs.concat(vec![lines, end(rest.get(2))]);
                (self.docs.group(inner), 2)
            }
            [first, ..] => (self.element(*first), 1),
            [] => (Docs::EMPTY, 0),
        }
    }

    /// ` where T: A, U: B` with the space or the line break before it, and `end` after it.
    pub(super) fn where_clause(&mut self, clause: Node<'t>, end: DocId) -> DocId {
        let elements = elements_of(clause);
        let mut parts = Vec::with_capacity(elements.len() * 2);
        for element in &elements[1..] {
            if !is_token(*element, TokenKind::Comma) {
                parts.push(Docs::LINE);
            }
            parts.push(match element {
                Element::Node(_) => self.detached(*element),
                Element::Token(_) => self.element(*element),
            });
        }
        if elements.last().is_some_and(|last| is_token(*last, TokenKind::Comma)) {
            parts.push(Docs::FORCE_BREAK);
        }
        let predicates = self.docs.concat(parts);
        let predicates = self.docs.indent(predicates);
        let keyword = self.element(elements[0]);
        let inner = self.docs.concat(vec![Docs::LINE, keyword, predicates, end]);
        self.docs.group(inner)
    }

    /// `A + ?B + C`, and `end` after it.
    pub(super) fn bounds(&mut self, bounds: Node<'t>, end: DocId) -> DocId {
        let elements = elements_of(bounds);
        let first = self.element(elements[0]);
        let mut parts = Vec::new();
        let mut follows_plus = false;
        for element in &elements[1..] {
            parts.push(if follows_plus { Docs::SPACE } else { Docs::LINE });
            follows_plus = is_token(*element, TokenKind::Plus);
            parts.push(self.element(*element));
        }
        let rest = self.docs.concat(parts);
        let rest = self.docs.indent(rest);
        let inner = self.docs.concat(vec![first, rest, end]);
        self.docs.group(inner)
    }
}

/// Whether a part of a node of kind `parent` may go to a line of its own.
pub(super) fn starts_clause(parent: NodeKind, part: Element<'_>) -> bool {
    match part {
        Element::Node(node) => node.kind() == NodeKind::WhereClause,
        Element::Token(token) => matches!(
            (parent, token.kind()),
            (NodeKind::ImplItem, TokenKind::ForKw) | (NodeKind::MatchArm, TokenKind::IfKw)
        ),
    }
}

/// Whether `previous` ends a clause, which knows what stands between it and `next`.
pub(super) fn follows_clause(parent: Node<'_>, previous: Element<'_>, next: Element<'_>) -> bool {
    use NodeKind as N;
    let Element::Node(previous) = previous else {
        return false;
    };
    let is_body = matches!(next, Element::Node(next) if next.kind() == N::ItemList);
    match parent.kind() {
        _ if previous.kind() == N::WhereClause => true,
        N::TraitItem => is_body && previous.kind() == N::Bounds,
        N::ImplItem => is_body && parent.own_token(TokenKind::ForKw).is_some(),
        _ => false,
    }
}
