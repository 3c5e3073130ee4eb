//! Calls: of `const fn`s, of function values, of constructors, and of what the compiler makes itself.

use std::rc::Rc;
use std::sync::Arc;

use base::SourceMap;
use check::{AdtRef, CallKind, FnKind, FnRef, Ty, TyKind};
use hir::Mutability;
use mir::{Body, BodyOwner, CallTarget, Operand};

use crate::errors::{self, Stop};
use crate::instance;
use crate::machine::Machine;
use crate::place::Spot;
use crate::value::{Pointer, Value};

impl Machine<'_> {
    /// Calls; the result goes to `dest`, at once or when the callee returns.
    pub(crate) fn call(&mut self, callee: &CallTarget, args: Vec<Value>, dest: Spot) -> Result<(), Stop> {
        match callee {
            CallTarget::Fn(function, fn_args) => self.call_function(*function, fn_args, args, Some(dest)),
            CallTarget::Value(value) => self.call_value(value, args, dest),
            CallTarget::Callable(kind, callee) => self.call_callable(*kind, callee, args, dest),
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
            Value::FnOf(closure, place) => {
                self.call_at(CallKind::Exclusive, closure, Value::Pointer(place), args, dest)
            }
            _ => Err(self.broken("a function")),
        }
    }

    /// A call of a closure, or of another value that can be called, through a reference or by value.
    fn call_callable(&mut self, kind: CallKind, callee: &Operand, args: Vec<Value>, dest: Spot) -> Result<(), Stop> {
        let given = self.operand_ty(callee);
        let callee = self.operand(callee)?;
        let ty = match (kind, given.kind()) {
            (CallKind::Shared | CallKind::Exclusive, TyKind::Ref(_, target)) => *target,
            (CallKind::Shared | CallKind::Exclusive | CallKind::Once, _) => given,
        };
        self.call_at(kind, ty, callee, args, dest)
    }

    /// `callee` is a value of `ty`, or, unless it is called once, a reference to one.
    fn call_at(&mut self, kind: CallKind, ty: Ty, callee: Value, mut args: Vec<Value>, dest: Spot) -> Result<(), Stop> {
        match ty.kind() {
            TyKind::Closure(closure) => {
                let Some(environment) = &closure.environment else {
                    return Err(self.broken("a whole closure"));
                };
                let is_by_value = environment.call != CallKind::Once && kind == CallKind::Once;
                let callee = if is_by_value {
                    self.held_by_caller(ty, callee)
                } else {
                    callee
                };
                args.insert(0, callee);
                let body = self.instance(BodyOwner::Closure(closure.closure), &closure.generics)?;
                self.enter(body, args, Some(dest))
            }
            TyKind::FnItem(function, fn_args) => self.call_function(*function, fn_args, args, Some(dest)),
            TyKind::FnPointer(_) => match self.callee_value(kind, callee)? {
                Value::Fn(function, fn_args) => self.call_function(function, &fn_args, args, Some(dest)),
                Value::FnOf(closure, place) => {
                    self.call_at(CallKind::Exclusive, closure, Value::Pointer(place), args, dest)
                }
                _ => Err(self.broken("a function")),
            },
            TyKind::Ref(mutability, target) => {
                let reference = self.callee_value(kind, callee)?;
                let kind = match mutability {
                    Mutability::Const => CallKind::Shared,
                    Mutability::Mut => CallKind::Exclusive,
                };
                self.call_at(kind, *target, reference, args, dest)
            }
            _ => Err(self.broken("what can be called")),
        }
    }

    /// The value itself.
    fn callee_value(&self, kind: CallKind, callee: Value) -> Result<Value, Stop> {
        match (kind, callee) {
            (CallKind::Once, value) => Ok(value),
            (CallKind::Shared | CallKind::Exclusive, Value::Pointer(pointer)) => self.read(&Spot::of_pointer(&pointer)),
            (CallKind::Shared | CallKind::Exclusive, _) => Err(self.broken("a reference")),
        }
    }

    /// A reference to a value of the caller's, which is dropped when the call is over.
    fn held_by_caller(&mut self, ty: Ty, value: Value) -> Value {
        let index = self.memory.top();
        self.memory.push(ty, false);
        self.memory.variable_mut(index).value = value;
        let pointer = Pointer {
            base: self.memory.id(index),
            path: Rc::from([]),
        };
        self.frame_mut().drops.push(pointer.clone(), ty);
        Value::Pointer(pointer)
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
            FnKind::Operator(operator) => {
                let options = mir::BuildOptions {
                    overflow_checks: true,
                    target: self.world.target(),
                    sources: &SourceMap::default(),
                };
                let span = self.frame().span;
                let body = mir::operator_body(self.signatures(), *operator, &fn_args, options, span);
                self.enter(Arc::new(body), args, dest)
            }
            FnKind::Lang { .. } if decl.is_const => {
                let body = self.instance(BodyOwner::Fn(function), &fn_args)?;
                if decl.is_assoc_const && self.is_running(&body) {
                    let cycle = check::constant_cycle(self.frame().span, decl.name.as_str());
                    return Err(self.with_calls(cycle));
                }
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
        let body = instance::with_args(self.signatures(), &body, args);
        self.instances.insert(key, Arc::clone(&body));
        Ok(body)
    }
}
