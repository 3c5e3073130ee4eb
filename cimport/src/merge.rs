//! The models of several imports as one.
//!
//! Takes models, one per `import c`. Gives their union, in which one C type is one, and the names that two of them
//! define differently. Where a declaration is, what it is called in comments and what its parameters are called does
//! not make it another.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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
    let mut conflicts = Vec::new();
    into.modules.extend(from.modules);
    absorb_table(&mut into.records, from.records, &mut conflicts);
    absorb_table(&mut into.enums, from.enums, &mut conflicts);
    absorb_table(&mut into.typedefs, from.typedefs, &mut conflicts);
    absorb_table(&mut into.functions, from.functions, &mut conflicts);
    absorb_table(&mut into.globals, from.globals, &mut conflicts);
    conflicts
}

/// A declaration that two modules may share.
trait Shared {
    fn agrees(&self, other: &Self) -> bool;
    /// Takes what `other`, which agrees, knows and this one does not.
    fn complete(&mut self, _other: Self)
    where
        Self: Sized,
    {
    }
    fn name(&self) -> String;
    fn loc(&self) -> &CLoc;
    fn module(&self) -> CModuleId;
}

fn absorb_table<K: Ord, V: Shared>(into: &mut BTreeMap<K, V>, from: BTreeMap<K, V>, conflicts: &mut Vec<CConflict>) {
    for (key, value) in from {
        match into.entry(key) {
            Entry::Vacant(entry) => _ = entry.insert(value),
            Entry::Occupied(mut entry) if entry.get().agrees(&value) => entry.get_mut().complete(value),
            Entry::Occupied(entry) => conflicts.push(CConflict {
                name: value.name(),
                first: entry.get().loc().clone(),
                second: value.loc().clone(),
                module: value.module(),
            }),
        }
    }
}

/// The parts that every declaration has.
macro_rules! shared_parts {
    ($name:ident) => {
        fn name(&self) -> String {
            self.$name.to_string()
        }
        fn loc(&self) -> &CLoc {
            &self.loc
        }
        fn module(&self) -> CModuleId {
            self.module
        }
    };
}

impl Shared for CRecord {
    fn agrees(&self, other: &Self) -> bool {
        self.kind == other.kind
            && match (&self.layout, &other.layout) {
                (Some(ours), Some(theirs)) => same_layout(ours, theirs),
                (None, _) | (_, None) => true,
            }
    }

    fn complete(&mut self, other: Self) {
        if self.layout.is_none() && other.layout.is_some() {
            *self = other;
        }
    }

    shared_parts!(name);
}

impl Shared for CEnum {
    fn agrees(&self, other: &Self) -> bool {
        same_type(&self.underlying, &other.underlying) && self.constants == other.constants
    }

    shared_parts!(name);
}

impl Shared for CTypedef {
    fn agrees(&self, other: &Self) -> bool {
        same_type(&self.ty, &other.ty)
    }

    shared_parts!(name);
}

impl Shared for CFunction {
    fn agrees(&self, other: &Self) -> bool {
        self.symbol == other.symbol
            && self.linkage == other.linkage
            && same_signature(&self.signature, &other.signature)
    }

    shared_parts!(name);
}

impl Shared for CGlobal {
    fn agrees(&self, other: &Self) -> bool {
        self.symbol == other.symbol
            && self.thread_local == other.thread_local
            && self.constant == other.constant
            && same_type(&self.ty, &other.ty)
    }

    shared_parts!(name);
}

fn same_layout(left: &CLayout, right: &CLayout) -> bool {
    left.size == right.size
        && left.align == right.align
        && left.fields.len() == right.fields.len()
        && left
            .fields
            .iter()
            .zip(&right.fields)
            .all(|(left, right)| same_field(left, right))
}

fn same_field(left: &CField, right: &CField) -> bool {
    left.name == right.name
        && left.offset_bits == right.offset_bits
        && left.bit_width == right.bit_width
        && same_type(&left.ty, &right.ty)
}

fn same_signature(left: &CSignature, right: &CSignature) -> bool {
    left.variadic == right.variadic
        && left.without_prototype == right.without_prototype
        && left.noreturn == right.noreturn
        && left.convention == right.convention
        && same_type(&left.ret, &right.ret)
        && left.params.len() == right.params.len()
        && left
            .params
            .iter()
            .zip(&right.params)
            .all(|(left, right)| same_type(&left.ty, &right.ty))
}

/// Equal but for the names of parameters.
fn same_type(left: &CType, right: &CType) -> bool {
    match (left, right) {
        (
            CType::Pointer {
                pointee: left,
                is_const: left_const,
            },
            CType::Pointer {
                pointee: right,
                is_const: right_const,
            },
        ) => left_const == right_const && same_type(left, right),
        (
            CType::Array {
                element: left,
                len: left_len,
            },
            CType::Array {
                element: right,
                len: right_len,
            },
        ) => left_len == right_len && same_type(left, right),
        (CType::FlexibleArray { element: left }, CType::FlexibleArray { element: right }) => same_type(left, right),
        (CType::FunctionPointer(left), CType::FunctionPointer(right))
        | (CType::Function(left), CType::Function(right)) => same_signature(left, right),
        (left, right) => left == right,
    }
}

#[cfg(test)]
mod tests {
    use base::sym;
    use cmodel::{
        CModel, CModuleId, CParam, CRecord, CRecordKind, CSignature, CTag, CType, CTypedef, CallingConvention,
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
    fn an_opaque_record_takes_the_body_that_another_header_has() {
        let record = |layout| CRecord {
            tag: CTag(sym("struct s")),
            name: sym("s"),
            c_spelling: Some("struct s".to_owned()),
            kind: CRecordKind::Struct,
            layout,
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
