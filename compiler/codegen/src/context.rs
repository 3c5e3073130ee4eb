//! One unit in one LLVM context: its module, and LLVM's value for each function and global.
//!
//! Everything is declared before anything is defined, so that bodies and initialisers refer to each other freely.

use base::{Id, IndexVec};
use inkwell::GlobalVisibility;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::module::{Linkage as LlvmLinkage, Module};
use inkwell::targets::{TargetMachine, TargetTriple};
use inkwell::types::FunctionType;
use inkwell::values::{CallSiteValue, FunctionValue, GlobalValue, PointerValue};
use unit::{
    Abi, Access, Effects, Extend, Function, FunctionId, GlobalId, Inline, Linkage, Pointee, Repr, Scalar, Signature,
    Unit,
};

use crate::debuginfo::DebugCx;
use crate::error::{Error, Result};
use crate::machine::{MachineAttributes, module_flags};
use crate::types::Types;

pub(crate) struct UnitCx<'ctx, 'u> {
    pub(crate) unit: &'u Unit,
    pub(crate) context: &'ctx Context,
    pub(crate) module: Module<'ctx>,
    pub(crate) types: Types<'ctx, 'u>,
    pub(crate) functions: IndexVec<FunctionId, PointerValue<'ctx>>,
    pub(crate) globals: IndexVec<GlobalId, PointerValue<'ctx>>,
    pub(crate) debug: Option<DebugCx>,
    machine_attributes: MachineAttributes,
}

/// `memory(read)`: two bits for each kind of memory that LLVM tells apart, of which the lower says that it is read.
const READS_ANYTHING: u64 = 0b01_01_01_01_01_01;

impl<'ctx, 'u> UnitCx<'ctx, 'u> {
    /// An empty module for the unit.
    pub(crate) fn new(context: &'ctx Context, unit: &'u Unit, machine: &TargetMachine) -> Result<Self> {
        let module = context.create_module(&unit.name);
        module.set_triple(&TargetTriple::create(&unit.machine.triple));
        module.set_data_layout(&machine.get_target_data().get_data_layout());
        let cx = Self {
            unit,
            context,
            module,
            types: Types::new(context, unit),
            functions: IndexVec::new(),
            globals: IndexVec::new(),
            debug: None,
            machine_attributes: MachineAttributes::new(context, &unit.machine, unit.sanitizer),
        };
        for (behaviour, name, value) in module_flags(&unit.machine) {
            cx.add_module_flag(behaviour, name, value)?;
        }
        Ok(cx)
    }

    pub(crate) fn add_module_flag(&self, behaviour: u64, name: &str, value: u64) -> Result<()> {
        let int = self.context.i32_type();
        let flag = self.context.metadata_node(&[
            int.const_int(behaviour, false).into(),
            self.context.metadata_string(name).into(),
            int.const_int(value, false).into(),
        ]);
        self.module
            .add_global_metadata("llvm.module.flags", &flag)
            .map_err(|error| Error::internal(error.to_string()))
    }

