//! Crossings: the calls between Lang and C whose values only Clang knows how to pass.
//!
//! Made by `mono`, turned into C text by `cimport`, compiled beside the code unit that they are listed with. A call
//! whose values are all simple scalars is no crossing: the back end makes it directly.
//!
//! Lang's side of a crossing is always a function whose C parameters are pointers: first one to the result unless
//! that is `void`, then one to each argument. Lang's side may pass any object pointers; the text says what they are.

use serde::{Deserialize, Serialize};

use crate::{CArgMode, CModuleId, CRecordKind, CSignature, CTag, CType, CUse};

/// One piece of C text. Equal ones of a unit are one: `name` tells them apart.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Crossing {
    /// The function that the text defines (but see [`CrossingKind::HeaderFunction`]): a C identifier, the same for the
    /// same crossing in whichever unit.
    pub name: String,
    pub kind: CrossingKind,
    /// C's side. Header functions' is as the header has it; a hand-written one has `void *` for every pointer.
    pub signature: CSignature,
    /// The promoted types of what a variadic call passes after the signature's parameters.
    pub variadic_args: Vec<CType>,
    /// The module whose header the text stands on; absent when it needs none.
    pub module: Option<CModuleId>,
    /// The records of Lang source that the signature mentions, each after those that it contains.
    pub records: Vec<CrossingRecord>,
    /// What the code around has beside what the build's processor has, as C's attribute `target` names it.
    pub features: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CrossingKind {
    /// `static inline void NAME(R *r, A *a, B *b) { *r = function(*a, *b); }`, always inlined.
    CallFunction { callee: CCallee },
    /// The same with the function's address before the result: `void NAME(void *f, R *r, A *a)`.
    CallPointer,
    /// `static inline void NAME(R *r) { *r = MACRO; }`, always inlined. No result where the signature's is `void`; a
    /// store has an argument instead.
    Macro { name: String, usage: CMacroUse },
    /// `static inline void NAME(R *r, S *s) { *r = s->FIELD; }`, or `void NAME(S *s, A *a) { s->FIELD = *a; }`, always
    /// inlined: what reads or writes a bit-field, whose type is the signature's result or its one parameter. `record`
    /// is `S`, where the field may be one of anonymous members. It is aligned to `align` bytes, absent if to its own.
    BitField {
        record: CTag,
        field: String,
        access: BitFieldAccess,
        align: Option<u64>,
    },
    /// `static inline void NAME(R *r, A *a) { *r = MACRO(*a); }`, always inlined, in the same forms.
    Use {
        of: Box<CUse>,
        modes: Vec<CArgMode>,
        usage: CMacroUse,
    },
    /// No text: the unit calls a header's inline function, whose name is `name`, or takes its address.
    HeaderFunction,
    /// `R NAME(A a, B b) { R r; TARGET(&r, &a, &b); return r; }`: external, for C to call. `target` is a function of
    /// the unit, a C identifier.
    Callback { target: String, reach: CallbackReach },
}

/// How an object-like macro is used.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CMacroUse {
    /// `r = MACRO`
    Value,
    /// `r = &MACRO`
    Address,
    /// `R r = MACRO`
    Initializer,
    /// `R r = MACRO` of an lvalue without an address
    Load,
    /// `MACRO = a`, which comes last
    Store,
    /// What a function gives that consists of a macro which returns.
    Returned,
    /// `r` says whether the macro has returned from its function.
    MayReturn,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum BitFieldAccess {
    Load,
    Store,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CCallee {
    /// Declared by the header of the crossing's module, under this name.
    Header(String),
    /// Declared in Lang source: the symbol as C has it (a target's prefix is added to it).
    Symbol(String),
}

/// Who sees the function that C text defines for C to call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum CallbackReach {
    /// The program's other units: hidden visibility.
    Program,
    /// Everyone: an `export fn`.
    Everyone,
}

/// An `extern struct` or `extern union` of Lang source, as C text defines it. [`CType::Record`] with its tag refers to
/// it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CShape {
    /// `struct NAME` or `union NAME`, where the name is a C identifier that no header has.
    pub tag: CTag,
    pub kind: CRecordKind,
    /// In order.
    pub fields: Vec<CShapeField>,
    pub packed: bool,
    pub align: Option<u64>,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CShapeField {
    /// Every pointer is `void *`.
    pub ty: CType,
    /// The width of a bit-field.
    pub bit_width: Option<u32>,
    /// Not an unnamed bit-field, which only moves those behind it. C knows a named one as [`CShape::field_name`].
    pub is_named: bool,
}

impl CShape {
    /// What a field is called in C.
    pub fn field_name(index: usize) -> String {
        format!("f{index}")
    }
}

/// A record of Lang source that is crossed with.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct CrossingRecord {
    pub shape: CShape,
    /// What Lang laid out, in bytes, for the text to assert: size, alignment, and the offset of each field, absent for
    /// a bit-field.
    pub size: u64,
    pub align_bytes: u64,
    pub offsets: Vec<Option<u64>>,
}
