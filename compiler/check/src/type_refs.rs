//! Written types as types.

use base::{Span, Symbol};
use cmodel::CQueries;
use diag::{Diagnostic, Diagnostics, Reported};
use hir::{
    DefId, FnTypeRef, GenericArg, GenericParam, ImplPlace, ItemKind, PathSegment, Program, TypeRefId, TypeRefKind,
};

use crate::c_advice;
use crate::c_values::{CPosition, require_c_type};
use crate::paths::{self, Entity, Step, Want};
use crate::trait_bounds;
use crate::{
    AdtRef, AssocRef, BodyRef, Bounds, ConstValue, DynTy, FnType, Generic, Signatures, TraitDecl, TraitRef, Ty, TyKind,
    UnnamedRef, UnnamedTy, const_args, errors, generics,
};

/// Where a written type stands.
#[derive(Clone, Debug)]
pub(crate) struct TypeScope {
    /// The item that names are looked up from.
    pub from: DefId,
    /// Generic parameters in scope, those of the `impl` first.
    pub generics: Vec<Generic>,
    pub self_ty: Option<Ty>,
    /// Whose associated types may be named.
    pub bounds: Vec<NamedBound>,
    /// Of an `impl` of a trait, that; asked where the others have no such type.
    pub implemented: Option<NamedBound>,
}

/// That a type has a trait, before all of that bound is known.
#[derive(Clone, Debug)]
pub(crate) struct NamedBound {
    pub ty: Ty,
    pub of_trait: DefId,
    pub bound: Bound,
}

/// A bound, as far as it is known.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Bound {
    Known(TraitRef),
    /// As written, in this item.
    Written(DefId, TypeRefId),
}

impl TypeScope {
    /// Without generics.
    pub(crate) fn of(from: DefId) -> Self {
        Self {
            from,
            generics: Vec::new(),
            self_ty: None,
            bounds: Vec::new(),
            implemented: None,
        }
    }
}

/// Lowers written types. `Signatures` must know every struct's and enum's generics.
pub(crate) trait TypeLowering<'p> {
    fn program(&self) -> &'p Program;
    fn signatures(&self) -> &Signatures;
    fn queries(&self) -> &dyn CQueries;
    fn diagnostics(&mut self) -> &mut Diagnostics;
    /// The value of a body of the type, which mentions no const parameter.
    fn const_value(&mut self, body: BodyRef, ty: Ty, scope: &TypeScope) -> Result<ConstValue, Reported>;
    /// The type and value of a constant.
    fn named_const(&mut self, def: DefId) -> Result<(Ty, ConstValue), Reported>;
    /// `_`
    fn infer_ty(&mut self, span: Span) -> Ty;
    /// A `dyn` type stands there: whether it can be one is known with all signatures.
    fn dyn_written(&mut self, dynamic: &DynTy, span: Span);
    /// Follows a type alias, which `guard` has not met before.
    fn alias_depth(&mut self) -> &mut u32;
}

/// Aliases of aliases beyond this are a cycle.
const MAX_ALIAS_DEPTH: u32 = 64;

