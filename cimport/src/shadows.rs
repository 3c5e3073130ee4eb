//! Where a header would have been found before the file that was found, or where one is asked for.
//!
//! Takes the files of a parse and the folders of its search, in order. Gives the paths at which a new file would be
//! read instead of one of them: while none is there, the search has the same result. Folders of the system are not
//! expected to get headers before each other's.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use memchr::memmem;

/// The folders in which Clang looks for a header.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct SearchFolders {
    /// Those of `-I`, in order.
    pub(crate) given: Vec<PathBuf>,
    /// Those of the system, which come after.
    pub(crate) system: Vec<PathBuf>,
}

/// The paths at which a file is looked for by a `__has_include` or `__has_embed` in the text of another: whether one is
/// there says what the text means. A name that a macro stands for is not seen.
pub(crate) fn asked_paths<'t>(
    file: &'t Path,
    text: &'t [u8],
    search: &'t SearchFolders,
) -> impl Iterator<Item = String> + 't {
    let words = [&b"__has_include"[..], b"__has_embed"];
    let after = words.into_iter().flat_map(move |word| {
        let found = memmem::find_iter(text, word);
        found.map(move |at| &text[at + word.len()..]).collect::<Vec<_>>()
    });
    after.filter_map(name_asked).flat_map(move |name| {
        let folders = file.parent().into_iter();
        let folders = folders.chain(search.given.iter().chain(&search.system).map(PathBuf::as_path));
        folders.map(move |folder| folder.join(name).display().to_string())
    })
}

/// The `a.h` that such a word asks for: of `("a.h")`, `_next(<a.h>)`.
fn name_asked(after: &[u8]) -> Option<&str> {
    let after = after.strip_prefix(b"_next").unwrap_or(after).trim_ascii_start();
    let name = after.strip_prefix(b"(")?.trim_ascii_start();
    let close = match name.first()? {
        b'"' => b'"',
        b'<' => b'>',
        _ => return None,
    };
    let name = &name[1..];
    let end = name.iter().position(|byte| *byte == close || *byte == b'\n')?;
    std::str::from_utf8(&name[..end]).ok().filter(|_| name[end] == close)
}

/// The paths that hide one of `files` when they come to be, or of which one comes to be when a folder for them does,
/// sorted. None of them exists now.
pub(crate) fn hiding_paths<'f>(files: impl Iterator<Item = &'f str>, search: &SearchFolders) -> Vec<String> {
    let files: Vec<&Path> = files.map(Path::new).collect();
    // A name between quotes is looked for beside the file that includes it first.
    let mut beside: Vec<&Path> = files
        .iter()
        .filter(|file| search.given.iter().any(|folder| file.starts_with(folder)))
        .filter_map(|file| file.parent())
        .collect();
    beside.sort_unstable();
    beside.dedup();
    // By the folder part of names, as all of `gtk/…` are where there is a folder `gtk`. Compared as texts: there are
    // thousands of names, and paths are slow to compare.
    let mut names: BTreeMap<(usize, &OsStr), Vec<&OsStr>> = BTreeMap::new();
    for file in files {
        let found_in = search.given.iter().chain(&search.system).enumerate();
        for (rank, folder) in found_in {
            if let Ok(name) = file.strip_prefix(folder)
                && let (Some(parent), Some(last)) = (name.parent(), name.file_name())
            {
                names.entry((rank, parent.as_os_str())).or_default().push(last);
            }
        }
    }
    let mut hiding = Vec::new();
    for ((rank, parent), names) in names {
        let before = search.given.iter().take(rank).map(PathBuf::as_path);
        for folder in before.chain(beside.iter().copied()) {
            match first_missing(folder, parent.as_ref()) {
                Some(path) => hiding.push(path),
                None => {
                    let folder = folder.join(parent);
                    let candidates = names.iter().map(|name| folder.join(name));
                    hiding.extend(candidates.filter(|path| !path.exists()));
                }
            }
        }
    }
    let mut hiding: Vec<String> = hiding.into_iter().map(|path| path.display().to_string()).collect();
    hiding.sort_unstable();
    hiding.dedup();
    hiding
}

/// The first part of `folder/inner` that does not exist: while it is not there, what is below it is not.
fn first_missing(folder: &Path, inner: &Path) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    if !path.exists() {
        return Some(path);
    }
    for part in inner.components() {
        path.push(part);
        if !path.exists() {
            return Some(path);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_folders_and_folders_of_files_hide() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |path: &str| root.path().join(path);
        for folder in ["own", "lib/sub", "usr"] {
            std::fs::create_dir_all(at(folder)).expect("made");
        }
        let files = ["lib/sub/a.h", "usr/b.h"].map(|file| at(file).display().to_string());
        for file in &files {
            std::fs::write(file, "").expect("written");
        }
        let search = SearchFolders {
            given: vec![at("own"), at("lib")],
            system: vec![at("usr")],
        };
        let hiding = ["lib/b.h", "lib/sub/b.h", "lib/sub/sub", "own/b.h", "own/sub"];
        assert_eq!(
            hiding_paths(files.iter().map(String::as_str), &search),
            hiding.map(|path| at(path).display().to_string())
        );
    }
}
