//! What the back half says: one factory function per code.

use std::io;
use std::path::Path;

use base::{Span, Symbol};
use cimport::ThunkError;
use cmodel::{CLoc, CModuleSpec};
use diag::{Code, Diagnostic};
use link::{LinkError, UndefinedSymbol};
pub(crate) use session::unwritable;
use target::Target;
use unit::{Failure, FailureKind};

/// A program that is there does not start.
pub(crate) fn cannot_start(program: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be started: {error}", program.display());
    Diagnostic::without_place(Code::TOOL_MISSING, message).hint("`lang doctor` shows what is installed")
}

/// `lang build hello`, where the source has no extension to take off.
pub(crate) fn output_is_source(path: &Path) -> Diagnostic {
    let message = format!("the executable would replace its own source, `{}`", path.display());
    Diagnostic::without_place(Code::UNWRITABLE_FILE, message).hint("name another place with `-o`")
}

/// A unit for which the back end gave no object.
pub(crate) fn unit_failed(failure: &Failure) -> Diagnostic {
    let Failure { unit, kind, message } = failure;
    let what = match kind {
        FailureKind::Version => {
            let message = "`lang-codegen` is of another version than this `lang`";
            return Diagnostic::without_place(Code::TOOL_VERSION, message)
                .hint("install both together, and unset `LANG_CODEGEN` if it names another");
        }
        // What it says is which file, and what the system said of it.
        FailureKind::Io => return Diagnostic::without_place(Code::UNWRITABLE_FILE, message.as_str()),
        FailureKind::Internal => format!("internal error in the back end, compiling `{unit}`"),
        FailureKind::Clang => {
            if let Some(missing) = missing_feature(message) {
                return lacking_feature(&missing);
            }
            if let Some((bindings, what)) = outdated_bindings(message) {
                return Diagnostic::without_place(
                    Code::OUTDATED_BINDINGS,
                    format!("`{bindings}` is not what the headers give now"),
                )
                .note(format!("`{what}` is another there"))
                .hint(format!("`lang cimport --update {bindings}` renews it"));
            }
            if let Some((why, line)) = bad_assembler_text(message) {
                return Diagnostic::without_place(
                    Code::BAD_ASSEMBLER_TEXT,
                    format!("the target's assembler does not take what an `asm` of C says: {why}"),
                )
                .note(format!("the line is `{line}`"))
                .hint("a macro, an inline function or inline C that the program uses has it: use another here");
            }
            format!("Clang refuses the C text of `{unit}`")
        }
    };
    let diagnostic = Diagnostic::without_place(Code::BACK_END_FAILED, what).note(message.as_str());
    please_report(diagnostic)
}

/// Why an `asm` is refused, and the line of it.
fn bad_assembler_text(said: &str) -> Option<(&str, &str)> {
    let (_, after) = said.split_once("<inline asm>:")?;
    let mut lines = after.lines();
    let (_, why) = lines.next()?.split_once(": ")?;
    Some((why, lines.next()?.trim()))
}

/// The bindings that do not say what a header does, and of what.
fn outdated_bindings(said: &str) -> Option<(&str, &str)> {
    let (_, after) = said.split_once(cimport::DRIFT)?;
    let mut quoted = after.split('`').skip(1).step_by(2);
    Some((quoted.next()?, quoted.next()?))
}

/// What Clang does not inline or emit for want of a processor.
struct MissingFeature {
    function: String,
    feature: String,
    /// Where it is used, if that is in a header: `/usr/include/fast.h:2:47`.
    place: Option<String>,
}

fn missing_feature(said: &str) -> Option<MissingFeature> {
    let line = said.lines().find(|line| line.contains(" target feature "))?;
    let (before, after) = line.split_once(" target feature ")?;
    let mut quoted = before.split('\'').skip(1).step_by(2);
    let place = before.split_once(": error:").map(|(place, _)| place);
    Some(MissingFeature {
        function: quoted.next()?.to_owned(),
        feature: after
            .trim_start_matches('\'')
            .split(['\'', ',', ' '])
            .next()?
            .to_owned(),
        // The C text of a unit is no file.
        place: place.filter(|place| place.starts_with('/')).map(str::to_owned),
    })
}

