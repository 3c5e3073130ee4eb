//! From checked, generic MIR to code units: reachable instances, layouts, drop glue, calls between Lang and C.
//!
//! Takes the program, its signatures and elaborated bodies on demand. Gives [`unit::Unit`]s, each with the crossings
//! whose C text goes with it, and the libraries that the reached declarations ask for. Makes no C text, reads no file,
//! knows no LLVM. The same input gives the same units.

mod bit_fields;
mod builder;
mod c_types;
mod callable;
mod certify;
mod collect;
mod crossings;
mod dynamic;
mod errors;
mod features;
mod floats;
mod glue;
mod instance;
mod layout;
mod lower;
mod names;
mod partition;
mod pool;
mod references;
mod renumber;
mod shims;
#[cfg(test)]
mod tests;
mod units;
mod variants;

use std::sync::Arc;

pub use certify::{Fault, FaultKind, certify};
use check::{FnRef, Signatures};
use cmodel::Crossing;
use hir::Program;
use mir::BodyOwner;
use unit::{DebugInfo, Optimize, PanicStrategy, Unit};

/// Checks the drops of a body that the compiler itself runs, which no code may be made of.
pub fn certify_evaluated(body: &mir::Body, signatures: &Signatures) -> Result<(), diag::Diagnostic> {
    let what = match body.owner {
        BodyOwner::Fn(function) => format!("`{}`", signatures.function(function).path),
        BodyOwner::Closure(_) => "a closure".to_owned(),
        BodyOwner::Const(_) => "a constant".to_owned(),
        BodyOwner::Test(_) => "a test".to_owned(),
    };
    certify(body, signatures).map_err(|fault| errors::wrong_drops(&fault, &what))
}

/// What code is made of.
pub struct MonoInput<'a> {
    pub program: &'a Program,
    pub signatures: &'a Signatures,
    pub bodies: &'a dyn BodySource,
    pub target: &'a target::Target,
    pub sources: &'a base::SourceMap,
    pub options: MonoOptions,
}

/// Gives bodies when they are reached.
pub trait BodySource {
    /// The body after drop elaboration; `None` if it has errors, which have been reported.
    fn body(&self, owner: BodyOwner) -> Option<Arc<mir::Body>>;

    /// The value of an associated constant, for the type arguments of the function that it is.
    fn assoc_const(&self, function: FnRef, args: &[check::Ty]) -> Result<check::ConstValue, check::Unevaluated>;

    /// The value of a body that is a constant, for these type arguments.
    fn constant(&self, body: &Arc<mir::Body>, args: &[check::Ty]) -> Result<check::ConstValue, check::Unevaluated>;
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MonoOptions {
    /// Without optimising, each file is a unit of its own; with it, units are about as large as each other.
    pub optimize: Optimize,
    /// How many units an optimised program is divided into, where that is not for its size to say.
    pub codegen_units: Option<u32>,
    pub debug_info: DebugInfo,
    pub panic: PanicStrategy,
    /// Of the operators that traits' functions are.
    pub overflow_checks: bool,
    pub kind: ProgramKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProgramKind {
    /// Runs `main`, which the program has.
    Executable,
    /// Runs every `test` of the program's own files.
    Tests,
}

/// The code of a program.
#[derive(Clone, PartialEq, Debug)]
pub struct MonoOutput {
    /// In order of name. Empty when there were errors.
    pub units: Vec<MonoUnit>,
    /// Libraries of `@link` on what the program reaches, without `-l`, in order of reference.
    pub links: Vec<String>,
}

/// A unit, still without its C text.
#[derive(Clone, PartialEq, Debug)]
pub struct MonoUnit {
    pub unit: Unit,
    /// In order of name, each name once: what `cimport::thunks` makes the unit's `c_texts` of.
    pub crossings: Vec<Crossing>,
}

/// Size and alignment of a type that has a size and mentions no generic parameter; `None` if it is too large.
pub fn layout(signatures: &Signatures, target: &target::Target, ty: check::Ty) -> Option<target::Layout> {
    let layout = layout::Layouts::new(signatures, target).of(ty).ok()?;
    Some(target::Layout::new(layout.size, layout.align))
}

/// Makes the code of a program. Errors are endless and oversized instantiation; those of bodies that
/// [`BodySource::body`] refused are the caller's to know.
pub fn lower(input: &MonoInput<'_>) -> (MonoOutput, diag::Diagnostics) {
    let mut pool = pool::Pool::new(input);
    collect::collect(&mut pool);
    let diagnostics = std::mem::take(&mut pool.diagnostics);
    let units = if diagnostics.has_errors() || pool.incomplete {
        Vec::new()
    } else {
        units::divide(&mut pool)
    };
    let output = MonoOutput {
        units,
        links: pool.links,
    };
    (output, diagnostics)
}
