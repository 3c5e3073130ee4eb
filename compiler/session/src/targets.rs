//! The target that a command is for.

use diag::Diagnostic;
use target::{Sanitizer, Table, Target};

use crate::errors;

/// The target of this name, or this machine's.
pub fn find_target<'a>(table: &'a Table, name: Option<&str>) -> Result<&'a Target, Diagnostic> {
    match name {
        Some(name) => table.lookup(name).map_err(|error| errors::unknown_target(&error)),
        None => table.host().ok_or_else(errors::no_host_target),
    }
}

/// The target for programs that a sanitizer watches.
pub fn sanitized(table: &Table, target: &Target, sanitizer: Sanitizer) -> Result<Target, Diagnostic> {
    target.with_sanitizer(sanitizer).ok_or_else(|| {
        let with = table
            .targets()
            .iter()
            .filter(|one| one.link.sanitizer(sanitizer).is_some());
        let names: Vec<&str> = with.map(|one| one.name.as_str()).collect();
        errors::no_sanitizer(target, sanitizer, &names)
    })
}
