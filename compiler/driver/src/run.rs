//! Starting the programs that were built.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use base::Hasher;
use diag::Diagnostic;
use session::{CacheDir, Subject, Sysroot};
use target::Target;

use crate::commands::{ShowCommand, command_line};
use crate::errors;

/// Where `lang run` and `lang test` build the program of a subject: a place of its own for each root, target and way of
/// building, so that there is one executable per program and not one per run. `variant` tells the ways apart.
pub fn run_output(cache: &CacheDir, subject: &Subject, target: &Target, variant: &str) -> std::io::Result<PathBuf> {
    let root = subject.root();
    let absolute = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let mut hasher = Hasher::new();
    hasher
        .field(absolute.as_os_str().as_encoded_bytes())
        .field(subject.name.as_bytes())
        .field(target.name.as_bytes())
        .field(variant.as_bytes());
    let key = hasher.finish().to_string();
    let folder = cache.path().join("run").join(&key[..32]);
    std::fs::create_dir_all(&folder)?;
    Ok(folder.join(executable_name(subject, target)))
}

/// The subject's name as the target names executables.
pub fn executable_name(subject: &Subject, target: &Target) -> String {
    format!("{}{}", subject.name, target.executable_suffix)
}

/// Where AddressSanitizer's runtime reads which program says the lines of addresses.
const SYMBOLIZER_VARIABLE: &str = "ASAN_SYMBOLIZER_PATH";

/// The command that runs `executable` here.
pub fn runner(
    executable: &Path,
    args: &[OsString],
    target: &Target,
    sysroot: &Sysroot,
    target_root: Option<&Path>,
) -> Result<Command, Diagnostic> {
    let mut command = if target.runs_natively() {
        Command::new(executable)
    } else {
        let Some((program, options)) = target.run.runner.split_first() else {
            return Err(errors::no_runner(target));
        };
        let program = sysroot.on_path(program).ok_or_else(|| errors::no_runner(target))?;
        let mut command = Command::new(program);
        match target_root {
            // The emulator finds the loader and the libraries where the headers were found.
            Some(root) if options.iter().any(|option| option == "-L") => command.arg("-L").arg(root),
            _ => command.args(options),
        };
        command.arg(executable);
        command
    };
    command.args(args);
    processes::without_own_variables(&mut command);
    // Its runtime finds lines by a program that it looks for on PATH, where that of this LLVM often is not.
    if target.sanitizer.is_some()
        && std::env::var_os(SYMBOLIZER_VARIABLE).is_none()
        && let Ok(symbolizer) = sysroot.symbolizer()
    {
        command.env(SYMBOLIZER_VARIABLE, symbolizer);
    }
    Ok(command)
}

/// Becomes the program where the system can do that, so that signals and the exit status are the program's own;
/// otherwise waits for it. Comes back with an exit status, or the reason why it did not start.
pub fn become_program(mut command: Command, show: ShowCommand<'_>) -> Result<i32, Diagnostic> {
    show(&command_line(&command));
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(errors::program_not_started(command.get_program().as_ref(), &error))
    }
    #[cfg(not(unix))]
    run_program(command, show)
}

/// Starts the program, calls `started`, and waits for it.
pub fn run_program(mut command: Command, show: ShowCommand<'_>, started: impl FnOnce()) -> Result<i32, Diagnostic> {
    show(&command_line(&command));
    let not_started = |command: &Command, error| errors::program_not_started(command.get_program().as_ref(), &error);
    let status = processes::run_program(&mut command, started);
    Ok(status_code(status.map_err(|error| not_started(&command, error))?))
}

/// The exit status as a shell says it: 128 and the signal where one ended the process.
#[cfg(unix)]
fn status_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}

#[cfg(not(unix))]
fn status_code(status: ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}
