//! Patterns: first the tests that a value must pass, then the bindings that it gives.

use base::Span;
use check::{ConstValue, Ty, TyKind};
use hir::{Pat, PatId};

use super::builder::Builder;
use super::places::copy;
use crate::body::{BinaryOp, BlockId, Const, Local, Operand, Place, Projection, Rvalue, TerminatorKind};

impl Builder<'_> {
    /// Declares the variables of a pattern that matches in the innermost scope, and gives them their values.
    pub(super) fn declare_and_bind(&mut self, pat: PatId, place: &Place) {
        let locals = self.declare_bindings(pat);
        self.bind(pat, place);
        self.schedule_values_in(self.scopes.len() - 1, &locals);
    }

    /// Schedules the drops of variables in the scope at `depth`.
    pub(super) fn schedule_values_in(&mut self, depth: usize, locals: &[Local]) {
        for local in locals {
            self.schedule_value(depth, *local, self.locals[*local].source.span);
        }
    }

    /// Declares the variables that a pattern binds in the innermost scope. Their drops are not scheduled.
    pub(super) fn declare_bindings(&mut self, pat: PatId) -> Vec<Local> {
        let mut bound = Vec::new();
        self.bindings(pat, &mut bound);
        let depth = self.scopes.len() - 1;
        let mut locals = Vec::new();
        for variable in bound {
            let decl = &self.hir.locals[variable];
            let source = self.source(decl.span);
            let ty = self.typed.local_tys[variable];
            let local = self.new_local(ty, Some(decl.name), decl.is_var, source);
            self.variables.insert(variable, local);
            self.begin_local(depth, local, decl.span);
            locals.push(local);
        }
        locals
    }

    /// The variables of a pattern, each once, in order.
    fn bindings(&self, pat: PatId, bound: &mut Vec<hir::LocalId>) {
        if let Pat::Bind { local, .. } = &self.hir.pats[pat]
            && !bound.contains(local)
        {
            bound.push(*local);
        }
        for part in self.parts(pat) {
            self.bindings(part, bound);
        }
    }

    /// The patterns directly inside of a pattern.
    fn parts(&self, pat: PatId) -> Vec<PatId> {
        match &self.hir.pats[pat] {
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::Slice { .. } | Pat::None => Vec::new(),
            Pat::Bind { sub, .. } => sub.iter().copied().collect(),
            Pat::Tuple { elements, .. } | Pat::TupleVariant { elements, .. } => elements.clone(),
            Pat::Struct { fields, .. } => fields.iter().map(|field| field.pat).collect(),
            Pat::Or(alternatives) => alternatives.clone(),
            Pat::Ref { pat, .. } => vec![*pat],
        }
    }

    pub(super) fn has_bindings(&self, pat: PatId) -> bool {
        let mut bound = Vec::new();
        self.bindings(pat, &mut bound);
        !bound.is_empty()
    }

    /// Whether a binding takes something out of what is matched.
    pub(super) fn moves(&self, pat: PatId) -> bool {
        let mut bound = Vec::new();
        self.bindings(pat, &mut bound);
        bound
            .iter()
            .any(|local| !self.signatures.is_copy(self.typed.local_tys[*local]))
    }

    /// The tests of the `let` of a condition, in which a plain pattern takes an optional's value. Gives the place that
    /// the pattern is for.
    pub(super) fn test_let(&mut self, pat: PatId, place: Place, fail: BlockId) -> Place {
        let span = self.hir.pat_spans[pat];
        let ty = self.place_ty(&place);
        let mut place = place;
        if let TyKind::Optional(inner) = ty.kind()
            && self.typed.pat_tys[pat] != ty
        {
            self.test_some(&place, fail, span);
            place = place.project(Projection::SomeValue(*inner));
        }
        self.test(pat, &place, fail);
        place
    }

    fn test_some(&mut self, place: &Place, fail: BlockId, span: Span) {
        let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place.clone()), span);
        self.branch(copy(is_none), false, fail, span);
    }

    /// Goes on where the place's value matches, elsewhere to `fail`.
    pub(super) fn test(&mut self, pat: PatId, place: &Place, fail: BlockId) {
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        match &hir.pats[pat] {
            Pat::Wild => {}
            Pat::Bind { sub, .. } => {
                if let Some(sub) = sub {
                    self.test(*sub, place, fail);
                }
            }
            Pat::Value(_) => self.test_value(pat, place, fail, span),
            Pat::Range { .. } => self.test_range(pat, place, fail, span),
            Pat::None => {
                let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place.clone()), span);
                self.branch(copy(is_none), true, fail, span);
            }
            Pat::Or(alternatives) => self.test_alternatives(alternatives, place, fail, span),
            Pat::TupleVariant { .. } | Pat::Tuple { .. } | Pat::Struct { .. } | Pat::Ref { .. } => {
                if let TyKind::Optional(_) = self.place_ty(place).kind() {
                    self.test_some(place, fail, span);
                }
                for (part, inner) in self.part_places(pat, place) {
                    self.test(part, &inner, fail);
                }
            }
            Pat::Error(_) | Pat::Slice { .. } => unreachable!("checking reports these"),
        }
    }

    fn test_value(&mut self, pat: PatId, place: &Place, fail: BlockId, span: Span) {
        let typed = self.typed;
        let value = &typed.pat_values[&pat];
        let ty = self.place_ty(place);
        if let Some(case) = self.switch_value(pat) {
            let holds = self.new_block();
            let switch = TerminatorKind::Switch {
                value: Operand::Copy(place.clone()),
                cases: vec![(case, holds)],
                otherwise: fail,
            };
            return self.terminate_and_enter(switch, span, holds);
        }
        if let (TyKind::Optional(_), ConstValue::Null) = (ty.kind(), value) {
            let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place.clone()), span);
            return self.branch(copy(is_none), true, fail, span);
        }
        let expected = Operand::Const(Const {
            value: value.clone(),
            ty,
        });
        let actual = Operand::Copy(place.clone());
        let is_equal = self.binary_rvalue(hir::BinaryOp::Eq, (actual, ty), (expected, ty), span);
        let is_equal = self.assign_temporary(Ty::bool(), is_equal, span);
        self.branch(copy(is_equal), true, fail, span);
    }

    /// The integer that a pattern compares with, if it is a single one.
    pub(super) fn switch_value(&self, pat: PatId) -> Option<i128> {
        let is_integer = self.int_shape(self.typed.pat_tys[pat]).is_some();
        let ConstValue::Int(value) = self.typed.pat_values.get(&pat)? else {
            return None;
        };
        is_integer.then_some(*value)
    }

    fn test_range(&mut self, pat: PatId, place: &Place, fail: BlockId, span: Span) {
        let (first, last) = self.typed.pat_ranges[&pat];
        let ty = self.place_ty(place);
        for (op, bound) in [(BinaryOp::Ge, first), (BinaryOp::Le, last)] {
            let inside = Rvalue::Binary(op, Operand::Copy(place.clone()), self.integer(bound, ty));
            let inside = self.assign_temporary(Ty::bool(), inside, span);
            self.branch(copy(inside), true, fail, span);
        }
    }

    fn test_alternatives(&mut self, alternatives: &[PatId], place: &Place, fail: BlockId, span: Span) {
        let holds = self.new_block();
        for (index, alternative) in alternatives.iter().enumerate() {
            if index + 1 == alternatives.len() {
                self.test(*alternative, place, fail);
                self.goto_and_enter(holds, span);
            } else {
                let next = self.new_block();
                self.test(*alternative, place, next);
                self.goto(holds, span);
                self.current = next;
            }
        }
    }

    /// The patterns inside of one that describes a whole, each with its part of the place.
    fn part_places(&self, pat: PatId, place: &Place) -> Vec<(PatId, Place)> {
        let hir = self.hir;
        match &hir.pats[pat] {
            Pat::Tuple { elements, rest } | Pat::TupleVariant { elements, rest, .. } => {
                if let TyKind::Optional(inner) = self.place_ty(place).kind() {
                    let value = place.clone().project(Projection::SomeValue(*inner));
                    return elements.iter().map(|element| (*element, value.clone())).collect();
                }
                let skipped = self.signatures.field_tys(self.place_ty(place)).count() - elements.len();
                let at = |index: usize| match rest {
                    Some(rest) if index >= *rest => index + skipped,
                    Some(_) | None => index,
                };
                let field = |(index, element): (usize, &PatId)| {
                    let field = u32::try_from(at(index)).expect("few fields");
                    (*element, self.project_field(place.clone(), field))
                };
                elements.iter().enumerate().map(field).collect()
            }
            Pat::Struct { fields, .. } => {
                let indices = &self.typed.pat_fields[&pat];
                let field =
                    |(field, index): (&hir::FieldPat, &u32)| (field.pat, self.project_field(place.clone(), *index));
                fields.iter().zip(indices).map(field).collect()
            }
            Pat::Ref { pat, .. } => vec![(*pat, place.clone().deref())],
            Pat::Error(_)
            | Pat::Wild
            | Pat::Bind { .. }
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Slice { .. }
            | Pat::Or(_)
            | Pat::None => Vec::new(),
        }
    }

    /// Gives the variables of a pattern that matches their values.
    pub(super) fn bind(&mut self, pat: PatId, place: &Place) {
        if !self.has_bindings(pat) {
            return;
        }
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        match &hir.pats[pat] {
            Pat::Bind { local, sub } => {
                if let Some(sub) = sub {
                    self.bind(*sub, place);
                }
                let variable = self.variables[local];
                let value = self.consume(place.clone());
                self.assign(Place::local(variable), Rvalue::Use(value), hir.locals[*local].span);
            }
            Pat::Or(alternatives) => self.bind_alternatives(alternatives, place, span),
            Pat::Tuple { .. } | Pat::TupleVariant { .. } | Pat::Struct { .. } | Pat::Ref { .. } => {
                for (part, inner) in self.part_places(pat, place) {
                    self.bind(part, &inner);
                }
            }
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::Slice { .. } | Pat::None => {}
        }
    }

    /// Moves back what [`Self::bind`] has moved out. What alternatives have moved stays out, as which of them matched
    /// is not known any more.
    pub(super) fn unbind(&mut self, pat: PatId, place: &Place) {
        let hir = self.hir;
        match &hir.pats[pat] {
            Pat::Bind { local, sub } => {
                if let Some(sub) = sub {
                    self.unbind(*sub, place);
                }
                let variable = self.variables[local];
                let ty = self.locals[variable].ty;
                if !self.signatures.is_copy(ty) && ty == self.place_ty(place) {
                    let value = Operand::Move(Place::local(variable));
                    self.assign(place.clone(), Rvalue::Use(value), hir.locals[*local].span);
                }
            }
            Pat::Tuple { .. } | Pat::TupleVariant { .. } | Pat::Struct { .. } | Pat::Ref { .. } => {
                for (part, inner) in self.part_places(pat, place) {
                    self.unbind(part, &inner);
                }
            }
            Pat::Error(_)
            | Pat::Wild
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Slice { .. }
            | Pat::None
            | Pat::Or(_) => {}
        }
    }

    /// Which alternative it is that matched is found out again.
    fn bind_alternatives(&mut self, alternatives: &[PatId], place: &Place, span: Span) {
        let bound = self.new_block();
        for (index, alternative) in alternatives.iter().enumerate() {
            if index + 1 == alternatives.len() {
                self.bind(*alternative, place);
                self.goto_and_enter(bound, span);
            } else {
                let next = self.new_block();
                self.test(*alternative, place, next);
                self.bind(*alternative, place);
                self.goto(bound, span);
                self.current = next;
            }
        }
    }
}
