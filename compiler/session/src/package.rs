//! Packages as data: what a `lang.toml` says, and what a command works on.
//!
//! `read` makes a [`Manifest`] of a file's text, `graph` follows the dependencies, `find` decides which package and
//! which files a command is for. What is wrong with any of it is said in `errors`.

mod errors;
mod find;
mod graph;
mod make;
mod read;
mod table;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{SourceMap, Span, Symbol, sym};
use hir::{ModulePlace, PackageId, Packages};
use target::Target;
use unit::{DebugInfo, Optimize, PanicStrategy};

use crate::conditions::{Purpose, conditions};
use crate::doc_examples::DocExamples;
use crate::errors::AskedBy;
use crate::files::read_source;

pub use errors::{c_source_failed, c_source_warns, not_made_by_lang};
pub use find::{Extent, Refused, open, open_library, package_folder};
pub use make::{NewPackage, PackageKind, PackagePlace, make};

/// The file that makes a folder a package.
pub const MANIFEST: &str = "lang.toml";

/// The folder of a package that holds its modules.
pub(crate) const SOURCE_FOLDER: &str = "src";

/// A text of `lang.toml` with its place there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Written<T> {
    pub value: T,
    pub span: Span,
}

/// What a `lang.toml` says. Paths are as written: relative to the folder of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    pub name: Written<Symbol>,
    pub version: Option<String>,
    /// In order of name.
    pub dependencies: Vec<Dependency>,
    /// In order of name.
    pub c_modules: Vec<CModuleDecl>,
    pub c: CSources,
    pub debug: ProfileChanges,
    pub release: ProfileChanges,
    /// In order of name.
    pub targets: Vec<TargetSettings>,
}

/// `[targets.x86_64-linux]`: what differs from how the target is built for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TargetSettings {
    /// The target's own name.
    pub name: String,
    pub cpu: Option<Written<String>>,
}

/// `geometry = { path = "../geometry" }`
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependency {
    pub name: Written<Symbol>,
    pub path: Written<PathBuf>,
}

/// `[c-modules.sdl]`: headers that `import sdl;` brings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CModuleDecl {
    pub name: Written<Symbol>,
    /// One at least.
    pub headers: Vec<Written<String>>,
    pub settings: CSettings,
    /// The file that stands for the headers, if one does.
    pub bindings: Option<Written<PathBuf>>,
}

/// `[c]`: what is compiled by Clang and linked with the package.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct CSources {
    /// `.c` and `.cpp`.
    pub sources: Vec<Written<PathBuf>>,
    pub settings: CSettings,
}

/// What headers and C sources are read with and linked with.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct CSettings {
    pub pkg_config: Vec<Written<String>>,
    pub include_dirs: Vec<Written<PathBuf>>,
    /// `NAME` or `NAME=value`.
    pub defines: Vec<String>,
    /// `gnu17`
    pub standard: Option<String>,
    /// Without `-l`.
    pub link: Vec<String>,
    pub link_dirs: Vec<Written<PathBuf>>,
}

/// `[profile.debug]` and `[profile.release]`: what differs from how the command would build.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct ProfileChanges {
    pub optimize: Option<bool>,
    pub overflow_checks: Option<bool>,
    pub debug_info: Option<bool>,
    pub panic: Option<PanicStrategy>,
    pub codegen_units: Option<u32>,
}

/// How a program is built.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    pub optimize: Optimize,
    /// Whether integer arithmetic that overflows panics, and casts that lose something.
    pub overflow_checks: bool,
    pub debug_info: DebugInfo,
    /// Where the target has an unwinder: a panic aborts where it has none.
    pub panic: PanicStrategy,
    /// How many units an optimised program is divided into; without it, its size says.
    pub codegen_units: Option<u32>,
}

impl Profile {
    /// The most that may be asked for. More than there are threads are of no use.
    pub const MAX_CODEGEN_UNITS: u32 = 256;

    pub const DEBUG: Self = Self {
        optimize: Optimize::None,
        overflow_checks: true,
        debug_info: DebugInfo::Full,
        panic: PanicStrategy::Unwind,
        codegen_units: None,
    };
    pub const RELEASE: Self = Self {
        optimize: Optimize::Full,
        overflow_checks: false,
        debug_info: DebugInfo::None,
        panic: PanicStrategy::Unwind,
        codegen_units: None,
    };

