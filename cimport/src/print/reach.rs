//! Which names and types a printed module needs.
//!
//! Takes a model. Gives the names that C leaves to programs, with those that the text of their macros has, and the tags
//! and typedefs that these reach.

use std::collections::BTreeSet;

use base::{Symbol, sym};
use cmodel::{CModel, CModuleId, CSignature, CTag, CType, CTypeName, CValue};
use target::CScalar;

use super::bodies::MacroBodies;
use super::{Selection, tokens};

pub(super) struct Reach<'a> {
    model: &'a CModel,
    pub(super) records: BTreeSet<CTag>,
    pub(super) enums: BTreeSet<CTag>,
    pub(super) typedefs: BTreeSet<Symbol>,
    /// C's spelling, size and alignment of what is bytes to Lang.
    pub(super) opaques: BTreeSet<(String, u64, u64)>,
    /// Macros that are other names of types.
    pub(super) aliases: BTreeSet<Symbol>,
}

/// Whether compilers and their libraries keep a name for themselves: `__x`. C reserves `_X` as well, but headers have
/// programs use such: `_SC_PAGESIZE`, `_IOW`, `_MM_SHUFFLE`.
fn is_reserved(name: &str) -> bool {
    name.starts_with("__")
}

/// Which names of the module are printed for themselves.
pub(super) struct Shown {
    selection: Selection,
    /// Reserved names that stand in the text of macros which are printed, or of others of these.
    of_macros: BTreeSet<Symbol>,
}

impl Shown {
    pub(super) fn new(model: &CModel, id: CModuleId, selection: Selection, bodies: &MacroBodies) -> Self {
        let mut shown = Self {
            selection,
            of_macros: BTreeSet::new(),
        };
        let (Some(module), Selection::Public) = (model.modules.get(&id), selection) else {
            return shown;
        };
        let is_expanded = |value: &CValue| matches!(value, CValue::Getter(_) | CValue::Macro(_));
        let mut left: Vec<Symbol> = module
            .values
            .iter()
            .filter(|(name, value)| shown.has(**name) && is_expanded(value))
            .map(|(name, _)| *name)
            .collect();
        while let Some(name) = left.pop() {
            let words = bodies.get(&name).map_or(Vec::new(), |body| tokens(body));
            for word in words.into_iter().filter(|word| is_reserved(word)).map(sym) {
                let is_declared = module.values.contains_key(&word) || module.types.contains_key(&word);
                if is_declared && shown.of_macros.insert(word) {
                    left.push(word);
                }
            }
        }
        shown
    }

    pub(super) fn has(&self, name: Symbol) -> bool {
        match self.selection {
            // Lang has no `$` in its names.
            _ if name.as_str().contains('$') => false,
            Selection::Public => !is_reserved(name.as_str()) || self.of_macros.contains(&name),
            Selection::Asked => true,
        }
    }
}

/// Leaves of a model what the names of its module reach.
pub(crate) fn narrow(model: &mut CModel, id: CModuleId) {
    let all = Shown {
        selection: Selection::Asked,
        of_macros: BTreeSet::new(),
    };
    let reach = Reach::new(model, id, &all);
    let Reach {
        records,
        enums,
        typedefs,
        ..
    } = reach;
    let values = model
        .modules
        .get(&id)
        .into_iter()
        .flat_map(|module| module.values.values());
    let keys: BTreeSet<Symbol> = values
        .filter_map(|value| match value {
            CValue::Function(key) | CValue::Global(key) => Some(*key),
            CValue::Macro(found) => found.function,
            CValue::Constant(_) | CValue::Getter(_) | CValue::Initializer(_) | CValue::NoValue { .. } => None,
        })
        .collect();
    model.records.retain(|tag, _| records.contains(tag));
    model.enums.retain(|tag, _| enums.contains(tag));
    model.typedefs.retain(|name, _| typedefs.contains(name));
    model.functions.retain(|name, _| keys.contains(name));
    model.globals.retain(|name, _| keys.contains(name));
    if let Some(module) = model.modules.get_mut(&id) {
        module.members.retain(|(tag, _), _| records.contains(tag));
        for value in module.values.values_mut() {
            if let CValue::Initializer(found) = value {
                found.records.retain(|tag, _| records.contains(tag));
            }
        }
    }
}

impl<'a> Reach<'a> {
    pub(super) fn new(model: &'a CModel, id: CModuleId, shown: &Shown) -> Self {
        let mut reach = Self {
            model,
            records: BTreeSet::new(),
            enums: BTreeSet::new(),
            typedefs: BTreeSet::new(),
            opaques: BTreeSet::new(),
            aliases: BTreeSet::new(),
        };
        let Some(module) = model.modules.get(&id) else {
            return reach;
        };
        for (name, ty) in module.types.iter().filter(|(name, _)| shown.has(**name)) {
            let is_own = matches!(ty, CTypeName::Typedef(typedef) if typedef == name);
            if module.aliases.contains_key(name) && !is_own {
                reach.aliases.insert(*name);
            }
            reach.ty(&match ty {
                CTypeName::Record(tag) => CType::Record(*tag),
                CTypeName::Enum(tag) => CType::Enum(*tag),
                CTypeName::Typedef(name) => CType::Typedef(*name),
            });
        }
        for (_, value) in module.values.iter().filter(|(name, _)| shown.has(**name)) {
            match value {
                CValue::Function(key) => reach.function(*key),
                CValue::Global(key) => {
                    if let Some(global) = model.globals.get(key) {
                        reach.ty(&global.ty);
                    }
                }
                CValue::Constant(constant) => reach.ty(&constant.ty),
                CValue::Getter(getter) => reach.ty(&getter.ty),
                CValue::Macro(found) => found.function.into_iter().for_each(|key| reach.function(key)),
                CValue::Initializer(_) | CValue::NoValue { .. } => {}
            }
        }
        reach
    }

    fn function(&mut self, key: Symbol) {
        if let Some(function) = self.model.functions.get(&key) {
            self.signature(&function.signature);
        }
    }

    fn signature(&mut self, signature: &CSignature) {
        signature.params.iter().for_each(|param| self.ty(&param.ty));
        // Nothing is returned as nothing, whatever its name.
        if !matches!(
            signature.ret.resolved(&self.model.typedefs),
            CType::Scalar(CScalar::Void)
        ) {
            self.ty(&signature.ret);
        }
    }

    fn ty(&mut self, ty: &CType) {
        match ty {
            CType::Pointer { pointee: inner, .. }
            | CType::Array { element: inner, .. }
            | CType::FlexibleArray { element: inner } => self.ty(inner),
            CType::FunctionPointer(signature) | CType::Function(signature) => self.signature(signature),
            CType::Record(tag) => {
                if self.records.insert(*tag)
                    && let Some(layout) = self.model.records.get(tag).and_then(|record| record.layout.as_ref())
                {
                    layout.fields.iter().for_each(|field| self.ty(&field.ty));
                }
            }
            CType::Enum(tag) => _ = self.enums.insert(*tag),
            CType::Typedef(name) => {
                if self.typedefs.insert(*name)
                    && let Some(typedef) = self.model.typedefs.get(name)
                {
                    self.ty(&typedef.ty);
                }
            }
            CType::Opaque { size, align, spelling } => {
                self.opaques.insert((spelling.clone(), *size, *align));
            }
            CType::Scalar(_) | CType::Int128 { .. } | CType::Float16 => {}
        }
    }
}
