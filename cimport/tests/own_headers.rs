//! Headers of this folder, which have a little of everything.

mod common;

use base::sym;
use cmodel::{
    CConstantValue, CField, CInitial, CLinkage, CModel, CNature, CRecord, CTag, CType, CTypeName, CValue,
    CallingConvention,
};
use common::{constant, import_own, ty, value};
use target::CScalar;

fn record<'a>(model: &'a CModel, tag: &str) -> &'a CRecord {
    model
        .records
        .get(&CTag(sym(tag)))
        .unwrap_or_else(|| panic!("no `{tag}` in {:?}", model.records.keys()))
}

fn fields<'a>(model: &'a CModel, tag: &str) -> &'a [CField] {
    &record(model, tag)
        .layout
        .as_ref()
        .unwrap_or_else(|| panic!("`{tag}` has a body"))
        .fields
}

fn int() -> CType {
    CType::Scalar(CScalar::Int)
}

#[test]
fn members_without_names_are_in_place() {
    let model = import_own("records.h", &["anonymous", "nested", "Node", "OnlyPointer"]);
    let members = fields(&model, "struct anonymous");
    assert_eq!(
        members.iter().map(|f| f.name.map(|n| n.as_str())).collect::<Vec<_>>(),
        [Some("tag"), None, Some("end")]
    );
    assert_eq!(members[1].ty, CType::Record(CTag(sym("union anonymous.1"))));
    let inner = fields(&model, "union anonymous.1");
    assert_eq!(inner[0].ty, CType::Record(CTag(sym("struct anonymous.1.0"))));
    assert_eq!(record(&model, "union anonymous.1").c_spelling, None);
    let named = record(&model, "struct nested.in");
    assert_eq!(
        named.c_spelling.as_deref(),
        Some("__typeof__(((struct nested *)0)->in)")
    );
    let pointer = record(&model, "struct OnlyPointer");
    assert_eq!(pointer.c_spelling.as_deref(), Some("__typeof__(*(*(OnlyPointer *)0))"));
    // An enum without a name is its integer.
    assert!(model.enums.is_empty());
}

#[test]
fn bit_fields_are_listed_with_their_widths() {
    let model = import_own("records.h", &["bits"]);
    let widths: Vec<_> = fields(&model, "struct bits")
        .iter()
        .map(|field| (field.offset_bits, field.bit_width))
        .collect();
    assert_eq!(widths[..3], [(0, Some(3)), (3, Some(7)), (32, Some(0))]);
    assert_eq!(widths[6].1, None);
}

#[test]
fn types_keep_what_c_says() {
    let names = [
        "flexible",
        "odd",
        "simd",
        "opaque",
        "callbacks",
        "ConstPlain",
        "arrays",
        "number",
        "Point",
    ];
    let model = import_own("records.h", &names);
    let items = CType::FlexibleArray {
        element: Box::new(CType::Record(CTag(sym("struct plain")))),
    };
    assert_eq!(fields(&model, "struct flexible")[1].ty, items);
    assert_eq!(fields(&model, "struct flexible")[0].ty, CType::Typedef(sym("size_t")));
    assert_eq!(record(&model, "struct opaque").layout, None);
    assert_eq!(record(&model, "typedef Point").c_spelling.as_deref(), Some("Point"));
    assert_eq!(ty(&model, "Point"), CTypeName::Typedef(sym("Point")));
    assert_eq!(ty(&model, "number"), CTypeName::Record(CTag(sym("union number"))));
    let natures: Vec<_> = fields(&model, "struct odd")
        .iter()
        .map(|field| match field.ty {
            CType::Record(tag) => Some((model.records[&tag].nature, model.records[&tag].name.as_str())),
            CType::Scalar(_)
            | CType::Int128 { .. }
            | CType::Float16
            | CType::Pointer { .. }
            | CType::Array { .. }
            | CType::FlexibleArray { .. }
            | CType::FunctionPointer(_)
            | CType::Function(_)
            | CType::Opaque { .. }
            | CType::Enum(_)
            | CType::Typedef(_) => None,
        })
        .collect();
    assert_eq!(
        natures,
        [
            None,
            Some((CNature::Complex, "_Complex double")),
            Some((CNature::Atomic, "_Atomic(int)")),
            None,
            None
        ]
    );
    let CType::FunctionPointer(compare) = &fields(&model, "struct callbacks")[0].ty else {
        panic!("a pointer")
    };
    assert!(matches!(compare.params[0].ty, CType::Pointer { is_const: true, .. }));
    let CType::Pointer {
        is_const: true,
        pointee,
    } = &model.typedefs[&sym("ConstPlain")].ty
    else {
        panic!("const")
    };
    assert_eq!(**pointee, CType::Record(CTag(sym("struct plain"))));
    let grid = CType::Array {
        element: Box::new(int()),
        len: 3,
    };
    assert_eq!(
        fields(&model, "struct arrays")[0].ty,
        CType::Array {
            element: Box::new(grid),
            len: 2
        }
    );
}

