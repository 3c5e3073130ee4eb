//! Units that are compiled, linked with the C library and run, at both levels.

mod units;

use unit::*;
use units::{Builder, Workshop, deref, field, signature};

#[test]
fn puts_says_hello() {
    let mut b = Builder::new("hello");
    let puts = b.import("puts", &[b.pointer], b.i32);
    let hello = b.text("hello");
    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let end = body.run(start, puts, vec![b.address_of(hello)], b.i32);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]), ("hello\n".to_string(), 0));
}

/// Runs a `main` that prints values with one `printf` each, and compares what they print.
fn prints(
    name: &str,
    fill: impl FnOnce(&mut Builder, &mut units::BodyBuilder) -> Vec<(&'static str, Rvalue, TypeId)>,
    expected: &str,
) {
    let mut b = Builder::new(name);
    let printf = b.printf();
    let mut body = b.body(&[], b.i32);
    let mut block = body.block();
    for (format, rvalue, ty) in fill(&mut b, &mut body) {
        let format = b.text(&format!("{format}\n"));
        let value = body.local(ty);
        body.set(block, value, rvalue);
        let args = vec![b.address_of(format), body.read(value)];
        block = body.run(block, printf, args, b.i32);
    }
    body.set(block, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    let (printed, status) = Workshop::new().run_both(&mut b, &[]);
    assert_eq!(
        (
            printed.split_whitespace().collect::<Vec<_>>().join(" ").as_str(),
            status
        ),
        (expected, 0)
    );
}

#[test]
fn arithmetic_follows_the_sign_of_its_type() {
    prints(
        "arithmetic",
        |b, _| {
            let (i32, u32) = (b.i32, b.u32);
            let binary = |op, ty, left, right| Rvalue::Binary(op, b.int_const(ty, left), b.int_const(ty, right));
            vec![
                ("%d", binary(BinaryOp::Add, i32, i128::from(i32::MAX), 1), i32),
                ("%d", binary(BinaryOp::Div, i32, -7, 2), i32),
                ("%d", binary(BinaryOp::Rem, i32, -7, 2), i32),
                ("%u", binary(BinaryOp::Div, u32, -7, 2), u32),
                ("%d", binary(BinaryOp::Shr, i32, -8, 1), i32),
                ("%u", binary(BinaryOp::Shr, u32, -8, 1), u32),
                ("%d", binary(BinaryOp::Xor, i32, 6, 3), i32),
                ("%d", Rvalue::Unary(UnaryOp::Neg, b.int_const(i32, 5)), i32),
                ("%d", Rvalue::Unary(UnaryOp::Not, b.int_const(i32, 5)), i32),
                (
                    "%d",
                    Rvalue::Binary(BinaryOp::Shl, b.int_const(i32, 3), b.int_const(b.u8, 4)),
                    i32,
                ),
            ]
        },
        "-2147483648 -3 -1 2147483644 -4 2147483644 5 -5 -6 48",
    );
}

#[test]
fn casts_extend_truncate_and_saturate() {
    prints(
        "casts",
        |b, body| {
            let float = |value: f64| {
                Operand::Const(Const::Float {
                    bits: value.to_bits(),
                    ty: b.f64,
                })
            };
            let cast = Rvalue::Cast;
            let bit = body.local(b.boolean);
            let start = BlockId(0);
            let less = Rvalue::Binary(BinaryOp::Lt, b.int_const(b.i32, -1), b.int_const(b.i32, 0));
            body.set(start, bit, less);
            vec![
                ("%d", cast(CastKind::FloatToInt, float(1e30), b.i32), b.i32),
                ("%d", cast(CastKind::FloatToInt, float(f64::NAN), b.i32), b.i32),
                ("%u", cast(CastKind::FloatToInt, float(-3.0), b.u32), b.u32),
                ("%d", cast(CastKind::FloatToInt, float(-3.9), b.i32), b.i32),
                ("%ld", cast(CastKind::IntToInt, b.int_const(b.i32, -1), b.i64), b.i64),
                ("%ld", cast(CastKind::IntToInt, b.int_const(b.u32, -1), b.i64), b.i64),
                ("%d", cast(CastKind::IntToInt, body.read(bit), b.i32), b.i32),
                ("%g", cast(CastKind::IntToFloat, b.int_const(b.u32, -1), b.f64), b.f64),
                ("%lx", cast(CastKind::Reinterpret, float(1.0), b.i64), b.i64),
            ]
        },
        "2147483647 0 0 -3 -1 4294967295 1 4.29497e+09 3ff0000000000000",
    );
}

#[test]
fn a_checked_operation_says_whether_it_overflowed() {
    for (op, left, right, expected) in [
        (BinaryOp::Add, i128::from(i32::MAX), 1, 1),
        (BinaryOp::Add, 1, 1, 0),
        (BinaryOp::Sub, i128::from(i32::MIN), 1, 1),
        (BinaryOp::Mul, 65536, 65536, 1),
    ] {
        let mut b = Builder::new("checked");
        let pair = b.memory(8, 4);
        let mut body = b.body(&[], b.i32);
        let checked = body.local(pair);
        let start = body.block();
        let rvalue = Rvalue::Checked {
            op,
            left: b.int_const(b.i32, left),
            right: b.int_const(b.i32, right),
            flag_offset: 4,
        };
        body.set(start, checked, rvalue);
        let flag = Operand::Copy(field(body.place(checked), 4, b.boolean));
        body.set(start, LocalId(0), Rvalue::Cast(CastKind::IntToInt, flag, b.i32));
        b.main(body);
        assert_eq!(Workshop::new().run_both(&mut b, &[]).1, expected, "{op:?}");
    }
}

#[test]
fn a_loop_over_a_slice_passed_as_a_pair() {
    let mut b = Builder::new("slices");
    let numbers: Vec<u8> = [3i32, 4, 5].iter().flat_map(|n| n.to_le_bytes()).collect();
    let numbers = b.global("numbers", numbers, vec![], true);

    // sum(items): a loop with a switch on a bool, an index, and the pair's second half.
    let mut body = b.body(&[b.slice], b.i32);
    let (index, more, length) = (body.local(b.usize), body.local(b.boolean), body.local(b.usize));
    let (start, head, each, end) = (body.block(), body.block(), body.block(), body.block());
    body.set(start, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    body.set(start, index, Rvalue::Use(b.int_const(b.usize, 0)));
    body.set(start, length, Rvalue::PairSecond(body.place(LocalId(1))));
    body.end(start, TerminatorKind::Goto(head));
    body.set(
        head,
        more,
        Rvalue::Binary(BinaryOp::Lt, body.read(index), body.read(length)),
    );
    body.end(
        head,
        TerminatorKind::Switch {
            value: body.read(more),
            cases: vec![(0, end)],
            otherwise: each,
        },
    );
    let mut element = deref(body.place(LocalId(1)), b.i32);
    element.projections.push(Projection::Index {
        index,
        stride: 4,
        signed: false,
    });
    let sum = Rvalue::Binary(BinaryOp::Add, body.read(LocalId(0)), Operand::Copy(element));
    body.set(each, LocalId(0), sum);
    let next = Rvalue::Binary(BinaryOp::Add, body.read(index), b.int_const(b.usize, 1));
    body.set(each, index, next);
    body.end(each, TerminatorKind::Goto(head));
    body.end(end, TerminatorKind::Return);
    let sum = b.lang("sum", &[b.slice], b.i32, body);

    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let items = Operand::Const(Const::Slice {
        global: numbers,
        len: 3,
        ty: b.slice,
    });
    let dest = body.place(LocalId(0));
    body.call(start, Callee::Function(sum), vec![items], dest);
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]).1, 12);
}

