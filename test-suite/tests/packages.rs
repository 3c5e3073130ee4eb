//! Packages: trees of them are built and run, wrong ones are told what is wrong, and what is promised of files holds.
//!
//! `packages/errors` holds a folder for each wrong package, which is checked in the folder or, where it is several
//! packages, in its `app`; the golden `stderr` beside them is what is said. `UPDATE_GOLDENFILES=1` writes the goldens.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use test_suite::{Output, SANITIZE, Watched, lang, output_of, reduced_report, repository, run};

fn packages() -> PathBuf {
    repository().join("test-suite/packages")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    let parent = path.parent().expect("a file is in a folder");
    fs::create_dir_all(parent).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

/// A copy that may be changed.
fn copy_of(from: &Path) -> tempfile::TempDir {
    let to = folder();
    copy(from, to.path());
    to
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it can be made");
    for entry in fs::read_dir(from).expect("it can be listed") {
        let path = entry.expect("it can be listed").path();
        let target = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, target).expect("it can be copied");
        }
    }
}

/// The paths of all files below a folder, sorted.
fn files_in(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, below: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("it can be listed") {
            let entry = entry.expect("it can be listed");
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                collect(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    collect(folder, "", &mut found);
    found.sort();
    found
}

/// Runs `lang` with its cache in a folder of the test's own.
fn run_with_cache(folder: &Path, cache: &Path, args: &[&str]) -> Output {
    let mut command = lang();
    command.env("LANG_CACHE_DIR", cache).args(args).current_dir(folder);
    output_of(command)
}

#[track_caller]
fn assert_said(output: &Output, status: i32, part: &str) {
    assert!(
        output.status == status && output.stderr.contains(part),
        "not status {status} and `{part}`: {output:?}"
    );
}

fn stdout_of(name: &str) -> String {
    fs::read_to_string(packages().join(name)).expect("a golden")
}

#[test]
fn several_packages_in_one_tree_make_a_program() {
    let tree = copy_of(&packages().join("tree"));
    let app = tree.path().join("app");
    let expected = stdout_of("tree/app.stdout");
    for (folder, args) in [
        (app.clone(), &["run"][..]),
        (app.join("src/net"), &["run"]),
        (tree.path().to_owned(), &["run", "app"]),
        (tree.path().to_owned(), &["run", "--release", "app/src/main.lang"]),
        (app.join("src"), &["run", "main.lang"]),
    ] {
        let output = run(&folder, args);
        assert_eq!(
            (output.status, output.stdout, output.stderr),
            (0, expected.clone(), String::new()),
            "{args:?}"
        );
    }
    for (folder, args) in [
        (app.clone(), &["check"][..]),
        (tree.path().to_owned(), &["check", "libs/geometry"]),
        (tree.path().to_owned(), &["check", "app/src/net/http.lang"]),
    ] {
        let output = run(&folder, args);
        assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{args:?}");
    }
}

#[test]
fn the_tests_of_a_package_are_those_of_all_its_files_and_of_no_other_package() {
    let tree = packages().join("tree");
    let output = run(&tree, ["test", "app"]);
    assert_eq!(output.status, 0, "{output:?}");
    for name in ["twice", "the address has the program's port"] {
        assert!(
            output.stdout.contains(&format!("test {name} ... ok\n")),
            "{}",
            output.stdout
        );
    }
    assert!(output.stdout.contains(" 2 passed"), "{}", output.stdout);
    let output = run(&tree, ["test", "libs/geometry"]);
    assert_eq!(output.status, 1, "{output:?}");
}

#[test]
fn build_goes_to_the_package_and_clean_takes_it_away_again() {
    let tree = copy_of(&packages().join("tree"));
    let app = tree.path().join("app");
    let before = files_in(tree.path());
    assert_eq!(run(&app, ["clean"]).stdout, "nothing to delete\n");
    assert_eq!(run(tree.path(), ["build", "app"]).status, 0);
    assert_eq!(run(&app.join("src"), ["build", "--release"]).status, 0);
    assert_eq!(run(&app, ["build"]).status, 0);
    assert_eq!(
        files_in(&app.join("build")),
        [".lang-build", "debug/app", "release/app"]
    );
    let output = std::process::Command::new(app.join("build/release/app"))
        .output()
        .expect("it starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), stdout_of("tree/app.stdout"));
    assert_eq!(run(&app.join("src"), ["clean"]).stdout, "2 files deleted\n");
    assert_eq!(files_in(tree.path()), before);
    assert!(!app.join("build").exists());
}

#[test]
fn clean_deletes_only_what_a_build_made() {
    let folder = folder();
    let here = folder.path();
    write(here, "lang.toml", "name = \"app\"\n");
    write(here, "src/main.lang", "fn main() {}\n");
    write(here, "src/main.lang", "fn main() { wrong }\n");
    assert_eq!(run(here, ["build"]).status, 1);
    assert!(!here.join("build").exists(), "a build that fails leaves nothing");
    write(here, "src/main.lang", "fn main() {}\n");
    write(here, "build/mine.txt", "");
    assert_said(&run(here, ["clean"]), 1, "error[E0730]: `build` was not made by Lang");
    assert_eq!(run(here, ["build"]).status, 0);
    write(here, "build/debug/notes.txt", "");
    assert_said(
        &run(here, ["clean"]),
        1,
        "error[E0730]: `build/debug` was not made by Lang",
    );
    assert_eq!(files_in(&here.join("build")), ["debug/notes.txt", "mine.txt"]);
    // A list that leads elsewhere is no list of ours.
    write(here, "victim", "");
    let head = "# What `lang build` made here, and `lang clean` deletes.\n";
    for line in ["../victim", &here.join("victim").display().to_string(), "debug"] {
        write(here, "build/.lang-build", &format!("{head}{line}\n"));
        assert_said(&run(here, ["clean"]), 1, "error[E0730]: ");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(here, here.join("build/link")).expect("a link can be made");
        write(here, "build/.lang-build", &format!("{head}link/victim\n"));
        assert_said(
            &run(here, ["clean"]),
            1,
            "error[E0730]: `build/link` was not made by Lang",
        );
    }
    assert!(here.join("victim").exists() && here.join("build/mine.txt").exists());
    // A broken `lang.toml` is no reason to keep what was built.
    fs::remove_dir_all(here.join("build")).expect("it is ours");
    assert_eq!(run(here, ["build"]).status, 0);
    write(here, "lang.toml", "name = ");
    assert_eq!(run(here, ["clean"]).stdout, "1 file deleted\n");
}

#[test]
fn new_packages_build_and_test_as_they_are() {
    let folder = folder();
    let here = folder.path();
    let output = run(here, ["new", "my-app"]);
    assert!(output.status == 0 && output.stdout.contains("`my_app`"), "{output:?}");
    let app = here.join("my-app");
    assert_eq!(files_in(&app), [".gitignore", "lang.toml", "src/main.lang"]);
    assert_eq!(run(&app, ["run"]).stdout, "hello, world\n");
    assert_eq!(run(&app, ["check"]).status, 0);
    assert_eq!(run(here, ["new", "libs/shapes", "--lib"]).status, 0);
    let output = run(here, ["test", "libs/shapes"]);
    assert!(output.status == 0 && output.stdout.contains(" 1 passed"), "{output:?}");
    // What is there stays as it is.
    assert_said(
        &run(here, ["new", "my-app"]),
        1,
        "error[E0727]: `my-app` is there already",
    );
    assert_said(&run(&app, ["init"]), 1, "error[E0727]: `./lang.toml` is there already");
    write(here, "old/src/main.lang", "fn main() { println(\"old\"); }\n");
    write(here, "old/.gitignore", "*.o\n");
    assert_eq!(run(&here.join("old"), ["init", "--name", "renewed"]).status, 0);
    assert_eq!(run(here, ["run", "old"]).stdout, "old\n");
    assert_eq!(
        fs::read_to_string(here.join("old/.gitignore")).expect("it is there"),
        "*.o\n"
    );
    for args in [&["new", "123"][..], &["new", "x", "--name", "a-b"], &["new", "match"]] {
        assert_said(&run(here, args), 1, "error[E0722]: ");
    }
    assert_said(&run(here, ["new", "my-app/lang.toml/x"]), 1, "error[E0704]: ");
    let names: Vec<String> = fs::read_dir(here)
        .expect("it can be listed")
        .map(|entry| {
            entry
                .expect("it can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(names.len(), 3, "something is left: {names:?}");
}

#[test]
fn c_and_cxx_sources_are_part_of_the_program() {
    let package = copy_of(&packages().join("native"));
    let expected = stdout_of("native.stdout");
    let mut modes = vec![vec!["run"], vec!["run", "--release"]];
    if Watched::of_environment() != Watched::None {
        modes.push([&["run"][..], &SANITIZE].concat());
    }
    for args in &modes {
        let output = run(package.path(), args);
        assert_eq!(
            (output.status, output.stdout, output.stderr),
            (0, expected.clone(), String::new()),
            "{args:?}"
        );
    }
}

#[test]
fn what_c_and_cxx_sources_misuse_is_seen() {
    if Watched::of_environment() == Watched::None {
        return;
    }
    let package = folder();
    write(
        package.path(),
        "lang.toml",
        "name = \"a\"\n[c]\nsources = [\"a.c\", \"b.cpp\"]\n",
    );
    let c = "#include <stdlib.h>\nint past(void) {\n    char *p = calloc(1, 10);\n    return p[10];\n}\n";
    write(package.path(), "a.c", c);
    let cxx =
        "static int *made() { return new int[2]; }\nextern \"C\" int mixed() {\n    delete made();\n    return 0;\n}\n";
    write(package.path(), "b.cpp", cxx);
    for (function, report) in [
        (
            "past",
            "AddressSanitizer: heap-buffer-overflow\nREAD of size 1\n  past 4\n",
        ),
        (
            "mixed",
            "AddressSanitizer: alloc-dealloc-mismatch (operator new [] vs operator delete)\n  mixed 3\n",
        ),
    ] {
        let main =
            format!("extern \"C\" {{ fn {function}() -> c_int; }}\nfn main() {{ println(unsafe {function}()); }}\n");
        write(package.path(), "src/main.lang", &main);
        let output = run(package.path(), [&["run"][..], &SANITIZE].concat());
        assert_eq!(output.status, 1, "{output:?}");
        let reduced = ["a.c", "b.cpp"].map(|file| reduced_report(&output.stderr, file));
        assert!(reduced.iter().any(|found| found.starts_with(report)), "{reduced:?}");
    }
}

#[test]
fn a_package_gives_the_same_bytes_in_any_folder() {
    let (one, other) = (copy_of(&packages().join("native")), copy_of(&packages().join("native")));
    for args in [&["build"][..], &["build", "--release"]] {
        let bytes_of = |package: &Path| {
            assert_eq!(run(package, args).status, 0);
            fs::read(package.join("build").join(if args.len() > 1 {
                "release/native"
            } else {
                "debug/native"
            }))
            .expect("it was built")
        };
        assert!(bytes_of(one.path()) == bytes_of(other.path()), "{args:?}: other bytes");
    }
}

#[test]
fn a_c_source_is_compiled_again_only_when_something_it_reads_has_changed() {
    let package = copy_of(&packages().join("native"));
    let cache = folder();
    let compiled = || {
        let output = run_with_cache(package.path(), cache.path(), &["build", "--verbose"]);
        assert_eq!(output.status, 0, "{output:?}");
        let of = |name: &str| {
            output
                .stderr
                .lines()
                .any(|line| line.contains(&format!(" -c native/{name} ")))
        };
        (of("fast.c"), of("words.cpp"))
    };
    // A file that is as new as the compilation may change without a trace, and so is not trusted.
    let settle = || std::thread::sleep(std::time::Duration::from_millis(20));
    settle();
    assert_eq!(compiled(), (true, true));
    assert_eq!(compiled(), (false, false));
    let header = package.path().join("native/include/level.h");
    let text = fs::read_to_string(&header).expect("it is there");
    fs::write(&header, &text).expect("it can be written");
    assert_eq!(compiled(), (false, false), "touched, and not changed");
    fs::write(&header, text.replace("+ 1", "+ 2")).expect("it can be written");
    settle();
    assert_eq!(compiled(), (true, false));
    fs::write(&header, text).expect("it can be written");
    settle();
    assert_eq!(compiled(), (true, false), "only the last compilation is noted");
    let manifest = package.path().join("lang.toml");
    let text = fs::read_to_string(&manifest).expect("it is there");
    fs::write(&manifest, text.replace("FAST_LEVEL=2", "FAST_LEVEL=3")).expect("it can be written");
    assert_eq!(compiled(), (true, true));
    let output = run_with_cache(package.path(), cache.path(), &["run"]);
    assert!(output.stdout.contains("\n4 4\n"), "{output:?}");
}

#[test]
fn what_clang_says_of_a_c_source_is_shown_at_its_name() {
    let folder = folder();
    let here = folder.path();
    write(
        here,
        "lang.toml",
        "name = \"app\"\n\n[c]\nsources = [\"a.c\", \"b.c\"]\n",
    );
    write(here, "src/main.lang", "fn main() {}\n");
    write(here, "a.c", "int a(void) { return b; }\n");
    write(here, "b.c", "int f(void) { }\n");
    let output = run(here, ["build"]);
    assert_said(
        &output,
        1,
        "error[E0728]: Clang does not compile `a.c`\n --> lang.toml:4:12\n",
    );
    assert_said(&output, 1, "use of undeclared identifier 'b'");
    assert_said(&output, 1, "1 error, 1 warning");
    write(here, "a.c", "int a(void) { return 1; }\n");
    // Warnings are said as long as they hold, cached or not.
    for _ in 0..2 {
        let output = run(here, ["build"]);
        assert_said(&output, 0, "warning[E0729]: Clang warns about `b.c`");
        assert_said(&output, 0, "non-void function");
    }
}

#[test]
fn a_profile_says_how_to_build() {
    let folder = folder();
    let here = folder.path();
    let overflow = "fn add(a: u8, b: u8) -> u8 { a + b }\nfn main() { println(add(200, 100)); }\n";
    write(here, "src/main.lang", overflow);
    write(here, "lang.toml", "name = \"app\"\n");
    assert_eq!(run(here, ["run"]).status, 101);
    assert_eq!(run(here, ["run", "--release"]).stdout, "44\n");
    let profile =
        "name = \"app\"\n[profile.debug]\noverflow-checks = false\n[profile.release]\noverflow-checks = true\n";
    write(here, "lang.toml", profile);
    assert_eq!(run(here, ["run"]).stdout, "44\n");
    assert_eq!(run(here, ["run", "--release"]).status, 101);
    write(
        here,
        "lang.toml",
        "name = \"app\"\n[profile.debug]\npanic = \"abort\"\n",
    );
    assert_eq!(run(here, ["run"]).status, 128 + 6);
    write(
        here,
        "lang.toml",
        "name = \"app\"\n[profile.debug]\npanic = \"later\"\n",
    );
    assert_said(&run(here, ["run"]), 1, "has to be `\"unwind\"` or `\"abort\"`");
    write(
        here,
        "lang.toml",
        "name = \"app\"\n[profile.debug]\noptimize = true\ndebug-info = false\n",
    );
    let output = run(here, ["build", "--emit", "llvm"]);
    assert!(
        output.status == 0 && !output.stdout.contains("!DICompileUnit"),
        "{output:?}"
    );
    let n_units = |args: &[&str]| {
        let args = [&["build", "--release", "--emit", "llvm"], args].concat();
        run(here, args).stdout.matches("source_filename").count()
    };
    write(here, "lang.toml", "name = \"app\"\n");
    assert_eq!(n_units(&[]), 1);
    assert_eq!(n_units(&["--codegen-units", "2"]), 2);
    let profile = "name = \"app\"\n[profile.release]\ncodegen-units = 2\n";
    write(here, "lang.toml", profile);
    assert_eq!(n_units(&[]), 2);
    assert_eq!(n_units(&["--codegen-units", "1"]), 1);
    for (wrong, problem) in [
        ("0", "is 0, and has to be a whole number from 1 to 256"),
        ("\"all\"", "is a string, and has to be a whole number"),
    ] {
        let profile = format!("name = \"app\"\n[profile.release]\ncodegen-units = {wrong}\n");
        write(here, "lang.toml", &profile);
        assert_said(&run(here, ["run"]), 1, problem);
    }
}

#[test]
fn wrong_packages_are_told_what_is_wrong() {
    let errors = packages().join("errors");
    let mut names: Vec<String> = fs::read_dir(&errors)
        .expect("it can be listed")
        .map(|entry| entry.expect("it can be listed").path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().expect("it has a name").to_string_lossy().into_owned())
        .collect();
    names.sort();
    for name in names {
        let folder = errors.join(&name);
        let app = folder.join("app");
        let output = run(if app.is_dir() { &app } else { &folder }, ["check"]);
        assert_eq!((output.status, output.stdout.as_str()), (1, ""), "{name}: {output:?}");
        let mut mint = goldenfile::Mint::new(&errors);
        let mut golden = mint
            .new_goldenfile(format!("{name}.stderr"))
            .expect("a golden can be written");
        golden
            .write_all(output.stderr.as_bytes())
            .expect("a golden can be written");
    }
}

/// What the documentation shows of `lang.toml` is read without a complaint.
#[test]
fn documented_manifests_are_right() {
    let mut pages = vec![repository().join("docs/reference/packages.md")];
    let codes = fs::read_dir(repository().join("compiler/diag/codes")).expect("it can be listed");
    pages.extend(codes.map(|entry| entry.expect("it can be listed").path()));
    let mut n_manifests = 0;
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page");
        for block in text.split("```toml\n").skip(1) {
            let (manifest, _) = block.split_once("```").expect("a block ends");
            let folder = folder();
            let app = folder.path().join("app");
            let name = if manifest.starts_with("name") {
                ""
            } else {
                "name = \"app\"\n"
            };
            write(&app, "lang.toml", &format!("{name}{manifest}"));
            write(&app, "src/lib.lang", "");
            write(folder.path(), "geometry/lang.toml", "name = \"geometry\"\n");
            for source in ["native/fast.c", "native/legacy.cpp", "native/include/a.h", "fast.c"] {
                write(&app, source, "");
            }
            let output = run(&app, ["check"]);
            assert_eq!(
                (output.status, output.stderr.as_str()),
                (0, ""),
                "{}: {manifest}",
                page.display()
            );
            n_manifests += 1;
        }
    }
    assert!(n_manifests > 8, "where are they?");
}

#[test]
fn without_a_package_a_command_says_where_it_looked() {
    let folder = folder();
    let here = folder.path();
    for command in ["build", "run", "check", "test", "clean"] {
        assert_said(&run(here, [command]), 1, "error[E0717]: no package is here");
    }
    write(here, "lib/lang.toml", "name = \"shapes\"\n");
    write(here, "lib/src/lib.lang", "");
    write(here, "lib/examples/a.lang", "fn main() { println(\"alone\"); }\n");
    assert_said(&run(here, ["check", "lib/src"]), 1, "the package around it is `lib`");
    assert_said(
        &run(here, ["build", "lib"]),
        1,
        "error[E0726]: the package `shapes` has no program",
    );
    // A file outside of `src` stands alone, package or not.
    assert_eq!(run(here, ["run", "lib/examples/a.lang"]).stdout, "alone\n");
}

#[test]
fn tests_run_each_by_itself_and_show_what_they_print_when_they_fail() {
    let folder = folder();
    let here = folder.path();
    write(here, "lang.toml", "name = \"app\"\n");
    let tests = "import c \"stdlib.h\";\n\
        test \"first passes\" { println(\"not shown\"); }\n\
        test \"second fails\" { println(\"shown\"); assert_eq(1, 2); }\n\
        test \"third dies\" { unsafe stdlib.abort(); }\n\
        test \"fourth\\nexits\" { unsafe stdlib.exit(3); }\n";
    write(here, "src/lib.lang", tests);
    write(here, "src/net/http.lang", "test \"first passes\" {}\n");
    let expected = "\
test first passes ... ok
test second fails ... FAILED
test third dies ... FAILED (signal 6)
test fourth\\nexits ... FAILED (exit status 3)
test first passes ... ok

---- second fails, src/lib.lang:3
shown
panic at src/lib.lang:3:41: assertion `left == right` failed
  left: 1
 right: 2

---- third dies, src/lib.lang:4

---- fourth\\nexits, src/lib.lang:5

test result: FAILED. 2 passed; 3 failed; 0 filtered out
";
    for jobs in ["1", "4"] {
        let output = run(here, ["test", "--jobs", jobs]);
        assert_eq!(
            (output.status, output.stdout.as_str(), output.stderr.as_str()),
            (1, expected, ""),
            "{jobs}"
        );
    }
    let passed =
        "test first passes ... ok\ntest first passes ... ok\n\ntest result: ok. 2 passed; 0 failed; 3 filtered out\n";
    for args in [
        &["test", "first"][..],
        &["test", ".", "first"],
        &["test", "--release", "first"],
    ] {
        let output = run(here, args);
        assert_eq!((output.status, output.stdout.as_str()), (0, passed), "{args:?}");
    }
    assert_said(&run(here, ["test", "none.lang"]), 1, "error[E0701]: ");
    assert_said(&run(here, ["test", "no/such"]), 1, "error[E0701]: ");
    let output = run(here, ["test", "nothing"]);
    assert_eq!(
        (output.status, output.stdout.as_str()),
        (0, "\ntest result: ok. 0 passed; 0 failed; 5 filtered out\n")
    );
}

#[test]
fn tests_run_at_once() {
    let folder = folder();
    let here = folder.path();
    // Each waits for the other to have begun.
    let test = |own: &str, other: &str| {
        format!(
            "test \"{own}\" {{\n    unsafe unistd.close(unsafe fcntl.creat(\"{own}\", 384));\n    \
             while unsafe unistd.access(\"{other}\", 0) != 0 {{ unsafe unistd.usleep(1000); }}\n}}\n"
        )
    };
    let text = format!(
        "import c \"unistd.h\";\nimport c \"fcntl.h\";\n{}{}",
        test("a", "b"),
        test("b", "a")
    );
    write(here, "a.lang", &text);
    assert_eq!(run(here, ["test", "a.lang", "-j", "2"]).status, 0);
}

#[test]
fn static_variables_of_a_header_are_one_in_the_program() {
    let folder = folder();
    let here = folder.path();
    write(here, "lang.toml", "name = \"app\"\n");
    let header = "static int counter = 10;\nstatic _Thread_local int own = 1;\n\
                  static inline int bump(void) { return ++counter + ++own; }\n\
                  static inline int next(void) { static int n; return ++n; }\n\
                  #define HERE() ({ static int here; ++here; })\n";
    write(here, "src/h.h", header);
    let use_of =
        |name: &str| format!("pub fn {name}() -> c_int {{ unsafe h.bump() * 100 + h.next() * 10 + h.HERE() }}\n");
    write(here, "src/a.lang", &format!("import c \"h.h\" as h;\n{}", use_of("a")));
    write(here, "src/b.lang", &format!("import c \"h.h\" as h;\n{}", use_of("b")));
    write(
        here,
        "src/t.lang",
        &format!("import c \"twin.h\" as h;\n{}", use_of("t")),
    );
    let main = "import a;\nimport b;\nimport c \"h.h\" as h;\n\
                fn main() { println(f\"{a.a()} {b.b()} {unsafe h.counter}\"); }\n";
    write(here, "src/main.lang", main);
    for args in [&["run"][..], &["run", "--release"], &["run", "--codegen-units", "2"]] {
        let output = run(here, args);
        let found = (output.status, output.stdout.as_str(), output.stderr.as_str());
        assert_eq!(found, (0, "1311 1522 12\n", ""), "{args:?}");
    }
}

#[test]
fn constructors_of_a_header_run_once_in_the_program() {
    let folder = folder();
    let here = folder.path();
    write(here, "lang.toml", "name = \"app\"\n");
    let header = "static int counter;\n\
                  __attribute__((constructor)) static void count(void) { ++counter; }\n\
                  __attribute__((destructor)) static void end(void) { __builtin_printf(\"%d\\n\", ++counter); }\n";
    write(here, "src/h.h", header);
    for name in ["a", "b"] {
        let text = format!("import c \"h.h\" as h;\npub fn {name}() -> c_int {{ unsafe h.counter }}\n");
        write(here, &format!("src/{name}.lang"), &text);
    }
    let main = "import a;\nimport b;\nfn main() { println(f\"{a.a()} {b.b()}\"); }\n";
    write(here, "src/main.lang", main);
    for args in [&["run"][..], &["run", "--release"], &["run", "--codegen-units", "2"]] {
        let output = run(here, args);
        let found = (output.status, output.stdout.as_str(), output.stderr.as_str());
        assert_eq!(found, (0, "1 1\n2\n", ""), "{args:?}");
    }
}

#[test]
fn what_a_header_defines_is_one_in_the_program_or_is_said_to_be_there() {
    let folder = folder();
    let here = folder.path();
    let header = "int counter = 5;\nint next(void) { return ++counter; }\n\
                  __attribute__((constructor)) void start(void) { counter = 10; }\n\
                  static inline int twice(void) { return 2 * next(); }\n";
    write(here, "h.h", header);
    write(
        here,
        "plain.lang",
        "import c \"h.h\" as h;\nfn main() { println(unsafe h.next()); }\n",
    );
    let output = run(here, ["run", "plain.lang"]);
    assert!(
        output.stderr.contains("error[E0712]: `next` is defined in this header"),
        "{output:?}"
    );
    assert!(output.stderr.contains("h.h:2:5"), "{output:?}");

    // Clang compiles the header where something inline is used.
    write(
        here,
        "a.lang",
        "import c \"h.h\" as h;\npub fn a() -> c_int { unsafe h.twice() + h.counter }\n",
    );
    let main = "import a;\nimport c \"h.h\" as h;\nfn main() { println(f\"{a.a()} {unsafe h.twice()}\"); }\n";
    write(here, "main.lang", main);
    for args in [&["run", "main.lang"][..], &["run", "--release", "main.lang"]] {
        let output = run(here, args);
        let found = (output.status, output.stdout.as_str(), output.stderr.as_str());
        assert_eq!(found, (0, "33 24\n", ""), "{args:?}");
    }

    // As in C, one file that is compiled defines it.
    write(
        here,
        "package/lang.toml",
        "name = \"app\"\n\n[c]\nsources = [\"h.c\"]\n",
    );
    write(here, "package/h.c", "#define IMPLEMENTATION\n#include \"h.h\"\n");
    write(
        here,
        "package/h.h",
        "#ifdef IMPLEMENTATION\nint f(int x) { return x; }\n#else\nint f(int x);\n#endif\n",
    );
    write(
        here,
        "package/src/main.lang",
        "import c \"../h.h\" as h;\nfn main() { println(unsafe h.f(3)); }\n",
    );
    let output = run(&here.join("package"), ["run"]);
    assert_eq!((output.status, output.stdout.as_str()), (0, "3\n"), "{output:?}");
}
