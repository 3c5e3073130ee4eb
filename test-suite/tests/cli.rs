//! The command line: help, exit statuses, bad input, missing tools, and what is promised of files and caches.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use test_suite::{Output, executable, lang, run};

/// A target with a sanitizer whose runtime no package of this machine has.
const FOREIGN: &str = if cfg!(target_arch = "aarch64") {
    "x86_64-unknown-linux-gnu"
} else {
    "aarch64-unknown-linux-gnu"
};

const HELLO: &str = "fn main() {\n    println(\"hello\");\n}\n";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(folder.join(name), text).expect("it can be written");
}

/// Runs `lang` with variables set, in `folder`.
fn run_with(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let mut command = lang();
    command.envs(variables.iter().copied()).args(args).current_dir(folder);
    test_suite::output_of(command)
}

/// Copies a folder with all in it.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("it can be made");
    for entry in fs::read_dir(from).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        let copy = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, &copy).expect("it can be copied");
        }
    }
}

/// The names in a folder, sorted.
fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("it can be listed");
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

#[test]
fn help_teaches_by_examples() {
    let folder = folder();
    let output = run(folder.path(), ["--help"]);
    assert_eq!(output.status, 0);
    for command in ["build", "run", "check", "test", "fmt", "cimport", "doctor", "explain"] {
        assert!(
            output.stdout.contains(&format!("  lang {command} ")) || command == "doctor",
            "{command}"
        );
        let output = run(folder.path(), [command, "--help"]);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{command}");
    }
    assert!(run(folder.path(), ["--version"]).stdout.starts_with("lang "));
}

#[test]
fn a_command_line_that_makes_no_sense_is_status_2() {
    let folder = folder();
    let wrong: &[&[&str]] = &[
        &[],
        &["biuld"],
        &["build", "a.lang", "--relaese"],
        &["check", "a.lang", "--emit", "llvm"],
        &["run", "a.lang", "--jobs", "0"],
        &["run", "a.lang", "b"],
        &["a.lang"],
        &["cimport"],
    ];
    for args in wrong {
        let output = run(folder.path(), *args);
        assert_eq!(
            (output.status, output.stdout.as_str()),
            (2, ""),
            "{args:?}: {}",
            output.stderr
        );
    }
}

#[test]
fn a_slip_is_told_what_was_meant() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let slips: &[(&[&str], &str)] = &[
        (&["a.lang"], "`lang run a.lang`"),
        (&["run", "a.lang", "b"], "after `--`"),
        (&["run", "a"], "the source is `a.lang`"),
    ];
    for (args, meant) in slips {
        let output = run(folder.path(), *args);
        assert!(output.stderr.contains(meant), "{args:?}: {}", output.stderr);
    }
}

#[test]
fn a_program_runs_with_its_arguments_and_status() {
    let folder = folder();
    write(
        folder.path(),
        "args.lang",
        "import std.env;\nfn main() -> i32 { println(f\"{env.arg(1)} {env.arg(2)}\"); env.arg_count() as i32 }\n",
    );
    let output = run(folder.path(), ["run", "args.lang", "--", "--release", "a b"]);
    assert_eq!(
        output,
        Output {
            status: 3,
            stdout: "--release a b\n".into(),
            stderr: String::new()
        }
    );
    assert_eq!(names_in(folder.path()), ["args.lang"]);
}

#[test]
fn a_killed_program_gives_128_and_the_signal() {
    let folder = folder();
    write(
        folder.path(),
        "a.lang",
        "import c \"stdlib.h\";\nfn main() { unsafe stdlib.abort(); }\n",
    );
    assert_eq!(run(folder.path(), ["run", "a.lang"]).status, 128 + 6);
    assert_eq!(run(folder.path(), ["run", "--no-cache", "a.lang"]).status, 128 + 6);
}

