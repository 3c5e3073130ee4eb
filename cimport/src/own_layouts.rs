//! Clang's layouts of records of Lang source.
//!
//! Takes their shapes. Gives sizes, alignments and the bits of each field, as Clang has them for the target. Asked only
//! of records with bit-fields: where those are, Clang alone says.

use base::{ContentHash, Hasher};
use cmodel::{CAdvice, CField, CLayout, CModel, CShape, LayoutError};

use crate::ast::{TranslationUnit, Visit};
use crate::cache::Kind;
use crate::query::BadLines;
use crate::store::{Headers, Store};
use crate::thunks::{Spelling, Unnameable};

/// How the last of `shapes` is laid out, which contain records of `headers` where there are any.
pub(crate) fn layout_of(
    store: &Store<'_>,
    headers: Option<&Headers>,
    shapes: &[CShape],
    model: &CModel,
) -> Result<CLayout, LayoutError> {
    let Some(asked) = shapes.last() else {
        return Err(LayoutError::NoAnswer);
    };
    let text = text(shapes, model)?;
    let content = headers.map_or(store.request(), |headers| headers.content);
    let key = key(content, &text);
    if let Some(known) = store.get(Kind::Layout, key) {
        return Ok(known);
    }
    let clang = store.clang().map_err(|_| LayoutError::NoAnswer)?;
    let pch = headers.and_then(|headers| headers.pch.as_deref());
    let unit = store.set.query(clang, pch, &text).ok_or(LayoutError::NoAnswer)?;
    let layout = read(&unit, asked)?;
    store.put(Kind::Layout, key, &layout);
    Ok(layout)
}

fn text(shapes: &[CShape], model: &CModel) -> Result<String, LayoutError> {
    let spelling = Spelling {
        model,
        own: shapes.iter().map(|shape| shape.tag).collect(),
    };
    let mut text = String::new();
    for shape in shapes {
        let defined = spelling.define_shape(shape, &mut text);
        defined.map_err(|Unnameable(ty)| LayoutError::Refused(format!("C has no name for `{ty}`")))?;
    }
    Ok(text)
}

fn key(content: ContentHash, text: &str) -> ContentHash {
    let mut hasher = Hasher::new();
    hasher.field(&content.0).field(text.as_bytes());
    hasher.finish()
}

fn read(unit: &TranslationUnit, asked: &CShape) -> Result<CLayout, LayoutError> {
    if let Some(message) = BadLines::of(unit).first() {
        return Err(LayoutError::Refused(message));
    }
    let mut found = None;
    unit.root().visit(|cursor| {
        if asked.tag.0.as_str().rsplit(' ').next() == Some(cursor.name().as_str()) {
            found = Some(cursor);
        }
        Visit::Next
    });
    let ty = found.ok_or(LayoutError::NoAnswer)?.type_of();
    let (Some(size), Some(align)) = (ty.size(), ty.align()) else {
        return Err(LayoutError::NoAnswer);
    };
    // Clang's list has unnamed bit-fields, too.
    let fields = ty.fields();
    if fields.len() != asked.fields.len() {
        return Err(LayoutError::NoAnswer);
    }
    let fields = fields.into_iter().zip(&asked.fields).map(|(field, shape)| CField {
        name: None,
        ty: shape.ty.clone(),
        offset_bits: u64::try_from(field.offset_bits()).unwrap_or(0),
        bit_width: shape.bit_width,
        is_const: false,
        advice: CAdvice::default(),
        in_clang: None,
        doc: None,
    });
    Ok(CLayout {
        size,
        align,
        fields: fields.collect(),
    })
}
