//! Where a header would have been found before the file that was found.
//!
//! Takes the files of a parse and the folders of its search, in order. Gives the paths at which a new file would be
//! read instead of one of them: while none is there, the search has the same result. Folders of the system are not
//! expected to get headers before each other's.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folders in which Clang looks for a header.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct SearchFolders {
    /// Those of `-I`, in order.
    pub(crate) given: Vec<PathBuf>,
    /// Those of the system, which come after.
    pub(crate) system: Vec<PathBuf>,
}

/// The paths that hide one of `files` when they come to be. None of them exists now.
pub(crate) fn hiding_paths<'f>(files: impl Iterator<Item = &'f str>, search: &SearchFolders) -> Vec<String> {
    let files: Vec<&Path> = files.map(Path::new).collect();
    // A name between quotes is looked for beside the file that includes it first.
    let beside: BTreeSet<&Path> = files
        .iter()
        .filter(|file| search.given.iter().any(|folder| file.starts_with(folder)))
        .filter_map(|file| file.parent())
        .collect();
    let mut hiding = BTreeSet::new();
    for file in files {
        let found_in = search.given.iter().chain(&search.system).enumerate();
        for (rank, folder) in found_in {
            let Ok(name) = file.strip_prefix(folder) else { continue };
            let before = search.given.iter().take(rank).map(PathBuf::as_path);
            let candidates = before.chain(beside.iter().copied()).map(|folder| folder.join(name));
            hiding.extend(candidates.filter(|path| !path.exists()));
        }
    }
    hiding.into_iter().map(|path| path.display().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_folders_and_folders_of_files_hide() {
        let search = SearchFolders {
            given: vec![PathBuf::from("/no/own"), PathBuf::from("/no/lib")],
            system: vec![PathBuf::from("/no/usr")],
        };
        let files = ["/no/lib/sub/a.h", "/no/usr/b.h"];
        assert_eq!(
            hiding_paths(files.into_iter(), &search),
            [
                "/no/lib/b.h",
                "/no/lib/sub/b.h",
                "/no/lib/sub/sub/a.h",
                "/no/own/b.h",
                "/no/own/sub/a.h",
            ]
        );
    }
}
