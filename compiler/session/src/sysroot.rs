//! Where the standard library, LLVM, Clang, lld and the back end are. The only place that looks for them.
//!
//! Each is taken from the environment ([`Environment`]), else from beside the executable, else from where systems
//! install it, else from the tree that `lang` was built in. Nothing is opened or started here. An answer is a path
//! that exists, or a [`ToolError`] that says what to install.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use diag::Diagnostic;
use target::{LinkerFlavor, Table};

use crate::errors;

/// The environment variables that `lang` reads for this, and what is in them.
#[derive(Clone, Default, Debug)]
pub struct Environment {
    /// `LANG_STDLIB`: the folder that holds `core/`.
    pub stdlib: Option<PathBuf>,
    /// `LANG_CODEGEN`: the executable `lang-codegen`.
    pub codegen: Option<PathBuf>,
    /// `LANG_LLVM_DIR`: an installation of LLVM, Clang and lld, with `bin` and `lib`.
    pub llvm_dir: Option<PathBuf>,
    /// `LANG_CACHE_DIR`: where to keep what can be made again.
    pub cache_dir: Option<PathBuf>,
    /// `XDG_CACHE_HOME`, else `HOME` with `.cache`.
    pub user_cache_dir: Option<PathBuf>,
    /// `PATH`.
    pub path: OsString,
    /// The folder of the running executable.
    pub exe_dir: Option<PathBuf>,
    /// Changes whenever the running executable does.
    pub exe_identity: String,
}

impl Environment {
    /// That of this process. Empty variables count as unset.
    pub fn of_process() -> Self {
        let dir = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let exe = std::env::current_exe()
            .ok()
            .map(|exe| exe.canonicalize().unwrap_or(exe));
        Self {
            stdlib: dir("LANG_STDLIB"),
            codegen: dir("LANG_CODEGEN"),
            llvm_dir: dir("LANG_LLVM_DIR"),
            cache_dir: dir("LANG_CACHE_DIR"),
            user_cache_dir: dir("XDG_CACHE_HOME").or_else(|| dir("HOME").map(|home| home.join(".cache"))),
            path: std::env::var_os("PATH").unwrap_or_default(),
            exe_identity: exe.as_deref().map(file_identity).unwrap_or_default(),
            exe_dir: exe.and_then(|exe| exe.parent().map(Path::to_owned)),
        }
    }
}

/// Why something that a command needs cannot be used. Made into a message by [`ToolError::diagnostic`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ToolError {
    /// `what` completes "… is not here"; `install` is a hint.
    Missing { what: String, install: String },
    /// As `Missing`; `path` is where the wrong one is, `found` and `wanted` are versions.
    WrongVersion {
        what: String,
        path: PathBuf,
        found: String,
        wanted: String,
        install: String,
    },
}

impl ToolError {
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Missing { what, install } => errors::tool_missing(what, install),
            Self::WrongVersion {
                what,
                path,
                found,
                wanted,
                install,
            } => errors::tool_version(what, path, found, wanted, install),
        }
    }
}

/// Answers where things are.
#[derive(Clone, Debug)]
pub struct Sysroot {
    environment: Environment,
    /// The major version of LLVM, Clang and lld.
    llvm: u32,
}

