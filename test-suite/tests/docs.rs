//! The documentation is true: every block of Lang in `docs/` and `README.md` does what it says, the page of the command
//! line and `lang --help` name the same things, and the pages of the library, of targets and of sanitizers leave
//! nothing out.
//!
//! What stands after the three backticks says what a block is, its words separated by commas:
//! `lang` is checked without a message; `lang,run` is built and run, with exit status 0 or `status=N`; `lang,test` has
//! its tests run; with `sanitize` among the words, AddressSanitizer watches; `lang,E0301` gives exactly this code,
//! `build` among the words when only building finds it. With `statements` the block stands in a `main`. A block with
//! `file=NAME`, of whatever language, is a file beside the others of its document, and nothing more. `lang,unformatted`
//! is formatted, which gives the block after it, and that is formatted itself. `text,output` and `text,messages` are
//! what the block before it prints to standard output and standard error; each line of a `text,report` stands somewhere
//! in the latter. `lang,ignore` is skipped. `SANITIZE_SOAK=1` has AddressSanitizer watch each block that is run.
//! `UPDATE_GOLDENFILES=1` writes `text,output` and `text,messages`; read them before you accept them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use libtest_mimic::{Arguments, Failed, Trial};
use test_suite::{Output, SANITIZE, Watched, diagnostics_in, repository, run};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut documents = vec![repository().join("README.md")];
    collect_documents(&repository().join("docs"), &mut documents);
    documents.sort();
    let mut trials: Vec<Trial> = documents.iter().flat_map(|path| trials_of(path)).collect();
    trials.push(Trial::test(
        "the command line is what its page says",
        check_command_line,
    ));
    trials.push(Trial::test("the library is what its page says", check_library));
    trials.push(Trial::test("every target has its row", check_targets));
    trials.push(Trial::test("every rule of ownership has its pair", check_pairs));
    trials.push(Trial::test("links lead somewhere", move || check_links(&documents)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    write_goldens();
    conclusion.exit_code()
}

fn collect_documents(folder: &Path, out: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("docs is a folder");
    for entry in entries {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            collect_documents(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            out.push(path);
        }
    }
}

/// A fenced block.
#[derive(Clone, Debug)]
struct Block {
    /// The words after the backticks.
    words: Vec<String>,
    text: String,
    /// One-based, of the opening fence.
    line: usize,
}

impl Block {
    fn has(&self, word: &str) -> bool {
        self.words.iter().any(|known| known == word)
    }

    /// `VALUE` of a word `NAME=VALUE`.
    fn value(&self, name: &str) -> Option<&str> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn code(&self) -> Option<&str> {
        let is_code = |word: &str| {
            word.strip_prefix('E')
                .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.words.iter().map(String::as_str).find(|word| is_code(word))
    }

    fn is_language(&self, language: &str) -> bool {
        self.words.first().is_some_and(|word| word == language)
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    for (index, line) in text.lines().enumerate() {
        match (&mut open, line.trim_end().strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block {
                    words: info.split(',').map(|word| word.trim().to_owned()).collect(),
                    text: String::new(),
                    line: index + 1,
                });
            }
            (Some(_), Some("")) => found.extend(open.take()),
            (Some(block), _) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// What a block printed must be, where the document says it.
#[derive(Clone)]
struct Printed {
    document: PathBuf,
    output: Option<Block>,
    messages: Option<Block>,
    report: Option<Block>,
}

/// A golden that is to be written: the document, the line of the block's opening fence, and what stands in the block.
type Rewritten = (PathBuf, usize, String);

static REWRITTEN: Mutex<Vec<Rewritten>> = Mutex::new(Vec::new());

/// Writes what blocks printed into their documents, from the last line on, so that the lines of the others stay.
fn write_goldens() {
    let mut goldens = REWRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    goldens.sort();
    for (document, line, text) in goldens.drain(..).rev() {
        let old = std::fs::read_to_string(&document).expect("it was read before");
        let lines: Vec<&str> = old.lines().collect();
        let end = line + lines[line..].iter().take_while(|line| line.trim_end() != "```").count();
        let new = [&lines[..line], &[text.trim_end()], &lines[end..]].concat();
        std::fs::write(&document, new.join("\n") + "\n").expect("a document can be written");
    }
}

fn trials_of(path: &Path) -> Vec<Trial> {
    let text = std::fs::read_to_string(path).expect("a document can be read");
    let shown = path.strip_prefix(repository()).expect("it was found below").display();
    let blocks = blocks(&text);
    let files: Vec<Block> = blocks
        .iter()
        .filter(|block| block.value("file").is_some())
        .cloned()
        .collect();
    let files = Arc::new(files);
    let mut trials = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        if !block.is_language("lang") || block.value("file").is_some() || block.has("ignore") {
            continue;
        }
        if block.has("unformatted") {
            let (block, next) = (block.clone(), blocks.get(index + 1).cloned());
            let name = format!("{shown}:{}", block.line);
            trials.push(Trial::test(name, move || check_formatting(&block, next.as_ref())));
            continue;
        }
        if block.has("formatted") {
            continue;
        }
        let after = || blocks[index + 1..].iter().take_while(|next| next.is_language("text"));
        let said = |word: &str| after().find(|next| next.has(word)).cloned();
        let printed = Printed {
            document: path.to_owned(),
            output: said("output"),
            messages: said("messages"),
            report: said("report"),
        };
        let (block, files) = (block.clone(), Arc::clone(&files));
        let name = format!("{shown}:{}", block.line);
        let runs = (block.has("run") || block.has("test")) && !block.has("sanitize");
        if runs && Watched::of_environment() == Watched::All {
            let (mut block, files, printed) = (block.clone(), Arc::clone(&files), printed.clone());
            block.words.push("sanitize".to_owned());
            trials.push(Trial::test(format!("{name} (sanitized)"), move || {
                check_block(&block, &files, &printed)
            }));
        }
        trials.push(Trial::test(name, move || check_block(&block, &files, &printed)));
    }
    trials
}

const KNOWN_WORDS: &[&str] = &["lang", "run", "test", "build", "sanitize", "statements"];

fn check_block(block: &Block, files: &[Block], printed: &Printed) -> Result<(), Failed> {
    let is_known = |word: &String| {
        KNOWN_WORDS.contains(&word.as_str()) || word.starts_with("status=") || Some(word.as_str()) == block.code()
    };
    if let Some(unknown) = block.words.iter().find(|word| !is_known(word)) {
        return Err(format!("`{unknown}` means nothing after the backticks").into());
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        let parent = path.parent().expect("it is in the folder");
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| error.to_string())
    };
    for file in files {
        write(file.value("file").expect("only files were kept"), &file.text)?;
    }
    let text = if block.has("statements") {
        format!("fn main() {{\n{}}}\n", block.text)
    } else {
        block.text.clone()
    };
    write("example.lang", &text)?;
    let command = match block {
        _ if block.has("run") => "run",
        _ if block.has("test") => "test",
        _ if block.has("build") => "build",
        _ => "check",
    };
    let options: &[&str] = if block.has("sanitize") { &SANITIZE } else { &[] };
    let result = run(folder.path(), [&[command, "example.lang"], options].concat());
    let mut codes: Vec<String> = diagnostics_in(&result.stderr)
        .into_iter()
        .map(|found| found.code)
        .collect();
    codes.dedup();
    let expected: Vec<&str> = block.code().into_iter().collect();
    let status = match (block.value("status"), block.code()) {
        (Some(status), _) => status.parse().map_err(|_| format!("`{status}` is no status"))?,
        (None, Some(_)) => 1,
        (None, None) => 0,
    };
    if codes != expected || result.status != status {
        return Err(told(
            &format!("expected the codes {expected:?} and the exit status {status}"),
            &result,
        ));
    }
    for (what, wanted, found) in [
        ("standard output", &printed.output, &result.stdout),
        ("standard error", &printed.messages, &result.stderr),
    ] {
        let Some(wanted) = wanted else { continue };
        if wanted.text.trim_end() == found.trim_end() {
            continue;
        }
        if std::env::var_os("UPDATE_GOLDENFILES").is_none() {
            return Err(told(&format!("{what} is not what the document says"), &result));
        }
        let golden = (printed.document.clone(), wanted.line, found.clone());
        REWRITTEN.lock().unwrap_or_else(PoisonError::into_inner).push(golden);
    }
    let mut reported = printed.report.iter().flat_map(|report| report.text.lines());
    match reported.find(|line| !result.stderr.contains(line.trim())) {
        Some(line) => Err(told(&format!("standard error does not say `{line}`"), &result)),
        None => Ok(()),
    }
}

/// Formats a block, twice; the second time, and for the block after it, nothing may change.
fn check_formatting(block: &Block, next: Option<&Block>) -> Result<(), Failed> {
    let wanted = next
        .filter(|next| next.has("formatted"))
        .ok_or("no `lang,formatted` follows")?;
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let path = folder.path().join("example.lang");
    std::fs::write(&path, &block.text).map_err(|error| error.to_string())?;
    for _ in 0..2 {
        let result = run(folder.path(), ["fmt", "example.lang"]);
        let found = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        if result.status != 0 || found != wanted.text {
            return Err(told(&format!("it is formatted as\n{found}"), &result));
        }
    }
    Ok(())
}

fn told(problem: &str, result: &Output) -> Failed {
    let Output { status, stdout, stderr } = result;
    format!("{problem}\nexit status: {status}\nstandard output:\n{stdout}\nstandard error:\n{stderr}").into()
}

/// Every code of ownership is in the table of pairs. Each pair is there: a case that is refused with the code, and one
/// that AddressSanitizer reports as the table says; and every pair that is there is in the table.
fn check_pairs() -> Result<(), Failed> {
    let page = read("docs/reference/sanitizers.md")?;
    let rows = page.lines().filter_map(|line| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let is_row = cells.len() == 4 && cells[0].len() == 5 && cells[0].starts_with('E');
        is_row.then(|| [cells[0], cells[2].trim_matches('`'), cells[3].trim_matches('`')])
    });
    let rows: Vec<[&str; 3]> = rows.collect();
    let of_ownership = diag::all_codes().filter(|code| code.id.starts_with("E05"));
    for code in of_ownership {
        if !rows.iter().any(|[listed, ..]| *listed == code.id) {
            return Err(format!("{} has no row", code.id).into());
        }
    }
    let cases = test_suite::read_cases(&repository().join("test-suite/cases/sanitize"))?;
    let case = |name: &str| {
        let found = cases.iter().find(|case| case.name == name);
        found.ok_or_else(|| format!("there is no case sanitize/{name}"))
    };
    for [code, name, report] in rows.iter().filter(|[_, name, _]| *name != "none") {
        if !case(name)?.expected.iter().any(|expected| expected.code == *code) {
            return Err(format!("`{name}` does not expect {code}").into());
        }
        let twin = format!("{name}_unsafe");
        let golden = read(&format!("test-suite/cases/sanitize/{twin}.report"))?;
        if !case(&twin)?.directives.sanitize || !golden.contains(&format!("AddressSanitizer: {report}\n")) {
            return Err(format!("`{twin}` is not reported as {report}").into());
        }
    }
    let mut twins = cases.iter().filter_map(|case| case.name.strip_suffix("_unsafe"));
    let is_listed = |name: &&str| rows.iter().any(|[_, listed, _]| listed == name);
    match twins.find(|name| !is_listed(name)) {
        Some(name) => Err(format!("`{name}` has no row").into()),
        None => Ok(()),
    }
}

/// Every command, flag and environment variable of `--help` is on the page, and every flag of the page is in `--help`.
fn check_command_line() -> Result<(), Failed> {
    let page = read("docs/reference/command-line.md")?;
    let help = |args: &[&str]| {
        let output = run(repository(), args);
        (output.status == 0)
            .then_some(output.stdout)
            .ok_or_else(|| format!("`lang {}` fails", args.join(" ")))
    };
    let top = help(&["--help"])?;
    let commands: Vec<&str> = section(&top, "Commands:");
    if commands.is_empty() {
        return Err("`lang --help` lists no commands".into());
    }
    let mut wanted: BTreeSet<String> = commands.iter().map(|command| format!("## lang {command}\n")).collect();
    wanted.extend(section(&top, "Environment:").iter().map(|name| format!("`{name}`")));
    let mut flags = flags_of(&top);
    for command in &commands {
        flags.extend(flags_of(&help(&[command, "--help"])?));
    }
    wanted.extend(flags.iter().map(|flag| format!("`{flag}")));
    let missing: Vec<&String> = wanted.iter().filter(|text| !page.contains(text.as_str())).collect();
    if !missing.is_empty() {
        return Err(format!("the page lacks {missing:?}").into());
    }
    let said = page
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|code| code.split([' ', ',', '[', '=']).next());
    let unknown: Vec<&str> = said
        .filter(|word| word.starts_with('-') && !flags.contains(*word) && *word != "-" && *word != "--")
        .collect();
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(format!("no `--help` names {unknown:?}").into())
    }
}

