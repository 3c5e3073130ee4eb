//! Calls of what LLVM offers and no function does.

use inkwell::intrinsics::Intrinsic as LlvmIntrinsic;
use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicValueEnum, IntValue, PointerValue, ValueKind};
use unit::{Intrinsic, Operand, Place, Repr, Scalar};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    /// Calls LLVM's intrinsic of this name for the overload; gives its result, if it has one.
    pub(crate) fn call_intrinsic(
        &self,
        name: &str,
        overload: &[BasicTypeEnum<'ctx>],
        args: &[BasicValueEnum<'ctx>],
    ) -> Result<Option<BasicValueEnum<'ctx>>> {
        let function = LlvmIntrinsic::find(name)
            .and_then(|intrinsic| intrinsic.get_declaration(&self.cx.module, overload))
            .ok_or_else(|| Error::internal(format!("LLVM has no {name}")))?;
        let args: Vec<_> = args.iter().map(|&value| value.into()).collect();
        Ok(
            match self.builder.build_call(function, &args, "")?.try_as_basic_value() {
                ValueKind::Basic(value) => Some(value),
                ValueKind::Instruction(_) => None,
            },
        )
    }

    /// The value of an intrinsic call, of the destination's type.
    pub(crate) fn intrinsic(&mut self, intrinsic: Intrinsic, args: &[Operand], dest: &Place) -> Result<Value<'ctx>> {
        match intrinsic {
            Intrinsic::MemoryMove => {
                let [to, from, bytes] = exactly(intrinsic, args)?;
                let (to, from, bytes) = (self.pointer(to)?, self.pointer(from)?, self.int(bytes)?);
                let built = self.builder.build_memmove(to, 1, from, 1, bytes);
                built.map_err(|error| Error::internal(error.to_string()))?;
                Ok(Value::Unit)
            }
            Intrinsic::MemoryCopy => {
                let [to, from, bytes] = exactly(intrinsic, args)?;
                let (to, from, bytes) = (self.pointer(to)?, self.pointer(from)?, self.int(bytes)?);
                let built = self.builder.build_memcpy(to, 1, from, 1, bytes);
                built.map_err(|error| Error::internal(error.to_string()))?;
                Ok(Value::Unit)
            }
            Intrinsic::MemorySet => {
                let [to, byte, bytes] = exactly(intrinsic, args)?;
                let (to, byte, bytes) = (self.pointer(to)?, self.int(byte)?, self.int(bytes)?);
                let built = self.builder.build_memset(to, 1, byte, bytes);
                built.map_err(|error| Error::internal(error.to_string()))?;
                Ok(Value::Unit)
            }
            Intrinsic::MemoryCompare => {
                let [left, right, bytes] = exactly(intrinsic, args)?;
                let (left, right, bytes) = (self.pointer(left)?, self.pointer(right)?, self.int(bytes)?);
                self.memory_compare(left, right, bytes)
            }
            Intrinsic::Atomic(op) => self.atomic(op, args, dest),
            Intrinsic::Trap => {
                self.call_intrinsic("llvm.trap", &[], &[])?;
                Ok(Value::Unit)
            }
            Intrinsic::SaturatingAdd => {
                let name = if self.is_signed(dest)? {
                    "llvm.sadd.sat"
                } else {
                    "llvm.uadd.sat"
                };
                self.binary_intrinsic(intrinsic, name, args)
            }
            Intrinsic::SaturatingSub => {
                let name = if self.is_signed(dest)? {
                    "llvm.ssub.sat"
                } else {
                    "llvm.usub.sat"
                };
                self.binary_intrinsic(intrinsic, name, args)
            }
            Intrinsic::Abs => {
                let [operand] = exactly(intrinsic, args)?;
                let value = self.scalar(operand)?;
                if value.is_float_value() {
                    return self.same_typed("llvm.fabs", &[value], &[]);
                }
                // The smallest value has no opposite: it stays as it is, as wrapping arithmetic has it.
                let poison = self.cx.context.bool_type().const_zero().into();
                self.same_typed("llvm.abs", &[value], &[poison])
            }
            Intrinsic::Sqrt => self.unary_intrinsic(intrinsic, "llvm.sqrt", args),
            Intrinsic::ByteSwap => self.byte_swap(intrinsic, args),
            Intrinsic::CountOnes => {
                let value = self.unary_intrinsic(intrinsic, "llvm.ctpop", args)?;
                self.resized(value, dest)
            }
            Intrinsic::LeadingZeros | Intrinsic::TrailingZeros => {
                let [operand] = exactly(intrinsic, args)?;
                let name = if intrinsic == Intrinsic::LeadingZeros {
                    "llvm.ctlz"
                } else {
                    "llvm.cttz"
                };
                // Of zero, all bits.
                let poison = self.cx.context.bool_type().const_zero().into();
                let operand = self.int(operand)?;
                let value = self.same_typed(name, &[operand.into()], &[poison])?;
                self.resized(value, dest)
            }
            Intrinsic::RotateLeft => {
                let [operand, count] = exactly(intrinsic, args)?;
                let (value, count) = (self.int(operand)?, self.int(count)?);
                let count = self
                    .builder
                    .build_int_cast_sign_flag(count, value.get_type(), false, "")?;
                self.same_typed("llvm.fshl", &[value.into(), value.into(), count.into()], &[])
            }
        }
    }

    /// LLVM knows the function by its name, and makes loads of it where the length is a small constant. What the
    /// program itself may have declared under the name need not have the same type.
    fn memory_compare(
        &self,
        left: PointerValue<'ctx>,
        right: PointerValue<'ctx>,
        bytes: IntValue<'ctx>,
    ) -> Result<Value<'ctx>> {
        let pointer = left.get_type().into();
        let params = [pointer, pointer, bytes.get_type().into()];
        let ty = self.cx.context.i32_type().fn_type(&params, false);
        let module = &self.cx.module;
        let function = module
            .get_function("memcmp")
            .unwrap_or_else(|| module.add_function("memcmp", ty, None));
        let function = function.as_global_value().as_pointer_value();
        let args = [left.into(), right.into(), bytes.into()];
        let call = self.builder.build_indirect_call(ty, function, &args, "")?;
        match call.try_as_basic_value() {
            ValueKind::Basic(value) => Ok(Value::Scalar(value)),
            ValueKind::Instruction(_) => Err(Error::internal("memcmp gives a value".to_owned())),
        }
    }

    fn unary_intrinsic(&mut self, intrinsic: Intrinsic, name: &str, args: &[Operand]) -> Result<Value<'ctx>> {
        let [operand] = exactly(intrinsic, args)?;
        let operand = self.scalar(operand)?;
        self.same_typed(name, &[operand], &[])
    }

    fn binary_intrinsic(&mut self, intrinsic: Intrinsic, name: &str, args: &[Operand]) -> Result<Value<'ctx>> {
        let [left, right] = exactly(intrinsic, args)?;
        let args = [self.scalar(left)?, self.scalar(right)?];
        self.same_typed(name, &args, &[])
    }

    /// `llvm.bswap` wants at least two bytes; one byte is its own reverse.
    fn byte_swap(&mut self, intrinsic: Intrinsic, args: &[Operand]) -> Result<Value<'ctx>> {
        let [operand] = exactly(intrinsic, args)?;
        let value = self.int(operand)?;
        if value.get_type().get_bit_width() == 8 {
            return Ok(Value::Scalar(value.into()));
        }
        self.same_typed("llvm.bswap", &[value.into()], &[])
    }

    /// An intrinsic overloaded on the type of its first arguments.
    fn same_typed(
        &self,
        name: &str,
        args: &[BasicValueEnum<'ctx>],
        flags: &[BasicValueEnum<'ctx>],
    ) -> Result<Value<'ctx>> {
        let overload = args
            .first()
            .map(|value| value.get_type())
            .into_iter()
            .collect::<Vec<_>>();
        if args.iter().any(|arg| Some(&arg.get_type()) != overload.first()) {
            return Err(Error::internal(format!("{name} of different types")));
        }
        let value = self.call_intrinsic(name, &overload, &[args, flags].concat())?;
        value
            .map(Value::Scalar)
            .ok_or_else(|| Error::internal(format!("{name} gives nothing")))
    }

    /// A count of bits, as wide as the destination.
    fn resized(&self, value: Value<'ctx>, dest: &Place) -> Result<Value<'ctx>> {
        let ty = self.cx.types.value(self.cx.types.scalar(dest.ty)?)?;
        match (value, ty) {
            (Value::Scalar(BasicValueEnum::IntValue(value)), BasicTypeEnum::IntType(ty)) => Ok(Value::Scalar(
                self.builder.build_int_cast_sign_flag(value, ty, false, "")?.into(),
            )),
            (value, ty) => Err(Error::internal(format!(
                "a count of bits is {value:?} and wanted as {ty}"
            ))),
        }
    }

    fn is_signed(&self, dest: &Place) -> Result<bool> {
        match self.cx.types.repr(dest.ty) {
            Repr::Scalar(Scalar::Int { signed, .. }) => Ok(signed),
            other @ (Repr::Unit | Repr::Scalar(_) | Repr::Pair { .. } | Repr::Memory) => {
                Err(Error::internal(format!("saturating arithmetic gives {other:?}")))
            }
        }
    }
}

/// The arguments, if they are as many as the intrinsic takes.
fn exactly<const N: usize>(intrinsic: Intrinsic, args: &[Operand]) -> Result<&[Operand; N]> {
    args.try_into()
        .map_err(|_| Error::internal(format!("{intrinsic:?} takes {N} arguments and is given {}", args.len())))
}
