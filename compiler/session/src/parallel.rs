//! The one place where the front half and the driver run things in parallel.

use std::error::Error;
use std::io;

use rayon::ThreadPoolBuildError;
use rayon::prelude::*;

/// `f` of each item, in the order of the items, whatever the number of threads.
pub fn par_map<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    items.into_par_iter().map(f).collect()
}

/// Phases recurse as deep as sources nest, which the parser limits, and as headers do, which Clang hardly does.
const STACK_BYTES: usize = 64 << 20;

/// Runs the whole of a process, `main`, on a stack as deep as those of all other threads, and libclang on the threads
/// that call it, in place of some of its own with less. To be called first of all. Fails where the system gives no
/// thread, or no memory for its stack.
pub fn with_deep_stack<R: Send + 'static>(main: impl FnOnce() -> R + Send + 'static) -> io::Result<R> {
    processes::set_for_libraries(cimport::ON_CALLERS_THREADS, "1");
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(main)?;
    Ok(thread
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload)))
}

/// Starts the threads of this process: as many as asked for, or as there are processors. The first call counts. Fails
/// where the system gives no more threads, or no memory for their stacks.
pub fn start(n_threads: Option<usize>) -> Result<(), ThreadPoolBuildError> {
    let builder = rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads.unwrap_or(0))
        .stack_size(STACK_BYTES);
    // Another reason than the system's is that the threads run already: then their number has been decided.
    match builder.build_global() {
        Err(error) if error.source().is_some() => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
