//! Conversions: the implicit ones, and `as`, which is checked where it may lose the value.

use base::Span;
use check::{Adjust, Adjustment, AdtKind, ConstValue, FloatTy, Ty, TyKind};
use hir::{CastMode, ExprId, Mutability};
use target::{CScalar, IntShape};

use super::builder::{Adjusted, Builder};
use super::places::copy;
use crate::body::{AssertKind, BinaryOp, CastKind, Const, Local, Operand, Place, Rvalue};

impl Builder<'_> {
    /// The rvalue that an adjustment makes of `inner`.
    pub(super) fn adjusted_rvalue(&mut self, adjustment: Adjustment, inner: Adjusted) -> Rvalue {
        let kind = match adjustment.kind {
            Adjust::Borrow(mutability) => return self.borrow(mutability, inner),
            Adjust::Lend => {
                let mutability = if let TyKind::Ref(mutability, _) = adjustment.ty.kind() {
                    *mutability
                } else {
                    Mutability::Const
                };
                let lent = self.lent(inner, mutability);
                return Rvalue::Use(self.consume(Place::local(lent)));
            }
            Adjust::Ok | Adjust::Err => {
                let variant = u32::from(adjustment.kind == Adjust::Err);
                let kind = super::errors::result_kind(adjustment.ty, variant);
                let operand = self.operand(inner);
                return Rvalue::Aggregate(kind, vec![operand]);
            }
            Adjust::Deref | Adjust::NeverToAny | Adjust::Try | Adjust::ArrayToVec | Adjust::Box => {
                let value = Adjusted {
                    steps: inner.steps + 1,
                    ..inner
                };
                return Rvalue::Use(self.operand(value));
            }
            Adjust::Numeric | Adjust::EnumToInt => CastKind::Numeric,
            Adjust::Reinterpret => CastKind::Pointer,
            Adjust::ArrayToSlice => CastKind::ArrayToSlice,
            Adjust::Unsize => CastKind::Unsize,
            Adjust::FnItemToPointer | Adjust::FnItemToExtern | Adjust::ClosureToExtern => CastKind::FnPointer,
            Adjust::BorrowAsFn => return self.borrow_as_fn(inner, adjustment.ty),
            Adjust::Some => CastKind::Some,
            Adjust::LiteralToCStr => unreachable!("only constants become C strings"),
        };
        Rvalue::Cast(kind, self.operand(inner), adjustment.ty)
    }

    /// `operand as T`, `operand as% T`
    pub(super) fn cast(&mut self, expr: ExprId, operand: ExprId, mode: CastMode) -> Rvalue {
        let span = self.span(expr);
        let to = self.typed.expr_tys[expr];
        let from = self.typed.adjusted_ty(operand);
        let value = self.operand_of(operand);
        if from == to {
            return Rvalue::Use(value);
        }
        if matches!(from.kind(), TyKind::FnItem(..)) {
            return self.fn_item_cast(value, to, span);
        }
        if !self.is_number_like(from) || !self.is_number_like(to) {
            return Rvalue::Cast(CastKind::Pointer, value, to);
        }
        if mode == CastMode::Checked && self.options.overflow_checks {
            return self.checked_cast(value, from, to, span);
        }
        Rvalue::Cast(CastKind::Numeric, value, to)
    }

    fn fn_item_cast(&mut self, value: Operand, to: Ty, span: Span) -> Rvalue {
        if let TyKind::FnPointer(_) | TyKind::ExternFn(_) = to.kind() {
            return Rvalue::Cast(CastKind::FnPointer, value, to);
        }
        let Operand::Const(Const { ty, .. }) = &value else {
            unreachable!("a function item is a constant")
        };
        let TyKind::FnItem(function, args) = ty.kind() else {
            unreachable!("the caller looked at the type")
        };
        let pointer = Ty::new(TyKind::ExternFn(self.signatures.function(*function).fn_type())).substitute(args);
        let pointer = self.assign_temporary(pointer, Rvalue::Cast(CastKind::FnPointer, value, pointer), span);
        Rvalue::Cast(CastKind::Pointer, copy(pointer), to)
    }

    fn is_number_like(&self, ty: Ty) -> bool {
        ty.is_float() || self.int_shape(ty).is_some()
    }

    /// The values of an integer, `bool`, `char` or enum; absent for other types.
    pub(super) fn int_shape(&self, ty: Ty) -> Option<IntShape> {
        let pointer_bits = self.options.target.pointer_bits;
        match ty.kind() {
            TyKind::Int(int) => Some(IntShape {
                bits: int.bits(pointer_bits),
                signed: int.is_signed(),
            }),
            TyKind::C(scalar) => self.options.target.c_int_shape(*scalar),
            TyKind::Bool => Some(IntShape { bits: 1, signed: false }),
            TyKind::Char => Some(IntShape {
                bits: 32,
                signed: false,
            }),
            TyKind::Adt(adt, _) => {
                let decl = self.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum => self.int_shape(decl.underlying.expect("an extern enum has a type")),
                    AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord => None,
                }
            }
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Float(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Ref(..)
            | TyKind::Pointer(..)
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => None,
        }
    }

    /// A cast that panics when the type does not have the value.
    fn checked_cast(&mut self, value: Operand, from: Ty, to: Ty, span: Span) -> Rvalue {
        let Some(to_shape) = self.int_shape(to) else {
            return Rvalue::Cast(CastKind::Numeric, value, to);
        };
        let constant_fits = match (&value, self.int_shape(from)) {
            (
                Operand::Const(Const {
                    value: ConstValue::Int(value),
                    ..
                }),
                Some(_),
            ) => holds(to_shape, *value) && !matches!(to.kind(), TyKind::Char),
            _ => false,
        };
        if constant_fits {
            return Rvalue::Cast(CastKind::Numeric, value, to);
        }
        let source = self.place_of(value, from, span);
        let Some(from_shape) = self.int_shape(from) else {
            self.check_float_range(&source, from, to_shape, span);
            return Rvalue::Cast(CastKind::Numeric, Operand::Copy(source), to);
        };
        if matches!(to.kind(), TyKind::Char) {
            self.check_scalar_value(&source, from, from_shape, span);
            return Rvalue::Cast(CastKind::Numeric, Operand::Copy(source), to);
        }
        let widens = to_shape.bits >= from_shape.bits;
        let keeps_all = match (from_shape.signed, to_shape.signed) {
            (false, true) => to_shape.bits > from_shape.bits,
            (true, false) => false,
            (true, true) | (false, false) => widens,
        };
        if keeps_all {
            return Rvalue::Cast(CastKind::Numeric, Operand::Copy(source), to);
        }
        if from_shape.signed && !to_shape.signed {
            self.check_compare(BinaryOp::Ge, &source, self.integer(0, from), span);
        }
        let result = Rvalue::Cast(CastKind::Numeric, Operand::Copy(source.clone()), to);
        let result = self.assign_temporary(to, result, span);
        if !from_shape.signed && to_shape.signed {
            self.check_compare(BinaryOp::Ge, &Place::local(result), self.integer(0, to), span);
        }
        if !widens {
            self.check_round_trip(&source, result, from, span);
        }
        Rvalue::Use(copy(result))
    }

    /// Casting back gives what was cast.
    fn check_round_trip(&mut self, source: &Place, result: Local, from: Ty, span: Span) {
        let back = Rvalue::Cast(CastKind::Numeric, copy(result), from);
        let back = self.assign_temporary(from, back, span);
        self.check_compare(BinaryOp::Eq, &Place::local(back), Operand::Copy(source.clone()), span);
    }

    /// Panics, as a cast does, unless the comparison holds.
    fn check_compare(&mut self, op: BinaryOp, left: &Place, right: Operand, span: Span) {
        let fits = Rvalue::Binary(op, Operand::Copy(left.clone()), right);
        let fits = self.assign_temporary(Ty::bool(), fits, span);
        self.assert(copy(fits), true, AssertKind::Cast, span);
    }

    /// An integer that a `char` is made of is at most 0x10FFFF and no surrogate.
    fn check_scalar_value(&mut self, source: &Place, from: Ty, shape: IntShape, span: Span) {
        let largest = if shape.signed { shape.bits - 1 } else { shape.bits };
        if shape.signed {
            self.check_compare(BinaryOp::Ge, source, self.integer(0, from), span);
        }
        if largest <= 8 {
            return;
        }
        if largest > 16 {
            self.check_compare(BinaryOp::Le, source, self.integer(0x10_FFFF, from), span);
        }
        let below = Rvalue::Binary(BinaryOp::Lt, Operand::Copy(source.clone()), self.integer(0xD800, from));
        let below = self.assign_temporary(Ty::bool(), below, span);
        let above = Rvalue::Binary(BinaryOp::Gt, Operand::Copy(source.clone()), self.integer(0xDFFF, from));
        let above = self.assign_temporary(Ty::bool(), above, span);
        self.check_compare(BinaryOp::BitOr, &Place::local(below), copy(above), span);
    }

    /// A float that an integer is made of lies, cut off at the point, between the integer type's limits. Both bounds
    /// are powers of two, or infinite where the float type does not reach them, and so exact.
    fn check_float_range(&mut self, source: &Place, from: Ty, to: IntShape, span: Span) {
        let value_bits = if to.signed { to.bits - 1 } else { to.bits };
        let limit = 2f64.powi(i32::try_from(value_bits).expect("at most 128 bits"));
        let (precision_bits, largest_finite) = float_range(from);
        let limit = if limit > largest_finite { f64::INFINITY } else { limit };
        let (below, bound) = match (to.signed, value_bits < precision_bits) {
            (false, _) => (BinaryOp::Gt, -1.0),
            (true, true) => (BinaryOp::Gt, -limit - 1.0),
            (true, false) if limit.is_infinite() => (BinaryOp::Gt, -limit),
            (true, false) => (BinaryOp::Ge, -limit),
        };
        self.check_compare(below, source, float(bound, from), span);
        self.check_compare(BinaryOp::Lt, source, float(limit, from), span);
    }
}

fn float(value: f64, ty: Ty) -> Operand {
    Operand::Const(Const {
        value: ConstValue::Float(value.to_bits()),
        ty,
    })
}

fn holds(shape: IntShape, value: i128) -> bool {
    if shape.signed {
        shape.bits == 128 || (-(1 << (shape.bits - 1))..1 << (shape.bits - 1)).contains(&value)
    } else {
        // The constants of a `u128` above `i128::MAX` look negative, and are checked when they are cast.
        value >= 0 && (shape.bits >= 127 || value < 1 << shape.bits)
    }
}

/// How many bits of an integer a float of the type holds, and its largest finite value, both of those that an `f64`
/// holds too.
fn float_range(ty: Ty) -> (u32, f64) {
    let format = if let TyKind::Float(format) = ty.kind() {
        *format
    } else if *ty.kind() == TyKind::C(CScalar::Float) {
        FloatTy::F32
    } else {
        FloatTy::F64
    };
    match format {
        FloatTy::F16 => (11, 65504.0),
        FloatTy::F32 => (f32::MANTISSA_DIGITS, f64::from(f32::MAX)),
        FloatTy::F64 => (f64::MANTISSA_DIGITS, f64::MAX),
    }
}
