//! Importing for tests: Debian's Clang 22, the host's target.
#![allow(dead_code)]

use std::path::PathBuf;

use cimport::{Comments, ImportError, ImportOptions, Importer};
use cmodel::{CConstant, CModel, CModule, CModuleId, CModuleSpec, CTypeName, CValue};
use target::{Table, Target};
use unit::Optimize;

/// The target that the tests' machine is.
pub(crate) const HOST: &str = "x86_64-unknown-linux-gnu";

pub(crate) fn options() -> ImportOptions {
    ImportOptions {
        libclang: PathBuf::from("/usr/lib/llvm-22/lib/libclang-22.so.22"),
        resource_dir: PathBuf::from("/usr/lib/llvm-22/lib/clang/22"),
        cache_dir: None,
        sysroot: None,
        working_dir: None,
        comments: Comments::Keep,
    }
}

pub(crate) fn spec(headers: &[&str]) -> CModuleSpec {
    CModuleSpec {
        headers: headers.iter().map(|header| header.to_string()).collect(),
        include_dirs: Vec::new(),
        defines: Vec::new(),
        standard: None,
        pkg_config: Vec::new(),
        bindings: None,
        definitions: String::new(),
        link: Vec::new(),
    }
}

pub(crate) fn target(name: &str) -> Target {
    Table::embedded().lookup(name).expect("a target of the table").clone()
}

pub(crate) fn import(header: &str, names: &[&str]) -> CModel {
    import_spec(options(), &spec(&[header]), HOST, names).expect("the header is good")
}

pub(crate) fn module(model: &CModel) -> &CModule {
    &model.modules[&CModuleId(0)]
}

pub(crate) fn value<'a>(model: &'a CModel, name: &str) -> &'a CValue {
    module(model)
        .values
        .get(&base::sym(name))
        .unwrap_or_else(|| panic!("`{name}` is no value"))
}

pub(crate) fn ty(model: &CModel, name: &str) -> CTypeName {
    *module(model)
        .types
        .get(&base::sym(name))
        .unwrap_or_else(|| panic!("`{name}` is no type"))
}

pub(crate) fn constant<'a>(model: &'a CModel, name: &str) -> &'a CConstant {
    let CValue::Constant(constant) = value(model, name) else {
        panic!("`{name}` is {:?}", value(model, name));
    };
    constant
}

/// Where the tests' own headers are.
pub(crate) fn own_folder() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/headers").to_owned()
}

pub(crate) fn own_spec(header: &str) -> CModuleSpec {
    CModuleSpec {
        include_dirs: vec![own_folder()],
        ..spec(&[header])
    }
}

pub(crate) fn import_spec(
    options: ImportOptions,
    spec: &CModuleSpec,
    target_name: &str,
    names: &[&str],
) -> Result<CModel, ImportError> {
    let names: Vec<_> = names.iter().map(|name| base::sym(name)).collect();
    let importer = Importer::new(options);
    importer
        .import(CModuleId(0), spec, &target(target_name), Optimize::None, &names)
        .map(|result| result.model)
}

pub(crate) fn import_own(header: &str, names: &[&str]) -> CModel {
    import_spec(options(), &own_spec(header), HOST, names).expect("the header is good")
}

pub(crate) fn import_everything(spec: &CModuleSpec) -> CModel {
    let importer = Importer::new(options());
    importer
        .import_all(CModuleId(0), spec, &target(HOST), Optimize::None)
        .expect("the header is good")
        .model
}
