//! The command line, as data.
//!
//! Takes arguments, gives [`Cli`]; wrong ones end the process with a message and exit status 2. Decides nothing.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use session::Profile;
use target::Sanitizer;

const EXAMPLES: &str = "\
Examples:
  lang run hello.lang                  build and run a program
  lang run count.lang -- a.txt -n 10   … with arguments of its own
  lang build hello.lang -o hello       make an executable
  lang build --release hello.lang      … an optimised one
  lang build --target aarch64-apple-darwin hello.lang
  lang build --cpu x86-64-v3 hello.lang    … for a processor; `--cpu help` lists them
  lang check hello.lang                report errors, build nothing
  lang run --sanitize address a.lang   … and see where memory is misused
  lang test geometry.lang area         run the tests whose names contain `area`
  lang new hello                       make a package; in its folder, commands need no file
  lang fmt                             format the sources of this folder or package
  lang cimport zlib.h                  show what a C header is in Lang
  lang cimport --update                renew the bindings that `lang.toml` names
  lang explain E0301                   what a diagnostic means, and how to mend it
  lang doctor                          what is installed, and what is missing

Exit status: 0 when all went well, 1 when there were errors, 2 for a command line that makes no sense.
`lang run` gives the program's own, or 128 and the signal that ended it.

Environment:
  LANG_CACHE_DIR    where objects and imported C are kept [default: ~/.cache/lang]
  LANG_LLVM_DIR     the installation of LLVM, Clang and lld to use
  LANG_STDLIB       the folder of the standard library
  LANG_CODEGEN      the executable `lang-codegen`
  NO_COLOR          no colours, whatever the terminal";

const CIMPORT_EXAMPLES: &str = "\
Examples:
  lang cimport zlib.h                           show the header as Lang
  lang cimport zlib.h --name inflate            … one name, with what it needs
  lang cimport --pkg sdl2 SDL2/SDL.h -o sdl.lang     write bindings: `@bindings(\"sdl.lang\") import c \"SDL2/SDL.h\" …`
  lang cimport --update                         make what `bindings = \"…\"` of `[c-modules]` names, or make it again
  lang cimport --update sdl.lang                … this file, of what it says that it was made of
  lang cimport --locked                         … write nothing, and fail where something would change
  lang cimport --locked sdl.lang --name SDL_Init     … where this declaration, or what it needs, would change";

/// The compiler of Lang, a systems language on C's own headers.
#[derive(Parser, Debug)]
#[command(name = "lang", version, after_help = EXAMPLES, arg_required_else_help = true)]
#[command(disable_help_subcommand = true, max_term_width = 100)]
pub(crate) struct Cli {
    /// When to colour diagnostics
    #[arg(long, value_enum, global = true, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,

    /// How to print diagnostics
    #[arg(long, value_enum, global = true, default_value_t = ErrorFormat::Human, value_name = "FORMAT")]
    pub(crate) error_format: ErrorFormat,

