//! What LLVM adds to a module so that a sanitizer's runtime sees what it does with memory.
//!
//! Takes a module that is optimised. The functions to watch have the sanitizer's attribute.

use inkwell::llvm_sys::prelude::LLVMModuleRef;
use inkwell::llvm_sys::target_machine::LLVMTargetMachineRef;
use inkwell::module::Module;
use inkwell::targets::TargetMachine;
use unit::Sanitizer;

// As sanitize.h declares it.
unsafe extern "C" {
    fn lang_sanitize_address(module: LLVMModuleRef, machine: LLVMTargetMachineRef);
}

/// Runs the sanitizer's pass.
pub(crate) fn sanitize(module: &Module<'_>, machine: &TargetMachine, sanitizer: Sanitizer) {
    match sanitizer {
        // SAFETY: sanitize.h has this type; both are alive, and the machine is that of the module's triple.
        Sanitizer::Address => unsafe { lang_sanitize_address(module.as_mut_ptr(), machine.as_mut_ptr()) },
    }
}
