//! A library's census: import, what Clang says, and the program that uses everything.
//!
//! Starts `lang` and Clang in a folder of its own. What a program cannot use is taken out of it and noted with the
//! compiler's message, until the rest compiles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cimport::{ImportOptions, Importer};
use cmodel::{CModel, CModule, CModuleId, CModuleSpec, CValue};
use session::{Environment, Sysroot};
use target::{Table, Target};
use unit::Optimize;

use super::items::{Item, Meaning, items};
use super::library::{Library, base_headers};
use super::program::{Bodies, Sizes};
use super::table::{Census, Refusal};
use super::values::{self, Check};
use crate::executables::{lang, output_of};

/// How many items one program uses: enough that starting the compiler does not count, few enough that one whose
/// use goes wrong does not take long to leave out.
const PER_PROGRAM: usize = 1500;

/// How often a program is compiled without what was wrong with it before.
const MOST_ROUNDS: usize = 12;

/// What all libraries are looked at with.
pub struct Surroundings {
    importer: Importer,
    target: Target,
    clang: PathBuf,
    base_headers: BTreeSet<String>,
    clang_headers: PathBuf,
}

impl Surroundings {
    /// Says what is missing here.
    pub fn new(cache_dir: PathBuf) -> Result<Self, String> {
        let table = Table::embedded();
        let sysroot = Sysroot::new(Environment::of_process(), table);
        let missing = |error: session::ToolError| format!("{error:?}");
        let clang_headers = sysroot.clang_resource_dir().map_err(missing)?;
        let importer = Importer::new(ImportOptions {
            libclang: sysroot.libclang().map_err(missing)?,
            resource_dir: clang_headers.clone(),
            cache_dir: Some(cache_dir),
            sysroot: None,
            working_dir: None,
        });
        Ok(Self {
            importer,
            target: table
                .host()
                .ok_or("the table has no target that is this machine")?
                .clone(),
            clang: sysroot.clang().map_err(missing)?,
            base_headers: base_headers(),
            clang_headers,
        })
    }
}

/// Counts a library, whose package is there.
pub fn census(library: &Library, around: &Surroundings) -> Result<Census, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let spec = library.spec()?;
    let id = CModuleId(0);
    let imported = around.importer.import_all(id, &spec, &around.target, Optimize::None);
    let model = imported.map_err(|error| format!("{}: {error:?}", library.name))?.model;
    let module = &model.modules[&id];
    let others = match library.is_base() {
        true => BTreeSet::new(),
        false => around.base_headers.clone(),
    };
    let mut items = items(&model, module, &others);
    if !library.is_base() {
        items.retain(|item| !is_below(&around.clang_headers, &model, module, item));
    }
    let mut census = Census::new(&library.name);
    for item in &items {
        *census.counts.entry(item.kind).or_default() += 1;
        classify(&mut census, item);
    }
    let sizes = compare(&mut census, folder.path(), around, &spec, (&model, &items))?;
    let bodies = Bodies {
        model: &model,
        module,
        sizes: &sizes,
    };
    let used: Vec<(&Item<'_>, String)> = items
        .iter()
        .filter_map(|item| Some((item, bodies.body(item)?)))
        .collect();
    for some in used.chunks(PER_PROGRAM) {
        force(&mut census, folder.path(), library, some)?;
    }
    Ok(census)
}

/// Whether an item is from Clang's own headers.
fn is_below(folder: &Path, model: &CModel, module: &CModule, item: &Item<'_>) -> bool {
    item.loc(model, module)
        .is_some_and(|loc| Path::new(&loc.path).starts_with(folder))
}

/// What is known of macros that no program can use.
fn classify(census: &mut Census, item: &Item<'_>) {
    match item.meaning {
        Meaning::Value(CValue::NoValue { role, .. }) => *census.no_values.entry(role.clone()).or_default() += 1,
        Meaning::Value(CValue::Macro(_)) => *census.macros.entry("function-like".to_owned()).or_default() += 1,
        Meaning::Value(_) | Meaning::Type(_) | Meaning::Member(_) => {}
    }
}