#[test]
fn enums_have_the_type_that_clang_gives_them() {
    let model = import_own(
        "records.h",
        &["Level", "Wide", "Flags", "NAMELESS", "LOW", "FIRST", "RED"],
    );
    let underlying = |tag: &str| model.enums[&CTag(sym(tag))].underlying.clone();
    assert_eq!(underlying("enum Level"), int());
    assert_eq!(underlying("enum Wide"), CType::Scalar(CScalar::ULong));
    assert_eq!(underlying("typedef Flags"), CType::Scalar(CScalar::UInt));
    assert_eq!(constant(&model, "LOW").value, CConstantValue::Int(-1));
    assert_eq!(constant(&model, "LOW").ty, CType::Enum(CTag(sym("enum Level"))));
    assert_eq!(constant(&model, "FIRST").value, CConstantValue::Int(1 << 31));
    assert_eq!(
        (&constant(&model, "NAMELESS").ty, &constant(&model, "RED").ty),
        (&int(), &int())
    );
}

#[test]
fn functions_say_how_they_are_called() {
    let names = [
        "the_callback",
        "the_pointer",
        "constants",
        "per_thread",
        "takes_array",
        "no_prototype",
        "stops",
        "also_stops",
        "renamed",
        "header_only",
        "c99_inline",
        "gnu_extern",
        "other_convention",
        "static_constant",
        "add_points",
    ];
    let model = import_own("records.h", &names);
    let function = |name: &str| &model.functions[&sym(name)];
    assert!(function("the_callback").signature.variadic);
    assert!(function("no_prototype").signature.without_prototype);
    assert!(!function("add_points").signature.noreturn);
    assert!(function("stops").signature.noreturn && function("also_stops").signature.noreturn);
    assert_eq!(function("renamed").symbol, "real_name");
    assert_eq!(
        function("other_convention").signature.convention,
        CallingConvention::MsAbi
    );
    let linkages = ["header_only", "c99_inline", "gnu_extern", "stops"].map(|name| function(name).linkage);
    assert_eq!(
        linkages,
        [
            CLinkage::Header,
            CLinkage::Header,
            CLinkage::External,
            CLinkage::External
        ]
    );
    let array = &function("takes_array").signature.params;
    assert_eq!(
        array[0].ty,
        CType::Pointer {
            pointee: Box::new(int()),
            is_const: false
        }
    );
    assert!(matches!(array[1].ty, CType::FunctionPointer(_)));
    assert_eq!(function("add_points").signature.params[1].name, Some(sym("right")));
    assert!(model.globals[&sym("constants")].constant && model.globals[&sym("per_thread")].thread_local);
    assert_eq!(constant(&model, "static_constant").value, CConstantValue::Int(5));
}

