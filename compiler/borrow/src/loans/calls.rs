//! What calls do: what their results hold, and what they store where.

use std::rc::Rc;

use check::{FnRef, LangItem, Ty, TyKind};
use mir::{CallTarget, Local, Operand, Place};

use super::closures::{ClosureFlow, ClosureSource};
use super::flow::{Arrival, Ask, Flow, Target, Value};
use super::holdings::Holdings;
use super::origins::{Depth, Origins};
use super::signature::{Dependencies, Source, generics_in, of_callable};

impl Flow<'_> {
    /// The arguments of a call as its dependencies count them, and these.
    pub(super) fn call(&self, callee: &CallTarget, args: &[Operand]) -> Option<(Rc<Dependencies>, Vec<Operand>)> {
        match callee {
            CallTarget::Fn(function, _) => Some((self.dependencies_of(*function), args.to_vec())),
            CallTarget::Value(operand) | CallTarget::Callable(_, operand) => {
                let mut operands = args.to_vec();
                operands.push(operand.clone());
                let (Operand::Copy(place) | Operand::Move(place)) = operand else {
                    // A constant: a function item, or a closure without captures.
                    let Operand::Const(constant) = operand else { return None };
                    return Some((self.of_called(constant.ty)?, operands));
                };
                let ty = place.ty(&self.body.locals);
                Some((self.of_called(ty)?, operands))
            }
            CallTarget::Runtime(_) | CallTarget::Format(..) => None,
        }
    }

    pub(super) fn of_called(&self, ty: Ty) -> Option<Rc<Dependencies>> {
        let called = ty.behind_reference();
        if let TyKind::FnItem(function, _) = called.kind() {
            return Some(self.dependencies_of(*function));
        }
        if let TyKind::Closure(closure) = called.kind()
            && let Some(flow) = self.closures.get(closure.closure)
        {
            return Some(Rc::new(of_closure(flow, closure.params.len())));
        }
        if let TyKind::ExternFn(fn_type) | TyKind::FnPointer(fn_type) = called.kind() {
            return Some(Rc::new(of_callable(self.signatures, &fn_type.params, fn_type.ret)));
        }
        let callable = self.signatures.within(&self.body.bounds).callable(called)?;
        Some(Rc::new(of_callable(self.signatures, &callable.params, callable.ret)))
    }

    /// What the result of a call may hold.
    pub(super) fn result(
        &self,
        holdings: &Holdings,
        ask: Ask,
        callee: &CallTarget,
        args: &[Operand],
        dest: &Place,
    ) -> Origins {
        let mut found = Origins::default();
        let dest_ty = dest.ty(&self.body.locals);
        if !self.views.is_view(dest_ty) {
            return found;
        }
        // The elements of an array literal become those of a `Vec`.
        if let (CallTarget::Fn(FnRef::Lang(def), _), Some(Operand::Copy(first))) = (callee, args.first())
            && self.signatures.lang.is(*def, LangItem::VecOfArray)
            && let Some(array) = self.slices.get(&first.local)
        {
            return self.region(holdings, ask, array);
        }
        if let Some((dependencies, operands)) = self.call(callee, args) {
            for source in &dependencies.result {
                let more = self.source(holdings, ask, &operands, *source);
                found.union(&match operands.get(source.0 as usize) {
                    Some(operand) if dependencies.is_by_type && !self.signatures.holds_references(dest_ty) => {
                        self.passed(operand, more)
                    }
                    _ => more,
                });
            }
        }
        found
    }

    /// What a call does to what its arguments lead to.
    pub(crate) fn call_keeps(
        &self,
        holdings: &mut Holdings,
        callee: &CallTarget,
        args: &[Operand],
        arrivals: &mut Vec<Arrival>,
    ) {
        let Some((dependencies, operands)) = self.call(callee, args) else {
            return;
        };
        self.static_args(holdings, callee, args, arrivals);
        for source in &dependencies.owned {
            let what = self.source(holdings, Ask::Held, &operands, *source);
            arrivals.push(Arrival {
                into: Target::Owned,
                what,
            });
        }
        for ((into, depth), from) in &dependencies.kept {
            let mut value = Value::default();
            for (index, depth) in from {
                let source = (*index, *depth);
                let found = [Ask::Held, Ask::Given].map(|ask| {
                    let found = self.source(holdings, ask, &operands, source);
                    match operands.get(*index as usize) {
                        Some(operand) if dependencies.is_by_type => self.passed(operand, found),
                        _ => found,
                    }
                });
                value.held.union(&found[0]);
                value.given.union(&found[1]);
            }
            if *depth == Depth::Keeps {
                let at = self.source(holdings, Ask::Held, &operands, (*into, Depth::Keeps));
                self.arrive(holdings, &at, &value, arrivals);
                self.kept_inside(holdings, operands.get(*into as usize), &value);
                continue;
            }
            let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(*into as usize) else {
                continue;
            };
            let ty = place.ty(&self.body.locals);
            let is_view = self.views.is_view(ty.behind_reference());
            if is_view {
                let at = self.region(holdings, Ask::Held, place);
                self.store(holdings, &at, place.local, &value, arrivals);
            }
        }
    }

    /// What a closure keeps may stay in the closure itself, which holds it from now on, and in what it gives.
    fn kept_inside(&self, holdings: &mut Holdings, called: Option<&Operand>, value: &Value) {
        let Some(Operand::Copy(place) | Operand::Move(place)) = called else {
            return;
        };
        let held = self.operand(holdings, Ask::Held, &Operand::Copy(place.clone()));
        let lent = held
            .iter()
            .filter_map(|origin| self.loan(origin))
            .map(|loan| loan.place.local);
        let closures: Vec<Local> = lent.chain([place.local]).collect();
        for local in closures {
            let TyKind::Closure(closure) = self.body.locals[local].ty.kind() else {
                continue;
            };
            let gives = self
                .closures
                .get(closure.closure)
                .is_none_or(ClosureFlow::gives_kept_params);
            let given = if gives { value.given.clone() } else { Origins::default() };
            let held = value.held.clone();
            self.add(holdings, local, &Value { held, given });
        }
    }

    /// Of what an argument holds, what has to do with the generic parameters of its type.
    pub(super) fn passed(&self, operand: &Operand, found: Origins) -> Origins {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return found;
        };
        let ty = place.ty(&self.body.locals);
        if generics_in(self.signatures, ty).is_empty() {
            found
        } else {
            self.possible_of(ty, &found)
        }
    }

    /// What is passed where `&static` is said must be so.
    pub(super) fn static_args(
        &self,
        holdings: &Holdings,
        callee: &CallTarget,
        args: &[Operand],
        arrivals: &mut Vec<Arrival>,
    ) {
        let CallTarget::Fn(function, _) = callee else {
            return;
        };
        for (param, arg) in self.signatures.function(*function).params.iter().zip(args) {
            if param.is_static {
                let what = self.operand(holdings, Ask::Held, arg);
                arrivals.push(Arrival {
                    into: Target::Static,
                    what,
                });
            }
        }
    }
}

/// A call of a closure that is known: the arguments are the parameters, and the closure comes after them.
fn of_closure(flow: &ClosureFlow, n_params: usize) -> Dependencies {
    let callee = u32::try_from(n_params).expect("few parameters");
    let plain = |source: &ClosureSource, depth_of_capture: Depth| match source {
        ClosureSource::Capture(..) => (callee, depth_of_capture),
        ClosureSource::Param(index, depth) => (*index, *depth),
    };
    let mut result: Vec<Source> = flow.result.iter().map(|source| plain(source, Depth::Gives)).collect();
    result.dedup();
    let kept = (flow.kept.iter())
        .filter(|(into, from)| {
            // What goes from capture to capture has gone when the closure was made.
            !matches!((into, from), (ClosureSource::Capture(..), ClosureSource::Capture(..)))
        })
        .map(|(into, from)| (plain(into, Depth::Keeps), vec![plain(from, Depth::Gives)]));
    Dependencies {
        result,
        kept: kept.collect(),
        owned: Vec::new(),
        is_by_type: false,
    }
}
