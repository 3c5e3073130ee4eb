//! What goes wrong when headers are imported, as data, and the diagnostics made of it.
//!
//! Takes [`ImportError`]s and conflicts with the span of the `import c`. Gives diagnostics: one factory per code.

use std::path::PathBuf;

use base::Span;
use cmodel::{CConflict, CLoc};
use diag::{Code, Diagnostic};

use crate::crashes;

/// Why a module could not be imported. The environment's faults and the headers' own; never a bug of ours.
#[derive(Clone, PartialEq, Debug)]
pub enum ImportError {
    /// There is no file at the path that libclang should have.
    LibclangMissing { path: PathBuf },
    /// It is there and is not version 22. `found` is Clang's own text.
    LibclangVersion { path: PathBuf, found: String },
    /// It is there and cannot be opened or used.
    LibclangUnusable { path: PathBuf, reason: String },
    /// The name of a header holds a character that no `#include` line can.
    HeaderNameMalformed { header: String },
    /// It is there, and is a device or a pipe.
    HeaderIsNoFile { path: PathBuf },
    /// `included_at` is the `#include` that fails, absent when it is ours: the header of the import itself.
    HeaderNotFound {
        header: String,
        included_at: Option<CLoc>,
        cpp: bool,
    },
    /// A header of the C library is missing because no headers for the target were found at all.
    NoHeadersForTarget {
        header: String,
        target: String,
        /// Every folder that could have had them.
        looked_in: Vec<String>,
        packages: Vec<String>,
        /// The root that the user gave.
        sysroot: Option<String>,
    },
    /// Clang's first error. `cpp` when the same headers are free of errors as C++.
    HeaderHasErrors {
        message: String,
        /// In which header, where it is not at the end of one of the import.
        loc: Option<CLoc>,
        /// The header of the import at whose end, or name, the error is.
        end_of: Option<String>,
        n_more: usize,
        cpp: bool,
    },
    /// `@std` asks for what is no standard of C.
    UnknownStandard { standard: String },
    /// Clang gave no answer at all.
    ClangFailed { headers: Vec<String> },
}

/// The diagnostic for a failed import, at `span`, the import's header or the whole import.
pub fn import_error(error: &ImportError, span: Span) -> Diagnostic {
    match error {
        ImportError::LibclangMissing { path } => libclang_missing(span, &path.display().to_string()),
        ImportError::LibclangVersion { path, found } => {
            let path = path.display();
            libclang_unusable(
                span,
                format!("the libclang at `{path}` is `{found}`, and only version 22 will do"),
            )
        }
        ImportError::LibclangUnusable { path, reason } => libclang_unusable(
            span,
            format!("the libclang at `{}` cannot be used: {reason}", path.display()),
        ),
        ImportError::HeaderNameMalformed { header } => Diagnostic::error(
            Code::HEADER_NOT_FOUND,
            span,
            format!("`{}` cannot name a header", header.escape_debug()),
        ),
        ImportError::HeaderIsNoFile { path } => Diagnostic::error(
            Code::HEADER_NOT_FOUND,
            span,
            format!("`{}` is no file, and no header", path.display()),
        ),
        ImportError::HeaderNotFound {
            header,
            included_at,
            cpp,
        } => header_not_found(span, header, included_at.as_ref(), *cpp),
        ImportError::NoHeadersForTarget {
            header,
            target,
            looked_in,
            packages,
            sysroot,
        } => no_headers_for_target(span, header, target, looked_in, (packages, sysroot.as_deref())),
        ImportError::HeaderHasErrors {
            message,
            loc,
            end_of,
            n_more,
            cpp,
        } => {
            let place = match (loc, end_of) {
                (Some(loc), _) => format!("{}: ", place(loc)),
                (None, Some(header)) => format!("at the end of `{header}`: "),
                (None, None) => String::new(),
            };
            header_has_errors(span, format!("{place}{message}"), *n_more, *cpp)
        }
        ImportError::UnknownStandard { standard } => Diagnostic::error(
            Code::HEADER_HAS_ERRORS,
            span,
            format!("Clang knows no standard of C that is called `{standard}`"),
        )
        .hint("`@std` takes such as `c99`, `c11`, `gnu17` or `c23`"),
        ImportError::ClangFailed { headers } => {
            let headers = headers.join("`, `");
            let message = format!("Clang itself failed on `{headers}`");
            let diagnostic = Diagnostic::error(Code::HEADER_HAS_ERRORS, span, message)
                .hint("this is a fault of Clang's: report it to LLVM, with the header and the note");
            match crashes::first_crash().as_str() {
                "" => diagnostic,
                said => diagnostic.note(said.to_owned()),
            }
        }
    }
}

