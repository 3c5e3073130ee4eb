//! Types, interned: equal types are one pointer.
//!
//! A [`Ty`] is made by [`Ty::new`] and lives as long as the process. Nothing may order or print by the pointer.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, RwLock};

use base::{FxHashMap, Symbol};
use cmodel::{CModuleId, CTag, CallingConvention};
use diag::Reported;
use hir::{ClosureId, DefId, Mutability, TypeRefId};
use target::CScalar;

use crate::{AssocRef, BodyKey, ConstValue, OperatorFn};

/// An interned type.
#[derive(Clone, Copy)]
pub struct Ty(&'static Interned);

struct Interned {
    kind: TyKind,
    parts: Parts,
}

/// What is somewhere in a type, the type itself included.
#[derive(Clone, Copy, Default)]
struct Parts {
    param: bool,
    infer: bool,
    assoc: bool,
    unnamed: bool,
    error: bool,
    /// How deep they are in one another, and how many they are: at most that many can be counted.
    depth: u16,
    count: u32,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum TyKind {
    Error(Reported),
    Never,
    Bool,
    Char,
    Int(IntTy),
    Float(FloatTy),
    /// `c_int` and its like; `Void` only behind a pointer, `Bool` is `c_bool`.
    C(CScalar),
    /// Unsized; behind a reference.
    Str,
    /// Unsized, yet a reference to it is thin: `const char *`.
    CStr,
    /// Unsized; behind a reference.
    Slice(Ty),
    /// The length is a [`TyKind::Const`] or const parameter.
    Array(Ty, Ty),
    Ref(Mutability, Ty),
    Pointer(Mutability, Ty),
    /// `()` is the empty one.
    Tuple(Box<[Ty]>),
    Adt(AdtRef, Box<[Ty]>),
    /// The type of one function: no bytes.
    FnItem(FnRef, Box<[Ty]>),
    /// The type of one closure: a record of what it captures.
    Closure(ClosureTy),
    /// `dyn Trait`: unsized; a reference to it is an address and a table of the trait's functions.
    Dyn(DynTy),
    /// `fn(A) -> R`
    FnPointer(FnType),
    /// `extern fn(A) -> R`: never null.
    ExternFn(FnType),
    /// `?T`: variant 0 is `none`, variant 1 is `.Some(T)`.
    Optional(Ty),
    /// `a..b` of an integer type.
    Range {
        element: Ty,
        inclusive: bool,
    },
    /// A C type that Lang has no word for: bytes.
    Opaque {
        size: u64,
        align: u64,
        spelling: Symbol,
    },
    /// A value, where a const parameter's argument or an array's length stands: never the type of a value.
    Const(ConstArg),
    /// A generic parameter of the item being checked, by position (those of the `impl` first).
    Param {
        index: u32,
        name: Symbol,
        /// It stands for a value, as [`TyKind::Const`] does.
        is_const: bool,
    },
    /// `T.Item`, of a type that does not say yet what it is: an associated type.
    Assoc(AssocRef),
    /// The `impl Trait` of a function's result: what the function's body says, of which others know the bounds.
    Unnamed(UnnamedTy),
    /// Only while a body is inferred.
    Infer(InferVar),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum IntTy {
    I8,
    I16,
    I32,
    I64,
    I128,
    Isize,
    U8,
    U16,
    U32,
    U64,
    U128,
    Usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FloatTy {
    F16,
    F32,
    F64,
}

/// A value of an integer type, `bool` or `char`: the mathematical one, but that of a `u128` modulo 2^128.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ConstArg {
    pub value: i128,
    pub ty: Ty,
}

/// A struct, union or enum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AdtRef {
    Lang(DefId),
    /// A record or enum of a header: key of the [`cmodel::CModel`].
    C(CTag),
}

/// A function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FnRef {
    /// Of Lang source, functions of `extern` blocks and intrinsics included.
    Lang(DefId),
    /// Of a header: key of [`cmodel::CModel::functions`].
    C(Symbol),
    /// An object-like macro of a header that is evaluated where it is used, as a function without parameters. Of a
    /// place it gives the address.
    CMacro(CModuleId, Symbol),
    /// Assigns its parameter to such a macro, an lvalue whose address is not had.
    CMacroStore(CModuleId, Symbol),
    /// An object-like macro of a header that is a list of initial values, as a value of this record.
    CInitializer(CModuleId, Symbol, CTag),
    /// A use of a function-like macro with arguments of these types: key of [`cmodel::CModel::instances`]. Of a place
    /// it gives the address.
    CInstance(Symbol),
    /// Assigns its last parameter to such a use, an lvalue whose address is not had.
    CInstanceStore(Symbol),
    /// The constructor of an enum's tuple variant, as a function.
    Variant(DefId, u32),
    /// An operator as a function.
    Operator(OperatorFn),
}

/// A global variable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StaticRef {
    Lang(DefId),
    C(Symbol),
}

