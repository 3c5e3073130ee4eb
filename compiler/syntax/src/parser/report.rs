//! Reporting errors, going on after them, and trying what may turn out to be something else.
//!
//! Takes diagnostics and rules, gives one error for one mistake: at a place where one was reported, after a literal
//! without its end, and while trying, no other is.

use diag::Diagnostic;

use super::{Context, Parser};
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::token::TokenKind;

/// Where a speculation started, to come back to.
struct Checkpoint {
    pos: usize,
    rest_of_split: Option<(TokenKind, u32)>,
    n_copied: u32,
    n_out: usize,
    n_nodes: u32,
    last_end: u32,
    depth: u32,
    context: Context,
    in_cast: bool,
    in_ffi_block: bool,
}

impl Parser<'_> {
    /// Reports an error at the current place, unless one was, there or before on its line: what follows a mistake on
    /// the same line is most likely a part of it.
    pub(crate) fn error(&mut self, diagnostic: Diagnostic) {
        if self.is_speculating {
            return self.fail_speculation();
        }
        if self.is_halted || self.error_pos == Some(self.pos) || self.follows_unterminated() {
            return;
        }
        self.error_pos = Some(self.pos);
        let start = diagnostic.primary.as_ref().map_or(0, |label| label.span.start);
        if self.lost_at.is_some_and(|lost| self.on_one_line(lost, start)) {
            return;
        }
        self.lost_at = Some(start);
        self.n_unexplained += 1;
        self.error_start = Some(self.span().start);
        self.reported = Some(self.diagnostics.report(diagnostic));
    }

    /// Reports an error that says nothing of whether the parser is on the right track: what follows is read as
    /// if it were right.
    pub(crate) fn error_and_go_on(&mut self, diagnostic: Diagnostic) {
        if self.is_speculating {
            return self.fail_speculation();
        }
        if !self.is_halted {
            self.error_start = Some(self.span().start);
            self.reported = Some(self.diagnostics.report(diagnostic));
        }
    }

    /// Reports something as another language writes it, or adds it to what the construct around it is told.
    pub(crate) fn habit(&mut self, habit: Habit) {
        if self.is_speculating {
            return self.fail_speculation();
        }
        match &mut self.habits {
            Some(habits) => habits.push(habit),
            None => self.report_habits(vec![habit]),
        }
    }

    /// Runs `rule`, whose habits are one message, or part of that of the construct around.
    pub(crate) fn with_one_habit(&mut self, rule: impl FnOnce(&mut Self)) {
        if self.habits.is_some() || self.is_speculating {
            return rule(self);
        }
        self.habits = Some(Vec::new());
        rule(self);
        let habits = self.habits.take().unwrap_or_default();
        self.report_habits(habits);
    }

    fn report_habits(&mut self, habits: Vec<Habit>) {
        if let Some(diagnostic) = errors::habits(habits) {
            self.error_and_go_on(diagnostic);
        }
    }

    /// `what` as a phrase: "an expression".
    pub(crate) fn error_expected(&mut self, what: &str) {
        self.error(errors::expected(self.span(), what, self.current()));
    }

    /// Consumes the current token as an error node.
    pub(crate) fn bump_error(&mut self) {
        let mark = self.start();
        self.bump();
        self.complete(mark, NodeKind::Error);
    }

    /// Stops reading: the rest of the file becomes tokens of the root.
    pub(super) fn halt(&mut self) {
        if self.is_speculating {
            return self.fail_speculation();
        }
        if !self.is_halted {
            let span = if self.at_end() {
                self.previous_span()
            } else {
                self.span()
            };
            self.reported = Some(self.diagnostics.report(errors::too_deep(span)));
            self.is_halted = true;
        }
        self.go_to_end();
    }

    /// Makes every rule see the end of the file.
    fn go_to_end(&mut self) {
        if let Some((kind, start)) = self.rest_of_split.take() {
            self.out.push(kind, start);
            self.n_copied = self.significant[self.pos] + 1;
        }
        self.pos = self.significant.len();
    }

    /// Runs `rule` and, if it met an error or said no, undoes all it did. Inside, no error is reported.
    pub(crate) fn speculate(&mut self, rule: impl FnOnce(&mut Self) -> bool) -> bool {
        let checkpoint = Checkpoint {
            pos: self.pos,
            rest_of_split: self.rest_of_split,
            n_copied: self.n_copied,
            n_out: self.out.len(),
            n_nodes: self.builder.len(),
            last_end: self.last_end,
            depth: self.depth,
            context: self.context,
            in_cast: self.in_cast,
            in_ffi_block: self.in_ffi_block,
        };
        let outer = (self.is_speculating, self.speculation_failed);
        (self.is_speculating, self.speculation_failed) = (true, false);
        let is_good = rule(self) && !self.speculation_failed;
        (self.is_speculating, self.speculation_failed) = outer;
        if !is_good {
            self.pos = checkpoint.pos;
            self.rest_of_split = checkpoint.rest_of_split;
            self.n_copied = checkpoint.n_copied;
            self.out.kinds.truncate(checkpoint.n_out);
            self.out.starts.truncate(checkpoint.n_out);
            self.builder.truncate(checkpoint.n_nodes);
            self.last_end = checkpoint.last_end;
            self.depth = checkpoint.depth;
            self.context = checkpoint.context;
            self.in_cast = checkpoint.in_cast;
            self.in_ffi_block = checkpoint.in_ffi_block;
        }
        is_good
    }

    pub(crate) fn is_speculating(&self) -> bool {
        self.is_speculating
    }

    pub(super) fn fail_speculation(&mut self) {
        self.speculation_failed = true;
        self.pos = self.significant.len();
        self.rest_of_split = None;
    }
}
