//! Bodies: from HIR to MIR with exact drops.
//!
//! Every body of the program's own files is made, in parallel. One of the library is made when the back half asks for
//! it, so that checking a program costs what the program is long.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use base::FxHashMap;
use check::{BodyKey, CheckInput, ClosureRef, FnKind, FnRef, Signatures, TyKind, TypedBody, body_keys, check_one};
use cmodel::NoQueries;
use diag::Diagnostics;
use hir::{ModuleId, Program};
use mir::{BodyOwner, BuildOptions};
use mono::BodySource;
use target::Target;

use crate::analyse::Checked;
use crate::constants::{Constants, TypedConstants};
use crate::parallel::par_map;

/// The bodies of one program.
pub(crate) type Bodies = BTreeMap<BodyOwner, Arc<mir::Body>>;

/// A checked body, and what is wrong with it.
pub(crate) type CheckedBody = (BodyKey, (TypedBody, Diagnostics));

/// Checks every body of the program's own files.
pub(crate) fn check_bodies(input: CheckInput<'_>, signatures: &Signatures) -> Vec<CheckedBody> {
    let own = input
        .program
        .modules
        .ids()
        .filter(|module| !is_library(input.program, *module));
    let keys = own.flat_map(|module| body_keys(input, signatures, module)).collect();
    par_map(keys, |key| (key, check_one(input, signatures, key)))
}

/// Checks the bodies again that have errors.
pub(crate) fn check_again(input: CheckInput<'_>, signatures: &Signatures, checked: &mut [CheckedBody]) {
    let broken = checked
        .iter()
        .enumerate()
        .filter(|(_, (_, (body, _)))| body.has_errors());
    let broken: Vec<(usize, BodyKey)> = broken.map(|(index, (key, _))| (index, *key)).collect();
    let again = par_map(broken, |(index, key)| (index, check_one(input, signatures, key)));
    for (index, result) in again {
        checked[index].1 = result;
    }
}

/// Builds the MIR of the bodies that have no errors, checks moves, and makes drops exact.
pub(crate) fn build_bodies(
    input: CheckInput<'_>,
    signatures: &Signatures,
    typed: Vec<(BodyKey, TypedBody)>,
    options: BuildOptions<'_>,
    diagnostics: &mut Diagnostics,
) -> Bodies {
    let without_errors = typed.into_iter().filter(|(_, body)| !body.has_errors()).collect();
    let built = par_map(without_errors, |(key, typed)| {
        build_body(input, signatures, key, &typed, options)
    });
    let mut bodies = Bodies::new();
    for (made, errors) in built {
        diagnostics.append(errors);
        bodies.extend(made.into_iter().map(|body| (body.owner, Arc::new(body))));
    }
    bodies
}

/// Checks the references of constants in which functions are values, and builds their closures.
pub(crate) fn build_constants(
    input: CheckInput<'_>,
    signatures: &Signatures,
    constants: &TypedConstants,
    options: BuildOptions<'_>,
    diagnostics: &mut Diagnostics,
) -> Bodies {
    let mut bodies = Bodies::new();
    for (constant, typed) in constants {
        let (made, errors) = build_body(input, signatures, BodyKey::Const(*constant), typed, options);
        diagnostics.append(errors);
        let closures = made
            .into_iter()
            .filter(|body| matches!(body.owner, BodyOwner::Closure(_)));
        bodies.extend(closures.map(|body| (body.owner, Arc::new(body))));
    }
    bodies
}

/// A body and those of the closures in it.
pub(crate) fn build_body(
    input: CheckInput<'_>,
    signatures: &Signatures,
    key: BodyKey,
    typed: &TypedBody,
    options: BuildOptions<'_>,
) -> (Vec<mir::Body>, Diagnostics) {
    let closures = typed.closures.ids();
    let closures = closures.map(|closure| BodyOwner::Closure(ClosureRef { owner: key, closure }));
    // Instances of these bodies are made with what the `impl` types are.
    let mut diagnostics = check::reveal(input, signatures, typed);
    let unchecked: Vec<mir::Body> = ([owner_of(key, signatures)].into_iter().chain(closures))
        .map(|owner| mir::build(input.program, signatures, typed, owner, options))
        .collect();
    let order = mentioned_first(&unchecked);
    let mut unchecked: Vec<Option<mir::Body>> = unchecked.into_iter().map(Some).collect();
    let mut flows = borrow::Closures::default();
    let mut bodies = Vec::new();
    for at in order {
        let body = unchecked[at].take().expect("each is checked once");
        let (body, errors) = check_built(body, signatures, options.target, &mut flows);
        diagnostics.append(errors);
        bodies.push(body);
    }
    // The function itself is the last.
    bodies.reverse();
    (bodies, diagnostics)
}

/// The order in which bodies are checked: what a closure does with references is known before what calls it or makes
/// it.
fn mentioned_first(bodies: &[mir::Body]) -> Vec<usize> {
    let numbered = bodies.iter().enumerate();
    let positions: FxHashMap<BodyOwner, usize> = numbered.map(|(at, body)| (body.owner, at)).collect();
    let mut order = Vec::new();
    // Each with whether all that it mentions is there.
    let mut pending: Vec<(usize, bool)> = (0..bodies.len()).rev().map(|at| (at, false)).collect();
    let mut seen = vec![false; bodies.len()];
    while let Some((at, is_ready)) = pending.pop() {
        if is_ready {
            order.push(at);
            continue;
        }
        if std::mem::replace(&mut seen[at], true) {
            continue;
        }
        pending.push((at, true));
        for local in bodies[at].locals.iter() {
            local.ty.any(&mut |part| {
                if let TyKind::Closure(closure) = part.kind() {
                    let mentioned = positions.get(&BodyOwner::Closure(closure.closure));
                    pending.extend(mentioned.filter(|at| !seen[**at]).map(|at| (*at, false)));
                }
                false
            });
        }
    }
    order
}

