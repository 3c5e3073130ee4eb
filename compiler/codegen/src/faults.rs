//! What LLVM says of its own accord while a unit is compiled: errors that it reports and goes on after, and those
//! that it dies of.

use std::cell::RefCell;
use std::ffi::{CStr, c_char, c_void};
use std::io::Write;

use inkwell::context::{AsContextRef, Context};
use inkwell::llvm_sys::LLVMDiagnosticSeverity;
use inkwell::llvm_sys::core::{
    LLVMContextSetDiagnosticHandler, LLVMDisposeMessage, LLVMGetDiagInfoDescription, LLVMGetDiagInfoSeverity,
};
use inkwell::llvm_sys::error_handling::LLVMInstallFatalErrorHandler;
use inkwell::llvm_sys::prelude::LLVMDiagnosticInfoRef;
use unit::{Failure, FailureKind};

thread_local! {
    /// The unit that this thread compiles.
    static UNIT: RefCell<String> = const { RefCell::new(String::new()) };
    /// The errors that LLVM reported for it.
    static ERRORS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Makes a fatal error of LLVM the failure of a unit and the end of the process, with no output for the units that
/// were not done.
pub(crate) fn install() {
    // SAFETY: the handler is a function of this program, and installed once, before any thread uses LLVM.
    unsafe { LLVMInstallFatalErrorHandler(Some(fatal)) }
}

/// From here on, what LLVM reports in this thread is about a unit.
pub(crate) fn begin(unit: &str) {
    UNIT.set(unit.to_string());
    ERRORS.take();
}

/// Has errors in a context collected, which LLVM would else print and exit at.
pub(crate) fn collect(context: &Context) {
    // SAFETY: the context is alive; the handler reads only this thread's variables, and no other thread uses the
    // context.
    unsafe { LLVMContextSetDiagnosticHandler(context.as_ctx_ref(), Some(report), std::ptr::null_mut()) }
}

/// The errors since `begin`, one after the other; `None` if there were none.
pub(crate) fn taken() -> Option<String> {
    let errors = ERRORS.take();
    (!errors.is_empty()).then(|| errors.join("\n"))
}

extern "C" fn report(info: LLVMDiagnosticInfoRef, _: *mut c_void) {
    // SAFETY: LLVM calls this with a diagnostic that lives until it returns; the description is ours to dispose of.
    unsafe {
        if LLVMGetDiagInfoSeverity(info) != LLVMDiagnosticSeverity::LLVMDSError {
            return;
        }
        let description = LLVMGetDiagInfoDescription(info);
        let message = CStr::from_ptr(description).to_string_lossy().into_owned();
        LLVMDisposeMessage(description);
        ERRORS.with_borrow_mut(|errors| errors.push(message));
    }
}

extern "C" fn fatal(reason: *const c_char) {
    // SAFETY: LLVM calls this with a NUL-terminated string.
    let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
    let failure = Failure {
        unit: UNIT.take(),
        kind: FailureKind::Internal,
        message: format!("LLVM gave up: {reason}"),
    };
    // The process ends here: there is nobody left to tell of a failed write.
    let _ = writeln!(std::io::stderr(), "{}", failure.to_line());
    // SAFETY: no destructor or exit handler is run: other threads are still inside LLVM.
    unsafe { libc::_exit(1) }
}
