//! Every `import c` of a program, read by libclang.
//!
//! Takes the linked program, gives one model of all that its names reach in the headers. A program without C imports
//! opens nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base::{SourceMap, Span, Symbol};
use cimport::{Comments, ImportError, ImportOptions, Importer, ModuleNames, Queries};
use cmodel::{CLayout, CModel, CModuleId, CModuleSpec, CQueries, CShape, CUse, FeatureError, LayoutError};
use diag::Diagnostics;
use hir::{CImport, Program, Visibility};

use crate::analyse::Request;
use crate::bindings::BindingsFile;
use crate::parallel::par_map;
use crate::pkg_config::ask_pkg_config;
use crate::processors::Processors;
use crate::sysroot::ToolError;

/// What the headers of a program gave.
pub(crate) struct ImportedC<'a> {
    pub(crate) model: CModel,
    pub(crate) queries: Queries,
    pub(crate) libraries: Libraries,
    pub(crate) processors: Processors<'a>,
    request: Request<'a>,
}

impl<'a> ImportedC<'a> {
    fn none(request: Request<'a>) -> Self {
        Self {
            model: CModel::default(),
            queries: Queries::default(),
            libraries: Libraries::default(),
            processors: request.processors(),
            request,
        }
    }

    /// The uses of macros that checking has asked about since.
    pub(crate) fn take_wanted(&self) -> Vec<CUse> {
        self.queries.take_wanted()
    }
}

impl CQueries for ImportedC<'_> {
    fn similar_names(&self, module: CModuleId, name: Symbol) -> Vec<String> {
        self.queries.similar_names(module, name)
    }

    fn want(&self, of: &CUse) {
        self.queries.want(of);
    }

    fn has_name(&self, module: CModuleId, name: Symbol) -> bool {
        self.queries.has_name(module, name)
    }

    fn features_with(&self, names: &[&str]) -> Result<BTreeSet<String>, FeatureError> {
        self.processors.features_with(names)
    }

    fn lacking(&self, builtins: &[String], names: &[&str]) -> Option<(String, Vec<String>)> {
        self.processors.lacking(builtins, names)
    }

    fn layout_of(&self, shapes: &[CShape], model: &CModel, module: Option<CModuleId>) -> Result<CLayout, LayoutError> {
        let importer = c_importer(self.request, Comments::Skip).map_err(|_| LayoutError::NoAnswer)?;
        let spec = module.and_then(|id| Some((id, model.modules.get(&id)?.spec.as_ref()?)));
        let (target, optimize) = (self.request.target, self.request.profile.optimize);
        importer.layout_of(spec, target, optimize, shapes, model)
    }
}

/// What the imported C of a program is linked with.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Libraries {
    /// Without `-l`, each once, in the order in which the program names them.
    pub names: Vec<String>,
    /// Where `-l` looks for them first.
    pub dirs: Vec<PathBuf>,
}

impl Libraries {
    pub(crate) fn add_names(&mut self, names: &[String]) {
        names.iter().for_each(|name| push_new(&mut self.names, name.clone()));
    }

    pub(crate) fn add_dirs(&mut self, dirs: impl IntoIterator<Item = PathBuf>) {
        dirs.into_iter().for_each(|dir| push_new(&mut self.dirs, dir));
    }
}

/// The importer for a request; opens nothing yet.
pub fn c_importer(request: Request<'_>, comments: Comments) -> Result<Importer, ToolError> {
    Ok(Importer::new(ImportOptions {
        libclang: request.sysroot.libclang()?,
        resource_dir: request.sysroot.clang_resource_dir()?,
        // Another compiler may understand a header otherwise.
        cache_dir: Some(request.cache.path().join("c").join(request.sysroot.identity())),
        sysroot: request.target_root.map(Path::to_owned),
        working_dir: std::env::current_dir().ok(),
        comments,
    }))
}

