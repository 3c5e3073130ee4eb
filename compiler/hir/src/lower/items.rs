//! Items: what all share, and the plain ones.
//!
//! Gives every item that has a name, also one that is not supported yet (then as an error item, so that its uses say
//! nothing more), and every `impl` and test.

use std::sync::Arc;

use base::{FxHashSet, Span, Symbol, sym};
use diag::Reported;
use syntax::ast::{self, AstNode};
use syntax::{Token, TokenKind};

use super::attributes::{Target, doc_text};
use super::functions::Place;
use super::{FileLowering, literals, name_of};
use crate::{
    AssocType, Attribute, Const, ConstAssert, Impl, Item, ItemId, ItemKind, Literal, Mod, Static, Test, Trait,
    TypeAlias, Visibility, errors,
};

/// What items say before their kind begins to matter.
pub(super) struct Header {
    pub(super) name: Symbol,
    pub(super) name_span: Span,
    pub(super) span: Span,
    pub(super) visibility: Visibility,
    pub(super) attributes: Vec<Attribute>,
    pub(super) doc: Option<String>,
}

impl Header {
    /// Nothing for an item without a name.
    pub(super) fn new<'t>(
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

pub(super) fn visibility(pub_token: Option<Token<'_>>) -> Visibility {
    match pub_token {
        Some(_) => Visibility::Public,
        None => Visibility::Private,
    }
}

impl FileLowering<'_> {
    /// Lowers the items of a file or of an inline module.
    pub(super) fn items(&mut self, items: &[ast::Item<'_>], parent: Option<ItemId>) -> Vec<ItemId> {
        let around = Arc::clone(&self.constants);
        Arc::make_mut(&mut self.constants).push(pattern_constants(items));
        let mut ids = Vec::new();
        for item in items {
            self.item(*item, parent, &mut ids);
        }
        self.constants = around;
        ids
    }

    pub(super) fn push(&mut self, header: Header, parent: Option<ItemId>, kind: ItemKind) -> ItemId {
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

    pub(super) fn item(&mut self, item: ast::Item<'_>, parent: Option<ItemId>, ids: &mut Vec<ItemId>) {
        let (n_local, first) = (self.unowned.len(), ids.len());
        self.plain_item(item, parent, ids);
        self.own_local_items(n_local, ids.get(first).copied());
    }

    fn plain_item(&mut self, item: ast::Item<'_>, parent: Option<ItemId>, ids: &mut Vec<ItemId>) {
        match item {
            ast::Item::Import(import) => self.import(import, parent),
            ast::Item::CImport(import) => self.c_import(import, parent),
            ast::Item::Const(constant) => ids.extend(self.const_item(constant, parent)),
            ast::Item::Static(item) => ids.extend(self.static_item(item, parent)),
            ast::Item::Fn(function) => ids.extend(self.fn_item(function, parent, Place::Module)),
            ast::Item::Struct(item) => {
                let Some(id) = self.struct_item(item, parent) else {
                    return;
                };
                ids.push(id);
                ids.extend(self.derived_items(id, (item.generic_params(), item.where_clause()), parent));
            }
            ast::Item::Union(item) => {
                let Some(id) = self.union_item(item, parent) else {
                    return;
                };
                ids.push(id);
                ids.extend(self.derived_items(id, (None, None), parent));
            }
            ast::Item::Enum(item) => {
                let Some(id) = self.enum_item(item, parent) else { return };
                ids.push(id);
                ids.extend(self.derived_items(id, (item.generic_params(), item.where_clause()), parent));
            }
            ast::Item::Impl(item) => ids.extend(self.impl_item(item, parent)),
            ast::Item::TypeAlias(item) => ids.extend(self.type_alias(item, parent)),
            ast::Item::Extern(block) => self.extern_block(block, parent, ids),
            ast::Item::Mod(item) => ids.extend(self.mod_item(item, parent)),
            ast::Item::Test(item) => ids.extend(self.test_item(item, parent)),
            ast::Item::Trait(item) => ids.extend(self.trait_item(item, parent)),
            ast::Item::ConstAssert(item) => ids.extend(self.const_assert_item(item, parent)),
        }
    }

    fn const_assert_item(&mut self, item: ast::ConstAssertItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let assertion = self.const_assert(item)?;
        let header = Header {
            name: sym("const assert"),
            name_span: item.span(),
            span: item.span(),
            visibility: Visibility::Private,
            attributes,
            doc: None,
        };
        Some(self.push(header, parent, ItemKind::ConstAssert(assertion)))
    }

    /// The condition, and the message if there is one.
    pub(super) fn const_assert(&mut self, item: ast::ConstAssertItem<'_>) -> Option<ConstAssert> {
        let span = item.span();
        let mut args = item.args()?.args();
        let condition = args.next().and_then(ast::Arg::value);
        let message = args.next().and_then(ast::Arg::value);
        if condition.is_none() || args.next().is_some() {
            self.unsupported(span, "`const assert` of anything but a condition and a message");
            return None;
        }
        let text = match message {
            Some(ast::Expr::Literal(literal)) => literal.token().and_then(literals::literal),
            _ => None,
        };
        let message = match (message, text) {
            (None, _) => None,
            (Some(_), Some(Literal::Str(text))) => Some(text),
            (Some(message), _) => {
                self.unsupported(message.span(), "a message that is no string literal");
                return None;
            }
        };
        Some(ConstAssert {
            condition: self.constant_body(condition, span),
            message,
            span,
        })
    }

    fn const_item(&mut self, item: ast::ConstItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Const);
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
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match item.value() {
            Some(value) => ItemKind::Static(Static {
                ty: self.ty(item.ty(), header.name_span),
                body: Some(self.constant_body(Some(value), header.span)),
                is_var: item.var_token().is_some(),
                is_export: item.export_token().is_some(),
                thread_local,
                link: Vec::new(),
            }),
            None if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            None => ItemKind::Error(self.missing()),
        };
        Some(self.push(header, parent, kind))
    }

    fn type_alias(&mut self, item: ast::TypeAliasItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::TypeAlias);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let generics = self.generics(item.generic_params(), item.where_clause());
        let kind = match (item.ty(), item.bounds(), generics) {
            (_, _, Err(reported)) => ItemKind::Error(reported),
            (_, Some(bounds), Ok(_)) => {
                let problem = "only an associated type has bounds";
                ItemKind::Error(self.diagnostics.report(errors::bad_alias(bounds.span(), problem)))
            }
            (Some(ty), None, Ok((generics, predicates))) => {
                if let (Some(clause), false) = (item.where_clause(), predicates.is_empty()) {
                    let problem = "a type alias stands for the type as it is, whose bounds hold without it";
                    self.diagnostics.report(errors::bad_alias(clause.span(), problem));
                }
                ItemKind::TypeAlias(TypeAlias {
                    generics,
                    ty: self.ty(Some(ty), header.name_span),
                })
            }
            (None, None, Ok(_)) if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            (None, None, Ok(_)) => ItemKind::Error(self.missing()),
        };
        Some(self.push(header, parent, kind))
    }