/// A closure of a body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ClosureRef {
    pub owner: BodyKey,
    pub closure: ClosureId,
}

/// A closure's type is said by the closure and the generics of the function that it stands in; the rest follows from
/// them, and stands here so that a type can be asked without its body.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ClosureTy {
    pub closure: ClosureRef,
    pub generics: Box<[Ty]>,
    pub params: Box<[Ty]>,
    pub ret: Ty,
    /// Absent only while the body that the closure stands in is inferred.
    pub environment: Option<Environment>,
}

/// What a closure holds, and what a call of it does with that.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Environment {
    pub call: CallKind,
    pub captures: Box<[Ty]>,
}

/// How something is called: the least that it needs is what it has as a trait, and those after that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CallKind {
    /// `Fn`: through a `&` to it.
    Shared,
    /// `FnMut`: through a `&mut` to it.
    Exclusive,
    /// `FnOnce`: it is gone after the call.
    Once,
}

/// `dyn Trait<A, Item = T> + Send`: some type that has the trait.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DynTy {
    pub of_trait: DefId,
    /// Those of the trait but `Self`.
    pub args: Box<[Ty]>,
    /// What its associated types and those of the traits that it asks for are, ordered by these traits and by name.
    pub types: Box<[DynAssoc]>,
    /// `Send` and `Sync`, in this order, where it says that the type has them too.
    pub threads: Box<[DefId]>,
    /// `?view`: what stands behind it may hold references.
    pub is_view: bool,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DynAssoc {
    pub of_trait: DefId,
    pub name: Symbol,
    /// Those of the trait but `Self`.
    pub args: Box<[Ty]>,
    pub ty: Ty,
}

/// An `impl` type of the result of a function, by where it is written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnnamedRef {
    pub function: DefId,
    pub written: TypeRefId,
}

