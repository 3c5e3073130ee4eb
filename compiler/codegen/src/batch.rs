//! All units of a run: read, compiled and written in parallel, each for itself.
//!
//! Promises: failures come in the order of the units; an output is whole or absent (it is written beside its place
//! and renamed); a panic in here is a failure of that unit and not of the process.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use unit::{Failure, NoUnit, Unit};

use crate::cli::Options;
use crate::emit;
use crate::error::{Error, Result};
use crate::faults;

/// LLVM recurses over expressions and control flow; what a thread has by default is not enough for large functions.
const STACK_BYTES: usize = 64 << 20;

thread_local! {
    /// Where the thread's last panic was and what it said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Compiles every unit of the command line; gives what failed.
pub(crate) fn compile_all(options: &Options) -> Vec<Failure> {
    std::panic::set_hook(Box::new(note_panic));
    faults::install();
    let jobs = options.jobs.min(options.units.len().max(1));
    let pool = match rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(STACK_BYTES)
        .build()
    {
        Ok(pool) => pool,
        Err(error) => {
            let error = Error::io(format!("cannot start {jobs} threads: {error}"));
            return vec![failure("lang-codegen".to_string(), error)];
        }
    };
    let results: Vec<Option<Failure>> = pool.install(|| {
        options
            .units
            .par_iter()
            .map(|path| compile_file(path, options))
            .collect()
    });
    results.into_iter().flatten().collect()
}

fn compile_file(path: &Path, options: &Options) -> Option<Failure> {
    let mut name = path.display().to_string();
    let result = catch_unwind(AssertUnwindSafe(|| {
        let unit = read(path)?;
        name.clone_from(&unit.name);
        faults::begin(&name);
        write(&output_path(path, options)?, &emit::compile(&unit, options)?)
    }));
    let error = match result {
        Ok(Ok(())) => return None,
        Ok(Err(error)) => error,
        Err(_) => Error::internal(format!("panic {}", PANIC.take())),
    };
    Some(failure(name, error))
}

fn failure(unit: String, error: Error) -> Failure {
    Failure {
        unit,
        kind: error.kind,
        message: error.message.trim_end().to_string(),
    }
}

fn read(path: &Path) -> Result<Unit> {
    let bytes = std::fs::read(path).map_err(|error| Error::io(format!("cannot read {}: {error}", path.display())))?;
    Unit::from_bytes(&bytes).map_err(|error| match error {
        NoUnit::OtherFormat => Error::version(format!("{} is of another version than this", path.display())),
        NoUnit::Malformed(error) => Error::internal(format!("{} is not a unit: {error}", path.display())),
    })
}

fn output_path(unit: &Path, options: &Options) -> Result<PathBuf> {
    let stem = unit
        .file_stem()
        .ok_or_else(|| Error::io(format!("{} names no file", unit.display())))?;
    let mut name = stem.to_os_string();
    name.push(".");
    name.push(options.emit.extension());
    Ok(options.out.join(name))
}

/// Writes beside the place and renames, so that nobody reads half a file.
fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut temporary = path.as_os_str().to_os_string();
    temporary.push(format!(".{}.tmp", std::process::id()));
    let temporary = PathBuf::from(temporary);
    let written = std::fs::write(&temporary, bytes).and_then(|()| std::fs::rename(&temporary, path));
    written.map_err(|error| {
        // What is left of the temporary is of no use to anyone, and the first error is the one to tell.
        let _ = std::fs::remove_file(&temporary);
        Error::io(format!("cannot write {}: {error}", path.display()))
    })
}

fn note_panic(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(|s| &**s));
    let message = message.unwrap_or("no message");
    let place = info
        .location()
        .map(|at| format!("at {}:{}: ", at.file(), at.line()))
        .unwrap_or_default();
    PANIC.set(format!("{place}{message}"));
}
