//! Parsing headers: once, into a precompiled header and an index of names; then queries on top.
//!
//! Takes flags. Gives [`Headers`], or the headers' first error. Bodies of inline functions are skipped here, because
//! nothing that is asked of declarations needs them; the code generator has a precompiled header of its own.

use std::path::{Path, PathBuf};

use clang_sys::{
    CXDiagnostic_Error, CXDiagnostic_Fatal, CXTranslationUnit_DetailedPreprocessingRecord,
    CXTranslationUnit_ForSerialization, CXTranslationUnit_Incomplete, CXTranslationUnit_None,
    CXTranslationUnit_SkipFunctionBodies,
};
use cmodel::CLoc;

use crate::ast::{Message, TranslationUnit, VirtualFile};
use crate::errors::ImportError;
use crate::flags::Flags;
use crate::libclang::Clang;
use crate::names::{NameIndex, index_names};

/// The file of `#include` lines while there is no folder for a precompiled header. It exists only in memory, in a
/// folder of its own, so that nothing beside it is found.
const MODULE_FILE: &str = "/lang-import/module.h";
const QUERY_FILE: &str = "/lang-import/query.c";

/// A folder's file of `#include` lines, which a precompiled header refers to and Clang compares when it is used, and
/// the precompiled header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PchFiles {
    pub(crate) includes: PathBuf,
    pub(crate) pch: PathBuf,
}

/// What a parse of headers left.
pub(crate) struct Parsed {
    pub(crate) names: NameIndex,
    /// Every file that was read, by the path that Clang opened it with, sorted.
    pub(crate) files: Vec<String>,
}

/// Whether a precompiled header holds the bodies of inline functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bodies {
    Skip,
    Keep,
}

/// Parses the headers and writes a precompiled header to `pch`.
pub(crate) fn parse(
    clang: &'static Clang,
    flags: &Flags,
    implied: &[&str],
    bodies: Bodies,
    pch: Option<&PchFiles>,
) -> Result<(Parsed, bool), ImportError> {
    let pch = pch.filter(|pch| std::fs::write(&pch.includes, &flags.includes).is_ok());
    let main_path = pch.map_or(MODULE_FILE.to_owned(), |pch| pch.includes.display().to_string());
    let main = VirtualFile {
        path: &main_path,
        text: &flags.includes,
    };
    let options = CXTranslationUnit_Incomplete
        | CXTranslationUnit_ForSerialization
        | match bodies {
            Bodies::Skip => CXTranslationUnit_DetailedPreprocessingRecord | CXTranslationUnit_SkipFunctionBodies,
            Bodies::Keep => CXTranslationUnit_None,
        };
    let args = header_args(flags, implied, &["-xc-header"]);
    let failed = || ImportError::ClangFailed {
        headers: headers_of(flags),
    };
    let unit = TranslationUnit::parse(clang, &main, &args, options).ok_or_else(failed)?;
    if let Some(error) = first_error(clang, &unit, &main, flags, implied) {
        return Err(error);
    }
    let saved = pch.is_some_and(|files| unit.save(&files.pch));
    let names = match bodies {
        Bodies::Skip => index_names(&unit),
        Bodies::Keep => NameIndex::default(),
    };
    let mut files: Vec<String> = unit
        .included_files()
        .into_iter()
        .map(|file| unit.file_name(file))
        .collect();
    files.retain(|file| *file != main_path);
    files.sort();
    files.dedup();
    Ok((Parsed { names, files }, saved))
}

