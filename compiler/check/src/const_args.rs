//! What stands where a value does in a type: the length of an array, the argument of a const parameter.

use base::Span;
use diag::Diagnostic;
use hir::{Body, BodyId, DefId, Expr, ExprId, GenericArg, ItemKind, PathSegment, TypeRefId, TypeRefKind};

use crate::collect::CheckInput;
use crate::paths::{self, Entity, Want};
use crate::type_refs::{self, TypeLowering, TypeScope};
use crate::{BodyRef, ConstArg, ConstValue, Generic, Ty, TyKind, TypedBody, ValueRef, errors, generics};

/// The length of an array, as written.
pub(crate) fn lower_len(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, len: BodyId) -> Ty {
    lower_value(cx, scope, len, Ty::usize())
}

/// A generic argument, for this parameter. `span` is that of the name that has the arguments.
pub(crate) fn lower_arg(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    arg: &GenericArg,
    generic: Generic,
    span: Span,
) -> Ty {
    match (arg, generic.const_ty) {
        // Whether it may be without a size is up to the bounds of what it is for.
        (GenericArg::Type(id), None) => type_refs::lower(cx, scope, *id),
        (GenericArg::Type(id), Some(ty)) => lower_named(cx, scope, *id, generic, ty),
        (GenericArg::Const(body), Some(ty)) => lower_value(cx, scope, *body, ty),
        (GenericArg::Const(body), None) => {
            let span = value_span(cx, body_ref(scope, *body)).unwrap_or(span);
            Ty::error(cx.diagnostics().report(errors::value_for_type(span, generic.name)))
        }
        (GenericArg::Assoc { name_span, .. }, _) => {
            Ty::error(cx.diagnostics().report(errors::assoc_type_of_impl(*name_span)))
        }
    }
}

/// What is wrong with a body that is evaluated where its owner is declared, if it asks for a const parameter's value.
pub(crate) fn unknown_param(input: CheckInput<'_>, typed: &TypedBody) -> Option<Diagnostic> {
    let params = typed.values.iter().filter_map(|(expr, value)| match value {
        ValueRef::ConstParam(param) => Some((*expr, *param)),
        _ => None,
    });
    let (expr, param) = params.min_by_key(|(expr, _)| *expr)?;
    let span = input.program.modules[typed.body.module]
        .hir
        .body(typed.body.body)
        .expr_spans[expr];
    let TyKind::Param { name, .. } = param.kind() else {
        return None;
    };
    Some(errors::param_not_known(span, *name))
}

/// `4`, `{ N }`, `SIZE * 2`: a body of the type.
fn lower_value(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, body: BodyId, ty: Ty) -> Ty {
    let body = body_ref(scope, body);
    if let Some(param) = param_alone(cx, scope, body) {
        let span = value_span(cx, body).expect("a parameter has been found in it");
        return of_type(cx, scope, param, ty, span);
    }
    if let Some(span) = constant_of_param(cx, scope, body) {
        return Ty::error(cx.diagnostics().report(errors::assoc_const_not_known(span)));
    }
    let value = match cx.const_value(body, ty, scope) {
        Ok(value) => value,
        Err(reported) => return Ty::error(reported),
    };
    let span = value_span(cx, body).expect("it has been evaluated");
    known(cx, value, ty, span)
}

/// A value as an argument.
fn known(cx: &mut dyn TypeLowering<'_>, value: ConstValue, ty: Ty, span: Span) -> Ty {
    let value = match value {
        ConstValue::Int(value) => value,
        ConstValue::Zero => 0,
        _ => return Ty::error(cx.diagnostics().report(errors::not_constant(span, "this value"))),
    };
    if ty == Ty::usize() && u64::try_from(value).is_err() {
        return Ty::error(
            cx.diagnostics()
                .report(errors::constant_fails(span, "gives no array length")),
        );
    }
    Ty::new(TyKind::Const(ConstArg { value, ty }))
}

