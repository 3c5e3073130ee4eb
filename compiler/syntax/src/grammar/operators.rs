//! Operators: the table of precedence, and expressions built with it.
//!
//! Takes the parser where an expression is required, gives an expression node. The levels are those of the
//! reference's table, from the loosest.

use crate::builder::Mark;
use crate::errors;
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

/// How tightly an operator binds: the greater, the tighter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    Assignment,
    Catch,
    Or,
    And,
    Comparison,
    Coalesce,
    Range,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Sum,
    Product,
    Cast,
    Unary,
}

/// How operators of one level combine without parentheses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Grouping {
    Left,
    Right,
    /// They do not.
    None,
}

impl Level {
    /// The level of a token as an operator between operands.
    fn of(kind: TokenKind) -> Option<Self> {
        use TokenKind as T;
        match kind {
            kind if kind.is_assignment() => Some(Self::Assignment),
            T::CatchKw => Some(Self::Catch),
            T::PipePipe => Some(Self::Or),
            T::AmpAmp => Some(Self::And),
            T::EqEq | T::BangEq | T::Lt | T::LtEq | T::Gt | T::GtEq => Some(Self::Comparison),
            T::QuestionQuestion => Some(Self::Coalesce),
            T::DotDot | T::DotDotEq => Some(Self::Range),
            T::Pipe => Some(Self::BitOr),
            T::Caret => Some(Self::BitXor),
            T::Amp => Some(Self::BitAnd),
            T::Shl | T::Shr => Some(Self::Shift),
            T::Plus | T::Minus | T::PlusPercent | T::MinusPercent | T::PlusPipe | T::MinusPipe => Some(Self::Sum),
            T::Star | T::Slash | T::Percent | T::StarPercent => Some(Self::Product),
            T::AsKw => Some(Self::Cast),
            _ => None,
        }
    }

    fn grouping(self) -> Grouping {
        match self {
            Self::Assignment | Self::Catch | Self::Coalesce => Grouping::Right,
            Self::Comparison | Self::Range => Grouping::None,
            Self::Or | Self::And | Self::BitOr | Self::BitXor | Self::BitAnd | Self::Shift => Grouping::Left,
            Self::Sum | Self::Product | Self::Cast | Self::Unary => Grouping::Left,
        }
    }

    /// The next tighter level.
    fn tighter(self) -> Self {
        match self {
            Self::Assignment => Self::Catch,
            Self::Catch => Self::Or,
            Self::Or => Self::And,
            Self::And => Self::Comparison,
            Self::Comparison => Self::Coalesce,
            Self::Coalesce => Self::Range,
            Self::Range => Self::BitOr,
            Self::BitOr => Self::BitXor,
            Self::BitXor => Self::BitAnd,
            Self::BitAnd => Self::Shift,
            Self::Shift => Self::Sum,
            Self::Sum => Self::Product,
            Self::Product => Self::Cast,
            Self::Cast | Self::Unary => Self::Unary,
        }
    }

    /// The level of the right operand.
    fn right(self) -> Self {
        match self.grouping() {
            Grouping::Right => self,
            Grouping::Left | Grouping::None => self.tighter(),
        }
    }
}

