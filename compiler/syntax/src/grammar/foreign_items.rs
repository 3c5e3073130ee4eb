//! Items as other languages write them: `#include`, `func`, `use a::b`, `public`, `let` outside of functions.
//!
//! Takes the parser at one, gives the node of what it should be, and one message with the edit. C's functions and
//! variables are in `c_declarations`.

use base::Span;

use super::items::Modifiers;
use crate::errors::{self, Habit};
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

/// The keywords that items start with, for those that are misspelled.
const ITEM_KEYWORDS: &[TokenKind] = &[
    TokenKind::FnKw,
    TokenKind::StructKw,
    TokenKind::EnumKw,
    TokenKind::UnionKw,
    TokenKind::TraitKw,
    TokenKind::ImplKw,
    TokenKind::ImportKw,
    TokenKind::TypeKw,
];

/// The keywords that statements start with and a value or a name follows.
const STMT_KEYWORDS: &[TokenKind] = &[
    TokenKind::LetKw,
    TokenKind::VarKw,
    TokenKind::ReturnKw,
    TokenKind::WhileKw,
    TokenKind::MatchKw,
    TokenKind::DeferKw,
    TokenKind::ThrowKw,
    TokenKind::UnsafeKw,
    TokenKind::ForKw,
    TokenKind::IfKw,
];

/// A longer word is no misspelled keyword.
const MAX_KEYWORD_BYTES: usize = 16;

/// The keyword that `word` is most likely to be. Exchanged letters count as one, and short words leave no doubt only
/// where their letters are the same.
fn misspelled(word: &str, keywords: &[TokenKind]) -> Option<TokenKind> {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let is_near = |keyword: &str| match keyword.len() {
        0..=3 => sorted(word) == sorted(keyword) || word == format!("{keyword}{}", &keyword[keyword.len() - 1..]),
        _ => base::edit_distance(word, keyword) <= 1,
    };
    let mut near = keywords.iter().filter(|keyword| keyword.text().is_some_and(is_near));
    near.next().copied()
}

