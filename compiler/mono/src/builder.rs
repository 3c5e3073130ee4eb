//! A unit's body in the making: locals, blocks, and the place where the next statement goes.
//!
//! Knows the unit's data alone, nothing of Lang.

use base::IndexVec;
use unit::{
    Block, BlockId, Body, Callee, LocalDecl, LocalId, Operand, Place, Projection, Rvalue, SourceLoc, SourceScope,
    Statement, StatementKind, Terminator, TerminatorKind, TypeId,
};

pub(crate) struct BodyBuilder {
    body: Body,
    current: BlockId,
    /// Where in the source what is built next stands.
    pub(crate) loc: SourceLoc,
}

impl BodyBuilder {
    /// A body without locals, which stands in its first block.
    pub(crate) fn new(loc: SourceLoc) -> Self {
        let mut scopes = IndexVec::new();
        scopes.push(SourceScope { parent: None, loc });
        let mut builder = Self {
            body: Body {
                locals: IndexVec::new(),
                blocks: IndexVec::new(),
                scopes,
                loc,
            },
            current: BlockId(0),
            loc,
        };
        builder.current = builder.new_block(false);
        builder
    }

    /// Replaces the only scope there was.
    pub(crate) fn set_scopes(&mut self, scopes: IndexVec<unit::ScopeId, SourceScope>) {
        self.body.scopes = scopes;
    }

    pub(crate) fn local(&mut self, ty: TypeId) -> LocalId {
        self.body.locals.push(LocalDecl {
            ty,
            name: None,
            loc: self.loc,
        })
    }

    /// A variable of the source.
    pub(crate) fn named_local(&mut self, ty: TypeId, name: String, loc: SourceLoc) -> LocalId {
        self.body.locals.push(LocalDecl {
            ty,
            name: Some(name),
            loc,
        })
    }

    pub(crate) fn whole(&self, local: LocalId) -> Place {
        Place {
            local,
            projections: Vec::new(),
            ty: self.body.locals[local].ty,
        }
    }

    pub(crate) fn copy(&self, local: LocalId) -> Operand {
        Operand::Copy(self.whole(local))
    }

    /// A block to be filled later.
    pub(crate) fn new_block(&mut self, cleanup: bool) -> BlockId {
        let loc = self.loc;
        self.body.blocks.push(Block {
            statements: Vec::new(),
            terminator: Terminator {
                kind: TerminatorKind::Unreachable,
                loc,
            },
            cleanup,
        })
    }

    /// A block that what comes next can go on in: of a cleanup, where this is one.
    pub(crate) fn new_block_here(&mut self) -> BlockId {
        self.new_block(self.is_cleanup())
    }

    pub(crate) fn is_cleanup(&self) -> bool {
        self.body.blocks[self.current].cleanup
    }

    pub(crate) fn current(&self) -> BlockId {
        self.current
    }

    pub(crate) fn go_on_in(&mut self, block: BlockId) {
        self.current = block;
    }

    pub(crate) fn push(&mut self, kind: StatementKind) {
        let statement = Statement { kind, loc: self.loc };
        self.body.blocks[self.current].statements.push(statement);
    }

    pub(crate) fn assign(&mut self, place: Place, rvalue: Rvalue) {
        self.push(StatementKind::Assign(place, rvalue));
    }

    /// A new local that holds a value.
    pub(crate) fn hold(&mut self, ty: TypeId, rvalue: Rvalue) -> LocalId {
        let local = self.local(ty);
        let place = self.whole(local);
        self.assign(place, rvalue);
        local
    }

    /// Ends the current block.
    pub(crate) fn end(&mut self, kind: TerminatorKind) {
        let loc = self.loc;
        self.body.blocks[self.current].terminator = Terminator { kind, loc };
    }

    /// A call after which the builder stands in a new block.
    pub(crate) fn call(&mut self, callee: Callee, args: Vec<Operand>, dest: Place, unwind: Option<BlockId>) {
        let next = self.new_block_here();
        self.end(TerminatorKind::Call {
            callee,
            args,
            dest,
            target: Some(next),
            unwind,
        });
        self.go_on_in(next);
    }

    /// The body, without the blocks that nothing reaches.
    pub(crate) fn finish(mut self) -> Body {
        let mut reached: IndexVec<BlockId, bool> = IndexVec::from_elem(false, self.body.blocks.len());
        let mut pending = vec![BlockId(0)];
        while let Some(block) = pending.pop() {
            if !reached[block] {
                reached[block] = true;
                each_target(&mut self.body.blocks[block].terminator.kind, &mut |target| {
                    pending.push(*target)
                });
            }
        }
        let mut renumbered: IndexVec<BlockId, BlockId> = IndexVec::new();
        let mut kept = IndexVec::new();
        for (id, block) in self.body.blocks.iter_enumerated() {
            renumbered.push(kept.next_id());
            if reached[id] {
                kept.push(block.clone());
            }
        }
        for id in kept.ids() {
            let block: &mut Block = &mut kept[id];
            each_target(&mut block.terminator.kind, &mut |target| *target = renumbered[*target]);
        }
        self.body.blocks = kept;
        self.body
    }
}

/// A place one pointer further.
pub(crate) fn deref(mut place: Place, ty: TypeId) -> Place {
    place.projections.push(Projection::Deref);
    place.ty = ty;
    place
}

/// A place so many bytes on.
pub(crate) fn offset(mut place: Place, bytes: u64, ty: TypeId) -> Place {
    add_offset(&mut place.projections, bytes);
    place.ty = ty;
    place
}

pub(crate) fn add_offset(projections: &mut Vec<Projection>, bytes: u64) {
    match projections.last_mut() {
        Some(Projection::Offset(before)) => *before += bytes,
        Some(Projection::Deref | Projection::Index { .. }) | None if bytes == 0 => {}
        Some(Projection::Deref | Projection::Index { .. }) | None => projections.push(Projection::Offset(bytes)),
    }
}

fn each_target(kind: &mut TerminatorKind, visit: &mut impl FnMut(&mut BlockId)) {
    match kind {
        TerminatorKind::Goto(target) | TerminatorKind::CatchAll { target, .. } => visit(target),
        TerminatorKind::Switch { cases, otherwise, .. } => {
            cases.iter_mut().for_each(|(_, target)| visit(target));
            visit(otherwise);
        }
        TerminatorKind::Call { target, unwind, .. } => target.iter_mut().chain(unwind).for_each(visit),
        TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
    }
}
