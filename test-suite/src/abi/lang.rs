//! The Lang side: a program that calls what the header declares and checks what comes back.

use std::fmt::Write;

use super::description::{Description, Dialect, FieldType, Function, Kind, Leaf, Param, Record, Type, seeds};
use super::disagreements;
use super::scalar::{self, Scalar, lang_is_value, lang_name, lang_value};

/// Where the Lang program has C's declarations from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declarations {
    /// `import c "abi.h"`
    Header,
    /// `extern struct` and `extern "C"`, with only what they can say.
    ByHand,
}

const START: &str = r#"import std.mem;

/// What a scalar with this number, at this place in its value, is made from.
fn mix(seed: u32, index: u32) -> u64 {
    var z = ((seed as u64) << 32 | index as u64) +% 0x9E3779B97F4A7C15;
    z = (z ^ (z >> 30)) *% 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) *% 0x94D049BB133111EB;
    z ^ (z >> 31)
}

static var failures: u32 = 0;

fn expect(is_right: bool, function: u32, argument: u32) {
    if is_right { return; }
    unsafe { failures += 1; }
    eprintln(f"Lang: function {function}, argument {argument} is wrong");
}

/// A value through generic code.
fn same<T>(value: T) -> T { value }

"#;

/// Ends a chain of formatting into a `String`, which cannot fail.
macro_rules! push {
    ($text:expr, $($format:tt)*) => {
        writeln!($text, $($format)*).expect("a string takes any text")
    };
}

/// A program of Lang.
pub struct Program {
    pub text: String,
    /// How many functions of the description it crosses into.
    pub n_functions: usize,
}

/// The program. It prints `N functions`, and its status is 1 when a value was wrong.
pub fn program(description: &Description, declarations: Declarations) -> Program {
    let writer = Writer {
        description,
        declarations,
    };
    writer.program()
}

struct Writer<'a> {
    description: &'a Description,
    declarations: Declarations,
}

