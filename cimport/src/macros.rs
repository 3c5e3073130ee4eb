//! Object-like macros that are no constants: values of the running program, types, tags, statements and the rest.
//!
//! Takes their names. Gives the text that uses each in every role that C has for a macro, and what became of that:
//! which role it plays is Clang's answer, as is the type of its value. A macro is never read here.

use std::collections::{BTreeSet, HashMap, HashSet};

use base::Symbol;
use clang_sys::{
    CXCursor_CallExpr, CXCursor_DeclRefExpr, CXCursor_DeclStmt, CXCursor_EnumConstantDecl, CXCursor_EnumDecl,
    CXCursor_ForStmt, CXCursor_FunctionDecl, CXCursor_IfStmt, CXCursor_IntegerLiteral, CXCursor_NullStmt,
    CXCursor_ReturnStmt, CXCursor_StaticAssert, CXCursor_StringLiteral, CXCursor_SwitchStmt, CXCursor_TypedefDecl,
    CXCursor_UnexposedExpr, CXCursor_VarDecl, CXCursor_WhileStmt, CXType_ConstantArray, CXType_FunctionNoProto,
    CXType_FunctionProto, CXType_IncompleteArray, CXType_Pointer, CXType_Void,
};
use cmodel::{CGetter, CGetterKind, CNeeds, CType, CTypeName, CValue};
use target::CScalar;

use crate::ast::{Cursor, Evaluated, File, TranslationUnit, Type, Visit};
use crate::attributes::advice;
use crate::constants::{const_chars, peel, string_bytes};
use crate::names::brackets_match;
use crate::query::{Asked, BadLines, names_a_type, push, slot};
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
    /// The static variable that the macro initialises.
    pub(crate) constant: Option<Cursor<'u>>,
    /// The address, or the value, is that of something that is gone when the function returns that computes it.
    address_dangles: bool,
    pub(crate) value_dangles: bool,
    /// A pointer to what is not to be changed is used as one to what may be.
    pub(crate) drops_const: bool,
    /// What is wrong before the expression, where a use has its parameters.
    pub(crate) prologue_error: Option<String>,
    pub(crate) is_statement: bool,
    is_specifier: bool,
    /// Why it is no expression and no statement, in Clang's words.
    pub(crate) error: Option<String>,
    pub(crate) statement_error: Option<String>,
    /// The bytes of a string literal.
    is_text: bool,
    pub(crate) is_initializer: bool,
    /// Why it is none for the type that is asked about; C only warns of values that there is no room for.
    pub(crate) initializer_error: Option<String>,
    /// Of a static variable.
    pub(crate) is_constant_initializer: bool,
    /// It only works in the frame of the function that it stands in: the function that says so.
    pub(crate) frame: Option<&'static str>,
    /// The statement declares something, is only the head of one, or returns.
    pub(crate) declares: bool,
    pub(crate) needs_body: bool,
    pub(crate) returns: bool,
    /// What is left of it when all macros in it are expanded, as text. Of a use, with words for the arguments, and with
    /// words only for those that are passed.
    pub(crate) expansion: Option<String>,
    pub(crate) expansion_of_passed: Option<String>,
    /// A hash of the tree of the statement.
    pub(crate) shape: u64,
    /// What it calls that is for processors with more, by feature or by name.
    features: BTreeSet<String>,
    builtins: BTreeSet<String>,
    /// Clang read the question to its end.
    pub(crate) whole: bool,
}

impl Answer<'_> {
    /// How a macro that is neither a value nor a type begins.
    pub(crate) fn beginning(&self) -> Beginning {
        let text = self.expansion.as_deref().unwrap_or_default().trim_start();
        if let Some(name) = first_word(text) {
            return Beginning::Word(name);
        }
        let Some(values) = text.strip_prefix('{') else {
            return Beginning::Other;
        };
        let designated = values.trim_start().strip_prefix('.').map(str::trim_start);
        designated
            .and_then(first_word)
            .map_or(Beginning::Brace, Beginning::Designator)
    }

    /// Whether it is written as a list of initial values: a statement in braces is, too.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self.beginning(), Beginning::Brace | Beginning::Designator(_))
            && self.expansion.as_deref().is_some_and(brackets_match)
    }

    pub(crate) fn needs(&self) -> CNeeds {
        CNeeds {
            features: self.features.iter().cloned().collect(),
            builtins: self.builtins.iter().cloned().collect(),
        }
    }

    pub(crate) fn n_expanded_bytes(&self) -> usize {
        self.expansion.as_ref().map_or(0, String::len)
    }
}

