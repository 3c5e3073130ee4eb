//! One instance: a generic body and its type arguments to a body of the unit.
//!
//! Takes [`mir::Body`] after drop elaboration. Each block becomes one block or a chain of them, each local a local of
//! the same number; temporaries come after. Names of types are replaced by their layouts, places become offsets.

mod assert;
mod bit_fields;
mod c_call;
pub(crate) mod call;
mod callable;
mod cast;
mod intrinsic;
mod operand;
mod place;
mod rvalue;
mod terminator;

use base::{Id, IndexVec, Span};
use check::Ty;
use mir::{Block, Local, Statement, StatementKind};
use unit::{BlockId, LocalId, ScopeId, SourceLoc, SourceScope, UnitFileId};

use crate::builder::BodyBuilder;
use crate::pool::Pool;

/// What lowering one instance needs.
pub(crate) struct Lowering<'p, 'a> {
    pub(crate) pool: &'p mut Pool<'a>,
    pub(crate) out: BodyBuilder,
    body: &'p mir::Body,
    /// What the body's generic parameters stand for.
    args: &'p [Ty],
}

/// The unit's body of an instance.
pub(crate) fn lower_body(pool: &mut Pool<'_>, body: &mir::Body, args: &[Ty]) -> unit::Body {
    let loc = source_loc(pool, body.span, mir::ScopeId(0));
    let mut lowering = Lowering {
        out: BodyBuilder::new(loc),
        pool,
        body,
        args,
    };
    lowering.scopes();
    lowering.locals();
    lowering.blocks();
    lowering.out.finish()
}

/// The place where a span begins, in a scope of the same number.
fn source_loc(pool: &mut Pool<'_>, span: Span, scope: mir::ScopeId) -> SourceLoc {
    let place = pool.input.sources.line_column(span.file, span.start);
    SourceLoc {
        file: pool.file(span.file),
        line: place.line,
        column: place.column,
        scope: ScopeId::from_index(scope.index()),
    }
}

/// What compiler-made code has.
pub(crate) fn no_loc(file: UnitFileId) -> SourceLoc {
    SourceLoc {
        file,
        line: 0,
        column: 0,
        scope: ScopeId(0),
    }
}

impl<'a> Lowering<'_, 'a> {
    fn scopes(&mut self) {
        let mut scopes = IndexVec::new();
        for (id, scope) in self.body.scopes.iter_enumerated() {
            scopes.push(SourceScope {
                parent: scope.parent.map(|parent| ScopeId::from_index(parent.index())),
                loc: source_loc(self.pool, scope.span, id),
            });
        }
        if !scopes.is_empty() {
            self.out.set_scopes(scopes);
        }
    }

    fn locals(&mut self) {
        for local in &self.body.locals {
            self.at(local.source);
            let ty = self.subst(local.ty);
            let ty = self.pool.ty(ty);
            match local.name {
                Some(name) => self.out.named_local(ty, name.to_string(), self.out.loc),
                None => self.out.local(ty),
            };
        }
    }

    fn blocks(&mut self) {
        for block in self.body.blocks.as_slice().iter().skip(1) {
            self.out.new_block(block.is_cleanup);
        }
        for (id, block) in self.body.blocks.iter_enumerated() {
            self.out.go_on_in(self.block(id));
            self.block_body(block);
        }
    }

    fn block_body(&mut self, block: &Block) {
        for statement in &block.statements {
            self.statement(statement);
        }
        self.at(block.terminator.source);
        self.terminator(&block.terminator.kind, block.terminator.source.span);
    }

    fn statement(&mut self, statement: &Statement) {
        self.at(statement.source);
        match &statement.kind {
            StatementKind::Assign(place, rvalue) => self.assign(place, rvalue),
            StatementKind::StorageLive(local) => {
                self.out.push(unit::StatementKind::StorageLive(self.local(*local)));
            }
            StatementKind::StorageDead(local) => {
                self.out.push(unit::StatementKind::StorageDead(self.local(*local)));
            }
        }
    }

    /// What is built next stands there.
    fn at(&mut self, source: mir::SourceInfo) {
        self.out.loc = source_loc(self.pool, source.span, source.scope);
        self.pool.at = Some(source.span);
    }

    fn subst(&self, ty: Ty) -> Ty {
        self.pool.input.signatures.instantiate(ty, self.args)
    }

    fn local(&self, local: Local) -> LocalId {
        LocalId::from_index(local.index())
    }

    fn local_ty(&self, local: Local) -> Ty {
        self.subst(self.body.locals[local].ty)
    }

    fn block(&self, block: mir::BlockId) -> BlockId {
        BlockId::from_index(block.index())
    }

    /// Where unwinding goes on: nowhere, where panics abort.
    fn unwind(&self, block: Option<mir::BlockId>) -> Option<BlockId> {
        match self.pool.input.options.panic {
            unit::PanicStrategy::Unwind => block.map(|block| self.block(block)),
            unit::PanicStrategy::Abort => None,
        }
    }
}
