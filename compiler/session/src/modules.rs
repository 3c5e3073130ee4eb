//! The files of a program: the root, the modules that it reaches, and the library's prelude, parsed and lowered.
//!
//! An import is of the longest of its paths that is a file: below the root file's folder, or for `std…` below a folder
//! of the library. Files are read in the order in which they are found, and parsed in parallel, a round of imports at
//! a time. A file of the library is read only when something imports it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{FileId, FxHashSet, SourceMap, Symbol, sym};
use diag::Diagnostics;
use hir::{FileHir, ParsedFile};

use crate::errors::AskedBy;
use crate::files::read_source;
use crate::parallel::par_map;
use crate::sysroot::Sysroot;
use crate::timings::Timings;

/// The folders of the library; a module is in one of them.
const LIBRARY_FOLDERS: &[&str] = &["core", "alloc", "std"];

/// Loads the program whose root file is `root`. `None` when the root or the prelude cannot be read; an import that
/// names no file is left for linking to report.
pub(crate) fn load_modules(
    root: &Path,
    sysroot: &Sysroot,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
    timings: &mut Timings,
) -> Option<Vec<ParsedFile>> {
    let library = match sysroot.stdlib() {
        Ok(library) => library,
        Err(error) => {
            diagnostics.report(error.diagnostic());
            return None;
        }
    };
    let finder = Finder {
        folder: root.parent().unwrap_or(Path::new("")).to_owned(),
        library,
    };
    let prelude = vec![sym("std"), sym("prelude")];
    let prelude_file = finder.library.join("core/prelude.lang");
    let mut round = vec![
        Wanted {
            path: Vec::new(),
            file: root.to_owned(),
            asked_by: AskedBy::CommandLine,
        },
        Wanted {
            path: prelude,
            file: prelude_file,
            asked_by: AskedBy::CommandLine,
        },
    ];
    let mut seen: FxHashSet<Vec<Symbol>> = round.iter().map(|wanted| wanted.path.clone()).collect();
    let mut files = Vec::new();
    let mut is_complete = true;
    while !round.is_empty() {
        let mut texts = Vec::with_capacity(round.len());
        for wanted in round {
            match timings.time("read", || read_source(&wanted.file, wanted.asked_by)) {
                Ok(text) => texts.push((wanted.path, sources.add(&wanted.file, Arc::clone(&text)), text)),
                Err(error) => {
                    diagnostics.report(error);
                    is_complete &= wanted.asked_by != AskedBy::CommandLine;
                }
            }
        }
        let parsed = timings.time("parse", || {
            par_map(texts, |(path, id, text)| (path, parse_file(id, &text)))
        });
        round = Vec::new();
        for (path, (hir, errors)) in parsed {
            diagnostics.append(errors);
            round.extend(
                imported_modules(&hir, &finder)
                    .into_iter()
                    .filter(|wanted| seen.insert(wanted.path.clone())),
            );
            files.push(ParsedFile { path, hir });
        }
    }
    is_complete.then_some(files)
}

struct Wanted {
    path: Vec<Symbol>,
    file: PathBuf,
    asked_by: AskedBy,
}

fn parse_file(id: FileId, text: &str) -> (FileHir, Diagnostics) {
    let (tree, mut diagnostics) = syntax::parse(id, text);
    let (hir, errors) = hir::lower(&tree);
    diagnostics.append(errors);
    (hir, diagnostics)
}

/// The modules that the imports of a file are of, as far as they are files.
fn imported_modules(hir: &FileHir, finder: &Finder) -> Vec<Wanted> {
    let candidates = hir::imported_module_candidates(hir);
    let found = hir.imports.iter().zip(candidates).filter_map(|(import, candidates)| {
        candidates.into_iter().find_map(|path| {
            let file = finder.file_of(&path)?;
            Some(Wanted {
                path,
                file,
                asked_by: AskedBy::Import(import.span),
            })
        })
    });
    found.collect()
}

struct Finder {
    /// That of the root file; empty for the current one.
    folder: PathBuf,
    library: PathBuf,
}

impl Finder {
    /// The file of a module, if there is one.
    fn file_of(&self, path: &[Symbol]) -> Option<PathBuf> {
        match path {
            [first] if *first == "std" => None,
            [first, rest @ ..] if *first == "std" => {
                let name = hir::module_file(rest);
                LIBRARY_FOLDERS
                    .iter()
                    .map(|folder| self.library.join(folder).join(&name))
                    .find(|file| file.is_file())
            }
            _ => Some(self.folder.join(hir::module_file(path))).filter(|file| file.is_file()),
        }
    }
}
