//! Patterns: first the tests that a value must pass, then the bindings that it gives.

use base::Span;
use check::{ConstValue, Ty, TyKind};
use hir::{Mutability, Pat, PatId};

use super::builder::Builder;
use super::places::copy;
use crate::body::{
    BinaryOp, BlockId, CastKind, Const, Local, Operand, PatternElement, PatternIndex, Place, Projection, Rvalue,
    TerminatorKind,
};

/// Where a part of what a pattern describes is.
enum Part {
    Place(Place),
    /// An element of an array or slice, counted from its start, or from its end where `from_end` is not 0.
    Element {
        pattern: Span,
        sequence: Place,
        from_start: u64,
        from_end: u64,
    },
    /// The elements between the first and the last ones.
    Rest {
        pattern: Span,
        sequence: Place,
        n_before: u64,
        n_after: u64,
        /// What its names want to do there.
        mutability: Mutability,
    },
}

/// Which variables of a pattern get their values.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Binding {
    All,
    /// Before a guard: those that move something stand for where it is.
    Guarded,
    /// Where the guard holds: those.
    Moved,
}

impl Builder<'_> {
    /// Declares the variables of a pattern that matches in the innermost scope, and gives them their values.
    pub(super) fn declare_and_bind(&mut self, pat: PatId, place: &Place) {
        let locals = self.declare_bindings(pat);
        self.bind(pat, place, Binding::All);
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
        let bound = self.bound_by(pat);
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
    pub(super) fn bound_by(&self, pat: PatId) -> Vec<hir::LocalId> {
        let mut bound = Vec::new();
        self.bindings(pat, &mut bound);
        bound
    }

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
            Pat::Slice { before, rest, after } => before
                .iter()
                .chain(rest.iter().flatten())
                .chain(after)
                .copied()
                .collect(),
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
        self.moves_itself(pat) || self.parts(pat).into_iter().any(|part| self.moves(part))
    }

    fn moves_itself(&self, pat: PatId) -> bool {
        matches!(&self.hir.pats[pat], Pat::Bind { local, .. }
            if !self.typed.pat_borrows.contains_key(&pat) && !self.env().is_copy(self.typed.local_tys[*local]))
    }

    /// Whether a binding is a reference to write through.
    pub(super) fn binds_to_write(&self, pat: PatId) -> bool {
        self.bound_by(pat)
            .iter()
            .any(|local| matches!(self.typed.local_tys[*local].kind(), TyKind::Ref(Mutability::Mut, _)))
    }

    /// The tests of the `let` of a condition, in which a plain pattern takes an optional's value. Gives the place that
    /// the pattern is for.
    pub(super) fn test_let(&mut self, pat: PatId, place: Place, fail: BlockId) -> Place {
        let span = self.hir.pat_spans[pat];
        let mut place = place;
        if let Some(n_derefs) = self.typed.unwrapped.get(&pat) {
            place = (0..*n_derefs).fold(place, |place, _| place.deref());
            self.test_variant(1, &place, fail, span);
            place = self.inside(place);
        }
        self.test(pat, &place, fail);
        place
    }

    /// What a pattern matches, behind the references that it looks through.
    fn looked_through(&self, pat: PatId, place: &Place) -> Place {
        let n_derefs = self.typed.pat_derefs.get(&pat).copied().unwrap_or(0);
        (0..n_derefs).fold(place.clone(), |place, _| place.deref())
    }

    /// Goes on where the place's value matches, elsewhere to `fail`.
    pub(super) fn test(&mut self, pat: PatId, place: &Place, fail: BlockId) {
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        let place = &self.looked_through(pat, place);
        if let Some(variant) = self.typed.pat_variants.get(&pat) {
            self.test_variant(*variant, place, fail, span);
        }
        match &hir.pats[pat] {
            Pat::Wild | Pat::None => {}
            Pat::Bind { sub, .. } => {
                if let Some(sub) = sub {
                    self.test(*sub, place, fail);
                }
            }
            Pat::Value(_) if self.typed.pat_variants.contains_key(&pat) => {}
            Pat::Value(_) => self.test_value(pat, place, fail, span),
            Pat::Range { .. } => self.test_range(pat, place, fail, span),
            Pat::Or(alternatives) => self.test_alternatives(alternatives, place, fail, span),
            Pat::Slice { before, rest, after } => {
                self.test_length(before.len() + after.len(), rest.is_some(), place, fail, span);
                self.test_parts(pat, place, fail);
            }
            Pat::TupleVariant { .. } | Pat::Tuple { .. } | Pat::Struct { .. } | Pat::Ref { .. } => {
                self.test_parts(pat, place, fail);
            }
            Pat::Error(_) => unreachable!("checking reports these"),
        }
    }

    fn test_parts(&mut self, pat: PatId, place: &Place, fail: BlockId) {
        for (part, inner) in self.part_places(pat, place) {
            if self.asks(part) {
                let inner = self.part_place(inner);
                self.test(part, &inner, fail);
            }
        }
    }

    /// Whether a pattern of a variant, or of one of several, or of integers, asks for nothing but that.
    pub(super) fn asks_only_which(&self, pat: PatId) -> bool {
        match &self.hir.pats[pat] {
            Pat::Or(alternatives) => alternatives.iter().all(|pat| self.asks_only_which(*pat)),
            Pat::Value(_) => self.typed.pat_variants.contains_key(&pat) || self.switch_value(pat).is_some(),
            Pat::TupleVariant { .. } | Pat::Struct { .. } => {
                self.typed.pat_variants.contains_key(&pat) && !self.parts(pat).into_iter().any(|part| self.asks(part))
            }
            Pat::Wild
            | Pat::Bind { .. }
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Slice { .. }
            | Pat::Ref { .. }
            | Pat::None
            | Pat::Error(_) => false,
        }
    }

    /// Whether a pattern does not match every value of its type by its form alone.
    fn asks(&self, pat: PatId) -> bool {
        match &self.hir.pats[pat] {
            Pat::Wild | Pat::Bind { sub: None, .. } => false,
            Pat::Bind { sub: Some(sub), .. } => self.asks(*sub),
            Pat::Value(_) | Pat::Range { .. } | Pat::Slice { .. } | Pat::None => true,
            Pat::Error(_)
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Or(_)
            | Pat::Ref { .. } => {
                self.typed.pat_variants.contains_key(&pat) || self.parts(pat).into_iter().any(|part| self.asks(part))
            }
        }
    }

    /// Goes on where a slice is as long as its pattern. An array is.
    fn test_length(&mut self, n_elements: usize, has_rest: bool, place: &Place, fail: BlockId, span: Span) {
        if let TyKind::Array(..) = self.place_ty(place).kind() {
            return;
        }
        let len = self.length(place, span);
        let n = self.integer(n_elements as i128, Ty::usize());
        let op = if has_rest { BinaryOp::Ge } else { BinaryOp::Eq };
        let fits = self.assign_temporary(Ty::bool(), Rvalue::Binary(op, len, n), span);
        self.branch(copy(fits), true, fail, span);
    }

    fn value_of(&self, pat: PatId) -> hir::ExprId {
        let Pat::Value(expr) = &self.hir.pats[pat] else {
            unreachable!("only values have a value")
        };
        *expr
    }

    fn test_value(&mut self, pat: PatId, place: &Place, fail: BlockId, span: Span) {
        let typed = self.typed;
        let value = &typed.pat_values[&pat];
        let ty = self.place_ty(place);
        if Some(ty) == self.signatures.error_ty() {
            let code = (typed.expr_tys[self.value_of(pat)], value.clone());
            return self.test_error_code(code, place, fail, span);
        }
        if let Some(case) = self.switch_value(pat) {
            let holds = self.new_block();
            let switch = TerminatorKind::Switch {
                value: Operand::Copy(place.clone()),
                cases: vec![(case, holds)],
                otherwise: fail,
            };
            return self.terminate_and_enter(switch, span, holds);
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

    /// The patterns inside of one that describes a whole, each with its part of the place, which is behind the
    /// references that the pattern looks through.
    fn part_places(&self, pat: PatId, place: &Place) -> Vec<(PatId, Part)> {
        let hir = self.hir;
        let at = |place: Place| Part::Place(place);
        match &hir.pats[pat] {
            Pat::Tuple { elements, rest } => {
                let skipped = self.env().field_tys(self.place_ty(place)).count() - elements.len();
                let index_of = |index: usize| match rest {
                    Some(rest) if index >= *rest => index + skipped,
                    Some(_) | None => index,
                };
                let field = |(index, element): (usize, &PatId)| {
                    let field = u32::try_from(index_of(index)).expect("few fields");
                    (*element, at(self.project_field(place.clone(), field)))
                };
                elements.iter().enumerate().map(field).collect()
            }
            Pat::TupleVariant { elements, .. } => {
                if let TyKind::Optional(_) = self.place_ty(place).kind() {
                    let value = self.inside(place.clone());
                    return elements.iter().map(|element| (*element, at(value.clone()))).collect();
                }
                let indices = &self.typed.pat_fields[&pat];
                let field = |(pat, path): (&PatId, &Vec<u32>)| (*pat, at(self.project_path(place, path)));
                elements.iter().zip(indices).map(field).collect()
            }
            Pat::Struct { fields, .. } => {
                let indices = &self.typed.pat_fields[&pat];
                let field =
                    |(field, path): (&hir::FieldPat, &Vec<u32>)| (field.pat, at(self.project_path(place, path)));
                fields.iter().zip(indices).map(field).collect()
            }
            Pat::Ref { pat, .. } => vec![(*pat, at(place.clone().deref()))],
            Pat::Slice { before, rest, after } => {
                let pattern = hir.pat_spans[pat];
                let element = |pat: &PatId, from_start: usize, from_end: usize| {
                    let part = Part::Element {
                        pattern,
                        sequence: place.clone(),
                        from_start: from_start as u64,
                        from_end: from_end as u64,
                    };
                    (*pat, part)
                };
                let firsts = before.iter().enumerate().map(|(index, pat)| element(pat, index, 0));
                let lasts = after.iter().enumerate();
                let lasts = lasts.map(|(index, pat)| element(pat, 0, after.len() - index));
                let rest = rest.iter().flatten().map(|pat| {
                    let part = Part::Rest {
                        pattern,
                        sequence: place.clone(),
                        n_before: before.len() as u64,
                        n_after: after.len() as u64,
                        mutability: match self.binds_to_write(*pat) {
                            true => Mutability::Mut,
                            false => Mutability::Const,
                        },
                    };
                    (*pat, part)
                });
                firsts.chain(rest).chain(lasts).collect()
            }
            Pat::Error(_)
            | Pat::Wild
            | Pat::Bind { .. }
            | Pat::Value(_)
            | Pat::Range { .. }
            | Pat::Or(_)
            | Pat::None => Vec::new(),
        }
    }

    /// The place of a part, for which an element of a slice may have to be counted from its end.
    fn part_place(&mut self, part: Part) -> Place {
        match part {
            Part::Place(place) => self.copied_bits(place),
            Part::Element {
                pattern,
                sequence,
                from_start,
                from_end,
            } => self.element_place(pattern, sequence, from_start, from_end),
            Part::Rest {
                pattern,
                sequence,
                n_before,
                n_after,
                mutability,
            } => self.rest_place(pattern, sequence, (n_before, n_after), mutability),
        }
    }

    /// A bit-field is no place, and is copied to one.
    fn copied_bits(&mut self, place: Place) -> Place {
        let Some((Projection::Field(index, ty), outer)) = place.projections.split_last() else {
            return place;
        };
        let (index, ty) = (*index, *ty);
        let outer = Place {
            local: place.local,
            projections: outer.to_vec(),
        };
        if self.signatures.bit_field(self.place_ty(&outer), index).is_none() {
            return place;
        }
        let span = self.locals[place.local].source.span;
        Place::local(self.assign_temporary(ty, Rvalue::Use(Operand::Copy(place)), span))
    }

    /// Element `from_start`, or where `from_end` is not 0, the one so many before the end. The length fits.
    fn element_place(&mut self, pattern: Span, sequence: Place, from_start: u64, from_end: u64) -> Place {
        if let TyKind::Array(_, len) = self.place_ty(&sequence).kind() {
            let len = pattern_len(*len);
            let index = if from_end > 0 { len - from_end } else { from_start };
            return sequence.project(Projection::ConstantIndex(index));
        }
        let span = self.locals[sequence.local].source.span;
        let index = self.integer(i128::from(from_start), Ty::usize());
        let index = if from_end > 0 {
            let len = self.length(&sequence, span);
            Rvalue::Binary(BinaryOp::Sub, len, self.integer(i128::from(from_end), Ty::usize()))
        } else {
            Rvalue::Use(index)
        };
        let index = self.assign_temporary(Ty::usize(), index, span);
        let element = match from_end {
            0 => PatternElement::FromStart(from_start),
            _ => PatternElement::FromEnd(from_end),
        };
        self.pattern_indices.insert(index, PatternIndex { pattern, element });
        sequence.project(Projection::Index(index))
    }

    /// What is between the first and last elements: an array of an array, a slice of a slice.
    fn rest_place(
        &mut self,
        pattern: Span,
        sequence: Place,
        (n_before, n_after): (u64, u64),
        mutability: Mutability,
    ) -> Place {
        let span = self.locals[sequence.local].source.span;
        let ty = self.place_ty(&sequence);
        let (TyKind::Array(element, _) | TyKind::Slice(element)) = ty.kind() else {
            unreachable!("a {ty:?} has no elements")
        };
        let element = *element;
        let whole_len = self.length(&sequence, span);
        let first = self.assign_temporary(
            Ty::usize(),
            Rvalue::Use(self.integer(i128::from(n_before), Ty::usize())),
            span,
        );
        let end = if let TyKind::Array(_, len) = ty.kind() {
            Some(pattern_len(*len) - n_after)
        } else {
            None
        };
        let rest = PatternElement::Rest { n_before, end };
        self.pattern_indices
            .insert(first, PatternIndex { pattern, element: rest });
        let first = sequence.project(Projection::Index(first));
        let start = Rvalue::AddressOf(mutability, first);
        let start = self.assign_temporary(element.pointer(mutability), start, span);
        if let TyKind::Array(_, len) = ty.kind() {
            let pointer = element
                .array(pattern_len(*len) - n_before - n_after)
                .reference(mutability);
            let cast = Rvalue::Cast(CastKind::Pointer, copy(start), pointer);
            return Place::local(self.assign_temporary(pointer, cast, span)).deref();
        }
        let left_out = self.integer(i128::from(n_before + n_after), Ty::usize());
        let len = self.assign_temporary(Ty::usize(), Rvalue::Binary(BinaryOp::Sub, whole_len, left_out), span);
        let ty = element.slice().reference(mutability);
        let parts = Rvalue::SliceFromParts {
            pointer: copy(start),
            len: copy(len),
            ty,
        };
        Place::local(self.assign_temporary(ty, parts, span)).deref()
    }

    /// Gives the variables of a pattern that matches their values.
    pub(super) fn bind(&mut self, pat: PatId, place: &Place, binding: Binding) {
        if !self.has_bindings(pat) {
            return;
        }
        let hir = self.hir;
        let span = hir.pat_spans[pat];
        let place = &self.looked_through(pat, place);
        match &hir.pats[pat] {
            Pat::Bind { local, sub } => {
                if let Some(sub) = sub {
                    self.bind(*sub, place, binding);
                }
                match (binding, self.moves_itself(pat)) {
                    (Binding::Guarded, true) => self.lend_to_guard(*local, place),
                    (Binding::Moved, false) => {}
                    (Binding::All, _) | (Binding::Guarded, false) | (Binding::Moved, true) => {
                        self.bind_variable(pat, *local, place);
                    }
                }
            }
            Pat::Or(alternatives) => self.bind_alternatives(alternatives, place, span, binding),
            Pat::Tuple { .. } | Pat::TupleVariant { .. } | Pat::Struct { .. } | Pat::Ref { .. } | Pat::Slice { .. } => {
                for (part, inner) in self.part_places(pat, place) {
                    if self.has_bindings(part) {
                        let inner = self.part_place(inner);
                        self.bind(part, &inner, binding);
                    }
                }
            }
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None => {}
        }
    }

    fn bind_variable(&mut self, pat: PatId, variable: hir::LocalId, place: &Place) {
        let value = match self.typed.pat_borrows.get(&pat) {
            Some(mutability) => Rvalue::Ref(*mutability, place.clone()),
            None => Rvalue::Use(self.consume(place.clone())),
        };
        let local = self.variables[&variable];
        self.assign(Place::local(local), value, self.hir.locals[variable].span);
    }

    /// Lets a variable stand for the place that it is to move out of, until the guard has been asked.
    fn lend_to_guard(&mut self, variable: hir::LocalId, place: &Place) {
        let decl = &self.hir.locals[variable];
        let reference = match self.lent.get(&variable) {
            Some(reference) => *reference,
            None => {
                let ty = self.typed.local_tys[variable].reference(Mutability::Const);
                let source = self.source(decl.span);
                let reference = self.new_local(ty, Some(decl.name), true, source);
                self.lent.insert(variable, reference);
                reference
            }
        };
        let lent = Rvalue::Ref(Mutability::Const, place.clone());
        self.assign(Place::local(reference), lent, decl.span);
    }

    /// Which alternative it is that matched is found out again.
    fn bind_alternatives(&mut self, alternatives: &[PatId], place: &Place, span: Span, binding: Binding) {
        let bound = self.new_block();
        for (index, alternative) in alternatives.iter().enumerate() {
            if index + 1 == alternatives.len() {
                self.bind(*alternative, place, binding);
                self.goto_and_enter(bound, span);
            } else {
                let next = self.new_block();
                self.test(*alternative, place, next);
                self.bind(*alternative, place, binding);
                self.goto(bound, span);
                self.current = next;
            }
        }
    }
}

/// The length of an array that a pattern looks into, which checking knows.
fn pattern_len(len: Ty) -> u64 {
    len.known_len().expect("a pattern fits an array of known length")
}
