//! The functions of the library that the compiler makes itself: one table of names, one enum.
//!
//! Takes the type or module that an `@intrinsic fn` stands in and its name, gives the [`Intrinsic`]. What each does
//! is said at its variant and nowhere else; the declaration in `stdlib/core` gives the signature. How one is
//! compiled is for `mir` and `mono`.

use base::Symbol;

use crate::{DefId, ItemId, ItemKind, Module, Program, TypeRefKind};

/// A function whose body the compiler makes. `T` is the function's or its impl's first type parameter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Intrinsic {
    /// `mem.size_of<T>() -> usize`: the bytes between elements of an array of `T`.
    SizeOf,
    /// `mem.align_of<T>() -> usize`
    AlignOf,
    /// `ptr.size_of_val<T: ?Sized>(pointer: *const T) -> usize`: of a `CStr`, 0.
    SizeOfVal,
    /// `ptr.align_of_val<T: ?Sized>(pointer: *const T) -> usize`
    AlignOfVal,
    /// `unsafe mem.zeroed<T>() -> T`: all bytes zero.
    Zeroed,
    /// `mem.forget<T>(value: T)`: takes the value and drops nothing.
    Forget,
    /// `unsafe ptr.read<T>(source: *const T) -> T`: the value there, bit by bit; the place counts as moved from.
    PtrRead,
    /// `unsafe ptr.write<T>(destination: *T, value: T)`: drops nothing of what was there.
    PtrWrite,
    /// `unsafe ptr.copy<T>(source: *const T, destination: *T, count: usize)`: `count` elements, which may overlap.
    PtrCopy,
    /// `unsafe ptr.drop_in_place<T>(pointer: *T)`: drops the value there.
    PtrDropInPlace,
    /// `mem.needs_drop<T>() -> bool`: whether anything runs when a `T` is dropped.
    NeedsDrop,
    /// `unsafe panic.guarded(run: fn(*c_void), data: *c_void) -> i32`: calls `run(data)`, and gives 0, or something
    /// else if it panicked.
    Guarded,
    /// `atomic.load<T>(address: *const T, order: u8) -> T` and so on, unsafe: `T` is an integer, `bool` or raw pointer.
    Atomic(AtomicOp),
    /// `slice.from_raw_parts<T>(data: *const T, len: usize) -> &[T]`, unsafe: the pair of the two.
    SliceFromRawParts,
    /// `slice.from_raw_parts_mut<T>(data: *T, len: usize) -> &mut [T]`, unsafe.
    SliceFromRawPartsMut,
    /// `[T].len(&self) -> usize`: the second half of the pair.
    SliceLen,
    /// `[T].as_ptr(&self) -> *const T`: the first half of the pair.
    SliceAsPtr,
    /// `[T].as_mut_ptr(&mut self) -> *T`
    SliceAsMutPtr,
    /// `str.as_bytes(&self) -> &[u8]`: the same pair.
    StrAsBytes,
    /// `unsafe str.from_utf8_unchecked(bytes: &[u8]) -> &str`: the same pair.
    StrFromUtf8Unchecked,
    /// `unsafe CStr.from_ptr(pointer: *const c_char) -> &CStr`: the same pointer.
    CStrFromPtr,
    /// `CStr.as_ptr(&self) -> *const c_char`: the same pointer.
    CStrAsPtr,
    /// `i32.count_ones(self) -> u32`, and so on for every integer type.
    CountOnes,
    /// `i32.leading_zeros(self) -> u32`: the width for zero.
    LeadingZeros,
    /// `i32.trailing_zeros(self) -> u32`: the width for zero.
    TrailingZeros,
    /// `i32.swap_bytes(self) -> i32`: the bytes in reverse order; an `i8` or `u8` stays as it is.
    SwapBytes,
    /// `i32.rotate_left(self, n: u32) -> i32`: by `n` modulo the width.
    RotateLeft,
    /// `f64.sqrt(self) -> f64`, and `f32`: NaN below zero.
    Sqrt,
    /// `f64.abs(self) -> f64`: clears the sign bit.
    Abs,
}

/// What an atomic operation does; all but the first two and the last give what was there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AtomicOp {
    Load,
    Store,
    Exchange,
    Add,
    Sub,
    And,
    Or,
    Xor,
    Min,
    Max,
    CompareExchange,
    Fence,
}

