//! The programs of `libraries/`: each uses a real library of C, by its own macros, and prints what its golden says.
//!
//! A program names the Debian packages that it needs, `//@ package: liblua5.4-dev`. Where one is not installed it is
//! ignored, visibly; with `LIBRARIES_SOAK=1` it fails, and every program is run in release mode too. A program runs in
//! a folder of its own, which is empty. `UPDATE_GOLDENFILES=1` writes the goldens; an argument picks programs by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::{Output, lang, output_of, repository, run};

struct Program {
    name: String,
    path: PathBuf,
    packages: Vec<String>,
}

impl Program {
    fn all() -> Vec<Self> {
        let folder = repository().join("test-suite/libraries");
        let entries = fs::read_dir(folder).expect("the programs can be listed");
        let mut programs: Vec<Self> = entries
            .map(|entry| entry.expect("it can be listed").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "lang"))
            .map(|path| Self {
                name: path.file_stem().expect("it has a name").to_string_lossy().into_owned(),
                packages: packages(&path),
                path,
            })
            .collect();
        programs.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!programs.is_empty(), "there are no programs");
        programs
    }

    fn missing(&self) -> Vec<&str> {
        let packages = self.packages.iter().map(String::as_str);
        packages.filter(|package| !is_installed(package)).collect()
    }

    fn check(&self, modes: &[&[&str]]) -> Result<(), Failed> {
        if let [package, ..] = self.missing().as_slice() {
            return Err(format!("Debian's package {package} is not installed").into());
        }
        let update = std::env::var_os("UPDATE_GOLDENFILES").is_some();
        let golden = self.path.with_extension("stdout");
        for options in modes {
            let folder = tempfile::tempdir()?;
            let mut command = lang();
            command.arg("run").args(*options).arg(&self.path);
            command.current_dir(folder.path()).env("HOME", folder.path());
            let Output { status, stdout, stderr } = output_of(command);
            if (status, stderr.as_str()) != (0, "") {
                return Err(format!("{options:?}: status {status}\n{stdout}{stderr}").into());
            }
            if update {
                fs::write(&golden, &stdout)?;
            }
            if stdout != fs::read_to_string(&golden)? {
                return Err(format!("{options:?}: not its golden\n{stdout}").into());
            }
        }
        let parent = self.path.parent().expect("it lies in a folder");
        let formatted = run(parent, ["fmt", "--check", &format!("{}.lang", self.name)]);
        match formatted.status {
            0 => Ok(()),
            _ => Err(format!("it is not formatted\n{}", formatted.stdout).into()),
        }
    }
}

/// What the program's directives name; it needs none for C's own library.
fn packages(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let directives = text.lines().filter_map(|line| line.strip_prefix("//@"));
    let names = directives.flat_map(|directive| {
        let Some(names) = directive.trim().strip_prefix("package:") else {
            panic!("{}: no such directive: `//@{directive}`", path.display());
        };
        names.split_whitespace().map(str::to_owned)
    });
    names.collect()
}

/// A system without dpkg has it under another name, or it has not: importing will tell.
fn is_installed(package: &str) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["-W", "-f", "${db:Status-Status}", package]);
    query.output().map_or(true, |output| output.stdout == b"installed")
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let is_soak = std::env::var_os("LIBRARIES_SOAK").is_some();
    let modes: &'static [&[&str]] = if is_soak { &[&[], &["--release"]] } else { &[&[]] };
    let trials = Program::all().into_iter().map(|program| {
        let is_ignored = !is_soak && !program.missing().is_empty();
        let kind = if is_ignored { "not installed" } else { "" };
        let name = program.name.clone();
        Trial::test(name, move || program.check(modes))
            .with_kind(kind)
            .with_ignored_flag(is_ignored)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
