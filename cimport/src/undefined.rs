//! Functions that are declared `static` and defined nowhere: `static int f(int);` and no more.
//!
//! Takes names of functions. Gives a text that uses each and has no errors, so that Clang looks at its end for what is
//! not defined, and finds whether it warned. The parse of the headers does not say: it skips bodies.

use base::Symbol;
use clang_sys::CXCursor_VarDecl;

use crate::ast::{Cursor, TranslationUnit, Visit};
use crate::constants::referenced_by_address;
use crate::macros::lines_of;
use crate::query::{push, slot};

/// What the variables of the text are called, before a number.
const PREFIX: &str = "lang_u_";

pub(crate) fn text(names: &[Symbol]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        push(
            &mut text,
            format_args!("#undef {name}\nvoid *{PREFIX}{index} = (void *)&{name};\n"),
        );
    }
    text
}

/// Whether each function is undefined, in the order of the `n_asked` names.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<bool> {
    let warned = lines_of(unit, "-Wundefined-internal");
    let mut found = vec![false; n_asked];
    unit.root().visit(|variable| {
        if variable.kind() == CXCursor_VarDecl
            && let Some(found) = slot(&variable.name(), &[PREFIX], &mut found)
        {
            let function = referenced_by_address(variable).and_then(Cursor::first_declaration);
            let location = function.map(Cursor::location);
            *found = location.is_some_and(|location| warned.contains(&(location.file, location.line)));
        }
        Visit::Next
    });
    found
}
