//! Panics of the runtime through frames of ours: cleanup runs, `CatchAll` stops them, C text lets them through.

mod units;

use std::path::PathBuf;
use std::process::Command;

use unit::*;
use units::{Builder, Workshop};

/// The runtime's objects, but for its own `main` and the test runner that goes with it.
fn runtime(workshop: &Workshop) -> Vec<PathBuf> {
    let folder = workshop.path("runtime");
    std::fs::create_dir(&folder).expect("a writable folder");
    for (name, text) in runtime::HEADERS.iter().chain(runtime::SOURCES) {
        std::fs::write(folder.join(name), text).expect("a writable folder");
    }
    let sources = runtime::SOURCES
        .iter()
        .map(|(name, _)| name)
        .filter(|name| !["start.c", "test.c"].contains(name));
    let objects: Vec<PathBuf> = sources.map(|name| folder.join(name)).collect();
    let mut command = Command::new("clang-22");
    command
        .current_dir(&folder)
        .args(runtime::COMPILE_ARGUMENTS)
        .args(["-O1", "-fPIC", "-c"])
        .args(&objects);
    assert!(command.status().expect("clang-22").success());
    objects.iter().map(|source| source.with_extension("o")).collect()
}

/// `main` calls `risky` and catches what comes out of it: the status is what `lang_panic_end` gave, or 0.
/// `risky(n)` panics through `fail` if n is not zero, and says "dropped" on its way out, however that is.
fn program(through_c: bool) -> Builder {
    let mut b = Builder::new("unwinding");
    let puts = b.import("puts", &[b.pointer], b.i32);
    let (dropped, message) = (b.text("dropped"), b.text("oh"));
    let params = [b.pointer, b.usize, b.pointer, b.usize, b.u32, b.u32];
    let mut panic = b.c_signature(&params, b.nothing);
    panic.noreturn = true;
    let panic = b.declare("lang_panic", panic, Linkage::Import);
    let panic_end = b.import("lang_panic_end", &[b.pointer], b.i32);

    let mut body = b.body(&[], b.nothing);
    let start = body.block();
    let (text, length) = (b.address_of(message), b.int_const(b.usize, 2));
    let args = vec![
        text.clone(),
        length.clone(),
        text,
        length,
        b.int_const(b.u32, 1),
        b.int_const(b.u32, 2),
    ];
    let ignored = body.place(LocalId(0));
    let call = TerminatorKind::Call {
        callee: Callee::Function(panic),
        args,
        dest: ignored,
        target: None,
        unwind: None,
    };
    body.end(start, call);
    let fail = b.define(
        "fail",
        Abi::C { variadic: false },
        &[],
        b.nothing,
        Linkage::Internal,
        body,
    );
    let fail = if through_c {
        b.unit.c_texts.push(CText {
            text: "void fail(void); static inline __attribute__((always_inline)) void pass(void) { fail(); }"
                .to_string(),
            args: vec!["--target=x86_64-unknown-linux-gnu".to_string()],
            pch: None,
            statics: "lang_s_".to_string(),
        });
        let none = b.c_signature(&[], b.nothing);
        b.declare("pass", none, Linkage::CText)
    } else {
        fail
    };

    let mut body = b.body(&[b.i32], b.nothing);
    let start = body.block();
    let (failing, normal, cleanup) = (body.block(), body.block(), body.cleanup());
    let value = body.read(LocalId(1));
    body.end(
        start,
        TerminatorKind::Switch {
            value,
            cases: vec![(0, normal)],
            otherwise: failing,
        },
    );
    let ignored = body.place(LocalId(0));
    let call = TerminatorKind::Call {
        callee: Callee::Function(fail),
        args: vec![],
        dest: ignored,
        target: Some(normal),
        unwind: Some(cleanup),
    };
    body.end(failing, call);
    body.run(normal, puts, vec![b.address_of(dropped)], b.i32);
    let end = body.run(cleanup, puts, vec![b.address_of(dropped)], b.i32);
    body.end(end, TerminatorKind::Resume);
    let risky = b.lang("risky", &[b.i32], b.nothing, body);

    // `int attempt(int n)`
    let mut body = b.body(&[b.i32], b.i32);
    let exception = body.local(b.pointer);
    let nothing = body.local(b.nothing);
    let (start, fine, cleanup, caught) = (body.block(), body.block(), body.cleanup(), body.block());
    let call = TerminatorKind::Call {
        callee: Callee::Function(risky),
        args: vec![body.read(LocalId(1))],
        dest: body.place(nothing),
        target: Some(fine),
        unwind: Some(cleanup),
    };
    body.end(start, call);
    body.set(fine, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    let dest = body.place(exception);
    body.end(cleanup, TerminatorKind::CatchAll { dest, target: caught });
    let dest = body.place(LocalId(0));
    body.call(caught, Callee::Function(panic_end), vec![body.read(exception)], dest);
    let attempt = b.define(
        "attempt",
        Abi::C { variadic: false },
        &[b.i32],
        b.i32,
        Linkage::Internal,
        body,
    );

    let mut body = b.body(&[], b.i32);
    let (first, second) = (body.local(b.i32), body.local(b.i32));
    let start = body.block();
    let dest = body.place(first);
    let block = body.call(start, Callee::Function(attempt), vec![b.int_const(b.i32, 0)], dest);
    let dest = body.place(second);
    let block = body.call(block, Callee::Function(attempt), vec![b.int_const(b.i32, 1)], dest);
    body.set(
        block,
        LocalId(0),
        Rvalue::Binary(BinaryOp::Add, body.read(first), body.read(second)),
    );
    b.main(body);
    b
}

#[test]
fn a_panic_runs_cleanup_and_is_caught() {
    let workshop = Workshop::new();
    let runtime = runtime(&workshop);
    let others: Vec<&std::path::Path> = runtime.iter().map(PathBuf::as_path).collect();
    for through_c in [false, true] {
        let mut b = program(through_c);
        assert_eq!(
            workshop.run_both(&mut b, &others),
            ("dropped\ndropped\n".to_string(), 101)
        );
    }
}

#[test]
fn with_abort_there_is_no_landing_pad() {
    let mut b = program(false);
    b.unit.panic = PanicStrategy::Abort;
    for optimize in [Optimize::None, Optimize::Full] {
        b.unit.optimize = optimize;
        let llvm = Workshop::new().llvm(&b.unit);
        for word in ["landingpad", "invoke", "personality", "resume"] {
            assert!(!llvm.contains(word), "{word} in {llvm}");
        }
    }
}

#[test]
fn a_function_that_never_unwinds_is_called_plainly() {
    let mut b = program(false);
    for function in b
        .unit
        .functions
        .iter_mut()
        .filter(|function| function.symbol == "risky")
    {
        function.nounwind = true;
    }
    let llvm = Workshop::new().llvm(&b.unit);
    assert!(llvm.contains("call void @risky"), "{llvm}");
    assert!(!llvm.contains("invoke void @risky"), "{llvm}");
}
