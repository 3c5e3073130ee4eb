//! Linking of several files: what names mean, and what is wrong with imports.

use base::{FileId, sym};
use diag::{Diagnostic, Diagnostics};
use hir::{
    BuiltinValue, Conditions, Def, ItemKind, Packages, ParsedFile, Program, imported_module_candidates, link, lower,
    module_file,
};

/// Links files given as `(dotted path, text)`, the root, `main`, having an empty path.
fn link_texts(files: &[(&str, &str)]) -> (Program, Vec<Diagnostic>) {
    let packages = Packages::of_file(sym("main"), Default::default());
    let mut diagnostics = Diagnostics::new();
    let mut parsed = Vec::new();
    for (index, (path, text)) in files.iter().enumerate() {
        let (tree, syntax_errors) = syntax::parse(FileId(index as u32), text);
        let (hir, lowering) = lower(&tree, &Conditions::default());
        diagnostics.append(syntax_errors);
        diagnostics.append(lowering);
        let path = if path.is_empty() { "main" } else { path };
        let names: Vec<base::Symbol> = path.split('.').map(sym).collect();
        let place = packages.locate(Packages::MAIN, &names);
        parsed.push(ParsedFile { place, hir });
    }
    let (program, linking) = link(parsed, packages);
    diagnostics.append(linking);
    (program, diagnostics.sorted())
}

#[track_caller]
fn linked(files: &[(&str, &str)]) -> Program {
    let (program, diagnostics) = link_texts(files);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}");
    program
}

/// Each diagnostic as its code and the text at its primary place.
fn errors(files: &[(&str, &str)]) -> Vec<String> {
    let (_, diagnostics) = link_texts(files);
    diagnostics
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.primary.as_ref().expect("a place is at fault").span;
            let text = &files[span.file.0 as usize].1[span.start as usize..span.end as usize];
            format!("{} {text}", diagnostic.code)
        })
        .collect()
}

/// What a name at the top of the root file means, in words.
fn meaning(program: &Program, name: &str) -> String {
    match program.lookup(program.root, sym(name)) {
        None => "nothing".to_owned(),
        Some(Def::Module(module)) => format!("module {}", path(&program.modules[module].path)),
        Some(Def::CModule(module)) => format!("C module {}", module.0),
        Some(Def::Item(def)) => format!("item {}", program.path_of(def)),
        Some(Def::Builtin(value)) => format!("builtin {}", value.name()),
        Some(Def::Error(_)) => "error".to_owned(),
    }
}

fn path(names: &[base::Symbol]) -> String {
    names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(".")
}

#[test]
fn imports_name_modules_and_items() {
    let program = linked(&[
        (
            "",
            "import geometry; import net.http; import net.http.get as fetch; import geometry.{Point, shapes.Circle};",
        ),
        (
            "geometry",
            "pub struct Point { x: i32 } pub mod shapes { pub struct Circle { r: i32 } }",
        ),
        ("net.http", "pub fn get() {}"),
    ]);
    assert_eq!(meaning(&program, "geometry"), "module geometry");
    assert_eq!(meaning(&program, "http"), "module net.http");
    assert_eq!(meaning(&program, "fetch"), "item net.http.get");
    assert_eq!(meaning(&program, "Point"), "item geometry.Point");
    assert_eq!(meaning(&program, "Circle"), "item geometry.shapes.Circle");
    assert_eq!(meaning(&program, "net"), "nothing");
}

#[test]
fn the_longest_path_that_is_a_file_is_the_module() {
    let files = [("", "import a.b;"), ("a", "pub fn b() {}"), ("a.b", "")];
    assert_eq!(meaning(&linked(&files), "b"), "module a.b");
    assert_eq!(meaning(&linked(&files[..2]), "b"), "item a.b");
}

#[test]
fn modules_may_import_each_other() {
    let program = linked(&[
        ("", "import a.{f};"),
        ("a", "import b; pub fn f() { b.g() }"),
        ("b", "import a; pub fn g() { a.f() }"),
    ]);
    assert_eq!(meaning(&program, "f"), "item a.f");
}

#[test]
fn public_imports_pass_on_what_they_name() {
    let program = linked(&[
        ("", "import a.g;"),
        ("a", "pub import b.f as g;"),
        ("b", "pub fn f() {}"),
    ]);
    assert_eq!(meaning(&program, "g"), "item b.f");
}

