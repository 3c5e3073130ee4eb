//! The command `lang`.
//!
//! Takes a command line, calls the front half (`session`) and the back half (`driver`), prints what they say. Links
//! neither LLVM nor Clang. Only here are things printed and the exit status decided.

mod cli;
mod commands;
mod explain;
mod output;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let colors = output::colors(cli.color);
    let result = match &cli.command {
        Command::Build(args) => commands::build(args, colors),
        Command::Run(args) => commands::run(args, colors),
        Command::Check(args) => commands::check(args, colors),
        Command::Test(args) => commands::test(args, colors),
        Command::Doctor => Ok(commands::doctor()),
        Command::Explain(args) => Ok(explain::explain(args.code.as_deref())),
        Command::Cimport(args) => commands::cimport(args, colors),
    };
    // Either way the reason has been said.
    result.unwrap_or_else(|status| status)
}