    /// Declares every function and global; gives the values of those that the unit defines.
    ///
    /// One symbol may stand several times in a unit, with a signature of each header that declares it; LLVM has one
    /// value for it, and each call has its own type.
    pub(crate) fn declare(&mut self) -> Result<Definitions<'ctx>> {
        let mut defined = Definitions {
            functions: Vec::new(),
            globals: Vec::new(),
        };
        let unit = self.unit;
        let mut functions = vec![None; unit.functions.len()];
        let mut globals = vec![None; unit.globals.len()];
        for (id, function) in unit
            .functions
            .iter_enumerated()
            .filter(|(_, function)| function.body.is_some())
        {
            self.refuse_second_definition(&function.symbol)?;
            let value = self.add_function(function)?;
            functions[id.index()] = Some(value.as_global_value().as_pointer_value());
            defined.functions.push((id, value));
        }
        for (id, global) in unit
            .globals
            .iter_enumerated()
            .filter(|(_, global)| global.init.is_some())
        {
            self.refuse_second_definition(&global.symbol)?;
            let value = self.add_global(id)?;
            globals[id.index()] = Some(value.as_pointer_value());
            defined.globals.push((id, value));
        }
        for (id, function) in unit
            .functions
            .iter_enumerated()
            .filter(|(_, function)| function.body.is_none())
        {
            functions[id.index()] = Some(match self.existing(&function.symbol) {
                Some(value) => value,
                None => self.add_function(function)?.as_global_value().as_pointer_value(),
            });
        }
        for (id, global) in unit
            .globals
            .iter_enumerated()
            .filter(|(_, global)| global.init.is_none())
        {
            globals[id.index()] = Some(match self.existing(&global.symbol) {
                Some(value) => value,
                None => self.add_global(id)?.as_pointer_value(),
            });
        }
        self.functions = functions
            .into_iter()
            .map(|value| value.expect("a body is there or it is not"))
            .collect();
        self.globals = globals
            .into_iter()
            .map(|value| value.expect("an initialiser is there or it is not"))
            .collect();
        Ok(defined)
    }

    fn existing(&self, symbol: &str) -> Option<PointerValue<'ctx>> {
        let function = self.module.get_function(symbol).map(|value| value.as_global_value());
        function
            .or_else(|| self.module.get_global(symbol))
            .map(|value| value.as_pointer_value())
    }

    fn refuse_second_definition(&self, symbol: &str) -> Result<()> {
        match self.existing(symbol) {
            None => Ok(()),
            Some(_) => Err(Error::internal(format!("`{symbol}` is defined twice"))),
        }
    }

    fn add_function(&self, function: &Function) -> Result<FunctionValue<'ctx>> {
        if function.symbol.is_empty() || function.symbol.contains('\0') {
            return Err(Error::internal(format!("{:?} is no symbol", function.symbol)));
        }
        let ty = self.types.function(&function.signature)?;
        let value = self.module.add_function(&function.symbol, ty, None);
        set_linkage(
            value.as_global_value(),
            function.linkage,
            function.body.is_some(),
            &function.symbol,
        )?;
        self.signature_attributes(&function.signature, |loc, attribute| {
            value.add_attribute(loc, attribute)
        });
        let mut attributes = Vec::new();
        if function.nounwind {
            attributes.push("nounwind");
        }
        match function.inline {
            Inline::Default => {}
            Inline::Hint => attributes.push("inlinehint"),
            Inline::Always => attributes.push("alwaysinline"),
            Inline::Never => attributes.push("noinline"),
            Inline::Cold => attributes.extend(["noinline", "cold"]),
        }
        for name in attributes {
            value.add_attribute(AttributeLoc::Function, self.enum_attribute(name));
        }
        self.fact_attributes(function, |loc, attribute| value.add_attribute(loc, attribute));
        if function.body.is_some() {
            self.machine_attributes
                .add_to(value, self.context, function.features.as_deref());
        }
        Ok(value)
    }

    /// As Clang has them for C's attributes. What allocates so many bytes, or does not, is left to the linker's name
    /// where the types do not fit: what was declared first stands.
    fn fact_attributes(&self, function: &Function, add: impl Fn(AttributeLoc, Attribute)) {
        let facts = function.facts;
        let effects = match facts.effects {
            Effects::Any => None,
            Effects::Reads => Some(READS_ANYTHING),
            Effects::None => Some(0),
        };
        if let Some(effects) = effects {
            add(AttributeLoc::Function, self.int_attribute("memory", effects));
            add(AttributeLoc::Function, self.enum_attribute("willreturn"));
        }
        let is_pointer = |ty| matches!(self.types.repr(ty), Repr::Scalar(Scalar::Pointer));
        let signature = &function.signature;
        if is_pointer(signature.ret.ty) {
            if facts.fresh_result {
                add(AttributeLoc::Return, self.enum_attribute("noalias"));
            }
            if facts.nonnull_result {
                add(AttributeLoc::Return, self.enum_attribute("nonnull"));
            }
            let is_there = |position: u32| {
                let param = signature.params.get(position as usize);
                param.is_some_and(|param| matches!(self.types.repr(param.ty), Repr::Scalar(Scalar::Int { .. })))
            };
            if let Some((first, second)) = facts.alloc_size
                && is_there(first)
                && second.is_none_or(is_there)
            {
                let packed = u64::from(first) << 32 | u64::from(second.unwrap_or(u32::MAX));
                add(AttributeLoc::Function, self.int_attribute("allocsize", packed));
            }
        }
    }

    pub(crate) fn enum_attribute(&self, name: &str) -> Attribute {
        self.int_attribute(name, 0)
    }

    fn int_attribute(&self, name: &str, value: u64) -> Attribute {
        self.context
            .create_enum_attribute(Attribute::get_named_enum_kind_id(name), value)
    }

    /// What the callee, and everybody else, does by a pointer that is a parameter.
    fn access_attributes(&self, access: Access, add: &mut dyn FnMut(Attribute)) {
        let names: &[&str] = match access {
            Access::Any => &[],
            Access::Read => &["readonly"],
            Access::Frozen => &["noalias", "readonly"],
            Access::Exclusive => &["noalias"],
        };
        names.iter().for_each(|name| add(self.enum_attribute(name)));
    }

    /// What holds of a pointer that is passed: it is an address of so many bytes.
    fn pointer_attributes(&self, pointee: Pointee, add: &mut dyn FnMut(Attribute)) {
        add(self.enum_attribute("noundef"));
        add(self.enum_attribute("nonnull"));
        add(self.int_attribute("align", pointee.align));
        if pointee.size > 0 {
            add(self.int_attribute("dereferenceable", pointee.size));
        }
    }

    /// What Lang's calling convention promises of its pointers: references lead to values, a result is written and an
    /// argument in memory read where nobody else looks, the former only if the call returns.
    fn lang_attributes(&self, signature: &Signature, add: &mut dyn FnMut(AttributeLoc, Attribute)) {
        let mut position = 0;
        let memory = |ty| Pointee {
            size: self.unit.types[ty].size,
            align: self.unit.types[ty].align,
            access: Access::Exclusive,
        };
        if self.types.returns_in_memory(signature) {
            let loc = AttributeLoc::Param(position);
            self.pointer_attributes(memory(signature.ret.ty), &mut |attribute| add(loc, attribute));
            self.access_attributes(Access::Exclusive, &mut |attribute| add(loc, attribute));
            for name in ["writable", "dead_on_unwind"] {
                add(loc, self.enum_attribute(name));
            }
            // Zero says that nothing of the address is kept.
            add(loc, self.int_attribute("captures", 0));
            position += 1;
        } else if let (Some(pointee), Repr::Scalar(_)) = (signature.ret.pointee, self.types.repr(signature.ret.ty)) {
            self.pointer_attributes(pointee, &mut |attribute| add(AttributeLoc::Return, attribute));
        }
        for param in &signature.params {
            let loc = AttributeLoc::Param(position);
            let repr = self.types.repr(param.ty);
            if repr == Repr::Memory {
                self.pointer_attributes(memory(param.ty), &mut |attribute| add(loc, attribute));
                self.access_attributes(Access::Exclusive, &mut |attribute| add(loc, attribute));
            } else if let (Some(pointee), Repr::Scalar(_) | Repr::Pair { .. }) = (param.pointee, repr) {
                self.pointer_attributes(pointee, &mut |attribute| add(loc, attribute));
                self.access_attributes(pointee.access, &mut |attribute| add(loc, attribute));
            }
            position += match repr {
                Repr::Unit => 0,
                Repr::Scalar(_) | Repr::Memory => 1,
                Repr::Pair { .. } => 2,
            };
        }
    }

    /// What a signature says of a call as much as of a function: what is known of pointers, how small integers are
    /// widened, and that it does not return.
    pub(crate) fn signature_attributes(&self, signature: &Signature, mut add: impl FnMut(AttributeLoc, Attribute)) {
        if signature.noreturn {
            add(AttributeLoc::Function, self.enum_attribute("noreturn"));
        }
        if signature.abi == Abi::Lang {
            return self.lang_attributes(signature, &mut add);
        }
        let mut position = 0;
        for param in &signature.params {
            if let Some(name) = extension(param.extend) {
                add(AttributeLoc::Param(position), self.enum_attribute(name));
            }
            position += u32::from(self.types.repr(param.ty) != Repr::Unit);
        }
        if let Some(name) = extension(signature.ret.extend) {
            add(AttributeLoc::Return, self.enum_attribute(name));
        }
    }

    /// The signature's attributes on a call.
    pub(crate) fn call_attributes(&self, signature: &Signature, call: CallSiteValue<'ctx>) {
        self.signature_attributes(signature, |loc, attribute| call.add_attribute(loc, attribute));
    }

    /// A function that the unit does not name but our code needs.
    pub(crate) fn runtime_function(&self, symbol: &str, ty: FunctionType<'ctx>) -> FunctionValue<'ctx> {
        self.module
            .get_function(symbol)
            .unwrap_or_else(|| self.module.add_function(symbol, ty, None))
    }
}

