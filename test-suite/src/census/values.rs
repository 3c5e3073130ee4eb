//! The C program that says what Clang makes of the same header.
//!
//! Takes items and the importer's model. Gives the text of a program that prints the sizes of all types, and every
//! constant, offset and bit-field about which the model says something else than Clang.

use std::collections::BTreeSet;

use base::Symbol;
use cmodel::{CConstant, CConstantValue, CField, CModel, CNature, CTag, CType, CTypeName, CValue};

use super::items::{Item, Meaning, resolved};
use super::program::is_sized;

/// Checks of one function: C compilers are slow with long ones.
const PER_FUNCTION: usize = 400;

/// A line of the program. `item` is an index into the items.
pub(crate) struct Check {
    pub(crate) item: usize,
    /// What is compared, in words.
    pub(crate) what: String,
    text: String,
    /// The member that the text names: a macro may have its name.
    member: Option<Symbol>,
}

/// Everything that can be asked of the items, what names members last.
pub(crate) fn checks(model: &CModel, items: &[Item<'_>]) -> Vec<Check> {
    let (mut checks, mut of_members) = (Vec::new(), Vec::new());
    for (index, item) in items.iter().enumerate() {
        let mut add = |what, text| {
            checks.push(Check {
                item: index,
                what,
                text,
                member: None,
            });
        };
        match item.meaning {
            Meaning::Value(CValue::Constant(constant)) => constant_checks(model, item.name.as_str(), constant, add),
            Meaning::Type(ty) if is_sized(model, ty) => {
                let Some(spelling) = spelling(model, ty) else {
                    continue;
                };
                add(
                    "its size".to_owned(),
                    format!("__builtin_printf(\"S {index} %zu %zu\\n\", sizeof({spelling}), _Alignof({spelling}));"),
                );
                if let CTypeName::Record(tag) = ty
                    && model
                        .records
                        .get(&tag)
                        .is_some_and(|record| record.nature == CNature::Declared)
                {
                    field_checks(model, tag, &spelling, (0, ""), &mut |member, what, text| {
                        of_members.push(Check {
                            item: index,
                            what,
                            text,
                            member: Some(member),
                        });
                    });
                }
            }
            Meaning::Value(_) | Meaning::Type(_) | Meaning::Member(_) => {}
        }
    }
    checks.extend(of_members);
    checks
}

/// What C calls the type that an item is.
fn spelling(model: &CModel, ty: CTypeName) -> Option<String> {
    match ty {
        CTypeName::Record(tag) => model.records.get(&tag)?.c_spelling.clone(),
        CTypeName::Enum(tag) => model.enums.get(&tag)?.c_spelling.clone(),
        CTypeName::Typedef(name) => Some(name.to_string()),
    }
}

/// The text of the program, and which check each of its lines is.
pub(crate) fn text(headers: &[String], checks: &[&Check]) -> (String, Vec<Option<usize>>) {
    let mut lines: Vec<(String, Option<usize>)> = Vec::new();
    let mut plain = |text: String| lines.push((text, None));
    headers.iter().for_each(|header| plain(format!("#include <{header}>")));
    plain("#undef main".to_owned());
    plain(
        "static void lang_not(int lang_is, int lang_n) { if (!lang_is) __builtin_printf(\"N %d\\n\", lang_n); }"
            .to_owned(),
    );
    let mut undefined = BTreeSet::new();
    for (index, check) in checks.iter().enumerate() {
        if let Some(member) = check
            .member
            .filter(|member| *member != "defined" && undefined.insert(*member))
        {
            lines.push((format!("#undef {member}"), None));
        }
        if index % PER_FUNCTION == 0 {
            lines.push((format!("static void lang_f{}(void) {{", index / PER_FUNCTION), None));
        }
        lines.push((check.text.replace("LANG_INDEX", &index.to_string()), Some(index)));
        if index % PER_FUNCTION == PER_FUNCTION - 1 || index == checks.len() - 1 {
            lines.push(("}".to_owned(), None));
        }
    }
    let n_functions = checks.len().div_ceil(PER_FUNCTION);
    let calls: String = (0..n_functions)
        .map(|function| format!("lang_f{function}(); "))
        .collect();
    lines.push((
        format!("int main(void) {{ {calls}__builtin_printf(\"done\\n\"); return 0; }}"),
        None,
    ));
    let text = lines.iter().map(|(line, _)| format!("{line}\n")).collect();
    (text, lines.into_iter().map(|(_, index)| index).collect())
}

fn constant_checks(model: &CModel, name: &str, constant: &CConstant, mut add: impl FnMut(String, String)) {
    let is = |condition: String| format!("lang_not({condition}, LANG_INDEX);");
    let ty = resolved(model, &constant.ty);
    match &constant.value {
        CConstantValue::Int(value) => {
            let value_of = match ty {
                CType::Pointer { .. } | CType::FunctionPointer(_) => format!("(__UINTPTR_TYPE__)({name})"),
                _ => format!("({name})"),
            };
            add(
                format!("value {value}"),
                is(format!("(__int128){value_of} == {}", integer(*value))),
            );
        }
        CConstantValue::Float(bits) => {
            let double = "(union { double lang_d; unsigned long long lang_u; })";
            add(
                format!("value {:?}", f64::from_bits(*bits)),
                is(format!("({double}{{ .lang_d = ({name}) }}).lang_u == {bits:#x}ULL")),
            );
        }
        CConstantValue::Str(bytes) => {
            let literal: String = bytes.iter().map(|byte| format!("\\{byte:03o}")).collect();
            let size = bytes.len() + 1;
            add(
                format!("text {:?}", String::from_utf8_lossy(bytes)),
                is(format!("__builtin_memcmp({name}, \"{literal}\", {size}) == 0")),
            );
        }
    }
    let ty = match &constant.ty {
        CType::Scalar(scalar) => scalar.c_spelling().to_owned(),
        CType::Typedef(name) => name.to_string(),
        _ => return,
    };
    add(
        format!("type {ty}"),
        is(format!("__builtin_types_compatible_p(__typeof__({name}), {ty})")),
    );
}

fn integer(value: i128) -> String {
    let bits = value as u128;
    format!(
        "(__int128)((unsigned __int128){:#x}ULL << 64 | {:#x}ULL)",
        (bits >> 64) as u64,
        bits as u64
    )
}

/// `outer` is the offset of the record in bits, and how its members are reached from the outermost.
fn field_checks(
    model: &CModel,
    tag: CTag,
    spelling: &str,
    (outer_bits, outer): (u64, &str),
    add: &mut impl FnMut(Symbol, String, String),
) {
    let Some(layout) = model.records.get(&tag).and_then(|record| record.layout.as_ref()) else {
        return;
    };
    for CField {
        name,
        ty,
        offset_bits,
        bit_width,
        ..
    } in &layout.fields
    {
        let offset_bits = outer_bits + offset_bits;
        let inner = match name {
            Some(name) => format!("{outer}{name}"),
            None => String::new(),
        };
        match (name, bit_width) {
            (Some(member), None) => {
                let is_at = format!("__builtin_offsetof({spelling}, {inner}) == {}", offset_bits / 8);
                add(
                    *member,
                    format!("`{inner}` at byte {}", offset_bits / 8),
                    format!("lang_not({is_at}, LANG_INDEX);"),
                );
            }
            (Some(member), Some(width)) => add(
                *member,
                format!("`{inner}`, {width} bits at {offset_bits}"),
                bit_field(spelling, &inner, offset_bits, *width),
            ),
            (None, _) => {}
        }
        let unnamed = match ty {
            CType::Record(tag) => model
                .records
                .get(tag)
                .filter(|record| record.c_spelling.is_none() || name.is_none()),
            _ => None,
        };
        if let Some(record) = unnamed {
            let outer = match name {
                Some(_) => format!("{inner}."),
                None => outer.to_owned(),
            };
            field_checks(model, record.tag, spelling, (offset_bits, &outer), add);
        }
    }
}

/// Of a record whose bytes are zero, with one bit-field all ones, only that field's bits are ones.
fn bit_field(spelling: &str, path: &str, offset_bits: u64, width: u32) -> String {
    format!(
        "{{ union {{ {spelling} r; unsigned char b[sizeof({spelling})]; }} u; \
         __builtin_memset(&u, 0, sizeof u); u.r.{path} = -1; int is = 1; \
         for (unsigned long i = 0; i < 8 * sizeof u; i++) \
         is &= (u.b[i / 8] >> i % 8 & 1) == (i >= {offset_bits} && i < {offset_bits} + {width}); \
         lang_not(is, LANG_INDEX); }}"
    )
}