/// Clang has words that make it crash.
#[test]
fn a_crash_of_clang_is_one_error() {
    let here = folder();
    write(
        here.path(),
        "crash.h",
        "int x;\n#pragma clang __debug parser_crash\nint y;\n",
    );
    write(
        here.path(),
        "a.lang",
        "import c \"crash.h\" as c;\n\nfn main() {\n    println(unsafe c.x);\n}\n",
    );
    let output = run(here.path(), ["check", "a.lang"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(
        output
            .stderr
            .starts_with("error[E0602]: Clang itself failed on `crash.h`\n"),
        "{output:?}"
    );
    assert!(output.stderr.ends_with("\n1 error\n"), "{output:?}");
    // How Clang was called, once: in the note.
    assert_eq!(output.stderr.matches("libclang: crash").count(), 1, "{output:?}");
    assert!(output.stderr.contains("= note: libclang: crash"), "{output:?}");
}

#[test]
fn build_writes_one_executable_where_it_is_told() {
    let folder = folder();
    write(folder.path(), "hello.lang", HELLO);
    let output = run(folder.path(), ["build", "hello.lang"]);
    assert_eq!(
        output,
        Output {
            status: 0,
            stdout: String::new(),
            stderr: String::new()
        }
    );
    assert_eq!(names_in(folder.path()), ["hello", "hello.lang"]);
    assert_eq!(
        run(folder.path(), ["build", "--release", "hello.lang", "-o", "a b"]).status,
        0
    );
    for name in ["hello", "a b"] {
        let output = std::process::Command::new(folder.path().join(name))
            .output()
            .expect("it starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "hello\n");
    }
}

#[test]
fn what_is_not_a_source_is_said_and_leaves_nothing() {
    let folder = folder();
    write(folder.path(), "latin1.lang", b"fn main() { println(\"caf\xe9\"); }\n");
    write(folder.path(), "empty.lang", "");
    write(folder.path(), "nul.lang", b"fn main() {\0}\n");
    fs::create_dir(folder.path().join("dir.lang")).expect("it can be made");
    for command in ["build", "run", "check", "test"] {
        for (file, code) in [
            ("missing.lang", "E0701"),
            ("dir.lang", "E0717"),
            ("latin1.lang", "E0702"),
        ] {
            let output = run(folder.path(), [command, file]);
            assert_eq!(output.status, 1, "{command} {file}");
            assert!(
                output.stderr.starts_with(&format!("error[{code}]: ")),
                "{command} {file}: {}",
                output.stderr
            );
        }
    }
    assert_eq!(run(folder.path(), ["check", "empty.lang"]).status, 0);
    assert_eq!(run(folder.path(), ["check", "nul.lang"]).status, 1);
    let output = run(folder.path(), ["build", "empty.lang"]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains("main"), "{}", output.stderr);
    assert_eq!(
        names_in(folder.path()),
        ["dir.lang", "empty.lang", "latin1.lang", "nul.lang"]
    );
}

#[test]
fn a_byte_order_mark_and_crlf_are_fine() {
    let folder = folder();
    write(
        folder.path(),
        "a.lang",
        format!("\u{feff}{}", HELLO.replace('\n', "\r\n")),
    );
    assert_eq!(run(folder.path(), ["run", "a.lang"]).stdout, "hello\n");
}

#[test]
fn an_output_that_cannot_be_written_is_said_and_leaves_nothing() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    fs::create_dir(folder.path().join("dir")).expect("it can be made");
    for output in ["no/such/folder/a", "dir"] {
        let output = run(folder.path(), ["build", "a.lang", "-o", output]);
        assert_eq!(output.status, 1);
        assert!(output.stderr.starts_with("error[E0704]: "), "{}", output.stderr);
        let output = run(
            folder.path(),
            ["build", "a.lang", "--emit", "tokens", "-o", "no/such/folder/a"],
        );
        assert_eq!(output.status, 1);
    }
    assert_eq!(names_in(folder.path()), ["a.lang", "dir"]);
    assert_eq!(names_in(&folder.path().join("dir")), [""; 0]);
    write(folder.path(), "bare", HELLO);
    for args in [&["build", "bare"][..], &["build", "a.lang", "-o", "./a.lang"]] {
        let output = run(folder.path(), args);
        assert!(
            output.status == 1 && output.stderr.starts_with("error[E0704]: "),
            "{}",
            output.stderr
        );
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("bare")).expect("it is still there"),
        HELLO
    );
}

#[test]
fn a_cache_that_cannot_be_written_to_is_no_reason_to_complain() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let output = run_with(
        folder.path(),
        &[("LANG_CACHE_DIR", "/proc/no/such/folder")],
        &["run", "a.lang"],
    );
    assert_eq!(
        output,
        Output {
            status: 0,
            stdout: "hello\n".into(),
            stderr: String::new()
        }
    );
}

