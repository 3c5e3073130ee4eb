//! `lang cimport`: headers as Lang text, shown, written to a file that stands for them, renewed and compared.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use cmodel::CModuleSpec;
use diag::Colors;
use session::{BindingsState, BindingsToMake, Extent, HeaderQuestion, Profile, Purpose, Refused, Subject};

use crate::cli::CimportArgs;
use crate::commands::{Context, absolute, write};
use crate::output;

pub(crate) fn cimport(args: &CimportArgs, colors: Colors) -> Result<ExitCode, ExitCode> {
    let mut context = Context::new(&args.common, colors)?;
    if args.update || args.common.locked {
        return renew(args, &mut context);
    }
    if let Some(header) = args.headers.iter().find(|header| is_output(args, Path::new(header))) {
        let message = format!("the bindings would replace the header itself, `{header}`: name another file with `-o`");
        return Err(output::fail(&message));
    }
    context.choose_processor(None)?;
    let mut include_dirs = context.include_dirs.clone();
    // A header of the current folder may be named as it is.
    if args.headers.iter().any(|header| Path::new(header).is_file()) {
        include_dirs.insert(0, absolute(Path::new("."))?);
    }
    let include_dirs: Vec<String> = include_dirs.iter().map(|dir| dir.display().to_string()).collect();
    let place = args.output.as_deref().unwrap_or(Path::new("bindings.lang"));
    let question = HeaderQuestion {
        said_dirs: session::said_dirs(place, &include_dirs),
        spec: CModuleSpec {
            headers: args.headers.clone(),
            include_dirs,
            defines: args.defines.clone(),
            pkg_config: args.packages.clone(),
            ..CModuleSpec::default()
        },
        names: args.names.clone(),
    };
    let subject = Subject::of_file(Path::new(&args.headers[0]));
    let progress = context.progress(&subject);
    let text = session::cimport_text(&question, context.front(&subject, Profile::DEBUG, Purpose::Program));
    drop(progress);
    match text {
        Ok(text) => Ok(write(text.as_bytes(), args.output.as_deref())),
        Err(refused) => Err(refuse(refused, colors)),
    }
}

/// Whether the file that is to be written is this one.
fn is_output(args: &CimportArgs, file: &Path) -> bool {
    let path = |file: &Path| file.canonicalize().ok();
    path(file).is_some_and(|found| args.output.as_deref().and_then(path) == Some(found))
}

/// Makes the files of bindings again, or only says which are not what they should be.
fn renew(args: &CimportArgs, context: &mut Context<'_>) -> Result<ExitCode, ExitCode> {
    let paths: Vec<PathBuf> = args.headers.iter().map(PathBuf::from).collect();
    let (subject, files) = match paths.as_slice() {
        [] => {
            let subject = context.open(None, Extent::AllFiles)?;
            context.choose_processor(Some(&subject))?;
            let files = session::bindings_of_package(&subject, context.target);
            if files.is_empty() {
                return Err(output::fail(
                    "no `[c-modules]` of this package has a file of `bindings`: name one there, or name the file here",
                ));
            }
            (subject, files)
        }
        [first, ..] => {
            context.choose_processor(None)?;
            let files = session::bindings_of_files(&paths, context.target);
            let files = files.map_err(|refused| refuse(refused, context.colors))?;
            (Subject::of_file(first), files)
        }
    };
    match args.common.locked {
        true if !args.names.is_empty() => {
            let _progress = context.progress(&subject);
            let request = context.front(&subject, Profile::DEBUG, Purpose::Program);
            let compared = session::assert_names_current(&files, &args.names, request);
            compared.map_or_else(
                |refused| Err(refuse(refused, context.colors)),
                |()| Ok(ExitCode::SUCCESS),
            )
        }
        true => assert_current(context, &subject, &files).map(|()| ExitCode::SUCCESS),
        false => update(context, &subject, &files),
    }
}

fn update(context: &Context<'_>, subject: &Subject, files: &[BindingsToMake]) -> Result<ExitCode, ExitCode> {
    let progress = context.progress(subject);
    let made = session::make_bindings(files, context.front(subject, Profile::DEBUG, Purpose::Program));
    drop(progress);
    let made = made.map_err(|refused| refuse(refused, context.colors))?;
    let mut said = String::new();
    for file in made {
        let path = file.path.display();
        let what = match file.state {
            BindingsState::Missing => "made",
            BindingsState::Other => "renewed",
            BindingsState::Current => "as it was",
        };
        said.push_str(&format!("{path}: {what}\n"));
        if file.state == BindingsState::Current {
            continue;
        }
        if let Some(folder) = file.path.parent()
            && let Err(error) = std::fs::create_dir_all(folder)
        {
            return Err(output::refuse(&session::unwritable(folder, &error), context.colors));
        }
        driver::write_output(file.text.as_bytes(), &file.path)
            .map_err(|error| output::refuse(&session::unwritable(&file.path, &error), context.colors))?;
    }
    Ok(output::print_or_fail(said.as_bytes()))
}

/// With `--locked`: the bindings that the package names are what the headers give now.
pub(crate) fn assert_locked(context: &Context<'_>, subject: &Subject) -> Result<(), ExitCode> {
    if !context.args.locked {
        return Ok(());
    }
    assert_current(context, subject, &session::bindings_of_package(subject, context.target))
}

fn assert_current(context: &Context<'_>, subject: &Subject, files: &[BindingsToMake]) -> Result<(), ExitCode> {
    let _progress = context.progress(subject);
    let request = context.front(subject, Profile::DEBUG, Purpose::Program);
    session::assert_current(files, request).map_err(|refused| refuse(refused, context.colors))
}

fn refuse((diagnostics, sources): Refused, colors: Colors) -> ExitCode {
    output::diagnostics(&diagnostics, &sources, colors);
    ExitCode::FAILURE
}
