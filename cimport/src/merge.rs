//! The models of several imports as one.
//!
//! Takes models, one per `import c`. Gives their union, in which one C type is one, and the names that two of them
//! define differently. Where a declaration is, what it is called in comments and what its parameters are called does
//! not make it another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use base::Symbol;
use cmodel::{
    CConflict, CEnum, CField, CFunction, CGlobal, CLayout, CLoc, CModel, CModuleId, CRecord, CSignature, CType,
    CTypedef,
};

/// Puts the models together. Of a name with two definitions the first model's stays.
pub fn merge(models: impl IntoIterator<Item = CModel>) -> (CModel, Vec<CConflict>) {
    let mut merged = CModel::default();
    let mut conflicts = Vec::new();
    for model in models {
        conflicts.append(&mut absorb(&mut merged, model));
    }
    (merged, conflicts)
}

/// Adds `from` to `into`.
pub(crate) fn absorb(into: &mut CModel, from: CModel) -> Vec<CConflict> {
    let compare = Compare {
        left: &into.typedefs,
        right: &from.typedefs,
    };
    let conflicts = [
        compare.tables(&into.records, &from.records),
        compare.tables(&into.enums, &from.enums),
        compare.tables(&into.typedefs, &from.typedefs),
        compare.tables(&into.functions, &from.functions),
        compare.tables(&into.globals, &from.globals),
    ]
    .concat();
    let mut modules = from.modules;
    for (tag, theirs) in &from.records {
        let Some(ours) = into.records.get(tag) else { continue };
        for (name, path) in other_names(ours, theirs) {
            if let Some(module) = modules.get_mut(&theirs.module) {
                module.members.insert((*tag, name), path);
            }
        }
    }
    into.modules.extend(modules);
    into.instances.extend(from.instances);
    for (tag, record) in from.records {
        match into.records.entry(tag) {
            Entry::Vacant(entry) => _ = entry.insert(record),
            // One header only declares it, another says what it is.
            Entry::Occupied(mut entry) if entry.get().layout.is_none() => _ = entry.insert(record),
            Entry::Occupied(_) => {}
        }
    }
    add_absent(&mut into.enums, from.enums);
    add_absent(&mut into.typedefs, from.typedefs);
    add_absent(&mut into.functions, from.functions);
    add_absent(&mut into.globals, from.globals);
    conflicts
}

/// Names that only the second of two headers has for fields, and the way to each.
fn other_names(ours: &CRecord, theirs: &CRecord) -> Vec<(Symbol, Vec<u32>)> {
    let (Some(ours), Some(theirs)) = (&ours.layout, &theirs.layout) else {
        return Vec::new();
    };
    let both = (0..).zip(ours.fields.iter().zip(&theirs.fields));
    both.filter(|(_, (ours, theirs))| ours.name != theirs.name && is_same_name(ours.name, theirs.name))
        .filter_map(|(index, (_, theirs))| Some((theirs.name?, vec![index])))
        .collect()
}

/// Whether two names of a field are one but for the underscores of a name that C reserves: with some defines,
/// `fds_bits` is `__fds_bits`.
fn is_same_name(left: Option<Symbol>, right: Option<Symbol>) -> bool {
    let plain = |name: Option<Symbol>| name.map(|name| name.as_str().trim_start_matches('_').to_owned());
    plain(left) == plain(right)
}

fn add_absent<K: Ord, V>(into: &mut BTreeMap<K, V>, from: BTreeMap<K, V>) {
    for (key, value) in from {
        into.entry(key).or_insert(value);
    }
}

/// A declaration that two modules may share.
trait Shared {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool;
    /// Its name, where it is, and whose it is.
    fn place(&self) -> (Symbol, &CLoc, CModuleId);
}

/// The typedefs of two models. C compares types by what typedefs come to: `intptr_t` is `long` in one header and
/// `__intptr_t`, which is `long`, in another.
struct Compare<'a> {
    left: &'a BTreeMap<Symbol, CTypedef>,
    right: &'a BTreeMap<Symbol, CTypedef>,
}

