//! C headers to the C model.
//!
//! Takes what a program asks of headers: which ones, for which target, and the names it mentions. Gives those names
//! and what their types reach as [`cmodel`] data, exactly as Clang 22 sees them. libclang is opened by path when a
//! header has to be parsed, and not before. Must not know the language: what a C type is in Lang is `check`'s matter.

// libclang's constants, in patterns.
#![allow(non_upper_case_globals)]

mod aligned;
#[allow(unsafe_code)]
mod ast;
mod at_once;
mod attributes;
mod bindings;
mod builtins;
mod bytes;
mod cache;
mod comments;
mod constants;
#[allow(unsafe_code)]
mod crashes;
mod decl;
mod definitions;
mod errors;
mod fits;
mod flags;
mod headers;
mod import;
mod instances;
#[allow(unsafe_code)]
mod libclang;
mod macros;
mod merge;
mod names;
mod own_layouts;
mod print;
mod queries;
mod query;
mod records;
mod returns;
mod rounds;
mod shadows;
mod stand_ins;
mod store;
mod texts;
mod thunks;
mod translate;
mod types;
mod undefined;
mod uses;

pub use bindings::{Bindings, BindingsError, Head, print_bindings, read_bindings};
pub use builtins::builtins_with;
pub use errors::{ImportError, conflict, import_error};
pub use flags::driver_arguments;
pub use import::{CImportResult, CodeBase, Comments, ImportOptions, Importer, UseAnswers};
pub use libclang::{CLANG_MAJOR, ON_CALLERS_THREADS};
pub use merge::merge;
pub use print::{Selection, print_module};
pub use queries::{ModuleNames, Queries};
pub use thunks::{DRIFT, ThunkError, thunk_text};
