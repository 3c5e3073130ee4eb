//! The programs of `examples/`: each does what its golden says, in debug, in release and in a release of several units,
//! passes its own tests, and is formatted.
//!
//! A folder with a golden, `NAME/NAME.stdout`, is run as the documentation at the top of `NAME/NAME.lang` says: by the
//! line `lang run NAME.lang -- …`, in which `'…'` is one argument and `< FILE` the input. It runs in a copy of the
//! folder, so that it may write there. AddressSanitizer watches two of them, with `SANITIZE_SOAK=1` all.
//! `UPDATE_GOLDENFILES=1` writes the goldens.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use test_suite::{Output, SANITIZE, Watched, lang, output_of, repository, run};

struct Example {
    name: String,
    folder: PathBuf,
}

impl Example {
    fn all() -> Vec<Self> {
        let entries = fs::read_dir(repository().join("examples")).expect("the examples can be listed");
        let mut examples: Vec<Self> = entries
            .map(|entry| {
                let folder = entry.expect("it can be listed").path();
                let name = folder.file_name().expect("it has a name").to_string_lossy();
                Self {
                    name: name.into_owned(),
                    folder: folder.clone(),
                }
            })
            .filter(|example| example.golden().exists())
            .collect();
        examples.sort_by(|a, b| a.name.cmp(&b.name));
        assert!(!examples.is_empty(), "there are no examples");
        examples
    }

    fn golden(&self) -> PathBuf {
        self.folder.join(format!("{}.stdout", self.name))
    }

    fn source(&self) -> String {
        format!("{}.lang", self.name)
    }

    /// What its documentation says to call `lang` with, and the file that is its input.
    fn command(&self) -> (Vec<String>, Option<String>) {
        let text = fs::read_to_string(self.folder.join(self.source())).expect("it has a source of its name");
        let start = format!("//!     lang run {}", self.source());
        let line = text.lines().find_map(|line| line.strip_prefix(&start));
        let line = line.unwrap_or_else(|| panic!("{} does not say how it is run", self.name));
        let (args, input) = match line.split_once(" < ") {
            Some((args, input)) => (args, Some(input.trim().to_owned())),
            None => (line, None),
        };
        // What stands between quotes is every second part.
        let parts = args.split('\'').enumerate();
        let args = parts.flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        });
        (args.collect(), input)
    }

    /// Runs it in a copy of its folder.
    fn output(&self, options: &[&str]) -> Output {
        let copy = tempfile::tempdir().expect("a temporary directory");
        for entry in fs::read_dir(&self.folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            let name = path.file_name().expect("it has a name");
            fs::copy(&path, copy.path().join(name)).expect("an example is a folder of files");
        }
        let (args, input) = self.command();
        let mut command = lang();
        command.arg("run").args(options);
        command.arg(self.source()).args(args).current_dir(copy.path());
        if let Some(input) = input {
            command.stdin(File::open(copy.path().join(input)).expect("its input is there"));
        }
        output_of(command)
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn they_do_what_their_goldens_say() {
    let update = std::env::var_os("UPDATE_GOLDENFILES").is_some();
    for example in Example::all() {
        for options in [&[][..], &["--release"], &["--release", "--codegen-units", "4"]] {
            let output = example.output(options);
            let Output { status, stdout, stderr } = output;
            assert_eq!((status, stderr.as_str()), (0, ""), "{} {options:?}", example.name);
            if update {
                fs::write(example.golden(), &stdout).expect("it can be written");
            }
            assert!(
                stdout == read(&example.golden()),
                "{} {options:?}: not its golden\n{stdout}",
                example.name
            );
        }
    }
}

#[test]
fn their_own_tests_pass() {
    for example in Example::all() {
        let output = run(&example.folder, ["test", &example.source()]);
        assert_eq!(output.status, 0, "{}: {output:?}", example.name);
        assert!(!output.stdout.contains(" 0 passed"), "{} has no tests", example.name);
    }
}

#[test]
fn sanitized_they_misuse_no_memory() {
    let mut examples = Example::all();
    let n_watched = match Watched::of_environment() {
        Watched::None => 0,
        Watched::Some => 2,
        Watched::All => examples.len(),
    };
    examples.truncate(n_watched);
    for example in examples {
        let Output { status, stdout, stderr } = example.output(&SANITIZE);
        assert_eq!((status, stderr.as_str()), (0, ""), "{}", example.name);
        assert!(
            stdout == read(&example.golden()),
            "{}: not its golden\n{stdout}",
            example.name
        );
        let source = example.source();
        let tests = run(&example.folder, [&["test", source.as_str()][..], &SANITIZE].concat());
        assert_eq!(tests.status, 0, "{}: {tests:?}", example.name);
    }
}

#[test]
fn they_are_formatted() {
    for example in Example::all() {
        let output = run(&example.folder, ["fmt", "--check", &example.source()]);
        assert_eq!(output.status, 0, "{}: {output:?}", example.name);
    }
}
