//! What a debugger finds: lines, variables, records, pointers, slices.
//! The tests that need gdb pass where there is none.

mod units;

use std::process::Command;

use base::IndexVec;
use unit::*;
use units::{Builder, Workshop, field};

fn at(line: u32) -> SourceLoc {
    SourceLoc {
        file: UnitFileId(0),
        line,
        column: 5,
        scope: ScopeId(0),
    }
}

/// A type like another, with a description.
fn described(b: &mut Builder, ty: TypeId, debug: DebugTypeId) -> TypeId {
    let def = TypeDef {
        values: Values::All,
        debug: Some(debug),
        ..b.unit.types[ty].clone()
    };
    b.unit.types.push(def)
}

/// `total` is called with a point by value, a slice and a count, has a local in an inner scope, and stops at line 12.
fn program() -> Builder {
    let mut b = Builder::new("debug");
    b.unit.debug_info = DebugInfo::Full;
    b.unit.files[UnitFileId(0)].name = "shapes.lang".to_string();
    let mut debug: IndexVec<DebugTypeId, DebugType> = IndexVec::new();
    let basic = |name: &str, size, encoding| DebugType::Basic {
        name: name.to_string(),
        size,
        encoding,
    };
    let member = |name: &str, ty, offset| DebugField {
        name: name.to_string(),
        ty,
        offset,
        bits: None,
    };
    let i32_debug = debug.push(basic("i32", 4, DebugEncoding::Signed));
    let usize_debug = debug.push(basic("usize", 8, DebugEncoding::Unsigned));
    let f64_debug = debug.push(basic("f64", 8, DebugEncoding::Float));
    // A record with a pointer to its own type.
    let point_debug = debug.next_id();
    let next_debug = DebugTypeId(point_debug.0 + 1);
    debug.push(DebugType::Struct {
        name: "Point".to_string(),
        size: 24,
        align: 8,
        fields: vec![
            member("x", f64_debug, 0),
            member("y", f64_debug, 8),
            member("next", next_debug, 16),
        ],
    });
    debug.push(DebugType::Pointer {
        name: "*Point".to_string(),
        size: 8,
        to: Some(point_debug),
    });
    let data_debug = debug.push(DebugType::Pointer {
        name: "*i32".to_string(),
        size: 8,
        to: Some(i32_debug),
    });
    let slice_debug = debug.push(DebugType::Struct {
        name: "&[i32]".to_string(),
        size: 16,
        align: 8,
        fields: vec![member("data", data_debug, 0), member("length", usize_debug, 8)],
    });
    b.unit.debug_types = debug;

    let point = b.memory(24, 8);
    let point = described(&mut b, point, point_debug);
    let (slice, int) = (b.slice, b.i32);
    let slice = described(&mut b, slice, slice_debug);
    let int = described(&mut b, int, i32_debug);
    let stop = b.import("stop", &[], b.nothing);
    let numbers = b.global(
        "numbers",
        [3i32, 4, 5].iter().flat_map(|n| n.to_le_bytes()).collect(),
        vec![],
        true,
    );

    let mut body = b.body(&[point, slice, int], int);
    body.body.loc = at(10);
    body.body.scopes.push(SourceScope {
        parent: Some(ScopeId(0)),
        loc: at(11),
    });
    for (local, name) in [(1, "p"), (2, "items"), (3, "n")] {
        let local = &mut body.body.locals[LocalId(local)];
        (local.name, local.loc) = (Some(name.to_string()), at(10));
    }
    let doubled = body.local(int);
    body.body.locals[doubled].name = Some("doubled".to_string());
    body.body.locals[doubled].loc = SourceLoc {
        scope: ScopeId(1),
        ..at(11)
    };
    let start = body.block();
    body.loc = SourceLoc {
        scope: ScopeId(1),
        ..at(11)
    };
    let twice = Rvalue::Binary(BinaryOp::Mul, body.read(LocalId(3)), b.int_const(int, 2));
    body.set(start, doubled, twice);
    body.loc = SourceLoc {
        scope: ScopeId(1),
        ..at(12)
    };
    let end = body.run(start, stop, vec![], b.nothing);
    body.loc = at(13);
    let result = body.read(doubled);
    body.set(end, LocalId(0), Rvalue::Use(result));
    body.end(end, TerminatorKind::Return);
    let total = b.lang("shapes.total", &[point, slice, int], int, body);

    let mut body = b.body(&[], int);
    body.body.loc = at(20);
    let origin = body.local(point);
    let ignored = body.local(int);
    let start = body.block();
    body.loc = at(21);
    let float = |value: f64| {
        Rvalue::Use(Operand::Const(Const::Float {
            bits: value.to_bits(),
            ty: b.f64,
        }))
    };
    body.assign(start, field(body.place(origin), 0, b.f64), float(1.5));
    body.assign(start, field(body.place(origin), 8, b.f64), float(-2.0));
    let null = Rvalue::Use(Operand::Const(Const::Null { ty: b.pointer }));
    body.assign(start, field(body.place(origin), 16, b.pointer), null);
    body.loc = at(22);
    let items = Operand::Const(Const::Slice {
        global: numbers,
        len: 3,
        ty: slice,
    });
    let args = vec![body.read(origin), items, b.int_const(int, 7)];
    let dest = body.place(ignored);
    let end = body.call(start, Callee::Function(total), args, dest);
    body.loc = at(23);
    body.set(end, LocalId(0), Rvalue::Use(b.int_const(int, 0)));
    body.end(end, TerminatorKind::Return);
    b.main(body);
    b
}

