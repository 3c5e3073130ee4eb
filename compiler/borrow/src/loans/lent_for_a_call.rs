//! Closures that are passed on: what is lent to one for a call alone must not stay in it, nor in what it gives.
//!
//! Takes the closures that a call or a conversion passes, and what they are called with there, and says which keep
//! something of an argument that is a reference whatever the types are.

use check::{ClosureRef, Signatures, Ty, TyKind};
use mir::{Body, CallTarget, CastKind, Operand, Rvalue};

use super::closures::{ClosureFlow, ClosureSource, Closures};
use super::origins::Depth;

/// Whether a call passes a closure that keeps what is lent to it for a call.
pub(crate) fn keeps_in_call(
    body: &Body,
    signatures: &Signatures,
    closures: &Closures,
    callee: &CallTarget,
    args: &[Operand],
) -> bool {
    let CallTarget::Fn(function, _) = callee else {
        return false;
    };
    let decl = signatures.function(*function);
    decl.params.iter().zip(args).any(|(param, arg)| {
        let Some(flow) = closure_of(operand_ty(body, arg)).and_then(|closure| closures.get(closure)) else {
            return false;
        };
        let wanted = param.ty.behind_reference();
        let bounds = decl.bounds.traits.iter();
        let mut called = bounds.filter(|bound| bound.self_ty() == wanted && signatures.call_trait(bound.def).is_some());
        called.any(|bound| {
            let TyKind::Tuple(params) = bound.args[1].kind() else {
                return false;
            };
            keeps(signatures, flow, params, bound.args[2])
        })
    })
}

/// Whether a conversion makes a `fn` or `dyn` of a closure that keeps what is lent to it for a call.
pub(crate) fn keeps_in_cast(body: &Body, signatures: &Signatures, closures: &Closures, rvalue: &Rvalue) -> bool {
    let Rvalue::Cast(CastKind::BorrowAsFn | CastKind::FnPointer | CastKind::Unsize, operand, to) = rvalue else {
        return false;
    };
    let Some(flow) = closure_of(operand_ty(body, operand)).and_then(|closure| closures.get(closure)) else {
        return false;
    };
    let callable = signatures.within(&body.bounds).callable(to.behind_reference());
    callable.is_some_and(|callable| keeps(signatures, flow, &callable.params, callable.ret))
}

fn keeps(signatures: &Signatures, flow: &ClosureFlow, params: &[Ty], ret: Ty) -> bool {
    let is_lent = |source: &ClosureSource| match source {
        ClosureSource::Param(index, Depth::Outer) => params
            .get(*index as usize)
            .is_some_and(|ty| matches!(ty.kind(), TyKind::Ref(..))),
        ClosureSource::Param(..) | ClosureSource::Capture(..) => false,
    };
    let is_kept = flow.kept.iter().any(|(_, from)| is_lent(from));
    is_kept || (!signatures.holds_references(ret) && flow.result.iter().any(is_lent))
}

fn operand_ty(body: &Body, operand: &Operand) -> Ty {
    match operand {
        Operand::Copy(place) | Operand::Move(place) => place.ty(&body.locals),
        Operand::Const(constant) => constant.ty,
    }
}

fn closure_of(ty: Ty) -> Option<ClosureRef> {
    let ty = ty.behind_reference();
    if let TyKind::Closure(closure) = ty.kind() {
        return Some(closure.closure);
    }
    // What a box holds.
    let TyKind::Adt(_, args) = ty.kind() else { return None };
    let [content] = &**args else { return None };
    closure_of(*content)
}
