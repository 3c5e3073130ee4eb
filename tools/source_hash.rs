//! For build scripts: the identity of a format by the sources that decide it.
//!
//! What another build of the compiler wrote then has another name, with no version to forget to count up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The hash of every file below the folders, in sixteen digits. Has Cargo run the script again when one changes.
pub(crate) fn of(folders: &[&str]) -> io::Result<String> {
    let mut hash = Fnv::new();
    for folder in folders {
        println!("cargo::rerun-if-changed={folder}");
        for file in sources(Path::new(folder))? {
            hash.write(&fs::read(file)?);
        }
    }
    Ok(format!("{:016x}", hash.0))
}

/// Every file below a folder, in order of its path.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The 64-bit FNV-1a hash.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
}
