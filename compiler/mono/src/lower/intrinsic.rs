//! Functions of the library that the compiler makes itself, in place of their calls.

use check::{IntTy, Ty, TyKind};
use hir::{AtomicOp, Intrinsic};
use mir::Operand;
use unit::{Callee, Const, Rvalue};

use crate::builder::deref;
use crate::dynamic;
use crate::lower::Lowering;
use crate::lower::call::Continuation;

impl Lowering<'_, '_> {
    pub(super) fn call_intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        fn_args: &[Ty],
        args: &[Operand],
        then: Continuation,
    ) {
        let dest = then.dest.clone();
        match intrinsic {
            Intrinsic::SizeOf => {
                let size = self.pool.stride(fn_args[0]);
                self.set_int(dest, size);
            }
            Intrinsic::AlignOf => {
                let align = self.pool.layout(fn_args[0]).align;
                self.set_int(dest, align);
            }
            Intrinsic::SizeOfVal | Intrinsic::AlignOfVal => {
                let measured = self.measured(intrinsic == Intrinsic::SizeOfVal, fn_args[0], &args[0]);
                self.set(dest, Rvalue::Use(measured));
            }
            Intrinsic::Zeroed => {
                let zero = unit::Operand::Const(Const::Zero { ty: dest.ty });
                self.set(dest, Rvalue::Use(zero));
            }
            Intrinsic::Forget => {}
            Intrinsic::PtrRead => {
                let source = self.operand_place(&args[0]);
                let ty = self.pool.ty(fn_args[0]);
                self.set(dest, Rvalue::Use(unit::Operand::Copy(deref(source, ty))));
            }
            Intrinsic::PtrWrite => {
                let to = self.operand_place(&args[0]);
                let ty = self.pool.ty(fn_args[0]);
                let value = self.operand(&args[1]);
                self.set(deref(to, ty), Rvalue::Use(value));
            }
            Intrinsic::PtrCopy => return self.pointer_copy(fn_args[0], args, then),
            Intrinsic::PtrDropInPlace => {
                if let TyKind::Dyn(_) = fn_args[0].kind() {
                    let pointer = self.operand_place(&args[0]);
                    return self.drop_dyn(pointer, then);
                }
                if self.pool.needs_drop(fn_args[0]) {
                    let glue = self.pool.drop_function(fn_args[0]);
                    let args = self.operands(args);
                    return self.end_call(Callee::Function(glue), args, then);
                }
            }
            Intrinsic::Guarded => {
                let guard = self.pool.guard();
                let args = self.operands(args);
                return self.end_call(Callee::Function(guard), args, then);
            }
            Intrinsic::NeedsDrop => {
                let needs_drop = self.pool.needs_drop(fn_args[0]);
                self.set_int(dest, u64::from(needs_drop));
            }
            Intrinsic::Atomic(op) => return self.call_llvm(unit::Intrinsic::Atomic(atomic_op(op)), args, then),
            Intrinsic::SliceFromRawParts | Intrinsic::SliceFromRawPartsMut => {
                let (pointer, len) = (self.operand(&args[0]), self.operand(&args[1]));
                self.set(dest, Rvalue::Pair(pointer, len));
            }
            Intrinsic::SliceLen => {
                let slice = self.operand_place(&args[0]);
                self.set(dest, Rvalue::PairSecond(slice));
            }
            Intrinsic::SliceAsPtr | Intrinsic::SliceAsMutPtr => {
                let pointer = self.first_half(&args[0]);
                self.set(dest, Rvalue::Use(pointer));
            }
            Intrinsic::StrAsBytes | Intrinsic::StrFromUtf8Unchecked | Intrinsic::CStrFromPtr | Intrinsic::CStrAsPtr => {
                let same = self.operand(&args[0]);
                self.set(dest, Rvalue::Use(same));
            }
            Intrinsic::CountOnes => return self.call_llvm(unit::Intrinsic::CountOnes, args, then),
            Intrinsic::LeadingZeros => return self.call_llvm(unit::Intrinsic::LeadingZeros, args, then),
            Intrinsic::TrailingZeros => return self.call_llvm(unit::Intrinsic::TrailingZeros, args, then),
            Intrinsic::SwapBytes => return self.call_llvm(unit::Intrinsic::ByteSwap, args, then),
            Intrinsic::RotateLeft => return self.call_llvm(unit::Intrinsic::RotateLeft, args, then),
            Intrinsic::Sqrt => return self.call_llvm(unit::Intrinsic::Sqrt, args, then),
            Intrinsic::Abs => return self.call_llvm(unit::Intrinsic::Abs, args, then),
        }
        self.go_on(&then);
    }

    /// The size or the alignment of what a pointer leads to.
    fn measured(&mut self, is_size: bool, ty: Ty, pointer: &Operand) -> unit::Operand {
        let pointer = self.operand_place(pointer);
        let element = if let TyKind::Slice(element) = ty.kind() {
            *element
        } else if matches!(ty.kind(), TyKind::Str | TyKind::CStr) {
            Ty::int(IntTy::U8)
        } else if let TyKind::Dyn(_) = ty.kind() {
            return self.dyn_size(pointer, if is_size { dynamic::SIZE } else { dynamic::ALIGN });
        } else {
            ty
        };
        if !is_size {
            let align = self.pool.layout(element).align;
            return self.int(u128::from(align), Ty::usize());
        }
        let stride = self.pool.stride(element);
        if !ty.is_unsized() {
            return self.int(u128::from(stride), Ty::usize());
        }
        if !ty.has_length() {
            return self.int(0, Ty::usize());
        }
        let stride = self.int(u128::from(stride), Ty::usize());
        let word = self.pool.ty(Ty::usize());
        let len = self.out.hold(word, Rvalue::PairSecond(pointer));
        let bytes = Rvalue::Binary(unit::BinaryOp::Mul, self.out.copy(len), stride);
        let bytes = self.out.hold(word, bytes);
        self.out.copy(bytes)
    }

    fn set_int(&mut self, dest: unit::Place, value: u64) {
        let bits = u128::from(value);
        let constant = Const::Int { bits, ty: dest.ty };
        self.set(dest, Rvalue::Use(unit::Operand::Const(constant)));
    }

    fn call_llvm(&mut self, intrinsic: unit::Intrinsic, args: &[Operand], then: Continuation) {
        let args = self.operands(args);
        self.end_call(Callee::Intrinsic(intrinsic), args, then);
    }

    /// `ptr.copy(source, destination, count)`: elements to bytes, and LLVM's order of the two.
    fn pointer_copy(&mut self, element: Ty, args: &[Operand], then: Continuation) {
        let stride = self.pool.stride(element);
        let stride = self.int(u128::from(stride), Ty::usize());
        let count = self.operand(&args[2]);
        let usize_ty = self.pool.ty(Ty::usize());
        let bytes = self
            .out
            .hold(usize_ty, Rvalue::Binary(unit::BinaryOp::Mul, count, stride));
        let args = vec![self.operand(&args[1]), self.operand(&args[0]), self.out.copy(bytes)];
        self.end_call(Callee::Intrinsic(unit::Intrinsic::MemoryMove), args, then);
    }
}

fn atomic_op(op: AtomicOp) -> unit::AtomicOp {
    match op {
        AtomicOp::Load => unit::AtomicOp::Load,
        AtomicOp::Store => unit::AtomicOp::Store,
        AtomicOp::Exchange => unit::AtomicOp::Exchange,
        AtomicOp::Add => unit::AtomicOp::Add,
        AtomicOp::Sub => unit::AtomicOp::Sub,
        AtomicOp::And => unit::AtomicOp::And,
        AtomicOp::Or => unit::AtomicOp::Or,
        AtomicOp::Xor => unit::AtomicOp::Xor,
        AtomicOp::Min => unit::AtomicOp::Min,
        AtomicOp::Max => unit::AtomicOp::Max,
        AtomicOp::CompareExchange => unit::AtomicOp::CompareExchange,
        AtomicOp::Fence => unit::AtomicOp::Fence,
    }
}
