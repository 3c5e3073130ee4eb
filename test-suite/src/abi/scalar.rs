//! Types of C without names in the program: what they are called on each side, and how their values are made.
//!
//! The value of a scalar comes from the number of its value and its index there, in both languages by the same
//! arithmetic. A type that Lang has no word for is made and compared by functions that both texts define.

use std::fmt::Write;

use crate::random::Random;

/// A type of C without parts that have names.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Scalar {
    Bool,
    /// An integer of up to 64 bits: its names in C and in Lang.
    Int(&'static str, &'static str),
    /// One of 128 bits.
    Wide(&'static str, &'static str),
    /// `_Float16`
    Half,
    Float,
    Double,
    LongDouble,
    /// `void *`
    Pointer,
    /// The enum with this index.
    Enum(usize),
    /// Numbers side by side, which Lang passes on as bytes: a complex number or a vector.
    Parts(&'static Parts),
    /// `_BitInt`, which Lang passes on as bytes.
    BitInt(&'static BitInt),
    /// So many bits of an integer, with its names in C and in Lang; only in records.
    Bits(&'static str, &'static str, u32),
}

/// Numbers side by side.
#[derive(PartialEq, Debug)]
pub(super) struct Parts {
    /// The typedef's.
    pub(super) name: &'static str,
    element: Scalar,
    n_elements: usize,
    n_bytes: usize,
    is_complex: bool,
}

#[derive(PartialEq, Debug)]
pub(super) struct BitInt {
    /// The typedef's.
    pub(super) name: &'static str,
    spelling: &'static str,
}

pub(super) const INTS: &[(&str, &str)] = &[
    ("char", "c_char"),
    ("signed char", "c_schar"),
    ("unsigned char", "c_uchar"),
    ("short", "c_short"),
    ("unsigned short", "c_ushort"),
    ("int", "c_int"),
    ("unsigned", "c_uint"),
    ("long", "c_long"),
    ("unsigned long", "c_ulong"),
    ("long long", "c_longlong"),
    ("unsigned long long", "c_ulonglong"),
    ("int8_t", "i8"),
    ("uint16_t", "u16"),
    ("int32_t", "i32"),
    ("uint32_t", "u32"),
    ("int64_t", "i64"),
    ("uint64_t", "u64"),
    ("size_t", "usize"),
    ("ptrdiff_t", "isize"),
    ("wchar_t", "c_wchar"),
];

/// The types of bit-fields, with how many bits they have.
pub(super) const BIT_BASES: &[(&str, &str, u32)] = &[
    ("int", "c_int", 32),
    ("unsigned", "c_uint", 32),
    ("long", "c_long", 64),
    ("short", "c_short", 16),
    ("unsigned char", "c_uchar", 8),
    ("int8_t", "i8", 8),
    ("uint64_t", "u64", 64),
];

pub(super) const WIDE: &[(&str, &str)] = &[("__int128", "i128"), ("unsigned __int128", "u128")];

impl Parts {
    /// A vector that is wider than x86-64's registers without AVX.
    pub(super) fn is_wide_vector(&self) -> bool {
        !self.is_complex && self.n_bytes > 16
    }
}

/// What a floating-point register of 64-bit ARM holds one of.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Element {
    Float(Scalar),
    /// Any vector of so many bytes.
    Vector(usize),
}

impl Scalar {
    /// What the scalar is so many of in the records that have a register for each member.
    pub(super) fn elements(self) -> Option<(Element, usize)> {
        match self {
            Self::Half | Self::Float | Self::Double | Self::LongDouble => Some((Element::Float(self), 1)),
            Self::Parts(parts) if parts.is_complex => Some((Element::Float(parts.element), parts.n_elements)),
            Self::Parts(parts) => (parts.n_bytes <= 16).then_some((Element::Vector(parts.n_bytes), 1)),
            Self::Bool
            | Self::Int(..)
            | Self::Wide(..)
            | Self::Pointer
            | Self::Enum(_)
            | Self::BitInt(_)
            | Self::Bits(..) => None,
        }
    }

