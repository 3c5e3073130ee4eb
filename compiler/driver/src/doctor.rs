//! What `lang doctor` says: each thing that a command may need, where it is, which version, or what to install.

use std::path::Path;
use std::process::Command;

use link::LinkError;
use session::{Sysroot, ToolError};
use target::{LinkerFlavor, Sanitizer, Table, Target};

use crate::python::find_python;

/// One line of the report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub what: String,
    pub state: State,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Where it is and which version, in words.
    Here(String),
    /// Not here, and some commands do without; what to do about it.
    Absent(String),
    /// Not here, and programs for this machine cannot be built; what to do about it.
    Missing(String),
}

/// What is here and what is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Report {
    pub tools: Vec<Finding>,
    pub targets: Vec<Finding>,
}

impl Report {
    /// Whether programs for this machine can be built.
    pub fn is_healthy(&self) -> bool {
        let findings = self.tools.iter().chain(&self.targets);
        findings
            .into_iter()
            .all(|finding| !matches!(finding.state, State::Missing(_)))
    }

    /// Two lists, one line each.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (title, findings) in [("Tools", &self.tools), ("Targets", &self.targets)] {
            text.push_str(&format!("{title}\n"));
            let width = findings
                .iter()
                .map(|finding| finding.what.chars().count())
                .max()
                .unwrap_or(0);
            for Finding { what, state } in findings {
                let (mark, words) = match state {
                    State::Here(words) => ("ok", words),
                    State::Absent(words) => ("--", words),
                    State::Missing(words) => ("!!", words),
                };
                text.push_str(&format!("  {mark}  {what:width$}  {words}\n"));
            }
        }
        text
    }
}

/// Looks at everything.
pub fn examine(sysroot: &Sysroot, table: &Table) -> Report {
    let mut tools = Vec::new();
    let llvm = sysroot.llvm();
    let mut found =
        |what: &str, path: Result<std::path::PathBuf, ToolError>, version: &dyn Fn(&Path) -> Option<String>| {
            let state = match path {
                Ok(path) => State::Here(match version(&path) {
                    Some(version) => format!("{version}, {}", path.display()),
                    None => path.display().to_string(),
                }),
                Err(error) => State::Missing(install_of(&error)),
            };
            tools.push(Finding {
                what: what.to_owned(),
                state,
            });
        };
    found("standard library", sysroot.stdlib(), &|_| None);
    found("lang-codegen", sysroot.codegen(), &|path| version_of(path, |_| true));
    found("Clang", sysroot.clang(), &|path| {
        version_of(path, |line| line.contains("version"))
    });
    found("libclang", sysroot.libclang(), &|_| None);
    found("Clang's headers", sysroot.clang_resource_dir(), &|_| None);
    found("lld", sysroot.linker(LinkerFlavor::Elf), &|path| {
        version_of(path, |line| line.contains("LLD"))
    });
    found("lld for macOS", sysroot.linker(LinkerFlavor::MachO), &|path| {
        version_of(path, |line| line.contains("LLD"))
    });
    tools.push(Finding {
        what: "AddressSanitizer".to_owned(),
        state: address_sanitizer(sysroot, table),
    });
    tools.push(Finding {
        what: "pkg-config".to_owned(),
        state: pkg_config(sysroot),
    });
    tools.push(Finding {
        what: "Python".to_owned(),
        state: find_python(),
    });
    let resource_dir = sysroot.clang_resource_dir().ok();
    let targets = table.targets().iter().map(|target| Finding {
        what: target.name.clone(),
        state: target_state(target, sysroot, resource_dir.as_deref(), llvm),
    });
    Report {
        targets: targets.collect(),
        tools,
    }
}

fn install_of(error: &ToolError) -> String {
    match error {
        ToolError::Missing { install, .. } => install.clone(),
        ToolError::WrongVersion {
            path, found, install, ..
        } => {
            format!("version {found} at {}: {install}", path.display())
        }
    }
}

/// The lines of `--version` that `keep` takes, as one.
fn version_of(program: &Path, keep: impl Fn(&str) -> bool) -> Option<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && keep(line))
        .collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// The runtime for programs of this machine, and what tells it the lines of addresses.
fn address_sanitizer(sysroot: &Sysroot, table: &Table) -> State {
    let target = table.host().and_then(|host| host.with_sanitizer(Sanitizer::Address));
    let Some(target) = target else {
        return State::Absent("there is none for this machine".to_owned());
    };
    let resource_dirs: Vec<_> = sysroot.clang_resource_dir().into_iter().collect();
    let files = match link::find_sanitizer_files(&target, None, &resource_dirs, false) {
        Ok(files) => files.unwrap_or_default(),
        Err(LinkError::SanitizerMissing { package, .. }) => {
            return State::Absent(format!(
                "install the Debian package `{package}` to use `--sanitize address`"
            ));
        }
        Err(error) => return State::Absent(error.to_string()),
    };
    let runtime = files.archives.last().map(|path| path.display().to_string());
    let runtime = runtime.unwrap_or_default();
    State::Here(match sysroot.symbolizer() {
        Ok(_) => runtime,
        Err(error) => format!("{runtime}; for lines in its reports, {}", install_of(&error)),
    })
}

fn pkg_config(sysroot: &Sysroot) -> State {
    match sysroot.on_path("pkg-config") {
        Some(path) => {
            let version = version_of(&path, |_| true).unwrap_or_else(|| "does not start".to_owned());
            State::Here(format!("{version}, {}", path.display()))
        }
        None => State::Absent("install the Debian package `pkg-config` to use `@pkg(\"…\")`".to_owned()),
    }
}

fn target_state(target: &Target, sysroot: &Sysroot, resource_dir: Option<&Path>, llvm: u32) -> State {
    let resource_dirs: Vec<_> = resource_dir.iter().map(|dir| dir.to_path_buf()).collect();
    let cannot = if target.is_host() {
        State::Missing
    } else {
        State::Absent
    };
    match target.link.flavor {
        LinkerFlavor::Elf | LinkerFlavor::MachO => {}
        LinkerFlavor::Pe | LinkerFlavor::Wasm => return State::Absent("not supported yet".to_owned()),
    }
    if sysroot.linker(target.link.flavor).is_err() {
        return cannot(format!("install the Debian package `lld-{llvm}`"));
    }
    if let Err(error) = link::find_system_files(target, None, &resource_dirs) {
        let packages = &target.link.packages;
        if packages.is_empty() {
            return cannot(error.to_string());
        }
        return cannot(format!(
            "install the Debian packages `{}`, or give `--sysroot DIR`",
            packages.join(" ")
        ));
    }
    let runs = if target.is_host() {
        "this machine".to_owned()
    } else if target.runs_natively() {
        "runs here".to_owned()
    } else {
        match target.run.runner.first() {
            Some(runner) => match sysroot.on_path(runner) {
                Some(path) => format!("runs under {}", path.display()),
                None => format!("builds; install `{runner}` to run"),
            },
            None => "builds".to_owned(),
        }
    };
    State::Here(runs)
}
