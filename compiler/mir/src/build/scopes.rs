//! Scopes: what ends with them, and the code that ends it on each way out.
//!
//! A scope holds entries in the order in which they came to be: variables to drop, their memory, `defer`s. Leaving it
//! runs them backwards. Leaving by a jump runs the entries of every scope that is left; unwinding runs those that
//! matter then, in blocks that all panics of one depth share.

use base::Span;
use hir::ExprId;

use super::builder::Builder;
use crate::body::{BlockId, Local, Place, SourceInfo, StatementKind, TerminatorKind};

/// A scope under construction.
pub(super) struct DropScope {
    entries: Vec<DropEntry>,
    /// Of what the scope is of; its end is where its drops are.
    span: Span,
    /// The lexical scope outside.
    outer_source: crate::body::ScopeId,
    /// Whether temporaries end with it.
    holds_temporaries: bool,
}

struct DropEntry {
    kind: EntryKind,
    source: SourceInfo,
    /// The block that runs this entry and the ones before it while unwinding, once built.
    unwind: Option<BlockId>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum EntryKind {
    /// Drops what the local holds.
    Value(Local),
    /// Drops what the local holds, only when unwinding: the function's result.
    UnwindValue(Local),
    Storage(Local),
    Defer(ExprId),
}

impl Builder<'_> {
    pub(super) fn push_scope(&mut self, span: Span) {
        self.scopes.push(DropScope {
            entries: Vec::new(),
            span,
            outer_source: self.source_scope,
            holds_temporaries: false,
        });
    }

    /// Leaves the innermost scope: runs its entries and closes it.
    pub(super) fn pop_scope(&mut self) {
        self.leave_entries();
        let scope = self.scopes.pop().expect("a scope is open");
        self.source_scope = scope.outer_source;
    }

    /// Builds in a scope that drops the temporaries made in it.
    pub(super) fn in_temporaries_scope<T>(&mut self, expr: ExprId, build: impl FnOnce(&mut Self) -> T) -> T {
        self.push_temporaries_scope(self.span(expr));
        let result = build(self);
        self.pop_scope();
        result
    }

    pub(super) fn push_temporaries_scope(&mut self, span: Span) {
        self.push_scope(span);
        self.scopes.last_mut().expect("just pushed").holds_temporaries = true;
    }

    /// The index of the scope that temporaries end with.
    pub(super) fn temporaries_scope(&self) -> usize {
        self.scopes
            .iter()
            .rposition(|scope| scope.holds_temporaries)
            .expect("expressions are built inside a scope for temporaries")
    }

    /// Adds an entry to the innermost scope.
    pub(super) fn schedule_here(&mut self, kind: EntryKind, span: Span) {
        self.schedule(self.scopes.len() - 1, kind, span);
    }

    /// Adds an entry to the scope at `depth`.
    pub(super) fn schedule(&mut self, depth: usize, kind: EntryKind, span: Span) {
        let source = self.source(span);
        self.scopes[depth].entries.push(DropEntry {
            kind,
            source,
            unwind: None,
        });
        // What unwinds from the scopes inside now has one more thing to run.
        for scope in &mut self.scopes[depth + 1..] {
            for entry in &mut scope.entries {
                entry.unwind = None;
            }
        }
    }

    /// Begins the memory of a local and schedules its end, and its drop if it needs one.
    pub(super) fn schedule_local(&mut self, depth: usize, local: Local, span: Span) {
        self.statement(StatementKind::StorageLive(local), span);
        self.schedule(depth, EntryKind::Storage(local), span);
        if self.signatures.needs_drop(self.locals[local].ty) {
            self.schedule(depth, EntryKind::Value(local), span);
        }
    }

    /// A temporary that ends with its statement, and is dropped there if it still holds something.
    pub(super) fn scheduled_temporary(&mut self, ty: check::Ty, span: Span) -> Local {
        self.temporary_in(self.temporaries_scope(), ty, span)
    }

    /// A temporary that ends with the scope at `depth`.
    pub(super) fn temporary_in(&mut self, depth: usize, ty: check::Ty, span: Span) -> Local {
        let local = self.temporary(ty, span);
        self.schedule_local(depth, local, span);
        local
    }

