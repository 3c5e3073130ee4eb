//! Files of bindings: a package builds from them, `lang cimport` makes, renews and compares them, and what is wrong
//! with one is one error.

use std::fs;
use std::path::Path;

use test_suite::{Output, run};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("it is there")
}

#[track_caller]
fn assert_fine(output: &Output, stdout: &str) {
    let found = (output.status, output.stdout.as_str(), output.stderr.as_str());
    assert_eq!(found, (0, stdout, ""));
}

/// One error of this code.
#[track_caller]
fn assert_refused(output: &Output, code: &str, part: &str) {
    let n_errors = output.stderr.lines().filter(|line| line.starts_with("error[")).count();
    assert!(
        output.status == 1
            && n_errors == 1
            && output.stderr.contains(&format!("error[{code}]"))
            && output.stderr.contains(part),
        "not {code} with `{part}`: {output:?}"
    );
}

const MANIFEST: &str = r#"
name = "app"

[c-modules.shapes]
headers = ["native/shapes.h"]
bindings = "bindings/shapes.lang"
"#;

const HEADER: &str = r#"
#include <stddef.h>
enum kind { CIRCLE = 1, SQUARE };
struct shape {
    enum kind kind : 4;
    unsigned big : 1;
    union { double radius, side; };
    struct shape *match;
};
typedef double (*measure)(const struct shape *shape, void *data);
static inline double total(const struct shape *first, measure measure, void *data) {
    double sum = 0;
    for (; first; first = first->match) sum += measure(first, data);
    return sum;
}
static inline struct shape scaled(struct shape shape, double factor) { shape.radius *= factor; return shape; }
struct abs { int sign; };
int abs(int number);
static inline int *last(void) { static int number; return &number; }
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define MOST 40000
#define AT_MOST(a) LARGER(-(a), -MOST)
#define SUM(a, ...) ({ size_t n = 0; int all[] = { a, ## __VA_ARGS__ }; for (; n < 2; n++) *all += all[1]; *all; })
#define TWICE(x) (abs(x) * 2)
#define LATER(x) (*last() + (x))
#define SWAP(a, b) do { __typeof__(a) t = (a); (a) = (b); (b) = t; } while (0)
#define UNIT { CIRCLE, 0, { 1.0 } }
#define across radius
#define LAST (*last())
#define NAME "shapes"
#define AREA_T double
int printf(const char *format, ...);
"#;

const MAIN: &str = r#"
import shapes as s;

static var unit: s.shape = s.UNIT;

fn area(shape: *const s.shape, data: *c_void) -> s.AREA_T {
    unsafe {
        match shape.kind {
            s.CIRCLE => 3.0 * shape.across * shape.radius,
            _ => shape.side * shape.side,
        }
    }
}

fn main() {
    var shape = unsafe s.scaled(unit, 2.0);
    shape.big = 1;
    unsafe unit.`match` = &mut shape;
    let sign = s.abs { sign: -1 };
    var (a, b) = (1, 2);
    unsafe {
        s.LAST = 3;
        s.SWAP(&mut a, &mut b);
        println(f"{s.total(&unit, area, &mut a)} {s.LARGER(a, b)} {shape.big} {s.LAST} {s.abs(sign.sign)}");
        s.printf("%s %d\n", s.NAME, s.SQUARE);
    }
}
"#;

fn package() -> tempfile::TempDir {
    let package = folder();
    write(package.path(), "lang.toml", MANIFEST);
    write(package.path(), "native/shapes.h", HEADER);
    write(package.path(), "src/main.lang", MAIN);
    package
}

