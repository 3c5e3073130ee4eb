//! What is passed on to be called: it does no more with references than the type says by which it is called.
//!
//! Whoever calls an `F: Fn(&T) -> R` counts on it that the result has nothing of the `&T` itself, and that nothing of
//! it stays anywhere. Takes what calls and conversions pass, and says what does more.

use base::Span;
use check::{BodyKey, Bounds, CallKind, FnDecl, FnRef, LangItem, Proof, TraitRef, Ty, TyKind, TypeEnv};
use diag::Diagnostics;
use hir::Mutability;
use mir::{AggregateKind, BodyOwner, CallTarget, CastKind, Operand, Rvalue, StatementKind, TerminatorKind};

use super::closures::{ClosureFlow, ClosureSource};
use super::constants::callees_in_constant;
use super::flow::Flow;
use super::leaving::{callables_in, leaving_generics};
use super::messages;
use super::origins::Depth;
use super::signature::{Dependencies, called_part, generics_in, referent};
use crate::places::operands;

/// What something that is called does, and its type does not say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Excess {
    /// It gives, in a result that is no reference by its type, one that is lent to it for the call.
    Gives,
    /// It keeps one that is lent to it for the call, or puts it into another argument.
    Keeps,
    /// It puts something that it holds into an argument.
    Puts,
    /// It is given what keeps what that is called with, which is not said where this is made.
    Lends,
    /// It keeps what a generic parameter stands for, and leaves the function as a `dyn` type, which does not say so.
    Leaves,
}

/// How deep bounds of `impl`s are followed.
const DEEPEST: u32 = 16;

/// What a body passes on to be called that does more than it may.
pub(crate) fn check(flow: &Flow<'_>) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if let Some((excess, span)) = excess_in_result(flow) {
        diagnostics.report(messages::exceeds(span, excess));
    }
    for block in flow.body.blocks.iter() {
        for statement in &block.statements {
            let StatementKind::Assign(_, rvalue) = &statement.kind else {
                continue;
            };
            let span = statement.source.span;
            if let Some(excess) = excess_in_cast(flow, rvalue) {
                diagnostics.report(messages::exceeds(span, excess));
            }
            if let Some(excess) = excess_in_fields(flow, rvalue) {
                diagnostics.report(messages::exceeds(span, excess));
            }
            functions_as_values(flow, operands(rvalue), span, &mut diagnostics);
        }
        if let TerminatorKind::Call { callee, args, .. } = &block.terminator.kind {
            let span = block.terminator.source.span;
            if let CallTarget::Fn(function, generics) = callee
                && let Some(excess) = excess_in_function(flow, *function, generics)
            {
                let closure = only_closure(flow, generics).filter(|head| span.contains(*head));
                let span = closure.unwrap_or(span);
                diagnostics.report(messages::exceeds(span, excess));
            }
            functions_as_values(flow, args.iter(), span, &mut diagnostics);
        }
    }
    diagnostics
}

/// What a function gives as an `impl` type that does more than that says, and where it is made.
fn excess_in_result(flow: &Flow<'_>) -> Option<(Excess, Span)> {
    let function = flow.lang_fn()?;
    let mut unnamed = Vec::new();
    flow.signatures.function(function).ret.any(&mut |part| {
        if let TyKind::Unnamed(part) = part.kind() {
            unnamed.push(part.of);
        }
        false
    });
    unnamed.into_iter().find_map(|of| {
        let decl = flow
            .signatures
            .unnamed
            .get(&of)
            .filter(|_| FnRef::Lang(of.function) == function)?;
        let given = flow.signatures.revealed_ty(of)?;
        let excess = decl.bounds.traits.iter().find_map(|bound| {
            let others = bound.args[1..].iter().copied();
            let goal = TraitRef {
                def: bound.def,
                args: std::iter::once(given).chain(others).collect(),
            };
            excess_by(flow, &decl.bounds, &goal, &[], DEEPEST)
        })?;
        Some((excess, made_at(flow, given).unwrap_or(decl.span)))
    })
}

/// Where the closure is made that is passed to a call with these type arguments, if it is one.
fn only_closure(flow: &Flow<'_>, generics: &[Ty]) -> Option<Span> {
    let types = generics.iter().map(|ty| ty.behind_reference());
    let mut closures = types.filter(|ty| matches!(ty.kind(), TyKind::Closure(_)));
    let only = closures.next()?;
    made_at(flow, only).filter(|_| closures.next().is_none())
}

