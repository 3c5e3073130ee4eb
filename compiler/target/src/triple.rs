//! One target: a row of the table, its facts as types.
//!
//! Takes a deserialised row. Gives [`Target`]; what its data layout says (pointer width, byte order, the alignment of
//! 128-bit integers) is read from there and nowhere else.

use crate::scalars::CFacts;
use serde::Deserialize;

/// A machine, system and C library that programs are built for. Made by [`crate::Table`] alone, so that the derived
/// fields agree with `data_layout`.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Target {
    /// What the user writes and messages say, `aarch64-apple-darwin`.
    pub name: String,
    /// Other names that `--target` takes.
    pub aliases: Vec<String>,
    /// LLVM's and Clang's triple, `arm64-apple-macosx13.0.0`.
    pub triple: String,
    pub arch: Arch,
    pub os: Os,
    /// The last part of the triple: `gnu`, `musl`, `gnueabihf`, or empty.
    pub env: String,
    /// The ABI's name for LLVM's `target-abi` (`lp64d`), where the triple does not imply it.
    pub abi: Option<String>,
    /// LLVM's data layout string.
    pub data_layout: String,
    pub pointer_bits: u32,
    pub endian: Endian,
    /// LLVM's name for the processor.
    pub cpu: String,
    /// The processor whose speed the code is arranged for, where it is another than `cpu`.
    pub tune_cpu: Option<String>,
    /// LLVM's features, `+sse2,-neon`, as Clang passes them for the triple.
    pub features: String,
    /// What Clang's driver is told of the processor; empty for the one that it takes by itself.
    pub processor_args: Vec<String>,
    /// What watches the program that is built.
    pub sanitizer: Option<Sanitizer>,
    /// In optimised code.
    pub frame_pointer: FramePointer,
    /// In code that is not optimised.
    pub debug_frame_pointer: FramePointer,
    pub unwind_tables: UnwindTables,
    /// How a frame that is larger than the page that guards a stack's end is kept from reaching over it.
    pub stack_probes: StackProbes,
    pub relocation: Relocation,
    pub unwind: Unwind,
    /// What the name of an executable ends in: empty or `.exe`.
    pub executable_suffix: String,
    pub c: CFacts,
    pub link: LinkFacts,
    pub sysroot: SysrootFacts,
    pub run: RunFacts,
    max_int_align_bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arch {
    #[serde(rename = "x86_64")]
    X86_64,
    Aarch64,
    Riscv64,
    Arm,
    Wasm32,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Os {
    Linux,
    Macos,
    Windows,
    Wasi,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Endian {
    Little,
    Big,
}

/// Which functions keep a frame pointer: the value of LLVM's `frame-pointer` attribute.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FramePointer {
    None,
    NonLeaf,
    /// As `NonLeaf`, but the leaf functions may use the register for something else.
    NonLeafNoReserve,
    All,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Relocation {
    Static,
    /// Code that may be loaded anywhere.
    Pic,
    /// The same, and part of an executable, whose own symbols nothing replaces.
    Pie,
}

/// Which functions' frames can be walked, and from where.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnwindTables {
    None,
    /// From the calls in a function.
    Sync,
    /// From each instruction of a function, as profilers need it.
    Async,
}

/// What a function with a large frame does before it uses it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StackProbes {
    /// Nothing that is asked for: LLVM has no probes for the machine, or makes them by itself (Windows).
    #[default]
    None,
    /// It touches each page in order, from the stack's side.
    Inline,
}

/// How panics unwind.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unwind {
    /// The Itanium C++ ABI's unwinder with DWARF or compact tables.
    Itanium,
    /// No unwinder yet: a panic aborts.
    None,
}

/// Which of lld's faces links for the target.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkerFlavor {
    /// `ld.lld`.
    Elf,
    /// `ld64.lld`.
    MachO,
    /// `ld.lld` in its MinGW face.
    Pe,
    /// `wasm-ld`.
    Wasm,
}

/// What a link needs. Files are named without folders: `crt.rs` of the linker crate finds them.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LinkFacts {
    pub flavor: LinkerFlavor,
    /// The value of `-m`, or of `-arch` for Mach-O.
    pub emulation: String,
    /// Arguments for every executable.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// The loader's path on the target; absent when nothing is linked dynamically, or the system has only one.
    pub dynamic_linker: Option<String>,
    /// Mach-O: the oldest system that the program runs on.
    pub platform_version: Option<String>,
    #[serde(default)]
    pub start_objects: Vec<String>,
    #[serde(default)]
    pub end_objects: Vec<String>,
    /// Names for `-l`.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// File names, the first that is found is taken.
    #[serde(default)]
    pub unwinder: Vec<String>,
    /// File names of the compiler's support library, the first that is found is taken.
    #[serde(default)]
    pub builtins: Vec<String>,
    /// File names of the library of C++, the first that is found is taken. Empty where it is found by name.
    #[serde(default)]
    pub cxx_libraries: Vec<String>,
    /// The Debian packages that bring all this, for messages.
    pub packages: Vec<String>,
    /// Absent where LLVM has no such runtime for the target.
    pub address_sanitizer: Option<SanitizerFacts>,
}

