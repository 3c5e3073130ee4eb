//! What must hold of types that are not known yet: bounds of what is called, and associated types.
//!
//! Each is looked at again when more is known. One that only one promise or `impl` can meet says what the types are.

use base::Span;
use hir::Mutability;

use super::Checker;
use crate::operator_fns::{BuiltIn, built_in};
use crate::solve::is_too_large;
use crate::well_formed::{WellFormed, unsized_part};
use crate::{AssocRef, Equality, FnRef, ImplDecl, InferVar, LangItem, Receiver, TraitRef, Ty, TyKind, TypeEnv, errors};

/// How often what is pending is looked at in a row, while each time something became known.
const MAX_ROUNDS: u32 = 128;

/// What a function that is mentioned asks of its type arguments.
pub(super) struct PendingBound {
    pub(super) goal: TraitRef,
    pub(super) span: Span,
    /// Absent where no function asks.
    pub(super) function: Option<FnRef>,
    state: State,
}

/// How far a bound is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Asked,
    /// What it says of types is known. Whether it holds is asked at the end.
    Selected,
    /// Of an `impl` that was selected, and a part of that proof.
    Part,
}

/// An associated type of types that are not known yet, and the variable that stands for it.
pub(super) struct PendingAssoc {
    assoc: AssocRef,
    pub(super) ty: Ty,
    span: Option<Span>,
}

/// What meets a bound.
pub(super) enum Selection<'a> {
    Bound,
    /// The language has it so.
    Builtin,
    Impl(&'a ImplDecl, Vec<Ty>),
    /// More than one may.
    Several,
    /// Nothing does.
    Refuted,
}