    fn with(self, changes: ProfileChanges) -> Self {
        let optimize = |on| if on { Optimize::Full } else { Optimize::None };
        let debug_info = |on| if on { DebugInfo::Full } else { DebugInfo::None };
        Self {
            optimize: changes.optimize.map_or(self.optimize, optimize),
            overflow_checks: changes.overflow_checks.unwrap_or(self.overflow_checks),
            debug_info: changes.debug_info.map_or(self.debug_info, debug_info),
            panic: changes.panic.unwrap_or(self.panic),
            codegen_units: changes.codegen_units.or(self.codegen_units),
        }
    }
}

/// A package that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadedPackage {
    /// The folder of its `lang.toml`, as people would write it; empty for the current one.
    pub folder: PathBuf,
    pub manifest: Manifest,
}

/// What a command works on: a package with all that it depends on, or a file that stands alone.
#[derive(Clone, Debug)]
pub struct Subject {
    pub packages: Packages,
    /// Of every package but the library; none for a file that stands alone.
    pub loaded: BTreeMap<PackageId, LoadedPackage>,
    /// The files that are read whether or not another imports them, the root first: all of the main package.
    pub files: Vec<SubjectFile>,
    /// Modules made of the examples in documentation; none unless [`Subject::doc_examples`] has been asked for them.
    pub examples: Vec<ExampleFile>,
    /// Holds each `lang.toml`.
    pub sources: SourceMap,
    /// What its executable is called, without the target's suffix.
    pub name: String,
    pub kind: SubjectKind,
}

/// What was named.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SubjectKind {
    /// A file, which may be a module of a package.
    File,
    Package,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SubjectFile {
    pub place: ModulePlace,
    pub path: PathBuf,
}

/// A module that is made of the examples in the documentation of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExampleFile {
    pub place: ModulePlace,
    /// Of the file that the examples stand in.
    pub path: PathBuf,
    /// The examples on the lines on which they stand, and nothing else.
    pub text: Arc<str>,
}

impl Subject {
    /// The examples in the documentation of its files, as far as these can be read.
    pub fn doc_examples(&self, target: &Target, profile: Profile) -> DocExamples {
        let conditions = conditions(target, profile, Purpose::Tests);
        let mut examples = DocExamples::default();
        for file in &self.files {
            if let Ok(text) = read_source(&file.path, AskedBy::CommandLine) {
                examples.add(file, &text, &self.packages, &conditions);
            }
        }
        examples
    }

    /// A file that stands alone: its folder is where its modules are.
    pub fn of_file(path: &Path) -> Self {
        let name = path
            .file_stem()
            .unwrap_or(path.as_os_str())
            .to_string_lossy()
            .into_owned();
        let place = ModulePlace {
            package: Packages::MAIN,
            path: vec![sym(&name)],
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Self {
            packages: Packages::of_file(sym(&name), folder),
            loaded: BTreeMap::new(),
            files: vec![SubjectFile {
                place,
                path: path.to_owned(),
            }],
            examples: Vec::new(),
            sources: SourceMap::default(),
            name,
            kind: SubjectKind::File,
        }
    }

    /// The main package.
    pub fn package(&self) -> Option<&LoadedPackage> {
        self.loaded.get(&Packages::MAIN)
    }

    /// The file with `main`, or the first of those that are checked.
    pub fn root(&self) -> &Path {
        &self.files[0].path
    }

    /// The processor that the main package is built for, where it says one for the target.
    pub fn cpu(&self, target: &Target) -> Option<&Written<String>> {
        let settings = &self.package()?.manifest.targets;
        settings.iter().find(|one| one.name == target.name)?.cpu.as_ref()
    }

    /// How it is built: as the main package says.
    pub fn profile(&self, base: Profile) -> Profile {
        match self.package() {
            None => base,
            Some(package) if base == Profile::RELEASE => base.with(package.manifest.release),
            Some(package) => base.with(package.manifest.debug),
        }
    }
}
