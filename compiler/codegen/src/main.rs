//! `lang-codegen`: reads code units, writes one object for each.
//!
//! Takes files with the bytes of a [`unit::Unit`], gives `DIR/<file stem>.o`. Exits with 0 when every unit has its
//! output, with 1 when some unit has none (each named by a [`unit::Failure`] line on standard error), with 2 when
//! the command line makes no sense. The same units give the same bytes at any number of jobs.
//! Knows nothing of Lang: units are complete.

mod atomics;
mod batch;
mod boundary;
mod calls;
mod cli;
mod constructors;
mod context;
mod debuginfo;
mod debugtypes;
mod emit;
mod error;
mod faults;
mod function;
mod globals;
mod intrinsics;
mod machine;
mod mentions;
mod operands;
mod places;
mod rvalues;
mod sanitize;
mod slots;
mod types;
mod unwind;

use std::io::Write;
use std::process::ExitCode;

use crate::cli::Command;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os().skip(1)) {
        Ok(Command::Version) => say(&mut std::io::stdout(), &version(), ExitCode::SUCCESS),
        Ok(Command::Compile(options)) => {
            let failures = batch::compile_all(&options);
            let lines: Vec<String> = failures.iter().map(unit::Failure::to_line).collect();
            if lines.is_empty() {
                ExitCode::SUCCESS
            } else {
                say(&mut std::io::stderr(), &lines.join("\n"), 1.into())
            }
        }
        Err(message) => say(
            &mut std::io::stderr(),
            &format!("lang-codegen: {message}\n{}", cli::USAGE),
            2.into(),
        ),
    }
}

/// Two lines, `lang-codegen VERSION` and `LLVM VERSION`.
fn version() -> String {
    let (major, minor, patch) = inkwell::support::get_llvm_version();
    format!(
        "lang-codegen {}\nLLVM {major}.{minor}.{patch}",
        env!("CARGO_PKG_VERSION")
    )
}

/// Writes a message; the exit code stands whether or not someone still listens.
fn say(out: &mut dyn Write, text: &str, code: ExitCode) -> ExitCode {
    let _ = writeln!(out, "{text}");
    code
}
