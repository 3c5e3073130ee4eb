//! Where compilers of C do not agree on how a value is passed, so that no one can call both.
//!
//! Lang passes what Clang passes. A function that stands here is left out with the other compiler, and compared with
//! Clang as all others are. Each entry has its reason; one that no longer holds makes a test weaker, so none is wider
//! than what was seen.

use super::description::{Description, Function, Param, Type};
use super::scalar::Scalar;

pub(super) struct Disagreement {
    /// The condition of the preprocessor under which the function is left out.
    pub(super) condition: &'static str,
    pub(super) reason: &'static str,
    applies: fn(&Description, &Function) -> bool,
}

const DISAGREEMENTS: &[Disagreement] = &[
    Disagreement {
        condition: "defined __x86_64__ && !defined __clang__",
        reason: "without AVX, a vector of 32 bytes is returned in two registers by Clang and in memory by GCC",
        applies: |_, function| match &function.result {
            Some(Type::Scalar(Scalar::Parts(parts))) => parts.is_wide_vector(),
            Some(Type::Scalar(_) | Type::Record(_)) | None => false,
        },
    },
    Disagreement {
        condition: "defined __x86_64__ && !defined __clang__",
        reason: "eight bytes of a record with nothing in them but bits without a name take no register for Clang, and \
                 one of those for integers for GCC",
        applies: |description, function| {
            let values = function.params.iter().filter_map(|param| match param {
                Param::Value(ty) => Some(ty),
                Param::In(_) | Param::InOut(_) => None,
            });
            values.chain(&function.result).any(|ty| description.has_gaps(ty))
        },
    },
];

/// What is known of the function, if anything.
pub(super) fn of(description: &Description, function: &Function) -> Option<&'static Disagreement> {
    DISAGREEMENTS
        .iter()
        .find(|known| (known.applies)(description, function))
}
