//! Imports of the headers of this machine's libraries: assertions, not goldens, because versions differ.

mod common;

use cmodel::{CConstantValue, CLinkage, CTypeName, CValue};
use common::{constant, import, value};

#[test]
fn stdio_functions_globals_and_macros() {
    let names = [
        "printf", "FILE", "stdin", "EOF", "BUFSIZ", "SEEK_SET", "fopen", "nothing",
    ];
    let model = import("stdio.h", &names);
    let printf = &model.functions[&base::sym("printf")];
    assert!(printf.signature.variadic);
    assert_eq!(printf.linkage, CLinkage::External);
    assert_eq!(constant(&model, "EOF").value, CConstantValue::Int(-1));
    assert!(matches!(value(&model, "stdin"), CValue::Global(_)));
    assert!(matches!(common::ty(&model, "FILE"), CTypeName::Typedef(_)));
    assert!(!common::module(&model).values.contains_key(&base::sym("nothing")));
}

#[test]
fn sqlite_constants_callbacks_and_opaque_records() {
    let names = [
        "sqlite3_open",
        "sqlite3",
        "SQLITE_TRANSIENT",
        "SQLITE_OK",
        "SQLITE_VERSION",
        "sqlite3_exec",
    ];
    let model = import("sqlite3.h", &names);
    assert_eq!(constant(&model, "SQLITE_TRANSIENT").value, CConstantValue::Int(-1));
    assert_eq!(constant(&model, "SQLITE_OK").value, CConstantValue::Int(0));
    assert!(matches!(&constant(&model, "SQLITE_VERSION").value, CConstantValue::Str(text) if text.starts_with(b"3.")));
    let record = &model.records[&cmodel::CTag(base::sym("struct sqlite3"))];
    assert_eq!(record.layout, None);
}
