//! Gives the crate the identity of what it writes to the cache: a hash of the sources that decide it.
//!
//! An entry that another build of the compiler wrote is then never read, with no version to forget to count up.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let mut hash = Fnv::new();
    for folder in ["src", "../compiler/cmodel/src"] {
        println!("cargo::rerun-if-changed={folder}");
        for file in sources(Path::new(folder))? {
            hash.write(&fs::read(file)?);
        }
    }
    println!("cargo::rustc-env=CIMPORT_FORMAT={:016x}", hash.0);
    Ok(())
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
