//! The body of a function: a control-flow graph over places and scalars.

use base::IndexVec;
use serde::{Deserialize, Serialize};

use crate::{FunctionId, GlobalId, Signature, TypeId, UnitFileId};

base::define_id! {
    pub struct LocalId;
    pub struct BlockId;
    /// A lexical scope, for debug information.
    pub struct ScopeId;
}

/// A function's body. Local 0 is the result, locals 1 to n are the parameters, block 0 is the entry.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Body {
    pub locals: IndexVec<LocalId, LocalDecl>,
    pub blocks: IndexVec<BlockId, Block>,
    /// Scope 0 is the function.
    pub scopes: IndexVec<ScopeId, SourceScope>,
    pub loc: SourceLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LocalDecl {
    pub ty: TypeId,
    /// The name, where the debugger should show one.
    pub name: Option<String>,
    pub loc: SourceLoc,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceScope {
    pub parent: Option<ScopeId>,
    pub loc: SourceLoc,
}

/// One-based line and column; line 0 is compiler-made code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SourceLoc {
    pub file: UnitFileId,
    pub line: u32,
    pub column: u32,
    pub scope: ScopeId,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Block {
    pub statements: Vec<Statement>,
    pub terminator: Terminator,
    /// Reached only by unwinding: the first block of such a chain holds the landing pad.
    pub cleanup: bool,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Statement {
    pub kind: StatementKind,
    pub loc: SourceLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum StatementKind {
    /// `place = rvalue`, whose types have the same repr.
    Assign(Place, Rvalue),
    /// The local's memory begins to matter; what it held is gone.
    StorageLive(LocalId),
    StorageDead(LocalId),
}

/// Memory: a base and how to get from it to the place, with the type found there, whose alignment the address has:
/// a field of a packed record is a place of a type with a smaller alignment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Place {
    pub local: LocalId,
    pub projections: Vec<Projection>,
    pub ty: TypeId,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Projection {
    /// Go to where the pointer held here points. On a pair, through its first half.
    Deref,
    /// So many bytes on.
    Offset(u64),
    /// `index * stride` bytes on; the local is of pointer width.
    Index { index: LocalId, stride: u64, signed: bool },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Operand {
    /// The value at a place.
    Copy(Place),
    /// The value at a place that has the same one as long as it is there: an entry of a table of functions.
    Fixed(Place),
    Const(Const),
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Const {
    /// An integer, bool or char: its two's complement bits, truncated to the width.
    Int {
        bits: u128,
        ty: TypeId,
    },
    /// `f16`, `f32`, `f64`: the bits of an `f64` that holds the value exactly; wider floats are converted from it.
    Float {
        bits: u64,
        ty: TypeId,
    },
    Null {
        ty: TypeId,
    },
    Unit {
        ty: TypeId,
    },
    Function {
        function: FunctionId,
        ty: TypeId,
    },
    /// The address of a global, and an offset.
    Global {
        global: GlobalId,
        offset: i64,
        ty: TypeId,
    },
    /// A fat pointer to a global's bytes: `len` counts elements.
    Slice {
        global: GlobalId,
        len: u64,
        ty: TypeId,
    },
    /// All bytes zero, of any type.
    Zero {
        ty: TypeId,
    },
    Undefined {
        ty: TypeId,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Rvalue {
    Use(Operand),
    /// The address of a place.
    AddressOf(Place),
    Unary(UnaryOp, Operand),
    /// Both operands have one scalar type; a comparison gives a bool. Shifts take any integer on the right,
    /// already known to be below the width.
    Binary(BinaryOp, Operand, Operand),
    /// A memory pair `(T, bool)` made by `Add`, `Sub` or `Mul`: the wrapped result at offset 0, and whether it
    /// overflowed at `flag_offset`.
    Checked {
        op: BinaryOp,
        left: Operand,
        right: Operand,
        flag_offset: u64,
    },
    Cast(CastKind, Operand, TypeId),
    /// A pair from its halves.
    Pair(Operand, Operand),
    /// The second half of a pair (a slice's length).
    PairSecond(Place),
    /// `count` copies of one element, into memory.
    Repeat {
        element: Operand,
        element_ty: TypeId,
        count: u64,
    },
    /// An address computed from a pointer value: `pointer + index * stride`, where the index is of pointer width.
    PointerOffset {
        pointer: Operand,
        index: Operand,
        stride: u64,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UnaryOp {
    /// Two's complement or floating negation.
    Neg,
    /// Bitwise, or logical on a bool.
    Not,
}

/// On the operands' scalar type, whose signedness decides division, remainder, right shift and order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum BinaryOp {
    /// Wrapping for integers.
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    And,
    Or,
    Xor,
    Shl,
    Shr,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum CastKind {
    /// Integer (or bool, or char) to integer: truncates, or extends by the source's sign.
    IntToInt,
    IntToFloat,
    /// Saturates; a NaN gives zero.
    FloatToInt,
    FloatToFloat,
    PointerToInt,
    IntToPointer,
    /// The same bits under another type.
    Reinterpret,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Terminator {
    pub kind: TerminatorKind,
    pub loc: SourceLoc,
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum TerminatorKind {
    Goto(BlockId),
    Switch {
        value: Operand,
        cases: Vec<(u128, BlockId)>,
        otherwise: BlockId,
    },
    Return,
    Unreachable,
    Call {
        callee: Callee,
        args: Vec<Operand>,
        dest: Place,
        /// Absent when the callee never returns.
        target: Option<BlockId>,
        /// Where unwinding goes on; absent when nothing here needs to run.
        unwind: Option<BlockId>,
    },
    /// Goes on unwinding after cleanup.
    Resume,
    /// In a cleanup block: ends the unwinding and holds the exception pointer in `dest`, for
    /// the functions that stop a panic (`main`, tests, callbacks); its landing pad catches all.
    CatchAll {
        dest: Place,
        target: BlockId,
    },
}

#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Callee {
    Function(FunctionId),
    /// A function pointer and the signature it is called with. The arguments past a variadic signature's
    /// parameters are already promoted.
    Pointer(Operand, Signature),
    Intrinsic(Intrinsic),
}

/// What LLVM offers and no function does. Arguments and result are scalars of the destination's type unless said.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Intrinsic {
    /// `(destination, source, bytes)`: may overlap.
    MemoryMove,
    /// `(destination, source, bytes)`
    MemoryCopy,
    /// `(destination, byte, bytes)`
    MemorySet,
    /// `(left, right, bytes)`: C's `memcmp`, an `int`.
    MemoryCompare,
    SaturatingAdd,
    SaturatingSub,
    Sqrt,
    Abs,
    CountOnes,
    LeadingZeros,
    TrailingZeros,
    ByteSwap,
    RotateLeft,
    /// The last argument is the order, as [`AtomicOrder::NUMBERS`] has it: a constant, or code chooses.
    Atomic(AtomicOp),
    /// Stops the program at once.
    Trap,
}

/// An operation on memory that no other thread sees half done: on an integer, `bool` or pointer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum AtomicOp {
    /// `(address)`
    Load,
    /// `(address, value)`
    Store,
    /// `(address, value)`: gives what was there, as those below do.
    Exchange,
    Add,
    Sub,
    And,
    Or,
    Xor,
    Min,
    Max,
    /// `(address, expected, value)`: writes if what is there is expected.
    CompareExchange,
    /// `()`: only the order.
    Fence,
}

/// What other threads see of the memory around an atomic operation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum AtomicOrder {
    Relaxed,
    Acquire,
    Release,
    AcquireRelease,
    SequentiallyConsistent,
}

impl AtomicOrder {
    /// By the numbers that `std.atomic` gives them.
    pub const NUMBERS: [Self; 5] = [
        Self::Relaxed,
        Self::Acquire,
        Self::Release,
        Self::AcquireRelease,
        Self::SequentiallyConsistent,
    ];
}
