//! The tool from outside: other targets, the same bytes at any number of jobs, and what bad input gives.

mod units;

use object::{Architecture, BinaryFormat, Object, ObjectSection, ObjectSymbol};
use unit::*;
use units::{AARCH64, Builder, DARWIN, Workshop, X86_64};

/// `int main(void) { return puts("hello"); }`
fn hello(name: &str, triple: &str) -> Builder {
    let mut b = Builder::for_target(name, triple);
    let puts = b.import("puts", &[b.pointer], b.i32);
    let hello = b.text("hello");
    let mut body = b.body(&[], b.i32);
    let start = body.block();
    let dest = body.place(LocalId(0));
    body.call(start, Callee::Function(puts), vec![b.address_of(hello)], dest);
    b.main(body);
    b
}

#[test]
fn objects_are_made_for_other_targets() {
    for (triple, architecture, format, main, puts) in [
        (X86_64, Architecture::X86_64, BinaryFormat::Elf, "main", "puts"),
        (AARCH64, Architecture::Aarch64, BinaryFormat::Elf, "main", "puts"),
        (DARWIN, Architecture::Aarch64, BinaryFormat::MachO, "_main", "_puts"),
    ] {
        for debug_info in [DebugInfo::None, DebugInfo::Full] {
            let workshop = Workshop::new();
            let mut b = hello("hello", triple);
            b.unit.debug_info = debug_info;
            let bytes = std::fs::read(workshop.object(&b.unit)).expect("an object");
            let file = object::File::parse(&*bytes).expect("an object");
            assert_eq!((file.architecture(), file.format()), (architecture, format));
            let find = |name: &str| {
                file.symbols()
                    .find(|symbol| symbol.name() == Ok(name))
                    .expect("the symbol")
            };
            assert!(find(main).is_definition() && find(main).is_global());
            assert!(find(puts).is_undefined());
            let unwinding = [".eh_frame", "__eh_frame", "__compact_unwind"];
            assert!(
                file.sections()
                    .any(|section| section.name().is_ok_and(|name| unwinding.contains(&name)))
            );
        }
    }
}

#[test]
fn functions_have_the_attributes_that_clang_gives() {
    for triple in [X86_64, AARCH64, DARWIN] {
        for (optimize, level) in [(Optimize::None, "-O0"), (Optimize::Full, "-O2")] {
            let workshop = Workshop::new();
            let mut b = hello("attributes", triple);
            b.unit.machine = units::machine(triple, optimize);
            b.unit.optimize = optimize;
            let ours = workshop.llvm(&b.unit);
            let c = workshop.write("c.c", "int f(void); int main(void) { return f(); }");
            let output = std::process::Command::new("clang-22")
                .args(["-S", "-emit-llvm", "-o", "-", "-target", triple, level])
                .arg(c)
                .output()
                .expect("clang-22");
            let clangs = String::from_utf8(output.stdout).expect("UTF-8");
            for key in ["target-cpu", "tune-cpu", "target-features", "frame-pointer", "uwtable"] {
                assert_eq!(
                    attribute(&ours, key),
                    attribute(&clangs, key),
                    "{key} for {triple} at {level}"
                );
            }
            assert!(attribute(&ours, "target-cpu").is_some() && attribute(&ours, "uwtable").is_some());
            let layout = |text: &str| {
                text.lines()
                    .find(|line| line.starts_with("target "))
                    .map(str::to_string)
            };
            assert_eq!(layout(&ours), layout(&clangs));
        }
    }
}

/// What the first attribute group of a module says of a key, `"key"="value"` or `key(value)`.
fn attribute<'a>(llvm: &'a str, key: &str) -> Option<&'a str> {
    let group = llvm.lines().find(|line| line.starts_with("attributes #0"))?;
    let at = group.find(key)?;
    group[at..].split(' ').next().map(|word| word.trim_matches('"'))
}

#[test]
fn the_same_units_give_the_same_bytes_at_any_number_of_jobs() {
    let (one, two) = (Workshop::new(), Workshop::new());
    let mut objects = Vec::new();
    for (workshop, jobs) in [(&one, "1"), (&two, "2")] {
        let paths: Vec<_> = (0..6)
            .map(|index| {
                let mut b = hello(&format!("unit{index}"), X86_64);
                b.unit.debug_info = DebugInfo::Full;
                b.unit.optimize = if index % 2 == 0 { Optimize::None } else { Optimize::Full };
                let nothing = b.c_signature(&[], b.nothing);
                b.declare("empty", nothing, Linkage::CText);
                let args = vec![format!("--target={X86_64}")];
                b.unit.c_texts.push(CText {
                    text: "static void empty(void) {}".to_string(),
                    args,
                    pch: None,
                    statics: "lang_s_".to_string(),
                });
                workshop.write(&format!("unit{index}.unit"), b.unit.to_bytes())
            })
            .collect();
        let output = workshop.codegen(&["--jobs", jobs], &paths);
        assert!(output.status.success());
        let read = |index| std::fs::read(workshop.path(&format!("unit{index}.o"))).expect("an object");
        objects.push((0..6).map(read).collect::<Vec<_>>());
    }
    assert!(objects[0] == objects[1]);
}

fn failures(workshop: &Workshop, units: &[std::path::PathBuf]) -> Vec<Failure> {
    let output = workshop.codegen(&["--jobs", "2"], units);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stderr).expect("UTF-8");
    text.lines()
        .map(|line| Failure::from_line(line).unwrap_or_else(|| panic!("no failure line: {line}")))
        .collect()
}

