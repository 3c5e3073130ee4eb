//! Comments, and the tokens that they stay with.
//!
//! Takes a tree, gives [`Comments`]: for each token the comments before it and those after it on its line, and where
//! the source had line breaks and empty lines. Promises that each comment outside of f-strings is some token's, or
//! the end of the file's, once, and that where a comment is printed its token is found again.

use std::borrow::Cow;
use std::ops::Range;

use syntax::{TokenId, TokenKind, Tree};

base::define_id! {
    /// A comment of one file.
    pub(crate) struct CommentId;
}

#[derive(Debug)]
pub(crate) struct Comment<'t> {
    /// Without blanks at its end; line breaks are `\n`.
    pub(crate) text: Cow<'t, str>,
    /// Whether it goes on to the end of the line.
    pub(crate) is_line: bool,
    /// Whether nothing but it stood on its lines.
    pub(crate) is_own_line: bool,
    /// Whether an empty line stood before it.
    pub(crate) blank_before: bool,
    /// The number of characters before it on its line.
    pub(crate) column: usize,
}

/// What stood between a token and the one before it.
#[derive(Clone, Default, Debug)]
struct Gap {
    /// The comments that are this token's.
    leading: Range<u32>,
    /// The comments after the token, on its line.
    trailing: Range<u32>,
    has_newline: bool,
    /// Whether an empty line stood just before the token.
    has_blank: bool,
}

#[derive(Debug)]
pub(crate) struct Comments<'t> {
    list: Vec<Comment<'t>>,
    /// By token, with one more for the end of the file.
    gaps: Vec<Gap>,
    end: TokenId,
}

impl<'t> Comments<'t> {
    pub(crate) fn of(tree: &'t Tree) -> Self {
        let n_tokens = tree.tokens().len();
        let mut collector = Collector {
            tree,
            comments: Self {
                list: Vec::new(),
                gaps: vec![Gap::default(); n_tokens + 1],
                end: TokenId(n_tokens as u32),
            },
            depth: 0,
        };
        collector.collect();
        collector.comments
    }

    /// Where the comments after the last token are.
    pub(crate) fn end(&self) -> TokenId {
        self.end
    }

    pub(crate) fn get(&self, id: CommentId) -> &Comment<'t> {
        &self.list[id.0 as usize]
    }

    pub(crate) fn leading(&self, token: TokenId) -> impl Iterator<Item = CommentId> + use<> {
        self.gaps[token.0 as usize].leading.clone().map(CommentId)
    }

    pub(crate) fn trailing(&self, token: TokenId) -> impl Iterator<Item = CommentId> + use<> {
        self.gaps[token.0 as usize].trailing.clone().map(CommentId)
    }

    /// Whether a line break stood between this token and the one before.
    pub(crate) fn newline_before(&self, token: TokenId) -> bool {
        self.gaps[token.0 as usize].has_newline
    }

    /// Whether an empty line stood just before this token, after its comments.
    pub(crate) fn blank_before_token(&self, token: TokenId) -> bool {
        self.gaps[token.0 as usize].has_blank
    }

    /// Whether an empty line stood before this token and its comments.
    pub(crate) fn blank_before(&self, token: TokenId) -> bool {
        let gap = &self.gaps[token.0 as usize];
        match self.list.get(gap.leading.start as usize) {
            Some(first) if !gap.leading.is_empty() => first.blank_before,
            Some(_) | None => gap.has_blank,
        }
    }
}

struct Collector<'t> {
    tree: &'t Tree,
    comments: Comments<'t>,
    /// The number of f-strings around the current token: what is in them is text.
    depth: u32,
}

/// What is known of the gap before the next token.
#[derive(Default)]
struct Between {
    first_comment: u32,
    /// The comments on the line of the token before.
    n_on_line: u32,
    has_newline: bool,
    /// The number of line breaks since the last comment or token.
    n_newlines: usize,
}

