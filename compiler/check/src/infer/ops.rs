//! Operators and assignment.

use base::Span;
use hir::{BinaryOp, Expr, ExprId, Literal, Mutability};
use target::CScalar;

use super::{Checker, Expect, is_error};
use crate::{Adjust, FloatTy, InferVar, IntTy, LangItem, Ty, TyKind, ValueRef, errors, numbers};

/// What an operator asks of its operands and gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OpClass {
    /// Numbers of one type, giving it.
    Arithmetic,
    /// Integers only.
    IntegerArithmetic,
    /// Integers or `bool`s.
    Bits,
    /// An integer by any integer.
    Shift,
    Equality,
    Order,
}

/// An operator where it stands.
#[derive(Clone, Copy)]
struct Operator {
    expr: ExprId,
    op: BinaryOp,
    span: Span,
    /// `+=` and its like.
    assigns: bool,
}

impl Operator {
    fn text(self) -> String {
        format!("{}{}", self.op.symbol(), if self.assigns { "=" } else { "" })
    }
}

fn class_of(op: BinaryOp) -> OpClass {
    match op {
        BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::Rem => OpClass::Arithmetic,
        BinaryOp::WrappingAdd
        | BinaryOp::WrappingSub
        | BinaryOp::WrappingMul
        | BinaryOp::SaturatingAdd
        | BinaryOp::SaturatingSub => OpClass::IntegerArithmetic,
        BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor => OpClass::Bits,
        BinaryOp::Shl | BinaryOp::Shr => OpClass::Shift,
        BinaryOp::Eq | BinaryOp::Ne => OpClass::Equality,
        BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => OpClass::Order,
    }
}