    /// The code that leaves every scope from the innermost down to the one at `depth`, which all stay open.
    pub(super) fn leave_to(&mut self, depth: usize) {
        let source_scope = self.source_scope;
        let mut left = Vec::new();
        while self.scopes.len() > depth {
            let entries = self.leave_entries();
            let mut scope = self.scopes.pop().expect("the scopes above `depth` are open");
            scope.entries = entries;
            left.push(scope);
        }
        self.scopes.extend(left.into_iter().rev());
        self.source_scope = source_scope;
    }

    /// Leaves the scopes down to `depth` and jumps.
    pub(super) fn leave_and_goto(&mut self, depth: usize, target: BlockId, span: Span) {
        self.leave_to(depth);
        self.goto(target, span);
    }

    /// Takes the entries off the innermost scope, running each.
    fn leave_entries(&mut self) -> Vec<DropEntry> {
        let mut left = Vec::new();
        let span = self.innermost().span;
        let end = Span::new(span.file, span.end.saturating_sub(1).max(span.start), span.end);
        while let Some(entry) = self.innermost().entries.pop() {
            self.leave_entry(&entry, end);
            left.push(entry);
        }
        left.reverse();
        left
    }

    fn innermost(&mut self) -> &mut DropScope {
        self.scopes.last_mut().expect("a scope is open")
    }

    fn leave_entry(&mut self, entry: &DropEntry, end: Span) {
        match entry.kind {
            EntryKind::Value(local) => {
                let target = self.new_block();
                let unwind = self.unwind_block();
                let kind = TerminatorKind::Drop {
                    place: Place::local(local),
                    target,
                    unwind,
                };
                self.terminate_and_enter(kind, end, target);
            }
            EntryKind::UnwindValue(_) => {}
            EntryKind::Storage(local) => self.statement(StatementKind::StorageDead(local), end),
            EntryKind::Defer(expr) => self.deferred_expr(expr),
        }
    }

    fn deferred_expr(&mut self, expr: ExprId) {
        self.in_temporaries_scope(expr, |builder| builder.discard(expr));
    }

    /// Where a panic goes from here; absent where nothing needs to run.
    pub(super) fn unwind_block(&mut self) -> Option<BlockId> {
        if self.in_cleanup {
            return None;
        }
        let mut target = None;
        for depth in 0..self.scopes.len() {
            for index in 0..self.scopes[depth].entries.len() {
                target = self.unwind_entry(depth, index, target).or(target);
            }
        }
        target
    }

    /// The block that runs one entry while unwinding and goes on to `next`.
    fn unwind_entry(&mut self, depth: usize, index: usize, next: Option<BlockId>) -> Option<BlockId> {
        let entry = &self.scopes[depth].entries[index];
        if let Some(known) = entry.unwind {
            return Some(known);
        }
        let (kind, source) = (entry.kind, entry.source);
        if let EntryKind::Storage(_) = kind {
            return None;
        }
        let next = next.unwrap_or_else(|| self.resume_block(source.span));
        let block = self.new_cleanup_block();
        match kind {
            EntryKind::Value(local) | EntryKind::UnwindValue(local) => {
                let kind = TerminatorKind::Drop {
                    place: Place::local(local),
                    target: next,
                    unwind: None,
                };
                self.terminate(block, kind, source.span);
            }
            EntryKind::Defer(expr) => self.unwind_defer(depth, index, expr, block, next),
            EntryKind::Storage(_) => unreachable!("dealt with above"),
        }
        self.scopes[depth].entries[index].unwind = Some(block);
        Some(block)
    }

    /// Builds a deferred expression into `block`, as code that runs while unwinding.
    fn unwind_defer(&mut self, depth: usize, index: usize, expr: ExprId, block: BlockId, next: BlockId) {
        let outer_block = std::mem::replace(&mut self.current, block);
        let mut above = self.scopes.split_off(depth + 1);
        let entries = self.scopes[depth].entries.split_off(index);
        let outer_scope = std::mem::replace(&mut self.source_scope, entries[0].source.scope);
        self.in_cleanup = true;
        self.deferred_expr(expr);
        self.goto(next, self.span(expr));
        self.in_cleanup = false;
        self.source_scope = outer_scope;
        self.scopes[depth].entries.extend(entries);
        self.scopes.append(&mut above);
        self.current = outer_block;
    }
}
