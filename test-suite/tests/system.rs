//! What the runtime and the library declare of a system by hand, against the system's own headers, for every target of
//! `toolchain.toml` whose headers are on this machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use test_suite::repository;

/// As the toolchain pins it; without it there is nothing to compare with.
const CLANG: &str = "clang-22";

const HEADERS: &[&str] = &[
    "dirent.h",
    "errno.h",
    "fcntl.h",
    "poll.h",
    "pthread.h",
    "sched.h",
    "signal.h",
    "stdio.h",
    "stdlib.h",
    "sys/stat.h",
    "sys/types.h",
    "sys/wait.h",
    "time.h",
    "unistd.h",
];

/// Structs and their fields; what has no name in the system's headers is left out.
const STRUCTS: &[(&str, &[&str])] = &[
    ("timespec", &["tv_sec", "tv_nsec"]),
    (
        "stat",
        &[
            "st_dev",
            "st_mode",
            "st_nlink",
            "st_ino",
            "st_uid",
            "st_gid",
            "st_rdev",
            "st_size",
            "st_blocks",
            "st_blksize",
            "st_atim",
            "st_mtim",
            "st_ctim",
        ],
    ),
    ("dirent", &["d_ino", "d_reclen", "d_type", "d_name"]),
    ("pollfd", &["fd", "events", "revents"]),
];

/// Functions whose types are compared whole: those of the header that take no struct.
const FUNCTIONS: &[&str] = &[
    "open",
    "close",
    "ftruncate",
    "fsync",
    "fcntl",
    "dup2",
    "isatty",
    "mkdir",
    "rmdir",
    "unlink",
    "rename",
    "chmod",
    "getcwd",
    "chdir",
    "getenv",
    "setenv",
    "unsetenv",
    "getpid",
    "fork",
    "execvp",
    "waitpid",
    "kill",
    "pipe",
    "_exit",
    "exit",
    "pthread_detach",
    "pthread_join",
    "sched_yield",
    "sysconf",
];

/// Functions that take structs, of which the sizes of what they take and give are compared.
const CALLS: &[&str] = &[
    "lang_sys_stat(0, 0)",
    "lang_sys_lstat(0, 0)",
    "lang_sys_fstat(0, 0)",
    "lang_sys_lseek(0, 0, 0)",
    "lang_sys_clock_gettime(0, 0)",
    "lang_sys_nanosleep(0, 0)",
    "lang_sys_poll(0, 0, 0)",
    "lang_sys_closedir(0)",
    "lang_sys_pthread_create(0, 0, 0, 0)",
];

