//! Items.
//!
//! Gives every item that has a name, also one that is not supported yet (then as an error item, so that its uses say
//! nothing more), and every `impl` and test.

use base::{FxHashSet, Span, Symbol, sym};
use diag::Reported;
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::attributes::{Target, doc_text};
use super::{FileLowering, name_of};
use crate::{
    Attribute, Const, Enum, ExternFn, Field, Fn, FnBody, Impl, Item, ItemId, ItemKind, Mod, Param, SelfParam, Static,
    Struct, StructKind, Test, TypeAlias, Variant, VariantKind, Visibility, errors,
};

/// What items say before their kind begins to matter.
struct Header {
    name: Symbol,
    name_span: Span,
    span: Span,
    visibility: Visibility,
    attributes: Vec<Attribute>,
    doc: Option<String>,
}

impl Header {
    /// Nothing for an item without a name.
    fn new<'t>(
        item: impl AstNode<'t>,
        name: Option<Token<'t>>,
        pub_token: Option<Token<'t>>,
        attributes: Vec<Attribute>,
    ) -> Option<Self> {
        let name = name?;
        Some(Self {
            name: name_of(name),
            name_span: name.span(),
            span: item.span(),
            visibility: visibility(pub_token),
            attributes,
            doc: doc_text(ast::doc_comments_of(item.syntax())),
        })
    }
}

fn visibility(pub_token: Option<Token<'_>>) -> Visibility {
    match pub_token {
        Some(_) => Visibility::Public,
        None => Visibility::Private,
    }
}

/// Where a function or constant stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Module,
    Impl,
}

