//! Parsing headers, and asking questions on top of them.
//!
//! Takes flags. Gives the names that the headers have, the files that they are, and a precompiled header; or the
//! headers' first error. For questions, bodies of inline functions are skipped: nothing that is asked of declarations
//! needs them, and some headers are little else. The code generator gets a precompiled header that has them.

use std::path::{Path, PathBuf};

use base::{ContentHash, hash_bytes};
use clang_sys::{
    CXDiagnostic_Error, CXDiagnostic_Fatal, CXTranslationUnit_DetailedPreprocessingRecord,
    CXTranslationUnit_ForSerialization, CXTranslationUnit_Incomplete, CXTranslationUnit_None,
    CXTranslationUnit_SkipFunctionBodies,
};
use cmodel::CLoc;

use crate::ast::{Location, Message, TranslationUnit, VirtualFile};
use crate::cache::hash_or_absence;
use crate::errors::ImportError;
use crate::flags::Flags;
use crate::import::Comments;
use crate::libclang::Clang;
use crate::names::{NameIndex, index_names};
use crate::shadows::{SearchFolders, asked_paths};

/// The file of `#include` lines while there is no folder for a precompiled header. It exists only in memory, in a
/// folder of its own, so that nothing beside it is found.
const MODULE_FILE: &str = "/lang-import/module.h";
pub(crate) const QUERY_FILE: &str = "/lang-import/query.c";

/// Beside the arguments of the headers themselves: Clang compares contents where a precompiled header's inputs have
/// another time than they had.
pub(crate) const SHARED_ARGS: [&str; 1] = ["-fpch-validate-input-files-content"];

/// Headers are warned about by their authors' compilers. Questions must not be asked so: among what `-w` takes away
/// are errors, such as the use of a function that was never declared.
const HEADER_ARGS: [&str; 2] = ["-xc-header", "-w"];

/// What stays the same for all parses of one module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct HeaderSet {
    pub(crate) flags: Flags,
    /// [`unit::CText::implied_args`]
    pub(crate) implied: Vec<&'static str>,
    pub(crate) bodies: Bodies,
    pub(crate) comments: Comments,
}

/// What a precompiled header is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bodies {
    /// Questions about declarations.
    Skip,
    /// Code: it holds the bodies of inline functions.
    Keep,
}

/// A folder's file of `#include` lines, which the precompiled header refers to, and the precompiled header.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct PchFiles {
    pub(crate) includes: PathBuf,
    pub(crate) pch: PathBuf,
}

/// Every file that was read, by the path that Clang opened it with, sorted, with the hash of what Clang read.
pub(crate) type Files = Vec<(String, ContentHash)>;

/// What a parse of headers left.
pub(crate) struct Parsed {
    /// Empty where bodies are kept.
    pub(crate) names: NameIndex,
    pub(crate) files: Files,
    /// Whether the precompiled header was written.
    pub(crate) saved: bool,
}

