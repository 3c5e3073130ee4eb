//! What LLVM is told of references, row by row of the table in `docs/reference/ownership.md`.
//!
//! The programs are built for nothing but their LLVM IR, whose functions are found by the names that they have in Lang.

use std::collections::BTreeMap;
use std::fs;

use test_suite::run;

/// Says of the memory behind a parameter.
const SAID: [&str; 5] = ["noalias", "readonly", "nonnull", "noundef", "dereferenceable"];

const HEADER: &str = "typedef struct { int x, y; } imported; struct opaque;\n";

/// Of each function `name` that is defined as `@lang.name`, what is said of each pointer that it is passed.
fn attributes(source: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("a.lang"), source).expect("it can be written");
    fs::write(folder.path().join("a.h"), HEADER).expect("it can be written");
    let output = run(folder.path(), ["build", "--emit", "llvm", "a.lang"]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    let mut found = BTreeMap::new();
    for line in output.stdout.lines().filter(|line| line.starts_with("define ")) {
        let (head, rest) = line.split_once('(').expect("a function has parameters");
        let name = head
            .rsplit('@')
            .next()
            .expect("a function has a name")
            .trim_matches('"');
        let params = rest.rsplit_once(')').map_or(rest, |(params, _)| params);
        let params = params.split(", ").filter(|param| param.starts_with("ptr"));
        let said = params.map(|param| {
            let words = param.split([' ', '(', ')']);
            words.filter(|word| SAID.contains(word)).map(str::to_owned).collect()
        });
        found.insert(name.trim_start_matches("lang.").to_owned(), said.collect());
    }
    found
}

/// What is said of who touches what is behind a parameter.
fn access_of(said: &[String]) -> String {
    let words = said.iter().map(String::as_str);
    let words: Vec<&str> = words.filter(|word| ["noalias", "readonly"].contains(word)).collect();
    words.join(" ")
}

/// Makes a function of one parameter for each row: a type, and what is to be said of who touches what is behind it.
fn check(items: &str, rows: &[(&str, &str)]) {
    let functions: String = (rows.iter().enumerate())
        .map(|(number, (ty, _))| format!("fn f{number}(p: {ty}) {{}}\n"))
        .collect();
    let uses: String = (rows.iter().enumerate())
        .map(|(number, (ty, _))| format!("    keep<fn({ty})>(f{number});\n"))
        .collect();
    let source = format!("{items}\nfn keep<T>(value: T) {{}}\n{functions}fn main() {{\n{uses}}}\n");
    let said = attributes(&source);
    for (number, (ty, expected)) in rows.iter().enumerate() {
        let found = said
            .get(&format!("f{number}"))
            .unwrap_or_else(|| panic!("no f{number} for {ty}"));
        assert_eq!(access_of(&found[0]), *expected, "{ty}");
        assert!(found[0].iter().any(|word| word == "nonnull"), "{ty}: {found:?}");
        assert!(found[0].iter().any(|word| word == "noundef"), "{ty}: {found:?}");
    }
}

#[test]
fn exclusive_references_are_noalias() {
    check(
        "struct Point { x: i32, y: i32 } enum Shape { Dot, At(Point) } view struct Text { text: &str }",
        &[
            ("&mut i32", "noalias"),
            ("&mut f64", "noalias"),
            ("&mut [u8]", "noalias"),
            ("&mut [f32; 4]", "noalias"),
            ("&mut Point", "noalias"),
            ("&mut [Point]", "noalias"),
            ("&mut Shape", "noalias"),
            ("&mut ?Point", "noalias"),
            ("&mut (i32, Point)", "noalias"),
            ("&mut Vec<i32>", "noalias"),
            ("&mut String", "noalias"),
            ("&mut &str", "noalias"),
            ("&mut Text", "noalias"),
            ("&mut *i32", "noalias"),
            ("&mut Box<Point>", "noalias"),
        ],
    );
}

#[test]
fn shared_references_to_values_of_lang_are_frozen() {
    check(
        "struct Point { x: i32, y: i32 } enum Shape { Dot, At(Point) } struct Holder { cell: *u8, boxed: Box<i32> }",
        &[
            ("&Point", "noalias readonly"),
            ("&[Point]", "noalias readonly"),
            ("&[Point; 3]", "noalias readonly"),
            ("&Shape", "noalias readonly"),
            ("&?Point", "noalias readonly"),
            ("&(i32, i32)", "noalias readonly"),
            ("&Vec<i32>", "noalias readonly"),
            ("&Holder", "noalias readonly"),
        ],
    );
}