impl LinkFacts {
    /// What programs that it watches are linked with.
    pub fn sanitizer(&self, sanitizer: Sanitizer) -> Option<&SanitizerFacts> {
        match sanitizer {
            Sanitizer::Address => self.address_sanitizer.as_ref(),
        }
    }
}

/// What watches a program while it runs: code that LLVM adds to it, and a runtime.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Sanitizer {
    /// LLVM's AddressSanitizer: memory that is not there, or not there any more, and with LeakSanitizer memory that
    /// nothing leads to.
    Address,
}

impl Sanitizer {
    /// The word of `--sanitize`, and of Clang's `-fsanitize`.
    pub fn name(self) -> &'static str {
        match self {
            Sanitizer::Address => "address",
        }
    }
}

/// The runtime of a sanitizer. Archives are named without folders, for Clang's older layout: in the newer, where the
/// folder names the processor, their names lack it.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SanitizerFacts {
    /// Archives that are linked whole, in this order.
    pub runtimes: Vec<String>,
    /// The same, for programs with C++ in them.
    pub cxx_runtimes: Vec<String>,
    /// What the runtime needs, names for `-l`.
    pub libraries: Vec<String>,
    /// The Debian package of the runtime, for messages.
    pub package: String,
}

/// Where a development machine keeps the target's files. All are candidates: absent ones are passed over.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SysrootFacts {
    /// The root below which the target's own paths lie, when a user names one in an overriding table.
    pub root: Option<String>,
    /// Debian's folder name, `x86_64-linux-gnu`.
    pub multiarch: Option<String>,
    #[serde(default)]
    pub library_dirs: Vec<String>,
    /// Folders of the C library's headers on the build machine.
    #[serde(default)]
    pub include_dirs: Vec<String>,
    /// Folders that hold one folder per version of GCC's support library.
    #[serde(default)]
    pub gcc_dirs: Vec<String>,
}

/// How a program for the target is started.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RunFacts {
    /// The host on which programs run by themselves.
    pub native: Option<Native>,
    /// The command that runs a program elsewhere; empty when there is none.
    #[serde(default)]
    pub runner: Vec<String>,
}

/// A host in the spelling of `std::env::consts`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Native {
    pub arch: String,
    pub os: String,
}

/// A processor as Clang sees it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, Deserialize)]
pub struct Processor {
    /// LLVM's name.
    pub cpu: String,
    pub tune_cpu: Option<String>,
    /// All of it: `+avx,+avx2`.
    pub features: String,
    /// What Clang's driver is told so that it takes this processor.
    pub clang_args: Vec<String>,
}

/// A row as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) name: String,
    #[serde(default)]
    aliases: Vec<String>,
    triple: String,
    arch: Arch,
    os: Os,
    env: String,
    abi: Option<String>,
    data_layout: String,
    cpu: String,
    #[serde(default)]
    tune_cpu: Option<String>,
    features: String,
    frame_pointer: FramePointer,
    debug_frame_pointer: FramePointer,
    unwind_tables: UnwindTables,
    #[serde(default)]
    stack_probes: StackProbes,
    relocation: Relocation,
    unwind: Unwind,
    #[serde(default)]
    executable_suffix: String,
    c: CFacts,
    link: LinkFacts,
    #[serde(default)]
    sysroot: SysrootFacts,
    #[serde(default)]
    run: RunFacts,
}

impl Target {
    pub(crate) fn from_row(row: Row) -> Target {
        let facts = DataLayout::read(&row.data_layout);
        Target {
            name: row.name,
            aliases: row.aliases,
            triple: row.triple,
            arch: row.arch,
            os: row.os,
            env: row.env,
            abi: row.abi,
            data_layout: row.data_layout,
            pointer_bits: facts.pointer_bits,
            endian: facts.endian,
            cpu: row.cpu,
            tune_cpu: row.tune_cpu,
            features: row.features,
            processor_args: Vec::new(),
            sanitizer: None,
            frame_pointer: row.frame_pointer,
            debug_frame_pointer: row.debug_frame_pointer,
            unwind_tables: row.unwind_tables,
            stack_probes: row.stack_probes,
            relocation: row.relocation,
            unwind: row.unwind,
            executable_suffix: row.executable_suffix,
            c: row.c,
            link: row.link,
            sysroot: row.sysroot,
            run: row.run,
            max_int_align_bytes: facts.max_int_align_bytes,
        }
    }

