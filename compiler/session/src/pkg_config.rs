//! What pkg-config says of a package: include folders, defines, libraries.

use std::path::PathBuf;
use std::process::Command;

use base::Span;
use diag::Diagnostic;
use target::Target;

use crate::errors;
use crate::sysroot::Sysroot;

/// The flags of a package that mean something to us.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct PkgFlags {
    pub(crate) include_dirs: Vec<String>,
    pub(crate) defines: Vec<String>,
    pub(crate) libraries: Vec<String>,
    pub(crate) library_dirs: Vec<PathBuf>,
}

/// Asks pkg-config. `span` is where the program names the package.
pub(crate) fn ask_pkg_config(
    package: &str,
    span: Span,
    target: &Target,
    sysroot: &Sysroot,
) -> Result<PkgFlags, Diagnostic> {
    // Debian's `aarch64-linux-gnu-pkg-config` answers for another machine; plain pkg-config only for this one.
    let names = match &target.sysroot.multiarch {
        _ if target.is_host() => vec!["pkg-config".to_owned()],
        Some(multiarch) => vec![format!("{multiarch}-pkg-config")],
        None => Vec::new(),
    };
    let Some(program) = names.iter().find_map(|name| sysroot.on_path(name)) else {
        return Err(errors::no_pkg_config(
            package,
            span,
            target,
            names.first().map(String::as_str),
        ));
    };
    // A name that starts with `-` would be an option.
    let output = processes::output(Command::new(&program).args(["--cflags", "--libs", "--", package]));
    match output {
        Ok(output) if output.status.success() => Ok(read_flags(&String::from_utf8_lossy(&output.stdout))),
        Ok(output) => Err(errors::unknown_package(
            package,
            span,
            String::from_utf8_lossy(&output.stderr).trim(),
        )),
        Err(error) => Err(errors::unknown_package(package, span, &error.to_string())),
    }
}

fn read_flags(text: &str) -> PkgFlags {
    let mut flags = PkgFlags::default();
    let mut words = split_words(text).into_iter();
    while let Some(word) = words.next() {
        if word == "-isystem" || word == "-I" {
            flags.include_dirs.extend(words.next());
        } else if let Some(dir) = word.strip_prefix("-I") {
            flags.include_dirs.push(dir.to_owned());
        } else if let Some(define) = word.strip_prefix("-D") {
            flags.defines.push(define.to_owned());
        } else if let Some(dir) = word.strip_prefix("-L") {
            flags.library_dirs.push(PathBuf::from(dir));
        } else if let Some(library) = word.strip_prefix("-l") {
            flags.libraries.push(library.to_owned());
        }
        // What is left (`-pthread`, `-Wl,…`) is for a compiler driver, and we are none.
    }
    flags
}

/// Words as a shell splits them, quotes and backslashes taken off.
fn split_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', Some('"') | None) => word.get_or_insert_default().extend(chars.next()),
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_sorted_into_their_kinds() {
        let flags = read_flags("-D_REENTRANT -I/usr/include/SDL2 -I '/a b' -pthread -L/x -lSDL2 -lm -DN=\\\"q\\\"\n");
        assert_eq!(flags.include_dirs, ["/usr/include/SDL2", "/a b"]);
        assert_eq!(flags.defines, ["_REENTRANT", "N=\"q\""]);
        assert_eq!(flags.libraries, ["SDL2", "m"]);
        assert_eq!(flags.library_dirs, [PathBuf::from("/x")]);
    }
}
