//! The executables that `lang build` makes: their format for systems that they cannot be started on here, and what a
//! debugger sees in them.

use std::fs;
use std::path::Path;
use std::process::Command;

use object::macho::{self, MachHeader64};
use object::read::macho::MachHeader;
use object::{Endianness, Object, ObjectKind, ObjectSection, ObjectSymbol};
use test_suite::{output_of, run};

const HELLO: &str = "fn main() {\n    println(\"hello\");\n}\n";

/// Builds `source` for a target; gives the bytes of the executable.
fn build(folder: &Path, source: &str, target: &str) -> Vec<u8> {
    fs::write(folder.join("hello.lang"), source).expect("it can be written");
    let output = run(folder, ["build", "--target", target, "hello.lang", "-o", "hello"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{target}");
    fs::read(folder.join("hello")).expect("it was built")
}

#[test]
fn a_mac_executable_is_signed_and_wants_only_libsystem() {
    for (target, cpu) in [
        ("aarch64-apple-darwin", macho::CPU_TYPE_ARM64),
        ("x86_64-apple-darwin", macho::CPU_TYPE_X86_64),
    ] {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let bytes = build(folder.path(), HELLO, target);
        let file = object::File::parse(bytes.as_slice()).expect("an object file");
        assert_eq!(
            (file.format(), file.kind()),
            (object::BinaryFormat::MachO, ObjectKind::Executable)
        );
        let imports = file.imports().expect("imports can be read");
        let mut n_imports = 0;
        for import in imports {
            let import = import.expect("an import can be read");
            let library = String::from_utf8_lossy(import.library()).into_owned();
            assert_eq!(library, "/usr/lib/libSystem.B.dylib", "{import:?}");
            n_imports += 1;
        }
        assert!(n_imports > 0, "it calls no system function");
        let header = MachHeader64::<Endianness>::parse(bytes.as_slice(), 0).expect("a 64-bit Mach-O");
        let endian = header.endian().expect("it has a byte order");
        assert_eq!(header.cputype(endian), cpu);
        let mut commands = header
            .load_commands(endian, bytes.as_slice(), 0)
            .expect("load commands");
        let mut is_signed = false;
        while let Some(command) = commands.next().expect("load commands") {
            if command.cmd() == macho::LC_CODE_SIGNATURE {
                let signature = command
                    .data::<macho::LinkeditDataCommand<Endianness>>()
                    .expect("a signature");
                let start = signature.dataoff.get(endian) as usize;
                // CSMAGIC_EMBEDDED_SIGNATURE, big endian.
                is_signed = bytes[start..start + 4] == [0xfa, 0xde, 0x0c, 0xc0];
            }
        }
        assert!(is_signed, "{target}");
    }
}

#[test]
fn an_arm_executable_names_its_loader() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let bytes = build(folder.path(), HELLO, "aarch64-unknown-linux-gnu");
    let file = object::File::parse(bytes.as_slice()).expect("an object file");
    assert_eq!(file.architecture(), object::Architecture::Aarch64);
    let loader = b"/lib/ld-linux-aarch64.so.1\0";
    assert!(bytes.windows(loader.len()).any(|window| window == loader));
}

#[test]
fn release_keeps_no_debug_information_and_debug_has_dwarf_4() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    fs::write(folder.path().join("hello.lang"), HELLO).expect("it can be written");
    for (args, has_lines) in [
        (&["build", "hello.lang"][..], true),
        (&["build", "hello.lang", "--release"], false),
    ] {
        assert_eq!(run(folder.path(), args).status, 0);
        let bytes = fs::read(folder.path().join("hello")).expect("it was built");
        let file = object::File::parse(bytes.as_slice()).expect("an object file");
        assert_eq!(file.section_by_name(".debug_line").is_some(), has_lines);
        assert!(file.symbols().any(|symbol| symbol.name() == Ok("main")));
        if let Some(info) = file.section_by_name(".debug_info") {
            // A unit begins with its length and its version.
            assert_eq!(info.data().expect("it can be read")[4..6], [4, 0]);
        }
    }
}

/// What gdb says to commands, in batch mode, on the program of this source.
fn debug(source: &str, commands: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a temporary directory");
    fs::write(folder.path().join("debugged.lang"), source).expect("it can be written");
    let output = run(folder.path(), ["build", "debugged.lang"]);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    let mut gdb = Command::new("gdb");
    gdb.args(["--batch", "--nx", "-iex", "set debuginfod enabled off"])
        .current_dir(folder.path());
    for command in commands {
        gdb.args(["-ex", command]);
    }
    gdb.arg("./debugged");
    let output = output_of(gdb);
    format!("{}{}", output.stdout, output.stderr)
}

