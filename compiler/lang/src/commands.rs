//! What each command does: its arguments into a request, the request to session and driver, the answer to the terminal.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use base::SourceMap;
use diag::{Colors, Diagnostic, Severity};
use driver::{BuildRequest, Built, Destination, Form, ProgramKind, ShowCommand};
use session::{
    Activity, Analysis, CacheDir, CacheUse, DebugInfo, DocExamples, Environment, Extent, FileForm, PanicStrategy,
    Processors, Profile, Purpose, Request, Subject, Sysroot, Timings, dump_file, find_target,
};
use target::{Sanitizer, Table, Target};

use crate::cli::{BackArgs, BuildArgs, CheckArgs, CommonArgs, Emit, FrontEmit, Panic, Release, RunArgs};
use crate::output;
use crate::progress::Progress;

/// What the arguments that all commands share come to.
pub(crate) struct Context<'a> {
    pub(crate) args: &'a CommonArgs,
    pub(crate) colors: Colors,
    pub(crate) target: &'static Target,
    sysroot: Sysroot,
    /// Absolute.
    pub(crate) include_dirs: Vec<PathBuf>,
    cache: CacheDir,
    pub(crate) activity: Arc<Activity>,
}

impl<'a> Context<'a> {
    /// Fails with the exit status, the reason said.
    pub(crate) fn new(args: &'a CommonArgs, colors: Colors) -> Result<Self, ExitCode> {
        crate::start_threads(args.jobs.map(usize::from))?;
        let table = Table::embedded();
        let target = find_target(table, args.target.as_deref()).map_err(|error| output::refuse(&error, colors))?;
        let environment = Environment::of_process();
        let cache_use = if args.no_cache {
            CacheUse::ThisRun
        } else {
            CacheUse::Shared
        };
        let include_dirs: Result<Vec<PathBuf>, _> = args.include_dirs.iter().map(|dir| absolute(dir)).collect();
        let cache = CacheDir::open(&environment, cache_use)
            .map_err(|error| output::fail(&format!("no folder for temporary files can be written to: {error}")))?;
        Ok(Self {
            args,
            colors,
            target,
            sysroot: Sysroot::new(environment, table),
            include_dirs: include_dirs?,
            cache,
            activity: Arc::default(),
        })
    }

    /// Settles the processor: that of the command line, or that which the package names for the target.
    pub(crate) fn choose_processor(&mut self, subject: Option<&Subject>) -> Result<(), ExitCode> {
        let processors = Processors {
            target: self.target,
            sysroot: &self.sysroot,
            cache: &self.cache,
        };
        let target = match (&self.args.cpu, subject.and_then(|subject| subject.cpu(self.target))) {
            (Some(name), _) => processors
                .with(name)
                .map_err(|error| output::refuse(&error, self.colors))?,
            (None, Some(written)) => processors.with_written(written).map_err(|error| {
                let sources = &subject.expect("it names the processor").sources;
                output::diagnostics(&[error], sources, self.colors);
                ExitCode::FAILURE
            })?,
            (None, None) => return Ok(()),
        };
        // For the rest of the process, as the table of targets is.
        self.target = Box::leak(Box::new(target));
        Ok(())
    }

    /// Settles what watches the program.
    pub(crate) fn choose_sanitizer(&mut self, back: &BackArgs) -> Result<(), ExitCode> {
        if let Some(sanitizer) = back.sanitize {
            let target = session::sanitized(Table::embedded(), self.target, sanitizer);
            self.target = Box::leak(Box::new(target.map_err(|error| output::refuse(&error, self.colors))?));
        }
        Ok(())
    }

    pub(crate) fn front<'r>(&'r self, subject: &'r Subject, profile: Profile, purpose: Purpose) -> Request<'r> {
        Request {
            subject,
            target: self.target,
            sysroot: &self.sysroot,
            target_root: self.args.sysroot.as_deref(),
            include_dirs: &self.include_dirs,
            cache: &self.cache,
            locked: self.args.locked,
            profile,
            const_limits: self.const_limits(),
            purpose,
            activity: &self.activity,
        }
    }

