//! Ctrl-C and other signals: what was started ends, what was temporary goes, and the next build is right. And the
//! status line, which only a terminal sees.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use test_suite::{executable, lang, output_of};

const HELLO: &str = "fn main() {\n    println(\"hello\");\n}\n";

/// A folder with a program, a cache and a back end that does not end.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new(program: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary directory");
        fs::write(folder.path().join("a.lang"), program).expect("it can be written");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that notes its process id and then does what `rest` says.
    fn tool(&self, name: &str, rest: &str) -> PathBuf {
        let pid = self.path("pid");
        let text = format!("#!/bin/sh\necho $$ > {0}.new\nmv {0}.new {0}\n{rest}\n", pid.display());
        let path = self.path(name);
        fs::write(&path, text).expect("it can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        path
    }

    fn lang(&self, args: &[&str]) -> Command {
        let mut command = lang();
        command
            .env("LANG_CACHE_DIR", self.path("cache"))
            .env("TMPDIR", self.path("tmp"))
            .args(args)
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        fs::create_dir_all(self.path("tmp")).expect("it can be made");
        command
    }

    /// The process id that the tool noted, as soon as it has.
    fn noted(&self) -> Pid {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            if let Ok(text) = fs::read_to_string(self.path("pid")) {
                return Pid::from_raw(text.trim().parse().expect("a number"));
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the tool was not started");
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("it can be listed");
        let mut names: Vec<String> = entries
            .map(|entry| {
                entry
                    .expect("it can be listed")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }
}

/// Sends the signal to `lang` alone, as no terminal would.
fn interrupt(child: Child, signal: Signal) -> test_suite::Output {
    kill(Pid::from_raw(child.id() as i32), signal).expect("it is running");
    let output = child.wait_with_output().expect("it ends");
    use std::os::unix::process::ExitStatusExt;
    test_suite::Output {
        status: output
            .status
            .code()
            .unwrap_or_else(|| 128 + output.status.signal().expect("it has ended")),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn is_alive(pid: Pid) -> bool {
    // One that has ended and was not waited for is in the table still.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next());
    state.is_some_and(|state| state != "Z" && state != "X")
}

/// A process that was killed is there for a moment still.
fn assert_ends(pid: Pid) {
    let start = Instant::now();
    while is_alive(pid) {
        assert!(start.elapsed() < Duration::from_secs(10), "{pid} goes on");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_build_that_is_interrupted_leaves_nothing_and_the_next_is_right() {
    for (signal, status) in [(Signal::SIGINT, 130), (Signal::SIGTERM, 143), (Signal::SIGHUP, 129)] {
        for args in [
            &["build", "a.lang"][..],
            &["build", "a.lang", "--no-cache"],
            &["run", "a.lang"],
        ] {
            let scene = Scene::new(HELLO);
            let tool = scene.tool("codegen", "exec sleep 600");
            let child = scene.lang(args).env("LANG_CODEGEN", tool).spawn().expect("it starts");
            let pid = scene.noted();
            let output = interrupt(child, signal);
            assert_eq!(
                (output.status, output.stderr.as_str()),
                (status, ""),
                "{args:?} {signal}"
            );
            assert_ends(pid);
            let mut names = scene.names(".");
            names.retain(|name| name != "cache");
            assert_eq!(names, ["a.lang", "codegen", "pid", "tmp"], "{args:?}");
            assert_eq!(scene.names("tmp"), [""; 0], "{args:?}");
            if scene.path("cache/tmp").exists() {
                assert_eq!(scene.names("cache/tmp"), [""; 0], "{args:?}");
            }
            let output = output_of(scene.lang(&["run", "a.lang"]));
            assert_eq!((output.status, output.stdout.as_str()), (0, "hello\n"));
        }
    }
}

#[test]
fn a_crash_says_what_to_report() {
    for signal in [Signal::SIGSEGV, Signal::SIGBUS] {
        let scene = Scene::new(HELLO);
        let tool = scene.tool("codegen", "exec sleep 600");
        let child = scene
            .lang(&["build", "a.lang"])
            .env("LANG_CODEGEN", tool)
            .spawn()
            .expect("it starts");
        let pid = scene.noted();
        let output = interrupt(child, signal);
        kill(pid, Signal::SIGKILL).expect("it is running");
        let version = env!("CARGO_PKG_VERSION");
        let said = format!(
            "error: internal error: the compiler's stack overflowed, or it touched memory that is not its own\n\
             lang {version}; please report this with the source that shows it\n"
        );
        assert_eq!((output.status, output.stderr.as_str()), (101, said.as_str()));
    }
}

#[test]
fn interrupted_tests_take_what_they_started_with_them() {
    let scene = Scene::new("");
    let helper = scene.tool("helper", "exec sleep 600");
    let text = format!(
        "import c \"stdlib.h\";\ntest \"starts another\" {{ unsafe stdlib.system(\"{}\"); }}\n",
        helper.display()
    );
    fs::write(scene.path("a.lang"), text).expect("it can be written");
    let child = scene.lang(&["test", "a.lang"]).spawn().expect("it starts");
    let pid = scene.noted();
    let output = interrupt(child, Signal::SIGINT);
    assert_eq!(
        (output.status, output.stdout.as_str(), output.stderr.as_str()),
        (130, "", "")
    );
    assert_ends(pid);
}

#[test]
fn a_program_decides_itself_what_an_interruption_means() {
    let program = "import c \"signal.h\";\nimport c \"unistd.h\";\nimport c \"fcntl.h\";\n\
        fn main() -> i32 {\n    unsafe unistd.close(unsafe fcntl.creat(\"pid\", 384));\n    \
        unsafe unistd.sleep(1);\n    7\n}\n";
    let scene = Scene::new(program);
    // Its executable is deleted while it runs, so `lang` waits for it.
    let child = scene.lang(&["run", "a.lang", "--no-cache"]).spawn().expect("it starts");
    let start = Instant::now();
    while !scene.path("pid").exists() {
        assert!(start.elapsed() < Duration::from_secs(60), "the program was not started");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(interrupt(child, Signal::SIGINT).status, 7);
    assert_eq!(scene.names("tmp"), [""; 0]);
}

/// Whether `script` is here, and can make a terminal.
fn has_terminals() -> bool {
    let output = Command::new("script")
        .args(["-qec", "echo here", "/dev/null"])
        .stdin(Stdio::null())
        .output();
    output.is_ok_and(|output| output.stdout.starts_with(b"here"))
}

/// On a terminal that `script` makes. Its output is the terminal's.
fn on_terminal(scene: &Scene, codegen: &Path, args: &str) -> String {
    let mut command = Command::new("script");
    let line = format!("{} {args}", executable("lang").display());
    command
        .args(["-qec", &line, "/dev/null"])
        .current_dir(scene.folder.path())
        .env("LANG_CODEGEN", codegen)
        .env("LANG_CACHE_DIR", scene.path("cache"))
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null());
    let output = command.output().expect("it started before");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn what_takes_long_is_said_on_a_terminal_and_taken_away_again() {
    let scene = Scene::new(HELLO);
    let real = executable("lang-codegen").display().to_string();
    let slow = scene.tool("slow", &format!("sleep 2\nexec {real} \"$@\""));
    if !has_terminals() {
        return;
    }
    let shown = on_terminal(&scene, &slow, "run a.lang");
    assert!(shown.contains("\r\u{1b}[Ka: objects, 1 s"), "{shown:?}");
    assert!(shown.ends_with("\r\u{1b}[Khello\r\n"), "{shown:?}");
    // A second time there is nothing to wait for, and nothing to say.
    let shown = on_terminal(&scene, &slow, "run a.lang");
    assert_eq!(shown, "hello\r\n");
}
