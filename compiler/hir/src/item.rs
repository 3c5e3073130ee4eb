//! The items of one file.

use std::path::PathBuf;

use base::{FileId, IndexVec, Span, Symbol};
use cmodel::CallingConvention;
use diag::Reported;

use crate::deferred::DeferredBodies;
use crate::{Body, GenericArg, TypeRef, TypeRefId};

base::define_id! {
    /// An item of one file, nested ones included.
    pub struct ItemId;
    /// A body of one file: of a function, a constant, an array length.
    pub struct BodyId;
}

/// One lowered file.
#[derive(Clone, Debug)]
pub struct FileHir {
    pub file: FileId,
    /// The items at the top of the file, in order.
    pub root: Vec<ItemId>,
    pub items: IndexVec<ItemId, Item>,
    /// See [`FileHir::body`].
    pub(crate) bodies: IndexVec<BodyId, Body>,
    /// See [`FileHir::type_ref`].
    pub(crate) types: IndexVec<TypeRefId, TypeRef>,
    pub(crate) deferred: DeferredBodies,
    pub imports: Vec<Import>,
    pub c_imports: Vec<CImport>,
    /// Every name that stands after a `.` in the file, but in imports, and every field name of a literal: what its C
    /// imports are asked for. Sorted, each once; empty when no import can be of C.
    pub member_names: Vec<Symbol>,
    /// The items inside functions, by the keys that bodies and types call them by.
    pub local_items: Vec<(Symbol, ItemId)>,
    /// The names of items that an `@if` keeps out of this build.
    pub left_out: Vec<(Symbol, Span)>,
    pub doc: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub name: Symbol,
    /// Of the name; of the first keyword where there is none (`impl`).
    pub name_span: Span,
    pub span: Span,
    pub visibility: Visibility,
    /// The `impl`, `trait` or `mod` it stands in.
    pub parent: Option<ItemId>,
    pub attributes: Vec<Attribute>,
    pub doc: Option<String>,
    pub kind: ItemKind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    Private,
    Public,
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Fn(Fn),
    /// A function or a static of an `extern "C"` block.
    ExternFn(ExternFn),
    ExternStatic(Static),
    /// `inline fn name(…) = c "…";`
    InlineC(InlineC),
    Struct(Struct),
    Enum(Enum),
    Const(Const),
    ConstAssert(ConstAssert),
    Static(Static),
    TypeAlias(TypeAlias),
    /// Of a trait or of an `impl` of one.
    AssocType(AssocType),
    Trait(Trait),
    Impl(Impl),
    Mod(Mod),
    Test(Test),
    /// Broken, or not supported yet, and said so.
    Error(Reported),
}

/// `@name(args)`
#[derive(Clone, PartialEq, Debug)]
pub struct Attribute {
    pub name: Symbol,
    pub args: Vec<AttrArg>,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub struct AttrArg {
    /// `link` of `link: "z"`.
    pub name: Option<Symbol>,
    pub value: AttrValue,
    pub span: Span,
}

#[derive(Clone, PartialEq, Debug)]
pub enum AttrValue {
    Str(Symbol),
    Int(u128),
    /// `os == "linux"`, `Debug`, and whatever else is not a literal: its source text.
    Text(Symbol),
}

/// `<T>`, `<T: A + B>`, `<T = U>`, `<const N: usize>`
#[derive(Clone, PartialEq, Debug)]
pub struct GenericParam {
    pub name: Symbol,
    pub span: Span,
    /// The type of a const parameter: an integer type of the language, `bool` or `char`.
    pub const_ty: Option<Symbol>,
    /// Traits.
    pub bounds: Vec<TypeRefId>,
    pub relaxed: Vec<Relaxed>,
    /// `Rhs = Self`, `N: usize = 4`
    pub default: Option<GenericArg>,
}

/// What every generic parameter promises, unless it is written with a `?`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relaxed {
    /// `?Sized`: its types may have no size known, and stand behind references then.
    Sized,
    /// `?view`: its types may hold references.
    View,
    /// `?Send`: its values may be bound to a thread.
    Send,
}

