//! Constants have the values that the same code gives at run time: random functions of numbers, evaluated both ways and
//! compared in the program, in debug and in release builds.
//!
//! `CONSTANTS_SOAK=40 cargo test --package test-suite --test constants` tries 40 programs, and `CONSTANTS_SEED=7`
//! begins with another than the first.

use std::fmt::Write;
use std::fs;

use test_suite::random::Random;
use test_suite::run;

const INTEGERS: [&str; 12] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize",
];
const FLOATS: [&str; 2] = ["f32", "f64"];

/// How many functions a program has.
const N_FUNCTIONS: usize = 60;

#[test]
fn constants_are_what_the_program_computes() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("CONSTANTS_SEED").unwrap_or(1);
    for seed in first..first + number("CONSTANTS_SOAK").unwrap_or(2) {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let text = program(&mut Random::new(seed));
        fs::write(folder.path().join("constants.lang"), &text).expect("the program can be written");
        for args in [&["run", "constants.lang"][..], &["run", "--release", "constants.lang"]] {
            let output = run(folder.path(), args);
            assert!(
                output.status == 0 && output.stdout == "done\n",
                "seed {seed}, {args:?}\n{text}\n{}\n{}",
                output.stdout,
                output.stderr
            );
        }
    }
}

/// Every function is evaluated as a constant, and called with its arguments from variables, which no optimiser knows.
fn program(random: &mut Random) -> String {
    let mut out = String::new();
    let mut main = String::new();
    for index in 0..N_FUNCTIONS {
        let is_float = random.chance(30);
        let ty = if is_float {
            random.pick(&FLOATS)
        } else {
            random.pick(&INTEGERS)
        };
        let values: Vec<String> = (0..3).map(|_| literal(random, ty)).collect();
        let _ = writeln!(out, "const fn case{index}(a: {ty}, b: {ty}, c: {ty}) -> {ty} {{");
        let _ = writeln!(out, "    var x: {ty} = a;");
        let _ = writeln!(out, "    var list: [{ty}; 4] = [a, b, c, b];");
        for _ in 0..random.below(5) + 1 {
            statement(random, ty, &mut out);
        }
        let result = expression(random, ty, 3);
        let _ = writeln!(out, "    x = {result};");
        let _ = writeln!(out, "    for y in list {{ x = {}; }}", combined(ty));
        let _ = writeln!(out, "    x\n}}");
        let _ = writeln!(out, "const C{index}: {ty} = case{index}({});", values.join(", "));
        for (name, value) in ["a", "b", "c"].iter().zip(&values) {
            let _ = writeln!(out, "static var {name}{index}: {ty} = {value};");
        }
        let _ = writeln!(main, "    let r = unsafe case{index}(a{index}, b{index}, c{index});");
        let same = if is_float {
            // Zeros of both signs are told apart by what they divide.
            format!("(r == C{index} && 1.0 / r == 1.0 / C{index}) || (r != r && C{index} != C{index})")
        } else {
            format!("r == C{index}")
        };
        let _ = writeln!(
            main,
            "    if !({same}) {{ println(f\"case{index}: {{C{index}}}, at run time {{r}}\"); }}"
        );
    }
    let _ = writeln!(out, "fn main() {{\n{main}    println(\"done\");\n}}");
    out
}

fn is_float(ty: &str) -> bool {
    ty.starts_with('f')
}

/// What folds `y` into `x`.
fn combined(ty: &str) -> &'static str {
    if is_float(ty) { "x * 0.5 + y" } else { "(x *% 31) +% y" }
}

fn literal(random: &mut Random, ty: &str) -> String {
    if is_float(ty) {
        return random
            .pick(&[
                "0.0",
                "1.0",
                "-0.0",
                "0.1",
                "3.5e10",
                "-2.75",
                "1.0e-30",
                "16777217.0",
                "-1.0e30",
                "7.0",
            ])
            .to_owned();
    }
    let width = width(ty);
    let value = u128::from(random.bits()) << 64 | u128::from(random.bits());
    let value = match random.below(4) {
        0 => value & 7,
        1 => (1 << (width - 1)) - 1,
        _ => value & ((1 << (width - 1)) - 1),
    };
    if ty.starts_with('i') && random.chance(40) {
        format!("-{value}")
    } else {
        value.to_string()
    }
}

