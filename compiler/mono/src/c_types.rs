//! Lang's types as C types, for the signatures of crossings.
//!
//! What C's ABI does not tell apart is not told apart here: every pointer is `void *`, an enum its integer. Records of
//! headers keep their identity; `extern` records of Lang source are described for the C text to define.

use base::sym;
use check::{AdtKind, AdtRef, FloatTy, IntTy, Ty, TyKind};
use cmodel::{CModuleId, CParam, CRecordKind, CSignature, CTag, CType, CallingConvention, CrossingRecord};
use hir::StructKind;
use target::CScalar;

use crate::crossings::has_result;
use crate::names::short_hash;
use crate::pool::Pool;

/// Collects the records that the types mention.
pub(crate) struct CTypes<'p, 'a> {
    pool: &'p mut Pool<'a>,
    records: Vec<CrossingRecord>,
    module: Option<CModuleId>,
}

impl<'p, 'a> CTypes<'p, 'a> {
    pub(crate) fn new(pool: &'p mut Pool<'a>) -> Self {
        Self {
            pool,
            records: Vec::new(),
            module: None,
        }
    }

    /// The records of Lang source, each after those it contains, and the module of the first record of a header.
    pub(crate) fn finish(self) -> (Vec<CrossingRecord>, Option<CModuleId>) {
        (self.records, self.module)
    }

    pub(crate) fn signature(&mut self, params: &[Ty], ret: Ty, variadic: bool) -> CSignature {
        let params = params.iter().map(|ty| CParam {
            name: None,
            ty: self.of(*ty),
        });
        CSignature {
            params: params.collect(),
            ret: if has_result(ret) {
                self.of(ret)
            } else {
                CType::Scalar(CScalar::Void)
            },
            variadic,
            without_prototype: false,
            noreturn: ret.is_never(),
            convention: CallingConvention::Default,
        }
    }

    pub(crate) fn of(&mut self, ty: Ty) -> CType {
        match ty.kind() {
            TyKind::Bool => CType::Scalar(CScalar::Bool),
            TyKind::Char => CType::Scalar(CScalar::UInt),
            TyKind::Int(int) => self.int(*int),
            TyKind::Float(FloatTy::F16) => CType::Float16,
            TyKind::Float(FloatTy::F32) => CType::Scalar(CScalar::Float),
            TyKind::Float(FloatTy::F64) => CType::Scalar(CScalar::Double),
            TyKind::C(scalar) => CType::Scalar(*scalar),
            TyKind::Ref(..) | TyKind::Pointer(..) | TyKind::ExternFn(_) => void_pointer(),
            TyKind::Optional(inner) => self.of(*inner),
            TyKind::Array(element, len) => CType::Array {
                element: Box::new(self.of(*element)),
                len: len.instance_len(),
            },
            TyKind::Adt(adt, _) => self.adt(*adt),
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
            | TyKind::Infer(_) => unreachable!("C has no {ty:?}, and signatures of C are checked for it"),
        }
    }

    fn int(&self, int: IntTy) -> CType {
        match (int.bits(self.pool.input.target.pointer_bits), int.is_signed()) {
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

    fn adt(&mut self, adt: AdtRef) -> CType {
        let signatures = self.pool.input.signatures;
        let decl = signatures.adt(adt);
        match (decl.kind, adt) {
            (AdtKind::ExternEnum, _) => self.of(decl.underlying.expect("an extern enum has a type")),
            (AdtKind::Record(_) | AdtKind::Enum | AdtKind::OpaqueRecord, AdtRef::C(tag)) => {
                let record = signatures.c.records.get(&tag);
                self.module = self.module.or(record.map(|record| record.module));
                CType::Record(tag)
            }
            (AdtKind::Record(kind), AdtRef::Lang(_)) => self.lang_record(adt, kind),
            (AdtKind::OpaqueRecord, AdtRef::Lang(_)) => unreachable!("only headers have opaque records"),
            (AdtKind::Enum, AdtRef::Lang(_)) => unreachable!("checking lets no enum of Lang cross to C"),
        }
    }

    fn lang_record(&mut self, adt: AdtRef, kind: StructKind) -> CType {
        let ty = Ty::new(TyKind::Adt(adt, Box::new([])));
        let (kind, keyword) = match kind {
            StructKind::ExternStruct => (CRecordKind::Struct, "struct"),
            StructKind::ExternUnion => (CRecordKind::Union, "union"),
            StructKind::Lang => unreachable!("C has no {ty:?}, and signatures of C are checked for it"),
        };
        let name = self.pool.names.ty(ty);
        let tag = CTag(sym(&format!("{keyword} lang_r_{}", short_hash(&[&name]))));
        if self.records.iter().any(|record| record.tag == tag) {
            return CType::Record(tag);
        }
        let signatures = self.pool.input.signatures;
        let decl = signatures.adt(adt);
        let fields = decl.fields.iter().map(|field| self.of(field.ty)).collect();
        let layout = self.pool.layout(ty);
        self.records.push(CrossingRecord {
            tag,
            kind,
            fields,
            packed: decl.packed,
            align: decl.align,
            size: layout.size,
            align_bytes: layout.align,
            offsets: layout.offsets.clone(),
        });
        CType::Record(tag)
    }
}

fn void_pointer() -> CType {
    CType::Pointer {
        pointee: Box::new(CType::Scalar(CScalar::Void)),
        is_const: false,
    }
}
