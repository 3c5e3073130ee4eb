//! The command `lang`.
//!
//! Takes a command line, calls the front half (`session`) and the back half (`driver`), prints what they say. Links
//! neither LLVM nor Clang. Only here are things printed and the exit status decided.

mod cimport;
mod cli;
mod commands;
mod explain;
mod format;
mod output;
mod packages;
mod progress;
mod tests;

use std::error::Error;
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use crate::cli::Command;

/// Checking makes many small values on several threads, for which the C library asks the system page by page.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    session::parallel::with_deep_stack(run).unwrap_or_else(|error| output::fail(&no_thread(&error)))
}

fn run() -> ExitCode {
    std::panic::set_hook(Box::new(say_internal_error));
    let cli = cli::parse();
    // Without it Ctrl-C ends this process alone, which is no reason not to go on.
    let _ = processes::end_on_signals(progress::clear_at_once);
    output::set_style(output::ErrorStyle {
        format: cli.error_format,
        limit: (cli.error_limit > 0).then_some(cli.error_limit),
    });
    say_crashes();
    let colors = output::colors(cli.color);
    if let Some(args) = cli.command.asks_for_processors() {
        return commands::list_processors(args, colors).unwrap_or_else(|status| status);
    }
    let result = match &cli.command {
        Command::Build(args) => commands::build(args, colors),
        Command::Run(args) => commands::run(args, colors),
        Command::Check(args) => commands::check(args, colors),
        Command::Test(args) => tests::test(args, colors),
        Command::New(args) => packages::new(args, colors),
        Command::Init(args) => packages::init(args, colors),
        Command::Clean(args) => packages::clean(args, colors),
        Command::Fmt(args) => Ok(format::format(args, colors)),
        Command::Doctor => Ok(commands::doctor()),
        Command::Explain(args) => Ok(explain::explain(args.code.as_deref())),
        Command::Cimport(args) => cimport::cimport(args, colors),
    };
    // Either way the reason has been said.
    result.unwrap_or_else(|status| status)
}

/// Why nothing runs where the system limits processes or their memory.
fn no_thread(error: &dyn Error) -> String {
    format!("no thread can be started: {error}")
}

/// Fails with the exit status, the reason said.
fn start_threads(n_threads: Option<usize>) -> Result<(), ExitCode> {
    session::parallel::start(n_threads).map_err(|error| output::fail(&no_thread(&error)))
}

/// Nothing more is known where the stack overflows: the sources nest less deep than that, so it is a fault of ours.
fn say_crashes() {
    const STATUS_OF_PANICS: i32 = 101;
    let message = "internal error: the compiler's stack overflowed, or it touched memory that is not its own";
    processes::end_on_crashes(output::error_text(message, &please_report()), STATUS_OF_PANICS);
}

fn please_report() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("lang {version}; please report this with the source that shows it\n")
}

/// A panic is a fault of ours, and whoever meets it should not have to guess that.
fn say_internal_error(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map(|at| format!(" at {}:{}", at.file(), at.line()))
        .unwrap_or_default();
    let payload = info.payload();
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = text.unwrap_or("no message");
    output::say_error(&format!("internal error{place}: {message}"), &please_report());
}