#[test]
fn a_package_builds_from_its_bindings() {
    let package = package();
    let here = package.path();
    let without = MANIFEST.replace("bindings =", "# bindings =");
    write(here, "lang.toml", &without);
    let expected = "15 2 1 3 1\nshapes 2\n";
    assert_fine(&run(here, ["run"]), expected);

    write(here, "lang.toml", MANIFEST);
    assert_refused(&run(here, ["run"]), "E0732", "bindings/shapes.lang");
    assert_refused(&run(here, ["build", "--locked"]), "E0732", "bindings/shapes.lang");
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: made\n");
    assert_fine(&run(here, ["run", "--locked"]), expected);
    assert_fine(&run(here, ["run", "--release"]), expected);
    assert_fine(&run(&here.join("src"), ["check"]), "");
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: as it was\n");

    // The file is what is built from, until it is renewed.
    let header = read(here, "native/shapes.h").replace("SQUARE }", "SQUARE = 7 }");
    write(here, "native/shapes.h", &header);
    assert_fine(&run(here, ["check"]), "");
    assert_refused(&run(here, ["check", "--locked"]), "E0734", "`SQUARE = 7,`");
    assert_refused(&run(here, ["cimport", "--locked"]), "E0734", "`SQUARE = 7,`");
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: renewed\n");
    assert_fine(&run(here, ["run"]), "15 2 1 3 1\nshapes 7\n");
    let text = read(here, "bindings/shapes.lang");
    assert!(text.contains("    `match`: *shape,\n"), "{text}");
    // Nothing of where the package lies is in it.
    assert!(!text.contains(&here.display().to_string()), "{text}");
    // It says itself what it was made of.
    fs::remove_file(here.join("lang.toml")).expect("it is there");
    let update = ["cimport", "--update", "bindings/shapes.lang"];
    assert_fine(&run(here, update), "bindings/shapes.lang: as it was\n");
}

#[test]
fn what_needs_no_header_is_built_without() {
    let here = folder();
    write(here.path(), "p.h", HEADER);
    assert_fine(&run(here.path(), ["cimport", "p.h", "-o", "p.lang"]), "");
    fs::remove_file(here.path().join("p.h")).expect("it is there");
    let program = "@bindings(\"p.lang\") import c \"p.h\" as p;\n";
    let main = "fn main() { let sign = p.abs { sign: -2 }; println(unsafe p.abs(sign.sign) + p.SQUARE as c_int); }\n";
    write(here.path(), "a.lang", &format!("{program}{main}"));
    assert_fine(&run(here.path(), ["run", "a.lang"]), "4\n");

    let macros = "fn main() {
            var (a, b) = (1, 2);
            unsafe { p.SWAP(&mut a, &mut b); println(p.SUM(a, b)); println(p.AT_MOST(b + 50000)); }
            println(p.LARGER(1, 2.5));
        }\n";
    write(here.path(), "m.lang", &format!("{program}{macros}"));
    assert_fine(&run(here.path(), ["run", "m.lang"]), "4\n-40000\n2.5\n");
    let refused = "struct Own {}\nfn main() { println(p.LARGER(\"a\", 2.5)); }\n";
    write(here.path(), "r.lang", &format!("{program}{refused}"));
    assert_refused(&run(here.path(), ["check", "r.lang"]), "E0404", "p.lang");

    for header_needed in ["p.LATER(-1)", "p.LARGER(p.shape {}.kind, p.SQUARE)"] {
        let main = format!("{program}fn main() {{ println(unsafe {header_needed} as i32); }}\n");
        write(here.path(), "b.lang", &main);
        assert_refused(
            &run(here.path(), ["check", "b.lang"]),
            "E0404",
            "`p.h`, which is not here",
        );
    }
    let by_value = "fn main() { let s = unsafe p.scaled(.{}, 2.0); println(unsafe s.radius); }\n";
    write(here.path(), "c.lang", &format!("{program}{by_value}"));
    assert_refused(&run(here.path(), ["build", "c.lang"]), "E0737", "`p.h`");
    assert_refused(&run(here.path(), ["cimport", "--update", "p.lang"]), "E0601", "`p.h`");
}

const OUTSIDE: &str = r#"
typedef struct stream { int fd; } stream;
typedef long number_t;
extern stream *log_stream;
extern char **environ;
extern int puts(const char *text);
extern void *__malloc_of(number_t) __asm__("malloc");
extern number_t labs(number_t), *__errno_location(void) __attribute__((const));
extern int abs(int), putchar(int);
static inline int inner(void) { return 7; }
static int own = 4;
#define ENVIRON environ
#define FIRST (environ[0])
#define __STEP(x) ((number_t)abs(x) + 1)
#define STEP(x) __STEP(x)
#define SAID puts("said")
#define WIDE L"wide"
#define ERROR (*(int *)__errno_location())
#define SIX_C(c) c ## UL
#define TWELVE ((number_t)(abs(-5) + 7))
#define SAY(x) do { putchar(x); putchar('\n'); } while (0)
#define LOGS (log_stream != 0)
#define FD (log_stream->fd)
#define INNER (inner() + 1)
#define OWN own
#define ALLOCATED (__malloc_of(1) != 0)
#define INFINITE __builtin_inf()
#define LEAST (-__builtin_inff())
#define NO_NUMBER __builtin_nan("")
#define LONGEST __builtin_infl()
"#;

