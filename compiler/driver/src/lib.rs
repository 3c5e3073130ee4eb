//! The back half of the compiler: from checked MIR to an executable, and running it.
//!
//! Takes what `session` analysed. Makes code units, objects through `lang-codegen` and its cache, and an executable
//! through `link`. Says what `lang doctor` says. Knows no syntax and prints nothing.

mod cache;
mod commands;
mod errors;

pub use commands::ShowCommand;
