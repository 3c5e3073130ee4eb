//! The folder that holds what can be made again: objects, imported C, precompiled headers.
//!
//! Its parts write whole files under names that say what went in (a temporary file, then a rename), so it may be
//! deleted at any time and shared by any number of processes.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use processes::TemporaryFolder;

use crate::sysroot::Environment;

/// A folder that can be written to.
#[derive(Debug)]
pub struct CacheDir {
    path: PathBuf,
    /// Deleted with this value: the cache was switched off, or no place could be written to.
    temporary: Option<TemporaryFolder>,
}

/// Whether what earlier runs left is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CacheUse {
    Shared,
    /// `--no-cache`: a folder of this run only.
    ThisRun,
}

impl CacheDir {
    /// `LANG_CACHE_DIR`, or `lang` in the user's folder of caches, or a temporary folder where that cannot be written
    /// to. Fails only where there is no temporary folder either.
    pub fn open(environment: &Environment, cache_use: CacheUse) -> io::Result<Self> {
        let shared = match cache_use {
            CacheUse::Shared => environment
                .cache_dir
                .clone()
                .or_else(|| Some(environment.user_cache_dir.as_ref()?.join("lang"))),
            CacheUse::ThisRun => None,
        };
        if let Some(path) = shared.and_then(|path| std::path::absolute(path).ok())
            && can_write(&path)
        {
            return Ok(Self { path, temporary: None });
        }
        let temporary = processes::temporary_folder(|| tempfile::Builder::new().prefix("lang-").tempdir())?;
        Ok(Self {
            path: temporary.path().to_owned(),
            temporary: Some(temporary),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the folder outlives this run.
    pub fn is_shared(&self) -> bool {
        self.temporary.is_none()
    }

    /// A folder of this run on the file system of the cache, deleted with the value. What interrupted runs left behind
    /// a day ago goes too.
    pub fn workspace(&self) -> io::Result<TemporaryFolder> {
        let folder = self.path.join("tmp");
        fs::create_dir_all(&folder)?;
        let is_old = |entry: &fs::DirEntry| {
            let modified = entry.metadata().and_then(|metadata| metadata.modified()).ok();
            modified
                .and_then(|time| time.elapsed().ok())
                .is_some_and(|age| age > Duration::from_secs(24 * 60 * 60))
        };
        for entry in fs::read_dir(&folder)?.flatten().filter(is_old) {
            // Someone else may be deleting it as well.
            let _ = fs::remove_dir_all(entry.path());
        }
        processes::temporary_folder(|| tempfile::tempdir_in(folder))
    }
}

fn can_write(dir: &Path) -> bool {
    fs::create_dir_all(dir).is_ok() && tempfile::tempfile_in(dir).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_cannot_be_written_to_is_replaced_by_atemporary_one() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        let environment = Environment {
            cache_dir: Some(file.path().join("x")),
            ..Environment::default()
        };
        let cache = CacheDir::open(&environment, CacheUse::Shared).expect("a temporary folder");
        let path = cache.path().to_owned();
        assert!(path.is_dir() && !path.starts_with(file.path()));
        drop(cache);
        assert!(!path.exists());
    }

    #[test]
    fn a_run_without_cache_leaves_the_shared_one_alone() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let environment = Environment {
            cache_dir: Some(dir.path().join("c")),
            ..Environment::default()
        };
        let cache = CacheDir::open(&environment, CacheUse::ThisRun).expect("a temporary folder");
        assert!(!cache.path().starts_with(dir.path()) && !dir.path().join("c").exists());
        assert_eq!(
            CacheDir::open(&environment, CacheUse::Shared)
                .expect("it can be made")
                .path(),
            dir.path().join("c")
        );
    }
}