/// Parses `text` on top of the headers. `None` when Clang failed, or the precompiled header is not what it was.
pub(crate) fn query(
    clang: &'static Clang,
    flags: &Flags,
    implied: &[&str],
    pch: Option<&Path>,
    text: &str,
) -> Option<TranslationUnit> {
    // Every candidate is a declaration of its own, so that errors stay where they are; all of them are wanted.
    let mut extra = vec!["-xc", "-ferror-limit=0"];
    let path = pch.map(|path| path.display().to_string());
    let text = match &path {
        Some(path) => {
            extra.extend(["-include-pch", path]);
            text.to_owned()
        }
        None => format!("{}{text}", flags.includes),
    };
    let args = header_args(flags, implied, &extra);
    let main = VirtualFile {
        path: QUERY_FILE,
        text: &text,
    };
    let options = match pch {
        Some(_) => CXTranslationUnit_None,
        None => CXTranslationUnit_SkipFunctionBodies,
    };
    let unit = TranslationUnit::parse(clang, &main, &args, options)?;
    let refused = unit
        .messages()
        .iter()
        .any(|message| message.severity >= CXDiagnostic_Fatal);
    (!refused).then_some(unit)
}

fn header_args(flags: &Flags, implied: &[&str], extra: &[&str]) -> Vec<String> {
    let ours = [
        "-w",
        "-fno-spell-checking",
        "-fparse-all-comments",
        "-fretain-comments-from-system-headers",
        "-fpch-validate-input-files-content",
    ];
    flags
        .args
        .iter()
        .map(String::as_str)
        .chain(implied.iter().copied())
        .chain(ours)
        .chain(extra.iter().copied())
        .map(str::to_owned)
        .collect()
}

fn headers_of(flags: &Flags) -> Vec<String> {
    flags
        .includes
        .lines()
        .filter_map(|line| line.strip_prefix("#include <")?.strip_suffix('>'))
        .map(str::to_owned)
        .collect()
}

fn first_error(
    clang: &'static Clang,
    unit: &TranslationUnit,
    main: &VirtualFile<'_>,
    flags: &Flags,
    implied: &[&str],
) -> Option<ImportError> {
    let messages = unit.messages();
    let mut errors = messages.iter().filter(|message| message.severity >= CXDiagnostic_Error);
    let first = errors.next()?;
    let n_more = errors.count();
    let loc = first.location.file.map(|file| CLoc {
        path: unit.file_name(file),
        line: first.location.line,
        column: first.location.column,
    });
    let ours = loc.as_ref().is_none_or(|loc| loc.path == main.path);
    if let Some(header) = missing_header(unit, first) {
        let cpp = !ours && is_cpp(clang, flags, implied);
        return Some(ImportError::HeaderNotFound {
            header,
            included_at: loc.filter(|_| !ours),
            cpp,
        });
    }
    Some(ImportError::HeaderHasErrors {
        message: first.text.clone(),
        loc: loc.filter(|_| !ours),
        n_more,
        cpp: is_cpp(clang, flags, implied),
    })
}

/// The header that could not be found, when that is what the message is about: it is fatal, and stands at the name in
/// an `#include`.
fn missing_header(unit: &TranslationUnit, message: &Message) -> Option<String> {
    if message.severity < CXDiagnostic_Fatal {
        return None;
    }
    let text = unit
        .file_text(message.location.file?)?
        .get(message.location.offset as usize..)?;
    let close = match text.chars().next()? {
        '<' => '>',
        '"' => '"',
        _ => return None,
    };
    text[1..].split_once(close).map(|(name, _)| name.to_owned())
}

/// Whether the headers are free of errors as C++.
fn is_cpp(clang: &'static Clang, flags: &Flags, implied: &[&str]) -> bool {
    let flags = Flags {
        args: flags
            .args
            .iter()
            .filter(|arg| !arg.starts_with("-std="))
            .cloned()
            .collect(),
        ..flags.clone()
    };
    let args = header_args(&flags, implied, &["-xc++-header"]);
    let main = VirtualFile {
        path: MODULE_FILE,
        text: &flags.includes,
    };
    TranslationUnit::parse(clang, &main, &args, CXTranslationUnit_SkipFunctionBodies).is_some_and(|unit| {
        unit.messages()
            .iter()
            .all(|message| message.severity < CXDiagnostic_Error)
    })
}
