//! Slots: the memory of locals, and of values that only one statement needs.

use base::FxHashSet;
use inkwell::types::BasicTypeEnum;
use inkwell::values::{InstructionValue, PointerValue};
use unit::{Body, LocalDecl, LocalId, Projection, Repr, Rvalue, StatementKind, TypeId};

use crate::debuginfo::Reached;
use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};

/// Memory for a statement, which the next statement may use for something else.
#[derive(Clone, Copy)]
pub(crate) struct Temporary<'ctx> {
    address: PointerValue<'ctx>,
    size: u64,
    align: u32,
}

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    /// Makes the slots, fills those of the parameters and tells the debugger, all before the entry block's end.
    pub(crate) fn place_locals(&mut self, enter: InstructionValue<'ctx>) -> Result<()> {
        let n_params = self.signature.params.len();
        if self.body.locals.len() < n_params + 1 {
            return Err(Error::internal("a body has fewer locals than its signature passes"));
        }
        let mut passed = self.value.get_params().into_iter();
        let mut next = || {
            passed
                .next()
                .ok_or_else(|| Error::internal("a body has more parameters than passed values"))
        };
        for (id, local) in self.body.locals.iter_enumerated() {
            let index = id.0 as usize;
            let is_param = (1..=n_params).contains(&index);
            let given = match self.cx.types.repr(local.ty) {
                Repr::Memory if is_param || index == 0 && self.cx.types.returns_in_memory(self.signature) => {
                    Some(next()?.into_pointer_value())
                }
                Repr::Unit | Repr::Scalar(_) | Repr::Pair { .. } | Repr::Memory => None,
            };
            let slot = given.map_or_else(|| self.slot(local), Ok)?;
            self.slots.push(slot);
            match self.cx.types.repr(local.ty) {
                Repr::Scalar(_) if is_param => self.store(slot, local.ty, Value::Scalar(next()?))?,
                Repr::Pair { .. } if is_param => self.store(slot, local.ty, Value::Pair(next()?, next()?))?,
                Repr::Unit | Repr::Scalar(_) | Repr::Pair { .. } | Repr::Memory => {}
            }
            if given.is_none() && !is_param && index != 0 {
                self.own_slots.insert(id);
            }
            let position = is_param.then_some(id.0);
            self.declare_local(local, position, slot, given.is_some(), enter)?;
        }
        Ok(())
    }

    /// Tells the debugger of a local. What the caller gave by address is found through a slot that keeps the address:
    /// without optimisation the register that brought it is soon used for something else.
    fn declare_local(
        &self,
        local: &LocalDecl,
        position: Option<u32>,
        slot: PointerValue<'ctx>,
        given: bool,
        enter: InstructionValue<'ctx>,
    ) -> Result<()> {
        let (Some(debug), Some(scopes), Some(_)) = (&self.cx.debug, &self.scopes, &local.name) else {
            return Ok(());
        };
        if !given {
            return debug.declare(self.cx, scopes, local, position, slot, Reached::Directly, enter);
        }
        let kept = self.slot_of(
            self.cx.types.pointer().into(),
            self.cx.unit.machine.pointer_bits / 8,
            "",
        )?;
        self.builder.build_store(kept, slot)?;
        debug.declare(self.cx, scopes, local, position, kept, Reached::ThroughPointer, enter)
    }

    fn slot(&self, local: &LocalDecl) -> Result<PointerValue<'ctx>> {
        let storage = self.cx.types.storage(local.ty)?;
        self.slot_of(
            storage,
            self.cx.types.align(local.ty)?,
            local.name.as_deref().unwrap_or_default(),
        )
    }

    /// A new variable in the entry block. The name is for readers of the IR.
    pub(crate) fn slot_of(&self, storage: BasicTypeEnum<'ctx>, align: u32, name: &str) -> Result<PointerValue<'ctx>> {
        let slot = self.slot_builder.build_alloca(storage, name)?;
        slot.as_instruction()
            .ok_or_else(|| Error::internal("a slot is no instruction"))?
            .set_alignment(align)?;
        Ok(slot)
    }

    /// Memory for a value of the type until the statement ends.
    pub(crate) fn temporary(&mut self, ty: TypeId) -> Result<PointerValue<'ctx>> {
        self.temporary_of(self.cx.types.def(ty).size, self.cx.types.align(ty)?)
    }

    pub(crate) fn temporary_of(&mut self, size: u64, align: u32) -> Result<PointerValue<'ctx>> {
        // When optimising, LLVM shares the memory better than this would, if it knows when each is in use; and what a
        // sanitizer watches is not to be another's by the time that it is misused.
        let used_before = self.free_temporaries.get_mut(&(size, align)).and_then(Vec::pop);
        let address = match used_before {
            Some(address) => address,
            None => self.slot_of(self.cx.types.bytes(size), align, "")?,
        };
        self.mark(address, "llvm.lifetime.start")?;
        self.temporaries.push(Temporary { address, size, align });
        Ok(address)
    }

    /// The statement is done with its temporaries.
    pub(crate) fn release_temporaries(&mut self) -> Result<()> {
        for temporary in std::mem::take(&mut self.temporaries) {
            self.mark(temporary.address, "llvm.lifetime.end")?;
            if !self.marks_lifetimes() {
                self.free_temporaries
                    .entry((temporary.size, temporary.align))
                    .or_default()
                    .push(temporary.address);
            }
        }
        Ok(())
    }

    pub(crate) fn mark_lifetime(&self, local: LocalId, marker: &str) -> Result<()> {
        if self.own_slots.contains(&local) {
            self.mark(self.slots[local], marker)
        } else {
            Ok(())
        }
    }

    /// Whether anyone reads when a slot is in use: LLVM when optimising, to share memory between them, and a sanitizer.
    fn marks_lifetimes(&self) -> bool {
        self.optimizing() || self.cx.unit.sanitizer.is_some()
    }

    fn mark(&self, slot: PointerValue<'ctx>, marker: &str) -> Result<()> {
        if self.marks_lifetimes() {
            self.call_intrinsic(marker, &[self.cx.types.pointer().into()], &[slot.into()])?;
        }
        Ok(())
    }
}

/// Locals of which something other than their own reads and writes may know the address.
pub(crate) fn addressed_locals(body: &Body) -> FxHashSet<LocalId> {
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let places = statements.filter_map(|statement| match &statement.kind {
        StatementKind::Assign(_, Rvalue::AddressOf(place)) => Some(place),
        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
    });
    let direct = places.filter(|place| !place.projections.contains(&Projection::Deref));
    direct.map(|place| place.local).collect()
}
