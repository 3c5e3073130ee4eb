//! Unwinding: landing pads in front of cleanup blocks, and how a chain of them ends.
//!
//! A landing pad stores what it was given in one slot of the function; `Resume` goes on with that, `CatchAll` takes
//! the exception pointer from it. Only a function with a landing pad has a personality.

use base::FxHashSet;
use inkwell::basic_block::BasicBlock;
use inkwell::types::StructType;
use inkwell::values::PointerValue;
use unit::{BlockId, Body, Place, TerminatorKind};

use crate::error::{Error, Result};
use crate::function::{FunctionCx, Value};

/// The runtime's routine, which tells the unwinder what a frame of ours does with an exception.
const PERSONALITY: &str = "lang_personality";

impl<'ctx> FunctionCx<'_, 'ctx, '_> {
    /// The block where an invoke lands that unwinds to a cleanup block; one for each.
    pub(crate) fn landing_pad(&mut self, cleanup: BlockId) -> Result<BasicBlock<'ctx>> {
        if let Some(&block) = self.landing_pads.get(&cleanup) {
            return Ok(block);
        }
        if !self.body.blocks[cleanup].cleanup {
            return Err(Error::internal(format!("{cleanup:?} is unwound to and is no cleanup")));
        }
        let here = self
            .builder
            .get_insert_block()
            .ok_or_else(|| Error::internal("the builder stands nowhere"))?;
        let block = self.new_block("unwind");
        self.builder.position_at_end(block);
        let context = self.cx.context;
        let personality = self
            .cx
            .runtime_function(PERSONALITY, context.i32_type().fn_type(&[], true));
        self.value.set_personality_function(personality);
        // A null type catches everything; a cleanup lets the search go on and is entered in the second phase.
        let catches = self.catching.contains(&cleanup);
        let everything = [self.cx.types.pointer().const_null().into()];
        let clauses: &[_] = if catches { &everything } else { &[] };
        let exception = self
            .builder
            .build_landing_pad(self.exception_ty(), personality, clauses, !catches, "")?;
        let slot = self.exception_slot()?;
        self.builder.build_store(slot, exception)?;
        self.builder.build_unconditional_branch(self.block(cleanup)?)?;
        self.builder.position_at_end(here);
        self.landing_pads.insert(cleanup, block);
        Ok(block)
    }

    pub(crate) fn resume(&mut self) -> Result<()> {
        let slot = self.exception_slot()?;
        let exception = self.builder.build_load(self.exception_ty(), slot, "")?;
        self.builder.build_resume(exception)?;
        Ok(())
    }

    pub(crate) fn catch_all(&mut self, dest: &Place, target: BlockId) -> Result<()> {
        let slot = self.exception_slot()?;
        let exception = self
            .builder
            .build_load(self.exception_ty(), slot, "")?
            .into_struct_value();
        let pointer = self.builder.build_extract_value(exception, 0, "")?;
        let address = self.address(dest)?;
        self.store(address, dest.ty, Value::Scalar(pointer))?;
        self.builder.build_unconditional_branch(self.block(target)?)?;
        Ok(())
    }

    /// The exception object, and the selector of what caught it.
    fn exception_ty(&self) -> StructType<'ctx> {
        self.cx.context.struct_type(
            &[self.cx.types.pointer().into(), self.cx.context.i32_type().into()],
            false,
        )
    }

    fn exception_slot(&mut self) -> Result<PointerValue<'ctx>> {
        if let Some(slot) = self.exception_slot {
            return Ok(slot);
        }
        let align = self.cx.unit.machine.pointer_bits / 8;
        let slot = self.slot_of(self.exception_ty().into(), align, "exception")?;
        self.exception_slot = Some(slot);
        Ok(slot)
    }

    /// Cleanup blocks from which a `CatchAll` is reached: their landing pads have to stop the unwinder.
    pub(crate) fn find_catching(&self) -> FxHashSet<BlockId> {
        let mut catching = FxHashSet::default();
        let mut grew = true;
        while grew {
            grew = false;
            for (id, block) in self.body.blocks.iter_enumerated().filter(|(_, block)| block.cleanup) {
                let stops = matches!(block.terminator.kind, TerminatorKind::CatchAll { .. })
                    || successors(self.body, id)
                        .into_iter()
                        .any(|next| catching.contains(&next));
                grew |= stops && catching.insert(id);
            }
        }
        catching
    }
}

/// Where a cleanup block goes on, other than by unwinding.
fn successors(body: &Body, block: BlockId) -> Vec<BlockId> {
    match &body.blocks[block].terminator.kind {
        TerminatorKind::Goto(target) => vec![*target],
        TerminatorKind::Switch { cases, otherwise, .. } => {
            cases.iter().map(|&(_, block)| block).chain([*otherwise]).collect()
        }
        TerminatorKind::Call { target, .. } => target.iter().copied().collect(),
        TerminatorKind::Return
        | TerminatorKind::Unreachable
        | TerminatorKind::Resume
        | TerminatorKind::CatchAll { .. } => Vec::new(),
    }
}
