//! The rules: a document for each kind of node.
//!
//! Takes the nodes of a tree without errors and its comments, gives one document for the file. Every token of a node
//! goes into its document once, in order, with its comments; rules choose no more than what stands between. Knows no
//! widths: the printer does.

mod chains;
mod exprs;
mod items;
mod lists;

use syntax::{Element, Node, NodeKind, Token, TokenId, TokenKind, Tree};

use crate::comments::Comments;
use crate::doc::{DocId, Docs};

/// The document of a file.
pub(crate) fn document<'t>(tree: &'t Tree, comments: &Comments<'t>) -> (Docs<'t>, DocId) {
    let mut rules = Rules {
        tree,
        comments,
        docs: Docs::new(),
        hoisted: vec![false; tree.tokens().len() + 1],
    };
    let root = rules.node(tree.root());
    (rules.docs, root)
}

struct Rules<'c, 't> {
    tree: &'t Tree,
    comments: &'c Comments<'t>,
    docs: Docs<'t>,
    /// By token: whether the comments before it are in a document already.
    hoisted: Vec<bool>,
}

/// What stands between two parts of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Gap {
    Nothing,
    Space,
    /// A line break.
    NewLine,
    /// What stands before a value that may go to the next line.
    Value,
}

impl<'t> Rules<'_, 't> {
    /// The document of any node.
    fn node(&mut self, node: Node<'t>) -> DocId {
        use NodeKind as N;
        match node.kind() {
            N::SourceFile => self.source_file(node),
            // A tree without errors has none of these.
            N::Error | N::ErrorExpr | N::ErrorType | N::ErrorPat => self.docs.text(node.text()),

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
            | N::TestItem => self.item(node),

            N::Bounds => self.bounds(node, Docs::EMPTY),
            N::WhereClause => self.where_clause(node, Docs::EMPTY),
            N::AttrArgs | N::ParamList | N::GenericParams | N::TupleFieldList | N::TypeArgs | N::ParenTypeArgs => {
                self.words(node)
            }
            N::FieldList | N::VariantList | N::ItemList => self.words(node),
            N::ImportTree
            | N::Attr
            | N::AttrArg
            | N::TypeParam
            | N::ConstParam
            | N::WherePredicate
            | N::Bound
            | N::SelfParam
            | N::Param
            | N::VariadicParam
            | N::ReturnType
            | N::InlineC
            | N::FnAlias
            | N::Field
            | N::TupleField
            | N::Variant => self.words(node),

            N::PathType
            | N::PathSegment
            | N::AssocTypeArg
            | N::ConstArg
            | N::RefType
            | N::PtrType
            | N::SliceType
            | N::ArrayType
            | N::TupleType
            | N::ParenType
            | N::FnType
            | N::FnTypeParam
            | N::OptionalType
            | N::ResultType
            | N::DynType
            | N::ImplType
            | N::InferType
            | N::ParamKindType => self.words(node),

            N::LetStmt | N::DeferStmt | N::ExprStmt | N::EmptyStmt => self.words(node),

            N::Block => self.words(node),
            N::FString => self.fstring(node),
            // Interpolations are text of their f-string.
            N::Interpolation => self.docs.text(node.text()),
            N::FieldExpr | N::IndexExpr | N::CallExpr | N::GenericExpr => self.chain(node),
            N::BinaryExpr => self.binary(node),
            N::CatchExpr => self.catch(node),
            N::IfExpr => self.if_chain(node),
            N::Literal
            | N::NameExpr
            | N::ArgList
            | N::Arg
            | N::StructExpr
            | N::StructExprField
            | N::StructExprBase
            | N::VariantExpr
            | N::TupleExpr
            | N::ParenExpr
            | N::ArrayExpr
            | N::RepeatExpr
            | N::PrefixExpr
            | N::RefExpr
            | N::CastExpr
            | N::RangeExpr
            | N::AssignExpr
            | N::TryExpr
            | N::UnsafeExpr
            | N::ThrowExpr
            | N::ReturnExpr
            | N::BreakExpr
            | N::ContinueExpr
            | N::LetExpr
            | N::LoopExpr
            | N::WhileExpr
            | N::ForExpr
            | N::MatchExpr
            | N::MatchArm
            | N::ClosureExpr
            | N::UnderscoreExpr => self.words(node),

            N::OrPat => self.or_pattern(node),
            N::WildcardPat
            | N::RestPat
            | N::LiteralPat
            | N::RangePat
            | N::BindPat
            | N::PathPat
            | N::PatPath
            | N::TupleStructPat
            | N::StructPat
            | N::StructPatField
            | N::TuplePat
            | N::ParenPat
            | N::SlicePat
            | N::RefPat => self.words(node),
        }
    }

    /// A token with its comments.
    fn token(&mut self, token: Token<'t>) -> DocId {
        let text = self.token_text(token);
        self.with_comments(token.id(), token.id(), text)
    }

    /// `text` between the comments before the token `first` and those after `last`.
    fn with_comments(&mut self, first: TokenId, last: TokenId, text: DocId) -> DocId {
        let mut parts = vec![self.leading(first), text];
        self.push_trailing(last, &mut parts);
        self.docs.concat(parts)
    }

    fn push_trailing(&mut self, token: TokenId, parts: &mut Vec<DocId>) {
        for id in self.comments.trailing(token) {
            let is_line = self.comments.get(id).is_line;
            parts.push(self.docs.trailing(id, is_line));
        }
    }

    /// The comments before a token, if they are in no document yet.
    fn leading(&mut self, token: TokenId) -> DocId {
        self.leading_lines(token, false)
    }

    /// The same. If `ends_line`, the last one is followed by a line break wherever it stood.
    fn leading_lines(&mut self, token: TokenId, ends_line: bool) -> DocId {
        let is_hoisted = std::mem::replace(&mut self.hoisted[token.0 as usize], true);
        if is_hoisted || self.comments.leading(token).next().is_none() {
            return Docs::EMPTY;
        }
        let mut parts = Vec::new();
        let mut is_own_line = false;
        let n_comments = self.comments.leading(token).count();
        for (index, id) in self.comments.leading(token).enumerate() {
            let comment = self.comments.get(id);
            if comment.blank_before && index > 0 {
                parts.push(Docs::BLANK_LINE);
            }
            is_own_line = comment.is_own_line || (ends_line && index + 1 == n_comments);
            parts.push(if is_own_line {
                self.docs.own_line(id)
            } else {
                self.docs.inline(id)
            });
        }
        if is_own_line && self.comments.blank_before_token(token) && token != self.comments.end() {
            parts.push(Docs::BLANK_LINE);
        }
        self.docs.concat(parts)
    }

    /// Whether comments on lines of their own stand before a token.
    fn has_own_line_comments(&self, token: TokenId) -> bool {
        self.comments.leading(token).any(|id| self.comments.get(id).is_own_line)
    }

    /// A node or a token.
    fn element(&mut self, element: Element<'t>) -> DocId {
        match element {
            Element::Node(node) => self.node(node),
            Element::Token(token) => self.token(token),
        }
    }

    /// A part with the comments before it outside of its groups.
    fn detached(&mut self, element: Element<'t>) -> DocId {
        let comments = self.leading(first_token(element));
        let part = self.element(element);
        self.docs.concat(vec![comments, part])
    }

    /// The parts of a node one after the other, lists as lists.
    fn words(&mut self, node: Node<'t>) -> DocId {
        let elements = elements_of(node);
        self.joined(node, &elements)
    }

    /// The same for some of the parts.
    fn joined(&mut self, node: Node<'t>, elements: &[Element<'t>]) -> DocId {
        let list = self.list_of(node, elements);
        let mut parts = Vec::with_capacity(elements.len() * 2);
        let mut previous: Option<Element<'t>> = None;
        let mut index = 0;
        while let Some(element) = elements.get(index).copied() {
            let gap = previous.map_or(Gap::Nothing, |previous| self.gap(node, previous, element));
            match gap {
                Gap::Nothing | Gap::Value => {}
                Gap::Space => parts.push(Docs::SPACE),
                Gap::NewLine => parts.push(Docs::HARD_LINE),
            }
            match &list {
                Some(list) if index == list.range.start => {
                    parts.push(self.list(node, &elements[list.range.clone()], list.style));
                    index = list.range.end;
                    previous = Some(elements[index - 1]);
                    continue;
                }
                Some(_) | None => {}
            }
            let (part, n_elements) = match (gap, element) {
                (Gap::Value, Element::Node(value)) => (self.value(value), 1),
                (_, Element::Node(head)) if is_header(node.kind()) && head.kind() != NodeKind::Block => {
                    (self.condition(head), 1)
                }
                _ => self.clause(node, &elements[index..]),
            };
            parts.push(part);
            index += n_elements;
            previous = Some(elements[index - 1]);
        }
        let whole = self.docs.concat(parts);
        if !ends_in_body(node.kind()) {
            return whole;
        }
        // A body stays on one line only if all before it does.
        match self.docs.with_last_group_broken(whole) {
            Some(open) => self.docs.alternatives(whole, Some(open), open),
            None => whole,
        }
    }

    /// What stands between two parts of `parent` that are not in a list.
    fn gap(&self, parent: Node<'t>, previous: Element<'t>, next: Element<'t>) -> Gap {
        use NodeKind as N;
        use TokenKind as T;
        let kind = parent.kind();
        let before = match previous {
            Element::Token(token) => Some(token.kind()),
            Element::Node(node) if node.kind() == N::Attr => return self.gap_after_attr(parent, next),
            Element::Node(_) => None,
        };
        if items::starts_clause(kind, next) || items::follows_clause(parent, previous, next) {
            // Clauses bring the line breaks around them.
            return Gap::Nothing;
        }
        let after = match next {
            Element::Token(token) => Some(token.kind()),
            Element::Node(_) => None,
        };
        match after {
            Some(T::Comma | T::Semicolon | T::Dot | T::QuestionDot | T::RParen | T::RBracket) => return Gap::Nothing,
            Some(T::Colon) if kind == N::Field && is_bit_width(parent, next) => return Gap::Space,
            Some(T::Colon) => return Gap::Nothing,
            // `E!T`, `as% T`
            Some(T::Bang) if kind == N::ResultType => return Gap::Nothing,
            Some(T::Percent) if kind == N::CastExpr => return Gap::Nothing,
            // `Point(x)`, `f(x)`, but `P { x }`
            Some(T::LParen) => return Gap::Nothing,
            Some(_) | None => {}
        }
        match before {
            Some(T::LParen | T::LBracket | T::Dot | T::QuestionDot) => return Gap::Nothing,
            Some(T::At) if kind == N::Attr => return Gap::Nothing,
            Some(T::Minus | T::Bang | T::Star | T::Amp | T::Question) if is_prefix_parent(kind) => {
                return gap_of_touching(previous, next);
            }
            Some(T::Eq | T::FatArrow) if has_value(kind) => return Gap::Value,
            Some(operator) if kind == N::AssignExpr && operator.is_assignment() => return Gap::Value,
            Some(_) | None => {}
        }
        if matches!(kind, N::RangeExpr | N::RangePat | N::StructExprBase) {
            return gap_of_touching(previous, next);
        }
        match next {
            Element::Node(node) => match node.kind() {
                N::GenericParams | N::TypeArgs | N::AttrArgs | N::TupleFieldList | N::ParenTypeArgs | N::ArgList => {
                    Gap::Nothing
                }
                N::ParamList if kind == N::FnItem => Gap::Nothing,
                _ => Gap::Space,
            },
            Element::Token(_) => Gap::Space,
        }
    }

    /// A value after `=`, with the comments before it on lines of their own.
    fn value(&mut self, value: Node<'t>) -> DocId {
        let first = first_token(Element::Node(value));
        if self.has_own_line_comments(first) {
            let value = self.detached(Element::Node(value));
            let indented = self.docs.concat(vec![Docs::HARD_LINE, value]);
            return self.docs.indent(indented);
        }
        let may_move = !self.stays_on_line(value);
        let doc = self.node(value);
        self.docs.value(doc, may_move)
    }

    /// The text of a token. A line break in a string means `\n` however it is written, but not in a raw one.
    fn token_text(&mut self, token: Token<'t>) -> DocId {
        let text = token.text();
        if token.kind() != TokenKind::RawStrLit && text.contains('\r') {
            self.docs.text(text.replace("\r\n", "\n"))
        } else {
            self.docs.text(text)
        }
    }
}

