//! Sources through the front end up to types: what is accepted, and what each wrong program is told.

mod support;

use support::{CORE, accepts, rejects};

#[test]
fn the_library() {
    let checked = CORE.check_files(&[("library.lang", "fn main() {}")]);
    assert!(checked.diagnostics.is_empty(), "{}", checked.rendered());
}

#[test]
fn numbers_convert_where_nothing_is_lost() {
    accepts(
        "fn f(a: i32, b: c_int, c: u8, d: c_long, e: f32) {
            let x: c_int = a;
            let y: i32 = b;
            let z: i64 = d;
            let w: u32 = c;
            let v: f64 = e;
            let exact: f64 = a;
            let mixed: f64 = a * 0.5 + v;
            let short: f32 = c;
            let sum = a + b;
            let same: i32 = sum;
            let wide = a + 1i64;
            let n: i64 = wide;
            let big: u64 = 0xffff_ffff_ffff_ffff;
        }
        fn main() {}",
    );
    rejects("fn f(d: i64) { let x: c_long = d; } fn main() {}", &["E0301"]);
    rejects("fn f(d: u64, e: i64) { let x = d + e; } fn main() {}", &["E0308"]);
    rejects("fn f(d: i64) { let x: f64 = d; } fn main() {}", &["E0301"]);
    rejects("fn f(d: i32) { let x: f32 = d; } fn main() {}", &["E0301"]);
    rejects("fn main() { let x: u8 = 256; }", &["E0310"]);
    rejects("fn main() { let x: f64 = 1; }", &["E0301"]);
    accepts("fn main() { let x: i8 = -128; let y = 2147483647; }");
    rejects("fn main() { let y = 2147483648; }", &["E0310"]);
}