impl HeaderSet {
    /// Parses the headers and writes a precompiled header.
    pub(crate) fn parse(&self, clang: &'static Clang, pch: Option<&PchFiles>) -> Result<Parsed, ImportError> {
        let pch = pch.filter(|pch| write_if_different(&pch.includes, &self.flags.includes));
        let main_path = pch.map_or(MODULE_FILE.to_owned(), |pch| pch.includes.display().to_string());
        let main = VirtualFile {
            path: &main_path,
            text: &self.flags.includes,
        };
        let options = CXTranslationUnit_Incomplete
            | CXTranslationUnit_ForSerialization
            | match self.bodies {
                Bodies::Skip => CXTranslationUnit_DetailedPreprocessingRecord | CXTranslationUnit_SkipFunctionBodies,
                Bodies::Keep => CXTranslationUnit_None,
            };
        let failed = || match self.unknown_standard(clang) {
            Some(standard) => ImportError::UnknownStandard { standard },
            None => ImportError::ClangFailed {
                headers: self.headers(),
            },
        };
        let unit = TranslationUnit::parse(clang, &main, &self.args(&HEADER_ARGS), options).ok_or_else(failed)?;
        if let Some(error) = self.first_error(clang, &unit, &main) {
            return Err(error);
        }
        let names = match self.bodies {
            Bodies::Skip => {
                let indexed = index_names(&unit, self.comments);
                if indexed.has_incomplete {
                    let args = self.args(&["-xc"]);
                    let whole = TranslationUnit::parse(clang, &main, &args, CXTranslationUnit_SkipFunctionBodies);
                    let whole = whole.ok_or_else(failed)?;
                    self.first_error(clang, &whole, &main).map_or(Ok(()), Err)?;
                }
                indexed.index
            }
            Bodies::Keep => NameIndex::default(),
        };
        let saved = pch.is_some_and(|files| unit.save(&files.pch));
        let files = files_of(&unit, &main_path, &self.flags.search);
        Ok(Parsed { names, files, saved })
    }

    /// Parses the headers with a question behind them, which begins with a declaration of
    /// [`crate::names::QUESTION`]. `None` where there is an error in the headers, or Clang failed.
    pub(crate) fn parse_with(&self, clang: &'static Clang, question: &str) -> Option<(TranslationUnit, Files)> {
        let main = VirtualFile {
            path: QUERY_FILE,
            text: &format!("{}{question}", self.flags.includes),
        };
        let options = CXTranslationUnit_Incomplete
            | CXTranslationUnit_DetailedPreprocessingRecord
            | CXTranslationUnit_SkipFunctionBodies;
        let args = self.args(&["-xc", "-ferror-limit=0"]);
        let unit = TranslationUnit::parse(clang, &main, &args, options)?;
        let n_includes = self.flags.includes.lines().count() as u32;
        let is_of_question = |message: &Message| {
            let Location { file, line, .. } = message.location;
            message.severity < CXDiagnostic_Fatal
                && line > n_includes
                && file.is_some_and(|file| unit.file_name(file) == QUERY_FILE)
        };
        let messages = unit.messages();
        let mut errors = messages.iter().filter(|message| message.severity >= CXDiagnostic_Error);
        if !errors.all(is_of_question) {
            return None;
        }
        let files = files_of(&unit, QUERY_FILE, &self.flags.search);
        Some((unit, files))
    }

    /// Parses `text` on top of the headers, which are read again when there is no precompiled header. `None` when
    /// Clang failed, or the precompiled header is not what it was.
    pub(crate) fn query(&self, clang: &'static Clang, pch: Option<&Path>, text: &str) -> Option<TranslationUnit> {
        // Every candidate is a declaration of its own, so that errors stay where they are; all of them are wanted.
        let mut extra = vec!["-xc", "-ferror-limit=0"];
        let path = pch.map(|path| path.display().to_string());
        let text = match &path {
            Some(path) => {
                extra.extend(["-include-pch", path]);
                text.to_owned()
            }
            None => format!("{}{text}", self.flags.includes),
        };
        let main = VirtualFile {
            path: QUERY_FILE,
            text: &text,
        };
        // The bodies in the text are what is asked, so those in headers are read too when these are in it.
        let unit = TranslationUnit::parse(clang, &main, &self.args(&extra), CXTranslationUnit_None)?;
        let refused = unit
            .messages()
            .iter()
            .any(|message| message.severity >= CXDiagnostic_Fatal);
        (!refused).then_some(unit)
    }

    pub(crate) fn headers(&self) -> Vec<String> {
        self.flags.includes.lines().filter_map(included).collect()
    }

