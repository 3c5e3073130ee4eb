//! A library's headers as a file: printed, read, printed again, and checked as the module of Lang that it is.

use std::fs;
use std::path::Path;
use std::time::Instant;

use base::SourceMap;
use cimport::{Head, Selection, print_bindings, read_bindings};
use cmodel::CModuleId;
use unit::Optimize;

use super::compile::Surroundings;
use super::library::{Import, Library};
use crate::executables::{lang, output_of};

/// What came of it.
pub struct Printed {
    pub n_lines: usize,
    /// How long reading the text took, in milliseconds.
    pub reading_ms: u128,
    /// What should not be; empty if all is well.
    pub differences: Vec<String>,
}

/// Prints the headers of a library, whose package is there.
pub fn bindings(library: &Library, around: &Surroundings) -> Result<Printed, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let arguments = |spec: &_| around.clang_arguments(spec);
    let Import { spec, .. } = library.import(&around.clang, arguments)?;
    let id = CModuleId(0);
    let imported = around.importer.import_all(id, &spec, &around.target, Optimize::None);
    let model = imported.map_err(|error| format!("{}: {error:?}", library.name))?.model;
    let head = Head {
        spec,
        target: around.target.name.clone(),
    };
    let text = print_bindings(&model, id, &head, &around.target, Selection::Public);
    drop(model);
    let file = SourceMap::default().add(Path::new("printed.lang"), text.as_str().into());
    let started = Instant::now();
    let read = read_bindings(file, "printed.lang", &text, id, &around.target);
    let mut printed = Printed {
        n_lines: text.lines().count(),
        reading_ms: started.elapsed().as_millis(),
        differences: Vec::new(),
    };
    match read {
        Err(error) => printed.differences.push(format!("it is not read: {error:?}")),
        Ok(bindings) => {
            let again = bindings.print(id, &around.target);
            let lines = text.lines().zip(again.lines());
            // The hash differs with anything else.
            let other = lines.filter(|(first, second)| first != second).nth(1);
            if let Some((first, second)) = other {
                let difference = format!("`{first}` is printed as `{second}`");
                printed.differences.push(difference);
            } else if again != text {
                printed
                    .differences
                    .push("it is printed with more or fewer lines".to_owned());
            }
        }
    }
    printed.differences.append(&mut check(folder.path(), &text)?);
    Ok(printed)
}

/// What `lang check` says of the text.
fn check(folder: &Path, text: &str) -> Result<Vec<String>, String> {
    fs::write(folder.join("printed.lang"), text).map_err(|error| error.to_string())?;
    let mut command = lang();
    command.args(["check", "printed.lang"]).current_dir(folder);
    let output = output_of(command);
    let errors: Vec<String> = output
        .stderr
        .lines()
        .filter(|line| line.starts_with("error"))
        .map(|line| format!("checked: {line}"))
        .collect();
    match errors.as_slice() {
        [] if output.status != 0 => Ok(vec![format!("checked: {}", output.stderr)]),
        _ => Ok(errors),
    }
}
