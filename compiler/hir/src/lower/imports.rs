//! Imports: one [`Import`] for each name, one [`CImport`] for each `import c`.

use syntax::ast::{self, AstNode};
use syntax::literal;

use super::attributes::Target;
use super::items::visibility;
use super::{FileLowering, name_of};
use crate::{CImport, Import, ItemId, Visibility, errors};

impl FileLowering<'_> {
    pub(super) fn import(&mut self, item: ast::ImportItem<'_>, parent: Option<ItemId>) {
        self.attributes(item.attrs(), Target::Other);
        let visibility = visibility(item.pub_token());
        if let Some(tree) = item.tree() {
            self.import_tree(tree, &[], (visibility, parent));
        }
    }

    fn import_tree(
        &mut self,
        tree: ast::ImportTree<'_>,
        prefix: &[(base::Symbol, base::Span)],
        (visibility, parent): (Visibility, Option<ItemId>),
    ) {
        let mut path = prefix.to_vec();
        path.extend(tree.segments().map(|token| (name_of(token), token.span())));
        if tree.has_group() {
            for entry in tree.group() {
                self.import_tree(entry, &path, (visibility, parent));
            }
            return;
        }
        let Some(&(last, _)) = path.last() else { return };
        self.hir.imports.push(Import {
            alias: tree.alias().map_or(last, name_of),
            path,
            span: tree.span(),
            visibility,
            parent,
        });
    }

    pub(super) fn c_import(&mut self, item: ast::CImportItem<'_>, parent: Option<ItemId>) {
        let attributes = self.attributes(item.attrs(), Target::CImport);
        let defines = self.attribute_strings(&attributes, "define");
        let pkg_config = self.attribute_strings(&attributes, "pkg");
        let link = self.attribute_strings(&attributes, "link");
        let include = self.attribute_strings(&attributes, "include");
        let standard = self.attribute_strings(&attributes, "std");
        let mut bindings = self.attribute_strings(&attributes, "bindings").into_iter();
        let first_bindings = bindings.next();
        if let Some((_, span)) = bindings.next() {
            let problem = "one file stands for the headers of an import";
            self.diagnostics.report(errors::bad_attribute(span, problem));
        }
        let headers: Vec<(String, base::Span)> = item
            .headers()
            .map(|token| (literal::string_text(token), token.span()))
            .collect();
        let Some((first, first_span)) = headers.first() else {
            return;
        };
        let alias = match item.alias() {
            Some(token) => name_of(token),
            None => {
                let name = first.rsplit('/').next().unwrap_or(first);
                let stem = name.split('.').next().unwrap_or(name);
                if headers.len() > 1 || !is_name(stem) {
                    self.diagnostics.report(errors::unnamed_c_import(*first_span, first));
                    return;
                }
                base::sym(stem)
            }
        };
        self.hir.c_imports.push(CImport {
            headers,
            alias,
            include_dirs: include.into_iter().map(|(dir, _)| dir.as_str().into()).collect(),
            link_dirs: Vec::new(),
            standard: standard.first().map(|(standard, _)| standard.to_string()),
            defines: defines.into_iter().map(|(text, _)| text.to_string()).collect(),
            pkg_config: pkg_config
                .into_iter()
                .map(|(text, span)| (text.to_string(), span))
                .collect(),
            link: link.into_iter().map(|(text, _)| text.to_string()).collect(),
            bindings: first_bindings.map(|(path, span)| (path.as_str().into(), span)),
            span: item.span(),
            visibility: visibility(item.pub_token()),
            parent,
        });
    }
}

/// Whether `text` can be written as a name without backticks.
fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
        && chars.all(|c| c == '_' || c.is_alphanumeric())
        && syntax::TokenKind::keyword(text).is_none()
}
