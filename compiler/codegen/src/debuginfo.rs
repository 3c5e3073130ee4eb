//! DWARF 4: lines, scopes, variables and types, from the unit's places and debug types.
//!
//! Takes the unit's description and LLVM's values, gives metadata; a unit without debug information has no
//! [`DebugCx`]. The language is C, whose expressions every debugger evaluates and whose types the unit's are close to.

use base::{Id, IndexVec};
use inkwell::builder::Builder;
use inkwell::llvm_sys::core::LLVMSetCurrentDebugLocation2;
use inkwell::llvm_sys::debuginfo::*;
use inkwell::llvm_sys::prelude::{LLVMContextRef, LLVMDIBuilderRef, LLVMMetadataRef};
use inkwell::values::{AsValueRef, FunctionValue, InstructionValue, PointerValue};
use unit::{Body, DebugTypeId, Function, LocalDecl, Optimize, ScopeId, SourceLoc, UnitFileId};

use crate::context::UnitCx;
use crate::debugtypes;
use crate::error::{Error, Result};

/// DWARF's operator: go to where the address on the stack points.
const OP_DEREF: u64 = 0x06;

/// The debug information of one module in the making.
pub(crate) struct DebugCx {
    builder: LLVMDIBuilderRef,
    context: LLVMContextRef,
    optimized: bool,
    files: IndexVec<UnitFileId, LLVMMetadataRef>,
    types: IndexVec<DebugTypeId, LLVMMetadataRef>,
}

/// The scopes of one function.
pub(crate) struct FunctionScopes {
    scopes: IndexVec<ScopeId, LLVMMetadataRef>,
}

/// How a variable is reached from the pointer that its declaration names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reached {
    Directly,
    /// The pointer is to a pointer to the variable.
    ThroughPointer,
}

impl DebugCx {
    /// Starts the module's debug information: its compile unit, files and types.
    pub(crate) fn new(cx: &UnitCx<'_, '_>) -> Result<Self> {
        let optimized = match cx.unit.optimize {
            Optimize::None => false,
            Optimize::Full => true,
        };
        let main = cx
            .unit
            .files
            .iter()
            .next()
            .ok_or_else(|| Error::internal("debug information and no file"))?;
        // As Clang writes them: 7 takes the larger value when modules are linked, 2 warns of a difference.
        cx.add_module_flag(7, "Dwarf Version", 4)?;
        // SAFETY: no argument, no precondition.
        let version = unsafe { LLVMDebugMetadataVersion() };
        cx.add_module_flag(2, "Debug Info Version", u64::from(version))?;
        // SAFETY: the module is alive and outlives the builder, which is disposed of in `drop`.
        let builder = unsafe { LLVMCreateDIBuilder(cx.module.as_mut_ptr()) };
        let mut debug = Self {
            builder,
            context: cx.context.raw(),
            optimized,
            files: IndexVec::new(),
            types: IndexVec::new(),
        };
        for file in cx.unit.files.iter() {
            let made = debug.file(&file.name, &file.directory);
            debug.files.push(made);
        }
        debug.compile_unit(debug.file(&main.name, &main.directory));
        debug.types = debugtypes::build(cx.context.raw(), builder, &cx.unit.debug_types)?;
        Ok(debug)
    }

    fn file(&self, name: &str, directory: &str) -> LLVMMetadataRef {
        let (name, n_name) = text(name);
        let (directory, n_directory) = text(directory);
        // SAFETY: the builder is alive; the strings are copied.
        unsafe { LLVMDIBuilderCreateFile(self.builder, name, n_name, directory, n_directory) }
    }

    fn compile_unit(&self, file: LLVMMetadataRef) {
        let (producer, n_producer) = text(concat!("lang ", env!("CARGO_PKG_VERSION")));
        let (empty, none) = text("");
        let language = LLVMDWARFSourceLanguage::LLVMDWARFSourceLanguageC99;
        let kind = LLVMDWARFEmissionKind::LLVMDWARFEmissionKindFull;
        let optimized = i32::from(self.optimized);
        // SAFETY: the builder is alive and the file its own; the strings are copied.
        unsafe {
            LLVMDIBuilderCreateCompileUnit(
                self.builder,
                language,
                file,
                producer,
                n_producer,
                optimized,
                empty,
                none,
                0,
                empty,
                none,
                kind,
                0,
                1,
                0,
                empty,
                none,
                empty,
                none,
            );
        }
    }

    /// Ends the debug information; the module's IR may be changed afterwards.
    pub(crate) fn finish(&self) {
        // SAFETY: the builder is alive.
        unsafe { LLVMDIBuilderFinalize(self.builder) }
    }

    /// Describes a function that is about to get a body.
    pub(crate) fn function(
        &self,
        cx: &UnitCx<'_, '_>,
        function: &Function,
        body: &Body,
        value: FunctionValue<'_>,
    ) -> Result<FunctionScopes> {
        let file = self.file_of(body.loc)?;
        let signature = &function.signature;
        let types = [&signature.ret]
            .into_iter()
            .chain(&signature.params)
            .map(|param| cx.types.def(param.ty).debug);
        let mut types: Vec<LLVMMetadataRef> = types
            .map(|ty| ty.map_or(std::ptr::null_mut(), |ty| self.types[ty]))
            .collect();
        let (name, n_name) = text(&function.name);
        // A name that is the symbol is not told twice.
        let symbol = if function.symbol == function.name {
            ""
        } else {
            &function.symbol
        };
        let (symbol, n_symbol) = text(symbol);
        let local = i32::from(value.get_linkage() == inkwell::module::Linkage::Internal);
        let line = body.loc.line;
        let flags = if line == 0 {
            LLVMDIFlagArtificial
        } else {
            LLVMDIFlagPrototyped
        };
        // SAFETY: all metadata is of this builder; strings and arrays are copied; the function has no subprogram yet.
        let subprogram = unsafe {
            let ty = LLVMDIBuilderCreateSubroutineType(self.builder, file, types.as_mut_ptr(), types.len() as u32, 0);
            let subprogram = LLVMDIBuilderCreateFunction(
                self.builder,
                file,
                name,
                n_name,
                symbol,
                n_symbol,
                file,
                line,
                ty,
                local,
                1,
                line,
                flags,
                i32::from(self.optimized),
            );
            LLVMSetSubprogram(value.as_value_ref(), subprogram);
            subprogram
        };
        let mut scopes = vec![None; body.scopes.len().max(1)];
        scopes[0] = Some(subprogram);
        for id in body.scopes.ids() {
            self.scope(body, id, &mut scopes, body.scopes.len())?;
        }
        Ok(FunctionScopes {
            scopes: scopes.into_iter().map(|scope| scope.expect("each was made")).collect(),
        })
    }

