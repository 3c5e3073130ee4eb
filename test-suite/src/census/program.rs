//! The Lang program that uses every item of a library.
//!
//! Takes items. Gives for each the body of a function that makes code of it: calls, reads, writes, copies, crossings.
//! The functions are compiled and never run, so that any value will do as an argument.

use std::collections::BTreeMap;

use base::Symbol;
use cmodel::{
    CConstant, CConstantValue, CField, CFunction, CGetter, CGetterKind, CInitializer, CModel, CModule, CRecordKind,
    CTag, CType, CTypeName, CValue,
};
use target::CScalar;

use super::items::{Item, Meaning, resolved};

/// How many records a list of initial values is tried with: something like `{ 0 }` is for any.
const MOST_INITIALIZED: usize = 8;

/// How deep the members of records without a name are followed.
const DEEPEST: usize = 6;

/// Size and alignment of types, by the items' names, as Clang computed them.
pub(crate) type Sizes = BTreeMap<Symbol, (u64, u64)>;

pub(crate) struct Bodies<'m> {
    pub(crate) model: &'m CModel,
    pub(crate) module: &'m CModule,
    pub(crate) sizes: &'m Sizes,
}

impl Bodies<'_> {
    /// The statements that use an item. Absent for what has no use by itself.
    pub(crate) fn body(&self, item: &Item<'_>) -> Option<String> {
        let name = item.name;
        Some(match item.meaning {
            Meaning::Value(value) => match value {
                CValue::Function(key) => self.function(name, self.model.functions.get(key)?),
                CValue::Global(key) => variable(name, self.model.globals.get(key)?.constant),
                CValue::Constant(constant) => self.constant(name, constant),
                CValue::Getter(getter) => self.getter(name, getter),
                CValue::Initializer(found) => self.initializer(name, found)?,
                CValue::Macro(_) | CValue::NoValue { .. } => return None,
            },
            Meaning::Type(ty) => self.ty(name, ty),
            Meaning::Member(tag) => {
                let record = self.type_name(tag)?;
                format!("let v: c.{record} = mem.zeroed(); let w = v.{name};")
            }
        })
    }

    fn function(&self, name: Symbol, function: &CFunction) -> String {
        let args = vec!["mem.zeroed()"; function.signature.params.len()].join(", ");
        format!("let address = c.{name} as usize; let f = c.{name}; let result = c.{name}({args});")
    }

    fn constant(&self, name: Symbol, constant: &CConstant) -> String {
        let used = match constant.value {
            CConstantValue::Str(_) => format!("let x: &CStr = c.{name}; let p: *const c_char = c.{name};"),
            CConstantValue::Int(_) | CConstantValue::Float(_) => format!("let x = c.{name}; if x == c.{name} {{}}"),
        };
        let ty = resolved(self.model, &constant.ty);
        let assertion = match &constant.value {
            CConstantValue::Int(value) => match ty {
                CType::Pointer { .. } | CType::FunctionPointer(_) => {
                    format!("c.{name} as usize as i128 == {value}")
                }
                CType::Scalar(CScalar::Bool) => format!("c.{name} == {}", *value != 0),
                _ => format!("c.{name} as i128 == {value}"),
            },
            CConstantValue::Float(bits) if f64::from_bits(*bits).is_finite() => {
                format!("c.{name} as f64 == {:?}", f64::from_bits(*bits))
            }
            CConstantValue::Float(_) | CConstantValue::Str(_) => return used,
        };
        format!("{used} const assert({assertion}, \"another value\");")
    }

    fn getter(&self, name: Symbol, getter: &CGetter) -> String {
        if *resolved(self.model, &getter.ty) == CType::Scalar(CScalar::Void) {
            return format!("c.{name};");
        }
        match getter.kind {
            CGetterKind::Value => format!("let x = c.{name};"),
            CGetterKind::Place { is_const } => variable(name, is_const),
            CGetterKind::Access => format!("let x = c.{name}; c.{name} = x;"),
        }
    }

    fn initializer(&self, name: Symbol, found: &CInitializer) -> Option<String> {
        let records = found.records.keys().filter_map(|tag| self.type_name(*tag));
        let uses: Vec<String> = records
            .take(MOST_INITIALIZED)
            .enumerate()
            .map(|(index, record)| format!("let x{index}: c.{record} = c.{name};"))
            .collect();
        (!uses.is_empty()).then(|| uses.join(" "))
    }

    fn ty(&self, name: Symbol, ty: CTypeName) -> String {
        let pointer = format!("let p: *c.{name} = null; let q: *const c.{name} = p;");
        let Some((size, align)) = self.sizes.get(&name).filter(|_| is_sized(self.model, ty)) else {
            return pointer;
        };
        // What has `const` members is not assigned to.
        let is_fixed = self.is_fixed(&c_type(ty));
        let assigned = if is_fixed { "let other" } else { "v" };
        let mut body = format!(
            "{pointer} var v: c.{name} = mem.zeroed(); let w = v; {assigned} = w; \
             const assert(mem.size_of<c.{name}>() == {size}, \"another size\"); \
             const assert(mem.align_of<c.{name}>() == {align}, \"another alignment\");"
        );
        // C passes no arrays by value, of which a `va_list` may be one.
        if !self.is_array(ty) && !self.is_va_list(ty) {
            body.push_str(&format!(
                " let f: ?extern fn(c.{name}) -> c.{name} = none; if let .Some(f) = f {{ {assigned} = f(v); }}"
            ));
        }
        let record = match ty {
            CTypeName::Record(tag) => Some(tag),
            CTypeName::Typedef(_) | CTypeName::Enum(_) => None,
        };
        if let Some(tag) = record {
            body.push_str(&self.literal(name, tag, assigned));
            self.fields("v", tag, 0, &mut body);
        }
        body
    }

    fn is_array(&self, ty: CTypeName) -> bool {
        let CTypeName::Typedef(name) = ty else { return false };
        matches!(resolved(self.model, &CType::Typedef(name)), CType::Array { .. })
    }

    fn is_va_list(&self, ty: CTypeName) -> bool {
        let CTypeName::Typedef(name) = ty else { return false };
        let ty = CType::Typedef(name);
        matches!(resolved(self.model, &ty), CType::Opaque { spelling, .. } if spelling == cmodel::VA_LIST)
    }

    /// A literal: of a union, one of its first member, when that has a name.
    fn literal(&self, name: Symbol, tag: CTag, assigned: &str) -> String {
        let record = self.model.records.get(&tag);
        let layout = record.and_then(|record| record.layout.as_ref());
        let first = layout.and_then(|layout| layout.fields.first());
        match record.map(|record| record.kind) {
            Some(CRecordKind::Union) => match first.and_then(|field| field.name) {
                Some(first) => format!(" {assigned} = c.{name} {{ `{first}`: mem.zeroed() }};"),
                None => String::new(),
            },
            Some(CRecordKind::Struct) | None => format!(" {assigned} = c.{name} {{}};"),
        }
    }

    /// Reads and writes of all fields below `path`, those of members without a name and of records that only their
    /// members name included.
    fn fields(&self, path: &str, tag: CTag, depth: usize, body: &mut String) {
        let layout = self.model.records.get(&tag).and_then(|record| record.layout.as_ref());
        let Some(layout) = layout.filter(|_| depth < DEEPEST) else {
            return;
        };
        for CField { name, ty, is_const, .. } in &layout.fields {
            let inner = match name {
                Some(name) => {
                    let field = format!("{path}.`{name}`");
                    let write = match *is_const || self.is_fixed(ty) {
                        true => String::new(),
                        false => format!(" {field} = x;"),
                    };
                    body.push_str(&format!(" {{ let x = {field};{write} }}"));
                    field
                }
                None => path.to_owned(),
            };
            // Nothing below a `const` member is written.
            if *is_const && !matches!(ty, CType::Pointer { .. }) {
                continue;
            }
            if let Some((inner, tag)) = self.unnamed(inner, ty) {
                self.fields(&inner, tag, depth + 1, body);
            }
        }
    }

    /// Whether something in it is `const`.
    fn is_fixed(&self, ty: &CType) -> bool {
        let record = ty
            .record_inside(&self.model.typedefs)
            .and_then(|tag| self.model.records.get(&tag));
        let layout = record.and_then(|record| record.layout.as_ref());
        let mut fields = layout.into_iter().flat_map(|layout| &layout.fields);
        fields.any(|field| field.is_const || self.is_fixed(&field.ty))
    }

    /// The record without a name of its own that a member is of, and how a value of it is reached.
    fn unnamed(&self, path: String, ty: &CType) -> Option<(String, CTag)> {
        match ty {
            CType::Record(tag) => self.type_name(*tag).is_none().then_some((path, *tag)),
            CType::Pointer { pointee, .. } => match **pointee {
                CType::Record(_) => self.unnamed(path, pointee),
                _ => None,
            },
            CType::Array { element, .. } | CType::FlexibleArray { element } => {
                self.unnamed(format!("{path}[0]"), element)
            }
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::FunctionPointer(_)
            | CType::Function(_)
            | CType::Enum(_)
            | CType::Typedef(_)
            | CType::Opaque { .. } => None,
        }
    }

    /// The name by which the module has a record.
    fn type_name(&self, tag: CTag) -> Option<Symbol> {
        let record = self.model.records.get(&tag)?;
        let names_it = |name: Symbol| match self.module.types.get(&name)? {
            CTypeName::Record(found) => Some(*found == tag),
            CTypeName::Typedef(typedef) => {
                let ty = &self.model.typedefs.get(typedef)?.ty;
                Some(*resolved(self.model, ty) == CType::Record(tag))
            }
            CTypeName::Enum(_) => Some(false),
        };
        names_it(record.name).unwrap_or(false).then_some(record.name)
    }
}

