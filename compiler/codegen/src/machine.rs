//! The processor: LLVM's target machine for a unit, and the function attributes that Clang gives to every function
//! for that target, so that ours and Clang's inline into each other.
//!
//! Only the back end that a unit asks for is initialised: all of them would cost more than compiling a small unit.

use inkwell::OptimizationLevel;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::targets::{
    CodeModel, InitializationConfig, RelocMode, Target, TargetMachine, TargetMachineOptions, TargetTriple,
};
use inkwell::values::FunctionValue;
use unit::{Machine, Optimize, RelocationModel, Sanitizer, UnwindTables};

use crate::error::{Error, Result};

/// Makes LLVM's target machine, with Clang's code generation level for the optimisation.
pub(crate) fn target_machine(machine: &Machine, optimize: Optimize) -> Result<TargetMachine> {
    initialize(architecture(machine))?;
    let triple = TargetTriple::create(&machine.triple);
    let target = Target::from_triple(&triple).map_err(|error| Error::internal(error.to_string()))?;
    let level = match optimize {
        Optimize::None => OptimizationLevel::None,
        Optimize::Full => OptimizationLevel::Default,
    };
    let options = TargetMachineOptions::new()
        .set_cpu(&machine.cpu)
        .set_features(&machine.features)
        .set_level(level)
        .set_reloc_mode(relocations(machine))
        .set_code_model(CodeModel::Default);
    let made = target
        .create_target_machine_from_options(&triple, options)
        .ok_or_else(|| Error::internal(format!("LLVM makes no target machine for {}", machine.triple)))?;
    let layout = made.get_target_data().get_data_layout();
    let layout = layout.as_str().to_string_lossy();
    if layout != machine.data_layout {
        let ours = &machine.data_layout;
        return Err(Error::internal(format!(
            "data layout `{ours}` in the unit, `{layout}` in LLVM"
        )));
    }
    Ok(made)
}

fn relocations(machine: &Machine) -> RelocMode {
    match machine.relocation_model {
        RelocationModel::Static => RelocMode::Static,
        RelocationModel::Pic | RelocationModel::Pie => RelocMode::PIC,
    }
}

/// The module flags that say so, as Clang writes them: how to merge them, name, value.
pub(crate) fn module_flags(machine: &Machine) -> Vec<(u64, &'static str, u64)> {
    // Clang's rules for merging: 8 takes the smaller value, 7 the larger.
    let pic = (8, "PIC Level", 2);
    match machine.relocation_model {
        RelocationModel::Static => Vec::new(),
        RelocationModel::Pic => vec![pic],
        RelocationModel::Pie => vec![pic, (7, "PIE Level", 2)],
    }
}

/// The triple's first part.
fn architecture(machine: &Machine) -> &str {
    machine.triple.split('-').next().unwrap_or_default()
}

fn initialize(architecture: &str) -> Result<()> {
    let config = InitializationConfig {
        asm_parser: true,
        asm_printer: true,
        base: true,
        disassembler: false,
        info: true,
        machine_code: true,
    };
    match architecture {
        "x86_64" | "i386" | "i586" | "i686" => Target::initialize_x86(&config),
        "aarch64" | "arm64" => Target::initialize_aarch64(&config),
        "riscv32" | "riscv64" => Target::initialize_riscv(&config),
        "wasm32" | "wasm64" => Target::initialize_webassembly(&config),
        arm if arm.starts_with("arm") || arm.starts_with("thumb") => Target::initialize_arm(&config),
        other => return Err(Error::internal(format!("no LLVM back end is known for `{other}`"))),
    }
    Ok(())
}

/// Keeps LLVM from making a `calloc` of a `malloc` whose memory is then cleared: glibc's, before 2.41, does not look
/// among the small blocks that a thread has at hand, which costs a tree of boxes a tenth of its time. A function that
/// has this is inlined only into such as have it, too.
pub(crate) fn no_calloc(context: &Context) -> Attribute {
    context.create_string_attribute("no-builtin-calloc", "")
}

/// The attributes of every function that is defined for a machine.
pub(crate) struct MachineAttributes {
    common: Vec<Attribute>,
    /// Of functions that say no other.
    features: Option<Attribute>,
    /// Of functions that a sanitizer watches: all, as what is inlined into each other has to agree.
    sanitizer: Option<Attribute>,
}

/// LLVM's function attribute for a list of features.
fn feature_attribute(context: &Context, features: &str) -> Option<Attribute> {
    (!features.is_empty()).then(|| context.create_string_attribute("target-features", features))
}

impl MachineAttributes {
    pub(crate) fn new(context: &Context, machine: &Machine, sanitizer: Option<Sanitizer>) -> Self {
        let text = |key: &str, value: &str| context.create_string_attribute(key, value);
        let mut attributes = vec![text("target-cpu", &machine.cpu)];
        if let Some(tune_cpu) = &machine.tune_cpu {
            attributes.push(text("tune-cpu", tune_cpu));
        }
        if machine.frame_pointer != "none" {
            attributes.push(text("frame-pointer", &machine.frame_pointer));
        }
        let tables = match machine.unwind_tables {
            UnwindTables::None => None,
            UnwindTables::Sync => Some(1),
            UnwindTables::Async => Some(2),
        };
        if let Some(tables) = tables {
            let kind = Attribute::get_named_enum_kind_id("uwtable");
            attributes.push(context.create_enum_attribute(kind, tables));
        }
        if machine.stack_probes {
            attributes.push(text("probe-stack", "inline-asm"));
        }
        attributes.push(no_calloc(context));
        Self {
            common: attributes,
            features: feature_attribute(context, &machine.features),
            sanitizer: sanitizer.map(|sanitizer| {
                let name = match sanitizer {
                    Sanitizer::Address => "sanitize_address",
                };
                context.create_enum_attribute(Attribute::get_named_enum_kind_id(name), 0)
            }),
        }
    }

    /// `features` are those of a function for processors with more.
    pub(crate) fn add_to(&self, function: FunctionValue<'_>, context: &Context, features: Option<&str>) {
        let features = match features {
            Some(features) => feature_attribute(context, features),
            None => self.features,
        };
        for &attribute in self.common.iter().chain(&features).chain(&self.sanitizer) {
            function.add_attribute(AttributeLoc::Function, attribute);
        }
    }
}
