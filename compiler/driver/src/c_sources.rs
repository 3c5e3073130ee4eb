//! The C and C++ files of packages as objects, compiled by Clang when they or what they include change.
//!
//! A compilation is noted under the hash of Clang and its arguments: which files it read, the hash of each, and what
//! Clang warned of. Its object lies under the hash of all that. So a file that is touched and not changed is not
//! compiled again, and one that is changed back is found.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use base::{ContentHash, Hasher, hash_bytes};
use diag::{Diagnostic, Diagnostics};
use session::parallel::par_map;
use session::{CSourceGroup, Profile, Written, c_source_failed, c_source_warns};
use target::{Relocation, Target};
use unit::{DebugInfo, Optimize};

use crate::cache::Cache;
use crate::commands::{ShowCommand, run_tool};
use crate::errors;

/// Where C sources are compiled.
pub(crate) struct CSourceBuild<'a> {
    pub(crate) clang: &'a Path,
    pub(crate) resource_dir: &'a Path,
    pub(crate) target: &'a Target,
    /// The root of the target's system, when the user gives one.
    pub(crate) target_root: Option<&'a Path>,
    pub(crate) profile: Profile,
    pub(crate) cache_root: &'a Path,
    /// A folder of this run, on the file system of the cache.
    pub(crate) workspace: &'a Path,
    pub(crate) show: ShowCommand<'a>,
}

/// Whether a file is C++, by its name.
pub(crate) fn is_cxx(source: &Path) -> bool {
    source.extension().is_some_and(|extension| extension != "c")
}

/// One file to compile.
struct Source<'a> {
    group: &'a CSourceGroup,
    written: &'a Written<PathBuf>,
    /// Tells it from the others of this run.
    number: usize,
}

/// What is known of a compilation that went well.
struct Compiled {
    object: PathBuf,
    /// Clang's warnings, if there are any.
    said: String,
}

impl CSourceBuild<'_> {
    /// The objects in the order of the groups and their sources; `None` when there were errors.
    pub(crate) fn objects(&self, groups: &[CSourceGroup], diagnostics: &mut Diagnostics) -> Option<Vec<PathBuf>> {
        let sources = groups.iter().flat_map(|group| {
            let with_group = move |written| (group, written);
            group.sources.iter().map(with_group)
        });
        let numbered = sources
            .enumerate()
            .map(|(number, (group, written))| Source { group, written, number });
        let results = par_map(numbered.collect(), |source: Source<'_>| {
            let result = self.object(&source);
            (source, result)
        });
        let mut objects = Vec::new();
        for (source, result) in results {
            match result {
                Ok(compiled) => {
                    if !compiled.said.is_empty() {
                        let path = &source.written.value;
                        diagnostics.warn(c_source_warns(source.written.span, path, &compiled.said));
                    }
                    objects.push(compiled.object);
                }
                Err(error) => _ = diagnostics.report(error),
            }
        }
        (!diagnostics.has_errors()).then_some(objects)
    }

    fn object(&self, source: &Source<'_>) -> Result<Compiled, Diagnostic> {
        let arguments = self.arguments(source);
        let folder = folder_of(source);
        let key = self.key(source, &arguments, &folder);
        let notes = Cache::new(self.cache_root, "c-notes", "txt");
        let objects = Cache::new(self.cache_root, "c-objects", "o");
        if let Some(note) = notes.find(key).and_then(|path| Note::read(&path))
            && note.holds(&folder)
            && let Some(object) = objects.find(note.object_key(key))
        {
            let said = note.said;
            return Ok(Compiled { object, said });
        }
        let started = SystemTime::now();
        let (object, dependencies, said) = self.compile(source, &arguments, &folder)?;
        // A file that was written meanwhile may not be what Clang read.
        let Some(note) = Note::of(&folder, dependencies, said.clone(), started) else {
            return Ok(Compiled { object, said });
        };
        let object = objects.keep(note.object_key(key), &object);
        let path = self.workspace.join(format!("{}.note", source.number));
        if fs::write(&path, note.to_text()).is_ok() {
            notes.keep(key, &path);
        }
        Ok(Compiled { object, said })
    }

    fn key(&self, source: &Source<'_>, arguments: &[String], folder: &Path) -> ContentHash {
        let mut hasher = Hasher::new();
        hasher
            .field(self.clang.as_os_str().as_encoded_bytes())
            .field(session::file_identity(self.clang).as_bytes())
            .field(folder.as_os_str().as_encoded_bytes())
            .field(source.written.value.as_os_str().as_encoded_bytes());
        arguments
            .iter()
            .for_each(|argument| _ = hasher.field(argument.as_bytes()));
        hasher.finish()
    }

    fn arguments(&self, source: &Source<'_>) -> Vec<String> {
        let spec = &source.group.spec;
        let mut arguments = if is_cxx(&source.written.value) {
            self.cxx_arguments(source)
        } else {
            cimport::driver_arguments(spec, self.target, self.resource_dir, self.target_root)
        };
        arguments.push(match self.profile.optimize {
            Optimize::None => "-O0".to_owned(),
            Optimize::Full => "-O2".to_owned(),
        });
        match self.profile.debug_info {
            DebugInfo::None => {}
            DebugInfo::Full => arguments.push("-gdwarf-4".to_owned()),
        }
        match self.target.relocation {
            Relocation::Pic => arguments.push("-fPIC".to_owned()),
            Relocation::Pie => arguments.push("-fPIE".to_owned()),
            Relocation::Static => {}
        }
        // Named from the folder of the build, as Lang's own sources are.
        let folder = &source.group.folder;
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let (from, to) = (folder_of(source), here.display());
        arguments.push(format!("-ffile-prefix-map={}={to}", from.display()));
        // A panic of a callback passes through them.
        arguments.push("-funwind-tables".to_owned());
        arguments.push("-fno-color-diagnostics".to_owned());
        arguments
    }

    /// Clang's driver knows where the headers of C++ are, which come before those of C.
    fn cxx_arguments(&self, source: &Source<'_>) -> Vec<String> {
        let spec = &source.group.spec;
        let mut arguments = vec![format!("--target={}", self.target.triple)];
        arguments.extend(self.target.code_args());
        arguments.extend(self.target_root.map(|root| format!("--sysroot={}", root.display())));
        arguments.extend(spec.include_dirs.iter().map(|folder| format!("-I{folder}")));
        arguments.extend(spec.defines.iter().map(|define| format!("-D{define}")));
        arguments
    }

    /// Gives the object, the files that were read, as Clang names them, and what it warned of.
    fn compile(
        &self,
        source: &Source<'_>,
        arguments: &[String],
        folder: &Path,
    ) -> Result<(PathBuf, Vec<PathBuf>, String), Diagnostic> {
        let object = self.workspace.join(format!("c{}.o", source.number));
        let rule = self.workspace.join(format!("c{}.d", source.number));
        let mut command = Command::new(self.clang);
        // In the package's folder and by the path as written, so that messages say it so.
        command
            .args(arguments)
            .arg("-c")
            .arg(argument_path(&source.written.value))
            .arg("-o")
            .arg(&object)
            .args(["-MD", "-MT", "object", "-MF"])
            .arg(&rule)
            .current_dir(folder);
        let output = run_tool(&mut command, self.show)?;
        let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
        if !output.status.success() {
            let said = if said.is_empty() {
                output.status.to_string()
            } else {
                said
            };
            return Err(c_source_failed(source.written.span, &source.written.value, &said));
        }
        let rule = fs::read_to_string(&rule).map_err(|error| errors::unwritable(&rule, &error))?;
        Ok((object, dependencies_in(&rule), said))
    }
}

