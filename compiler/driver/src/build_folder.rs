//! The folder `build` of a package: where its executables go, and what `lang clean` may delete.
//!
//! Each build adds the path of its output to a list in the folder before it writes the output. Cleaning deletes what
//! the list names, the list, and the folders that are then empty. It follows no links and deletes nothing else.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use diag::Diagnostic;
use session::{Subject, SubjectKind, not_made_by_lang};
use target::Target;

use crate::errors;
use crate::run::executable_name;

const FOLDER: &str = "build";

/// A line of [`HEAD`], then a path below the folder on each.
const LIST: &str = ".lang-build";

const HEAD: &str = "# What `lang build` made here, and `lang clean` deletes.";

/// Where an executable goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Destination {
    pub(crate) path: PathBuf,
    /// The folder `build` of a package, and the path below it, where it goes there.
    in_build_folder: Option<(PathBuf, PathBuf)>,
}

impl Destination {
    /// Where the user, or whoever runs it, wants it.
    pub fn file(path: PathBuf) -> Self {
        Self {
            path,
            in_build_folder: None,
        }
    }

    /// Where it goes if nothing else is said: of a package to `build/debug/NAME`, or `build/TARGET/debug/NAME` for
    /// another machine; of a file to the current folder. `profile` is `debug` or `release`.
    pub fn default(subject: &Subject, target: &Target, profile: &str) -> Self {
        let name = executable_name(subject, target);
        let package = match subject.kind {
            SubjectKind::Package => subject.package(),
            SubjectKind::File => None,
        };
        let Some(package) = package else {
            return Self::file(PathBuf::from(name));
        };
        let folder = package.folder.join(FOLDER);
        let mut below = PathBuf::new();
        if !target.is_host() {
            below.push(&target.name);
        }
        below.push(profile);
        below.push(name);
        Self {
            path: folder.join(&below),
            in_build_folder: Some((folder, below)),
        }
    }

    /// Makes the folder and notes what will be in it: called when the executable is there to be moved.
    pub(crate) fn prepare(&self) -> io::Result<()> {
        let Some((folder, below)) = &self.in_build_folder else {
            return Ok(());
        };
        fs::create_dir_all(self.path.parent().unwrap_or(folder))?;
        note(folder, below)
    }
}

/// Adds a line to the list, which other builds may be adding to as well: one write, which is whole or not there.
fn note(folder: &Path, below: &Path) -> io::Result<()> {
    let list = folder.join(LIST);
    let line = below.display().to_string();
    let known = fs::read_to_string(&list).unwrap_or_default();
    if known.lines().any(|other| other == line) {
        return Ok(());
    }
    let text = if known.is_empty() {
        format!("{HEAD}\n{line}\n")
    } else {
        format!("{line}\n")
    };
    let mut file = OpenOptions::new().create(true).append(true).open(list)?;
    file.write_all(text.as_bytes())
}

/// Deletes what builds of the package in this folder made; gives how many files there were.
pub fn clean(package: &Path) -> Result<usize, Diagnostic> {
    let folder = package.join(FOLDER);
    let Ok(metadata) = folder.symlink_metadata() else {
        return Ok(0);
    };
    if !metadata.is_dir() {
        return Err(not_made_by_lang(&folder, "it is no folder"));
    }
    let outputs = listed(&folder)?;
    let mut n_deleted = 0;
    for below in &outputs {
        n_deleted += delete(&folder, below)?;
    }
    let folders: BTreeSet<&Path> = outputs.iter().flat_map(|path| path.ancestors().skip(1)).collect();
    let list = folder.join(LIST);
    // Inner folders first. What is not empty is someone else's.
    let inner = folders.iter().rev().filter(|below| !below.as_os_str().is_empty());
    inner.for_each(|below| _ = fs::remove_dir(folder.join(below)));
    fs::remove_file(&list).map_err(|error| errors::unwritable(&list, &error))?;
    match fs::remove_dir(&folder) {
        Ok(()) => Ok(n_deleted),
        Err(_) => Err(left_over(&folder)),
    }
}

/// The paths of the list, each checked to lead below the folder.
fn listed(folder: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
    let Ok(text) = fs::read_to_string(folder.join(LIST)) else {
        return Err(not_made_by_lang(folder, "it has no list of what builds made"));
    };
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return Err(not_made_by_lang(
            &folder.join(LIST),
            "it does not begin as Lang's lists do",
        ));
    }
    let is_below = |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
    // Two first builds at once may both have written the first line.
    let paths: Vec<PathBuf> = lines.filter(|line| *line != HEAD).map(PathBuf::from).collect();
    match paths.iter().find(|path| !is_below(path) || path.as_os_str().is_empty()) {
        Some(_) => Err(not_made_by_lang(
            &folder.join(LIST),
            "it names what is not in the folder",
        )),
        None => Ok(paths),
    }
}

/// Deletes one output, if it is there; gives how many that were.
fn delete(folder: &Path, below: &Path) -> Result<usize, Diagnostic> {
    let mut path = folder.to_owned();
    for part in below.parent().into_iter().flat_map(Path::components) {
        path.push(part);
        match path.symlink_metadata() {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(not_made_by_lang(&path, "it is no folder")),
            Err(_) => return Ok(0),
        }
    }
    let path = folder.join(below);
    match path.symlink_metadata() {
        Ok(metadata) if metadata.is_file() => fs::remove_file(&path)
            .map(|()| 1)
            .map_err(|error| errors::unwritable(&path, &error)),
        Ok(_) => Err(not_made_by_lang(&path, "it is no file")),
        Err(_) => Ok(0),
    }
}

/// What is in the folder after all that builds made is gone.
fn left_over(folder: &Path) -> Diagnostic {
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    names.sort();
    let first = names.into_iter().next().unwrap_or_else(|| folder.to_owned());
    not_made_by_lang(&first, "it stays, and with it the folder")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_leads_elsewhere_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        for (line, is_fine) in [("debug/a", true), ("../a", false), ("/a", false), ("", false)] {
            fs::write(dir.path().join(LIST), format!("{HEAD}\n{line}\n")).expect("it can be written");
            assert_eq!(listed(dir.path()).is_ok(), is_fine, "{line}");
        }
    }
}
