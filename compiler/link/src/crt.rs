//! The files that a C library and a compiler's support library add to every link, found without asking a compiler.
//!
//! Takes a target's row, an optional sysroot and Clang's resource folders. Gives paths. Reads folders, and as the last
//! resort asks `cc` where a start file is. Decides nothing about arguments.

use crate::error::LinkError;
use crate::lld::Library;
use std::path::{Path, PathBuf};
use std::process::Command;
use target::{LinkerFlavor, Target};

/// What a link takes from the system. Folders exist; files were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SystemFiles {
    pub start_objects: Vec<PathBuf>,
    pub end_objects: Vec<PathBuf>,
    /// Absent where none is installed: most programs need nothing of it.
    pub builtins: Option<PathBuf>,
    /// Absent on targets whose C library brings it, or that do not unwind.
    pub unwinder: Option<PathBuf>,
    /// Where `-l` looks after the user's folders.
    pub library_dirs: Vec<PathBuf>,
}

/// Finds everything that the target's row names. `resource_dirs` are Clang's, such as `/usr/lib/llvm-22/lib/clang/22`.
pub fn find_system_files(
    target: &Target,
    sysroot: Option<&Path>,
    resource_dirs: &[PathBuf],
) -> Result<SystemFiles, LinkError> {
    if target.link.flavor == LinkerFlavor::MachO {
        let library_dirs = sysroot
            .map(|root| root.join("usr/lib"))
            .into_iter()
            .filter(|dir| dir.is_dir())
            .collect();
        return Ok(SystemFiles {
            library_dirs,
            ..SystemFiles::default()
        });
    }
    let search = Search::new(target, sysroot, resource_dirs);
    let all = |files: &[String]| {
        files
            .iter()
            .map(|file| search.start_file(file))
            .collect::<Result<Vec<_>, _>>()
    };
    let unwinder = match target.link.unwinder.as_slice() {
        [] => None,
        [first, ..] => Some(
            search
                .first_of(&target.link.unwinder)
                .ok_or_else(|| search.missing(first))?,
        ),
    };
    Ok(SystemFiles {
        start_objects: all(&target.link.start_objects)?,
        end_objects: all(&target.link.end_objects)?,
        builtins: search.first_of(&target.link.builtins),
        unwinder,
        library_dirs: search.library_dirs,
    })
}

/// The runtime of a sanitizer, as files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SanitizerFiles {
    /// Linked whole, in this order, before the program: what they stand in for is found in them first.
    pub archives: Vec<PathBuf>,
    /// Lists of the symbols that shared libraries are to find in the executable.
    pub dynamic_lists: Vec<PathBuf>,
    /// Names for `-l`.
    pub libraries: Vec<String>,
}

/// Finds the runtime of the target's sanitizer, if it has one; with that for C++ where `has_cxx` says so.
pub fn find_sanitizer_files(
    target: &Target,
    sysroot: Option<&Path>,
    resource_dirs: &[PathBuf],
    has_cxx: bool,
) -> Result<Option<SanitizerFiles>, LinkError> {
    let Some(facts) = target.sanitizer.and_then(|one| target.link.sanitizer(one)) else {
        return Ok(None);
    };
    let search = Search::new(target, sysroot, resource_dirs);
    let for_cxx = facts.cxx_runtimes.iter().filter(|_| has_cxx);
    let mut files = SanitizerFiles {
        libraries: facts.libraries.clone(),
        ..SanitizerFiles::default()
    };
    for name in facts.runtimes.iter().chain(for_cxx) {
        let archive = search.runtime(name).ok_or_else(|| LinkError::SanitizerMissing {
            target: target.name.clone(),
            is_host: target.is_host(),
            file: name.clone(),
            searched: distinct_dirs(search.support_dirs.clone()),
            package: facts.package.clone(),
        })?;
        let mut list = archive.clone().into_os_string();
        list.push(".syms");
        files
            .dynamic_lists
            .extend(Some(PathBuf::from(list)).filter(|list| list.is_file()));
        files.archives.push(archive);
    }
    Ok(Some(files))
}

