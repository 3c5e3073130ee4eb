//! The inline functions and function-like macros of `immintrin.h` and `arm_neon.h`, called and compiled.
//!
//! Each is used in a function of its own. Checking says of each which features it lacks; with the attribute of its hint
//! put before the function, all of them are compiled. Some are looked at among the tests;
//! `HEADERS_SOAK=1 cargo test --package test-suite --test intrinsics -- --nocapture` looks at all functions and many
//! macros, and prints how many.

#![allow(clippy::print_stdout, reason = "the counts are for whoever runs it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use test_suite::{output_of, run};

/// One of so many is looked at among the tests.
const STEP: usize = 48;

/// Of macros, one of so many is looked at when all functions are.
const MACRO_STEP: usize = 1;

/// The target's header, and a function that gives a value of a type that Lang has no word for.
struct Header {
    target: &'static str,
    name: &'static str,
    bf16: &'static str,
}

/// A function or a macro, as a function of Lang that uses it: parameters and body.
#[derive(Clone)]
struct Forced {
    name: String,
    params: Vec<String>,
    ret: String,
    body: String,
}

/// What is left of the header when everything has been tried.
#[derive(Default)]
struct Counts {
    functions: usize,
    macros: usize,
    /// Those that need more than every processor of the target has.
    with_features: usize,
    /// By the message that they are refused with.
    refused: BTreeMap<String, Vec<String>>,
}

#[test]
fn of_x86() {
    look(&Header {
        target: "x86_64-unknown-linux-gnu",
        name: "immintrin.h",
        bf16: "_mm_cvtness_sbh(1.0)",
    });
}

#[test]
fn of_aarch64() {
    look(&Header {
        target: "aarch64-unknown-linux-gnu",
        name: "arm_neon.h",
        bf16: "vcvth_bf16_f32(1.0)",
    });
}

fn look(header: &Header) {
    let (step, macro_step) = match std::env::var_os("HEADERS_SOAK") {
        Some(_) => (1, MACRO_STEP),
        None => (STEP, STEP),
    };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let printed = unwrapped(&run(folder.path(), ["cimport", header.name, "--target", header.target]).stdout);
    let functions: Vec<Forced> = functions_of(&printed, header).into_iter().step_by(step).collect();
    let macros: Vec<Macro> = macros_of(&printed).into_iter().step_by(macro_step).collect();
    assert!(functions.len() > 2000 / step, "{} has {}", header.name, functions.len());
    let mut counts = Counts {
        functions: functions.len(),
        macros: macros.len(),
        ..Counts::default()
    };
    force(folder.path(), header, &functions, &mut counts);
    force_macros(folder.path(), header, macros, &mut counts);
    println!(
        "{}: {} functions, {} macros; {} need more than every processor has; refused: {:#?}",
        header.name, counts.functions, counts.macros, counts.with_features, counts.refused
    );
    let unexplained: Vec<&String> = counts.refused.keys().filter(|reason| !is_explained(reason)).collect();
    assert_eq!(unexplained, Vec::<&String>::new());
}

/// What a macro was called with may be what it does not take; that is no fault of ours.
fn is_explained(reason: &str) -> bool {
    reason.starts_with("E0404 ") || reason.starts_with("E0304 ")
}

/// The text with each function on one line.
fn unwrapped(printed: &str) -> String {
    let mut text = String::new();
    let mut is_inside = false;
    for line in printed.lines() {
        let starts = line.trim_start().starts_with("fn ") && line.ends_with('(');
        match (is_inside, starts) {
            (false, false) => text.push_str(&format!("{line}\n")),
            (false, true) => text.push_str(line),
            (true, _) if line.trim_start().starts_with(')') => {
                let whole = text.trim_end_matches([',', ' ']).len();
                text.truncate(whole);
                text.push_str(&format!("{}\n", line.trim_start()));
            }
            (true, _) => text.push_str(&format!("{} ", line.trim())),
        }
        is_inside = (is_inside || starts) && !(is_inside && line.trim_start().starts_with(')'));
    }
    text
}

/// The declarations of Clang's own headers in what `lang cimport` prints.
fn functions_of(printed: &str, header: &Header) -> Vec<Forced> {
    let mut is_own = false;
    let mut functions = Vec::new();
    for line in printed.lines() {
        if let Some(path) = line.strip_prefix("// /") {
            is_own = path.contains("lib/clang/");
        }
        let declared = line.trim().trim_start_matches("pub ").strip_prefix("fn ");
        if let Some(declared) = declared.filter(|_| is_own) {
            functions.extend(function(declared, header));
        }
    }
    functions
}

