//! Every `@borrows` and `@captures` of the library is needed: without it the library is refused, or a case gives other
//! messages than it expects.
//!
//! `test-suite/annotations.list` says of each what fails without it, so that one check is enough. A few are tried;
//! `ANNOTATIONS_SOAK=1` tries all, and `ANNOTATIONS_SEED=7` others. `UPDATE_GOLDENFILES=1` looks for what fails and
//! writes the list.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use test_suite::{Case, Goal, Output, Random, diagnostics_in, lang, output_of, read_cases, repository};

/// How many are tried where not all are.
const SAMPLE: usize = 8;

/// One that the library has.
struct Annotation {
    /// Below `stdlib`.
    file: String,
    /// Counted from 0.
    line: usize,
    /// Where it stands and what it says, without the line's number.
    name: String,
    /// It stands before an `unsafe` function without a body: nothing else says what its result borrows, and without it
    /// that is the same.
    is_promise: bool,
}

/// What fails without one.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Guard {
    /// The file it stands in.
    Library,
    /// A case, by name.
    Case(String),
    /// Nothing can: see [`Annotation::is_promise`].
    Promise,
}

impl Guard {
    fn of_text(text: &str) -> Self {
        match text {
            "the library" => Self::Library,
            "nothing: it has no body" => Self::Promise,
            case => Self::Case(case.to_owned()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Library => "the library",
            Self::Promise => "nothing: it has no body",
            Self::Case(case) => case,
        }
    }
}

/// Those of a source, in order.
fn annotations_in(file: &str, text: &str) -> Vec<Annotation> {
    let mut found = Vec::new();
    let mut block = "";
    let lines: Vec<&str> = text.lines().collect();
    for (line, text) in lines.iter().enumerate() {
        if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
            block = text.trim_end_matches([' ', '{']);
        }
        let said = text.trim();
        if !said.starts_with("@borrows(") && !said.starts_with("@captures(") {
            continue;
        }
        let mut rest = lines[line..].iter();
        let signature = rest.find(|line| line.contains("fn ")).expect("a function follows");
        let (_, name) = signature.split_once("fn ").expect("it was just found");
        let name = name.split(['<', '(']).next().unwrap_or(name);
        let block = if text.starts_with(' ') {
            format!(", {block}")
        } else {
            String::new()
        };
        found.push(Annotation {
            file: file.to_owned(),
            line,
            name: format!("{file}{block}, {name}: {said}"),
            is_promise: signature.contains("unsafe fn ") && signature.ends_with(';'),
        });
    }
    found
}

/// Files below a folder, by their paths below it.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        let name = PathBuf::from(path.file_name().expect("it has a name"));
        if path.is_dir() {
            files.extend(files_below(&path).into_iter().map(|below| name.join(below)));
        } else {
            files.push(name);
        }
    }
    files.sort();
    files
}

/// A copy of the library, of which one annotation after the other is left out.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let library = repository().join("stdlib");
        for file in files_below(&library) {
            let to = folder.path().join(&file);
            fs::create_dir_all(to.parent().expect("it is in a folder")).expect("it can be made");
            fs::copy(library.join(file), to).expect("it can be copied");
        }
        Self { folder }
    }

    fn check(&self, folder: &Path, file: &Path) -> Output {
        let mut command = lang();
        command.arg("check").arg(file).current_dir(folder);
        command.env("LANG_STDLIB", self.folder.path());
        output_of(command)
    }

    fn without<T>(&self, left_out: &Annotation, look: impl FnOnce() -> T) -> T {
        let path = self.folder.path().join(&left_out.file);
        let text = fs::read_to_string(&path).expect("the copy can be read");
        let lines = text.lines().enumerate().filter(|(line, _)| *line != left_out.line);
        let without: String = lines.map(|(_, line)| format!("{line}\n")).collect();
        fs::write(&path, without).expect("the copy can be written");
        let seen = look();
        fs::write(&path, text).expect("the copy can be written");
        seen
    }

    /// Whether the library's file has errors.
    fn is_refused(&self, file: &str) -> bool {
        let output = self.check(self.folder.path(), Path::new(file));
        output.status != 0 && !diagnostics_in(&output.stderr).is_empty()
    }

    /// Whether a case gives other messages than it expects.
    fn fails(&self, case: &Case) -> bool {
        let folder = case.path.parent().expect("a case is in a folder");
        let output = self.check(folder, Path::new(case.path.file_name().expect("a case is a file")));
        let reported = diagnostics_in(&output.stderr);
        let (missing, others) = case.differences(&reported);
        !missing.is_empty() || !others.is_empty()
    }

    /// Whether what guards an annotation fails without it.
    fn is_guarded(&self, annotation: &Annotation, guard: &Guard, cases: &[Case]) -> bool {
        self.without(annotation, || match guard {
            Guard::Library => self.is_refused(&annotation.file),
            Guard::Case(name) => {
                let mut cases = cases.iter();
                cases
                    .find(|case| case.name == *name)
                    .is_some_and(|case| self.fails(case))
            }
            Guard::Promise => annotation.is_promise && !self.is_refused(&annotation.file),
        })
    }

    /// What fails without an annotation; nothing where it seems that nobody needs it.
    fn guard_of(&self, annotation: &Annotation, cases: &[Case]) -> Option<Guard> {
        if annotation.is_promise {
            return Some(Guard::Promise);
        }
        if self.is_guarded(annotation, &Guard::Library, cases) {
            return Some(Guard::Library);
        }
        let failing = cases
            .iter()
            .filter(|case| self.without(annotation, || self.fails(case)));
        let mut failing = failing.filter(|case| !self.fails(case));
        failing.next().map(|case| Guard::Case(case.name.clone()))
    }
}

