//! What the boundary and the compiler cost, each number beside clang's on the same work in the same run.
//!
//! Instructions per iteration are counted by callgrind, as the difference of two runs: they are the same at each
//! run. CPU is user and system time of whole commands, the median of interleaved rounds. Prints a table; nothing
//! here passes or fails.

#![allow(clippy::print_stdout)]

mod algorithms;
mod generated;
mod headers;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use tempfile::TempDir;

/// Rounds of each timed pair.
const ROUNDS: usize = 7;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Why a benchmark could not be run.
#[derive(Debug)]
enum BenchError {
    Start(String, std::io::Error),
    Failed(String, String),
    NoCount(String),
    Different(String),
    Io(std::io::Error),
}

impl std::fmt::Display for BenchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Start(command, error) => write!(f, "cannot start `{command}`: {error}"),
            Self::Failed(command, text) => write!(f, "`{command}` failed:\n{text}"),
            Self::NoCount(command) => write!(f, "callgrind gave no count for `{command}`"),
            Self::Different(program) => write!(f, "{program} prints something else in Lang than in C"),
            Self::Io(error) => write!(f, "{error}"),
        }
    }
}

type Result<T> = std::result::Result<T, BenchError>;

/// The tools and folders of a run.
struct Bench {
    lang: PathBuf,
    programs: PathBuf,
    algorithms: PathBuf,
    out: TempDir,
}

fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let bench = Bench {
        lang: root.join("../target/release/lang"),
        programs: root.join("benches/programs"),
        algorithms: root.join("benches/algorithms"),
        out: TempDir::new().map_err(BenchError::Io)?,
    };
    println!(
        "{:<72} {:>12} {:>12} {:>8} {:>8}",
        "", "lang", "clang 22", "ratio", "goal"
    );
    bench.library()?;
    for (name, program) in [
        ("int add(int, int)", "call"),
        ("struct {double x, y;} by value", "record"),
        ("a static inline function", "inline_function"),
        ("a function-like macro", "macro"),
        ("inline C", "inline_c"),
        ("bit-fields", "bit_field"),
        ("64 additions by way of references, as of `restrict`", "references"),
    ] {
        let (lang, clang) = bench.loops(program)?;
        row(&format!("instructions/iteration: {name}"), lang, clang, "", 1.0);
    }
    bench.algorithms()?;
    bench.library_work()?;
    bench.building()?;
    bench.checking()?;
    bench.importing()?;
    bench.headers()?;
    bench.borrowing()?;
    bench.compiling()
}

fn row(name: &str, lang: f64, clang: f64, unit: &str, goal: f64) {
    let cell = |value: f64| format!("{value:.2}{unit}");
    println!(
        "{name:<72} {:>12} {:>12} {:>8.2} {:>8}",
        cell(lang),
        cell(clang),
        lang / clang,
        format!("<= {goal}")
    );
}

/// A row of what clang does nothing like.
fn own_row(name: &str, lang: f64, unit: &str, goal: f64) {
    let cell = |value: f64| format!("{value:.2}{unit}");
    println!(
        "{name:<72} {:>12} {:>12} {:>8} {:>8}",
        cell(lang),
        "",
        "",
        format!("<= {goal}")
    );
}

/// A row of which there is a ratio alone.
fn ratio_row(name: &str, ratio: f64, goal: Option<f64>) {
    let goal = goal.map_or(String::new(), |goal| format!("<= {goal}"));
    println!("{name:<72} {:>12} {:>12} {ratio:>8.2} {goal:>8}", "", "");
}

fn text_of(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text
}

/// Runs a command to its end, and gives what it wrote to standard error.
fn finish(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| BenchError::Start(text_of(command), error))?;
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() {
        Ok(stderr)
    } else {
        Err(BenchError::Failed(text_of(command), stderr))
    }
}

/// User and system time of all children so far, in milliseconds.
fn children_ms() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("getrusage has valid arguments");
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64 / 1000.0
}

