//! Blocks, `let`, `defer` and assignment.

use base::Span;
use hir::{Block, DeferWhen, ExprId, LabelId, Mutability, Pat, PatId, Stmt};

use super::builder::{Breakable, Builder, Dest};
use super::operands::Until;
use super::patterns::Binding;
use super::scopes::EntryKind;
use crate::body::{BlockId, Local, Operand, Place, Rvalue, TerminatorKind};

impl Builder<'_> {
    pub(super) fn block_into(&mut self, dest: &Dest, block: &Block, label: Option<LabelId>, span: Span) {
        let exit = label.map(|label| {
            let exit = self.new_block();
            self.breakables.push(Breakable {
                label,
                break_block: exit,
                continue_block: None,
                dest: dest.clone(),
                depth: self.scopes.len(),
            });
            exit
        });
        self.push_scope(span);
        if block.stmts.iter().any(|stmt| matches!(stmt, Stmt::Let { .. })) {
            self.open_source_scope(span);
        }
        for stmt in &block.stmts {
            self.stmt(stmt);
        }
        match block.tail {
            Some(tail) => self.in_temporaries_scope(tail, |builder| builder.value_into(dest, tail)),
            None => self.unit_into(dest, span),
        }
        if matches!(dest, Dest::Place(place) if *place == Place::local(Local(0))) {
            self.leave_if_error(self.scopes.len() - 1, span);
        }
        self.pop_scope();
        if let Some(exit) = exit {
            self.breakables.pop();
            self.goto_and_enter(exit, span);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let {
                pat,
                ty: _,
                init,
                otherwise,
                span,
            } => self.let_stmt(*pat, *init, *otherwise, *span),
            Stmt::Expr { expr, .. } | Stmt::Discard(expr) => {
                self.in_temporaries_scope(*expr, |builder| builder.discard(*expr))
            }
            // It is no code: see [`crate::ConstAssert`].
            Stmt::ConstAssert(_) => {}
            Stmt::Defer { expr, when, span } => {
                let kind = match when {
                    DeferWhen::Always => EntryKind::Defer(*expr),
                    DeferWhen::OnError => EntryKind::ErrDefer(*expr),
                };
                self.schedule_here(kind, *span);
            }
        }
    }

    fn let_stmt(&mut self, pat: PatId, init: Option<ExprId>, otherwise: Option<ExprId>, span: Span) {
        if self.shadows(pat) {
            // A debugger shows the innermost variable of a name.
            let rest = Span::new(span.file, span.start, self.source_scope_span().end.max(span.end));
            self.open_source_scope(rest);
        }
        let block_scope = self.scopes.len() - 1;
        let declared = self.declare_bindings(pat);
        let Some(init) = init else {
            self.schedule_values_in(block_scope, &declared);
            self.deferred.extend(declared);
            return;
        };
        self.extend_temporaries(init, block_scope);
        match otherwise {
            None => {
                self.in_temporaries_scope(init, |builder| builder.initialise(pat, init, block_scope, &declared));
            }
            Some(otherwise) => self.let_else((pat, &declared), init, otherwise, span),
        }
    }

    /// Gives an irrefutable pattern its value, and schedules the drops of its variables in the scope at `depth`.
    fn initialise(&mut self, pat: PatId, init: ExprId, depth: usize, declared: &[Local]) {
        let hir = self.hir;
        let value = self.adjusted(init);
        match &hir.pats[pat] {
            Pat::Bind { local, sub: None } => self.initialise_local(depth, self.variables[local], value),
            // `let _ = x;` looks at nothing and moves nothing.
            Pat::Wild if self.is_place(value) => {
                self.place(value, Mutability::Const);
            }
            Pat::Wild => self.discard(init),
            Pat::Error(_)
            | Pat::Bind { sub: Some(_), .. }
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::Or(_)
            | Pat::Ref { .. }
            | Pat::None => {
                let place = self.matched_place(init, &[pat]);
                self.bind(pat, &place, Binding::All);
                self.schedule_values_in(depth, declared);
            }
        }
    }

    /// `let pat = init else { … };`
    fn let_else(&mut self, (pat, declared): (PatId, &[Local]), init: ExprId, otherwise: ExprId, span: Span) {
        let depth = self.scopes.len();
        let (fail, diverging) = (self.new_block(), self.new_block());
        self.push_temporaries_scope(self.span(init));
        let place = self.matched_place(init, &[pat]);
        let place = self.test_let(pat, place, fail);
        self.bind(pat, &place, Binding::All);
        self.schedule_values_in(depth - 1, declared);
        let matched = std::mem::replace(&mut self.current, fail);
        self.leave_and_goto(depth, diverging, span);
        self.current = matched;
        self.pop_scope();
        let matched = std::mem::replace(&mut self.current, diverging);
        self.in_temporaries_scope(otherwise, |builder| builder.discard(otherwise));
        self.unreachable(self.span(otherwise));
        self.current = matched;
    }

    /// `place = value`: the value first, then the place, whose old value is dropped.
    pub(super) fn assignment(&mut self, place: ExprId, value: ExprId) {
        let span = self.span(place);
        if let Some((_, store)) = self.macro_store(place) {
            let until = if self.may_write(place) {
                Until::Later
            } else {
                Until::Now
            };
            let value = self.operand_until(self.adjusted(value), until);
            let args = self.macro_args(place);
            return self.store_macro(store, args, value, span);
        }
        let ty = self.typed.expr_tys[place];
        if self.env().needs_drop(ty) {
            let value = self.operand_until(self.adjusted(value), Until::Later);
            let place = self.place_of_expr(place, Mutability::Mut);
            let target = self.new_block();
            let unwind = self.unwind_of_assignment(&place, &value, span);
            let drop = TerminatorKind::Drop {
                place: place.clone(),
                target,
                unwind,
            };
            self.terminate_and_enter(drop, span, target);
            return self.assign(place, Rvalue::Use(value), span);
        }
        let mut rvalue = if self.may_write(place) || self.is_written_as_lent(place) {
            Rvalue::Use(self.operand_until(self.adjusted(value), Until::Later))
        } else {
            self.rvalue(self.adjusted(value))
        };
        // What is said of a loan points at the `&x` of `r = &x`, and not at the `r`.
        if let Rvalue::Ref(..) = rvalue {
            let lent = self.assign_temporary(ty, rvalue, self.span(value));
            rvalue = Rvalue::Use(self.consume(Place::local(lent)));
        }
        let place = self.assigned_place(place);
        // An aggregate is built field by field: one that reads what it replaces is built beside it.
        if let Rvalue::Aggregate(_, operands) = &rvalue
            && operands.iter().any(reads_memory)
        {
            let whole = self.assign_temporary(ty, rvalue, span);
            rvalue = Rvalue::Use(self.consume(Place::local(whole)));
        }
        self.assign(place, rvalue, span);
    }

    /// Where a panic goes from the drop of the value that is replaced. A variable is empty then, and is not dropped
    /// again; what a reference leads to, or a part of a variable, has its new value all the same: its owner drops it.
    fn unwind_of_assignment(&mut self, place: &Place, value: &Operand, span: Span) -> Option<BlockId> {
        let next = self.unwind_block();
        let is_captured = self.captured.values().any(|local| *local == place.local);
        if self.in_cleanup || (place.projections.is_empty() && !is_captured) {
            return next;
        }
        let next = next.unwrap_or_else(|| self.resume_block(span));
        let block = self.new_cleanup_block();
        let outer = std::mem::replace(&mut self.current, block);
        self.assign(place.clone(), Rvalue::Use(value.clone()), span);
        self.terminate(block, TerminatorKind::Goto(next), span);
        self.current = outer;
        Some(block)
    }

    fn shadows(&self, pat: PatId) -> bool {
        let Pat::Bind { local, .. } = &self.hir.pats[pat] else {
            return false;
        };
        let name = self.hir.locals[*local].name;
        let hides = |decl: &crate::LocalDecl| decl.name == Some(name) && decl.source.scope == self.source_scope;
        self.locals.iter().any(hides)
    }
}

fn reads_memory(operand: &Operand) -> bool {
    match operand {
        Operand::Copy(_) | Operand::Move(_) => true,
        Operand::Const(_) => false,
    }
}
