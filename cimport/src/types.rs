//! C types.
//!
//! Takes Clang's types. Gives [`CType`]s with typedef names kept; what a type names is translated or queued.

use base::sym;
use clang_sys::{
    CXCallingConv, CXCallingConv_AAPCS, CXCallingConv_AAPCS_VFP, CXCallingConv_AArch64VectorCall, CXCallingConv_C,
    CXCallingConv_Default, CXCallingConv_IntelOclBicc, CXCallingConv_PreserveAll, CXCallingConv_PreserveMost,
    CXCallingConv_Swift, CXCallingConv_Win64, CXCallingConv_X86_64SysV, CXCallingConv_X86FastCall,
    CXCallingConv_X86Pascal, CXCallingConv_X86RegCall, CXCallingConv_X86StdCall, CXCallingConv_X86ThisCall,
    CXCallingConv_X86VectorCall, CXType_Atomic, CXType_Attributed, CXType_Bool, CXType_Char_S, CXType_Char_U,
    CXType_Complex, CXType_ConstantArray, CXType_Double, CXType_Elaborated, CXType_Enum, CXType_ExtVector,
    CXType_Float, CXType_Float16, CXType_FunctionNoProto, CXType_FunctionProto, CXType_Half, CXType_IncompleteArray,
    CXType_Int, CXType_Int128, CXType_Long, CXType_LongDouble, CXType_LongLong, CXType_Pointer, CXType_Record,
    CXType_SChar, CXType_Short, CXType_Typedef, CXType_UChar, CXType_UInt, CXType_UInt128, CXType_ULong,
    CXType_ULongLong, CXType_UShort, CXType_VariableArray, CXType_Vector, CXType_Void, CXType_WChar, CXTypeKind,
};
use cmodel::{CAdvice, CLoc, CNature, CParam, CSignature, CType, CTypedef, CallingConvention, VA_LIST};
use target::CScalar;

use crate::aligned::as_value;
use crate::ast::{Cursor, Type};
use crate::attributes::advice;
use crate::translate::{Owner, Translator, declared_name};

impl<'u> Translator<'u> {
    /// Translates a type; `owner` names the records and enums that it declares without a name.
    pub(crate) fn ty(&mut self, ty: Type<'u>, owner: &Owner) -> CType {
        if let Some(scalar) = scalar(ty.kind()) {
            return CType::Scalar(scalar);
        }
        match ty.kind() {
            CXType_Pointer => self.pointer(ty, owner),
            // An array or a struct: Lang passes it on without looking into it. Where it is a pointer, it is one here.
            CXType_Typedef if ty.typedef_name() == VA_LIST && ty.canonical().kind() != CXType_Pointer => va_list(ty),
            CXType_Record if ty.spelling().ends_with("__va_list") => va_list(ty),
            CXType_Typedef => self.typedef(ty),
            CXType_Record => self.record(ty, owner),
            CXType_Enum => self.enumeration(ty, owner),
            CXType_ConstantArray => CType::Array {
                element: Box::new(self.ty(ty.element(), &owner.element())),
                len: u64::try_from(ty.array_len()).unwrap_or(0),
            },
            CXType_IncompleteArray => CType::FlexibleArray {
                element: Box::new(self.ty(ty.element(), &owner.element())),
            },
            CXType_FunctionProto | CXType_FunctionNoProto => CType::Function(Box::new(self.signature(ty, owner))),
            CXType_Int128 => CType::Int128 { signed: true },
            CXType_UInt128 => CType::Int128 { signed: false },
            CXType_Float16 | CXType_Half => CType::Float16,
            CXType_Attributed => self.ty(ty.modified(), owner),
            CXType_Elaborated => self.ty(ty.named(), owner),
            CXType_Complex => self.stand_in(ty, CNature::Complex),
            CXType_Vector | CXType_ExtVector => self.stand_in(ty, CNature::Vector),
            CXType_Atomic => self.stand_in(ty, CNature::Atomic),
            kind => {
                // `typeof(x)` and the like: libclang shows only what they come to.
                let canonical = ty.canonical();
                if let Some(name) = predefined_size_type(&ty.spelling()) {
                    return self.size_type(name, canonical);
                }
                match canonical.kind() == kind {
                    true if canonical.spelling().contains("_BitInt(") => self.stand_in(canonical, CNature::BitInt),
                    true => opaque(ty),
                    false => self.ty(canonical, owner),
                }
            }
        }
    }

    /// A size type that no header declares here.
    fn size_type(&mut self, name: &str, canonical: Type<'u>) -> CType {
        let name = sym(name);
        if !self.model.typedefs.contains_key(&name) {
            let ty = self.ty(canonical, &Owner::unreachable(name.as_str().to_owned()));
            let typedef = CTypedef {
                name,
                ty,
                advice: CAdvice::default(),
                module: self.module,
                doc: None,
                loc: CLoc::default(),
            };
            self.model.typedefs.insert(name, typedef);
        }
        CType::Typedef(name)
    }

