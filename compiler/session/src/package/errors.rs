//! What is wrong with packages: one factory function per code and way to go wrong.

use std::path::Path;

use base::{Span, Symbol};
use diag::{Code, Diagnostic};

use super::{MANIFEST, Written};

/// A value of a type that its key does not have.
pub(super) struct Found {
    /// `an integer`
    pub(super) what: &'static str,
    /// Its text, where it is a single value other than a string.
    pub(super) scalar: Option<String>,
}

pub(super) fn no_package() -> Diagnostic {
    let message = format!("no package is here: there is no `{MANIFEST}` in this folder or one around it");
    Diagnostic::without_place(Code::NO_PACKAGE, message)
        .hint("name a file, as in `lang run hello.lang`, or make a package with `lang init`")
}

/// A folder was named. `outer` is the nearest package around it.
pub(super) fn folder_without_package(folder: &Path, outer: Option<&Path>) -> Diagnostic {
    let message = format!("`{}` is a folder without `{MANIFEST}`", folder.display());
    let diagnostic = Diagnostic::without_place(Code::NO_PACKAGE, message);
    match outer {
        Some(outer) => diagnostic.hint(format!("the package around it is `{}`", outer.display())),
        None => diagnostic.hint(format!(
            "name a file of it, or make a package with `lang init {}`",
            folder.display()
        )),
    }
}

/// `problem` is the parser's own.
pub(super) fn not_toml(span: Span, problem: &str) -> Diagnostic {
    Diagnostic::error(Code::NOT_TOML, span, format!("`{MANIFEST}` is not TOML: {problem}"))
        .hint("`lang explain E0718` shows a whole `lang.toml`")
}

/// `known` are the keys that the table has, `table` its path, empty for the file.
pub(super) fn unknown_key(key: &Written<String>, table: &str, similar: Option<Symbol>, known: &[&str]) -> Diagnostic {
    let message = match table {
        "" => format!("`{MANIFEST}` has no key `{}`", key.value),
        _ => format!("`{table}` has no key `{}`", key.value),
    };
    let diagnostic = Diagnostic::error(Code::UNKNOWN_KEY, key.span, message);
    match similar {
        Some(similar) => diagnostic.hint_replace(format!("did you mean `{similar}`?"), key.span, similar.as_str()),
        None => diagnostic.hint(format!("there are `{}`", known.join("`, `"))),
    }
}

pub(super) fn wrong_type(span: Span, key: &str, expected: &str, found: &Found) -> Diagnostic {
    let message = format!("`{key}` is {}, and has to be {expected}", found.what);
    let diagnostic = Diagnostic::error(Code::WRONG_VALUE, span, message);
    match &found.scalar {
        Some(_) if expected.contains("string") => diagnostic.hint("a string stands in quotes"),
        Some(text) if expected.contains("table") => {
            diagnostic.hint(format!("write a table, such as `[{key}]`, instead of `{text}`"))
        }
        _ => diagnostic.hint(format!("write {expected}")),
    }
}

/// A string that is not one of those that the key takes.
pub(super) fn wrong_value(span: Span, problem: &str, hint: &str) -> Diagnostic {
    Diagnostic::error(Code::WRONG_VALUE, span, problem).hint(hint)
}

/// `table` is the path of the table that lacks the key.
pub(super) fn missing_key(span: Span, table: &str, key: &str, example: &str) -> Diagnostic {
    let message = match table {
        "" => format!("`{MANIFEST}` has no `{key}`"),
        _ => format!("`{table}` has no `{key}`"),
    };
    Diagnostic::error(Code::MISSING_KEY, span, message).hint(format!("write `{example}`"))
}

/// `similar` is a name that would do.
pub(super) fn bad_name(name: &Written<Symbol>, similar: Option<&str>) -> Diagnostic {
    let message = format!("`{}` cannot be the name of a package or of headers", name.value);
    let diagnostic = Diagnostic::error(Code::BAD_NAME, name.span, message).note(NAME_RULE);
    match similar {
        Some(similar) => diagnostic.hint(format!("write `{similar}`")),
        None => diagnostic.hint("choose another name"),
    }
}

const NAME_RULE: &str =
    "a name is letters of ASCII, digits and `_`, no digit first, no keyword, and not `std`, `lib`, `main` or `c`";

/// Of `lang new`, where no `lang.toml` is at fault.
pub(super) fn bad_new_name(name: &str) -> Diagnostic {
    let message = format!("`{name}` cannot be the name of a package");
    Diagnostic::without_place(Code::BAD_NAME, message)
        .note(NAME_RULE)
        .hint("give a name with `--name`")
}

/// A file below `src` whose name no import could write.
pub(super) fn bad_module_name(path: &Path) -> Diagnostic {
    let message = format!("the name of `{}` cannot be the name of a module", path.display());
    Diagnostic::without_place(Code::BAD_NAME, message).hint("use letters, digits and `_`, no digit first")
}

/// Two packages of a program have one name. `first` is the name in the first one's own file.
pub(super) fn package_name_taken(span: Span, name: Symbol, first: Span) -> Diagnostic {
    Diagnostic::error(Code::NAME_TAKEN, span, format!("two packages are named `{name}`"))
        .at("this is not the same folder")
        .label(first, "the other one")
        .hint("rename one of them")
}

