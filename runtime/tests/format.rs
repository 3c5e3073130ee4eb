//! What the runtime prints against what Rust's `format!` prints with the same specification.

mod support;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use support::Compiled;

/// Reads a line per value, prints it with its specification, a newline after it. Text is hexadecimal.
const DRIVER: &str = r#"
#include "lang_runtime.h"
int scanf(const char *format, ...);
static char text[4096];
int lang_main(void) {
    char type[8], digits[8192];
    unsigned long long low, high;
    unsigned fill, align, sign, alternate, zero, kind;
    int width, precision;
    while (scanf("%7s %llx %llx %u %u %u %u %u %d %d %u %8191s", type, &low, &high, &fill, &align, &sign, &alternate,
                 &zero, &width, &precision, &kind, digits) == 12) {
        struct lang_format_spec spec = {fill, align, sign, alternate, zero, width, precision, kind, {0}};
        size_t length = 0;
        for (; digits[2 * length] != 0 && digits[0] != '-'; length++) {
            char high_digit = digits[2 * length], low_digit = digits[2 * length + 1];
            int high_value = (high_digit & 15) + (high_digit > '9') * 9;
            int low_value = (low_digit & 15) + (low_digit > '9') * 9;
            text[length] = (char)(high_value * 16 + low_value);
        }
        text[length] = 0;
        union { unsigned long long bits; double value; } wide = {low};
        union { unsigned bits; float value; } single = {(unsigned)low};
        lang_print_begin(1);
        switch (type[0]) {
        case 's': lang_print_str(text, length, &spec); break;
        case 'z': lang_print_cstr(text, &spec); break;
        case 'c': lang_print_char((unsigned)low, &spec); break;
        case 't': lang_print_bool(low != 0, &spec); break;
        case 'i': lang_print_i64((long long)low, (unsigned)high, &spec); break;
        case 'u': lang_print_u64(low, &spec); break;
        case 'I': lang_print_i128(low, high, &spec); break;
        case 'U': lang_print_u128(low, high, &spec); break;
        case 'd': lang_print_f64(wide.value, &spec); break;
        case 'f': lang_print_f32(single.value, &spec); break;
        case 'p': lang_print_pointer((void *)low, &spec); break;
        }
        lang_print_str("\n", 1, 0);
        lang_print_end();
    }
    return 0;
}
"#;

/// With checks for undefined behaviour, which end the program.
fn compiled() -> Option<&'static Compiled> {
    static COMPILED: OnceLock<Option<Compiled>> = OnceLock::new();
    let arguments = &["-fsanitize=undefined", "-fno-sanitize-recover=all"];
    COMPILED.get_or_init(|| Compiled::new(arguments)).as_ref()
}

