//! What tokens a text has, what they stand for, and what is reported of malformed ones.

use base::FileId;
use syntax::ast::{AstNode, Expr, FString, FStringPiece};
use syntax::{Token, TokenKind, Tree, literal};

fn parse(text: &str) -> (Tree, Vec<String>) {
    let (tree, diagnostics) = syntax::parse(FileId(0), text);
    let describe = |d: &diag::Diagnostic| {
        let span = d
            .primary
            .as_ref()
            .map_or(0..0, |label| label.span.start as usize..label.span.end as usize);
        format!("{} {:?}", d.code, &text[span])
    };
    let messages = diagnostics.sorted().iter().map(describe).collect();
    (tree, messages)
}

fn token_texts(text: &str) -> Vec<String> {
    let (tree, _) = parse(text);
    let tokens = (0..tree.tokens().len() as u32).map(|index| tree.token(syntax::TokenId(index)));
    tokens
        .filter(|token| token.kind() != TokenKind::Whitespace)
        .map(|token| token.text().to_owned())
        .collect()
}

/// The errors of `const X: T = TEXT;`, which are the lexer's.
fn errors(text: &str) -> Vec<String> {
    parse(&format!("const X: T = {text}")).1
}

/// The first literal of `const X: T = TEXT;`.
fn with_literal<R>(text: &str, read: impl Fn(Token<'_>) -> R) -> R {
    let file = format!("const X: T = {text};");
    let (tree, messages) = parse(&file);
    assert!(messages.is_empty(), "{text}: {messages:?}");
    let literal = tree
        .root()
        .descendants()
        .find_map(syntax::ast::Literal::cast)
        .expect("a literal");
    read(literal.token().expect("a literal has its token"))
}

#[test]
fn numbers_and_dots() {
    assert_eq!(token_texts("t.0.1"), ["t", ".", "0", ".", "1"]);
    assert_eq!(token_texts("1.max"), ["1", ".", "max"]);
    assert_eq!(token_texts("1..2"), ["1", "..", "2"]);
    assert_eq!(token_texts("1.5.x"), ["1.5", ".", "x"]);
    assert_eq!(token_texts("1e9 1e 1.5e-3f32"), ["1e9", "1e", "1.5e-3f32"]);
    assert_eq!(token_texts("x?.0 a ?? b"), ["x", "?.", "0", "a", "??", "b"]);
    assert_eq!(token_texts("a+%b*%=c+|=d"), ["a", "+%", "b", "*%=", "c", "+|=", "d"]);
}

#[test]
fn number_values() {
    let int = |text: &str| {
        with_literal(text, |t| {
            let v = literal::int_value(t.text());
            (v.value, v.suffix.map(str::to_owned))
        })
    };
    assert_eq!(int("1_000"), (1000, None));
    assert_eq!(int("0xFFu8"), (255, Some("u8".into())));
    assert_eq!(int("0b11"), (3, None));
    assert_eq!(int("0o17i64"), (15, Some("i64".into())));
    assert_eq!(int("1f32"), (1, Some("f32".into())));
    assert_eq!(int("340282366920938463463374607431768211455"), (u128::MAX, None));
    let float = |text: &str| with_literal(text, |t| literal::float_value(t.text()).digits);
    assert_eq!(float("1_0.5e-3f64"), "10.5e-3");
    assert_eq!(errors("0b12;"), ["E0104 \"0b12\""]);
    assert_eq!(errors("0x;"), ["E0104 \"0x\""]);
    assert_eq!(errors("12ab;"), ["E0104 \"12ab\""]);
    assert_eq!(errors("1.5i32;"), ["E0104 \"1.5i32\""]);
    assert_eq!(
        errors("340282366920938463463374607431768211456;"),
        ["E0104 \"340282366920938463463374607431768211456\""]
    );
}

#[test]
fn characters_and_labels() {
    assert_eq!(
        token_texts("'a' 'a 'ab '\\n' b'x' '''"),
        ["'a'", "'a", "'ab", "'\\n'", "b'x'", "''", "'"]
    );
    assert_eq!(with_literal("'\\u{1F600}'", |t| literal::char_value(t.text())), '😀');
    assert_eq!(with_literal("'é'", |t| literal::char_value(t.text())), 'é');
    assert_eq!(with_literal("b'\\xFF'", |t| literal::byte_value(t.text())), 0xff);
    assert_eq!(errors("'';"), ["E0106 \"''\""]);
    assert_eq!(errors("'ab';"), ["E0106 \"'ab'\""]);
    assert_eq!(errors("'\\q';"), ["E0105 \"\\\\q\""]);
    assert_eq!(errors("b'é';"), ["E0105 \"é\""]);
}

#[test]
fn string_values() {
    let text = |source: &str| with_literal(source, literal::string_text);
    assert_eq!(text(r#""a\tb\u{41}\x41\"""#), "a\tbAA\"");
    assert_eq!(text(r##"r#"a"\n"#"##), "a\"\\n");
    assert_eq!(text("\"\"\"\n    a\n      b\n\n    c\n    \"\"\""), "a\n  b\n\nc");
    assert_eq!(text("\"\"\"\n    a\n  \"\"\""), "  a");
    assert_eq!(text("\"\"\"a \"b\" c\"\"\""), "a \"b\" c");
    assert_eq!(with_literal("b\"\\xFFa\"", literal::string_bytes), [0xff, b'a']);
    assert_eq!(with_literal("c\"\\xC3é\"", literal::string_bytes), [0xc3, 0xc3, 0xa9]);
    assert_eq!(errors("\"\\xFF\";"), ["E0105 \"\\\\xFF\""]);
    assert_eq!(errors("\"\\u{110000}\";"), ["E0105 \"\\\\u{110000}\""]);
    assert_eq!(errors("c\"a\\0\";"), ["E0105 \"\\\\0\""]);
    assert_eq!(errors("\"abc;\n"), ["E0102 \"\\\"abc;\""]);
    assert_eq!(errors("\"\"\"abc;\n"), ["E0102 \"\\\"\\\"\\\"\""]);
    assert_eq!(errors("r#\"abc;\n"), ["E0102 \"r#\\\"abc;\""]);
}

/// The texts and the interpolations' sources of the first f-string, and their formats.
fn fstring(source: &str) -> Vec<String> {
    let file = format!("const X: T = {source};");
    let (tree, messages) = parse(&file);
    assert!(messages.is_empty(), "{source}: {messages:?}");
    let fstring = tree.root().descendants().find_map(FString::cast).expect("an f-string");
    let start = fstring.start_token().expect("it starts").text();
    let texts: Vec<&str> = fstring
        .pieces()
        .map(|piece| match piece {
            FStringPiece::Text(token) => token.text(),
            FStringPiece::Interpolation(_) => "",
        })
        .collect();
    let values = literal::fstring_texts(start, &texts);
    let piece = |(piece, value): (FStringPiece<'_>, String)| match piece {
        FStringPiece::Text(_) => value,
        FStringPiece::Interpolation(inner) => {
            let expr = inner.expr().map_or("", |expr: Expr<'_>| expr.syntax().text());
            let eq = inner.eq_token().map_or("", |_| "=");
            let spec = inner.spec().map_or("", |spec| spec.text());
            format!("<{expr}{eq}|{spec}>")
        }
    };
    fstring.pieces().zip(values).map(piece).collect()
}

#[test]
fn fstrings() {
    assert_eq!(
        fstring(r#"f"{a:>8} {b=} {c:?}""#),
        ["<a|>8>", " ", "<b=|>", " ", "<c|?>"]
    );
    assert_eq!(fstring(r#"f"{{x}}\n\u{41}""#), ["{x}\nA"]);
    assert_eq!(
        fstring(r#"f"{f"in {x}"} {m["k"]}""#),
        ["<f\"in {x}\"|>", " ", "<m[\"k\"]|>"]
    );
    assert_eq!(
        fstring(r#"f"{if a { 1 } else { 2 }:02}""#),
        ["<if a { 1 } else { 2 }|02>"]
    );
    assert_eq!(fstring(r#"f"{f(x: 1)::>4}""#), ["<f(x: 1)|:>4>"]);
    assert_eq!(fstring(r#"f"{g('}', "}")}""#), ["<g('}', \"}\")|>"]);
    assert_eq!(
        fstring("f\"\"\"\n    a {b}\n      c\n    \"\"\""),
        ["a ", "<b|>", "\n  c"]
    );
    assert_eq!(errors("f\"{}\";"), ["E0107 \"{}\""]);
    assert_eq!(errors("f\"a } b\";"), ["E0107 \"}\""]);
    assert_eq!(errors("f\"{a\";\nconst Y: T = 1;"), ["E0102 \"{\""]);
    assert_eq!(
        errors("f\"{a;\nconst Y: T = 1;").first().map(String::as_str),
        Some("E0102 \"{\"")
    );
    assert_eq!(errors("f\"{a b}\";"), ["E0110 \"b\""]);
    assert_eq!(errors("f\"{(a}\";").len(), 1);
}

#[test]
fn names_comments_and_strangers() {
    assert_eq!(token_texts("`match` größe _x _"), ["`match`", "größe", "_x", "_"]);
    assert_eq!(
        token_texts("a /* b /* c */ d */ e // f\ng"),
        ["a", "/* b /* c */ d */", "e", "// f", "g"]
    );
    assert_eq!(errors("1; /* a /* b */"), ["E0103 \"/*\""]);
    assert_eq!(errors("1 §§;"), ["E0101 \"§§\""]);
    assert_eq!(errors("`a;").first().map(String::as_str), Some("E0102 \"`a\""));
    let (tree, _) = parse("//! m\n/// d\n//// n\nfn f() {}");
    let kinds = &tree.tokens().kinds;
    assert!(kinds.contains(&TokenKind::ModuleDocComment) && kinds.contains(&TokenKind::DocComment));
    assert!(kinds.contains(&TokenKind::LineComment));
}
