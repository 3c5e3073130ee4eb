//! The program without its syntax: items, bodies and types with names resolved as far as one file can, then the
//! files linked into one program.
//!
//! `lower` takes one file's tree and gives its [`FileHir`] and diagnostics, knowing no other file. `resolve` takes
//! all of them and gives the [`Program`]. Types of expressions and members (`a.b`) are for `check`.

mod body;
mod conditions;
mod deferred;
mod dump;
mod errors;
mod intrinsics;
mod item;
mod lower;
mod named_headers;
mod packages;
mod program;
mod resolve;
mod similar;
mod types;

pub use body::{
    Arg, Arm, BinaryOp, Block, Body, CastMode, Closure, ClosureId, ClosureParam, DeferWhen, Expr, ExprId, FStringPart,
    FieldInit, FieldPat, FormatAlign, FormatKind, FormatSpec, Label, LabelId, Literal, Local, LocalId, Pat, PatId,
    Stmt, UnaryOp,
};
pub use conditions::{Conditions, Fact, FactValue};
pub use dump::dump;
pub use intrinsics::{AtomicOp, Intrinsic};
pub use item::{
    AssocType, AttrArg, AttrValue, Attribute, BodyId, CImport, Const, ConstAssert, Enum, ExternFn, Field, FileHir, Fn,
    FnBody, GenericParam, Impl, Import, InlineC, InlineCParam, InlineCParamKind, Inlining, Item, ItemId, ItemKind, Mod,
    Param, Relaxed, SelfParam, Static, Struct, StructKind, Test, Trait, TypeAlias, Variant, VariantKind, Visibility,
    WherePredicate,
};
pub use lower::{DERIVED, is_local_key, is_unnamed_generic, lower, may_reach_c, written_name};
pub use named_headers::bind_named_headers;
pub use packages::{ModulePlace, Package, PackageId, Packages};
pub use program::{BuiltinValue, Def, DefId, Module, ModuleId, Program};
pub use resolve::{ParsedFile, imported_module_candidates, link, module_file};
pub use similar::similar_name;
pub use types::{FnTypeRef, GenericArg, ImplPlace, Mutability, PathSegment, TypeRef, TypeRefId, TypeRefKind};
