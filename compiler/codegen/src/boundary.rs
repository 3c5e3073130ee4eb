//! The C side of a unit: its C text, compiled by Clang in process and linked into the unit's module.
//!
//! The bridge to Clang is a shared object in this executable's data, opened when the first unit has C text: libclang
//! costs more to load than most units cost to compile. It goes through an anonymous file, so that `lang-codegen` is
//! one file wherever it is installed.

use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io::Write;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::null_mut;
use std::sync::OnceLock;

use inkwell::GlobalVisibility;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::llvm_sys::linker::LLVMLinkModules2;
use inkwell::llvm_sys::prelude::{LLVMContextRef, LLVMModuleRef, LLVMValueRef};
use inkwell::llvm_sys::target_machine::LLVMTargetMachineRef;
use inkwell::module::{Linkage as LlvmLinkage, Module};
use inkwell::targets::TargetMachine;
use inkwell::values::{AsValueRef, FunctionValue, GlobalValue};
use unit::{CText, Callee, FailureKind, Linkage, TerminatorKind};

use crate::constructors;
use crate::context::UnitCx;
use crate::error::{Error, Result};
use crate::faults;
use crate::machine::no_calloc;

static BRIDGE_OBJECT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/bridge.so"));

/// By the callee's symbol and the caller's features: the symbol of one such caller.
type Callers<'u> = BTreeMap<&'u str, BTreeMap<Option<&'u str>, &'u str>>;

/// `LangCText` of bridge.h.
#[repr(C)]
struct RawText {
    text: *const c_char,
    args: *const *const c_char,
    n_args: usize,
    wanted: *const *const c_char,
    n_wanted: usize,
}

type Compile = unsafe extern "C" fn(LLVMContextRef, *const RawText, *mut *mut c_char) -> LLVMModuleRef;
type FreeMessage = unsafe extern "C" fn(*mut c_char);
type UseInitArray = unsafe extern "C" fn(LLVMTargetMachineRef);
type Inlinable = unsafe extern "C" fn(LLVMTargetMachineRef, LLVMValueRef, LLVMValueRef) -> c_int;

/// The functions of bridge.h.
struct Bridge {
    compile: Compile,
    free_message: FreeMessage,
    use_init_array: UseInitArray,
    inlinable: Inlinable,
}

/// Opened once; the reason if that failed.
static BRIDGE: OnceLock<std::result::Result<Bridge, String>> = OnceLock::new();

impl Bridge {
    fn get() -> Result<&'static Self> {
        let opened = BRIDGE.get_or_init(Self::open).as_ref();
        opened.map_err(|reason| Error::io(format!("cannot open the bridge to Clang: {reason}")))
    }

    fn open() -> std::result::Result<Self, String> {
        // SAFETY: a constant name, and flags that exist; the descriptor is checked before it is owned.
        let file = unsafe { libc::memfd_create(c"lang-bridge".as_ptr(), libc::MFD_CLOEXEC) };
        if file < 0 {
            return Err(std::io::Error::last_os_error().to_string());
        }
        // SAFETY: the descriptor is new, and nobody else has it.
        let mut file = std::fs::File::from(unsafe { OwnedFd::from_raw_fd(file) });
        file.write_all(BRIDGE_OBJECT).map_err(|error| error.to_string())?;
        let path = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd())).expect("a number has no NUL");
        // SAFETY: the object is the one that the build script linked; its initialisers are those of Clang's libraries,
        // which any program that is linked to them runs.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        if handle.is_null() {
            return Err(last_dl_error());
        }
        let symbol = |name: &CStr| {
            // SAFETY: the handle is open and stays so.
            let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
            if address.is_null() {
                Err(last_dl_error())
            } else {
                Ok(address)
            }
        };
        // SAFETY: bridge.h declares these symbols with these types, and the object was built from it.
        unsafe {
            Ok(Self {
                compile: std::mem::transmute::<*mut c_void, Compile>(symbol(c"lang_bridge_compile")?),
                free_message: std::mem::transmute::<*mut c_void, FreeMessage>(symbol(c"lang_bridge_free_message")?),
                use_init_array: std::mem::transmute::<*mut c_void, UseInitArray>(symbol(
                    c"lang_bridge_use_init_array",
                )?),
                inlinable: std::mem::transmute::<*mut c_void, Inlinable>(symbol(c"lang_bridge_inlinable")?),
            })
        }
    }
}

