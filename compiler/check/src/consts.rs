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
