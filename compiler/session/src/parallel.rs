//! The one place where the front half and the driver run things in parallel.

use rayon::prelude::*;

/// `f` of each item, in the order of the items, whatever the number of threads.
pub fn par_map<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    items.into_par_iter().map(f).collect()
}

/// Phases recurse as deep as sources nest, which the parser limits; what a thread has by default is little in a debug
/// build of the compiler.
const STACK_BYTES: usize = 16 << 20;

/// Starts the threads of this process: as many as asked for, or as there are processors. The first call counts.
pub fn start(n_threads: Option<usize>) {
    let builder = rayon::ThreadPoolBuilder::new()
        .num_threads(n_threads.unwrap_or(0))
        .stack_size(STACK_BYTES);
    // Fails only when the threads run already, and then their number has been decided.
    let _ = builder.build_global();
}