    fn impl_item(&mut self, item: ast::ImplItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Impl);
        if let Some(token) = item.export_token() {
            self.unsupported(token.span(), "exported types");
            return None;
        }
        let span = item.span();
        let name_span = Span::new(span.file, span.start, (span.start + 4).min(span.end));
        let bounded = self.generics(item.generic_params(), item.where_clause());
        let (generics, predicates) = bounded.ok()?;
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
            predicates,
            is_unsafe: item.unsafe_token().is_some(),
            trait_ref,
            self_ty,
            items: Vec::new(),
        };
        let id = self.push(header, parent, ItemKind::Impl(empty));
        let mut ids = Vec::new();
        let place = match trait_ref {
            Some(_) => Place::TraitImpl,
            None => Place::Impl,
        };
        for member in self.active_items(item.items()) {
            ids.extend(self.impl_member(member, id, place));
        }
        self.drop_duplicates(&mut ids);
        if let ItemKind::Impl(block) = &mut self.hir.items[id].kind {
            block.items = ids;
        }
        Some(id)
    }

    fn trait_item(&mut self, item: ast::TraitItem<'_>, parent: Option<ItemId>) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Trait);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let bounded = self.generics(item.generic_params(), item.where_clause());
        let (generics, predicates) = match bounded {
            Ok(bounded) => bounded,
            Err(reported) => return Some(self.push(header, parent, ItemKind::Error(reported))),
        };
        let empty = Trait {
            generics,
            predicates,
            is_unsafe: item.unsafe_token().is_some(),
            supertraits: self.bounds(item.bounds()),
            items: Vec::new(),
        };
        let id = self.push(header, parent, ItemKind::Trait(empty));
        let mut ids = Vec::new();
        for member in self.active_items(item.items()) {
            ids.extend(self.impl_member(member, id, Place::Trait));
        }
        self.drop_duplicates(&mut ids);
        if let ItemKind::Trait(decl) = &mut self.hir.items[id].kind {
            decl.items = ids;
        }
        Some(id)
    }

    fn impl_member(&mut self, item: ast::Item<'_>, parent: ItemId, place: Place) -> Option<ItemId> {
        let n_local = self.unowned.len();
        let id = self.plain_member(item, parent, place);
        self.own_local_items(n_local, id);
        id
    }

    fn plain_member(&mut self, item: ast::Item<'_>, parent: ItemId, place: Place) -> Option<ItemId> {
        match item {
            ast::Item::Fn(function) => self.fn_item(function, Some(parent), place),
            ast::Item::Const(constant) if matches!(place, Place::Trait | Place::TraitImpl) => {
                self.assoc_const(constant, parent, place)
            }
            ast::Item::Const(constant) => self.const_item(constant, Some(parent)),
            ast::Item::TypeAlias(alias) if place == Place::Impl => {
                let problem = "a type stands in a trait or in an `impl` of one";
                self.diagnostics.report(errors::bad_alias(alias.span(), problem));
                None
            }
            ast::Item::TypeAlias(alias) => self.assoc_type(alias, parent, place),
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
                self.unsupported(item.span(), "such an item in an `impl` or `trait`");
                None
            }
        }
    }

    fn assoc_type(&mut self, item: ast::TypeAliasItem<'_>, parent: ItemId, place: Place) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let mut header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        header.visibility = Visibility::Public;
        let clause = item.where_clause().map(AstNode::span);
        if let Some(span) = item.generic_params().map(AstNode::span).or(clause) {
            let reported = self.unsupported(span, "associated types with generics");
            return Some(self.push(header, Some(parent), ItemKind::Error(reported)));
        }
        let (bounds, relaxed) = self.bounds_of_param(item.bounds());
        let ty = item.ty().map(|ty| self.ty(Some(ty), header.name_span));
        let kind = match (place, ty) {
            (Place::TraitImpl, None) if is_ended(item) => ItemKind::Error(self.no_value(&header)),
            (Place::TraitImpl, None) => ItemKind::Error(self.missing()),
            _ => ItemKind::AssocType(AssocType { bounds, relaxed, ty }),
        };
        Some(self.push(header, Some(parent), kind))
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
        let active = self.active_items(item.items());
        let ids = self.items(&active, Some(id));
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
}

/// Whether the item has its `;`. Of one that has neither that nor a body the parser has said so.
pub(super) fn is_ended<'t>(item: impl AstNode<'t>) -> bool {
    item.syntax().own_token(TokenKind::Semicolon).is_some()
}

/// Whether `const` stands there, and not what the parser has read as that.
fn is_written_const(constant: ast::ConstItem<'_>) -> bool {
    constant.const_token().is_some_and(|token| token.text() == "const")
}

/// The names that are constants where a pattern stands: constants, unit structs, and imported names that start with
/// an upper-case letter. Whether an import names a constant cannot be seen in one file, and a lower-case one is a
/// module or a function by custom, which a local of the same name may well hide.
pub(super) fn pattern_constants(items: &[ast::Item<'_>]) -> FxHashSet<Symbol> {
    let mut names = FxHashSet::default();
    for item in items {
        match item {
            // One that is written as a variable was meant to be one of a function that has ended too early.
            ast::Item::Const(constant) if !is_written_const(*constant) => {}
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
