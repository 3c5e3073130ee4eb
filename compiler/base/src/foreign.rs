//! What other languages write, and how it is written here, for hints.
//!
//! Takes spellings, gives spellings. Whoever uses one has found that it means nothing in Lang.

/// What a type of C, C++, Go or Swift is called here.
pub fn type_of_other_languages(name: &str) -> Option<&'static str> {
    Some(match name {
        "int" | "Int" | "int32" | "signed" => "i32",
        "unsigned" | "uint" | "UInt" | "uint32" => "u32",
        "short" | "int16" => "i16",
        "ushort" | "uint16" => "u16",
        "long" | "int64" => "i64",
        "ulong" | "uint64" => "u64",
        "byte" | "uint8" => "u8",
        "int8" => "i8",
        "float" | "Float" | "float32" => "f32",
        "double" | "Double" | "float64" => "f64",
        "boolean" | "Bool" | "_Bool" => "bool",
        "void" | "Void" => "()",
        "string" => "&str",
        "cstring" => "&CStr",
        "uint8_t" => "u8",
        "uint16_t" => "u16",
        "uint32_t" => "u32",
        "uint64_t" => "u64",
        "uintptr_t" => "usize",
        "int8_t" => "i8",
        "int16_t" => "i16",
        "int32_t" => "i32",
        "int64_t" => "i64",
        "intptr_t" | "ptrdiff_t" => "isize",
        _ => return None,
    })
}

/// What a value of C, Python, Go or JavaScript is called here. What stands for nothing has two names, see
/// [`is_nothing`].
pub fn value_of_other_languages(name: &str) -> Option<&'static str> {
    Some(match name {
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "this" => "self",
        _ => return None,
    })
}

/// Whether another language's name for a null pointer or an absent value.
pub fn is_nothing(name: &str) -> bool {
    matches!(name, "nil" | "Nil" | "NULL" | "Null" | "nullptr" | "None" | "undefined")
}

/// What a method of other languages' texts and lists is called here.
pub fn member_of_other_languages(name: &str) -> Option<&'static str> {
    Some(match name {
        "length" | "size" | "count" | "Length" | "Count" | "strlen" => "len",
        "c_str" | "data" => "as_ptr",
        "empty" | "isEmpty" => "is_empty",
        _ => return None,
    })
}

/// The headers of C and POSIX that programs include most.
const HEADERS: &[&str] = &[
    "arpa/inet.h",
    "assert.h",
    "complex.h",
    "ctype.h",
    "dirent.h",
    "dlfcn.h",
    "errno.h",
    "fcntl.h",
    "fenv.h",
    "float.h",
    "getopt.h",
    "inttypes.h",
    "limits.h",
    "locale.h",
    "math.h",
    "netdb.h",
    "netinet/in.h",
    "poll.h",
    "pthread.h",
    "pwd.h",
    "regex.h",
    "setjmp.h",
    "signal.h",
    "stdarg.h",
    "stdatomic.h",
    "stdbool.h",
    "stddef.h",
    "stdint.h",
    "stdio.h",
    "stdlib.h",
    "string.h",
    "strings.h",
    "sys/ioctl.h",
    "sys/mman.h",
    "sys/select.h",
    "sys/socket.h",
    "sys/stat.h",
    "sys/time.h",
    "sys/types.h",
    "sys/wait.h",
    "termios.h",
    "time.h",
    "unistd.h",
    "wchar.h",
    "wctype.h",
];

/// The header that was probably meant by one that is not there.
pub fn similar_header(name: &str) -> Option<&'static str> {
    let with_end = format!("{name}.h");
    let distance = |header: &&str| crate::edit_distance(name, header).min(crate::edit_distance(&with_end, header));
    HEADERS
        .iter()
        .copied()
        .filter(|header| distance(header) <= 1)
        .min_by_key(distance)
}

/// Whether C's grammar takes `word` as a part of the name of a scalar type.
pub fn is_word_of_c_scalar(word: &str) -> bool {
    matches!(
        word,
        "void" | "char" | "short" | "int" | "long" | "signed" | "unsigned" | "float" | "double" | "bool" | "_Bool"
    )
}

