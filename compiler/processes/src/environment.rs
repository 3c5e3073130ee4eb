//! Variables that tell libraries inside of this process what to do, and that are not for the programs it starts.

#![allow(unsafe_code)]

use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

static OWN: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

fn own() -> MutexGuard<'static, Vec<&'static str>> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets a variable for the libraries of this process, where the user has not. To be called before other threads start:
/// what C reads of the environment, nobody guards.
pub fn set_for_libraries(name: &'static str, value: &str) {
    if std::env::var_os(name).is_some() {
        return;
    }
    // SAFETY: there are no other threads yet.
    unsafe { std::env::set_var(name, value) };
    own().push(name);
}

/// Gives the user's program the environment that this process was given.
pub fn without_own_variables(command: &mut Command) -> &mut Command {
    for name in own().iter() {
        command.env_remove(name);
    }
    command
}
