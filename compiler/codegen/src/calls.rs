//! Calls: arguments and results as [`Abi`] passes them, and where unwinding goes on.

use inkwell::attributes::AttributeLoc;
use inkwell::types::FunctionType;
use inkwell::values::{BasicMetadataValueEnum, BasicValueEnum, CallSiteValue, PointerValue, ValueKind};
use unit::{Abi, BlockId, Callee, Extend, Operand, PanicStrategy, Place, Repr, Signature, TypeId};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};
use crate::mentions::is_fresh;

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    pub(crate) fn call(
        &mut self,
        callee: &Callee,
        args: &[Operand],
        dest: &Place,
        target: Option<BlockId>,
        unwind: Option<BlockId>,
    ) -> Result<()> {
        let (pointer, signature, nounwind) = match callee {
            Callee::Intrinsic(intrinsic) => {
                let result = self.intrinsic(*intrinsic, args, dest)?;
                let address = self.address(dest)?;
                self.store(address, dest.ty, result)?;
                self.release_temporaries()?;
                return self.go_on(target);
            }
            Callee::Function(id) => {
                let function = &self.cx.unit.functions[*id];
                (self.cx.functions[*id], &function.signature, function.nounwind)
            }
            Callee::Pointer(pointer, signature) => (self.pointer(pointer)?, signature, false),
        };
        let unwind = unwind.filter(|_| !nounwind && self.cx.unit.panic == PanicStrategy::Unwind);
        let result_place = self.result_place(signature, dest, unwind)?;
        let passed = self.arguments(signature, args, result_place)?;
        let ty = self.cx.types.function(signature)?;
        let call = self.build_call(pointer, ty, &passed, target, unwind)?;
        self.cx.call_attributes(signature, call);
        if matches!(signature.abi, Abi::C { variadic: true }) {
            self.extend_variadic(call, &passed[signature.params.len()..], signature.params.len());
        }
        self.take_result(signature, call, result_place, dest, target)?;
        self.release_temporaries()?;
        self.go_on(target)
    }

    /// What follows the parameters has no type of theirs; C has promoted it.
    fn extend_variadic(&self, call: CallSiteValue<'ctx>, values: &[BasicValueEnum<'ctx>], n_params: usize) {
        let name = match self.cx.unit.machine.variadic_extend {
            Extend::None => return,
            Extend::Zero => "zeroext",
            Extend::Sign => "signext",
        };
        for (index, value) in values.iter().enumerate() {
            if value.get_type().is_int_type() && value.get_type().into_int_type().get_bit_width() == 32 {
                let position = u32::try_from(n_params + index).expect("there are fewer arguments");
                call.add_attribute(AttributeLoc::Param(position), self.cx.enum_attribute(name));
            }
        }
    }

    fn go_on(&mut self, target: Option<BlockId>) -> Result<()> {
        match target {
            Some(target) => self.builder.build_unconditional_branch(self.block(target)?)?,
            None => self.builder.build_unreachable()?,
        };
        Ok(())
    }

    /// Where the callee writes a result in memory.
    ///
    /// That is the destination itself only if nobody can see it half written: the callee through an argument that
    /// points to it (`s = next(&s)`), or cleanup after the callee unwound. Nobody can see a local that has just begun
    /// to matter, nor one of which nothing takes the address and that no cleanup mentions. Our own result is as
    /// private as a local: our caller kept to the same rule.
    fn result_place(
        &mut self,
        signature: &Signature,
        dest: &Place,
        unwind: Option<BlockId>,
    ) -> Result<Option<PointerValue<'ctx>>> {
        if !self.cx.types.returns_in_memory(signature) {
            return Ok(None);
        }
        let private = dest.projections.is_empty()
            && (is_fresh(&self.body.blocks[self.current].statements, dest.local)
                || !self.addressed.contains(&dest.local)
                    && unwind.is_none_or(|cleanup| !self.mentioned_from(cleanup).contains(&dest.local)));
        Ok(Some(if private {
            self.address(dest)?
        } else {
            self.temporary(signature.ret.ty)?
        }))
    }

    fn arguments(
        &mut self,
        signature: &Signature,
        args: &[Operand],
        result_place: Option<PointerValue<'ctx>>,
    ) -> Result<Vec<BasicValueEnum<'ctx>>> {
        let variadic = matches!(signature.abi, Abi::C { variadic: true });
        if args.len() < signature.params.len() || (args.len() > signature.params.len() && !variadic) {
            let (given, wanted) = (args.len(), signature.params.len());
            return Err(Error::internal(format!(
                "{given} arguments where the signature passes {wanted}"
            )));
        }
        let mut passed: Vec<BasicValueEnum<'ctx>> = result_place.into_iter().map(Into::into).collect();
        for (index, arg) in args.iter().enumerate() {
            match self.operand(arg)? {
                Value::Unit => {}
                Value::Scalar(value) => passed.push(value),
                Value::Pair(first, second) => passed.extend([first, second]),
                Value::Memory(address) => {
                    let param = signature.params.get(index).map(|param| param.ty);
                    passed.push(self.own_copy(arg, address, param)?.into());
                }
            }
        }
        Ok(passed)
    }

    /// The copy of an argument that the callee owns, aligned as its parameter is: the argument itself may be a field of
    /// a packed record.
    fn own_copy(
        &mut self,
        arg: &Operand,
        address: PointerValue<'ctx>,
        param: Option<TypeId>,
    ) -> Result<PointerValue<'ctx>> {
        let Some(place) = Self::is_place(arg) else {
            return Ok(address);
        };
        let copy = self.temporary(param.unwrap_or(place.ty))?;
        self.copy(copy, address, place.ty)?;
        Ok(copy)
    }

    /// A call, or an invoke after which the builder stands in a block of its own.
    fn build_call(
        &mut self,
        pointer: PointerValue<'ctx>,
        ty: FunctionType<'ctx>,
        passed: &[BasicValueEnum<'ctx>],
        target: Option<BlockId>,
        unwind: Option<BlockId>,
    ) -> Result<CallSiteValue<'ctx>> {
        let expected = ty.get_param_types();
        for (index, (value, expected)) in passed.iter().zip(&expected).enumerate() {
            if inkwell::types::BasicMetadataTypeEnum::from(value.get_type()) != *expected {
                let got = value.get_type();
                return Err(Error::internal(format!(
                    "argument {index} is {got}, the signature says {expected}"
                )));
            }
        }
        if passed.len() < expected.len() {
            return Err(Error::internal("arguments and signature do not agree"));
        }
        let Some(unwind) = unwind else {
            let passed: Vec<BasicMetadataValueEnum<'ctx>> = passed.iter().map(|&value| value.into()).collect();
            return Ok(self.builder.build_indirect_call(ty, pointer, &passed, "")?);
        };
        let landing_pad = self.landing_pad(unwind)?;
        let returned = self.new_block(if target.is_some() { "returned" } else { "never" });
        let call = self
            .builder
            .build_indirect_invoke(ty, pointer, passed, returned, landing_pad, "")?;
        self.builder.position_at_end(returned);
        Ok(call)
    }

    fn take_result(
        &self,
        signature: &Signature,
        call: CallSiteValue<'ctx>,
        result_place: Option<PointerValue<'ctx>>,
        dest: &Place,
        target: Option<BlockId>,
    ) -> Result<()> {
        if target.is_none() {
            return Ok(());
        }
        if self.cx.types.repr(signature.ret.ty) == Repr::Unit {
            return Ok(());
        }
        let address = self.address(dest)?;
        if let Some(result_place) = result_place {
            return if result_place == address {
                Ok(())
            } else {
                self.copy(address, result_place, dest.ty)
            };
        }
        let result = match call.try_as_basic_value() {
            ValueKind::Basic(value) => value,
            ValueKind::Instruction(_) => return Err(Error::internal("a call gives no value")),
        };
        let value = match self.cx.types.repr(signature.ret.ty) {
            Repr::Pair { .. } => {
                let both = result.into_struct_value();
                let first = self.builder.build_extract_value(both, 0, "")?;
                Value::Pair(first, self.builder.build_extract_value(both, 1, "")?)
            }
            Repr::Unit | Repr::Scalar(_) | Repr::Memory => Value::Scalar(result),
        };
        self.store(address, dest.ty, value)
    }
}
