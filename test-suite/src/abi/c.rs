//! The C side: the header that Lang imports, and the source behind it.

use std::fmt::Write;

use super::description::{
    Description, Dialect, Enum, Field, FieldType, Function, Kind, Leaf, Naming, Param, Record, Type, seeds,
};
use super::disagreements::{self, Difference};
use super::scalar::{self, Scalar, c_is_value, c_name, c_value};

const HEADER_START: &str = r#"#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

/* What a scalar with this number, at this place in its value, is made from. */
static inline uint64_t abi_mix(uint32_t seed, uint32_t index) {
    uint64_t z = ((uint64_t)seed << 32 | index) + UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

extern int abi_failures;
extern int abi_calls;
void abi_expect(int is_right, uint32_t function, uint32_t argument);
void abi_start(void);
size_t abi_layout(uint32_t record, uint32_t what);
/* Whether the compiler of this library passes what the function has as Clang does. */
int abi_has(uint32_t function);

#ifdef __x86_64__
#define ABI_MS __attribute__((ms_abi))
#define ABI_SYSV __attribute__((sysv_abi))
#define ABI_VECTORCALL __attribute__((vectorcall))
#define ABI_REGCALL __attribute__((regcall))
#define ABI_VECTOR_PCS
#else
#define ABI_MS
#define ABI_SYSV
#define ABI_VECTORCALL
#define ABI_REGCALL
#define ABI_VECTOR_PCS __attribute__((aarch64_vector_pcs))
#endif

"#;

const SOURCE_START: &str = r#"#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "abi.h"

int abi_failures;
int abi_calls;

void abi_expect(int is_right, uint32_t function, uint32_t argument) {
    if (is_right) return;
    abi_failures++;
    fprintf(stderr, "C: function %u, argument %u is wrong\n", function, argument);
}

"#;

/// Ends a chain of formatting into a `String`, which cannot fail.
macro_rules! push {
    ($text:expr, $($format:tt)*) => {
        writeln!($text, $($format)*).expect("a string takes any text")
    };
}

/// The header `abi.h`.
pub fn header(description: &Description) -> String {
    let mut text = HEADER_START.to_owned();
    scalar::push_c_types(&mut text, description.dialect == Dialect::Clang);
    for (index, declared) in description.enums.iter().enumerate() {
        push_enum(&mut text, index, declared);
    }
    for (index, record) in description.records.iter().enumerate() {
        push_record(description, &mut text, index, record);
        let name = record_name(record, index);
        push!(text, "{name} abi_make_{index}(uint32_t seed);");
        push!(text, "int abi_same_{index}({name} value, uint32_t seed);\n");
    }
    for (index, ty) in description.globals.iter().enumerate() {
        push!(text, "extern {} g{index};", type_name(description, ty));
        push!(text, "void g{index}_check(void);");
    }
    for (index, function) in description.functions.iter().enumerate() {
        push_prototypes(description, &mut text, index, function);
    }
    text
}

/// The source that defines what the header declares.
pub fn source(description: &Description) -> String {
    let mut text = SOURCE_START.to_owned();
    for (index, record) in description.records.iter().enumerate() {
        push_value_functions(&mut text, index, record);
    }
    push_layout(description, &mut text);
    push_has(description, &mut text);
    push_globals(description, &mut text);
    for (index, function) in description.functions.iter().enumerate() {
        push_definition(description, &mut text, index, function);
    }
    text
}

fn push_enum(text: &mut String, index: usize, declared: &Enum) {
    let attribute = if declared.packed {
        "__attribute__((packed)) "
    } else {
        ""
    };
    let first = if declared.has_negative { -1 } else { 1 };
    let constants = format!("{{ E{index}_A = {first}, E{index}_B = 7, E{index}_C = 100 }}");
    let Some((underlying, _)) = declared.underlying else {
        push!(
            text,
            "enum {attribute}E{index} {constants};\n#define ABI_E{index} enum E{index}\n"
        );
        return;
    };
    // GCC has known the syntax since 13.
    push!(text, "#if defined __clang__ || __GNUC__ >= 13");
    push!(
        text,
        "enum {attribute}E{index} : {underlying} {constants};\n#define ABI_E{index} enum E{index}"
    );
    push!(text, "#else\n#define ABI_E{index} {underlying}\n#endif\n");
}

fn record_name(record: &Record, index: usize) -> String {
    match record.naming {
        Naming::Tag if record.is_union => format!("union R{index}"),
        Naming::Tag => format!("struct R{index}"),
        Naming::Typedef | Naming::Both => format!("R{index}"),
    }
}

pub(super) fn type_name(description: &Description, ty: &Type) -> String {
    match ty {
        Type::Scalar(scalar) => c_name(*scalar),
        Type::Record(index) => record_name(&description.records[*index], *index),
    }
}

fn result_name(description: &Description, function: &Function) -> String {
    function
        .result
        .as_ref()
        .map_or("void".into(), |ty| type_name(description, ty))
}

fn param_name(description: &Description, param: &Param) -> String {
    let record = |index: usize| record_name(&description.records[index], index);
    match param {
        Param::Value(ty) => type_name(description, ty),
        Param::In(index) => format!("const {} *", record(*index)),
        Param::InOut(index) => format!("{} *", record(*index)),
    }
}

/// `(int a0, struct R1 a1)`
fn param_list(description: &Description, function: &Function) -> String {
    let params = function.params.iter().enumerate();
    let params: Vec<String> = params
        .map(|(index, param)| format!("{} a{index}", param_name(description, param)))
        .collect();
    match params.is_empty() {
        true => "(void)".into(),
        false => format!("({})", params.join(", ")),
    }
}

fn push_record(description: &Description, text: &mut String, index: usize, record: &Record) {
    let keyword = if record.is_union { "union" } else { "struct" };
    let mut attributes = Vec::new();
    if record.packed {
        attributes.push("packed".to_owned());
    }
    if let Some(align) = record.align {
        attributes.push(format!("aligned({align})"));
    }
    let attributes = match attributes.is_empty() {
        true => String::new(),
        false => format!(" __attribute__(({}))", attributes.join(", ")),
    };
    let (start, end) = match record.naming {
        Naming::Tag => (format!("{keyword}{attributes} R{index}"), String::new()),
        Naming::Typedef => (format!("typedef {keyword}{attributes}"), format!(" R{index}")),
        Naming::Both => {
            push!(text, "typedef {keyword} R{index}_ R{index};");
            (format!("{keyword}{attributes} R{index}_"), String::new())
        }
    };
    push!(text, "{start} {{");
    push_fields(description, text, &record.fields, 1);
    push!(text, "}}{end};");
}

fn push_fields(description: &Description, text: &mut String, fields: &[Field], depth: usize) {
    let indent = "    ".repeat(depth);
    for field in fields {
        let align = field
            .align
            .map_or(String::new(), |align| format!(" __attribute__((aligned({align})))"));
        let name = &field.name;
        match &field.ty {
            FieldType::Plain(ty) => push!(text, "{indent}{} {name}{align};", type_name(description, ty)),
            FieldType::Array(ty, dimensions) => {
                let dimensions: String = dimensions.iter().map(|n| format!("[{n}]")).collect();
                push!(
                    text,
                    "{indent}{} {name}{dimensions}{align};",
                    type_name(description, ty)
                );
            }
            FieldType::Anonymous { is_union, fields } => {
                push!(text, "{indent}{} {{", if *is_union { "union" } else { "struct" });
                push_fields(description, text, fields, depth + 1);
                push!(text, "{indent}}};");
            }
            FieldType::Bits(base, _, width) => push!(text, "{indent}{base} {name} : {width};"),
            FieldType::Gap(base, _, width) => push!(text, "{indent}{base} : {width};"),
        }
    }
}

fn value(ty: &Type, seed: usize) -> String {
    match ty {
        Type::Scalar(scalar) => c_value(*scalar, &seed.to_string(), "0"),
        Type::Record(index) => format!("abi_make_{index}({seed})"),
    }
}

/// The condition that `place` holds the value of the number `seed`.
fn is_value(ty: &Type, place: &str, seed: usize) -> String {
    match ty {
        Type::Scalar(scalar) => c_is_value(*scalar, place, &seed.to_string(), "0"),
        Type::Record(index) => format!("abi_same_{index}({place}, {seed})"),
    }
}

fn push_value_functions(text: &mut String, index: usize, record: &Record) {
    let name = record_name(record, index);
    push!(text, "{name} abi_make_{index}(uint32_t seed) {{");
    push!(text, "    {name} value;");
    push!(text, "    memset(&value, 0, sizeof value);");
    for (leaf, Leaf { path, scalar, .. }) in record.leaves.iter().enumerate() {
        push!(
            text,
            "    value{path} = {};",
            c_value(*scalar, "seed", &leaf.to_string())
        );
    }
    push!(text, "    return value;\n}}");
    push!(text, "int abi_same_{index}({name} value, uint32_t seed) {{");
    for (leaf, Leaf { path, scalar, .. }) in record.leaves.iter().enumerate() {
        let index = leaf.to_string();
        let value = c_value(*scalar, "seed", &index);
        if matches!(scalar, Scalar::Bits(..)) {
            // Written and read back, the value has lost the bits for which there is no place.
            push!(text, "    {{ {name} wanted; wanted{path} = {value};");
            push!(text, "    if (value{path} != wanted{path}) return 0; }}");
        } else {
            let is_value = c_is_value(*scalar, &format!("value{path}"), "seed", &index);
            push!(text, "    if (!({is_value})) return 0;");
        }
    }
    push!(text, "    return 1;\n}}\n");
}

fn push_layout(description: &Description, text: &mut String) {
    push!(text, "size_t abi_layout(uint32_t record, uint32_t what) {{");
    push!(text, "    switch (record << 8 | what) {{");
    for (index, record) in description.records.iter().enumerate() {
        let name = record_name(record, index);
        push!(text, "    case {index} << 8: return sizeof({name});");
        push!(text, "    case {index} << 8 | 1: return __alignof__({name});");
        for (leaf, Leaf { path, scalar, .. }) in record.leaves.iter().enumerate() {
            if !matches!(scalar, Scalar::Bits(..)) {
                let what = leaf + 2;
                push!(
                    text,
                    "    case {index} << 8 | {what}: return offsetof({name}, {});",
                    &path[1..]
                );
            }
        }
    }
    push!(text, "    default: return -1;\n    }}\n}}\n");
}

fn push_has(description: &Description, text: &mut String) {
    push!(text, "int abi_has(uint32_t function) {{");
    for (index, function) in description.functions.iter().enumerate() {
        for Difference { known, differs } in disagreements::of(description, function) {
            push!(text, "#if {} /* {} */", known.condition, known.reason);
            push!(text, "    if (function == {index} && ({differs})) return 0;\n#endif");
        }
    }
    push!(text, "    return 1;\n}}\n");
}

fn push_globals(description: &Description, text: &mut String) {
    for (index, ty) in description.globals.iter().enumerate() {
        let (_, written) = seeds::global(index);
        push!(text, "{} g{index};", type_name(description, ty));
        push!(text, "void g{index}_check(void) {{");
        let condition = is_value(ty, &format!("g{index}"), written);
        push!(text, "    abi_expect({condition}, 1000000 + {index}, 0);\n}}");
    }
    push!(text, "void abi_start(void) {{");
    for (index, ty) in description.globals.iter().enumerate() {
        push!(text, "    g{index} = {};", value(ty, seeds::global(index).0));
    }
    push!(text, "}}\n");
}

fn push_prototypes(description: &Description, text: &mut String, index: usize, function: &Function) {
    let result = result_name(description, function);
    let params = param_list(description, function);
    let convention = convention(function);
    match function.kind {
        Kind::Extern => push!(text, "{result}{convention} x{index}{params};"),
        Kind::Inline => {
            push!(text, "static inline {result}{convention} x{index}{params} {{");
            push_body(text, index, function);
            push!(text, "}}");
        }
        Kind::Variadic => push!(text, "{result} x{index}(int count, ...);"),
        Kind::Callback => push!(
            text,
            "{result} x{index}({result} ({convention}*call){params}, int count);"
        ),
        Kind::Field => {
            push!(
                text,
                "struct F{index} {{ bool before; {result} ({convention}*call){params}; uint16_t after; }};"
            );
            push!(text, "struct F{index} x{index}_get(void);");
            push!(text, "{result} x{index}_use(struct F{index} table);");
        }
        Kind::Export => push!(text, "{result} x{index}(void);"),
        Kind::List => {
            push!(text, "{result} x{index}({result} (*call)(int, va_list), int count);");
            push!(text, "{result} x{index}_read(int count, va_list list);");
        }
    }
}

fn push_definition(description: &Description, text: &mut String, index: usize, function: &Function) {
    let result = result_name(description, function);
    let params = param_list(description, function);
    let convention = convention(function);
    match function.kind {
        Kind::Inline => {}
        Kind::Extern => {
            push!(text, "{result}{convention} x{index}{params} {{");
            push_body(text, index, function);
            push!(text, "}}");
        }
        Kind::Variadic => {
            push!(text, "{result} x{index}(int count, ...) {{");
            push!(text, "    va_list list;\n    va_start(list, count);");
            push_list(description, text, index, function);
            push!(text, "    va_end(list);");
            push_body(text, index, function);
            push!(text, "}}");
        }
        Kind::Callback => {
            push!(
                text,
                "{result} x{index}({result} ({convention}*call){params}, int count) {{"
            );
            push!(text, "    abi_expect(count == {index}, {index}, 99);");
            push_call(description, text, index, function, ("call", ""));
            push!(text, "}}");
        }
        Kind::Field => {
            push!(text, "static {result}{convention} x{index}_call{params} {{");
            push_body(text, index, function);
            push!(text, "}}");
            push!(text, "struct F{index} x{index}_get(void) {{");
            push!(
                text,
                "    struct F{index} table = {{ true, x{index}_call, {} }};",
                index % 60_000
            );
            push!(text, "    return table;\n}}");
            push!(text, "{result} x{index}_use(struct F{index} table) {{");
            push!(
                text,
                "    abi_expect(table.before && table.after == {}, {index}, 99);",
                index % 60_000
            );
            push_call(description, text, index, function, ("table.call", ""));
            push!(text, "}}");
        }
        Kind::Export => {
            // Weak, for a Lang program that cannot say the types and leaves the function out.
            push!(text, "__attribute__((weak)) {result} e{index}{params};");
            push!(text, "{result} x{index}(void) {{");
            push_call(description, text, index, function, (&format!("e{index}"), ""));
            push!(text, "}}");
        }
        Kind::List => {
            push!(text, "{result} x{index}_read(int count, va_list list) {{");
            push_list(description, text, index, function);
            push_body(text, index, function);
            push!(text, "}}");
            let (keep, give) = match &function.result {
                Some(_) => (format!("{result} result = "), "    return result;\n"),
                None => (String::new(), ""),
            };
            push!(
                text,
                "static {result} x{index}_start({result} (*call)(int, va_list), int count, ...) {{"
            );
            push!(text, "    va_list list;\n    va_start(list, count);");
            push!(text, "    {keep}call(count, list);\n    va_end(list);\n{give}}}");
            push!(text, "{result} x{index}({result} (*call)(int, va_list), int count) {{");
            push!(text, "    abi_expect(count == {index}, {index}, 99);");
            let first = format!("call, {}, ", function.params.len());
            let callee = format!("x{index}_start");
            push_call(description, text, index, function, (&callee, &first));
            push!(text, "}}");
        }
    }
}

/// A convention, as it stands before what has it.
fn convention(function: &Function) -> String {
    function
        .convention
        .map_or(String::new(), |convention| format!(" {} ", convention.name))
}

/// Takes the parameters from `list`.
fn push_list(description: &Description, text: &mut String, index: usize, function: &Function) {
    for (argument, param) in function.params.iter().enumerate() {
        let promoted = match param {
            Param::Value(Type::Scalar(scalar)) => promoted(description, *scalar),
            Param::Value(Type::Record(_)) | Param::In(_) | Param::InOut(_) => param_name(description, param),
        };
        push!(text, "    {promoted} a{argument} = va_arg(list, {promoted});");
    }
    push!(text, "    abi_expect(count == {}, {index}, 99);", function.params.len());
}

/// What a variadic argument arrives as.
fn promoted(description: &Description, scalar: Scalar) -> String {
    const SMALL: &[&str] = &[
        "char",
        "signed char",
        "unsigned char",
        "short",
        "unsigned short",
        "int8_t",
        "uint8_t",
        "int16_t",
        "uint16_t",
    ];
    let is_small = match scalar {
        Scalar::Bool => true,
        Scalar::Int(c, _) => SMALL.contains(&c),
        Scalar::Enum(index) => {
            let declared = &description.enums[index];
            declared.packed || declared.underlying.is_some_and(|(c, _)| SMALL.contains(&c))
        }
        Scalar::Float => return "double".into(),
        Scalar::Wide(..)
        | Scalar::Half
        | Scalar::Double
        | Scalar::LongDouble
        | Scalar::Pointer
        | Scalar::Parts(_)
        | Scalar::BitInt(_)
        | Scalar::Bits(..) => false,
    };
    if is_small { "int".into() } else { c_name(scalar) }
}

/// Checks the parameters and gives the result.
fn push_body(text: &mut String, index: usize, function: &Function) {
    push!(text, "    abi_calls++;");
    for (argument, param) in function.params.iter().enumerate() {
        let seed = seeds::argument(index, argument);
        let condition = match param {
            Param::Value(ty) => is_value(ty, &format!("a{argument}"), seed),
            Param::In(record) | Param::InOut(record) => {
                is_value(&Type::Record(*record), &format!("*a{argument}"), seed)
            }
        };
        push!(text, "    abi_expect({condition}, {index}, {argument});");
        if let Param::InOut(record) = param {
            let after = value(&Type::Record(*record), seeds::overwritten(index, argument));
            push!(text, "    *a{argument} = {after};");
        }
    }
    if let Some(ty) = &function.result {
        push!(text, "    return {};", value(ty, seeds::result(index)));
    }
}

/// Calls a function of Lang, checks what it does, and gives its result on.
fn push_call(
    description: &Description,
    text: &mut String,
    index: usize,
    function: &Function,
    (callee, first): (&str, &str),
) {
    push!(text, "    abi_calls++;");
    let mut arguments = Vec::new();
    for (argument, param) in function.params.iter().enumerate() {
        let seed = seeds::argument(index, argument);
        match param {
            Param::Value(ty) => arguments.push(value(ty, seed)),
            Param::In(record) | Param::InOut(record) => {
                let ty = Type::Record(*record);
                let name = type_name(description, &ty);
                push!(text, "    {name} a{argument} = {};", value(&ty, seed));
                arguments.push(format!("&a{argument}"));
            }
        }
    }
    let arguments = format!("{first}{}", arguments.join(", "));
    // Before no arguments stands no comma.
    let call = format!("{callee}({})", arguments.trim_end_matches(", "));
    match &function.result {
        Some(ty) => {
            push!(text, "    {} result = {call};", type_name(description, ty));
            let condition = is_value(ty, "result", seeds::result(index));
            push!(text, "    abi_expect({condition}, {index}, 100);");
        }
        None => push!(text, "    {call};"),
    }
    for (argument, param) in function.params.iter().enumerate() {
        if let Param::InOut(record) = param {
            let after = seeds::overwritten(index, argument);
            let condition = is_value(&Type::Record(*record), &format!("a{argument}"), after);
            push!(text, "    abi_expect({condition}, {index}, 32 + {argument});");
        }
    }
    if function.result.is_some() {
        push!(text, "    return result;");
    }
}