    /// How many diagnostics to show, 0 for all
    #[arg(long, global = true, default_value_t = 100, value_name = "N")]
    pub(crate) error_limit: usize,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The command line of this process. One that makes no sense ends it.
pub(crate) fn parse() -> Cli {
    Cli::try_parse().unwrap_or_else(|mut error| {
        if let Some(tip) = tip(&error) {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        error.exit()
    })
}

/// What was probably meant, where clap cannot know.
fn tip(error: &clap::Error) -> Option<String> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    if error.kind() == ErrorKind::InvalidSubcommand {
        let file = word(ContextKind::InvalidSubcommand).filter(|word| word.ends_with(".lang"))?;
        return Some(format!("a program is built and run by `lang run {file}`"));
    }
    let is_run = std::env::args_os().nth(1).is_some_and(|command| command == "run");
    let is_unknown = error.kind() == ErrorKind::UnknownArgument;
    word(ContextKind::InvalidArg)
        .filter(|word| is_run && is_unknown && !word.starts_with('-'))
        .map(|_| "the program's own arguments stand after `--`".to_owned())
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Make an executable of a program
    Build(BuildArgs),
    /// Build a program and run it
    Run(RunArgs),
    /// Report errors without building
    Check(CheckArgs),
    /// Build and run the tests of a package, or of a file and the modules that it imports
    Test(TestArgs),
    /// Make a new package in a new folder
    New(NewArgs),
    /// Make a package of a folder that is there
    Init(InitArgs),
    /// Delete what `lang build` made in a package
    Clean(CleanArgs),
    /// Format sources: one style, no options
    Fmt(FmtArgs),
    /// Print what C headers declare, as Lang
    Cimport(CimportArgs),
    /// Say what of LLVM, Clang, lld and the rest is here, where, and what to install
    Doctor,
    /// Explain a diagnostic by its code
    Explain(ExplainArgs),
}

impl Command {
    /// The arguments of a command that is only asked which processors there are.
    pub(crate) fn asks_for_processors(&self) -> Option<&CommonArgs> {
        let common = match self {
            Self::Build(args) => &args.common,
            Self::Run(args) => &args.common,
            Self::Check(args) => &args.common,
            Self::Test(args) => &args.common,
            Self::Cimport(args) => &args.common,
            Self::New(_) | Self::Init(_) | Self::Clean(_) | Self::Fmt(_) | Self::Doctor | Self::Explain(_) => {
                return None;
            }
        };
        common.cpu.as_deref().filter(|name| *name == "help").map(|_| common)
    }
}

#[derive(Args, Debug)]
pub(crate) struct BuildArgs {
    /// The file with `main`, or the folder of a package [default: the package of this folder]
    pub(crate) path: Option<PathBuf>,
    /// Where the output goes [default: `build` in the package; for a file, its name without `.lang` in this folder]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write this instead of an executable, to standard output unless -o is given
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) emit: Option<Emit>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(flatten)]
    pub(crate) back: BackArgs,
}

#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// The file with `main`, or the folder of a package [default: the package of this folder]
    pub(crate) path: Option<PathBuf>,
    /// The program's own arguments
    #[arg(last = true, value_name = "ARGS")]
    pub(crate) args: Vec<OsString>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(flatten)]
    pub(crate) back: BackArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    /// The file to check, with the modules that it imports, or a package [default: the package of this folder]
    pub(crate) path: Option<PathBuf>,
    /// Print what a phase made of the file
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(crate) emit: Option<FrontEmit>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Args, Debug)]
pub(crate) struct TestArgs {
    /// The file or package whose tests to run [default: the package of this folder]
    pub(crate) path: Option<PathBuf>,
    /// Run only the tests whose names contain this. A single argument that names no file and no folder is this
    pub(crate) filter: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
    #[command(flatten)]
    pub(crate) back: BackArgs,
}

const FMT_EXAMPLES: &str = "\
Examples:
  lang fmt                      format every `.lang` file of the package, or below this folder
  lang fmt a.lang examples      format a file, and all below a folder
  lang fmt --check              change nothing; list what is not formatted, with status 1
  lang fmt - < a.lang           format standard input, to standard output

A file with syntax errors is left as it is. Tokens and comments never change; a line break after `{` or `[`, and a
comma after the last element of a list, keep the list open. The rules are in docs/reference/formatting.md.";

#[derive(Args, Debug)]
#[command(after_help = FMT_EXAMPLES)]
pub(crate) struct FmtArgs {
    /// Files, folders, or `-` for standard input [default: the package of this folder, or this folder]
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; list the files that are not formatted, with status 1
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Args, Debug)]
pub(crate) struct NewArgs {
    /// The folder to make
    pub(crate) folder: PathBuf,
    #[command(flatten)]
    pub(crate) package: PackageArgs,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The folder [default: this one]
    pub(crate) folder: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) package: PackageArgs,
}

#[derive(Args, Debug)]
pub(crate) struct CleanArgs {
    /// The folder of the package [default: the package of this folder]
    pub(crate) folder: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct PackageArgs {
    /// Make a library, with `src/lib.lang`, instead of a program
    #[arg(long)]
    pub(crate) lib: bool,
    /// What the package is called [default: the folder's name]
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = CIMPORT_EXAMPLES)]
pub(crate) struct CimportArgs {
    /// Headers as `#include <…>` names them, or paths of header files; files of bindings to renew or compare
    #[arg(required_unless_present_any = ["update", "locked"], value_name = "HEADER")]
    pub(crate) headers: Vec<String>,
    /// Write a file of bindings, which can stand for the headers
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["update", "names", "locked"])]
    pub(crate) output: Option<PathBuf>,
    /// Make the bindings that `lang.toml` names, or those given, of the headers as they are now
    #[arg(long, conflicts_with_all = ["names", "defines", "packages"])]
    pub(crate) update: bool,
    /// Print these declarations only, or compare only these with `--locked`
    #[arg(long = "name", value_name = "NAME")]
    pub(crate) names: Vec<String>,
    /// Define a macro first
    #[arg(short = 'D', long = "define", value_name = "NAME[=VALUE]", conflicts_with = "locked")]
    pub(crate) defines: Vec<String>,
    /// Take include folders from a pkg-config package
    #[arg(long = "pkg", value_name = "PACKAGE", conflicts_with = "locked")]
    pub(crate) packages: Vec<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Args, Debug)]
