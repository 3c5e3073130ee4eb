//! Values as operands: read where they are if nothing can change them before they are used, in temporaries elsewhere.

use base::Span;
use check::{Adjust, Ty, ValueRef};
use hir::{Expr, ExprId, Mutability, UnaryOp};

use super::builder::{Adjusted, Builder, Dest};
use crate::body::{Local, Operand, Place, Rvalue};

/// What may happen between the evaluation of an operand and its use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Until {
    /// Nothing that writes memory.
    Now,
    /// Anything: the operand must be a value of its own.
    Later,
}

impl Builder<'_> {
    /// The value of an expression with its adjustments, used at once.
    pub(super) fn operand_of(&mut self, expr: ExprId) -> Operand {
        self.operand(self.adjusted(expr))
    }

    pub(super) fn operand(&mut self, value: Adjusted) -> Operand {
        self.operand_until(value, Until::Now)
    }

    /// The values of some expressions, evaluated in order, used at once when all are there.
    pub(super) fn operands_of(&mut self, exprs: &[ExprId]) -> Vec<Operand> {
        self.operands_until(exprs, Until::Now)
    }

    /// The values of some expressions, evaluated in order; `until` is what happens when all are there.
    pub(super) fn operands_until(&mut self, exprs: &[ExprId], until: Until) -> Vec<Operand> {
        let last_write = exprs.iter().rposition(|expr| self.may_write(*expr)).unwrap_or(0);
        let mut operands = Vec::with_capacity(exprs.len());
        for (index, expr) in exprs.iter().enumerate() {
            let until = if index < last_write { Until::Later } else { until };
            operands.push(self.operand_until(self.adjusted(*expr), until));
        }
        operands
    }

    pub(super) fn operand_until(&mut self, value: Adjusted, until: Until) -> Operand {
        if let Some(constant) = self.constant(value) {
            return Operand::Const(constant);
        }
        if self.is_place(value) {
            let span = self.span(value.expr);
            let place = self.place(value, Mutability::Const);
            return self.read_place(place, until, span);
        }
        let temporary = self.value_temporary(value);
        self.consume(Place::local(temporary))
    }

    /// A new temporary with the value.
    fn value_temporary(&mut self, value: Adjusted) -> Local {
        let ty = self.ty(value);
        if self.env().needs_drop(ty) {
            return self.value_in(self.temporaries_scope(), value);
        }
        let local = self.temporary(ty, self.span(value.expr));
        self.adjusted_into(&Dest::Place(Place::local(local)), value);
        local
    }

    /// The value at a place. One that initialisation is checked for is read by a statement of its own, so that a
    /// message about it points at it.
    pub(super) fn read_place(&mut self, place: Place, until: Until, span: Span) -> Operand {
        let is_checked = !self.env().is_copy(self.locals[place.local].ty) || self.deferred.contains(&place.local);
        if until == Until::Now && !is_checked {
            self.reads.push((place.clone(), span));
            return self.consume(place);
        }
        let ty = self.place_ty(&place);
        let operand = self.consume(place);
        let local = self.kept(ty, Rvalue::Use(operand), span);
        self.consume(Place::local(local))
    }

    /// The value in a local: for indices, and for what is read more than once.
    pub(super) fn local_of(&mut self, operand: Operand, ty: Ty, span: Span) -> Local {
        match operand {
            Operand::Copy(place) | Operand::Move(place) if self.is_temporary(&place) => place.local,
            Operand::Copy(_) | Operand::Move(_) | Operand::Const(_) => {
                self.assign_temporary(ty, Rvalue::Use(operand), span)
            }
        }
    }

    fn is_temporary(&self, place: &Place) -> bool {
        // What a closure has taken from around it is no local of its own in the end.
        let is_captured = self.captured.values().any(|stand_in| *stand_in == place.local);
        place.projections.is_empty() && self.locals[place.local].name.is_none() && !is_captured
    }

    /// The place that an operand reads again and again: its own, or a temporary's.
    pub(super) fn place_of(&mut self, operand: Operand, ty: Ty, span: Span) -> Place {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => place,
            Operand::Const(_) => Place::local(self.assign_temporary(ty, Rvalue::Use(operand), span)),
        }
    }

    /// Whether an expression names a variable, or a field of one.
    pub(super) fn is_variable(&self, expr: ExprId) -> bool {
        if let Expr::Field { base, .. } = &self.hir.exprs[expr] {
            return self.typed.fields.contains_key(&expr) && self.is_variable(*base);
        }
        matches!(self.hir.exprs[expr], Expr::Local(_))
    }

    /// Whether a place that is written stands in what a function lends: `v[0]` of a `Vec` lends all of `v`, which what
    /// is written may be read from.
    pub(super) fn is_written_as_lent(&self, place: ExprId) -> bool {
        let mut steps = self.typed.adjustments.get(&place).into_iter().flatten();
        if steps.any(|step| step.kind == Adjust::Lend) || self.typed.operators.contains_key(&place) {
            return true;
        }
        if let Expr::Field { base: inner, .. }
        | Expr::Index { base: inner, .. }
        | Expr::Unary { operand: inner, .. }
        | Expr::Unsafe(inner) = &self.hir.exprs[place]
        {
            return self.is_written_as_lent(*inner);
        }
        false
    }

    pub(super) fn may_write(&self, expr: ExprId) -> bool {
        let mut steps = self.typed.adjustments.get(&expr).into_iter().flatten();
        if steps.any(|step| step.kind == Adjust::Try) {
            return true;
        }
        if self.typed.operators.contains_key(&expr) {
            return true;
        }
        match &self.hir.exprs[expr] {
            Expr::Literal(_)
            | Expr::Local(_)
            | Expr::DotName { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::None
            | Expr::Null => false,
            Expr::Name(_) => self.runs_c(expr),
            Expr::Field { base, .. } if self.typed.fields.contains_key(&expr) => self.may_write(*base),
            Expr::Field { .. } => self.runs_c(expr),
            Expr::Index { base, index } => self.may_write(*base) || self.may_write(*index),
            Expr::Unary {
                op: UnaryOp::Neg | UnaryOp::Not | UnaryOp::Deref,
                operand,
            }
            | Expr::Cast { operand, .. }
            | Expr::Unsafe(operand)
            | Expr::Ref { operand, .. } => self.may_write(*operand),
            Expr::Repeat { element, .. } => self.may_write(*element),
            Expr::Binary { left, right, .. } | Expr::And { left, right } | Expr::Or { left, right } => {
                self.may_write(*left) || self.may_write(*right)
            }
            Expr::Range { start, end, .. } => [start, end].into_iter().flatten().any(|end| self.may_write(*end)),
            Expr::Tuple(elements) | Expr::Array(elements) => elements.iter().any(|element| self.may_write(*element)),
            Expr::Struct { fields, base, .. } => {
                fields.iter().any(|field| self.may_write(field.value)) || base.is_some_and(|base| self.may_write(base))
            }
            Expr::Error(_)
            | Expr::FString(_)
            | Expr::Call { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
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
            | Expr::Try(_)
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::Link(_) => true,
        }
    }

    /// Whether naming an item evaluates a macro of C that does more than read constants.
    fn runs_c(&self, expr: ExprId) -> bool {
        match self.typed.values.get(&expr) {
            Some(ValueRef::Getter { function, .. }) => self.signatures.function(*function).is_unsafe,
            Some(
                ValueRef::Namespace
                | ValueRef::Fn(..)
                | ValueRef::AssocConst(..)
                | ValueRef::ConstParam(_)
                | ValueRef::Const(_)
                | ValueRef::Static(_)
                | ValueRef::TupleStruct(_),
            )
            | None => false,
        }
    }

    /// The rvalue of an expression that is no place and no control flow.
    pub(super) fn rvalue(&mut self, value: Adjusted) -> Rvalue {
        if let Some(constant) = self.constant(value) {
            return Rvalue::Use(Operand::Const(constant));
        }
        match self.last_step(value) {
            Some((adjustment, inner)) => self.adjusted_rvalue(adjustment, inner),
            None => self.plain_rvalue(value.expr),
        }
    }

    pub(super) fn plain_rvalue(&mut self, expr: ExprId) -> Rvalue {
        let hir = self.hir;
        let span = self.span(expr);
        match &hir.exprs[expr] {
            Expr::Unary { operand, .. } if self.typed.operators.contains_key(&expr) => {
                self.operator_value(expr, &[*operand], span)
            }
            Expr::Unary {
                op: UnaryOp::Neg,
                operand,
            } => self.negation(*operand, span),
            Expr::Unary {
                op: UnaryOp::Not,
                operand,
            } => {
                let operand = self.operand_of(*operand);
                Rvalue::Unary(crate::body::UnaryOp::Not, operand)
            }
            Expr::Ref { mutability, operand } => self.borrow(*mutability, self.adjusted(*operand)),
            Expr::Binary { left, right, .. } if self.typed.operators.contains_key(&expr) => {
                self.operator_value(expr, &[*left, *right], span)
            }
            Expr::Binary { op, left, right, .. } => self.binary(*op, *left, *right, span),
            Expr::Cast { operand, mode, .. } => self.cast(expr, *operand, *mode),
            Expr::Range { start, end, .. } => self.range(expr, *start, *end),
            Expr::Tuple(elements) => {
                let operands = self.operands_of(elements);
                Rvalue::Aggregate(crate::body::AggregateKind::Tuple, operands)
            }
            Expr::Array(elements) => self.array(expr, elements),
            Expr::Repeat { element, .. } => self.repeat(expr, *element),
            Expr::Struct { fields, base, .. } => self.struct_literal(expr, fields, *base),
            Expr::Closure(closure) => self.closure_value(*closure),
            Expr::Field { base, .. } if self.is_bit_field(expr) => {
                Rvalue::Use(Operand::Copy(self.field_place(expr, *base, Mutability::Const)))
            }
            Expr::FString(_) => self.f_string(expr, self.span(expr)),
            Expr::Literal(_)
            | Expr::Local(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Field { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Index { .. }
            | Expr::Unary { op: UnaryOp::Deref, .. }
            | Expr::Unsafe(_)
            | Expr::Error(_)
            | Expr::Call { .. }
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
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
            | Expr::Coalesce { .. }
            | Expr::Try(_)
            | Expr::Throw(_)
            | Expr::Catch { .. }
            | Expr::Chain(_)
            | Expr::Link(_)
            | Expr::None
            | Expr::Null => Rvalue::Use(self.operand(Adjusted { expr, steps: 0 })),
        }
    }

    /// Whether the adjustments end at a place, or the expression without any is one.
    pub(super) fn is_place(&self, value: Adjusted) -> bool {
        if let Some((adjustment, _)) = self.last_step(value) {
            return matches!(adjustment.kind, Adjust::Deref | Adjust::Try);
        }
        match &self.hir.exprs[value.expr] {
            Expr::Local(_) | Expr::Index { .. } | Expr::Unary { op: UnaryOp::Deref, .. } | Expr::Link(_) => true,
            Expr::Field { .. } if self.typed.fields.contains_key(&value.expr) => !self.is_bit_field(value.expr),
            Expr::Field { .. } | Expr::Name(_) | Expr::DotName { .. } | Expr::Generic { .. } | Expr::Type(_) => {
                self.typed.values.get(&value.expr).is_some_and(ValueRef::is_place)
            }
            Expr::Call { .. } => self.typed.values.get(&value.expr).is_some_and(ValueRef::is_place),
            Expr::Unsafe(inner) | Expr::Try(inner) => self.is_place(self.adjusted(*inner)),
            Expr::Literal(_)
            | Expr::Unary {
                op: UnaryOp::Neg | UnaryOp::Not,
                ..
            }
            | Expr::Ref { .. }
            | Expr::Binary { .. }
            | Expr::Cast { .. }
            | Expr::Range { .. }
            | Expr::Tuple(_)
            | Expr::Array(_)
            | Expr::Repeat { .. }
            | Expr::Struct { .. }
            | Expr::Error(_)
            | Expr::FString(_)
            | Expr::And { .. }
            | Expr::Or { .. }
            | Expr::Assign { .. }
            | Expr::AssignOp { .. }
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
}
