//! Gives the crate the identity of its format: `lang-codegen` refuses the units of another build of `lang`.

#[path = "../../tools/source_hash.rs"]
mod source_hash;

fn main() -> std::io::Result<()> {
    let format = source_hash::of(&["src"])?;
    println!("cargo::rustc-env=UNIT_FORMAT={format}");
    Ok(())
}
