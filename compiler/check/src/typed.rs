//! A checked body: what each expression, pattern and local of a [`hir::Body`] is. The HIR is not touched.

use std::sync::Arc;

use base::{FxHashMap, IndexVec, Span, Symbol};
use diag::Reported;
use hir::{Body, BodyId, ClosureId, Expr, ExprId, FormatSpec, LocalId, ModuleId, Mutability, Pat, PatId};

use crate::{AdtRef, Bounds, CallKind, ConstValue, FnRef, StaticRef, Ty, UnnamedRef};

/// Names a body of the program.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BodyRef {
    pub module: ModuleId,
    pub body: BodyId,
}

/// The side tables of one body. No type in them holds an inference variable.
#[derive(Clone, Debug)]
pub struct TypedBody {
    pub body: BodyRef,
    /// Before adjustments. Path components that are no values (modules, types) have the unit type.
    pub expr_tys: IndexVec<ExprId, Ty>,
    /// What a pattern matches, behind the references that it looks through.
    pub pat_tys: IndexVec<PatId, Ty>,
    pub local_tys: IndexVec<LocalId, Ty>,
    /// For the pattern of each parameter, of the function and of its closures: the parameter's type, with the
    /// references that the pattern looks through.
    pub param_tys: FxHashMap<PatId, Ty>,
    /// What happens to an expression's value before its context gets it, in order.
    pub adjustments: FxHashMap<ExprId, Vec<Adjustment>>,
    /// For `Name`, `DotName`, `Generic`, `Type` and `Field` expressions that name an item and not a part of a value.
    pub values: FxHashMap<ExprId, ValueRef>,
    /// For `Field` expressions that reach into a value: the base expression (its adjustments dereference it until
    /// it is the aggregate), then these fields in turn, more than one through anonymous C members.
    pub fields: FxHashMap<ExprId, Vec<u32>>,
    /// For every `Call` expression.
    pub calls: FxHashMap<ExprId, Call>,
    /// For calls of functions with arguments by name or left out: where the value of each parameter comes from. The
    /// arguments are evaluated in the order in which they are written, then the defaults.
    pub arg_sources: FxHashMap<ExprId, Vec<ArgSource>>,
    /// For `Struct` expressions: the way to the field that each initialiser sets, as in [`Self::fields`].
    pub field_inits: FxHashMap<ExprId, Vec<Vec<u32>>>,
    /// For `Pat::Value`.
    pub pat_values: FxHashMap<PatId, ConstValue>,
    /// For `Pat::Range`: both ends included, as bits of the pattern's type.
    pub pat_ranges: FxHashMap<PatId, (i128, i128)>,
    /// For patterns of structs and variants with parts: the way to the field of each sub-pattern, as in
    /// [`Self::fields`].
    pub pat_fields: FxHashMap<PatId, Vec<Vec<u32>>>,
    /// For patterns that a value of an enum or optional passes only as one variant.
    pub pat_variants: FxHashMap<PatId, u32>,
    /// How many references a pattern looks through before it matches what [`Self::pat_tys`] says.
    pub pat_derefs: FxHashMap<PatId, u32>,
    /// The bindings that borrow what they match, and how.
    pub pat_borrows: FxHashMap<PatId, Mutability>,
    /// Patterns of conditions that are for the value inside of an optional, which stands behind so many references.
    pub unwrapped: FxHashMap<PatId, u32>,
    /// For operators and indexing that a trait's function does.
    pub operators: FxHashMap<ExprId, OperatorCall>,
    /// For what a `for` goes over by the traits of iteration.
    pub iterations: FxHashMap<ExprId, Iteration>,
    /// For f-strings that are values: the pieces.
    pub f_strings: FxHashMap<ExprId, Vec<PrintPart>>,
    /// For `Struct` expressions that make a variant.
    pub struct_variants: FxHashMap<ExprId, u32>,
    /// What the generics of its owner promise, elaborated.
    pub bounds: Arc<Bounds>,
    /// What each closure of the body is. Empty where the body has errors.
    pub closures: IndexVec<ClosureId, CheckedClosure>,
    /// The `const assert`s of a generic function, each evaluated for every instance.
    pub const_asserts: Vec<TypedAssert>,
    /// The result type: of the function, or of the constant. Instead of the function's own `impl` types it has what
    /// they are.
    pub ret: Ty,
    /// What the `impl` types of the function's result are.
    pub unnamed: Vec<(UnnamedRef, Ty)>,
    /// The `impl` types that are somewhere in this body or in those of its `const assert`s.
    pub mentioned: Vec<UnnamedRef>,
    /// Proof that something in this body is broken, if something is.
    pub(crate) error: Option<Reported>,
}

/// A `const assert` whose condition may depend on generic parameters.
#[derive(Clone, Debug)]
pub struct TypedAssert {
    pub condition: TypedBody,
    pub message: Option<Symbol>,
    pub span: Span,
}

