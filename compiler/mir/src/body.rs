//! The body of a function as a control-flow graph.

use std::sync::Arc;

use base::{FxHashMap, FxHashSet, IndexVec, Span, Symbol};
use check::{AdtRef, BodyKey, BodyRef, Bounds, CallKind, ClosureRef, ConstValue, FnRef, StaticRef, Ty, TyKind};
use hir::{FormatSpec, Mutability};

use crate::RuntimeFn;

base::define_id! {
    /// Local 0 is the result, 1 to n the parameters.
    pub struct Local;
    pub struct BlockId;
    pub struct ScopeId;
}

/// What a body is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BodyOwner {
    Fn(FnRef),
    /// A `test`, which has no name to call it by.
    Test(BodyRef),
    /// The value of a constant, a static or an array length: evaluated, and never compiled.
    Const(BodyRef),
    /// A closure: its first parameter is what it captured, by reference or, of one that is called once, by value.
    Closure(ClosureRef),
}

impl BodyOwner {
    /// The function that the code stands in, whose generics its types mention; a test has none.
    pub fn function(self) -> Option<FnRef> {
        match self {
            Self::Fn(function) => Some(function),
            Self::Closure(closure) => match closure.owner {
                BodyKey::Fn(def) => Some(FnRef::Lang(def)),
                BodyKey::Test(_) | BodyKey::Const(_) => None,
            },
            Self::Test(_) | Self::Const(_) => None,
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Body {
    pub owner: BodyOwner,
    /// How many generic parameters the types may mention.
    pub n_generics: u32,
    /// What those promise, elaborated.
    pub bounds: Arc<Bounds>,
    pub locals: IndexVec<Local, LocalDecl>,
    pub n_params: u32,
    /// Block 0 is the entry and has no predecessor.
    pub blocks: IndexVec<BlockId, Block>,
    pub scopes: IndexVec<ScopeId, Scope>,
    /// What must hold of each instance.
    pub const_asserts: Vec<ConstAssert>,
    /// Of a closure: what its environment holds, in order, for messages.
    pub captures: Vec<CaptureName>,
    /// The temporaries by which patterns index slices.
    pub pattern_indices: FxHashMap<Local, PatternIndex>,
    /// The temporaries by which a `for` indexes what it goes over: no round has the element of another.
    pub rounds: FxHashSet<Local>,
    /// Where places are written that a statement or call reads by itself, and whose span is that of the whole: of
    /// `f(a, b + 1)`, the `a`. For messages.
    pub reads: Vec<(Place, Span)>,
    /// What stays as it is while something is evaluated.
    pub kept: Vec<Kept>,
    pub span: Span,
}

impl Body {
    /// Where a place is written that something reads, whose span is `whole`; `whole` itself where that is not known.
    pub fn span_of_read(&self, whole: Span, is_it: impl Fn(&Place) -> bool) -> Span {
        let mut reads = self.reads.iter();
        let found = reads.find(|(place, span)| whole.contains(*span) && is_it(place));
        found.map_or(whole, |(_, span)| *span)
    }

    /// Whether the local is a reference that a guard has in the place of a variable that its pattern moves.
    pub fn is_lent_to_guard(&self, local: Local) -> bool {
        let is_of = |kept: &Kept| matches!(&kept.by, KeptBy::Match { lent, .. } if lent.contains(&local));
        self.kept.iter().any(is_of)
    }
}

/// Places that code around counts on while an expression is evaluated.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// All code of the expression stands in here.
    pub span: Span,
    pub places: Vec<Place>,
    pub by: KeptBy,
}

#[derive(Clone, PartialEq, Debug)]
pub enum KeptBy {
    /// The expression is a guard. Where it does not hold, the patterns below it count on what those before it have
    /// seen: what is matched, and each place that a pattern of the `match` reads.
    Match {
        matched: Span,
        /// The variables of the guard's own pattern.
        bound: Vec<Local>,
        /// References that stand for those that move something: it is moved where the guard holds.
        lent: Vec<Local>,
    },
    /// The expression is an argument. One before it is lent when all are there, and these are the references on the
    /// way to it.
    Lent(Span),
}

/// A `const assert` in a generic function: a body that gives a `bool` and is evaluated for each instance.
#[derive(Clone, PartialEq, Debug)]
pub struct ConstAssert {
    pub condition: Arc<Body>,
    pub message: Option<Symbol>,
    pub span: Span,
}

/// Which element of a slice a pattern means by a temporary; those of one pattern are apart from each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PatternIndex {
    /// The same for all of one pattern.
    pub pattern: Span,
    pub element: PatternElement,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PatternElement {
    /// Counted from the first, which is 0.
    FromStart(u64),
    /// Counted from the end: the last is 1.
    FromEnd(u64),
    /// The first of those between the elements that the pattern names, and all after it that are; `end` is after the
    /// last of them, where the sequence is an array.
    Rest { n_before: u64, end: Option<u64> },
}

/// A place that a closure captures.
#[derive(Clone, PartialEq, Debug)]
pub struct CaptureName {
    /// As it was written: `pair.first`.
    pub text: String,
    /// The environment has a reference to it.
    pub is_borrowed: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct LocalDecl {
    pub ty: Ty,
    /// The variable it is; absent for temporaries.
    pub name: Option<Symbol>,
    /// May be assigned more than once.
    pub is_var: bool,
    pub source: SourceInfo,
}

/// A lexical scope, for debug information. Scope 0 is the whole body.
#[derive(Clone, PartialEq, Debug)]
pub struct Scope {
    pub parent: Option<ScopeId>,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SourceInfo {
    pub span: Span,
    pub scope: ScopeId,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    pub statements: Vec<Statement>,
    pub terminator: Terminator,
    /// Reached only by unwinding.
    pub is_cleanup: bool,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    pub kind: StatementKind,
    pub source: SourceInfo,
}

#[derive(Clone, PartialEq, Debug)]
pub enum StatementKind {
    /// Writes without dropping what was there; the types are equal.
    Assign(Place, Rvalue),
    StorageLive(Local),
    /// The variable's scope ended: what it holds, dropped or moved out, is gone.
    StorageDead(Local),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    pub local: Local,
    pub projections: Vec<Projection>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Projection {
    /// Through a reference, raw pointer or box.
    Deref,
    /// Of a record, a variant (whose field it is says which), a tuple or a range (0 is its start, 1 its end); the type
    /// of the field, generics of the record replaced.
    Field(u32, Ty),
    /// An element of an array, or of a slice behind a `Deref`; the local is a `usize`, and the bound has been checked.
    /// What raw pointers index is a `Deref` of a `PointerOffset`.
    Index(Local),
    /// An element of an array at a constant place.
    ConstantIndex(u64),
    /// The value in a `?T` that is known not to be `none`.
    SomeValue(Ty),
}

impl Place {
    pub fn local(local: Local) -> Self {
        Self {
            local,
            projections: Vec::new(),
        }
    }

    /// The place one step further.
    pub fn project(mut self, projection: Projection) -> Self {
        self.projections.push(projection);
        self
    }

    pub fn deref(self) -> Self {
        self.project(Projection::Deref)
    }

    pub fn field(self, index: u32, ty: Ty) -> Self {
        self.project(Projection::Field(index, ty))
    }

    /// The type of what is there.
    pub fn ty(&self, locals: &IndexVec<Local, LocalDecl>) -> Ty {
        let base = locals[self.local].ty;
        self.projections.iter().fold(base, |ty, projection| projection.ty(ty))
    }
}

impl Projection {
    /// The type of what is one step on from a place of type `base`.
    pub fn ty(&self, base: Ty) -> Ty {
        match (self, base.kind()) {
            (Self::Deref, TyKind::Ref(_, target) | TyKind::Pointer(_, target)) => *target,
            // A box: its one argument is what it holds.
            (Self::Deref, TyKind::Adt(_, args)) if !args.is_empty() => args[0],
            (Self::Index(_) | Self::ConstantIndex(_), TyKind::Array(element, _) | TyKind::Slice(element)) => *element,
            (Self::Field(_, ty) | Self::SomeValue(ty), _) => *ty,
            (Self::Deref | Self::Index(_) | Self::ConstantIndex(_), _) => {
                unreachable!("a projection that its type does not have: {self:?} of {base:?}")
            }
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub enum Operand {
    /// Of a `Copy` type.
    Copy(Place),
    /// The place is uninitialised afterwards.
    Move(Place),
    Const(Const),
}

impl Operand {
    pub fn ty(&self, locals: &IndexVec<Local, LocalDecl>) -> Ty {
        match self {
            Self::Copy(place) | Self::Move(place) => place.ty(locals),
            Self::Const(constant) => constant.ty,
        }
    }
}

#[derive(Clone, PartialEq, Debug)]
pub struct Const {
    pub value: ConstValue,
    pub ty: Ty,
}

#[derive(Clone, PartialEq, Debug)]
pub enum Rvalue {
    Use(Operand),
    /// `&p`, `&mut p`: a reference; of an unsized place (a slice behind a pointer pair) with its length.
    Ref(Mutability, Place),
    /// The address as a raw pointer.
    AddressOf(Mutability, Place),
    Unary(UnaryOp, Operand),
    /// Operands of one scalar type, but for the amount of a shift, which is any integer; integers wrap. Comparisons
    /// give `bool`. Of raw pointers, references, function pointers and `?T` only comparisons.
    Binary(BinaryOp, Operand, Operand),
    /// `(T, bool)`: the wrapped result and whether it overflowed. `Add`, `Sub` and `Mul` of integers.
    Checked(BinaryOp, Operand, Operand),
    /// Pointer plus a signed or unsigned integer, counted in elements.
    PointerOffset {
        pointer: Operand,
        offset: Operand,
        negate: bool,
    },
    /// Two pointers of one type: the distance in elements, `isize`.
    PointerDistance(Operand, Operand),
    Cast(CastKind, Operand, Ty),
    Aggregate(AggregateKind, Vec<Operand>),
    /// `[v; n]` of a `Copy` element; the length as array types have it.
    Repeat(Operand, Ty),
    /// The length of the slice or `str` that a place holds a reference to.
    Len(Place),
    /// The reference to a slice or `str` made of a data pointer and a length.
    SliceFromParts {
        pointer: Operand,
        len: Operand,
        ty: Ty,
    },
    /// Whether a `?T` is `none`.
    IsNone(Place),
    /// Which variant a value of an enum or a `?T` is of, as a `u32`.
    Variant(Place),
    /// The address of a global: a raw pointer.
    StaticAddress(StaticRef),
}

#[derive(Clone, PartialEq, Debug)]
pub enum AggregateKind {
    Tuple,
    Array(Ty),
    /// One operand a field, in order.
    Adt {
        adt: AdtRef,
        args: Box<[Ty]>,
    },
    /// One operand a field of the variant, in order.
    Variant {
        adt: AdtRef,
        args: Box<[Ty]>,
        variant: u32,
    },
    /// Fields by index, the rest zero (C records; unions with their one field).
    PartialAdt {
        adt: AdtRef,
        args: Box<[Ty]>,
        fields: Vec<u32>,
    },
    Range {
        element: Ty,
        inclusive: bool,
    },
    /// A closure of this type; one operand a capture, in order.
    Closure(Ty),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Neg,
    Not,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    /// The divisor is known not to be zero, the shift to be narrow enough: asserts stand before.
    Div,
    Rem,
    BitAnd,
    BitOr,
    BitXor,
    Shl,
    Shr,
    SaturatingAdd,
    SaturatingSub,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CastKind {
    /// Between numbers, `bool`, `char` and enums. The mode has been dealt with (an assert stands before a checked
    /// one that may fail): truncates, extends or saturates.
    Numeric,
    /// Between raw pointers, references, C function pointers, `?T` of them and `usize`; the same bits.
    Pointer,
    /// `&[T; N]` to `&[T]`.
    ArrayToSlice,
    /// A function item, or a closure without captures, to `fn` or `extern fn`.
    FnPointer,
    /// A reference to what can be called to a `fn` that borrows it.
    BorrowAsFn,
    /// A reference or `Box` to one of a `dyn` type: beside the address, the table of the type behind.
    Unsize,
    /// `T` to `?T`.
    Some,
}

#[derive(Clone, PartialEq, Debug)]
pub struct Terminator {
    pub kind: TerminatorKind,
    pub source: SourceInfo,
}

#[derive(Clone, PartialEq, Debug)]
pub enum TerminatorKind {
    Goto(BlockId),
    /// On an integer, `bool` (1 is true), `char` or enum; the cases are the values' mathematical integers.
    Switch {
        value: Operand,
        cases: Vec<(i128, BlockId)>,
        otherwise: BlockId,
    },
    Return,
    Unreachable,
    Call {
        callee: CallTarget,
        args: Vec<Operand>,
        /// Uninitialised before; not read by the arguments.
        dest: Place,
        /// Absent when the callee never returns.
        target: Option<BlockId>,
        unwind: Option<BlockId>,
    },
    /// Drops what the place holds. Before elaboration: if it is initialised; after: surely.
    Drop {
        place: Place,
        target: BlockId,
        unwind: Option<BlockId>,
    },
    /// Panics unless the condition is `expected`.
    Assert {
        condition: Operand,
        expected: bool,
        kind: AssertKind,
        target: BlockId,
        unwind: Option<BlockId>,
    },
    /// Goes on unwinding.
    Resume,
}

#[derive(Clone, PartialEq, Debug)]
pub enum CallTarget {
    Fn(FnRef, Box<[Ty]>),
    /// A value of type `fn` or `extern fn`.
    Value(Operand),
    /// A value of a closure's type, of a generic parameter's that is bound to be called so, or of what else can be: the
    /// operand is a reference to it, or the value where it is called once.
    Callable(CallKind, Operand),
    Runtime(RuntimeFn),
    /// A piece of a message: a function with a [`crate::RuntimeTy::Spec`].
    Format(RuntimeFn, FormatSpec),
}

/// What an assert says. Operands are read only when it fails.
#[derive(Clone, PartialEq, Debug)]
pub enum AssertKind {
    Bounds {
        index: Operand,
        len: Operand,
    },
    SliceRange {
        start: Operand,
        end: Operand,
        len: Operand,
    },
    /// Of `Add`, `Sub`, `Mul`, and of `Div` and `Rem` when the smallest value is divided by -1.
    Overflow(BinaryOp),
    NegOverflow,
    DivideByZero,
    RemainderByZero,
    Shift,
    /// A checked `as` whose value does not fit.
    Cast,
}

impl TerminatorKind {
    /// The blocks that may come next, that of unwinding last.
    pub fn successors(&self) -> impl DoubleEndedIterator<Item = BlockId> {
        let (cases, next, unwind) = match self {
            Self::Goto(target) => (&[][..], Some(*target), None),
            Self::Switch { cases, otherwise, .. } => (&cases[..], Some(*otherwise), None),
            Self::Return | Self::Unreachable | Self::Resume => (&[][..], None, None),
            Self::Call { target, unwind, .. } => (&[][..], *target, *unwind),
            Self::Drop { target, unwind, .. } | Self::Assert { target, unwind, .. } => {
                (&[][..], Some(*target), *unwind)
            }
        };
        cases.iter().map(|(_, block)| *block).chain(next).chain(unwind)
    }

    /// The same, to be changed.
    pub fn successors_mut(&mut self) -> impl Iterator<Item = &mut BlockId> {
        let (cases, next, unwind) = match self {
            Self::Goto(target) => (&mut [][..], Some(target), None),
            Self::Switch { cases, otherwise, .. } => (&mut cases[..], Some(otherwise), None),
            Self::Return | Self::Unreachable | Self::Resume => (&mut [][..], None, None),
            Self::Call { target, unwind, .. } => (&mut [][..], target.as_mut(), unwind.as_mut()),
            Self::Drop { target, unwind, .. } | Self::Assert { target, unwind, .. } => {
                (&mut [][..], Some(target), unwind.as_mut())
            }
        };
        cases.iter_mut().map(|(_, block)| block).chain(next).chain(unwind)
    }

    /// Where unwinding goes, of what may panic.
    pub fn unwind_mut(&mut self) -> Option<&mut Option<BlockId>> {
        match self {
            Self::Call { unwind, .. } | Self::Drop { unwind, .. } | Self::Assert { unwind, .. } => Some(unwind),
            Self::Goto(_) | Self::Switch { .. } | Self::Return | Self::Unreachable | Self::Resume => None,
        }
    }
}
