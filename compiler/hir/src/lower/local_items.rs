//! Items among the statements of a block, but for `const assert`, which is a statement.
//!
//! They are items of the file like others, private, and below the item whose body they stand in. What their names mean
//! in the block, in each other and in the blocks inside is known here: bodies and types call them by keys, names that
//! no source can write, which the file declares at its top. They see nothing of the variables and type parameters
//! around.

use std::sync::Arc;

use base::{Span, Symbol, sym};
use syntax::ast::{self, AstNode};

use super::body::{BodyLowering, item_name};
use super::items::pattern_constants;
use super::scope::LocalName;
use super::{FileLowering, name_of};
use crate::{ItemId, ItemKind, Visibility, errors};

/// What separates the name from the rest of a key.
const MARK: char = '@';

/// Whether the name is the key of an item inside a function.
pub fn is_local_key(name: Symbol) -> bool {
    name.as_str().contains(MARK)
}

/// The name as source writes it, of a name that may be a key.
pub fn written_name(name: Symbol) -> Symbol {
    match name.as_str().split_once(MARK) {
        Some((written, _)) => sym(written),
        None => name,
    }
}

pub(super) fn key_of(name: Symbol, span: Span) -> Symbol {
    sym(&format!("{name}{MARK}{}", span.start))
}

/// Where the names of a block's items began.
#[derive(Clone, Copy)]
pub(super) struct LocalMark {
    n_names: usize,
    has_items: bool,
}

impl FileLowering<'_> {
    /// What a name is called outside of bodies: by its key where it is that of an item inside a function.
    pub(super) fn key(&self, name: Symbol) -> Symbol {
        let known = self.local_names.iter().rev().find(|(known, _)| *known == name);
        known.map_or(name, |(_, key)| *key)
    }

    /// Puts the items that bodies have had since `mark` below the item that these bodies are of.
    pub(super) fn own_local_items(&mut self, mark: usize, owner: Option<ItemId>) {
        for id in self.unowned.drain(mark..) {
            self.hir.items[id].parent = owner;
        }
    }

    pub(super) fn leave_local_items(&mut self, mark: LocalMark) {
        self.local_names.truncate(mark.n_names);
        if mark.has_items {
            Arc::make_mut(&mut self.constants).pop();
        }
    }

    /// The names of an item's generic parameters mean these in it, whatever stands around.
    fn shadow_generics(&mut self, item: ast::Item<'_>) {
        let generics = match item {
            ast::Item::Fn(item) => item.generic_params(),
            ast::Item::Struct(item) => item.generic_params(),
            ast::Item::Union(item) => item.generic_params(),
            ast::Item::Enum(item) => item.generic_params(),
            ast::Item::Trait(item) => item.generic_params(),
            ast::Item::Impl(item) => item.generic_params(),
            ast::Item::TypeAlias(item) => item.generic_params(),
            ast::Item::Import(_)
            | ast::Item::CImport(_)
            | ast::Item::Const(_)
            | ast::Item::ConstAssert(_)
            | ast::Item::Static(_)
            | ast::Item::Extern(_)
            | ast::Item::Mod(_)
            | ast::Item::Test(_) => None,
        };
        let params = generics.into_iter().flat_map(|list| list.syntax().descendants());
        let names = params.filter_map(|param| match ast::GenericParam::cast(param)? {
            ast::GenericParam::Type(param) => param.name(),
            ast::GenericParam::Const(param) => param.name(),
        });
        let names: Vec<Symbol> = names.map(name_of).collect();
        self.local_names.extend(names.into_iter().map(|name| (name, name)));
    }
}

impl BodyLowering<'_, '_> {
    /// Lowers the items of a block; their names mean them until [`FileLowering::leave_local_items`].
    pub(super) fn local_items(&mut self, block: ast::Block<'_>) -> LocalMark {
        let items = block.stmts().filter_map(|stmt| match stmt {
            ast::Stmt::Item(ast::Item::ConstAssert(_)) => None,
            ast::Stmt::Item(item) => Some(item),
            ast::Stmt::Let(_) | ast::Stmt::Defer(_) | ast::Stmt::Expr(_) => None,
        });
        let items = self.file.active_items(items);
        let mark = LocalMark {
            n_names: self.file.local_names.len(),
            has_items: !items.is_empty(),
        };
        if items.is_empty() {
            return mark;
        }
        Arc::make_mut(&mut self.file.constants).push(pattern_constants(&items));
        let mut names = Vec::new();
        self.local_imports(&items, &mut names);
        for item in &items {
            if let Some(token) = item_name(*item).filter(|_| !is_import(item)) {
                self.declare_item(name_of(token), token.span(), &mut names);
            }
            if let ast::Item::Extern(block) = item {
                for token in block.items().filter_map(item_name) {
                    self.declare_item(name_of(token), token.span(), &mut names);
                }
            }
        }
        for item in items.into_iter().filter(|item| !is_import(item)) {
            self.local_item(item);
        }
        mark
    }

    fn local_imports(&mut self, items: &[ast::Item<'_>], names: &mut Vec<(Symbol, Span)>) {
        let (n_imports, n_c_imports) = (self.file.hir.imports.len(), self.file.hir.c_imports.len());
        for item in items {
            match item {
                ast::Item::Import(import) => self.file.import(*import, None),
                ast::Item::CImport(import) => self.file.c_import(*import, None),
                _ => {}
            }
        }
        for index in n_imports..self.file.hir.imports.len() {
            let import = &mut self.file.hir.imports[index];
            import.visibility = Visibility::Private;
            let (name, span) = (import.alias, import.span);
            self.file.hir.imports[index].alias = self.declare_item(name, span, names);
        }
        for index in n_c_imports..self.file.hir.c_imports.len() {
            let import = &mut self.file.hir.c_imports[index];
            import.visibility = Visibility::Private;
            let (name, span) = (import.alias, import.span);
            self.file.hir.c_imports[index].alias = self.declare_item(name, span, names);
        }
    }

    /// Gives the key.
    fn declare_item(&mut self, name: Symbol, span: Span, names: &mut Vec<(Symbol, Span)>) -> Symbol {
        let key = key_of(name, span);
        match names.iter().find(|(known, _)| *known == name) {
            Some((_, first)) => {
                let message = errors::duplicate_name(span, name, *first);
                self.file.diagnostics.report(message);
            }
            None => {
                names.push((name, span));
                self.scopes.declare(name, LocalName::Item(key));
                self.file.local_names.push((name, key));
            }
        }
        key
    }

    fn local_item(&mut self, item: ast::Item<'_>) {
        let n_names = self.file.local_names.len();
        self.file.shadow_generics(item);
        let mut ids = Vec::new();
        self.file.item(item, None, &mut ids);
        self.file.local_names.truncate(n_names);
        for id in ids {
            let item = &mut self.file.hir.items[id];
            item.visibility = Visibility::Private;
            if !matches!(item.kind, ItemKind::Impl(_) | ItemKind::Test(_)) {
                let key = key_of(item.name, item.name_span);
                self.file.hir.local_items.push((key, id));
            }
            self.file.unowned.push(id);
        }
    }
}

fn is_import(item: &ast::Item<'_>) -> bool {
    matches!(item, ast::Item::Import(_) | ast::Item::CImport(_))
}