/// How what a macro stands for begins: a list of values with a brace, the name of a member with a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Beginning {
    Brace,
    /// `{ .name`
    Designator(Symbol),
    Word(Symbol),
    Other,
}

fn first_word(text: &str) -> Option<Symbol> {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let word = &text[..end.unwrap_or(text.len())];
    let is_name = word.chars().next().is_some_and(|first| !first.is_ascii_digit());
    is_name.then(|| base::sym(word))
}

/// What a macro is for.
pub(crate) enum Role {
    Value(CValue),
    /// A value that is a string literal.
    Text(CGetter, LiteralText),
    Type(CTypeName),
    /// Neither, in words that complete "`NAME` is …".
    None(String),
}

/// An expression that is asked about.
pub(crate) struct Question<'a> {
    /// The parameters of the functions that it stands in.
    pub(crate) params: &'a str,
    /// Declarations before it, on one line.
    pub(crate) prologue: &'a str,
    pub(crate) expression: &'a str,
    /// How a variable is declared that it initialises, but for its name, where that is not a list of integers.
    pub(crate) variable: Option<&'a dyn Fn(&str) -> String>,
}

/// Writes what tokens are expanded to as a string literal.
pub(crate) const TEXT_MACRO: &str =
    "#define LANG_TEXT_(...) #__VA_ARGS__\n#define LANG_TEXT(...) LANG_TEXT_(__VA_ARGS__)\n";

/// The question. Each role has a line of its own, by which its errors are known.
pub(crate) fn text(asked: &[Asked<'_>]) -> String {
    let mut text = String::from(TEXT_MACRO);
    for (index, Asked { name, .. }) in asked.iter().enumerate() {
        push(
            &mut text,
            format_args!(
                "typedef {name} lang_t_{index};\n\
                 typedef struct {name} lang_t_{index};\n\
                 typedef union {name} lang_t_{index};\n\
                 typedef enum {name} lang_t_{index};\n"
            ),
        );
        let question = Question {
            params: "void",
            prologue: "",
            expression: name,
            variable: None,
        };
        question.write(index, &mut text);
        // Last, as it may declare again what the others use.
        push(
            &mut text,
            format_args!(
                "{name} int lang_k_{index}(void);\n\
                 int lang_k_{index}(void) {name};\n\
                 const char lang_x_{index}[] = LANG_TEXT({name});\n"
            ),
        );
        end(index, &mut text);
    }
    text
}

impl Question<'_> {
    /// What an expression may be, each on a line of its own: [`expressions`] and [`read`] know the names.
    pub(crate) fn write(&self, index: usize, text: &mut String) {
        let Self {
            params,
            prologue,
            expression,
            variable,
        } = self;
        let list = variable.map_or(String::from("__INTPTR_TYPE__ lang_i[]"), |declare| declare("lang_i"));
        let constant_list = variable.map_or(String::from("__INTPTR_TYPE__ lang_j[]"), |declare| declare("lang_j"));
        push(
            text,
            format_args!(
                "void lang_m_{index}({params}) {{\n\
                 {prologue}\n\
                 __auto_type lang_v = ({expression});\n\
                 __auto_type lang_a = &({expression});\n\
                 __typeof__(({expression})) *lang_n;\n\
                 static __typeof__(({expression})) lang_c = ({expression});\n\
                 __auto_type lang_b = +({expression});\n\
                 char lang_t[] = ({expression});\n\
                 ({expression}) = ({expression});\n\
                 int lang_w;\n\
                 }}\n\
                 const volatile void *lang_ra_{index}({params}) {{ {prologue} return &({expression}); }}\n\
                 const volatile void *lang_rv_{index}({params}) {{ {prologue} return ({expression}); }}\n\
                 void lang_i_{index}({params}) {{\n\
                 {prologue}\n\
                 {list} = {expression};\n\
                 static {constant_list} = {expression};\n\
                 }}\n\
                 void lang_s_{index}({params}) {{\n\
                 {prologue}\n\
                 {expression};\n\
                 int lang_b;\n\
                 }}\n"
            ),
        );
    }
}

