//! The grammar's page names, for each kind of node, a case that has it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use base::FileId;
use syntax::NodeKind;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows `| `Kind` | `area/name` |` of the page.
fn rows() -> BTreeMap<String, String> {
    let page = fs::read_to_string(root().join("docs/reference/grammar.md")).expect("the page can be read");
    let table = page.split("| node | case |").nth(1).expect("the page has the table");
    let cells = |line: &str| {
        line.split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let rows = table.lines().filter_map(|line| match cells(line).as_slice() {
        [kind, case] => Some((kind.clone(), case.clone())),
        _ => None,
    });
    rows.collect()
}

/// The kinds of node but those of errors.
fn kinds() -> Vec<String> {
    let names = NodeKind::ALL.iter().map(|kind| format!("{kind:?}"));
    names.filter(|name| !name.starts_with("Error")).collect()
}

#[test]
fn every_node_has_its_case() {
    let rows = rows();
    let mut wrong = Vec::new();
    for kind in kinds() {
        let Some(case) = rows.get(&kind) else {
            wrong.push(format!("{kind} has no row"));
            continue;
        };
        let path = root().join("test-suite/cases").join(format!("{case}.lang"));
        let Ok(text) = fs::read_to_string(&path) else {
            wrong.push(format!("{kind}: there is no case {case}"));
            continue;
        };
        let (tree, _) = syntax::parse(FileId(0), &text);
        if !tree
            .root()
            .descendants()
            .any(|node| format!("{:?}", node.kind()) == kind)
        {
            wrong.push(format!("{case} has no {kind}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(rows.len(), kinds().len(), "the table has rows of no kind");
}
