//! Values of constant expressions, from a typed body.
//!
//! Takes a body without errors. Gives its value, or the diagnostic that says why it has none. The same answers as
//! run time with overflow checks: what would panic there is an error here.

use std::sync::Arc;

use diag::Diagnostic;
use hir::{BinaryOp, Body, Expr, ExprId, Intrinsic, Literal, Stmt, UnaryOp};
use target::{CScalar, Layout};

use crate::collect::CheckInput;
use crate::{
    Adjust, AdtKind, ConstValue, FloatTy, FnKind, Signatures, Ty, TyKind, TypedBody, ValueRef, errors, numbers,
};

/// The value of a whole body.
pub(crate) fn evaluate(
    input: CheckInput<'_>,
    signatures: &Signatures,
    typed: &TypedBody,
) -> Result<ConstValue, Box<Diagnostic>> {
    let body = &input.program.modules[typed.body.module].hir.bodies[typed.body.body];
    evaluate_expr(
        input,
        signatures,
        typed,
        body.value.expect("a lowered body has a value"),
    )
}

/// The value of one expression of a body, after its adjustments.
pub(crate) fn evaluate_expr(
    input: CheckInput<'_>,
    signatures: &Signatures,
    typed: &TypedBody,
    expr: ExprId,
) -> Result<ConstValue, Box<Diagnostic>> {
    let body = &input.program.modules[typed.body.module].hir.bodies[typed.body.body];
    Evaluator {
        input,
        signatures,
        typed,
        body,
    }
    .adjusted(expr)
}

struct Evaluator<'a> {
    input: CheckInput<'a>,
    signatures: &'a Signatures,
    typed: &'a TypedBody,
    body: &'a Body,
}

type Evaluated = Result<ConstValue, Box<Diagnostic>>;

