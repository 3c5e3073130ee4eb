//! `lang test`: builds the tests, runs them, and says how each ended.
//!
//! On standard output a line for each test, in their order; after them what each failed test printed; and the counts.

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use diag::{Colors, Severity};
use driver::{Destination, ProgramKind, TestCase, TestOutcome, Verdict};
use session::{Extent, RefusedExample, Subject};

use crate::cli::{BackArgs, TestArgs};
use crate::commands::{Context, run_output};
use crate::output;

pub(crate) fn test(args: &TestArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let (path, filter) = arguments(args);
    let mut context = Context::new(&args.common, colors)?;
    let mut subject = context.open(path, Extent::AllFiles)?;
    context.choose_processor(Some(&subject))?;
    context.choose_sanitizer(&args.back)?;
    crate::cimport::assert_locked(&context, &subject)?;
    let examples = context.doc_examples(&subject, &args.back);
    subject.examples = examples.files;
    let executable = run_output(&context, &subject, &args.back, "tests")?;
    // Asked before building: tests that cannot run here need not be built to find out.
    context.runner(&executable, &[])?;
    let _progress = context.progress(&subject);
    let destination = Destination::file(executable.clone());
    let built = driver::build(context.back(&subject, &args.back, ProgramKind::Tests), &destination);
    let tests = context.finish(built)?.tests;
    let is_wanted = |test: &TestCase| filter.is_none_or(|part| test.title.contains(part));
    let wanted: Vec<usize> = (0..tests.len()).filter(|number| is_wanted(&tests[*number])).collect();
    let command_for = |number: usize| context.test_command(&executable, number);
    let mut summary = Summary::default();
    let done = |index: usize, mut outcome: TestOutcome| {
        context.activity.set(format!("test {} of {}", index + 1, wanted.len()));
        let test = &tests[wanted[index]];
        if let Some(status) = examples.statuses.get(&test.title) {
            outcome.verdict = outcome.verdict.of_status(*status);
        }
        summary.add(test, outcome);
    };
    context.activity.set(format!("{} tests", wanted.len()));
    let ran = driver::run_tests(&wanted, context.n_jobs(), command_for, context.show(), done);
    ran.map_err(|error| output::refuse(&error, colors))?;
    let is_wanted = |example: &&RefusedExample| filter.is_none_or(|part| example.title.contains(part));
    let refused: Vec<&RefusedExample> = examples.refused.iter().filter(is_wanted).collect();
    for example in &refused {
        summary.add(
            &TestCase {
                title: example.title.clone(),
                place: example.place.clone(),
            },
            refused_outcome(&context, &subject, example, &args.back),
        );
    }
    let n_filtered = tests.len() + examples.refused.len() - wanted.len() - refused.len();
    output::print_or_fail(&summary.end(n_filtered));
    Ok(if summary.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Whether an example that is to give an error gives it, and no other.
fn refused_outcome(context: &Context<'_>, subject: &Subject, example: &RefusedExample, back: &BackArgs) -> TestOutcome {
    let subject = Subject {
        examples: vec![example.file.clone()],
        ..subject.clone()
    };
    let analysis = context.analyse(&subject, back);
    let mut codes: Vec<&str> = (analysis.diagnostics.iter())
        .filter(|one| one.severity == Severity::Error)
        .map(|one| one.code.id)
        .collect();
    codes.dedup();
    if codes == [example.code.as_str()] {
        return TestOutcome {
            verdict: Verdict::Passed,
            printed: Vec::new(),
        };
    }
    let mut printed = format!("it should give `{}` and nothing else\n", example.code);
    let messages = analysis.diagnostics.iter();
    printed.extend(messages.map(|one| diag::render(one, &analysis.sources, Colors::Never)));
    TestOutcome {
        verdict: Verdict::Failed,
        printed: printed.into_bytes(),
    }
}

/// What to test, and which of its tests. A single argument is the filter where it names no file or folder and does not
/// look like one.
fn arguments(args: &TestArgs) -> (Option<&Path>, Option<&str>) {
    let path = args.path.as_deref();
    let is_filter = |path: &Path| {
        let looks_like_file = path.extension().is_some_and(|extension| extension == "lang");
        !path.exists() && !looks_like_file && path.components().count() == 1
    };
    match (path, args.filter.as_deref()) {
        (Some(path), None) if is_filter(path) => (None, path.to_str()),
        (path, filter) => (path, filter),
    }
}

#[derive(Default)]
struct Summary {
    n_passed: usize,
    /// What each failed test printed, below its name.
    failures: Vec<Vec<u8>>,
}

impl Summary {
    /// Prints the line of a test.
    fn add(&mut self, test: &TestCase, outcome: TestOutcome) {
        let verdict = match outcome.verdict {
            Verdict::Passed => "ok".to_owned(),
            Verdict::Failed => "FAILED".to_owned(),
            Verdict::Exited(status) => format!("FAILED (exit status {status})"),
            Verdict::Died(how) => format!("FAILED ({how})"),
        };
        let title = one_line(&test.title);
        // Whoever reads has read enough when standard output is closed.
        let _ = output::print(format!("test {title} ... {verdict}\n").as_bytes());
        if verdict == "ok" {
            self.n_passed += 1;
            return;
        }
        let mut text = format!("\n---- {title}, {}\n", test.place).into_bytes();
        text.extend(outcome.printed);
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        self.failures.push(text);
    }

    fn end(&self, n_filtered: usize) -> Vec<u8> {
        let mut text = self.failures.concat();
        let verdict = if self.failures.is_empty() { "ok" } else { "FAILED" };
        let mut counts = String::new();
        let result = write!(
            counts,
            "\ntest result: {verdict}. {} passed; {} failed; {n_filtered} filtered out\n",
            self.n_passed,
            self.failures.len()
        );
        result.expect("a string takes everything");
        text.extend(counts.into_bytes());
        text
    }
}

/// A title without what would break the line.
fn one_line(title: &str) -> String {
    let shown = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    title.chars().map(shown).collect()
}
