//! Operands: places and constants.

use check::{ConstValue, Ty};
use mir::Operand;
use unit::{Const, Repr, Rvalue, Scalar};

use crate::builder::deref;
use crate::lower::Lowering;
use crate::variants;

impl Lowering<'_, '_> {
    pub(super) fn operand(&mut self, operand: &Operand) -> unit::Operand {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => match self.bit_field(place) {
                Some(bits) => self.load_bits(bits),
                None => unit::Operand::Copy(self.place(place)),
            },
            Operand::Const(constant) => {
                let ty = self.subst(constant.ty);
                let value = self.subst_value(&constant.value);
                self.constant(&value, ty)
            }
        }
    }

    pub(crate) fn operands(&mut self, operands: &[Operand]) -> Vec<unit::Operand> {
        operands.iter().map(|operand| self.operand(operand)).collect()
    }

    pub(super) fn operand_ty(&self, operand: &Operand) -> Ty {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.place_ty(place),
            Operand::Const(constant) => self.subst(constant.ty),
        }
    }

    /// The operand as a place: where it is, or a new local that holds it.
    pub(crate) fn operand_place(&mut self, operand: &Operand) -> unit::Place {
        match self.operand(operand) {
            unit::Operand::Copy(place) | unit::Operand::Fixed(place) => place,
            constant @ unit::Operand::Const(_) => {
                let ty = self.operand_ty(operand);
                let ty = self.pool.ty(ty);
                let local = self.out.hold(ty, Rvalue::Use(constant));
                self.out.whole(local)
            }
        }
    }

    /// An integer constant.
    pub(super) fn int(&mut self, value: u128, ty: Ty) -> unit::Operand {
        let ty = self.pool.ty(ty);
        unit::Operand::Const(Const::Int { bits: value, ty })
    }

    /// Types in constants of generic code may be named with its parameters, and any may be an `impl` type.
    fn subst_value(&self, value: &ConstValue) -> ConstValue {
        if self.args.is_empty() && self.pool.input.signatures.unnamed.is_empty() {
            return value.clone();
        }
        value.map_tys(&|ty| self.subst(ty))
    }

    pub(super) fn constant(&mut self, value: &ConstValue, ty: Ty) -> unit::Operand {
        let id = self.pool.ty(ty);
        match self.pool.layout(ty).repr {
            Repr::Unit => unit::Operand::Const(Const::Unit { ty: id }),
            Repr::Scalar(scalar) => {
                let (value, inner) = variants::plain_value(self.pool, value, ty);
                self.scalar_constant(&value, inner, id, scalar)
            }
            Repr::Pair { .. } => {
                let (value, inner) = variants::plain_value(self.pool, value, ty);
                if let Some(function) = self.pool.fn_of(&value, inner) {
                    return self.fn_constant(function, id);
                }
                unit::Operand::Const(match self.pool.slice_data(&value) {
                    Some((global, len)) => Const::Slice { global, len, ty: id },
                    None => Const::Zero { ty: id },
                })
            }
            Repr::Memory if *value == ConstValue::Zero => unit::Operand::Const(Const::Zero { ty: id }),
            Repr::Memory => {
                let global = self.pool.const_data(value, ty);
                let pointer = self.pool.any_pointer();
                let address = Const::Global {
                    global,
                    offset: 0,
                    ty: pointer,
                };
                let local = self.out.hold(pointer, Rvalue::Use(unit::Operand::Const(address)));
                unit::Operand::Copy(deref(self.out.whole(local), id))
            }
        }
    }

    /// A function as a `fn`, which is held as one of the unit's type `id`.
    fn fn_constant(&mut self, function: unit::FunctionId, id: unit::TypeId) -> unit::Operand {
        let pointer = self.pool.any_pointer();
        let code = unit::Operand::Const(Const::Function { function, ty: pointer });
        let environment = unit::Operand::Const(Const::Null { ty: pointer });
        let local = self.out.hold(id, Rvalue::Pair(code, environment));
        self.out.copy(local)
    }

    /// A constant of type `ty`, held as one of the unit's type `id`.
    fn scalar_constant(&mut self, value: &ConstValue, ty: Ty, id: unit::TypeId, scalar: Scalar) -> unit::Operand {
        let constant = match value {
            ConstValue::Int(value) => match scalar {
                Scalar::Bool => Const::Int {
                    bits: u128::from(*value != 0),
                    ty: id,
                },
                Scalar::Int { bits, .. } => Const::Int {
                    bits: truncated(*value, bits),
                    ty: id,
                },
                Scalar::Pointer if *value == 0 => Const::Null { ty: id },
                Scalar::Pointer => return self.pointer_from_int(*value, id),
                Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128 => Const::Float {
                    bits: (*value as f64).to_bits(),
                    ty: id,
                },
            },
            ConstValue::Float(bits) => Const::Float { bits: *bits, ty: id },
            ConstValue::Null => Const::Null { ty: id },
            ConstValue::Str(_)
            | ConstValue::Bytes(_)
            | ConstValue::CStr(_)
            | ConstValue::Fn(..)
            | ConstValue::Closure(_)
            | ConstValue::Static(_)
            | ConstValue::Ref(..)
            | ConstValue::Slice(..) => match self.pool.address(value, ty) {
                Some(unit::RelocationTarget::Function(function)) => Const::Function { function, ty: id },
                Some(unit::RelocationTarget::Global(global)) => Const::Global {
                    global,
                    offset: 0,
                    ty: id,
                },
                None => unreachable!("{value:?} points somewhere"),
            },
            ConstValue::Zero => Const::Zero { ty: id },
            ConstValue::Aggregate(_)
            | ConstValue::Repeat(..)
            | ConstValue::Union(..)
            | ConstValue::Memory(_)
            | ConstValue::Variant(..)
            | ConstValue::Param(_) => {
                unreachable!("{value:?} is no {ty:?}")
            }
        };
        unit::Operand::Const(constant)
    }

    /// C's `(void *)-1` and its like.
    fn pointer_from_int(&mut self, value: i128, ty: unit::TypeId) -> unit::Operand {
        let bits = truncated(value, self.pool.input.target.pointer_bits);
        let integer = self.int(bits, Ty::usize());
        let cast = Rvalue::Cast(unit::CastKind::IntToPointer, integer, ty);
        let local = self.out.hold(ty, cast);
        self.out.copy(local)
    }
}

/// The lowest bits of a value in two's complement.
pub(super) fn truncated(value: i128, bits: u32) -> u128 {
    if bits >= 128 {
        value as u128
    } else {
        value as u128 & ((1 << bits) - 1)
    }
}
