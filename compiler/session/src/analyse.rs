//! The front half: sources to a checked program, one phase after the other.
//!
//! Each phase runs on whatever the one before could make, so that one run reports as much as it can; what is handed on
//! to the back half is complete and without errors, or absent.

use std::path::Path;

use base::SourceMap;
use check::{CheckInput, Signatures};
use cmodel::NoQueries;
use diag::{Diagnostic, Diagnostics};
use hir::Program;
use target::Target;
use unit::Optimize;

use crate::bodies::check_bodies;
use crate::c_imports::{Libraries, import_c};
use crate::cache_dir::CacheDir;
use crate::modules::load_modules;
use crate::sysroot::Sysroot;
use crate::timings::Timings;

/// What is analysed, and for which machine.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The file given to the command.
    pub root: &'a Path,
    pub target: &'a Target,
    pub sysroot: &'a Sysroot,
    /// The root folder of the target's headers and libraries, when the user gives one.
    pub target_root: Option<&'a Path>,
    pub cache: &'a CacheDir,
    /// What is built later: precompiled headers depend on it.
    pub optimize: Optimize,
}

/// What came of it.
#[derive(Debug)]
pub struct Analysis {
    pub sources: SourceMap,
    /// In the order in which people read them.
    pub diagnostics: Vec<Diagnostic>,
    pub timings: Timings,
    /// Present when there were no errors.
    pub checked: Option<Checked>,
}

/// A program without errors.
#[derive(Debug)]
pub struct Checked {
    pub program: Program,
    pub signatures: Signatures,
    /// What the C of the program is linked with.
    pub libraries: Libraries,
}

/// Runs the front half.
pub fn analyse(request: Request<'_>) -> Analysis {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let mut timings = Timings::default();
    let checked = run_phases(request, &mut sources, &mut diagnostics, &mut timings);
    let checked = checked.filter(|_| !diagnostics.has_errors());
    Analysis {
        sources,
        diagnostics: diagnostics.sorted(),
        timings,
        checked,
    }
}

fn run_phases(
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
    timings: &mut Timings,
) -> Option<Checked> {
    let files = load_modules(request.root, request.sysroot, sources, diagnostics, timings)?;
    let (program, errors) = timings.time("link names", || hir::link(files));
    diagnostics.append(errors);
    let (model, libraries) = timings.time("import C", || import_c(&program, sources, request, diagnostics));
    let input = CheckInput {
        program: &program,
        target: request.target,
        queries: &NoQueries,
    };
    let signatures = timings.time("check", || {
        let (signatures, errors) = check::collect(input, model);
        diagnostics.append(errors);
        let _bodies = check_bodies(input, &signatures, diagnostics);
        signatures
    });
    Some(Checked {
        program,
        signatures,
        libraries,
    })
}