impl<'t> Collector<'t> {
    fn collect(&mut self) {
        let n_tokens = self.tree.tokens().len() as u32;
        let mut previous: Option<TokenId> = None;
        let mut between = Between::default();
        for id in (0..n_tokens).map(TokenId) {
            let token = self.tree.token(id);
            let kind = token.kind();
            if self.depth > 0 {
                // Tokens in an f-string are none of their own.
            } else if kind == TokenKind::Whitespace {
                between.n_newlines += token.text().bytes().filter(|byte| *byte == b'\n').count();
                between.has_newline |= between.n_newlines > 0;
            } else if kind.is_trivia() {
                self.comment(id, &mut between, previous.is_some());
            } else {
                self.close(previous, id, &between);
                previous = Some(id);
                between = Between {
                    first_comment: self.comments.list.len() as u32,
                    ..Between::default()
                };
            }
            match kind {
                TokenKind::FStrStart => self.depth += 1,
                TokenKind::FStrEnd => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        previous = Some(id);
                    }
                }
                _ => {}
            }
        }
        // Behind the last token every comment is followed by the end of its line.
        between.has_newline = true;
        self.close(previous, self.comments.end, &between);
    }

    fn comment(&mut self, id: TokenId, between: &mut Between, has_previous: bool) {
        let token = self.tree.token(id);
        if !between.has_newline && has_previous {
            between.n_on_line += 1;
        }
        let followed_by_newline = self.is_followed_by_newline(id);
        let is_line = token.kind() != TokenKind::BlockComment;
        self.comments.list.push(Comment {
            text: normal_text(token.text()),
            is_line,
            is_own_line: is_line || followed_by_newline,
            blank_before: between.n_newlines > 1,
            column: self.column(token.span().start),
        });
        between.n_newlines = 0;
    }

    fn column(&self, start: u32) -> usize {
        let before = &self.tree.text()[..start as usize];
        let line = before.rfind('\n').map_or(0, |newline| newline + 1);
        before[line..].chars().count()
    }

    /// Gives the comments between `previous` and `next` to one or the other.
    fn close(&mut self, previous: Option<TokenId>, next: TokenId, between: &Between) {
        let (start, end) = (between.first_comment, self.comments.list.len() as u32);
        let mut leading = start..end;
        if let Some(previous) = previous {
            let on_line_end = start + between.n_on_line;
            let on_line = &self.comments.list[start as usize..on_line_end as usize];
            let behind = &self.comments.list[on_line_end as usize..];
            let may_join = !on_line.iter().any(|comment| comment.is_line)
                && !behind.iter().any(|comment| comment.is_own_line)
                && !self.opens(previous);
            if self.closes(next) && may_join {
                leading.start = end;
            } else if between.has_newline {
                leading.start = on_line_end;
            }
            if leading.start > start {
                self.comments.gaps[previous.0 as usize].trailing = start..leading.start;
            }
        }
        // One that goes to a line of its own ends the line of the one before it.
        for index in (leading.start as usize..leading.end as usize).rev().skip(1) {
            let is_followed = self.comments.list[index + 1].is_own_line;
            self.comments.list[index].is_own_line |= is_followed;
        }
        let gap = &mut self.comments.gaps[next.0 as usize];
        gap.leading = leading;
        gap.has_newline = between.has_newline;
        gap.has_blank = between.n_newlines > 1;
        self.move_behind_separator(previous, next);
    }

    fn kind(&self, token: TokenId) -> Option<TokenKind> {
        self.tree.tokens().kinds.get(token.0 as usize).copied()
    }

    fn opens(&self, token: TokenId) -> bool {
        use TokenKind as T;
        matches!(
            self.kind(token),
            Some(T::LParen | T::LBracket | T::LBrace | T::Lt | T::Pipe)
        )
    }

    /// Whether a comment before `token`, on its line, rather belongs to what stands before it.
    fn closes(&self, token: TokenId) -> bool {
        use TokenKind as T;
        matches!(
            self.kind(token),
            Some(T::RParen | T::RBracket | T::RBrace | T::Gt | T::Comma | T::Semicolon | T::Dot | T::QuestionDot)
        )
    }

    /// What stood at the end of a line whose `,`, `;` or `{` is on the next goes behind that, if the space is free.
    fn move_behind_separator(&mut self, previous: Option<TokenId>, next: TokenId) {
        use TokenKind as T;
        let is_separator = matches!(self.kind(next), Some(T::Comma | T::Semicolon | T::LBrace));
        let Some(previous) = previous.filter(|previous| is_separator && !self.opens(*previous)) else {
            return;
        };
        let trailing = self.comments.gaps[previous.0 as usize].trailing.clone();
        let is_line = |index: u32| self.comments.list[index as usize].is_line;
        let goes = trailing.clone().any(is_line) && self.comments.gaps[next.0 as usize].leading.is_empty();
        if goes && !self.gets_comments_behind(next) {
            self.comments.gaps[previous.0 as usize].trailing = 0..0;
            self.comments.gaps[next.0 as usize].trailing = trailing;
        }
    }

    /// Whether some of the comments behind `token` are going to be its own.
    fn gets_comments_behind(&self, token: TokenId) -> bool {
        let mut has_comment = false;
        let mut has_newline = false;
        for id in (token.0 + 1..self.comments.end.0).map(TokenId) {
            let behind = self.tree.token(id);
            match behind.kind() {
                TokenKind::Whitespace => has_newline |= behind.text().contains('\n'),
                kind if !kind.is_trivia() => return has_comment && self.closes(id) && !self.opens(token),
                _ if !has_newline && self.is_followed_by_newline(id) => return true,
                _ => has_comment = true,
            }
        }
        has_comment && !has_newline
    }

    /// Whether nothing but blanks stands between `token` and the end of its line.
    fn is_followed_by_newline(&self, token: TokenId) -> bool {
        let next = TokenId(token.0 + 1);
        match self.kind(next) {
            Some(TokenKind::Whitespace) => self.tree.token(next).text().contains('\n'),
            Some(_) => false,
            None => true,
        }
    }
}

/// A comment's text with line breaks of one kind and nothing blank at the ends of its lines' ends.
fn normal_text(text: &str) -> Cow<'_, str> {
    let text = text.trim_end_matches([' ', '\t', '\r']);
    if text.contains('\r') {
        text.replace("\r\n", "\n").into()
    } else {
        text.into()
    }
}
