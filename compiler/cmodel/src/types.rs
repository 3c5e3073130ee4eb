//! C types.

use std::collections::BTreeMap;

use base::Symbol;
use serde::{Deserialize, Serialize};
use target::CScalar;

use crate::{CTag, CTypedef};

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

/// The spelling of `va_list`, Clang's own typedef, whatever its type.
pub const VA_LIST: &str = "__builtin_va_list";

impl CType {
    /// What a type is behind its typedefs, as far as these are known.
    pub fn resolved<'t>(mut self: &'t Self, typedefs: &'t BTreeMap<Symbol, CTypedef>) -> &'t Self {
        while let Self::Typedef(name) = self {
            match typedefs.get(name) {
                Some(typedef) => self = &typedef.ty,
                None => break,
            }
        }
        self
    }

    /// The record that values of the type are, or arrays of.
    pub fn record_inside(&self, typedefs: &BTreeMap<Symbol, CTypedef>) -> Option<CTag> {
        match self.resolved(typedefs) {
            Self::Record(tag) => Some(*tag),
            Self::Array { element, .. } | Self::FlexibleArray { element } => element.record_inside(typedefs),
            Self::Scalar(_)
            | Self::Int128 { .. }
            | Self::Float16
            | Self::Pointer { .. }
            | Self::FunctionPointer(_)
            | Self::Function(_)
            | Self::Enum(_)
            | Self::Typedef(_)
            | Self::Opaque { .. } => None,
        }
    }
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum CallingConvention {
    Default,
    MsAbi,
    SysvAbi,
    VectorCall,
    RegCall,
    PreserveMost,
    PreserveAll,
    PreserveNone,
    StdCall,
    FastCall,
    ThisCall,
    Pascal,
    Aapcs,
    AapcsVfp,
    AArch64Vector,
    AArch64Sve,
    Swift,
    SwiftAsync,
    IntelOclBicc,
    /// One that Clang does not say the name of.
    Other,
}

/// Each convention with a name: what stands after `extern` in Lang, and C's attribute.
const CONVENTIONS: [(CallingConvention, &str, &str); 18] = [
    (CallingConvention::MsAbi, "ms_abi", "ms_abi"),
    (CallingConvention::SysvAbi, "sysv_abi", "sysv_abi"),
    (CallingConvention::VectorCall, "vectorcall", "vectorcall"),
    (CallingConvention::RegCall, "regcall", "regcall"),
    (CallingConvention::PreserveMost, "preserve_most", "preserve_most"),
    (CallingConvention::PreserveAll, "preserve_all", "preserve_all"),
    (CallingConvention::PreserveNone, "preserve_none", "preserve_none"),
    (CallingConvention::StdCall, "stdcall", "stdcall"),
    (CallingConvention::FastCall, "fastcall", "fastcall"),
    (CallingConvention::ThisCall, "thiscall", "thiscall"),
    (CallingConvention::Pascal, "pascal", "pascal"),
    (CallingConvention::Aapcs, "aapcs", "pcs(\"aapcs\")"),
    (CallingConvention::AapcsVfp, "aapcs-vfp", "pcs(\"aapcs-vfp\")"),
    (
        CallingConvention::AArch64Vector,
        "aarch64_vector_pcs",
        "aarch64_vector_pcs",
    ),
    (CallingConvention::AArch64Sve, "aarch64_sve_pcs", "aarch64_sve_pcs"),
    (CallingConvention::Swift, "swiftcall", "swiftcall"),
    (CallingConvention::SwiftAsync, "swiftasynccall", "swiftasynccall"),
    (CallingConvention::IntelOclBicc, "intel_ocl_bicc", "intel_ocl_bicc"),
];

impl CallingConvention {
    /// What Lang writes after `extern`. Absent for one that no name is known of.
    pub fn lang_name(self) -> Option<&'static str> {
        if self == CallingConvention::Default {
            return Some("C");
        }
        self.row().map(|(_, lang, _)| *lang)
    }

    /// All that may stand there.
    pub fn lang_names() -> impl Iterator<Item = &'static str> {
        ["C"].into_iter().chain(CONVENTIONS.iter().map(|(_, lang, _)| *lang))
    }

    pub fn from_lang_name(name: &str) -> Option<Self> {
        let named = CONVENTIONS.iter().find(|(_, lang, _)| *lang == name);
        match name {
            "C" => Some(CallingConvention::Default),
            _ => named.map(|(convention, _, _)| *convention),
        }
    }

    /// What stands between the parentheses of `__attribute__(())`. Absent for the default, and for one that C text
    /// cannot ask for.
    pub fn c_attribute(self) -> Option<&'static str> {
        self.row().map(|(_, _, attribute)| *attribute)
    }

    fn row(self) -> Option<&'static (CallingConvention, &'static str, &'static str)> {
        CONVENTIONS.iter().find(|(convention, _, _)| *convention == self)
    }
}
