//! Functions that Clang knows by itself, and that its headers only declare: `_mm_pause`.
//!
//! Takes names. Gives a text that calls each, as such a function has no address, and finds what was called, whether or
//! not the call lacks arguments. Of those that are for some processors, says which there are for one.

use std::path::Path;

use clang_sys::{CXCursor_DeclRefExpr, CXCursor_FunctionDecl, CXCursor_VarDecl, CXTranslationUnit_None};
use target::Target;

use crate::ast::{Cursor, TranslationUnit, VirtualFile, Visit};
use crate::libclang;
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

/// Which of Clang's own functions code may call that is compiled for the target's processor and these features beside.
/// `None` when Clang cannot be asked.
pub fn builtins_with(path: &Path, target: &Target, features: &[&str], builtins: &[String]) -> Option<Vec<bool>> {
    let clang = libclang::open(path).ok()?;
    let mut args = vec![format!("--target={}", target.triple), String::from("-xc")];
    args.extend(target.processor_args.iter().cloned());
    for feature in features {
        let feature = format!("+{feature}");
        args.extend(["-Xclang", "-target-feature", "-Xclang", &feature].map(str::to_owned));
    }
    let mut text = String::new();
    for (index, builtin) in builtins.iter().enumerate() {
        let question = format_args!("#if __has_builtin({builtin})\nint {PREFIX}{index};\n#endif\n");
        push(&mut text, question);
    }
    let main = VirtualFile {
        path: "lang-builtins.c",
        text: &text,
    };
    let unit = TranslationUnit::parse(clang, &main, &args, CXTranslationUnit_None)?;
    let mut found = vec![false; builtins.len()];
    unit.root().visit(|cursor| {
        if cursor.kind() == CXCursor_VarDecl
            && let Some(found) = slot(&cursor.name(), &[PREFIX], &mut found)
        {
            *found = true;
        }
        Visit::Next
    });
    Some(found)
}
