//! From Clang's AST to the C model: what the files `types.rs`, `records.rs`, `decl.rs` and `constants.rs` share.
//!
//! A [`Translator`] takes cursors of one translation unit and fills one [`CModel`]. It translates what it is given and
//! what that reaches, each declaration once. It does not decide what is asked for.

use std::collections::{HashMap, VecDeque};

use base::{Symbol, sym};
use cmodel::{CLoc, CModel, CModuleId, CTag};
use target::{LinkerFlavor, Target};

use crate::ast::{Cursor, DeclId, File, Location, TranslationUnit};
use crate::comments;
use crate::import::Comments;

pub(crate) struct Translator<'u> {
    pub(crate) unit: &'u TranslationUnit,
    pub(crate) module: CModuleId,
    pub(crate) model: CModel,
    pub(crate) target: &'u Target,
    comments: Comments,
    /// Where an `asm` label's leading underscore is the object format's own.
    pub(crate) labels_have_prefix: bool,
    pub(crate) tags: HashMap<DeclId, CTag>,
    /// Records whose bodies are still to be translated. A queue, because records reach each other in circles.
    pub(crate) pending: VecDeque<PendingRecord<'u>>,
    /// Records for typedefs with an alignment of their own, whose bodies are those of others.
    pub(crate) realigned: Vec<CTag>,
    file_names: HashMap<File, String>,
    /// Functions that are `static`, of which the parse of headers does not say whether they are defined.
    pub(crate) may_be_undefined: Vec<Symbol>,
}

pub(crate) struct PendingRecord<'u> {
    pub(crate) tag: CTag,
    pub(crate) decl: Cursor<'u>,
    /// What `member` is appended to for a C expression of that member: `((struct stat *)0)->`.
    pub(crate) member_base: Option<String>,
}

/// How an unnamed record or enum is reached, which names it.
#[derive(Clone)]
pub(crate) struct Owner {
    /// `outer.member`
    pub(crate) name: String,
    /// A C expression of the type in question.
    pub(crate) expression: Option<String>,
    /// For a member without a name, how its own members are reached: as its owner's are.
    pub(crate) member_base: Option<String>,
}

impl Owner {
    /// Something that C names.
    pub(crate) fn named(name: &str, expression: String) -> Self {
        Self {
            name: name.to_owned(),
            expression: Some(expression),
            member_base: None,
        }
    }

    /// Something that no C expression reaches, such as a function's parameter.
    pub(crate) fn unreachable(name: String) -> Self {
        Self {
            name,
            expression: None,
            member_base: None,
        }
    }

    /// What an element of this array is.
    pub(crate) fn element(&self) -> Self {
        Self {
            expression: self.expression.as_ref().map(|outer| format!("({outer})[0]")),
            ..self.clone()
        }
    }

    /// What this pointer points to.
    pub(crate) fn pointee(&self) -> Self {
        Self {
            expression: self.expression.as_ref().map(|outer| format!("*({outer})")),
            ..self.clone()
        }
    }
}

impl<'u> Translator<'u> {
    pub(crate) fn new(unit: &'u TranslationUnit, module: CModuleId, target: &'u Target, comments: Comments) -> Self {
        Self {
            unit,
            module,
            model: CModel::default(),
            target,
            comments,
            labels_have_prefix: target.link.flavor == LinkerFlavor::MachO,
            tags: HashMap::new(),
            pending: VecDeque::new(),
            realigned: Vec::new(),
            file_names: HashMap::new(),
            may_be_undefined: Vec::new(),
        }
    }

    /// The finished model: every record that was reached has its body.
    pub(crate) fn finish(mut self) -> CModel {
        while let Some(record) = self.pending.pop_front() {
            self.record_body(record);
        }
        self.realigned_bodies();
        self.model
    }

    pub(crate) fn loc(&mut self, cursor: Cursor<'u>) -> CLoc {
        self.place(cursor.location())
    }

    pub(crate) fn place(&mut self, location: Location) -> CLoc {
        let path = match location.file {
            Some(file) => self
                .file_names
                .entry(file)
                .or_insert_with(|| self.unit.file_name(file))
                .clone(),
            None => String::new(),
        };
        CLoc {
            path,
            line: location.line,
            column: location.column,
        }
    }

    pub(crate) fn doc(&self, cursor: Cursor<'u>) -> Option<String> {
        if self.comments == Comments::Skip {
            return None;
        }
        comments::clean(&cursor.comment()).or_else(|| {
            let (_, end) = cursor.extent();
            let text = self.unit.file_text(end.file?)?;
            comments::behind(text.get(end.offset as usize..)?)
        })
    }
}

/// The name of a declaration, absent where C gave it none.
pub(crate) fn declared_name(cursor: Cursor<'_>) -> Option<Symbol> {
    let name = cursor.name();
    (!name.is_empty()).then(|| sym(&name))
}
