//! What the package and the file around an `import c` add to it, before equal imports become one.
//!
//! A header that lies beside the file is found there; what `[c]` of the package's `lang.toml` says of folders and
//! macros holds for the headers too; and names of `[c-modules]` become imports of their headers.

use std::path::{Path, PathBuf};

use base::Span;
use cmodel::CModuleSpec;
use diag::Diagnostics;
use hir::{CImport, FileHir, Visibility};

use crate::analyse::Request;
use crate::c_imports::{Libraries, ask_packages};
use crate::package::{CModuleDecl, CSettings, LoadedPackage, Written};

/// Completes the C imports of a file, whose package is absent where the file stands alone.
pub(crate) fn settle_c_imports(hir: &mut FileHir, file: &Path, package: Option<&LoadedPackage>) {
    for import in &mut hir.c_imports {
        let folder = file.parent().unwrap_or(Path::new(""));
        import.include_dirs = import
            .include_dirs
            .iter()
            .filter_map(|dir| absolute(&folder.join(dir)))
            .collect();
        if let Some((path, _)) = &mut import.bindings {
            *path = folder.join(&*path);
        }
        if import.headers.iter().any(|(header, _)| folder.join(header).is_file()) {
            import.include_dirs.extend(absolute(folder));
        }
        if let Some(package) = package {
            let settings = &package.manifest.c.settings;
            import.include_dirs.extend(folders(package, &settings.include_dirs));
            import.defines.extend(settings.defines.iter().cloned());
        }
    }
    if let Some(package) = package {
        hir::bind_named_headers(hir, &declared_imports(package));
    }
}

/// The imports that the modules of a package's `[c-modules]` stand for.
pub(crate) fn declared_imports(package: &LoadedPackage) -> Vec<CImport> {
    let declared = package.manifest.c_modules.iter();
    declared.map(|module| import_of(module, package)).collect()
}

/// The import that a module of `[c-modules]` stands for. Its places are those in `lang.toml`.
fn import_of(module: &CModuleDecl, package: &LoadedPackage) -> CImport {
    let CSettings {
        pkg_config,
        include_dirs,
        defines,
        standard,
        link,
        link_dirs,
    } = &module.settings;
    let of_package = &package.manifest.c.settings;
    let with_span = |text: &Written<String>| (text.value.clone(), text.span);
    let is_in_package = |header: &Written<String>| package.folder.join(&header.value).is_file();
    let own_folder = module
        .headers
        .iter()
        .any(is_in_package)
        .then(|| absolute(&package.folder));
    let span: Span = module.name.span;
    CImport {
        headers: module.headers.iter().map(with_span).collect(),
        alias: module.name.value,
        include_dirs: own_folder
            .into_iter()
            .flatten()
            .chain(folders(package, include_dirs))
            .chain(folders(package, &of_package.include_dirs))
            .collect(),
        link_dirs: folders(package, link_dirs).collect(),
        standard: standard.clone(),
        defines: defines.iter().chain(&of_package.defines).cloned().collect(),
        pkg_config: pkg_config.iter().map(with_span).collect(),
        link: link.clone(),
        bindings: module
            .bindings
            .as_ref()
            .map(|path| (package.folder.join(&path.value), path.span)),
        span,
        visibility: Visibility::Private,
        parent: None,
    }
}

/// The C and C++ files of one package, and what they are compiled with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CSourceGroup {
    /// Of the package: what the paths start at.
    pub folder: PathBuf,
    /// One at least.
    pub sources: Vec<Written<PathBuf>>,
    /// Without headers; its packages asked for.
    pub spec: CModuleSpec,
}

/// The C and C++ files of all packages. What they are linked with is added to `libraries`.
pub(crate) fn c_source_groups(
    request: Request<'_>,
    libraries: &mut Libraries,
    diagnostics: &mut Diagnostics,
) -> Vec<CSourceGroup> {
    let mut groups = Vec::new();
    for package in request.subject.loaded.values() {
        let settings = &package.manifest.c.settings;
        let to_text = |dir: PathBuf| dir.display().to_string();
        let own = folders(package, &settings.include_dirs).map(to_text);
        let of_command = request.include_dirs.iter().cloned().map(to_text);
        let mut spec = CModuleSpec {
            include_dirs: own.chain(of_command).collect(),
            defines: settings.defines.clone(),
            standard: settings.standard.clone(),
            link: settings.link.clone(),
            ..CModuleSpec::default()
        };
        libraries.add_dirs(folders(package, &settings.link_dirs));
        for name in &settings.pkg_config {
            ask_packages(&mut spec, &name.value, name.span, request, libraries, diagnostics);
        }
        libraries.add_names(&spec.link);
        let sources = package.manifest.c.sources.clone();
        if !sources.is_empty() {
            let folder = package.folder.clone();
            groups.push(CSourceGroup { folder, sources, spec });
        }
    }
    groups
}

/// Folders that a package names, absolute.
fn folders(package: &LoadedPackage, named: &[Written<PathBuf>]) -> impl Iterator<Item = PathBuf> {
    named
        .iter()
        .filter_map(|dir| absolute(&package.folder.join(&dir.value)))
}

/// `None` only where there is no current folder.
fn absolute(folder: &Path) -> Option<PathBuf> {
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    std::path::absolute(folder).ok()
}
