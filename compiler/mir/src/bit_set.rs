//! Sets of small ids, one bit each.

use std::marker::PhantomData;

use base::Id;

/// A set of ids below a number that is fixed when it is made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BitSet<I> {
    words: Vec<u64>,
    id: PhantomData<fn(I) -> I>,
}

impl<I: Id> BitSet<I> {
    /// The empty set of ids below `n`.
    pub fn new(n: usize) -> Self {
        Self {
            words: vec![0; n.div_ceil(64)],
            id: PhantomData,
        }
    }

    pub fn contains(&self, id: I) -> bool {
        self.words[id.index() / 64] >> (id.index() % 64) & 1 == 1
    }

    pub fn insert(&mut self, id: I) {
        self.words[id.index() / 64] |= 1 << (id.index() % 64);
    }

    pub fn remove(&mut self, id: I) {
        self.words[id.index() / 64] &= !(1 << (id.index() % 64));
    }

    /// Adds all of `other`, which is of the same size; whether anything was new.
    pub fn union(&mut self, other: &Self) -> bool {
        debug_assert_eq!(self.words.len(), other.words.len());
        let mut grew = false;
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            let before = *word;
            *word |= more;
            grew |= *word != before;
        }
        grew
    }
}

#[cfg(test)]
mod tests {
    use super::BitSet;
    use crate::Local;

    #[test]
    fn sets_grow_by_union_and_say_so() {
        let mut one = BitSet::<Local>::new(70);
        let mut two = BitSet::<Local>::new(70);
        two.insert(Local(3));
        two.insert(Local(69));
        assert!(one.union(&two));
        assert!(!one.union(&two));
        assert!(one.contains(Local(69)) && !one.contains(Local(68)));
        one.remove(Local(69));
        assert!(!one.contains(Local(69)));
    }
}
