//! The back half of the compiler: from checked MIR to an executable, and running it.
//!
//! Takes what `session` analysed. Makes code units, objects through `lang-codegen` and its cache, and an executable
//! through `link`. Says what `lang doctor` says. Knows no syntax and prints nothing.

mod build;
mod build_folder;
mod c_sources;
mod c_texts;
mod cache;
mod commands;
mod doctor;
mod errors;
mod objects;
mod place;
mod python;
mod run;
mod runtime_objects;
mod test_run;

pub use build::{BuildRequest, Built, Program, TestCase, build, emit};
pub use build_folder::{Destination, clean};
pub use commands::ShowCommand;
pub use doctor::{Finding, Report, State, examine};
pub use mono::ProgramKind;
pub use objects::Form;
pub use place::write_output;
pub use run::{become_program, executable_name, run_output, run_program, runner};
pub use test_run::{TestOutcome, Verdict, run_tests};
