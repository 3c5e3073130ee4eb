//! The harness: the repository, the executables under test, and the format of cases.
//!
//! Everything is tested by starting `lang` as a user would, with a cache of its own. Names no phase and no private
//! function, so that the cases outlive the internals.

pub mod abi;
pub mod borrowing;
mod case;
pub mod census;
mod executables;
mod mutate;
pub mod random;
mod sanitized;

pub use case::{Case, Directives, Expected, Goal, Reported, diagnostics_in, read_cases};
pub use executables::{Output, executable, lang, output_of, repository, run};
pub use mutate::{Piece, mutate, pieces};
pub use random::Random;
pub use sanitized::{SANITIZE, Watched, reduced_report};