/// Where a body makes a closure of this type.
fn made_at(flow: &Flow<'_>, closure: Ty) -> Option<Span> {
    let mut statements = flow.body.blocks.iter().flat_map(|block| &block.statements);
    let made = statements.find(|statement| {
        matches!(&statement.kind, StatementKind::Assign(_, Rvalue::Aggregate(AggregateKind::Closure(ty), _))
            if *ty == closure)
    })?;
    Some(made.source.span)
}

/// Functions that are used as values: what they ask for, their types must say, since nothing else of what they are
/// given is known.
fn functions_as_values<'o>(
    flow: &Flow<'_>,
    operands: impl Iterator<Item = &'o Operand>,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    for operand in operands {
        let Operand::Const(constant) = operand else { continue };
        for (called, ty) in callees_in_constant(env(flow), constant) {
            if let TyKind::FnItem(function, args) = called.kind() {
                diagnostics.append(wrong_as_value(flow, *function, args, span));
            }
            if let TyKind::FnPointer(_) = ty.kind()
                && let Some(callable) = env(flow).callable(ty)
                && let Some(excess) = exceeds(flow, called, &callable.params, callable.ret, false)
                    .or_else(|| exceeds_leaving(flow, called, &callable.params))
            {
                diagnostics.report(messages::exceeds(span, excess));
                break;
            }
        }
    }
}

/// What a function asks for that its type does not say.
fn wrong_as_value(flow: &Flow<'_>, function: FnRef, args: &[Ty], span: Span) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    if let Some(excess) = excess_in_function(flow, function, args) {
        diagnostics.report(messages::exceeds(span, excess));
    }
    let decl = flow.signatures.function(function);
    if decl.params.iter().any(|param| param.is_static) {
        diagnostics.report(messages::takes_static(span));
    }
    let mut asked = (decl.bounds.traits.iter()).filter(|bound| flow.signatures.lang.is(bound.def, LangItem::Owned));
    let missing = asked.find_map(|bound| {
        let ty = env(flow).instantiate(bound.self_ty(), args);
        env(flow).may_be_view(ty).then_some(ty)
    });
    if let Some(ty) = missing {
        let ty = check::display_ty(ty, flow.signatures);
        diagnostics.report(messages::type_not_owned(span, &ty));
    }
    diagnostics
}

/// What a function is called for, of what its generic parameters stand for, that does more than its bounds say.
fn excess_in_function(flow: &Flow<'_>, function: FnRef, args: &[Ty]) -> Option<Excess> {
    let decl = flow.signatures.function(function);
    let of_bounds = decl.bounds.traits.iter().find_map(|bound| {
        let found = excess_by(flow, &decl.bounds, bound, args, DEEPEST)?;
        let is_said = found == Excess::Puts && may_put(decl, bound.self_ty());
        (!is_said).then_some(found)
    });
    of_bounds
        .or_else(|| (decl.params.iter()).find_map(|param| excess_in_type(flow, param.ty, args)))
        .or_else(|| excess_that_leaves(flow, decl, args))
}

/// What a function is called for that may leave it behind a `dyn` type of its generic parameters: with references for
/// these, that says that what is lent for a call is not kept.
fn excess_that_leaves(flow: &Flow<'_>, decl: &FnDecl, args: &[Ty]) -> Option<Excess> {
    if !args.iter().any(|arg| has_callee(*arg)) {
        return None;
    }
    let leaving = leaving_generics(flow.signatures.within(&decl.bounds), decl);
    let leaving: Vec<usize> = (leaving.into_iter())
        .filter(|generic| (args.get(*generic)).is_some_and(|arg| env(flow).may_be_view(*arg)))
        .collect();
    if leaving.is_empty() {
        return None;
    }
    decl.bounds.traits.iter().find_map(|bound| {
        let (params, ret) = called_by(flow, bound)?;
        let called = env(flow).instantiate(bound.self_ty(), args);
        let mut generics = params.iter().flat_map(|param| generics_in(flow.signatures, *param));
        if !has_callee(called) || !generics.any(|generic| leaving.contains(&generic)) {
            return None;
        }
        let params: Vec<Ty> = params.iter().map(|param| env(flow).instantiate(*param, args)).collect();
        let ret = env(flow).instantiate(ret, args);
        exceeds(flow, called, &params, ret, false).or_else(|| exceeds_leaving(flow, called, &params))
    })
}