/// Of the literals: those of `isize` are of any machine.
fn width(ty: &str) -> u32 {
    ty[1..].parse().unwrap_or(32)
}

fn statement(random: &mut Random, ty: &str, out: &mut String) {
    let value = expression(random, ty, 2);
    let _ = match random.below(6) {
        0 => writeln!(out, "    x = {value};"),
        1 => writeln!(out, "    list[{}] = {value};", random.below(4)),
        2 => writeln!(out, "    for i in 0..{} {{ list[i] = {value}; }}", random.below(4) + 1),
        3 => writeln!(out, "    if {} {{ x = {value}; }}", condition(random, ty)),
        4 => writeln!(
            out,
            "    {{ let value = {value}; let place = &mut list[{}]; *place = value; }}",
            random.below(4)
        ),
        _ => writeln!(
            out,
            "    x = match ({}, {}) {{ (true, true) => a, (false, _) => {value}, _ => c }};",
            condition(random, ty),
            condition(random, ty)
        ),
    };
}

fn condition(random: &mut Random, ty: &str) -> String {
    let op = random.pick(&["<", "<=", "==", "!=", ">", ">="]);
    format!("(({}) {op} {})", operand(random, ty), operand(random, ty))
}

fn operand(random: &mut Random, ty: &str) -> String {
    match random.below(6) {
        0 => "x".to_owned(),
        1 => "a".to_owned(),
        2 => "b".to_owned(),
        3 => "c".to_owned(),
        4 => format!("list[{}]", random.below(4)),
        _ => format!("({} as {ty})", literal(random, ty)),
    }
}

/// An expression that has a value whatever its operands are.
fn expression(random: &mut Random, ty: &str, depth: u32) -> String {
    if depth == 0 {
        return operand(random, ty);
    }
    let part = |random: &mut Random| expression(random, ty, depth - 1);
    if is_float(ty) {
        return match random.below(8) {
            0 => format!("(-{})", part(random)),
            1 => format!("({} as% i64 as {ty})", part(random)),
            2 => format!("({} as% u8 as {ty})", part(random)),
            3 => {
                let other = random.pick(&FLOATS);
                format!("(({} as {other}) as {ty})", part(random))
            }
            4 => format!("({}).sqrt()", part(random)),
            _ => {
                let op = random.pick(&["+", "-", "*", "/", "%"]);
                format!("({} {op} {})", part(random), part(random))
            }
        };
    }
    match random.below(12) {
        0 => format!("(!{})", part(random)),
        1 => format!("(({}) << (({}) & 7))", part(random), part(random)),
        2 => format!("(({}) >> (({}) & 7))", part(random), part(random)),
        3 => {
            let divisor = random.below(100) + 2;
            let op = random.pick(&["/", "%"]);
            format!("({} {op} {divisor})", part(random))
        }
        4 | 5 => {
            let other = random.pick(&INTEGERS);
            format!("(({} as% {other}) as% {ty})", part(random))
        }
        6 => {
            let float = random.pick(&FLOATS);
            format!("(({} as {float}) as% {ty})", part(random))
        }
        7 => {
            let method = random.pick(&["count_ones", "leading_zeros", "trailing_zeros"]);
            format!("(({}).{method}() as% {ty})", part(random))
        }
        8 => {
            let method = random.pick(&["swap_bytes()", "rotate_left(3)", "rotate_right(5)"]);
            format!("({}).{method}", part(random))
        }
        _ => {
            let op = random.pick(&["+%", "-%", "*%", "+|", "-|", "&", "|", "^"]);
            format!("({} {op} {})", part(random), part(random))
        }
    }
}