#[test]
fn a_missing_or_wrong_tool_is_one_error_that_says_what_to_install() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    write(
        folder.path(),
        "c.lang",
        "import c \"stdio.h\";\nfn main() { unsafe stdio.puts(\"x\"); }\n",
    );
    fs::create_dir_all(folder.path().join("old/lib/clang/14")).expect("it can be made");
    fs::create_dir_all(folder.path().join("none")).expect("it can be made");
    // Variables, arguments, the code, and a part of the hint.
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str], &'a str, &'a str);
    let cases: &[Case<'_>] = &[
        (
            &[("LANG_LLVM_DIR", "none"), ("PATH", "/none")],
            &["build", "a.lang", "--no-cache"],
            "E0705",
            "clang-22",
        ),
        (
            &[("LANG_LLVM_DIR", "none")],
            &["check", "c.lang", "--no-cache"],
            "E0705",
            "libclang-22-dev",
        ),
        (
            &[("LANG_LLVM_DIR", "old")],
            &["check", "c.lang", "--no-cache"],
            "E0706",
            "LLVM 22",
        ),
        (&[("LANG_STDLIB", "none")], &["check", "a.lang"], "E0705", "LANG_STDLIB"),
        (
            &[("LANG_CODEGEN", "none/x")],
            &["build", "a.lang", "--no-cache"],
            "E0705",
            "lang-codegen",
        ),
        (
            &[],
            &["build", "a.lang", "--target", "z80-spectrum"],
            "E0710",
            "lang doctor",
        ),
        (
            &[],
            &["run", "a.lang", "--target", "aarch64-apple-darwin"],
            "E0711",
            "lang build",
        ),
        (
            &[],
            &[
                "run",
                "a.lang",
                "--sanitize",
                "address",
                "--target",
                "x86_64-linux-musl",
            ],
            "E0743",
            "`x86_64-unknown-linux-gnu`",
        ),
        (
            &[],
            &["build", "a.lang", "--sanitize", "address", "--target", FOREIGN],
            "E0744",
            "libclang-rt-22-dev",
        ),
        (
            &[],
            &["build", "a.lang", "--target", "x86_64-linux", "--cpu", "haswel"],
            "E0740",
            "there is `haswell`",
        ),
        (
            &[],
            &["check", "a.lang", "--target", "aarch64-macos", "--cpu", "haswell"],
            "E0740",
            "--cpu help",
        ),
        (
            &[],
            &["check", "a.lang", "--target", "riscv64-linux", "--cpu", "rocket-rv64"],
            "E0740",
            "--cpu help",
        ),
        (
            &[],
            &[
                "check",
                "a.lang",
                "--target",
                "armv7-linux-gnueabihf",
                "--cpu",
                "cortex-m3",
            ],
            "E0740",
            "--cpu help",
        ),
        (
            &[],
            &["check", "a.lang", "--target", "riscv64-linux", "--cpu", "native"],
            "E0740",
            "--cpu help",
        ),
    ];
    for (variables, args, code, hint) in cases {
        let output = run_with(folder.path(), variables, args);
        assert_eq!(output.status, 1, "{args:?}: {}", output.stderr);
        assert!(
            output.stderr.starts_with(&format!("error[{code}]: ")),
            "{args:?}: {}",
            output.stderr
        );
        assert_eq!(
            output.stderr.matches("error[").count(),
            1,
            "{args:?}: {}",
            output.stderr
        );
        assert!(output.stderr.contains(hint), "{args:?}: {}", output.stderr);
    }
    assert!(!folder.path().join("a").exists());
}

