//! Declarations as C writes them: `int x`, `const char *name`, `int add(int a, int b)`.
//!
//! Takes the parser where one may stand, gives the nodes of what it should be, so that its name is known to the rest
//! of the file, and one message whose edits are all of it.

use base::{Span, c_scalar, is_word_of_c_scalar};
use diag::Edit;

use super::items::Modifiers;
use crate::errors::Habit;
use crate::kind::NodeKind;
use crate::parser::Parser;
use crate::token::TokenKind;

/// The type of a C declaration has no more.
const MAX_TYPE_TOKENS: usize = 16;

/// The type of a C declaration; its name follows.
pub(super) struct CType {
    /// The tokens that it takes.
    pub(super) n_tokens: usize,
    /// In Lang, without the array that stands after the name. `auto` has none.
    ty: Option<String>,
    /// Whether its words are C's own, or look like a type's name.
    is_sure: bool,
    is_pointer: bool,
    is_const: bool,
}

impl CType {
    /// The value that C gives a global variable of the type, where its words say what that is.
    fn zero(&self) -> Option<&'static str> {
        match self.ty.as_deref()? {
            ty if ty.starts_with('*') => Some("null"),
            "f32" | "f64" => Some("0.0"),
            "bool" => Some("false"),
            "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => Some("0"),
            "c_char" | "c_short" | "c_int" | "c_long" | "c_uint" | "c_ulong" => Some("0"),
            _ => None,
        }
    }
}

/// What one name is declared as.
struct CDeclarator {
    place: Span,
    edits: Vec<Edit>,
    has_value: bool,
    /// After a `,`.
    has_more: bool,
    /// It has a list of values, and is no array: its fields would have to be named.
    is_record: bool,
}

impl CDeclarator {
    fn habit(self, message: impl Into<String>) -> Habit {
        let declared = &self.edits[0].text;
        let hint = match (self.has_more, self.is_record) {
            (true, _) => return Habit::new(self.place, message, "declare each variable by itself"),
            (false, true) => {
                let hint = format!("write `{declared} = .{{ field: value }}`");
                return Habit::new(self.place, message, hint);
            }
            (false, false) => format!("write `{declared}`"),
        };
        Habit::new(self.place, message, hint).edits(self.edits)
    }
}

