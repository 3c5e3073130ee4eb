//! Macros that only make sense beside a record: names of members, and lists of initial values.
//!
//! Takes macros and the records that the model has. Gives the text that uses each macro with each record, and what
//! became of it: the way to the member that Clang found, or that Clang takes the list. A macro is never read here.

use base::Symbol;
use clang_sys::{
    CXCursor_EnumConstantDecl, CXCursor_EnumDecl, CXCursor_FunctionDecl, CXCursor_MemberRefExpr, CXCursor_ParenExpr,
    CXCursor_UnaryOperator, CXCursor_UnexposedExpr, CXCursor_VarDecl, CXType_Pointer,
};
use cmodel::{CModel, CNature, CRecord, CTag, CType};

use crate::ast::{Cursor, TranslationUnit, Type, Visit};
use crate::constants::peel;
use crate::macros::Beginning;
use crate::query::{Asked, BadLines, push, slot};

/// A record that macros are tried with, and its spelling in C.
pub(crate) struct Subject<'a> {
    pub(crate) tag: CTag,
    spelling: &'a str,
}

/// How a macro goes with a record.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Fit {
    None,
    /// `value.NAME` is a member, reached through these fields by index.
    Member(Vec<u32>),
    /// `value.NAME` is something in a member, such as an element of it, or behind one.
    InMember,
    /// `T value = NAME;`
    Initializer {
        is_constant: bool,
    },
}

/// What became of one macro with one record.
#[derive(Clone, Default)]
struct Tried<'u> {
    /// `__auto_type lang_v = &((T *)0)->NAME;`
    member: Option<Cursor<'u>>,
    /// `__auto_type lang_b = +((T *)0)->NAME;`, which a bit-field can be.
    bit_field: Option<Cursor<'u>>,
    is_initializer: bool,
    is_constant: bool,
}

/// The records with a body that C can name.
pub(crate) fn subjects(model: &CModel) -> Vec<Subject<'_>> {
    let is_declared = |record: &&CRecord| record.layout.is_some() && record.nature == CNature::Declared;
    let named = model.records.values().filter(is_declared);
    named
        .filter_map(|record| {
            Some(Subject {
                tag: record.tag,
                spelling: record.c_spelling.as_deref()?,
            })
        })
        .collect()
}

/// A macro, and the record that it is tried with: both by index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Pair {
    pub(crate) asked: usize,
    pub(crate) subject: usize,
    pub(crate) beginning: Beginning,
}

/// The records that a macro which begins so may go with: initial values with any, a member's name with those that have
/// such a member.
pub(crate) fn candidates(model: &CModel, subjects: &[Subject<'_>], beginning: Beginning) -> Vec<usize> {
    let has = |subject: &Subject<'_>| match beginning {
        Beginning::Brace => true,
        Beginning::Word(name) | Beginning::Designator(name) => has_member(model, subject.tag, name),
        Beginning::Other => false,
    };
    (0..subjects.len()).filter(|index| has(&subjects[*index])).collect()
}

/// Whether a record has a member of this name, by itself or in a member without a name.
fn has_member(model: &CModel, tag: CTag, name: Symbol) -> bool {
    let layout = model.records.get(&tag).and_then(|record| record.layout.as_ref());
    layout.is_some_and(|layout| {
        layout.fields.iter().any(|field| match (field.name, &field.ty) {
            (Some(found), _) => found == name,
            (None, CType::Record(tag)) => has_member(model, *tag, name),
            (None, _) => false,
        })
    })
}

/// The question: each macro with its record, uses of one kind on a line of their own.
pub(crate) fn text(asked: &[Asked<'_>], subjects: &[Subject<'_>], pairs: &[Pair]) -> String {
    let mut text = String::new();
    for (index, pair) in pairs.iter().enumerate() {
        let (name, spelling) = (asked[pair.asked].name, subjects[pair.subject].spelling);
        let uses = match pair.beginning {
            Beginning::Word(_) => format!(
                "__auto_type lang_v = &(({spelling} *)0)->{name};\n\
                 __auto_type lang_b = +(({spelling} *)0)->{name};\n"
            ),
            Beginning::Brace | Beginning::Designator(_) => {
                format!("{spelling} lang_i = {name};\nstatic {spelling} lang_c = {name};\n")
            }
            Beginning::Other => continue,
        };
        push(
            &mut text,
            format_args!("void lang_f_{index}(void) {{\n{uses}}}\nenum {{ lang_z_{index} }};\n"),
        );
    }
    text
}

