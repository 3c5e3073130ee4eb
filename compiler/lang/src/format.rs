//! `lang fmt`: sources into the one style.
//!
//! Takes the command's arguments, gives the exit status. Writes the files that change, or with `--check` says which
//! would, with the first lines that differ.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use diag::{Colors, Diagnostic};
use session::{Formatted, FormattedFiles};

use crate::cli::FmtArgs;
use crate::output;

/// The most lines of each side that are shown of a difference.
const MAX_LINES: usize = 5;

pub(crate) fn format(args: &FmtArgs, colors: Colors) -> ExitCode {
    if let Err(status) = crate::start_threads(None) {
        return status;
    }
    let is_input = |path: &PathBuf| path.as_os_str() == "-";
    if !args.paths.iter().any(is_input) {
        let mut formatted = session::format_files(&args.paths);
        if !args.check {
            let errors = formatted.files.iter().filter(|file| file.is_changed);
            let errors: Vec<Diagnostic> = errors.filter_map(|file| session::write_formatted(file).err()).collect();
            formatted.diagnostics.extend(errors);
        }
        return report(&formatted, args.check, colors);
    }
    if args.paths.len() > 1 {
        return output::fail("`-` is standard input, and stands alone");
    }
    let formatted = session::format_input(Path::new("<stdin>"), io::stdin().lock());
    let status = report(&formatted, args.check, colors);
    match formatted.files.first() {
        Some(file) if !args.check => output::print_or_fail(file.new.as_bytes()),
        Some(_) | None => status,
    }
}

/// Prints the errors and, for `--check`, what differs.
fn report(formatted: &FormattedFiles, is_check: bool, colors: Colors) -> ExitCode {
    output::diagnostics(&formatted.diagnostics, &formatted.sources, colors);
    let mut status = if formatted.diagnostics.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    let changed = || formatted.files.iter().filter(|file| file.is_changed);
    if is_check && changed().next().is_some() {
        let text: String = changed().map(difference).collect();
        let _ = output::print_or_fail(text.as_bytes());
        status = ExitCode::FAILURE;
    }
    status
}

/// `a.lang:3: not formatted` and the lines from the first that differs on.
fn difference(file: &Formatted) -> String {
    let path = file.path.display();
    if *file.old == *file.new {
        return format!("{path}:1: not formatted: it starts with a byte order mark\n");
    }
    if file.old.contains('\r') && file.old.replace("\r\n", "\n") == file.new {
        return format!("{path}:1: not formatted: its lines end in carriage returns\n");
    }
    let old: Vec<&str> = file.old.split('\n').collect();
    let new: Vec<&str> = file.new.split('\n').collect();
    let is_same = |(old, new): &(&&str, &&str)| old == new;
    let n_before = old.iter().zip(&new).take_while(is_same).count();
    let (old_rest, new_rest) = (&old[n_before..], &new[n_before..]);
    let rests = old_rest.iter().rev().zip(new_rest.iter().rev());
    let n_after = rests.take_while(is_same).count();
    let mut text = format!("{path}:{}: not formatted\n", n_before + 1);
    for (sign, rest) in [('-', old_rest), ('+', new_rest)] {
        let differing = &rest[..rest.len() - n_after];
        for line in differing.iter().take(MAX_LINES) {
            text.push_str(&format!("  {sign}{line}\n"));
        }
        if differing.len() > MAX_LINES {
            text.push_str(&format!("  {sign}… {} more\n", differing.len() - MAX_LINES));
        }
    }
    text
}