impl FileLowering<'_> {
    /// Lowers the items of a file or of an inline module.
    pub(super) fn items(&mut self, items: &[ast::Item<'_>], parent: Option<ItemId>) -> Vec<ItemId> {
        self.constants.push(pattern_constants(items));
        let mut ids = Vec::new();
        for item in items {
            self.item(*item, parent, &mut ids);
        }
        self.constants.pop();
        ids
    }

    fn push(&mut self, header: Header, parent: Option<ItemId>, kind: ItemKind) -> ItemId {
        self.hir.items.push(Item {
            name: header.name,
            name_span: header.name_span,
            span: header.span,
            visibility: header.visibility,
            parent,
            attributes: header.attributes,
            doc: header.doc,
            kind,
        })
    }

    fn item(&mut self, item: ast::Item<'_>, parent: Option<ItemId>, ids: &mut Vec<ItemId>) {
        match item {
            ast::Item::Import(import) if parent.is_none() => self.import(import),
            ast::Item::CImport(import) if parent.is_none() => self.c_import(import),
            ast::Item::Import(_) | ast::Item::CImport(_) => {
                self.unsupported(item.span(), "imports in inline modules");
            }
            ast::Item::Const(constant) => ids.extend(self.const_item(constant, parent)),
            ast::Item::Static(item) => ids.extend(self.static_item(item, parent)),
            ast::Item::Fn(function) => ids.extend(self.fn_item(function, parent, Place::Module)),
            ast::Item::Struct(item) => ids.extend(self.struct_item(item, parent)),
            ast::Item::Union(item) => ids.extend(self.union_item(item, parent)),
            ast::Item::Enum(item) => ids.extend(self.enum_item(item, parent)),
            ast::Item::Impl(item) => ids.extend(self.impl_item(item, parent)),
            ast::Item::TypeAlias(item) => ids.extend(self.type_alias(item, parent)),
            ast::Item::Extern(block) => self.extern_block(block, parent, ids),
            ast::Item::Mod(item) => ids.extend(self.mod_item(item, parent)),
            ast::Item::Test(item) => ids.extend(self.test_item(item, parent)),
            ast::Item::Trait(item) => {
                let span = item.name().map_or(item.span(), Token::span);
                let reported = self.unsupported(span, "traits");
                if let Some(header) = Header::new(item, item.name(), item.pub_token(), Vec::new()) {
                    ids.push(self.push(header, parent, ItemKind::Error(reported)));
                }
            }
            ast::Item::ConstAssert(item) => {
                self.unsupported(item.span(), "`const assert`");
            }
        }
    }

    fn const_item(&mut self, item: ast::ConstItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match item.value() {
            Some(value) => ItemKind::Const(Const {
                ty: self.ty(item.ty(), header.name_span),
                body: self.constant_body(Some(value), header.span),
            }),
            None if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            None => ItemKind::Error(self.missing()),
        };
        Some(self.push(header, parent, kind))
    }

    fn no_value(&mut self, header: &Header) -> Reported {
        self.diagnostics.report(errors::no_value(header.name_span, header.name))
    }

    fn static_item(&mut self, item: ast::StaticItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Static);
        let thread_local = self.attribute_flag(&attributes, "thread_local");
        if let Some(token) = item.export_token() {
            self.unsupported(token.span(), "exported statics");
        }
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match item.value() {
            Some(value) => ItemKind::Static(Static {
                ty: self.ty(item.ty(), header.name_span),
                body: Some(self.constant_body(Some(value), header.span)),
                is_var: item.var_token().is_some(),
                thread_local,
                link: Vec::new(),
            }),
            None if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            None => ItemKind::Error(self.missing()),
        };
        Some(self.push(header, parent, kind))
    }

    fn fn_item(&mut self, item: ast::FnItem<'_>, parent: Option<ItemId>, place: Place) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Fn);
        let is_intrinsic = self.attribute_flag(&attributes, "intrinsic");
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match self.fn_kind(item, &header, is_intrinsic, place) {
            Ok(function) => ItemKind::Fn(function),
            Err(reported) => ItemKind::Error(reported),
        };
        Some(self.push(header, parent, kind))
    }

    fn fn_kind(
        &mut self,
        item: ast::FnItem<'_>,
        header: &Header,
        is_intrinsic: bool,
        place: Place,
    ) -> Result<Fn, Reported> {
        if let Some(inline_c) = item.inline_c() {
            return Err(self.unsupported(inline_c.span(), "inline C"));
        }
        if let Some(alias) = item.alias() {
            return Err(self.unsupported(alias.span(), "functions of an `@ffi` block"));
        }
        if let Some(token) = item.extern_token() {
            return Err(self.unsupported(token.span(), "`extern fn` with a body; write `export fn`"));
        }
        let generics = self.generic_params(item.generic_params(), item.where_clause())?;
        let Some(param_list) = item.params() else {
            return Err(self.missing());
        };
        if let Some(variadic) = param_list.variadic() {
            let problem = "only a function of an `extern` block takes `...`";
            return Err(self.diagnostics.report(errors::not_in_c(variadic.span(), problem)));
        }
        let self_param = match param_list.self_param() {
            Some(param) => Some(self.self_param(param, place)?),
            None => None,
        };
        let params = self.params(param_list);
        let ret = item.return_ty().map(|ty| self.ty(Some(ty), header.name_span));
        let body = match item.body() {
            Some(body) if is_intrinsic => {
                let problem = "an intrinsic has no body";
                return Err(self.diagnostics.report(errors::bad_attribute(body.span(), problem)));
            }
            Some(body) => FnBody::Lang(self.fn_body(param_list, body)),
            None if is_intrinsic => FnBody::Intrinsic,
            None if is_ended(item) => {
                return Err(self.diagnostics.report(errors::no_body(header.name_span, header.name)));
            }
            None => return Err(self.missing()),
        };
        Ok(Fn {
            generics,
            self_param,
            params,
            ret,
            is_unsafe: item.unsafe_token().is_some(),
            is_const: item.const_token().is_some(),
            is_inline: item.inline_token().is_some(),
            is_export: item.export_token().is_some(),
            body,
        })
    }

    fn self_param(&mut self, param: ast::SelfParam<'_>, place: Place) -> Result<SelfParam, Reported> {
        self.attributes(param.attrs(), Target::Other);
        if place == Place::Module {
            return Err(self.diagnostics.report(errors::misplaced_self(param.span())));
        }
        if let Some(ty) = param.ty() {
            return Err(self.unsupported(ty.span(), "a type of `self`"));
        }
        Ok(match (param.amp_token(), param.mut_token()) {
            (Some(_), Some(_)) => SelfParam::RefMut,
            (Some(_), None) => SelfParam::Ref,
            (None, _) => SelfParam::Value {
                is_var: param.var_token().is_some(),
            },
        })
    }

    /// The parameters but `self`.
    fn params(&mut self, list: ast::ParamList<'_>) -> Vec<Param> {
        list.params()
            .map(|param| {
                self.attributes(param.attrs(), Target::Other);
                Param {
                    name: param_name(param),
                    ty: self.ty(param.ty(), param.span()),
                    default: param
                        .default()
                        .map(|value| self.constant_body(Some(value), param.span())),
                    span: param.span(),
                }
            })
            .collect()
    }

    fn struct_item(&mut self, item: ast::StructItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
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

    fn union_item(&mut self, item: ast::UnionItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
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

    fn enum_item(&mut self, item: ast::EnumItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
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

    fn type_alias(&mut self, item: ast::TypeAliasItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let generics = self.generic_params(item.generic_params(), item.where_clause());
        let kind = match (item.ty(), item.bounds(), generics) {
            (_, _, Err(reported)) => ItemKind::Error(reported),
            (_, Some(bounds), Ok(_)) => ItemKind::Error(self.unsupported(bounds.span(), "associated types")),
            (Some(ty), None, Ok(generics)) => ItemKind::TypeAlias(TypeAlias {
                generics,
                ty: self.ty(Some(ty), header.name_span),
            }),
            (None, None, Ok(_)) if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            (None, None, Ok(_)) => ItemKind::Error(self.missing()),
        };
        Some(self.push(header, parent, kind))
    }

    fn impl_item(&mut self, item: ast::ImplItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        for (token, what) in [
            (item.unsafe_token(), "`unsafe impl`"),
            (item.export_token(), "exported types"),
        ] {
            if let Some(token) = token {
                self.unsupported(token.span(), what);
                return None;
            }
        }
        let span = item.span();
        let name_span = Span::new(span.file, span.start, (span.start + 4).min(span.end));
        let generics = self.generic_params(item.generic_params(), item.where_clause()).ok()?;
        let trait_ref = item.trait_ty().map(|ty| self.ty(Some(ty), name_span));
        let self_ty = self.ty(item.self_ty(), name_span);
        let header = Header {
            name: sym("impl"),
            name_span,
            span,
            visibility: Visibility::Private,
            attributes,
            doc: doc_text(item.doc_comments()),
        };
        let empty = Impl {
            generics,
            trait_ref,
            self_ty,
            items: Vec::new(),
        };
        let id = self.push(header, parent, ItemKind::Impl(empty));
        let mut ids = Vec::new();
        for member in item.items() {
            ids.extend(self.impl_member(member, id));
        }
        self.drop_duplicates(&mut ids);
        if let ItemKind::Impl(block) = &mut self.hir.items[id].kind {
            block.items = ids;
        }
        Some(id)
    }

    fn impl_member(&mut self, item: ast::Item<'_>, parent: ItemId) -> Option<ItemId> {
        match item {
            ast::Item::Fn(function) => self.fn_item(function, Some(parent), Place::Impl),
            ast::Item::Const(constant) => self.const_item(constant, Some(parent)),
            ast::Item::TypeAlias(alias) => {
                self.unsupported(alias.span(), "associated types");
                None
            }
            ast::Item::Import(_)
            | ast::Item::CImport(_)
            | ast::Item::ConstAssert(_)
            | ast::Item::Static(_)
            | ast::Item::Struct(_)
            | ast::Item::Union(_)
            | ast::Item::Enum(_)
            | ast::Item::Trait(_)
            | ast::Item::Impl(_)
            | ast::Item::Extern(_)
            | ast::Item::Mod(_)
            | ast::Item::Test(_) => {
                self.unsupported(item.span(), "such an item in an `impl`");
                None
            }
        }
    }

    /// Says which members of one `impl` have a name that is taken, and leaves them out. Names of modules are for
    /// `link`, those of several `impl`s for `check`.
    fn drop_duplicates(&mut self, ids: &mut Vec<ItemId>) {
        let mut known: Vec<(Symbol, Span)> = Vec::new();
        let items = &self.hir.items;
        let diagnostics = &mut self.diagnostics;
        ids.retain(|id| {
            let (name, span) = (items[*id].name, items[*id].name_span);
            let first = known.iter().find(|(first, _)| *first == name).map(|(_, span)| *span);
            match first {
                Some(first) => {
                    diagnostics.report(errors::duplicate_name(span, name, first));
                }
                None => known.push((name, span)),
            }
            first.is_none()
        });
    }

    fn mod_item(&mut self, item: ast::ModItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let mut header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        if !item.has_body() {
            let what = "`mod name;`; a file is a module by itself, see `import`";
            let reported = self.unsupported(header.span, what);
            return Some(self.push(header, parent, ItemKind::Error(reported)));
        }
        header.doc = header.doc.or_else(|| doc_text(item.module_doc_comments()));
        let id = self.push(header, parent, ItemKind::Mod(Mod { items: Vec::new() }));
        let ids = self.items(&item.items().collect::<Vec<_>>(), Some(id));
        if let ItemKind::Mod(module) = &mut self.hir.items[id].kind {
            module.items = ids;
        }
        Some(id)
    }

    fn test_item(&mut self, item: ast::TestItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let token = item.name()?;
        let title = syntax::literal::string_text(token);
        let header = Header {
            name: sym(&title),
            name_span: token.span(),
            span: item.span(),
            visibility: Visibility::Private,
            attributes,
            doc: doc_text(item.doc_comments()),
        };
        let body = self.test_body(item.body(), header.span);
        Some(self.push(header, parent, ItemKind::Test(Test { title, body })))
    }

    fn extern_block(&mut self, block: ast::ExternBlock<'_>, parent: Option<ItemId>, ids: &mut Vec<ItemId>) {
        let attributes = self.attributes(block.attrs(), Target::ExternBlock);
        let link = self.attribute_strings(&attributes, "link");
        let link: Vec<String> = link.into_iter().map(|(name, _)| name.to_string()).collect();
        if let Some(abi) = block.abi()
            && self.abi(abi).is_err()
        {
            return;
        }
        for item in block.items() {
            match item {
                ast::Item::Fn(function) => ids.extend(self.extern_fn(function, parent, &link)),
                ast::Item::Static(item) => ids.extend(self.extern_static(item, parent, &link)),
                ast::Item::Import(_)
                | ast::Item::CImport(_)
                | ast::Item::Const(_)
                | ast::Item::ConstAssert(_)
                | ast::Item::Struct(_)
                | ast::Item::Union(_)
                | ast::Item::Enum(_)
                | ast::Item::Trait(_)
                | ast::Item::Impl(_)
                | ast::Item::TypeAlias(_)
                | ast::Item::Extern(_)
                | ast::Item::Mod(_)
                | ast::Item::Test(_) => {
                    let problem = "an `extern` block holds functions and statics";
                    self.diagnostics.report(errors::not_in_c(item.span(), problem));
                }
            }
        }
    }

    /// The libraries of the block and of the item's own `@link`.
    fn links(&mut self, block: &[String], attributes: &[Attribute]) -> Vec<String> {
        let own = self.attribute_strings(attributes, "link");
        let own = own.into_iter().map(|(name, _)| name.to_string());
        block.iter().cloned().chain(own).collect()
    }

    fn extern_fn(&mut self, item: ast::FnItem<'_>, parent: Option<ItemId>, link: &[String]) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::ExternFn);
        let link = self.links(link, &attributes);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match self.extern_fn_kind(item, &header, link) {
            Ok(function) => ItemKind::ExternFn(function),
            Err(reported) => ItemKind::Error(reported),
        };
        Some(self.push(header, parent, kind))
    }

    fn extern_fn_kind(
        &mut self,
        item: ast::FnItem<'_>,
        header: &Header,
        link: Vec<String>,
    ) -> Result<ExternFn, Reported> {
        let problem = if let Some(body) = item.body() {
            Some((body.span(), "a function of an `extern` block has its body elsewhere"))
        } else if let Some(generics) = item.generic_params() {
            Some((generics.span(), "a C function has no type parameters"))
        } else {
            item.params()
                .and_then(ast::ParamList::self_param)
                .map(|param| (param.span(), "a C function has no `self`"))
        };
        if let Some((span, problem)) = problem {
            return Err(self.diagnostics.report(errors::not_in_c(span, problem)));
        }
        let Some(param_list) = item.params() else {
            return Err(self.missing());
        };
        self.extern_params(param_list);
        let mut params = self.params(param_list);
        for param in &mut params {
            param.default = None;
        }
        Ok(ExternFn {
            params,
            ret: item.return_ty().map(|ty| self.ty(Some(ty), header.name_span)),
            variadic: param_list.variadic().is_some(),
            link,
        })
    }

    /// Says which parameters C has no word for.
    fn extern_params(&mut self, list: ast::ParamList<'_>) {
        let mut names: Vec<(Symbol, Span)> = Vec::new();
        for param in list.params() {
            match param.pat() {
                Some(ast::Pat::Bind(bind)) if bind.subpattern().is_none() => {
                    let Some(token) = bind.name() else { continue };
                    let name = name_of(token);
                    if let Some((_, first)) = names.iter().find(|(known, _)| *known == name) {
                        let message = errors::bound_twice(token.span(), name, *first);
                        self.diagnostics.report(message);
                    }
                    names.push((name, token.span()));
                }
                Some(ast::Pat::Wildcard(_) | ast::Pat::Error(_)) | None => {}
                Some(pat) => {
                    let problem = "a parameter of a C function is a name";
                    self.diagnostics.report(errors::not_in_c(pat.span(), problem));
                }
            }
            if let Some(default) = param.default() {
                let problem = "a parameter of a C function has no default";
                self.diagnostics.report(errors::not_in_c(default.span(), problem));
            }
        }
    }

    fn extern_static(&mut self, item: ast::StaticItem<'_>, parent: Option<ItemId>, link: &[String]) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::ExternStatic);
        let link = self.links(link, &attributes);
        let thread_local = self.attribute_flag(&attributes, "thread_local");
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        if let Some(value) = item.value() {
            let problem = "a static of an `extern` block has its value elsewhere";
            self.diagnostics.report(errors::not_in_c(value.span(), problem));
        }
        let kind = ItemKind::ExternStatic(Static {
            ty: self.ty(item.ty(), header.name_span),
            body: None,
            is_var: item.var_token().is_some(),
            thread_local,
            link,
        });
        Some(self.push(header, parent, kind))
    }
}

/// Whether the item has its `;`. Of one that has neither that nor a body the parser has said so.
fn is_ended<'t>(item: impl AstNode<'t>) -> bool {
    item.syntax().own_token(TokenKind::Semicolon).is_some()
}

/// The name of a parameter whose pattern is one.
fn param_name(param: ast::Param<'_>) -> Option<Symbol> {
    match param.pat()? {
        ast::Pat::Bind(bind) if bind.subpattern().is_none() => bind.name().map(name_of),
        _ => None,
    }
}

/// The names that are constants where a pattern stands: constants, unit structs, and imported names that start with
/// an upper-case letter. Whether an import names a constant cannot be seen in one file, and a lower-case one is a
/// module or a function by custom, which a local of the same name may well hide.
fn pattern_constants(items: &[ast::Item<'_>]) -> FxHashSet<Symbol> {
    let mut names = FxHashSet::default();
    for item in items {
        match item {
            ast::Item::Const(constant) => names.extend(constant.name().map(name_of)),
            ast::Item::Struct(item) if item.fields().is_none() => names.extend(item.name().map(name_of)),
            ast::Item::Import(import) => {
                if let Some(tree) = import.tree() {
                    upper_case_imports(tree, &mut names);
                }
            }
            ast::Item::CImport(_)
            | ast::Item::ConstAssert(_)
            | ast::Item::Static(_)
            | ast::Item::Fn(_)
            | ast::Item::Struct(_)
            | ast::Item::Union(_)
            | ast::Item::Enum(_)
            | ast::Item::Trait(_)
            | ast::Item::Impl(_)
            | ast::Item::TypeAlias(_)
            | ast::Item::Extern(_)
            | ast::Item::Mod(_)
            | ast::Item::Test(_) => {}
        }
    }
    names
}

fn upper_case_imports(tree: ast::ImportTree<'_>, names: &mut FxHashSet<Symbol>) {
    if tree.has_group() {
        for entry in tree.group() {
            upper_case_imports(entry, names);
        }
        return;
    }
    let name = tree.alias().or_else(|| tree.segments().last()).map(name_of);
    names.extend(name.filter(|name| name.as_str().starts_with(char::is_uppercase)));
}
