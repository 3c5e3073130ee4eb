//! Patterns: first the tests that a value must pass, then the bindings that it gives.

use base::Span;
use check::{ConstValue, Ty, TyKind};
use hir::{Mutability, Pat, PatId};

use super::builder::Builder;
use super::places::copy;
use crate::body::{BinaryOp, BlockId, Const, Local, Operand, Place, Projection, Rvalue, TerminatorKind};

impl Builder<'_> {
    /// Declares the variables that a pattern binds in the innermost scope.
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
            self.schedule_local(depth, local, decl.span);
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
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None => Vec::new(),
            Pat::Bind { sub, .. } => sub.iter().copied().collect(),
            Pat::Tuple { elements, .. } | Pat::TupleVariant { elements, .. } => elements.clone(),
            Pat::Struct { fields, .. } => fields.iter().map(|field| field.pat).collect(),
            Pat::Slice { before, rest, after } => {
                let rest = rest.iter().flatten().copied();
                before
                    .iter()
                    .copied()
                    .chain(rest)
                    .chain(after.iter().copied())
                    .collect()
            }
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

    /// Binds a pattern that always matches.
    pub(super) fn bind_irrefutable(&mut self, pat: PatId, place: Place) {
        self.bind(pat, &place);
    }

    /// The tests of the `let` of a condition, in which a plain pattern takes an optional's value. Gives the place that
    /// the pattern is for.
    pub(super) fn test_let(&mut self, pat: PatId, place: Place, fail: BlockId) -> Place {
        let span = self.hir.pat_spans[pat];
        let ty = self.place_ty(&place);
        let pat_ty = self.typed.pat_tys[pat];
        let place = match ty.kind() {
            TyKind::Optional(inner) if pat_ty != ty && pat_ty == *inner => {
                self.test_some(&place, fail, span);
                place.project(Projection::SomeValue(*inner))
            }
            _ => place,
        };
        self.test(pat, &place, fail);
        place
    }

    fn test_some(&mut self, place: &Place, fail: BlockId, span: Span) {
        let is_none = self.assign_temporary(Ty::bool(), Rvalue::IsNone(place.clone()), span);
        self.branch(copy(is_none), false, fail, span);
    }

    /// Follows references down to what the pattern describes: patterns look through them.
    fn settled(&self, pat: PatId, place: &Place) -> Place {
        let mut place = place.clone();
        let pat_ty = self.typed.pat_tys[pat];
        let describes_value = match &self.hir.pats[pat] {
            Pat::Error(_) | Pat::Wild | Pat::Bind { .. } | Pat::Or(_) | Pat::Ref { .. } => false,
            Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::None => true,
        };
        if !describes_value {
            return place;
        }
        loop {
            let ty = self.place_ty(&place);
            match ty.kind() {
                TyKind::Ref(_, target) if ty != pat_ty || !matches!(target.kind(), TyKind::Str | TyKind::CStr) => {
                    place = place.deref();
                }
                _ => return place,
            }
        }
    }

    /// Goes on where the place's value matches, elsewhere to `fail`.
    pub(super) fn test(&mut self, pat: PatId, place: &Place, fail: BlockId) {
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        let place = &self.settled(pat, place);
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
            Pat::TupleVariant { .. } | Pat::Tuple { .. } | Pat::Struct { .. } | Pat::Slice { .. } | Pat::Ref { .. } => {
                if let TyKind::Optional(_) = self.place_ty(place).kind() {
                    self.test_some(place, fail, span);
                }
                if let Pat::Slice { before, rest, after } = &hir.pats[pat] {
                    self.test_length(before.len() + after.len(), rest.is_some(), place, fail, span);
                }
                for (part, inner) in self.part_places(pat, place) {
                    self.test(part, &inner, fail);
                }
            }
            Pat::Error(_) => unreachable!("a body without errors has no error patterns"),
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
        match self.typed.pat_values.get(&pat)? {
            ConstValue::Int(value) if is_integer => Some(*value),
            _ => None,
        }
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

    /// A slice has exactly, or with `..` at least, as many elements as the pattern names.
    fn test_length(&mut self, n: usize, has_rest: bool, place: &Place, fail: BlockId, span: Span) {
        if matches!(self.place_ty(place).kind(), TyKind::Array(..)) {
            return;
        }
        let len = self.length(place, span);
        let op = if has_rest { BinaryOp::Ge } else { BinaryOp::Eq };
        let wanted = self.integer(n as i128, Ty::usize());
        let fits = self.assign_temporary(Ty::bool(), Rvalue::Binary(op, len, wanted), span);
        self.branch(copy(fits), true, fail, span);
    }

    /// The patterns inside of one that describes a whole, each with its part of the place.
    fn part_places(&mut self, pat: PatId, place: &Place) -> Vec<(PatId, Place)> {
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        match &hir.pats[pat] {
            Pat::Tuple { elements, rest } | Pat::TupleVariant { elements, rest, .. } => {
                if let TyKind::Optional(inner) = self.place_ty(place).kind() {
                    let value = place.clone().project(Projection::SomeValue(*inner));
                    return elements.iter().map(|element| (*element, value.clone())).collect();
                }
                let skipped = self.n_fields(place) - elements.len();
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
            Pat::Slice { before, rest, after } => self.slice_parts(before, *rest, after, place, span),
            Pat::Ref { pat, .. } => vec![(*pat, place.clone().deref())],
            Pat::Error(_)
            | Pat::Wild
            | Pat::Bind { .. }
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Or(_)
            | Pat::None => Vec::new(),
        }
    }

    fn n_fields(&self, place: &Place) -> usize {
        match self.place_ty(place).kind() {
            TyKind::Tuple(elements) => elements.len(),
            TyKind::Adt(adt, _) => self.signatures.adt(*adt).fields.len(),
            other => unreachable!("a pattern with parts for {other:?}"),
        }
    }

    /// The elements that a slice pattern names: from the start, from the end, and what is between.
    fn slice_parts(
        &mut self,
        before: &[PatId],
        rest: Option<Option<PatId>>,
        after: &[PatId],
        place: &Place,
        span: Span,
    ) -> Vec<(PatId, Place)> {
        let mut parts = Vec::new();
        let len = self.length(place, span);
        for (index, pat) in before.iter().enumerate() {
            let at = self.integer(index as i128, Ty::usize());
            parts.push((*pat, self.element_place(place, at, span)));
        }
        if let Some(Some(pat)) = rest {
            let named = self.integer((before.len() + after.len()) as i128, Ty::usize());
            let n = self.assign_temporary(Ty::usize(), Rvalue::Binary(BinaryOp::Sub, len.clone(), named), span);
            let start = self.integer(before.len() as i128, Ty::usize());
            parts.push((pat, self.rest_place(place, start, n, span)));
        }
        for (index, pat) in after.iter().enumerate() {
            let from_end = self.integer((after.len() - index) as i128, Ty::usize());
            let at = Rvalue::Binary(BinaryOp::Sub, len.clone(), from_end);
            let at = self.assign_temporary(Ty::usize(), at, span);
            parts.push((*pat, self.element_place(place, copy(at), span)));
        }
        parts
    }

    fn element_place(&mut self, sequence: &Place, at: Operand, span: Span) -> Place {
        let at = self.local_of(at, Ty::usize(), span);
        sequence.clone().project(Projection::Index(at))
    }

    /// The part of a sequence from `start` on, `n` elements of it.
    fn rest_place(&mut self, sequence: &Place, start: Operand, n: Local, span: Span) -> Place {
        let first = self.element_place(sequence, start, span);
        let element = self.place_ty(&first);
        let mutability = match sequence.projections.last() {
            Some(Projection::Deref) => {
                let mut reference = sequence.clone();
                reference.projections.pop();
                match self.place_ty(&reference).kind() {
                    TyKind::Ref(mutability, _) | TyKind::Pointer(mutability, _) => *mutability,
                    _ => Mutability::Const,
                }
            }
            Some(_) | None => Mutability::Const,
        };
        let address = Rvalue::AddressOf(mutability, first);
        let pointer = self.assign_temporary(element.pointer(mutability), address, span);
        self.slice_from(copy(pointer), n, element.slice().reference(mutability), span)
    }

    /// Gives the variables of a pattern that matches their values.
    pub(super) fn bind(&mut self, pat: PatId, place: &Place) {
        if !self.has_bindings(pat) {
            return;
        }
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        let place = &self.settled(pat, place);
        match &hir.pats[pat] {
            Pat::Bind { local, sub } => {
                if let Some(sub) = sub {
                    self.bind(*sub, place);
                }
                let variable = self.variables[local];
                self.bind_variable(variable, place, hir.locals[*local].span);
            }
            Pat::Or(alternatives) => self.bind_alternatives(alternatives, place, span),
            Pat::Tuple { .. } | Pat::TupleVariant { .. } | Pat::Struct { .. } | Pat::Slice { .. } | Pat::Ref { .. } => {
                for (part, inner) in self.part_places(pat, place) {
                    self.bind(part, &inner);
                }
            }
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None => {}
        }
    }

    /// By value, or by reference where the pattern looked through one.
    fn bind_variable(&mut self, variable: Local, place: &Place, span: Span) {
        let ty = self.locals[variable].ty;
        let found = self.place_ty(place);
        let value = match ty.kind() {
            TyKind::Ref(mutability, target) if ty != found && *target == found => {
                match place.projections.as_slice() {
                    // `rest @ ..` is the slice that was made for it.
                    [Projection::Deref] if found.is_unsized() => Rvalue::Use(self.consume(Place::local(place.local))),
                    _ => Rvalue::Ref(*mutability, place.clone()),
                }
            }
            _ => Rvalue::Use(self.consume(place.clone())),
        };
        self.assign(Place::local(variable), value, span);
    }

    /// Moves back what [`Self::bind`] has moved out. What alternatives have moved stays out, as which of them matched
    /// is not known any more.
    pub(super) fn unbind(&mut self, pat: PatId, place: &Place) {
        let hir = self.hir;
        let place = &self.settled(pat, place);
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
            Pat::Tuple { .. } | Pat::TupleVariant { .. } | Pat::Struct { .. } | Pat::Ref { .. } | Pat::Slice { .. } => {
                for (part, inner) in self.part_places(pat, place) {
                    self.unbind(part, &inner);
                }
            }
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None | Pat::Or(_) => {}
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
