//! A library's census: import, what Clang says, and the program that uses everything.
//!
//! Starts `lang` and Clang in a folder of its own. What a program cannot use is taken out of it and noted with the
//! compiler's message, until the rest compiles.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cimport::{Comments, ImportOptions, Importer};
use cmodel::{CModel, CModule, CModuleId, CModuleSpec, CValue};
use session::{Environment, Sysroot};
use target::{Table, Target};
use unit::Optimize;

use super::items::{Item, Meaning, items};
use super::library::{Import, Library};
use super::macros;
use super::program::{Bodies, Sizes};
use super::table::Census;
use super::values::{self, Check};
use crate::executables::{lang, output_of};

/// How many items one program uses: enough that starting the compiler does not count, few enough that one whose
/// use goes wrong does not take long to leave out.
const PER_PROGRAM: usize = 1500;

/// How often a program is compiled without what was wrong with it before.
const MOST_ROUNDS: usize = 12;

/// An item and the statements that use it.
type Use<'m> = (&'m Item<'m>, String);

/// What all libraries are looked at with.
pub struct Surroundings {
    pub(super) importer: Importer,
    pub(super) target: Target,
    pub(super) clang: PathBuf,
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
            comments: Comments::Skip,
        });
        Ok(Self {
            importer,
            target: table
                .host()
                .ok_or("the table has no target that is this machine")?
                .clone(),
            clang: sysroot.clang().map_err(missing)?,
            clang_headers,
        })
    }

    pub(super) fn clang_arguments(&self, spec: &CModuleSpec) -> Vec<String> {
        cimport::driver_arguments(spec, &self.target, &self.clang_headers, None)
    }
}

/// Counts a library, whose package is there.
pub fn census(library: &Library, around: &Surroundings) -> Result<Census, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let arguments = |spec: &CModuleSpec| around.clang_arguments(spec);
    let Import { spec, left_out } = library.import(&around.clang, arguments)?;
    let id = CModuleId(0);
    let imported = around.importer.import_all(id, &spec, &around.target, Optimize::None);
    let model = imported.map_err(|error| format!("{}: {error:?}", library.name))?.model;
    let module = &model.modules[&id];
    let others = library.base_headers();
    let mut items = items(&model, module, &others);
    if !library.is_c() {
        items.retain(|item| !is_below(&around.clang_headers, &model, module, item));
    }
    let mut census = Census::new(&library.name);
    census.n_headers = spec.headers.len();
    census.left_out = left_out;
    for item in &items {
        *census.counts.entry(item.kind).or_default() += 1;
    }
    classify(&mut census, around, (id, &spec), &model, &items)?;
    let sizes = compare(&mut census, folder.path(), around, &spec, (&model, &items))?;
    let bodies = Bodies {
        model: &model,
        module,
        sizes: &sizes,
    };
    let uses: Vec<Use<'_>> = items
        .iter()
        .filter_map(|item| Some((item, bodies.body(item)?)))
        .collect();
    let uses: Vec<&Use<'_>> = uses.iter().collect();
    for some in uses.chunks(PER_PROGRAM) {
        force(&mut census, folder.path(), &library.import_item(&spec.headers), some)?;
    }
    Ok(census)
}

/// Whether an item is from Clang's own headers.
fn is_below(folder: &Path, model: &CModel, module: &CModule, item: &Item<'_>) -> bool {
    item.loc(model, module)
        .is_some_and(|loc| Path::new(&loc.path).starts_with(folder))
}

/// What macros are that are no values by themselves.
fn classify(
    census: &mut Census,
    around: &Surroundings,
    of: (CModuleId, &CModuleSpec),
    model: &CModel,
    items: &[Item<'_>],
) -> Result<(), String> {
    for item in items {
        if let Meaning::Value(CValue::NoValue { role, .. }) = item.meaning {
            *census.no_values.entry(role.clone()).or_default() += 1;
        }
    }
    let classes = macros::classes(&around.importer, (of.0, of.1, &around.target), model, items)?;
    for (name, (class, message)) in classes {
        *census.macros.entry(class).or_default() += 1;
        if let Some(message) = message {
            census
                .macro_messages
                .entry(without_names(&message))
                .or_default()
                .push(name.to_string());
        }
    }
    Ok(())
}

/// A message of Clang with `…` for what stands in quotes.
fn without_names(message: &str) -> String {
    let parts = message.split('\'').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 0 { part } else { "…" })
        .collect()
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
        let (text, of_lines) = values::text(&spec.headers, &left);
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
            .filter_map(|line| bad_line(line, &of_lines))
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
fn bad_line<'a>(line: &'a str, of_lines: &[Option<usize>]) -> Option<(usize, &'a str)> {
    let (place, message) = line.split_once(": error: ")?;
    let line: usize = place.split_once("values.c:")?.1.split(':').next()?.parse().ok()?;
    Some(((*of_lines.get(line.checked_sub(1)?)?)?, message))
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
fn force(census: &mut Census, folder: &Path, import: &str, used: &[&Use<'_>]) -> Result<(), String> {
    let mut left = used.to_vec();
    for _ in 0..MOST_ROUNDS {
        let (text, first) = program(import, &left);
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
        let lines = output.stderr.lines().rev();
        let bad: BTreeMap<usize, String> = lines.filter_map(|line| bad_use(line, first)).collect();
        if !bad.keys().any(|index| *index < left.len()) {
            return halves(census, folder, import, &left, &output.stderr);
        }
        let mut kept = Vec::new();
        for (index, entry) in left.into_iter().enumerate() {
            match bad.get(&index) {
                Some(reason) => census.refuse(entry.0, reason.clone()),
                None => kept.push(entry),
            }
        }
        left = kept;
    }
    Err(format!("{}: the compiler has always more errors", census.library))
}

/// Finds the use that something without a place in the program goes wrong for.
fn halves(census: &mut Census, folder: &Path, import: &str, used: &[&Use<'_>], stderr: &str) -> Result<(), String> {
    match used {
        [] => Err(format!(
            "{}: an empty program does not compile: {stderr}",
            census.library
        )),
        [(item, _)] => {
            let errors = stderr.lines().filter(|line| !line.contains("\"severity\":\"warning\""));
            census.refuse(item, errors.collect::<Vec<_>>().join("\n"));
            Ok(())
        }
        _ => {
            let (first, second) = used.split_at(used.len() / 2);
            force(census, folder, import, first)?;
            force(census, folder, import, second)
        }
    }
}

/// The program, and the line of its first use.
fn program(import: &str, used: &[&Use<'_>]) -> (String, usize) {
    let mut text = format!("import std.mem;\n{import}static var never: bool = false;\n");
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
