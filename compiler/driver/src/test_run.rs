//! Running the tests of a test build: each in a process of its own, several at once.
//!
//! A test that crashes takes no other with it. What it prints is kept, and given only with its outcome; the outcomes
//! come in the order of the tests, at any number of jobs.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::process::{Command, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use diag::Diagnostic;

use crate::commands::{ShowCommand, command_line};
use crate::errors;

/// More of what a test prints is not kept in memory: the end says most.
const MAX_SHOWN_BYTES: u64 = 256 << 10;

/// How a test ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TestOutcome {
    pub verdict: Verdict,
    /// The end of what it printed, to standard output and standard error.
    pub printed: Vec<u8>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    Passed,
    /// It panicked.
    Failed,
    /// It ended the process with this exit status.
    Exited(i32),
    /// The process was ended: `signal 11`.
    Died(String),
}

impl Verdict {
    /// The verdict on a test that is to end with this exit status.
    pub fn of_status(self, wanted: i32) -> Self {
        let status = match self {
            Self::Passed => 0,
            Self::Failed => PANICKED,
            Self::Exited(status) => status,
            Self::Died(_) => return self,
        };
        if status == wanted {
            Self::Passed
        } else {
            Self::Exited(status)
        }
    }
}

/// The status of a process whose test panicked.
const PANICKED: i32 = 101;

/// Runs the tests whose numbers are given. `command_for` makes the command that runs one; `done` is called with each
/// outcome, by its place among the numbers, in their order. Stops at the first that cannot be started.
pub fn run_tests(
    numbers: &[usize],
    n_jobs: usize,
    command_for: impl Fn(usize) -> Result<Command, Diagnostic> + Sync,
    show: ShowCommand<'_>,
    mut done: impl FnMut(usize, TestOutcome),
) -> Result<(), Diagnostic> {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = channel();
    let (next, command_for) = (&next, &command_for);
    std::thread::scope(|scope| {
        for _ in 0..n_jobs.clamp(1, numbers.len().max(1)) {
            let sender = sender.clone();
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::SeqCst);
                    let Some(number) = numbers.get(index) else { return };
                    let outcome = command_for(*number).and_then(|command| run_test(command, show));
                    // No one listens any more after the first that could not be started.
                    if sender.send((index, outcome)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut n_done = 0;
        for (index, outcome) in receiver {
            waiting.insert(index, outcome?);
            while let Some(outcome) = waiting.remove(&n_done) {
                done(n_done, outcome);
                n_done += 1;
            }
        }
        Ok(())
    })
}

fn run_test(mut command: Command, show: ShowCommand<'_>) -> Result<TestOutcome, Diagnostic> {
    show(&command_line(&command));
    let not_started = |error: &io::Error| errors::program_not_started(command.get_program().as_ref(), error);
    // A file, not a pipe: a process that a test leaves behind may hold it open for ever.
    let mut printed = tempfile::tempfile().map_err(|error| not_started(&error))?;
    let status = processes::capture(&mut command, &printed);
    let status = status.map_err(|error| errors::program_not_started(command.get_program().as_ref(), &error))?;
    Ok(TestOutcome {
        verdict: verdict(status),
        printed: end_of(&mut printed).unwrap_or_default(),
    })
}

fn verdict(status: ExitStatus) -> Verdict {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            return Verdict::Died(format!("signal {signal}"));
        }
    }
    match status.code() {
        Some(0) => Verdict::Passed,
        Some(PANICKED) => Verdict::Failed,
        Some(code) => Verdict::Exited(code),
        None => Verdict::Died("no exit status".to_owned()),
    }
}

fn end_of(file: &mut File) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_SHOWN_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(MAX_SHOWN_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}
