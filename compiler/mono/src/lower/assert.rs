//! What runs when a check failed: a call of the runtime that panics.

use base::Span;
use check::Ty;
use mir::{AssertKind, BinaryOp, RuntimeFn};
use unit::{BlockId, Const};

use crate::lower::Lowering;
use crate::lower::call::Continuation;

impl Lowering<'_, '_> {
    /// Ends the block with a call that does not return.
    pub(super) fn check_failed(&mut self, kind: &AssertKind, span: Span, unwind: Option<BlockId>) {
        let (function, args) = match kind {
            AssertKind::Bounds { index, len } => (RuntimeFn::PanicBounds, vec![self.operand(index), self.operand(len)]),
            AssertKind::SliceRange { start, end, len } => {
                let args = vec![self.operand(start), self.operand(end), self.operand(len)];
                (RuntimeFn::PanicSlice, args)
            }
            AssertKind::Overflow(op) => (RuntimeFn::PanicOverflow, vec![self.text(verb(*op))]),
            AssertKind::NegOverflow => (RuntimeFn::PanicOverflow, vec![self.text("negate")]),
            AssertKind::DivideByZero => (RuntimeFn::PanicDivideByZero, Vec::new()),
            AssertKind::RemainderByZero => (RuntimeFn::PanicRemainderByZero, Vec::new()),
            AssertKind::Shift => (RuntimeFn::PanicShift, Vec::new()),
            AssertKind::Cast => (RuntimeFn::PanicCast, Vec::new()),
        };
        let then = Continuation {
            dest: self.nothing(),
            target: None,
            unwind,
        };
        self.call_runtime(function, args, None, span, then);
    }

    fn text(&mut self, text: &str) -> unit::Operand {
        let ty = self.pool.ty(Ty::str_ref());
        unit::Operand::Const(Const::Slice {
            global: self.pool.text_data(text),
            len: text.len() as u64,
            ty,
        })
    }
}

/// What was attempted, as `lang_panic_overflow` says it.
fn verb(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Add | BinaryOp::SaturatingAdd => "add",
        BinaryOp::Sub | BinaryOp::SaturatingSub => "subtract",
        BinaryOp::Mul => "multiply",
        BinaryOp::Div => "divide",
        BinaryOp::Rem => "calculate the remainder",
        BinaryOp::BitAnd
        | BinaryOp::BitOr
        | BinaryOp::BitXor
        | BinaryOp::Shl
        | BinaryOp::Shr
        | BinaryOp::Eq
        | BinaryOp::Ne
        | BinaryOp::Lt
        | BinaryOp::Le
        | BinaryOp::Gt
        | BinaryOp::Ge => unreachable!("{op:?} does not overflow"),
    }
}
