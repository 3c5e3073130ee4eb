//! Random programs across the boundary: a C library and a Lang program that call each other, which check each other's
//! values.
//!
//! Each C library is compiled by Clang and by GCC, where it is there for the machine, without and with
//! optimisation; each Lang program in debug and in release. Some programs use what only Clang knows. A small
//! program of each sort runs among the tests. `ABI_SOAK=14 cargo test --package test-suite --test abi` runs 14
//! large ones of each in every combination, with `SANITIZE_SOAK=1` under AddressSanitizer, too, and `ABI_SEED=7`
//! begins with another than the first; at the end stands what was compared. The folder of a program that fails is
//! kept.

#![allow(clippy::print_stdout, reason = "the summary is for whoever runs it")]

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::abi::{Declarations, Dialect, describe, header, program, source};
use test_suite::{SANITIZE, Watched, run};

/// Another machine on which programs are tried too.
const CROSS: &str = "aarch64-unknown-linux-gnu";
const CROSS_ROOT: &str = "/usr/aarch64-linux-gnu";

/// What was compared, for the last line.
static FUNCTIONS: AtomicUsize = AtomicUsize::new(0);
static CROSSINGS: AtomicUsize = AtomicUsize::new(0);
static MISMATCHES: AtomicUsize = AtomicUsize::new(0);

/// One program, tried on one machine.
#[derive(Clone, Copy)]
struct Program {
    seed: u64,
    n_functions: usize,
    dialect: Dialect,
    target: Option<&'static str>,
    /// Every compiler at every level with both profiles of Lang, instead of each level with one of them.
    every_way: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let soak = number("ABI_SOAK");
    let first = number("ABI_SEED").unwrap_or(1);
    let has_cross = Path::new(CROSS_ROOT).join("include").exists() && starts("qemu-aarch64");
    let mut trials = Vec::new();
    for seed in first..first + soak.unwrap_or(1) {
        for (dialect, of_soak, of_test) in [(Dialect::Common, 250, 24), (Dialect::Clang, 120, 16)] {
            for target in [None, Some(CROSS)] {
                if target.is_some() && !has_cross {
                    continue;
                }
                let program = Program {
                    seed,
                    n_functions: if soak.is_some() { of_soak } else { of_test },
                    dialect,
                    target,
                    every_way: soak.is_some(),
                };
                let name = format!("seed {seed}, {dialect:?}, {}", target.unwrap_or("native"));
                trials.push(Trial::test(name, move || cross_boundary(program)));
            }
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(n_seeds) = soak {
        println!(
            "abi: {} functions of {n_seeds} seeds from {first}, {} crossings, {} mismatches\n",
            FUNCTIONS.load(Ordering::Relaxed),
            CROSSINGS.load(Ordering::Relaxed),
            MISMATCHES.load(Ordering::Relaxed),
        );
    }
    conclusion.exit_code()
}

fn starts(program: &str) -> bool {
    let output = Command::new(program).arg("--version").output();
    output.is_ok_and(|output| output.status.success())
}

/// The compilers of C for the machine: the command with what it is told always.
fn oracles(program: Program) -> Vec<Vec<String>> {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let clang = match program.target {
        None => words("clang-22"),
        Some(target) => words(&format!("clang-22 --target={target} -I{CROSS_ROOT}/include")),
    };
    let gcc = match program.target {
        None => "gcc",
        Some(_) => "aarch64-linux-gnu-gcc",
    };
    match program.dialect {
        Dialect::Common if starts(gcc) => vec![clang, words(gcc)],
        Dialect::Common | Dialect::Clang => vec![clang],
    }
}

/// Builds both sides of a program in every way, and runs them.
fn cross_boundary(tried: Program) -> Result<(), Failed> {
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path();
    let description = describe(tried.seed, tried.n_functions, tried.dialect);
    fs::write(folder.join("abi.h"), header(&description))?;
    fs::write(folder.join("abi.c"), source(&description))?;
    let mut libraries = Vec::new();
    for (number, oracle) in oracles(tried).iter().enumerate() {
        for level in ["-O0", "-O2"] {
            let library = format!("{number}{level}");
            build_library(folder, oracle, level, &library)?;
            libraries.push((format!("{} {level}", oracle[0]), level, library));
        }
    }
    FUNCTIONS.fetch_add(tried.n_functions, Ordering::Relaxed);
    let mut wrong = Vec::new();
    for (file, declarations) in [
        ("header.lang", Declarations::Header),
        ("hand.lang", Declarations::ByHand),
    ] {
        let program = program(&description, declarations);
        fs::write(folder.join(file), &program.text)?;
        let wanted = format!("{} functions\n", program.n_functions);
        let mut profiles: Vec<(&[&str], &str)> = vec![(&[], "-O0"), (&["--release"], "-O2")];
        if tried.target.is_none() && Watched::of_environment() == Watched::All {
            profiles.push((&SANITIZE, "-O0"));
        }
        for (profile, level_of_test) in profiles {
            for (oracle, level, library) in &libraries {
                if (!tried.every_way || profile == SANITIZE) && *level != level_of_test {
                    continue;
                }
                let target = tried.target.map(|target| ["--target", target]);
                let args = ["run", "-L", library, file].into_iter();
                let output = run(
                    folder,
                    args.chain(target.into_iter().flatten()).chain(profile.iter().copied()),
                );
                CROSSINGS.fetch_add(program.n_functions, Ordering::Relaxed);
                if output.status != 0 || output.stdout != wanted || !output.stderr.is_empty() {
                    let profile = profile.join(" ");
                    MISMATCHES.fetch_add(output.stderr.lines().count().max(1), Ordering::Relaxed);
                    wrong.push(format!("{file} [{profile}] with {oracle}: {output:#?}"));
                }
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let kept = temporary.keep();
    Err(format!("{}\nin {}", wrong.join("\n"), kept.display()).into())
}

fn build_library(folder: &Path, oracle: &[String], level: &str, library: &str) -> Result<(), Failed> {
    fs::create_dir(folder.join(library))?;
    let object = format!("{library}/abi.o");
    let mut compiler = Command::new(&oracle[0]);
    compiler.args(&oracle[1..]);
    compiler.args(["-std=gnu2x", "-w", level, "-c", "abi.c", "-o", &object]);
    let mut archive = Command::new("llvm-ar-22");
    archive.args(["rcs", &format!("{library}/libabi.a"), &object]);
    for command in [&mut compiler, &mut archive] {
        let output = command.current_dir(folder).output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    Ok(())
}
