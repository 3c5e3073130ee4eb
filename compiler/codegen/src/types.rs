//! LLVM's types for a unit's types and signatures.
//!
//! A bool is `i1` as a value and `i8` in memory; a pair is two values, and one struct of both as a result.

use inkwell::AddressSpace;
use inkwell::context::Context;
use inkwell::llvm_sys::core::LLVMArrayType2;
use inkwell::types::{
    ArrayType, AsTypeRef, BasicMetadataTypeEnum, BasicType, BasicTypeEnum, FunctionType, IntType, PointerType,
};
use unit::{Abi, Repr, Scalar, Signature, TypeDef, TypeId, Unit};

use crate::error::{Error, Result};

/// The types of one unit in one LLVM context.
#[derive(Clone, Copy)]
pub(crate) struct Types<'ctx, 'u> {
    pub(crate) context: &'ctx Context,
    unit: &'u Unit,
}

impl<'ctx, 'u> Types<'ctx, 'u> {
    pub(crate) fn new(context: &'ctx Context, unit: &'u Unit) -> Self {
        Self { context, unit }
    }

    pub(crate) fn def(&self, ty: TypeId) -> &'u TypeDef {
        &self.unit.types[ty]
    }

    pub(crate) fn repr(&self, ty: TypeId) -> Repr {
        self.def(ty).repr
    }

    pub(crate) fn scalar(&self, ty: TypeId) -> Result<Scalar> {
        match self.repr(ty) {
            Repr::Scalar(scalar) => Ok(scalar),
            other @ (Repr::Unit | Repr::Pair { .. } | Repr::Memory) => Err(Error::internal(format!(
                "a scalar is wanted where the type is {other:?}"
            ))),
        }
    }

    pub(crate) fn align(&self, ty: TypeId) -> Result<u32> {
        alignment(self.def(ty).align)
    }

    pub(crate) fn pointer(&self) -> PointerType<'ctx> {
        self.context.ptr_type(AddressSpace::default())
    }

    /// The integer as wide as a pointer.
    pub(crate) fn pointer_int(&self) -> Result<IntType<'ctx>> {
        self.int(self.unit.machine.pointer_bits)
    }

    pub(crate) fn int(&self, bits: u32) -> Result<IntType<'ctx>> {
        match bits {
            8 | 16 | 32 | 64 | 128 => {
                let bits = std::num::NonZeroU32::new(bits).expect("each of the widths is above zero");
                self.context.custom_width_int_type(bits).map_err(Error::internal)
            }
            _ => Err(Error::internal(format!("there is no integer of {bits} bits"))),
        }
    }

    pub(crate) fn value(&self, scalar: Scalar) -> Result<BasicTypeEnum<'ctx>> {
        Ok(match scalar {
            Scalar::Bool => self.context.bool_type().into(),
            Scalar::Int { bits, .. } => self.int(bits)?.into(),
            Scalar::F16 => self.context.f16_type().into(),
            Scalar::F32 => self.context.f32_type().into(),
            Scalar::F64 => self.context.f64_type().into(),
            Scalar::F80 => self.context.x86_f80_type().into(),
            Scalar::F128 => self.context.f128_type().into(),
            Scalar::Pointer => self.pointer().into(),
        })
    }

    pub(crate) fn in_memory(&self, scalar: Scalar) -> Result<BasicTypeEnum<'ctx>> {
        match scalar {
            Scalar::Bool => Ok(self.context.i8_type().into()),
            Scalar::Int { .. }
            | Scalar::F16
            | Scalar::F32
            | Scalar::F64
            | Scalar::F80
            | Scalar::F128
            | Scalar::Pointer => self.value(scalar),
        }
    }

    /// What a variable of a type is made of: its scalar, or so many bytes.
    pub(crate) fn storage(&self, ty: TypeId) -> Result<BasicTypeEnum<'ctx>> {
        match self.repr(ty) {
            Repr::Scalar(scalar) => self.in_memory(scalar),
            Repr::Unit | Repr::Pair { .. } | Repr::Memory => Ok(self.bytes(self.def(ty).size)),
        }
    }

    /// `[n x i8]`.
    pub(crate) fn bytes(&self, n_bytes: u64) -> BasicTypeEnum<'ctx> {
        // SAFETY: the element type is one that arrays may have, of this context; what comes back is an array type.
        // The wrapper's own method counts in 32 bits.
        let array = unsafe { ArrayType::new(LLVMArrayType2(self.context.i8_type().as_type_ref(), n_bytes)) };
        array.into()
    }

    /// The function type of a signature, whose passed values are the parameters' in order: nothing for a unit, two
    /// for a pair, an address for memory; the address of a result in memory comes first.
    pub(crate) fn function(&self, signature: &Signature) -> Result<FunctionType<'ctx>> {
        let mut params: Vec<BasicMetadataTypeEnum<'ctx>> = Vec::new();
        if self.returns_in_memory(signature) {
            params.push(self.pointer().into());
        }
        let variadic = match signature.abi {
            Abi::Lang => false,
            Abi::C { variadic } => {
                self.check_c(signature)?;
                variadic
            }
        };
        for param in &signature.params {
            match self.repr(param.ty) {
                Repr::Unit => {}
                Repr::Scalar(scalar) => params.push(self.value(scalar)?.into()),
                Repr::Pair { first, second, .. } => {
                    params.push(self.value(first)?.into());
                    params.push(self.value(second)?.into());
                }
                Repr::Memory => params.push(self.pointer().into()),
            }
        }
        Ok(match self.repr(signature.ret.ty) {
            Repr::Unit | Repr::Memory => self.context.void_type().fn_type(&params, variadic),
            Repr::Scalar(scalar) => self.value(scalar)?.fn_type(&params, variadic),
            Repr::Pair { first, second, .. } => {
                let both = [self.value(first)?, self.value(second)?];
                self.context.struct_type(&both, false).fn_type(&params, variadic)
            }
        })
    }

    pub(crate) fn returns_in_memory(&self, signature: &Signature) -> bool {
        self.repr(signature.ret.ty) == Repr::Memory
    }

    /// C's ABI is Clang's business: only what every target passes alike may stand in such a signature.
    fn check_c(&self, signature: &Signature) -> Result<()> {
        let types = signature
            .params
            .iter()
            .chain([&signature.ret])
            .map(|param| self.repr(param.ty));
        for repr in types {
            match repr {
                Repr::Unit | Repr::Scalar(_) => {}
                Repr::Pair { .. } | Repr::Memory => {
                    return Err(Error::internal(format!("a signature of C's ABI passes {repr:?}")));
                }
            }
        }
        Ok(())
    }
}

/// LLVM's form of an alignment.
pub(crate) fn alignment(align: u64) -> Result<u32> {
    match u32::try_from(align) {
        Ok(align) if align.is_power_of_two() => Ok(align),
        _ => Err(Error::internal(format!("{align} is no alignment"))),
    }
}
