//! Cases: a source with directives at its top and expected diagnostics on its lines.
//!
//! `//@ run`, `//@ check-pass`, `//@ error`, `//@ emit: mir`, `//@ fmt` or `//@ test` says what is done with it;
//! `//~ E0301 words` at the end of a line expects a diagnostic there, each `^` after `~` one line higher, `//~? E0712`
//! one without a place.
//! A file without a goal is a module of another case, which names it with `//@ aux: other.lang`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is done with a case.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Goal {
    /// `//@ check-pass`: it is checked without a message.
    CheckPass,
    /// `//@ run`: it is built and run.
    Run,
    /// `//@ test`: its tests are run.
    Test,
    /// `//@ error`: it gives exactly the annotated diagnostics.
    Error,
    /// `//@ emit: mir`: what a phase makes of it is `NAME.mir`.
    Emit,
    /// `//@ fmt`: formatted, it is `NAME.formatted`.
    Fmt,
}

/// The `//@` lines of a case.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Directives {
    pub goal: Option<Goal>,
    /// What `emit` names.
    pub emit: Option<String>,
    /// `//@ status: 3`; 0 for `run` and `test`.
    pub status: Option<i32>,
    /// `//@ stdout`: compared with `NAME.stdout`; without it nothing may be printed.
    pub stdout: bool,
    /// `//@ stderr`: as `stdout`.
    pub stderr: bool,
    /// `//@ release`: run in release mode too.
    pub release: bool,
    /// `//@ build`: an error that only building finds, not checking.
    pub build: bool,
    /// `//@ fixed`: with the edits of all messages the case becomes `NAME.fixed`, which has no errors.
    pub fixed: bool,
    /// `//@ target: T`: built for it, and run by its runner.
    pub target: Option<String>,
    /// `//@ cpu: x86-64-v3`: built for this processor.
    pub cpu: Option<String>,
    /// `//@ sanitize`: built with AddressSanitizer, which reports something; what is the same in each run of that is
    /// `NAME.report`.
    pub sanitize: bool,
    /// `//@ args: a b`: arguments of the program, or the filter of its tests.
    pub args: Vec<String>,
    /// `//@ c: other.c`: compiled by Clang to a library `other`, beside it.
    pub c: Vec<String>,
    /// `//@ aux: other.lang`: modules of the case, beside it.
    pub aux: Vec<String>,
}

/// A diagnostic that a case expects.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Expected {
    /// The name of the file in the case's folder, and the one-based line; absent for one without a place.
    pub place: Option<(String, u32)>,
    pub code: String,
    /// Words of the message; empty when any message will do.
    pub message: String,
}

/// A diagnostic that was printed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Reported {
    pub place: Option<(String, u32)>,
    pub code: String,
    pub message: String,
}

/// One case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Case {
    /// `area/name`.
    pub name: String,
    pub path: PathBuf,
    pub directives: Directives,
    /// Of the file and its modules, sorted.
    pub expected: Vec<Expected>,
}

impl Expected {
    pub fn matches(&self, reported: &Reported) -> bool {
        self.place == reported.place && self.code == reported.code && reported.message.contains(&self.message)
    }
}

impl Case {
    /// What is expected and was not reported, and what was reported and is not expected.
    pub fn differences<'a>(&'a self, reported: &'a [Reported]) -> (Vec<&'a Expected>, Vec<&'a Reported>) {
        let mut others: Vec<&Reported> = reported.iter().collect();
        let mut missing: Vec<&Expected> = Vec::new();
        for expected in &self.expected {
            match others.iter().position(|reported| expected.matches(reported)) {
                Some(index) => {
                    others.remove(index);
                }
                None => missing.push(expected),
            }
        }
        (missing, others)
    }
}

/// Every case below `folder`, by name; an error names the file and line that is no proper case.
pub fn read_cases(folder: &Path) -> Result<Vec<Case>, String> {
    let mut sources = Vec::new();
    collect_sources(folder, &mut sources)?;
    sources.sort();
    let mut cases = Vec::new();
    let (mut modules, mut named) = (BTreeSet::new(), BTreeSet::new());
    for path in sources {
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let directives = read_directives(&path, &text)?;
        if directives.goal.is_none() {
            modules.insert(path);
            continue;
        }
        let mut expected = read_expected(&path, &text)?;
        for aux in &directives.aux {
            let aux = path.with_file_name(aux);
            let text = fs::read_to_string(&aux).map_err(|error| format!("{}: {error}", aux.display()))?;
            expected.extend(read_expected(&aux, &text)?);
            named.insert(aux);
        }
        expected.sort();
        let name = path
            .strip_prefix(folder)
            .expect("it was found below")
            .with_extension("");
        cases.push(Case {
            name: name.to_string_lossy().replace('\\', "/"),
            path,
            directives,
            expected,
        });
    }
    match modules.difference(&named).next() {
        Some(stray) => Err(format!(
            "{}: no goal such as `//@ run`, and no case names it as `aux`",
            stray.display()
        )),
        None => Ok(cases),
    }
}

fn collect_sources(folder: &Path, out: &mut Vec<PathBuf>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.is_dir() {
            collect_sources(&path, out)?;
        } else if path.extension().is_some_and(|extension| extension == "lang") {
            out.push(path);
        }
    }
    Ok(())
}