/// By this is known that Clang has read a question to its end.
pub(crate) fn end(index: usize, text: &mut String) {
    push(text, format_args!("enum {{ lang_z_{index} }};\n"));
}

/// Finds the uses again, in the order of the `n_asked` macros that the text asked for.
pub(crate) fn read(unit: &TranslationUnit, n_asked: usize) -> Vec<Answer<'_>> {
    let mut answers = vec![Answer::default(); n_asked];
    let bad = BadLines::of(unit);
    let dangling = lines_of(unit, "-Wreturn-stack-address");
    let excessive = messages_of(unit, "-Wexcess-initializers");
    let dropping = lines_of(unit, "-Wincompatible-pointer-types-discards-qualifiers");
    unit.root().visit(|cursor| {
        let name = cursor.name();
        match cursor.kind() {
            CXCursor_EnumDecl => return Visit::Into,
            CXCursor_EnumConstantDecl => {
                if let Some(answer) = slot(&name, &["lang_z_"], &mut answers) {
                    answer.whole = true;
                }
            }
            CXCursor_VarDecl => {
                if let Some(answer) = slot(&name, &["lang_x_"], &mut answers) {
                    answer.expansion = cursor.initializer().and_then(string_of);
                } else if let Some(answer) = slot(&name, &["lang_y_"], &mut answers) {
                    answer.expansion_of_passed = cursor.initializer().and_then(string_of);
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
                    answer.prologue_error = bad.error_after(cursor, 1);
                    answer.error = bad.error_after(cursor, 2);
                    let calls = Calls::of(cursor);
                    answer.frame = calls.of_frame;
                    calls.note_needs(answer);
                    if !calls.undeclared {
                        expressions(cursor, &bad, answer);
                    }
                } else if let Some(answer) = slot(&name, &["lang_ra_"], &mut answers) {
                    answer.address_dangles = dangles;
                } else if let Some(answer) = slot(&name, &["lang_rv_"], &mut answers) {
                    answer.value_dangles = dangles;
                } else if let Some(answer) = slot(&name, &["lang_i_"], &mut answers) {
                    let line = location.line + 2;
                    let excess = excessive.get(&(location.file, line));
                    answer.initializer_error = bad.error_after(cursor, 2).or(excess.cloned());
                    answer.is_initializer = variable(cursor, "lang_i").is_some_and(|found| bad.is_good(found));
                    answer.is_constant_initializer = variable(cursor, "lang_j").is_some_and(|found| bad.is_good(found));
                } else if let Some(answer) = slot(&name, &["lang_k_"], &mut answers) {
                    answer.is_specifier |= bad.is_good(cursor);
                } else if let Some(answer) = slot(&name, &["lang_s_"], &mut answers) {
                    answer.statement_error = bad.error_after(cursor, 2);
                    answer.drops_const = dropping.contains(&(location.file, location.line + 2));
                    // The line before the variable is the macro's.
                    let end = variable(cursor, "lang_b");
                    let calls = Calls::of(cursor);
                    answer.frame = answer.frame.or(calls.of_frame);
                    calls.note_needs(answer);
                    answer.is_statement = end.is_some_and(|end| bad.is_good_before(end)) && !calls.undeclared;
                    answer.returns = calls.returns;
                    answer.shape = calls.shape;
                    answer.declares = declares(cursor, location.line + 2);
                    answer.needs_body = needs_body(cursor, location.line + 2);
                }
            }
            _ => {}
        }
        Visit::Next
    });
    answers
}

