//! Integers that C's constants make: their value is known, so they convert by it and not by their type.
//!
//! Language reference, "Implicit conversions". Takes expressions that have been checked. Promises that no value is
//! lost: what is computed here is what the program would compute. Lang's own constants keep to their type.

use hir::{BinaryOp, Expr, ExprId, Literal, UnaryOp};

use super::Checker;
use crate::{Adjust, AdtKind, ConstValue, Ty, TyKind, ValueRef, numbers};

impl Checker<'_> {
    /// An enum of C or in its likeness, whose values are numbers.
    pub(super) fn is_enum(&self, ty: Ty) -> bool {
        self.integer_of_enum(ty).is_some()
    }

    /// The integer type whose values an `extern enum` has.
    pub(super) fn integer_of_enum(&self, ty: Ty) -> Option<Ty> {
        match ty.kind() {
            TyKind::Adt(adt, _) => {
                let decl = self.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum => decl.underlying,
                    AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord => None,
                }
            }
            _ => None,
        }
    }

    /// An operand of an `extern enum` stands for its number.
    pub(super) fn number_of_enum(&mut self, (expr, ty): (ExprId, Ty)) -> (ExprId, Ty) {
        match self.integer_of_enum(self.shallow(ty)) {
            Some(integer) => {
                self.adjust(expr, Adjust::EnumToInt, integer);
                (expr, integer)
            }
            None => (expr, ty),
        }
    }

    /// The value of an integer made of C's constants; absent for anything else.
    pub(super) fn c_constant(&self, expr: ExprId) -> Option<i128> {
        let n_constants = self.c_constants_in(expr)?;
        (n_constants > 0).then(|| self.known_integer(expr))?
    }

    /// Whether the expression is made of C's constants, and its value is one of the integer type `to`.
    pub(super) fn c_constant_fits(&self, expr: ExprId, to: Ty) -> bool {
        to.is_integer()
            && !matches!(to.kind(), TyKind::Infer(_))
            && !numbers::is_u128(to)
            && self
                .c_constant(expr)
                .is_some_and(|value| numbers::has_value(to, value, self.input.target))
    }

    /// How many of C's constants are in the expression; absent if more than they, literals and operators is.
    fn c_constants_in(&self, expr: ExprId) -> Option<usize> {
        match &self.body.exprs[expr] {
            Expr::Literal(_) => Some(0),
            Expr::Unary { operand, .. } => self.c_constants_in(*operand),
            Expr::Binary { left, right, .. } => Some(self.c_constants_in(*left)? + self.c_constants_in(*right)?),
            _ => self.c_constants.contains(&expr).then_some(1),
        }
    }

    /// The value of an integer made of constants and literals; absent where computing it would panic.
    pub(super) fn known_integer(&self, expr: ExprId) -> Option<i128> {
        let ty = self.table.resolve(self.typed.expr_tys[expr]);
        let ty = self.integer_of_enum(ty).unwrap_or(ty);
        if numbers::is_u128(ty) {
            return None;
        }
        let value = match &self.body.exprs[expr] {
            Expr::Literal(Literal::Int { value, .. }) => i128::try_from(*value).ok()?,
            Expr::Unary { op, operand } => {
                let value = self.known_integer(*operand)?;
                match op {
                    UnaryOp::Neg => value.checked_neg()?,
                    UnaryOp::Not => match numbers::limits(ty, self.input.target)? {
                        (0, greatest) => i128::try_from(greatest).ok()? - value,
                        _ => !value,
                    },
                    UnaryOp::Deref => return None,
                }
            }
            Expr::Binary { op, left, right, .. } => {
                binary(*op, self.known_integer(*left)?, self.known_integer(*right)?)?
            }
            _ => match self.typed.values.get(&expr)? {
                ValueRef::Const(value) => match value.as_ref() {
                    ConstValue::Int(value) => *value,
                    _ => return None,
                },
                ValueRef::Namespace
                | ValueRef::Fn(..)
                | ValueRef::AssocConst(..)
                | ValueRef::ConstParam(_)
                | ValueRef::Static(_)
                | ValueRef::Getter { .. }
                | ValueRef::TupleStruct(_) => return None,
            },
        };
        numbers::has_value(ty, value, self.input.target).then_some(value)
    }
}

/// Absent too for the operators that mind the width of their type, and for comparisons.
fn binary(op: BinaryOp, left: i128, right: i128) -> Option<i128> {
    let count = || u32::try_from(right).ok();
    match op {
        BinaryOp::Add => left.checked_add(right),
        BinaryOp::Sub => left.checked_sub(right),
        BinaryOp::Mul => left.checked_mul(right),
        BinaryOp::Div => left.checked_div(right),
        BinaryOp::Rem => left.checked_rem(right),
        BinaryOp::BitAnd => Some(left & right),
        BinaryOp::BitOr => Some(left | right),
        BinaryOp::BitXor => Some(left ^ right),
        // What is shifted out is lost: then the value is no value of the type, unless it was above `i128`'s.
        BinaryOp::Shl if (0..1 << 64).contains(&left) => count().filter(|count| *count < 63).map(|count| left << count),
        BinaryOp::Shr => count().filter(|count| *count < 64).map(|count| left >> count),
        BinaryOp::Shl
        | BinaryOp::WrappingAdd
        | BinaryOp::WrappingSub
        | BinaryOp::WrappingMul
        | BinaryOp::SaturatingAdd
        | BinaryOp::SaturatingSub
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge => None,
    }
}
