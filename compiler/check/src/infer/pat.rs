//! Patterns.

use base::Span;
use hir::{Expr, ExprId, ItemKind, Mutability, Pat, PatId};

use super::{Checker, Expect, is_error};
use crate::paths::{self, Entity};
use crate::{AdtKind, AdtRef, ConstValue, InferVar, Ty, TyKind, VariantShape, consteval, errors};

/// How the names in a pattern get what they match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mode {
    Move,
    /// Behind a reference that the pattern looks through.
    Borrow(Mutability),
}

impl Mode {
    /// Behind one more reference.
    fn behind(self, mutability: Mutability) -> Self {
        match (self, mutability) {
            (Self::Borrow(Mutability::Const), _) => self,
            (Self::Move | Self::Borrow(Mutability::Mut), _) => Self::Borrow(mutability),
        }
    }
}

impl Checker<'_> {
    /// Checks a pattern against the type of what it is matched with, and gives its bindings their types.
    pub(super) fn pattern(&mut self, pat: PatId, expected: Ty) {
        self.pattern_in(pat, expected, Mode::Move);
    }

    /// As [`Self::pattern`], for a part of a pattern. `mode` says how its names get what they match.
    pub(super) fn pattern_in(&mut self, pat: PatId, expected: Ty, mode: Mode) {
        let body = self.body;
        let (expected, mode) = self.look_through(pat, expected, mode);
        self.typed.pat_tys[pat] = expected;
        match &body.pats[pat] {
            Pat::Error(_) | Pat::Wild => {}
            Pat::Bind { local, sub } => self.bind_pattern(pat, *local, *sub, expected, mode),
            Pat::Value(expr) => self.value_or_variant_pattern(pat, *expr, expected),
            Pat::Range { start, end, .. } => {
                for end in [start, end].into_iter().flatten() {
                    self.value_pattern(*end, expected);
                }
            }
            Pat::Tuple { elements, rest } => self.tuple_pattern(pat, elements, *rest, expected, mode),
            Pat::Struct {
                ty,
                variant,
                fields,
                has_rest,
            } => self.struct_pattern(pat, (*ty, *variant), fields, *has_rest, (expected, mode)),
            Pat::TupleVariant { path, elements, rest } => {
                self.variant_pattern(pat, *path, elements, *rest, (expected, mode));
            }
            Pat::Slice { before, rest, after } => {
                self.slice_pattern(pat, (before, *rest, after), expected, mode);
            }
            Pat::Or(alternatives) => {
                for alternative in alternatives {
                    self.pattern_in(*alternative, expected, mode);
                }
            }
            Pat::Ref {
                mutability, pat: inner, ..
            } => self.reference_pattern(pat, *mutability, *inner, expected, mode),
            Pat::None => {
                let now = self.shallow(expected);
                match now.kind() {
                    TyKind::Optional(_) => {
                        self.typed.pat_variants.insert(pat, 0);
                    }
                    _ => self.mismatched_pattern(pat, "`none`", now),
                }
            }
        }
    }

    /// What is behind the references that a pattern does not speak of. What such a pattern binds, it borrows.
    fn look_through(&mut self, pat: PatId, expected: Ty, mode: Mode) -> (Ty, Mode) {
        let is_value = match &self.body.pats[pat] {
            Pat::Value(_) => true,
            Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::None => false,
            Pat::Error(_) | Pat::Wild | Pat::Bind { .. } | Pat::Or(_) | Pat::Ref { .. } => return (expected, mode),
        };
        let (mut expected, mut mode, mut n_derefs) = (expected, mode, 0);
        while let TyKind::Ref(mutability, target) = self.shallow(expected).kind() {
            // A text literal is itself a reference.
            if is_value && matches!(self.shallow(*target).kind(), TyKind::Str | TyKind::CStr) {
                break;
            }
            expected = *target;
            mode = mode.behind(*mutability);
            n_derefs += 1;
        }
        if n_derefs > 0 {
            self.typed.pat_derefs.insert(pat, n_derefs);
        }
        (expected, mode)
    }

    fn bind_pattern(&mut self, pat: PatId, local: hir::LocalId, sub: Option<PatId>, expected: Ty, mode: Mode) {
        let bound = match mode {
            Mode::Move => {
                let now = self.shallow(expected);
                if now.is_unsized() {
                    let (span, text) = (self.pat_span(pat), self.display(now));
                    self.error_ty(errors::unsized_value(span, &text))
                } else {
                    expected
                }
            }
            Mode::Borrow(mutability) => {
                self.typed.pat_borrows.insert(pat, mutability);
                if self.body.locals[local].is_var {
                    let span = self.pat_span(pat);
                    self.error_ty(errors::under_reference(span, "`var`"))
                } else {
                    expected.reference(mutability)
                }
            }
        };
        let local_ty = self.local_ty(local);
        if !self.table.unify(local_ty, bound) {
            let (found, wanted) = (self.display(bound), self.display(local_ty));
            let span = self.pat_span(pat);
            self.report(errors::mismatched_types(span, &wanted, &found));
        }
        if let Some(sub) = sub {
            self.pattern_in(sub, expected, mode);
        }
    }

    /// The value of a literal or constant, or a variant without fields.
    fn value_or_variant_pattern(&mut self, pat: PatId, expr: ExprId, expected: Ty) {
        let Some((ty, variant)) = self.variant_path(expr, expected) else {
            return self.value_pattern(expr, expected);
        };
        self.mark_namespace(expr);
        self.typed.pat_variants.insert(pat, variant);
        if !self.unify_pattern(pat, ty, expected) {
            return;
        }
        let TyKind::Adt(adt, _) = self.shallow(ty).kind() else {
            return self.mismatched_pattern(pat, "`.Some` without what is inside", expected);
        };
        let decl = &self.signatures.adt(*adt).variants[variant as usize];
        if decl.shape != VariantShape::Unit {
            let span = self.pat_span(pat);
            self.report(errors::variant_without_fields(span, decl));
        }
    }

    /// Whether the type that a pattern names is that of what it is matched with. Reports if not.
    fn unify_pattern(&mut self, pat: PatId, named: Ty, expected: Ty) -> bool {
        if is_error(named) {
            return false;
        }
        let fits = self.table.unify(named, expected);
        if !fits {
            let text = self.display(named);
            self.mismatched_pattern(pat, &format!("`{text}`"), expected);
        }
        fits
    }

    /// The variant that `.Circle` or `Shape.Circle` names, and the type that it is of. Of an optional, 1 is `Some`.
    pub(super) fn variant_path(&mut self, path: ExprId, expected: Ty) -> Option<(Ty, u32)> {
        let body = self.body;
        match &body.exprs[path] {
            Expr::DotName { name, .. } => {
                let ty = self.shallow(expected);
                Some((ty, self.variant_named(ty, *name)?))
            }
            Expr::Field { base, name, .. } => {
                if !self.may_name_enum(*base) {
                    return None;
                }
                let ty = self.type_named(*base)?;
                Some((ty, self.variant_named(ty, *name)?))
            }
            _ => None,
        }
    }

    /// A variant of an enum, or `Some`.
    pub(super) fn variant_named(&self, ty: Ty, name: base::Symbol) -> Option<u32> {
        match self.shallow(ty).kind() {
            TyKind::Optional(_) => (name == "Some").then_some(1),
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).variant_named(name),
            _ => None,
        }
    }

    fn slice_pattern(
        &mut self,
        pat: PatId,
        (before, rest, after): (&[PatId], Option<Option<PatId>>, &[PatId]),
        expected: Ty,
        mode: Mode,
    ) {
        let now = self.shallow(expected);
        let n_elements = before.len() + after.len();
        let all: Vec<PatId> = before
            .iter()
            .chain(after)
            .chain(rest.iter().flatten())
            .copied()
            .collect();
        let (element, rest_ty) = match now.kind() {
            TyKind::Slice(element) => (*element, now),
            TyKind::Array(element, len) => {
                let len = self.shallow(*len);
                let Some(len) = len.known_len() else {
                    let (span, text) = (self.pat_span(pat), self.display(now));
                    self.report(errors::array_of_unknown_length(span, &text));
                    return self.error_bindings(&all);
                };
                let left = len.checked_sub(n_elements as u64);
                let Some(left) = left.filter(|left| rest.is_some() || *left == 0) else {
                    let (span, text) = (self.pat_span(pat), self.display(now));
                    let n = usize::try_from(len).unwrap_or(usize::MAX);
                    self.report(errors::wrong_element_count(span, &text, n, n_elements));
                    return self.error_bindings(&all);
                };
                (*element, element.array(left))
            }
            TyKind::Infer(_) => {
                let span = self.pat_span(pat);
                self.report(errors::type_unknown(span));
                return self.error_bindings(&all);
            }
            _ => {
                self.mismatched_pattern(pat, "a slice pattern", now);
                return self.error_bindings(&all);
            }
        };
        for sub in before.iter().chain(after) {
            self.pattern_in(*sub, element, mode);
        }
        if let Some(Some(sub)) = rest {
            self.pattern_in(sub, rest_ty, mode);
        }
    }

    fn first_alternative(&self, pat: PatId) -> PatId {
        match &self.body.pats[pat] {
            Pat::Or(alternatives) => alternatives.first().map_or(pat, |first| self.first_alternative(*first)),
            Pat::Bind { sub: Some(sub), .. } => self.first_alternative(*sub),
            _ => pat,
        }
    }

    /// Checks the pattern of an `if let`, `while let` or `let … else`: it is for the value inside of an optional,
    /// unless it speaks of the optional itself.
    pub(super) fn condition_pattern(&mut self, pat: PatId, value: Ty) {
        let (mut ty, mut mode, mut n_derefs) = (self.shallow(value), Mode::Move, 0);
        while let TyKind::Ref(mutability, target) = ty.kind() {
            ty = self.shallow(*target);
            mode = mode.behind(*mutability);
            n_derefs += 1;
        }
        let TyKind::Optional(inner) = ty.kind() else {
            return self.pattern(pat, value);
        };
        let inner = *inner;
        let speaks_of_it = match &self.body.pats[self.first_alternative(pat)] {
            Pat::None => true,
            Pat::TupleVariant { path, .. } => match &self.body.exprs[*path] {
                Expr::DotName { name, .. } => *name == "Some" && self.variant_named(inner, *name).is_none(),
                Expr::Field { name, .. } => *name == "Some" && !matches!(self.shallow(inner).kind(), TyKind::Adt(..)),
                _ => false,
            },
            _ => false,
        };
        if speaks_of_it {
            return self.pattern(pat, value);
        }
        self.typed.unwrapped.insert(pat, n_derefs);
        self.pattern_in(pat, inner, mode);
    }

    /// A name in a pattern is new. One that a constant has was meant as the constant.
    pub(super) fn refuse_constant_names(&mut self, pat: PatId) {
        let body = self.body;
        match &body.pats[pat] {
            Pat::Bind { local, sub } => {
                let name = body.locals[*local].name;
                let generics = &self.env.scope.generics;
                let param = generics.iter().find(|generic| generic.name == name);
                let is_constant = match param {
                    Some(generic) => generic.const_ty.is_some(),
                    None => match paths::lookup(self.program(), self.env.scope.from, name) {
                        Some(Entity::Item(def)) => matches!(self.program().item(def).kind, ItemKind::Const(_)),
                        Some(_) | None => false,
                    },
                };
                if is_constant {
                    let span = body.locals[*local].span;
                    self.report(errors::binds_constant_name(span, name));
                }
                sub.iter().for_each(|sub| self.refuse_constant_names(*sub));
            }
            Pat::Tuple { elements: pats, .. } | Pat::TupleVariant { elements: pats, .. } | Pat::Or(pats) => {
                pats.iter().for_each(|pat| self.refuse_constant_names(*pat));
            }
            Pat::Struct { fields, .. } => fields.iter().for_each(|field| self.refuse_constant_names(field.pat)),
            Pat::Ref { pat, .. } => self.refuse_constant_names(*pat),
            Pat::Slice { before, rest, after } => {
                let parts = before.iter().chain(rest.iter().flatten()).chain(after);
                parts.for_each(|pat| self.refuse_constant_names(*pat));
            }
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None => {}
        }
    }

    fn mismatched_pattern(&mut self, pat: PatId, what: &str, ty: Ty) {
        if is_error(ty) {
            return;
        }
        let text = self.display(ty);
        let span = self.pat_span(pat);
        self.report(errors::bad_pattern(span, what, &text));
    }

    /// A literal, a constant or an enum's constant. Numbers convert as operands do.
    fn value_pattern(&mut self, expr: ExprId, expected: Ty) {
        // What is not constant is said when all patterns are evaluated: that it would need `unsafe` is not the mistake.
        self.unsafe_depth += 1;
        let found = self.infer(expr, Expect::Hint(expected));
        self.unsafe_depth -= 1;
        let (found, expected) = (self.shallow(found), self.shallow(expected));
        if is_error(found) || is_error(expected) {
            return;
        }
        if self.is_error_code(found, expected) {
            return;
        }
        if !self.can_be_matched(expected) {
            let text = self.display(expected);
            let of_inside = matches!(expected.kind(), TyKind::Optional(inner) if self.can_be_matched(*inner));
            self.error_at(expr, |span| {
                let diagnostic = errors::bad_pattern(span, "a value", &text);
                if of_inside {
                    errors::some_of_it(diagnostic, span)
                } else {
                    diagnostic
                }
            });
            return;
        }
        if self.table.unify(found, expected) {
            return;
        }
        // An enum's constant stands for its number. That it is one of `expected` is looked at when it is known.
        let number = self.integer_of_enum(found).unwrap_or(found);
        let is_comparable = number.is_integer()
            && expected.is_integer()
            && (crate::numbers::common(number, expected).is_some() || self.c_constants.contains(&expr));
        if self.table.unify(number, expected) || is_comparable {
            return;
        }
        if self.is_enum(found) || self.is_enum(expected) {
            // No cast stands in a pattern, so none is hinted at.
            let (found, expected) = (self.display(found), self.display(expected));
            self.error_at(expr, |span| errors::mismatched_types(span, &expected, &found));
            return;
        }
        self.coerce(expr, found, expected);
    }

    /// Whether values of the type are compared with those of patterns.
    fn can_be_matched(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Bool | TyKind::Char | TyKind::Int(_) | TyKind::Float(_) | TyKind::C(_) => true,
            TyKind::Infer(_) | TyKind::Never | TyKind::Error(_) => true,
            TyKind::Ref(_, target) => matches!(self.shallow(*target).kind(), TyKind::Str),
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).kind == AdtKind::ExternEnum,
            TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Pointer(..)
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_) => false,
        }
    }

    fn tuple_pattern(&mut self, pat: PatId, elements: &[PatId], rest: Option<usize>, expected: Ty, mode: Mode) {
        let now = self.shallow(expected);
        let tys = match now.kind() {
            TyKind::Tuple(tys) => tys.to_vec(),
            TyKind::Infer(InferVar::Any(_)) if rest.is_none() => {
                let fresh = self.fresh_args(elements.len());
                self.table.unify(now, Ty::tuple(fresh.clone()));
                fresh
            }
            _ => {
                self.mismatched_pattern(pat, "a tuple", now);
                self.error_bindings(elements);
                return;
            }
        };
        let Some(indices) = element_indices(elements.len(), rest, tys.len()) else {
            let (span, text) = (self.pat_span(pat), self.display(now));
            self.report(errors::wrong_element_count(span, &text, tys.len(), elements.len()));
            self.error_bindings(elements);
            return;
        };
        for (element, index) in elements.iter().zip(indices) {
            self.pattern_in(*element, tys[index as usize], mode);
        }
    }

    /// After an error the bindings are quiet.
    fn error_bindings(&mut self, pats: &[PatId]) {
        if let Some(reported) = self.diagnostics.already_reported() {
            for pat in pats {
                self.pattern(*pat, Ty::error(reported));
            }
        }
    }

    fn struct_pattern(
        &mut self,
        pat: PatId,
        (ty, variant): (Option<hir::TypeRefId>, Option<(base::Symbol, Span)>),
        fields: &[hir::FieldPat],
        has_rest: bool,
        (expected, mode): (Ty, Mode),
    ) {
        let sub_pats: Vec<PatId> = fields.iter().map(|field| field.pat).collect();
        let named = match (ty, variant) {
            (Some(ty), _) => match self.written_variant(ty) {
                Some((ty, variant)) => Some((ty, Some(variant))),
                None => Some((self.written_record(ty), None)),
            },
            (None, Some((name, span))) => {
                let now = self.shallow(expected);
                match self.variant_named(now, name) {
                    Some(variant) => Some((now, Some(variant))),
                    None => {
                        if !is_error(now) {
                            self.no_member(now, name, span);
                        }
                        return self.error_bindings(&sub_pats);
                    }
                }
            }
            (None, None) => None,
        };
        if let Some((named, _)) = named
            && !self.unify_pattern(pat, named, expected)
        {
            return self.error_bindings(&sub_pats);
        }
        let now = self.shallow(expected);
        let variant = named.and_then(|(_, variant)| variant);
        let signatures = self.signatures;
        let Some((adt, args)) = self.record_matched(now, variant) else {
            self.mismatched_pattern(pat, "a struct", now);
            return self.error_bindings(&sub_pats);
        };
        let decl = signatures.adt(adt);
        let own = match variant {
            Some(variant) => {
                self.typed.pat_variants.insert(pat, variant);
                let range = &decl.variants[variant as usize].fields;
                range.start as usize..range.end as usize
            }
            None => 0..decl.fields.len(),
        };
        let place_of = |name| (own.clone()).find(|index| decl.fields[*index].name == Some(name));
        let mut indices = Vec::with_capacity(fields.len());
        let mut all_known = true;
        for field in fields {
            match place_of(field.name) {
                Some(index) => {
                    if let AdtRef::Lang(def) = adt
                        && !self.field_visible(def, decl.fields[index].visibility)
                    {
                        self.report(errors::private(field.name_span, "field", field.name));
                    }
                    self.heed_field(field.name_span, adt, &[index as u32]);
                    indices.push(vec![index as u32]);
                    let ty = self.instantiate(decl.fields[index].ty, &args);
                    let mode = self.mode_of_field(mode, adt, &[index as u32]);
                    self.pattern_in(field.pat, ty, mode);
                    if decl.fields[index].is_bit_field {
                        self.require_bound_by_value(field.pat, adt, field.name);
                    }
                }
                None => {
                    if let Some(path) = self.field_of_member(now, field, mode) {
                        indices.push(path);
                        continue;
                    }
                    all_known = false;
                    self.no_member(now, field.name, field.name_span);
                    self.error_bindings(&[field.pat]);
                    indices.push(vec![own.start as u32]);
                }
            }
        }
        let names: Vec<base::Symbol> = decl.fields[own].iter().filter_map(|field| field.name).collect();
        if !has_rest && all_known && fields.len() < names.len() {
            let is_named = |name: &&base::Symbol| fields.iter().any(|field| field.name == **name);
            let missing = names.iter().filter(|name| !is_named(name));
            let missing: Vec<String> = missing.map(|name| name.to_string()).collect();
            let (span, text) = (self.pat_span(pat), self.display(now));
            self.report(errors::missing_fields(span, &text, &missing).hint("`..` stands for the rest"));
        }
        self.typed.pat_fields.insert(pat, indices);
    }

    /// What is bound of a `const` field by reference is not to be changed.
    fn mode_of_field(&self, mode: Mode, adt: AdtRef, path: &[u32]) -> Mode {
        match mode {
            Mode::Borrow(_) if self.is_const_field(adt, path) => mode.behind(hir::Mutability::Const),
            Mode::Borrow(_) | Mode::Move => mode,
        }
    }

    /// A field of an anonymous member, in a pattern of the record around: the way there.
    fn field_of_member(&mut self, record: Ty, field: &hir::FieldPat, mode: Mode) -> Option<Vec<u32>> {
        let TyKind::Adt(adt @ AdtRef::C(_), _) = record.kind() else {
            return None;
        };
        let (path, ty) = self.find_adt_field(*adt, field.name)?;
        self.heed_field(field.name_span, *adt, &path);
        if self.goes_through_union(record, &path) {
            self.unsafe_used = true;
            if self.unsafe_depth == 0 {
                self.report(errors::union_in_pattern(field.name_span));
            }
        }
        let mode = self.mode_of_field(mode, *adt, &path);
        self.pattern_in(field.pat, ty, mode);
        if self.is_bit_field(*adt, &path) {
            self.require_bound_by_value(field.pat, *adt, field.name);
        }
        Some(path)
    }

    /// The type that a pattern or literal of a record names, its arguments inferred where it is generic and none are
    /// written.
    pub(super) fn written_record(&mut self, ty: hir::TypeRefId) -> Ty {
        if let Some(written) = self.generic_without_args(ty) {
            return written;
        }
        self.written_ty(ty)
    }

    /// The type whose fields a pattern with names for them speaks of, if it has such.
    fn record_matched(&self, ty: Ty, variant: Option<u32>) -> Option<(AdtRef, Vec<Ty>)> {
        let TyKind::Adt(adt, args) = ty.kind() else {
            return None;
        };
        let has_fields = match self.signatures.adt(*adt).kind {
            AdtKind::Record(hir::StructKind::Lang | hir::StructKind::ExternStruct) => variant.is_none(),
            AdtKind::Enum => variant.is_some(),
            AdtKind::Record(hir::StructKind::ExternUnion) | AdtKind::ExternEnum | AdtKind::OpaqueRecord => false,
        };
        has_fields.then(|| (*adt, args.to_vec()))
    }

    /// `.Some(p)`, `Shape.Circle(p)`, and tuple structs.
    fn variant_pattern(
        &mut self,
        pat: PatId,
        path: ExprId,
        elements: &[PatId],
        rest: Option<usize>,
        (expected, mode): (Ty, Mode),
    ) {
        self.typed.expr_tys[path] = Ty::unit();
        let signatures = self.signatures;
        let (ty, variant) = match self.variant_path(path, expected) {
            Some((ty, variant)) => (Some(ty), Some(variant)),
            None => (self.type_named(path), None),
        };
        if let Some(ty) = ty {
            self.mark_namespace(path);
            if !self.unify_pattern(pat, ty, expected) {
                return self.error_bindings(elements);
            }
        }
        let now = self.shallow(expected);
        let (tys, first) = match (now.kind(), variant) {
            (TyKind::Optional(inner), Some(1)) => (vec![*inner], 0),
            (TyKind::Adt(adt, args), _) if ty.is_some() => {
                let decl = signatures.adt(*adt);
                let is_tuple_struct = decl
                    .fields
                    .first()
                    .is_some_and(|field| field.name.is_some_and(|name| name == "0"));
                let fields = match variant {
                    Some(variant) if decl.variants[variant as usize].shape == VariantShape::Tuple => {
                        decl.variants[variant as usize].fields.clone()
                    }
                    Some(variant) => {
                        let span = self.pat_span(pat);
                        self.report(errors::variant_without_fields(span, &decl.variants[variant as usize]));
                        return self.error_bindings(elements);
                    }
                    None if is_tuple_struct && decl.kind != AdtKind::Enum => 0..decl.fields.len() as u32,
                    None => {
                        self.mismatched_pattern(pat, "this pattern", now);
                        return self.error_bindings(elements);
                    }
                };
                let own = &decl.fields[fields.start as usize..fields.end as usize];
                (
                    own.iter().map(|field| self.instantiate(field.ty, args)).collect(),
                    fields.start,
                )
            }
            _ => {
                let name = match &self.body.exprs[path] {
                    Expr::DotName { name, name_span } => Some((*name, *name_span)),
                    _ => None,
                };
                match (name, now.kind()) {
                    (Some((name, span)), TyKind::Adt(..)) => {
                        self.no_member(now, name, span);
                    }
                    _ => self.mismatched_pattern(pat, "this pattern", now),
                }
                return self.error_bindings(elements);
            }
        };
        let Some(indices) = element_indices(elements.len(), rest, tys.len()) else {
            let span = self.pat_span(pat);
            let text = match (now.kind(), variant) {
                (TyKind::Adt(adt, _), Some(variant)) => {
                    signatures.adt(*adt).variants[variant as usize].name.to_string()
                }
                _ => self.display(now),
            };
            self.report(errors::wrong_element_count(span, &text, tys.len(), elements.len()));
            return self.error_bindings(elements);
        };
        if let Some(variant) = variant {
            self.typed.pat_variants.insert(pat, variant);
        }
        for (element, index) in elements.iter().zip(&indices) {
            if let TyKind::Adt(adt @ AdtRef::Lang(def), _) = now.kind()
                && !self.field_visible(*def, signatures.adt(*adt).fields[(first + index) as usize].visibility)
            {
                let span = self.pat_span(*element);
                self.report(errors::private(span, "field", base::sym(&index.to_string())));
            }
            self.pattern_in(*element, tys[*index as usize], mode);
        }
        let indices = indices.into_iter().map(|index| vec![first + index]).collect();
        self.typed.pat_fields.insert(pat, indices);
    }

    fn reference_pattern(&mut self, pat: PatId, mutability: Mutability, inner: PatId, expected: Ty, mode: Mode) {
        let now = self.shallow(expected);
        match now.kind() {
            TyKind::Ref(own, target) if *own == mutability => {
                if mode != Mode::Move {
                    let span = self.pat_span(pat);
                    self.report(errors::under_reference(span, "a reference pattern"));
                }
                self.pattern(inner, *target);
            }
            TyKind::Error(_) => self.pattern(inner, now),
            _ => {
                let what = match mutability {
                    Mutability::Mut => "a `&mut` pattern",
                    Mutability::Const => "a reference pattern",
                };
                self.mismatched_pattern(pat, what, now);
                self.error_bindings(&[inner]);
            }
        }
    }

    /// Checks the pattern of a parameter.
    pub(super) fn parameter_pattern(&mut self, pat: PatId, ty: Ty) {
        self.typed.param_tys.insert(pat, ty);
        self.irrefutable_pattern(pat, ty);
    }

    /// Checks a pattern of a `let`, `for` or parameter: every value must match, which is looked at when all types are
    /// known.
    pub(super) fn irrefutable_pattern(&mut self, pat: PatId, ty: Ty) {
        let n_messages = self.diagnostics.iter().count();
        self.pattern(pat, ty);
        // One that does not fit at all has been said so.
        if self.diagnostics.iter().count() == n_messages {
            self.irrefutable.push((pat, ty));
        }
    }

    /// When all types are known: the values of literal and constant patterns.
    pub(super) fn evaluate_patterns(&mut self) {
        let body = self.body;
        for (pat, kind) in body.pats.iter_enumerated() {
            match kind {
                Pat::Value(_) if self.typed.pat_variants.contains_key(&pat) => {}
                Pat::Value(expr) => {
                    if let Some(value) = self.pattern_value(*expr) {
                        self.require_in_range(pat, &value);
                        self.typed.pat_values.insert(pat, value);
                    }
                }
                Pat::Range { start, end, inclusive } => self.range_pattern(pat, *start, *end, *inclusive),
                Pat::Error(_)
                | Pat::Wild
                | Pat::Bind { .. }
                | Pat::Tuple { .. }
                | Pat::Struct { .. }
                | Pat::TupleVariant { .. }
                | Pat::Slice { .. }
                | Pat::Or(_)
                | Pat::Ref { .. }
                | Pat::None => {}
            }
        }
    }

    fn pattern_value(&mut self, expr: ExprId) -> Option<ConstValue> {
        if is_error(self.typed.expr_tys[expr]) {
            return None;
        }
        match consteval::evaluate_expr(self.input, self.signatures, &self.typed, expr) {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.report(*diagnostic);
                None
            }
        }
    }

    /// A constant of a wider type may be a value that what is matched never has.
    fn require_in_range(&mut self, pat: PatId, value: &ConstValue) {
        let ty = self.typed.pat_tys[pat];
        let target = self.input.target;
        if let (ConstValue::Int(value), Some((least, greatest))) = (value, crate::numbers::limits(ty, target))
            && !crate::numbers::is_u128(ty)
            && !crate::numbers::has_value(ty, *value, target)
        {
            let (span, text) = (self.pat_span(pat), self.display(ty));
            self.report(errors::literal_out_of_range(span, &text, least, greatest));
        }
    }

    fn range_pattern(&mut self, pat: PatId, start: Option<ExprId>, end: Option<ExprId>, inclusive: bool) {
        let ty = self.typed.pat_tys[pat];
        if is_error(ty) {
            return;
        }
        let Some((least, greatest)) = crate::numbers::limits(ty, self.input.target) else {
            self.mismatched_pattern(pat, "a range", ty);
            return;
        };
        let mut value_of = |expr: Option<ExprId>| match expr {
            None => Some(None),
            Some(expr) => match self.pattern_value(expr) {
                Some(ConstValue::Int(value)) => {
                    self.require_in_range(pat, &ConstValue::Int(value));
                    Some(Some(value))
                }
                _ => None,
            },
        };
        let (Some(first), Some(last)) = (value_of(start), value_of(end)) else {
            return;
        };
        let ordered = |value| crate::numbers::ordered(value, ty);
        let first = ordered(first.unwrap_or(least));
        let last = match last.map(ordered) {
            Some(last) if inclusive => Some(last),
            Some(end) => end.checked_sub(1),
            // The bits of the greatest value, for a `u128`.
            None => Some(ordered(greatest as i128)),
        };
        let Some(last) = last.filter(|last| first <= *last) else {
            let span = self.pat_span(pat);
            self.report(errors::empty_range(span));
            return;
        };
        self.typed.pat_ranges.insert(pat, (ordered(first), ordered(last)));
    }
}

/// The fields that the elements of a pattern stand for, `rest` being where `..` stands among them. Absent where they
/// are too many or too few.
fn element_indices(n_elements: usize, rest: Option<usize>, n_fields: usize) -> Option<Vec<u32>> {
    let n_skipped = n_fields.checked_sub(n_elements)?;
    if rest.is_none() && n_skipped > 0 {
        return None;
    }
    let n_before = rest.unwrap_or(n_elements);
    let index = |i: usize| if i < n_before { i } else { i + n_skipped };
    Some((0..n_elements).map(|i| index(i) as u32).collect())
}
