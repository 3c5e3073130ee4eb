//! Lang's types as C types, as they cross: what C text declares them as.
//!
//! What C's ABI does not tell apart is not told apart here: every pointer is `void *`, an enum its integer. Records of
//! headers keep their identity; `extern` records of Lang source are described for the C text to define. Such a record
//! is named after what is in it, so that two that are the same to C are one there.

use base::{Hasher, sym};
use cmodel::{CModuleId, CRecordKind, CShape, CShapeField, CTag, CType};
use hir::StructKind;
use target::{CScalar, Target};

use crate::{AdtKind, AdtRef, FloatTy, IntTy, Signatures, Ty, TyKind};

/// Collects the records that types mention.
pub struct CShapes<'a> {
    signatures: &'a Signatures,
    target: &'a Target,
    /// Each after those it contains.
    shapes: Vec<(Ty, CShape)>,
    module: Option<CModuleId>,
    /// The records that are being described.
    open: Vec<AdtRef>,
}

impl<'a> CShapes<'a> {
    pub fn new(signatures: &'a Signatures, target: &'a Target) -> Self {
        Self {
            signatures,
            target,
            shapes: Vec::new(),
            module: None,
            open: Vec::new(),
        }
    }

    /// The records of Lang source, each after those it contains, and the module of the first record of a header.
    pub fn finish(self) -> (Vec<(Ty, CShape)>, Option<CModuleId>) {
        (self.shapes, self.module)
    }

    /// The C type of a value. `None` of one that C does not know, which has its message.
    pub fn of(&mut self, ty: Ty) -> Option<CType> {
        Some(match ty.kind() {
            TyKind::Bool => CType::Scalar(CScalar::Bool),
            TyKind::Char => CType::Scalar(CScalar::UInt),
            TyKind::Int(int) => self.int(*int),
            TyKind::Float(FloatTy::F16) => CType::Float16,
            TyKind::Float(FloatTy::F32) => CType::Scalar(CScalar::Float),
            TyKind::Float(FloatTy::F64) => CType::Scalar(CScalar::Double),
            TyKind::C(scalar) => CType::Scalar(*scalar),
            TyKind::Ref(..) | TyKind::Pointer(..) | TyKind::ExternFn(_) => void_pointer(),
            TyKind::Optional(inner) => self.of(*inner)?,
            TyKind::Array(element, len) => CType::Array {
                element: Box::new(self.of(*element)?),
                len: len.known_len()?,
            },
            TyKind::Adt(adt, _) => self.adt(*adt)?,
            TyKind::Opaque { size, align, spelling } => CType::Opaque {
                size: *size,
                align: *align,
                spelling: spelling.to_string(),
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

    fn int(&self, int: IntTy) -> CType {
        match (int.bits(self.target.pointer_bits), int.is_signed()) {
            (8, true) => CType::Scalar(CScalar::SChar),
            (8, false) => CType::Scalar(CScalar::UChar),
            (16, true) => CType::Scalar(CScalar::Short),
            (16, false) => CType::Scalar(CScalar::UShort),
            (32, true) => CType::Scalar(CScalar::Int),
            (32, false) => CType::Scalar(CScalar::UInt),
            (64, true) => CType::Scalar(CScalar::LongLong),
            (64, false) => CType::Scalar(CScalar::ULongLong),
            (_, signed) => CType::Int128 { signed },
        }
    }

    fn adt(&mut self, adt: AdtRef) -> Option<CType> {
        let decl = self.signatures.adt(adt);
        match (decl.kind, adt) {
            (AdtKind::ExternEnum, _) => self.of(decl.underlying?),
            (AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord, AdtRef::C(tag)) => {
                let record = self.signatures.c.records.get(&tag);
                self.module = self.module.or(record.map(|record| record.module));
                Some(CType::Record(tag))
            }
            (AdtKind::Record(_), AdtRef::Lang(_)) => {
                let in_clang = decl.layout.iter().flat_map(|layout| &layout.fields);
                let widths: Vec<Option<u32>> = in_clang.map(|field| field.bit_width).collect();
                self.record(adt, &widths)
            }
            (AdtKind::OpaqueRecord | AdtKind::Enum, AdtRef::Lang(_)) => None,
        }
    }

    /// An `extern` record of Lang source with these bit-fields; what is not in the list is none. `None` where C does
    /// not know a field's type, or the record contains itself.
    pub(crate) fn record(&mut self, adt: AdtRef, widths: &[Option<u32>]) -> Option<CType> {
        let decl = self.signatures.adt(adt);
        let (kind, keyword) = match decl.kind {
            AdtKind::Record(StructKind::ExternStruct) => (CRecordKind::Struct, "struct"),
            AdtKind::Record(StructKind::ExternUnion) => (CRecordKind::Union, "union"),
            AdtKind::Record(StructKind::Lang) | AdtKind::Enum | AdtKind::ExternEnum | AdtKind::OpaqueRecord => {
                return None;
            }
        };
        if self.open.contains(&adt) {
            return None;
        }
        self.open.push(adt);
        let mut fields = Some(Vec::new());
        for (index, field) in decl.fields.iter().enumerate() {
            let described = self.of(field.ty).map(|ty| CShapeField {
                ty,
                bit_width: widths.get(index).copied().flatten(),
                is_named: field.name.is_some(),
            });
            fields = fields.zip(described).map(|(mut fields, field)| {
                fields.push(field);
                fields
            });
        }
        self.open.pop();
        let fields = fields?;
        let mut hasher = Hasher::new();
        hasher.field(format!("{keyword} {fields:?} {} {:?}", decl.packed, decl.align).as_bytes());
        let hash = hasher.finish().to_string();
        let tag = CTag(sym(&format!("{keyword} lang_r_{}", &hash[..16])));
        if self.shapes.iter().all(|(_, shape)| shape.tag != tag) {
            let shape = CShape {
                tag,
                kind,
                fields,
                packed: decl.packed,
                align: decl.align,
            };
            self.shapes.push((Ty::new(TyKind::Adt(adt, Box::new([]))), shape));
        }
        Some(CType::Record(tag))
    }
}

fn void_pointer() -> CType {
    CType::Pointer {
        pointee: Box::new(CType::Scalar(CScalar::Void)),
        is_const: false,
    }
}