#[test]
fn one_broken_unit_does_not_keep_the_others_from_their_objects() {
    let workshop = Workshop::new();
    let good = workshop.write("good.unit", hello("good", X86_64).unit.to_bytes());
    let garbage = workshop.write("garbage.unit", b"not a unit at all");
    let cut = workshop.write("cut.unit", &hello("cut", X86_64).unit.to_bytes()[..100]);
    let failures = failures(&workshop, &[garbage, good, workshop.path("absent.unit"), cut]);
    let kinds: Vec<_> = failures.iter().map(|failure| failure.kind).collect();
    assert_eq!(kinds, [FailureKind::Version, FailureKind::Io, FailureKind::Internal]);
    assert!(
        failures[0].message.contains("garbage.unit is of another version"),
        "{}",
        failures[0].message
    );
    assert!(workshop.path("good.o").exists());
    let left: Vec<_> = std::fs::read_dir(workshop.folder.path()).expect("a folder").collect();
    assert_eq!(left.len(), 4, "the units, one object and no temporary");
}

#[test]
fn a_unit_that_breaks_the_rules_is_a_failure_and_no_crash() {
    type Break = fn(&mut Unit);
    let breaks: [(&str, Break); 7] = [
        ("index out of bounds", |unit| {
            let body = unit.functions[FunctionId(1)].body.as_mut().expect("main");
            body.locals[LocalId(0)].ty = TypeId(999);
        }),
        ("there is no BlockId(77)", |unit| {
            let body = unit.functions[FunctionId(1)].body.as_mut().expect("main");
            body.blocks[BlockId(0)].terminator.kind = TerminatorKind::Goto(BlockId(77));
        }),
        ("no LLVM back end is known for `z80`", |unit| {
            unit.machine.triple = "z80-unknown-none".to_string()
        }),
        ("data layout `e`", |unit| unit.machine.data_layout = "e".to_string()),
        ("`main` is defined twice", |unit| {
            let main = unit.functions[FunctionId(1)].clone();
            unit.functions.push(main);
        }),
        ("is not as long as the global", |unit| {
            unit.globals[GlobalId(0)].size = 99
        }),
        ("arguments where the signature passes 1", |unit| {
            let body = unit.functions[FunctionId(1)].body.as_mut().expect("main");
            if let TerminatorKind::Call { args, .. } = &mut body.blocks[BlockId(0)].terminator.kind {
                args.clear();
            }
        }),
    ];
    for (expected, make) in breaks {
        let workshop = Workshop::new();
        let mut b = hello("broken", X86_64);
        make(&mut b.unit);
        let path = workshop.write("broken.unit", b.unit.to_bytes());
        let failures = failures(&workshop, &[path]);
        assert_eq!((failures.len(), failures[0].kind), (1, FailureKind::Internal));
        assert_eq!(failures[0].unit, "broken");
        assert!(failures[0].message.contains(expected), "{}", failures[0].message);
    }
}

#[test]
fn an_output_folder_that_is_not_there_is_a_failure() {
    let workshop = Workshop::new();
    let unit = workshop.write("hello.unit", hello("hello", X86_64).unit.to_bytes());
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_lang-codegen"))
        .arg("--out")
        .arg(workshop.path("nowhere"))
        .arg(unit)
        .output()
        .expect("lang-codegen starts");
    let line = String::from_utf8(output.stderr).expect("UTF-8");
    let failure = Failure::from_line(line.trim_end()).expect("a failure line");
    assert_eq!((failure.kind, failure.unit.as_str()), (FailureKind::Io, "hello"));
}

#[test]
fn a_command_line_without_sense_says_how_it_is_used() {
    for args in [
        &["--emit", "obj"][..],
        &["--jobs", "0", "--out", "."],
        &["--emit", "c", "--out", "."],
        &["--odd"],
    ] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_lang-codegen"))
            .args(args)
            .output()
            .expect("it starts");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("usage: lang-codegen"));
    }
}

#[test]
fn the_version_names_ours_and_llvms() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_lang-codegen"))
        .arg("--version")
        .output();
    let text = String::from_utf8(output.expect("it starts").stdout).expect("UTF-8");
    assert_eq!(
        text.lines().next(),
        Some(concat!("lang-codegen ", env!("CARGO_PKG_VERSION")))
    );
    assert!(text.contains("\nLLVM 22."), "{text}");
}

#[test]
fn each_kind_of_output_is_what_it_is_called() {
    let workshop = Workshop::new();
    let b = hello("kinds", X86_64);
    let read = |emit, extension| std::fs::read(workshop.emit(&b.unit, emit, extension)).expect("an output");
    assert!(read("obj", "o").starts_with(b"\x7fELF"));
    assert!(read("bc", "bc").starts_with(b"BC"));
    assert!(String::from_utf8(read("asm", "s")).expect("UTF-8").contains("main:"));
    assert!(
        String::from_utf8(read("llvm", "ll"))
            .expect("UTF-8")
            .contains("define i32 @main()")
    );
}

#[test]
fn what_llvm_dies_of_is_a_failure() {
    let workshop = Workshop::new();
    let mut b = Builder::for_target("wide", AARCH64);
    let wide = b.unit.types.push(TypeDef {
        size: 16,
        align: 16,
        repr: Repr::Scalar(Scalar::F80),
        values: Values::All,
        debug: None,
    });
    let mut body = b.body(&[wide, wide], wide);
    let start = body.block();
    let sum = Rvalue::Binary(BinaryOp::Add, body.read(LocalId(1)), body.read(LocalId(2)));
    body.set(start, LocalId(0), sum);
    b.define("wide", Abi::Lang, &[wide, wide], wide, Linkage::Export, body);
    let path = workshop.write("wide.unit", b.unit.to_bytes());
    let failures = failures(&workshop, &[path]);
    assert_eq!(
        (failures.len(), failures[0].kind, failures[0].unit.as_str()),
        (1, FailureKind::Internal, "wide")
    );
    assert!(!workshop.path("wide.o").exists());
}
