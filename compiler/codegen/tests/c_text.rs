//! C text: thunks that leave no trace, header functions through a precompiled header, and what Clang refuses.

mod units;

use std::path::Path;
use std::process::Command;

use unit::*;
use units::{AARCH64, Builder, DARWIN, Workshop, X86_64, field};

const POINT: &str = "typedef struct { double x, y; } point; point scale(point p, double by);\n";

fn c_text(text: &str) -> CText {
    c_text_for(X86_64, text)
}

fn c_text_for(triple: &str, text: &str) -> CText {
    CText {
        text: text.to_string(),
        args: vec![format!("--target={triple}")],
        pch: None,
        statics: "lang_s_".to_string(),
    }
}

/// `main` calls `scale` by value through a thunk, and prints the result.
fn scaling(triple: &str) -> Builder {
    let mut b = Builder::for_target("scaling", triple);
    let point = b.memory(16, 8);
    let signature = b.c_signature(&[b.pointer, b.pointer, b.f64], b.nothing);
    let thunk = b.declare("thunk0", signature, Linkage::CText);
    let printf = b.printf();
    let format = b.text("%g %g\n");
    b.unit.c_texts.push(c_text_for(
        triple,
        &format!(
            "{POINT}static inline __attribute__((always_inline)) void thunk0(point *r, point *p, double by) {{
            *r = scale(*p, by);
        }}"
        ),
    ));

    let mut body = b.body(&[], b.i32);
    let (from, to) = (body.local(point), body.local(point));
    let (from_address, to_address) = (body.local(b.pointer), body.local(b.pointer));
    let start = body.block();
    let number = |value: f64| {
        Rvalue::Use(Operand::Const(Const::Float {
            bits: value.to_bits(),
            ty: b.f64,
        }))
    };
    body.assign(start, field(body.place(from), 0, b.f64), number(1.5));
    body.assign(start, field(body.place(from), 8, b.f64), number(-2.0));
    body.set(start, from_address, Rvalue::AddressOf(body.place(from)));
    body.set(start, to_address, Rvalue::AddressOf(body.place(to)));
    let by = Operand::Const(Const::Float {
        bits: 4f64.to_bits(),
        ty: b.f64,
    });
    let args = vec![body.read(to_address), body.read(from_address), by];
    let scaled = body.run(start, thunk, args, b.nothing);
    let (x, y) = (field(body.place(to), 0, b.f64), field(body.place(to), 8, b.f64));
    let args = vec![b.address_of(format), Operand::Copy(x), Operand::Copy(y)];
    let end = body.run(scaled, printf, args, b.i32);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    b
}

#[test]
fn a_record_by_value_goes_through_a_thunk_that_is_gone() {
    let workshop = Workshop::new();
    let library = workshop.write(
        "scale.c",
        format!("{POINT}point scale(point p, double by) {{ p.x *= by; p.y *= by; return p; }}"),
    );
    let library_object = workshop.path("scale.o");
    let status = Command::new("clang-22")
        .args(["-c", "-O1", "-o"])
        .arg(&library_object)
        .arg(library)
        .status();
    assert!(status.expect("clang-22").success());
    let mut b = scaling(X86_64);
    assert_eq!(workshop.run_both(&mut b, &[&library_object]), ("6 -8\n".to_string(), 0));

    for optimize in [Optimize::None, Optimize::Full] {
        b.unit.optimize = optimize;
        let llvm = workshop.llvm(&b.unit);
        assert!(!llvm.contains("thunk0"), "{llvm}");
        assert!(llvm.contains("call { double, double } @scale(double"), "{llvm}");
        assert!(
            !symbols(&workshop.object(&b.unit))
                .iter()
                .any(|name| name.contains("thunk"))
        );
    }
}

fn symbols(object: &Path) -> Vec<String> {
    use object::{Object, ObjectSymbol};
    let bytes = std::fs::read(object).expect("an object");
    let file = object::File::parse(&*bytes).expect("an object");
    file.symbols()
        .filter_map(|symbol| symbol.name().ok().map(str::to_string))
        .collect()
}

