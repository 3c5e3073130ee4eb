//! One mistake gives one error, at the place of the mistake, and the rest of the file is still read.

use base::FileId;
use syntax::ast::{AstNode, SourceFile};

/// Parses `text`, where `<|>` marks the place at which the one error starts, and checks its code.
#[track_caller]
fn one(code: &str, marked: &str) {
    let (before, after) = marked.split_once("<|>").expect("a mark");
    let text = format!("{before}{after}");
    let (_, diagnostics) = syntax::parse(FileId(0), &text);
    let found: Vec<(String, usize, String)> = diagnostics
        .sorted()
        .into_iter()
        .map(|d| {
            (
                d.code.to_string(),
                d.primary.map_or(0, |label| label.span.start as usize),
                d.message,
            )
        })
        .collect();
    let expected = (code.to_owned(), before.len());
    assert!(
        found.len() == 1 && (found[0].0.clone(), found[0].1) == expected,
        "expected {expected:?}, found {found:#?} in\n{text}"
    );
}

/// The number of items that are read.
fn n_items(text: &str) -> usize {
    let (tree, _) = syntax::parse(FileId(0), text);
    SourceFile::cast(tree.root())
        .expect("the root is a file")
        .items()
        .count()
}

#[test]
fn missing_semicolons() {
    one("E0110", "fn f() {\n    let x = 1<|>\n    let y = 2;\n}");
    one("E0110", "fn f() {\n    g()<|>\n    h();\n}");
    one("E0110", "fn f() {\n    x = 1<|>\n    if x { }\n}");
    one("E0110", "import a.b<|>\nfn f() {}");
    one("E0110", "const A: i32 = 1<|>\nconst B: i32 = 2;");
    one("E0110", "struct A(i32)<|>\nstruct B;");
    one("E0110", "struct A<|>\nstruct B;");
    one("E0110", "type A = B<|>\ntype C = D;");
    one("E0110", "extern \"C\" { fn f()<|>\n fn g(); }");
    one("E0110", "fn f() {\n    return 1<|>\n    let x = 2;\n}");
}

#[test]
fn missing_brackets() {
    one("E0111", "fn f() {\n    g(1, 2<|>;\n    h();\n}");
    one("E0111", "fn f() {\n    let x = [1, 2<|>;\n    h();\n}");
    one("E0111", "fn f() {\n    let x = (1 + 2<|>;\n}");
    one("E0111", "fn f(a: i32<|> {\n}\nfn g() {}");
    one("E0111", "fn f() {\n    if a {\n        b();<|>\n}\nfn g() {}");
    one("E0111", "fn f() {\n    b();<|>\n\nfn g() {\n    c();\n}");
    one("E0111", "fn f() {\n    b();\n}\nfn g() {\n    c();<|>\n");
    one("E0111", "struct A {\n    x: i32,<|>\n\nfn g() {}");
    one("E0111", "impl A {\n    fn f() {\n        x();<|>\n    fn g() {}\n}");
    one(
        "E0111",
        "fn f() {\n    match x {\n        1 => a(),\n        2 => b(),<|>\n}\nfn g() {}",
    );
    assert_eq!(n_items("fn f() {\n    if a {\n        b();\n}\nfn g() {}"), 2);
}

#[test]
fn blocks_without_their_start() {
    one("E0110", "fn f() {\n    a();<|>\n\n        b();\n    }\n    c();\n}");
    one(
        "E0110",
        "fn f() {\n    m(|x|<|>\n        let y = x;\n        b(y);\n    });\n    c();\n}",
    );
    one(
        "E0110",
        "fn f() {\n    match a {\n        1 =><|>\n            b();\n        }\n        _ => c(),\n    }\n}",
    );
    one(
        "E0110",
        "fn f() {\n    let (a, b) = if c<|>\n        (1, 2)\n    } else {\n        (3, 4)\n    };\n}",
    );
}

#[test]
fn brackets_too_many() {
    one("E0112", "fn f() {\n    g(1)<|>);\n    h();\n}");
    one("E0112", "fn f() {\n    let x = 1<|>];\n    h();\n}");
    one("E0112", "fn f() {\n    a();\n}\n<|>}\nfn g() {}");
    one("E0112", "fn f() {\n    if a { b(); }\n    <|>}\n    c();\n}\nfn g() {}");
}

