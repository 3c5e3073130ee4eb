//! What the compiler knows of the machines it builds for: triples, data layouts, C's scalar types, record layout.
//!
//! Takes the text of `toolchain.toml`. Gives [`Table`] and its [`Target`] rows, [`CScalar`] facts per target, and
//! layout arithmetic. Reads nothing from disk or environment, and knows no LLVM type.

mod facts;
mod layout;
mod scalars;
mod table;
mod triple;

pub use facts::{TargetFact, TargetValue};
pub use layout::{
    Layout, RecordLayout, RecordOptions, TooLarge, array_layout, lang_struct_layout, lang_variant_layout,
    struct_layout, union_layout,
};
pub use scalars::{CFacts, CScalar, ExtendPolicy, Extension, FloatFormat, IntShape};
pub use table::{Table, TableError, UnknownTarget};
pub use triple::{
    Arch, Endian, FramePointer, LinkFacts, LinkerFlavor, Native, Os, Processor, Relocation, RunFacts, Sanitizer,
    SanitizerFacts, StackProbes, SysrootFacts, Target, Unwind, UnwindTables, has_feature,
};
