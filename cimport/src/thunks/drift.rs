//! What bindings say of the headers that C text stands on, asserted in the text: where it does not hold any more, Clang
//! says so, and no wrong program is made.

use std::collections::BTreeSet;

use cmodel::{CCallee, CField, CNature, CRecord, CTag, CType, CallingConvention, Crossing, CrossingKind};

use super::{Spelling, Unnameable, push};

/// What the messages of these assertions begin with; the path of the bindings follows, and what differs, each between
/// two `` ` ``.
pub const DRIFT: &str = "bindings out of date: ";

impl Spelling<'_> {
    /// Asserts what a crossing relies on, but for what has been `asserted`.
    pub(super) fn assert_header(
        &self,
        crossing: &Crossing,
        bindings: &str,
        asserted: &mut BTreeSet<CTag>,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        let signature = &crossing.signature;
        let params = signature.params.iter().map(|param| &param.ty);
        let all: Vec<&CType> = params.chain([&signature.ret]).chain(&crossing.variadic_args).collect();
        for ty in &all {
            self.assert_type(self.pointee(ty), bindings, asserted, text)?;
        }
        if let CrossingKind::Use { of, .. } = &crossing.kind {
            for ty in of.types() {
                self.assert_type(self.pointee(ty), bindings, asserted, text)?;
            }
        }
        if let CrossingKind::BitField { record, .. } = crossing.kind {
            self.assert_type(&CType::Record(record), bindings, asserted, text)?;
        }
        let function = match &crossing.kind {
            CrossingKind::CallFunction {
                callee: CCallee::Header(function),
            } => function,
            CrossingKind::HeaderFunction => &crossing.name,
            CrossingKind::CallFunction {
                callee: CCallee::Symbol(_),
            }
            | CrossingKind::CallPointer
            | CrossingKind::Macro { .. }
            | CrossingKind::BitField { .. }
            | CrossingKind::Use { .. }
            | CrossingKind::Callback { .. } => return Ok(()),
        };
        // What a pointer leads to may be `volatile` in the header, which is not kept: the call says what is wrong.
        let is_plain = |ty: &&CType| self.is_number(ty) || self.is_record(ty) || self.is_void(ty);
        if all.iter().all(is_plain) {
            // A convention is written to a pointer.
            let holds = if signature.convention == CallingConvention::Default {
                let ty = self.function(signature, "")?;
                format!("__builtin_types_compatible_p(__typeof__(({function})), {ty})")
            } else {
                let ty = self.function(signature, "(*)")?;
                format!("__builtin_types_compatible_p(__typeof__(&({function})), {ty})")
            };
            assert_that(&holds, bindings, function, text);
        }
        Ok(())
    }

    /// What a type is, or a pointer leads to.
    fn pointee<'t>(&'t self, ty: &'t CType) -> &'t CType {
        let ty = self.resolved(ty);
        if let CType::Pointer { pointee, .. } = ty {
            pointee
        } else {
            ty
        }
    }

    fn assert_type(
        &self,
        ty: &CType,
        bindings: &str,
        asserted: &mut BTreeSet<CTag>,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        if let CType::Enum(tag) = self.resolved(ty)
            && let Some(enumeration) = self.model.enums.get(tag)
            && enumeration.c_spelling.is_some()
            && asserted.insert(*tag)
        {
            let values = enumeration.constants.iter();
            let values: Vec<String> = values
                .map(|one| format!("{} == {}", one.name, literal(one.value)))
                .collect();
            if !values.is_empty() {
                assert_that(&values.join(" && "), bindings, tag.0.as_str(), text);
            }
        }
        if let Some(tag) = ty.record_inside(&self.model.typedefs)
            && !self.own.contains(&tag)
            && let Some(record) = self.model.records.get(&tag)
            && asserted.insert(tag)
        {
            self.assert_record(record, bindings, text)?;
            for field in record.layout.iter().flat_map(|layout| &layout.fields) {
                self.assert_type(&field.ty, bindings, asserted, text)?;
            }
        }
        Ok(())
    }

    fn assert_record(&self, record: &CRecord, bindings: &str, text: &mut String) -> Result<(), Unnameable> {
        let (Some(spelling), Some(layout)) = (&record.c_spelling, &record.layout) else {
            return Ok(());
        };
        // A vector or `_Complex` is what it is called.
        if record.nature != CNature::Declared {
            return Ok(());
        }
        let mut holds = format!("sizeof({spelling}) == {}", layout.size);
        for field in &layout.fields {
            let Some(name) = field.name else { continue };
            push(text, format_args!("#pragma push_macro(\"{name}\")\n#undef {name}\n"));
            holds += &match field.bit_width {
                None => self.field_holds(spelling, field, name.as_str())?,
                Some(_) if self.is_number(&field.ty) => {
                    let ty = self.declare(self.resolved(&field.ty), "")?;
                    format!(" && _Generic((({spelling} *)0)->{name}, {ty}: 1, default: 0)")
                }
                Some(_) => String::new(),
            };
        }
        assert_that(&holds, bindings, record.tag.0.as_str(), text);
        for name in layout.fields.iter().filter_map(|field| field.name) {
            push(text, format_args!("#pragma pop_macro(\"{name}\")\n"));
        }
        Ok(())
    }

    fn field_holds(&self, spelling: &str, field: &CField, name: &str) -> Result<String, Unnameable> {
        let place = format!(
            " && __builtin_offsetof({spelling}, {name}) == {}",
            field.offset_bits / 8
        );
        if !self.is_number(&field.ty) {
            return Ok(place);
        }
        let ty = self.declare(self.resolved(&field.ty), "")?;
        let in_header = format!("__typeof__((({spelling} *)0)->{name})");
        Ok(format!("{place} && __builtin_types_compatible_p({in_header}, {ty})"))
    }
}

/// The least of a `long long` has no literal of its own.
fn literal(value: i128) -> String {
    match i64::try_from(value) {
        Ok(i64::MIN) => format!("({} - 1)", i64::MIN + 1),
        Ok(_) => value.to_string(),
        Err(_) => format!("{value}u"),
    }
}

fn assert_that(holds: &str, bindings: &str, what: &str, text: &mut String) {
    let path: String = bindings.chars().filter(|c| !matches!(c, '"' | '\\' | '`')).collect();
    push(
        text,
        format_args!("_Static_assert({holds}, \"{DRIFT}`{path}` `{what}`\");\n"),
    );
}