    /// Whether it is passed in registers for integers, one for each eight bytes.
    pub(super) fn is_integer(self) -> bool {
        match self {
            Self::Bool | Self::Int(..) | Self::Wide(..) | Self::Pointer | Self::Enum(_) | Self::Bits(..) => true,
            Self::Half | Self::Float | Self::Double | Self::LongDouble | Self::Parts(_) | Self::BitInt(_) => false,
        }
    }
}

const fn complex(name: &'static str, element: Scalar, element_bytes: usize) -> Parts {
    Parts {
        name,
        element,
        n_elements: 2,
        n_bytes: 2 * element_bytes,
        is_complex: true,
    }
}

const fn vector(name: &'static str, element: Scalar, n_elements: usize, n_bytes: usize) -> Parts {
    Parts {
        name,
        element,
        n_elements,
        n_bytes,
        is_complex: false,
    }
}

const PARTS: &[Parts] = &[
    complex("abi_cf", Scalar::Float, 4),
    complex("abi_cd", Scalar::Double, 8),
    complex("abi_cl", Scalar::LongDouble, 16),
    vector("abi_v2f", Scalar::Float, 2, 8),
    vector("abi_v4f", Scalar::Float, 4, 16),
    vector("abi_v2d", Scalar::Double, 2, 16),
    vector("abi_v4s", Scalar::Int("short", "c_short"), 4, 8),
    vector("abi_v4i", Scalar::Int("int", "c_int"), 4, 16),
    vector("abi_v16c", Scalar::Int("unsigned char", "c_uchar"), 16, 16),
    vector("abi_v2l", Scalar::Int("int64_t", "i64"), 2, 16),
    vector("abi_v8i", Scalar::Int("int", "c_int"), 8, 32),
    vector("abi_v4d", Scalar::Double, 4, 32),
];

/// Of all sorts of widths: below a byte's multiple, at one, and above the largest integer.
const BIT_INTS: &[BitInt] = &[
    BitInt {
        name: "abi_i5",
        spelling: "_BitInt(5)",
    },
    BitInt {
        name: "abi_u17",
        spelling: "unsigned _BitInt(17)",
    },
    BitInt {
        name: "abi_i33",
        spelling: "_BitInt(33)",
    },
    BitInt {
        name: "abi_u64",
        spelling: "unsigned _BitInt(64)",
    },
    BitInt {
        name: "abi_i77",
        spelling: "_BitInt(77)",
    },
    BitInt {
        name: "abi_u128",
        spelling: "unsigned _BitInt(128)",
    },
];

pub(super) fn random_parts(random: &mut Random) -> Scalar {
    Scalar::Parts(&PARTS[random.below(PARTS.len())])
}

pub(super) fn random_bit_int(random: &mut Random) -> Scalar {
    Scalar::BitInt(&BIT_INTS[random.below(BIT_INTS.len())])
}

/// Ends a chain of formatting into a `String`, which cannot fail.
macro_rules! push {
    ($text:expr, $($format:tt)*) => {
        writeln!($text, $($format)*).expect("a string takes any text")
    };
}

/// What the parts of one are numbered by.
fn part_index(part: usize) -> String {
    format!("index + {}", 2000 * (part + 1))
}

