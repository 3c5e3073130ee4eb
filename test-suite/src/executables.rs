//! The executables under test, and how they are started.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("test-suite is a folder of the repository")
}

/// An executable of the compiler, `lang` or `lang-codegen`, built in the profile of the running test.
pub fn executable(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let test = std::env::current_exe().expect("a process knows its executable");
        // target/debug/deps/cases-0123 lies beside target/debug/lang.
        let folder = test
            .ancestors()
            .nth(2)
            .expect("cargo puts tests into target/PROFILE/deps")
            .to_owned();
        let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        build
            .args(["build", "--quiet", "--workspace", "--bins"])
            .current_dir(repository());
        if folder.ends_with("release") {
            build.arg("--release");
        }
        // Cargo tells a test about itself in ways that would make its own build differ.
        build.env_remove("RUSTC_WORKSPACE_WRAPPER");
        let status = build.status().expect("cargo starts");
        assert!(status.success(), "the executables under test do not build");
        folder
    });
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// `lang` with an environment that depends on nothing but the repository.
pub fn lang() -> Command {
    let mut command = Command::new(executable("lang"));
    let ours = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| name.to_string_lossy().starts_with("LANG_"));
    for name in ours {
        command.env_remove(name);
    }
    let cache = executable("lang").with_file_name("test-cache");
    command
        .env("LANG_CACHE_DIR", cache)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    command
}

/// What a process left behind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Output {
    /// As a shell says it: 128 and the signal where one ended the process.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `lang` with these arguments in `folder`.
pub fn run(folder: &Path, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    let mut command = lang();
    command.args(args).current_dir(folder);
    output_of(command)
}

/// Runs a command to its end.
pub fn output_of(mut command: Command) -> Output {
    let output = command.output().expect("the command starts");
    Output {
        status: status_code(output.status),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[cfg(unix)]
fn status_code(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .expect("it has ended")
}

#[cfg(not(unix))]
fn status_code(status: std::process::ExitStatus) -> i32 {
    status.code().expect("it has ended")
}