impl Writer<'_> {
    fn program(&self) -> Program {
        let mut text = START.to_owned();
        match self.declarations {
            Declarations::Header => {
                push!(text, "@link(\"abi\") import c \"abi.h\" as c;\n");
                scalar::push_lang_functions(&mut text, self.description.dialect == Dialect::Clang);
            }
            Declarations::ByHand => self.push_declarations(&mut text),
        }
        for (index, record) in self.description.records.iter().enumerate() {
            if self.has_record(index) {
                self.push_value_functions(&mut text, index, record);
            }
        }
        let mut calls = Vec::new();
        for (index, function) in self.description.functions.iter().enumerate() {
            if self.has_function(function) {
                self.push_function(&mut text, index, function);
                let call = format!("t{index}();");
                calls.push(match disagreements::of(self.description, function).is_empty() {
                    true => call,
                    false => format!("if unsafe {}abi_has({index}) != 0 {{ {call} }}", self.module()),
                });
            }
        }
        let n_functions = calls.len();
        push!(text, "fn main() -> i32 {{");
        push!(text, "    unsafe {}abi_start();", self.module());
        for index in 0..self.description.records.len() {
            if self.has_record(index) {
                push!(text, "    layout_{index}();");
            }
        }
        for call in calls {
            push!(text, "    {call}");
        }
        if self.declarations == Declarations::Header {
            self.push_globals(&mut text);
            push!(text, "    let wrong = unsafe failures as i64 + c.abi_failures as i64;");
        } else {
            push!(text, "    let wrong = unsafe failures as i64 + abi_failures as i64;");
        }
        push!(text, "    println(\"{n_functions} functions\");");
        push!(text, "    if wrong == 0 {{ 0 }} else {{ 1 }}\n}}");
        Program { text, n_functions }
    }

    fn module(&self) -> &'static str {
        match self.declarations {
            Declarations::Header => "c.",
            Declarations::ByHand => "",
        }
    }

    fn has_record(&self, index: usize) -> bool {
        self.declarations == Declarations::Header || self.description.records[index].is_plain
    }

    fn has_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Scalar(Scalar::Enum(_) | Scalar::Parts(_) | Scalar::BitInt(_)) => {
                self.declarations == Declarations::Header
            }
            Type::Scalar(_) => true,
            Type::Record(index) => self.has_record(*index),
        }
    }

    fn has_function(&self, function: &Function) -> bool {
        let has_param = |param: &Param| match param {
            Param::Value(ty) => self.has_type(ty),
            Param::In(index) | Param::InOut(index) => self.has_record(*index),
        };
        let needs_header = matches!(function.kind, Kind::Inline | Kind::List) || function.convention.is_some();
        (!needs_header || self.declarations == Declarations::Header)
            && function.params.iter().all(has_param)
            && function.result.as_ref().is_none_or(|ty| self.has_type(ty))
    }

    fn push_declarations(&self, text: &mut String) {
        for (index, record) in self.description.records.iter().enumerate() {
            if record.is_plain {
                self.push_record(text, index, record);
            }
        }
        for (index, function) in self.description.functions.iter().enumerate() {
            if function.kind == Kind::Field && self.has_function(function) {
                let call = self.function_type(function);
                push!(
                    text,
                    "extern struct F{index} {{ before: bool, call: ?{call}, after: u16 }}"
                );
            }
        }
        push!(text, "@link(\"abi\")\nextern \"C\" {{");
        push!(text, "    static var abi_failures: c_int;");
        push!(text, "    fn abi_start();");
        push!(text, "    fn abi_has(function: u32) -> c_int;");
        push!(text, "    fn abi_layout(record: u32, what: u32) -> usize;");
        for (index, function) in self.description.functions.iter().enumerate() {
            if !self.has_function(function) {
                continue;
            }
            let params = self.param_list(function);
            let result = self.result(function);
            match function.kind {
                Kind::Variadic => push!(text, "    fn x{index}(count: c_int, ...){result};"),
                Kind::Callback => {
                    let call = self.function_type(function);
                    push!(text, "    fn x{index}(call: {call}, count: c_int){result};");
                }
                Kind::Field => {
                    push!(text, "    fn x{index}_get() -> F{index};");
                    push!(text, "    fn x{index}_use(table: F{index}){result};");
                }
                Kind::Export => push!(text, "    fn x{index}(){result};"),
                Kind::Extern => push!(text, "    fn x{index}({params}){result};"),
                Kind::Inline | Kind::List => unreachable!("only the header has them"),
            }
        }
        push!(text, "}}\n");
    }

    /// `extern fn(c_int, R1) -> R2`
    fn function_type(&self, function: &Function) -> String {
        let types: Vec<String> = function.params.iter().map(|param| self.param_type(param)).collect();
        format!("extern fn({}){}", types.join(", "), self.result(function))
    }

    fn push_record(&self, text: &mut String, index: usize, record: &Record) {
        if record.packed {
            push!(text, "@packed");
        }
        if let Some(align) = record.align {
            push!(text, "@align({align})");
        }
        let keyword = if record.is_union { "union" } else { "struct" };
        push!(text, "extern {keyword} R{index} {{");
        for field in &record.fields {
            let ty = match &field.ty {
                FieldType::Plain(ty) => self.type_name(ty),
                FieldType::Array(ty, dimensions) => {
                    let element = self.type_name(ty);
                    dimensions.iter().rev().fold(element, |ty, n| format!("[{ty}; {n}]"))
                }
                FieldType::Bits(_, lang, width) => format!("{lang} : {width}"),
                FieldType::Gap(_, lang, width) => {
                    push!(text, "    _: {lang} : {width},");
                    continue;
                }
                FieldType::Anonymous { .. } => unreachable!("a plain record has none"),
            };
            push!(text, "    {}: {ty},", field.name);
        }
        push!(text, "}}\n");
    }

    fn type_name(&self, ty: &Type) -> String {
        match ty {
            Type::Scalar(scalar) => lang_name(*scalar),
            Type::Record(index) => format!("{}R{index}", self.module()),
        }
    }

    fn param_type(&self, param: &Param) -> String {
        match param {
            Param::Value(ty) => self.type_name(ty),
            Param::In(index) => format!("*const {}R{index}", self.module()),
            Param::InOut(index) => format!("*{}R{index}", self.module()),
        }
    }

    fn param_list(&self, function: &Function) -> String {
        let params = function.params.iter().enumerate();
        let params: Vec<String> = params
            .map(|(index, param)| format!("a{index}: {}", self.param_type(param)))
            .collect();
        params.join(", ")
    }

    fn result(&self, function: &Function) -> String {
        function
            .result
            .as_ref()
            .map_or(String::new(), |ty| format!(" -> {}", self.type_name(ty)))
    }

    fn value(&self, ty: &Type, seed: usize) -> String {
        match ty {
            Type::Scalar(scalar) => lang_value(*scalar, &seed.to_string(), "0"),
            Type::Record(index) => format!("make_{index}({seed})"),
        }
    }

    fn is_value(&self, ty: &Type, place: &str, seed: usize) -> String {
        match ty {
            Type::Scalar(scalar) => lang_is_value(*scalar, place, &seed.to_string(), "0"),
            Type::Record(index) => format!("same_{index}(&{place}, {seed})"),
        }
    }

    fn push_value_functions(&self, text: &mut String, index: usize, record: &Record) {
        let name = format!("{}R{index}", self.module());
        push!(text, "fn make_{index}(seed: u32) -> {name} {{");
        if let Some(fields) = self.literal(record) {
            push!(text, "    {name} {{ {fields} }}\n}}");
        } else {
            push!(text, "    unsafe {{\n        var value = mem.zeroed<{name}>();");
            for (leaf, Leaf { path, scalar, .. }) in record.leaves.iter().enumerate() {
                push!(
                    text,
                    "        value{path} = {};",
                    lang_value(*scalar, "seed", &leaf.to_string())
                );
            }
            push!(text, "        value\n    }}\n}}");
        }
        let visible = || {
            let leaves = record.leaves.iter().enumerate();
            leaves.filter(|(_, leaf)| !matches!(leaf.scalar, Scalar::Bits(..)))
        };
        push!(text, "fn same_{index}(value: &{name}, seed: u32) -> bool {{");
        for (index, leaf) in record.leaves.iter().enumerate() {
            if let Leaf {
                path,
                scalar: Scalar::Bits(..),
                ..
            } = leaf
            {
                // Written and read back, the value has lost the bits for which there is no place.
                let wanted = lang_value(leaf.scalar, "seed", &index.to_string());
                push!(text, "    unsafe {{\n        var wanted = mem.zeroed<{name}>();");
                push!(text, "        wanted{path} = {wanted};");
                push!(
                    text,
                    "        if value{path} != wanted{path} {{ return false; }}\n    }}"
                );
                continue;
            }
            let condition = lang_is_value(leaf.scalar, &format!("value{}", leaf.path), "seed", &index.to_string());
            let unsafely = if leaf.in_union { "unsafe " } else { "" };
            push!(text, "    if !({unsafely}({condition})) {{ return false; }}");
        }
        push!(text, "    true\n}}");
        let module = self.module();
        push!(text, "fn layout_{index}() {{\n    unsafe {{");
        push!(text, "        var value = mem.zeroed<{name}>();");
        push!(text, "        let start = &mut value as *{name} as usize;");
        push!(
            text,
            "        expect(mem.size_of<{name}>() == {module}abi_layout({index}, 0), 2000000 + {index}, 0);"
        );
        push!(
            text,
            "        expect(mem.align_of<{name}>() == {module}abi_layout({index}, 1), 2000000 + {index}, 1);"
        );
        push!(
            text,
            "        expect(start % mem.align_of<{name}>() == 0, 2000000 + {index}, 1000);"
        );
        for (leaf, Leaf { path, scalar, .. }) in visible() {
            let what = leaf + 2;
            let pointer = format!("&mut value{path} as *{} as usize", lang_name(*scalar));
            push!(
                text,
                "        expect({pointer} - start == {module}abi_layout({index}, {what}), 2000000 + {index}, {what});"
            );
        }
        push!(text, "    }}\n}}\n");
    }

    /// The fields of a literal, of a struct that has only scalars.
    fn literal(&self, record: &Record) -> Option<String> {
        if record.is_union || record.fields.is_empty() {
            return None;
        }
        let fields = record.fields.iter().enumerate();
        let fields: Option<Vec<String>> = fields
            .map(|(index, field)| {
                let scalar = match field.ty {
                    FieldType::Plain(Type::Scalar(scalar)) => scalar,
                    FieldType::Bits(base, lang, width) => Scalar::Bits(base, lang, width),
                    FieldType::Plain(Type::Record(_))
                    | FieldType::Array(..)
                    | FieldType::Anonymous { .. }
                    | FieldType::Gap(..) => return None,
                };
                Some(format!(
                    "{}: {}",
                    field.name,
                    lang_value(scalar, "seed", &index.to_string())
                ))
            })
            .collect();
        Some(fields?.join(", "))
    }

    fn push_function(&self, text: &mut String, index: usize, function: &Function) {
        let module = self.module();
        match function.kind {
            Kind::Extern | Kind::Inline => {
                self.push_test(text, index, function, &format!("{module}x{index}"), "");
            }
            Kind::Variadic => {
                let count = format!("{}, ", function.params.len());
                self.push_test(text, index, function, &format!("{module}x{index}"), &count);
            }
            Kind::Callback => {
                self.push_callee(text, index, function, "fn l");
                let call = format!("{module}x{index}(l{index}, {index})");
                self.push_asking(text, index, function, &call);
            }
            Kind::Field => {
                self.push_callee(text, index, function, "fn l");
                let table = format!(
                    "{module}F{index} {{ before: true, call: l{index}, after: {} }}",
                    index % 60_000
                );
                push!(
                    text,
                    "fn t{index}_field() {{\n    let table = unsafe {module}x{index}_get();"
                );
                push!(
                    text,
                    "    expect(table.before && table.after == {}, {index}, 99);",
                    index % 60_000
                );
                push!(text, "    let call = table.call ?? panic(\"it is null\");");
                self.push_call(text, index, function, "call", "");
                push!(text, "}}");
                push!(text, "fn t{index}() {{\n    t{index}_field();");
                self.push_asked(text, index, function, &format!("{module}x{index}_use({table})"));
                push!(text, "}}\n");
            }
            Kind::List => {
                let result = self.result(function);
                push!(text, "fn l{index}(count: c_int, list: c.va_list){result} {{");
                push!(text, "    expect(count == {}, {index}, 98);", function.params.len());
                push!(text, "    unsafe c.x{index}_read(count, list)\n}}");
                self.push_asking(text, index, function, &format!("c.x{index}(l{index}, {index})"));
            }
            Kind::Export => {
                self.push_callee(text, index, function, "export fn e");
                self.push_asking(text, index, function, &format!("{module}x{index}()"));
            }
        }
    }

    /// A function that calls C and checks what C gives.
    fn push_test(&self, text: &mut String, index: usize, function: &Function, callee: &str, first: &str) {
        push!(text, "fn t{index}() {{");
        self.push_call(text, index, function, callee, first);
        push!(text, "}}\n");
    }

    fn push_call(&self, text: &mut String, index: usize, function: &Function, callee: &str, first: &str) {
        let mut arguments = Vec::new();
        for (argument, param) in function.params.iter().enumerate() {
            let seed = seeds::argument(index, argument);
            match param {
                Param::Value(ty) if argument % 3 == 1 => arguments.push(format!("same({})", self.value(ty, seed))),
                Param::Value(ty) => arguments.push(self.value(ty, seed)),
                Param::In(record) => {
                    push!(
                        text,
                        "    let a{argument} = {};",
                        self.value(&Type::Record(*record), seed)
                    );
                    arguments.push(format!("&a{argument}"));
                }
                Param::InOut(record) => {
                    push!(
                        text,
                        "    var a{argument} = {};",
                        self.value(&Type::Record(*record), seed)
                    );
                    arguments.push(format!("&mut a{argument}"));
                }
            }
        }
        let call = format!("unsafe {callee}({first}{})", arguments.join(", "));
        self.push_result(text, index, function, &call);
        for (argument, param) in function.params.iter().enumerate() {
            if let Param::InOut(record) = param {
                let ty = Type::Record(*record);
                let after = self.is_value(&ty, &format!("a{argument}"), seeds::overwritten(index, argument));
                push!(text, "    expect({after}, {index}, 32 + {argument});");
            }
        }
    }

    fn push_result(&self, text: &mut String, index: usize, function: &Function, call: &str) {
        match &function.result {
            Some(ty) => {
                push!(text, "    let result = {call};");
                let condition = self.is_value(ty, "result", seeds::result(index));
                push!(text, "    expect({condition}, {index}, 100);");
            }
            None => push!(text, "    {call};"),
        }
    }

    fn push_asking(&self, text: &mut String, index: usize, function: &Function, call: &str) {
        push!(text, "fn t{index}() {{");
        self.push_asked(text, index, function, call);
        push!(text, "}}\n");
    }

    fn push_asked(&self, text: &mut String, index: usize, function: &Function, call: &str) {
        self.push_result(text, index, function, &format!("unsafe {call}"));
    }

    /// A function that C calls.
    fn push_callee(&self, text: &mut String, index: usize, function: &Function, start: &str) {
        let params = self.param_list(function);
        let result = self.result(function);
        push!(text, "{start}{index}({params}){result} {{");
        for (argument, param) in function.params.iter().enumerate() {
            let seed = seeds::argument(index, argument);
            let condition = match param {
                Param::Value(ty) => self.is_value(ty, &format!("a{argument}"), seed),
                Param::In(record) | Param::InOut(record) => {
                    format!("unsafe same_{record}(&*a{argument}, {seed})")
                }
            };
            push!(text, "    expect({condition}, {index}, {argument});");
            if let Param::InOut(record) = param {
                let after = self.value(&Type::Record(*record), seeds::overwritten(index, argument));
                push!(text, "    unsafe *a{argument} = {after};");
            }
        }
        if let Some(ty) = &function.result {
            push!(text, "    {}", self.value(ty, seeds::result(index)));
        }
        push!(text, "}}");
    }

    fn push_globals(&self, text: &mut String) {
        for (index, ty) in self.description.globals.iter().enumerate() {
            let (start, written) = seeds::global(index);
            push!(text, "    unsafe {{\n        let g{index} = c.g{index};");
            let condition = self.is_value(ty, &format!("g{index}"), start);
            push!(text, "        expect({condition}, 1000000 + {index}, 0);");
            push!(text, "        c.g{index} = {};", self.value(ty, written));
            push!(text, "        c.g{index}_check();\n    }}");
        }
    }
}
