//! `match`: a switch where every arm compares with integers, else one arm after the other, from the first that may
//! match on.

use base::Span;
use check::{IntTy, Ty};
use hir::{Arm, ExprId, Pat, PatId};

use super::builder::{Builder, Dest};
use super::control::Failure;
use super::patterns::Binding;
use super::places::copy;
use crate::body::{BlockId, Kept, KeptBy, Local, Operand, Place, Rvalue, StatementKind, TerminatorKind};

/// A `match` while its arms are built.
struct Match<'m> {
    arms: &'m [Arm],
    place: Place,
    dest: &'m Dest,
    /// Where every arm goes when it is done.
    join: BlockId,
    /// Of what is matched.
    matched: Span,
    span: Span,
}

/// The guard of an arm.
struct Guard {
    span: Span,
    /// The variables of the arm's pattern.
    bound: Vec<Local>,
    /// What is in the place of those that move something.
    lent: Vec<Local>,
}

/// Where building has come to.
struct Mark {
    block: BlockId,
    n_statements: usize,
    n_blocks: usize,
}

/// The arms by the integers that they compare with.
struct Cases {
    /// Each integer once, with the index of its arm.
    cases: Vec<(i128, usize)>,
    /// The arm that takes the rest.
    catch_all: Option<usize>,
}

