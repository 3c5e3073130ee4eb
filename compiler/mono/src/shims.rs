//! Functions between two ways to call: Lang functions for C, C functions and intrinsics as Lang functions, the
//! program's entry and its tests.
//!
//! No panic leaves a function that C calls: its landing pad catches all. What they do with it is the runtime's contract
//! (`lang_runtime.h`).

use base::{IndexVec, Span};
use check::{BodyRef, FnRef, FnType, LangItem, Ty, TyKind};
use cmodel::CallingConvention;
use mir::{BodyOwner, Operand, Place, RuntimeFn, SourceInfo};
use unit::{BlockId, Callee, Const, FunctionId, LocalId, PanicStrategy, Rvalue, TerminatorKind};

use crate::builder::{BodyBuilder, deref};
use crate::crossings::has_result;
use crate::instance::Callback;
use crate::lower::{lower_body, no_loc};
use crate::pool::{Pool, Word, any_pointer, status};

/// A function that C calls, which calls the instance with the same values, or with those behind pointers.
pub(crate) fn c_shim(pool: &mut Pool<'_>, callback: &Callback, convention: CallingConvention) -> unit::Body {
    let (callee, takes_environment) = match callback {
        Callback::Function(function, args) => (pool.lang_address(*function, args), false),
        Callback::Closure(ty) => (pool.closure_function(*ty), true),
    };
    pool.is_called_by_c(callee);
    let (params, ret) = pool.callback_signature(callback);
    let direct = pool.is_called_directly(callback, convention);
    let mut out = start(pool);
    let pointer = pool.any_pointer();
    let unit_ty = pool.ty(Ty::unit());
    let ret_ty = pool.ty(if has_result(ret) { ret } else { Ty::unit() });
    let (dest, mut args): (_, Vec<_>) = if direct {
        let result = out.local(ret_ty);
        let args: Vec<LocalId> = params.iter().map(|ty| out.local(pool.ty(*ty))).collect();
        let args = args.into_iter().map(|arg| out.copy(arg)).collect();
        (out.whole(result), args)
    } else {
        let nothing = out.local(unit_ty);
        let result = has_result(ret).then(|| out.local(pointer));
        let addresses: Vec<LocalId> = params.iter().map(|_| out.local(pointer)).collect();
        let args = addresses.into_iter().zip(&params);
        let args = args.map(|(address, ty)| unit::Operand::Copy(deref(out.whole(address), pool.ty(*ty))));
        let args = args.collect();
        let dest = match result {
            Some(result) => deref(out.whole(result), ret_ty),
            None => out.whole(nothing),
        };
        (dest, args)
    };
    if takes_environment {
        args.insert(0, unit::Operand::Const(Const::Null { ty: pointer }));
    }
    let guard = Guard::new(pool, &mut out);
    if ret.is_never() {
        out.end(TerminatorKind::Call {
            callee: Callee::Function(callee),
            args,
            dest,
            target: None,
            unwind: guard.pad,
        });
    } else {
        out.call(Callee::Function(callee), args, dest, guard.pad);
        out.end(TerminatorKind::Return);
    }
    guard.stop(pool, &mut out);
    out.finish()
}

/// A Lang function that calls another, or what is none: a body of one call, lowered like any other. An environment is a
/// parameter more, the first, that it does not use.
pub(crate) fn call_shim(pool: &mut Pool<'_>, function: FnRef, args: &[Ty], environment: Option<Ty>) -> unit::Body {
    let decl = pool.input.signatures.function(function);
    let span = decl.span.unwrap_or_else(|| root_span(pool));
    let source = SourceInfo {
        span,
        scope: mir::ScopeId(0),
    };
    let params = decl.params.iter().map(|param| param.ty);
    let types = [decl.ret].into_iter().chain(environment).chain(params);
    let n_before = 1 + usize::from(environment.is_some());
    let locals: IndexVec<mir::Local, mir::LocalDecl> = types
        .map(|ty| mir::LocalDecl {
            ty,
            name: None,
            is_var: false,
            source,
        })
        .collect();
    let args_of_call = locals
        .ids()
        .skip(n_before)
        .map(|local| Operand::Move(Place::local(local)))
        .collect();
    let returns = !pool.input.signatures.instantiate(decl.ret, args).is_never();
    let block = |kind| mir::Block {
        statements: Vec::new(),
        terminator: mir::Terminator { kind, source },
        is_cleanup: false,
    };
    let call = mir::TerminatorKind::Call {
        callee: mir::CallTarget::Fn(
            function,
            (0..decl.generics.len()).map(|index| param(index, decl)).collect(),
        ),
        args: args_of_call,
        dest: Place::local(mir::Local(0)),
        target: returns.then_some(mir::BlockId(1)),
        unwind: None,
    };
    let body = mir::Body {
        owner: BodyOwner::Fn(function),
        n_generics: decl.generics.len() as u32,
        bounds: Default::default(),
        const_asserts: Vec::new(),
        captures: Vec::new(),
        pattern_indices: Default::default(),
        rounds: Default::default(),
        reads: Vec::new(),
        kept: Vec::new(),
        n_params: (decl.params.len() + n_before - 1) as u32,
        locals,
        blocks: [block(call), block(mir::TerminatorKind::Return)].into_iter().collect(),
        scopes: [mir::Scope { parent: None, span }].into_iter().collect(),
        span,
    };
    lower_body(pool, &body, args)
}

