//! Structs, unions and enums.
//!
//! Takes Clang's record and enum types. Gives [`CRecord`]s with the sizes, alignments and offsets that Clang computed,
//! and [`CEnum`]s. A record that is only reached through a pointer is translated like any other.

use base::{Symbol, sym};
use clang_sys::{CXCursor_EnumConstantDecl, CXCursor_UnionDecl, CXType_Invalid};
use cmodel::{CEnum, CEnumConstant, CField, CLayout, CNature, CRecord, CRecordKind, CSize, CTag, CType};
use target::CScalar;

use crate::aligned::as_value;
use crate::ast::{Cursor, Type, Visit};
use crate::attributes::advice;
use crate::translate::{Owner, PendingRecord, Translator, declared_name};

/// How a tag is known: its identity, its name in Lang, its spelling in C.
struct TagNames {
    tag: CTag,
    name: Symbol,
    c_spelling: Option<String>,
}

impl<'u> Translator<'u> {
    pub(crate) fn record(&mut self, ty: Type<'u>, owner: &Owner) -> CType {
        let Some(decl) = ty.declaration() else {
            return without_declaration(ty);
        };
        let id = decl.id();
        if let Some(tag) = self.tags.get(&id) {
            return CType::Record(*tag);
        }
        let kind = match decl.kind() == CXCursor_UnionDecl {
            true => CRecordKind::Union,
            false => CRecordKind::Struct,
        };
        let keyword = match kind {
            CRecordKind::Struct => "struct",
            CRecordKind::Union => "union",
        };
        let own = CTag(base::sym(&format!("{keyword} {}", decl.name())));
        if cmodel::own_numbers(own).is_some() {
            return CType::Record(own);
        }
        let names = self.tag_names(decl, ty, keyword, owner);
        let tag = names.tag;
        self.tags.insert(id, tag);
        let base = names.c_spelling.as_ref().map(|spelling| format!("(({spelling} *)0)->"));
        let member_base = owner.member_base.clone().filter(|_| decl.is_unnamed()).or(base);
        let shown = decl.definition().unwrap_or(decl);
        let record = CRecord {
            tag,
            name: names.name,
            c_spelling: names.c_spelling,
            kind,
            nature: CNature::Declared,
            realigns: None,
            layout: None,
            advice: advice(shown),
            module: self.module,
            doc: self.doc(shown),
            loc: self.loc(shown),
        };
        self.model.records.insert(tag, record);
        if let Some(decl) = decl.definition() {
            self.pending.push_back(PendingRecord { tag, decl, member_base });
        }
        CType::Record(tag)
    }

    /// Fills in what [`Translator::record`] promised.
    pub(crate) fn record_body(&mut self, record: PendingRecord<'u>) {
        let ty = record.decl.type_of();
        let (Some(size), Some(align)) = (ty.size(), ty.align()) else {
            return;
        };
        let outer = record.tag.0.as_str().split_once(' ').map_or("", |(_, name)| name);
        let mut fields = Vec::new();
        for (index, field) in ty.fields().into_iter().enumerate() {
            let name = field_name(field);
            let base = record.member_base.as_ref();
            let owner = match name {
                Some(name) => Owner {
                    name: format!("{outer}.{name}"),
                    expression: base.map(|base| format!("{base}{name}")),
                    member_base: None,
                },
                None => Owner {
                    name: format!("{outer}.{index}"),
                    expression: None,
                    member_base: base.cloned(),
                },
            };
            let ty = as_value(field.type_of());
            fields.push(CField {
                name,
                ty: self.ty(ty, &owner),
                offset_bits: u64::try_from(field.offset_bits()).unwrap_or(0),
                bit_width: field
                    .is_bit_field()
                    .then(|| u32::try_from(field.bit_width()).unwrap_or(0)),
                // Of an array, too: canonically it is the array that is `const`, and not its elements.
                is_const: field.type_of().canonical().is_const(),
                advice: advice(field),
                in_clang: size_of(ty),
                doc: self.doc(field),
            });
        }
        if let Some(record) = self.model.records.get_mut(&record.tag) {
            record.layout = Some(CLayout { size, align, fields });
        }
    }

