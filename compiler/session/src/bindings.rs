//! Files that stand for headers: read for an import, and made of the headers again.
//!
//! Takes what `lang.toml` or an `import c` says of such a file. Gives what is in it, if it was made for the target and
//! of the headers that are asked for; and for `lang cimport`, the texts that the files should have. Writes nothing.

mod errors;
mod names;

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use base::{SourceMap, Span};
use cimport::{Bindings, BindingsError, read_bindings};
use cmodel::{CModuleId, CModuleSpec};
use diag::{Code, Diagnostic, Diagnostics};
use target::Target;

use crate::analyse::Request;
use crate::c_settings::declared_imports;
use crate::cimport_text::{HeaderQuestion, text_of};
use crate::errors::AskedBy;
use crate::files::read_source;
use crate::package::{Refused, Subject};

pub use names::assert_names_current;

/// What a path has where the target's name goes.
const TARGET: &str = "{target}";

/// A file that is named where it should stand for headers.
pub(crate) struct BindingsFile<'a> {
    path: PathBuf,
    /// As it is named, with [`TARGET`] as it is.
    has_target: bool,
    target: &'a Target,
    span: Span,
}

impl<'a> BindingsFile<'a> {
    pub(crate) fn new(named: &Path, target: &'a Target, span: Span) -> Self {
        let text = named.display().to_string();
        Self {
            path: PathBuf::from(text.replace(TARGET, &target.name)),
            has_target: text.contains(TARGET),
            target,
            span,
        }
    }

    /// What the file says of the headers of module `id`, as they are asked for.
    pub(crate) fn standing_for(
        &self,
        spec: &CModuleSpec,
        id: CModuleId,
        sources: &mut SourceMap,
    ) -> Result<Bindings, Diagnostic> {
        if !self.path.exists() {
            return Err(errors::no_bindings(self.span, &self.path));
        }
        let text = read_source(&self.path, AskedBy::Manifest(self.span))?;
        let bindings = read(&self.path, &text, id, self.target, sources)
            .map_err(|error| errors::unusable(&error, &self.path, self.target, Some((self.span, self.has_target))))?;
        match difference(spec, &bindings.head.spec) {
            None => Ok(bindings),
            Some(difference) => Err(errors::of_others(self.span, &self.path, &difference)),
        }
    }
}

impl BindingsFile<'_> {
    /// With `--locked`, the file is what the headers give now, of which it says that it was made. Those that the
    /// package's `lang.toml` names have been compared before.
    pub(crate) fn require_current(
        &self,
        bindings: &Bindings,
        request: Request<'_>,
        sources: &mut SourceMap,
        diagnostics: &mut Diagnostics,
    ) {
        let named = bindings_of_package(request.subject, self.target);
        if request.locked && !named.iter().any(|file| file.path == self.path) {
            let file = made_as_it_says(&self.path, Some(self.span), bindings);
            require_current(&file, request, sources, diagnostics);
        }
    }
}

fn read(
    path: &Path,
    text: &Arc<str>,
    id: CModuleId,
    target: &Target,
    sources: &mut SourceMap,
) -> Result<Bindings, BindingsError> {
    let file = sources.add(path, Arc::clone(text));
    read_bindings(file, &path.display().to_string(), text, id, target)
}

/// What is asked for, and what the file was made of, where these are two things. Folders are nobody's matter but the
/// machine's.
fn difference(asked: &CModuleSpec, made: &CModuleSpec) -> Option<String> {
    let list = |texts: &[String]| match texts {
        [] => "none".to_owned(),
        texts => format!("`{}`", texts.join("`, `")),
    };
    let standard = |spec: &CModuleSpec| list(spec.standard.as_slice());
    let rows = [
        ("headers", list(&asked.headers), list(&made.headers)),
        ("macros", list(&asked.defines), list(&made.defines)),
        ("packages", list(&asked.pkg_config), list(&made.pkg_config)),
        ("standard of C", standard(asked), standard(made)),
    ];
    let mut rows = rows.into_iter();
    rows.find(|(_, asked, made)| asked != made)
        .map(|(what, asked, made)| format!("{what}: {asked} here, {made} there"))
}