/// What an operator does to values of these types.
pub(crate) fn operator(pool: &mut Pool<'_>, operator: check::OperatorFn, args: &[Ty]) -> unit::Body {
    let decl = pool.input.signatures.function(FnRef::Operator(operator));
    let span = decl.span.unwrap_or_else(|| root_span(pool));
    let options = mir::BuildOptions {
        overflow_checks: pool.input.options.overflow_checks,
        target: pool.input.target,
        sources: pool.input.sources,
    };
    let body = mir::operator_body(pool.input.signatures, operator, args, options, span);
    lower_body(pool, &body, &[])
}

fn param(index: usize, decl: &check::FnDecl) -> Ty {
    decl.generics[index].param(index)
}

/// The start of the root file, where nothing else is at hand.
fn root_span(pool: &Pool<'_>) -> Span {
    let program = pool.input.program;
    Span::new(program.modules[program.root].hir.file, 0, 0)
}

/// `int run(void)`: 0, or what `lang_panic_end` gives for the panic that ended the test.
pub(crate) fn test_runner(pool: &mut Pool<'_>, test: BodyRef) -> unit::Body {
    let callee = pool.lang_function(BodyOwner::Test(test), &[]);
    let ret = pool.input.signatures.test_ret();
    guarded_call(pool, callee, (!ret.is_unit()).then_some(ret), TEST_FAILED)
}

/// `fn(*c_void)`
pub(crate) fn guarded_fn() -> Ty {
    Ty::new(TyKind::FnPointer(FnType {
        params: [any_pointer()].into(),
        ret: Ty::unit(),
        variadic: false,
        is_unsafe: false,
        convention: CallingConvention::Default,
    }))
}

/// Calls the function that is given with the pointer that is given; gives 0, or what ending its panic gives.
pub(crate) fn guard(pool: &mut Pool<'_>) -> unit::Body {
    let mut out = start(pool);
    let status_ty = pool.ty(status());
    let status_local = out.local(status_ty);
    let pointer = pool.ty(any_pointer());
    let run_ty = pool.ty(guarded_fn());
    let (run, data) = (out.local(run_ty), out.local(pointer));
    let unit_ty = pool.ty(Ty::unit());
    let nothing = out.local(unit_ty);
    let guard = Guard::new(pool, &mut out);
    let signature = pool.lang_signature(&[any_pointer(), any_pointer()], Ty::unit());
    let run = out.whole(run);
    let borrowed = out.hold(pointer, Rvalue::PairSecond(run.clone()));
    let code = unit::Place { ty: pointer, ..run };
    let callee = Callee::Pointer(unit::Operand::Copy(code), signature);
    let args = vec![out.copy(borrowed), out.copy(data)];
    let dest = out.whole(nothing);
    out.call(callee, args, dest, guard.pad);
    let zero = unit::Operand::Const(Const::Int { bits: 0, ty: status_ty });
    let dest = out.whole(status_local);
    out.assign(dest, Rvalue::Use(zero));
    out.end(TerminatorKind::Return);
    guard.end_panic(pool, &mut out, status_local);
    out.finish()
}

/// `int lang_main(void)`: the program's `main`, or the runner of its tests.
pub(crate) fn entry(pool: &mut Pool<'_>) -> unit::Body {
    match pool.input.options.kind {
        crate::ProgramKind::Executable => {
            let main = pool
                .input
                .signatures
                .main
                .expect("a program without `main` is refused before");
            let main = FnRef::Lang(main);
            let ret = pool.input.signatures.function(main).ret;
            let callee = pool.lang_function(BodyOwner::Fn(main), &[]);
            guarded_call(pool, callee, has_result(ret).then_some(ret), MAIN_FAILED)
        }
        crate::ProgramKind::Tests => run_tests(pool),
    }
}

/// The status of a `main` that gives an error.
const MAIN_FAILED: u128 = 1;
/// The status of a test that gives an error, as of one that panics.
const TEST_FAILED: u128 = 101;

