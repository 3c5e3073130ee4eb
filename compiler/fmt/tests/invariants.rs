//! What holds for all code without syntax errors: formatting keeps its tokens and its comments, which `format` itself
//! asserts, and formatting the result changes nothing.

use std::path::{Path, PathBuf};

use base::FileId;

/// The formatted text; none for code with syntax errors.
fn format(text: &str) -> Option<String> {
    let (tree, _) = syntax::parse(FileId(0), text);
    fmt::format(&tree).ok()
}

/// Formats, and checks what holds for any text. Says whether it has no syntax errors.
fn check(name: &str, text: &str) -> bool {
    let Some(once) = format(text) else {
        return false;
    };
    let twice = format(&once).unwrap_or_else(|| panic!("{name}: the result has syntax errors:\n{once}"));
    let lines = once.lines().zip(twice.lines());
    for (index, (first, second)) in lines.enumerate() {
        assert_eq!(
            first,
            second,
            "{name}:{}: formatting twice gives another result\n{text}",
            index + 1
        );
    }
    assert_eq!(once, twice, "{name}: formatting twice gives another result");
    assert!(
        once.is_empty() || once.ends_with('\n'),
        "{name}: no line break at the end"
    );
    assert!(!once.ends_with("\n\n"), "{name}: an empty line at the end");
    true
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every source of the repository, with its name.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = ["compiler", "cimport", "examples", "stdlib", "test-suite"]
        .map(|folder| repository().join(folder))
        .into();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of the repository") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lang") {
                let text = std::fs::read_to_string(&path);
                found.extend(text.ok().map(|text| (path.display().to_string(), text)));
            }
        }
    }
    found.sort();
    found
}

/// Runs a test on a stack as large as the formatter's is in the command.
fn on_large_stack(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(16 << 20).spawn(test);
    if let Err(panic) = thread.expect("a thread starts").join() {
        std::panic::resume_unwind(panic);
    }
}

#[test]
fn every_source_of_the_repository() {
    on_large_stack(|| {
        let sources = sources();
        assert!(sources.len() > 100, "the sources were found");
        let n_whole = sources.iter().filter(|(name, text)| check(name, text)).count();
        assert!(n_whole + 10 > sources.len(), "few have syntax errors");
    });
}
