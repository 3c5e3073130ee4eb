//! Diagnostics as JSON, for editors and other tools.
//!
//! Takes a diagnostic and the source map, gives one object on one line, whose fields the reference lists. Bytes count
//! from 0, lines and columns from 1, ends are exclusive, a column is a Unicode scalar value. Any span is safe, one past
//! the end of the file included.

use base::{SourceMap, Span};
use serde::Serialize;

use crate::render::{Colors, clamp, path_of, render};
use crate::{Applicability, Diagnostic, Edit, Severity};

#[derive(Serialize)]
struct Message<'a> {
    /// Null for what has no code: an error of the environment or of the command line.
    code: Option<&'a str>,
    severity: &'a str,
    message: &'a str,
    /// The primary one first.
    spans: Vec<LabelledPlace<'a>>,
    notes: &'a [String],
    hint: Option<Hint<'a>>,
    rendered: String,
}

#[derive(Serialize)]
struct LabelledPlace<'a> {
    #[serde(flatten)]
    place: Place,
    is_primary: bool,
    label: Option<&'a str>,
}

#[derive(Serialize)]
struct Place {
    file_name: String,
    byte_start: u32,
    byte_end: u32,
    line_start: u32,
    line_end: u32,
    column_start: u32,
    column_end: u32,
}

#[derive(Serialize)]
struct Hint<'a> {
    message: &'a str,
    /// Null where there is nothing to replace.
    applicability: Option<&'a str>,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Place,
    replacement: &'a str,
}

/// One diagnostic as an object on one line, with the line break. `colors` are those of the text for people in it.
pub fn to_json(diagnostic: &Diagnostic, sources: &SourceMap, colors: Colors) -> String {
    let primary = diagnostic.primary.iter().map(|label| (label, true));
    let others = diagnostic.labels.iter().map(|label| (label, false));
    let spans = primary.chain(others).map(|(label, is_primary)| LabelledPlace {
        place: Place::of(label.span, sources),
        is_primary,
        label: (!label.text.is_empty()).then_some(label.text.as_str()),
    });
    let hint = diagnostic.hint.as_ref().map(|hint| Hint {
        message: &hint.message,
        applicability: (!hint.edits.is_empty()).then(|| applicability(hint.applicability)),
        replacements: hint.edits.iter().map(|edit| Replacement::of(edit, sources)).collect(),
    });
    line(&Message {
        code: Some(diagnostic.code.id),
        severity: severity(diagnostic.severity),
        message: &diagnostic.message,
        spans: spans.collect(),
        notes: &diagnostic.notes,
        hint,
        rendered: render(diagnostic, sources, colors),
    })
}

/// An error that has no code, as an object of the same shape. `rendered` is its text for people.
pub fn plain_error_to_json(message: &str, rendered: &str) -> String {
    line(&Message {
        code: None,
        severity: severity(Severity::Error),
        message,
        spans: Vec::new(),
        notes: &[],
        hint: None,
        rendered: rendered.to_owned(),
    })
}

fn line(message: &Message<'_>) -> String {
    let mut text = serde_json::to_string(message).expect("text, numbers and lists are always JSON");
    text.push('\n');
    text
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Certain => "MachineApplicable",
        Applicability::Guess => "MaybeIncorrect",
    }
}

impl Place {
    fn of(span: Span, sources: &SourceMap) -> Self {
        let source = sources.file(span.file);
        let start = clamp(&source.text, span.start) as u32;
        let end = clamp(&source.text, span.end.max(span.start)) as u32;
        let (from, to) = (
            source.lines().line_column(&source.text, start),
            source.lines().line_column(&source.text, end),
        );
        Self {
            file_name: path_of(source),
            byte_start: start,
            byte_end: end,
            line_start: from.line,
            line_end: to.line,
            column_start: from.column,
            column_end: to.column,
        }
    }
}

impl<'a> Replacement<'a> {
    fn of(edit: &'a Edit, sources: &SourceMap) -> Self {
        Self {
            place: Place::of(edit.span, sources),
            replacement: &edit.text,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::Code;

    const CODE: Code = Code {
        id: "E0000",
        title: "",
        page: "",
    };

    #[test]
    fn places_count_characters_from_one_and_bytes_from_zero() {
        let mut sources = SourceMap::default();
        let file = sources.add(Path::new("dir\\a.lang"), "žluť\n\tx\n".into());
        let diagnostic = Diagnostic::error(CODE, Span::new(file, 8, 9), "a \"message\"")
            .label(Span::new(file, 2, 99), "other")
            .note("a note")
            .hint_replace("write `y`", Span::new(file, 8, 9), "y");
        let text = to_json(&diagnostic, &sources, Colors::Never);
        let rendered = serde_json::to_string(&render(&diagnostic, &sources, Colors::Never)).expect("it is text");
        assert_eq!(
            text,
            format!(
                "{{\"code\":\"E0000\",\"severity\":\"error\",\"message\":\"a \\\"message\\\"\",\"spans\":[\
                 {{\"file_name\":\"dir/a.lang\",\"byte_start\":8,\"byte_end\":9,\"line_start\":2,\"line_end\":2,\
                 \"column_start\":2,\"column_end\":3,\"is_primary\":true,\"label\":null}},\
                 {{\"file_name\":\"dir/a.lang\",\"byte_start\":2,\"byte_end\":10,\"line_start\":1,\"line_end\":3,\
                 \"column_start\":2,\"column_end\":1,\"is_primary\":false,\"label\":\"other\"}}],\
                 \"notes\":[\"a note\"],\"hint\":{{\"message\":\"write `y`\",\
                 \"applicability\":\"MachineApplicable\",\"replacements\":[\
                 {{\"file_name\":\"dir/a.lang\",\"byte_start\":8,\"byte_end\":9,\"line_start\":2,\"line_end\":2,\
                 \"column_start\":2,\"column_end\":3,\"replacement\":\"y\"}}]}},\"rendered\":{rendered}}}\n"
            )
        );
    }

    #[test]
    fn what_has_no_place_and_no_code_has_the_same_shape() {
        let diagnostic = Diagnostic::without_place(CODE, "m").hint("h");
        let text = to_json(&diagnostic, &SourceMap::default(), Colors::Never);
        assert!(text.contains("\"spans\":[],\"notes\":[],\"hint\":{\"message\":\"h\",\"applicability\":null"));
        assert_eq!(
            plain_error_to_json("m", "error: m\n"),
            "{\"code\":null,\"severity\":\"error\",\"message\":\"m\",\"spans\":[],\"notes\":[],\"hint\":null,\
             \"rendered\":\"error: m\\n\"}\n"
        );
    }
}
