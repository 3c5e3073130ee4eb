//! Every `;` and every bracket that is left out of the sources: how often that is one error, on the
//! line where it is missing.
//!
//! Each left-out token is a file of its own; a part of them, chosen by their number, is tried. `RECOVERY_ALL=1` tries
//! all, and prints those that are not told well.

#![allow(clippy::print_stdout, reason = "the shares are what the test is run for by hand")]

use std::fs;
use std::path::{Path, PathBuf};

use base::FileId;
use syntax::{TokenId, TokenKind, Tree};

/// The share of left-out tokens that must be told well, in per cent.
const LEAST: f64 = 98.2;

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "lang") {
            out.push(path);
        }
    }
}

/// Every source of the repository that has no syntax error, with its path below it.
fn valid_sources() -> Vec<(String, String, Tree)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    for folder in ["test-suite/cases", "stdlib", "examples"] {
        sources(&root.join(folder), &mut paths);
    }
    paths.sort();
    let read = paths.into_iter().filter_map(|path| {
        let text = fs::read_to_string(&path).ok()?;
        let (tree, diagnostics) = syntax::parse(FileId(0), &text);
        let name = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        diagnostics.is_empty().then_some((name, text, tree))
    });
    read.collect()
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// What was left out, and where a message about it belongs.
struct Deletion {
    kind: TokenKind,
    /// The lines on which the one message may stand.
    lines: std::ops::RangeInclusive<usize>,
    broken: String,
}

/// The token before `index` that is no trivia.
fn before(tree: &Tree, index: usize) -> Option<usize> {
    (0..index)
        .rev()
        .find(|at| !tree.token(TokenId(*at as u32)).kind().is_trivia())
}

fn after(tree: &Tree, index: usize) -> Option<usize> {
    (index + 1..tree.tokens().len()).find(|at| !tree.token(TokenId(*at as u32)).kind().is_trivia())
}

/// A `;`, `)` or `]` is missing at the end of its line, or where what follows it starts; an opening bracket where it
/// stood, or where its partner stands alone; a `}` anywhere from the end of what it closes to what follows.
fn deletion(text: &str, tree: &Tree, index: usize) -> Deletion {
    let token = tree.token(TokenId(index as u32));
    let (start, end) = (token.span().start as usize, token.span().end as usize);
    let kind = token.kind();
    let line_at = |index: usize| line_of(text, tree.token(TokenId(index as u32)).span().start as usize);
    let own = line_of(text, start);
    let first = before(tree, index).map_or(own, line_at);
    let last = after(tree, index).map_or(own, line_at);
    let lines = if kind == TokenKind::RBrace {
        first..=last
    } else {
        first..=own
    };
    Deletion {
        kind,
        lines,
        broken: format!("{} {}", &text[..start], &text[end..]),
    }
}

#[derive(Default)]
struct Share {
    n_tried: usize,
    n_silent: usize,
    n_one: usize,
    n_placed: usize,
}

#[test]
fn one_token_left_out_is_one_error_at_its_place() {
    let wanted = [
        TokenKind::Semicolon,
        TokenKind::LParen,
        TokenKind::RParen,
        TokenKind::LBrace,
        TokenKind::RBrace,
        TokenKind::LBracket,
        TokenKind::RBracket,
    ];
    let tries_all = std::env::var_os("RECOVERY_ALL").is_some();
    let mut shares: Vec<Share> = wanted.iter().map(|_| Share::default()).collect();
    let mut number = 0usize;
    for (name, text, tree) in &valid_sources() {
        for index in 0..tree.tokens().len() {
            let Some(place) = wanted
                .iter()
                .position(|kind| *kind == tree.token(TokenId(index as u32)).kind())
            else {
                continue;
            };
            number += 1;
            if !tries_all && !number.is_multiple_of(7) {
                continue;
            }
            let deletion = deletion(text, tree, index);
            let (broken_tree, diagnostics) = syntax::parse(FileId(0), &deletion.broken);
            assert_eq!(broken_tree.text().len(), deletion.broken.len());
            let found: Vec<(usize, String)> = diagnostics
                .sorted()
                .into_iter()
                .map(|one| {
                    let start = one.primary.map_or(0, |label| label.span.start as usize);
                    (line_of(&deletion.broken, start), one.message)
                })
                .collect();
            let share = &mut shares[place];
            share.n_tried += 1;
            match found.as_slice() {
                // Some are not needed: a `;` after a block, or a pair of parentheses of which one was a part.
                [] => share.n_silent += 1,
                [(line, _)] => {
                    share.n_one += 1;
                    share.n_placed += usize::from(deletion.lines.contains(line));
                    if tries_all && !deletion.lines.contains(line) {
                        println!("{name}: without {:?} in {:?}: {found:?}", deletion.kind, deletion.lines);
                    }
                }
                _ if tries_all => println!("{name}: without {:?} in {:?}: {found:?}", deletion.kind, deletion.lines),
                _ => {}
            }
        }
    }
    let mut all = Share::default();
    for (kind, share) in wanted.iter().zip(&shares) {
        println!("{}", line_for(kind.text().unwrap_or_default(), share));
        all.n_tried += share.n_tried;
        all.n_silent += share.n_silent;
        all.n_one += share.n_one;
        all.n_placed += share.n_placed;
    }
    println!("{}", line_for("all", &all));
    let share = percent(all.n_placed, all.n_tried - all.n_silent);
    assert!(
        share >= LEAST,
        "only {share:.1} % of left-out tokens are one error at the right line"
    );
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

fn line_for(name: &str, share: &Share) -> String {
    let loud = share.n_tried - share.n_silent;
    format!(
        "{name:4} tried {:5}, no error {:4}, one error {:5.1} %, at the right line {:5.1} %",
        share.n_tried,
        share.n_silent,
        percent(share.n_one, loud),
        percent(share.n_placed, loud),
    )
}
