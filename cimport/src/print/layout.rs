//! How a record's layout departs from the one that its members alone would give.
//!
//! Takes Clang's layout. Gives the attribute that says it in Lang, if one does.

use cmodel::{CLayout, CModel, CRecordKind, CType};
use target::{CScalar, Layout, RecordOptions, Target, struct_layout, union_layout};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Departure {
    None,
    /// `@packed`
    Packed,
    /// `@align(n)`
    Aligned(u64),
    /// It has bit-fields, which only Clang lays out.
    BitFields,
    /// No attribute gives this layout.
    Other,
}

pub(crate) fn departure(model: &CModel, target: &Target, kind: CRecordKind, layout: &CLayout) -> Departure {
    if layout.fields.iter().any(|field| field.bit_width.is_some()) {
        return Departure::BitFields;
    }
    let members: Option<Vec<Layout>> = layout
        .fields
        .iter()
        .map(|field| of_type(model, target, &field.ty))
        .collect();
    let Some(members) = members else {
        return Departure::Other;
    };
    let offsets: Vec<u64> = layout.fields.iter().map(|field| field.offset_bits / 8).collect();
    let gives = |options: RecordOptions| {
        let found = match kind {
            CRecordKind::Struct => struct_layout(&members, options).map(|found| (found.layout, found.offsets)),
            CRecordKind::Union => union_layout(&members, options).map(|found| (found, vec![0; members.len()])),
        };
        found.is_ok_and(|(found, places)| {
            (found.size_bytes, found.align_bytes, places) == (layout.size, layout.align, offsets.clone())
        })
    };
    let plain = RecordOptions::default();
    match () {
        () if gives(plain) => Departure::None,
        () if gives(RecordOptions {
            align_bytes: Some(layout.align),
            ..plain
        }) =>
        {
            Departure::Aligned(layout.align)
        }
        () if gives(RecordOptions {
            pack_bytes: Some(1),
            ..plain
        }) =>
        {
            Departure::Packed
        }
        () => Departure::Other,
    }
}

/// Absent for an incomplete type, and for a power of two that is none.
pub(crate) fn of_type(model: &CModel, target: &Target, ty: &CType) -> Option<Layout> {
    let checked = |size: u64, align: u64| align.is_power_of_two().then(|| Layout::new(size, align));
    match ty {
        CType::Scalar(CScalar::Void) | CType::Function(_) => None,
        CType::Scalar(scalar) => target.c_layout(*scalar),
        CType::Int128 { .. } => checked(16, target.max_int_align_bytes()),
        CType::Float16 => checked(2, 2),
        CType::Pointer { .. } | CType::FunctionPointer(_) => checked(target.pointer_bytes(), target.pointer_bytes()),
        CType::Array { element, len } => {
            let element = of_type(model, target, element)?;
            target::array_layout(element, *len).ok()
        }
        CType::FlexibleArray { element } => {
            let element = of_type(model, target, element)?;
            checked(0, element.align_bytes)
        }
        CType::Record(tag) => {
            let layout = model.records.get(tag)?.layout.as_ref()?;
            checked(layout.size, layout.align)
        }
        CType::Enum(tag) => of_type(model, target, &model.enums.get(tag)?.underlying),
        CType::Typedef(name) => of_type(model, target, &model.typedefs.get(name)?.ty),
        CType::Opaque { size, align, .. } => checked(*size, *align),
    }
}
