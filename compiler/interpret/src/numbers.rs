//! Arithmetic as compiled code does it: integers of a width, floats rounded to their format.
//!
//! An integer is its mathematical value in an `i128`; that of a `u128` modulo 2^128. A float is the `f64` of its value.

use check::{FloatTy, Signatures, Ty, TyKind};
use mir::BinaryOp;
use target::{CScalar, FloatFormat, IntShape, Target};

/// The width and sign of the types whose values are integers.
pub(crate) fn int_shape(ty: Ty, signatures: &Signatures, target: &Target) -> Option<IntShape> {
    match ty.kind() {
        TyKind::Bool | TyKind::C(CScalar::Bool) => Some(IntShape { signed: false, bits: 1 }),
        TyKind::Char => Some(IntShape {
            signed: false,
            bits: 32,
        }),
        TyKind::Int(int) => Some(IntShape {
            signed: int.is_signed(),
            bits: int.bits(target.pointer_bits),
        }),
        TyKind::C(scalar) => target.c_int_shape(*scalar),
        TyKind::Adt(adt, _) => {
            let underlying = signatures.adt(*adt).underlying?;
            int_shape(underlying, signatures, target)
        }
        _ => None,
    }
}

/// The formats of floats that an `f64` can stand in for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Float {
    Half,
    Single,
    Double,
}

pub(crate) fn float_format(ty: Ty, target: &Target) -> Option<Float> {
    match ty.kind() {
        TyKind::Float(FloatTy::F16) => Some(Float::Half),
        TyKind::Float(FloatTy::F32) => Some(Float::Single),
        TyKind::Float(FloatTy::F64) => Some(Float::Double),
        TyKind::C(scalar) => match target.c_float_format(*scalar)? {
            FloatFormat::Binary32 => Some(Float::Single),
            FloatFormat::Binary64 => Some(Float::Double),
            FloatFormat::Binary128 | FloatFormat::X87 => None,
        },
        _ => None,
    }
}

/// The value modulo the width.
pub(crate) fn wrap(value: i128, shape: IntShape) -> i128 {
    if shape.bits >= 128 {
        return value;
    }
    let shift = 128 - shape.bits;
    if shape.signed {
        (value << shift) >> shift
    } else {
        ((value as u128) << shift >> shift) as i128
    }
}

fn is_u128(shape: IntShape) -> bool {
    !shape.signed && shape.bits >= 128
}

/// An operator that always has a value: the divisor is not zero, the shift is narrow enough.
pub(crate) fn int_binary(op: BinaryOp, a: i128, b: i128, shape: IntShape) -> i128 {
    let truth = |ordering: bool| i128::from(ordering);
    let order = if is_u128(shape) {
        (a as u128).cmp(&(b as u128))
    } else {
        a.cmp(&b)
    };
    let wrapped = match op {
        BinaryOp::Add => a.wrapping_add(b),
        BinaryOp::Sub => a.wrapping_sub(b),
        BinaryOp::Mul => a.wrapping_mul(b),
        BinaryOp::Div if is_u128(shape) => (a as u128).checked_div(b as u128).unwrap_or(0) as i128,
        BinaryOp::Div => a.checked_div(b).unwrap_or(a),
        BinaryOp::Rem if is_u128(shape) => (a as u128).checked_rem(b as u128).unwrap_or(0) as i128,
        BinaryOp::Rem => a.checked_rem(b).unwrap_or(0),
        BinaryOp::BitAnd => a & b,
        BinaryOp::BitOr => a | b,
        BinaryOp::BitXor => a ^ b,
        BinaryOp::Shl => a.wrapping_shl(b as u32),
        BinaryOp::Shr if is_u128(shape) => (a as u128).wrapping_shr(b as u32) as i128,
        BinaryOp::Shr => a.wrapping_shr(b as u32),
        BinaryOp::SaturatingAdd | BinaryOp::SaturatingSub => return saturating(op, a, b, shape),
        BinaryOp::Eq => return truth(order.is_eq()),
        BinaryOp::Ne => return truth(order.is_ne()),
        BinaryOp::Lt => return truth(order.is_lt()),
        BinaryOp::Le => return truth(order.is_le()),
        BinaryOp::Gt => return truth(order.is_gt()),
        BinaryOp::Ge => return truth(order.is_ge()),
    };
    wrap(wrapped, shape)
}

fn saturating(op: BinaryOp, a: i128, b: i128, shape: IntShape) -> i128 {
    let adds = op == BinaryOp::SaturatingAdd;
    if is_u128(shape) {
        let (a, b) = (a as u128, b as u128);
        return if adds { a.saturating_add(b) } else { a.saturating_sub(b) } as i128;
    }
    let value = if adds { a.saturating_add(b) } else { a.saturating_sub(b) };
    clamp(value, shape)
}

/// The nearest value of the type, which is no `u128`.
fn clamp(value: i128, shape: IntShape) -> i128 {
    let least = if shape.signed {
        i128::MIN >> (128 - shape.bits)
    } else {
        0
    };
    let greatest = if shape.signed {
        i128::MAX >> (128 - shape.bits)
    } else {
        (u128::MAX >> (128 - shape.bits)) as i128
    };
    value.clamp(least, greatest)
}

/// The wrapped result of `Add`, `Sub` or `Mul`, and whether it overflowed.
pub(crate) fn int_checked(op: BinaryOp, a: i128, b: i128, shape: IntShape) -> (i128, bool) {
    if is_u128(shape) {
        let (x, y) = (a as u128, b as u128);
        let (value, overflowed) = match op {
            BinaryOp::Add => x.overflowing_add(y),
            BinaryOp::Sub => x.overflowing_sub(y),
            _ => x.overflowing_mul(y),
        };
        return (value as i128, overflowed);
    }
    let exact = match op {
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Sub => a.checked_sub(b),
        _ => a.checked_mul(b),
    };
    let wrapped = int_binary(op, a, b, shape);
    (wrapped, exact != Some(wrapped))
}

