//! Lang's types as C's, for the arguments of macros.
//!
//! The other way round than `c_types.rs`: what a pointer points to is kept, as C's macros may look behind it. A type
//! that C does not know, behind a pointer, is `void`.

use base::sym;
use cmodel::{CModel, COwnField, COwnRecord, CParam, CRecordKind, CSignature, CTag, CType};
use hir::{DefId, ItemId, ModuleId, Mutability, StructKind};
use target::CScalar;

use crate::{AdtKind, AdtRef, FloatTy, FnType, IntTy, Signatures, Ty, TyKind};

/// The C type of a value; absent where C has none.
pub(crate) fn c_type(ty: Ty, signatures: &Signatures) -> Option<CType> {
    Some(match ty.kind() {
        TyKind::Bool => typedef("lang_bool"),
        TyKind::Char => typedef("lang_char"),
        TyKind::Int(int) => integer(*int),
        TyKind::Float(FloatTy::F16) => CType::Float16,
        TyKind::Float(FloatTy::F32) => typedef("lang_f32"),
        TyKind::Float(FloatTy::F64) => typedef("lang_f64"),
        TyKind::C(CScalar::Void) => return None,
        TyKind::C(scalar) => CType::Scalar(*scalar),
        TyKind::Ref(mutability, target) | TyKind::Pointer(mutability, target) => {
            if target.has_fat_pointers() {
                return (matches!(target.kind(), TyKind::CStr)).then(|| pointer_to(CType::Scalar(CScalar::Char), true));
            }
            pointer_to(behind_pointer(*target, signatures), *mutability == Mutability::Const)
        }
        TyKind::Optional(inner) => match inner.kind() {
            TyKind::Ref(..) | TyKind::ExternFn(_) => c_type(*inner, signatures)?,
            _ => return None,
        },
        TyKind::ExternFn(fn_type) => CType::FunctionPointer(Box::new(c_signature(fn_type, signatures)?)),
        TyKind::Array(element, len) => CType::Array {
            element: Box::new(c_type(*element, signatures)?),
            len: len.known_len()?,
        },
        TyKind::Opaque { size, align, spelling } => CType::Opaque {
            size: *size,
            align: *align,
            spelling: spelling.to_string(),
        },
        TyKind::Adt(AdtRef::C(tag), _) => match signatures.adt(AdtRef::C(*tag)).kind {
            AdtKind::ExternEnum => CType::Enum(*tag),
            AdtKind::Record(_) => CType::Record(*tag),
            AdtKind::OpaqueRecord | AdtKind::Enum => return None,
        },
        TyKind::Adt(adt @ AdtRef::Lang(def), _) => match signatures.adt(*adt).kind {
            AdtKind::ExternEnum => c_type(signatures.adt(*adt).underlying?, signatures)?,
            AdtKind::Record(StructKind::ExternStruct) => own_record(CRecordKind::Struct, *def),
            AdtKind::Record(StructKind::ExternUnion) => own_record(CRecordKind::Union, *def),
            AdtKind::Record(StructKind::Lang) | AdtKind::OpaqueRecord | AdtKind::Enum => return None,
        },
        TyKind::Error(_)
        | TyKind::Never
        | TyKind::Str
        | TyKind::CStr
        | TyKind::Slice(_)
        | TyKind::Tuple(_)
        | TyKind::FnItem(..)
        | TyKind::FnPointer(_)
        | TyKind::Closure(_)
        | TyKind::Dyn(_)
        | TyKind::Range { .. }
        | TyKind::Const(_)
        | TyKind::Param { .. }
        | TyKind::Assoc(_)
        | TyKind::Unnamed(_)
        | TyKind::Infer(_) => return None,
    })
}

fn own_record(kind: CRecordKind, def: DefId) -> CType {
    CType::Record(cmodel::own_tag(kind, def.module.0, def.item.0))
}

