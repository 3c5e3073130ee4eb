//! Hints that make an expression of a field's name in `Point { x }`, where the name has to stand before that as well.
//!
//! Takes messages and sources, gives the messages with edits that compile: `Point { x.clone() }` is no struct literal,
//! and `Point { x: x.clone() }` is.

use std::collections::BTreeMap;

use base::{FileId, SourceMap, Span};
use diag::{Diagnostic, Edit};
use syntax::ast::{AstNode, StructExprField};

/// Lets every edit say the field that needs it.
pub(crate) fn say_fields(diagnostics: &mut [Diagnostic], sources: &SourceMap) {
    let mut fields: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
    for hint in diagnostics.iter_mut().filter_map(|one| one.hint.as_mut()) {
        let mut more = Vec::new();
        for edit in hint.edits.iter_mut().filter(|edit| is_of_expression(edit)) {
            let of_file = fields
                .entry(edit.span.file)
                .or_insert_with(|| shorthand_fields(edit.span.file, &sources.file(edit.span.file).text));
            let at = edit.span.start;
            let Some(field) = of_file.iter().find(|field| field.start == at || field.end == at) else {
                continue;
            };
            let name = sources.text(*field);
            if field.start == at {
                edit.text.insert_str(0, &format!("{name}: "));
            } else {
                more.push(Edit {
                    span: field.before(),
                    text: format!("{name}: "),
                });
            }
        }
        hint.edits.extend(more);
        hint.edits.sort_by_key(|edit| edit.span);
    }
}

/// Whether something is put before or after an expression.
fn is_of_expression(edit: &Edit) -> bool {
    edit.span.is_empty() && edit.text.starts_with(['.', '&', '*'])
}

/// The names of fields whose values are variables of the same name.
fn shorthand_fields(file: FileId, text: &str) -> Vec<Span> {
    let (tree, _) = syntax::parse(file, text);
    let fields = tree.root().descendants().filter_map(StructExprField::cast);
    let shorthand = fields.filter(|field| field.value().is_none());
    shorthand.filter_map(|field| Some(field.name()?.span())).collect()
}