/// `_mm_add_epi32(__a: __m128i, __b: __m128i) -> __m128i;`
fn function(declared: &str, header: &Header) -> Option<Forced> {
    let declared = declared.strip_suffix(';')?;
    let (name, rest) = declared.split_once('(')?;
    let (params, ret) = rest.rsplit_once(')')?;
    // Of the C library, which a header of Clang's declares again.
    if name == "posix_memalign" || params.contains("...") {
        return None;
    }
    let (mut typed, mut args, mut prologue) = (Vec::new(), Vec::new(), String::new());
    for (index, param) in params.split(", ").filter(|param| !param.is_empty()).enumerate() {
        let (_, ty) = param.split_once(": ")?;
        if ty.contains("__bf16") {
            prologue = format!("let bf16 = c.{}; ", header.bf16);
            args.push(String::from(if ty.starts_with('*') { "&mut bf16" } else { "bf16" }));
        } else if ty.contains("_Complex") {
            args.push(String::from("complex_half()"));
        } else {
            args.push(format!("a{index}"));
            typed.push(format!("a{index}: {}", of_header(ty)));
        }
    }
    if args.iter().any(|arg| arg == "&mut bf16") {
        prologue = prologue.replace("let ", "var ");
    }
    let ret = ret.trim_start_matches(" -> ");
    let (ret, discard) = match ret.contains("__bf16") {
        true => ("", "_ = "),
        false => (ret, ""),
    };
    Some(Forced {
        name: name.to_owned(),
        params: typed,
        ret: of_header(ret),
        body: format!("{prologue}{discard}c.{name}({})", args.join(", ")),
    })
}

/// A type as it is printed, with `c.` before the names that are the header's.
fn of_header(ty: &str) -> String {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = String::new();
    let mut rest = ty;
    while let Some(start) = rest.find(is_of_name) {
        let end = rest[start..]
            .find(|c| !is_of_name(c))
            .map_or(rest.len(), |end| start + end);
        let word = &rest[start..end];
        text.push_str(&rest[..start]);
        let is_own = word.starts_with('_') || word.ends_with("_t") && word != "size_t";
        text.push_str(if is_own { "c." } else { "" });
        text.push_str(word);
        rest = &rest[end..];
    }
    text + rest
}

/// A macro with what C casts each parameter to, where it does.
struct Macro {
    name: String,
    params: Vec<Option<String>>,
}

/// Of functions that take vectors and numbers.
fn param_types(printed: &str) -> BTreeMap<String, Vec<String>> {
    let declared = printed.lines().filter_map(|line| line.trim().strip_prefix("fn "));
    let typed = declared.filter_map(|declared| {
        let (name, rest) = declared.split_once('(')?;
        let (params, _) = rest.rsplit_once(')')?;
        let types = params.split(", ").filter_map(|param| param.split_once(": "));
        let types = types.map(|(_, ty)| ty.trim_start_matches("c_").to_owned());
        name.starts_with(['_', 'v']).then(|| (name.to_owned(), types.collect()))
    });
    typed.collect()
}

/// What is known of a header's own: parameters and text of macros, types of the parameters of functions.
#[derive(Clone, Copy)]
struct Known<'a> {
    bodies: &'a BTreeMap<String, (Vec<String>, String)>,
    functions: &'a BTreeMap<String, Vec<String>>,
}

/// The function-like macros of the header files of Clang's own that were read.
fn macros_of(printed: &str) -> Vec<Macro> {
    let files = printed.lines().filter_map(|line| line.strip_prefix("// "));
    let files: BTreeSet<&str> = files
        .filter(|path| path.starts_with('/') && path.contains("/lib/clang/"))
        .collect();
    let mut bodies: BTreeMap<String, (Vec<String>, String)> = BTreeMap::new();
    for file in files {
        let Ok(text) = fs::read_to_string(file) else { continue };
        let text = text.replace("\\\n", " ");
        for line in text.lines().filter_map(|line| line.strip_prefix("#define ")) {
            let Some((name, rest)) = line.split_once('(').filter(|(name, _)| !name.contains(' ')) else {
                continue;
            };
            let Some((params, body)) = rest.split_once(')') else {
                continue;
            };
            let params = params.split(',').map(|param| param.trim().to_owned());
            let params = params.filter(|param| !param.is_empty()).collect();
            bodies.insert(name.to_owned(), (params, body.to_owned()));
        }
    }
    let functions = param_types(printed);
    let known = Known {
        bodies: &bodies,
        functions: &functions,
    };
    let names = bodies
        .keys()
        .filter(|name| name.starts_with("_mm") || name.starts_with('v') || name.starts_with("_tile"));
    names
        .map(|name| Macro {
            name: name.clone(),
            params: bodies[name]
                .0
                .iter()
                .map(|param| cast_of(name, param, known, 0))
                .collect(),
        })
        .collect()
}