/// Cases whose messages are all of checking.
fn checked_cases() -> Vec<Case> {
    let mut cases = read_cases(&repository().join("test-suite/cases")).expect("the cases can be read");
    cases.retain(|case| {
        let directives = &case.directives;
        let is_checked = match directives.goal {
            Some(Goal::CheckPass | Goal::Run | Goal::Test) => true,
            Some(Goal::Error) => !directives.build,
            Some(Goal::Emit | Goal::Fmt) | None => false,
        };
        is_checked && directives.target.is_none() && directives.c.is_empty()
    });
    // Those of references first.
    cases.sort_by_key(|case| !case.name.starts_with("borrow/"));
    cases
}

/// Does something with each of some things, several at once.
fn each<T: Sync>(all: &[T], look: impl Fn(&Copy, usize, &T) + Sync) {
    let next = Mutex::new(all.iter().enumerate());
    let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..n_threads {
            scope.spawn(|| {
                let copy = Copy::new();
                loop {
                    let taken = next.lock().expect("nobody panics with it").next();
                    let Some((index, one)) = taken else { break };
                    look(&copy, index, one);
                }
            });
        }
    });
}

#[test]
fn without_one_something_fails() {
    let library = repository().join("stdlib");
    let mut annotations = Vec::new();
    for file in files_below(&library) {
        let text = fs::read_to_string(library.join(&file)).expect("the library can be read");
        annotations.extend(annotations_in(&file.to_string_lossy().replace('\\', "/"), &text));
    }
    let cases = checked_cases();
    let list = repository().join("test-suite/annotations.list");
    if std::env::var_os("UPDATE_GOLDENFILES").is_some() {
        return write_list(&list, &annotations, &cases);
    }
    let text = fs::read_to_string(list).expect("the list can be read");
    let listed: Vec<(&str, Guard)> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" => "))
        .map(|(name, guard)| (name, Guard::of_text(guard)))
        .collect();
    let names: Vec<&str> = annotations.iter().map(|annotation| annotation.name.as_str()).collect();
    let in_list: Vec<&str> = listed.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, in_list, "`UPDATE_GOLDENFILES=1` writes the list anew");
    let mut tried: Vec<(&Annotation, &Guard)> = (annotations.iter())
        .zip(listed.iter().map(|(_, guard)| guard))
        .collect();
    if std::env::var_os("ANNOTATIONS_SOAK").is_none() {
        let seed = std::env::var("ANNOTATIONS_SEED")
            .ok()
            .and_then(|text| text.parse().ok());
        let mut random = Random::new(seed.unwrap_or(1));
        while tried.len() > SAMPLE {
            tried.swap_remove(random.below(tried.len()));
        }
    }
    let needless = Mutex::new(Vec::new());
    each(&tried, |copy, _, (annotation, guard)| {
        if !copy.is_guarded(annotation, guard, &cases) {
            let line = format!("{}, guarded by {}", annotation.name, guard.text());
            needless.lock().expect("nobody panics with it").push(line);
        }
    });
    let needless = needless.into_inner().expect("nobody panics with it");
    assert!(needless.is_empty(), "nothing fails without\n{}", needless.join("\n"));
}

fn write_list(list: &Path, annotations: &[Annotation], cases: &[Case]) {
    let guards = Mutex::new(vec![None; annotations.len()]);
    each(annotations, |copy, index, annotation| {
        let guard = copy.guard_of(annotation, cases);
        guards.lock().expect("nobody panics with it")[index] = guard;
    });
    let guards = guards.into_inner().expect("nobody panics with it");
    let mut text = String::from("# Every `@borrows` and `@captures` of the library, and what fails without it.\n");
    let mut needless = Vec::new();
    for (annotation, guard) in annotations.iter().zip(guards) {
        match guard {
            Some(guard) => writeln!(text, "{} => {}", annotation.name, guard.text()).expect("a text takes all"),
            None => needless.push(annotation.name.as_str()),
        }
    }
    fs::write(list, text).expect("the list can be written");
    assert!(needless.is_empty(), "nothing fails without\n{}", needless.join("\n"));
}
