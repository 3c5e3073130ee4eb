//! Sizes, alignments and offsets.

use check::{FloatTy, IntTy, Ty};
use target::CScalar;
use unit::{Repr, Scalar};

use crate::layout::{Layout, Layouts};
use crate::tests::fixture::Fixture;

fn layout(fixture: &Fixture, ty: Ty) -> Layout {
    let layout = Layouts::new(&fixture.signatures, &fixture.target).of(ty);
    layout.expect("small").as_ref().clone()
}

fn of_param(text: &str) -> Layout {
    let fixture = Fixture::new(text);
    layout(&fixture, fixture.param_ty("f"))
}

fn shape(layout: &Layout) -> (u64, u64, &[u64]) {
    (layout.size, layout.align, &layout.offsets)
}

#[test]
fn structs_of_lang_put_the_most_aligned_field_first() {
    let found = of_param("struct S { a: u8, b: u64, c: u16, d: u8 } fn f(s: S) {}");
    assert_eq!(shape(&found), (16, 8, [10, 0, 8, 11].as_slice()));
    assert_eq!(found.repr, Repr::Memory);
}

#[test]
fn extern_structs_and_tuples_keep_the_order() {
    let found = of_param("extern struct S { a: u8, b: u64, c: u16 } fn f(s: S) {}");
    assert_eq!(shape(&found), (24, 8, [0, 8, 16].as_slice()));
    let found = of_param("fn f(s: (u8, u32)) {}");
    assert_eq!(shape(&found), (8, 4, [0, 4].as_slice()));
}

#[test]
fn packed_and_aligned_records() {
    let found = of_param("@packed extern struct S { a: u8, b: u64 } fn f(s: S) {}");
    assert_eq!(shape(&found), (9, 1, [0, 1].as_slice()));
    let found = of_param("@align(32) extern struct S { a: u8 } fn f(s: S) {}");
    assert_eq!((found.size, found.align), (32, 32));
    let found = of_param("extern union U { a: u8, b: u32 } fn f(s: U) {}");
    assert_eq!(shape(&found), (4, 4, [0, 0].as_slice()));
}

#[test]
fn references_are_thin_but_for_slices() {
    let fixture = Fixture::new("");
    let pair = |ty| matches!(layout(&fixture, ty).repr, Repr::Pair { second_offset: 8, .. });
    assert!(pair(Ty::str_ref()));
    assert!(pair(Ty::usize().slice().reference(hir::Mutability::Mut)));
    assert!(pair(Ty::str_ref().optional()));
    let thin = |ty| layout(&fixture, ty).repr == Repr::Scalar(Scalar::Pointer);
    assert!(thin(Ty::cstr_ref()));
    assert!(thin(Ty::usize().reference(hir::Mutability::Const)));
    assert!(thin(Ty::usize().reference(hir::Mutability::Const).optional()));
}

#[test]
fn what_has_no_bytes_is_a_unit() {
    assert_eq!(of_param("struct Marker; fn f(m: Marker) {}").repr, Repr::Unit);
    let fixture = Fixture::new("");
    assert_eq!(layout(&fixture, Ty::unit()).repr, Repr::Unit);
    assert_eq!(layout(&fixture, Ty::never()).repr, Repr::Unit);
    let empty = layout(&fixture, Ty::usize().array(0));
    assert_eq!((empty.size, empty.align, empty.repr), (0, 8, Repr::Unit));
}

#[test]
fn long_double_is_what_the_target_says() {
    let long_double = |target| {
        let fixture = Fixture::for_target("", target);
        let layout = layout(&fixture, Ty::c(CScalar::LongDouble));
        (layout.repr, layout.size)
    };
    assert_eq!(long_double("x86_64-unknown-linux-gnu"), (Repr::Scalar(Scalar::F80), 16));
    assert_eq!(
        long_double("aarch64-unknown-linux-gnu"),
        (Repr::Scalar(Scalar::F128), 16)
    );
    assert_eq!(long_double("aarch64-apple-darwin"), (Repr::Scalar(Scalar::F64), 8));
}

#[test]
fn pointers_have_the_target_s_width() {
    let fixture = Fixture::for_target("", "armv7-unknown-linux-gnueabihf");
    assert_eq!(layout(&fixture, Ty::str_ref()).size, 8);
    assert_eq!(layout(&fixture, Ty::usize()).size, 4);
    let wide = Ty::tuple(vec![Ty::int(IntTy::U8), Ty::int(IntTy::I64), Ty::float(FloatTy::F32)]);
    assert_eq!(shape(&layout(&fixture, wide)), (24, 8, [0, 8, 16].as_slice()));
}

#[test]
fn what_no_memory_holds_is_too_large() {
    let fixture = Fixture::new("");
    let huge = Ty::usize().array(1 << 40).array(1 << 40);
    let found = Layouts::new(&fixture.signatures, &fixture.target).of(huge);
    assert_eq!(found, Err(target::TooLarge));
}