/// `name` is a dependency or headers, and a module of the package as well.
pub(super) fn module_name_taken(name: &Written<Symbol>, module: &Path) -> Diagnostic {
    let message = format!("`{}` is also a module of this package", name.value);
    Diagnostic::error(Code::NAME_TAKEN, name.span, message)
        .note(format!("the module is `{}`", module.display()))
        .hint("rename the module: an import of the name would have two meanings")
}

/// `name` is both a dependency and headers.
pub(super) fn c_module_name_taken(name: &Written<Symbol>, dependency: Span) -> Diagnostic {
    let message = format!("`{}` is also a dependency", name.value);
    Diagnostic::error(Code::NAME_TAKEN, name.span, message)
        .label(dependency, "the dependency")
        .hint("rename the headers: an import of the name would have two meanings")
}

/// `what` is `file` or `folder`.
pub(super) fn no_such_path(span: Span, path: &Path, what: &str) -> Diagnostic {
    let message = if path.exists() {
        format!("`{}` is no {what}", path.display())
    } else {
        format!("there is no {what} `{}`", path.display())
    };
    Diagnostic::error(Code::UNREADABLE_FILE, span, message)
        .hint("correct the path: it starts at the folder of this file")
}

pub(super) fn no_dependency(path: &Written<std::path::PathBuf>, manifest: &Path) -> Diagnostic {
    let message = format!("there is no package in `{}`", path.value.display());
    Diagnostic::error(Code::NO_DEPENDENCY, path.span, message)
        .note(format!("looked for `{}`", manifest.display()))
        .hint("correct the path: it starts at the folder of this file")
}

/// The package's own file says another name than its dependent.
pub(super) fn other_name(name: &Written<Symbol>, own: &Written<Symbol>) -> Diagnostic {
    let message = format!("the package is named `{}`, not `{}`", own.value, name.value);
    Diagnostic::error(Code::NO_DEPENDENCY, name.span, message)
        .label(own.span, "its own name")
        .hint_replace("use its own name", name.span, own.value.as_str())
}

/// `cycle` are the dependencies, each the name where it is written, that lead back to the first package, `first`.
pub(super) fn dependency_cycle(first: Symbol, cycle: &[Written<Symbol>]) -> Diagnostic {
    let names: Vec<String> = std::iter::once(first)
        .chain(cycle.iter().map(|name| name.value))
        .map(|name| format!("`{name}`"))
        .collect();
    let (last, others) = cycle.split_last().expect("a cycle has a dependency");
    let message = format!("packages depend on each other in a circle: {}", names.join(" needs "));
    let diagnostic = Diagnostic::error(Code::DEPENDENCY_CYCLE, last.span, message).at("and back");
    let diagnostic = others.iter().fold(diagnostic, |diagnostic, name| {
        diagnostic.label(name.span, format!("needs `{}`", name.value))
    });
    diagnostic.hint("move what both need into a package of its own")
}

pub(super) fn no_program(package: Symbol, main: &Path, has_library: bool) -> Diagnostic {
    let message = format!(
        "the package `{package}` has no program: there is no `{}`",
        main.display()
    );
    let diagnostic = Diagnostic::without_place(Code::NO_PROGRAM, message);
    if has_library {
        diagnostic.hint("a library is tried out by `lang check` and `lang test`")
    } else {
        diagnostic.hint("write the program's `fn main` there")
    }
}

pub(super) fn no_sources(package: Symbol, folder: &Path) -> Diagnostic {
    let message = format!(
        "the package `{package}` has no sources: no `.lang` file is in `{}`",
        folder.display()
    );
    Diagnostic::without_place(Code::NO_PROGRAM, message)
        .hint("write `main.lang` for a program, `lib.lang` for a library")
}

/// `lang new` or `lang init` would replace `path`.
pub(super) fn already_there(path: &Path, hint: &str) -> Diagnostic {
    let message = format!("`{}` is there already", path.display());
    Diagnostic::without_place(Code::ALREADY_THERE, message).hint(hint)
}

/// Clang's own text of what it refuses in a source of `[c]`.
pub fn c_source_failed(span: Span, source: &Path, said: &str) -> Diagnostic {
    let message = format!("Clang does not compile `{}`", source.display());
    Diagnostic::error(Code::C_SOURCE_FAILED, span, message)
        .note(said)
        .hint("its headers and macros are named by `include-dirs` and `define` in `[c]`")
}

/// Clang's own text of what it finds odd in a source of `[c]`.
pub fn c_source_warns(span: Span, source: &Path, said: &str) -> Diagnostic {
    let message = format!("Clang warns about `{}`", source.display());
    Diagnostic::warning(Code::C_SOURCE_WARNS, span, message).note(said)
}

/// `lang clean` finds what no build put there.
pub fn not_made_by_lang(path: &Path, why: &str) -> Diagnostic {
    let message = format!("`{}` was not made by Lang: {why}", path.display());
    Diagnostic::without_place(Code::NOT_MADE_BY_LANG, message)
        .hint("look at it, and delete it yourself if you do not want it")
}
