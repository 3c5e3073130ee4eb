//! The cache: the same answer with and without it, and whatever was done to it.

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use cimport::{CImportResult, ImportError, ImportOptions, Importer, Queries};
use cmodel::{CConstantValue, CModel, CModuleId, CModuleSpec};
use common::{HOST, constant, target};
use unit::Optimize;

const NAMES: [&str; 6] = ["answer", "LIMIT", "pair", "add", "unknown_word", "first"];

/// A header in a folder of its own, and a cache.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let case = Self {
            folder: tempfile::tempdir().expect("a folder"),
        };
        case.write("inner.h", "struct pair { int first, second; };\n");
        case.write(
            "outer.h",
            "#include \"inner.h\"\n#define LIMIT 10\nextern int answer;\nint add(struct pair);\n",
        );
        case
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).expect("written");
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    fn spec(&self) -> CModuleSpec {
        CModuleSpec {
            include_dirs: vec![self.folder.path().display().to_string()],
            ..common::spec(&["outer.h"])
        }
    }

    fn import_with(&self, options: ImportOptions, names: &[&str]) -> Result<CImportResult, ImportError> {
        let names: Vec<_> = names.iter().map(|name| base::sym(name)).collect();
        Importer::new(options).import(CModuleId(0), &self.spec(), &target(HOST), Optimize::None, &names)
    }

    fn import(&self, names: &[&str]) -> CModel {
        let options = ImportOptions {
            cache_dir: Some(self.cache()),
            ..common::options()
        };
        self.import_with(options, names).expect("the header is good").model
    }

    fn without_cache(&self, names: &[&str]) -> CModel {
        self.import_with(common::options(), names)
            .expect("the header is good")
            .model
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        match entry.file_type().expect("a type").is_dir() {
            true => files.extend(files_below(&entry.path())),
            false => files.push(entry.path()),
        }
    }
    files.sort();
    files
}

#[test]
fn a_header_that_comes_to_hide_another_is_read() {
    let case = Case::new();
    let first = tempfile::tempdir().expect("a folder");
    let spec = CModuleSpec {
        include_dirs: [first.path(), case.folder.path()]
            .map(|path| path.display().to_string())
            .to_vec(),
        ..common::spec(&["outer.h", "limits.h"])
    };
    let import = || {
        let importer = Importer::new(ImportOptions {
            cache_dir: Some(case.cache()),
            ..common::options()
        });
        let names = ["LIMIT", "CHAR_BIT"].map(base::sym);
        let result = importer.import(CModuleId(0), &spec, &target(HOST), Optimize::None, &names);
        let model = result.expect("the headers are good").model;
        ["LIMIT", "CHAR_BIT"].map(|name| constant(&model, name).clone())
    };
    let before = import();
    assert_eq!(import(), before);
    fs::write(first.path().join("outer.h"), "#define LIMIT 11\n").expect("written");
    let hidden = import();
    assert_ne!(hidden[0], before[0]);
    assert_eq!(hidden[1], before[1]);
    // A header of the system too.
    fs::write(first.path().join("limits.h"), "#define CHAR_BIT 9\n").expect("written");
    assert_ne!(import()[1], before[1]);
}

/// What the headers say in one parse, they say on a precompiled header too, and that there is none changes nothing.
#[test]
fn names_of_all_kinds_are_the_same_at_once_and_later() {
    let case = Case::new();
    case.write(
        "inner.h",
        "struct pair { int first, second; };\n\
         union both { int i; float f; };\n\
         typedef enum { RED = 3, GREEN } color;\n\
         enum named { ONE = 1 };\n\
         typedef struct { struct pair *pairs; union both both; } pairs;\n\
         extern _Thread_local int of_thread;\n\
         static const int FIXED = 4;\n\
         static int state;\n\
         static inline int twice(int x) { return 2 * x; }\n\
         #define add_all add\n\
         #define NEGATIVE (-1)\n\
         #define TEXT \"a\" \"b\"\n\
         #define NOWHERE ((void *)-1)\n\
         #define WIDE (((__int128)1 << 100) + 1)\n\
         #define HALF 0.5L\n\
         #define THREE 3.0f\n\
         #define NOTHING\n\
         #define OPEN (\n\
         #define LINE __LINE__\n\
         #define FILE_NAME __FILE__\n\
         #define both_t union both\n\
         #define answer_now (answer + 1)\n\
         #define ORIGIN { 0, 0 }\n\
         #define MAX(a, b) ((a) > (b) ? (a) : (b))\n\
         #define twice(x) twice(x)\n",
    );
    let names = "pair both color RED GREEN named ONE pairs of_thread FIXED state twice add_all NEGATIVE TEXT NOWHERE \
                 WIDE HALF THREE NOTHING OPEN LINE FILE_NAME both_t answer_now ORIGIN MAX add answer LIMIT 0 if \
                 typedef absent";
    let names: Vec<&str> = names.split_whitespace().collect();
    // With a known header, each question is one on a precompiled header.
    case.import(&["absent"]);
    for name in &names {
        let later = case.import(&[name]);
        assert_eq!(case.without_cache(&[name]), later, "{name}");
        assert_eq!(
            case.without_cache(&[name, "pairs", "first", "for"]),
            case.import(&[name, "pairs", "first", "for"])
        );
    }
    let plain = case.without_cache(&names);
    assert_eq!(plain, case.import(&names));
    assert_eq!(plain.modules[&CModuleId(0)].values.len(), 24);
}

