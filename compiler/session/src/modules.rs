//! The files of a program: those that the command is for, the modules that they reach, and the library's prelude,
//! parsed and lowered.
//!
//! An import is of the longest of its paths that is a file, in the package that its first name stands for. Files are
//! read in the order in which they are found, each once, and parsed in parallel, a round of imports at a time. A file
//! of the library is read only when something imports it, and the bodies in it when something reaches them.

use std::path::PathBuf;
use std::sync::Arc;

use base::{FileId, FxHashSet, SourceMap, Symbol, sym};
use diag::Diagnostics;
use hir::{Conditions, FileHir, ModulePlace, PackageId, Packages, ParsedFile};
use syntax::Damage;

use crate::analyse::Request;
use crate::c_settings::settle_c_imports;
use crate::conditions::{Purpose, conditions};
use crate::errors::AskedBy;
use crate::files::read_source;
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
    let finder = Finder {
        packages: &subject.packages,
        library,
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
    let mut is_complete = true;
    while !round.is_empty() {
        let mut texts = Vec::with_capacity(round.len());
        for wanted in round {
            match timings.time("read", || read_source(&wanted.file, wanted.asked_by)) {
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
                imported_modules(&hir, place.package, &finder)
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
fn imported_modules(hir: &FileHir, from: PackageId, finder: &Finder<'_>) -> Vec<Wanted> {
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
}

impl Finder<'_> {
    /// The module that these names mean in a file of `from`, and its file, if there is one.
    fn find(&self, from: PackageId, names: &[Symbol]) -> Option<(ModulePlace, PathBuf)> {
        let place = self.packages.locate(from, names);
        if place.path.is_empty() {
            return None;
        }
        let name = hir::module_file(&place.path);
        let file = if place.package == Packages::LIBRARY {
            let mut folders = LIBRARY_FOLDERS.iter().map(|folder| self.library.join(folder));
            folders.find_map(|folder| Some(folder.join(&name)).filter(|file| file.is_file()))?
        } else {
            let folder = &self.packages.get(place.package).folder;
            Some(folder.join(name)).filter(|file| file.is_file())?
        };
        Some((place, file))
    }
}
