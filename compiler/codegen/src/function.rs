//! Bodies: blocks, statements and terminators, over variables that live in memory.
//!
//! Each local is a slot of the entry block, and each read a load: LLVM's own passes make registers of them when
//! optimising, and a debugger finds every variable when not.

use base::{FxHashMap, FxHashSet, IndexVec};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::values::{BasicValueEnum, FunctionValue, InstructionValue, IntValue, PointerValue};
use unit::{
    BlockId, Body, FunctionId, LocalDecl, LocalId, Operand, Optimize, PanicStrategy, Place, Projection, Repr, Rvalue,
    Signature, SourceLoc, Statement, StatementKind, Terminator, TerminatorKind, TypeId,
};

use crate::context::UnitCx;
use crate::debuginfo::{FunctionScopes, Reached};
use crate::error::{Error, Result};

/// A function in the making.
pub(crate) struct FunctionCx<'a, 'ctx, 'u> {
    pub(crate) cx: &'a UnitCx<'ctx, 'u>,
    pub(crate) signature: &'u Signature,
    pub(crate) body: &'u Body,
    pub(crate) value: FunctionValue<'ctx>,
    pub(crate) builder: Builder<'ctx>,
    /// Stands at the end of the entry block, before its branch: where slots are made.
    slot_builder: Builder<'ctx>,
    /// Where each local is.
    pub(crate) slots: IndexVec<LocalId, PointerValue<'ctx>>,
    /// Locals whose slot is ours, and not memory that the caller gave.
    own_slots: FxHashSet<LocalId>,
    /// Locals whose address some statement takes.
    pub(crate) addressed: FxHashSet<LocalId>,
    blocks: IndexVec<BlockId, BasicBlock<'ctx>>,
    pub(crate) landing_pads: FxHashMap<BlockId, BasicBlock<'ctx>>,
    /// Cleanup blocks from which unwinding is stopped.
    pub(crate) catching: FxHashSet<BlockId>,
    /// Where landing pads put what they were given, for `Resume` and `CatchAll`.
    pub(crate) exception_slot: Option<PointerValue<'ctx>>,
    /// Where the function's places are, with debug information.
    scopes: Option<FunctionScopes>,
}

