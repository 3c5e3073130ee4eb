//! What each command does: its arguments into a request, the request to session and driver, the answer to the terminal.

use std::process::ExitCode;

use base::SourceMap;
use diag::{Colors, Diagnostic, Severity};
use session::{Analysis, CacheDir, CacheUse, Environment, FileForm, Request, Sysroot, dump_file, find_target};
use target::{Table, Target};
use unit::Optimize;

use crate::cli::{CheckArgs, CommonArgs, FrontEmit};
use crate::output;

/// What the arguments that all commands share come to.
pub(crate) struct Context<'a> {
    pub(crate) args: &'a CommonArgs,
    pub(crate) colors: Colors,
    pub(crate) target: &'static Target,
    pub(crate) sysroot: Sysroot,
    pub(crate) cache: CacheDir,
}

impl<'a> Context<'a> {
    /// Fails with the exit status, the reason said.
    pub(crate) fn new(args: &'a CommonArgs, colors: Colors) -> Result<Self, ExitCode> {
        if let Some(jobs) = args.jobs {
            session::parallel::set_threads(usize::from(jobs));
        }
        let table = Table::embedded();
        let target = find_target(table, args.target.as_deref()).map_err(|error| refuse(&error, colors))?;
        let environment = Environment::of_process();
        let cache_use = if args.no_cache {
            CacheUse::ThisRun
        } else {
            CacheUse::Shared
        };
        let cache = CacheDir::open(&environment, cache_use)
            .map_err(|error| output::fail(&format!("no folder for temporary files can be written to: {error}")))?;
        Ok(Self {
            args,
            colors,
            target,
            sysroot: Sysroot::new(environment, table),
            cache,
        })
    }

    pub(crate) fn request<'r>(&'r self, root: &'r std::path::Path, optimize: Optimize) -> Request<'r> {
        Request {
            root,
            target: self.target,
            sysroot: &self.sysroot,
            target_root: self.args.sysroot.as_deref(),
            cache: &self.cache,
            optimize,
        }
    }

    /// Prints what an analysis says; gives the exit status.
    pub(crate) fn report(&self, analysis: &Analysis) -> ExitCode {
        output::diagnostics(&analysis.diagnostics, &analysis.sources, self.colors);
        if self.args.timings {
            output::error(&analysis.timings.report());
        }
        if analysis.checked.is_some() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

/// Prints a diagnostic that no source is at fault for.
pub(crate) fn refuse(diagnostic: &Diagnostic, colors: Colors) -> ExitCode {
    output::diagnostics(std::slice::from_ref(diagnostic), &SourceMap::default(), colors);
    ExitCode::FAILURE
}

pub(crate) fn check(args: &CheckArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    match args.emit {
        Some(FrontEmit::Tokens) => return Ok(dump(&args.file, FileForm::Tokens, colors)),
        Some(FrontEmit::Tree) => return Ok(dump(&args.file, FileForm::Tree, colors)),
        Some(FrontEmit::Hir) => return Ok(dump(&args.file, FileForm::Hir, colors)),
        Some(FrontEmit::Mir) | None => {}
    }
    let context = Context::new(&args.common, colors)?;
    let analysis = session::analyse(context.request(&args.file, Optimize::None));
    Ok(context.report(&analysis))
}

/// Prints one file in a form, broken or not.
fn dump(file: &std::path::Path, form: FileForm, colors: Colors) -> ExitCode {
    let dump = dump_file(file, form);
    let printed = output::print_or_fail(dump.text.as_bytes());
    output::diagnostics(&dump.diagnostics, &dump.sources, colors);
    if dump.diagnostics.iter().any(|one| one.severity == Severity::Error) {
        ExitCode::FAILURE
    } else {
        printed
    }
}