/// What programs with C++ in them are linked with.
pub fn cxx_library(target: &Target, sysroot: Option<&Path>, resource_dirs: &[PathBuf]) -> Result<Library, LinkError> {
    let Some(first) = target.link.cxx_libraries.first() else {
        return Ok(Library::Named("c++".to_owned()));
    };
    let search = Search::new(target, sysroot, resource_dirs);
    let found = search.first_of(&target.link.cxx_libraries).map(Library::Path);
    found.ok_or_else(|| LinkError::SystemFileMissing {
        file: first.clone(),
        searched: search
            .library_dirs
            .iter()
            .chain(&search.support_dirs)
            .cloned()
            .collect(),
        packages: vec!["libstdc++-dev".to_owned()],
    })
}

/// The folders of one target, best first.
struct Search<'a> {
    target: &'a Target,
    library_dirs: Vec<PathBuf>,
    /// Of GCC's support library, the newest version first, and of Clang's.
    support_dirs: Vec<PathBuf>,
}

impl<'a> Search<'a> {
    fn new(target: &'a Target, sysroot: Option<&Path>, resource_dirs: &[PathBuf]) -> Search<'a> {
        let facts = &target.sysroot;
        let root = sysroot.or(facts.root.as_deref().map(Path::new));
        let candidates = match root {
            Some(root) => below_root(root, facts.multiarch.as_deref()),
            None => facts.library_dirs.iter().map(PathBuf::from).collect(),
        };
        let library_dirs = distinct_dirs(candidates);
        // A cross compiler's support library lies on the build machine, beside the compiler, also when there is a root.
        let gcc_in_root = root
            .zip(facts.multiarch.as_ref())
            .map(|(root, name)| root.join("usr/lib/gcc").join(name));
        let gcc_dirs = gcc_in_root.into_iter().chain(facts.gcc_dirs.iter().map(PathBuf::from));
        let of_clang = resource_dirs.iter().flat_map(|dir| clang_library_dirs(dir, target));
        let support_dirs = of_clang
            .chain(gcc_dirs.flat_map(|dir| versions_newest_first(&dir)))
            .collect();
        Search {
            target,
            library_dirs,
            support_dirs,
        }
    }

    /// The first of these files that is anywhere.
    fn first_of(&self, files: &[String]) -> Option<PathBuf> {
        files.iter().find_map(|file| self.find(file))
    }

    fn find(&self, file: &str) -> Option<PathBuf> {
        self.library_dirs
            .iter()
            .chain(&self.support_dirs)
            .map(|dir| dir.join(file))
            .find(|path| path.is_file())
    }

    /// An archive of Clang's by its name in the layout in which that ends in the processor, or without that.
    fn runtime(&self, file: &str) -> Option<PathBuf> {
        let stem = file.strip_suffix(".a")?;
        let short = stem.rsplit_once('-').map(|(name, _)| format!("{name}.a"));
        self.find(file).or_else(|| self.find(&short?))
    }

    fn start_file(&self, file: &str) -> Result<PathBuf, LinkError> {
        self.find(file)
            .or_else(|| self.ask_cc(file))
            .ok_or_else(|| self.missing(file))
    }

    /// A distribution with folders of its own: its C compiler knows them, if it compiles for this target.
    fn ask_cc(&self, file: &str) -> Option<PathBuf> {
        if !self.target.is_host() {
            return None;
        }
        let output = processes::output(Command::new("cc").arg(format!("-print-file-name={file}"))).ok()?;
        let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        // Without an answer it prints the name as it was given.
        (path.is_absolute() && path.is_file()).then_some(path)
    }

    fn missing(&self, file: &str) -> LinkError {
        let candidates = if self.library_dirs.is_empty() {
            self.target.sysroot.library_dirs.iter().map(PathBuf::from).collect()
        } else {
            self.library_dirs.clone()
        };
        LinkError::SystemFileMissing {
            file: file.to_owned(),
            searched: candidates,
            packages: self.target.link.packages.clone(),
        }
    }
}

/// Where a system keeps its libraries below its root.
fn below_root(root: &Path, multiarch: Option<&str>) -> Vec<PathBuf> {
    let of_multiarch = multiarch
        .into_iter()
        .flat_map(|name| [format!("usr/lib/{name}"), format!("lib/{name}")]);
    let plain = ["usr/lib64", "lib64", "usr/lib", "lib"].map(str::to_owned);
    of_multiarch.chain(plain).map(|dir| root.join(dir)).collect()
}

/// The folders that exist. One that a link leads to from another (`/lib` to `/usr/lib`) is named once.
fn distinct_dirs(candidates: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut seen = Vec::new();
    candidates
        .into_iter()
        .filter(|dir| {
            let Ok(real) = dir.canonicalize() else { return false };
            let is_new = real.is_dir() && !seen.contains(&real);
            seen.push(real);
            is_new
        })
        .collect()
}

/// Both layouts of Clang's resource folder: by system, with the processor in the file's name, and by triple.
fn clang_library_dirs(resource_dir: &Path, target: &Target) -> Vec<PathBuf> {
    let system = match target.os {
        target::Os::Linux => "linux",
        target::Os::Macos => "darwin",
        target::Os::Windows => "windows",
        target::Os::Wasi => "wasi",
    };
    let mut dirs: Vec<PathBuf> = [&target.triple, &target.name]
        .map(|name| resource_dir.join("lib").join(name))
        .into();
    dirs.extend(
        target
            .sysroot
            .multiarch
            .iter()
            .map(|name| resource_dir.join("lib").join(name)),
    );
    dirs.push(resource_dir.join("lib").join(system));
    dirs
}

/// `12`, `13` and `13.2.0` as folders, the newest first; other names are passed over.
fn versions_newest_first(dir: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let version_of = |name: &str| {
        name.split('.')
            .map(|part| part.parse::<u32>().ok())
            .collect::<Option<Vec<u32>>>()
    };
    let mut versions: Vec<(Vec<u32>, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((version_of(entry.file_name().to_str()?)?, entry.path())))
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use target::Table;

    #[test]
    fn a_sanitizers_runtime_is_found_under_both_of_its_names() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let folder = root.path().join("lib/aarch64-unknown-linux-gnu");
        std::fs::create_dir_all(&folder).expect("a folder is made");
        let target = Table::embedded().lookup("aarch64-unknown-linux-gnu").expect("a row");
        let resource_dirs = [root.path().to_owned()];
        let find = |target| find_sanitizer_files(target, None, &resource_dirs, true);
        assert!(matches!(find(target), Ok(None)));
        let target = target.with_sanitizer(target::Sanitizer::Address).expect("it has one");
        let error = find(&target).expect_err("there is none");
        assert!(matches!(error, LinkError::SanitizerMissing { searched, .. } if searched.contains(&folder)));
        for file in [
            "libclang_rt.asan_static-aarch64.a",
            "libclang_rt.asan.a",
            "libclang_rt.asan.a.syms",
            "libclang_rt.asan_cxx-aarch64.a",
        ] {
            std::fs::write(folder.join(file), "").expect("a file is written");
        }
        let found = find(&target).expect("all is there").expect("the target has one");
        let names = found
            .archives
            .iter()
            .map(|path| path.file_name().expect("it has a name"));
        let expected = [
            "libclang_rt.asan_static-aarch64.a",
            "libclang_rt.asan.a",
            "libclang_rt.asan_cxx-aarch64.a",
        ];
        assert!(names.eq(expected));
        assert_eq!(found.dynamic_lists, [folder.join("libclang_rt.asan.a.syms")]);
    }

