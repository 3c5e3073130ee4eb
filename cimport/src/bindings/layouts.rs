//! Layouts of the records of bindings.
//!
//! Takes their fields without places, and what the file says of the layout. Gives the layouts that Clang had: those
//! which the fields alone make are not written down.

use std::collections::BTreeMap;

use base::Span;
use cmodel::{CModel, CRecordKind, CTag, CType};
use target::{Layout, RecordOptions, Target, struct_layout, union_layout};

use super::BindingsError;
use super::facts::broken;
use crate::print::of_type;

/// What a record's attributes say.
pub(super) struct Said {
    pub(super) span: Span,
    pub(super) is_packed: bool,
    pub(super) align: Option<u64>,
    /// Size, alignment, and where each field is, in bits.
    pub(super) exact: Option<(u64, u64, Vec<u64>)>,
}

/// Sets the layouts of all records of `said`.
pub(super) fn settle(model: &mut CModel, target: &Target, mut said: BTreeMap<CTag, Said>) -> Result<(), BindingsError> {
    let tags: Vec<CTag> = said.keys().copied().collect();
    for tag in tags {
        settle_one(model, target, &mut said, tag)?;
    }
    Ok(())
}

fn settle_one(
    model: &mut CModel,
    target: &Target,
    said: &mut BTreeMap<CTag, Said>,
    tag: CTag,
) -> Result<(), BindingsError> {
    // Taken out, so that a record in itself ends here.
    let Some(own) = said.remove(&tag) else { return Ok(()) };
    let Some(record) = model.records.get(&tag) else {
        return Ok(());
    };
    let kind = record.kind;
    let types: Vec<CType> = record
        .layout
        .iter()
        .flat_map(|layout| &layout.fields)
        .map(|field| field.ty.clone())
        .collect();
    for ty in &types {
        if let Some(inner) = ty.record_inside(&model.typedefs) {
            settle_one(model, target, said, inner)?;
        }
    }
    let found = match own.exact {
        Some(exact) => Some(exact),
        None => natural(model, target, kind, &types, own.is_packed, own.align),
    };
    let Some((size, align, places)) = found.filter(|(_, _, places)| places.len() == types.len()) else {
        return Err(broken(own.span, "its members give no layout"));
    };
    if let Some(layout) = model.records.get_mut(&tag).and_then(|record| record.layout.as_mut()) {
        (layout.size, layout.align) = (size, align);
        for (field, place) in layout.fields.iter_mut().zip(places) {
            field.offset_bits = place;
        }
    }
    Ok(())
}

fn natural(
    model: &CModel,
    target: &Target,
    kind: CRecordKind,
    types: &[CType],
    is_packed: bool,
    align: Option<u64>,
) -> Option<(u64, u64, Vec<u64>)> {
    let members: Option<Vec<Layout>> = types.iter().map(|ty| of_type(model, target, ty)).collect();
    let options = RecordOptions {
        pack_bytes: is_packed.then_some(1),
        align_bytes: align,
    };
    let (layout, offsets) = match kind {
        CRecordKind::Struct => {
            let found = struct_layout(&members?, options).ok()?;
            (found.layout, found.offsets)
        }
        CRecordKind::Union => (union_layout(&members?, options).ok()?, vec![0; types.len()]),
    };
    let places = offsets.iter().map(|bytes| bytes * 8).collect();
    Some((layout.size_bytes, layout.align_bytes, places))
}