/// How the macro of each pair goes with its record; [`Fit::None`] for one that Clang did not read to its end.
pub(crate) fn read(unit: &TranslationUnit, n_pairs: usize) -> Vec<Fit> {
    let mut tried = vec![Tried::default(); n_pairs];
    let mut whole = vec![false; n_pairs];
    let bad = BadLines::of(unit);
    unit.root().visit(|cursor| {
        match cursor.kind() {
            CXCursor_EnumDecl => return Visit::Into,
            CXCursor_EnumConstantDecl => {
                if let Some(whole) = slot(&cursor.name(), &["lang_z_"], &mut whole) {
                    *whole = true;
                }
            }
            CXCursor_FunctionDecl => {
                if let Some(tried) = slot(&cursor.name(), &["lang_f_"], &mut tried) {
                    try_out(cursor, &bad, tried);
                }
            }
            _ => {}
        }
        Visit::Next
    });
    let fits = tried.iter().zip(whole);
    fits.map(|(tried, whole)| if whole { fit(tried) } else { Fit::None })
        .collect()
}

fn try_out<'u>(function: Cursor<'u>, bad: &BadLines, tried: &mut Tried<'u>) {
    function.visit(|cursor| {
        if cursor.kind() != CXCursor_VarDecl {
            return Visit::Into;
        }
        if bad.is_good(cursor) {
            match cursor.name().as_str() {
                "lang_v" => tried.member = Some(cursor),
                "lang_b" => tried.bit_field = Some(cursor),
                "lang_i" => tried.is_initializer = true,
                "lang_c" => tried.is_constant = true,
                _ => {}
            }
        }
        Visit::Next
    });
}

fn fit(tried: &Tried<'_>) -> Fit {
    let named = tried.member.or(tried.bit_field);
    if let Some(path) = named.and_then(Cursor::initializer).and_then(member_path) {
        return Fit::Member(path);
    }
    match (tried.is_initializer, named) {
        (true, _) => Fit::Initializer {
            is_constant: tried.is_constant,
        },
        (false, Some(_)) => Fit::InMember,
        (false, None) => Fit::None,
    }
}

/// The fields in `&((T *)0)->a.b` or `+((T *)0)->a.b`, outermost first; absent where more than fields are gone through,
/// such as an element.
fn member_path(operation: Cursor<'_>) -> Option<Vec<u32>> {
    let operation = peel(operation, false);
    if operation.kind() != CXCursor_UnaryOperator {
        return None;
    }
    let mut path = Vec::new();
    let mut expression = peel(*operation.children().first()?, false);
    while expression.kind() == CXCursor_MemberRefExpr {
        let base = *expression.children().first()?;
        let ty = base.type_of().canonical();
        let record = match ty.kind() {
            CXType_Pointer => ty.pointee(),
            _ => ty,
        };
        let mut steps = path_in(record, expression.referenced()?)?;
        steps.append(&mut path);
        path = steps;
        expression = base;
    }
    // What is left is `((T *)0)`.
    let is_base = [CXCursor_ParenExpr, CXCursor_UnexposedExpr].contains(&expression.kind());
    (is_base && !path.is_empty()).then_some(path)
}

/// The fields from a record to one in it. Clang's tree has no steps for the anonymous records on the way.
fn path_in(record: Type<'_>, field: Cursor<'_>) -> Option<Vec<u32>> {
    (0..).zip(record.canonical().fields()).find_map(|(index, found)| {
        if found.id() == field.id() {
            return Some(vec![index]);
        }
        let declared = found.type_of().declaration()?;
        let mut path = declared
            .is_anonymous_member()
            .then(|| path_in(found.type_of(), field))??;
        path.insert(0, index);
        Some(path)
    })
}