    fn args(&self, extra: &[&str]) -> Vec<String> {
        let for_questions: &[&str] = match self.bodies {
            Bodies::Skip => &["-fno-spell-checking"],
            Bodies::Keep => &[],
        };
        let for_comments: &[&str] = match self.comments {
            Comments::Keep if self.bodies == Bodies::Skip => {
                &["-fparse-all-comments", "-fretain-comments-from-system-headers"]
            }
            Comments::Keep | Comments::Skip => &[],
        };
        let of_headers = self.flags.args.iter().map(String::as_str);
        let all = of_headers.chain(SHARED_ARGS).chain(self.implied.iter().copied());
        all.chain(for_questions.iter().chain(for_comments).copied())
            .chain(extra.iter().copied())
            .map(str::to_owned)
            .collect()
    }

    fn first_error(
        &self,
        clang: &'static Clang,
        unit: &TranslationUnit,
        main: &VirtualFile<'_>,
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
            let cpp = !ours && self.is_cpp(clang, main);
            return Some(ImportError::HeaderNotFound {
                header,
                included_at: loc.filter(|_| !ours),
                cpp,
            });
        }
        let line = loc.as_ref().map_or(0, |loc| loc.line as usize);
        let is_read = ours && first.severity < CXDiagnostic_Fatal;
        let end_of = main.text.lines().nth(line.wrapping_sub(1)).filter(|_| is_read);
        Some(ImportError::HeaderHasErrors {
            message: first.text.clone(),
            end_of: end_of.and_then(included),
            loc: loc.filter(|_| !ours),
            n_more,
            cpp: self.is_cpp(clang, main),
        })
    }

    /// The standard that is asked for, where C has none of that name.
    fn unknown_standard(&self, clang: &'static Clang) -> Option<String> {
        let args = self.args(&[]);
        let standard = args.iter().find_map(|arg| arg.strip_prefix("-std="))?;
        let empty = VirtualFile {
            path: MODULE_FILE,
            text: "",
        };
        let args = ["-xc".to_owned(), format!("-std={standard}")];
        let is_known = TranslationUnit::parse(clang, &empty, &args, CXTranslationUnit_None).is_some();
        (!is_known).then(|| standard.to_owned())
    }

    /// Whether the headers are free of errors as C++.
    fn is_cpp(&self, clang: &'static Clang, main: &VirtualFile<'_>) -> bool {
        let mut args = self.args(&["-xc++-header", "-w"]);
        args.retain(|arg| !arg.starts_with("-std="));
        let options = match self.bodies {
            Bodies::Skip => CXTranslationUnit_SkipFunctionBodies,
            Bodies::Keep => CXTranslationUnit_None,
        };
        TranslationUnit::parse(clang, main, &args, options).is_some_and(|unit| {
            unit.messages()
                .iter()
                .all(|message| message.severity < CXDiagnostic_Error)
        })
    }
}

/// The files of a parse but its main one.
fn files_of(unit: &TranslationUnit, main_path: &str, search: &SearchFolders) -> Files {
    let mut files = Files::new();
    for file in unit.included_files() {
        let (path, bytes) = (unit.file_name(file), unit.file_bytes(file).unwrap_or(&[]));
        files.extend(asked_paths(path.as_ref(), bytes, search).map(|asked| {
            let hash = hash_or_absence(asked.as_ref());
            (asked, hash)
        }));
        files.push((path, hash_bytes(bytes)));
    }
    files.retain(|(file, _)| *file != main_path);
    files.sort();
    files.dedup();
    files
}

/// Whether the file holds `text` now. One that does already is left alone.
fn write_if_different(path: &Path, text: &str) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) || std::fs::write(path, text).is_ok()
}

/// The header that a line of ours includes.
fn included(line: &str) -> Option<String> {
    Some(line.strip_prefix("#include <")?.strip_suffix('>')?.to_owned())
}

/// The header that could not be found, when that is what the message is about: it is fatal, says so, and stands at the
/// name in an `#include`.
fn missing_header(unit: &TranslationUnit, message: &Message) -> Option<String> {
    if message.severity < CXDiagnostic_Fatal || !message.text.ends_with(" file not found") {
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
