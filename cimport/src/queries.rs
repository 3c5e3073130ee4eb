//! Answers to what comes up while checking.
//!
//! Takes the names of imported modules. Gives [`Queries`]: which names there are, and which are close to one that is
//! not.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};

use base::{ContentHash, Symbol, edit_distance};
use cmodel::{CModuleId, CUse};

use crate::cache::{Cache, Kind};
use crate::names::NameIndex;

/// The names of one module. Read when they are first needed, which is when a program has an error.
pub struct ModuleNames(Source);

enum Source {
    /// Sorted.
    Known(Vec<String>),
    Read(NameIndex),
    Cached {
        cache_dir: Option<PathBuf>,
        content: ContentHash,
    },
}

/// The query interface over imported modules.
#[derive(Default)]
pub struct Queries {
    modules: BTreeMap<CModuleId, (ModuleNames, OnceLock<Vec<String>>)>,
    /// By key, so that the order is the same whichever thread asks first.
    wanted: Mutex<BTreeMap<String, CUse>>,
}

impl Queries {
    pub fn new(modules: impl IntoIterator<Item = (CModuleId, ModuleNames)>) -> Self {
        Self {
            modules: modules
                .into_iter()
                .map(|(id, names)| (id, (names, OnceLock::new())))
                .collect(),
            wanted: Mutex::default(),
        }
    }

    /// The uses that were wanted since this was asked last, each once.
    pub fn take_wanted(&self) -> Vec<CUse> {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *wanted).into_values().collect()
    }

    fn items(&self, module: CModuleId) -> &[String] {
        self.modules
            .get(&module)
            .map_or(&[], |(names, read)| read.get_or_init(|| names.items()))
    }

    /// As [`cmodel::CQueries::similar_names`].
    pub fn similar_names(&self, module: CModuleId, name: Symbol) -> Vec<String> {
        similar(self.items(module), name.as_str())
    }

    /// As [`cmodel::CQueries::want`].
    pub fn want(&self, of: &CUse) {
        let mut wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.insert(of.key().to_string(), of.clone());
    }

    /// As [`cmodel::CQueries::has_name`].
    pub fn has_name(&self, module: CModuleId, name: Symbol) -> bool {
        let wanted = name.as_str();
        self.items(module)
            .binary_search_by(|item| item.as_str().cmp(wanted))
            .is_ok()
    }
}

impl ModuleNames {
    pub(crate) fn read(index: NameIndex) -> Self {
        Self(Source::Read(index))
    }

    /// Names that are sorted.
    pub fn known(names: Vec<String>) -> Self {
        Self(Source::Known(names))
    }

    /// The names of headers with these contents, in the cache.
    pub(crate) fn cached(cache_dir: Option<PathBuf>, content: ContentHash) -> Self {
        Self(Source::Cached { cache_dir, content })
    }

    /// Every name that is a value or a type, sorted.
    fn items(&self) -> Vec<String> {
        let items = |index: &NameIndex| {
            index
                .names
                .iter()
                .filter(|(_, kinds)| kinds.is_item())
                .map(|(name, _)| name.clone())
                .collect()
        };
        match &self.0 {
            Source::Known(names) => names.clone(),
            Source::Read(index) => items(index),
            Source::Cached { cache_dir, content } => {
                let cache = cache_dir.as_deref().and_then(Cache::open);
                cache
                    .and_then(|cache| cache.get(Kind::Names, *content))
                    .as_ref()
                    .map_or(Vec::new(), items)
            }
        }
    }
}

/// At most three names, best first: those that differ only in case, then those a few letters away.
fn similar(names: &[String], wanted: &str) -> Vec<String> {
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    let mut found: Vec<(usize, &String)> = names
        .iter()
        .filter(|name| name.len().abs_diff(wanted.len()) <= most && *name != wanted)
        .map(|name| (edit_distance(name, wanted), name))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    found.sort();
    found.into_iter().take(3).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn the_closest_three_come_best_first() {
        let names = [
            "SQLITE_OK",
            "fclose",
            "fopen",
            "freopen",
            "sqlite3_open",
            "sqlite3_open16",
        ]
        .map(str::to_owned);
        assert_eq!(similar(&names, "sqlite3_opne"), ["sqlite3_open", "sqlite3_open16"]);
        assert_eq!(similar(&names, "sqlite_ok"), ["SQLITE_OK"]);
        assert_eq!(similar(&names, "fopn"), ["fopen"]);
        assert!(similar(&names, "something_else").is_empty());
    }
}
