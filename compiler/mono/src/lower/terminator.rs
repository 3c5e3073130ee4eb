//! How blocks end.

use base::Span;
use check::TyKind;
use mir::{Place, TerminatorKind};
use unit::{Callee, Scalar};

use crate::lower::Lowering;
use crate::lower::call::Continuation;
use crate::lower::operand::truncated;
use crate::pool::any_pointer;

impl Lowering<'_, '_> {
    pub(super) fn terminator(&mut self, kind: &TerminatorKind, span: Span) {
        match kind {
            TerminatorKind::Goto(target) => {
                let target = self.block(*target);
                self.out.end(unit::TerminatorKind::Goto(target));
            }
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => {
                let ty = self.operand_ty(value);
                let bits = match self.pool.scalar(ty) {
                    Some(Scalar::Int { bits, .. }) => bits,
                    _ => 1,
                };
                let cases = cases
                    .iter()
                    .map(|(value, target)| (truncated(*value, bits), self.block(*target)))
                    .collect();
                let value = self.operand(value);
                let otherwise = self.block(*otherwise);
                self.out.end(unit::TerminatorKind::Switch {
                    value,
                    cases,
                    otherwise,
                });
            }
            TerminatorKind::Return => self.out.end(unit::TerminatorKind::Return),
            TerminatorKind::Unreachable => self.out.end(unit::TerminatorKind::Unreachable),
            TerminatorKind::Resume => self.out.end(unit::TerminatorKind::Resume),
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                unwind,
            } => self.call(callee, args, dest, *target, *unwind, span),
            TerminatorKind::Drop { place, target, unwind } => self.drop(place, *target, *unwind),
            TerminatorKind::Assert {
                condition,
                expected,
                kind,
                target,
                unwind,
            } => {
                let condition = self.operand(condition);
                let fails = self.out.new_block_here();
                let target = self.block(*target);
                self.out.end(unit::TerminatorKind::Switch {
                    value: condition,
                    cases: vec![(u128::from(*expected), target)],
                    otherwise: fails,
                });
                self.out.go_on_in(fails);
                let unwind = self.unwind(*unwind);
                self.check_failed(kind, span, unwind);
            }
        }
    }

    /// Calls what drops a value of the place's type; nothing, where nothing has to run.
    fn drop(&mut self, place: &Place, target: mir::BlockId, unwind: Option<mir::BlockId>) {
        let ty = self.place_ty(place);
        let target = self.block(target);
        if !self.pool.needs_drop(ty) {
            self.out.end(unit::TerminatorKind::Goto(target));
            return;
        }
        let unwind = self.unwind(unwind);
        if let TyKind::Dyn(_) = ty.kind() {
            let pointer = self.pointer_behind(place);
            let dest = self.nothing();
            let then = Continuation {
                dest,
                target: Some(target),
                unwind,
            };
            return self.drop_dyn(pointer, then);
        }
        let glue = self.pool.drop_function(ty);
        let place = self.place(place);
        let pointer = self.pool.ty(any_pointer());
        let address = self.out.hold(pointer, unit::Rvalue::AddressOf(place));
        let address = self.out.copy(address);
        let dest = self.nothing();
        self.out.end(unit::TerminatorKind::Call {
            callee: Callee::Function(glue),
            args: vec![address],
            dest,
            target: Some(target),
            unwind,
        });
    }

    /// Where the result of a function without one goes.
    pub(super) fn nothing(&mut self) -> unit::Place {
        let ty = self.pool.ty(check::Ty::unit());
        let local = self.out.local(ty);
        self.out.whole(local)
    }
}
