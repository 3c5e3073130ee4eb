//! C declarations as plain data: what headers declare, as Clang sees it for one target.
//!
//! Made by `cimport`, read by every phase that meets C. Nothing here refers to libclang. Records, enums, typedefs,
//! functions and globals are keyed by their C identity, shared by all modules of a program, so that one C type is
//! one Lang type whichever header imported it. Sizes and offsets are in bytes unless the name says bits.

mod crossing;
mod expansions;
mod queries;
mod types;
mod uses;

use std::collections::BTreeMap;

use base::Symbol;
use serde::{Deserialize, Serialize};

pub use crossing::{
    BitFieldAccess, CCallee, CMacroUse, CShape, CShapeField, CallbackReach, Crossing, CrossingKind, CrossingRecord,
};
pub use expansions::{CCallPlace, CExpansion, FILE_WORD, LINE_WORD, argument_word};
pub use queries::{CQueries, FeatureError, LayoutError, NoQueries};
pub use types::{CParam, CSignature, CType, CallingConvention, VA_LIST};
pub use uses::{
    CArg, CArgMode, CInline, CInstance, CNeeds, COwnField, COwnRecord, CRefusal, CRefusalKind, CUse, CUseResult,
    CUseValue, OWN_TYPEDEFS, OwnScalar, own_numbers, own_tag,
};

base::define_id! {
    /// One distinct `import c`: headers, flags and defines. Numbered in order of first appearance.
    pub struct CModuleId;
}

/// Set in the numbers of modules that no `import c` is of.
const WITHOUT_HEADERS: u32 = 1 << 31;

impl CModuleId {
    /// The module of those macros of this one that need nothing of its headers. In the model where a file of bindings
    /// stands for the headers and has such macros: with a [`CModuleSpec`], and without names.
    pub fn without_headers(self) -> Self {
        Self(self.0 | WITHOUT_HEADERS)
    }

    /// The module that an `import c` is of.
    pub fn of_import(self) -> Self {
        Self(self.0 & !WITHOUT_HEADERS)
    }
}

/// What a program asks of headers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct CModuleSpec {
    /// As written: `SDL2/SDL.h`.
    pub headers: Vec<String>,
    pub include_dirs: Vec<String>,
    /// `NAME` or `NAME=value`.
    pub defines: Vec<String>,
    /// `gnu11`; GNU's C17, if not given.
    pub standard: Option<String>,
    /// pkg-config packages, resolved by session into include folders and libraries before import.
    pub pkg_config: Vec<String>,
    /// Libraries to link, without `-l`.
    pub link: Vec<String>,
    /// The file that stands for the headers, if one does.
    pub bindings: Option<String>,
    /// C text that is read behind the headers, on lines of its own. No program writes it.
    pub definitions: String,
}

/// Everything imported by a program.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub struct CModel {
    pub modules: BTreeMap<CModuleId, CModule>,
    pub records: BTreeMap<CTag, CRecord>,
    pub enums: BTreeMap<CTag, CEnum>,
    pub typedefs: BTreeMap<Symbol, CTypedef>,
    pub functions: BTreeMap<Symbol, CFunction>,
    pub globals: BTreeMap<Symbol, CGlobal>,
    /// What Clang said of calls of macros, by [`CUse::key`].
    pub instances: BTreeMap<Symbol, CInstance>,
}

/// The identity of a record or enum: `struct stat`, `union sigval`, `enum color`, `typedef SDL_Event` for an
/// anonymous one that a typedef names, `struct outer.member` for an anonymous one inside another, and
/// `aligned vring_desc_t` for a typedef with an alignment of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CTag(pub Symbol);

impl CTag {
    /// The name in Lang where a typedef has the tag's and is another type: `struct_foo`, beside
    /// `typedef struct foo *foo`.
    pub fn beside_typedef(keyword: &str, name: &str) -> Symbol {
        base::sym(&format!("{keyword}_{name}"))
    }

    /// The keyword and the name of one that C names so.
    fn parts(self) -> Option<(&'static str, &'static str)> {
        let (keyword, name) = self.0.as_str().split_once(' ')?;
        (matches!(keyword, "struct" | "union" | "enum") && !name.contains('.')).then_some((keyword, name))
    }
}

/// The names one `import c` brings, in C's two namespaces. Holds what the program asked for, not the whole header.
#[derive(Clone, Default, PartialEq, Debug, Serialize, Deserialize)]
pub struct CModule {
    pub spec: Option<CModuleSpec>,
    /// Names where a value stands. A name that was asked for and is in neither map does not exist in the header.
    pub values: BTreeMap<Symbol, CValue>,
    /// Names where a type stands: typedefs by name, tags without `struct`; a typedef wins, and the tag of another type
    /// then goes by [`CTag::beside_typedef`].
    pub types: BTreeMap<Symbol, CTypeName>,
    /// Macros that name members: `st_mtime` of `struct stat`. The fields to go through, by index, outermost first.
    pub members: BTreeMap<(CTag, Symbol), Vec<u32>>,
    /// Where the macros are that name a declaration, a type or a member.
    pub aliases: BTreeMap<Symbol, CAlias>,
}