#[test]
fn constants_have_their_exact_type_and_value() {
    let names = [
        "INT",
        "NEGATIVE",
        "UNSIGNED",
        "BIG",
        "MAX",
        "LONG_ONE",
        "SHIFTED",
        "SIZE",
        "CHARACTER",
        "CAST",
        "WIDE128",
        "NEGATIVE128",
        "TRANSIENT",
        "NOTHING",
        "ADDRESS",
        "COLOR_CAST",
    ];
    let model = import_own("macros.h", &names);
    let expected = [
        ("INT", CScalar::Int, 3),
        ("NEGATIVE", CScalar::Int, -7),
        ("UNSIGNED", CScalar::UInt, 3),
        ("BIG", CScalar::ULongLong, 0x8000_0000_0000_0000),
        ("MAX", CScalar::ULongLong, i128::from(u64::MAX)),
        ("LONG_ONE", CScalar::Long, 1),
        ("SHIFTED", CScalar::Int, 19),
        ("SIZE", CScalar::ULong, 8),
        ("CHARACTER", CScalar::Int, 120),
        ("CAST", CScalar::UChar, 44),
    ];
    for (name, scalar, number) in expected {
        let found = constant(&model, name);
        let canonical = if name == "SIZE" {
            CType::Scalar(CScalar::ULong)
        } else {
            found.ty.clone()
        };
        assert_eq!(
            (canonical, &found.value),
            (CType::Scalar(scalar), &CConstantValue::Int(number)),
            "{name}"
        );
    }
    let number = |name: &str| constant(&model, name).value.clone();
    assert_eq!(number("WIDE128"), CConstantValue::Int(1 << 100));
    assert_eq!(number("NEGATIVE128"), CConstantValue::Int(-(1 << 100)));
    assert_eq!(number("TRANSIENT"), CConstantValue::Int(i128::from(u64::MAX)));
    assert_eq!(constant(&model, "TRANSIENT").ty, CType::Typedef(sym("destructor")));
    assert_eq!(
        (number("NOTHING"), number("ADDRESS")),
        (CConstantValue::Int(0), CConstantValue::Int(0x1234))
    );
    assert_eq!(constant(&model, "COLOR_CAST").ty, CType::Enum(CTag(sym("enum color"))));
}

#[test]
fn floats_and_strings_are_exact() {
    let names = [
        "DOUBLE",
        "FLOAT",
        "LONG_DOUBLE",
        "PI_LONG",
        "STRING",
        "JOINED",
        "WIDE_STRING",
        "CASTED_STRING",
    ];
    let model = import_own("macros.h", &names);
    let float = |value: f64| CConstantValue::Float(value.to_bits());
    assert_eq!(constant(&model, "DOUBLE").value, float(1.5));
    assert_eq!(constant(&model, "FLOAT").value, float(f64::from(0.1f32)));
    assert_eq!(constant(&model, "LONG_DOUBLE").value, float(2.5));
    let getter = |name: &str| {
        let CValue::Getter(getter) = value(&model, name) else {
            panic!("`{name}` is {:?}", value(&model, name));
        };
        getter.clone()
    };
    let pi = getter("PI_LONG");
    assert_eq!((pi.ty, pi.is_constant), (CType::Scalar(CScalar::LongDouble), true));
    assert_eq!(
        constant(&model, "STRING").value,
        CConstantValue::Str(b"one\0two\xff\n\"q\"".to_vec())
    );
    assert!(matches!(
        constant(&model, "STRING").ty,
        CType::Pointer { is_const: true, .. }
    ));
    assert_eq!(constant(&model, "JOINED").value, CConstantValue::Str(b"ab".to_vec()));
    assert_eq!(
        constant(&model, "CASTED_STRING").value,
        CConstantValue::Str(b"text".to_vec())
    );
    let wide = getter("WIDE_STRING");
    assert!(wide.is_constant && matches!(wide.ty, CType::Pointer { is_const: true, .. }));
}

