//! The front half of the compiler: from a path to checked code, with whatever of the machine that takes.
//!
//! Finds files and tools, runs the phases in their order and collects their diagnostics. Knows nothing of code units,
//! objects and linking.

mod cache_dir;
mod errors;
mod files;
pub mod parallel;
mod sysroot;

pub use cache_dir::{CacheDir, CacheUse};
pub use sysroot::{Environment, Sysroot, ToolError};