fn lacking_feature(missing: &MissingFeature) -> Diagnostic {
    let MissingFeature {
        function,
        feature,
        place,
    } = missing;
    let message = format!("C's `{function}` needs a processor with `{feature}`, which this build is not for");
    let diagnostic = Diagnostic::without_place(Code::MISSING_FEATURE, message);
    match place {
        // Whoever calls it: C compiles the function there for the processor that it says itself.
        Some(place) => diagnostic.note(format!("it is used at {place}")).hint(format!(
            "put `__attribute__((target(\"{feature}\")))` before the function there, or build with `--cpu`"
        )),
        None => diagnostic.hint(format!(
            "use it in functions with `@target_feature(\"{feature}\")`, or build with `--cpu`"
        )),
    }
}

/// `lang-codegen` ended in a way that it has no word for.
pub(crate) fn back_end_died(how: &str, units: &[String], said: &str) -> Diagnostic {
    let message = format!("internal error: the back end ended with {how}");
    let mut diagnostic = Diagnostic::without_place(Code::BACK_END_FAILED, message);
    diagnostic = diagnostic.note(format!("it was compiling `{}`", units.join("`, `")));
    if !said.is_empty() {
        diagnostic = diagnostic.note(said);
    }
    please_report(diagnostic)
}

/// The C runtime, which is ours, did not compile.
pub(crate) fn runtime_failed(target: &Target, said: &str) -> Diagnostic {
    let message = format!("internal error: the runtime does not compile for `{}`", target.name);
    please_report(Diagnostic::without_place(Code::BACK_END_FAILED, message).note(said))
}

fn please_report(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note(concat!("lang ", env!("CARGO_PKG_VERSION")))
        .hint("please report this with the source that shows it")
}

pub(crate) fn no_runner(target: &Target) -> Diagnostic {
    let message = format!("a program for `{}` does not run here", target.name);
    let diagnostic = Diagnostic::without_place(Code::CANNOT_RUN, message);
    match target.run.runner.first() {
        Some(runner) => diagnostic.hint(format!("install `{runner}`, which runs it")),
        None => diagnostic.hint("`lang build` makes the executable without running it"),
    }
}

pub(crate) fn program_not_started(program: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::without_place(
        Code::CANNOT_RUN,
        format!("`{}` cannot be started: {error}", program.display()),
    )
}

pub(crate) fn link_failed(error: &LinkError) -> Diagnostic {
    match error {
        LinkError::LinkerMissing { program } => {
            let message = format!("the linker `{}` is not here", program.display());
            Diagnostic::without_place(Code::TOOL_MISSING, message).hint("`lang doctor` says what to install")
        }
        LinkError::OtherVersion { program, found } => {
            let wanted = target::Table::embedded().llvm();
            let message = format!("lld at `{}` is {found}, and Lang needs {wanted}", program.display());
            Diagnostic::without_place(Code::TOOL_VERSION, message).hint("`lang doctor` says what to install")
        }
        LinkError::FlavorNotSupported { target } => Diagnostic::without_place(
            Code::LINK_FAILED,
            format!("linking for `{target}` is not supported yet"),
        ),
        LinkError::SystemFileMissing {
            file,
            searched,
            packages,
        } => {
            let searched: Vec<String> = searched.iter().map(|dir| dir.display().to_string()).collect();
            let message = format!("`{file}` of the target's C library is not here");
            let diagnostic = Diagnostic::without_place(Code::NO_C_LIBRARY, message);
            let diagnostic = diagnostic.note(format!("looked in `{}`", searched.join("`, `")));
            match packages.as_slice() {
                [] => diagnostic.hint("give the root of the target's system with `--sysroot DIR`"),
                list => diagnostic.hint(format!("install `{}`, or give `--sysroot DIR`", list.join("` and `"))),
            }
        }
        LinkError::SanitizerMissing {
            target,
            is_host,
            file,
            searched,
            package,
        } => {
            let dirs: Vec<String> = searched.iter().map(|dir| format!("`{}`", dir.display())).collect();
            let message = format!("`{file}`, the sanitizer's runtime for `{target}`, is not here");
            let diagnostic = Diagnostic::without_place(Code::NO_SANITIZER_RUNTIME, message);
            let diagnostic = match dirs.as_slice() {
                [] => diagnostic,
                dirs => diagnostic.note(format!("looked in {}", dirs.join(", "))),
            };
            diagnostic.hint(if *is_host {
                format!("install the Debian package `{package}`")
            } else {
                format!("on such a machine, it is in the Debian package `{package}`")
            })
        }
        LinkError::UndefinedSymbols(symbols) => undefined_symbols(symbols),
        LinkError::LibrariesNotFound(names) => {
            let list = names.join("`, `");
            let message = format!("no library is named `{list}`");
            let hint =
                "install its development files, name its folder with `-L`, or correct the name in `@link(\"…\")`";
            Diagnostic::without_place(Code::NO_LIBRARY, message).hint(hint)
        }
        LinkError::Io { path, error } => unwritable(path, error),
        LinkError::ObjectUnreadable { path, error } => {
            let message = format!(
                "internal error: the object `{}` cannot be read: {error}",
                path.display()
            );
            please_report(Diagnostic::without_place(Code::BACK_END_FAILED, message))
        }
        LinkError::Failed { text } => {
            Diagnostic::without_place(Code::LINK_FAILED, "the linker failed").note(text.trim_end())
        }
    }
}

