//! A second opinion on drops: that each value of a body ends exactly once on every way through it.
//!
//! Takes MIR as `mono` lowers it, after drop elaboration, and says the first thing that is wrong with it, which is our
//! fault and never the program's. Shares no code with what made the drops exact: there, a path of moves is either
//! there or not, and flags are made from that. Here, the flags are what is given. Each local is divided into cells,
//! which are filled and emptied as a whole; for each cell is known what it may be, and, for each flag behind which it
//! is dropped, what it may be while the flag is set and while it is not. What leaves the body with a full cell, or
//! empties an empty one, is wrong.
//!
//! What a reference or raw pointer leads to is the business of someone else, but where the body drops it, it must put
//! something else there, or the owner drops it again. What `unsafe` code reads and writes by pointer is not looked at.

mod cells;
mod flags;
mod glue;
mod state;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use base::{IndexVec, Span};
use check::{FnKind, FnRef, LangItem, Signatures, TyKind};
use mir::{
    AggregateKind, BlockId, Body, CallTarget, CastKind, Local, Operand, Place, Rvalue, Statement, StatementKind,
    Terminator, TerminatorKind,
};

use cells::{Cells, NodeId};
use flags::Flags;
pub(crate) use glue::{GlueFault, certify_glue};
#[cfg(test)]
pub(crate) use glue::{Parts, run_all};
use state::{Presence, State};

/// What is wrong with a body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    pub kind: FaultKind,
    pub span: Span,
    /// The place that it is about, as MIR prints it, with the name of the variable where there is one.
    pub place: String,
    pub block: BlockId,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// What is dropped or moved may be gone already.
    EndsTwice,
    /// What is there is neither dropped nor moved: its memory ends, or something else is put there.
    NeverEnds,
    /// A part of a variant is dropped or moved where the value may be of another variant.
    OfOtherVariant,
    /// What a reference leads to is dropped, and nothing else is put there.
    LeftEmpty,
}

/// Checks the drops of a body.
pub fn certify(body: &Body, signatures: &Signatures) -> Result<(), Box<Fault>> {
    let cells = Cells::of(body, signatures);
    if cells.is_empty() {
        return Ok(());
    }
    let flags = Flags::of(body, signatures, &cells);
    let certifier = Certifier {
        body,
        signatures,
        cells,
        flags,
    };
    certifier.run()
}

struct Certifier<'b> {
    body: &'b Body,
    signatures: &'b Signatures,
    cells: Cells<'b>,
    flags: Flags,
}

/// Where control is, for messages.
#[derive(Clone, Copy)]
struct At {
    block: BlockId,
    span: Span,
}

type Check = Result<(), Box<Fault>>;

