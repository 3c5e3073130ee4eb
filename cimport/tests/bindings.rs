//! Bindings as files: what is printed is read as the same module, and prints the same again.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "what is compared is shown as it is, whatever it is"
)]

mod common;

use std::collections::BTreeMap;

use base::SourceMap;
use cimport::{Bindings, BindingsError, Head, Selection, print_bindings, read_bindings};
use cmodel::{CLoc, CModel, CModuleId, CModuleSpec, CType, CValue};
use common::{HOST, import_everything, own_spec, spec, target};

const ID: CModuleId = CModuleId(0);

fn printed(spec: &CModuleSpec) -> (CModel, String) {
    let model = import_everything(spec);
    let head = Head {
        spec: spec.clone(),
        target: HOST.to_owned(),
    };
    let text = print_bindings(&model, ID, &head, &target(HOST), Selection::Public);
    (model, text)
}

fn read(text: &str) -> Result<Bindings, BindingsError> {
    let file = SourceMap::default().add("bindings.lang".as_ref(), text.into());
    read_bindings(file, "bindings.lang", text, ID, &target(HOST))
}

fn assert_same(what: &str, left: &str, right: &str) {
    let lines = left.lines().zip(right.lines()).enumerate();
    // The hash differs with anything else.
    let differing = lines.filter(|(_, (left, right))| left != right).last();
    assert!(
        left == right,
        "{what}: {differing:?}, {} and {} bytes",
        left.len(),
        right.len()
    );
}

/// What is compared of a model: of each name what it is, without places, which are others in the file, without the
/// spelling of types by typedefs that are other names of tags, and without comments.
fn facts(model: &CModel) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    let ty = |ty: &CType| format!("{:?}", flat(ty, model));
    for record in model.records.values() {
        let fields = record.layout.iter().flat_map(|layout| &layout.fields).map(|field| {
            let (name, place, width, is_const) = (field.name, field.offset_bits, field.bit_width, field.is_const);
            let advice = &field.advice;
            format!("{name:?} {} {place} {width:?} {is_const} {advice:?}\n", ty(&field.ty))
        });
        let size = record.layout.as_ref().map(|layout| (layout.size, layout.align));
        let (name, kind, nature, spelling) = (record.name, record.kind, record.nature, &record.c_spelling);
        let fields: String = fields.collect();
        facts.insert(
            record.tag.0.to_string(),
            format!(
                "{name} {kind:?} {nature:?} {spelling:?} {size:?} {:?}\n{fields}",
                record.advice
            ),
        );
    }
    for found in model.enums.values() {
        let numbers: Vec<_> = found
            .constants
            .iter()
            .map(|constant| (constant.name, constant.value, &constant.advice))
            .collect();
        let (name, spelling, underlying) = (found.name, &found.c_spelling, ty(&found.underlying));
        facts.insert(
            found.tag.0.to_string(),
            format!("{name} {spelling:?} {underlying} {numbers:?} {:?}", found.advice),
        );
    }
    for found in model.functions.values() {
        let signature = flat(&CType::Function(Box::new(found.signature.clone())), model);
        let text = format!("{} {:?} {signature:?}", found.symbol.escape_debug(), found.linkage);
        facts.insert(format!("function {}", found.name), text);
    }
    for found in model.globals.values() {
        let text = format!(
            "{} {} {} {} {:?}",
            found.symbol,
            ty(&found.ty),
            found.constant,
            found.thread_local,
            found.advice
        );
        facts.insert(format!("global {}", found.name), text);
    }
    for found in model.typedefs.values().filter(|found| !found.advice.is_none()) {
        facts.insert(format!("typedef {}", found.name), format!("{:?}", found.advice));
    }
    for (name, value) in &model.modules[&ID].values {
        let text = match value {
            CValue::Constant(constant) => match &constant.value {
                cmodel::CConstantValue::Str(bytes) => format!("{bytes:?}"),
                value => format!("{} {value:?} {:?}", ty(&constant.ty), constant.advice),
            },
            CValue::Getter(getter) => format!(
                "{} {:?} {} {:?}",
                ty(&getter.ty),
                getter.kind,
                getter.is_constant,
                getter.bytes
            ),
            // Those records are in a file that a name of it needs, which a typedef that C reserves is not.
            CValue::Initializer(found) => {
                let mut tags = found.records.keys();
                format!("{:?}", tags.find(|tag| !tag.0.as_str().starts_with("aligned _")))
            }
            CValue::Macro(found) => format!("{:?} {} {:?}", found.params, found.variadic, found.function),
            CValue::NoValue { role, .. } => role.clone(),
            CValue::Function(key) | CValue::Global(key) => format!("{key}"),
        };
        facts.insert(format!("value {name}"), text);
    }
    for (name, path) in &model.modules[&ID].members {
        facts.insert(format!("member {name:?}"), format!("{path:?}"));
    }
    facts
}