#[test]
fn cold_warm_and_uncached_are_the_same() {
    let case = Case::new();
    let plain = case.without_cache(&NAMES);
    assert_eq!(case.import(&NAMES), plain);
    assert_eq!(case.import(&NAMES), plain);
    let fewer = case.without_cache(&NAMES[..2]);
    assert_eq!(case.import(&NAMES[..2]), fewer);
    assert_ne!(fewer, plain);
}

#[test]
fn words_that_the_headers_do_not_have_need_no_question() {
    let case = Case::new();
    case.import(&NAMES);
    let is_answer = |file: &PathBuf| file.parent().is_some_and(|folder| folder.ends_with("answers"));
    let answers = || files_below(&case.cache()).iter().filter(|file| is_answer(file)).count();
    let before = answers();
    let more: Vec<&str> = NAMES.iter().copied().chain(["push", "len"]).collect();
    assert_eq!(case.import(&more), case.without_cache(&NAMES));
    assert_eq!(answers(), before + 1);
}

#[test]
fn a_changed_header_is_seen_and_a_touched_one_is_the_same() {
    let case = Case::new();
    case.import(&NAMES);
    // A second question is what a precompiled header is for.
    case.import(&["answer"]);
    let pch = || {
        files_below(&case.cache())
            .into_iter()
            .filter(|file| file.extension().is_some_and(|e| e == "pch"))
    };
    assert_eq!(pch().count(), 1);
    // The same bytes at another time: the precompiled header must still be accepted for a new question.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    case.write("inner.h", "struct pair { int first, second; };\n");
    assert_eq!(case.import(&["pair"]), case.without_cache(&["pair"]));
    assert_eq!(pch().count(), 1);
    case.write("inner.h", "struct pair { long first, second; };\n#define EXTRA 1\n");
    assert_eq!(case.import(&NAMES), case.without_cache(&NAMES));
    assert_eq!(
        constant(&case.import(&["EXTRA"]), "EXTRA").value,
        CConstantValue::Int(1)
    );
}

