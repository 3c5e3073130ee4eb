//! Scopes: what ends with them, and the code that ends it on each way out.
//!
//! A scope holds entries in the order in which they came to be: variables to drop, their memory, `defer`s. Leaving it
//! runs them backwards. Leaving by a jump runs the entries of every scope that is left; unwinding runs those that
//! matter then, in blocks that all panics of one depth share.

use base::Span;
use hir::{Expr, ExprId};

use super::builder::{Adjusted, Builder, Dest};
use crate::body::{BlockId, Local, Place, Rvalue, SourceInfo, StatementKind, TerminatorKind};

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
    /// Runs only when an error leaves the function.
    ErrDefer(ExprId),
}

/// Why scopes are left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Exit {
    /// Their end, a jump, or a value that is returned.
    Value,
    /// An error leaves the function.
    Error,
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
        self.leave_entries(Exit::Value);
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

    /// Begins the memory of a local and schedules its end.
    pub(super) fn begin_local(&mut self, depth: usize, local: Local, span: Span) {
        self.statement(StatementKind::StorageLive(local), span);
        self.schedule(depth, EntryKind::Storage(local), span);
    }

    /// Schedules the drop of a local, if its type needs one. Once it has its value is early enough, and saves a flag,
    /// as a panic before that then does not lead to the drop.
    pub(super) fn schedule_value(&mut self, depth: usize, local: Local, span: Span) {
        if self.env().needs_drop(self.locals[local].ty) {
            self.schedule(depth, EntryKind::Value(local), span);
        }
    }

    /// Makes the drop of a local the next one to be done in its scope.
    fn reschedule_value(&mut self, depth: usize, local: Local) {
        let entries = &mut self.scopes[depth].entries;
        let is_it = |entry: &DropEntry| entry.kind == EntryKind::Value(local);
        if let Some(index) = entries.iter().rposition(is_it) {
            let entry = entries.remove(index);
            for later in &mut entries[index..] {
                later.unwind = None;
            }
            self.schedule(depth, entry.kind, entry.source.span);
        }
    }

    /// Gives a local, whose memory has begun, its value, and schedules its drop in the scope at `depth`.
    pub(super) fn initialise_local(&mut self, depth: usize, local: Local, value: Adjusted) {
        let span = self.span(value.expr);
        let dest = Dest::Place(Place::local(local));
        if self.writes_last(value) {
            self.adjusted_into(&dest, value);
            self.schedule_value(depth, local, span);
        } else {
            // Something may panic when the value is there already.
            self.schedule_value(depth, local, span);
            self.adjusted_into(&dest, value);
            self.reschedule_value(depth, local);
        }
    }

    /// Whether nothing runs after an expression's value is in its destination.
    fn writes_last(&self, value: Adjusted) -> bool {
        match &self.hir.exprs[value.expr] {
            Expr::Block { .. }
            | Expr::If { .. }
            | Expr::Match { .. }
            | Expr::Loop { .. }
            | Expr::Coalesce { .. }
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::And { .. }
            | Expr::Or { .. } => value.steps > 0,
            Expr::Unsafe(inner) | Expr::Try(inner) => value.steps > 0 || self.writes_last(self.adjusted(*inner)),
            Expr::Error(_)
            | Expr::Literal(_)
            | Expr::FString(_)
            | Expr::Local(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Field { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Call { .. }
            | Expr::Index { .. }
            | Expr::Unary { .. }
            | Expr::Ref { .. }
            | Expr::Binary { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Cast { .. }
            | Expr::Range { .. }
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat { .. }
            | Expr::Struct { .. }
            | Expr::Let { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Throw(_)
            | Expr::Link(_)
            | Expr::Closure(_)
            | Expr::None
            | Expr::Null => true,
        }
    }

    /// A temporary that ends with its statement and is given the value of a rvalue, which is dropped there if it is
    /// still there.
    pub(super) fn kept(&mut self, ty: check::Ty, rvalue: Rvalue, span: Span) -> Local {
        let local = self.temporary(ty, span);
        if !self.env().needs_drop(ty) {
            self.assign(Place::local(local), rvalue, span);
            return local;
        }
        let depth = self.temporaries_scope();
        self.begin_local(depth, local, span);
        self.assign(Place::local(local), rvalue, span);
        self.schedule_value(depth, local, span);
        local
    }

    /// A temporary with the value, which ends with the scope at `depth`.
    pub(super) fn value_in(&mut self, depth: usize, value: Adjusted) -> Local {
        let span = self.span(value.expr);
        let local = self.temporary(self.ty(value), span);
        self.begin_local(depth, local, span);
        self.initialise_local(depth, local, value);
        local
    }

    /// The code that leaves every scope from the innermost down to the one at `depth`, which all stay open.
    pub(super) fn leave_to(&mut self, depth: usize, exit: Exit) {
        let source_scope = self.source_scope;
        let mut left = Vec::new();
        while self.scopes.len() > depth {
            let entries = self.leave_entries(exit);
            let mut scope = self.scopes.pop().expect("the scopes above `depth` are open");
            scope.entries = entries;
            left.push(scope);
        }
        self.scopes.extend(left.into_iter().rev());
        self.source_scope = source_scope;
    }

    /// Leaves the scopes down to `depth` and jumps.
    pub(super) fn leave_and_goto(&mut self, depth: usize, target: BlockId, span: Span) {
        self.leave_to(depth, Exit::Value);
        self.goto(target, span);
    }

    /// Takes the entries off the innermost scope, running each.
    fn leave_entries(&mut self, exit: Exit) -> Vec<DropEntry> {
        let mut left = Vec::new();
        let span = self.innermost().span;
        let end = Span::new(span.file, span.end.saturating_sub(1).max(span.start), span.end);
        while let Some(entry) = self.innermost().entries.pop() {
            self.leave_entry(&entry, exit, end);
            left.push(entry);
        }
        left.reverse();
        left
    }

    fn innermost(&mut self) -> &mut DropScope {
        self.scopes.last_mut().expect("a scope is open")
    }

    fn leave_entry(&mut self, entry: &DropEntry, exit: Exit, end: Span) {
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
            EntryKind::ErrDefer(expr) => match exit {
                Exit::Error => self.deferred_expr(expr),
                Exit::Value => {}
            },
        }
    }

    /// Whether an entry of the scopes from `depth` on runs only for an error.
    pub(super) fn awaits_error(&self, depth: usize) -> bool {
        let entries = self.scopes[depth..].iter().flat_map(|scope| &scope.entries);
        entries
            .into_iter()
            .any(|entry| matches!(entry.kind, EntryKind::ErrDefer(_)))
    }

    fn deferred_expr(&mut self, expr: ExprId) {
        self.in_temporaries_scope(expr, |builder| builder.discard(expr));
    }

    /// Where a panic goes from here; absent where nothing needs to run.
    pub(super) fn unwind_block(&mut self) -> Option<BlockId> {
        if self.in_cleanup {
            return None;
        }
        // Where the block of an entry is known, those of all before it are.
        let (known, mut start) = self.last_unwinding().unwrap_or((0, 0));
        let mut target = None;
        for depth in known..self.scopes.len() {
            for index in std::mem::take(&mut start)..self.scopes[depth].entries.len() {
                target = self.unwind_entry(depth, index, target).or(target);
            }
        }
        target
    }

    /// The last entry whose block for unwinding is built: the index of its scope, and its own in that.
    fn last_unwinding(&self) -> Option<(usize, usize)> {
        let mut scopes = self.scopes.iter().enumerate().rev();
        scopes.find_map(|(depth, scope)| {
            let index = scope.entries.iter().rposition(|entry| entry.unwind.is_some())?;
            Some((depth, index))
        })
    }

    /// The block that runs one entry while unwinding and goes on to `next`.
    fn unwind_entry(&mut self, depth: usize, index: usize, next: Option<BlockId>) -> Option<BlockId> {
        let entry = &self.scopes[depth].entries[index];
        if let Some(known) = entry.unwind {
            return Some(known);
        }
        let (kind, source) = (entry.kind, entry.source);
        if let EntryKind::Storage(_) | EntryKind::ErrDefer(_) = kind {
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
            EntryKind::Storage(_) | EntryKind::ErrDefer(_) => unreachable!("dealt with above"),
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
