//! When the whole body has been seen: defaults, the checks that needed final types, and the tables without variables.

use base::{Id, Span};
use diag::Diagnostics;
use hir::{Expr, ExprId, Literal, LocalId, Mutability, Pat, PatId, Stmt};
use target::CScalar;

use super::{Checker, PendingCast, is_error};
use crate::errors::Matched;
use crate::exhaustive::{self, Pattern};
use crate::{AdtKind, ConstValue, FloatTy, Ty, TyKind, TypedBody, ValueRef, errors, numbers};

impl Checker<'_> {
    pub(super) fn finish(mut self) -> (TypedBody, Diagnostics) {
        self.solve_with_defaults();
        self.check_opened();
        self.settle_conversions();
        let met_error = self.table.met_error;
        self.resolve_tables();
        self.settle_prints();
        self.close_closures();
        self.check_fn_values();
        self.check_bounds();
        self.check_threads_of_result();
        self.check_literals();
        self.check_float_literals();
        self.check_casts();
        self.check_prints();
        self.check_conversions();
        self.check_discarded();
        self.report_lacking();
        self.evaluate_patterns();
        self.check_irrefutable();
        if !self.diagnostics.has_errors() && self.typed.first_error(self.body).is_none() {
            self.check_matches();
            self.check_conditions();
        }
        let said_here = self.diagnostics.already_reported();
        let error = said_here.or(met_error).or(self.typed.first_error(self.body));
        self.typed.error = error;
        self.note_mentioned();
        (self.typed, self.diagnostics)
    }

    /// The innermost statements that the errors of this body stand in: without them, they might have said what a type
    /// is.
    fn doubtful_statements(&self) -> Vec<Span> {
        let is_block = |expr: &Expr| match expr {
            Expr::Block { block, .. } => Some(block.stmts.clone()),
            _ => None,
        };
        let statements: Vec<Span> = self
            .body
            .exprs
            .iter()
            .filter_map(is_block)
            .flatten()
            .map(|stmt| match stmt {
                Stmt::Let { span, .. } | Stmt::Defer { span, .. } => span,
                Stmt::ConstAssert(assertion) => assertion.span,
                Stmt::Expr { expr, .. } | Stmt::Discard(expr) => self.span(expr),
            })
            .collect();
        let errors = self.diagnostics.iter().filter_map(|one| one.primary.as_ref());
        let whole = errors.map(|label| {
            let around = statements.iter().filter(|stmt| contains(**stmt, label.span));
            around.min_by_key(|stmt| stmt.end - stmt.start).copied()
        });
        let all = self.body.value.map(|value| self.span(value));
        // An error outside of all statements, as in the value of the body, leaves nothing certain.
        whole.filter_map(|stmt| stmt.or(all)).collect()
    }

    /// Whether what is of unknown type stands, or is used, in such a statement.
    fn is_in_doubt(&self, doubtful: &[Span], span: Span, local: Option<LocalId>) -> bool {
        let is_in = |span: Span| doubtful.iter().any(|stmt| contains(*stmt, span));
        let is_use = |id: &ExprId| matches!(self.body.exprs[*id], Expr::Local(used) if Some(used) == local);
        let mut uses = self.body.exprs.ids().filter(is_use);
        is_in(span) || uses.any(|id| is_in(self.body.expr_spans[id]))
    }

    /// Puts final types everywhere. A type that nothing decided is an error, said once a body, at the first place.
    fn resolve_tables(&mut self) {
        let table = std::mem::take(&mut self.table);
        let resolve = |ty: Ty| table.resolve_with_defaults(ty);
        let unknown = Ty::has_infer;
        let mut unknowns = Vec::new();
        for local in self.body.locals.ids() {
            let ty = resolve(self.typed.local_tys[local]);
            self.typed.local_tys[local] = ty;
            if unknown(ty) {
                unknowns.push((self.body.locals[local].span, Some(local)));
            }
        }
        for expr in self.body.exprs.ids() {
            let ty = resolve(self.typed.expr_tys[expr]);
            self.typed.expr_tys[expr] = ty;
            if unknown(ty) {
                unknowns.push((self.body.expr_spans[expr], None));
            }
        }
        for pat in self.body.pats.ids() {
            if unknown(resolve(self.typed.pat_tys[pat])) {
                unknowns.push((self.body.pat_spans[pat], None));
            }
        }
        let broken = table.met_error.or(self.typed.first_error(self.body));
        // A broken signature may be why, wherever it is mentioned.
        if self.diagnostics.has_errors() || broken.is_none() {
            let doubtful = self.doubtful_statements();
            let first = unknowns
                .into_iter()
                .find(|(span, local)| !self.is_in_doubt(&doubtful, *span, *local));
            if let Some((span, _)) = first {
                self.report(errors::type_unknown(span));
            }
        }
        let fallback = self.diagnostics.already_reported().or(broken);
        let finish = |ty: Ty| {
            let ty = resolve(ty);
            if !ty.has_infer() {
                return ty;
            }
            ty.map(&mut |part| match (part.kind(), fallback) {
                (TyKind::Infer(_), Some(reported)) => Some(Ty::error(reported)),
                _ => None,
            })
        };
        self.map_types(&mut { finish });
        for index in 0..self.body.exprs.len() {
            let expr = ExprId::from_index(index);
            if let Some(steps) = self.typed.adjustments.get_mut(&expr) {
                // The same number type on both sides: the variable was bound to it later.
                let mut from = self.typed.expr_tys[expr];
                steps.retain(|step| {
                    let useless = step.kind == crate::Adjust::Numeric && step.ty == from;
                    from = step.ty;
                    !useless
                });
            }
        }
    }

    /// Puts another type in place of each in all tables.
    pub(super) fn map_types(&mut self, map: &mut impl FnMut(Ty) -> Ty) {
        self.typed.local_tys.iter_mut().for_each(|ty| *ty = map(*ty));
        self.typed.expr_tys.iter_mut().for_each(|ty| *ty = map(*ty));
        self.typed.pat_tys.iter_mut().for_each(|ty| *ty = map(*ty));
        self.typed.param_tys.values_mut().for_each(|ty| *ty = map(*ty));
        self.typed.ret = map(self.typed.ret);
        self.typed.unnamed.iter_mut().for_each(|(_, ty)| *ty = map(*ty));
        for index in 0..self.body.exprs.len() {
            let expr = ExprId::from_index(index);
            if let Some(steps) = self.typed.adjustments.get_mut(&expr) {
                steps.iter_mut().for_each(|step| step.ty = map(step.ty));
            }
            if let Some(ValueRef::Fn(_, args) | ValueRef::AssocConst(_, args)) = self.typed.values.get_mut(&expr) {
                args.iter_mut().for_each(|ty| *ty = map(*ty));
            }
            if let Some(iteration) = self.typed.iterations.get_mut(&expr) {
                iteration.into_args.iter_mut().for_each(|ty| *ty = map(*ty));
                iteration.iterator = map(iteration.iterator);
                iteration.item = map(iteration.item);
            }
            if let Some(call) = self.typed.operators.get_mut(&expr) {
                call.args.iter_mut().for_each(|ty| *ty = map(*ty));
                call.ret = map(call.ret);
            }
            if let Some(call) = self.typed.calls.get_mut(&expr)
                && let crate::Callee::Fn(_, args) = &mut call.callee
            {
                args.iter_mut().for_each(|ty| *ty = map(*ty));
            }
        }
        self.irrefutable.iter_mut().for_each(|(_, ty)| *ty = map(*ty));
        self.casts.iter_mut().for_each(|cast| {
            cast.from = map(cast.from);
            cast.to = map(cast.to);
        });
        self.conversions.iter_mut().for_each(|conversion| {
            conversion.from = map(conversion.from);
            conversion.to = map(conversion.to);
        });
        for bound in &mut self.bounds {
            bound.goal.args.iter_mut().for_each(|ty| *ty = map(*ty));
        }
        self.literals
            .iter_mut()
            .for_each(|literal| literal.ty = map(literal.ty));
    }

    fn check_literals(&mut self) {
        for literal in std::mem::take(&mut self.literals) {
            let Some((least, greatest)) = numbers::limits(literal.ty, self.input.target) else {
                continue;
            };
            let fits = match literal.negative {
                true => literal.magnitude <= least.unsigned_abs(),
                false => literal.magnitude <= greatest,
            };
            if !fits {
                let text = self.display(literal.ty);
                let span = self.span(literal.expr);
                self.report(errors::literal_out_of_range(span, &text, least, greatest));
            }
        }
    }

    /// What rounds to infinity is no number of the type. Of `long double`, Clang says it.
    fn check_float_literals(&mut self) {
        for expr in self.body.exprs.ids() {
            let Expr::Literal(Literal::Float { text, .. }) = &self.body.exprs[expr] else {
                continue;
            };
            let ty = self.typed.expr_tys[expr];
            let is_finite = match ty.kind() {
                // Half of the last place of the greatest `f16` rounds up.
                TyKind::Float(FloatTy::F16) => text.as_str().parse::<f64>().is_ok_and(|value| value < 65520.0),
                TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => {
                    text.as_str().parse::<f32>().is_ok_and(f32::is_finite)
                }
                TyKind::Float(FloatTy::F64) | TyKind::C(CScalar::Double) => {
                    text.as_str().parse::<f64>().is_ok_and(f64::is_finite)
                }
                _ => true,
            };
            if !is_finite {
                let text = self.display(ty);
                let span = self.span(expr);
                self.report(errors::float_out_of_range(span, &text));
            }
        }
    }

    fn check_casts(&mut self) {
        for cast in std::mem::take(&mut self.casts) {
            if is_error(cast.from) || is_error(cast.to) || self.can_cast(&cast) {
                continue;
            }
            let (from, to) = (self.display(cast.from), self.display(cast.to));
            let span = self.span(cast.expr);
            let diagnostic = errors::bad_cast(span, &from, &to);
            let zero = match &self.body.exprs[cast.expr] {
                Expr::Cast { operand, .. } if self.is_zero(*operand) => Some(self.span(*operand)),
                _ => None,
            };
            let diagnostic = match (self.pointer_of_reference(cast.to), zero) {
                (None, Some(zero)) if matches!(cast.to.kind(), TyKind::Pointer(..)) => {
                    errors::null_for_zero(diagnostic, zero)
                }
                (Some(pointer), _) => errors::reference_of_pointer(diagnostic, &self.display(pointer), &to),
                (None, _) => diagnostic,
            };
            self.report(diagnostic);
        }
    }

    /// Of a `?&T`, the pointer that it is made of, by who says in `unsafe` that it is null or leads to a `T`.
    fn pointer_of_reference(&self, to: Ty) -> Option<Ty> {
        let TyKind::Optional(inner) = to.kind() else {
            return None;
        };
        let TyKind::Ref(mutability, target) = inner.kind() else {
            return None;
        };
        (!target.has_fat_pointers()).then(|| target.pointer(*mutability))
    }

    fn can_cast(&self, cast: &PendingCast) -> bool {
        let (from, to) = (cast.from, cast.to);
        // What is no `T`, or not to be written, would be so by a reference: more than for pointers is asked.
        if from != to && self.is_optional_reference(to) {
            return match (from.kind(), self.pointer_of_reference(to).map(Ty::kind)) {
                (TyKind::Pointer(own, source), Some(TyKind::Pointer(wanted, target))) => {
                    source == target && (own == wanted || *own == Mutability::Mut)
                }
                _ => false,
            };
        }
        let is_enum = |ty: Ty| match ty.kind() {
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).kind == AdtKind::ExternEnum,
            _ => false,
        };
        let is_bool = |ty: Ty| matches!(ty.kind(), TyKind::Bool | TyKind::C(CScalar::Bool));
        let is_char = |ty: Ty| matches!(ty.kind(), TyKind::Char);
        let is_address = |ty: Ty| match ty.kind() {
            TyKind::Pointer(..) | TyKind::ExternFn(_) => true,
            TyKind::Optional(inner) => matches!(inner.kind(), TyKind::ExternFn(_) | TyKind::Ref(..)),
            _ => false,
        };
        let is_thin_ref = |ty: Ty| matches!(ty.kind(), TyKind::Ref(_, target) if !target.has_fat_pointers());
        let gains_mut = match (from.kind(), to.kind()) {
            (TyKind::Ref(Mutability::Const, _), TyKind::Pointer(mutability, _)) => *mutability == Mutability::Mut,
            _ => false,
        };
        let is_usize = |ty: Ty| ty == Ty::usize();
        let is_small = |ty: Ty| matches!(ty.kind(), TyKind::Int(crate::IntTy::U8));
        from == to
            || (from.is_numeric() && to.is_numeric())
            || (is_bool(from) && (to.is_integer() || is_bool(to)))
            || (is_char(from) && to.is_integer())
            || (is_small(from) && is_char(to))
            || (is_enum(from) && (to.is_integer() || is_enum(to)))
            || (from.is_integer() && is_enum(to))
            || (is_address(from) && (is_address(to) || is_usize(to)))
            || (is_thin_ref(from) && !gains_mut && (matches!(to.kind(), TyKind::Pointer(..)) || is_usize(to)))
            || (is_usize(from) && is_address(to))
            || (matches!(from.kind(), TyKind::FnItem(..)) && (matches!(to.kind(), TyKind::Pointer(..)) || is_usize(to)))
    }

    fn check_irrefutable(&mut self) {
        for (pat, ty) in std::mem::take(&mut self.irrefutable) {
            if is_error(ty) {
                continue;
            }
            let patterns = [self.reduced(pat)];
            if let Some(example) = exhaustive::uncovered(&patterns, ty, self.type_env(), self.input.target) {
                let span = self.pat_span(pat);
                self.report(errors::refutable(span, &example));
            }
        }
    }

    /// Warns of a `let` that is a whole condition, and always matches. Beside others it may give something a name.
    fn check_conditions(&mut self) {
        let body = self.body;
        for expr in body.exprs.iter() {
            let (condition, is_loop) = match expr {
                Expr::If { condition, .. } => (*condition, false),
                Expr::While { condition, .. } => (*condition, true),
                _ => continue,
            };
            let Expr::Let { pat, value } = &body.exprs[condition] else {
                continue;
            };
            let ty = self.typed.adjusted_ty(*value);
            if self.typed.unwrapped.contains_key(pat) || is_error(ty) || *ty.kind() == TyKind::Never {
                continue;
            }
            let patterns = [self.reduced(*pat)];
            if exhaustive::uncovered(&patterns, ty, self.type_env(), self.input.target).is_none() {
                let matched = match ty.kind() {
                    TyKind::Pointer(..) => Matched::Pointer,
                    _ if self.result_parts(ty).is_some() => Matched::Result,
                    _ => Matched::Other,
                };
                let span = self.pat_span(*pat);
                self.diagnostics.warn(errors::always_matches(span, matched, is_loop));
            }
        }
    }

    fn check_matches(&mut self) {
        let body = self.body;
        for expr in std::mem::take(&mut self.matches) {
            let hir::Expr::Match { value, arms } = &body.exprs[expr] else {
                continue;
            };
            let ty = self.typed.adjusted_ty(*value);
            let mut patterns = Vec::with_capacity(arms.len());
            for arm in arms {
                let pattern = self.reduced(arm.pat);
                self.check_reached(arm.pat, &pattern, &patterns, ty);
                if arm.guard.is_none() {
                    patterns.push(pattern);
                }
            }
            if let Some(example) = exhaustive::uncovered(&patterns, ty, self.type_env(), self.input.target) {
                let span = self.span(*value);
                self.report(errors::not_exhaustive(span, &example, self.is_open_enum(ty)));
            }
        }
    }

    /// Warns of an arm, or an alternative of one, that the arms before leave nothing to.
    fn check_reached(&mut self, pat: PatId, pattern: &Pattern, before: &[Pattern], ty: Ty) {
        let (env, target) = (self.type_env(), self.input.target);
        if !exhaustive::is_reached(before, pattern, ty, env, target) {
            let span = self.pat_span(pat);
            self.diagnostics.warn(errors::unreachable_arm(span));
            return;
        }
        let (hir::Pat::Or(alternatives), Pattern::Or(patterns)) = (&self.body.pats[pat], pattern) else {
            return;
        };
        let mut before = before.to_vec();
        for (alternative, pattern) in alternatives.iter().zip(patterns) {
            if !exhaustive::is_reached(&before, pattern, ty, env, target) {
                let span = self.pat_span(*alternative);
                self.diagnostics.warn(errors::unreachable_arm(span));
            }
            before.push(pattern.clone());
        }
    }

    fn is_open_enum(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).kind == AdtKind::ExternEnum,
            _ => false,
        }
    }

    /// What a pattern matches, in a body without errors.
    fn reduced(&self, pat: PatId) -> Pattern {
        let n_derefs = self.typed.pat_derefs.get(&pat).copied().unwrap_or(0);
        (0..n_derefs).fold(self.reduced_behind(pat), |inner, _| Pattern::Parts(vec![inner]))
    }

    /// As [`Self::reduced`], of what is behind the references that the pattern looks through.
    fn reduced_behind(&self, pat: PatId) -> Pattern {
        let all = |pats: &[PatId]| pats.iter().map(|pat| self.reduced(*pat)).collect::<Vec<_>>();
        match &self.body.pats[pat] {
            Pat::Error(_) | Pat::Wild | Pat::Bind { sub: None, .. } => Pattern::Any,
            Pat::Bind { sub: Some(sub), .. } => self.reduced(*sub),
            Pat::Value(_) => match (self.typed.pat_variants.get(&pat), self.typed.pat_values.get(&pat)) {
                (Some(variant), _) => Pattern::Variant(*variant, Vec::new()),
                (None, Some(ConstValue::Int(value))) => {
                    let value = numbers::ordered(*value, self.typed.pat_tys[pat]);
                    Pattern::Range(value, value)
                }
                (None, Some(ConstValue::Null)) => Pattern::Variant(0, Vec::new()),
                (None, Some(ConstValue::Str(text))) => Pattern::Text(*text),
                (None, Some(ConstValue::Float(bits))) => Pattern::Bits(*bits),
                (None, Some(value)) => Pattern::Constant(value.clone()),
                (None, None) => Pattern::Other,
            },
            Pat::Range { .. } => match self.typed.pat_ranges.get(&pat) {
                Some((first, last)) => {
                    let ty = self.typed.pat_tys[pat];
                    Pattern::Range(numbers::ordered(*first, ty), numbers::ordered(*last, ty))
                }
                None => Pattern::Other,
            },
            Pat::None => Pattern::Variant(0, Vec::new()),
            Pat::Or(alternatives) => Pattern::Or(all(alternatives)),
            Pat::Ref { pat, .. } => Pattern::Parts(vec![self.reduced(*pat)]),
            Pat::Slice { before, rest, after } => Pattern::Slice {
                before: all(before),
                after: all(after),
                has_rest: rest.is_some(),
            },
            Pat::Tuple { elements, rest } => {
                let mut parts = all(elements);
                let n_parts = match self.typed.pat_tys[pat].kind() {
                    TyKind::Tuple(tys) => tys.len(),
                    _ => parts.len(),
                };
                if let Some(at) = rest {
                    let skipped = n_parts.saturating_sub(parts.len());
                    parts.splice(at..at, vec![Pattern::Any; skipped]);
                }
                Pattern::Parts(parts)
            }
            Pat::TupleVariant { elements, .. } => self.reduced_fields(pat, elements.iter().copied()),
            Pat::Struct { fields, .. } => self.reduced_fields(pat, fields.iter().map(|field| field.pat)),
        }
    }

    /// The parts of a struct or of a variant, those that the pattern leaves out too.
    fn reduced_fields(&self, pat: PatId, subs: impl Iterator<Item = PatId>) -> Pattern {
        let variant = self.typed.pat_variants.get(&pat).copied();
        let own = match (self.typed.pat_tys[pat].kind(), variant) {
            (TyKind::Adt(adt, _), Some(variant)) => self.signatures.adt(*adt).variants[variant as usize].fields.clone(),
            (TyKind::Adt(adt, _), None) => 0..self.signatures.adt(*adt).fields.len() as u32,
            _ => 0..1,
        };
        let mut parts = vec![Pattern::Any; own.len()];
        let ty = self.typed.pat_tys[pat];
        for (sub, path) in subs.zip(self.typed.pat_fields.get(&pat).into_iter().flatten()) {
            let sub = self.reduced(sub);
            match path.as_slice() {
                [index] => {
                    if let Some(part) = parts.get_mut((*index - own.start) as usize) {
                        *part = sub;
                    }
                }
                path => self.reduce_member(&mut parts, ty, path, sub),
            }
        }
        match variant {
            Some(variant) => Pattern::Variant(variant, parts),
            None => Pattern::Parts(parts),
        }
    }
}

impl Checker<'_> {
    /// Puts a pattern for a field of an anonymous member where the member is. Of a union nothing is known to be
    /// covered.
    fn reduce_member(&self, parts: &mut [Pattern], owner: Ty, path: &[u32], sub: Pattern) {
        let Some((index, rest)) = path.split_first() else {
            return;
        };
        let Some(part) = parts.get_mut(*index as usize) else {
            return;
        };
        let member = self.signatures.field_ty(owner, *index);
        let (Some(member), false) = (member, rest.is_empty()) else {
            *part = sub;
            return;
        };
        let TyKind::Adt(adt, _) = member.kind() else { return };
        if self.is_union(*adt) {
            if sub != Pattern::Any {
                *part = Pattern::Other;
            }
            return;
        }
        if *part == Pattern::Any {
            *part = Pattern::Parts(vec![Pattern::Any; self.signatures.adt(*adt).fields.len()]);
        }
        if let Pattern::Parts(inner) = part {
            self.reduce_member(inner, member, rest, sub);
        }
    }
}

fn contains(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
