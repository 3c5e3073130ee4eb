//! Diagnostics as text for a terminal.
//!
//! Takes diagnostics and the source map, gives text: `error[E0301]: message`, the lines it is about with their labels,
//! notes, and the hint with its edit shown. The same input gives the same bytes; escape codes appear only where
//! [`Colors::Always`] asks for them. Any span is safe, one past the end of the file included. Knows no terminal.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use base::{FileId, SourceFile, SourceMap, Span};

use crate::{Diagnostic, Edit, Label, Severity};

/// Whether to colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Colors {
    Never,
    Always,
}

/// Lines shown before and after what a diagnostic points at.
const CONTEXT_LINES: u32 = 2;

/// The longest line, in bytes, that an edit is shown in; what causes are shown in is cut to the terminal's width.
const MAX_SHOWN_LINE: usize = 1_000;

/// One diagnostic as text, with a blank line after it.
pub fn render(diagnostic: &Diagnostic, sources: &SourceMap, colors: Colors) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code.id);
    let mut main = Group::with_title(title).elements(causes(diagnostic, sources));
    main = main.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(note)));
    let mut report = Vec::with_capacity(2);
    match &diagnostic.hint {
        None => report.push(main),
        Some(hint) if hint.edits.is_empty() || !can_show(&hint.edits, sources) => {
            report.push(main.element(Level::HELP.message(&hint.message)))
        }
        Some(hint) => {
            let shown = Level::HELP
                .secondary_title(&hint.message)
                .elements(suggestions(&hint.edits, sources));
            report.extend([main, shown]);
        }
    }
    let renderer = match colors {
        Colors::Never => Renderer::plain(),
        Colors::Always => Renderer::styled(),
    };
    let text = renderer.decor_style(DecorStyle::Ascii).render(&report);
    // Folded and blank source lines would leave blanks at the ends of lines, which editors and goldens trip over.
    let mut trimmed: String = text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
    trimmed.push('\n');
    trimmed
}

/// `error: 2 errors, 1 warning`; `None` when there is nothing to count.
pub fn summary<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Option<String> {
    let (mut n_errors, mut n_warnings) = (0usize, 0usize);
    for diagnostic in diagnostics {
        match diagnostic.severity {
            Severity::Error => n_errors += 1,
            Severity::Warning => n_warnings += 1,
        }
    }
    let plural = |n: usize, noun: &str| {
        if n == 1 {
            format!("1 {noun}")
        } else {
            format!("{n} {noun}s")
        }
    };
    match (n_errors, n_warnings) {
        (0, 0) => None,
        (0, _) => Some(plural(n_warnings, "warning")),
        (_, 0) => Some(plural(n_errors, "error")),
        (_, _) => Some(format!(
            "{}, {}",
            plural(n_errors, "error"),
            plural(n_warnings, "warning")
        )),
    }
}

/// One snippet per file that the labels are in, that of the primary label first.
fn causes<'a>(diagnostic: &'a Diagnostic, sources: &'a SourceMap) -> Vec<Snippet<'a, Annotation<'a>>> {
    let primary = diagnostic.primary.iter().map(|label| (AnnotationKind::Primary, label));
    let others = diagnostic.labels.iter().map(|label| (AnnotationKind::Context, label));
    let labels: Vec<(AnnotationKind, &Label)> = primary.chain(others).collect();
    let mut files: Vec<FileId> = Vec::new();
    for (_, label) in &labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
        .into_iter()
        .map(|file| {
            let here = || labels.iter().filter(move |(_, label)| label.span.file == file);
            let window = Window::around(sources, file, here().map(|(_, label)| label.span));
            let annotations = here().map(|(kind, label)| {
                let text = (!label.text.is_empty()).then_some(label.text.as_str());
                kind.span(window.range(label.span)).label(text)
            });
            window.snippet().annotations(annotations)
        })
        .collect()
}

/// Whether the lines that edits change are short enough to be shown before and after.
fn can_show(edits: &[Edit], sources: &SourceMap) -> bool {
    edits.iter().all(|edit| {
        let window = Window::around(sources, edit.span.file, std::iter::once(edit.span));
        window.text.lines().all(|line| line.len() <= MAX_SHOWN_LINE)
    })
}

/// The edits of a hint, one snippet per file.
fn suggestions<'a>(edits: &'a [Edit], sources: &'a SourceMap) -> Vec<Snippet<'a, Patch<'a>>> {
    let mut files: Vec<FileId> = edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    files
        .into_iter()
        .map(|file| {
            let here = || edits.iter().filter(move |edit| edit.span.file == file);
            let window = Window::around(sources, file, here().map(|edit| edit.span));
            let patches = here().map(|edit| Patch::new(window.range(edit.span), edit.text.as_str()));
            window.snippet().patches(patches)
        })
        .collect()
}

/// The lines of a file that some spans touch: rendering costs what is shown, not what the file is long.
struct Window<'a> {
    path: String,
    text: &'a str,
    /// The offset of `text` in the file.
    start: usize,
    first_line: usize,
}

impl<'a> Window<'a> {
    fn around(sources: &'a SourceMap, file: FileId, spans: impl Iterator<Item = Span>) -> Self {
        let source = sources.file(file);
        let text: &str = &source.text;
        let (mut low, mut high) = (u32::MAX, 0);
        for span in spans {
            low = low.min(span.start);
            high = high.max(span.end);
        }
        let first = source
            .lines()
            .line(clamp(text, low) as u32)
            .saturating_sub(CONTEXT_LINES);
        let last = source
            .lines()
            .line(clamp(text, high) as u32)
            .saturating_add(CONTEXT_LINES);
        let start = nth_line_start(text, source.lines(), first);
        let end = nth_line_start(text, source.lines(), last.saturating_add(1));
        Self {
            path: path_of(source),
            text: &text[start..end],
            start,
            first_line: first as usize + 1,
        }
    }

