//! Documents to text.
//!
//! Takes documents and comments, gives the text: lines of at most [`WIDTH`] columns where the documents allow it,
//! without blanks at their ends. A document is laid out from the outside in, left to right, looking ahead no further
//! than a line, so that the time is linear. Knows nothing of the language.

use crate::comments::{Comment, CommentId, Comments};
use crate::doc::{Doc, DocId, Docs, Flat};

/// The most columns of a line.
pub(crate) const WIDTH: usize = 100;
/// The columns of one level of indentation.
pub(crate) const INDENT: usize = 4;
/// Comments at the ends of consecutive lines are aligned while the lines' lengths differ by no more than this.
const MAX_COMMENT_PADDING: usize = 24;

pub(crate) fn print(docs: &Docs<'_>, comments: &Comments<'_>, root: DocId) -> String {
    let mut printer = Printer {
        docs,
        comments,
        out: String::new(),
        column: 0,
        line: 0,
        line_indent: 0,
        at_line_start: true,
        space_is_due: false,
        break_is_due: false,
        blank_is_due: false,
        stack: vec![Command {
            indent: 0,
            mode: Mode::Break,
            doc: root,
            n_done: 0,
        }],
        ends: Vec::new(),
    };
    while let Some(command) = printer.stack.pop() {
        printer.step(command);
    }
    let mut out = align(&printer.out, &printer.ends);
    out.truncate(out.trim_end_matches('\n').len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    Flat,
    Break,
}

#[derive(Clone, Copy, Debug)]
struct Command {
    indent: usize,
    mode: Mode,
    doc: DocId,
    /// How many parts of a fill are printed.
    n_done: u32,
}

/// A line comment behind code.
#[derive(Clone, Copy, Debug)]
struct LineEnd {
    /// Where the space before the comment is, in bytes.
    offset: usize,
    line: usize,
    indent: usize,
    /// The length of the code before it, with its indentation.
    column: usize,
}

struct Printer<'a, 't> {
    docs: &'a Docs<'t>,
    comments: &'a Comments<'t>,
    out: String,
    column: usize,
    line: usize,
    /// The indentation of the current line.
    line_indent: usize,
    at_line_start: bool,
    space_is_due: bool,
    /// Whether the line must end before more text, as a line comment stands at its end.
    break_is_due: bool,
    /// Whether an empty line stands before the next one.
    blank_is_due: bool,
    stack: Vec<Command>,
    ends: Vec<LineEnd>,
}

impl Printer<'_, '_> {
    fn step(&mut self, command: Command) {
        let Command { indent, mode, doc, .. } = command;
        match self.docs.get(doc) {
            Doc::Empty | Doc::ForceBreak => {}
            Doc::Text(text) => self.text(text, indent),
            Doc::Space => self.space_is_due = true,
            Doc::BlankLine => self.blank_is_due = true,
            Doc::Line { flat, blank } => match mode {
                Mode::Break => self.newline(indent, *blank),
                Mode::Flat => self.space_is_due |= *flat == Flat::Space,
            },
            Doc::HardLine { blank } => self.newline(indent, *blank),
            Doc::Concat(parts) => {
                let commands = parts.iter().rev().map(|doc| Command { doc: *doc, ..command });
                self.stack.extend(commands);
            }
            Doc::Indent(inner) => self.push(indent + INDENT, mode, *inner),
            Doc::Group(inner) | Doc::LastResort(inner) => {
                let mode = match mode {
                    Mode::Flat => Mode::Flat,
                    Mode::Break if self.fits_flat(*inner) => Mode::Flat,
                    Mode::Break => Mode::Break,
                };
                self.push(indent, mode, *inner);
            }
            Doc::Broken(inner) => self.push(indent, Mode::Break, *inner),
            Doc::Alternatives { flat, hugged, open } => {
                if mode == Mode::Flat || self.fits_flat(*flat) {
                    self.push(indent, Mode::Flat, *flat);
                } else if let Some(hugged) = hugged.filter(|hugged| self.fits_here(&[*hugged], Mode::Break)) {
                    self.push(indent, Mode::Break, hugged);
                } else {
                    self.push(indent, Mode::Break, *open);
                }
            }
            Doc::Fill(parts) => self.fill(parts, command),
            Doc::Value { value, may_move } => self.value(*value, *may_move, command),
            Doc::OwnLine(comment) => self.own_line(*comment, indent),
            Doc::Trailing(comment) => self.trailing(*comment, indent),
            Doc::Inline(comment) => {
                let comment = self.comments.get(*comment);
                self.text(&comment.text, indent);
                self.space_is_due = true;
            }
        }
    }

    fn push(&mut self, indent: usize, mode: Mode, doc: DocId) {
        self.stack.push(Command {
            indent,
            mode,
            doc,
            n_done: 0,
        });
    }

    /// Prints one content or one separator and leaves the rest for the next step.
    fn fill(&mut self, parts: &[DocId], command: Command) {
        let n_done = command.n_done as usize;
        let Some(part) = parts.get(n_done).copied() else {
            return;
        };
        self.stack.push(Command {
            n_done: command.n_done + 1,
            ..command
        });
        let is_separator = n_done % 2 == 1;
        let fits = match parts.get(n_done + 1) {
            Some(content) if is_separator => {
                // What follows the content is measured from the separator after it on.
                self.stack.push(Command {
                    n_done: command.n_done + 2,
                    ..command
                });
                let is_hard = [part, *content].iter().any(|doc| self.docs.facts(*doc).is_hard);
                let fits = !is_hard && self.fits_here(&[part, *content], Mode::Flat);
                self.stack.pop();
                fits
            }
            Some(_) | None => self.fits_flat(part),
        };
        let mode = if command.mode == Mode::Flat || fits {
            Mode::Flat
        } else {
            Mode::Break
        };
        self.push(command.indent, mode, part);
    }

    fn value(&mut self, value: DocId, may_move: bool, command: Command) {
        let Command { indent, mode, .. } = command;
        if self.break_is_due {
            return self.push(indent + INDENT, Mode::Break, value);
        }
        self.space_is_due = true;
        if mode == Mode::Flat || self.fits_flat(value) {
            return self.push(indent, Mode::Flat, value);
        }
        let facts = self.docs.facts(value);
        let next = indent + INDENT;
        let is_better = next < self.column + 1 && !facts.is_hard && may_move;
        if is_better && (!facts.can_break || self.fits_at(next, false, &[value], Mode::Flat)) {
            self.newline(next, false);
            return self.push(next, Mode::Flat, value);
        }
        self.push(indent, Mode::Break, value);
    }

    // Measuring.

    fn fits_flat(&self, doc: DocId) -> bool {
        !self.docs.facts(doc).is_hard && self.fits_here(&[doc], Mode::Flat)
    }

    /// Whether `parts`, printed next, fit on the current line.
    fn fits_here(&self, parts: &[DocId], mode: Mode) -> bool {
        let indent = self.stack.last().map_or(0, |command| command.indent);
        if self.at_line_start {
            self.fits_at(self.line_indent, false, parts, mode)
        } else if self.break_is_due {
            self.fits_at(indent, false, parts, mode)
        } else {
            self.fits_at(self.column, self.space_is_due, parts, mode)
        }
    }

    /// Whether the line is short enough up to the first line break of `parts` and what follows them, if they start
    /// at `column`. In `parts`, groups without a forced break are on one line; what follows breaks where it can.
    fn fits_at(&self, column: usize, space_is_due: bool, parts: &[DocId], mode: Mode) -> bool {
        let mut measure = Measure {
            printer: self,
            column,
            space_is_due,
            stack: parts.iter().rev().map(|doc| (mode, *doc, 0)).collect(),
            n_rest: self.stack.len(),
            in_rest: false,
        };
        while measure.column <= WIDTH {
            match measure.step() {
                Step::More => {}
                Step::LineEnds => return measure.column <= WIDTH,
            }
        }
        false
    }

    // Writing.

    fn text(&mut self, text: &str, indent: usize) {
        if self.break_is_due {
            self.newline(indent, false);
        }
        if self.at_line_start {
            self.out.extend(std::iter::repeat_n(' ', self.line_indent));
            self.column = self.line_indent;
        } else if self.space_is_due {
            self.out.push(' ');
            self.column += 1;
        }
        self.space_is_due = false;
        self.at_line_start = false;
        self.out.push_str(text);
        match text.rsplit_once('\n') {
            Some((before, last)) => {
                self.line += before.matches('\n').count() + 1;
                self.column = width(last);
            }
            None => self.column += width(text),
        }
    }

    fn newline(&mut self, indent: usize, blank: bool) {
        let is_blank = (blank || self.blank_is_due) && !self.out.is_empty();
        if !self.at_line_start {
            self.out.push('\n');
            self.line += 1;
        }
        if is_blank && !self.out.ends_with("\n\n") {
            self.out.push('\n');
            self.line += 1;
        }
        self.line_indent = indent;
        self.column = indent;
        self.at_line_start = true;
        self.space_is_due = false;
        self.break_is_due = false;
        self.blank_is_due = false;
    }

    fn own_line(&mut self, id: CommentId, indent: usize) {
        if !self.at_line_start || self.blank_is_due {
            self.newline(indent, false);
        }
        self.line_indent = indent;
        let comment = self.comments.get(id);
        let text = at_indent(comment, indent);
        self.text(&text, indent);
        self.break_is_due = true;
    }

    fn trailing(&mut self, id: CommentId, indent: usize) {
        let comment = self.comments.get(id);
        self.space_is_due = true;
        if comment.is_line && !self.at_line_start && !self.break_is_due {
            self.ends.push(LineEnd {
                offset: self.out.len(),
                line: self.line,
                indent: self.line_indent,
                column: self.column,
            });
        }
        self.text(&comment.text, indent);
        self.break_is_due |= comment.is_line;
    }
}

/// The number of columns of text without line breaks.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A comment whose first line is moved to `indent`: its other lines move along.
fn at_indent(comment: &Comment<'_>, indent: usize) -> String {
    let mut lines = comment.text.split('\n');
    let mut text = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let n_blank = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let rest = &line[n_blank.min(comment.column)..];
        text.push('\n');
        if !rest.trim().is_empty() {
            text.extend(std::iter::repeat_n(' ', indent));
            text.push_str(rest.trim_end());
        }
    }
    text
}

