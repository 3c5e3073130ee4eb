//! The command `lang`.
//!
//! Takes a command line, calls the front half (`session`) and the back half (`driver`), prints what they say. Links
//! neither LLVM nor Clang. Only here are things printed and the exit status decided.

mod cli;
mod explain;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Explain(args) => explain::explain(args.code.as_deref()),
        _ => Err("not yet".into()),
    };
    match result {
        Ok(text) => match output::print(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&format!("cannot write to standard output: {error}")),
        },
        Err(message) => fail(&message),
    }
}

/// Says what is wrong where no diagnostic has a code for it: the command line or standard output.
fn fail(message: &str) -> ExitCode {
    output::error(&format!("error: {message}\n"));
    ExitCode::FAILURE
}
