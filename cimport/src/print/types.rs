//! C types as Lang writes them.
//!
//! Takes types of a model. Gives their text, with one Lang name for each record and enum.

use std::collections::{BTreeMap, BTreeSet};

use base::{Symbol, sym};
use cmodel::{CModel, CNature, CSignature, CTag, CType};
use syntax::TokenKind;

use super::reach::Reach;

pub(super) struct Names<'a> {
    model: &'a CModel,
    tags: BTreeMap<CTag, String>,
    typedefs: BTreeMap<Symbol, String>,
    /// By C's spelling, size and alignment.
    opaques: BTreeMap<(String, u64, u64), String>,
    /// Macros that are types, by name.
    aliases: BTreeMap<Symbol, String>,
}

impl<'a> Names<'a> {
    /// Names for all types that `reach` holds, none of which is in `taken`: types and values are two namespaces in C,
    /// tags and typedefs are, too, and all of them are one in Lang.
    pub(super) fn new(model: &'a CModel, reach: &Reach<'_>, mut taken: BTreeSet<String>) -> Self {
        let mut names = Self {
            model,
            tags: BTreeMap::new(),
            typedefs: BTreeMap::new(),
            opaques: BTreeMap::new(),
            aliases: BTreeMap::new(),
        };
        for name in &reach.typedefs {
            let found = free(name.as_str(), "type", &mut taken);
            names.typedefs.insert(*name, found);
        }
        for tag in reach.records.iter().chain(&reach.enums) {
            let (keyword, name) = tag.0.as_str().split_once(' ').unwrap_or(("", tag.0.as_str()));
            let is_stand_in = model
                .records
                .get(tag)
                .is_some_and(|record| record.nature != CNature::Declared && keyword != "aligned");
            let (keyword, plain) = match is_stand_in {
                true => ("c", as_name(tag.0.as_str())),
                false => (keyword, as_name(name)),
            };
            // A typedef that is nothing but another word for the type is its name.
            let typedef = names.typedefs.get_key_value(&sym(name)).filter(|(key, shown)| {
                let meant = model.typedefs.get(*key).map(|typedef| &typedef.ty);
                *shown == name && matches!(meant, Some(CType::Record(of) | CType::Enum(of)) if of == tag)
            });
            let found = match typedef {
                Some((_, shown)) => shown.clone(),
                None => free(
                    &plain,
                    if matches!(keyword, "typedef" | "aligned") {
                        "type"
                    } else {
                        keyword
                    },
                    &mut taken,
                ),
            };
            names.tags.insert(*tag, found);
        }
        for name in &reach.aliases {
            let found = free(name.as_str(), "type", &mut taken);
            names.aliases.insert(*name, found);
        }
        for opaque in &reach.opaques {
            let found = free(&format!("opaque_{}", as_name(&opaque.0)), "c", &mut taken);
            names.opaques.insert(opaque.clone(), found);
        }
        names
    }

    pub(super) fn record(&self, tag: CTag) -> String {
        self.tags.get(&tag).map_or(String::new(), |name| identifier(name))
    }

    pub(super) fn enumeration(&self, tag: CTag) -> String {
        self.record(tag)
    }

    pub(super) fn typedef(&self, name: Symbol) -> String {
        identifier(self.typedefs.get(&name).map_or(name.as_str(), String::as_str))
    }

    /// A macro that is a type.
    pub(super) fn alias(&self, name: Symbol) -> String {
        identifier(self.aliases.get(&name).map_or(name.as_str(), String::as_str))
    }

    /// Whether the module has this record.
    pub(super) fn has(&self, tag: CTag) -> bool {
        self.tags.contains_key(&tag)
    }

    /// What stands for the types that are bytes to Lang.
    pub(super) fn opaques(&self) -> impl Iterator<Item = (&(String, u64, u64), &String)> {
        self.opaques.iter()
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
            CType::Record(tag) | CType::Enum(tag) => self.record(*tag),
            CType::Typedef(name) => self.typedef(*name),
            CType::Opaque { size, align, spelling } => {
                let key = (spelling.clone(), *size, *align);
                self.opaques.get(&key).cloned().unwrap_or_default()
            }
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
            let has_word = |name: &Symbol| !name.as_str().contains('$');
            params.push(match (param.name.filter(has_word), named) {
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

/// `wanted`, or what is like it and nothing else has.
fn free(wanted: &str, prefix: &str, taken: &mut BTreeSet<String>) -> String {
    let prefixed = format!("{prefix}_{wanted}");
    let numbered = (2..).map(|number| format!("{prefixed}_{number}"));
    let mut candidates = [wanted.to_owned(), prefixed.clone()].into_iter().chain(numbered);
    candidates
        .find(|name| taken.insert(name.clone()))
        .expect("there is always another number")
}

/// C's spelling of a type as one word: `struct a.b` is `a_b`, `unsigned char _Complex` is `unsigned_char__Complex`.
fn as_name(spelling: &str) -> String {
    let word: String = spelling
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    match word.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{word}"),
        false => word,
    }
}

/// A C identifier; in backticks where Lang has another word.
pub(super) fn identifier(name: &str) -> String {
    if TokenKind::keyword(name).is_some() || matches!(name, "_" | "none" | "null") {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}
