//! Globals: declarations, and initialisers made of bytes and of addresses that the linker fills in.

use inkwell::types::BasicType;
use inkwell::values::{BasicValue, BasicValueEnum, GlobalValue, PointerValue};
use unit::{Global, GlobalId, GlobalInit, RelocationTarget};

use crate::context::{UnitCx, set_linkage};
use crate::error::{Error, Result};
use crate::types::alignment;

impl<'ctx> UnitCx<'ctx, '_> {
    pub(crate) fn add_global(&self, id: GlobalId) -> Result<GlobalValue<'ctx>> {
        let global = &self.unit.globals[id];
        if global.symbol.is_empty() || global.symbol.contains('\0') {
            return Err(Error::internal(format!("{:?} is no symbol", global.symbol)));
        }
        let ty = match &global.init {
            None => self.types.bytes(global.size),
            Some(init) => self
                .context
                .struct_type(&self.piece_types(global, init)?, true)
                .as_basic_type_enum(),
        };
        let value = self.module.add_global(ty, None, &global.symbol);
        set_linkage(value, global.linkage, global.init.is_some(), &global.symbol)?;
        value.set_alignment(alignment(global.align)?);
        value.set_constant(global.constant);
        value.set_unnamed_addr(global.constant);
        value.set_thread_local(global.thread_local);
        Ok(value)
    }

    /// Gives a declared global its bytes. Everything that it may refer to has been declared.
    pub(crate) fn define_global(&self, id: GlobalId, value: GlobalValue<'ctx>) -> Result<()> {
        let global = &self.unit.globals[id];
        let init = global
            .init
            .as_ref()
            .ok_or_else(|| Error::internal(format!("`{}` has no bytes", global.symbol)))?;
        let mut values: Vec<BasicValueEnum<'ctx>> = Vec::new();
        for piece in self.pieces(global, init)? {
            values.push(match piece {
                Piece::Bytes(bytes) if bytes.iter().all(|&byte| byte == 0) => {
                    self.types.bytes(bytes.len() as u64).const_zero()
                }
                Piece::Bytes(bytes) => self.context.const_string(bytes, false).into(),
                Piece::Address { target, addend } => {
                    let base = match target {
                        RelocationTarget::Function(function) => self.functions[function],
                        RelocationTarget::Global(global) => self.globals[global],
                    };
                    self.constant_address(base, addend).into()
                }
            });
        }
        value.set_initializer(&self.context.const_struct(&values, true).as_basic_value_enum());
        Ok(())
    }

    /// So many bytes on from a global, as a constant.
    pub(crate) fn constant_address(&self, base: PointerValue<'ctx>, offset: i64) -> PointerValue<'ctx> {
        if offset == 0 {
            return base;
        }
        let index = self.context.i64_type().const_int(offset as u64, true);
        // SAFETY: a constant address computation without the promise to stay inside the object has no precondition.
        unsafe { base.const_gep(self.context.i8_type(), &[index]) }
    }

    fn piece_types(&self, global: &Global, init: &GlobalInit) -> Result<Vec<inkwell::types::BasicTypeEnum<'ctx>>> {
        let pieces = self.pieces(global, init)?;
        Ok(pieces
            .iter()
            .map(|piece| match piece {
                Piece::Bytes(bytes) => self.types.bytes(bytes.len() as u64),
                Piece::Address { .. } => self.types.pointer().into(),
            })
            .collect())
    }

    /// The initialiser in order, and the check that it is one.
    fn pieces<'a>(&self, global: &Global, init: &'a GlobalInit) -> Result<Vec<Piece<'a>>> {
        let broken = |what: &str| Error::internal(format!("the initialiser of `{}` {what}", global.symbol));
        if init.bytes.len() as u64 != global.size {
            return Err(broken("is not as long as the global"));
        }
        let pointer_bytes = u64::from(self.unit.machine.pointer_bits / 8);
        let mut pieces = Vec::new();
        let mut at = 0;
        for relocation in &init.relocations {
            let end = relocation
                .offset
                .checked_add(pointer_bytes)
                .filter(|&end| end <= global.size);
            let end = end.ok_or_else(|| broken("has an address past its end"))?;
            let between = init.bytes.get(at..relocation.offset as usize);
            let between = between.ok_or_else(|| broken("has addresses that are not sorted or overlap"))?;
            if !between.is_empty() {
                pieces.push(Piece::Bytes(between));
            }
            pieces.push(Piece::Address {
                target: relocation.target,
                addend: relocation.addend,
            });
            at = end as usize;
        }
        if at < init.bytes.len() {
            pieces.push(Piece::Bytes(&init.bytes[at..]));
        }
        Ok(pieces)
    }
}

enum Piece<'a> {
    Bytes(&'a [u8]),
    Address { target: RelocationTarget, addend: i64 },
}