impl Evaluator<'_> {
    fn not_constant(&self, expr: ExprId, what: &str) -> Box<Diagnostic> {
        Box::new(errors::not_constant(self.body.expr_spans[expr], what))
    }

    fn fails(&self, expr: ExprId, why: &str) -> Box<Diagnostic> {
        Box::new(errors::constant_fails(self.body.expr_spans[expr], why))
    }

    fn adjusted(&self, expr: ExprId) -> Evaluated {
        let mut value = self.value(expr)?;
        let mut ty = self.typed.expr_tys[expr];
        for step in self.typed.adjustments.get(&expr).into_iter().flatten() {
            value = self.adjust(expr, value, ty, step.kind, step.ty)?;
            ty = step.ty;
        }
        Ok(value)
    }

    fn adjust(&self, expr: ExprId, value: ConstValue, from: Ty, step: Adjust, to: Ty) -> Evaluated {
        match step {
            Adjust::Reinterpret | Adjust::FnItemToPointer | Adjust::FnItemToExtern | Adjust::EnumToInt => Ok(value),
            Adjust::Some => Ok(ConstValue::Variant(1, vec![value])),
            Adjust::Numeric => self.convert(expr, value, from, to),
            Adjust::LiteralToCStr => match value {
                ConstValue::Str(text) => Ok(ConstValue::CStr(text.as_str().as_bytes().into())),
                _ => Err(self.not_constant(expr, "this")),
            },
            Adjust::ArrayToSlice => match (value, from.kind()) {
                (ConstValue::Ref(array, array_ty), _) => match array_ty.kind() {
                    TyKind::Array(element, _) => Ok(ConstValue::Slice(array, *element)),
                    _ => Err(self.not_constant(expr, "this slice")),
                },
                (bytes @ ConstValue::Bytes(_), _) => Ok(bytes),
                _ => Err(self.not_constant(expr, "this slice")),
            },
            Adjust::Deref => self.behind(expr, value),
            Adjust::Lend | Adjust::Borrow(_) | Adjust::NeverToAny => Err(self.not_constant(expr, "this")),
        }
    }

    /// What a reference to a constant points to.
    fn behind(&self, expr: ExprId, value: ConstValue) -> Evaluated {
        match value {
            ConstValue::Ref(inner, _) => Ok(inner.as_ref().clone()),
            _ => Err(self.not_constant(expr, "this")),
        }
    }

    fn value(&self, expr: ExprId) -> Evaluated {
        let ty = self.typed.expr_tys[expr];
        match &self.body.exprs[expr] {
            Expr::Literal(literal) => self.literal(expr, literal, ty),
            Expr::Name(_) | Expr::Field { .. } | Expr::DotName { .. } | Expr::Generic { .. } => self.path(expr),
            Expr::Unary { op, operand } => self.unary(expr, *op, *operand),
            Expr::Binary { op, left, right, .. } => self.binary(expr, *op, *left, *right),
            Expr::And { left, right } => match self.adjusted(*left)? {
                ConstValue::Int(0) => Ok(ConstValue::Int(0)),
                _ => self.adjusted(*right),
            },
            Expr::Or { left, right } => match self.adjusted(*left)? {
                ConstValue::Int(0) => self.adjusted(*right),
                value => Ok(value),
            },
            Expr::Cast { operand, .. } => {
                let value = self.adjusted(*operand)?;
                self.convert(expr, value, self.typed.adjusted_ty(*operand), ty)
            }
            Expr::Tuple(elements) | Expr::Array(elements) => self.list(elements),
            Expr::Repeat { element, .. } => {
                let TyKind::Array(_, len) = ty.kind() else {
                    return Err(self.not_constant(expr, "this"));
                };
                Ok(ConstValue::Repeat(Box::new(self.adjusted(*element)?), *len))
            }
            Expr::Struct { fields, base, .. } => self.record(expr, fields, *base, ty),
            Expr::Call { .. } => self.call(expr),
            Expr::Ref { operand, .. } => self.reference(*operand),
            Expr::Block { block, label: None } if block.stmts.is_empty() => match block.tail {
                Some(tail) => self.adjusted(tail),
                None => Ok(ConstValue::Aggregate(Vec::new())),
            },
            Expr::If {
                condition,
                then,
                otherwise: Some(otherwise),
            } => match self.adjusted(*condition)? {
                ConstValue::Int(0) => self.adjusted(*otherwise),
                _ => self.adjusted(*then),
            },
            Expr::Unsafe(inner) => self.adjusted(*inner),
            Expr::Index { base, index } => self.index(expr, *base, *index),
            Expr::None | Expr::Null => Ok(ConstValue::Null),
            Expr::Block { block, .. } => {
                let stmt = block.stmts.first();
                let span = match stmt {
                    Some(Stmt::Let { span, .. } | Stmt::Defer { span, .. }) => *span,
                    Some(Stmt::Expr { expr, .. }) => self.body.expr_spans[*expr],
                    None => self.body.expr_spans[expr],
                };
                Err(Box::new(errors::not_supported_yet(span, "statements in constants")))
            }
            Expr::Error(_)
            | Expr::FString(_)
            | Expr::Local(_)
            | Expr::Type(_)
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Range { .. }
            | Expr::If { otherwise: None, .. }
            | Expr::Let { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Match { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Coalesce { .. } => Err(self.not_constant(expr, "this expression")),
        }
    }

    fn literal(&self, expr: ExprId, literal: &Literal, ty: Ty) -> Evaluated {
        Ok(match literal {
            Literal::Int { value, .. } if ty.is_float() => ConstValue::Float((*value as f64).to_bits()),
            Literal::Int { value, .. } => ConstValue::Int(*value as i128),
            Literal::Float { text, .. } => {
                let value: f64 = text
                    .as_str()
                    .parse()
                    .map_err(|_| self.not_constant(expr, "this literal"))?;
                ConstValue::Float(round_to(value, text.as_str(), ty).to_bits())
            }
            Literal::Bool(value) => ConstValue::Int(i128::from(*value)),
            Literal::Char(value) => ConstValue::Int(i128::from(u32::from(*value))),
            Literal::Byte(value) => ConstValue::Int(i128::from(*value)),
            Literal::Str(text) => ConstValue::Str(*text),
            Literal::ByteStr(bytes) => ConstValue::Bytes(bytes.clone()),
            Literal::CStr(bytes) => ConstValue::CStr(bytes.clone()),
        })
    }

    fn path(&self, expr: ExprId) -> Evaluated {
        match self.typed.values.get(&expr) {
            Some(ValueRef::Const(value)) => Ok(value.as_ref().clone()),
            Some(ValueRef::Fn(function, args)) => Ok(ConstValue::Fn(*function, args.clone())),
            Some(ValueRef::Static(_)) => Err(self.not_constant(expr, "the value of a variable")),
            Some(ValueRef::Getter { .. }) => Err(self.not_constant(expr, "the value of this macro")),
            Some(ValueRef::Namespace | ValueRef::TupleStruct(_)) => Err(self.not_constant(expr, "this")),
            None => self.field(expr),
        }
    }

    fn field(&self, expr: ExprId) -> Evaluated {
        let Expr::Field { base, .. } = &self.body.exprs[expr] else {
            return Err(self.not_constant(expr, "this"));
        };
        let mut value = self.adjusted(*base)?;
        for index in self.typed.fields.get(&expr).into_iter().flatten() {
            value = self.element(expr, value, u64::from(*index))?;
        }
        Ok(value)
    }

    fn element(&self, expr: ExprId, value: ConstValue, index: u64) -> Evaluated {
        let found = match value {
            ConstValue::Aggregate(values) => usize::try_from(index).ok().and_then(|index| values.get(index).cloned()),
            ConstValue::Repeat(value, len) => (index < len).then_some(*value),
            ConstValue::Bytes(bytes) => usize::try_from(index)
                .ok()
                .and_then(|i| bytes.get(i))
                .map(|byte| ConstValue::Int(i128::from(*byte))),
            ConstValue::Ref(inner, _) | ConstValue::Slice(inner, _) => {
                return self.element(expr, inner.as_ref().clone(), index);
            }
            ConstValue::Zero => Some(ConstValue::Zero),
            _ => return Err(self.not_constant(expr, "this")),
        };
        found.ok_or_else(|| self.fails(expr, "goes out of bounds"))
    }

    fn index(&self, expr: ExprId, base: ExprId, index: ExprId) -> Evaluated {
        let steps = self.typed.adjustments.get(&base).into_iter().flatten();
        if steps.into_iter().any(|step| step.kind != Adjust::Deref) {
            return Err(self.not_constant(expr, "this"));
        }
        let ConstValue::Int(position) = self.adjusted(index)? else {
            return Err(self.not_constant(index, "this"));
        };
        let position = u64::try_from(position).map_err(|_| self.fails(expr, "goes out of bounds"))?;
        self.element(expr, self.value(base)?, position)
    }

    fn list(&self, elements: &[ExprId]) -> Evaluated {
        let values = elements
            .iter()
            .map(|element| self.adjusted(*element))
            .collect::<Result<_, _>>()?;
        Ok(ConstValue::Aggregate(values))
    }

    fn call(&self, expr: ExprId) -> Evaluated {
        match self.typed.calls.get(&expr) {
            Some(call) if call.callee == crate::Callee::TupleStruct => self.list(&call.args),
            Some(crate::Call {
                callee: crate::Callee::Variant(variant),
                args,
            }) => {
                let values = args.iter().map(|arg| self.adjusted(*arg)).collect::<Result<_, _>>()?;
                Ok(ConstValue::Variant(*variant, values))
            }
            Some(crate::Call {
                callee: crate::Callee::Fn(function, args),
                ..
            }) => {
                let layout = match (&self.signatures.function(*function).kind, args.as_ref()) {
                    (FnKind::Intrinsic(Intrinsic::SizeOf), [ty]) => self.scalar_layout(*ty).map(|l| l.size_bytes),
                    (FnKind::Intrinsic(Intrinsic::AlignOf), [ty]) => self.scalar_layout(*ty).map(|l| l.align_bytes),
                    _ => None,
                };
                let decl = self.signatures.function(*function);
                layout.map(|n| ConstValue::Int(i128::from(n))).ok_or_else(|| {
                    let may_be_later = decl.is_const || matches!(decl.kind, FnKind::Intrinsic(_));
                    if may_be_later {
                        Box::new(errors::not_supported_yet(
                            self.body.expr_spans[expr],
                            "calls in constants",
                        ))
                    } else {
                        self.not_constant(expr, "a call")
                    }
                })
            }
            _ => Err(self.not_constant(expr, "a call")),
        }
    }

    /// The size of a type that is known without laying out records.
    fn scalar_layout(&self, ty: Ty) -> Option<Layout> {
        let target = self.input.target;
        match ty.kind() {
            TyKind::Bool => Some(target.int_layout(8)),
            TyKind::Char => Some(target.int_layout(32)),
            TyKind::Int(int) => Some(target.int_layout(int.bits(target.pointer_bits))),
            TyKind::Float(FloatTy::F16) => Some(target.int_layout(16)),
            TyKind::Float(FloatTy::F32) => target.c_layout(CScalar::Float),
            TyKind::Float(FloatTy::F64) => target.c_layout(CScalar::Double),
            TyKind::C(scalar) => target.c_layout(*scalar),
            TyKind::Pointer(..) | TyKind::ExternFn(_) | TyKind::FnPointer(_) => Some(target.pointer_layout()),
            TyKind::Optional(inner) => match inner.kind() {
                TyKind::ExternFn(_) | TyKind::FnPointer(_) => Some(target.pointer_layout()),
                TyKind::Ref(_, inner) if !inner.has_length() => Some(target.pointer_layout()),
                _ => None,
            },
            TyKind::Ref(_, inner) if !inner.has_length() => Some(target.pointer_layout()),
            TyKind::Array(element, len) => self
                .scalar_layout(*element)
                .and_then(|element| target::array_layout(element, *len).ok()),
            _ => None,
        }
    }

    fn record(&self, expr: ExprId, fields: &[hir::FieldInit], base: Option<ExprId>, ty: Ty) -> Evaluated {
        let TyKind::Adt(adt, _) = ty.kind() else {
            return Err(self.not_constant(expr, "this"));
        };
        let decl = self.signatures.adt(*adt);
        if decl.kind == AdtKind::Record(hir::StructKind::ExternUnion) {
            let span = self.body.expr_spans[expr];
            return Err(Box::new(errors::not_supported_yet(span, "unions in constants")));
        }
        // C's structs are zero where a literal says nothing, and Lang's have what the field's default is.
        let left_out = |field: &crate::FieldDecl| match &field.default_value {
            Some(value) => ConstValue::clone(value),
            None => ConstValue::Zero,
        };
        let mut values: Vec<ConstValue> = match base {
            Some(base) => match self.adjusted(base)? {
                ConstValue::Aggregate(values) => values,
                ConstValue::Zero => vec![ConstValue::Zero; decl.fields.len()],
                _ => return Err(self.not_constant(base, "this")),
            },
            None => decl.fields.iter().map(left_out).collect(),
        };
        let paths = self.typed.field_inits.get(&expr).into_iter().flatten();
        for (path, field) in paths.zip(fields) {
            let value = self.adjusted(field.value)?;
            self.set_field(expr, *adt, &mut values, path, value)?;
        }
        if let Some(variant) = self.typed.struct_variants.get(&expr) {
            let fields = &decl.variants[*variant as usize].fields;
            let own = values.drain(fields.start as usize..fields.end as usize).collect();
            return Ok(ConstValue::Variant(*variant, own));
        }
        Ok(ConstValue::Aggregate(values))
    }

    /// Sets the field at the end of a path, where what lies on the way is zero or was set before.
    fn set_field(
        &self,
        expr: ExprId,
        adt: crate::AdtRef,
        values: &mut [ConstValue],
        path: &[u32],
        value: ConstValue,
    ) -> Result<(), Box<Diagnostic>> {
        let (first, rest) = path.split_first().expect("the way to a field has a step");
        let place = &mut values[*first as usize];
        let field = &self.signatures.adt(adt).fields[*first as usize];
        let TyKind::Adt(member, _) = field.ty.kind() else {
            *place = value;
            return Ok(());
        };
        if rest.is_empty() {
            *place = value;
            return Ok(());
        }
        let decl = self.signatures.adt(*member);
        if decl.kind == AdtKind::Record(hir::StructKind::ExternUnion) {
            let span = self.body.expr_spans[expr];
            return Err(Box::new(errors::not_supported_yet(span, "unions in constants")));
        }
        if *place == ConstValue::Zero {
            *place = ConstValue::Aggregate(vec![ConstValue::Zero; decl.fields.len()]);
        }
        match place {
            ConstValue::Aggregate(values) => self.set_field(expr, *member, values, rest, value),
            _ => Err(self.not_constant(expr, "this")),
        }
    }

    fn reference(&self, operand: ExprId) -> Evaluated {
        if let Some(ValueRef::Static(name)) = self.typed.values.get(&operand) {
            return Ok(ConstValue::Static(*name));
        }
        let ty = self.typed.adjusted_ty(operand);
        Ok(ConstValue::Ref(Arc::new(self.adjusted(operand)?), ty))
    }

    fn unary(&self, expr: ExprId, op: UnaryOp, operand: ExprId) -> Evaluated {
        let ty = self.typed.expr_tys[expr];
        if let (UnaryOp::Neg, Expr::Literal(Literal::Int { value, .. })) = (op, &self.body.exprs[operand]) {
            // The least value's magnitude is no positive value: the literal's range was checked with its sign.
            if !ty.is_float() {
                return Ok(ConstValue::Int((*value as i128).wrapping_neg()));
            }
        }
        match (op, self.adjusted(operand)?) {
            (UnaryOp::Deref, value) => self.behind(expr, value),
            (UnaryOp::Neg, ConstValue::Int(value)) => {
                let negated = value.checked_neg().ok_or_else(|| self.fails(expr, "overflows"))?;
                self.in_range(expr, negated, ty)
            }
            (UnaryOp::Neg, ConstValue::Float(bits)) => Ok(ConstValue::Float((-f64::from_bits(bits)).to_bits())),
            (UnaryOp::Not, ConstValue::Int(value)) if matches!(ty.kind(), TyKind::Bool) => {
                Ok(ConstValue::Int(i128::from(value == 0)))
            }
            (UnaryOp::Not, ConstValue::Int(value)) => Ok(ConstValue::Int(self.wrap(!value, self.integer_behind(ty)))),
            _ => Err(self.not_constant(expr, "this")),
        }
    }

    fn binary(&self, expr: ExprId, op: BinaryOp, left: ExprId, right: ExprId) -> Evaluated {
        let ty = self.typed.expr_tys[expr];
        match (self.adjusted(left)?, self.adjusted(right)?) {
            (ConstValue::Int(a), ConstValue::Int(b)) if numbers::is_u128(self.typed.adjusted_ty(left)) => {
                self.u128_binary(expr, op, a as u128, b)
            }
            (ConstValue::Int(a), ConstValue::Int(b)) => self.int_binary(expr, op, a, b, ty),
            (ConstValue::Float(a), ConstValue::Float(b)) => {
                self.float_binary(expr, op, f64::from_bits(a), f64::from_bits(b), ty)
            }
            (ConstValue::Str(a), ConstValue::Str(b)) => match op {
                BinaryOp::Eq => Ok(ConstValue::Int(i128::from(a == b))),
                BinaryOp::Ne => Ok(ConstValue::Int(i128::from(a != b))),
                _ => Err(self.not_constant(expr, "this")),
            },
            _ => Err(self.not_constant(expr, "this")),
        }
    }

    fn int_binary(&self, expr: ExprId, op: BinaryOp, a: i128, b: i128, ty: Ty) -> Evaluated {
        let overflow = || self.fails(expr, "overflows");
        let truth = |value: bool| Ok(ConstValue::Int(i128::from(value)));
        let divisor = || {
            if b == 0 {
                Err(self.fails(expr, "divides by zero"))
            } else {
                Ok(b)
            }
        };
        let value = match op {
            BinaryOp::Add => a.checked_add(b).ok_or_else(overflow)?,
            BinaryOp::Sub => a.checked_sub(b).ok_or_else(overflow)?,
            BinaryOp::Mul => a.checked_mul(b).ok_or_else(overflow)?,
            BinaryOp::Div => a.checked_div(divisor()?).ok_or_else(overflow)?,
            BinaryOp::Rem => a.checked_rem(divisor()?).ok_or_else(overflow)?,
            BinaryOp::WrappingAdd => return Ok(ConstValue::Int(self.wrap(a.wrapping_add(b), ty))),
            BinaryOp::WrappingSub => return Ok(ConstValue::Int(self.wrap(a.wrapping_sub(b), ty))),
            BinaryOp::WrappingMul => return Ok(ConstValue::Int(self.wrap(a.wrapping_mul(b), ty))),
            BinaryOp::SaturatingAdd => return Ok(ConstValue::Int(self.clamp(a.saturating_add(b), ty))),
            BinaryOp::SaturatingSub => return Ok(ConstValue::Int(self.clamp(a.saturating_sub(b), ty))),
            BinaryOp::BitAnd => a & b,
            BinaryOp::BitOr => a | b,
            BinaryOp::BitXor => a ^ b,
            BinaryOp::Shl | BinaryOp::Shr => return self.shift(expr, op, a, b, ty),
            BinaryOp::Eq => return truth(a == b),
            BinaryOp::Ne => return truth(a != b),
            BinaryOp::Lt => return truth(a < b),
            BinaryOp::Le => return truth(a <= b),
            BinaryOp::Gt => return truth(a > b),
            BinaryOp::Ge => return truth(a >= b),
        };
        self.in_range(expr, value, ty)
    }

    /// As [`Self::int_binary`], on the bits of a `u128`. The right side of a shift may be of another type.
    fn u128_binary(&self, expr: ExprId, op: BinaryOp, a: u128, right: i128) -> Evaluated {
        let b = right as u128;
        let overflow = || self.fails(expr, "overflows");
        let truth = |value: bool| Ok(ConstValue::Int(i128::from(value)));
        let by_zero = || self.fails(expr, "divides by zero");
        let count = || {
            let count = u32::try_from(right).ok().filter(|count| *count < 128);
            count.ok_or_else(|| self.fails(expr, "shifts by the width or more"))
        };
        let value = match op {
            BinaryOp::Add => a.checked_add(b).ok_or_else(overflow)?,
            BinaryOp::Sub => a.checked_sub(b).ok_or_else(overflow)?,
            BinaryOp::Mul => a.checked_mul(b).ok_or_else(overflow)?,
            BinaryOp::Div => a.checked_div(b).ok_or_else(by_zero)?,
            BinaryOp::Rem => a.checked_rem(b).ok_or_else(by_zero)?,
            BinaryOp::WrappingAdd => a.wrapping_add(b),
            BinaryOp::WrappingSub => a.wrapping_sub(b),
            BinaryOp::WrappingMul => a.wrapping_mul(b),
            BinaryOp::SaturatingAdd => a.saturating_add(b),
            BinaryOp::SaturatingSub => a.saturating_sub(b),
            BinaryOp::BitAnd => a & b,
            BinaryOp::BitOr => a | b,
            BinaryOp::BitXor => a ^ b,
            BinaryOp::Shl => a << count()?,
            BinaryOp::Shr => a >> count()?,
            BinaryOp::Eq => return truth(a == b),
            BinaryOp::Ne => return truth(a != b),
            BinaryOp::Lt => return truth(a < b),
            BinaryOp::Le => return truth(a <= b),
            BinaryOp::Gt => return truth(a > b),
            BinaryOp::Ge => return truth(a >= b),
        };
        Ok(ConstValue::Int(value as i128))
    }

    fn shift(&self, expr: ExprId, op: BinaryOp, a: i128, b: i128, ty: Ty) -> Evaluated {
        let bits = self.bits_of(ty);
        let count = u32::try_from(b).ok().filter(|count| *count < bits);
        let count = count.ok_or_else(|| self.fails(expr, "shifts by the width or more"))?;
        let value = if op == BinaryOp::Shl {
            self.wrap(a.wrapping_shl(count), ty)
        } else {
            a >> count
        };
        Ok(ConstValue::Int(value))
    }

    fn float_binary(&self, expr: ExprId, op: BinaryOp, a: f64, b: f64, ty: Ty) -> Evaluated {
        let truth = |value: bool| Ok(ConstValue::Int(i128::from(value)));
        let value = match op {
            BinaryOp::Add => a + b,
            BinaryOp::Sub => a - b,
            BinaryOp::Mul => a * b,
            BinaryOp::Div => a / b,
            BinaryOp::Rem => a % b,
            BinaryOp::Eq => return truth(a == b),
            BinaryOp::Ne => return truth(a != b),
            BinaryOp::Lt => return truth(a < b),
            BinaryOp::Le => return truth(a <= b),
            BinaryOp::Gt => return truth(a > b),
            BinaryOp::Ge => return truth(a >= b),
            _ => return Err(self.not_constant(expr, "this")),
        };
        // A double holds the exact result of one operation on floats closely enough to round once more.
        Ok(ConstValue::Float(narrow(value, ty).to_bits()))
    }

    fn in_range(&self, expr: ExprId, value: i128, ty: Ty) -> Evaluated {
        if numbers::has_value(ty, value, self.input.target) {
            Ok(ConstValue::Int(value))
        } else {
            Err(self.fails(expr, "overflows"))
        }
    }

    fn clamp(&self, value: i128, ty: Ty) -> i128 {
        numbers::limits(ty, self.input.target).map_or(value, |(least, greatest)| {
            value.clamp(least, i128::try_from(greatest).unwrap_or(i128::MAX))
        })
    }

    fn bits_of(&self, ty: Ty) -> u32 {
        match numbers::limits(ty, self.input.target) {
            Some((least, greatest)) => 128 - greatest.leading_zeros() + u32::from(least < 0),
            None => 128,
        }
    }

    /// The value modulo the type's width.
    fn wrap(&self, value: i128, ty: Ty) -> i128 {
        let bits = self.bits_of(ty);
        if bits >= 128 {
            return value;
        }
        let is_signed = numbers::limits(ty, self.input.target).is_some_and(|(least, _)| least < 0);
        let shift = 128 - bits;
        if is_signed {
            (value << shift) >> shift
        } else {
            ((value as u128) << shift >> shift) as i128
        }
    }

    /// `as` and the implicit number conversions.
    fn convert(&self, expr: ExprId, value: ConstValue, from: Ty, to: Ty) -> Evaluated {
        let wraps = matches!(
            &self.body.exprs[expr],
            Expr::Cast {
                mode: hir::CastMode::Wrapping,
                ..
            }
        );
        let target_ty = self.integer_behind(to);
        let is_above_i128 = |value: i128| value < 0 && numbers::is_u128(self.integer_behind(from));
        match value {
            ConstValue::Int(value) if to.is_float() && is_above_i128(value) => {
                Ok(ConstValue::Float(narrow(value as u128 as f64, to).to_bits()))
            }
            ConstValue::Int(value) if !wraps && is_above_i128(value) => match numbers::is_u128(target_ty) {
                true => Ok(ConstValue::Int(value)),
                false => Err(self.fails(expr, "overflows")),
            },
            ConstValue::Int(value) if to.is_float() => Ok(ConstValue::Float(narrow(value as f64, to).to_bits())),
            ConstValue::Int(value) if wraps => Ok(ConstValue::Int(self.wrap(value, target_ty))),
            ConstValue::Int(value) => self.in_range(expr, value, target_ty),
            ConstValue::Float(bits) if to.is_float() => {
                Ok(ConstValue::Float(narrow(f64::from_bits(bits), to).to_bits()))
            }
            ConstValue::Float(bits) => {
                let value = f64::from_bits(bits);
                let nearest = match numbers::is_u128(target_ty) {
                    true => value as u128 as i128,
                    false => self.clamp(value as i128, target_ty),
                };
                if wraps {
                    return Ok(ConstValue::Int(nearest));
                }
                if value.is_nan() {
                    return Err(self.fails(expr, "casts a NaN to an integer"));
                }
                let (least, greatest) = numbers::limits(target_ty, self.input.target).unwrap_or((i128::MIN, u128::MAX));
                // One more than the greatest value is a power of two, or rounded to one: the comparison is exact.
                let above = greatest as f64 + if greatest < 1 << 53 { 1.0 } else { 0.0 };
                if value.trunc() < least as f64 || value.trunc() >= above {
                    return Err(self.fails(expr, "overflows"));
                }
                Ok(ConstValue::Int(nearest))
            }
            other => Ok(other),
        }
    }

    fn integer_behind(&self, ty: Ty) -> Ty {
        match ty.kind() {
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).underlying.unwrap_or(ty),
            _ => ty,
        }
    }
}

/// The value as a float of the type holds it.
fn narrow(value: f64, ty: Ty) -> f64 {
    match ty.kind() {
        TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => f64::from(value as f32),
        _ => value,
    }
}

/// A literal is rounded once, from its digits to its type.
fn round_to(value: f64, text: &str, ty: Ty) -> f64 {
    match ty.kind() {
        TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => text.parse::<f32>().map_or(value, f64::from),
        _ => value,
    }
}
