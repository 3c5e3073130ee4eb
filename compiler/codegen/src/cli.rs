//! The command line of `lang-codegen`, as data. Written by `driver`, so there is no more of it than that needs.

use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) const USAGE: &str = "usage: lang-codegen [--jobs N] [--emit obj|llvm|asm|bc] [--verify] --out DIR UNIT…
       lang-codegen --version";

pub(crate) enum Command {
    Version,
    Compile(Options),
}

pub(crate) struct Options {
    /// Threads, at least one.
    pub(crate) jobs: usize,
    pub(crate) emit: Emit,
    /// Have LLVM's verifier read each module before code is made of it; always so in a debug build of this tool.
    pub(crate) verify: bool,
    pub(crate) out: PathBuf,
    pub(crate) units: Vec<PathBuf>,
}

/// What is written for a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Emit {
    Object,
    Assembly,
    /// LLVM IR after optimisation, as text.
    Llvm,
    Bitcode,
}

impl Emit {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "obj" => Emit::Object,
            "asm" => Emit::Assembly,
            "llvm" => Emit::Llvm,
            "bc" => Emit::Bitcode,
            _ => return None,
        })
    }

    /// The output's extension.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Emit::Object => "o",
            Emit::Assembly => "s",
            Emit::Llvm => "ll",
            Emit::Bitcode => "bc",
        }
    }
}

/// Reads the arguments after the program's name; an error is a message for whoever wrote them.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut args = args;
    let mut options = Options {
        jobs: 1,
        emit: Emit::Object,
        verify: cfg!(debug_assertions),
        out: PathBuf::new(),
        units: Vec::new(),
    };
    let mut has_out = false;
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("--version") => return Ok(Command::Version),
            Some("--verify") => options.verify = true,
            Some("--jobs") => {
                let count = value(&mut args, "--jobs")?;
                let count = count
                    .to_str()
                    .and_then(|text| text.parse().ok())
                    .filter(|&jobs| jobs > 0);
                options.jobs = count.ok_or("--jobs wants a number of at least 1")?;
            }
            Some("--emit") => {
                let word = value(&mut args, "--emit")?;
                options.emit = word
                    .to_str()
                    .and_then(Emit::from_word)
                    .ok_or("--emit wants obj, llvm, asm or bc")?;
            }
            Some("--out") => {
                options.out = value(&mut args, "--out")?.into();
                has_out = true;
            }
            Some(unknown) if unknown.starts_with('-') => return Err(format!("unknown option {unknown}")),
            _ => options.units.push(arg.into()),
        }
    }
    if !has_out {
        return Err("--out is missing".to_string());
    }
    Ok(Command::Compile(options))
}

fn value(args: &mut impl Iterator<Item = OsString>, option: &str) -> Result<OsString, String> {
    args.next().ok_or_else(|| format!("{option} wants a value"))
}
