//! The processes that a build starts, and how `--verbose` shows them.

use std::process::{Command, Output};

use diag::Diagnostic;

use crate::errors;

/// Where command lines are shown: called once for each, before it is started.
pub type ShowCommand<'a> = &'a (dyn Fn(&str) + Sync);

/// The command as one would type it into a shell.
pub(crate) fn command_line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let quoted: Vec<String> = words.map(|word| quote(&word.to_string_lossy())).collect();
    quoted.join(" ")
}

pub(crate) fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=+:,@%^".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Shows a command, runs it to its end and gives what it printed.
pub(crate) fn run_tool(command: &mut Command, show: ShowCommand<'_>) -> Result<Output, Diagnostic> {
    show(&command_line(command));
    let result = processes::output(command);
    result.map_err(|error| errors::cannot_start(command.get_program().as_ref(), &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let mut command = Command::new("/bin/ld");
        command.args(["-o", "a b", "it's", "", "x=$y"]);
        assert_eq!(command_line(&command), "/bin/ld -o 'a b' 'it'\\''s' '' 'x=$y'");
    }
}
