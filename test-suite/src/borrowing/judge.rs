//! What Lang and rustc say of functions, each compiler asked once for many.
//!
//! Promises that both spoke of moves, loans and missing values only: an error of another kind, or one outside the
//! functions, is a fault of the generator and of nobody else.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::disagreements::Class;
use super::print::{Language, Text, print};
use super::program::Function;
use crate::executables::{output_of, run};

/// The errors that a compiler has for a function, each with its line in the program; none where it accepts it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verdict {
    pub errors: Vec<String>,
}

impl Verdict {
    pub fn accepts(&self) -> bool {
        self.errors.is_empty()
    }
}

#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Verdicts {
    pub lang: Verdict,
    pub rust: Verdict,
}

impl Verdicts {
    pub fn agree(&self) -> bool {
        self.lang.accepts() == self.rust.accepts()
    }
}

/// What rustc's borrow checker says, and nothing else in it; it has no code for a lifetime that is too short.
const OF_RUST: &[&str] = &[
    "error[E0381]",
    "error[E0382]",
    "error[E0499]",
    "error[E0502]",
    "error[E0503]",
    "error[E0505]",
    "error[E0506]",
    "error[E0515]",
    "error[E0521]",
    "error[E0597]",
    "error[E0713]",
    "error[E0716]",
    "error: lifetime may not live long enough",
];

/// Asks both of each function.
///
/// # Errors
///
/// What a compiler says that has nothing to do with borrowing, with the lines about it.
pub fn judge(folder: &Path, functions: &[Function]) -> Result<Vec<Verdicts>, String> {
    let lang = judge_lang(folder, functions)?;
    let rust = judge_rust(folder, functions, &[])?;
    let both = lang.into_iter().zip(rust);
    Ok(both.map(|(lang, rust)| Verdicts { lang, rust }).collect())
}

/// Asks Lang of each function.
///
/// # Errors
///
/// See [`judge`].
pub fn judge_lang(folder: &Path, functions: &[Function]) -> Result<Vec<Verdict>, String> {
    let text = print(functions, &[], Language::Lang, &[]);
    fs::write(folder.join("borrowing.lang"), &text.text).map_err(|error| error.to_string())?;
    let output = run(
        folder,
        [
            "check",
            "--error-limit",
            "0",
            "--error-format",
            "json",
            "borrowing.lang",
        ],
    );
    let mut verdicts = vec![Verdict::default(); functions.len()];
    for line in output.stderr.lines() {
        let Ok(said) = serde_json::from_str::<serde_json::Value>(line) else {
            return Err(format!("Lang: {}", output.stderr));
        };
        if said["severity"] != "error" {
            continue;
        }
        let at = said["spans"][0]["line_start"].as_u64().unwrap_or(0) as usize;
        let code = said["code"].as_str().unwrap_or("no code");
        let message = format!("{at}: {code} {}", said["message"].as_str().unwrap_or(""));
        note(&text, &mut verdicts, at, code.starts_with("E05"), message)?;
    }
    Ok(verdicts)
}

/// Asks rustc of each function, written as these classes of disagreements have it.
///
/// # Errors
///
/// See [`judge`].
pub fn judge_rust(folder: &Path, functions: &[Function], classes: &[Class]) -> Result<Vec<Verdict>, String> {
    let text = print(functions, &[], Language::Rust, classes);
    fs::write(folder.join("borrowing.rs"), &text.text).map_err(|error| error.to_string())?;
    let analysis = match classes {
        [Class::EndsWithItsPlace] => "legacy",
        _ => "next",
    };
    let mut rustc = rustc(analysis);
    rustc
        .args(["--crate-type", "bin", "--emit", "metadata", "--error-format", "short"])
        .args(["-o", "borrowing.rmeta", "borrowing.rs"])
        .current_dir(folder);
    let output = output_of(rustc);
    let mut verdicts = vec![Verdict::default(); functions.len()];
    for line in output.stderr.lines() {
        // `borrowing.rs:7:5: error[E0499]: …`
        let Some(rest) = line.strip_prefix("borrowing.rs:") else {
            continue;
        };
        let Some((place, message)) = rest.split_once(": ") else {
            continue;
        };
        if !message.starts_with("error") {
            continue;
        }
        let at = place.split(':').next().and_then(|at| at.parse().ok()).unwrap_or(0);
        let is_of_loans = OF_RUST.iter().any(|code| message.starts_with(code));
        note(&text, &mut verdicts, at, is_of_loans, format!("{at}: {message}"))?;
    }
    if output.status != 0 && verdicts.iter().all(Verdict::accepts) {
        return Err(format!("rustc: {}", output.stderr));
    }
    Ok(verdicts)
}

/// Runs functions that both accept, and what each language prints: numbers that are seen, and what is dropped when.
///
/// # Errors
///
/// The first line where the two do not print the same, with what comes before; or what kept one from running.
pub fn run_both(folder: &Path, functions: &[Function]) -> Result<(), String> {
    let all: Vec<usize> = (0..functions.len()).collect();
    let in_lang = print(functions, &all, Language::Lang, &[]);
    let in_rust = print(functions, &all, Language::Rust, &[]);
    fs::write(folder.join("running.lang"), in_lang.text).map_err(|error| error.to_string())?;
    fs::write(folder.join("running.rs"), in_rust.text).map_err(|error| error.to_string())?;
    let mut rustc = rustc("next");
    rustc
        .args(["--cap-lints", "allow", "-o", "running", "running.rs"])
        .current_dir(folder);
    let built = output_of(rustc);
    if built.status != 0 {
        return Err(format!("rustc: {}", start_of(&built.stderr)));
    }
    let wanted = output_of(Command::new(folder.join("running")));
    let found = run(folder, ["run", "running.lang"]);
    if wanted.status != 0 || found.status != 0 {
        return Err(format!(
            "Rust: {} {}\nLang: {} {}",
            wanted.status,
            start_of(&wanted.stderr),
            found.status,
            start_of(&found.stderr)
        ));
    }
    let mut before = Vec::new();
    let (mut wanted, mut found) = (wanted.stdout.lines(), found.stdout.lines());
    loop {
        let (rust, lang) = (wanted.next(), found.next());
        if rust != lang {
            let from = before.len().saturating_sub(12);
            return Err(format!("{}\nRust: {rust:?}\nLang: {lang:?}", before[from..].join("\n")));
        }
        let Some(line) = rust else { return Ok(()) };
        before.push(line);
    }
}

/// What stands in a few lines.
fn start_of(text: &str) -> String {
    text.lines().take(24).collect::<Vec<&str>>().join("\n")
}

/// rustc with this version of the analysis that Lang's is compared with.
fn rustc(polonius: &str) -> Command {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc
        .arg(format!("-Zpolonius={polonius}"))
        .args(["--edition", "2024"])
        .env("RUSTC_BOOTSTRAP", "1");
    rustc
}

fn note(text: &Text, verdicts: &mut [Verdict], at: usize, is_of_loans: bool, message: String) -> Result<(), String> {
    let index = text.lines.iter().position(|(first, end)| (*first..*end).contains(&at));
    match index.filter(|_| is_of_loans) {
        Some(index) => {
            verdicts[index].errors.push(message);
            Ok(())
        }
        None => {
            let around: Vec<&str> = text.text.lines().skip(at.saturating_sub(12)).take(14).collect();
            Err(format!("the generator's fault: {message}\n{}", around.join("\n")))
        }
    }
}
