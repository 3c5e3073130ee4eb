//! What the front half says about files, tools and packages: one factory function per code.

use std::io;
use std::path::Path;

use base::{Span, Symbol};
use diag::{Code, Diagnostic};
use target::{Sanitizer, Target, UnknownTarget};

/// Where a file was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AskedBy {
    CommandLine,
    Import(Span),
    /// A path in a `lang.toml`.
    Manifest(Span),
}

fn at(code: Code, asked_by: AskedBy, message: String) -> Diagnostic {
    match asked_by {
        AskedBy::CommandLine => Diagnostic::without_place(code, message),
        AskedBy::Import(span) => Diagnostic::error(code, span, message).at("imported here"),
        AskedBy::Manifest(span) => Diagnostic::error(code, span, message),
    }
}

pub(crate) fn unreadable(path: &Path, asked_by: AskedBy, error: &io::Error) -> Diagnostic {
    let kind = error.kind();
    let why = if kind == io::ErrorKind::NotFound {
        "there is no such file".to_owned()
    } else if kind == io::ErrorKind::IsADirectory {
        "it is a directory".to_owned()
    } else if kind == io::ErrorKind::PermissionDenied {
        "permission denied".to_owned()
    } else {
        error.to_string()
    };
    let message = format!("cannot read `{}`: {why}", path.display());
    let diagnostic = at(Code::UNREADABLE_FILE, asked_by, message);
    if kind == io::ErrorKind::IsADirectory {
        diagnostic.hint("name the file that has `main`, such as `main.lang`")
    } else {
        diagnostic
    }
}

/// A file that cannot be read as a source, beside one whose name ends in `.lang`.
pub(crate) fn source_beside(mut diagnostic: Diagnostic, source: &Path) -> Diagnostic {
    diagnostic.hint = None;
    diagnostic.hint(format!("the source is `{}`", source.display()))
}

/// `valid` is the text before the first byte that is no UTF-8.
pub(crate) fn not_utf8(path: &Path, asked_by: AskedBy, valid: &str, byte: u8) -> Diagnostic {
    let line = valid.matches('\n').count() + 1;
    let column = valid.chars().rev().take_while(|&c| c != '\n').count() + 1;
    let message = format!(
        "`{}` is not UTF-8: byte 0x{byte:02x} at {line}:{column}",
        path.display()
    );
    at(Code::NOT_UTF8, asked_by, message).hint("save the file as UTF-8")
}

pub fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("cannot write `{}`: {error}", path.display());
    Diagnostic::without_place(Code::UNWRITABLE_FILE, message)
}

pub(crate) fn too_large(path: &Path, asked_by: AskedBy) -> Diagnostic {
    at(
        Code::FILE_TOO_LARGE,
        asked_by,
        format!("`{}` is larger than 256 MiB", path.display()),
    )
}

/// A program that is needed is not here. `install` is a sentence such as "install the Debian package `lld-22`".
pub(crate) fn tool_missing(what: &str, install: &str) -> Diagnostic {
    Diagnostic::without_place(Code::TOOL_MISSING, format!("{what} is not here")).hint(install)
}

pub(crate) fn tool_version(what: &str, path: &Path, found: &str, wanted: &str, install: &str) -> Diagnostic {
    let message = format!("{what} at `{}` is {found}, and Lang needs {wanted}", path.display());
    Diagnostic::without_place(Code::TOOL_VERSION, message).hint(install)
}

/// `name` is what pkg-config is called for the target, where it has a name at all.
pub(crate) fn no_pkg_config(package: &str, span: Span, target: &Target, name: Option<&str>) -> Diagnostic {
    let message = format!("there is no pkg-config for `{}` to ask for `{package}`", target.name);
    let diagnostic = Diagnostic::error(Code::PKG_CONFIG, span, message);
    match name {
        Some("pkg-config") => diagnostic.hint("install the Debian package `pkg-config`"),
        Some(name) => diagnostic.hint(format!("install a `{name}` that knows the target's packages")),
        None => diagnostic.hint("name its libraries with `@link(\"…\")` and its headers by their paths"),
    }
}

