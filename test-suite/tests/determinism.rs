//! The same program gives the same bytes: with any number of jobs, in any folder, with the cache and without.

use std::fs;
use std::path::Path;

use test_suite::{lang, output_of};

/// Several modules, generic code, records across the boundary, and headers that know their own paths.
const SOURCES: [(&str, &str); 5] = [
    (
        "main.lang",
        "\
import c \"own.h\" as own;
import c \"math.h\" as math;
import first.{twice};
import second.{Pair, larger};

fn main() {
    let pair = unsafe own.make(twice(3), 4.0);
    println(f\"{pair.x + pair.y} {unsafe own.scaled(pair, 2).x} {unsafe math.sqrt(16.0)}\");
    println(f\"{larger(Pair { left: 1, right: 2 })} {larger(Pair { left: 2.5, right: 0.5 })}\");
    println(f\"{unsafe own.where_am_i(twice(0)) == 'o' as c_char}\");
}
",
    ),
    ("first.lang", "pub fn twice(x: i32) -> i32 { x * 2 }\n"),
    (
        "second.lang",
        "\
import first.{twice};

pub struct Pair<T> { pub left: T, pub right: T }

pub fn larger<T>(pair: Pair<T>) -> i32 { twice(21) }
",
    ),
    (
        "own.h",
        "\
#include <assert.h>
struct point { double x, y; };
static inline struct point make(double x, double y) { struct point p = { x, y }; assert(x > 0); return p; }
static inline struct point scaled(struct point p, int by) { p.x *= by; return p; }
static inline char where_am_i(int at) { return __FILE__[at]; }
",
    ),
    ("hello.lang", "fn main() {\n    println(\"hello\");\n}\n"),
];

fn make(folder: &Path) {
    fs::create_dir_all(folder).expect("it can be made");
    for (name, text) in SOURCES {
        fs::write(folder.join(name), text).expect("it can be written");
    }
}

fn build(folder: &Path, cache: &Path, args: &[&str]) -> Vec<u8> {
    let mut command = lang();
    command
        .env("LANG_CACHE_DIR", cache)
        .args(["build", "-o", "out"])
        .args(args)
        .current_dir(folder);
    let output = output_of(command);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{args:?}");
    let bytes = fs::read(folder.join("out")).expect("it was built");
    fs::remove_file(folder.join("out")).expect("it can be removed");
    bytes
}

#[test]
fn the_same_bytes_at_any_number_of_jobs_in_any_folder_with_cache_and_without() {
    let root = tempfile::tempdir().expect("a temporary directory");
    let (one, other) = (root.path().join("one"), root.path().join("the/other"));
    make(&one);
    make(&other);
    let (cache, other_cache) = (root.path().join("cache"), root.path().join("other cache"));
    for program in [
        &["main.lang"][..],
        &["main.lang", "--release"],
        &["main.lang", "--release", "--codegen-units", "3"],
        &["main.lang", "--emit", "llvm"],
        &["hello.lang", "--target", "aarch64-apple-darwin"],
        &["hello.lang", "--target", "aarch64-apple-darwin", "--release"],
    ] {
        let with = |args: &[&'static str]| [program, args].concat();
        let first = build(&one, &cache, &with(&["--jobs", "1"]));
        for (what, bytes) in [
            ("from the cache", build(&one, &cache, &with(&["--jobs", "2"]))),
            (
                "two jobs, another folder",
                build(&other, &other_cache, &with(&["--jobs", "2"])),
            ),
            (
                "another folder, the first one's cache",
                build(&other, &cache, &with(&["--jobs", "4"])),
            ),
            ("without cache", build(&one, &cache, &with(&["--no-cache"]))),
        ] {
            assert!(bytes == first, "{program:?}: other bytes {what}");
        }
    }
}