#[test]
fn checking_without_c_imports_needs_no_llvm_at_all() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let nothing = [("LANG_LLVM_DIR", "/none"), ("LANG_CODEGEN", "/none"), ("PATH", "/none")];
    let output = run_with(folder.path(), &nothing, &["check", "a.lang"]);
    assert_eq!(
        output,
        Output {
            status: 0,
            stdout: String::new(),
            stderr: String::new()
        }
    );
}

#[test]
fn a_back_end_that_dies_is_an_error_about_its_unit() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    write(folder.path(), "dies", "#!/bin/sh\necho oh no >&2\nkill -SEGV $$\n");
    set_executable(&folder.path().join("dies"));
    let program = folder.path().join("dies").display().to_string();
    let output = run_with(
        folder.path(),
        &[("LANG_CODEGEN", &program)],
        &["build", "a.lang", "--no-cache"],
    );
    assert_eq!(output.status, 1);
    assert!(
        output.stderr.starts_with("error[E0709]: internal error"),
        "{}",
        output.stderr
    );
    assert!(
        output.stderr.contains("oh no") && output.stderr.contains("please report"),
        "{}",
        output.stderr
    );
    assert!(!folder.path().join("a").exists());
}

#[test]
fn a_back_end_of_another_version_is_refused() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    // What it is given is the unit of another build.
    let real = executable("lang-codegen").display().to_string();
    let script = format!(
        "#!/bin/sh\nfor argument; do\n  case $argument in *.unit) echo other > \"$argument\";; esac\ndone\n\
         exec '{real}' \"$@\"\n"
    );
    write(folder.path(), "other", script);
    set_executable(&folder.path().join("other"));
    let program = folder.path().join("other").display().to_string();
    let output = run_with(
        folder.path(),
        &[("LANG_CODEGEN", &program)],
        &["build", "a.lang", "--no-cache"],
    );
    assert_eq!(output.status, 1);
    assert!(
        output
            .stderr
            .starts_with("error[E0706]: `lang-codegen` is of another version"),
        "{}",
        output.stderr
    );
    assert!(!folder.path().join("a").exists());
}

#[test]
fn a_linker_of_another_version_that_fails_is_said_to_be_one() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let real = Path::new("/usr/lib/llvm-22");
    for part in ["lib", "share"] {
        std::os::unix::fs::symlink(real.join(part), folder.path().join(part)).expect("it can be made");
    }
    fs::create_dir(folder.path().join("bin")).expect("it can be made");
    for tool in ["clang", "clang-22"] {
        let to = folder.path().join("bin").join(tool);
        std::os::unix::fs::symlink(real.join("bin").join(tool), to).expect("it can be made");
    }
    let old = "#!/bin/sh\n[ \"$1\" = --version ] && echo 'LLD 14.0.6 (compatible with GNU linkers)' && exit\n\
               echo 'ld.lld: error: unknown relocation' >&2\nexit 1\n";
    write(folder.path(), "bin/ld.lld", old);
    set_executable(&folder.path().join("bin/ld.lld"));
    let llvm = folder.path().display().to_string();
    let output = run_with(folder.path(), &[("LANG_LLVM_DIR", &llvm)], &["build", "a.lang"]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.starts_with("error[E0706]: lld at "), "{}", output.stderr);
    assert!(
        output.stderr.contains("is 14.0.6, and Lang needs 22"),
        "{}",
        output.stderr
    );
    assert!(!folder.path().join("a").exists());
}

#[cfg(unix)]
fn set_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("it is ours");
}

#[test]
fn verbose_shows_the_link_and_timings_the_phases() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let output = run(folder.path(), ["build", "a.lang", "--verbose"]);
    let link = output
        .stderr
        .lines()
        .find(|line| line.contains("ld.lld"))
        .expect("the link line");
    assert!(
        link.contains("-dynamic-linker /lib64/ld-linux-x86-64.so.2") && link.contains("Scrt1.o"),
        "{link}"
    );
    let output = run(folder.path(), ["build", "a.lang", "--timings"]);
    for phase in ["parse", "check", "MIR", "objects", "link", "total"] {
        assert!(
            output.stderr.contains(&format!(" ms  {phase}\n")),
            "{phase}: {}",
            output.stderr
        );
    }
}

