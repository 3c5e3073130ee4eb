//! Functions whose body is C text: their parameters, and the header that they stand on.

use base::{Span, Symbol};
use cmodel::{CModuleId, CType};
use diag::Reported;
use hir::{DefId, InlineC, InlineCParamKind, TypeRefId};
use target::CScalar;

use super::Collector;
use crate::c_spelling::c_type;
use crate::c_types::ty_of;
use crate::type_refs::{self, TypeScope};
use crate::{InlineCDecl, InlineCKind, Ty, errors};

impl Collector<'_> {
    pub(super) fn inline_c(&mut self, def: DefId, decl: &InlineC) {
        let found = self.inline_c_decl(def, decl);
        self.signatures.inline_c.insert(def, found);
    }

    fn inline_c_decl(&mut self, def: DefId, decl: &InlineC) -> Result<InlineCDecl, Reported> {
        let scope = self.scope_of(def);
        let mut params = Vec::new();
        for param in &decl.params {
            let kind = match param.kind {
                InlineCParamKind::Typed(ty) => InlineCKind::Typed(self.ty_of_inline_c(&scope, ty, param.span)?),
                InlineCParamKind::Any => InlineCKind::Any,
                InlineCParamKind::Place => InlineCKind::Place,
                InlineCParamKind::Type => InlineCKind::Type,
                InlineCParamKind::Name => InlineCKind::Name,
            };
            params.push((param.name, kind));
        }
        let ret = match decl.ret {
            Some(ret) => Some(self.ret_of_inline_c(&scope, ret)?),
            None => None,
        };
        Ok(InlineCDecl {
            params,
            ret,
            text: decl.text,
            module: self.header_of(def, decl.header)?,
        })
    }

    /// A type that C has, too.
    fn ty_of_inline_c(&mut self, scope: &TypeScope, written: TypeRefId, span: Span) -> Result<Ty, Reported> {
        let ty = type_refs::lower_value(self, scope, written);
        if let Some(reported) = ty.error_inside() {
            return Err(reported);
        }
        if c_type(ty, &self.signatures).is_some() {
            return Ok(ty);
        }
        let text = crate::display_ty(ty, &self.signatures);
        Err(self.report(errors::no_c_type(span, &text, None)))
    }

    fn ret_of_inline_c(&mut self, scope: &TypeScope, written: TypeRefId) -> Result<CType, Reported> {
        let ty = type_refs::lower_value(self, scope, written);
        if ty.is_unit() {
            return Ok(CType::Scalar(CScalar::Void));
        }
        let span = self.input.program.modules[scope.from.module].hir.type_ref(written).span;
        let ty = self.ty_of_inline_c(scope, written, span)?;
        let known = c_type(ty, &self.signatures).filter(|known| {
            // What comes back must be what was written.
            ty_of(known, &self.signatures.c) == ty
        });
        known.ok_or_else(|| {
            let text = crate::display_ty(ty, &self.signatures);
            self.report(errors::no_c_type(span, &text, Some("C gives pointers, not references")))
        })
    }

    /// The one header of the file, or that which is named.
    fn header_of(&mut self, def: DefId, named: Option<(Symbol, Span)>) -> Result<Option<CModuleId>, Reported> {
        let program = self.input.program;
        if let Some((name, span)) = named {
            return match crate::paths::lookup(program, def, name) {
                Some(crate::paths::Entity::CModule(module)) => Ok(Some(module)),
                _ => Err(self.report(errors::no_such_header(span, name))),
            };
        }
        let mut modules = program.modules[def.module].c_modules.clone();
        modules.dedup();
        match modules.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            _ => {
                let item = program.item(def);
                Err(self.report(errors::several_headers(item.name_span, item.name)))
            }
        }
    }
}