#[test]
fn macros_that_mention_what_can_be_declared_need_no_header() {
    let here = folder();
    let here = here.path();
    write(here, "o.h", OUTSIDE);
    assert_fine(&run(here, ["cimport", "o.h", "-o", "o.lang"]), "");
    assert_fine(&run(here, ["check", "o.lang"]), "");
    fs::remove_file(here.join("o.h")).expect("it is there");
    let import = "@bindings(\"o.lang\") import c \"o.h\" as o;\n";
    let main = "fn main() {
            unsafe {
                o.ERROR = 3;
                println(f\"{o.ERROR} {o.STEP(-2)} {o.TWELVE} {*o.WIDE} {o.SIX_C(6)} {o.FIRST == *o.ENVIRON}\");
                o.SAY(65);
                if o.SAID < 0 { return; }
            }
            println(f\"{o.INFINITE} {o.LEAST} {o.NO_NUMBER}\");
        }\n";
    write(here, "a.lang", &format!("{import}{main}"));
    assert_fine(
        &run(here, ["run", "a.lang"]),
        "3 3 12 119 6 true\ninf -inf NaN\nA\nsaid\n",
    );
    // Of a pointer to a record nothing is asked.
    write(
        here,
        "b.lang",
        &format!("{import}fn main() {{ println(unsafe o.LOGS); }}\n"),
    );
    assert_fine(&run(here, ["build", "--emit", "obj", "-o", "b.o", "b.lang"]), "");
    for header_needed in ["FD", "INNER", "OWN", "ALLOCATED"] {
        let main = format!("{import}fn main() {{ println(unsafe o.{header_needed} as i32); }}\n");
        write(here, "c.lang", &main);
        assert_refused(&run(here, ["build", "c.lang"]), "E0737", "`o.h`");
    }
}

/// A macro that is given another macro's name is the header's.
#[test]
fn macros_are_given_macros() {
    let here = folder();
    let here = here.path();
    let header = "#define COLORS(X) X(RED, 1) X(GREEN, 2) X(BLUE, 4)\n#define AS_ENUM(n, v) n = v,\n\
                  enum color { COLORS(AS_ENUM) };\n#define ADD(n, v) + v\n#define QUOTE(x) #x\n";
    write(here, "x.h", header);
    assert_fine(&run(here, ["cimport", "x.h", "-o", "x.lang"]), "");
    let main = "fn main() { println(f\"{x.COLORS(\"ADD\")} {unsafe CStr.from_ptr(x.QUOTE(\"word\"))}\"); }\n";
    for bindings in ["", "@bindings(\"x.lang\") "] {
        write(here, "a.lang", &format!("{bindings}import c \"x.h\" as x;\n{main}"));
        assert_fine(&run(here, ["run", "a.lang"]), "7 word\n");
    }
    // Names like that of a system's header are the program's to use.
    write(
        here,
        "s.h",
        "#include <unistd.h>\n#define _WIDE 3\n#define _MIX(a, b) ((a) << 2 | (b))\n",
    );
    assert_fine(&run(here, ["cimport", "s.h", "-o", "s.lang"]), "");
    write(
        here,
        "b.lang",
        "@bindings(\"s.lang\") import c \"s.h\" as s;\n\
         fn main() { println(f\"{s._WIDE} {s._MIX(1, 2)} {s._SC_PAGESIZE}\"); }\n",
    );
    assert_fine(&run(here, ["run", "b.lang"]), "3 6 30\n");
}

#[test]
fn static_variables_of_a_header_are_its_own() {
    let here = folder();
    let here = here.path();
    let header = "static int kept;\nstatic int count __attribute__((deprecated(\"use counts\"))) = 5;\n\
                  static const struct { int x, y; } ORIGIN = { 3, 4 };\n";
    write(here, "s.h", header);
    assert_fine(&run(here, ["cimport", "s.h", "-o", "s.lang"]), "");
    let main = "fn main() { unsafe { s.kept += 2; println(s.kept + s.count); } println(s.ORIGIN.y); }\n";
    write(
        here,
        "a.lang",
        &format!("@bindings(\"s.lang\") import c \"s.h\" as s;\n{main}"),
    );
    let output = run(here, ["run", "a.lang"]);
    assert_eq!((output.status, output.stdout.as_str()), (0, "7\n4\n"), "{output:?}");
    assert!(
        output.stderr.contains("`count` is deprecated: use counts"),
        "{output:?}"
    );
    let text = read(here, "s.lang");
    assert!(text.contains("inline fn kept() = c \"kept\";\n"), "{text}");
}

#[test]
fn files_that_only_the_source_names_are_compared_too() {
    let here = folder();
    let here = here.path();
    write(here, "p.h", HEADER);
    assert_fine(&run(here, ["cimport", "p.h", "-o", "p.lang"]), "");
    let main = "@bindings(\"p.lang\") import c \"p.h\" as p;\n\nfn main() {\n    println(p.MOST);\n}\n";
    write(here, "a.lang", main);
    assert_fine(&run(here, ["run", "--locked", "a.lang"]), "40000\n");
    write(here, "p.h", &HEADER.replace("40000", "50000"));
    assert_fine(&run(here, ["run", "a.lang"]), "40000\n");
    for command in ["check", "build", "run", "test"] {
        let output = run(here, [command, "--locked", "a.lang"]);
        assert_refused(&output, "E0734", "const MOST: c_int = 50000;");
        assert!(output.stderr.contains("--> a.lang:1:11"), "{output:?}");
        assert!(output.stderr.contains("lang cimport --update p.lang"), "{output:?}");
    }
    assert_fine(&run(here, ["cimport", "--update", "p.lang"]), "p.lang: renewed\n");
    assert_fine(&run(here, ["run", "--locked", "a.lang"]), "50000\n");
    // Without the header there is nothing to compare with.
    fs::remove_file(here.join("p.h")).expect("it is there");
    assert_refused(&run(here, ["check", "--locked", "a.lang"]), "E0601", "`p.h`");
}

/// What the header has changed to, and the declaration that is another then.
const CHANGES: &[(&str, &str, &str)] = &[
    ("int x, y;", "int y, x;", "`struct pair`"),
    ("int x, y;", "float x, y;", "`struct pair`"),
    ("int x, y;", "int x, y, z;", "`struct pair`"),
    ("int whole; float part;", "float whole; int part;", "`union either`"),
    ("{ FIRST, LAST }", "{ LAST, FIRST }", "`enum end`"),
    ("half(float a)", "half(double a)", "`half`"),
    ("half(float a)", "half(const char *a)", "`half`"),
];

#[test]
fn what_a_use_relies_on_is_as_the_header_has_it() {
    let here = folder();
    let here = here.path();
    let header = "#define x x_of_a_macro\n#undef x\nstruct pair { int x, y; };\n\
        union either { int whole; float part; };\n\
        enum end { FIRST, LAST };\n\
        typedef enum { LOW = -1, HIGH } level;\n\
        static inline int tens(struct pair p) { return p.x * 10 + p.y; }\n\
        static inline int is_one(union either e) { return e.part == 1.0f; }\n\
        static inline int is_last(enum end e) { return e == LAST; }\n\
        static inline int half(float a) { return a != 0 ? 2 : 0; }\n\
        static inline int first(const struct pair *p) { return p->x; }\n\
        #define ABOVE(l) ((l) > LOW)\n\
        #define TWICE(n) ((n) + (n))\n";
    write(here, "p.h", header);
    assert_fine(&run(here, ["cimport", "p.h", "-o", "p.lang"]), "");
    let main = "@bindings(\"p.lang\") import c \"p.h\" as p;\n\
        fn main() {\n    unsafe {\n        let pair = p.pair { x: 1, y: 2 };\n\
        println(f\"{p.tens(pair)} {p.is_one(.{ part: 1.0 })} {p.is_last(p.LAST)} {p.half(5.0)} {p.first(&pair)}\");\n\
        println(f\"{p.ABOVE(p.HIGH) as i32} {p.TWICE(p.HIGH) as i32} {p.TWICE(4)}\");\n    }\n}\n";
    write(here, "a.lang", main);
    assert_fine(&run(here, ["run", "a.lang"]), "12 1 1 2 1\n1 0 8\n");
    for (from, to, what) in CHANGES {
        write(here, "p.h", &header.replace(from, to));
        let output = run(here, ["build", "a.lang"]);
        assert_refused(&output, "E0734", &format!("{what} is another there"));
        assert!(output.stderr.contains("lang cimport --update p.lang"), "{output:?}");
    }
    // What no use is of may change.
    write(here, "p.h", &format!("{header}int more(struct pair p);\n"));
    assert_fine(&run(here, ["run", "a.lang"]), "12 1 1 2 1\n1 0 8\n");
}

#[test]
fn single_declarations_are_compared() {
    let package = package();
    let here = package.path();
    let locked = |names: &[&str]| {
        let names = names.iter().flat_map(|name| ["--name", name]);
        run(here, ["cimport", "--locked"].into_iter().chain(names))
    };
    assert_refused(&locked(&["abs"]), "E0732", "bindings/shapes.lang");
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: made\n");
    let all = [
        "abs", "shape", "total", "LARGER", "MOST", "UNIT", "across", "LAST", "CIRCLE", "AREA_T", "size_t",
    ];
    for name in all {
        assert_fine(&locked(&[name]), "");
    }
    assert_fine(&locked(&all), "");
    assert_refused(&locked(&["abs", "nothing"]), "E0304", "`nothing`");

    // A change is seen in what the name needs, and nowhere else.
    let header = read(here, "native/shapes.h").replace("double radius, side;", "double radius, edge;");
    write(here, "native/shapes.h", &format!("/* Another line. */\n{header}"));
    assert_fine(&locked(&["abs", "MOST", "CIRCLE"]), "");
    assert_refused(
        &locked(&["abs", "measure"]),
        "E0734",
        "`side: c_double,` would be `edge: c_double,`",
    );
    assert_refused(&run(here, ["cimport", "--locked"]), "E0734", "edge");
    let file = |name| run(here, ["cimport", "--locked", "bindings/shapes.lang", "--name", name]);
    assert_fine(&file("abs"), "");
    assert_refused(&file("shape"), "E0734", "lang cimport --update bindings/shapes.lang");
    assert_refused(&file("nothing"), "E0304", "`nothing`");
    write(here, "native/shapes.h", "int other(void);\n");
    assert_refused(&file("abs"), "E0734", "it would not have `@c(\"struct abs\")`");
    assert_refused(&file("other"), "E0734", "it would have `fn other() -> c_int;`");

    for refused in [["-D", "X"], ["--pkg", "zlib"], ["-o", "x.lang"]] {
        let output = run(
            here,
            ["cimport", "--locked", "bindings/shapes.lang"]
                .into_iter()
                .chain(refused),
        );
        assert!(output.status == 2 && output.stderr.contains("--locked"), "{output:?}");
    }
}

#[test]
fn wrong_bindings_are_refused() {
    let package = package();
    let here = package.path();
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: made\n");
    let text = read(here, "bindings/shapes.lang");
    let with = |changed: &str| {
        write(here, "bindings/shapes.lang", changed);
        run(here, ["check"])
    };
    let other_target = ["check", "--target", "aarch64-unknown-linux-gnu"];
    assert_refused(&run(here, other_target), "E0733", "x86_64-unknown-linux-gnu");
    let renew_other = [
        "cimport",
        "--target",
        "aarch64-unknown-linux-gnu",
        "--update",
        "bindings/shapes.lang",
    ];
    assert_refused(&run(here, renew_other), "E0733", "--target x86_64-unknown-linux-gnu");

    assert_refused(
        &with(&text.replace("SQUARE = 2", "SQUARE = 3")),
        "E0735",
        "another hash",
    );
    assert_refused(&with(&text[..text.len() / 2]), "E0735", "bindings/shapes.lang");
    assert_refused(&with(""), "E0735", "what headers it was made of");
    assert_refused(&with("fn main() {}\n"), "E0735", "what headers it was made of");
    assert_refused(&with("\0\u{1}<<<<<<< ours\n"), "E0735", "bindings/shapes.lang");
    fs::write(here.join("bindings/shapes.lang"), [0xff, 0xfe]).expect("it can be written");
    assert_refused(&run(here, ["check"]), "E0702", "bindings/shapes.lang");
    // It is formatted, and a formatter's commas and spaces are no change.
    assert_fine(&with(&text), "");
    assert_fine(&run(here, ["fmt", "--check", "bindings/shapes.lang"]), "");
    assert_fine(&with(&text.replace("\n    SQUARE = 2,\n", " SQUARE = 2\n")), "");
    // Another system's line ends are none.
    assert_fine(&with(&text.replace('\n', "\r\n")), "");
    assert_fine(&run(here, ["cimport", "--locked"]), "");
    assert_fine(&with(&text), "");

    let other = MANIFEST.replace("[\"native/shapes.h\"]", "[\"native/shapes.h\"]\ndefine = \"LARGE\"");
    write(here, "lang.toml", &other);
    assert_refused(&run(here, ["check"]), "E0736", "macros: `LARGE` here, none there");
    assert_fine(&run(here, ["cimport", "--update"]), "bindings/shapes.lang: renewed\n");
    assert_fine(&run(here, ["check"]), "");

    let each = MANIFEST.replace("bindings/shapes", "bindings/{target}/shapes");
    write(here, "lang.toml", &each);
    assert_refused(
        &run(here, ["check"]),
        "E0732",
        "bindings/x86_64-unknown-linux-gnu/shapes.lang",
    );
    let made = "bindings/x86_64-unknown-linux-gnu/shapes.lang: made\n";
    assert_fine(&run(here, ["cimport", "--update"]), made);
    assert_fine(&run(here, ["check", "--locked"]), "");

    write(here, "lang.toml", &MANIFEST.replace("bindings =", "# bindings ="));
    let output = run(here, ["cimport", "--update"]);
    assert!(
        output.status == 1 && output.stderr.contains("no `[c-modules]`"),
        "{output:?}"
    );
}

#[test]
fn a_file_that_cannot_be_written_stays_as_it_was() {
    let here = folder();
    write(here.path(), "p.h", "#define N 1\n");
    // A disk that is full.
    let output = run(here.path(), ["cimport", "p.h", "-o", "/dev/full"]);
    assert!(output.status == 1 && output.stderr.contains("/dev/full"), "{output:?}");
    let output = run(here.path(), ["cimport", "p.h", "-o", "no/such/folder/p.lang"]);
    assert!(
        output.status == 1 && output.stderr.contains("no/such/folder"),
        "{output:?}"
    );
    assert_fine(&run(here.path(), ["cimport", "p.h", "-o", "p.lang"]), "");
    let before = read(here.path(), "p.lang");
    write(here.path(), "p.h", "#define N (\n#error broken\n");
    assert_refused(&run(here.path(), ["cimport", "--update", "p.lang"]), "E0602", "broken");
    assert_eq!(read(here.path(), "p.lang"), before);
    assert_eq!(fs::read_dir(here.path()).expect("it is there").count(), 2);
}

/// What a program with fresh bindings of a header prints, and what it says when the header is another one.
#[track_caller]
fn drifts(header: &str, main: &str, stdout: &str, other: &str, record: &str) {
    let folder = folder();
    let here = folder.path();
    write(here, "h.h", header);
    let made = run(here, ["cimport", "h.h", "-o", "h.lang"]);
    assert_eq!(made.status, 0, "{made:?}");
    write(
        here,
        "main.lang",
        &format!("@bindings(\"h.lang\") import c \"h.h\" as h;\n{main}"),
    );
    assert_fine(&run(here, ["run", "main.lang"]), stdout);
    if !other.is_empty() {
        write(here, "h.h", other);
        assert_refused(&run(here, ["run", "main.lang"]), "E0734", record);
    }
}

#[test]
fn types_of_bit_fields_and_records_behind_macros_are_the_headers() {
    drifts(
        "struct bits { unsigned a : 4; _Bool b : 1; };\nstatic inline int get(struct bits s) { return s.a; }\n",
        "fn main() { println(unsafe h.get(.{ a: 9 })); }\n",
        "9\n",
        "struct bits { int a : 4; _Bool b : 1; };\nstatic inline int get(struct bits s) { return s.a; }\n",
        "`struct bits`",
    );
    drifts(
        "struct s { int a, b; };\n#define GET(p) ((p)->a)\n",
        "fn main() { let s: h.s = .{ a: 1, b: 2 }; println(unsafe h.GET(&s)); }\n",
        "1\n",
        "struct s { int b, a; };\n#define GET(p) ((p)->a)\n",
        "`struct s`",
    );
}

#[test]
fn odd_headers_have_bindings_that_hold() {
    let header = "enum later;\n#define MSG don't\n#define X 'x'\nint a$b;\nstruct s { int a; };\n\
                  static inline int plain(int x$y) { return x$y; }\n\
                  static inline __attribute__((ms_abi)) int of_record(struct s x) { return x.a; }\n\
                  static inline __attribute__((vectorcall)) int vector(int a) { return a; }\n";
    let main = "fn main() {\n    \
                unsafe println(f\"{h.X} {h.plain(3)} {h.of_record(.{ a: 4 })} {h.vector(5)}\");\n}\n";
    drifts(header, main, "120 3 4 5\n", "", "");
}
