//! Questions to Clang in the only form it understands: C.
//!
//! Takes names with what the headers say they are. Gives the text of a translation unit that stands on the headers and
//! uses each name as a C programmer would, and finds the uses again in its AST. So what a name means (a macro that
//! renames a struct, an alias of a function) is Clang's answer. Translates nothing.

use std::collections::HashMap;
use std::fmt::Write;

use clang_sys::{
    CXCursor_EnumConstantDecl, CXCursor_EnumDecl, CXCursor_FunctionDecl, CXCursor_TypedefDecl, CXCursor_VarDecl,
    CXDiagnostic_Error,
};

use crate::ast::{Cursor, File, TranslationUnit, Visit};
use crate::names::{MacroKind, NameIndex, NameKinds};

/// What the functions that use names as expressions are called, before a number.
pub(crate) const EXPRESSION_FN: &str = "lang_m_";

/// In such a declaration C takes the names of what is `unavailable`. What that means for a program is not asked here.
const ANYTHING: &str = "__attribute__((unavailable))";

/// A name that the program mentions and the headers have.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) name: &'a str,
    pub(crate) kinds: &'a NameKinds,
    pub(crate) index: &'a NameIndex,
}

/// What became of one name.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answer<'u> {
    /// The macro is still defined where the headers end.
    pub(crate) macro_defined: bool,
    pub(crate) value: Option<ValueUse<'u>>,
    /// A typedef made by the query, whose underlying type the name is.
    pub(crate) ty: Option<Cursor<'u>>,
    /// Clang read the question to its end. It does not where a macro of an earlier name opens a bracket that it does
    /// not close.
    pub(crate) whole: bool,
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
    /// 1 when a floating value is exactly a `double`.
    pub(crate) exact: Option<Cursor<'u>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ValueForm {
    /// An expression: a macro or an enum constant.
    Expression,
    /// `&NAME` of a function or variable.
    Address,
}

