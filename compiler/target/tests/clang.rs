//! Every row of the table against what clang itself says of the triple, where clang is installed.

use std::process::Command;
use target::{CScalar, Extension, IntShape, Relocation, Table, Target, UnwindTables};

/// Clang's output for the target, or `None` when this machine has no clang of the pinned version.
fn clang(target: &Target, arguments: &[&str], source: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("probe.c");
    std::fs::write(&file, source).expect("a small file");
    let program = format!("clang-{}", Table::embedded().llvm());
    let output = Command::new(program)
        .arg(format!("--target={}", target.triple))
        .args(["-ffreestanding", "-nostdinc", "-o", "-"])
        .args(arguments)
        .arg(&file)
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "{}: {}",
        target.name,
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).expect("clang prints UTF-8"))
}

fn quoted<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let rest = &text[text.find(key)? + key.len()..];
    rest.split('"').next()
}

/// The scalars that a C function can take and give.
fn values() -> impl Iterator<Item = CScalar> {
    CScalar::all().filter(|scalar| *scalar != CScalar::Void)
}

#[test]
fn triples_layouts_and_processors_are_clangs() {
    for target in Table::embedded().targets() {
        let source = "int take_c_int(int x) { return x; }\n";
        let Some(ir) = clang(target, &["-S", "-emit-llvm", "-O1"], source) else {
            return;
        };
        assert_eq!(quoted(&ir, "target triple = \""), Some(target.triple.as_str()));
        assert_eq!(
            quoted(&ir, "target datalayout = \""),
            Some(target.data_layout.as_str()),
            "{}",
            target.name
        );
        assert_eq!(
            quoted(&ir, "\"target-cpu\"=\""),
            Some(target.cpu.as_str()),
            "{}",
            target.name
        );
        assert_eq!(
            quoted(&ir, "\"tune-cpu\"=\""),
            target.tune_cpu.as_deref(),
            "{}",
            target.name
        );
        let features = quoted(&ir, "\"target-features\"=\"").expect("clang names features");
        let on = |text: &str| -> Vec<String> {
            text.split(',')
                .filter(|feature| feature.starts_with('+'))
                .map(str::to_owned)
                .collect()
        };
        assert_eq!(on(&target.features), on(features), "{}", target.name);
    }
}

/// In definitions, declarations, and calls by name and through pointers, first and when the registers have run out.
#[test]
fn small_integers_are_extended_as_clang_does() {
    const FILL: &str = "long long, long long, long long, long long, long long, long long, long long, long long,";
    for target in Table::embedded().targets() {
        let functions: Vec<String> = values()
            .map(|scalar| {
                let (c, name) = (scalar.c_spelling(), scalar.lang_name());
                format!(
                    "{c} take_{name}({c} x) {{ return x; }}\n\
                     {c} declared_{name}({c} x);\n\
                     {c} late_{name}({FILL} {c} x);\n\
                     {c} name_{name}({c} x) {{ return declared_{name}(x); }}\n\
                     {c} after_{name}({c} x) {{ return late_{name}(1, 2, 3, 4, 5, 6, 7, 8, x); }}\n\
                     {c} pointer_{name}({c} (*f)({c}), {c} x) {{ return f(x); }}\n"
                )
            })
            .collect();
        let Some(ir) = clang(target, &["-S", "-emit-llvm", "-O1"], &functions.concat()) else {
            return;
        };
        for scalar in values() {
            let extension = match target.c_int_shape(scalar).map(|shape| target.c_extension(shape)) {
                Some(Extension::Sign) => [true, false],
                Some(Extension::Zero) => [false, true],
                Some(Extension::None) | None => [false, false],
            };
            let name = scalar.lang_name();
            for (start, function) in [
                ("define", format!("@take_{name}(")),
                ("declare", format!("@declared_{name}(")),
                ("declare", format!("@late_{name}(")),
                ("call", format!("@declared_{name}(")),
                ("call", format!("@late_{name}(")),
            ] {
                let line = line_with(&ir, start, &function);
                assert_extended(target, line, &function, extension);
            }
            let (_, body) = ir.split_once(&format!("@pointer_{name}(")).expect("defined");
            let line = line_with(body, "call", " %");
            assert_extended(target, line, "(", extension);
        }
    }
}