impl Certifier<'_> {
    /// Follows every way through the body until nothing new is found. What may be at a point only ever grows, so that
    /// a fault found on the way is one.
    fn run(&self) -> Check {
        let n_blocks = self.body.blocks.len();
        let mut n_ways: IndexVec<BlockId, u32> = IndexVec::from_elem(0, n_blocks);
        for block in &self.body.blocks {
            block.terminator.kind.successors().for_each(|next| n_ways[next] += 1);
        }
        let mut known: IndexVec<BlockId, Option<State>> = IndexVec::from_elem(None, n_blocks);
        known[BlockId(0)] = Some(self.entry());
        // Control flows down but for loops, so that with the first block first few are passed through twice.
        let mut pending = BinaryHeap::from([Reverse(BlockId(0))]);
        while let Some(Reverse(id)) = pending.pop() {
            // What only one way leads to is not asked about again.
            let state = if n_ways[id] > 1 {
                known[id].clone()
            } else {
                known[id].take()
            };
            let Some(mut state) = state else { continue };
            let block = &self.body.blocks[id];
            for statement in &block.statements {
                let at = At {
                    block: id,
                    span: statement.source.span,
                };
                self.statement(&mut state, statement, at)?;
            }
            let at = At {
                block: id,
                span: block.terminator.source.span,
            };
            self.terminator(state, &block.terminator, at, &mut |target, arriving| {
                let grew = match &mut known[target] {
                    Some(before) => before.join(&arriving),
                    none => {
                        *none = Some(arriving);
                        true
                    }
                };
                if grew {
                    pending.push(Reverse(target));
                }
            })?;
        }
        Ok(())
    }

    /// Of all locals, the parameters are there; and so is what is lent.
    fn entry(&self) -> State {
        let mut state = State::empty(self.cells.n_cells(), self.flags.n_pairs());
        let n_params = self.body.n_params;
        let params = (1..=n_params).filter_map(|local| self.cells.of_local(Local(local)));
        for node in params.chain(self.cells.lent().iter().copied()) {
            self.fill(&mut state, node);
        }
        state
    }

    fn statement(&self, state: &mut State, statement: &Statement, at: At) -> Check {
        match &statement.kind {
            StatementKind::Assign(place, rvalue) => {
                let mut taken = Ok(());
                cells::moved_by(rvalue, &mut |place| {
                    if taken.is_ok() {
                        taken = self.take(state, place, false, at);
                    }
                });
                taken?;
                self.assign(state, place, at)?;
                self.narrow(state, place, rvalue);
                self.flags.assigned(state, place, rvalue);
                Ok(())
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                self.base_changes(state, &Place::local(*local), at)?;
                match self.cells.of_local(*local) {
                    Some(node) => self.must_be_empty(state, node, FaultKind::NeverEnds, at),
                    None => Ok(()),
                }
            }
        }
    }

    fn terminator(
        &self,
        mut state: State,
        terminator: &Terminator,
        at: At,
        go: &mut impl FnMut(BlockId, State),
    ) -> Check {
        match &terminator.kind {
            TerminatorKind::Goto(target) => go(*target, state),
            TerminatorKind::Unreachable => {}
            TerminatorKind::Return => return self.leaves(&state, true, at),
            TerminatorKind::Resume => return self.leaves(&state, false, at),
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => self.switch(&state, at.block, (value, cases, *otherwise), go),
            TerminatorKind::Assert { target, unwind, .. } => {
                self.unwinds(&state, *unwind, at, go)?;
                go(*target, state);
            }
            TerminatorKind::Drop { place, target, unwind } => {
                self.take(&mut state, place, true, at)?;
                self.unwinds(&state, *unwind, at, go)?;
                go(*target, state);
            }
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                unwind,
            } => {
                if let Some(node) = freed_box(self.signatures, &self.cells, callee, args) {
                    self.free(&mut state, node, at)?;
                }
                if let CallTarget::Value(operand) | CallTarget::Callable(_, operand) = callee {
                    self.take_operand(&mut state, operand, at)?;
                }
                for arg in args {
                    self.take_operand(&mut state, arg, at)?;
                }
                if let Some(array) = self.moved_by_address(callee, args, at.block) {
                    self.take(&mut state, &array, false, at)?;
                }
                if self.may_unwind(callee) {
                    self.unwinds(&state, *unwind, at, go)?;
                }
                if let Some(target) = target {
                    self.assign(&mut state, dest, at)?;
                    go(*target, state);
                }
            }
        }
        Ok(())
    }

    /// Where a panic goes: on, in cleanup, where another ends the program; out of the body, without a block for it.
    fn unwinds(&self, state: &State, unwind: Option<BlockId>, at: At, go: &mut impl FnMut(BlockId, State)) -> Check {
        match unwind {
            Some(unwind) => go(unwind, state.clone()),
            None if self.body.blocks[at.block].is_cleanup => {}
            None => self.leaves(state, false, at)?,
        }
        Ok(())
    }

    fn may_unwind(&self, callee: &CallTarget) -> bool {
        match callee {
            CallTarget::Runtime(function) | CallTarget::Format(function, _) => function.signature().may_unwind,
            CallTarget::Fn(function, _) if is_box_free(self.signatures, *function) => false,
            CallTarget::Fn(function, _) => {
                let decl = self.signatures.function(*function);
                match decl.kind {
                    // A constant is there before the program runs.
                    _ if decl.is_assoc_const => false,
                    // With C's ABI, a panic ends the program where it would leave the function.
                    FnKind::Lang { export, .. } => export.is_none(),
                    FnKind::Required | FnKind::Operator(_) => true,
                    FnKind::Intrinsic(intrinsic) => intrinsic == hir::Intrinsic::PtrDropInPlace,
                    FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) | FnKind::Variant => false,
                }
            }
            CallTarget::Value(operand) => !self.is_of_c(operand),
            CallTarget::Callable(..) => true,
        }
    }

    fn is_of_c(&self, function: &Operand) -> bool {
        matches!(function.ty(&self.body.locals).kind(), TyKind::ExternFn(_))
    }

    /// The array whose elements a call moves into a `Vec`, given the address of the first.
    fn moved_by_address(&self, callee: &CallTarget, args: &[Operand], block: BlockId) -> Option<Place> {
        let (CallTarget::Fn(function, _), [Operand::Copy(first), _]) = (callee, args) else {
            return None;
        };
        let of_array = self.signatures.lang.get(LangItem::VecOfArray).map(FnRef::Lang);
        if of_array != Some(*function) {
            return None;
        }
        let Some(Rvalue::Cast(_, Operand::Copy(address), _)) = self.last_given(block, first.local) else {
            return None;
        };
        let Some(Rvalue::AddressOf(_, array)) = self.last_given(block, address.local) else {
            return None;
        };
        Some(array.clone())
    }

    /// What a local has been given last in a block.
    fn last_given(&self, block: BlockId, local: Local) -> Option<&Rvalue> {
        let statements = self.body.blocks[block].statements.iter().rev();
        statements.into_iter().find_map(|statement| match &statement.kind {
            StatementKind::Assign(place, rvalue) if *place == Place::local(local) => Some(rvalue),
            StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => None,
        })
    }

    // --- Cells that come and go ---

    fn take_operand(&self, state: &mut State, operand: &Operand, at: At) -> Check {
        match operand {
            Operand::Move(place) => self.take(state, place, false, at),
            Operand::Copy(_) | Operand::Const(_) => Ok(()),
        }
    }

    /// What is at the place ends: it is dropped, or belongs to someone else.
    fn take(&self, state: &mut State, place: &Place, is_drop: bool, at: At) -> Check {
        let Some(node) = self.cells.node(place) else {
            return Ok(());
        };
        for cell in self.cells.within(node) {
            let may_be = state.cell(cell);
            if may_be.has(Presence::Empty) {
                return Err(self.fault(FaultKind::EndsTwice, node, at));
            }
            // Whether a pattern looks before it takes is not asked: of alternatives, the last is not looked at again.
            if is_drop && may_be.has(Presence::OtherVariant) && !self.cells.chooses_within(node, cell) {
                return Err(self.fault(FaultKind::OfOtherVariant, node, at));
            }
            state.set_cell(cell, Presence::Empty.into(), &self.flags);
        }
        Ok(())
    }

    /// Gives back the memory of a box.
    fn free(&self, state: &mut State, node: NodeId, at: At) -> Check {
        let Some(memory) = self.cells.memory_of(node) else {
            return Ok(());
        };
        if state.cell(memory).has(Presence::Empty) {
            return Err(self.fault(FaultKind::EndsTwice, node, at));
        }
        state.set_cell(memory, Presence::Empty.into(), &self.flags);
        Ok(())
    }

    /// A value is put where nothing is.
    fn assign(&self, state: &mut State, place: &Place, at: At) -> Check {
        self.base_changes(state, place, at)?;
        let Some(node) = self.cells.node(place) else {
            return Ok(());
        };
        self.must_be_empty(state, node, FaultKind::NeverEnds, at)?;
        self.fill(state, node);
        Ok(())
    }

    fn fill(&self, state: &mut State, node: NodeId) {
        for cell in self.cells.within(node) {
            state.set_cell(cell, self.cells.filled(cell), &self.flags);
        }
    }

    fn must_be_empty(&self, state: &mut State, node: NodeId, kind: FaultKind, at: At) -> Check {
        for cell in self.cells.within(node) {
            if state.cell(cell).has(Presence::Full) {
                return Err(self.fault(kind, self.cells.node_of(cell), at));
            }
            state.set_cell(cell, Presence::Empty.into(), &self.flags);
        }
        Ok(())
    }

    /// What a pointer leads to is something else once the pointer changes: until then, all of it must be there.
    fn base_changes(&self, state: &mut State, place: &Place, at: At) -> Check {
        for node in self.cells.lent_through(place) {
            self.must_be_whole(state, node, at)?;
            self.fill(state, node);
        }
        Ok(())
    }

    fn must_be_whole(&self, state: &State, node: NodeId, at: At) -> Check {
        let missing = self
            .cells
            .within(node)
            .find(|cell| state.cell(*cell).has(Presence::Empty));
        match missing {
            Some(cell) => Err(self.fault(FaultKind::LeftEmpty, self.cells.node_of(cell), at)),
            None => Ok(()),
        }
    }

    /// Nothing is left behind but a result.
    fn leaves(&self, state: &State, gives_result: bool, at: At) -> Check {
        let result = self.cells.of_local(Local(0)).filter(|_| gives_result);
        let of_result = result.map(|node| self.cells.within(node));
        for cell in self.cells.of_locals() {
            let is_result = of_result
                .as_ref()
                .is_some_and(|cells| cells.clone().any(|one| one == cell));
            if !is_result && state.cell(cell).has(Presence::Full) {
                return Err(self.fault(FaultKind::NeverEnds, self.cells.node_of(cell), at));
            }
        }
        if let Some(result) = result
            && self
                .cells
                .within(result)
                .any(|cell| state.cell(cell).has(Presence::Empty))
        {
            return Err(self.fault(FaultKind::EndsTwice, result, at));
        }
        for node in self.cells.lent() {
            self.must_be_whole(state, *node, at)?;
        }
        Ok(())
    }

    // --- Variants and flags ---

    /// What is assigned may say of which variant it is.
    fn narrow(&self, state: &mut State, place: &Place, rvalue: &Rvalue) {
        let variant = if let Rvalue::Aggregate(AggregateKind::Variant { variant, .. }, _) = rvalue {
            *variant
        } else if let Rvalue::Cast(CastKind::Some, ..) = rvalue {
            1
        } else {
            return;
        };
        if let Some(node) = self.cells.node(place) {
            let is_possible = self
                .cells
                .is_of_variant(state, node, &|one| one == variant, &self.flags);
            debug_assert!(is_possible, "a new value is of any variant");
        }
    }

    fn switch(
        &self,
        state: &State,
        block: BlockId,
        (value, cases, otherwise): (&Operand, &[(i128, BlockId)], BlockId),
        go: &mut impl FnMut(BlockId, State),
    ) {
        let local = match value {
            Operand::Copy(place) | Operand::Move(place) if place.projections.is_empty() => Some(place.local),
            Operand::Copy(_) | Operand::Move(_) | Operand::Const(_) => None,
        };
        let tested = local.and_then(|local| self.tested(block, local));
        let edge = |is_case: &dyn Fn(i128) -> bool| -> Option<State> {
            let mut state = state.clone();
            let mut is_possible = true;
            if let Some(local) = local {
                is_possible = self.flags.switched(&mut state, local, is_case);
            }
            if let Some((node, is_bool)) = tested {
                let is_of = |variant: u32| {
                    is_case(if is_bool {
                        i128::from(variant == 0)
                    } else {
                        variant.into()
                    })
                };
                is_possible &= self.cells.is_of_variant(&mut state, node, &is_of, &self.flags);
            }
            is_possible.then_some(state)
        };
        for (case, target) in cases {
            if let Some(state) = edge(&|value| value == *case) {
                go(*target, state);
            }
        }
        if let Some(state) = edge(&|value| cases.iter().all(|(case, _)| value != *case)) {
            go(otherwise, state);
        }
    }

    /// The enum or optional whose variant a local holds at the end of a block, and whether as a `bool` that is set for
    /// `none`.
    fn tested(&self, block: BlockId, local: Local) -> Option<(NodeId, bool)> {
        let assigned = self.last_given(block, local)?;
        if let Rvalue::Variant(place) = assigned {
            Some((self.cells.node(place)?, false))
        } else if let Rvalue::IsNone(place) = assigned {
            Some((self.cells.node(place)?, true))
        } else {
            None
        }
    }

    fn fault(&self, kind: FaultKind, node: NodeId, at: At) -> Box<Fault> {
        Box::new(Fault {
            kind,
            span: at.span,
            place: self.cells.describe(node),
            block: at.block,
        })
    }
}

fn is_box_free(signatures: &Signatures, function: FnRef) -> bool {
    signatures.lang.get(LangItem::BoxFree).map(FnRef::Lang) == Some(function)
}

/// The box whose memory a call gives back: its pointer is a copy of the box's field.
fn freed_box(signatures: &Signatures, cells: &Cells<'_>, callee: &CallTarget, args: &[Operand]) -> Option<NodeId> {
    let (CallTarget::Fn(function, _), [Operand::Copy(pointer)]) = (callee, args) else {
        return None;
    };
    if !is_box_free(signatures, *function) {
        return None;
    }
    let mut owner = pointer.clone();
    owner.projections.pop()?;
    cells.node(&owner)
}
