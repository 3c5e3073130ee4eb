//! Expressions: the dispatch, literals, references, indexing, aggregates and casts.

use base::Span;
use hir::{CastMode, Expr, ExprId, Literal, Mutability, TypeRefId, UnaryOp};
use target::CScalar;

use super::{Checker, Expect, PendingCast, PendingLiteral, is_error};
use crate::numbers;
use crate::{Adjust, AdtRef, FloatTy, InferVar, IntTy, LangItem, StaticRef, Ty, TyKind, ValueRef, const_args, errors};

impl Checker<'_> {
    /// The type of an expression, before any coercion.
    pub(super) fn infer(&mut self, expr: ExprId, expect: Expect) -> Ty {
        let ty = self.infer_kind(expr, expect);
        self.typed.expr_tys[expr] = ty;
        let ty = self.propagate(expr, ty, expect);
        let now = self.shallow(ty);
        if now.is_never() {
            self.diverges = true;
        }
        // What is broken may well have needed `unsafe`.
        self.unsafe_used |= is_error(now);
        ty
    }

    /// What is expected of a literal of parts, which is no optional and no result: where one is expected, what is
    /// inside of it. `none` is no result either.
    fn inside_wrapper(&self, expr: ExprId, expect: Expect) -> Expect {
        let has_parts = matches!(
            &self.body.exprs[expr],
            Expr::Tuple(_)
                | Expr::Array(_)
                | Expr::Repeat { .. }
                | Expr::Ref { .. }
                | Expr::Struct {
                    ty: None,
                    variant: None,
                    ..
                }
        );
        let inner = match expect.ty().map(|ty| self.shallow(ty)).map(Ty::kind) {
            Some(TyKind::Optional(inner)) if has_parts => *inner,
            Some(TyKind::Adt(..)) if has_parts || matches!(self.body.exprs[expr], Expr::None | Expr::Null) => {
                let inside = self.inside_result(expect);
                let is_more = inside.ty() != expect.ty();
                return if is_more {
                    self.inside_wrapper(expr, inside)
                } else {
                    expect
                };
            }
            _ => return expect,
        };
        match expect {
            Expect::Coerce(_) => Expect::Coerce(inner),
            Expect::Hint(_) | Expect::Nothing => Expect::Hint(inner),
        }
    }

    fn infer_kind(&mut self, expr: ExprId, expect: Expect) -> Ty {
        let body = self.body;
        let expect = self.inside_wrapper(expr, expect);
        match &body.exprs[expr] {
            Expr::Error(reported) => Ty::error(*reported),
            Expr::Literal(literal) => self.literal(expr, literal, expect),
            Expr::FString(parts) => self.f_string_value(expr, parts),
            Expr::Local(local) => self.local_ty(*local),
            Expr::Name(name) => self.name_value(expr, *name, expect),
            Expr::DotName { name, name_span } => self.dot_name(expr, *name, *name_span, expect),
            Expr::Field {
                base, name, name_span, ..
            } => self.field(expr, (*base, *name, *name_span), expect),
            Expr::Generic { base, args } => self.generic_value(expr, *base, args),
            Expr::Type(_) => self.error_at(expr, |span| errors::not_a_value(span, "a type")),
            Expr::Call { callee, args } => self.call(expr, *callee, args, expect),
            Expr::Index { base, index } => self.index(expr, *base, *index),
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => self.deref(expr, *operand),
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } => self.negate(expr, *operand, expect),
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => self.not(expr, *operand, expect),
            Expr::Ref { mutability, operand } => self.reference(*mutability, *operand, expect),
            Expr::Binary {
                op,
                op_span,
                left,
                right,
            } => self.binary(expr, (*op, *op_span), (*left, *right), expect),
            Expr::And { left, right } | Expr::Or { left, right } => self.logical(*left, *right),
            Expr::Assign { place, value } => self.assign(*place, *value),
            Expr::AssignOp {
                op,
                op_span,
                place,
                value,
            } => self.assign_op(expr, (*op, *op_span), *place, *value),
            Expr::Cast { operand, ty, mode } => self.cast(expr, *operand, *ty, *mode),
            Expr::Range { start, end, inclusive } => self.range(expr, *start, *end, *inclusive, expect),
            Expr::Tuple(elements) => self.tuple(elements, expect),
            Expr::Array(elements) => self.array(elements, expect),
            Expr::Repeat { element, len } => self.repeat(*element, *len, expect),
            Expr::Struct {
                ty,
                variant,
                fields,
                base,
            } => self.struct_literal(expr, (*ty, *variant), fields, *base, expect),
            Expr::Block { block, label } => self.block(block, *label, expect),
            Expr::Unsafe(inner) => self.unsafe_expr(expr, *inner, expect),
            Expr::If {
                condition,
                then,
                otherwise,
            } => self.if_expr(expr, *condition, *then, *otherwise, expect),
            Expr::Let { pat, value } => self.let_condition(*pat, *value),
            Expr::Loop { body, label } => self.loop_expr(*body, *label, expect),
            Expr::While { condition, body, label } => self.while_expr(*condition, *body, *label),
            Expr::For { pat, iter, body, label } => self.for_expr(*pat, *iter, *body, *label),
            Expr::Match { value, arms } => self.match_expr(expr, *value, arms, expect),
            Expr::Break { label, value } => self.break_expr(expr, *label, *value),
            Expr::Continue { .. } => Ty::never(),
            Expr::Return(value) => self.return_expr(expr, *value),
            Expr::Closure(id) => self.closure(expr, *id, expect),
            Expr::Coalesce { value, otherwise } => self.coalesce(*value, *otherwise, expect),
            Expr::Try(operand) => self.try_expr(expr, *operand, expect),
            Expr::Throw(operand) => self.throw_expr(expr, *operand),
            Expr::Catch { value, binder, handler } => self.catch_expr(*value, *binder, *handler, expect),
            Expr::Chain(row) => self.chain(expr, *row),
            Expr::Link(operand) => self.link(*operand),
            Expr::None => self.none(expect),
            Expr::Null => self.null(expect),
        }
    }

    pub(super) fn error_at(&mut self, expr: ExprId, make: impl FnOnce(Span) -> diag::Diagnostic) -> Ty {
        let span = self.span(expr);
        self.error_ty(make(span))
    }

    fn literal(&mut self, expr: ExprId, literal: &Literal, expect: Expect) -> Ty {
        match literal {
            Literal::Int { value, suffix } => {
                let ty = self.int_literal_ty(expr, *suffix, expect);
                self.int_literal(expr, false, *value, ty)
            }
            Literal::Float { suffix, .. } => self.float_literal_ty(expr, *suffix, expect),
            Literal::Bool(_) => Ty::bool(),
            Literal::Char(_) => Ty::new(TyKind::Char),
            Literal::Byte(_) => Ty::int(IntTy::U8),
            Literal::Str(_) => Ty::str_ref(),
            Literal::ByteStr(bytes) => Ty::int(IntTy::U8)
                .array(bytes.len() as u64)
                .reference(Mutability::Const),
            Literal::CStr(_) => Ty::cstr_ref(),
        }
    }

    /// Remembers an integer literal, whose range is checked when its type is known.
    pub(super) fn int_literal(&mut self, expr: ExprId, negative: bool, magnitude: u128, ty: Ty) -> Ty {
        if !is_error(ty) {
            self.literals.push(PendingLiteral {
                expr,
                negative,
                magnitude,
                ty,
            });
        }
        ty
    }

    pub(super) fn int_literal_ty(&mut self, expr: ExprId, suffix: Option<base::Symbol>, expect: Expect) -> Ty {
        let Some(suffix) = suffix else {
            let wanted = expect.ty().map(|ty| self.shallow(ty));
            return match wanted {
                Some(ty) if ty.is_integer() => ty,
                _ => self.table.fresh_int(),
            };
        };
        let named = crate::paths::builtin_type(suffix);
        match named {
            Some(ty) if ty.is_integer() || matches!(ty.kind(), TyKind::Float(_)) => ty,
            _ => self.error_at(expr, |span| errors::bad_suffix(span, suffix)),
        }
    }

    fn float_literal_ty(&mut self, expr: ExprId, suffix: Option<base::Symbol>, expect: Expect) -> Ty {
        let Some(suffix) = suffix else {
            let wanted = expect.ty().map(|ty| self.shallow(ty));
            return match wanted {
                Some(ty) if ty.is_float() => ty,
                _ => self.table.fresh_float(),
            };
        };
        match FloatTy::from_name(suffix.as_str()) {
            Some(float) => Ty::float(float),
            None => self.error_at(expr, |span| errors::bad_suffix(span, suffix)),
        }
    }

    fn deref(&mut self, expr: ExprId, operand: ExprId) -> Ty {
        let ty = self.infer(operand, Expect::Nothing);
        let ty = self.shallow(ty);
        match ty.kind() {
            TyKind::Ref(_, target) => *target,
            TyKind::Pointer(_, target) => {
                let span = self.span(expr);
                self.require_unsafe(span, "following a raw pointer");
                if matches!(target.kind(), TyKind::C(CScalar::Void)) {
                    let text = self.display(*target);
                    return self.error_at(expr, |span| errors::unsized_value(span, &text));
                }
                *target
            }
            TyKind::Error(_) => ty,
            _ => {
                if let Some(through) = self.signatures.looks_through(ty) {
                    if let Some(lent) = through.lent {
                        self.adjust(operand, Adjust::Lend, lent);
                    }
                    return through.target;
                }
                let text = self.display(ty);
                self.error_at(operand, |span| errors::cannot_dereference(span, &text))
            }
        }
    }

    fn reference(&mut self, mutability: Mutability, operand: ExprId, expect: Expect) -> Ty {
        let hint = match expect.ty().map(|ty| self.shallow(ty)).map(Ty::kind) {
            Some(TyKind::Ref(_, target) | TyKind::Pointer(_, target)) => Expect::Hint(*target),
            _ => Expect::Nothing,
        };
        let ty = self.infer(operand, hint);
        if mutability == Mutability::Const {
            self.reject_reference_to_bits(operand);
        }
        self.require_mutable_static(mutability, operand);
        if is_error(self.shallow(ty)) {
            ty
        } else {
            ty.reference(mutability)
        }
    }

    fn index(&mut self, expr: ExprId, base: ExprId, index: ExprId) -> Ty {
        let mut ty = self.infer(base, Expect::Nothing);
        ty = self.shallow(ty);
        loop {
            if let TyKind::Ref(_, target) = ty.kind() {
                self.adjust(base, Adjust::Deref, *target);
                ty = self.shallow(*target);
            } else if self.is_overloaded(ty)
                && !matches!(ty.kind(), TyKind::Array(..) | TyKind::Slice(_))
                && let Some(element) = self.overloaded_index(expr, (base, ty), index)
            {
                return element;
            } else if let Some(through) = self.signatures.looks_through(ty) {
                self.see_through(base, through);
                ty = self.shallow(through.target);
            } else {
                break;
            }
        }
        let ty = self.signatures.lanes(ty).unwrap_or(ty);
        let element = match ty.kind() {
            TyKind::Array(element, _) | TyKind::Slice(element) => {
                if let Some((name, span)) = self.flexible_field(base) {
                    self.infer(index, Expect::Hint(Ty::usize()));
                    return self.error_ty(errors::index_of_flexible(span, name));
                }
                *element
            }
            TyKind::Pointer(_, element) => {
                let span = self.span(expr);
                self.require_unsafe(span, "indexing a raw pointer");
                let element = *element;
                if matches!(element.kind(), TyKind::C(CScalar::Void)) {
                    let text = self.display(ty);
                    return self.error_at(base, |span| errors::cannot_index(span, &text));
                }
                return self.index_pointer(index, element);
            }
            TyKind::Str if self.is_range(index) => {
                self.index_range(index);
                return ty;
            }
            TyKind::Str => {
                let found = self.infer(index, Expect::Nothing);
                if self.index_by_range(index, found) {
                    return ty;
                }
                return self.error_at(expr, errors::index_of_text);
            }
            TyKind::Error(_) => {
                self.infer(index, Expect::Nothing);
                return ty;
            }
            _ => {
                self.infer(index, Expect::Nothing);
                let text = self.display(ty);
                return self.error_at(base, |span| errors::cannot_index(span, &text));
            }
        };
        if self.is_range(index) {
            self.index_range(index);
            return element.slice();
        }
        let found = self.infer(index, Expect::Hint(Ty::usize()));
        if self.index_by_range(index, found) {
            return element.slice();
        }
        self.coerce(index, found, Ty::usize());
        element
    }

    /// Whether an index is a range that is a value: `let middle = 1..3; &values[middle]`. Its ends are `usize`.
    fn index_by_range(&mut self, index: ExprId, found: Ty) -> bool {
        let found = self.shallow(found);
        let Some(shape) = self.signatures.range_shape(found) else {
            return false;
        };
        if let Some(element) = shape.element
            && !self.table.unify(element, Ty::usize())
        {
            let wanted = found.map(&mut |part| (part == element).then(Ty::usize));
            let (wanted, found) = (self.display(wanted), self.display(found));
            self.error_at(index, |span| errors::mismatched_types(span, &wanted, &found));
        }
        true
    }

    fn is_range(&self, index: ExprId) -> bool {
        matches!(self.body.exprs[index], Expr::Range { .. })
    }

    /// Both ends, where given, are `usize`.
    fn index_range(&mut self, index: ExprId) {
        let body = self.body;
        let Expr::Range { start, end, inclusive } = &body.exprs[index] else {
            return;
        };
        for end in [start, end].into_iter().flatten() {
            self.coerced(*end, Ty::usize());
        }
        self.typed.expr_tys[index] = Ty::new(TyKind::Range {
            element: Ty::usize(),
            inclusive: *inclusive,
        });
    }

    fn index_pointer(&mut self, index: ExprId, element: Ty) -> Ty {
        let body = self.body;
        if let Expr::Range { end, .. } = &body.exprs[index] {
            if end.is_none() {
                return self.error_at(index, |span| {
                    errors::not_supported_yet(span, "a range without an end over a raw pointer")
                });
            }
            self.index_range(index);
            return element.slice();
        }
        let ty = self.infer(index, Expect::Hint(Ty::int(IntTy::Isize)));
        let (_, ty) = self.number_of_enum((index, ty));
        let ty = self.shallow(ty);
        if !ty.is_integer() && !is_error(ty) {
            let text = self.display(ty);
            return self.error_at(index, |span| errors::mismatched_types(span, "isize", &text));
        }
        element
    }

    fn tuple(&mut self, elements: &[ExprId], expect: Expect) -> Ty {
        let wanted: Vec<Ty> = match expect.ty().map(|ty| self.shallow(ty)).map(Ty::kind) {
            Some(TyKind::Tuple(wanted)) if wanted.len() == elements.len() => wanted.to_vec(),
            _ => Vec::new(),
        };
        let mut tys = Vec::with_capacity(elements.len());
        for (i, element) in elements.iter().enumerate() {
            let ty = match (expect, wanted.get(i)) {
                (Expect::Coerce(_), Some(wanted)) => self.coerced(*element, *wanted),
                (_, Some(wanted)) => self.infer(*element, Expect::Hint(*wanted)),
                (_, None) => self.infer(*element, Expect::Nothing),
            };
            tys.push(ty);
        }
        Ty::tuple(tys)
    }

    fn element_hint(&self, expect: Expect) -> Option<Ty> {
        let ty = self.shallow(expect.ty()?);
        match ty.kind() {
            TyKind::Array(element, _) | TyKind::Slice(element) => Some(*element),
            TyKind::Error(_) => Some(ty),
            _ => self.signatures.vec_element(ty),
        }
    }

    fn array(&mut self, elements: &[ExprId], expect: Expect) -> Ty {
        let len = elements.len() as u64;
        let Some((first, rest)) = elements.split_first() else {
            let element = self.element_hint(expect).unwrap_or_else(|| self.table.fresh());
            return element.array(0);
        };
        let element = match self.element_hint(expect) {
            Some(hint) => self.coerced(*first, hint),
            None => {
                let found = self.infer(*first, Expect::Nothing);
                self.type_to_share(*first, found)
            }
        };
        for expr in rest {
            self.coerced(*expr, element);
        }
        element.array(len)
    }

    fn repeat(&mut self, element: ExprId, len: hir::BodyId, expect: Expect) -> Ty {
        let ty = match self.element_hint(expect) {
            Some(hint) => self.coerced(element, hint),
            None => self.infer(element, Expect::Nothing),
        };
        let scope = self.env.scope.clone();
        let len = const_args::lower_len(self, &scope, len);
        match len.as_error() {
            None => {
                let resolved = self.table.resolve_with_defaults(ty);
                let is_known = !resolved.any(&mut |part| matches!(part.kind(), TyKind::Infer(_)));
                if len.known_len().is_none_or(|len| len > 1) && is_known && !self.type_env().is_copy(resolved) {
                    let text = self.display(resolved);
                    return self.error_at(element, |span| errors::repeated_not_copy(span, &text));
                }
                ty.array_of(len)
            }
            Some(reported) => Ty::error(reported),
        }
    }

    fn range(
        &mut self,
        expr: ExprId,
        start: Option<ExprId>,
        end: Option<ExprId>,
        inclusive: bool,
        expect: Expect,
    ) -> Ty {
        let hint = match expect.ty().map(|ty| self.shallow(ty)).map(Ty::kind) {
            Some(TyKind::Range { element, .. }) => Expect::Hint(*element),
            _ => Expect::Nothing,
        };
        let (Some(start), Some(end)) = (start, end) else {
            return self.open_range(expr, start, end, inclusive, expect);
        };
        let start_ty = self.infer(start, hint);
        let end_ty = self.infer(end, Expect::Hint(start_ty));
        let Some(element) = self.common_number((start, start_ty), (end, end_ty)) else {
            let (left, right) = (self.display(start_ty), self.display(end_ty));
            let operator = if inclusive { "..=" } else { ".." };
            return self.error_at(expr, |span| errors::bad_operand(span, operator, &left, Some(&right)));
        };
        let now = self.shallow(element);
        if !now.is_integer() && !is_error(now) {
            let text = self.display(element);
            return self.error_at(expr, |span| errors::cannot_iterate(span, &format!("{text}..{text}")));
        }
        Ty::new(TyKind::Range { element, inclusive })
    }

    /// `a..`, `..b`, `..=b` and `..`: structs of the library, of ends of any type.
    fn open_range(
        &mut self,
        expr: ExprId,
        start: Option<ExprId>,
        end: Option<ExprId>,
        inclusive: bool,
        expect: Expect,
    ) -> Ty {
        let item = match (start, end) {
            (Some(_), _) => LangItem::RangeFrom,
            (None, Some(_)) if inclusive => LangItem::RangeToInclusive,
            (None, Some(_)) => LangItem::RangeTo,
            (None, None) => LangItem::RangeFull,
        };
        let hint = match expect.ty().map(|ty| self.shallow(ty)).map(Ty::kind) {
            Some(TyKind::Adt(adt, args)) if self.signatures.is_lang(*adt, item) && args.len() == 1 => {
                Expect::Hint(args[0])
            }
            _ => Expect::Nothing,
        };
        let mut args = Vec::new();
        for one in [start, end].into_iter().flatten() {
            let ty = self.infer(one, hint);
            let (_, ty) = self.number_of_enum((one, ty));
            let now = self.shallow(ty);
            if now.is_unsized() {
                let text = self.display(now);
                return self.error_at(one, |span| errors::unsized_value(span, &text));
            }
            args.push(ty);
        }
        match self.signatures.lang.get(item) {
            Some(def) => Ty::new(TyKind::Adt(AdtRef::Lang(def), args.into())),
            None => self.error_at(expr, |span| errors::unknown_type(span, base::sym("RangeFull"), None)),
        }
    }

    fn cast(&mut self, expr: ExprId, operand: ExprId, ty: TypeRefId, mode: CastMode) -> Ty {
        let to = self.written_value_ty(ty);
        // A literal takes the type it is cast to, so that it need not fit `i32`.
        let is_literal = |operand: ExprId| matches!(self.body.exprs[operand], Expr::Literal(_));
        let takes_type = match self.body.exprs[operand] {
            Expr::Literal(_) => to.is_numeric(),
            Expr::Null => matches!(to.kind(), TyKind::Pointer(..)),
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } => is_literal(operand) && (to.is_float() || self.is_signed(to)),
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => is_literal(operand) && to.is_integer(),
            _ => false,
        };
        // What `as%` wraps need not fit: `300 as% u8`.
        let wide = match mode {
            CastMode::Wrapping => self.too_large_for(operand, to),
            CastMode::Checked => None,
        };
        let hint = match wide {
            Some(wide) => Expect::Hint(wide),
            None if takes_type => Expect::Hint(to),
            None => Expect::Nothing,
        };
        let mut from = self.infer(operand, hint);
        let now = self.shallow(from);
        let becomes_pointer = matches!(now.kind(), TyKind::FnItem(..) | TyKind::Ref(..)) && !to.is_numeric();
        let becomes_reference = self.is_optional_reference(to);
        if (becomes_pointer || becomes_reference) && self.try_coerce(operand, now, to) {
            from = to;
        } else if becomes_reference && matches!(now.kind(), TyKind::Pointer(..) | TyKind::Infer(InferVar::Any(_))) {
            let span = self.span(expr);
            self.require_unsafe(span, "making a reference of a raw pointer");
        }
        self.casts.push(PendingCast { expr, from, to });
        to
    }

    pub(super) fn is_signed(&self, ty: Ty) -> bool {
        numbers::limits(ty, self.input.target).is_some_and(|(least, _)| least < 0)
    }

    /// The widest integer type, where an unsuffixed integer literal is no value of `to`.
    fn too_large_for(&self, operand: ExprId, to: Ty) -> Option<Ty> {
        let (literal, is_negative) = match &self.body.exprs[operand] {
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } => (*operand, true),
            _ => (operand, false),
        };
        let Expr::Literal(Literal::Int { value, suffix: None }) = &self.body.exprs[literal] else {
            return None;
        };
        let (least, greatest) = numbers::limits(to, self.input.target)?;
        let fits = if is_negative {
            *value <= least.unsigned_abs()
        } else {
            *value <= greatest
        };
        let is_i128 = is_negative || i128::try_from(*value).is_ok();
        (!fits).then(|| Ty::int(if is_i128 { IntTy::I128 } else { IntTy::U128 }))
    }

    /// `?&T`, which is null or leads to a `T` that is there.
    pub(super) fn is_optional_reference(&self, ty: Ty) -> bool {
        match self.shallow(ty).kind() {
            TyKind::Optional(inner) => matches!(self.shallow(*inner).kind(), TyKind::Ref(..)),
            _ => false,
        }
    }

    fn none(&mut self, expect: Expect) -> Ty {
        match expect.ty().map(|ty| self.shallow(ty)) {
            Some(ty) if matches!(ty.kind(), TyKind::Optional(_)) || is_error(ty) => ty,
            _ => self.table.fresh().optional(),
        }
    }

    fn null(&mut self, expect: Expect) -> Ty {
        match expect.ty().map(|ty| self.shallow(ty)) {
            Some(ty) if matches!(ty.kind(), TyKind::Pointer(..)) || is_error(ty) => ty,
            _ => self.table.fresh().pointer(Mutability::Mut),
        }
    }

    fn unsafe_expr(&mut self, expr: ExprId, inner: ExprId, expect: Expect) -> Ty {
        let used_outside = std::mem::replace(&mut self.unsafe_used, false);
        self.unsafe_depth += 1;
        let ty = match expect {
            Expect::Coerce(wanted) => self.coerced(inner, wanted),
            Expect::Nothing | Expect::Hint(_) => self.infer(inner, expect),
        };
        self.unsafe_depth -= 1;
        if !self.unsafe_used && !self.diagnostics.has_errors() {
            let mut span = self.span(expr);
            span.end = span.start + "unsafe".len() as u32;
            self.diagnostics.warn(errors::unneeded_unsafe(span));
        }
        self.unsafe_used = used_outside;
        if self.shallow(self.typed.expr_tys[inner]).is_never() {
            Ty::never()
        } else {
            ty
        }
    }

    /// Whether an expression is a place: something with an address that outlives the expression.
    pub(super) fn is_place(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Local(_) | Expr::Unary { op: UnaryOp::Deref, .. } | Expr::Error(_) => true,
            Expr::Index { .. } if self.typed.operators.contains_key(&expr) => true,
            Expr::Index { base, .. } => {
                let ty = self.shallow(self.typed.adjusted_ty(*base));
                let derefs = self.typed.adjustments.get(base);
                let is_behind =
                    matches!(ty.kind(), TyKind::Pointer(..)) || derefs.is_some_and(|steps| !steps.is_empty());
                is_behind || self.is_place(*base)
            }
            Expr::Name(_) | Expr::Call { .. } => self.typed.values.get(&expr).is_some_and(ValueRef::is_place),
            Expr::Field { .. } => match self.typed.values.get(&expr) {
                Some(value) => value.is_place(),
                None => !self.names_bit_field(expr) && self.has_place_around(expr),
            },
            Expr::Unsafe(inner) | Expr::Try(inner) => self.is_place(*inner),
            Expr::Link(_) => true,
            Expr::Literal(_)
            | Expr::FString(_)
            | Expr::DotName { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Unary {
                op: UnaryOp::Neg | UnaryOp::Not,
                ..
            }
            | Expr::Ref { .. }
            | Expr::Binary { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
            | Expr::Cast { .. }
            | Expr::Range { .. }
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat { .. }
            | Expr::Struct { .. }
            | Expr::Block { .. }
            | Expr::If { .. }
            | Expr::Let { .. }
            | Expr::Loop { .. }
            | Expr::While { .. }
            | Expr::For { .. }
            | Expr::Match { .. }
            | Expr::Break { .. }
            | Expr::Continue { .. }
            | Expr::Return(_)
            | Expr::Closure(_)
            | Expr::Coalesce { .. }
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::None
            | Expr::Null => false,
        }
    }

    /// Whether what a field is part of is a place.
    pub(super) fn has_place_around(&self, field: ExprId) -> bool {
        match &self.body.exprs[field] {
            Expr::Field { base, .. } => {
                let derefs = self.typed.adjustments.get(base);
                derefs.is_some_and(|steps| !steps.is_empty()) || self.is_place(*base)
            }
            Expr::Unsafe(inner) => self.has_place_around(*inner),
            _ => false,
        }
    }

    /// The static or macro that a place is or is part of, where it may not be written.
    pub(super) fn constant_place(&self, expr: ExprId) -> Option<ConstantPlace> {
        match (&self.body.exprs[expr], self.typed.values.get(&expr)) {
            (_, Some(ValueRef::Static(name))) => {
                let decl = self.signatures.statics.get(name).filter(|decl| !decl.is_var)?;
                Some(ConstantPlace {
                    path: decl.path.clone(),
                    is_lang: matches!(name, StaticRef::Lang(_)),
                })
            }
            (
                _,
                Some(ValueRef::Getter {
                    function,
                    is_place: true,
                    ..
                }),
            ) => {
                let decl = self.signatures.function(*function);
                matches!(decl.ret.kind(), TyKind::Pointer(Mutability::Const, _)).then(|| ConstantPlace {
                    path: decl.path.clone(),
                    is_lang: false,
                })
            }
            (Expr::Field { base, .. } | Expr::Index { base, .. }, None) => {
                let has_deref = self.typed.adjustments.get(base).is_some_and(|steps| !steps.is_empty());
                if has_deref { None } else { self.constant_place(*base) }
            }
            (Expr::Unsafe(inner), None) => self.constant_place(*inner),
            _ => None,
        }
    }
}

/// Something with an address that is never written.
pub(super) struct ConstantPlace {
    pub(super) path: String,
    /// Declared in Lang source, which could be changed.
    pub(super) is_lang: bool,
}
