//! A source through the front end up to types: parsed, lowered, linked with the library, collected, every body checked.

#![allow(dead_code, reason = "each test binary uses its part of this")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use base::{SourceMap, Symbol, sym};
use check::{Callee, CheckInput, Ty, TyKind, TypedBody, body_keys, check_one, collect};
use cmodel::{CModel, NoQueries};
use diag::{Diagnostic, Diagnostics};
use hir::{Conditions, Packages, ParsedFile, imported_module_candidates, link, module_file};
use session::{ConstLimits, Constants, Profile, Purpose};
use target::Table;

/// What a source was told.
pub(crate) struct Checked {
    pub(crate) sources: SourceMap,
    pub(crate) diagnostics: Diagnostics,
}

impl Checked {
    /// In the order of their places, as people read them.
    pub(crate) fn rendered(&self) -> String {
        let list = self.diagnostics.clone().sorted();
        list.iter()
            .map(|diagnostic| diag::render(diagnostic, &self.sources, diag::Colors::Never))
            .collect()
    }

    /// In the order of their places.
    pub(crate) fn codes(&self) -> Vec<&'static str> {
        let list = self.diagnostics.clone().sorted();
        list.iter().map(|diagnostic| diagnostic.code.id).collect()
    }

    pub(crate) fn sorted(&self) -> Vec<Diagnostic> {
        self.diagnostics.clone().sorted()
    }
}

fn packages() -> Packages {
    Packages::of_file(sym("test"), Default::default())
}

/// Of a debug build of tests for this machine.
fn conditions() -> Conditions {
    let target = Table::embedded().host().expect("the table has this machine");
    session::conditions(target, Profile::DEBUG, Purpose::Tests)
}

/// The file of a module, or of the root, whose path is empty.
fn parsed_file(path: &[Symbol], hir: hir::FileHir) -> ParsedFile {
    let root = [sym("test")];
    let names = if path.is_empty() { &root } else { path };
    let place = packages().locate(Packages::MAIN, names);
    ParsedFile { place, hir }
}

/// The modules that a program may import, parsed once.
pub(crate) struct Library {
    sources: SourceMap,
    files: BTreeMap<Vec<Symbol>, ParsedFile>,
}

/// The library of the repository.
pub(crate) static CORE: LazyLock<Library> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let mut files: Vec<PathBuf> = ["core", "alloc"]
        .into_iter()
        .flat_map(|part| std::fs::read_dir(folder.join(part)).expect("the library is there"))
        .map(|entry| entry.expect("the library can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lang"))
        .collect();
    files.sort();
    let files = files.iter().map(|path| {
        let name = path.file_stem().expect("a module has a name").to_string_lossy();
        let text = std::fs::read_to_string(path).expect("the library can be read");
        (vec![sym("std"), sym(&name)], path.clone(), text)
    });
    Library::new(files)
});

impl Library {
    pub(crate) fn new(files: impl Iterator<Item = (Vec<Symbol>, PathBuf, String)>) -> Self {
        let mut library = Self {
            sources: SourceMap::default(),
            files: BTreeMap::new(),
        };
        for (path, name, text) in files {
            let id = library.sources.add(&name, Arc::from(text.as_str()));
            let (tree, errors) = syntax::parse(id, &text);
            assert!(errors.is_empty(), "{}: syntax errors", name.display());
            let (hir, errors) = hir::lower(&tree, &conditions());
            assert!(errors.is_empty(), "{}: errors", name.display());
            library.files.insert(path.clone(), parsed_file(&path, hir));
        }
        library
    }

    /// Checks a program of one source, every body of it and of what it imports.
    pub(crate) fn check(&self, source: &str) -> Checked {
        self.check_files(&[("test.lang", source)])
    }

