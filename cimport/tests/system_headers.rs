//! Imports of the headers of this machine's libraries: assertions, not goldens, because versions differ.

mod common;

use base::sym;
use cmodel::{CConstantValue, CLinkage, CTag, CType, CTypeName, CValue};
use common::{constant, import, ty, value};
use target::CScalar;

#[test]
fn stdio_functions_globals_and_macros() {
    let names = [
        "printf", "FILE", "stdin", "EOF", "BUFSIZ", "SEEK_SET", "fopen", "nothing",
    ];
    let model = import("stdio.h", &names);
    let printf = &model.functions[&sym("printf")];
    assert!(printf.signature.variadic);
    assert_eq!(printf.linkage, CLinkage::External);
    assert_eq!(constant(&model, "EOF").value, CConstantValue::Int(-1));
    assert!(matches!(value(&model, "stdin"), CValue::Global(_)));
    assert!(matches!(ty(&model, "FILE"), CTypeName::Typedef(_)));
    assert!(!common::module(&model).values.contains_key(&sym("nothing")));
}

#[test]
fn sqlite_constants_callbacks_and_opaque_records() {
    let names = [
        "sqlite3_open",
        "sqlite3",
        "SQLITE_TRANSIENT",
        "SQLITE_OK",
        "SQLITE_VERSION",
        "sqlite3_exec",
    ];
    let model = import("sqlite3.h", &names);
    assert_eq!(
        constant(&model, "SQLITE_TRANSIENT").value,
        CConstantValue::Int(i128::from(u64::MAX))
    );
    assert_eq!(constant(&model, "SQLITE_OK").value, CConstantValue::Int(0));
    assert!(matches!(&constant(&model, "SQLITE_VERSION").value, CConstantValue::Str(text) if text.starts_with(b"3.")));
    let record = &model.records[&CTag(sym("struct sqlite3"))];
    assert_eq!(record.layout, None);
}

#[test]
fn errno_signal_stat_and_math() {
    let errno = import("errno.h", &["ENOENT", "EWOULDBLOCK", "EAGAIN", "errno"]);
    assert_eq!(constant(&errno, "ENOENT").value, CConstantValue::Int(2));
    assert_eq!(constant(&errno, "EWOULDBLOCK").value, constant(&errno, "EAGAIN").value);
    assert!(matches!(value(&errno, "errno"), CValue::Getter(_)));

    let signal = import(
        "signal.h",
        &["SIGINT", "SIG_IGN", "SIG_ERR", "sigaction", "signal", "siginfo_t"],
    );
    assert_eq!(
        constant(&signal, "SIG_ERR").value,
        CConstantValue::Int(i128::from(u64::MAX))
    );
    assert!(matches!(constant(&signal, "SIG_IGN").ty, CType::Typedef(_)));
    // A function and a struct.
    assert!(matches!(value(&signal, "sigaction"), CValue::Function(_)));
    assert_eq!(
        ty(&signal, "sigaction"),
        CTypeName::Record(CTag(sym("struct sigaction")))
    );

    let stat = import("sys/stat.h", &["stat", "S_IFMT", "S_IRUSR", "st_mtime"]);
    assert!(matches!(value(&stat, "stat"), CValue::Function(_)));
    let layout = stat.records[&CTag(sym("struct stat"))].layout.as_ref().expect("a body");
    assert!(layout.fields.iter().any(|field| field.name == Some(sym("st_size"))));
    assert_eq!(constant(&stat, "S_IFMT").value, CConstantValue::Int(0o170000));

    let math = import(
        "math.h",
        &[
            "M_PI", "HUGE_VAL", "INFINITY", "NAN", "sin", "FP_NAN", "M_PI_4", "isnan",
        ],
    );
    assert_eq!(
        constant(&math, "M_PI").value,
        CConstantValue::Float(std::f64::consts::PI.to_bits())
    );
    assert_eq!(
        constant(&math, "HUGE_VAL").value,
        CConstantValue::Float(f64::INFINITY.to_bits())
    );
    assert_eq!(constant(&math, "INFINITY").ty, CType::Scalar(CScalar::Float));
    assert_eq!(constant(&math, "FP_NAN").value, CConstantValue::Int(0));
    assert!(matches!(value(&math, "isnan"), CValue::Macro(_)));
}

#[test]
fn stdlib_limits_and_varargs() {
    let stdlib = import(
        "stdlib.h",
        &[
            "RAND_MAX",
            "EXIT_FAILURE",
            "qsort",
            "exit",
            "abort",
            "div",
            "div_t",
            "NULL",
        ],
    );
    assert_eq!(
        constant(&stdlib, "RAND_MAX").value,
        CConstantValue::Int(i128::from(i32::MAX))
    );
    assert!(stdlib.functions[&sym("exit")].signature.noreturn && stdlib.functions[&sym("abort")].signature.noreturn);
    let compare = &stdlib.functions[&sym("qsort")].signature.params[3].ty;
    assert!(matches!(compare, CType::Typedef(_) | CType::FunctionPointer(_)));

    let limits = import(
        "limits.h",
        &["INT_MIN", "ULLONG_MAX", "CHAR_BIT", "LONG_MIN", "UCHAR_MAX"],
    );
    assert_eq!(
        constant(&limits, "ULLONG_MAX").value,
        CConstantValue::Int(i128::from(u64::MAX))
    );
    assert_eq!(
        constant(&limits, "LONG_MIN").value,
        CConstantValue::Int(i128::from(i64::MIN))
    );

    // A `va_list` is one value, whatever it has decayed to, with what Clang calls it.
    let stdio = import("stdio.h", &["vprintf", "va_list"]);
    let list = &stdio.functions[&sym("vprintf")].signature.params[1].ty;
    assert_eq!(
        *list,
        CType::Opaque {
            size: 24,
            align: 8,
            spelling: "__builtin_va_list".to_owned(),
        }
    );
}

#[test]
fn sdl_unions_enums_and_flags() {
    let names = [
        "SDL_Event",
        "SDL_INIT_VIDEO",
        "SDL_WINDOW_SHOWN",
        "SDL_CreateWindow",
        "SDL_Window",
        "SDL_QUIT",
    ];
    let model = import("SDL2/SDL.h", &names);
    assert_eq!(constant(&model, "SDL_INIT_VIDEO").value, CConstantValue::Int(0x20));
    assert_eq!(constant(&model, "SDL_QUIT").value, CConstantValue::Int(0x100));
    let event = &model.records[&CTag(sym("union SDL_Event"))];
    assert_eq!(event.layout.as_ref().map(|layout| layout.size), Some(56));
    assert_eq!(model.records[&CTag(sym("struct SDL_Window"))].layout, None);
    // SDL2's header of the version that Debian 12 has stands on all of x86's intrinsics.
    assert!(!model.functions.contains_key(&sym("_mm_add_ps")));
}

#[test]
fn one_type_is_one_type_whichever_header_has_it() {
    let headers = [
        "stdio.h",
        "stdlib.h",
        "signal.h",
        "sys/stat.h",
        "pthread.h",
        "zlib.h",
        "sqlite3.h",
        "SDL2/SDL.h",
    ];
    let models: Vec<_> = headers
        .iter()
        .map(|header| common::import_everything(&common::spec(&[header])))
        .collect();
    let n_records: usize = models.iter().map(|model| model.records.len()).sum();
    let (merged, conflicts) = cimport::merge(models);
    assert_eq!(conflicts, []);
    assert!(merged.records.len() < n_records);
}
