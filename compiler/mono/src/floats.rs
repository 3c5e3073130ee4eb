//! The bytes of floating-point constants in memory, made from an `f64` of the same value.

use target::Endian;
use unit::Scalar;

/// The bytes of a floating scalar, as many as it has value bits (10 for x87's), in the target's order.
pub(crate) fn float_bytes(bits: u64, scalar: Scalar, endian: Endian) -> Vec<u8> {
    let (value, n_bytes) = match scalar {
        Scalar::F16 => (u128::from(narrow(bits, HALF)), 2),
        Scalar::F32 => (u128::from((f64::from_bits(bits) as f32).to_bits()), 4),
        Scalar::F64 => (u128::from(bits), 8),
        Scalar::F80 => (widen_x87(bits), 10),
        Scalar::F128 => (widen_quadruple(bits), 16),
        Scalar::Bool | Scalar::Int { .. } | Scalar::Pointer => unreachable!("{scalar:?} is no float"),
    };
    int_bytes(value, n_bytes, endian)
}

/// The lowest `n_bytes` of an integer.
pub(crate) fn int_bytes(value: u128, n_bytes: usize, endian: Endian) -> Vec<u8> {
    let mut bytes = value.to_le_bytes()[..n_bytes].to_vec();
    if endian == Endian::Big {
        bytes.reverse();
    }
    bytes
}

/// An `f64` taken apart: the value of a finite one that is not zero is `significand * 2^exponent`, where bit 63 of the
/// significand is set.
enum Parts {
    Zero,
    Finite {
        exponent: i32,
        significand: u64,
    },
    Infinite,
    /// The payload, at the top of the significand.
    Nan {
        significand: u64,
    },
}

fn parts(bits: u64) -> Parts {
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) & 0x7ff {
        0x7ff if fraction == 0 => Parts::Infinite,
        0x7ff => Parts::Nan {
            significand: (1 << 63) | (fraction << 11),
        },
        0 if fraction == 0 => Parts::Zero,
        0 => {
            let shift = fraction.leading_zeros();
            Parts::Finite {
                exponent: -1074 - shift as i32,
                significand: fraction << shift,
            }
        }
        biased => Parts::Finite {
            exponent: biased as i32 - 1075 - 11,
            significand: (1 << 63) | (fraction << 11),
        },
    }
}

/// A narrower format with an implicit leading bit.
struct Narrow {
    fraction_bits: u32,
    exponent_bits: u32,
}

const HALF: Narrow = Narrow {
    fraction_bits: 10,
    exponent_bits: 5,
};

/// The value in the narrower format, rounded to the nearest, ties to even.
fn narrow(bits: u64, format: Narrow) -> u32 {
    let sign = ((bits >> 63) as u32) << (format.fraction_bits + format.exponent_bits);
    let max_biased = (1i32 << format.exponent_bits) - 1;
    let infinite = (max_biased as u32) << format.fraction_bits;
    let magnitude = match parts(bits) {
        Parts::Zero => 0,
        Parts::Infinite => infinite,
        Parts::Nan { significand } => {
            infinite | (1 << (format.fraction_bits - 1)) | ((significand << 1) >> (64 - format.fraction_bits)) as u32
        }
        Parts::Finite { exponent, significand } => {
            let bias = max_biased / 2;
            let biased = exponent + 63 + bias;
            // A subnormal keeps fewer bits of the significand.
            let lost = 63 - format.fraction_bits + (1 - biased.min(1)) as u32;
            if lost > 64 {
                0
            } else {
                let kept = u128::from(significand) >> lost;
                let rest = u128::from(significand) & ((1 << lost) - 1);
                let half = 1u128 << (lost - 1);
                let rounded = kept + u128::from(rest > half || (rest == half && kept & 1 == 1));
                // The leading bit, where there is one, adds one to the exponent.
                let magnitude = ((biased.max(1) as u128 - 1) << format.fraction_bits) + rounded;
                magnitude.min(u128::from(infinite)) as u32
            }
        }
    };
    sign | magnitude
}

/// x87's extended format: sign and exponent above an explicit 64-bit significand.
fn widen_x87(bits: u64) -> u128 {
    let sign = u128::from(bits >> 63) << 79;
    let (biased, significand) = match parts(bits) {
        Parts::Zero => (0, 0),
        Parts::Infinite => (0x7fff, 1 << 63),
        Parts::Nan { significand } => (0x7fff, significand | (1 << 62)),
        Parts::Finite { exponent, significand } => ((exponent + 63 + 16383) as u128, significand),
    };
    sign | (biased << 64) | u128::from(significand)
}

/// IEEE's quadruple precision.
fn widen_quadruple(bits: u64) -> u128 {
    let sign = u128::from(bits >> 63) << 127;
    let (biased, significand) = match parts(bits) {
        Parts::Zero => (0, 0),
        Parts::Infinite => (0x7fff, 0),
        Parts::Nan { significand } => (0x7fff, significand | (1 << 62)),
        Parts::Finite { exponent, significand } => ((exponent + 63 + 16383) as u128, significand),
    };
    let fraction = u128::from(significand << 1) << (112 - 64);
    sign | (biased << 112) | fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(value: f64, scalar: Scalar) -> u128 {
        let mut all = [0; 16];
        let bytes = float_bytes(value.to_bits(), scalar, Endian::Little);
        all[..bytes.len()].copy_from_slice(&bytes);
        u128::from_le_bytes(all)
    }

    #[test]
    fn halves_round_and_have_subnormals() {
        assert_eq!(bytes(1.0, Scalar::F16), 0x3c00);
        assert_eq!(bytes(-2.0, Scalar::F16), 0xc000);
        assert_eq!(bytes(65504.0, Scalar::F16), 0x7bff);
        assert_eq!(bytes(65520.0, Scalar::F16), 0x7c00);
        assert_eq!(bytes(1e6, Scalar::F16), 0x7c00);
        assert_eq!(bytes(2f64.powi(-24), Scalar::F16), 0x0001);
        assert_eq!(bytes(2f64.powi(-14), Scalar::F16), 0x0400);
        assert_eq!(bytes(2f64.powi(-26), Scalar::F16), 0);
        assert_eq!(bytes(f64::INFINITY, Scalar::F16), 0x7c00);
        assert_eq!(bytes(0.1, Scalar::F16), 0x2e66);
    }

    #[test]
    fn wide_formats_hold_every_f64() {
        assert_eq!(bytes(1.0, Scalar::F80), 0x3fff_8000_0000_0000_0000);
        assert_eq!(bytes(-0.0, Scalar::F80), 0x8000_0000_0000_0000_0000);
        assert_eq!(bytes(f64::INFINITY, Scalar::F80), 0x7fff_8000_0000_0000_0000);
        assert_eq!(bytes(1.0, Scalar::F128), 0x3fff << 112);
        assert_eq!(bytes(1.5, Scalar::F128), (0x3fff << 112) | (1 << 111));
        // The smallest subnormal is normal here: 2^-1074.
        assert_eq!(bytes(f64::from_bits(1), Scalar::F128), (16383 - 1074) << 112);
        assert_eq!(
            bytes(f64::from_bits(1), Scalar::F80),
            ((16383 - 1074) << 64) | (1 << 63)
        );
    }
}