#[test]
fn emit_shows_each_phase() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let cases = [
        ("tokens", "FnKw"),
        ("tree", "SourceFile"),
        ("hir", "main"),
        ("mir", "fn main()"),
        ("llvm", "define "),
        ("asm", ".text"),
    ];
    for (form, part) in cases {
        let output = run(folder.path(), ["build", "a.lang", "--emit", form]);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{form}");
        assert!(output.stdout.contains(part), "{form}: {}", output.stdout);
    }
    assert_eq!(
        run(
            folder.path(),
            ["build", "a.lang", "--emit", "obj", "--release", "-o", "a.o"]
        )
        .status,
        0
    );
    assert!(
        fs::read(folder.path().join("a.o"))
            .expect("it was written")
            .starts_with(b"\x7fELF")
    );
}

#[test]
fn explain_prints_pages_and_lists_codes() {
    let folder = folder();
    let page = run(folder.path(), ["explain", "E0701"]);
    assert!(page.status == 0 && page.stdout.starts_with("# E0701: "));
    assert_eq!(run(folder.path(), ["explain", "e0701"]), page);
    assert_eq!(run(folder.path(), ["explain", "0701"]), page);
    assert!(
        run(folder.path(), ["explain"])
            .stdout
            .contains("E0701  a file cannot be read\n")
    );
    assert_eq!(run(folder.path(), ["explain", "E9999"]).status, 1);
}

#[test]
fn colours_come_only_when_asked_for() {
    let folder = folder();
    write(folder.path(), "a.lang", "fn main() { nothing; }\n");
    assert!(!run(folder.path(), ["check", "a.lang"]).stderr.contains('\u{1b}'));
    assert!(
        run(folder.path(), ["check", "a.lang", "--color", "always"])
            .stderr
            .contains('\u{1b}')
    );
}

/// The objects on standard error, one a line.
fn json_lines(output: &Output) -> Vec<serde_json::Value> {
    let lines = output.stderr.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn tools_read_diagnostics_as_json_from_every_command() {
    let folder = folder();
    let text = "// žluť\nfn main() {\n    let mut x = 1;\n    x += 1;\n}\n";
    write(folder.path(), "a.lang", text);
    for command in ["check", "build", "run", "test"] {
        let output = run(folder.path(), [command, "a.lang", "--error-format=json"]);
        let objects = json_lines(&output);
        assert_eq!((output.status, objects.len()), (1, 1), "{command}: {}", output.stderr);
        let object = &objects[0];
        assert_eq!(
            (&object["code"], &object["severity"]),
            (&"E0115".into(), &"error".into())
        );
        let span = &object["spans"][0];
        assert_eq!((&span["line_start"], &span["column_start"]), (&3.into(), &5.into()));
        let rendered = object["rendered"].as_str().expect("it is text");
        assert!(rendered.starts_with("error[E0115]: "), "{rendered}");
        let hint = &object["hint"];
        assert_eq!(hint["applicability"], "MachineApplicable");
        let edit = &hint["replacements"][0];
        let at = |field: &str| edit[field].as_u64().expect("it is a number") as usize;
        let mut mended = text.to_owned();
        let replacement = edit["replacement"].as_str().expect("it is text");
        mended.replace_range(at("byte_start")..at("byte_end"), replacement);
        assert_eq!(mended, text.replace("let mut", "var"));
    }
}

#[test]
fn a_processor_is_chosen_by_name() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let x86 = ["--target", "x86_64-linux"];
    let listed = run(folder.path(), [&["build", "--cpu", "help"][..], &x86].concat());
    let names: Vec<&str> = listed.stdout.lines().collect();
    assert!(names.contains(&"x86-64-v3") && names.contains(&"znver4"), "{names:?}");
    assert!(names.is_sorted(), "{names:?}");
    let emit = ["build", "--emit", "llvm", "a.lang", "--cpu", "haswell"];
    let text = run(folder.path(), [&emit[..], &x86].concat()).stdout;
    let others = text.matches("\"target-cpu\"=").count() - text.matches("\"target-cpu\"=\"haswell\"").count();
    assert_eq!(others, 0);
    assert!(text.contains("+avx2,") && !text.contains("tune-cpu"), "{text}");
    for (target, cpu) in [
        ("aarch64-linux", "cortex-a72"),
        ("riscv64-linux", "sifive-u74"),
        ("armv7-linux-gnueabihf", "cortex-a53"),
        ("aarch64-macos", "apple-m3"),
        ("wasm32-wasi", "bleeding-edge"),
    ] {
        let output = run(folder.path(), ["check", "a.lang", "--target", target, "--cpu", cpu]);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{target}");
    }
}

