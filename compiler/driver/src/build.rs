//! The back half: checked MIR to an executable, one phase after the other.

use std::fs;
use std::path::{Path, PathBuf};

use base::SourceMap;
use cimport::Comments;
use diag::{Diagnostic, Diagnostics};
use link::{Library, LinkError, LinkPlan, LinkRequest, OutputKind, SanitizerFiles, UndefinedSymbol};
use mono::{MonoInput, MonoOptions, MonoOutput, ProgramKind};
use processes::TemporaryFolder;
use session::{Analysis, Checked, ProgramBodies, Request, Timings, build_options, c_importer, span_of_import};
use unit::{PanicStrategy, Unit};

use crate::build_folder::Destination;
use crate::c_sources::{CSourceBuild, is_cxx};
use crate::c_texts::add_c_texts;
use crate::commands::{ShowCommand, quote};
use crate::errors;
use crate::objects::{BackEnd, Form};
use crate::place::place;
use crate::runtime_objects::RuntimeBuild;

/// What is built.
#[derive(Clone, Copy)]
pub struct BuildRequest<'a> {
    pub front: Request<'a>,
    pub kind: ProgramKind,
    /// Where libraries are looked for before all other places.
    pub library_dirs: &'a [PathBuf],
    /// How many units are compiled at once.
    pub n_jobs: usize,
    pub show: ShowCommand<'a>,
}

/// What came of it.
#[derive(Debug)]
pub struct Built<T> {
    pub sources: SourceMap,
    /// In the order in which people read them.
    pub diagnostics: Vec<Diagnostic>,
    pub timings: Timings,
    /// Present when there were no errors.
    pub result: Option<T>,
}

/// An executable that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Program {
    /// Of a test build, numbered as it takes them.
    pub tests: Vec<TestCase>,
}

/// A `test "title" { … }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestCase {
    pub title: String,
    /// `src/a.lang:3`
    pub place: String,
}

/// Builds an executable at `output`, whole or not at all.
pub fn build(request: BuildRequest<'_>, output: &Destination) -> Built<Program> {
    if is_same_file(request.front.subject.root(), &output.path) {
        return Built {
            sources: SourceMap::default(),
            diagnostics: vec![errors::output_is_source(&output.path)],
            timings: Timings::default(),
            result: None,
        };
    }
    with_units(request, |units, links, (checked, sources), diagnostics, timings| {
        let sanitizer = sanitizer(request, checked, diagnostics)?;
        let workspace = workspace(request, diagnostics)?;
        let objects = timings.time("objects", || {
            objects(request, &workspace, &units, Form::Object, diagnostics)
        })?;
        let of_c = timings.time("C sources", || c_objects(request, &workspace, checked, diagnostics))?;
        let runtime = timings.time("runtime", || runtime(request, &workspace, diagnostics))?;
        timings.time("link", || {
            let objects = [objects, of_c, runtime].concat();
            let linked = link_executable(request, &workspace, objects, (links, sanitizer), checked, output);
            linked.map_err(|error| diagnostics.report(error)).ok()
        })?;
        Some(Program {
            tests: test_cases(checked, sources),
        })
    })
}