    /// A lexical block and those around it. `depth` bounds how many there may be.
    fn scope(
        &self,
        body: &Body,
        id: ScopeId,
        scopes: &mut Vec<Option<LLVMMetadataRef>>,
        depth: usize,
    ) -> Result<LLVMMetadataRef> {
        if let Some(&Some(scope)) = scopes.get(id.index()) {
            return Ok(scope);
        }
        let scope = body.scopes.get(id).filter(|_| depth > 0);
        let scope = scope.ok_or_else(|| Error::internal(format!("{id:?} is in no function")))?;
        let parent = self.scope(body, scope.parent.unwrap_or(ScopeId(0)), scopes, depth - 1)?;
        let file = self.file_of(scope.loc)?;
        // SAFETY: the builder is alive, the parent and the file are its own.
        let block =
            unsafe { LLVMDIBuilderCreateLexicalBlock(self.builder, parent, file, scope.loc.line, scope.loc.column) };
        scopes[id.index()] = Some(block);
        Ok(block)
    }

    fn file_of(&self, loc: SourceLoc) -> Result<LLVMMetadataRef> {
        self.files
            .get(loc.file)
            .copied()
            .ok_or_else(|| Error::internal(format!("there is no {:?}", loc.file)))
    }

    fn location(&self, scopes: &FunctionScopes, loc: SourceLoc) -> Result<LLVMMetadataRef> {
        let scope = scopes.scopes.get(loc.scope).copied();
        let scope = scope.ok_or_else(|| Error::internal(format!("there is no {:?}", loc.scope)))?;
        // SAFETY: the context is alive and the scope of it.
        Ok(
            unsafe {
                LLVMDIBuilderCreateDebugLocation(self.context, loc.line, loc.column, scope, std::ptr::null_mut())
            },
        )
    }

    /// What the builder makes from now on stands there.
    pub(crate) fn set_location(&self, scopes: &FunctionScopes, builder: &Builder<'_>, loc: SourceLoc) -> Result<()> {
        let location = self.location(scopes, loc)?;
        // SAFETY: the builder is alive and of the location's context.
        unsafe { LLVMSetCurrentDebugLocation2(builder.as_mut_ptr(), location) };
        Ok(())
    }

    /// Says where a named local lives. `param` counts parameters from 1. A local without a name or without a debug
    /// type is not shown.
    #[expect(clippy::too_many_arguments, reason = "each is a fact of the one variable")]
    pub(crate) fn declare(
        &self,
        cx: &UnitCx<'_, '_>,
        scopes: &FunctionScopes,
        local: &LocalDecl,
        param: Option<u32>,
        storage: PointerValue<'_>,
        reached: Reached,
        before: InstructionValue<'_>,
    ) -> Result<()> {
        let (Some(name), Some(ty)) = (&local.name, cx.types.def(local.ty).debug) else {
            return Ok(());
        };
        let location = self.location(scopes, local.loc)?;
        let scope = scopes.scopes[local.loc.scope];
        let file = self.file_of(local.loc)?;
        let (name, n_name) = text(name);
        let (line, ty) = (local.loc.line, self.types[ty]);
        // Kept when optimised away: a debugger then says so, where it would else not know the name.
        let preserve = 1;
        let mut operations = match reached {
            Reached::Directly => vec![],
            Reached::ThroughPointer => vec![OP_DEREF],
        };
        // SAFETY: all metadata is of this builder, the storage of its module; strings and arrays are copied; the
        // instruction is in the function that the scope describes.
        unsafe {
            let variable = match param {
                Some(position) => LLVMDIBuilderCreateParameterVariable(
                    self.builder,
                    scope,
                    name,
                    n_name,
                    position,
                    file,
                    line,
                    ty,
                    preserve,
                    0,
                ),
                None => {
                    LLVMDIBuilderCreateAutoVariable(self.builder, scope, name, n_name, file, line, ty, preserve, 0, 0)
                }
            };
            let expression = LLVMDIBuilderCreateExpression(self.builder, operations.as_mut_ptr(), operations.len());
            LLVMDIBuilderInsertDeclareRecordBefore(
                self.builder,
                storage.as_value_ref(),
                variable,
                expression,
                location,
                before.as_value_ref(),
            );
        }
        Ok(())
    }
}

impl Drop for DebugCx {
    fn drop(&mut self) {
        // SAFETY: the builder was made in `new` and is disposed of once.
        unsafe { LLVMDisposeDIBuilder(self.builder) }
    }
}

/// A string as LLVM-C takes it.
pub(crate) fn text(text: &str) -> (*const std::ffi::c_char, usize) {
    (text.as_ptr().cast(), text.len())
}
