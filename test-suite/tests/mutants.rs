//! Mutants of the project's own sources: each is compiled, or refused with errors, in time and without a crash.
//!
//! A few run among the tests. `MUTANTS=10000 cargo test --package test-suite --test mutants` runs more, and
//! `MUTANT_SEED=7` other ones. A mutant that fails is kept, and the message says where.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use test_suite::{Random, lang, mutate, pieces, repository};

/// A compilation that takes longer hangs, or the machine has much else to do.
const PATIENCE: Duration = Duration::from_secs(10);

/// Every source of the repository that is a program, or a module of one.
fn sources() -> Vec<PathBuf> {
    let mut sources = Vec::new();
    for folder in ["test-suite/cases", "examples", "stdlib"] {
        collect(&repository().join(folder), &mut sources);
    }
    sources.sort();
    sources
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "lang") {
            sources.push(path);
        }
    }
}

/// What is wrong with how a mutant is taken.
enum Fault {
    Late(String),
    Other(String),
}

/// Runs `command` to its end, or says that it had to be killed.
fn run_in_time(mut command: Command) -> Result<(Option<i32>, String), Fault> {
    let other = |error: std::io::Error| Fault::Other(error.to_string());
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(other)?;
    let mut stderr = child.stderr.take().expect("it is piped");
    let reader = std::thread::spawn(move || {
        let mut text = Vec::new();
        let _ = std::io::Read::read_to_end(&mut stderr, &mut text);
        String::from_utf8_lossy(&text).into_owned()
    });
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().map_err(other)? {
            break status;
        }
        if start.elapsed() > PATIENCE {
            child.kill().map_err(other)?;
            return Err(Fault::Late(format!("not done after {PATIENCE:?}")));
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    Ok((status.code(), reader.join().expect("it reads to the end")))
}

impl Fault {
    fn of(self, command: &str) -> Self {
        match self {
            Self::Late(text) => Self::Late(format!("{command}: {text}")),
            Self::Other(text) => Self::Other(format!("{command}: {text}")),
        }
    }
}

/// What is wrong with how `lang` takes the program `name` in `folder`.
fn fault(folder: &Path, name: &str) -> Option<Fault> {
    let compile = |args: &[&str]| {
        let mut command = lang();
        // Endless constants end sooner than with all the steps that they have.
        command.args(args).args(["--const-steps", "1000000"]).arg(name);
        command.current_dir(folder);
        match run_in_time(command) {
            Err(error) => Err(error),
            Ok((Some(status @ (0 | 1)), stderr)) if !stderr.contains("internal error") => {
                match (status, stderr.contains("error")) {
                    (1, false) => Err(Fault::Other(String::from("status 1 without an error"))),
                    _ => Ok(status == 0),
                }
            }
            Ok((status, stderr)) => Err(Fault::Other(format!("status {status:?}\n{stderr}"))),
        }
    };
    let checked = match compile(&["check"]) {
        Ok(checked) => checked,
        Err(fault) => return Some(fault.of("check")),
    };
    if !checked {
        return None;
    }
    // Never run: it may write where it likes.
    let object = folder.join("mutant.o").display().to_string();
    for level in [&[][..], &["--release"]] {
        let args = [&["build", "--emit", "obj", "-o", &object], level].concat();
        if let Err(fault) = compile(&args) {
            return Some(fault.of(&format!("build {level:?}")));
        }
    }
    None
}

#[test]
fn mutants_are_compiled_or_refused() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let n_mutants = number("MUTANTS").unwrap_or(150) as usize;
    let seed = number("MUTANT_SEED").unwrap_or(1);
    let sources = sources();
    let texts: Vec<String> = sources
        .iter()
        .map(|path| fs::read_to_string(path).expect("it can be read"))
        .collect();
    let all: Vec<&str> = texts.iter().flat_map(|text| pieces(text)).collect();
    let next = AtomicUsize::new(0);
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..n_threads)
            .map(|_| scope.spawn(|| work(&sources, &texts, &all, seed, &next, n_mutants)))
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().expect("a worker ends"))
            .collect::<Vec<_>>()
    });
    let faults: Vec<String> = found.into_iter().filter_map(Faulty::report).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

/// A mutant that was not taken as it should be.
struct Faulty<'a> {
    kept: PathBuf,
    source: &'a Path,
    fault: Fault,
}

impl Faulty<'_> {
    /// What is wrong with it; nothing where it only was late, and is not when it is tried alone.
    fn report(self) -> Option<String> {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let fault = match self.fault {
            Fault::Other(text) => text,
            Fault::Late(_) => {
                let place = folder.path().join("alone");
                copy_folder(self.source.parent().expect("a file is in a folder"), &place);
                fs::copy(&self.kept, place.join(MUTANT)).expect("it can be copied");
                match fault(&place, MUTANT)? {
                    Fault::Late(text) | Fault::Other(text) => text,
                }
            }
        };
        let (kept, source) = (self.kept.display(), self.source.display());
        Some(format!("{kept}, a mutant of {source}:\n{fault}"))
    }
}

/// The name of a mutant's file.
const MUTANT: &str = "mutant.lang";

/// Takes mutants by their numbers until there are no more; gives what was wrong.
fn work<'s>(
    sources: &'s [PathBuf],
    texts: &[String],
    all: &[&str],
    seed: u64,
    next: &AtomicUsize,
    n_mutants: usize,
) -> Vec<Faulty<'s>> {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let mut faults = Vec::new();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= n_mutants {
            return faults;
        }
        let mut random = Random::new(seed.wrapping_mul(1 << 32).wrapping_add(number as u64));
        let which = random.below(sources.len());
        let mutant = mutate(&texts[which], all, &mut random);
        // Beside the headers and modules that its source has beside it.
        let place = folder.path().join(which.to_string());
        if !place.exists() {
            copy_folder(sources[which].parent().expect("a file is in a folder"), &place);
        }
        fs::write(place.join(MUTANT), &mutant).expect("it can be written");
        if let Some(fault) = fault(&place, MUTANT) {
            let kept = std::env::temp_dir().join(format!("mutant-{seed}-{number}.lang"));
            fs::write(&kept, &mutant).expect("it can be written");
            faults.push(Faulty {
                kept,
                source: &sources[which],
                fault,
            });
        }
    }
}

/// The files of a folder, but for those in folders of it.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("it can be made");
    for entry in fs::read_dir(from).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_file() {
            fs::copy(&path, to.join(path.file_name().expect("it has a name"))).expect("it can be copied");
        }
    }
}
