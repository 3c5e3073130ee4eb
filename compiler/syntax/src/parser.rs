//! The parser's machinery: looking ahead, consuming, marking nodes; below it, reporting and recovering.
//!
//! Takes tokens, gives a tree and the syntax errors; the rules are in `grammar`. Tokens are copied to the output
//! as they are consumed, trivia along with them, so that one can be split (`>>` in types) or given another kind
//! (a contextual keyword) on the way. Promises that any input gives a tree that holds all of it.

mod close;
mod report;

use std::cell::OnceCell;
use std::sync::Arc;

use base::{FileId, Span};
use diag::{Diagnostics, Reported};

use crate::brackets::BracketHints;
use crate::builder::{Builder, Mark};
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::token::TokenKind;
use crate::tree::{Tokens, Tree};

/// The deepest nesting of expressions, types, patterns and blocks in one another.
const MAX_NESTING: u32 = 256;
/// The greatest height of the tree: nesting, and chains such as `a + b + …`, whose left operands nest.
const MAX_HEIGHT: u16 = 1_024;

/// What may stand where the parser is, as the header of a statement restricts it.
#[derive(Clone, Copy)]
pub(crate) struct Context {
    /// Whether `Path {` is a struct literal and `{` may follow type arguments.
    pub(crate) allows_struct_literal: bool,
    /// Whether `let` may stand as a condition.
    pub(crate) allows_let: bool,
}

impl Context {
    pub(crate) const NORMAL: Self = Self {
        allows_struct_literal: true,
        allows_let: false,
    };
    /// The header of `match` and `for`.
    pub(crate) const HEADER: Self = Self {
        allows_struct_literal: false,
        allows_let: false,
    };
    /// The header of `if` and `while`.
    pub(crate) const CONDITION: Self = Self {
        allows_struct_literal: false,
        allows_let: true,
    };
}

pub(crate) struct Parser<'a> {
    pub(crate) file: FileId,
    pub(crate) text: &'a Arc<str>,
    input: &'a Tokens,
    /// The indices in `input` of the tokens that are neither trivia nor unknown.
    significant: Vec<u32>,
    /// The kinds of those, and some `Eof` after them.
    kinds: Vec<TokenKind>,
    /// The current token, as an index of `kinds`.
    pos: usize,
    /// What is left of the current token after its first part was consumed, and where that starts.
    rest_of_split: Option<(TokenKind, u32)>,
    /// The number of tokens of `input` that were copied to `out`.
    n_copied: u32,
    out: Tokens,
    /// The index in `out` after the last significant token.
    last_end: u32,
    builder: Builder,
    diagnostics: Diagnostics,
    reported: Option<Reported>,
    /// Where the last error was reported: one error for each place is enough.
    error_pos: Option<usize>,
    /// The offset of the token at which the last error was reported.
    error_start: Option<u32>,
    /// Where the last error that may have put the parser off the track stands.
    lost_at: Option<u32>,
    /// Errors after which the parser may have lost the way, less the braces that close nothing because of them.
    n_unexplained: u32,
    depth: u32,
    pub(crate) context: Context,
    /// Whether a block follows what is read: brackets inside of the header of a statement count, blocks do not.
    pub(crate) in_header: bool,
    /// Whether the parser is inside an `@ffi` block, where keywords are names.
    pub(crate) in_ffi_block: bool,
    /// Whether the parser is in the type of a cast, where `<` may be less-than.
    pub(crate) in_cast: bool,
    is_speculating: bool,
    speculation_failed: bool,
    /// Whether the depth limit was met: the rest of the file is not parsed.
    is_halted: bool,
    brackets: BracketHints,
    /// The habits of the construct that is being read, if they are to be one message.
    pub(crate) habits: Option<Vec<Habit>>,
    /// Where the current statement starts, as an index of the output.
    stmt_start: u32,
    /// For each `<` of an expression that was tried, whether it opens type arguments.
    pub(crate) tried_type_args: base::FxHashMap<u32, bool>,
    /// The offsets of all line breaks, once an error has asked for them.
    line_breaks: OnceCell<Vec<u32>>,
}

