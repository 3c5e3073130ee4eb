//! What dotted paths name: modules, types, items and C names, one step at a time.

use base::Symbol;
use cmodel::{CModel, CModuleId, CTypeName};
use diag::Reported;
use hir::{BuiltinValue, Def, DefId, ItemId, ItemKind, ModuleId, PathSegment, Program};

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
        Some(def) => Some(def_entity(program, def)),
        None => builtin_type(name).map(Entity::Type),
    }
}

/// What a single name means where a value stands: a module that is imported hides no function of the prelude there.
pub(crate) fn lookup_value(program: &Program, from: DefId, name: Symbol) -> Option<Entity> {
    let found = lookup(program, from, name)?;
    if !matches!(found, Entity::Module(_) | Entity::CModule(_)) {
        return Some(found);
    }
    let given = program.prelude.get(&name).map(|def| def_entity(program, *def));
    let is_function = |entity: &Entity| match entity {
        Entity::Builtin(_) => true,
        Entity::Item(def) => matches!(program.item(*def).kind, ItemKind::Fn(_)),
        _ => false,
    };
    Some(given.filter(is_function).unwrap_or(found))
}

/// What a path means in the item `from`, where each step of it is a member of a module that is seen from there.
pub(crate) fn resolve(program: &Program, c: &CModel, from: DefId, path: &[PathSegment], want: Want) -> Option<Entity> {
    let (first, rest) = path.split_first()?;
    let mut entity = lookup(program, from, first.name)?;
    for segment in rest {
        entity = match step(program, c, from, entity, segment.name, want) {
            Step::Found(entity) => entity,
            Step::Private | Step::Missing | Step::NotAModule => return None,
        };
    }
    Some(entity)
}

/// What `name` means after `entity.`, seen from the item `from`.
pub(crate) fn step(program: &Program, c: &CModel, from: DefId, entity: Entity, name: Symbol, want: Want) -> Step {
    match entity {
        Entity::Module(module) => member(program, from, (module, None), name),
        Entity::InlineModule(def) => member(program, from, (def.module, Some(def.item)), name),
        Entity::CModule(module) => c_member(c, module, name, want),
        Entity::Error(reported) => Step::Found(Entity::Error(reported)),
        Entity::Item(_) | Entity::CValue(..) | Entity::Type(_) | Entity::Builtin(_) => Step::NotAModule,
    }
}

fn member(program: &Program, from: DefId, module: (ModuleId, Option<ItemId>), name: Symbol) -> Step {
    match program.member(module, name, from) {
        None => Step::Missing,
        Some((_, false)) => Step::Private,
        Some((def, true)) => Step::Found(def_entity(program, def)),
    }
}

fn def_entity(program: &Program, def: Def) -> Entity {
    match def {
        Def::Module(module) => Entity::Module(module),
        Def::CModule(module) => Entity::CModule(module),
        Def::Item(def) => item_entity(program, def),
        Def::Builtin(builtin) => Entity::Builtin(builtin),
        Def::Error(reported) => Entity::Error(reported),
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
        | ItemKind::InlineC(_)
        | ItemKind::Struct(_)
        | ItemKind::Enum(_)
        | ItemKind::Const(_)
        | ItemKind::Static(_)
        | ItemKind::TypeAlias(_)
        | ItemKind::AssocType(_)
        | ItemKind::Trait(_)
        | ItemKind::Impl(_)
        | ItemKind::ConstAssert(_)
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
    let (scope, module) = match entity {
        Entity::Module(module) => (Some(&program.modules[module].scope), (module, None)),
        Entity::InlineModule(def) => (
            program.modules[def.module].inline_scopes.get(&def.item),
            (def.module, Some(def.item)),
        ),
        Entity::CModule(_)
        | Entity::Item(_)
        | Entity::CValue(..)
        | Entity::Type(_)
        | Entity::Builtin(_)
        | Entity::Error(_) => return Vec::new(),
    };
    let is_seen = |name: &Symbol| {
        let found = program.member(module, *name, from);
        let is_seen = found.is_some_and(|(def, is_seen)| is_seen && !matches!(def, Def::Error(_)));
        is_seen && !hir::is_local_key(*name)
    };
    let mut names: Vec<Symbol> = scope
        .into_iter()
        .flatten()
        .map(|(name, _)| *name)
        .filter(is_seen)
        .collect();
    names.sort();
    names
}
