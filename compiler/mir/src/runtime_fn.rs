//! The functions of the C runtime that compiled code calls: the one table of their names and types.
//!
//! What each does is stated in `runtime/include/lang_runtime.h`.

/// A function of the runtime.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RuntimeFn {
    PrintBegin,
    PrintEnd,
    PrintStr,
    PrintCStr,
    PrintBool,
    PrintChar,
    PrintPointer,
    PrintI64,
    PrintU64,
    PrintI128,
    PrintU128,
    PrintF64,
    PrintF32,
    PrintF16,
    /// Of two texts: 0 when they are equal. Compares the lengths first, and then the bytes by C's `memcmp`: the only
    /// function here that is not the runtime's own.
    StrDiffers,
    PanicMessage,
    PanicBegin,
    PanicFinish,
    PanicEnd,
    PanicNoUnwind,
    PanicsAbort,
    PanicBounds,
    PanicSlice,
    PanicOverflow,
    PanicDivideByZero,
    PanicRemainderByZero,
    PanicShift,
    PanicCast,
    TestMain,
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
    /// One operand of type `&str`, passed as its two halves: the pointer and the length.
    Str,
    /// No operand: a pointer to the `lang_format_spec` of the call's [`crate::CallTarget::Format`], null for `{x}`.
    /// In a call by [`crate::CallTarget::Runtime`], an operand that is such a pointer.
    Spec,
    /// No operand: a pointer to the `lang_location` of the call's own source.
    Location,
}

/// What a runtime function is to its callers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RuntimeSignature {
    /// The linker's name.
    pub symbol: &'static str,
    pub params: &'static [RuntimeTy],
    pub ret: Option<RuntimeTy>,
    pub noreturn: bool,
    pub may_unwind: bool,
}

const INT: RuntimeTy = RuntimeTy::Int { bits: 32, signed: true };
const U32: RuntimeTy = RuntimeTy::Int {
    bits: 32,
    signed: false,
};
const I64: RuntimeTy = RuntimeTy::Int { bits: 64, signed: true };
const U64: RuntimeTy = RuntimeTy::Int {
    bits: 64,
    signed: false,
};

impl RuntimeFn {
    pub const ALL: [Self; 29] = [
        Self::PrintBegin,
        Self::PrintEnd,
        Self::PrintStr,
        Self::PrintCStr,
        Self::PrintBool,
        Self::PrintChar,
        Self::PrintPointer,
        Self::PrintI64,
        Self::PrintU64,
        Self::PrintI128,
        Self::PrintU128,
        Self::PrintF64,
        Self::PrintF32,
        Self::PrintF16,
        Self::StrDiffers,
        Self::PanicMessage,
        Self::PanicBegin,
        Self::PanicFinish,
        Self::PanicEnd,
        Self::PanicNoUnwind,
        Self::PanicsAbort,
        Self::PanicBounds,
        Self::PanicSlice,
        Self::PanicOverflow,
        Self::PanicDivideByZero,
        Self::PanicRemainderByZero,
        Self::PanicShift,
        Self::PanicCast,
        Self::TestMain,
    ];

    pub fn signature(self) -> RuntimeSignature {
        use RuntimeTy::{Bool, F32, F64, Location, Pointer, Size, Spec, Str};
        match self {
            Self::PrintBegin => quiet("lang_print_begin", &[INT]),
            Self::PrintEnd => RuntimeSignature {
                may_unwind: true,
                ..quiet("lang_print_end", &[])
            },
            Self::PrintStr => quiet("lang_print_str", &[Str, Spec]),
            Self::PrintCStr => quiet("lang_print_cstr", &[Pointer, Spec]),
            Self::PrintBool => quiet("lang_print_bool", &[Bool, Spec]),
            Self::PrintChar => quiet("lang_print_char", &[U32, Spec]),
            Self::PrintPointer => quiet("lang_print_pointer", &[Pointer, Spec]),
            Self::PrintI64 => quiet("lang_print_i64", &[I64, U32, Spec]),
            Self::PrintU64 => quiet("lang_print_u64", &[U64, Spec]),
            Self::PrintI128 => quiet("lang_print_i128", &[U64, U64, Spec]),
            Self::PrintU128 => quiet("lang_print_u128", &[U64, U64, Spec]),
            Self::PrintF64 => quiet("lang_print_f64", &[F64, Spec]),
            Self::PrintF32 => quiet("lang_print_f32", &[F32, Spec]),
            Self::PrintF16 => quiet("lang_print_f16", &[F32, Spec]),
            Self::StrDiffers => RuntimeSignature {
                ret: Some(INT),
                ..quiet("memcmp", &[Str, Str])
            },
            Self::PanicMessage => panics("lang_panic_message", &[Str, Location]),
            Self::PanicBegin => quiet("lang_panic_begin", &[Location]),
            Self::PanicFinish => panics("lang_panic_finish", &[]),
            Self::PanicEnd => RuntimeSignature {
                ret: Some(INT),
                ..quiet("lang_panic_end", &[Pointer])
            },
            Self::PanicNoUnwind => RuntimeSignature {
                may_unwind: false,
                ..panics("lang_panic_no_unwind", &[])
            },
            Self::PanicsAbort => quiet("lang_panics_abort", &[]),
            Self::PanicBounds => panics("lang_panic_bounds", &[Size, Size, Location]),
            Self::PanicSlice => panics("lang_panic_slice", &[Size, Size, Size, Location]),
            Self::PanicOverflow => panics("lang_panic_overflow", &[Str, Location]),
            Self::PanicDivideByZero => panics("lang_panic_divide_by_zero", &[Location]),
            Self::PanicRemainderByZero => panics("lang_panic_remainder_by_zero", &[Location]),
            Self::PanicShift => panics("lang_panic_shift", &[Location]),
            Self::PanicCast => panics("lang_panic_cast", &[Location]),
            Self::TestMain => RuntimeSignature {
                ret: Some(INT),
                ..quiet("lang_test_main", &[Pointer, Size])
            },
        }
    }
}

/// A function that returns nothing and does not panic.
fn quiet(symbol: &'static str, params: &'static [RuntimeTy]) -> RuntimeSignature {
    RuntimeSignature {
        symbol,
        params,
        ret: None,
        noreturn: false,
        may_unwind: false,
    }
}

/// A function that does nothing but panic.
fn panics(symbol: &'static str, params: &'static [RuntimeTy]) -> RuntimeSignature {
    RuntimeSignature {
        symbol,
        params,
        ret: None,
        noreturn: true,
        may_unwind: true,
    }
}

#[cfg(test)]
mod tests {
    use super::RuntimeFn;

    #[test]
    fn every_function_has_its_own_symbol() {
        let mut symbols: Vec<_> = RuntimeFn::ALL
            .iter()
            .map(|function| function.signature().symbol)
            .collect();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), RuntimeFn::ALL.len());
    }
}