impl Parser<'_> {
    /// The type of the C declaration whose first token is `n` on, if the tokens read as one and a name follows.
    pub(super) fn c_type(&self, n: usize) -> Option<CType> {
        use TokenKind as T;
        // What goes on otherwise is none, as most of what is asked.
        let may_go_on = match self.nth(n) {
            T::Ident => matches!(
                self.nth(n + 1),
                T::Ident | T::Dot | T::Star | T::ConstKw | T::StructKw | T::EnumKw | T::UnionKw
            ),
            first => matches!(first, T::ConstKw | T::StructKw | T::EnumKw | T::UnionKw),
        };
        if !may_go_on {
            return None;
        }
        let c_type = self.c_type_alone(n)?;
        let one_line = (n..n + c_type.n_tokens).all(|n| self.nth_is_on_line_of_next(n));
        (self.nth(n + c_type.n_tokens) == TokenKind::Ident && one_line).then_some(c_type)
    }

    /// The type of C that starts `n` tokens on, whatever follows.
    fn c_type_alone(&self, n: usize) -> Option<CType> {
        use TokenKind as T;
        let start = n;
        let mut n = n;
        let mut is_const = false;
        let far = n + MAX_TYPE_TOKENS;
        while n < far && (self.nth(n) == T::ConstKw || matches!(self.nth_text(n), "volatile" | "register")) {
            is_const |= self.nth(n) == T::ConstKw;
            n += 1;
        }
        let mut is_sure = is_const;
        let mut words = Vec::new();
        while n < far && self.nth(n) == T::Ident && is_word_of_c_scalar(self.nth_text(n)) {
            words.push(self.nth_text(n));
            n += 1;
        }
        is_sure |= !words.is_empty();
        let mut name = String::new();
        if words.is_empty() {
            if matches!(self.nth(n), T::StructKw | T::EnumKw | T::UnionKw) {
                is_sure = true;
                n += 1;
            }
            let from = n;
            if self.nth(n) != T::Ident {
                return None;
            }
            while n < far && self.nth(n + 1) == T::Dot && self.nth(n + 2) == T::Ident {
                n += 2;
            }
            name.push_str(&self.text[self.nth_span(from).start as usize..self.nth_span(n).end as usize]);
            is_sure |= looks_like_type(&name);
            n += 1;
        }
        if self.nth(n) == T::ConstKw {
            is_const = true;
            n += 1;
        }
        let is_pointer = self.nth(n) == T::Star;
        let mut ty = match c_scalar(&words, is_pointer) {
            Some(scalar) => scalar.to_owned(),
            None => base::type_of_other_languages(&name).map_or(name, str::to_owned),
        };
        let mut is_target_const = is_const;
        while n < far && self.nth(n) == T::Star {
            ty = format!("*{}{ty}", if is_target_const { "const " } else { "" });
            n += 1;
            is_target_const = self.nth(n) == T::ConstKw;
            n += usize::from(is_target_const);
        }
        Some(CType {
            n_tokens: n - start,
            ty: Some(ty),
            is_sure,
            is_pointer,
            is_const,
        })
    }

    /// Whether `(int)x` stands here: a type of C in parentheses, and a value.
    pub(super) fn at_c_cast(&self) -> bool {
        use TokenKind as T;
        let Some(c_type) = self.c_type_alone(1) else {
            return false;
        };
        let close = 1 + c_type.n_tokens;
        let next = self.nth(close + 1);
        let starts_value = next.is_literal() || matches!(next, T::Ident | T::SelfKw | T::UnsafeKw);
        let is_of_c = is_word_of_c_scalar(self.nth_text(1)) || c_type.is_pointer || self.nth(1) == T::StructKw;
        let starts_operand = is_of_c && matches!(next, T::LParen | T::Amp | T::Minus);
        self.nth(close) == T::RParen
            && self.nth_is_on_line_of_next(close)
            && (starts_operand || (starts_value && (c_type.is_sure || c_type.is_pointer)))
    }

    /// `(int)x`, read as `x as i32`.
    pub(super) fn c_cast(&mut self) -> NodeKind {
        let mark = self.start();
        let ty = self.c_type_alone(1).and_then(|c_type| c_type.ty).unwrap_or_default();
        self.skip_balanced();
        self.complete(mark, NodeKind::Error);
        let cast = self.span_since(mark);
        let gap = Span::new(self.file, cast.start, self.span().start);
        self.right_operand(super::operators::Level::Unary);
        let end = self.previous_span().after();
        let habit = Habit::new(
            cast,
            "a value is converted with `as` after it",
            format!("write `as {ty}`"),
        );
        self.habit(habit.edit(gap, "").edit(end, format!(" as {ty}")));
        NodeKind::CastExpr
    }

    /// `sizeof(int)`: the size of a type is asked from the library.
    pub(super) fn at_sizeof(&self) -> bool {
        self.nth_is_word(0, "sizeof")
            && self.nth(1) == TokenKind::LParen
            && self
                .c_type_alone(2)
                .is_some_and(|c_type| self.nth(2 + c_type.n_tokens) == TokenKind::RParen)
    }

    pub(super) fn sizeof(&mut self) {
        let mark = self.start();
        let ty = self.c_type_alone(2).and_then(|c_type| c_type.ty).unwrap_or_default();
        self.bump();
        self.skip_balanced();
        self.complete(mark, NodeKind::ErrorExpr);
        let span = self.span_since(mark);
        let mut habit = Habit::new(
            span,
            "the size of a type is `mem.size_of<T>()`",
            "write it so, and import `std.mem`",
        );
        if !self.text.contains("import std.mem;") {
            habit = habit.edit(self.first_span(), "import std.mem;\n");
        }
        self.habit(habit.edit(span, format!("mem.size_of<{ty}>()")));
    }

    /// `int x = 1;` in a function. False if no such thing stands here, and nothing was consumed.
    pub(super) fn c_variable(&mut self) -> bool {
        use TokenKind as T;
        let Some(c_type) = self.c_type(0) else {
            return false;
        };
        if self.lacks_open_brace() && !self.has_c_words() {
            return false;
        }
        let is_one = match self.nth(c_type.n_tokens + 1) {
            T::Eq => c_type.is_sure || !c_type.is_pointer,
            T::Semicolon | T::LBracket | T::Comma => c_type.is_sure && (!c_type.is_pointer || self.has_c_words()),
            _ => false,
        };
        if !is_one || self.nth_is_word(c_type.n_tokens, "and") || self.nth_is_word(c_type.n_tokens, "or") {
            return false;
        }
        let mark = self.start();
        let keyword = if c_type.is_const && !c_type.is_pointer {
            T::LetKw
        } else {
            T::VarKw
        };
        self.c_type_tokens(c_type.n_tokens, keyword);
        let keyword = keyword.text().unwrap_or("var");
        let mut declared = self.c_declarator(mark, &c_type, keyword, NodeKind::BindPat);
        let mut last = mark;
        while declared.has_more && self.at_next_declarator(&c_type) {
            self.complete(last, NodeKind::LetStmt);
            declared.edits.push(Self::edit(self.span(), ";"));
            self.bump_error();
            last = self.start();
            let next = self.c_declarator(last, &c_type, keyword, NodeKind::BindPat);
            declared.edits.extend(next.edits);
            declared.has_more = next.has_more;
            declared.is_record |= next.is_record;
        }
        let message = "a variable is declared with `let`, or `var` if it changes: its type stands after its name";
        self.habit(declared.habit(message));
        self.expect_semicolon();
        self.complete(last, NodeKind::LetStmt);
        true
    }

    /// Whether a `,` and a name follow, which the same type declares.
    fn at_next_declarator(&self, c_type: &CType) -> bool {
        use TokenKind as T;
        let ends = matches!(self.nth(2), T::Comma | T::Semicolon | T::Eq | T::LBracket);
        self.at(T::Comma) && self.nth(1) == T::Ident && ends && !c_type.is_pointer
    }

    /// Whether the current token is a word of C alone.
    fn has_c_words(&self) -> bool {
        is_word_of_c_scalar(self.nth_text(0)) || self.at(TokenKind::ConstKw) || self.at(TokenKind::StructKw)
    }

    /// Consumes the tokens of a type, the last as `keyword`, so that the node is what that declares.
    fn c_type_tokens(&mut self, n_tokens: usize, keyword: TokenKind) {
        if n_tokens > 1 {
            let error = self.start();
            for _ in 1..n_tokens {
                self.bump();
            }
            self.complete(error, NodeKind::Error);
        }
        self.bump_as(keyword);
    }

    /// `x`, `x[3] = {…}`, up to the `;`.
    fn c_declarator(
        &mut self,
        mark: crate::builder::Mark,
        c_type: &CType,
        keyword: &str,
        name_node: NodeKind,
    ) -> CDeclarator {
        use TokenKind as T;
        let name = self.nth_text(0).to_owned();
        let pat = self.start();
        self.bump();
        if name_node == NodeKind::BindPat {
            self.complete(pat, name_node);
        }
        let mut ty = c_type.ty.clone();
        if self.at(T::LBracket) {
            let array = self.start();
            self.skip_balanced();
            self.complete(array, NodeKind::Error);
            let span = self.span_since(array);
            let len = self.text_of(span).trim_matches(['[', ']']).trim().to_owned();
            ty = ty
                .filter(|_| !len.is_empty() && !len.contains('['))
                .map(|ty| format!("[{ty}; {len}]"));
        }
        let is_text = self.at(T::Eq) && self.nth(1) == T::StrLit;
        if is_text && ty.as_deref() == Some("*c_char") {
            ty = Some("*const c_char".to_owned());
        }
        let place = self.span_since(mark);
        let shown = ty.as_ref().map_or(String::new(), |ty| format!(": {ty}"));
        let mut edits = vec![Self::edit(place, format!("{keyword} {name}{shown}"))];
        let has_value = self.eat(T::Eq);
        let mut is_record = false;
        if has_value {
            if self.at(T::LBrace) {
                is_record = ty.as_deref().is_some_and(|ty| !ty.starts_with('['));
                let list = self.start();
                self.skip_balanced();
                self.complete(list, NodeKind::ErrorExpr);
                let list = self.span_since(list);
                let (open, close) = (list.start, list.end);
                edits.push(Self::edit(Span::new(self.file, open, open + 1), "["));
                edits.push(Self::edit(Span::new(self.file, close - 1, close), "]"));
            } else {
                if c_type.is_pointer && base::is_nothing(self.nth_text(0)) {
                    edits.push(Self::edit(self.span(), "null"));
                }
                self.expr();
            }
        }
        let has_more = self.at(T::Comma);
        if has_more && !(name_node == NodeKind::BindPat && self.at_next_declarator(c_type)) {
            let rest = self.start();
            while !self.at(T::Semicolon) && !self.at_brace_end() {
                self.skip_balanced();
            }
            self.complete(rest, NodeKind::Error);
        }
        CDeclarator {
            place,
            edits,
            has_value,
            has_more,
            is_record,
        }
    }

    /// Whether a function or a global variable stands here as C declares them.
    pub(super) fn at_c_item(&self) -> bool {
        use TokenKind as T;
        let n = usize::from(self.at(T::StaticKw));
        if self.nth_is_word(0, "typedef") {
            return true;
        }
        // The variants of an enum that has lost its `{`.
        if self.at(T::EnumKw) && self.lacks_open_brace() {
            return false;
        }
        let reads_as_one = self
            .c_type(n)
            .is_some_and(|c_type| match self.nth(n + c_type.n_tokens + 1) {
                T::LParen | T::Eq | T::Semicolon | T::LBracket => c_type.is_sure,
                _ => false,
            });
        reads_as_one && !self.at_foreign_visibility_word() && self.foreign_keyword().is_none()
    }

    /// The item of [`Self::at_c_item`], after its modifiers.
    pub(super) fn c_item(&mut self, modifiers: &Modifiers) -> NodeKind {
        use TokenKind as T;
        if self.nth_is_word(0, "typedef") {
            return self.c_typedef();
        }
        let mark = self.start();
        let is_static = self.at(T::StaticKw);
        let Some(c_type) = self.c_type(usize::from(is_static)) else {
            return NodeKind::Error;
        };
        let n_tokens = c_type.n_tokens + usize::from(is_static);
        if self.nth(n_tokens + 1) == T::LParen {
            self.check_modifiers(modifiers, &[T::PubKw, T::InlineKw, T::ExternKw], "a function");
            return self.c_fn(&c_type, n_tokens);
        }
        let is_constant = c_type.is_const && !c_type.is_pointer;
        let (token, keyword, kind) = if is_constant {
            (T::ConstKw, "const", NodeKind::ConstItem)
        } else {
            (T::StaticKw, "static var", NodeKind::StaticItem)
        };
        self.c_type_tokens(n_tokens, token);
        let mut declared = self.c_declarator(mark, &c_type, keyword, kind);
        let message = format!("a variable of a module is a `{keyword}`: its type stands after its name");
        let text = declared.edits[0].text.clone();
        self.habit(match c_type.zero().filter(|_| !text.contains('[')) {
            _ if declared.has_value || declared.has_more => declared.habit(message),
            Some(zero) => {
                declared.edits[0].text = format!("{text} = {zero}");
                declared.habit(message)
            }
            None => Habit::new(
                declared.place,
                message,
                format!("write `{text} = …`, with the value that C gives it"),
            ),
        });
        self.expect_semicolon();
        kind
    }

    /// `int add(int a, int b) { … }`, or only its declaration.
    fn c_fn(&mut self, c_type: &CType, n_tokens: usize) -> NodeKind {
        use TokenKind as T;
        let mark = self.start();
        self.c_type_tokens(n_tokens, T::FnKw);
        let name = self.nth_text(0).to_owned();
        self.bump();
        let place = self.span_since(mark);
        let outer = self.habits.replace(Vec::new());
        let params = self.start();
        self.param_list();
        let params = self.span_since(params);
        if c_type.ty.as_deref() != Some("()") {
            // What the result is stands elsewhere: here it is a type that says nothing.
            let result = self.start();
            let ty = self.start();
            self.complete(ty, NodeKind::ErrorType);
            self.complete(result, NodeKind::ReturnType);
        }
        let of_params: Vec<Edit> = self
            .habits
            .take()
            .into_iter()
            .flatten()
            .flat_map(|habit| habit.edits)
            .collect();
        self.habits = outer;
        let mut edits = vec![Self::edit(place, format!("fn {name}"))];
        if name == "main" {
            edits.push(Self::edit(params, "()"));
        } else {
            edits.extend(of_params);
        }
        match &c_type.ty {
            Some(ty) if ty != "()" => edits.push(Self::edit(params.after(), format!(" -> {ty}"))),
            Some(_) | None => {}
        }
        if self.at(T::Semicolon) {
            self.bump();
            let all = self.span_since(mark);
            let message = "a function needs no declaration before its use";
            self.habit(Habit::new(place, message, "remove it").edit(all, ""));
            return NodeKind::Error;
        }
        let message = "a function starts with `fn`: types stand after names, and the result after `->`";
        self.habit(Habit::new(place, message, "write it as Lang does").edits(edits));
        self.block();
        NodeKind::FnItem
    }

    /// `typedef int Id;`, `typedef struct { … } Point;`
    fn c_typedef(&mut self) -> NodeKind {
        use TokenKind as T;
        let mark = self.start();
        let word = self.span();
        let message = "a type is named with `type`";
        if matches!(self.nth(1), T::StructKw | T::UnionKw)
            && (self.nth(2) == T::LBrace || (self.nth(2) == T::Ident && self.nth(3) == T::LBrace))
        {
            return self.c_typedef_of_record();
        }
        let named = self
            .c_type(1)
            .filter(|c_type| self.nth(c_type.n_tokens + 2) == T::Semicolon);
        let mut habit = Habit::new(word, message, "write `type Name = …;`");
        let kind = if let Some(c_type) = named {
            self.c_type_tokens(c_type.n_tokens + 1, T::TypeKw);
            let name = self.nth_text(0).to_owned();
            self.bump();
            let ty = c_type.ty.unwrap_or_default();
            habit = habit.edit(self.span_since(mark), format!("type {name} = {ty}"));
            self.expect_semicolon();
            NodeKind::TypeAliasItem
        } else {
            while !self.at_end() && !self.at(T::Semicolon) {
                self.skip_balanced();
            }
            self.eat(T::Semicolon);
            NodeKind::Error
        };
        self.habit(habit);
        kind
    }

    fn c_typedef_of_record(&mut self) -> NodeKind {
        use TokenKind as T;
        let start = self.start();
        let error = self.start();
        self.bump();
        self.complete(error, NodeKind::Error);
        let is_struct = self.at(T::StructKw);
        self.bump();
        if self.at(T::Ident) {
            self.bump_error();
        }
        let head = self.span_since(start);
        let outer = self.habits.replace(Vec::new());
        self.field_list();
        let of_fields: Vec<Edit> = self
            .habits
            .take()
            .into_iter()
            .flatten()
            .flat_map(|habit| habit.edits)
            .collect();
        self.habits = outer;
        let close = self.previous_span();
        let name = if self.at(T::Ident) {
            self.nth_text(0).to_owned()
        } else {
            String::new()
        };
        self.eat(T::Ident);
        self.eat(T::Semicolon);
        let tail = Span::new(self.file, close.end, self.previous_span().end);
        let keyword = if is_struct { "struct" } else { "union" };
        let message = format!("a `{keyword}` is named where it starts");
        let habit = Habit::new(head, message, "write it as Lang does");
        self.habit(if name.is_empty() {
            habit
        } else {
            habit
                .edit(head, format!("{keyword} {name}"))
                .edits(of_fields)
                .edit(tail, "")
        });
        if is_struct {
            NodeKind::StructItem
        } else {
            NodeKind::UnionItem
        }
    }

    /// `int a` or `a int` in place of `a: int`. False if neither stands here.
    pub(super) fn foreign_param(&mut self) -> bool {
        use TokenKind as T;
        let message = "a parameter's type stands after its name and a `:`";
        let is_void = self.nth_is_word(0, "void") && self.nth(1) == T::RParen;
        if is_void {
            let error = self.start();
            self.habit_here("an empty list of parameters is `()`", "");
            self.bump();
            self.complete(error, NodeKind::Error);
            return true;
        }
        let ends = |kind| matches!(kind, T::Comma | T::RParen | T::Eq | T::LBracket);
        let is_go = self.at(T::Ident)
            && self.nth(1) == T::Ident
            && ends(self.nth(2))
            && !is_word_of_c_scalar(self.nth_text(0))
            && !looks_like_type(self.nth_text(0));
        if is_go || (self.at(T::Ident) && matches!(self.nth(1), T::LBracket)) {
            let pat = self.start();
            self.bump();
            self.complete(pat, NodeKind::BindPat);
            let after = self.previous_span().after();
            let mut habit = Habit::new(after, message, "write `:`").edit(after, ":");
            if let Some(ours) = base::type_of_other_languages(self.nth_text(0)) {
                habit = habit.edit(self.span(), ours);
                self.bump_error();
            } else {
                self.ty();
            }
            self.habit(habit);
            return true;
        }
        let Some(c_type) = self.c_type(0).filter(|c_type| ends(self.nth(c_type.n_tokens + 1))) else {
            return false;
        };
        let error = self.start();
        for _ in 0..c_type.n_tokens {
            self.bump();
        }
        self.complete(error, NodeKind::Error);
        let name = self.nth_text(0).to_owned();
        let pat = self.start();
        self.bump();
        self.complete(pat, NodeKind::BindPat);
        let mut ty = c_type.ty.unwrap_or_default();
        if self.at(T::LBracket) {
            let array = self.start();
            self.skip_balanced();
            self.complete(array, NodeKind::Error);
            ty = format!("*{}{ty}", if c_type.is_const { "const " } else { "" });
        }
        let span = self.span_since(error);
        self.habit(Habit::new(span, message, "write the name first").edit(span, format!("{name}: {ty}")));
        true
    }

    /// `int x` in place of `x: int` in a struct. False if it does not stand here.
    pub(super) fn c_field(&mut self) -> bool {
        use TokenKind as T;
        let ends = |kind| matches!(kind, T::Semicolon | T::Comma | T::RBrace | T::LBracket | T::Colon);
        let Some(c_type) = self.c_type(0).filter(|c_type| ends(self.nth(c_type.n_tokens + 1))) else {
            return false;
        };
        let error = self.start();
        for _ in 0..c_type.n_tokens {
            self.bump();
        }
        self.complete(error, NodeKind::Error);
        let name = self.nth_text(0).to_owned();
        self.bump();
        let mut ty = c_type.ty.unwrap_or_default();
        if matches!(self.current(), T::LBracket | T::Colon) {
            let rest = self.start();
            let is_array = self.at(T::LBracket);
            if is_array {
                self.skip_balanced();
            } else {
                self.bump();
                self.expr_above_assignment();
            }
            self.complete(rest, NodeKind::Error);
            let text = self.text_of(self.span_since(rest)).to_owned();
            ty = if is_array {
                format!("[{ty}; {}]", text.trim_matches(['[', ']']).trim())
            } else {
                format!("{ty} {text}")
            };
        }
        let span = self.span_since(error);
        let message = "a field's type stands after its name and a `:`";
        self.habit(Habit::new(span, message, "write the names first").edit(span, format!("{name}: {ty}")));
        true
    }
}

/// Whether a name is written as types are: `Point`, `size_t`, `u8`.
fn looks_like_type(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or(name);
    let is_scalar = matches!(
        last,
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" | "f32" | "f64"
    );
    is_scalar
        || base::type_of_other_languages(last).is_some()
        || last.ends_with("_t")
        || last.starts_with("c_")
        || (last.starts_with(char::is_uppercase) && last.contains(char::is_lowercase))
}
