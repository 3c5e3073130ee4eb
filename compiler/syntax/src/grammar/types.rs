//! Types.
//!
//! Takes the parser where a type is required, gives a type node. `>> >= >>= ?? &&` are split where only their
//! first character fits. A prefix (`& * ? !`) takes all to its right; in `E!T` the error is a path.

use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

impl Parser<'_> {
    pub(super) fn at_type(&self) -> bool {
        use TokenKind as T;
        matches!(
            self.current(),
            T::Ident
                | T::SelfTypeKw
                | T::Amp
                | T::AmpAmp
                | T::Star
                | T::Question
                | T::QuestionQuestion
                | T::Bang
                | T::LBracket
                | T::LParen
                | T::FnKw
                | T::ExternKw
                | T::UnsafeKw
                | T::DynKw
                | T::ImplKw
                | T::Underscore
                | T::TypeKw
        )
    }

    pub(super) fn at_path_type(&self) -> bool {
        matches!(self.current(), TokenKind::Ident | TokenKind::SelfTypeKw)
    }

    pub(super) fn ty(&mut self) {
        self.nested(Self::ty_inner);
    }

    fn ty_inner(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let kind = match self.current() {
            T::Amp | T::AmpAmp => self.ref_type(),
            T::Star => self.ptr_type(),
            T::Question | T::QuestionQuestion => {
                self.bump_first_of_two(T::QuestionQuestion, T::Question);
                self.ty();
                NodeKind::OptionalType
            }
            T::Bang => {
                self.bump();
                self.ty();
                NodeKind::ResultType
            }
            T::LBracket => self.array_type(),
            T::LParen => self.tuple_type(),
            T::FnKw | T::ExternKw | T::UnsafeKw => self.fn_type(),
            T::DynKw | T::ImplKw => {
                let kind = if self.at(T::DynKw) {
                    NodeKind::DynType
                } else {
                    NodeKind::ImplType
                };
                self.bump();
                self.bounds();
                kind
            }
            T::Underscore => {
                self.bump();
                NodeKind::InferType
            }
            T::TypeKw => {
                self.bump();
                NodeKind::ParamKindType
            }
            T::Ident if self.nth_is_word(0, "own") && self.nth(1) == T::FnKw => {
                self.bump_as(T::OwnKw);
                self.fn_type()
            }
            T::Ident if self.at_param_kind() => {
                let kind = if self.nth_is_word(0, "any") {
                    T::AnyKw
                } else {
                    T::PlaceKw
                };
                self.bump_as(kind);
                NodeKind::ParamKindType
            }
            T::Ident | T::SelfTypeKw => {
                self.path_type();
                if self.at(T::LBracket) && self.touches_previous() && !self.in_cast {
                    return self.foreign_array(mark);
                }
                if !self.at(T::Bang) {
                    return;
                }
                self.bump();
                self.ty();
                NodeKind::ResultType
            }
            _ => {
                self.error_expected("a type");
                NodeKind::ErrorType
            }
        };
        self.complete(mark, kind);
    }

    /// `T[]` and `T[3]` after the element's type.
    fn foreign_array(&mut self, mark: crate::builder::Mark) {
        let element = self.text_of(self.span_since(mark)).to_owned();
        let len = self.start();
        self.skip_balanced();
        self.complete(len, NodeKind::Error);
        let len = self
            .text_of(self.span_since(len))
            .trim_matches(['[', ']'])
            .trim()
            .to_owned();
        let span = self.span_since(mark);
        let element = base::type_of_other_languages(&element).map_or(element, str::to_owned);
        let ours = if len.is_empty() {
            format!("&[{element}]")
        } else {
            format!("[{element}; {len}]")
        };
        self.habit(Habit::replace(
            span,
            "the type of the elements stands in the brackets",
            &ours,
        ));
        self.complete(mark, NodeKind::ErrorType);
    }

    /// Whether `any` or `place` stands here as what a parameter of inline C takes.
    fn at_param_kind(&self) -> bool {
        use TokenKind as T;
        let is_path = matches!(self.nth(1), T::Dot | T::Lt | T::Bang);
        (self.nth_is_word(0, "any") || self.nth_is_word(0, "place")) && !is_path
    }

    /// Consumes `single`, splitting it from `double` if the two are one token.
    fn bump_first_of_two(&mut self, double: TokenKind, single: TokenKind) {
        if self.at(double) {
            self.bump_split(single, single);
        } else {
            self.bump();
        }
    }

    fn ref_type(&mut self) -> NodeKind {
        use TokenKind as T;
        self.bump_first_of_two(T::AmpAmp, T::Amp);
        if self.at(T::Label) && self.nth_text(0) == "'static" {
            self.habit_here("there are no lifetime names", "static");
            self.bump_as(T::StaticKw);
        } else if self.at(T::Label) {
            self.foreign_word("there are no lifetime names");
            self.bump_error();
        }
        if matches!(self.current(), T::MutKw | T::StaticKw) {
            self.bump();
        } else if self.at(T::ConstKw) {
            self.foreign_word("a `&` cannot write");
            self.bump();
        }
        self.ty();
        NodeKind::RefType
    }

    fn ptr_type(&mut self) -> NodeKind {
        use TokenKind as T;
        self.bump();
        if self.at(T::MutKw) {
            self.foreign_word("a pointer that writes is `*T`");
            self.bump();
        } else {
            self.eat(T::ConstKw);
        }
        self.ty();
        NodeKind::PtrType
    }

    /// `[T]`, `[T; N]`
    fn array_type(&mut self) -> NodeKind {
        let open = self.start().token();
        self.bump();
        self.ty();
        let kind = if self.eat(TokenKind::Semicolon) {
            self.expr_normal();
            NodeKind::ArrayType
        } else if self.at_expr() && !self.is_on_new_line() {
            self.error(errors::missing_token(
                self.previous_span().after(),
                TokenKind::Semicolon,
            ));
            self.expr_normal();
            NodeKind::ArrayType
        } else {
            NodeKind::SliceType
        };
        self.expect_close(TokenKind::RBracket, open);
        kind
    }

    /// `()`, `(A)`, `(A, B)`
    fn tuple_type(&mut self) -> NodeKind {
        use TokenKind as T;
        let open = self.start().token();
        self.bump();
        let mut n_types = 0;
        self.list_elements(T::RParen, "a type", Self::at_type, |p| {
            p.ty();
            n_types += 1;
        });
        let has_comma = self.previous_is(T::Comma);
        self.expect_close(T::RParen, open);
        if n_types == 1 && !has_comma {
            NodeKind::ParenType
        } else {
            NodeKind::TupleType
        }
    }

    /// `fn(A, ...) -> R` after `own`, or with its own modifiers.
    fn fn_type(&mut self) -> NodeKind {
        use TokenKind as T;
        self.eat(T::UnsafeKw);
        if self.eat(T::ExternKw) && self.current().is_text_literal() {
            self.bump();
        }
        self.expect(T::FnKw);
        if self.at(T::LParen) {
            self.bracketed_list(
                T::LParen,
                T::RParen,
                "a parameter's type",
                Self::at_fn_type_param,
                Self::fn_type_param,
            );
        } else {
            self.error_expected("`(`");
        }
        if self.at(T::Arrow) {
            self.return_type();
        }
        NodeKind::FnType
    }

    fn at_fn_type_param(&self) -> bool {
        self.at_type() || self.at(TokenKind::DotDotDot) || (self.at_any_name() && self.nth(1) == TokenKind::Colon)
    }

    fn fn_type_param(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.eat(T::DotDotDot) {
            return self.complete(mark, NodeKind::VariadicParam);
        }
        if self.nth(1) == T::Colon {
            if self.at(T::Underscore) {
                self.bump();
            } else {
                self.any_name();
            }
            self.bump();
        }
        self.ty();
        self.complete(mark, NodeKind::FnTypeParam);
    }

    /// `a.b.C<T>`
    pub(super) fn path_type(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        self.path_segment();
        loop {
            match self.current() {
                T::Dot if self.nth(1) == T::Ident || self.nth(1).is_keyword() => self.bump(),
                T::ColonColon => self.foreign_path_separator(),
                _ => break,
            }
            self.path_segment();
        }
        self.complete(mark, NodeKind::PathType);
    }

    fn path_segment(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let is_fn_trait = matches!(self.nth_text(0), "Fn" | "FnMut" | "FnOnce") && self.nth(1) == T::LParen;
        if self.at(T::SelfTypeKw) {
            self.bump();
        } else {
            self.any_name();
        }
        if is_fn_trait {
            let args = self.start();
            self.bracketed_list(
                T::LParen,
                T::RParen,
                "a type",
                Self::at_fn_type_param,
                Self::fn_type_param,
            );
            if self.at(T::Arrow) {
                self.return_type();
            }
            self.complete(args, NodeKind::ParenTypeArgs);
        } else if self.at(T::Lt) {
            if self.in_cast {
                self.try_type_args();
            } else {
                self.type_args();
            }
        }
        self.complete(mark, NodeKind::PathSegment);
    }

    /// `<A, B>`, which nothing but type arguments can be.
    pub(super) fn type_args(&mut self) {
        let mark = self.start();
        let open = mark.token();
        self.bump();
        let outer = std::mem::replace(&mut self.in_cast, false);
        self.list_elements(TokenKind::Gt, "a type", Self::at_type_arg, Self::type_arg);
        self.in_cast = outer;
        self.close_angle(open);
        self.complete(mark, NodeKind::TypeArgs);
    }

    /// Consumes a `>`, splitting it from what it is written together with.
    pub(super) fn close_angle(&mut self, open: u32) {
        use TokenKind as T;
        match self.current() {
            T::Shr => self.bump_split(T::Gt, T::Gt),
            T::GtEq => self.bump_split(T::Gt, T::Eq),
            T::ShrEq => self.bump_split(T::Gt, T::GtEq),
            _ => self.expect_close(T::Gt, open),
        }
    }

    fn at_type_arg(&self) -> bool {
        self.at_type() || self.at_const_arg()
    }

    fn at_const_arg(&self) -> bool {
        self.current().is_literal() || matches!(self.current(), TokenKind::Minus | TokenKind::LBrace)
    }

    fn type_arg(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        if self.at(T::Ident) && self.nth(1) == T::Eq {
            self.bump();
            self.bump();
            self.ty();
            self.complete(mark, NodeKind::AssocTypeArg);
        } else if self.at_const_arg() {
            self.const_arg_value();
            self.complete(mark, NodeKind::ConstArg);
        } else {
            self.ty();
        }
    }

    /// The value for a const parameter: a literal, perhaps negative, a name, or any expression in braces.
    pub(super) fn const_arg_value(&mut self) {
        use TokenKind as T;
        match self.current() {
            T::LBrace => self.block(),
            T::Minus => {
                let mark = self.start();
                self.bump();
                self.literal();
                self.complete(mark, NodeKind::PrefixExpr);
            }
            T::Ident => {
                let mark = self.start();
                self.bump();
                self.complete(mark, NodeKind::NameExpr);
            }
            _ => self.literal(),
        }
    }

    /// Type arguments where `<` may also be less-than: they are arguments if they read as such and what follows
    /// could not follow a comparison.
    pub(super) fn try_type_args(&mut self) -> bool {
        use TokenKind as T;
        let key = self.span().start;
        let allows_brace = self.context.allows_struct_literal;
        let is_known_bad = self.tried_type_args.get(&key) == Some(&false);
        let is_good = !is_known_bad
            && self.speculate(|p| {
                p.type_args();
                match p.current() {
                    T::LParen | T::Dot | T::LBracket | T::RParen | T::RBracket | T::RBrace | T::Comma => true,
                    T::Semicolon | T::Colon | T::EqEq | T::BangEq | T::FStrClose | T::FStrColon => true,
                    T::LBrace => allows_brace,
                    _ => false,
                }
            });
        self.tried_type_args.insert(key, is_good);
        is_good
    }
}
