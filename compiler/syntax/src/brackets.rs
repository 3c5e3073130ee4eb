//! Where a file lost or gained a bracket, judged by how brackets match and, for braces, by the layout.
//!
//! Takes tokens, gives the places before which a `}` is missing, the `(` and `[` that are not closed, and the
//! closing brackets that are too many. A file whose brackets match gets no hints, so that layout never changes the
//! meaning of correct code. Knows only brackets, lines and the tokens that start items and statements.

use crate::token::TokenKind;
use crate::tree::Tokens;

/// The places, as indices of tokens, each list in ascending order.
#[derive(Default)]
pub(crate) struct BracketHints {
    /// Tokens before which a `}` is missing; one that stands here twice lacks two.
    missing: Vec<u32>,
    /// The number of `}` that are missing at the end of the file.
    n_at_end: usize,
    /// Closing braces that close nothing, unless a `{` turns out to be missing before.
    extra: Vec<u32>,
    /// Tokens before which a `{` is missing, as the layout says: the first lines of blocks whose end is one of `extra`.
    opened: Vec<u32>,
    /// `)` and `]` that close nothing.
    stray: Vec<u32>,
    unclosed: Vec<Unclosed>,
}

/// A `(` or `[` without its partner, and the bracket or the end of the file that ends what surrounds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Unclosed {
    open: u32,
    end: u32,
}

/// A bracket that is open.
#[derive(Clone, Copy)]
struct Open {
    token: u32,
    kind: TokenKind,
    /// The offset of the start of its line.
    line: usize,
    /// The width of the white space that its line starts with.
    indent: usize,
}

impl BracketHints {
    /// Judges the file, whose tokens but trivia are `significant`.
    pub(crate) fn find(text: &str, tokens: &Tokens, significant: &[u32]) -> Self {
        if matches_everywhere(tokens) {
            return Self::default();
        }
        let count = |wanted| {
            significant
                .iter()
                .filter(|index| tokens.kinds[**index as usize] == wanted)
                .count()
        };
        let (n_open, n_close) = (count(TokenKind::LBrace), count(TokenKind::RBrace));
        if n_open.abs_diff(n_close) > MAX_BROKEN {
            return Self::default();
        }
        let mut search = Search {
            text,
            line_starts: line_starts(text),
            tokens,
            n_missing: n_open.saturating_sub(n_close),
            n_extra: n_close.saturating_sub(n_open),
            hints: Self::default(),
        };
        if !search.match_all(significant) {
            return Self::default();
        }
        if n_open > n_close {
            search.missing_braces(significant);
        } else if n_close > n_open {
            search.extra_braces(significant);
            search.lost_blocks(significant);
        }
        let mut hints = search.hints;
        hints.n_at_end = search.n_missing;
        hints.missing.sort_unstable();
        hints.extra.sort_unstable();
        hints.opened.sort_unstable();
        hints.unclosed.sort_unstable();
        hints
    }

    /// Whether the closing bracket `token` closes nothing.
    pub(crate) fn is_extra(&self, token: u32) -> bool {
        self.extra.binary_search(&token).is_ok() || self.stray.binary_search(&token).is_ok()
    }

    /// Whether a `)` or `]` of the file closes nothing.
    pub(crate) fn has_stray(&self) -> bool {
        !self.stray.is_empty()
    }

    pub(crate) fn has_extra_brace_from(&self, token: u32) -> bool {
        self.extra.last().is_some_and(|last| *last >= token)
    }

    /// Takes the first extra brace from `token` on, if there is one, for the partner of a `{` that is missing there.
    pub(crate) fn take_extra_brace_from(&mut self, token: u32) {
        let place = self.extra.partition_point(|extra| *extra < token);
        if place < self.extra.len() {
            self.extra.remove(place);
        }
    }

    /// Whether the layout says that a block starts before `token`, whose `{` is missing.
    pub(crate) fn starts_lost_block(&self, token: u32) -> bool {
        self.opened.binary_search(&token).is_ok()
    }

    /// Takes the `{` that is missing before `token` for found.
    pub(crate) fn take_lost_block(&mut self, token: u32) {
        self.opened.retain(|opened| *opened != token);
    }

    pub(crate) fn is_brace_missing(&self, token: u32) -> bool {
        self.missing.binary_search(&token).is_ok()
    }

    /// Whether a `}` is missing before `token` or further on.
    pub(crate) fn has_missing_brace_from(&self, token: u32) -> bool {
        self.n_at_end > 0 || self.missing.last().is_some_and(|last| *last >= token)
    }

