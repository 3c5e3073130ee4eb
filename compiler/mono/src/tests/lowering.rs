//! The units that bodies become.

use check::{IntTy, Ty};
use mir::{
    AggregateKind, AssertKind, BinaryOp, CallTarget, Local, Operand, Projection, RuntimeFn, Rvalue, TerminatorKind,
};
use unit::{Callee, Linkage};

use crate::tests::fixture::{Fixture, MirBuilder, function, int, local};

fn return_at_once(builder: &mut MirBuilder) {
    builder.block(Vec::new(), TerminatorKind::Return);
}

fn call(callee: CallTarget, args: Vec<Operand>, dest: u32, next: u32) -> TerminatorKind {
    TerminatorKind::Call {
        callee,
        args,
        dest: local(dest),
        target: Some(mir::BlockId(next)),
        unwind: None,
    }
}

#[test]
fn the_entry_calls_main_under_a_guard() {
    let mut fixture = Fixture::new("fn main() {}");
    fixture.body("main", return_at_once);
    let unit = fixture.unit();
    let entry = function(&unit, "lang_main");
    assert_eq!(entry.linkage, Linkage::Export);
    let body = entry.body.as_ref().expect("defined");
    let catches = body
        .blocks
        .iter()
        .filter(|block| matches!(block.terminator.kind, unit::TerminatorKind::CatchAll { .. }));
    assert_eq!(catches.count(), 1);
    assert_eq!(function(&unit, "lang_panic_end").linkage, Linkage::Import);
    assert!(function(&unit, "lang.main").body.is_some());
}

#[test]
fn aborting_panics_need_no_guard() {
    let mut fixture = Fixture::new("fn main() {}");
    fixture.options.panic = unit::PanicStrategy::Abort;
    fixture.body("main", return_at_once);
    let unit = fixture.unit();
    let body = function(&unit, "lang_main").body.as_ref().expect("defined");
    assert!(body.blocks.iter().all(|block| !block.cleanup));
}

