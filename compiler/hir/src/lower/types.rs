//! Types as written.

use base::{Span, Symbol, sym};
use cmodel::CallingConvention;
use diag::Reported;
use syntax::Token;
use syntax::ast::{self, AstNode};

use super::local_items::key_of;
use super::{FileLowering, name_of};
use crate::{
    FnTypeRef, GenericArg, GenericParam, ImplPlace, Mutability, PathSegment, Relaxed, TypeRef, TypeRefId, TypeRefKind,
    WherePredicate, errors,
};

impl FileLowering<'_> {
    pub(super) fn push_type(&mut self, kind: TypeRefKind, span: Span) -> TypeRefId {
        let id = self.hir.types.push(TypeRef { kind, span });
        TypeRefId(self.first_type + id.0)
    }

    /// A type that the grammar requires, `around` being the place of what it is a part of.
    pub(super) fn ty(&mut self, ty: Option<ast::Type<'_>>, around: Span) -> TypeRefId {
        let Some(ty) = ty else { return self.missing_type(around) };
        if let ast::Type::Paren(paren) = ty {
            return self.ty(paren.inner(), paren.span());
        }
        let kind = self.type_kind(ty);
        self.push_type(kind, ty.span())
    }

    fn type_kind(&mut self, ty: ast::Type<'_>) -> TypeRefKind {
        let span = ty.span();
        match ty {
            ast::Type::Path(path) => self.path_type(path),
            ast::Type::Ref(reference) => {
                if reference.syntax().text() == "&&str" {
                    self.diagnostics.warn(errors::double_reference(span));
                }
                TypeRefKind::Ref {
                    mutability: mutability(reference.mut_token()),
                    is_static: reference.static_token().is_some(),
                    target: self.ty(reference.target(), span),
                }
            }
            ast::Type::Ptr(pointer) => TypeRefKind::Pointer {
                mutability: match pointer.const_token() {
                    Some(_) => Mutability::Const,
                    None => Mutability::Mut,
                },
                target: self.ty(pointer.target(), span),
            },
            ast::Type::Slice(slice) => TypeRefKind::Slice(self.ty(slice.element(), span)),
            ast::Type::Array(array) => TypeRefKind::Array {
                element: self.ty(array.element(), span),
                len: self.constant_body(array.len(), span),
            },
            ast::Type::Tuple(tuple) => {
                TypeRefKind::Tuple(tuple.elements().map(|element| self.ty(Some(element), span)).collect())
            }
            ast::Type::Paren(paren) => match paren.inner() {
                Some(inner) => self.type_kind(inner),
                None => TypeRefKind::Error(self.missing()),
            },
            ast::Type::Fn(function) => self.fn_type(function),
            ast::Type::Optional(optional) => TypeRefKind::Optional(self.ty(optional.inner(), span)),
            ast::Type::Result(result) => TypeRefKind::Result {
                error: result.error().map(|error| self.ty(Some(error), span)),
                ok: self.ty(result.ok(), span),
            },
            ast::Type::Dyn(dynamic) => self.dyn_type(dynamic.bounds()),
            ast::Type::Impl(unnamed) => self.impl_type(unnamed),
            ast::Type::Infer(_) => TypeRefKind::Infer,
            ast::Type::ParamKind(_) => {
                let problem = "only a parameter of inline C is of this kind";
                TypeRefKind::Error(self.diagnostics.report(errors::bad_inline_c(span, problem)))
            }
            ast::Type::Error(_) => TypeRefKind::Error(self.missing()),
        }
    }

    /// In the type of a parameter, a generic parameter of the function that no one else can name.
    fn impl_type(&mut self, ty: ast::ImplType<'_>) -> TypeRefKind {
        if self.unnamed_generics.is_none() {
            let (bounds, relaxed) = self.relaxed_bounds(ty.bounds());
            let place = self.impl_place;
            return TypeRefKind::Impl { bounds, relaxed, place };
        }
        // What stands inside of its bounds is not for a caller to say.
        let around = self.unnamed_generics.take();
        let (bounds, relaxed) = self.bounds_of_param(ty.bounds());
        let (span, text) = (ty.span(), ty.syntax().text());
        let name = key_of(sym(text), span);
        self.unnamed_generics = around;
        if let Some(generics) = &mut self.unnamed_generics {
            generics.push(GenericParam {
                name,
                span,
                const_ty: None,
                bounds,
                relaxed,
                default: None,
            });
        }
        TypeRefKind::Path(vec![PathSegment {
            name,
            span,
            args: Vec::new(),
        }])
    }

    fn path_type(&mut self, path: ast::PathType<'_>) -> TypeRefKind {
        // Of most, there is one.
        let mut segments = Vec::with_capacity(1);
        for segment in path.segments() {
            let Some(name) = segment.name() else {
                return TypeRefKind::Error(self.missing());
            };
            let args = match (segment.type_args(), segment.paren_args()) {
                (Some(args), _) => self.generic_args(args),
                (None, Some(args)) => self.paren_args(args),
                (None, None) => Vec::new(),
            };
            let written = name_of(name);
            segments.push(PathSegment {
                name: if segments.is_empty() {
                    self.key(written)
                } else {
                    written
                },
                span: name.span(),
                args,
            });
        }
        if segments.is_empty() {
            return TypeRefKind::Error(self.missing());
        }
        TypeRefKind::Path(segments)
    }

    /// `(A, B) -> R` of a function trait is `<(A, B), R>`.
    fn paren_args(&mut self, args: ast::ParenTypeArgs<'_>) -> Vec<GenericArg> {
        let span = args.span();
        let params = args.params().map(|param| self.ty(param.ty(), param.span())).collect();
        let params = self.push_type(TypeRefKind::Tuple(params), span);
        let ret = match args.return_ty() {
            Some(ty) => self.ty(Some(ty), span),
            None => self.push_type(TypeRefKind::Tuple(Vec::new()), span),
        };
        vec![GenericArg::Type(params), GenericArg::Type(ret)]
    }

    pub(super) fn generic_args(&mut self, args: ast::TypeArgs<'_>) -> Vec<GenericArg> {
        args.args()
            .map(|arg| match arg {
                ast::TypeArg::Type(ty) => GenericArg::Type(self.ty(Some(ty), ty.span())),
                ast::TypeArg::Const(value) => GenericArg::Const(self.constant_body(value.value(), value.span())),
                ast::TypeArg::Assoc(assoc) => {
                    let ty = self.ty(assoc.ty(), assoc.span());
                    match assoc.name() {
                        Some(name) => GenericArg::Assoc {
                            name: name_of(name),
                            name_span: name.span(),
                            ty,
                        },
                        None => GenericArg::Type(ty),
                    }
                }
            })
            .collect()
    }

    fn fn_type(&mut self, function: ast::FnType<'_>) -> TypeRefKind {
        let around = self.unnamed_generics.take();
        let place = std::mem::replace(&mut self.impl_place, ImplPlace::Elsewhere);
        let kind = self.fn_type_parts(function);
        self.unnamed_generics = around;
        self.impl_place = place;
        kind
    }

    fn fn_type_parts(&mut self, function: ast::FnType<'_>) -> TypeRefKind {
        let span = function.span();
        let is_extern = function.extern_token().is_some();
        let convention = match self.convention(function.abi()) {
            Ok(convention) => convention,
            Err(reported) => return TypeRefKind::Error(reported),
        };
        let params = function
            .params()
            .map(|param| self.ty(param.ty(), param.span()))
            .collect();
        if let Some(variadic) = function.variadic()
            && !is_extern
        {
            let problem = "only an `extern fn` takes `...`";
            let reported = self.diagnostics.report(errors::not_in_c(variadic.span(), problem));
            return TypeRefKind::Error(reported);
        }
        let ret = function.return_ty();
        let fn_type = FnTypeRef {
            params,
            ret: ret.map(|ty| self.ty(Some(ty), span)),
            variadic: function.variadic().is_some(),
            is_unsafe: function.unsafe_token().is_some(),
            convention,
        };
        if is_extern {
            TypeRefKind::ExternFn(fn_type)
        } else if function.own_token().is_some() {
            TypeRefKind::OwnFn(fn_type)
        } else {
            TypeRefKind::Fn(fn_type)
        }
    }

    /// What the string after `extern` names; C's own without one.
    pub(super) fn convention(&mut self, token: Option<Token<'_>>) -> Result<CallingConvention, Reported> {
        let Some(token) = token else {
            return Ok(CallingConvention::Default);
        };
        let abi = syntax::literal::string_text(token);
        if abi == "C-unwind" {
            return Err(self.unsupported(token.span(), "the calling convention `C-unwind`"));
        }
        let known = CallingConvention::from_lang_name(&abi);
        known.ok_or_else(|| self.diagnostics.report(errors::unknown_abi(token.span(), &abi)))
    }

    /// The generics of an item, and what its `where` says.
    pub(super) fn generics(
        &mut self,
        params: Option<ast::GenericParams<'_>>,
        clause: Option<ast::WhereClause<'_>>,
    ) -> Result<(Vec<GenericParam>, Vec<WherePredicate>), Reported> {
        let mut lowered: Vec<GenericParam> = Vec::new();
        let mut broken = None;
        for param in params.into_iter().flat_map(ast::GenericParams::params) {
            let name = match param {
                ast::GenericParam::Type(param) => {
                    self.attributes(param.attrs(), super::attributes::Target::Param);
                    param.name()
                }
                ast::GenericParam::Const(param) => param.name(),
            };
            let Some(token) = name else { continue };
            let name = name_of(token);
            if let Some(first) = lowered.iter().find(|known| known.name == name) {
                let message = errors::duplicate_name(token.span(), name, first.span);
                self.diagnostics.report(message);
                continue;
            }
            match param {
                ast::GenericParam::Type(param) => lowered.push(self.type_param(param, token)),
                ast::GenericParam::Const(param) => match self.const_param(param, token) {
                    Ok(param) => lowered.push(param),
                    Err(reported) => broken = Some(reported),
                },
            }
        }
        let mut predicates = Vec::new();
        for predicate in clause.into_iter().flat_map(ast::WhereClause::predicates) {
            let ty = self.ty(predicate.ty(), predicate.span());
            let bounds = self.bounds(predicate.bounds());
            predicates.push(WherePredicate { ty, bounds });
        }
        match broken {
            Some(reported) => Err(reported),
            None => Ok((lowered, predicates)),
        }
    }

    fn type_param(&mut self, param: ast::TypeParam<'_>, name: Token<'_>) -> GenericParam {
        let (bounds, relaxed) = self.bounds_of_param(param.bounds());
        let default = param
            .default()
            .map(|ty| GenericArg::Type(self.ty(Some(ty), name.span())));
        GenericParam {
            name: name_of(name),
            span: name.span(),
            const_ty: None,
            bounds,
            relaxed,
            default,
        }
    }

    fn const_param(&mut self, param: ast::ConstParam<'_>, name: Token<'_>) -> Result<GenericParam, Reported> {
        let Some(ty) = param.ty() else {
            return Err(self.missing());
        };
        let text = ty.syntax().text();
        if !CONST_PARAM_TYPES.contains(&text) {
            return Err(self.diagnostics.report(errors::bad_const_param(ty.span(), text)));
        }
        let default = param
            .default()
            .map(|value| GenericArg::Const(self.constant_body(Some(value), value.span())));
        Ok(GenericParam {
            name: name_of(name),
            span: name.span(),
            const_ty: Some(sym(text)),
            bounds: Vec::new(),
            relaxed: Vec::new(),
            default,
        })
    }

    fn dyn_type(&mut self, bounds: Option<ast::Bounds<'_>>) -> TypeRefKind {
        let (traits, relaxed) = self.relaxed_bounds(bounds);
        if relaxed.iter().any(|relaxed| *relaxed != Relaxed::View) {
            self.misplaced_relaxations(bounds);
        }
        TypeRefKind::Dyn {
            bounds: traits,
            is_view: relaxed.contains(&Relaxed::View),
        }
    }

    /// The traits of `A + B`.
    pub(super) fn bounds(&mut self, bounds: Option<ast::Bounds<'_>>) -> Vec<TypeRefId> {
        let (traits, relaxed) = self.relaxed_bounds(bounds);
        if !relaxed.is_empty() {
            self.misplaced_relaxations(bounds);
        }
        traits
    }

    fn misplaced_relaxations(&mut self, bounds: Option<ast::Bounds<'_>>) {
        let bounds = bounds.into_iter().flat_map(ast::Bounds::bounds);
        for mark in bounds.filter_map(ast::Bound::question_token) {
            self.diagnostics.report(errors::misplaced_relaxation(mark.span()));
        }
    }

    /// As [`Self::relaxed_bounds`], of what stands for any type: it is `Send` only where it says so.
    pub(super) fn bounds_of_param(&mut self, bounds: Option<ast::Bounds<'_>>) -> (Vec<TypeRefId>, Vec<Relaxed>) {
        let (traits, relaxed) = self.relaxed_bounds(bounds);
        let is_send = |bound: &ast::Bound<'_>| bound.ty().is_some_and(|ty| ty.syntax().text() == "Send");
        for bound in bounds.into_iter().flat_map(ast::Bounds::bounds).filter(is_send) {
            if let Some(mark) = bound.question_token() {
                self.diagnostics.report(errors::send_not_promised(mark.span()));
            }
        }
        (traits, relaxed)
    }

    /// The traits of `A + ?B`, and what stands after a `?`.
    pub(super) fn relaxed_bounds(&mut self, bounds: Option<ast::Bounds<'_>>) -> (Vec<TypeRefId>, Vec<Relaxed>) {
        let mut traits = Vec::new();
        let mut relaxed = Vec::new();
        for bound in bounds.into_iter().flat_map(ast::Bounds::bounds) {
            if bound.question_token().is_none() {
                traits.push(self.ty(bound.ty(), bound.span()));
                continue;
            }
            let Some(ty) = bound.ty() else { continue };
            match ty.syntax().text() {
                "Sized" => relaxed.push(Relaxed::Sized),
                "view" => relaxed.push(Relaxed::View),
                "Send" => relaxed.push(Relaxed::Send),
                _ => {
                    self.diagnostics.report(errors::unknown_relaxation(ty.span()));
                }
            }
        }
        (traits, relaxed)
    }
}

/// What const parameters are of: types whose equal values look the same, and whose values are told apart by looking.
const CONST_PARAM_TYPES: [&str; 14] = [
    "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128", "usize", "bool", "char",
];

/// Whether the name of a generic parameter is what an `impl` type stands for.
pub fn is_unnamed_generic(name: Symbol) -> bool {
    name.as_str().starts_with("impl ")
}

pub(super) fn mutability(mut_token: Option<Token<'_>>) -> Mutability {
    match mut_token {
        Some(_) => Mutability::Mut,
        None => Mutability::Const,
    }
}
