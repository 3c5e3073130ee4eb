//! Every declaration and macro of real libraries' headers: imported, compared with Clang and compiled.
//!
//! A sample is looked at among the tests: of the libraries in `src/census/libraries.list`, some whose packages
//! `tools/setup test` installs anyway. `HEADERS_SOAK=1 cargo test --package test-suite --test headers` looks at all and
//! prints the table; a name as argument, at that library only.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the table, and what is missing, are for whoever runs it"
)]

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::census::{Census, Library, Surroundings, census, libraries, table};
use test_suite::executable;

/// Looked at among the tests.
const SAMPLE: [&str; 2] = ["zlib", "sqlite3"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_soak = std::env::var_os("HEADERS_SOAK").is_some();
    let listed = libraries().into_iter();
    let wanted: Vec<Library> = listed
        .filter(|library| is_soak || SAMPLE.contains(&library.name.as_str()))
        .collect();
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|library| !library.is_installed())
        .map(|library| library.package.as_str())
        .collect();
    if !missing.is_empty() {
        let goal = if is_soak { "soak" } else { "test" };
        eprintln!(
            "these packages are missing, and their libraries fail (`tools/setup {goal}` installs them): {}",
            missing.join(" ")
        );
    }
    let order: Vec<String> = wanted.iter().map(|library| library.name.clone()).collect();
    let done: Arc<Mutex<Vec<Census>>> = Arc::default();
    let trials = wanted.into_iter().map(|library| {
        let done = Arc::clone(&done);
        Trial::test(library.name.clone(), move || look(&library, &done))
    });
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let mut done = done.lock().expect("no test panics while it holds the list");
    done.sort_by_key(|census| order.iter().position(|name| *name == census.library));
    if is_soak && !done.is_empty() {
        println!("{}", table(&done));
    }
    conclusion.exit_code()
}

fn look(library: &Library, done: &Mutex<Vec<Census>>) -> Result<(), Failed> {
    if !library.is_installed() {
        return Err(format!("Debian's package {} is not installed", library.package).into());
    }
    let cache = executable("lang").with_file_name("test-cache").join("census");
    let census = census(library, &Surroundings::new(cache)?)?;
    let refused = census.refusals.iter().filter(|refusal| !refusal.is_explained());
    let unexplained: Vec<String> = refused
        .map(|refusal| format!("`{}`: {}", refusal.name, refusal.reason))
        .chain(census.differences.iter().cloned())
        .collect();
    done.lock()
        .expect("no test panics while it holds the list")
        .push(census);
    match unexplained.as_slice() {
        [] => Ok(()),
        _ => Err(unexplained.join("\n").into()),
    }
}
