//! Which package and which files a command is for.
//!
//! Takes what stands on the command line: nothing (the package of the current folder or the nearest around it), a
//! folder (the package in it), or a file. A file below a package's `src` is a module of that package, with its
//! dependencies; any other stands alone, and its folder is where its modules are.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use base::{SourceMap, Symbol, sym};
use diag::{Diagnostic, Diagnostics};
use hir::{ModulePlace, Packages};

use super::graph::load_packages;
use super::{LoadedPackage, MANIFEST, SOURCE_FOLDER, Subject, SubjectFile, SubjectKind, errors};
use crate::modules::LIBRARY_FOLDERS;
use crate::sysroot::Sysroot;

/// How much of a package a command is for. Of a file, it is always for the file and what that imports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Extent {
    /// `src/main.lang` and what it imports.
    Program,
    /// Every file below `src`.
    AllFiles,
}

/// What went wrong, with the files that the messages point into.
pub type Refused = (Vec<Diagnostic>, SourceMap);

/// What `path`, or the current folder, is about.
pub fn open(path: Option<&Path>, extent: Extent) -> Result<Subject, Refused> {
    match path {
        Some(path) if !path.is_dir() => {
            let folder = path.parent().unwrap_or(Path::new(""));
            let package = packages_around(folder).next();
            match package.and_then(|package| Some((module_path(path, &package)?, package))) {
                Some((names, package)) => open_package(&package, extent, Some((path, names))),
                None => Ok(Subject::of_file(path)),
            }
        }
        _ => match package_folder(path) {
            Ok(folder) => open_package(&folder, extent, None),
            Err(error) => Err((vec![error], SourceMap::default())),
        },
    }
}

/// The library, if `path` is its folder, a part of it or a file in it. A command is for it as for a package.
pub fn open_library(path: &Path, sysroot: &Sysroot) -> Option<Subject> {
    let library = sysroot.stdlib().ok()?;
    let within = path.canonicalize().ok()?;
    let within = within.strip_prefix(library.canonicalize().ok()?).ok()?;
    let (part, rest) = match within.components().next() {
        None => (None, Path::new("")),
        Some(part) => (Some(part.as_os_str()), within.strip_prefix(part).ok()?),
    };
    let mut files = Vec::new();
    let parts = LIBRARY_FOLDERS
        .iter()
        .filter(|folder| part.is_none_or(|part| part == **folder));
    for folder in parts {
        let written = if part.is_none() {
            path.join(folder)
        } else {
            path.to_owned()
        };
        let mut below = Vec::new();
        if written.is_dir() {
            collect_files(&written, Path::new(""), &mut below);
        } else {
            below.push(PathBuf::new());
        }
        below.sort();
        files.extend(below.into_iter().map(|below| SubjectFile {
            place: ModulePlace {
                package: Packages::LIBRARY,
                path: names_of(&rest.join(&below).with_extension("")),
            },
            path: if below.as_os_str().is_empty() {
                written.clone()
            } else {
                written.join(below)
            },
        }));
    }
    (!files.is_empty()).then(|| Subject {
        packages: Packages::of_library(),
        loaded: BTreeMap::new(),
        files,
        examples: Vec::new(),
        sources: SourceMap::default(),
        name: String::from("std"),
        kind: SubjectKind::Package,
    })
}

/// The folder of the package that `path`, which is a folder, or the current folder is about.
pub fn package_folder(path: Option<&Path>) -> Result<PathBuf, Diagnostic> {
    let Some(path) = path else {
        return packages_around(Path::new("")).next().ok_or_else(errors::no_package);
    };
    if path.join(MANIFEST).exists() {
        return Ok(path.to_owned());
    }
    let outer = packages_around(path).next();
    let outer = outer.map(|outer| {
        if outer.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            outer
        }
    });
    Err(errors::folder_without_package(path, outer.as_deref()))
}

/// The folders with a `lang.toml` from `start` outwards, written as relative as `start` is.
fn packages_around(start: &Path) -> impl Iterator<Item = PathBuf> {
    let absolute = std::path::absolute(if start.as_os_str().is_empty() {
        Path::new(".")
    } else {
        start
    });
    let n_folders = absolute.map_or(0, |path| path.components().count());
    let outwards = std::iter::successors(Some(start.to_owned()), |folder| Some(parent_of(folder)));
    outwards
        .take(n_folders)
        .filter(|folder| folder.join(MANIFEST).is_file())
}

fn parent_of(folder: &Path) -> PathBuf {
    match folder.components().next_back() {
        Some(Component::Normal(_)) => folder.parent().unwrap_or(Path::new("")).to_owned(),
        Some(Component::RootDir | Component::Prefix(_)) => folder.to_owned(),
        Some(Component::CurDir | Component::ParentDir) | None => folder.join(".."),
    }
}

