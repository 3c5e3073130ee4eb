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
use unit::{
    Body, DebugEncoding, DebugField, DebugType, DebugTypeId, Function, LocalDecl, Optimize, ScopeId, SourceLoc,
    UnitFileId,
};

use crate::context::UnitCx;
use crate::error::{Error, Result};

/// DWARF's numbers for what a basic type's bits mean.
mod encoding {
    pub(super) const BOOLEAN: u32 = 0x02;
    pub(super) const FLOAT: u32 = 0x04;
    pub(super) const SIGNED: u32 = 0x05;
    pub(super) const SIGNED_CHAR: u32 = 0x06;
    pub(super) const UNSIGNED: u32 = 0x07;
    pub(super) const UTF: u32 = 0x10;
}

const TAG_STRUCTURE: u32 = 0x13;
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
        debug.types = TypeBuilder::new(&debug, &cx.unit.debug_types).build()?;
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
fn text(text: &str) -> (*const std::ffi::c_char, usize) {
    (text.as_ptr().cast(), text.len())
}

/// Makes the unit's debug types, each after those that it is made of. Where that goes in a circle, a placeholder
/// stands for the type that is being made.
struct TypeBuilder<'a> {
    debug: &'a DebugCx,
    types: &'a IndexVec<DebugTypeId, DebugType>,
    states: IndexVec<DebugTypeId, State>,
}

#[derive(Clone, Copy)]
enum State {
    Untouched,
    /// With its placeholder, if someone asked for the type.
    Begun(Option<LLVMMetadataRef>),
    Made(LLVMMetadataRef),
}

impl<'a> TypeBuilder<'a> {
    fn new(debug: &'a DebugCx, types: &'a IndexVec<DebugTypeId, DebugType>) -> Self {
        Self {
            debug,
            types,
            states: IndexVec::from_elem(State::Untouched, types.len()),
        }
    }

    fn build(mut self) -> Result<IndexVec<DebugTypeId, LLVMMetadataRef>> {
        self.types.ids().map(|id| self.get(id)).collect()
    }

    fn get(&mut self, id: DebugTypeId) -> Result<LLVMMetadataRef> {
        match self.states.get(id) {
            None => Err(Error::internal(format!("there is no {id:?}"))),
            Some(State::Made(ty) | State::Begun(Some(ty))) => Ok(*ty),
            Some(State::Begun(None)) => {
                let placeholder = self.placeholder();
                self.states[id] = State::Begun(Some(placeholder));
                Ok(placeholder)
            }
            Some(State::Untouched) => {
                self.states[id] = State::Begun(None);
                let types = self.types;
                let made = self.make(&types[id])?;
                if let State::Begun(Some(placeholder)) = self.states[id] {
                    // SAFETY: the placeholder is temporary, and this is the one time that it is replaced.
                    unsafe { LLVMMetadataReplaceAllUsesWith(placeholder, made) };
                }
                self.states[id] = State::Made(made);
                Ok(made)
            }
        }
    }

    fn placeholder(&self) -> LLVMMetadataRef {
        let (empty, none) = text("");
        let null = std::ptr::null_mut();
        // SAFETY: the builder is alive; the placeholder is replaced when the type it stands for is made.
        unsafe {
            LLVMDIBuilderCreateReplaceableCompositeType(
                self.debug.builder,
                TAG_STRUCTURE,
                empty,
                none,
                null,
                null,
                0,
                0,
                0,
                0,
                0,
                empty,
                none,
            )
        }
    }