/// Such a type, for these generics of the function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct UnnamedTy {
    pub of: UnnamedRef,
    pub args: Box<[Ty]>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FnType {
    pub params: Box<[Ty]>,
    pub ret: Ty,
    pub variadic: bool,
    pub is_unsafe: bool,
    /// Of a function of C's; the default for all others.
    pub convention: CallingConvention,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum InferVar {
    Any(u32),
    /// Of an unsuffixed integer literal; `i32` unless something says otherwise.
    Int(u32),
    /// Of an unsuffixed float literal; `f64` unless something says otherwise.
    Float(u32),
}

static INTERNER: LazyLock<RwLock<FxHashMap<&'static TyKind, &'static Interned>>> = LazyLock::new(Default::default);

impl Ty {
    pub fn new(kind: TyKind) -> Self {
        if let Some(&known) = INTERNER.read().expect("the interner never panics").get(&kind) {
            return Self(known);
        }
        let mut interner = INTERNER.write().expect("the interner never panics");
        if let Some(&known) = interner.get(&kind) {
            return Self(known);
        }
        let parts = Parts::of(&kind);
        let interned: &'static Interned = Box::leak(Box::new(Interned { kind, parts }));
        interner.insert(&interned.kind, interned);
        Self(interned)
    }

    pub fn kind(self) -> &'static TyKind {
        &self.0.kind
    }

    /// Whether a generic parameter is in it.
    pub fn has_param(self) -> bool {
        self.0.parts.param
    }

    /// Whether an inference variable is in it.
    pub fn has_infer(self) -> bool {
        self.0.parts.infer
    }

    /// Whether an associated type is in it.
    pub fn has_assoc(self) -> bool {
        self.0.parts.assoc
    }

    /// Whether an `impl` type of a function's result is in it.
    pub fn has_unnamed(self) -> bool {
        self.0.parts.unnamed
    }

    /// How deep types are in one another in it: 1 of `i32`, 2 of `?i32`.
    pub fn depth(self) -> u16 {
        self.0.parts.depth
    }

    /// Of how many types it consists, each counted as often as it stands there.
    pub(crate) fn n_parts(self) -> u32 {
        self.0.parts.count
    }

    pub fn unit() -> Self {
        Self::new(TyKind::Tuple(Box::new([])))
    }

    pub fn never() -> Self {
        Self::new(TyKind::Never)
    }

    pub fn bool() -> Self {
        Self::new(TyKind::Bool)
    }

    pub fn int(int: IntTy) -> Self {
        Self::new(TyKind::Int(int))
    }

    pub fn usize() -> Self {
        Self::int(IntTy::Usize)
    }

    pub fn float(float: FloatTy) -> Self {
        Self::new(TyKind::Float(float))
    }

    pub fn c(scalar: CScalar) -> Self {
        Self::new(TyKind::C(scalar))
    }

    pub fn str_ref() -> Self {
        Self::new(TyKind::Str).reference(Mutability::Const)
    }

    pub fn cstr_ref() -> Self {
        Self::new(TyKind::CStr).reference(Mutability::Const)
    }

    pub fn error(reported: Reported) -> Self {
        Self::new(TyKind::Error(reported))
    }

    pub fn reference(self, mutability: Mutability) -> Self {
        Self::new(TyKind::Ref(mutability, self))
    }

    pub fn pointer(self, mutability: Mutability) -> Self {
        Self::new(TyKind::Pointer(mutability, self))
    }

    pub fn slice(self) -> Self {
        Self::new(TyKind::Slice(self))
    }

    /// `[T; n]`
    pub fn array(self, len: u64) -> Self {
        self.array_of(Self::len(len))
    }

    /// The array whose length is that [`TyKind::Const`], parameter, or what inference finds.
    pub fn array_of(self, len: Self) -> Self {
        Self::new(TyKind::Array(self, len))
    }

    /// The length of an array.
    pub fn len(len: u64) -> Self {
        Self::new(TyKind::Const(ConstArg {
            value: i128::from(len),
            ty: Self::usize(),
        }))
    }

    /// What an array's length is, unless it is a parameter's or to be inferred.
    pub fn known_len(self) -> Option<u64> {
        match self.kind() {
            TyKind::Const(len) => u64::try_from(len.value).ok(),
            _ => None,
        }
    }

    /// What the length of an instance's array is, which has no generic parameters.
    pub fn instance_len(self) -> u64 {
        self.known_len().expect("an instance's array has a length")
    }

    /// The value of an argument for a const parameter, which itself has none yet.
    pub fn const_value(self) -> Option<ConstValue> {
        match self.kind() {
            TyKind::Const(arg) => Some(ConstValue::Int(arg.value)),
            _ => None,
        }
    }

    pub fn optional(self) -> Self {
        Self::new(TyKind::Optional(self))
    }

    pub fn tuple(elements: Vec<Ty>) -> Self {
        Self::new(TyKind::Tuple(elements.into()))
    }

    pub fn is_unit(self) -> bool {
        matches!(self.kind(), TyKind::Tuple(elements) if elements.is_empty())
    }

    pub fn is_never(self) -> bool {
        matches!(self.kind(), TyKind::Never)
    }

    pub fn as_error(self) -> Option<Reported> {
        if let TyKind::Error(reported) = self.kind() {
            Some(*reported)
        } else {
            None
        }
    }

    /// The error of a type that is broken, or has a part that is.
    pub fn error_inside(self) -> Option<Reported> {
        if !self.0.parts.error {
            return None;
        }
        let mut found = None;
        self.any(&mut |part| {
            found = found.or(part.as_error());
            found.is_some()
        });
        found
    }

    /// Integer types, C's included. Not `bool`, `char` or enums.
    pub fn is_integer(self) -> bool {
        match self.kind() {
            TyKind::Int(_) | TyKind::Infer(InferVar::Int(_)) => true,
            TyKind::C(scalar) => scalar_is_integer(*scalar),
            _ => false,
        }
    }

    pub fn is_float(self) -> bool {
        match self.kind() {
            TyKind::Float(_) | TyKind::Infer(InferVar::Float(_)) => true,
            TyKind::C(scalar) => matches!(scalar, CScalar::Float | CScalar::Double | CScalar::LongDouble),
            _ => false,
        }
    }

    pub fn is_numeric(self) -> bool {
        self.is_integer() || self.is_float()
    }

    /// A number, `bool` or `char`, C's included: its values have nothing inside.
    pub fn is_scalar(self) -> bool {
        matches!(
            self.kind(),
            TyKind::Bool | TyKind::Char | TyKind::Int(_) | TyKind::Float(_) | TyKind::C(_)
        )
    }

    /// A type whose values are not known to have a size: a reference to it says more than an address (but for `CStr`).
    pub fn is_unsized(self) -> bool {
        matches!(
            self.kind(),
            TyKind::Str | TyKind::CStr | TyKind::Slice(_) | TyKind::Dyn(_)
        )
    }

    /// What a reference leads to; another type itself.
    pub fn behind_reference(self) -> Self {
        if let TyKind::Ref(_, target) = self.kind() {
            *target
        } else {
            self
        }
    }

    /// A reference to it is a pointer and something else: a length, or a table of functions.
    pub fn has_fat_pointers(self) -> bool {
        self.has_length() || matches!(self.kind(), TyKind::Dyn(_))
    }

    /// A reference to it is a pointer and a length.
    pub fn has_length(self) -> bool {
        matches!(self.kind(), TyKind::Str | TyKind::Slice(_))
    }

    /// Replaces generic parameters by `args`, which are as many as the item has.
    pub fn substitute(self, args: &[Ty]) -> Self {
        if args.is_empty() || !self.has_param() {
            return self;
        }
        self.map(&mut |ty| match ty.kind() {
            TyKind::Param { index, .. } => Some(args[*index as usize]),
            _ => None,
        })
    }

    /// Rebuilds the type from the outside in: where `f` gives a type, that one stands; elsewhere the parts are mapped.
    pub fn map(self, f: &mut impl FnMut(Ty) -> Option<Ty>) -> Self {
        if let Some(replaced) = f(self) {
            return replaced;
        }
        let mut list = |types: &[Ty]| -> Box<[Ty]> { types.iter().map(|ty| ty.map(f)).collect() };
        match self.kind() {
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Infer(_) => self,
            TyKind::Slice(element) => element.map(f).slice(),
            TyKind::Array(element, len) => element.map(f).array_of(len.map(f)),
            TyKind::Ref(mutability, target) => target.map(f).reference(*mutability),
            TyKind::Pointer(mutability, target) => target.map(f).pointer(*mutability),
            TyKind::Tuple(elements) => Self::new(TyKind::Tuple(list(elements))),
            TyKind::Adt(adt, args) => Self::new(TyKind::Adt(*adt, list(args))),
            TyKind::Assoc(assoc) => Self::new(TyKind::Assoc(AssocRef {
                args: list(&assoc.args),
                ..*assoc
            })),
            TyKind::Unnamed(unnamed) => Self::new(TyKind::Unnamed(UnnamedTy {
                of: unnamed.of,
                args: list(&unnamed.args),
            })),
            TyKind::FnItem(function, args) => Self::new(TyKind::FnItem(*function, list(args))),
            TyKind::Closure(closure) => Self::new(TyKind::Closure(closure.map(f))),
            TyKind::Dyn(dynamic) => Self::new(TyKind::Dyn(dynamic.map(f))),
            TyKind::FnPointer(fn_type) => Self::new(TyKind::FnPointer(fn_type.map(f))),
            TyKind::ExternFn(fn_type) => Self::new(TyKind::ExternFn(fn_type.map(f))),
            TyKind::Optional(inner) => inner.map(f).optional(),
            TyKind::Range { element, inclusive } => Self::new(TyKind::Range {
                element: element.map(f),
                inclusive: *inclusive,
            }),
        }
    }

    /// Whether the outermost structure of the two types is one, and it `holds` of each part of this with that of the
    /// other.
    pub(crate) fn all_parts(self, other: Self, holds: &mut impl FnMut(Self, Self) -> bool) -> bool {
        let mut lists =
            |xs: &[Self], ys: &[Self]| xs.len() == ys.len() && xs.iter().zip(ys).all(|(x, y)| holds(*x, *y));
        match (self.kind(), other.kind()) {
            (TyKind::Slice(x), TyKind::Slice(y)) | (TyKind::Optional(x), TyKind::Optional(y)) => lists(&[*x], &[*y]),
            (TyKind::Array(x, n), TyKind::Array(y, m)) => lists(&[*x, *n], &[*y, *m]),
            (TyKind::Ref(m, x), TyKind::Ref(n, y)) | (TyKind::Pointer(m, x), TyKind::Pointer(n, y)) => {
                m == n && lists(&[*x], &[*y])
            }
            (TyKind::Tuple(xs), TyKind::Tuple(ys)) => lists(xs, ys),
            (TyKind::Adt(x, xs), TyKind::Adt(y, ys)) => x == y && lists(xs, ys),
            (TyKind::Assoc(x), TyKind::Assoc(y)) => {
                (x.of_trait, x.name) == (y.of_trait, y.name) && lists(&x.args, &y.args)
            }
            (TyKind::Unnamed(x), TyKind::Unnamed(y)) => x.of == y.of && lists(&x.args, &y.args),
            (TyKind::FnItem(x, xs), TyKind::FnItem(y, ys)) => x == y && lists(xs, ys),
            (TyKind::Closure(x), TyKind::Closure(y)) => x.closure == y.closure && lists(&x.generics, &y.generics),
            (TyKind::Dyn(x), TyKind::Dyn(y)) => {
                (x.of_trait, &x.threads, x.is_view) == (y.of_trait, &y.threads, y.is_view)
                    && lists(&x.args, &y.args)
                    && x.types.len() == y.types.len()
                    && (x.types.iter().zip(&y.types)).all(|(x, y)| {
                        (x.of_trait, x.name) == (y.of_trait, y.name)
                            && lists(&x.args, &y.args)
                            && lists(&[x.ty], &[y.ty])
                    })
            }
            (TyKind::FnPointer(x), TyKind::FnPointer(y)) | (TyKind::ExternFn(x), TyKind::ExternFn(y)) => {
                (x.variadic, x.is_unsafe, x.convention) == (y.variadic, y.is_unsafe, y.convention)
                    && lists(&x.params, &y.params)
                    && lists(&[x.ret], &[y.ret])
            }
            (
                TyKind::Range {
                    element: x,
                    inclusive: i,
                },
                TyKind::Range {
                    element: y,
                    inclusive: j,
                },
            ) => i == j && lists(&[*x], &[*y]),
            // Types without parts.
            _ => self == other,
        }
    }

    /// Whether `test` holds for the type or any part of it.
    pub fn any(self, test: &mut impl FnMut(Ty) -> bool) -> bool {
        let mut found = test(self);
        if !found {
            self.kind().for_each_part(&mut |part| found = found || part.any(test));
        }
        found
    }
}

