//! Objects by the hash of everything that went into them.
//!
//! An entry is a file and, beside it, the hash of the file's bytes, each written to a temporary file and renamed. An
//! entry whose hash does not fit is a miss. Nothing here fails: what cannot be written is made again next time.

use std::fs;
use std::path::{Path, PathBuf};

use base::{ContentHash, hash_bytes};

/// One kind of cached file.
#[derive(Clone, Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    extension: &'static str,
}

impl Cache {
    /// The files of `kind`, a folder name, below the root of the caches.
    pub(crate) fn new(root: &Path, kind: &str, extension: &'static str) -> Self {
        Self {
            folder: root.join(kind),
            extension,
        }
    }

    /// The file of this key, if it is whole.
    pub(crate) fn find(&self, key: ContentHash) -> Option<PathBuf> {
        let path = self.path_of(key);
        let expected = fs::read_to_string(sum_of(&path)).ok()?;
        let bytes = fs::read(&path).ok()?;
        (hash_bytes(&bytes).to_string() == expected).then_some(path)
    }

    /// Takes the file at `source` under this key; gives where it is now, which is where it was when it cannot be taken.
    pub(crate) fn keep(&self, key: ContentHash, source: &Path) -> PathBuf {
        let path = self.path_of(key);
        let kept = path.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok())
            && fs::read(source)
                .is_ok_and(|bytes| write_whole(&sum_of(&path), hash_bytes(&bytes).to_string().as_bytes()))
            && fs::rename(source, &path).is_ok();
        if kept { path } else { source.to_owned() }
    }

    /// Two levels, so that no folder gets too many entries.
    fn path_of(&self, key: ContentHash) -> PathBuf {
        let name = key.to_string();
        self.folder
            .join(&name[..2])
            .join(format!("{}.{}", &name[2..], self.extension))
    }
}

fn sum_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sum");
    PathBuf::from(name)
}

fn write_whole(path: &Path, bytes: &[u8]) -> bool {
    let Some(folder) = path.parent() else { return false };
    let Ok(temporary) = tempfile::NamedTempFile::new_in(folder) else {
        return false;
    };
    fs::write(temporary.path(), bytes).is_ok() && temporary.persist(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_entry_is_a_miss() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let cache = Cache::new(dir.path(), "objects", "o");
        let key = hash_bytes(b"key");
        assert_eq!(cache.find(key), None);
        let source = dir.path().join("source");
        fs::write(&source, "object").expect("it can be written");
        let kept = cache.keep(key, &source);
        assert_eq!(cache.find(key), Some(kept.clone()));
        fs::write(&kept, "objec").expect("it can be written");
        assert_eq!(cache.find(key), None);
        fs::write(&kept, "object").expect("it can be written");
        assert_eq!(cache.find(key), Some(kept.clone()));
        fs::write(sum_of(&kept), "").expect("it can be written");
        assert_eq!(cache.find(key), None);
    }
}