/// The CPU of one command, in milliseconds; `before` makes ready and is not counted.
fn cpu_ms(before: &mut dyn FnMut() -> Result<()>, command: &mut Command) -> Result<f64> {
    before()?;
    let start = children_ms();
    finish(command)?;
    Ok(children_ms() - start)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

impl Bench {
    fn path(&self, name: &str) -> PathBuf {
        self.out.path().join(name)
    }

    fn source(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    fn clang(&self) -> Command {
        let mut command = Command::new("clang-22");
        command.arg("-I").arg(&self.programs);
        command
    }

    /// `lang` with a cache of this run's own.
    fn lang(&self, verb: &str) -> Command {
        let mut command = Command::new(&self.lang);
        command.arg(verb).env("LANG_CACHE_DIR", self.path("cache"));
        command
    }

    fn clear_cache(&self) -> Result<()> {
        match std::fs::remove_dir_all(self.path("cache")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(BenchError::Io(error)),
            _ => Ok(()),
        }
    }

    /// The C functions that the loops call.
    fn library(&self) -> Result<()> {
        let object = self.path("bench.o");
        finish(
            self.clang()
                .args(["-O2", "-c"])
                .arg(self.source("bench.c"))
                .arg("-o")
                .arg(&object),
        )?;
        finish(Command::new("ar").arg("rcs").arg(self.path("libbench.a")).arg(&object)).map(|_| ())
    }

    /// Instructions per iteration of a loop, in Lang and in C.
    fn loops(&self, program: &str) -> Result<(f64, f64)> {
        let (ours, theirs) = (self.path("ours"), self.path("theirs"));
        finish(
            self.lang("build")
                .arg("--release")
                .arg("-L")
                .arg(self.out.path())
                .arg(self.source(&format!("{program}.lang")))
                .arg("-o")
                .arg(&ours),
        )?;
        finish(
            self.clang()
                .arg("-O2")
                .arg(self.source(&format!("{program}.c")))
                .arg(self.path("libbench.a"))
                .arg("-o")
                .arg(&theirs),
        )?;
        Ok((per_iteration(&ours)?, per_iteration(&theirs)?))
    }

    /// Both commands in turn, several times.
    fn compare(
        &self,
        mut before: impl FnMut() -> Result<()>,
        ours: impl Fn() -> Command,
        theirs: impl Fn() -> Command,
    ) -> Result<(f64, f64)> {
        let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            our_times.push(cpu_ms(&mut before, &mut ours())?);
            their_times.push(cpu_ms(&mut || Ok(()), &mut theirs())?);
        }
        Ok((median(our_times), median(their_times)))
    }

    fn building(&self) -> Result<()> {
        let ours = || {
            let mut command = self.lang("build");
            command.arg(self.source("hello.lang")).arg("-o").arg(self.path("hello"));
            command
        };
        let theirs = || {
            let mut command = self.clang();
            command.arg(self.source("hello.c")).arg("-o").arg(self.path("hello-c"));
            command
        };
        // The runtime is compiled once for a target, and is not what is measured.
        finish(&mut ours())?;
        let imports = || self.forget_program();
        let (lang, clang) = self.compare(imports, ours, theirs)?;
        row("CPU of building hello by stdio.h, cold", lang, clang, " ms", 2.0);
        finish(&mut ours())?;
        let (lang, clang) = self.compare(|| Ok(()), ours, theirs)?;
        row("CPU of building hello by stdio.h, warm", lang, clang, " ms", 1.2);
        Ok(())
    }

    /// Empties the cache but for the runtime's objects.
    fn forget_program(&self) -> Result<()> {
        let cache = self.path("cache");
        for entry in std::fs::read_dir(&cache).map_err(BenchError::Io)? {
            let entry = entry.map_err(BenchError::Io)?;
            if entry.file_name() != "runtime" {
                let path = entry.path();
                let removed = if path.is_dir() {
                    std::fs::remove_dir_all(&path)
                } else {
                    std::fs::remove_file(&path)
                };
                removed.map_err(BenchError::Io)?;
            }
        }
        Ok(())
    }

    fn checking(&self) -> Result<()> {
        let ours = || {
            let mut command = self.lang("check");
            command.arg(self.source("plain.lang"));
            command
        };
        let theirs = || {
            let mut command = self.clang();
            command.arg("-fsyntax-only").arg(self.source("hello.c"));
            command
        };
        let (lang, clang) = self.compare(|| Ok(()), ours, theirs)?;
        row("CPU of checking hello", lang, clang, " ms", 0.6);
        Ok(())
    }

    /// Programs of ten thousand lines, and where the time of the one in Lang goes.
    fn compiling(&self) -> Result<()> {
        let (ours, theirs) = (self.path("generated.lang"), self.path("generated.c"));
        std::fs::write(&ours, generated::lang_program()).map_err(BenchError::Io)?;
        std::fs::write(&theirs, generated::c_program()).map_err(BenchError::Io)?;
        let lang = |args: &[&str]| {
            let mut command = self.lang(args[0]);
            command.arg(&ours).args(&args[1..]).current_dir(self.out.path());
            command
        };
        let clang = |args: &[&str]| {
            let mut command = self.clang();
            command.args(args).arg(&theirs).current_dir(self.out.path());
            command
        };
        for (name, our_args, their_args, goal) in [
            ("checking", &["check"][..], &["-fsyntax-only"][..], 1.2),
            (
                "a debug build of",
                &["build", "-o", "ours"],
                &["-g", "-o", "theirs"],
                1.3,
            ),
            (
                "a release build of",
                &["build", "--release", "-o", "ours"],
                &["-O2", "-o", "theirs"],
                1.1,
            ),
        ] {
            // The runtime is compiled once for a target, and is not what is measured.
            finish(&mut lang(our_args))?;
            let (lang, clang) = self.compare(|| self.forget_program(), || lang(our_args), || clang(their_args))?;
            row(&format!("CPU of {name} 10,000 lines"), lang, clang, " ms", goal);
        }
        self.forget_program()?;
        let timings = finish(&mut lang(&["build", "--release", "-o", "ours", "--timings"]))?;
        println!("\nwhere the time of the release build of 10,000 lines goes:\n{timings}");
        Ok(())
    }

    /// What it costs to check references: in one large function, and of all that a check does.
    fn borrowing(&self) -> Result<()> {
        let large = self.path("large.lang");
        std::fs::write(&large, generated::function_of_references()).map_err(BenchError::Io)?;
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            times.push(cpu_ms(&mut || Ok(()), self.lang("check").arg(&large))?);
        }
        let name = "CPU of checking a function of 2,000 blocks and 500 references";
        own_row(name, median(times), " ms", 200.0);
        let generated = self.path("generated.lang");
        std::fs::write(&generated, generated::lang_program()).map_err(BenchError::Io)?;
        let counted = |of: &[&str]| {
            let mut command = callgrind();
            command.args(of).arg(&self.lang).arg("check").arg(&generated);
            count(command.env("LANG_CACHE_DIR", self.path("cache")))
        };
        let all = counted(&[])?;
        for (name, function, goal) in [
            ("loans", "borrow::loans::check_loans", Some(0.1)),
            ("moves, drops and loans", "borrow::check", None),
        ] {
            let share = counted(&[&format!("--toggle-collect={function}")])? / all;
            ratio_row(
                &format!("instructions of checking 10,000 lines: {name} of all"),
                share,
                goal,
            );
        }
        Ok(())
    }

    fn importing(&self) -> Result<()> {
        let ours = || {
            let mut command = self.lang("check");
            command.arg(self.source("sdl.lang"));
            command
        };
        let cold = || {
            let mut command = self.clang();
            command.arg("-fsyntax-only").arg(self.source("sdl.c"));
            command
        };
        let (lang, clang) = self.compare(|| self.clear_cache(), ours, cold)?;
        row("CPU of importing SDL2/SDL.h, cold", lang, clang, " ms", 1.3);
        let pch = self.path("sdl.pch");
        finish(
            self.clang()
                .args(["-x", "c-header", "/usr/include/SDL2/SDL.h", "-o"])
                .arg(&pch),
        )?;
        let warm = || {
            let mut command = self.clang();
            command
                .arg("-include-pch")
                .arg(&pch)
                .arg("-fsyntax-only")
                .arg(self.source("sdl.c"));
            command
        };
        finish(&mut ours())?;
        let (lang, clang) = self.compare(|| Ok(()), ours, warm)?;
        row("CPU of importing SDL2/SDL.h, warm", lang, clang, " ms", 1.0);
        Ok(())
    }
}

/// What one more iteration costs, from runs of one and of two hundred thousand.
fn per_iteration(program: &Path) -> Result<f64> {
    let (few, many) = (100_000_u32, 200_000_u32);
    let difference = instructions(program, many)? - instructions(program, few)?;
    Ok(difference / f64::from(many - few))
}

fn instructions(program: &Path, iterations: u32) -> Result<f64> {
    count(callgrind().arg(program).env("N", iterations.to_string()))
}

fn callgrind() -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    command
}

/// The instructions that callgrind counts: there are some, unless they are those of a function that is inlined.
fn count(command: &mut Command) -> Result<f64> {
    let text = finish(command)?;
    let count = text.lines().find_map(|line| line.split("Collected :").nth(1));
    let count = count
        .and_then(|count| count.trim().parse().ok())
        .filter(|count| *count > 0.0);
    count.ok_or_else(|| BenchError::NoCount(text_of(command)))
}
