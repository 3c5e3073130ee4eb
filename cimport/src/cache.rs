//! The cache of imports: content-addressed files that may be deleted, damaged or written by two processes at once.
//!
//! Takes keys and bytes. Gives the bytes back, or nothing when there are none or they are not what was written. A
//! folder that cannot be written makes a cache that is always empty; nothing here fails.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use base::{ContentHash, hash_bytes};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Of the sources that decide what is stored under a key: the entries of another build of the compiler are not read.
const FORMAT: &str = env!("CIMPORT_FORMAT");

/// What an entry holds; each kind has a folder.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The files that a request read, by the request.
    Manifest,
    /// The names of headers, by the contents of all files.
    Names,
    /// Models, by contents and the names asked.
    Answer,
    /// What Clang made of uses of macros, by contents and the uses.
    Uses,
    /// Layouts of records of Lang source, by contents and C text.
    Layout,
}

/// An open cache folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache below `folder`; absent when it cannot be written.
    pub(crate) fn open(folder: &Path) -> Option<Self> {
        let root = folder.join(format!("c-{FORMAT}"));
        for kind in [Kind::Manifest, Kind::Names, Kind::Answer, Kind::Uses, Kind::Layout] {
            fs::create_dir_all(root.join(kind.folder())).ok()?;
        }
        fs::create_dir_all(root.join("headers")).ok()?;
        // The folders may be there from a better day.
        tempfile::NamedTempFile::new_in(root.join("headers")).ok()?;
        Some(Self { root })
    }

    /// The file of `#include` lines of a request. Its path is part of the precompiled headers made from it, so it is
    /// the same at each run.
    pub(crate) fn includes_path(&self, request: ContentHash) -> PathBuf {
        self.root.join("headers").join(format!("{request}.h"))
    }

    pub(crate) fn pch_path(&self, content: ContentHash) -> PathBuf {
        self.root.join("headers").join(format!("{content}.pch"))
    }

    /// A name in the folder of precompiled headers that nobody else has, for a file that is renamed when it is whole.
    pub(crate) fn temporary(&self) -> Option<tempfile::TempPath> {
        let folder = self.root.join("headers");
        if !has_room(&folder) {
            return None;
        }
        Some(tempfile::NamedTempFile::new_in(folder).ok()?.into_temp_path())
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, kind: Kind, key: ContentHash) -> Option<T> {
        let bytes = fs::read(self.path(kind, key)).ok()?;
        let (sum, payload) = bytes.split_at_checked(size_of::<ContentHash>())?;
        if hash_bytes(payload).0 != sum {
            return None;
        }
        postcard::from_bytes(payload).ok()
    }

    pub(crate) fn put<T: Serialize>(&self, kind: Kind, key: ContentHash, value: &T) {
        let Ok(payload) = postcard::to_stdvec(value) else {
            return;
        };
        let path = self.path(kind, key);
        // What cannot be stored is made again next time.
        let _ = self.write(&path, &[&hash_bytes(&payload).0, &payload]);
    }

    /// Writes a file that is whole whenever it is there.
    pub(crate) fn write(&self, path: &Path, parts: &[&[u8]]) -> std::io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(self.root.join("headers"))?;
        for part in parts {
            file.write_all(part)?;
        }
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, kind: Kind, key: ContentHash) -> PathBuf {
        self.root.join(kind.folder()).join(key.to_string())
    }
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Manifest => "manifests",
            Kind::Names => "names",
            Kind::Answer => "answers",
            Kind::Uses => "uses",
            Kind::Layout => "layouts",
        }
    }
}

/// More than a precompiled header ever takes.
const ROOM: u64 = 64 << 20;

/// Whether the disk of `folder` can take a precompiled header. libclang ends the process when it cannot write one to
/// the end.
pub(crate) fn has_room(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= ROOM)
}

/// The hash of a file's bytes; absent when it cannot be read.
/// That of a file's contents, or of there being none.
pub(crate) fn hash_or_absence(path: &Path) -> ContentHash {
    hash_file(path).unwrap_or_else(|| hash_bytes(b"no such file"))
}

pub(crate) fn hash_file(path: &Path) -> Option<ContentHash> {
    fs::read(path).ok().map(|bytes| hash_bytes(&bytes))
}