/// Asks Clang about the same things; gives the sizes of types.
fn compare(
    census: &mut Census,
    folder: &Path,
    around: &Surroundings,
    spec: &CModuleSpec,
    (model, items): (&CModel, &[Item<'_>]),
) -> Result<Sizes, String> {
    let checks = values::checks(model, items);
    let mut left: Vec<&Check> = checks.iter().collect();
    for _ in 0..MOST_ROUNDS {
        let (text, first) = values::text(&spec.headers, &left);
        let (source, program) = (folder.join("values.c"), folder.join("values"));
        fs::write(&source, text).map_err(|error| error.to_string())?;
        let mut clang = Command::new(&around.clang);
        clang.args(cimport::driver_arguments(
            spec,
            &around.target,
            &around.clang_headers,
            None,
        ));
        clang.args(["-w", "-ferror-limit=0", "-fno-caret-diagnostics", "-lm", "-o"]);
        clang.arg(&program).arg(&source);
        let output = output_of(clang);
        if output.status == 0 {
            let output = output_of(Command::new(&program));
            return read_values(census, &output.stdout, items, &left);
        }
        let bad: BTreeMap<usize, &str> = output
            .stderr
            .lines()
            .rev()
            .filter_map(|line| bad_line(line, first))
            .collect();
        if bad.is_empty() {
            return Err(format!("{}: {}", census.library, output.stderr));
        }
        for (index, message) in &bad {
            if let Some(check) = left.get(*index) {
                census.differences.push(format!(
                    "{}: {} cannot be asked: {message}",
                    items[check.item].name, check.what
                ));
            }
        }
        let kept = left.iter().enumerate().filter(|(index, _)| !bad.contains_key(index));
        left = kept.map(|(_, check)| *check).collect();
    }
    Err(format!(
        "{}: Clang has always more errors in what is asked",
        census.library
    ))
}

/// The check and the message of a line such as `/tmp/values.c:12:3: error: …`.
fn bad_line(line: &str, first: usize) -> Option<(usize, &str)> {
    let (place, message) = line.split_once(": error: ")?;
    let line: usize = place.split_once("values.c:")?.1.split(':').next()?.parse().ok()?;
    Some((line.checked_sub(first)?, message))
}

fn read_values(census: &mut Census, stdout: &str, items: &[Item<'_>], asked: &[&Check]) -> Result<Sizes, String> {
    let mut sizes = Sizes::new();
    for line in stdout.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |index: usize| {
            words
                .get(index)
                .and_then(|word| word.parse::<usize>().ok())
                .unwrap_or(0)
        };
        match words[0] {
            "S" => _ = sizes.insert(items[number(1)].name, (number(2) as u64, number(3) as u64)),
            "N" => {
                let check = asked[number(1)];
                census
                    .differences
                    .push(format!("{}: not {}", items[check.item].name, check.what));
            }
            _ => {}
        }
    }
    census.n_compared += asked.len();
    match stdout.ends_with("done\n") {
        true => Ok(sizes),
        false => Err(format!("{}: Clang's program did not end well", census.library)),
    }
}

/// Compiles a program of these uses, without those that the compiler refuses.
fn force(census: &mut Census, folder: &Path, library: &Library, used: &[(&Item<'_>, String)]) -> Result<(), String> {
    let mut left: Vec<&(&Item<'_>, String)> = used.iter().collect();
    for _ in 0..MOST_ROUNDS {
        let (text, first) = program(library, &left);
        fs::write(folder.join("census.lang"), &text).map_err(|error| error.to_string())?;
        let mut build = lang();
        build.args(["build", "--emit", "obj", "-o", "census.o", "census.lang"]);
        build
            .args(["--error-format", "json", "--error-limit", "0"])
            .current_dir(folder);
        let output = output_of(build);
        if output.status == 0 {
            census.n_forced += left.len();
            return Ok(());
        }
        let bad: BTreeMap<usize, String> = output
            .stderr
            .lines()
            .rev()
            .filter_map(|line| bad_use(line, first))
            .collect();
        let before = left.len();
        let mut kept = Vec::new();
        for (index, entry) in left.into_iter().enumerate() {
            match bad.get(&index) {
                Some(reason) => census.refusals.push(Refusal {
                    name: entry.0.name.to_string(),
                    kind: entry.0.kind,
                    reason: reason.clone(),
                }),
                None => kept.push(entry),
            }
        }
        left = kept;
        if left.len() == before {
            let errors = output
                .stderr
                .lines()
                .filter(|line| !line.contains("\"severity\":\"warning\""));
            return Err(format!("{}: {}", census.library, errors.collect::<Vec<_>>().join("\n")));
        }
    }
    Err(format!("{}: the compiler has always more errors", census.library))
}

/// The program, and the line of its first use.
fn program(library: &Library, used: &[&(&Item<'_>, String)]) -> (String, usize) {
    let mut text = format!("import std.mem;\n{}static var never: bool = false;\n", library.import());
    let first = text.lines().count() + 1;
    for (index, (_, body)) in used.iter().enumerate() {
        let _ = writeln!(text, "fn item{index}() {{ unsafe {{ {body} }} }}");
    }
    text.push_str("fn main() {\n    if unsafe never {\n");
    for index in 0..used.len() {
        let _ = writeln!(text, "        item{index}();");
    }
    text.push_str("    }\n}\n");
    (text, first)
}

/// The use that a diagnostic is about, and what it says.
fn bad_use(line: &str, first: usize) -> Option<(usize, String)> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["severity"] != "error" {
        return None;
    }
    let line = usize::try_from(message["spans"][0]["line_start"].as_u64()?).ok()?;
    let text = format!("{}: {}", message["code"].as_str()?, message["message"].as_str()?);
    Some((line.checked_sub(first)?, text))
}
