//! Atomic operations.
//!
//! LLVM's instructions have their order as a constant, the intrinsic has it as its last argument. Where that is no
//! constant yet, code chooses between the instructions of all orders; once the function is inlined, one of them is
//! left.

use inkwell::values::{BasicValue, BasicValueEnum, IntValue, PointerValue};
use inkwell::{AtomicOrdering, AtomicRMWBinOp};
use unit::{AtomicOp, AtomicOrder, Operand, Place, Repr, Scalar};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};

/// The operands, evaluated.
struct Atomic<'ctx> {
    op: AtomicOp,
    address: Option<PointerValue<'ctx>>,
    /// As integers: of a pointer its address, of a `bool` a byte.
    values: Vec<IntValue<'ctx>>,
    is_signed: bool,
    result: Scalar,
}

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    pub(crate) fn atomic(&mut self, op: AtomicOp, args: &[Operand], dest: &Place) -> Result<Value<'ctx>> {
        let Some((order, operands)) = args.split_last() else {
            return Err(Error::internal(format!("an atomic {op:?} without an order")));
        };
        let order = self.int(order)?;
        let address = match operands.first() {
            Some(address) => Some(self.pointer(address)?),
            None => None,
        };
        let mut values = Vec::new();
        for operand in operands.iter().skip(1) {
            let value = self.scalar(operand)?;
            values.push(self.as_integer(value)?);
        }
        let result = match (self.cx.types.repr(dest.ty), values.first()) {
            (Repr::Scalar(scalar), _) => scalar,
            // A store gives nothing.
            (Repr::Unit | Repr::Pair { .. } | Repr::Memory, _) => Scalar::Bool,
        };
        let is_signed = matches!(result, Scalar::Int { signed: true, .. });
        let atomic = Atomic {
            op,
            address,
            values,
            is_signed,
            result,
        };
        let constant = order.get_zero_extended_constant();
        if let Some(known) = constant.and_then(|number| AtomicOrder::NUMBERS.get(usize::try_from(number).ok()?)) {
            let value = self.atomic_instruction(&atomic, *known)?;
            return self.atomic_result(&atomic, value);
        }
        let join = self.new_block("ordered");
        let mut cases = Vec::new();
        let mut incoming = Vec::new();
        let start = self
            .builder
            .get_insert_block()
            .ok_or_else(|| Error::internal("the builder stands nowhere"))?;
        for (number, known) in AtomicOrder::NUMBERS.into_iter().enumerate() {
            let block = self.new_block("order");
            cases.push((order.get_type().const_int(number as u64, false), block));
            self.builder.position_at_end(block);
            if let Some(value) = self.atomic_instruction(&atomic, known)? {
                incoming.push((value, block));
            }
            self.builder.build_unconditional_branch(join)?;
        }
        let nowhere = self.new_block("no.order");
        self.builder.position_at_end(nowhere);
        self.builder.build_unreachable()?;
        self.builder.position_at_end(start);
        self.builder.build_switch(order, nowhere, &cases)?;
        self.builder.position_at_end(join);
        let value = match incoming.first() {
            Some((first, _)) => {
                let phi = self.builder.build_phi(first.get_type(), "")?;
                for (value, block) in &incoming {
                    phi.add_incoming(&[(value, *block)]);
                }
                Some(phi.as_basic_value().into_int_value())
            }
            None => None,
        };
        self.atomic_result(&atomic, value)
    }

    fn atomic_instruction(&self, atomic: &Atomic<'ctx>, order: AtomicOrder) -> Result<Option<IntValue<'ctx>>> {
        let wrong = || Error::internal(format!("an atomic {:?} without its operands", atomic.op));
        if atomic.op == AtomicOp::Fence {
            // An order that asks for nothing needs no instruction.
            if order != AtomicOrder::Relaxed {
                self.builder.build_fence(llvm_order(order), false, "")?;
            }
            return Ok(None);
        }
        let address = atomic.address.ok_or_else(wrong)?;
        let value = || atomic.values.first().copied().ok_or_else(wrong);
        let update = |op: AtomicRMWBinOp| -> Result<Option<IntValue<'ctx>>> {
            Ok(Some(self.builder.build_atomicrmw(
                op,
                address,
                value()?,
                llvm_order(order),
            )?))
        };
        match atomic.op {
            AtomicOp::Load => {
                let ty = self.integer_like(atomic.result)?;
                let loaded = self.builder.build_load(ty, address, "")?;
                let instruction = loaded.as_instruction_value().ok_or_else(wrong)?;
                set_order(instruction, load_order(order), ty.get_bit_width())?;
                Ok(Some(loaded.into_int_value()))
            }
            AtomicOp::Store => {
                let value = value()?;
                let instruction = self.builder.build_store(address, value)?;
                set_order(instruction, store_order(order), value.get_type().get_bit_width())?;
                Ok(None)
            }
            AtomicOp::Exchange => update(AtomicRMWBinOp::Xchg),
            AtomicOp::Add => update(AtomicRMWBinOp::Add),
            AtomicOp::Sub => update(AtomicRMWBinOp::Sub),
            AtomicOp::And => update(AtomicRMWBinOp::And),
            AtomicOp::Or => update(AtomicRMWBinOp::Or),
            AtomicOp::Xor => update(AtomicRMWBinOp::Xor),
            AtomicOp::Min if atomic.is_signed => update(AtomicRMWBinOp::Min),
            AtomicOp::Min => update(AtomicRMWBinOp::UMin),
            AtomicOp::Max if atomic.is_signed => update(AtomicRMWBinOp::Max),
            AtomicOp::Max => update(AtomicRMWBinOp::UMax),
            AtomicOp::CompareExchange => {
                let [expected, new] = atomic.values.as_slice() else {
                    return Err(wrong());
                };
                let (success, failure) = (llvm_order(order), load_order(order));
                let pair = self.builder.build_cmpxchg(address, *expected, *new, success, failure)?;
                let was_there = self.builder.build_extract_value(pair, 0, "")?;
                Ok(Some(was_there.into_int_value()))
            }
            AtomicOp::Fence => Ok(None),
        }
    }

    /// What an instruction has given, as a value of the type that the operation is on.
    fn atomic_result(&self, atomic: &Atomic<'ctx>, value: Option<IntValue<'ctx>>) -> Result<Value<'ctx>> {
        let Some(value) = value else {
            return Ok(Value::Unit);
        };
        Ok(Value::Scalar(match atomic.result {
            Scalar::Pointer => (self.builder)
                .build_int_to_ptr(value, self.cx.types.pointer(), "")?
                .into(),
            Scalar::Bool => (self.builder)
                .build_int_truncate(value, self.cx.context.bool_type(), "")?
                .into(),
            Scalar::Int { .. } | Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128 => value.into(),
        }))
    }

    fn as_integer(&self, value: BasicValueEnum<'ctx>) -> Result<IntValue<'ctx>> {
        match value {
            BasicValueEnum::IntValue(value) if value.get_type().get_bit_width() == 1 => {
                Ok(self.builder.build_int_z_extend(value, self.cx.context.i8_type(), "")?)
            }
            BasicValueEnum::IntValue(value) => Ok(value),
            BasicValueEnum::PointerValue(value) => {
                Ok(self.builder.build_ptr_to_int(value, self.cx.types.pointer_int()?, "")?)
            }
            other @ (BasicValueEnum::ArrayValue(_)
            | BasicValueEnum::FloatValue(_)
            | BasicValueEnum::StructValue(_)
            | BasicValueEnum::VectorValue(_)
            | BasicValueEnum::ScalableVectorValue(_)) => {
                Err(Error::internal(format!("{other} is no value of an atomic operation")))
            }
        }
    }

    /// The integer that holds a value in memory.
    fn integer_like(&self, scalar: Scalar) -> Result<inkwell::types::IntType<'ctx>> {
        match scalar {
            Scalar::Bool => self.cx.types.int(8),
            Scalar::Int { bits, .. } => self.cx.types.int(bits),
            Scalar::Pointer => self.cx.types.pointer_int(),
            Scalar::F16 | Scalar::F32 | Scalar::F64 | Scalar::F80 | Scalar::F128 => {
                Err(Error::internal("an atomic operation on a float".to_owned()))
            }
        }
    }
}

