//! Bodies: their parameters, blocks and statements, and the state that expressions and patterns share.

use std::sync::Arc;

use base::{IndexVec, Span, Symbol, sym};
use diag::Reported;
use syntax::ast::{self, AstNode};

use super::scope::{LocalName, Scopes};
use super::{FileLowering, name_of};
use crate::deferred::DeferredSource;
use crate::{
    Block, Body, BodyId, Closure, ClosureId, DeferWhen, Expr, ExprId, ImplPlace, LabelId, Local, LocalId, Pat, PatId,
    Stmt, errors,
};

/// The state of lowering one body.
pub(super) struct BodyLowering<'f, 't> {
    pub(super) file: &'f mut FileLowering<'t>,
    pub(super) body: Body,
    pub(super) scopes: Scopes,
    /// Loops and labelled blocks around, innermost last.
    pub(super) frames: Vec<Frame>,
    /// The `defer` around, with the number of frames outside it.
    pub(super) defer: Option<(Span, usize)>,
    /// How many expressions are being lowered, each inside the one before.
    pub(super) depth: u32,
    /// Whether `return` has a function to leave.
    pub(super) is_fn: bool,
    /// Whether the next expression is a part of a row of members and calls.
    pub(super) in_row: bool,
    /// Whether a `try` or `throw` has been met that leaves it.
    pub(super) fails: bool,
    /// The innermost closure around.
    pub(super) closure: Option<ClosureId>,
    /// Those that are being lowered are absent.
    pub(super) closures: IndexVec<ClosureId, Option<Closure>>,
}

/// What `break` and `continue` may name.
#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) label: LabelId,
    pub(super) is_loop: bool,
}

impl<'t> FileLowering<'t> {
    /// The body of a function with these parameters.
    pub(super) fn fn_body(&mut self, params: ast::ParamList<'_>, block: ast::Block<'_>) -> BodyId {
        self.lower_body(true, |cx| {
            cx.params(params);
            cx.block_expr(block)
        })
    }

    /// The body of a function of which the tree has no more than the place.
    pub(super) fn deferred_body(&mut self, span: Span) -> BodyId {
        let source = || DeferredSource {
            text: Arc::clone(self.tree.shared_text()),
            conditions: self.conditions.clone(),
        };
        self.hir.deferred.add(source, span, Arc::clone(&self.constants))
    }

    pub(super) fn test_body(&mut self, block: Option<ast::Block<'_>>, around: Span) -> BodyId {
        self.lower_body(true, |cx| match block {
            Some(block) => cx.block_expr(block),
            None => cx.missing(around),
        })
    }

    /// A constant: the value of an item, a default, an array length.
    pub(super) fn constant_body(&mut self, value: Option<ast::Expr<'_>>, around: Span) -> BodyId {
        self.lower_body(false, |cx| cx.expr(value, around))
    }

    /// The default of a parameter, which sees what its function sees, and no parameter.
    pub(super) fn default_body(&mut self, params: ast::ParamList<'_>, value: ast::Expr<'_>) -> BodyId {
        let mut bound = Vec::new();
        for param in params.params() {
            let names = param.pat().into_iter().flat_map(|pat| pat.syntax().descendants());
            bound.extend(names.filter_map(|node| ast::BindPat::cast(node)?.name()));
        }
        self.lower_body(false, |cx| {
            for token in bound {
                cx.scopes.declare(name_of(token), LocalName::OtherParam(token.span()));
            }
            cx.expr(Some(value), value.span())
        })
    }

    fn lower_body(&mut self, is_fn: bool, lower: impl FnOnce(&mut BodyLowering<'_, 't>) -> ExprId) -> BodyId {
        let unnamed_generics = self.unnamed_generics.take();
        let impl_place = std::mem::replace(&mut self.impl_place, ImplPlace::Elsewhere);
        let mut cx = BodyLowering {
            file: self,
            body: Body::default(),
            scopes: Scopes::default(),
            frames: Vec::new(),
            defer: None,
            depth: 0,
            is_fn,
            in_row: false,
            fails: false,
            closure: None,
            closures: IndexVec::new(),
        };
        let value = lower(&mut cx);
        cx.body.value = Some(value);
        let closures = cx.closures.into_vec().into_iter();
        cx.body.closures = closures.map(|closure| closure.expect("all are lowered")).collect();
        let body = cx.body;
        self.unnamed_generics = unnamed_generics;
        self.impl_place = impl_place;
        BodyId(self.first_body + self.hir.bodies.push(body).0)
    }
}

impl BodyLowering<'_, '_> {
    pub(super) fn push_expr(&mut self, expr: Expr, span: Span) -> ExprId {
        self.body.expr_spans.push(span);
        self.body.exprs.push(expr)
    }

    pub(super) fn push_pat(&mut self, pat: Pat, span: Span) -> PatId {
        self.body.pat_spans.push(span);
        self.body.pats.push(pat)
    }

    pub(super) fn push_local(&mut self, name: Symbol, span: Span, is_var: bool) -> LocalId {
        self.body.locals.push(Local {
            name,
            span,
            is_var,
            closure: self.closure,
        })
    }