    /// Checks a program of several sources, the first of them the root: `net/http.lang` is the module `net.http`.
    pub(crate) fn check_files(&self, texts: &[(&str, &str)]) -> Checked {
        let mut sources = self.sources.clone();
        let mut diagnostics = Diagnostics::new();
        let mut files = Vec::new();
        let mut wanted: Vec<Vec<Symbol>> = vec![vec![sym("std"), sym("prelude")], vec![]];
        let mut done: Vec<Vec<Symbol>> = Vec::new();
        while let Some(path) = wanted.pop() {
            // By its own name, the root is there already.
            if done.contains(&path) || *path == [sym("test")] {
                continue;
            }
            done.push(path.clone());
            let own = match path.as_slice() {
                [] => Some(texts[0]),
                _ => texts.iter().copied().find(|(name, _)| *name == module_file(&path)),
            };
            let file = match own {
                Some((name, text)) => {
                    let id = sources.add(Path::new(name), Arc::from(text));
                    let (tree, errors) = syntax::parse(id, text);
                    diagnostics.append(errors);
                    let (hir, errors) = hir::lower(&tree, &conditions());
                    diagnostics.append(errors);
                    parsed_file(&path, hir)
                }
                None => match self.files.get(&path) {
                    Some(file) => file.clone(),
                    None => continue,
                },
            };
            wanted.extend(imported_module_candidates(&file.hir).into_iter().flatten());
            files.push(file);
        }
        let (program, errors) = link(files, packages());
        diagnostics.append(errors);
        let target = Table::embedded().host().expect("the tests run on a known target");
        let limits = ConstLimits {
            steps: 50_000,
            ..ConstLimits::default()
        };
        let constants = Constants::new(&sources, limits);
        let input = CheckInput {
            program: &program,
            target,
            queries: &NoQueries,
            constants: &constants,
            sources: &sources,
        };
        let (signatures, errors) = collect(input, CModel::default());
        diagnostics.append(errors);
        let is_library = |path: &[Symbol]| path.first().is_some_and(|name| *name == "std");
        for (module, file) in program.modules.iter_enumerated() {
            // The library's bodies are the same for every source: one test checks them.
            if is_library(&file.path) && texts[0].0 != "library.lang" {
                continue;
            }
            for key in body_keys(input, &signatures, module) {
                let (typed, errors) = check_one(input, &signatures, key);
                assert_sound(&typed);
                diagnostics.append(errors);
                diagnostics.append(check::reveal(input, &signatures, &typed));
            }
        }
        Checked { sources, diagnostics }
    }
}

/// The source gives no message.
#[track_caller]
pub(crate) fn accepts(source: &str) {
    let checked = CORE.check(source);
    assert!(checked.diagnostics.is_empty(), "{}", checked.rendered());
}

/// The source gives exactly these codes, in the order of their places.
#[track_caller]
pub(crate) fn rejects(source: &str, codes: &[&str]) {
    let checked = CORE.check(source);
    assert_eq!(checked.codes(), codes, "{}", checked.rendered());
}

/// Every case of checking: its path and text.
pub(crate) fn corpus() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test-suite/cases/check");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("the cases can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lang"))
        .collect();
    paths.sort();
    let text = |path: &PathBuf| std::fs::read_to_string(path).expect("a case can be read");
    paths.iter().map(|path| (path.clone(), text(path))).collect()
}

/// What holds of every checked body: no inference variable is left, and an error type has a message.
fn assert_sound(typed: &TypedBody) {
    let unfinished = |ty: Ty| ty.any(&mut |part| matches!(part.kind(), TyKind::Infer(_)));
    let broken = |ty: Ty| ty.any(&mut |part| matches!(part.kind(), TyKind::Error(_)));
    let steps = typed.adjustments.values().flatten().map(|step| step.ty);
    let calls = typed.calls.values().flat_map(|call| match &call.callee {
        Callee::Fn(_, args) => args.to_vec(),
        Callee::Value | Callee::Callable(_) | Callee::TupleStruct | Callee::Variant(_) | Callee::Builtin(_) => {
            Vec::new()
        }
    });
    let tys = (typed.expr_tys.iter().copied())
        .chain(typed.pat_tys.iter().copied())
        .chain(typed.local_tys.iter().copied())
        .chain(steps)
        .chain(calls);
    for ty in tys {
        assert!(!unfinished(ty), "an inference variable is left: {ty:?}");
        assert!(
            typed.has_errors() || !broken(ty),
            "an error type without a message: {ty:?}"
        );
    }
}
