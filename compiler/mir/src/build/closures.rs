//! Closures: their values, calls of them, and their bodies.
//!
//! A closure's body is a function whose first parameter is the environment. It is built as if the variables around were
//! its own; then each place in them becomes one in the environment.

use base::{IndexVec, Span};
use check::{CallKind, Capture, CaptureMode, CaptureStep, ClosureTy, Ty, TyKind};
use hir::{ClosureId, Expr, ExprId, LocalId, Mutability, PatId};

use super::builder::{Adjusted, Builder, Dest};
use super::operands::Until;
use crate::body::{
    AggregateKind, AssertKind, CallTarget, CaptureName, CastKind, KeptBy, Local, Operand, Place, Projection, Rvalue,
    StatementKind, TerminatorKind,
};

impl Builder<'_> {
    /// Where a variable is, or what stands for one of the code around a closure.
    pub(super) fn variable(&mut self, variable: LocalId, span: Span) -> Place {
        if let Some(reference) = self.lent.get(&variable) {
            return Place::local(*reference).deref();
        }
        if let Some(local) = self.variables.get(&variable).or(self.captured.get(&variable)) {
            return Place::local(*local);
        }
        let local = self.temporary(self.typed.local_tys[variable], span);
        self.captured.insert(variable, local);
        Place::local(local)
    }

    /// The value of a closure: what it captures, in order.
    pub(super) fn closure_value(&mut self, closure: ClosureId) -> Rvalue {
        let typed = self.typed;
        let closure = &typed.closures[closure];
        let mut operands = Vec::with_capacity(closure.captures.len());
        for capture in &closure.captures {
            let place = self.captured_place(capture);
            let ty = self.place_ty(&place);
            operands.push(match capture.mode {
                CaptureMode::Value => self.consume(place),
                CaptureMode::Shared => self.lent_capture(Mutability::Const, place, ty, capture.span),
                CaptureMode::Exclusive => self.lent_capture(Mutability::Mut, place, ty, capture.span),
            });
        }
        // A message about a value that is gone points at its use in the closure.
        for (operand, capture) in operands.iter_mut().zip(&closure.captures) {
            if let (Operand::Copy(place) | Operand::Move(place), CaptureMode::Value) = (&*operand, capture.mode) {
                let ty = self.place_ty(place);
                let kept = self.kept(ty, Rvalue::Use(operand.clone()), capture.span);
                *operand = self.consume(Place::local(kept));
            }
        }
        Rvalue::Aggregate(AggregateKind::Closure(closure.ty), operands)
    }

    fn lent_capture(&mut self, mutability: Mutability, place: Place, ty: Ty, span: Span) -> Operand {
        let reference = self.assign_temporary(ty.reference(mutability), Rvalue::Ref(mutability, place), span);
        self.consume(Place::local(reference))
    }

    fn captured_place(&mut self, capture: &Capture) -> Place {
        let mut place = self.variable(capture.local, capture.span);
        for step in &capture.steps {
            place = match step {
                CaptureStep::Deref => place.deref(),
                CaptureStep::Field(index) => self.project_field(place, *index),
            };
        }
        place
    }

    /// A call of a value that is no pointer. The value is borrowed when the arguments are there.
    pub(super) fn call_callable(&mut self, dest: &Dest, expr: ExprId, kind: CallKind, args: &[ExprId], ret: Ty) {
        let hir = self.hir;
        let Expr::Call { callee, .. } = &hir.exprs[expr] else {
            unreachable!("only calls are checked as calls")
        };
        let span = self.span(*callee);
        let mutability = match kind {
            CallKind::Shared | CallKind::Once => Mutability::Const,
            CallKind::Exclusive => Mutability::Mut,
        };
        let place = self.place_of_expr(*callee, mutability);
        let args = self.args_until(args, Until::Now);
        let ty = self.place_ty(&place);
        let operand = match kind {
            // What has no size stays where it is.
            CallKind::Once if ty.is_unsized() => self.consume(place),
            CallKind::Once => {
                let value = self.consume(place);
                let kept = self.kept(ty, Rvalue::Use(value), span);
                self.consume(Place::local(kept))
            }
            CallKind::Shared | CallKind::Exclusive => self.lent_capture(mutability, place, ty, span),
        };
        self.emit_call(
            CallTarget::Callable(kind, operand),
            args,
            dest,
            ret,
            true,
            self.span(expr),
        );
    }

    /// What can be called as a `fn(..)`: the function alone where nothing is captured, else with a borrow.
    pub(super) fn borrow_as_fn(&mut self, value: Adjusted, to: Ty) -> Rvalue {
        let span = self.span(value.expr);
        let ty = self.ty(value);
        if let TyKind::Closure(closure) = ty.kind()
            && closure.captures().is_empty()
        {
            return Rvalue::Cast(CastKind::FnPointer, self.operand(value), to);
        }
        let place = self.place(value, Mutability::Const);
        let reference = self.lent_capture(Mutability::Const, place, ty, span);
        Rvalue::Cast(CastKind::BorrowAsFn, reference, to)
    }

    /// Builds the body of a closure; gives how many parameters it has.
    pub(super) fn closure_body(&mut self, id: ClosureId) -> usize {
        let hir = self.hir;
        let typed = self.typed;
        let closure = &typed.closures[id];
        let TyKind::Closure(ty) = closure.ty.kind() else {
            unreachable!("a closure has a closure's type")
        };
        let call = call_of(ty);
        let environment = match call {
            CallKind::Shared => closure.ty.reference(Mutability::Const),
            CallKind::Exclusive => closure.ty.reference(Mutability::Mut),
            CallKind::Once => closure.ty,
        };
        let params: Vec<PatId> = hir.closures[id].params.iter().map(|param| param.pat).collect();
        self.ret = ty.ret;
        self.captures = closure
            .captures
            .iter()
            .map(|capture| self.capture_name(capture))
            .collect();
        self.function_body(Some(environment), &params, hir.closures[id].value);
        let mut parts = Vec::new();
        for (index, (capture, held)) in (0..).zip(closure.captures.iter().zip(ty.captures())) {
            let Some(stand_in) = self.captured.get(&capture.local).copied() else {
                continue;
            };
            let mut place = Place::local(Local(1));
            if call != CallKind::Once {
                place = place.deref();
            }
            place = place.field(index, *held);
            if capture.mode != CaptureMode::Value {
                place = place.deref();
            }
            parts.push(EnvironmentPart {
                stand_in,
                steps: capture.steps.clone(),
                place,
            });
        }
        self.move_into_environment(&parts);
        params.len() + 1
    }

    fn capture_name(&self, capture: &Capture) -> CaptureName {
        let mut text = self.hir.locals[capture.local].name.to_string();
        let mut ty = self.typed.local_tys[capture.local];
        for step in &capture.steps {
            ty = match (step, ty.kind()) {
                (CaptureStep::Deref, TyKind::Ref(_, target)) => *target,
                (CaptureStep::Deref, _) => ty,
                (CaptureStep::Field(index), _) => {
                    let name = if let TyKind::Adt(adt, _) = ty.kind() {
                        self.signatures.adt(*adt).fields[*index as usize].name
                    } else {
                        None
                    };
                    let name = name.map_or_else(|| index.to_string(), |name| name.to_string());
                    text = format!("{text}.{name}");
                    self.env().field_ty(ty, *index).expect("checking finds the fields")
                }
            };
        }
        CaptureName {
            text,
            is_borrowed: capture.mode != CaptureMode::Value,
        }
    }

    /// Replaces what stands for the variables around by the parts of the environment, and takes it away.
    fn move_into_environment(&mut self, parts: &[EnvironmentPart]) {
        let stand_ins: Vec<Local> = self.captured.values().copied().collect();
        let mut locals = IndexVec::new();
        let mut numbers = Vec::new();
        for (local, decl) in self.locals.iter_enumerated() {
            let kept = !stand_ins.contains(&local);
            numbers.push(kept.then(|| locals.push(decl.clone())));
        }
        let renumber = |local: Local| numbers[local.0 as usize].expect("what stands for others is replaced");
        let mut visit = |place: &mut Place| {
            if stand_ins.contains(&place.local) {
                *place = replaced(place, parts);
            }
            place.local = renumber(place.local);
            for projection in &mut place.projections {
                if let Projection::Index(index) = projection {
                    *index = renumber(*index);
                }
            }
        };
        for block in self.blocks.iter_mut() {
            for statement in &mut block.statements {
                match &mut statement.kind {
                    StatementKind::Assign(place, rvalue) => {
                        visit(place);
                        each_place(rvalue, &mut visit);
                    }
                    StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => *local = renumber(*local),
                }
            }
            if let Some(terminator) = &mut block.terminator {
                each_place_of_terminator(&mut terminator.kind, &mut visit);
            }
        }
        for (place, _) in &mut self.reads {
            visit(place);
        }
        for kept in &mut self.kept {
            // What the closure does not use is not captured.
            kept.places
                .retain(|place| !stand_ins.contains(&place.local) || part_of(place, parts).is_some());
            kept.places.iter_mut().for_each(&mut visit);
            if let KeptBy::Match { bound, lent, .. } = &mut kept.by {
                bound.iter_mut().chain(lent).for_each(|local| *local = renumber(*local));
            }
        }
        let indices = std::mem::take(&mut self.pattern_indices);
        self.pattern_indices = indices
            .into_iter()
            .map(|(local, index)| (renumber(local), index))
            .collect();
        self.rounds = std::mem::take(&mut self.rounds).into_iter().map(renumber).collect();
        self.locals = locals;
    }
}

