//! Patterns.

use hir::{Expr, ExprId, Pat, PatId};

use super::{Checker, Expect, is_error};
use crate::{AdtKind, Ty, TyKind, consteval, errors, type_refs};

impl Checker<'_> {
    /// Checks a pattern against the type of what it is matched with, and gives its bindings their types.
    pub(super) fn pattern(&mut self, pat: PatId, expected: Ty) {
        let body = self.body;
        self.typed.pat_tys[pat] = expected;
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
        let comparable =
            found.is_integer() && expected.is_integer() && crate::numbers::common(found, expected).is_some();
        if !self.table.unify(found, expected) && !comparable {
            self.coerce(expr, found, expected);
        }
    }

    fn tuple_pattern(&mut self, pat: PatId, elements: &[PatId], rest: Option<usize>, expected: Ty) {
        let now = self.shallow(expected);
        let tys = match now.kind() {
            TyKind::Tuple(tys) => tys.to_vec(),
            TyKind::Infer(_) if rest.is_none() => {
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
        let fits = if rest.is_some() {
            elements.len() <= tys.len()
        } else {
            elements.len() == tys.len()
        };
        if !fits {
            let what = format!("a tuple of {} elements", elements.len());
            self.mismatched_pattern(pat, &what, now);
            self.error_bindings(elements);
            return;
        }
        let n_before = rest.unwrap_or(elements.len());
        let n_skipped = tys.len() - elements.len();
        for (i, element) in elements.iter().enumerate() {
            let index = if i < n_before { i } else { i + n_skipped };
            self.pattern(*element, tys[index]);
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
        if let Some(ty) = ty {
            let scope = self.env.scope.clone();
            let written = type_refs::lower(self, &scope, ty);
            if !self.table.unify(written, expected) {
                let text = self.display(written);
                self.mismatched_pattern(pat, &format!("`{text}`"), expected);
            }
        }
        let sub_pats: Vec<PatId> = fields.iter().map(|field| field.pat).collect();
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
                    self.pattern(field.pat, decl.fields[index].ty.substitute(args));
                    indices.push(index as u32);
                }
                None => {
                    self.no_member(now, field.name, field.name_span);
                    self.error_bindings(&[field.pat]);
                    indices.push(0);
                }
            }
        }
        if !has_rest && fields.len() < decl.fields.len() {
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
                    self.table.unify(named, now);
                }
                let decl = self.signatures.adt(*adt);
                let tys: Vec<Ty> = decl.fields.iter().map(|field| field.ty.substitute(args)).collect();
                if named.is_none() || rest.is_some() || tys.len() != elements.len() {
                    self.mismatched_pattern(pat, "this pattern", now);
                    self.error_bindings(elements);
                    return;
                }
                for (element, ty) in elements.iter().zip(tys) {
                    self.pattern(*element, ty);
                }
                self.typed.pat_fields.insert(pat, (0..elements.len() as u32).collect());
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
            Pat::Value(_) | Pat::Range { .. } | Pat::Slice { .. } | Pat::None => false,
        }
    }

    /// When all types are known: the values of literal and constant patterns.
    pub(super) fn evaluate_patterns(&mut self) {
        let body = self.body;
        for (pat, kind) in body.pats.iter_enumerated() {
            match kind {
                Pat::Value(expr) => {
                    if let Some(value) = self.pattern_value(*expr) {
                        self.typed.pat_values.insert(pat, value);
                    }
                }
                Pat::Range { start, end, inclusive } => self.range_pattern(pat, *start, *end, *inclusive),
                _ => {}
            }
        }
    }

    fn pattern_value(&mut self, expr: ExprId) -> Option<crate::ConstValue> {
        if is_error(self.typed.expr_tys[expr]) {
            return None;
        }
        match consteval::evaluate_expr(self.input, self.signatures, &self.typed, expr) {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.report(diagnostic);
                None
            }
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
                Some(crate::ConstValue::Int(value)) => Some(Some(value)),
                _ => None,
            },
        };
        let (Some(first), Some(last)) = (value_of(start), value_of(end)) else {
            return;
        };
        let last = last.map(|last| if inclusive { last } else { last - 1 });
        let range = (first.unwrap_or(least), last.unwrap_or(greatest));
        self.typed.pat_ranges.insert(pat, range);
    }
}