/// The names of the constants in the header: `LANG_O_CREAT`.
fn constants(header: &str) -> Vec<&str> {
    let lines = header.lines().map(str::trim);
    let names = lines.filter_map(|line| line.strip_prefix("LANG_")?.split_once(" = ").map(|(name, _)| name));
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The codes of `std.io`, as the library has them for a system, by what C calls them.
fn error_codes(os: &str) -> Vec<(&'static str, String)> {
    let text = std::fs::read_to_string(repository().join("stdlib/std/io.lang")).expect("the library is there");
    let names = [
        ("NotFound", "ENOENT"),
        ("PermissionDenied", "EACCES"),
        ("AlreadyExists", "EEXIST"),
        ("BrokenPipe", "EPIPE"),
        ("NotADirectory", "ENOTDIR"),
        ("IsADirectory", "EISDIR"),
        ("DirectoryNotEmpty", "ENOTEMPTY"),
    ];
    let is_of = |item: &str| {
        item.contains(&format!("os == \"{os}\"")) || item.contains("os != \"") && !item.contains(&format!("\"{os}\""))
    };
    let number = |name: &str| {
        let start = format!("const {name}: ErrorCode = ErrorCode.os(");
        let mut items = text.split(';').filter(|item| is_of(item));
        let found = items.find_map(|item| item.split_once(&start));
        let (_, rest) = found.expect("each code has an item");
        rest.trim_end_matches(')').to_owned()
    };
    names.iter().map(|(ours, theirs)| (*theirs, number(ours))).collect()
}

fn comparison(os: &str) -> String {
    let header =
        std::fs::read_to_string(repository().join("runtime/include/lang_system.h")).expect("the header is there");
    let mut lines = vec![
        "#define _GNU_SOURCE 1".to_owned(),
        "#define _FILE_OFFSET_BITS 64".to_owned(),
    ];
    lines.extend(HEADERS.iter().map(|name| format!("#include <{name}>")));
    if os == "linux" {
        lines.push("#include <linux/futex.h>".to_owned());
        lines.push("#include <sys/syscall.h>".to_owned());
    }
    lines.push("#include \"lang_system.h\"".to_owned());
    let mut check = |condition: String| lines.push(format!("_Static_assert({condition}, \"\");"));
    for (name, fields) in STRUCTS {
        check(format!("sizeof(struct {name}) == sizeof(struct lang_sys_{name})"));
        check(format!("_Alignof(struct {name}) == _Alignof(struct lang_sys_{name})"));
        for field in *fields {
            let theirs = match os {
                "macos" if field.ends_with("tim") => format!("{field}espec"),
                _ => (*field).to_owned(),
            };
            check(format!(
                "__builtin_offsetof(struct {name}, {theirs}) == __builtin_offsetof(struct lang_sys_{name}, {field})"
            ));
            check(format!(
                "sizeof(((struct {name} *)0)->{theirs}) == sizeof(((struct lang_sys_{name} *)0)->{field})"
            ));
        }
    }
    for name in FUNCTIONS {
        check(format!(
            "__builtin_types_compatible_p(__typeof__({name}), __typeof__(lang_sys_{name}))"
        ));
    }
    for call in CALLS {
        let theirs = call.replace("lang_sys_", "");
        check(format!(
            "__builtin_types_compatible_p(__typeof__({theirs}), __typeof__({call}))"
        ));
    }
    for name in constants(&header) {
        let theirs = match name.strip_prefix("SC_") {
            Some(_) => format!("_{name}"),
            None => name.to_owned(),
        };
        if os == "linux" || !name.contains("FUTEX") && !name.contains("futex") {
            check(format!("(long)LANG_{name} == (long){theirs}"));
        }
    }
    for (name, number) in error_codes(os) {
        check(format!("{name} == {number}"));
    }
    if os == "linux" {
        check("__builtin_types_compatible_p(__typeof__(syscall), __typeof__(lang_sys_syscall))".to_owned());
    } else {
        check("sizeof(pthread_mutex_t) == sizeof(struct lang_sys_mutex)".to_owned());
        check("sizeof(pthread_cond_t) == sizeof(struct lang_sys_cond)".to_owned());
    }
    check("sizeof(pthread_t) == sizeof(lang_sys_thread)".to_owned());
    check("sizeof(nfds_t) == sizeof(lang_sys_poll_count)".to_owned());
    lines.join("\n") + "\n"
}

struct Headers {
    triple: String,
    os: String,
    folders: Vec<PathBuf>,
}

/// The targets whose C library has this header here.
fn targets(header: &str) -> Vec<Headers> {
    let text = std::fs::read_to_string(repository().join("toolchain.toml")).expect("the targets are there");
    let table: toml::Table = text.parse().expect("they are TOML");
    let targets = table["target"].as_array().expect("there are targets");
    let facts = targets.iter().map(|target| {
        let dirs = target["sysroot"].get("include-dirs").and_then(toml::Value::as_array);
        let dirs = dirs.into_iter().flatten().filter_map(toml::Value::as_str);
        Headers {
            triple: target["triple"].as_str().expect("a triple").to_owned(),
            os: target["os"].as_str().expect("a system").to_owned(),
            folders: dirs.filter(|dir| Path::new(dir).is_dir()).map(PathBuf::from).collect(),
        }
    });
    facts
        .filter(|facts| facts.folders.iter().any(|folder| folder.join(header).exists()))
        .collect()
}

/// Whether clang accepts a C text for a target; what it says otherwise.
fn compile(text: &str, target: &Headers) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("comparison.c");
    std::fs::write(&file, text).expect("the comparison is written");
    let mut command = Command::new(CLANG);
    command.args([
        "-std=c17",
        "-fsyntax-only",
        "-nostdlibinc",
        "-Wno-nonnull",
        "-Werror=incompatible-pointer-types",
    ]);
    command.arg(format!("--target={}", target.triple));
    command.arg("-I").arg(repository().join("runtime/include"));
    for dir in &target.folders {
        command.arg("-isystem").arg(dir);
    }
    let output = command.arg(&file).output().expect("clang runs");
    let said = String::from_utf8_lossy(&output.stderr);
    output
        .status
        .success()
        .then_some(())
        .ok_or_else(|| format!("{}:\n{said}", target.triple))
}

