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
    /// Where those would be, found or not.
    pub(crate) system_candidates: Vec<PathBuf>,
}

/// `-std` when the program does not say.
const STANDARD: &str = "gnu17";

pub(crate) fn flags(options: &ImportOptions, spec: &CModuleSpec, target: &Target) -> Flags {
    let root = options.sysroot.as_deref();
    let mut args = driver_arguments(spec, target, &options.resource_dir, root);
    if let Some(folder) = &options.working_dir
        && spec.include_dirs.iter().any(|dir| Path::new(dir).starts_with(folder))
    {
        // For `__FILE__` and for debuggers.
        args.push(format!("-ffile-prefix-map={}=.", folder.display()));
    }
    let system = system_folders(root, target);
    let includes = spec
        .headers
        .iter()
        .map(|header| format!("#include <{header}>\n"))
        .chain([spec.definitions.clone()])
        .collect();
    Flags {
        args,
        includes,
        has_system_headers: !names_folders(target, root) || !system.is_empty(),
        system_candidates: system_candidates(root, target),
        search: SearchFolders {
            given: spec.include_dirs.iter().map(PathBuf::from).collect(),
            system: [options.resource_dir.join("include")]
                .into_iter()
                .chain(system)
                .collect(),
        },
    }
}

/// What Clang's driver is told of the target, its headers, and the folders, macros and standard of `spec`, to read C as
/// imports do. `sysroot` is the root of the target's system, when the user gives one.
pub fn driver_arguments(
    spec: &CModuleSpec,
    target: &Target,
    resource_dir: &Path,
    sysroot: Option<&Path>,
) -> Vec<String> {
    let mut args = vec![
        format!("--target={}", target.triple),
        format!("-resource-dir={}", resource_dir.display()),
        format!("-std={}", spec.standard.as_deref().unwrap_or(STANDARD)),
    ];
    args.extend(target.code_args());
    if names_folders(target, sysroot) {
        let system = system_folders(sysroot, target);
        args.push("-nostdinc".to_owned());
        let builtin = resource_dir.join("include");
        // As Clang's driver orders them: musl's own headers come before Clang's, every other library's after.
        let ordered = match target.env.as_str() {
            "musl" => system.into_iter().chain([builtin]).collect::<Vec<_>>(),
            _ => [builtin].into_iter().chain(system).collect(),
        };
        args.extend(
            ordered
                .iter()
                .flat_map(|folder| ["-isystem".to_owned(), folder.display().to_string()]),
        );
    }
    args.extend(spec.include_dirs.iter().map(|folder| format!("-I{folder}")));
    args.extend(spec.defines.iter().map(|define| format!("-D{define}")));
    args
}

/// Whether the folders of headers are named to Clang, and not left to what it knows of this machine.
fn names_folders(target: &Target, sysroot: Option<&Path>) -> bool {
    sysroot.is_some() || target.sysroot.root.is_some() || !target.is_host()
}

/// The folders of the target's C library that exist.
fn system_folders(sysroot: Option<&Path>, target: &Target) -> Vec<PathBuf> {
    let candidates = system_candidates(sysroot, target).into_iter();
    candidates.filter(|folder| folder.is_dir()).collect()
}

/// Where the target's C library would have its headers, most specific first.
fn system_candidates(sysroot: Option<&Path>, target: &Target) -> Vec<PathBuf> {
    let root = sysroot.or(target.sysroot.root.as_deref().map(Path::new));
    match root {
        Some(root) => below_root(root, target),
        None => target.sysroot.include_dirs.iter().map(PathBuf::from).collect(),
    }
}

/// Where headers lie below the root of a system, most specific first.
fn below_root(root: &Path, target: &Target) -> Vec<PathBuf> {
    let multiarch = target.sysroot.multiarch.iter();
    multiarch
        .map(|folder| root.join("usr/include").join(folder))
        .chain([root.join("usr/include"), root.join("include")])
        .collect()
}

/// A header that is found where folders are given, and is no file: a device or a pipe may have no end.
pub(crate) fn without_end(header: &str, search: &SearchFolders) -> Option<PathBuf> {
    let whole = Path::new(header);
    let in_folders = search.given.iter().map(|folder| folder.join(whole));
    let mut paths = in_folders.chain(whole.is_absolute().then(|| whole.to_owned()));
    let found = paths.find(|path| path.exists())?;
    (!found.is_file() && !found.is_dir()).then_some(found)
}

/// Whether a header's name could not stand between `<` and `>`.
pub(crate) fn is_malformed(header: &str) -> bool {
    header.is_empty() || header.contains(['\n', '\r', '\0', '>', '"'])
}
