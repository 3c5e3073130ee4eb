//! Functions that Clang knows by itself, and that its headers only declare: `_mm_pause`.
//!
//! Takes names. Gives a text that calls each, as such a function has no address, and finds what was called, whether or
//! not the call lacks arguments.

use clang_sys::{CXCursor_DeclRefExpr, CXCursor_FunctionDecl};

use crate::ast::{Cursor, TranslationUnit, Visit};
use crate::query::{Asked, push, slot};

/// What the functions of the text are called, before a number.
const PREFIX: &str = "lang_c_";

pub(crate) fn text(asked: &[Asked<'_>]) -> String {
    let mut text = String::new();
    for (index, Asked { name, .. }) in asked.iter().enumerate() {
        push(
            &mut text,
            format_args!("void {PREFIX}{index}(void) {{ ({name})(); }}\n"),
        );
    }
    text
}

/// The function that each name is, in the order of the names.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<Option<Cursor<'_>>> {
    let mut found = vec![None; n_asked];
    unit.root().visit(|function| {
        if function.kind() == CXCursor_FunctionDecl
            && let Some(found) = slot(&function.name(), &[PREFIX], &mut found)
        {
            function.visit(|cursor| {
                if cursor.kind() == CXCursor_DeclRefExpr && found.is_none() {
                    *found = cursor.referenced().filter(|decl| decl.kind() == CXCursor_FunctionDecl);
                }
                Visit::Into
            });
        }
        Visit::Next
    });
    found
}
