//! Names of the library that are imported before they are used.
//!
//! Takes a name, gives what imports it. Only for messages: whoever uses it has found that the name means nothing where
//! it stands.

/// What imports a well-known name of the library that not every module sees.
pub fn import_of_library(name: &str) -> Option<&'static str> {
    let found = IMPORTS.iter().find(|path| path.rsplit('.').next() == Some(name));
    found.copied()
}

/// What imports a module of the library, by the name that it has then.
pub fn module_of_library(name: &str) -> Option<&'static str> {
    let found = MODULES.iter().find(|path| path.rsplit('.').next() == Some(name));
    found.copied()
}

/// The modules whose functions are called by the module's name.
pub const MODULES: [&str; 17] = [
    "std.alloc",
    "std.cell",
    "std.cmp",
    "std.collections",
    "std.env",
    "std.fmt",
    "std.fs",
    "std.io",
    "std.iter",
    "std.math",
    "std.mem",
    "std.process",
    "std.ptr",
    "std.rc",
    "std.sync",
    "std.thread",
    "std.time",
];

/// By module, then by name. Of two that are called alike, the one that is meant more often comes alone.
pub const IMPORTS: [&str; 56] = [
    "std.atomic.Atomic",
    "std.atomic.AtomicBool",
    "std.atomic.AtomicI32",
    "std.atomic.AtomicI64",
    "std.atomic.AtomicIsize",
    "std.atomic.AtomicU32",
    "std.atomic.AtomicU64",
    "std.atomic.AtomicUsize",
    "std.borrow.Borrow",
    "std.cell.Cell",
    "std.cell.Ref",
    "std.cell.RefCell",
    "std.cell.RefMut",
    "std.cell.UnsafeCell",
    "std.cmp.Ordering",
    "std.collections.BTreeMap",
    "std.collections.BTreeSet",
    "std.collections.BinaryHeap",
    "std.collections.HashMap",
    "std.collections.HashSet",
    "std.collections.VecDeque",
    "std.default.Default",
    "std.fmt.Debug",
    "std.fmt.Display",
    "std.fmt.Formatter",
    "std.fs.File",
    "std.fs.OpenOptions",
    "std.hash.Hash",
    "std.hash.Hasher",
    "std.io.BufRead",
    "std.io.BufReader",
    "std.io.BufWriter",
    "std.io.Read",
    "std.io.Write",
    "std.io.stdin",
    "std.io.stdout",
    "std.marker.OneThread",
    "std.process.Child",
    "std.process.Command",
    "std.process.ExitStatus",
    "std.ptr.NonNull",
    "std.rc.Rc",
    "std.sync.Arc",
    "std.sync.Condvar",
    "std.sync.Mutex",
    "std.sync.MutexGuard",
    "std.sync.Once",
    "std.sync.OnceLock",
    "std.sync.Receiver",
    "std.sync.RwLock",
    "std.sync.Sender",
    "std.sync.channel",
    "std.thread.JoinHandle",
    "std.time.Duration",
    "std.time.Instant",
    "std.time.SystemTime",
];
