//! `lang fmt`: which files it takes, what it writes and what it says. What the formatted code looks like is in
//! `cases/fmt` and in `docs/reference/formatting.md`; that tokens and comments stay is tested beside the formatter.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use test_suite::{Output, lang, repository, run};

const UGLY: &str = "fn  main(){}\n";
const NEAT: &str = "fn main() {}\n";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder can be made");
    fs::write(path, text).expect("it can be written");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("it can be read")
}

/// Runs `lang fmt` with standard input.
fn format_input(args: &[&str], input: &str) -> Output {
    let mut command = lang();
    command.arg("fmt").args(args);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("lang starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("it is read");
    drop(stdin);
    let output = child.wait_with_output().expect("lang ends");
    Output {
        status: output.status.code().expect("no signal ends it"),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn assert_quiet(output: &Output) {
    let quiet = Output {
        status: 0,
        stdout: String::new(),
        stderr: String::new(),
    };
    assert_eq!(*output, quiet);
}

#[test]
fn our_own_sources_are_formatted() {
    let output = run(repository(), ["fmt", "--check", "examples", "stdlib"]);
    assert_eq!(
        (output.status, output.stderr.as_str()),
        (0, ""),
        "run `lang fmt examples stdlib`\n{}",
        output.stdout
    );
}

#[test]
fn a_folder_is_formatted_but_for_what_is_hidden_or_built() {
    let folder = folder();
    let formatted = ["a.lang", "b/c.lang", "b/build/d.lang"];
    let left = [
        ".hidden.lang",
        ".git/a.lang",
        "target/a.lang",
        "b/target/a.lang",
        "a.txt",
        "a",
    ];
    for name in formatted.iter().chain(&left) {
        write(folder.path(), name, UGLY);
    }
    assert_quiet(&run(folder.path(), ["fmt"]));
    for name in formatted {
        assert_eq!(read(folder.path(), name), NEAT, "{name}");
    }
    for name in left {
        assert_eq!(read(folder.path(), name), UGLY, "{name}");
    }
    let n_files = fs::read_dir(folder.path()).expect("it can be listed").count();
    assert_eq!(n_files, 7, "nothing is left behind");
}

#[test]
fn without_arguments_the_package_is_formatted() {
    let folder = folder();
    write(
        folder.path(),
        "p/lang.toml",
        "[package]\nname = \"p\"\nversion = \"0.1.0\"\n",
    );
    for name in ["p/src/main.lang", "p/src/deep/a.lang", "p/build/a.lang", "outside.lang"] {
        write(folder.path(), name, UGLY);
    }
    assert_quiet(&run(&folder.path().join("p/src/deep"), ["fmt"]));
    assert_eq!(read(folder.path(), "p/src/main.lang"), NEAT);
    assert_eq!(read(folder.path(), "p/src/deep/a.lang"), NEAT);
    assert_eq!(read(folder.path(), "p/build/a.lang"), UGLY);
    assert_eq!(read(folder.path(), "outside.lang"), UGLY);
}

#[test]
fn files_are_named_in_any_way() {
    let folder = folder();
    for name in ["a.lang", "b.txt", "c/d.lang"] {
        write(folder.path(), name, UGLY);
    }
    assert_quiet(&run(
        folder.path(),
        ["fmt", "a.lang", "./a.lang", "b.txt", "c", "c/d.lang"],
    ));
    for name in ["a.lang", "b.txt", "c/d.lang"] {
        assert_eq!(read(folder.path(), name), NEAT, "{name}");
    }
}

#[test]
fn a_file_with_errors_stays_and_the_others_are_formatted() {
    let folder = folder();
    let broken = "fn  main( {\n";
    write(folder.path(), "a.lang", UGLY);
    write(folder.path(), "b.lang", broken);
    write(folder.path(), "c.lang", b"fn main() {} // \xff\n");
    write(folder.path(), "d.lang", UGLY);
    let output = run(
        folder.path(),
        ["fmt", "a.lang", "b.lang", "c.lang", "missing.lang", "d.lang"],
    );
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    for said in ["b.lang:1", "E0111", "E0702", "c.lang", "E0701", "missing.lang"] {
        assert!(output.stderr.contains(said), "{said}: {}", output.stderr);
    }
    assert_eq!(read(folder.path(), "a.lang"), NEAT);
    assert_eq!(read(folder.path(), "b.lang"), broken);
    assert_eq!(read(folder.path(), "d.lang"), NEAT);
}

#[test]
fn checking_lists_what_differs_and_changes_nothing() {
    let folder = folder();
    write(folder.path(), "a.lang", "// A.\nfn f() {}\nfn  g( ) { }\n\n\n// End.\n");
    write(folder.path(), "b.lang", NEAT);
    write(folder.path(), "c.lang", "\u{feff}fn main() {}\n");
    write(folder.path(), "d.lang", "fn main() {}\r\n");
    let output = run(folder.path(), ["fmt", "--check"]);
    let wanted = "\
a.lang:3: not formatted
  -fn  g( ) { }
  -
  +fn g() {}
c.lang:1: not formatted: it starts with a byte order mark
d.lang:1: not formatted: its lines end in carriage returns
";
    assert_eq!(
        (output.status, output.stdout.as_str(), output.stderr.as_str()),
        (1, wanted, "")
    );
    assert_eq!(read(folder.path(), "c.lang"), "\u{feff}fn main() {}\n");
    assert_quiet(&run(folder.path(), ["fmt"]));
    assert_quiet(&run(folder.path(), ["fmt", "--check"]));
    assert_eq!(
        read(folder.path(), "a.lang"),
        "// A.\nfn f() {}\nfn g() {}\n\n// End.\n"
    );
    assert_eq!(read(folder.path(), "c.lang"), NEAT);
    assert_eq!(read(folder.path(), "d.lang"), NEAT);
}

#[test]
fn standard_input_goes_to_standard_output() {
    let said = |output: Output| (output.status, output.stdout, output.stderr.is_empty());
    assert_eq!(said(format_input(&["-"], UGLY)), (0, NEAT.to_owned(), true));
    assert_eq!(said(format_input(&["-"], "")), (0, String::new(), true));
    assert_eq!(said(format_input(&["--check", "-"], NEAT)), (0, String::new(), true));
    let (status, text, _) = said(format_input(&["--check", "-"], UGLY));
    assert_eq!(status, 1);
    assert!(text.starts_with("<stdin>:1: not formatted\n"), "{text}");
    assert_eq!(said(format_input(&["-"], "fn main( {\n")), (1, String::new(), false));
    assert_eq!(said(format_input(&["-", "a.lang"], UGLY)), (1, String::new(), false));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    use super::*;

    #[test]
    fn what_is_formatted_is_not_touched_and_what_is_not_keeps_its_permissions() {
        let folder = folder();
        write(folder.path(), "a.lang", NEAT);
        write(folder.path(), "b.lang", UGLY);
        let mode = fs::Permissions::from_mode(0o754);
        fs::set_permissions(folder.path().join("b.lang"), mode).expect("a mode can be set");
        symlink("b.lang", folder.path().join("link")).expect("a link can be made");
        let place = |name: &str| fs::symlink_metadata(folder.path().join(name)).expect("it is there");
        let before = place("a.lang");
        assert_quiet(&run(folder.path(), ["fmt", "a.lang", "link"]));
        let after = place("a.lang");
        assert_eq!(before.ino(), after.ino());
        assert_eq!(before.modified().ok(), after.modified().ok());
        assert!(place("link").is_symlink());
        assert_eq!(read(folder.path(), "b.lang"), NEAT);
        assert_eq!(place("b.lang").mode() & 0o777, 0o754);
    }

    #[test]
    fn a_file_that_may_not_be_written_stays() {
        let folder = folder();
        write(folder.path(), "a.lang", UGLY);
        let path = folder.path().join("a.lang");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("a mode can be set");
        // Root may write to anything.
        if fs::OpenOptions::new().write(true).open(&path).is_ok() {
            return;
        }
        let output = run(folder.path(), ["fmt"]);
        assert_eq!(output.status, 1);
        assert!(output.stderr.contains("E0704"), "{}", output.stderr);
        assert_eq!(read(folder.path(), "a.lang"), UGLY);
    }
}
