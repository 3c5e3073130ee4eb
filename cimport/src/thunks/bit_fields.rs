//! The C text that reads or writes a bit-field of the record behind a pointer.

use cmodel::{BitFieldAccess, CField, CTag, CType, Crossing};

use super::{Spelling, Unnameable, push};

impl Spelling<'_> {
    /// Other code may see the same bytes as something else, and a macro may have the name of the field.
    pub(super) fn bit_field(
        &self,
        crossing: &Crossing,
        (tag, field): (CTag, &str),
        access: BitFieldAccess,
        align: Option<u64>,
        text: &mut String,
    ) -> Result<(), Unnameable> {
        let name = &crossing.name;
        let record = self.record(tag)?;
        let is_wrapper = self
            .model
            .records
            .get(&tag)
            .is_some_and(|record| record.nature.is_wrapper());
        let place = match is_wrapper {
            true => "*lang_s".to_owned(),
            false => format!("lang_s->{field}"),
        };
        let aligned = align.map_or(String::new(), |align| format!(", aligned({align})"));
        push(
            text,
            format_args!("typedef {record} {name}_s __attribute__((may_alias{aligned}));\n"),
        );
        push(text, format_args!("#pragma push_macro(\"{field}\")\n#undef {field}\n"));
        let (params, body) = match access {
            BitFieldAccess::Load => {
                let value = self.declare(&crossing.signature.ret, "lang_v")?;
                let body = format!("{value} = {place}; __builtin_memcpy(lang_r, &lang_v, sizeof lang_v);");
                (format!("void *lang_r, const {name}_s *lang_s"), body)
            }
            BitFieldAccess::Store => {
                let params = &crossing.signature.params;
                let value = params.first().map(|param| self.declare(&param.ty, "lang_v"));
                let value = value.transpose()?.unwrap_or_default();
                let store = match self.is_const_field(tag, field) {
                    true => initialization(&record, name, field),
                    false => format!("{place} = lang_v;"),
                };
                let body = format!("{value}; __builtin_memcpy(&lang_v, lang_a, sizeof lang_v); {store}");
                (format!("{name}_s *lang_s, const void *lang_a"), body)
            }
        };
        push(
            text,
            format_args!("static __inline__ __attribute__((always_inline)) void {name}({params}) {{ {body} }}\n"),
        );
        push(text, format_args!("#pragma pop_macro(\"{field}\")\n"));
        Ok(())
    }

    /// Whether C lets nothing assign to a field of a record or of its anonymous members.
    fn is_const_field(&self, record: CTag, field: &str) -> bool {
        let record = self.model.records.get(&record);
        let mut fields = record
            .iter()
            .filter_map(|record| record.layout.as_ref())
            .flat_map(|layout| &layout.fields);
        fields.any(|own: &CField| match (own.name, &own.ty) {
            (Some(name), _) => name == field && own.is_const,
            (None, CType::Record(inner)) => self.is_const_field(*inner, field),
            (None, _) => false,
        })
    }
}

/// C lets a field that is `const` only be initialised: its bits are taken from a record made so. All others stay as
/// they are.
fn initialization(record: &str, name: &str, field: &str) -> String {
    format!(
        "static const {record} lang_m = {{ .{field} = (__typeof__(lang_v))-1 }}; \
         const {record} lang_n = {{ .{field} = lang_v }}; \
         unsigned char *lang_to = (unsigned char *)lang_s; \
         const unsigned char *lang_mask = (const unsigned char *)&lang_m, *lang_new = (const unsigned char *)&lang_n; \
         for (unsigned long lang_i = 0; lang_i < sizeof({name}_s); lang_i++) \
         lang_to[lang_i] = (lang_to[lang_i] & ~lang_mask[lang_i]) | (lang_new[lang_i] & lang_mask[lang_i]);"
    )
}
