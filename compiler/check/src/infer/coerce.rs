//! The implicit conversions, at the places where a value meets an expected type.
//!
//! Language reference, "Implicit conversions". Never on an unresolved variable, which is unified instead: with the
//! expected type, or with the inside of a `?T` or `E!T` that it cannot be by what was asked of it.

use base::Span;
use hir::{Expr, ExprId, Literal, Mutability, UnaryOp};
use target::CScalar;

use super::{Checker, Expect, is_error};
use crate::{Adjust, FnKind, FnRef, FnType, InferVar, IntTy, Through, Ty, TyKind, errors, numbers, type_refs};

impl Checker<'_> {
    /// Checks an expression and makes it the expected type. Gives the expected type, or the error type.
    pub(super) fn coerced(&mut self, expr: ExprId, expected: Ty) -> Ty {
        let found = self.infer(expr, Expect::Coerce(expected));
        self.coerce(expr, found, expected)
    }

    /// Makes a checked expression the expected type, or reports that it is not.
    pub(super) fn coerce(&mut self, expr: ExprId, found: Ty, expected: Ty) -> Ty {
        if self.try_coerce(expr, found, expected) {
            self.note_given(expr, found, expected);
            return expected;
        }
        let diagnostic = match self.given_otherwise(expr, found, expected) {
            Some(diagnostic) => diagnostic,
            None => self.mismatch(expr, found, expected),
        };
        self.error_ty(diagnostic)
    }

    fn mismatch(&mut self, expr: ExprId, found: Ty, expected: Ty) -> diag::Diagnostic {
        let (found, expected) = (self.table.resolve(found), self.table.resolve(expected));
        let (found_text, expected_text) = (self.signature_or_type(found), self.display(expected));
        let span = self.span(expr);
        if let (true, Expr::Block { block, .. }) = (found.is_unit(), &self.body.exprs[expr]) {
            let end = self.end_of(expr);
            if expected.is_never() {
                return errors::block_ends(end);
            }
            let diagnostic = errors::missing_value(end, &expected_text);
            return match block.stmts.last() {
                Some(hir::Stmt::Expr {
                    expr: last,
                    has_semicolon: true,
                }) if self.table.resolve(self.typed.expr_tys[*last]) == expected => {
                    errors::discarded_here(diagnostic, self.span(*last), &expected_text)
                }
                _ => diagnostic,
            };
        }
        if matches!(self.body.exprs[expr], Expr::Null) && matches!(expected.kind(), TyKind::Optional(_)) {
            return errors::null_for_optional(span, &expected_text);
        }
        if expected.is_float()
            && found.is_integer()
            && let Expr::Literal(Literal::Int { value, suffix: None }) = &self.body.exprs[expr]
        {
            return errors::integer_for_float(span, &expected_text, &value.to_string());
        }
        let is_known = |ty: Ty| ty.is_numeric() && !matches!(ty.kind(), TyKind::Infer(_));
        if (found.is_numeric() || self.is_enum(found)) && is_known(expected) {
            let is_compound = self.is_compound(expr);
            if let (true, Some(value)) = (expected.is_integer(), self.c_constant(expr)) {
                return errors::constant_does_not_fit(span, &expected_text, &found_text, value, is_compound);
            }
            let note = if found.is_float() && expected.is_integer() {
                String::from("a float becomes an integer by `as` only")
            } else if matches!(found.kind(), TyKind::Infer(_)) {
                String::from("nothing has said yet which integer type this is")
            } else {
                format!("not every `{found_text}` is a `{expected_text}` on every supported target")
            };
            return errors::lossy_number(span, &expected_text, &found_text, note, is_compound);
        }
        if found.is_integer() && self.is_enum(expected) {
            let is_compound = self.is_compound(expr);
            let written = self.written_c_type(expected).unwrap_or_else(|| expected_text.clone());
            return errors::number_as_enum(span, (&expected_text, &written), &found_text, is_compound);
        }
        let diagnostic = errors::mismatched_types(span, &expected_text, &found_text);
        if let Some(lacking) = self.lacks_trait_of_dyn(span, found, expected) {
            return lacking;
        }
        if let Some(converted) = self.with_conversion(diagnostic.clone(), expr, found, expected) {
            return converted;
        }
        if let Some(hinted) = self.mismatch_of_form(diagnostic.clone(), expr, found, expected) {
            return hinted;
        }
        if expected == Ty::bool() && matches!(self.body.exprs[expr], Expr::Assign { .. }) {
            return errors::assignment_as_condition(diagnostic);
        }
        let is_literal = matches!(self.body.exprs[expr], Expr::Literal(_));
        if expected == Ty::bool() && !is_literal && (found.is_integer() || matches!(found.kind(), TyKind::Pointer(..)))
        {
            if matches!(self.body.exprs[expr], Expr::Unary { op: UnaryOp::Not, .. }) {
                return errors::compare_negated(diagnostic, span);
            }
            let nothing = if found.is_integer() { "0" } else { "null" };
            return errors::compare_with_nothing(diagnostic, span, nothing, self.is_compound(expr));
        }
        match (found.kind(), expected.kind()) {
            (TyKind::Unnamed(_), TyKind::Unnamed(_)) if found_text == expected_text => {
                errors::other_unnamed(diagnostic)
            }
            (TyKind::Optional(inner), _) if *inner == expected => errors::may_be_none(diagnostic),
            (TyKind::Adt(..), _) if self.result_parts(found).is_some_and(|(ok, _)| ok == expected) => {
                errors::take_value_out(diagnostic, self.place_of_try(expr))
            }
            (TyKind::FnItem(function, _), _) => {
                errors::declared_here(diagnostic, self.signatures.function(*function).span)
            }
            (TyKind::Ref(_, text), TyKind::Ref(_, wanted))
                if matches!((text.kind(), wanted.kind()), (TyKind::Str, TyKind::CStr)) =>
            {
                errors::text_for_c_text(diagnostic, matches!(self.body.exprs[expr], Expr::Literal(_)))
            }
            (TyKind::Ref(_, text), TyKind::Pointer(Mutability::Const, wanted))
                if matches!((text.kind(), wanted.kind()), (TyKind::Str, TyKind::C(CScalar::Char))) =>
            {
                errors::text_for_c_text(diagnostic, matches!(self.body.exprs[expr], Expr::Literal(_)))
            }
            (TyKind::Array(own, _), TyKind::Ref(mutability, slice)) if self.may_be_slice_of(*slice, *own) => {
                let sign = if *mutability == Mutability::Mut { "&mut " } else { "&" };
                errors::borrow_it(diagnostic, span, sign, self.is_compound(expr))
            }
            (TyKind::Ref(Mutability::Const, target), TyKind::Pointer(Mutability::Mut, element))
                if self.may_be(*target, *element) =>
            {
                errors::pointer_may_write(diagnostic, self.sign_before(expr))
            }
            (TyKind::Ref(_, target) | TyKind::Pointer(_, target), TyKind::Pointer(_, element))
                if matches!(element.kind(), TyKind::C(CScalar::Void))
                    && matches!(target.kind(), TyKind::Infer(InferVar::Int(_) | InferVar::Float(_))) =>
            {
                errors::pointee_not_fixed(diagnostic)
            }
            (_, TyKind::Pointer(mutability, element)) => {
                self.with_pointer(diagnostic, expr, found, (*mutability, *element))
            }
            (TyKind::Pointer(_, text), TyKind::Ref(Mutability::Const, wanted))
                if matches!((text.kind(), wanted.kind()), (TyKind::C(CScalar::Char), TyKind::CStr)) =>
            {
                errors::c_text_of_pointer(diagnostic, span, self.unsafe_depth == 0)
            }
            (_, TyKind::Ref(mutability, target))
                if (self.may_be_behind(found, *target) || self.may_lend(found, *target))
                    && (self.is_place(expr) || matches!(self.body.exprs[expr], Expr::Literal(_))) =>
            {
                let sign = if *mutability == Mutability::Mut { "&mut " } else { "&" };
                errors::borrow_it(diagnostic, span, sign, self.is_compound(expr))
            }
            (TyKind::Ref(_, target), _) if *target == expected && self.type_env().is_copy(expected) => {
                errors::dereference_it(diagnostic, span, self.is_compound(expr))
            }
            _ => diagnostic,
        }
    }

    /// Mismatches that the form of the expression, or where it stands, explains.
    fn mismatch_of_form(
        &self,
        diagnostic: diag::Diagnostic,
        expr: ExprId,
        found: Ty,
        expected: Ty,
    ) -> Option<diag::Diagnostic> {
        let span = self.span(expr);
        match &self.body.exprs[expr] {
            Expr::Literal(Literal::Int { value: 0, suffix: None })
                if matches!(expected.kind(), TyKind::Pointer(..)) =>
            {
                return Some(errors::null_for_zero(diagnostic, span));
            }
            Expr::Literal(Literal::Str(text)) if matches!(expected.kind(), TyKind::Char | TyKind::Int(IntTy::U8)) => {
                let mut characters = text.as_str().chars();
                let (Some(character), None) = (characters.next(), characters.next()) else {
                    return None;
                };
                let is_byte = expected.is_integer();
                let shown = format!("{}'{}'", if is_byte { "b" } else { "" }, character.escape_default());
                let is_plain = !is_byte || character.is_ascii();
                return is_plain.then(|| errors::character_for_text(diagnostic, span, &shown));
            }
            Expr::Call { .. } if expected.is_unit() && self.is_tail(expr) => {
                return Some(errors::unused_tail(diagnostic, span));
            }
            Expr::Ref { .. } => {
                let wants_writable = matches!(
                    (found.kind(), expected.kind()),
                    (TyKind::Ref(Mutability::Const, own), TyKind::Ref(Mutability::Mut, wanted)) if own == wanted
                );
                let sign = self.sign_before(expr).filter(|_| wants_writable)?;
                return Some(errors::reference_may_write(diagnostic, sign));
            }
            _ => {}
        }
        let is_returned = || {
            let returns = |other: &Expr| matches!(other, Expr::Return(Some(value)) if *value == expr);
            self.body.exprs.iter().any(returns)
        };
        (expected.is_unit() && is_returned()).then(|| {
            let found = self.display(found);
            errors::value_without_result(diagnostic, &found)
        })
    }

    /// Whether the expression is the value of a block.
    fn is_tail(&self, expr: ExprId) -> bool {
        let is_of = |other: &Expr| matches!(other, Expr::Block { block, .. } if block.tail == Some(expr));
        self.body.exprs.iter().any(is_of)
    }

    /// A function's signature says more than its name, which stands beside it.
    fn signature_or_type(&mut self, ty: Ty) -> String {
        match self.pointer_of(ty) {
            Some((_, pointer)) => self.display(pointer),
            None => self.display(ty),
        }
    }

    /// What points to the function that is the only value of the type, and how it becomes that.
    fn pointer_of(&mut self, item: Ty) -> Option<(Adjust, Ty)> {
        let TyKind::FnItem(function, args) = item.kind() else {
            return None;
        };
        let decl = self.signatures.function(*function);
        let own = decl.fn_type();
        let fn_type = FnType {
            params: own.params.iter().map(|ty| self.instantiate(*ty, args)).collect(),
            ret: self.instantiate(own.ret, args),
            ..own
        };
        Some(match decl.kind {
            FnKind::Lang { .. } | FnKind::Intrinsic(_) | FnKind::Required | FnKind::Variant | FnKind::Operator(_) => {
                (Adjust::FnItemToPointer, Ty::new(TyKind::FnPointer(fn_type)))
            }
            FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) => {
                (Adjust::FnItemToExtern, Ty::new(TyKind::ExternFn(fn_type)))
            }
        })
    }

    /// The type of the first of several values that are to have one: each function has a type of its own, which no
    /// other value has, so it is a pointer to it that they share.
    pub(super) fn type_to_share(&mut self, expr: ExprId, found: Ty) -> Ty {
        let found = self.shallow(found);
        let Some((adjust, pointer)) = self.pointer_of(found) else {
            return found;
        };
        self.adjust(expr, adjust, pointer);
        pointer
    }

    /// Whether a slice could be of elements of this type.
    fn may_be_slice_of(&self, slice: Ty, own: Ty) -> bool {
        matches!(slice.kind(), TyKind::Slice(element) if self.may_be(own, *element))
    }

    /// Whether a pointer to the first type would do for one to the second.
    pub(super) fn may_be(&self, own: Ty, wanted: Ty) -> bool {
        let own = self.shallow(own);
        let is_literal = matches!(own.kind(), TyKind::Infer(InferVar::Int(_))) && wanted.is_integer();
        own == wanted || is_literal || numbers::same_values(own, wanted)
    }

    /// Whether a reference to a value of this type would do for one to the wanted type.
    fn may_be_behind(&self, found: Ty, wanted: Ty) -> bool {
        let (found, wanted) = (self.shallow(found), self.shallow(wanted));
        match (found.kind(), wanted.kind()) {
            // A reference to a reference is another mistake.
            (TyKind::Ref(..), TyKind::Infer(_)) => false,
            (_, TyKind::Infer(InferVar::Any(_))) => true,
            (TyKind::Infer(InferVar::Int(_)), _) => wanted.is_integer(),
            (TyKind::Infer(InferVar::Float(_)), _) => wanted.is_float(),
            _ => found == wanted,
        }
    }

    /// The `&` or `&mut ` of a reference, where nothing but that stands before a simple operand.
    pub(super) fn sign_before(&self, expr: ExprId) -> Option<Span> {
        let Expr::Ref { mutability, operand } = &self.body.exprs[expr] else {
            return None;
        };
        let sign = Span {
            end: self.span(*operand).start,
            ..self.span(expr)
        };
        let len = if *mutability == Mutability::Mut {
            "&mut ".len()
        } else {
            "&".len()
        };
        let is_plain = (sign.end - sign.start) as usize == len && !self.is_compound(*operand);
        is_plain.then_some(sign)
    }

    /// Whether the expression must stand in parentheses for a postfix or prefix operator to take all of it.
    pub(super) fn is_compound(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Binary { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Range { .. }
            | Expr::Coalesce { .. }
            | Expr::Try(_)
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Cast { .. }
            | Expr::Unsafe(_)
            | Expr::Break { .. }
            | Expr::Return(_)
            | Expr::Closure(_)
            | Expr::Let { .. }
            | Expr::If { .. }
            | Expr::Match { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Block { .. } => true,
            Expr::Error(_)
            | Expr::Literal(_)
            | Expr::FString(_)
            | Expr::Local(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Field { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Call { .. }
            | Expr::Index { .. }
            | Expr::Unary { .. }
            | Expr::Ref { .. }
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat { .. }
            | Expr::Struct { .. }
            | Expr::Continue { .. }
            | Expr::Chain(_)
            | Expr::Link(_)
            | Expr::None
            | Expr::Null => false,
        }
    }

    /// The closing brace of a block; the whole of anything else.
    pub(super) fn end_of(&self, expr: ExprId) -> Span {
        let span = self.span(expr);
        match &self.body.exprs[expr] {
            Expr::Block { .. } if span.end > span.start => Span {
                start: span.end - 1,
                ..span
            },
            _ => span,
        }
    }

    /// Whether the expression is or becomes the expected type. Records the steps when it does.
    pub(super) fn try_coerce(&mut self, expr: ExprId, found: Ty, expected: Ty) -> bool {
        let n_steps = self.typed.adjustments.get(&expr).map_or(0, Vec::len);
        let done = self.steps_to(expr, found, expected);
        if let (false, Some(steps)) = (done, self.typed.adjustments.get_mut(&expr)) {
            steps.truncate(n_steps);
        }
        done
    }

    /// As [`Self::try_coerce`], which takes back the steps of a way that led nowhere.
    fn steps_to(&mut self, expr: ExprId, found: Ty, expected: Ty) -> bool {
        let (found, expected) = (self.shallow(found), self.shallow(expected));
        if is_error(found) || is_error(expected) {
            return self.table.unify(found, expected);
        }
        if found.is_never() && !expected.is_never() {
            if !matches!(expected.kind(), TyKind::Infer(_)) {
                self.adjust(expr, Adjust::NeverToAny, expected);
            }
            return true;
        }
        if let Some(inside) = self.inside_that_is_asked_for(found, expected) {
            let step = match expected.kind() {
                TyKind::Optional(_) => Adjust::Some,
                _ => Adjust::Ok,
            };
            let allowed = self.steps_to(expr, found, inside);
            return self.step_if(allowed, allowed, expr, step, expected);
        }
        if let Some(behind) = self.behind_what_is_asked_for(found, expected) {
            self.adjust(expr, Adjust::Deref, behind);
            return self.steps_to(expr, behind, expected);
        }
        if let Some(parts) = self.result_parts(expected)
            && !matches!(found.kind(), TyKind::Infer(InferVar::Any(_)))
        {
            return self.coerce_result(expr, found, parts, expected);
        }
        if let Some(done) = self.coerce_own_fn(expr, found, expected) {
            return done;
        }
        match (found.kind(), expected.kind()) {
            (TyKind::Infer(_), TyKind::Optional(inner)) if !matches!(found.kind(), TyKind::Infer(InferVar::Any(_))) => {
                self.coerce_some(expr, found, *inner, expected)
            }
            (TyKind::Adt(..), TyKind::Infer(InferVar::Int(_))) => self.coerce_number(expr, found, expected),
            // A reference is used again behind the variable: reborrow, so that it is not moved away.
            (TyKind::Infer(_), _) | (_, TyKind::Infer(_)) => self.table.unify(found, expected),
            (TyKind::Optional(from), TyKind::Optional(to)) => self.coerce_optional(expr, (*from, *to), expected),
            (_, TyKind::Optional(inner)) => self.coerce_some(expr, found, *inner, expected),
            (TyKind::Ref(from, source), TyKind::Ref(to, target)) => {
                self.coerce_ref(expr, (*from, *source), (*to, *target), expected)
            }
            (TyKind::Ref(from, source), TyKind::Pointer(to, target)) => {
                self.coerce_ref_to_pointer(expr, (*from, *source), (*to, *target), expected)
            }
            (TyKind::Pointer(from, source), TyKind::Pointer(to, target)) => {
                let allowed =
                    (*from == Mutability::Mut || *to == Mutability::Const) && self.pointees_match(*source, *target);
                self.step_if(
                    allowed && found != expected,
                    allowed,
                    expr,
                    Adjust::Reinterpret,
                    expected,
                )
            }
            (TyKind::Array(element, _), TyKind::Adt(..)) => {
                let is_literal = matches!(self.body.exprs[expr], Expr::Array(_) | Expr::Repeat { .. });
                let wanted = self.signatures.vec_element(expected).filter(|_| is_literal);
                let allowed = wanted.is_some_and(|wanted| self.table.unify(*element, wanted));
                self.step_if(allowed, allowed, expr, Adjust::ArrayToVec, expected)
            }
            (TyKind::FnItem(function, args), TyKind::FnPointer(fn_type)) => {
                let matches = self.fn_item_matches(*function, args, fn_type, false);
                self.step_if(matches, matches, expr, Adjust::FnItemToPointer, expected)
            }
            (TyKind::FnItem(function, args), TyKind::ExternFn(fn_type)) => {
                let matches = self.fn_item_matches(*function, args, fn_type, true);
                self.step_if(matches, matches, expr, Adjust::FnItemToExtern, expected)
            }
            (TyKind::Closure(closure), TyKind::ExternFn(fn_type)) => {
                self.closure_to_extern(expr, closure, fn_type, expected)
            }
            (
                TyKind::Closure(_) | TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_),
                TyKind::FnPointer(fn_type),
            ) => self.borrow_as_fn(expr, found, fn_type, expected),
            (TyKind::Ref(_, target), TyKind::FnPointer(fn_type)) => {
                self.adjust(expr, Adjust::Deref, *target);
                self.borrow_as_fn(expr, *target, fn_type, expected)
            }
            (TyKind::ExternFn(from), TyKind::ExternFn(to)) => {
                let matches = self.signatures_match(from, to);
                self.step_if(
                    matches && found != expected,
                    matches,
                    expr,
                    Adjust::Reinterpret,
                    expected,
                )
            }
            (TyKind::Adt(..), TyKind::Adt(..)) if self.differ_in_alignment(found, expected) => {
                self.adjust(expr, Adjust::Reinterpret, expected);
                true
            }
            (TyKind::Adt(..), TyKind::Adt(..)) => match self.coerce_owner(expr, found, expected) {
                Some(done) => done,
                None => self.coerce_number(expr, found, expected),
            },
            _ => self.coerce_number(expr, found, expected),
        }
    }

    fn step_if(&mut self, record: bool, allowed: bool, expr: ExprId, kind: Adjust, ty: Ty) -> bool {
        if record {
            self.adjust(expr, kind, ty);
        }
        allowed
    }

    fn coerce_number(&mut self, expr: ExprId, found: Ty, expected: Ty) -> bool {
        if self.table.unify(found, expected) {
            return true;
        }
        let found = if expected.is_numeric() {
            self.number_of_enum((expr, found)).1
        } else {
            found
        };
        if self.table.unify(found, expected) {
            return true;
        }
        let allowed = numbers::converts(found, expected) || self.c_constant_fits(expr, expected);
        self.step_if(allowed, allowed, expr, Adjust::Numeric, expected)
    }

    /// Optionals whose values are the same bits, and one that is itself what is inside of the other.
    fn coerce_optional(&mut self, expr: ExprId, (from, to): (Ty, Ty), expected: Ty) -> bool {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if self.table.unify(from, to) {
            return true;
        }
        if let TyKind::Optional(inner) = to.kind()
            && self.table.unify(from, *inner)
        {
            let allowed = self.is_wrapped_once(expr);
            return self.step_if(allowed, allowed, expr, Adjust::Some, expected);
        }
        let allowed = match (from.kind(), to.kind()) {
            (TyKind::Ref(m, x), TyKind::Ref(n, y)) => {
                (m == n || *m == Mutability::Mut) && (self.table.unify(*x, *y) || self.same_representation(*x, *y))
            }
            (TyKind::ExternFn(x), TyKind::ExternFn(y)) => self.signatures_match(x, y),
            _ => false,
        };
        self.step_if(allowed, allowed, expr, Adjust::Reinterpret, expected)
    }

    fn coerce_some(&mut self, expr: ExprId, found: Ty, inner: Ty, expected: Ty) -> bool {
        let inner = self.shallow(inner);
        let wanted = if matches!(inner.kind(), TyKind::Infer(_)) {
            found
        } else {
            inner
        };
        if !type_refs::can_be_optional(wanted) {
            return false;
        }
        let allowed = self.try_coerce(expr, found, inner) && self.is_wrapped_once(expr);
        self.step_if(allowed, allowed, expr, Adjust::Some, expected)
    }

    /// Of `??T` only a `?T` becomes a value by itself.
    fn is_wrapped_once(&self, expr: ExprId) -> bool {
        let mut steps = self.typed.adjustments.get(&expr).into_iter().flatten();
        !steps.any(|step| step.kind == Adjust::Some)
    }

    fn coerce_ref(&mut self, expr: ExprId, from: (Mutability, Ty), to: (Mutability, Ty), expected: Ty) -> bool {
        let (source, target) = (self.shallow(from.1), self.shallow(to.1));
        if matches!((source.kind(), target.kind()), (TyKind::Str, TyKind::CStr)) {
            return self.coerce_literal(expr, expected);
        }
        if to.0 == Mutability::Mut && from.0 == Mutability::Const {
            return false;
        }
        if let (TyKind::Array(element, _), TyKind::Slice(wanted)) = (source.kind(), target.kind()) {
            let is_same = self.table.unify(*element, *wanted);
            if !is_same && !self.same_representation(*element, *wanted) {
                return false;
            }
            self.reborrow(expr, from, to.0);
            self.adjust(expr, Adjust::ArrayToSlice, element.slice().reference(to.0));
            if !is_same {
                self.adjust(expr, Adjust::Reinterpret, expected);
            }
            return true;
        }
        if self.coerce_ref_to_dyn(expr, from, to, expected) {
            return true;
        }
        // `&&T` where `&T` is wanted.
        if let TyKind::Ref(inner_mutability, inner) = source.kind()
            && !matches!(target.kind(), TyKind::Ref(..) | TyKind::Infer(_))
        {
            self.adjust(expr, Adjust::Deref, source);
            return self.coerce_ref(expr, (*inner_mutability, *inner), to, expected);
        }
        if let Some(through) = self.lent_to_fit(source, target) {
            if to.0 == Mutability::Mut && !through.is_mutable() {
                return false;
            }
            self.adjust(expr, Adjust::Deref, source);
            self.see_through(expr, through);
            self.adjust(expr, Adjust::Borrow(to.0), through.target.reference(to.0));
            return self.coerce_ref(expr, (to.0, through.target), to, expected);
        }
        if self.table.unify(source, target) {
            self.reborrow(expr, from, to.0);
            return true;
        }
        if !self.same_representation(source, target) {
            return false;
        }
        self.reborrow(expr, from, to.0);
        self.adjust(expr, Adjust::Reinterpret, expected);
        true
    }

    /// What a `&Vec<T>` is as a `&[T]`, where another type than its own is wanted.
    fn lent_to_fit(&self, source: Ty, target: Ty) -> Option<Through> {
        let through = self.signatures.looks_through(source)?;
        let is_other = match (source.kind(), target.kind()) {
            (_, TyKind::Infer(_) | TyKind::Error(_)) => false,
            (TyKind::Adt(own, _), TyKind::Adt(wanted, _)) => own != wanted,
            _ => true,
        };
        is_other.then_some(through)
    }

    /// `&mut T` is not copied but lent on, so that the variable that holds it can be used again.
    pub(super) fn reborrow(&mut self, expr: ExprId, from: (Mutability, Ty), to: Mutability) {
        if from.0 == Mutability::Mut {
            self.adjust(expr, Adjust::Deref, from.1);
            self.adjust(expr, Adjust::Borrow(to), from.1.reference(to));
        }
    }

    fn coerce_ref_to_pointer(
        &mut self,
        expr: ExprId,
        from: (Mutability, Ty),
        to: (Mutability, Ty),
        expected: Ty,
    ) -> bool {
        let (source, target) = (self.shallow(from.1), self.shallow(to.1));
        let is_char = matches!(target.kind(), TyKind::C(CScalar::Char));
        if matches!(source.kind(), TyKind::Str) && is_char && to.0 == Mutability::Const {
            return self.coerce_literal(expr, expected);
        }
        if to.0 == Mutability::Mut && from.0 == Mutability::Const {
            return false;
        }
        let is_c_string = matches!(source.kind(), TyKind::CStr) && is_char;
        if !is_c_string && (source.has_fat_pointers() || !self.pointees_match(source, target)) {
            return false;
        }
        self.reborrow(expr, from, to.0);
        self.adjust(expr, Adjust::Reinterpret, expected);
        true
    }

    /// A string literal becomes a C string: its bytes get a NUL. Anything else of type `&str` does not.
    fn coerce_literal(&mut self, expr: ExprId, expected: Ty) -> bool {
        let Expr::Literal(Literal::Str(text)) = &self.body.exprs[expr] else {
            return false;
        };
        if text.as_str().contains('\0') {
            return false;
        }
        self.adjust(expr, Adjust::LiteralToCStr, expected);
        true
    }

    /// Whether a pointer to the one is a pointer to the other: the same type, the same values, or `c_void`.
    fn pointees_match(&mut self, source: Ty, target: Ty) -> bool {
        let (source, target) = (self.shallow(source), self.shallow(target));
        let is_void = |ty: Ty| matches!(ty.kind(), TyKind::C(CScalar::Void));
        if is_void(source) || is_void(target) {
            return !matches!(source.kind(), TyKind::Infer(_)) && !matches!(target.kind(), TyKind::Infer(_));
        }
        self.table.unify(source, target)
            || self.same_representation(source, target)
            || self.is_less_aligned(target, source)
    }

    /// Types whose values are the same bits: integers that convert both ways, and what is built of such.
    fn same_representation(&mut self, a: Ty, b: Ty) -> bool {
        let (a, b) = (self.shallow(a), self.shallow(b));
        if a == b {
            return true;
        }
        match (a.kind(), b.kind()) {
            (TyKind::Slice(x), TyKind::Slice(y)) => self.same_representation(*x, *y),
            (TyKind::Array(x, n), TyKind::Array(y, m)) => {
                self.shallow(*n) == self.shallow(*m) && self.same_representation(*x, *y)
            }
            (TyKind::Pointer(m, x), TyKind::Pointer(n, y)) => m == n && self.same_representation(*x, *y),
            (TyKind::ExternFn(x), TyKind::ExternFn(y)) => self.signatures_match(x, y),
            (TyKind::Optional(x), TyKind::Optional(y)) => self.same_representation(*x, *y),
            _ => numbers::same_values(a, b),
        }
    }

    pub(super) fn signatures_match(&mut self, from: &FnType, to: &FnType) -> bool {
        (from.variadic, from.convention) == (to.variadic, to.convention)
            && from.params.len() == to.params.len()
            && (from.params.iter().zip(&to.params)).all(|(x, y)| self.passes_as(*y, *x))
            && self.passes_as(from.ret, to.ret)
    }

    /// Whether C passes the two alike: the same bits, or pointers, whatever they point to being compatible.
    fn passes_as(&mut self, from: Ty, to: Ty) -> bool {
        let (from, to) = (self.shallow(from), self.shallow(to));
        if self.table.unify(from, to) || self.same_representation(from, to) {
            return true;
        }
        match (from.kind(), to.kind()) {
            (TyKind::Pointer(m, x), TyKind::Pointer(n, y)) => {
                (*m == Mutability::Mut || *n == Mutability::Const) && self.pointees_match(*x, *y)
            }
            _ => false,
        }
    }

    /// Whether a function can stand where a pointer of the type is expected. A pointer to C may be made of an
    /// `unsafe` function, as each call through it is unsafe anyway.
    fn fn_item_matches(&mut self, function: FnRef, args: &[Ty], expected: &FnType, to_c: bool) -> bool {
        let decl = self.signatures.function(function);
        let own = decl.fn_type();
        let params: Box<[Ty]> = own.params.iter().map(|ty| self.instantiate(*ty, args)).collect();
        // What C calls is made for the pointer, unless it is C's own function.
        let is_of_c = matches!(decl.kind, FnKind::Extern { .. } | FnKind::Header);
        let own = FnType {
            params,
            ret: self.instantiate(own.ret, args),
            convention: if is_of_c && to_c {
                own.convention
            } else {
                expected.convention
            },
            ..own
        };
        let is_unsafe = decl.is_unsafe
            || decl
                .features
                .as_deref()
                .is_some_and(|features| !self.has_features(features));
        if is_unsafe && !expected.is_unsafe && !to_c {
            return false;
        }
        self.signatures_match(&own, expected)
    }
}