/// The records of Lang source that types mention, each after those that it holds; an error is the first one that C
/// cannot have.
pub(crate) fn own_records<'t>(
    types: impl Iterator<Item = &'t CType>,
    signatures: &Signatures,
) -> Result<Vec<COwnRecord>, Ty> {
    let mut found = OwnRecords {
        signatures,
        seen: Vec::new(),
        behind_pointers: Vec::new(),
        records: Vec::new(),
    };
    for ty in types {
        found.add(ty)?;
    }
    while let Some(ty) = found.behind_pointers.pop() {
        found.add(&ty)?;
    }
    Ok(found.records)
}

struct OwnRecords<'a> {
    signatures: &'a Signatures,
    seen: Vec<CTag>,
    behind_pointers: Vec<CType>,
    records: Vec<COwnRecord>,
}

impl OwnRecords<'_> {
    fn add(&mut self, ty: &CType) -> Result<(), Ty> {
        match ty {
            CType::Record(tag) => self.record(*tag),
            CType::Pointer { pointee, .. } => {
                self.behind_pointers.push(pointee.as_ref().clone());
                Ok(())
            }
            CType::Array { element, .. } | CType::FlexibleArray { element } => self.add(element),
            CType::FunctionPointer(signature) | CType::Function(signature) => {
                let types = signature.params.iter().map(|param| &param.ty).chain([&signature.ret]);
                self.behind_pointers.extend(types.cloned());
                Ok(())
            }
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Enum(_)
            | CType::Typedef(_)
            | CType::Opaque { .. } => Ok(()),
        }
    }

    fn record(&mut self, tag: CTag) -> Result<(), Ty> {
        let Some((module, item)) = cmodel::own_numbers(tag) else {
            return Ok(());
        };
        if self.seen.contains(&tag) {
            return Ok(());
        }
        self.seen.push(tag);
        let def = DefId {
            module: ModuleId(module),
            item: ItemId(item),
        };
        let decl = self.signatures.adt(AdtRef::Lang(def));
        let mut fields = Vec::new();
        for (index, field) in decl.fields.iter().enumerate() {
            let in_c = decl.layout.as_ref().and_then(|layout| layout.fields.get(index));
            let bit_width = in_c.and_then(|field| field.bit_width);
            let name = field.name.filter(|name| bit_width.is_none() || *name != "_");
            let ty = c_type(field.ty, self.signatures);
            let has_name = name.is_some() || bit_width.is_some();
            let Some(ty) = ty.filter(|_| has_name && field.is_bit_field == bit_width.is_some()) else {
                return Err(Ty::new(TyKind::Adt(AdtRef::Lang(def), Box::new([]))));
            };
            self.add(&ty)?;
            fields.push(COwnField { name, ty, bit_width });
        }
        self.records.push(COwnRecord {
            tag,
            name: decl.name,
            fields,
            packed: decl.packed,
            align: decl.align,
        });
        Ok(())
    }
}

/// The C type behind a pointer: `void` where C has none. An opaque record is one there.
pub(crate) fn behind_pointer(ty: Ty, signatures: &Signatures) -> CType {
    if let TyKind::Adt(AdtRef::C(tag), _) = ty.kind() {
        return match signatures.adt(AdtRef::C(*tag)).kind {
            AdtKind::ExternEnum => CType::Enum(*tag),
            AdtKind::Record(_) | AdtKind::OpaqueRecord | AdtKind::Enum => CType::Record(*tag),
        };
    }
    c_type(ty, signatures).unwrap_or(CType::Scalar(CScalar::Void))
}

fn c_signature(fn_type: &FnType, signatures: &Signatures) -> Option<CSignature> {
    let param = |ty: &Ty| {
        Some(CParam {
            name: None,
            ty: c_type(*ty, signatures)?,
        })
    };
    Some(CSignature {
        params: fn_type.params.iter().map(param).collect::<Option<_>>()?,
        ret: match fn_type.ret.is_unit() || fn_type.ret.is_never() {
            true => CType::Scalar(CScalar::Void),
            false => c_type(fn_type.ret, signatures)?,
        },
        variadic: fn_type.variadic,
        without_prototype: false,
        noreturn: false,
        convention: fn_type.convention,
    })
}

fn pointer_to(pointee: CType, is_const: bool) -> CType {
    CType::Pointer {
        pointee: Box::new(pointee),
        is_const,
    }
}