/// C's types that Lang has no word for, and the functions that make and compare their values.
pub(super) fn push_c_types(text: &mut String, has_bit_ints: bool) {
    for parts in PARTS {
        let name = parts.name;
        let element = c_name(parts.element);
        let values: Vec<String> = (0..parts.n_elements)
            .map(|part| c_value(parts.element, "seed", &part_index(part)))
            .collect();
        if parts.is_complex {
            push!(text, "typedef {element} _Complex {name};");
            push!(text, "#define {name}_MAKE __builtin_complex({})", values.join(", "));
        } else {
            let n = parts.n_elements;
            push!(
                text,
                "typedef {element} {name} __attribute__((vector_size({n} * sizeof({element}))));"
            );
            push!(text, "#define {name}_MAKE ({name}){{ {} }}", values.join(", "));
        }
        let conditions: Vec<String> = (0..parts.n_elements)
            .zip(values)
            .map(|(part, wanted)| match (parts.is_complex, part) {
                (true, 0) => format!("__real__ *value == {wanted}"),
                (true, _) => format!("__imag__ *value == {wanted}"),
                (false, _) => format!("(*value)[{part}] == {wanted}"),
            })
            .collect();
        let conditions = conditions.join(" && ");
        push!(
            text,
            "static inline int {name}_same(const {name} *value, uint32_t seed, uint32_t index) {{"
        );
        push!(text, "    return {conditions};\n}}");
        push!(
            text,
            "static inline void {name}_make({name} *value, uint32_t seed, uint32_t index) {{"
        );
        push!(text, "    *value = {name}_MAKE;\n}}\n");
    }
    for BitInt { name, spelling } in BIT_INTS.iter().filter(|_| has_bit_ints) {
        push!(text, "typedef {spelling} {name};");
        let wanted = format!("({name})((unsigned __int128)abi_mix(seed, index) << 64 | abi_mix(seed, index + 1000))");
        push!(
            text,
            "static inline int {name}_same(const {name} *value, uint32_t seed, uint32_t index) {{"
        );
        push!(text, "    return *value == {wanted};\n}}");
        push!(
            text,
            "static inline void {name}_make({name} *value, uint32_t seed, uint32_t index) {{"
        );
        push!(text, "    *value = {wanted};\n}}\n");
    }
}

/// The functions of Lang that make and compare values of the same types.
pub(super) fn push_lang_functions(text: &mut String, has_bit_ints: bool) {
    for parts in PARTS {
        let name = parts.name;
        let element = lang_name(parts.element);
        let values: Vec<String> = (0..parts.n_elements)
            .map(|part| lang_value(parts.element, "seed", &part_index(part)))
            .collect();
        push!(text, "fn make_{name}(seed: u32, index: u32) -> c.{name} {{");
        push!(text, "    unsafe {{\n        var value = mem.zeroed<c.{name}>();");
        push!(text, "        let parts = &mut value as *c.{name} as *{element};");
        for (part, value) in values.iter().enumerate() {
            push!(text, "        parts[{part}] = {value};");
        }
        push!(text, "        value\n    }}\n}}");
        push!(
            text,
            "fn same_{name}(value: c.{name}, seed: u32, index: u32) -> bool {{"
        );
        push!(text, "    unsafe {{\n        var held = value;");
        push!(text, "        let parts = &mut held as *c.{name} as *{element};");
        for (part, value) in values.iter().enumerate() {
            push!(text, "        if parts[{part}] != {value} {{ return false; }}");
        }
        push!(text, "    }}\n    true\n}}\n");
    }
    for BitInt { name, .. } in BIT_INTS.iter().filter(|_| has_bit_ints) {
        push!(text, "fn make_{name}(seed: u32, index: u32) -> c.{name} {{");
        push!(text, "    unsafe {{\n        var value = mem.zeroed<c.{name}>();");
        push!(text, "        c.{name}_make(&mut value, seed, index);");
        push!(text, "        value\n    }}\n}}");
        push!(
            text,
            "fn same_{name}(value: c.{name}, seed: u32, index: u32) -> bool {{"
        );
        push!(text, "    let held = value;");
        push!(text, "    unsafe c.{name}_same(&held, seed, index) != 0\n}}\n");
    }
}

pub(super) fn c_name(scalar: Scalar) -> String {
    match scalar {
        Scalar::Bool => "bool".into(),
        Scalar::Int(c, _) | Scalar::Wide(c, _) | Scalar::Bits(c, _, _) => c.into(),
        Scalar::Half => "_Float16".into(),
        Scalar::Float => "float".into(),
        Scalar::Double => "double".into(),
        Scalar::LongDouble => "long double".into(),
        Scalar::Pointer => "void *".into(),
        Scalar::Enum(index) => format!("ABI_E{index}"),
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => (*name).into(),
    }
}

