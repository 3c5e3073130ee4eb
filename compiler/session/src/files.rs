//! Source files from disk.
//!
//! Takes paths, gives texts as the compiler wants them: UTF-8 without a byte order mark, less than 4 GiB. Whatever
//! else lies at the path is a diagnostic. Knows nothing of modules.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use diag::Diagnostic;

use crate::errors::{self, AskedBy};

const BYTE_ORDER_MARK: &str = "\u{feff}";

/// The text of the file at `path`.
pub(crate) fn read_source(path: &Path, asked_by: AskedBy) -> Result<Arc<str>, Diagnostic> {
    let mut bytes = Vec::new();
    let mut file = std::fs::File::open(path).map_err(|error| errors::unreadable(path, asked_by, &error))?;
    // A limit of one byte more than offsets can say: a larger file is not read to its end, however long it is.
    let limit = u64::from(u32::MAX) + 1;
    let read = (&mut file).take(limit).read_to_end(&mut bytes);
    read.map_err(|error| errors::unreadable(path, asked_by, &error))?;
    if bytes.len() as u64 == limit {
        return Err(errors::too_large(path, asked_by));
    }
    match std::str::from_utf8(&bytes) {
        Ok(text) => Ok(text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).into()),
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

    fn read(bytes: &[u8]) -> Result<Arc<str>, Diagnostic> {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.lang");
        std::fs::write(&path, bytes).expect("it can be written");
        read_source(&path, AskedBy::CommandLine)
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(read(b"\xef\xbb\xbffn main() {}\r\n").as_deref(), Ok("fn main() {}\r\n"));
        assert_eq!(read(b"").as_deref(), Ok(""));
    }

    #[test]
    fn the_first_wrong_byte_is_named_by_line_and_column() {
        let error = read(
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
    }
}
