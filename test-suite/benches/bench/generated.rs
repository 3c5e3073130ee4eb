//! Programs of ten thousand lines, in Lang and in C: the same group of structs, enums, generic and plain functions,
//! matches and loops again and again, under other names, and a `main` that calls them all.
//!
//! C writes out for each type what is generic in Lang. Both print the same number. And one function of many references.

use std::fmt::Write;

/// Lines of a program, as near as whole groups come.
const LINES: usize = 10_000;

const LANG_GROUP: &str = include_str!("../programs/group.lang");
const C_GROUP: &str = include_str!("../programs/group.c");

fn n_groups() -> usize {
    LINES / LANG_GROUP.lines().count()
}

/// Calls on lines of their own, as people would write many of them.
fn calls(text: &mut String, call: &str) {
    for number in 0..n_groups() {
        writeln!(text, "    {}", call.replace('#', &number.to_string())).expect("a text takes everything");
    }
}

fn program(group: &str) -> String {
    (0..n_groups())
        .map(|number| group.replace('#', &number.to_string()) + "\n")
        .collect()
}

/// `generated.lang`
pub(crate) fn lang_program() -> String {
    let mut text = program(LANG_GROUP);
    text.push_str("fn main() {\n    var sum = 0;\n");
    calls(&mut text, "sum = sum +% run#(#);");
    text.push_str("    println(f\"{sum}\");\n}\n");
    text
}

/// `generated.c`
pub(crate) fn c_program() -> String {
    let mut text = String::from("#include <stdio.h>\n\n");
    text.push_str(&program(C_GROUP));
    text.push_str("int main(void) {\n    unsigned sum = 0;\n");
    calls(&mut text, "sum += (unsigned)run#(#);");
    text.push_str("    printf(\"%d\\n\", (int)sum);\n    return 0;\n}\n");
    text
}

/// A program with one function of 2,000 blocks and 500 references, all in use to its end, of which the blocks exchange
/// some.
pub(crate) fn function_of_references() -> String {
    const REFERENCES: usize = 500;
    const BLOCKS: usize = 2_000;
    let mut text = String::from("fn all(n: i32) -> i32 {\n");
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    for at in 0..REFERENCES {
        line(format!("    let value{at} = n +% {at};"));
        line(format!("    var reference{at} = &value{at};"));
    }
    // Each `if` is a block that asks, and one that is gone into.
    for number in 0..BLOCKS / 2 {
        let (one, other) = (number % REFERENCES, (number * 7 + 1) % REFERENCES);
        line(format!("    if n == {number} {{"));
        line(format!("        reference{one} = reference{other};"));
        line("    }".to_owned());
    }
    line("    var sum = 0;".to_owned());
    for at in 0..REFERENCES {
        line(format!("    sum = sum +% *reference{at};"));
    }
    line("    sum\n}\n\nfn main() {\n    println(f\"{all(1)}\");\n}".to_owned());
    text
}
