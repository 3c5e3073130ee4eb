//! Random functions that borrow: what Lang accepts and refuses, compared with rustc's Polonius.
//!
//! Functions that both accept grow by a few statements, again and again, so that of long ones about half are refused.
//! Where the two compilers do not agree, the function must be of a class that is explained; else it is made as small as
//! it can be while they still disagree, and shown. What both accept is run in both languages, and prints the same:
//! values, and what is dropped when. A few hundred functions are among the tests.
//! `BORROWING_SOAK=20 cargo test --package test-suite --test borrowing` takes 20 seeds of some thousand each, and
//! `BORROWING_SEED=7` begins with another than the first; at the end stands what was compared.

#![allow(clippy::print_stdout, reason = "the summary is for whoever runs it")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::borrowing::{
    Class, Function, Generator, Language, Verdicts, judge, judge_rust, print, run_both, smaller,
};

/// How many functions are judged at once.
const N_TOGETHER: usize = 150;

/// What was compared.
#[derive(Default)]
struct Tally {
    n_accepted: usize,
    n_refused: usize,
    explained: BTreeMap<Class, usize>,
    n_unexplained: usize,
}

static TALLY: Mutex<Tally> = Mutex::new(Tally {
    n_accepted: 0,
    n_refused: 0,
    explained: BTreeMap::new(),
    n_unexplained: 0,
});

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let soak = number("BORROWING_SOAK");
    let first = number("BORROWING_SEED").unwrap_or(1);
    let n_rounds = if soak.is_some() { 20 } else { 3 };
    let n_rounds = number("BORROWING_ROUNDS").map_or(n_rounds, |n_rounds| n_rounds as usize);
    let mut trials = Vec::new();
    for seed in first..first + soak.unwrap_or(1) {
        trials.push(Trial::test(format!("seed {seed}"), move || compare(seed, n_rounds)));
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    let tally = TALLY.lock().expect("no trial panics with it");
    println!(
        "borrowing: {} functions that both accept, {} that both refuse, {} unexplained",
        tally.n_accepted, tally.n_refused, tally.n_unexplained
    );
    for (class, n_explained) in &tally.explained {
        println!("borrowing: {n_explained} explained: {}", class.name());
    }
    conclusion.exit_code()
}

fn compare(seed: u64, n_rounds: usize) -> Result<(), Failed> {
    let temporary = tempfile::tempdir()?;
    let folder = temporary.path();
    let mut generator = Generator::new(seed);
    let mut accepted: Vec<Function> = (0..N_TOGETHER).map(|_| generator.seedling()).collect();
    let mut wrong = Vec::new();
    for _ in 0..n_rounds {
        let grown = generator.generation(&accepted, N_TOGETHER);
        let verdicts = judge(folder, &grown)?;
        let (agreed, disagreed): (Vec<_>, Vec<_>) = grown
            .into_iter()
            .zip(verdicts)
            .partition(|(_, verdicts)| verdicts.agree());
        let survivors = agreed.iter().filter(|(_, verdicts)| verdicts.lang.accepts());
        let survivors: Vec<Function> = survivors.map(|(function, _)| function.clone()).collect();
        let mut tally = TALLY.lock().expect("no trial panics with it");
        tally.n_accepted += survivors.len();
        tally.n_refused += agreed.len() - survivors.len();
        drop(tally);
        wrong.extend(unexplained(folder, disagreed)?);
        // Few are left where most were refused: those before go on.
        if survivors.len() >= N_TOGETHER / 8 {
            accepted = survivors;
        }
    }
    if wrong.is_empty() {
        // The last ones are the longest.
        run_both(folder, &accepted).map_err(|message| format!("{message}\nin {}", temporary.keep().display()))?;
        return Ok(());
    }
    let mut shown = Vec::new();
    for (function, verdicts) in wrong {
        let (function, verdicts) = shrink(folder, function, verdicts)?;
        shown.push((function.n_statements(), show(&function, &verdicts)));
    }
    shown.sort();
    shown.dedup();
    let shown: Vec<String> = shown.into_iter().map(|(_, text)| text).collect();
    Err(shown.join("\n").into())
}

/// Of functions on which the two disagree, those that no class explains.
fn unexplained(folder: &Path, mut disagreed: Vec<(Function, Verdicts)>) -> Result<Vec<(Function, Verdicts)>, Failed> {
    let each = Class::ALL.iter().map(std::slice::from_ref);
    for classes in each.chain(Class::TOGETHER.iter().copied()) {
        if disagreed.is_empty() {
            break;
        }
        let functions: Vec<Function> = disagreed.iter().map(|(function, _)| function.clone()).collect();
        let again = judge_rust(folder, &functions, classes)?;
        let mut left = Vec::new();
        for ((function, verdicts), rust) in disagreed.into_iter().zip(again) {
            let is_about_it = classes.iter().all(|class| class.is_about(&verdicts.rust.errors));
            if is_about_it && rust.accepts() == verdicts.lang.accepts() {
                let mut tally = TALLY.lock().expect("no trial panics with it");
                for class in classes {
                    *tally.explained.entry(*class).or_default() += 1;
                }
            } else {
                left.push((function, verdicts));
            }
        }
        disagreed = left;
    }
    TALLY.lock().expect("no trial panics with it").n_unexplained += disagreed.len();
    Ok(disagreed)
}

/// The smallest function found on which the two disagree in the same way, and nothing explains it.
fn shrink(folder: &Path, mut function: Function, mut verdicts: Verdicts) -> Result<(Function, Verdicts), Failed> {
    'smaller: loop {
        let candidates = smaller(&function);
        let judged = judge(folder, &candidates)?;
        let found: Vec<(Function, Verdicts)> = (candidates.into_iter().zip(judged))
            .filter(|(_, one)| !one.agree() && one.lang.accepts() == verdicts.lang.accepts())
            .collect();
        let functions: Vec<Function> = found.iter().map(|(function, _)| function.clone()).collect();
        let again = judge_rust(folder, &functions, Class::WRITING)?;
        for (smaller, rust) in found.into_iter().zip(again) {
            if rust.accepts() != smaller.1.lang.accepts() {
                (function, verdicts) = smaller;
                continue 'smaller;
            }
        }
        return Ok((function, verdicts));
    }
}

fn show(function: &Function, verdicts: &Verdicts) -> String {
    let alone = std::slice::from_ref(function);
    let mut shown = match verdicts.lang.accepts() {
        true => "---- Lang accepts, rustc does not\n".to_owned(),
        false => "---- rustc accepts, Lang does not\n".to_owned(),
    };
    let lang = print(alone, &[], Language::Lang, &[]);
    let rust = print(alone, &[], Language::Rust, &[]);
    let (first, end) = lang.lines[0];
    for line in lang.text.lines().skip(first - 1).take(end - first) {
        shown.push_str(line);
        shown.push('\n');
    }
    shown.push_str(rust.text.lines().nth(rust.lines[0].0 - 1).unwrap_or_default());
    shown.push('\n');
    for error in verdicts.lang.errors.iter().chain(&verdicts.rust.errors) {
        shown.push_str(&format!("  {error}\n"));
    }
    shown
}
