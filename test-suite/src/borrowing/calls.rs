//! Callers of random functions, in Lang, so that they can be run: each makes values for the parameters, calls, and
//! looks at all that the result leads to and at all that the arguments lead to then.
//!
//! What a function was wrongly let to give back, keep or drop is thus used, for AddressSanitizer to see.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::library::library;
use super::print::{Language, print};
use super::program::{Function, Power, Ty};
use crate::executables::run;

/// How far what a value leads to is followed: a list has no end that its type tells.
const MAX_DEPTH: usize = 6;

/// A program in which each function has a caller, run for the numbers that decide its branches. Callers that the
/// compiler refuses, as one that a value's `drop` gets in the way of, are left out.
///
/// # Errors
///
/// What the compiler says that is not about a caller.
pub fn runnable(folder: &Path, functions: &[Function]) -> Result<Runnable, String> {
    let mut called: Vec<usize> = (0..functions.len()).collect();
    loop {
        let text = program(functions, &called);
        fs::write(folder.join("callers.lang"), &text).map_err(|error| error.to_string())?;
        let json = ["--error-limit", "0", "--error-format", "json"];
        let output = run(folder, [&["check", "callers.lang"][..], &json].concat());
        let refused = refused_callers(&text, &output.stderr)?;
        if refused.is_empty() {
            return Ok(Runnable {
                text,
                n_called: called.len(),
            });
        }
        called.retain(|index| !refused.contains(index));
    }
}

/// A program that is accepted.
pub struct Runnable {
    pub text: String,
    /// How many functions it calls.
    pub n_called: usize,
}

/// The functions whose callers have errors.
fn refused_callers(text: &str, stderr: &str) -> Result<Vec<usize>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut refused = Vec::new();
    for line in stderr.lines() {
        let said: serde_json::Value = serde_json::from_str(line).map_err(|_| stderr.to_owned())?;
        if said["severity"] != "error" {
            continue;
        }
        let at = said["spans"][0]["line_start"].as_u64().unwrap_or(0) as usize;
        let caller = lines.get(at.wrapping_sub(1)).and_then(|line| {
            let (_, number) = line
                .strip_prefix("fn call")?
                .split_once('(')
                .map(|(number, rest)| (rest, number))?;
            number.parse().ok()
        });
        refused.push(caller.ok_or_else(|| format!("line {at}: {line}"))?);
    }
    refused.dedup();
    Ok(refused)
}

fn program(functions: &[Function], called: &[usize]) -> String {
    let printed = print(functions, &[], Language::Lang, &[]).text;
    let (printed, _) = printed.split_once("fn main() {").expect("a program has a main");
    let mut text = format!("import std.panic.catch_panic;\n{printed}");
    // One line each, by which its errors are known.
    for index in called {
        writeln!(text, "{}", caller(*index, &functions[*index])).expect("strings take all");
    }
    text.push_str("fn main() {\n");
    for index in called {
        writeln!(text, "    for n in 0..3 {{ _ = catch_panic(|| call{index}(n)); }}").expect("strings take all");
    }
    text.push_str("}\n");
    text
}

fn caller(index: usize, function: &Function) -> String {
    let mut maker = Maker::default();
    let mut args = vec!["n".to_owned()];
    let mut roots = Vec::new();
    for ty in &function.signature.params {
        let (value, _) = maker.value(ty, 0);
        if let Ty::Ref(_, inner) = ty {
            let name = value.trim_start_matches("&mut ").trim_start_matches('&');
            roots.push((name.to_owned(), (**inner).clone()));
        }
        args.push(value);
    }
    // What refers to nothing first: it lives longest.
    maker.variables.sort_by_key(|(depth, _)| *depth);
    let variables: String = maker.variables.iter().map(|(_, text)| format!("{text} ")).collect();
    let call = format!("f{index}({})", args.join(", "));
    let ret = &function.signature.ret;
    let result = if *ret == Ty::Unit {
        format!("{call};")
    } else {
        format!("{{ let result = {call}; {}}}", maker.look("result", ret, 0))
    };
    let looks: String = (roots.iter().rev()).map(|(name, ty)| maker.look(name, ty, 0)).collect();
    format!("fn call{index}(n: i32) {{ {variables}{result} {looks}}}")
}

#[derive(Default)]
struct Maker {
    n_names: usize,
    n_numbers: usize,
    /// Declarations, each with how many references its value is away from what has none.
    variables: Vec<(usize, String)>,
}

impl Maker {
    fn name(&mut self) -> String {
        self.n_names += 1;
        format!("a{}", self.n_names)
    }