#[test]
fn missing_parts() {
    one("E0110", "fn f() {\n    let x = <|>;\n    g();\n}");
    one("E0110", "fn f() {\n    let <|>= 1;\n    g();\n}");
    one("E0110", "fn f() {\n    a + <|>;\n}");
    one("E0110", "fn f() {\n    if <|>{ a(); }\n}");
    one("E0110", "fn f(a: <|>, b: i32) {}");
    one("E0110", "fn <|>(a: i32) {}");
    one("E0110", "fn f(a<|>) {}");
    one("E0110", "fn f() { g(a<|> b); }");
    one("E0110", "fn f() { match x { 1 <|>2, 3 => 4 } }");
    one("E0110", "fn f() { x.<|>; }");
    one("E0110", "struct A { x<|>, y: i32 }");
    one("E0110", "struct A { x: i32<|> y: i32 }");
    one("E0110", "enum A { B<|> C }");
    one("E0110", "fn f() { a <|>b c d; e(); }");
    one("E0110", "<|>1 + x;\nfn f() {}");
    one("E0110", "@packed\n<|>1;\nfn f() {}");
    one("E0110", "fn f() { else_(); <|>else { } }");
    one("E0110", "fn f() { for x<|> xs { } }");
    one("E0110", "fn f() -> <|>{ 1 }");
    one("E0110", "fn f() { a..=<|>; }");
    one("E0110", "fn f() { for _<|> { } }");
}

#[test]
fn habits_of_other_languages() {
    one("E0115", "fn f() { <|>let mut x = 1; }");
    one("E0115", "fn f() { a<|>::b(); }");
    one("E0115", "fn f(x: a<|>::B) {}");
    one("E0115", "fn f() { p<|>->x = 1; }");
    one("E0115", "fn f()<|> i32 { 1 }");
    one("E0115", "fn f()<|>: i32 { 1 }");
    one("E0115", "fn f() { g()<|>?; }");
    one("E0115", "fn f() { let x = a <|>? b : c; }");
    one("E0115", "fn f() { println<|>!(\"x\"); }");
    one("E0115", "fn f() { x<|>++; }");
    one("E0115", "fn f() { a <|>and b; }");
    one("E0115", "fn f(<|>mut x: i32) {}");
    one("E0115", "fn f(x: *<|>mut i32) {}");
    one("E0115", "fn f(x: &<|>'a str) {}");
    one("E0115", "fn f<<|>'a>() {}");
    one("E0115", "<|>#[derive(Debug)]\nstruct A;");
    one("E0115", "<|>#include <stdio.h>\nstruct A;");
    one("E0115", "import c <|><sys/stat.h> as st;\nstruct A;");
    one("E0115", "import c <|><stdio.h>;\nstruct A;");
    one("E0115", "<|>use a.b;");
    one("E0115", "<|>def f() {}");
    one("E0115", "pub<|>(crate) fn f() {}");
    one("E0115", "struct A { x: i32 }<|>;\nstruct B;");
    one("E0115", "struct A { x: i32<|>; y: i32 }");
    one("E0115", "fn f() { match x { 1 <|>-> 2, } }");
    one("E0115", "fn f() { P { x <|>= 1 }; }");
    one("E0115", "import a.<|>*;");
    one("E0115", "static <|>mut X: i32 = 1;");
}

/// Texts that would take long if looking ahead had no end, or were done at each token.
#[test]
fn habits_are_cheap() {
    for part in [
        "if a b\n",
        "const ",
        "int ",
        "for (",
        "switch (",
        "a ? ",
        "a!(b, ",
        "int a, ",
        "(char*",
        "a::",
        "#define A\n",
        "typedef struct {",
        "case 1: ",
        "x := ",
        "retrun a ",
        "do { ",
        "struct { int a; ",
        "-> ",
        "*",
        "fn f(int a, ",
    ] {
        let text = format!("fn f() {{ {} }}", part.repeat(20_000));
        let (tree, _) = syntax::parse(FileId(0), &text);
        assert_eq!(tree.text().len(), text.len());
        let text = part.repeat(20_000);
        let (tree, _) = syntax::parse(FileId(0), &text);
        assert_eq!(tree.text().len(), text.len());
    }
}

#[test]
fn rules_beyond_the_grammar() {
    one("E0114", "fn f() { a == b <|>== c; }");
    one("E0114", "fn f() { a..b<|>..c; }");
    one("E0116", "<|>inline struct A;");
    one("E0116", "pub <|>pub struct A;");
    one("E0117", "fn <|>match() {}");
    one("E0118", "fn f() { if a == <|>P { x: 1 } { } }");
    one("E0119", "fn f() { if <|>let a = b || c { } }");
    one("E0119", "fn f() { g(<|>let a = b); }");
    one("E0120", "fn f() { g(a: 1, <|>2); }");
}

