//! New packages, for `lang new` and `lang init`.
//!
//! What is there is never replaced. A new folder appears whole or not at all; in a folder that is there, `lang.toml` is
//! written last.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use diag::Diagnostic;

use super::read::{is_name, name_like};
use super::{MANIFEST, SOURCE_FOLDER, errors};
use crate::errors::unwritable;

/// What a new package is to be.
#[derive(Clone, Copy, Debug)]
pub struct NewPackage<'a> {
    pub folder: &'a Path,
    /// The folder's, if not given.
    pub name: Option<&'a str>,
    pub kind: PackageKind,
    pub place: PackagePlace,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PackageKind {
    /// With `src/main.lang`.
    Program,
    /// With `src/lib.lang`.
    Library,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PackagePlace {
    /// `lang new`: the folder is made.
    NewFolder,
    /// `lang init`: the folder may be there, with sources in it.
    AnyFolder,
}

const PROGRAM: &str = "fn main() {\n    println(\"hello, world\");\n}\n";

const LIBRARY: &str = "\
/// The sum of two numbers.
pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

test \"two and three\" {
    assert_eq(add(2, 3), 5);
}
";

/// Makes a package; gives its name.
pub fn make(new: NewPackage<'_>) -> Result<String, Diagnostic> {
    let name = name_for(new)?;
    match new.place {
        PackagePlace::NewFolder if new.folder.symlink_metadata().is_ok() => {
            let hint = format!(
                "`lang init {}` makes a package of a folder that is there",
                new.folder.display()
            );
            Err(errors::already_there(new.folder, &hint))
        }
        PackagePlace::NewFolder => in_new_folder(new, &name).map(|()| name),
        PackagePlace::AnyFolder => {
            let manifest = new.folder.join(MANIFEST);
            if manifest.symlink_metadata().is_ok() {
                return Err(errors::already_there(&manifest, "the folder is a package already"));
            }
            write_package(new.folder, &name, new.kind).map(|()| name)
        }
    }
}

fn name_for(new: NewPackage<'_>) -> Result<String, Diagnostic> {
    if let Some(name) = new.name {
        return if is_name(name) {
            Ok(name.to_owned())
        } else {
            Err(errors::bad_new_name(name))
        };
    }
    let folder = std::path::absolute(new.folder).unwrap_or_else(|_| new.folder.to_owned());
    // Of `x/..`, the name is known only without the detour.
    let folder = folder.canonicalize().unwrap_or(folder);
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    name_like(&name).ok_or_else(|| errors::bad_new_name(&name))
}

/// Beside where it goes, then renamed.
fn in_new_folder(new: NewPackage<'_>, name: &str) -> Result<(), Diagnostic> {
    let failed = |error: io::Error| unwritable(new.folder, &error);
    let parent = match new.folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(failed)?;
    let make = || tempfile::Builder::new().prefix(".lang-new-").tempdir_in(parent);
    let workspace = processes::temporary_folder(make).map_err(failed)?;
    // Temporary folders are for their owner only; one inside of it is like any other.
    let folder = workspace.path().join("package");
    write_package(&folder, name, new.kind)?;
    fs::rename(&folder, new.folder).map_err(failed)
}

fn write_package(folder: &Path, name: &str, kind: PackageKind) -> Result<(), Diagnostic> {
    let sources = folder.join(SOURCE_FOLDER);
    fs::create_dir_all(&sources).map_err(|error| unwritable(&sources, &error))?;
    let write = |path: PathBuf, text: &str| match path.symlink_metadata() {
        Ok(_) => Ok(()),
        Err(_) => fs::write(&path, text).map_err(|error| unwritable(&path, &error)),
    };
    let has_root = ["main.lang", "lib.lang"].iter().any(|root| sources.join(root).exists());
    if !has_root {
        match kind {
            PackageKind::Program => write(sources.join("main.lang"), PROGRAM)?,
            PackageKind::Library => write(sources.join("lib.lang"), LIBRARY)?,
        }
    }
    write(folder.join(".gitignore"), "/build/\n")?;
    write(
        folder.join(MANIFEST),
        &format!("name = \"{name}\"\nversion = \"0.1.0\"\n"),
    )
}