#[test]
fn imports_in_a_circle_are_said_once() {
    let files = [("", "import a.f;"), ("a", "pub import b.f;"), ("b", "pub import a.f;")];
    assert_eq!(errors(&files), ["E0202 f"]);
    let (program, _) = link_texts(&files);
    assert_eq!(meaning(&program, "f"), "error");
}

#[test]
fn what_is_private_or_missing_is_said_at_its_name() {
    let geometry = (
        "geometry",
        "fn hidden() {} pub fn shown() {} mod inner { fn f() {} } import c \"z.h\";",
    );
    let error = |import: &str| errors(&[("", import), geometry]);
    assert_eq!(error("import geometry.hidden;"), ["E0203 hidden"]);
    assert_eq!(error("import geometry.shwon;"), ["E0202 shwon"]);
    assert_eq!(error("import geometry.inner.f;"), ["E0203 inner"]);
    assert_eq!(error("import geometry.shown.f;"), ["E0206 shown"]);
    assert_eq!(error("import geometry.z;"), ["E0203 z"]);
    assert_eq!(error("import geometri.shown;"), ["E0201 geometri"]);
    assert_eq!(error("import std.io.print;"), ["E0201 std.io"]);
}

#[test]
fn a_broken_import_gives_its_name_no_second_message() {
    let (program, diagnostics) = link_texts(&[("", "import nothing.f;")]);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(meaning(&program, "f"), "error");
}

#[test]
fn equal_c_imports_are_one_module() {
    let program = linked(&[
        ("", "import a; import c \"z.h\"; import c \"y.h\";"),
        (
            "a",
            "import c \"y.h\" as why; import c \"z.h\" as z; @define(\"A\") import c \"z.h\" as other;",
        ),
    ]);
    assert_eq!(program.c_modules.len(), 3);
    assert_eq!(meaning(&program, "z"), "C module 0");
    assert_eq!(meaning(&program, "y"), "C module 1");
    let numbers: Vec<u32> = program.modules[hir::ModuleId(1)]
        .c_modules
        .iter()
        .map(|id| id.0)
        .collect();
    assert_eq!(numbers, [1, 0, 2]);
}

#[test]
fn names_are_found_from_the_inside_out() {
    let program = linked(&[("", "fn f() {} mod a { fn f() {} mod b { fn g() {} } }")]);
    let items = &program.modules[program.root].hir.items;
    let def = |name: &str, n: usize| {
        let mut found = items.iter_enumerated().filter(|(_, item)| item.name == name);
        let (item, _) = found.nth(n).expect("there is such an item");
        hir::DefId {
            module: program.root,
            item,
        }
    };
    assert!(matches!(program.item(def("f", 0)).kind, ItemKind::Fn(_)));
    assert_eq!(program.lookup_from(def("g", 0), sym("f")), Some(Def::Item(def("f", 1))));
    assert_eq!(program.lookup_from(def("f", 0), sym("f")), Some(Def::Item(def("f", 0))));
    assert!(program.is_visible(def("f", 1), def("g", 0)));
    assert!(!program.is_visible(def("g", 0), def("f", 1)));
}

#[test]
fn the_prelude_has_builtins_and_what_the_library_gives() {
    let files = [
        ("", ""),
        ("std.prelude", "pub import std.mem.drop;"),
        ("std.mem", "pub fn drop<T>(value: T) {}"),
    ];
    let program = linked(&files);
    assert_eq!(meaning(&program, "drop"), "item std.mem.drop");
    for value in BuiltinValue::ALL {
        assert_eq!(meaning(&program, value.name()), format!("builtin {}", value.name()));
    }
    let program = linked(&[("", "fn println() {}")]);
    assert_eq!(meaning(&program, "println"), "item println");
}

#[test]
fn a_file_says_which_modules_it_may_need() {
    let (tree, _) = syntax::parse(FileId(0), "import a.{b.c, d}; import c \"x.h\"; import std.mem;");
    let (hir, _) = lower(&tree, &Conditions::default());
    let candidates: Vec<Vec<String>> = imported_module_candidates(&hir)
        .iter()
        .map(|paths| paths.iter().map(|path| module_file(path)).collect())
        .collect();
    let expected: [&[&str]; 3] = [
        &["a/b/c.lang", "a/b.lang", "a.lang"],
        &["a/d.lang", "a.lang"],
        &["std/mem.lang", "std.lang"],
    ];
    assert_eq!(candidates, expected);
}
