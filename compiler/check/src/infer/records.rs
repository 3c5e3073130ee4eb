//! Struct and union literals.

use std::ops::Range;

use base::{Span, Symbol};
use hir::{Expr, ExprId, FieldInit, StructKind, TypeRefId};

use super::{Checker, Expect, is_error};
use crate::{AdtKind, AdtRef, Generic, Ty, TyKind, VariantShape, errors, paths};

impl Checker<'_> {
    pub(super) fn struct_literal(
        &mut self,
        expr: ExprId,
        (ty, variant): (Option<TypeRefId>, Option<(Symbol, Span)>),
        fields: &[FieldInit],
        base: Option<ExprId>,
        expect: Expect,
    ) -> Ty {
        let named = match (ty, variant) {
            (Some(ty), _) => self.written_variant(ty),
            (None, Some((name, span))) => match self.expected_variant(name, expect) {
                Some(found) => Some(found),
                None => {
                    let error = self.unknown_variant(expr, (name, span), fields, expect);
                    self.infer_base(base, error);
                    return error;
                }
            },
            (None, None) => None,
        };
        if let Some((ty, variant)) = named {
            let ty = self.variant_literal(expr, (ty, variant), fields, expect);
            if let Some(base) = base {
                let error = self.error_at(base, errors::base_of_variant);
                self.infer_base(Some(base), error);
            }
            return ty;
        }
        let ty = self.literal_type(expr, ty, expect);
        match ty.kind() {
            TyKind::Adt(adt, args) => match self.signatures.adt(*adt).kind {
                AdtKind::Record(kind) => {
                    let own = 0..self.signatures.adt(*adt).fields.len();
                    let paths = self.record_literal(expr, (*adt, args), own.clone(), (fields, expect));
                    match base {
                        Some(base) => self.literal_base(base, ty, (*adt, kind), fields, &paths),
                        None => self.check_given(expr, ty, (*adt, kind), own, fields, &paths),
                    }
                    ty
                }
                AdtKind::Enum | AdtKind::ExternEnum | AdtKind::OpaqueRecord => {
                    self.not_a_record(expr, ty, (fields, base))
                }
            },
            TyKind::Error(_) => {
                for field in fields {
                    self.infer(field.value, Expect::Nothing);
                }
                self.infer_base(base, ty);
                ty
            }
            _ => self.not_a_record(expr, ty, (fields, base)),
        }
    }

    /// `..base` of a literal that is broken.
    fn infer_base(&mut self, base: Option<ExprId>, error: Ty) {
        if let Some(base) = base {
            self.infer(base, Expect::Hint(error));
        }
    }

    /// `..base`: a value of the same type, whose other fields must be seen from here.
    fn literal_base(
        &mut self,
        base: ExprId,
        ty: Ty,
        (adt, kind): (AdtRef, StructKind),
        fields: &[FieldInit],
        paths: &[Vec<u32>],
    ) {
        self.coerced(base, ty);
        if kind == StructKind::ExternUnion || self.sets_two_of_a_union(adt, paths) {
            self.error_at(base, errors::union_one_field);
            return;
        }
        let signatures = self.signatures;
        let taken = |field: &&crate::FieldDecl| !fields.iter().any(|given| Some(given.name) == field.name);
        let mut taken = signatures.adt(adt).fields.iter().filter(taken);
        let AdtRef::Lang(def) = adt else { return };
        let hidden = taken.find(|field| !self.field_visible(def, field.visibility));
        if let Some(name) = hidden.and_then(|field| field.name) {
            self.error_at(base, |span| errors::private(span, "field", name));
        }
    }

    /// `.Rect { w: 1.0, h: 2.0 }` where no type with such a variant is expected.
    fn unknown_variant(
        &mut self,
        expr: ExprId,
        (name, span): (Symbol, Span),
        fields: &[FieldInit],
        expect: Expect,
    ) -> Ty {
        let error = match expect.ty().map(|ty| self.shallow(ty)) {
            Some(ty) if is_error(ty) => ty,
            Some(ty) if !matches!(ty.kind(), TyKind::Infer(_)) => self.no_member(ty, name, span),
            _ => self.error_at(expr, errors::type_unknown),
        };
        for field in fields {
            self.infer(field.value, Expect::Hint(error));
        }
        error
    }

    fn variant_literal(&mut self, expr: ExprId, (ty, index): (Ty, u32), fields: &[FieldInit], expect: Expect) -> Ty {
        let signatures = self.signatures;
        let TyKind::Adt(adt, args) = ty.kind() else {
            return self.not_a_record(expr, ty, (fields, None));
        };
        let variant = &signatures.adt(*adt).variants[index as usize];
        if variant.shape != VariantShape::Struct {
            let span = self.head_of_literal(expr);
            let error = self.error_ty(errors::variant_in_other_form(span, variant));
            for field in fields {
                self.infer(field.value, Expect::Hint(error));
            }
            return error;
        }
        let own = variant.fields.start as usize..variant.fields.end as usize;
        self.record_literal(expr, (*adt, args), own.clone(), (fields, expect));
        self.require_all_fields(expr, ty, *adt, own, fields);
        self.typed.struct_variants.insert(expr, index);
        ty
    }

    /// The variant that the path of a literal or pattern names: `Shape.Rect`, `Tree<i32>.Node`, `Self.Rect`.
    pub(super) fn written_variant(&mut self, ty: TypeRefId) -> Option<(Ty, u32)> {
        let program = self.program();
        let type_ref = program.modules[self.env.scope.from.module].hir.type_ref(ty);
        let hir::TypeRefKind::Path(segments) = &type_ref.kind else {
            return None;
        };
        let (last, path) = segments.split_last()?;
        let (first, rest) = path.split_first()?;
        let owner = if first.name == "Self" && rest.is_empty() {
            self.env.scope.self_ty?
        } else {
            let (c, from) = (&self.signatures.c, self.env.scope.from);
            let paths::Entity::Item(def) = paths::resolve(program, c, from, path, paths::Want::Type)? else {
                return None;
            };
            let args = &path[path.len() - 1].args;
            self.enum_with(def, args, type_ref.span)?
        };
        Some((owner, self.variant_named(owner, last.name)?))
    }

    /// An enum, or an alias of one, with the arguments that are written, or with fresh ones where none are.
    fn enum_with(&mut self, def: hir::DefId, args: &[hir::GenericArg], span: Span) -> Option<Ty> {
        let generics = match &self.program().item(def).kind {
            hir::ItemKind::Enum(decl) => &decl.generics,
            hir::ItemKind::TypeAlias(alias) => &alias.generics,
            _ => return None,
        };
        let is_alias = matches!(self.program().item(def).kind, hir::ItemKind::TypeAlias(_));
        let args = if args.is_empty() {
            self.fresh_args(generics.len())
        } else if args.len() == generics.len() {
            let generics: Vec<Generic> = Generic::all(generics).collect();
            self.written_args(args, &generics, span)
        } else {
            return None;
        };
        if is_alias {
            let ty = self.alias_ty(def);
            return Some(self.instantiate(ty, &args));
        }
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), args.into())))
    }

    fn not_a_record(&mut self, expr: ExprId, ty: Ty, (fields, base): (&[FieldInit], Option<ExprId>)) -> Ty {
        for field in fields {
            self.infer(field.value, Expect::Nothing);
        }
        let text = self.display(ty);
        let span = self.head_of_literal(expr);
        let error = self.error_ty(errors::no_struct(span, &text));
        self.infer_base(base, error);
        error
    }

    /// The type that is written, with fresh arguments where it is generic and none are; or the expected one.
    fn literal_type(&mut self, expr: ExprId, ty: Option<TypeRefId>, expect: Expect) -> Ty {
        let Some(ty) = ty else {
            return match expect.ty().map(|ty| self.shallow(ty)) {
                Some(ty) => match ty.kind() {
                    TyKind::Infer(_) => self.error_at(expr, errors::type_unknown),
                    _ => ty,
                },
                None => self.error_at(expr, errors::type_unknown),
            };
        };
        if let Some(ty) = self.generic_without_args(ty) {
            return ty;
        }
        self.written_ty(ty)
    }

    /// `Pair { a: 1, b: 2 }`: the arguments come from the fields.
    pub(super) fn generic_without_args(&mut self, ty: TypeRefId) -> Option<Ty> {
        let program = self.program();
        let type_ref = program.modules[self.env.scope.from.module].hir.type_ref(ty);
        let hir::TypeRefKind::Path(segments) = &type_ref.kind else {
            return None;
        };
        if segments.iter().any(|segment| !segment.args.is_empty()) {
            return None;
        }
        let (c, from) = (&self.signatures.c, self.env.scope.from);
        let paths::Entity::Item(def) = paths::resolve(program, c, from, segments, paths::Want::Type)? else {
            return None;
        };
        let n_generics = self.signatures.adts.get(&AdtRef::Lang(def))?.generics.len();
        if n_generics == 0 {
            return None;
        }
        let args = self.fresh_args(n_generics);
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), args.into())))
    }

    fn record_literal(
        &mut self,
        expr: ExprId,
        (adt, args): (AdtRef, &[Ty]),
        own: Range<usize>,
        (fields, expect): (&[FieldInit], Expect),
    ) -> Vec<Vec<u32>> {
        let signatures = self.signatures;
        let ty = Ty::new(TyKind::Adt(adt, args.into()));
        let decl = signatures.adt(adt);
        for field in &decl.fields {
            self.table.met_error = self.table.met_error.or(field.ty.error_inside());
        }
        let mut paths: Vec<Vec<u32>> = Vec::with_capacity(fields.len());
        for (i, field) in fields.iter().enumerate() {
            if let Some(first) = fields[..i].iter().find(|other| other.name == field.name) {
                self.report(errors::repeated_field_init(
                    field.name_span,
                    field.name,
                    first.name_span,
                ));
            }
            let found = self.find_adt_field(adt, field.name).or_else(|| {
                let index = own.clone().find(|index| decl.fields[*index].name == Some(field.name))?;
                Some((vec![index as u32], decl.fields[index].ty))
            });
            let Some((path, field_ty)) = found else {
                self.infer(field.value, Expect::Nothing);
                self.unknown_field(ty, adt, own.clone(), field);
                paths.push(vec![own.start as u32]);
                continue;
            };
            if let AdtRef::Lang(def) = adt
                && !self.field_visible(def, decl.fields[path[0] as usize].visibility)
            {
                self.report(errors::private(field.name_span, "field", field.name));
            }
            let wanted = self.wanted_fields(adt, &[field_ty], expect).first().copied();
            let field_ty = self.instantiate(field_ty, args);
            self.argument(field.value, field_ty, wanted.unwrap_or(Expect::Nothing));
            self.require_fits_bits(adt, &path, field.value);
            self.heed_field(field.name_span, adt, &path);
            let same = paths
                .iter()
                .position(|other| path.starts_with(other) || other.starts_with(&path));
            if let Some(first) = same
                .map(|first| &fields[first])
                .filter(|first| first.name != field.name)
            {
                let first = first.name_span;
                self.report(errors::repeated_field_init(field.name_span, field.name, first));
            }
            paths.push(path);
        }
        self.typed.field_inits.insert(expr, paths.clone());
        paths
    }

    /// Which fields a literal gives.
    fn check_given(
        &mut self,
        expr: ExprId,
        ty: Ty,
        (adt, kind): (AdtRef, StructKind),
        own: Range<usize>,
        fields: &[FieldInit],
        paths: &[Vec<u32>],
    ) {
        match kind {
            StructKind::Lang => self.require_all_fields(expr, ty, adt, own, fields),
            StructKind::ExternStruct if !self.sets_two_of_a_union(adt, paths) => {
                let given: Vec<&[u32]> = paths.iter().map(Vec::as_slice).collect();
                let missing = self.fields_without_zero(adt, &given);
                if !missing.is_empty() && !is_error(ty) {
                    let text = self.display(ty);
                    let span = self.head_of_literal(expr);
                    self.report(errors::never_zero(errors::missing_fields(span, &text, &missing)));
                }
            }
            // One of C's is zero where none is given, as C's other records are.
            StructKind::ExternUnion if paths.len() == 1 || paths.is_empty() && matches!(adt, AdtRef::C(_)) => {}
            StructKind::ExternStruct | StructKind::ExternUnion => {
                self.error_at(expr, errors::union_one_field);
            }
        }
    }

    /// Whether two ways to fields part in a union that is a member.
    fn sets_two_of_a_union(&self, adt: AdtRef, paths: &[Vec<u32>]) -> bool {
        paths.iter().enumerate().any(|(i, path)| {
            paths[..i].iter().any(|other| {
                let n_shared = path.iter().zip(other).take_while(|(a, b)| a == b).count();
                let members = self.anonymous_members(adt, path);
                let parting = n_shared.checked_sub(1).and_then(|last| members.into_iter().nth(last));
                n_shared < path.len() && parting.is_some_and(|member| self.is_union(member))
            })
        })
    }

    fn unknown_field(&mut self, ty: Ty, adt: AdtRef, own: Range<usize>, field: &FieldInit) {
        let text = self.display(ty);
        let names = self.signatures.adt(adt).fields[own]
            .iter()
            .filter_map(|field| field.name);
        let similar = hir::similar_name(field.name, names);
        self.report(errors::unknown_field_init(field.name_span, &text, field.name, similar));
    }

    fn require_all_fields(&mut self, expr: ExprId, ty: Ty, adt: AdtRef, own: Range<usize>, fields: &[FieldInit]) {
        let given = |name: Symbol| fields.iter().any(|field| field.name == name);
        let own = &self.signatures.adt(adt).fields[own];
        let is_known = |name: Symbol| own.iter().any(|field| field.name == Some(name));
        if !fields.iter().all(|field| is_known(field.name)) {
            // The unknown one was meant to be one of the missing.
            return;
        }
        let required = own.iter().filter(|field| field.default_value.is_none());
        let names = required.filter_map(|field| field.name);
        let missing: Vec<String> = names
            .filter(|name| !given(*name))
            .map(|name| name.to_string())
            .collect();
        if !missing.is_empty() && !is_error(ty) {
            let text = self.display(ty);
            let span = self.head_of_literal(expr);
            self.report(errors::missing_fields(span, &text, &missing));
        }
    }

    /// The type of a struct literal, or the `.{` in its place.
    fn head_of_literal(&self, expr: ExprId) -> Span {
        let span = self.span(expr);
        match &self.body.exprs[expr] {
            Expr::Struct {
                variant: Some((_, span)),
                ..
            } => *span,
            Expr::Struct { ty: Some(ty), .. } => {
                self.program().modules[self.env.scope.from.module]
                    .hir
                    .type_ref(*ty)
                    .span
            }
            _ => Span {
                end: span.end.min(span.start + 2),
                ..span
            },
        }
    }
}
