//! The headers of real libraries as files of bindings: each printed module is read, prints the same again, and checks.
//!
//! A sample is looked at among the tests; `HEADERS_SOAK=1 cargo test --package test-suite --test headers_as_files`
//! looks at all of `src/census/libraries.list`; a name as argument, at that library only.

#![allow(clippy::print_stdout, reason = "what was looked at is for whoever runs it")]

use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::census::{Library, Surroundings, bindings, libraries};
use test_suite::executable;

/// Looked at among the tests.
const SAMPLE: [&str; 2] = ["zlib", "sqlite3"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_soak = std::env::var_os("HEADERS_SOAK").is_some();
    let rows: Arc<Mutex<Vec<String>>> = Arc::default();
    let trials: Vec<Trial> = libraries()
        .into_iter()
        .filter(|library| is_soak || SAMPLE.contains(&library.name.as_str()))
        .map(|library| {
            let rows = Arc::clone(&rows);
            Trial::test(library.name.clone(), move || look(&library, &rows))
        })
        .collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    let mut rows = rows.lock().expect("no test panics while it holds the list");
    rows.sort();
    if is_soak {
        rows.iter().for_each(|row| println!("{row}"));
    }
    conclusion.exit_code()
}

fn look(library: &Library, rows: &Mutex<Vec<String>>) -> Result<(), Failed> {
    if !library.is_installed() {
        return Err(format!("Debian's package {} is not installed", library.package).into());
    }
    let cache = executable("lang").with_file_name("test-cache").join("census");
    let printed = bindings(library, &Surroundings::new(cache)?)?;
    let (name, n_lines, ms) = (&library.name, printed.n_lines, printed.reading_ms);
    rows.lock()
        .expect("no test panics while it holds the list")
        .push(format!("{name}: {n_lines} lines, read in {ms} ms"));
    match printed.differences.as_slice() {
        [] => Ok(()),
        some => Err(some.iter().take(20).cloned().collect::<Vec<_>>().join("\n").into()),
    }
}
