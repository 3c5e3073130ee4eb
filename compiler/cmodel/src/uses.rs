//! Uses of function-like macros and of inline C: what a call of one asks of Clang, and what Clang says to it.
//!
//! Made by `check` from a call whose arguments are typed, answered by `cimport`, written as C text where code is
//! generated. Equal uses are one: a use is known by its [`CUse::key`].

use base::{Symbol, sym};
use serde::{Deserialize, Serialize};

use crate::{CConstantValue, CExpansion, CGetterKind, CLoc, CModuleId, CRecordKind, CTag, CType};

/// A call of C text with arguments of these types.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CUse {
    /// Whose header the text stands on; absent for inline C that needs none.
    pub module: Option<CModuleId>,
    /// The macro's, or the function's in Lang source.
    pub name: Symbol,
    /// Of inline C.
    pub inline: Option<CInline>,
    pub args: Vec<CArg>,
    /// The name alone, without a list of arguments.
    pub is_bare: bool,
    /// What a list of initial values is to be; absent where nothing is expected.
    pub expected: Option<CType>,
    /// The records of Lang source that the types mention, each after those that it holds.
    pub records: Vec<COwnRecord>,
    /// What is used instead, where the use depends on the text or the place of the call: the macro may quote an
    /// argument, as `assert` does.
    pub expansion: Option<CExpansion>,
}

/// A function of Lang source whose body is C text.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CInline {
    pub text: String,
    /// The names of the parameters, one for each argument.
    pub params: Vec<Symbol>,
    /// Absent where the text says what the result is.
    pub ret: Option<CType>,
}

/// An `extern struct` or `extern union` of Lang source, as macros see it: with its fields' names and what they point
/// to.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct COwnRecord {
    /// Of [`own_tag`].
    pub tag: CTag,
    /// What Lang calls it.
    pub name: Symbol,
    pub fields: Vec<COwnField>,
    pub packed: bool,
    pub align: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct COwnField {
    /// Absent for an unnamed bit-field.
    pub name: Option<Symbol>,
    pub ty: CType,
    /// The width of a bit-field.
    pub bit_width: Option<u32>,
}

/// A number of Lang's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OwnScalar {
    Int {
        bytes: u64,
    },
    /// As wide as a pointer.
    Size,
    Float {
        bytes: u64,
    },
}

/// The typedefs that Lang's own types are in C, Clang's words for what they stand for, and what that is.
pub const OWN_TYPEDEFS: [(&str, &str, OwnScalar); 14] = [
    ("lang_bool", "_Bool", OwnScalar::Int { bytes: 1 }),
    ("lang_char", "__UINT32_TYPE__", OwnScalar::Int { bytes: 4 }),
    ("lang_f32", "float", OwnScalar::Float { bytes: 4 }),
    ("lang_f64", "double", OwnScalar::Float { bytes: 8 }),
    ("size_t", "__SIZE_TYPE__", OwnScalar::Size),
    ("ptrdiff_t", "__PTRDIFF_TYPE__", OwnScalar::Size),
    ("int8_t", "__INT8_TYPE__", OwnScalar::Int { bytes: 1 }),
    ("int16_t", "__INT16_TYPE__", OwnScalar::Int { bytes: 2 }),
    ("int32_t", "__INT32_TYPE__", OwnScalar::Int { bytes: 4 }),
    ("int64_t", "__INT64_TYPE__", OwnScalar::Int { bytes: 8 }),
    ("uint8_t", "__UINT8_TYPE__", OwnScalar::Int { bytes: 1 }),
    ("uint16_t", "__UINT16_TYPE__", OwnScalar::Int { bytes: 2 }),
    ("uint32_t", "__UINT32_TYPE__", OwnScalar::Int { bytes: 4 }),
    ("uint64_t", "__UINT64_TYPE__", OwnScalar::Int { bytes: 8 }),
];

/// What begins the names of Lang's own records in uses.
const OWN: &str = "lang_o_";

/// The tag of a record of Lang source, by its module's and its own number in the program.
pub fn own_tag(kind: CRecordKind, module: u32, item: u32) -> CTag {
    let keyword = match kind {
        CRecordKind::Struct => "struct",
        CRecordKind::Union => "union",
    };
    CTag(sym(&format!("{keyword} {OWN}{module}_{item}")))
}

/// The numbers in such a tag; absent for a record of a header.
pub fn own_numbers(tag: CTag) -> Option<(u32, u32)> {
    let (_, name) = tag.0.as_str().split_once(' ')?;
    let (module, item) = name.strip_prefix(OWN)?.split_once('_')?;
    Some((module.parse().ok()?, item.parse().ok()?))
}