impl Builder<'_> {
    pub(super) fn match_into(&mut self, dest: &Dest, value: ExprId, arms: &[Arm], span: Span) {
        let pats: Vec<PatId> = arms.iter().map(|arm| arm.pat).collect();
        let place = self.matched_place(value, &pats);
        let join = self.new_block();
        let parts = Match {
            arms,
            place,
            dest,
            join,
            matched: self.span(value),
            span,
        };
        match self.switch_cases(&parts) {
            Some(cases) => self.match_switch(&parts, &cases),
            None => self.match_sequence(&parts),
        }
        self.current = join;
    }

    /// How the arms share the integers; absent where some arm asks for more than a comparison.
    fn switch_cases(&self, parts: &Match<'_>) -> Option<Cases> {
        let ty: Ty = self.place_ty(&parts.place);
        self.int_shape(ty)?;
        let mut cases: Vec<(i128, usize)> = Vec::new();
        for (index, arm) in parts.arms.iter().enumerate() {
            if arm.guard.is_some() {
                return None;
            }
            if self.always_matches(arm.pat) {
                return Some(Cases {
                    cases,
                    catch_all: Some(index),
                });
            }
            for value in self.switch_values(arm.pat)? {
                if cases.iter().all(|(known, _)| *known != value) {
                    cases.push((value, index));
                }
            }
        }
        Some(Cases { cases, catch_all: None })
    }

    fn always_matches(&self, pat: PatId) -> bool {
        matches!(self.hir.pats[pat], Pat::Wild | Pat::Bind { sub: None, .. })
    }

    fn switch_values(&self, pat: PatId) -> Option<Vec<i128>> {
        match &self.hir.pats[pat] {
            Pat::Value(_) => self.switch_value(pat).map(|value| vec![value]),
            Pat::Or(alternatives) => {
                let values: Option<Vec<_>> = alternatives.iter().map(|pat| self.switch_values(*pat)).collect();
                values.map(|values| values.concat())
            }
            Pat::Error(_)
            | Pat::Wild
            | Pat::Bind { .. }
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::Ref { .. }
            | Pat::None => None,
        }
    }

    fn match_switch(&mut self, parts: &Match<'_>, cases: &Cases) {
        let blocks: Vec<BlockId> = parts.arms.iter().map(|_| self.new_block()).collect();
        let otherwise = match cases.catch_all {
            Some(index) => blocks[index],
            None => self.new_block(),
        };
        let switch = TerminatorKind::Switch {
            value: Operand::Copy(parts.place.clone()),
            cases: cases.cases.iter().map(|(value, arm)| (*value, blocks[*arm])).collect(),
            otherwise,
        };
        self.terminate(self.current, switch, parts.span);
        if cases.catch_all.is_none() {
            // Checking has found the arms to be exhaustive.
            self.terminate(otherwise, TerminatorKind::Unreachable, parts.span);
        }
        for (arm, block) in parts.arms.iter().zip(blocks) {
            self.current = block;
            self.arm(parts, arm, None);
        }
    }

    fn match_sequence(&mut self, parts: &Match<'_>) {
        let tests: Vec<BlockId> = parts.arms.iter().map(|_| self.new_block()).collect();
        let mut tested = vec![parts.place.clone()];
        let start = self.mark();
        let is_switch = self.first_test(parts, &tests);
        self.read_since(&start, &mut tested);
        let end = self.new_block();
        let next = tests.iter().skip(1).chain([&end]);
        let mut only_by_switch = is_switch;
        let mut guards = Vec::new();
        for ((arm, test), next) in parts.arms.iter().zip(&tests).zip(next) {
            self.current = *test;
            let is_known = self.asks_only_which(arm.pat);
            if !(only_by_switch && is_known) {
                let start = self.mark();
                self.test(arm.pat, &parts.place, *next);
                self.read_since(&start, &mut tested);
            }
            only_by_switch &= is_known && arm.guard.is_none();
            guards.extend(self.arm(parts, arm, Some(*next)));
        }
        self.terminate(end, TerminatorKind::Unreachable, parts.span);
        self.note_guards(parts.matched, guards, &tested);
    }

    fn mark(&self) -> Mark {
        Mark {
            block: self.current,
            n_statements: self.blocks[self.current].statements.len(),
            n_blocks: self.blocks.len(),
        }
    }

    /// The places that the tests built since then read.
    fn read_since(&self, start: &Mark, read: &mut Vec<Place>) {
        let mut note = |place: &Place| {
            if !read.contains(place) {
                read.push(place.clone());
            }
        };
        let mut note_operand = |operand: &Operand| {
            if let Operand::Copy(place) = operand {
                note(place);
            }
        };
        let new = self.blocks.iter().skip(start.n_blocks).map(|block| (block, 0));
        for (block, first) in [(&self.blocks[start.block], start.n_statements)].into_iter().chain(new) {
            for statement in &block.statements[first..] {
                let StatementKind::Assign(_, rvalue) = &statement.kind else {
                    continue;
                };
                match rvalue {
                    Rvalue::Use(operand) | Rvalue::Unary(_, operand) | Rvalue::Cast(_, operand, _) => {
                        note_operand(operand);
                    }
                    Rvalue::Binary(_, left, right) => [left, right].into_iter().for_each(&mut note_operand),
                    Rvalue::Variant(place)
                    | Rvalue::IsNone(place)
                    | Rvalue::Len(place)
                    | Rvalue::Ref(_, place)
                    | Rvalue::AddressOf(_, place) => note_operand(&Operand::Copy(place.clone())),
                    Rvalue::Checked(..)
                    | Rvalue::PointerOffset { .. }
                    | Rvalue::PointerDistance(..)
                    | Rvalue::Aggregate(..)
                    | Rvalue::Repeat(..)
                    | Rvalue::SliceFromParts { .. }
                    | Rvalue::StaticAddress(_) => {}
                }
            }
            match block.terminator.as_ref().map(|terminator| &terminator.kind) {
                Some(TerminatorKind::Switch { value, .. }) => note_operand(value),
                Some(TerminatorKind::Call { args, .. }) => args.iter().for_each(&mut note_operand),
                _ => {}
            }
        }
    }

    fn note_guards(&mut self, matched: Span, guards: Vec<Guard>, tested: &[Place]) {
        // What is derived all stands at the name of its trait, and changes nothing of the kind.
        for Guard { span, bound, lent } in guards.into_iter().filter(|guard| guard.span != matched) {
            self.kept.push(Kept {
                span,
                places: tested.to_vec(),
                by: KeptBy::Match { matched, bound, lent },
            });
        }
    }

    /// Goes to the first arm that may match; gives whether by a switch, as where many of them are told apart by a
    /// variant or an integer. After an arm that may be turned down, the ones below it test all that their patterns ask
    /// for.
    fn first_test(&mut self, parts: &Match<'_>, tests: &[BlockId]) -> bool {
        const MANY: usize = 4;
        if tests.is_empty() {
            // Of an enum without variants there is no value.
            self.terminate(self.current, TerminatorKind::Unreachable, parts.span);
            return true;
        }
        let is_integer = self.int_shape(self.place_ty(&parts.place)).is_some();
        let keys: Vec<Option<Vec<i128>>> = if is_integer {
            parts.arms.iter().map(|arm| self.switch_values(arm.pat)).collect()
        } else {
            parts.arms.iter().map(|arm| self.variants_asked(arm.pat)).collect()
        };
        let mut cases: Vec<(i128, BlockId)> = Vec::new();
        for key in keys.iter().flatten().flatten() {
            if cases.iter().any(|(known, _)| known == key) {
                continue;
            }
            let mut arms = keys.iter().zip(tests);
            let first = arms.find(|(keys, _)| keys.as_ref().is_none_or(|keys| keys.contains(key)));
            cases.extend(first.map(|(_, test)| (*key, *test)));
        }
        let n_derefs = parts.arms.iter().find_map(|arm| self.derefs_to_variant(arm.pat));
        let same_place = |arm: &Arm| is_integer || self.derefs_to_variant(arm.pat).is_none_or(|n| Some(n) == n_derefs);
        if cases.len() < MANY || !parts.arms.iter().all(same_place) {
            self.goto(tests[0], parts.span);
            return false;
        }
        let value = if is_integer {
            Operand::Copy(parts.place.clone())
        } else {
            let place = (0..n_derefs.unwrap_or(0)).fold(parts.place.clone(), |place, _| place.deref());
            let number = self.assign_temporary(Ty::int(IntTy::U32), Rvalue::Variant(place), parts.span);
            copy(number)
        };
        let rest = keys.iter().position(Option::is_none);
        let otherwise = match rest {
            Some(index) => tests[index],
            None => self.new_block(),
        };
        let switch = TerminatorKind::Switch {
            value,
            cases,
            otherwise,
        };
        self.terminate(self.current, switch, parts.span);
        if rest.is_none() {
            // Checking has found the arms to be exhaustive.
            self.terminate(otherwise, TerminatorKind::Unreachable, parts.span);
        }
        true
    }

    /// The variants that a pattern may match; absent where it may match any.
    fn variants_asked(&self, pat: PatId) -> Option<Vec<i128>> {
        if let Some(variant) = self.typed.pat_variants.get(&pat) {
            return Some(vec![i128::from(*variant)]);
        }
        match &self.hir.pats[pat] {
            Pat::Bind { sub: Some(sub), .. } => self.variants_asked(*sub),
            Pat::Or(alternatives) => {
                let all: Option<Vec<_>> = alternatives.iter().map(|pat| self.variants_asked(*pat)).collect();
                all.map(|all| all.concat())
            }
            Pat::Bind { sub: None, .. }
            | Pat::Value(_)
            | Pat::Error(_)
            | Pat::Wild
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::Ref { .. }
            | Pat::None => None,
        }
    }

    /// How many references a pattern looks through before it asks for a variant; absent where it asks for none.
    fn derefs_to_variant(&self, pat: PatId) -> Option<u32> {
        let own = self.typed.pat_derefs.get(&pat).copied().unwrap_or(0);
        if self.typed.pat_variants.contains_key(&pat) {
            return Some(own);
        }
        match &self.hir.pats[pat] {
            Pat::Bind { sub: Some(sub), .. } => self.derefs_to_variant(*sub).map(|inner| own + inner),
            Pat::Or(alternatives) => {
                let inner = alternatives.iter().find_map(|pat| self.derefs_to_variant(*pat));
                inner.map(|inner| own + inner)
            }
            Pat::Bind { sub: None, .. }
            | Pat::Value(_)
            | Pat::Error(_)
            | Pat::Wild
            | Pat::Range { .. }
            | Pat::Tuple { .. }
            | Pat::Struct { .. }
            | Pat::TupleVariant { .. }
            | Pat::Slice { .. }
            | Pat::Ref { .. }
            | Pat::None => None,
        }
    }

    /// An arm whose pattern has matched. `next` is where a guard that does not hold goes.
    fn arm(&mut self, parts: &Match<'_>, arm: &Arm, next: Option<BlockId>) -> Option<Guard> {
        let depth = self.scopes.len();
        self.push_temporaries_scope(self.span(arm.body));
        let has_bindings = self.has_bindings(arm.pat);
        if has_bindings {
            self.open_source_scope(self.hir.pat_spans[arm.pat].to(self.span(arm.body)));
        }
        let guard = match (arm.guard, next) {
            (Some(guard), Some(next)) => {
                let failure = Failure { block: next, depth };
                Some(self.guard(arm.pat, guard, &parts.place, failure))
            }
            _ => {
                self.declare_and_bind(arm.pat, &parts.place);
                None
            }
        };
        self.value_into(parts.dest, arm.body);
        self.pop_scope();
        self.goto(parts.join, parts.span);
        guard
    }

    /// Binds the variables of a pattern that matches, and goes on where the guard holds. What they move out is only
    /// lent to the guard: elsewhere it stays where it is.
    fn guard(&mut self, pat: PatId, guard: ExprId, place: &Place, failure: Failure) -> Guard {
        let bound = self.declare_bindings(pat);
        self.bind(pat, place, Binding::Guarded);
        self.condition(guard, failure);
        let variables = self.bound_by(pat);
        let lent = variables
            .iter()
            .filter_map(|variable| self.lent.remove(variable))
            .collect();
        if self.moves(pat) {
            self.bind(pat, place, Binding::Moved);
        }
        self.schedule_values_in(self.scopes.len() - 1, &bound);
        Guard {
            span: self.span(guard),
            bound,
            lent,
        }
    }
}