impl<'a> Checker<'a> {
    pub(super) fn type_env(&self) -> TypeEnv<'a> {
        self.signatures.within(&self.env.bounds)
    }

    /// A type of a signature for these arguments, its associated types put in or made variables.
    pub(super) fn instantiate(&mut self, ty: Ty, args: &[Ty]) -> Ty {
        self.normalize(ty.substitute(args))
    }

    pub(super) fn normalize(&mut self, ty: Ty) -> Ty {
        if !ty.has_assoc() {
            return ty;
        }
        ty.map(&mut |part| match part.kind() {
            TyKind::Assoc(assoc) => {
                let assoc = assoc.map(|ty| self.normalize(ty));
                Some(self.assoc_ty(assoc))
            }
            _ if part.has_assoc() => None,
            _ => Some(part),
        })
    }

    fn assoc_ty(&mut self, assoc: AssocRef) -> Ty {
        if let Some(known) = self.known_assoc(&assoc) {
            return known;
        }
        let ty = self.table.fresh();
        self.assocs.push(PendingAssoc { assoc, ty, span: None });
        ty
    }

    /// What an associated type is, if that can be said yet.
    fn known_assoc(&mut self, assoc: &AssocRef) -> Option<Ty> {
        let assoc = assoc.map(|ty| self.table.resolve(ty));
        let env = self.type_env();
        if assoc.args.iter().all(|ty| !ty.has_infer()) {
            return Some(env.normalize(assoc.ty()));
        }
        match self.select(&assoc.trait_ref()) {
            Selection::Bound => {
                let assoc = assoc.map(|ty| self.table.resolve(ty));
                let is_known = assoc.args.iter().all(|ty| !ty.has_infer());
                is_known.then(|| env.normalize(assoc.ty()))
            }
            Selection::Impl(decl, args) => {
                // A generic that stands in none of its types is what something of them gives when it is called.
                for bound in &decl.bounds.traits {
                    if self.signatures.call_trait(bound.def).is_some() {
                        let bound = bound.map(|ty| self.normalize(ty.substitute(&args)));
                        self.select(&bound);
                    }
                }
                // Or what an associated type of them is.
                let is_open = |ty: &Ty| matches!(self.shallow(*ty).kind(), TyKind::Infer(InferVar::Any(_)));
                if args.iter().any(is_open) {
                    for equality in &decl.bounds.substitute(&args).equalities {
                        let assoc = equality.assoc.map(|ty| self.normalize(ty));
                        let ty = self.normalize(equality.ty);
                        self.assocs.push(PendingAssoc { assoc, ty, span: None });
                    }
                }
                let ty = match decl.assoc_types.get(&assoc.name) {
                    Some(ty) => ty.substitute(&args),
                    None => {
                        let decl = &self.signatures.traits[&assoc.of_trait];
                        decl.assoc_type(assoc.name)?.default?.substitute(&assoc.args)
                    }
                };
                Some(self.normalize(ty))
            }
            Selection::Builtin => Some(self.table.resolve(assoc.args[0])),
            Selection::Several | Selection::Refuted => None,
        }
    }

    /// A function trait: what is called says what it takes and gives.
    fn select_callable(&mut self, goal: &TraitRef) -> Selection<'a> {
        let Some(callable) = self.type_env().callable(goal.self_ty()) else {
            return Selection::Refuted;
        };
        self.table.unify(goal.args[1], Ty::tuple(callable.params));
        self.table.unify(goal.args[2], callable.ret);
        Selection::Builtin
    }

    /// What meets a bound, as far as its types are known. Where it is one promise or `impl`, the types are made what
    /// that says.
    pub(super) fn select(&mut self, goal: &TraitRef) -> Selection<'a> {
        let goal = goal.map(|ty| self.table.resolve(ty));
        if is_too_large(&goal) {
            return Selection::Refuted;
        }
        if matches!(goal.self_ty().kind(), TyKind::Infer(InferVar::Any(_))) {
            return Selection::Several;
        }
        // What is asked about threads says of no type what it is.
        if self.signatures.thread_trait(goal.def).is_some() {
            return Selection::Several;
        }
        let env = self.type_env();
        match &env.fitting_bounds(&goal)[..] {
            [] => {}
            [bound] => {
                self.unify_refs(bound, &goal);
                return Selection::Bound;
            }
            [_, _, ..] => return Selection::Several,
        }
        if self.signatures.call_trait(goal.def).is_some() {
            return self.select_callable(&goal);
        }
        let built_in = built_in(env, &goal);
        if built_in == BuiltIn::Yes {
            return Selection::Builtin;
        }
        let mut fitting = env.fitting_impls(&goal);
        let Some(decl) = fitting.next() else {
            if built_in == BuiltIn::No {
                return Selection::Refuted;
            }
            // Operators take two of one type.
            if let [ty, other] = goal.args[..]
                && ty.is_numeric()
            {
                self.table.unify(ty, other);
                return Selection::Builtin;
            }
            return Selection::Several;
        };
        if built_in == BuiltIn::Open {
            return Selection::Several;
        }
        if fitting.next().is_some() {
            return Selection::Several;
        }
        let args = self.fresh_args(decl.generics.len());
        self.unify_refs(&decl.trait_ref.substitute(&args), &goal);
        Selection::Impl(decl, args)
    }

    fn unify_refs(&mut self, a: &TraitRef, b: &TraitRef) {
        for (a, b) in a.args.iter().zip(&b.args) {
            self.table.unify(*a, *b);
        }
    }

    /// The type arguments with which a type has a trait, as far as they are known; absent if it does not have it.
    pub(super) fn trait_args(&mut self, ty: Ty, of_trait: hir::DefId) -> Option<Vec<Ty>> {
        let n_generics = self.signatures.traits[&of_trait].generics.len();
        let mut args = self.fresh_args(n_generics);
        args[0] = ty;
        let goal = TraitRef {
            def: of_trait,
            args: args.clone().into(),
        };
        match self.select(&goal) {
            Selection::Bound | Selection::Builtin | Selection::Impl(..) | Selection::Several => Some(args),
            Selection::Refuted => None,
        }
    }

    /// What is inside of an expected optional or `E!T`, where a value whose type is still open cannot be the whole by
    /// what was asked of it: `numbers.collect()` where a `!Vec<i32>` is expected.
    pub(super) fn inside_that_is_asked_for(&self, found: Ty, expected: Ty) -> Option<Ty> {
        let TyKind::Infer(InferVar::Any(_)) = found.kind() else {
            return None;
        };
        let inside = match expected.kind() {
            TyKind::Optional(inner) => *inner,
            _ => self.result_parts(expected)?.0,
        };
        (!self.asked_may_hold(found, expected)).then_some(inside)
    }

    /// What stands behind a reference that is given for a `&` of an open type, where that cannot be a reference by what
    /// was asked of it: `a.cmp(b)` of a `b: &&str`.
    pub(super) fn behind_what_is_asked_for(&self, found: Ty, expected: Ty) -> Option<Ty> {
        let (TyKind::Ref(_, given), TyKind::Ref(Mutability::Const, open)) = (found.kind(), expected.kind()) else {
            return None;
        };
        let (given, open) = (self.shallow(*given), self.shallow(*open));
        let is_reference = matches!(given.kind(), TyKind::Ref(Mutability::Const, _));
        let is_open = matches!(open.kind(), TyKind::Infer(InferVar::Any(_)));
        (is_reference && is_open && !self.asked_may_hold(open, given)).then_some(given)
    }

    /// Whether all that was asked of an open type may hold if it is this one.
    pub(super) fn asked_may_hold(&self, open: Ty, ty: Ty) -> bool {
        let ty = self.table.resolve(ty);
        let asked = self.bounds.iter().filter(|bound| bound.state == State::Asked);
        let goals = asked.map(|bound| bound.goal.map(|ty| self.table.resolve(ty)));
        let mut goals = goals.filter(|goal| goal.args.iter().any(|ty| ty.any(&mut |part| part == open)));
        goals.all(|goal| {
            let goal = goal.map(|arg| arg.map(&mut |part| (part == open).then_some(ty)));
            self.signatures.call_trait(goal.def).is_some() || self.type_env().may_hold(&goal)
        })
    }

    /// Notes what a function asks of its type arguments, for when they are known.
    pub(super) fn ask_bounds(&mut self, span: Span, function: FnRef, args: &[Ty]) {
        let signatures = self.signatures;
        let Some(decl) = signatures.fns.get(&function) else {
            return;
        };
        // What passes its `self` by value needs to know how large that is.
        if decl.of_trait.is_some()
            && decl.receiver == Some(Receiver::Value)
            && let Some(def) = signatures.lang.get(LangItem::Sized)
            && matches!(self.shallow(args[0]).kind(), TyKind::Dyn(_) | TyKind::Infer(_))
        {
            let args = [args[0]].into();
            self.ask_bound(TraitRef { def, args }, span);
        }
        if decl.bounds.is_empty() {
            return;
        }
        let bounds = decl.bounds.substitute(args);
        for goal in &bounds.traits {
            // What is passed is asked, once it is known what the references in it lead to.
            if signatures.lang.is(goal.def, LangItem::Owned) {
                continue;
            }
            let goal = goal.map(|ty| self.normalize(ty));
            self.bounds.push(PendingBound {
                goal,
                span,
                function: Some(function),
                state: State::Asked,
            });
        }
        for equality in &bounds.equalities {
            self.ask_equality(equality, span);
        }
        self.solve_pending();
    }

    /// Notes that types have to have a trait, for when they are known.
    pub(super) fn ask_bound(&mut self, goal: TraitRef, span: Span) {
        self.bounds.push(PendingBound {
            goal,
            span,
            function: None,
            state: State::Asked,
        });
    }

    pub(super) fn ask_equality(&mut self, equality: &Equality, span: Span) {
        let assoc = equality.assoc.map(|ty| self.normalize(ty));
        let expected = self.normalize(equality.ty);
        match self.known_assoc(&assoc) {
            Some(found) => self.require_assoc(&assoc, found, expected, Some(span)),
            None => self.assocs.push(PendingAssoc {
                assoc,
                ty: expected,
                span: Some(span),
            }),
        }
    }

    /// That an associated type is what was asked for, or what its variable has become.
    fn require_assoc(&mut self, assoc: &AssocRef, found: Ty, expected: Ty, span: Option<Span>) {
        if self.table.unify(expected, found) {
            return;
        }
        let Some(span) = span else { return };
        let name = self.display(assoc.clone().ty());
        let (expected, found) = (self.display(expected), self.display(found));
        self.report(errors::other_assoc_type(span, &name, &expected, &found));
    }

    /// Puts in what is known by now.
    pub(super) fn solve_pending(&mut self) {
        for _ in 0..MAX_ROUNDS {
            let mut has_progress = false;
            for pending in std::mem::take(&mut self.assocs) {
                match self.known_assoc(&pending.assoc) {
                    Some(found) => {
                        has_progress = true;
                        self.require_assoc(&pending.assoc, found, pending.ty, pending.span);
                    }
                    None => self.assocs.push(pending),
                }
            }
            for index in 0..self.bounds.len() {
                if self.bounds[index].state != State::Selected {
                    has_progress |= self.select_bound(index);
                }
            }
            self.bounds
                .retain(|bound| bound.state != State::Part || bound.goal.args.iter().any(|ty| ty.has_infer()));
            if !has_progress {
                return;
            }
        }
        // One question leads to the next, as with `impl<T> Show for W<T> where W<W<T>>: Show`: what was asked first
        // is an error when all types are known.
        self.bounds.retain(|bound| bound.state != State::Part);
    }

    /// Whether something became known.
    fn select_bound(&mut self, index: usize) -> bool {
        let goal = self.bounds[index].goal.map(|ty| self.table.resolve(ty));
        let is_known = goal.args.iter().all(|ty| !ty.has_infer());
        let pending = &mut self.bounds[index];
        pending.goal = goal.clone();
        let (span, function) = (pending.span, pending.function);
        if is_known {
            if pending.state == State::Asked {
                pending.state = State::Selected;
            }
            return false;
        }
        match self.select(&goal) {
            Selection::Several | Selection::Refuted => false,
            Selection::Bound | Selection::Builtin => {
                self.bounds[index].state = State::Selected;
                true
            }
            Selection::Impl(decl, args) => {
                self.bounds[index].state = State::Selected;
                let bounds = decl.bounds.substitute(&args);
                for goal in &bounds.traits {
                    let goal = goal.map(|ty| self.normalize(ty));
                    self.bounds.push(PendingBound {
                        goal,
                        span,
                        function,
                        state: State::Part,
                    });
                }
                for equality in &bounds.equalities {
                    let assoc = equality.assoc.map(|ty| self.normalize(ty));
                    let ty = self.normalize(equality.ty);
                    self.assocs.push(PendingAssoc { assoc, ty, span: None });
                }
                true
            }
        }
    }

    /// At the end: literals that nothing decided have their default types, which may decide more.
    pub(super) fn solve_with_defaults(&mut self) {
        self.solve_pending();
        let is_open = |bound: &PendingBound| bound.state != State::Selected;
        if !self.assocs.is_empty() || self.bounds.iter().any(is_open) {
            self.table.bind_defaults();
            self.solve_pending();
        }
    }

    /// When all types are known: that they have the traits that were asked of them.
    pub(super) fn check_bounds(&mut self) {
        let mut said: Vec<(TraitRef, Span)> = Vec::new();
        let mut endless_at: Vec<Span> = Vec::new();
        let bounds = std::mem::take(&mut self.bounds);
        for (at, bound) in bounds.iter().enumerate() {
            let env = self.type_env();
            let goal = env.normalize_ref(&bound.goal);
            let is_broken = goal.args.iter().any(|ty| ty.error_inside().is_some());
            if bound.state == State::Part || is_broken {
                continue;
            }
            if goal.args.iter().any(|ty| ty.has_infer()) {
                if !self.diagnostics.has_errors() {
                    self.report(errors::type_unknown(bound.span));
                }
                continue;
            }
            if env.prove(&goal).is_some() {
                continue;
            }
            let key = (goal.clone(), bound.span);
            if said.contains(&key) {
                continue;
            }
            said.push(key);
            // Of one row of questions, each is as endless as the first.
            if endless_at.contains(&bound.span) {
                continue;
            }
            if env.is_endless(&goal) {
                endless_at.push(bound.span);
                let ty = self.display(goal.self_ty());
                let name = crate::display::display_trait(&goal, self.signatures);
                self.report(errors::endless_question(bound.span, &ty, &name));
                continue;
            }
            if let Some(diagnostic) = self.call_kind_not_met(&goal, bound.span) {
                self.report(diagnostic);
                continue;
            }
            let decl = bound.function.map(|function| self.signatures.function(function));
            if let Some(diagnostic) = self.thread_bound_not_met(&goal, bound.span) {
                let by = decl.filter(|decl| decl.of_trait.is_none()).map(|decl| decl.name);
                self.report(match by {
                    Some(by) => diagnostic.note(format!("`{by}` asks for it")),
                    None => diagnostic,
                });
                continue;
            }
            let ty = self.display(goal.self_ty());
            let name = crate::display::display_trait(&goal, self.signatures);
            let diagnostic = errors::bound_not_met(bound.span, &ty, &name);
            let diagnostic = match self.given_for(bound.span) {
                Some(given) => errors::given_here(diagnostic, given, &ty),
                None => diagnostic,
            };
            let diagnostic = match decl {
                Some(decl) if decl.of_trait.is_none() => errors::asked_by(diagnostic, decl.name, &goal, &ty, &name),
                Some(_) | None => errors::ask_for(diagnostic, &goal, &ty, &name),
            };
            // What a key has to have is one thing to write.
            let mut of_traits = vec![goal.def];
            for other in bounds[at + 1..].iter().filter(|other| other.span == bound.span) {
                let other = self.type_env().normalize_ref(&other.goal);
                let lacks = other.self_ty() == goal.self_ty() && self.type_env().prove(&other).is_none();
                if lacks && self.is_derivable(other.self_ty(), other.def) {
                    of_traits.push(other.def);
                    said.push((other, bound.span));
                }
            }
            self.report(self.with_derive(diagnostic, goal.self_ty(), &of_traits));
        }
        self.check_well_formed();
        self.check_sizes();
    }

    /// That what is bound to a name has a size. Of parameters their signature says it.
    fn check_sizes(&mut self) {
        let env = self.type_env();
        let locals = self.typed.local_tys.iter_enumerated();
        let unsized_locals: Vec<_> = locals
            .filter(|(_, ty)| (ty.has_param() || ty.is_unsized()) && !self.env.params.contains(ty))
            .filter_map(|(local, ty)| {
                let part = if ty.is_unsized() {
                    Some(*ty)
                } else {
                    unsized_part(env, *ty)
                };
                Some((part?, self.body.locals[local].span))
            })
            .collect();
        for (part, span) in unsized_locals {
            let text = self.display(part);
            self.report(errors::unsized_value(span, &text));
        }
    }

    /// That the types in the body are given what their structs and enums ask for.
    fn check_well_formed(&mut self) {
        if self.signatures.adts.values().all(|decl| decl.bounds.is_empty()) {
            return;
        }
        let env = self.type_env();
        // What is wrong with its signature has been said.
        let signature = self
            .env
            .params
            .iter()
            .copied()
            .chain([self.env.ret])
            .chain(self.env.scope.self_ty);
        let mut well_formed = WellFormed::known(env, signature);
        let locals = self.typed.local_tys.iter_enumerated();
        let locals = locals.map(|(local, ty)| (*ty, self.body.locals[local].span));
        let exprs = self.typed.expr_tys.iter_enumerated();
        let exprs = exprs.map(|(expr, ty)| (*ty, self.body.expr_spans[expr]));
        let unmet: Vec<_> = locals
            .chain(exprs)
            .filter_map(|(ty, span)| Some((well_formed.unmet(env, ty)?, span)))
            .collect();
        let mut said = Vec::new();
        for (unmet, span) in unmet {
            if said.contains(&unmet.bound) {
                continue;
            }
            if let Some(diagnostic) = self.thread_bound_not_met(&unmet.bound, span) {
                self.report(diagnostic.note(format!("`{}` asks for it", unmet.by)));
                said.push(unmet.bound);
                continue;
            }
            let ty = self.display(unmet.bound.self_ty());
            let name = crate::display::display_trait(&unmet.bound, self.signatures);
            let is_endless = self.type_env().is_endless(&unmet.bound);
            let diagnostic = match is_endless {
                true => errors::endless_question(span, &ty, &name),
                false => errors::bound_not_met(span, &ty, &name),
            };
            self.report(errors::asked_by(diagnostic, unmet.by, &unmet.bound, &ty, &name));
            said.push(unmet.bound);
        }
    }
}