    fn snippet<T: Clone>(&self) -> Snippet<'a, T> {
        Snippet::source(self.text)
            .line_start(self.first_line)
            .path(self.path.clone())
    }

    /// A span as a range of the window's text, moved to the boundaries of characters.
    fn range(&self, span: Span) -> Range<usize> {
        let at = |offset: u32| clamp(self.text, (offset as usize).saturating_sub(self.start) as u32);
        at(span.start)..at(span.end).max(at(span.start))
    }
}

/// The path of a file as messages show it, the same on every system.
pub(crate) fn path_of(source: &SourceFile) -> String {
    source.path.to_string_lossy().replace('\\', "/")
}

/// The start of line `line`, zero-based; the end of the text where there is no such line.
fn nth_line_start(text: &str, lines: &base::LineIndex, line: u32) -> usize {
    lines.start(line).map_or(text.len(), |start| start as usize)
}

/// The boundary of a character at or before `offset` in `text`.
pub(crate) fn clamp(text: &str, offset: u32) -> usize {
    let offset = (offset as usize).min(text.len());
    (0..=offset).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
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

    fn shown(text: &str, make: impl FnOnce(FileId) -> Diagnostic) -> String {
        let mut sources = SourceMap::default();
        let file = sources.add(Path::new("a.lang"), text.into());
        render(&make(file), &sources, Colors::Never)
    }

    #[test]
    fn labels_notes_and_an_edit() {
        let text = "fn main() {\n    let x: i32 = \"a\";\n}\n";
        let out = shown(text, |file| {
            Diagnostic::error(CODE, Span::new(file, 29, 32), "mismatched types")
                .at("a `&str`")
                .label(Span::new(file, 23, 26), "an `i32` because of this")
                .note("numbers are not text")
                .hint_replace("write a number", Span::new(file, 29, 32), "1")
        });
        assert_eq!(
            out,
            "\
error[E0000]: mismatched types
 --> a.lang:2:18
  |
2 |     let x: i32 = \"a\";
  |            ---   ^^^ a `&str`
  |            |
  |            an `i32` because of this
  |
  = note: numbers are not text
help: write a number
  |
2 -     let x: i32 = \"a\";
2 +     let x: i32 = 1;
  |

"
        );
    }

    #[test]
    fn an_edit_of_a_very_long_line_is_only_said() {
        let text = "x".repeat(100_000);
        let out = shown(&text, |file| {
            let place = Span::new(file, 50_000, 50_001);
            Diagnostic::error(CODE, place, "wrong").hint_replace("write `y`", place, "y")
        });
        assert!(out.len() < 1_000 && out.contains("= help: write `y`"), "{out}");
    }

    #[test]
    fn any_place_in_any_text_is_safe() {
        for text in [
            "",
            "\n",
            "\r\n",
            "a",
            "a\r\n\tb\r\n",
            "žluť\t🦀\n",
            "\u{feff}x",
            "🦀",
            "\0\u{1b}[31m\u{202e}",
        ] {
            for start in 0..=text.len() as u32 + 2 {
                for end in start..=text.len() as u32 + 3 {
                    let out = shown(text, |file| {
                        let span = Span::new(file, start, end);
                        Diagnostic::error(CODE, span, "m")
                            .label(Span::new(file, 0, 0), "l")
                            .hint_replace("h", span, "\n")
                    });
                    assert!(
                        out.starts_with("error[E0000]: m\n --> a.lang:"),
                        "{text:?} {start}..{end}: {out}"
                    );
                    assert!(
                        !out.contains(['\r', '\u{1b}', '\u{202e}']),
                        "{text:?} {start}..{end}: {out:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn crlf_and_tabs_point_at_the_same_column_as_lf() {
        let crlf = shown("\tab\r\n\tcd\r\n", |file| {
            Diagnostic::error(CODE, Span::new(file, 7, 8), "m").at("here")
        });
        let lf = shown("\tab\n\tcd\n", |file| {
            Diagnostic::error(CODE, Span::new(file, 6, 7), "m").at("here")
        });
        assert_eq!(crlf, lf);
        assert!(lf.contains("2 |     cd\n  |      ^ here\n"), "{lf}");
    }

    #[test]
    fn far_labels_are_folded_and_a_second_file_is_shown() {
        let mut sources = SourceMap::default();
        let text: String = (1..=500).map(|n| format!("line {n}\n")).collect();
        let first = sources.add(Path::new("a.lang"), text.as_str().into());
        let second = sources.add(Path::new("b.lang"), "other\n".into());
        let end = text.len() as u32 - 1;
        let diagnostic = Diagnostic::error(CODE, Span::new(first, end - 3, end), "m")
            .label(Span::new(first, 0, 4), "first")
            .label(Span::new(second, 0, 5), "there");
        let out = render(&diagnostic, &sources, Colors::Never);
        assert!(out.lines().count() < 25, "{out}");
        assert!(out.contains("a.lang:500:6") && out.contains("b.lang:1:1"), "{out}");
    }

    #[test]
    fn the_summary_counts() {
        let mut sources = SourceMap::default();
        let file = sources.add(Path::new("a.lang"), "".into());
        let error = Diagnostic::error(CODE, Span::new(file, 0, 0), "m");
        let warning = Diagnostic::warning(CODE, Span::new(file, 0, 0), "m");
        assert_eq!(summary([]), None);
        assert_eq!(summary([&error, &error]).as_deref(), Some("2 errors"));
        assert_eq!(summary([&error, &warning]).as_deref(), Some("1 error, 1 warning"));
        assert_eq!(summary([&warning]).as_deref(), Some("1 warning"));
    }
}