    /// The examples in the documentation of what is tested.
    pub(crate) fn doc_examples(&self, subject: &Subject, back: &BackArgs) -> DocExamples {
        subject.doc_examples(self.target, profile(subject, back))
    }

    /// Checks a test build.
    pub(crate) fn analyse(&self, subject: &Subject, back: &BackArgs) -> Analysis {
        session::analyse(self.front(subject, profile(subject, back), Purpose::Tests))
    }

    /// What the command is for, or the exit status, the reason said.
    pub(crate) fn open(&self, path: Option<&Path>, extent: Extent) -> Result<Subject, ExitCode> {
        match path.and_then(|path| session::open_library(path, &self.sysroot)) {
            Some(subject) => Ok(subject),
            None => open(path, extent, self.colors),
        }
    }

    /// The status line, from now until the value goes.
    pub(crate) fn progress(&self, subject: &Subject) -> Progress {
        Progress::show(subject.name.clone(), Arc::clone(&self.activity))
    }

    /// The command that runs an executable of the target here.
    pub(crate) fn runner(&self, executable: &Path, args: &[OsString]) -> Result<std::process::Command, ExitCode> {
        let root = self.args.sysroot.as_deref();
        let command = driver::runner(executable, args, self.target, &self.sysroot, root);
        command.map_err(|error| output::refuse(&error, self.colors))
    }

    /// The command that runs one test of a test build. That it can be made has been asked before.
    pub(crate) fn test_command(&self, executable: &Path, number: usize) -> Result<std::process::Command, Diagnostic> {
        let root = self.args.sysroot.as_deref();
        let args = [OsString::from(format!("--run={number}"))];
        driver::runner(executable, &args, self.target, &self.sysroot, root)
    }

    fn const_limits(&self) -> session::ConstLimits {
        let limits = session::ConstLimits::default();
        session::ConstLimits {
            steps: self.args.const_steps.unwrap_or(limits.steps),
            ..limits
        }
    }

    /// How many things are done at once.
    pub(crate) fn n_jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.args.jobs.map_or_else(processors, usize::from)
    }

    pub(crate) fn back<'r>(&'r self, subject: &'r Subject, back: &'r BackArgs, kind: ProgramKind) -> BuildRequest<'r> {
        let profile = profile(subject, back);
        let purpose = match kind {
            ProgramKind::Executable => Purpose::Program,
            ProgramKind::Tests => Purpose::Tests,
        };
        BuildRequest {
            front: self.front(subject, profile, purpose),
            kind,
            library_dirs: &back.library_dirs,
            n_jobs: self.n_jobs(),
            show: self.show(),
        }
    }

    pub(crate) fn show(&self) -> ShowCommand<'static> {
        if self.args.verbose {
            &|line| output::error(&format!("{line}\n"))
        } else {
            &|_| {}
        }
    }

    fn report(&self, diagnostics: &[Diagnostic], sources: &SourceMap, timings: &Timings) {
        output::diagnostics(diagnostics, sources, self.colors);
        if self.args.timings {
            output::error(&timings.report());
        }
    }

    /// Prints what a build says; gives its result, or the exit status.
    pub(crate) fn finish<T>(&self, built: Built<T>) -> Result<T, ExitCode> {
        self.report(&built.diagnostics, &built.sources, &built.timings);
        built.result.ok_or(ExitCode::FAILURE)
    }
}

fn profile(subject: &Subject, back: &BackArgs) -> Profile {
    let profile = subject.profile(match back.release {
        Some(_) => Profile::RELEASE,
        None => Profile::DEBUG,
    });
    Profile {
        overflow_checks: profile.overflow_checks || back.release == Some(Release::Safe),
        panic: match back.panic {
            Some(Panic::Unwind) => PanicStrategy::Unwind,
            Some(Panic::Abort) => PanicStrategy::Abort,
            None => profile.panic,
        },
        codegen_units: back.codegen_units.or(profile.codegen_units),
        // A report without lines would be of no use.
        debug_info: if back.sanitize.is_some() {
            DebugInfo::Full
        } else {
            profile.debug_info
        },
        ..profile
    }
}

