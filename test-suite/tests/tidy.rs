//! The house rules that a program can check: which crate may import which, files' sizes and headers, the table of
//! codes against its pages, and what the executables link.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use diag::all_codes;
use test_suite::{executable, repository};

/// Every crate: its floor, and the crates of its own floor that it may import. All floors below are allowed.
/// docs/ARCHITECTURE.md draws the same house.
const HOUSE: &[(&str, u32, &[&str])] = &[
    ("base", 0, &[]),
    ("processes", 0, &[]),
    ("diag", 0, &["base"]),
    ("syntax", 0, &["base", "diag"]),
    ("target", 1, &[]),
    ("unit", 1, &[]),
    ("cmodel", 1, &["target"]),
    ("hir", 1, &["cmodel"]),
    ("fmt", 1, &[]),
    ("runtime", 2, &[]),
    ("check", 2, &[]),
    ("mir", 2, &["check"]),
    ("borrow", 2, &["check", "mir"]),
    ("interpret", 2, &["check", "mir"]),
    ("mono", 2, &["check", "mir", "borrow"]),
    ("cimport", 2, &[]),
    ("session", 3, &[]),
    ("link", 3, &[]),
    ("codegen", 3, &[]),
    ("driver", 4, &["session"]),
    ("lang", 5, &[]),
    ("test-suite", 5, &[]),
];

/// Crates from outside that only these may name.
const RESERVED: &[(&str, &[&str])] = &[
    ("inkwell", &["codegen"]),
    ("llvm-sys", &["codegen"]),
    ("clang-sys", &["cimport"]),
    ("annotate-snippets", &["diag"]),
    ("rayon", &["session", "codegen"]),
    ("clap", &["lang"]),
    ("serde_json", &["diag", "lang", "test-suite"]),
    ("pyo3-build-config", &["driver"]),
];

/// Crates that may contain unsafe Rust, each block with the contract that it relies on.
const UNSAFE: &[&str] = &["codegen", "cimport", "check", "base", "processes"];

const MAX_LINES: usize = 1200;
const MAX_COLUMNS: usize = 120;

struct Manifest {
    name: String,
    folder: PathBuf,
    toml: toml::Table,
}

/// The manifests of the workspace's members.
fn manifests() -> Vec<Manifest> {
    let root = read_toml(&repository().join("Cargo.toml"));
    let members = root["workspace"]["members"].as_array().expect("members is a list");
    let folders = members
        .iter()
        .map(|member| repository().join(member.as_str().expect("a member is a path")));
    folders
        .map(|folder| {
            let toml = read_toml(&folder.join("Cargo.toml"));
            let name = toml["package"]["name"]
                .as_str()
                .expect("a package has a name")
                .to_owned();
            Manifest { name, folder, toml }
        })
        .collect()
}