    fn pointer(&mut self, ty: Type<'u>, owner: &Owner) -> CType {
        let pointee = ty.pointee();
        let canonical = pointee.canonical();
        if is_function(canonical.kind()) {
            return CType::FunctionPointer(Box::new(self.signature(pointee, owner)));
        }
        CType::Pointer {
            pointee: Box::new(self.ty(pointee, &owner.pointee())),
            is_const: canonical.is_const(),
        }
    }

    fn typedef(&mut self, ty: Type<'u>) -> CType {
        let name = sym(&ty.typedef_name());
        if !self.model.typedefs.contains_key(&name)
            && let Some(decl) = ty.declaration()
        {
            let owner = Owner::named(name.as_str(), format!("*({name} *)0"));
            let typedef = CTypedef {
                name,
                ty: self.typedef_ty(ty, decl, &owner),
                advice: advice(decl),
                module: self.module,
                doc: self.doc(decl),
                loc: self.loc(decl),
            };
            self.model.typedefs.insert(name, typedef);
        }
        CType::Typedef(name)
    }

    /// The signature of a function type, however it is written.
    pub(crate) fn signature(&mut self, ty: Type<'u>, owner: &Owner) -> CSignature {
        self.signature_with_names(ty, owner, None)
    }

    /// The same, with the parameters' names from the declaration that has them.
    pub(crate) fn signature_with_names(
        &mut self,
        ty: Type<'u>,
        owner: &Owner,
        names: Option<Cursor<'u>>,
    ) -> CSignature {
        let function = function_type(ty);
        let owner = Owner::unreachable(owner.name.clone());
        let n_params = u32::try_from(function.n_params()).unwrap_or(0);
        let param = |cx: &mut Self, index| CParam {
            name: names.and_then(|decl| decl.argument(index)).and_then(declared_name),
            ty: cx.param_ty(
                as_value(written_param(
                    function.param(index),
                    names.and_then(|decl| decl.argument(index)),
                )),
                &Owner::unreachable(format!("{}.{index}", owner.name)),
            ),
        };
        CSignature {
            params: (0..n_params).map(|index| param(self, index)).collect(),
            ret: self.ty(
                as_value(function.result()),
                &Owner::unreachable(format!("{}.result", owner.name)),
            ),
            variadic: function.kind() == CXType_FunctionProto && function.is_variadic(),
            without_prototype: function.kind() == CXType_FunctionNoProto,
            noreturn: returns_void(function) && is_noreturn(function, names),
            convention: convention(ty.canonical()),
        }
    }

    /// A parameter's type as it is passed: libclang gives it as it is written.
    fn param_ty(&mut self, ty: Type<'u>, owner: &Owner) -> CType {
        let canonical = ty.canonical();
        if is_function(canonical.kind()) {
            return CType::FunctionPointer(Box::new(self.signature(ty, owner)));
        }
        if let Some(list) = decayed_va_list(canonical) {
            return list;
        }
        if !is_array(canonical.kind()) || is_va_list(ty) {
            return self.ty(ty, owner);
        }
        let element = if is_array(ty.kind()) {
            ty.element()
        } else {
            canonical.element()
        };
        CType::Pointer {
            pointee: Box::new(self.ty(element, &owner.pointee())),
            // Of `const int a[2]` the canonical type is a `const` array.
            is_const: canonical.is_const() || canonical.element().is_const(),
        }
    }
}

fn scalar(kind: CXTypeKind) -> Option<CScalar> {
    Some(match kind {
        CXType_Void => CScalar::Void,
        CXType_Bool => CScalar::Bool,
        CXType_Char_S | CXType_Char_U => CScalar::Char,
        CXType_SChar => CScalar::SChar,
        CXType_UChar => CScalar::UChar,
        CXType_Short => CScalar::Short,
        CXType_UShort => CScalar::UShort,
        CXType_Int => CScalar::Int,
        CXType_UInt => CScalar::UInt,
        CXType_Long => CScalar::Long,
        CXType_ULong => CScalar::ULong,
        CXType_LongLong => CScalar::LongLong,
        CXType_ULongLong => CScalar::ULongLong,
        CXType_Float => CScalar::Float,
        CXType_Double => CScalar::Double,
        CXType_LongDouble => CScalar::LongDouble,
        CXType_WChar => CScalar::WChar,
        _ => return None,
    })
}

/// Bytes of the right size. A type that has no size (a variable array in a prototype) has none.
pub(crate) fn opaque(ty: Type<'_>) -> CType {
    CType::Opaque {
        size: ty.size().unwrap_or(0),
        align: ty.align().unwrap_or(1),
        spelling: ty.spelling(),
    }
}

fn is_function(kind: CXTypeKind) -> bool {
    kind == CXType_FunctionProto || kind == CXType_FunctionNoProto
}

fn is_array(kind: CXTypeKind) -> bool {
    [CXType_ConstantArray, CXType_IncompleteArray, CXType_VariableArray].contains(&kind)
}