#[test]
fn damaged_entries_are_made_again() {
    let case = Case::new();
    let plain = case.import(&NAMES);
    type Damage = fn(&[u8]) -> Vec<u8>;
    let damages: [Damage; 4] = [
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |_| Vec::new(),
        |bytes| bytes.iter().map(|byte| !byte).collect(),
        |bytes| {
            let mut bytes = bytes.to_vec();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            bytes
        },
    ];
    for damage in damages {
        for file in files_below(&case.cache()) {
            let bytes = fs::read(&file).expect("read");
            fs::write(&file, damage(&bytes)).expect("written");
            assert_eq!(case.import(&NAMES), plain, "{}", file.display());
            assert_eq!(
                case.import(&["answer", "first"]),
                case.without_cache(&["answer", "first"])
            );
        }
        // All at once, and a question that no answer is there for.
        for file in files_below(&case.cache()) {
            let bytes = fs::read(&file).expect("read");
            fs::write(&file, damage(&bytes)).expect("written");
        }
        assert_eq!(case.import(&NAMES), plain);
    }
    for file in files_below(&case.cache()) {
        fs::remove_file(&file).expect("removed");
        assert_eq!(case.import(&["LIMIT", "pair"]), case.without_cache(&["LIMIT", "pair"]));
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_none() {
    let case = Case::new();
    let file = case.folder.path().join("file");
    fs::write(&file, "in the way").expect("written");
    let options = ImportOptions {
        cache_dir: Some(file.join("cache")),
        ..common::options()
    };
    let model = case.import_with(options, &NAMES).expect("the header is good").model;
    assert_eq!(model, case.without_cache(&NAMES));
}

#[test]
fn a_warm_import_does_not_open_libclang() {
    let case = Case::new();
    let library = case.folder.path().join("libclang.so");
    std::os::unix::fs::symlink(common::options().libclang, &library).expect("linked");
    let options = || ImportOptions {
        libclang: library.clone(),
        cache_dir: Some(case.cache()),
        ..common::options()
    };
    let cold = case.import_with(options(), &NAMES).expect("the header is good");
    let warm = case.import_with(options(), &NAMES).expect("the answer is there");
    assert_eq!(cold.model, warm.model);
    let maps = || fs::read_to_string("/proc/self/maps").expect("Linux has it");
    assert!(maps().contains("libclang"), "the cold import opened it");
    // A process of its own shows that the warm one does not.
    let test = std::env::current_exe().expect("this test");
    let output = std::process::Command::new(test)
        .args(["--exact", "warm_only"])
        .env("CIMPORT_WARM_CASE", case.folder.path())
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The second half of `a_warm_import_does_not_open_libclang`; nothing by itself.
#[test]
fn warm_only() {
    let Some(folder) = std::env::var_os("CIMPORT_WARM_CASE").map(PathBuf::from) else {
        return;
    };
    let spec = CModuleSpec {
        include_dirs: vec![folder.display().to_string()],
        ..common::spec(&["outer.h"])
    };
    let options = ImportOptions {
        libclang: folder.join("libclang.so"),
        cache_dir: Some(folder.join("cache")),
        ..common::options()
    };
    let names: Vec<_> = NAMES.iter().map(|name| base::sym(name)).collect();
    let result = Importer::new(options).import(CModuleId(0), &spec, &target(HOST), Optimize::None, &names);
    assert_eq!(
        constant(&result.expect("the answer is there").model, "LIMIT").value,
        CConstantValue::Int(10)
    );
    assert!(
        !fs::read_to_string("/proc/self/maps")
            .expect("Linux has it")
            .contains("libclang")
    );
}

#[test]
fn similar_names_come_from_the_cache_too() {
    let case = Case::new();
    let options = ImportOptions {
        cache_dir: Some(case.cache()),
        ..common::options()
    };
    for _ in 0..2 {
        let result = case.import_with(options.clone(), &NAMES).expect("the header is good");
        let queries = Queries::new([(CModuleId(0), result.names)]);
        assert_eq!(queries.similar_names(CModuleId(0), base::sym("anwser")), ["answer"]);
        assert!(queries.similar_names(CModuleId(1), base::sym("anwser")).is_empty());
    }
}

#[test]
fn c_text_compiles_on_the_precompiled_header() {
    let case = Case::new();
    case.write(
        "outer.h",
        "#include \"inner.h\"\nstatic inline int sum(struct pair p) { return p.first + p.second; }\n",
    );
    let importer = Importer::new(ImportOptions {
        cache_dir: Some(case.cache()),
        ..common::options()
    });
    for optimize in [Optimize::None, Optimize::Full] {
        for _ in 0..2 {
            let base = importer
                .code_base(&case.spec(), &target(HOST), optimize)
                .expect("the header is good");
            let text = base.text("int thunk(struct pair *p) { return sum(*p); }\n", None);
            assert!(!text.text.contains("#include"));
            compile(&case, &text, optimize);
            // A header that was touched is the same header.
            case.write("inner.h", "struct pair { int first, second; };\n");
        }
    }
    let base = Importer::new(common::options()).code_base(&case.spec(), &target(HOST), Optimize::None);
    let text = base
        .expect("the header is good")
        .text("int thunk(struct pair *p) { return sum(*p); }\n", None);
    assert_eq!(text.pch, None);
    compile(&case, &text, Optimize::None);
}

/// Compiles C text as the code generator does, but with the command.
fn compile(case: &Case, text: &unit::CText, optimize: Optimize) {
    let source = case.folder.path().join("text.c");
    fs::write(&source, &text.text).expect("written");
    let mut clang = std::process::Command::new("/usr/lib/llvm-22/bin/clang");
    clang
        .args(&text.args)
        .args(unit::CText::implied_args(optimize))
        .args(["-c", "-o"]);
    clang.arg(case.folder.path().join("text.o"));
    if let Some(pch) = &text.pch {
        clang.args(["-include-pch", &pch.path]);
    }
    let output = clang.arg(&source).output().expect("clang starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