/// The tokens of the node's own, comments left out, and its children.
fn elements_of(node: Node<'_>) -> Vec<Element<'_>> {
    node.elements()
        .filter(|element| !matches!(element, Element::Token(token) if token.kind().is_trivia()))
        .collect()
}

fn first_token(element: Element<'_>) -> TokenId {
    match element {
        Element::Node(node) => TokenId(node.token_range().0),
        Element::Token(token) => token.id(),
    }
}

fn first_kind(element: Element<'_>) -> TokenKind {
    let tree = match element {
        Element::Node(node) => node.tree(),
        Element::Token(token) => token.tree(),
    };
    tree.token(first_token(element)).kind()
}

fn last_kind(element: Element<'_>) -> TokenKind {
    match element {
        Element::Node(node) => node.tree().token(TokenId(node.token_range().1 - 1)).kind(),
        Element::Token(token) => token.kind(),
    }
}

fn is_token(element: Element<'_>, kind: TokenKind) -> bool {
    matches!(element, Element::Token(token) if token.kind() == kind)
}

/// Nothing, unless the two parts would be read as others if they touched: `- |x| x`, `.. .A`.
fn gap_of_touching(previous: Element<'_>, next: Element<'_>) -> Gap {
    use TokenKind as T;
    match (last_kind(previous), first_kind(next)) {
        (T::Minus, T::Pipe | T::PipePipe) | (T::DotDot, T::Dot | T::DotDot | T::DotDotEq) => Gap::Space,
        _ => Gap::Nothing,
    }
}

/// Whether `colon` is the second one of a field, before the width of a bit-field.
fn is_bit_width(field: Node<'_>, colon: Element<'_>) -> bool {
    field
        .own_token(TokenKind::Colon)
        .is_some_and(|first| first.id() != first_token(colon))
}

/// The kinds in which these tokens are prefixes: in all others they stand between operands.
fn is_prefix_parent(kind: NodeKind) -> bool {
    use NodeKind as N;
    matches!(
        kind,
        N::PrefixExpr
            | N::RefExpr
            | N::RefType
            | N::PtrType
            | N::OptionalType
            | N::ResultType
            | N::RefPat
            | N::SelfParam
            | N::Bound
            | N::LiteralPat
    )
}

/// The kinds that end in braces, with more before them than a name.
fn ends_in_body(kind: NodeKind) -> bool {
    use NodeKind as N;
    let is_item = matches!(
        kind,
        N::FnItem | N::StructItem | N::UnionItem | N::EnumItem | N::TraitItem | N::ImplItem
    );
    is_item || is_header(kind)
}

/// The kinds whose children are what stands before a `{` and what that opens.
fn is_header(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::WhileExpr | NodeKind::ForExpr | NodeKind::MatchExpr)
}

/// The kinds in which what follows `=` may go to the next line.
fn has_value(kind: NodeKind) -> bool {
    use NodeKind as N;
    matches!(
        kind,
        N::ConstItem | N::StaticItem | N::TypeAliasItem | N::LetStmt | N::Field | N::Param | N::Variant | N::MatchArm
    )
}