/// What the command is for, or the exit status, the reason said.
pub(crate) fn open(path: Option<&Path>, extent: Extent, colors: Colors) -> Result<Subject, ExitCode> {
    session::open(path, extent).map_err(|(diagnostics, sources)| {
        output::diagnostics(&diagnostics, &sources, colors);
        ExitCode::FAILURE
    })
}

pub(crate) fn check(args: &CheckArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let path = args.path.as_deref();
    match args.emit {
        Some(FrontEmit::Tokens) => {
            return dump((path, Extent::AllFiles), FileForm::Tokens, None, (&args.common, colors));
        }
        Some(FrontEmit::Tree) => return dump((path, Extent::AllFiles), FileForm::Tree, None, (&args.common, colors)),
        Some(FrontEmit::Hir) => return dump((path, Extent::AllFiles), FileForm::Hir, None, (&args.common, colors)),
        Some(FrontEmit::Mir) | None => {}
    }
    let mut context = Context::new(&args.common, colors)?;
    let subject = context.open(path, Extent::AllFiles)?;
    context.choose_processor(Some(&subject))?;
    crate::cimport::assert_locked(&context, &subject)?;
    let _progress = context.progress(&subject);
    let analysis = session::analyse(context.front(&subject, subject.profile(Profile::DEBUG), Purpose::Tests));
    context.report(&analysis.diagnostics, &analysis.sources, &analysis.timings);
    let checked = analysis.checked.ok_or(ExitCode::FAILURE)?;
    if args.emit.is_some() {
        return Ok(write(checked.mir_text().as_bytes(), None));
    }
    // The process ends, and its memory with it: taking the program apart would cost a tenth of checking it.
    std::mem::forget(checked);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn build(args: &BuildArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let (path, output) = (args.path.as_deref(), args.output.as_deref());
    let form = match args.emit {
        Some(Emit::Tokens) => {
            return dump(
                (path, Extent::Program),
                FileForm::Tokens,
                output,
                (&args.common, colors),
            );
        }
        Some(Emit::Tree) => return dump((path, Extent::Program), FileForm::Tree, output, (&args.common, colors)),
        Some(Emit::Hir) => return dump((path, Extent::Program), FileForm::Hir, output, (&args.common, colors)),
        Some(Emit::Mir) => return build_mir(args, colors),
        Some(Emit::Llvm) => Some(Form::Llvm),
        Some(Emit::Asm) => Some(Form::Assembly),
        Some(Emit::Obj) => Some(Form::Object),
        None => None,
    };
    let subject = open(path, Extent::Program, colors)?;
    let mut context = Context::new(&args.common, colors)?;
    context.choose_processor(Some(&subject))?;
    context.choose_sanitizer(&args.back)?;
    crate::cimport::assert_locked(&context, &subject)?;
    let _progress = context.progress(&subject);
    let request = context.back(&subject, &args.back, ProgramKind::Executable);
    let Some(form) = form else {
        let profile = if args.back.release.is_some() {
            "release"
        } else {
            "debug"
        };
        let output = match &args.output {
            Some(output) => Destination::file(output.clone()),
            None => Destination::default(&subject, context.target, profile),
        };
        context.finish(driver::build(request, &output))?;
        return Ok(ExitCode::SUCCESS);
    };
    let texts = context.finish(driver::emit(request, form))?;
    if form == Form::Object && texts.len() > 1 {
        let message = "the program is several objects, one for each file; `--release` makes it one";
        return Err(output::fail(message));
    }
    Ok(write(&texts.concat(), output))
}

fn build_mir(args: &BuildArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let subject = open(args.path.as_deref(), Extent::Program, colors)?;
    let mut context = Context::new(&args.common, colors)?;
    context.choose_processor(Some(&subject))?;
    context.choose_sanitizer(&args.back)?;
    crate::cimport::assert_locked(&context, &subject)?;
    let _progress = context.progress(&subject);
    let request = context.back(&subject, &args.back, ProgramKind::Executable);
    let analysis = session::analyse(request.front);
    context.report(&analysis.diagnostics, &analysis.sources, &analysis.timings);
    let checked = analysis.checked.ok_or(ExitCode::FAILURE)?;
    Ok(write(checked.mir_text().as_bytes(), args.output.as_deref()))
}

pub(crate) fn run(args: &RunArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let subject = open(args.path.as_deref(), Extent::Program, colors)?;
    let mut context = Context::new(&args.common, colors)?;
    context.choose_processor(Some(&subject))?;
    context.choose_sanitizer(&args.back)?;
    crate::cimport::assert_locked(&context, &subject)?;
    build_and_start(context, &subject, args)
}

/// Where a program that is run goes, or the exit status, the reason said. `kind` is empty or what else is built of the
/// subject.
pub(crate) fn run_output(
    context: &Context<'_>,
    subject: &Subject,
    back: &BackArgs,
    kind: &str,
) -> Result<PathBuf, ExitCode> {
    let profile = if back.release.is_some() { "release" } else { "debug" };
    let sanitizer = context.target.sanitizer.map_or("", Sanitizer::name);
    let variant = format!("{profile} {sanitizer} {kind}");
    driver::run_output(&context.cache, subject, context.target, &variant).map_err(|error| {
        output::fail(&format!(
            "cannot write to `{}`: {error}",
            context.cache.path().display()
        ))
    })
}

fn build_and_start(context: Context<'_>, subject: &Subject, args: &RunArgs) -> Result<ExitCode, ExitCode> {
    let executable = run_output(&context, subject, &args.back, "")?;
    // Asked before building: a program that cannot run here need not be built to find out.
    let command = context.runner(&executable, &args.args)?;
    let show = context.show();
    let progress = context.progress(subject);
    let destination = Destination::file(executable);
    let built = driver::build(context.back(subject, &args.back, ProgramKind::Executable), &destination);
    drop(progress);
    context.finish(built)?;
    let colors = context.colors;
    let status = if context.cache.is_shared() {
        driver::become_program(command, show)
    } else {
        // The executable goes as soon as the program has started, however it ends.
        driver::run_program(command, show, move || drop(context))
    };
    match status {
        Ok(status) => Ok(ExitCode::from(u8::try_from(status & 0xff).expect("it is masked"))),
        Err(error) => Err(output::refuse(&error, colors)),
    }
}

pub(crate) fn absolute(dir: &Path) -> Result<PathBuf, ExitCode> {
    std::path::absolute(dir).map_err(|error| output::fail(&format!("`{}`: {error}", dir.display())))
}

/// Prints the names that `--cpu` takes for the target.
pub(crate) fn list_processors(args: &CommonArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let context = Context::new(args, colors)?;
    let processors = Processors {
        target: context.target,
        sysroot: &context.sysroot,
        cache: &context.cache,
    };
    let names = processors.names().map_err(|error| output::refuse(&error, colors))?;
    let lines: String = names.iter().map(|name| format!("{name}\n")).collect();
    Ok(output::print_or_fail(lines.as_bytes()))
}

pub(crate) fn doctor() -> ExitCode {
    let table = Table::embedded();
    let report = driver::examine(&Sysroot::new(Environment::of_process(), table), table);
    let printed = output::print_or_fail(report.to_text().as_bytes());
    if report.is_healthy() {
        printed
    } else {
        ExitCode::FAILURE
    }
}

/// Prints one file in a form, broken or not: the first of those that the command is for.
fn dump(
    (path, extent): (Option<&Path>, Extent),
    form: FileForm,
    output: Option<&Path>,
    (args, colors): (&CommonArgs, Colors),
) -> Result<ExitCode, ExitCode> {
    let target = find_target(Table::embedded(), args.target.as_deref());
    let target = target.map_err(|error| output::refuse(&error, colors))?;
    let subject = open(path, extent, colors)?;
    let dump = dump_file(subject.root(), form, target);
    let written = write(dump.text.as_bytes(), output);
    output::diagnostics(&dump.diagnostics, &dump.sources, colors);
    if dump.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        Err(ExitCode::FAILURE)
    } else {
        Ok(written)
    }
}

/// To a file, or to standard output.
pub(crate) fn write(bytes: &[u8], file: Option<&Path>) -> ExitCode {
    let Some(file) = file else {
        return output::print_or_fail(bytes);
    };
    match driver::write_output(bytes, file) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::fail(&format!("cannot write `{}`: {error}", file.display())),
    }
}
