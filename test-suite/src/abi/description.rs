//! What one program consists of: records, enums and functions, drawn at random.

use super::scalar::{BIT_BASES, INTS, Scalar, WIDE, random_bit_int, random_parts};
use crate::random::Random;

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Type {
    Scalar(Scalar),
    /// The record with this index.
    Record(usize),
}

pub(super) enum FieldType {
    Plain(Type),
    Array(Type, Vec<usize>),
    /// A struct or union without a name, whose fields are the outer one's too.
    Anonymous {
        is_union: bool,
        fields: Vec<Field>,
    },
    /// So many bits of an integer, with its names in C and in Lang.
    Bits(&'static str, &'static str, u32),
    /// The same without a name, or none of them.
    Gap(&'static str, &'static str, u32),
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) ty: FieldType,
    /// `__attribute__((aligned(n)))` on the field.
    pub(super) align: Option<u32>,
}

/// How a record is named in C.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Naming {
    /// `struct R1`
    Tag,
    /// `typedef struct { … } R1;`
    Typedef,
    /// `typedef struct R1_ R1;`
    Both,
}

/// A scalar in a record.
#[derive(Clone)]
pub(super) struct Leaf {
    /// `.f0.f1[2]`
    pub(super) path: String,
    pub(super) scalar: Scalar,
    /// Whether the path goes through a union.
    pub(super) in_union: bool,
}

pub(super) struct Record {
    pub(super) is_union: bool,
    pub(super) naming: Naming,
    pub(super) packed: bool,
    pub(super) align: Option<u32>,
    pub(super) fields: Vec<Field>,
    /// Every scalar, as `.f0.f1[2]`, of one member of a union only.
    pub(super) leaves: Vec<Leaf>,
    /// Whether Lang can declare it by hand.
    pub(super) is_plain: bool,
}

pub(super) struct Enum {
    /// `: uint8_t`, as C23 has it, with Lang's name of the type.
    pub(super) underlying: Option<(&'static str, &'static str)>,
    pub(super) packed: bool,
    pub(super) has_negative: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub(super) enum Param {
    Value(Type),
    /// A pointer to a record that is read.
    In(usize),
    /// A pointer to a record that who is called overwrites.
    InOut(usize),
}

/// What the number is for that a value is made from, so that no two values of a program are alike.
pub(super) mod seeds {
    pub(in super::super) fn argument(function: usize, argument: usize) -> usize {
        function * 64 + argument
    }

    /// What a parameter that is overwritten holds afterwards.
    pub(in super::super) fn overwritten(function: usize, argument: usize) -> usize {
        function * 64 + 32 + argument
    }

    pub(in super::super) fn result(function: usize) -> usize {
        function * 64 + 63
    }

    /// A global at the start, and after Lang has written it.
    pub(in super::super) fn global(global: usize) -> (usize, usize) {
        (5_000_000 + global * 2, 5_000_001 + global * 2)
    }
}

/// Who calls whom, and how.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Lang calls a function of C.
    Extern,
    /// Lang calls a `static inline` function of the header.
    Inline,
    /// Lang calls a function of C whose parameters after the first are variadic.
    Variadic,
    /// C calls a Lang function whose address it is given.
    Callback,
    /// Each calls functions of the other through pointers in a record.
    Field,
    /// C calls an exported Lang function by its name.
    Export,
    /// C calls a Lang function with a `va_list`, which that passes on to C.
    List,
}

impl Kind {
    /// Whether the arguments pass through C's `...`.
    fn is_variadic(self) -> bool {
        matches!(self, Self::Variadic | Self::List)
    }

    /// Whether the function, or the pointer to it, can be declared with a calling convention.
    fn may_have_convention(self) -> bool {
        match self {
            Self::Extern | Self::Inline | Self::Callback | Self::Field => true,
            // Exports have C's own, and the lists of others are others.
            Self::Variadic | Self::Export | Self::List => false,
        }
    }
}

/// A calling convention by its macro, which stands for nothing on a machine that does not have it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Convention {
    pub(super) name: &'static str,
    /// Whether GCC has it, too.
    is_common: bool,
}