    pub(crate) fn enumeration(&mut self, ty: Type<'u>, owner: &Owner) -> CType {
        let Some(decl) = ty.declaration() else {
            return without_declaration(ty);
        };
        if decl.is_unnamed() {
            // Nothing can name it, and its constants are C's `int`s: what it holds is a plain integer.
            let decl = decl.definition().unwrap_or(decl);
            return self.ty(decl.enum_integer_type().canonical(), owner);
        }
        let id = decl.id();
        if let Some(tag) = self.tags.get(&id) {
            return CType::Enum(*tag);
        }
        let names = self.tag_names(decl, ty, "enum", owner);
        let tag = names.tag;
        self.tags.insert(id, tag);
        let decl = decl.definition().unwrap_or(decl);
        let underlying = match decl.enum_integer_type().canonical() {
            // Only declared: what Clang takes for one without constants.
            none if none.kind() == CXType_Invalid => CType::Scalar(CScalar::UInt),
            known => self.ty(known, owner),
        };
        let signed = matches!(
            underlying,
            CType::Scalar(
                CScalar::Int | CScalar::Long | CScalar::LongLong | CScalar::SChar | CScalar::Short | CScalar::Char
            )
        );
        let of_enum = advice(decl);
        let mut constants = Vec::new();
        decl.visit(|child| {
            if child.kind() == CXCursor_EnumConstantDecl {
                constants.push(CEnumConstant {
                    name: sym(&child.name()),
                    value: child.enum_value(signed),
                    // Clang says of each constant what it says of the enum.
                    advice: Some(advice(child)).filter(|own| *own != of_enum).unwrap_or_default(),
                    doc: self.doc(child),
                });
            }
            Visit::Next
        });
        let enumeration = CEnum {
            tag,
            name: names.name,
            c_spelling: names.c_spelling,
            underlying,
            constants,
            advice: of_enum,
            module: self.module,
            doc: self.doc(decl),
            loc: self.loc(decl),
        };
        self.model.enums.insert(tag, enumeration);
        CType::Enum(tag)
    }

    fn tag_names(&self, decl: Cursor<'u>, ty: Type<'u>, keyword: &str, owner: &Owner) -> TagNames {
        if decl.is_unnamed() {
            return TagNames {
                tag: CTag(sym(&format!("{keyword} {}", owner.name))),
                name: sym(&owner.name),
                c_spelling: owner
                    .expression
                    .as_ref()
                    .map(|expression| format!("__typeof__({expression})")),
            };
        }
        let name = decl.name();
        if decl.location().file.is_none()
            && let Some(spelling) = built_in_spelling(&name)
        {
            return TagNames {
                tag: CTag(sym(&format!("{keyword} {name}"))),
                name: sym(&name),
                c_spelling: Some(spelling.to_owned()),
            };
        }
        let spelled = format!("{keyword} {name}");
        // One that a typedef names for want of a tag is spelled by the typedef alone.
        match ty.canonical().spelling().split(' ').any(|word| word == keyword) {
            true => TagNames {
                tag: CTag(sym(&spelled)),
                name: sym(&name),
                c_spelling: Some(spelled),
            },
            false => TagNames {
                tag: CTag(sym(&format!("typedef {name}"))),
                name: sym(&name),
                c_spelling: Some(name),
            },
        }
    }
}

/// What C calls a record that Clang has without any header: after `struct` its name would declare another.
fn built_in_spelling(name: &str) -> Option<&'static str> {
    match name {
        // `va_list` is an array of one of these, where arguments are passed in registers of several kinds.
        "__va_list_tag" => Some("__typeof__((*(__builtin_va_list *)0)[0])"),
        "__va_list" => Some("__builtin_va_list"),
        _ => None,
    }
}

fn size_of(ty: Type<'_>) -> Option<CSize> {
    Some(CSize {
        size: ty.size()?,
        align: ty.align()?,
    })
}

/// The name of a field. libclang makes one up for the field that holds an anonymous member.
fn field_name(field: Cursor<'_>) -> Option<Symbol> {
    let is_anonymous = field.type_of().declaration().is_some_and(Cursor::is_anonymous_member);
    if is_anonymous { None } else { declared_name(field) }
}

/// A record or enum type always has a declaration; without one there is nothing to say of it but its spelling.
fn without_declaration(ty: Type<'_>) -> CType {
    CType::Opaque {
        size: ty.size().unwrap_or(0),
        align: ty.align().unwrap_or(1),
        spelling: ty.spelling(),
    }
}
