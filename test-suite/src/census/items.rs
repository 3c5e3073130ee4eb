//! What a module has, by kinds.
//!
//! Takes the model of all of a library's names. Gives [`Item`]s: each name that is the library's own, with what it is.

use std::collections::BTreeSet;

use base::Symbol;
use cmodel::{CLoc, CMacro, CModel, CModule, CTag, CType, CTypeName, CValue};

/// What sort of thing a name of a header is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Function,
    Variable,
    Record,
    Enum,
    Typedef,
    /// Object-like macros, enum constants, and constants of `static const`.
    Constant,
    /// Object-like macros that C text evaluates: places, values and lists of initial values.
    Evaluated,
    /// Macros that are other names of functions, variables, types or members.
    Alias,
    /// Object-like macros that stand for no value: the preprocessor's own, attributes, statements.
    NoValue,
    /// Function-like macros.
    Macro,
}

/// A name that the library's own headers have, in one of C's two namespaces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item<'m> {
    pub(crate) name: Symbol,
    pub(crate) kind: Kind,
    pub(crate) meaning: Meaning<'m>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning<'m> {
    Value(&'m CValue),
    Type(CTypeName),
    /// A member of this record.
    Member(CTag),
}

impl<'m> Item<'m> {
    /// Where the headers have it.
    pub(crate) fn loc(&self, model: &'m CModel, module: &'m CModule) -> Option<&'m CLoc> {
        match self.meaning {
            Meaning::Value(value) => value_kind(model, module, self.name, value).1,
            Meaning::Type(ty) => type_kind(model, module, self.name, ty).1,
            Meaning::Member(_) => module.aliases.get(&self.name).map(|alias| &alias.loc),
        }
    }
}

impl Kind {
    pub const ALL: [Kind; 10] = [
        Kind::Function,
        Kind::Variable,
        Kind::Record,
        Kind::Enum,
        Kind::Typedef,
        Kind::Constant,
        Kind::Evaluated,
        Kind::Alias,
        Kind::NoValue,
        Kind::Macro,
    ];

    /// As the table's heading has it.
    pub fn title(self) -> &'static str {
        match self {
            Kind::Function => "functions",
            Kind::Variable => "variables",
            Kind::Record => "records",
            Kind::Enum => "enums",
            Kind::Typedef => "typedefs",
            Kind::Constant => "constants",
            Kind::Evaluated => "evaluated",
            Kind::Alias => "aliases",
            Kind::NoValue => "no value",
            Kind::Macro => "macros",
        }
    }
}

/// All items of `module` but those that stand in `others`.
pub(crate) fn items<'m>(model: &'m CModel, module: &'m CModule, others: &BTreeSet<String>) -> Vec<Item<'m>> {
    let mut items = Vec::new();
    for (name, value) in &module.values {
        let (kind, loc) = value_kind(model, module, *name, value);
        items.push((
            loc,
            Item {
                name: *name,
                kind,
                meaning: Meaning::Value(value),
            },
        ));
    }
    for (name, ty) in &module.types {
        let (kind, loc) = type_kind(model, module, *name, *ty);
        items.push((
            loc,
            Item {
                name: *name,
                kind,
                meaning: Meaning::Type(declared(model, *name, *ty)),
            },
        ));
    }
    for (tag, name) in module.members.keys() {
        let loc = module.aliases.get(name).map(|alias| &alias.loc);
        items.push((
            loc,
            Item {
                name: *name,
                kind: Kind::Alias,
                meaning: Meaning::Member(*tag),
            },
        ));
    }
    let is_own = |loc: Option<&CLoc>| loc.is_some_and(|loc| !loc.path.is_empty() && !others.contains(&loc.path));
    items
        .into_iter()
        .filter(|(loc, _)| is_own(*loc))
        .map(|(_, item)| item)
        .collect()
}

fn value_kind<'m>(model: &'m CModel, module: &'m CModule, name: Symbol, value: &'m CValue) -> (Kind, Option<&'m CLoc>) {
    let alias = || module.aliases.get(&name).map(|alias| &alias.loc);
    match value {
        CValue::Function(key) if *key == name => (Kind::Function, model.functions.get(key).map(|found| &found.loc)),
        CValue::Global(key) if *key == name => (Kind::Variable, model.globals.get(key).map(|found| &found.loc)),
        CValue::Function(_) | CValue::Global(_) => (Kind::Alias, alias()),
        CValue::Constant(constant) => (Kind::Constant, Some(&constant.loc)),
        CValue::Getter(getter) => (Kind::Evaluated, Some(&getter.loc)),
        CValue::Initializer(found) => (Kind::Evaluated, Some(&found.loc)),
        CValue::Macro(CMacro { loc, .. }) => (Kind::Macro, Some(loc)),
        CValue::NoValue { loc, .. } => (Kind::NoValue, Some(loc)),
    }
}

fn type_kind<'m>(model: &'m CModel, module: &'m CModule, name: Symbol, ty: CTypeName) -> (Kind, Option<&'m CLoc>) {
    let alias = module.aliases.get(&name).map(|alias| &alias.loc);
    match declared(model, name, ty) {
        _ if alias.is_some() => (Kind::Alias, alias),
        CTypeName::Record(tag) => (Kind::Record, model.records.get(&tag).map(|record| &record.loc)),
        CTypeName::Enum(tag) => (Kind::Enum, model.enums.get(&tag).map(|found| &found.loc)),
        CTypeName::Typedef(typedef) => (Kind::Typedef, model.typedefs.get(&typedef).map(|found| &found.loc)),
    }
}

/// What a type's name is: that of a record or enum also where C knows it by a typedef of the same name.
pub(crate) fn declared(model: &CModel, name: Symbol, ty: CTypeName) -> CTypeName {
    let CTypeName::Typedef(typedef) = ty else { return ty };
    match model.typedefs.get(&typedef).map(|typedef| &typedef.ty) {
        Some(CType::Record(tag)) if model.records.get(tag).is_some_and(|record| record.name == name) => {
            CTypeName::Record(*tag)
        }
        Some(CType::Enum(tag)) if model.enums.get(tag).is_some_and(|found| found.name == name) => CTypeName::Enum(*tag),
        _ => ty,
    }
}

/// The type below typedefs.
pub(crate) fn resolved<'m>(model: &'m CModel, ty: &'m CType) -> &'m CType {
    match ty {
        CType::Typedef(name) => match model.typedefs.get(name) {
            Some(typedef) if typedef.ty != *ty => resolved(model, &typedef.ty),
            _ => ty,
        },
        _ => ty,
    }
}
