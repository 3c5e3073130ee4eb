//! Loops.

use base::Span;
use check::{Ty, TyKind};
use hir::{Expr, ExprId, LabelId, Mutability, PatId};

use super::builder::{Breakable, Builder, Dest};
use super::control::Failure;
use super::places::copy;
use crate::body::{BinaryOp, BlockId, CallTarget, Local, Operand, Place, Projection, Rvalue};

/// The parts of a `for` that its kinds share.
#[derive(Clone, Copy)]
struct For {
    pat: PatId,
    body: ExprId,
    label: LabelId,
    span: Span,
}

impl Builder<'_> {
    pub(super) fn loop_into(&mut self, dest: &Dest, body: ExprId, label: LabelId, span: Span) {
        let (head, exit) = (self.new_block(), self.new_block());
        self.goto_and_enter(head, span);
        self.enter_loop(label, dest.clone(), exit, head);
        self.in_temporaries_scope(body, |builder| builder.discard(body));
        self.breakables.pop();
        self.goto(head, span);
        self.current = exit;
    }

    pub(super) fn while_loop(&mut self, condition: ExprId, body: ExprId, label: LabelId, span: Span) {
        let (head, exit) = (self.new_block(), self.new_block());
        self.goto_and_enter(head, span);
        self.enter_loop(label, Dest::Discard, exit, head);
        let failure = Failure {
            block: exit,
            depth: self.scopes.len(),
        };
        self.push_temporaries_scope(span);
        self.condition(condition, failure);
        self.discard(body);
        self.pop_scope();
        self.breakables.pop();
        self.goto(head, span);
        self.current = exit;
    }

    fn enter_loop(&mut self, label: LabelId, dest: Dest, break_block: BlockId, continue_block: BlockId) {
        self.breakables.push(Breakable {
            label,
            break_block,
            continue_block: Some(continue_block),
            dest,
            depth: self.scopes.len(),
        });
    }

    pub(super) fn for_loop(&mut self, pat: PatId, iter: ExprId, body: ExprId, label: LabelId, span: Span) {
        let parts = For { pat, body, label, span };
        self.push_temporaries_scope(span);
        let hir = self.hir;
        let value = self.adjusted(iter);
        if self.typed.iterations.contains_key(&iter) {
            self.for_iterator(parts, iter);
            self.pop_scope();
            return;
        }
        match self.ty(value).kind() {
            TyKind::Range { element, inclusive } => {
                let (start, end) = if let Expr::Range { start, end, .. } = &hir.exprs[iter] {
                    self.loop_bounds(*start, *end)
                } else {
                    let range = self.place(value, Mutability::Const);
                    let start = self.project_field(range.clone(), 0);
                    let end = self.project_field(range, 1);
                    (Operand::Copy(start), Some(Operand::Copy(end)))
                };
                self.for_range(parts, *element, start, end, *inclusive);
            }
            TyKind::Ref(mutability, _) => {
                let reference = self.operand(value);
                let reference = self.local_of(reference, self.ty(value), self.span(iter));
                self.for_sequence(parts, Place::local(reference).deref(), Some(*mutability));
            }
            TyKind::Array(..) => {
                // The loop goes over the array as it was.
                let array = self.value_in(self.temporaries_scope(), value);
                self.for_sequence(parts, Place::local(array), None);
            }
            other @ (TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Pointer(..)
            | TyKind::Tuple(_)
            | TyKind::Adt(..)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_)) => unreachable!("a loop over {other:?}"),
        }
        self.pop_scope();
    }

    fn loop_bounds(&mut self, start: Option<ExprId>, end: Option<ExprId>) -> (Operand, Option<Operand>) {
        let ends: Vec<ExprId> = [start, end].into_iter().flatten().collect();
        let mut operands = self.operands_of(&ends).into_iter();
        let first = operands.next().expect("a loop's range has a start");
        (first, operands.next())
    }

    fn for_range(&mut self, parts: For, ty: Ty, start: Operand, end: Option<Operand>, inclusive: bool) {
        let span = parts.span;
        let next = self.assign_temporary(ty, Rvalue::Use(start), span);
        match end {
            None => self.for_endless(parts, ty, next),
            Some(end) => {
                let end = self.assign_temporary(ty, Rvalue::Use(end), span);
                if inclusive {
                    self.for_through(parts, ty, next, end);
                } else {
                    self.for_below(parts, ty, next, end);
                }
            }
        }
    }

    /// `start..end`: the next value is known to exist below the end, so adding one cannot overflow. It is made behind
    /// the body, as in C: made before, it would take a register beside the value that the body has.
    fn for_below(&mut self, parts: For, ty: Ty, next: Local, end: Local) {
        let (head, latch, exit) = (self.new_block(), self.new_block(), self.new_block());
        self.goto_and_enter(head, parts.span);
        self.enter_loop(parts.label, Dest::Discard, exit, latch);
        self.loop_while(BinaryOp::Lt, next, copy(end), exit, parts.span);
        self.iteration(parts, ty, Rvalue::Use(copy(next)));
        self.breakables.pop();
        self.goto_and_enter(latch, parts.span);
        self.increment(next, ty, parts.span);
        self.goto(head, parts.span);
        self.current = exit;
    }

    /// `start..=end`: the end is passed by leaving at it, so that the type's last value may be the end.
    fn for_through(&mut self, parts: For, ty: Ty, next: Local, end: Local) {
        let (head, latch, step, exit) = (self.new_block(), self.new_block(), self.new_block(), self.new_block());
        self.loop_while(BinaryOp::Le, next, copy(end), exit, parts.span);
        self.goto_and_enter(head, parts.span);
        self.enter_loop(parts.label, Dest::Discard, exit, latch);
        self.iteration(parts, ty, Rvalue::Use(copy(next)));
        self.breakables.pop();
        self.goto_and_enter(latch, parts.span);
        self.loop_while(BinaryOp::Ne, next, copy(end), exit, parts.span);
        self.goto_and_enter(step, parts.span);
        self.increment(next, ty, parts.span);
        self.goto(head, parts.span);
        self.current = exit;
    }

    /// `start..`
    fn for_endless(&mut self, parts: For, ty: Ty, next: Local) {
        let (head, latch, exit) = (self.new_block(), self.new_block(), self.new_block());
        self.goto_and_enter(head, parts.span);
        self.enter_loop(parts.label, Dest::Discard, exit, latch);
        self.iteration(parts, ty, Rvalue::Use(copy(next)));
        self.breakables.pop();
        self.goto_and_enter(latch, parts.span);
        let one = self.integer(1, ty);
        let sum = self.checked_arithmetic(BinaryOp::Add, copy(next), one, ty, parts.span);
        self.assign(Place::local(next), Rvalue::Use(sum), parts.span);
        self.goto(head, parts.span);
        self.current = exit;
    }

    /// Elements in order: references to them, or without a mutability copies.
    fn for_sequence(&mut self, parts: For, sequence: Place, mutability: Option<Mutability>) {
        let span = parts.span;
        let zero = self.integer(0, Ty::usize());
        let next = self.assign_temporary(Ty::usize(), Rvalue::Use(zero), span);
        let len = self.length(&sequence, span);
        let (head, exit) = (self.new_block(), self.new_block());
        self.goto_and_enter(head, span);
        self.enter_loop(parts.label, Dest::Discard, exit, head);
        self.loop_while(BinaryOp::Lt, next, len, exit, span);
        let at = self.assign_temporary(Ty::usize(), Rvalue::Use(copy(next)), span);
        self.rounds.insert(at);
        self.increment(next, Ty::usize(), span);
        let element = sequence.project(Projection::Index(at));
        let element_ty = self.place_ty(&element);
        let (ty, item) = match mutability {
            Some(mutability) => (element_ty.reference(mutability), Rvalue::Ref(mutability, element)),
            None => (element_ty, Rvalue::Use(Operand::Copy(element))),
        };
        self.iteration(parts, ty, item);
        self.breakables.pop();
        self.goto(head, span);
        self.current = exit;
    }

    /// What an iterator gives, until it gives nothing.
    fn for_iterator(&mut self, parts: For, iter: ExprId) {
        let iteration = &self.typed.iterations[&iter];
        let span = self.span(iter);
        let depth = self.temporaries_scope();
        let source = self.operand_of(iter);
        let iterator = self.temporary(iteration.iterator, span);
        self.begin_local(depth, iterator, span);
        let into_iter = CallTarget::Fn(iteration.into_iter, iteration.into_args.clone());
        let dest = Dest::Place(Place::local(iterator));
        self.emit_call(into_iter, vec![source], &dest, iteration.iterator, true, span);
        self.schedule_value(depth, iterator, span);
        let optional = iteration.item.optional();
        let given = self.temporary(optional, span);
        self.begin_local(depth, given, span);
        let (head, exit) = (self.new_block(), self.new_block());
        self.goto_and_enter(head, span);
        self.enter_loop(parts.label, Dest::Discard, exit, head);
        let reference = iteration.iterator.reference(Mutability::Mut);
        let borrowed = Rvalue::Ref(Mutability::Mut, Place::local(iterator));
        let borrowed = self.assign_temporary(reference, borrowed, span);
        let args = vec![self.consume(Place::local(borrowed))];
        let next = CallTarget::Fn(iteration.next, [iteration.iterator].into());
        self.emit_call(next, args, &Dest::Place(Place::local(given)), optional, true, span);
        let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(Place::local(given)), span);
        self.branch(copy(is_none), false, exit, span);
        let item = Place::local(given).project(Projection::SomeValue(iteration.item));
        let item = self.consume(item);
        self.iteration(parts, iteration.item, Rvalue::Use(item));
        self.breakables.pop();
        self.goto(head, span);
        self.current = exit;
    }

    /// Goes on while the comparison holds.
    fn loop_while(&mut self, op: BinaryOp, next: Local, end: Operand, exit: BlockId, span: Span) {
        let goes_on = Rvalue::Binary(op, copy(next), end);
        let goes_on = self.assign_temporary(Ty::bool(), goes_on, span);
        self.branch(copy(goes_on), true, exit, span);
    }

    fn increment(&mut self, next: Local, ty: Ty, span: Span) {
        let one = self.integer(1, ty);
        self.assign(Place::local(next), Rvalue::Binary(BinaryOp::Add, copy(next), one), span);
    }

    /// One round: the item is bound, then the body runs.
    fn iteration(&mut self, parts: For, ty: Ty, item: Rvalue) {
        let span = self.hir.pat_spans[parts.pat];
        self.push_temporaries_scope(self.span(parts.body));
        self.open_source_scope(parts.span);
        let depth = self.temporaries_scope();
        let local = self.temporary(ty, span);
        self.begin_local(depth, local, span);
        self.assign(Place::local(local), item, span);
        self.schedule_value(depth, local, span);
        let item = local;
        self.declare_and_bind(parts.pat, &Place::local(item));
        self.discard(parts.body);
        self.pop_scope();
    }
}
