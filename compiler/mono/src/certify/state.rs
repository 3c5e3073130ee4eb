//! What each cell may be where control is, on its own and beside the flags that guard it.

use super::cells::CellId;
use super::flags::{Flags, PairId};

/// What a cell is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Presence {
    Empty = 1,
    /// It holds a value that has to end.
    Full = 2,
    /// It is a part of a variant, and the value around is of another one.
    OtherVariant = 4,
}

/// What a cell may be: a set of [`Presence`]s.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct MayBe(u8);

impl From<Presence> for MayBe {
    fn from(one: Presence) -> Self {
        Self(one as u8)
    }
}

impl MayBe {
    const NOTHING: Self = Self(0);

    pub(super) fn has(self, one: Presence) -> bool {
        self.0 & one as u8 != 0
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn without(self, one: Presence) -> Self {
        Self(self.0 & !(one as u8))
    }

    /// What is full is of another variant.
    pub(super) fn of_other_variant(self) -> Self {
        if self.has(Presence::Full) {
            self.without(Presence::Full).or(Presence::OtherVariant.into())
        } else {
            self
        }
    }
}

/// What a cell may be while a flag is clear, and while it is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Beside([MayBe; 2]);

impl Beside {
    pub(super) fn whatever(self) -> MayBe {
        self.0[0].or(self.0[1])
    }

    pub(super) fn while_flag(self, is_set: bool) -> MayBe {
        self.0[usize::from(is_set)]
    }

    /// Of this value of the flag alone.
    pub(super) fn only(is_set: bool, may_be: MayBe) -> Self {
        let mut beside = Self([MayBe::NOTHING; 2]);
        beside.0[usize::from(is_set)] = may_be;
        beside
    }

    pub(super) fn map(self, change: impl Fn(MayBe) -> MayBe) -> Self {
        Self(self.0.map(|may_be| {
            if may_be == MayBe::NOTHING {
                may_be
            } else {
                change(may_be)
            }
        }))
    }

    fn within(self, allowed: MayBe) -> Self {
        Self(self.0.map(|may_be| may_be.and(allowed)))
    }

    pub(super) fn is_impossible(self) -> bool {
        self.whatever() == MayBe::NOTHING
    }
}

#[derive(Clone, Debug)]
pub(super) struct State {
    cells: Vec<MayBe>,
    pairs: Vec<Beside>,
}

impl State {
    /// Every cell is empty, whatever the flags are.
    pub(super) fn empty(n_cells: usize, n_pairs: usize) -> Self {
        let empty = MayBe::from(Presence::Empty);
        Self {
            cells: vec![empty; n_cells],
            pairs: vec![Beside([empty; 2]); n_pairs],
        }
    }

    pub(super) fn cell(&self, cell: CellId) -> MayBe {
        self.cells[base::Id::index(cell)]
    }

    pub(super) fn pair(&self, pair: PairId) -> Beside {
        self.pairs[base::Id::index(pair)]
    }

    pub(super) fn set_pair(&mut self, pair: PairId, beside: Beside) {
        self.pairs[base::Id::index(pair)] = beside;
    }

    pub(super) fn set_cell(&mut self, cell: CellId, may_be: MayBe, flags: &Flags) {
        self.change_cell(cell, |_| may_be, flags);
    }

    /// Changes what a cell may be, beside each value of each flag; whether that can be.
    pub(super) fn change_cell(&mut self, cell: CellId, change: impl Fn(MayBe) -> MayBe, flags: &Flags) -> bool {
        let index = base::Id::index(cell);
        self.cells[index] = change(self.cells[index]);
        let mut is_possible = self.cells[index] != MayBe::NOTHING;
        for pair in flags.of_cell(cell) {
            let beside = self.pair(pair).map(&change);
            is_possible &= !beside.is_impossible();
            self.set_pair(pair, beside);
        }
        is_possible
    }

    /// Leaves of a cell only what is allowed; whether that can be.
    pub(super) fn keep(&mut self, cell: CellId, allowed: MayBe, flags: &Flags) -> bool {
        let index = base::Id::index(cell);
        self.cells[index] = self.cells[index].and(allowed);
        let mut is_possible = self.cells[index] != MayBe::NOTHING;
        for pair in flags.of_cell(cell) {
            let beside = self.pair(pair).within(allowed);
            is_possible &= !beside.is_impossible();
            self.set_pair(pair, beside);
        }
        is_possible
    }

    /// Adds what may be on another way; whether anything is new.
    pub(super) fn join(&mut self, other: &Self) -> bool {
        let mut grew = false;
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            let joined = cell.or(*more);
            grew |= joined != *cell;
            *cell = joined;
        }
        for (pair, more) in self.pairs.iter_mut().zip(&other.pairs) {
            let joined = Beside([pair.0[0].or(more.0[0]), pair.0[1].or(more.0[1])]);
            grew |= joined != *pair;
            *pair = joined;
        }
        grew
    }
}
