//! Chains of fields, calls and indices.
//!
//! Takes the outermost node of a chain, gives a document: on one line, or with the calls on lines of their own, which
//! start with `.`.

use syntax::{Element, Node, NodeKind, TokenKind};

use super::{Rules, elements_of, last_kind};
use crate::doc::{DocId, Docs};
use crate::printer::INDENT;

/// `.name` with what follows it up to the next `.`.
struct Segment<'t> {
    doc: DocId,
    name: &'t str,
    is_call: bool,
}

/// The layouts of a chain.
pub(super) struct Chain {
    pub(super) flat: DocId,
    /// On one line but for the braces that it ends in.
    pub(super) hugged: Option<DocId>,
    /// With calls on lines of their own; none if the chain has too few of them.
    pub(super) open: Option<DocId>,
}

impl<'t> Rules<'_, 't> {
    pub(super) fn chain(&mut self, node: Node<'t>) -> DocId {
        let Chain { flat, hugged, open } = self.chain_docs(node);
        match open {
            Some(open) => self.docs.alternatives(flat, hugged, open),
            None => flat,
        }
    }

    pub(super) fn chain_docs(&mut self, node: Node<'t>) -> Chain {
        let (primary, suffixes) = suffixes_of(node);
        let n_on_primary = suffixes
            .iter()
            .take_while(|suffix| suffix.kind() != NodeKind::FieldExpr)
            .count();
        let (on_primary, on_segments) = suffixes.split_at(n_on_primary);
        let mut head = vec![self.node(primary)];
        for suffix in on_primary {
            head.push(self.suffix(*suffix));
        }
        let segments = self.segments(on_segments);
        let docs: Vec<DocId> = segments.iter().map(|segment| segment.doc).collect();
        let flat = self.docs.concat([&head[..], &docs].concat());
        let n_calls = suffixes
            .iter()
            .filter(|suffix| suffix.kind() == NodeKind::CallExpr)
            .count();
        let head_size = HeadSize::of(primary, on_primary, &segments);
        let may_break = n_calls > 1 && segments[head_size.most..].iter().any(|segment| segment.is_call);
        if !may_break && !self.docs.facts(flat).is_own_hard {
            return Chain {
                flat,
                hugged: None,
                open: None,
            };
        }
        let hugged = if self.ends_in_braces(node) {
            self.hugged_chain(&head, &docs)
        } else {
            None
        };
        let mut open = self.open_chain(&head, &docs, head_size.most);
        if head_size.least < head_size.most {
            // The first call stays on the first line only if that holds it whole.
            let with_less = self.open_chain(&head, &docs, head_size.least);
            open = self.docs.alternatives(open, Some(open), with_less);
        }
        Chain {
            flat,
            hugged,
            open: Some(open),
        }
    }

    /// A chain with all but the first segments on lines of their own.
    fn open_chain(&mut self, head: &[DocId], segments: &[DocId], n_in_head: usize) -> DocId {
        let (on_first, on_own) = segments.split_at(n_in_head);
        let lines = on_own.iter().flat_map(|segment| [Docs::HARD_LINE, *segment]).collect();
        let lines = self.docs.concat(lines);
        let lines = self.docs.indent(lines);
        self.docs.concat([head, on_first, &[lines]].concat())
    }

    fn segments(&mut self, suffixes: &[Node<'t>]) -> Vec<Segment<'t>> {
        let mut segments: Vec<Segment<'t>> = Vec::new();
        for suffix in suffixes {
            let doc = self.suffix(*suffix);
            match segments.last_mut() {
                Some(last) if suffix.kind() != NodeKind::FieldExpr => {
                    last.is_call |= suffix.kind() == NodeKind::CallExpr;
                    last.doc = self.docs.concat(vec![last.doc, doc]);
                }
                Some(_) | None => segments.push(Segment {
                    doc,
                    name: suffix.own_tokens().last().map_or("", |name| name.text()),
                    is_call: false,
                }),
            }
        }
        segments
    }

    /// What a node of a chain adds to its receiver.
    fn suffix(&mut self, node: Node<'t>) -> DocId {
        let elements = elements_of(node);
        let mut parts = Vec::with_capacity(elements.len());
        // `1 .0` is no number.
        let is_field_of_number = |elements: &[Element<'_>]| match elements {
            [Element::Node(receiver), .., name] => {
                receiver.kind() == NodeKind::Literal && last_kind(*name) == TokenKind::IntLit
            }
            _ => false,
        };
        if node.kind() == NodeKind::FieldExpr && is_field_of_number(&elements) {
            parts.push(Docs::SPACE);
        }
        for element in &elements[1..] {
            parts.push(self.element(*element));
        }
        self.docs.concat(parts)
    }

    fn hugged_chain(&mut self, head: &[DocId], segments: &[DocId]) -> Option<DocId> {
        let (last, middle) = segments.split_last()?;
        let mut parts = [head, middle].concat();
        let has_break = parts.iter().any(|part| {
            let facts = self.docs.facts(*part);
            facts.is_hard || facts.is_pending
        });
        if has_break || self.docs.facts(*last).is_own_hard {
            return None;
        }
        parts.push(self.docs.with_last_group_broken(*last)?);
        Some(self.docs.concat(parts))
    }
}

/// What a chain starts with, and the nodes around it from the innermost.
fn suffixes_of(node: Node<'_>) -> (Node<'_>, Vec<Node<'_>>) {
    use NodeKind as N;
    let mut suffixes = Vec::new();
    let mut primary = node;
    while matches!(
        primary.kind(),
        N::FieldExpr | N::IndexExpr | N::CallExpr | N::GenericExpr
    ) {
        suffixes.push(primary);
        let Some(receiver) = primary.children().next() else {
            break;
        };
        primary = receiver;
    }
    suffixes.reverse();
    (primary, suffixes)
}

/// How many segments of a chain stay on the line of what it starts with.
#[derive(Clone, Copy, Debug)]
struct HeadSize {
    least: usize,
    /// With the first call, where that is on a name no longer than the indentation.
    most: usize,
}

impl HeadSize {
    fn of(primary: Node<'_>, on_primary: &[Node<'_>], segments: &[Segment<'_>]) -> Self {
        let of = |least: usize, most: usize| Self {
            least: least.min(segments.len()),
            most: most.min(segments.len()),
        };
        if last_kind(Element::Node(primary)) == TokenKind::RBrace {
            // A `.` that does not touch the `}` of a statement would start the next one.
            return of(1, 1);
        }
        let is_generic = |suffix: &Node<'_>| suffix.kind() == NodeKind::GenericExpr;
        if primary.kind() != NodeKind::NameExpr || !on_primary.iter().all(is_generic) {
            return of(0, 0);
        }
        let n_fields = segments.iter().take_while(|segment| !segment.is_call).count();
        let name = match n_fields.checked_sub(1) {
            Some(last) => segments[last].name,
            None => primary.text(),
        };
        let is_type = name.starts_with(char::is_uppercase) || (n_fields == 0 && !on_primary.is_empty());
        if is_type {
            // `Vec<i32>.new()`
            return of(n_fields + 1, n_fields + 1);
        }
        let is_short = n_fields == 0 && name.chars().count() <= INDENT;
        of(n_fields, n_fields + usize::from(is_short))
    }
}
