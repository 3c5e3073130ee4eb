//! Panics, the test runner and messages in whole programs: what they print, and their exit status.

mod support;

use std::process::{Command, Output};
use std::sync::OnceLock;
use support::Compiled;

const TRIPLES: [&str; 3] = [
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "arm64-apple-macosx13.0.0",
];

/// What the compiler emits for a function with a value to drop, a `main` that stops panics, and a location.
const PROGRAM: &str = r#"
%location = type { ptr, i64, i32, i32 }
@file = private constant [8 x i8] c"src/a.la"
@place = private constant %location { ptr @file, i64 8, i32 3, i32 14 }
@dropped = private constant [8 x i8] c"dropped\0A"

declare i32 @lang_personality(i32, i32, i64, ptr, ptr)
declare i32 @lang_panic_end(ptr)
declare void @lang_panic_bounds(i64, i64, ptr) noreturn
declare void @lang_panic_no_unwind() noreturn
declare void @lang_print_begin(i32)
declare void @lang_print_str(ptr, i64, ptr)
declare void @lang_print_end()
declare i32 @lang_test_main(ptr, i64)

define void @drop() {
  call void @lang_print_begin(i32 1)
  call void @lang_print_str(ptr @dropped, i64 8, ptr null)
  call void @lang_print_end()
  ret void
}

define void @index(i64 %at) noinline {
  %inside = icmp ult i64 %at, 3
  br i1 %inside, label %done, label %outside
outside:
  call void @lang_panic_bounds(i64 %at, i64 3, ptr @place)
  unreachable
done:
  ret void
}

define void @body(i64 %at) noinline personality ptr @lang_personality {
  invoke void @index(i64 %at) to label %done unwind label %pad
done:
  call void @drop()
  ret void
pad:
  %lp = landingpad { ptr, i32 } cleanup
  call void @drop()
  resume { ptr, i32 } %lp
}

define i32 @caught(i64 %at) noinline personality ptr @lang_personality {
  invoke void @body(i64 %at) to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  %exception = extractvalue { ptr, i32 } %lp, 0
  %status = call i32 @lang_panic_end(ptr %exception)
  ret i32 %status
}
"#;

fn compiled() -> Option<&'static Compiled> {
    static COMPILED: OnceLock<Option<Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| Compiled::new(&[])).as_ref()
}

/// Runs the program with a `lang_main` of its own.
fn run(main: &str, arguments: &[&str]) -> Option<Output> {
    let program = compiled()?.program("driver.ll", &format!("{PROGRAM}{main}"));
    Some(
        Command::new(program)
            .args(arguments)
            .output()
            .expect("the program starts"),
    )
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the runtime prints UTF-8")
}

#[test]
fn a_panic_drops_what_lives_and_gives_status_101() {
    let main = "define i32 @lang_main() { %s = call i32 @caught(i64 7) ret i32 %s }";
    let Some(output) = run(main, &[]) else { return };
    assert_eq!(output.status.code(), Some(101));
    assert_eq!(text(&output.stdout), "dropped\n");
    let message = "panic at src/a.la:3:14: index out of bounds: the len is 3 but the index is 7\n";
    assert_eq!(text(&output.stderr), message);
    let main = "define i32 @lang_main() { %s = call i32 @caught(i64 2) ret i32 %s }";
    let output = run(main, &[]).expect("clang is there");
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(0), "dropped\n", "")
    );
}

#[test]
fn a_second_panic_can_follow_one_that_was_caught() {
    let main = "define i32 @lang_main() { %a = call i32 @caught(i64 7) %b = call i32 @caught(i64 8) ret i32 %b }";
    let Some(output) = run(main, &[]) else { return };
    assert_eq!(output.status.code(), Some(101));
    assert_eq!(text(&output.stdout), "dropped\ndropped\n");
    assert!(text(&output.stderr).ends_with("the index is 8\n"));
}

#[test]
fn a_panic_in_a_drop_while_unwinding_aborts() {
    let main = r#"
define void @inner() noinline personality ptr @lang_personality {
  invoke void @index(i64 7) to label %done unwind label %pad
done:
  ret void
pad:
  %lp = landingpad { ptr, i32 } cleanup
  call void @index(i64 9)
  resume { ptr, i32 } %lp
}
define i32 @lang_main() personality ptr @lang_personality {
  invoke void @inner() to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  ret i32 5
}
"#;
    let Some(output) = run(main, &[]) else { return };
    assert_eq!(output.status.code(), None);
    assert!(text(&output.stderr).ends_with("the index is 9\na panic in a drop while unwinding: aborting\n"));
}

