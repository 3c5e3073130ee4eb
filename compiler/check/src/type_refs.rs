//! Written types as types.

use base::{Span, Symbol};
use cmodel::CQueries;
use diag::{Diagnostic, Diagnostics};
use hir::{DefId, FnTypeRef, GenericArg, ItemKind, PathSegment, Program, TypeRefId, TypeRefKind};

use crate::c_values::{CPosition, require_c_type};
use crate::paths::{self, Entity, Step, Want};
use crate::{AdtRef, BodyRef, FnType, LangItem, Signatures, Ty, TyKind, errors};

/// Where a written type stands.
#[derive(Clone, Debug)]
pub(crate) struct TypeScope {
    /// The item that names are looked up from.
    pub from: DefId,
    /// Generic parameters in scope, those of the `impl` first.
    pub generics: Vec<Symbol>,
    pub self_ty: Option<Ty>,
}

/// Lowers written types. `Signatures` must know every struct's and enum's generics.
pub(crate) trait TypeLowering {
    fn program(&self) -> &Program;
    fn signatures(&self) -> &Signatures;
    fn queries(&self) -> &dyn CQueries;
    fn diagnostics(&mut self) -> &mut Diagnostics;
    /// The value of an array length.
    fn array_len(&mut self, body: BodyRef, scope: &TypeScope) -> Result<u64, diag::Reported>;
    /// `_`
    fn infer_ty(&mut self, span: Span) -> Ty;
    /// Follows a type alias, which `guard` has not met before.
    fn alias_depth(&mut self) -> &mut u32;
}

/// Aliases of aliases beyond this are a cycle.
const MAX_ALIAS_DEPTH: u32 = 64;

pub(crate) fn lower(cx: &mut dyn TypeLowering, scope: &TypeScope, id: TypeRefId) -> Ty {
    let type_ref = cx.program().modules[scope.from.module].hir.types[id].clone();
    match &type_ref.kind {
        TypeRefKind::Error(reported) => Ty::error(*reported),
        TypeRefKind::Path(segments) => lower_path(cx, scope, segments, type_ref.span),
        TypeRefKind::Tuple(elements) => Ty::tuple(elements.iter().map(|ty| lower_value(cx, scope, *ty)).collect()),
        TypeRefKind::Array { element, len } => {
            let element = lower_value(cx, scope, *element);
            match cx.array_len(
                BodyRef {
                    module: scope.from.module,
                    body: *len,
                },
                scope,
            ) {
                Ok(len) => element.array(len),
                Err(reported) => Ty::error(reported),
            }
        }
        TypeRefKind::Slice(element) => lower_value(cx, scope, *element).slice(),
        TypeRefKind::Ref { mutability, target } => lower(cx, scope, *target).reference(*mutability),
        TypeRefKind::Pointer { mutability, target } => lower(cx, scope, *target).pointer(*mutability),
        TypeRefKind::Optional(inner) => lower_optional(cx, scope, *inner, type_ref.span),
        TypeRefKind::Result { error, ok } => lower_result(cx, scope, (*error, *ok), type_ref.span),
        TypeRefKind::Fn(fn_ref) => {
            let fn_type = lower_fn(cx, scope, fn_ref, fn_ref.is_unsafe);
            Ty::new(TyKind::FnPointer(fn_type))
        }
        TypeRefKind::ExternFn(fn_ref) => {
            let fn_type = lower_fn(cx, scope, fn_ref, true);
            require_c_types(cx, scope, fn_ref, &fn_type);
            Ty::new(TyKind::ExternFn(fn_type))
        }
        TypeRefKind::Infer => cx.infer_ty(type_ref.span),
    }
}

/// A type that values have where they stand: one without a size is an error.
pub(crate) fn lower_value(cx: &mut dyn TypeLowering, scope: &TypeScope, id: TypeRefId) -> Ty {
    let ty = lower(cx, scope, id);
    let span = cx.program().modules[scope.from.module].hir.types[id].span;
    require_sized(cx, ty, span)
}

pub(crate) fn require_sized(cx: &mut dyn TypeLowering, ty: Ty, span: Span) -> Ty {
    let opaque = match ty.kind() {
        TyKind::Adt(adt, _) => cx
            .signatures()
            .adts
            .get(adt)
            .is_some_and(|decl| decl.kind == crate::AdtKind::OpaqueRecord),
        _ => false,
    };
    if ty.is_unsized() || opaque || matches!(ty.kind(), TyKind::C(target::CScalar::Void)) {
        let text = crate::display_ty(ty, cx.signatures());
        return Ty::error(cx.diagnostics().report(errors::unsized_value(span, &text)));
    }
    ty
}