/// The function type itself, below attributes and typedefs.
fn function_type(ty: Type<'_>) -> Type<'_> {
    match ty.kind() {
        kind if is_function(kind) => ty,
        CXType_Attributed => function_type(ty.modified()),
        _ => ty.canonical(),
    }
}

/// Of the whole type: what an attribute is added to has the default one.
fn convention(function: Type<'_>) -> CallingConvention {
    match function.calling_convention() {
        CXCallingConv_C | CXCallingConv_Default => CallingConvention::Default,
        CXCallingConv_X86StdCall => CallingConvention::StdCall,
        CXCallingConv_X86FastCall => CallingConvention::FastCall,
        CXCallingConv_X86ThisCall => CallingConvention::ThisCall,
        CXCallingConv_X86Pascal => CallingConvention::Pascal,
        CXCallingConv_AAPCS => CallingConvention::Aapcs,
        CXCallingConv_AAPCS_VFP => CallingConvention::AapcsVfp,
        CXCallingConv_X86RegCall => CallingConvention::RegCall,
        CXCallingConv_IntelOclBicc => CallingConvention::IntelOclBicc,
        CXCallingConv_Win64 => CallingConvention::MsAbi,
        CXCallingConv_X86_64SysV => CallingConvention::SysvAbi,
        CXCallingConv_X86VectorCall => CallingConvention::VectorCall,
        CXCallingConv_Swift => CallingConvention::Swift,
        CXCallingConv_PreserveMost => CallingConvention::PreserveMost,
        CXCallingConv_PreserveAll => CallingConvention::PreserveAll,
        CXCallingConv_AArch64VectorCall => CallingConvention::AArch64Vector,
        SWIFT_ASYNC => CallingConvention::SwiftAsync,
        AARCH64_SVE => CallingConvention::AArch64Sve,
        PRESERVE_NONE => CallingConvention::PreserveNone,
        _ => CallingConvention::Other,
    }
}

/// Of libclang's `CXCallingConv`, what clang-sys does not name.
const SWIFT_ASYNC: CXCallingConv = 17;
const AARCH64_SVE: CXCallingConv = 18;
const PRESERVE_NONE: CXCallingConv = 20;

/// Below typedefs of functions, a parameter that is one on x86-64 is the pointer that it has decayed to. Nothing else
/// has the type.
fn decayed_va_list(canonical: Type<'_>) -> Option<CType> {
    if canonical.kind() != CXType_Pointer {
        return None;
    }
    let element = canonical.pointee().canonical();
    let is_element = element.kind() == CXType_Record && element.spelling().ends_with("__va_list_tag");
    is_element.then(|| va_list(element))
}

/// As large as the type; C text calls it by Clang's name.
fn va_list(ty: Type<'_>) -> CType {
    CType::Opaque {
        size: ty.size().unwrap_or(0),
        align: ty.align().unwrap_or(1),
        spelling: VA_LIST.to_owned(),
    }
}

fn is_va_list(ty: Type<'_>) -> bool {
    match ty.kind() {
        CXType_Elaborated => is_va_list(ty.named()),
        CXType_Typedef if ty.typedef_name() == VA_LIST => true,
        CXType_Typedef => {
            let decl = ty.declaration();
            decl.is_some_and(|decl| is_va_list(decl.typedef_underlying()))
        }
        _ => false,
    }
}

fn returns_void(function: Type<'_>) -> bool {
    function.result().canonical().kind() == CXType_Void
}

/// GNU's attribute is part of the type; `_Noreturn` and `[[noreturn]]` are the declaration's, and libclang shows
/// them only in the printed declaration, before the name.
fn is_noreturn(function: Type<'_>, decl: Option<Cursor<'_>>) -> bool {
    if function.canonical().spelling().contains("__attribute__((noreturn))") {
        return true;
    }
    decl.is_some_and(|decl| {
        let text = decl.pretty_printed();
        let head = text.split(&format!(" {}(", decl.name())).next().unwrap_or("");
        head.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| word == "_Noreturn" || word == "noreturn")
    })
}

/// The typedef that Clang's own name for a size type stands for. The functions of the C library that Clang knows
/// (`malloc`, `memcmp`) have these in their signatures, whatever the header says.
fn predefined_size_type(spelling: &str) -> Option<&'static str> {
    match spelling.trim_start_matches("const ") {
        "__size_t" => Some("size_t"),
        "__signed_size_t" => Some("ssize_t"),
        "__ptrdiff_t" => Some("ptrdiff_t"),
        _ => None,
    }
}

/// A parameter's type as its declaration has it, where the function's type only has what that comes to: Clang gives the
/// types of functions that it knows by itself, `wcslen` takes a `const int *`.
fn written_param<'u>(ty: Type<'u>, declared: Option<Cursor<'u>>) -> Type<'u> {
    let points_to_scalar = |ty: Type<'u>| ty.kind() == CXType_Pointer && scalar(ty.pointee().kind()).is_some();
    let written = declared.map(Cursor::type_of).filter(|_| points_to_scalar(ty));
    let written = written.filter(|written| written.kind() == CXType_Pointer && !points_to_scalar(*written));
    written.unwrap_or(ty)
}
