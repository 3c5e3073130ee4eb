//! Processors: which of a target's one is built for, and what it can do.
//!
//! Takes the name that the command line or `lang.toml` gives, and sets of features. Gives what Clang makes of them:
//! nothing of LLVM's tables is written down here. Answers are kept in the cache, so that Clang is started once for
//! each; what `native` is, is asked each time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base::{Hasher, edit_distance};
use cmodel::FeatureError;
use diag::{Diagnostic, Label};
use target::{Arch, Processor, Target};

use crate::cache_dir::CacheDir;
use crate::errors;
use crate::package::Written;
use crate::sysroot::Sysroot;

/// The processor of the machine that the compiler runs on.
const NATIVE: &str = "native";

/// No processor has this name: asked for to hear which there are.
const NO_PROCESSOR: &str = "no-processor";

/// Asks Clang about the processors of one target.
#[derive(Clone, Copy)]
pub struct Processors<'a> {
    pub target: &'a Target,
    pub sysroot: &'a Sysroot,
    pub cache: &'a CacheDir,
}

/// What a function of C is compiled for, as Clang writes it down.
struct Compiled {
    triple: String,
    data_layout: String,
    cpu: String,
    tune_cpu: Option<String>,
    features: String,
}

impl Processors<'_> {
    /// The target with this processor.
    pub fn with(&self, name: &str) -> Result<Target, Diagnostic> {
        let is_native = name == NATIVE;
        if is_native && !self.target.runs_natively() {
            return Err(errors::native_elsewhere(self.target));
        }
        let key = self.key(&["processor", name]);
        if !is_native && let Some(known) = self.remembered(&key) {
            return Ok(self.target.with_processor(known));
        }
        let args = self.arguments(name);
        let compiled = match self.compile(&args, "")? {
            Ok(compiled) => compiled,
            Err(_) => {
                let names = self.names()?;
                return Err(errors::unknown_processor(self.target, name, &similar(&names, name)));
            }
        };
        if compiled.data_layout != self.target.data_layout || family(&compiled.triple) != family(&self.target.triple) {
            return Err(errors::other_architecture(self.target, name));
        }
        let missing = self.target.abi_features().iter();
        if let Some(feature) = missing
            .copied()
            .find(|one| !target::has_feature(&compiled.features, one))
        {
            return Err(errors::processor_without(self.target, name, feature));
        }
        let clang_args = match is_native {
            // What this machine is must not depend on the machine that reads the cache.
            true => self.spelled_out(&compiled),
            false => args,
        };
        let processor = Processor {
            cpu: compiled.cpu,
            tune_cpu: compiled.tune_cpu,
            features: compiled.features,
            clang_args,
        };
        if !is_native {
            self.remember(&key, &processor);
        }
        Ok(self.target.with_processor(processor))
    }

    /// The target with the processor that a `lang.toml` names.
    pub fn with_written(&self, name: &Written<String>) -> Result<Target, Diagnostic> {
        self.with(&name.value).map_err(|error| Diagnostic {
            primary: Some(Label {
                span: name.span,
                text: String::new(),
            }),
            ..error
        })
    }

    /// The names of the target's processors, sorted.
    pub fn names(&self) -> Result<Vec<String>, Diagnostic> {
        let key = self.key(&["names"]);
        if let Some(known) = self.remembered(&key) {
            return Ok(known);
        }
        let refused = self
            .compile(&self.arguments(NO_PROCESSOR), "")?
            .err()
            .unwrap_or_default();
        let listed = refused
            .lines()
            .find_map(|line| line.split_once("target CPU values are: "));
        let mut names: Vec<String> = match listed {
            Some((_, list)) => list.split(", ").map(|name| name.trim().to_owned()).collect(),
            None => {
                let mut command = self.clang()?;
                command.arg("--print-supported-cpus");
                let printed = processes::output(&mut command)
                    .map(|output| output.stderr)
                    .unwrap_or_default();
                let printed = String::from_utf8_lossy(&printed).into_owned();
                printed
                    .lines()
                    .filter_map(|line| line.strip_prefix('\t'))
                    .map(str::to_owned)
                    .collect()
            }
        };
        names.retain(|name| !name.is_empty());
        if self.target.runs_natively() {
            names.push(NATIVE.to_owned());
        }
        names.sort();
        names.dedup();
        self.remember(&key, &names);
        Ok(names)
    }

    /// All that a function can use which has these features beside those of the processor.
    pub fn features_with(&self, names: &[&str]) -> Result<BTreeSet<String>, FeatureError> {
        if names.is_empty() {
            return Ok(enabled(&self.target.features));
        }
        // C's attribute takes more than features: `arch=haswell`, `no-avx`.
        if let Some(name) = names.iter().find(|name| !is_feature_name(name)) {
            return Err(FeatureError::Unknown {
                name: (*name).to_owned(),
                similar: Vec::new(),
            });
        }
        let attribute = names
            .iter()
            .map(|name| self.target.feature_word(name))
            .collect::<Vec<_>>()
            .join(",");
        let key = self.key(&["features", &self.target.processor_args.join(" "), &attribute]);
        if let Some(known) = self.remembered::<String>(&key) {
            return Ok(enabled(&known));
        }
        let compiled = self.compile(
            &self.target.processor_args,
            &format!("__attribute__((target(\"{attribute}\")))"),
        );
        match compiled {
            Ok(Ok(compiled)) => {
                self.remember(&key, &compiled.features);
                Ok(enabled(&compiled.features))
            }
            Ok(Err(_)) if names.len() == 1 => Err(FeatureError::Unknown {
                name: names[0].to_owned(),
                similar: self.similar_features(names[0]),
            }),
            Ok(Err(_)) => {
                // One of them is wrong: which one, each by itself says.
                let wrong = names.iter().find_map(|name| self.features_with(&[name]).err());
                Err(wrong.unwrap_or(FeatureError::NoAnswer))
            }
            Err(_) => Err(FeatureError::NoAnswer),
        }
    }

    /// The first of Clang's own functions that code with these features cannot call, and what all of them need beside.
    pub fn lacking(&self, builtins: &[String], names: &[&str]) -> Option<(String, Vec<String>)> {
        let there = self.builtins_with(builtins, names)?;
        let first = there.iter().position(|there| !there)?;
        // Those that most processors have come first, so that what is found is what the functions are about.
        let mut ranked = self
            .names()
            .map(|names| self.ranked_features(&names))
            .unwrap_or_default();
        ranked.retain(|name| !self.target.has_feature(name));
        let mut needed: Vec<String> = Vec::new();
        let with = |needed: &[String], more: &[String]| {
            let tried = needed.iter().chain(more).map(String::as_str);
            let tried: Vec<&str> = names.iter().copied().chain(tried).collect();
            let there = self.builtins_with(builtins, &tried);
            there.is_none_or(|there| there.iter().all(|there| *there))
        };
        // Of the last feature that is enough with those before, it is known that it is needed.
        while !with(&needed, &[]) && with(&needed, &ranked) {
            let (mut too_few, mut enough) = (0, ranked.len());
            while enough - too_few > 1 {
                let middle = too_few.midpoint(enough);
                match with(&needed, &ranked[..middle]) {
                    true => enough = middle,
                    false => too_few = middle,
                }
            }
            needed.push(ranked[enough - 1].clone());
            ranked.truncate(enough - 1);
        }
        needed.sort();
        Some((builtins[first].clone(), needed))
    }

    fn builtins_with(&self, builtins: &[String], names: &[&str]) -> Option<Vec<bool>> {
        cimport::builtins_with(&self.sysroot.libclang().ok()?, self.target, names, builtins)
    }

    /// Names like this one among what the target's processors have.
    fn similar_features(&self, name: &str) -> Vec<String> {
        let known = self.names().map(|names| self.ranked_features(&names));
        similar(&known.unwrap_or_default(), name)
    }

    /// What these processors have: first what most of them have, and of those what implies the least.
    fn ranked_features(&self, names: &[String]) -> Vec<String> {
        let key = self.key(&["ranked features"]);
        if let Some(known) = self.remembered(&key) {
            return known;
        }
        let word = match self.target.arch {
            Arch::X86_64 => "arch",
            Arch::Aarch64 | Arch::Riscv64 | Arch::Arm | Arch::Wasm32 => "cpu",
        };
        let named = names.iter().filter(|name| *name != NATIVE);
        let of_processors = self.features_of_each(named.map(|name| format!("{word}={name}")));
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for feature in of_processors.iter().flatten() {
            *counts.entry(feature).or_default() += 1;
        }
        let words = counts.keys().map(|name| self.target.feature_word(name));
        let implied = self.features_of_each(words);
        let mut ranked: Vec<(usize, usize, &String)> = counts
            .iter()
            .zip(implied)
            .map(|((name, count), implied)| (names.len() - count, implied.len(), *name))
            .collect();
        ranked.sort();
        let ranked: Vec<String> = ranked.into_iter().map(|(_, _, name)| name.clone()).collect();
        self.remember(&key, &ranked);
        ranked
    }

    /// What functions with each of these words in C's attribute `target` have; nothing where Clang knows no such word.
    fn features_of_each(&self, words: impl Iterator<Item = String>) -> Vec<BTreeSet<String>> {
        let mut text = String::new();
        let mut n_words = 0;
        for word in words {
            text.push_str(&format!(
                "__attribute__((target(\"{word}\"))) void f{n_words}(void) {{}}\n"
            ));
            n_words += 1;
        }
        let printed = self.emit(&self.target.processor_args, &text, Warnings::Allowed);
        let printed = printed.map(|output| output.stdout).unwrap_or_default();
        let ir = String::from_utf8_lossy(&printed);
        let group_of = |index: usize| {
            let (_, after) = ir.split_once(&format!("@f{index}("))?;
            let (_, number) = after.lines().next()?.rsplit_once(" #")?;
            let number = number.trim_end_matches(" {");
            let (_, group) = ir.split_once(&format!("\nattributes #{number} = "))?;
            let (_, list) = group.lines().next()?.split_once("\"target-features\"=\"")?;
            list.split('"').next().map(enabled)
        };
        (0..n_words).map(|index| group_of(index).unwrap_or_default()).collect()
    }

    fn arguments(&self, name: &str) -> Vec<String> {
        let mut args = vec![format!("{}={name}", self.target.processor_option())];
        args.extend(self.target.abi.as_ref().map(|abi| format!("-mabi={abi}")));
        args
    }

    /// The same processor, with its features one by one.
    fn spelled_out(&self, compiled: &Compiled) -> Vec<String> {
        let mut args = self.arguments(&compiled.cpu);
        for feature in compiled.features.split(',') {
            args.extend(["-Xclang", "-target-feature", "-Xclang", feature].map(str::to_owned));
        }
        args
    }

    /// What a function with this attribute is compiled for, or what Clang says against it.
    fn compile(&self, args: &[String], attribute: &str) -> Result<Result<Compiled, String>, Diagnostic> {
        let text = format!("{attribute} void f(void) {{}}\n");
        let output = self.emit(args, &text, Warnings::Errors)?;
        let ir = String::from_utf8_lossy(&output.stdout);
        let refused = || String::from_utf8_lossy(&output.stderr).into_owned();
        if !output.status.success() {
            return Ok(Err(refused()));
        }
        Ok(read_compiled(&ir).ok_or_else(refused))
    }

    fn emit(&self, args: &[String], text: &str, warnings: Warnings) -> Result<Output, Diagnostic> {
        let mut command = self.clang()?;
        command.args(args);
        match warnings {
            Warnings::Errors => command.args(["-Werror=ignored-attributes", "-Werror=unsupported-target-opt"]),
            Warnings::Allowed => command.arg("-w"),
        };
        let unwritable = |error| errors::unwritable(self.cache.path(), &error);
        let folder = self.cache.workspace().map_err(unwritable)?;
        let file = folder.path().join("processor.c");
        std::fs::write(&file, text).map_err(unwritable)?;
        command
            .args(["-S", "-emit-llvm", "-ffreestanding", "-nostdinc", "-o", "-"])
            .arg(file);
        processes::output(&mut command).map_err(|error| errors::cannot_start("clang", &error))
    }

    fn clang(&self) -> Result<Command, Diagnostic> {
        let mut command = Command::new(self.sysroot.clang().map_err(|error| error.diagnostic())?);
        command.arg(format!("--target={}", self.target.triple));
        Ok(command)
    }

    fn key(&self, parts: &[&str]) -> PathBuf {
        let mut hasher = Hasher::new();
        hasher.field(self.target.triple.as_bytes());
        hasher.field(self.sysroot.identity().as_bytes());
        // Where there is none, nothing is remembered.
        let clang = self.sysroot.clang().unwrap_or_default();
        hasher.field(clang.as_os_str().as_encoded_bytes());
        hasher.field(crate::sysroot::file_identity(&clang).as_bytes());
        for part in parts {
            hasher.field(part.as_bytes());
        }
        self.cache.path().join("processors").join(hasher.finish().to_string())
    }

    fn remembered<T: serde::de::DeserializeOwned>(&self, key: &Path) -> Option<T> {
        postcard::from_bytes(&std::fs::read(key).ok()?).ok()
    }

    /// A cache that cannot be written to costs time, and nothing else.
    fn remember<T: serde::Serialize>(&self, key: &Path, value: &T) {
        let bytes = postcard::to_allocvec(value).expect("texts can be serialised");
        let Some(folder) = key.parent() else { return };
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| tempfile::NamedTempFile::new_in(folder))
            .and_then(|file| std::fs::write(file.path(), &bytes).map(|()| file));
        if let Ok(file) = written {
            let _ = file.persist(key);
        }
    }
}