/// `T: A + B` of a `where` clause.
#[derive(Clone, PartialEq, Debug)]
pub struct WherePredicate {
    pub ty: TypeRefId,
    /// Traits.
    pub bounds: Vec<TypeRefId>,
}

#[derive(Clone, Debug)]
pub struct Fn {
    pub generics: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
    pub self_param: Option<SelfParam>,
    /// Without `self`.
    pub params: Vec<Param>,
    /// Absent for `()`.
    pub ret: Option<TypeRefId>,
    pub is_unsafe: bool,
    pub is_const: bool,
    /// `const N: T` of a trait or of an `impl` of one: a function that is called wherever it is named.
    pub is_assoc_const: bool,
    pub inlining: Inlining,
    /// What `@target_feature` names, each with its place.
    pub features: Vec<(Symbol, Span)>,
    /// `export fn`: C symbol and C ABI.
    pub is_export: bool,
    pub body: FnBody,
}

/// A function whose body is C, compiled by Clang for each use.
#[derive(Clone, PartialEq, Debug)]
pub struct InlineC {
    pub params: Vec<InlineCParam>,
    /// Absent where C says what the result is.
    pub ret: Option<TypeRefId>,
    pub text: Symbol,
    /// The imported C that the text stands on, where the source says: `@header(z)`.
    pub header: Option<(Symbol, Span)>,
}

#[derive(Clone, PartialEq, Debug)]
pub struct InlineCParam {
    pub name: Symbol,
    pub kind: InlineCParamKind,
    pub span: Span,
}

/// What a parameter of inline C takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InlineCParamKind {
    /// A value of this type.
    Typed(TypeRefId),
    /// `any`: a value of any type that C has.
    Any,
    /// `place`: a variable, `&x` or `&mut x`, which the text sees itself.
    Place,
    /// `type`: a type.
    Type,
    /// `name`: the tokens of a string literal.
    Name,
}