/// What follows the parameters of a variadic function, promoted as C does.
#[test]
fn variadic_integers_are_extended_as_clang_does() {
    for target in Table::embedded().targets() {
        let source = "void take(int n, ...);\nvoid pass(int i, unsigned u, short s, char c) { take(1, i, u, s, c); }\n";
        let Some(ir) = clang(target, &["-S", "-emit-llvm", "-O1"], source) else {
            return;
        };
        let line = line_with(&ir, "call", "@take(");
        let (_, args) = line.split_once("@take(").expect("it is called");
        let extended = args
            .split(", ")
            .skip(1)
            .map(|arg| (arg.contains("signext"), arg.contains("zeroext")));
        let shape = IntShape { bits: 32, signed: true };
        let expected = match target.c_extension(shape) {
            Extension::Sign => (true, false),
            Extension::Zero => (false, true),
            Extension::None => (false, false),
        };
        assert_eq!(
            extended.take(4).collect::<Vec<_>>(),
            [expected; 4],
            "{}: {line}",
            target.name
        );
    }
}

fn line_with<'a>(ir: &'a str, start: &str, function: &str) -> &'a str {
    let mut lines = ir.lines();
    let found = lines.find(|line| line.contains(function) && line.split(' ').any(|word| word == start));
    found.unwrap_or_else(|| panic!("no `{start}` of {function}"))
}

/// That a function's result and its last argument are extended so.
fn assert_extended(target: &Target, line: &str, function: &str, expected: [bool; 2]) {
    let (result, arguments) = line.split_once(function).expect("the line has the function");
    let argument = arguments.rsplit(", i").next().unwrap_or(arguments);
    for part in [result, argument] {
        let seen = [part.contains("signext"), part.contains("zeroext")];
        assert_eq!(seen, expected, "{} {line}", target.name);
    }
}

#[test]
fn frames_unwinding_and_relocations_are_clangs() {
    for target in Table::embedded().targets() {
        for (level, expected) in [("-O2", target.frame_pointer), ("-O0", target.debug_frame_pointer)] {
            // Hosted: without an operating system Clang keeps no unwind tables.
            let arguments = ["-S", "-emit-llvm", "-fhosted", level];
            let Some(ir) = clang(target, &arguments, "int read(int *p) { return *p; }\n") else {
                return;
            };
            let frame_pointer = quoted(&ir, "\"frame-pointer\"=\"").unwrap_or("none");
            assert_eq!(expected.attribute(), frame_pointer, "{} {level}", target.name);
            let attributes = ir
                .lines()
                .find(|line| line.starts_with("attributes #0"))
                .expect("one function");
            let unwind_tables = match attributes.split(' ').find(|word| word.starts_with("uwtable")) {
                Some("uwtable") => UnwindTables::Async,
                Some("uwtable(sync)") => UnwindTables::Sync,
                Some(other) => panic!("{other}"),
                None => UnwindTables::None,
            };
            assert_eq!(target.unwind_tables, unwind_tables, "{} {level}", target.name);
            let relocation = match (ir.contains("\"PIC Level\""), ir.contains("\"PIE Level\"")) {
                (_, true) => Relocation::Pie,
                (true, false) => Relocation::Pic,
                (false, false) => Relocation::Static,
            };
            assert_eq!(target.relocation, relocation, "{} {level}", target.name);
        }
    }
}

#[test]
fn sizes_alignments_and_signs_are_clangs() {
    for target in Table::embedded().targets() {
        let mut source = String::new();
        for scalar in values() {
            let layout = target.c_layout(scalar).expect("a value has a layout");
            let (c, size, align) = (scalar.c_spelling(), layout.size_bytes, layout.align_bytes);
            source += &format!("_Static_assert(sizeof({c}) == {size} && _Alignof({c}) == {align}, \"{c}\");\n");
            if let Some(shape) = target.c_int_shape(scalar) {
                let signed = u32::from(shape.signed);
                source += &format!("_Static_assert((({c})-1 < 0) == {signed}, \"sign of {c}\");\n");
            }
        }
        let pointer = target.pointer_layout();
        source += &format!(
            "_Static_assert(sizeof(void *) == {}, \"pointer\");\n",
            pointer.size_bytes
        );
        source += &format!(
            "_Static_assert(__SIZE_MAX__ >> {} == 0x1, \"size_t\");\n",
            target.pointer_bits - 1
        );
        let digits = target
            .c_float_format(CScalar::LongDouble)
            .expect("a float")
            .precision_bits();
        source += &format!("_Static_assert(__LDBL_MANT_DIG__ == {digits}, \"long double\");\n");
        if target.max_int_align_bytes() == 16 {
            source += "_Static_assert(_Alignof(__int128) == 16, \"__int128\");\n";
        }
        if clang(target, &["-S", "-emit-llvm"], &source).is_none() {
            return;
        }
    }
}
