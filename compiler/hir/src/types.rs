//! Types as written.

use base::{Span, Symbol};
use cmodel::CallingConvention;
use diag::Reported;

use crate::{BodyId, Relaxed};

base::define_id! {
    /// A written type of one file.
    pub struct TypeRefId;
}

#[derive(Clone, PartialEq, Debug)]
pub struct TypeRef {
    pub kind: TypeRefKind,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mutability {
    Const,
    Mut,
}

#[derive(Clone, PartialEq, Debug)]
pub enum TypeRefKind {
    /// Broken or not supported, and said so.
    Error(Reported),
    /// `i32`, `geometry.Point`, `Vec<T>`, `sql.sqlite3`, `Self`.
    Path(Vec<PathSegment>),
    Tuple(Vec<TypeRefId>),
    /// `[T; N]`; the length is a body of type `usize`.
    Array {
        element: TypeRefId,
        len: BodyId,
    },
    /// `[T]`, behind a reference.
    Slice(TypeRefId),
    Ref {
        mutability: Mutability,
        /// `&static T`: what it leads to is never gone.
        is_static: bool,
        target: TypeRefId,
    },
    Pointer {
        mutability: Mutability,
        target: TypeRefId,
    },
    /// `?T`
    Optional(TypeRefId),
    /// `E!T`, `!T`
    Result {
        error: Option<TypeRefId>,
        ok: TypeRefId,
    },
    /// `fn(A) -> R`
    Fn(FnTypeRef),
    /// `own fn(A) -> R`
    OwnFn(FnTypeRef),
    /// `extern fn(A, ...) -> R`
    ExternFn(FnTypeRef),
    /// `dyn A + B`, behind a reference or a box: the bounds.
    Dyn {
        bounds: Vec<TypeRefId>,
        /// `dyn ?view A`: what stands behind it may hold references.
        is_view: bool,
    },
    /// `impl A + B` elsewhere than in the type of a function's parameter, where it is a generic parameter of its own.
    Impl {
        bounds: Vec<TypeRefId>,
        relaxed: Vec<Relaxed>,
        place: ImplPlace,
    },
    /// `_`
    Infer,
}

/// Where an `impl` type stands that is no generic parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImplPlace {
    /// In the result of a function: a type that the function's body says, and only its bounds are known.
    Result,
    /// Where it means nothing.
    Elsewhere,
}

#[derive(Clone, PartialEq, Debug)]
pub struct PathSegment {
    pub name: Symbol,
    pub span: Span,
    pub args: Vec<GenericArg>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum GenericArg {
    Type(TypeRefId),
    Const(BodyId),
    /// `Item = T`, in a bound.
    Assoc {
        name: Symbol,
        name_span: Span,
        ty: TypeRefId,
    },
}

#[derive(Clone, PartialEq, Debug)]
pub struct FnTypeRef {
    pub params: Vec<TypeRefId>,
    /// Absent for `()`.
    pub ret: Option<TypeRefId>,
    pub variadic: bool,
    pub is_unsafe: bool,
    /// Of an `extern` one.
    pub convention: CallingConvention,
}
