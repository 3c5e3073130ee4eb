//! What can be called, with what, and how: closures, functions, pointers to functions, and references to these.

use hir::{DefId, Mutability};

use crate::traits::may_be_equal;
use crate::{AdtRef, CallKind, DynTy, FnKind, FnRef, FnType, LangItem, Signatures, TraitRef, Ty, TyKind, TypeEnv};

/// A type that implements one of the function traits.
#[derive(Clone, PartialEq, Debug)]
pub struct Callable {
    pub params: Vec<Ty>,
    pub ret: Ty,
    /// The least that a call needs; absent for a closure whose body is still inferred.
    pub call: Option<CallKind>,
}

impl TypeEnv<'_> {
    /// How values of the type are called in safe code.
    pub fn callable(self, ty: Ty) -> Option<Callable> {
        match ty.kind() {
            TyKind::Closure(closure) => Some(Callable {
                params: closure.params.to_vec(),
                ret: closure.ret,
                call: closure.environment.as_ref().map(|environment| environment.call),
            }),
            TyKind::FnItem(function, args) => self.fn_item_callable(*function, args),
            TyKind::FnPointer(fn_type) => (!fn_type.is_unsafe).then(|| Callable {
                params: fn_type.params.to_vec(),
                ret: fn_type.ret,
                call: Some(CallKind::Shared),
            }),
            TyKind::Ref(mutability, target) => {
                let target = self.callable(*target)?;
                let call = match mutability {
                    Mutability::Const => CallKind::Shared,
                    Mutability::Mut => CallKind::Exclusive,
                };
                let is_enough = target.call.is_none_or(|needed| needed <= call);
                is_enough.then_some(Callable {
                    call: Some(call),
                    ..target
                })
            }
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => self.bound_callable(ty),
            TyKind::Dyn(dynamic) => {
                let call = self.signatures.call_trait(dynamic.of_trait)?;
                let (params, ret) = signature_of(&dynamic.trait_ref(ty))?;
                Some(Callable {
                    params: params.to_vec(),
                    ret,
                    call: Some(call),
                })
            }
            // A box is called as what it holds.
            TyKind::Adt(..) => self.callable(self.signatures.box_content(ty)?),
            _ => None,
        }
    }

    /// The least that a call of a value of the type needs, where it can be called at all.
    pub fn call_kind(self, ty: Ty) -> Option<CallKind> {
        self.callable(ty)?.call
    }

    fn fn_item_callable(self, function: FnRef, args: &[Ty]) -> Option<Callable> {
        let decl = self.signatures.function(function);
        let is_macro = matches!(decl.kind, FnKind::Macro(_));
        let FnType {
            params,
            ret,
            variadic,
            is_unsafe,
            convention: _,
        } = decl.fn_type();
        (!variadic && !is_unsafe && !is_macro).then(|| Callable {
            params: params.iter().map(|ty| self.instantiate(*ty, args)).collect(),
            ret: self.instantiate(ret, args),
            call: Some(CallKind::Shared),
        })
    }

    /// What the bounds of a generic parameter or an `impl` type say of calling it, the bound that asks for least.
    fn bound_callable(self, ty: Ty) -> Option<Callable> {
        let promised = self.promised(ty);
        let all = self.bounds.traits.iter().chain(&promised.traits);
        let bounds = all.filter(|bound| bound.self_ty() == ty);
        let calls = bounds.filter_map(|bound| Some((self.signatures.call_trait(bound.def)?, bound)));
        let (call, bound) = calls.min_by_key(|(call, _)| *call)?;
        let (params, ret) = signature_of(bound)?;
        Some(Callable {
            params: params.to_vec(),
            ret,
            call: Some(call),
        })
    }

    /// Whether values of a type are called as one of the function traits says.
    pub(crate) fn is_called_as(self, goal: &TraitRef, call: CallKind) -> bool {
        let found = self.callable(goal.self_ty());
        found.is_some_and(|found| {
            found.call.is_none_or(|needed| needed <= call)
                && signature_of(goal).is_some_and(|(params, ret)| *params == *found.params && ret == found.ret)
        })
    }

    /// The same once the inference variables in the types are known.
    pub(crate) fn may_be_called_as(self, goal: &TraitRef, call: CallKind) -> bool {
        let found = self.callable(goal.self_ty());
        found.is_some_and(|found| {
            let is_kind = found.call.is_none_or(|needed| needed <= call);
            is_kind
                && signature_of(goal).is_none_or(|(params, ret)| {
                    let mut pairs = params.iter().zip(&found.params);
                    params.len() == found.params.len()
                        && pairs.all(|(wanted, own)| may_be_equal(*wanted, *own))
                        && may_be_equal(ret, found.ret)
                })
        })
    }
}

/// The parameters and the result that a bound by a function trait names; absent where the parameters are not known yet.
pub(crate) fn signature_of(bound: &TraitRef) -> Option<(&'static [Ty], Ty)> {
    match (bound.args[1].kind(), bound.args[2]) {
        (TyKind::Tuple(params), ret) => Some((params, ret)),
        _ => None,
    }
}

impl Signatures {
    /// `own fn(A) -> R`: a `Box<dyn Fn(A) -> R>`; absent in a program without the library.
    pub(crate) fn own_fn(&self, fn_type: &FnType) -> Option<Ty> {
        let (def, boxed) = (self.lang.get(LangItem::Fn)?, self.lang.get(LangItem::Box)?);
        let dynamic = DynTy {
            of_trait: def,
            args: [Ty::tuple(fn_type.params.to_vec()), fn_type.ret].into(),
            types: Box::default(),
            threads: Box::default(),
            is_view: false,
        };
        let dynamic = Ty::new(TyKind::Dyn(dynamic));
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(boxed), [dynamic].into())))
    }

    /// What an `own fn` takes and gives.
    pub(crate) fn own_fn_parts(&self, ty: Ty) -> Option<(&'static [Ty], Ty)> {
        let content = self.box_content(ty)?;
        match content.kind() {
            TyKind::Dyn(dynamic) if self.call_trait(dynamic.of_trait) == Some(CallKind::Shared) => {
                signature_of(&dynamic.trait_ref(content))
            }
            _ => None,
        }
    }

    /// How a type that has this trait is called, if it is one of the function traits.
    pub fn call_trait(&self, def: DefId) -> Option<CallKind> {
        let is = |item| self.lang.is(def, item);
        if is(LangItem::Fn) {
            Some(CallKind::Shared)
        } else if is(LangItem::FnMut) {
            Some(CallKind::Exclusive)
        } else {
            is(LangItem::FnOnce).then_some(CallKind::Once)
        }
    }
}
