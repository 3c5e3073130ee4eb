//! Constants: what checking asks for, run on MIR.
//!
//! Bodies that constants reach are checked and built when they are called first, whatever package they are of.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use base::{FxHashMap, SourceMap};
use check::{
    Adjust, BodyKey, BodyRef, CheckInput, ClosureRef, ConstEvaluator, ConstValue, FnKind, FnRef, Signatures, TypedBody,
    Unevaluated, check_one,
};
use diag::Diagnostics;
use hir::DefId;
use interpret::{Limits, World};
use mir::{Body, BodyOwner, BuildOptions};
use target::Target;

use crate::bodies::build_body;

/// Evaluates the constants of one program.
#[derive(Debug)]
pub struct Constants<'a> {
    sources: &'a SourceMap,
    limits: Limits,
    /// Those without errors.
    bodies: Mutex<FxHashMap<BodyOwner, Arc<Body>>>,
    with_functions: Mutex<TypedConstants>,
}

/// The constants in which functions and closures are values, which other constants and the program may call.
pub(crate) type TypedConstants = BTreeMap<BodyRef, TypedBody>;

impl<'a> Constants<'a> {
    pub fn new(sources: &'a SourceMap, limits: Limits) -> Self {
        Self {
            sources,
            limits,
            bodies: Mutex::default(),
            with_functions: Mutex::default(),
        }
    }

    /// With those that were evaluated before.
    pub(crate) fn knowing(self, typed: &TypedConstants) -> Self {
        Self {
            with_functions: Mutex::new(typed.clone()),
            ..self
        }
    }

    /// Of all that were evaluated.
    pub(crate) fn with_functions(&self) -> TypedConstants {
        let typed = self.with_functions.lock().unwrap_or_else(PoisonError::into_inner);
        typed.clone()
    }
}

impl Constants<'_> {
    /// Runs a body with exact drops, for these type arguments.
    pub(crate) fn run(
        &self,
        input: CheckInput<'_>,
        signatures: &Signatures,
        body: &Arc<Body>,
        args: &[check::Ty],
    ) -> Result<ConstValue, Unevaluated> {
        let program = ProgramWorld {
            constants: self,
            input,
            signatures,
        };
        interpret::evaluate(&program, body, args, self.limits)
    }
}

impl Constants<'_> {
    /// The value of a function without parameters.
    pub(crate) fn call(
        &self,
        input: CheckInput<'_>,
        signatures: &Signatures,
        owner: BodyOwner,
        args: &[check::Ty],
    ) -> Result<ConstValue, Unevaluated> {
        let program = ProgramWorld {
            constants: self,
            input,
            signatures,
        };
        interpret::evaluate(&program, &program.body(owner)?, args, self.limits)
    }
}

impl ConstEvaluator for Constants<'_> {
    fn evaluate(
        &self,
        input: CheckInput<'_>,
        signatures: &Signatures,
        typed: &TypedBody,
    ) -> Result<ConstValue, Unevaluated> {
        let program = ProgramWorld {
            constants: self,
            input,
            signatures,
        };
        if !typed.closures.is_empty() || makes_pointers(typed) {
            let mut known = self.with_functions.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(typed.body, typed.clone());
        }
        let body = program.build(BodyKey::Const(typed.body), typed, BodyOwner::Const(typed.body))?;
        interpret::evaluate(&program, &body, &[], self.limits)
    }
}

struct ProgramWorld<'a> {
    constants: &'a Constants<'a>,
    input: CheckInput<'a>,
    signatures: &'a Signatures,
}

impl<'a> ProgramWorld<'a> {
    /// With all checks, whatever is built: a constant that overflows is an error.
    fn options(&self) -> BuildOptions<'a> {
        BuildOptions {
            overflow_checks: true,
            target: self.input.target,
            sources: self.constants.sources,
        }
    }

    /// The body of a closure in a constant.
    fn body_in_constant(&self, constant: BodyRef, owner: BodyOwner) -> Result<Arc<Body>, Unevaluated> {
        let known = self.constants.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = known.get(&owner) {
            return Ok(Arc::clone(body));
        }
        drop(known);
        let typed = self.constants.with_functions()[&constant].clone();
        self.build(BodyKey::Const(constant), &typed, owner)
    }

    /// The body of a function, or of a closure in it, which are all made together.
    fn body_in(&self, def: DefId, owner: BodyOwner) -> Result<Arc<Body>, Unevaluated> {
        let known = self.constants.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = known.get(&owner) {
            return Ok(Arc::clone(body));
        }
        drop(known);
        let key = BodyKey::Fn(def);
        let (typed, errors) = check_one(self.input, self.signatures, key);
        if let Some(reported) = typed.reported() {
            return Err(Unevaluated {
                messages: errors,
                reported,
            });
        }
        self.build(key, &typed, owner)
    }

    /// Builds all bodies of `key` and gives that of `owner`.
    fn build(&self, key: BodyKey, typed: &TypedBody, owner: BodyOwner) -> Result<Arc<Body>, Unevaluated> {
        let (bodies, errors) = build_body(self.input, self.signatures, key, typed, self.options());
        without_errors(errors)?;
        for body in &bodies {
            mono::certify_evaluated(body, self.signatures).map_err(Unevaluated::new)?;
        }
        let mut known = self.constants.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(bodies.into_iter().map(|body| (body.owner, Arc::new(body))));
        Ok(Arc::clone(&known[&owner]))
    }
}

impl World for ProgramWorld<'_> {
    fn signatures(&self) -> &Signatures {
        self.signatures
    }

    fn target(&self) -> &Target {
        self.input.target
    }

    fn body(&self, owner: BodyOwner) -> Result<Arc<Body>, Unevaluated> {
        match owner {
            BodyOwner::Fn(function @ FnRef::Lang(def)) => {
                debug_assert!(matches!(self.signatures.function(function).kind, FnKind::Lang { .. }));
                self.body_in(def, owner)
            }
            BodyOwner::Closure(ClosureRef {
                owner: BodyKey::Fn(def),
                ..
            }) => self.body_in(def, owner),
            BodyOwner::Closure(ClosureRef {
                owner: BodyKey::Const(constant),
                ..
            }) => self.body_in_constant(constant, owner),
            BodyOwner::Fn(
                FnRef::C(_)
                | FnRef::CMacro(..)
                | FnRef::CMacroStore(..)
                | FnRef::CInitializer(..)
                | FnRef::CInstance(_)
                | FnRef::CInstanceStore(_)
                | FnRef::Variant(..)
                | FnRef::Operator(_),
            )
            | BodyOwner::Closure(ClosureRef {
                owner: BodyKey::Test(_),
                ..
            })
            | BodyOwner::Test(_)
            | BodyOwner::Const(_) => unreachable!("only functions of Lang are called"),
        }
    }

    fn layout(&self, ty: check::Ty) -> Option<target::Layout> {
        mono::layout(self.signatures, self.input.target, ty)
    }
}

/// Whether functions become `fn` values.
fn makes_pointers(typed: &TypedBody) -> bool {
    let mut steps = typed.adjustments.values().flatten();
    steps.any(|step| matches!(step.kind, Adjust::FnItemToPointer | Adjust::FnItemToExtern))
}

fn without_errors(messages: Diagnostics) -> Result<(), Unevaluated> {
    match messages.already_reported() {
        Some(reported) => Err(Unevaluated { messages, reported }),
        None => Ok(()),
    }
}
