//! The programs of `libraries/`: each uses a real library of C, by its own macros, and prints what its golden says.
//!
//! A program names the Debian packages that it needs, `//@ package: liblua5.4-dev`. Where one is not installed it is
//! ignored, visibly; with `LIBRARIES_SOAK=1` it fails, and every program is run in release mode too. A program runs in
//! a folder of its own, which is empty. `SANITIZE_SOAK=1` runs them with AddressSanitizer, too.
//! `UPDATE_GOLDENFILES=1` writes the goldens; an argument picks programs by name.
//!
//! `libraries/macros.list` has single uses of many libraries' macros: those of one library are a program in Lang and
//! one in C, which must print the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::{Output, SANITIZE, Watched, lang, output_of, repository, run};

/// As the toolchain pins it.
const CLANG: &str = "clang-22";

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

/// Uses of one library's macros.
struct Uses {
    library: String,
    packages: Vec<String>,
    pkg_config: String,
    headers: Vec<String>,
    /// A kind, what stands in Lang and what in C.
    uses: Vec<(String, String, String)>,
}

impl Uses {
    fn all() -> Vec<Self> {
        let path = repository().join("test-suite/libraries/macros.list");
        let text = fs::read_to_string(path).expect("the list is there");
        let mut all: Vec<Self> = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
            match (line.strip_prefix("= "), parts.as_slice(), all.last_mut()) {
                (Some(head), _, _) => {
                    let head: Vec<&str> = head.split('|').map(str::trim).collect();
                    let [library, packages, pkg_config, headers] = head.as_slice() else {
                        panic!("not four parts: `{line}`");
                    };
                    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
                    all.push(Self {
                        library: (*library).to_owned(),
                        packages: words(packages),
                        pkg_config: (*pkg_config).to_owned(),
                        headers: words(headers),
                        uses: Vec::new(),
                    });
                }
                (None, [kind, ours, rest @ ..], Some(library)) => {
                    let c = rest.first().map_or_else(|| ours.replace("c.", ""), |c| (*c).to_owned());
                    library.uses.push(((*kind).to_owned(), (*ours).to_owned(), c));
                }
                _ => panic!("neither a library nor a use: `{line}`"),
            }
        }
        all
    }

    fn lang_text(&self) -> String {
        let package = match self.pkg_config.as_str() {
            "" => String::new(),
            name => format!("@pkg(\"{name}\") "),
        };
        let headers = self.headers.join("\", \"");
        let start = format!("@define(\"_GNU_SOURCE\") {package}import c {{ \"{headers}\" }} as c;\n");
        let lines = self.uses.iter().map(|(kind, ours, _)| match kind.as_str() {
            "let" => ours.clone(),
            "i" => format!("println(({ours}) as i64);"),
            "f" => format!("println(f\"{{({ours}) as f64:.6}}\");"),
            "s" => format!("println(CStr.from_ptr({ours}));"),
            _ => panic!("no such kind: `{kind}`"),
        });
        let lines: Vec<String> = lines.collect();
        format!("{start}fn main() {{\nunsafe {{\n{}\n}}\n}}\n", lines.join("\n"))
    }

    fn c_text(&self) -> String {
        let includes: Vec<String> = self.headers.iter().map(|name| format!("#include <{name}>\n")).collect();
        let lines = self.uses.iter().map(|(kind, _, c)| match kind.as_str() {
            "let" => c.clone(),
            "i" => format!("printf(\"%lld\\n\", (long long)({c}));"),
            "f" => format!("printf(\"%.6f\\n\", (double)({c}));"),
            _ => format!("printf(\"%s\\n\", {c});"),
        });
        let lines: Vec<String> = lines.collect();
        format!(
            "#define _GNU_SOURCE 1\n{}#include <stdio.h>\n#undef main\nint main(void) {{\n{}\n}}\n",
            includes.concat(),
            lines.join("\n")
        )
    }

    fn missing(&self) -> bool {
        !self.packages.iter().all(|package| is_installed(package))
    }

    fn check(&self) -> Result<(), Failed> {
        if self.missing() {
            return Err(format!("not installed: {}", self.packages.join(" ")).into());
        }
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("uses.lang"), self.lang_text())?;
        fs::write(folder.path().join("uses.c"), self.c_text())?;
        let mut clang = Command::new(CLANG);
        clang
            .args(["-w", "uses.c", "-o", "uses", "-lm"])
            .current_dir(folder.path());
        if !self.pkg_config.is_empty() {
            let mut flags = Command::new("pkg-config");
            flags.args(["--cflags", "--libs", &self.pkg_config]);
            clang.args(output_of(flags).stdout.split_whitespace());
        }
        let compiled = output_of(clang);
        if compiled.status != 0 {
            return Err(compiled.stderr.into());
        }
        let wanted = output_of(Command::new(folder.path().join("uses")));
        let output = run(folder.path(), ["run", "uses.lang"]);
        if output.status != 0 {
            return Err(output.stderr.into());
        }
        let printed = self.uses.iter().filter(|(kind, ..)| kind != "let");
        let values = output.stdout.lines().zip(wanted.stdout.lines());
        let wrong = printed.zip(values).filter(|(_, (ours, wanted))| ours != wanted);
        let wrong: Vec<String> = wrong
            .map(|((_, ours, _), (found, wanted))| format!("{ours} is {found}, in C {wanted}"))
            .collect();
        match output.stdout == wanted.stdout {
            true => Ok(()),
            false => Err(wrong.join("\n").into()),
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
    let watched = Program::all()
        .into_iter()
        .filter(|_| Watched::of_environment() == Watched::All);
    let watched = watched.map(|program| {
        let name = format!("{} (sanitized)", program.name);
        let is_ignored = !is_soak && !program.missing().is_empty();
        Trial::test(name, move || program.check(&[&SANITIZE])).with_ignored_flag(is_ignored)
    });
    let trials = Program::all().into_iter().map(|program| {
        let is_ignored = !is_soak && !program.missing().is_empty();
        let kind = if is_ignored { "not installed" } else { "" };
        let name = program.name.clone();
        Trial::test(name, move || program.check(modes))
            .with_kind(kind)
            .with_ignored_flag(is_ignored)
    });
    let uses = Uses::all().into_iter().map(|library| {
        let is_ignored = !is_soak && library.missing();
        let kind = if is_ignored { "not installed" } else { "" };
        Trial::test(format!("macros/{}", library.library), move || library.check())
            .with_kind(kind)
            .with_ignored_flag(is_ignored)
    });
    libtest_mimic::run(&arguments, trials.chain(watched).chain(uses).collect()).exit_code()
}