/// `said` is pkg-config's own text.
pub(crate) fn unknown_package(package: &str, span: Span, said: &str) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::PKG_CONFIG, span, format!("pkg-config does not know `{package}`"));
    let diagnostic = said
        .lines()
        .take(1)
        .fold(diagnostic, |diagnostic, line| diagnostic.note(line));
    diagnostic.hint("install the package's development files, or set `PKG_CONFIG_PATH`")
}

pub(crate) fn unknown_target(error: &UnknownTarget) -> Diagnostic {
    let diagnostic = Diagnostic::without_place(Code::UNKNOWN_TARGET, error.to_string());
    match error.similar.first() {
        Some(similar) => diagnostic.hint(format!("there is `{similar}`; `lang doctor` lists all")),
        None => diagnostic.hint("`lang doctor` lists all targets"),
    }
}

/// `similar` are names of the target's processors.
pub(crate) fn unknown_processor(target: &Target, name: &str, similar: &[String]) -> Diagnostic {
    let message = format!("`{}` has no processor `{name}`", target.name);
    let diagnostic = Diagnostic::without_place(Code::UNKNOWN_PROCESSOR, message);
    match similar.first() {
        Some(similar) => diagnostic.hint(format!("there is `{similar}`; `--cpu help` lists all")),
        None => diagnostic.hint("`--cpu help` lists all"),
    }
}

pub(crate) fn native_elsewhere(target: &Target) -> Diagnostic {
    let message = format!(
        "`native` is this machine's processor, which is none of `{}`",
        target.name
    );
    Diagnostic::without_place(Code::UNKNOWN_PROCESSOR, message)
        .hint("name the processor of the machine that the program is for; `--cpu help` lists all")
}

pub(crate) fn other_architecture(target: &Target, name: &str) -> Diagnostic {
    let message = format!("programs for `{}` do not run on `{name}`", target.name);
    Diagnostic::without_place(Code::UNKNOWN_PROCESSOR, message).hint("`--cpu help` lists all processors of a target")
}

/// `feature` is LLVM's name for what the target's ABI needs.
pub(crate) fn processor_without(target: &Target, name: &str, feature: &str) -> Diagnostic {
    let message = format!("`{name}` lacks `{feature}`, which programs for `{}` need", target.name);
    Diagnostic::without_place(Code::UNKNOWN_PROCESSOR, message).hint("`--cpu help` lists all processors of a target")
}

/// `with` are the targets that have it.
pub(crate) fn no_sanitizer(target: &Target, sanitizer: Sanitizer, with: &[&str]) -> Diagnostic {
    let message = format!("there is no `{}` sanitizer for `{}`", sanitizer.name(), target.name);
    let diagnostic = Diagnostic::without_place(Code::NO_SANITIZER, message);
    match with {
        [] => diagnostic,
        with => diagnostic.hint(format!("it is there for `{}`", with.join("` and `"))),
    }
}

pub(crate) fn cannot_start(program: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::without_place(Code::CANNOT_RUN, format!("cannot start `{program}`: {error}"))
}

pub(crate) fn no_host_target() -> Diagnostic {
    Diagnostic::without_place(Code::UNKNOWN_TARGET, "Lang knows no target like this machine")
        .hint("give one with `--target`")
}

/// E0304: a name of the command line that the headers do not have.
pub(crate) fn name_not_in_header(span: Span, name: Symbol, headers: &str, similar: Option<String>) -> Diagnostic {
    let message = format!("header `{headers}` has no `{name}`");
    let diagnostic = Diagnostic::error(Code::UNKNOWN_MEMBER, span, message);
    match similar {
        Some(similar) => diagnostic.hint(format!("did you mean `{similar}`?")),
        None => diagnostic,
    }
}