    fn make(&mut self, ty: &DebugType) -> Result<LLVMMetadataRef> {
        let builder = self.debug.builder;
        let null: LLVMMetadataRef = std::ptr::null_mut();
        let (empty, none) = text("");
        Ok(match ty {
            DebugType::Basic { name, size, encoding } => {
                let (name, n_name) = text(name);
                let encoding = basic_encoding(*encoding, *size);
                // SAFETY: the builder is alive; the name is copied.
                unsafe { LLVMDIBuilderCreateBasicType(builder, name, n_name, size * 8, encoding, 0) }
            }
            DebugType::Pointer { name, size, to } => {
                let to = to.map(|to| self.get(to)).transpose()?.unwrap_or(null);
                let (name, n_name) = text(name);
                // SAFETY: the builder is alive and the pointee its own; the name is copied.
                unsafe { LLVMDIBuilderCreatePointerType(builder, to, size * 8, 0, 0, name, n_name) }
            }
            DebugType::Struct {
                name,
                size,
                align,
                fields,
            } => {
                let mut members = self.members(fields)?;
                let (name, n_name) = text(name);
                let (count, align) = (members.len() as u32, *align as u32 * 8);
                // SAFETY: the builder is alive and the members its own; strings and arrays are copied.
                unsafe {
                    LLVMDIBuilderCreateStructType(
                        builder,
                        null,
                        name,
                        n_name,
                        null,
                        0,
                        size * 8,
                        align,
                        0,
                        null,
                        members.as_mut_ptr(),
                        count,
                        0,
                        null,
                        empty,
                        none,
                    )
                }
            }
            DebugType::Union {
                name,
                size,
                align,
                fields,
            } => {
                let mut members = self.members(fields)?;
                let (name, n_name) = text(name);
                let (count, align) = (members.len() as u32, *align as u32 * 8);
                // SAFETY: as for a struct.
                unsafe {
                    LLVMDIBuilderCreateUnionType(
                        builder,
                        null,
                        name,
                        n_name,
                        null,
                        0,
                        size * 8,
                        align,
                        0,
                        members.as_mut_ptr(),
                        count,
                        0,
                        empty,
                        none,
                    )
                }
            }
            DebugType::Array {
                element,
                count,
                size,
                align,
            } => {
                let element = self.get(*element)?;
                let count = i64::try_from(*count).map_err(|_| Error::internal("an array is larger than memory"))?;
                // SAFETY: the builder is alive and the element its own; the array of one subscript is copied.
                unsafe {
                    let mut subscript = LLVMDIBuilderGetOrCreateSubrange(builder, 0, count);
                    LLVMDIBuilderCreateArrayType(builder, size * 8, *align as u32 * 8, element, &mut subscript, 1)
                }
            }
            DebugType::Enum {
                name,
                size,
                underlying,
                constants,
            } => {
                let unsigned = matches!(
                    self.types.get(*underlying),
                    Some(DebugType::Basic {
                        encoding: DebugEncoding::Unsigned,
                        ..
                    })
                );
                let underlying = self.get(*underlying)?;
                // SAFETY: the builder is alive; the names are copied.
                let mut constants: Vec<LLVMMetadataRef> = constants
                    .iter()
                    .map(|(name, value)| (text(name), *value))
                    .map(|((name, n_name), value)| unsafe {
                        LLVMDIBuilderCreateEnumerator(builder, name, n_name, value, i32::from(unsigned))
                    })
                    .collect();
                let (name, n_name) = text(name);
                let count = constants.len() as u32;
                // SAFETY: the builder is alive, constants and underlying type its own; strings and arrays are copied.
                unsafe {
                    LLVMDIBuilderCreateEnumerationType(
                        builder,
                        null,
                        name,
                        n_name,
                        null,
                        0,
                        size * 8,
                        0,
                        constants.as_mut_ptr(),
                        count,
                        underlying,
                    )
                }
            }
            DebugType::Typedef { name, to } => {
                let to = self.get(*to)?;
                let (name, n_name) = text(name);
                // SAFETY: the builder is alive and the type its own; the name is copied.
                unsafe { LLVMDIBuilderCreateTypedef(builder, to, name, n_name, null, 0, null, 0) }
            }
            DebugType::Function { size } => {
                let mut nothing = [null];
                // SAFETY: the builder is alive; the array is copied.
                unsafe {
                    let function = LLVMDIBuilderCreateSubroutineType(builder, null, nothing.as_mut_ptr(), 1, 0);
                    LLVMDIBuilderCreatePointerType(builder, function, size * 8, 0, 0, empty, none)
                }
            }
        })
    }

    fn members(&mut self, fields: &[DebugField]) -> Result<Vec<LLVMMetadataRef>> {
        let null = std::ptr::null_mut();
        let mut members = Vec::with_capacity(fields.len());
        for field in fields {
            let ty = self.get(field.ty)?;
            let size = self.size(field.ty)?;
            let (name, n_name) = text(&field.name);
            // SAFETY: the builder is alive and the type its own; the name is copied.
            members.push(unsafe {
                LLVMDIBuilderCreateMemberType(
                    self.debug.builder,
                    null,
                    name,
                    n_name,
                    null,
                    0,
                    size * 8,
                    0,
                    field.offset * 8,
                    0,
                    ty,
                )
            });
        }
        Ok(members)
    }

    /// In bytes. A chain of typedefs that does not end is no type.
    fn size(&self, id: DebugTypeId) -> Result<u64> {
        let mut id = id;
        for _ in 0..=self.types.len() {
            match self
                .types
                .get(id)
                .ok_or_else(|| Error::internal(format!("there is no {id:?}")))?
            {
                DebugType::Basic { size, .. }
                | DebugType::Pointer { size, .. }
                | DebugType::Struct { size, .. }
                | DebugType::Union { size, .. }
                | DebugType::Array { size, .. }
                | DebugType::Enum { size, .. }
                | DebugType::Function { size } => return Ok(*size),
                DebugType::Typedef { to, .. } => id = *to,
            }
        }
        Err(Error::internal("debug typedefs go in a circle"))
    }
}

fn basic_encoding(encoding: DebugEncoding, size: u64) -> u32 {
    match encoding {
        DebugEncoding::Bool => encoding::BOOLEAN,
        DebugEncoding::Signed => encoding::SIGNED,
        DebugEncoding::Unsigned => encoding::UNSIGNED,
        DebugEncoding::Float => encoding::FLOAT,
        // C's, or a Unicode scalar.
        DebugEncoding::Char if size == 1 => encoding::SIGNED_CHAR,
        DebugEncoding::Char => encoding::UTF,
    }
}