#[test]
fn what_c_may_have_lent_is_not_noalias() {
    check(
        "struct Point { x: i32, y: i32 }",
        &[
            ("&i32", "readonly"),
            ("&bool", "readonly"),
            ("&char", "readonly"),
            ("&f64", "readonly"),
            ("&*u8", "readonly"),
            ("&&Point", "readonly"),
            ("&?&Point", "readonly"),
            ("&str", "readonly"),
            ("&CStr", "readonly"),
            ("&[u8]", "readonly"),
            ("&[f32; 4]", "readonly"),
            ("&[[i32; 2]]", "readonly"),
        ],
    );
}

#[test]
fn cells_are_neither_noalias_nor_readonly_behind_shared_references() {
    check(
        "import std.cell.{Cell, RefCell};
import std.atomic.AtomicU32;
import std.lock.Mutex;
struct Counter { name: i32, calls: Cell<u32> }
enum Either { No, Yes(Counter) }
",
        &[
            ("&Cell<i32>", ""),
            ("&RefCell<String>", ""),
            ("&AtomicU32", ""),
            ("&Mutex<i32>", ""),
            ("&Counter", ""),
            ("&Either", ""),
            ("&[Counter]", ""),
            ("&[Counter; 2]", ""),
            ("&?Counter", ""),
            ("&(i32, Counter)", ""),
            // Of whoever has the only reference, nobody else changes it.
            ("&mut Counter", "noalias"),
            // What is behind a pointer is not in the value.
            ("&Box<Cell<i32>>", "noalias readonly"),
        ],
    );
}

#[test]
fn what_may_be_of_c_is_anybodys() {
    check(
        "import c \"a.h\" as h;
struct Around { inner: h.imported, n: i32 }
extern struct Pair { x: i32, y: i32 }
extern union Bits { i: i32, f: f32 }
struct Wrapper { pair: Pair, n: i32 }
enum Maybe { No, Yes(Wrapper) }
trait Shown { fn show(&self); }
",
        &[
            ("&mut h.imported", ""),
            ("&h.imported", ""),
            ("&[h.imported]", ""),
            ("&mut Around", ""),
            ("&Around", ""),
            ("&mut Pair", ""),
            ("&Pair", ""),
            ("&mut Bits", ""),
            ("&mut [Pair]", ""),
            ("&mut [Pair; 2]", ""),
            ("&mut Wrapper", ""),
            ("&Wrapper", ""),
            ("&mut Maybe", ""),
            ("&mut ?Pair", ""),
            ("&mut (i32, Pair)", ""),
            ("&mut c_int", ""),
            ("&c_int", ""),
            ("&mut [c_char]", ""),
            ("&mut dyn Shown", ""),
            ("&dyn Shown", ""),
            // A pointer to one is a pointer.
            ("&mut *Pair", "noalias"),
            ("&mut Box<Pair>", "noalias"),
            ("&mut Vec<Pair>", "noalias"),
        ],
    );
}

#[test]
fn what_c_calls_promises_nothing_of_who_else_is_there() {
    let said = attributes(
        "export fn exported(a: &mut i32, b: &mut i32) { *a += *b; }
fn called(a: &mut i32) { *a += 1; }
fn passed(a: &mut i32) { *a += 1; }
fn main() {
    var n = 1;
    var m = 2;
    exported(&mut n, &mut m);
    called(&mut n);
    passed(&mut n);
    let callback: extern fn(&mut i32) = passed;
    unsafe callback(&mut n);
}
",
    );
    let access = |name: &str, position: usize| said[name][position].contains(&"noalias".to_owned());
    assert!(!access("exported", 0) && !access("exported", 1), "{said:?}");
    assert!(!access("passed", 0), "{said:?}");
    assert!(access("called", 0), "{said:?}");
}

#[test]
fn nothing_is_said_of_results_boxes_and_optional_references() {
    let said = attributes(
        "struct Point { x: i32 }
fn given(p: &mut Point) -> &mut Point { p }
fn boxed(p: Box<Point>) {}
fn maybe(p: ?&mut Point) {}
fn raw(p: *Point) {}
fn apply<F: FnMut()>(f: &mut F) { f(); }
fn ask(f: fn() -> i32) -> i32 { f() }
fn main() {
    var p = Point { x: 1 };
    given(&mut p).x = 2;
    boxed(Box.new(Point { x: 2 }));
    maybe(none);
    raw(&mut p);
    var n = 0;
    var count = || n += 1;
    apply(&mut count);
    let own = Point { x: n };
    println(ask(|| own.x));
}
",
    );
    assert!(!said["boxed"][0].contains(&"noalias".to_owned()), "{said:?}");
    assert!(!said["maybe"][0].contains(&"noalias".to_owned()), "{said:?}");
    assert!(said["raw"][0].is_empty(), "{said:?}");
    // An environment is lent as any other value is.
    assert_eq!(access_of(&said["main.closure0"][0]), "noalias");
    assert_eq!(access_of(&said["main.closure1"][0]), "noalias readonly");
}
