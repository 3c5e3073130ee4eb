//! Which bodies are checked: every one of the program's own files, and of the library those that are reached.
//!
//! Bodies are checked in rounds, each in parallel: a round's bodies name the library's functions of the next.

use std::collections::BTreeMap;

use check::{BodyKey, Callee, CheckInput, FnRef, Signatures, TypedBody, ValueRef, body_keys, check_one};
use diag::Diagnostics;
use hir::{DefId, ModuleId, Program};

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
