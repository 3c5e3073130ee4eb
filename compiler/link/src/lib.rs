//! Objects to an executable, with lld and no compiler driver in between.
//!
//! Takes a [`LinkRequest`]: a target's row, objects, libraries, where lld is. Gives an executable at the output's path,
//! whole or not at all, or a [`LinkError`]. Knows no diagnostic and no source: the driver says what an undefined symbol
//! means to the user. What a platform's link needs besides is data of the target table, found on disk by `crt`.

mod crt;
mod error;
mod lld;
mod tbd;

pub use crt::{SanitizerFiles, SystemFiles, cxx_library, find_sanitizer_files, find_system_files};
pub use error::{LinkError, UndefinedSymbol};
pub use lld::{Library, LinkPlan, LinkRequest, OutputKind, program_name};
pub use tbd::{libsystem_stub, needed_symbols};
