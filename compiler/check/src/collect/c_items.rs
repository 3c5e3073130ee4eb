//! Records, enums, functions and globals of headers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base::{Symbol, sym};
use cmodel::{
    CConstantValue, CFunction, CGetterKind, CInstance, CLinkage, CMacroUse, CModel, CModuleId, CNature, CRecord,
    CRecordKind, CTag, CType, CTypeName, CUseResult, CValue, CallingConvention,
};
use hir::{Inlining, Mutability, StructKind, Visibility};
use target::CScalar;

use crate::c_spelling::passed_ty;
use crate::c_types::{ret_ty, ty_of};
use crate::signatures::Features;
use crate::{
    AdtDecl, AdtKind, AdtRef, Bounds, ConstValue, FieldDecl, FnDecl, FnKind, FnRef, Loans, ParamDecl, Signatures,
    StaticDecl, StaticRef, Ty,
};

/// The items of the model that the signatures have.
pub(super) fn add_c(signatures: &mut Signatures) {
    let c = std::mem::take(&mut signatures.c);
    signatures.c_items(&c, &c);
    signatures.c = c;
}

/// Adds what Clang said of uses of macros, with the declarations that this speaks of.
pub fn extend(signatures: &mut Signatures, add: impl FnOnce(&mut CModel) -> CModel) {
    let mut c = std::mem::take(&mut signatures.c);
    let new = add(&mut c);
    signatures.c_items(&new, &c);
    signatures.c = c;
}

impl Signatures {
    /// The items of `new`, the model or a part of it.
    fn c_items(&mut self, new: &CModel, c: &CModel) {
        let names = names_of_stand_ins(c);
        for (tag, record) in &new.records {
            let mut decl = record_decl(record, c);
            let found = names.get(tag).copied().or_else(|| c.name_beside_typedef(*tag));
            decl.name = found.unwrap_or(decl.name);
            self.adts.insert(AdtRef::C(*tag), decl);
        }
        for (tag, decl) in &new.enums {
            let decl = AdtDecl {
                name: c.name_beside_typedef(*tag).unwrap_or(decl.name),
                kind: AdtKind::ExternEnum,
                generics: Vec::new(),
                bounds: Bounds::default(),
                fields: Vec::new(),
                variants: Vec::new(),
                layout: None,
                is_copy: true,
                is_view: false,
                underlying: Some(ty_of(&decl.underlying, c)),
                constants: decl.constants.iter().map(|found| (found.name, found.value)).collect(),
                aliases: Vec::new(),
                packed: false,
                align: None,
                span: None,
            };
            self.adts.insert(AdtRef::C(*tag), decl);
        }
        for (name, function) in &new.functions {
            self.fns.insert(FnRef::C(*name), function_decl(*name, function, c));
        }
        for (name, global) in &new.globals {
            let decl = StaticDecl {
                name: *name,
                path: name.to_string(),
                ty: ty_of(&global.ty, c),
                is_var: !global.constant,
                thread_local: global.thread_local,
                value: None,
                is_export: false,
                symbol: Some(global.symbol.clone()),
                span: None,
            };
            self.statics.insert(StaticRef::C(*name), decl);
        }
        for (id, module) in &new.modules {
            for ((tag, name), path) in &module.members {
                if let Some(decl) = self.adts.get_mut(&AdtRef::C(*tag)) {
                    decl.aliases.push((*name, path.clone()));
                }
            }
            for (name, value) in &module.values {
                self.c_macro(*id, *name, value, c);
            }
        }
        for (key, instance) in &new.instances {
            self.c_instance(*key, instance, c);
        }
    }

    /// The functions that a use of a macro is.
    fn c_instance(&mut self, key: Symbol, instance: &CInstance, c: &CModel) {
        let name = instance.of.name;
        let params = || {
            let passed = instance.of.args.iter().filter_map(|arg| passed_ty(arg, c));
            passed.map(|ty| ParamDecl {
                is_static: false,
                name: None,
                ty,
                default: None,
            })
        };
        let mut decl = match &instance.result {
            CUseResult::Value(value) => {
                if value.kind == CGetterKind::Access {
                    let mut store = macro_decl(name, Ty::unit(), CMacroUse::Store, false);
                    store.params.extend(params());
                    store.params.push(ParamDecl {
                        is_static: false,
                        name: None,
                        ty: value_ty(&value.ty, c),
                        default: None,
                    });
                    self.fns.insert(FnRef::CInstanceStore(key), store);
                }
                let (ret, usage) = evaluation(&value.ty, value.kind, c);
                macro_decl(name, ret, usage, value.is_constant)
            }
            CUseResult::Initializer { is_constant, .. } => {
                let ty = instance.of.expected.as_ref().map_or(Ty::unit(), |ty| ty_of(ty, c));
                macro_decl(name, ty, CMacroUse::Initializer, *is_constant)
            }
            CUseResult::Return { always: false, .. } => macro_decl(name, Ty::bool(), CMacroUse::MayReturn, false),
            CUseResult::Return { ty, always: true } => {
                let ret = ty.as_ref().map_or(Ty::unit(), |ty| value_ty(ty, c));
                macro_decl(name, ret, CMacroUse::Returned, false)
            }
            CUseResult::Refused(_) => return,
        };
        decl.params.extend(params());
        self.fns.insert(FnRef::CInstance(key), decl);
    }