    /// The same machine with another processor in it.
    pub fn with_processor(&self, processor: Processor) -> Target {
        Target {
            cpu: processor.cpu,
            tune_cpu: processor.tune_cpu,
            features: processor.features,
            processor_args: processor.clang_args,
            ..self.clone()
        }
    }

    /// The same machine, for programs that a sanitizer watches; `None` where there is no runtime of it.
    pub fn with_sanitizer(&self, sanitizer: Sanitizer) -> Option<Target> {
        self.link.sanitizer(sanitizer)?;
        Some(Target {
            sanitizer: Some(sanitizer),
            ..self.clone()
        })
    }

    /// What Clang's driver is told of the processor and of what watches the program, wherever C becomes code.
    pub fn code_args(&self) -> Vec<String> {
        let sanitizer = self
            .sanitizer
            .map(|sanitizer| format!("-fsanitize={}", sanitizer.name()));
        self.processor_args.iter().cloned().chain(sanitizer).collect()
    }

    /// What Clang's driver calls the option that names a processor.
    pub fn processor_option(&self) -> &'static str {
        match self.arch {
            Arch::X86_64 => "-march",
            Arch::Aarch64 | Arch::Riscv64 | Arch::Arm | Arch::Wasm32 => "-mcpu",
        }
    }

    /// The features without which the target's ABI cannot be: what holds the floating-point arguments.
    pub fn abi_features(&self) -> &'static [&'static str] {
        match self.arch {
            Arch::Riscv64 => &["d"],
            Arch::Arm => &["vfp2"],
            Arch::X86_64 => &["sse2"],
            Arch::Aarch64 => &["fp-armv8"],
            Arch::Wasm32 => &[],
        }
    }

    /// A feature as it stands in C's attribute `target`.
    pub fn feature_word(&self, name: &str) -> String {
        match self.arch {
            Arch::Riscv64 => format!("arch=+{name}"),
            Arch::X86_64 | Arch::Aarch64 | Arch::Arm | Arch::Wasm32 => name.to_owned(),
        }
    }

    /// Whether the processor has a feature of LLVM's name.
    pub fn has_feature(&self, name: &str) -> bool {
        has_feature(&self.features, name)
    }

    pub fn pointer_bytes(&self) -> u64 {
        u64::from(self.pointer_bits / 8)
    }

    /// The alignment of the most aligned integer type: 16 where 128-bit integers are, else 8.
    pub fn max_int_align_bytes(&self) -> u64 {
        self.max_int_align_bytes
    }

    /// Whether this machine runs the target's programs by itself.
    pub fn is_host(&self) -> bool {
        let host_env_agrees = self.os != Os::Linux || (self.env == "musl") == cfg!(target_env = "musl");
        host_env_agrees && self.runs_natively()
    }

    /// Whether programs start without a runner here. A static musl program does on a glibc host, too.
    pub fn runs_natively(&self) -> bool {
        let here = |native: &Native| native.arch == std::env::consts::ARCH && native.os == std::env::consts::OS;
        self.run.native.as_ref().is_some_and(here)
    }
}

impl FramePointer {
    /// The value of LLVM's function attribute `frame-pointer`.
    pub fn attribute(self) -> &'static str {
        match self {
            FramePointer::None => "none",
            FramePointer::NonLeaf => "non-leaf",
            FramePointer::NonLeafNoReserve => "non-leaf-no-reserve",
            FramePointer::All => "all",
        }
    }
}

/// Whether a list such as `+avx,-sse4a` has a feature.
pub fn has_feature(list: &str, name: &str) -> bool {
    list.split(',').any(|feature| feature.strip_prefix('+') == Some(name))
}

/// What LLVM's data layout string says of the things that we lay out ourselves.
struct DataLayout {
    pointer_bits: u32,
    endian: Endian,
    max_int_align_bytes: u64,
}

impl DataLayout {
    /// The defaults are those of LLVM's language reference: big endian, 64-bit pointers.
    fn read(text: &str) -> DataLayout {
        let mut facts = DataLayout {
            pointer_bits: 64,
            endian: Endian::Big,
            max_int_align_bytes: 8,
        };
        for part in text.split('-') {
            let (key, rest) = part.split_once(':').unwrap_or((part, ""));
            let mut numbers = rest.split(':').map(|number| number.parse::<u32>().ok());
            match key {
                "e" => facts.endian = Endian::Little,
                "p" | "p0" => facts.pointer_bits = numbers.next().flatten().unwrap_or(facts.pointer_bits),
                "i128" => facts.max_int_align_bytes = u64::from(numbers.next().flatten().unwrap_or(64) / 8),
                _ => {}
            }
        }
        facts
    }
}
