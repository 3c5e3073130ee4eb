//! The pages of the codes: the first ```` ```lang ```` example of each gives exactly that code, the others compile.
//!
//! A test per page. An example that needs a second file or a tool to be missing has a case or a test in `cli.rs`
//! instead, and its page shows no Lang.

use std::process::ExitCode;

use diag::{Code, all_codes};
use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::{diagnostics_in, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let trials = all_codes()
        .map(|code| Trial::test(code.id, move || check_page(code)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn check_page(code: Code) -> Result<(), Failed> {
    let title = format!("# {}: {}\n", code.id, code.title);
    if !code.page.starts_with(&title) {
        return Err(format!("the page does not start with `{}`", title.trim_end()).into());
    }
    let examples = examples(code.page);
    // What is at fault in E07xx, and in these of E06xx, is a file, a tool or the compiler; few have a source that
    // shows it.
    let without_source = ["E0603", "E0604", "E0605", "E0607", "E0608", "E0609"];
    let is_of_the_machine = code.id.starts_with("E07") || without_source.contains(&code.id);
    if examples.is_empty() && !is_of_the_machine {
        return Err("the page has no example".into());
    }
    for (index, example) in examples.iter().enumerate() {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        std::fs::write(folder.path().join("example.lang"), example).map_err(|error| error.to_string())?;
        // E049x are of instances, which `check` does not make.
        let found_by_building = index == 0 && (code.id.starts_with("E07") || code.id.starts_with("E049"));
        let output = run(
            folder.path(),
            [if found_by_building { "build" } else { "check" }, "example.lang"],
        );
        let mut codes: Vec<String> = diagnostics_in(&output.stderr)
            .into_iter()
            .map(|found| found.code)
            .collect();
        codes.dedup();
        let expected: &[&str] = if index == 0 { &[code.id] } else { &[] };
        // A warning lets the command succeed.
        let has_errors = output.stderr.contains("error[");
        if codes != expected || (output.status == 0) == has_errors {
            let stderr = &output.stderr;
            return Err(format!(
                "example {} gives {codes:?}, not {expected:?}\n{example}\n{stderr}",
                index + 1
            )
            .into());
        }
    }
    Ok(())
}

/// The blocks of a page that are marked as Lang.
fn examples(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut current: Option<String> = None;
    for line in page.lines() {
        match (&mut current, line.trim_end()) {
            (None, "```lang") => current = Some(String::new()),
            (Some(_), "```") => found.extend(current.take()),
            (Some(text), _) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, _) => {}
        }
    }
    found
}
