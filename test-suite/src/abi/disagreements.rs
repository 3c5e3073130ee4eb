//! Where compilers of C do not agree on how a value is passed, so that no one can call both.
//!
//! Lang passes what Clang passes. A function that stands here is left out with the other compiler, and compared with
//! Clang as all others are. Each entry has its reason; one that is wider than what differs makes a test weaker, so the
//! C compiler says of each value whether it is meant.

use super::c::type_name;
use super::description::{Description, Field, FieldType, Function, Kind, Param, Type};
use super::scalar::{Element, Scalar, c_name};

pub(super) struct Disagreement {
    /// The condition of the preprocessor under which the compilers differ.
    pub(super) condition: &'static str,
    pub(super) reason: &'static str,
    differs: fn(&Description, &Type, Role) -> Option<String>,
}

/// What is known of one function.
pub(super) struct Difference {
    pub(super) known: &'static Disagreement,
    /// The expression of C that says whether some value of the function is passed differently.
    pub(super) differs: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Argument,
    Result,
}

const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        condition: "defined __x86_64__ && !defined __clang__",
        reason: "without AVX, a vector of 32 bytes is returned in two registers by Clang and in memory by GCC",
        differs: |_, ty, role| match ty {
            Type::Scalar(Scalar::Parts(parts)) if parts.is_wide_vector() => (role == Role::Result).then(|| "1".into()),
            Type::Scalar(_) | Type::Record(_) => None,
        },
    },
    Disagreement {
        condition: "defined __x86_64__ && !defined __clang__",
        reason: "eight bytes of a record with bits without a name are passed as the rest of them is by Clang, not at \
                 all if there is nothing else in the record, and as an integer or in memory by GCC",
        differs: |description, ty, _| {
            let fields = record_fields(description, ty)?;
            let size = format!("sizeof({})", type_name(description, ty));
            // Where more than eight bytes are, these bits may lie in others than the integer does.
            let has_integer = leaves(description, ty).any(Scalar::is_integer);
            has_gaps(description, fields).then(|| match has_integer {
                true => format!("{size} > 8 && {size} <= 16"),
                // More than 64 bytes are in memory for Clang, too.
                false if is_nameless(description, fields) => format!("{size} <= 64"),
                false => format!("{size} <= 16"),
            })
        },
    },
    Disagreement {
        condition: "defined __aarch64__ && !defined __clang__",
        reason: "a record of nothing but bits without a name is not passed at all by Clang, and as others of its size \
                 by GCC",
        differs: |description, ty, role| {
            let fields = record_fields(description, ty)?;
            let size = format!("sizeof({})", type_name(description, ty));
            is_nameless(description, fields).then(|| match role {
                Role::Argument => format!("{size} > 0"),
                // A smaller one is in a register that no one reads.
                Role::Result => format!("{size} > 16"),
            })
        },
    },
    Disagreement {
        condition: "defined __aarch64__ && !defined __clang__",
        reason: "a union of floating-point numbers and a record of nothing but bits without a name has a register for \
                 each number for Clang, and none for GCC",
        differs: |description, ty, _| {
            let fields = record_fields(description, ty)?;
            let members = Members::of(description, fields, is_union(description, ty))?;
            let (element, n) = members.elements.filter(|(_, n)| *n <= 4)?;
            let element_size = match element {
                Element::Float(scalar) => format!("sizeof({})", c_name(scalar)),
                Element::Vector(n_bytes) => n_bytes.to_string(),
            };
            let name = type_name(description, ty);
            let has_nameless = members.has_nameless;
            has_nameless.then(|| format!("sizeof({name}) == {n} * {element_size}"))
        },
    },
];

/// What is known of the function.
pub(super) fn of(description: &Description, function: &Function) -> Vec<Difference> {
    let mut behind = Vec::new();
    let mut values: Vec<(&Type, Role)> = function.result.iter().map(|ty| (ty, Role::Result)).collect();
    for param in &function.params {
        match param {
            Param::Value(ty) => values.push((ty, Role::Argument)),
            Param::In(record) | Param::InOut(record) => behind.push((Type::Record(*record), param)),
        }
    }
    // What is compiled in the header passes what is behind its pointers to functions of the library.
    if function.kind == Kind::Inline {
        for (ty, param) in &behind {
            values.push((ty, Role::Argument));
            if matches!(param, Param::InOut(_)) {
                values.push((ty, Role::Result));
            }
        }
    }
    let of_one = |known: &'static Disagreement| {
        let values = values.iter();
        let differs: Vec<String> = values
            .filter_map(|(ty, role)| (known.differs)(description, ty, *role))
            .collect();
        (!differs.is_empty()).then(|| Difference {
            known,
            differs: differs.join(" || "),
        })
    };
    DISAGREEMENTS.iter().filter_map(of_one).collect()
}

