//! One `lang.toml` to a [`Manifest`].
//!
//! Takes the file's text, gives what it says, with every wrong key and value reported at its place. Looks at no other
//! file.

use std::path::PathBuf;

use base::{FileId, Span, Symbol};
use diag::Diagnostics;
use syntax::TokenKind;
use toml::de::DeTable;
use unit::PanicStrategy;

use super::errors::Found;
use super::table::{Entry, Table, name_of, span_of};
use super::{
    CModuleDecl, CSettings, CSources, Dependency, Manifest, Profile, ProfileChanges, TargetSettings, Written, errors,
};

/// Names that an import means something else by.
const TAKEN_NAMES: [&str; 4] = ["std", "lib", "main", "c"];

/// What Clang takes after `-std=`, for C and C++.
const C_STANDARDS: [&str; 10] = [
    "c89", "c99", "c11", "c17", "c23", "gnu89", "gnu99", "gnu11", "gnu17", "gnu23",
];

/// `None` only where there is nothing to go on with: the text is not TOML, or the package has no name.
pub(super) fn read_manifest(file: FileId, text: &str, diagnostics: &mut Diagnostics) -> Option<Manifest> {
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let range = error.span().unwrap_or(0..0);
            let problem = error.message().lines().next().unwrap_or_default();
            let mut chars = problem.chars();
            let problem = chars
                .next()
                .map(|first| first.to_lowercase().chain(chars).collect::<String>());
            diagnostics.report(errors::not_toml(span_of(file, range), &problem.unwrap_or_default()));
            return None;
        }
    };
    let mut top = Table::new(file, &document);
    top.span = Span::new(file, 0, 0);
    let name = match top.get("name") {
        Some(_) => top.string("name", diagnostics).map(|name| name_of(&name)),
        None => {
            top.missing("name", "name = \"my_package\"", diagnostics);
            None
        }
    };
    if let Some(name) = &name {
        check_name(name, diagnostics);
    }
    let version = version(&mut top, diagnostics);
    let dependencies = dependencies(&mut top, diagnostics);
    let c_modules = c_modules(&mut top, diagnostics);
    let c = c_sources(&mut top, diagnostics);
    let (debug, release) = profiles(&mut top, diagnostics);
    let targets = targets(&mut top, diagnostics);
    top.finish(diagnostics);
    Some(Manifest {
        name: name?,
        version,
        dependencies,
        c_modules,
        c,
        debug,
        release,
        targets,
    })
}

/// Whether a package may have this name.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
        && chars.all(|c| c == '_' || c.is_ascii_alphanumeric())
        && name.chars().any(|c| c != '_')
        && TokenKind::keyword(name).is_none()
        && !TAKEN_NAMES.contains(&name)
}

/// The name that is nearest to what was written, if it is one.
pub(super) fn name_like(text: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = text.chars().map(plain).collect();
    is_name(&name).then_some(name)
}

/// Whether it is one; reported where it is not.
fn check_name(name: &Written<Symbol>, diagnostics: &mut Diagnostics) -> bool {
    let is_fine = is_name(name.value.as_str());
    if !is_fine {
        diagnostics.report(errors::bad_name(name, name_like(name.value.as_str()).as_deref()));
    }
    is_fine
}

