//! The unit's debug types as DWARF's.
//!
//! Each is made after those that it is made of. Where that goes in a circle, as a list's node does through a pointer, a
//! placeholder stands for the type that is being made until it is.

use std::ffi::c_char;

use base::IndexVec;
use inkwell::llvm_sys::core::{LLVMConstInt, LLVMInt64TypeInContext};
use inkwell::llvm_sys::debuginfo::*;
use inkwell::llvm_sys::prelude::{LLVMContextRef, LLVMDIBuilderRef, LLVMMetadataRef, LLVMValueRef};
use unit::{DebugEncoding, DebugField, DebugType, DebugTypeId, DebugVariant};

use crate::debuginfo::text;
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

// As variants.h declares them.
unsafe extern "C" {
    fn lang_debug_variant(
        builder: LLVMDIBuilderRef,
        name: *const c_char,
        n_name: usize,
        size_bits: u64,
        discriminant: LLVMValueRef,
        ty: LLVMMetadataRef,
    ) -> LLVMMetadataRef;

    fn lang_debug_variant_part(
        builder: LLVMDIBuilderRef,
        size_bits: u64,
        discriminator: LLVMMetadataRef,
        variants: *mut LLVMMetadataRef,
        n_variants: usize,
    ) -> LLVMMetadataRef;
}

/// Makes the types with a builder that is alive.
pub(crate) fn build(
    context: LLVMContextRef,
    builder: LLVMDIBuilderRef,
    types: &IndexVec<DebugTypeId, DebugType>,
) -> Result<IndexVec<DebugTypeId, LLVMMetadataRef>> {
    let states = IndexVec::from_elem(State::Untouched, types.len());
    let mut building = TypeBuilder {
        context,
        builder,
        types,
        states,
    };
    types.ids().map(|id| building.get(id)).collect()
}

struct TypeBuilder<'a> {
    context: LLVMContextRef,
    builder: LLVMDIBuilderRef,
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
                self.builder,
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
        let builder = self.builder;
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
            DebugType::Variants {
                name,
                size,
                align,
                discriminant,
                variants,
            } => {
                let mut part = self.variant_part(*size, discriminant, variants)?;
                let (name, n_name) = text(name);
                // SAFETY: the builder is alive and the part its own; strings and the array of one are copied.
                unsafe {
                    LLVMDIBuilderCreateStructType(
                        builder,
                        null,
                        name,
                        n_name,
                        null,
                        0,
                        size * 8,
                        *align as u32 * 8,
                        0,
                        null,
                        &mut part,
                        1,
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

    fn variant_part(
        &mut self,
        size: u64,
        discriminant: &DebugField,
        variants: &[DebugVariant],
    ) -> Result<LLVMMetadataRef> {
        let mut made = Vec::with_capacity(variants.len());
        for variant in variants {
            let ty = self.get(variant.ty)?;
            let (name, n_name) = text(&variant.name);
            // SAFETY: the context is alive. What gives the value its width is the discriminant's type.
            let value = variant.value.map_or(std::ptr::null_mut(), |value| unsafe {
                LLVMConstInt(LLVMInt64TypeInContext(self.context), value, 0)
            });
            // SAFETY: variants.h has this type; the builder is alive and the type its own; the name is copied.
            made.push(unsafe { lang_debug_variant(self.builder, name, n_name, size * 8, value, ty) });
        }
        let discriminant = self.members(std::slice::from_ref(discriminant))?[0];
        // SAFETY: variants.h has this type; the builder is alive, and the discriminant a member that it made.
        Ok(unsafe { lang_debug_variant_part(self.builder, size * 8, discriminant, made.as_mut_ptr(), made.len()) })
    }

    fn members(&mut self, fields: &[DebugField]) -> Result<Vec<LLVMMetadataRef>> {
        let null = std::ptr::null_mut();
        let mut members = Vec::with_capacity(fields.len());
        for field in fields {
            let ty = self.get(field.ty)?;
            let size = self.size(field.ty)?;
            let (name, n_name) = text(&field.name);
            let (size_bits, offset_bits, flags) = match field.bits {
                Some(bits) => (u64::from(bits.width_bits), bits.offset_bits, LLVMDIFlagBitField),
                None => (size * 8, field.offset * 8, 0),
            };
            // SAFETY: the builder is alive and the type its own; the name is copied.
            members.push(unsafe {
                LLVMDIBuilderCreateMemberType(
                    self.builder,
                    null,
                    name,
                    n_name,
                    null,
                    0,
                    size_bits,
                    0,
                    offset_bits,
                    flags,
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
                | DebugType::Variants { size, .. }
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
