//! From the roots to every instance: lowers what is queued until nothing is.
//!
//! Roots are the entry (which calls `main` or runs the tests) and the program's exports. Lowering one instance asks the
//! pool for those that it refers to, which queues the new ones.

use check::{FnKind, FnRef, StaticRef};
use cmodel::CallingConvention;
use mir::BodyOwner;
use unit::{FunctionId, Inline, Linkage};

use crate::certify::{certify, certify_glue};
use crate::errors;
use crate::glue::drop_glue;
use crate::instance::{Callback, Instance, Pending};
use crate::lower::lower_body;
use crate::pool::{Definition, Pool, any_pointer};
use crate::shims;
use crate::{callable, dynamic};

/// Fills the pool.
pub(crate) fn collect(pool: &mut Pool<'_>) {
    pool.instance(Instance::Entry, |pool| Definition {
        symbol: "lang_main".to_owned(),
        name: "lang_main".to_owned(),
        signature: pool.c_status_signature(),
        linkage: Linkage::Export,
        inline: Inline::Default,
        home: pool.root_home(),
        text: None,
    });
    for function in exports(pool) {
        pool.export(function);
    }
    for global in exported_statics(pool) {
        pool.static_global(global);
    }
    while let Some(pending) = pool.next_pending() {
        make(pool, pending);
    }
}

/// Every `export fn`, in order of file and place.
fn exports(pool: &Pool<'_>) -> Vec<FnRef> {
    let fns = pool.input.signatures.fns.iter();
    let exported = fns.filter(|(_, decl)| matches!(decl.kind, FnKind::Lang { export: Some(_), .. }));
    let mut exports: Vec<FnRef> = exported.map(|(function, _)| *function).collect();
    exports.sort();
    exports
}

/// Every `export static`, in order of file and place.
fn exported_statics(pool: &Pool<'_>) -> Vec<StaticRef> {
    let statics = pool.input.signatures.statics.iter();
    let exported = statics.filter(|(_, decl)| decl.is_export);
    let mut exports: Vec<StaticRef> = exported.map(|(global, _)| *global).collect();
    exports.sort();
    exports
}

fn make(pool: &mut Pool<'_>, pending: Pending) {
    pool.at = pending.needed_at;
    pool.features = pool.features_of(&pending.instance);
    let body = match &pending.instance {
        Instance::Body(owner, args) => lower_instance(pool, pending.function, *owner, args),
        Instance::CallShim(function, args) => Some(shims::call_shim(pool, *function, args, None)),
        Instance::FnValue(function, args) => Some(shims::call_shim(pool, *function, args, Some(any_pointer()))),
        Instance::CShim(callback, convention) => Some(shims::c_shim(pool, callback, *convention)),
        Instance::Export(function) => {
            let callback = Callback::Function(*function, Box::default());
            Some(shims::c_shim(pool, &callback, CallingConvention::Default))
        }
        Instance::DynCall(ty, call) => Some(dynamic::dyn_call(pool, *ty, *call)),
        Instance::CallOnce(ty) => Some(callable::call_once(pool, *ty)),
        Instance::DropGlue(ty) => Some(certified_glue(pool, *ty)),
        Instance::Entry => Some(shims::entry(pool)),
        Instance::Guard => Some(shims::guard(pool)),
        Instance::TestRunner(test) => Some(shims::test_runner(pool, *test)),
    };
    pool.functions[pending.function].function.body = body;
    pool.features = None;
    pool.at = None;
}

/// `None` where the body has errors, which have been reported.
fn lower_instance(
    pool: &mut Pool<'_>,
    function: FunctionId,
    owner: BodyOwner,
    args: &[check::Ty],
) -> Option<unit::Body> {
    if let BodyOwner::Fn(FnRef::Operator(operator)) = owner {
        return Some(shims::operator(pool, operator, args));
    }
    match pool.input.bodies.body(owner) {
        Some(body) => {
            certify_once(pool, owner, &body, function);
            check_assertions(pool, owner, &body, args);
            Some(lower_body(pool, &body, args))
        }
        None => {
            pool.incomplete = true;
            let undefined = &mut pool.functions[function];
            undefined.function.linkage = Linkage::Import;
            undefined.home = None;
            None
        }
    }
}

/// What drops a value of a type, which has been run on paper.
fn certified_glue(pool: &mut Pool<'_>, ty: check::Ty) -> unit::Body {
    let body = drop_glue(pool, ty);
    if let Err(fault) = certify_glue(pool, ty, &body) {
        let name = pool.names.ty(ty);
        pool.diagnostics.report(errors::wrong_glue(&fault, &name));
    }
    body
}

/// Checks the drops of a body, as it is before anything stands for its generic parameters.
fn certify_once(pool: &mut Pool<'_>, owner: BodyOwner, body: &mir::Body, function: FunctionId) {
    if !pool.certified.insert(owner) {
        return;
    }
    if let Err(fault) = certify(body, pool.input.signatures) {
        let name = format!("`{}`", pool.functions[function].function.name);
        pool.diagnostics.report(errors::wrong_drops(&fault, &name));
    }
}

/// Evaluates the `const assert`s of an instance.
fn check_assertions(pool: &mut Pool<'_>, owner: BodyOwner, body: &mir::Body, args: &[check::Ty]) {
    for assertion in &body.const_asserts {
        match pool.input.bodies.constant(&assertion.condition, args) {
            Ok(check::ConstValue::Int(0)) => {
                let diagnostic = check::assertion_fails(assertion.span, assertion.message);
                let instance = match owner {
                    BodyOwner::Fn(function) => pool.names.function(function, args),
                    BodyOwner::Test(test) => pool.names.test(test),
                    BodyOwner::Closure(_) | BodyOwner::Const(_) => unreachable!("only functions have assertions"),
                };
                let diagnostic = errors::of_instance(diagnostic, pool.at, &instance);
                pool.diagnostics.report(diagnostic);
            }
            Ok(_) => {}
            Err(failed) => {
                pool.diagnostics.append(failed.messages);
                pool.incomplete = true;
            }
        }
    }
}
