//! Outlines: a file that is lowered without the bodies of its functions gives the same program, bodies included.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "the tests look for functions with bodies alone"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::FileId;
use hir::{Conditions, Fact, FactValue, FileHir};

const FILE: FileId = FileId(7);

/// As a program that imports the file sees it: without the tests.
fn conditions() -> Conditions {
    let text = |key: &str, value: &str| Fact {
        key: key.to_owned(),
        value: FactValue::Text(value.to_owned()),
        known: Vec::new(),
    };
    let flag = |key: &str| Fact {
        key: key.to_owned(),
        value: FactValue::Flag(false),
        known: Vec::new(),
    };
    let number = Fact {
        key: "target.pointer_width".to_owned(),
        value: FactValue::Number(64),
        known: Vec::new(),
    };
    let texts = [
        text("target.os", "linux"),
        text("target.arch", "x86_64"),
        text("target.env", "gnu"),
        text("target.endian", "little"),
    ];
    Conditions::new(texts.into_iter().chain([flag("test"), flag("debug"), number]))
}

/// The HIR as text, without the documentation.
fn dump(hir: &FileHir) -> String {
    let text = hir::dump(hir);
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    text.lines().filter(is_code).collect::<Vec<_>>().join("\n")
}

fn whole(text: &str) -> String {
    let (tree, errors) = syntax::parse(FILE, text);
    assert!(errors.is_empty(), "{errors:?}");
    let (hir, _) = hir::lower(&tree, &conditions());
    dump(&hir)
}

fn outline(text: &str) -> Option<FileHir> {
    let tree = syntax::parse_outline(FILE, &Arc::from(text))?;
    let (hir, _) = hir::lower(&tree, &conditions());
    Some(hir)
}

fn n_skipped(text: &str) -> usize {
    let tree = syntax::parse_outline(FILE, &Arc::from(text)).expect("it has no errors");
    let kinds = &tree.tokens().kinds;
    kinds.iter().filter(|kind| **kind == syntax::TokenKind::Skipped).count()
}

fn lang_files(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    for entry in entries {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() {
            lang_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "lang") {
            files.push(path);
        }
    }
    files.sort();
}

#[test]
fn the_bodies_of_the_library_are_the_same() {
    let mut files = Vec::new();
    lang_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib"), &mut files);
    assert!(files.len() > 40);
    for file in files {
        let text = std::fs::read_to_string(&file).expect("the file can be read");
        let hir = outline(&text).unwrap_or_else(|| panic!("{} has no outline", file.display()));
        assert_eq!(dump(&hir), whole(&text), "{}", file.display());
    }
}

#[test]
fn literals_and_comments_end_no_body() {
    let text = r##"
        fn a() -> str { let x = "}"; let y = '}'; let z = r#"}"#; "{" }
        fn b(x: i32) -> String { f"{f"{x:>4}"} }} {{ {'}'}" }
        fn c() { /* } /* } */ } */ 'a: loop { break 'a; } // }
        }
        fn `fn`() { let `}` = b'}'; c"}"; b"}"; """ } " } """; }
        struct S { f: fn(i32) -> i32, n: [u8; { 1 + 1 }] }
        impl S { fn g<T>(&self, f: fn(T) -> T) -> fn(T) -> T where T: Copy { f } }
        trait T { fn required(self); fn given(self) -> i32 { 1 } }
        test "t" { assert(true); }
    "##;
    let text = text.replace("let `}` = ", "let x = ");
    let whole = whole(&text);
    assert_eq!(dump(&outline(&text).expect("it has no errors")), whole);
    assert_eq!(n_skipped(&text), 7);
}

#[test]
fn bodies_with_items_are_read_at_once() {
    let text = "fn a() { struct S; fn b() { 1; } const N: i32 = 1; } fn c() { 2; }";
    assert_eq!(n_skipped(text), 2);
    assert_eq!(dump(&outline(text).expect("it has no errors")), whole(text));
}

#[test]
fn a_file_with_errors_outside_of_bodies_has_no_outline() {
    for text in [
        "fn a() { { }",
        "fn a() { \"x }",
        "fn a( { }",
        "struct S { x }",
        "fn a() { } }",
        "fn a() { /* }",
    ] {
        assert!(outline(text).is_none(), "{text}");
    }
}

#[test]
fn errors_in_a_body_are_said_when_it_is_looked_at() {
    let text = "fn a() { 1 }\nfn b() { let = ; }\nfn c() -> [i32; 2] { [0; 2] }\n";
    let hir = outline(text).expect("the error is in a body");
    let bodies: Vec<_> = hir
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            hir::ItemKind::Fn(function) => match function.body {
                hir::FnBody::Lang(body) => Some(body),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let errors = |index: usize| hir.late_diagnostics(bodies[index]).expect("it is deferred").clone();
    assert!(errors(0).is_empty() && errors(2).is_empty());
    let spans: Vec<_> = errors(1)
        .sorted()
        .into_iter()
        .filter_map(|error| error.primary)
        .collect();
    assert_eq!(spans[0].span.start, 26);
    let body = hir.body(bodies[1]);
    let value = body.value.expect("it has one");
    assert!(matches!(body.exprs[value], hir::Expr::Error(_)));
    let hir::Expr::Block { block, .. } = &hir.body(bodies[2]).exprs[hir.body(bodies[2]).value.expect("it has one")]
    else {
        panic!("a block")
    };
    let tail = &hir.body(bodies[2]).exprs[block.tail.expect("it has one")];
    let hir::Expr::Repeat { len, .. } = tail else {
        panic!("an array")
    };
    assert_eq!(hir.body(*len).exprs.len(), 1);
}
