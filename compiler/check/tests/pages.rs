//! The page of every code up to checking: its first example gives exactly that code, its second no message.
//!
//! Blocks that need C headers, or the name of their own file, are run by the test suite.

mod support;

use diag::Code;
use support::CORE;

/// The blocks fenced as Lang.
fn examples(code: Code) -> Vec<&'static str> {
    code.page
        .split("```lang\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn examples_give_their_code() {
    let mut failures = Vec::new();
    let phases = ["E01", "E02", "E03"];
    for code in diag::all_codes().filter(|code| phases.iter().any(|phase| code.id.starts_with(phase))) {
        // Said of the body's operations, once its types are right.
        if code == Code::MISALIGNED_REFERENCE {
            continue;
        }
        let examples = examples(code);
        if examples.len() != 2 {
            failures.push(format!("{code}: an example and its mended form are missing"));
            continue;
        }
        for (example, expected) in examples.iter().zip([Some(code.id), None]) {
            // What only Clang can answer (where bit-fields lie, too), what is of a package, and what is in the part of
            // the library that needs a system, is tried with the whole compiler.
            let elsewhere = [
                "import c ",
                "= c \"",
                " : ",
                "import example.",
                "@target_feature",
                "import std.thread",
            ];
            if elsewhere.iter().any(|part| example.contains(part)) {
                continue;
            }
            let checked = CORE.check(example);
            let mut found = checked.codes();
            found.dedup();
            if found != expected.into_iter().collect::<Vec<_>>() {
                failures.push(format!("{code}: {example}gives\n{}", checked.rendered()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
