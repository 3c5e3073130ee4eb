//! Types as the back end needs them: size, alignment, and how a value is held.

use serde::{Deserialize, Serialize};

use crate::DebugTypeId;

base::define_id! {
    /// A type of the unit.
    pub struct TypeId;
}

/// One laid-out type.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct TypeDef {
    pub size: u64,
    pub align: u64,
    pub repr: Repr,
    pub values: Values,
    pub debug: Option<DebugTypeId>,
}

/// Which of the values that its bits could be a type has. Of a pair it is said of the first half.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Values {
    All,
    /// Addresses that `align` divides, and never null.
    Addresses {
        align: u64,
    },
    /// Integers from zero up to, and not, this.
    Below(u32),
}

/// How a value of a type is held.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Repr {
    /// No bytes. Loads, stores and arguments of it vanish.
    Unit,
    /// One register.
    Scalar(Scalar),
    /// Two registers, the second at `second_offset`: a slice, a `str`.
    Pair {
        first: Scalar,
        second: Scalar,
        second_offset: u64,
    },
    /// Bytes in memory, copied by `memcpy`.
    Memory,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Scalar {
    /// A byte in memory, `i1` as a value.
    Bool,
    /// `bits` is 8, 16, 32, 64 or 128.
    Int {
        bits: u32,
        signed: bool,
    },
    F16,
    F32,
    F64,
    /// x87's 80 bits.
    F80,
    F128,
    Pointer,
}