    /// The functions that evaluate a macro.
    fn c_macro(&mut self, module: CModuleId, name: Symbol, value: &CValue, c: &CModel) {
        match value {
            CValue::Getter(getter) => {
                let ty = value_ty(&getter.ty, c);
                let (ret, usage) = evaluation(&getter.ty, getter.kind, c);
                let decl = macro_decl(name, ret, usage, getter.is_constant);
                self.fns.insert(FnRef::CMacro(module, name), decl);
                if getter.kind == CGetterKind::Access {
                    let mut decl = macro_decl(name, Ty::unit(), CMacroUse::Store, false);
                    decl.params.push(ParamDecl {
                        is_static: false,
                        name: None,
                        ty,
                        default: None,
                    });
                    self.fns.insert(FnRef::CMacroStore(module, name), decl);
                }
            }
            CValue::Initializer(initializer) => {
                for (tag, initial) in &initializer.records {
                    let ret = ty_of(&CType::Record(*tag), c);
                    let decl = macro_decl(name, ret, CMacroUse::Initializer, initial.is_constant);
                    let function = FnRef::CInitializer(module, name, *tag);
                    self.fns.insert(function, decl);
                }
            }
            CValue::Function(_)
            | CValue::Global(_)
            | CValue::Constant(_)
            | CValue::Macro(_)
            | CValue::NoValue { .. } => {}
        }
    }
}

/// What evaluating an expression of C gives, and how.
fn evaluation(ty: &CType, kind: CGetterKind, c: &CModel) -> (Ty, CMacroUse) {
    let ty = value_ty(ty, c);
    match kind {
        CGetterKind::Value => (ty, CMacroUse::Value),
        CGetterKind::Access => (ty, CMacroUse::Load),
        CGetterKind::Place { is_const: true } => (ty.pointer(Mutability::Const), CMacroUse::Address),
        CGetterKind::Place { is_const: false } => (ty.pointer(Mutability::Mut), CMacroUse::Address),
    }
}

/// Evaluating a macro, as a function.
fn macro_decl(name: Symbol, ret: Ty, usage: CMacroUse, is_constant: bool) -> FnDecl {
    FnDecl {
        path: name.to_string(),
        name,
        generics: Vec::new(),
        bounds: Bounds::default(),
        of_trait: None,
        params: Vec::new(),
        ret,
        variadic: false,
        is_unsafe: !is_constant,
        convention: CallingConvention::Default,
        receiver: None,
        kind: FnKind::Macro(usage),
        self_ty: None,
        inlining: Inlining::Default,
        features: None,
        is_const: false,
        is_assoc_const: false,
        loans: Loans::default(),
        span: None,
    }
}

/// The type of an expression, where `void` is `()`.
pub(crate) fn value_ty(ty: &CType, c: &CModel) -> Ty {
    let ty = ty_of(ty, c);
    if matches!(ty.kind(), crate::TyKind::C(CScalar::Void)) {
        Ty::unit()
    } else {
        ty
    }
}

/// What messages call the types that records stand for: a typedef of it, `__m256i`, that the program mentions if there
/// is one, the first by name of several.
fn names_of_stand_ins(c: &CModel) -> BTreeMap<CTag, Symbol> {
    let mentioned = c.modules.values().flat_map(|module| module.types.values());
    let mentioned = mentioned.filter_map(|ty| match ty {
        CTypeName::Typedef(name) => c.typedefs.get(name),
        CTypeName::Record(_) | CTypeName::Enum(_) => None,
    });
    let mut names: BTreeMap<CTag, (bool, Symbol)> = BTreeMap::new();
    let all = mentioned.map(|typedef| (false, typedef));
    for (is_other, typedef) in all.chain(c.typedefs.values().map(|typedef| (true, typedef))) {
        let CType::Record(tag) = typedef.ty else { continue };
        let record = c.records.get(&tag);
        if record.is_some_and(|record| record.nature != CNature::Declared && record.realigns.is_none()) {
            let found = names.entry(tag).or_insert((is_other, typedef.name));
            *found = (*found).min((is_other, typedef.name));
        }
    }
    names.into_iter().map(|(tag, (_, name))| (tag, name)).collect()
}