/// What a unit defines, with LLVM's values.
pub(crate) struct Definitions<'ctx> {
    pub(crate) functions: Vec<(FunctionId, FunctionValue<'ctx>)>,
    pub(crate) globals: Vec<(GlobalId, GlobalValue<'ctx>)>,
}

fn extension(extend: Extend) -> Option<&'static str> {
    match extend {
        Extend::None => None,
        Extend::Zero => Some("zeroext"),
        Extend::Sign => Some("signext"),
    }
}

/// Gives a value the linkage that the unit says, and refuses what contradicts itself.
pub(crate) fn set_linkage(value: GlobalValue<'_>, linkage: Linkage, defined: bool, symbol: &str) -> Result<()> {
    match (linkage, defined) {
        (Linkage::Internal, true) => value.set_linkage(LlvmLinkage::Internal),
        (Linkage::Copy, true) => {
            value.set_linkage(LlvmLinkage::AvailableExternally);
            value.set_visibility(GlobalVisibility::Hidden);
        }
        (Linkage::Program, _) => value.set_visibility(GlobalVisibility::Hidden),
        (Linkage::Export, true) | (Linkage::Import | Linkage::CText, false) => {}
        (Linkage::Internal | Linkage::Copy | Linkage::Export, false) | (Linkage::Import | Linkage::CText, true) => {
            let state = if defined { "defined" } else { "declared only" };
            return Err(Error::internal(format!("`{symbol}` of linkage {linkage:?} is {state}")));
        }
    }
    Ok(())
}
