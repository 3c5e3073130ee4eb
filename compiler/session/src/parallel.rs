//! The one place where the front half and the driver run things in parallel.

use rayon::prelude::*;

/// `f` of each item, in the order of the items, whatever the number of threads.
pub fn par_map<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    items.into_par_iter().map(f).collect()
}

/// Phases recurse as deep as sources nest, which the parser limits, and as headers do, which Clang hardly does.
const STACK_BYTES: usize = 64 << 20;

/// Runs the whole of a process, `main`, on a stack as deep as those of all other threads, and libclang on the threads
/// that call it, in place of some of its own with less. To be called first of all.
pub fn with_deep_stack<R: Send + 'static>(main: impl FnOnce() -> R + Send + 'static) -> R {
    processes::set_for_libraries(cimport::ON_CALLERS_THREADS, "1");
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(main);
    let thread = thread.expect("a process can start one thread");
    thread
        .join()
        .unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// Starts the threads of this process: as many as asked for, or as there are processors. The first call counts.
pub fn start(n_threads: Option<usize>) {
    let builder = rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads.unwrap_or(0))
        .stack_size(STACK_BYTES);
    // Fails only when the threads run already, and then their number has been decided.
    let _ = builder.build_global();
}
