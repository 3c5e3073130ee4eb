//! Which libraries are counted: the lines of `libraries.list`.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use cmodel::CModuleSpec;
use target::Table;

/// A library of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Library {
    pub name: String,
    /// The Debian package with its headers.
    pub package: String,
    /// For pkg-config; absent where the headers need nothing of it.
    pub pkg_config: Option<String>,
    pub defines: Vec<String>,
    /// The headers to begin with.
    pub headers: Vec<String>,
    /// Whether all other headers of the package come after them, but those whose names begin with what is excluded.
    pub whole_package: bool,
    pub excluded: Vec<String>,
}

/// What a library's import is made of.
pub(crate) struct Import {
    pub(crate) spec: CModuleSpec,
    /// Headers of the package that do not go with the others, with Clang's first error.
    pub(crate) left_out: Vec<String>,
}

/// All of the list, in its order.
pub fn libraries() -> Vec<Library> {
    let lines = include_str!("libraries.list").lines();
    lines
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| {
            let columns: Vec<&str> = line.split('|').map(str::trim).collect();
            let [name, package, pkg_config, defines, headers] = columns[..] else {
                panic!("a line of libraries.list has five columns: {line}");
            };
            let words = |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
            Library {
                name: name.to_owned(),
                package: package.to_owned(),
                pkg_config: (!pkg_config.is_empty()).then(|| pkg_config.to_owned()),
                defines: words(defines),
                headers: words(headers)
                    .into_iter()
                    .filter(|word| word != "*" && !word.starts_with('!'))
                    .collect(),
                whole_package: words(headers).contains(&"*".to_owned()),
                excluded: words(headers)
                    .iter()
                    .filter_map(|word| word.strip_prefix('!').map(str::to_owned))
                    .collect(),
            }
        })
        .collect()
}

impl Library {
    /// Whether Debian's package is there.
    pub fn is_installed(&self) -> bool {
        let mut query = Command::new("dpkg-query");
        query.args(["-W", "-f", "${db:Status-Status}", &self.package]);
        // A system without dpkg has the headers under other packages' names, or it has not: importing will tell.
        query.output().is_ok_and(|output| output.stdout == b"installed") || Command::new("dpkg-query").output().is_err()
    }

    /// What is imported: the headers, and what pkg-config says. `clang` is asked with `arguments`, which depend on it.
    pub(crate) fn import(
        &self,
        clang: &Path,
        arguments: impl Fn(&CModuleSpec) -> Vec<String>,
    ) -> Result<Import, String> {
        let mut spec = CModuleSpec {
            headers: self.headers.clone(),
            defines: self.defines.clone(),
            ..CModuleSpec::default()
        };
        self.ask_pkg_config(&mut spec)?;
        let mut left_out = Vec::new();
        if self.whole_package {
            let args = arguments(&spec);
            let error = |headers: &[String]| first_error(clang, &args, headers);
            let others = self.others(&spec)?;
            add_headers(&mut spec.headers, &others, &error, &mut left_out)?;
        }
        Ok(Import { spec, left_out })
    }

    fn ask_pkg_config(&self, spec: &mut CModuleSpec) -> Result<(), String> {
        let Some(package) = &self.pkg_config else {
            return Ok(());
        };
        let output = Command::new("pkg-config").args(["--cflags", package]).output();
        let output = output.map_err(|error| format!("pkg-config: {error}"))?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        for word in String::from_utf8_lossy(&output.stdout).split_whitespace() {
            if let Some(folder) = word.strip_prefix("-I") {
                spec.include_dirs.push(folder.to_owned());
            } else if let Some(define) = word.strip_prefix("-D") {
                spec.defines.push(define.to_owned());
            }
        }
        Ok(())
    }

