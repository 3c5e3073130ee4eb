//! A bracket or a `;` that is left out of a case is one error of the whole compiler: what later phases would say only
//! because of it is not said.
//!
//! A few places, spread evenly, are tried; `CASCADES=1000` tries that many.

use std::fs;

use test_suite::{Case, Goal, diagnostics_in, read_cases, repository, run};

/// The share that must be one error, in per cent.
const LEAST: usize = 96;

/// The offsets of what may be left out, those in comments and texts not.
fn places(text: &str) -> Vec<usize> {
    let mut places = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '/' if text[at..].starts_with("//") => {
                while chars.peek().is_some_and(|(_, c)| *c != '\n') {
                    chars.next();
                }
            }
            '"' => {
                while let Some((_, c)) = chars.next() {
                    match c {
                        '\\' => drop(chars.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            ';' | '(' | ')' | '[' | ']' | '{' | '}' => places.push(at),
            _ => {}
        }
    }
    places
}

/// Whether a case is one file without headers, and has no errors.
fn is_plain(case: &Case, text: &str) -> bool {
    let is_valid = matches!(case.directives.goal, Some(Goal::Run | Goal::CheckPass | Goal::Test));
    is_valid && case.directives.aux.is_empty() && !text.contains("import c ") && !text.contains('\'')
}

#[test]
fn a_left_out_token_is_one_error() {
    let n_wanted: usize = std::env::var("CASCADES")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(180);
    let cases = read_cases(&repository().join("test-suite/cases")).expect("the cases can be read");
    let mut broken = Vec::new();
    for case in &cases {
        let text = fs::read_to_string(&case.path).expect("a case can be read");
        if is_plain(case, &text) {
            broken.extend(places(&text).into_iter().map(|at| (case, text.clone(), at)));
        }
    }
    let step = broken.len().div_ceil(n_wanted).max(1);
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (mut n_loud, mut n_one) = (0, 0);
    let mut others = Vec::new();
    for (case, text, at) in broken.iter().skip(step / 2).step_by(step) {
        let without = format!("{} {}", &text[..*at], &text[at + 1..]);
        fs::write(folder.path().join("a.lang"), without).expect("it can be written");
        let output = run(folder.path(), ["check", "a.lang"]);
        let n_errors = diagnostics_in(&output.stderr).len();
        n_loud += usize::from(n_errors > 0);
        n_one += usize::from(n_errors == 1);
        if n_errors > 1 {
            let line = text[..*at].matches('\n').count() + 1;
            others.push(format!(
                "{}:{line} without `{}`\n{}",
                case.name,
                &text[*at..=*at],
                output.stderr
            ));
        }
    }
    assert!(
        n_one * 100 >= n_loud * LEAST,
        "{n_one} of {n_loud} are one error\n{}",
        others.join("\n")
    );
}