impl Parser<'_> {
    pub(super) fn expr(&mut self) {
        self.expr_at(Level::Assignment);
    }

    /// An expression between brackets, where no header restricts it.
    pub(super) fn expr_normal(&mut self) {
        self.within(Context::NORMAL, Self::expr);
    }

    pub(super) fn expr_above_assignment(&mut self) {
        self.expr_at(Level::Catch);
    }

    /// An expression whose operators outside brackets bind at least as tightly as `level`.
    pub(super) fn expr_at(&mut self, level: Level) {
        self.nested(|p| {
            let mark = p.start();
            p.operand();
            p.operators_after(mark, level);
        });
    }

    /// What follows the left operand that started at `mark` and is complete.
    pub(super) fn operators_after(&mut self, mark: Mark, least: Level) {
        let mut has_let = self.last_kind() == Some(NodeKind::LetExpr);
        let mut previous: Option<(Level, base::Span)> = None;
        loop {
            if self.in_header && self.at_lost_block() {
                return;
            }
            self.foreign_operator();
            if least <= Level::Catch && self.at_ternary() {
                self.ternary(mark);
                continue;
            }
            self.foreign_word_operator();
            let op = self.current();
            let Some(level) = Level::of(op).filter(|level| *level >= least) else {
                return;
            };
            if has_let && op != TokenKind::AmpAmp {
                let span = self.span_since(mark);
                self.error_and_go_on(errors::misplaced_let(span));
                has_let = false;
            }
            if level.grouping() == Grouping::None
                && !self.is_in_unclosed()
                && let Some((_, first)) = previous.filter(|(previous, _)| *previous == level)
            {
                let span = self.span();
                self.error_and_go_on(match level {
                    Level::Range => errors::chained_range(span, first),
                    _ => errors::chained_comparison(span, first),
                });
            }
            previous = Some((level, self.span()));
            if self.foreign_increment(mark) {
                continue;
            }
            has_let |= op == TokenKind::AmpAmp && self.nth(1) == TokenKind::LetKw;
            let kind = self.operator_and_right(level);
            self.complete(mark, kind);
        }
    }

    /// Consumes an operator and its right operand. Gives the kind of the whole.
    fn operator_and_right(&mut self, level: Level) -> NodeKind {
        match level {
            Level::Cast => self.cast(),
            Level::Catch => self.catch(),
            Level::Range => {
                self.range_end();
                NodeKind::RangeExpr
            }
            Level::And => {
                self.bump();
                self.expr_at(level.right());
                NodeKind::BinaryExpr
            }
            Level::Assignment => {
                self.bump();
                self.right_operand(level.right());
                NodeKind::AssignExpr
            }
            Level::Or | Level::Comparison | Level::Coalesce | Level::BitOr | Level::BitXor | Level::BitAnd => {
                self.binary(level)
            }
            Level::Shift | Level::Sum | Level::Product | Level::Unary => self.binary(level),
        }
    }

    /// `..` or `..=` and what follows it: `..` needs no end.
    pub(super) fn range_end(&mut self) {
        let needs_end = self.at(TokenKind::DotDotEq);
        self.bump();
        if needs_end || self.at_operand() {
            self.right_operand(Level::Range.right());
        }
    }

    fn binary(&mut self, level: Level) -> NodeKind {
        self.bump();
        self.foreign_strict_equality();
        self.right_operand(level.right());
        NodeKind::BinaryExpr
    }

    /// An operand where no `let` may stand.
    pub(super) fn right_operand(&mut self, level: Level) {
        let context = Context {
            allows_let: false,
            ..self.context
        };
        self.within(context, |p| p.expr_at(level));
    }

    /// `as T`, `as% T`
    fn cast(&mut self) -> NodeKind {
        self.bump();
        self.eat(TokenKind::Percent);
        let outer = std::mem::replace(&mut self.in_cast, true);
        self.ty();
        self.in_cast = outer;
        NodeKind::CastExpr
    }

    /// `catch e`, `catch |p| e`: a `|` here always opens a binder.
    fn catch(&mut self) -> NodeKind {
        use TokenKind as T;
        self.bump();
        if self.at(T::Pipe) {
            let open = self.start().token();
            self.bump();
            self.pattern_without_or();
            self.expect_close(T::Pipe, open);
        } else if self.at(T::LParen) && self.nth(1) == T::Ident && self.nth(2) == T::RParen && self.nth(3) == T::LBrace
        {
            self.foreign_binder();
        } else if self.at_bare_binder() {
            self.bare_binder();
        } else if self.at(T::PipePipe) {
            self.error_expected("the name of the error, as in `catch |e|`");
            self.bump_error();
        }
        self.right_operand(Level::Catch);
        NodeKind::CatchExpr
    }

    /// `and` and `or`, read as the operators they should be.
    fn foreign_word_operator(&mut self) {
        let (kind, fix) = match self.current() {
            TokenKind::Ident if self.nth_is_word(0, "and") => (TokenKind::AmpAmp, "&&"),
            TokenKind::Ident if self.nth_is_word(0, "or") => (TokenKind::PipePipe, "||"),
            _ => return,
        };
        let message = format!("the operator is written `{fix}`");
        self.habit_here(&message, fix);
        self.replace_current(kind);
    }
}
