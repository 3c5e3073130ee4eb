//! Values of constant expressions, from a typed body.
//!
//! Takes a body without errors. Literals, other constants and what is put together of them have their values here, as
//! have those of patterns; all else is run by the [`crate::ConstEvaluator`].

use std::sync::Arc;

use diag::{Diagnostic, Diagnostics, Reported};
use hir::{Body, Expr, ExprId, Literal, UnaryOp};
use target::CScalar;

use crate::collect::CheckInput;
use crate::infer::{BodyEnv, check_body};
use crate::type_refs::TypeScope;
use crate::{
    Adjust, AdtKind, BodyKey, BodyRef, Bounds, Callee, ConstValue, FloatTy, Signatures, Ty, TyKind, TypedBody,
    Unevaluated, ValueRef, const_args, errors,
};

/// Checks a body against a type and computes it. What it mentions is in `signatures`.
pub(crate) fn value_of(
    input: CheckInput<'_>,
    signatures: &Signatures,
    (body, ty): (BodyRef, Ty),
    (scope, bounds): (&TypeScope, Arc<Bounds>),
    diagnostics: &mut Diagnostics,
) -> Result<ConstValue, Reported> {
    let env = BodyEnv {
        scope: scope.clone(),
        params: Vec::new(),
        ret: ty,
        bounds,
        owner: Some(BodyKey::Const(body)),
        is_unsafe: false,
        features: None,
    };
    let (typed, messages) = check_body(input, signatures, body, &env);
    diagnostics.append(messages);
    if let Some(reported) = typed.error {
        return Err(reported);
    }
    if let Some(diagnostic) = const_args::unknown_param(input, &typed) {
        return Err(diagnostics.report(diagnostic));
    }
    evaluate(input, signatures, &typed).map_err(|failed| {
        diagnostics.append(failed.messages);
        failed.reported
    })
}

/// The value of a whole body.
pub(crate) fn evaluate(
    input: CheckInput<'_>,
    signatures: &Signatures,
    typed: &TypedBody,
) -> Result<ConstValue, Unevaluated> {
    let plain = Plain::of(input, signatures, typed);
    let value = plain.body.value.expect("a lowered body has a value");
    match plain.adjusted(value) {
        Some(value) => Ok(value),
        None => input.constants.evaluate(input, signatures, typed),
    }
}

/// The value of an expression in a pattern, after its adjustments.
pub(crate) fn evaluate_expr(
    input: CheckInput<'_>,
    signatures: &Signatures,
    typed: &TypedBody,
    expr: ExprId,
) -> Result<ConstValue, Box<Diagnostic>> {
    let plain = Plain::of(input, signatures, typed);
    let span = plain.body.expr_spans[expr];
    plain
        .adjusted(expr)
        .ok_or_else(|| Box::new(errors::not_constant(span, "this")))
}

/// Finds values that need no arithmetic.
struct Plain<'a> {
    signatures: &'a Signatures,
    typed: &'a TypedBody,
    body: &'a Body,
}

impl<'a> Plain<'a> {
    fn of(input: CheckInput<'a>, signatures: &'a Signatures, typed: &'a TypedBody) -> Self {
        Self {
            signatures,
            typed,
            body: input.program.modules[typed.body.module].hir.body(typed.body.body),
        }
    }

    fn adjusted(&self, expr: ExprId) -> Option<ConstValue> {
        let mut value = self.value(expr)?;
        let mut ty = self.typed.expr_tys[expr];
        for step in self.typed.adjustments.get(&expr).into_iter().flatten() {
            value = adjust(value, ty, step.kind, step.ty)?;
            ty = step.ty;
        }
        Some(value)
    }

