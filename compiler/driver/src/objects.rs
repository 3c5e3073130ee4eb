//! Units to objects: what the cache has is taken from there, the rest is made by one run of `lang-codegen`.
//!
//! The key of an object is the bytes of its unit and the identity of the `lang-codegen` that compiles it. What a
//! precompiled header holds is in the unit, by its hash.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base::{ContentHash, Hasher};
use diag::{Diagnostic, Diagnostics};
use session::parallel::par_map;
use unit::{Failure, Unit};

use crate::cache::Cache;
use crate::commands::{ShowCommand, run_tool};
use crate::errors;

/// What `lang-codegen` is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Object,
    /// LLVM's code after optimisation, as text.
    Llvm,
    Assembly,
}

impl Form {
    /// The word of `--emit`, and the extension of what is written.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Form::Object => ("obj", "o"),
            Form::Llvm => ("llvm", "ll"),
            Form::Assembly => ("asm", "s"),
        }
    }
}

/// Where units are compiled.
pub(crate) struct BackEnd<'a> {
    pub(crate) program: &'a Path,
    pub(crate) cache_root: &'a Path,
    /// A folder of this run, on the file system of the cache.
    pub(crate) workspace: &'a Path,
    pub(crate) n_jobs: usize,
    pub(crate) show: ShowCommand<'a>,
}

impl BackEnd<'_> {
    /// The files of `units`, in their order; `None` when there were errors.
    pub(crate) fn compile(&self, units: &[Unit], form: Form, diagnostics: &mut Diagnostics) -> Option<Vec<PathBuf>> {
        let (word, extension) = form.names();
        let cache = Cache::new(self.cache_root, word, extension);
        let identity = session::file_identity(self.program);
        let encoded = par_map(units.iter().collect(), |unit| {
            let bytes = unit.to_bytes();
            let key = Hasher::new().field(identity.as_bytes()).field(&bytes).finish();
            let found = cache.find(key);
            (key, bytes, found)
        });
        let missing: Vec<(usize, &[u8])> = encoded
            .iter()
            .enumerate()
            .filter(|(_, (_, _, found))| found.is_none())
            .map(|(index, (_, bytes, _))| (index, bytes.as_slice()))
            .collect();
        if !missing.is_empty() && !self.run(&missing, units, word, diagnostics) {
            return None;
        }
        let path = |(index, (key, _, found)): (usize, (ContentHash, Vec<u8>, Option<PathBuf>))| {
            found.unwrap_or_else(|| cache.keep(key, &self.file(index, extension)))
        };
        Some(encoded.into_iter().enumerate().map(path).collect())
    }

    fn file(&self, index: usize, extension: &str) -> PathBuf {
        self.workspace.join(format!("{index}.{extension}"))
    }

    /// Whether every unit of `missing`, by its index, has its file.
    fn run(&self, missing: &[(usize, &[u8])], units: &[Unit], word: &str, diagnostics: &mut Diagnostics) -> bool {
        let mut command = Command::new(self.program);
        command
            .args(["--emit", word, "--jobs", &self.n_jobs.to_string(), "--out"])
            .arg(self.workspace);
        for (index, bytes) in missing {
            let file = self.file(*index, "unit");
            if let Err(error) = fs::write(&file, bytes) {
                diagnostics.report(errors::unwritable(&file, &error));
                return false;
            }
            command.arg(file);
        }
        let names = || {
            missing
                .iter()
                .map(|(index, _)| units[*index].name.clone())
                .collect::<Vec<_>>()
        };
        match run_tool(&mut command, self.show) {
            Ok(output) if output.status.success() => true,
            Ok(output) => {
                failures_in(&output, &names())
                    .into_iter()
                    .for_each(|failure| _ = diagnostics.report(failure));
                false
            }
            Err(error) => {
                diagnostics.report(error);
                false
            }
        }
    }
}

/// What a failed run says: a message per unit that it could not compile, or one of how it ended.
fn failures_in(output: &Output, units: &[String]) -> Vec<Diagnostic> {
    let text = String::from_utf8_lossy(&output.stderr);
    let failures: Vec<Diagnostic> = text
        .lines()
        .filter_map(Failure::from_line)
        .map(|failure| errors::unit_failed(&failure))
        .collect();
    if failures.is_empty() {
        return vec![errors::back_end_died(&output.status.to_string(), units, text.trim())];
    }
    failures
}
