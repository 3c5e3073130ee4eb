//! Gives the crate the identity of what it writes to the cache: the entries of another build of the compiler are never
//! read.

#[path = "../tools/source_hash.rs"]
mod source_hash;

fn main() -> std::io::Result<()> {
    let format = source_hash::of(&["src", "../compiler/cmodel/src"])?;
    println!("cargo::rustc-env=CIMPORT_FORMAT={format}");
    Ok(())
}
