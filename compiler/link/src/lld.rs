//! lld's command line as data, and the one place that runs it.
//!
//! Takes a request and the system's files. Gives the arguments, a pure function of them, and on `run` the executable.
//! The output appears under its name only when lld is done with it.

use crate::crt::{SanitizerFiles, SystemFiles, find_system_files};
use crate::error::LinkError;
use crate::tbd::{libsystem_stub, needed_symbols};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use target::{LinkerFlavor, Table, Target};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum OutputKind {
    Executable,
}

/// One library of the user's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Library {
    /// `z`, for `-lz`.
    Named(String),
    /// A file, as it is.
    Path(PathBuf),
    /// macOS: `Cocoa`, for `-framework Cocoa`.
    Framework(String),
}

#[derive(Clone, Debug)]
pub struct LinkRequest<'a> {
    pub target: &'a Target,
    /// The lld program of the target's flavour, found by the caller: see [`program_name`].
    pub linker: PathBuf,
    pub kind: OutputKind,
    /// Objects and archives, in the order of the link.
    pub objects: Vec<PathBuf>,
    pub libraries: Vec<Library>,
    /// Of a program that a sanitizer watches: see [`crate::find_sanitizer_files`].
    pub sanitizer: Option<SanitizerFiles>,
    /// Where `-l` looks first.
    pub library_dirs: Vec<PathBuf>,
    pub output: PathBuf,
    /// The root of the target's system; for macOS an SDK.
    pub sysroot: Option<PathBuf>,
    /// Clang's resource folders, for its support library.
    pub resource_dirs: Vec<PathBuf>,
}

/// A link of which everything is known but that it was not run.
#[derive(Clone, Debug)]
pub struct LinkPlan<'a> {
    request: LinkRequest<'a>,
    system: SystemFiles,
    /// The text of our stub of libSystem, for macOS without an SDK.
    stub: Option<String>,
}

/// The name of lld's face for a flavour.
pub fn program_name(flavor: LinkerFlavor) -> &'static str {
    match flavor {
        LinkerFlavor::Elf | LinkerFlavor::Pe => "ld.lld",
        LinkerFlavor::MachO => "ld64.lld",
        LinkerFlavor::Wasm => "wasm-ld",
    }
}

const STUB_NAME: &str = "libSystem.tbd";

