//! One unit from start to end: IR, verification, optimisation, bytes.

use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{FileType, TargetMachine};
use unit::{DebugInfo, FailureKind, Optimize, Unit};

use crate::cli::{Emit, Options};
use crate::context::UnitCx;
use crate::debuginfo::DebugCx;
use crate::error::{Error, Result};
use crate::faults;
use crate::machine::target_machine;
use crate::sanitize::sanitize;

/// Gives the bytes of the output that the options ask for.
pub(crate) fn compile(unit: &Unit, options: &Options) -> Result<Vec<u8>> {
    let machine = target_machine(&unit.machine, unit.optimize)?;
    let context = Context::create();
    faults::collect(&context);
    let module = build(&context, unit, &machine)?;
    if options.verify {
        verify(&module)?;
    }
    optimize(&module, &machine, unit)?;
    if let Some(sanitizer) = unit.sanitizer {
        sanitize(&module, &machine, sanitizer);
    }
    let bytes = output(&module, &machine, options.emit)?;
    match faults::taken() {
        None => Ok(bytes),
        // The unit's own code gives LLVM nothing to refuse; what the assembler in C text says is Clang's to the user.
        Some(message) if !unit.c_texts.is_empty() => Err(Error {
            kind: FailureKind::Clang,
            message,
        }),
        Some(message) => Err(Error::internal(message)),
    }
}

/// The unit's module, before optimisation.
fn build<'ctx>(context: &'ctx Context, unit: &Unit, machine: &TargetMachine) -> Result<Module<'ctx>> {
    let mut cx = UnitCx::new(context, unit, machine)?;
    let defined = cx.declare()?;
    cx.debug = match unit.debug_info {
        DebugInfo::None => None,
        DebugInfo::Full => Some(DebugCx::new(&cx)?),
    };
    for (id, value) in defined.globals {
        cx.define_global(id, value)?;
    }
    for (id, value) in defined.functions {
        cx.define_function(id, value)?;
    }
    if let Some(debug) = &cx.debug {
        debug.finish();
    }
    cx.link_c_texts(machine)?;
    Ok(cx.module)
}

fn verify(module: &Module<'_>) -> Result<()> {
    module
        .verify()
        .map_err(|error| Error::internal(format!("LLVM's verifier: {error}")))
}

fn optimize(module: &Module<'_>, machine: &TargetMachine, unit: &Unit) -> Result<()> {
    let has_c_text = !unit.c_texts.is_empty();
    let passes = match unit.optimize {
        Optimize::None if has_c_text => "always-inline,globaldce",
        Optimize::None => "always-inline",
        Optimize::Full => "default<O2>",
    };
    let options = PassBuilderOptions::create();
    // As Clang's -O2 has them.
    options.set_loop_interleaving(true);
    options.set_loop_vectorization(true);
    options.set_loop_slp_vectorization(true);
    module
        .run_passes(passes, machine, options)
        .map_err(|error| Error::internal(format!("LLVM's passes: {error}")))
}

fn output(module: &Module<'_>, machine: &TargetMachine, emit: Emit) -> Result<Vec<u8>> {
    let file = |kind| {
        let buffer = machine.write_to_memory_buffer(module, kind);
        buffer
            .map(|buffer| buffer.as_slice().to_vec())
            .map_err(|error| Error::internal(format!("LLVM: {error}")))
    };
    match emit {
        Emit::Object => file(FileType::Object),
        Emit::Assembly => file(FileType::Assembly),
        Emit::Llvm => Ok(module.print_to_string().to_bytes().to_vec()),
        Emit::Bitcode => Ok(module.write_bitcode_to_memory().as_slice().to_vec()),
    }
}