#[test]
fn a_pair_is_returned_in_registers() {
    let mut b = Builder::new("pairs");
    let text = b.text("pair");
    let mut body = b.body(&[b.usize], b.slice);
    let start = body.block();
    body.set(
        start,
        LocalId(0),
        Rvalue::Pair(b.address_of(text), body.read(LocalId(1))),
    );
    let make = b.lang("make", &[b.usize], b.slice, body);

    let printf = b.printf();
    let format = b.text("%.*s %d\n");
    let mut body = b.body(&[], b.i32);
    let slice = body.local(b.slice);
    let (data, length, count) = (body.local(b.pointer), body.local(b.usize), body.local(b.i32));
    let start = body.block();
    let dest = body.place(slice);
    let made = body.call(start, Callee::Function(make), vec![b.int_const(b.usize, 2)], dest);
    body.set(made, length, Rvalue::PairSecond(body.place(slice)));
    body.set(made, count, Rvalue::Cast(CastKind::IntToInt, body.read(length), b.i32));
    let first = deref(body.place(slice), b.u8);
    body.set(made, data, Rvalue::AddressOf(first));
    let args = vec![
        b.address_of(format),
        body.read(count),
        body.read(data),
        body.read(count),
    ];
    let end = body.run(made, printf, args, b.i32);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]), ("pa 2\n".to_string(), 0));
}

