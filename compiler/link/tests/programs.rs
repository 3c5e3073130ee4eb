//! Real links of the runtime and a program in C, run where the target's programs run. Where clang, lld, a C library or
//! a runner is not installed there is nothing to try, and the test passes.

use link::{Library, LinkError, LinkPlan, LinkRequest, OutputKind, program_name};
use object::macho::{LC_BUILD_VERSION, LC_CODE_SIGNATURE, MachHeader64};
use object::read::macho::{MachHeader, MachOFile64};
use object::{LittleEndian, Object};
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use target::{Table, Target};
use tempfile::TempDir;

const PROGRAM: &str = r#"
#include "lang_runtime.h"
int lang_main(void) {
    lang_print_begin(1);
    lang_print_str("pi is ", 6, 0);
    lang_print_f64(3.14159, 0);
    lang_print_str("\n", 1, 0);
    lang_print_end();
    return (int)lang_args_count();
}
"#;

/// What the compiler emits for a panic that passes a frame with something to drop.
const PANICKING_PROGRAM: &str = r#"
@message = private constant [4 x i8] c"oops"
@file = private constant [6 x i8] c"a.lang"
@dropped = private constant [8 x i8] c"dropped\0A"
declare i32 @lang_personality(i32, i32, i64, ptr, ptr)
declare i32 @lang_panic_end(ptr)
declare void @lang_panic(ptr, i64, ptr, i64, i32, i32) noreturn
declare void @lang_print_begin(i32)
declare void @lang_print_str(ptr, i64, ptr)
declare void @lang_print_end()

define void @body() noinline personality ptr @lang_personality {
  invoke void @lang_panic(ptr @message, i64 4, ptr @file, i64 6, i32 2, i32 5) to label %never unwind label %pad
never:
  unreachable
pad:
  %lp = landingpad { ptr, i32 } cleanup
  call void @lang_print_begin(i32 1)
  call void @lang_print_str(ptr @dropped, i64 8, ptr null)
  call void @lang_print_end()
  resume { ptr, i32 } %lp
}

define i32 @lang_main() personality ptr @lang_personality {
  invoke void @body() to label %done unwind label %pad
done:
  ret i32 0
pad:
  %lp = landingpad { ptr, i32 } catch ptr null
  %exception = extractvalue { ptr, i32 } %lp, 0
  %status = call i32 @lang_panic_end(ptr %exception)
  ret i32 %status
}
"#;

struct Build {
    target: &'static Target,
    folder: TempDir,
    bin: PathBuf,
    objects: Vec<PathBuf>,
}

