//! Casts: what changes the bits, and what only changes the type.

use check::{Ty, TyKind};
use mir::{CastKind, Operand};
use unit::{Const, Scalar};

use crate::builder::deref;
use crate::crossings::convention_of;
use crate::instance::Callback;
use crate::lower::Lowering;

impl Lowering<'_, '_> {
    pub(super) fn cast(&mut self, dest: unit::Place, kind: CastKind, operand: &Operand, to: Ty) {
        let from = self.operand_ty(operand);
        match kind {
            CastKind::Numeric => self.numeric(dest, operand, from, to),
            CastKind::Pointer => self.pointer(dest, operand, from, to),
            CastKind::ArrayToSlice => {
                let (TyKind::Ref(_, array) | TyKind::Pointer(_, array)) = from.kind() else {
                    unreachable!("a {from:?} is no reference to an array");
                };
                let TyKind::Array(_, len) = array.kind() else {
                    unreachable!("a {array:?} is no array");
                };
                let pointer = self.operand(operand);
                let len = self.int(u128::from(len.instance_len()), Ty::usize());
                self.set(dest, unit::Rvalue::Pair(pointer, len));
            }
            CastKind::Unsize => self.unsize(dest, operand, from, to),
            CastKind::FnPointer => self.fn_pointer(dest, from, to),
            CastKind::BorrowAsFn => {
                let TyKind::Ref(_, target) = from.kind() else {
                    unreachable!("a {from:?} is no reference");
                };
                let reference = self.operand_place(operand);
                self.borrow_as_fn(dest, *target, reference);
            }
            CastKind::Some => self.some(dest, to, operand),
        }
    }

    /// A pointer to a value as one to a `dyn` type.
    fn unsize(&mut self, dest: unit::Place, operand: &Operand, from: Ty, to: Ty) {
        let pointees = self.pool.input.signatures.pointees(from, to);
        let (source, dynamic) = pointees.expect("what becomes a pointer to a `dyn` type is a pointer");
        if let TyKind::Dyn(_) = source.kind() {
            let pointer = self.operand_place(operand);
            return self.dyn_upcast(dest, pointer, source, dynamic);
        }
        let table = self.pool.dyn_table(source, dynamic);
        let ty = self.pool.any_pointer();
        let address = self.first_half(operand);
        let table = unit::Operand::Const(Const::Global {
            global: table,
            offset: 0,
            ty,
        });
        self.set(dest, unit::Rvalue::Pair(address, table));
    }

    /// A function, or a closure without captures, as a `fn` or as C's.
    fn fn_pointer(&mut self, dest: unit::Place, from: Ty, to: Ty) {
        if let TyKind::FnPointer(_) = to.kind() {
            let function = self.pool.fn_value(from);
            let environment = Const::Null {
                ty: self.pool.any_pointer(),
            };
            return self.fn_pair(dest, function, unit::Operand::Const(environment));
        }
        let function = if let TyKind::FnItem(function, args) = from.kind() {
            self.pool.fn_address(*function, args, to)
        } else {
            self.pool.callback(Callback::Closure(from), convention_of(to))
        };
        let ty = dest.ty;
        let address = unit::Operand::Const(Const::Function { function, ty });
        self.set(dest, unit::Rvalue::Use(address));
    }

    /// The `fn` that borrows what a reference leads to.
    fn borrow_as_fn(&mut self, dest: unit::Place, target: Ty, reference: unit::Place) {
        if let TyKind::Ref(_, inner) = target.kind() {
            let ty = self.pool.ty(target);
            self.borrow_as_fn(dest, *inner, deref(reference, ty));
        } else if let TyKind::FnPointer(_) = target.kind() {
            let ty = self.pool.ty(target);
            self.set(dest, unit::Rvalue::Use(unit::Operand::Copy(deref(reference, ty))));
        } else if let TyKind::Dyn(_) = target.kind() {
            self.dyn_as_fn(dest, reference);
        } else if let Some(content) = self.pool.input.signatures.box_content(target) {
            let ty = self.pool.ty(target);
            self.borrow_as_fn(dest, content, deref(reference, ty));
        } else {
            let function = self.pool.fn_value(target);
            self.fn_pair(dest, function, unit::Operand::Copy(reference));
        }
    }