impl Sysroot {
    pub fn new(environment: Environment, table: &Table) -> Self {
        Self {
            environment,
            llvm: table.llvm(),
        }
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// Tells this compiler from others, for the keys of caches.
    pub fn identity(&self) -> &str {
        &self.environment.exe_identity
    }

    /// The major version of LLVM, Clang and lld that is wanted.
    pub fn llvm(&self) -> u32 {
        self.llvm
    }

    /// The folder of the standard library, which holds `core/`.
    pub fn stdlib(&self) -> Result<PathBuf, ToolError> {
        let found = match &self.environment.stdlib {
            Some(dir) => Some(dir.clone()),
            None => {
                let exe_dir = self.environment.exe_dir.as_deref();
                let installed = exe_dir.map(|dir| dir.join("../lib/lang/stdlib"));
                // `target/debug/lang` in a tree that was built here.
                let above = exe_dir
                    .into_iter()
                    .flat_map(Path::ancestors)
                    .map(|dir| dir.join("stdlib"));
                let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
                installed
                    .into_iter()
                    .chain(above)
                    .chain([built])
                    .find(|dir| is_stdlib(dir))
            }
        };
        found.filter(|dir| is_stdlib(dir)).ok_or_else(|| ToolError::Missing {
            what: "Lang's standard library".to_owned(),
            install: "set `LANG_STDLIB` to the folder `stdlib` of Lang's sources".to_owned(),
        })
    }

    /// The executable that turns code units into objects.
    pub fn codegen(&self) -> Result<PathBuf, ToolError> {
        let name = format!("lang-codegen{}", std::env::consts::EXE_SUFFIX);
        let beside = self.environment.exe_dir.as_ref().map(|dir| dir.join(name));
        let found = self
            .environment
            .codegen
            .clone()
            .or(beside)
            .filter(|path| path.is_file());
        found.ok_or_else(|| ToolError::Missing {
            what: "`lang-codegen`, Lang's back end,".to_owned(),
            install: "put it beside `lang`, or build it with `cargo build --package codegen`".to_owned(),
        })
    }

    /// lld in the face that links for a target of this flavour.
    pub fn linker(&self, flavor: LinkerFlavor) -> Result<PathBuf, ToolError> {
        let name = match flavor {
            LinkerFlavor::Elf | LinkerFlavor::Pe => "ld.lld",
            LinkerFlavor::MachO => "ld64.lld",
            LinkerFlavor::Wasm => "wasm-ld",
        };
        self.llvm_program(name, "lld")
    }

    /// Clang's driver, which compiles the C runtime.
    pub fn clang(&self) -> Result<PathBuf, ToolError> {
        self.llvm_program("clang", "clang")
    }

    /// What finds the source lines of addresses, for a sanitizer's reports.
    pub fn symbolizer(&self) -> Result<PathBuf, ToolError> {
        self.llvm_program("llvm-symbolizer", "llvm")
    }

    /// The library that reads C headers, to be opened at run time.
    pub fn libclang(&self) -> Result<PathBuf, ToolError> {
        let llvm = self.llvm;
        let names = match std::env::consts::OS {
            "macos" => vec!["libclang.dylib".to_owned()],
            "windows" => vec!["libclang.dll".to_owned()],
            _ => vec![
                format!("libclang-{llvm}.so.{llvm}"),
                format!("libclang-{llvm}.so.1"),
                format!("libclang.so.{llvm}"),
            ],
        };
        let wanted = || {
            (
                "libclang".to_owned(),
                format!("install the Debian package `libclang-{llvm}-dev`"),
            )
        };
        let dirs = self.llvm_dirs(wanted)?;
        let paths = dirs
            .iter()
            .flat_map(|dir| names.iter().map(move |name| dir.join("lib").join(name)));
        let found = paths.into_iter().find(|path| path.is_file());
        found.ok_or_else(|| self.missing(wanted()))
    }

    /// Clang's own headers and support library: the folder above `include` and `lib`.
    pub fn clang_resource_dir(&self) -> Result<PathBuf, ToolError> {
        let llvm = self.llvm;
        let wanted = || {
            (
                "the folder of Clang's own headers".to_owned(),
                format!("install the Debian package `libclang-common-{llvm}-dev`"),
            )
        };
        let dirs = self.llvm_dirs(wanted)?;
        let found = dirs
            .iter()
            .map(|dir| dir.join(format!("lib/clang/{llvm}")))
            .find(|dir| dir.join("include/stddef.h").is_file());
        found.ok_or_else(|| self.missing(wanted()))
    }

    /// A program that is looked up on `PATH`: `pkg-config`, `qemu-aarch64`.
    pub fn on_path(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.environment.path)
            .map(|dir| dir.join(name))
            .find(|path| path.is_file())
    }

