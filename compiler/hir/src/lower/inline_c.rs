//! Functions whose body is C.

use base::Symbol;
use diag::Reported;
use syntax::ast::{self, AstNode};

use super::attributes::Target;
use super::functions::{Place, param_name};
use super::items::Header;
use super::{FileLowering, literals};
use crate::{AttrValue, Attribute, InlineC, InlineCParam, InlineCParamKind, Literal, errors};

impl FileLowering<'_> {
    pub(super) fn inline_c(
        &mut self,
        item: ast::FnItem<'_>,
        inline_c: ast::InlineC<'_>,
        header: &Header,
        place: Place,
    ) -> Result<InlineC, Reported> {
        let mut refuse = |problem: &str, span| Err(self.diagnostics.report(errors::bad_inline_c(span, problem)));
        if place != Place::Module {
            return refuse("inline C stands in a module, not among methods", header.name_span);
        }
        if item.inline_token().is_none() {
            return refuse("C text is always inlined: write `inline fn`", header.name_span);
        }
        if let Some(generics) = item.generic_params() {
            return refuse(
                "inline C takes `any` where Lang has generic parameters",
                generics.span(),
            );
        }
        let misplaced = [item.const_token(), item.export_token(), item.unsafe_token()];
        if let Some(token) = misplaced.into_iter().flatten().next() {
            let problem = format!("`{}` means nothing for inline C", token.text());
            return refuse(&problem, token.span());
        }
        let (Some(list), Some(token)) = (item.params(), inline_c.text()) else {
            return Err(self.missing());
        };
        if let Some(token) = list.self_param() {
            return refuse("inline C has no `self`", token.span());
        }
        let text = match literals::literal(token) {
            Some(Literal::Str(text)) => text,
            _ => return Err(self.missing()),
        };
        if text.as_str().contains('\0') {
            let problem = "C text holds no NUL";
            return Err(self.diagnostics.report(errors::bad_inline_c(token.span(), problem)));
        }
        let is_long = text.as_str().trim().contains('\n');
        if is_directive(text.as_str()) && !is_long {
            let problem = "inline C is an expression or a statement, and no directive";
            return Err(self.diagnostics.report(errors::bad_inline_c(token.span(), problem)));
        }
        if is_long && (text.as_str().contains("//") || text.as_str().contains('#')) {
            let problem = "inline C of several lines has no `//` comments and no `#`";
            return Err(self.diagnostics.report(errors::bad_inline_c(token.span(), problem)));
        }
        let mut params: Vec<InlineCParam> = Vec::new();
        for param in list.params() {
            self.attributes(param.attrs(), Target::Param);
            let span = param.span();
            let name = param_name(param).unwrap_or_else(|| base::sym("_"));
            if param.default().is_some() {
                let problem = "parameters of inline C have no defaults";
                return Err(self.diagnostics.report(errors::bad_inline_c(span, problem)));
            }
            if let Some(first) = params.iter().find(|first| first.name == name && name != "_") {
                return Err(self.diagnostics.report(errors::bound_twice(span, name, first.span)));
            }
            let kind = match param.ty() {
                Some(ast::Type::ParamKind(kind)) => param_kind(kind.syntax().text().trim()),
                Some(ast::Type::Path(path)) if path.syntax().text().trim() == "name" => Some(InlineCParamKind::Name),
                Some(_) => Some(InlineCParamKind::Typed(self.ty(param.ty(), span))),
                None => None,
            };
            let Some(kind) = kind else { return Err(self.missing()) };
            params.push(InlineCParam { name, kind, span });
        }
        Ok(InlineC {
            params,
            ret: item.return_ty().map(|ty| self.ty(Some(ty), header.name_span)),
            text,
            header: self.header_named(&header.attributes)?,
        })
    }

    /// The module that `@header(z)` names.
    fn header_named(&mut self, attributes: &[Attribute]) -> Result<Option<(Symbol, base::Span)>, Reported> {
        let Some(attribute) = attributes.iter().find(|attribute| attribute.name == "header") else {
            return Ok(None);
        };
        match attribute.args.as_slice() {
            [arg] => match (&arg.value, arg.name) {
                (AttrValue::Text(name), None) => Ok(Some((*name, arg.span))),
                (AttrValue::Str(_) | AttrValue::Int(_) | AttrValue::Text(_), _) => Err(self.no_module(arg.span)),
            },
            _ => Err(self.no_module(attribute.span)),
        }
    }

    fn no_module(&mut self, span: base::Span) -> Reported {
        let problem = "`@header` takes the name of an imported C module: `@header(stdio)`";
        self.diagnostics.report(errors::bad_attribute(span, problem))
    }
}

fn param_kind(word: &str) -> Option<InlineCParamKind> {
    match word {
        "any" => Some(InlineCParamKind::Any),
        "place" => Some(InlineCParamKind::Place),
        "type" => Some(InlineCParamKind::Type),
        _ => None,
    }
}

/// A `#` before a word that is one of the preprocessor's: `#x` of a parameter quotes it.
fn is_directive(text: &str) -> bool {
    const DIRECTIVES: [&str; 12] = [
        "define", "undef", "include", "if", "ifdef", "ifndef", "else", "elif", "endif", "error", "pragma", "line",
    ];
    let word = text.trim_start().strip_prefix('#').map(str::trim_start);
    let word = word.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric()).next());
    word.is_some_and(|word| DIRECTIVES.contains(&word))
}