fn test_cases(checked: &Checked, sources: &SourceMap) -> Vec<TestCase> {
    let tests = checked.signatures.tests.iter();
    let case = |test: &check::TestDecl| {
        let path = sources.file(test.span.file).path.display();
        let line = sources.line_column(test.span.file, test.span.start).line;
        TestCase {
            title: test.title.clone(),
            place: format!("{path}:{line}"),
        }
    };
    tests.map(case).collect()
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

/// What the back end makes of each unit, in order of the units' names, in `form`.
pub fn emit(request: BuildRequest<'_>, form: Form) -> Built<Vec<Vec<u8>>> {
    with_units(request, |units, _, _, diagnostics, timings| {
        let workspace = workspace(request, diagnostics)?;
        let files = timings.time("objects", || objects(request, &workspace, &units, form, diagnostics))?;
        let mut contents = Vec::new();
        for file in files {
            match fs::read(&file) {
                Ok(bytes) => contents.push(bytes),
                Err(error) => {
                    diagnostics.report(errors::unwritable(&file, &error));
                    return None;
                }
            }
        }
        Some(contents)
    })
}

/// Runs the front half, makes units of its result and hands them on.
fn with_units<T>(
    request: BuildRequest<'_>,
    then: impl FnOnce(Vec<Unit>, Vec<String>, (&Checked, &SourceMap), &mut Diagnostics, &mut Timings) -> Option<T>,
) -> Built<T> {
    let Analysis {
        sources,
        diagnostics,
        mut timings,
        checked,
    } = session::analyse(request.front);
    let mut errors = Diagnostics::new();
    let result = checked.and_then(|checked| {
        let (units, links) = timings.time("units", || make_units(request, &sources, &checked, &mut errors))?;
        then(units, links, (&checked, &sources), &mut errors, &mut timings)
    });
    let diagnostics = diagnostics.into_iter().chain(errors.sorted()).collect();
    Built {
        sources,
        diagnostics,
        timings,
        result,
    }
}

/// The units with their C text, and the libraries that reached declarations ask for.
fn make_units(
    request: BuildRequest<'_>,
    sources: &SourceMap,
    checked: &Checked,
    diagnostics: &mut Diagnostics,
) -> Option<(Vec<Unit>, Vec<String>)> {
    if request.kind == ProgramKind::Executable && checked.signatures.main.is_none() {
        diagnostics.report(check::missing_main());
        return None;
    }
    let bodies = ProgramBodies::new(checked, build_options(request.front, sources));
    let input = MonoInput {
        program: &checked.program,
        signatures: &checked.signatures,
        bodies: &bodies,
        target: request.front.target,
        sources,
        options: options(request),
    };
    let (MonoOutput { units, links }, errors) = mono::lower(&input);
    diagnostics.append(bodies.into_diagnostics());
    diagnostics.append(errors);
    if diagnostics.has_errors() {
        return None;
    }
    assert!(!units.is_empty(), "a program without errors has code");
    let units = add_c_texts(units, checked, request.front, diagnostics)?;
    Some((units, links))
}

fn options(request: BuildRequest<'_>) -> MonoOptions {
    let panic = match request.front.target.unwind {
        // A test that panics is one that failed, and its drops are part of what is tested.
        target::Unwind::Itanium if request.kind == ProgramKind::Tests => PanicStrategy::Unwind,
        target::Unwind::Itanium => request.front.profile.panic,
        target::Unwind::None => PanicStrategy::Abort,
    };
    MonoOptions {
        optimize: request.front.profile.optimize,
        codegen_units: request.front.profile.codegen_units,
        debug_info: request.front.profile.debug_info,
        panic,
        overflow_checks: request.front.profile.overflow_checks,
        kind: request.kind,
    }
}

/// A folder of this run, deleted with the value.
fn workspace(request: BuildRequest<'_>, diagnostics: &mut Diagnostics) -> Option<TemporaryFolder> {
    let workspace = request.front.cache.workspace();
    workspace
        .map_err(|error| diagnostics.report(errors::unwritable(request.front.cache.path(), &error)))
        .ok()
}

fn objects(
    request: BuildRequest<'_>,
    workspace: &TemporaryFolder,
    units: &[Unit],
    form: Form,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<PathBuf>> {
    let program = match request.front.sysroot.codegen() {
        Ok(program) => program,
        Err(error) => {
            diagnostics.report(error.diagnostic());
            return None;
        }
    };
    let back_end = BackEnd {
        program: &program,
        cache_root: request.front.cache.path(),
        workspace: workspace.path(),
        n_jobs: request.n_jobs,
        show: request.show,
    };
    back_end.compile(units, form, diagnostics)
}

fn c_objects(
    request: BuildRequest<'_>,
    workspace: &TemporaryFolder,
    checked: &Checked,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<PathBuf>> {
    if checked.c_sources.is_empty() {
        return Some(Vec::new());
    }
    let front = request.front;
    let tools = front
        .sysroot
        .clang()
        .and_then(|clang| Ok((clang, front.sysroot.clang_resource_dir()?)));
    let (clang, resource_dir) = match tools {
        Ok(tools) => tools,
        Err(error) => {
            diagnostics.report(error.diagnostic());
            return None;
        }
    };
    let build = CSourceBuild {
        clang: &clang,
        resource_dir: &resource_dir,
        target: front.target,
        target_root: front.target_root,
        profile: front.profile,
        cache_root: front.cache.path(),
        workspace: workspace.path(),
        show: request.show,
    };
    build.objects(&checked.c_sources, diagnostics)
}

fn runtime(
    request: BuildRequest<'_>,
    workspace: &TemporaryFolder,
    diagnostics: &mut Diagnostics,
) -> Option<Vec<PathBuf>> {
    let objects = request
        .front
        .sysroot
        .clang()
        .map_err(|error| error.diagnostic())
        .and_then(|clang| {
            let build = RuntimeBuild {
                clang: &clang,
                target: request.front.target,
                cache_root: request.front.cache.path(),
                workspace: workspace.path(),
                show: request.show,
            };
            build.objects()
        });
    objects.map_err(|error| diagnostics.report(error)).ok()
}

fn has_cxx(checked: &Checked) -> bool {
    let mut sources = checked.c_sources.iter().flat_map(|group| &group.sources);
    sources.any(|source| is_cxx(&source.value))
}

/// The runtime of the sanitizer, if there is one to link: looked for before the program is compiled.
fn sanitizer(
    request: BuildRequest<'_>,
    checked: &Checked,
    diagnostics: &mut Diagnostics,
) -> Option<Option<SanitizerFiles>> {
    let front = request.front;
    if front.target.sanitizer.is_none() {
        return Some(None);
    }
    let resource_dir = front.sysroot.clang_resource_dir().map_err(|error| error.diagnostic());
    let files = resource_dir.and_then(|dir| {
        let found = link::find_sanitizer_files(front.target, front.target_root, &[dir], has_cxx(checked));
        found.map_err(|error| errors::link_failed(&error))
    });
    files.map_err(|error| diagnostics.report(error)).ok()
}

/// Links in the workspace, so that an interrupted link leaves nothing beside the output.
fn link_executable(
    request: BuildRequest<'_>,
    workspace: &TemporaryFolder,
    objects: Vec<PathBuf>,
    (links, sanitizer): (Vec<String>, Option<SanitizerFiles>),
    checked: &Checked,
    destination: &Destination,
) -> Result<(), Diagnostic> {
    let output = &destination.path;
    let front = request.front;
    let Some(name) = output.file_name() else {
        return Err(errors::unwritable(output, &std::io::ErrorKind::InvalidInput.into()));
    };
    let resource_dir = front.sysroot.clang_resource_dir().map_err(|error| error.diagnostic())?;
    let mut names = checked.libraries.names.clone();
    names.extend(links.into_iter().filter(|link| !checked.libraries.names.contains(link)));
    let mut libraries: Vec<Library> = names.into_iter().map(Library::Named).collect();
    if has_cxx(checked) {
        let resource_dirs = std::slice::from_ref(&resource_dir);
        let library = link::cxx_library(front.target, front.target_root, resource_dirs);
        libraries.push(library.map_err(|error| errors::link_failed(&error))?);
    }
    let linked = workspace.path().join(name);
    let plan = LinkPlan::new(LinkRequest {
        target: front.target,
        linker: front
            .sysroot
            .linker(front.target.link.flavor)
            .map_err(|error| error.diagnostic())?,
        kind: OutputKind::Executable,
        objects,
        libraries,
        sanitizer,
        library_dirs: [request.library_dirs, &checked.libraries.dirs].concat(),
        output: linked.clone(),
        sysroot: front.target_root.map(Path::to_owned),
        resource_dirs: vec![resource_dir],
    });
    let plan = plan.map_err(|error| errors::link_failed(&error))?;
    let words: Vec<String> = plan
        .command_line()
        .iter()
        .map(|word| quote(&word.to_string_lossy()))
        .collect();
    (request.show)(&words.join(" "));
    plan.run().map_err(|error| {
        let defined = if let LinkError::UndefinedSymbols(symbols) = &error {
            in_headers(request, checked, symbols)
        } else {
            None
        };
        defined.unwrap_or_else(|| errors::link_failed(&error))
    })?;
    let placed = destination.prepare().and_then(|()| place(&linked, output));
    placed.map_err(|error| errors::unwritable(output, &error))
}

/// What is undefined for the linker, and defined by a header: the first of such.
fn in_headers(request: BuildRequest<'_>, checked: &Checked, symbols: &[UndefinedSymbol]) -> Option<Diagnostic> {
    let importer = c_importer(request.front, Comments::Skip).ok()?;
    let c = &checked.signatures.c;
    let functions = c
        .functions
        .values()
        .map(|found| (&found.symbol, found.name, found.module));
    let globals = c
        .globals
        .values()
        .map(|found| (&found.symbol, found.name, found.module));
    let is_undefined = |symbol: &str| symbols.iter().any(|undefined| undefined.symbol == symbol);
    let mut undefined = functions.chain(globals).filter(|(symbol, ..)| is_undefined(symbol));
    undefined.find_map(|(_, name, module)| {
        let spec = c.modules.get(&module)?.spec.as_ref()?;
        let found = importer
            .definitions(spec, request.front.target, &[name.as_str()])
            .ok()?;
        let (_, place) = found.first()?;
        let import = span_of_import(&checked.program, module.of_import());
        Some(errors::defined_in_header(import, name, place))
    })
}
