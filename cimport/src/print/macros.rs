//! Macros in a printed module.
//!
//! Takes the macros of a module. Adds what they are: types as aliases, and what Lang has no declaration for as
//! comments, whose own comments stand above them as comments too.

use std::collections::BTreeMap;

use base::Symbol;
use cmodel::{CAlias, CGetter, CGetterKind, CMacro, CModule, CNature, CTag, CType, CTypeName, CValue};
use target::CScalar;

use super::types::identifier;
use super::{Printer, Selection, doc, reach};

impl Printer<'_> {
    /// A value that a macro is and no constant.
    pub(super) fn macro_value(&mut self, module: &CModule, name: Symbol, value: &CValue) {
        let (comment, loc, text) = match value {
            CValue::Function(meant) | CValue::Global(meant) => {
                let Some(CAlias { doc, loc }) = module.aliases.get(&name) else {
                    return;
                };
                (doc, loc, format!("macro {name} is {meant}"))
            }
            CValue::Constant(_) => return,
            CValue::Getter(getter) => (&getter.doc, &getter.loc, self.getter(name, getter)),
            CValue::Initializer(found) => {
                let tags: Vec<&str> = found.records.keys().map(|tag| self.names.record(*tag)).collect();
                let text = match tags.as_slice() {
                    // Something like `{ 0 }` is for any.
                    tags if tags.len() > MOST_NAMED => format!("macro {name}: initial values"),
                    tags => format!("macro {name}: initial values of {}", tags.join(", ")),
                };
                (&found.doc, &found.loc, text)
            }
            CValue::Macro(found) => {
                if let Some(function) = found.function.and_then(|key| self.model.functions.get(&key)) {
                    let convention = function.signature.convention.lang_name().unwrap_or("C");
                    self.add(&function.loc, name.as_str(), self.function(function), Some(convention));
                }
                (&found.doc, &found.loc, function_like(name, found))
            }
            CValue::NoValue { role, doc, loc } => {
                if module.aliases.contains_key(&name) {
                    // Said by what it is a member of.
                    return;
                }
                (doc, loc, format!("{name}: {role}"))
            }
        };
        self.add(loc, name.as_str(), commented(comment.as_deref(), &text), None);
    }

    /// Macros that are other names of types.
    pub(super) fn macro_types(&mut self, module: &CModule, selection: Selection) {
        for (name, ty) in module
            .types
            .iter()
            .filter(|(name, _)| reach::is_shown(**name, selection))
        {
            let Some(alias) = module.aliases.get(name) else {
                continue;
            };
            // A complex number or a vector has no name of its own.
            if let CTypeName::Record(tag) = ty
                && self
                    .model
                    .records
                    .get(tag)
                    .is_some_and(|record| record.nature != CNature::Declared)
            {
                continue;
            }
            let meant = match ty {
                // The typedef that the macro made, or one of the header's own of the same name.
                CTypeName::Typedef(typedef) if typedef == name => continue,
                CTypeName::Typedef(typedef) => identifier(typedef.as_str()),
                CTypeName::Record(tag) | CTypeName::Enum(tag) => self.names.record(*tag).to_owned(),
            };
            let name = identifier(name.as_str());
            if meant != name {
                let text = format!("{}type {name} = {meant};\n", doc(alias.doc.as_deref()));
                self.add(&alias.loc, &name, text, None);
            }
        }
    }

    /// Macros that are other names of members, one line for all records that have one.
    pub(super) fn macro_members(&mut self, module: &CModule, selection: Selection) {
        let mut members: BTreeMap<Symbol, Vec<String>> = BTreeMap::new();
        for ((tag, name), path) in &module.members {
            if reach::is_shown(*name, selection) {
                let found = format!("{}.{}", self.names.record(*tag), self.path_text(*tag, path));
                members.entry(*name).or_default().push(found);
            }
        }
        for (name, found) in members {
            let Some(alias) = module.aliases.get(&name) else {
                continue;
            };
            let text = format!("macro {name} is {}", found.join(", "));
            self.add(&alias.loc, name.as_str(), commented(alias.doc.as_deref(), &text), None);
        }
    }

    /// The names of the fields that a path goes through; members without a name are not gone through in C.
    fn path_text(&self, tag: CTag, path: &[u32]) -> String {
        let mut names = Vec::new();
        let mut record = Some(tag);
        for index in path {
            let layout = record.and_then(|tag| self.model.records.get(&tag)?.layout.as_ref());
            let Some(field) = layout.and_then(|layout| layout.fields.get(*index as usize)) else {
                break;
            };
            names.extend(field.name.map(|name| name.to_string()));
            record = match self.names.resolved(&field.ty) {
                CType::Record(tag) => Some(*tag),
                CType::Scalar(_)
                | CType::Int128 { .. }
                | CType::Float16
                | CType::Pointer { .. }
                | CType::Array { .. }
                | CType::FlexibleArray { .. }
                | CType::FunctionPointer(_)
                | CType::Function(_)
                | CType::Enum(_)
                | CType::Typedef(_)
                | CType::Opaque { .. } => None,
            };
        }
        names.join(".")
    }

    /// `macro errno: c_int, a place, unsafe to evaluate`
    fn getter(&self, name: Symbol, getter: &CGetter) -> String {
        let ty = match *self.names.resolved(&getter.ty) == CType::Scalar(CScalar::Void) {
            true => "()".to_owned(),
            false => self.names.ty(&getter.ty),
        };
        let kind = match getter.kind {
            CGetterKind::Value => "",
            CGetterKind::Place { is_const: true } => ", a place to read",
            CGetterKind::Place { is_const: false } => ", a place",
            CGetterKind::Access => ", assignable",
        };
        let safety = if getter.is_constant { "" } else { ", unsafe to evaluate" };
        format!("macro {name}: {ty}{kind}{safety}")
    }
}

/// How many records a line names at most.
const MOST_NAMED: usize = 4;

fn function_like(name: Symbol, found: &CMacro) -> String {
    let mut params: Vec<&str> = found.params.iter().map(|param| param.as_str()).collect();
    if found.variadic {
        params.push("...");
    }
    format!("macro {name}({})", params.join(", "))
}

/// Lines that no parser takes for the documentation of what follows.
fn commented(comment: Option<&str>, text: &str) -> String {
    let lines = comment.into_iter().flat_map(str::lines).chain([text]);
    lines
        .map(|line| format!("{}\n", format!("// {line}").trim_end()))
        .collect()
}
