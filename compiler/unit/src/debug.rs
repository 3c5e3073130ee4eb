//! Types as a debugger shows them.

use serde::{Deserialize, Serialize};

base::define_id! {
    /// A debug type of the unit. Types may be cyclic through pointers.
    pub struct DebugTypeId;
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum DebugType {
    Basic {
        name: String,
        size: u64,
        encoding: DebugEncoding,
    },
    Pointer {
        name: String,
        size: u64,
        to: Option<DebugTypeId>,
    },
    Struct {
        name: String,
        size: u64,
        align: u64,
        fields: Vec<DebugField>,
    },
    /// A value is of one of the variants, as the number at `discriminant` tells.
    Variants {
        name: String,
        size: u64,
        align: u64,
        discriminant: DebugField,
        variants: Vec<DebugVariant>,
    },
    Union {
        name: String,
        size: u64,
        align: u64,
        fields: Vec<DebugField>,
    },
    Array {
        element: DebugTypeId,
        count: u64,
        size: u64,
        align: u64,
    },
    Enum {
        name: String,
        size: u64,
        underlying: DebugTypeId,
        constants: Vec<(String, i64)>,
    },
    Typedef {
        name: String,
        to: DebugTypeId,
    },
    Function {
        size: u64,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum DebugEncoding {
    Bool,
    Signed,
    Unsigned,
    Float,
    Char,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct DebugVariant {
    pub name: String,
    /// A struct of the variant's fields, as large as the whole.
    pub ty: DebugTypeId,
    /// The discriminant; absent for the variant of all values that no other has.
    pub value: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct DebugField {
    pub name: String,
    pub ty: DebugTypeId,
    /// In bytes.
    pub offset: u64,
    /// Of a bit-field, in place of that.
    pub bits: Option<DebugBits>,
}

/// Where a bit-field is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct DebugBits {
    pub offset_bits: u64,
    pub width_bits: u32,
}
