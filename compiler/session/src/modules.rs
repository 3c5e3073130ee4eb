//! The files of a program: those that the command is for, the modules that they reach, and the library's prelude,
//! parsed and lowered.
//!
//! An import is of the longest of its paths that is a file, in the package that its first name stands for. Files are
//! read in the order in which they are found, each once, and parsed in parallel, a round of imports at a time. A file
//! of the library is read only when something imports it, and the bodies in it when something reaches them.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{FileId, FxHashMap, FxHashSet, SourceMap, Symbol, sym};
use diag::Diagnostics;
use hir::{Conditions, FileHir, ModulePlace, PackageId, Packages, ParsedFile};
use syntax::Damage;

use crate::analyse::Request;
use crate::c_settings::settle_c_imports;
use crate::conditions::{Purpose, conditions};
use crate::errors::AskedBy;
use crate::files::read_source_by;
use crate::parallel::par_map;
use crate::timings::Timings;

/// The folders of the library; a module is in one of them.
pub(crate) const LIBRARY_FOLDERS: &[&str] = &["core", "alloc", "std"];

/// Loads the program, its root first. `None` when a file of the subject or the prelude cannot be read; an import that
/// names no file is left for linking to report. What syntax errors make doubtful is added to `damage`.
pub(crate) fn load_modules(
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
    damage: &mut Damage,
    timings: &mut Timings,
) -> Option<Vec<ParsedFile>> {
    let subject = request.subject;
    let conditions_for = |purpose| conditions(request.target, request.profile, purpose);
    let own_conditions = conditions_for(request.purpose);
    // Nobody's tests are compiled but the own ones.
    let other_conditions = conditions_for(Purpose::Program);
    let library = match request.sysroot.stdlib() {
        Ok(library) => library,
        Err(error) => {
            diagnostics.report(error.diagnostic());
            return None;
        }
    };
    let mut finder = Finder {
        packages: &subject.packages,
        library,
        found: FxHashMap::default(),
        listings: FxHashMap::default(),
    };
    let own = subject.files.iter().map(|file| Wanted {
        place: file.place.clone(),
        file: file.path.clone(),
        asked_by: AskedBy::CommandLine,
    });
    let prelude = Wanted {
        place: ModulePlace {
            package: Packages::LIBRARY,
            path: vec![sym("prelude")],
        },
        file: finder.library.join("core/prelude.lang"),
        asked_by: AskedBy::CommandLine,
    };
    let mut seen: FxHashSet<ModulePlace> = FxHashSet::default();
    let first = own.chain([prelude]);
    let mut round: Vec<Wanted> = first.filter(|wanted| seen.insert(wanted.place.clone())).collect();
    let mut files = Vec::new();
    let mut buffer = Vec::new();
    let mut is_complete = true;
    while !round.is_empty() {
        let mut texts = Vec::with_capacity(round.len());
        for wanted in round {
            match timings.time("read", || read_source_by(&mut buffer, &wanted.file, wanted.asked_by)) {
                Ok(text) => {
                    let id = sources.add(&wanted.file, Arc::clone(&text));
                    texts.push((wanted.place, wanted.file, id, text));
                }
                Err(error) => {
                    diagnostics.report(error);
                    is_complete &= wanted.asked_by != AskedBy::CommandLine;
                }
            }
        }
        // They come with the first round.
        let examples = if files.is_empty() { &subject.examples[..] } else { &[] };
        for example in examples {
            let id = sources.add(&example.path, Arc::clone(&example.text));
            texts.push((
                example.place.clone(),
                example.path.clone(),
                id,
                Arc::clone(&example.text),
            ));
        }
        let parsed = timings.time("parse", || {
            par_map(texts, |(place, path, id, text)| {
                let is_own = place.package == subject.packages.own();
                let conditions = if is_own { &own_conditions } else { &other_conditions };
                let is_other_library = place.package == Packages::LIBRARY && !is_own;
                let outline = is_other_library.then(|| parse_outline(id, &text, conditions)).flatten();
                let parsed = outline.unwrap_or_else(|| parse_file(id, &text, conditions));
                let (mut hir, errors, damage) = parsed;
                let package = subject.loaded.get(&place.package);
                settle_c_imports(&mut hir, &path, package);
                (place, (hir, errors, damage))
            })
        });
        round = Vec::new();
        for (place, (hir, errors, of_file)) in parsed {
            diagnostics.append(errors);
            damage.append(of_file);
            round.extend(
                imported_modules(&hir, place.package, &mut finder)
                    .into_iter()
                    .filter(|wanted| seen.insert(wanted.place.clone())),
            );
            files.push(ParsedFile { place, hir });
        }
    }
    is_complete.then_some(files)
}

