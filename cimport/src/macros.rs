//! Object-like macros that are no constants: values of the running program, types, tags, statements and the rest.
//!
//! Takes their names. Gives the text that uses each in every role that C has for a macro, and what became of that:
//! which role it plays is Clang's answer, as is the type of its value. A macro is never read here.

use std::collections::HashSet;

use clang_sys::{
    CXCursor_DeclRefExpr, CXCursor_EnumConstantDecl, CXCursor_EnumDecl, CXCursor_FunctionDecl, CXCursor_StringLiteral,
    CXCursor_TypedefDecl, CXCursor_VarDecl, CXType_ConstantArray, CXType_FunctionNoProto, CXType_FunctionProto,
    CXType_Pointer, CXType_Void,
};
use cmodel::{CGetter, CGetterKind, CType, CTypeName, CValue};
use target::CScalar;

use crate::ast::{Cursor, File, TranslationUnit, Type, Visit};
use crate::constants::{const_chars, peel};
use crate::query::{Asked, BadLines, push, slot};
use crate::translate::{Owner, Translator};

/// What became of one macro.
#[derive(Clone, Default)]
pub(crate) struct Answer<'u> {
    /// A typedef made by the question, of the macro by itself or after `struct`, `union` or `enum`.
    ty: Option<Cursor<'u>>,
    /// `__auto_type lang_v = (NAME);`
    value: Option<Cursor<'u>>,
    /// `__auto_type lang_a = &(NAME);`
    address: Option<Cursor<'u>>,
    /// `__auto_type lang_b = +(NAME);`, which a bit-field can be.
    promoted: Option<Cursor<'u>>,
    /// `(NAME) = (NAME);`
    is_assignable: bool,
    /// `__typeof__((NAME)) *lang_n;`
    pointer: Option<Cursor<'u>>,
    /// The macro is the initialiser of a static variable.
    is_constant: bool,
    /// The address, or the value, is that of something that is gone when the function returns that computes it.
    address_dangles: bool,
    value_dangles: bool,
    is_statement: bool,
    is_specifier: bool,
    is_initializer: bool,
    /// Why it is no expression, in Clang's words.
    error: Option<String>,
    /// Clang read the question to its end.
    pub(crate) whole: bool,
}

/// What a macro is for.
pub(crate) enum Role {
    Value(CValue),
    Type(CTypeName),
    /// Neither, in words that complete "`NAME` is …".
    None(String),
}

/// The question. Each role has a line of its own, by which its errors are known.
pub(crate) fn text(asked: &[Asked<'_>]) -> String {
    let mut text = String::new();
    for (index, Asked { name, .. }) in asked.iter().enumerate() {
        push(
            &mut text,
            format_args!(
                "typedef {name} lang_t_{index};\n\
                 typedef struct {name} lang_t_{index};\n\
                 typedef union {name} lang_t_{index};\n\
                 typedef enum {name} lang_t_{index};\n\
                 void lang_m_{index}(void) {{\n\
                 __auto_type lang_v = ({name});\n\
                 __auto_type lang_a = &({name});\n\
                 __typeof__(({name})) *lang_n;\n\
                 static __typeof__(({name})) lang_c = ({name});\n\
                 __auto_type lang_b = +({name});\n\
                 ({name}) = ({name});\n\
                 int lang_w;\n\
                 }}\n\
                 const volatile void *lang_ra_{index}(void) {{ return &({name}); }}\n\
                 const volatile void *lang_rv_{index}(void) {{ return ({name}); }}\n\
                 void lang_i_{index}(void) {{\n\
                 __INTPTR_TYPE__ lang_i[] = {name};\n\
                 }}\n\
                 {name} int lang_k_{index}(void);\n\
                 int lang_k_{index}(void) {name};\n\
                 void lang_s_{index}(void) {{\n\
                 {name};\n\
                 int lang_b;\n\
                 }}\n\
                 enum {{ lang_z_{index} }};\n"
            ),
        );
    }
    text
}

/// Finds the uses again, in the order of the `n_asked` macros that the text asked for.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<Answer<'_>> {
    let mut answers = vec![Answer::default(); n_asked];
    let bad = BadLines::of(unit);
    let dangling = dangling_lines(unit);
    unit.root().visit(|cursor| {
        let name = cursor.name();
        match cursor.kind() {
            CXCursor_EnumDecl => return Visit::Into,
            CXCursor_EnumConstantDecl => {
                if let Some(answer) = slot(&name, &["lang_z_"], &mut answers) {
                    answer.whole = true;
                }
            }
            CXCursor_TypedefDecl if bad.is_good(cursor) && names_a_type(cursor) => {
                if let Some(answer) = slot(&name, &["lang_t_"], &mut answers)
                    && answer.ty.is_none()
                {
                    answer.ty = Some(cursor);
                }
            }
            CXCursor_FunctionDecl => {
                let location = cursor.location();
                let dangles = dangling.contains(&(location.file, location.line));
                if let Some(answer) = slot(&name, &["lang_m_"], &mut answers) {
                    answer.error = bad.error_after(cursor).map(str::to_owned);
                    if !calls_undeclared(cursor) {
                        expressions(cursor, &bad, answer);
                    }
                } else if let Some(answer) = slot(&name, &["lang_ra_"], &mut answers) {
                    answer.address_dangles = dangles;
                } else if let Some(answer) = slot(&name, &["lang_rv_"], &mut answers) {
                    answer.value_dangles = dangles;
                } else if let Some(answer) = slot(&name, &["lang_i_"], &mut answers) {
                    answer.is_initializer = variable(cursor, "lang_i").is_some_and(|found| bad.is_good(found));
                } else if let Some(answer) = slot(&name, &["lang_k_"], &mut answers) {
                    answer.is_specifier |= bad.is_good(cursor);
                } else if let Some(answer) = slot(&name, &["lang_s_"], &mut answers) {
                    // The line before the variable is the macro's.
                    let end = variable(cursor, "lang_b");
                    answer.is_statement = end.is_some_and(|end| bad.is_good_before(end)) && !calls_undeclared(cursor);
                }
            }
            _ => {}
        }
        Visit::Next
    });
    answers
}