/// A value as the builder holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'ctx> {
    Unit,
    Scalar(BasicValueEnum<'ctx>),
    Pair(BasicValueEnum<'ctx>, BasicValueEnum<'ctx>),
    /// At an address of the type's alignment, not to be written.
    Memory(PointerValue<'ctx>),
}

impl<'ctx, 'u> UnitCx<'ctx, 'u> {
    /// Emits a body into its declared function.
    pub(crate) fn define_function(&self, id: FunctionId, value: FunctionValue<'ctx>) -> Result<()> {
        let function = &self.unit.functions[id];
        let body = function
            .body
            .as_ref()
            .ok_or_else(|| Error::internal(format!("`{}` has no body", function.symbol)))?;
        let entry = self.context.append_basic_block(value, "entry");
        let blocks = body
            .blocks
            .ids()
            .map(|_| self.context.append_basic_block(value, "bb"))
            .collect();
        let slot_builder = self.context.create_builder();
        slot_builder.position_at_end(entry);
        let mut cx = FunctionCx {
            cx: self,
            signature: &function.signature,
            body,
            value,
            builder: self.context.create_builder(),
            slot_builder,
            slots: IndexVec::new(),
            own_slots: FxHashSet::default(),
            addressed: addressed_locals(body),
            blocks,
            landing_pads: FxHashMap::default(),
            catching: FxHashSet::default(),
            exception_slot: None,
            scopes: self
                .debug
                .as_ref()
                .map(|debug| debug.function(self, function, body, value))
                .transpose()?,
        };
        cx.emit().map_err(|error| Error {
            message: format!("in `{}`: {}", function.name, error.message),
            ..error
        })
    }
}

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    fn emit(&mut self) -> Result<()> {
        let body = self.body;
        let first = *self
            .blocks
            .as_slice()
            .first()
            .ok_or_else(|| Error::internal("a body has no block"))?;
        let enter = self.slot_builder.build_unconditional_branch(first)?;
        self.slot_builder.position_before(&enter);
        self.builder.position_before(&enter);
        self.place_locals(enter)?;
        self.catching = self.find_catching();
        for (id, block) in body.blocks.iter_enumerated() {
            if block.cleanup && self.cx.unit.panic == PanicStrategy::Abort {
                // Nothing unwinds, so nothing comes here.
                self.builder.position_at_end(self.blocks[id]);
                self.builder.build_unreachable()?;
                continue;
            }
            self.builder.position_at_end(self.blocks[id]);
            for statement in &block.statements {
                self.statement(statement)?;
            }
            self.terminator(&block.terminator)?;
        }
        Ok(())
    }

    /// Makes the slots, fills those of the parameters and tells the debugger, all before the entry block's end.
    fn place_locals(&mut self, enter: InstructionValue<'ctx>) -> Result<()> {
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
            let slot = given.map_or_else(|| self.slot(local.ty), Ok)?;
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
        let kept = self.slot_of(self.cx.types.pointer().into(), self.cx.unit.machine.pointer_bits / 8)?;
        self.builder.build_store(kept, slot)?;
        debug.declare(self.cx, scopes, local, position, kept, Reached::ThroughPointer, enter)
    }

    /// A new variable for a type, in the entry block.
    pub(crate) fn slot(&self, ty: TypeId) -> Result<PointerValue<'ctx>> {
        let storage = self.cx.types.storage(ty)?;
        self.slot_of(storage, self.cx.types.align(ty)?)
    }

    pub(crate) fn slot_of(
        &self,
        storage: inkwell::types::BasicTypeEnum<'ctx>,
        align: u32,
    ) -> Result<PointerValue<'ctx>> {
        let slot = self.slot_builder.build_alloca(storage, "")?;
        slot.as_instruction()
            .ok_or_else(|| Error::internal("a slot is no instruction"))?
            .set_alignment(align)?;
        Ok(slot)
    }

    pub(crate) fn block(&self, id: BlockId) -> Result<BasicBlock<'ctx>> {
        self.blocks
            .get(id)
            .copied()
            .ok_or_else(|| Error::internal(format!("there is no {id:?}")))
    }

    /// A new block at the function's end.
    pub(crate) fn new_block(&self, name: &str) -> BasicBlock<'ctx> {
        self.cx.context.append_basic_block(self.value, name)
    }

    pub(crate) fn optimizing(&self) -> bool {
        match self.cx.unit.optimize {
            Optimize::None => false,
            Optimize::Full => true,
        }
    }

    fn statement(&mut self, statement: &Statement) -> Result<()> {
        self.at(statement.loc)?;
        match &statement.kind {
            StatementKind::Assign(place, rvalue) => self.assign(place, rvalue),
            StatementKind::StorageLive(local) => self.mark_lifetime(*local, "llvm.lifetime.start"),
            StatementKind::StorageDead(local) => self.mark_lifetime(*local, "llvm.lifetime.end"),
        }
    }

    /// Lets LLVM share stack memory between variables; only worth its time when optimising.
    fn mark_lifetime(&self, local: LocalId, marker: &str) -> Result<()> {
        if self.optimizing() && self.own_slots.contains(&local) {
            self.call_intrinsic(marker, &[self.cx.types.pointer().into()], &[self.slots[local].into()])?;
        }
        Ok(())
    }

    fn assign(&mut self, place: &Place, rvalue: &Rvalue) -> Result<()> {
        match self.cx.types.repr(place.ty) {
            Repr::Unit => Ok(()),
            Repr::Scalar(_) | Repr::Pair { .. } => {
                let value = self.rvalue(rvalue, place.ty)?;
                let address = self.address(place)?;
                self.store(address, place.ty, value)
            }
            Repr::Memory => {
                let address = self.address(place)?;
                self.rvalue_into(address, place.ty, rvalue)
            }
        }
    }

    fn terminator(&mut self, terminator: &Terminator) -> Result<()> {
        self.at(terminator.loc)?;
        match &terminator.kind {
            TerminatorKind::Goto(target) => {
                self.builder.build_unconditional_branch(self.block(*target)?)?;
            }
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => self.switch(value, cases, *otherwise)?,
            TerminatorKind::Return => self.build_return()?,
            TerminatorKind::Unreachable => {
                self.builder.build_unreachable()?;
            }
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                unwind,
            } => {
                self.call(callee, args, dest, *target, *unwind)?;
            }
            TerminatorKind::Resume => self.resume()?,
            TerminatorKind::CatchAll { dest, target } => self.catch_all(dest, *target)?,
        }
        Ok(())
    }

    fn switch(&mut self, operand: &Operand, cases: &[(u128, BlockId)], otherwise: BlockId) -> Result<()> {
        let value = self.int(operand)?;
        let otherwise = self.block(otherwise)?;
        let ty = value.get_type();
        let cases: Vec<(IntValue<'ctx>, BasicBlock<'ctx>)> = cases
            .iter()
            .map(|&(bits, block)| Ok((ty.const_int_arbitrary_precision(&words(bits)), self.block(block)?)))
            .collect::<Result<_>>()?;
        match cases.as_slice() {
            // A branch is what FastISel knows, and what reads best.
            [(case, block)] if ty.get_bit_width() == 1 => {
                let (yes, no) = if case.is_null() {
                    (otherwise, *block)
                } else {
                    (*block, otherwise)
                };
                self.builder.build_conditional_branch(value, yes, no)?;
            }
            _ => {
                self.builder.build_switch(value, otherwise, &cases)?;
            }
        }
        Ok(())
    }

    fn build_return(&mut self) -> Result<()> {
        let ty = self.signature.ret.ty;
        let slot = *self
            .slots
            .as_slice()
            .first()
            .ok_or_else(|| Error::internal("a body has no result"))?;
        match self.load(slot, ty)? {
            Value::Unit | Value::Memory(_) => self.builder.build_return(None)?,
            Value::Scalar(value) => self.builder.build_return(Some(&value))?,
            Value::Pair(first, second) => self.builder.build_aggregate_return(&[first, second])?,
        };
        Ok(())
    }

    /// What follows stands at this place of the source.
    pub(crate) fn at(&self, loc: SourceLoc) -> Result<()> {
        match (&self.cx.debug, &self.scopes) {
            (Some(debug), Some(scopes)) => debug.set_location(scopes, &self.builder, loc),
            _ => Ok(()),
        }
    }
}

/// An integer's bits as LLVM takes them.
pub(crate) fn words(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}

/// Locals of which something other than their own reads and writes may know the address.
fn addressed_locals(body: &Body) -> FxHashSet<LocalId> {
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let places = statements.filter_map(|statement| match &statement.kind {
        StatementKind::Assign(_, Rvalue::AddressOf(place)) => Some(place),
        StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
    });
    let direct = places.filter(|place| !place.projections.contains(&Projection::Deref));
    direct.map(|place| place.local).collect()
}