/// Calls a Lang function, and gives its result as the status, or 0 where it has none, or what ending its panic gives.
/// Of one that may fail, the library makes the status, `failed` for an error.
fn guarded_call(pool: &mut Pool<'_>, callee: FunctionId, result: Option<Ty>, failed: u128) -> unit::Body {
    let mut out = start(pool);
    let status_ty = pool.ty(status());
    let status_local = out.local(status_ty);
    let result_ty = pool.ty(result.unwrap_or(Ty::unit()));
    let result_local = out.local(result_ty);
    let dest = out.whole(result_local);
    if pool.input.options.panic == PanicStrategy::Abort {
        let says = pool.runtime(RuntimeFn::PanicsAbort);
        let unit = pool.ty(Ty::unit());
        let nothing = out.local(unit);
        let nothing = out.whole(nothing);
        out.call(Callee::Function(says), Vec::new(), nothing, None);
    }
    let guard = Guard::new(pool, &mut out);
    let returns = !pool.signature(callee).noreturn;
    if returns {
        out.call(Callee::Function(callee), Vec::new(), dest, guard.pad);
        if let Some(result) = result
            && pool.input.signatures.result_parts(result).is_some()
        {
            let finish = pool.input.signatures.lang.get(LangItem::Finish);
            let finish = FnRef::Lang(finish.expect("the library ends what may fail"));
            let finish = pool.lang_function(BodyOwner::Fn(finish), &[]);
            let failed = unit::Operand::Const(Const::Int {
                bits: failed,
                ty: status_ty,
            });
            let args = vec![out.copy(result_local), failed];
            out.call(Callee::Function(finish), args, out.whole(status_local), guard.pad);
            out.end(TerminatorKind::Return);
            guard.end_panic(pool, &mut out, status_local);
            return out.finish();
        }
        let value = match result {
            Some(_) => Rvalue::Cast(unit::CastKind::IntToInt, out.copy(result_local), status_ty),
            None => Rvalue::Use(unit::Operand::Const(Const::Int { bits: 0, ty: status_ty })),
        };
        out.assign(out.whole(status_local), value);
        out.end(TerminatorKind::Return);
    } else {
        out.end(TerminatorKind::Call {
            callee: Callee::Function(callee),
            args: Vec::new(),
            dest,
            target: None,
            unwind: guard.pad,
        });
    }
    guard.end_panic(pool, &mut out, status_local);
    out.finish()
}

/// `return lang_test_main(tests, count);`
fn run_tests(pool: &mut Pool<'_>) -> unit::Body {
    let tests = &pool.input.signatures.tests;
    let mut words = Vec::new();
    for test in tests {
        let title = pool.text_data(&test.title);
        let runner = pool.test_runner(test.body);
        words.extend([
            Word::Address(title),
            Word::Size(test.title.len() as u64),
            Word::Function(runner),
        ]);
    }
    let pointer = pool.any_pointer();
    let table = if tests.is_empty() {
        Const::Null { ty: pointer }
    } else {
        Const::Global {
            global: pool.words(&words),
            offset: 0,
            ty: pointer,
        }
    };
    let count = Const::Int {
        bits: tests.len() as u128,
        ty: pool.ty(Ty::usize()),
    };
    let mut out = start(pool);
    let status_ty = pool.ty(status());
    let status = out.local(status_ty);
    let args = vec![unit::Operand::Const(table), unit::Operand::Const(count)];
    let dest = out.whole(status);
    let run = pool.runtime(RuntimeFn::TestMain);
    out.call(Callee::Function(run), args, dest, None);
    out.end(TerminatorKind::Return);
    out.finish()
}

/// A body that no line of the source is of.
fn start(pool: &mut Pool<'_>) -> BodyBuilder {
    let program = pool.input.program;
    let file = pool.file(program.modules[program.root].hir.file);
    BodyBuilder::new(no_loc(file))
}

/// The landing pad around a call from which no panic may go on.
struct Guard {
    /// Absent where panics abort.
    pad: Option<BlockId>,
}

impl Guard {
    fn new(pool: &Pool<'_>, out: &mut BodyBuilder) -> Self {
        let pad = match pool.input.options.panic {
            PanicStrategy::Unwind => Some(out.new_block(true)),
            PanicStrategy::Abort => None,
        };
        Self { pad }
    }

    /// Catches the exception; the builder stands after it. `None` where there is no pad.
    fn catch(&self, pool: &mut Pool<'_>, out: &mut BodyBuilder) -> Option<unit::Operand> {
        let pad = self.pad?;
        let pointer = pool.ty(any_pointer());
        let exception = out.local(pointer);
        let caught = out.new_block(false);
        out.go_on_in(pad);
        let dest = out.whole(exception);
        out.end(TerminatorKind::CatchAll { dest, target: caught });
        out.go_on_in(caught);
        Some(out.copy(exception))
    }

    /// Stops the program with a message.
    fn stop(&self, pool: &mut Pool<'_>, out: &mut BodyBuilder) {
        if self.catch(pool, out).is_none() {
            return;
        }
        let unit_ty = pool.ty(Ty::unit());
        let nothing = out.local(unit_ty);
        let dest = out.whole(nothing);
        let callee = Callee::Function(pool.runtime(RuntimeFn::PanicNoUnwind));
        out.end(TerminatorKind::Call {
            callee,
            args: Vec::new(),
            dest,
            target: None,
            unwind: None,
        });
    }

    /// Ends the panic and returns its status.
    fn end_panic(&self, pool: &mut Pool<'_>, out: &mut BodyBuilder, status: LocalId) {
        let Some(exception) = self.catch(pool, out) else {
            return;
        };
        let callee = Callee::Function(pool.runtime(RuntimeFn::PanicEnd));
        let dest = out.whole(status);
        out.call(callee, vec![exception], dest, None);
        out.end(TerminatorKind::Return);
    }
}
