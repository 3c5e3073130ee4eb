//! Thunks, compiled by Clang on their own and after a header.

mod common;

use std::io::Write;
use std::process::{Command, Stdio};

use base::sym;
use cimport::thunk_text;
use cmodel::{
    CCallee, CModel, CModuleId, CParam, CRecordKind, CShape, CShapeField, CSignature, CTag, CType, CallbackReach,
    CallingConvention, Crossing, CrossingKind, CrossingRecord,
};
use target::CScalar;

fn signature(params: Vec<CType>, ret: CType) -> CSignature {
    CSignature {
        params: params.into_iter().map(|ty| CParam { name: None, ty }).collect(),
        ret,
        variadic: false,
        without_prototype: false,
        noreturn: false,
        convention: CallingConvention::Default,
    }
}

fn crossing(name: &str, kind: CrossingKind, signature: CSignature) -> Crossing {
    Crossing {
        name: name.to_owned(),
        kind,
        signature,
        variadic_args: Vec::new(),
        module: None,
        records: Vec::new(),
        features: Vec::new(),
    }
}

/// Whether C text compiles without a warning, and what Clang says.
fn compiles(target: &str, text: &str) -> Result<(), String> {
    let mut clang = Command::new("/usr/lib/llvm-22/bin/clang")
        .arg(format!("--target={target}"))
        .args([
            "-xc",
            "-std=gnu17",
            "-fsyntax-only",
            "-Werror",
            "-Wno-unused-function",
            "-",
        ])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("clang starts");
    clang
        .stdin
        .take()
        .expect("it is piped")
        .write_all(text.as_bytes())
        .expect("clang reads");
    let output = clang.wait_with_output().expect("clang ends");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

/// `struct lang_pt { int x; double y; }` and a packed pair that holds it.
fn own_records() -> Vec<CrossingRecord> {
    let field = |ty| CShapeField {
        ty,
        bit_width: None,
        is_named: true,
    };
    let point = CrossingRecord {
        shape: CShape {
            tag: CTag(sym("struct lang_pt")),
            kind: CRecordKind::Struct,
            fields: vec![
                field(CType::Scalar(CScalar::Int)),
                field(CType::Scalar(CScalar::Double)),
            ],
            packed: false,
            align: None,
        },
        size: 16,
        align_bytes: 8,
        offsets: vec![Some(0), Some(8)],
    };
    let pair = CrossingRecord {
        shape: CShape {
            tag: CTag(sym("struct lang_pair")),
            kind: CRecordKind::Struct,
            fields: vec![
                field(CType::Scalar(CScalar::Char)),
                field(CType::Record(point.shape.tag)),
                CShapeField {
                    ty: CType::Scalar(CScalar::UInt),
                    bit_width: Some(3),
                    is_named: true,
                },
            ],
            packed: true,
            align: None,
        },
        size: 18,
        align_bytes: 1,
        offsets: vec![Some(0), Some(1), None],
    };
    vec![point, pair]
}

#[test]
fn every_kind_compiles_for_every_object_format() {
    let point = CType::Record(CTag(sym("struct lang_pt")));
    let pair = CType::Record(CTag(sym("struct lang_pair")));
    let void = CType::Scalar(CScalar::Void);
    let long_double = CType::Scalar(CScalar::LongDouble);
    let takes_both = signature(vec![point.clone(), pair.clone()], point.clone());
    let symbol = |name: &str| CrossingKind::CallFunction {
        callee: CCallee::Symbol(name.to_owned()),
    };
    let callback = |reach| CrossingKind::Callback {
        target: "lang_target".to_owned(),
        reach,
    };
    let mut variadic = crossing(
        "t_variadic",
        symbol("log_all"),
        signature(vec![CType::Scalar(CScalar::Int)], void.clone()),
    );
    variadic.signature.variadic = true;
    variadic.variadic_args = vec![point.clone(), CType::Scalar(CScalar::Double)];
    let mut crossings = vec![
        // A name that C has built in, with another signature.
        crossing("t_div", symbol("div"), takes_both.clone()),
        crossing("t_again", symbol("div"), signature(vec![pair.clone()], void.clone())),
        crossing("t_pointer", CrossingKind::CallPointer, takes_both.clone()),
        crossing(
            "t_wide",
            symbol("wide"),
            signature(vec![long_double.clone()], long_double),
        ),
        crossing("t_callback", callback(CallbackReach::Everyone), takes_both),
        crossing("t_quiet", callback(CallbackReach::Program), signature(vec![], void)),
        variadic,
    ];
    crossings[5].kind = CrossingKind::Callback {
        target: "lang_other".to_owned(),
        reach: CallbackReach::Program,
    };
    for crossing in &mut crossings {
        crossing.records = own_records();
    }
    let text = thunk_text(&crossings, &CModel::default()).expect("everything has a name");
    for target in ["x86_64-unknown-linux-gnu", "arm64-apple-macosx13.0.0", "wasm32-wasip1"] {
        assert_eq!(compiles(target, &text), Ok(()), "{text}");
    }
}

#[test]
fn a_layout_that_clang_does_not_share_does_not_compile() {
    let mut records = own_records();
    records[0].offsets[1] = Some(4);
    let mut one = crossing(
        "t",
        CrossingKind::CallPointer,
        signature(vec![], CType::Record(CTag(sym("struct lang_pt")))),
    );
    one.records = records;
    let text = thunk_text(&[one], &CModel::default()).expect("everything has a name");
    let message = compiles("x86_64-unknown-linux-gnu", &text).expect_err("the offset is wrong");
    assert!(message.contains("the layout of struct lang_pt"), "{message}");
}

#[test]
fn a_function_of_a_header_is_called_past_its_macro() {
    let model = common::import("stdlib.h", &["div", "div_t"]);
    let function = &model.functions[&sym("div")];
    let kind = CrossingKind::CallFunction {
        callee: CCallee::Header("div".to_owned()),
    };
    let mut one = crossing("t_div", kind, function.signature.clone());
    one.module = Some(CModuleId(0));
    let text = thunk_text(&[one], &model).expect("everything has a name");
    let text = format!("#include <stdlib.h>\n#define div(a, b) wrong\n{text}");
    assert_eq!(compiles("x86_64-unknown-linux-gnu", &text), Ok(()));
}