/// The same of what is made a `dyn` or `fn` type in a generic function itself, of its own generic parameters.
fn exceeds_leaving(flow: &Flow<'_>, called: Ty, params: &[Ty]) -> Option<Excess> {
    let decl = flow.signatures.function(flow.lang_fn().or_else(|| enclosing(flow))?);
    let leaving = leaving_generics(env(flow), decl);
    let is_leaving = |param: &Ty| {
        generics_in(flow.signatures, *param)
            .iter()
            .any(|generic| leaving.contains(generic))
    };
    let called = content(flow, called);
    let leaves = if let TyKind::Closure(closure) = called.kind() {
        let is_called = |capture: u32| env(flow).callable(closure.captures()[capture as usize]).is_some();
        // A call that changes nothing stores nothing in what it captured, and what can be copied has no `&mut`.
        let is_shared = env(flow).call_kind(called) == Some(CallKind::Shared);
        let is_copied =
            |capture: u32| is_shared && env(flow).is_copy(closure.captures()[capture as usize].behind_reference());
        let mut kept = flow.closures.get(closure.closure)?.kept.iter();
        // What is called was looked at where it was given to the function.
        let calls = (0..).zip(closure.captures()).any(|(capture, _)| is_called(capture));
        kept.any(|(into, from)| match (into, from) {
            (ClosureSource::Capture(into, _), ClosureSource::Param(index, _)) => {
                !is_called(*into) && !is_copied(*into) && params.get(*index as usize).is_some_and(is_leaving)
            }
            (ClosureSource::Param(..), ClosureSource::Param(index, _)) => {
                !calls && params.get(*index as usize).is_some_and(is_leaving)
            }
            (_, ClosureSource::Capture(..)) => false,
        })
    } else if let TyKind::FnItem(function, _) = called.kind() {
        let kept = &flow.dependencies_of(*function).kept;
        let mut sources = kept.iter().flat_map(|(_, from)| from);
        sources.any(|(index, _)| params.get(*index as usize).is_some_and(is_leaving))
    } else {
        false
    };
    leaves.then_some(Excess::Leaves)
}

/// The same of the fields of a new value of a struct or enum.
fn excess_in_fields(flow: &Flow<'_>, rvalue: &Rvalue) -> Option<Excess> {
    let Rvalue::Aggregate(AggregateKind::Adt { adt, args } | AggregateKind::Variant { adt, args, .. }, _) = rvalue
    else {
        return None;
    };
    let decl = flow.signatures.adt(*adt);
    let of_field = decl
        .fields
        .iter()
        .find_map(|field| excess_in_type(flow, field.ty, args));
    let mut bounds = decl.bounds.traits.iter();
    of_field.or_else(|| bounds.find_map(|bound| excess_by(flow, &decl.bounds, bound, args, DEEPEST)))
}

/// Of the `fn` and `dyn` types in a type: those that stand for more, with what the generic parameters are, than they
/// say without that. A `fn(&T) -> R` gives nothing of its argument, and a `fn(&T) -> &T` does.
fn excess_in_type(flow: &Flow<'_>, ty: Ty, args: &[Ty]) -> Option<Excess> {
    if !ty.has_param() {
        return None;
    }
    let mut found = None;
    ty.any(&mut |part| {
        if let TyKind::FnPointer(_) | TyKind::Dyn(_) = part.kind()
            && part.has_param()
            && let Some(callable) = env(flow).callable(part)
        {
            let called = env(flow).instantiate(part, args);
            found = found
                .or_else(|| exceeds(flow, called, &callable.params, callable.ret, false))
                .or_else(|| lends(flow, &callable.params, args).then_some(Excess::Lends));
        }
        false
    });
    found
}

/// Whether what is called with these is given something to call itself, that keeps what a generic parameter stands for:
/// with references for that, what is passed does not say how long these have to be good.
fn lends(flow: &Flow<'_>, params: &[Ty], args: &[Ty]) -> bool {
    let is_one = |ty: Ty| {
        let parts = generics_in(flow.signatures, ty).into_iter();
        parts
            .filter_map(|generic| args.get(generic))
            .any(|arg| flow.signatures.holds_references(*arg))
    };
    params.iter().any(|param| {
        let itself = env(flow).callable(called_part(*param));
        let within = callables_in(env(flow), *param)
            .into_iter()
            .map(|(_, callable)| callable);
        itself
            .into_iter()
            .chain(within)
            .any(|callable| callable.params.into_iter().any(is_one))
    })
}