impl Build {
    /// Compiles the runtime and a program. `None` without clang and lld of the pinned version.
    fn new(name: &str, file: &str, source: &str) -> Option<Build> {
        let target = Table::embedded().lookup(name).expect("a row");
        let bin = PathBuf::from(format!("/usr/lib/llvm-{}/bin", Table::embedded().llvm()));
        if !bin.join("clang").exists() || !bin.join("ld.lld").exists() {
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut build = Build {
            target,
            folder,
            bin,
            objects: Vec::new(),
        };
        for (name, text) in runtime::HEADERS {
            std::fs::write(build.path(name), text).expect("a header is written");
        }
        build.compile(file, source);
        for (name, text) in runtime::SOURCES {
            build.compile(name, text);
        }
        Some(build)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn compile(&mut self, name: &str, text: &str) {
        let object = self.path(&format!("{name}.o"));
        std::fs::write(self.path(name), text).expect("a source is written");
        let mut command = Command::new(self.bin.join("clang"));
        command
            .arg(format!("--target={}", self.target.triple))
            .args(runtime::COMPILE_ARGUMENTS);
        command
            .args(["-nostdlibinc", "-O2", "-c", "-o"])
            .arg(&object)
            .arg(self.path(name));
        let output = command.output().expect("clang starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        self.objects.push(object);
    }

    fn request(&self) -> LinkRequest<'static> {
        LinkRequest {
            target: self.target,
            linker: self.bin.join(program_name(self.target.link.flavor)),
            kind: OutputKind::Executable,
            objects: self.objects.clone(),
            sanitizer: None,
            libraries: Vec::new(),
            library_dirs: Vec::new(),
            output: self.path("program"),
            sysroot: None,
            resource_dirs: vec![self.bin.join("../lib/clang").join(Table::embedded().llvm().to_string())],
        }
    }

    /// `None` when the target's C library is not installed.
    fn link(&self) -> Option<PathBuf> {
        let plan = match LinkPlan::new(self.request()) {
            Ok(plan) => plan,
            Err(LinkError::SystemFileMissing { .. }) => return None,
            Err(error) => panic!("{error}"),
        };
        plan.run().unwrap_or_else(|error| panic!("{error}"));
        Some(self.path("program"))
    }
}

/// Runs the program with two arguments, here or under the target's runner. `None` when that is not installed.
fn run(build: &Build, program: &Path) -> Option<Output> {
    let mut command = match build.target.run.runner.as_slice() {
        [runner, arguments @ ..] if !build.target.runs_natively() => {
            let mut command = Command::new(runner);
            command.args(arguments).arg(program);
            command
        }
        [..] => Command::new(program),
    };
    command.args(["one", "two"]).output().ok()
}

const LINUX: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

#[test]
fn programs_for_linux_run() {
    for name in LINUX {
        let Some(build) = Build::new(name, "program.c", PROGRAM) else {
            return;
        };
        let Some(output) = build.link().and_then(|program| run(&build, &program)) else {
            continue;
        };
        assert_eq!(String::from_utf8_lossy(&output.stdout), "pi is 3.14159\n");
        assert_eq!(
            output.status.code(),
            Some(3),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let left = std::fs::read_dir(build.folder.path())
            .expect("readable")
            .filter_map(Result::ok);
        let is_hidden = |entry: &DirEntry| entry.file_name().to_string_lossy().starts_with('.');
        assert!(
            !left.into_iter().any(|entry| is_hidden(&entry)),
            "a temporary folder was left behind"
        );
    }
}

#[test]
fn panics_unwind_on_linux() {
    for name in LINUX {
        let Some(build) = Build::new(name, "program.ll", PANICKING_PROGRAM) else {
            return;
        };
        let Some(output) = build.link().and_then(|program| run(&build, &program)) else {
            continue;
        };
        assert_eq!(String::from_utf8_lossy(&output.stderr), "panic at a.lang:2:5: oops\n");
        assert_eq!(
            (output.status.code(), output.stdout.as_slice()),
            (Some(101), b"dropped\n".as_slice()),
            "{name}"
        );
    }
}

#[test]
fn a_program_for_macos_is_signed_and_links_libsystem() {
    for name in ["aarch64-apple-darwin", "x86_64-apple-darwin"] {
        let Some(build) = Build::new(name, "program.c", PROGRAM) else {
            return;
        };
        let program = build.link().expect("nothing is needed of the system");
        let bytes = std::fs::read(&program).expect("it was linked");
        let header = MachHeader64::<LittleEndian>::parse(&*bytes, 0).expect("a Mach-O header");
        let mut commands = header.load_commands(LittleEndian, &*bytes, 0).expect("load commands");
        let (mut signed, mut versioned, mut libraries) = (false, false, Vec::new());
        while let Some(command) = commands.next().expect("a load command") {
            signed |= command.cmd() == LC_CODE_SIGNATURE;
            versioned |= command.cmd() == LC_BUILD_VERSION;
            if let Some(library) = command.dylib().expect("a library command") {
                let path = command.string(LittleEndian, library.dylib.name).expect("its name");
                libraries.push(String::from_utf8_lossy(path).into_owned());
            }
        }
        assert!(signed && versioned, "{name}: signed {signed}, versioned {versioned}");
        assert_eq!(libraries, ["/usr/lib/libSystem.B.dylib"], "{name}");
        let file = MachOFile64::<LittleEndian>::parse(&*bytes).expect("a Mach-O file");
        let is_imported = |wanted: &str| {
            let mut imports = file.imports().expect("imports");
            let wanted = object::NameOrOrdinal::Name(wanted.as_bytes());
            imports.any(|import| import.expect("an import").name() == wanted)
        };
        assert!(is_imported("_write") && !is_imported("_lang_main"), "{name}");
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    for name in ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin"] {
        let link = |build: &Build| {
            build
                .link()
                .map(|program| std::fs::read(program).expect("it was linked"))
        };
        let Some(build) = Build::new(name, "program.c", PROGRAM) else {
            return;
        };
        assert_eq!(link(&build), link(&build), "{name}");
    }
}

#[test]
fn failures_are_typed_and_leave_no_output() {
    let source = "int missing_function(void); int lang_main(void) { return missing_function(); }";
    let Some(build) = Build::new("x86_64-unknown-linux-gnu", "program.c", source) else {
        return;
    };
    let fails = |request: LinkRequest| {
        LinkPlan::new(request)
            .and_then(|plan| plan.run())
            .expect_err("it fails")
    };
    if build.objects.is_empty() || matches!(fails(build.request()), LinkError::SystemFileMissing { .. }) {
        return;
    }
    let LinkError::UndefinedSymbols(symbols) = fails(build.request()) else {
        panic!("another error")
    };
    assert_eq!(symbols.len(), 1);
    assert_eq!(symbols[0].symbol, "missing_function");
    assert!(
        symbols[0].referenced_by.iter().any(|place| place.contains("program.c")),
        "{symbols:?}"
    );
    let mut request = build.request();
    request.libraries.push(Library::Named("no_such_library".to_owned()));
    assert!(matches!(fails(request), LinkError::LibrariesNotFound(names) if names == ["no_such_library"]));
    let mut request = build.request();
    request.linker = build.path("no-lld");
    assert!(matches!(fails(request), LinkError::LinkerMissing { .. }));
    let mut request = build.request();
    request.objects = vec![build.path("program.c")];
    assert!(matches!(fails(request), LinkError::Failed { .. }));
    let mut request = build.request();
    request.output = Path::new("/no/such/folder/program").to_owned();
    assert!(matches!(fails(request), LinkError::Io { .. }));
    assert!(!build.path("program").exists());
}
