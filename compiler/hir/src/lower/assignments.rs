//! Assignments.
//!
//! Takes the syntax of an assignment. Gives an assignment to one place each: `(a, b) = value;` is a block that takes
//! the value apart first, and then assigns the parts from left to right.

use syntax::TokenKind;
use syntax::ast::{self, AstNode};

use super::body::BodyLowering;
use crate::{BinaryOp, Block, Expr, ExprId, Pat, PatId, Stmt, errors};

impl BodyLowering<'_, '_> {
    pub(super) fn assign(&mut self, assign: ast::AssignExpr<'_>) -> Expr {
        let span = assign.span();
        let Some(token) = assign.op_token() else {
            return self.file.missing_expr();
        };
        if let Some(ast::Expr::Underscore(place)) = assign.place() {
            if token.kind() != TokenKind::Eq {
                let reported = self.file.diagnostics.report(errors::underscore_as_value(place.span()));
                return Expr::Error(reported);
            }
            return self.discard(assign);
        }
        if let (Some(ast::Expr::Tuple(places)), TokenKind::Eq) = (assign.place(), token.kind()) {
            return self.assign_parts(places, assign);
        }
        let place = self.expr(assign.place(), span);
        let value = self.expr(assign.value(), span);
        if token.kind() == TokenKind::Eq {
            return Expr::Assign { place, value };
        }
        match compound_op(token.kind()) {
            Some(op) => Expr::AssignOp {
                op,
                op_span: token.span(),
                place,
                value,
            },
            None => self.file.missing_expr(),
        }
    }

    /// `_ = value`: a block that discards it.
    fn discard(&mut self, assign: ast::AssignExpr<'_>) -> Expr {
        let expr = self.expr(assign.value(), assign.span());
        let block = Block {
            stmts: vec![Stmt::Discard(expr)],
            tail: None,
        };
        Expr::Block { block, label: None }
    }

    /// `(a, b) = value`
    fn assign_parts(&mut self, places: ast::TupleExpr<'_>, assign: ast::AssignExpr<'_>) -> Expr {
        let span = assign.span();
        let init = self.expr(assign.value(), span);
        let mut assignments = Vec::new();
        let pat = self.parts_of(ast::Expr::Tuple(places), &mut assignments);
        let take_apart = Stmt::Let {
            pat,
            ty: None,
            init: Some(init),
            otherwise: None,
            span,
        };
        let assignments = assignments.into_iter().map(|expr| Stmt::Expr {
            expr,
            has_semicolon: true,
        });
        let block = Block {
            stmts: [take_apart].into_iter().chain(assignments).collect(),
            tail: None,
        };
        Expr::Block { block, label: None }
    }

    /// The pattern of what places are assigned, and the assignments of what it binds.
    fn parts_of(&mut self, place: ast::Expr<'_>, assignments: &mut Vec<ExprId>) -> PatId {
        let span = place.span();
        match place {
            ast::Expr::Underscore(_) => self.push_pat(Pat::Wild, span),
            ast::Expr::Tuple(places) => {
                let elements = places.elements().map(|place| self.parts_of(place, assignments));
                let elements = elements.collect();
                self.push_pat(Pat::Tuple { elements, rest: None }, span)
            }
            place => {
                let local = self.push_local(base::sym("part"), span, false);
                let value = self.push_expr(Expr::Local(local), span);
                let place = self.expr(Some(place), span);
                assignments.push(self.push_expr(Expr::Assign { place, value }, span));
                self.push_pat(Pat::Bind { local, sub: None }, span)
            }
        }
    }
}

/// The operator of `a += b`.
fn compound_op(kind: TokenKind) -> Option<BinaryOp> {
    Some(match kind {
        TokenKind::PlusEq => BinaryOp::Add,
        TokenKind::MinusEq => BinaryOp::Sub,
        TokenKind::StarEq => BinaryOp::Mul,
        TokenKind::SlashEq => BinaryOp::Div,
        TokenKind::PercentEq => BinaryOp::Rem,
        TokenKind::PlusPercentEq => BinaryOp::WrappingAdd,
        TokenKind::MinusPercentEq => BinaryOp::WrappingSub,
        TokenKind::StarPercentEq => BinaryOp::WrappingMul,
        TokenKind::PlusPipeEq => BinaryOp::SaturatingAdd,
        TokenKind::MinusPipeEq => BinaryOp::SaturatingSub,
        TokenKind::AmpEq => BinaryOp::BitAnd,
        TokenKind::PipeEq => BinaryOp::BitOr,
        TokenKind::CaretEq => BinaryOp::BitXor,
        TokenKind::ShlEq => BinaryOp::Shl,
        TokenKind::ShrEq => BinaryOp::Shr,
        _ => return None,
    })
}