/// `fn next(p: &Triple) -> Triple` of three integers, each one more than what `p` points to, written one by one.
fn next_of(b: &mut Builder, triple: TypeId) -> FunctionId {
    let mut body = b.body(&[b.pointer], triple);
    let start = body.block();
    for offset in [0, 8, 16] {
        // The sum of the first field read and the field itself shows a result that was written too early.
        let first = Operand::Copy(field(deref(body.place(LocalId(1)), b.i64), 0, b.i64));
        let this = Operand::Copy(field(deref(body.place(LocalId(1)), b.i64), offset, b.i64));
        let to = field(body.place(LocalId(0)), offset, b.i64);
        body.assign(start, to, Rvalue::Binary(BinaryOp::Add, first, this));
    }
    let params = [b.pointer];
    b.lang("next", &params, triple, body)
}

#[test]
fn a_result_in_memory_may_be_assigned_to_what_an_argument_points_to() {
    let mut b = Builder::new("memory");
    let triple = b.memory(24, 8);
    let next = next_of(&mut b, triple);
    let printf = b.printf();
    let format = b.text("%ld %ld %ld\n");
    let mut body = b.body(&[], b.i32);
    let (value, pointer) = (body.local(triple), body.local(b.pointer));
    let start = body.block();
    for (offset, n) in [(0, 1), (8, 2), (16, 3)] {
        body.assign(
            start,
            field(body.place(value), offset, b.i64),
            Rvalue::Use(b.int_const(b.i64, n)),
        );
    }
    body.set(start, pointer, Rvalue::AddressOf(body.place(value)));
    let dest = body.place(value);
    let done = body.call(start, Callee::Function(next), vec![body.read(pointer)], dest);
    let fields = [0, 8, 16].map(|offset| Operand::Copy(field(body.place(value), offset, b.i64)));
    let args = [vec![b.address_of(format)], fields.to_vec()].concat();
    let end = body.run(done, printf, args, b.i32);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]), ("2 3 4\n".to_string(), 0));
}

#[test]
fn an_argument_in_memory_is_the_callees_own() {
    let mut b = Builder::new("own");
    let pair = b.memory(16, 8);
    let mut body = b.body(&[pair], b.i32);
    let start = body.block();
    body.assign(
        start,
        field(body.place(LocalId(1)), 0, b.i32),
        Rvalue::Use(b.int_const(b.i32, 9)),
    );
    let read = Operand::Copy(field(body.place(LocalId(1)), 0, b.i32));
    body.set(start, LocalId(0), Rvalue::Use(read));
    let spoil = b.lang("spoil", &[pair], b.i32, body);

    let mut body = b.body(&[], b.i32);
    let (value, spoiled) = (body.local(pair), body.local(b.i32));
    let start = body.block();
    body.set(start, value, Rvalue::Use(Operand::Const(Const::Zero { ty: pair })));
    let dest = body.place(spoiled);
    let args = vec![body.read(value)];
    let end = body.call(start, Callee::Function(spoil), args, dest);
    let mine = Operand::Copy(field(body.place(value), 0, b.i32));
    body.set(end, LocalId(0), Rvalue::Binary(BinaryOp::Sub, body.read(spoiled), mine));
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]).1, 9);
}

