//! Bodies: blocks, statements and terminators, over variables that live in memory.
//!
//! Each local is a slot of the entry block, and each read a load: LLVM's own passes make registers of them when
//! optimising, and a debugger finds every variable when not.

use base::{FxHashMap, FxHashSet, IndexVec};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::values::{BasicValueEnum, FunctionValue, IntValue, PointerValue};
use unit::{
    BlockId, Body, FunctionId, LocalId, Operand, Optimize, PanicStrategy, Place, Repr, Rvalue, Signature, SourceLoc,
    Statement, StatementKind, Terminator, TerminatorKind,
};

use crate::context::UnitCx;
use crate::debuginfo::FunctionScopes;
use crate::error::{Error, Result};
use crate::slots::{Temporary, addressed_locals};

/// A function in the making.
pub(crate) struct FunctionCx<'a, 'ctx, 'u> {
    pub(crate) cx: &'a UnitCx<'ctx, 'u>,
    pub(crate) signature: &'u Signature,
    pub(crate) body: &'u Body,
    pub(crate) value: FunctionValue<'ctx>,
    pub(crate) builder: Builder<'ctx>,
    /// Stands at the end of the entry block, before its branch: where slots are made.
    pub(crate) slot_builder: Builder<'ctx>,
    /// Where each local is.
    pub(crate) slots: IndexVec<LocalId, PointerValue<'ctx>>,
    /// Locals whose slot is ours, and not memory that the caller gave.
    pub(crate) own_slots: FxHashSet<LocalId>,
    /// What the statement in the making uses.
    pub(crate) temporaries: Vec<Temporary<'ctx>>,
    /// What none uses, by size and alignment.
    pub(crate) free_temporaries: FxHashMap<(u64, u32), Vec<PointerValue<'ctx>>>,
    /// Locals whose address some statement takes.
    pub(crate) addressed: FxHashSet<LocalId>,
    /// By cleanup block: the locals that it and the blocks after it mention, as far as that was asked.
    pub(crate) mentioned: FxHashMap<BlockId, FxHashSet<LocalId>>,
    /// The block in the making.
    pub(crate) current: BlockId,
    blocks: IndexVec<BlockId, BasicBlock<'ctx>>,
    pub(crate) landing_pads: FxHashMap<BlockId, BasicBlock<'ctx>>,
    /// Cleanup blocks from which unwinding is stopped.
    pub(crate) catching: FxHashSet<BlockId>,
    /// Where landing pads put what they were given, for `Resume` and `CatchAll`.
    pub(crate) exception_slot: Option<PointerValue<'ctx>>,
    /// Where the function's places are, with debug information.
    pub(crate) scopes: Option<FunctionScopes>,
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
            temporaries: Vec::new(),
            free_temporaries: FxHashMap::default(),
            addressed: addressed_locals(body),
            mentioned: FxHashMap::default(),
            current: BlockId(0),
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
            self.current = id;
            for statement in &block.statements {
                self.statement(statement)?;
            }
            self.terminator(&block.terminator)?;
        }
        Ok(())
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
            StatementKind::Assign(place, rvalue) => {
                self.assign(place, rvalue)?;
                self.release_temporaries()
            }
            StatementKind::StorageLive(local) => self.mark_lifetime(*local, "llvm.lifetime.start"),
            StatementKind::StorageDead(local) => self.mark_lifetime(*local, "llvm.lifetime.end"),
        }
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
        // A call has released its own, where it returns; nothing follows a terminator that could.
        self.temporaries.clear();
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