/// What the source says of copying a function into its callers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Inlining {
    /// Nothing: the back end weighs size against speed.
    Default,
    /// `inline fn`
    Wanted,
    /// `@cold fn`: rarely called. It stays a call, and the code on the way to it is moved out of the way.
    Cold,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FnBody {
    /// Its parameters are the body's `params`, `self` first.
    Lang(BodyId),
    /// `@intrinsic fn name();`: made by the compiler, known by the function's name.
    Intrinsic,
    /// Of a trait: each `impl` of it has one.
    Required,
    /// The value of a parameter's default, which [`Param::default`] names: a function of the same generics, without
    /// parameters and with the parameter's type as its result, both of which the signature of its owner says.
    Default(BodyId),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SelfParam {
    Value {
        is_var: bool,
    },
    Ref,
    RefMut,
    /// `self: Box<Self>`
    Typed(TypeRefId),
}

#[derive(Clone, Debug)]
pub struct Param {
    /// The name, where the pattern is one.
    pub name: Option<Symbol>,
    pub ty: TypeRefId,
    /// A function that gives the value, in no scope. See [`FnBody::Default`].
    pub default: Option<ItemId>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct ExternFn {
    pub params: Vec<Param>,
    pub ret: Option<TypeRefId>,
    pub variadic: bool,
    pub convention: CallingConvention,
    /// Libraries of `@link("z")` on the block or the item.
    pub link: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct Struct {
    pub kind: StructKind,
    /// `view struct`: it holds references.
    pub is_view: bool,
    pub generics: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
    pub fields: Vec<Field>,
    /// `struct P(f64)`: fields are named `0`, `1`, …
    pub is_tuple: bool,
    /// From `@derive(…)`, as written.
    pub derives: Vec<(Symbol, Span)>,
    /// `@packed`, `@align(n)` on an `extern struct`.
    pub packed: bool,
    pub align: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StructKind {
    Lang,
    ExternStruct,
    ExternUnion,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub name: Symbol,
    pub name_span: Span,
    pub visibility: Visibility,
    pub ty: TypeRefId,
    pub default: Option<BodyId>,
    /// The width of a bit-field.
    pub bit_width: Option<BodyId>,
}

/// `enum` and `extern enum`.
#[derive(Clone, Debug)]
pub struct Enum {
    /// `extern enum Color: c_uint`: open, of exactly this type.
    pub underlying: Option<TypeRefId>,
    pub is_extern: bool,
    /// `view enum`: it holds references.
    pub is_view: bool,
    pub generics: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
    pub variants: Vec<Variant>,
    pub derives: Vec<(Symbol, Span)>,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub name: Symbol,
    pub span: Span,
    pub kind: VariantKind,
    pub value: Option<BodyId>,
}

#[derive(Clone, Debug)]
pub enum VariantKind {
    Unit,
    Tuple(Vec<TypeRefId>),
    Struct(Vec<Field>),
}

#[derive(Clone, Debug)]
pub struct Const {
    pub ty: TypeRefId,
    pub body: BodyId,
}

/// `const assert(condition, "message");`
#[derive(Clone, PartialEq, Debug)]
pub struct ConstAssert {
    pub condition: BodyId,
    pub message: Option<Symbol>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct Static {
    pub ty: TypeRefId,
    /// Absent in an `extern` block.
    pub body: Option<BodyId>,
    pub is_var: bool,
    pub is_export: bool,
    pub thread_local: bool,
    pub link: Vec<String>,
}

#[derive(Clone, Debug)]
pub struct TypeAlias {
    pub generics: Vec<GenericParam>,
    pub ty: TypeRefId,
}

/// `type Item: Bound;` of a trait, `type Item = T;` of an `impl`.
#[derive(Clone, Debug)]
pub struct AssocType {
    pub bounds: Vec<TypeRefId>,
    pub relaxed: Vec<Relaxed>,
    /// In a trait, what an `impl` that does not say has.
    pub ty: Option<TypeRefId>,
}

/// `trait Area: Named { … }`
#[derive(Clone, Debug)]
pub struct Trait {
    /// Without `Self`.
    pub generics: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
    /// To implement it is a promise, which only `unsafe impl` makes.
    pub is_unsafe: bool,
    pub supertraits: Vec<TypeRefId>,
    pub items: Vec<ItemId>,
}

#[derive(Clone, Debug)]
pub struct Impl {
    pub generics: Vec<GenericParam>,
    pub predicates: Vec<WherePredicate>,
    pub is_unsafe: bool,
    /// `Drop` of `impl Drop for T`.
    pub trait_ref: Option<TypeRefId>,
    pub self_ty: TypeRefId,
    pub items: Vec<ItemId>,
}

#[derive(Clone, Debug)]
pub struct Mod {
    pub items: Vec<ItemId>,
}

#[derive(Clone, Debug)]
pub struct Test {
    pub title: String,
    pub body: BodyId,
}

/// `import std.env;`, one per imported name.
#[derive(Clone, Debug)]
pub struct Import {
    pub path: Vec<(Symbol, Span)>,
    /// The name it is bound as in this file.
    pub alias: Symbol,
    pub span: Span,
    pub visibility: Visibility,
    /// The inline module it stands in.
    pub parent: Option<ItemId>,
}

/// `import c "zlib.h" as z;` with its attributes, or `import z;` of headers that the package gives a name.
#[derive(Clone, Debug)]
pub struct CImport {
    pub headers: Vec<(String, Span)>,
    pub alias: Symbol,
    /// Looked in before all others. Absolute, once what the source says is settled.
    pub include_dirs: Vec<PathBuf>,
    /// Where its libraries are looked for.
    pub link_dirs: Vec<PathBuf>,
    /// `gnu11`, of `@std("gnu11")`
    pub standard: Option<String>,
    /// `@define("X=1")`
    pub defines: Vec<String>,
    /// `@pkg("sdl2")`
    pub pkg_config: Vec<(String, Span)>,
    /// `@link("z")`
    pub link: Vec<String>,
    /// `@bindings("zlib.lang")`: a file that stands for the headers.
    pub bindings: Option<(PathBuf, Span)>,
    pub span: Span,
    pub visibility: Visibility,
    /// The inline module it stands in.
    pub parent: Option<ItemId>,
}
