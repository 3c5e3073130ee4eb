//! Which bodies a program has, and checking one of them by name.

use std::sync::Arc;

use diag::Diagnostics;
use hir::{DefId, ItemKind, ModuleId};

use crate::collect::CheckInput;
use crate::infer::{BodyEnv, check_body};
use crate::type_refs::{Bound, NamedBound, TypeScope};
use crate::{BodyRef, FnKind, FnRef, Signatures, TraitRef, TypeEnv, TypedBody};

/// A body that code is generated from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BodyKey {
    Fn(DefId),
    /// By position in [`Signatures::tests`].
    Test(u32),
    /// The value of a constant: only the closures in it become code.
    Const(BodyRef),
}

/// The functions with a body in a module, and the tests in it, in order of their place.
pub fn body_keys(input: CheckInput<'_>, signatures: &Signatures, module: ModuleId) -> Vec<BodyKey> {
    let hir = &input.program.modules[module].hir;
    let is_fn = |item: &hir::ItemId| matches!(hir.items[*item].kind, ItemKind::Fn(_));
    let functions = hir.items.ids().filter(is_fn).map(|item| DefId { module, item });
    let has_body = |def: &DefId| {
        let decl = signatures.fns.get(&FnRef::Lang(*def));
        decl.is_some_and(|decl| matches!(decl.kind, FnKind::Lang { .. }))
    };
    let tests = signatures
        .tests
        .iter()
        .enumerate()
        .filter(|(_, test)| test.body.module == module);
    functions
        .filter(has_body)
        .map(BodyKey::Fn)
        .chain(tests.map(|(i, _)| BodyKey::Test(i as u32)))
        .collect()
}

/// Checks one body.
pub fn check_one(input: CheckInput<'_>, signatures: &Signatures, key: BodyKey) -> (TypedBody, Diagnostics) {
    match key {
        BodyKey::Fn(def) => {
            let decl = signatures.function(FnRef::Lang(def));
            let FnKind::Lang { body, .. } = decl.kind else {
                unreachable!("only functions with a body have a key")
            };
            let bounds = TypeEnv::elaborate(signatures, decl.own_bounds(signatures));
            let parent = input.program.item(def).parent;
            let of_impl = parent.and_then(|item| signatures.impl_traits.get(&DefId { item, ..def }));
            let named = |bound: &TraitRef| NamedBound {
                ty: bound.self_ty(),
                of_trait: bound.def,
                bound: Bound::Known(bound.clone()),
            };
            let scope = TypeScope {
                from: def,
                generics: decl.generics.clone(),
                self_ty: decl.self_ty,
                bounds: bounds.traits.iter().map(named).collect(),
                implemented: of_impl.map(named),
            };
            let params = decl.params.iter().map(|param| param.ty).collect();
            let env = BodyEnv {
                scope,
                params,
                ret: decl.ret,
                owner: Some(key),
                bounds: Arc::new(bounds),
                is_unsafe: decl.is_unsafe,
                features: decl.features.clone(),
            };
            let (typed, diagnostics) = check_body(input, signatures, body, &env);
            signatures.note_revealed(&typed);
            (typed, diagnostics)
        }
        BodyKey::Const(_) => unreachable!("a constant is checked where its value is asked for"),
        BodyKey::Test(index) => {
            let body = signatures.tests[index as usize].body;
            let from = test_item(input, body);
            let scope = TypeScope::of(from);
            let env = BodyEnv {
                scope,
                params: Vec::new(),
                ret: signatures.test_ret(),
                owner: Some(key),
                bounds: Arc::default(),
                is_unsafe: false,
                features: None,
            };
            check_body(input, signatures, body, &env)
        }
    }
}

/// The item of a test, which its names are looked up from.
fn test_item(input: CheckInput<'_>, body: BodyRef) -> DefId {
    let hir = &input.program.modules[body.module].hir;
    let is_it = |item: &hir::ItemId| match &hir.items[*item].kind {
        ItemKind::Test(test) => test.body == body.body,
        _ => false,
    };
    let item = hir.items.ids().find(is_it).expect("a test body belongs to a test");
    DefId {
        module: body.module,
        item,
    }
}
