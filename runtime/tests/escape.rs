//! The table of characters that `{:?}` escapes, made from Rust's own. `UPDATE_GOLDENFILES=1` writes it anew.

use std::fmt::Write;

/// The version of Unicode whose table `escape.c` holds. A Rust that has another is no oracle for it.
const UNICODE_VERSION: (u8, u8, u8) = (17, 0, 0);
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/escape.c");
const BEGIN: &str = "static const uint8_t run_lengths[] = {\n";

fn is_escaped(scalar: u32) -> bool {
    // Surrogates are no characters: which side they fall on does not matter, and this one gives fewer runs.
    char::from_u32(scalar).is_none_or(|character| character.escape_debug().nth(1) == Some('u'))
}

/// The lengths of runs that are escaped and not, in turn, the first not, in LEB128.
fn run_lengths() -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for scalar in 0..=0x10_ffff {
        if is_escaped(scalar) == escaped {
            continue;
        }
        let mut length = scalar - start;
        while length >= 0x80 {
            bytes.push((length & 0x7f) as u8 | 0x80);
            length >>= 7;
        }
        bytes.push(length as u8);
        (start, escaped) = (scalar, !escaped);
    }
    bytes
}

#[test]
fn the_table_is_rusts() {
    if char::UNICODE_VERSION != UNICODE_VERSION {
        return;
    }
    let mut table = String::new();
    for line in run_lengths().chunks(20) {
        let numbers: Vec<String> = line.iter().map(u8::to_string).collect();
        writeln!(table, "    {},", numbers.join(", ")).expect("writing to a string does not fail");
    }
    let text = std::fs::read_to_string(FILE).expect("the source is there");
    let (before, rest) = text.split_once(BEGIN).expect("the table has its name");
    let (written, after) = rest.split_once("};").expect("the table ends");
    if std::env::var_os("UPDATE_GOLDENFILES").is_some() {
        std::fs::write(FILE, format!("{before}{BEGIN}{table}}};{after}")).expect("the source can be written");
    } else {
        assert_eq!(written, table);
    }
}
