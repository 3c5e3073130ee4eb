//! The front half of the compiler: from a path to checked code, with whatever of the machine that takes.
//!
//! Finds files and tools, runs the phases in their order and collects their diagnostics. Knows nothing of code units,
//! objects and linking.

mod analyse;
mod bindings;
mod bodies;
mod c_answers;
mod c_imports;
mod c_settings;
mod cache_dir;
mod cimport_text;
mod conditions;
mod constants;
mod doc_examples;
mod dump;
mod errors;
mod files;
mod format;
mod modules;
mod package;
pub mod parallel;
mod pkg_config;
mod processors;
mod shorthand;
mod sysroot;
mod targets;
mod timings;

pub use analyse::{Analysis, Checked, Request, analyse, build_options};
pub use bindings::{
    BindingsState, BindingsToMake, MadeBindings, assert_current, assert_names_current, bindings_of_files,
    bindings_of_package, make_bindings, said_dirs,
};
pub use bodies::ProgramBodies;
pub use c_imports::{Libraries, c_importer, span_of_import};
pub use c_settings::CSourceGroup;
pub use cache_dir::{CacheDir, CacheUse};
pub use cimport_text::{HeaderQuestion, cimport_text};
pub use conditions::{Purpose, conditions};
pub use constants::Constants;
pub use doc_examples::{DocExamples, RefusedExample};
pub use dump::{Dump, FileForm, dump_file};
pub use errors::unwritable;
pub use format::{Formatted, FormattedFiles, format_files, format_input, write_formatted};
pub use interpret::Limits as ConstLimits;
pub use package::{
    ExampleFile, Extent, LoadedPackage, MANIFEST, NewPackage, PackageKind, PackagePlace, Profile, Refused, Subject,
    SubjectKind, Written, c_source_failed, c_source_warns, make, not_made_by_lang, open, open_library, package_folder,
};
pub use processors::Processors;
pub use sysroot::{Environment, Sysroot, ToolError, file_identity};
pub use targets::{find_target, sanitized};
pub use timings::{Activity, Timings};
pub use unit::{DebugInfo, PanicStrategy};
