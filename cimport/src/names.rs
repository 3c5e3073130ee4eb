//! What names a module's headers declare: the part of a header that is looked at whether it is asked for or not.
//!
//! Takes the translation unit that parsed the headers. Gives [`NameIndex`], sorted and serialisable. Says what kinds
//! of thing a name is, not what they look like: that is asked of Clang for the names that a program mentions.

use std::collections::{BTreeMap, HashMap};

use clang_sys::{
    CX_SC_Extern, CXCursor_EnumConstantDecl, CXCursor_EnumDecl, CXCursor_FieldDecl, CXCursor_FunctionDecl,
    CXCursor_MacroDefinition, CXCursor_StructDecl, CXCursor_TypedefDecl, CXCursor_UnionDecl, CXCursor_VarDecl,
};
use cmodel::{CLoc, CTag};
use serde::{Deserialize, Serialize};

use crate::ast::{Cursor, File, TranslationUnit, Visit};
use crate::comments;
use crate::import::Comments;

/// Every name of the headers.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct NameIndex {
    pub(crate) names: BTreeMap<String, NameKinds>,
    /// The files that define macros.
    files: Vec<String>,
}

/// What a name is. Several at once are common: `stat` is a function and a struct.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct NameKinds {
    pub(crate) tag: Option<TagKind>,
    /// The tag, where a typedef of another type has its name: this one is [`CTag::beside_typedef`].
    pub(crate) hidden_tag: Option<String>,
    pub(crate) typedef: bool,
    /// A function or a variable.
    pub(crate) object: bool,
    pub(crate) enum_constant: bool,
    /// A field of some record: not a name of the module.
    pub(crate) field: bool,
    /// The last definition that the headers have; they may have undefined it since.
    pub(crate) macro_definition: Option<MacroDefinition>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) struct MacroDefinition {
    pub(crate) kind: MacroKind,
    /// The comment beside or above it.
    doc: Option<String>,
    /// Index into the files; absent for what Clang predefines.
    file: Option<u32>,
    line: u32,
    column: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) enum TagKind {
    Struct,
    Union,
    Enum,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub(crate) enum MacroKind {
    /// Stands for no tokens.
    Empty,
    /// Brackets in the body do not match.
    Unbalanced,
    Object,
    Function {
        params: Vec<String>,
        variadic: bool,
    },
}

impl TagKind {
    /// C's keyword.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            TagKind::Struct => "struct",
            TagKind::Union => "union",
            TagKind::Enum => "enum",
        }
    }
}

impl NameKinds {
    /// Whether the module has such a value or type; a field's name alone is none.
    pub(crate) fn is_item(&self) -> bool {
        self.tag.is_some() || self.typedef || self.object || self.enum_constant || self.macro_definition.is_some()
    }

    /// Whether Clang has the name without any header.
    pub(crate) fn is_predefined(&self) -> bool {
        let is_declared = self.tag.is_some() || self.typedef || self.object || self.enum_constant;
        !is_declared
            && self
                .macro_definition
                .as_ref()
                .is_some_and(|definition| definition.file.is_none())
    }

    /// The tag in C, given the name that it goes by.
    pub(crate) fn tag_name<'n>(&'n self, name: &'n str) -> &'n str {
        self.hidden_tag.as_deref().unwrap_or(name)
    }

    pub(crate) fn macro_kind(&self) -> Option<&MacroKind> {
        self.macro_definition.as_ref().map(|definition| &definition.kind)
    }
}

impl NameIndex {
    /// Whether there is a value or type of this name.
    pub(crate) fn has_item(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(NameKinds::is_item)
    }

    /// Where the macro of a name is defined.
    pub(crate) fn loc_of(&self, kinds: &NameKinds) -> CLoc {
        kinds
            .macro_definition
            .as_ref()
            .map_or(CLoc::default(), |definition| self.macro_loc(definition))
    }

    /// The comment of the macro of a name.
    pub(crate) fn doc_of(&self, kinds: &NameKinds) -> Option<String> {
        kinds.macro_definition.as_ref()?.doc.clone()
    }

    /// Where a macro of the index is defined.
    fn macro_loc(&self, definition: &MacroDefinition) -> CLoc {
        let path = definition
            .file
            .and_then(|file| self.files.get(file as usize))
            .cloned()
            .unwrap_or_default();
        CLoc {
            path,
            line: definition.line,
            column: definition.column,
        }
    }
}