/// The innermost cast of a parameter in a macro's text, or in that of a macro that it is handed on to.
fn cast_of(name: &str, param: &str, known: Known<'_>, depth: u32) -> Option<String> {
    let Known { bodies, functions } = known;
    let (_, body) = bodies.get(name).filter(|_| depth < 5)?;
    let used = format!("({param})");
    for (at, _) in body.match_indices(&used) {
        let before = body[..at].trim_end();
        if let Some(open) = before.strip_suffix(')').and_then(|inner| inner.rfind('(')) {
            let cast = before[open + 1..before.len() - 1].trim();
            if cast.chars().all(|c| c.is_alphanumeric() || " _*".contains(c)) && !cast.is_empty() {
                return Some(cast.to_owned());
            }
        }
    }
    let declared = body.split(';').find_map(|part| {
        let (left, right) = part.split_once('=')?;
        let is_it = right.trim().trim_matches(['(', ')']) == param;
        let ty = left
            .trim()
            .trim_start_matches("__extension__")
            .trim_start_matches([' ', '(', '{']);
        is_it.then(|| ty.split(' ').next().unwrap_or_default().to_owned())
    });
    declared.filter(|ty| !ty.is_empty()).or_else(|| {
        let in_function = functions.iter().find_map(|(inner, params)| {
            let place = args_of(body, inner)?.iter().position(|arg| *arg == param)?;
            params.get(place).cloned()
        });
        in_function.or_else(|| {
            bodies.keys().filter(|inner| *inner != name).find_map(|inner| {
                let place = args_of(body, inner)?.iter().position(|arg| *arg == param)?;
                cast_of(inner, bodies[inner].0.get(place)?, known, depth + 1)
            })
        })
    })
}

/// The arguments of the first call of a name in C text, without the parentheses around each.
fn args_of<'t>(text: &'t str, name: &str) -> Option<Vec<&'t str>> {
    let called = format!("{name}(");
    let is_whole = |at: usize| !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
    let (at, _) = text.match_indices(&called).find(|(at, _)| is_whole(*at))?;
    let rest = &text[at + called.len()..];
    let (mut args, mut start, mut depth) = (Vec::new(), 0, 0);
    for (index, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => {
                args.push(rest[start..index].trim_matches([' ', '(', ')']));
                return Some(args);
            }
            ')' => depth -= 1,
            ',' if depth == 0 => {
                args.push(rest[start..index].trim_matches([' ', '(', ')']));
                start = index + 1;
            }
            _ => {}
        }
    }
    None
}

/// What constants of macros are tried: of the last parameter, and of those before. Where the last is how to round, 8 is
/// right, and Clang does not refuse all that is wrong.
const TRIED: [(&str, &str); 5] = [("8", "1"), ("1", "1"), ("0", "0"), ("4", "1"), ("8", "8")];

impl Macro {
    fn forced(&self, (last, before): (&str, &str)) -> Forced {
        let (mut params, mut args) = (Vec::new(), Vec::new());
        for (index, cast) in self.params.iter().enumerate() {
            let is_last = index + 1 == self.params.len();
            // Most comparisons of these are AVX's, which no feature of the function says.
            let compares = self.name.starts_with("_mm_cmp_") && !self.name.contains("mask");
            let constant = match is_last {
                true if compares => "1",
                true => last,
                false => before,
            };
            match cast.as_deref() {
                Some(pointer) if pointer.contains('*') => {
                    params.push(format!("a{index}: *c_void"));
                    args.push(format!("a{index}"));
                }
                Some(ty) if (ty.starts_with("__") && ty != "__SIZE_TYPE__") || ty.ends_with("_t") => {
                    params.push(format!("a{index}: c.{ty}"));
                    args.push(format!("a{index}"));
                }
                Some(_) | None => args.push(constant.to_owned()),
            }
        }
        Forced {
            name: self.name.clone(),
            params,
            ret: String::new(),
            body: format!("c.{}({});", self.name, args.join(", ")),
        }
    }
}

