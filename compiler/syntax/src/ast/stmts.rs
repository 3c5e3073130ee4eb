//! Views of statements.
//!
//! Takes and gives what `ast` says, for statements.

use super::{AstNode, Block, Expr, Item, Pat, Type, ast_nodes, child, child_after, own_tokens};
use crate::kind::NodeKind;
use crate::token::TokenKind;
use crate::tree::{Node, Token};

ast_nodes! {
    /// `let p: T = e;`, `var p = e;`, `let p = e else { … };`
    LetStmt;
    /// `defer e;`, `errdefer e;`
    DeferStmt;
    /// `e;`, and a block-like expression that ends without `;`.
    ExprStmt;
    /// `;`
    EmptyStmt;
}

/// A statement of a block.
#[derive(Clone, Copy, Debug)]
pub enum Stmt<'t> {
    Let(LetStmt<'t>),
    Defer(DeferStmt<'t>),
    Expr(ExprStmt<'t>),
    Item(Item<'t>),
}

impl<'t> AstNode<'t> for Stmt<'t> {
    fn cast(node: Node<'t>) -> Option<Self> {
        match node.kind() {
            NodeKind::LetStmt => Some(Self::Let(LetStmt(node))),
            NodeKind::DeferStmt => Some(Self::Defer(DeferStmt(node))),
            NodeKind::ExprStmt => Some(Self::Expr(ExprStmt(node))),
            _ => Item::cast(node).map(Self::Item),
        }
    }

    fn syntax(self) -> Node<'t> {
        match self {
            Self::Let(view) => view.syntax(),
            Self::Defer(view) => view.syntax(),
            Self::Expr(view) => view.syntax(),
            Self::Item(view) => view.syntax(),
        }
    }
}

own_tokens! { LetStmt {
    /// `let`
    let_token: LetKw,
    /// `var`
    var_token: VarKw,
    else_token: ElseKw,
    /// Absent where it was forgotten.
    semicolon_token: Semicolon,
} }

impl<'t> LetStmt<'t> {
    pub fn pat(self) -> Option<Pat<'t>> {
        child(self.0)
    }

    pub fn ty(self) -> Option<Type<'t>> {
        child(self.0)
    }

    pub fn init(self) -> Option<Expr<'t>> {
        super::child_before(self.0, |kind| kind == TokenKind::ElseKw)
    }

    pub fn else_block(self) -> Option<Block<'t>> {
        child_after(self.0, |kind| kind == TokenKind::ElseKw)
    }
}

own_tokens! { DeferStmt {
    /// `errdefer`
    errdefer_token: ErrdeferKw,
} }

impl<'t> DeferStmt<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

own_tokens! { ExprStmt {
    /// Absent after a block-like expression, and where it was forgotten.
    semicolon_token: Semicolon,
} }

impl<'t> ExprStmt<'t> {
    pub fn expr(self) -> Option<Expr<'t>> {
        child(self.0)
    }
}

impl<'t> Block<'t> {
    /// The statements, empty ones and the tail left out.
    pub fn stmts(self) -> impl Iterator<Item = Stmt<'t>> {
        super::children(self.syntax())
    }

    /// The last expression, without `;`: the value of the block. A block-like expression at the end (`if … { }`)
    /// is the tail too.
    pub fn tail(self) -> Option<Expr<'t>> {
        child(self.syntax())
    }

    /// `'a` of `'a: { … }`.
    pub fn label(self) -> Option<Token<'t>> {
        self.syntax().own_token(TokenKind::Label)
    }

    /// Whether it is a body that [`crate::parse_outline`] has left out.
    pub fn is_skipped(self) -> bool {
        let (open, _) = self.syntax().token_range();
        self.syntax().tree().tokens().kinds.get(open as usize + 1) == Some(&TokenKind::Skipped)
    }

    pub fn rbrace_token(self) -> Option<Token<'t>> {
        self.syntax().own_token(TokenKind::RBrace)
    }
}