/// The question for names as the headers declare them.
pub(crate) fn text(asked: &[Asked<'_>]) -> String {
    text_from(asked, 0)
}

/// The same, numbered from `first` on.
pub(crate) fn text_from(asked: &[Asked<'_>], first: usize) -> String {
    let mut text = String::new();
    for (index, name) in (first..)
        .zip(asked)
        .filter(|(_, asked)| asked.kinds.macro_definition.is_some())
    {
        // Before everything else, so that no macro's text can swallow it.
        push(
            &mut text,
            format_args!("#ifdef {}\nenum {{ lang_q_{index} }};\n#endif\n", name.name),
        );
    }
    for (index, Asked { name, kinds, .. }) in (first..).zip(asked) {
        let plain = match (kinds.object, kinds.enum_constant) {
            (true, _) => format!("{ANYTHING} void lang_d_{index}(void) {{ void *lang_v = (void *)&{name}; }}\n"),
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
            (true, _) => push(&mut text, format_args!("typedef {name} lang_t_{index} {ANYTHING};\n")),
            (false, Some(tag)) => push(
                &mut text,
                format_args!(
                    "typedef {} {} lang_t_{index} {ANYTHING};\n",
                    tag.keyword(),
                    kinds.tag_name(name)
                ),
            ),
            (false, None) => {}
        }
        push(&mut text, format_args!("enum {{ lang_z_{index} }};\n"));
    }
    text
}

/// The parentheses keep a macro of several tokens together; an initialiser in braces is no expression. Each variable
/// has a line of its own, by which its errors are known.
fn expression(index: usize, name: &str) -> String {
    format!(
        "{ANYTHING} void {EXPRESSION_FN}{index}(void) {{\n\
         __auto_type lang_v = ({name});\n\
         __INTPTR_TYPE__ lang_p = (__INTPTR_TYPE__)({name});\n\
         unsigned long long lang_h = (unsigned long long)((({name}) >> 63) >> 1);\n\
         int lang_e = (double)({name}) == ({name});\n\
         }}\n"
    )
}

pub(crate) fn push(text: &mut String, part: std::fmt::Arguments<'_>) {
    text.write_fmt(part).expect("writing to a string does not fail");
}

/// The lines of a question that Clang has errors in.
pub(crate) struct BadLines(HashMap<(Option<File>, u32), String>);

impl BadLines {
    pub(crate) fn of(unit: &TranslationUnit) -> Self {
        let mut bad = HashMap::new();
        for message in unit.messages() {
            if message.severity >= CXDiagnostic_Error {
                let place = (message.location.file, message.location.line);
                bad.entry(place).or_insert_with(|| message.text.clone());
            }
        }
        Self(bad)
    }

    /// One of the errors, the same each time.
    pub(crate) fn first(&self) -> Option<String> {
        self.0
            .iter()
            .min_by_key(|((_, line), _)| *line)
            .map(|(_, text)| text.clone())
    }

    /// Clang's first error so many lines after a declaration.
    pub(crate) fn error_after(&self, cursor: Cursor<'_>, n_lines: u32) -> Option<String> {
        let location = cursor.location();
        self.0.get(&(location.file, location.line + n_lines)).cloned()
    }

    /// Whether the line before a declaration has no error.
    pub(crate) fn is_good_before(&self, cursor: Cursor<'_>) -> bool {
        let location = cursor.location();
        !self.0.contains_key(&(location.file, location.line - 1))
    }

    /// Not every declaration with an error is invalid to Clang: `typedef __attribute__((pure)) T;` is one of `int`.
    pub(crate) fn is_good(&self, cursor: Cursor<'_>) -> bool {
        let location = cursor.location();
        !cursor.is_invalid() && !self.0.contains_key(&(location.file, location.line))
    }
}

/// Finds the uses again, in the order of the `n_asked` names that the text asked for.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<Answer<'_>> {
    let mut answers = vec![Answer::default(); n_asked];
    let bad = BadLines::of(unit);
    let is_good = |cursor: Cursor<'_>| bad.is_good(cursor);
    unit.root().visit(|cursor| {
        match cursor.kind() {
            CXCursor_EnumDecl => return Visit::Into,
            CXCursor_FunctionDecl => {
                let name = cursor.name();
                let form = match &name {
                    name if name.starts_with(EXPRESSION_FN) => ValueForm::Expression,
                    _ => ValueForm::Address,
                };
                if let Some(answer) = slot(&name, &[EXPRESSION_FN, "lang_d_"], &mut answers) {
                    answer.value = Some(value_use(cursor, form, is_good));
                }
            }
            CXCursor_TypedefDecl => {
                if let Some(answer) = slot(&cursor.name(), &["lang_t_"], &mut answers)
                    && is_good(cursor)
                {
                    answer.ty = Some(cursor);
                }
            }
            CXCursor_EnumConstantDecl => {
                let name = cursor.name();
                if let Some(answer) = slot(&name, &["lang_q_"], &mut answers) {
                    answer.macro_defined = true;
                } else if let Some(answer) = slot(&name, &["lang_z_"], &mut answers) {
                    answer.whole = true;
                }
            }
            _ => {}
        }
        Visit::Next
    });
    answers
}

/// Whether the type of a question's typedef is one that the headers have. After `struct`, any name declares one; and
/// `typedef (NAME >> 8) x;` has declared `NAME` a type for what follows, when Clang goes on behind the error.
pub(crate) fn names_a_type(typedef: Cursor<'_>) -> bool {
    let underlying = typedef.typedef_underlying();
    let is_here = |decl: &Cursor<'_>| decl.location().file == typedef.location().file;
    let named = underlying.declaration().filter(is_here);
    let declared = underlying.canonical().declaration().filter(is_here);
    declared.is_none() && named.is_none_or(|decl| decl.kind() != CXCursor_TypedefDecl)
}

/// The answer that a name such as `lang_m_12` belongs to.
pub(crate) fn slot<'a, T>(name: &str, prefixes: &[&str], answers: &'a mut [T]) -> Option<&'a mut T> {
    let digits = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    answers.get_mut(digits.parse::<usize>().ok()?)
}

fn value_use<'u>(function: Cursor<'u>, form: ValueForm, is_good: impl Fn(Cursor<'u>) -> bool) -> ValueUse<'u> {
    let mut found = ValueUse {
        form,
        variable: None,
        address: None,
        high: None,
        exact: None,
    };
    function.visit(|cursor| {
        if cursor.kind() != CXCursor_VarDecl {
            return Visit::Into;
        }
        let place = match cursor.name().as_str() {
            "lang_v" => &mut found.variable,
            "lang_p" => &mut found.address,
            "lang_h" => &mut found.high,
            "lang_e" => &mut found.exact,
            // A statement expression in the macro may declare variables of its own.
            _ => return Visit::Next,
        };
        if is_good(cursor) && place.is_none() {
            *place = Some(cursor);
        }
        Visit::Next
    });
    found
}