fn clang_is_here() -> bool {
    Command::new(CLANG).arg("--version").output().is_ok()
}

#[test]
fn declarations_by_hand_are_the_systems() {
    if !clang_is_here() {
        return;
    }
    for target in targets("unistd.h") {
        if target.os == "linux" || target.os == "macos" {
            compile(&comparison(&target.os), &target).unwrap_or_else(|said| panic!("{said}"));
        }
    }
}

/// A type of a declaration in Lang, as C writes it.
fn type_in_c(ty: &str) -> String {
    if let Some(pointee) = ty.strip_prefix("*const ") {
        return format!("const {} *", type_in_c(pointee));
    }
    if let Some(pointee) = ty.strip_prefix('*') {
        return format!("{} *", type_in_c(pointee));
    }
    let name = match ty {
        "f32" | "c_float" => "float",
        "f64" | "c_double" => "double",
        "c_int" => "int",
        "c_char" => "char",
        "c_void" => "void",
        "usize" => "size_t",
        other => panic!("`{other}` stands in a declaration of C's library, and has no name in C here"),
    };
    name.to_owned()
}

/// The functions of C's library that Lang's declares: their names and their types in C.
fn declared_functions() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["core", "alloc", "std"] {
        let folder = repository().join("stdlib").join(folder);
        for entry in std::fs::read_dir(&folder).expect("the library is there") {
            let text = std::fs::read_to_string(entry.expect("a folder can be listed").path()).expect("a source");
            let blocks = text.split("extern \"C\" {").skip(1);
            let declarations = blocks.flat_map(|block| block.split_once('}').expect("a block ends").0.split(';'));
            for declaration in declarations.map(str::trim).filter(|text| !text.is_empty()) {
                let declaration = declaration.trim_start_matches("pub ").trim_start_matches("fn ");
                let (name, rest) = declaration.split_once('(').expect("a function has parameters");
                // Those of the runtime are C's own.
                if name.starts_with("lang_") {
                    continue;
                }
                let (params, result) = rest.split_once(')').expect("parameters end");
                let params: Vec<String> = params
                    .split(',')
                    .filter_map(|param| Some(type_in_c(param.split_once(':')?.1.trim())))
                    .collect();
                let result = result.trim().strip_prefix("-> ").map_or("void".to_owned(), type_in_c);
                found.push((name.to_owned(), format!("{result}({})", params.join(", "))));
            }
        }
    }
    found.sort();
    found.dedup();
    found
}

#[test]
fn functions_of_c_are_declared_as_c_has_them() {
    if !clang_is_here() {
        return;
    }
    let functions = declared_functions();
    assert!(functions.iter().any(|(name, _)| name == "malloc"), "{functions:?}");
    assert!(functions.iter().any(|(name, _)| name == "sinf"), "{functions:?}");
    let headers = ["math.h", "stdlib.h", "string.h"].map(|name| format!("#include <{name}>\n"));
    let checks = functions
        .iter()
        .map(|(name, ty)| format!("_Static_assert(__builtin_types_compatible_p(__typeof__({name}), {ty}), \"\");\n"));
    let text: String = headers.into_iter().chain(checks).collect();
    for target in targets("math.h") {
        compile(&text, &target).unwrap_or_else(|said| panic!("{said}"));
    }
}