/// The value as a float of the format holds it.
pub(crate) fn round(value: f64, format: Float) -> f64 {
    match format {
        Float::Half => round_to_half(value),
        Float::Single => f64::from(value as f32),
        Float::Double => value,
    }
}

/// To the nearest of the values with 11 bits of which the least is 2^-24, ties to even.
fn round_to_half(value: f64) -> f64 {
    let magnitude = value.abs();
    if !magnitude.is_finite() || magnitude == 0.0 {
        return value;
    }
    if magnitude >= 65520.0 {
        return f64::INFINITY.copysign(value);
    }
    let exponent = ((magnitude.to_bits() >> 52) as i32 - 1023).max(-14);
    // Both are powers of two: nothing but the rounding itself rounds.
    let quantum = 2f64.powi(exponent - 10);
    (value / quantum).round_ties_even() * quantum
}

/// One operation, rounded once: a double holds the exact result of one on narrower floats closely enough for that.
pub(crate) fn float_binary(op: BinaryOp, a: f64, b: f64, format: Float) -> Option<f64> {
    let value = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Sub => a - b,
        BinaryOp::Mul => a * b,
        BinaryOp::Div => a / b,
        BinaryOp::Rem => a % b,
        BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::SaturatingAdd
        | BinaryOp::SaturatingSub
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge => return None,
    };
    Some(round(value, format))
}

pub(crate) fn float_compare(op: BinaryOp, a: f64, b: f64) -> Option<bool> {
    match op {
        BinaryOp::Eq => Some(a == b),
        BinaryOp::Ne => Some(a != b),
        BinaryOp::Lt => Some(a < b),
        BinaryOp::Le => Some(a <= b),
        BinaryOp::Gt => Some(a > b),
        BinaryOp::Ge => Some(a >= b),
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Rem
        | BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::SaturatingAdd
        | BinaryOp::SaturatingSub => None,
    }
}

/// An integer as a float, rounded once.
pub(crate) fn int_to_float(value: i128, from: IntShape, format: Float) -> f64 {
    match (is_u128(from), format) {
        (true, Float::Single) => f64::from(value as u128 as f32),
        (true, Float::Half | Float::Double) => round(value as u128 as f64, format),
        (false, Float::Single) => f64::from(value as f32),
        // What a double rounds is far out of the range of a half.
        (false, Float::Half | Float::Double) => round(value as f64, format),
    }
}

/// The nearest integer of the type towards zero; 0 for a NaN.
pub(crate) fn float_to_int(value: f64, to: IntShape) -> i128 {
    if is_u128(to) {
        return value as u128 as i128;
    }
    clamp(value as i128, to)
}

/// The bits of an integer of this width.
pub(crate) fn bits(value: i128, shape: IntShape) -> u128 {
    if shape.bits >= 128 {
        value as u128
    } else {
        value as u128 & ((1 << shape.bits) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Float, float_to_int, int_binary, int_checked, int_to_float, round, wrap};
    use mir::BinaryOp;
    use target::IntShape;

    const U64: IntShape = IntShape {
        signed: false,
        bits: 64,
    };
    const I8: IntShape = IntShape { signed: true, bits: 8 };
    const I128: IntShape = IntShape {
        signed: true,
        bits: 128,
    };
    const U128: IntShape = IntShape {
        signed: false,
        bits: 128,
    };

    #[test]
    fn products_wrap_at_the_width() {
        let all = i128::from(u64::MAX);
        assert_eq!(int_checked(BinaryOp::Mul, all, all, U64), (1, true));
        assert_eq!(int_checked(BinaryOp::Mul, -128, -1, I8), (-128, true));
        assert_eq!(int_checked(BinaryOp::Mul, i128::MIN, -1, I128), (i128::MIN, true));
        assert_eq!(int_checked(BinaryOp::Sub, 0, 1, U128), (-1, true));
    }

    #[test]
    fn the_greatest_unsigned_integers_are_large() {
        assert_eq!(int_binary(BinaryOp::Gt, -1, 1, U128), 1);
        assert_eq!(int_binary(BinaryOp::Shr, -1, 127, U128), 1);
        assert_eq!(int_binary(BinaryOp::Div, -1, 2, U128) as u128, u128::MAX / 2);
        assert_eq!(wrap(-1, U64), i128::from(u64::MAX));
    }

    #[test]
    fn a_number_is_rounded_once() {
        // Halfway between two singles but for the last bit, which a double would round away.
        let value = (1i128 << 60) + (1 << 36) + 1;
        assert_eq!(int_to_float(value, U64, Float::Single), f64::from(value as f32));
        assert_eq!(round(65519.0, Float::Half), 65504.0);
        assert_eq!(round(65520.0, Float::Half), f64::INFINITY);
        assert_eq!(round(2f64.powi(-25), Float::Half), 0.0);
        assert_eq!(round(3.0 * 2f64.powi(-25), Float::Half), 2f64.powi(-23));
    }

    #[test]
    fn floats_saturate_to_integers() {
        assert_eq!(float_to_int(f64::NAN, I8), 0);
        assert_eq!(float_to_int(1e30, I8), 127);
        assert_eq!(float_to_int(-1e30, U64), 0);
        assert_eq!(float_to_int(f64::INFINITY, U128) as u128, u128::MAX);
    }
}
