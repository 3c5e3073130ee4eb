//! Source files from disk.
//!
//! Takes paths, gives texts as the compiler wants them: UTF-8 without a byte order mark, and of a size that offsets of
//! 32 bits and a machine's memory can hold. Whatever else lies at the path is a diagnostic. Knows nothing of modules.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use diag::Diagnostic;

use crate::errors::{self, AskedBy};

/// What is larger is no source, but a device without an end or a file of data.
const MAX_BYTES: u64 = 256 << 20;

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of the file at `path`.
pub(crate) fn read_source(path: &Path, asked_by: AskedBy) -> Result<Arc<str>, Diagnostic> {
    read_source_by(&mut Vec::new(), path, asked_by)
}

/// The same for who reads many, with a buffer for what stands in the file.
pub(crate) fn read_source_by(buffer: &mut Vec<u8>, path: &Path, asked_by: AskedBy) -> Result<Arc<str>, Diagnostic> {
    read_source_as_it_is(buffer, path, asked_by).map(|source| source.text)
}

/// The text of a file, and what of its bytes is no part of that.
#[derive(Debug)]
pub(crate) struct SourceText {
    pub(crate) text: Arc<str>,
    pub(crate) had_byte_order_mark: bool,
}

/// The same for who writes the file back.
pub(crate) fn read_source_as_it_is(
    buffer: &mut Vec<u8>,
    path: &Path,
    asked_by: AskedBy,
) -> Result<SourceText, Diagnostic> {
    let opened = std::fs::File::open(path).map_err(|error| errors::unreadable(path, asked_by, &error));
    let read = opened.and_then(|file| {
        // One read gets all of it, and one sees its end.
        let expected_len = file.metadata().map_or(0, |metadata| metadata.len().min(MAX_BYTES) + 1);
        buffer.clear();
        buffer.reserve(expected_len as usize);
        read_text(file, buffer, path, asked_by)
    });
    read.map_err(|diagnostic| {
        // `lang run hello`, where `hello` is the executable, or nothing at all.
        let source = path.with_extension("lang");
        if asked_by == AskedBy::CommandLine && path.extension().is_none() && source.is_file() {
            errors::source_beside(diagnostic, &source)
        } else {
            diagnostic
        }
    })
}

/// What `input` gives to its end, by way of `bytes`; `path` is what messages call it.
pub(crate) fn read_text(
    input: impl Read,
    bytes: &mut Vec<u8>,
    path: &Path,
    asked_by: AskedBy,
) -> Result<SourceText, Diagnostic> {
    bytes.clear();
    // One byte more, to see whether there is more; the rest of a larger file is not read.
    let read = input.take(MAX_BYTES + 1).read_to_end(bytes);
    read.map_err(|error| errors::unreadable(path, asked_by, &error))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(errors::too_large(path, asked_by));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let without_mark = text.strip_prefix(BYTE_ORDER_MARK);
            Ok(SourceText {
                text: without_mark.unwrap_or(text).into(),
                had_byte_order_mark: without_mark.is_some(),
            })
        }
        Err(error) => {
            let (valid, rest) = bytes.split_at(error.valid_up_to());
            let valid = std::str::from_utf8(valid).expect("valid up to there");
            Err(errors::not_utf8(path, asked_by, valid, rest[0]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_bytes(bytes: &[u8]) -> Result<Arc<str>, Diagnostic> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.lang");
        std::fs::write(&path, bytes).expect("it can be written");
        read_source(&path, AskedBy::CommandLine)
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(
            read_bytes(b"\xef\xbb\xbffn main() {}\r\n").as_deref(),
            Ok("fn main() {}\r\n")
        );
        assert_eq!(read_bytes(b"").as_deref(), Ok(""));
    }

    #[test]
    fn the_first_wrong_byte_is_named_by_line_and_column() {
        let error = read_bytes(
            "ž\nžž\u{7f}"
                .as_bytes()
                .iter()
                .copied()
                .chain([0xff])
                .collect::<Vec<_>>()
                .as_slice(),
        );
        let error = error.expect_err("not UTF-8");
        assert_eq!(error.code, diag::Code::NOT_UTF8);
        assert!(error.message.ends_with("byte 0xff at 2:4"), "{}", error.message);
    }

    #[test]
    fn a_directory_and_a_missing_file_are_said() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let error = read_source(dir.path(), AskedBy::CommandLine).expect_err("a directory");
        assert!(error.message.ends_with("it is a directory"), "{}", error.message);
        let error = read_source(&dir.path().join("x"), AskedBy::CommandLine).expect_err("nothing");
        assert!(error.message.ends_with("there is no such file"), "{}", error.message);
        assert_eq!(error.hint, None);
        std::fs::write(dir.path().join("x.lang"), "").expect("it can be written");
        let error = read_source(&dir.path().join("x"), AskedBy::CommandLine).expect_err("nothing");
        assert!(error.hint.is_some_and(|hint| hint.message.contains("x.lang`")));
    }
}
