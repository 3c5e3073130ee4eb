//! Functions and variables.
//!
//! Takes the cursors of their declarations. Gives [`CFunction`]s and [`CGlobal`]s with the symbol that the linker
//! knows them by.

use base::{Symbol, sym};
use clang_sys::{CX_SC_Extern, CX_SC_Static, CXCursor_AsmLabelAttr};
use cmodel::{CFunction, CGlobal, CLinkage};

use crate::ast::{Cursor, Visit};
use crate::attributes;
use crate::translate::{Owner, Translator};

impl<'u> Translator<'u> {
    /// Translates a function and gives its key.
    pub(crate) fn function(&mut self, decl: Cursor<'u>) -> Symbol {
        let name = sym(&decl.name());
        if !self.model.functions.contains_key(&name) {
            let owner = Owner::unreachable(name.as_str().to_owned());
            if decl.storage_class() == CX_SC_Static && !decl.is_inline() {
                self.may_be_undefined.push(name);
            }
            let function = CFunction {
                name,
                symbol: self.symbol(decl),
                signature: self.signature_with_names(decl.type_of(), &owner, Some(decl)),
                linkage: linkage(decl),
                features: attributes::features(decl),
                facts: attributes::facts(decl),
                module: self.module,
                doc: self.doc(decl),
                loc: self.loc(decl),
            };
            self.model.functions.insert(name, function);
        }
        name
    }

    /// The same of a function that Clang knows by itself.
    pub(crate) fn builtin(&mut self, decl: Cursor<'u>) -> Symbol {
        let name = self.function(decl);
        if let Some(function) = self.model.functions.get_mut(&name) {
            function.linkage = CLinkage::Builtin;
        }
        name
    }

    /// Translates a variable with external linkage and gives its key.
    pub(crate) fn global(&mut self, decl: Cursor<'u>) -> Symbol {
        let name = sym(&decl.name());
        if !self.model.globals.contains_key(&name) {
            let owner = Owner::named(name.as_str(), name.as_str().to_owned());
            let global = CGlobal {
                name,
                symbol: self.symbol(decl),
                ty: self.ty(decl.type_of(), &owner),
                constant: decl.type_of().canonical().is_const(),
                thread_local: decl.is_thread_local(),
                advice: attributes::advice(decl),
                module: self.module,
                doc: self.doc(decl),
                loc: self.loc(decl),
            };
            self.model.globals.insert(name, global);
        }
        name
    }

    /// The name in the form that a unit's functions have: C's name, or the linker's after `\x01` where that differs
    /// from what the object format would make of any C name.
    fn symbol(&self, decl: Cursor<'u>) -> String {
        if !self.labels_have_prefix {
            return decl.mangled();
        }
        let mut label = None;
        decl.visit(|child| {
            if child.kind() == CXCursor_AsmLabelAttr {
                label = Some(child.name());
            }
            Visit::Next
        });
        match label {
            None => decl.name(),
            Some(label) => match label.strip_prefix('_') {
                Some(name) => name.to_owned(),
                None => format!("\u{1}{label}"),
            },
        }
    }
}

/// C99's `inline` without `extern` defines nothing outside the translation unit; GNU's does. With `extern` it is the
/// other way round: what is always inlined then may well have no definition anywhere.
fn linkage(decl: Cursor<'_>) -> CLinkage {
    let storage = decl.storage_class();
    let is_of_header = match storage {
        _ if storage == CX_SC_Static => true,
        _ if !decl.is_inline() => false,
        _ if storage == CX_SC_Extern => attributes::is_always_inline(decl),
        _ => !attributes::is_gnu_inline(decl),
    };
    match is_of_header {
        true => CLinkage::Header,
        false => CLinkage::External,
    }
}
