//! What the runtime reads as a floating-point number against what Rust reads.

mod support;

use std::io::Write;
use std::process::Stdio;
use support::Compiled;

/// Reads a number a line, and prints the bits of it as a double and as a float, or `-`.
const DRIVER: &str = r#"
#include "lang_runtime.h"
int printf(const char *format, ...);
int scanf(const char *format, ...);
static char text[8192];
int lang_main(void) {
    while (scanf("%8191s", text) == 1) {
        size_t length = 0;
        while (text[length] != 0) {
            length++;
        }
        union { unsigned long long bits; double value; } wide = {0};
        union { unsigned bits; float value; } single = {0};
        if (!lang_parse_f64(text, length, &wide.value) || !lang_parse_f32(text, length, &single.value)) {
            printf("-\n");
        } else {
            printf("%llx %x\n", wide.bits, single.bits);
        }
    }
    return 0;
}
"#;

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// The exact decimal expansion of the middle between a value and the next greater one.
fn middle(value: f64) -> String {
    // A double has at most 1,074 digits after the point, and the middle one more.
    let next = f64::from_bits(value.to_bits() + 1);
    let (low, high) = (format!("{value:.1100}"), format!("{next:.1100}"));
    let digit = |byte: u8| u32::from(byte - b'0');
    let width = low.len().max(high.len());
    let (low, high) = (format!("{low:0>width$}"), format!("{high:0>width$}"));
    let mut sum = Vec::new();
    let mut carry = 0;
    for (x, y) in low.bytes().zip(high.bytes()).rev() {
        if x == b'.' {
            sum.push(b'.');
            continue;
        }
        let total = digit(x) + digit(y) + carry;
        sum.push(b'0' + (total % 10) as u8);
        carry = total / 10;
    }
    sum.push(b'0' + carry as u8);
    let mut rest = 0;
    let half = sum.iter().rev().map(|byte| {
        if *byte == b'.' {
            return '.';
        }
        let total = rest * 10 + digit(*byte);
        rest = total % 2;
        char::from_digit(total / 2, 10).expect("half of less than 20")
    });
    half.collect()
}

fn numbers() -> Vec<String> {
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let plain = [
        "0",
        "-0",
        "+1",
        "1.",
        ".5",
        "1e400",
        "-1e-400",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "inf",
        "-Infinity",
        "NaN",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "9007199254740993",
        "1e23",
        "8.5e22",
        "3.4028235677973366e38",
        "1.1754943508222875e-38",
        "0.000000000000000000000000000000000000000000001e45",
        "123456789012345678901234567890",
        "1e00000000000000000000003",
        ".",
        "e5",
        "1e",
        "1e+",
        "--1",
        "1_0",
        "0x10",
        "infinit",
        "1.2.3",
        "+",
        "179769313486231580793728971405301e276",
        "6.8e-46",
        "7.1e-46",
    ];
    let mut all: Vec<String> = plain.iter().map(ToString::to_string).collect();
    for _ in 0..20_000 {
        let bits = f64::from_bits(random.next());
        all.push(format!("{bits:e}"));
        let single = f32::from_bits(random.next() as u32);
        all.push(format!("{single:e}"));
        let n_digits = 1 + random.below(24) as usize;
        let digits: String = (0..n_digits)
            .map(|_| char::from(b'0' + random.below(10) as u8))
            .collect();
        all.push(format!("{digits}e{}", random.below(700) as i64 - 350));
        let at = random.below(n_digits as u64 + 1) as usize;
        all.push(format!("-{}.{}", &digits[..at], &digits[at..]));
    }
    for _ in 0..200 {
        let value = f64::from_bits(random.next() & !(1 << 63));
        if value.is_finite() {
            let half = middle(value);
            all.push(format!("{half}1"));
            all.push(half.clone());
            all.push(format!("{}e-1", half.replace('.', "")).replace("e-1", "e-1101"));
        }
    }
    all
}

#[test]
fn numbers_are_read_as_rust_reads_them() {
    let Some(compiled) = Compiled::new(&[]) else {
        return;
    };
    let program = compiled.program("parse.c", DRIVER);
    let all = numbers();
    let mut child = std::process::Command::new(program)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the driver starts");
    let mut input = child.stdin.take().expect("it is piped");
    let text = all.join("\n") + "\n";
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).expect("the driver reads"));
    let output = child.wait_with_output().expect("the driver ends");
    writer.join().expect("all was written");
    let output = String::from_utf8(output.stdout).expect("text");
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), all.len());
    for (text, found) in all.iter().zip(lines) {
        let expected = match (text.parse::<f64>(), text.parse::<f32>()) {
            (Ok(wide), Ok(single)) => format!("{:x} {:x}", wide.to_bits(), single.to_bits()),
            _ => "-".to_owned(),
        };
        assert_eq!(found, expected, "{text}");
    }
}
