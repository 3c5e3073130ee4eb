//! Headers that have been parsed once: the precompiled header, the names, and how it is seen that they still hold.
//!
//! Takes a [`HeaderSet`] and the cache. Gives [`Headers`], parsed now or found in the cache after every file that they
//! include was compared by content. What is found damaged is made again.

use std::path::{Path, PathBuf};

use base::{ContentHash, Hasher};
use serde::{Deserialize, Serialize};

use crate::ast::TranslationUnit;
use crate::cache::{Cache, Kind, has_room, hash_file, hash_or_absence};
use crate::errors::ImportError;
use crate::headers::{Bodies, Files, HeaderSet, PchFiles};
use crate::import::{Comments, ImportOptions};
use crate::libclang::{self, Clang};
use crate::names::NameIndex;
use crate::shadows::hiding_paths;

/// The environment variables that Clang takes include folders from.
const ENVIRONMENT: [&str; 3] = ["CPATH", "C_INCLUDE_PATH", "SDKROOT"];

/// Everything about one import that does not depend on the names.
pub(crate) struct Store<'a> {
    pub(crate) options: &'a ImportOptions,
    pub(crate) set: HeaderSet,
    cache: Option<Cache>,
    /// The set, Clang's identity, and the environment.
    request: ContentHash,
}

/// Parsed headers.
pub(crate) struct Headers {
    /// The hash of everything that went into the parse.
    pub(crate) content: ContentHash,
    pub(crate) pch: Option<PathBuf>,
    /// The folder of a precompiled header that is not in the cache.
    folder: Option<tempfile::TempDir>,
}

/// Headers that were parsed with a question behind them.
pub(crate) struct Asked {
    pub(crate) headers: Headers,
    pub(crate) unit: TranslationUnit,
    pub(crate) files: Files,
}

/// What a parse read, and the hash of the precompiled header that it wrote.
#[derive(Serialize, Deserialize)]
struct Manifest {
    files: Files,
    /// What would be read instead of one of `files` if it were there.
    hiding: Vec<String>,
    /// Absent where none has been needed yet.
    pch: Option<ContentHash>,
}

impl<'a> Store<'a> {
    pub(crate) fn new(options: &'a ImportOptions, set: HeaderSet) -> Self {
        let request = request_key(options, &set);
        let cache = options.cache_dir.as_deref().and_then(Cache::open);
        Self {
            options,
            set,
            cache,
            request,
        }
    }

    /// What stands for the set where nothing is included.
    pub(crate) fn request(&self) -> ContentHash {
        self.request
    }