impl Convention {
    /// Whether Clang itself ends with an internal error: a `long double` by `vectorcall` without optimisation.
    fn is_broken_for(self, params: &[Param]) -> bool {
        let is_long_double = |param: &Param| matches!(param, Param::Value(Type::Scalar(Scalar::LongDouble)));
        self == VECTORCALL && params.iter().any(is_long_double)
    }
}

const fn convention(name: &'static str, is_common: bool) -> Convention {
    Convention { name, is_common }
}

const VECTORCALL: Convention = convention("ABI_VECTORCALL", false);

const CONVENTIONS: &[Convention] = &[
    convention("ABI_MS", true),
    convention("ABI_SYSV", true),
    VECTORCALL,
    convention("ABI_REGCALL", false),
    convention("ABI_VECTOR_PCS", false),
];

pub(super) struct Function {
    pub(super) kind: Kind,
    pub(super) convention: Option<Convention>,
    pub(super) params: Vec<Param>,
    pub(super) result: Option<Type>,
}

/// Who compiles the C side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// Any compiler of GNU's C.
    Common,
    /// Only Clang, with what GCC 12 has not: `_BitInt`.
    Clang,
}

/// One program.
pub struct Description {
    pub(super) dialect: Dialect,
    pub(super) enums: Vec<Enum>,
    pub(super) records: Vec<Record>,
    pub(super) functions: Vec<Function>,
    /// The types of global variables.
    pub(super) globals: Vec<Type>,
}

/// The program of `seed` with so many functions, for these compilers of C.
pub fn describe(seed: u64, n_functions: usize, dialect: Dialect) -> Description {
    let mut random = Random::new(seed);
    let mut description = Description {
        dialect,
        enums: Vec::new(),
        records: Vec::new(),
        functions: Vec::new(),
        globals: Vec::new(),
    };
    for _ in 0..4 {
        let underlying = [
            ("uint8_t", "u8"),
            ("int16_t", "i16"),
            ("unsigned", "c_uint"),
            ("int64_t", "i64"),
        ];
        let underlying = random.chance(40).then(|| random.pick(&underlying));
        description.enums.push(Enum {
            underlying,
            packed: underlying.is_none() && random.chance(30),
            has_negative: underlying.is_none_or(|(_, lang)| lang.starts_with('i')) && random.chance(40),
        });
    }
    let n_records = 4 + n_functions / 3;
    for _ in 0..n_records {
        let record = description.random_record(&mut random);
        description.records.push(record);
    }
    for _ in 0..n_functions {
        let function = description.random_function(&mut random);
        description.functions.push(function);
    }
    for _ in 0..4 + n_functions / 8 {
        let global = description.random_type(&mut random);
        description.globals.push(global);
    }
    description
}

/// The largest number of scalars in a record: larger ones are all passed in memory alike.
const MAX_LEAVES: usize = 24;

impl Description {
    fn random_record(&self, random: &mut Random) -> Record {
        let is_union = random.chance(15);
        let packed = random.chance(15);
        let fields = match random.below(100) {
            // Records of a few equal floating-point numbers have registers of their own on many targets.
            0..20 => homogeneous_fields(random),
            // GNU C allows a record of nothing.
            20..22 => Vec::new(),
            _ => {
                let n_fields = 1 + random.below(6);
                self.random_fields(random, "f", n_fields, 0)
            }
        };
        let align = random.chance(12).then(|| random.pick(&[2, 4, 8, 16, 32, 64]));
        let mut record = Record {
            is_union,
            naming: random.pick(&[Naming::Tag, Naming::Typedef, Naming::Both]),
            packed,
            // Without `packed` an alignment below that of the fields changes nothing, and Lang refuses to be told so.
            align: align.filter(|align| packed || *align >= 16),
            fields,
            leaves: Vec::new(),
            is_plain: true,
        };
        let mut found = Found {
            leaves: Vec::new(),
            is_plain: true,
        };
        self.walk(&record.fields, "", is_union, &mut found);
        record.leaves = found.leaves;
        record.is_plain = found.is_plain && !record.fields.is_empty();
        if record.leaves.len() > MAX_LEAVES {
            return self.random_record(random);
        }
        record
    }