pub(crate) fn lower(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, id: TypeRefId) -> Ty {
    let type_ref = cx.program().modules[scope.from.module].hir.type_ref(id);
    match &type_ref.kind {
        TypeRefKind::Error(reported) => Ty::error(*reported),
        TypeRefKind::Path(segments) => lower_path(cx, scope, segments, type_ref.span),
        TypeRefKind::Tuple(elements) => Ty::tuple(elements.iter().map(|ty| lower_value(cx, scope, *ty)).collect()),
        TypeRefKind::Array { element, len } => {
            let element = lower_value(cx, scope, *element);
            if let Some(reported) = element.as_error() {
                return Ty::error(reported);
            }
            let len = const_args::lower_len(cx, scope, *len);
            match len.as_error() {
                Some(reported) => Ty::error(reported),
                None => element.array_of(len),
            }
        }
        TypeRefKind::Slice(element) => lower_value(cx, scope, *element).slice(),
        TypeRefKind::Ref { mutability, target, .. } => lower(cx, scope, *target).reference(*mutability),
        TypeRefKind::Pointer { mutability, target } => lower(cx, scope, *target).pointer(*mutability),
        TypeRefKind::Optional(inner) => lower_optional(cx, scope, *inner, type_ref.span),
        TypeRefKind::Result { error, ok } => lower_result(cx, scope, (*error, *ok), type_ref.span),
        TypeRefKind::Fn(fn_ref) => {
            let fn_type = lower_fn(cx, scope, fn_ref, fn_ref.is_unsafe);
            Ty::new(TyKind::FnPointer(fn_type))
        }
        TypeRefKind::OwnFn(fn_ref) => {
            let fn_type = lower_fn(cx, scope, fn_ref, false);
            match cx.signatures().own_fn(&fn_type) {
                Some(ty) => ty,
                None => {
                    let diagnostic = errors::unknown_type(type_ref.span, base::sym("Box"), None);
                    Ty::error(cx.diagnostics().report(diagnostic))
                }
            }
        }
        TypeRefKind::ExternFn(fn_ref) => {
            let fn_type = lower_fn(cx, scope, fn_ref, true);
            require_c_types(cx, scope, fn_ref, &fn_type);
            Ty::new(TyKind::ExternFn(fn_type))
        }
        TypeRefKind::Dyn { bounds, is_view } => trait_bounds::lower_dyn(cx, scope, bounds, *is_view, type_ref.span),
        TypeRefKind::Impl { place, .. } => match place {
            ImplPlace::Result => unnamed(scope, id),
            ImplPlace::Elsewhere => Ty::error(cx.diagnostics().report(errors::misplaced_impl_type(type_ref.span))),
        },
        TypeRefKind::Infer => cx.infer_ty(type_ref.span),
    }
}

/// The `impl` type of a function's result, for the function's own generics.
fn unnamed(scope: &TypeScope, written: TypeRefId) -> Ty {
    Ty::new(TyKind::Unnamed(UnnamedTy {
        of: UnnamedRef {
            function: scope.from,
            written,
        },
        args: generics::params(&scope.generics, 0).collect(),
    }))
}

/// A type that values have where they stand: one without a size is an error.
pub(crate) fn lower_value(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, id: TypeRefId) -> Ty {
    let ty = lower(cx, scope, id);
    let span = cx.program().modules[scope.from.module].hir.type_ref(id).span;
    require_sized(cx, ty, span)
}

