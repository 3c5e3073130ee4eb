//! What is said when the process itself breaks: its stack overflows, or memory is touched that is not its own.
//!
//! Threads of Rust's library have a second stack for signals once the library has installed its own handler, which is
//! before `main`. On that stack this one runs.

#![allow(unsafe_code)]

#[cfg(unix)]
use {
    nix::libc,
    nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction},
    std::sync::OnceLock,
};

#[cfg(unix)]
const CRASHES: [Signal; 2] = [Signal::SIGSEGV, Signal::SIGBUS];

/// What the handler writes, which cannot make it itself: nothing is allocated in there.
#[cfg(unix)]
static LAST_WORDS: OnceLock<(String, i32)> = OnceLock::new();

/// From now on a crash of this process prints `text` and ends it with `status`. Only the first call counts.
pub fn end_on_crashes(text: String, status: i32) {
    #[cfg(unix)]
    if LAST_WORDS.set((text, status)).is_ok() {
        let action = SigAction::new(SigHandler::Handler(end), SaFlags::SA_ONSTACK, SigSet::empty());
        for signal in CRASHES {
            // SAFETY: the handler calls only `write` and `_exit`, and reads what was written before it was installed.
            // Where the system does not take it, the signal ends the process without a word.
            let _ = unsafe { sigaction(signal, &action) };
        }
    }
    #[cfg(not(unix))]
    let _ = (text, status);
}

/// Whatever handles crashes now does so on the thread's second stack. libclang installs its own handlers, which pass on
/// what is not libclang's, but without that they do not come to run when a stack overflows.
pub fn handle_crashes_on_own_stack() {
    #[cfg(unix)]
    for signal in CRASHES {
        // SAFETY: an action of zeros is a valid one to write over, and what is installed is what was, but for the
        // stack that it runs on.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signal as i32, std::ptr::null(), &mut action) == 0 {
                action.sa_flags |= libc::SA_ONSTACK;
                libc::sigaction(signal as i32, &action, std::ptr::null_mut());
            }
        }
    }
}

#[cfg(unix)]
extern "C" fn end(_signal: i32) {
    let (text, status) = LAST_WORDS
        .get()
        .map_or(("", 101), |(text, status)| (text.as_str(), *status));
    // SAFETY: the bytes are there, and both functions may be called in a handler.
    unsafe {
        libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.len());
        libc::_exit(status)
    }
}
