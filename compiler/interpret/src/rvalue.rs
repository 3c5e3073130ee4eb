//! Values of operands and of the right sides of assignments.

use std::cmp::Ordering;
use std::rc::Rc;

use check::{AdtKind, AdtRef, Ty, TyKind};
use hir::StructKind;
use mir::{AggregateKind, BinaryOp, CastKind, Operand, Place, Rvalue, UnaryOp};
use target::IntShape;

use crate::errors::{self, Stop};
use crate::machine::Machine;
use crate::numbers;
use crate::place::{MAX_ELEMENTS, Spot};
use crate::value::{Pointer, Value};

impl Machine<'_> {
    pub(crate) fn operand(&mut self, operand: &Operand) -> Result<Value, Stop> {
        match operand {
            Operand::Copy(place) => {
                if place.projections.is_empty() {
                    let value = &self.memory.variable(self.local(place.local)).value;
                    if !matches!(value, Value::Uninit) {
                        return Ok(value.clone());
                    }
                }
                let spot = self.spot(place)?;
                self.read(&spot)
            }
            Operand::Move(place) => {
                let spot = self.spot(place)?;
                self.take(&spot)
            }
            Operand::Const(constant) => self.constant(&constant.value, constant.ty),
        }
    }

    pub(crate) fn operands(&mut self, operands: &[Operand]) -> Result<Vec<Value>, Stop> {
        operands.iter().map(|operand| self.operand(operand)).collect()
    }

    pub(crate) fn operand_ty(&self, operand: &Operand) -> Ty {
        operand.ty(&self.frame().body.locals)
    }

    pub(crate) fn shape(&self, ty: Ty) -> Option<IntShape> {
        numbers::int_shape(ty, self.signatures(), self.target())
    }

    /// The value that is assigned to `dest`.
    pub(crate) fn rvalue(&mut self, rvalue: &Rvalue, dest: &Place) -> Result<Value, Stop> {
        match rvalue {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Ref(_, place) | Rvalue::AddressOf(_, place) => self.reference(place),
            Rvalue::Unary(op, operand) => self.unary(*op, operand),
            Rvalue::Binary(op, left, right) => self.binary(*op, left, right),
            Rvalue::Checked(op, left, right) => {
                let shape = self.shape(self.operand_ty(left));
                let (Some(shape), a, b) = (shape, self.int(left)?, self.int(right)?) else {
                    return Err(self.broken("an integer"));
                };
                let (value, overflowed) = numbers::int_checked(*op, a, b, shape);
                Ok(Value::Aggregate(vec![Value::Int(value), Value::bool(overflowed)]))
            }
            Rvalue::PointerOffset {
                pointer,
                offset,
                negate,
            } => {
                let (pointer, offset) = (self.operand(pointer)?, self.int(offset)?);
                self.offset(pointer, if *negate { -offset } else { offset })
            }
            Rvalue::PointerDistance(left, right) => {
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                self.distance(&left, &right)
            }
            Rvalue::Cast(kind, operand, to) => self.cast(*kind, operand, *to),
            Rvalue::Aggregate(kind, operands) => {
                let ty = dest.ty(&self.frame().body.locals);
                self.aggregate(kind, operands, ty)
            }
            Rvalue::Repeat(operand, len) => {
                let value = self.operand(operand)?;
                self.repeated(&value, len.instance_len())
            }
            Rvalue::Len(place) => {
                let spot = self.spot(place)?;
                match self.at(&spot)? {
                    Value::Slice(_, len) => Ok(Value::Int(i128::from(*len))),
                    _ => Err(self.broken("a slice")),
                }
            }
            Rvalue::SliceFromParts { pointer, len, .. } => {
                let (pointer, len) = (self.operand(pointer)?, self.int(len)?);
                self.slice(pointer, len)
            }
            Rvalue::IsNone(place) => {
                let spot = self.spot(place)?;
                match self.at(&spot)? {
                    Value::Variant(variant) => Ok(Value::bool(variant.number == 0)),
                    _ => Err(self.broken("an optional")),
                }
            }
            Rvalue::Variant(place) => {
                let spot = self.spot(place)?;
                match self.at(&spot)? {
                    Value::Variant(variant) => Ok(Value::Int(i128::from(variant.number))),
                    _ => Err(self.broken("an enum")),
                }
            }
            Rvalue::StaticAddress(global) => Ok(Value::Static(*global)),
        }
    }

    /// The address of a place; of elements behind a slice, the slice.
    fn reference(&mut self, place: &Place) -> Result<Value, Stop> {
        // The address of a global is known, if nothing in it is.
        if let Some((mir::Projection::Deref, before)) = place.projections.split_last() {
            let pointer = Place {
                local: place.local,
                projections: before.to_vec(),
            };
            let spot = self.spot(&pointer)?;
            if let Ok(Value::Static(global)) = self.at(&spot) {
                return Ok(Value::Static(*global));
            }
        }
        let spot = self.spot(place)?;
        let pointer = spot.pointer();
        Ok(match spot.slice {
            Some(len) => Value::Slice(pointer, len),
            None => Value::Pointer(pointer),
        })
    }

    /// The slice of `len` elements from the one that `pointer` points to.
    pub(crate) fn slice(&self, pointer: Value, len: i128) -> Result<Value, Stop> {
        let len = u64::try_from(len).map_err(|_| self.broken("a length"))?;
        match pointer {
            Value::Pointer(first) => Ok(Value::Slice(first, len)),
            // Elements without bytes, or none of them, lie anywhere.
            Value::Int(_) | Value::Static(_) => {
                Err(self.not_constant("a slice of memory at an address that is a number"))
            }
            _ => Err(self.broken("a pointer")),
        }
    }

    pub(crate) fn repeated(&self, value: &Value, len: u64) -> Result<Value, Stop> {
        if value.n_parts().saturating_mul(len) > MAX_ELEMENTS {
            return Err(self.with_calls(errors::too_large(self.frame().span)));
        }
        let len = usize::try_from(len).expect("the length is limited");
        Ok(Value::Aggregate(vec![value.clone(); len]))
    }

    fn unary(&mut self, op: UnaryOp, operand: &Operand) -> Result<Value, Stop> {
        let ty = self.operand_ty(operand);
        match (op, self.operand(operand)?) {
            (UnaryOp::Neg, Value::Float(value)) => Ok(Value::Float(-value)),
            (UnaryOp::Not, Value::Int(value)) if matches!(ty.kind(), TyKind::Bool) => Ok(Value::bool(value == 0)),
            (op, Value::Int(value)) => {
                let shape = self.shape(ty).ok_or_else(|| self.broken("an integer"))?;
                let result = match op {
                    UnaryOp::Neg => value.wrapping_neg(),
                    UnaryOp::Not => !value,
                };
                Ok(Value::Int(numbers::wrap(result, shape)))
            }
            _ => Err(self.broken("a number")),
        }
    }

    fn binary(&mut self, op: BinaryOp, left: &Operand, right: &Operand) -> Result<Value, Stop> {
        let ty = self.operand_ty(left);
        match (self.operand(left)?, self.operand(right)?) {
            (Value::Int(a), Value::Int(b)) => {
                let address = IntShape {
                    signed: false,
                    bits: self.target().pointer_bits,
                };
                let shape = self.shape(ty).unwrap_or(address);
                Ok(Value::Int(numbers::int_binary(op, a, b, shape)))
            }
            (Value::Float(a), Value::Float(b)) => {
                let Some(format) = numbers::float_format(ty, self.target()) else {
                    return Err(self.not_constant("arithmetic of this type"));
                };
                if let Some(truth) = numbers::float_compare(op, a, b) {
                    return Ok(Value::bool(truth));
                }
                let value = numbers::float_binary(op, a, b, format);
                value.map(Value::Float).ok_or_else(|| self.broken("an integer"))
            }
            (a, b) => self.compare(op, &a, &b),
        }
    }

    /// Pointers, function pointers and optionals, by address.
    fn compare(&self, op: BinaryOp, a: &Value, b: &Value) -> Result<Value, Stop> {
        let order = self.order(a, b)?;
        let truth = match (op, order) {
            (BinaryOp::Eq, order) => order == Some(Ordering::Equal),
            (BinaryOp::Ne, order) => order != Some(Ordering::Equal),
            (BinaryOp::Lt, Some(order)) => order.is_lt(),
            (BinaryOp::Le, Some(order)) => order.is_le(),
            (BinaryOp::Gt, Some(order)) => order.is_gt(),
            (BinaryOp::Ge, Some(order)) => order.is_ge(),
            _ => return Err(self.not_constant("the order of addresses of different variables")),
        };
        Ok(Value::bool(truth))
    }

    /// `None` for addresses that differ and have no order here.
    fn order(&self, a: &Value, b: &Value) -> Result<Option<Ordering>, Stop> {
        Ok(match (a, b) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Pointer(a), Value::Pointer(b)) | (Value::Slice(a, _), Value::Slice(b, _)) => {
                let beside = a.base == b.base && a.path.split_last().map(|s| s.1) == b.path.split_last().map(|s| s.1);
                beside.then(|| a.path.last().cmp(&b.path.last()))
            }
            (Value::Static(a), Value::Static(b)) => (a == b).then_some(Ordering::Equal),
            (Value::Variant(a), Value::Variant(b)) => match (a.fields.as_slice(), b.fields.as_slice()) {
                _ if a.number != b.number => None,
                ([a], [b]) => self.order(a, b)?,
                ([], []) => Some(Ordering::Equal),
                _ => return Err(self.not_constant("this comparison")),
            },
            // Two functions may share their code.
            (Value::Fn(..) | Value::FnOf(..), Value::Fn(..) | Value::FnOf(..)) => {
                return Err(self.not_constant("comparing functions"));
            }
            (Value::Int(_) | Value::Pointer(_) | Value::Static(_) | Value::Fn(..) | Value::FnOf(..), _) => None,
            _ => return Err(self.not_constant("this comparison")),
        })
    }

    pub(crate) fn offset(&self, pointer: Value, offset: i128) -> Result<Value, Stop> {
        match pointer {
            _ if offset == 0 => Ok(pointer),
            Value::Pointer(pointer) => {
                let moved = self.along(&pointer, offset);
                moved
                    .map(Value::Pointer)
                    .ok_or_else(|| self.fails("moves a pointer out of the array it points into"))
            }
            _ => Err(self.not_constant("moving this pointer")),
        }
    }

    /// The pointer to another element, or to the end of the array.
    fn along(&self, pointer: &Pointer, offset: i128) -> Option<Pointer> {
        let moved = pointer.moved(offset)?;
        let (last, before) = moved.path.split_last()?;
        let (whole, ty) = self.memory.whole(moved.base)?;
        let ty = before.iter().try_fold(ty, |ty, step| self.part_ty(ty, *step))?;
        let len = match ty.kind() {
            TyKind::Array(_, len) => len.instance_len(),
            TyKind::Slice(_) => {
                let array = before.iter().try_fold(whole, |value, step| value.part(*step))?;
                match array {
                    Value::Aggregate(values) => values.len() as u64,
                    _ => return None,
                }
            }
            _ => return None,
        };
        (*last <= len).then_some(moved)
    }

    fn distance(&self, left: &Value, right: &Value) -> Result<Value, Stop> {
        if let (Value::Pointer(left), Value::Pointer(right)) = (left, right)
            && left.base == right.base
            && let (Some((a, before)), Some((b, other))) = (left.path.split_last(), right.path.split_last())
            && before == other
        {
            return Ok(Value::Int(i128::from(*a) - i128::from(*b)));
        }
        match (left, right) {
            (Value::Pointer(left), Value::Pointer(right)) if left == right => Ok(Value::Int(0)),
            _ => Err(self.not_constant("the distance between pointers into different variables")),
        }
    }

    fn aggregate(&mut self, kind: &AggregateKind, operands: &[Operand], ty: Ty) -> Result<Value, Stop> {
        let values = self.operands(operands)?;
        Ok(match kind {
            AggregateKind::Tuple
            | AggregateKind::Closure(_)
            | AggregateKind::Array(_)
            | AggregateKind::Range { .. } => Value::Aggregate(values),
            AggregateKind::Adt { .. } => {
                let values = values.into_iter().enumerate();
                Value::Aggregate(
                    values
                        .map(|(index, value)| self.cut_to_bits(ty, index as u64, value))
                        .collect(),
                )
            }
            AggregateKind::Variant { adt, variant, .. } => self.variant_of(*adt, *variant, values),
            AggregateKind::PartialAdt { adt, fields, .. } => {
                let decl = self.signatures().adt(*adt);
                if decl.kind == AdtKind::Record(StructKind::ExternUnion) {
                    let first = fields.first().zip(values.into_iter().next());
                    return match first {
                        Some((field, value)) => {
                            let value = self.cut_to_bits(ty, u64::from(*field), value);
                            Ok(Value::Union(*field, Box::new(value)))
                        }
                        None => self.zero(ty),
                    };
                }
                let mut whole = self.zero(ty)?;
                for (field, value) in fields.iter().zip(values) {
                    let value = self.cut_to_bits(ty, u64::from(*field), value);
                    if let Some(part) = whole.part_mut(u64::from(*field)) {
                        *part = value;
                    }
                }
                whole
            }
        })
    }

    pub(crate) fn variant_of(&self, adt: AdtRef, variant: u32, values: Vec<Value>) -> Value {
        let decl = self.signatures().adt(adt);
        let first = decl
            .variants
            .get(variant as usize)
            .map_or(0, |variant| variant.fields.start);
        Value::variant(variant, first, values)
    }

    fn cast(&mut self, kind: CastKind, operand: &Operand, to: Ty) -> Result<Value, Stop> {
        let from = self.operand_ty(operand);
        let value = self.operand(operand)?;
        match kind {
            CastKind::Numeric => self.numeric(value, from, to),
            CastKind::Pointer => self.pointer_cast(value, from, to),
            CastKind::ArrayToSlice => match (value, from.kind()) {
                (Value::Pointer(array), TyKind::Ref(_, inner) | TyKind::Pointer(_, inner)) => match inner.kind() {
                    TyKind::Array(_, len) => Ok(Value::Slice(array.part(0), len.instance_len())),
                    _ => Err(self.broken("an array")),
                },
                _ => Err(self.broken("an array")),
            },
            CastKind::Unsize => Err(self.not_constant("a value of a `dyn` type")),
            CastKind::BorrowAsFn => self.borrow_as_fn(value, from),
            CastKind::FnPointer => match (value, from.kind()) {
                (_, TyKind::Closure(_)) => Ok(self.lone_closure(from)),
                (Value::Fn(function, args), _) => Ok(Value::Fn(function, args)),
                (_, TyKind::FnItem(function, args)) => Ok(Value::Fn(*function, Rc::from(args.as_ref()))),
                _ => Err(self.broken("a function")),
            },
            CastKind::Some => Ok(Value::some(value)),
        }
    }

    /// The `fn` that borrows what a reference leads to.
    fn borrow_as_fn(&self, reference: Value, from: Ty) -> Result<Value, Stop> {
        let (Value::Pointer(pointer), TyKind::Ref(_, target)) = (reference, from.kind()) else {
            return Err(self.broken("a reference"));
        };
        match target.kind() {
            TyKind::Ref(..) => self.borrow_as_fn(self.read(&Spot::of_pointer(&pointer))?, *target),
            TyKind::Closure(_) => Ok(Value::FnOf(*target, pointer)),
            TyKind::FnPointer(_) => self.read(&Spot::of_pointer(&pointer)),
            TyKind::FnItem(function, args) => Ok(Value::Fn(*function, Rc::from(args.as_ref()))),
            _ => Err(self.not_constant("this value as a function")),
        }
    }

    fn numeric(&self, value: Value, from: Ty, to: Ty) -> Result<Value, Stop> {
        let to_format = numbers::float_format(to, self.target());
        match (value, self.shape(to)) {
            (Value::Int(value), Some(_)) if is_bool(to) => Ok(Value::bool(value != 0)),
            (Value::Float(value), Some(_)) if is_bool(to) => Ok(Value::bool(value != 0.0)),
            (Value::Int(value), Some(shape)) => Ok(Value::Int(numbers::wrap(value, shape))),
            (Value::Float(value), Some(shape)) => Ok(Value::Int(numbers::float_to_int(value, shape))),
            (Value::Int(value), None) => match (self.shape(from), to_format) {
                (Some(shape), Some(format)) => Ok(Value::Float(numbers::int_to_float(value, shape, format))),
                // `as` from a number to a pointer.
                (Some(_), None) if !to.is_float() => Ok(Value::Int(value)),
                _ => Err(self.not_constant("a cast to this type")),
            },
            (Value::Float(value), None) => match to_format {
                Some(format) => Ok(Value::Float(numbers::round(value, format))),
                None => Err(self.not_constant("a cast to this type")),
            },
            (Value::Pointer(_) | Value::Static(_) | Value::Fn(..) | Value::FnOf(..), Some(_)) => {
                Err(self.not_constant("an address as a number"))
            }
            _ => Err(self.broken("a number")),
        }
    }

    fn pointer_cast(&self, value: Value, from: Ty, to: Ty) -> Result<Value, Stop> {
        let is_optional = |ty: Ty| matches!(ty.kind(), TyKind::Optional(_));
        let value = match (value, is_optional(from), is_optional(to)) {
            (Value::Variant(mut variant), true, false) => variant.fields.pop().unwrap_or(Value::Int(0)),
            (Value::Int(0), false, true) => return Ok(Value::none()),
            (value, false, true) => return Ok(Value::some(value)),
            (value, _, _) => value,
        };
        match value {
            Value::Pointer(_) | Value::Static(_) | Value::Fn(..) | Value::FnOf(..) if to.is_integer() => {
                Err(self.not_constant("an address as a number"))
            }
            Value::Slice(first, _) if !is_fat(to) => Ok(Value::Pointer(first)),
            value => Ok(value),
        }
    }
}

fn is_bool(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Bool | TyKind::C(target::CScalar::Bool))
}

/// A pointer or reference with a length, or an optional of one.
pub(crate) fn is_fat(ty: Ty) -> bool {
    match ty.kind() {
        TyKind::Ref(_, inner) | TyKind::Pointer(_, inner) => inner.has_fat_pointers(),
        TyKind::Optional(inner) => is_fat(*inner),
        _ => false,
    }
}