fn record_fields<'d>(description: &'d Description, ty: &Type) -> Option<&'d [Field]> {
    match ty {
        Type::Scalar(_) => None,
        Type::Record(record) => Some(&description.records[*record].fields),
    }
}

fn is_union(description: &Description, ty: &Type) -> bool {
    match ty {
        Type::Scalar(_) => false,
        Type::Record(record) => description.records[*record].is_union,
    }
}

/// The scalars of a value; of a union, those of one member.
fn leaves<'d>(description: &'d Description, ty: &Type) -> impl Iterator<Item = Scalar> + 'd {
    let record = match ty {
        Type::Scalar(_) => None,
        Type::Record(record) => Some(&description.records[*record]),
    };
    let leaves = record.into_iter().flat_map(|record| &record.leaves);
    leaves.map(|leaf| leaf.scalar)
}

/// Whether there are bits without a name.
fn has_gaps(description: &Description, fields: &[Field]) -> bool {
    fields.iter().any(|field| match &field.ty {
        FieldType::Plain(ty) | FieldType::Array(ty, _) => {
            record_fields(description, ty).is_some_and(|fields| has_gaps(description, fields))
        }
        FieldType::Anonymous { fields, .. } => has_gaps(description, fields),
        FieldType::Bits(..) => false,
        FieldType::Gap(_, _, n_bits) => *n_bits > 0,
    })
}

/// Whether there are bits without a name, or nothing, and no more.
fn is_nameless(description: &Description, fields: &[Field]) -> bool {
    fields.iter().all(|field| match &field.ty {
        FieldType::Plain(ty) | FieldType::Array(ty, _) => {
            record_fields(description, ty).is_some_and(|fields| is_nameless(description, fields))
        }
        FieldType::Anonymous { fields, .. } => is_nameless(description, fields),
        FieldType::Bits(..) => false,
        FieldType::Gap(..) => true,
    })
}

/// What a record is for 64-bit ARM if nothing in it but floating-point numbers of one type, or vectors, has a name.
struct Members {
    elements: Option<(Element, usize)>,
    /// Whether it has a record in it that has bits, none of them with a name.
    has_nameless: bool,
}

impl Members {
    fn of(description: &Description, fields: &[Field], is_union: bool) -> Option<Self> {
        let mut all = Self {
            elements: None,
            has_nameless: false,
        };
        for field in fields {
            let (inner, inner_is_union, n) = match &field.ty {
                FieldType::Plain(Type::Scalar(scalar)) => {
                    all.add(scalar.elements()?, is_union)?;
                    continue;
                }
                FieldType::Array(Type::Scalar(scalar), dimensions) => {
                    let (element, n) = scalar.elements()?;
                    all.add((element, n * dimensions.iter().product::<usize>()), is_union)?;
                    continue;
                }
                FieldType::Plain(ty) => (record_fields(description, ty)?, self::is_union(description, ty), 1),
                FieldType::Array(ty, dimensions) => {
                    let n = dimensions.iter().product();
                    (record_fields(description, ty)?, self::is_union(description, ty), n)
                }
                FieldType::Anonymous { is_union, fields } => (fields.as_slice(), *is_union, 1),
                FieldType::Gap(_, _, 0) => continue,
                FieldType::Gap(..) | FieldType::Bits(..) => return None,
            };
            if is_nameless(description, inner) {
                all.has_nameless |= has_gaps(description, inner);
                continue;
            }
            let inner = Self::of(description, inner, inner_is_union)?;
            all.has_nameless |= inner.has_nameless;
            if let Some((element, count)) = inner.elements {
                all.add((element, count * n), is_union)?;
            }
        }
        Some(all)
    }

    /// With one more member, if that is of the same elements.
    fn add(&mut self, (element, n): (Element, usize), is_union: bool) -> Option<()> {
        let n_before = match self.elements {
            None => 0,
            Some((before, n_before)) if before == element => n_before,
            Some(_) => return None,
        };
        let n_after = if is_union { n_before.max(n) } else { n_before + n };
        self.elements = Some((element, n_after));
        Some(())
    }
}
