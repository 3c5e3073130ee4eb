//! Questions about C that come up while checking.

use base::Symbol;

use crate::{CModuleId, CUse};

/// Asks Clang. Defined here, implemented by `cimport`, handed to `check` by `session`: the only way that checking
/// reaches a header.
pub trait CQueries: Sync {
    /// Names of the module close to `name`, best first, at most three, for "did you mean".
    fn similar_names(&self, module: CModuleId, name: Symbol) -> Vec<String>;

    /// Asks about a use of a macro that [`crate::CModel::instances`] does not have: the answer is there when the body
    /// is checked again.
    fn want(&self, of: &CUse);

    /// Whether the module has this name, asked for by the program or not.
    fn has_name(&self, module: CModuleId, name: Symbol) -> bool;
}

/// For programs that import no C.
pub struct NoQueries;

impl CQueries for NoQueries {
    fn similar_names(&self, _module: CModuleId, _name: Symbol) -> Vec<String> {
        Vec::new()
    }

    fn want(&self, _of: &CUse) {}

    fn has_name(&self, _module: CModuleId, _name: Symbol) -> bool {
        false
    }
}