/// `main` returns what a header's function gives for 20.
fn through_header(name: &str, function: &str) -> Builder {
    let mut b = Builder::new(name);
    let signature = b.c_signature(&[b.i32], b.i32);
    let callee = b.declare(function, signature, Linkage::CText);
    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let dest = body.place(LocalId(0));
    body.call(start, Callee::Function(callee), vec![b.int_const(b.i32, 20)], dest);
    b.main(body);
    b
}

#[test]
fn a_header_function_comes_through_a_precompiled_header() {
    let workshop = Workshop::new();
    workshop.write(
        "twice.h",
        "static int helper(int n) { return n * 2; }
         static inline int twice_and_two(int n) { return helper(n) + 2; }
",
    );
    for optimize in [Optimize::None, Optimize::Full] {
        let mut b = through_header("pch", "twice_and_two");
        b.unit.optimize = optimize;
        let args = vec![
            "--target=x86_64-unknown-linux-gnu".to_string(),
            "-std=gnu17".to_string(),
        ];
        let pch = workshop.path("twice.pch");
        let status = Command::new("clang-22")
            .args(&args)
            .args(CText::implied_args(optimize))
            .args(["-x", "c-header", "-o"])
            .args([&pch, &workshop.path("twice.h")])
            .status();
        assert!(status.expect("clang-22").success());
        let content = base::hash_bytes(&std::fs::read(&pch).expect("a precompiled header"));
        let pch = CPch {
            path: pch.display().to_string(),
            content,
        };
        b.unit.c_texts.push(CText {
            text: String::new(),
            args,
            pch: Some(pch),
            statics: "lang_s_".to_string(),
        });
        assert_eq!(workshop.run(&b.unit, &[]), (String::new(), 42));
        let names = symbols(&workshop.object(&b.unit));
        assert_eq!(names.contains(&"helper".to_string()), optimize == Optimize::None);
    }
}

#[test]
fn c_text_may_call_what_is_internal_to_the_unit() {
    let mut b = through_header("callback", "call_back");
    let mut body = b.body(&[b.i32], b.i32);
    let start = body.block();
    let sum = Rvalue::Binary(BinaryOp::Add, body.read(LocalId(1)), b.int_const(b.i32, 1));
    body.set(start, LocalId(0), sum);
    b.define(
        "plus_one",
        Abi::C { variadic: false },
        &[b.i32],
        b.i32,
        Linkage::Internal,
        body,
    );
    b.unit.c_texts.push(c_text(
        "int plus_one(int); static int call_back(int n) { return plus_one(plus_one(n)); }",
    ));
    assert_eq!(Workshop::new().run_both(&mut b, &[]), (String::new(), 22));
}

#[test]
fn the_first_of_two_texts_defines_a_name() {
    let mut b = through_header("two", "chosen");
    b.unit.c_texts.push(c_text(
        "static int helper(void) { return 1; } static int chosen(int n) { return n + helper(); }",
    ));
    b.unit.c_texts.push(c_text(
        "static int helper(void) { return 2; } static int chosen(int n) { return n + helper(); }",
    ));
    assert_eq!(Workshop::new().run_both(&mut b, &[]), (String::new(), 21));
}

fn failure(b: &Builder) -> Failure {
    let workshop = Workshop::new();
    let path = workshop.write("broken.unit", b.unit.to_bytes());
    let output = workshop.codegen(&[], &[path]);
    assert_eq!(output.status.code(), Some(1));
    let line = String::from_utf8(output.stderr).expect("UTF-8");
    Failure::from_line(line.trim_end()).unwrap_or_else(|| panic!("no failure line: {line}"))
}

#[test]
fn clang_says_what_it_refuses() {
    let mut b = through_header("refused", "f");
    b.unit
        .c_texts
        .push(c_text("static int f(int n) { return n + missing; }"));
    let failure = failure(&b);
    assert_eq!((failure.kind, failure.unit.as_str()), (FailureKind::Clang, "refused"));
    assert!(
        failure.message.contains("use of undeclared identifier 'missing'"),
        "{}",
        failure.message
    );
}