/// The first words of the indented lines below a heading.
fn section<'t>(help: &'t str, heading: &str) -> Vec<&'t str> {
    let lines = help.lines().skip_while(|line| *line != heading).skip(1);
    lines
        .take_while(|line| line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// The flags that start a line, short and long: `-o, --output <FILE>` is two.
fn flags_of(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    let words = lines.flat_map(|line| line.split([' ', ',']).take_while(|word| !word.starts_with('<')));
    words
        .filter(|word| word.starts_with('-') && word.len() > 1)
        .filter_map(|word| word.split('[').next())
        .map(str::to_owned)
        .filter(|flag| !matches!(flag.as_str(), "-" | "--"))
        .collect()
}

/// Every public function of the library is named on its page.
fn check_library() -> Result<(), Failed> {
    let mut pages = ["core.md", "errors.md"]
        .map(|page| repository().join("docs/reference").join(page))
        .to_vec();
    collect_documents(&repository().join("docs/reference/library"), &mut pages);
    let texts = pages
        .iter()
        .map(|path| std::fs::read_to_string(path).map_err(|error| error.to_string()));
    let page: String = texts.collect::<Result<_, _>>()?;
    let mut missing = BTreeSet::new();
    for folder in ["stdlib/core", "stdlib/alloc", "stdlib/std"] {
        let entries = std::fs::read_dir(repository().join(folder)).map_err(|error| error.to_string())?;
        for entry in entries {
            let path = entry.map_err(|error| error.to_string())?.path();
            let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
            let lines = text.lines().map(str::trim_start);
            let names = lines
                .filter_map(|line| {
                    ["pub fn ", "pub const fn ", "pub unsafe fn "]
                        .iter()
                        .find_map(|start| line.strip_prefix(start))
                })
                .filter_map(|rest| rest.split(['(', '<']).next());
            let of_file = names.filter(|name| !page.contains(*name));
            missing.extend(of_file.map(|name| format!("{}: {name}", path.display())));
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(format!("the page lacks {missing:#?}").into())
    }
}

/// Every target of `toolchain.toml` is on the page of targets.
fn check_targets() -> Result<(), Failed> {
    let page = read("docs/reference/cross-compiling.md")?;
    let table: toml::Table = read("toolchain.toml")?
        .parse()
        .map_err(|_| "toolchain.toml is no TOML")?;
    let targets = table
        .get("target")
        .and_then(toml::Value::as_array)
        .ok_or("no targets")?;
    let names = targets.iter().filter_map(|target| target.get("name")?.as_str());
    match names
        .filter(|name| !page.contains(&format!("`{name}`")))
        .collect::<Vec<_>>()
    {
        missing if missing.is_empty() => Ok(()),
        missing => Err(format!("the page lacks {missing:?}").into()),
    }
}

fn read(path: &str) -> Result<String, Failed> {
    std::fs::read_to_string(repository().join(path)).map_err(|error| format!("{path}: {error}").into())
}

/// Links to files of the repository.
fn check_links(documents: &[PathBuf]) -> Result<(), Failed> {
    let mut broken = Vec::new();
    for path in documents {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let folder = path.parent().expect("a document is in a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or(target);
            if !target.contains("://") && !file.is_empty() && !folder.join(file).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(broken.join("\n").into())
    }
}
