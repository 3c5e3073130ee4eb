//! Typed views of the tree: a struct for each kind of node, an enum for each choice.
//!
//! Takes nodes, gives their parts by name. Every part is an `Option`, because broken code has nodes too; where a
//! part that the grammar requires is absent, an error was reported (`Tree::reported`). Views are two words and
//! copied freely. They know the shape of the grammar and nothing of what it means.

mod exprs;
mod items;
mod parts;
mod patterns;
mod stmts;
mod types;

pub use exprs::*;
pub use items::*;
pub use parts::*;
pub use patterns::*;
pub use stmts::*;
pub use types::*;

use base::Span;

use crate::token::TokenKind;
use crate::tree::{Element, Node, NodeId, Token};

/// A typed view of a node.
pub trait AstNode<'t>: Copy {
    /// The view of `node`, if it is of the kind.
    fn cast(node: Node<'t>) -> Option<Self>;

    fn syntax(self) -> Node<'t>;

    fn id(self) -> NodeId {
        self.syntax().id()
    }

    fn span(self) -> Span {
        self.syntax().span()
    }
}

/// Declares a view for each kind of node, named as the kind.
macro_rules! ast_nodes {
    ($($(#[$meta:meta])* $name:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'t>($crate::tree::Node<'t>);

        impl<'t> $crate::ast::AstNode<'t> for $name<'t> {
            fn cast(node: $crate::tree::Node<'t>) -> Option<Self> {
                (node.kind() == $crate::kind::NodeKind::$name).then_some(Self(node))
            }

            fn syntax(self) -> $crate::tree::Node<'t> {
                self.0
            }
        }
    )*};
}
use ast_nodes;

/// Declares an enum over views: `Variant(View)`.
macro_rules! ast_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident($view:ident),)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name<'t> {
            $($variant($view<'t>),)*
        }

        impl<'t> $crate::ast::AstNode<'t> for $name<'t> {
            fn cast(node: $crate::tree::Node<'t>) -> Option<Self> {
                $(if let Some(view) = <$view<'t> as $crate::ast::AstNode<'t>>::cast(node) {
                    return Some(Self::$variant(view));
                })*
                None
            }

            fn syntax(self) -> $crate::tree::Node<'t> {
                match self {
                    $(Self::$variant(view) => $crate::ast::AstNode::syntax(view),)*
                }
            }
        }
    };
}
use ast_enum;

/// Gives a view accessors for tokens of its own, as `name: Kind`, that say whether or where they stand.
macro_rules! own_tokens {
    ($view:ident { $($(#[$meta:meta])* $name:ident: $kind:ident,)* }) => {
        impl<'t> $view<'t> {
            $($(#[$meta])*
            pub fn $name(self) -> Option<$crate::tree::Token<'t>> {
                self.0.own_token($crate::token::TokenKind::$kind)
            })*
        }
    };
}
use own_tokens;

/// Gives items the parts that most of them have.
macro_rules! item_parts {
    ($($view:ident)*) => {$(
        impl<'t> $view<'t> {
            pub fn attrs(self) -> impl Iterator<Item = $crate::ast::Attr<'t>> {
                $crate::ast::attrs_of(self.0)
            }

            /// `pub`
            pub fn pub_token(self) -> Option<$crate::tree::Token<'t>> {
                self.0.own_token($crate::token::TokenKind::PubKw)
            }

            pub fn doc_comments(self) -> Vec<$crate::tree::Token<'t>> {
                $crate::ast::doc_comments_of(self.0)
            }
        }
    )*};
}
use item_parts;

/// Gives views a name: their own identifier.
macro_rules! named {
    ($($view:ident)*) => {$(
        impl<'t> $view<'t> {
            pub fn name(self) -> Option<$crate::tree::Token<'t>> {
                self.0.own_token($crate::token::TokenKind::Ident)
            }
        }
    )*};
}
use named;

fn child<'t, N: AstNode<'t>>(node: Node<'t>) -> Option<N> {
    node.children().find_map(N::cast)
}

fn children<'t, N: AstNode<'t>>(node: Node<'t>) -> impl Iterator<Item = N> {
    node.children().filter_map(N::cast)
}

/// The first child after a token of the node's own that satisfies `is_mark`.
fn child_after<'t, N: AstNode<'t>>(node: Node<'t>, is_mark: impl Fn(TokenKind) -> bool) -> Option<N> {
    let mut seen = false;
    node.elements().find_map(|element| match element {
        Element::Token(token) => {
            seen |= is_mark(token.kind());
            None
        }
        Element::Node(child) if seen => N::cast(child),
        Element::Node(_) => None,
    })
}

/// The first child before any token of the node's own that satisfies `is_mark`.
fn child_before<'t, N: AstNode<'t>>(node: Node<'t>, is_mark: impl Fn(TokenKind) -> bool) -> Option<N> {
    for element in node.elements() {
        match element {
            Element::Token(token) if is_mark(token.kind()) => return None,
            Element::Token(_) => {}
            Element::Node(child) => {
                if let Some(view) = N::cast(child) {
                    return Some(view);
                }
            }
        }
    }
    None
}

/// The first token of the node's own that satisfies `is_wanted`.
fn own_token_where<'t>(node: Node<'t>, is_wanted: impl Fn(TokenKind) -> bool) -> Option<Token<'t>> {
    node.own_tokens().find(|token| is_wanted(token.kind()))
}