/// A file that is to be made of headers.
#[derive(Clone, Debug)]
pub struct BindingsToMake {
    pub path: PathBuf,
    /// Where it is named; absent on a command line.
    span: Option<Span>,
    /// The command that makes it again.
    renewal: String,
    question: HeaderQuestion,
}

/// A text that a file of bindings should have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MadeBindings {
    pub path: PathBuf,
    pub text: String,
    pub state: BindingsState,
}

/// What the file is now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingsState {
    Missing,
    /// Something else stands there.
    Other,
    Current,
}

/// The files that a package's `lang.toml` names.
pub fn bindings_of_package(subject: &Subject, target: &Target) -> Vec<BindingsToMake> {
    let Some(package) = subject.package() else {
        return Vec::new();
    };
    let imports = declared_imports(package);
    imports
        .into_iter()
        .filter_map(|import| {
            let (named, span) = import.bindings.as_ref()?;
            let path = BindingsFile::new(named, target, *span).path;
            let texts = |list: &[(String, Span)]| list.iter().map(|(text, _)| text.clone()).collect();
            let spec = CModuleSpec {
                headers: texts(&import.headers),
                include_dirs: import
                    .include_dirs
                    .iter()
                    .map(|dir| dir.display().to_string())
                    .collect(),
                defines: import.defines.clone(),
                standard: import.standard.clone(),
                pkg_config: texts(&import.pkg_config),
                ..CModuleSpec::default()
            };
            Some(to_make(path, Some(*span), spec, "lang cimport --update".to_owned()))
        })
        .collect()
}

/// Files that were made before, by what they say themselves.
pub fn bindings_of_files(paths: &[PathBuf], target: &Target) -> Result<Vec<BindingsToMake>, Refused> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Diagnostics::new());
    let mut found = Vec::new();
    for path in paths {
        let read = read_source(path, AskedBy::CommandLine).and_then(|text| {
            read(path, &text, CModuleId(0), target, &mut sources)
                .map_err(|error| errors::unusable(&error, path, target, None))
        });
        match read {
            Ok(bindings) => {
                found.push(made_as_it_says(path, None, &bindings));
            }
            Err(error) => _ = diagnostics.report(error),
        }
    }
    match diagnostics.has_errors() {
        true => Err((diagnostics.sorted(), sources)),
        false => Ok(found),
    }
}

/// A file that is made again of what it says that it was made of.
fn made_as_it_says(path: &Path, span: Option<Span>, bindings: &Bindings) -> BindingsToMake {
    let mut spec = bindings.head.spec.clone();
    let folder = folder_of(path);
    for dir in &mut spec.include_dirs {
        // As Clang says where a declaration stands, for the order of the file.
        *dir = without_dots(&folder.join(&*dir)).display().to_string();
    }
    let renewal = format!("lang cimport --update {}", path.display());
    to_make(path.to_owned(), span, spec, renewal)
}

/// `spec` with folders as they are on this machine.
fn to_make(path: PathBuf, span: Option<Span>, spec: CModuleSpec, renewal: String) -> BindingsToMake {
    let question = HeaderQuestion {
        said_dirs: said_dirs(&path, &spec.include_dirs),
        spec,
        names: Vec::new(),
    };
    BindingsToMake {
        path,
        span,
        renewal,
        question,
    }
}

/// Folders as a file at `path` names them: from its own folder, where they are not of another part of the machine.
pub fn said_dirs(path: &Path, dirs: &[String]) -> Vec<String> {
    let folder = folder_of(path);
    dirs.iter().map(|dir| relative(&folder, Path::new(dir))).collect()
}

/// Absolute.
fn folder_of(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.parent().map_or(PathBuf::new(), without_dots)
}

/// Without `.` and, as far as that says nothing of links, without `..`.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => _ = plain.pop(),
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => {
                plain.push(component);
            }
        }
    }
    plain
}

