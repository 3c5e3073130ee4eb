//! Signals that tell the process to end.

use std::io;

#[cfg(unix)]
use {
    crate::{Role, Running, running},
    nix::sys::signal::{Signal, kill, killpg},
    nix::unistd::Pid,
    signal_hook::consts::{SIGHUP, SIGINT, SIGTERM},
    std::path::Path,
    std::time::Duration,
};

/// From now on Ctrl-C, a closed terminal and `kill` end the process with all that it started. `before_end` is called
/// first, on a thread of its own; nothing else of the process is waited for.
pub fn end_on_signals(before_end: fn()) -> io::Result<()> {
    #[cfg(unix)]
    {
        let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])?;
        let watch = move || {
            for signal in signals.forever() {
                end(signal, before_end);
            }
        };
        std::thread::Builder::new().name("signals".to_owned()).spawn(watch)?;
    }
    #[cfg(not(unix))]
    let _ = before_end;
    Ok(())
}

/// Comes back only when the user's program decides.
#[cfg(unix)]
fn end(signal: i32, before_end: fn()) {
    let running = running();
    let program = running.children.iter().find(|(_, role)| **role == Role::Program);
    if let Some((program, _)) = program {
        // The terminal has told it already.
        if signal != SIGINT {
            send(*program, Signal::try_from(signal).ok());
        }
        return;
    }
    end_children(&running);
    before_end();
    running.temporary.iter().for_each(|path| delete(path));
    // As if it had not been caught, so that a shell stops the script that it runs. Comes back only where that fails.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    signal_hook::low_level::exit(128 + signal);
}

#[cfg(unix)]
fn end_children(running: &Running) {
    for (id, role) in &running.children {
        match role {
            Role::Tool => send(*id, Some(Signal::SIGKILL)),
            Role::Group => _ = killpg(pid(*id), Signal::SIGKILL),
            Role::Program => {}
        }
    }
}

#[cfg(unix)]
fn send(id: u32, signal: Option<Signal>) {
    // It may have ended meanwhile.
    let _ = kill(pid(id), signal);
}

#[cfg(unix)]
fn pid(id: u32) -> Pid {
    Pid::from_raw(i32::try_from(id).expect("a process id is a pid_t"))
}

/// A killed tool may still be writing for a moment.
#[cfg(unix)]
fn delete(path: &Path) {
    for _ in 0..5 {
        let deleted = if path.is_dir() {
            std::fs::remove_dir_all(path)
        } else {
            std::fs::remove_file(path)
        };
        match deleted {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                std::thread::sleep(Duration::from_millis(10));
            }
            _ => return,
        }
    }
}