/// Lines that return the address of something on the stack.
fn dangling_lines(unit: &TranslationUnit) -> HashSet<(Option<File>, u32)> {
    unit.messages()
        .iter()
        .filter(|message| message.option == "-Wreturn-stack-address")
        .map(|message| (message.location.file, message.location.line))
        .collect()
}

/// Whether the type of a question's typedef is one that the headers have: after `struct`, any name declares one.
fn names_a_type(typedef: Cursor<'_>) -> bool {
    let declared = typedef.typedef_underlying().canonical().declaration();
    declared.is_none_or(|decl| decl.location().file != typedef.location().file)
}

fn expressions<'u>(function: Cursor<'u>, bad: &BadLines, answer: &mut Answer<'u>) {
    function.visit(|cursor| {
        if cursor.kind() != CXCursor_VarDecl {
            return Visit::Into;
        }
        if bad.is_good(cursor) {
            match cursor.name().as_str() {
                "lang_b" => answer.promoted = answer.promoted.or(Some(cursor)),
                "lang_w" => answer.is_assignable = bad.is_good_before(cursor),
                "lang_v" => answer.value = answer.value.or(Some(cursor)),
                "lang_a" => answer.address = answer.address.or(Some(cursor)),
                "lang_n" => answer.pointer = answer.pointer.or(Some(cursor)),
                "lang_c" => answer.is_constant = true,
                // A statement expression in the macro may declare variables of its own.
                _ => {}
            }
        }
        Visit::Next
    });
}

/// Whether a function of the question uses one that only a call of it, or what Clang made of a broken line, declares.
fn calls_undeclared(function: Cursor<'_>) -> bool {
    let question = function.location().file;
    let mut found = false;
    function.visit(|cursor| {
        if cursor.kind() == CXCursor_DeclRefExpr
            && let Some(decl) = cursor.referenced()
            && decl.kind() == CXCursor_FunctionDecl
        {
            found |= decl.location().file == question;
        }
        if found { Visit::Stop } else { Visit::Into }
    });
    found
}

/// The first variable of this name in a function.
fn variable<'u>(function: Cursor<'u>, name: &str) -> Option<Cursor<'u>> {
    let mut found = None;
    function.visit(|cursor| {
        if cursor.kind() == CXCursor_VarDecl && cursor.name() == name {
            found = Some(cursor);
            return Visit::Stop;
        }
        Visit::Into
    });
    found
}

