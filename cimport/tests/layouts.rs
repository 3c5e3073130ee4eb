//! Layouts of the model against a C program that Clang compiles: every size, alignment and offset.

mod common;

use std::fmt::Write;
use std::process::Command;

use cmodel::{CModel, CNature, CType};

/// Compiles a program that asserts what the model says of each of its records that C can name.
fn assert_layouts(include: &str, model: &CModel) -> usize {
    let mut text = format!("#include <stddef.h>\n#include <{include}>\n");
    let mut checked = 0;
    for record in model.records.values() {
        let (Some(spelling), Some(layout)) = (&record.c_spelling, &record.layout) else {
            continue;
        };
        if spelling == "struct __va_list_tag" {
            continue;
        }
        writeln!(
            text,
            "_Static_assert(sizeof({spelling}) == {} && _Alignof({spelling}) == {}, \"{}\");",
            layout.size, layout.align, record.tag.0
        )
        .expect("a string");
        let has_members = record.nature == CNature::Declared;
        for field in layout
            .fields
            .iter()
            .filter(|field| has_members && field.bit_width.is_none())
        {
            let Some(name) = field.name else { continue };
            let offset = field.offset_bits / 8;
            // glibc has macros that are named like members.
            writeln!(text, "#undef {name}").expect("a string");
            writeln!(
                text,
                "_Static_assert(offsetof({spelling}, {name}) == {offset}, \"{}.{name}\");",
                record.tag.0
            )
            .expect("a string");
            if let CType::Array { len, .. } = field.ty {
                writeln!(
                    text,
                    "_Static_assert(sizeof((({spelling} *)0)->{name}) == {len} * sizeof((({spelling} *)0)->{name}[0]), \
                     \"{}.{name}\");",
                    record.tag.0
                )
                .expect("a string");
            }
        }
        checked += 1;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("layouts.c");
    std::fs::write(&file, text).expect("written");
    let output = Command::new("/usr/lib/llvm-22/bin/clang")
        .args(["-std=gnu17", "-w", "-fsyntax-only", "-ferror-limit=5", "-I"])
        .arg(common::own_folder())
        .arg(&file)
        .output()
        .expect("clang starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    checked
}

#[test]
fn own_records() {
    let model = common::import_everything(&common::own_spec("records.h"));
    assert_eq!(assert_layouts("records.h", &model), 25);
}

/// Bit-fields have no `offsetof`: Clang's dump of its layouts has their places.
#[test]
fn bit_fields() {
    let model = common::import_own("records.h", &["bits", "packed_bits"]);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bits.c");
    std::fs::write(
        &file,
        "#include <records.h>\nint a = sizeof(struct bits), b = sizeof(struct packed_bits);\n",
    )
    .expect("written");
    let output = Command::new("/usr/lib/llvm-22/bin/clang")
        .args([
            "-std=gnu17",
            "-w",
            "-Xclang",
            "-fdump-record-layouts-simple",
            "-fsyntax-only",
            "-I",
        ])
        .arg(common::own_folder())
        .arg(&file)
        .output()
        .expect("clang starts");
    let dump = String::from_utf8_lossy(&output.stdout).into_owned();
    for name in ["bits", "packed_bits"] {
        let record = &model.records[&cmodel::CTag(base::sym(&format!("struct {name}")))];
        let layout = record.layout.as_ref().expect("a body");
        let ours: Vec<String> = layout
            .fields
            .iter()
            .map(|field| field.offset_bits.to_string())
            .collect();
        let (_, theirs) = dump.split_once(&format!("Type: struct {name}\n")).expect("in the dump");
        let theirs = theirs
            .split_once("FieldOffsets: [")
            .and_then(|(_, rest)| rest.split_once(']'))
            .expect("offsets")
            .0;
        assert_eq!(ours.join(", "), theirs, "{name}");
    }
}

#[test]
fn records_of_system_headers() {
    for header in ["stdio.h", "signal.h", "sys/stat.h", "sqlite3.h", "zlib.h"] {
        let model = common::import_everything(&common::spec(&[header]));
        assert!(assert_layouts(header, &model) > 1, "{header}");
    }
}
