//! The functions of the C runtime that compiled code calls: the one table of their names and types.
//!
//! What each does is stated in `runtime/include/lang_runtime.h`.

/// A function of the runtime.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RuntimeFn {
    PrintBegin,
    PrintStr,
}

/// The type of a runtime function's parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuntimeTy {
    Int {
        bits: u32,
        signed: bool,
    },
    /// As wide as a pointer.
    Size,
    Bool,
    F32,
    F64,
    Pointer,
}
