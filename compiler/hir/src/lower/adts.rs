//! Structs, unions and enums.

use base::sym;
use diag::Reported;
use syntax::Token;
use syntax::ast::{self, AstNode};

use super::attributes::Target;
use super::items::{Header, visibility};
use super::{FileLowering, name_of};
use crate::{Attribute, Enum, Field, ItemId, ItemKind, Struct, StructKind, Variant, VariantKind, errors};

impl FileLowering<'_> {
    pub(super) fn struct_item(&mut self, item: ast::StructItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let target = if item.extern_token().is_some() {
            Target::ExternRecord
        } else {
            Target::Struct
        };
        let attributes = self.attributes(item.attrs(), target);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = self.struct_kind(item, &header);
        Some(self.push(header, parent, kind.map_or_else(ItemKind::Error, ItemKind::Struct)))
    }

    fn struct_kind(&mut self, item: ast::StructItem<'_>, header: &Header) -> Result<Struct, Reported> {
        self.no_export(item.export_token())?;
        let generics = self.generics(item.generic_params(), item.where_clause())?;
        let kind = if item.extern_token().is_some() {
            StructKind::ExternStruct
        } else {
            StructKind::Lang
        };
        let (fields, is_tuple) = match item.fields() {
            Some(ast::Fields::Named(list)) => (self.fields(list), false),
            Some(ast::Fields::Tuple(list)) => (self.tuple_fields(list), true),
            None => (Vec::new(), false),
        };
        let mut decl = self.record(kind, generics, fields, is_tuple, &header.attributes);
        decl.is_view = item.view_token().is_some();
        Ok(decl)
    }

    pub(super) fn union_item(&mut self, item: ast::UnionItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::ExternRecord);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = self.union_kind(item, &header);
        Some(self.push(header, parent, kind.map_or_else(ItemKind::Error, ItemKind::Struct)))
    }

    fn union_kind(&mut self, item: ast::UnionItem<'_>, header: &Header) -> Result<Struct, Reported> {
        self.no_export(item.export_token())?;
        if item.extern_token().is_none() {
            return Err(self.unsupported(header.name_span, "a `union` that is not `extern`"));
        }
        let generics = self.generics(item.generic_params(), item.where_clause())?;
        let fields = item.fields().map(|list| self.fields(list)).unwrap_or_default();
        Ok(self.record(StructKind::ExternUnion, generics, fields, false, &header.attributes))
    }

    fn record(
        &mut self,
        kind: StructKind,
        (generics, predicates): (Vec<crate::GenericParam>, Vec<crate::WherePredicate>),
        fields: Vec<Field>,
        is_tuple: bool,
        attributes: &[Attribute],
    ) -> Struct {
        Struct {
            kind,
            is_view: false,
            generics,
            predicates,
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
            self.attributes(field.attrs(), Target::Member);
            if !self.is_active(field.attrs()) {
                continue;
            }
            let Some(token) = field.name() else { continue };
            let name = name_of(token);
            // In C these have no name, and only move what stands behind them.
            let is_unnamed = name == "_" && field.bit_width().is_some();
            let same = fields.iter().find(|known| known.name == name && !is_unnamed);
            if let Some(first) = same {
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
        let active: Vec<_> = list.fields().filter(|field| self.is_active(field.attrs())).collect();
        (active.into_iter().enumerate())
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
        let kind = self.enum_kind(item, &header);
        Some(self.push(header, parent, kind.map_or_else(ItemKind::Error, ItemKind::Enum)))
    }

    fn enum_kind(&mut self, item: ast::EnumItem<'_>, header: &Header) -> Result<Enum, Reported> {
        self.no_export(item.export_token())?;
        let (generics, predicates) = self.generics(item.generic_params(), item.where_clause())?;
        let underlying = item.repr().map(|ty| self.ty(Some(ty), header.name_span));
        let variants = self.variants(item);
        Ok(Enum {
            underlying,
            is_extern: item.extern_token().is_some(),
            is_view: item.view_token().is_some(),
            generics,
            predicates,
            variants,
            derives: self.derives(&header.attributes),
        })
    }

    fn no_export(&mut self, export: Option<Token<'_>>) -> Result<(), Reported> {
        if let Some(token) = export {
            return Err(self.unsupported(token.span(), "exported types"));
        }
        Ok(())
    }

    fn variants(&mut self, item: ast::EnumItem<'_>) -> Vec<Variant> {
        let mut variants: Vec<Variant> = Vec::new();
        for variant in item.variants() {
            self.attributes(variant.attrs(), Target::Member);
            if !self.is_active(variant.attrs()) {
                continue;
            }
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
                    let active: Vec<_> = list.fields().filter(|field| self.is_active(field.attrs())).collect();
                    let tys = active.into_iter().map(|field| self.ty(field.ty(), field.span()));
                    VariantKind::Tuple(tys.collect())
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