pub(crate) struct ExplainArgs {
    /// A code such as E0301; all codes are listed without one
    pub(crate) code: Option<String>,
}

/// What every command that reads sources takes.
#[derive(Args, Debug)]
pub(crate) struct CommonArgs {
    /// The machine and system to build for [default: this one]
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Option<String>,
    /// The processor to build for, `native` for this machine's; `help` lists them [default: any of the target]
    #[arg(long, value_name = "NAME")]
    pub(crate) cpu: Option<String>,
    /// The root folder of the target's headers and libraries
    #[arg(long, value_name = "DIR")]
    pub(crate) sysroot: Option<PathBuf>,
    /// Look for C headers here before the system's folders
    #[arg(short = 'I', long = "include", value_name = "DIR")]
    pub(crate) include_dirs: Vec<PathBuf>,
    /// Fail where bindings are not what the headers give now
    #[arg(long)]
    pub(crate) locked: bool,
    /// How many things to do at once [default: the number of processors]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) jobs: Option<u16>,
    /// How many steps the evaluation of one constant may take [default: 20000000]
    #[arg(long, value_name = "N")]
    pub(crate) const_steps: Option<u64>,
    /// Neither use nor keep what was made by earlier runs
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Print how long each phase took
    #[arg(long)]
    pub(crate) timings: bool,
    /// Print the commands that are started
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// What every command that makes an executable takes.
#[derive(Args, Debug)]
pub(crate) struct BackArgs {
    /// Optimise, and let integer arithmetic wrap; with `=safe`, keep the checks of overflow
    #[arg(short, long, value_enum, value_name = "HOW", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "fast")]
    pub(crate) release: Option<Release>,
    /// What a panic does [default: unwind, where the target has an unwinder]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) panic: Option<Panic>,
    /// Divide an optimised program into so many units, compiled at once [default: by its size; small ones are one]
    #[arg(long, value_name = "N", value_parser = codegen_units())]
    pub(crate) codegen_units: Option<u32>,
    /// Watch the program while it runs: `address` finds memory that is misused or leaked, and says where
    #[arg(long, value_name = "WHAT", value_parser = sanitizer)]
    pub(crate) sanitize: Option<Sanitizer>,
    /// Look here for the libraries of `@link` first
    #[arg(short = 'L', long = "library-path", value_name = "DIR")]
    pub(crate) library_dirs: Vec<PathBuf>,
}

fn codegen_units() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=i64::from(Profile::MAX_CODEGEN_UNITS))
}

/// Reads what `--sanitize` names.
fn sanitizer(word: &str) -> Result<Sanitizer, String> {
    match word {
        "address" => Ok(Sanitizer::Address),
        "leak" => Err("`--sanitize address` finds leaks, too".to_owned()),
        "undefined" => Err(
            "Lang has no undefined behaviour outside of `unsafe`; there, `--sanitize address` finds misused memory"
                .to_owned(),
        ),
        "thread" | "memory" | "hwaddress" => Err(format!("`{word}` is not supported yet; there is `address`")),
        _ => Err("there is `address`".to_owned()),
    }
}

/// What a release build checks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Release {
    Fast,
    Safe,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Panic {
    Unwind,
    Abort,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Color {
    /// When standard error is a terminal and NO_COLOR is not set
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// With the lines they are about
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Emit {
    /// The file's tokens
    Tokens,
    /// The syntax tree
    Tree,
    /// Items and bodies with names resolved
    Hir,
    /// The control-flow graphs, with drops
    Mir,
    /// LLVM's code
    Llvm,
    /// Assembly
    Asm,
    /// An object file
    Obj,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum FrontEmit {
    /// The file's tokens
    Tokens,
    /// The syntax tree
    Tree,
    /// Items and bodies with names resolved
    Hir,
    /// The control-flow graphs, with drops
    Mir,
}
