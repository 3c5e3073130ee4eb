//! Runs every case below `test-suite/cases`, in parallel, each as a test of its own.
//!
//! Some of those that run are run with AddressSanitizer as well, `SANITIZE_SOAK=1` does so with all of them.
//! `UPDATE_GOLDENFILES=1` writes the goldens; read them before you accept them.

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::{Case, Goal, Output, SANITIZE, Watched, diagnostics_in, read_cases, reduced_report, repository, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let watched = Watched::of_environment();
    let mut trials = Vec::new();
    let cases = read_cases(&repository().join("test-suite/cases")).unwrap_or_else(|message| {
        trials.push(Trial::test("every file is a case", move || Err(message.into())));
        Vec::new()
    });
    for case in cases {
        if case.directives.release {
            let case = case.clone();
            trials.push(Trial::test(format!("{} (release)", case.name), move || {
                run_case(&case, Profile::Release)
            }));
        }
        if is_watched(&case, watched) {
            let case = case.clone();
            trials.push(Trial::test(format!("{} (sanitized)", case.name), move || {
                run_case(&case, Profile::Sanitized)
            }));
        }
        trials.push(Trial::test(case.name.clone(), move || run_case(&case, Profile::Debug)));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    Debug,
    Release,
    /// With AddressSanitizer, which has nothing to say.
    Sanitized,
}

/// Whether a case is run with AddressSanitizer, too: all programs in it that are right, or some of them.
fn is_watched(case: &Case, watched: Watched) -> bool {
    let directives = &case.directives;
    let runs = matches!(directives.goal, Some(Goal::Run | Goal::Test)) && !directives.sanitize;
    let is_sample = match watched {
        Watched::None => false,
        Watched::Some => case.name.bytes().map(usize::from).sum::<usize>() % SANITIZED_SAMPLE == 0,
        Watched::All => true,
    };
    runs && is_sample && directives.target.is_none()
}

/// Of so many cases one is run with AddressSanitizer by `make test`.
const SANITIZED_SAMPLE: usize = 8;

fn run_case(case: &Case, profile: Profile) -> Result<(), Failed> {
    let directives = &case.directives;
    let goal = directives.goal.expect("a file without a goal is no case");
    let folder = case.path.parent().expect("a case is in a folder");
    let mut args: Vec<&str> = match goal {
        Goal::CheckPass => vec!["check"],
        Goal::Error if directives.build => vec!["build"],
        Goal::Error => vec!["check"],
        Goal::Run => vec!["run"],
        Goal::Test => vec!["test"],
        Goal::Fmt => return check_fmt(case, folder),
        Goal::Emit => vec!["build", "--emit", directives.emit.as_deref().unwrap_or_default()],
    };
    let file = case.path.file_name().expect("a case is a file").to_string_lossy();
    args.push(&file);
    if let Some(target) = &directives.target {
        args.extend(["--target", target]);
    }
    if let Some(cpu) = &directives.cpu {
        args.extend(["--cpu", cpu]);
    }
    if profile == Profile::Release {
        args.push("--release");
    }
    if directives.sanitize || profile == Profile::Sanitized {
        args.extend(SANITIZE);
    }
    let libraries = tempfile::tempdir()?;
    let library_folder = libraries.path().to_string_lossy();
    if !directives.c.is_empty() {
        build_libraries(case, folder, libraries.path())?;
        args.extend(["-L", &library_folder]);
    }
    if goal == Goal::Run && !directives.args.is_empty() {
        args.push("--");
    }
    args.extend(directives.args.iter().map(String::as_str));
    let output = run(folder, &args);
    match goal {
        Goal::CheckPass => expect_status(&output, 0).and_then(|()| expect_quiet(&output)),
        Goal::Run if directives.sanitize => check_report(case, folder, &output),
        Goal::Run | Goal::Test | Goal::Fmt => check_run(case, folder, &output),
        Goal::Error => check_error(case, folder, &output),
        Goal::Emit => {
            expect_status(&output, 0)?;
            compare_golden(
                case,
                folder,
                directives.emit.as_deref().unwrap_or_default(),
                &output.stdout,
            );
            Ok(())
        }
    }
}

/// Compiles the case's C sources. A linker takes an object for a library of its name.
fn build_libraries(case: &Case, folder: &Path, to: &Path) -> Result<(), Failed> {
    for source in &case.directives.c {
        let name = source.trim_end_matches(".c");
        let mut clang = Command::new("clang-22");
        clang.args(["-w", "-O1", "-c", source, "-o"]);
        clang.arg(to.join(format!("lib{name}.a"))).current_dir(folder);
        if let Some(target) = &case.directives.target {
            clang.arg(format!("--target={target}"));
        }
        let output = clang.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
    }
    Ok(())
}

fn check_run(case: &Case, folder: &Path, output: &Output) -> Result<(), Failed> {
    expect_status(output, case.directives.status.unwrap_or(0))?;
    for (name, wanted, text) in [
        ("stdout", case.directives.stdout, &output.stdout),
        ("stderr", case.directives.stderr, &output.stderr),
    ] {
        if wanted {
            compare_golden(case, folder, name, text);
        } else if !text.is_empty() {
            return Err(format!("unexpected text on {name}, which `//@ {name}` would expect:\n{text}").into());
        }
    }
    Ok(())
}

/// What AddressSanitizer says, and what the program prints before.
fn check_report(case: &Case, folder: &Path, output: &Output) -> Result<(), Failed> {
    let file = case.path.file_name().expect("a case is a file").to_string_lossy();
    let report = reduced_report(&output.stderr, &file);
    if output.status == 0 || report.is_empty() {
        return Err(format!("nothing is reported; exit status {}\n{}", output.status, output.stderr).into());
    }
    compare_golden(case, folder, "report", &format!("{}{report}", output.stdout));
    Ok(())
}

fn check_error(case: &Case, folder: &Path, output: &Output) -> Result<(), Failed> {
    let reported = diagnostics_in(&output.stderr);
    let (missing, left) = case.differences(&reported);
    if !missing.is_empty() || !left.is_empty() {
        return Err(format!(
            "the diagnostics are not the annotated ones\nexpected and not reported: {missing:#?}\nreported and not \
             expected: {left:#?}\n{}",
            output.stderr
        )
        .into());
    }
    expect_status(output, 1)?;
    compare_golden(case, folder, "stderr", &output.stderr);
    if case.directives.fixed {
        check_fixed(case, folder)?;
    }
    Ok(())
}

/// Formats a copy of the case; its golden is formatted already.
fn check_fmt(case: &Case, folder: &Path) -> Result<(), Failed> {
    let copy = tempfile::tempdir()?;
    let name = case.path.file_name().expect("a case is a file").to_string_lossy();
    let file = copy.path().join(&*name);
    std::fs::copy(&case.path, &file)?;
    let output = run(copy.path(), ["fmt", &name]);
    expect_status(&output, 0).and_then(|()| expect_quiet(&output))?;
    compare_golden(case, folder, "formatted", &std::fs::read_to_string(&file)?);
    expect_status(&run(copy.path(), ["fmt", "--check"]), 0)
}

/// Applies the edits of all messages, then those of what comes of it, and checks that nothing is left to say.
fn check_fixed(case: &Case, folder: &Path) -> Result<(), Failed> {
    let name = case.path.file_name().expect("a case is a file").to_string_lossy();
    let mended = tempfile::tempdir()?;
    let mut text = std::fs::read_to_string(&case.path)?;
    // A warning may show when an error is gone.
    for _ in 0..2 {
        std::fs::write(mended.path().join(&*name), &text)?;
        let output = run(mended.path(), ["check", &name, "--error-format=json"]);
        for (range, replacement) in edits_in(&output.stderr)?.into_iter().rev() {
            text.replace_range(range, &replacement);
        }
    }
    compare_golden(case, folder, "fixed", &text);
    std::fs::write(mended.path().join(&*name), &text)?;
    let output = run(mended.path(), ["check", &name]);
    expect_status(&output, 0).and_then(|()| expect_quiet(&output))
}

/// The edits of the messages, in the order of their places. An edit that several messages make is one.
fn edits_in(json: &str) -> Result<Vec<(std::ops::Range<usize>, String)>, Failed> {
    let mut edits = Vec::new();
    for line in json.lines() {
        let object: serde_json::Value = serde_json::from_str(line)?;
        let replacements = object["hint"]["replacements"].as_array().cloned().unwrap_or_default();
        for replacement in &replacements {
            let at = |field: &str| replacement[field].as_u64().ok_or(format!("no `{field}` in {line}"));
            let text = replacement["replacement"]
                .as_str()
                .ok_or(format!("no text in {line}"))?;
            edits.push((at("byte_start")? as usize..at("byte_end")? as usize, text.to_owned()));
        }
    }
    edits.sort_by_key(|(range, _)| (range.start, range.end));
    edits.dedup();
    Ok(edits)
}

fn expect_status(output: &Output, status: i32) -> Result<(), Failed> {
    if output.status == status {
        return Ok(());
    }
    let Output {
        status: found,
        stdout,
        stderr,
    } = output;
    Err(format!("exit status {found}, not {status}\nstdout:\n{stdout}\nstderr:\n{stderr}").into())
}

fn expect_quiet(output: &Output) -> Result<(), Failed> {
    if output.stderr.is_empty() {
        Ok(())
    } else {
        Err(format!("unexpected messages:\n{}", output.stderr).into())
    }
}

/// Compares with, or under `UPDATE_GOLDENFILES=1` writes, `NAME.EXTENSION` beside the case; a difference panics. The
/// repository's path stands in it as `$REPO`.
fn compare_golden(case: &Case, folder: &Path, extension: &str, text: &str) {
    use std::io::Write;
    let name = case.path.with_extension(extension);
    let name = name.file_name().expect("it has the case's name");
    let mut mint = goldenfile::Mint::new(folder);
    let mut golden = mint.new_goldenfile(name).expect("a golden can be written");
    let repository = repository().to_string_lossy();
    golden
        .write_all(text.replace(&*repository, "$REPO").as_bytes())
        .expect("a golden can be written");
}
