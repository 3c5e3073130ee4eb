//! The Clang arguments of one import.
//!
//! Takes what the program asks of the headers and the target. Gives driver arguments and the text that includes the
//! headers. The host's headers are never found for another target: there Clang's defaults are off and only folders of
//! the target are named.

use std::path::{Path, PathBuf};

use cmodel::CModuleSpec;
use target::Target;

use crate::ImportOptions;
use crate::shadows::SearchFolders;

/// Arguments that the import and the code generator share, and what stands before any query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Flags {
    /// Driver arguments without program name, input, output, precompiled header and `CText::implied_args`.
    pub(crate) args: Vec<String>,
    /// `#include` lines.
    pub(crate) includes: String,
    pub(crate) search: SearchFolders,
    /// Whether some folder was found in which the target's C library could have its headers.
    pub(crate) has_system_headers: bool,
}

/// `-std` when the program does not say.
const STANDARD: &str = "-std=gnu17";

pub(crate) fn flags(options: &ImportOptions, spec: &CModuleSpec, target: &Target) -> Flags {
    let mut args = vec![
        format!("--target={}", target.triple),
        format!("-resource-dir={}", options.resource_dir.display()),
        STANDARD.to_owned(),
    ];
    let mut has_system_headers = true;
    let system = system_folders(options, target);
    if options.sysroot.is_some() || target.sysroot.root.is_some() || !target.is_host() {
        has_system_headers = !system.is_empty();
        args.push("-nostdinc".to_owned());
        let builtin = options.resource_dir.join("include");
        // As Clang's driver orders them: musl's own headers come before Clang's, every other library's after.
        let ordered = match target.env.as_str() {
            "musl" => system.iter().cloned().chain([builtin]).collect::<Vec<_>>(),
            _ => [builtin].into_iter().chain(system.iter().cloned()).collect(),
        };
        args.extend(
            ordered
                .iter()
                .flat_map(|folder| ["-isystem".to_owned(), folder.display().to_string()]),
        );
    }
    args.extend(spec.include_dirs.iter().map(|folder| format!("-I{folder}")));
    args.extend(spec.defines.iter().map(|define| format!("-D{define}")));
    let includes = spec
        .headers
        .iter()
        .map(|header| format!("#include <{header}>\n"))
        .collect();
    Flags {
        args,
        includes,
        search: SearchFolders {
            given: spec.include_dirs.iter().map(PathBuf::from).collect(),
            system: [options.resource_dir.join("include")]
                .into_iter()
                .chain(system)
                .collect(),
        },
        has_system_headers,
    }
}

/// The folders of the target's C library that exist.
fn system_folders(options: &ImportOptions, target: &Target) -> Vec<PathBuf> {
    let root = options
        .sysroot
        .clone()
        .or_else(|| target.sysroot.root.as_ref().map(PathBuf::from));
    let candidates = match &root {
        Some(root) => below_root(root, target),
        None => target.sysroot.include_dirs.iter().map(PathBuf::from).collect(),
    };
    candidates.into_iter().filter(|folder| folder.is_dir()).collect()
}

/// Where headers lie below the root of a system, most specific first.
fn below_root(root: &Path, target: &Target) -> Vec<PathBuf> {
    let multiarch = target.sysroot.multiarch.iter();
    multiarch
        .map(|folder| root.join("usr/include").join(folder))
        .chain([root.join("usr/include"), root.join("include")])
        .collect()
}

/// Whether a header's name could not stand between `<` and `>`.
pub(crate) fn is_malformed(header: &str) -> bool {
    header.is_empty() || header.contains(['\n', '\r', '\0', '>', '"'])
}