#[test]
fn errors_without_a_place_or_a_code_are_json_too() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let commands: &[(&[&str], &str)] = &[
        (&["check", "none.lang"], "E0701"),
        (&["cimport", "no/such/header.h"], "E0601"),
        (&["build", "a.lang", "--target", "none"], "E0710"),
        (&["check", "a.lang", "--emit", "tree"], ""),
        (&["build", "a.lang", "--emit", "tree", "-o", "no/folder"], "null"),
    ];
    for (args, code) in commands {
        let output = run(folder.path(), [*args, &["--error-format=json"]].concat());
        let objects = json_lines(&output);
        let codes: Vec<String> = objects
            .iter()
            .map(|object| object["code"].as_str().unwrap_or("null").to_owned())
            .collect();
        assert_eq!(codes.concat(), *code, "{args:?}: {}", output.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = folder();
    write(folder.path(), "a.lang", HELLO);
    let mut child = lang()
        .args(["check", "--emit", "tokens", "a.lang"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn doctor_finds_what_the_tests_need() {
    let folder = folder();
    let output = run(folder.path(), ["doctor"]);
    assert_eq!(output.status, 0, "{}", output.stdout);
    for what in ["lang-codegen", "libclang", "lld", "Python", "aarch64-apple-darwin"] {
        assert!(output.stdout.contains(what), "{what}: {}", output.stdout);
    }
    let output = run_with(
        folder.path(),
        &[("LANG_LLVM_DIR", "/none"), ("PATH", "/none")],
        &["doctor"],
    );
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains("lld-22"), "{}", output.stdout);
    assert!(executable("lang").is_file());
}

#[test]
fn bindings_do_not_replace_their_header() {
    let folder = folder();
    fs::write(folder.path().join("own.h"), "#define MOST 7\n").expect("it can be written");
    let output = run(folder.path(), ["cimport", "./own.h", "-o", "own.h"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(
        output.stderr.contains("`./own.h`: name another file with `-o`"),
        "{output:?}"
    );
    let header = fs::read_to_string(folder.path().join("own.h")).expect("it is there");
    assert_eq!(header, "#define MOST 7\n");
}

#[test]
fn a_name_of_a_header_is_printed_with_what_it_needs() {
    let folder = folder();
    let output = run(
        folder.path(),
        ["cimport", "errno.h", "--name", "errno", "--name", "ENOENT"],
    );
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    assert!(
        output
            .stdout
            .contains("@c(place: \"c_int\")\ninline fn errno() = c \"(*__errno_location ())\";\n")
    );
    assert!(output.stdout.contains("const ENOENT: c_int = 2;\n"));
    assert!(!output.stdout.contains("EPERM"));
    let output = run(folder.path(), ["cimport", "errno.h", "--name", "errn"]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(output.stderr.contains("E0304") && output.stderr.contains("did you mean `errno`?"));
    // What C reserves is printed when it is asked for.
    let output = run(folder.path(), ["cimport", "errno.h", "--name", "__errno_location"]);
    assert!(
        output.stdout.contains("fn __errno_location() -> *c_int;\n"),
        "{}",
        output.stdout
    );
}

#[test]
fn evaluating_a_macro_costs_what_it_costs_in_c() {
    let folder = folder();
    let source = "import c \"errno.h\";\n\
        export fn sum(n: i32) -> i32 {\n\
            var total: i32 = 0;\n\
            for i in 0..n { total = total +% unsafe errno.errno; }\n\
            total\n\
        }\n\
        fn main() {}\n";
    write(folder.path(), "a.lang", source);
    let output = run(folder.path(), ["build", "--release", "--emit", "llvm", "a.lang"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let body = output
        .stdout
        .split("@sum(")
        .nth(1)
        .and_then(|rest| rest.split("\n}").next());
    let body = body.expect("the function is in the code");
    // As of clang -O2: the location is asked for once, and there is no loop.
    assert_eq!(body.matches("call ptr @__errno_location()").count(), 1, "{body}");
    assert!(body.contains("mul") && body.matches(" call ").count() == 1, "{body}");
}

#[test]
fn a_function_of_a_dyn_type_is_looked_up_once() {
    let folder = folder();
    let source = "import std.env;\n\
        trait Shape { fn area(&self) -> i32; }\n\
        struct Square { side: i32 }\n\
        impl Shape for Square { fn area(&self) -> i32 { self.side * self.side } }\n\
        struct Line { length: i32 }\n\
        impl Shape for Line { fn area(&self) -> i32 { 0 } }\n\
        fn main() {\n\
            let n = env.args().count() as i32;\n\
            let shape: &dyn Shape = if n > 3 { &Square { side: n } } else { &Line { length: n } };\n\
            println(shape.area() + shape.area() + shape.area());\n\
        }\n";
    write(folder.path(), "a.lang", source);
    let output = run(folder.path(), ["build", "--release", "--emit", "llvm", "a.lang"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let loads = output.stdout.lines().filter(|line| line.contains("!invariant.load"));
    let loads: Vec<&str> = loads.collect();
    assert_eq!(loads.len(), 1, "{loads:#?}");
    let function = loads[0].trim().split(' ').next().expect("a load has a name");
    assert_eq!(
        output.stdout.matches(&format!("i32 {function}(")).count(),
        3,
        "{}",
        output.stdout
    );
}

#[test]
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn a_backtrace_names_the_calls() {
    let folder = folder();
    let source = "struct Stack { items: [i32; 3] }\n\
        impl Stack { fn at(&self, i: usize) -> i32 { self.items[i] } }\n\
        fn pick<T>(value: T, s: &Stack, i: usize) -> i32 { s.at(i) }\n\
        fn main() {\n\
        \x20   let s = Stack { items: [1, 2, 3] };\n\
        \x20   println(pick(\"x\", &s, 3));\n\
        }\n";
    write(folder.path(), "deep.lang", source);
    let output = run_with(folder.path(), &[("LANG_BACKTRACE", "1")], &["run", "deep.lang"]);
    assert_eq!(output.status, 101);
    let expected = "panic at deep.lang:2:46: index out of bounds: the len is 3 but the index is 3\n\
        backtrace, the innermost call first:\n   \
        0: Stack.at\n          at deep.lang:2\n   \
        1: pick\n          at deep.lang:3\n   \
        2: main\n          at deep.lang:6\n";
    assert_eq!(output.stderr, expected);
    let output = run_with(folder.path(), &[("LANG_BACKTRACE", "0")], &["run", "deep.lang"]);
    assert_eq!(
        output.stderr,
        expected
            .lines()
            .next()
            .map_or(String::new(), |line| format!("{line}\n"))
    );
    let args = ["run", "--release", "deep.lang"];
    let output = run_with(folder.path(), &[("LANG_BACKTRACE", "1")], &args);
    assert!(
        output.stderr.contains("0: main, and what was compiled into it"),
        "{}",
        output.stderr
    );
}

#[test]
fn a_panic_aborts_if_it_is_told_to() {
    let folder = folder();
    let source = "struct Guard {}\nimpl Drop for Guard { fn drop(&mut self) { println(\"dropped\"); } }\n\
        fn main() { let _guard = Guard {}; panic(\"stop\"); }\n";
    write(folder.path(), "abort.lang", source);
    let unwinds = run(folder.path(), ["run", "abort.lang"]);
    assert_eq!((unwinds.status, unwinds.stdout.as_str()), (101, "dropped\n"));
    for args in [
        &["run", "--panic=abort", "abort.lang"][..],
        &["run", "--release", "--panic=abort", "abort.lang"],
    ] {
        let aborts = run(folder.path(), args);
        assert_eq!(
            (aborts.status, aborts.stdout.as_str()),
            (128 + 6, ""),
            "{}",
            aborts.stderr
        );
        assert_eq!(aborts.stderr.lines().next(), Some("panic at abort.lang:3:36: stop"));
    }
}

#[test]
fn safe_releases_check_overflow() {
    let folder = folder();
    let source = "fn main() {\n    let n: i32 = 2147483647;\n    for i in 0..2 { println(n + i); }\n}\n";
    write(folder.path(), "wide.lang", source);
    let fast = run(folder.path(), ["run", "--release", "wide.lang"]);
    assert_eq!((fast.status, fast.stdout.as_str()), (0, "2147483647\n-2147483648\n"));
    let safe = run(folder.path(), ["run", "--release=safe", "wide.lang"]);
    assert_eq!((safe.status, safe.stdout.as_str()), (101, "2147483647\n"));
}

#[test]
fn an_error_in_a_body_of_the_library_is_said_when_the_body_is_reached() {
    let folder = folder();
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../stdlib");
    copy_folder(&library, &folder.path().join("library"));
    let len = "pub fn len(&self) -> usize {";
    let changed = |body: &str| {
        let text = fs::read_to_string(library.join("alloc/vec.lang")).expect("it can be read");
        let text = text.replacen(len, &format!("{len} {body}"), 1);
        assert!(text.contains(body));
        write(folder.path(), "library/alloc/vec.lang", text);
    };
    write(folder.path(), "a.lang", HELLO);
    write(
        folder.path(),
        "b.lang",
        "fn main() { let v = [1, 2].iter().collect<Vec<&i32>>(); println(f\"{v.len()}\"); }\n",
    );
    let run = |args: &[&str]| run_with(folder.path(), &[("LANG_STDLIB", "library")], args);
    changed("nowhere();");
    assert_eq!(run(&["run", "a.lang"]).stdout, "hello\n");
    assert!(
        run(&["run", "b.lang"])
            .stderr
            .contains("error[E0302]: unknown name `nowhere`")
    );
    changed("let = 1;");
    assert_eq!(run(&["run", "a.lang"]).stdout, "hello\n");
    let output = run(&["run", "b.lang"]);
    assert!(output.stderr.starts_with("error[E0110]: ") && output.stderr.ends_with("1 error\n"));
    // What cannot be told to be in one body is said at once, as is all of what the command is for.
    changed("{");
    assert!(
        run(&["check", "a.lang"])
            .stderr
            .starts_with("error[E0111]: expected `}`")
    );
    changed("let = 1;");
    assert_eq!(run(&["check", "library"]).stderr, output.stderr);
}

#[test]
fn what_only_the_assembler_knows_is_no_fault_of_ours() {
    let folder = folder();
    write(
        folder.path(),
        "asm.h",
        "#define WRONG(x) __asm__ volatile(\"no_such_mnemonic %0\" :: \"r\"(x))\n",
    );
    write(
        folder.path(),
        "a.lang",
        "import c \"asm.h\" as h;\nfn main() {\n    let x = 3;\n    unsafe h.WRONG(x);\n}\n",
    );
    let output = run(folder.path(), ["build", "a.lang"]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.starts_with("error[E0745]"), "{}", output.stderr);
    assert!(output.stderr.contains("no_such_mnemonic"), "{}", output.stderr);
    assert!(!output.stderr.contains("report"), "{}", output.stderr);
}

#[test]
fn a_standard_that_c_has_not_is_named() {
    let folder = folder();
    write(folder.path(), "a.h", "int f(void);\n");
    write(
        folder.path(),
        "a.lang",
        "@std(\"c++17\") import c \"a.h\" as h;\nfn main() { unsafe h.f(); }\n",
    );
    let output = run(folder.path(), ["check", "a.lang"]);
    assert_eq!(output.status, 1);
    assert!(
        output
            .stderr
            .starts_with("error[E0602]: Clang knows no standard of C that is called `c++17`\n"),
        "{}",
        output.stderr
    );
}
