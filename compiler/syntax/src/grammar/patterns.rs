//! Patterns.
//!
//! Takes the parser where a pattern is required, gives a pattern node. A lone name is a `BindPat`; whether it is
//! a constant is not known here.

use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn at_pattern(&self) -> bool {
        self.at(TokenKind::Pipe) || self.at_pattern_without_or()
    }

    pub(super) fn at_pattern_without_or(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            kind if kind.is_literal() => true,
            T::Ident | T::SelfTypeKw | T::SelfKw | T::Underscore | T::DotDot | T::DotDotEq | T::Minus => true,
            T::Amp | T::AmpAmp | T::LParen | T::LBracket | T::Dot | T::VarKw | T::MutKw => true,
            _ => false,
        }
    }

    /// `a | b`, perhaps with a `|` in front.
    pub(super) fn pattern(&mut self) {
        let mark = self.start();
        let is_led = self.eat(TokenKind::Pipe);
        self.pattern_without_or();
        if !is_led && !self.at(TokenKind::Pipe) {
            return;
        }
        while self.eat(TokenKind::Pipe) {
            self.pattern_without_or();
        }
        self.complete(mark, NodeKind::OrPat);
    }

    pub(super) fn pattern_without_or(&mut self) {
        self.nested(Self::pattern_inner);
    }

    fn pattern_inner(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let kind = match self.current() {
            T::Underscore => {
                self.bump();
                NodeKind::WildcardPat
            }
            T::DotDot | T::DotDotEq => {
                let is_range = self.at(T::DotDotEq);
                self.bump();
                if self.at_literal_pattern() || is_range {
                    self.range_pattern_end();
                    NodeKind::RangePat
                } else {
                    NodeKind::RestPat
                }
            }
            T::Amp | T::AmpAmp => {
                if self.at(T::AmpAmp) {
                    self.bump_split(T::Amp, T::Amp);
                } else {
                    self.bump();
                    self.eat(T::MutKw);
                }
                self.pattern_without_or();
                NodeKind::RefPat
            }
            T::LParen => self.tuple_pattern(),
            T::LBracket => {
                self.bracketed_list(T::LBracket, T::RBracket, "a pattern", Self::at_pattern, Self::pattern);
                NodeKind::SlicePat
            }
            T::VarKw | T::MutKw => {
                if self.at(T::MutKw) {
                    self.foreign_mut();
                } else {
                    self.bump();
                }
                self.name();
                self.subpattern();
                NodeKind::BindPat
            }
            T::Dot if self.nth(1) == T::LBrace => {
                self.bump();
                self.struct_pattern_fields();
                NodeKind::StructPat
            }
            _ if self.at_literal_pattern() => {
                self.literal_pattern();
                return self.rest_of_range(mark);
            }
            T::Ident | T::Dot | T::SelfTypeKw => return self.path_pattern(),
            kind if kind.is_keyword() && matches!(self.nth(1), T::Colon | T::Eq | T::InKw | T::Semicolon) => {
                self.name_or(|_| true);
                NodeKind::BindPat
            }
            _ => {
                self.error_expected("a pattern");
                NodeKind::ErrorPat
            }
        };
        self.complete(mark, kind);
    }

    fn at_literal_pattern(&self) -> bool {
        self.current().is_literal() || self.at(TokenKind::Minus) || self.at_none_or_null()
    }

    fn literal_pattern(&mut self) {
        let mark = self.start();
        self.eat(TokenKind::Minus);
        self.literal();
        self.complete(mark, NodeKind::LiteralPat);
    }

    /// `..b` or `..=b` after the literal or path at `mark`, if one follows.
    fn rest_of_range(&mut self, mark: crate::builder::Mark) {
        use TokenKind as T;
        if !matches!(self.current(), T::DotDot | T::DotDotEq) {
            return;
        }
        let needs_end = self.at(T::DotDotEq);
        self.bump();
        if needs_end || self.at_literal_pattern() || self.at(T::Ident) {
            self.range_pattern_end();
        }
        self.complete(mark, NodeKind::RangePat);
    }

    fn range_pattern_end(&mut self) {
        if self.at_literal_pattern() {
            self.literal_pattern();
        } else if self.at(TokenKind::Ident) {
            let mark = self.start();
            self.pattern_path();
            self.complete(mark, NodeKind::PathPat);
        } else {
            self.error_expected("the end of the range");
            let mark = self.start();
            self.complete(mark, NodeKind::ErrorPat);
        }
    }

    /// `x`, `x @ p`, `a.b`, `.B`, and either with `(…)` or `{…}`
    fn path_pattern(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::Ident) && !matches!(self.nth(1), T::Dot | T::ColonColon | T::LParen | T::LBrace) {
            if matches!(self.nth(1), T::DotDot | T::DotDotEq) {
                self.pattern_path();
                self.complete(mark, NodeKind::PathPat);
                return self.rest_of_range(mark);
            }
            self.bump();
            self.subpattern();
            return self.complete(mark, NodeKind::BindPat);
        }
        self.pattern_path();
        let kind = match self.current() {
            T::LParen => {
                self.bracketed_list(T::LParen, T::RParen, "a pattern", Self::at_pattern, Self::pattern);
                NodeKind::TupleStructPat
            }
            T::LBrace => {
                self.struct_pattern_fields();
                NodeKind::StructPat
            }
            _ => {
                self.complete(mark, NodeKind::PathPat);
                return self.rest_of_range(mark);
            }
        };
        self.complete(mark, kind);
    }

    fn subpattern(&mut self) {
        if self.eat(TokenKind::At) {
            self.pattern_without_or();
        }
    }

    /// `a.b` or `.b`
    fn pattern_path(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.eat(T::Dot) {
            self.any_name();
        } else {
            self.bump();
        }
        loop {
            match self.current() {
                T::Dot => self.bump(),
                T::ColonColon => self.foreign_path_separator(),
                _ => break,
            }
            self.any_name();
        }
        self.complete(mark, NodeKind::PatPath);
    }

    /// `()`, `(p)`, `(p, q)`
    fn tuple_pattern(&mut self) -> NodeKind {
        use TokenKind as T;
        let open = self.start().token();
        let mut n_patterns = 0;
        let mut has_rest = false;
        self.bump();
        self.list_elements(T::RParen, "a pattern", Self::at_pattern, |p| {
            p.pattern();
            n_patterns += 1;
            has_rest |= p.last_kind() == Some(NodeKind::RestPat);
        });
        let has_comma = self.previous_is(T::Comma);
        self.expect_close(T::RParen, open);
        if n_patterns == 1 && !has_comma && !has_rest {
            NodeKind::ParenPat
        } else {
            NodeKind::TuplePat
        }
    }

    /// `{ x, y: p, .. }`
    fn struct_pattern_fields(&mut self) {
        use TokenKind as T;
        let starts = |p: &Self| p.at_any_name() || p.at(T::DotDot);
        self.bracketed_list(T::LBrace, T::RBrace, "a field", starts, Self::struct_pattern_field);
    }

    fn struct_pattern_field(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.eat(T::DotDot) {
            return self.complete(mark, NodeKind::RestPat);
        }
        let is_named = self.nth(1) == T::Colon;
        if !is_named && self.at(T::MutKw) {
            self.foreign_mut();
        } else if !is_named {
            self.eat(T::VarKw);
        }
        if is_named {
            self.any_name();
        } else {
            self.name();
        }
        if self.eat(T::Colon) {
            self.pattern();
        }
        self.complete(mark, NodeKind::StructPatField);
    }
}