    fn value(&self, expr: ExprId) -> Option<ConstValue> {
        let ty = self.typed.expr_tys[expr];
        match &self.body.exprs[expr] {
            Expr::Literal(literal) => literal_value(literal, ty),
            Expr::Name(_) | Expr::Field { .. } | Expr::DotName { .. } | Expr::Generic { .. } => {
                match self.typed.values.get(&expr)? {
                    ValueRef::Const(value) => Some(value.as_ref().clone()),
                    ValueRef::Fn(function, args) => Some(ConstValue::Fn(*function, args.clone())),
                    ValueRef::Namespace
                    | ValueRef::AssocConst(..)
                    | ValueRef::ConstParam(_)
                    | ValueRef::Static(_)
                    | ValueRef::Getter { .. }
                    | ValueRef::TupleStruct(_) => None,
                }
            }
            // The least value's magnitude is no positive value: the literal's range was checked with its sign.
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } if matches!(self.body.exprs[*operand], Expr::Literal(_)) => match self.value(*operand)? {
                ConstValue::Int(value) => Some(ConstValue::Int(value.wrapping_neg())),
                ConstValue::Float(bits) => Some(ConstValue::Float((-f64::from_bits(bits)).to_bits())),
                _ => None,
            },
            Expr::Tuple(elements) | Expr::Array(elements) => self.all(elements).map(ConstValue::Aggregate),
            Expr::Repeat { element, .. } => {
                let TyKind::Array(_, len) = ty.kind() else { return None };
                ConstValue::repeated(self.adjusted(*element)?, len.known_len()?)
            }
            Expr::Struct { fields, base: None, .. } => self.record(expr, fields, ty),
            Expr::Call { .. } => {
                let call = self.typed.calls.get(&expr)?;
                match call.callee {
                    Callee::TupleStruct => self.all(&call.args).map(ConstValue::Aggregate),
                    Callee::Variant(variant) => Some(ConstValue::Variant(variant, self.all(&call.args)?)),
                    Callee::Fn(..) | Callee::Value | Callee::Callable(_) | Callee::Builtin(_) => None,
                }
            }
            Expr::Ref {
                mutability: hir::Mutability::Const,
                operand,
            } => {
                if let Some(ValueRef::Static(global)) = self.typed.values.get(operand) {
                    return Some(ConstValue::Static(*global));
                }
                let ty = self.typed.adjusted_ty(*operand);
                Some(ConstValue::Ref(Arc::new(self.adjusted(*operand)?), ty))
            }
            Expr::Block { block, label: None } if block.stmts.is_empty() => match block.tail {
                Some(tail) => self.adjusted(tail),
                None => Some(ConstValue::Aggregate(Vec::new())),
            },
            Expr::Unsafe(inner) => self.adjusted(*inner),
            Expr::None | Expr::Null => Some(ConstValue::Null),
            _ => None,
        }
    }

    fn all(&self, exprs: &[ExprId]) -> Option<Vec<ConstValue>> {
        exprs.iter().map(|expr| self.adjusted(*expr)).collect()
    }

    fn record(&self, expr: ExprId, fields: &[hir::FieldInit], ty: Ty) -> Option<ConstValue> {
        let TyKind::Adt(adt, args) = ty.kind() else { return None };
        let decl = self.signatures.adt(*adt);
        if decl.kind == AdtKind::Record(hir::StructKind::ExternUnion) {
            return None;
        }
        // C's structs are zero where a literal says nothing, and Lang's have what the field's default is.
        let left_out = |field: &crate::FieldDecl| match &field.default_value {
            Some(value) => value.substitute(args),
            None => ConstValue::Zero,
        };
        let mut values: Vec<ConstValue> = decl.fields.iter().map(left_out).collect();
        let paths = self.typed.field_inits.get(&expr).into_iter().flatten();
        for (path, field) in paths.zip(fields) {
            let [index] = path.as_slice() else { return None };
            values[*index as usize] = self.adjusted(field.value)?;
        }
        if let Some(variant) = self.typed.struct_variants.get(&expr) {
            let fields = &decl.variants[*variant as usize].fields;
            let own = values.drain(fields.start as usize..fields.end as usize).collect();
            return Some(ConstValue::Variant(*variant, own));
        }
        Some(ConstValue::Aggregate(values))
    }
}

fn adjust(value: ConstValue, from: Ty, step: Adjust, to: Ty) -> Option<ConstValue> {
    match step {
        Adjust::Reinterpret | Adjust::EnumToInt => Some(value),
        Adjust::Some | Adjust::Err => Some(ConstValue::Variant(1, vec![value])),
        Adjust::Ok => Some(ConstValue::Variant(0, vec![value])),
        // A number of a narrower type.
        Adjust::Numeric if from.is_float() || !to.is_float() => Some(value),
        Adjust::LiteralToCStr => match value {
            ConstValue::Str(text) => Some(ConstValue::CStr(text.as_str().as_bytes().into())),
            _ => None,
        },
        // A table of functions is no value of a constant.
        Adjust::Unsize => None,
        Adjust::ArrayToSlice => match value {
            ConstValue::Ref(array, array_ty) => match array_ty.kind() {
                TyKind::Array(element, _) => Some(ConstValue::Slice(array, *element)),
                _ => None,
            },
            bytes @ ConstValue::Bytes(_) => Some(bytes),
            _ => None,
        },
        // What a function keeps is looked at where MIR is made of it.
        Adjust::FnItemToPointer
        | Adjust::FnItemToExtern
        | Adjust::Numeric
        | Adjust::Deref
        | Adjust::Lend
        | Adjust::BorrowAsFn
        | Adjust::ClosureToExtern
        | Adjust::ArrayToVec
        | Adjust::Box
        | Adjust::Try
        | Adjust::Borrow(_)
        | Adjust::NeverToAny => None,
    }
}

fn literal_value(literal: &Literal, ty: Ty) -> Option<ConstValue> {
    Some(match literal {
        Literal::Int { value, .. } if ty.is_float() => {
            let value = if is_single(ty) {
                f64::from(*value as f32)
            } else {
                *value as f64
            };
            ConstValue::Float(value.to_bits())
        }
        Literal::Int { value, .. } => ConstValue::Int(*value as i128),
        Literal::Float { text, .. } => {
            // Rounded once, from its digits to its type.
            let value = if is_single(ty) {
                text.as_str().parse::<f32>().map(f64::from)
            } else {
                text.as_str().parse::<f64>()
            };
            ConstValue::Float(value.ok()?.to_bits())
        }
        Literal::Bool(value) => ConstValue::Int(i128::from(*value)),
        Literal::Char(value) => ConstValue::Int(i128::from(u32::from(*value))),
        Literal::Byte(value) => ConstValue::Int(i128::from(*value)),
        Literal::Str(text) => ConstValue::Str(*text),
        Literal::ByteStr(bytes) => ConstValue::Bytes(bytes.clone()),
        Literal::CStr(bytes) => ConstValue::CStr(bytes.clone()),
    })
}

fn is_single(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float))
}