/// A place of the code around and where a closure has it.
struct EnvironmentPart {
    /// Stands for the variable.
    stand_in: Local,
    steps: Vec<CaptureStep>,
    place: Place,
}

fn call_of(ty: &ClosureTy) -> CallKind {
    let environment = ty.environment.as_ref();
    environment.expect("a checked closure has an environment").call
}

/// The part of the environment that has a place in a variable of the code around.
fn part_of<'p>(place: &Place, parts: &'p [EnvironmentPart]) -> Option<&'p EnvironmentPart> {
    let leads_to = |part: &&EnvironmentPart| {
        let mut projections = place.projections.iter();
        part.stand_in == place.local
            && part.steps.iter().all(|step| match (step, projections.next()) {
                (CaptureStep::Deref, Some(Projection::Deref)) => true,
                (CaptureStep::Field(step), Some(Projection::Field(index, _))) => step == index,
                (CaptureStep::Deref | CaptureStep::Field(_), _) => false,
            })
    };
    parts.iter().find(leads_to)
}

/// The place in the environment that is meant by one in a variable of the code around.
fn replaced(place: &Place, parts: &[EnvironmentPart]) -> Place {
    let part = part_of(place, parts).expect("what a closure uses is captured");
    let mut whole = part.place.clone();
    whole
        .projections
        .extend_from_slice(&place.projections[part.steps.len()..]);
    whole
}