    pub(crate) fn clang(&self) -> Result<&'static Clang, ImportError> {
        libclang::open(&self.options.libclang)
    }

    /// Headers of the cache, if all files are what they were. The precompiled header itself is not looked at.
    pub(crate) fn cached(&self) -> Option<Headers> {
        let manifest = self.manifest()?;
        let unchanged = |(path, hash): &(String, ContentHash)| hash_or_absence(path.as_ref()) == *hash;
        let is_hidden = manifest.hiding.iter().any(|path| Path::new(path).exists());
        if is_hidden || !manifest.files.iter().all(unchanged) {
            return None;
        }
        let content = self.content_key(&manifest.files);
        let pch = self.cache.as_ref().map(|cache| cache.pch_path(content));
        Some(Headers {
            content,
            pch,
            folder: None,
        })
    }

    /// Whether the precompiled header of [`Store::cached`] is the one that was written.
    pub(crate) fn is_sound(&self, headers: &Headers) -> bool {
        let Some(cache) = &self.cache else { return false };
        let includes = std::fs::read(cache.includes_path(self.request));
        includes.is_ok_and(|bytes| bytes == self.set.flags.includes.as_bytes())
            && self.manifest().is_some_and(|manifest| {
                let hash = headers.pch.as_deref().and_then(hash_file);
                hash.is_some() && hash == manifest.pch
            })
    }

    /// Parses the headers.
    pub(crate) fn parse(&self) -> Result<(Headers, NameIndex), ImportError> {
        let clang = self.clang()?;
        if let Some(cache) = &self.cache
            && let Some(temporary) = cache.temporary()
        {
            let files = PchFiles {
                includes: cache.includes_path(self.request),
                pch: temporary.to_path_buf(),
            };
            let parsed = self.set.parse(clang, Some(&files))?;
            let content = self.content_key(&parsed.files);
            let path = cache.pch_path(content);
            let sum = hash_file(&files.pch).filter(|_| parsed.saved);
            let kept = sum.filter(|_| temporary.persist(&path).is_ok());
            if let Some(pch) = kept {
                if self.set.bodies == Bodies::Skip {
                    self.put(Kind::Names, content, &parsed.names);
                }
                self.put_manifest(parsed.files, Some(pch));
            }
            let headers = Headers {
                content,
                pch: kept.map(|_| path),
                folder: None,
            };
            return Ok((headers, parsed.names));
        }
        let folder = tempfile::tempdir().ok().filter(|folder| has_room(folder.path()));
        let files = folder.as_ref().map(|folder| PchFiles {
            includes: folder.path().join("module.h"),
            pch: folder.path().join("module.pch"),
        });
        let parsed = self.set.parse(clang, files.as_ref())?;
        let content = self.content_key(&parsed.files);
        let pch = files.filter(|_| parsed.saved).map(|files| files.pch);
        Ok((Headers { content, pch, folder }, parsed.names))
    }

    /// Parses the headers with a question behind them, and makes no precompiled header. Gives the translation unit
    /// with what the question declares. `None` where that cannot be done: [`Store::parse`] says why.
    pub(crate) fn parse_with(&self, question: &str) -> Option<Asked> {
        let (unit, files) = self.set.parse_with(self.clang().ok()?, question)?;
        let headers = Headers::without_pch(self.content_key(&files));
        Some(Asked { headers, unit, files })
    }

    /// Keeps what [`Store::parse_with`] read.
    pub(crate) fn keep(&self, content: ContentHash, files: Files, names: &NameIndex) {
        self.put(Kind::Names, content, names);
        self.put_manifest(files, None);
    }

    fn put_manifest(&self, files: Files, pch: Option<ContentHash>) {
        let paths = files.iter().map(|(file, _)| file.as_str());
        let hiding = hiding_paths(paths, &self.set.flags.search);
        self.put(Kind::Manifest, self.request, &Manifest { files, hiding, pch });
    }

    /// The names of headers of the cache.
    pub(crate) fn names(&self, headers: &Headers) -> Option<NameIndex> {
        self.get(Kind::Names, headers.content)
    }

    pub(crate) fn get<T: serde::de::DeserializeOwned>(&self, kind: Kind, key: ContentHash) -> Option<T> {
        self.cache.as_ref()?.get(kind, key)
    }

    pub(crate) fn put<T: Serialize>(&self, kind: Kind, key: ContentHash, value: &T) {
        if let Some(cache) = &self.cache {
            cache.put(kind, key, value);
        }
    }

    pub(crate) fn cache_dir(&self) -> Option<PathBuf> {
        self.options.cache_dir.clone()
    }

    fn manifest(&self) -> Option<Manifest> {
        self.get(Kind::Manifest, self.request)
    }

    fn content_key(&self, files: &[(String, ContentHash)]) -> ContentHash {
        let mut hasher = Hasher::new();
        hasher.field(&self.request.0);
        for (path, hash) in files {
            hasher.field(path.as_bytes()).field(&hash.0);
        }
        hasher.finish()
    }
}

impl Headers {
    /// The same headers, to be read again for each question.
    pub(crate) fn without_pch(content: ContentHash) -> Self {
        Self {
            content,
            pch: None,
            folder: None,
        }
    }

    /// Whether the precompiled header stays when this value is gone.
    pub(crate) fn is_kept(&self) -> bool {
        self.folder.is_none() && self.pch.is_some()
    }
}

/// The name of a request. Clang is known by its file's path, length and time: its contents are too many to read each
/// time, and a precompiled header of another build is refused by Clang itself.
fn request_key(options: &ImportOptions, set: &HeaderSet) -> ContentHash {
    let mut hasher = Hasher::new();
    let library = std::fs::canonicalize(&options.libclang).unwrap_or_else(|_| options.libclang.clone());
    hasher.field(library.as_os_str().as_encoded_bytes());
    if let Ok(metadata) = std::fs::metadata(&library) {
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        hasher.field(&metadata.len().to_le_bytes());
        hasher.field(&modified.map_or(0, |time| time.as_nanos()).to_le_bytes());
    }
    for name in ENVIRONMENT {
        hasher.field(std::env::var_os(name).unwrap_or_default().as_encoded_bytes());
    }
    hasher.field(set.flags.includes.as_bytes());
    for arg in set
        .flags
        .args
        .iter()
        .map(String::as_str)
        .chain(set.implied.iter().copied())
    {
        hasher.field(arg.as_bytes());
    }
    let keeps = [set.bodies == Bodies::Keep, set.comments == Comments::Keep];
    hasher.field(&keeps.map(u8::from));
    hasher.finish()
}