impl Compare<'_> {
    fn tables<K: Ord, V: Shared>(&self, left: &BTreeMap<K, V>, right: &BTreeMap<K, V>) -> Vec<CConflict> {
        let mut conflicts = Vec::new();
        for (key, theirs) in right {
            let Some(ours) = left.get(key) else { continue };
            if !ours.agrees(theirs, self) {
                let ((_, first, _), (name, second, module)) = (ours.place(), theirs.place());
                conflicts.push(CConflict {
                    name: name.to_string(),
                    first: first.clone(),
                    second: second.clone(),
                    module,
                });
            }
        }
        conflicts
    }

    fn layouts(&self, left: &CLayout, right: &CLayout) -> bool {
        left.size == right.size
            && left.align == right.align
            && left.fields.len() == right.fields.len()
            && left
                .fields
                .iter()
                .zip(&right.fields)
                .all(|(left, right)| self.fields(left, right))
    }

    fn fields(&self, left: &CField, right: &CField) -> bool {
        is_same_name(left.name, right.name)
            && left.offset_bits == right.offset_bits
            && left.bit_width == right.bit_width
            && self.types(&left.ty, &right.ty)
    }

    fn signatures(&self, left: &CSignature, right: &CSignature) -> bool {
        left.variadic == right.variadic
            && left.without_prototype == right.without_prototype
            && left.noreturn == right.noreturn
            && left.convention == right.convention
            && self.types(&left.ret, &right.ret)
            && left.params.len() == right.params.len()
            && left
                .params
                .iter()
                .zip(&right.params)
                .all(|(left, right)| self.types(&left.ty, &right.ty))
    }

    /// Equal but for typedefs and the names of parameters.
    fn types(&self, left: &CType, right: &CType) -> bool {
        match (left.resolved(self.left), right.resolved(self.right)) {
            (
                CType::Pointer {
                    pointee: left,
                    is_const: left_const,
                },
                CType::Pointer {
                    pointee: right,
                    is_const: right_const,
                },
            ) => left_const == right_const && self.types(left, right),
            (
                CType::Array {
                    element: left,
                    len: left_len,
                },
                CType::Array {
                    element: right,
                    len: right_len,
                },
            ) => left_len == right_len && self.types(left, right),
            (CType::FlexibleArray { element: left }, CType::FlexibleArray { element: right }) => {
                self.types(left, right)
            }
            (CType::FunctionPointer(left), CType::FunctionPointer(right))
            | (CType::Function(left), CType::Function(right)) => self.signatures(left, right),
            (left, right) => left == right,
        }
    }
}

impl Shared for CRecord {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool {
        self.kind == other.kind
            && match (&self.layout, &other.layout) {
                (Some(ours), Some(theirs)) => compare.layouts(ours, theirs),
                (None, _) | (_, None) => true,
            }
    }

    fn place(&self) -> (Symbol, &CLoc, CModuleId) {
        (self.name, &self.loc, self.module)
    }
}

/// The constants without their comments.
fn numbers(enumeration: &CEnum) -> impl Iterator<Item = (Symbol, i128)> {
    let constants = enumeration.constants.iter();
    constants.map(|constant| (constant.name, constant.value))
}

impl Shared for CEnum {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool {
        compare.types(&self.underlying, &other.underlying) && numbers(self).eq(numbers(other))
    }

    fn place(&self) -> (Symbol, &CLoc, CModuleId) {
        (self.name, &self.loc, self.module)
    }
}

impl Shared for CTypedef {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool {
        compare.types(&self.ty, &other.ty)
    }

    fn place(&self) -> (Symbol, &CLoc, CModuleId) {
        (self.name, &self.loc, self.module)
    }
}

impl Shared for CFunction {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool {
        self.symbol == other.symbol
            && self.linkage == other.linkage
            && compare.signatures(&self.signature, &other.signature)
    }

    fn place(&self) -> (Symbol, &CLoc, CModuleId) {
        (self.name, &self.loc, self.module)
    }
}

