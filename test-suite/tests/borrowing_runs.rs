//! Random functions that borrow, and that Lang accepts, run with AddressSanitizer: they misuse no memory and lose none.
//!
//! Functions that are accepted grow by a few statements, again and again. Each has a caller that looks at all that its
//! result and its arguments lead to. `SANITIZE_SOAK=1` takes 20 seeds of some thousand functions each instead of a few
//! hundred of one, and `BORROWING_SEED=7` begins with another than the first; at the end stands how many were run. The
//! folder of a program that fails is kept.

#![allow(clippy::print_stdout, reason = "the summary is for whoever runs it")]

use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::borrowing::{Function, Generator, judge_lang, runnable};
use test_suite::{SANITIZE, Watched, run};

/// How many functions are judged at once.
const N_TOGETHER: usize = 150;

/// How many functions were run.
static N_RUN: AtomicUsize = AtomicUsize::new(0);

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let first = std::env::var("BORROWING_SEED").ok().and_then(|text| text.parse().ok());
    let first: u64 = first.unwrap_or(1);
    let (n_seeds, n_rounds) = match Watched::of_environment() {
        Watched::None => (0, 0),
        Watched::Some => (1, 4),
        Watched::All => (20, 20),
    };
    let trials = (first..first + n_seeds).map(|seed| Trial::test(format!("seed {seed}"), move || grow(seed, n_rounds)));
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    println!("borrowing: {} functions were run\n", N_RUN.load(Ordering::Relaxed));
    conclusion.exit_code()
}

/// Lets functions grow for so many rounds, of which every other runs what is accepted.
fn grow(seed: u64, n_rounds: usize) -> Result<(), Failed> {
    let temporary = tempfile::tempdir()?;
    let mut generator = Generator::new(seed);
    let mut accepted: Vec<Function> = (0..N_TOGETHER).map(|_| generator.seedling()).collect();
    for round in 0..n_rounds {
        let grown = generator.generation(&accepted, N_TOGETHER);
        let verdicts = judge_lang(temporary.path(), &grown)?;
        let survivors = grown.into_iter().zip(verdicts).filter(|(_, verdict)| verdict.accepts());
        let survivors: Vec<Function> = survivors.map(|(function, _)| function).collect();
        if round % 2 == 1
            && let Err(error) = run_all(temporary.path(), &survivors)
        {
            return Err(format!("{error}\nin {}", temporary.keep().display()).into());
        }
        // Few are left where most were refused: those before go on.
        if survivors.len() >= N_TOGETHER / 8 {
            accepted = survivors;
        }
    }
    Ok(())
}

fn run_all(folder: &std::path::Path, functions: &[Function]) -> Result<(), String> {
    let program = runnable(folder, functions)?;
    let output = run(folder, [&["run", "callers.lang"][..], &SANITIZE].concat());
    N_RUN.fetch_add(program.n_called, Ordering::Relaxed);
    if output.status == 0 && !output.stderr.contains("Sanitizer") {
        return Ok(());
    }
    Err(format!("status {}\n{}", output.status, output.stderr))
}
