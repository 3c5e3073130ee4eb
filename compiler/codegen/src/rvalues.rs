//! Right-hand sides: operators, casts, and values that are built in memory.

use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicValueEnum, FloatValue, IntValue, PointerValue};
use inkwell::{FloatPredicate, IntPredicate};
use unit::{BinaryOp, CastKind, Const, Operand, Repr, Rvalue, Scalar, TypeId, UnaryOp};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};
use crate::places::aligned_at;

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    /// The value of a right-hand side whose type is no memory type.
    pub(crate) fn rvalue(&mut self, rvalue: &Rvalue, ty: TypeId) -> Result<Value<'ctx>> {
        Ok(match rvalue {
            Rvalue::Use(operand) => self.operand(operand)?,
            Rvalue::AddressOf(place) => Value::Scalar(self.address(place)?.into()),
            Rvalue::Unary(op, operand) => Value::Scalar(self.unary(*op, operand)?),
            Rvalue::Binary(op, left, right) => Value::Scalar(self.binary(*op, left, right)?),
            Rvalue::Cast(kind, operand, to) => self.cast(*kind, operand, *to)?,
            Rvalue::Pair(first, second) => Value::Pair(self.scalar(first)?, self.scalar(second)?),
            Rvalue::PairSecond(place) => Value::Scalar(self.load_second(place)?),
            Rvalue::PointerOffset { pointer, index, stride } => {
                let (pointer, index) = (self.pointer(pointer)?, self.int(index)?);
                Value::Scalar(self.element(pointer, index, *stride)?.into())
            }
            Rvalue::Checked { .. } | Rvalue::Repeat { .. } => {
                let slot = self.temporary(ty)?;
                self.rvalue_into(slot, ty, rvalue)?;
                self.load(slot, ty)?
            }
        })
    }

    /// Puts a right-hand side where a value in memory is wanted.
    pub(crate) fn rvalue_into(&mut self, address: PointerValue<'ctx>, ty: TypeId, rvalue: &Rvalue) -> Result<()> {
        match rvalue {
            Rvalue::Use(Operand::Const(Const::Zero { .. })) => self.clear(address, ty),
            Rvalue::Use(Operand::Const(Const::Undefined { .. })) => Ok(()),
            Rvalue::Use(operand) => {
                let value = self.operand(operand)?;
                self.store(address, ty, value)
            }
            Rvalue::Cast(kind, operand, to) => {
                let value = self.cast(*kind, operand, *to)?;
                self.store(address, ty, value)
            }
            Rvalue::Checked {
                op,
                left,
                right,
                flag_offset,
            } => self.checked(address, ty, *op, left, right, *flag_offset),
            Rvalue::Repeat {
                element,
                element_ty,
                count,
            } => self.repeat(address, element, *element_ty, *count),
            Rvalue::AddressOf(_)
            | Rvalue::Unary(..)
            | Rvalue::Binary(..)
            | Rvalue::Pair(..)
            | Rvalue::PairSecond(_)
            | Rvalue::PointerOffset { .. } => Err(Error::internal(format!("{rvalue:?} gives no value in memory"))),
        }
    }

    fn unary(&mut self, op: UnaryOp, operand: &Operand) -> Result<BasicValueEnum<'ctx>> {
        Ok(match (op, self.scalar(operand)?) {
            (UnaryOp::Neg, BasicValueEnum::IntValue(value)) => self.builder.build_int_neg(value, "")?.into(),
            (UnaryOp::Neg, BasicValueEnum::FloatValue(value)) => self.builder.build_float_neg(value, "")?.into(),
            (UnaryOp::Not, BasicValueEnum::IntValue(value)) => self.builder.build_not(value, "")?.into(),
            (op, value) => return Err(Error::internal(format!("{op:?} of {value}"))),
        })
    }

    fn binary(&mut self, op: BinaryOp, left: &Operand, right: &Operand) -> Result<BasicValueEnum<'ctx>> {
        let scalar = self.cx.types.scalar(self.operand_ty(left))?;
        let (left, right) = (self.scalar(left)?, self.scalar(right)?);
        let shifts = matches!(op, BinaryOp::Shl | BinaryOp::Shr);
        if left.get_type() != right.get_type() && !shifts {
            return Err(Error::internal(format!("{op:?} of {left} and {right}")));
        }
        match (left, right) {
            (BasicValueEnum::IntValue(left), BasicValueEnum::IntValue(right)) => {
                let signed = matches!(scalar, Scalar::Int { signed: true, .. });
                self.int_binary(op, signed, left, right).map(Into::into)
            }
            (BasicValueEnum::FloatValue(left), BasicValueEnum::FloatValue(right)) => {
                if let Some(predicate) = float_predicate(op) {
                    return Ok(self.builder.build_float_compare(predicate, left, right, "")?.into());
                }
                self.float_binary(op, left, right).map(Into::into)
            }
            (BasicValueEnum::PointerValue(left), BasicValueEnum::PointerValue(right)) => {
                let predicate = int_predicate(op, false);
                let predicate = predicate.ok_or_else(|| Error::internal(format!("{op:?} of pointers")))?;
                Ok(self.builder.build_int_compare(predicate, left, right, "")?.into())
            }
            (left, right) => Err(Error::internal(format!("{op:?} of {left} and {right}"))),
        }
    }

    fn int_binary(
        &self,
        op: BinaryOp,
        signed: bool,
        left: IntValue<'ctx>,
        right: IntValue<'ctx>,
    ) -> Result<IntValue<'ctx>> {
        let b = &self.builder;
        if let Some(predicate) = int_predicate(op, signed) {
            return Ok(b.build_int_compare(predicate, left, right, "")?);
        }
        // A shift's count is below the width, so no bit that matters is lost when it is made as wide as the value.
        let count = || b.build_int_cast_sign_flag(right, left.get_type(), false, "");
        Ok(match op {
            BinaryOp::Add => b.build_int_add(left, right, "")?,
            BinaryOp::Sub => b.build_int_sub(left, right, "")?,
            BinaryOp::Mul => b.build_int_mul(left, right, "")?,
            BinaryOp::Div if signed => b.build_int_signed_div(left, right, "")?,
            BinaryOp::Div => b.build_int_unsigned_div(left, right, "")?,
            BinaryOp::Rem if signed => b.build_int_signed_rem(left, right, "")?,
            BinaryOp::Rem => b.build_int_unsigned_rem(left, right, "")?,
            BinaryOp::And => b.build_and(left, right, "")?,
            BinaryOp::Or => b.build_or(left, right, "")?,
            BinaryOp::Xor => b.build_xor(left, right, "")?,
            BinaryOp::Shl => b.build_left_shift(left, count()?, "")?,
            BinaryOp::Shr => b.build_right_shift(left, count()?, signed, "")?,
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                return Err(Error::internal(format!("{op:?} is a comparison")));
            }
        })
    }

    fn float_binary(&self, op: BinaryOp, left: FloatValue<'ctx>, right: FloatValue<'ctx>) -> Result<FloatValue<'ctx>> {
        let b = &self.builder;
        Ok(match op {
            BinaryOp::Add => b.build_float_add(left, right, "")?,
            BinaryOp::Sub => b.build_float_sub(left, right, "")?,
            BinaryOp::Mul => b.build_float_mul(left, right, "")?,
            BinaryOp::Div => b.build_float_div(left, right, "")?,
            BinaryOp::Rem => b.build_float_rem(left, right, "")?,
            BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Xor
            | BinaryOp::Shl
            | BinaryOp::Shr
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge => return Err(Error::internal(format!("{op:?} gives no floating value"))),
        })
    }

    /// Writes the wrapped result, and whether it overflowed.
    fn checked(
        &mut self,
        address: PointerValue<'ctx>,
        ty: TypeId,
        op: BinaryOp,
        left: &Operand,
        right: &Operand,
        flag_offset: u64,
    ) -> Result<()> {
        let Scalar::Int { bits, signed } = self.cx.types.scalar(self.operand_ty(left))? else {
            return Err(Error::internal("checked arithmetic of what is no integer"));
        };
        let name = match op {
            BinaryOp::Add => "add",
            BinaryOp::Sub => "sub",
            BinaryOp::Mul => "mul",
            BinaryOp::Div
            | BinaryOp::Rem
            | BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Xor
            | BinaryOp::Shl
            | BinaryOp::Shr
            | BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge => return Err(Error::internal(format!("{op:?} is never checked"))),
        };
        let name = format!("llvm.{}{name}.with.overflow", if signed { 's' } else { 'u' });
        let (left, right) = (self.int(left)?, self.int(right)?);
        let both = self
            .call_intrinsic(&name, &[left.get_type().into()], &[left.into(), right.into()])?
            .ok_or_else(|| Error::internal(format!("{name} gives nothing")))?
            .into_struct_value();
        let result = self.builder.build_extract_value(both, 0, "")?;
        let overflowed = self.builder.build_extract_value(both, 1, "")?;
        let align = self.cx.types.def(ty).align;
        self.store_scalar(address, Scalar::Int { bits, signed }, align, result)?;
        let flag = self.offset(address, flag_offset)?;
        self.store_scalar(flag, Scalar::Bool, aligned_at(align, flag_offset), overflowed)
    }

    /// Fills an array: one call where every byte is the same, else a loop.
    fn repeat(&mut self, address: PointerValue<'ctx>, element: &Operand, ty: TypeId, count: u64) -> Result<()> {
        let size = self.cx.types.def(ty).size;
        let Some(total) = count.checked_mul(size) else {
            return Err(Error::internal("an array is larger than memory"));
        };
        if total == 0 || matches!(element, Operand::Const(Const::Undefined { .. })) {
            return Ok(());
        }
        let value = self.operand(element)?;
        let wide = self.cx.types.pointer_int()?;
        if let Some(byte) = self.fill_byte(element, value, size)? {
            let (total, align) = (wide.const_int(total, false), self.cx.types.align(ty)?);
            self.builder
                .build_memset(address, align, byte, total)
                .map_err(|e| Error::internal(e.to_string()))?;
            return Ok(());
        }
        let before = self
            .builder
            .get_insert_block()
            .ok_or_else(|| Error::internal("the builder stands nowhere"))?;
        let (each, after) = (self.new_block("repeat"), self.new_block("repeated"));
        self.builder.build_unconditional_branch(each)?;
        self.builder.position_at_end(each);
        let index = self.builder.build_phi(wide, "")?;
        let current = index.as_basic_value().into_int_value();
        let place = self.element(address, current, size)?;
        self.store(place, ty, value)?;
        let next = self.builder.build_int_nuw_add(current, wide.const_int(1, false), "")?;
        let more = self
            .builder
            .build_int_compare(IntPredicate::ULT, next, wide.const_int(count, false), "")?;
        self.builder.build_conditional_branch(more, each, after)?;
        index.add_incoming(&[(&wide.const_zero(), before), (&next, each)]);
        self.builder.position_at_end(after);
        Ok(())
    }

    /// The byte that an element is made of, if it is made of one.
    fn fill_byte(&self, element: &Operand, value: Value<'ctx>, size: u64) -> Result<Option<IntValue<'ctx>>> {
        let byte = self.cx.context.i8_type();
        if let Operand::Const(Const::Zero { .. } | Const::Null { .. }) = element {
            return Ok(Some(byte.const_zero()));
        }
        if let Operand::Const(Const::Int { bits, .. }) = element {
            let first = (bits & 0xff) as u8;
            let same = bits.to_le_bytes().iter().take(size as usize).all(|&byte| byte == first);
            return Ok(same.then(|| byte.const_int(u64::from(first), false)));
        }
        if let (Value::Scalar(BasicValueEnum::IntValue(value)), 1) = (value, size) {
            return Ok(Some(self.builder.build_int_cast_sign_flag(value, byte, false, "")?));
        }
        Ok(None)
    }

    fn cast(&mut self, kind: CastKind, operand: &Operand, to: TypeId) -> Result<Value<'ctx>> {
        let from = self.operand_ty(operand);
        if kind == CastKind::Reinterpret {
            return self.reinterpret(operand, from, to);
        }
        let (source, target) = (self.cx.types.scalar(from)?, self.cx.types.scalar(to)?);
        let target_ty = self.cx.types.value(target)?;
        let signed = |scalar: Scalar| matches!(scalar, Scalar::Int { signed: true, .. });
        let operand = self.scalar(operand)?;
        let b = &self.builder;
        let value: BasicValueEnum<'ctx> = match (kind, operand, target_ty) {
            (CastKind::IntToInt, BasicValueEnum::IntValue(value), BasicTypeEnum::IntType(ty)) => {
                if target == Scalar::Bool && source != Scalar::Bool {
                    return Err(Error::internal("an integer is cast to bool"));
                }
                b.build_int_cast_sign_flag(value, ty, signed(source), "")?.into()
            }
            (CastKind::IntToFloat, BasicValueEnum::IntValue(value), BasicTypeEnum::FloatType(ty)) => {
                match signed(source) {
                    true => b.build_signed_int_to_float(value, ty, "")?.into(),
                    false => b.build_unsigned_int_to_float(value, ty, "")?.into(),
                }
            }
            (CastKind::FloatToInt, BasicValueEnum::FloatValue(value), BasicTypeEnum::IntType(ty)) => {
                let name = if signed(target) {
                    "llvm.fptosi.sat"
                } else {
                    "llvm.fptoui.sat"
                };
                self.call_intrinsic(name, &[ty.into(), value.get_type().into()], &[value.into()])?
                    .ok_or_else(|| Error::internal(format!("{name} gives nothing")))?
            }
            (CastKind::FloatToFloat, BasicValueEnum::FloatValue(value), BasicTypeEnum::FloatType(ty)) => {
                match value.get_type() == ty {
                    true => value.into(),
                    false => b.build_float_cast(value, ty, "")?.into(),
                }
            }
            (CastKind::PointerToInt, BasicValueEnum::PointerValue(value), BasicTypeEnum::IntType(ty)) => {
                b.build_ptr_to_int(value, ty, "")?.into()
            }
            (CastKind::IntToPointer, BasicValueEnum::IntValue(value), BasicTypeEnum::PointerType(ty)) => {
                b.build_int_to_ptr(value, ty, "")?.into()
            }
            (kind, value, ty) => return Err(Error::internal(format!("{kind:?} of {value} to {ty}"))),
        };
        Ok(Value::Scalar(value))
    }

    /// The same bits under another type of the same size.
    fn reinterpret(&mut self, operand: &Operand, from: TypeId, to: TypeId) -> Result<Value<'ctx>> {
        let types = self.cx.types;
        if types.def(from).size != types.def(to).size {
            let (from, to) = (types.def(from).size, types.def(to).size);
            return Err(Error::internal(format!("{from} bytes are reinterpreted as {to}")));
        }
        let value = self.operand(operand)?;
        if types.repr(from) == types.repr(to) && types.repr(from) != Repr::Memory {
            return Ok(value);
        }
        if let (Value::Scalar(value), Repr::Scalar(to)) = (value, types.repr(to)) {
            let ty = types.value(to)?;
            match (value.get_type(), ty) {
                (from, to) if from == to => return Ok(Value::Scalar(value)),
                (BasicTypeEnum::IntType(_), BasicTypeEnum::FloatType(_))
                | (BasicTypeEnum::FloatType(_), BasicTypeEnum::IntType(_)) => {
                    return Ok(Value::Scalar(self.builder.build_bit_cast(value, ty, "")?));
                }
                _ => {}
            }
        }
        // All else goes through memory that both types may stand in.
        let align = types.align(from)?.max(types.align(to)?);
        let slot = self.temporary_of(types.def(from).size, align)?;
        self.store(slot, from, value)?;
        self.load(slot, to)
    }
}