/// What an intrinsic is declared in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    /// A module of the library, by the last part of its path.
    Module(&'static str),
    /// An `impl` of a builtin type of this name.
    Type(&'static str),
    Slice,
    /// An `impl` of any builtin integer type.
    Integer,
    /// An `impl` of any builtin float type.
    Float,
}

const TABLE: &[(Owner, &str, Intrinsic)] = &[
    (Owner::Module("mem"), "size_of", Intrinsic::SizeOf),
    (Owner::Module("mem"), "align_of", Intrinsic::AlignOf),
    (Owner::Module("mem"), "zeroed", Intrinsic::Zeroed),
    (Owner::Module("mem"), "forget", Intrinsic::Forget),
    (Owner::Module("ptr"), "size_of_val", Intrinsic::SizeOfVal),
    (Owner::Module("ptr"), "align_of_val", Intrinsic::AlignOfVal),
    (Owner::Module("ptr"), "read", Intrinsic::PtrRead),
    (Owner::Module("ptr"), "write", Intrinsic::PtrWrite),
    (Owner::Module("ptr"), "copy", Intrinsic::PtrCopy),
    (Owner::Module("ptr"), "drop_in_place", Intrinsic::PtrDropInPlace),
    (Owner::Module("panic"), "guarded", Intrinsic::Guarded),
    (Owner::Module("mem"), "needs_drop", Intrinsic::NeedsDrop),
    (Owner::Module("atomic"), "load", Intrinsic::Atomic(AtomicOp::Load)),
    (Owner::Module("atomic"), "store", Intrinsic::Atomic(AtomicOp::Store)),
    (
        Owner::Module("atomic"),
        "exchange",
        Intrinsic::Atomic(AtomicOp::Exchange),
    ),
    (Owner::Module("atomic"), "add", Intrinsic::Atomic(AtomicOp::Add)),
    (Owner::Module("atomic"), "sub", Intrinsic::Atomic(AtomicOp::Sub)),
    (Owner::Module("atomic"), "and", Intrinsic::Atomic(AtomicOp::And)),
    (Owner::Module("atomic"), "or", Intrinsic::Atomic(AtomicOp::Or)),
    (Owner::Module("atomic"), "xor", Intrinsic::Atomic(AtomicOp::Xor)),
    (Owner::Module("atomic"), "least", Intrinsic::Atomic(AtomicOp::Min)),
    (Owner::Module("atomic"), "greatest", Intrinsic::Atomic(AtomicOp::Max)),
    (
        Owner::Module("atomic"),
        "compare_exchange",
        Intrinsic::Atomic(AtomicOp::CompareExchange),
    ),
    (
        Owner::Module("atomic"),
        "order_memory",
        Intrinsic::Atomic(AtomicOp::Fence),
    ),
    (Owner::Module("slice"), "from_raw_parts", Intrinsic::SliceFromRawParts),
    (
        Owner::Module("slice"),
        "from_raw_parts_mut",
        Intrinsic::SliceFromRawPartsMut,
    ),
    (Owner::Slice, "len", Intrinsic::SliceLen),
    (Owner::Slice, "as_ptr", Intrinsic::SliceAsPtr),
    (Owner::Slice, "as_mut_ptr", Intrinsic::SliceAsMutPtr),
    (Owner::Type("str"), "as_bytes", Intrinsic::StrAsBytes),
    (
        Owner::Type("str"),
        "from_utf8_unchecked",
        Intrinsic::StrFromUtf8Unchecked,
    ),
    (Owner::Type("CStr"), "from_ptr", Intrinsic::CStrFromPtr),
    (Owner::Type("CStr"), "as_ptr", Intrinsic::CStrAsPtr),
    (Owner::Integer, "count_ones", Intrinsic::CountOnes),
    (Owner::Integer, "leading_zeros", Intrinsic::LeadingZeros),
    (Owner::Integer, "trailing_zeros", Intrinsic::TrailingZeros),
    (Owner::Integer, "swap_bytes", Intrinsic::SwapBytes),
    (Owner::Integer, "rotate_left", Intrinsic::RotateLeft),
    (Owner::Float, "sqrt", Intrinsic::Sqrt),
    (Owner::Float, "abs", Intrinsic::Abs),
];

impl Program {
    /// The intrinsic that `def`, an `@intrinsic fn`, names; `link` has checked that there is one.
    pub fn intrinsic(&self, def: DefId) -> Option<Intrinsic> {
        intrinsic_of(&self.modules[def.module], def.item)
    }
}

/// The intrinsic that `item`, a function of `module`, names by its place and its name.
pub(crate) fn intrinsic_of(module: &Module, item: ItemId) -> Option<Intrinsic> {
    let function = &module.hir.items[item];
    let owner = match function.parent {
        None => Place::Module(*module.path.last()?),
        Some(parent) => {
            let ItemKind::Impl(block) = &module.hir.items[parent].kind else {
                return None;
            };
            let self_ty = &module.hir.type_ref(block.self_ty).kind;
            if let TypeRefKind::Path(path) = self_ty
                && let [segment] = path.as_slice()
            {
                Place::Type(segment.name)
            } else if matches!(self_ty, TypeRefKind::Slice(_)) {
                Place::Slice
            } else {
                return None;
            }
        }
    };
    let name = function.name.as_str();
    TABLE
        .iter()
        .find(|(expected, known, _)| name == *known && owner.is(*expected))
        .map(|(_, _, intrinsic)| *intrinsic)
}

/// Where a function stands, to be compared with an [`Owner`].
enum Place {
    Module(Symbol),
    Type(Symbol),
    Slice,
}

impl Place {
    fn is(&self, owner: Owner) -> bool {
        match (self, owner) {
            (Self::Module(name), Owner::Module(expected)) => *name == expected,
            (Self::Type(name), Owner::Type(expected)) => *name == expected,
            (Self::Type(name), Owner::Integer) => is_integer_type(name.as_str()),
            (Self::Type(name), Owner::Float) => matches!(name.as_str(), "f32" | "f64"),
            (Self::Slice, Owner::Slice) => true,
            (Self::Module(_) | Self::Type(_) | Self::Slice, _) => false,
        }
    }
}

fn is_integer_type(name: &str) -> bool {
    matches!(
        name,
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize"
    )
}