fn read_directives(path: &Path, text: &str) -> Result<Directives, String> {
    let mut directives = Directives::default();
    for (index, line) in text.lines().enumerate() {
        let Some(directive) = line.strip_prefix("//@") else {
            continue;
        };
        let wrong = |why: &str| format!("{}:{}: {why}: `{line}`", path.display(), index + 1);
        let (name, value) = match directive.trim().split_once(':') {
            Some((name, value)) => (name.trim(), value.trim()),
            None => (directive.trim(), ""),
        };
        let goal = match name {
            "check-pass" => Some(Goal::CheckPass),
            "run" => Some(Goal::Run),
            "test" => Some(Goal::Test),
            "error" => Some(Goal::Error),
            "emit" => Some(Goal::Emit),
            "fmt" => Some(Goal::Fmt),
            _ => None,
        };
        match name {
            _ if goal.is_some() => {
                if directives.goal.is_some() {
                    return Err(wrong("a second goal"));
                }
                directives.goal = goal;
                directives.emit = (goal == Some(Goal::Emit)).then(|| value.to_owned());
            }
            "status" => directives.status = Some(value.parse().map_err(|_| wrong("no number"))?),
            "stdout" => directives.stdout = true,
            "stderr" => directives.stderr = true,
            "release" => directives.release = true,
            "build" => directives.build = true,
            "fixed" => directives.fixed = true,
            "target" => directives.target = Some(value.to_owned()),
            "cpu" => directives.cpu = Some(value.to_owned()),
            "sanitize" => directives.sanitize = true,
            "args" => directives.args = value.split_whitespace().map(str::to_owned).collect(),
            "c" => directives.c.push(value.to_owned()),
            "aux" => directives.aux.push(value.to_owned()),
            _ => return Err(wrong("no such directive")),
        }
    }
    Ok(directives)
}

fn read_expected(path: &Path, text: &str) -> Result<Vec<Expected>, String> {
    let file = path.file_name().expect("it is a file").to_string_lossy().into_owned();
    let mut expected = Vec::new();
    for (index, line) in text.lines().enumerate() {
        // Two on one line stand after each other.
        for annotation in line.split("//~").skip(1) {
            let line_number = index as u32 + 1;
            let lines_up = annotation.len() - annotation.trim_start_matches('^').len();
            let rest = &annotation[lines_up..];
            let (rest, place) = match rest.strip_prefix('?') {
                Some(rest) => (rest, None),
                None => (
                    rest,
                    line_number
                        .checked_sub(lines_up as u32)
                        .map(|line| (file.clone(), line)),
                ),
            };
            let (code, message) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
            if code.len() != 5 || !code.starts_with('E') {
                return Err(format!(
                    "{}:{line_number}: `//~` wants a code such as E0301",
                    path.display()
                ));
            }
            expected.push(Expected {
                place,
                code: code.to_owned(),
                message: message.trim().to_owned(),
            });
        }
    }
    Ok(expected)
}

/// The diagnostics in what `lang` printed to standard error, sorted.
pub fn diagnostics_in(stderr: &str) -> Vec<Reported> {
    let mut lines = stderr.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("error[").or_else(|| line.strip_prefix("warning[")) else {
            continue;
        };
        let Some((code, message)) = rest.split_once("]: ") else {
            continue;
        };
        let mut message = message.to_owned();
        let mut place = None;
        // A message may run over several lines; the place follows it.
        while let Some(next) = lines.peek() {
            if let Some(arrow) = next.trim_start().strip_prefix("--> ") {
                let mut parts = arrow.rsplitn(3, ':');
                let line = parts.nth(1).and_then(|line| line.parse().ok());
                place = parts.next().zip(line).map(|(file, line)| (file.to_owned(), line));
                break;
            }
            if next.is_empty() || next.starts_with("error") || next.starts_with("warning") {
                break;
            }
            message.push('\n');
            message.push_str(next);
            lines.next();
        }
        found.push(Reported {
            place,
            code: code.to_owned(),
            message,
        });
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_name_lines_codes_and_words() {
        let text = "let x = 1; //~ E0301 mismatched\n//~^ E0302\n//~^^ E0303 a b //~? E0712\n";
        let place = |line| Some(("a.lang".to_owned(), line));
        let expected = |place, code: &str, message: &str| Expected {
            place,
            code: code.into(),
            message: message.into(),
        };
        assert_eq!(
            read_expected(Path::new("x/a.lang"), text),
            Ok(vec![
                expected(place(1), "E0301", "mismatched"),
                expected(place(1), "E0302", ""),
                expected(place(1), "E0303", "a b"),
                expected(None, "E0712", ""),
            ])
        );
        assert!(read_expected(Path::new("a.lang"), "x //~ mismatched\n").is_err());
    }

    #[test]
    fn printed_diagnostics_are_read_back() {
        let text = "error[E0301]: m `a`\n --> a.lang:3:7\n  |\n3 | x\n  |\n\nerror[E0712]: no main\n\n1 error\n";
        let found = diagnostics_in(text);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].place.as_ref(), found[0].code.as_str()), (None, "E0712"));
        assert_eq!(found[1].place, Some(("a.lang".to_owned(), 3)));
    }

    #[test]
    fn an_unknown_directive_is_refused() {
        assert!(read_directives(Path::new("a.lang"), "//@ rnu\n").is_err());
        assert!(read_directives(Path::new("a.lang"), "//@ run\n//@ error\n").is_err());
    }
}