/// Makes the drops of a body without errors exact.
fn check_built(
    mut body: mir::Body,
    signatures: &Signatures,
    target: &Target,
    flows: &mut borrow::Closures,
) -> (mir::Body, Diagnostics) {
    let mut errors = Diagnostics::new();
    for assertion in &mut body.const_asserts {
        let condition = assertion.condition.as_ref().clone();
        let (condition, of_condition) = borrow::check(condition, signatures, target, &mut borrow::Closures::default());
        errors.append(of_condition);
        assertion.condition = Arc::new(condition);
    }
    if cfg!(debug_assertions) {
        mir::verify(&body, signatures, "build");
    }
    let (body, of_body) = borrow::check(body, signatures, target, flows);
    errors.append(of_body);
    (body, errors)
}

/// Whether the module is of the library, and the command is not.
fn is_library(program: &Program, module: ModuleId) -> bool {
    let package = program.modules[module].package;
    package == hir::Packages::LIBRARY && package != program.packages.own()
}

fn owner_of(key: BodyKey, signatures: &Signatures) -> BodyOwner {
    match key {
        BodyKey::Fn(def) => BodyOwner::Fn(FnRef::Lang(def)),
        BodyKey::Test(index) => BodyOwner::Test(signatures.tests[index as usize].body),
        BodyKey::Const(body) => BodyOwner::Const(body),
    }
}

/// The key of a body, or of that which a closure stands in, by its owner; `None` for a function of C, which has none.
fn key_of(owner: BodyOwner, signatures: &Signatures) -> Option<BodyKey> {
    match owner {
        BodyOwner::Fn(FnRef::Lang(def)) => Some(BodyKey::Fn(def)),
        BodyOwner::Fn(
            FnRef::C(_)
            | FnRef::CMacro(..)
            | FnRef::CMacroStore(..)
            | FnRef::CInitializer(..)
            | FnRef::CInstance(_)
            | FnRef::CInstanceStore(_)
            | FnRef::Variant(..)
            | FnRef::Operator(_),
        ) => None,
        BodyOwner::Const(_) => None,
        BodyOwner::Closure(closure) => Some(closure.owner),
        BodyOwner::Test(body) => {
            let index = signatures.tests.iter().position(|test| test.body == body)?;
            Some(BodyKey::Test(
                u32::try_from(index).expect("there are fewer tests than bytes of source"),
            ))
        }
    }
}

/// Gives the bodies of a checked program, and makes those of the library.
pub struct ProgramBodies<'a> {
    checked: &'a Checked,
    options: BuildOptions<'a>,
    constants: Constants<'a>,
    library: Mutex<Library>,
}

#[derive(Default)]
struct Library {
    /// Those with errors have none.
    bodies: Bodies,
    made: BTreeSet<BodyKey>,
    /// Faults of the library's sources.
    diagnostics: Diagnostics,
}

impl<'a> ProgramBodies<'a> {
    pub fn new(checked: &'a Checked, options: BuildOptions<'a>) -> Self {
        Self {
            checked,
            options,
            constants: Constants::new(options.sources, checked.const_limits).knowing(&checked.constants),
            library: Mutex::default(),
        }
    }

    /// What was wrong with the library's bodies that were asked for.
    pub fn into_diagnostics(self) -> Diagnostics {
        self.library
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .diagnostics
    }

    fn input(&self) -> CheckInput<'_> {
        CheckInput {
            program: &self.checked.program,
            target: self.options.target,
            queries: &NoQueries,
            constants: &self.constants,
            sources: self.options.sources,
        }
    }

    fn make(&self, key: BodyKey, diagnostics: &mut Diagnostics) -> Option<Vec<mir::Body>> {
        let Checked {
            program, signatures, ..
        } = self.checked;
        let BodyKey::Fn(def) = key else { return None };
        let decl = signatures.fns.get(&FnRef::Lang(def))?;
        if !is_library(program, def.module) || !matches!(decl.kind, FnKind::Lang { .. }) {
            return None;
        }
        let (typed, errors) = check_one(self.input(), signatures, key);
        diagnostics.append(errors);
        if typed.has_errors() {
            return None;
        }
        let (bodies, errors) = build_body(self.input(), signatures, key, &typed, self.options);
        let has_errors = errors.has_errors();
        diagnostics.append(errors);
        (!has_errors).then_some(bodies)
    }
}

impl BodySource for ProgramBodies<'_> {
    fn body(&self, owner: BodyOwner) -> Option<Arc<mir::Body>> {
        if let Some(body) = self.checked.bodies.get(&owner) {
            return Some(Arc::clone(body));
        }
        let key = key_of(owner, &self.checked.signatures)?;
        let mut library = self.library.lock().unwrap_or_else(PoisonError::into_inner);
        if library.made.insert(key) {
            let made = self.make(key, &mut library.diagnostics).into_iter().flatten();
            library.bodies.extend(made.map(|body| (body.owner, Arc::new(body))));
        }
        library.bodies.get(&owner).map(Arc::clone)
    }

    fn constant(&self, body: &Arc<mir::Body>, args: &[check::Ty]) -> Result<check::ConstValue, check::Unevaluated> {
        self.constants.run(self.input(), &self.checked.signatures, body, args)
    }

    fn assoc_const(&self, function: FnRef, args: &[check::Ty]) -> Result<check::ConstValue, check::Unevaluated> {
        let owner = BodyOwner::Fn(function);
        self.constants.call(self.input(), &self.checked.signatures, owner, args)
    }
}
