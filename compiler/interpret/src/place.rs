//! Places: from the projections of MIR to a part of an allocation, and reading and writing there.

use std::rc::Rc;

use check::{AdtKind, Ty, TyKind};
use hir::StructKind;
use mir::{Local, Place, Projection};
use target::IntShape;

use crate::errors::Stop;
use crate::machine::Machine;
use crate::memory::AllocationId;
use crate::numbers;
use crate::value::{Pointer, Value};

/// How many parts one value may be made of when it is written out.
pub(crate) const MAX_ELEMENTS: u64 = 1 << 24;

/// A place: an allocation and the way to a part of it.
#[derive(Debug)]
pub(crate) struct Spot {
    pub(crate) base: AllocationId,
    pub(crate) path: Vec<u64>,
    /// The elements of a slice behind a reference, of which the path leads to the first, and how many there are.
    pub(crate) slice: Option<u64>,
}

impl Spot {
    pub(crate) fn of_pointer(pointer: &Pointer) -> Self {
        Self {
            base: pointer.base,
            path: pointer.path.to_vec(),
            slice: None,
        }
    }

    pub(crate) fn pointer(&self) -> Pointer {
        Pointer {
            base: self.base,
            path: Rc::from(self.path.as_slice()),
        }
    }
}

impl Machine<'_> {
    pub(crate) fn local(&self, local: Local) -> usize {
        self.frame().start + base::Id::index(local)
    }

    /// Where a place is.
    pub(crate) fn spot(&self, place: &Place) -> Result<Spot, Stop> {
        let mut spot = Spot {
            base: self.memory.id(self.local(place.local)),
            path: Vec::new(),
            slice: None,
        };
        for projection in &place.projections {
            match projection {
                Projection::Deref => spot = self.behind(&spot)?,
                Projection::Field(index, _) => spot.path.push(u64::from(*index)),
                Projection::SomeValue(_) => spot.path.push(0),
                Projection::ConstantIndex(index) => self.index(&mut spot, *index),
                Projection::Index(local) => {
                    let value = self.memory.variable(self.local(*local)).value.clone();
                    let Value::Int(index) = value else {
                        return Err(self.broken("an index"));
                    };
                    self.index(&mut spot, index as u64);
                }
            }
        }
        Ok(spot)
    }

    fn index(&self, spot: &mut Spot, index: u64) {
        match (spot.slice.take(), spot.path.last_mut()) {
            (Some(_), Some(first)) => *first += index,
            _ => spot.path.push(index),
        }
    }

    /// What the pointer at a place points to.
    fn behind(&self, spot: &Spot) -> Result<Spot, Stop> {
        let value = self.at(spot)?;
        match value {
            Value::Slice(first, len) => Ok(Spot {
                slice: Some(*len),
                ..Spot::of_pointer(first)
            }),
            // A reference held as an optional's only value looks the same.
            Value::Pointer(pointer) => Ok(Spot::of_pointer(pointer)),
            Value::Static(_) => Err(self.not_constant("the value of a variable")),
            Value::Int(0) => Err(self.fails("uses a null pointer")),
            Value::Int(_) => Err(self.not_constant("memory at an address that is a number")),
            // A box is a struct of one pointer.
            Value::Aggregate(fields) if fields.len() == 1 => {
                let mut inner = spot.path.clone();
                inner.push(0);
                self.behind(&Spot {
                    base: spot.base,
                    path: inner,
                    slice: None,
                })
            }
            Value::Uninit
            | Value::Float(_)
            | Value::Fn(..)
            | Value::FnOf(..)
            | Value::Aggregate(_)
            | Value::Variant(_)
            | Value::Union(..) => Err(self.broken("a pointer")),
        }
    }

    /// What is at a place.
    pub(crate) fn at(&self, spot: &Spot) -> Result<&Value, Stop> {
        let Some((mut value, _)) = self.memory.whole(spot.base) else {
            return Err(self.fails("uses a value whose scope has ended"));
        };
        for step in &spot.path {
            let Some(part) = value.part(*step) else {
                return Err(self.no_part(value));
            };
            value = part;
        }
        Ok(value)
    }

    fn no_part(&self, of: &Value) -> Stop {
        match of {
            Value::Aggregate(_) => self.fails("reads past the end of an array"),
            Value::Uninit => self.fails("reads memory that holds no value"),
            Value::Union(..) => self.not_constant("reading a union's bytes as another field"),
            Value::Int(_)
            | Value::Float(_)
            | Value::Pointer(_)
            | Value::Slice(..)
            | Value::Fn(..)
            | Value::FnOf(..)
            | Value::Static(_)
            | Value::Variant(_) => self.not_constant("reading memory as another type"),
        }
    }

    pub(crate) fn read(&self, spot: &Spot) -> Result<Value, Stop> {
        match self.at(spot)? {
            Value::Uninit => {
                let ty = self.spot_ty(spot);
                self.empty(ty)
                    .ok_or_else(|| self.fails("reads memory that holds no value"))
            }
            value => Ok(value.clone()),
        }
    }

    /// The one value of a type that has no bytes.
    fn empty(&self, ty: Ty) -> Option<Value> {
        match ty.kind() {
            TyKind::Tuple(elements) => {
                let values: Option<Vec<_>> = elements.iter().map(|ty| self.empty(*ty)).collect();
                values.map(Value::Aggregate)
            }
            TyKind::Closure(closure) => {
                let values: Option<Vec<_>> = closure.captures().iter().map(|ty| self.empty(*ty)).collect();
                values.map(Value::Aggregate)
            }
            TyKind::Array(_, len) if len.known_len() == Some(0) => Some(Value::Aggregate(Vec::new())),
            TyKind::FnItem(function, args) => Some(Value::Fn(*function, Rc::from(args.as_ref()))),
            TyKind::Adt(adt, _) => {
                let decl = self.signatures().adt(*adt);
                if decl.kind != AdtKind::Record(StructKind::Lang) {
                    return None;
                }
                let tys = self.signatures().field_tys(ty);
                let fields = tys.map(|field| self.empty(field));
                fields.collect::<Option<Vec<_>>>().map(Value::Aggregate)
            }
            _ => None,
        }
    }

    /// Takes the value out of a place.
    pub(crate) fn take(&mut self, spot: &Spot) -> Result<Value, Stop> {
        if matches!(spot.base, AllocationId::Constant(_)) || matches!(self.at(spot)?, Value::Uninit) {
            return self.read(spot);
        }
        let taken = self.at_mut(spot)?;
        Ok(std::mem::replace(taken, Value::Uninit))
    }

    pub(crate) fn write(&mut self, spot: &Spot, value: Value) -> Result<(), Stop> {
        let value = match spot.path.split_last() {
            Some((last, outer)) => {
                let whole = self.memory.whole(spot.base).map_or(Ty::unit(), |(_, ty)| ty);
                let owner = outer.iter().try_fold(whole, |ty, step| self.part_ty(ty, *step));
                match owner {
                    Some(owner) => self.cut_to_bits(owner, *last, value),
                    None => value,
                }
            }
            None => value,
        };
        *self.at_mut(spot)? = value;
        Ok(())
    }

    /// What a field of the owner holds after a value is written there: of a bit-field, its lowest bits.
    pub(crate) fn cut_to_bits(&self, owner: Ty, field: u64, value: Value) -> Value {
        let field = u32::try_from(field).unwrap_or(u32::MAX);
        let width = self
            .signatures()
            .bit_field(owner, field)
            .and_then(|field| field.bit_width);
        let (Some(bits), Value::Int(number)) = (width, &value) else {
            return value;
        };
        let shape = self.signatures().field_ty(owner, field).and_then(|ty| self.shape(ty));
        match shape {
            Some(shape) => Value::Int(numbers::wrap(*number, IntShape { bits, ..shape })),
            None => value,
        }
    }

    /// A place to be written. What it is a part of, and holds nothing yet, is taken apart on the way.
    pub(crate) fn at_mut(&mut self, spot: &Spot) -> Result<&mut Value, Stop> {
        if matches!(spot.base, AllocationId::Constant(_)) {
            return Err(self.fails("writes to a constant"));
        }
        // Looking first keeps the borrow of the walk that writes short.
        let expanded = self.parts_for(spot)?;
        for (path, value) in expanded {
            let variable = self.memory.whole_mut(spot.base).expect("looked at before");
            let place = path
                .iter()
                .try_fold(&mut variable.value, |value, step| value.part_mut(*step));
            *place.expect("looked at before") = value;
        }
        let variable = self.memory.whole_mut(spot.base).expect("looked at before");
        let place = spot
            .path
            .iter()
            .try_fold(&mut variable.value, |value, step| value.part_mut(*step));
        Ok(place.expect("every part on the way is there"))
    }

    /// Values of which the place becomes a part, for the places on the way that hold none.
    fn parts_for(&self, spot: &Spot) -> Result<Vec<(Vec<u64>, Value)>, Stop> {
        let Some((whole, ty)) = self.memory.whole(spot.base) else {
            return Err(self.fails("uses a value whose scope has ended"));
        };
        let mut value = Some(whole);
        let mut made = Vec::new();
        for (depth, step) in spot.path.iter().enumerate() {
            let part = value.and_then(|value| value.part(*step));
            let is_other_field = matches!(value, Some(Value::Union(..)) if part.is_none());
            if part.is_some() {
                value = part;
                continue;
            }
            if !(value.is_none() || is_other_field || matches!(value, Some(Value::Uninit))) {
                return Err(match value {
                    Some(value) => self.no_part(value),
                    None => self.broken("a place"),
                });
            }
            let path = spot.path[..depth].to_vec();
            let ty = path.iter().try_fold(ty, |ty, step| self.part_ty(ty, *step));
            let Some(parts) = ty.and_then(|ty| self.uninit_parts(ty, *step)) else {
                return Err(self.not_constant("writing a part of this"));
            };
            made.push((path, parts));
            value = None;
        }
        Ok(made)
    }

    /// A value of the type in which each part is still to be written.
    fn uninit_parts(&self, ty: Ty, step: u64) -> Option<Value> {
        let n_parts = match ty.kind() {
            TyKind::Array(_, len) => {
                let len = len.known_len().filter(|len| *len <= MAX_ELEMENTS)?;
                usize::try_from(len).ok()?
            }
            TyKind::Tuple(elements) => elements.len(),
            TyKind::Range { .. } => 2,
            TyKind::Adt(adt, _) => {
                let decl = self.signatures().adt(*adt);
                match decl.kind {
                    AdtKind::Record(StructKind::ExternUnion) => {
                        return Some(Value::Union(u32::try_from(step).ok()?, Box::new(Value::Uninit)));
                    }
                    AdtKind::Record(StructKind::Lang | StructKind::ExternStruct) => decl.fields.len(),
                    AdtKind::Enum | AdtKind::ExternEnum | AdtKind::OpaqueRecord => return None,
                }
            }
            _ => return None,
        };
        (step < n_parts as u64).then(|| Value::Aggregate(vec![Value::Uninit; n_parts]))
    }

    /// The type of a part.
    pub(crate) fn part_ty(&self, ty: Ty, step: u64) -> Option<Ty> {
        match ty.kind() {
            TyKind::Array(element, _) | TyKind::Slice(element) => Some(*element),
            TyKind::Optional(inner) => Some(*inner),
            _ => self.signatures().field_ty(ty, u32::try_from(step).ok()?),
        }
    }

    /// The type of what is at a place.
    pub(crate) fn spot_ty(&self, spot: &Spot) -> Ty {
        let whole = self.memory.whole(spot.base).map_or(Ty::unit(), |(_, ty)| ty);
        let part = spot.path.iter().try_fold(whole, |ty, step| self.part_ty(ty, *step));
        part.unwrap_or(Ty::never())
    }
}