fn set_order(instruction: inkwell::values::InstructionValue<'_>, order: AtomicOrdering, bits: u32) -> Result<()> {
    let failed = |error: String| Error::internal(error);
    // LLVM asks that the address be aligned as the whole.
    instruction
        .set_alignment(bits / 8)
        .map_err(|error| failed(error.to_string()))?;
    instruction
        .set_atomic_ordering(order)
        .map_err(|error| failed(error.to_string()))
}

fn llvm_order(order: AtomicOrder) -> AtomicOrdering {
    match order {
        AtomicOrder::Relaxed => AtomicOrdering::Monotonic,
        AtomicOrder::Acquire => AtomicOrdering::Acquire,
        AtomicOrder::Release => AtomicOrdering::Release,
        AtomicOrder::AcquireRelease => AtomicOrdering::AcquireRelease,
        AtomicOrder::SequentiallyConsistent => AtomicOrdering::SequentiallyConsistent,
    }
}

/// What of an order concerns reading.
fn load_order(order: AtomicOrder) -> AtomicOrdering {
    match order {
        AtomicOrder::Relaxed | AtomicOrder::Release => AtomicOrdering::Monotonic,
        AtomicOrder::Acquire | AtomicOrder::AcquireRelease => AtomicOrdering::Acquire,
        AtomicOrder::SequentiallyConsistent => AtomicOrdering::SequentiallyConsistent,
    }
}

/// What of an order concerns writing.
fn store_order(order: AtomicOrder) -> AtomicOrdering {
    match order {
        AtomicOrder::Relaxed | AtomicOrder::Acquire => AtomicOrdering::Monotonic,
        AtomicOrder::Release | AtomicOrder::AcquireRelease => AtomicOrdering::Release,
        AtomicOrder::SequentiallyConsistent => AtomicOrdering::SequentiallyConsistent,
    }
}