/// `E!T`, and `!T`, whose error is the library's.
fn lower_result(cx: &mut dyn TypeLowering, scope: &TypeScope, parts: (Option<TypeRefId>, TypeRefId), span: Span) -> Ty {
    let (error, ok) = parts;
    let error = match error {
        Some(error) => lower_value(cx, scope, error),
        None => match cx.signatures().lang.get(LangItem::Error) {
            Some(def) => Ty::new(TyKind::Adt(AdtRef::Lang(def), Box::default())),
            None => {
                let diagnostic = errors::unknown_type(span, base::sym("Error"), None);
                Ty::error(cx.diagnostics().report(diagnostic))
            }
        },
    };
    let ok = lower_value(cx, scope, ok);
    match cx.signatures().result_of(ok, error) {
        Some(result) => result,
        None => {
            let diagnostic = errors::unknown_type(span, base::sym("Result"), None);
            Ty::error(cx.diagnostics().report(diagnostic))
        }
    }
}

fn lower_optional(cx: &mut dyn TypeLowering, scope: &TypeScope, inner: TypeRefId, span: Span) -> Ty {
    let inner = lower_value(cx, scope, inner);
    if inner.as_error().is_some() {
        return inner;
    }
    if can_be_optional(inner) {
        return inner.optional();
    }
    let text = crate::display_ty(inner, cx.signatures());
    Ty::error(cx.diagnostics().report(errors::optional_pointer(span, &text)))
}

/// Null is one of the values of a raw pointer, so that an optional one would have two that are none.
pub(crate) fn can_be_optional(inner: Ty) -> bool {
    !matches!(inner.kind(), TyKind::Pointer(..))
}

fn lower_fn(cx: &mut dyn TypeLowering, scope: &TypeScope, fn_ref: &FnTypeRef, is_unsafe: bool) -> FnType {
    let params = fn_ref.params.iter().map(|ty| lower_value(cx, scope, *ty)).collect();
    let ret = fn_ref.ret.map_or(Ty::unit(), |ty| lower_value(cx, scope, ty));
    FnType {
        params,
        ret,
        variadic: fn_ref.variadic,
        is_unsafe,
    }
}

fn require_c_types(cx: &mut dyn TypeLowering, scope: &TypeScope, fn_ref: &FnTypeRef, fn_type: &FnType) {
    for (ty, id) in fn_type.params.iter().zip(&fn_ref.params) {
        let span = cx.program().modules[scope.from.module].hir.types[*id].span;
        require_c_type(cx, *ty, CPosition::Parameter, span);
    }
    if let Some(id) = fn_ref.ret {
        let span = cx.program().modules[scope.from.module].hir.types[id].span;
        require_c_type(cx, fn_type.ret, CPosition::Result, span);
    }
}

fn lower_path(cx: &mut dyn TypeLowering, scope: &TypeScope, segments: &[PathSegment], span: Span) -> Ty {
    let (first, rest) = segments.split_first().expect("a path has a segment");
    if rest.is_empty() {
        if let Some(index) = scope.generics.iter().position(|name| *name == first.name) {
            return Ty::new(TyKind::Param {
                index: index as u32,
                name: first.name,
            });
        }
        if first.name == "Self"
            && let Some(ty) = scope.self_ty
        {
            return ty;
        }
    }
    if rest.is_empty() && first.name == "Option" && paths::lookup(cx.program(), scope.from, first.name).is_none() {
        return match first.args[..] {
            [GenericArg::Type(inner)] => lower_optional(cx, scope, inner, span),
            _ => match lower_args(cx, scope, first, 1) {
                Ok(args) => args[0],
                Err(error) => error,
            },
        };
    }
    match path_entity(cx, scope, segments, errors::unknown_type) {
        Ok(entity) => {
            let last = segments.last().expect("a path has a segment");
            lower_entity(cx, scope, entity, last, span)
        }
        Err(ty) => ty,
    }
}

/// What the path of a type or trait names; an error type if nothing, and this was said.
/// `unknown` says that there is no such name.
pub(crate) fn path_entity(
    cx: &mut dyn TypeLowering,
    scope: &TypeScope,
    segments: &[PathSegment],
    unknown: fn(Span, Symbol, Option<Symbol>) -> Diagnostic,
) -> Result<Entity, Ty> {
    let (first, rest) = segments.split_first().expect("a path has a segment");
    let Some(mut entity) = paths::lookup(cx.program(), scope.from, first.name) else {
        let similar = hir::similar_name(first.name, type_names(cx.program(), scope));
        return Err(Ty::error(
            cx.diagnostics().report(unknown(first.span, first.name, similar)),
        ));
    };
    for segment in rest {
        entity = match paths::step(
            cx.program(),
            &cx.signatures().c,
            scope.from,
            entity,
            segment.name,
            Want::Type,
        ) {
            Step::Found(entity) => entity,
            Step::Private => {
                let diagnostic = errors::private(segment.span, "type", segment.name);
                return Err(Ty::error(cx.diagnostics().report(diagnostic)));
            }
            Step::Missing | Step::NotAModule => {
                let similar = similar_member(cx, scope, entity, segment.name);
                let diagnostic = unknown(segment.span, segment.name, similar);
                return Err(Ty::error(cx.diagnostics().report(diagnostic)));
            }
        };
    }
    Ok(entity)
}

