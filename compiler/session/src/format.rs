//! Formatting of files: which ones, and what becomes of them.
//!
//! Takes files and folders, gives each source with its formatted text; writes a file whole or not at all, and only one
//! that changes. The rules are in `fmt`.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::SourceMap;
use diag::{Diagnostic, Diagnostics};

use crate::errors::{self, AskedBy};
use crate::files::{SourceText, read_source_as_it_is, read_text};
use crate::package::MANIFEST;
use crate::parallel::par_map;

const EXTENSION: &str = "lang";

/// One source without errors.
#[derive(Debug)]
pub struct Formatted {
    /// As it was found below what the user wrote.
    pub path: PathBuf,
    pub old: Arc<str>,
    pub new: String,
    /// Whether the bytes of the file differ from `new`: `old` is without its byte order mark.
    pub is_changed: bool,
}

/// What became of some sources.
#[derive(Debug, Default)]
pub struct FormattedFiles {
    /// Those without errors, in the order of their paths as they were found.
    pub files: Vec<Formatted>,
    pub sources: SourceMap,
    pub diagnostics: Vec<Diagnostic>,
}

/// Formats files, and the sources below folders; without either, those of the package of the current folder, or of
/// that folder.
pub fn format_files(paths: &[PathBuf]) -> FormattedFiles {
    let mut diagnostics = Diagnostics::new();
    let found = find_sources(paths, &mut diagnostics);
    let texts = par_map(found, |path| {
        let text = read_source_as_it_is(&mut Vec::new(), &path, AskedBy::CommandLine);
        (path, text)
    });
    format_texts(texts, diagnostics)
}

/// Formats what `input` gives to its end; `name` is what messages call it.
pub fn format_input(name: &Path, input: impl Read) -> FormattedFiles {
    let text = read_text(input, &mut Vec::new(), name, AskedBy::CommandLine);
    format_texts(vec![(name.to_owned(), text)], Diagnostics::new())
}

fn format_texts(texts: Vec<(PathBuf, Result<SourceText, Diagnostic>)>, mut diagnostics: Diagnostics) -> FormattedFiles {
    let mut sources = SourceMap::default();
    let mut read = Vec::with_capacity(texts.len());
    for (path, text) in texts {
        match text {
            Ok(text) => read.push((sources.add(&path, text.text.clone()), path, text)),
            Err(error) => {
                diagnostics.report(error);
            }
        }
    }
    let formatted = par_map(read, |(id, path, source)| {
        let (tree, errors) = syntax::parse(id, &source.text);
        let new = fmt::format(&tree);
        (path, source, new, errors)
    });
    let mut files = Vec::with_capacity(formatted.len());
    for (path, source, new, errors) in formatted {
        diagnostics.append(errors);
        if let Ok(new) = new {
            files.push(Formatted {
                is_changed: source.had_byte_order_mark || *source.text != *new,
                path,
                old: source.text,
                new,
            });
        }
    }
    FormattedFiles {
        files,
        sources,
        diagnostics: diagnostics.sorted(),
    }
}

/// Puts the formatted text in place of the file, whose permissions it gets.
pub fn write_formatted(file: &Formatted) -> Result<(), Diagnostic> {
    replace(&file.path, &file.new).map_err(|error| errors::unwritable(&file.path, &error))
}

fn replace(path: &Path, text: &str) -> io::Result<()> {
    // Through links, which stay; and what may not be written to is not replaced either.
    let path = fs::canonicalize(path)?;
    let metadata = OpenOptions::new().write(true).open(&path)?.metadata()?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut temporary = tempfile::Builder::new().prefix(".lang-").tempfile_in(folder)?;
    temporary.write_all(text.as_bytes())?;
    temporary.as_file().set_permissions(metadata.permissions())?;
    temporary.persist(&path).map(drop).map_err(|error| error.error)
}

/// Files as they are named, and the sources below folders, each once.
fn find_sources(paths: &[PathBuf], diagnostics: &mut Diagnostics) -> Vec<PathBuf> {
    let mut found = Vec::new();
    if paths.is_empty() {
        walk(&default_folder(), &mut found, diagnostics);
    }
    for path in paths {
        if path.is_dir() {
            walk(path, &mut found, diagnostics);
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = base::FxHashSet::default();
    found.retain(|path| seen.insert(fs::canonicalize(path).unwrap_or_else(|_| path.clone())));
    found
}

/// The nearest folder around the current one that is a package's, else the current one.
fn default_folder() -> PathBuf {
    let mut folder = PathBuf::new();
    let n_outer = std::env::current_dir().map_or(0, |current| current.components().count());
    for _ in 0..n_outer {
        if folder.join(MANIFEST).is_file() {
            return folder;
        }
        folder.push("..");
    }
    PathBuf::new()
}

/// The sources below `folder`, in the order of their names, hidden ones, links and what builds make left out.
fn walk(folder: &Path, found: &mut Vec<PathBuf>, diagnostics: &mut Diagnostics) {
    let shown = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let entries: io::Result<Vec<fs::DirEntry>> = fs::read_dir(shown).and_then(Iterator::collect);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            diagnostics.report(errors::unreadable(shown, AskedBy::CommandLine, &error));
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    let is_package = folder.join(MANIFEST).is_file();
    for entry in entries {
        let name = entry.file_name();
        let is_hidden = name.as_encoded_bytes().starts_with(b".");
        let is_output = name == "target" || (is_package && name == "build");
        let Some(kind) = entry.file_type().ok().filter(|_| !is_hidden) else {
            continue;
        };
        let path = folder.join(&name);
        if kind.is_dir() && !is_output {
            walk(&path, found, diagnostics);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == EXTENSION) {
            found.push(path);
        }
    }
}
