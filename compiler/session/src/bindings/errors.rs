//! What is wrong with files that stand for headers: one factory function per code.

use std::path::Path;

use base::Span;
use cimport::BindingsError;
use diag::{Code, Diagnostic};
use target::Target;

/// E0732
pub(super) fn no_bindings(span: Span, path: &Path) -> Diagnostic {
    Diagnostic::error(Code::NO_BINDINGS, span, no_bindings_text(path))
        .hint("`lang cimport --update` makes those that `lang.toml` names, `lang cimport HEADER -o FILE` any")
}

pub(super) fn no_bindings_text(path: &Path) -> String {
    format!("there are no bindings at `{}`", path.display())
}

/// E0733 and E0735. `named` is where the file is named, and whether it is named for each target.
pub(super) fn unusable(error: &BindingsError, path: &Path, target: &Target, named: Option<(Span, bool)>) -> Diagnostic {
    let again = match named {
        Some(_) => "`lang cimport --update` makes it again",
        None => "make it again with `lang cimport HEADER -o FILE`",
    };
    match error {
        BindingsError::OtherTarget { span, made_for } => {
            let message = format!(
                "`{}` was made for `{made_for}`, not for `{}`",
                path.display(),
                target.name
            );
            let diagnostic = Diagnostic::error(
                Code::BINDINGS_OF_OTHER_TARGET,
                named.map_or(*span, |(at, _)| at),
                message,
            )
            .note("sizes, constants and which functions there are differ between targets");
            match named {
                Some((_, true)) => {
                    diagnostic.hint(format!("`lang cimport --update --target {}` makes it", target.name))
                }
                Some((_, false)) => {
                    diagnostic.hint("write `{target}` in its path, and there is a file for each target")
                }
                None => diagnostic.hint(format!("add `--target {made_for}`")),
            }
        }
        BindingsError::Changed { span } => {
            let message = format!("`{}` is not what `lang cimport` wrote", path.display());
            broken(*span, message, named)
                .at("the rest has another hash")
                .hint(again)
        }
        BindingsError::Broken { span, problem } => {
            let message = format!("`{}` is not what `lang cimport` writes", path.display());
            broken(*span, message, named).at(problem.clone()).hint(again)
        }
    }
}

fn broken(span: Span, message: String, named: Option<(Span, bool)>) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::BROKEN_BINDINGS, span, message);
    match named {
        Some((at, _)) => diagnostic.label(at, "named here"),
        None => diagnostic,
    }
}

/// E0734
pub(super) fn outdated(span: Option<Span>, path: &Path, change: &str, renewal: &str) -> Diagnostic {
    let message = format!("`{}` is not what the headers give now", path.display());
    let diagnostic = match span {
        Some(span) => Diagnostic::error(Code::OUTDATED_BINDINGS, span, message),
        None => Diagnostic::without_place(Code::OUTDATED_BINDINGS, message),
    };
    diagnostic
        .note(change)
        .hint(format!("`{renewal}` renews it; with `--locked` nothing is written"))
}

/// E0304
pub(super) fn named_nowhere(name: &str) -> Diagnostic {
    let message = format!("neither the bindings nor their headers have `{name}`");
    Diagnostic::without_place(Code::UNKNOWN_MEMBER, message)
}

/// E0736
pub(super) fn of_others(span: Span, path: &Path, difference: &str) -> Diagnostic {
    let message = format!("`{}` was made of something else", path.display());
    Diagnostic::error(Code::BINDINGS_OF_OTHERS, span, message)
        .note(difference)
        .hint("`lang cimport --update` makes it of what is asked for here")
}