/// The enum constant with which questions begin that stand behind the text of the headers.
pub(crate) const QUESTION: &str = "lang_question";

/// What a walk through a translation unit gives.
pub(crate) struct Indexed<'u> {
    pub(crate) index: NameIndex,
    /// The declarations of the question behind the headers, if there is one.
    pub(crate) question: Vec<Cursor<'u>>,
    /// A variable of the headers is of a record that they do not define: Clang says so where a translation unit ends,
    /// which is not where headers do.
    pub(crate) has_incomplete: bool,
}

/// Walks all declarations and macro definitions of the headers once.
pub(crate) fn index_names(unit: &TranslationUnit, comments: Comments) -> Indexed<'_> {
    let mut names: BTreeMap<String, NameKinds> = BTreeMap::new();
    let mut question: Option<Vec<Cursor<'_>>> = None;
    let mut typedefs = Vec::new();
    let mut has_incomplete = false;
    let mut texts = Texts {
        unit,
        comments,
        numbers: HashMap::new(),
        texts: Vec::new(),
        names: Vec::new(),
    };
    unit.root().visit(|cursor| {
        let kind = cursor.kind();
        if let Some(question) = &mut question {
            question.push(cursor);
            return match kind {
                CXCursor_EnumDecl => Visit::Into,
                _ => Visit::Next,
            };
        }
        let tag = match kind {
            CXCursor_StructDecl => Some(TagKind::Struct),
            CXCursor_UnionDecl => Some(TagKind::Union),
            CXCursor_EnumDecl => Some(TagKind::Enum),
            _ => None,
        };
        if tag.is_some() {
            if !cursor.is_unnamed() {
                names.entry(cursor.name()).or_default().tag = tag;
            }
            return Visit::Into;
        }
        let is_name = matches!(
            kind,
            CXCursor_FunctionDecl
                | CXCursor_VarDecl
                | CXCursor_TypedefDecl
                | CXCursor_EnumConstantDecl
                | CXCursor_FieldDecl
                | CXCursor_MacroDefinition
        );
        if is_name {
            let name = cursor.name();
            if kind == CXCursor_EnumConstantDecl && name == QUESTION {
                question = Some(Vec::new());
                return Visit::Next;
            }
            if kind == CXCursor_TypedefDecl {
                typedefs.push(cursor);
            }
            has_incomplete |= kind == CXCursor_VarDecl && is_incomplete(cursor);
            let kinds = names.entry(name).or_default();
            match kind {
                CXCursor_TypedefDecl => kinds.typedef = true,
                CXCursor_EnumConstantDecl => kinds.enum_constant = true,
                CXCursor_FieldDecl => kinds.field = true,
                CXCursor_MacroDefinition => kinds.macro_definition = Some(texts.macro_definition(cursor)),
                _ => kinds.object = true,
            }
        }
        Visit::Next
    });
    names.remove("");
    for (tag, name) in hidden_tags(&names, &typedefs) {
        let beside = CTag::beside_typedef(tag.keyword(), &name);
        names.entry(beside.to_string()).or_insert(NameKinds {
            tag: Some(tag),
            hidden_tag: Some(name),
            ..NameKinds::default()
        });
    }
    let index = NameIndex {
        names,
        files: texts.names,
    };
    Indexed {
        index,
        question: question.unwrap_or_default(),
        has_incomplete,
    }
}

/// Whether a variable is declared here as one of a record without a body.
fn is_incomplete(variable: Cursor<'_>) -> bool {
    let ty = variable.type_of().canonical();
    let record = ty.declaration().filter(|_| variable.storage_class() != CX_SC_Extern);
    record.is_some_and(|record| record.definition().is_none())
}

/// The tags whose names are typedefs' of other types: `typedef struct foo *foo`.
fn hidden_tags(names: &BTreeMap<String, NameKinds>, typedefs: &[Cursor<'_>]) -> Vec<(TagKind, String)> {
    let hidden_by = |typedef: &Cursor<'_>| {
        let name = typedef.name();
        let tag = names.get(&name)?.tag?;
        let meant = typedef.typedef_underlying().canonical().declaration();
        let is_same = meant.is_some_and(|meant| !meant.is_unnamed() && meant.name() == name);
        (!is_same).then_some((tag, name))
    };
    typedefs.iter().filter_map(hidden_by).collect()
}

