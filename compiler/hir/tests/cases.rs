//! Cases of lowering: each `lower/NAME.lang` has its dump beside it, and each `errors/NAME.lang` says at its lines
//! which diagnostics stand there (`//~ E0220 part of the message`, one `^` for each line further up).
//!
//! `UPDATE_GOLDENFILES=1` writes the dumps anew.

use std::fs;
use std::path::{Path, PathBuf};

use base::{FileId, LineIndex};
use diag::{Diagnostic, Diagnostics};
use hir::{Conditions, Fact, FactValue, Packages, ParsedFile, dump, link, lower};

fn cases(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of cases is there")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "lang"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// Of a build of tests for Linux.
fn conditions() -> Conditions {
    let fact = |key: &str, value, known: &[&str]| Fact {
        key: key.to_owned(),
        value,
        known: known.iter().map(|text| text.to_string()).collect(),
    };
    Conditions::new([
        fact("target.os", FactValue::Text("linux".to_owned()), &["linux", "macos"]),
        fact("target.pointer_width", FactValue::Number(64), &[]),
        fact("test", FactValue::Flag(true), &[]),
    ])
}

#[test]
fn dumps() {
    let mut mint = goldenfile::Mint::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lower"));
    for path in cases("lower") {
        let text = fs::read_to_string(&path).expect("a case is a text");
        let (tree, mut diagnostics) = syntax::parse(FileId(0), &text);
        let (hir, lowering) = lower(&tree, &conditions());
        diagnostics.append(lowering);
        assert!(
            !diagnostics.has_errors(),
            "{}: {:#?}",
            path.display(),
            diagnostics.sorted()
        );
        let name = path
            .file_stem()
            .expect("a case has a name")
            .to_string_lossy()
            .into_owned();
        let golden = mint
            .new_goldenpath(format!("{name}.hir"))
            .expect("a golden can be written");
        fs::write(golden, dump(&hir)).expect("a golden can be written");
    }
}

#[test]
fn errors() {
    let mut failures = Vec::new();
    for path in cases("errors") {
        let text = fs::read_to_string(&path).expect("a case is a text");
        let lines = LineIndex::new(&text);
        let mut found: Vec<(u32, String)> = diagnostics(&text)
            .iter()
            .map(|diagnostic| {
                let place = diagnostic.primary.as_ref().expect("a place is at fault");
                (
                    lines.line(place.span.start),
                    format!("{} {}", diagnostic.code, diagnostic.message),
                )
            })
            .collect();
        for (line, wanted) in annotations(&text) {
            let (code, message) = wanted.split_once(' ').unwrap_or((&wanted, ""));
            let fits =
                |found: &(u32, String)| found.0 == line && found.1.starts_with(code) && found.1.contains(message);
            match found.iter().position(fits) {
                Some(index) => {
                    found.remove(index);
                }
                None => failures.push(format!("{}:{}: missing {wanted}", path.display(), line + 1)),
            }
        }
        failures.extend(
            found
                .iter()
                .map(|(line, text)| format!("{}:{}: {text}", path.display(), line + 1)),
        );
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// All diagnostics of the file as a program with the standard library.
fn diagnostics(text: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    let mut files = vec![parsed(0, vec![base::sym("main")], text, &mut diagnostics)];
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../stdlib");
    let mut paths: Vec<PathBuf> = ["core", "alloc"]
        .into_iter()
        .flat_map(|part| fs::read_dir(library.join(part)).expect("the library is there"))
        .map(|entry| entry.expect("its entries can be read").path())
        .collect();
    paths.sort();
    for path in paths {
        let text = fs::read_to_string(&path).expect("a module is a text");
        let name = path.file_stem().expect("a module has a name").to_string_lossy();
        let module = vec![base::sym("std"), base::sym(&name)];
        files.push(parsed(files.len() as u32, module, &text, &mut diagnostics));
    }
    let (_, linking) = link(files, packages());
    diagnostics.append(linking);
    diagnostics.sorted()
}

fn parsed(file: u32, path: Vec<base::Symbol>, text: &str, diagnostics: &mut Diagnostics) -> ParsedFile {
    let (tree, syntax_errors) = syntax::parse(FileId(file), text);
    let (hir, lowering) = lower(&tree, &conditions());
    diagnostics.append(syntax_errors);
    diagnostics.append(lowering);
    let place = packages().locate(Packages::MAIN, &path);
    ParsedFile { place, hir }
}

fn packages() -> Packages {
    Packages::of_file(base::sym("main"), Default::default())
}

/// The annotations with the zero-based line that each is about.
fn annotations(text: &str) -> Vec<(u32, String)> {
    let mut annotations = Vec::new();
    for (line, content) in text.lines().enumerate() {
        let Some((_, annotation)) = content.split_once("//~") else {
            continue;
        };
        let above = annotation.bytes().take_while(|byte| *byte == b'^').count();
        annotations.push(((line - above) as u32, annotation[above..].trim().to_owned()));
    }
    annotations
}

/// Every case with tokens left out, doubled and exchanged, by a fixed sequence of numbers.
#[test]
fn broken_source_never_panics() {
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for path in cases("lower").into_iter().chain(cases("errors")) {
        let text = fs::read_to_string(&path).expect("a case is a text");
        let (tree, _) = syntax::parse(FileId(0), &text);
        let n_tokens = tree.tokens().len();
        let tokens: Vec<&str> = (0..n_tokens)
            .map(|index| tree.token(syntax::TokenId(index as u32)).text())
            .collect();
        for _ in 0..300 {
            let mut changed = tokens.clone();
            for _ in 0..1 + random(4) {
                let at = random(changed.len());
                match random(3) {
                    0 => drop(changed.remove(at)),
                    1 => changed.insert(at, changed[random(changed.len())]),
                    _ => changed[at] = tokens[random(n_tokens)],
                }
            }
            diagnostics_alone(&changed.concat());
        }
    }
}

/// All diagnostics of the file as a program without a library.
fn diagnostics_alone(text: &str) -> Vec<Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    let file = parsed(0, vec![base::sym("main")], text, &mut diagnostics);
    let shown = dump(&file.hir);
    assert!(
        !shown.contains("<error>") || diagnostics.has_errors(),
        "an error node without a message in\n{text}"
    );
    let (_, linking) = link(vec![file], packages());
    diagnostics.append(linking);
    diagnostics.sorted()
}

#[test]
fn deep_nesting_is_refused_and_never_overflows() {
    let n = 20_000;
    let bodies = [
        "(".repeat(n) + "1" + &")".repeat(n),
        "1".to_owned() + &" + 1".repeat(n),
        "a".to_owned() + &".b()".repeat(n),
        "if a {}".to_owned() + &" else if a {}".repeat(n),
        "if a".to_owned() + &" && a".repeat(n) + " {}",
        "{".repeat(n) + &"}".repeat(n),
    ];
    for body in bodies {
        let found = diagnostics_alone(&format!("fn f(a: i32) {{ {body} }}"));
        assert!(!found.is_empty());
    }
}
