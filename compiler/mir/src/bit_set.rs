//! Sets of small ids, one bit each.

use std::marker::PhantomData;

use base::Id;

/// A set of ids. It grows as it needs to; the first 64 ids need no memory of their own, and few bodies have more.
#[derive(Clone, Debug)]
pub struct BitSet<I> {
    first: u64,
    rest: Vec<u64>,
    id: PhantomData<fn(I) -> I>,
}

impl<I> BitSet<I> {
    /// The empty set.
    pub const NONE: Self = Self {
        first: 0,
        rest: Vec::new(),
        id: PhantomData,
    };

    fn words(&self) -> impl Iterator<Item = u64> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }
}

impl<I> Default for BitSet<I> {
    fn default() -> Self {
        Self::NONE
    }
}

impl<I: Id> BitSet<I> {
    pub fn contains(&self, id: I) -> bool {
        let (at, bit) = position(id);
        let word = match at.checked_sub(1) {
            None => self.first,
            Some(at) => self.rest.get(at).copied().unwrap_or(0),
        };
        word & bit != 0
    }

    pub fn insert(&mut self, id: I) {
        let (at, bit) = position(id);
        if self.rest.len() < at {
            self.rest.resize(at, 0);
        }
        match at.checked_sub(1) {
            None => self.first |= bit,
            Some(at) => self.rest[at] |= bit,
        }
    }

    pub fn remove(&mut self, id: I) {
        let (at, bit) = position(id);
        match at.checked_sub(1) {
            None => self.first &= !bit,
            Some(at) => {
                if let Some(word) = self.rest.get_mut(at) {
                    *word &= !bit;
                }
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.words().all(|word| word == 0)
    }

    /// Adds all of `other`; whether anything was new.
    pub fn union(&mut self, other: &Self) -> bool {
        if self.rest.len() < other.rest.len() {
            self.rest.resize(other.rest.len(), 0);
        }
        let mut grew = other.first & !self.first != 0;
        self.first |= other.first;
        for (word, more) in self.rest.iter_mut().zip(&other.rest) {
            grew |= more & !*word != 0;
            *word |= more;
        }
        grew
    }

    /// Whether all of `other` are in it.
    pub fn has_all(&self, other: &Self) -> bool {
        let here = self.words().chain(std::iter::repeat(0));
        other.words().zip(here).all(|(wanted, here)| wanted & !here == 0)
    }

    /// Whether any is in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.words().zip(other.words()).any(|(one, other)| one & other != 0)
    }

    pub fn iter(&self) -> impl Iterator<Item = I> {
        each(self.words())
    }

    /// Those that are in both.
    pub fn common(&self, other: &Self) -> impl Iterator<Item = I> {
        each(self.words().zip(other.words()).map(|(one, other)| one & other))
    }
}

/// The number of an id's word, and its bit there.
fn position(id: impl Id) -> (usize, u64) {
    (id.index() / 64, 1 << (id.index() % 64))
}

/// The ids of the bits that are set.
fn each<I: Id>(words: impl Iterator<Item = u64>) -> impl Iterator<Item = I> {
    words.enumerate().flat_map(|(at, word)| {
        let mut rest = word;
        std::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let bit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            Some(I::from_index(at * 64 + bit))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::BitSet;
    use crate::Local;

    fn set(ids: &[u32]) -> BitSet<Local> {
        let mut set = BitSet::NONE;
        ids.iter().for_each(|id| set.insert(Local(*id)));
        set
    }

    #[test]
    fn sets_grow_by_union_and_say_so() {
        let mut one = BitSet::NONE;
        let two = set(&[3, 69]);
        assert!(one.union(&two));
        assert!(!one.union(&two));
        assert!(one.contains(Local(69)) && !one.contains(Local(68)) && !one.contains(Local(200)));
        one.remove(Local(69));
        assert!(!one.contains(Local(69)));
        assert!(one.union(&two));
    }

    #[test]
    fn sets_of_different_sizes_are_compared() {
        let (small, large) = (set(&[1, 63]), set(&[1, 63, 64, 130]));
        assert!(large.has_all(&small) && !small.has_all(&large));
        assert!(small.meets(&large) && !set(&[64]).meets(&set(&[0, 65])));
        assert_eq!(
            large.common(&set(&[0, 63, 130, 500])).collect::<Vec<_>>(),
            [Local(63), Local(130)]
        );
        assert_eq!(large.iter().collect::<Vec<_>>(), [1, 63, 64, 130].map(Local));
        let mut emptied = set(&[100]);
        emptied.remove(Local(100));
        emptied.remove(Local(1000));
        assert!(emptied.is_empty() && small.has_all(&emptied) && !large.is_empty());
    }
}
