//! What can be called, with what, and how: closures, functions, pointers to functions, and references to these.

use hir::Mutability;

use crate::{CallKind, FnKind, FnRef, FnType, Ty, TyKind, TypeEnv};

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
            TyKind::Param { .. } => self.bound_callable(ty),
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
        } = decl.fn_type();
        (!variadic && !is_unsafe && !is_macro).then(|| Callable {
            params: params.iter().map(|ty| self.instantiate(*ty, args)).collect(),
            ret: self.instantiate(ret, args),
            call: Some(CallKind::Shared),
        })
    }

    /// What the bounds of a generic parameter say of calling it, the bound that asks for least.
    fn bound_callable(self, _ty: Ty) -> Option<Callable> {
        None
    }
}