/// The type without typedefs and the names of parameters.
fn flat(ty: &CType, model: &CModel) -> CType {
    let inner = |ty: &CType| Box::new(flat(ty, model));
    match ty.resolved(&model.typedefs) {
        CType::Pointer { pointee, is_const } => CType::Pointer {
            pointee: inner(pointee),
            is_const: *is_const,
        },
        CType::Array { element, len } => CType::Array {
            element: inner(element),
            len: *len,
        },
        CType::FlexibleArray { element } => CType::FlexibleArray {
            element: inner(element),
        },
        CType::FunctionPointer(signature) | CType::Function(signature) => {
            let mut signature = signature.clone();
            for param in &mut signature.params {
                (param.name, param.ty) = (None, flat(&param.ty, model));
            }
            signature.ret = flat(&signature.ret, model);
            match ty.resolved(&model.typedefs) {
                CType::Function(_) => CType::Function(signature),
                _ => CType::FunctionPointer(signature),
            }
        }
        other => other.clone(),
    }
}

fn assert_read_as_they_are(name: &str, spec: &CModuleSpec) {
    let (model, text) = printed(spec);
    let bindings = read(&text).unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert_same(name, &text, &bindings.print(ID, &target(HOST)));
    assert_eq!(&bindings.head.spec, spec);
    let (ours, theirs) = (facts(&bindings.model), facts(&model));
    for (what, fact) in &ours {
        assert_eq!(Some(fact), theirs.get(what), "{name}: {what}");
    }
    // What C reserves is there when something needs it.
    let is_public = |what: &str| what.strip_prefix("value ").is_some_and(|name| !name.starts_with('_'));
    for what in theirs.keys().filter(|what| is_public(what)) {
        assert!(ours.contains_key(what), "{name}: {what} is lost");
    }
}

#[test]
fn own_headers_are_read_as_they_are() {
    for name in ["records", "macros", "documented", "advice", "hidden_tags"] {
        assert_read_as_they_are(name, &own_spec(&format!("{name}.h")));
    }
}

#[test]
fn system_headers_are_read_as_they_are() {
    for header in [
        "stdio.h",
        "math.h",
        "errno.h",
        "signal.h",
        "sys/stat.h",
        "pthread.h",
        "complex.h",
        "sqlite3.h",
        "zlib.h",
    ] {
        assert_read_as_they_are(header, &spec(&[header]));
    }
}

#[test]
fn what_macros_need_is_printed_and_read() {
    let (_, text) = printed(&spec(&["tgmath.h"]));
    assert!(text.contains("fn __tg_promote("), "{text}");
    let bindings = read(&text).unwrap_or_else(|error| panic!("{error:?}"));
    assert_same("tgmath.h", &text, &bindings.print(ID, &target(HOST)));
}

#[test]
fn what_was_changed_is_refused() {
    let (_, text) = printed(&spec(&["zlib.h"]));
    let changed = text.replace("const Z_BEST_SPEED: c_int = 1;", "const Z_BEST_SPEED: c_int = 2;");
    assert_ne!(text, changed);
    assert!(matches!(read(&changed), Err(BindingsError::Changed { .. })));
    // Line ends and indentation are none.
    assert!(read(&text.replace('\n', "\r\n").replace("    ", "\t")).is_ok());
    assert!(matches!(
        read(&text[..text.len() / 2]),
        Err(BindingsError::Broken { .. })
    ));
    assert!(matches!(read(""), Err(BindingsError::Broken { .. })));
    assert!(matches!(read("fn f() {}"), Err(BindingsError::Broken { .. })));
    let other = text.replace("x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu");
    assert!(matches!(read(&other), Err(BindingsError::OtherTarget { .. })));
}

#[test]
fn a_name_brings_what_it_needs() {
    let (_, text) = printed(&spec(&["zlib.h"]));
    let bindings = read(&text).expect("it was printed");
    assert!(bindings.names(ID).contains(&"inflateInit2_".to_owned()));
    let model = bindings.narrowed(ID, &[base::sym("inflate")]);
    assert_eq!(model.functions.len(), 1);
    assert!(model.records.len() < 4 && !model.records.is_empty());
    assert_eq!(
        model
            .functions
            .values()
            .next()
            .map(|found| found.loc == CLoc::default()),
        Some(false)
    );
}
