//! C types.

use base::Symbol;
use serde::{Deserialize, Serialize};
use target::CScalar;

use crate::CTag;

/// A C type as the header wrote it: typedef names are kept, and resolve through [`crate::CModel::typedefs`].
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CType {
    /// `void`, `_Bool`, the character, integer and floating types.
    Scalar(CScalar),
    /// Integers and floats outside [`CScalar`] that Lang has: `__int128`, `_Float16`.
    Int128 {
        signed: bool,
    },
    Float16,
    Pointer {
        pointee: Box<CType>,
        is_const: bool,
    },
    Array {
        element: Box<CType>,
        len: u64,
    },
    /// `T x[];`
    FlexibleArray {
        element: Box<CType>,
    },
    /// A pointer to a function.
    FunctionPointer(Box<CSignature>),
    /// A function type itself, behind a typedef.
    Function(Box<CSignature>),
    Record(CTag),
    Enum(CTag),
    Typedef(Symbol),
    /// A type Lang has no word for, and no record stands for: bytes of the right size, with its C spelling.
    Opaque {
        size: u64,
        align: u64,
        spelling: String,
    },
}

/// A function's parameters and result. Array and function parameters have decayed to pointers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CSignature {
    pub params: Vec<CParam>,
    pub ret: CType,
    pub variadic: bool,
    /// `f()` in C before C23: nothing is known of the parameters.
    pub without_prototype: bool,
    pub noreturn: bool,
    pub convention: CallingConvention,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CParam {
    pub name: Option<Symbol>,
    pub ty: CType,
}

/// Everything but the target's default is crossed by a thunk.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CallingConvention {
    Default,
    Other,
}
