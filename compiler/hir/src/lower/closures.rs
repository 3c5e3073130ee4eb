//! Closures: functions inside of a body, which use its variables.

use base::Span;
use syntax::ast::{self, AstNode};

use super::body::BodyLowering;
use crate::{Closure, ClosureParam, Expr};

impl BodyLowering<'_, '_> {
    /// `|x| e`. A jump does not leave it but by `return`, which ends its own call.
    pub(super) fn closure(&mut self, closure: ast::ClosureExpr<'_>) -> Expr {
        let span = closure.span();
        // Numbered before those inside of it, whose variables say where they are declared.
        let id = self.closures.push(None);
        let outer = self.closure.replace(id);
        let frames = std::mem::take(&mut self.frames);
        let defer = self.defer.take();
        let is_fn = std::mem::replace(&mut self.is_fn, true);
        let around_fails = std::mem::take(&mut self.fails);
        let scope = self.scopes.enter();
        let params = self.closure_params(closure);
        let value = self.expr(closure.body(), span);
        self.scopes.leave(scope);
        let fails = std::mem::replace(&mut self.fails, around_fails);
        self.is_fn = is_fn;
        self.defer = defer;
        self.frames = frames;
        self.closure = outer;
        self.closures[id] = Some(Closure {
            parent: outer,
            params,
            ret: closure.return_ty().map(|ty| self.file.ty(Some(ty), span)),
            value,
            fails,
            is_move: closure.move_token().is_some(),
            head: head(closure),
        });
        Expr::Closure(id)
    }

    fn closure_params(&mut self, closure: ast::ClosureExpr<'_>) -> Vec<ClosureParam> {
        let mut bindings = super::patterns::Bindings::default();
        let params = closure.param_list().into_iter().flat_map(ast::ParamList::params);
        let params = params
            .map(|param| ClosureParam {
                ty: param.ty().map(|ty| self.file.ty(Some(ty), param.span())),
                pat: self.pat_into(param.pat(), param.span(), false, &mut bindings),
            })
            .collect();
        self.declare(bindings);
        params
    }
}

/// A closure without its value.
fn head(closure: ast::ClosureExpr<'_>) -> Span {
    let span = closure.span();
    let end = closure.body().map_or(span.end, |body| body.span().start);
    let text = &closure.syntax().text()[..(end - span.start) as usize];
    Span::new(span.file, span.start, span.start + text.trim_end().len() as u32)
}