impl TypedBody {
    /// That of a function without source.
    pub fn without_expressions(ret: Ty) -> Self {
        let body = BodyRef {
            module: ModuleId(0),
            body: BodyId(0),
        };
        Self::empty(body, &Body::default(), Arc::default(), ret)
    }

    /// Nothing is known yet.
    pub(crate) fn empty(body: BodyRef, hir: &Body, bounds: Arc<Bounds>, ret: Ty) -> Self {
        let placeholder = Ty::unit();
        Self {
            body,
            expr_tys: IndexVec::from_elem(placeholder, hir.exprs.len()),
            pat_tys: IndexVec::from_elem(placeholder, hir.pats.len()),
            local_tys: IndexVec::from_elem(placeholder, hir.locals.len()),
            param_tys: FxHashMap::default(),
            adjustments: FxHashMap::default(),
            values: FxHashMap::default(),
            fields: FxHashMap::default(),
            calls: FxHashMap::default(),
            arg_sources: FxHashMap::default(),
            field_inits: FxHashMap::default(),
            pat_values: FxHashMap::default(),
            pat_ranges: FxHashMap::default(),
            pat_fields: FxHashMap::default(),
            pat_variants: FxHashMap::default(),
            pat_derefs: FxHashMap::default(),
            pat_borrows: FxHashMap::default(),
            unwrapped: FxHashMap::default(),
            operators: FxHashMap::default(),
            iterations: FxHashMap::default(),
            f_strings: FxHashMap::default(),
            struct_variants: FxHashMap::default(),
            bounds,
            closures: IndexVec::new(),
            ret,
            unnamed: Vec::new(),
            mentioned: Vec::new(),
            const_asserts: Vec::new(),
            error: None,
        }
    }

    /// Whether something in this body is broken, and was said here, by lowering, or where what it mentions is declared:
    /// no MIR is built from it.
    pub fn has_errors(&self) -> bool {
        self.error.is_some()
    }

    /// Proof of the same.
    pub fn reported(&self) -> Option<Reported> {
        self.error
    }

    /// The first broken node of `body`, whose tables these are, or node of a broken type.
    pub(crate) fn first_error(&self, body: &Body) -> Option<Reported> {
        let exprs = body.exprs.iter().filter_map(|expr| match expr {
            Expr::Error(reported) => Some(*reported),
            _ => None,
        });
        let pats = body.pats.iter().filter_map(|pat| match pat {
            Pat::Error(reported) => Some(*reported),
            _ => None,
        });
        let steps = self.adjustments.values().flatten().map(|step| &step.ty);
        let tys = (self.expr_tys.iter())
            .chain(&self.pat_tys)
            .chain(&self.local_tys)
            .chain(self.param_tys.values())
            .chain(steps);
        exprs.chain(pats).chain(tys.filter_map(|ty| ty.error_inside())).next()
    }

    /// The type of an expression's value as its context gets it.
    pub fn adjusted_ty(&self, expr: ExprId) -> Ty {
        self.adjustments
            .get(&expr)
            .and_then(|list| list.last())
            .map_or(self.expr_tys[expr], |last| last.ty)
    }
}

/// A closure: its type has the parameters, the result and the types of the captures.
#[derive(Clone, PartialEq, Debug)]
pub struct CheckedClosure {
    pub ty: Ty,
    /// As many as its type says, in that order. No one of them is inside of another.
    pub captures: Vec<Capture>,
}

/// A place of the code around a closure that it uses.
#[derive(Clone, PartialEq, Debug)]
pub struct Capture {
    pub local: LocalId,
    /// The way from the variable to the place.
    pub steps: Vec<CaptureStep>,
    pub mode: CaptureMode,
    /// The use that asks for this much.
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaptureStep {
    /// Through a reference.
    Deref,
    Field(u32),
}

/// What a closure takes of a place, the least that does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CaptureMode {
    /// `&place`
    Shared,
    /// `&mut place`
    Exclusive,
    /// The value.
    Value,
}

/// One step from an expression's value to what its context needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Adjustment {
    pub kind: Adjust,
    /// The type after the step.
    pub ty: Ty,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Adjust {
    /// The expression never gives a value.
    NeverToAny,
    /// From a reference or raw pointer to the place it points to.
    Deref,
    /// From a place of a type that lends what it holds to a reference to that: the call of the type's `deref` or, where
    /// the place that the reference then leads to is written, of its `deref_mut`.
    Lend,
    /// From a place to a reference to it.
    Borrow(Mutability),
    /// A number to a type that holds it: widens an integer or float, or renames it (`i32` to `c_int`).
    Numeric,
    /// The same bits under another type: pointers, references to pointers, `&mut T` to `&T`, `*T` to `*c_void`.
    Reinterpret,
    /// `&[T; N]` to `&[T]`.
    ArrayToSlice,
    /// An array literal to a `Vec`.
    ArrayToVec,
    /// A value to a `Box` that holds it.
    Box,
    /// A function item to `fn(..)`.
    FnItemToPointer,
    /// A function item to `extern fn(..)`.
    FnItemToExtern,
    /// From the place of what can be called, a function item apart, to a `fn(..)` that borrows it.
    BorrowAsFn,
    /// A closure without captures to `extern fn(..)`.
    ClosureToExtern,
    /// `T` to `?T`.
    Some,
    /// `T` to `E!T`.
    Ok,
    /// An `E` to `E!T`.
    Err,
    /// From an `E!T` to the place of its `T`; an error leaves the function, as what [`TypedBody::ret`] says. From a
    /// `?T` to the place of its `T`; `none` leaves the function.
    Try,
    /// A string literal to `&CStr` or `*const c_char`: its bytes get a NUL.
    LiteralToCStr,
    /// A reference or `Box` to one of a `dyn` type.
    Unsize,
    /// An `extern enum` to its integer type, as variadic arguments are promoted.
    EnumToInt,
}

