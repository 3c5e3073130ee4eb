//! Input that no one writes on purpose, and machines that fail: each time one clear error or the right result, exit
//! status 1, nothing half-written, and the next build right. What is wrong with the command line or the tools is in
//! `cli`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use test_suite::{Output, lang, output_of, run};

/// Crosses to C by a header function, a macro and the C library, so that every cache is used.
const PROGRAM: &str = "\
import c \"stdio.h\";
import c \"own.h\" as own;

fn main() {
    unsafe stdio.puts(\"hello\");
    println(f\"{unsafe own.twice(own.ANSWER)}\");
}
";
const HEADER: &str = "#define ANSWER 42\nstatic inline int twice(int x) { return 2 * x; }\n";
const PRINTED: &str = "84\nhello\n";

/// Makes a file of the cache something else than what was written.
type Damage<'a> = &'a dyn Fn(&Path);

/// Far above what any of these takes, far below a hang.
const PATIENCE: Duration = Duration::from_secs(60);

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.join(name), text).expect("it can be written");
}

fn program(folder: &Path) {
    write(folder, "a.lang", PROGRAM);
    write(folder, "own.h", HEADER);
}

fn run_with_cache(folder: &Path, cache: &Path, args: &[&str]) -> Output {
    let mut command = lang();
    command.env("LANG_CACHE_DIR", cache).args(args).current_dir(folder);
    output_of(command)
}

/// What `run` printed, whatever the order of C's buffer and ours.
fn lines_of(output: &Output) -> Vec<&str> {
    let mut lines: Vec<&str> = output.stdout.lines().collect();
    lines.sort_unstable();
    lines
}

fn assert_right(output: &Output) {
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert_eq!(lines_of(output), PRINTED.lines().collect::<Vec<_>>());
}

/// The files below a folder.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

#[test]
fn enormous_sources_are_refused_or_read_in_time() {
    let million = 1_000_000;
    let repeated = |text: &str, count: usize| text.repeat(count);
    let sources = [
        ("parentheses", repeated("(", 10 * million)),
        (
            "nested",
            format!("fn main() {{ let x = {}", repeated("(", 10 * million)),
        ),
        ("braces", format!("fn main() {}", repeated("{", million))),
        ("closing", repeated("}", million)),
        ("crossed", repeated("(}", million)),
        ("lines", repeated("fn f() { ( }\n", 20_000)),
        ("comments", repeated("/*", million)),
        (
            "negated",
            format!("fn main() {{ let x = {}1; }}\n", repeated("-", million)),
        ),
        (
            "sum",
            format!("fn main() {{ let x = 1{}; }}\n", repeated(" + 1", million / 4)),
        ),
        (
            "strings",
            format!("fn main() {{ println(f\"{}\"); }}\n", repeated("{f\"", 10_000)),
        ),
        (
            "unknown",
            format!("fn main() {{\n{}}}\n", repeated("    y();\n", 20_000)),
        ),
        ("nul", repeated("\0", million)),
        ("word", repeated("x", million)),
    ];
    let folder = folder();
    for (name, text) in sources {
        let file = format!("{name}.lang");
        write(folder.path(), &file, text);
        let start = Instant::now();
        let output = run(folder.path(), ["check", &file]);
        let taken = start.elapsed();
        assert_eq!(output.status, 1, "{name}");
        assert!(output.stderr.starts_with("error[E"), "{name}");
        assert!(!output.stderr.contains("internal error"), "{name}: {}", output.stderr);
        assert!(
            output.stderr.len() < 200_000,
            "{name}: {} bytes of errors",
            output.stderr.len()
        );
        assert!(taken < PATIENCE, "{name} took {taken:?}");
    }
    // A long line is none of these.
    write(
        folder.path(),
        "line.lang",
        format!("fn main() {{ println(\"{}\"); }}\n", repeated("a", million)),
    );
    let output = run(folder.path(), ["run", "line.lang"]);
    assert_eq!((output.status, output.stdout.len()), (0, million + 1));
}

