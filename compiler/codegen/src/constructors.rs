//! What C text runs before `main` and after it: the functions of a header with C's attributes `constructor` and
//! `destructor`.
//!
//! Clang makes them anew in each module of C text on the header, with a list of them. Here each becomes one that runs
//! once in the program, by a variable that all modules on the headers share. No other module's code is touched.

use inkwell::context::Context;
use inkwell::llvm_sys::core::{LLVMGetAggregateElement, LLVMGetArrayLength2, LLVMIsAFunction, LLVMTypeOf};
use inkwell::module::{Linkage, Module};
use inkwell::values::{ArrayValue, AsValueRef, FunctionValue, StructValue};
use inkwell::{AddressSpace, GlobalVisibility, IntPredicate};

use crate::error::{Error, Result};

/// LLVM's lists of what runs before `main` and after it.
const LISTS: [&str; 2] = ["llvm.global_ctors", "llvm.global_dtors"];

/// Makes the headers' functions in a module's lists run once in the program; `prefix` is what all modules with the same
/// ones share. Gives whether there are any lists.
pub(crate) fn run_once<'ctx>(context: &'ctx Context, module: &Module<'ctx>, prefix: &str) -> Result<bool> {
    let mut any = false;
    for list in LISTS.iter().filter_map(|name| module.get_global(name)) {
        any = true;
        let entries = list.get_initializer().map(|value| value.into_array_value());
        let Some(entries) = entries else { continue };
        let mut once = Vec::new();
        for entry in structs(entries) {
            once.push(entry_once(context, module, prefix, entry)?);
        }
        if let Some(first) = once.first() {
            list.set_initializer(&first.get_type().const_array(&once));
        }
    }
    Ok(any)
}

fn structs(array: ArrayValue<'_>) -> Vec<StructValue<'_>> {
    // SAFETY: the value is an array, and alive.
    let len = unsafe { LLVMGetArrayLength2(LLVMTypeOf(array.as_value_ref())) };
    let element = |index| {
        // SAFETY: the array is a constant of so many structs, as LLVM's verifier wants these lists.
        unsafe { StructValue::new(LLVMGetAggregateElement(array.as_value_ref(), index)) }
    };
    (0..u32::try_from(len).unwrap_or(u32::MAX)).map(element).collect()
}

/// `{ priority, function, data }` with the function that runs once in its place.
fn entry_once<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    prefix: &str,
    entry: StructValue<'ctx>,
) -> Result<StructValue<'ctx>> {
    let field = |index| {
        entry
            .get_field_at_index(index)
            .ok_or_else(|| Error::internal("an entry of LLVM's list of constructors has three fields"))
    };
    let (priority, function, data) = (field(0)?, field(1)?, field(2)?);
    // SAFETY: the value is alive; what is no function gives none.
    let function = unsafe { FunctionValue::new(LLVMIsAFunction(function.as_value_ref())) };
    let is_of_header =
        |function: &FunctionValue<'_>| matches!(function.get_linkage(), Linkage::Internal | Linkage::WeakODR);
    let Some(function) = function.filter(is_of_header) else {
        return Ok(entry);
    };
    let once = function_once(context, module, prefix, function)?;
    let once = once.as_global_value().as_pointer_value();
    Ok(context.const_struct(&[priority, once.into(), data], false))
}

/// `if !ran { ran = true; function(); }`
fn function_once<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    prefix: &str,
    function: FunctionValue<'ctx>,
) -> Result<FunctionValue<'ctx>> {
    let name = function.get_name().to_string_lossy().into_owned();
    let flag = context.i8_type();
    let ran = module.add_global(flag, Some(AddressSpace::default()), &format!("{prefix}{name}.ran"));
    ran.set_initializer(&flag.const_zero());
    ran.set_linkage(Linkage::LinkOnceODR);
    ran.set_visibility(GlobalVisibility::Hidden);
    let ran = ran.as_pointer_value();

    let ty = context.void_type().fn_type(&[], false);
    let once = module.add_function(&format!("{name}.once"), ty, Some(Linkage::Internal));
    let block = |name| context.append_basic_block(once, name);
    let (start, first, end) = (block("start"), block("first"), block("end"));
    let builder = context.create_builder();
    let built = || -> std::result::Result<(), inkwell::builder::BuilderError> {
        builder.position_at_end(start);
        let known = builder.build_load(flag, ran, "ran")?.into_int_value();
        let is_first = builder.build_int_compare(IntPredicate::EQ, known, flag.const_zero(), "is_first")?;
        builder.build_conditional_branch(is_first, first, end)?;
        builder.position_at_end(first);
        builder.build_store(ran, flag.const_int(1, false))?;
        builder.build_call(function, &[], "")?;
        builder.build_unconditional_branch(end)?;
        builder.position_at_end(end);
        builder.build_return(None)?;
        Ok(())
    };
    built().map_err(|error| Error::internal(error.to_string()))?;
    Ok(once)
}
