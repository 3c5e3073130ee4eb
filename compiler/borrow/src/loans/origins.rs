//! What references in a body may point into: loans that the body makes, and what its parameters come with.

use base::IndexVec;
use hir::Mutability;
use mir::{Local, Place};

use crate::places::Location;

base::define_id! {
    pub(crate) struct Origin;
}

/// How far into a parameter.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Depth {
    /// What the parameter refers to; of one that holds references without being one, all that these refer to.
    Outer,
    /// What the references behind a parameter that is a reference refer to.
    Inner,
    /// Of one that is called: what it gives of what it holds.
    Gives,
    /// Of one that is called: where it keeps what it is given.
    Keeps,
    /// Of one that is called: what it puts into its arguments of what it holds.
    Puts,
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum OriginData {
    Param(Local, Depth),
    /// In a closure's body: what it captured.
    Capture(u32, Depth),
    Loan(Loan),
    /// Something in what owns all that it holds, though its type may hide references: a boxed `dyn` value, or what
    /// stands for an `Owned` parameter.
    Owner,
}

/// A place that is lent.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Loan {
    pub(crate) place: Place,
    pub(crate) mutability: Mutability,
    /// Where it is lent.
    pub(crate) sites: Vec<Location>,
    /// Whether a reference is followed on the way to the place, which is not of the variable then.
    pub(crate) is_behind: bool,
    /// The place holds references itself.
    pub(crate) is_of_view: bool,
    /// It is of a static: one that each thread has its own of ends with that, as if it were the body's.
    pub(crate) is_of_static: bool,
    /// What may be stored there, if that is not any reference.
    pub(crate) takes: Option<Taken>,
}

/// What a place takes that does not take any reference.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Taken {
    /// References to what is never gone: a static, or a field that is declared so.
    Static,
    /// Only what owns: it is in what does.
    Owned,
}

impl Loan {
    /// Whether what is lent is never gone.
    pub(crate) fn is_static(&self) -> bool {
        self.is_of_static && self.is_behind
    }
}

/// All origins of a body.
pub(crate) type OriginTable = IndexVec<Origin, OriginData>;

/// A set of origins. Most are small or empty, so that it grows as it needs to.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(crate) struct Origins {
    words: Vec<u64>,
}

impl Origins {
    pub(crate) const NONE: Self = Self { words: Vec::new() };

    pub(crate) fn insert(&mut self, origin: Origin) {
        let index = origin.0 as usize;
        if self.words.len() <= index / 64 {
            self.words.resize(index / 64 + 1, 0);
        }
        self.words[index / 64] |= 1 << (index % 64);
    }

    pub(crate) fn contains(&self, origin: Origin) -> bool {
        let index = origin.0 as usize;
        self.words
            .get(index / 64)
            .is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    pub(crate) fn remove(&mut self, origin: Origin) {
        let index = origin.0 as usize;
        if let Some(word) = self.words.get_mut(index / 64) {
            *word &= !(1 << (index % 64));
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Adds all of `other`; whether anything was new.
    pub(crate) fn union(&mut self, other: &Self) -> bool {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        let mut grew = false;
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            grew |= more & !*word != 0;
            *word |= more;
        }
        grew
    }

    /// Whether all of `other` are in it.
    pub(crate) fn has_all(&self, other: &Self) -> bool {
        let here = self.words.iter().chain(std::iter::repeat(&0));
        other.words.iter().zip(here).all(|(wanted, here)| wanted & !here == 0)
    }

    /// Whether any is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.words.iter().zip(&other.words).any(|(one, other)| one & other != 0)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Origin> + '_ {
        each(self.words.iter().copied())
    }

    /// Those that are in both.
    pub(crate) fn common(&self, other: &Self) -> impl Iterator<Item = Origin> {
        each(self.words.iter().zip(&other.words).map(|(one, other)| one & other))
    }
}

/// The origins of the bits that are set.
fn each(words: impl Iterator<Item = u64>) -> impl Iterator<Item = Origin> {
    words.enumerate().flat_map(|(at, word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let bit = rest.trailing_zeros();
            rest &= rest - 1;
            Some(Origin(u32::try_from(at * 64).expect("few origins") + bit))
        })
    })
}