#[test]
fn a_header_that_cannot_be_read_is_one_error_at_the_import() {
    let folder = folder();
    write(folder.path(), "itself.h", "#include \"itself.h\"\nint f(void);\n");
    write(folder.path(), "cpp.h", "class A { public: int x; };\nint f(void);\n");
    write(folder.path(), "open.h", "int f(int");
    write(folder.path(), "utf16.h", b"\xff\xfei\0n\0t\0 \0f\0;\0");
    write(
        folder.path(),
        "binary.h",
        (0..4_000u32).map(|i| (i * i % 251) as u8).collect::<Vec<_>>(),
    );
    write(folder.path(), "outer.h", "#include <no/such/header.h>\nint f(void);\n");
    fs::create_dir(folder.path().join("folder.h")).expect("it can be made");
    let cases = [
        ("itself.h", "E0602", "nested too deeply"),
        ("cpp.h", "E0602", "C++"),
        ("open.h", "E0602", "at the end of `open.h`: expected"),
        ("utf16.h", "E0602", "UTF-16"),
        ("binary.h", "E0602", "binary.h"),
        ("outer.h", "E0601", "no/such/header.h"),
        ("missing.h", "E0601", "missing.h"),
        ("folder.h", "E060", "folder.h"),
    ];
    for (header, code, part) in cases {
        let text = format!("import c \"{header}\" as h;\n\nfn main() {{\n    unsafe h.f();\n}}\n");
        write(folder.path(), "a.lang", text);
        for command in ["check", "build"] {
            let output = run(folder.path(), [command, "a.lang"]);
            assert_eq!(output.status, 1, "{header}");
            assert!(
                output.stderr.starts_with(&format!("error[{code}")),
                "{header}: {}",
                output.stderr
            );
            assert!(
                output.stderr.contains(" --> a.lang:1:10\n"),
                "{header}: {}",
                output.stderr
            );
            assert!(output.stderr.contains(part), "{header}: {}", output.stderr);
            assert!(output.stderr.ends_with("\n1 error\n"), "{header}: {}", output.stderr);
        }
    }
    assert!(!folder.path().join("a").exists());
}

/// As deep as no one writes it, which Clang reads.
#[test]
fn headers_that_nest_deeply_are_read() {
    const DEEP: usize = 3_000;
    let folder = folder();
    let chain = |first: &str, next: &dyn Fn(usize) -> String| {
        let steps: Vec<String> = (0..DEEP).map(next).collect();
        format!("{first}\n{}", steps.join("\n"))
    };
    let (open, close) = ("(".repeat(200), ")".repeat(200));
    let headers = [
        chain("struct t0 { int m; }; typedef struct t0 u0;", &|i| {
            format!(
                "struct t{} {{ struct t{i} m; }}; typedef struct t{} u{};",
                i + 1,
                i + 1,
                i + 1
            )
        }),
        chain("typedef int u0;", &|i| format!("typedef u{i} u{};", i + 1)),
        chain("typedef int u0;", &|i| format!("typedef u{i} *u{};", i + 1)),
        chain("typedef int u0;", &|i| format!("typedef u{i} (*u{})(int);", i + 1)),
        format!("typedef int u{DEEP}[{open}{}1{close}];\n", "1+".repeat(20_000)),
    ];
    for header in headers {
        write(folder.path(), "deep.h", &header);
        write(
            folder.path(),
            "a.lang",
            format!("import c \"deep.h\" as c;\nfn main() {{ let x: *const c.u{DEEP} = null; println(x == null); }}\n"),
        );
        let output = run(folder.path(), ["run", "a.lang"]);
        let start = &header[..40];
        assert_eq!(
            (output.status, output.stdout.as_str()),
            (0, "true\n"),
            "{start}: {}",
            output.stderr
        );
    }
}

#[test]
fn what_a_header_asks_for_is_looked_for_each_time() {
    let folder = folder();
    let (here, cache) = (folder.path(), folder.path().join("cache"));
    let header = "#if defined(__has_include) && __has_include(\"options.h\")\n#define MOST 2\n#else\n#define MOST 1\n\
        #endif\n#if __has_include( <below/other.h> )\n#define OTHERS 2\n#else\n#define OTHERS 1\n#endif\n";
    write(here, "own.h", header);
    write(
        here,
        "a.lang",
        "import c \"own.h\" as c;\nfn main() { println(f\"{c.MOST} {c.OTHERS}\"); }\n",
    );
    let printed = || run_with_cache(here, &cache, &["run", "-I", ".", "a.lang"]).stdout;
    assert_eq!(printed(), "1 1\n");
    write(here, "options.h", "");
    assert_eq!(printed(), "2 1\n");
    fs::create_dir(here.join("below")).expect("it can be made");
    write(here, "below/other.h", "");
    assert_eq!(printed(), "2 2\n");
    fs::remove_file(here.join("options.h")).expect("it is there");
    assert_eq!(printed(), "1 2\n");
}