    fn random_fields(&self, random: &mut Random, prefix: &str, n_fields: usize, depth: usize) -> Vec<Field> {
        let mut fields = Vec::new();
        for index in 0..n_fields {
            let name = format!("{prefix}{index}");
            let ty = match random.below(100) {
                0..15 => {
                    let n_dimensions = 1 + random.below(2);
                    let dimensions = (0..n_dimensions).map(|_| 1 + random.below(3)).collect();
                    FieldType::Array(self.random_type(random), dimensions)
                }
                15..22 if depth < 2 => {
                    let n_inner = 1 + random.below(3);
                    FieldType::Anonymous {
                        is_union: random.chance(50),
                        fields: self.random_fields(random, &format!("{name}_"), n_inner, depth + 1),
                    }
                }
                22..27 => {
                    let (base, lang, bits) = random.pick(BIT_BASES);
                    FieldType::Bits(base, lang, 1 + random.below(bits as usize) as u32)
                }
                27..29 => {
                    let (base, lang, bits) = random.pick(BIT_BASES);
                    FieldType::Gap(base, lang, random.below(bits as usize) as u32)
                }
                _ => FieldType::Plain(self.random_type(random)),
            };
            let can_align = matches!(ty, FieldType::Plain(_) | FieldType::Array(..));
            let align = (can_align && random.chance(4)).then(|| random.pick(&[8, 16, 32]));
            fields.push(Field { name, ty, align });
        }
        fields
    }

    fn random_scalar(&self, random: &mut Random) -> Scalar {
        match random.below(100) {
            0..8 => Scalar::Bool,
            8..16 => Scalar::Float,
            16..28 => Scalar::Double,
            28..32 => Scalar::LongDouble,
            32..37 => {
                let (c, lang) = random.pick(WIDE);
                Scalar::Wide(c, lang)
            }
            37..45 => Scalar::Pointer,
            45..50 => Scalar::Enum(random.below(self.enums.len())),
            50..54 => Scalar::Half,
            54..60 => random_parts(random),
            60..66 if self.dialect == Dialect::Clang => random_bit_int(random),
            _ => {
                let (c, lang) = random.pick(INTS);
                Scalar::Int(c, lang)
            }
        }
    }

    fn random_type(&self, random: &mut Random) -> Type {
        if !self.records.is_empty() && random.chance(35) {
            Type::Record(random.below(self.records.len()))
        } else {
            Type::Scalar(self.random_scalar(random))
        }
    }

    fn random_function(&self, random: &mut Random) -> Function {
        let kind = match random.below(100) {
            0..40 => Kind::Extern,
            40..52 => Kind::Inline,
            52..60 => Kind::Variadic,
            60..64 => Kind::List,
            64..78 => Kind::Callback,
            78..90 => Kind::Field,
            _ => Kind::Export,
        };
        // Enough for the registers to run out now and then.
        let n_params = if random.chance(15) {
            8 + random.below(6)
        } else {
            random.below(6)
        };
        let mut params = Vec::new();
        for _ in 0..n_params {
            let ty = if random.chance(20) {
                Type::Record(random.below(self.records.len()))
            } else {
                self.random_type(random)
            };
            params.push(match ty {
                Type::Record(record) if !kind.is_variadic() && random.chance(20) => Param::In(record),
                Type::Record(record) if !kind.is_variadic() && random.chance(10) => Param::InOut(record),
                Type::Record(record) if kind.is_variadic() && !self.records[record].can_be_variadic() => {
                    Param::Value(Type::Scalar(self.random_scalar(random)))
                }
                Type::Record(_) | Type::Scalar(_) => Param::Value(ty),
            });
        }
        let result = random.chance(85).then(|| self.random_type(random));
        let convention = (kind.may_have_convention() && random.chance(15))
            .then(|| random.pick(CONVENTIONS))
            .filter(|convention| match self.dialect {
                Dialect::Clang => !convention.is_broken_for(&params),
                Dialect::Common => convention.is_common && is_simple(&params, result.as_ref()),
            });
        Function {
            kind,
            convention,
            params,
            result,
        }
    }

