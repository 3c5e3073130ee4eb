//! Control flow: conditions, loops, matches, and what leaves them.

use base::Span;
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::body::{BodyLowering, Frame};
use crate::{Arm, Expr, ExprId, Label, LabelId, errors, similar_name};

impl BodyLowering<'_, '_> {
    pub(super) fn if_expr(&mut self, expr: ast::IfExpr<'_>) -> Expr {
        let scope = self.scopes.enter();
        let condition = self.condition(expr.condition(), expr.span());
        let then = self.required_block(expr.then_block(), expr.span());
        self.scopes.leave(scope);
        let otherwise = expr.else_branch().map(|branch| self.expr(Some(branch), branch.span()));
        Expr::If {
            condition,
            then,
            otherwise,
        }
    }

    fn required_block(&mut self, block: Option<ast::Block<'_>>, around: Span) -> ExprId {
        match block {
            Some(block) => self.block_expr(block),
            None => self.missing(around),
        }
    }

    /// A condition, whose `let`s bind in the scope that is open.
    fn condition(&mut self, condition: Option<ast::Expr<'_>>, around: Span) -> ExprId {
        let Some(condition) = condition else {
            return self.missing(around);
        };
        // Where a `{` stands inside, they keep it from being the body's.
        if let ast::Expr::Paren(paren) = condition
            && let Some(inner) = paren.inner()
            && !paren.syntax().text().contains('{')
        {
            let message = errors::unneeded_parentheses(condition.span(), inner.span());
            self.file.diagnostics.warn(message);
        }
        self.condition_part(condition)
    }

