//! Functions of the library that the compiler makes itself.

use check::{Ty, TyKind};
use hir::Intrinsic;
use target::IntShape;

use crate::errors::Stop;
use crate::machine::Machine;
use crate::numbers;
use crate::place::{MAX_ELEMENTS, Spot};
use crate::value::Value;

impl Machine<'_> {
    /// `types` are the function's type arguments, `first` the type of its first parameter.
    pub(crate) fn intrinsic(
        &mut self,
        intrinsic: Intrinsic,
        types: &[Ty],
        first: Ty,
        args: &[Value],
    ) -> Result<Value, Stop> {
        let layout = |machine: &Self| -> Result<target::Layout, Stop> {
            let ty = types.first().copied().unwrap_or(Ty::unit());
            if ty.any(&mut |part| matches!(part.kind(), TyKind::Param { .. })) {
                return Err(machine.not_constant("what depends on a generic parameter"));
            }
            (machine.world.layout(ty)).ok_or_else(|| machine.fails("needs a type that is too large"))
        };
        match intrinsic {
            Intrinsic::SizeOf => Ok(Value::Int(i128::from(layout(self)?.size_bytes))),
            Intrinsic::SizeOfVal if !types[0].is_unsized() => Ok(Value::Int(i128::from(layout(self)?.size_bytes))),
            Intrinsic::AlignOfVal if !types[0].is_unsized() => Ok(Value::Int(i128::from(layout(self)?.align_bytes))),
            Intrinsic::SizeOfVal | Intrinsic::AlignOfVal => Err(self.not_constant("the size of a value")),
            Intrinsic::AlignOf => Ok(Value::Int(i128::from(layout(self)?.align_bytes))),
            Intrinsic::Zeroed => self.zero(types.first().copied().unwrap_or(Ty::unit())),
            Intrinsic::Forget => Ok(Value::unit()),
            Intrinsic::PtrRead => {
                let spot = self.pointee(&args[0])?;
                self.read(&spot)
            }
            Intrinsic::PtrWrite => {
                let spot = self.pointee(&args[0])?;
                self.write(&spot, args[1].clone())?;
                Ok(Value::unit())
            }
            Intrinsic::PtrCopy => self.copy_elements(&args[0], &args[1], &args[2]),
            Intrinsic::PtrDropInPlace => {
                let pointer = self.pointee(&args[0])?.pointer();
                self.frame_mut().drops.push(pointer, types[0]);
                Ok(Value::unit())
            }
            Intrinsic::NeedsDrop => Ok(Value::bool(self.signatures().needs_drop(types[0]))),
            Intrinsic::Guarded => Err(self.not_constant("catching a panic")),
            Intrinsic::SliceFromRawParts | Intrinsic::SliceFromRawPartsMut => {
                let len = self.int_of(&args[1])?;
                self.slice(args[0].clone(), len)
            }
            Intrinsic::SliceLen => match &args[0] {
                Value::Slice(_, len) => Ok(Value::Int(i128::from(*len))),
                _ => Err(self.broken("a slice")),
            },
            Intrinsic::SliceAsPtr | Intrinsic::SliceAsMutPtr => match &args[0] {
                Value::Slice(first, _) => Ok(Value::Pointer(first.clone())),
                _ => Err(self.broken("a slice")),
            },
            Intrinsic::StrAsBytes | Intrinsic::StrFromUtf8Unchecked | Intrinsic::CStrFromPtr | Intrinsic::CStrAsPtr => {
                Ok(args[0].clone())
            }
            Intrinsic::Atomic(_) => Err(self.not_constant("an atomic operation")),
            Intrinsic::CountOnes
            | Intrinsic::LeadingZeros
            | Intrinsic::TrailingZeros
            | Intrinsic::SwapBytes
            | Intrinsic::RotateLeft => self.bits(intrinsic, first, args),
            Intrinsic::Sqrt => self.float(args, f64::sqrt, first),
            Intrinsic::Abs => self.float(args, f64::abs, first),
        }
    }

    fn int_of(&self, value: &Value) -> Result<i128, Stop> {
        match value {
            Value::Int(value) => Ok(*value),
            _ => Err(self.broken("an integer")),
        }
    }

    fn pointee(&self, pointer: &Value) -> Result<Spot, Stop> {
        match pointer {
            Value::Pointer(pointer) => Ok(Spot::of_pointer(pointer)),
            _ => Err(self.not_constant("memory at this address")),
        }
    }

    /// `ptr.copy(source, destination, count)`: all are read before one is written, since they may overlap.
    fn copy_elements(&mut self, source: &Value, destination: &Value, count: &Value) -> Result<Value, Stop> {
        let count = self.int_of(count)?;
        if !(0..=i128::from(MAX_ELEMENTS)).contains(&count) {
            return Err(self.fails("copies too much"));
        }
        let mut values = Vec::new();
        for index in 0..count {
            let from = self.offset(source.clone(), index)?;
            let spot = self.pointee(&from)?;
            values.push(self.read(&spot)?);
        }
        for (index, value) in (0..).zip(values) {
            let to = self.offset(destination.clone(), index)?;
            let spot = self.pointee(&to)?;
            self.write(&spot, value)?;
        }
        Ok(Value::unit())
    }

    fn bits(&self, intrinsic: Intrinsic, ty: Ty, args: &[Value]) -> Result<Value, Stop> {
        let shape = self.shape(ty).ok_or_else(|| self.broken("an integer"))?;
        let bits = numbers::bits(self.int_of(&args[0])?, shape);
        let IntShape { bits: width, .. } = shape;
        let count = |count: u32| Ok(Value::Int(i128::from(count)));
        let value = match intrinsic {
            Intrinsic::CountOnes => return count(bits.count_ones()),
            Intrinsic::LeadingZeros => return count(bits.leading_zeros() - (128 - width)),
            Intrinsic::TrailingZeros => return count(bits.trailing_zeros().min(width)),
            Intrinsic::SwapBytes => bits.swap_bytes() >> (128 - width),
            _ => {
                let by = self.int_of(&args[1])?.rem_euclid(i128::from(width)) as u32;
                // The whole width at once is nothing.
                if by == 0 {
                    bits
                } else {
                    bits << by | bits >> (width - by)
                }
            }
        };
        Ok(Value::Int(numbers::wrap(value as i128, shape)))
    }

    fn float(&self, args: &[Value], function: fn(f64) -> f64, ty: Ty) -> Result<Value, Stop> {
        let format = numbers::float_format(ty, self.target());
        match (&args[0], format) {
            (Value::Float(value), Some(format)) => Ok(Value::Float(numbers::round(function(*value), format))),
            _ => Err(self.broken("a float")),
        }
    }
}
