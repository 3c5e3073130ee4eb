//! Which calls of C are made directly, and what the others say to Clang.

use check::{FnRef, Ty};
use cmodel::{CCallee, CallbackReach, CrossingKind};
use mir::{CallTarget, CastKind, Operand, Rvalue, TerminatorKind};
use unit::{Abi, Extend, Linkage};

use crate::MonoUnit;
use crate::tests::fixture::{Fixture, function, local};

/// A program whose `main` calls the C function `callee` with variables of its parameters' types.
fn calling(text: &str, target: &str) -> MonoUnit {
    let mut fixture = Fixture::for_target(text, target);
    let callee = fixture.function("callee");
    let decl = fixture.signatures.function(callee).clone();
    fixture.body("main", |b| {
        let args: Vec<Operand> = decl
            .params
            .iter()
            .map(|param| Operand::Copy(mir::Place::local(b.local(param.ty))))
            .collect();
        let result = b.local(decl.ret);
        b.block(
            Vec::new(),
            TerminatorKind::Call {
                callee: CallTarget::Fn(callee, Box::new([])),
                args,
                dest: mir::Place::local(result),
                target: Some(mir::BlockId(1)),
                unwind: None,
            },
        );
        b.block(Vec::new(), TerminatorKind::Return);
    });
    only_unit(&fixture)
}

fn only_unit(fixture: &Fixture) -> MonoUnit {
    let (output, errors) = fixture.lower();
    assert!(!errors.has_errors(), "{errors:?}");
    assert_eq!(output.units.len(), 1);
    output.units.into_iter().next().expect("one")
}

const LINUX: &str = "x86_64-unknown-linux-gnu";

#[test]
fn scalars_are_passed_directly_and_extended_as_the_target_does() {
    let text = "extern \"C\" { fn callee(a: c_char, b: f64, c: *u8, d: bool) -> i16; } fn main() {}";
    let extends = |target| {
        let made = calling(text, target);
        assert!(made.crossings.is_empty());
        let callee = function(&made.unit, "callee");
        assert_eq!(callee.linkage, Linkage::Import);
        assert!(callee.nounwind);
        assert_eq!(callee.signature.abi, Abi::C { variadic: false });
        let mut extends: Vec<Extend> = callee.signature.params.iter().map(|param| param.extend).collect();
        extends.push(callee.signature.ret.extend);
        extends
    };
    use Extend::{None, Sign, Zero};
    assert_eq!(extends(LINUX), [Sign, None, None, Zero, Sign]);
    assert_eq!(extends("aarch64-unknown-linux-gnu"), [None; 5]);
}

#[test]
fn records_cross_through_a_thunk_of_pointers() {
    let text = "extern struct V { x: f64, y: f64 } extern \"C\" { fn callee(v: V, n: i32) -> V; } fn main() {}";
    let made = calling(text, LINUX);
    let [crossing] = made.crossings.as_slice() else {
        panic!("{:?}", made.crossings)
    };
    let callee = CCallee::Symbol("callee".to_owned());
    assert_eq!(crossing.kind, CrossingKind::CallFunction { callee });
    assert_eq!(crossing.signature.params.len(), 2);
    let [record] = crossing.records.as_slice() else {
        panic!("{:?}", crossing.records)
    };
    assert_eq!(
        (record.size, record.align_bytes, record.offsets.as_slice()),
        (16, 8, [Some(0), Some(8)].as_slice())
    );
    let thunk = function(&made.unit, &crossing.name);
    assert_eq!(thunk.linkage, Linkage::CText);
    // The result and the two arguments.
    assert_eq!(thunk.signature.params.len(), 3);
}

#[test]
fn long_double_and_wide_integers_are_for_clang_where_they_differ() {
    let long_double = "extern \"C\" { fn callee(a: c_longdouble); } fn main() {}";
    assert_eq!(calling(long_double, LINUX).crossings.len(), 1);
    assert_eq!(calling(long_double, "aarch64-apple-darwin").crossings.len(), 0);
    let wide = "extern \"C\" { fn callee(a: i128); } fn main() {}";
    assert_eq!(calling(wide, LINUX).crossings.len(), 1);
}

/// A program whose `main` takes the address of `f` as an `extern fn`.
fn taking_address(text: &str) -> MonoUnit {
    let mut fixture = Fixture::new(text);
    let f = fixture.function("f");
    fixture.body("f", |b| {
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let FnRef::Lang(_) = f else { panic!("of Lang") };
    let item = Ty::new(check::TyKind::FnItem(f, Box::new([])));
    let fn_type = fixture.signatures.function(f).fn_type();
    fixture.body("main", |b| {
        let pointer = Ty::new(check::TyKind::ExternFn(fn_type));
        let address = b.local(pointer);
        let value = Operand::Const(mir::Const {
            value: check::ConstValue::Zero,
            ty: item,
        });
        let cast = Rvalue::Cast(CastKind::FnPointer, value, pointer);
        b.block(vec![(local(address.0), cast)], TerminatorKind::Return);
    });
    only_unit(&fixture)
}

#[test]
fn a_callback_of_scalars_is_a_shim_that_catches_panics() {
    let made = taking_address("fn f(a: i32) {} fn main() {}");
    assert!(made.crossings.is_empty());
    let shims = made
        .unit
        .functions
        .iter()
        .filter(|function| function.symbol.starts_with("lang_c_"));
    let [shim] = shims.collect::<Vec<_>>()[..] else {
        panic!("one shim")
    };
    assert_eq!(shim.signature.abi, Abi::C { variadic: false });
    assert_eq!(function(&made.unit, "lang_panic_no_unwind").linkage, Linkage::Import);
}

#[test]
fn a_callback_of_records_is_defined_by_c_text() {
    let made = taking_address("extern struct V { x: f64, y: f64 } fn f(a: V) {} fn main() {}");
    let [crossing] = made.crossings.as_slice() else {
        panic!("{:?}", made.crossings)
    };
    let CrossingKind::Callback { target, reach } = &crossing.kind else {
        panic!("{crossing:?}")
    };
    assert_eq!(*reach, CallbackReach::Program);
    assert!(function(&made.unit, target).body.is_some());
    assert_eq!(function(&made.unit, &crossing.name).linkage, Linkage::Import);
}