/// Lang reads what a header declares; what it defines, an object of C has.
pub(crate) fn defined_in_header(import: Span, name: Symbol, place: &CLoc) -> Diagnostic {
    let message = format!("`{name}` is defined in this header, which Lang reads for its declarations");
    Diagnostic::error(Code::UNDEFINED_SYMBOL, import, message)
        .note(format!("defined at {}:{}:{}", place.path, place.line, place.column))
        .hint(
            "include the header in a file of `[c] sources` as C programs do in one of theirs, and only declare it here",
        )
}

fn undefined_symbols(symbols: &[UndefinedSymbol]) -> Diagnostic {
    const SHOWN: usize = 10;
    let names: Vec<String> = symbols
        .iter()
        .take(SHOWN)
        .map(|symbol| format!("`{}`", symbol.symbol))
        .collect();
    let more = symbols.len().saturating_sub(SHOWN);
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let verb = if symbols.len() == 1 { "is" } else { "are" };
    let message = format!(
        "{}{rest} {verb} declared and used, but no library defines it",
        names.join(", ")
    );
    let message = if symbols.len() == 1 {
        message
    } else {
        message.replace("defines it", "defines them")
    };
    let mut diagnostic = Diagnostic::without_place(Code::UNDEFINED_SYMBOL, message);
    for symbol in symbols.iter().take(SHOWN) {
        if let Some(place) = symbol.referenced_by.first() {
            diagnostic = diagnostic.note(format!("`{}` is used by {place}", symbol.symbol));
        }
    }
    diagnostic.hint("name the library that has it: `@link(\"z\")` before the import or the `extern` block")
}

/// A call that crosses to C in a way that our C text cannot say.
pub(crate) fn no_c_text(error: &ThunkError) -> Diagnostic {
    let message = match error {
        ThunkError::Unnameable { crossing, ty } => {
            format!("passing `{ty}`, which C text cannot name, is not supported yet (in `{crossing}`)")
        }
        ThunkError::Convention { crossing } => {
            format!("a calling convention that C text cannot name is not supported yet (in `{crossing}`)")
        }
    };
    Diagnostic::without_place(Code::NO_C_TEXT, message)
}

/// Headers that were read for the types of a program cannot be read for its code.
pub(crate) fn headers_changed(spec: Option<&CModuleSpec>) -> Diagnostic {
    let headers = spec.map(|spec| spec.headers.join("`, `")).unwrap_or_default();
    if let Some(bindings) = spec.and_then(|spec| spec.bindings.as_ref()) {
        let message = format!("bindings are not enough: the program needs `{headers}` itself, which cannot be read");
        return Diagnostic::without_place(Code::NEEDS_HEADER, message)
            .note(format!("`{bindings}` stands for it, and is all that most uses need"))
            .note("Clang compiles records by value, bit-fields, macros and inline functions on the header")
            .hint("install the library's development package, or name the header's folder with `-I`");
    }
    let message = format!("the headers `{headers}` cannot be read again to compile calls into them");
    Diagnostic::without_place(Code::NO_C_TEXT, message).hint("build again: a header changed while it was being read")
}

#[cfg(test)]
mod tests {
    use super::missing_feature;

    #[test]
    fn what_a_header_lacks_has_its_place() {
        let said = "In file included from c-text.c:1:\n/usr/include/fast.h:2:47: error: '__builtin_ia32_cmppd' needs \
                    target feature avx\n    2 | static inline";
        let missing = missing_feature(said).expect("it says so");
        assert_eq!(
            (missing.function.as_str(), missing.feature.as_str()),
            ("__builtin_ia32_cmppd", "avx")
        );
        assert_eq!(missing.place.as_deref(), Some("/usr/include/fast.h:2:47"));
        let said = "c-text.c:3:9: error: always_inline function 'f' requires target feature 'avx2', but would be";
        let missing = missing_feature(said).expect("it says so");
        assert_eq!((missing.function.as_str(), missing.feature.as_str()), ("f", "avx2"));
        assert_eq!(missing.place, None);
    }
}