impl TyKind {
    /// The types that a type is written with, in order.
    fn for_each_part(&self, visit: &mut impl FnMut(Ty)) {
        let mut all = |types: &[Ty]| types.iter().for_each(|ty| visit(*ty));
        match self {
            Self::Error(_)
            | Self::Never
            | Self::Bool
            | Self::Char
            | Self::Int(_)
            | Self::Float(_)
            | Self::C(_)
            | Self::Str
            | Self::CStr
            | Self::Opaque { .. }
            | Self::Const(_)
            | Self::Param { .. }
            | Self::Infer(_) => {}
            Self::Slice(part)
            | Self::Ref(_, part)
            | Self::Pointer(_, part)
            | Self::Optional(part)
            | Self::Range { element: part, .. } => all(&[*part]),
            Self::Array(element, len) => all(&[*element, *len]),
            Self::Tuple(parts) | Self::Adt(_, parts) | Self::FnItem(_, parts) => all(parts),
            Self::Assoc(assoc) => all(&assoc.args),
            Self::Unnamed(unnamed) => all(&unnamed.args),
            Self::Closure(closure) => {
                all(&closure.generics);
                all(&closure.params);
                all(closure.captures());
                all(&[closure.ret]);
            }
            Self::Dyn(dynamic) => {
                all(&dynamic.args);
                for assoc in &dynamic.types {
                    all(&assoc.args);
                    all(&[assoc.ty]);
                }
            }
            Self::FnPointer(fn_type) | Self::ExternFn(fn_type) => {
                all(&fn_type.params);
                all(&[fn_type.ret]);
            }
        }
    }
}