#[derive(Clone, Copy)]
enum Warnings {
    Errors,
    Allowed,
}

fn read_compiled(ir: &str) -> Option<Compiled> {
    let quoted = |key: &str| {
        let (_, rest) = ir.split_once(key)?;
        rest.split('"').next().map(str::to_owned)
    };
    Some(Compiled {
        triple: quoted("target triple = \"")?,
        data_layout: quoted("target datalayout = \"")?,
        cpu: quoted("\"target-cpu\"=\"")?,
        tune_cpu: quoted("\"tune-cpu\"=\""),
        features: quoted("\"target-features\"=\"").unwrap_or_default(),
    })
}

/// The first part of a triple, but for what tells ARM's versions apart.
fn family(triple: &str) -> &str {
    let first = triple.split('-').next().unwrap_or_default();
    if first.starts_with("armv") { "arm" } else { first }
}

/// Those that are on in a list such as `+avx,-sse4a`.
fn enabled(list: &str) -> BTreeSet<String> {
    list.split(',')
        .filter_map(|feature| feature.strip_prefix('+'))
        .map(str::to_owned)
        .collect()
}

fn is_feature_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.chars().all(is_plain) && !name.is_empty() && !name.starts_with("no-")
}

/// At most three, best first.
fn similar(names: &[String], wanted: &str) -> Vec<String> {
    let most = (wanted.len() / 3).clamp(1, 4);
    let mut ranked: Vec<(usize, &String)> = names
        .iter()
        .map(|name| (edit_distance(name, wanted), name))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    ranked.sort();
    ranked.into_iter().take(3).map(|(_, name)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_function_is_compiled_for_is_read_of_llvms_text() {
        let ir = "target datalayout = \"e-m:e\"\ntarget triple = \"x86_64-unknown-linux-gnu\"\n\
                  attributes #0 = { \"target-cpu\"=\"haswell\" \"target-features\"=\"+avx,+avx2,-sse4a\" }\n";
        let compiled = read_compiled(ir).expect("it is all there");
        assert_eq!((compiled.cpu.as_str(), compiled.tune_cpu), ("haswell", None));
        assert_eq!(enabled(&compiled.features).len(), 2);
        assert_eq!(
            family("armv8a-unknown-linux-gnueabihf"),
            family("armv7-unknown-linux-gnueabihf")
        );
        assert_ne!(
            family("thumbv7m-unknown-linux-gnueabihf"),
            family("armv7-unknown-linux-gnueabihf")
        );
    }
}