/// The texts of files, each read once.
struct Texts<'u> {
    unit: &'u TranslationUnit,
    comments: Comments,
    numbers: HashMap<File, u32>,
    texts: Vec<Option<&'u str>>,
    names: Vec<String>,
}

impl Texts<'_> {
    fn macro_definition(&mut self, cursor: Cursor<'_>) -> MacroDefinition {
        let (start, end) = cursor.extent();
        let file = start.file.map(|file| self.number(file));
        let whole = file.and_then(|number| self.texts[number as usize]);
        let (start_at, end_at) = (start.offset as usize, end.offset as usize);
        let text = whole.and_then(|text| text.get(start_at..end_at));
        let kind = macro_kind(text, cursor.is_function_like_macro());
        MacroDefinition {
            kind,
            doc: whole.filter(|_| self.comments == Comments::Keep).and_then(|text| {
                let (before, after) = (text.get(..start_at)?, text.get(end_at..)?);
                comments::of_macro(before, after)
            }),
            file,
            line: start.line,
            column: start.column,
        }
    }

    fn number(&mut self, file: File) -> u32 {
        *self.numbers.entry(file).or_insert_with(|| {
            self.texts.push(self.unit.file_text(file));
            self.names.push(self.unit.file_name(file));
            self.names.len() as u32 - 1
        })
    }
}

/// What the text of a definition, from the macro's name to the end of its body, defines.
fn macro_kind(text: Option<&str>, function_like: bool) -> MacroKind {
    // What Clang predefines may have no text to read: then it is an expression or a type.
    let Some(text) = text else {
        return match function_like {
            true => MacroKind::Function {
                params: Vec::new(),
                variadic: true,
            },
            false => MacroKind::Object,
        };
    };
    let after_name = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    if function_like {
        let (params, variadic) = macro_params(after_name);
        return MacroKind::Function { params, variadic };
    }
    if after_name.trim().is_empty() {
        return MacroKind::Empty;
    }
    if brackets_match(after_name) {
        MacroKind::Object
    } else {
        MacroKind::Unbalanced
    }
}

/// The parameters in `(a, b, ...) body`; comments and line splices may stand between them.
fn macro_params(text: &str) -> (Vec<String>, bool) {
    let list = text
        .strip_prefix('(')
        .and_then(|text| text.split_once(')'))
        .map_or("", |(list, _)| list);
    let plain = without_comments(list).replace("\\\n", " ");
    let mut params: Vec<String> = Vec::new();
    let mut variadic = false;
    for param in plain.split(',').map(str::trim).filter(|param| !param.is_empty()) {
        match param.strip_suffix("...") {
            Some(name) => {
                variadic = true;
                params.extend(Some(name.trim()).filter(|name| !name.is_empty()).map(str::to_owned));
            }
            None => params.push(param.to_owned()),
        }
    }
    (params, variadic)
}

fn without_comments(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        plain.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain + rest
}

/// Whether the brackets of a macro's body match, outside its literals. A body that does not match would take what
/// follows it in a query with it.
pub(crate) fn brackets_match(body: &str) -> bool {
    let mut open = Vec::new();
    let mut chars = body.chars();
    while let Some(c) = chars.next() {
        match c {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(c) => return false,
            '"' | '\'' => {
                while let Some(inner) = chars.next() {
                    match inner {
                        '\\' => _ = chars.next(),
                        _ if inner == c => break,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    open.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{brackets_match, macro_params};

    #[test]
    fn parameters_are_read_through_comments_and_splices() {
        assert_eq!(
            macro_params("(a, /* b, */ c) x"),
            (vec!["a".to_owned(), "c".to_owned()], false)
        );
        assert_eq!(macro_params("() x"), (vec![], false));
        assert_eq!(macro_params("(a, \\\n ...) x"), (vec!["a".to_owned()], true));
        assert_eq!(macro_params("(args...) x"), (vec!["args".to_owned()], true));
    }

    #[test]
    fn brackets_in_literals_do_not_count() {
        assert!(brackets_match(" (\"(\" '{' + [1])"));
        assert!(!brackets_match(" {"));
        assert!(!brackets_match(" (]"));
        assert!(brackets_match(" '\\''"));
    }
}
