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

impl<'t> Rules<'_, 't> {
    pub(super) fn chain(&mut self, node: Node<'t>) -> DocId {
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
        let n_head = n_in_head(primary, on_primary, &segments);
        head.extend(segments[..n_head].iter().map(|segment| segment.doc));
        let head = self.docs.concat(head);
        let rest: Vec<DocId> = segments[n_head..].iter().map(|segment| segment.doc).collect();
        if rest.is_empty() {
            return head;
        }
        let mut parts = vec![head];
        parts.extend(&rest);
        let flat = self.docs.concat(parts);
        let is_call = |suffix: &&Node<'_>| suffix.kind() == NodeKind::CallExpr;
        let n_calls = suffixes.iter().filter(is_call).count();
        let may_break = n_calls > 1 && segments[n_head..].iter().any(|segment| segment.is_call);
        if !may_break && !self.docs.facts(flat).is_own_hard {
            return flat;
        }
        let hugged = if self.ends_in_braces(node) {
            self.hugged_chain(head, &rest)
        } else {
            None
        };
        let lines = rest.iter().flat_map(|segment| [Docs::HARD_LINE, *segment]).collect();
        let lines = self.docs.concat(lines);
        let lines = self.docs.indent(lines);
        let open = self.docs.concat(vec![head, lines]);
        self.docs.alternatives(flat, hugged, open)
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

    fn hugged_chain(&mut self, head: DocId, rest: &[DocId]) -> Option<DocId> {
        let (last, middle) = rest.split_last()?;
        let mut parts = vec![head];
        parts.extend(middle);
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

/// How many segments stay on the line of what the chain starts with: a path with its first call if that makes a value
/// of a type (`Vec<i32>.new()`) or if its name is no longer than the indentation.
fn n_in_head(primary: Node<'_>, on_primary: &[Node<'_>], segments: &[Segment<'_>]) -> usize {
    if last_kind(Element::Node(primary)) == TokenKind::RBrace {
        // A `.` that does not touch the `}` of a statement would start the next one.
        return segments.len().min(1);
    }
    let is_path =
        primary.kind() == NodeKind::NameExpr && on_primary.iter().all(|suffix| suffix.kind() == NodeKind::GenericExpr);
    if !is_path {
        return 0;
    }
    let n_fields = segments.iter().take_while(|segment| !segment.is_call).count();
    let name = match n_fields.checked_sub(1) {
        Some(last) => segments[last].name,
        None => primary.text(),
    };
    let is_type = name.starts_with(char::is_uppercase) || (n_fields == 0 && !on_primary.is_empty());
    let is_short = n_fields == 0 && name.chars().count() <= INDENT;
    let n_calls = usize::from(is_type || is_short);
    (n_fields + n_calls).min(segments.len())
}
