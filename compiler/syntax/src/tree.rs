//! The lossless syntax tree: flat arrays of tokens and nodes.
//!
//! Takes what the parser built, gives [`Tree`] and the cheap handles [`Node`] and [`Token`]. The tokens, trivia
//! included, concatenate to the text of the file. Knows kinds, and nothing of which node may stand where.

use std::sync::Arc;

use base::{FileId, Span};
use diag::Reported;

use crate::kind::NodeKind;
use crate::token::TokenKind;

base::define_id! {
    /// A node of one tree: its place in preorder.
    pub struct NodeId;
    /// A token of one tree, trivia counted.
    pub struct TokenId;
}

/// Tokens as parallel arrays. Token `i` ends where token `i + 1` starts, the last one where the text ends.
#[derive(Clone, Default, Debug)]
pub struct Tokens {
    pub kinds: Vec<TokenKind>,
    /// Byte offsets.
    pub starts: Vec<u32>,
}

impl Tokens {
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub fn push(&mut self, kind: TokenKind, start: u32) {
        self.kinds.push(kind);
        self.starts.push(start);
    }
}

/// The nodes of a tree in preorder, as parallel arrays. A node's tokens are `first_token..end_token`; those that
/// none of its children covers are its own. Trivia before a node's first token or after its last is its parent's.
#[derive(Clone, Default, Debug)]
pub(crate) struct Nodes {
    pub(crate) kinds: Vec<NodeKind>,
    pub(crate) first_token: Vec<u32>,
    pub(crate) end_token: Vec<u32>,
    /// The number of nodes of the subtree, the node itself counted: the next sibling is that far on.
    pub(crate) subtree_len: Vec<u32>,
}

/// The syntax tree of one file. Node 0 is its [`NodeKind::SourceFile`] and covers every token.
#[derive(Clone, Debug)]
pub struct Tree {
    file: FileId,
    text: Arc<str>,
    tokens: Tokens,
    nodes: Nodes,
    reported: Option<Reported>,
    /// Where everything in it stands, if it was generated.
    at: Option<Span>,
}

impl Tree {
    pub(crate) fn new(file: FileId, text: Arc<str>, tokens: Tokens, nodes: Nodes, reported: Option<Reported>) -> Self {
        Self {
            file,
            text,
            tokens,
            nodes,
            reported,
            at: None,
        }
    }

    /// The tree of text that stands in no file: what is said of its parts is said of this place.
    #[must_use]
    pub fn standing_at(self, place: Span) -> Self {
        Self {
            at: Some(place),
            ..self
        }
    }

    pub fn file(&self) -> FileId {
        self.file
    }

    /// The text of the whole file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The same, for who keeps it longer than the tree.
    pub fn shared_text(&self) -> &Arc<str> {
        &self.text
    }

    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    pub fn root(&self) -> Node<'_> {
        Node {
            tree: self,
            id: NodeId(0),
        }
    }

    /// The node of `id`, which came from this tree.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        debug_assert!((id.0 as usize) < self.nodes.kinds.len());
        Node { tree: self, id }
    }

    /// The token of `id`, which came from this tree.
    pub fn token(&self, id: TokenId) -> Token<'_> {
        debug_assert!((id.0 as usize) < self.tokens.len());
        Token { tree: self, id }
    }

    /// The proof that a syntax error was reported for this file: present whenever the tree has an error node, or
    /// a view of it lacks a part that the grammar requires.
    pub fn reported(&self) -> Option<Reported> {
        self.reported
    }

    fn token_start(&self, index: u32) -> u32 {
        self.tokens
            .starts
            .get(index as usize)
            .copied()
            .unwrap_or(self.text.len() as u32)
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
}

impl<'t> Node<'t> {
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    pub fn id(self) -> NodeId {
        self.id
    }

    pub fn kind(self) -> NodeKind {
        self.tree.nodes.kinds[self.id.0 as usize]
    }

    /// From the start of its first token to the end of its last. Empty for a node without tokens.
    pub fn span(self) -> Span {
        self.tree.at.unwrap_or_else(|| self.range())
    }

    fn range(self) -> Span {
        let (first, end) = self.token_range();
        let start = self.tree.token_start(first);
        Span::new(self.tree.file, start, self.tree.token_start(end).max(start))
    }

