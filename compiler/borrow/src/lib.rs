//! What MIR must satisfy for its drops to be right: values are used only while they are there, and changed only where
//! they may be.
//!
//! `check` takes a body as `mir::build` gives it, reports uses of moved or uninitialised values, moves out of places
//! that cannot be left empty, writes to what is not `var` or can only be read, and references to what is less aligned
//! than its type; then it makes every drop exact: one that is there runs, always or by a flag, for the parts that are
//! there; and of that it checks the references (`loans`). Must not know how drops are compiled.

mod advice;
mod aligned;
mod describe;
mod drops;
mod errors;
mod history;
mod init;
mod kept;
mod loans;
mod places;
mod uses;
mod writes;

use check::Signatures;
use diag::Diagnostics;
use mir::{Body, dataflow};
use target::Target;

pub use loans::Closures;

use init::Initialisation;
use places::MovePaths;

/// Checks a body and makes its drops exact. The body is of use only without errors.
// The benches count the instructions of this function.
#[inline(never)]
pub fn check(body: Body, signatures: &Signatures, target: &Target, closures: &mut Closures) -> (Body, Diagnostics) {
    let paths = MovePaths::of(&body, signatures);
    let analysis = Initialisation::new(&body, &paths, signatures);
    let facts = dataflow::solve(&body, &analysis);
    let mut diagnostics = uses::check_uses(&body, signatures, &analysis, &facts);
    diagnostics.append(writes::check_writes(&body, signatures, &analysis, &facts));
    diagnostics.append(kept::check_kept(&body, signatures));
    diagnostics.append(aligned::check_alignment(&body, signatures, target));
    if diagnostics.has_errors() {
        return (body, diagnostics);
    }
    let body = mir::simplify(drops::elaborate(&body, signatures, &analysis, &facts));
    diagnostics.append(loans::check_loans(&body, signatures, closures));
    if cfg!(debug_assertions) {
        mir::verify(&body, signatures, "drop elaboration");
    }
    (body, diagnostics)
}
