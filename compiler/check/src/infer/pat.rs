//! Patterns.

use hir::{Expr, ExprId, ItemKind, Pat, PatId};

use super::{Checker, Expect, is_error};
use crate::paths::{self, Entity};
use crate::{AdtKind, AdtRef, ConstValue, InferVar, Ty, TyKind, consteval, errors, type_refs};

impl Checker<'_> {
    /// Checks a pattern against the type of what it is matched with, and gives its bindings their types.
    pub(super) fn pattern(&mut self, pat: PatId, expected: Ty) {
        let body = self.body;
        self.typed.pat_tys[pat] = expected;
        if let Some(target) = self.looks_through(pat, expected) {
            let start = self.pat_span(pat).before();
            self.report(errors::through_reference(self.pat_span(pat), start, "&"));
            return self.pattern(pat, target);
        }
        match &body.pats[pat] {
            Pat::Error(_) | Pat::Wild => {}
            Pat::Bind { local, sub } => {
                let local_ty = self.local_ty(*local);
                if !self.table.unify(local_ty, expected) {
                    let (found, wanted) = (self.display(expected), self.display(local_ty));
                    let span = self.pat_span(pat);
                    self.report(errors::mismatched_types(span, &wanted, &found));
                }
                if let Some(sub) = sub {
                    self.pattern(*sub, expected);
                }
            }
            Pat::Value(expr) => self.value_pattern(*expr, expected),
            Pat::Range { start, end, .. } => {
                for end in [start, end].into_iter().flatten() {
                    self.value_pattern(*end, expected);
                }
            }
            Pat::Tuple { elements, rest } => self.tuple_pattern(pat, elements, *rest, expected),
            Pat::Struct { ty, fields, has_rest } => self.struct_pattern(pat, *ty, fields, *has_rest, expected),
            Pat::TupleVariant { path, elements, rest } => {
                self.variant_pattern(pat, *path, elements, *rest, expected);
            }
            Pat::Slice { before, rest, after } => {
                for sub in before.iter().chain(after) {
                    let ty = self.table.fresh();
                    self.pattern(*sub, ty);
                }
                if let Some(Some(sub)) = rest {
                    let ty = self.table.fresh();
                    self.pattern(*sub, ty);
                }
                let span = self.pat_span(pat);
                self.report(errors::not_supported_yet(span, "slice patterns"));
            }
            Pat::Or(alternatives) => {
                for alternative in alternatives {
                    self.pattern(*alternative, expected);
                }
            }
            Pat::Ref { pat: inner, .. } => self.reference_pattern(pat, *inner, expected),
            Pat::None => {
                let now = self.shallow(expected);
                if !matches!(now.kind(), TyKind::Optional(_)) {
                    self.mismatched_pattern(pat, "`none`", now);
                }
            }
        }
    }

    /// What a reference points to, where the pattern describes that and not the reference.
    fn looks_through(&self, pat: PatId, expected: Ty) -> Option<Ty> {
        let TyKind::Ref(_, target) = self.shallow(expected).kind() else {
            return None;
        };
        let target = self.shallow(*target);
        let describes = match &self.body.pats[pat] {
            Pat::Value(expr) => {
                let is_text = matches!(self.body.exprs[*expr], Expr::Literal(hir::Literal::Str(_)));
                !target.is_unsized() && !is_text && self.can_be_matched(target)
            }
            Pat::Range { .. } => self.can_be_matched(target),
            Pat::Tuple { .. } => matches!(target.kind(), TyKind::Tuple(_)),
            Pat::Struct { .. } => matches!(target.kind(), TyKind::Adt(..)),
            Pat::TupleVariant { .. } => matches!(target.kind(), TyKind::Adt(..) | TyKind::Optional(_)),
            Pat::None => matches!(target.kind(), TyKind::Optional(_)),
            Pat::Error(_) | Pat::Wild | Pat::Bind { .. } | Pat::Slice { .. } | Pat::Or(_) | Pat::Ref { .. } => false,
        };
        (describes && !is_error(target)).then_some(target)
    }

    /// What the patterns of a `match`, `let` or `if let` are for: not a reference, where they describe what is behind
    /// it, which is said once for all of them.
    pub(super) fn matched_ty(&mut self, value: ExprId, ty: Ty, pats: &[PatId]) -> Ty {
        let described = pats
            .iter()
            .find_map(|pat| self.looks_through(self.first_alternative(*pat), ty));
        let Some(target) = described else { return ty };
        let span = self.span(value);
        self.report(errors::through_reference(span, span.before(), "*"));
        target
    }

    fn first_alternative(&self, pat: PatId) -> PatId {
        match &self.body.pats[pat] {
            Pat::Or(alternatives) => alternatives.first().map_or(pat, |first| self.first_alternative(*first)),
            Pat::Bind { sub: Some(sub), .. } => self.first_alternative(*sub),
            _ => pat,
        }
    }

    /// A name in a pattern is new. One that a constant has was meant as the constant.
    pub(super) fn refuse_constant_names(&mut self, pat: PatId) {
        let body = self.body;
        match &body.pats[pat] {
            Pat::Bind { local, sub } => {
                let name = body.locals[*local].name;
                if let Some(Entity::Item(def)) = paths::lookup(self.program(), self.env.scope.from, name)
                    && matches!(self.program().item(def).kind, ItemKind::Const(_))
                {
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
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::Slice { .. } | Pat::None => {}
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
        let found = self.infer(expr, Expect::Hint(expected));
        let (found, expected) = (self.shallow(found), self.shallow(expected));
        if is_error(found) || is_error(expected) {
            return;
        }
        if !self.can_be_matched(expected) {
            let text = self.display(expected);
            self.error_at(expr, |span| errors::bad_pattern(span, "a value", &text));
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
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::FmtArgs
            | TyKind::Opaque { .. }
            | TyKind::Param { .. } => false,
        }
    }

    fn tuple_pattern(&mut self, pat: PatId, elements: &[PatId], rest: Option<usize>, expected: Ty) {
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
            self.pattern(*element, tys[index as usize]);
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
        ty: Option<hir::TypeRefId>,
        fields: &[hir::FieldPat],
        has_rest: bool,
        expected: Ty,
    ) {
        let sub_pats: Vec<PatId> = fields.iter().map(|field| field.pat).collect();
        if let Some(ty) = ty {
            let scope = self.env.scope.clone();
            let written = match self.generic_without_args(ty) {
                Some(written) => written,
                None => type_refs::lower(self, &scope, ty),
            };
            if is_error(written) || !self.table.unify(written, expected) {
                let text = self.display(written);
                if !is_error(written) {
                    self.mismatched_pattern(pat, &format!("`{text}`"), expected);
                }
                self.error_bindings(&sub_pats);
                return;
            }
        }
        let now = self.shallow(expected);
        let TyKind::Adt(adt, args) = now.kind() else {
            self.mismatched_pattern(pat, "a struct", now);
            self.error_bindings(&sub_pats);
            return;
        };
        let signatures = self.signatures;
        let decl = signatures.adt(*adt);
        if !matches!(
            decl.kind,
            AdtKind::Record(hir::StructKind::Lang | hir::StructKind::ExternStruct)
        ) {
            self.mismatched_pattern(pat, "a struct", now);
            self.error_bindings(&sub_pats);
            return;
        }
        let mut indices = Vec::with_capacity(fields.len());
        for field in fields {
            match decl.fields.iter().position(|decl| decl.name == Some(field.name)) {
                Some(index) => {
                    if let AdtRef::Lang(def) = adt
                        && !self.field_visible(*def, decl.fields[index].visibility)
                    {
                        self.report(errors::private(field.name_span, "field", field.name));
                    }
                    indices.push(index as u32);
                    if decl.fields[index].is_bit_field {
                        self.report(errors::unsupported_bit_field(field.name_span, field.name));
                        self.error_bindings(&[field.pat]);
                        continue;
                    }
                    self.pattern(field.pat, decl.fields[index].ty.substitute(args));
                }
                None => {
                    self.no_member(now, field.name, field.name_span);
                    self.error_bindings(&[field.pat]);
                    indices.push(0);
                }
            }
        }
        let all_known = fields
            .iter()
            .all(|field| decl.fields.iter().any(|decl| decl.name == Some(field.name)));
        let n_named = decl.fields.iter().filter(|field| field.name.is_some()).count();
        if !has_rest && all_known && fields.len() < n_named {
            let named = |name| fields.iter().any(|field| Some(field.name) == name);
            let missing = decl
                .fields
                .iter()
                .filter(|field| !named(field.name))
                .filter_map(|field| field.name);
            let missing: Vec<String> = missing.map(|name| name.to_string()).collect();
            let (span, text) = (self.pat_span(pat), self.display(now));
            self.report(errors::missing_fields(span, &text, &missing).hint("`..` stands for the rest"));
        }
        self.typed.pat_fields.insert(pat, indices);
    }

    /// `.Some(p)` of an optional, and tuple structs.
    fn variant_pattern(&mut self, pat: PatId, path: ExprId, elements: &[PatId], rest: Option<usize>, expected: Ty) {
        let now = self.shallow(expected);
        let body = self.body;
        self.typed.expr_tys[path] = Ty::unit();
        match (now.kind(), &body.exprs[path]) {
            (TyKind::Optional(inner), Expr::DotName { name, .. }) if *name == "Some" && elements.len() == 1 => {
                self.pattern(elements[0], *inner);
            }
            (TyKind::Adt(adt, args), _) => {
                let named = self.type_named(path);
                if let Some(named) = named {
                    self.mark_namespace(path);
                    if !self.table.unify(named, now) {
                        let text = self.display(named);
                        self.mismatched_pattern(pat, &format!("`{text}`"), now);
                        self.error_bindings(elements);
                        return;
                    }
                }
                let signatures = self.signatures;
                let decl = signatures.adt(*adt);
                let tys: Vec<Ty> = decl.fields.iter().map(|field| field.ty.substitute(args)).collect();
                let is_tuple = decl
                    .fields
                    .first()
                    .is_some_and(|field| field.name.is_some_and(|name| name == "0"));
                if named.is_none() || !is_tuple {
                    self.mismatched_pattern(pat, "this pattern", now);
                    self.error_bindings(elements);
                    return;
                }
                let Some(indices) = element_indices(elements.len(), rest, tys.len()) else {
                    let span = self.pat_span(pat);
                    let text = self.display(now);
                    self.report(errors::wrong_element_count(span, &text, tys.len(), elements.len()));
                    self.error_bindings(elements);
                    return;
                };
                for (element, index) in elements.iter().zip(&indices) {
                    let field = &decl.fields[*index as usize];
                    if let AdtRef::Lang(def) = adt
                        && !self.field_visible(*def, field.visibility)
                    {
                        let span = self.pat_span(*element);
                        self.report(errors::private(span, "field", base::sym(&index.to_string())));
                    }
                    self.pattern(*element, tys[*index as usize]);
                }
                self.typed.pat_fields.insert(pat, indices);
            }
            _ => {
                self.mismatched_pattern(pat, "this pattern", now);
                self.error_bindings(elements);
            }
        }
    }

    fn reference_pattern(&mut self, pat: PatId, inner: PatId, expected: Ty) {
        let now = self.shallow(expected);
        match now.kind() {
            TyKind::Ref(_, target) => self.pattern(inner, *target),
            TyKind::Error(_) => self.pattern(inner, now),
            _ => {
                self.mismatched_pattern(pat, "a reference pattern", now);
                self.error_bindings(&[inner]);
            }
        }
    }

    /// In `let`, `for` and parameters every value must match.
    pub(super) fn require_irrefutable(&mut self, pat: PatId) {
        if !self.is_irrefutable(pat) {
            let span = self.pat_span(pat);
            self.report(errors::refutable(span));
        }
    }

    pub(super) fn is_irrefutable(&self, pat: PatId) -> bool {
        match &self.body.pats[pat] {
            Pat::Error(_) | Pat::Wild | Pat::Bind { sub: None, .. } => true,
            Pat::Bind { sub: Some(sub), .. } | Pat::Ref { pat: sub, .. } => self.is_irrefutable(*sub),
            Pat::Tuple { elements, .. } => elements.iter().all(|sub| self.is_irrefutable(*sub)),
            Pat::Struct { fields, .. } => fields.iter().all(|field| self.is_irrefutable(field.pat)),
            Pat::TupleVariant { path, elements, .. } => {
                !matches!(self.body.exprs[*path], Expr::DotName { .. })
                    && elements.iter().all(|sub| self.is_irrefutable(*sub))
            }
            Pat::Or(alternatives) => alternatives.iter().any(|sub| self.is_irrefutable(*sub)),
            // Reported where it stands.
            Pat::Slice { .. } => true,
            Pat::Value(_) | Pat::Range { .. } | Pat::None => false,
        }
    }

    /// When all types are known: the values of literal and constant patterns.
    pub(super) fn evaluate_patterns(&mut self) {
        let body = self.body;
        for (pat, kind) in body.pats.iter_enumerated() {
            match kind {
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
