//! Operands: what is read from places, and constants.

use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicValueEnum, IntValue, PointerValue};
use unit::{Const, Operand, Place, Repr, Scalar, TypeId};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value, words};

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    pub(crate) fn operand_ty(&self, operand: &Operand) -> TypeId {
        match operand {
            Operand::Copy(place) | Operand::Fixed(place) => place.ty,
            Operand::Const(value) => match *value {
                Const::Int { ty, .. }
                | Const::Float { ty, .. }
                | Const::Null { ty }
                | Const::Unit { ty }
                | Const::Function { ty, .. }
                | Const::Global { ty, .. }
                | Const::Slice { ty, .. }
                | Const::Zero { ty }
                | Const::Undefined { ty } => ty,
            },
        }
    }

    pub(crate) fn operand(&mut self, operand: &Operand) -> Result<Value<'ctx>> {
        match operand {
            Operand::Copy(place) => self.load(self.address(place)?, place.ty),
            Operand::Fixed(place) => self.load_fixed(self.address(place)?, place.ty),
            Operand::Const(value) => self.constant(value),
        }
    }

    pub(crate) fn scalar(&mut self, operand: &Operand) -> Result<BasicValueEnum<'ctx>> {
        match self.operand(operand)? {
            Value::Scalar(value) => Ok(value),
            other @ (Value::Unit | Value::Pair(..) | Value::Memory(_)) => {
                Err(Error::internal(format!("a scalar is wanted, not {other:?}")))
            }
        }
    }

    pub(crate) fn int(&mut self, operand: &Operand) -> Result<IntValue<'ctx>> {
        let value = self.scalar(operand)?;
        if let BasicValueEnum::IntValue(value) = value {
            return Ok(value);
        }
        Err(Error::internal(format!("an integer is wanted, not {value}")))
    }

    pub(crate) fn pointer(&mut self, operand: &Operand) -> Result<PointerValue<'ctx>> {
        let value = self.scalar(operand)?;
        if let BasicValueEnum::PointerValue(value) = value {
            return Ok(value);
        }
        Err(Error::internal(format!("a pointer is wanted, not {value}")))
    }

    fn constant(&mut self, value: &Const) -> Result<Value<'ctx>> {
        let types = self.cx.types;
        let scalar_ty = |ty: TypeId| types.value(types.scalar(ty)?);
        Ok(match *value {
            Const::Unit { .. } => Value::Unit,
            Const::Int { bits, ty } => {
                let llvm_ty = scalar_ty(ty)?;
                let BasicTypeEnum::IntType(int) = llvm_ty else {
                    return Err(Error::internal(format!("an integer constant of type {llvm_ty}")));
                };
                Value::Scalar(int.const_int_arbitrary_precision(&words(bits)).into())
            }
            Const::Float { bits, ty } => {
                let llvm_ty = scalar_ty(ty)?;
                let BasicTypeEnum::FloatType(float) = llvm_ty else {
                    return Err(Error::internal(format!("a floating constant of type {llvm_ty}")));
                };
                Value::Scalar(float.const_float(f64::from_bits(bits)).into())
            }
            Const::Function { function, .. } => Value::Scalar(self.cx.functions[function].into()),
            Const::Global { global, offset, .. } => {
                Value::Scalar(self.cx.constant_address(self.cx.globals[global], offset).into())
            }
            Const::Slice { global, len, ty } => match types.repr(ty) {
                Repr::Pair {
                    second: Scalar::Int { bits, .. },
                    ..
                } => {
                    let len = types.int(bits)?.const_int(len, false);
                    Value::Pair(self.cx.globals[global].into(), len.into())
                }
                other @ (Repr::Unit | Repr::Scalar(_) | Repr::Pair { .. } | Repr::Memory) => {
                    return Err(Error::internal(format!("a slice constant is {other:?}")));
                }
            },
            Const::Null { ty } | Const::Zero { ty } => match types.repr(ty) {
                Repr::Unit => Value::Unit,
                Repr::Scalar(scalar) => Value::Scalar(types.value(scalar)?.const_zero()),
                Repr::Pair { first, second, .. } => {
                    Value::Pair(types.value(first)?.const_zero(), types.value(second)?.const_zero())
                }
                Repr::Memory => {
                    let slot = self.temporary(ty)?;
                    self.clear(slot, ty)?;
                    Value::Memory(slot)
                }
            },
            Const::Undefined { ty } => match types.repr(ty) {
                Repr::Unit => Value::Unit,
                Repr::Scalar(scalar) => Value::Scalar(undefined(types.value(scalar)?)),
                Repr::Pair { first, second, .. } => {
                    Value::Pair(undefined(types.value(first)?), undefined(types.value(second)?))
                }
                Repr::Memory => Value::Memory(self.temporary(ty)?),
            },
        })
    }

    /// Whether an operand is the value of a place, which it may share with others.
    pub(crate) fn is_place(operand: &Operand) -> Option<&Place> {
        match operand {
            Operand::Copy(place) | Operand::Fixed(place) => Some(place),
            Operand::Const(_) => None,
        }
    }
}

fn undefined(ty: BasicTypeEnum<'_>) -> BasicValueEnum<'_> {
    match ty {
        BasicTypeEnum::IntType(ty) => ty.get_undef().into(),
        BasicTypeEnum::FloatType(ty) => ty.get_undef().into(),
        BasicTypeEnum::PointerType(ty) => ty.get_undef().into(),
        BasicTypeEnum::ArrayType(ty) => ty.get_undef().into(),
        BasicTypeEnum::StructType(ty) => ty.get_undef().into(),
        BasicTypeEnum::VectorType(ty) => ty.get_undef().into(),
        BasicTypeEnum::ScalableVectorType(ty) => ty.get_undef().into(),
    }
}
