//! Typedefs with an alignment of their own: `typedef struct desc desc_t __attribute__((aligned(16)))`.
//!
//! Takes what a typedef is and stands for. Gives a record of its own for one that is aligned in another way: a variable
//! of it, and what a pointer to it points to, is aligned so. C has the alignment neither of what it passes and returns,
//! nor of a field, which lies where the record around says: these have the type behind.

use base::{Symbol, sym};
use clang_sys::{CXType_Attributed, CXType_Elaborated, CXType_ExtVector, CXType_Record, CXType_Typedef, CXType_Vector};
use cmodel::{CLayout, CNature, CRecord, CRecordKind, CTag, CType};

use crate::ast::{Cursor, Type};
use crate::attributes::advice;
use crate::stand_ins::field;
use crate::translate::{Owner, Translator};

impl<'u> Translator<'u> {
    /// What the typedef of `decl` stands for, whose type is `ty`.
    pub(crate) fn typedef_ty(&mut self, ty: Type<'u>, decl: Cursor<'u>, owner: &Owner) -> CType {
        let behind = decl.typedef_underlying();
        let meant = self.ty(behind, owner);
        let (Some(size), Some(align)) = (ty.size(), ty.align()) else {
            return meant;
        };
        if behind.align() == Some(align) {
            return meant;
        }
        let name = sym(&decl.name());
        match meant.resolved(&self.model.typedefs).clone() {
            CType::Function(_) | CType::FlexibleArray { .. } | CType::Typedef(_) => meant,
            CType::Opaque { .. } => CType::Opaque {
                size,
                align,
                spelling: name.to_string(),
            },
            CType::Record(of) => self.realigned_record(decl, (name, size, align), of).unwrap_or(meant),
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Pointer { .. }
            | CType::Array { .. }
            | CType::FunctionPointer(_)
            | CType::Enum(_) => {
                let layout = CLayout {
                    size,
                    align,
                    fields: vec![field("value", meant, 0)],
                };
                let kind = (CRecordKind::Struct, CNature::Aligned);
                self.add_aligned(decl, name, kind, None, layout)
            }
        }
    }

    /// A record that is `of` but for its alignment; its fields are put in at the end, when all records have theirs.
    fn realigned_record(
        &mut self,
        decl: Cursor<'u>,
        (name, size, align): (Symbol, u64, u64),
        of: CTag,
    ) -> Option<CType> {
        let original = self.model.records.get(&of)?;
        let kind = (original.kind, original.nature);
        let of = original.realigns.unwrap_or(of);
        let layout = CLayout {
            size,
            align,
            fields: Vec::new(),
        };
        let ty = self.add_aligned(decl, name, kind, Some(of), layout);
        if let CType::Record(tag) = ty {
            self.realigned.push(tag);
        }
        Some(ty)
    }

    fn add_aligned(
        &mut self,
        decl: Cursor<'u>,
        name: Symbol,
        (kind, nature): (CRecordKind, CNature),
        realigns: Option<CTag>,
        layout: CLayout,
    ) -> CType {
        let tag = CTag(sym(&format!("aligned {name}")));
        let record = CRecord {
            tag,
            name,
            c_spelling: Some(name.to_string()),
            kind,
            nature,
            realigns,
            layout: Some(layout),
            advice: advice(decl),
            module: self.module,
            doc: self.doc(decl),
            loc: self.loc(decl),
        };
        self.model.records.insert(tag, record);
        CType::Record(tag)
    }

    /// Gives the records of [`Self::realigned_record`] their fields.
    pub(crate) fn realigned_bodies(&mut self) {
        for tag in std::mem::take(&mut self.realigned) {
            let records = &mut self.model.records;
            let original = records.get(&tag).and_then(|record| record.realigns);
            let original = original.and_then(|of| records.get(&of)?.layout.as_ref());
            let fields = original.map(|layout| layout.fields.clone()).unwrap_or_default();
            if let Some(layout) = records.get_mut(&tag).and_then(|record| record.layout.as_mut()) {
                layout.fields = fields;
            }
        }
    }
}

/// The type as that of a parameter, a result or a field: without the alignment of a typedef that is above all of it.
pub(crate) fn as_value(ty: Type<'_>) -> Type<'_> {
    let canonical = ty.canonical();
    if ty.align() == canonical.align() || is_unnamed(canonical) {
        return ty;
    }
    match ty.kind() {
        CXType_Elaborated => as_value(ty.named()),
        CXType_Attributed => as_value(ty.modified()),
        CXType_Typedef => ty.declaration().map_or(ty, |decl| as_value(decl.typedef_underlying())),
        _ => ty,
    }
}

/// Whether nothing but a typedef names the type: of a record without a tag C text knows no other type of its fields,
/// and vectors have no other words.
fn is_unnamed(canonical: Type<'_>) -> bool {
    match canonical.kind() {
        CXType_Vector | CXType_ExtVector => true,
        CXType_Record => {
            let spelling = canonical.spelling();
            !spelling.split(' ').any(|word| word == "struct" || word == "union")
        }
        _ => false,
    }
}
