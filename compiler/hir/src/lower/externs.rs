//! `extern` blocks: functions and statics that are C's.

use base::{Span, Symbol};
use cmodel::CallingConvention;
use diag::Reported;
use syntax::ast::{self, AstNode};

use super::attributes::Target;
use super::functions::param_name;
use super::items::Header;
use super::{FileLowering, name_of};
use crate::{Attribute, ExternFn, ItemId, ItemKind, Param, Static, errors};

impl FileLowering<'_> {
    pub(super) fn extern_block(&mut self, block: ast::ExternBlock<'_>, parent: Option<ItemId>, ids: &mut Vec<ItemId>) {
        let attributes = self.attributes(block.attrs(), Target::ExternBlock);
        let link = self.attribute_strings(&attributes, "link");
        let link: Vec<String> = link.into_iter().map(|(name, _)| name.to_string()).collect();
        let Ok(convention) = self.convention(block.abi()) else {
            return;
        };
        for item in self.active_items(block.items()) {
            match item {
                ast::Item::Fn(function) => ids.extend(self.extern_fn(function, parent, (&link, convention))),
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

    /// A function of a block with these libraries and this convention.
    fn extern_fn(
        &mut self,
        item: ast::FnItem<'_>,
        parent: Option<ItemId>,
        (link, convention): (&[String], CallingConvention),
    ) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::ExternFn);
        let link = self.links(link, &attributes);
        let header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        let kind = match self.extern_fn_kind(item, &header, link, convention) {
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
        convention: CallingConvention,
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
        self.check_extern_params(param_list);
        let params = self.extern_params(param_list);
        Ok(ExternFn {
            params,
            ret: item.return_ty().map(|ty| self.ty(Some(ty), header.name_span)),
            variadic: param_list.variadic().is_some(),
            convention,
            link,
        })
    }

    fn extern_params(&mut self, list: ast::ParamList<'_>) -> Vec<Param> {
        let param = |param: ast::Param<'_>| {
            self.attributes(param.attrs(), Target::Param);
            Param {
                name: param_name(param),
                ty: self.ty(param.ty(), param.span()),
                default: None,
                span: param.span(),
            }
        };
        list.params().map(param).collect()
    }

    /// Says which parameters C has no word for.
    fn check_extern_params(&mut self, list: ast::ParamList<'_>) {
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
            is_export: false,
            thread_local,
            link,
        });
        Some(self.push(header, parent, kind))
    }
}