    /// Takes the first `}` that is missing before `token` or further on for one that is missing before `token`.
    pub(crate) fn take_missing_brace_from(&mut self, token: u32) {
        let place = self.missing.partition_point(|missing| *missing < token);
        if place < self.missing.len() {
            self.missing.remove(place);
        } else {
            self.n_at_end = self.n_at_end.saturating_sub(1);
        }
    }

    /// Whether a `(` or `[` before `token` is not closed, in what surrounds `token`.
    pub(crate) fn is_in_unclosed(&self, token: u32) -> bool {
        self.unclosed
            .iter()
            .any(|unclosed| unclosed.open < token && token <= unclosed.end)
    }

    /// Takes the innermost such bracket for one whose partner is missing before `token`.
    pub(crate) fn take_unclosed(&mut self, token: u32) {
        let is_around = |unclosed: &Unclosed| unclosed.open < token && token <= unclosed.end;
        if let Some(place) = self.unclosed.iter().rposition(is_around) {
            self.unclosed.remove(place);
        }
    }
}

/// Brackets open at once, or broken, above which a file is no program that someone is typing in: judging it takes time
/// that is the square of them.
const MAX_BROKEN: usize = 1_000;

fn line_starts(text: &str) -> Vec<usize> {
    let after_breaks = text.match_indices('\n').map(|(index, _)| index + 1);
    std::iter::once(0).chain(after_breaks).collect()
}

/// Whether every bracket has its partner: what is so for nearly every file that is not being typed in.
fn matches_everywhere(tokens: &Tokens) -> bool {
    let mut open = Vec::new();
    for kind in &tokens.kinds {
        if let Some(close) = closer_of(*kind) {
            open.push(close);
        } else if is_closer(*kind) && open.pop() != Some(*kind) {
            return false;
        }
    }
    open.is_empty()
}

fn closer_of(kind: TokenKind) -> Option<TokenKind> {
    match kind {
        TokenKind::LParen => Some(TokenKind::RParen),
        TokenKind::LBracket => Some(TokenKind::RBracket),
        TokenKind::LBrace => Some(TokenKind::RBrace),
        TokenKind::FStrOpen => Some(TokenKind::FStrClose),
        _ => None,
    }
}

fn is_closer(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::RParen | TokenKind::RBracket | TokenKind::RBrace | TokenKind::FStrClose
    )
}

/// Whether a line that starts with this token is most likely a new item or statement.
fn starts_line(kind: TokenKind) -> bool {
    use TokenKind as T;
    match kind {
        T::Ident | T::At | T::SelfKw => true,
        T::AsKw | T::CatchKw | T::ElseKw | T::InKw | T::WhereKw => false,
        _ => kind.is_keyword(),
    }
}

struct Search<'a> {
    text: &'a str,
    /// In ascending order.
    line_starts: Vec<usize>,
    tokens: &'a Tokens,
    /// How many `}` are still to be found missing.
    n_missing: usize,
    /// How many are still to be found too many.
    n_extra: usize,
    hints: BracketHints,
}

