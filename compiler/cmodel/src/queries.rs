//! Questions about C that come up while checking.

use std::collections::BTreeSet;

use base::Symbol;

use crate::{CLayout, CModel, CModuleId, CShape, CUse};

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

    /// All that a function can use of the processor which is compiled for these features, by LLVM's names: what the
    /// build's processor has, the features, and what they imply.
    fn features_with(&self, names: &[&str]) -> Result<BTreeSet<String>, FeatureError>;

    /// The first of Clang's own functions that code cannot call which is compiled for these features, and what it needs
    /// beside them.
    fn lacking(&self, builtins: &[String], names: &[&str]) -> Option<(String, Vec<String>)>;

    /// How the last of these records of Lang source is laid out, each of which stands behind those that it contains.
    /// `module` is where the headers' records come from that they contain, which are in `model`.
    fn layout_of(&self, shapes: &[CShape], model: &CModel, module: Option<CModuleId>) -> Result<CLayout, LayoutError>;
}

/// Why a record has no layout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LayoutError {
    /// In Clang's words.
    Refused(String),
    /// Clang cannot be asked.
    NoAnswer,
}

/// Why it is not known what a function can use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FeatureError {
    /// The target has no feature of this name; those with a name like it, best first, at most three.
    Unknown { name: String, similar: Vec<String> },
    /// Clang cannot be asked.
    NoAnswer,
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

    fn features_with(&self, _names: &[&str]) -> Result<BTreeSet<String>, FeatureError> {
        Err(FeatureError::NoAnswer)
    }

    fn lacking(&self, _builtins: &[String], _names: &[&str]) -> Option<(String, Vec<String>)> {
        None
    }

    fn layout_of(
        &self,
        _shapes: &[CShape],
        _model: &CModel,
        _module: Option<CModuleId>,
    ) -> Result<CLayout, LayoutError> {
        Err(LayoutError::NoAnswer)
    }
}