/// What gdb says to commands over the linked program; `None` where there is no gdb.
fn gdb(commands: &[&str]) -> Option<String> {
    Command::new("gdb").arg("--version").output().ok()?;
    let workshop = Workshop::new();
    let stop = workshop.write("stop.c", "extern \"C\" void stop(void) {}");
    let object = workshop.object(&program().unit);
    let program = workshop.link(&[&object, &stop]);
    let mut command = Command::new("gdb");
    command.args(["-nx", "-batch", "-ex", "set debuginfod enabled off"]);
    for line in commands {
        command.args(["-ex", line]);
    }
    let output = command.arg(program).output().expect("gdb starts");
    Some(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn gdb_stops_at_a_line_and_prints_variables() {
    let commands = [
        "break shapes.lang:12",
        "run",
        "info locals",
        "info args",
        "print p.x + n",
        "print items.data[1]",
        "bt",
        "whatis p",
    ];
    let Some(said) = gdb(&commands) else { return };
    for expected in [
        "Breakpoint 1, shapes.total (p=..., items=..., n=7) at shapes.lang:12",
        "doubled = 14",
        "p = {x = 1.5, y = -2, next = 0x0}",
        "length = 3}",
        "$1 = 8.5",
        "$2 = 4",
        "in main () at shapes.lang:22",
        "type = struct Point",
    ] {
        assert!(said.contains(expected), "no `{expected}` in:\n{said}");
    }
}

#[test]
fn gdb_steps_by_line() {
    let Some(said) = gdb(&[
        "break main",
        "run",
        "next",
        "step",
        "next",
        "next",
        "finish",
        "info source",
    ]) else {
        return;
    };
    for expected in [
        "main () at shapes.lang:21",
        "shapes.total",
        "shapes.lang:11",
        "Value returned is $1 = 14",
        "DWARF 4",
    ] {
        assert!(said.contains(expected), "no `{expected}` in:\n{said}");
    }
}

#[test]
fn debug_information_survives_optimisation() {
    let mut b = program();
    b.unit.optimize = Optimize::Full;
    let llvm = Workshop::new().llvm(&b.unit);
    assert!(llvm.contains("!DILocalVariable(name: \"doubled\""), "{llvm}");
    assert!(llvm.contains("isOptimized: true"), "{llvm}");
}

#[test]
fn a_unit_without_debug_information_has_none() {
    let mut b = program();
    b.unit.debug_info = DebugInfo::None;
    let llvm = Workshop::new().llvm(&b.unit);
    assert!(!llvm.contains("!DI"), "{llvm}");
}