fn similar_member(cx: &mut dyn TypeLowering, scope: &TypeScope, entity: Entity, name: Symbol) -> Option<Symbol> {
    if let Entity::CModule(module) = entity {
        let similar = cx.queries().similar_names(module, name);
        return similar.first().map(|name| base::sym(name));
    }
    hir::similar_name(name, paths::members(cx.program(), scope.from, entity))
}

fn type_names(program: &Program, scope: &TypeScope) -> Vec<Symbol> {
    let module = &program.modules[scope.from.module];
    let mut names: Vec<Symbol> = module.scope.keys().copied().collect::<Vec<_>>();
    names.extend(scope.generics.iter().copied());
    names.extend(paths::builtin_type_names().map(base::sym));
    names.sort();
    names
}

fn lower_entity(cx: &mut dyn TypeLowering, scope: &TypeScope, entity: Entity, last: &PathSegment, span: Span) -> Ty {
    match entity {
        Entity::Type(ty) => {
            if let Some(reported) = refuse_args(cx, last) {
                return reported;
            }
            ty
        }
        Entity::Item(def) => lower_item(cx, scope, def, last, span),
        Entity::Error(reported) => Ty::error(reported),
        Entity::Module(_) | Entity::InlineModule(_) => not_a_type(cx, last, "a module"),
        Entity::CModule(_) => not_a_type(cx, last, "a C module"),
        Entity::CValue(..) => not_a_type(cx, last, "a value"),
        Entity::Builtin(_) => not_a_type(cx, last, "a builtin function or trait"),
    }
}

fn not_a_type(cx: &mut dyn TypeLowering, segment: &PathSegment, what: &str) -> Ty {
    Ty::error(
        cx.diagnostics()
            .report(errors::not_a_type(segment.span, segment.name, what)),
    )
}

fn refuse_args(cx: &mut dyn TypeLowering, segment: &PathSegment) -> Option<Ty> {
    if segment.args.is_empty() {
        return None;
    }
    let diagnostic = errors::wrong_generic_count(segment.span, segment.name.as_str(), 0, segment.args.len());
    Some(Ty::error(cx.diagnostics().report(diagnostic)))
}

fn lower_item(cx: &mut dyn TypeLowering, scope: &TypeScope, def: DefId, last: &PathSegment, span: Span) -> Ty {
    let item = cx.program().item(def).clone();
    match &item.kind {
        ItemKind::Struct(_) | ItemKind::Enum(_) => {
            let adt = AdtRef::Lang(def);
            let n_generics = cx.signatures().adt(adt).generics.len();
            match lower_args(cx, scope, last, n_generics) {
                Ok(args) => Ty::new(TyKind::Adt(adt, args.into())),
                Err(ty) => ty,
            }
        }
        ItemKind::TypeAlias(alias) => {
            let args = match lower_args(cx, scope, last, alias.generics.len()) {
                Ok(args) => args,
                Err(ty) => return ty,
            };
            if *cx.alias_depth() >= MAX_ALIAS_DEPTH {
                return Ty::error(cx.diagnostics().report(errors::recursive_alias(span, last.name)));
            }
            let generics = alias.generics.iter().map(|param| param.name).collect();
            let alias_scope = TypeScope {
                from: def,
                generics,
                self_ty: None,
            };
            *cx.alias_depth() += 1;
            let ty = lower(cx, &alias_scope, alias.ty).substitute(&args);
            *cx.alias_depth() -= 1;
            ty
        }
        ItemKind::Fn(_) | ItemKind::ExternFn(_) | ItemKind::Test(_) => not_a_type(cx, last, "a function"),
        ItemKind::Const(_) => not_a_type(cx, last, "a constant"),
        ItemKind::Static(_) | ItemKind::ExternStatic(_) => not_a_type(cx, last, "a variable"),
        ItemKind::Trait(_) => not_a_type(cx, last, "a trait"),
        ItemKind::Mod(_) | ItemKind::Impl(_) => not_a_type(cx, last, "a module"),
        ItemKind::Error(reported) => Ty::error(*reported),
    }
}

pub(crate) fn lower_args(
    cx: &mut dyn TypeLowering,
    scope: &TypeScope,
    last: &PathSegment,
    n: usize,
) -> Result<Vec<Ty>, Ty> {
    if last.args.len() != n {
        let diagnostic = errors::wrong_generic_count(last.span, last.name.as_str(), n, last.args.len());
        return Err(Ty::error(cx.diagnostics().report(diagnostic)));
    }
    Ok(last
        .args
        .iter()
        .map(|arg| lower_arg(cx, scope, arg, last.span))
        .collect())
}

pub(crate) fn lower_arg(cx: &mut dyn TypeLowering, scope: &TypeScope, arg: &GenericArg, span: Span) -> Ty {
    match arg {
        GenericArg::Type(id) => lower_value(cx, scope, *id),
        GenericArg::Const(_) => Ty::error(
            cx.diagnostics()
                .report(errors::not_supported_yet(span, "constants as type arguments")),
        ),
    }
}
