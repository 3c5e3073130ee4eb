//! Operators, conditions, `catch`, f-strings and alternatives of patterns.
//!
//! Takes nodes, gives documents. An operator that does not fit starts the next line.

use syntax::{Element, Node, NodeKind, TokenId, TokenKind};

use super::chains::Chain;
use super::lists::{ListStyle, is_short};
use super::{Gap, Rules, elements_of, is_token};
use crate::doc::{DocId, Docs};

/// Operands with operators of one level between them.
struct Operands {
    /// `a + b + c`, whose lines break before the operators.
    broken: DocId,
    /// The same on one line but for the braces that it ends in.
    hugged: Option<DocId>,
}

impl<'t> Rules<'_, 't> {
    pub(super) fn binary(&mut self, node: Node<'t>) -> DocId {
        let Operands { broken, hugged } = self.operands(node);
        self.docs.alternatives(broken, hugged, broken)
    }

    /// What stands before a `{`: behind operators that are broken, it has a line of its own.
    pub(super) fn condition(&mut self, node: Node<'t>) -> DocId {
        use NodeKind as N;
        match node.kind() {
            N::UnsafeExpr | N::TryExpr | N::LetExpr | N::RangeExpr => {
                let mut parts = Vec::new();
                let mut previous: Option<Element<'t>> = None;
                let elements = elements_of(node);
                for (index, element) in elements.iter().enumerate() {
                    if previous.is_some_and(|previous| self.gap(node, previous, *element) == Gap::Space) {
                        parts.push(Docs::SPACE);
                    }
                    parts.push(match element {
                        Element::Node(operand) if index + 1 == elements.len() => self.condition(*operand),
                        Element::Node(_) | Element::Token(_) => self.element(*element),
                    });
                    previous = Some(*element);
                }
                self.docs.concat(parts)
            }
            N::BinaryExpr => {
                let Operands { broken, hugged } = self.operands(node);
                let open = self.docs.concat(vec![broken, Docs::HARD_LINE]);
                self.docs.alternatives(broken, hugged, open)
            }
            N::FieldExpr | N::IndexExpr | N::CallExpr | N::GenericExpr => {
                let Chain { flat, hugged, open } = self.chain_docs(node);
                let Some(open) = open else {
                    return flat;
                };
                let open = self.docs.concat(vec![open, Docs::HARD_LINE]);
                self.docs.alternatives(flat, hugged, open)
            }
            _ => self.node(node),
        }
    }

    fn operands(&mut self, node: Node<'t>) -> Operands {
        let (first, rest) = operands_of(node);
        let last_operand = rest.last().map_or(first, |(_, operand)| *operand);
        let first = self.element(first);
        let mut steps = Vec::with_capacity(rest.len());
        for (operator, operand) in rest {
            let operator = self.element(operator);
            let operand = self.element(operand);
            steps.push(self.docs.concat(vec![operator, Docs::SPACE, operand]));
        }
        let lines = steps.iter().flat_map(|step| [Docs::LINE, *step]).collect();
        let lines = self.docs.concat(lines);
        let lines = self.docs.indent(lines);
        let broken = self.docs.concat(vec![first, lines]);
        let hugged = match last_operand {
            Element::Node(last) if self.ends_in_braces(last) => self.hugged_operands(first, &steps),
            Element::Node(_) | Element::Token(_) => None,
        };
        Operands { broken, hugged }
    }

    fn hugged_operands(&mut self, first: DocId, steps: &[DocId]) -> Option<DocId> {
        let (last, middle) = steps.split_last()?;
        let mut parts = vec![first];
        parts.extend(middle.iter().flat_map(|step| [Docs::SPACE, *step]));
        let has_break = parts.iter().any(|part| {
            let facts = self.docs.facts(*part);
            facts.is_hard || facts.is_pending
        });
        if has_break || self.docs.facts(*last).is_own_hard {
            return None;
        }
        parts.push(Docs::SPACE);
        parts.push(self.docs.with_last_group_broken(*last)?);
        Some(self.docs.concat(parts))
    }

    /// Whether an expression ends in braces that may break while what stands before them is on one line.
    pub(super) fn ends_in_braces(&self, node: Node<'t>) -> bool {
        use NodeKind as N;
        let last_child = || node.children().last();
        match node.kind() {
            N::CallExpr => last_child()
                .and_then(|args| args.children().last())
                .and_then(|arg| arg.children().last())
                .is_some_and(|value| self.is_huggable(value, false)),
            N::PrefixExpr | N::RefExpr | N::TryExpr | N::UnsafeExpr | N::ThrowExpr | N::ReturnExpr | N::CatchExpr => {
                last_child().is_some_and(|operand| self.ends_in_braces(operand))
            }
            _ => self.is_huggable(node, false),
        }
    }

    /// Whether a value stays behind its `=`, however long it is.
    pub(super) fn stays_on_line(&self, value: Node<'t>) -> bool {
        let is_multi_line_text =
            matches!(value.kind(), NodeKind::Literal | NodeKind::FString) && { value.text().contains('\n') };
        is_multi_line_text || self.ends_in_braces(value)
    }

    /// `a catch |e| b`
    pub(super) fn catch(&mut self, node: Node<'t>) -> DocId {
        let elements = elements_of(node);
        let handler_stays = matches!(elements.last(), Some(Element::Node(handler)) if self.ends_in_braces(*handler));
        let mut parts = Vec::with_capacity(elements.len() * 2);
        let first = self.element(elements[0]);
        let mut is_in_binder = false;
        for element in &elements[1..] {
            let is_pipe = is_token(*element, TokenKind::Pipe);
            if is_token(*element, TokenKind::CatchKw) {
                parts.push(if handler_stays { Docs::SPACE } else { Docs::LINE });
            } else if !is_in_binder {
                parts.push(Docs::SPACE);
            }
            is_in_binder = if is_pipe { !is_in_binder } else { is_in_binder };
            parts.push(self.element(*element));
        }
        let rest = self.docs.concat(parts);
        if handler_stays {
            return self.docs.concat(vec![first, rest]);
        }
        let rest = self.docs.indent(rest);
        let inner = self.docs.concat(vec![first, rest]);
        self.docs.group(inner)
    }

    /// `if a { … } else if b { … } else { … }`: on one line or with all blocks open.
    pub(super) fn if_chain(&mut self, node: Node<'t>) -> DocId {
        let mut parts = Vec::new();
        let mut next = Some(node);
        while let Some(link) = next.take() {
            for (index, element) in elements_of(link).into_iter().enumerate() {
                if index > 0 || link.id() != node.id() {
                    parts.push(Docs::SPACE);
                }
                match element {
                    Element::Node(child) if child.kind() == NodeKind::Block => {
                        let elements = elements_of(child);
                        parts.push(self.list_docs(child, &elements, ListStyle::BRACES).inner);
                    }
                    Element::Node(child) if child.kind() == NodeKind::IfExpr && index > 2 => next = Some(child),
                    Element::Node(condition) => parts.push(self.condition(condition)),
                    Element::Token(token) => parts.push(self.token(token)),
                }
            }
        }
        let inner = self.docs.concat(parts);
        self.docs.group(inner)
    }

    /// An f-string, which is text: what `{x=}` prints is the source of `x`.
    pub(super) fn fstring(&mut self, node: Node<'t>) -> DocId {
        let (first, end) = node.token_range();
        let mut text = String::new();
        for id in (first..end).map(TokenId) {
            let token = self.tree.token(id);
            if token.kind() == TokenKind::FStrText {
                text.push_str(&token.text().replace("\r\n", "\n"));
            } else {
                text.push_str(token.text());
            }
        }
        let text = self.docs.text(text);
        self.with_comments(TokenId(first), TokenId(end - 1), text)
    }

    /// `a | b | c`
    pub(super) fn or_pattern(&mut self, node: Node<'t>) -> DocId {
        let elements = elements_of(node);
        let fills = elements.iter().all(|element| match element {
            Element::Node(node) => is_short(*node),
            Element::Token(_) => true,
        });
        let mut contents: Vec<DocId> = Vec::new();
        let mut bar: Option<DocId> = None;
        for element in elements {
            let doc = self.element(element);
            if is_token(element, TokenKind::Pipe) {
                bar = Some(doc);
                continue;
            }
            if !contents.is_empty() {
                contents.push(Docs::LINE);
            }
            contents.push(match bar.take() {
                Some(bar) => self.docs.concat(vec![bar, Docs::SPACE, doc]),
                None => doc,
            });
        }
        if fills {
            return self.docs.fill(contents);
        }
        let inner = self.docs.concat(contents);
        self.docs.group(inner)
    }
}

