//! Places: addresses, loads and stores.

use inkwell::types::BasicTypeEnum;
use inkwell::values::{BasicMetadataValueEnum, BasicValue, BasicValueEnum, InstructionOpcode, IntValue, PointerValue};
use unit::{LocalId, Place, Projection, Repr, Scalar, TypeDef, TypeId, Values};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    /// Where a place is.
    pub(crate) fn address(&self, place: &Place) -> Result<PointerValue<'ctx>> {
        let mut address = self.local(place.local)?;
        for projection in &place.projections {
            address = match projection {
                Projection::Deref => self.load_pointer(address)?,
                Projection::Offset(bytes) => self.offset(address, *bytes)?,
                Projection::Index { index, stride, signed } => {
                    let index = self.index(*index, *signed)?;
                    self.element(address, index, *stride)?
                }
            };
        }
        Ok(address)
    }

    fn local(&self, local: LocalId) -> Result<PointerValue<'ctx>> {
        self.slots
            .get(local)
            .copied()
            .ok_or_else(|| Error::internal(format!("there is no {local:?}")))
    }

    fn load_pointer(&self, address: PointerValue<'ctx>) -> Result<PointerValue<'ctx>> {
        Ok(self
            .builder
            .build_load(self.cx.types.pointer(), address, "")?
            .into_pointer_value())
    }

    /// An index as wide as a pointer.
    fn index(&self, local: LocalId, signed: bool) -> Result<IntValue<'ctx>> {
        let slot = self.local(local)?;
        let value = self.load(slot, self.body.locals[local].ty)?;
        let Value::Scalar(BasicValueEnum::IntValue(value)) = value else {
            return Err(Error::internal(format!("an index is {value:?}")));
        };
        Ok(self
            .builder
            .build_int_cast_sign_flag(value, self.cx.types.pointer_int()?, signed, "")?)
    }

    /// So many bytes on, inside the same object.
    pub(crate) fn offset(&self, address: PointerValue<'ctx>, bytes: u64) -> Result<PointerValue<'ctx>> {
        if bytes == 0 {
            return Ok(address);
        }
        let bytes = self.cx.types.pointer_int()?.const_int(bytes, false);
        self.step(self.cx.context.i8_type().into(), address, bytes)
    }

    /// `index * stride` bytes on, inside the same object or just past it.
    pub(crate) fn element(
        &self,
        address: PointerValue<'ctx>,
        index: IntValue<'ctx>,
        stride: u64,
    ) -> Result<PointerValue<'ctx>> {
        self.step(self.cx.types.bytes(stride), address, index)
    }

    fn step(
        &self,
        ty: BasicTypeEnum<'ctx>,
        address: PointerValue<'ctx>,
        index: IntValue<'ctx>,
    ) -> Result<PointerValue<'ctx>> {
        // SAFETY: the element type has a size, and one index fits it. That the address stays inside its object is
        // the unit's promise, as it is C's.
        Ok(unsafe { self.builder.build_in_bounds_gep(ty, address, &[index], "") }?)
    }

    /// Reads a value; one in memory stays where it is.
    pub(crate) fn load(&self, address: PointerValue<'ctx>, ty: TypeId) -> Result<Value<'ctx>> {
        let TypeDef { align, values, .. } = *self.cx.types.def(ty);
        Ok(match self.cx.types.repr(ty) {
            Repr::Unit => Value::Unit,
            Repr::Scalar(scalar) => {
                let value = self.load_scalar(address, scalar, align)?;
                self.promise(value, values)?;
                Value::Scalar(value)
            }
            Repr::Pair {
                first,
                second,
                second_offset,
            } => {
                let head = self.load_scalar(address, first, align)?;
                self.promise(head, values)?;
                let tail = self.offset(address, second_offset)?;
                Value::Pair(head, self.load_scalar(tail, second, aligned_at(align, second_offset))?)
            }
            Repr::Memory => Value::Memory(address),
        })
    }

    /// Reads a value that is the same whenever it is read.
    pub(crate) fn load_fixed(&self, address: PointerValue<'ctx>, ty: TypeId) -> Result<Value<'ctx>> {
        let value = self.load(address, ty)?;
        if let Value::Scalar(read) = value
            && self.optimizing()
        {
            self.annotate(read, "invariant.load", &[])?;
        }
        Ok(value)
    }

    /// Tells LLVM which values a type has. Another one would be poison, which nothing looks at: it was never a value.
    fn promise(&self, value: BasicValueEnum<'ctx>, values: Values) -> Result<()> {
        if !self.optimizing() {
            return Ok(());
        }
        match (values, value) {
            (Values::Addresses { align }, BasicValueEnum::PointerValue(_)) => {
                self.annotate(value, "nonnull", &[])?;
                if align > 1 {
                    let align = self.cx.context.i64_type().const_int(align, false);
                    self.annotate(value, "align", &[align.into()])?;
                }
                Ok(())
            }
            (Values::Below(end), BasicValueEnum::IntValue(int)) => {
                let ty = int.get_type();
                let (start, end) = (ty.const_zero(), ty.const_int(u64::from(end), false));
                self.annotate(value, "range", &[start.into(), end.into()])
            }
            (Values::All | Values::Addresses { .. } | Values::Below(_), _) => Ok(()),
        }
    }

    /// Puts metadata on the load that a value is.
    fn annotate(&self, value: BasicValueEnum<'ctx>, kind: &str, of: &[BasicMetadataValueEnum<'ctx>]) -> Result<()> {
        // A bool is what is left of its byte, and says so there.
        let Some(load) = value
            .as_instruction_value()
            .filter(|load| load.get_opcode() == InstructionOpcode::Load)
        else {
            return Ok(());
        };
        let context = self.cx.context;
        Ok(load.set_metadata(context.metadata_node(of), context.get_kind_id(kind))?)
    }

    /// The second half of a pair.
    pub(crate) fn load_second(&self, place: &Place) -> Result<BasicValueEnum<'ctx>> {
        match self.cx.types.repr(place.ty) {
            Repr::Pair {
                second, second_offset, ..
            } => {
                let address = self.offset(self.address(place)?, second_offset)?;
                self.load_scalar(
                    address,
                    second,
                    aligned_at(self.cx.types.def(place.ty).align, second_offset),
                )
            }
            other @ (Repr::Unit | Repr::Scalar(_) | Repr::Memory) => {
                Err(Error::internal(format!("the second half of {other:?} is read")))
            }
        }
    }

    fn load_scalar(&self, address: PointerValue<'ctx>, scalar: Scalar, align: u64) -> Result<BasicValueEnum<'ctx>> {
        let value = self.builder.build_load(self.cx.types.in_memory(scalar)?, address, "")?;
        let load = value
            .as_instruction_value()
            .ok_or_else(|| Error::internal("a load is no instruction"))?;
        load.set_alignment(crate::types::alignment(align)?)?;
        if scalar != Scalar::Bool {
            return Ok(value);
        }
        if self.optimizing() {
            let byte = self.cx.context.i8_type();
            let range = [byte.const_int(0, false).into(), byte.const_int(2, false).into()];
            self.annotate(value, "range", &range)?;
        }
        let bit = self.cx.context.bool_type();
        Ok(self.builder.build_int_truncate(value.into_int_value(), bit, "")?.into())
    }

    /// Writes a value of the type.
    pub(crate) fn store(&self, address: PointerValue<'ctx>, ty: TypeId, value: Value<'ctx>) -> Result<()> {
        let align = self.cx.types.def(ty).align;
        match (self.cx.types.repr(ty), value) {
            (Repr::Unit, _) => Ok(()),
            (Repr::Scalar(scalar), Value::Scalar(value)) => self.store_scalar(address, scalar, align, value),
            (
                Repr::Pair {
                    first,
                    second,
                    second_offset,
                },
                Value::Pair(head, tail),
            ) => {
                self.store_scalar(address, first, align, head)?;
                let address = self.offset(address, second_offset)?;
                self.store_scalar(address, second, aligned_at(align, second_offset), tail)
            }
            (Repr::Memory, Value::Memory(source)) => self.copy(address, source, ty),
            (repr @ (Repr::Scalar(_) | Repr::Pair { .. } | Repr::Memory), value) => {
                Err(Error::internal(format!("{value:?} is stored as {repr:?}")))
            }
        }
    }

    pub(crate) fn store_scalar(
        &self,
        address: PointerValue<'ctx>,
        scalar: Scalar,
        align: u64,
        value: BasicValueEnum<'ctx>,
    ) -> Result<()> {
        let expected = self.cx.types.value(scalar)?;
        if value.get_type() != expected {
            let got = value.get_type();
            return Err(Error::internal(format!("a value of {got} is stored as {expected}")));
        }
        let value = match scalar {
            Scalar::Bool => self
                .builder
                .build_int_z_extend(value.into_int_value(), self.cx.context.i8_type(), "")?
                .into(),
            Scalar::Int { .. }
            | Scalar::F16
            | Scalar::F32
            | Scalar::F64
            | Scalar::F80
            | Scalar::F128
            | Scalar::Pointer => value,
        };
        self.builder
            .build_store(address, value)?
            .set_alignment(crate::types::alignment(align)?)?;
        Ok(())
    }

    /// Copies a value in memory; both ends may be the same place.
    pub(crate) fn copy(&self, to: PointerValue<'ctx>, from: PointerValue<'ctx>, ty: TypeId) -> Result<()> {
        let size = self.cx.types.def(ty).size;
        if size > 0 {
            let align = self.cx.types.align(ty)?;
            let size = self.cx.types.pointer_int()?.const_int(size, false);
            self.builder
                .build_memcpy(to, align, from, align, size)
                .map_err(|e| Error::internal(e.to_string()))?;
        }
        Ok(())
    }

    /// Sets a value in memory to zeros.
    pub(crate) fn clear(&self, address: PointerValue<'ctx>, ty: TypeId) -> Result<()> {
        let size = self.cx.types.def(ty).size;
        if size > 0 {
            let zero = self.cx.context.i8_type().const_zero();
            let size = self.cx.types.pointer_int()?.const_int(size, false);
            let align = self.cx.types.align(ty)?;
            self.builder
                .build_memset(address, align, zero, size)
                .map_err(|e| Error::internal(e.to_string()))?;
        }
        Ok(())
    }
}

/// The alignment known so many bytes past an aligned address.
pub(crate) fn aligned_at(align: u64, offset: u64) -> u64 {
    match offset {
        0 => align,
        _ => align.min(1 << offset.trailing_zeros()),
    }
}