/// Compiles all macros that some constants can be given to.
fn force_macros(folder: &Path, header: &Header, macros: Vec<Macro>, counts: &mut Counts) {
    let mut left = macros;
    let mut taken = Vec::new();
    let mut reasons: BTreeMap<String, String> = BTreeMap::new();
    for constants in TRIED {
        let tried: Vec<Forced> = left.iter().map(|one| one.forced(constants)).collect();
        let said = check(folder, header, &tried, &BTreeMap::new());
        let mut refused = Vec::new();
        for (index, (one, forced)) in left.into_iter().zip(tried).enumerate() {
            match said.refused.get(&index) {
                Some(reason) => {
                    reasons.insert(one.name.clone(), reason.clone());
                    refused.push(one);
                }
                None => taken.push(forced),
            }
        }
        left = refused;
    }
    counts.macros -= left.len();
    for one in left {
        let reason = reasons.remove(&one.name).unwrap_or_default();
        counts.refused.entry(reason).or_default().push(one.name);
    }
    force(folder, header, &taken, counts);
}

/// What checking says, by the place of what it says it of.
#[derive(Default)]
struct Said {
    features: BTreeMap<usize, String>,
    refused: BTreeMap<usize, String>,
}

/// Compiles functions that use each.
fn force(folder: &Path, header: &Header, all: &[Forced], counts: &mut Counts) {
    let said = check(folder, header, all, &BTreeMap::new());
    counts.with_features += said.features.len();
    for (index, reason) in &said.refused {
        let names = counts.refused.entry(reason.clone()).or_default();
        names.push(all[*index].name.clone());
    }
    let (mut kept, mut features) = (Vec::new(), BTreeMap::new());
    for (index, one) in all
        .iter()
        .enumerate()
        .filter(|(index, _)| !said.refused.contains_key(index))
    {
        if let Some(wanted) = said.features.get(&index) {
            features.insert(kept.len(), wanted.clone());
        }
        kept.push(one.clone());
    }
    write(folder, header, &kept, &features);
    let output = run(
        folder,
        [
            "build",
            "all.lang",
            "--target",
            header.target,
            "--emit",
            "asm",
            "-o",
            "all.s",
        ],
    );
    assert_eq!((output.status, output.stderr.as_str()), (0, ""), "{}", header.name);
    let code = fs::read_to_string(folder.join("all.s")).expect("it was written");
    let lost = kept
        .iter()
        .enumerate()
        .filter(|(index, _)| !code.contains(&format!("\nforced_{index}:")));
    assert_eq!(lost.map(|(_, one)| &one.name).next(), None, "every function has code");
}

/// Line `n + 3` is that of the one that has number `n`.
fn write(folder: &Path, header: &Header, all: &[Forced], features: &BTreeMap<usize, String>) {
    let mut text = format!("import c \"{}\" as c;\n\n", header.name);
    for (index, one) in all.iter().enumerate() {
        if let Some(features) = features.get(&index) {
            text.push_str(&format!("@target_feature(\"{features}\") "));
        }
        let arrow = if one.ret.is_empty() { "" } else { " -> " };
        let params = one.params.join(", ");
        text.push_str(&format!(
            "export fn forced_{index}({params}){arrow}{} {{ unsafe {{ {} }} }}\n",
            one.ret, one.body
        ));
    }
    // A type that the header has no name for.
    text.push_str("inline fn complex_half() = c \"(_Float16 _Complex)1\";\nfn main() {}\n");
    fs::write(folder.join("all.lang"), text).expect("it can be written");
}

fn check(folder: &Path, header: &Header, all: &[Forced], features: &BTreeMap<usize, String>) -> Said {
    write(folder, header, all, features);
    let mut lang = test_suite::lang();
    lang.args([
        "check",
        "all.lang",
        "--error-format=json",
        "--error-limit=0",
        "--target",
        header.target,
    ]);
    lang.current_dir(folder);
    let output = output_of(lang);
    let mut said = Said::default();
    for line in output.stderr.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("a diagnostic is an object");
        let code = object["code"].as_str().unwrap_or_default();
        let line_number = object["spans"][0]["line_start"].as_u64();
        let index = line_number.and_then(|line| usize::try_from(line).ok()?.checked_sub(3));
        let index = index.unwrap_or_else(|| panic!("a message of no line of ours: {line}"));
        let hint = object["hint"]["message"].as_str().unwrap_or_default();
        match (code, hint.split_once("@target_feature(\"")) {
            ("E0378", Some((_, rest))) => {
                let wanted = rest.split('"').next().unwrap_or_default();
                // LLVM cannot compile some of these for processors without AVX512-VL, of which there are none.
                let vectors = if wanted.contains("avx512fp16") { ",avx512vl" } else { "" };
                said.features.insert(index, format!("{wanted}{vectors}"));
            }
            _ => {
                let message = object["message"].as_str().unwrap_or_default();
                let message = message.replace(&all[index].name, "…");
                said.refused.insert(index, format!("{code} {message}"));
            }
        }
    }
    said
}