/// Imports all C modules of the program, in parallel. The model's modules hold their specs with packages resolved.
/// The names of modules that could not be imported say nothing more: the import's message is enough.
pub(crate) fn import_c<'a>(
    program: &mut Program,
    request: Request<'a>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> ImportedC<'a> {
    let mut libraries = Libraries::default();
    if program.c_modules.is_empty() {
        return ImportedC::none(request);
    }
    let (mut models, mut names) = (Vec::new(), Vec::new());
    let (mut wanted, mut failed) = (Vec::new(), Vec::new());
    for (id, spec) in program.c_modules.iter_enumerated() {
        let import = import_of(program, id);
        let asked = names_of(program, id);
        let resolved = resolve_spec(spec, import, request, &mut libraries, diagnostics);
        let Some((path, span)) = &import.bindings else {
            wanted.push((id, resolved, asked));
            continue;
        };
        let file = BindingsFile::new(path, request.target, *span);
        match file.standing_for(spec, id, sources) {
            Ok(bindings) => {
                file.require_current(&bindings, request, sources, diagnostics);
                names.push((id, ModuleNames::known(bindings.names(id))));
                let mut model = bindings.narrowed(id, &asked);
                model.modules.entry(id).or_default().spec = Some(resolved);
                models.push(model);
            }
            Err(error) => failed.push((id, diagnostics.report(error))),
        }
    }
    let importer = match c_importer(request, Comments::Skip) {
        Ok(importer) => Some(importer),
        Err(_) if wanted.is_empty() => None,
        Err(error) => {
            let reported = diagnostics.report(error.diagnostic());
            failed.extend(wanted.drain(..).map(|(id, _, _)| (id, reported)));
            None
        }
    };
    failed
        .into_iter()
        .for_each(|(id, reported)| program.fail_c_module(id, reported));
    let results = par_map(wanted, |(id, spec, names): (CModuleId, CModuleSpec, Vec<Symbol>)| {
        let importer = importer.as_ref().expect("without one, nothing is left to import");
        let result = importer.import(id, &spec, request.target, request.profile.optimize, &names);
        (id, result)
    });
    // One message for all modules: what it asks for mends them all.
    let mut no_headers = None;
    for (id, result) in results {
        match result {
            Ok(result) => {
                models.push(result.model);
                names.push((id, result.names));
            }
            Err(error) => {
                let is_of_target = matches!(error, ImportError::NoHeadersForTarget { .. });
                let reported = match no_headers {
                    Some(reported) if is_of_target => reported,
                    _ => diagnostics.report(cimport::import_error(&error, span_of_import(program, id))),
                };
                if is_of_target {
                    no_headers = Some(reported);
                }
                program.fail_c_module(id, reported);
            }
        }
    }
    let (model, conflicts) = cimport::merge(models);
    for conflict in conflicts {
        diagnostics.report(cimport::conflict(&conflict, span_of_import(program, conflict.module)));
    }
    ImportedC {
        model,
        queries: Queries::new(names),
        libraries,
        processors: request.processors(),
        request,
    }
}

/// The first import that is of this module.
fn import_of(program: &Program, id: CModuleId) -> &CImport {
    let mut imports = program
        .modules
        .iter()
        .flat_map(|module| module.hir.c_imports.iter().zip(&module.c_modules));
    let (import, _) = imports
        .find(|(_, of)| **of == id)
        .expect("a C module is made by an import");
    import
}

/// The first header of the first import that is of this module.
pub fn span_of_import(program: &Program, id: CModuleId) -> Span {
    let import = import_of(program, id);
    import.headers.first().map_or(import.span, |(_, span)| *span)
}

/// The names that the files that may reach this module mention, sorted, each once: those with an import of it, and all
/// if one of them hands it on.
fn names_of(program: &Program, id: CModuleId) -> Vec<Symbol> {
    let is_handed_on = program.modules.iter().any(|module| {
        let mut imports = module.hir.c_imports.iter().zip(&module.c_modules);
        imports.any(|(import, of)| *of == id && import.visibility == Visibility::Public)
    });
    let files = program
        .modules
        .iter()
        .filter(|module| is_handed_on || module.c_modules.contains(&id));
    let mut names: Vec<Symbol> = files
        .flat_map(|module| module.hir.member_names.iter().copied())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The module with its packages asked for, and the folders of the command line.
fn resolve_spec(
    spec: &CModuleSpec,
    import: &CImport,
    request: Request<'_>,
    libraries: &mut Libraries,
    diagnostics: &mut Diagnostics,
) -> CModuleSpec {
    let mut spec = spec.clone();
    for folder in request.include_dirs {
        push_new(&mut spec.include_dirs, folder.display().to_string());
    }
    libraries.add_dirs(import.link_dirs.iter().cloned());
    for (package, span) in &import.pkg_config {
        ask_packages(&mut spec, package, *span, request, libraries, diagnostics);
    }
    libraries.add_names(&spec.link);
    spec
}

/// Adds what pkg-config says of a package, which is named at `span`.
pub(crate) fn ask_packages(
    spec: &mut CModuleSpec,
    package: &str,
    span: Span,
    request: Request<'_>,
    libraries: &mut Libraries,
    diagnostics: &mut Diagnostics,
) {
    match ask_pkg_config(package, span, request.target, request.sysroot) {
        Ok(flags) => {
            spec.include_dirs.extend(flags.include_dirs);
            spec.defines.extend(flags.defines);
            let libraries_of = flags.libraries.into_iter();
            libraries_of.for_each(|library| push_new(&mut spec.link, library));
            libraries.add_dirs(flags.library_dirs);
        }
        Err(error) => _ = diagnostics.report(error),
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