/// The text of a string literal.
fn string_of(literal: Cursor<'_>) -> Option<String> {
    let bytes = string_bytes(&peel(literal, false).name())?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Lines with this warning.
pub(crate) fn lines_of(unit: &TranslationUnit, warning: &str) -> HashSet<(Option<File>, u32)> {
    messages_of(unit, warning).into_keys().collect()
}

/// What this warning says, by the line.
fn messages_of(unit: &TranslationUnit, warning: &str) -> HashMap<(Option<File>, u32), String> {
    unit.messages()
        .iter()
        .filter(|message| message.option == warning)
        .map(|message| ((message.location.file, message.location.line), message.text.clone()))
        .collect()
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
                "lang_t" => answer.is_text = true,
                "lang_v" => answer.value = answer.value.or(Some(cursor)),
                "lang_a" => answer.address = answer.address.or(Some(cursor)),
                "lang_n" => answer.pointer = answer.pointer.or(Some(cursor)),
                "lang_c" => answer.constant = answer.constant.or(Some(cursor)),
                // A statement expression in the macro may declare variables of its own.
                _ => {}
            }
        }
        Visit::Next
    });
}

/// What a function of the question does somewhere in it.
#[derive(Default)]
struct Calls {
    /// It uses a function that only a call of it, or what Clang made of a broken line, declares.
    undeclared: bool,
    /// It calls this function, which is about the frame of its caller.
    of_frame: Option<&'static str>,
    returns: bool,
    /// A hash of the kinds of what is in it, but for names, literals and what Clang leaves unsaid.
    shape: u64,
    /// What the inlined functions want of the processor.
    features: BTreeSet<String>,
    /// What it calls that Clang has for one architecture.
    builtins: BTreeSet<String>,
}

/// How the names of those functions begin that Clang has for one architecture.
const OF_ARCHITECTURE: [&str; 9] = [
    "__builtin_ia32_",
    "__builtin_arm_",
    "__builtin_neon_",
    "__builtin_mve_",
    "__builtin_sve_",
    "__builtin_sme_",
    "__builtin_riscv_",
    "__builtin_rvv_",
    "__builtin_wasm_",
];

/// What only works in the frame of its caller, without leading underscores and what builtins begin with.
const OF_FRAME: [&str; 5] = ["alloca", "setjmp", "sigsetjmp", "va_start", "frame_address"];

impl Calls {
    fn of(function: Cursor<'_>) -> Self {
        let question = function.location().file;
        let mut found = Self::default();
        let mut kinds = Vec::new();
        function.visit(|cursor| {
            let is_leaf = [CXCursor_StringLiteral, CXCursor_IntegerLiteral, CXCursor_DeclRefExpr];
            if cursor.kind() != CXCursor_UnexposedExpr && !is_leaf.contains(&cursor.kind()) {
                kinds.extend(cursor.kind().to_le_bytes());
            }
            match cursor.kind() {
                CXCursor_ReturnStmt => found.returns = true,
                CXCursor_CallExpr if compares_as_avx(cursor) => _ = found.features.insert(String::from("avx")),
                CXCursor_DeclRefExpr => {
                    if let Some(decl) = cursor.referenced()
                        && decl.kind() == CXCursor_FunctionDecl
                    {
                        let name = decl.name();
                        // Clang declares its builtins where they are used first.
                        found.undeclared |= decl.location().file == question && !name.starts_with("__");
                        let plain = name.trim_start_matches('_').trim_start_matches("builtin_");
                        if OF_ARCHITECTURE.iter().any(|prefix| name.starts_with(prefix)) {
                            found.builtins.insert(name.clone());
                        } else {
                            found.features.extend(crate::attributes::features(decl));
                        }
                        found.of_frame = found.of_frame.or(OF_FRAME.into_iter().find(|known| *known == plain));
                    }
                }
                _ => {}
            }
            Visit::Into
        });
        found.shape = u64::from_le_bytes(*base::hash_bytes(&kinds).0.first_chunk().expect("a hash is longer"));
        found
    }

    fn note_needs(&self, answer: &mut Answer<'_>) {
        answer.features.extend(self.features.iter().cloned());
        answer.builtins.extend(self.builtins.iter().cloned());
    }
}