#[test]
fn globals_hold_addresses_of_functions_and_of_each_other() {
    let mut b = Builder::new("globals");
    let mut body = b.body(&[b.i32], b.i32);
    let start = body.block();
    body.set(
        start,
        LocalId(0),
        Rvalue::Binary(BinaryOp::Mul, body.read(LocalId(1)), b.int_const(b.i32, 2)),
    );
    let double = b.lang("double", &[b.i32], b.i32, body);
    let numbers = b.global(
        "numbers",
        [1i32, 21].iter().flat_map(|n| n.to_le_bytes()).collect(),
        vec![],
        true,
    );
    // { &numbers[1], 7u8, double }
    let mut bytes = vec![0; 24];
    bytes[8] = 7;
    let relocations = vec![
        Relocation {
            offset: 0,
            target: RelocationTarget::Global(numbers),
            addend: 4,
        },
        Relocation {
            offset: 16,
            target: RelocationTarget::Function(double),
            addend: 0,
        },
    ];
    let table = b.global("table", bytes, relocations, false);

    let mut body = b.body(&[], b.i32);
    let (at, number, function) = (body.local(b.pointer), body.local(b.i32), body.local(b.pointer));
    let (seven, doubled) = (body.local(b.i32), body.local(b.i32));
    let start = body.block();
    body.set(start, at, Rvalue::Use(b.address_of(table)));
    let entry = field(deref(body.place(at), b.pointer), 0, b.pointer);
    body.set(start, number, Rvalue::Use(Operand::Copy(deref(entry, b.i32))));
    let byte = Operand::Copy(field(deref(body.place(at), b.pointer), 8, b.u8));
    body.set(start, seven, Rvalue::Cast(CastKind::IntToInt, byte, b.i32));
    let entry = field(deref(body.place(at), b.pointer), 16, b.pointer);
    body.set(start, function, Rvalue::Use(Operand::Copy(entry)));
    let callee = Callee::Pointer(body.read(function), signature(Abi::Lang, &[b.i32], b.i32));
    let dest = body.place(doubled);
    let args = vec![body.read(number)];
    let end = body.call(start, callee, args, dest);
    body.set(
        end,
        LocalId(0),
        Rvalue::Binary(BinaryOp::Add, body.read(doubled), body.read(seven)),
    );
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]).1, 49);
}

#[test]
fn an_array_is_filled_byte_by_byte_or_in_a_loop() {
    for (n, expected) in [(0x0101, 0x0202 % 256), (0x0102, 0x0204 % 256)] {
        let mut b = Builder::new("repeat");
        let u16 = b.int(16, false);
        let array = b.memory(20, 2);
        let mut body = b.body(&[], b.i32);
        let (values, sum) = (body.local(array), body.local(u16));
        let start = body.block();
        let rvalue = Rvalue::Repeat {
            element: b.int_const(u16, n),
            element_ty: u16,
            count: 10,
        };
        body.set(start, values, rvalue);
        let (first, last) = (field(body.place(values), 0, u16), field(body.place(values), 18, u16));
        body.set(
            start,
            sum,
            Rvalue::Binary(BinaryOp::Add, Operand::Copy(first), Operand::Copy(last)),
        );
        body.set(
            start,
            LocalId(0),
            Rvalue::Cast(CastKind::IntToInt, body.read(sum), b.i32),
        );
        b.main(body);
        assert_eq!(Workshop::new().run_both(&mut b, &[]).1, expected);
    }
}

#[test]
fn a_switch_takes_the_case_of_its_value() {
    for (value, expected) in [(-1, 10), (300, 20), (5, 30)] {
        let mut b = Builder::new("switch");
        let mut body = b.body(&[], b.i32);
        let start = body.block();
        let cases = [(-1i32 as u32, 10), (300, 20)].map(|(bits, result)| {
            let block = body.block();
            body.set(block, LocalId(0), Rvalue::Use(b.int_const(b.i32, result)));
            (u128::from(bits), block)
        });
        let otherwise = body.block();
        body.set(otherwise, LocalId(0), Rvalue::Use(b.int_const(b.i32, 30)));
        let value = b.int_const(b.i32, value);
        body.end(
            start,
            TerminatorKind::Switch {
                value,
                cases: cases.to_vec(),
                otherwise,
            },
        );
        b.main(body);
        assert_eq!(Workshop::new().run_both(&mut b, &[]).1, expected);
    }
}