/// The expression of C for the scalar at `index` of a value of the number `seed`. Of a type with functions of its own,
/// it needs a statement expression.
pub(super) fn c_value(scalar: Scalar, seed: &str, index: &str) -> String {
    let mix = format!("abi_mix({seed}, {index})");
    match scalar {
        Scalar::Bool => format!("(bool)({mix} & 1)"),
        Scalar::Int(c, _) | Scalar::Bits(c, _, _) => format!("({c}){mix}"),
        Scalar::Wide(c, _) => format!("({c})((unsigned __int128){mix} << 64 | abi_mix({seed}, {index} + 1000))"),
        Scalar::Half => format!("(_Float16)(int)({mix} & 0x7ff)"),
        Scalar::Float => format!("((float)({mix} & 0xffff) / 8 - 1000)"),
        Scalar::Double => format!("((double)({mix} & 0xffffffff) / 8 - 1000)"),
        Scalar::LongDouble => format!("(long double)({mix} >> 1)"),
        Scalar::Pointer => format!("(void *)(uintptr_t)({mix} & 0x7fffffff)"),
        Scalar::Enum(number) => format!("(ABI_E{number})({mix} & 0x7f)"),
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => {
            format!("({{ {name} made; {name}_make(&made, {seed}, {index}); made; }})")
        }
    }
}

/// The condition of C that `place`, an lvalue, holds that value.
pub(super) fn c_is_value(scalar: Scalar, place: &str, seed: &str, index: &str) -> String {
    match scalar {
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => {
            // Copied, as a field of a packed record is not as aligned as what a pointer leads to.
            format!("({{ {name} held = {place}; {name}_same(&held, {seed}, {index}); }})")
        }
        Scalar::Bool
        | Scalar::Int(..)
        | Scalar::Wide(..)
        | Scalar::Half
        | Scalar::Float
        | Scalar::Double
        | Scalar::LongDouble
        | Scalar::Pointer
        | Scalar::Enum(_)
        | Scalar::Bits(..) => format!("{place} == {}", c_value(scalar, seed, index)),
    }
}

pub(super) fn lang_name(scalar: Scalar) -> String {
    match scalar {
        Scalar::Bool => "bool".into(),
        Scalar::Int(_, lang) | Scalar::Wide(_, lang) | Scalar::Bits(_, lang, _) => lang.into(),
        Scalar::Half => "f16".into(),
        Scalar::Float => "c_float".into(),
        Scalar::Double => "c_double".into(),
        Scalar::LongDouble => "c_longdouble".into(),
        Scalar::Pointer => "*c_void".into(),
        Scalar::Enum(index) => format!("c.E{index}"),
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => format!("c.{name}"),
    }
}

/// The expression of Lang for the scalar at `index` of a value of the number `seed`.
pub(super) fn lang_value(scalar: Scalar, seed: &str, index: &str) -> String {
    let mix = format!("mix({seed}, {index})");
    match scalar {
        Scalar::Bool => format!("({mix} & 1 == 1)"),
        Scalar::Int(_, lang) | Scalar::Bits(_, lang, _) => format!("({mix} as% {lang})"),
        Scalar::Wide(_, lang) => {
            format!("((({mix} as u128) << 64 | mix({seed}, {index} + 1000) as u128) as% {lang})")
        }
        Scalar::Half => format!("(({mix} & 0x7ff) as f16)"),
        Scalar::Float => format!("(({mix} & 0xffff) as c_float / 8.0 - 1000.0)"),
        Scalar::Double => format!("(({mix} & 0xffffffff) as c_double / 8.0 - 1000.0)"),
        Scalar::LongDouble => format!("(({mix} >> 1) as c_longdouble)"),
        Scalar::Pointer => format!("(({mix} & 0x7fffffff) as usize as *c_void)"),
        Scalar::Enum(number) => format!("(({mix} & 0x7f) as c.E{number})"),
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => {
            format!("make_{name}({seed}, {index})")
        }
    }
}

/// The condition of Lang that `place` holds that value.
pub(super) fn lang_is_value(scalar: Scalar, place: &str, seed: &str, index: &str) -> String {
    match scalar {
        Scalar::Parts(Parts { name, .. }) | Scalar::BitInt(BitInt { name, .. }) => {
            format!("same_{name}({place}, {seed}, {index})")
        }
        Scalar::Bool
        | Scalar::Int(..)
        | Scalar::Wide(..)
        | Scalar::Half
        | Scalar::Float
        | Scalar::Double
        | Scalar::LongDouble
        | Scalar::Pointer
        | Scalar::Enum(_)
        | Scalar::Bits(..) => format!("{place} == {}", lang_value(scalar, seed, index)),
    }
}
