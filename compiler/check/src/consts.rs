//! Values known at compile time.

use std::sync::Arc;

use base::Symbol;

use crate::{FnRef, StaticRef, Ty};

/// A value. Its type is known where it stands.
#[derive(Clone, PartialEq, Debug)]
pub enum ConstValue {
    /// Integers of any type, `bool`, `char`, enums, and pointers made from integers: the mathematical value,
    /// but that of a `u128` modulo 2^128.
    Int(i128),
    /// The bits of an `f64`.
    Float(u64),
    /// `&str`
    Str(Symbol),
    /// `&[u8; N]` of a byte string.
    Bytes(Arc<[u8]>),
    /// `&CStr` or `*const c_char`: without the NUL.
    CStr(Arc<[u8]>),
    /// Null pointers and `none`.
    Null,
    /// What this const parameter is: known in each instance.
    Param(Ty),
    /// A function, as item or pointer.
    Fn(FnRef, Box<[Ty]>),
    /// A closure without captures as a function: of this type.
    Closure(Ty),
    /// The address of a global.
    Static(StaticRef),
    /// A reference to a constant of the type.
    Ref(Arc<ConstValue>, Ty),
    /// A `&[T]` over the elements of an aggregate.
    Slice(Arc<ConstValue>, Ty),
    /// Tuples, arrays, structs: one value a field or element.
    Aggregate(Vec<ConstValue>),
    /// A value of an enum or optional: the variant, and a value for each of its fields.
    Variant(u32, Vec<ConstValue>),
    /// A union, by the field that was written last.
    Union(u32, Box<ConstValue>),
    /// An array of equal elements.
    Repeat(Box<ConstValue>, u64),
    /// All bytes zero, of any type.
    Zero,
    /// A record or array of C's, as it lies in memory.
    Memory(Arc<[u8]>),
}

/// How many elements, each written out, an array of a constant may have. One that is all zeros may have any number.
const MAX_ELEMENTS: u64 = 1 << 26;

impl ConstValue {
    /// An array of `len` equal elements; absent where it is too large to be written out.
    pub fn repeated(element: ConstValue, len: u64) -> Option<Self> {
        let is_small = element.is_zero() || element.n_elements().saturating_mul(len) <= MAX_ELEMENTS;
        is_small.then(|| Self::Repeat(Box::new(element), len))
    }

    /// The value with other types in it.
    pub fn map_tys(&self, f: &impl Fn(Ty) -> Ty) -> Self {
        let all = |values: &[Self]| values.iter().map(|value| value.map_tys(f)).collect();
        match self {
            Self::Param(param) => {
                let known = f(*param);
                known.const_value().unwrap_or(Self::Param(known))
            }
            Self::Fn(function, args) => Self::Fn(*function, args.iter().map(|ty| f(*ty)).collect()),
            Self::Closure(ty) => Self::Closure(f(*ty)),
            Self::Ref(inner, ty) => Self::Ref(Arc::new(inner.map_tys(f)), f(*ty)),
            Self::Slice(inner, ty) => Self::Slice(Arc::new(inner.map_tys(f)), f(*ty)),
            Self::Variant(variant, values) => Self::Variant(*variant, all(values)),
            Self::Aggregate(values) => Self::Aggregate(all(values)),
            Self::Union(field, value) => Self::Union(*field, Box::new(value.map_tys(f))),
            Self::Repeat(value, count) => Self::Repeat(Box::new(value.map_tys(f)), *count),
            Self::Int(_)
            | Self::Float(_)
            | Self::Str(_)
            | Self::Bytes(_)
            | Self::CStr(_)
            | Self::Null
            | Self::Static(_)
            | Self::Zero
            | Self::Memory(_) => self.clone(),
        }
    }

    /// The value for these generic arguments: of what it is the default of, say.
    pub fn substitute(&self, args: &[Ty]) -> Self {
        match args {
            [] => self.clone(),
            args => self.map_tys(&|ty| ty.substitute(args)),
        }
    }

    fn is_zero(&self) -> bool {
        match self {
            Self::Zero | Self::Int(0) => true,
            Self::Repeat(element, _) => element.is_zero(),
            _ => false,
        }
    }

    fn n_elements(&self) -> u64 {
        match self {
            Self::Repeat(element, len) => element.n_elements().saturating_mul(*len),
            Self::Aggregate(values) | Self::Variant(_, values) => {
                values.iter().fold(1, |n, value| n.saturating_add(value.n_elements()))
            }
            Self::Union(_, value) => value.n_elements(),
            _ => 1,
        }
    }
}
