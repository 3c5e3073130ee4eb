//! Types and generics.

use super::Printer;
use crate::{
    FnTypeRef, GenericArg, GenericParam, Mutability, PathSegment, Relaxed, TypeRefId, TypeRefKind, WherePredicate,
};

impl Printer<'_> {
    pub(super) fn ty(&mut self, id: TypeRefId) {
        let hir = self.hir;
        match &hir.type_ref(id).kind {
            TypeRefKind::Error(_) => self.push("<error>"),
            TypeRefKind::Path(segments) => self.path(segments),
            TypeRefKind::Tuple(elements) => self.list("(", elements, ")", |p, element| p.ty(*element)),
            TypeRefKind::Array { element, len } => {
                self.push("[");
                self.ty(*element);
                self.push("; ");
                self.body_value(hir.body(*len));
                self.push("]");
            }
            TypeRefKind::Slice(element) => {
                self.push("[");
                self.ty(*element);
                self.push("]");
            }
            TypeRefKind::Ref {
                mutability,
                is_static,
                target,
            } => {
                self.push(match (is_static, mutability) {
                    (false, Mutability::Const) => "&",
                    (false, Mutability::Mut) => "&mut ",
                    (true, Mutability::Const) => "&static ",
                    (true, Mutability::Mut) => "&static mut ",
                });
                self.ty(*target);
            }
            TypeRefKind::Pointer { mutability, target } => {
                self.push(match mutability {
                    Mutability::Const => "*const ",
                    Mutability::Mut => "*",
                });
                self.ty(*target);
            }
            TypeRefKind::Optional(inner) => {
                self.push("?");
                self.ty(*inner);
            }
            TypeRefKind::Result { error, ok } => {
                if let Some(error) = error {
                    self.ty(*error);
                }
                self.push("!");
                self.ty(*ok);
            }
            TypeRefKind::Fn(fn_type) => self.fn_type("fn", fn_type),
            TypeRefKind::OwnFn(fn_type) => self.fn_type("own fn", fn_type),
            TypeRefKind::ExternFn(fn_type) => self.fn_type("extern fn", fn_type),
            TypeRefKind::Dyn { bounds, is_view } => {
                self.bounded(if *is_view { "dyn ?view " } else { "dyn " }, bounds);
            }
            TypeRefKind::Impl { bounds, relaxed, .. } => {
                self.bounded("impl ", bounds);
                self.relaxed(relaxed);
            }
            TypeRefKind::Infer => self.push("_"),
        }
    }

    fn bounded(&mut self, keyword: &str, bounds: &[TypeRefId]) {
        self.push(keyword);
        for (index, bound) in bounds.iter().enumerate() {
            if index > 0 {
                self.push(" + ");
            }
            self.ty(*bound);
        }
    }

    pub(super) fn path(&mut self, segments: &[PathSegment]) {
        for (index, segment) in segments.iter().enumerate() {
            if index > 0 {
                self.push(".");
            }
            self.symbol(segment.name);
            if !segment.args.is_empty() {
                self.generic_args(&segment.args);
            }
        }
    }

    pub(super) fn generic_args(&mut self, args: &[GenericArg]) {
        self.list("<", args, ">", Self::generic_arg);
    }

    fn generic_arg(&mut self, arg: &GenericArg) {
        match arg {
            GenericArg::Type(ty) => self.ty(*ty),
            GenericArg::Const(body) => {
                let hir = self.hir;
                self.body_value(hir.body(*body));
            }
            GenericArg::Assoc { name, ty, .. } => {
                self.symbol(*name);
                self.push(" = ");
                self.ty(*ty);
            }
        }
    }

    fn fn_type(&mut self, keyword: &str, fn_type: &FnTypeRef) {
        if fn_type.is_unsafe {
            self.push("unsafe ");
        }
        self.push(keyword);
        self.list("(", &fn_type.params, "", |p, param| p.ty(*param));
        self.variadic_end(fn_type.variadic, fn_type.params.is_empty());
        self.ret(fn_type.ret);
    }

    pub(super) fn variadic_end(&mut self, variadic: bool, is_empty: bool) {
        match (variadic, is_empty) {
            (true, true) => self.push("...)"),
            (true, false) => self.push(", ...)"),
            (false, _) => self.push(")"),
        }
    }

    pub(super) fn ret(&mut self, ret: Option<TypeRefId>) {
        if let Some(ret) = ret {
            self.push(" -> ");
            self.ty(ret);
        }
    }

    pub(super) fn generic_params(&mut self, params: &[GenericParam]) {
        if params.is_empty() {
            return;
        }
        self.list("<", params, ">", |p, param| {
            if param.const_ty.is_some() {
                p.push("const ");
            }
            p.symbol(param.name);
            if let Some(ty) = param.const_ty {
                p.push(": ");
                p.symbol(ty);
            }
            if !param.bounds.is_empty() {
                p.push(": ");
                p.bounds(&param.bounds);
            }
            p.relaxed(&param.relaxed);
            if let Some(default) = &param.default {
                p.push(" = ");
                p.generic_arg(default);
            }
        });
    }

    pub(super) fn relaxed(&mut self, relaxed: &[Relaxed]) {
        for relaxed in relaxed {
            self.push(match relaxed {
                Relaxed::Sized => " ?Sized",
                Relaxed::View => " ?view",
                Relaxed::Send => " ?Send",
            });
        }
    }

    /// `A + B`
    pub(super) fn bounds(&mut self, bounds: &[TypeRefId]) {
        for (index, bound) in bounds.iter().enumerate() {
            if index > 0 {
                self.push(" + ");
            }
            self.ty(*bound);
        }
    }

    /// ` where T: A`
    pub(super) fn predicates(&mut self, predicates: &[WherePredicate]) {
        for (index, predicate) in predicates.iter().enumerate() {
            self.push(if index == 0 { " where " } else { ", " });
            self.ty(predicate.ty);
            self.push(": ");
            self.bounds(&predicate.bounds);
        }
    }
}