/// A value as the driver reads it.
#[derive(Clone, Copy)]
enum Value<'a> {
    Str(&'a str),
    Bytes(&'a [u8]),
    Char(char),
    Bool(bool),
    Signed(i64, u32),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    F32(f32),
    Pointer(usize),
}

#[derive(Default)]
struct Cases {
    input: String,
    expected: Vec<String>,
}

impl Cases {
    /// `spec` is what stands between the braces of `format!`, the colon included.
    fn add(&mut self, value: Value, spec: &str, expected: String) {
        let (kind, low, high, text) = match value {
            Value::Str(text) => ("s", 0, 0, text.as_bytes()),
            Value::Bytes(text) => ("z", 0, 0, text),
            Value::Char(scalar) => ("c", u64::from(scalar), 0, &[][..]),
            Value::Bool(value) => ("t", u64::from(value), 0, &[][..]),
            Value::Signed(value, bits) => ("i", value as u64, u64::from(bits), &[][..]),
            Value::U64(value) => ("u", value, 0, &[][..]),
            Value::I128(value) => ("I", value as u64, (value >> 64) as u64, &[][..]),
            Value::U128(value) => ("U", value as u64, (value >> 64) as u64, &[][..]),
            Value::F64(value) => ("d", value.to_bits(), 0, &[][..]),
            Value::F32(value) => ("f", u64::from(value.to_bits()), 0, &[][..]),
            Value::Pointer(address) => ("p", address as u64, 0, &[][..]),
        };
        let mut digits: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
        if digits.is_empty() {
            digits.push('-');
        }
        self.input += &format!("{kind} {low:x} {high:x} {} {digits}\n", spec_fields(spec));
        self.expected.push(format!("{spec} {}", expected));
    }

    fn check(&self) {
        let Some(compiled) = compiled() else { return };
        let program = compiled.program("driver.c", DRIVER);
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the driver starts");
        let mut stdin = child.stdin.take().expect("it is piped");
        let input = self.input.clone();
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("the driver ends");
        writer.join().expect("the writer ends").expect("the driver reads all");
        assert!(output.status.success());
        let text = String::from_utf8(output.stdout).expect("the runtime prints UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), self.expected.len());
        for ((line, expected), input) in lines.iter().zip(&self.expected).zip(self.input.lines()) {
            let (_, wanted) = expected.split_once(' ').expect("written above");
            assert_eq!(*line, wanted, "for {expected:?} of {input}");
        }
    }
}

/// Reads a specification of Rust's as the compiler does, and writes the fields of the runtime's.
fn spec_fields(spec: &str) -> String {
    let spec = spec.strip_prefix(':').unwrap_or(spec);
    let chars: Vec<char> = spec.chars().collect();
    let align_of = |at: usize| {
        chars
            .get(at)
            .and_then(|align| "<^>".find(*align))
            .map_or(0, |index| index + 1)
    };
    let (mut at, mut fill, mut align) = (0, ' ', align_of(0));
    if align_of(1) != 0 {
        (at, fill, align) = (2, chars[0], align_of(1));
    } else if align != 0 {
        at = 1;
    }
    let mut flag = |wanted: char| {
        let here = chars.get(at) == Some(&wanted);
        at += usize::from(here);
        u32::from(here)
    };
    let (sign, alternate, zero) = (flag('+'), flag('#'), flag('0'));
    let rest: String = chars[at..].iter().collect();
    let kind = rest.chars().last().filter(|kind| !kind.is_ascii_digit());
    let numbers = rest.trim_end_matches(|last: char| !last.is_ascii_digit());
    let (width, precision) = numbers.split_once('.').unwrap_or((numbers, ""));
    let number = |text: &str| text.parse::<i32>().unwrap_or(-1);
    let (width, precision, kind) = (number(width), number(precision), kind.unwrap_or('d') as u32);
    format!(
        "{} {align} {sign} {alternate} {zero} {width} {precision} {kind}",
        fill as u32
    )
}

/// Every value with every specification.
macro_rules! cases {
    ($cases:ident, $values:expr, $make:expr, [$($spec:literal),* $(,)?]) => {
        for value in $values {
            let make = $make;
            $( $cases.add(make(value), $spec, format!(concat!("{", $spec, "}"), value)); )*
        }
    };
}

#[test]
fn strings_characters_and_truth_values() {
    let mut cases = Cases::default();
    let texts = [
        "",
        "a",
        "hello",
        "žluť",
        "日本語",
        "a\"b'c\\d\t\0",
        "e\u{301}x\u{200b}",
        "\u{1f980} ok",
    ];
    cases!(
        cases,
        texts,
        Value::Str,
        [
            "", ":8", ":<8", ":>8", ":^9", ":*^9", ":→>7", ":.2", ":6.3", ":#^6.1", ":08"
        ]
    );
    let texts = [
        "",
        "a\"b'c\\d\t\r\n\0\u{7f}",
        "e\u{301}x\u{200b}",
        "\u{301}",
        "\u{1f980}\u{e000}\u{10ffff}",
        "\u{1b}[0m",
    ];
    cases!(cases, texts, Value::Str, [":?", ":10?", ":.1?"]);
    cases!(
        cases,
        ['a', 'ž', '\u{1f980}'],
        Value::Char,
        ["", ":3", ":*^4", ":.0", ":?"]
    );
    cases!(
        cases,
        ['\'', '"', '\n', '\\', '\0', '\u{300}', '\u{ad}'],
        Value::Char,
        [":?"]
    );
    cases!(cases, [true, false], Value::Bool, ["", ":?", ":7", ":^7", ":.2"]);
    let broken: [&[u8]; 5] = [
        b"plain",
        b"a\xffb",
        b"\xe2\x82",
        b"\xf0\x9f\xa6\xe2\x82\xac",
        b"\xed\xa0\x80\xc0\xaf",
    ];
    for bytes in broken {
        let lossy = String::from_utf8_lossy(bytes);
        cases.add(Value::Bytes(bytes), "", format!("{lossy}"));
        cases.add(Value::Bytes(bytes), ":>9", format!("{lossy:>9}"));
        cases.add(Value::Bytes(bytes), ":.2", format!("{lossy:.2}"));
    }
    cases.add(
        Value::Bytes(b"a\xff\"\xe2\x82"),
        ":?",
        r#""a\xFF\"\xE2\x82""#.to_owned(),
    );
    cases.check();
}

#[test]
fn integers() {
    let mut cases = Cases::default();
    let wide = |value: i64| Value::Signed(value, 64);
    let numbers = [
        0,
        1,
        -1,
        9,
        10,
        42,
        -42,
        1200,
        1250,
        1350,
        99_950,
        -987_654_321,
        i64::MAX,
        i64::MIN,
    ];
    cases!(
        cases,
        numbers,
        wide,
        [
            "", ":?", ":5", ":<5", ":^5", ":*>5", ":+", ":05", ":+05", ":<05", ":.2", ":#?"
        ]
    );
    cases!(
        cases,
        numbers,
        wide,
        [
            ":x", ":X", ":o", ":b", ":#x", ":#X", ":#o", ":#b", ":#010x", ":#^12x", ":020b"
        ]
    );
    cases!(
        cases,
        numbers,
        wide,
        [":e", ":.0e", ":.1e", ":.2e", ":12e", ":+012.3e", ":<12e"]
    );
    cases!(
        cases,
        [-1i8, -128, 127],
        |value: i8| Value::Signed(value.into(), 8),
        ["", ":x", ":#b", ":o"]
    );
    cases!(
        cases,
        [-1i16, i16::MIN],
        |value: i16| Value::Signed(value.into(), 16),
        ["", ":x", ":b", ":o"]
    );
    cases!(
        cases,
        [-1i32, i32::MIN],
        |value: i32| Value::Signed(value.into(), 32),
        ["", ":x", ":b", ":o"]
    );
    cases!(
        cases,
        [0, 7, u64::MAX, u64::MAX / 3],
        Value::U64,
        ["", ":x", ":o", ":b", ":+", ":e", ":30"]
    );
    let numbers = [
        0,
        1,
        -1,
        i128::from(u64::MAX),
        i128::from(u64::MAX) + 1,
        -(1 << 64),
        i128::MAX,
        i128::MIN,
    ];
    cases!(
        cases,
        numbers,
        Value::I128,
        ["", ":50", ":+050", ":x", ":#o", ":b", ":X", ":e", ":.5e"]
    );
    let numbers = [
        u128::MAX,
        10u128.pow(38),
        10u128.pow(27) - 1,
        1 << 127,
        1_000_000_000_000_000_000_000,
    ];
    cases!(cases, numbers, Value::U128, ["", ":x", ":o", ":b", ":e", ":#044x"]);
    for address in [0usize, 0x1000, 0x7fff_dead_beef] {
        let pointer = std::ptr::without_provenance::<u8>(address);
        cases.add(Value::Pointer(address), "", format!("{pointer:p}"));
        cases.add(Value::Pointer(address), ":20", format!("{pointer:20p}"));
        cases.add(Value::Pointer(address), ":#", format!("{pointer:#p}"));
        cases.add(Value::Pointer(address), ":#24", format!("{pointer:#24p}"));
    }
    cases.check();
}

/// Numbers from a fixed sequence (xorshift64*), the same in every run.
fn sequence() -> impl Iterator<Item = u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    std::iter::repeat_with(move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_f491_4f6c_dd1d)
    })
}