/// An argument of a use.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CArg {
    /// A value of this type, evaluated once.
    Value(CType),
    /// `&x` or `&mut x`: a pointer to it or, where the macro assigns to its parameter or takes its address, the
    /// variable itself.
    Reference { target: CType, is_const: bool },
    /// A variable that the macro sees itself: an array, and what inline C takes as a place. Its address is passed.
    Variable { ty: CType, is_const: bool },
    /// A constant, as C writes it.
    Constant(String),
    /// A string literal, or the tokens in it: the name of a member, say.
    Literal(Vec<u8>),
    /// What stands in a string literal, as it is.
    Tokens(Vec<u8>),
    /// A type by itself.
    Type(CType),
}

/// How the macro sees an argument that could be seen in several ways.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CArgMode {
    /// The value, the constant, the literal, the type.
    Plain,
    /// Of a [`CArg::Reference`]: the variable that it refers to.
    Place,
    /// Of a [`CArg::Literal`]: its tokens.
    Tokens,
}

/// What Clang makes of a use.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CInstance {
    pub of: CUse,
    /// One for each argument.
    pub modes: Vec<CArgMode>,
    pub result: CUseResult,
    /// Absent where Clang could not say it, and of a use that is one itself.
    pub expansion: Option<CExpansion>,
    pub needs: CNeeds,
}

/// What a use wants of the processor. Sorted.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CNeeds {
    /// By LLVM's names.
    pub features: Vec<String>,
    /// What Clang calls by itself, of which each has features that it is for.
    pub builtins: Vec<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum CUseResult {
    /// An expression, or a statement of type `void`.
    Value(CUseValue),
    /// A list of initial values, which has the type that is expected.
    Initializer {
        is_constant: bool,
        /// Of a constant record or array: as in [`crate::CGetter`].
        bytes: Option<Vec<u8>>,
    },
    /// It returns from the function that it stands in.
    Return {
        /// What it returns; absent for nothing.
        ty: Option<CType>,
        /// It never goes on.
        always: bool,
    },
    /// C does not take it.
    Refused(CRefusal),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CUseValue {
    pub ty: CType,
    pub kind: CGetterKind,
    /// Clang takes it as the initialiser of a static variable: evaluating it reads no state.
    pub is_constant: bool,
    /// Of a constant that Clang computes.
    pub value: Option<CConstantValue>,
}

/// Why C does not take a use.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CRefusal {
    pub kind: CRefusalKind,
    /// Clang's message.
    pub message: String,
    /// The macro's definition.
    pub loc: CLoc,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CRefusalKind {
    /// Clang's message says it.
    Error,
    /// It is a list of initial values, and no type is expected.
    NeedsType,
    /// It is a list of initial values, and none for the type that is expected.
    NotOfType,
    /// It assigns to its parameter of this position, or takes its address.
    NeedsPlace(u32),
    /// It declares something where it stands.
    Declares,
    /// Brackets in it do not match.
    Unbalanced,
    /// It is the head of a loop or an `if`, and what is behind it would be the body.
    NeedsBody,
    /// It only works in the frame of the function that it stands in, for this reason.
    NeedsFrame,
}

impl CUse {
    /// Those of its arguments and its result, and what is expected.
    pub fn types(&self) -> impl Iterator<Item = &CType> {
        let of_args = self.args.iter().filter_map(|arg| match arg {
            CArg::Value(ty) | CArg::Variable { ty, .. } | CArg::Reference { target: ty, .. } | CArg::Type(ty) => {
                Some(ty)
            }
            CArg::Constant(_) | CArg::Literal(_) | CArg::Tokens(_) => None,
        });
        let ret = self.inline.as_ref().and_then(|inline| inline.ret.as_ref());
        of_args.chain(ret).chain(&self.expected)
    }

    /// A text for messages, with the names that records have in Lang source.
    pub fn with_own_names(&self, text: &str) -> String {
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut shown = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(OWN) {
            let end = rest[at..].find(|c| !is_of_word(c)).map_or(rest.len(), |end| at + end);
            let word = &rest[at..end];
            let has_tag = |record: &&COwnRecord| record.tag.0.as_str().ends_with(&format!(" {word}"));
            match self.records.iter().find(has_tag) {
                Some(record) => {
                    let keyword = record.tag.0.as_str().len() - word.len();
                    let before = &rest[..at];
                    shown.push_str(before.strip_suffix(&record.tag.0.as_str()[..keyword]).unwrap_or(before));
                    shown.push_str(record.name.as_str());
                }
                None => shown.push_str(&rest[..end]),
            }
            rest = &rest[end..];
        }
        shown + rest
    }

    /// The use's name in the program: a C identifier, the same for the same use in whichever build.
    pub fn key(&self) -> Symbol {
        let bytes = postcard::to_allocvec(self).expect("a use holds nothing that cannot be serialised");
        let hash = base::hash_bytes(&bytes).to_string();
        sym(&format!("lang_u_{}", &hash[..16]))
    }
}
