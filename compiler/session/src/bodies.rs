//! Bodies: which are checked, and what becomes of them.
//!
//! Every one of the program's own files is, and of the library those that are reached. They are checked in rounds, each
//! in parallel: a round's bodies name the library's functions of the next. MIR is made of those without errors.

use std::collections::BTreeMap;
use std::sync::Arc;

use check::{BodyKey, Callee, CheckInput, FnRef, Signatures, TypedBody, ValueRef, body_keys, check_one};
use diag::Diagnostics;
use hir::{DefId, ModuleId, Program};
use mir::{BodyOwner, BuildOptions};
use mono::BodySource;

use crate::analyse::Checked;
use crate::parallel::par_map;

/// Every checked body, in the order of files and places.
pub(crate) type CheckedBodies = BTreeMap<BodyKey, TypedBody>;

/// Checks what the program needs.
pub(crate) fn check_bodies(
    input: CheckInput<'_>,
    signatures: &Signatures,
    diagnostics: &mut Diagnostics,
) -> CheckedBodies {
    let own = input
        .program
        .modules
        .ids()
        .filter(|module| !is_library(input.program, *module));
    let mut round: Vec<BodyKey> = own.flat_map(|module| body_keys(input, signatures, module)).collect();
    let mut checked = CheckedBodies::new();
    while !round.is_empty() {
        let bodies = par_map(round, |key| (key, check_one(input, signatures, key)));
        let mut next = Vec::new();
        for (key, (body, errors)) in bodies {
            diagnostics.append(errors);
            next.extend(functions_named_by(&body).filter(|def| is_library(input.program, def.module)));
            checked.insert(key, body);
        }
        next.sort();
        next.dedup();
        let has_body = |def: &DefId| {
            let decl = signatures.fns.get(&FnRef::Lang(*def));
            decl.is_some_and(|decl| matches!(decl.kind, check::FnKind::Lang { .. }))
        };
        let unchecked = |key: &BodyKey| !checked.contains_key(key);
        round = next
            .into_iter()
            .filter(has_body)
            .map(BodyKey::Fn)
            .filter(unchecked)
            .collect();
    }
    checked
}

fn is_library(program: &Program, module: ModuleId) -> bool {
    program.modules[module]
        .path
        .first()
        .is_some_and(|first| *first == "std")
}

/// The functions of Lang that a body calls or takes the value of, in no particular order.
fn functions_named_by(body: &TypedBody) -> impl Iterator<Item = DefId> {
    let called = body.calls.values().filter_map(|call| match &call.callee {
        Callee::Fn(function, _) => Some(*function),
        Callee::Value | Callee::TupleStruct | Callee::Builtin(_) => None,
    });
    let named = body.values.values().filter_map(|value| match value {
        ValueRef::Fn(function, _) => Some(*function),
        ValueRef::Namespace | ValueRef::Const(_) | ValueRef::Static(_) | ValueRef::TupleStruct(_) => None,
    });
    called.chain(named).filter_map(|function| match function {
        FnRef::Lang(def) => Some(def),
        FnRef::C(_) => None,
    })
}

/// Builds the MIR of the bodies that have no errors, checks moves and initialisation in it, and makes its drops exact.
pub(crate) fn build_bodies(
    program: &Program,
    signatures: &Signatures,
    typed: CheckedBodies,
    options: BuildOptions<'_>,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<BodyKey, Arc<mir::Body>> {
    let without_errors = typed.into_iter().filter(|(_, body)| !body.has_errors).collect();
    let built = par_map(without_errors, |(key, typed)| {
        let owner = owner_of(key, signatures);
        (
            key,
            borrow::check(mir::build(program, signatures, &typed, owner, options), signatures),
        )
    });
    let mut bodies = BTreeMap::new();
    for (key, (body, errors)) in built {
        diagnostics.append(errors);
        bodies.insert(key, Arc::new(body));
    }
    bodies
}

fn owner_of(key: BodyKey, signatures: &Signatures) -> BodyOwner {
    match key {
        BodyKey::Fn(def) => BodyOwner::Fn(FnRef::Lang(def)),
        BodyKey::Test(index) => BodyOwner::Test(signatures.tests[index as usize].body),
    }
}

/// The key of a body by its owner; `None` for a function of C, which has none.
fn key_of(owner: BodyOwner, signatures: &Signatures) -> Option<BodyKey> {
    match owner {
        BodyOwner::Fn(FnRef::Lang(def)) => Some(BodyKey::Fn(def)),
        BodyOwner::Fn(FnRef::C(_)) => None,
        BodyOwner::Test(body) => {
            let index = signatures.tests.iter().position(|test| test.body == body)?;
            Some(BodyKey::Test(
                u32::try_from(index).expect("there are fewer tests than bytes of source"),
            ))
        }
    }
}

impl BodySource for Checked {
    fn body(&self, owner: BodyOwner) -> Option<Arc<mir::Body>> {
        let key = key_of(owner, &self.signatures)?;
        self.bodies.get(&key).cloned()
    }
}