#[test]
fn macros_stand_for_what_they_expand_to() {
    let names = [
        "ALIAS",
        "VARIABLE",
        "STATE",
        "RECORD",
        "BRACES",
        "TYPE",
        "RECORD_TYPE",
        "EMPTY",
        "OPEN",
        "CLOSE",
        "HIDDEN_OPEN",
        "STATEMENT",
        "VOID",
        "MISSING",
        "CALLS_MISSING",
        "GONE",
        "SHADOW",
        "COLOR_DEFAULT",
        "MIN",
        "LOG",
        "both",
        "renamed_pair",
        "INT",
    ];
    let model = import_own("macros.h", &names);
    assert_eq!(value(&model, "ALIAS"), &CValue::Function(sym("function")));
    assert_eq!(value(&model, "VARIABLE"), &CValue::Global(sym("variable")));
    assert_eq!(value(&model, "SHADOW"), &CValue::Function(sym("SHADOW")));
    assert_eq!(
        constant(&model, "COLOR_DEFAULT").ty,
        CType::Enum(CTag(sym("enum color")))
    );
    assert_eq!(constant(&model, "INT").value, CConstantValue::Int(3));
    for name in [
        "EMPTY",
        "OPEN",
        "CLOSE",
        "HIDDEN_OPEN",
        "STATEMENT",
        "MISSING",
        "CALLS_MISSING",
    ] {
        assert!(
            matches!(value(&model, name), CValue::NoValue { .. }),
            "{name} is {:?}",
            value(&model, name)
        );
    }
    let module = common::module(&model);
    for (name, expected, is_constant) in [
        ("STATE", CType::Scalar(CScalar::Int), false),
        ("RECORD", CType::Record(CTag(sym("struct pair"))), true),
        ("VOID", CType::Scalar(CScalar::Void), false),
    ] {
        let CValue::Getter(getter) = value(&model, name) else {
            panic!("`{name}` is {:?}", value(&model, name));
        };
        assert_eq!((&getter.ty, getter.is_constant), (&expected, is_constant), "{name}");
    }
    let CValue::Initializer(braces) = value(&model, "BRACES") else {
        panic!("`BRACES` is {:?}", value(&model, "BRACES"));
    };
    let takers: Vec<_> = braces.records.iter().collect();
    let pair = CInitial {
        is_constant: true,
        bytes: Some(vec![1, 0, 0, 0, 2, 0, 0, 0]),
    };
    assert_eq!(takers, [(&CTag(sym("struct pair")), &pair)]);
    assert_eq!(ty(&model, "renamed_pair"), CTypeName::Record(CTag(sym("struct pair"))));
    for name in ["GONE", "TYPE", "RECORD_TYPE"] {
        assert!(
            !module.values.contains_key(&sym(name)),
            "{name} is {:?}",
            module.values.get(&sym(name))
        );
    }
    assert_eq!(ty(&model, "TYPE"), CTypeName::Typedef(sym("TYPE")));
    assert_eq!(model.typedefs[&sym("TYPE")].ty, CType::Scalar(CScalar::ULong));
    assert_eq!(ty(&model, "RECORD_TYPE"), CTypeName::Record(CTag(sym("struct pair"))));
    let function_like = |name: &str| {
        let CValue::Macro(found) = value(&model, name) else {
            panic!("`{name}` is {:?}", value(&model, name));
        };
        found.clone()
    };
    assert_eq!(
        (function_like("MIN").params, function_like("MIN").function),
        (vec![sym("a"), sym("b")], None)
    );
    assert!(function_like("LOG").variadic);
    assert_eq!(function_like("both").function, Some(sym("both")));
}

#[test]
fn places_are_those_of_the_header() {
    let model = import_own("macros.h", &["INT", "function"]);
    let loc = &constant(&model, "INT").loc;
    assert!(loc.path.ends_with("headers/macros.h"), "{loc:?}");
    assert_eq!((loc.line, loc.column), (4, 9));
    assert_eq!(model.functions[&sym("function")].loc.column, 5);
}