impl InferVar {
    /// Whether it may come to be this type.
    pub(crate) fn may_be(self, ty: Ty) -> bool {
        let is_var = matches!(ty.kind(), TyKind::Infer(_));
        match self {
            Self::Any(_) => true,
            Self::Int(_) => is_var || ty.is_integer(),
            Self::Float(_) => is_var || ty.is_float(),
        }
    }
}

impl Parts {
    fn of(kind: &TyKind) -> Self {
        let parts = Self::inside(kind);
        Self {
            depth: parts.depth.saturating_add(1),
            count: parts.count.saturating_add(1),
            ..parts
        }
    }

    fn inside(kind: &TyKind) -> Self {
        let mut inside = Self::default();
        kind.for_each_part(&mut |part| inside = inside.and(part.0.parts));
        match kind {
            TyKind::Error(_) => Self { error: true, ..inside },
            TyKind::Param { .. } => Self { param: true, ..inside },
            TyKind::Infer(_) => Self { infer: true, ..inside },
            TyKind::Assoc(_) => Self { assoc: true, ..inside },
            TyKind::Unnamed(_) => Self {
                unnamed: true,
                ..inside
            },
            _ => inside,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            param: self.param || other.param,
            infer: self.infer || other.infer,
            assoc: self.assoc || other.assoc,
            unnamed: self.unnamed || other.unnamed,
            error: self.error || other.error,
            depth: self.depth.max(other.depth),
            count: self.count.saturating_add(other.count),
        }
    }
}

