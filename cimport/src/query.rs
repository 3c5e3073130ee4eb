//! Questions to Clang in the only form it understands: C.
//!
//! Takes names with what the headers say they are. Gives the text of a translation unit that stands on the headers and
//! uses each name as a C programmer would, and finds the uses again in its AST. So what a name means (a macro that
//! renames a struct, an alias of a function) is Clang's answer. Translates nothing.

use std::fmt::Write;

use clang_sys::{CXCursor_EnumDecl, CXCursor_FunctionDecl, CXCursor_TypedefDecl, CXCursor_VarDecl};

use crate::ast::{Cursor, TranslationUnit, Visit};
use crate::names::{MacroKind, NameIndex, NameKinds};

/// A name that the program mentions and the headers have.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) name: &'a str,
    pub(crate) kinds: &'a NameKinds,
    pub(crate) index: &'a NameIndex,
}

/// What became of one name. The order of [`Answers`] is that of the names asked.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer<'u> {
    /// The macro is still defined where the headers end.
    pub(crate) macro_defined: bool,
    pub(crate) value: Option<ValueUse<'u>>,
    /// A typedef made by the query, whose underlying type the name is.
    pub(crate) ty: Option<Cursor<'u>>,
}

/// The name used as a value: `__auto_type lang_v = (NAME);` and, for pointers, the same converted to an integer.
#[derive(Clone, Copy)]
pub(crate) struct ValueUse<'u> {
    pub(crate) form: ValueForm,
    pub(crate) variable: Option<Cursor<'u>>,
    /// `__INTPTR_TYPE__ lang_p = (__INTPTR_TYPE__)(NAME);`
    pub(crate) address: Option<Cursor<'u>>,
    /// The upper half of an integer of 128 bits.
    pub(crate) high: Option<Cursor<'u>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValueForm {
    /// An expression: a macro or an enum constant.
    Expression,
    /// `&NAME` of a function or variable.
    Address,
}

pub(crate) struct Answers<'u> {
    pub(crate) answers: Vec<Answer<'u>>,
}

/// The question for names as the headers declare them.
pub(crate) fn text(asked: &[Asked<'_>]) -> String {
    let mut text = String::new();
    for (index, name) in asked
        .iter()
        .enumerate()
        .filter(|(_, asked)| asked.kinds.macro_definition.is_some())
    {
        // Before everything else, so that no macro's text can swallow it.
        push(
            &mut text,
            format_args!("#ifdef {}\nenum {{ lang_q_{index} }};\n#endif\n", name.name),
        );
    }
    for (index, Asked { name, kinds, .. }) in asked.iter().enumerate() {
        let plain = match (kinds.object, kinds.enum_constant) {
            (true, _) => format!("void lang_d_{index}(void) {{ void *lang_v = (void *)&{name}; }}\n"),
            (false, true) => expression(index, name),
            (false, false) => String::new(),
        };
        match kinds.macro_kind() {
            Some(MacroKind::Object) => {
                push(
                    &mut text,
                    format_args!("#ifdef {name}\n{}#else\n{plain}#endif\n", expression(index, name)),
                );
            }
            Some(MacroKind::Empty | MacroKind::Unbalanced) => {
                push(&mut text, format_args!("#ifndef {name}\n{plain}#endif\n"));
            }
            Some(MacroKind::Function { .. }) | None => text.push_str(&plain),
        }
        match (kinds.typedef, kinds.tag) {
            (true, _) => push(&mut text, format_args!("typedef {name} lang_t_{index};\n")),
            (false, Some(tag)) => push(
                &mut text,
                format_args!("typedef {} {name} lang_t_{index};\n", tag.keyword()),
            ),
            (false, None) => {}
        }
    }
    text
}

/// The question for macros that are no expressions: are they types?
pub(crate) fn type_text(asked: &[Asked<'_>]) -> String {
    let mut text = String::new();
    for (index, Asked { name, .. }) in asked.iter().enumerate() {
        push(&mut text, format_args!("typedef {name} lang_t_{index};\n"));
    }
    text
}

/// The parentheses keep a macro of several tokens together; an initialiser in braces is no expression.
fn expression(index: usize, name: &str) -> String {
    format!(
        "void lang_m_{index}(void) {{ __auto_type lang_v = ({name}); \
         __INTPTR_TYPE__ lang_p = (__INTPTR_TYPE__)({name}); \
         unsigned long long lang_h = (unsigned long long)((({name}) >> 63) >> 1); }}\n"
    )
}

fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string does not fail");
}

/// Finds the uses again. `n_asked` is the number of names that the text asked for.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Answers<'_> {
    let mut answers = vec![Answer::default(); n_asked];
    unit.root().visit(|cursor| {
        match cursor.kind() {
            CXCursor_EnumDecl => return Visit::Into,
            CXCursor_FunctionDecl => {
                let name = cursor.name();
                let form = match &name {
                    name if name.starts_with("lang_m_") => ValueForm::Expression,
                    _ => ValueForm::Address,
                };
                if let Some(answer) = slot(&name, &["lang_m_", "lang_d_"], &mut answers) {
                    answer.value = Some(value_use(cursor, form));
                }
            }
            CXCursor_TypedefDecl => {
                if let Some(answer) = slot(&cursor.name(), &["lang_t_"], &mut answers)
                    && !cursor.is_invalid()
                {
                    answer.ty = Some(cursor);
                }
            }
            _ => {
                if let Some(answer) = slot(&cursor.name(), &["lang_q_"], &mut answers) {
                    answer.macro_defined = true;
                }
            }
        }
        Visit::Next
    });
    Answers { answers }
}

/// The answer that a name such as `lang_m_12` belongs to.
fn slot<'a, 'u>(name: &str, prefixes: &[&str], answers: &'a mut [Answer<'u>]) -> Option<&'a mut Answer<'u>> {
    let digits = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    answers.get_mut(digits.parse::<usize>().ok()?)
}

fn value_use(function: Cursor<'_>, form: ValueForm) -> ValueUse<'_> {
    let mut found = ValueUse {
        form,
        variable: None,
        address: None,
        high: None,
    };
    function.visit(|cursor| {
        if cursor.kind() != CXCursor_VarDecl {
            return Visit::Into;
        }
        let place = match cursor.name().as_str() {
            "lang_v" => &mut found.variable,
            "lang_p" => &mut found.address,
            "lang_h" => &mut found.high,
            // A statement expression in the macro may declare variables of its own.
            _ => return Visit::Next,
        };
        if !cursor.is_invalid() && place.is_none() {
            *place = Some(cursor);
        }
        Visit::Next
    });
    found
}