const NOTABLE: [f64; 52] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    0.25,
    0.5,
    1.5,
    2.5,
    0.05,
    0.15,
    0.95,
    0.96,
    9.96,
    99.5,
    999.95,
    1e-4,
    9.999e-5,
    1e-5,
    1e15,
    1e16,
    9.999e15,
    1e21,
    1e22,
    1e23,
    9e22,
    123456.789,
    0.3,
    1.0 / 3.0,
    100.0,
    1200.0,
    5e-324,
    1e-320,
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    f64::EPSILON,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    2.225073858507201e-308,
    9007199254740992.0,
    9007199254740993.0,
    4.35,
    0.000001,
    1e300,
    1.7976931348623157e308,
    8.41e21,
    2.0e-7,
    0.005,
    0.015,
    1e2,
];

#[test]
fn doubles() {
    let mut cases = Cases::default();
    cases!(
        cases,
        NOTABLE,
        Value::F64,
        [
            "", ":?", ":e", ":+", ":+?", ":8", ":<8", ":^12.3", ":*>12.1", ":012.2", ":+09.1"
        ]
    );
    cases!(
        cases,
        NOTABLE,
        Value::F64,
        [
            ":.0", ":.1", ":.2", ":.5", ":.17", ":.340", ":.1100", ":.1?", ":.0e", ":.3e", ":.30e"
        ]
    );
    let random: Vec<f64> = sequence().take(4000).map(f64::from_bits).collect();
    cases!(
        cases,
        random.iter().copied(),
        Value::F64,
        ["", ":?", ":e", ":.3e", ":.1"]
    );
    let near_one = sequence().take(2000).map(|bits| (bits >> 20) as f64 / 1000.0);
    cases!(cases, near_one, Value::F64, ["", ":.2", ":10.1", ":?"]);
    for exponent in -1074..1024 {
        let power = if exponent < -1022 {
            f64::from_bits(1 << (exponent + 1074))
        } else {
            2f64.powi(exponent)
        };
        cases.add(Value::F64(power), "", format!("{power}"));
        cases.add(Value::F64(power), ":.20e", format!("{power:.20e}"));
    }
    cases.check();
}

#[test]
fn floats() {
    let mut cases = Cases::default();
    let notable = NOTABLE.map(|value| value as f32);
    cases!(
        cases,
        notable,
        Value::F32,
        ["", ":?", ":e", ":.0", ":.2", ":.60", ":+08.1", ":.3e"]
    );
    let extremes = [
        f32::MAX,
        f32::MIN_POSITIVE,
        f32::EPSILON,
        1e-45,
        16777216.0,
        33554430.0,
        1.1754942e-38,
    ];
    cases!(cases, extremes, Value::F32, ["", ":?", ":e", ":.200"]);
    let random = sequence().take(4000).map(|bits| f32::from_bits((bits >> 32) as u32));
    cases!(cases, random, Value::F32, ["", ":?", ":e", ":.4"]);
    cases.check();
}
