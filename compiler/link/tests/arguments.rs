//! lld's argument lists, word for word.

use link::{Library, LinkError, LinkPlan, LinkRequest, OutputKind, SystemFiles, program_name};
use std::path::PathBuf;
use target::{Table, Target};

fn target(name: &str) -> &'static Target {
    Table::embedded().lookup(name).expect("a row")
}

fn request(target: &Target) -> LinkRequest<'_> {
    LinkRequest {
        target,
        linker: PathBuf::from(program_name(target.link.flavor)),
        kind: OutputKind::Executable,
        objects: vec!["a.o".into(), "b.o".into()],
        sanitizer: None,
        libraries: vec![Library::Named("z".to_owned()), Library::Path("libx.a".into())],
        library_dirs: vec!["/opt/lib".into()],
        output: "out/hello".into(),
        sysroot: None,
        resource_dirs: Vec::new(),
    }
}

fn line(plan: &LinkPlan) -> String {
    let words: Vec<String> = plan
        .command_line()
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    words.join(" ")
}

#[test]
fn elf() {
    let system = SystemFiles {
        start_objects: vec!["/lib/Scrt1.o".into(), "/lib/crti.o".into()],
        end_objects: vec!["/lib/crtn.o".into()],
        builtins: Some("/clang/libclang_rt.builtins-x86_64.a".into()),
        unwinder: Some("/lib/libgcc_s.so.1".into()),
        library_dirs: vec!["/lib".into()],
    };
    let plan = LinkPlan::with_files(request(target("x86_64-unknown-linux-gnu")), system.clone(), None);
    assert_eq!(
        line(&plan),
        "ld.lld -m elf_x86_64 -pie -dynamic-linker /lib64/ld-linux-x86-64.so.2 --eh-frame-hdr --hash-style=gnu \
         --gc-sections --color-diagnostics=never -o out/hello /lib/Scrt1.o /lib/crti.o -L/opt/lib -L/lib a.o b.o -lz \
         libx.a --as-needed /lib/libgcc_s.so.1 -lm -lc --no-as-needed /clang/libclang_rt.builtins-x86_64.a /lib/crtn.o"
    );
    let mut foreign = request(target("aarch64-unknown-linux-gnu"));
    foreign.sysroot = Some("/sysroot".into());
    let plan = LinkPlan::with_files(foreign, system, None);
    let line = line(&plan);
    let expected = "ld.lld -m aarch64linux -pie -dynamic-linker /lib/ld-linux-aarch64.so.1 ";
    assert!(line.starts_with(expected), "{line}");
    assert!(line.contains(" --sysroot=/sysroot -o out/hello "), "{line}");
}

#[test]
fn mach_o() {
    let mut apple = request(target("aarch64-apple-darwin"));
    apple.libraries.push(Library::Framework("Cocoa".to_owned()));
    let plan = LinkPlan::with_files(apple.clone(), SystemFiles::default(), Some("stub".to_owned()));
    assert_eq!(
        line(&plan),
        "ld64.lld -arch arm64 -platform_version macos 13.0 13.0 -dead_strip --color-diagnostics=never -o out/hello \
         -L/opt/lib a.o b.o -lz libx.a -framework Cocoa libSystem.tbd"
    );
    apple.sysroot = Some("/sdk".into());
    let plan = LinkPlan::with_files(apple, SystemFiles::default(), None);
    assert!(line(&plan).contains(" -syslibroot /sdk -o "));
    assert!(line(&plan).ends_with(" -framework Cocoa -lSystem"));
    let plan = LinkPlan::with_files(request(target("x86_64-apple-darwin")), SystemFiles::default(), None);
    let expected = "ld64.lld -arch x86_64 -platform_version macos 13.0 13.0 -adhoc_codesign ";
    assert!(line(&plan).starts_with(expected));
}

#[test]
fn flavours_that_are_not_driven_yet_say_so() {
    for name in ["wasm32-wasi", "x86_64-pc-windows-gnu"] {
        let error = LinkPlan::new(request(target(name))).expect_err("not driven");
        assert!(matches!(error, LinkError::FlavorNotSupported { target } if target == name));
    }
}