fn record_decl(record: &CRecord, c: &CModel) -> AdtDecl {
    let kind = match (record.layout.is_some(), record.kind) {
        (false, _) => AdtKind::OpaqueRecord,
        (true, CRecordKind::Struct) => AdtKind::Record(StructKind::ExternStruct),
        (true, CRecordKind::Union) => AdtKind::Record(StructKind::ExternUnion),
    };
    let fields = record.layout.iter().flat_map(|layout| &layout.fields);
    let n_fields = fields.clone().count();
    let fields = fields.enumerate().map(|(index, field)| FieldDecl {
        is_static: false,
        name: field.name,
        ty: ty_of(&field.ty, c),
        visibility: Visibility::Public,
        is_bit_field: field.bit_width.is_some() || record.nature == CNature::Atomic,
        is_flexible: match &field.ty {
            CType::FlexibleArray { .. } => true,
            CType::Array { len: 0, .. } => index + 1 == n_fields || record.kind == CRecordKind::Union,
            _ => false,
        },
        default_value: None,
    });
    AdtDecl {
        name: record.name,
        kind,
        generics: Vec::new(),
        bounds: Bounds::default(),
        fields: fields.collect(),
        variants: Vec::new(),
        layout: record.layout.clone(),
        is_copy: true,
        is_view: false,
        underlying: None,
        constants: Vec::new(),
        aliases: Vec::new(),
        packed: false,
        align: None,
        span: None,
    }
}

fn function_decl(name: Symbol, function: &CFunction, c: &CModel) -> FnDecl {
    let signature = &function.signature;
    let params = signature.params.iter().map(|param| ParamDecl {
        is_static: false,
        name: param.name,
        ty: ty_of(&param.ty, c),
        default: None,
    });
    FnDecl {
        path: name.to_string(),
        name,
        generics: Vec::new(),
        bounds: Bounds::default(),
        of_trait: None,
        params: params.collect(),
        ret: ret_ty(signature, c),
        // `int f();` takes anything, promoted as variadic arguments are.
        variadic: signature.variadic || signature.without_prototype,
        is_unsafe: true,
        convention: function.signature.convention,
        receiver: None,
        kind: match function.linkage {
            CLinkage::External | CLinkage::Builtin => FnKind::Extern {
                symbol: function.symbol.clone(),
            },
            CLinkage::Header | CLinkage::Undefined => FnKind::Header,
        },
        self_ty: None,
        inlining: Inlining::Default,
        features: needed(&function.features),
        is_const: false,
        is_assoc_const: false,
        loans: Loans::default(),
        span: None,
    }
}

/// What C inlines only where the processor has these.
fn needed(names: &[String]) -> Option<Arc<Features>> {
    let names: Vec<Symbol> = names.iter().map(|name| sym(name)).collect();
    let all = BTreeSet::new();
    (!names.is_empty()).then(|| Arc::new(Features { names, all }))
}

/// The value and type of a constant of a header.
pub(crate) fn c_constant(constant: &cmodel::CConstant, c: &CModel) -> (ConstValue, Ty) {
    let ty = ty_of(&constant.ty, c);
    c_value_of(&constant.value, ty)
}

/// A value that Clang computed, of this type but for text, which is a `&CStr`.
pub(crate) fn c_value_of(value: &CConstantValue, ty: Ty) -> (ConstValue, Ty) {
    let value = match value {
        CConstantValue::Int(0) if is_pointer(ty) => ConstValue::Null,
        CConstantValue::Int(value) => ConstValue::Int(*value),
        CConstantValue::Float(bits) => ConstValue::Float(*bits),
        CConstantValue::Str(bytes) => return (ConstValue::CStr(bytes.as_slice().into()), Ty::cstr_ref()),
    };
    (value, ty)
}

fn is_pointer(ty: Ty) -> bool {
    matches!(ty.kind(), crate::TyKind::Pointer(..) | crate::TyKind::Optional(_))
}
