//! What a phase made of one file, as text: `--emit tokens`, `tree`, `hir`.

use std::path::Path;

use base::SourceMap;
use diag::{Diagnostic, Diagnostics};
use target::Target;

use crate::conditions::{Purpose, conditions};
use crate::errors::AskedBy;
use crate::files::read_source;
use crate::package::Profile;

/// A form of one file alone, without its imports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileForm {
    Tokens,
    Tree,
    Hir,
}

/// The text, with what was wrong with the file on the way to it.
#[derive(Debug)]
pub struct Dump {
    pub text: String,
    pub sources: SourceMap,
    pub diagnostics: Vec<Diagnostic>,
}

/// Shows `file` in a form; a file with errors is shown too, with the places of the errors in it.
pub fn dump_file(file: &Path, form: FileForm, target: &Target) -> Dump {
    let mut sources = SourceMap::default();
    let mut diagnostics = Diagnostics::new();
    let text = match read_source(file, AskedBy::CommandLine) {
        Ok(text) => {
            let id = sources.add(file, text.clone());
            let (tree, errors) = syntax::parse(id, &text);
            diagnostics.append(errors);
            match form {
                FileForm::Tokens => syntax::dump::tokens(&tree),
                FileForm::Tree => syntax::dump::tree(&tree),
                FileForm::Hir => {
                    let (hir, errors) = hir::lower(&tree, &conditions(target, Profile::DEBUG, Purpose::Tests));
                    diagnostics.append(errors);
                    format!("{hir:#?}\n")
                }
            }
        }
        Err(error) => {
            diagnostics.report(error);
            String::new()
        }
    };
    Dump {
        text,
        sources,
        diagnostics: diagnostics.sorted(),
    }
}