#[test]
fn clang_says_which_argument_it_refuses() {
    let mut b = through_header("argument", "f");
    b.unit.c_texts.push(c_text("static int f(int n) { return n; }"));
    b.unit.c_texts[0].args.push("--no-such-option".to_string());
    let failure = failure(&b);
    assert_eq!(failure.kind, FailureKind::Clang);
    assert!(failure.message.contains("--no-such-option"), "{}", failure.message);
}

#[test]
fn inlining_is_refused_where_the_processor_is_too_old() {
    let mut b = through_header("features", "crc");
    b.unit.c_texts.push(c_text(
        "static inline __attribute__((always_inline, target(\"sse4.2\"))) int crc(int n) {
            return __builtin_ia32_crc32si(n, n);
        }",
    ));
    let failure = failure(&b);
    assert_eq!(failure.kind, FailureKind::Clang);
    assert!(failure.message.contains("'crc'"), "{}", failure.message);
}

#[test]
fn a_name_that_no_text_defines_is_a_fault() {
    let failure = failure(&through_header("absent", "f"));
    assert_eq!(failure.kind, FailureKind::Internal);
    assert_eq!(failure.message, "no C text defines `f`");
}

#[test]
fn a_record_by_value_goes_as_each_target_has_it() {
    for triple in [AARCH64, DARWIN] {
        for optimize in [Optimize::None, Optimize::Full] {
            let mut b = scaling(triple);
            b.unit.optimize = optimize;
            let llvm = Workshop::new().llvm(&b.unit);
            // Two doubles are a homogeneous aggregate: an array in registers.
            assert!(llvm.contains("@scale([2 x double]"), "{llvm}");
            assert!(!llvm.contains("thunk0"), "{llvm}");
            assert!(Workshop::new().object(&b.unit).exists());
        }
    }
}

#[test]
fn a_precompiled_header_that_is_not_there_is_clangs_to_tell() {
    let mut b = through_header("lost", "f");
    b.unit.c_texts.push(c_text("static int f(int n) { return n; }"));
    b.unit.c_texts[0].pch = Some(CPch {
        path: "/nowhere/lost.pch".to_string(),
        content: base::hash_bytes(b""),
    });
    let failure = failure(&b);
    assert_eq!(failure.kind, FailureKind::Clang);
    assert!(failure.message.contains("/nowhere/lost.pch"), "{}", failure.message);
}

#[test]
fn what_the_assembler_refuses_in_c_text_is_told() {
    let mut b = through_header("assembler", "f");
    b.unit.c_texts.push(c_text(
        "static inline int f(int n) { __asm__(\"no_such_instruction %0\" : \"+r\"(n)); return n; }",
    ));
    let failure = failure(&b);
    assert_eq!(failure.kind, FailureKind::Clang);
    assert!(failure.message.contains("no_such_instruction"), "{}", failure.message);
}

#[test]
fn an_export_stays_and_what_nobody_names_goes() {
    let mut b = through_header("exports", "f");
    b.unit.c_texts.push(c_text(
        "static int unused(int n) { return n; } static int f(int n) { return n; } int exported(int n) { return n; }",
    ));
    let names = symbols(&Workshop::new().object(&b.unit));
    assert!(names.iter().any(|name| name == "exported"), "{names:?}");
    assert!(!names.iter().any(|name| name == "unused"), "{names:?}");
}

#[test]
fn a_function_may_be_an_address() {
    let mut b = Builder::new("address");
    let signature = b.c_signature(&[b.i32], b.i32);
    let callee = b.declare("f", signature.clone(), Linkage::CText);
    b.unit.c_texts.push(c_text(
        "static inline __attribute__((always_inline)) int f(int n) { return n + 1; }",
    ));
    let mut body = b.body(&[], b.i32);
    let pointer = body.local(b.pointer);
    let start = body.block();
    body.set(
        start,
        pointer,
        Rvalue::Use(Operand::Const(Const::Function {
            function: callee,
            ty: b.pointer,
        })),
    );
    let dest = body.place(LocalId(0));
    let callee = Callee::Pointer(body.read(pointer), signature);
    body.call(start, callee, vec![b.int_const(b.i32, 4)], dest);
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]).1, 5);
}
