//! Whatever the text, the tokens concatenate to it and the nodes nest; correct text gives no errors.

use std::fs;
use std::path::{Path, PathBuf};

use base::FileId;
use syntax::{Node, Tree};

const CORPUS: &[(&str, &str)] = &[
    ("tour", include_str!("../../../test-suite/cases/parse/tour.lang")),
    ("items", include_str!("../../../test-suite/cases/parse/items.lang")),
    ("exprs", include_str!("../../../test-suite/cases/parse/exprs.lang")),
];

/// Parses, and checks what holds for any text.
fn parse(text: &str) -> (Tree, Vec<String>) {
    let (tree, diagnostics) = syntax::parse(FileId(0), text);
    let mut end = 0;
    for index in 0..tree.tokens().len() {
        let token = tree.token(syntax::TokenId(index as u32));
        assert_eq!(token.span().start, end, "tokens touch in {text:?}");
        end = token.span().end;
    }
    assert_eq!(end as usize, text.len(), "tokens cover {text:?}");
    assert_eq!(tree.root().token_range(), (0, tree.tokens().len() as u32));
    check_node(tree.root());
    assert_eq!(tree.reported().is_some(), diagnostics.has_errors());
    let messages = diagnostics
        .sorted()
        .iter()
        .map(|d| format!("{} {} {:?}", d.code, d.message, d.primary))
        .collect();
    (tree, messages)
}

/// Children stand in order within their parent, and every token of the node is its own or a child's.
fn check_node(node: Node<'_>) {
    let (first, end) = node.token_range();
    assert!(first <= end);
    let mut n_tokens = 0;
    let mut n_children = 0;
    for element in node.elements() {
        match element {
            syntax::Element::Token(_) => n_tokens += 1,
            syntax::Element::Node(child) => {
                let (child_first, child_end) = child.token_range();
                assert!(child_end <= end, "{child:?} ends within {node:?}");
                assert!(
                    child_first >= first || child_first == child_end,
                    "{child:?} starts within {node:?}"
                );
                n_tokens += child_end - child_first;
                n_children += 1;
                check_node(child);
            }
        }
    }
    assert_eq!(n_tokens, end - first, "{node:?} has all its tokens");
    assert_eq!(n_children, node.children().count(), "{node:?} shows all its children");
}

#[test]
fn the_corpus_has_no_errors() {
    for (name, text) in CORPUS {
        let (_, messages) = parse(text);
        assert!(messages.is_empty(), "{name}: {messages:#?}");
    }
}

#[test]
fn every_prefix_parses() {
    for (_, text) in CORPUS {
        for (end, _) in text.char_indices() {
            parse(&text[..end]);
        }
    }
}

#[test]
fn every_deletion_of_a_token_parses() {
    for (_, text) in CORPUS {
        let (tree, _) = parse(text);
        for index in 0..tree.tokens().len() {
            let span = tree.token(syntax::TokenId(index as u32)).span();
            parse(&format!(
                "{}{}",
                &text[..span.start as usize],
                &text[span.end as usize..]
            ));
        }
    }
}

/// Every source of the repository, broken ones too.
fn sources() -> Vec<String> {
    fn collect(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, out);
            } else if path.extension().is_some_and(|extension| extension == "lang") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for folder in ["test-suite/cases", "stdlib", "examples"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort();
    let texts = paths.iter().filter_map(|path| fs::read_to_string(path).ok());
    texts.collect()
}

/// How many bytes are parsed for each source; of a long one fewer prefixes and left-out tokens are tried.
/// `LOSSLESS_ALL=1` tries all.
const BUDGET_BYTES: usize = 200_000;

#[test]
fn prefixes_and_deletions_of_every_source_parse() {
    let tries_all = std::env::var_os("LOSSLESS_ALL").is_some();
    for text in sources() {
        let (tree, _) = parse(&text);
        let n_tokens = tree.tokens().len();
        // A prefix is half the text on average, what is left after a deletion nearly all of it.
        let step = if tries_all {
            1
        } else {
            1 + n_tokens * text.len() * 2 / BUDGET_BYTES
        };
        for index in (0..n_tokens).step_by(step) {
            let span = tree.token(syntax::TokenId(index as u32)).span();
            let (start, end) = (span.start as usize, span.end as usize);
            parse(&text[..start]);
            let middle = (start..=(start + end) / 2).rfind(|at| text.is_char_boundary(*at));
            parse(&text[..middle.unwrap_or(start)]);
            parse(&format!("{}{}", &text[..start], &text[end..]));
        }
    }
}

/// Pieces of the language in random order: seldom correct, never a panic, always lossless.
#[test]
fn token_soup_parses() {
    let (tree, _) = parse(CORPUS[2].1);
    let mut pieces: Vec<String> = (0..tree.tokens().len())
        .map(|index| tree.token(syntax::TokenId(index as u32)).text().to_owned())
        .collect();
    pieces.extend(
        [
            "f\"", "f\"\"\"", "{", "}", "\"", "'", "r#\"", "/*", "*/", "\\", "\u{a0}", "é", "\0", "//", "\n",
        ]
        .map(str::to_owned),
    );
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..60 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(&pieces[(state % pieces.len() as u64) as usize]);
            if state & (1 << 40) != 0 {
                text.push(' ');
            }
        }
        parse(&text);
        parse(&format!("fn f() {{ {text}"));
    }
}

#[test]
fn dumps_name_every_token_and_node() {
    let (tree, _) = parse("fn f() { 1 }");
    assert!(syntax::dump::tokens(&tree).starts_with("0..2 FnKw \"fn\"\n2..3 Whitespace \" \"\n3..4 Ident \"f\"\n"));
    assert_eq!(
        syntax::dump::tree(&tree),
        "SourceFile 0..12\n  FnItem 0..12\n    0..2 FnKw \"fn\"\n    3..4 Ident \"f\"\n    ParamList 4..6\n      \
         4..5 LParen \"(\"\n      5..6 RParen \")\"\n    Block 7..12\n      7..8 LBrace \"{\"\n      \
         Literal 9..10\n        9..10 IntLit \"1\"\n      11..12 RBrace \"}\"\n"
    );
}
