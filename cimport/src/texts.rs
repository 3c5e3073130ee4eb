//! Uses of macros that are string literals without being written as one: what `_Generic` chooses.
//!
//! Takes such uses as C text, and how long each literal is with its NUL. Gives the text that reads each byte, and the
//! bytes that Clang computed.

use clang_sys::{CXCursor_FunctionDecl, CXCursor_VarDecl};

use crate::ast::{Evaluated, TranslationUnit, Visit};
use crate::query::{BadLines, push, slot};
use crate::uses::UseText;

/// Longer ones are pointers to a literal, and no literals.
pub(crate) const LONGEST: u64 = 1024;

/// The question.
pub(crate) fn text(uses: impl Iterator<Item = (Option<UseText>, u64)>) -> String {
    let mut text = String::new();
    for (index, (written, len)) in uses.enumerate() {
        let Some(written) = written else { continue };
        let UseText {
            definition,
            params,
            prologue,
            expression,
            end,
            ..
        } = &written;
        let params = if params.is_empty() { "void" } else { params };
        push(
            &mut text,
            format_args!("{definition}void lang_h_{index}({params}) {{\n{prologue}\n"),
        );
        for at in 0..len {
            push(
                &mut text,
                format_args!("{{ static const unsigned char lang_b = ({expression})[{at}]; }}\n"),
            );
        }
        push(&mut text, format_args!("}}\n{end}"));
    }
    text
}

/// What each of the literals holds, whose lengths were asked about; absent where not all of it is known.
pub(crate) fn read(unit: &TranslationUnit, lens: &[u64]) -> Vec<Option<Vec<u8>>> {
    let mut found = vec![Vec::new(); lens.len()];
    let bad = BadLines::of(unit);
    unit.root().visit(|function| {
        if function.kind() == CXCursor_FunctionDecl
            && let Some(bytes) = slot(&function.name(), &["lang_h_"], &mut found)
        {
            function.visit(|cursor| {
                if cursor.kind() != CXCursor_VarDecl || cursor.name() != "lang_b" {
                    return Visit::Into;
                }
                if let (true, Some(Evaluated::Int(byte))) = (bad.is_good(cursor), cursor.evaluate()) {
                    bytes.extend(u8::try_from(byte));
                }
                Visit::Next
            });
        }
        Visit::Next
    });
    let whole = |(mut bytes, len): (Vec<u8>, &u64)| {
        let is_whole = bytes.len() as u64 == *len && bytes.pop() == Some(0);
        is_whole.then_some(bytes)
    };
    found.into_iter().zip(lens).map(whole).collect()
}
