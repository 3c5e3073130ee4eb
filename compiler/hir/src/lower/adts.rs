//! Structs, unions and enums.

use base::sym;
use syntax::ast::{self, AstNode};

use super::attributes::Target;
use super::items::{Header, visibility};
use super::{FileLowering, name_of};
use crate::{Attribute, Enum, Field, ItemId, ItemKind, Struct, StructKind, Variant, VariantKind, errors};

impl FileLowering<'_> {
    pub(super) fn struct_item(&mut self, item: ast::StructItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let is_extern = item.extern_token().is_some();
        let target = if is_extern {
            Target::ExternRecord
        } else {
            Target::Struct
        };
        let attributes = self.attributes(item.attrs(), target);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let not_yet = if let Some(token) = item.view_token() {
            Some((token.span(), "view types"))
        } else {
            item.export_token().map(|token| (token.span(), "exported types"))
        };
        if let Some((span, what)) = not_yet {
            let reported = self.unsupported(span, what);
            return Some(self.push(header, parent, ItemKind::Error(reported)));
        }
        let generics = match self.generic_params(item.generic_params(), item.where_clause()) {
            Ok(generics) => generics,
            Err(reported) => return Some(self.push(header, parent, ItemKind::Error(reported))),
        };
        let kind = if is_extern {
            StructKind::ExternStruct
        } else {
            StructKind::Lang
        };
        let (fields, is_tuple) = match item.fields() {
            Some(ast::Fields::Named(list)) => (self.fields(list), false),
            Some(ast::Fields::Tuple(list)) => (self.tuple_fields(list), true),
            None => (Vec::new(), false),
        };
        let record = self.record(kind, generics, fields, is_tuple, &header.attributes);
        Some(self.push(header, parent, ItemKind::Struct(record)))
    }

    pub(super) fn union_item(&mut self, item: ast::UnionItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::ExternRecord);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let not_yet = if let Some(token) = item.export_token() {
            Some((token.span(), "exported types"))
        } else {
            item.extern_token()
                .is_none()
                .then_some((header.name_span, "a `union` that is not `extern`"))
        };
        if let Some((span, what)) = not_yet {
            let reported = self.unsupported(span, what);
            return Some(self.push(header, parent, ItemKind::Error(reported)));
        }
        let generics = match self.generic_params(item.generic_params(), item.where_clause()) {
            Ok(generics) => generics,
            Err(reported) => return Some(self.push(header, parent, ItemKind::Error(reported))),
        };
        let fields = item.fields().map(|list| self.fields(list)).unwrap_or_default();
        let record = self.record(StructKind::ExternUnion, generics, fields, false, &header.attributes);
        Some(self.push(header, parent, ItemKind::Struct(record)))
    }

    fn record(
        &mut self,
        kind: StructKind,
        generics: Vec<crate::GenericParam>,
        fields: Vec<Field>,
        is_tuple: bool,
        attributes: &[Attribute],
    ) -> Struct {
        Struct {
            kind,
            generics,
            fields,
            is_tuple,
            derives: self.derives(attributes),
            packed: self.attribute_flag(attributes, "packed"),
            align: self.alignment(attributes),
        }
    }

    fn fields(&mut self, list: ast::FieldList<'_>) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for field in list.fields() {
            self.attributes(field.attrs(), Target::Other);
            let Some(token) = field.name() else { continue };
            let name = name_of(token);
            if let Some(first) = fields.iter().find(|known| known.name == name) {
                let message = errors::duplicate_name(token.span(), name, first.name_span);
                self.diagnostics.report(message);
                continue;
            }
            fields.push(Field {
                name,
                name_span: token.span(),
                visibility: visibility(field.pub_token()),
                ty: self.ty(field.ty(), field.span()),
                default: field
                    .default()
                    .map(|value| self.constant_body(Some(value), field.span())),
                bit_width: field
                    .bit_width()
                    .map(|width| self.constant_body(Some(width), field.span())),
            });
        }
        fields
    }

    fn tuple_fields(&mut self, list: ast::TupleFieldList<'_>) -> Vec<Field> {
        list.fields()
            .enumerate()
            .map(|(index, field)| {
                self.attributes(field.attrs(), Target::Other);
                Field {
                    name: sym(&index.to_string()),
                    name_span: field.span(),
                    visibility: visibility(field.pub_token()),
                    ty: self.ty(field.ty(), field.span()),
                    default: None,
                    bit_width: None,
                }
            })
            .collect()
    }

    pub(super) fn enum_item(&mut self, item: ast::EnumItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Enum);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let not_yet = if let Some(token) = item.view_token() {
            Some((token.span(), "view types"))
        } else {
            item.export_token().map(|token| (token.span(), "exported types"))
        };
        if let Some((span, what)) = not_yet {
            let reported = self.unsupported(span, what);
            return Some(self.push(header, parent, ItemKind::Error(reported)));
        }
        let generics = match self.generic_params(item.generic_params(), item.where_clause()) {
            Ok(generics) => generics,
            Err(reported) => return Some(self.push(header, parent, ItemKind::Error(reported))),
        };
        let underlying = item.repr().map(|ty| self.ty(Some(ty), header.name_span));
        let variants = self.variants(item);
        let kind = ItemKind::Enum(Enum {
            underlying,
            is_extern: item.extern_token().is_some(),
            generics,
            variants,
            derives: self.derives(&header.attributes),
        });
        Some(self.push(header, parent, kind))
    }

    fn variants(&mut self, item: ast::EnumItem<'_>) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        for variant in item.variants() {
            self.attributes(variant.attrs(), Target::Other);
            let Some(token) = variant.name() else { continue };
            let name = name_of(token);
            if let Some(first) = variants.iter().find(|known| known.name == name) {
                let message = errors::duplicate_name(token.span(), name, first.span);
                self.diagnostics.report(message);
                continue;
            }
            let kind = match variant.fields() {
                None => VariantKind::Unit,
                Some(ast::Fields::Named(list)) => VariantKind::Struct(self.fields(list)),
                Some(ast::Fields::Tuple(list)) => {
                    VariantKind::Tuple(list.fields().map(|field| self.ty(field.ty(), field.span())).collect())
                }
            };
            variants.push(Variant {
                name,
                span: token.span(),
                kind,
                value: variant
                    .discriminant()
                    .map(|value| self.constant_body(Some(value), variant.span())),
            });
        }
        variants
    }
}
