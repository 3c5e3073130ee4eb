//! The library's own tests: those beside its code, and the examples in its documentation.

use test_suite::{SANITIZE, Watched, repository, run};

#[test]
fn its_tests_and_examples_pass() {
    for more in [&[][..], &["--release"]] {
        let output = run(repository(), [&["test", "stdlib"], more].concat());
        assert!(output.stderr.is_empty(), "{}", output.stderr);
        assert!(output.stdout.contains("test result: ok. "), "{}", output.stdout);
        assert!(output.stdout.contains("test doc std.vec.Vec, "), "{}", output.stdout);
    }
}

#[test]
fn sanitized_it_misuses_no_memory() {
    let runs: &[&[&str]] = match Watched::of_environment() {
        Watched::None => &[],
        Watched::Some => &[&["test", "stdlib/alloc/vec.lang"]],
        Watched::All => &[&["test", "stdlib"], &["test", "stdlib", "--release"]],
    };
    for args in runs {
        let output = run(repository(), [*args, &SANITIZE].concat());
        assert!(output.stderr.is_empty(), "{}", output.stderr);
        assert!(output.stdout.contains("test result: ok. "), "{}", output.stdout);
    }
}

#[test]
fn a_part_of_it_is_tested_alone() {
    let output = run(repository(), ["test", "stdlib/alloc/vec.lang", "Vec.push"]);
    assert!(output.stderr.is_empty(), "{}", output.stderr);
    assert!(output.stdout.contains("ok. 1 passed; 0 failed"), "{}", output.stdout);
}

#[test]
fn all_of_it_is_checked() {
    let output = run(repository(), ["check", "stdlib"]);
    assert!(output.stderr.is_empty(), "{}", output.stderr);
}

#[test]
fn what_messages_say_to_import_is_there() {
    let imports: String = base::MODULES
        .iter()
        .chain(&base::IMPORTS)
        .map(|path| format!("import {path};\n"))
        .collect();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("imports.lang");
    std::fs::write(&file, imports + "fn main() {}\n").expect("a file can be written");
    let output = run(folder.path(), ["check", "imports.lang"]);
    assert!(output.stderr.is_empty(), "{}", output.stderr);
}
