//! What calls do: what their results hold, and what they store where.

use std::rc::Rc;

use check::{FnRef, LangItem, Ty, TyKind};
use mir::{CallTarget, Operand, Place};

use super::closures::{ClosureFlow, ClosureSource};
use super::flow::{Arrival, Ask, Flow, Target, Value};
use super::holdings::Holdings;
use super::origins::{Depth, Origins, Taken};
use super::signature::{Dependencies, Known, Source, generics_in, of_callable, of_instance, of_unnamed};
use super::stores::behind_all;
use super::within::{Mixed, Mixing, Reach};

impl Flow<'_> {
    /// The arguments of a call as its dependencies count them, and these.
    pub(super) fn call(&self, callee: &CallTarget, args: &[Operand]) -> Option<(Rc<Dependencies>, Vec<Operand>)> {
        match callee {
            CallTarget::Fn(function, types) => Some((self.dependencies_of_call(*function, types), args.to_vec())),
            CallTarget::Value(operand) | CallTarget::Callable(_, operand) => {
                let mut operands = args.to_vec();
                operands.push(operand.clone());
                let (Operand::Copy(place) | Operand::Move(place)) = operand else {
                    // A constant: a function item, or a closure without captures.
                    let Operand::Const(constant) = operand else { return None };
                    return Some((self.of_called(constant.ty)?, operands));
                };
                let ty = place.ty(&self.body.locals);
                let mut dependencies = self.of_called(ty)?;
                if self.is_in_owner(place) {
                    Rc::make_mut(&mut dependencies).keep_nothing();
                }
                Some((dependencies, operands))
            }
            CallTarget::Runtime(_) | CallTarget::Format(..) => None,
        }
    }

    /// Whether what is called is in what owns all that it holds.
    fn is_in_owner(&self, called: &Place) -> bool {
        self.taken_at(called) == Some(Taken::Owned)
            || (called.projections.is_empty() && self.owned.contains(&called.local))
    }

    pub(super) fn of_called(&self, ty: Ty) -> Option<Rc<Dependencies>> {
        let called = ty.behind_reference();
        if let Some(asked) = self.asked.get(&called) {
            return Some(Rc::clone(asked));
        }
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
        if let TyKind::Unnamed(unnamed) = called.kind()
            && let Some(dependencies) = of_unnamed(self.signatures, unnamed.of)
        {
            return Some(Rc::new(dependencies));
        }
        let callable = self.signatures.within(&self.body.bounds).callable(called)?;
        let mut dependencies = of_callable(self.signatures, &callable.params, callable.ret);
        if !self.views.is_view(called) {
            dependencies.keep_nothing();
        }
        Some(Rc::new(dependencies))
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
        if let Some(array) = self.array_of_vec(callee, args) {
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
                let operand = operands.get(source.0 as usize).filter(|_| self.can_keep(dest_ty));
                let owner = operand.and_then(|operand| self.owner_behind(operand));
                owner.into_iter().for_each(|owner| found.insert(owner));
            }
        }
        found
    }

    /// The array literal whose elements become those of a `Vec`.
    pub(super) fn array_of_vec(&self, callee: &CallTarget, args: &[Operand]) -> Option<&Place> {
        let (CallTarget::Fn(FnRef::Lang(def), _), Some(Operand::Copy(first))) = (callee, args.first()) else {
            return None;
        };
        let array = self.slices.get(&first.local)?;
        self.signatures.lang.is(*def, LangItem::VecOfArray).then_some(array)
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
        // An element that is called may be called with what it gave.
        if let Some(array) = self.array_of_vec(callee, args) {
            self.arrive_within(holdings, array, Mixed::ByType(Mixing::BY_CALL), arrivals);
        }
        for source in &dependencies.owned {
            let what = self.source(holdings, Ask::Held, &operands, *source);
            arrivals.push(Arrival {
                into: Target::Owned,
                what,
            });
        }
        let may_store = |by: &Vec<u32>| {
            let mut called = by.iter().filter_map(|index| operands.get(*index as usize));
            called.any(|operand| self.may_store(operand))
        };
        let put = dependencies.put_by.iter().filter(|(_, _, by)| may_store(by));
        let put = put.map(|(into, from, _)| (*into, from, false));
        let is_by_function = !dependencies.is_by_type;
        let kept = (dependencies.kept.iter()).map(|(into, from)| (*into, from, is_by_function));
        // All comes of what the arguments hold when the call is made.
        let is_one = dependencies.put_by.is_empty() && dependencies.kept.len() < 2;
        let before = (!is_one).then(|| holdings.clone());
        for ((into, depth), from, is_by_function) in kept.chain(put) {
            let mut value = Value {
                is_by_function,
                ..Value::default()
            };
            for source in from {
                let source @ (index, _) = *source;
                if source == (into, depth) {
                    if let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(index as usize) {
                        self.arrive_within(holdings, place, Mixed::Said, arrivals);
                    }
                    continue;
                }
                let found = [Ask::Held, Ask::Given].map(|ask| {
                    let found = self.source(before.as_ref().unwrap_or(holdings), ask, &operands, source);
                    match operands.get(index as usize) {
                        Some(operand) if dependencies.is_by_type => self.passed(operand, found),
                        _ => found,
                    }
                });
                if operands
                    .get(index as usize)
                    .is_some_and(|operand| self.is_named(operand, source.1))
                {
                    value.named.union(&found[0]);
                }
                if let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(index as usize)
                    && self.views.may_be_called(place.ty(&self.body.locals))
                {
                    value.keeps.union(&self.keeps(holdings, place, &found[0]));
                }
                value.held.union(&found[0]);
                value.given.union(&found[1]);
            }
            if depth == Depth::Keeps {
                // A closure that keeps nothing but what is behind the references it is called with.
                if self.keeps_inner(operands.get(into as usize)) {
                    value.held = self.inner(holdings, Ask::Held, &value.held);
                    value.given = self.inner(holdings, Ask::Given, &value.given);
                }
                let at = self.source(holdings, Ask::Held, &operands, (into, Depth::Keeps));
                self.arrive(holdings, &at, &value, Reach::Place, arrivals);
                self.kept_by_itself(holdings, operands.get(into as usize), &value, arrivals);
                continue;
            }
            if depth == Depth::Gives {
                let at = self.source(holdings, Ask::Held, &operands, (into, Depth::Gives));
                self.arrive(holdings, &at, &value, Reach::Place, arrivals);
                continue;
            }
            let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(into as usize) else {
                continue;
            };
            let ty = place.ty(&self.body.locals);
            let is_view = self.views.is_view(ty.behind_reference()) && !self.is_in_owner(place);
            if is_view {
                let at = self.region(holdings, Ask::Held, place);
                let reach = self.reach_of_call(callee, into, ty.behind_reference());
                // Where it is known what lies there, it is not in what only a generic parameter stands for, unless that
                // gives places of the type.
                value.is_by_function &= reach == Reach::Unknown || self.gives_places();
                if reach == Reach::Unknown && !dependencies.is_by_type {
                    if self.says_kept(callee, into) {
                        value.named = value.held.clone();
                    } else {
                        value.is_unknown = true;
                        self.keep_what_the_trait_takes(holdings, callee, &mut value);
                    }
                }
                self.store(holdings, &at, place.local, &value, reach, arrivals);
                self.mix_again(holdings, place, arrivals);
            } else if !value.held.is_empty() && self.views.may_hide(behind_all(ty)) {
                let what = self.kept_by_owner(holdings, callee, &operands, (into, depth));
                arrivals.push(Arrival {
                    into: Target::Owned,
                    what,
                });
            }
        }
        let mixed_by = dependencies.mixed_by.iter().filter(|(_, by)| may_store(by));
        let mixed_by = mixed_by.map(|(index, _)| (*index, Mixing::ANY));
        for (index, mixing) in mixed_by.chain(dependencies.mixed.iter().copied()) {
            if let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(index as usize)
                && self.has_views_for_generics(callee, index, place)
                && self.moves_views(callee, mixing)
            {
                self.arrive_within(holdings, place, Mixed::ByType(mixing), arrivals);
            }
        }
    }

    /// Whether generic parameters stand for what holds references, in an argument of which a part is declared generic.
    fn has_views_for_generics(&self, callee: &CallTarget, index: u32, arg: &Place) -> bool {
        let CallTarget::Fn(function, _) = callee else {
            return true;
        };
        let declared = self.signatures.function(*function).params[index as usize]
            .ty
            .behind_reference();
        let ty = arg.ty(&self.body.locals).behind_reference();
        let (TyKind::Adt(..) | TyKind::Tuple(_), TyKind::Adt(_, args) | TyKind::Tuple(args)) =
            (declared.kind(), ty.kind())
        else {
            return true;
        };
        args.iter().any(|arg| self.views.is_view(*arg))
    }

    /// Whether references move where the values of these generic parameters of a function do.
    fn moves_views(&self, callee: &CallTarget, mixing: Mixing) -> bool {
        let CallTarget::Fn(_, args) = callee else {
            return true;
        };
        args.is_empty() || mixing.moves_views(args, |arg| self.views.is_view(arg))
    }

    /// Of what a function of a trait keeps by types, what may be in values of the trait's generic parameters: of
    /// `xs.iter().cloned()`, an `Extend<T>` keeps what comes with a `T`.
    fn keep_what_the_trait_takes(&self, holdings: &Holdings, callee: &CallTarget, value: &mut Value) {
        let CallTarget::Fn(function, args) = callee else {
            return;
        };
        let Some(of) = self.signatures.function(*function).of_trait else {
            return;
        };
        let n_generics = self.signatures.traits[&of].generics.len();
        let Some(taken) = args.get(1..n_generics).filter(|taken| !taken.is_empty()) else {
            return;
        };
        let taken = Ty::tuple(taken.to_vec());
        for part in [&mut value.held, &mut value.given, &mut value.named] {
            let all = std::mem::take(part);
            if self.views.is_view(taken) {
                *part = self.apart(holdings, taken, self.possible(taken, all));
            }
        }
    }

    /// Whether what is called says itself that something is kept in the parameter.
    fn says_kept(&self, callee: &CallTarget, into: u32) -> bool {
        let CallTarget::Fn(function, _) = callee else {
            return false;
        };
        let mut said = self.signatures.function(*function).loans.captures.iter();
        said.any(|kept| kept.into == into)
    }

    /// Whether what a call gives is called itself, and does not come of its arguments: an opaque type, or a closure
    /// that what is called makes, which keeps something.
    pub(super) fn gives_new_callable(&self, ty: Ty, args: &[Operand]) -> bool {
        if let TyKind::Unnamed(_) = ty.kind() {
            return true;
        }
        ty.any(&mut |part| {
            let TyKind::Closure(closure) = part.kind() else {
                return false;
            };
            let keeps = self.closures.get(closure.closure).is_none_or(ClosureFlow::keeps);
            // What a closure only makes does not come with it.
            let comes_with = |arg: Ty| {
                let is_closure = matches!(arg.behind_reference().kind(), TyKind::Closure(_));
                arg.behind_reference() == part || !is_closure && arg.any(&mut |given| given == part)
            };
            keeps && !args.iter().any(|arg| comes_with(arg.ty(&self.body.locals)))
        })
    }

    /// Whether a closure keeps of what it is called with only what is behind that.
    fn keeps_inner(&self, called: Option<&Operand>) -> bool {
        let Some(Operand::Copy(place) | Operand::Move(place)) = called else {
            return false;
        };
        let ty = place.ty(&self.body.locals);
        let TyKind::Closure(closure) = ty.behind_reference().kind() else {
            return false;
        };
        self.closures.get(closure.closure).is_some_and(|flow| {
            let mut kept = flow.kept.iter();
            kept.all(|pair| {
                !matches!(pair, (ClosureSource::Capture(..), ClosureSource::Param(_, depth)) if *depth != Depth::Inner)
            })
        })
    }

    /// Whether what is called may store something to what it is called with.
    fn may_store(&self, called: &Operand) -> bool {
        called.ty(&self.body.locals).any(&mut |part| {
            if let TyKind::Closure(closure) = part.kind() {
                return self.closures.get(closure.closure).is_none_or(ClosureFlow::stores);
            }
            if let TyKind::FnItem(function, _) = part.kind() {
                let dependencies = self.dependencies_of(*function);
                return dependencies.may_store();
            }
            // By its type, it stores nothing but what generic parameters stand for.
            let callable = self.signatures.within(&self.body.bounds).callable(part);
            let mut params = callable.map(|callable| callable.params).unwrap_or_default().into_iter();
            params.any(|ty| !generics_in(self.signatures, ty).is_empty())
        })
    }

    /// What a call stores in an argument that owns what it holds, by what stands for the generic parameters in this
    /// call: what comes through one that holds no references holds none.
    fn kept_by_owner(&self, holdings: &Holdings, callee: &CallTarget, operands: &[Operand], into: Source) -> Origins {
        let mut found = Origins::default();
        // What else is called keeps nothing in what it is given but by the functions that its body calls.
        if let CallTarget::Fn(function, args) = callee {
            let decl = self.signatures.function(*function);
            let numbered = args.iter().enumerate().filter(|(_, ty)| !self.views.is_view(**ty));
            let known = Known {
                owning: numbered.map(|(generic, _)| generic).collect(),
                ..Known::default()
            };
            let dependencies = of_instance(self.signatures, decl, &known);
            for (_, from) in dependencies.kept.iter().filter(|(target, _)| *target == into) {
                for source in from {
                    if !self.is_told_by_type(operands, into, *source) {
                        found.union(&self.source(holdings, Ask::Held, operands, *source));
                    }
                }
            }
        }
        found
    }

    /// Whether a `dyn` value is given what a generic parameter of the body stands for: who calls that knows both.
    fn is_told_by_type(&self, operands: &[Operand], into: Source, from: Source) -> bool {
        let (Some(target), Some(operand)) = (operands.get(into.0 as usize), operands.get(from.0 as usize)) else {
            return false;
        };
        let mut is_bound = |part: Ty| matches!(part.kind(), TyKind::Param { .. }) && !self.views.is_view(part);
        !target.ty(&self.body.locals).any(&mut is_bound) && !self.is_named(operand, from.1)
    }

    /// What is called may keep what it is given with what it captured by value.
    fn kept_by_itself(
        &self,
        holdings: &mut Holdings,
        called: Option<&Operand>,
        value: &Value,
        arrivals: &mut Vec<Arrival>,
    ) {
        let Some(Operand::Copy(place) | Operand::Move(place)) = called else {
            return;
        };
        let mut keepers = vec![place.local];
        let mut at = 0;
        while let Some(local) = keepers.get(at).copied() {
            at += 1;
            let ty = self.body.locals[local].ty;
            if !self.views.is_tracked(local) || !self.views.may_hold_closures(ty) {
                continue;
            }
            // References lead to what keeps, and so does what holds them.
            for loan in holdings[local].iter().filter_map(|origin| self.loan(origin)) {
                let lent = loan.place.ty(&self.body.locals);
                if !self.views.may_hold_closures(lent) {
                    continue;
                }
                if self.views.must_own(lent) && !value.held.is_empty() {
                    arrivals.push(Arrival {
                        into: Target::Owned,
                        what: value.held.clone(),
                    });
                }
                if !keepers.contains(&loan.place.local) {
                    keepers.push(loan.place.local);
                }
            }
            let mut value = value.clone();
            // A closure whose body is known gives what it keeps only where that says so.
            if let TyKind::Closure(closure) = ty.kind()
                && let Some(flow) = self.closures.get(closure.closure)
                && !flow.gives_kept_params()
            {
                value.given = Origins::default();
            }
            self.add(holdings, local, &value);
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
        mixed: Vec::new(),
        mixed_by: Vec::new(),
        put_by: Vec::new(),
        owned: Vec::new(),
        is_by_type: false,
    }
}