    /// The other headers of the package, as `#include` names them, sorted.
    fn others(&self, spec: &CModuleSpec) -> Result<Vec<String>, String> {
        let output = Command::new("dpkg-query").args(["-L", &self.package]).output();
        let output = output.map_err(|error| format!("dpkg-query: {error}"))?;
        let multiarch = Table::embedded().host().and_then(|host| host.sysroot.multiarch.clone());
        let folders: Vec<String> = spec
            .include_dirs
            .iter()
            .cloned()
            .chain(multiarch.map(|multiarch| format!("/usr/include/{multiarch}")))
            .chain(["/usr/include".to_owned()])
            .collect();
        let text = String::from_utf8_lossy(&output.stdout);
        let names = text.lines().filter(|line| line.ends_with(".h")).filter_map(|path| {
            let below = |folder: &String| path.strip_prefix(folder.trim_end_matches('/'))?.strip_prefix('/');
            folders.iter().find_map(below).map(str::to_owned)
        });
        let is_wanted = |name: &String| {
            !self.headers.contains(name) && !self.excluded.iter().any(|excluded| name.starts_with(excluded))
        };
        let names: BTreeSet<String> = names.filter(is_wanted).collect();
        Ok(names.into_iter().collect())
    }

    /// The attributes and the import, as a program has them.
    pub(crate) fn import_item(&self, headers: &[String]) -> String {
        let mut text = String::new();
        if let Some(package) = &self.pkg_config {
            text.push_str(&format!("@pkg(\"{package}\") "));
        }
        for define in &self.defines {
            text.push_str(&format!("@define(\"{define}\") "));
        }
        let headers: Vec<String> = headers.iter().map(|header| format!("\"{header}\"")).collect();
        format!("{text}import c {{ {} }} as c;\n", headers.join(", "))
    }

    /// Whether this library is the C library itself, with which Clang's own headers are counted.
    pub(crate) fn is_c(&self) -> bool {
        self.package == BASE[0]
    }

    /// The files of the C library and of the system's calls, which all others include and do not own.
    pub(crate) fn base_headers(&self) -> BTreeSet<String> {
        let mut query = Command::new("dpkg-query");
        let others = BASE.iter().filter(|package| **package != self.package);
        let output = query.arg("-L").args(others).output();
        let text = output.map_or(String::new(), |output| {
            String::from_utf8_lossy(&output.stdout).into_owned()
        });
        text.lines().map(str::to_owned).collect()
    }
}

/// Adds what can be read with the headers before it; halves what cannot, down to the header that it is about.
fn add_headers(
    headers: &mut Vec<String>,
    more: &[String],
    first_error: &impl Fn(&[String]) -> Result<Option<String>, String>,
    left_out: &mut Vec<String>,
) -> Result<(), String> {
    if more.is_empty() {
        return Ok(());
    }
    let all: Vec<String> = headers.iter().chain(more).cloned().collect();
    match (first_error(&all)?, more) {
        (None, _) => headers.extend_from_slice(more),
        (Some(error), [only]) => left_out.push(format!("{only}: {error}")),
        (Some(_), _) => {
            let (first, second) = more.split_at(more.len() / 2);
            add_headers(headers, first, first_error, left_out)?;
            add_headers(headers, second, first_error, left_out)?;
        }
    }
    Ok(())
}

fn first_error(clang: &Path, args: &[String], headers: &[String]) -> Result<Option<String>, String> {
    let mut command = Command::new(clang);
    command
        .args(args)
        .args(["-fsyntax-only", "-w", "-fno-caret-diagnostics", "-xc", "-"]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("clang: {error}"))?;
    let text: String = headers.iter().map(|header| format!("#include <{header}>\n")).collect();
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(text.as_bytes())
            .map_err(|error| format!("clang: {error}"))?;
    }
    let output = child.wait_with_output().map_err(|error| format!("clang: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let mut errors = text
        .lines()
        .filter_map(|line| line.split_once("error: ").map(|(_, message)| message.to_owned()));
    Ok(match output.status.success() {
        true => None,
        false => Some(errors.next().unwrap_or_else(|| text.into_owned())),
    })
}

/// Whose headers all others include.
const BASE: [&str; 2] = ["libc6-dev", "linux-libc-dev"];
