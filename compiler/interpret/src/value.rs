//! Values as trees: what a place in the interpreter's memory holds.

use std::rc::Rc;

use check::{FnRef, StaticRef, Ty};

use crate::memory::AllocationId;

/// A value, or a part of one. Its type is that of the place it is in.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing was written here, or it was moved out.
    Uninit,
    /// Integers, `bool`, `char`, `extern` enums, and pointers that are no address of anything, null among them: the
    /// mathematical value, but that of a `u128` modulo 2^128.
    Int(i128),
    Float(f64),
    Pointer(Pointer),
    /// A reference or pointer with a length: to the first element.
    Slice(Pointer, u64),
    Fn(FnRef, Rc<[Ty]>),
    /// A closure as a `fn`: its type, and where it is.
    FnOf(Ty, Pointer),
    /// The address of a global.
    Static(StaticRef),
    /// Tuples, arrays, structs, ranges: one value a field or element.
    Aggregate(Vec<Value>),
    Variant(Box<Variant>),
    /// A union, by the field that was written last.
    Union(u32, Box<Value>),
}

/// A value of an enum or optional.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) number: u32,
    /// The index of its first field among those of all variants.
    pub(crate) first: u32,
    pub(crate) fields: Vec<Value>,
}

/// A place in memory: an allocation, and the way to a part of it by indices of fields and elements. One that points to
/// an element of an array can be moved along it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Pointer {
    pub(crate) base: AllocationId,
    pub(crate) path: Rc<[u64]>,
}

impl Value {
    pub(crate) fn unit() -> Self {
        Self::Aggregate(Vec::new())
    }

    pub(crate) fn bool(value: bool) -> Self {
        Self::Int(i128::from(value))
    }

    /// How many values it is made of when it is written out.
    pub(crate) fn n_parts(&self) -> u64 {
        match self {
            Self::Aggregate(parts) => parts.iter().map(Self::n_parts).fold(1, u64::saturating_add),
            Self::Variant(variant) => variant.fields.iter().map(Self::n_parts).fold(1, u64::saturating_add),
            Self::Union(_, part) => part.n_parts(),
            _ => 1,
        }
    }

    /// `none`
    pub(crate) fn none() -> Self {
        Self::variant(0, 0, Vec::new())
    }

    pub(crate) fn some(value: Self) -> Self {
        Self::variant(1, 0, vec![value])
    }

    pub(crate) fn variant(number: u32, first: u32, fields: Vec<Self>) -> Self {
        Self::Variant(Box::new(Variant { number, first, fields }))
    }

    /// The field or element of this index.
    pub(crate) fn part(&self, step: u64) -> Option<&Self> {
        match self {
            Self::Aggregate(values) => values.get(usize::try_from(step).ok()?),
            Self::Variant(variant) => {
                let index = step.checked_sub(u64::from(variant.first))?;
                variant.fields.get(usize::try_from(index).ok()?)
            }
            Self::Union(field, value) => (u64::from(*field) == step).then_some(value),
            Self::Uninit
            | Self::Int(_)
            | Self::Float(_)
            | Self::Pointer(_)
            | Self::Slice(..)
            | Self::Fn(..)
            | Self::FnOf(..)
            | Self::Static(_) => None,
        }
    }

    /// The same, to be changed.
    pub(crate) fn part_mut(&mut self, step: u64) -> Option<&mut Self> {
        match self {
            Self::Aggregate(values) => values.get_mut(usize::try_from(step).ok()?),
            Self::Variant(variant) => {
                let index = step.checked_sub(u64::from(variant.first))?;
                variant.fields.get_mut(usize::try_from(index).ok()?)
            }
            Self::Union(field, value) => (u64::from(*field) == step).then_some(value),
            Self::Uninit
            | Self::Int(_)
            | Self::Float(_)
            | Self::Pointer(_)
            | Self::Slice(..)
            | Self::Fn(..)
            | Self::FnOf(..)
            | Self::Static(_) => None,
        }
    }
}

impl Pointer {
    /// The pointer to a field or element of what this one points to.
    pub(crate) fn part(&self, step: u64) -> Self {
        Self {
            base: self.base,
            path: self.path.iter().copied().chain([step]).collect(),
        }
    }

    /// The pointer to another element of the same array.
    pub(crate) fn moved(&self, offset: i128) -> Option<Self> {
        let (last, before) = self.path.split_last()?;
        let index = u64::try_from(i128::from(*last).checked_add(offset)?).ok()?;
        Some(Self {
            base: self.base,
            path: before.iter().copied().chain([index]).collect(),
        })
    }
}