    /// Collects the scalars of fields in the order of their declaration.
    fn walk(&self, fields: &[Field], path: &str, is_union: bool, found: &mut Found) {
        let n_before = found.leaves.len();
        for field in fields {
            let path = format!("{path}.{}", field.name);
            found.is_plain &= field.align.is_none();
            // Only one member of a union has a value: the first that has any scalars.
            let n_leaves = found.leaves.len();
            let is_hidden = is_union && n_leaves > n_before;
            match &field.ty {
                FieldType::Plain(ty) => self.walk_type(ty, &path, found),
                FieldType::Array(ty, dimensions) => {
                    let mut paths = vec![path];
                    for dimension in dimensions {
                        let indexed = |path: &String| (0..*dimension).map(|i| format!("{path}[{i}]")).collect();
                        paths = paths.iter().flat_map::<Vec<_>, _>(indexed).collect();
                    }
                    for path in paths {
                        self.walk_type(ty, &path, found);
                    }
                }
                FieldType::Anonymous { is_union, fields } => {
                    found.is_plain = false;
                    let outer = path.rsplit_once('.').map_or("", |(outer, _)| outer).to_owned();
                    self.walk(fields, &outer, *is_union, found);
                }
                FieldType::Bits(base, lang, width) => found.push(path, Scalar::Bits(base, lang, *width)),
                FieldType::Gap(..) => {}
            }
            if is_hidden {
                found.leaves.truncate(n_leaves);
            }
        }
        for leaf in &mut found.leaves[n_before..] {
            leaf.in_union |= is_union;
        }
    }

    fn walk_type(&self, ty: &Type, path: &str, found: &mut Found) {
        match ty {
            Type::Scalar(scalar) => {
                found.is_plain &= !matches!(scalar, Scalar::Enum(_) | Scalar::Parts(_) | Scalar::BitInt(_));
                found.push(path.to_owned(), *scalar);
            }
            Type::Record(record) => {
                let record = &self.records[*record];
                found.is_plain &= record.is_plain;
                for leaf in &record.leaves {
                    let path = format!("{path}{}", leaf.path);
                    found.leaves.push(Leaf { path, ..leaf.clone() });
                }
            }
        }
    }
}

struct Found {
    leaves: Vec<Leaf>,
    is_plain: bool,
}

impl Found {
    fn push(&mut self, path: String, scalar: Scalar) {
        self.leaves.push(Leaf {
            path,
            scalar,
            in_union: false,
        });
    }
}

impl Record {
    /// Clang itself refuses, or reads wrongly, records of nothing as variadic arguments.
    fn can_be_variadic(&self) -> bool {
        !self.leaves.is_empty()
    }
}

/// Whether compilers agree on such values in conventions that are not the machine's own.
fn is_simple(params: &[Param], result: Option<&Type>) -> bool {
    let is_simple = |ty: &Type| match ty {
        Type::Scalar(scalar) => matches!(
            scalar,
            Scalar::Bool | Scalar::Int(..) | Scalar::Pointer | Scalar::Float | Scalar::Double
        ),
        Type::Record(_) => false,
    };
    let is_simple_param = |param: &Param| match param {
        Param::Value(ty) => is_simple(ty),
        Param::In(_) | Param::InOut(_) => true,
    };
    params.iter().all(is_simple_param) && result.is_none_or(is_simple)
}

fn homogeneous_fields(random: &mut Random) -> Vec<Field> {
    let scalar = random.pick(&[Scalar::Float, Scalar::Double, Scalar::LongDouble]);
    let n_fields = 1 + random.below(5);
    let field = |index| Field {
        name: format!("f{index}"),
        ty: FieldType::Plain(Type::Scalar(scalar)),
        align: None,
    };
    (0..n_fields).map(field).collect()
}