#[test]
fn a_panic_does_not_leave_a_function_that_does_not_unwind() {
    let by_pad = r#"
define i32 @lang_main() personality ptr @lang_personality {
  invoke void @index(i64 7) to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  call void @lang_panic_no_unwind()
  unreachable
}
"#;
    let by_attribute = r#"
@unknown = global i64 7
define void @believed(i64 %at) noinline nounwind {
  call void @index(i64 %at)
  ret void
}
define i32 @lang_main() personality ptr @lang_personality {
  %at = load volatile i64, ptr @unknown
  call void @believed(i64 %at)
  %again = load volatile i64, ptr @unknown
  invoke void @index(i64 %again) to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  ret i32 5
}
"#;
    let uncaught = "define i32 @lang_main() { call void @index(i64 7) ret i32 0 }";
    let stopped = "a panic cannot leave a function that does not unwind: aborting\n";
    let never_caught = "nothing catches this panic: aborting\n";
    for (main, ending) in [(by_pad, stopped), (by_attribute, stopped), (uncaught, never_caught)] {
        let Some(output) = run(main, &[]) else { return };
        assert_eq!(output.status.code(), None);
        assert!(
            text(&output.stderr).ends_with(&format!("the index is 7\n{ending}")),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn the_test_runner_selects_catches_and_counts() {
    let main = r#"
%test = type { ptr, i64, ptr }
@adds = private constant [4 x i8] c"adds"
@adds_badly = private constant [10 x i8] c"adds badly"
@tests = private constant [2 x %test] [
  %test { ptr @adds, i64 4, ptr @passes }, %test { ptr @adds_badly, i64 10, ptr @fails }
]
define i32 @passes() { ret i32 0 }
define i32 @fails() { %s = call i32 @caught(i64 4) ret i32 %s }
define i32 @lang_main() { %s = call i32 @lang_test_main(ptr @tests, i64 2) ret i32 %s }
"#;
    let Some(output) = run(main, &[]) else { return };
    assert_eq!(output.status.code(), Some(1));
    let all = "test adds ... ok\ntest adds badly ... dropped\nFAILED\n\n\
               test result: FAILED. 1 passed; 1 failed; 0 filtered out\n";
    assert_eq!(text(&output.stdout), all);
    let ran = |arguments: &[&str]| {
        let output = run(main, arguments).expect("clang is there");
        (output.status.code(), text(&output.stdout).to_owned())
    };
    let passed = "test adds ... ok\n\ntest result: ok. 1 passed; 0 failed; 1 filtered out\n".to_owned();
    assert_eq!(ran(&["--exact", "adds"]), (Some(0), passed));
    assert_eq!(ran(&["badly"]).0, Some(1));
    assert_eq!(ran(&["--list"]), (Some(0), "adds: test\nadds badly: test\n".to_owned()));
    assert_eq!(ran(&["--run=0"]), (Some(0), String::new()));
    assert_eq!(ran(&["--run=1"]), (Some(101), "dropped\n".to_owned()));
    for wrong in ["--fast", "--run=2", "--run=", "--run=-1", "--run=99999999999999999999"] {
        assert_eq!(ran(&[wrong]).0, Some(2), "{wrong}");
    }
}

/// A `write` of our own counts the calls, takes few bytes at a time, and is interrupted.
#[test]
fn a_message_is_one_write_and_survives_interruptions() {
    let source = r#"
#include "lang_runtime.h"
int *__errno_location(void);
long syscall(long number, ...);
static int calls, difficult;
intptr_t write(int stream, const void *bytes, size_t length) {
    calls++;
    if (difficult && calls % 2 == 0) { *__errno_location() = 4; return -1; }
    if (difficult && length > 7) length = 7;
    return syscall(1, stream, bytes, length);
}
int lang_main(void) {
    char text[3000];
    for (int i = 0; i < 3000; i++) text[i] = 'a' + i % 26;
    lang_print_begin(1);
    lang_print_str("outer ", 6, 0);
    lang_print_str(text, 3000, 0);
    lang_print_begin(1);
    lang_print_str("inner\n", 6, 0);
    lang_print_end();
    lang_print_str("\n", 1, 0);
    lang_print_end();
    int whole = calls;
    difficult = 1;
    lang_print_begin(1);
    lang_print_str(text, 100, 0);
    lang_print_end();
    return whole * 10 + (calls > 20);
}
"#;
    if !cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        return;
    }
    let Some(compiled) = compiled() else { return };
    let program = compiled.program("driver.c", source);
    let output = Command::new(program).output().expect("the program starts");
    let alphabet: String = ('a'..='z').cycle().take(3000).collect();
    assert_eq!(
        text(&output.stdout),
        format!("inner\nouter {alphabet}\n{}", &alphabet[..100])
    );
    assert_eq!(output.status.code(), Some(21));
}

#[test]
fn printing_to_a_full_disk_panics() {
    let main = r#"
define i32 @lang_main() personality ptr @lang_personality {
  invoke void @drop() to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  %exception = extractvalue { ptr, i32 } %lp, 0
  %status = call i32 @lang_panic_end(ptr %exception)
  ret i32 %status
}
"#;
    let (Some(compiled), Ok(full)) = (compiled(), std::fs::File::create("/dev/full")) else {
        return;
    };
    let program = compiled.program("driver.ll", &format!("{PROGRAM}{main}"));
    let output = Command::new(program).stdout(full).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(101));
    assert_eq!(
        text(&output.stderr),
        "panic: cannot print to standard output: error 28\n"
    );
}

#[test]
fn the_sources_compile_without_warnings_for_every_target() {
    let Some(compiled) = compiled() else { return };
    let warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];
    let header = compiled.path("header.cpp");
    std::fs::write(
        &header,
        "#include \"lang_runtime.h\"\nbool use() { return lang_panicking(); }\n",
    )
    .expect("written");
    for triple in TRIPLES {
        let target = format!("--target={triple}");
        let object = compiled.path(&format!("{triple}.o"));
        let arguments: Vec<&str> = runtime::COMPILE_ARGUMENTS
            .iter()
            .copied()
            .chain(warnings)
            .chain([&*target])
            .collect();
        for (name, _) in runtime::SOURCES {
            compiled.compile(&compiled.path(name), &arguments, &object);
        }
        compiled.compile(
            &header,
            &["-std=c++17", "-Wall", "-Wextra", "-Werror", &target],
            &object,
        );
    }
}
