//! What the back end reads: code units, monomorphic, laid out, and without one front-end type.
//!
//! `mono` makes them, `driver` keys the object cache by their bytes, `lang-codegen` turns each into one object.
//! A unit is complete: the same bytes give the same object. Every size and offset is in bytes unless the name
//! says otherwise.

mod body;
mod debug;
mod report;
mod types;

pub use body::{
    AtomicOp, AtomicOrder, BinaryOp, Block, BlockId, Body, Callee, CastKind, Const, Intrinsic, LocalDecl, LocalId,
    Operand, Place, Projection, Rvalue, ScopeId, SourceLoc, SourceScope, Statement, StatementKind, Terminator,
    TerminatorKind, UnaryOp,
};
pub use debug::{DebugBits, DebugEncoding, DebugField, DebugType, DebugTypeId, DebugVariant};
pub use report::{Failure, FailureKind};
pub use types::{Repr, Scalar, TypeDef, TypeId, Values};

use base::IndexVec;
use serde::{Deserialize, Serialize};

base::define_id! {
    /// A function that the unit defines or declares.
    pub struct FunctionId;
    /// A global that the unit defines or declares.
    pub struct GlobalId;
    /// A source file, for debug information.
    pub struct UnitFileId;
}

/// One code unit.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Unit {
    /// Unique in the program, the same at each build of the same source: the object's name.
    pub name: String,
    pub machine: Machine,
    pub optimize: Optimize,
    pub debug_info: DebugInfo,
    /// What watches the program. Every function is then compiled for it, and every lifetime marked.
    pub sanitizer: Option<Sanitizer>,
    /// Whether panics unwind. When not, no landing pad and no personality is emitted.
    pub panic: PanicStrategy,
    pub files: IndexVec<UnitFileId, UnitFile>,
    pub types: IndexVec<TypeId, TypeDef>,
    pub debug_types: IndexVec<DebugTypeId, DebugType>,
    pub functions: IndexVec<FunctionId, Function>,
    pub globals: IndexVec<GlobalId, Global>,
    /// C that is compiled by Clang with this unit, linked in as bitcode and inlined.
    pub c_texts: Vec<CText>,
}

/// The identity of this format, which the bytes of a unit begin with.
const FORMAT: &[u8] = env!("UNIT_FORMAT").as_bytes();

/// Why bytes are no unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoUnit {
    /// They are of another build of the compiler, or nothing like a unit.
    OtherFormat,
    Malformed(postcard::Error),
}

impl Unit {
    /// The bytes that the cache is keyed by and that `lang-codegen` reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_extend(self, FORMAT.to_vec()).expect("a unit holds nothing that cannot be serialised")
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NoUnit> {
        let bytes = bytes.strip_prefix(FORMAT).ok_or(NoUnit::OtherFormat)?;
        postcard::from_bytes(bytes).map_err(NoUnit::Malformed)
    }
}

/// The processor that the unit is compiled for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Machine {
    /// An LLVM triple.
    pub triple: String,
    pub data_layout: String,
    pub cpu: String,
    /// LLVM's function attribute `tune-cpu`, where there is one.
    pub tune_cpu: Option<String>,
    /// LLVM's feature string, `+sse4.2,-avx`.
    pub features: String,
    /// LLVM's function attribute `frame-pointer`; `none` adds no attribute.
    pub frame_pointer: String,
    pub unwind_tables: UnwindTables,
    /// Whether a function with a frame larger than a page touches its pages in order, so that it meets the stack's end.
    pub stack_probes: bool,
    pub relocation_model: RelocationModel,
    pub pointer_bits: u32,
    /// How C's ABI widens an integer of 32 bits that a variadic call passes after its parameters.
    pub variadic_extend: Extend,
}

/// From where the functions' frames can be walked: nowhere, the calls in them, or each instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum UnwindTables {
    None,
    Sync,
    Async,
}

/// What the addresses in the code may assume.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RelocationModel {
    Static,
    /// Position-independent, for any module.
    Pic,
    /// Position-independent, for an executable.
    Pie,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Optimize {
    /// Only `always_inline` functions are inlined.
    None,
    /// Clang's -O2.
    Full,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DebugInfo {
    None,
    /// DWARF 4: lines, scopes, variables, types.
    Full,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum PanicStrategy {
    Unwind,
    Abort,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Sanitizer {
    /// LLVM's AddressSanitizer.
    Address,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct UnitFile {
    pub directory: String,
    pub name: String,
}

/// A function. Declared only when `body` is absent.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Function {
    /// The name as C has it: a target's prefix (`_` on Darwin) is added to it. After a leading `\x01` (as Clang
    /// writes an `asm` label) stands the linker's exact name.
    pub symbol: String,
    /// What people call it, for debug information: `geometry.Point.length`.
    pub name: String,
    pub signature: Signature,
    pub linkage: Linkage,
    pub inline: Inline,
    /// A call of it never unwinds.
    pub nounwind: bool,
    /// What the callee promises, of a function that C defines.
    pub facts: Facts,
    /// LLVM's feature string, of code for processors with more than the machine's has to have.
    pub features: Option<String>,
    pub body: Option<Body>,
}

/// What a function promises of itself: attributes of C. LLVM counts on it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Facts {
    pub effects: Effects,
    /// Nothing else points to what the result points to.
    pub fresh_result: bool,
    pub nonnull_result: bool,
    /// The parameters, from 0, that are the size of what the result points to, or the two factors of it.
    pub alloc_size: Option<(u32, Option<u32>)>,
}

/// What of memory a function touches. One that changes nothing also returns.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Effects {
    #[default]
    Any,
    Reads,
    None,
}

/// Parameters and result, after lowering to what is passed.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Signature {
    pub abi: Abi,
    pub params: Vec<Param>,
    /// A type of `Repr::Unit` returns nothing.
    pub ret: Param,
    pub noreturn: bool,
}