    pub(super) fn unsupported(&mut self, span: Span, what: &str) -> Reported {
        self.file.unsupported(span, what)
    }

    /// The error expression for a part that the grammar requires.
    pub(super) fn missing(&mut self, around: Span) -> ExprId {
        let expr = self.file.missing_expr();
        self.push_expr(expr, around)
    }

    fn params(&mut self, list: ast::ParamList<'_>) {
        if let Some(param) = list.self_param() {
            let span = param.self_token().map_or(param.span(), |token| token.span());
            let name = sym("self");
            let is_var = param.amp_token().is_none() && param.var_token().is_some();
            let local = self.push_local(name, span, is_var);
            self.scopes.declare(name, LocalName::Local(local));
            let pat = self.push_pat(Pat::Bind { local, sub: None }, span);
            self.body.params.push(pat);
        }
        let mut bindings = super::patterns::Bindings::default();
        let mut pats = Vec::new();
        for param in list.params() {
            pats.push(self.pat_into(param.pat(), param.span(), false, &mut bindings));
        }
        self.body.params.extend(pats);
        self.declare(bindings);
    }

    /// A block as an expression, in a scope of its own.
    pub(super) fn block_expr(&mut self, block: ast::Block<'_>) -> ExprId {
        let span = block.span();
        let label = block.label().map(|token| self.push_label(Some(token), span));
        let depth = self.frames.len();
        self.frames.extend(label.map(|label| Frame { label, is_loop: false }));
        let lowered = self.block(block);
        self.frames.truncate(depth);
        self.push_expr(Expr::Block { block: lowered, label }, span)
    }

    fn block(&mut self, block: ast::Block<'_>) -> Block {
        let scope = self.scopes.enter();
        let items = self.local_items(block);
        let stmts = block.stmts().filter_map(|stmt| self.stmt(stmt)).collect();
        let tail = match block.tail() {
            Some(tail) => Some(self.expr(Some(tail), tail.span())),
            // What comes after a `;` that was forgotten has been read as part of the statement.
            None => self.broken_end(block).then(|| self.missing(block.span())),
        };
        self.file.leave_local_items(items);
        self.scopes.leave(scope);
        Block { stmts, tail }
    }

    fn broken_end(&self, block: ast::Block<'_>) -> bool {
        let is_open = |stmt| matches!(stmt, ast::Stmt::Let(stmt) if stmt.semicolon_token().is_none());
        self.file.tree.reported().is_some() && block.stmts().last().is_some_and(is_open)
    }

    fn stmt(&mut self, stmt: ast::Stmt<'_>) -> Option<Stmt> {
        match stmt {
            ast::Stmt::Let(stmt) => Some(self.let_stmt(stmt)),
            ast::Stmt::Defer(stmt) => self.defer_stmt(stmt),
            ast::Stmt::Expr(stmt) => Some(Stmt::Expr {
                expr: self.expr(stmt.expr(), stmt.span()),
                has_semicolon: stmt.semicolon_token().is_some(),
            }),
            ast::Stmt::Item(ast::Item::ConstAssert(item)) => self.file.const_assert(item).map(Stmt::ConstAssert),
            ast::Stmt::Item(_) => None,
        }
    }

    fn let_stmt(&mut self, stmt: ast::LetStmt<'_>) -> Stmt {
        let span = stmt.span();
        let ty = stmt.ty().map(|ty| self.file.ty(Some(ty), span));
        let init = stmt.init().map(|init| self.expr(Some(init), span));
        let otherwise = stmt.else_block().map(|block| self.block_expr(block));
        let pat = self.pat_in_scope(stmt.pat(), span, stmt.var_token().is_some());
        Stmt::Let {
            pat,
            ty,
            init,
            otherwise,
            span,
        }
    }

    fn defer_stmt(&mut self, stmt: ast::DeferStmt<'_>) -> Option<Stmt> {
        let span = stmt.span();
        let when = match stmt.errdefer_token() {
            Some(token) if !self.is_fn => {
                let message = errors::outside_fn(token.span(), "errdefer");
                self.file.diagnostics.report(message);
                return None;
            }
            Some(_) => DeferWhen::OnError,
            None => DeferWhen::Always,
        };
        let outer = self.defer.replace((span, self.frames.len()));
        let expr = self.expr(stmt.expr(), span);
        self.defer = outer;
        Some(Stmt::Defer { expr, when, span })
    }
}

pub(super) fn item_name(item: ast::Item<'_>) -> Option<syntax::Token<'_>> {
    match item {
        ast::Item::Const(item) => item.name(),
        ast::Item::Static(item) => item.name(),
        ast::Item::Fn(item) => item.name(),
        ast::Item::Struct(item) => item.name(),
        ast::Item::Union(item) => item.name(),
        ast::Item::Enum(item) => item.name(),
        ast::Item::Trait(item) => item.name(),
        ast::Item::TypeAlias(item) => item.name(),
        ast::Item::Mod(item) => item.name(),
        ast::Item::CImport(item) => item.alias(),
        ast::Item::Import(_)
        | ast::Item::ConstAssert(_)
        | ast::Item::Impl(_)
        | ast::Item::Extern(_)
        | ast::Item::Test(_) => None,
    }
}