#[test]
fn gdb_steps_and_prints() {
    let source = "\
struct Point { x: i32, y: f64 }

fn area(point: &Point, scale: i32) -> i32 {
    let wide = point.x * scale;
    let result = wide + 1;
    result
}

fn main() {
    let point = Point { x: 3, y: 2.5 };
    let numbers = [10, 20, 30];
    let text = \"some text\";
    let n = area(&point, 2);
    println(f\"{n} {text} {numbers[0]}\");
}
";
    let said = debug(
        source,
        &[
            "break debugged.lang:5",
            "run",
            "print wide",
            "print scale",
            "print point->x",
            "next",
            "print result",
            "backtrace",
            "up",
            "print point.y",
            "print numbers",
            "continue",
        ],
    );
    for part in [
        "debugged.lang:5",
        "$1 = 6",
        "$2 = 2",
        "$3 = 3",
        "6\t    result",
        "$4 = 7",
        "main",
        "$5 = 2.5",
        "$6 = {10, 20, 30}",
        "7 some text 10",
        "exited normally",
    ] {
        assert!(said.contains(part), "`{part}` is missing in\n{said}");
    }
}

#[test]
fn gdb_shows_the_variant_that_a_value_is() {
    let source = "\
struct Point { x: i32, y: f64 }
enum Shape { Circle(f64), Rect { width: i32, height: i32 }, Dot(Point), Nothing }

fn parse(text: &str) -> !i32 { try text.parse<i32>() }

fn look(shape: &Shape, maybe: ?i32, letter: ?char, boxed: ?Box<i32>, flag: ?bool) {
    let good = parse(\"12\");
    let bad = parse(\"x\");
    println(\"here\");
}

fn main() {
    look(&.Rect { width: 3, height: 4 }, 5, none, Box.new(6), none);
    look(&.Dot(Point { x: 7, y: 1.5 }), none, 'x', none, true);
    look(&.Nothing, none, none, none, false);
}
";
    let print = ["shape", "maybe", "letter", "boxed", "flag", "good", "bad"];
    let print = print.map(|name| match name {
        "shape" => String::from("print *shape"),
        name => format!("print {name}"),
    });
    let mut commands = vec!["break debugged.lang:9", "run"];
    for _ in 0..3 {
        commands.extend(print.iter().map(String::as_str));
        commands.push("continue");
    }
    let said = debug(source, &commands);
    let none = "none = {<No data fields>}";
    let all = ["Circle", "Rect", "Dot", "Nothing", "none", "Some", "Ok", "Err"];
    let names = |line: &str| all.iter().filter(|name| line.contains(&format!(" {name} = "))).count();
    for (number, shown) in [
        (1, "Rect = {width = 3, height = 4}}"),
        (2, "Some = {_0 = 5}}"),
        (3, none),
        (4, "Some = {_0 = {pointer = "),
        (5, none),
        (6, "Ok = {_0 = 12}}"),
        (7, "Err = {_0 = {domain = "),
        (8, "Dot = {_0 = {x = 7, y = 1.5}}}"),
        (9, none),
        (10, "Some = {_0 = 120 'x"),
        (11, none),
        (12, "Some = {_0 = true}}"),
        (15, "Nothing = {<No data fields>}}"),
        (19, "Some = {_0 = false}}"),
    ] {
        let start = format!("${number} = {{");
        let line = said.lines().find(|line| line.starts_with(&start));
        let only = line.is_some_and(|line| line.contains(shown) && names(line) == 1);
        assert!(only, "{number}: `{shown}` is missing in\n{said}");
    }
}

#[test]
fn gdb_shows_bit_fields() {
    let source = "\
import c \"netinet/ip.h\" as ip;

fn look(header: &ip.iphdr) {
    println(\"here\");
}

fn main() {
    look(&.{ version: 4, ihl: 5, tos: 7, ttl: 64 });
}
";
    let said = debug(
        source,
        &[
            "break debugged.lang:4",
            "run",
            "print header->version",
            "print header->ihl",
            "print *header",
        ],
    );
    for part in ["$1 = 4", "$2 = 5", "ihl = 5, version = 4, tos = 7"] {
        assert!(said.contains(part), "`{part}` is missing in\n{said}");
    }
}
