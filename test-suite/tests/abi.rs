//! Random programs across the boundary: a C library that Clang compiles and a Lang program that calls it, which check
//! each other's values.
//!
//! A small one runs among the tests. `ABI_SOAK=40 cargo test --package test-suite --test abi` runs 40 large ones, and
//! `ABI_SEED=7` begins with another than the first.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::abi::{Declarations, describe, header, program, source};
use test_suite::run;

/// Another machine on which programs are tried too.
const CROSS: &str = "aarch64-unknown-linux-gnu";
const CROSS_ROOT: &str = "/usr/aarch64-linux-gnu";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let soak = number("ABI_SOAK");
    let first = number("ABI_SEED").unwrap_or(1);
    let n_functions = if soak.is_some() { 250 } else { 24 };
    let has_cross = Path::new(CROSS_ROOT).join("include").exists() && starts("qemu-aarch64");
    let mut trials = Vec::new();
    for seed in first..first + soak.unwrap_or(1) {
        let mut trial = |target: Option<&'static str>| {
            let name = format!("seed {seed}, {}", target.unwrap_or("native"));
            trials.push(Trial::test(name, move || cross_boundary(seed, n_functions, target)));
        };
        trial(None);
        if has_cross {
            trial(Some(CROSS));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn starts(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Builds both sides of the program of `seed` in every way, and runs them.
fn cross_boundary(seed: u64, n_functions: usize, target: Option<&str>) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let description = describe(seed, n_functions);
    fs::write(folder.join("abi.h"), header(&description))?;
    fs::write(folder.join("abi.c"), source(&description))?;
    build_library(folder, target)?;
    for (file, declarations) in [
        ("header.lang", Declarations::Header),
        ("hand.lang", Declarations::ByHand),
    ] {
        let program = program(&description, declarations);
        fs::write(folder.join(file), &program.text)?;
        for profile in [None, Some("--release")] {
            let target = target.map(|target| ["--target", target]);
            let args = ["run", "-L", ".", file].into_iter();
            let output = run(folder, args.chain(target.into_iter().flatten()).chain(profile));
            let wanted = format!("{} functions\n", program.n_functions);
            if output.status != 0 || output.stdout != wanted || !output.stderr.is_empty() {
                let profile = profile.unwrap_or("debug");
                return Err(format!("{file} ({profile}): {output:#?}\n{}", program.text).into());
            }
        }
    }
    Ok(())
}

fn build_library(folder: &Path, target: Option<&str>) -> Result<(), Failed> {
    let mut clang = Command::new("clang-22");
    clang.args(["-std=gnu23", "-w", "-O1", "-c", "abi.c", "-o", "abi.o"]);
    if let Some(target) = target {
        clang.arg(format!("--target={target}"));
        clang.arg(format!("-I{CROSS_ROOT}/include"));
    }
    let mut archive = Command::new("llvm-ar-22");
    archive.args(["rcs", "libabi.a", "abi.o"]);
    for command in [&mut clang, &mut archive] {
        let output = command.current_dir(folder).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    Ok(())
}
