//! From typed bodies to control-flow graphs.
//!
//! Takes a body that was checked without errors; gives its [`Body`], in which evaluation has an order, every check
//! (bounds, overflow, division, casts) stands as an assert, and drops stand at every way out of a scope, also by
//! unwinding, for every variable that may need one: `borrow` then removes those of values that are gone. Must not
//! know layouts, nor which checks can be proven: the target is asked for the widths of integers and nothing else.

mod builder;
mod builtins;
mod calls;
mod casts;
mod closures;
mod constants;
mod control;
mod errors;
mod expressions;
mod loops;
mod matches;
mod operands;
mod operator_body;
mod operators;
mod overloads;
mod patterns;
mod places;
mod scopes;
mod statements;
mod temporaries;

pub use operator_body::operator_body;

use std::sync::Arc;

use base::SourceMap;
use check::{Signatures, TypedBody};
use hir::{Pat, Program};
use target::Target;

use crate::body::{Body, BodyOwner, ConstAssert};
use builder::{Builder, Dest};
use scopes::EntryKind;

/// How bodies are built.
#[derive(Clone, Copy)]
pub struct BuildOptions<'a> {
    /// Whether arithmetic that overflows and casts that lose the value panic.
    pub overflow_checks: bool,
    pub target: &'a Target,
    /// For the text of a condition in the message of `assert`.
    pub sources: &'a SourceMap,
}

/// Builds the body of `owner`, which has no errors.
pub fn build(
    program: &Program,
    signatures: &Signatures,
    typed: &TypedBody,
    owner: BodyOwner,
    options: BuildOptions<'_>,
) -> Body {
    assert!(!typed.has_errors(), "only bodies without errors are built");
    let hir = program.modules[typed.body.module].hir.body(typed.body.body);
    let whole = hir.value.expect("a lowered body has a value");
    let decl = owner.function().map(|function| signatures.function(function));
    let closure = match owner {
        BodyOwner::Closure(closure) => Some(closure.closure),
        BodyOwner::Fn(_) | BodyOwner::Test(_) | BodyOwner::Const(_) => None,
    };
    let span = match closure {
        Some(closure) => hir.closures[closure].head,
        None => decl.and_then(|decl| decl.span).unwrap_or(hir.expr_spans[whole]),
    };
    let mut builder = Builder::new(signatures, typed, hir, options, span);
    let n_params = match closure {
        Some(closure) => builder.closure_body(closure),
        None => {
            let params: Vec<_> = hir.params.clone();
            builder.function_body(None, &params, whole);
            params.len()
        }
    };
    let body = Body {
        owner,
        n_generics: decl.map_or(0, |decl| {
            u32::try_from(decl.generics.len()).expect("few generic parameters")
        }),
        n_params: u32::try_from(n_params).expect("few parameters"),
        span,
        const_asserts: typed
            .const_asserts
            .iter()
            // Those in a closure are of the function around it.
            .filter(|_| closure.is_none())
            .map(|assertion| ConstAssert {
                condition: Arc::new(build(
                    program,
                    signatures,
                    &assertion.condition,
                    BodyOwner::Const(assertion.condition.body),
                    BuildOptions {
                        overflow_checks: true,
                        ..options
                    },
                )),
                message: assertion.message,
                span: assertion.span,
            })
            .collect(),
        ..builder.finish(owner)
    };
    let body = crate::simplify(body);
    if cfg!(debug_assertions) {
        crate::verify(&body, signatures, "building");
    }
    body
}

impl Builder<'_> {
    /// The body of a function, or of a closure, whose first parameter is its environment.
    fn function_body(&mut self, environment: Option<check::Ty>, params: &[hir::PatId], value: hir::ExprId) {
        let span = self.span(value);
        let ret = self.ret;
        let hir = self.hir;
        let result = self.new_local(ret, None, true, self.source(span));
        self.push_scope(span);
        if self.env().needs_drop(ret) {
            self.schedule_here(EntryKind::UnwindValue(result), span);
        }
        if let Some(ty) = environment {
            let environment = self.new_local(ty, None, true, self.source(span));
            if self.env().needs_drop(ty) {
                self.schedule_here(EntryKind::Value(environment), span);
            }
        }
        let params: Vec<_> = params.iter().map(|pat| (*pat, self.parameter(*pat))).collect();
        self.push_scope(span);
        for (pat, param) in params {
            if !matches!(hir.pats[pat], Pat::Bind { sub: None, .. }) {
                self.declare_and_bind(pat, &crate::Place::local(param));
            }
        }
        self.in_temporaries_scope(value, |builder| {
            builder.value_into(&Dest::Place(crate::Place::local(result)), value);
        });
        self.pop_scope();
        self.pop_scope();
        self.terminate_return(span);
    }

    /// The local of a parameter: the variable itself where the pattern is a name.
    fn parameter(&mut self, pat: hir::PatId) -> crate::Local {
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        let source = self.source(span);
        let ty = self.typed.param_tys[&pat];
        let param = match &hir.pats[pat] {
            Pat::Bind { local, sub: None } => {
                let decl = &hir.locals[*local];
                let param = self.new_local(ty, Some(decl.name), decl.is_var, source);
                self.variables.insert(*local, param);
                param
            }
            Pat::Error(_)
            | Pat::Wild
            | Pat::Bind { .. }
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::Or(_)
            | Pat::Ref { .. }
            | Pat::None => self.new_local(ty, None, true, source),
        };
        if self.env().needs_drop(ty) {
            self.schedule_here(EntryKind::Value(param), span);
        }
        param
    }
}
