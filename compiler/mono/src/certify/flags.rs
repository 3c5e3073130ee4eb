//! Flags: the `bool`s behind which cells are dropped.
//!
//! A flag is a local that holds nothing but constants and copies of flags. It is paired with each cell that is dropped
//! where a switch on it leads, past tests for variants; so are the flags that it is copied from.

use base::{FxHashMap, FxHashSet, Id, IndexVec};
use check::{ConstValue, Signatures, Ty};
use mir::{BlockId, Body, Local, Operand, Place, Rvalue, StatementKind, TerminatorKind};

use super::cells::{CellId, Cells};
use super::state::{Beside, State};

base::define_id! {
    /// A flag and a cell.
    pub(super) struct PairId;
}

pub(super) struct Flags {
    pairs: IndexVec<PairId, (Local, CellId)>,
    of_flag: FxHashMap<Local, Vec<PairId>>,
    of_cell: FxHashMap<CellId, Vec<PairId>>,
}

/// What a flag is given somewhere.
#[derive(Clone, Copy)]
enum Source {
    Constant(bool),
    Copy(Local),
}

impl Flags {
    pub(super) fn of(body: &Body, signatures: &Signatures, cells: &Cells<'_>) -> Self {
        let mut flags = Self {
            pairs: IndexVec::new(),
            of_flag: FxHashMap::default(),
            of_cell: FxHashMap::default(),
        };
        let mut wanted = Vec::new();
        for block in &body.blocks {
            if let TerminatorKind::Switch { value, .. } = &block.terminator.kind
                && let Operand::Copy(place) = value
                && place.projections.is_empty()
                && body.locals[place.local].ty == Ty::bool()
            {
                let mut guarded = Vec::new();
                for target in block.terminator.kind.successors() {
                    guarded_by(body, signatures, cells, target, &mut guarded);
                }
                wanted.extend(guarded.into_iter().map(|cell| (place.local, cell)));
            }
        }
        if wanted.is_empty() {
            return flags;
        }
        let sources = sources(body);
        let mut seen = FxHashSet::default();
        while let Some((flag, cell)) = wanted.pop() {
            let Some(given) = sources.get(&flag).and_then(|given| given.as_ref()) else {
                continue;
            };
            if !seen.insert((flag, cell)) {
                continue;
            }
            flags.add(flag, cell);
            wanted.extend(given.iter().filter_map(|source| match source {
                Source::Copy(from) => Some((*from, cell)),
                Source::Constant(_) => None,
            }));
        }
        flags
    }

    fn add(&mut self, flag: Local, cell: CellId) {
        let pair = self.pairs.push((flag, cell));
        self.of_flag.entry(flag).or_default().push(pair);
        self.of_cell.entry(cell).or_default().push(pair);
    }

    pub(super) fn n_pairs(&self) -> usize {
        self.pairs.len()
    }

    pub(super) fn of_cell(&self, cell: CellId) -> impl Iterator<Item = PairId> {
        self.of_cell.get(&cell).into_iter().flatten().copied()
    }

    fn of_flag(&self, flag: Local) -> impl Iterator<Item = PairId> {
        self.of_flag.get(&flag).into_iter().flatten().copied()
    }

    /// Follows what an assignment does to a flag.
    pub(super) fn assigned(&self, state: &mut State, place: &Place, rvalue: &Rvalue) {
        if self.pairs.is_empty() || !place.projections.is_empty() {
            return;
        }
        let Some(source) = source_of(rvalue) else { return };
        for pair in self.of_flag(place.local) {
            let (_, cell) = self.pairs[pair];
            let beside = match source {
                Source::Constant(value) => Beside::only(value, state.pair(pair).whatever()),
                Source::Copy(from) => {
                    let copied = self.of_flag(from).find(|one| self.pairs[*one].1 == cell);
                    state.pair(copied.expect("a flag's source is paired with what the flag is"))
                }
            };
            state.set_pair(pair, beside);
        }
    }