/// Whether a function says of a parameter that what it holds may be put into what it is called with:
/// `@captures(f: f)`.
fn may_put(decl: &FnDecl, ty: Ty) -> bool {
    decl.loans
        .captures
        .iter()
        .any(|kept| kept.from == check::Origin::Param(kept.into) && decl.params[kept.into as usize].ty == ty)
}

/// What a conversion makes a `fn` or `dyn` of that does more than that type says.
fn excess_in_cast(flow: &Flow<'_>, rvalue: &Rvalue) -> Option<Excess> {
    let Rvalue::Cast(CastKind::BorrowAsFn | CastKind::FnPointer | CastKind::Unsize, operand, to) = rvalue else {
        return None;
    };
    let from = operand.ty(&flow.body.locals);
    let owns = !flow.views.is_view(*to);
    if let Some(callable) = env(flow).callable(to.behind_reference()) {
        return exceeds(flow, from, &callable.params, callable.ret, owns)
            .or_else(|| exceeds_leaving(flow, from, &callable.params));
    }
    let (content, dynamic) = flow.signatures.pointees(from, *to)?;
    let TyKind::Dyn(of) = dynamic.kind() else { return None };
    if !has_callee(content) {
        return None;
    }
    let goal = of.trait_ref(content);
    match called_by(flow, &goal) {
        Some((params, ret)) => {
            exceeds(flow, content, params, ret, owns).or_else(|| exceeds_leaving(flow, content, params))
        }
        None => excess_by_goal(flow, &goal, DEEPEST),
    }
}

/// The function that a closure stands in.
fn enclosing(flow: &Flow<'_>) -> Option<FnRef> {
    let BodyOwner::Closure(closure) = flow.body.owner else {
        return None;
    };
    match closure.owner {
        BodyKey::Fn(def) => Some(FnRef::Lang(def)),
        BodyKey::Test(_) | BodyKey::Const(_) => None,
    }
}

fn env<'b>(flow: &Flow<'b>) -> TypeEnv<'b> {
    flow.signatures.within(&flow.body.bounds)
}

/// Whether there is something in a value of the type whose calls are known, or said by its type.
fn has_callee(ty: Ty) -> bool {
    ty.any(&mut |part| {
        matches!(
            part.kind(),
            TyKind::Closure(_) | TyKind::FnItem(..) | TyKind::FnPointer(_) | TyKind::Dyn(_)
        )
    })
}

/// What stands for the generic parameters of a bound, and does more than the bound says.
fn excess_by(flow: &Flow<'_>, all: &Bounds, bound: &TraitRef, args: &[Ty], depth: u32) -> Option<Excess> {
    let instantiate = |ty: Ty| match args {
        [] => ty,
        args => env(flow).instantiate(ty, args),
    };
    let called = instantiate(bound.self_ty());
    if let Some((params, ret)) = called_by(flow, bound) {
        let is_owned = |other: &TraitRef| flow.signatures.lang.is(other.def, LangItem::Owned);
        let mut of_it = all.traits.iter().filter(|other| other.self_ty() == bound.self_ty());
        return exceeds(flow, called, params, ret, of_it.any(is_owned))
            .or_else(|| lends(flow, params, args).then_some(Excess::Lends));
    }
    if !has_callee(called) {
        return None;
    }
    let goal = TraitRef {
        def: bound.def,
        args: bound.args.iter().map(|ty| instantiate(*ty)).collect(),
    };
    excess_by_goal(flow, &goal, depth)
}

/// What a function trait says of calls: the parameters, and what is given.
fn called_by<'t>(flow: &Flow<'_>, bound: &'t TraitRef) -> Option<(&'t [Ty], Ty)> {
    flow.signatures.call_trait(bound.def)?;
    let TyKind::Tuple(params) = bound.args[1].kind() else {
        return None;
    };
    Some((params, bound.args[2]))
}

/// The same by the bounds of the `impl` that a type has a trait by.
fn excess_by_goal(flow: &Flow<'_>, goal: &TraitRef, depth: u32) -> Option<Excess> {
    let depth = depth.checked_sub(1)?;
    match env(flow).prove(goal)? {
        Proof::Impl { decl, args } => {
            let mut bounds = decl.bounds.traits.iter();
            bounds.find_map(|bound| excess_by(flow, &decl.bounds, bound, &args, depth))
        }
        Proof::Bound | Proof::Builtin => None,
    }
}

