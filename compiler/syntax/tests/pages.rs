//! The page of every code of this phase: its first example gives exactly that code, its second one no error.

use base::FileId;

/// The contents of the blocks fenced as Lang.
fn examples(page: &str) -> Vec<String> {
    page.split("```lang\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(str::to_owned)
        .collect()
}

fn codes(text: &str) -> Vec<String> {
    let (_, diagnostics) = syntax::parse(FileId(0), text);
    diagnostics
        .sorted()
        .iter()
        .map(|diagnostic| diagnostic.code.to_string())
        .collect()
}

#[test]
fn examples_give_their_code() {
    for code in diag::all_codes().filter(|code| code.id.starts_with("E01")) {
        assert!(
            code.page.starts_with(&format!("# {}: {}\n", code.id, code.title)),
            "{code}: title line"
        );
        let examples = examples(code.page);
        assert_eq!(examples.len(), 2, "{code}: an example and its mended form");
        assert_eq!(codes(&examples[0]), [code.id], "{code}: the first example");
        assert_eq!(codes(&examples[1]), Vec::<String>::new(), "{code}: the second example");
    }
}
