//! Calls of closures, and of what else a generic parameter that can be called stands for.

use check::{CallKind, FnType, Ty, TyKind};
use hir::Mutability;
use mir::Operand;
use unit::{Callee, Rvalue};

use crate::builder::deref;
use crate::lower::Lowering;
use crate::lower::call::Continuation;
use crate::pool::any_pointer;

impl Lowering<'_, '_> {
    /// Calls a value of any type that can be called: through a reference to it, or, once, the value.
    pub(super) fn call_callable(&mut self, kind: CallKind, callee: &Operand, args: &[Operand], then: Continuation) {
        let given = self.operand_ty(callee);
        let ty = match (kind, given.kind()) {
            (CallKind::Shared | CallKind::Exclusive, TyKind::Ref(_, target)) => *target,
            (CallKind::Shared | CallKind::Exclusive | CallKind::Once, _) => given,
        };
        if let (CallKind::Once, TyKind::Dyn(_)) = (kind, ty.kind()) {
            let (Operand::Copy(value) | Operand::Move(value)) = callee else {
                unreachable!("a constant has a size")
            };
            let pointer = self.pointer_behind(value);
            let args = self.operands(args);
            return self.call_dyn_value(ty, pointer, args, then);
        }
        let callee = self.operand_place(callee);
        let args = self.operands(args);
        self.call_at(kind, ty, callee, args, then);
    }

    /// `callee` holds a value of `ty`, or, unless it is called once, a reference to one.
    fn call_at(
        &mut self,
        kind: CallKind,
        ty: Ty,
        callee: unit::Place,
        mut args: Vec<unit::Operand>,
        then: Continuation,
    ) {
        if let TyKind::Closure(closure) = ty.kind() {
            let own = closure
                .environment
                .as_ref()
                .expect("a checked closure has an environment")
                .call;
            let (function, environment) = if kind != CallKind::Once || own == CallKind::Once {
                (self.pool.closure_function(ty), unit::Operand::Copy(callee))
            } else if self.pool.needs_drop(ty) {
                (self.pool.call_once_function(ty), unit::Operand::Copy(callee))
            } else {
                let pointer = self.pool.any_pointer();
                let address = self.out.hold(pointer, Rvalue::AddressOf(callee));
                (self.pool.closure_function(ty), self.out.copy(address))
            };
            args.insert(0, environment);
            self.end_call(Callee::Function(function), args, then);
        } else if let TyKind::FnItem(function, fn_args) = ty.kind() {
            let (function, fn_args) = self.pool.input.signatures.resolve(*function, fn_args);
            let function = self.pool.lang_address(function, &fn_args);
            self.end_call(Callee::Function(function), args, then);
        } else if let TyKind::FnPointer(fn_type) = ty.kind() {
            let value = self.value_of(kind, ty, callee);
            self.call_fn_value(value, fn_type, args, then);
        } else if let TyKind::Ref(mutability, target) = ty.kind() {
            let reference = self.value_of(kind, ty, callee);
            let kind = match mutability {
                Mutability::Const => CallKind::Shared,
                Mutability::Mut => CallKind::Exclusive,
            };
            self.call_at(kind, *target, reference, args, then);
        } else if let TyKind::Dyn(_) = ty.kind() {
            self.call_dyn_value(ty, callee, args, then);
        } else if let Some(content) = self.pool.input.signatures.box_content(ty) {
            if kind == CallKind::Once {
                let function = self.pool.call_once_function(ty);
                args.insert(0, unit::Operand::Copy(callee));
                return self.end_call(Callee::Function(function), args, then);
            }
            // A box is held as the reference to its content.
            let reference = self.value_of(kind, ty, callee);
            self.call_at(kind, content, reference, args, then);
        } else {
            unreachable!("a {ty:?} cannot be called");
        }
    }

    /// The pointer that leads to a place of a type without a size.
    pub(super) fn pointer_behind(&mut self, place: &mir::Place) -> unit::Place {
        let mut pointer = place.clone();
        pointer.projections.pop();
        self.place(&pointer)
    }

    /// Calls a `fn`: its code, with what it borrows before the arguments.
    pub(super) fn call_fn_value(
        &mut self,
        value: unit::Place,
        fn_type: &FnType,
        mut args: Vec<unit::Operand>,
        then: Continuation,
    ) {
        let params: Vec<Ty> = [any_pointer()].iter().chain(&fn_type.params).copied().collect();
        let signature = self.pool.lang_signature(&params, fn_type.ret);
        let pointer = self.pool.any_pointer();
        let environment = self.out.hold(pointer, Rvalue::PairSecond(value.clone()));
        args.insert(0, self.out.copy(environment));
        let code = unit::Place { ty: pointer, ..value };
        self.end_call(Callee::Pointer(unit::Operand::Copy(code), signature), args, then);
    }

    /// Where the value itself is.
    fn value_of(&mut self, kind: CallKind, ty: Ty, callee: unit::Place) -> unit::Place {
        match kind {
            CallKind::Once => callee,
            CallKind::Shared | CallKind::Exclusive => {
                let ty = self.pool.ty(ty);
                deref(callee, ty)
            }
        }
    }
}