/// Enough for any look-ahead past the end.
const N_EOF: usize = 8;

impl<'a> Parser<'a> {
    /// `diagnostics` are the lexer's, `reported` the proof that it reported any.
    pub(crate) fn new(
        file: FileId,
        text: &'a Arc<str>,
        input: &'a Tokens,
        diagnostics: Diagnostics,
        reported: Option<Reported>,
    ) -> Self {
        let is_significant = |kind: TokenKind| !kind.is_trivia() && kind != TokenKind::Unknown;
        let significant: Vec<u32> = (0..input.len() as u32)
            .filter(|index| is_significant(input.kinds[*index as usize]))
            .collect();
        let brackets = BracketHints::find(text, input, &significant);
        let mut kinds: Vec<TokenKind> = significant.iter().map(|index| input.kinds[*index as usize]).collect();
        kinds.extend([TokenKind::Eof; N_EOF]);
        let n_tokens = input.len();
        let mut parser = Self {
            file,
            text,
            input,
            significant,
            kinds,
            pos: 0,
            rest_of_split: None,
            n_copied: 0,
            out: Tokens {
                kinds: Vec::with_capacity(n_tokens),
                starts: Vec::with_capacity(n_tokens),
            },
            last_end: 0,
            builder: Builder::with_capacity(n_tokens),
            diagnostics,
            reported,
            error_pos: None,
            error_start: None,
            lost_at: None,
            n_unexplained: 0,
            depth: 0,
            context: Context::NORMAL,
            in_header: false,
            in_ffi_block: false,
            in_cast: false,
            is_speculating: false,
            speculation_failed: false,
            is_halted: false,
            brackets,
            habits: None,
            stmt_start: u32::MAX,
            tried_type_args: base::FxHashMap::default(),
            line_breaks: OnceCell::new(),
        };
        parser.copy_trivia();
        parser.skip_extra_brackets();
        parser
    }

    /// The tree, whose root is what was parsed. Tokens that were not reached become the root's.
    pub(crate) fn finish(mut self, root: Mark) -> (Tree, Diagnostics) {
        if let Some((kind, start)) = self.rest_of_split.take() {
            self.out.push(kind, start);
            self.n_copied += 1;
        }
        while let Some(&kind) = self.input.kinds.get(self.n_copied as usize) {
            self.out.push(kind, self.input.starts[self.n_copied as usize]);
            self.n_copied += 1;
        }
        self.builder.complete(root, NodeKind::SourceFile, self.out.len() as u32);
        debug_assert_eq!(self.reported.is_some(), self.diagnostics.has_errors());
        let tree = Tree::new(
            self.file,
            Arc::clone(self.text),
            self.out,
            self.builder.finish(),
            self.reported,
        );
        (tree, self.diagnostics)
    }

    // Looking.

    pub(crate) fn current(&self) -> TokenKind {
        match self.rest_of_split {
            Some((kind, _)) => kind,
            None => self.kinds[self.pos],
        }
    }

    /// How many tokens on the file has ended.
    pub(crate) fn end_of_tokens(&self) -> usize {
        self.significant.len().saturating_sub(self.pos)
    }

    /// The kind `n` tokens on; the current one for 0.
    pub(crate) fn nth(&self, n: usize) -> TokenKind {
        if n == 0 {
            self.current()
        } else {
            self.kinds.get(self.pos + n).copied().unwrap_or(TokenKind::Eof)
        }
    }

    pub(crate) fn at(&self, kind: TokenKind) -> bool {
        self.current() == kind
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at(TokenKind::Eof)
    }

    /// Whether no line ends between the two offsets.
    pub(crate) fn on_one_line(&self, from: u32, to: u32) -> bool {
        let breaks = self.line_breaks.get_or_init(|| {
            let breaks = self.text.match_indices('\n');
            breaks
                .map(|(at, _)| u32::try_from(at).expect("a file is smaller"))
                .collect()
        });
        let line_of = |offset: u32| breaks.partition_point(|at| *at < offset);
        line_of(from) == line_of(to)
    }