impl CModel {
    /// What a record or an enum goes by whose name is a typedef's of another type, as far as that is known.
    pub fn name_beside_typedef(&self, tag: CTag) -> Option<Symbol> {
        let (keyword, name) = tag.parts()?;
        let typedef = self.typedefs.get(&base::sym(name))?;
        let is_same = matches!(
            typedef.ty.resolved(&self.typedefs),
            CType::Record(of) | CType::Enum(of) if *of == tag
        );
        (!is_same).then(|| CTag::beside_typedef(keyword, name))
    }
}

/// A macro that is another name for something. What it is for says the map of the module that has its name.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CAlias {
    pub doc: Option<String>,
    pub loc: CLoc,
}

/// What a name means where a value stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum CValue {
    /// Key of [`CModel::functions`].
    Function(Symbol),
    /// Key of [`CModel::globals`].
    Global(Symbol),
    /// An object-like macro, an enum constant, or a `static const` variable of the header. A constant of an enum that
    /// has a name is of the enum's type; C's `int` is what it converts to.
    Constant(CConstant),
    /// An object-like macro that C text of a program evaluates at each use.
    Getter(CGetter),
    /// An object-like macro that is a list of initial values: `PTHREAD_MUTEX_INITIALIZER`.
    Initializer(CInitializer),
    /// A function-like macro.
    Macro(CMacro),
    /// A macro that stands for no value: what it is instead, in words that complete "`NAME` is …".
    NoValue {
        role: String,
        doc: Option<String>,
        loc: CLoc,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CTypeName {
    Record(CTag),
    Enum(CTag),
    Typedef(Symbol),
}

/// A constant of exact C type.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CConstant {
    pub ty: CType,
    pub value: CConstantValue,
    /// Of an enum's constant, its own or the enum's.
    pub advice: CAdvice,
    pub doc: Option<String>,
    pub loc: CLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum CConstantValue {
    /// Also bool, char, enum, and pointers made from integers: the address, `SQLITE_TRANSIENT` is the largest.
    Int(i128),
    /// The bits of the `f64`.
    Float(u64),
    /// Without the final NUL; the type is `const char *`-like.
    Str(Vec<u8>),
}

/// An object-like macro that is no constant: `errno`, `((struct point){ 0, 0 })`.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CGetter {
    /// What the expression has or, if it is a place, what is there. `void` where it only does something.
    pub ty: CType,
    pub kind: CGetterKind,
    /// Clang takes the macro as the initialiser of a static variable: evaluating it reads no state.
    pub is_constant: bool,
    /// As in [`CMacro`].
    pub needs_no_header: bool,
    /// Of a constant record or array: what it is in memory, if it holds no address.
    pub bytes: Option<Vec<u8>>,
    pub needs: CNeeds,
    /// Of the variable that it names: a `static` one of the header is evaluated, too.
    pub advice: CAdvice,
    pub doc: Option<String>,
    pub loc: CLoc,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CGetterKind {
    /// An expression.
    Value,
    /// An lvalue whose address outlives the expression.
    Place { is_const: bool },
    /// An lvalue that only C reads and writes as it is meant: a bit-field, something `volatile`.
    Access,
}

/// A macro such as `{ 0, 1 }`. It has the type that is expected where it stands.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CInitializer {
    /// The records that it initialises, of those that the module's names reach.
    pub records: BTreeMap<CTag, CInitial>,
    pub doc: Option<String>,
    pub loc: CLoc,
}

/// What an initialiser is for one record; as in [`CGetter`].
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CInitial {
    pub is_constant: bool,
    pub bytes: Option<Vec<u8>>,
}

/// A function-like macro.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CMacro {
    pub params: Vec<Symbol>,
    pub variadic: bool,
    /// A function has the same name: what is no call means that.
    pub function: Option<Symbol>,
    /// It is known in [`CModuleId::without_headers`], too.
    pub needs_no_header: bool,
    pub doc: Option<String>,
    pub loc: CLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CFunction {
    pub name: Symbol,
    /// The linker's name, `asm` labels applied.
    pub symbol: String,
    pub signature: CSignature,
    pub linkage: CLinkage,
    /// What the caller's processor has to have, by LLVM's names, of a function that is always inlined.
    pub features: Vec<String>,
    pub facts: CFacts,
    /// Where its header is, for the thunk that calls it.
    pub module: CModuleId,
    pub doc: Option<String>,
    pub loc: CLoc,
}

/// What the attributes of a function promise of it, and ask of its callers. Parameters are counted from 0.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CFacts {
    pub effects: CEffects,
    /// `returns_twice`, as `setjmp` does.
    pub returns_twice: bool,
    /// `malloc`: nothing else points to what the result points to.
    pub fresh_result: bool,
    /// `alloc_size`: the size of what the result points to, or the two factors of it.
    pub alloc_size: Option<(u32, Option<u32>)>,
    pub nonnull_result: bool,
    pub nonnull: Vec<u32>,
    /// `warn_unused_result`, `nodiscard`: why, or nothing.
    pub must_use: Option<String>,
    pub advice: CAdvice,
}

