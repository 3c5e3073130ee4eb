//! The status line: what is being done, on anything that takes longer than a second.
//!
//! A line of standard error, only where that is a terminal, drawn by a thread of its own and gone before anything else
//! is printed.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use session::Activity;

const PATIENCE: Duration = Duration::from_secs(1);

const STEP: Duration = Duration::from_millis(200);

/// To the start of the line, and nothing after it.
const CLEAR: &[u8] = b"\r\x1b[K";

/// Whether a line stands there.
static IS_SHOWN: AtomicBool = AtomicBool::new(false);

/// Shows the line from a second after its making until it goes.
pub(crate) struct Progress {
    /// Closed to end the thread. Absent where there is none.
    thread: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// `what` is named before the activity: the program.
    pub(crate) fn show(what: String, activity: Arc<Activity>) -> Self {
        let is_dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        if is_dumb || !io::stderr().is_terminal() {
            return Self { thread: None };
        }
        let start = Instant::now();
        let (sender, receiver) = channel::<()>();
        let draw = move || {
            let mut wait = PATIENCE;
            while receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                draw(&what, &activity.get(), start.elapsed());
                wait = STEP;
            }
        };
        // Without a thread there is no line, and no harm.
        let thread = std::thread::Builder::new().name("status line".to_owned()).spawn(draw);
        Self {
            thread: thread.ok().map(|thread| (sender, thread)),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            let _ = thread.join();
            clear();
        }
    }
}

/// Takes the line away.
pub(crate) fn clear() {
    if IS_SHOWN.swap(false, Ordering::SeqCst) {
        let _ = io::stderr().lock().write_all(CLEAR);
    }
}

/// The same when the process is being ended, whoever holds standard error.
pub(crate) fn clear_at_once() {
    if IS_SHOWN.swap(false, Ordering::SeqCst) {
        #[cfg(unix)]
        {
            use std::os::fd::AsFd;
            let err = io::stderr().as_fd().try_clone_to_owned().map(std::fs::File::from);
            let _ = err.and_then(|mut err| err.write_all(CLEAR));
        }
    }
}

fn draw(what: &str, activity: &str, elapsed: Duration) {
    let text = format!("{what}: {activity}, {} s", elapsed.as_secs());
    // A line that wraps could not be taken away again.
    let text: String = text.chars().filter(|c| !c.is_control()).take(78).collect();
    let mut err = io::stderr().lock();
    IS_SHOWN.store(true, Ordering::SeqCst);
    let _ = err.write_all(CLEAR).and_then(|()| err.write_all(text.as_bytes()));
    let _ = err.flush();
}
