//! C's types as Lang's.

use base::{Symbol, sym};
use cmodel::{CModel, CSignature, CTag, CType, CTypeName};
use hir::{DefId, ItemId, ModuleId, Mutability};
use target::CScalar;

use crate::{AdtRef, FloatTy, FnType, IntTy, Ty, TyKind};

/// The typedefs of C's own headers that are Lang types, whatever header declares them.
fn well_known(name: Symbol) -> Option<Ty> {
    let int = match name.as_str() {
        "size_t" | "uintptr_t" => IntTy::Usize,
        "ssize_t" | "ptrdiff_t" | "intptr_t" => IntTy::Isize,
        "int8_t" => IntTy::I8,
        "int16_t" => IntTy::I16,
        "int32_t" => IntTy::I32,
        "int64_t" => IntTy::I64,
        "uint8_t" => IntTy::U8,
        "uint16_t" => IntTy::U16,
        "uint32_t" => IntTy::U32,
        "uint64_t" => IntTy::U64,
        "wchar_t" => return Some(Ty::c(CScalar::WChar)),
        // What Lang's own types are called in uses of macros.
        "lang_bool" => return Some(Ty::bool()),
        "lang_char" => return Some(Ty::new(TyKind::Char)),
        "lang_f32" => return Some(Ty::float(FloatTy::F32)),
        "lang_f64" => return Some(Ty::float(FloatTy::F64)),
        _ => return None,
    };
    Some(Ty::int(int))
}

/// The Lang name of a C type that Lang programs may write without a header (`size_t`).
pub(crate) fn builtin_c_type(name: Symbol) -> Option<Ty> {
    CScalar::from_lang_name(name.as_str())
        .map(Ty::c)
        .or_else(|| well_known(name))
}

/// The Lang type of a C type. `void` alone is `c_void`.
pub(crate) fn ty_of(ty: &CType, model: &CModel) -> Ty {
    match ty {
        CType::Scalar(scalar) => Ty::c(*scalar),
        CType::Int128 { signed } => Ty::int(if *signed { IntTy::I128 } else { IntTy::U128 }),
        CType::Float16 => Ty::float(FloatTy::F16),
        CType::Pointer { pointee, is_const } => pointer_to(pointee, *is_const, model),
        CType::Array { element, len } => ty_of(element, model).array(*len),
        CType::FlexibleArray { element } => ty_of(element, model).array(0),
        CType::FunctionPointer(signature) => Ty::new(TyKind::ExternFn(fn_type(signature, model))).optional(),
        // A function type stands only behind a pointer, which `pointer_to` sees first.
        CType::Function(signature) => Ty::new(TyKind::ExternFn(fn_type(signature, model))),
        CType::Record(tag) | CType::Enum(tag) => Ty::new(TyKind::Adt(adt_of(*tag), Box::new([]))),
        CType::Typedef(name) => named(*name, model),
        CType::Opaque {
            size, align, spelling, ..
        } => Ty::new(TyKind::Opaque {
            size: *size,
            align: *align,
            spelling: sym(spelling),
        }),
    }
}

/// A record of a header, or of Lang source that a macro has been given.
fn adt_of(tag: CTag) -> AdtRef {
    match cmodel::own_numbers(tag) {
        Some((module, item)) => AdtRef::Lang(DefId {
            module: ModuleId(module),
            item: ItemId(item),
        }),
        None => AdtRef::C(tag),
    }
}

/// A typedef by name: a well-known one, or what it stands for.
fn named(name: Symbol, model: &CModel) -> Ty {
    if let Some(ty) = well_known(name) {
        return ty;
    }
    let typedef = model
        .typedefs
        .get(&name)
        .expect("cimport gives every typedef that its types mention");
    ty_of(&typedef.ty, model)
}

/// What a C type name means where a type stands.
pub(crate) fn ty_of_name(name: CTypeName, model: &CModel) -> Ty {
    match name {
        CTypeName::Record(tag) | CTypeName::Enum(tag) => Ty::new(TyKind::Adt(AdtRef::C(tag), Box::new([]))),
        CTypeName::Typedef(name) => named(name, model),
    }
}

fn pointer_to(pointee: &CType, is_const: bool, model: &CModel) -> Ty {
    if let Some(signature) = function_behind(pointee, model) {
        return Ty::new(TyKind::ExternFn(fn_type(signature, model))).optional();
    }
    ty_of(pointee, model).pointer(if is_const { Mutability::Const } else { Mutability::Mut })
}

/// The signature, where the type is a function, by itself or through typedefs.
fn function_behind<'m>(ty: &'m CType, model: &'m CModel) -> Option<&'m CSignature> {
    match ty {
        CType::Function(signature) => Some(signature),
        CType::Typedef(name) if well_known(*name).is_none() => model
            .typedefs
            .get(name)
            .and_then(|typedef| function_behind(&typedef.ty, model)),
        _ => None,
    }
}

pub(crate) fn fn_type(signature: &CSignature, model: &CModel) -> FnType {
    FnType {
        params: signature.params.iter().map(|param| ty_of(&param.ty, model)).collect(),
        ret: ret_ty(signature, model),
        variadic: signature.variadic,
        is_unsafe: true,
        convention: signature.convention,
    }
}

/// `void` is `()`, and a function that never returns gives `never`.
pub(crate) fn ret_ty(signature: &CSignature, model: &CModel) -> Ty {
    if signature.noreturn {
        return Ty::never();
    }
    let ty = ty_of(&signature.ret, model);
    if matches!(ty.kind(), TyKind::C(CScalar::Void)) {
        Ty::unit()
    } else {
        ty
    }
}