#[test]
fn each_list_of_type_arguments_is_an_instance_and_no_more_than_one() {
    let mut fixture = Fixture::new("fn same<T>(x: T) -> T { x } fn main() {}");
    fixture.body("same", |b| {
        b.block(
            vec![(local(0), Rvalue::Use(Operand::Move(local(1))))],
            TerminatorKind::Return,
        );
    });
    let same = fixture.function("same");
    fixture.body("main", |b| {
        for (index, int_ty) in [IntTy::I32, IntTy::U8, IntTy::I32].into_iter().enumerate() {
            let ty = Ty::int(int_ty);
            let result = b.local(ty);
            let callee = CallTarget::Fn(same, Box::new([ty]));
            b.block(Vec::new(), call(callee, vec![int(1, ty)], result.0, index as u32 + 1));
        }
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let mut names: Vec<&str> = unit.functions.iter().map(|function| function.name.as_str()).collect();
    names.retain(|name| name.starts_with("same"));
    names.sort_unstable();
    assert_eq!(names, ["same<i32>", "same<u8>"]);
}

#[test]
fn endless_instantiation_is_one_error() {
    let mut fixture = Fixture::new("fn grow<T>(x: T) {} fn main() {}");
    let grow = fixture.function("grow");
    let param = fixture.param_ty("grow");
    fixture.body("grow", |b| {
        let larger = Ty::tuple(vec![param]);
        let wide = b.local(larger);
        let value = Rvalue::Aggregate(AggregateKind::Tuple, vec![Operand::Move(local(1))]);
        let callee = CallTarget::Fn(grow, Box::new([larger]));
        b.block(
            vec![(mir::Place::local(wide), value)],
            call(callee, vec![Operand::Move(mir::Place::local(wide))], 0, 1),
        );
        b.block(Vec::new(), TerminatorKind::Return);
    });
    fixture.body("main", |b| {
        let i32_ty = Ty::int(IntTy::I32);
        let callee = CallTarget::Fn(grow, Box::new([i32_ty]));
        b.block(Vec::new(), call(callee, vec![int(1, i32_ty)], 0, 1));
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let (output, errors) = fixture.lower();
    let codes: Vec<&str> = errors.iter().map(|error| error.code.id).collect();
    assert_eq!(codes, ["E0490"]);
    assert!(output.units.is_empty());
}

#[test]
fn a_check_that_fails_calls_the_runtime_with_its_place() {
    let mut fixture = Fixture::new("fn main() {}");
    fixture.body("main", |b| {
        let flag = b.local(Ty::bool());
        b.block(
            Vec::new(),
            TerminatorKind::Assert {
                condition: Operand::Copy(mir::Place::local(flag)),
                expected: true,
                kind: AssertKind::Overflow(BinaryOp::Add),
                target: mir::BlockId(1),
                unwind: None,
            },
        );
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let panic = unit
        .functions
        .iter()
        .position(|f| f.symbol == "lang_panic_overflow")
        .expect("declared");
    let main = function(&unit, "lang.main").body.as_ref().expect("defined");
    let calls = main.blocks.iter().filter_map(|block| {
        let unit::TerminatorKind::Call { callee, args, .. } = &block.terminator.kind else {
            return None;
        };
        matches!(callee, Callee::Function(id) if id.0 as usize == panic).then_some(args.len())
    });
    // The word's address and length, and the place.
    assert_eq!(calls.collect::<Vec<_>>(), [3]);
}

#[test]
fn a_field_of_a_packed_record_is_less_aligned() {
    let mut fixture = Fixture::new("@packed extern struct P { a: u8, b: u32 } fn f(p: P) -> u32 { 0 } fn main() {}");
    fixture.body("f", |b| {
        let field = local(1).project(Projection::Field(1, Ty::int(IntTy::U32)));
        b.block(
            vec![(local(0), Rvalue::Use(Operand::Copy(field)))],
            TerminatorKind::Return,
        );
    });
    let f = fixture.function("f");
    let packed = fixture.param_ty("f");
    fixture.body("main", |b| {
        let (p, result) = (b.local(packed), b.local(Ty::int(IntTy::U32)));
        let arg = Operand::Copy(mir::Place::local(p));
        b.block(
            Vec::new(),
            call(CallTarget::Fn(f, Box::new([])), vec![arg], result.0, 1),
        );
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let body = function(&unit, "lang.f").body.as_ref().expect("defined");
    let unit::StatementKind::Assign(_, unit::Rvalue::Use(unit::Operand::Copy(place))) =
        &body.blocks.as_slice()[0].statements[0].kind
    else {
        panic!("no copy")
    };
    assert_eq!(place.projections, [unit::Projection::Offset(1)]);
    assert_eq!((unit.types[place.ty].size, unit.types[place.ty].align), (4, 1));
}

#[test]
fn glue_drops_fields_in_order_and_the_rest_after_a_panic() {
    let text = "struct D { n: i32 } impl Drop for D { fn drop(&mut self) {} }
        struct Two { a: D, n: i32, b: D } fn main() {}";
    let mut fixture = Fixture::new(text);
    let drop_fn = *fixture.signatures.drops.values().next().expect("one impl");
    let path = fixture.signatures.function(drop_fn).path.clone();
    fixture.body(&path, return_at_once);
    let adt_named = |name: &str| {
        let mut adts = fixture.signatures.adts.iter();
        *adts.find(|(_, decl)| decl.name == name).expect("there").0
    };
    let (two, part) = (adt_named("Two"), adt_named("D"));
    let aggregate = |adt, operands| {
        let args = Box::new([]);
        Rvalue::Aggregate(AggregateKind::Adt { adt, args }, operands)
    };
    let ty_of = |adt| Ty::new(check::TyKind::Adt(adt, Box::new([])));
    let i32_ty = Ty::int(IntTy::I32);
    fixture.body("main", |b| {
        let [first, second] = [0, 1].map(|_| mir::Place::local(b.local(ty_of(part))));
        let value = b.local(ty_of(two));
        let fields = vec![
            Operand::Move(first.clone()),
            int(2, i32_ty),
            Operand::Move(second.clone()),
        ];
        b.block(
            vec![
                (first, aggregate(part, vec![int(1, i32_ty)])),
                (second, aggregate(part, vec![int(3, i32_ty)])),
                (mir::Place::local(value), aggregate(two, fields)),
            ],
            TerminatorKind::Drop {
                place: mir::Place::local(value),
                target: mir::BlockId(1),
                unwind: None,
            },
        );
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let glue = function(&unit, "lang-drop.Two").body.as_ref().expect("defined");
    let calls: Vec<(bool, bool)> = glue
        .blocks
        .iter()
        .filter_map(|block| {
            let unit::TerminatorKind::Call { unwind, .. } = &block.terminator.kind else {
                return None;
            };
            Some((block.cleanup, unwind.is_some()))
        })
        .collect();
    // The first unwinds to a copy of the second; the second has nothing left to do.
    let mut sorted = calls.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [(false, false), (false, true), (true, false)]);
}

#[test]
fn equal_strings_are_one_constant() {
    let mut fixture = Fixture::new("fn main() {}");
    fixture.body("main", |b| {
        for next in 1..3 {
            let text = Operand::Const(mir::Const {
                value: check::ConstValue::Str(base::sym("hi")),
                ty: Ty::str_ref(),
            });
            let callee = CallTarget::Format(RuntimeFn::PrintStr, hir::FormatSpec::default());
            b.block(Vec::new(), call(callee, vec![text], 0, next));
        }
        b.block(Vec::new(), TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let strings = unit
        .globals
        .iter()
        .filter(|global| global.init.as_ref().is_some_and(|init| init.bytes == b"hi"));
    assert_eq!(strings.count(), 1);
}

#[test]
fn the_same_program_gives_the_same_bytes() {
    let build = || {
        let mut fixture = Fixture::new("fn a() {} fn b() {} fn main() {}");
        fixture.options.debug_info = unit::DebugInfo::Full;
        fixture.body("a", return_at_once);
        fixture.body("b", return_at_once);
        let (a, b_fn) = (fixture.function("a"), fixture.function("b"));
        fixture.body("main", |b| {
            b.block(Vec::new(), call(CallTarget::Fn(b_fn, Box::new([])), Vec::new(), 0, 1));
            b.block(Vec::new(), call(CallTarget::Fn(a, Box::new([])), Vec::new(), 0, 2));
            b.block(Vec::new(), TerminatorKind::Return);
        });
        fixture.unit().to_bytes()
    };
    assert_eq!(build(), build());
}

#[test]
fn swapping_parts_of_a_tuple_reads_before_it_writes() {
    let mut fixture = Fixture::new("fn main() {}");
    let i32_ty = Ty::int(IntTy::I32);
    fixture.body("main", |b| {
        let pair: Local = b.local(Ty::tuple(vec![i32_ty, i32_ty]));
        let part = |index| Operand::Copy(mir::Place::local(pair).field(index, i32_ty));
        let swapped = Rvalue::Aggregate(mir::AggregateKind::Tuple, vec![part(1), part(0)]);
        b.block(vec![(mir::Place::local(pair), swapped)], TerminatorKind::Return);
    });
    let unit = fixture.unit();
    let body = function(&unit, "lang.main").body.as_ref().expect("defined");
    let written: Vec<u32> = body.blocks.as_slice()[0]
        .statements
        .iter()
        .filter_map(|statement| {
            let unit::StatementKind::Assign(place, _) = &statement.kind else {
                return None;
            };
            Some(place.local.0)
        })
        .collect();
    assert_eq!(written, [2, 2, 1]);
}