#[test]
fn nesting_is_limited() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("-", ""),
        ("{", "}"),
        ("f(", ")"),
        ("|x| ", ""),
        ("!", ""),
        ("try ", ""),
    ] {
        let text = format!("fn f() {{ x = {}1{}; }}", open.repeat(50_000), close.repeat(50_000));
        let (_, diagnostics) = syntax::parse(FileId(0), &text);
        let codes: Vec<String> = diagnostics.sorted().iter().map(|d| d.code.to_string()).collect();
        assert_eq!(codes, ["E0113"], "{open}");
    }
    for chain in [" + 1", ".f", "()", " as T", "?.x", "[0]"] {
        let text = format!("fn f() {{ x = 1{}; }}", chain.repeat(50_000));
        let (_, diagnostics) = syntax::parse(FileId(0), &text);
        let codes: Vec<String> = diagnostics.sorted().iter().map(|d| d.code.to_string()).collect();
        assert_eq!(codes, ["E0113"], "{chain}");
    }
    for (open, close) in [
        ("&", ""),
        ("?", ""),
        ("[", "]"),
        ("(", ")"),
        ("A<", ">"),
        ("fn(", ")"),
        ("fn() -> ", ""),
    ] {
        let text = format!("type T = {}u8{};", open.repeat(50_000), close.repeat(50_000));
        let (_, diagnostics) = syntax::parse(FileId(0), &text);
        let codes: Vec<String> = diagnostics.sorted().iter().map(|d| d.code.to_string()).collect();
        assert_eq!(codes, ["E0113"], "{open}");
    }
    let patterns = format!("fn f() {{ let {}a{} = x; }}", "(".repeat(50_000), ")".repeat(50_000));
    assert_eq!(syntax::parse(FileId(0), &patterns).1.iter().count(), 1);
    let modules = format!("{}{}", "mod m { ".repeat(50_000), "}".repeat(50_000));
    assert_eq!(syntax::parse(FileId(0), &modules).1.iter().count(), 1);
    let imports = format!("import a.{}b{};", "{c.".repeat(50_000), "}".repeat(50_000));
    assert_eq!(syntax::parse(FileId(0), &imports).1.iter().count(), 1);
    let fstrings = format!("const X: T = {}1{};", "f\"{".repeat(50_000), "}\"".repeat(50_000));
    assert_eq!(syntax::parse(FileId(0), &fstrings).1.iter().count(), 1);
}

/// Texts that would take long if look-ahead were tried again and again.
#[test]
fn look_ahead_stays_cheap() {
    for part in [
        "a<", "a<[T; ", "a<{ ", "f(a<b, ", "a<b.c<(", "x as a<", "f\"{", "a[b<", "|a: b<",
    ] {
        let text = format!("fn f() {{ {} }}", part.repeat(2_000));
        let (tree, _) = syntax::parse(FileId(0), &text);
        assert_eq!(tree.text().len(), text.len());
    }
}

/// Every single bracket, comma and `;` that is left out of well-formed text gives at most one error, and some of
/// the commas and `;` none.
#[test]
fn one_token_left_out_gives_one_error() {
    let text = include_str!("../../../test-suite/cases/parse/tour.lang");
    let (tree, _) = syntax::parse(FileId(0), text);
    for index in 0..tree.tokens().len() {
        let token = tree.token(syntax::TokenId(index as u32));
        if !matches!(token.text(), "(" | ")" | "[" | "]" | "{" | "}" | "," | ";") {
            continue;
        }
        let (start, end) = (token.span().start as usize, token.span().end as usize);
        let broken = format!("{} {}", &text[..start], &text[end..]);
        let (_, diagnostics) = syntax::parse(FileId(0), &broken);
        let line = text[..start].matches('\n').count() + 1;
        let messages: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
        assert!(
            messages.len() <= 1,
            "without {} in line {line}: {messages:#?}",
            token.text()
        );
    }
}

#[test]
fn what_looks_like_a_habit_and_is_none() {
    let right = [
        "fn f() { test \"in a block\" { } }",
        "fn f() { {} test \"behind one\" {} }",
    ];
    for text in right {
        let (_, diagnostics) = syntax::parse(FileId(0), text);
        assert!(!diagnostics.has_errors(), "{text}: {diagnostics:?}");
    }
}
