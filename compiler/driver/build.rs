//! Asks pyo3-build-config which Python there is, for `lang doctor`. A machine without Python builds as well.

use pyo3_build_config::pyo3_build_script_impl::{resolve_build_config, target_triple_from_env};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=LANG_PYTHON={}", python());
}

/// `CPython 3.11, shared library, /usr/bin/python3`, or nothing.
fn python() -> String {
    let Ok(found) = resolve_build_config(&target_triple_from_env()) else {
        return String::new();
    };
    let config = found.interpreter_config;
    let library = if config.shared() {
        "shared library"
    } else {
        "no shared library"
    };
    let place = config
        .executable()
        .or(config.lib_dir())
        .unwrap_or("from PYO3_CONFIG_FILE");
    format!("{:?} {}, {library}, {place}", config.implementation(), config.version()).replace('\n', " ")
}