fn each_operand(operand: &mut Operand, visit: &mut impl FnMut(&mut Place)) {
    match operand {
        Operand::Copy(place) | Operand::Move(place) => visit(place),
        Operand::Const(_) => {}
    }
}

fn each_place(rvalue: &mut Rvalue, visit: &mut impl FnMut(&mut Place)) {
    match rvalue {
        Rvalue::Use(operand) | Rvalue::Unary(_, operand) | Rvalue::Cast(_, operand, _) | Rvalue::Repeat(operand, _) => {
            each_operand(operand, visit);
        }
        // What is captured may be the slice, and not the reference that has its length.
        Rvalue::Len(place) => {
            place.projections.push(Projection::Deref);
            visit(place);
            let last = place.projections.pop();
            assert_eq!(last, Some(Projection::Deref), "a slice stands behind a reference");
        }
        Rvalue::Ref(_, place) | Rvalue::AddressOf(_, place) | Rvalue::IsNone(place) | Rvalue::Variant(place) => {
            visit(place)
        }
        Rvalue::Binary(_, left, right)
        | Rvalue::Checked(_, left, right)
        | Rvalue::PointerDistance(left, right)
        | Rvalue::PointerOffset {
            pointer: left,
            offset: right,
            ..
        }
        | Rvalue::SliceFromParts {
            pointer: left,
            len: right,
            ..
        } => {
            each_operand(left, visit);
            each_operand(right, visit);
        }
        Rvalue::Aggregate(_, operands) => operands.iter_mut().for_each(|operand| each_operand(operand, visit)),
        Rvalue::StaticAddress(_) => {}
    }
}

fn each_place_of_terminator(terminator: &mut TerminatorKind, visit: &mut impl FnMut(&mut Place)) {
    match terminator {
        TerminatorKind::Goto(_) | TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {}
        TerminatorKind::Switch { value, .. } => each_operand(value, visit),
        TerminatorKind::Call { callee, args, dest, .. } => {
            match callee {
                CallTarget::Value(operand) | CallTarget::Callable(_, operand) => each_operand(operand, visit),
                CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => {}
            }
            args.iter_mut().for_each(|arg| each_operand(arg, visit));
            visit(dest);
        }
        TerminatorKind::Drop { place, .. } => visit(place),
        TerminatorKind::Assert { condition, kind, .. } => {
            each_operand(condition, visit);
            match kind {
                AssertKind::Bounds { index, len } => {
                    each_operand(index, visit);
                    each_operand(len, visit);
                }
                AssertKind::SliceRange { start, end, len } => {
                    each_operand(start, visit);
                    each_operand(end, visit);
                    each_operand(len, visit);
                }
                AssertKind::Overflow(_)
                | AssertKind::NegOverflow
                | AssertKind::DivideByZero
                | AssertKind::RemainderByZero
                | AssertKind::Shift
                | AssertKind::Cast => {}
            }
        }
    }
}
