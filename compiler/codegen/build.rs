//! Builds the Clang bridge as a shared object, whose bytes `boundary` takes in: `lang-codegen` stays one file, and
//! libclang-cpp is opened only where a unit has C text; and what LLVM has in C++ only, as a part of `lang-codegen`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The LLVM that inkwell's feature names, too.
const LLVM_VERSION: &str = "22";

fn main() {
    println!("cargo:rerun-if-changed=bridge");
    println!("cargo:rerun-if-changed=build.rs");
    let llvm_config = find_llvm_config();
    let ask = |what: &str| ask(&llvm_config, what).expect("an llvm-config that said its version says the rest");
    let (prefix, include, libraries) = (ask("--prefix"), ask("--includedir"), PathBuf::from(ask("--libdir")));

    let mut build = cc::Build::new();
    build
        .cpp(true)
        .pic(true)
        .std("c++17")
        .opt_level(2)
        .debug(false)
        .warnings(false);
    build
        .flag(format!("-isystem{include}"))
        .flag("-fno-exceptions")
        .flag("-fvisibility=hidden");
    build.define("LANG_LLVM_PREFIX", format!("\"{prefix}\"").as_str());
    if ask("--has-rtti") == "NO" {
        build.flag("-fno-rtti");
    }
    build
        .clone()
        .files(["bridge/variants.cpp", "bridge/sanitize.cpp"])
        .compile("lang_llvm");
    let objects = build.file("bridge/bridge.cpp").compile_intermediates();

    let bridge = Path::new(&std::env::var_os("OUT_DIR").expect("cargo says where outputs go")).join("bridge.so");
    let mut link = build.get_compiler().to_command();
    link.arg("-shared")
        .arg("-Wl,-z,defs")
        .arg("-s")
        .args(objects)
        .arg("-o")
        .arg(&bridge);
    link.arg(libraries.join("libclang-cpp.so"))
        .arg(libraries.join("libLLVM.so"));
    link.arg(format!("-Wl,-rpath,{}", libraries.display()));
    let status = link
        .status()
        .expect("the C++ compiler that made the objects starts again");
    assert!(status.success(), "the Clang bridge does not link");
}

/// The first llvm-config of the version: under its versioned name, the plain one, or where Debian keeps it.
fn find_llvm_config() -> String {
    let versioned = format!("llvm-config-{LLVM_VERSION}");
    let debian = format!("/usr/lib/llvm-{LLVM_VERSION}/bin/llvm-config");
    let found = [versioned, "llvm-config".to_string(), debian]
        .into_iter()
        .find(|name| ask(name, "--version").is_some_and(|version| version.split('.').next() == Some(LLVM_VERSION)));
    found.expect("LLVM 22's llvm-config is installed (Debian: llvm-22-dev, libclang-cpp22-dev)")
}

fn ask(llvm_config: &str, what: &str) -> Option<String> {
    let output = Command::new(llvm_config)
        .arg(what)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_string())
}