/// A passed value. For [`Abi::C`] the type is a scalar (or a unit, as a result).
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Param {
    pub ty: TypeId,
    /// How C's ABI widens a small integer here; always `None` for [`Abi::Lang`].
    pub extend: Extend,
    /// What is known of the memory that it points to, where it is a reference; always `None` for [`Abi::C`].
    pub pointee: Option<Pointee>,
}

/// Memory behind a reference: so many bytes can be read while the callee runs, at an address that `align` divides. Of a
/// slice none are known to be there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Pointee {
    pub size: u64,
    pub align: u64,
    pub access: Access,
}

/// What happens to the memory behind a parameter while the callee runs. Of a result nothing is said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Access {
    /// Anything.
    Any,
    /// The callee does not write there by way of the parameter; somebody else may.
    Read,
    /// Nobody writes there.
    Frozen,
    /// What the callee reads or writes there by way of the parameter, nobody writes or reads in another way.
    Exclusive,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Extend {
    None,
    Zero,
    Sign,
}

/// How values are passed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Abi {
    /// Ours: scalars and pairs in registers (a pair as two values), memory types by a pointer to a copy that
    /// the callee owns, memory results through a pointer that comes first, units not at all.
    Lang,
    /// C's, for scalar signatures only. All else crosses through a thunk in a [`CText`].
    C { variadic: bool },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Linkage {
    /// Defined here, seen by other units of the program, not outside it.
    Program,
    /// Defined here and used only here.
    Internal,
    /// Defined by another unit of the program; the body here is one to inline, and never code of its own.
    Copy,
    /// Defined here for everyone: `main`, exports.
    Export,
    /// Defined in another object or library.
    Import,
    /// Defined as `static inline` by a [`CText`] of this unit.
    CText,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Inline {
    Default,
    Hint,
    Always,
    Never,
    /// Never, and what leads to a call of it is unlikely.
    Cold,
}

/// A variable or a constant in memory.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Global {
    /// As a function's.
    pub symbol: String,
    pub size: u64,
    pub align: u64,
    pub linkage: Linkage,
    /// Never written: goes to read-only memory, and equal ones may be one.
    pub constant: bool,
    pub thread_local: bool,
    /// Absent when declared only.
    pub init: Option<GlobalInit>,
}

/// Bytes with the addresses that the linker fills in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct GlobalInit {
    /// As long as the global; zeros where a relocation stands.
    pub bytes: Vec<u8>,
    /// Sorted by offset, each as wide as a pointer.
    pub relocations: Vec<Relocation>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Relocation {
    pub offset: u64,
    pub target: RelocationTarget,
    /// Added to the target's address.
    pub addend: i64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum RelocationTarget {
    Function(FunctionId),
    Global(GlobalId),
}

/// C text that Clang compiles in process with the unit, linked in as LLVM IR before anything is optimised.
///
/// What the text looks like:
/// - It is one C translation unit, read after the precompiled header where there is one.
/// - Each function of the unit with [`Linkage::CText`] is a function definition of the same name, in the text or in
///   the precompiled header: `static inline __attribute__((always_inline))` for a thunk, which is then inlined at
///   every level and leaves no symbol; a header's own `static inline` function may be named without a thunk, and is
///   inlined where C would inline it. The text need not use or mark such a function: being declared by the unit
///   makes Clang emit it. Where two texts of a unit define a name, the first is taken.
/// - Its C parameters and result are those of the unit's signature, which is [`Abi::C`] and thus scalars only:
///   records, `long double`, `_Complex` and `__int128` go by pointer.
///   `static inline __attribute__((always_inline)) void t0(struct p *r, struct p *a) { *r = f(*a); }`.
/// - Names of thunks are unique in the unit and need not be in the program: they are internal.
/// - What else the text declares is resolved by linker name, against the unit first: a thunk may call a function
///   that the unit defines or declares, whatever the linkage. What the text *defines* with external linkage (an
///   export, a callback that C calls by name) stays in the object under its C name; so no variable or function that
///   every unit repeats may be defined so.
/// - Nothing that the unit does not reach is emitted, whatever the headers define inline.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CText {
    pub text: String,
    /// Clang driver arguments, without program name, input, output and precompiled header: `--target=…`, the CPU
    /// (`-mcpu=`, `-march=`) where it is not Clang's default for the target, `-resource-dir=…`, include folders,
    /// defines, `-std=…`. [`CText::implied_args`] come after them.
    pub args: Vec<String>,
    /// The precompiled header that the text stands on, by path, and the hash of what went into it. It was made by the
    /// same release of Clang with the same `args` and [`CText::implied_args`], or Clang refuses it. Among `args` is
    /// `-fpch-validate-input-files-content`, or Clang refuses it when a header is touched and not changed.
    pub pch: Option<CPch>,
    /// What begins the linker's names of the text's static variables. Those of one name are one in the program, as the
    /// units whose texts stand on the same headers are to C one translation unit.
    pub statics: String,
}

impl CText {
    /// What the back end adds to `args`, and whoever makes the precompiled header has to add as well: the
    /// optimisation level, and that panics may unwind through C text.
    pub fn implied_args(optimize: Optimize) -> [&'static str; 3] {
        let level = match optimize {
            Optimize::None => "-O0",
            Optimize::Full => "-O2",
        };
        [level, "-fexceptions", "-funwind-tables"]
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CPch {
    pub path: String,
    pub content: base::ContentHash,
}
