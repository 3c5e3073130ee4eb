//! The first question about headers, in the parse that reads them.
//!
//! Takes the words of a program that may be names of the headers. Gives the text that asks for all of them behind the
//! headers, without knowing which of them there are, and finds the answers in the AST of both. What Clang cannot say
//! outside of a function (bodies are skipped in headers, so a question has none) has no answer here, and is asked again
//! on a precompiled header. That is made only then: for most programs one parse is all.

use std::collections::HashMap;

use clang_sys::{CXCursor_EnumConstantDecl, CXCursor_TypedefDecl, CXCursor_VarDecl};

use crate::ast::{Cursor, TranslationUnit};
use crate::names::{MacroKind, NameKinds, QUESTION, TagKind};
use crate::query::{Answer, BadLines, ValueForm, ValueUse, push};

/// The names of what a question declares, before the number of the word that it is about.
const DEFINED: &str = "lang_q_";
const END: &str = "lang_z_";
const ADDRESS: &str = "lang_d_";
const VALUE: &str = "lang_v_";
const INTEGER: &str = "lang_p_";
const HIGH: &str = "lang_h_";
const EXACT: &str = "lang_e_";
const TYPE: &str = "lang_t_";
const TAGS: [(TagKind, &str); 3] = [
    (TagKind::Struct, "lang_s_"),
    (TagKind::Union, "lang_u_"),
    (TagKind::Enum, "lang_n_"),
];

/// The question for words. Each declaration has a line of its own, by which its errors are known.
pub(crate) fn text(words: &[&str]) -> String {
    let mut text = format!("enum {{ {QUESTION} }};\n");
    let words = || words.iter().enumerate().filter(|(_, word)| is_identifier(word));
    // Before everything else, so that no macro's text can swallow it.
    for (index, word) in words() {
        push(
            &mut text,
            format_args!("#ifdef {word}\nenum {{ {DEFINED}{index} }};\n#endif\n"),
        );
    }
    for (index, word) in words() {
        push(
            &mut text,
            format_args!(
                "void *{ADDRESS}{index} = (void *)&{word};\n\
                 __auto_type {VALUE}{index} = ({word});\n\
                 __INTPTR_TYPE__ {INTEGER}{index} = (__INTPTR_TYPE__)({word});\n\
                 unsigned long long {HIGH}{index} = (unsigned long long)((({word}) >> 63) >> 1);\n\
                 int {EXACT}{index} = (double)({word}) == ({word});\n\
                 typedef {word} {TYPE}{index};\n"
            ),
        );
        for (tag, prefix) in TAGS {
            push(
                &mut text,
                format_args!("typedef {} {word} {prefix}{index};\n", tag.keyword()),
            );
        }
        push(&mut text, format_args!("enum {{ {END}{index} }};\n"));
    }
    text
}

/// What a question declares, by name.
pub(crate) struct Answers<'u> {
    declared: HashMap<String, Cursor<'u>>,
    bad: BadLines,
}

impl<'u> Answers<'u> {
    /// `question` are the declarations behind the headers.
    pub(crate) fn read(unit: &'u TranslationUnit, question: Vec<Cursor<'u>>) -> Self {
        let is_answer = |cursor: &Cursor<'_>| {
            [CXCursor_EnumConstantDecl, CXCursor_TypedefDecl, CXCursor_VarDecl].contains(&cursor.kind())
        };
        let declared = question.into_iter().filter(is_answer);
        Self {
            declared: declared.map(|cursor| (cursor.name(), cursor)).collect(),
            bad: BadLines::of(unit),
        }
    }

    /// What became of the word with this index, which the headers have as `kinds`. `None` where it must be asked again.
    pub(crate) fn answer(&self, index: usize, kinds: &NameKinds) -> Option<Answer<'u>> {
        self.declaration(END, index)?;
        if kinds.hidden_tag.is_some() {
            return None;
        }
        let macro_defined = kinds.macro_definition.is_some() && self.declaration(DEFINED, index).is_some();
        let form = match (kinds.macro_kind(), macro_defined) {
            (Some(MacroKind::Object), true) => Some(ValueForm::Expression),
            (Some(MacroKind::Empty | MacroKind::Unbalanced), true) => None,
            _ if kinds.object => Some(ValueForm::Address),
            _ if kinds.enum_constant => Some(ValueForm::Expression),
            _ => None,
        };
        let value = match form {
            Some(form) => Some(self.value(index, form)?),
            None => None,
        };
        let prefix = match (kinds.typedef, kinds.tag) {
            (true, _) => Some(TYPE),
            (false, Some(tag)) => TAGS.iter().find(|(kind, _)| *kind == tag).map(|(_, prefix)| *prefix),
            (false, None) => None,
        };
        Some(Answer {
            macro_defined,
            value,
            ty: prefix.and_then(|prefix| self.good(prefix, index)),
            whole: true,
        })
    }

    fn value(&self, index: usize, form: ValueForm) -> Option<ValueUse<'u>> {
        let variable = match form {
            ValueForm::Address => self.good(ADDRESS, index)?,
            ValueForm::Expression => self.good(VALUE, index)?,
        };
        let part = |prefix| match form {
            ValueForm::Address => None,
            ValueForm::Expression => self.good(prefix, index),
        };
        Some(ValueUse {
            form,
            variable: Some(variable),
            address: part(INTEGER),
            high: part(HIGH),
            exact: part(EXACT),
        })
    }

    fn declaration(&self, prefix: &str, index: usize) -> Option<Cursor<'u>> {
        self.declared.get(&format!("{prefix}{index}")).copied()
    }

    fn good(&self, prefix: &str, index: usize) -> Option<Cursor<'u>> {
        self.declaration(prefix, index)
            .filter(|cursor| self.bad.is_good(*cursor))
    }
}

/// Whether a word can stand in C text: not every word after a dot can.
fn is_identifier(word: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_';
    word.starts_with(is_start) && word.chars().all(|c| is_start(c) || c.is_ascii_digit())
}
