//! `lang new`, `lang init` and `lang clean`: commands on packages that build nothing.

use std::path::Path;
use std::process::ExitCode;

use diag::Colors;
use session::{NewPackage, PackageKind, PackagePlace};

use crate::cli::{CleanArgs, InitArgs, NewArgs, PackageArgs};
use crate::output;

pub(crate) fn new(args: &NewArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    make(&args.folder, &args.package, PackagePlace::NewFolder, colors)
}

pub(crate) fn init(args: &InitArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let folder = args.folder.as_deref().unwrap_or(Path::new("."));
    make(folder, &args.package, PackagePlace::AnyFolder, colors)
}

/// Deletes what builds of the package made.
pub(crate) fn clean(args: &CleanArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let cleaned = session::package_folder(args.folder.as_deref()).and_then(|package| driver::clean(&package));
    let n_deleted = cleaned.map_err(|error| output::refuse(&error, colors))?;
    let text = match n_deleted {
        0 => "nothing to delete\n".to_owned(),
        1 => "1 file deleted\n".to_owned(),
        n => format!("{n} files deleted\n"),
    };
    Ok(output::print_or_fail(text.as_bytes()))
}

fn make(folder: &Path, args: &PackageArgs, place: PackagePlace, colors: Colors) -> Result<ExitCode, ExitCode> {
    let new = NewPackage {
        folder,
        name: args.name.as_deref(),
        kind: if args.lib {
            PackageKind::Library
        } else {
            PackageKind::Program
        },
        place,
    };
    let name = session::make(new).map_err(|error| output::refuse(&error, colors))?;
    let what = if args.lib { "library" } else { "program" };
    let next = if args.lib { "test" } else { "run" };
    let place = if folder == Path::new(".") {
        String::new()
    } else {
        format!(" {}", folder.display())
    };
    let text = format!("the {what} `{name}` is made; `lang {next}{place}` tries it\n");
    Ok(output::print_or_fail(text.as_bytes()))
}
