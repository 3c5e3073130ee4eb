//! Which phase is running, and how long each took, for `--timings`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What the process is doing, for someone to look at from another thread.
#[derive(Debug, Default)]
pub struct Activity {
    text: Mutex<String>,
}

impl Activity {
    pub fn set(&self, text: impl Into<String>) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = text.into();
    }

    /// Empty before the first.
    pub fn get(&self) -> String {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The phases of one run, in their order. A phase that ran twice has one entry.
#[derive(Clone, Default, Debug)]
pub struct Timings {
    phases: Vec<(&'static str, Duration)>,
    activity: Arc<Activity>,
}

impl Timings {
    /// Says in `activity` which phase runs.
    pub fn shown_by(activity: Arc<Activity>) -> Self {
        Self {
            phases: Vec::new(),
            activity,
        }
    }

    /// Runs `phase` and notes how long it took.
    pub fn time<R>(&mut self, name: &'static str, phase: impl FnOnce() -> R) -> R {
        self.activity.set(name);
        let start = Instant::now();
        let result = phase();
        self.add(name, start.elapsed());
        result
    }

    pub fn add(&mut self, name: &'static str, took: Duration) {
        match self.phases.iter_mut().find(|(known, _)| *known == name) {
            Some((_, total)) => *total += took,
            None => self.phases.push((name, took)),
        }
    }

    pub fn append(&mut self, other: Self) {
        for (name, took) in other.phases {
            self.add(name, took);
        }
    }

    /// A line per phase with its milliseconds, and their sum.
    pub fn report(&self) -> String {
        let total: Duration = self.phases.iter().map(|(_, took)| *took).sum();
        let lines = self.phases.iter().copied().chain([("total", total)]);
        lines
            .map(|(name, took)| format!("{:>9.2} ms  {name}\n", took.as_secs_f64() * 1e3))
            .collect()
    }
}
