//! The one place where the front half and the driver run things in parallel.

use rayon::prelude::*;

/// `f` of each item, in the order of the items, whatever the number of threads.
pub fn par_map<T: Send, R: Send>(items: Vec<T>, f: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    items.into_par_iter().map(f).collect()
}

/// Sets the number of threads of this process, which is otherwise that of the processors. The first call counts.
pub fn set_threads(n_threads: usize) {
    // Fails only when the pool runs already, and then the number has been decided.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(n_threads).build_global();
}