impl ClosureTy {
    fn map(&self, f: &mut impl FnMut(Ty) -> Option<Ty>) -> Self {
        let mut list = |types: &[Ty]| -> Box<[Ty]> { types.iter().map(|ty| ty.map(f)).collect() };
        Self {
            closure: self.closure,
            generics: list(&self.generics),
            params: list(&self.params),
            environment: self.environment.as_ref().map(|environment| Environment {
                call: environment.call,
                captures: list(&environment.captures),
            }),
            ret: self.ret.map(f),
        }
    }

    /// The types of what it captures, in order; none while that is not known.
    pub fn captures(&self) -> &[Ty] {
        self.environment
            .as_ref()
            .map_or(&[], |environment| &environment.captures)
    }
}

impl DynTy {
    fn map(&self, f: &mut impl FnMut(Ty) -> Option<Ty>) -> Self {
        let mut list = |types: &[Ty]| -> Box<[Ty]> { types.iter().map(|ty| ty.map(f)).collect() };
        let args = list(&self.args);
        let types = self.types.iter().map(|assoc| DynAssoc {
            args: list(&assoc.args),
            ty: list(&[assoc.ty])[0],
            ..*assoc
        });
        Self {
            of_trait: self.of_trait,
            args,
            types: types.collect(),
            threads: self.threads.clone(),
            is_view: self.is_view,
        }
    }
}

impl FnType {
    fn map(&self, f: &mut impl FnMut(Ty) -> Option<Ty>) -> Self {
        Self {
            params: self.params.iter().map(|ty| ty.map(f)).collect(),
            ret: self.ret.map(f),
            variadic: self.variadic,
            is_unsafe: self.is_unsafe,
            convention: self.convention,
        }
    }
}

/// Every C scalar but the floats, `_Bool` and `void`.
fn scalar_is_integer(scalar: CScalar) -> bool {
    match scalar {
        CScalar::Float | CScalar::Double | CScalar::LongDouble | CScalar::Bool | CScalar::Void => false,
        CScalar::Char
        | CScalar::SChar
        | CScalar::UChar
        | CScalar::Short
        | CScalar::UShort
        | CScalar::Int
        | CScalar::UInt
        | CScalar::Long
        | CScalar::ULong
        | CScalar::LongLong
        | CScalar::ULongLong
        | CScalar::WChar => true,
    }
}

impl IntTy {
    pub fn name(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I16 => "i16",
            Self::I32 => "i32",
            Self::I64 => "i64",
            Self::I128 => "i128",
            Self::Isize => "isize",
            Self::U8 => "u8",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::U128 => "u128",
            Self::Usize => "usize",
        }
    }

    pub const ALL: [Self; 12] = [
        Self::I8,
        Self::I16,
        Self::I32,
        Self::I64,
        Self::I128,
        Self::Isize,
        Self::U8,
        Self::U16,
        Self::U32,
        Self::U64,
        Self::U128,
        Self::Usize,
    ];

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|int| int.name() == name)
    }

    pub fn is_signed(self) -> bool {
        matches!(
            self,
            Self::I8 | Self::I16 | Self::I32 | Self::I64 | Self::I128 | Self::Isize
        )
    }

    /// The width in bits where a pointer has `pointer_bits`.
    pub fn bits(self, pointer_bits: u32) -> u32 {
        match self {
            Self::I8 | Self::U8 => 8,
            Self::I16 | Self::U16 => 16,
            Self::I32 | Self::U32 => 32,
            Self::I64 | Self::U64 => 64,
            Self::I128 | Self::U128 => 128,
            Self::Isize | Self::Usize => pointer_bits,
        }
    }
}

impl FloatTy {
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::F32 => "f32",
            Self::F64 => "f64",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::F16, Self::F32, Self::F64]
            .into_iter()
            .find(|float| float.name() == name)
    }
}

impl PartialEq for Ty {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Ty {}

impl Hash for Ty {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self.0, state);
    }
}

impl fmt::Debug for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind().fmt(f)
    }
}