impl Checker<'_> {
    pub(super) fn binary(
        &mut self,
        expr: ExprId,
        (op, op_span): (BinaryOp, Span),
        (left, right): (ExprId, ExprId),
        expect: Expect,
    ) -> Ty {
        let operator = Operator {
            expr,
            op,
            span: op_span,
            assigns: false,
        };
        let class = class_of(op);
        let hint = match class {
            OpClass::Equality | OpClass::Order => Expect::Nothing,
            OpClass::Arithmetic | OpClass::IntegerArithmetic | OpClass::Bits | OpClass::Shift => expect.as_hint(),
        };
        // A literal on the left takes its type from the right.
        let left_ty = if self.is_literal(left)
            || matches!(self.body.exprs[left], Expr::Null | Expr::None | Expr::DotName { .. })
        {
            let right_ty = self.infer(right, hint);
            let left_ty = self.infer(left, self.operand_hint(class, right_ty));
            return self.operator(operator, (left, left_ty), (right, right_ty));
        } else {
            self.infer(left, hint)
        };
        let right_ty = self.infer(right, self.operand_hint(class, left_ty));
        self.operator(operator, (left, left_ty), (right, right_ty))
    }

    fn operand_hint(&self, class: OpClass, other: Ty) -> Expect {
        let other = self.shallow(other);
        match class {
            OpClass::Shift => Expect::Nothing,
            OpClass::Arithmetic if matches!(other.kind(), TyKind::Pointer(..)) => Expect::Hint(Ty::int(IntTy::Isize)),
            _ => Expect::Hint(other),
        }
    }

    /// The type of `left op right`, both of which have been checked.
    fn operator(&mut self, operator: Operator, left: (ExprId, Ty), right: (ExprId, Ty)) -> Ty {
        let op = operator.op;
        // What is assigned to is the place itself.
        let left = if operator.assigns {
            left
        } else {
            self.number_behind(left)
        };
        let right = self.number_behind(right);
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        if is_error(left_ty) || is_error(right_ty) {
            let comparison = matches!(class_of(op), OpClass::Equality | OpClass::Order);
            return if comparison {
                Ty::bool()
            } else if is_error(left_ty) {
                left_ty
            } else {
                right_ty
            };
        }
        if (self.is_overloaded(left_ty) || self.is_overloaded(right_ty)) && !operator.assigns {
            let found = self.overloaded_binary(operator.expr, (op, operator.span), left, right);
            let found = found.or_else(|| match class_of(op) {
                OpClass::Equality | OpClass::Order => self.optionals(operator, left, right),
                OpClass::Arithmetic | OpClass::IntegerArithmetic | OpClass::Bits | OpClass::Shift => None,
            });
            return found.unwrap_or_else(|| self.bad_operands(operator, (left.0, left_ty), (right.0, right_ty)));
        }
        let result = match class_of(op) {
            OpClass::Arithmetic => self.arithmetic(op, left, right),
            OpClass::IntegerArithmetic => self
                .common_number(left, right)
                .filter(|ty| self.shallow(*ty).is_integer()),
            OpClass::Bits => self.bits(left, right),
            OpClass::Shift => self.shift(left, right),
            OpClass::Equality => {
                let (left, right) = (self.text_behind(left), self.text_behind(right));
                self.equality(left, right)
            }
            OpClass::Order => self.order(left, right),
        };
        let result = result.or_else(|| match class_of(op) {
            OpClass::Equality | OpClass::Order => self.optionals(operator, left, right),
            OpClass::Arithmetic | OpClass::IntegerArithmetic | OpClass::Bits | OpClass::Shift => None,
        });
        match result {
            Some(ty) => ty,
            None => self.bad_operands(operator, (left.0, left_ty), (right.0, right_ty)),
        }
    }

    /// Compares optionals by what is inside. Beside one, what is none becomes one.
    fn optionals(&mut self, operator: Operator, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let is_optional = |ty: Ty| matches!(ty.kind(), TyKind::Optional(_));
        let (left_ty, right_ty) = (self.behind_all_refs(left.1), self.behind_all_refs(right.1));
        let (left, right) = match (is_optional(left_ty), is_optional(right_ty)) {
            (true, true) => (left, right),
            (true, false) => (left, (right.0, self.as_optional(right, left_ty)?)),
            (false, true) => ((left.0, self.as_optional(left, right_ty)?), right),
            (false, false) => return None,
        };
        self.overloaded_binary(operator.expr, (operator.op, operator.span), left, right)
    }

    /// Comparing moves nothing, and an optional made of what is not copied would hold it.
    fn as_optional(&mut self, (expr, ty): (ExprId, Ty), optional: Ty) -> Option<Ty> {
        let resolved = self.table.resolve(ty);
        if self.is_place(expr) && !resolved.has_infer() && !self.type_env().is_copy(resolved) {
            return None;
        }
        self.try_coerce(expr, ty, optional).then_some(optional)
    }

    fn bad_operands(&mut self, operator: Operator, left: (ExprId, Ty), right: (ExprId, Ty)) -> Ty {
        let (left_text, right_text) = (self.display(left.1), self.display(right.1));
        let mut diagnostic = errors::bad_operand(operator.span, &operator.text(), &left_text, Some(&right_text))
            .label(self.span(left.0), format!("this is `{left_text}`"))
            .label(self.span(right.0), format!("this is `{right_text}`"));
        if left.1.is_integer() && right.1.is_integer() {
            diagnostic = diagnostic.hint("convert one of them with `as`");
        } else if operator.text() == "+" && is_text(left.1) && is_text(right.1) {
            diagnostic = errors::joined_texts(diagnostic);
        } else if let Some(fallible) = [left, right].iter().find(|side| self.result_parts(side.1).is_some()) {
            let is_call = matches!(self.body.exprs[fallible.0], Expr::Call { .. });
            let start = self.place_of_try(left.0).filter(|_| is_call);
            diagnostic = errors::take_value_out(diagnostic, start);
        } else if let (TyKind::Optional(_), _) | (_, TyKind::Optional(_)) = (left.1.kind(), right.1.kind()) {
            diagnostic = diagnostic.hint("look inside first: `if let value = … { … }`, or take `… ?? other`");
        } else if self.is_enum(left.1) || self.is_enum(right.1) {
            diagnostic = errors::enum_operand(diagnostic);
        }
        for ((literal, _), (_, other)) in [(left, right), (right, left)] {
            if matches!(self.shallow(other).kind(), TyKind::Pointer(..)) && self.is_zero(literal) {
                diagnostic = errors::null_for_zero(diagnostic, self.span(literal));
            }
        }
        if let Some(item) = compared_by(operator.op)
            && self.table.resolve(left.1) == self.table.resolve(right.1)
        {
            diagnostic = self.with_derive_of(diagnostic, left.1, item);
        }
        self.error_ty(diagnostic)
    }

    pub(super) fn is_zero(&self, expr: ExprId) -> bool {
        matches!(self.body.exprs[expr], Expr::Literal(Literal::Int { value: 0, .. }))
    }

    /// An operand that is a reference to a number, `bool` or `char` stands for what it points to.
    fn number_behind(&mut self, (expr, ty): (ExprId, Ty)) -> (ExprId, Ty) {
        let original = ty;
        let mut ty = self.shallow(ty);
        let mut steps = Vec::new();
        while let TyKind::Ref(_, target) = ty.kind() {
            ty = self.shallow(*target);
            steps.push(ty);
        }
        let is_c_bool = matches!(ty.kind(), TyKind::C(CScalar::Bool));
        let is_scalar = ty.is_numeric() || is_c_bool || matches!(ty.kind(), TyKind::Bool | TyKind::Char);
        if !is_scalar {
            return (expr, original);
        }
        for step in steps {
            self.adjust(expr, Adjust::Deref, step);
        }
        // What C calls a `_Bool` is a `bool` to every operator.
        if is_c_bool {
            self.adjust(expr, Adjust::Numeric, Ty::bool());
            return (expr, Ty::bool());
        }
        (expr, ty)
    }

    /// Makes two numbers one type, where one of them converts to the other's.
    pub(super) fn common_number(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        if is_error(left_ty) || is_error(right_ty) {
            return Some(if is_error(left_ty) { left_ty } else { right_ty });
        }
        let (left, right) = (self.number_of_enum(left), self.number_of_enum(right));
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        let numeric = |ty: Ty| ty.is_numeric() || matches!(ty.kind(), TyKind::Infer(_) | TyKind::Param { .. });
        if !numeric(left_ty) || !numeric(right_ty) {
            return None;
        }
        if left_ty.is_numeric() != right_ty.is_numeric() || matches!(left_ty.kind(), TyKind::Param { .. }) {
            let known = left_ty.is_numeric() || right_ty.is_numeric();
            return (known && self.table.unify(left_ty, right_ty)).then_some(left_ty);
        }
        if self.table.unify(left_ty, right_ty) {
            return Some(left_ty);
        }
        // A float literal beside an integer is the float that it would be alone.
        let settled = |ty: Ty| match ty.kind() {
            TyKind::Infer(InferVar::Float(_)) => Ty::float(FloatTy::F64),
            _ => ty,
        };
        let (left_ty, right_ty) = (settled(left_ty), settled(right_ty));
        let common = match numbers::common(left_ty, right_ty) {
            Some(common) => common,
            None if self.c_constant_fits(right.0, left_ty) => left_ty,
            None if self.c_constant_fits(left.0, right_ty) => right_ty,
            None => return None,
        };
        self.table.unify(left.1, left_ty);
        self.table.unify(right.1, right_ty);
        for (expr, ty) in [(left.0, left_ty), (right.0, right_ty)] {
            if ty != common {
                self.adjust(expr, Adjust::Numeric, common);
            }
        }
        Some(common)
    }

    fn arithmetic(&mut self, op: BinaryOp, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        let span = self.span(left.0);
        match (op, left_ty.kind(), right_ty.kind()) {
            (BinaryOp::Sub, TyKind::Pointer(_, x), TyKind::Pointer(_, y)) => {
                self.require_unsafe(span, "subtracting raw pointers");
                let is_of_one = self.has_stride(*x) && self.table.unify(*x, *y);
                // One of them may be a `*const T`.
                (is_of_one && self.one_becomes_other(left, right).is_some()).then(|| Ty::int(IntTy::Isize))
            }
            (BinaryOp::Add | BinaryOp::Sub, TyKind::Pointer(_, element), _)
                if right_ty.is_integer() || self.is_enum(right_ty) =>
            {
                self.number_of_enum(right);
                self.require_unsafe(span, "arithmetic on a raw pointer");
                self.has_stride(*element).then_some(left_ty)
            }
            _ => self.common_number(left, right),
        }
    }

    fn shift(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let (left, right) = (self.number_of_enum(left), self.number_of_enum(right));
        (self.shallow(left.1).is_integer() && self.shallow(right.1).is_integer()).then_some(left.1)
    }

    fn has_stride(&self, element: Ty) -> bool {
        !matches!(self.shallow(element).kind(), TyKind::C(CScalar::Void))
    }

    fn bits(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let left_ty = self.shallow(left.1);
        if matches!(left_ty.kind(), TyKind::Bool | TyKind::C(CScalar::Bool)) {
            return self.try_coerce(right.0, right.1, left_ty).then_some(left_ty);
        }
        // Flags of one enum together are flags of that enum.
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        if left_ty == right_ty && self.is_enum(left_ty) {
            return Some(left_ty);
        }
        let common = self.common_number(left, right)?;
        let now = self.shallow(common);
        (now.is_integer() || is_error(now)).then_some(common)
    }

    fn equality(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        match (left_ty.kind(), right_ty.kind()) {
            (TyKind::Bool | TyKind::Char, _) | (_, TyKind::Bool | TyKind::Char) => self.one_becomes_other(left, right),
            (TyKind::Optional(inner), _) | (_, TyKind::Optional(inner)) => {
                let is_none = |expr: ExprId| matches!(self.body.exprs[expr], Expr::None);
                let has_none = is_none(left.0) || is_none(right.0);
                // What is inside of others is compared by its trait.
                let is_address = matches!(
                    self.shallow(*inner).kind(),
                    TyKind::FnPointer(_) | TyKind::ExternFn(_) | TyKind::Error(_)
                );
                (has_none || is_address).then(|| self.one_becomes_other(left, right))?
            }
            (TyKind::Pointer(..) | TyKind::ExternFn(_) | TyKind::FnPointer(_), _)
            | (_, TyKind::Pointer(..) | TyKind::ExternFn(_) | TyKind::FnPointer(_)) => {
                self.one_becomes_other(left, right)
            }
            (TyKind::Ref(_, x), TyKind::Ref(_, y)) => {
                let (x, y) = (self.shallow(*x), self.shallow(*y));
                (matches!(x.kind(), TyKind::Str) && matches!(y.kind(), TyKind::Str)).then(Ty::bool)
            }
            (TyKind::Adt(..), TyKind::Adt(..)) => (left_ty == right_ty && self.is_enum(left_ty)).then(Ty::bool),
            _ => self.common_number(left, right).map(|_| Ty::bool()),
        }
    }

    /// A value that is used as text, such as a `String` behind any number of references, as a `&str`.
    fn text_behind(&mut self, (expr, ty): (ExprId, Ty)) -> (ExprId, Ty) {
        let ty = self.shallow(ty);
        let is_plain = matches!(ty.kind(), TyKind::Ref(_, text) if matches!(self.shallow(*text).kind(), TyKind::Str));
        if is_plain || !matches!(self.seen_as(ty).kind(), TyKind::Str) {
            return (expr, ty);
        }
        self.see_all_through(expr, ty);
        self.adjust(expr, Adjust::Borrow(Mutability::Const), Ty::str_ref());
        (expr, Ty::str_ref())
    }

    fn one_becomes_other(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let done = self.try_coerce(right.0, right.1, left.1) || self.try_coerce(left.0, left.1, right.1);
        done.then(Ty::bool)
    }

    fn order(&mut self, left: (ExprId, Ty), right: (ExprId, Ty)) -> Option<Ty> {
        let (left_ty, right_ty) = (self.shallow(left.1), self.shallow(right.1));
        match (left_ty.kind(), right_ty.kind()) {
            (TyKind::Bool, TyKind::Bool) | (TyKind::Char, TyKind::Char) => Some(Ty::bool()),
            (TyKind::Pointer(..), TyKind::Pointer(..)) => self.one_becomes_other(left, right),
            _ => self.common_number(left, right).map(|_| Ty::bool()),
        }
    }

    /// Checks `left == right` for an assertion.
    pub(super) fn compare_equal(&mut self, expr: ExprId, left: ExprId, right: ExprId, negated: bool) {
        let op = if negated { BinaryOp::Ne } else { BinaryOp::Eq };
        let span = self.span(expr);
        self.binary(expr, (op, span), (left, right), Expect::Nothing);
    }

    pub(super) fn logical(&mut self, left: ExprId, right: ExprId) -> Ty {
        self.coerced(left, Ty::bool());
        let before = self.diverges;
        self.coerced(right, Ty::bool());
        self.diverges = before;
        Ty::bool()
    }

    pub(super) fn negate(&mut self, expr: ExprId, operand: ExprId, expect: Expect) -> Ty {
        let body = self.body;
        // `-128i8` is one literal: its range is checked with the sign.
        if let Expr::Literal(Literal::Int { value, suffix }) = &body.exprs[operand] {
            let ty = self.int_literal_ty(operand, *suffix, expect);
            self.typed.expr_tys[operand] = ty;
            return self.int_literal(expr, true, *value, ty);
        }
        let ty = self.infer(operand, expect.as_hint());
        let number = self.number_behind((operand, ty));
        let (_, ty) = self.number_of_enum(number);
        let now = self.shallow(ty);
        let unsigned = match now.kind() {
            TyKind::Int(int) => !int.is_signed(),
            TyKind::C(_) => numbers::limits(now, self.input.target).is_some_and(|(least, _)| least == 0),
            _ => false,
        };
        if (now.is_numeric() && !unsigned) || is_error(now) {
            return ty;
        }
        if let Some(ret) = self.overloaded_unary(expr, LangItem::Neg, (operand, ty)) {
            return ret;
        }
        let text = self.display(now);
        self.error_at(expr, |span| errors::bad_operand(span, "-", &text, None))
    }

    pub(super) fn not(&mut self, expr: ExprId, operand: ExprId, expect: Expect) -> Ty {
        let ty = self.infer(operand, expect.as_hint());
        let (_, ty) = self.number_behind((operand, ty));
        let now = self.shallow(ty);
        match now.kind() {
            TyKind::Bool | TyKind::Error(_) => ty,
            TyKind::C(CScalar::Bool) => {
                self.adjust(operand, Adjust::Numeric, Ty::bool());
                Ty::bool()
            }
            TyKind::Infer(InferVar::Int(_)) => ty,
            _ if now.is_integer() || self.is_enum(now) => ty,
            _ => {
                if let Some(ret) = self.overloaded_unary(expr, LangItem::Not, (operand, ty)) {
                    return ret;
                }
                let text = self.display(now);
                let is_pointer = matches!(now.kind(), TyKind::Pointer(..));
                self.error_at(expr, |span| {
                    let diagnostic = errors::bad_operand(span, "!", &text, None);
                    if is_pointer {
                        errors::is_null(diagnostic)
                    } else {
                        diagnostic
                    }
                })
            }
        }
    }

    pub(super) fn assign(&mut self, place: ExprId, value: ExprId) -> Ty {
        self.union_write = Some(place);
        let ty = self.infer(place, Expect::Nothing);
        self.union_write = None;
        self.require_writable(place, "the left of an assignment");
        self.reject_record_with_const_field(place);
        self.coerced(value, ty);
        self.require_assigned_fits_bits(place, value);
        Ty::unit()
    }

    pub(super) fn assign_op(
        &mut self,
        expr: ExprId,
        (op, op_span): (BinaryOp, Span),
        place: ExprId,
        value: ExprId,
    ) -> Ty {
        let ty = self.infer(place, Expect::Nothing);
        self.require_writable(place, "the left of an assignment");
        self.reject_two_steps(place, (op, op_span));
        let hint = self.operand_hint(class_of(op), ty);
        let value_ty = self.infer(value, hint);
        let (_, value_ty) = self.number_behind((value, value_ty));
        let now = self.shallow(ty);
        if is_error(now) || is_error(self.shallow(value_ty)) {
            return Ty::unit();
        }
        let found = self.shallow(value_ty);
        let both_numbers = now.is_numeric() && (found.is_numeric() || self.is_enum(found));
        if both_numbers && class_of(op) != OpClass::Shift {
            // The place keeps its type: only the value converts.
            let fits = class_of(op) == OpClass::Arithmetic || now.is_integer();
            if fits {
                self.coerce(value, value_ty, ty);
                return Ty::unit();
            }
        }
        let operator = Operator {
            expr,
            op,
            span: op_span,
            assigns: true,
        };
        if self.is_overloaded(now) {
            let done = self.overloaded_assign(expr, (op, op_span), (place, ty), (value, value_ty));
            if done.is_none() {
                self.bad_operands(operator, (place, now), (value, found));
            }
            return Ty::unit();
        }
        // An operator of numbers gives one, which no enum is.
        let is_kept = !self.is_enum(now) || (class_of(op) == OpClass::Bits && found == now);
        if !is_kept {
            return self.bad_operands(operator, (place, now), (value, found));
        }
        let result = self.operator(operator, (place, ty), (value, value_ty));
        let _ = self.table.unify(result, ty);
        Ty::unit()
    }

    pub(super) fn require_writable(&mut self, place: ExprId, what: &str) {
        if is_error(self.shallow(self.typed.expr_tys[place])) {
            return;
        }
        if self.is_stored_by_c(place) {
            self.reject_const_field(place);
            return;
        }
        let is_assignable = match self.names_bit_field(place) {
            true => self.has_place_around(place),
            false => self.is_place(place),
        };
        if !is_assignable {
            self.error_at(place, |span| errors::not_a_place(span, what));
        } else if let Some(constant) = self.constant_place(place) {
            self.error_at(place, |span| {
                let diagnostic = errors::assign_to_constant(span, &constant.path);
                if constant.is_lang {
                    diagnostic.hint("declare it as `static var` to change it")
                } else {
                    diagnostic
                }
            });
        } else {
            self.require_not_behind_const(place);
        }
    }

    /// A macro that is no place, and that C text assigns to.
    fn is_stored_by_c(&self, place: ExprId) -> bool {
        match &self.body.exprs[place] {
            Expr::Unsafe(inner) => self.is_stored_by_c(*inner),
            _ => matches!(
                self.typed.values.get(&place),
                Some(ValueRef::Getter { store: Some(_), .. })
            ),
        }
    }

    /// `&mut` of a static that is not `var`.
    pub(super) fn require_mutable_static(&mut self, mutability: Mutability, operand: ExprId) {
        if mutability == Mutability::Mut {
            if self.reject_reference_to_bits(operand) {
                return;
            }
            if self.is_stored_by_c(operand) {
                self.error_at(operand, |span| errors::not_a_place(span, "the operand of `&mut`"));
            } else if let Some(constant) = self.constant_place(operand) {
                self.error_at(operand, |span| errors::assign_to_constant(span, &constant.path));
            } else {
                self.require_not_behind_const(operand);
            }
        }
    }
}

/// The trait by which values are compared.
fn compared_by(op: BinaryOp) -> Option<LangItem> {
    match class_of(op) {
        OpClass::Equality => Some(LangItem::Eq),
        OpClass::Order => Some(LangItem::Ord),
        OpClass::Arithmetic | OpClass::IntegerArithmetic | OpClass::Bits | OpClass::Shift => None,
    }
}

fn is_text(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Ref(_, text) if matches!(text.kind(), TyKind::Str))
}
