//! Operands: prefixes, literals, names, brackets, closures.
//!
//! Takes the parser where an operand is required, gives an expression node. Operators between operands are in
//! `operators`, what follows an operand (calls, fields) in `calls`, statements-like expressions in `control`.

use super::operators::Level;
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::{Context, Parser};
use crate::token::TokenKind;

impl Parser<'_> {
    /// Whether an expression starts here.
    pub(super) fn at_expr(&self) -> bool {
        use TokenKind as T;
        match self.current() {
            kind if kind.is_literal() => true,
            T::Ident | T::SelfKw | T::SelfTypeKw | T::FStrStart | T::Underscore | T::Label => true,
            T::LParen | T::LBracket | T::LBrace | T::Dot | T::DotDot | T::DotDotEq => true,
            T::Minus | T::Bang | T::Star | T::Amp | T::AmpAmp | T::Tilde | T::Pipe | T::PipePipe | T::MoveKw => true,
            T::TryKw | T::UnsafeKw | T::ThrowKw | T::ReturnKw | T::BreakKw | T::ContinueKw | T::LetKw => true,
            _ => self.at_block_like(),
        }
    }

    /// The same for an operand that may be left out: in a header a `{` is the statement's.
    pub(super) fn at_operand(&self) -> bool {
        let is_body = self.at(TokenKind::LBrace) && !self.context.allows_struct_literal;
        self.at_expr() && !is_body && !self.at(TokenKind::LetKw)
    }

    /// A prefix with its operand, or a primary expression with what follows it.
    pub(super) fn operand(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let kind = match self.current() {
            T::Minus | T::Bang | T::Star => {
                self.bump();
                self.right_operand(Level::Unary);
                NodeKind::PrefixExpr
            }
            T::Tilde => {
                self.habit_here("the bits are inverted by `!`", "!");
                self.bump_as(T::Bang);
                self.right_operand(Level::Unary);
                NodeKind::PrefixExpr
            }
            T::Ident if self.at_foreign_not() => {
                self.foreign_not();
                NodeKind::PrefixExpr
            }
            T::Ident if self.at_foreign_new() => {
                let name = self.nth_text(1);
                let hint = format!("write `{name} {{ … }}`, or call the function that makes one");
                self.habit(Habit::new(self.span(), "a value is made by naming its fields", hint));
                self.bump_error();
                return self.postfix_expr();
            }
            T::Ident if self.at_sizeof() => return self.sizeof(),
            T::LParen if self.at_c_cast() => self.c_cast(),
            T::FnKw if self.nth(1) == T::LParen => {
                self.foreign_closure();
                NodeKind::ErrorExpr
            }
            T::At => return self.foreign_builtin(),
            T::Amp | T::AmpAmp => self.reference(),
            T::TryKw => self.greedy_prefix(NodeKind::TryExpr),
            T::ThrowKw => self.greedy_prefix(NodeKind::ThrowExpr),
            T::UnsafeKw if !self.at_block_like() => self.greedy_prefix(NodeKind::UnsafeExpr),
            T::ReturnKw | T::BreakKw => self.jump(),
            T::ContinueKw => {
                self.bump();
                self.eat(T::Label);
                NodeKind::ContinueExpr
            }
            T::DotDot | T::DotDotEq => {
                self.range_end();
                NodeKind::RangeExpr
            }
            T::Pipe | T::PipePipe | T::MoveKw => self.closure(),
            T::LetKw => self.let_condition(),
            _ => return self.postfix_expr(),
        };
        self.complete(mark, kind);
    }

    /// `&a`, `&mut a`; `&&a` is two.
    fn reference(&mut self) -> NodeKind {
        use TokenKind as T;
        if self.at(T::AmpAmp) {
            self.bump_split(T::Amp, T::Amp);
        } else {
            self.bump();
            self.eat(T::MutKw);
        }
        self.right_operand(Level::Unary);
        NodeKind::RefExpr
    }

    /// `try`, `throw`, `unsafe`: all to the right but assignment is the operand.
    fn greedy_prefix(&mut self, kind: NodeKind) -> NodeKind {
        self.bump();
        self.right_operand(Level::Catch);
        kind
    }

    /// `return e`, `break 'l e`
    fn jump(&mut self) -> NodeKind {
        use TokenKind as T;
        let kind = if self.at(T::ReturnKw) {
            NodeKind::ReturnExpr
        } else {
            NodeKind::BreakExpr
        };
        self.bump();
        if kind == NodeKind::BreakExpr && self.nth(1) != T::Colon {
            self.eat(T::Label);
        }
        if self.at_operand() {
            self.right_operand(Level::Catch);
        }
        kind
    }

    /// `let p = e`
    fn let_condition(&mut self) -> NodeKind {
        let start = self.span();
        let is_allowed = self.context.allows_let;
        self.bump();
        self.pattern();
        if !is_allowed {
            self.error_and_go_on(errors::misplaced_let(start));
        }
        if self.expect(TokenKind::Eq) {
            self.right_operand(Level::Comparison);
        }
        NodeKind::LetExpr
    }

    /// `|x| e`, `move |x: T| -> R { … }`
    fn closure(&mut self) -> NodeKind {
        use TokenKind as T;
        self.eat(T::MoveKw);
        let params = self.start();
        if self.at(T::PipePipe) {
            self.bump();
        } else if self.at(T::Pipe) {
            let context = Context {
                allows_let: false,
                ..self.context
            };
            self.within(context, |p| {
                p.bracketed_list(
                    T::Pipe,
                    T::Pipe,
                    "a parameter",
                    Self::at_pattern_without_or,
                    Self::closure_param,
                );
            });
        } else {
            self.error_expected("`|`");
        }
        self.complete(params, NodeKind::ParamList);
        if self.at(T::Arrow) {
            self.return_type();
            self.block();
        } else if self.at_stmt_of_lost_block() {
            self.block();
        } else {
            self.right_operand(Level::Assignment);
        }
        NodeKind::ClosureExpr
    }

    fn closure_param(&mut self) {
        let mark = self.start();
        self.pattern_without_or();
        if self.eat(TokenKind::Colon) {
            self.ty();
        }
        self.complete(mark, NodeKind::Param);
    }

    /// A primary expression. Says whether it may be the path of a struct literal or take type arguments.
    pub(super) fn primary(&mut self) -> bool {
        use TokenKind as T;
        let mark = self.start();
        let mut is_path = false;
        let kind = match self.current() {
            T::Ident if !self.at_none_or_null() => {
                self.bump();
                is_path = true;
                NodeKind::NameExpr
            }
            T::SelfTypeKw => {
                self.bump();
                is_path = true;
                NodeKind::NameExpr
            }
            T::SelfKw => {
                self.bump();
                NodeKind::NameExpr
            }
            T::Ident => {
                self.literal();
                return false;
            }
            kind if kind.is_literal() => {
                self.literal();
                return false;
            }
            T::FStrStart => self.fstring(),
            T::LParen => self.paren_or_tuple(),
            T::LBracket => self.array(),
            T::Dot => return self.implicit(),
            T::Underscore => {
                if self.nth(1) != T::Eq {
                    self.error_expected("an expression");
                }
                self.bump();
                NodeKind::UnderscoreExpr
            }
            _ if self.at_block_like() => {
                self.block_like();
                return false;
            }
            T::RBrace if self.lacks_open_brace() && !self.at_none_or_null() => {
                self.block();
                return false;
            }
            _ => {
                self.error_expected("an expression");
                NodeKind::ErrorExpr
            }
        };
        self.complete(mark, kind);
        is_path
    }

    pub(super) fn at_none_or_null(&self) -> bool {
        self.nth_is_word(0, "none") || self.nth_is_word(0, "null")
    }

    /// One literal token, or `none` or `null`; an error node if there is none.
    pub(super) fn literal(&mut self) {
        let mark = self.start();
        if self.nth_is_word(0, "none") {
            self.bump_as(TokenKind::NoneKw);
        } else if self.nth_is_word(0, "null") {
            self.bump_as(TokenKind::NullKw);
        } else if self.current().is_literal() {
            self.bump();
        } else {
            self.error_expected("a literal");
            return self.complete(mark, NodeKind::ErrorExpr);
        }
        self.complete(mark, NodeKind::Literal);
    }

    /// `.Variant` or `.{ … }`; the latter is complete. Says whether a struct literal's fields may follow.
    fn implicit(&mut self) -> bool {
        use TokenKind as T;
        let mark = self.start();
        if self.nth(1) == T::LBrace {
            self.bump();
            self.struct_expr_fields();
            self.complete(mark, NodeKind::StructExpr);
            return false;
        }
        self.bump();
        self.any_name();
        self.complete(mark, NodeKind::VariantExpr);
        true
    }

    fn paren_or_tuple(&mut self) -> NodeKind {
        use TokenKind as T;
        let open = self.start().token();
        let mut n_exprs = 0;
        self.bump();
        self.within(Context::NORMAL, |p| {
            p.list_elements(T::RParen, "an expression", Self::at_expr, |p| {
                p.element();
                n_exprs += 1;
            });
        });
        let has_comma = self.previous_is(T::Comma);
        self.expect_close(T::RParen, open);
        if n_exprs == 1 && !has_comma {
            NodeKind::ParenExpr
        } else {
            NodeKind::TupleExpr
        }
    }

    /// An expression, or in the places of an assignment `_`.
    fn element(&mut self) {
        use TokenKind as T;
        if self.at(T::Underscore) && matches!(self.nth(1), T::Comma | T::RParen) {
            let mark = self.start();
            self.bump();
            self.complete(mark, NodeKind::UnderscoreExpr);
        } else {
            self.expr();
        }
    }

    /// `[a, b]`, `[v; n]`
    fn array(&mut self) -> NodeKind {
        use TokenKind as T;
        let open = self.start().token();
        let mut kind = NodeKind::ArrayExpr;
        self.bump();
        self.within(Context::NORMAL, |p| {
            if p.at_expr() {
                p.expr();
                if p.eat(T::Semicolon) {
                    p.expr();
                    kind = NodeKind::RepeatExpr;
                    return;
                }
                if !p.at(T::RBracket) && !p.eat(T::Comma) {
                    let closes = matches!(p.current(), T::RParen | T::RBrace | T::Eof) || p.is_on_new_line();
                    if !closes && p.at_expr() {
                        p.error(errors::missing_token(p.previous_span().after(), T::Comma));
                    }
                }
            }
            p.list_elements(T::RBracket, "an expression", Self::at_expr, Self::expr);
        });
        self.expect_close(T::RBracket, open);
        kind
    }

    fn fstring(&mut self) -> NodeKind {
        use TokenKind as T;
        self.bump();
        loop {
            match self.current() {
                T::FStrText => self.bump(),
                T::FStrOpen => self.within(Context::NORMAL, Self::interpolation),
                T::FStrEnd => {
                    self.bump();
                    return NodeKind::FString;
                }
                _ => return NodeKind::FString,
            }
        }
    }

    /// `{e}`, `{e=}`, `{e:spec}`
    fn interpolation(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.bump();
        let closes = |p: &Self, n| matches!(p.nth(n), T::FStrClose | T::FStrColon);
        if closes(self, 0) {
            // An interpolation that the lexer closed, because the line ends, was reported.
            if !self.span().is_empty() {
                let span = self.previous_span().to(self.span());
                self.error(errors::empty_interpolation(span));
            }
        } else {
            self.expr_above_assignment();
        }
        if self.at(T::Eq) && closes(self, 1) {
            self.bump();
        }
        if self.eat(T::FStrColon) {
            self.eat(T::FStrSpec);
        }
        if !self.at(T::FStrClose) {
            let diagnostic = errors::expected(self.span(), "`}`", self.current());
            // An interpolation that the lexer closed, because the line ends, was reported.
            let close = self.nth_past(0, |kind| kind == T::FStrClose);
            if !self.nth_span(close).is_empty() {
                self.error(diagnostic);
            }
            let rest = self.start();
            while !matches!(self.current(), T::FStrClose | T::FStrEnd | T::Eof) {
                self.skip_balanced();
            }
            self.complete(rest, NodeKind::Error);
        }
        self.eat(T::FStrClose);
        self.complete(mark, NodeKind::Interpolation);
    }
}
