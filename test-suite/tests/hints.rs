//! Each hint that edits compiles: the cases below the `hints` folders of `test-suite/cases` are wrong, and right when
//! all their hints are applied.

use std::path::Path;

use test_suite::{read_cases, repository, run};

#[test]
fn what_hints_write_compiles() {
    for case in ["borrow", "check", "cimport"].into_iter().flat_map(cases_with_hints) {
        let text = std::fs::read_to_string(&case.path).expect("the case can be read");
        let mended = applied(&case.path, &text);
        let folder = tempfile::tempdir().expect("there is room for a folder");
        std::fs::write(folder.path().join("mended.lang"), &mended).expect("there is room for a file");
        let header = case.path.with_extension("h");
        if let (true, Some(name)) = (header.exists(), header.file_name()) {
            std::fs::copy(&header, folder.path().join(name)).expect("there is room for a header");
        }
        let output = run(folder.path(), ["check", "mended.lang"]);
        assert_eq!(output.status, 0, "{}:\n{}\n{mended}", case.name, output.stderr);
    }
}

/// The cases below one of the folders of `test-suite/cases`.
fn cases_with_hints(folder: &str) -> Vec<test_suite::Case> {
    let folder = repository().join("test-suite/cases").join(folder).join("hints");
    let cases = read_cases(&folder).expect("every file is a case");
    assert!(!cases.is_empty(), "there are cases with hints");
    cases
}

/// A program with the edits of all its hints, every one of which has some.
fn applied(path: &Path, text: &str) -> String {
    let folder = path.parent().expect("a case is in a folder");
    let file = path.file_name().expect("a case is a file").to_string_lossy();
    let output = run(folder, ["check", &file, "--error-format=json"]);
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for line in output.stderr.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("each line is an object");
        let replacements = object["hint"]["replacements"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(
            !replacements.is_empty(),
            "{file}: a hint without an edit: {}",
            object["rendered"]
        );
        for edit in replacements {
            let at = |field: &str| edit[field].as_u64().expect("it is a number") as usize;
            let replacement = edit["replacement"].as_str().expect("it is text");
            edits.push((at("byte_start"), at("byte_end"), replacement.to_owned()));
        }
    }
    edits.sort();
    edits.dedup();
    let mut mended = text.to_owned();
    for (start, end, replacement) in edits.into_iter().rev() {
        mended.replace_range(start..end, &replacement);
    }
    mended
}
