//! The target that a command is for.

use diag::Diagnostic;
use target::{Table, Target};

use crate::errors;

/// The target of this name, or this machine's.
pub fn find_target<'a>(table: &'a Table, name: Option<&str>) -> Result<&'a Target, Diagnostic> {
    match name {
        Some(name) => table.lookup(name).map_err(|error| errors::unknown_target(&error)),
        None => table.host().ok_or_else(errors::no_host_target),
    }
}