impl<'a> LinkPlan<'a> {
    /// Finds what the system adds and, for macOS, what the program wants of it.
    pub fn new(request: LinkRequest<'a>) -> Result<LinkPlan<'a>, LinkError> {
        match request.target.link.flavor {
            LinkerFlavor::Elf | LinkerFlavor::MachO => {}
            LinkerFlavor::Pe | LinkerFlavor::Wasm => {
                return Err(LinkError::FlavorNotSupported {
                    target: request.target.name.clone(),
                });
            }
        }
        let system = find_system_files(request.target, request.sysroot.as_deref(), &request.resource_dirs)?;
        let has_sdk = system.library_dirs.iter().any(|dir| dir.join(STUB_NAME).is_file());
        let stub = if request.target.link.flavor == LinkerFlavor::MachO && !has_sdk {
            Some(libsystem_stub(request.target, &needed_symbols(&request.objects)?))
        } else {
            None
        };
        Ok(LinkPlan { request, system, stub })
    }

    /// A plan over files that were found otherwise. `stub` is the text of libSystem's stub, where one is needed.
    pub fn with_files(request: LinkRequest<'a>, system: SystemFiles, stub: Option<String>) -> LinkPlan<'a> {
        LinkPlan { request, system, stub }
    }

    /// The command line as `--verbose` shows it, the program first.
    pub fn command_line(&self) -> Vec<OsString> {
        let mut line = vec![self.request.linker.clone().into_os_string()];
        line.extend(self.arguments(&self.request.output, Path::new(STUB_NAME)));
        line
    }

    /// lld's arguments for an output and a stub that lie where they are said to.
    pub fn arguments(&self, output: &Path, stub: &Path) -> Vec<OsString> {
        let mut arguments = Arguments::default();
        match self.request.target.link.flavor {
            LinkerFlavor::MachO => self.mach_o(&mut arguments, output, stub),
            LinkerFlavor::Elf | LinkerFlavor::Pe | LinkerFlavor::Wasm => self.elf(&mut arguments, output),
        }
        arguments.list
    }

    /// Links into a folder of its own beside the output, and renames. The file keeps its name on the way: a Mach-O
    /// signature contains it.
    pub fn run(&self) -> Result<(), LinkError> {
        let output = &self.request.output;
        let io_error = |error| LinkError::Io {
            path: output.clone(),
            error,
        };
        let name = output
            .file_name()
            .ok_or_else(|| io_error(io::ErrorKind::InvalidInput.into()))?;
        let parent = output
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let folder = tempfile::Builder::new()
            .prefix(".lang-link-")
            .tempdir_in(parent)
            .map_err(io_error)?;
        let stub = folder.path().join(STUB_NAME);
        if let Some(text) = &self.stub {
            std::fs::write(&stub, text).map_err(|error| LinkError::Io {
                path: stub.clone(),
                error,
            })?;
        }
        let linked = folder.path().join("output").join(name);
        std::fs::create_dir(folder.path().join("output")).map_err(io_error)?;
        self.run_linker(&self.arguments(&linked, &stub))?;
        std::fs::rename(&linked, output).map_err(io_error)
    }

    fn run_linker(&self, arguments: &[OsString]) -> Result<(), LinkError> {
        let program = &self.request.linker;
        let mut command = Command::new(program);
        // No times of files in what a Mach-O says of its objects.
        command.args(arguments).env("ZERO_AR_DATE", "1");
        let result = processes::output(&mut command).map_err(|error| {
            if error.kind() == io::ErrorKind::NotFound {
                LinkError::LinkerMissing {
                    program: program.clone(),
                }
            } else {
                LinkError::Io {
                    path: program.clone(),
                    error,
                }
            }
        })?;
        if result.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&result.stderr);
        let error = if text.trim().is_empty() {
            LinkError::Failed {
                text: format!("lld ended without a message: {}", result.status),
            }
        } else {
            LinkError::from_report(&text)
        };
        // Any other error says what is to be done.
        let is_unclear = matches!(error, LinkError::Failed { .. });
        let other = is_unclear.then(|| other_version(program)).flatten();
        Err(other.unwrap_or(error))
    }

    fn elf(&self, arguments: &mut Arguments, output: &Path) {
        let facts = &self.request.target.link;
        arguments.pair("-m", &facts.emulation);
        arguments.all(&facts.arguments);
        if let Some(loader) = &facts.dynamic_linker {
            arguments.pair("-dynamic-linker", loader);
        }
        arguments.all([
            "--eh-frame-hdr",
            "--hash-style=gnu",
            "--gc-sections",
            "--color-diagnostics=never",
        ]);
        if let Some(root) = &self.request.sysroot {
            arguments.joined("--sysroot=", root);
        }
        arguments.pair("-o", output);
        arguments.all(&self.system.start_objects);
        for dir in self.request.library_dirs.iter().chain(&self.system.library_dirs) {
            arguments.joined("-L", dir);
        }
        for archive in self.request.sanitizer.iter().flat_map(|files| &files.archives) {
            arguments.one("--whole-archive");
            arguments.one(archive);
            arguments.one("--no-whole-archive");
        }
        for list in self.request.sanitizer.iter().flat_map(|files| &files.dynamic_lists) {
            arguments.joined("--dynamic-list=", list);
        }
        arguments.all(&self.request.objects);
        self.libraries(arguments);
        for name in self.request.sanitizer.iter().flat_map(|files| &files.libraries) {
            arguments.joined("-l", name);
        }
        // The C library is more than one: what a program does not use of it is not loaded when it starts.
        arguments.one("--as-needed");
        arguments.all(&self.system.unwinder);
        for name in &facts.libraries {
            arguments.joined("-l", name);
        }
        arguments.one("--no-as-needed");
        arguments.all(&self.system.builtins);
        arguments.all(&self.system.end_objects);
    }

    fn mach_o(&self, arguments: &mut Arguments, output: &Path, stub: &Path) {
        let facts = &self.request.target.link;
        arguments.pair("-arch", &facts.emulation);
        if let Some(version) = &facts.platform_version {
            arguments.all(["-platform_version", "macos", version.as_str(), version.as_str()]);
        }
        arguments.all(&facts.arguments);
        arguments.all(["-dead_strip", "--color-diagnostics=never"]);
        if let Some(folder) = common_folder(&self.request.objects) {
            // The executable names the objects that have its debug information: by their paths from there, so that it
            // does not depend on where they are.
            arguments.pair("-oso_prefix", folder);
        }
        if let Some(root) = &self.request.sysroot {
            arguments.pair("-syslibroot", root);
        }
        arguments.pair("-o", output);
        for dir in &self.request.library_dirs {
            arguments.joined("-L", dir);
        }
        arguments.all(&self.request.objects);
        self.libraries(arguments);
        if self.stub.is_some() {
            arguments.one(stub);
            return;
        }
        for name in &facts.libraries {
            arguments.joined("-l", name);
        }
    }

    fn libraries(&self, arguments: &mut Arguments) {
        for library in &self.request.libraries {
            match library {
                Library::Named(name) => arguments.joined("-l", name),
                Library::Path(path) => arguments.one(path),
                Library::Framework(name) => arguments.pair("-framework", name),
            }
        }
    }
}

/// The error of an lld that is not the one that Lang is built on. Asked only of one that failed.
fn other_version(program: &Path) -> Option<LinkError> {
    let output = processes::output(Command::new(program).arg("--version")).ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let (_, version) = text.split_once("LLD ")?;
    let found = version.split_whitespace().next()?;
    let major = found.split('.').next()?;
    (major != Table::embedded().llvm().to_string()).then(|| LinkError::OtherVersion {
        program: program.to_owned(),
        found: found.to_owned(),
    })
}

/// The innermost folder that holds all of `paths`.
fn common_folder(paths: &[PathBuf]) -> Option<PathBuf> {
    let mut common = paths.first()?.parent()?;
    for path in paths {
        while !path.starts_with(common) {
            common = common.parent()?;
        }
    }
    Some(common.to_owned()).filter(|folder| !folder.as_os_str().is_empty())
}

#[derive(Default)]
struct Arguments {
    list: Vec<OsString>,
}

impl Arguments {
    fn one(&mut self, argument: impl AsRef<OsStr>) {
        self.list.push(argument.as_ref().to_owned());
    }

    fn all(&mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) {
        self.list
            .extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
    }

    fn pair(&mut self, option: &str, value: impl AsRef<OsStr>) {
        self.list.push(option.into());
        self.list.push(value.as_ref().to_owned());
    }

    fn joined(&mut self, prefix: &str, value: impl AsRef<OsStr>) {
        let mut argument = OsString::from(prefix);
        argument.push(value);
        self.list.push(argument);
    }
}