    /// Leaves only what goes with the values of a flag on one way of a switch; whether that way can be taken.
    pub(super) fn switched(&self, state: &mut State, flag: Local, is_case: &dyn Fn(i128) -> bool) -> bool {
        let mut is_possible = true;
        for pair in self.of_flag(flag) {
            let beside = state.pair(pair);
            let kept = match (is_case(0), is_case(1)) {
                (true, true) => beside,
                (false, false) => return false,
                (_, is_set) => Beside::only(is_set, beside.while_flag(is_set)),
            };
            if kept.is_impossible() {
                return false;
            }
            state.set_pair(pair, kept);
            is_possible &= state.keep(self.pairs[pair].1, kept.whatever(), self);
        }
        is_possible
    }
}

/// The cells that are dropped where a switch goes, past tests for variants.
fn guarded_by(body: &Body, signatures: &Signatures, cells: &Cells<'_>, start: BlockId, guarded: &mut Vec<CellId>) {
    let mut next = vec![(start, 0)];
    while let Some((id, depth)) = next.pop() {
        let block = &body.blocks[id];
        let only_tests = block.statements.iter().all(|statement| {
            matches!(
                &statement.kind,
                StatementKind::Assign(_, Rvalue::Variant(_) | Rvalue::IsNone(_))
            )
        });
        if !only_tests {
            continue;
        }
        match &block.terminator.kind {
            TerminatorKind::Drop { place, .. } => {
                guarded.extend(cells.node(place).into_iter().flat_map(|node| cells.within(node)));
            }
            TerminatorKind::Call { callee, args, .. } => {
                let freed = super::freed_box(signatures, cells, callee, args);
                guarded.extend(freed.and_then(|node| cells.memory_of(node)));
            }
            TerminatorKind::Switch { cases, otherwise, .. } if depth < DEEPEST && !block.statements.is_empty() => {
                let targets = cases.iter().map(|(_, target)| *target).chain([*otherwise]);
                next.extend(targets.map(|target| (target, depth + 1)));
            }
            TerminatorKind::Switch { .. }
            | TerminatorKind::Goto(_)
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Assert { .. }
            | TerminatorKind::Resume => {}
        }
    }
}

/// How many enums may be in each other for a part of the innermost to be dropped behind a flag.
const DEEPEST: u32 = 16;

/// What each `bool` is given; nothing, where that is not only constants and copies.
fn sources(body: &Body) -> FxHashMap<Local, Option<Vec<Source>>> {
    let mut sources: FxHashMap<Local, Option<Vec<Source>>> = FxHashMap::default();
    for param in 1..=body.n_params {
        sources.insert(Local(param), None);
    }
    for block in &body.blocks {
        for statement in &block.statements {
            let StatementKind::Assign(place, rvalue) = &statement.kind else {
                continue;
            };
            if body.locals[place.local].ty != Ty::bool() || !place.projections.is_empty() {
                continue;
            }
            let known = sources.entry(place.local).or_insert_with(|| Some(Vec::new()));
            match (known.as_mut(), source_of(rvalue)) {
                (Some(known), Some(source)) => known.push(source),
                (Some(_), None) => *known = None,
                (None, _) => {}
            }
        }
        if let TerminatorKind::Call { dest, .. } = &block.terminator.kind {
            sources.insert(dest.local, None);
        }
    }
    // What is copied from something that is no flag is none.
    loop {
        let is_flag = |local: &Local| sources.get(local).is_some_and(Option::is_some);
        let broken = |given: &Vec<Source>| {
            given
                .iter()
                .any(|source| matches!(source, Source::Copy(from) if !is_flag(from)))
        };
        let mut none: Vec<Local> = (sources.iter())
            .filter(|(_, given)| given.as_ref().is_some_and(broken))
            .map(|(local, _)| *local)
            .collect();
        none.sort_by_key(|local| local.index());
        if none.is_empty() {
            return sources;
        }
        for local in none {
            sources.insert(local, None);
        }
    }
}

fn source_of(rvalue: &Rvalue) -> Option<Source> {
    let Rvalue::Use(operand) = rvalue else { return None };
    match operand {
        Operand::Const(constant) => {
            let ConstValue::Int(value) = constant.value else {
                return None;
            };
            Some(Source::Constant(value != 0))
        }
        Operand::Copy(place) | Operand::Move(place) if place.projections.is_empty() => Some(Source::Copy(place.local)),
        Operand::Copy(_) | Operand::Move(_) => None,
    }
}