/// The operands of a chain of operators of one level: the first, and each other one with the operator before it.
fn operands_of(node: Node<'_>) -> (Element<'_>, Vec<(Element<'_>, Element<'_>)>) {
    let parts = |node| -> Option<[Element<'_>; 3]> { elements_of(node).try_into().ok() };
    let level = first_operator(node).map(level);
    let is_same = |element: &Element<'_>| match element {
        Element::Node(node) => node.kind() == NodeKind::BinaryExpr && first_operator(*node).map(self::level) == level,
        Element::Token(_) => false,
    };
    let mut rest = Vec::new();
    let mut first = Element::Node(node);
    let mut ahead = Some(node);
    // The operands on the left, from the last to the first.
    while let Some([left, operator, right]) = ahead.and_then(parts) {
        rest.push((operator, right));
        first = left;
        ahead = match left {
            Element::Node(left_node) if is_same(&left) => Some(left_node),
            Element::Node(_) | Element::Token(_) => None,
        };
    }
    rest.reverse();
    // `??` groups to the right.
    while let Some((_, Element::Node(last))) = rest.last().copied()
        && is_same(&Element::Node(last))
        && let Some([left, operator, right]) = parts(last)
    {
        if let Some(place) = rest.last_mut() {
            place.1 = left;
        }
        rest.push((operator, right));
    }
    (first, rest)
}

fn first_operator(node: Node<'_>) -> Option<TokenKind> {
    node.own_tokens().next().map(|token| token.kind())
}

/// Operators of one level are broken together.
fn level(operator: TokenKind) -> u32 {
    use TokenKind as T;
    match operator {
        T::PipePipe => 0,
        T::AmpAmp => 1,
        T::EqEq | T::BangEq | T::Lt | T::LtEq | T::Gt | T::GtEq => 2,
        T::QuestionQuestion => 3,
        T::Pipe => 4,
        T::Caret => 5,
        T::Amp => 6,
        T::Shl | T::Shr => 7,
        T::Star | T::Slash | T::Percent | T::StarPercent => 9,
        // Of the sum: the operators of a `BinaryExpr` that are left.
        _ => 8,
    }
}
