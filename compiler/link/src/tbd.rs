//! A text stub of macOS's libSystem, so that a link for macOS needs nothing of Apple's.
//!
//! Takes the objects of a link. Gives the text of `libSystem.tbd` that says the library has exactly the symbols which
//! the objects want and none of them defines. So a misspelt C function is found only when the program is loaded;
//! with an SDK as the sysroot lld reads Apple's own stubs instead.

use crate::error::LinkError;
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use target::{Arch, Target};

/// The symbols that the objects and archives want and do not define, in order of bytes.
pub fn needed_symbols(paths: &[PathBuf]) -> Result<Vec<String>, LinkError> {
    let mut symbols = Symbols::default();
    for path in paths {
        let bytes = std::fs::read(path).map_err(|error| LinkError::Io {
            path: path.clone(),
            error,
        })?;
        symbols.add_file(path, &bytes)?;
    }
    Ok(symbols.wanted.difference(&symbols.defined).cloned().collect())
}

/// The stub's text, `symbols` as the objects have them.
pub fn libsystem_stub(target: &Target, symbols: &[String]) -> String {
    let arch = match target.arch {
        Arch::Aarch64 => "arm64",
        Arch::X86_64 | Arch::Riscv64 | Arch::Arm | Arch::Wasm32 => "x86_64",
    };
    let mut text = format!(
        "--- !tapi-tbd\n\
         tbd-version: 4\n\
         targets: [ {arch}-macos ]\n\
         install-name: '/usr/lib/libSystem.B.dylib'\n\
         current-version: 1319\n"
    );
    if !symbols.is_empty() {
        let quoted: Vec<String> = symbols
            .iter()
            .map(|symbol| format!("'{}'", symbol.replace('\'', "''")))
            .collect();
        let lines = quoted.join(",\n               ");
        write!(
            text,
            "exports:\n  - targets: [ {arch}-macos ]\n    symbols: [ {lines} ]\n"
        )
        .expect("writing to a string does not fail");
    }
    text.push_str("...\n");
    text
}

#[derive(Default)]
struct Symbols {
    wanted: BTreeSet<String>,
    defined: BTreeSet<String>,
}

impl Symbols {
    fn add_file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), LinkError> {
        let unreadable = |error| LinkError::ObjectUnreadable {
            path: path.to_owned(),
            error,
        };
        let Ok(archive) = ArchiveFile::parse(bytes) else {
            return self.add_object(bytes).map_err(unreadable);
        };
        for member in archive.members() {
            let member = member.and_then(|member| member.data(bytes)).map_err(unreadable)?;
            self.add_object(member).map_err(unreadable)?;
        }
        Ok(())
    }

    fn add_object(&mut self, bytes: &[u8]) -> Result<(), object::Error> {
        let file = object::File::parse(bytes)?;
        for symbol in file.symbols().filter(|symbol| symbol.is_global()) {
            let name = symbol.name()?.to_owned();
            if symbol.is_undefined() {
                self.wanted.insert(name);
            } else {
                self.defined.insert(name);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use target::Table;

    #[test]
    fn the_stub_names_the_library_and_its_symbols() {
        let target = Table::embedded().lookup("aarch64-apple-darwin").expect("a row");
        let text = libsystem_stub(target, &["_abort".to_owned(), "_write".to_owned()]);
        let expected = "\
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: '/usr/lib/libSystem.B.dylib'
current-version: 1319
exports:
  - targets: [ arm64-macos ]
    symbols: [ '_abort',
               '_write' ]
...
";
        assert_eq!(text, expected);
        assert!(!libsystem_stub(target, &[]).contains("exports"));
    }
}