    pub fn text(self) -> &'t str {
        let range = self.range();
        &self.tree.text[range.start as usize..range.end as usize]
    }

    /// The indices of its tokens, trivia and those of its children included.
    pub fn token_range(self) -> (u32, u32) {
        let nodes = &self.tree.nodes;
        (
            nodes.first_token[self.id.0 as usize],
            nodes.end_token[self.id.0 as usize],
        )
    }

    /// Its child nodes in order.
    pub fn children(self) -> Children<'t> {
        let start = self.id.0 + 1;
        Children {
            tree: self.tree,
            next: start,
            end: self.id.0 + self.subtree_len(),
        }
    }

    /// Its own tokens in order, those of its children and trivia left out.
    pub fn own_tokens(self) -> impl Iterator<Item = Token<'t>> {
        self.elements().filter_map(|element| match element {
            Element::Token(token) if !token.kind().is_trivia() => Some(token),
            Element::Token(_) | Element::Node(_) => None,
        })
    }

    /// Its own tokens, trivia included, and its children, in order.
    pub fn elements(self) -> Elements<'t> {
        let (first, end) = self.token_range();
        Elements {
            tree: self.tree,
            next_token: first,
            end_token: end,
            children: self.children(),
        }
    }

    /// The first of its own tokens that is of `kind`.
    pub fn own_token(self, kind: TokenKind) -> Option<Token<'t>> {
        debug_assert!(!kind.is_trivia());
        let tree = self.tree;
        let (first_tokens, end_tokens) = (&tree.nodes.first_token, &tree.nodes.end_token);
        let (mut token, end) = self.token_range();
        let mut child = self.id.0 + 1;
        let end_child = self.id.0 + self.subtree_len();
        loop {
            let is_child = child < end_child;
            let until = if is_child { first_tokens[child as usize] } else { end };
            while token < until {
                if tree.tokens.kinds[token as usize] == kind {
                    return Some(Token {
                        tree,
                        id: TokenId(token),
                    });
                }
                token += 1;
            }
            if !is_child {
                return None;
            }
            token = token.max(end_tokens[child as usize]);
            child += tree.nodes.subtree_len[child as usize];
        }
    }

    /// The subtree in preorder, the node itself first.
    pub fn descendants(self) -> impl Iterator<Item = Node<'t>> {
        let tree = self.tree;
        (self.id.0..self.id.0 + self.subtree_len()).map(move |id| Node { tree, id: NodeId(id) })
    }

    fn subtree_len(self) -> u32 {
        self.tree.nodes.subtree_len[self.id.0 as usize]
    }
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}@{}", self.kind(), self.id.0)
    }
}

/// The children of a node.
#[derive(Clone)]
pub struct Children<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let node = Node {
            tree: self.tree,
            id: NodeId(self.next),
        };
        self.next += node.subtree_len();
        Some(node)
    }
}

/// A child of a node, or a token of its own.
#[derive(Clone, Copy, Debug)]
pub enum Element<'t> {
    Node(Node<'t>),
    Token(Token<'t>),
}

/// The own tokens and the children of a node, in order.
#[derive(Clone)]
pub struct Elements<'t> {
    tree: &'t Tree,
    next_token: u32,
    end_token: u32,
    children: Children<'t>,
}

impl<'t> Iterator for Elements<'t> {
    type Item = Element<'t>;

    fn next(&mut self) -> Option<Element<'t>> {
        let mut ahead = self.children.clone();
        if let Some(child) = ahead.next() {
            let (first, end) = child.token_range();
            if first <= self.next_token {
                self.children = ahead;
                self.next_token = self.next_token.max(end);
                return Some(Element::Node(child));
            }
        }
        if self.next_token >= self.end_token {
            return None;
        }
        let token = Token {
            tree: self.tree,
            id: TokenId(self.next_token),
        };
        self.next_token += 1;
        Some(Element::Token(token))
    }
}

/// A token of a tree.
#[derive(Clone, Copy)]
pub struct Token<'t> {
    tree: &'t Tree,
    id: TokenId,
}

impl<'t> Token<'t> {
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    pub fn id(self) -> TokenId {
        self.id
    }

    pub fn kind(self) -> TokenKind {
        self.tree.tokens.kinds[self.id.0 as usize]
    }

    pub fn span(self) -> Span {
        self.tree.at.unwrap_or_else(|| self.range())
    }

    fn range(self) -> Span {
        Span::new(
            self.tree.file,
            self.tree.token_start(self.id.0),
            self.tree.token_start(self.id.0 + 1),
        )
    }

    /// As written.
    pub fn text(self) -> &'t str {
        let range = self.range();
        &self.tree.text[range.start as usize..range.end as usize]
    }

    /// The name that an identifier stands for: its text without backticks.
    pub fn name(self) -> &'t str {
        let text = self.text();
        text.strip_prefix('`')
            .map_or(text, |inner| inner.strip_suffix('`').unwrap_or(inner))
    }
}

impl std::fmt::Debug for Token<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.kind(), self.text())
    }
}