#[test]
fn control_flow() {
    accepts(
        "fn sign(n: i32) -> i32 {
            if n < 0 { return -1; }
            match n { 0 => 0, 1..=9 => 1, _ => 2 }
        }
        fn find(xs: &[i32], wanted: i32) -> usize {
            var i: usize = 0;
            while i < xs.len() {
                if xs[i] == wanted { return i; }
                i += 1;
            }
            let n = loop { break 5; };
            for x in xs { println(f\"{x} {n}\"); }
            for k in 0..10 { print(f\"{k:>4}\"); }
            xs.len()
        }
        fn main() { sign(1); find(&[1, 2, 3], 2); }",
    );
    rejects(
        "fn f(n: u8) -> i32 { match n { 0 => 1, 1..=9 => 2 } } fn main() {}",
        &["E0317"],
    );
    rejects("fn f() -> i32 { 1; } fn main() {}", &["E0301"]);
    rejects("fn f(b: bool) -> i32 { if b { 1 } } fn main() {}", &["E0301"]);
    rejects("fn main() { for x in 10 { println(f\"{x}\"); } }", &["E0326"]);
}

#[test]
fn structs_and_methods() {
    accepts(
        "struct Point { x: f64, y: f64 = 0.0 }
        impl Point {
            pub fn new(x: f64, y: f64) -> Point { Point { x, y } }
            fn norm(&self) -> f64 { (self.x * self.x + self.y * self.y).sqrt() }
            fn scale(&mut self, by: f64) { self.x *= by; self.y *= by; }
        }
        struct Pair<A, B> { a: A, b: B }
        impl<A, B> Pair<A, B> {
            fn first(&self) -> &A { &self.a }
        }
        struct Meters(f64);
        fn id<T>(x: T) -> T { x }
        struct Noisy { n: i32 }
        impl Drop for Noisy { fn drop(&mut self) { println(f\"drop {self.n}\"); } }
        fn main() {
            var p = Point.new(3.0, 4.0);
            p.scale(2.0);
            println(f\"{p.norm():.2}\");
            let q: Point = .{ x: 1.0 };
            let pair = Pair { a: 1, b: \"x\" };
            println(f\"{pair.first()} {id(pair.b)} {id<u8>(3)}\");
            let m = Meters(2.5);
            println(f\"{m.0}\");
            let n = Noisy { n: 1 };
            let t = (1, \"two\");
            let (a, b) = t;
            println(f\"{a} {b} {t.0}\");
        }",
    );
    rejects("struct P { x: i32 } fn main() { let p = P { y: 1 }; }", &["E0314"]);
    rejects(
        "struct P { x: i32 } fn main() { let p = P { x: 1 }; println(f\"{p.y}\"); }",
        &["E0304"],
    );
    rejects("struct P { x: i32, p: P } fn main() {}", &["E0322"]);
    rejects("fn main() { let x = 1; x.foo(); }", &["E0304"]);
}

#[test]
fn c_declarations() {
    accepts(
        "extern \"C\" {
            fn abs(n: c_int) -> c_int;
            fn printf(format: *const c_char, ...) -> c_int;
            fn qsort(base: *c_void, n: usize, size: usize, compare: extern fn(*const c_void, *const c_void) -> c_int);
            static environ: **c_char;
        }
        extern struct Pt { x: c_int, y: c_int }
        extern union Both { i: c_int, f: c_float }
        extern enum Color: c_uint { Red, Green = 5 }
        fn compare(a: *const c_void, b: *const c_void) -> c_int {
            unsafe *(a as *const i32) - *(b as *const i32)
        }
        fn main() {
            var xs = [3, 1, 2];
            unsafe {
                printf(\"%d %s %f\\n\", abs(-3), \"text\", 1.5f32);
                qsort(&mut xs, 3, 4, compare);
                let u = Both { i: 1 };
                println(f\"{u.f}\");
            }
            let c = Color.Green;
            let d: Color = .Red;
            println(f\"{c as u32}\");
            let f: ?extern fn(c_int) -> c_int = abs;
            if let g = f { println(f\"{unsafe g(1)}\"); }
            let p: *i32 = null;
            if p == null { println(\"null\"); }
        }",
    );
    rejects(
        "extern \"C\" { fn abs(n: c_int) -> c_int; } fn main() { abs(1); }",
        &["E0309"],
    );
    rejects("fn main() { let x = unsafe 1 + 2; println(f\"{x}\"); }", &["E0336"]);
}

#[test]
fn constants() {
    accepts(
        "const N: usize = M * 2;
        const M: usize = 4;
        static TABLE: [u8; N] = [1; N];
        static NAMES: [&str; 2] = [\"a\", \"b\"];
        static var count: i32 = 0;
        const LIMIT: u32 = u32.MAX;
        fn main() {
            let xs: [i32; N] = [0; N];
            unsafe { count += 1; }
            println(f\"{TABLE[1]} {NAMES[0]} {xs.len()} {LIMIT}\");
        }",
    );
    rejects(
        "const A: i32 = B; const B: i32 = A; fn main() { println(f\"{A}\"); }",
        &["E0319"],
    );
    rejects("const N: u8 = 255 + 1; fn main() {}", &["E0333"]);
}

#[test]
fn operators_see_through_references_to_numbers() {
    accepts(
        "fn sum(xs: &[i32], n: i32) -> i32 {
            var total = 0;
            for x in xs {
                total += x;
                total = total + x * n;
                if *x > 1 && x == &2 { total -= 1; }
            }
            total
        }
        fn main() { sum(&[1, 2], 3); }",
    );
}

#[test]
fn imported_constants_in_patterns() {
    let check = |name: &str| {
        let root =
            format!("import limits.{name}; fn f(n: i32) {{ match n {{ {name} => {{}} _ => {{}} }} }} fn main() {{}}");
        let limits = format!("pub const {name}: i32 = 9;");
        CORE.check_files(&[("test.lang", &root), ("limits.lang", &limits)])
    };
    assert!(check("LIMIT").diagnostics.is_empty());
    // A name in small letters may be a new variable when its file alone is read.
    let checked = check("limit");
    assert_eq!(checked.codes(), ["E0332"], "{}", checked.rendered());
}
