//! The control-flow graph: bodies as blocks of simple statements over places, still generic.
//!
//! `build` takes a typed body and gives a [`Body`] whose drops stand at every scope exit, also of unwinding.
//! `borrow` checks moves and makes the drops exact. `verify` states what every body must satisfy after each pass.

mod bit_set;
mod body;
mod build;
pub mod dataflow;
mod print;
mod runtime_fn;
mod simplify;
mod verify;

pub use bit_set::BitSet;
pub use body::{
    AggregateKind, AssertKind, BinaryOp, Block, BlockId, Body, BodyOwner, CallTarget, CaptureName, CastKind, Const,
    ConstAssert, Kept, KeptBy, Local, LocalDecl, Operand, PatternElement, PatternIndex, Place, Projection, Rvalue,
    Scope, ScopeId, SourceInfo, Statement, StatementKind, Terminator, TerminatorKind, UnaryOp,
};
pub use build::{BuildOptions, build, operator_body};
pub use print::print;
pub use runtime_fn::{RuntimeFn, RuntimeSignature, RuntimeTy};
pub use simplify::simplify;
pub use verify::verify;
