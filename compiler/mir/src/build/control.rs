//! Conditions, branches, `??`, and jumps out of loops and blocks.

use base::Span;
use hir::{Expr, ExprId, LabelId, UnaryOp};

use super::builder::{Builder, Dest};
use super::places::copy;
use crate::body::{BlockId, Operand, Projection, Rvalue, TerminatorKind};

/// Where a condition that does not hold goes: out of the scopes from `depth` on, then to the block.
#[derive(Clone, Copy)]
pub(super) struct Failure {
    pub(super) block: BlockId,
    pub(super) depth: usize,
}

impl Builder<'_> {
    pub(super) fn if_into(
        &mut self,
        dest: &Dest,
        condition: ExprId,
        then: ExprId,
        otherwise: Option<ExprId>,
        span: Span,
    ) {
        let (else_block, join) = (self.new_block(), self.new_block());
        let failure = Failure {
            block: else_block,
            depth: self.scopes.len(),
        };
        self.push_temporaries_scope(span);
        self.condition(condition, failure);
        self.value_into(dest, then);
        self.pop_scope();
        self.goto(join, span);
        self.current = else_block;
        match otherwise {
            Some(otherwise) => self.in_temporaries_scope(otherwise, |builder| builder.value_into(dest, otherwise)),
            None => self.unit_into(dest, span),
        }
        self.goto_and_enter(join, span);
    }

    /// Goes on where the condition holds, with the bindings of its `let`s in the innermost scope.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "an expression that says nothing of its own about conditions is a `bool`"
    )]
    pub(super) fn condition(&mut self, expr: ExprId, failure: Failure) {
        let hir = self.hir;
        let span = self.span(expr);
        match &hir.exprs[expr] {
            Expr::And { left, right } => {
                self.condition(*left, failure);
                self.condition(*right, failure);
            }
            Expr::Or { left, right } => {
                let (second, holds) = (self.new_block(), self.new_block());
                let first_failed = Failure {
                    block: second,
                    depth: self.scopes.len(),
                };
                self.condition(*left, first_failed);
                self.goto(holds, span);
                self.current = second;
                self.condition(*right, failure);
                self.goto_and_enter(holds, span);
            }
            Expr::Let { pat, value } => {
                let place = self.matched_place(*value, &[*pat]);
                let fail = self.failure_block(failure, span);
                let place = self.test_let(*pat, place, fail);
                self.open_source_scope(span);
                self.declare_and_bind(*pat, &place);
            }
            Expr::Unsafe(inner) => self.condition(*inner, failure),
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => {
                let value = self.in_temporaries_scope(*operand, |builder| builder.bool_operand(*operand));
                let fail = self.failure_block(failure, span);
                self.branch(value, false, fail, span);
            }
            _ => {
                let value = self.in_temporaries_scope(expr, |builder| builder.bool_operand(expr));
                let fail = self.failure_block(failure, span);
                self.branch(value, true, fail, span);
            }
        }
    }

    /// A block that leaves the scopes that a failed condition leaves.
    pub(super) fn failure_block(&mut self, failure: Failure, span: Span) -> BlockId {
        let block = self.new_block();
        let current = std::mem::replace(&mut self.current, block);
        self.leave_and_goto(failure.depth, failure.block, span);
        self.current = current;
        block
    }

    /// Goes on where a `bool` is `expected`, elsewhere to `fail`.
    pub(super) fn branch(&mut self, value: Operand, expected: bool, fail: BlockId, span: Span) {
        let holds = self.new_block();
        let (zero, otherwise) = if expected { (fail, holds) } else { (holds, fail) };
        let switch = TerminatorKind::Switch {
            value,
            cases: vec![(0, zero)],
            otherwise,
        };
        self.terminate_and_enter(switch, span, holds);
    }

    /// `value ?? otherwise`
    pub(super) fn coalesce_into(&mut self, dest: &Dest, value: ExprId, otherwise: ExprId, span: Span) {
        let (none, join) = (self.new_block(), self.new_block());
        let place = self.matched_place(value, &[]);
        let optional_ty = self.place_ty(&place);
        let value_span = self.span(value);
        let is_none = self.assign_temporary(check::Ty::bool(), Rvalue::IsNone(place.clone()), value_span);
        self.branch(copy(is_none), false, none, span);
        if let Dest::Place(dest) = dest {
            let ty = self.place_ty(dest);
            let some = if ty == optional_ty {
                place
            } else {
                place.project(Projection::SomeValue(ty))
            };
            let operand = self.consume(some);
            self.assign(dest.clone(), Rvalue::Use(operand), value_span);
        }
        self.goto(join, span);
        self.current = none;
        self.in_temporaries_scope(otherwise, |builder| builder.value_into(dest, otherwise));
        self.goto_and_enter(join, span);
    }

    pub(super) fn break_to(&mut self, label: Option<LabelId>, value: Option<ExprId>, span: Span) {
        let index = self.breakable(label);
        let target = &self.breakables[index];
        let (dest, depth, block) = (target.dest.clone(), target.depth, target.break_block);
        match value {
            Some(value) => self.in_temporaries_scope(value, |builder| builder.value_into(&dest, value)),
            None => self.unit_into(&dest, span),
        }
        self.leave_and_goto(depth, block, span);
    }

    pub(super) fn continue_to(&mut self, label: Option<LabelId>, span: Span) {
        let target = &self.breakables[self.breakable(label)];
        let (depth, block) = (target.depth, target.continue_block);
        self.leave_and_goto(depth, block.expect("`continue` names a loop"), span);
    }

    fn breakable(&self, label: Option<LabelId>) -> usize {
        let found = match label {
            Some(label) => self.breakables.iter().rposition(|breakable| breakable.label == label),
            None => self
                .breakables
                .iter()
                .rposition(|breakable| breakable.continue_block.is_some()),
        };
        found.expect("lowering resolved the label")
    }
}