/// The module of a file below `src` of the package in `folder`.
fn module_path(file: &Path, folder: &Path) -> Option<Vec<Symbol>> {
    let sources = folder.join(SOURCE_FOLDER).canonicalize().ok()?;
    let file = file.canonicalize().ok()?;
    let below = file.strip_prefix(sources).ok()?.with_extension("");
    Some(names_of(&below))
}

fn names_of(path: &Path) -> Vec<Symbol> {
    path.components()
        .map(|component| sym(&component.as_os_str().to_string_lossy()))
        .collect()
}

/// The package in `folder`, or the module of it that is in `file`.
fn open_package(folder: &Path, extent: Extent, file: Option<(&Path, Vec<Symbol>)>) -> Result<Subject, Refused> {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let Some((packages, loaded)) = load_packages(folder, &mut sources, &mut diagnostics) else {
        return Err((diagnostics.sorted(), sources));
    };
    // What is wrong with `lang.toml` comes first: the files may be where it would say.
    if diagnostics.has_errors() {
        return Err((diagnostics.sorted(), sources));
    }
    let main = &loaded[&Packages::MAIN];
    let (name, kind) = match &file {
        Some((path, _)) => {
            let stem = path.file_stem().unwrap_or(path.as_os_str());
            (stem.to_string_lossy().into_owned(), SubjectKind::File)
        }
        None => (main.manifest.name.value.to_string(), SubjectKind::Package),
    };
    let place = |path| ModulePlace {
        package: Packages::MAIN,
        path,
    };
    let files = match (file, extent) {
        (Some((path, names)), _) => vec![SubjectFile {
            place: place(names),
            path: path.to_owned(),
        }],
        (None, Extent::Program) => vec![SubjectFile {
            place: place(vec![sym("main")]),
            path: program_file(main, &mut diagnostics),
        }],
        (None, Extent::AllFiles) => all_files(main, &mut diagnostics),
    };
    if diagnostics.has_errors() {
        return Err((diagnostics.sorted(), sources));
    }
    Ok(Subject {
        packages,
        loaded,
        files,
        examples: Vec::new(),
        sources,
        name,
        kind,
    })
}

fn program_file(package: &LoadedPackage, diagnostics: &mut Diagnostics) -> PathBuf {
    let sources = package.folder.join(SOURCE_FOLDER);
    let main = sources.join("main.lang");
    if !main.exists() {
        let has_library = sources.join("lib.lang").is_file();
        diagnostics.report(errors::no_program(package.manifest.name.value, &main, has_library));
    }
    main
}

/// The files of a package: `main`, `lib`, then the rest in order of their paths.
fn all_files(package: &LoadedPackage, diagnostics: &mut Diagnostics) -> Vec<SubjectFile> {
    let folder = package.folder.join(SOURCE_FOLDER);
    let mut below = Vec::new();
    collect_files(&folder, Path::new(""), &mut below);
    let rank = |path: &PathBuf| match path.to_str() {
        Some("main.lang") => 0,
        Some("lib.lang") => 1,
        _ => 2,
    };
    below.sort_by_key(|path| (rank(path), path.clone()));
    if below.is_empty() {
        diagnostics.report(errors::no_sources(package.manifest.name.value, &folder));
    }
    let mut files = Vec::new();
    for path in below {
        let names = names_of(&path.with_extension(""));
        let path = folder.join(path);
        if names.iter().all(|name| is_module_name(name.as_str())) {
            let place = ModulePlace {
                package: Packages::MAIN,
                path: names,
            };
            files.push(SubjectFile { place, path });
        } else {
            diagnostics.report(errors::bad_module_name(&path));
        }
    }
    files
}

/// Whether an import can write the name, in backticks where it is a keyword.
fn is_module_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first == '_' || first.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
}

/// The sources below `folder`, as paths from `top`. A folder of another package is none of this one's.
fn collect_files(folder: &Path, below: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder.join(below)) else {
        return;
    };
    // What starts with a dot is of editors and tools.
    let is_hidden = |entry: &std::fs::DirEntry| entry.file_name().as_encoded_bytes().starts_with(b".");
    for entry in entries.flatten().filter(|entry| !is_hidden(entry)) {
        let path = below.join(entry.file_name());
        let Ok(kind) = entry.file_type() else { continue };
        // A link to a folder could lead back to where it is.
        if kind.is_dir() && !folder.join(&path).join(MANIFEST).exists() {
            collect_files(folder, &path, files);
        } else if !kind.is_dir() && path.extension().is_some_and(|extension| extension == "lang") {
            files.push(path);
        }
    }
}