fn read_toml(path: &Path) -> toml::Table {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.parse()
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn dependencies<'a>(manifest: &'a Manifest, kinds: &'a [&str]) -> impl Iterator<Item = &'a String> {
    kinds
        .iter()
        .filter_map(|kind| manifest.toml.get(*kind)?.as_table())
        .flat_map(|table| table.keys())
}

#[test]
fn crates_import_only_from_floors_below() {
    let house: BTreeMap<&str, (u32, &[&str])> = HOUSE
        .iter()
        .map(|(name, floor, beside)| (*name, (*floor, *beside)))
        .collect();
    let mut wrong = Vec::new();
    for manifest in manifests() {
        let Some((floor, beside)) = house.get(manifest.name.as_str()) else {
            wrong.push(format!("{} is not in the house", manifest.name));
            continue;
        };
        // What only tests import is not part of the house, but must not hide a cycle either: cargo sees to that.
        for dependency in dependencies(&manifest, &["dependencies", "build-dependencies"]) {
            let Some((below, _)) = house.get(dependency.as_str()) else {
                continue;
            };
            if below >= floor && !beside.contains(&dependency.as_str()) {
                wrong.push(format!(
                    "{} on floor {floor} imports {dependency} on floor {below}",
                    manifest.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn reserved_crates_are_named_where_they_belong() {
    let mut wrong = Vec::new();
    for manifest in manifests() {
        for dependency in dependencies(&manifest, &["dependencies", "build-dependencies", "dev-dependencies"]) {
            let reserved = RESERVED.iter().find(|(name, _)| name == dependency);
            if reserved.is_some_and(|(_, owners)| !owners.contains(&manifest.name.as_str())) {
                wrong.push(format!("{} names {dependency}", manifest.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_has_the_lints_of_the_house() {
    let root = read_toml(&repository().join("Cargo.toml"));
    let house = &root["workspace"]["lints"];
    let mut wrong = Vec::new();
    for manifest in manifests() {
        let lints = &manifest.toml["lints"];
        if lints.get("workspace").and_then(toml::Value::as_bool) == Some(true) {
            continue;
        }
        // A crate with unsafe code repeats the table, with that one lint allowed.
        for kind in ["rust", "clippy"] {
            for (lint, level) in house[kind].as_table().expect("a table of lints") {
                let may_differ = lint == "unsafe_code" && UNSAFE.contains(&manifest.name.as_str());
                let printing = manifest.name == "lang" || manifest.name == "test-suite";
                let may_print = printing && lint.starts_with("print_");
                if !may_differ && !may_print && lints.get(kind).and_then(|lints| lints.get(lint)) != Some(level) {
                    wrong.push(format!("{} differs in {kind} {lint}", manifest.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every file of the workspace's crates with one of these extensions.
fn sources(extensions: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = manifests().into_iter().map(|manifest| manifest.folder).collect();
    folders.push(repository().join("stdlib"));
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("a folder can be listed").path();
            let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if extensions.contains(&extension.as_str()) {
                let name = path
                    .strip_prefix(repository())
                    .expect("it is in the repository")
                    .display()
                    .to_string();
                let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
                found.push((name, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for (name, text) in sources(&["rs", "c", "h", "cpp", "lang"]) {
        // What is compiled to see what happens may look as it likes.
        let is_case = name.starts_with("test-suite/cases/") || name.ends_with(".lang") && !name.starts_with("stdlib/");
        let n_lines = text.lines().count();
        if n_lines > MAX_LINES {
            wrong.push(format!("{name}: {n_lines} lines"));
        }
        if name.ends_with(".rs") && !text.starts_with("//! ") {
            wrong.push(format!("{name}: no `//!` header"));
        }
        if name.starts_with("stdlib/") && !text.starts_with("//! ") {
            wrong.push(format!("{name}: no `//!` header"));
        }
        if !is_case && !text.is_empty() && !text.ends_with('\n') {
            wrong.push(format!("{name}: no newline at the end"));
        }
        for (index, line) in text.lines().enumerate() {
            let at = format!("{name}:{}", index + 1);
            if !is_case && line.chars().count() > MAX_COLUMNS {
                wrong.push(format!("{at}: longer than {MAX_COLUMNS} columns"));
            }
            // In pieces, or this file would name itself.
            let marks = [
                concat!("TO", "DO"),
                concat!("FIX", "ME"),
                concat!("X", "XX"),
                concat!("unimplemented", "!("),
            ];
            if let Some(mark) = marks
                .iter()
                .find(|mark| line.contains(**mark) && !line.contains("EXXXX"))
            {
                wrong.push(format!("{at}: {mark}"));
            }
            if name.ends_with(".rs") && line.trim_start().starts_with(concat!("#[igno", "re")) {
                wrong.push(format!("{at}: an ignored test"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What others may use of a file of the library, `Vec.push`, with its line, and whether there is an example of it.
fn public_items(text: &str) -> Vec<(String, usize, bool)> {
    let mut items = Vec::new();
    let (mut has_example, mut is_public_trait) = (false, false);
    let mut owner = String::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.trim_start();
        let depth = line.len() - code.len();
        if let Some(words) = code.strip_prefix("///") {
            has_example |= words.trim_start().starts_with("```");
            continue;
        }
        if code.starts_with('@') {
            continue;
        }
        let is_public = code.starts_with("pub ");
        let words = ["unsafe ", "const ", "inline ", "view "];
        let mut item = code.strip_prefix("pub ").unwrap_or(code);
        while let Some(rest) = words.iter().find_map(|word| item.strip_prefix(word)) {
            item = rest;
        }
        let (kind, rest) = item.split_once(' ').unwrap_or((item, ""));
        let name: String = rest
            .trim_start_matches('`')
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let kinds = ["fn", "struct", "enum", "trait", "union"];
        match depth {
            0 if item.starts_with("impl") => (owner, is_public_trait) = (item.to_owned(), false),
            0 if kind == "trait" => (owner, is_public_trait) = (name.clone(), is_public),
            0 if !item.is_empty() && !item.starts_with(['}', ')', '/']) => is_public_trait = false,
            _ => {}
        }
        let counts = is_public || depth == 4 && is_public_trait && kind == "fn";
        if counts && depth <= 4 && kinds.contains(&kind) && !name.is_empty() {
            let path = if depth == 0 { name } else { format!("{owner} {name}") };
            items.push((path, index + 1, has_example));
        }
        has_example = false;
    }
    items
}

#[test]
fn what_the_library_has_is_shown_by_examples() {
    let mut wrong = Vec::new();
    let mut n_items = 0;
    for (name, text) in sources(&["lang"])
        .iter()
        .filter(|(name, _)| name.starts_with("stdlib/"))
    {
        for (item, line, has_example) in public_items(text) {
            n_items += 1;
            if !has_example {
                wrong.push(format!("{name}:{line}: {item}"));
            }
        }
    }
    assert!(n_items > 1000, "{n_items}");
    assert!(wrong.is_empty(), "without an example: {wrong:#?}");
}

#[test]
fn unsafe_rust_is_where_it_may_be() {
    let mut wrong = Vec::new();
    let allowed: Vec<String> = manifests()
        .iter()
        .filter(|manifest| UNSAFE.contains(&manifest.name.as_str()))
        .map(|manifest| {
            manifest
                .folder
                .strip_prefix(repository())
                .expect("a member")
                .display()
                .to_string()
        })
        .collect();
    for (name, text) in sources(&["rs"]) {
        let lifts_the_lint = text.contains(concat!("(unsafe_", "code"));
        if lifts_the_lint && !allowed.iter().any(|folder| name.starts_with(folder.as_str())) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_code_has_a_page_and_every_page_a_code() {
    let ids: Vec<&str> = all_codes().map(|code| code.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted, "codes are in order, each once");
    let folder = repository().join("compiler/diag/codes");
    let mut pages: Vec<String> = fs::read_dir(folder)
        .expect("the folder of pages")
        .map(|entry| {
            entry
                .expect("a folder can be listed")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    pages.sort();
    let expected: Vec<String> = ids.iter().map(|id| format!("{id}.md")).collect();
    assert_eq!(pages, expected, "a page per code, and nothing else");
    for code in all_codes() {
        assert!(!code.title.ends_with('.'), "{}: `{}`", code.id, code.title);
    }
}

#[test]
fn the_architecture_page_names_every_crate() {
    let page = fs::read_to_string(repository().join("docs/ARCHITECTURE.md")).expect("docs/ARCHITECTURE.md");
    let missing: Vec<String> = manifests()
        .into_iter()
        .map(|manifest| manifest.name)
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect();
    assert!(missing.is_empty(), "docs/ARCHITECTURE.md says nothing of {missing:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn lang_links_neither_llvm_nor_clang() {
    let output = Command::new("ldd")
        .arg(executable("lang"))
        .output()
        .expect("ldd starts");
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    assert!(text.contains("libc.so"), "{text}");
    assert!(!text.contains("llvm") && !text.contains("clang"), "{text}");
}