#[test]
fn intrinsics_give_what_their_names_say() {
    let mut b = Builder::new("intrinsics");
    let printf = b.printf();
    let mut body = b.body(&[], b.i32);
    let mut block = body.block();
    let float = |value: f64| {
        Operand::Const(Const::Float {
            bits: value.to_bits(),
            ty: b.f64,
        })
    };
    let int = |value| b.int_const(b.i32, value);
    let cases = [
        (Intrinsic::SaturatingAdd, vec![int(i128::from(i32::MAX)), int(5)], b.i32),
        (
            Intrinsic::SaturatingSub,
            vec![b.int_const(b.u32, 1), b.int_const(b.u32, 2)],
            b.u32,
        ),
        (Intrinsic::Abs, vec![int(-4)], b.i32),
        (Intrinsic::CountOnes, vec![b.int_const(b.i64, -1)], b.u32),
        (Intrinsic::LeadingZeros, vec![int(1)], b.u32),
        (Intrinsic::TrailingZeros, vec![b.int_const(b.u8, 0)], b.u32),
        (Intrinsic::ByteSwap, vec![int(0x01020304)], b.i32),
        (
            Intrinsic::RotateLeft,
            vec![b.int_const(b.u32, 0x8000_0001), b.int_const(b.u8, 1)],
            b.u32,
        ),
        (Intrinsic::Sqrt, vec![float(2.25)], b.f64),
        (Intrinsic::Abs, vec![float(-0.5)], b.f64),
    ];
    let (number, real) = (b.text("%d "), b.text("%g "));
    for (intrinsic, args, ty) in cases {
        let result = body.local(ty);
        let dest = body.place(result);
        block = body.call(block, Callee::Intrinsic(intrinsic), args, dest);
        let format = if ty == b.f64 { real } else { number };
        let args = vec![b.address_of(format), body.read(result)];
        block = body.run(block, printf, args, b.i32);
    }
    body.set(block, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    let expected = "2147483647 0 4 64 31 8 67305985 3 1.5 0.5 ";
    assert_eq!(Workshop::new().run_both(&mut b, &[]), (expected.to_string(), 0));
}

#[test]
fn memory_is_moved_and_set() {
    let mut b = Builder::new("moves");
    let array = b.memory(8, 1);
    let mut body = b.body(&[], b.i32);
    let (values, from, to) = (body.local(array), body.local(b.pointer), body.local(b.pointer));
    let start = body.block();
    body.set(start, from, Rvalue::AddressOf(body.place(values)));
    body.set(start, to, Rvalue::AddressOf(field(body.place(values), 1, b.u8)));
    let set = vec![body.read(from), b.int_const(b.u8, 3), b.int_const(b.usize, 8)];
    let block = body.intrinsic(start, Intrinsic::MemorySet, set);
    body.assign(
        block,
        field(body.place(values), 0, b.u8),
        Rvalue::Use(b.int_const(b.u8, 40)),
    );
    let args = vec![body.read(to), body.read(from), b.int_const(b.usize, 4)];
    let block = body.intrinsic(block, Intrinsic::MemoryMove, args);
    let (second, third) = (field(body.place(values), 1, b.u8), field(body.place(values), 2, b.u8));
    let sum = body.local(b.u8);
    body.set(
        block,
        sum,
        Rvalue::Binary(BinaryOp::Add, Operand::Copy(second), Operand::Copy(third)),
    );
    body.set(
        block,
        LocalId(0),
        Rvalue::Cast(CastKind::IntToInt, body.read(sum), b.i32),
    );
    b.main(body);
    assert_eq!(Workshop::new().run_both(&mut b, &[]).1, 43);
}

#[test]
fn small_integers_are_widened_as_c_says() {
    let workshop = Workshop::new();
    let c = workshop.write(
        "small.c",
        "extern \"C\" int widened(signed char a, unsigned char b, bool c) { return a * 100 + b + c; }",
    );
    let mut b = Builder::new("small");
    let i8 = b.int(8, true);
    let param = |ty, extend| Param {
        ty,
        extend,
        pointee: None,
    };
    let signature = Signature {
        abi: Abi::C { variadic: false },
        params: vec![
            param(i8, Extend::Sign),
            param(b.u8, Extend::Zero),
            param(b.boolean, Extend::Zero),
        ],
        ret: param(b.i32, Extend::None),
        noreturn: false,
    };
    let widened = b.declare("widened", signature, Linkage::Import);
    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let args = vec![b.int_const(i8, -1), b.int_const(b.u8, 200), b.int_const(b.boolean, 1)];
    let dest = body.place(LocalId(0));
    body.call(start, Callee::Function(widened), args, dest);
    b.main(body);
    assert_eq!(workshop.run_both(&mut b, &[&c]).1, 101);
    let llvm = workshop.llvm(&b.unit);
    assert!(
        llvm.contains("@widened(i8 signext -1, i8 zeroext -56, i1 zeroext true)"),
        "{llvm}"
    );
}

#[test]
fn units_of_a_program_call_each_other_and_share_globals() {
    let workshop = Workshop::new();
    let mut other = Builder::new("other");
    let counter = other.global("counter", 30i64.to_le_bytes().to_vec(), vec![], false);
    other.unit.globals[counter].linkage = Linkage::Program;
    let mut body = other.body(&[other.slice], other.usize);
    let start = body.block();
    body.set(start, LocalId(0), Rvalue::PairSecond(body.place(LocalId(1))));
    let (slice, usize) = (other.slice, other.usize);
    other.define("lang.length", Abi::Lang, &[slice], usize, Linkage::Program, body);
    let other = workshop.object(&other.unit);

    let mut b = Builder::new("program");
    let length = b.declare(
        "lang.length",
        signature(Abi::Lang, &[b.slice], b.usize),
        Linkage::Program,
    );
    let text = b.text("12345");
    let counter = b.unit.globals.push(Global {
        symbol: "counter".to_string(),
        size: 8,
        align: 8,
        linkage: Linkage::Program,
        constant: false,
        thread_local: false,
        init: None,
    });
    let mut body = b.body(&[], b.i32);
    let (count, at, sum) = (body.local(b.usize), body.local(b.pointer), body.local(b.usize));
    let start = body.block();
    let dest = body.place(count);
    let args = vec![Operand::Const(Const::Slice {
        global: text,
        len: 5,
        ty: b.slice,
    })];
    let end = body.call(start, Callee::Function(length), args, dest);
    body.set(end, at, Rvalue::Use(b.address_of(counter)));
    let counted = Operand::Copy(deref(body.place(at), b.usize));
    body.set(end, sum, Rvalue::Binary(BinaryOp::Add, body.read(count), counted));
    body.set(end, LocalId(0), Rvalue::Cast(CastKind::IntToInt, body.read(sum), b.i32));
    b.main(body);
    assert_eq!(workshop.run_both(&mut b, &[&other]).1, 35);
}

#[test]
fn each_thread_has_its_own_of_a_thread_local() {
    let workshop = Workshop::new();
    let threads = workshop.write(
        "threads.cpp",
        "#include <thread>\nextern \"C\" int bump(void);
         int main() {
             int other = 0;
             bump();
             std::thread([&] { other = bump(); }).join();
             return bump() * 10 + other;
         }",
    );
    let mut b = Builder::new("threads");
    let counter = b.global("counter", 5i32.to_le_bytes().to_vec(), vec![], false);
    b.unit.globals[counter].thread_local = true;
    let mut body = b.body(&[], b.i32);
    let at = body.local(b.pointer);
    let start = body.block();
    body.set(start, at, Rvalue::Use(b.address_of(counter)));
    let place = deref(body.place(at), b.i32);
    let next = Rvalue::Binary(BinaryOp::Add, Operand::Copy(place.clone()), b.int_const(b.i32, 1));
    body.assign(start, place.clone(), next);
    body.set(start, LocalId(0), Rvalue::Use(Operand::Copy(place)));
    b.define("bump", Abi::C { variadic: false }, &[], b.i32, Linkage::Export, body);
    assert_eq!(workshop.run_both(&mut b, &[&threads]).1, 76);
}

#[test]
fn calls_share_the_memory_of_their_arguments() {
    let mut b = Builder::new("temporaries");
    let big = b.memory(4096, 8);
    let body = {
        let mut body = b.body(&[big], b.nothing);
        body.block();
        body
    };
    let params = [big];
    let take = b.lang("take", &params, b.nothing, body);
    let mut body = b.body(&[], b.i32);
    let value = body.local(big);
    let mut block = body.block();
    body.set(block, value, Rvalue::Use(Operand::Const(Const::Zero { ty: big })));
    for _ in 0..3 {
        block = body.run(block, take, vec![body.read(value)], b.nothing);
    }
    body.set(block, LocalId(0), Rvalue::Use(b.int_const(b.i32, 0)));
    b.main(body);
    let workshop = Workshop::new();
    let llvm = workshop.llvm(&b.unit);
    assert_eq!(llvm.matches("alloca [4096 x i8]").count(), 2, "{llvm}");
    assert_eq!(workshop.run_both(&mut b, &[]).1, 0);
}