/// What the scalar that `words` name in C is called here: `["unsigned", "long"]`. `None` where they name no type.
/// Behind a pointer C's own types are right, elsewhere Lang's.
pub fn c_scalar(words: &[&str], is_pointee: bool) -> Option<&'static str> {
    let count = |wanted: &str| words.iter().filter(|word| **word == wanted).count();
    let is_unsigned = count("unsigned") > 0;
    let lang = |own: &'static str, c: &'static str| if is_pointee { c } else { own };
    Some(match (count("long"), is_unsigned) {
        _ if words.is_empty() => return None,
        _ if count("void") > 0 => lang("()", "c_void"),
        _ if count("bool") + count("_Bool") > 0 => "bool",
        _ if count("float") > 0 => "f32",
        (0, _) if count("double") > 0 => "f64",
        (_, _) if count("double") > 0 => "c_longdouble",
        (_, false) if count("char") > 0 && count("signed") == 0 => lang("char", "c_char"),
        (_, false) if count("char") > 0 => "i8",
        (_, true) if count("char") > 0 => "u8",
        (_, false) if count("short") > 0 => "i16",
        (_, true) if count("short") > 0 => "u16",
        (0, false) => "i32",
        (0, true) => "u32",
        (1, false) => lang("i64", "c_long"),
        (1, true) => lang("u64", "c_ulong"),
        (_, false) => "i64",
        (_, true) => "u64",
    })
}

/// A formatted text of Rust, Python or C as an f-string: `literal` with its quotes, holding `{}` or `%d`, and the
/// expressions for them. `None` where the two do not fit.
pub fn fstring_of(literal: &str, args: &[&str]) -> Option<String> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut out = String::from("f\"");
    let mut args = args.iter();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let len = 1 + after.chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..len]);
                // `\u{…}` has braces of its own.
                rest = &rest[len..];
                if out.ends_with("\\u")
                    && let Some(end) = rest.find('}')
                {
                    out.push_str(&rest[..=end]);
                    rest = &rest[end + 1..];
                }
            }
            '{' | '}' if after.starts_with(c) => {
                out.push_str(&rest[..2]);
                rest = &rest[2..];
            }
            '{' => {
                let end = after.find('}')?;
                let (name, spec) = match after[..end].split_once(':') {
                    Some((name, spec)) => (name, format!(":{spec}")),
                    None => (&after[..end], String::new()),
                };
                let value = if name.is_empty() { args.next()? } else { name };
                out.push_str(&format!("{{{value}{spec}}}"));
                rest = &after[end + 1..];
            }
            '}' => return None,
            _ => {
                out.push(c);
                rest = after;
            }
        }
    }
    out.push('"');
    args.next().is_none().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_of_c() {
        for (words, value, pointee) in [
            ("unsigned long", "u64", "c_ulong"),
            ("long long int", "i64", "i64"),
            ("char", "char", "c_char"),
            ("unsigned char", "u8", "u8"),
            ("unsigned", "u32", "u32"),
            ("long double", "c_longdouble", "c_longdouble"),
            ("void", "()", "c_void"),
        ] {
            let words: Vec<&str> = words.split(' ').collect();
            assert_eq!(
                (c_scalar(&words, false), c_scalar(&words, true)),
                (Some(value), Some(pointee))
            );
        }
    }

    #[test]
    fn formats_become_fstrings() {
        let of = |literal, args: &[&str]| fstring_of(literal, args);
        assert_eq!(of("\"x = {}\\n\"", &["x"]).as_deref(), Some("f\"x = {x}\\n\""));
        assert_eq!(
            of("\"{a} {:>4} {{}}\"", &["b.c"]).as_deref(),
            Some("f\"{a} {b.c:>4} {{}}\"")
        );
        assert_eq!(of("\"\\u{41} {}\"", &["x"]).as_deref(), Some("f\"\\u{41} {x}\""));
        assert_eq!(of("\"{} {}\"", &["x"]), None);
        assert_eq!(of("\"{}\"", &["x", "y"]), None);
        assert_eq!(of("r\"{}\"", &["x"]), None);
    }
}