/// What the attributes of a declaration say of whether to use it.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CAdvice {
    /// What to use instead, or nothing.
    pub deprecated: Option<String>,
    /// `unavailable`, `error`: why, or nothing.
    pub unavailable: Option<String>,
}

impl CAdvice {
    pub fn is_none(&self) -> bool {
        self.deprecated.is_none() && self.unavailable.is_none()
    }

    /// Itself or, where it says nothing, what holds for all that the declaration stands in or stands for.
    pub fn or<'a>(&'a self, other: &'a Self) -> &'a Self {
        if self.is_none() { other } else { self }
    }
}

/// What C libraries have that returns twice, whatever their headers say.
pub const RETURN_TWICE: [&str; 9] = [
    "setjmp",
    "_setjmp",
    "__setjmp",
    "sigsetjmp",
    "__sigsetjmp",
    "_setjmpex",
    "savectx",
    "getcontext",
    "vfork",
];

/// What of memory a function touches.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CEffects {
    #[default]
    Any,
    /// `pure`
    Reads,
    /// `const`
    None,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CLinkage {
    External,
    /// `static inline` or `inline` without an external definition: exists only through Clang.
    Header,
    /// One that Clang knows by itself, `_mm_pause`: C text that calls it is all there is of it.
    Builtin,
    /// Declared `static`, and defined nowhere: nothing can use it.
    Undefined,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CGlobal {
    pub name: Symbol,
    pub symbol: String,
    pub ty: CType,
    pub constant: bool,
    pub thread_local: bool,
    pub advice: CAdvice,
    pub module: CModuleId,
    pub doc: Option<String>,
    pub loc: CLoc,
}

/// A struct or union.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CRecord {
    pub tag: CTag,
    /// What Lang code calls it: the typedef's name or the tag's.
    pub name: Symbol,
    /// What C text calls it: `struct stat`, `SDL_Event`. Absent for one that C cannot name.
    pub c_spelling: Option<String>,
    pub kind: CRecordKind,
    pub nature: CNature,
    /// Of a typedef with an alignment of its own: the record that it is but for that.
    pub realigns: Option<CTag>,
    /// Absent when the header only declares it (an opaque type).
    pub layout: Option<CLayout>,
    pub advice: CAdvice,
    pub module: CModuleId,
    pub doc: Option<String>,
    pub loc: CLoc,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CRecordKind {
    Struct,
    Union,
}

/// What a record is in C. One that is no struct or union there stands for a type that Lang has no other word for, and
/// is laid out and spelled as that type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CNature {
    Declared,
    /// `_Complex T`: `re` and `im`.
    Complex,
    /// A vector: `lanes`, an array.
    Vector,
    /// `_BitInt(N)`: `value`, a bit-field of the next integer that is as wide.
    BitInt,
    /// `_Atomic(T)`: `value`, which only C reads and writes as it is meant.
    Atomic,
    /// A typedef, of what is no record, with an alignment of its own: `value`.
    Aligned,
}

impl CNature {
    /// Whether the type's one field is the whole value to C, which has no name for it.
    pub fn is_wrapper(self) -> bool {
        matches!(self, Self::BitInt | Self::Atomic)
    }
}

/// Clang's layout of a record.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CLayout {
    pub size: u64,
    pub align: u64,
    pub fields: Vec<CField>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CField {
    /// Absent for an anonymous struct or union, whose fields are reached directly, and for unnamed bit-fields.
    pub name: Option<Symbol>,
    pub ty: CType,
    pub offset_bits: u64,
    /// The width of a bit-field.
    pub bit_width: Option<u32>,
    /// C lets nothing assign to it.
    pub is_const: bool,
    pub advice: CAdvice,
    /// What Clang says of the field's type, attributes aside, for comparison with what Lang computes. Absent where the
    /// type has no size.
    pub in_clang: Option<CSize>,
    pub doc: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CSize {
    pub size: u64,
    pub align: u64,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CEnum {
    pub tag: CTag,
    pub name: Symbol,
    pub c_spelling: Option<String>,
    /// An integer scalar.
    pub underlying: CType,
    pub constants: Vec<CEnumConstant>,
    pub advice: CAdvice,
    pub module: CModuleId,
    pub doc: Option<String>,
    pub loc: CLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CEnumConstant {
    pub name: Symbol,
    pub value: i128,
    pub advice: CAdvice,
    pub doc: Option<String>,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct CTypedef {
    pub name: Symbol,
    pub ty: CType,
    pub advice: CAdvice,
    pub module: CModuleId,
    pub doc: Option<String>,
    pub loc: CLoc,
}

/// A place in a header, one-based.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Serialize, Deserialize)]
pub struct CLoc {
    pub path: String,
    pub line: u32,
    pub column: u32,
}

/// Two headers that define one name differently.
#[derive(Clone, PartialEq, Debug)]
pub struct CConflict {
    pub name: String,
    pub first: CLoc,
    pub second: CLoc,
    pub module: CModuleId,
}
