//! C types as Lang writes them.
//!
//! Takes types of a model. Gives their text, with one Lang name for each record and enum.

use std::collections::BTreeMap;

use base::Symbol;
use cmodel::{CModel, CNature, CRecord, CSignature, CTag, CType};
use syntax::TokenKind;

pub(super) struct Names<'a> {
    model: &'a CModel,
    tags: BTreeMap<CTag, String>,
}

impl<'a> Names<'a> {
    pub(super) fn new(model: &'a CModel) -> Self {
        let mut tags = BTreeMap::new();
        for record in model.records.values() {
            tags.insert(
                record.tag,
                tag_name(model, record.tag, record.name, &CType::Record(record.tag)),
            );
        }
        for enumeration in model.enums.values() {
            let name = tag_name(model, enumeration.tag, enumeration.name, &CType::Enum(enumeration.tag));
            tags.insert(enumeration.tag, name);
        }
        Self { model, tags }
    }

    pub(super) fn record(&self, tag: CTag) -> &str {
        self.tags.get(&tag).map_or("", String::as_str)
    }

    pub(super) fn enumeration(&self, tag: CTag) -> &str {
        self.record(tag)
    }

    /// The type below typedefs.
    pub(super) fn resolved<'t>(&self, ty: &'t CType) -> &'t CType
    where
        'a: 't,
    {
        ty.resolved(&self.model.typedefs)
    }

    pub(super) fn ty(&self, ty: &CType) -> String {
        match ty {
            CType::Scalar(scalar) => scalar.lang_name().to_owned(),
            CType::Int128 { signed } => if *signed { "i128" } else { "u128" }.to_owned(),
            CType::Float16 => "f16".to_owned(),
            CType::Pointer {
                pointee,
                is_const: true,
            } => format!("*const {}", self.ty(pointee)),
            CType::Pointer {
                pointee,
                is_const: false,
            } => format!("*{}", self.ty(pointee)),
            CType::Array { element, len } => format!("[{}; {len}]", self.ty(element)),
            // As many as were allocated.
            CType::FlexibleArray { element } => format!("[{}; 0]", self.ty(element)),
            CType::FunctionPointer(signature) => format!("?{}", self.function(signature)),
            CType::Function(signature) => self.function(signature),
            CType::Record(tag) => match self.model.records.get(tag) {
                Some(CRecord {
                    nature: CNature::Complex | CNature::Vector | CNature::BitInt | CNature::Atomic,
                    layout: Some(layout),
                    ..
                }) => format!("[u8; {}] /* {} */", layout.size, tag.0),
                Some(_) | None => self.record(*tag).to_owned(),
            },
            CType::Enum(tag) => self.record(*tag).to_owned(),
            CType::Typedef(name) => identifier(name.as_str()),
            CType::Opaque { size, spelling, .. } => format!("[u8; {size}] /* {spelling} */"),
        }
    }

    /// `extern fn(c_int)`
    fn function(&self, signature: &CSignature) -> String {
        let parts = self.signature(signature, false);
        match signature.convention.lang_name() {
            Some("C") | None => format!("extern fn{parts}"),
            Some(name) => format!("extern \"{name}\" fn{parts}"),
        }
    }

    /// `(a: c_int, ...) -> c_int`; a declaration's parameters need names.
    pub(super) fn signature(&self, signature: &CSignature, named: bool) -> String {
        let mut params = Vec::new();
        for (index, param) in signature.params.iter().enumerate() {
            let ty = self.ty(&param.ty);
            params.push(match (param.name, named) {
                (Some(name), _) => format!("{}: {ty}", identifier(name.as_str())),
                (None, true) => format!("arg{index}: {ty}"),
                (None, false) => ty,
            });
        }
        if signature.variadic || signature.without_prototype {
            params.push("...".to_owned());
        }
        let is_void = |ty: &CType| *self.resolved(ty) == CType::Scalar(target::CScalar::Void);
        let ret = match () {
            () if signature.noreturn => " -> never".to_owned(),
            () if is_void(&signature.ret) => String::new(),
            () => format!(" -> {}", self.ty(&signature.ret)),
        };
        format!("({}){ret}", params.join(", "))
    }
}

/// Typedefs and tags are two namespaces in C and one in Lang: a tag gives way to a typedef of another type.
fn tag_name(model: &CModel, tag: CTag, name: Symbol, ty: &CType) -> String {
    let plain = name.as_str().replace(['.', '{', '}'], "_");
    let taken = model
        .typedefs
        .get(&name)
        .is_some_and(|typedef| typedef.ty.resolved(&model.typedefs) != ty);
    match tag.0.as_str().split_once(' ') {
        Some((keyword, _)) if taken => format!("{keyword}_{plain}"),
        _ => identifier(&plain),
    }
}

/// A C identifier; in backticks where Lang has a keyword.
pub(super) fn identifier(name: &str) -> String {
    if TokenKind::keyword(name).is_some() {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}