fn relative(from: &Path, to: &Path) -> String {
    let to = without_dots(&std::path::absolute(to).unwrap_or_else(|_| to.to_owned()));
    let (ours, theirs): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let n_common = ours.iter().zip(&theirs).take_while(|(our, their)| our == their).count();
    // The root alone is nothing that they share.
    if n_common < 2 {
        return to.display().to_string();
    }
    let up = ours[n_common..].iter().map(|_| "..".to_owned());
    let down = theirs[n_common..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    match parts.as_slice() {
        [] => ".".to_owned(),
        parts => parts.join("/"),
    }
}

/// Asks the headers what the files should be.
pub fn make_bindings(files: &[BindingsToMake], request: Request<'_>) -> Result<Vec<MadeBindings>, Refused> {
    let mut sources = request.subject.sources.clone();
    let mut diagnostics = Diagnostics::new();
    let made = files
        .iter()
        .filter_map(|file| make(file, request, &mut sources, &mut diagnostics))
        .collect();
    match diagnostics.has_errors() {
        true => Err((diagnostics.sorted(), sources)),
        false => Ok(made),
    }
}

/// Nothing, where the headers could not be asked.
fn make(
    file: &BindingsToMake,
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<MadeBindings> {
    let text = text_of(&file.question, file.span, request, sources, diagnostics)?;
    Some(MadeBindings {
        state: state_of(&file.path, &text),
        path: file.path.clone(),
        text,
    })
}

fn state_of(path: &Path, text: &str) -> BindingsState {
    match std::fs::read(path) {
        Ok(there) if there == text.as_bytes() => BindingsState::Current,
        // Another system's line ends are no other file.
        Ok(there) if String::from_utf8_lossy(&there).replace("\r\n", "\n") == text => BindingsState::Current,
        Ok(_) => BindingsState::Other,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => BindingsState::Missing,
        Err(_) => BindingsState::Other,
    }
}

/// Says which of the files are not what they should be.
pub fn assert_current(files: &[BindingsToMake], request: Request<'_>) -> Result<(), Refused> {
    let mut sources = request.subject.sources.clone();
    let mut diagnostics = Diagnostics::new();
    for file in files {
        require_current(file, request, &mut sources, &mut diagnostics);
    }
    match diagnostics.has_errors() {
        true => Err((diagnostics.sorted(), sources)),
        false => Ok(()),
    }
}

fn require_current(
    file: &BindingsToMake,
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) {
    let Some(made) = make(file, request, sources, diagnostics) else {
        return;
    };
    match made.state {
        BindingsState::Current => {}
        BindingsState::Missing => {
            let error = match file.span {
                Some(span) => errors::no_bindings(span, &made.path),
                None => Diagnostic::without_place(Code::NO_BINDINGS, errors::no_bindings_text(&made.path)),
            };
            diagnostics.report(error);
        }
        BindingsState::Other => {
            let there = std::fs::read_to_string(&made.path).unwrap_or_default();
            let change = first_change(&there, &made.text);
            diagnostics.report(errors::outdated(file.span, &made.path, &change, &file.renewal));
        }
    }
}

/// The first line that is another, but for the hash, which is another with each.
fn first_change(there: &str, wanted: &str) -> String {
    let is_hash = |line: &str| line.starts_with("@c(target:");
    let mut lines = (1..).zip(there.lines()).zip(wanted.lines());
    let found = lines.find(|((_, there), wanted)| there != wanted && !(is_hash(there) && is_hash(wanted)));
    match found {
        Some(((number, _), wanted)) => format!("line {number} would be `{}`", wanted.trim()),
        None if there.lines().count() == wanted.lines().count() => "what it says of itself would change".to_owned(),
        None if there.lines().count() < wanted.lines().count() => "more would follow its last line".to_owned(),
        None => "its last lines would go".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{first_change, relative};
    use std::path::Path;

    #[test]
    fn folders_are_named_from_the_file() {
        let from = Path::new("/home/u/app/bindings");
        assert_eq!(relative(from, Path::new("/home/u/app/native")), "../native");
        assert_eq!(relative(from, Path::new("/home/u/app/bindings")), ".");
        assert_eq!(relative(from, Path::new("/home/u/app/src/../c")), "../c");
        assert_eq!(relative(from, Path::new("/usr/include/x")), "/usr/include/x");
    }

    #[test]
    fn the_first_change_is_none_of_the_hash() {
        let (old, new) = ("@c(target: 1)\na\nb\n", "@c(target: 2)\na\nc\n");
        assert_eq!(first_change(old, new), "line 3 would be `c`");
        assert_eq!(first_change("a\n", "a\nb\n"), "more would follow its last line");
    }
}
