//! Compiles the runtime and drivers for it. Clang of the pinned version is looked for by name; without it these tests
//! have nothing to compile with and pass.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

const CLANG: &str = "clang-22";

/// The runtime's sources and its objects for this machine, in a folder that is removed when dropped.
pub(crate) struct Compiled {
    folder: TempDir,
    arguments: &'static [&'static str],
    n_programs: AtomicU32,
}

impl Compiled {
    /// Compiles every source with more arguments than its own. `None` when there is no clang of the pinned version.
    pub(crate) fn new(arguments: &'static [&'static str]) -> Option<Compiled> {
        Command::new(CLANG).arg("--version").output().ok()?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let compiled = Compiled {
            folder,
            arguments,
            n_programs: AtomicU32::new(0),
        };
        for (name, text) in runtime::SOURCES.iter().chain(runtime::HEADERS) {
            std::fs::write(compiled.path(name), text).expect("a source is written");
        }
        for (name, _) in runtime::SOURCES {
            compiled.compile(
                &compiled.path(name),
                runtime::COMPILE_ARGUMENTS,
                &compiled.path(&format!("{name}.o")),
            );
        }
        Some(compiled)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Compiles one file with only Clang's own headers and the runtime's.
    pub(crate) fn compile<S: AsRef<OsStr>>(&self, file: &Path, more: &[S], object: &Path) {
        let mut command = Command::new(CLANG);
        command
            .args(more)
            .args(self.arguments)
            .args(["-nostdlibinc", "-O2", "-c", "-o"])
            .arg(object);
        command.arg("-I").arg(self.folder.path()).arg(file);
        succeed(&mut command);
    }

    /// A program of the runtime and a driver, C or LLVM IR by the ending of `name`.
    pub(crate) fn program(&self, name: &str, text: &str) -> PathBuf {
        let number = self.n_programs.fetch_add(1, Ordering::Relaxed);
        let (driver, program) = (
            self.path(&format!("{number}{name}")),
            self.path(&format!("program{number}")),
        );
        std::fs::write(&driver, text).expect("a source is written");
        let mut command = Command::new(CLANG);
        command
            .args(self.arguments)
            .args(["-O2", "-Wno-override-module", "-o"])
            .arg(&program)
            .arg(&driver)
            .arg("-I")
            .arg(self.folder.path());
        command
            .args(runtime::SOURCES.iter().map(|(name, _)| self.path(&format!("{name}.o"))))
            .arg("-lgcc_s");
        succeed(&mut command);
        program
    }
}

fn succeed(command: &mut Command) {
    let output = command.output().expect("clang starts");
    let arguments: Vec<&OsStr> = command.get_args().collect();
    assert!(
        output.status.success(),
        "{arguments:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
