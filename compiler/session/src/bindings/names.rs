//! `lang cimport --locked --name`: whether some declarations of bindings are what the headers give now.
//!
//! Takes files of bindings and names. Says which of the names the headers declare otherwise; what else has changed in
//! the headers is no matter.

use std::collections::BTreeSet;

use base::{SourceMap, Span, Symbol, sym};
use cimport::Bindings;
use cmodel::CModuleId;
use diag::{Code, Diagnostic, Diagnostics};

use super::{BindingsToMake, errors, read};
use crate::analyse::Request;
use crate::cimport_text::text_of;
use crate::errors::AskedBy;
use crate::files::read_source;
use crate::package::Refused;

/// Each name is compared in the files that have it, or would have it.
pub fn assert_names_current(files: &[BindingsToMake], names: &[String], request: Request<'_>) -> Result<(), Refused> {
    let mut sources = request.subject.sources.clone();
    let mut diagnostics = Diagnostics::new();
    let mut left: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    for file in files {
        let there = match bindings_at(file, request, &mut sources) {
            Ok(there) => there,
            Err(error) => {
                diagnostics.report(error);
                continue;
            }
        };
        let Some(wanted) = bindings_now(file, request, &mut sources, &mut diagnostics) else {
            continue;
        };
        let known: BTreeSet<String> = [&there, &wanted].into_iter().flat_map(|side| side.names(ID)).collect();
        let (here, others) = left.into_iter().partition(|name| known.contains(*name));
        left = others;
        let here: BTreeSet<&str> = here;
        let symbols: Vec<Symbol> = here.into_iter().map(sym).collect();
        let text = |side: Bindings| side.print_names(ID, request.target, &symbols);
        if let Some(change) = change(&text(there), &text(wanted)) {
            diagnostics.report(errors::outdated(file.span, &file.path, &change, &file.renewal));
        }
    }
    if !diagnostics.has_errors() {
        for name in left {
            diagnostics.report(errors::named_nowhere(name));
        }
    }
    match diagnostics.has_errors() {
        true => Err((diagnostics.sorted(), sources)),
        false => Ok(()),
    }
}

const ID: CModuleId = CModuleId(0);

fn bindings_at(file: &BindingsToMake, request: Request<'_>, sources: &mut SourceMap) -> Result<Bindings, Diagnostic> {
    if !file.path.exists() {
        return Err(match file.span {
            Some(span) => errors::no_bindings(span, &file.path),
            None => Diagnostic::without_place(Code::NO_BINDINGS, errors::no_bindings_text(&file.path)),
        });
    }
    let named = file.span.map(|span: Span| (span, false));
    let text = read_source(&file.path, file.span.map_or(AskedBy::CommandLine, AskedBy::Manifest))?;
    read(&file.path, &text, ID, request.target, sources)
        .map_err(|error| errors::unusable(&error, &file.path, request.target, named))
}

/// What the headers give, read as the file is: whatever is said of a name there, it is said of all of them.
fn bindings_now(
    file: &BindingsToMake,
    request: Request<'_>,
    sources: &mut SourceMap,
    diagnostics: &mut Diagnostics,
) -> Option<Bindings> {
    let text = text_of(&file.question, file.span, request, sources, diagnostics)?;
    let read = read(&file.path, &text.into(), ID, request.target, sources);
    Some(read.expect("what is printed is read"))
}

/// The first line of the items that is another. Which header has an item is no matter.
fn change(there: &str, wanted: &str) -> Option<String> {
    let items = |text: &str| {
        let lines = text.lines().skip_while(|line| !line.starts_with("import c ")).skip(1);
        let is_item = |line: &&str| !line.is_empty() && !line.starts_with("// ");
        lines
            .map(str::trim)
            .filter(is_item)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let (there, wanted) = (items(there), items(wanted));
    let n_same = there
        .iter()
        .zip(&wanted)
        .take_while(|(there, wanted)| there == wanted)
        .count();
    let (there, wanted) = (&there[n_same..], &wanted[n_same..]);
    let opens = |line: &String| line.starts_with("extern \"");
    // A block that only begins elsewhere is told by what is in it.
    let is_other_block = there.first().is_some_and(opens) && wanted.first().is_some_and(opens);
    let first = |lines: &[String]| lines.iter().find(|line| is_other_block || !opens(line)).cloned();
    match (first(there), first(wanted)) {
        (None, None) => None,
        (Some(there), Some(wanted)) => Some(format!("`{there}` would be `{wanted}`")),
        (None, Some(wanted)) => Some(format!("it would have `{wanted}`")),
        (Some(there), None) => Some(format!("it would not have `{there}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::change;

    #[test]
    fn the_first_change_is_told() {
        let with = |items: &str| format!("@c(hash: {})\nimport c \"a.h\" as c;\n{items}", items.len());
        let of = |there: &str, wanted: &str| change(&with(there), &with(wanted));
        assert_eq!(of("\na\n", "a\n\n"), None);
        assert_eq!(of("a\nb\n", "a\nc\n").as_deref(), Some("`b` would be `c`"));
        assert_eq!(of("a\n", "a\nc\n").as_deref(), Some("it would have `c`"));
        let (c, other) = ("extern \"C\" {\nf\n}\n", "extern \"ms_abi\" {\nf\n}\n");
        assert_eq!(of("a\n", &format!("a\n{c}")).as_deref(), Some("it would have `f`"));
        assert_eq!(
            of(c, other).as_deref(),
            Some("`extern \"C\" {` would be `extern \"ms_abi\" {`")
        );
        assert_eq!(of("a\nb\n", "a\n").as_deref(), Some("it would not have `b`"));
    }
}