fn typedef(name: &str) -> CType {
    CType::Typedef(sym(name))
}

fn integer(int: IntTy) -> CType {
    typedef(match int {
        IntTy::I8 => "int8_t",
        IntTy::I16 => "int16_t",
        IntTy::I32 => "int32_t",
        IntTy::I64 => "int64_t",
        IntTy::Isize => "ptrdiff_t",
        IntTy::U8 => "uint8_t",
        IntTy::U16 => "uint16_t",
        IntTy::U32 => "uint32_t",
        IntTy::U64 => "uint64_t",
        IntTy::Usize => "size_t",
        IntTy::I128 => return CType::Int128 { signed: true },
        IntTy::U128 => return CType::Int128 { signed: false },
    })
}

/// An integer of this type as a constant of C, for those that have a suffix or a cast there; one of no type yet has
/// that which C gives it.
pub(crate) fn integer_constant(value: i128, ty: Ty, signatures: &Signatures) -> Option<String> {
    let plain = match u64::try_from(value) {
        // Without a suffix: a macro may add one.
        Ok(value) if i64::try_from(value).is_err() => format!("{value:#x}"),
        // C's minus is no part of the literal, which would be a `long`.
        _ if value == i128::from(i32::MIN) => String::from("(-0x7fffffff - 1)"),
        _ if value == i128::from(i64::MIN) => String::from("(-0x7fffffffffffffffLL - 1)"),
        _ if i64::try_from(value).is_err() && u64::try_from(value).is_err() => return None,
        _ => value.to_string(),
    };
    let spelled = match ty.kind() {
        TyKind::Infer(_) | TyKind::Int(IntTy::I32) | TyKind::C(CScalar::Int) => return Some(plain),
        TyKind::C(scalar) => scalar.c_spelling().to_owned(),
        TyKind::Bool => String::from("_Bool"),
        TyKind::Char => String::from("__UINT32_TYPE__"),
        TyKind::Int(int) => match integer(*int) {
            CType::Typedef(name) => name.to_string(),
            _ => return None,
        },
        TyKind::Adt(AdtRef::C(tag), _) => {
            let spelling = signatures.c.enums.get(tag)?.c_spelling.clone();
            match spelling {
                Some(spelling) => spelling,
                None => return Some(plain),
            }
        }
        _ => return None,
    };
    Some(format!("(({spelled}){plain})"))
}

/// The Lang type that a passed argument of an instance has.
pub(crate) fn passed_ty(arg: &cmodel::CArg, model: &CModel) -> Option<Ty> {
    let pointer = |ty: &CType, is_const: bool| {
        let mutability = if is_const { Mutability::Const } else { Mutability::Mut };
        crate::c_types::ty_of(ty, model).pointer(mutability)
    };
    match arg {
        cmodel::CArg::Value(ty) => Some(crate::c_types::ty_of(ty, model)),
        cmodel::CArg::Reference { target, is_const } => Some(pointer(target, *is_const)),
        cmodel::CArg::Variable { ty, is_const } => Some(pointer(ty, *is_const)),
        cmodel::CArg::Constant(_) | cmodel::CArg::Literal(_) | cmodel::CArg::Tokens(_) | cmodel::CArg::Type(_) => None,
    }
}

/// Whether C has words for the type where no header has been read.
pub(crate) fn is_without_headers(ty: &CType) -> bool {
    match ty {
        CType::Scalar(_) | CType::Int128 { .. } | CType::Float16 => true,
        CType::Pointer { pointee: inner, .. }
        | CType::Array { element: inner, .. }
        | CType::FlexibleArray { element: inner } => is_without_headers(inner),
        CType::FunctionPointer(signature) | CType::Function(signature) => {
            let params = signature.params.iter().map(|param| &param.ty);
            params.chain([&signature.ret]).all(is_without_headers)
        }
        CType::Record(tag) => cmodel::own_numbers(*tag).is_some(),
        CType::Typedef(name) => cmodel::OWN_TYPEDEFS.iter().any(|(own, ..)| *name == *own),
        CType::Enum(_) | CType::Opaque { .. } => false,
    }
}