/// A name that begins with `-` would be an option.
fn argument_path(path: &Path) -> PathBuf {
    if path.as_os_str().as_encoded_bytes().starts_with(b"-") {
        Path::new(".").join(path)
    } else {
        path.to_owned()
    }
}

fn folder_of(source: &Source<'_>) -> PathBuf {
    let folder = &source.group.folder;
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    std::path::absolute(here).unwrap_or_else(|_| here.to_owned())
}

/// The files that a rule of Make depends on: `object: a.c a\ b.h \`.
fn dependencies_in(rule: &str) -> Vec<PathBuf> {
    let names = rule.split_once(':').map_or("", |(_, names)| names);
    let mut found = Vec::new();
    let mut name = String::new();
    let mut chars = names.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('\n')) => {}
            ('\\', Some(&escaped @ (' ' | '#' | '\\'))) => {
                name.push(escaped);
                chars.next();
            }
            ('$', Some('$')) => {
                name.push('$');
                chars.next();
            }
            (c, _) if c.is_whitespace() => {
                if !name.is_empty() {
                    found.push(PathBuf::from(std::mem::take(&mut name)));
                }
            }
            (c, _) => name.push(c),
        }
    }
    if !name.is_empty() {
        found.push(PathBuf::from(name));
    }
    found
}

/// What a compilation read and said.
struct Note {
    /// As Clang names them, with the hashes of their contents.
    files: Vec<(PathBuf, String)>,
    said: String,
}

impl Note {
    /// `None` where a file is not as it was when the compilation started.
    fn of(folder: &Path, dependencies: Vec<PathBuf>, said: String, started: SystemTime) -> Option<Self> {
        let files = dependencies.into_iter().map(|path| {
            let full = folder.join(&path);
            let modified = fs::metadata(&full).and_then(|metadata| metadata.modified()).ok()?;
            let hash = hash_bytes(&fs::read(full).ok()?).to_string();
            let is_plain = path.to_str().is_some_and(|text| !text.contains('\n'));
            (modified < started && is_plain).then_some((path, hash))
        });
        let files = files.collect::<Option<Vec<_>>>()?;
        Some(Self { files, said })
    }

    /// Whether every file still has its contents.
    fn holds(&self, folder: &Path) -> bool {
        self.files
            .iter()
            .all(|(path, hash)| fs::read(folder.join(path)).is_ok_and(|bytes| hash_bytes(&bytes).to_string() == *hash))
    }

    fn object_key(&self, key: ContentHash) -> ContentHash {
        let mut hasher = Hasher::new();
        hasher.field(key.to_string().as_bytes());
        for (path, hash) in &self.files {
            hasher.field(path.as_os_str().as_encoded_bytes()).field(hash.as_bytes());
        }
        hasher.finish()
    }

    /// A line for each file, an empty one, then what Clang said.
    fn to_text(&self) -> String {
        let lines = self
            .files
            .iter()
            .map(|(path, hash)| format!("{hash} {}\n", path.display()));
        format!("{}\n{}", lines.collect::<String>(), self.said)
    }

    fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let (lines, said) = text.split_once("\n\n")?;
        let file = |line: &str| {
            let (hash, path) = line.split_once(' ')?;
            Some((PathBuf::from(path), hash.to_owned()))
        };
        Some(Self {
            files: lines.lines().map(file).collect::<Option<_>>()?,
            said: said.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_rule_are_unescaped() {
        let rule = "object: a.c /x/b\\ c.h \\\n  d$$e.h f\\#.h\n";
        let expected = ["a.c", "/x/b c.h", "d$e.h", "f#.h"].map(PathBuf::from);
        assert_eq!(dependencies_in(rule), expected);
        assert_eq!(dependencies_in(""), Vec::<PathBuf>::new());
    }
}