fn last_dl_error() -> String {
    // SAFETY: the string is the thread's own, and is copied before the next call could replace it.
    unsafe {
        let message = libc::dlerror();
        if message.is_null() {
            "no reason given".to_string()
        } else {
            CStr::from_ptr(message).to_string_lossy().into()
        }
    }
}

impl<'ctx> UnitCx<'ctx, '_> {
    /// Compiles the unit's C texts and links them into the module. Afterwards each function of [`Linkage::CText`] is
    /// internal, and gone as soon as every call of it is inlined.
    pub(crate) fn link_c_texts(&self, machine: &TargetMachine) -> Result<()> {
        let mut wanted: Vec<&str> = Vec::new();
        for function in self
            .unit
            .functions
            .iter()
            .filter(|function| function.linkage == Linkage::CText)
        {
            if !wanted.contains(&function.symbol.as_str()) {
                wanted.push(&function.symbol);
            }
        }
        let mut missing = wanted.clone();
        for text in &self.unit.c_texts {
            let module = self.compile_c_text(text, &missing)?;
            if constructors::run_once(self.context, &module, &text.statics)? {
                let bridge = Bridge::get()?;
                // SAFETY: the machine is alive, and no other thread's.
                unsafe { (bridge.use_init_array)(machine.as_mut_ptr()) };
            }
            missing.retain(|name| {
                module
                    .get_function(name)
                    .is_none_or(|found| found.count_basic_blocks() == 0)
            });
            self.link(module)?;
        }
        if let Some(name) = missing.first() {
            return Err(Error::internal(format!("no C text defines `{name}`")));
        }
        let callers = self.callers();
        for name in wanted {
            let function = self
                .module
                .get_function(name)
                .ok_or_else(|| Error::internal(format!("`{name}` is lost")))?;
            self.check_inlinable(machine, function, &callers)?;
            function.as_global_value().set_visibility(GlobalVisibility::Default);
            function.set_linkage(LlvmLinkage::Internal);
        }
        Ok(())
    }

    /// Who calls each function of C text.
    fn callers(&self) -> Callers<'_> {
        let mut callers = Callers::new();
        for function in &self.unit.functions {
            let blocks = function.body.iter().flat_map(|body| &body.blocks);
            for block in blocks {
                let TerminatorKind::Call {
                    callee: Callee::Function(callee),
                    ..
                } = &block.terminator.kind
                else {
                    continue;
                };
                let callee = &self.unit.functions[*callee];
                if callee.linkage == Linkage::CText {
                    let of_callee = callers.entry(&callee.symbol).or_default();
                    of_callee
                        .entry(function.features.as_deref())
                        .or_insert(function.symbol.as_str());
                }
            }
        }
        callers
    }

    fn compile_c_text(&self, text: &CText, wanted: &[&str]) -> Result<Module<'ctx>> {
        let bridge = Bridge::get()?;
        let c_string = |text: &str| CString::new(text).map_err(|_| Error::internal("a NUL in C text or its arguments"));
        let source = c_string(&text.text)?;
        let implied = CText::implied_args(self.unit.optimize);
        let mut args: Vec<&str> = text.args.iter().map(String::as_str).chain(implied).collect();
        if let Some(pch) = &text.pch {
            args.extend(["-include-pch", pch.path.as_str()]);
        }
        let args: Vec<CString> = args.into_iter().map(c_string).collect::<Result<_>>()?;
        let args: Vec<*const c_char> = args.iter().map(|arg| arg.as_ptr()).collect();
        let wanted: Vec<CString> = wanted.iter().map(|name| c_string(name)).collect::<Result<_>>()?;
        let wanted: Vec<*const c_char> = wanted.iter().map(|name| name.as_ptr()).collect();
        let raw = RawText {
            text: source.as_ptr(),
            args: args.as_ptr(),
            n_args: args.len(),
            wanted: wanted.as_ptr(),
            n_wanted: wanted.len(),
        };
        let mut message = null_mut();
        // SAFETY: every string is alive, NUL-terminated and only read; the context is ours and no other thread's.
        let module = unsafe { (bridge.compile)(self.context.raw(), &raw, &mut message) };
        if module.is_null() {
            return Err(Error {
                kind: FailureKind::Clang,
                message: take_message(bridge, message),
            });
        }
        // SAFETY: the module is new, in our context, and nobody else's.
        let module = unsafe { Module::new(module) };
        let same_layout = *self.module.get_data_layout() == *module.get_data_layout();
        if !same_layout {
            return Err(Error::internal(
                "C text is compiled for another data layout than the unit",
            ));
        }
        module.set_triple(&self.module.get_triple());
        let defined = module
            .get_functions()
            .filter(|function| function.count_basic_blocks() > 0);
        for function in defined {
            function.add_attribute(AttributeLoc::Function, no_calloc(self.context));
        }
        share_statics(&module, &text.statics);
        Ok(module)
    }

    /// Links a module of C text in. What it declares may be internal to the unit: for the linker's eyes it is not.
    fn link(&self, module: Module<'ctx>) -> Result<()> {
        let functions = module
            .get_functions()
            .filter(|function| function.count_basic_blocks() == 0);
        let declared = functions.map(|function| function.as_global_value());
        let declared = declared.chain(module.get_globals().filter(|global| global.is_declaration()));
        let ours: Vec<_> = declared.filter_map(|value| self.internal(value.get_name())).collect();
        for value in &ours {
            value.set_linkage(LlvmLinkage::External);
        }
        let source = module.as_mut_ptr();
        // The linker takes the module apart and frees it.
        std::mem::forget(module);
        // SAFETY: both modules are alive and of one context. The wrapper's own method would leave a handler of
        // diagnostics behind that points into its frame.
        if unsafe { LLVMLinkModules2(self.module.as_mut_ptr(), source) } != 0 {
            let reason = faults::taken().unwrap_or_else(|| "no reason given".to_string());
            return Err(Error::internal(format!("LLVM's linker: {reason}")));
        }
        for value in ours {
            value.set_linkage(LlvmLinkage::Internal);
        }
        Ok(())
    }

    fn internal(&self, name: &CStr) -> Option<GlobalValue<'ctx>> {
        let name = name.to_str().ok()?;
        let function = self
            .module
            .get_function(name)
            .map(|function| function.as_global_value());
        let value = function.or_else(|| self.module.get_global(name))?;
        (value.get_linkage() == LlvmLinkage::Internal).then_some(value)
    }

    /// C refuses to inline a function into one that may run on lesser processors; so do we, in Clang's words. Functions
    /// with the same features are for one processor, so that one of them speaks for all.
    fn check_inlinable(
        &self,
        machine: &TargetMachine,
        callee: FunctionValue<'ctx>,
        callers: &Callers<'_>,
    ) -> Result<()> {
        let always = Attribute::get_named_enum_kind_id("alwaysinline");
        if callee.get_enum_attribute(AttributeLoc::Function, always).is_none() {
            return Ok(());
        }
        let name = callee.get_name().to_str().unwrap_or_default();
        let bridge = Bridge::get()?;
        let mut inlinable = true;
        for symbol in callers.get(name).into_iter().flat_map(BTreeMap::values) {
            let caller = self.module.get_function(symbol);
            let caller = caller.ok_or_else(|| Error::internal(format!("`{symbol}` is lost")))?;
            // SAFETY: both are functions of this module, and the machine is alive.
            inlinable &=
                unsafe { (bridge.inlinable)(machine.as_mut_ptr(), caller.as_value_ref(), callee.as_value_ref()) } != 0;
        }
        if inlinable {
            return Ok(());
        }
        let name = callee.get_name().to_string_lossy();
        Err(Error {
            kind: FailureKind::Clang,
            message: format!("always_inline function '{name}' wants processor features that the unit is not built for"),
        })
    }
}

/// Makes the static variables of a module of C text those of all units with texts on the same headers. What Clang has
/// made itself, whose names begin with a dot, is numbered in each module anew.
fn share_statics(module: &Module<'_>, prefix: &str) {
    let is_shared = |global: &GlobalValue<'_>| {
        let is_variable = global.get_linkage() == LlvmLinkage::Internal && !global.is_constant();
        is_variable && !global.get_name().to_bytes().starts_with(b".")
    };
    for global in module.get_globals().filter(is_shared) {
        let name = format!("{prefix}{}", global.get_name().to_string_lossy());
        global.set_name(&name);
        global.set_linkage(LlvmLinkage::LinkOnceODR);
        global.set_visibility(GlobalVisibility::Hidden);
    }
}

fn take_message(bridge: &Bridge, message: *mut c_char) -> String {
    if message.is_null() {
        return "Clang gives no reason".to_string();
    }
    // SAFETY: the bridge gave a NUL-terminated string, which is freed once, after it is copied.
    unsafe {
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        (bridge.free_message)(message);
        text
    }
}