impl Search<'_> {
    fn kind(&self, token: u32) -> TokenKind {
        self.tokens.kinds[token as usize]
    }

    fn open(&self, token: u32) -> Open {
        let line = self.line(token);
        let indent = self.text[line..]
            .bytes()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        Open {
            token,
            kind: self.kind(token),
            line,
            indent,
        }
    }

    /// The offset at which the line of `token` starts.
    fn line(&self, token: u32) -> usize {
        let start = self.tokens.starts[token as usize] as usize;
        let line = self.line_starts.partition_point(|line| *line <= start);
        self.line_starts[line - 1]
    }

    fn is_first_on_line(&self, token: u32) -> bool {
        let start = self.tokens.starts[token as usize] as usize;
        self.text[self.line(token)..start]
            .bytes()
            .all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Matches every closing bracket with the nearest opening one that it can have; `(` and `[` do not reach over
    /// a `{`, unless that one lacks its `}` on the same line. False when too much is broken.
    fn match_all(&mut self, significant: &[u32]) -> bool {
        let mut open: Vec<Open> = Vec::new();
        for &token in significant {
            if open.len() + self.hints.stray.len() + self.hints.unclosed.len() > MAX_BROKEN {
                return false;
            }
            let kind = self.kind(token);
            if closer_of(kind).is_some() {
                open.push(self.open(token));
            } else if is_closer(kind) {
                self.match_close(token, &mut open);
            }
        }
        let end = self.tokens.len() as u32;
        self.unclose(&open, end);
        true
    }

    fn match_close(&mut self, token: u32, open: &mut Vec<Open>) {
        let kind = self.kind(token);
        let partner = open.iter().rposition(|open| closer_of(open.kind) == Some(kind));
        let is_round = matches!(kind, TokenKind::RParen | TokenKind::RBracket);
        let Some(partner) = partner else {
            if is_round {
                self.hints.stray.push(token);
            }
            return;
        };
        let line = self.line(token);
        let inner = &open[partner + 1..];
        let n_braces = inner
            .iter()
            .filter(|inner| matches!(inner.kind, TokenKind::LBrace | TokenKind::FStrOpen))
            .count();
        if is_round && n_braces > 0 {
            let is_one_line = inner
                .iter()
                .all(|inner| inner.line == line && inner.kind != TokenKind::FStrOpen);
            if !is_one_line || n_braces > self.n_missing {
                self.hints.stray.push(token);
                return;
            }
            self.n_missing -= n_braces;
            self.hints.missing.extend(std::iter::repeat_n(token, n_braces));
        }
        // Inside of an argument list, the closure's or the record's `{` before it is missing.
        let is_deeper = self.is_first_on_line(token) && self.open(token).indent > open[partner].indent;
        let is_in_round = inner
            .last()
            .is_some_and(|inner| inner.kind != TokenKind::LBrace && (inner.line == line || is_deeper));
        if kind == TokenKind::RBrace && is_in_round && self.n_extra > 0 {
            self.n_extra -= 1;
            self.hints.extra.push(token);
            return;
        }
        let inner = open.split_off(partner + 1);
        self.unclose(&inner, token);
        open.pop();
    }

    fn unclose(&mut self, open: &[Open], end: u32) {
        let is_round = |open: &&Open| matches!(open.kind, TokenKind::LParen | TokenKind::LBracket);
        self.hints.unclosed.extend(
            open.iter()
                .filter(is_round)
                .map(|open| Unclosed { open: open.token, end }),
        );
    }

    /// A line that closes or starts something at a smaller indent than the block it would stand in ends that
    /// block.
    fn missing_braces(&mut self, significant: &[u32]) {
        let mut open: Vec<Open> = Vec::new();
        let mut known: Vec<u32> = self.hints.missing.iter().rev().copied().collect();
        for &token in significant {
            while known.pop_if(|known| *known == token).is_some() {
                open.pop();
            }
            let kind = self.kind(token);
            let closes = kind == TokenKind::RBrace;
            if (closes || starts_line(kind)) && self.is_first_on_line(token) {
                let indent = self.open(token).indent;
                let has_partner = !closes || open.iter().any(|outer| outer.indent == indent);
                let ends = |inner: &mut Open| {
                    if closes {
                        inner.indent > indent
                    } else {
                        inner.indent >= indent
                    }
                };
                while has_partner && self.n_missing > 0 && open.pop_if(ends).is_some() {
                    self.hints.missing.push(token);
                    self.n_missing -= 1;
                }
            }
            match kind {
                TokenKind::LBrace => open.push(self.open(token)),
                TokenKind::RBrace => {
                    open.pop();
                }
                _ => {}
            }
        }
    }

    /// A closing brace that is alone at a greater indent than what it would close is the one too many.
    fn extra_braces(&mut self, significant: &[u32]) {
        let mut open: Vec<Open> = Vec::new();
        for &token in significant {
            match self.kind(token) {
                TokenKind::LBrace => open.push(self.open(token)),
                TokenKind::RBrace if self.hints.extra.contains(&token) => {}
                TokenKind::RBrace => {
                    let is_extra = match open.last() {
                        Some(outer) => self.open(token).indent > outer.indent && self.is_first_on_line(token),
                        None => true,
                    };
                    if self.n_extra > 0 && is_extra {
                        self.n_extra -= 1;
                        self.hints.extra.push(token);
                    } else {
                        open.pop();
                    }
                }
                _ => {}
            }
        }
    }

    /// Where a closing brace that is too many stands below lines at a greater indent, after a line at its own, these
    /// are the block that it ends, unless that line opened it.
    fn lost_blocks(&mut self, significant: &[u32]) {
        let mut extra = self.hints.extra.clone();
        extra.sort_unstable();
        // What stands first on each line, and the lines, with their indents, that none after them is left of.
        let (mut firsts, mut outer): (Vec<usize>, Vec<(usize, usize)>) = (Vec::new(), Vec::new());
        for (index, token) in significant.iter().enumerate() {
            if !self.is_first_on_line(*token) {
                continue;
            }
            let indent = self.open(*token).indent;
            while outer.pop_if(|(_, inner)| *inner > indent).is_some() {}
            if extra.binary_search(token).is_ok()
                && let Some((line, _)) = outer.last().filter(|(_, same)| *same == indent)
                && let Some(first) = firsts.get(line + 1)
                && self.kind(significant[first - 1]) != TokenKind::LBrace
            {
                self.hints.opened.push(significant[*first]);
            }
            outer.push((firsts.len(), indent));
            firsts.push(index);
        }
    }
}
