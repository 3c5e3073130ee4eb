//! C's arithmetic types: their names in Lang and in C, their shape per target, and how small integers are passed.
//!
//! Takes a [`Target`] row's C facts. Gives widths, signs, formats and layouts. Which types a crossing may pass directly
//! is not decided here.

use crate::layout::Layout;
use crate::triple::Target;
use serde::Deserialize;

/// A C type that Lang names (`c_int`, `c_void`, …): distinct from every Lang type, shaped by the target.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, Deserialize)]
pub enum CScalar {
    Char,
    SChar,
    UChar,
    Short,
    UShort,
    Int,
    UInt,
    Long,
    ULong,
    LongLong,
    ULongLong,
    Float,
    Double,
    LongDouble,
    Bool,
    Void,
    WChar,
}

/// The width in bits and the sign of an integer type. `_Bool` has one value bit and is unsigned.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct IntShape {
    pub bits: u32,
    pub signed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FloatFormat {
    /// IEEE single precision, 4 bytes.
    Binary32,
    /// IEEE double precision, 8 bytes.
    Binary64,
    /// IEEE quadruple precision, 16 bytes.
    Binary128,
    /// The 80-bit format of the x87, stored in 16 bytes.
    X87,
}

/// What a caller does to the unused high bits of an integer argument, and a callee to those of its result.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Extension {
    /// They are unspecified.
    None,
    /// LLVM's `zeroext`.
    Zero,
    /// LLVM's `signext`.
    Sign,
}

/// A target's rule for [`Extension`], as Clang applies it to arguments and results alike.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExtendPolicy {
    /// Nothing is extended; the one who reads extends (AAPCS64 on Linux).
    None,
    /// Only `_Bool` is extended (x86-64 Windows).
    Bool,
    /// Integers below 32 bits are extended by their own sign (x86-64 System V, Apple, AAPCS32, wasm32).
    #[serde(rename = "below-32")]
    Below32,
    /// Integers below 32 bits are extended by their own sign, those of 32 bits always by sign (RISC-V LP64).
    #[serde(rename = "to-64")]
    To64,
}

/// The facts about C's types that a data layout does not hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CFacts {
    pub char_signed: bool,
    pub long_bits: u32,
    pub wchar_bits: u32,
    pub wchar_signed: bool,
    pub long_double: FloatFormat,
    pub extend: ExtendPolicy,
}

/// Each type's name in Lang and its spelling in C: the one list of C's scalars.
const NAMES: [(CScalar, &str, &str); 17] = [
    (CScalar::Char, "c_char", "char"),
    (CScalar::SChar, "c_schar", "signed char"),
    (CScalar::UChar, "c_uchar", "unsigned char"),
    (CScalar::Short, "c_short", "short"),
    (CScalar::UShort, "c_ushort", "unsigned short"),
    (CScalar::Int, "c_int", "int"),
    (CScalar::UInt, "c_uint", "unsigned int"),
    (CScalar::Long, "c_long", "long"),
    (CScalar::ULong, "c_ulong", "unsigned long"),
    (CScalar::LongLong, "c_longlong", "long long"),
    (CScalar::ULongLong, "c_ulonglong", "unsigned long long"),
    (CScalar::Float, "c_float", "float"),
    (CScalar::Double, "c_double", "double"),
    (CScalar::LongDouble, "c_longdouble", "long double"),
    (CScalar::Bool, "c_bool", "_Bool"),
    (CScalar::Void, "c_void", "void"),
    (CScalar::WChar, "c_wchar", "__WCHAR_TYPE__"),
];

impl CScalar {
    pub fn all() -> impl Iterator<Item = CScalar> {
        NAMES.iter().map(|(scalar, _, _)| *scalar)
    }

    /// `c_int`.
    pub fn lang_name(self) -> &'static str {
        self.names().1
    }

    pub fn from_lang_name(name: &str) -> Option<CScalar> {
        NAMES
            .iter()
            .find(|(_, lang_name, _)| *lang_name == name)
            .map(|(scalar, _, _)| *scalar)
    }

    /// `unsigned int`. `wchar_t` is no keyword of C, so it is spelled by the macro that Clang defines for it.
    pub fn c_spelling(self) -> &'static str {
        self.names().2
    }

    fn names(self) -> &'static (CScalar, &'static str, &'static str) {
        &NAMES[self as usize]
    }
}

impl FloatFormat {
    /// The number of bits of the value: 80 for the x87's, whatever it is stored in.
    pub fn bits(self) -> u32 {
        match self {
            FloatFormat::Binary32 => 32,
            FloatFormat::Binary64 => 64,
            FloatFormat::X87 => 80,
            FloatFormat::Binary128 => 128,
        }
    }

