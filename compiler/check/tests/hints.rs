//! Every edit that a message of the cases offers, applied: that message is gone, and no other has come.

mod support;

use diag::{Diagnostic, Edit};
use support::{CORE, Checked, corpus};

fn applied(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    text
}

/// Codes and messages, without places, which the edit moves.
fn messages(checked: &Checked) -> Vec<String> {
    let text = |diagnostic: &Diagnostic| format!("{} {}", diagnostic.code, diagnostic.message);
    let mut messages: Vec<String> = checked.diagnostics.iter().map(text).collect();
    messages.sort();
    messages
}

#[test]
fn every_edit_mends_its_message() {
    let mut failures = Vec::new();
    let mut n_tried = 0;
    for (path, text) in corpus() {
        let checked = CORE.check(&text);
        let before = messages(&checked);
        for diagnostic in checked.diagnostics.iter() {
            let Some(hint) = diagnostic.hint.as_ref().filter(|hint| !hint.edits.is_empty()) else {
                continue;
            };
            n_tried += 1;
            let mended = applied(&text, &hint.edits);
            let mut wanted = before.clone();
            let own = format!("{} {}", diagnostic.code, diagnostic.message);
            wanted.remove(
                wanted
                    .iter()
                    .position(|message| *message == own)
                    .expect("it was reported"),
            );
            let after = CORE.check(&mended);
            if messages(&after) != wanted {
                let shown = diag::render(diagnostic, &checked.sources, diag::Colors::Never);
                let new: Vec<String> = messages(&after)
                    .into_iter()
                    .filter(|message| !wanted.contains(message))
                    .collect();
                failures.push(format!("{}\n{shown}gives {new:#?}", path.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(n_tried > 50, "only {n_tried} edits");
}
