//! Calls of C: directly where all values are simple scalars, else through a thunk that Clang compiles.

use check::{FnRef, FnType, Ty};
use mir::Operand;
use unit::{Callee, Const, FunctionId, Rvalue, TerminatorKind};

use crate::crossings::CCall;
use crate::lower::Lowering;
use crate::lower::call::Continuation;
use crate::pool::any_pointer;

impl Lowering<'_, '_> {
    pub(super) fn call_c(&mut self, function: FnRef, args: &[Operand], then: Continuation) {
        let n_params = self.pool.input.signatures.function(function).params.len();
        let variadic_args = self.types_past(args, n_params);
        match self.pool.c_function(function, &variadic_args) {
            CCall::Direct { callee, signature } => {
                let callee = self.direct_callee(callee, signature);
                self.call_direct(callee, args, then);
            }
            CCall::Thunk { thunk, has_result } => self.call_thunk(thunk, None, has_result, args, then),
        }
    }

    pub(super) fn call_c_pointer(&mut self, value: &Operand, fn_type: &FnType, args: &[Operand], then: Continuation) {
        let variadic_args = self.types_past(args, fn_type.params.len());
        let pointer = self.operand(value);
        match self.pool.c_pointer(fn_type, &variadic_args) {
            CCall::Direct { signature, .. } => self.call_direct(Callee::Pointer(pointer, signature), args, then),
            CCall::Thunk { thunk, has_result } => self.call_thunk(thunk, Some(pointer), has_result, args, then),
        }
    }

    /// The types of what a variadic call passes after its parameters.
    fn types_past(&self, args: &[Operand], n_params: usize) -> Vec<Ty> {
        args.iter().skip(n_params).map(|arg| self.operand_ty(arg)).collect()
    }

    /// What was declared first under a symbol stands; a call of another signature goes through the address.
    fn direct_callee(&mut self, callee: Option<FunctionId>, signature: unit::Signature) -> Callee {
        let function = callee.expect("a function that is called by name is declared");
        if self.pool.same_call(self.pool.signature(function), &signature) {
            return Callee::Function(function);
        }
        let ty = self.pool.ty(any_pointer());
        Callee::Pointer(unit::Operand::Const(Const::Function { function, ty }), signature)
    }

    /// C lets no panic through, so nothing unwinds out of such a call.
    fn call_direct(&mut self, callee: Callee, args: &[Operand], then: Continuation) {
        let args = self.operands(args);
        self.end_call(callee, args, Continuation { unwind: None, ..then });
    }

    /// All by address: the result first, unless there is none.
    fn call_thunk(
        &mut self,
        thunk: FunctionId,
        pointer: Option<unit::Operand>,
        has_result: bool,
        args: &[Operand],
        then: Continuation,
    ) {
        let mut passed: Vec<unit::Operand> = pointer.into_iter().collect();
        let mut misaligned = None;
        if has_result {
            let result = if self.is_misaligned(&then.dest) {
                let whole = self.aligned_local(&then.dest);
                misaligned = Some(whole.clone());
                whole
            } else {
                then.dest.clone()
            };
            passed.push(self.address(result));
        }
        for arg in args {
            let mut place = self.operand_place(arg);
            if self.is_misaligned(&place) {
                let whole = self.aligned_local(&place);
                self.set(whole.clone(), Rvalue::Use(unit::Operand::Copy(place)));
                place = whole;
            }
            passed.push(self.address(place));
        }
        let nothing = self.nothing();
        let after = misaligned.as_ref().map(|_| self.out.new_block_here());
        self.out.end(TerminatorKind::Call {
            callee: Callee::Function(thunk),
            args: passed,
            dest: nothing,
            target: after.or(then.target),
            unwind: None,
        });
        if let (Some(block), Some(result)) = (after, misaligned) {
            self.out.go_on_in(block);
            self.set(then.dest.clone(), Rvalue::Use(unit::Operand::Copy(result)));
            self.go_on(&then);
        }
    }

    pub(super) fn address(&mut self, place: unit::Place) -> unit::Operand {
        let ty = self.pool.ty(any_pointer());
        let local = self.out.hold(ty, Rvalue::AddressOf(place));
        self.out.copy(local)
    }

    /// Whether a place of a packed record is less aligned than C expects behind a pointer.
    fn is_misaligned(&mut self, place: &unit::Place) -> bool {
        self.pool.natural_type(place.ty) != place.ty
    }

    fn aligned_local(&mut self, place: &unit::Place) -> unit::Place {
        let ty = self.pool.natural_type(place.ty);
        let local = self.out.local(ty);
        self.out.whole(local)
    }
}
