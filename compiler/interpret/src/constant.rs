//! Constants as values, and the result of an evaluation as a constant.

use std::rc::Rc;
use std::sync::Arc;

use base::sym;
use check::{AdtKind, ConstValue, Ty, TyKind};
use hir::{Mutability, StructKind};

use crate::errors::{self, Stop};
use crate::machine::Machine;
use crate::memory::{AllocationId, ConstantKey};
use crate::numbers;
use crate::place::Spot;
use crate::rvalue::is_fat;
use crate::value::{Pointer, Value};

/// How deep references in a constant may go.
const MAX_DEPTH: u32 = 256;

/// From how many bytes on an array of them is kept as such.
const MANY_BYTES: usize = 64;

impl Machine<'_> {
    /// A constant of the type.
    pub(crate) fn constant(&mut self, value: &ConstValue, ty: Ty) -> Result<Value, Stop> {
        Ok(match value {
            ConstValue::Param(_) => return Err(self.not_constant("what depends on a generic parameter")),
            ConstValue::Int(value) if ty.is_float() => Value::Float(*value as f64),
            ConstValue::Int(value) => Value::Int(*value),
            ConstValue::Float(bits) => Value::Float(f64::from_bits(*bits)),
            ConstValue::Str(text) if is_fat(ty) => {
                let len = text.as_str().len() as u64;
                Value::Slice(self.text(*text, false), len)
            }
            ConstValue::Str(text) => Value::Pointer(self.text(*text, true)),
            ConstValue::CStr(bytes) => {
                let key = ConstantKey::of_bytes(bytes);
                let with_nul: Vec<u8> = bytes.iter().copied().chain([0]).collect();
                Value::Pointer(self.bytes(key, &with_nul, true, value).part(0))
            }
            ConstValue::Bytes(bytes) => {
                if matches!(ty.kind(), TyKind::Array(..)) {
                    return Ok(byte_values(bytes));
                }
                let whole = self.bytes(ConstantKey::of_bytes(bytes), bytes, false, value);
                if is_fat(ty) {
                    Value::Slice(whole.part(0), bytes.len() as u64)
                } else {
                    Value::Pointer(whole)
                }
            }
            ConstValue::Null if matches!(ty.kind(), TyKind::Optional(_)) => Value::none(),
            ConstValue::Null => Value::Int(0),
            ConstValue::Fn(function, args) => Value::Fn(*function, Rc::from(args.as_ref())),
            ConstValue::Closure(closure) => self.lone_closure(*closure),
            ConstValue::Static(global) => Value::Static(*global),
            ConstValue::Ref(inner, inner_ty) => {
                let whole = self.shared(inner, *inner_ty)?;
                match inner_ty.kind() {
                    TyKind::Array(_, len) if is_fat(ty) => Value::Slice(whole.part(0), len.instance_len()),
                    _ => Value::Pointer(whole),
                }
            }
            ConstValue::Slice(elements, element) => {
                let len = match elements.as_ref() {
                    ConstValue::Aggregate(values) => values.len() as u64,
                    ConstValue::Repeat(_, len) => *len,
                    ConstValue::Bytes(bytes) | ConstValue::Memory(bytes) => bytes.len() as u64,
                    _ => return Err(self.not_constant("this slice")),
                };
                Value::Slice(self.shared(elements, element.array(len))?.part(0), len)
            }
            ConstValue::Aggregate(values) => {
                let parts = values.iter().enumerate().map(|(index, value)| {
                    let part = self.part_ty(ty, index as u64).unwrap_or(Ty::unit());
                    self.constant(value, part)
                });
                Value::Aggregate(parts.collect::<Result<_, _>>()?)
            }
            ConstValue::Variant(number, values) => self.constant_variant(*number, values, ty)?,
            ConstValue::Union(field, value) => {
                let part = self.part_ty(ty, u64::from(*field)).unwrap_or(Ty::unit());
                Value::Union(*field, Box::new(self.constant(value, part)?))
            }
            ConstValue::Repeat(value, len) => {
                let element = self.part_ty(ty, 0).unwrap_or(Ty::unit());
                let value = self.constant(value, element)?;
                self.repeated(&value, *len)?
            }
            ConstValue::Zero => self.zero(ty)?,
            ConstValue::Memory(bytes) => match ty.kind() {
                TyKind::Array(element, _) if is_byte(*element) => byte_values(bytes),
                _ => return Err(self.not_constant("reading a record of C's")),
            },
        })
    }

    fn constant_variant(&mut self, number: u32, values: &[ConstValue], ty: Ty) -> Result<Value, Stop> {
        let first = match ty.kind() {
            TyKind::Adt(adt, _) => {
                let variants = &self.signatures().adt(*adt).variants;
                variants.get(number as usize).map_or(0, |variant| variant.fields.start)
            }
            _ => 0,
        };
        let fields = values.iter().zip(u64::from(first)..).map(|(value, index)| {
            let part = self.part_ty(ty, index).unwrap_or(Ty::unit());
            self.constant(value, part)
        });
        let fields = fields.collect::<Result<_, _>>()?;
        Ok(Value::variant(number, first, fields))
    }

    /// A closure without captures as a `fn`.
    pub(crate) fn lone_closure(&mut self, ty: Ty) -> Value {
        let environment = self.memory.add_constant(None, Value::unit(), ty, None);
        Value::FnOf(ty, whole(environment))
    }

    fn text(&mut self, text: base::Symbol, is_c: bool) -> Pointer {
        let mut bytes = text.as_str().as_bytes().to_vec();
        let key = if is_c {
            bytes.push(0);
            ConstantKey::CText(text)
        } else {
            ConstantKey::Text(text)
        };
        self.bytes(key, &bytes, is_c, &ConstValue::Str(text)).part(0)
    }

    /// A constant array of bytes, or of `c_char`s.
    fn bytes(&mut self, key: ConstantKey, bytes: &[u8], is_c: bool, source: &ConstValue) -> Pointer {
        let base = self.memory.known(key).unwrap_or_else(|| {
            let byte = Ty::int(check::IntTy::U8);
            let element = if is_c { Ty::c(target::CScalar::Char) } else { byte };
            let shape = numbers::int_shape(element, self.signatures(), self.target());
            let value = |byte: &u8| match shape {
                Some(shape) => Value::Int(numbers::wrap(i128::from(*byte), shape)),
                None => Value::Int(i128::from(*byte)),
            };
            let values = Value::Aggregate(bytes.iter().map(value).collect());
            let ty = element.array(bytes.len() as u64);
            self.memory.add_constant(Some(key), values, ty, Some(source.clone()))
        });
        whole(base)
    }

    /// What constants refer to.
    fn shared(&mut self, value: &Arc<ConstValue>, ty: Ty) -> Result<Pointer, Stop> {
        let key = ConstantKey::of_value(value);
        if let Some(known) = self.memory.known(key) {
            return Ok(whole(known));
        }
        let source = ConstValue::Ref(Arc::clone(value), ty);
        let value = self.constant(value, ty)?;
        Ok(whole(self.memory.add_constant(Some(key), value, ty, Some(source))))
    }

    /// The value of all bytes zero.
    pub(crate) fn zero(&self, ty: Ty) -> Result<Value, Stop> {
        let all = |types: &[Ty]| -> Result<Value, Stop> {
            let values: Result<Vec<_>, _> = types.iter().map(|ty| self.zero(*ty)).collect();
            values.map(Value::Aggregate)
        };
        match ty.kind() {
            _ if ty.is_float() => Ok(Value::Float(0.0)),
            TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::C(_)
            | TyKind::Pointer(..)
            | TyKind::ExternFn(_)
            | TyKind::FnPointer(_)
            // Of what nothing can look into there is no other value.
            | TyKind::Opaque { .. } => Ok(Value::Int(0)),
            TyKind::Optional(inner) if matches!(inner.kind(), TyKind::Ref(..) | TyKind::ExternFn(_)) => {
                Ok(Value::none())
            }
            TyKind::Tuple(elements) => all(elements),
            TyKind::Range { element, .. } => all(&[*element, *element]),
            TyKind::Array(element, len) => self.repeated(&self.zero(*element)?, len.instance_len()),
            TyKind::Adt(adt, args) => {
                let decl = self.signatures().adt(*adt);
                match decl.kind {
                    AdtKind::ExternEnum => Ok(Value::Int(0)),
                    AdtKind::Record(StructKind::ExternUnion) => {
                        let Some(first) = decl.fields.first() else {
                            return Err(self.not_constant("this union"));
                        };
                        Ok(Value::Union(
                            0,
                            Box::new(self.zero(self.signatures().instantiate(first.ty, args))?),
                        ))
                    }
                    AdtKind::Record(StructKind::Lang | StructKind::ExternStruct) => {
                        let fields: Vec<Ty> = self.signatures().field_tys(ty).collect();
                        all(&fields)
                    }
                    AdtKind::Enum | AdtKind::OpaqueRecord => Err(self.not_constant("this value of zeros")),
                }
            }
            _ => Err(self.not_constant("this value of zeros")),
        }
    }

    // --- Results ---

    /// The result of the outermost call, which has ended.
    pub(crate) fn result(&self) -> Result<ConstValue, Stop> {
        let index = self.frame().start;
        let result = self.memory.variable(index);
        let spot = Spot {
            base: self.memory.id(index),
            path: Vec::new(),
            slice: None,
        };
        let value = self.read(&spot)?;
        self.keep(&value, result.ty, MAX_DEPTH)
    }

    fn cannot_keep(&self, what: &str) -> Stop {
        errors::cannot_keep(self.frame().body.span, what).into()
    }

    fn keep(&self, value: &Value, ty: Ty, depth: u32) -> Result<ConstValue, Stop> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.cannot_keep("itself, or too deep"));
        };
        Ok(match value {
            Value::Int(_) if matches!(ty.kind(), TyKind::Opaque { .. }) => ConstValue::Zero,
            Value::Int(value) => ConstValue::Int(*value),
            Value::Float(value) => ConstValue::Float(value.to_bits()),
            Value::Fn(function, args) => ConstValue::Fn(*function, args.as_ref().into()),
            Value::FnOf(closure, _) => match closure.kind() {
                TyKind::Closure(ty) if ty.captures().is_empty() => ConstValue::Closure(*closure),
                _ => return Err(self.cannot_keep("what a closure captures")),
            },
            Value::Static(global) => ConstValue::Static(*global),
            Value::Pointer(pointer) => self.keep_pointer(pointer, ty, depth)?,
            Value::Slice(first, len) => self.keep_slice(first, *len, ty, depth)?,
            Value::Aggregate(values) => self.keep_all(values, ty, depth)?,
            Value::Variant(variant) => {
                if variant.number == 0 && matches!(ty.kind(), TyKind::Optional(_)) {
                    return Ok(ConstValue::Null);
                }
                let fields = variant.fields.iter().zip(u64::from(variant.first)..);
                let fields = fields.map(|(field, index)| {
                    let part = self.part_ty(ty, index).unwrap_or(Ty::unit());
                    self.keep(field, part, depth)
                });
                ConstValue::Variant(variant.number, fields.collect::<Result<_, _>>()?)
            }
            Value::Union(field, value) => {
                let part = self.part_ty(ty, u64::from(*field)).unwrap_or(Ty::unit());
                ConstValue::Union(*field, Box::new(self.keep(value, part, depth)?))
            }
            Value::Uninit => return Err(self.fails("leaves a part of the value without one")),
        })
    }

    fn keep_all(&self, values: &[Value], ty: Ty, depth: u32) -> Result<ConstValue, Stop> {
        if let TyKind::Array(element, _) = ty.kind()
            && is_byte(*element)
            && values.len() >= MANY_BYTES
            && let Some(bytes) = bytes_of(values)
        {
            return Ok(ConstValue::Memory(bytes.into()));
        }
        let parts = values.iter().enumerate().map(|(index, value)| {
            let part = self.part_ty(ty, index as u64).unwrap_or(Ty::unit());
            self.keep(value, part, depth)
        });
        parts.collect::<Result<_, _>>().map(ConstValue::Aggregate)
    }

    /// What a pointer of the result points to, if it stays: constants, and temporaries of the constant itself.
    fn kept(&self, base: AllocationId) -> Result<(&Value, Ty), Stop> {
        match base {
            AllocationId::Constant(_) => self
                .memory
                .whole(base)
                .ok_or_else(|| self.cannot_keep("a value that is gone")),
            AllocationId::Variable { .. } => match self.memory.find(base) {
                Some(variable) if !variable.is_named => Ok((&variable.value, variable.ty)),
                Some(_) => Err(self.cannot_keep("a variable, which is gone when the value is there")),
                None => Err(self.cannot_keep("a variable of a call that has returned")),
            },
        }
    }

    fn keep_pointer(&self, pointer: &Pointer, ty: Ty, depth: u32) -> Result<ConstValue, Stop> {
        let target = match ty.kind() {
            TyKind::Ref(Mutability::Mut, _) => return Err(self.cannot_keep("memory that may be written")),
            TyKind::Ref(Mutability::Const, target) | TyKind::Pointer(_, target) => *target,
            _ => return Err(self.not_constant("this pointer")),
        };
        let (whole, whole_ty) = self.kept(pointer.base)?;
        let is_text = matches!(target.kind(), TyKind::CStr | TyKind::C(target::CScalar::Char));
        if is_text && let Some((first, before)) = pointer.path.split_last() {
            let array = before.iter().try_fold(whole, |value, step| value.part(*step));
            if let Some(text) = array.and_then(|array| c_text(array, *first)) {
                return Ok(ConstValue::CStr(text.into()));
            }
        }
        let part = pointer.path.iter().try_fold(whole, |value, step| value.part(*step));
        let part_ty = pointer
            .path
            .iter()
            .try_fold(whole_ty, |ty, step| self.part_ty(ty, *step));
        let (Some(part), Some(part_ty)) = (part, part_ty) else {
            return Err(self.cannot_keep("what lies behind the end of an array"));
        };
        Ok(ConstValue::Ref(Arc::new(self.keep(part, part_ty, depth)?), part_ty))
    }

    fn keep_slice(&self, first: &Pointer, len: u64, ty: Ty, depth: u32) -> Result<ConstValue, Stop> {
        let target = match ty.kind() {
            TyKind::Ref(Mutability::Mut, _) if len > 0 => return Err(self.cannot_keep("memory that may be written")),
            TyKind::Ref(_, target) | TyKind::Pointer(_, target) => *target,
            _ => return Err(self.not_constant("this slice")),
        };
        let (whole, _) = self.kept(first.base)?;
        let elements = first.path.split_last().and_then(|(start, before)| {
            let array = before.iter().try_fold(whole, |value, step| value.part(*step))?;
            let Value::Aggregate(values) = array else { return None };
            let start = usize::try_from(*start).ok()?;
            values.get(start..start.checked_add(usize::try_from(len).ok()?)?)
        });
        let Some(elements) = elements else {
            return Err(self.cannot_keep("what lies behind the end of an array"));
        };
        if let TyKind::Slice(element) = target.kind() {
            let kept = self.keep_all(elements, element.array(len), depth)?;
            let kept = match kept {
                ConstValue::Memory(bytes) => ConstValue::Bytes(bytes),
                other => other,
            };
            return Ok(ConstValue::Slice(Arc::new(kept), *element));
        }
        let text = bytes_of(elements).and_then(|bytes| String::from_utf8(bytes).ok());
        match text {
            Some(text) => Ok(ConstValue::Str(sym(&text))),
            None => Err(self.fails("makes a `str` that is not UTF-8")),
        }
    }
}

fn whole(base: AllocationId) -> Pointer {
    Pointer {
        base,
        path: Rc::from([]),
    }
}

fn byte_values(bytes: &[u8]) -> Value {
    Value::Aggregate(bytes.iter().map(|byte| Value::Int(i128::from(*byte))).collect())
}

fn is_byte(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Int(check::IntTy::U8))
}

/// The bytes of an array of them; none where it holds anything else.
pub(crate) fn bytes_of(values: &[Value]) -> Option<Vec<u8>> {
    let byte = |value: &Value| match value {
        Value::Int(value) => u8::try_from(*value).ok(),
        _ => None,
    };
    values.iter().map(byte).collect()
}

/// The text from an element of an array of `c_char` to the NUL.
pub(crate) fn c_text(array: &Value, first: u64) -> Option<Vec<u8>> {
    let Value::Aggregate(values) = array else { return None };
    let mut text = Vec::new();
    for value in values.get(usize::try_from(first).ok()?..)? {
        let Value::Int(value) = value else { return None };
        if *value == 0 {
            return Some(text);
        }
        text.push(*value as u8);
    }
    None
}
