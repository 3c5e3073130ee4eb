//! Which number types convert into which without a word: only where no value is lost on any supported target.
//!
//! Language reference, "Implicit conversions". The widths of C's types come from the table of targets.

use std::sync::LazyLock;

use base::FxHashMap;
use target::{CScalar, Table};

use crate::{FloatTy, IntTy, Ty, TyKind};

/// The values an integer type holds on each supported target, in the order of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shape {
    signed: bool,
    bits: u32,
}

static C_SHAPES: LazyLock<FxHashMap<CScalar, Vec<Shape>>> = LazyLock::new(|| {
    let shapes_of = |scalar| {
        let shape = |target: &target::Target| {
            target.c_int_shape(scalar).map(|shape| Shape {
                signed: shape.signed,
                bits: shape.bits,
            })
        };
        Table::embedded().targets().iter().filter_map(shape).collect::<Vec<_>>()
    };
    CScalar::all().map(|scalar| (scalar, shapes_of(scalar))).collect()
});

static POINTER_BITS: LazyLock<Vec<u32>> = LazyLock::new(|| {
    Table::embedded()
        .targets()
        .iter()
        .map(|target| target.pointer_bits)
        .collect()
});

/// The shapes of an integer type, one a target. Empty for any other type.
fn shapes(ty: Ty) -> Vec<Shape> {
    match ty.kind() {
        TyKind::Int(int) => {
            let shape = |&bits: &u32| Shape {
                signed: int.is_signed(),
                bits: int.bits(bits),
            };
            POINTER_BITS.iter().map(shape).collect()
        }
        TyKind::C(scalar) if ty.is_integer() => C_SHAPES[scalar].clone(),
        _ => Vec::new(),
    }
}

fn holds(to: Shape, from: Shape) -> bool {
    match (from.signed, to.signed) {
        (true, true) | (false, false) => from.bits <= to.bits,
        (false, true) => from.bits < to.bits,
        (true, false) => false,
    }
}

/// Bits of precision, for ordering floats; 0 for other types.
fn float_rank(ty: Ty) -> u32 {
    match ty.kind() {
        TyKind::Float(FloatTy::F16) => 11,
        TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => 24,
        TyKind::Float(FloatTy::F64) | TyKind::C(CScalar::Double) => 53,
        // Never narrower than a double, on some targets wider.
        TyKind::C(CScalar::LongDouble) => 54,
        _ => 0,
    }
}

/// Whether every value of `from` is a value of `to` on every supported target. Both are number types or `bool`s.
pub(crate) fn converts(from: Ty, to: Ty) -> bool {
    if from == to {
        return true;
    }
    let is_bool = |ty: Ty| matches!(ty.kind(), TyKind::Bool | TyKind::C(CScalar::Bool));
    if is_bool(from) && is_bool(to) {
        return true;
    }
    if from.is_integer() && to.is_integer() {
        let (from, to) = (shapes(from), shapes(to));
        return !from.is_empty() && from.len() == to.len() && from.iter().zip(&to).all(|(f, t)| holds(*t, *f));
    }
    let (from_rank, to_rank) = (float_rank(from), float_rank(to));
    if from_rank > 0 {
        return from_rank <= to_rank;
    }
    // A float holds every integer of as many bits as its significand; the sign is apart.
    let fits = |shape: &Shape| shape.bits - u32::from(shape.signed) <= to_rank;
    let from = shapes(from);
    to_rank > 0 && !from.is_empty() && from.iter().all(fits)
}

/// Whether the two hold the same values on every target, so that pointers to them convert too.
pub(crate) fn same_values(a: Ty, b: Ty) -> bool {
    converts(a, b) && converts(b, a)
}

/// The type of `a op b`: the one that holds both; where each holds the other, the Lang one.
pub(crate) fn common(a: Ty, b: Ty) -> Option<Ty> {
    match (converts(a, b), converts(b, a)) {
        (true, true) => Some(if matches!(a.kind(), TyKind::C(_)) { b } else { a }),
        (true, false) => Some(b),
        (false, true) => Some(a),
        (false, false) => None,
    }
}

/// The least and greatest value of an integer type on the target.
pub(crate) fn limits(ty: Ty, target: &target::Target) -> Option<(i128, u128)> {
    let (signed, bits) = match ty.kind() {
        TyKind::Int(int) => (int.is_signed(), int.bits(target.pointer_bits)),
        TyKind::C(scalar) => {
            let shape = target.c_int_shape(*scalar)?;
            (shape.signed, shape.bits)
        }
        TyKind::Bool => (false, 1),
        TyKind::Char => return Some((0, 0x10_FFFF)),
        _ => return None,
    };
    Some(match signed {
        true => (i128::MIN >> (128 - bits), u128::MAX >> (129 - bits)),
        false => (0, u128::MAX >> (128 - bits)),
    })
}

/// Whether constants of the type hold the bits of their value, which may be above `i128::MAX`.
pub(crate) fn is_u128(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Int(IntTy::U128))
}

/// Whether the constant `value`, which is no `u128`, is a value of `ty`.
pub(crate) fn has_value(ty: Ty, value: i128, target: &target::Target) -> bool {
    limits(ty, target).is_none_or(|(least, greatest)| match u128::try_from(value) {
        Ok(value) => value <= greatest,
        Err(_) => value >= least,
    })
}

/// A constant of the type as a number in whose order the type's values are; and back.
pub(crate) fn ordered(value: i128, ty: Ty) -> i128 {
    if is_u128(ty) { value ^ i128::MIN } else { value }
}