fn c_type(ty: CTypeName) -> CType {
    match ty {
        CTypeName::Record(tag) => CType::Record(tag),
        CTypeName::Enum(tag) => CType::Enum(tag),
        CTypeName::Typedef(name) => CType::Typedef(name),
    }
}

/// Whether a variable can be of the type. One that is an array in C is none as a parameter.
pub(crate) fn is_sized(model: &CModel, ty: CTypeName) -> bool {
    let ty = match ty {
        CTypeName::Record(tag) => return model.records.get(&tag).is_some_and(|record| record.layout.is_some()),
        CTypeName::Enum(_) => return true,
        CTypeName::Typedef(name) => CType::Typedef(name),
    };
    match resolved(model, &ty) {
        CType::Scalar(scalar) => *scalar != CScalar::Void,
        CType::Record(tag) => is_sized(model, CTypeName::Record(*tag)),
        CType::Function(_) | CType::FlexibleArray { .. } | CType::Typedef(_) => false,
        CType::Int128 { .. }
        | CType::Float16
        | CType::Pointer { .. }
        | CType::Array { .. }
        | CType::FunctionPointer(_)
        | CType::Enum(_)
        | CType::Opaque { .. } => true,
    }
}

fn variable(name: Symbol, is_const: bool) -> String {
    match is_const {
        true => format!("let x = c.{name}; let p = &c.{name};"),
        false => format!("let x = c.{name}; let p = &mut c.{name}; c.{name} = x;"),
    }
}