impl<'u> Translator<'u> {
    /// What a macro is for, by what Clang took it for.
    pub(crate) fn role(&mut self, asked: Asked<'_>, answer: &Answer<'u>) -> Role {
        if let Some(getter) = self.getter(asked, answer) {
            return Role::Value(getter);
        }
        if let Some(ty) = answer.ty.and_then(|typedef| self.type_name(asked, typedef)) {
            return Role::Type(ty);
        }
        let role = match () {
            () if answer.value_dangles => {
                "a macro whose value is the address of a literal, which lives only where the macro stands"
            }
            () if answer.is_initializer => "a list of initial values, which has no type by itself",
            () if answer.is_specifier => "a macro that stands for a part of a declaration",
            () if answer.is_statement => "a macro that stands for a statement",
            () => match &answer.error {
                Some(error) => return Role::None(format!("a macro that is no expression: {error}")),
                None => "a macro that is no expression",
            },
        };
        Role::None(role.to_owned())
    }

    fn getter(&mut self, asked: Asked<'_>, answer: &Answer<'u>) -> Option<CValue> {
        let (doc, loc) = match answer.value.and_then(Cursor::initializer).and_then(named_by) {
            Some(variable) if asked.kinds.macro_definition.is_none() => (self.doc(variable), self.loc(variable)),
            _ => (asked.index.doc_of(asked.kinds), asked.index.loc_of(asked.kinds)),
        };
        let getter = |ty, kind, is_constant| {
            Some(CValue::Getter(CGetter {
                ty,
                kind,
                is_constant,
                bytes: None,
                doc,
                loc,
            }))
        };
        let owner = Owner::named(asked.name, format!("({})", asked.name));
        let access = match answer.is_assignable {
            true => CGetterKind::Access,
            false => CGetterKind::Value,
        };
        let Some(value) = answer.value else {
            if let Some(ty) = answer.promoted.and_then(promoted_type) {
                return getter(self.ty(ty, &owner), access, false);
            }
            let points_to_void = |pointer: Cursor<'_>| {
                let ty = pointer.type_of().canonical();
                ty.kind() == CXType_Pointer && ty.pointee().kind() == CXType_Void
            };
            let is_void = answer.pointer.is_some_and(points_to_void);
            return is_void.then(|| getter(CType::Scalar(CScalar::Void), CGetterKind::Value, false))?;
        };
        let initializer = value.initializer()?;
        if peel(initializer, true).kind() == CXCursor_StringLiteral {
            // Of wide characters; those of bytes are constants.
            let ty = const_chars(self.ty(initializer.type_of(), &owner));
            return getter(ty, CGetterKind::Value, true);
        }
        let place = answer.address.and_then(pointee).filter(|ty| !is_function(*ty));
        let is_array = place.is_some_and(|ty| ty.canonical().kind() == CXType_ConstantArray);
        match place {
            Some(place) if !answer.address_dangles && !place.canonical().is_volatile() => {
                let is_const = is_const(place);
                let ty = self.ty(place, &owner);
                getter(ty, CGetterKind::Place { is_const }, answer.is_constant && is_const)
            }
            Some(array) if is_array => getter(self.ty(array, &owner), CGetterKind::Value, answer.is_constant),
            Some(volatile) if volatile.canonical().is_volatile() => {
                getter(self.ty(initializer.type_of(), &owner), access, false)
            }
            _ if answer.value_dangles => None,
            _ => {
                let ty = self.ty(initializer.type_of(), &owner);
                getter(ty, CGetterKind::Value, answer.is_constant)
            }
        }
    }
}

/// The variable that an expression names.
fn named_by(expression: Cursor<'_>) -> Option<Cursor<'_>> {
    let inner = peel(expression, false);
    (inner.kind() == CXCursor_DeclRefExpr).then(|| inner.referenced())?
}

/// The type of the operand in `__auto_type lang_b = +(NAME);`.
fn promoted_type(variable: Cursor<'_>) -> Option<Type<'_>> {
    let plus = variable.initializer()?;
    let operand = peel(*plus.children().first()?, false);
    Some(operand.type_of())
}

/// What `__auto_type lang_a = &(NAME);` points to, as the header wrote it.
fn pointee(address: Cursor<'_>) -> Option<Type<'_>> {
    let ty = address.initializer()?.type_of();
    Some(match ty.kind() {
        CXType_Pointer => ty.pointee(),
        _ => ty.canonical().pointee(),
    })
}

fn is_function(ty: Type<'_>) -> bool {
    [CXType_FunctionProto, CXType_FunctionNoProto].contains(&ty.canonical().kind())
}

/// An array is as constant as its elements.
fn is_const(ty: Type<'_>) -> bool {
    let ty = ty.canonical();
    ty.is_const() || ty.kind() == CXType_ConstantArray && is_const(ty.element())
}
