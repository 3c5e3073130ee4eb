//! Functions of Lang: those of modules and of `impl`s.

use base::{Span, Symbol, sym};
use diag::Reported;
use syntax::ast::{self, AstNode};

use super::attributes::Target;
use super::items::{Header, is_ended};
use super::{FileLowering, name_of};
use crate::{Attribute, Fn, FnBody, ImplPlace, Inlining, ItemId, ItemKind, Param, SelfParam, Visibility, errors};

/// Where a function stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Module,
    Impl,
    /// An `impl` of a trait.
    TraitImpl,
    Trait,
}

impl FileLowering<'_> {
    pub(super) fn fn_item(&mut self, item: ast::FnItem<'_>, parent: Option<ItemId>, place: Place) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Fn);
        let is_intrinsic = self.attribute_flag(&attributes, "intrinsic");
        let inlining = self.inlining(item, &attributes);
        let mut header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        if place == Place::Trait {
            // Whoever sees the trait sees its members.
            header.visibility = Visibility::Public;
        }
        let kind = match item.inline_c() {
            Some(inline_c) => {
                let named = header.attributes.iter().find(|one| one.name == "target_feature");
                if let Some(attribute) = named {
                    let problem = "inline C is compiled for the function that it is used in";
                    self.diagnostics.report(errors::bad_attribute(attribute.span, problem));
                }
                self.inline_c(item, inline_c, &header, place).map(ItemKind::InlineC)
            }
            None => {
                let named = header.attributes.iter().find(|attribute| attribute.name == "header");
                if let Some(attribute) = named {
                    let problem = "`@header` is for inline C";
                    self.diagnostics.report(errors::bad_attribute(attribute.span, problem));
                }
                self.fn_kind(item, &header, (is_intrinsic, inlining), (parent, place))
                    .map(ItemKind::Fn)
            }
        };
        let kind = kind.unwrap_or_else(ItemKind::Error);
        Some(self.push(header, parent, kind))
    }

    fn inlining(&mut self, item: ast::FnItem<'_>, attributes: &[Attribute]) -> Inlining {
        let is_cold = self.attribute_flag(attributes, "cold");
        match item.inline_token() {
            Some(token) if is_cold => {
                let problem = "an `inline fn` is not `@cold`";
                self.diagnostics.report(errors::bad_attribute(token.span(), problem));
                Inlining::Default
            }
            Some(_) => Inlining::Wanted,
            None if is_cold => Inlining::Cold,
            None => Inlining::Default,
        }
    }

    /// The features of `@target_feature("avx2,fma")`, each by itself.
    fn features(&mut self, attributes: &[Attribute], place: Place, is_intrinsic: bool) -> Vec<(Symbol, Span)> {
        let Some(attribute) = attributes.iter().find(|attribute| attribute.name == "target_feature") else {
            return Vec::new();
        };
        let problem = match place {
            Place::Trait | Place::TraitImpl => Some("a function of a trait is called on every processor"),
            Place::Module | Place::Impl => is_intrinsic.then_some("an intrinsic has no code of its own"),
        };
        if let Some(problem) = problem {
            self.diagnostics.report(errors::bad_attribute(attribute.span, problem));
            return Vec::new();
        }
        let mut features: Vec<(Symbol, Span)> = Vec::new();
        for (list, span) in self.attribute_strings(attributes, "target_feature") {
            for name in list.as_str().split(',').map(str::trim) {
                if !features.iter().any(|(known, _)| *known == name) {
                    features.push((sym(name), span));
                }
            }
        }
        features
    }

    fn fn_kind(
        &mut self,
        item: ast::FnItem<'_>,
        header: &Header,
        (is_intrinsic, inlining): (bool, Inlining),
        (parent, place): (Option<ItemId>, Place),
    ) -> Result<Fn, Reported> {
        if let Some(alias) = item.alias() {
            return Err(self.unsupported(alias.span(), "functions of an `@ffi` block"));
        }
        if let Some(token) = item.extern_token() {
            return Err(self.unsupported(token.span(), "`extern fn` with a body; write `export fn`"));
        }
        let (mut generics, predicates) = self.generics(item.generic_params(), item.where_clause())?;
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
        let around = self.unnamed_generics.replace(Vec::new());
        let params = self.params(param_list, parent);
        generics.extend(std::mem::replace(&mut self.unnamed_generics, around).unwrap_or_default());
        let around = std::mem::replace(&mut self.impl_place, ImplPlace::Result);
        let ret = item.return_ty().map(|ty| self.ty(Some(ty), header.name_span));
        self.impl_place = around;
        let body = match item.body() {
            Some(body) if is_intrinsic => {
                let problem = "an intrinsic has no body";
                return Err(self.diagnostics.report(errors::bad_attribute(body.span(), problem)));
            }
            Some(body) if body.is_skipped() => FnBody::Lang(self.deferred_body(header.span)),
            Some(body) => FnBody::Lang(self.fn_body(param_list, body)),
            None if is_intrinsic => FnBody::Intrinsic,
            None if place == Place::Trait && is_ended(item) => FnBody::Required,
            None if is_ended(item) => {
                return Err(self.diagnostics.report(errors::no_body(header.name_span, header.name)));
            }
            None => return Err(self.missing()),
        };
        Ok(Fn {
            generics,
            predicates,
            self_param,
            params,
            ret,
            is_unsafe: item.unsafe_token().is_some(),
            is_const: item.const_token().is_some(),
            is_assoc_const: false,
            inlining,
            features: self.features(&header.attributes, place, is_intrinsic),
            is_export: item.export_token().is_some(),
            body,
        })
    }

    /// `const N: T = value;` of a trait or of an `impl` of one.
    pub(super) fn assoc_const(&mut self, item: ast::ConstItem<'_>, parent: ItemId, place: Place) -> Option<ItemId> {
        let attributes = self.attributes(item.attrs(), Target::Other);
        let mut header = Header::new(item, item.name(), item.pub_token(), attributes)?;
        header.visibility = Visibility::Public;
        let body = match item.value() {
            Some(value) => Ok(FnBody::Lang(self.constant_body(Some(value), header.span))),
            None if is_ended(item) && place == Place::Trait => Ok(FnBody::Required),
            None if is_ended(item) => Err(self.diagnostics.report(errors::no_value(header.name_span, header.name))),
            None => Err(self.missing()),
        };
        let ret = Some(self.ty(item.ty(), header.name_span));
        let kind = match body {
            Err(reported) => ItemKind::Error(reported),
            Ok(body) => ItemKind::Fn(Fn {
                generics: Vec::new(),
                predicates: Vec::new(),
                self_param: None,
                params: Vec::new(),
                ret,
                is_unsafe: false,
                is_const: true,
                is_assoc_const: true,
                inlining: Inlining::Wanted,
                features: Vec::new(),
                is_export: false,
                body,
            }),
        };
        Some(self.push(header, Some(parent), kind))
    }

    fn self_param(&mut self, param: ast::SelfParam<'_>, place: Place) -> Result<SelfParam, Reported> {
        self.attributes(param.attrs(), Target::Param);
        if place == Place::Module {
            return Err(self.diagnostics.report(errors::misplaced_self(param.span())));
        }
        if let Some(ty) = param.ty() {
            return Ok(SelfParam::Typed(self.ty(Some(ty), param.span())));
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
    pub(super) fn params(&mut self, list: ast::ParamList<'_>, parent: Option<ItemId>) -> Vec<Param> {
        list.params()
            .map(|param| {
                self.attributes(param.attrs(), Target::Param);
                Param {
                    name: param_name(param),
                    ty: self.ty(param.ty(), param.span()),
                    default: param
                        .default()
                        .map(|value| self.param_default(list, param, value, parent)),
                    span: param.span(),
                }
            })
            .collect()
    }

    fn param_default(
        &mut self,
        list: ast::ParamList<'_>,
        param: ast::Param<'_>,
        value: ast::Expr<'_>,
        parent: Option<ItemId>,
    ) -> ItemId {
        let body = self.default_body(list, value);
        let header = Header {
            name: param_name(param).unwrap_or_else(|| sym("default")),
            name_span: value.span(),
            span: value.span(),
            visibility: Visibility::Private,
            attributes: Vec::new(),
            doc: None,
        };
        let function = Fn {
            generics: Vec::new(),
            predicates: Vec::new(),
            self_param: None,
            params: Vec::new(),
            ret: None,
            is_unsafe: false,
            is_const: true,
            is_assoc_const: false,
            inlining: Inlining::Wanted,
            features: Vec::new(),
            is_export: false,
            body: FnBody::Default(body),
        };
        self.push(header, parent, ItemKind::Fn(function))
    }
}

/// The name of a parameter whose pattern is one.
pub(super) fn param_name(param: ast::Param<'_>) -> Option<Symbol> {
    match param.pat()? {
        ast::Pat::Bind(bind) if bind.subpattern().is_none() => bind.name().map(name_of),
        _ => None,
    }
}