/// Looks along a line.
struct Measure<'m, 'a, 't> {
    printer: &'m Printer<'a, 't>,
    column: usize,
    space_is_due: bool,
    /// Documents, with the number of their parts that were looked at.
    stack: Vec<(Mode, DocId, usize)>,
    /// How many of the printer's commands are not looked at yet.
    n_rest: usize,
    /// Whether what is being measured follows the document in question.
    in_rest: bool,
}

enum Step {
    More,
    LineEnds,
}

impl Measure<'_, '_, '_> {
    fn step(&mut self) -> Step {
        let (mode, doc, n_done) = match self.stack.pop() {
            Some(next) => next,
            None => {
                let Some(index) = self.n_rest.checked_sub(1) else {
                    return Step::LineEnds;
                };
                self.n_rest = index;
                self.in_rest = true;
                let command = self.printer.stack[index];
                (command.mode, command.doc, command.n_done as usize)
            }
        };
        let docs = self.printer.docs;
        match docs.get(doc) {
            Doc::Empty | Doc::ForceBreak | Doc::BlankLine => {}
            Doc::Text(text) => return self.text(text),
            Doc::Space => self.space_is_due = true,
            Doc::Line { flat, .. } => match mode {
                Mode::Break => return Step::LineEnds,
                Mode::Flat => self.space_is_due |= *flat == Flat::Space,
            },
            Doc::HardLine { .. } | Doc::OwnLine(_) => return Step::LineEnds,
            Doc::Concat(parts) | Doc::Fill(parts) => {
                if let Some(part) = parts.get(n_done) {
                    self.stack.push((mode, doc, n_done + 1));
                    self.stack.push((mode, *part, 0));
                }
            }
            Doc::Indent(inner) => self.stack.push((mode, *inner, 0)),
            Doc::Group(inner) => {
                let mode = self.group_mode(mode, *inner);
                self.stack.push((mode, *inner, 0));
            }
            Doc::LastResort(inner) => {
                let is_hard = docs.facts(*inner).is_hard;
                let mode = if is_hard { Mode::Break } else { Mode::Flat };
                self.stack.push((mode, *inner, 0));
            }
            Doc::Broken(inner) => self.stack.push((Mode::Break, *inner, 0)),
            Doc::Alternatives { flat, hugged, open } => {
                let next = match self.group_mode(mode, *flat) {
                    Mode::Flat => (Mode::Flat, *flat, 0),
                    Mode::Break => (Mode::Break, hugged.unwrap_or(*open), 0),
                };
                self.stack.push(next);
            }
            Doc::Value { value, may_move } => {
                let inner = self.group_mode(mode, *value);
                if inner == Mode::Break && self.in_rest && *may_move {
                    return Step::LineEnds;
                }
                self.space_is_due = true;
                self.stack.push((inner, *value, 0));
            }
            Doc::Trailing(comment) => {
                // Comments may stand beyond the last column.
                if self.printer.comments.get(*comment).is_line {
                    return Step::LineEnds;
                }
                self.space_is_due = true;
                return self.text(&self.printer.comments.get(*comment).text);
            }
            Doc::Inline(comment) => {
                let step = self.text(&self.printer.comments.get(*comment).text);
                self.space_is_due = true;
                return step;
            }
        }
        Step::More
    }

    /// How a group would be laid out: on one line where it is asked whether it fits, and broken behind that.
    fn group_mode(&self, mode: Mode, inner: DocId) -> Mode {
        if self.printer.docs.facts(inner).is_hard || (self.in_rest && mode == Mode::Break) {
            Mode::Break
        } else {
            Mode::Flat
        }
    }

    fn text(&mut self, text: &str) -> Step {
        self.column += usize::from(self.space_is_due);
        self.space_is_due = false;
        match text.split_once('\n') {
            Some((first, _)) => {
                self.column += width(first);
                Step::LineEnds
            }
            None => {
                self.column += width(text);
                Step::More
            }
        }
    }
}

/// Moves the comments at the ends of consecutive lines to one column.
fn align(text: &str, ends: &[LineEnd]) -> String {
    let mut out = String::with_capacity(text.len() + ends.len() * INDENT);
    let mut copied = 0;
    let mut rest = ends;
    while let Some(first) = rest.first() {
        let (mut least, mut most) = (first.column, first.column);
        let mut n_run = 1;
        for (previous, next) in rest.iter().zip(&rest[1..]) {
            let (lower, upper) = (least.min(next.column), most.max(next.column));
            let is_next = next.line == previous.line + 1 && next.indent == first.indent;
            if !is_next || upper - lower > MAX_COMMENT_PADDING {
                break;
            }
            (least, most) = (lower, upper);
            n_run += 1;
        }
        let (run, behind) = rest.split_at(n_run);
        for end in run {
            out.push_str(&text[copied..end.offset]);
            out.extend(std::iter::repeat_n(' ', most - end.column));
            copied = end.offset;
        }
        rest = behind;
    }
    out.push_str(&text[copied..]);
    out
}
