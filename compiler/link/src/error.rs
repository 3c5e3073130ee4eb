//! Why a link failed, and how lld's messages are read.
//!
//! lld has no machine-readable report, so its text is read here and nowhere else; what is not known is passed on whole.

use std::fmt;
use std::io;
use std::path::PathBuf;

#[derive(Debug)]
pub enum LinkError {
    /// lld is not where it was said to be.
    LinkerMissing { program: PathBuf },
    /// lld is of another version than Lang's.
    OtherVersion { program: PathBuf, found: String },
    /// The target's linker flavour is not driven yet.
    FlavorNotSupported { target: String },
    /// A file of the target's C library was in none of the folders. `packages` are Debian's.
    SystemFileMissing {
        file: String,
        searched: Vec<PathBuf>,
        packages: Vec<String>,
    },
    /// An archive of a sanitizer's runtime was in none of the folders that exist. `package` is Debian's.
    SanitizerMissing {
        target: String,
        /// Whether programs for the target are for a machine like this one.
        is_host: bool,
        file: String,
        searched: Vec<PathBuf>,
        package: String,
    },
    /// In the order of lld's report.
    UndefinedSymbols(Vec<UndefinedSymbol>),
    /// Names as in `-l`, in the order of lld's report.
    LibrariesNotFound(Vec<String>),
    /// An input is no object file of a kind that we read.
    ObjectUnreadable { path: PathBuf, error: object::Error },
    /// The file system refused.
    Io { path: PathBuf, error: io::Error },
    /// Anything else that lld said.
    Failed { text: String },
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UndefinedSymbol {
    /// The symbol as the object has it, with Mach-O's underscore.
    pub symbol: String,
    /// The places that lld names: objects with their sections, or lines where there is debug information.
    pub referenced_by: Vec<String>,
}

impl LinkError {
    /// What lld's standard error says. `text` is that of a link that failed.
    pub(crate) fn from_report(text: &str) -> LinkError {
        let mut symbols: Vec<UndefinedSymbol> = Vec::new();
        let mut libraries = Vec::new();
        let mut others = Vec::new();
        let mut in_symbol = false;
        for line in text.lines() {
            if let Some(place) = line.strip_prefix(">>>") {
                if let (true, Some(symbol)) = (in_symbol, symbols.last_mut()) {
                    let place = place.trim();
                    symbol
                        .referenced_by
                        .push(place.strip_prefix("referenced by ").unwrap_or(place).to_owned());
                    continue;
                }
            } else {
                in_symbol = false;
            }
            let message = line.split_once("error: ").map_or(line, |(_, message)| message);
            let undefined = [
                "undefined symbol: ",
                "undefined hidden symbol: ",
                "undefined protected symbol: ",
            ];
            let missing_library = ["unable to find library -l", "library not found for -l"];
            if let Some(symbol) = undefined.iter().find_map(|prefix| message.strip_prefix(prefix)) {
                in_symbol = true;
                symbols.push(UndefinedSymbol {
                    symbol: symbol.trim().to_owned(),
                    referenced_by: Vec::new(),
                });
            } else if let Some(name) = missing_library.iter().find_map(|prefix| message.strip_prefix(prefix)) {
                libraries.push(name.trim().to_owned());
            } else if !line.trim().is_empty() {
                others.push(line);
            }
        }
        // A missing library explains undefined symbols, and either explains whatever else is said.
        if !libraries.is_empty() {
            LinkError::LibrariesNotFound(libraries)
        } else if !symbols.is_empty() {
            LinkError::UndefinedSymbols(symbols)
        } else {
            LinkError::Failed {
                text: others.join("\n"),
            }
        }
    }
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::LinkerMissing { program } => write!(f, "the linker `{}` cannot be started", program.display()),
            LinkError::OtherVersion { program, found } => {
                write!(f, "the linker `{}` is of version {found}", program.display())
            }
            LinkError::FlavorNotSupported { target } => write!(f, "linking for `{target}` is not supported yet"),
            LinkError::SystemFileMissing { file, packages, .. } => {
                write!(
                    f,
                    "`{file}` of the target's C library is missing (Debian: {})",
                    packages.join(" ")
                )
            }
            LinkError::SanitizerMissing { file, package, .. } => {
                write!(f, "`{file}` of the sanitizer's runtime is missing (Debian: {package})")
            }
            LinkError::UndefinedSymbols(symbols) => {
                let names: Vec<String> = symbols.iter().map(|symbol| format!("`{}`", symbol.symbol)).collect();
                write!(f, "undefined symbols: {}", names.join(", "))
            }
            LinkError::LibrariesNotFound(names) => write!(f, "libraries not found: {}", names.join(", ")),
            LinkError::ObjectUnreadable { path, error } => write!(f, "{}: {error}", path.display()),
            LinkError::Io { path, error } => write!(f, "{}: {error}", path.display()),
            LinkError::Failed { text } => f.write_str(text),
        }
    }
}

impl std::error::Error for LinkError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undefined_symbols_come_with_their_places() {
        let text = "\
ld.lld: error: undefined symbol: foo
>>> referenced by a.c:3
>>>               a.o:(main)

ld64.lld: error: undefined symbol: _bar
>>> referenced by b.o
";
        let LinkError::UndefinedSymbols(symbols) = LinkError::from_report(text) else {
            panic!("another error")
        };
        assert_eq!(symbols.len(), 2);
        assert_eq!(symbols[0].symbol, "foo");
        assert_eq!(symbols[0].referenced_by, ["a.c:3", "a.o:(main)"]);
        assert_eq!(
            (symbols[1].symbol.as_str(), symbols[1].referenced_by.as_slice()),
            ("_bar", ["b.o".into()].as_slice())
        );
    }

    #[test]
    fn a_missing_library_explains_the_rest() {
        let text = "ld.lld: error: undefined symbol: f\nld.lld: error: unable to find library -lsqlite3\n";
        let LinkError::LibrariesNotFound(names) = LinkError::from_report(text) else {
            panic!("another error")
        };
        assert_eq!(names, ["sqlite3"]);
    }

    #[test]
    fn what_is_not_known_is_kept() {
        let text = "ld.lld: error: a.o: unknown file type\n>>> defined in a.o\n";
        let LinkError::Failed { text } = LinkError::from_report(text) else {
            panic!("another error")
        };
        assert_eq!(text, "ld.lld: error: a.o: unknown file type\n>>> defined in a.o");
    }
}
