//! The C runtime as objects for a target, compiled by Clang when it is first needed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base::Hasher;
use diag::Diagnostic;
use session::parallel::par_map;
use target::{Relocation, Target};

use crate::cache::Cache;
use crate::commands::{ShowCommand, run_tool};
use crate::errors;

/// Where the runtime is compiled.
pub(crate) struct RuntimeBuild<'a> {
    pub(crate) clang: &'a Path,
    pub(crate) target: &'a Target,
    pub(crate) cache_root: &'a Path,
    /// A folder of this run, on the file system of the cache.
    pub(crate) workspace: &'a Path,
    pub(crate) show: ShowCommand<'a>,
}

impl RuntimeBuild<'_> {
    /// One object per source. The runtime is optimised always: no one steps through it.
    pub(crate) fn objects(&self) -> Result<Vec<PathBuf>, Diagnostic> {
        let cache = Cache::new(self.cache_root, "runtime", "o");
        let arguments = self.arguments();
        let keys = runtime::SOURCES.iter().map(|(name, source)| {
            let mut hasher = Hasher::new();
            hasher
                .field(self.clang.as_os_str().as_encoded_bytes())
                .field(self.target.triple.as_bytes());
            arguments
                .iter()
                .for_each(|argument| _ = hasher.field(argument.as_bytes()));
            runtime::HEADERS
                .iter()
                .for_each(|(_, text)| _ = hasher.field(text.as_bytes()));
            (
                *name,
                *source,
                hasher.field(name.as_bytes()).field(source.as_bytes()).finish(),
            )
        });
        let found: Vec<_> = keys
            .map(|(name, source, key)| (name, source, key, cache.find(key)))
            .collect();
        if found.iter().any(|(.., object)| object.is_none()) {
            self.write_headers()?;
        }
        let objects = par_map(found, |(name, source, key, object)| match object {
            Some(object) => Ok(object),
            None => Ok(cache.keep(key, &self.compile(name, source, &arguments)?)),
        });
        objects.into_iter().collect()
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec![format!("--target={}", self.target.triple), "-O2".to_owned()];
        arguments.extend(runtime::COMPILE_ARGUMENTS.iter().map(|&argument| argument.to_owned()));
        match self.target.relocation {
            Relocation::Pic => arguments.push("-fPIC".to_owned()),
            Relocation::Pie => arguments.push("-fPIE".to_owned()),
            Relocation::Static => {}
        }
        // What the runtime does with a program's memory is watched as well.
        arguments.extend(
            self.target
                .sanitizer
                .map(|sanitizer| format!("-fsanitize={}", sanitizer.name())),
        );
        arguments
    }

    fn write_headers(&self) -> Result<(), Diagnostic> {
        for (name, text) in runtime::HEADERS {
            self.write(name, text)?;
        }
        Ok(())
    }

    fn write(&self, name: &str, text: &str) -> Result<PathBuf, Diagnostic> {
        let path = self.workspace.join(name);
        fs::write(&path, text).map_err(|error| errors::unwritable(&path, &error))?;
        Ok(path)
    }

    fn compile(&self, name: &str, source: &str, arguments: &[String]) -> Result<PathBuf, Diagnostic> {
        self.write(name, source)?;
        let object = self.workspace.join(format!("{name}.o"));
        let mut command = Command::new(self.clang);
        // In the folder and by the bare name, so that no object holds a path of this run.
        command
            .args(arguments)
            .args(["-c", name, "-o", "-"])
            .current_dir(self.workspace);
        let output = run_tool(&mut command, self.show)?;
        if !output.status.success() {
            return Err(errors::runtime_failed(
                self.target,
                String::from_utf8_lossy(&output.stderr).trim_end(),
            ));
        }
        // Written here, not by Clang: a disk that is full is no fault of the runtime's text.
        fs::write(&object, &output.stdout).map_err(|error| errors::unwritable(&object, &error))?;
        Ok(object)
    }
}
