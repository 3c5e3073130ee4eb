//! A package and all that it depends on.
//!
//! Reads the `lang.toml` of the package and of each dependency, once each. Gives the packages with what their imports
//! may start with; reports dependencies that are not there, that are named otherwise, and that lead in a circle.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use base::{FxHashMap, SourceMap, Span, Symbol, sym};
use diag::Diagnostics;
use hir::{Package, PackageId, Packages};

use super::read::read_manifest;
use super::{Dependency, LoadedPackage, MANIFEST, Manifest, SOURCE_FOLDER, Written, errors};
use crate::errors::AskedBy;
use crate::files::read_source;

/// Reads the package in `folder` and what it needs. `None` when its own `lang.toml` says too little to go on.
pub(super) fn load_packages(
    folder: &Path,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<(Packages, BTreeMap<PackageId, LoadedPackage>)> {
    let mut loading = Loading {
        sources,
        diagnostics,
        packages: Vec::new(),
        loaded: BTreeMap::new(),
        known: FxHashMap::default(),
        names: BTreeMap::new(),
        open: Vec::new(),
    };
    loading.load(folder, AskedBy::CommandLine)?;
    Some((Packages::new(loading.packages), loading.loaded))
}

struct Loading<'a> {
    sources: &'a mut SourceMap,
    diagnostics: &'a mut Diagnostics,
    /// From [`Packages::MAIN`] on.
    packages: Vec<Package>,
    loaded: BTreeMap<PackageId, LoadedPackage>,
    /// By their folders without links: each package is one, however it is reached.
    known: FxHashMap<PathBuf, Option<PackageId>>,
    /// Where each name is given.
    names: BTreeMap<Symbol, Span>,
    /// From the main package to the one that is being read: its folder, and the dependency that led to the next.
    open: Vec<(PathBuf, Written<Symbol>)>,
}

impl Loading<'_> {
    fn load(&mut self, folder: &Path, asked_by: AskedBy) -> Option<PackageId> {
        let identity = folder_identity(folder);
        if let Some(known) = self.known.get(&identity) {
            return *known;
        }
        // Stands for "broken" until it is read.
        self.known.insert(identity.clone(), None);
        let path = folder.join(MANIFEST);
        let text = match read_source(&path, asked_by) {
            Ok(text) => text,
            Err(error) => {
                self.diagnostics.report(error);
                return None;
            }
        };
        let file = self.sources.add(&path, text.clone());
        let manifest = read_manifest(file, &text, self.diagnostics)?;
        let id = PackageId(Packages::MAIN.0 + u32::try_from(self.packages.len()).expect("packages are few"));
        self.known.insert(identity.clone(), Some(id));
        match self.names.get(&manifest.name.value) {
            Some(first) => {
                let span = match asked_by {
                    AskedBy::Manifest(span) => span,
                    AskedBy::CommandLine | AskedBy::Import(_) => manifest.name.span,
                };
                let error = errors::package_name_taken(span, manifest.name.value, *first);
                self.diagnostics.report(error);
            }
            None => _ = self.names.insert(manifest.name.value, manifest.name.span),
        }
        let source_folder = folder.join(SOURCE_FOLDER);
        check_names(&manifest, &source_folder, self.diagnostics);
        check_paths(&manifest, folder, self.diagnostics);
        let is_program = id == Packages::MAIN && source_folder.join("main.lang").is_file();
        self.packages.push(Package {
            name: Some(manifest.name.value),
            root: sym(if is_program { "main" } else { "lib" }),
            dependencies: BTreeMap::new(),
            c_modules: manifest.c_modules.iter().map(|module| module.name.value).collect(),
            folder: source_folder,
        });
        let index = self.packages.len() - 1;
        let mut found = BTreeMap::new();
        for dependency in &manifest.dependencies {
            self.open.push((identity.clone(), dependency.name.clone()));
            let id = self.dependency(folder, dependency);
            self.open.pop();
            found.extend(id.map(|id| (dependency.name.value, id)));
        }
        self.packages[index].dependencies = found;
        let folder = folder.to_owned();
        self.loaded.insert(id, LoadedPackage { folder, manifest });
        Some(id)
    }

    /// The package that `dependency`, which is the last of those that are open, is of.
    fn dependency(&mut self, from: &Path, dependency: &Dependency) -> Option<PackageId> {
        let folder = join_folder(from, &dependency.path.value);
        let manifest = folder.join(MANIFEST);
        if !manifest.is_file() {
            self.diagnostics
                .report(errors::no_dependency(&dependency.path, &manifest));
            return None;
        }
        let identity = folder_identity(&folder);
        if let Some(start) = self.open.iter().position(|(open, _)| *open == identity) {
            let cycle: Vec<Written<Symbol>> = self.open[start..].iter().map(|(_, name)| name.clone()).collect();
            let error = errors::dependency_cycle(dependency.name.value, &cycle);
            self.diagnostics.report(error);
            return None;
        }
        let id = self.load(&folder, AskedBy::Manifest(dependency.path.span))?;
        let own = &self.loaded.get(&id)?.manifest.name;
        if own.value != dependency.name.value {
            self.diagnostics.report(errors::other_name(&dependency.name, own));
            return None;
        }
        Some(id)
    }
}

/// What tells a folder from others, whatever links and detours lead to it.
fn folder_identity(folder: &Path) -> PathBuf {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    here.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// `path` from `base`, without detours where links do not make them mean something.
fn join_folder(base: &Path, path: &Path) -> PathBuf {
    let joined = base.join(path);
    let mut plain = PathBuf::new();
    for component in joined.components() {
        let last = plain.components().next_back();
        match (component, last) {
            (Component::ParentDir, Some(Component::Normal(_))) => _ = plain.pop(),
            (Component::CurDir, _) => {}
            (other, _) => plain.push(other),
        }
    }
    if folder_identity(&plain) == folder_identity(&joined) {
        plain
    } else {
        joined
    }
}

/// Reports names that an import could mean two things by.
fn check_names(manifest: &Manifest, source_folder: &Path, diagnostics: &mut Diagnostics) {
    let dependencies = manifest.dependencies.iter().map(|dependency| &dependency.name);
    let c_modules = manifest.c_modules.iter().map(|module| &module.name);
    for name in dependencies.chain(c_modules.clone()) {
        let file = source_folder.join(format!("{}.lang", name.value));
        let folder = source_folder.join(name.value.as_str());
        if let Some(module) = [file, folder].into_iter().find(|path| path.exists()) {
            diagnostics.report(errors::module_name_taken(name, &module));
        }
    }
    for name in c_modules {
        let mut dependencies = manifest.dependencies.iter();
        if let Some(dependency) = dependencies.find(|dependency| dependency.name.value == name.value) {
            diagnostics.report(errors::c_module_name_taken(name, dependency.name.span));
        }
    }
}

/// Reports files and folders that are not there.
fn check_paths(manifest: &Manifest, folder: &Path, diagnostics: &mut Diagnostics) {
    for source in &manifest.c.sources {
        let path = folder.join(&source.value);
        if !path.is_file() {
            diagnostics.report(errors::no_such_path(source.span, &path, "file"));
        }
    }
    let of_headers = manifest.c_modules.iter().map(|module| &module.settings);
    for settings in of_headers.chain([&manifest.c.settings]) {
        for dir in settings.include_dirs.iter().chain(&settings.link_dirs) {
            let path = folder.join(&dir.value);
            if !path.is_dir() {
                diagnostics.report(errors::no_such_path(dir.span, &path, "folder"));
            }
        }
    }
}