    /// An expression, and how many references it is away from what has none.
    fn value(&mut self, ty: &Ty, depth: usize) -> (String, usize) {
        match ty {
            Ty::Unit => ("()".to_owned(), 0),
            Ty::Int => {
                self.n_numbers += 1;
                (self.n_numbers.to_string(), 0)
            }
            Ty::Struct(index) => {
                let decl = &library().structs[*index];
                let fields: Vec<(String, usize)> = (decl.fields.iter())
                    .map(|(name, ty)| {
                        let (value, away) = self.value(ty, depth + 1);
                        (format!("{name}: {value}"), away)
                    })
                    .collect();
                let away = fields.iter().map(|(_, away)| *away).max().unwrap_or(0);
                let texts: Vec<String> = fields.into_iter().map(|(text, _)| text).collect();
                (format!("{} {{ {} }}", decl.name, texts.join(", ")), away)
            }
            Ty::Box(inner) => {
                let (value, away) = self.value(inner, depth + 1);
                (format!("Box.new({value})"), away)
            }
            Ty::Tuple(parts) => {
                let parts: Vec<(String, usize)> = parts.iter().map(|ty| self.value(ty, depth + 1)).collect();
                let away = parts.iter().map(|(_, away)| *away).max().unwrap_or(0);
                let texts: Vec<String> = parts.into_iter().map(|(text, _)| text).collect();
                (format!("({})", texts.join(", ")), away)
            }
            Ty::Vec(inner) | Ty::Slice(inner) | Ty::Array(inner) => {
                let (one, away) = self.value(inner, depth + 1);
                let (other, other_away) = self.value(inner, depth + 1);
                (format!("[{one}, {other}]"), away.max(other_away))
            }
            Ty::Optional(_) if depth > MAX_DEPTH => ("none".to_owned(), 0),
            Ty::Optional(inner) => {
                let (value, away) = self.value(inner, depth + 1);
                (format!(".Some({value})"), away)
            }
            Ty::Ref(power, inner) => {
                let (value, away) = self.value(inner, depth + 1);
                let name = self.name();
                let ty = if let Ty::Slice(element) = &**inner {
                    type_text(&Ty::Vec(element.clone()))
                } else {
                    type_text(inner)
                };
                self.variables.push((away, format!("var {name}: {ty} = {value};")));
                let power = match power {
                    Power::Share => "&",
                    Power::Exclude => "&mut ",
                };
                (format!("{power}{name}"), away + 1)
            }
            Ty::Param => unreachable!("only functions of the library are generic"),
        }
    }

    /// Statements that read all the numbers that a place leads to.
    fn look(&mut self, place: &str, ty: &Ty, depth: usize) -> String {
        if depth > MAX_DEPTH {
            return String::new();
        }
        match ty {
            Ty::Unit | Ty::Param => String::new(),
            Ty::Int => format!("see({place}); "),
            Ty::Struct(index) => {
                let fields = &library().structs[*index].fields;
                let looks = fields
                    .iter()
                    .map(|(name, ty)| self.look(&format!("{place}.{name}"), ty, depth + 1));
                looks.collect()
            }
            Ty::Box(inner) => self.look(&format!("(*{place})"), inner, depth + 1),
            Ty::Ref(_, inner) => self.look(&format!("(*{place})"), inner, depth),
            Ty::Tuple(parts) => {
                let looks = parts.iter().enumerate();
                looks
                    .map(|(index, ty)| self.look(&format!("{place}.{index}"), ty, depth + 1))
                    .collect()
            }
            Ty::Vec(inner) | Ty::Slice(inner) | Ty::Array(inner) => {
                let name = self.name();
                let look = self.look(&format!("(*{name})"), inner, depth + 1);
                format!("for {name} in {place}.iter() {{ {look}}} ")
            }
            Ty::Optional(inner) => {
                let name = self.name();
                let look = self.look(&format!("(*{name})"), inner, depth + 1);
                format!("if let .Some({name}) = &{place} {{ {look}}} ")
            }
        }
    }
}

fn type_text(ty: &Ty) -> String {
    match ty {
        Ty::Unit => "()".to_owned(),
        Ty::Int => "i32".to_owned(),
        Ty::Struct(index) => library().structs[*index].name.to_owned(),
        Ty::Box(inner) => format!("Box<{}>", type_text(inner)),
        Ty::Vec(inner) => format!("Vec<{}>", type_text(inner)),
        Ty::Slice(inner) => format!("[{}]", type_text(inner)),
        Ty::Array(inner) => format!("[{}; 2]", type_text(inner)),
        Ty::Tuple(parts) => {
            let parts: Vec<String> = parts.iter().map(type_text).collect();
            format!("({})", parts.join(", "))
        }
        Ty::Optional(inner) => format!("?{}", type_text(inner)),
        Ty::Ref(Power::Share, inner) => format!("&{}", type_text(inner)),
        Ty::Ref(Power::Exclude, inner) => format!("&mut {}", type_text(inner)),
        Ty::Param => unreachable!("only functions of the library are generic"),
    }
}
