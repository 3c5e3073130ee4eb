//! The processes that this one starts and the temporary files that it makes, and what becomes of them when it is told
//! to end: Ctrl-C, a closed terminal, `kill`.
//!
//! Tools are started by [`output`] and its like, and temporary files and folders held by [`Temporary`]. When a signal
//! comes ([`end_on_signals`]), the tools are killed, the files deleted, and the process ends as the signal would have
//! ended it. When the process itself breaks ([`end_on_crashes`]), it says so. Knows no diagnostic and no tool.

mod crashes;
mod environment;
mod signals;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use crashes::{end_on_crashes, handle_crashes_on_own_stack};
pub use environment::{set_for_libraries, without_own_variables};
pub use signals::end_on_signals;

/// What a child is to us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    /// Ends with us.
    Tool,
    /// Ends with us, and with it what it started.
    Group,
    /// The user's own program. It hears of Ctrl-C from the terminal as we do, and decides itself.
    Program,
}

/// What is there to end and to delete.
#[derive(Default)]
struct Running {
    children: BTreeMap<u32, Role>,
    temporary: BTreeSet<PathBuf>,
}

/// Held from a signal on until the end, so that nothing is started, and nothing said, after that.
static RUNNING: Mutex<Running> = Mutex::new(Running {
    children: BTreeMap::new(),
    temporary: BTreeSet::new(),
});

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Comes back at once, or never when the process is being ended: to be called before anything is printed.
pub fn wait_if_ending() {
    drop(running());
}

/// Runs a tool to its end, without input, and gives what it printed.
pub fn output(command: &mut Command) -> io::Result<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = Started::spawn(command, Role::Tool)?;
    child.wait_with(Child::wait_with_output)
}

/// Runs a program to its end, without input; what it prints goes to `printed`, one after the other.
pub fn capture(command: &mut Command, printed: &File) -> io::Result<ExitStatus> {
    command
        .stdin(Stdio::null())
        .stdout(printed.try_clone()?)
        .stderr(printed.try_clone()?);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    let child = Started::spawn(command, Role::Group)?;
    child.wait_with(|mut child| child.wait())
}

/// Runs the user's program to its end, on our own input and output. `started` is called as soon as it runs.
pub fn run_program(command: &mut Command, started: impl FnOnce()) -> io::Result<ExitStatus> {
    let child = Started::spawn(command, Role::Program)?;
    started();
    child.wait_with(|mut child| child.wait())
}

/// A child that is known to be ours.
struct Started {
    child: Child,
}

impl Started {
    fn spawn(command: &mut Command, role: Role) -> io::Result<Self> {
        let mut running = running();
        let child = command.spawn()?;
        running.children.insert(child.id(), role);
        Ok(Self { child })
    }

    fn wait_with<T>(self, wait: impl FnOnce(Child) -> io::Result<T>) -> io::Result<T> {
        let id = self.child.id();
        let result = wait(self.child);
        running().children.remove(&id);
        result
    }
}

/// Something that is deleted when the value goes, or when the process is told to end.
#[derive(Debug)]
pub struct Temporary<T> {
    path: PathBuf,
    /// Absent from when it is given up on.
    value: Option<T>,
}

/// A folder that is deleted with the value.
pub type TemporaryFolder = Temporary<tempfile::TempDir>;

/// A file that is deleted with the value.
pub type TemporaryFile = Temporary<tempfile::NamedTempFile>;

/// Makes a temporary folder.
pub fn temporary_folder(make: impl FnOnce() -> io::Result<tempfile::TempDir>) -> io::Result<TemporaryFolder> {
    Temporary::new(make, |folder| folder.path().to_owned())
}

/// Makes a temporary file.
pub fn temporary_file(make: impl FnOnce() -> io::Result<tempfile::NamedTempFile>) -> io::Result<TemporaryFile> {
    Temporary::new(make, |file| file.path().to_owned())
}

impl<T> Temporary<T> {
    fn new(make: impl FnOnce() -> io::Result<T>, path: impl FnOnce(&T) -> PathBuf) -> io::Result<Self> {
        // Made while no signal can end us.
        let mut running = running();
        let value = make()?;
        let path = path(&value);
        running.temporary.insert(path.clone());
        Ok(Self {
            path,
            value: Some(value),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl TemporaryFile {
    /// Makes it a file that stays, at `path`.
    pub fn persist(mut self, path: &Path) -> io::Result<()> {
        let file = self.value.take().expect("it is taken only here");
        file.persist(path).map(drop).map_err(|error| error.error)
    }
}

impl<T> Drop for Temporary<T> {
    fn drop(&mut self) {
        self.value = None;
        running().temporary.remove(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_running_and_made_is_known_and_then_forgotten() {
        let folder = temporary_folder(tempfile::tempdir).expect("a temporary folder");
        let path = folder.path().to_owned();
        assert!(path.is_dir() && running().temporary.contains(&path));
        let file = temporary_file(|| tempfile::NamedTempFile::new_in(&path)).expect("a temporary file");
        file.persist(&path.join("kept")).expect("it can be moved");
        assert_eq!(running().temporary.len(), 1);
        let printed = tempfile::tempfile().expect("a temporary file");
        let status = capture(Command::new("true").arg("x"), &printed).expect("it starts");
        assert!(status.success() && running().children.is_empty());
        drop(folder);
        assert!(!path.exists() && running().temporary.is_empty());
        assert!(output(&mut Command::new("/no/such/program")).is_err() && running().children.is_empty());
    }
}