pub(crate) fn require_sized(cx: &mut dyn TypeLowering<'_>, ty: Ty, span: Span) -> Ty {
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
fn lower_result(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    parts: (Option<TypeRefId>, TypeRefId),
    span: Span,
) -> Ty {
    let (error, ok) = parts;
    let error = match error {
        Some(error) => lower_value(cx, scope, error),
        None => match cx.signatures().error_ty() {
            Some(error) => error,
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

fn lower_optional(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, inner: TypeRefId, span: Span) -> Ty {
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

fn lower_fn(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, fn_ref: &FnTypeRef, is_unsafe: bool) -> FnType {
    let params = fn_ref.params.iter().map(|ty| lower_value(cx, scope, *ty)).collect();
    let ret = fn_ref.ret.map_or(Ty::unit(), |ty| lower_value(cx, scope, ty));
    FnType {
        params,
        ret,
        variadic: fn_ref.variadic,
        is_unsafe,
        convention: fn_ref.convention,
    }
}

fn require_c_types(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, fn_ref: &FnTypeRef, fn_type: &FnType) {
    for (ty, id) in fn_type.params.iter().zip(&fn_ref.params) {
        let span = cx.program().modules[scope.from.module].hir.type_ref(*id).span;
        require_c_type(cx, *ty, CPosition::Parameter, span);
    }
    if let Some(id) = fn_ref.ret {
        let span = cx.program().modules[scope.from.module].hir.type_ref(id).span;
        require_c_type(cx, fn_type.ret, CPosition::Result, span);
    }
}

fn lower_path(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, segments: &[PathSegment], span: Span) -> Ty {
    let (first, rest) = segments.split_first().expect("a path has a segment");
    if let Some(ty) = lower_param(scope, first.name) {
        if let TyKind::Param { is_const: true, .. } = ty.kind() {
            return not_a_type(cx, first, "a value");
        }
        return rest.iter().fold(ty, |ty, segment| assoc_type(cx, scope, ty, segment));
    }
    if rest.is_empty()
        && paths::lookup(cx.program(), scope.from, first.name).is_none()
        && let Some(ty) = lower_builtin_generic(cx, scope, first, span)
    {
        return ty;
    }
    match path_entity(cx, scope, segments, errors::unknown_type) {
        Ok(entity) => {
            let last = segments.last().expect("a path has a segment");
            lower_entity(cx, scope, entity, last, span)
        }
        Err(ty) => ty,
    }
}

/// `Option<T>`, `Range<T>` and `RangeInclusive<T>`, other names of `?T` and of what `a..b` and `a..=b` are.
fn lower_builtin_generic(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    path: &PathSegment,
    span: Span,
) -> Option<Ty> {
    let name = path.name.as_str();
    if !matches!(name, "Option" | "Range" | "RangeInclusive") {
        return None;
    }
    let [GenericArg::Type(inner)] = path.args[..] else {
        let diagnostic = errors::wrong_generic_count(path.span, name, 1, path.args.len());
        return Some(Ty::error(cx.diagnostics().report(diagnostic)));
    };
    if name == "Option" {
        return Some(lower_optional(cx, scope, inner, span));
    }
    let element = lower_value(cx, scope, inner);
    let inclusive = name == "RangeInclusive";
    Some(Ty::new(TyKind::Range { element, inclusive }))
}

/// A generic parameter, and `Self`.
fn lower_param(scope: &TypeScope, name: Symbol) -> Option<Ty> {
    match generics::position(&scope.generics, name) {
        Some(index) => Some(scope.generics[index].param(index)),
        None if name == "Self" => scope.self_ty,
        None => None,
    }
}

/// `T.Item`: the associated type of a trait that the type has.
fn assoc_type(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, ty: Ty, segment: &PathSegment) -> Ty {
    if ty.as_error().is_some() {
        return ty;
    }
    if let Some(error) = refuse_args(cx, segment) {
        return error;
    }
    let mut found = match named_assoc(cx, scope, &scope.bounds, ty, segment) {
        Ok(found) => found,
        Err(error) => return error,
    };
    if let ([], Some(implemented)) = (&found[..], &scope.implemented) {
        found = match named_assoc(cx, scope, std::slice::from_ref(implemented), ty, segment) {
            Ok(found) => found,
            Err(error) => return error,
        };
    }
    if found.is_empty() {
        found = assoc_of_type(cx.signatures(), ty, segment.name);
    }
    found.dedup();
    match &found[..] {
        [assoc] => assoc.clone().ty(),
        [] => {
            let text = crate::display_ty(ty, cx.signatures());
            let is_param = matches!(ty.kind(), TyKind::Param { .. });
            let traits = scope
                .bounds
                .iter()
                .filter(|named| named.ty == ty)
                .map(|named| named.of_trait);
            let known = traits
                .flat_map(|def| &cx.signatures().traits[&def].assoc_types)
                .map(|assoc| assoc.name);
            let similar = hir::similar_name(segment.name, known);
            Ty::error(cx.diagnostics().report(errors::unknown_assoc_type(
                segment.span,
                segment.name,
                &text,
                similar,
                is_param,
            )))
        }
        [_, _, ..] => {
            let names: Vec<Symbol> = found
                .iter()
                .map(|assoc| cx.signatures().traits[&assoc.of_trait].name)
                .collect();
            Ty::error(
                cx.diagnostics()
                    .report(errors::ambiguous_assoc_type(segment.span, segment.name, &names)),
            )
        }
    }
}

/// The associated types of this name of the traits that `bounds` say a type has.
fn named_assoc(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    bounds: &[NamedBound],
    ty: Ty,
    segment: &PathSegment,
) -> Result<Vec<AssocRef>, Ty> {
    let mut found: Vec<AssocRef> = Vec::new();
    for named in bounds.iter().filter(|named| named.ty == ty) {
        if !has_assoc_type(cx.signatures(), named.of_trait, segment.name) {
            continue;
        }
        let trait_ref = match named.bound {
            Bound::Known(ref known) => known.clone(),
            Bound::Written(from, bound) => match trait_args_of(cx, scope, named, from, bound) {
                Ok(args) => TraitRef {
                    def: named.of_trait,
                    args: args.into(),
                },
                Err(error) => return Err(error),
            },
        };
        found.extend(assoc_of_trait(cx.signatures(), &trait_ref, segment.name));
    }
    Ok(found)
}

/// The arguments of a bound on a type, of which only the trait is known.
fn trait_args_of(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    named: &NamedBound,
    from: DefId,
    bound: TypeRefId,
) -> Result<Vec<Ty>, Ty> {
    let type_ref = cx.program().modules[from.module].hir.type_ref(bound);
    let TypeRefKind::Path(segments) = &type_ref.kind else {
        unreachable!("a bound that names a trait is a path")
    };
    let last = segments.last().expect("a path has a segment");
    // A bound that names what it promises itself would be asked for again.
    let others = TypeScope {
        from,
        bounds: scope
            .bounds
            .iter()
            .filter(|other| other.bound != named.bound)
            .cloned()
            .collect(),
        ..scope.clone()
    };
    lower_trait_args(cx, &others, named.of_trait, named.ty, last)
}

/// Whether a trait, or one that it asks for, has an associated type of this name.
fn has_assoc_type(signatures: &Signatures, of_trait: DefId, name: Symbol) -> bool {
    let self_ty = Ty::unit();
    let Some(decl) = signatures.traits.get(&of_trait) else {
        return false;
    };
    let args = decl.generics.iter().map(|_| self_ty).collect();
    assoc_of_trait(signatures, &TraitRef { def: of_trait, args }, name).is_some()
}

/// The associated type of a trait, or of one that it asks for, by name.
pub(crate) fn assoc_of_trait(signatures: &Signatures, trait_ref: &TraitRef, name: Symbol) -> Option<AssocRef> {
    let self_ty = trait_ref.self_ty();
    let mut reached = vec![trait_ref.clone()];
    let mut next = 0;
    while let Some(trait_ref) = reached.get(next).cloned() {
        next += 1;
        let Some(decl) = signatures.traits.get(&trait_ref.def) else {
            continue;
        };
        if decl.assoc_type(name).is_some() {
            return Some(AssocRef {
                of_trait: trait_ref.def,
                name,
                args: trait_ref.args,
            });
        }
        let supertraits = decl.bounds.traits.iter().map(|bound| bound.substitute(&trait_ref.args));
        let new: Vec<TraitRef> = supertraits
            .filter(|bound| bound.self_ty() == self_ty && !reached.contains(bound))
            .collect();
        reached.extend(new);
    }
    None
}

/// The associated types of this name that a type has by its declaration or by the `impl`s of its traits.
fn assoc_of_type(signatures: &Signatures, ty: Ty, name: Symbol) -> Vec<AssocRef> {
    if let TyKind::Unnamed(of) = ty.kind() {
        let bounds = signatures.unnamed_bounds(of).unwrap_or_default();
        let found = bounds
            .traits
            .iter()
            .filter_map(|bound| assoc_of_trait(signatures, bound, name));
        return found.collect();
    }
    if let TyKind::Assoc(of) = ty.kind() {
        let decl = signatures
            .traits
            .get(&of.of_trait)
            .and_then(|decl| decl.assoc_type(of.name));
        let bounds = decl.map(|decl| decl.bounds.substitute(&of.args)).unwrap_or_default();
        return bounds
            .traits
            .iter()
            .filter_map(|bound| assoc_of_trait(signatures, bound, name))
            .collect();
    }
    if matches!(ty.kind(), TyKind::Param { .. }) {
        return Vec::new();
    }
    let mut traits: Vec<(DefId, &TraitDecl)> = signatures
        .traits
        .iter()
        .filter(|(_, decl)| decl.assoc_type(name).is_some())
        .map(|(def, decl)| (*def, decl))
        .collect();
    traits.sort_by_key(|(def, _)| *def);
    let env = signatures.within(Bounds::NONE);
    let of_trait = |(def, decl): (DefId, &TraitDecl)| {
        // One with more arguments than `Self` is named by a bound.
        let goal = TraitRef { def, args: [ty].into() };
        (decl.generics.len() == 1 && env.prove(&goal).is_some()).then_some(AssocRef {
            of_trait: def,
            name,
            args: goal.args,
        })
    };
    traits.into_iter().filter_map(of_trait).collect()
}

/// What the path of a type or trait names; an error type if nothing, and this was said.
/// `unknown` says that there is no such name.
pub(crate) fn path_entity(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    segments: &[PathSegment],
    unknown: fn(Span, Symbol, Option<Symbol>) -> Diagnostic,
) -> Result<Entity, Ty> {
    let (first, rest) = segments.split_first().expect("a path has a segment");
    let Some(mut entity) = paths::lookup(cx.program(), scope.from, first.name) else {
        let similar = hir::similar_name(first.name, type_names(cx.program(), scope));
        let left_out = cx.program().left_out(scope.from.module, first.name);
        let diagnostic = errors::left_out(unknown(first.span, first.name, similar), left_out);
        return Err(Ty::error(cx.diagnostics().report(diagnostic)));
    };
    for segment in rest {
        if let Entity::CModule(module) = entity
            && let Some((name, advice)) = c_advice::of_type(&cx.signatures().c, module, segment.name)
        {
            let advice = advice.clone();
            if let Some(reported) = c_advice::heed(cx.diagnostics(), segment.span, name, &advice) {
                return Err(Ty::error(reported));
            }
        }
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
                let left_out = match entity {
                    Entity::Module(module) => cx.program().left_out(module, segment.name),
                    Entity::InlineModule(def) => cx.program().left_out(def.module, segment.name),
                    _ => None,
                };
                let diagnostic = errors::left_out(unknown(segment.span, segment.name, similar), left_out);
                return Err(Ty::error(cx.diagnostics().report(diagnostic)));
            }
        };
    }
    Ok(entity)
}

fn similar_member(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, entity: Entity, name: Symbol) -> Option<Symbol> {
    if let Entity::CModule(module) = entity {
        let similar = cx.queries().similar_names(module, name);
        return similar.first().map(|name| base::sym(name));
    }
    hir::similar_name(name, paths::members(cx.program(), scope.from, entity))
}

fn type_names(program: &Program, scope: &TypeScope) -> Vec<Symbol> {
    let module = &program.modules[scope.from.module];
    let mut names: Vec<Symbol> = module
        .scope
        .keys()
        .copied()
        .filter(|name| !hir::is_local_key(*name))
        .collect();
    let types = scope.generics.iter().filter(|generic| generic.const_ty.is_none());
    names.extend(types.map(|generic| generic.name));
    names.extend(paths::builtin_type_names().map(base::sym));
    names.sort();
    names
}

fn lower_entity(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    entity: Entity,
    last: &PathSegment,
    span: Span,
) -> Ty {
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

fn not_a_type(cx: &mut dyn TypeLowering<'_>, segment: &PathSegment, what: &str) -> Ty {
    Ty::error(
        cx.diagnostics()
            .report(errors::not_a_type(segment.span, hir::written_name(segment.name), what)),
    )
}

fn refuse_args(cx: &mut dyn TypeLowering<'_>, segment: &PathSegment) -> Option<Ty> {
    if segment.args.is_empty() {
        return None;
    }
    let diagnostic = errors::wrong_generic_count(segment.span, segment.name.as_str(), 0, segment.args.len());
    Some(Ty::error(cx.diagnostics().report(diagnostic)))
}

fn lower_item(cx: &mut dyn TypeLowering<'_>, scope: &TypeScope, def: DefId, last: &PathSegment, span: Span) -> Ty {
    let item = cx.program().item(def);
    match &item.kind {
        ItemKind::Struct(hir::Struct { generics, .. }) | ItemKind::Enum(hir::Enum { generics, .. }) => {
            let adt = AdtRef::Lang(def);
            match lower_args(cx, scope, last, def, generics) {
                Ok(args) => Ty::new(TyKind::Adt(adt, args.into())),
                Err(ty) => ty,
            }
        }
        ItemKind::TypeAlias(alias) => {
            let args = match lower_args(cx, scope, last, def, &alias.generics) {
                Ok(args) => args,
                Err(ty) => return ty,
            };
            if *cx.alias_depth() >= MAX_ALIAS_DEPTH {
                return Ty::error(cx.diagnostics().report(errors::recursive_alias(span, last.name)));
            }
            let alias_scope = TypeScope {
                generics: Generic::all(&alias.generics).collect(),
                ..TypeScope::of(def)
            };
            *cx.alias_depth() += 1;
            let ty = lower(cx, &alias_scope, alias.ty).substitute(&args);
            *cx.alias_depth() -= 1;
            ty
        }
        ItemKind::Fn(_)
        | ItemKind::ExternFn(_)
        | ItemKind::InlineC(_)
        | ItemKind::Test(_)
        | ItemKind::ConstAssert(_) => not_a_type(cx, last, "a function"),
        ItemKind::Const(_) => not_a_type(cx, last, "a constant"),
        ItemKind::Static(_) | ItemKind::ExternStatic(_) => not_a_type(cx, last, "a variable"),
        ItemKind::Trait(_) => not_a_type(cx, last, "a trait"),
        ItemKind::AssocType(_) => not_a_type(cx, last, "an associated type"),
        ItemKind::Mod(_) | ItemKind::Impl(_) => not_a_type(cx, last, "a module"),
        ItemKind::Error(reported) => Ty::error(*reported),
    }
}

/// The arguments of the generics that an item has, with their defaults where none are written.
fn lower_args(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    last: &PathSegment,
    def: DefId,
    generics: &[GenericParam],
) -> Result<Vec<Ty>, Ty> {
    let written = own_args(last);
    require_count(cx, last, written.len(), generics)?;
    let all: Vec<Generic> = Generic::all(generics).collect();
    let given = written.iter().zip(&all);
    let mut args: Vec<Ty> = given
        .map(|(arg, generic)| const_args::lower_arg(cx, scope, arg, *generic, last.span))
        .collect();
    lower_defaults(cx, def, generics, &all, &mut args);
    Ok(args)
}

/// The arguments of a trait, that of `Self` first.
pub(crate) fn lower_trait_args(
    cx: &mut dyn TypeLowering<'_>,
    scope: &TypeScope,
    def: DefId,
    self_ty: Ty,
    last: &PathSegment,
) -> Result<Vec<Ty>, Ty> {
    let ItemKind::Trait(decl) = &cx.program().item(def).kind else {
        unreachable!("a trait has been found")
    };
    let written = own_args(last);
    require_count(cx, last, written.len(), &decl.generics)?;
    let all = cx.signatures().traits[&def].generics.clone();
    let given = written.iter().zip(&all[1..]);
    let own = given.map(|(arg, generic)| const_args::lower_arg(cx, scope, arg, *generic, last.span));
    let mut args: Vec<Ty> = [self_ty].into_iter().chain(own).collect();
    lower_defaults(cx, def, &decl.generics, &all, &mut args);
    Ok(args)
}

/// Arguments but those of associated types.
fn own_args(last: &PathSegment) -> Vec<GenericArg> {
    let is_own = |arg: &&GenericArg| !matches!(arg, GenericArg::Assoc { .. });
    last.args.iter().filter(is_own).cloned().collect()
}

fn require_count(
    cx: &mut dyn TypeLowering<'_>,
    last: &PathSegment,
    n_written: usize,
    generics: &[GenericParam],
) -> Result<(), Ty> {
    let least = generics.iter().filter(|param| param.default.is_none()).count();
    if (least..=generics.len()).contains(&n_written) {
        return Ok(());
    }
    let diagnostic = errors::wrong_generic_count(last.span, last.name.as_str(), generics.len(), n_written);
    Err(Ty::error(cx.diagnostics().report(diagnostic)))
}

/// Adds the defaults of the generics that have no argument yet. `all` are all that a default may mention: those of
/// `args`, and the ones to come.
fn lower_defaults(
    cx: &mut dyn TypeLowering<'_>,
    def: DefId,
    generics: &[GenericParam],
    all: &[Generic],
    args: &mut Vec<Ty>,
) {
    while args.len() < all.len() {
        let param = &generics[generics.len() - (all.len() - args.len())];
        let default = param
            .default
            .as_ref()
            .expect("the number of arguments has been checked");
        let scope = TypeScope {
            generics: all[..args.len()].to_vec(),
            self_ty: args.first().copied().filter(|_| all[0].name == "Self"),
            ..TypeScope::of(def)
        };
        let ty = match default {
            GenericArg::Type(id) if param.const_ty.is_none() => lower_value(cx, &scope, *id),
            default => const_args::lower_arg(cx, &scope, default, all[args.len()], param.span),
        };
        args.push(ty.substitute(args));
    }
}
