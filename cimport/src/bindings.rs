//! Headers as a file: a printed module that stands for them.
//!
//! Takes a model and what was asked of headers, and gives the text with a head that says both; takes such a text, and
//! gives the model again, exactly as far as the text goes. A text that is not what was printed, or that was made for
//! another target, is an error. Must not know where files are.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a rule names the syntax and the types that it takes; all others, new ones too, are not what is printed"
)]

mod declarations;
mod facts;
mod head;
mod items;
mod layouts;
mod macros;
mod standalone;
mod types;

use std::collections::BTreeSet;

use base::{FileId, SourceMap, Span, Symbol};
use cmodel::{CModel, CModule, CModuleId, CModuleSpec};
use syntax::ast::{self, AstNode};
use target::Target;

pub use head::Head;

use crate::print::{MacroBodies, Origin, Selection, macro_bodies, print_items};
use items::Reader;

/// A printed module that was read.
#[derive(Debug)]
pub struct Bindings {
    pub head: Head,
    /// Every name of the file.
    pub model: CModel,
    /// The lines that say which header follows.
    headings: Vec<(u32, String)>,
    bodies: MacroBodies,
}

/// Why a text cannot stand for headers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BindingsError {
    /// Something that `lang cimport` does not write, and what is wrong with it.
    Broken { span: Span, problem: String },
    /// The text is not that which was written.
    Changed { span: Span },
    /// It was made for this target.
    OtherTarget { span: Span, made_for: String },
}

/// The text of a file that stands for the headers of module `id`.
pub fn print_bindings(model: &CModel, id: CModuleId, head: &Head, target: &Target, selection: Selection) -> String {
    let bodies = macro_bodies(model, id);
    let items = print_items(model, id, target, selection, &bodies, &Origin::Headers);
    formatted(head.with_items(&items))
}

/// As `lang fmt` would have it, so that nobody's formatting changes the file.
fn formatted(text: String) -> String {
    let file = SourceMap::default().add("bindings".as_ref(), text.as_str().into());
    let (tree, _) = syntax::parse(file, &text);
    fmt::format(&tree).unwrap_or(text)
}

/// Reads a file of bindings. `path` is what its declarations say they stand in.
pub fn read_bindings(
    file: FileId,
    path: &str,
    text: &str,
    id: CModuleId,
    target: &Target,
) -> Result<Bindings, BindingsError> {
    let (tree, diagnostics) = syntax::parse(file, text);
    let whole = Span::new(file, 0, 0);
    let broken = |span: Span, problem: &str| BindingsError::Broken {
        span,
        problem: problem.to_owned(),
    };
    if let Some(error) = diagnostics.sorted().into_iter().next() {
        let span = error.primary.as_ref().map_or(whole, |label| label.span);
        return Err(broken(span, &error.message));
    }
    let Some(source) = ast::SourceFile::cast(tree.root()) else {
        return Err(broken(whole, "it is empty"));
    };
    let (head, hash) = head::read(source, whole)?;
    if head.target != target.name {
        return Err(BindingsError::OtherTarget {
            span: hash.span,
            made_for: head.target,
        });
    }
    if hash.text != head::hash_of(text, &hash.text) {
        return Err(BindingsError::Changed { span: hash.span });
    }
    let mut reader = Reader::new(path, text, id, target);
    reader.items(source)?;
    let (model, bodies) = reader.finish()?;
    Ok(Bindings {
        head,
        model,
        headings: head::headings(text),
        bodies,
    })
}

impl Bindings {
    /// The text that it was read from.
    pub fn print(&self, id: CModuleId, target: &Target) -> String {
        let origin = Origin::Printed(&self.headings);
        let items = print_items(&self.model, id, target, Selection::Public, &self.bodies, &origin);
        formatted(self.head.with_items(&items))
    }

    /// What of it would be printed for these names alone.
    pub fn print_names(self, id: CModuleId, target: &Target, names: &[Symbol]) -> String {
        let (headings, bodies, head) = (self.headings.clone(), self.bodies.clone(), self.head.clone());
        let model = self.narrowed(id, names);
        let items = print_items(
            &model,
            id,
            target,
            Selection::Asked,
            &bodies,
            &Origin::Printed(&headings),
        );
        formatted(head.with_items(&items))
    }

    /// Every name that is a value or a type, sorted.
    pub fn names(&self, id: CModuleId) -> Vec<String> {
        let module = self.model.modules.get(&id);
        let names = module
            .into_iter()
            .flat_map(|module| module.values.keys().chain(module.types.keys()));
        let mut names: Vec<String> = names.map(Symbol::to_string).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The model of those of `names` that the file has. Where some of them are macros that need nothing of the headers,
    /// it has the module of these, too.
    pub fn narrowed(mut self, id: CModuleId, names: &[Symbol]) -> CModel {
        let whole = self.model.modules.get(&id).cloned().unwrap_or_default();
        if let Some(module) = self.model.modules.get_mut(&id) {
            let names: BTreeSet<Symbol> = names.iter().copied().collect();
            let is_asked = |name: &Symbol| names.contains(name);
            module.values.retain(|name, _| is_asked(name));
            module.types.retain(|name, _| is_asked(name));
            module.aliases.retain(|name, _| is_asked(name));
            module.members.retain(|(_, name), _| is_asked(name));
        }
        let definitions = standalone::mark_standalone(&mut self.model, id, &self.bodies, &whole);
        crate::print::narrow(&mut self.model, id);
        if !definitions.is_empty() {
            let spec = CModuleSpec {
                standard: self.head.spec.standard,
                definitions,
                ..CModuleSpec::default()
            };
            let module = CModule {
                spec: Some(spec),
                ..CModule::default()
            };
            self.model.modules.insert(id.without_headers(), module);
        }
        self.model
    }
}