/// E0601
fn header_not_found(span: Span, header: &str, included_at: Option<&CLoc>, cpp: bool) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::HEADER_NOT_FOUND, span, format!("header `{header}` not found"));
    let is_header = span.end - span.start == header.len() as u32 + 2;
    match (included_at, base::similar_header(header).filter(|_| is_header)) {
        (None, Some(similar)) => diagnostic.at("no include folder has it").hint_guess(
            format!("did you mean `{similar}`?"),
            span,
            format!("\"{similar}\""),
        ),
        (None, None) => diagnostic
            .at("no include folder has it")
            .hint("install the library's development package, or name its folder with `-I`"),
        (Some(loc), _) if cpp => cpp_hint(diagnostic.note(format!("it is included at {}", place(loc)))),
        (Some(loc), _) => diagnostic
            .note(format!("it is included at {}", place(loc)))
            .hint("install the package that has it, or name its folder with `-I`"),
    }
}

/// E0602
fn header_has_errors(span: Span, message: String, n_more: usize, cpp: bool) -> Diagnostic {
    let mut diagnostic =
        Diagnostic::error(Code::HEADER_HAS_ERRORS, span, "the header has errors".to_owned()).note(message);
    if n_more > 0 {
        diagnostic = diagnostic.note(format!(
            "and {n_more} more {}",
            if n_more == 1 { "error" } else { "errors" }
        ));
    }
    match cpp {
        true => cpp_hint(diagnostic),
        false => diagnostic.hint("it may need another header before it, or a define"),
    }
}

fn cpp_hint(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note("it is C++, which is not imported")
        .hint("write a C header with `extern \"C\"` functions over it, and import that")
}

/// E0603
fn libclang_missing(span: Span, path: &str) -> Diagnostic {
    Diagnostic::error(
        Code::LIBCLANG_MISSING,
        span,
        format!("importing C needs libclang, and `{path}` does not exist"),
    )
    .hint("install `libclang-22-dev`; `lang doctor` says what is found where")
}

/// E0604
fn libclang_unusable(span: Span, message: String) -> Diagnostic {
    Diagnostic::error(Code::LIBCLANG_UNUSABLE, span, message)
        .hint("install `libclang-22-dev`; `lang doctor` says what is found where")
}

/// E0605
fn no_headers_for_target(
    span: Span,
    header: &str,
    target: &str,
    looked_in: &[String],
    (packages, sysroot): (&[String], Option<&str>),
) -> Diagnostic {
    let place = sysroot.map_or("here".to_owned(), |root| format!("below `{root}`"));
    let mut diagnostic = Diagnostic::error(
        Code::NO_HEADERS_FOR_TARGET,
        span,
        format!("there are no C headers for `{target}` {place}"),
    )
    .at(format!("`{header}` of the build machine is not the target's"));
    if !looked_in.is_empty() {
        diagnostic = diagnostic.note(format!("looked in `{}`", looked_in.join("`, `")));
    }
    if sysroot.is_some() {
        return diagnostic.hint("`--sysroot` names the folder that the target's `usr/include` is in");
    }
    match packages {
        [] => diagnostic.hint("give the target's headers with `--sysroot DIR`"),
        packages => diagnostic.hint(format!(
            "install `{}`, or give the target's headers with `--sysroot DIR`",
            packages.join("` and `")
        )),
    }
}

/// E0606: two headers define one name differently. `span` is the import that brings the second.
pub fn conflict(conflict: &CConflict, span: Span) -> Diagnostic {
    Diagnostic::error(
        Code::C_CONFLICT,
        span,
        format!("two headers define `{}` differently", conflict.name),
    )
    .note(format!("first defined at {}", place(&conflict.first)))
    .note(format!("defined differently at {}", place(&conflict.second)))
    .hint("import both headers in one `import c { … }`, with the same defines")
}

/// `/usr/include/zlib.h:12:3`
fn place(loc: &CLoc) -> String {
    format!("{}:{}:{}", loc.path, loc.line, loc.column)
}