    #[test]
    fn a_sysroot_is_searched_instead_of_the_machine() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let libraries = root.path().join("usr/lib/aarch64-linux-gnu");
        let gcc = root.path().join("usr/lib/gcc/aarch64-linux-gnu");
        for dir in [libraries.clone(), gcc.join("9"), gcc.join("13"), gcc.join("plugin")] {
            std::fs::create_dir_all(dir).expect("a folder is made");
        }
        let target = Table::embedded().lookup("aarch64-unknown-linux-gnu").expect("a row");
        let error = find_system_files(target, Some(root.path()), &[]).expect_err("it is empty");
        let LinkError::SystemFileMissing { searched, .. } = error else {
            panic!("another error")
        };
        assert_eq!(searched, [libraries.clone(), root.path().join("usr/lib")]);
        for file in ["Scrt1.o", "crti.o", "crtn.o", "libgcc_s.so.1"] {
            std::fs::write(libraries.join(file), "").expect("a file is written");
        }
        for version in ["9", "13"] {
            std::fs::write(gcc.join(version).join("libgcc.a"), "").expect("a file is written");
        }
        let found = find_system_files(target, Some(root.path()), &[]).expect("all is there");
        assert_eq!(
            found.start_objects,
            [libraries.join("Scrt1.o"), libraries.join("crti.o")]
        );
        assert_eq!(found.unwinder, Some(libraries.join("libgcc_s.so.1")));
        assert_eq!(found.builtins, Some(gcc.join("13/libgcc.a")));
    }
}