/// Whether the call is a comparison of SSE's with a predicate that only AVX has. Clang knows these functions without
/// AVX, too, and looks at the constant when it makes code.
fn compares_as_avx(call: Cursor<'_>) -> bool {
    let is_compare = |decl: Cursor<'_>| {
        let name = decl.name();
        let suffix = name.strip_prefix("__builtin_ia32_cmp");
        suffix.is_some_and(|suffix| ["ps", "ss", "pd", "sd"].contains(&suffix))
    };
    let children = call.children();
    let [callee, .., predicate] = children.as_slice() else {
        return false;
    };
    let callee = peel(*callee, false).referenced();
    callee.is_some_and(is_compare) && matches!(predicate.evaluate(), Some(Evaluated::Int(8..32)))
}

/// Whether there is a declaration on a line of a function, at the level of its body.
fn declares(function: Cursor<'_>, line: u32) -> bool {
    let bodies = function.children();
    let statements = bodies.iter().flat_map(|body| body.children());
    let mut declarations = statements.filter(|statement| statement.kind() == CXCursor_DeclStmt);
    // `_Static_assert` is a declaration in C's grammar only.
    let is_assertion = |declared: &Cursor<'_>| declared.kind() == CXCursor_StaticAssert;
    declarations.any(|statement| statement.location().line == line && !statement.children().iter().all(is_assertion))
}