    fn condition_part(&mut self, condition: ast::Expr<'_>) -> ExprId {
        let span = condition.span();
        match condition {
            ast::Expr::Let(expr) => {
                let value = self.expr(expr.value(), span);
                let pat = self.pat_in_scope(expr.pat(), span, false);
                self.push_expr(Expr::Let { pat, value }, span)
            }
            ast::Expr::Binary(binary) if is_and(binary) => {
                let mut operand = |side: Option<ast::Expr<'_>>| match side {
                    Some(side) => self.condition_part(side),
                    None => self.missing(span),
                };
                let (left, right) = (operand(binary.lhs()), operand(binary.rhs()));
                self.push_expr(Expr::And { left, right }, span)
            }
            _ => self.expr(Some(condition), span),
        }
    }

    pub(super) fn match_expr(&mut self, expr: ast::MatchExpr<'_>) -> Expr {
        let value = self.expr(expr.scrutinee(), expr.span());
        let arms = expr.arms().map(|arm| self.arm(arm)).collect();
        Expr::Match { value, arms }
    }

    fn arm(&mut self, arm: ast::MatchArm<'_>) -> Arm {
        let scope = self.scopes.enter();
        let pat = self.pat_in_scope(arm.pat(), arm.span(), false);
        let guard = arm.guard().map(|guard| self.expr(Some(guard), guard.span()));
        let body = self.expr(arm.body(), arm.span());
        self.scopes.leave(scope);
        Arm { pat, guard, body }
    }

    pub(super) fn loop_expr(&mut self, expr: ast::LoopExpr<'_>) -> Expr {
        let label = self.push_label(expr.label(), expr.span());
        let body = self.loop_body(label, expr.body(), expr.span());
        Expr::Loop { body, label }
    }

    pub(super) fn while_expr(&mut self, expr: ast::WhileExpr<'_>) -> Expr {
        let label = self.push_label(expr.label(), expr.span());
        let scope = self.scopes.enter();
        let condition = self.condition(expr.condition(), expr.span());
        let body = self.loop_body(label, expr.body(), expr.span());
        self.scopes.leave(scope);
        Expr::While { condition, body, label }
    }

    pub(super) fn for_expr(&mut self, expr: ast::ForExpr<'_>) -> Expr {
        let label = self.push_label(expr.label(), expr.span());
        let iter = self.expr(expr.iterable(), expr.span());
        let scope = self.scopes.enter();
        let pat = self.pat_in_scope(expr.pat(), expr.span(), false);
        let body = self.loop_body(label, expr.body(), expr.span());
        self.scopes.leave(scope);
        Expr::For { pat, iter, body, label }
    }

    fn loop_body(&mut self, label: LabelId, body: Option<ast::Block<'_>>, around: Span) -> ExprId {
        self.frames.push(Frame { label, is_loop: true });
        let body = self.required_block(body, around);
        self.frames.pop();
        body
    }

    /// `around` is the place of an unlabelled loop.
    pub(super) fn push_label(&mut self, token: Option<Token<'_>>, around: Span) -> LabelId {
        let label = match token {
            Some(token) => Label {
                name: Some(label_name(token)),
                span: token.span(),
            },
            None => Label {
                name: None,
                span: around,
            },
        };
        self.body.labels.push(label)
    }

    pub(super) fn break_expr(&mut self, expr: ast::BreakExpr<'_>) -> Expr {
        let target = self.jump_target(expr.label(), keyword_span(expr, TokenKind::BreakKw), "break");
        let value = expr.value().map(|value| self.expr(Some(value), value.span()));
        match target {
            Ok(frame) => Expr::Break {
                label: Some(frame.label),
                value,
            },
            Err(reported) => Expr::Error(reported),
        }
    }

    pub(super) fn continue_expr(&mut self, expr: ast::ContinueExpr<'_>) -> Expr {
        match self.jump_target(expr.label(), keyword_span(expr, TokenKind::ContinueKw), "continue") {
            Ok(frame) if frame.is_loop => Expr::Continue {
                label: Some(frame.label),
            },
            Ok(frame) => {
                let block = self.body.labels[frame.label].span;
                let message = errors::continue_of_block(expr.span(), block);
                Expr::Error(self.file.diagnostics.report(message))
            }
            Err(reported) => Expr::Error(reported),
        }
    }

    /// The loop or block that `break` or `continue` names: by its label, or the innermost loop.
    fn jump_target(
        &mut self,
        label: Option<Token<'_>>,
        keyword_span: Span,
        keyword: &str,
    ) -> Result<Frame, diag::Reported> {
        let found = self.frames.iter().rposition(|frame| match label {
            Some(token) => self.body.labels[frame.label].name == Some(label_name(token)),
            None => frame.is_loop,
        });
        let message = match (found, self.defer, label) {
            (Some(index), Some((defer, n_outside)), _) if index < n_outside => {
                errors::leaves_defer(keyword_span, keyword, defer)
            }
            (Some(index), _, _) => return Ok(self.frames[index]),
            (None, _, Some(token)) => {
                let names = self
                    .frames
                    .iter()
                    .filter_map(|frame| self.body.labels[frame.label].name);
                let name = label_name(token);
                errors::unknown_label(token.span(), name, similar_name(name, names))
            }
            (None, _, None) => errors::outside_loop(keyword_span, keyword),
        };
        Err(self.file.diagnostics.report(message))
    }

    pub(super) fn return_expr(&mut self, expr: ast::ReturnExpr<'_>) -> Expr {
        let span = keyword_span(expr, TokenKind::ReturnKw);
        let value = expr.value().map(|value| self.expr(Some(value), value.span()));
        match self.leaves_function(span, "return") {
            Ok(()) => Expr::Return(value),
            Err(reported) => Expr::Error(reported),
        }
    }

    /// That what leaves the function has one to leave, and does not stand in a `defer`.
    fn leaves_function(&mut self, span: Span, keyword: &str) -> Result<(), diag::Reported> {
        let message = match self.defer {
            Some((defer, _)) => errors::leaves_defer(span, keyword, defer),
            None if !self.is_fn => errors::outside_fn(span, keyword),
            None => return Ok(()),
        };
        Err(self.file.diagnostics.report(message))
    }

    pub(super) fn try_expr(&mut self, expr: ast::TryExpr<'_>) -> Expr {
        let operand = self.expr(expr.operand(), expr.span());
        match self.leaves_function(keyword_span(expr, TokenKind::TryKw), "try") {
            Ok(()) => {
                self.fails = true;
                Expr::Try(operand)
            }
            Err(reported) => Expr::Error(reported),
        }
    }

    pub(super) fn throw_expr(&mut self, expr: ast::ThrowExpr<'_>) -> Expr {
        let operand = self.expr(expr.operand(), expr.span());
        match self.leaves_function(keyword_span(expr, TokenKind::ThrowKw), "throw") {
            Ok(()) => {
                self.fails = true;
                Expr::Throw(operand)
            }
            Err(reported) => Expr::Error(reported),
        }
    }

    pub(super) fn catch_expr(&mut self, expr: ast::CatchExpr<'_>) -> Expr {
        let value = self.expr(expr.operand(), expr.span());
        let scope = self.scopes.enter();
        let binder = expr.binder().map(|pat| self.pat_in_scope(Some(pat), pat.span(), false));
        let handler = self.expr(expr.handler(), expr.span());
        self.scopes.leave(scope);
        Expr::Catch { value, binder, handler }
    }
}

fn is_and(binary: ast::BinaryExpr<'_>) -> bool {
    binary.op_token().is_some_and(|token| token.kind() == TokenKind::AmpAmp)
}

fn keyword_span<'t>(expr: impl AstNode<'t>, keyword: TokenKind) -> Span {
    expr.syntax().own_token(keyword).map_or(expr.span(), Token::span)
}

/// Without the quote.
fn label_name(token: Token<'_>) -> base::Symbol {
    let text = token.text();
    base::sym(text.strip_prefix('\'').unwrap_or(text))
}