impl Parser<'_> {
    /// Whether an item starts here with a word of another language, or a misspelled one.
    pub(super) fn at_foreign_item(&self) -> bool {
        self.foreign_keyword().is_some() || self.at_foreign_visibility_word()
    }

    /// The keyword that is meant where another stands before a name, and what it is for; nothing is said of a
    /// misspelled one.
    pub(super) fn foreign_keyword(&self) -> Option<(TokenKind, Option<&'static str>)> {
        use TokenKind as T;
        if !self.at(T::Ident) || !matches!(self.nth(1), T::Ident) || !self.nth_is_on_line_of_next(0) {
            return None;
        }
        let word = self.nth_text(0);
        if word.len() > MAX_KEYWORD_BYTES {
            return None;
        }
        let (meant, message) = match word {
            "func" | "function" | "fun" | "def" | "proc" => (T::FnKw, "a function starts with `fn`"),
            "use" | "using" | "from" | "include" | "require" => (T::ImportKw, "names are brought in with `import`"),
            "class" | "record" => (T::StructKw, "a type with fields is a `struct`"),
            "interface" | "protocol" => (T::TraitKw, "what types have in common is a `trait`"),
            "module" | "namespace" | "package" if self.nth(2) == T::LBrace => (T::ModKw, "a module is a `mod`"),
            _ if base::edit_distance(word, "func") <= 1 || base::edit_distance(word, "function") <= 2 => {
                (T::FnKw, "a function starts with `fn`")
            }
            _ => {
                return Some((misspelled(word, ITEM_KEYWORDS)?, None));
            }
        };
        Some((meant, Some(message)))
    }

    /// Reports the keyword of an item as one of another language, or as misspelled.
    pub(super) fn report_keyword(&mut self, meant: TokenKind, message: Option<&str>) {
        match message {
            Some(message) => self.habit_here(message, meant.text().unwrap_or_default()),
            None => self.error_and_go_on(errors::misspelled_keyword(self.span(), meant)),
        }
    }

    /// A misspelled keyword at the start of a statement is read as the keyword.
    pub(super) fn mend_misspelled_stmt(&mut self) {
        use TokenKind as T;
        let next = self.nth(1);
        let starts_value = next.is_literal() || matches!(next, T::Ident | T::SelfKw | T::FStrStart);
        if !self.at(T::Ident) || !starts_value || !self.nth_is_on_line_of_next(0) {
            return;
        }
        let word = self.nth_text(0);
        if word.len() > MAX_KEYWORD_BYTES {
            return;
        }
        if let Some(meant) = misspelled(word, STMT_KEYWORDS) {
            self.error_and_go_on(errors::misspelled_keyword(self.span(), meant));
            self.replace_current(meant);
        }
    }

    pub(super) fn at_foreign_visibility_word(&self) -> bool {
        use TokenKind as T;
        let is_word = matches!(self.nth_text(0), "public" | "private" | "protected" | "internal");
        let starts = self.nth(1).is_keyword() || self.nth(1) == T::Ident;
        self.at(T::Ident) && is_word && starts && self.nth_is_on_line_of_next(0)
    }

    pub(super) fn foreign_visibility_word(&mut self, modifiers: &mut Modifiers) {
        let span = self.span();
        if self.nth_is_word(0, "public") {
            self.habit_here("what other modules see is `pub`", "pub");
            modifiers.list.push((TokenKind::PubKw, span));
            self.bump_as(TokenKind::PubKw);
        } else {
            let word = Span::new(self.file, span.start, self.nth_span(1).start);
            let message = "what is not `pub` is seen by its own module only";
            self.habit(Habit::new(span, message, "remove it").edit(word, ""));
            self.bump_error();
        }
    }

    /// `(crate)` after `pub`.
    pub(super) fn foreign_visibility(&mut self) {
        let mark = self.start();
        self.skip_balanced();
        self.habit(Habit::replace(
            self.span_since(mark),
            "`pub` is the only visibility",
            "",
        ));
        self.complete(mark, NodeKind::Error);
    }

    /// `<stdio.h>`, up to the `>`, the `;` or the end of the line.
    pub(super) fn foreign_header(&mut self) {
        let mark = self.start();
        let fix = format!("\"{}\"", self.bracketed_header());
        let span = self.span_since(mark);
        let message = "the name of a header stands in quotes";
        self.habit(Habit::new(span, message, "write it in quotes").edit(span, fix));
        self.complete(mark, NodeKind::Error);
    }

    /// Consumes `<sys/stat.h>` and gives what is between.
    fn bracketed_header(&mut self) -> String {
        let mark = self.start();
        self.bump();
        while !self.at_end() && !self.is_on_new_line() && !self.at(TokenKind::Semicolon) {
            let is_last = self.at(TokenKind::Gt);
            self.bump();
            if is_last {
                break;
            }
        }
        let text = self.text_of(self.span_since(mark));
        text.trim_start_matches('<').trim_end_matches('>').to_owned()
    }

    /// `#[…]`, `#include …` and other lines for a preprocessor.
    pub(super) fn foreign_attr(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let n_open = if self.nth(1) == T::Bang { 2 } else { 1 };
        if self.nth(n_open) == T::LBracket {
            self.bump();
            self.eat(T::Bang);
            self.skip_balanced();
            let span = self.span_since(mark);
            let fix = self
                .text_of(span)
                .strip_prefix("#[")
                .and_then(|text| text.strip_suffix(']'))
                .map(|text| format!("@{text}"));
            let message = "an attribute starts with `@`";
            self.error(errors::foreign(span, message, "write `@`", fix.as_deref()));
            return self.complete(mark, NodeKind::Error);
        }
        let hash = self.span();
        let word = self.nth_text(1).to_owned();
        let error = self.start();
        self.bump();
        if !self.is_on_new_line() {
            self.bump();
        }
        self.complete(error, NodeKind::Error);
        let (kind, habit) = match word.as_str() {
            "include" if !self.is_on_new_line() && (self.at(T::Lt) || self.current().is_text_literal()) => {
                let header = if self.at(T::Lt) {
                    let header = self.start();
                    let text = self.bracketed_header();
                    self.complete(header, NodeKind::Error);
                    format!("\"{text}\"")
                } else {
                    let text = self.nth_text(0).to_owned();
                    self.bump();
                    text
                };
                let span = self.span_since(mark);
                let habit = Habit::new(hash, "a header is imported with `import c`", "write `import c`");
                (NodeKind::CImportItem, habit.edit(span, format!("import c {header};")))
            }
            "define" if self.at(T::Ident) && !self.is_on_new_line() => self.foreign_define(mark, hash),
            "pragma" => {
                let habit = Habit::new(hash, "there is no preprocessor", "remove it");
                self.rest_of_directive();
                (NodeKind::Error, habit.edit(self.span_since(mark), ""))
            }
            _ => {
                let hint = "`@if(…)` before an item chooses by the target, and `const` names a value";
                self.rest_of_directive();
                (NodeKind::Error, Habit::new(hash, "there is no preprocessor", hint))
            }
        };
        self.habit(habit);
        self.complete(mark, kind);
    }

    /// `#define N 3` at the name.
    fn foreign_define(&mut self, mark: crate::builder::Mark, hash: Span) -> (NodeKind, Habit) {
        let name = self.nth_text(0).to_owned();
        let is_function = self.nth(1) == TokenKind::LParen && self.nth_touches_next(0);
        self.bump();
        let ty = self.type_of_literal(0);
        let is_value = !is_function && ty.is_some() && !self.is_on_new_line();
        let habit = Habit::new(hash, "a name for a value is a `const`", "write `const`");
        if let (true, Some(ty)) = (is_value, ty) {
            let value = self.nth_text(0).to_owned();
            self.bump();
            if self.at_end() || self.is_on_new_line() {
                let span = self.span_since(mark);
                return (
                    NodeKind::Error,
                    habit.edit(span, format!("const {name}: {ty} = {value};")),
                );
            }
        }
        self.rest_of_directive();
        let hint = if is_function {
            "write an `inline fn`"
        } else {
            "write `const NAME: type = value;`"
        };
        (NodeKind::Error, Habit::new(hash, "there is no preprocessor", hint))
    }

    fn rest_of_directive(&mut self) {
        let mark = self.start();
        while !self.at_end() && !self.is_on_new_line() {
            self.bump();
        }
        self.complete(mark, NodeKind::Error);
    }

    /// The type that the literal `n` tokens on has by itself, if a literal stands there.
    fn type_of_literal(&self, n: usize) -> Option<&'static str> {
        use TokenKind as T;
        match self.nth(n) {
            kind @ (T::IntLit | T::FloatLit) => {
                Some(crate::literal::type_of_number(self.nth_text(n), kind == T::FloatLit))
            }
            T::StrLit | T::RawStrLit => Some("&str"),
            T::CStrLit => Some("&CStr"),
            T::CharLit => Some("char"),
            T::ByteLit => Some("u8"),
            T::TrueKw | T::FalseKw => Some("bool"),
            T::Minus => self.type_of_literal(n + 1),
            _ => None,
        }
    }

    /// A constant or static without its type, at the `=`.
    pub(super) fn untyped_value(&mut self, what: &str) {
        let name = self.previous_span();
        let message = format!("{what} names its type");
        let habit = Habit::new(name, message, "write the type");
        self.habit(match self.type_of_literal(1) {
            Some(ty) => habit.edit(name.after(), format!(": {ty}")),
            None => habit,
        });
    }

    /// `let x = 1;` outside of functions.
    pub(super) fn foreign_global(&mut self) {
        use TokenKind as T;
        let mark = self.start();
        let (keyword, ours, kind) = if self.at(T::LetKw) {
            (T::ConstKw, "const", NodeKind::ConstItem)
        } else {
            (T::StaticKw, "static var", NodeKind::StaticItem)
        };
        self.with_one_habit(|p| {
            let message = format!(
                "`{}` stands in functions: a value of a module is a `{ours}`",
                p.nth_text(0)
            );
            p.habit_here(&message, ours);
            p.bump_as(keyword);
            p.bump();
            if p.at(T::Eq) {
                p.untyped_value("a constant");
            } else if p.expect(T::Colon) {
                p.ty();
            }
        });
        if self.eat(T::Eq) {
            self.expr();
        }
        self.expect_semicolon();
        self.complete(mark, kind);
    }
}