/// Whether what has the type `called` does more than one that takes `params` and gives `ret`, in whose types generic
/// parameters stand for what does not matter here. What owns all that it holds keeps nothing that may be a reference.
fn exceeds(flow: &Flow<'_>, called: Ty, params: &[Ty], ret: Ty, owns: bool) -> Option<Excess> {
    let interface = Interface {
        flow,
        params,
        gives_references: flow.signatures.holds_references(ret),
        owns,
    };
    let called = content(flow, called);
    if let TyKind::Closure(closure) = called.kind() {
        return interface.of_closure(flow.closures.get(closure.closure)?);
    }
    interface.of_function(&*flow.of_called(called)?)
}

/// What a reference or a box leads to.
fn content(flow: &Flow<'_>, ty: Ty) -> Ty {
    let mut ty = ty.behind_reference();
    while let Some(content) = flow.signatures.box_content(ty) {
        ty = content.behind_reference();
    }
    ty
}

/// What the type says by which something is called.
struct Interface<'f, 'b> {
    flow: &'f Flow<'b>,
    params: &'f [Ty],
    /// There are references in the result, which may be any that it is given.
    gives_references: bool,
    /// What is called so owns all that it holds.
    owns: bool,
}

impl Interface<'_, '_> {
    fn of_closure(&self, closure: &ClosureFlow) -> Option<Excess> {
        let result = closure.result.iter().find_map(|source| match source {
            ClosureSource::Param(index, depth) => self.given(*index, *depth),
            ClosureSource::Capture(..) => None,
        });
        result.or_else(|| {
            closure.kept.iter().find_map(|(into, from)| match (into, from) {
                (ClosureSource::Capture(..), ClosureSource::Capture(..)) => None,
                (ClosureSource::Capture(..), ClosureSource::Param(index, depth)) => self.kept(*index, *depth),
                (ClosureSource::Param(into, _), ClosureSource::Capture(..)) => {
                    (!self.is_generic(*into, Depth::Inner)).then_some(Excess::Puts)
                }
                (ClosureSource::Param(into, _), ClosureSource::Param(index, depth)) => self.put(*into, *index, *depth),
            })
        })
    }

    fn of_function(&self, function: &Dependencies) -> Option<Excess> {
        let n_params = u32::try_from(self.params.len()).expect("few parameters");
        let mut result = function.result.iter().filter(|(index, _)| *index < n_params);
        let given = result.find_map(|(index, depth)| self.given(*index, *depth));
        given.or_else(|| {
            function.kept.iter().find_map(|((into, _), from)| {
                from.iter()
                    .find_map(|(index, depth)| match (*into < n_params, *index < n_params) {
                        (true, true) => self.put(*into, *index, *depth),
                        (false, true) => self.kept(*index, *depth),
                        (true, false) | (false, false) => None,
                    })
            })
        })
    }

    fn given(&self, index: u32, depth: Depth) -> Option<Excess> {
        (!self.gives_references && !self.is_generic(index, depth)).then_some(Excess::Gives)
    }

    fn kept(&self, index: u32, depth: Depth) -> Option<Excess> {
        (self.owns || !self.is_generic(index, depth)).then_some(Excess::Keeps)
    }

    fn put(&self, into: u32, index: u32, depth: Depth) -> Option<Excess> {
        let target = self.params.get(into as usize)?;
        // What is stored by a `&`, its own type sees to.
        let is_shared = into == index && matches!(target.kind(), TyKind::Ref(Mutability::Const, _));
        let is_said = is_shared || (self.is_generic(into, Depth::Inner) && self.is_generic(index, depth));
        let may_keep = self.flow.can_keep(*target) || !generics_in(self.flow.signatures, *target).is_empty();
        (!is_said && may_keep).then_some(Excess::Keeps)
    }

    /// Whether all references of a parameter, or of what it refers to, come with what its generic parameters stand for.
    fn is_generic(&self, index: u32, depth: Depth) -> bool {
        let Some(ty) = self.params.get(index as usize).copied() else {
            return false;
        };
        let part = match depth {
            Depth::Inner => referent(ty).unwrap_or(ty),
            Depth::Outer | Depth::Gives | Depth::Keeps | Depth::Puts | Depth::Behind { .. } => ty,
        };
        !self.flow.signatures.holds_references(part)
    }
}