    fn llvm_program(&self, name: &str, package: &str) -> Result<PathBuf, ToolError> {
        let llvm = self.llvm;
        let wanted = || {
            (
                format!("`{name}` {llvm}"),
                format!("install the Debian package `{package}-{llvm}`"),
            )
        };
        let dirs = self.llvm_dirs(wanted)?;
        let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
        let found = dirs
            .iter()
            .map(|dir| dir.join("bin").join(&file))
            .find(|path| path.is_file());
        // Only under the name with a version: what is plain `clang` on PATH may be any version.
        let found = found.or_else(|| self.on_path(&format!("{name}-{llvm}")));
        found.ok_or_else(|| self.missing(wanted()))
    }

    /// The installations of LLVM to look into: the one that `LANG_LLVM_DIR` names, which must be of the right version,
    /// or those that are where systems install them.
    fn llvm_dirs(&self, wanted: impl Fn() -> (String, String)) -> Result<Vec<PathBuf>, ToolError> {
        let llvm = self.llvm;
        let Some(dir) = &self.environment.llvm_dir else {
            let system = [
                format!("/usr/lib/llvm-{llvm}"),
                format!("/usr/lib64/llvm{llvm}"),
                format!("/opt/homebrew/opt/llvm@{llvm}"),
                format!("/usr/local/opt/llvm@{llvm}"),
            ];
            return Ok(system.into_iter().map(PathBuf::from).collect());
        };
        // An installation's version is the name of the folder that Clang keeps its headers in.
        if dir.join(format!("lib/clang/{llvm}")).is_dir() {
            return Ok(vec![dir.clone()]);
        }
        let other = std::fs::read_dir(dir.join("lib/clang")).into_iter().flatten().flatten();
        let mut versions: Vec<String> = other
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        versions.sort();
        let (what, install) = wanted();
        Err(match versions.pop() {
            Some(found) => ToolError::WrongVersion {
                what: "LLVM".to_owned(),
                path: dir.clone(),
                found,
                wanted: llvm.to_string(),
                install: format!("set `LANG_LLVM_DIR` to an installation of LLVM {llvm}, or unset it"),
            },
            None => ToolError::Missing {
                what,
                install: format!("{install}, or correct `LANG_LLVM_DIR`, which is `{}`", dir.display()),
            },
        })
    }

    fn missing(&self, (what, install): (String, String)) -> ToolError {
        ToolError::Missing { what, install }
    }
}

/// Changes whenever the file does, going by its size and time. Its bytes would be surer and take longer to read than
/// most builds.
pub fn file_identity(path: &Path) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let Ok(metadata) = std::fs::metadata(path) else {
        return version.to_owned();
    };
    let modified = metadata
        .modified()
        .ok()
        .and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!(
        "{version}-{:x}-{:x}",
        metadata.len(),
        modified.map_or(0, |time| time.as_nanos())
    )
}

fn is_stdlib(dir: &Path) -> bool {
    dir.join("core/prelude.lang").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sysroot(environment: Environment) -> Sysroot {
        Sysroot::new(environment, Table::embedded())
    }

    #[test]
    fn an_installation_of_another_version_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        std::fs::create_dir_all(dir.path().join("lib/clang/14")).expect("it can be made");
        let sysroot = sysroot(Environment {
            llvm_dir: Some(dir.path().to_owned()),
            ..Environment::default()
        });
        let error = sysroot.libclang().expect_err("version 14");
        assert!(
            matches!(&error, ToolError::WrongVersion { found, .. } if found == "14"),
            "{error:?}"
        );
        assert_eq!(error.diagnostic().code, diag::Code::TOOL_VERSION);
    }

    #[test]
    fn an_empty_installation_names_what_to_install() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sysroot = sysroot(Environment {
            llvm_dir: Some(dir.path().to_owned()),
            ..Environment::default()
        });
        let error = sysroot
            .linker(LinkerFlavor::Elf)
            .expect_err("nothing there")
            .diagnostic();
        assert_eq!(error.code, diag::Code::TOOL_MISSING);
        assert!(error.hint.expect("a hint").message.contains("`lld-22`"));
    }

    #[test]
    fn a_wrong_folder_for_the_library_is_not_passed_over() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let sysroot = sysroot(Environment {
            stdlib: Some(dir.path().to_owned()),
            ..Environment::default()
        });
        assert!(sysroot.stdlib().is_err());
    }
}