/// What reads as a type where a value is asked for: `N`, a constant, or `_`.
fn lower_named(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, id: TypeRefId, generic: Generic, ty: Ty) -> Ty {
    let type_ref = cx.program().modules[scope.from.module].hir.type_ref(id);
    let path = match &type_ref.kind {
        TypeRefKind::Infer => return cx.infer_ty(type_ref.span),
        TypeRefKind::Error(reported) => return Ty::error(*reported),
        TypeRefKind::Path(path) => path,
        _ => return type_for_value(cx, type_ref.span, generic),
    };
    if let ([segment], Some(index)) = (&path[..], generics::position(&scope.generics, path[0].name))
        && segment.args.is_empty()
        && scope.generics[index].const_ty.is_some()
    {
        return of_type(cx, scope, index, ty, type_ref.span);
    }
    let Some(def) = constant_named(cx, scope, path) else {
        return type_for_value(cx, type_ref.span, generic);
    };
    match cx.named_const(def) {
        Ok((found, value)) if found == ty => known(cx, value, ty, type_ref.span),
        Ok((found, _)) => match found.error_inside() {
            Some(reported) => Ty::error(reported),
            None => mismatched(cx, type_ref.span, ty, found),
        },
        Err(reported) => Ty::error(reported),
    }
}

/// The constant that a path names.
fn constant_named(cx: &dyn TypeLowering<'_>, scope: &TypeScope, path: &[PathSegment]) -> Option<DefId> {
    let program = cx.program();
    match paths::resolve(program, &cx.signatures().c, scope.from, path, Want::Value)? {
        Entity::Item(def) if matches!(program.item(def).kind, ItemKind::Const(_)) => Some(def),
        Entity::Item(_)
        | Entity::Module(_)
        | Entity::InlineModule(_)
        | Entity::CModule(_)
        | Entity::CValue(..)
        | Entity::Type(_)
        | Entity::Builtin(_)
        | Entity::Error(_) => None,
    }
}

fn type_for_value(cx: &mut dyn TypeLowering<'_>, span: Span, generic: Generic) -> Ty {
    Ty::error(cx.diagnostics().report(errors::type_for_value(span, generic.name)))
}

/// The const parameter, which is to be of this type.
fn of_type(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, index: usize, ty: Ty, span: Span) -> Ty {
    let generic = scope.generics[index];
    match generic.const_ty {
        Some(found) if found != ty => mismatched(cx, span, ty, found),
        _ => generic.param(index),
    }
}

fn mismatched(cx: &mut dyn TypeLowering<'_>, span: Span, expected: Ty, found: Ty) -> Ty {
    let expected = crate::display_ty(expected, cx.signatures());
    let found = crate::display_ty(found, cx.signatures());
    let diagnostic = errors::mismatched_types(span, &expected, &found);
    Ty::error(cx.diagnostics().report(diagnostic))
}

/// The position of the const parameter that is all of a body: `N`, `{ N }`.
fn param_alone(cx: &dyn TypeLowering<'_>, scope: &TypeScope, body: BodyRef) -> Option<usize> {
    let body = hir_body(cx, body);
    let mut expr = body.value?;
    while let Expr::Block { block, label: None } = &body.exprs[expr] {
        if !block.stmts.is_empty() {
            return None;
        }
        expr = block.tail?;
    }
    let Expr::Name(name) = &body.exprs[expr] else {
        return None;
    };
    let index = generics::position(&scope.generics, *name)?;
    scope.generics[index].const_ty.is_some().then_some(index)
}

/// Where an associated constant of a generic parameter is asked for: `T.SIZE`, `Self.SIZE` of a trait.
fn constant_of_param(cx: &dyn TypeLowering<'_>, scope: &TypeScope, body: BodyRef) -> Option<Span> {
    let body = hir_body(cx, body);
    let is_param = |expr: ExprId| match &body.exprs[expr] {
        Expr::Name(name) if *name == "Self" => {
            matches!(scope.self_ty.map(Ty::kind), Some(TyKind::Param { .. }))
        }
        Expr::Name(name) => {
            let index = generics::position(&scope.generics, *name);
            index.is_some_and(|index| scope.generics[index].const_ty.is_none())
        }
        _ => false,
    };
    let found = body.exprs.iter_enumerated().find(|(_, expr)| match expr {
        Expr::Field { base, .. } => is_param(*base),
        _ => false,
    });
    found.map(|(expr, _)| body.expr_spans[expr])
}

fn body_ref(scope: &TypeScope, body: BodyId) -> BodyRef {
    BodyRef {
        module: scope.from.module,
        body,
    }
}

fn hir_body<'p>(cx: &dyn TypeLowering<'p>, body: BodyRef) -> &'p Body {
    cx.program().modules[body.module].hir.body(body.body)
}

fn value_span(cx: &dyn TypeLowering<'_>, body: BodyRef) -> Option<Span> {
    let body = hir_body(cx, body);
    body.value.map(|value| body.expr_spans[value])
}
