//! The front half: sources to a checked program, one phase after the other.
//!
//! Each phase runs on whatever the one before could make, so that one run reports as much as it can; what is handed on
//! to the back half is complete and without errors, or absent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::SourceMap;
use check::{CheckInput, Signatures};
use diag::{Diagnostic, Diagnostics};
use hir::Program;
use interpret::Limits;
use mir::BuildOptions;
use syntax::Damage;
use target::Target;

use crate::bodies::{build_bodies, build_constants};
use crate::c_answers::check_program;
use crate::c_imports::{Libraries, import_c};
use crate::c_settings::{CSourceGroup, c_source_groups};
use crate::cache_dir::CacheDir;
use crate::conditions::Purpose;
use crate::constants::{Constants, TypedConstants};
use crate::modules::load_modules;
use crate::package::{Profile, Subject};
use crate::processors::Processors;
use crate::shorthand::say_fields;
use crate::sysroot::Sysroot;
use crate::timings::{Activity, Timings};

/// What is analysed, and for which machine.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What the command is for.
    pub subject: &'a Subject,
    pub target: &'a Target,
    pub sysroot: &'a Sysroot,
    /// The root folder of the target's headers and libraries, when the user gives one.
    pub target_root: Option<&'a Path>,
    /// Absolute folders where C headers are looked for before the system's.
    pub include_dirs: &'a [PathBuf],
    pub cache: &'a CacheDir,
    /// Files of bindings have to be what the headers give now.
    pub locked: bool,
    /// What is built later: precompiled headers depend on it.
    pub profile: Profile,
    /// How much the evaluation of one constant may take.
    pub const_limits: Limits,
    pub purpose: Purpose,
    /// Where it is said what is being done.
    pub activity: &'a Arc<Activity>,
}

impl<'a> Request<'a> {
    pub(crate) fn processors(self) -> Processors<'a> {
        Processors {
            target: self.target,
            sysroot: self.sysroot,
            cache: self.cache,
        }
    }
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
    /// Of every function and test in the program's own files. [`crate::ProgramBodies`] adds the library's.
    pub bodies: BTreeMap<mir::BodyOwner, Arc<mir::Body>>,
    /// Those with closures in them.
    pub(crate) constants: TypedConstants,
    pub const_limits: Limits,
    /// What the imported C is linked with.
    pub libraries: Libraries,
    /// What Clang compiles for the packages.
    pub c_sources: Vec<CSourceGroup>,
}

impl Checked {
    /// The MIR of the program's bodies, in the order of files and places.
    pub fn mir_text(&self) -> String {
        let texts: Vec<String> = self
            .bodies
            .values()
            .map(|body| mir::print(body, &self.signatures))
            .collect();
        texts.join("\n")
    }
}

/// Runs the front half.
pub fn analyse(request: Request<'_>) -> Analysis {
    let mut sources = request.subject.sources.clone();
    let mut diagnostics = Diagnostics::new();
    let mut damage = Damage::default();
    let mut timings = Timings::shown_by(Arc::clone(request.activity));
    let checked = run_phases(request, &mut sources, &mut diagnostics, &mut damage, &mut timings);
    if !damage.is_empty() {
        diagnostics.retain(|one| !follows_from(&damage, one, &sources));
    }
    let checked = checked.filter(|_| !diagnostics.has_errors());
    let mut diagnostics = diagnostics.sorted();
    say_fields(&mut diagnostics, &sources);
    Analysis {
        sources,
        diagnostics,
        timings,
        checked,
    }
}

/// Whether a message is of a phase after parsing, and only a syntax error is to blame for it.
fn follows_from(damage: &Damage, diagnostic: &Diagnostic, sources: &SourceMap) -> bool {
    let text = diagnostic.primary.as_ref().map_or("", |label| sources.text(label.span));
    !diagnostic.code.is_of_syntax() && damage.explains(diagnostic, text)
}

fn run_phases(
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
    damage: &mut Damage,
    timings: &mut Timings,
) -> Option<Checked> {
    let files = load_modules(request, sources, diagnostics, damage, timings)?;
    let packages = request.subject.packages.clone();
    let (mut program, errors) = timings.time("link names", || hir::link(files, packages));
    diagnostics.append(errors);
    let mut c = timings.time("import C", || import_c(&mut program, request, sources, diagnostics));
    let model = std::mem::take(&mut c.model);
    let c_sources = c_source_groups(request, &mut c.libraries, diagnostics);
    let constants = Constants::new(sources, request.const_limits);
    let input = CheckInput {
        program: &program,
        target: request.target,
        queries: &c,
        constants: &constants,
        sources,
    };
    let (signatures, typed) = timings.time("check", || check_program(&c, model, request, input, diagnostics));
    let options = build_options(request, sources);
    let with_functions = constants.with_functions();
    let bodies = timings.time("MIR", || {
        let mut bodies = build_bodies(input, &signatures, typed, options, diagnostics);
        bodies.append(&mut build_constants(
            input,
            &signatures,
            &with_functions,
            options,
            diagnostics,
        ));
        bodies
    });
    Some(Checked {
        program,
        signatures,
        bodies,
        constants: with_functions,
        const_limits: request.const_limits,
        libraries: c.libraries,
        c_sources,
    })
}

/// How bodies become MIR.
pub fn build_options<'a>(request: Request<'a>, sources: &'a SourceMap) -> BuildOptions<'a> {
    BuildOptions {
        overflow_checks: request.profile.overflow_checks,
        target: request.target,
        sources,
    }
}