/// The comparison, if it is one.
fn int_predicate(op: BinaryOp, signed: bool) -> Option<IntPredicate> {
    let (when_signed, when_unsigned) = match op {
        BinaryOp::Eq => (IntPredicate::EQ, IntPredicate::EQ),
        BinaryOp::Ne => (IntPredicate::NE, IntPredicate::NE),
        BinaryOp::Lt => (IntPredicate::SLT, IntPredicate::ULT),
        BinaryOp::Le => (IntPredicate::SLE, IntPredicate::ULE),
        BinaryOp::Gt => (IntPredicate::SGT, IntPredicate::UGT),
        BinaryOp::Ge => (IntPredicate::SGE, IntPredicate::UGE),
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Rem
        | BinaryOp::And
        | BinaryOp::Or
        | BinaryOp::Xor
        | BinaryOp::Shl
        | BinaryOp::Shr => return None,
    };
    Some(if signed { when_signed } else { when_unsigned })
}

/// The comparison, if it is one. Ordered, so that it is false of a NaN; but a NaN is unequal to everything.
fn float_predicate(op: BinaryOp) -> Option<FloatPredicate> {
    Some(match op {
        BinaryOp::Eq => FloatPredicate::OEQ,
        BinaryOp::Ne => FloatPredicate::UNE,
        BinaryOp::Lt => FloatPredicate::OLT,
        BinaryOp::Le => FloatPredicate::OLE,
        BinaryOp::Gt => FloatPredicate::OGT,
        BinaryOp::Ge => FloatPredicate::OGE,
        BinaryOp::Add
        | BinaryOp::Sub
        | BinaryOp::Mul
        | BinaryOp::Div
        | BinaryOp::Rem
        | BinaryOp::And
        | BinaryOp::Or
        | BinaryOp::Xor
        | BinaryOp::Shl
        | BinaryOp::Shr => return None,
    })
}