impl Shared for CGlobal {
    fn agrees(&self, other: &Self, compare: &Compare<'_>) -> bool {
        self.symbol == other.symbol
            && self.thread_local == other.thread_local
            && self.constant == other.constant
            && compare.types(&self.ty, &other.ty)
    }

    fn place(&self) -> (Symbol, &CLoc, CModuleId) {
        (self.name, &self.loc, self.module)
    }
}

#[cfg(test)]
mod tests {
    use base::sym;
    use cmodel::{
        CAdvice, CModel, CModuleId, CNature, CParam, CRecord, CRecordKind, CSignature, CTag, CType, CTypedef,
        CallingConvention,
    };
    use target::CScalar;

    use super::*;

    fn callback(param: &str, ret: CScalar) -> CType {
        CType::FunctionPointer(Box::new(CSignature {
            params: vec![CParam {
                name: Some(sym(param)),
                ty: CType::Scalar(CScalar::Int),
            }],
            ret: CType::Scalar(ret),
            variadic: false,
            without_prototype: false,
            noreturn: false,
            convention: CallingConvention::Default,
        }))
    }

    fn model(module: u32, ty: CType) -> CModel {
        let loc = CLoc {
            path: format!("{module}.h"),
            line: 1,
            column: 1,
        };
        let typedef = CTypedef {
            name: sym("cb"),
            ty,
            advice: CAdvice::default(),
            module: CModuleId(module),
            doc: None,
            loc,
        };
        CModel {
            typedefs: [(sym("cb"), typedef)].into(),
            ..CModel::default()
        }
    }

    #[test]
    fn names_of_parameters_make_no_other_type() {
        let (_, conflicts) = merge([
            model(0, callback("a", CScalar::Int)),
            model(1, callback("b", CScalar::Int)),
        ]);
        assert_eq!(conflicts, []);
    }

    #[test]
    fn a_different_definition_is_a_conflict() {
        let (merged, conflicts) = merge([
            model(0, callback("a", CScalar::Int)),
            model(1, callback("a", CScalar::Long)),
        ]);
        assert_eq!(conflicts.len(), 1);
        assert_eq!(
            (conflicts[0].first.path.as_str(), conflicts[0].second.path.as_str()),
            ("0.h", "1.h")
        );
        assert_eq!(merged.typedefs[&sym("cb")].module, CModuleId(0));
    }

    #[test]
    fn a_typedef_is_what_it_comes_to() {
        let long = CType::Scalar(CScalar::Long);
        let mut through = model(0, CType::Typedef(sym("long_t")));
        through.typedefs.insert(
            sym("long_t"),
            CTypedef {
                name: sym("long_t"),
                ty: long.clone(),
                advice: CAdvice::default(),
                module: CModuleId(0),
                doc: None,
                loc: CLoc::default(),
            },
        );
        let (_, conflicts) = merge([through.clone(), model(1, long.clone())]);
        assert_eq!(conflicts, []);
        let (_, conflicts) = merge([model(1, long), through]);
        assert_eq!(conflicts, []);
    }

    #[test]
    fn an_opaque_record_takes_the_body_that_another_header_has() {
        let record = |layout| CRecord {
            tag: CTag(sym("struct s")),
            name: sym("s"),
            c_spelling: Some("struct s".to_owned()),
            kind: CRecordKind::Struct,
            nature: CNature::Declared,
            realigns: None,
            layout,
            advice: CAdvice::default(),
            module: CModuleId(0),
            doc: None,
            loc: CLoc::default(),
        };
        let with = |layout| CModel {
            records: [(CTag(sym("struct s")), record(layout))].into(),
            ..CModel::default()
        };
        let body = CLayout {
            size: 4,
            align: 4,
            fields: Vec::new(),
        };
        let (merged, conflicts) = merge([with(None), with(Some(body.clone())), with(None)]);
        assert_eq!(conflicts, []);
        assert_eq!(merged.records[&CTag(sym("struct s"))].layout, Some(body));
    }
}
