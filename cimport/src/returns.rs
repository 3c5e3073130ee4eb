//! Macros that return from the function that they stand in.
//!
//! Takes uses as C text. Gives the text that puts each into a function of its own, and what Clang says of that: the
//! type of what is returned, and whether the function ever goes on behind the use.

use std::collections::HashSet;

use clang_sys::{CXCursor_FunctionDecl, CXCursor_ReturnStmt, CXDiagnostic_Error};

use crate::ast::{TranslationUnit, Type, Visit};
use crate::constants::peel;
use crate::query::{push, slot};
use crate::uses::UseText;

/// What a use returns.
#[derive(Clone, Copy)]
pub(crate) struct Returned<'u> {
    /// Absent where it returns nothing.
    pub(crate) ty: Option<Type<'u>>,
    /// It never goes on behind the use.
    pub(crate) always: bool,
}

/// The question. A function that returns a number takes a pointer as well; the end of each is on a line of its own.
pub(crate) fn text(uses: impl Iterator<Item = Option<UseText>>) -> String {
    let mut text = String::from(
        "#pragma clang diagnostic ignored \"-Wint-conversion\"\n\
         #pragma clang diagnostic ignored \"-Wreturn-mismatch\"\n\
         #pragma clang diagnostic warning \"-Wreturn-type\"\n",
    );
    for (index, written) in uses.enumerate() {
        let Some(written) = written else { continue };
        let UseText {
            params,
            prologue,
            expression,
            definition,
            end,
            ..
        } = &written;
        let params = if params.is_empty() { "void" } else { params };
        text.push_str(definition);
        push(
            &mut text,
            format_args!("__INTPTR_TYPE__ lang_r_{index}({params}) {{\n{prologue}\n{expression};\n}}\n"),
        );
        text.push_str(end);
    }
    text
}

/// What became of each of `n_asked` uses; absent where C does not take it so.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<Option<Returned<'_>>> {
    let mut found = vec![None; n_asked];
    let messages = unit.messages();
    let lines = |option: &str| -> HashSet<_> {
        let of_option = messages.iter().filter(|message| message.option == option);
        of_option.map(|message| message.location.line).collect()
    };
    let goes_on = lines("-Wreturn-type");
    let errors: HashSet<_> = messages
        .iter()
        .filter(|message| message.severity >= CXDiagnostic_Error)
        .map(|message| message.location.line)
        .collect();
    unit.root().visit(|cursor| {
        if cursor.kind() != CXCursor_FunctionDecl {
            return Visit::Next;
        }
        let name = cursor.name();
        let line = cursor.location().line;
        if let Some(found) = slot(&name, &["lang_r_"], &mut found)
            && !errors.contains(&(line + 2))
        {
            let mut ty = None;
            let mut returns_nothing = false;
            cursor.visit(|inner| {
                if inner.kind() != CXCursor_ReturnStmt {
                    return Visit::Into;
                }
                match inner.children().first() {
                    Some(value) => ty = ty.or(Some(peel(*value, false).type_of())),
                    None => returns_nothing = true,
                }
                Visit::Next
            });
            if ty.is_some() || returns_nothing {
                *found = Some(Returned {
                    ty,
                    always: !goes_on.contains(&(line + 3)),
                });
            }
        }
        Visit::Next
    });
    found
}