/// Whether the last statement on a line of a function is one whose body is the semicolon behind the macro: its own
/// would stand before that.
fn needs_body(function: Cursor<'_>, line: u32) -> bool {
    let bodies = function.children();
    let statements = bodies.iter().flat_map(|body| body.children());
    let last = statements.rev().find(|statement| statement.location().line == line);
    let has_body = [
        CXCursor_ForStmt,
        CXCursor_WhileStmt,
        CXCursor_IfStmt,
        CXCursor_SwitchStmt,
    ];
    let mut innermost = last;
    while let Some(statement) = innermost.filter(|statement| has_body.contains(&statement.kind())) {
        innermost = statement.children().last().copied();
        if innermost.is_some_and(|body| body.kind() == CXCursor_NullStmt) {
            return true;
        }
    }
    false
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
        if let Some((getter, text)) = self.getter(asked, answer) {
            return match text {
                Some(text) => Role::Text(getter, text),
                None => Role::Value(CValue::Getter(getter)),
            };
        }
        if let Some(ty) = answer.ty.and_then(|typedef| self.type_name(asked, typedef)) {
            return Role::Type(ty);
        }
        let role = match () {
            () if answer.value_dangles => {
                "a macro whose value is the address of a literal, which lives only where the macro stands"
            }
            () if answer.is_initializer || answer.is_list() && !answer.is_statement => {
                "a list of initial values, which is one only where a type is expected that it fits"
            }
            () if answer.is_specifier => "a macro that stands for a part of a declaration",
            () if answer.is_statement => "a macro that stands for a statement",
            () => match &answer.error {
                Some(error) => return Role::None(format!("a macro that is no expression: {error}")),
                None => "a macro that is no expression",
            },
        };
        Role::None(role.to_owned())
    }

    fn getter(&mut self, asked: Asked<'_>, answer: &Answer<'u>) -> Option<(CGetter, Option<LiteralText>)> {
        let named = answer.value.and_then(Cursor::initializer).and_then(named_by);
        let (doc, loc) = match named {
            Some(variable) if asked.kinds.macro_definition.is_none() => (self.doc(variable), self.loc(variable)),
            _ => (asked.index.doc_of(asked.kinds), asked.index.loc_of(asked.kinds)),
        };
        let owner = Owner::named(asked.name, format!("({})", asked.name));
        let value = self.expression_value(&owner, answer)?;
        let getter = CGetter {
            needs_no_header: false,
            ty: value.ty,
            kind: value.kind,
            is_constant: value.is_constant,
            bytes: None,
            needs: answer.needs(),
            advice: named.map(advice).unwrap_or_default(),
            doc,
            loc,
        };
        Some((getter, value.text))
    }

    /// The value that an expression has, or the place that it is. `owner` names the records that its type declares.
    pub(crate) fn expression_value(&mut self, owner: &Owner, answer: &Answer<'u>) -> Option<ExpressionValue> {
        let found = |ty, kind, is_constant| {
            Some(ExpressionValue {
                ty,
                kind,
                is_constant,
                text: None,
            })
        };
        let access = match answer.is_assignable {
            true => CGetterKind::Access,
            false => CGetterKind::Value,
        };
        let Some(value) = answer.value else {
            if let Some(ty) = answer.promoted.and_then(promoted_type) {
                return found(self.ty(ty, owner), access, false);
            }
            let points_to_void = |pointer: Cursor<'_>| {
                let ty = pointer.type_of().canonical();
                ty.kind() == CXType_Pointer && ty.pointee().kind() == CXType_Void
            };
            let is_void = answer.pointer.is_some_and(points_to_void);
            return is_void.then(|| found(CType::Scalar(CScalar::Void), CGetterKind::Value, false))?;
        };
        let initializer = value.initializer()?;
        let is_constant = answer.constant.is_some();
        let literal = peel(initializer, true);
        if answer.is_text || literal.kind() == CXCursor_StringLiteral {
            // Of wide characters too, which are no text.
            let ty = const_chars(self.ty(initializer.type_of(), owner), literal);
            let text = match (answer.is_text, literal.kind() == CXCursor_StringLiteral) {
                (true, true) => string_bytes(&literal.name()).map(LiteralText::Bytes),
                (true, false) => answer.pointer.and_then(text_len).map(LiteralText::OfLength),
                (false, _) => None,
            };
            return Some(ExpressionValue {
                ty,
                kind: CGetterKind::Value,
                is_constant: true,
                text,
            });
        }
        let place = answer.address.and_then(pointee).filter(|ty| !is_function(*ty));
        // A member of a record that is no place: what it decays to is soon gone, and its elements are copied.
        let array = answer.pointer.filter(|_| place.is_none()).and_then(array_behind);
        if let Some(array) = array {
            return found(self.ty(array, owner), CGetterKind::Value, false);
        }
        let is_array = place.is_some_and(|ty| ty.canonical().kind() == CXType_ConstantArray);
        match place {
            // A flexible one, which has no size to be copied with: a pointer, as in C.
            Some(array) if array.canonical().kind() == CXType_IncompleteArray => {
                found(self.ty(initializer.type_of(), owner), CGetterKind::Value, false)
            }
            Some(place) if !answer.address_dangles && !place.canonical().is_volatile() => {
                let is_const = is_const(place);
                let ty = self.ty(place, owner);
                found(ty, CGetterKind::Place { is_const }, is_constant && is_const)
            }
            Some(array) if is_array => found(self.ty(array, owner), CGetterKind::Value, is_constant),
            Some(volatile) if volatile.canonical().is_volatile() => {
                found(self.ty(initializer.type_of(), owner), access, false)
            }
            _ if answer.value_dangles => None,
            _ => {
                let ty = self.ty(initializer.type_of(), owner);
                found(ty, CGetterKind::Value, is_constant)
            }
        }
    }
}

/// What an expression of C is.
pub(crate) struct ExpressionValue {
    pub(crate) ty: CType,
    pub(crate) kind: CGetterKind,
    pub(crate) is_constant: bool,
    /// Of a string literal.
    pub(crate) text: Option<LiteralText>,
}

/// What is known of a string literal.
pub(crate) enum LiteralText {
    Bytes(Vec<u8>),
    /// With its NUL. Which literal it is, Clang chooses where it is used.
    OfLength(u64),
}

/// The array in `__typeof__((NAME)) *lang_n;`.
fn array_behind(pointer: Cursor<'_>) -> Option<Type<'_>> {
    let array = pointer.type_of().canonical().pointee().canonical();
    (array.kind() == CXType_ConstantArray).then_some(array)
}

/// The length of that.
fn text_len(pointer: Cursor<'_>) -> Option<u64> {
    u64::try_from(array_behind(pointer)?.array_len()).ok()
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
