//! What each function is compiled for: the build's processor, and the features that `@target_feature` adds.
//!
//! Takes an instance. Gives the features of the code that it is made of: a closure and what C calls have those of their
//! function, what only leads to a function of C those of that. Which features follow from others, checking knows.

use std::sync::Arc;

use check::{Features, FnRef};

use crate::instance::{Callback, Instance};
use crate::pool::Pool;

impl Pool<'_> {
    /// Absent for code that runs on every processor of the build.
    pub(crate) fn features_of(&self, instance: &Instance) -> Option<Arc<Features>> {
        let of = |function: FnRef| self.input.signatures.function(function).features.clone();
        match instance {
            Instance::Body(owner, _) => owner.function().and_then(of),
            Instance::CallShim(function, _) | Instance::Export(function) => of(*function),
            Instance::CShim(Callback::Function(function, _), _) => of(*function),
            // A pointer may be called from anywhere, and so may what stands around a closure.
            Instance::CShim(Callback::Closure(_), _)
            | Instance::FnValue(..)
            | Instance::CallOnce(_)
            | Instance::DynCall(..)
            | Instance::DropGlue(_)
            | Instance::Entry
            | Instance::Guard
            | Instance::TestRunner(_) => None,
        }
    }

    /// LLVM's list of all features of a function.
    pub(crate) fn feature_list(&self, features: &Features) -> String {
        let own = self.input.target.features.split(',');
        let off = own.filter(|one| one.strip_prefix('-').is_some_and(|name| !features.all.contains(name)));
        let on = features.all.iter().map(|name| format!("+{name}"));
        on.chain(off.map(str::to_owned)).collect::<Vec<_>>().join(",")
    }

    /// Those of the code that is being made, as C's attribute names them.
    pub(crate) fn crossing_features(&self) -> Vec<String> {
        let names = self.features.iter().flat_map(|features| &features.names);
        names
            .map(|name| self.input.target.feature_word(name.as_str()))
            .collect()
    }
}