#[test]
fn a_damaged_cache_is_made_again() {
    let folder = folder();
    program(folder.path());
    let cache = folder.path().join("cache");
    for release in [&[][..], &["--release"]] {
        let args = [&["run"], release, &["a.lang"]].concat();
        assert_right(&run_with_cache(folder.path(), &cache, &args));
        let damages: [(&str, Damage); 4] = [
            ("cut short", &|file| {
                let bytes = fs::read(file).expect("it is there");
                fs::write(file, &bytes[..bytes.len() / 2]).expect("it can be written");
            }),
            ("garbage", &|file| {
                fs::write(file, [0xa5; 300]).expect("it can be written")
            }),
            ("empty", &|file| fs::write(file, "").expect("it can be written")),
            ("one bit", &|file| {
                let mut bytes = fs::read(file).expect("it is there");
                if let Some(byte) = bytes.last_mut() {
                    *byte ^= 1;
                }
                fs::write(file, bytes).expect("it can be written");
            }),
        ];
        for (what, damage) in damages {
            for file in files_below(&cache) {
                damage(&file);
            }
            let output = run_with_cache(folder.path(), &cache, &args);
            assert_eq!(output.stderr, "", "{what}");
            assert_right(&output);
        }
        // Half of it gone.
        for file in files_below(&cache).iter().step_by(2) {
            fs::remove_file(file).expect("it can be removed");
        }
        assert_right(&run_with_cache(folder.path(), &cache, &args));
        fs::remove_dir_all(&cache).expect("it can be removed");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_error_or_none_and_leaves_nothing() {
    let folder = folder();
    program(folder.path());
    let small = folder.path().join("small");
    fs::create_dir(&small).expect("it can be made");
    let in_small_disk = |size: &str, script: &str| {
        let mount = format!("mount -t tmpfs -o size={size} none small && {script}");
        let mut command = Command::new("unshare");
        command
            .args(["--map-root-user", "--mount", "sh", "-c", &mount])
            .current_dir(folder.path());
        for (name, value) in lang().get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.env("LANG", lang().get_program());
        output_of(command)
    };
    if in_small_disk("16k", "true").status != 0 {
        // No file system can be mounted here, so no disk can be full.
        return;
    }
    let mut statuses = Vec::new();
    for size in ["16k", "200k", "1m"] {
        for script in [
            "\"$LANG\" build --no-cache a.lang -o small/a; status=$?; ls small; exit $status",
            "LANG_CACHE_DIR=small \"$LANG\" build a.lang -o out",
            "TMPDIR=small \"$LANG\" build --no-cache a.lang -o out; status=$?; ls small; exit $status",
        ] {
            let output = in_small_disk(size, script);
            let is_error = output.status == 1
                && output.stderr.starts_with("error[E0704]: ")
                && output.stderr.ends_with("\n1 error\n")
                && output.stdout.is_empty();
            let is_right = output.status == 0 && output.stderr.is_empty();
            assert!(is_error || is_right, "{size}: {script}: {output:?}");
            statuses.push(output.status);
        }
    }
    assert!(statuses.contains(&0) && statuses.contains(&1), "{statuses:?}");
}

#[cfg(unix)]
#[test]
fn a_killed_build_leaves_nothing_that_the_next_one_trips_over() {
    let folder = folder();
    program(folder.path());
    let cache = folder.path().join("cache");
    let build = || {
        let mut command = lang();
        command
            .env("LANG_CACHE_DIR", &cache)
            .args(["build", "a.lang", "-o", "out"])
            .current_dir(folder.path())
            .stderr(std::process::Stdio::null());
        command
    };
    let start = Instant::now();
    assert!(build().status().expect("it starts").success());
    let whole = start.elapsed();
    let before = fs::read(folder.path().join("out")).expect("it was built");
    for part in [1, 3, 5, 7, 9, 11, 12] {
        fs::remove_dir_all(&cache).expect("it can be removed");
        fs::remove_file(folder.path().join("out")).expect("it can be removed");
        let mut child = build().spawn().expect("it starts");
        std::thread::sleep(whole * part / 13);
        child.kill().expect("it can be killed");
        child.wait().expect("it ends");
        // Whole, or not there.
        if let Ok(bytes) = fs::read(folder.path().join("out")) {
            assert!(bytes == before, "killed after {part}/13");
        }
        assert!(build().status().expect("it starts").success(), "killed after {part}/13");
        let after = fs::read(folder.path().join("out")).expect("it was built");
        assert!(after == before, "killed after {part}/13");
        let mut left: Vec<String> = fs::read_dir(folder.path())
            .expect("it can be listed")
            .map(|entry| {
                entry
                    .expect("it can be listed")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        left.sort();
        assert_eq!(left, ["a.lang", "cache", "out", "own.h"]);
    }
}
