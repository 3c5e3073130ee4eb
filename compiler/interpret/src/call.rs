//! Calls: of `const fn`s, of function values, of constructors, and of what the compiler makes itself.

use std::rc::Rc;
use std::sync::Arc;

use check::{AdtRef, FnKind, FnRef, Ty, TyKind};
use mir::{Body, BodyOwner, CallTarget, Operand};

use crate::errors::{self, Stop};
use crate::instance;
use crate::machine::Machine;
use crate::place::Spot;
use crate::value::Value;

impl Machine<'_> {
    /// Calls; the result goes to `dest`, at once or when the callee returns.
    pub(crate) fn call(&mut self, callee: &CallTarget, args: Vec<Value>, dest: Spot) -> Result<(), Stop> {
        match callee {
            CallTarget::Fn(function, fn_args) => self.call_function(*function, fn_args, args, Some(dest)),
            CallTarget::Value(value) => self.call_value(value, args, dest),
            CallTarget::Runtime(function) => self.call_runtime(*function, None, &args, &dest),
            CallTarget::Format(function, spec) => self.call_runtime(*function, Some(spec), &args, &dest),
        }
    }

    fn call_value(&mut self, value: &Operand, args: Vec<Value>, dest: Spot) -> Result<(), Stop> {
        if let TyKind::FnItem(function, fn_args) = self.operand_ty(value).kind() {
            return self.call_function(*function, fn_args, args, Some(dest));
        }
        match self.operand(value)? {
            Value::Fn(function, fn_args) => self.call_function(function, &fn_args, args, Some(dest)),
            _ => Err(self.broken("a function")),
        }
    }

    pub(crate) fn call_function(
        &mut self,
        function: FnRef,
        fn_args: &[Ty],
        args: Vec<Value>,
        dest: Option<Spot>,
    ) -> Result<(), Stop> {
        let (function, fn_args) = self.signatures().resolve(function, fn_args);
        let decl = self.signatures().function(function);
        match &decl.kind {
            FnKind::Lang { .. } if decl.is_const => {
                let body = self.instance(BodyOwner::Fn(function), &fn_args)?;
                self.enter(body, args, dest)
            }
            FnKind::Lang { .. } | FnKind::Required => {
                Err(self.with_calls(errors::call_of_no_const_fn(self.frame().span, decl.name.as_str())))
            }
            FnKind::Intrinsic(intrinsic) => {
                let first = decl
                    .params
                    .first()
                    .map_or(Ty::unit(), |param| self.signatures().instantiate(param.ty, &fn_args));
                let value = self.intrinsic(*intrinsic, &fn_args, first, &args)?;
                self.give(dest, value)
            }
            FnKind::Variant => {
                let FnRef::Variant(def, variant) = function else {
                    return Err(self.broken("a constructor"));
                };
                let value = self.variant_of(AdtRef::Lang(def), variant, args);
                self.give(dest, value)
            }
            FnKind::Extern { .. } | FnKind::Header => Err(self.not_constant("a call of C")),
            FnKind::Macro(_) => Err(self.not_constant("the value of this macro")),
        }
    }

    pub(crate) fn give(&mut self, dest: Option<Spot>, value: Value) -> Result<(), Stop> {
        match dest {
            Some(dest) => self.write(&dest, value),
            None => Ok(()),
        }
    }

    /// A body with its type arguments put in.
    fn instance(&mut self, owner: BodyOwner, args: &[Ty]) -> Result<Arc<Body>, Stop> {
        let key = (owner, Rc::from(args));
        if let Some(known) = self.instances.get(&key) {
            return Ok(Arc::clone(known));
        }
        let body = self.world.body(owner).map_err(Stop::Broken)?;
        let body = instance::with_args(&body, args);
        self.instances.insert(key, Arc::clone(&body));
        Ok(body)
    }
}