    /// Whether the identifier `n` tokens on is spelled `text`, without backticks.
    pub(crate) fn nth_is_word(&self, n: usize, text: &str) -> bool {
        self.nth(n) == TokenKind::Ident && self.nth_text(n) == text
    }

    pub(crate) fn nth_text(&self, n: usize) -> &'a str {
        let span = self.nth_span(n);
        &self.text[span.start as usize..span.end as usize]
    }

    pub(crate) fn nth_span(&self, n: usize) -> Span {
        let Some(&index) = self.significant.get(self.pos + n) else {
            let end = self.text.len() as u32;
            return Span::new(self.file, end, end);
        };
        let start = match self.rest_of_split {
            Some((_, start)) if n == 0 => start,
            Some(_) | None => self.input.starts[index as usize],
        };
        let end = self
            .input
            .starts
            .get(index as usize + 1)
            .copied()
            .unwrap_or(self.text.len() as u32);
        Span::new(self.file, start, end)
    }

    /// Where the file's first token starts.
    pub(crate) fn first_span(&self) -> Span {
        let start = self
            .significant
            .first()
            .map_or(0, |index| self.input.starts[*index as usize]);
        Span::new(self.file, start, start)
    }

    pub(crate) fn span(&self) -> Span {
        self.nth_span(0)
    }

    /// The span of the token consumed last; of nothing, at the start of the file.
    pub(crate) fn previous_span(&self) -> Span {
        let Some(last) = self.last_end.checked_sub(1) else {
            return Span::new(self.file, 0, 0);
        };
        self.out_span(last)
    }

    /// The span of the token at `index` of the output, which was consumed.
    pub(crate) fn out_span(&self, index: u32) -> Span {
        let start = self.out.starts[index as usize];
        let end = match self.out.starts.get(index as usize + 1) {
            Some(&end) => end,
            None => match self.rest_of_split {
                Some((_, start)) => start,
                None => self
                    .input
                    .starts
                    .get(self.n_copied as usize)
                    .copied()
                    .unwrap_or(self.text.len() as u32),
            },
        };
        Span::new(self.file, start, end)
    }

    /// Whether the token consumed last was of `kind`.
    pub(crate) fn previous_is(&self, kind: TokenKind) -> bool {
        self.last_end
            .checked_sub(1)
            .is_some_and(|last| self.out.kinds[last as usize] == kind)
    }

    /// Whether the token consumed last is a literal without its end: it was reported, and took with it what is
    /// missing after it.
    pub(crate) fn follows_unterminated(&self) -> bool {
        use TokenKind as T;
        let Some(last) = self.last_end.checked_sub(1) else {
            return false;
        };
        let span = self.previous_span();
        let text = &self.text[span.start as usize..span.end as usize];
        match self.out.kinds[last as usize] {
            T::StrLit if text.starts_with("\"\"\"") => text.len() < 6 || !text.ends_with("\"\"\""),
            T::StrLit => text.len() < 2 || !text.ends_with('"'),
            T::ByteStrLit | T::CStrLit => text.len() < 3 || !text.ends_with('"'),
            T::RawStrLit => text.len() < 3 || !text.ends_with(['"', '#']),
            T::CharLit => text.len() < 2 || !text.ends_with('\''),
            T::ByteLit => text.len() < 3 || !text.ends_with('\''),
            T::FStrEnd | T::FStrClose => text.is_empty(),
            _ => false,
        }
    }

    /// Whether nothing stands between the token consumed last and the current one.
    pub(crate) fn touches_previous(&self) -> bool {
        self.out.len() as u32 == self.last_end
    }

    /// Whether the tokens `n` and `n + 1` on touch.
    pub(crate) fn nth_touches_next(&self, n: usize) -> bool {
        self.nth_span(n).end == self.nth_span(n + 1).start
    }

    /// Whether a line break stands before the current token.
    pub(crate) fn is_on_new_line(&self) -> bool {
        let (from, to) = (self.previous_span().end, self.span().start);
        self.text.as_bytes()[from as usize..to.max(from) as usize].contains(&b'\n')
    }

    // Consuming.

    pub(crate) fn bump(&mut self) {
        let kind = self.current();
        self.bump_as(kind);
    }

    /// Consumes the current token as one of `kind`.
    pub(crate) fn bump_as(&mut self, kind: TokenKind) {
        if self.at_end() {
            return;
        }
        let start = match self.rest_of_split.take() {
            Some((_, start)) => start,
            None => self.input.starts[self.significant[self.pos] as usize],
        };
        self.out.push(kind, start);
        self.last_end = self.out.len() as u32;
        self.n_copied = self.significant[self.pos] + 1;
        self.pos += 1;
        self.copy_trivia();
        self.skip_extra_brackets();
    }

    /// Consumes the first byte of the current token as `first` and leaves the rest as `rest`.
    pub(crate) fn bump_split(&mut self, first: TokenKind, rest: TokenKind) {
        let start = self.span().start;
        self.out.push(first, start);
        self.last_end = self.out.len() as u32;
        self.rest_of_split = Some((rest, start + 1));
    }

    /// Reads the current token as one of `kind` from here on.
    pub(crate) fn replace_current(&mut self, kind: TokenKind) {
        if self.rest_of_split.is_none() && !self.is_speculating {
            self.kinds[self.pos] = kind;
        }
    }

    fn copy_trivia(&mut self) {
        let end = self
            .significant
            .get(self.pos)
            .copied()
            .unwrap_or(self.input.len() as u32);
        while self.n_copied < end {
            let index = self.n_copied as usize;
            self.out.push(self.input.kinds[index], self.input.starts[index]);
            self.n_copied += 1;
        }
    }

    pub(crate) fn eat(&mut self, kind: TokenKind) -> bool {
        let is_there = self.at(kind);
        if is_there {
            self.bump();
        }
        is_there
    }

    /// Consumes a mark, or reports that it is missing after the previous token.
    pub(crate) fn expect(&mut self, kind: TokenKind) -> bool {
        let is_there = self.eat(kind);
        if !is_there {
            self.error(errors::missing_token(self.previous_span().after(), kind));
        }
        is_there
    }

    /// Notes that a statement starts here.
    pub(crate) fn note_stmt_start(&mut self) {
        self.stmt_start = self.out.len() as u32;
    }

    pub(crate) fn is_at_stmt_start(&self, mark: Mark) -> bool {
        mark.token() == self.stmt_start
    }

    // Nodes.

    pub(crate) fn start(&self) -> Mark {
        self.builder.mark(self.out.len() as u32)
    }

    pub(crate) fn complete(&mut self, mark: Mark, kind: NodeKind) {
        let height = self.builder.complete(mark, kind, self.last_end);
        if height > MAX_HEIGHT {
            self.halt();
        }
    }

    pub(crate) fn last_kind(&self) -> Option<NodeKind> {
        self.builder.last_kind()
    }

    /// Whether no token was consumed since `mark`.
    pub(crate) fn is_empty_since(&self, mark: Mark) -> bool {
        self.last_end <= mark.token()
    }

    /// The span from `mark` to the last token consumed.
    pub(crate) fn span_since(&self, mark: Mark) -> Span {
        if self.is_empty_since(mark) {
            return self.previous_span().after();
        }
        self.out_span(mark.token()).to(self.previous_span())
    }

    /// Whether nothing is nested around the current token.
    pub(crate) fn is_outermost(&self) -> bool {
        self.depth == 0
    }

    /// Parses something nested one deeper.
    pub(crate) fn nested(&mut self, rule: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_NESTING {
            self.halt();
        }
        self.depth += 1;
        rule(self);
        self.depth -= 1;
    }

    /// Parses something where `context` holds.
    pub(crate) fn within(&mut self, context: Context, rule: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.context, context);
        rule(self);
        self.context = outer;
    }
}