/// What a path means where a value stands.
#[derive(Clone, PartialEq, Debug)]
pub enum ValueRef {
    /// A module or a type: a step on the way to a member. Never evaluated.
    Namespace,
    Fn(FnRef, Box<[Ty]>),
    /// A constant of a trait, as this function gives it.
    AssocConst(FnRef, Box<[Ty]>),
    /// The value of a const parameter, which is an argument of each instance.
    ConstParam(Ty),
    /// A constant, whole: Lang consts, C constants, enum constants.
    Const(Arc<ConstValue>),
    Static(StaticRef),
    /// An object-like macro of a header, evaluated here. If it is a place, the function gives its address.
    Getter {
        function: FnRef,
        is_place: bool,
        /// What assigns to it, where it is no place but can be assigned to.
        store: Option<FnRef>,
    },
    /// The constructor of a tuple struct.
    TupleStruct(AdtRef),
}

impl ValueRef {
    /// Whether it names something in memory, and not a value.
    pub fn is_place(&self) -> bool {
        match self {
            Self::Static(_) | Self::Getter { is_place: true, .. } => true,
            Self::Namespace
            | Self::Fn(..)
            | Self::AssocConst(..)
            | Self::ConstParam(_)
            | Self::Const(_)
            | Self::Getter { is_place: false, .. }
            | Self::TupleStruct(_) => false,
        }
    }
}

/// What an operator calls. Its operands, after their adjustments, are the arguments.
#[derive(Clone, PartialEq, Debug)]
pub struct OperatorCall {
    pub function: FnRef,
    pub args: Box<[Ty]>,
    /// Of an index, what is called where the place is written.
    pub mutable: Option<FnRef>,
    pub ret: Ty,
    pub form: OperatorForm,
}

/// How a `for` goes over a value: `into_iter` makes an iterator of it, whose `next` gives what is bound.
#[derive(Clone, PartialEq, Debug)]
pub struct Iteration {
    pub into_iter: FnRef,
    pub into_args: Box<[Ty]>,
    pub next: FnRef,
    pub iterator: Ty,
    pub item: Ty,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperatorForm {
    /// The call gives the value.
    Value,
    /// `a op= b` is `a = a op b`.
    ThenAssigned,
    /// The call gives a reference to the place.
    Place,
}

/// Where the value of a parameter comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ArgSource {
    /// By position in [`Call::args`].
    Arg(u32),
    /// This function gives it, with the type arguments of the call.
    Default(FnRef),
}

/// A checked call. `args` are in the order of evaluation and, but where [`TypedBody::arg_sources`] says otherwise, of
/// the parameters; a method's receiver is the first.
#[derive(Clone, PartialEq, Debug)]
pub struct Call {
    pub callee: Callee,
    pub args: Vec<ExprId>,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Callee {
    Fn(FnRef, Box<[Ty]>),
    /// The callee expression's value, of type `fn` or `extern fn` after its adjustments.
    Value,
    /// The callee expression's value, of a type that can be called in this way: a closure's, or a generic parameter's.
    Callable(CallKind),
    /// Makes a tuple struct of the arguments.
    TupleStruct,
    /// Makes a variant of an enum, or of an optional, of the arguments.
    Variant(u32),
    Builtin(BuiltinCall),
}

/// Calls that the compiler expands. Their operands are in the variant; `args` is empty.
#[derive(Clone, PartialEq, Debug)]
pub enum BuiltinCall {
    Print {
        stream: Stream,
        newline: bool,
        parts: Vec<PrintPart>,
    },
    Panic {
        parts: Vec<PrintPart>,
    },
    /// Without parts the message is `assertion failed: ` and the condition's text.
    Assert {
        condition: ExprId,
        parts: Vec<PrintPart>,
    },
    AssertEq {
        left: ExprId,
        right: ExprId,
        negated: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stream {
    Stdout,
    Stderr,
}

/// A piece of an f-string. The adjusted type of a value that is printed is a scalar, a raw pointer, `&str` or `&CStr`,
/// which the runtime prints, or a reference to what has the trait of the format. In an f-string that is a value it is
/// always the reference, to a type with a size.
#[derive(Clone, PartialEq, Debug)]
pub enum PrintPart {
    Text(Symbol),
    Value { expr: ExprId, spec: FormatSpec },
}