struct Wanted {
    place: ModulePlace,
    file: PathBuf,
    asked_by: AskedBy,
}

/// The same without the bodies of functions, which are parsed and lowered when something reaches them. Nothing where
/// what is wrong with the file, or what it asks of C, can only be said of the whole file.
fn parse_outline(id: FileId, text: &Arc<str>, conditions: &Conditions) -> Option<(FileHir, Diagnostics, Damage)> {
    let tree = syntax::parse_outline(id, text)?;
    let (hir, errors) = hir::lower(&tree, conditions);
    let is_enough = errors.is_empty() && !hir::may_reach_c(&hir);
    is_enough.then(|| (hir, errors, Damage::default()))
}

fn parse_file(id: FileId, text: &str, conditions: &Conditions) -> (FileHir, Diagnostics, Damage) {
    let (tree, mut diagnostics) = syntax::parse(id, text);
    let damage = Damage::of(&tree, &diagnostics);
    let (hir, errors) = hir::lower(&tree, conditions);
    diagnostics.append(errors);
    (hir, diagnostics, damage)
}

/// The modules that the imports of a file of `from` are of, as far as they are files.
fn imported_modules(hir: &FileHir, from: PackageId, finder: &mut Finder<'_>) -> Vec<Wanted> {
    let candidates = hir::imported_module_candidates(hir);
    let found = hir.imports.iter().zip(candidates).filter_map(|(import, candidates)| {
        candidates.into_iter().find_map(|names| {
            let (place, file) = finder.find(from, &names)?;
            Some(Wanted {
                place,
                file,
                asked_by: AskedBy::Import(import.span),
            })
        })
    });
    found.collect()
}

struct Finder<'a> {
    packages: &'a Packages,
    /// The folder that holds [`LIBRARY_FOLDERS`].
    library: PathBuf,
    /// The files of the places that were asked for.
    found: FxHashMap<ModulePlace, Option<PathBuf>>,
    /// What is in the folders of the library that were looked into.
    listings: FxHashMap<PathBuf, FxHashSet<OsString>>,
}

impl Finder<'_> {
    /// The module that these names mean in a file of `from`, and its file, if there is one.
    fn find(&mut self, from: PackageId, names: &[Symbol]) -> Option<(ModulePlace, PathBuf)> {
        let place = self.packages.locate(from, names);
        if place.path.is_empty() {
            return None;
        }
        if let Some(known) = self.found.get(&place) {
            return Some((place, known.clone()?));
        }
        let file = self.file_of(&place);
        self.found.insert(place.clone(), file.clone());
        Some((place, file?))
    }

    fn file_of(&mut self, place: &ModulePlace) -> Option<PathBuf> {
        let name = hir::module_file(&place.path);
        if place.package == Packages::LIBRARY {
            LIBRARY_FOLDERS
                .iter()
                .find_map(|folder| self.library_file(folder, &place.path))
        } else {
            let folder = &self.packages.get(place.package).folder;
            Some(folder.join(name)).filter(|file| file.is_file())
        }
    }

    /// The file of a module below a folder of the library. Most candidates are no files: what the folders hold is read
    /// once, which is less than to ask for each of them.
    fn library_file(&mut self, folder: &str, path: &[Symbol]) -> Option<PathBuf> {
        let mut place = self.library.join(folder);
        let (name, folders) = path.split_last()?;
        for inner in folders {
            self.listing(&place)
                .contains(OsStr::new(inner.as_str()))
                .then_some(())?;
            place.push(inner.as_str());
        }
        let name = format!("{name}.lang");
        self.listing(&place).contains(OsStr::new(&name)).then_some(())?;
        place.push(name);
        Some(place).filter(|file| file.is_file())
    }

    /// The names in a folder; none where there is no such folder.
    fn listing(&mut self, folder: &Path) -> &FxHashSet<OsString> {
        if !self.listings.contains_key(folder) {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let names = entries.map(|entry| entry.file_name()).collect();
            self.listings.insert(folder.to_owned(), names);
        }
        &self.listings[folder]
    }
}