fn version(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<String> {
    let version = top.string("version", diagnostics)?;
    let (numbers, _) = version.value.split_once(['-', '+']).unwrap_or((&version.value, ""));
    let parts: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.len() < 10 && part.chars().all(|c| c.is_ascii_digit());
    if parts.len() != 3 || !parts.iter().all(is_number) {
        let problem = format!("`{}` is no version", version.value);
        diagnostics.report(errors::wrong_value(
            version.span,
            &problem,
            "write three numbers, such as `0.1.0`",
        ));
    }
    Some(version.value)
}

fn dependencies(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<Dependency> {
    let Some(table) = top.table("dependencies", diagnostics) else {
        return Vec::new();
    };
    let entries = table.entries().into_iter();
    entries
        .filter_map(|entry| dependency(&table, &entry, diagnostics))
        .collect()
}

fn dependency(table: &Table<'_>, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> Option<Dependency> {
    let name = name_of(&entry.key);
    if !check_name(&name, diagnostics) {
        return None;
    }
    if let Some(text) = entry.value.get_ref().as_str() {
        let problem = format!("`dependencies.{}` is a string, and has to be a table", name.value);
        let hint = format!("write `{} = {{ path = \"{text}\" }}`", name.value);
        diagnostics.report(errors::wrong_value(table.value_span(entry), &problem, &hint));
        return None;
    }
    let mut table = table.below(entry, diagnostics)?;
    let path = match table.get("path") {
        Some(_) => table.string("path", diagnostics),
        None => {
            let example = format!("{} = {{ path = \"../{0}\" }}", name.value);
            table.missing("path", &example, diagnostics);
            None
        }
    };
    table.finish(diagnostics);
    let path = path?;
    Some(Dependency {
        name,
        path: Written {
            value: PathBuf::from(path.value),
            span: path.span,
        },
    })
}

fn c_modules(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<CModuleDecl> {
    let Some(table) = top.table("c-modules", diagnostics) else {
        return Vec::new();
    };
    let entries = table.entries().into_iter();
    entries
        .filter_map(|entry| c_module(&table, &entry, diagnostics))
        .collect()
}

fn c_module(table: &Table<'_>, entry: &Entry<'_>, diagnostics: &mut Diagnostics) -> Option<CModuleDecl> {
    let name = name_of(&entry.key);
    if !check_name(&name, diagnostics) {
        return None;
    }
    let mut table = table.below(entry, diagnostics)?;
    let is_empty = |entry: Entry<'_>| entry.value.get_ref().as_array().is_some_and(|list| list.is_empty());
    if table.get("headers").is_none_or(is_empty) {
        table.missing("headers", "headers = [\"zlib.h\"]", diagnostics);
    }
    let headers = table.strings("headers", diagnostics);
    let settings = settings(&mut table, diagnostics);
    let bindings = table.string("bindings", diagnostics).map(|path| Written {
        value: PathBuf::from(path.value),
        span: path.span,
    });
    table.finish(diagnostics);
    if headers.is_empty() {
        return None;
    }
    Some(CModuleDecl {
        name,
        headers,
        settings,
        bindings,
    })
}

fn c_sources(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> CSources {
    let Some(mut table) = top.table("c", diagnostics) else {
        return CSources::default();
    };
    let mut sources = table.paths("sources", diagnostics);
    sources.retain(|source| {
        let extension = source.value.extension().and_then(|extension| extension.to_str());
        let is_source = matches!(extension, Some("c" | "cpp" | "cc" | "cxx"));
        if !is_source {
            let problem = format!("`{}` is neither C nor C++", source.value.display());
            let hint = "name a file that ends in `.c` or `.cpp`; headers are found by `#include`";
            diagnostics.report(errors::wrong_value(source.span, &problem, hint));
        }
        is_source
    });
    let settings = settings(&mut table, diagnostics);
    table.finish(diagnostics);
    CSources { sources, settings }
}

fn settings(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> CSettings {
    let texts = |list: Vec<Written<String>>| list.into_iter().map(|text| text.value).collect();
    let standard = table.string("std", diagnostics);
    if let Some(standard) = standard
        .as_ref()
        .filter(|standard| !C_STANDARDS.contains(&standard.value.as_str()))
    {
        let problem = format!("`{}` is no standard of C", standard.value);
        let hint = format!("there are `{}`", C_STANDARDS.join("`, `"));
        diagnostics.report(errors::wrong_value(standard.span, &problem, &hint));
    }
    CSettings {
        pkg_config: table.strings("pkg-config", diagnostics),
        include_dirs: table.paths("include-dirs", diagnostics),
        defines: texts(table.strings("define", diagnostics)),
        standard: standard.map(|standard| standard.value),
        link: texts(table.strings("link", diagnostics)),
        link_dirs: table.paths("link-dirs", diagnostics),
    }
}

fn panic_strategy(table: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Option<PanicStrategy> {
    let written = table.string("panic", diagnostics)?;
    match written.value.as_str() {
        "unwind" => Some(PanicStrategy::Unwind),
        "abort" => Some(PanicStrategy::Abort),
        other => {
            let found = Found {
                what: "another string",
                scalar: Some(format!("{other:?}")),
            };
            let error = errors::wrong_type(written.span, "panic", "`\"unwind\"` or `\"abort\"`", &found);
            diagnostics.report(error);
            None
        }
    }
}

/// Of each target that the file names.
fn targets(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> Vec<TargetSettings> {
    let Some(table) = top.table("targets", diagnostics) else {
        return Vec::new();
    };
    let mut read = |entry: Entry<'_>| {
        let mut settings = table.below(&entry, diagnostics)?;
        let cpu = settings.string("cpu", diagnostics);
        settings.finish(diagnostics);
        match target::Table::embedded().lookup(&entry.key.value) {
            Ok(target) => Some(TargetSettings {
                name: target.name.clone(),
                cpu,
            }),
            Err(error) => {
                let hint = match error.similar.first() {
                    Some(similar) => format!("there is `{similar}`; `lang doctor` lists all"),
                    None => String::from("`lang doctor` lists all targets"),
                };
                diagnostics.report(errors::wrong_value(entry.key.span, &error.to_string(), &hint));
                None
            }
        }
    };
    table.entries().into_iter().filter_map(&mut read).collect()
}

/// Of `debug` and `release`.
fn profiles(top: &mut Table<'_>, diagnostics: &mut Diagnostics) -> (ProfileChanges, ProfileChanges) {
    let Some(mut table) = top.table("profile", diagnostics) else {
        return (ProfileChanges::default(), ProfileChanges::default());
    };
    let mut read = |name| {
        let Some(mut table) = table.table(name, diagnostics) else {
            return ProfileChanges::default();
        };
        let changes = ProfileChanges {
            optimize: table.bool("optimize", diagnostics),
            overflow_checks: table.bool("overflow-checks", diagnostics),
            debug_info: table.bool("debug-info", diagnostics),
            panic: panic_strategy(&mut table, diagnostics),
            codegen_units: table.count("codegen-units", Profile::MAX_CODEGEN_UNITS, diagnostics),
        };
        table.finish(diagnostics);
        changes
    };
    let profiles = (read("debug"), read("release"));
    table.finish(diagnostics);
    profiles
}
