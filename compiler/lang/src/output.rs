//! What goes to the terminal.
//!
//! Diagnostics go to standard error, what was asked for to standard output. A closed pipe is no error: whoever reads
//! has read enough.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;

use base::SourceMap;
use diag::{Colors, Diagnostic};

use crate::cli::{Color, ErrorFormat};
use crate::progress;

/// How this process prints what is wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct ErrorStyle {
    pub(crate) format: ErrorFormat,
    /// How many diagnostics are shown; absent for all.
    pub(crate) limit: Option<usize>,
}

/// Set once, before anything can be wrong; a panic has no other way to know it.
static STYLE: OnceLock<ErrorStyle> = OnceLock::new();

pub(crate) fn set_style(style: ErrorStyle) {
    STYLE.get_or_init(|| style);
}

fn style() -> ErrorStyle {
    STYLE.get().copied().unwrap_or(ErrorStyle {
        format: ErrorFormat::Human,
        limit: None,
    })
}

/// Whether standard error gets colours.
pub(crate) fn colors(color: Color) -> Colors {
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            io::stderr().is_terminal() && !refused && !dumb
        }
    };
    if wanted { Colors::Always } else { Colors::Never }
}

/// Prints diagnostics and, for people, how many.
pub(crate) fn diagnostics(list: &[Diagnostic], sources: &SourceMap, colors: Colors) {
    let style = style();
    let show = match style.format {
        ErrorFormat::Human => diag::render,
        ErrorFormat::Json => diag::to_json,
    };
    let shown = &list[..style.limit.map_or(list.len(), |limit| limit.min(list.len()))];
    let mut text: String = shown
        .iter()
        .map(|diagnostic| show(diagnostic, sources, colors))
        .collect();
    if style.format == ErrorFormat::Human
        && let Some(summary) = diag::summary(list)
    {
        text.push_str(&summary);
        if shown.len() < list.len() {
            text.push_str(&format!(
                ", of which {} are shown: `--error-limit 0` shows all",
                shown.len()
            ));
        }
        text.push('\n');
    }
    error(&text);
}

/// Prints a diagnostic that no source is at fault for.
pub(crate) fn refuse(diagnostic: &Diagnostic, colors: Colors) -> ExitCode {
    diagnostics(std::slice::from_ref(diagnostic), &SourceMap::default(), colors);
    ExitCode::FAILURE
}

/// Text for standard error, as it is.
pub(crate) fn error(text: &str) {
    processes::wait_if_ending();
    let mut err = io::stderr().lock();
    progress::clear();
    // There is no one left to tell when standard error is closed.
    let _ = err.write_all(text.as_bytes());
}

/// Bytes for standard output, as they are.
pub(crate) fn print(bytes: &[u8]) -> io::Result<()> {
    processes::wait_if_ending();
    // The status line is on the same terminal.
    let _err = io::stderr().lock();
    progress::clear();
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Prints to standard output; gives the exit status.
pub(crate) fn print_or_fail(bytes: &[u8]) -> ExitCode {
    match print(bytes) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!("cannot write to standard output: {error}")),
    }
}

/// Says what is wrong where no diagnostic has a code for it.
pub(crate) fn fail(message: &str) -> ExitCode {
    say_error(message, "");
    ExitCode::FAILURE
}

/// The same, with more for people to read below.
pub(crate) fn say_error(message: &str, more: &str) {
    error(&error_text(message, more));
}

/// What [`say_error`] prints.
pub(crate) fn error_text(message: &str, more: &str) -> String {
    let text = format!("error: {message}\n{more}");
    match style().format {
        ErrorFormat::Human => text,
        ErrorFormat::Json => diag::plain_error_to_json(message, &text),
    }
}
