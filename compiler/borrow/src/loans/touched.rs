//! Where something lent is touched: only there may a loan forbid what is done.

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