    /// The bits of the significand, with the implicit one.
    pub fn precision_bits(self) -> u32 {
        match self {
            FloatFormat::Binary32 => 24,
            FloatFormat::Binary64 => 53,
            FloatFormat::X87 => 64,
            FloatFormat::Binary128 => 113,
        }
    }

    pub fn layout(self) -> Layout {
        match self {
            FloatFormat::Binary32 => Layout::of_scalar(4),
            FloatFormat::Binary64 => Layout::of_scalar(8),
            FloatFormat::X87 | FloatFormat::Binary128 => Layout::of_scalar(16),
        }
    }
}

impl Target {
    /// The shape of an integer type; `None` for the floating types and `void`.
    pub fn c_int_shape(&self, scalar: CScalar) -> Option<IntShape> {
        let signed = |bits| Some(IntShape { bits, signed: true });
        let unsigned = |bits| Some(IntShape { bits, signed: false });
        match scalar {
            CScalar::Char => Some(IntShape {
                bits: 8,
                signed: self.c.char_signed,
            }),
            CScalar::SChar => signed(8),
            CScalar::UChar => unsigned(8),
            CScalar::Short => signed(16),
            CScalar::UShort => unsigned(16),
            CScalar::Int => signed(32),
            CScalar::UInt => unsigned(32),
            CScalar::Long => signed(self.c.long_bits),
            CScalar::ULong => unsigned(self.c.long_bits),
            CScalar::LongLong => signed(64),
            CScalar::ULongLong => unsigned(64),
            CScalar::Bool => unsigned(1),
            CScalar::WChar => Some(IntShape {
                bits: self.c.wchar_bits,
                signed: self.c.wchar_signed,
            }),
            CScalar::Float | CScalar::Double | CScalar::LongDouble | CScalar::Void => None,
        }
    }

    /// The width in bits of an integer type, 1 for `_Bool`; `None` for the floating types and `void`.
    pub fn c_int_bits(&self, scalar: CScalar) -> Option<u32> {
        self.c_int_shape(scalar).map(|shape| shape.bits)
    }

    /// The format of a floating type; `None` for every other.
    pub fn c_float_format(&self, scalar: CScalar) -> Option<FloatFormat> {
        match scalar {
            CScalar::Float => Some(FloatFormat::Binary32),
            CScalar::Double => Some(FloatFormat::Binary64),
            CScalar::LongDouble => Some(self.c.long_double),
            CScalar::Char
            | CScalar::SChar
            | CScalar::UChar
            | CScalar::Short
            | CScalar::UShort
            | CScalar::Int
            | CScalar::UInt
            | CScalar::Long
            | CScalar::ULong
            | CScalar::LongLong
            | CScalar::ULongLong
            | CScalar::Bool
            | CScalar::Void
            | CScalar::WChar => None,
        }
    }

    /// The size and alignment; `None` for `void`, which has none in C.
    pub fn c_layout(&self, scalar: CScalar) -> Option<Layout> {
        match self.c_int_shape(scalar) {
            Some(shape) => Some(self.int_layout(shape.bits)),
            None => self.c_float_format(scalar).map(FloatFormat::layout),
        }
    }

    /// The layout of an integer of a power of two of bits from 8 to 128, or of 1 bit, which takes a byte.
    pub fn int_layout(&self, bits: u32) -> Layout {
        let size_bytes = u64::from(bits.div_ceil(8));
        Layout::new(size_bytes, size_bytes.min(self.max_int_align_bytes()))
    }

    /// Pointers, references, `usize` and `isize`.
    pub fn pointer_layout(&self) -> Layout {
        Layout::of_scalar(u64::from(self.pointer_bits / 8))
    }

    /// How an integer argument or result of a C function is widened to the register or slot that carries it. Integers
    /// above 64 bits never are.
    pub fn c_extension(&self, shape: IntShape) -> Extension {
        let by_own_sign = if shape.signed { Extension::Sign } else { Extension::Zero };
        match self.c.extend {
            ExtendPolicy::Bool if shape.bits == 1 => by_own_sign,
            ExtendPolicy::Below32 | ExtendPolicy::To64 if shape.bits < 32 => by_own_sign,
            ExtendPolicy::To64 if shape.bits == 32 => Extension::Sign,
            ExtendPolicy::None | ExtendPolicy::Bool | ExtendPolicy::Below32 | ExtendPolicy::To64 => Extension::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_names_is_in_the_order_of_the_type() {
        for (index, scalar) in CScalar::all().enumerate() {
            assert_eq!(scalar as usize, index);
            assert_eq!(CScalar::from_lang_name(scalar.lang_name()), Some(scalar));
        }
        assert_eq!(CScalar::from_lang_name("int"), None);
    }
}
