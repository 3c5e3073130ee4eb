//! What goes wrong: each case gives its error, with the data that its message needs.

mod common;

use std::fs;
use std::path::PathBuf;

use base::{SourceMap, Span};
use cimport::{ImportError, ImportOptions, import_error};
use cmodel::CModuleSpec;
use common::{HOST, import_spec, options, spec};

fn error_in(files: &[(&str, &str)], target: &str) -> ImportError {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    let spec = CModuleSpec {
        include_dirs: vec![folder.path().display().to_string()],
        ..spec(&[files[0].0])
    };
    import_spec(options(), &spec, target, &["x"]).expect_err("the header is bad")
}

/// The message of an error, with its notes and hint.
fn message(error: &ImportError) -> String {
    let mut map = SourceMap::default();
    let file = map.add("main.lang".as_ref(), "import c \"x.h\";\n".into());
    let diagnostic = import_error(error, Span::new(file, 9, 14));
    let hint = diagnostic.hint.map_or(String::new(), |hint| hint.message);
    [vec![diagnostic.message], diagnostic.notes, vec![hint]]
        .concat()
        .join("\n")
}

#[test]
fn a_missing_header() {
    let error = import_spec(options(), &spec(&["stdio.h", "no_such.h"]), HOST, &["x"]).expect_err("it is missing");
    assert_eq!(
        error,
        ImportError::HeaderNotFound {
            header: "no_such.h".to_owned(),
            included_at: None,
            cpp: false
        }
    );
    assert!(message(&error).starts_with("header `no_such.h` not found"));
}

#[test]
fn a_missing_header_that_a_header_includes() {
    let error = error_in(
        &[
            ("a.h", "int x;\n#include \"b.h\"\n"),
            ("b.h", "  #include <no/such.h>\n"),
        ],
        HOST,
    );
    let ImportError::HeaderNotFound {
        header,
        included_at: Some(loc),
        cpp: false,
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((header.as_str(), loc.line, loc.column), ("no/such.h", 1, 12));
    assert!(loc.path.ends_with("b.h"));
}

#[test]
fn a_header_with_errors() {
    let error = error_in(
        &[("a.h", "struct s {\n  unknown_t x;\n};\nint f(also_unknown y);\n")],
        HOST,
    );
    let ImportError::HeaderHasErrors {
        message: text,
        loc: Some(loc),
        end_of: None,
        n_more: 1,
        cpp: false,
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (text.as_str(), loc.line, loc.column),
        ("unknown type name 'unknown_t'", 2, 3)
    );
    assert!(
        message(&error).contains("a.h:2:3: unknown type name 'unknown_t'"),
        "{}",
        message(&error)
    );
}

#[test]
fn an_error_directive_says_its_text() {
    let error = error_in(&[("a.h", "#error define FOO first\n")], HOST);
    let ImportError::HeaderHasErrors { message, .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(message, "define FOO first");
}

#[test]
fn a_cpp_header_is_known_by_clang() {
    let error = error_in(
        &[(
            "a.hpp",
            "namespace n { class C { public: int x; }; }\ntemplate<class T> T id(T t);\n",
        )],
        HOST,
    );
    assert!(
        matches!(error, ImportError::HeaderHasErrors { cpp: true, .. }),
        "{error:?}"
    );
    assert!(message(&error).contains("extern \"C\""));
}

#[test]
fn names_that_no_include_line_can_hold() {
    for header in ["", "a\nb.h", "a>b.h", "a\"b.h"] {
        let error = import_spec(options(), &spec(&[header]), HOST, &["x"]).expect_err("malformed");
        assert_eq!(
            error,
            ImportError::HeaderNameMalformed {
                header: header.to_owned()
            }
        );
    }
}

#[test]
fn a_target_without_headers() {
    for target in ["aarch64-apple-darwin", "x86_64-apple-darwin"] {
        let error = import_spec(options(), &spec(&["stdio.h"]), target, &["printf"]).expect_err("no headers");
        assert!(matches!(error, ImportError::NoHeadersForTarget { .. }), "{error:?}");
        let text = message(&error);
        assert!(text.contains(target) && text.contains("--sysroot"), "{text}");
    }
}

#[test]
fn a_foreign_target_takes_nothing_of_the_host() {
    // Clang's own headers are every target's.
    let model = import_spec(options(), &spec(&["stddef.h"]), "wasm32-wasi", &["size_t", "NULL"]).expect("Clang's own");
    let size = &model.typedefs[&base::sym("size_t")];
    assert_eq!(size.ty, cmodel::CType::Scalar(target::CScalar::ULong));
    assert!(size.loc.path.starts_with("/usr/lib/llvm-22/"), "{}", size.loc.path);
}

#[test]
fn a_sysroot_is_all_there_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let include = folder.path().join("usr/include");
    fs::create_dir_all(&include).expect("made");
    fs::write(include.join("only.h"), "extern int only;\n").expect("written");
    let with_root = || ImportOptions {
        sysroot: Some(folder.path().to_owned()),
        ..options()
    };
    for target in [HOST, "aarch64-apple-darwin", "x86_64-unknown-linux-musl"] {
        let model = import_spec(with_root(), &spec(&["only.h"]), target, &["only"]).expect("it is there");
        assert!(model.globals.contains_key(&base::sym("only")));
        let error = import_spec(with_root(), &spec(&["stdio.h"]), target, &["x"]).expect_err("not there");
        assert!(matches!(error, ImportError::HeaderNotFound { .. }), "{error:?}");
    }
    // Of a wrong one the error says where its headers would be, and nothing of the folders without it.
    let wrong = folder.path().join("no");
    let with_wrong = ImportOptions {
        sysroot: Some(wrong.clone()),
        ..options()
    };
    let error = import_spec(with_wrong, &spec(&["stdio.h"]), "aarch64-linux", &["x"]).expect_err("no headers");
    assert!(matches!(error, ImportError::NoHeadersForTarget { .. }), "{error:?}");
    let text = message(&error);
    let wrong = wrong.display();
    for part in [
        format!("below `{wrong}`"),
        format!("`{wrong}/usr/include`"),
        "--sysroot".to_owned(),
    ] {
        assert!(text.contains(&part), "{text}");
    }
    assert!(!text.contains("`/usr") && !text.contains("install"), "{text}");
}

#[test]
fn a_libclang_that_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("libclang.so");
    let with = |path: PathBuf| {
        import_spec(
            ImportOptions {
                libclang: path,
                ..options()
            },
            &spec(&["stdio.h"]),
            HOST,
            &["x"],
        )
    };
    assert_eq!(
        with(missing.clone()),
        Err(ImportError::LibclangMissing { path: missing })
    );
    let text = folder.path().join("text.so");
    fs::write(&text, "no library").expect("written");
    assert!(matches!(with(text), Err(ImportError::LibclangUnusable { .. })));
    // Some library, but not Clang's.
    let other = PathBuf::from("/usr/lib/llvm-22/lib/libLLVM.so.22.1");
    assert!(matches!(with(other), Err(ImportError::LibclangUnusable { .. })));
}
