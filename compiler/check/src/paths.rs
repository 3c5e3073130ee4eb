//! What dotted paths name: modules, types, items and C names, one step at a time.

use base::Symbol;
use cmodel::{CModel, CModuleId, CTypeName};
use diag::Reported;
use hir::{BuiltinValue, Def, DefId, ItemKind, ModuleId, Program};

use crate::c_types::{builtin_c_type, ty_of_name};
use crate::{FloatTy, IntTy, Ty, TyKind};

/// What a name or path means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Entity {
    Module(ModuleId),
    /// `mod name { … }`
    InlineModule(DefId),
    CModule(CModuleId),
    /// Any other item.
    Item(DefId),
    /// A name of a header where a value stands.
    CValue(CModuleId, Symbol),
    /// A type without an item: builtin, or of a header.
    Type(Ty),
    Builtin(BuiltinValue),
    Error(Reported),
}

/// A step from an entity to a member.
pub(crate) enum Step {
    Found(Entity),
    Private,
    Missing,
    /// The entity is no module: its members are for the caller.
    NotAModule,
}

/// Whether a name of a header is wanted as a value or as a type: C keeps them apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    Value,
    Type,
}

/// What a single name means in the item `from`.
pub(crate) fn lookup(program: &Program, from: DefId, name: Symbol) -> Option<Entity> {
    match program.lookup_from(from, name) {
        Some(Def::Module(module)) => Some(Entity::Module(module)),
        Some(Def::CModule(module)) => Some(Entity::CModule(module)),
        Some(Def::Item(def)) => Some(item_entity(program, def)),
        Some(Def::Builtin(builtin)) => Some(Entity::Builtin(builtin)),
        Some(Def::Error(reported)) => Some(Entity::Error(reported)),
        None => builtin_type(name).map(Entity::Type),
    }
}

/// What `name` means after `entity.`, seen from the item `from`.
pub(crate) fn step(program: &Program, c: &CModel, from: DefId, entity: Entity, name: Symbol, want: Want) -> Step {
    match entity {
        Entity::Module(module) => match program.modules[module].scope.get(&name) {
            Some(Def::Item(def)) if def.module == module => visible(program, *def, from),
            Some(Def::Error(reported)) => Step::Found(Entity::Error(*reported)),
            Some(Def::Item(_) | Def::Module(_) | Def::CModule(_) | Def::Builtin(_)) | None => Step::Missing,
        },
        Entity::InlineModule(def) => {
            let names = program.modules[def.module].inline_scopes.get(&def.item);
            match names.and_then(|names| names.get(&name)) {
                Some(Def::Item(member)) => visible(program, *member, from),
                Some(Def::Error(reported)) => Step::Found(Entity::Error(*reported)),
                Some(Def::Module(_) | Def::CModule(_) | Def::Builtin(_)) | None => Step::Missing,
            }
        }
        Entity::CModule(module) => c_member(c, module, name, want),
        Entity::Error(reported) => Step::Found(Entity::Error(reported)),
        Entity::Item(_) | Entity::CValue(..) | Entity::Type(_) | Entity::Builtin(_) => Step::NotAModule,
    }
}

fn visible(program: &Program, def: DefId, from: DefId) -> Step {
    if program.is_visible(def, from) {
        Step::Found(item_entity(program, def))
    } else {
        Step::Private
    }
}

fn c_member(c: &CModel, module: CModuleId, name: Symbol, want: Want) -> Step {
    let Some(names) = c.modules.get(&module) else {
        return Step::Missing;
    };
    let as_type = || names.types.get(&name).map(|ty| Entity::Type(c_type(*ty, c)));
    let as_value = || names.values.contains_key(&name).then_some(Entity::CValue(module, name));
    let found = match want {
        Want::Value => as_value().or_else(as_type),
        Want::Type => as_type(),
    };
    found.map_or(Step::Missing, Step::Found)
}

fn c_type(name: CTypeName, c: &CModel) -> Ty {
    ty_of_name(name, c)
}

fn item_entity(program: &Program, def: DefId) -> Entity {
    match &program.item(def).kind {
        ItemKind::Mod(_) => Entity::InlineModule(def),
        ItemKind::Error(reported) => Entity::Error(*reported),
        ItemKind::Fn(_)
        | ItemKind::ExternFn(_)
        | ItemKind::ExternStatic(_)
        | ItemKind::Struct(_)
        | ItemKind::Enum(_)
        | ItemKind::Const(_)
        | ItemKind::Static(_)
        | ItemKind::TypeAlias(_)
        | ItemKind::Trait(_)
        | ItemKind::Impl(_)
        | ItemKind::Test(_) => Entity::Item(def),
    }
}

/// The types that need no import.
pub(crate) fn builtin_type(name: Symbol) -> Option<Ty> {
    let text = name.as_str();
    if let Some(int) = IntTy::from_name(text) {
        return Some(Ty::int(int));
    }
    if let Some(float) = FloatTy::from_name(text) {
        return Some(Ty::float(float));
    }
    match text {
        "bool" => Some(Ty::bool()),
        "char" => Some(Ty::new(TyKind::Char)),
        "never" => Some(Ty::never()),
        "str" => Some(Ty::new(TyKind::Str)),
        "CStr" => Some(Ty::new(TyKind::CStr)),
        _ => builtin_c_type(name),
    }
}

/// The names that [`builtin_type`] knows, for "did you mean".
pub(crate) fn builtin_type_names() -> impl Iterator<Item = &'static str> {
    let ints = IntTy::ALL.into_iter().map(IntTy::name);
    let c_types = target::CScalar::all().map(target::CScalar::lang_name);
    ints.chain(c_types)
        .chain(["f16", "f32", "f64", "bool", "char", "never", "str", "CStr", "size_t"])
}

/// The names in a module that the item `from` may use, for "did you mean". Sorted.
pub(crate) fn members(program: &Program, from: DefId, entity: Entity) -> Vec<Symbol> {
    let scope = match entity {
        Entity::Module(module) => Some(&program.modules[module].scope),
        Entity::InlineModule(def) => program.modules[def.module].inline_scopes.get(&def.item),
        Entity::CModule(_)
        | Entity::Item(_)
        | Entity::CValue(..)
        | Entity::Type(_)
        | Entity::Builtin(_)
        | Entity::Error(_) => None,
    };
    let is_seen = |def: &Def| match def {
        Def::Item(def) => program.is_visible(*def, from),
        Def::Module(_) | Def::CModule(_) | Def::Builtin(_) | Def::Error(_) => false,
    };
    let mut names: Vec<Symbol> = scope
        .into_iter()
        .flatten()
        .filter(|(_, def)| is_seen(def))
        .map(|(name, _)| *name)
        .collect();
    names.sort();
    names
}
