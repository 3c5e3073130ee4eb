//! Expressions whose value is known where they stand: literals, constants, and what is made of them alone.

use std::sync::Arc;

use check::{Adjust, ConstValue, FloatTy, Ty, TyKind};
use hir::{Expr, ExprId, Literal, Mutability, UnaryOp};
use target::CScalar;

use super::builder::{Adjusted, Builder};
use crate::body::{Const, Operand};

impl Builder<'_> {
    pub(super) fn integer(&self, value: i128, ty: Ty) -> Operand {
        Operand::Const(Const {
            value: ConstValue::Int(value),
            ty,
        })
    }

    /// The length of an array's type.
    pub(super) fn array_len(&self, len: Ty) -> Operand {
        let value = match len.known_len() {
            Some(len) => ConstValue::Int(i128::from(len)),
            None => ConstValue::Param(len),
        };
        Operand::Const(Const { value, ty: Ty::usize() })
    }

    pub(super) fn boolean(&self, value: bool) -> Operand {
        self.integer(i128::from(value), Ty::bool())
    }

    pub(super) fn string(&self, text: base::Symbol) -> Operand {
        Operand::Const(Const {
            value: ConstValue::Str(text),
            ty: Ty::str_ref(),
        })
    }

    /// The value of an expression that needs no code: scalars, strings, functions, and arrays of constants.
    pub(super) fn constant(&self, value: Adjusted) -> Option<Const> {
        let expr = &self.hir.exprs[value.expr];
        let is_call = matches!(expr, Expr::Call { .. }) && self.typed.calls.contains_key(&value.expr);
        if is_call || matches!(expr, Expr::Tuple(_) | Expr::Struct { .. } | Expr::Repeat { .. }) {
            return None;
        }
        let ty = self.ty(value);
        let value = self.constant_value(value)?;
        Some(Const { value, ty })
    }

    /// A reference to a constant that lives as long as the program, where `&value` means one.
    pub(super) fn promoted(&self, value: Adjusted) -> Option<Const> {
        let ty = self.ty(value);
        // What a cell holds is changed through such a reference.
        if self.env().needs_drop(ty) || self.signatures.has_cell(ty) {
            return None;
        }
        let known = self.constant_value(value)?;
        Some(Const {
            value: ConstValue::Ref(Arc::new(known), ty),
            ty: ty.reference(Mutability::Const),
        })
    }

    /// A `&mut` to an array without elements: nobody can write there, so that it may live as long as the program.
    pub(super) fn empty_array(&self, value: Adjusted) -> Option<Const> {
        let ty = self.ty(value);
        let is_empty = matches!(ty.kind(), TyKind::Array(_, len) if len.known_len() == Some(0));
        let known = self.constant_value(value).filter(|_| is_empty)?;
        Some(Const {
            value: ConstValue::Ref(Arc::new(known), ty),
            ty: ty.reference(Mutability::Mut),
        })
    }

    fn constant_value(&self, value: Adjusted) -> Option<ConstValue> {
        let Some((adjustment, inner)) = self.last_step(value) else {
            return self.plain_constant(value.expr);
        };
        let known = self.constant_value(inner)?;
        match adjustment.kind {
            Adjust::Numeric | Adjust::EnumToInt => numeric_constant(known, adjustment.ty),
            Adjust::LiteralToCStr => {
                let ConstValue::Str(text) = known else {
                    return None;
                };
                Some(ConstValue::CStr(text.as_str().as_bytes().into()))
            }
            Adjust::Some | Adjust::Err => Some(ConstValue::Variant(1, vec![known])),
            Adjust::Ok => Some(ConstValue::Variant(0, vec![known])),
            Adjust::FnItemToPointer | Adjust::FnItemToExtern => Some(known),
            Adjust::NeverToAny
            | Adjust::Try
            | Adjust::Deref
            | Adjust::Lend
            | Adjust::ArrayToVec
            | Adjust::Box
            | Adjust::Borrow(_)
            | Adjust::Reinterpret
            | Adjust::ArrayToSlice
            | Adjust::Unsize
            | Adjust::BorrowAsFn
            | Adjust::ClosureToExtern => None,
        }
    }

    fn plain_constant(&self, expr: ExprId) -> Option<ConstValue> {
        let ty = self.typed.expr_tys[expr];
        let all = |exprs: &[ExprId]| -> Option<Vec<ConstValue>> {
            exprs
                .iter()
                .map(|expr| self.constant_value(self.adjusted(*expr)))
                .collect()
        };
        match &self.hir.exprs[expr] {
            Expr::Literal(literal) => Some(literal_value(literal, ty)),
            Expr::None | Expr::Null => Some(ConstValue::Null),
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } => {
                let Expr::Literal(literal) = &self.hir.exprs[*operand] else {
                    return None;
                };
                if self.typed.adjustments.contains_key(operand) {
                    return None;
                }
                negated(literal_value(literal, ty))
            }
            Expr::Tuple(elements) if elements.is_empty() => None,
            Expr::Tuple(elements) => all(elements).map(ConstValue::Aggregate),
            Expr::Array(elements) => all(elements).map(ConstValue::Aggregate),
            Expr::Repeat { element, .. } => {
                let TyKind::Array(_, len) = ty.kind() else {
                    return None;
                };
                let element = self.constant_value(self.adjusted(*element))?;
                ConstValue::repeated(element, len.known_len()?)
            }
            Expr::Struct { fields, base: None, .. } => self.struct_constant(expr, ty, fields),
            Expr::Unsafe(inner) => self.constant_value(self.adjusted(*inner)),
            Expr::Name(_) | Expr::DotName { .. } | Expr::Field { .. } | Expr::Generic { .. } | Expr::Type(_) => {
                self.item_constant(expr).map(|constant| constant.value)
            }
            // Of a macro of C, which Clang has computed.
            Expr::Call { .. } if !self.typed.calls.contains_key(&expr) => {
                self.item_constant(expr).map(|constant| constant.value)
            }
            Expr::Call { .. } => self.variant_constant(expr),
            Expr::Error(_)
            | Expr::FString(_)
            | Expr::Local(_)
            | Expr::Index { .. }
            | Expr::Unary {
                op: UnaryOp::Not | UnaryOp::Deref,
                ..
            }
            | Expr::Ref { .. }
            | Expr::Binary { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Cast { .. }
            | Expr::Range { .. }
            | Expr::Struct { base: Some(_), .. }
            | Expr::Block { .. }
            | Expr::If { .. }
            | Expr::Let { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Match { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Closure(_)
            | Expr::Coalesce { .. }
            | Expr::Try(_)
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::Link(_) => None,
        }
    }

    /// A variant of constants.
    fn variant_constant(&self, expr: ExprId) -> Option<ConstValue> {
        let call = self.typed.calls.get(&expr)?;
        let check::Callee::Variant(variant) = call.callee else {
            return None;
        };
        let values = call.args.iter().map(|arg| self.constant_value(self.adjusted(*arg)));
        Some(ConstValue::Variant(variant, values.collect::<Option<_>>()?))
    }

    /// A struct literal that sets every field to a constant.
    fn struct_constant(&self, expr: ExprId, ty: Ty, fields: &[hir::FieldInit]) -> Option<ConstValue> {
        let TyKind::Adt(adt, args) = ty.kind() else {
            return None;
        };
        let decl = self.signatures.adt(*adt);
        if let (Some(variant), Some(indices)) =
            (self.typed.struct_variants.get(&expr), self.typed.field_inits.get(&expr))
        {
            let own = decl.variants[*variant as usize].fields.clone();
            let values = own.map(|at| {
                let position = indices.iter().position(|index| index.as_slice() == [at])?;
                self.constant_value(self.adjusted(fields[position].value))
            });
            return Some(ConstValue::Variant(*variant, values.collect::<Option<_>>()?));
        }
        if decl.kind != check::AdtKind::Record(hir::StructKind::Lang) {
            return None;
        }
        let paths = self.typed.field_inits.get(&expr)?;
        let values = decl.fields.iter().enumerate().map(|(at, field)| {
            match paths
                .iter()
                .position(|path| path.first().is_some_and(|index| *index as usize == at))
            {
                Some(position) => self.constant_value(self.adjusted(fields[position].value)),
                None => field.default_value.as_ref().map(|value| value.substitute(args)),
            }
        });
        values.collect::<Option<Vec<_>>>().map(ConstValue::Aggregate)
    }
}

fn literal_value(literal: &Literal, ty: Ty) -> ConstValue {
    match literal {
        Literal::Int { value, .. } if ty.is_float() => ConstValue::Float((*value as f64).to_bits()),
        // The bits of the few values above `i128::MAX`, which only a `u128` has.
        Literal::Int { value, .. } => ConstValue::Int(*value as i128),
        Literal::Float { text, .. } => ConstValue::Float(float_bits(text.as_str(), ty)),
        Literal::Bool(value) => ConstValue::Int(i128::from(*value)),
        Literal::Char(value) => ConstValue::Int(i128::from(u32::from(*value))),
        Literal::Byte(value) => ConstValue::Int(i128::from(*value)),
        Literal::Str(text) => ConstValue::Str(*text),
        Literal::ByteStr(bytes) => ConstValue::Bytes(bytes.clone()),
        Literal::CStr(bytes) => ConstValue::CStr(bytes.clone()),
    }
}

/// The `f64` with the value of the literal rounded once, to its own type.
fn float_bits(text: &str, ty: Ty) -> u64 {
    let is_single = matches!(ty.kind(), TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float));
    let value = if is_single {
        text.parse::<f32>().map(f64::from)
    } else {
        text.parse::<f64>()
    };
    value.expect("the lexer takes only digits that are a float").to_bits()
}

fn negated(number: ConstValue) -> Option<ConstValue> {
    if let ConstValue::Int(value) = number {
        Some(ConstValue::Int(value.wrapping_neg()))
    } else if let ConstValue::Float(bits) = number {
        Some(ConstValue::Float((-f64::from_bits(bits)).to_bits()))
    } else {
        None
    }
}

/// A number as the same number of another type, which holds it.
fn numeric_constant(value: ConstValue, ty: Ty) -> Option<ConstValue> {
    if let ConstValue::Int(integer) = value
        && ty.is_float()
    {
        return Some(ConstValue::Float((integer as f64).to_bits()));
    }
    let is_kept = matches!(value, ConstValue::Int(_)) || matches!(value, ConstValue::Float(_)) && ty.is_float();
    is_kept.then_some(value)
}
