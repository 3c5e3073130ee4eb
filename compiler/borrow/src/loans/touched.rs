//! What has to do with references at all: only where something lent is touched may a loan forbid what is done, and only
//! where references are read or written does a variable come to hold others.

use mir::{AssertKind, Block, CallTarget, Local, Operand, Rvalue, Statement, StatementKind, TerminatorKind};

use super::flow::Flow;
use crate::places::operands;

impl Flow<'_> {
    /// Whether any loan is of a variable that something in the block names.
    pub(super) fn names_lent(&self, block: &Block) -> bool {
        let mut statements = block.statements.iter();
        let of_terminator = match &block.terminator.kind {
            TerminatorKind::Goto(_) | TerminatorKind::Unreachable | TerminatorKind::Resume | TerminatorKind::Return => {
                false
            }
            TerminatorKind::Switch { value, .. } => self.is_lent(value),
            TerminatorKind::Call { callee, args, dest, .. } => {
                let of_callee = match callee {
                    CallTarget::Value(operand) | CallTarget::Callable(_, operand) => self.is_lent(operand),
                    CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => false,
                };
                of_callee || self.has_loans_on(dest.local) || args.iter().any(|arg| self.is_lent(arg))
            }
            TerminatorKind::Drop { place, .. } => self.has_loans_on(place.local),
            TerminatorKind::Assert { condition, kind, .. } => {
                let of_kind = matches!(kind, AssertKind::Bounds { index, len }
                    if self.is_lent(index) || self.is_lent(len));
                of_kind || self.is_lent(condition)
            }
        };
        of_terminator || statements.any(|statement| self.may_matter(statement))
    }

    /// Whether any loan is of a variable that the statement names.
    pub(super) fn may_matter(&self, statement: &Statement) -> bool {
        let (dest, rvalue) = match &statement.kind {
            StatementKind::Assign(dest, rvalue) => (dest, rvalue),
            StatementKind::StorageLive(_) => return false,
            StatementKind::StorageDead(local) => return self.has_loans_on(*local),
        };
        let of_rvalue = if let Rvalue::Ref(_, place)
        | Rvalue::AddressOf(_, place)
        | Rvalue::Len(place)
        | Rvalue::IsNone(place)
        | Rvalue::Variant(place) = rvalue
        {
            self.has_loans_on(place.local)
        } else {
            matches!(rvalue, Rvalue::SliceFromParts { .. } | Rvalue::Cast(..))
        };
        of_rvalue || self.has_loans_on(dest.local) || operands(rvalue).any(|operand| self.is_lent(operand))
    }

    /// Whether anything in the block moves references on, and does not only read by them.
    pub(super) fn moves_on(&self, block: &Block) -> bool {
        let are_given =
            matches!(&block.terminator.kind, TerminatorKind::Call { callee, args, .. } if self.are_given(callee, args));
        are_given
            || block
                .statements
                .iter()
                .any(|statement| self.concerns_references(statement))
    }

    /// Whether a statement may change what variables hold: it reads or writes references, or ends what they lead to.
    pub(super) fn concerns_references(&self, statement: &Statement) -> bool {
        match &statement.kind {
            StatementKind::Assign(dest, rvalue) => {
                self.views.is_view(dest.ty(&self.body.locals))
                    || self.shown.contains(&dest.local)
                    || self.behind.contains_key(&dest.local)
                    || operands(rvalue).any(|operand| self.may_hold(operand))
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                self.views.is_tracked(*local) || self.shown.contains(local) || self.has_loans_on(*local)
            }
        }
    }

    /// Whether a call is given references: what is called, or an argument of it, may hold some.
    pub(super) fn are_given(&self, callee: &CallTarget, args: &[Operand]) -> bool {
        let of_callee = match callee {
            CallTarget::Value(operand) | CallTarget::Callable(_, operand) => self.may_hold(operand),
            CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => false,
        };
        of_callee || args.iter().any(|arg| self.may_hold(arg)) || self.array_of_vec(callee, args).is_some()
    }

    /// Whether an operand may hold references, or is an address that stands for one. What constants refer to is never
    /// gone.
    fn may_hold(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                self.shown.contains(&place.local)
                    || self.views.is_tracked(place.local) && self.views.is_view(place.ty(&self.body.locals))
            }
            Operand::Const(_) => false,
        }
    }

    fn is_lent(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => self.has_loans_on(place.local),
            Operand::Const(_) => false,
        }
    }

    fn has_loans_on(&self, local: Local) -> bool {
        self.loans_on.contains_key(&local)
    }
}