    fn fn_pair(&mut self, dest: unit::Place, function: unit::FunctionId, environment: unit::Operand) {
        let ty = self.pool.any_pointer();
        let code = unit::Operand::Const(Const::Function { function, ty });
        self.set(dest, unit::Rvalue::Pair(code, environment));
    }

    fn numeric(&mut self, dest: unit::Place, operand: &Operand, from: Ty, to: Ty) {
        let (Some(from), Some(to)) = (self.pool.scalar(from), self.pool.scalar(to)) else {
            unreachable!("{from:?} and {to:?} are numbers");
        };
        let operand = self.operand(operand);
        let ty = dest.ty;
        let rvalue = match numeric_cast(from, to) {
            Numeric::Same => unit::Rvalue::Use(operand),
            Numeric::Cast(kind) => unit::Rvalue::Cast(kind, operand, ty),
            Numeric::IsNotZero => {
                let ty = self.operand_type(&operand);
                let zero = unit::Operand::Const(Const::Zero { ty });
                unit::Rvalue::Binary(unit::BinaryOp::Ne, operand, zero)
            }
        };
        self.set(dest, rvalue);
    }

    fn pointer(&mut self, dest: unit::Place, operand: &Operand, from: Ty, to: Ty) {
        let kind = match (self.pool.scalar(from), self.pool.scalar(to)) {
            (Some(Scalar::Pointer), Some(Scalar::Int { .. })) => unit::CastKind::PointerToInt,
            (Some(Scalar::Int { .. }), Some(Scalar::Pointer)) => unit::CastKind::IntToPointer,
            (None, Some(Scalar::Pointer)) => {
                // A slice's address.
                let first = self.first_half(operand);
                self.set(dest, unit::Rvalue::Use(first));
                return;
            }
            _ => unit::CastKind::Reinterpret,
        };
        let operand = self.operand(operand);
        let ty = dest.ty;
        self.set(dest, unit::Rvalue::Cast(kind, operand, ty));
    }

    fn operand_type(&self, operand: &unit::Operand) -> unit::TypeId {
        match operand {
            unit::Operand::Copy(place) | unit::Operand::Fixed(place) => place.ty,
            unit::Operand::Const(
                Const::Int { ty, .. }
                | Const::Float { ty, .. }
                | Const::Null { ty }
                | Const::Unit { ty }
                | Const::Function { ty, .. }
                | Const::Global { ty, .. }
                | Const::Slice { ty, .. }
                | Const::Zero { ty }
                | Const::Undefined { ty },
            ) => *ty,
        }
    }
}

/// How one scalar becomes another of the same value, as far as it has one.
enum Numeric {
    Same,
    Cast(unit::CastKind),
    /// To `bool`, as C converts to `_Bool`.
    IsNotZero,
}

fn numeric_cast(from: Scalar, to: Scalar) -> Numeric {
    if from == to {
        return Numeric::Same;
    }
    match (is_float(from), to) {
        (_, Scalar::Bool) => Numeric::IsNotZero,
        (false, Scalar::Int { .. }) => Numeric::Cast(unit::CastKind::IntToInt),
        (true, Scalar::Int { .. }) => Numeric::Cast(unit::CastKind::FloatToInt),
        (_, Scalar::Pointer) => Numeric::Cast(unit::CastKind::IntToPointer),
        (false, Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128) => {
            Numeric::Cast(unit::CastKind::IntToFloat)
        }
        (true, Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128) => {
            Numeric::Cast(unit::CastKind::FloatToFloat)
        }
    }
}

fn is_float(scalar: Scalar) -> bool {
    match scalar {
        Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128 => true,
        Scalar::Bool | Scalar::Int { .. } | Scalar::Pointer => false,
    }
}
