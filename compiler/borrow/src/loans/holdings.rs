//! What each variable may hold at one point. Most hold nothing, and those that nothing asks about are left out.

use std::collections::BTreeMap;
use std::ops::{Index, IndexMut};

use mir::Local;

use super::origins::{Origin, Origins};

/// For each variable, the origins that it may hold; none where it has no entry.
#[derive(Clone, Default, Debug)]
pub(crate) struct Holdings {
    held: BTreeMap<Local, Origins>,
}

static NOTHING: Origins = Origins::NONE;

impl Holdings {
    /// Adds all of `other`; whether anything was new.
    pub(crate) fn join(&mut self, other: &Self) -> bool {
        let mut grew = false;
        for (local, more) in &other.held {
            match self.held.get_mut(local) {
                Some(held) => grew |= held.union(more),
                None if more.is_empty() => {}
                None => {
                    self.held.insert(*local, more.clone());
                    grew = true;
                }
            }
        }
        grew
    }

    pub(crate) fn remove_everywhere(&mut self, origins: &[Origin]) {
        for held in self.held.values_mut() {
            origins.iter().for_each(|origin| held.remove(*origin));
        }
    }

    /// Leaves only variables that something asks about.
    pub(crate) fn retain(&mut self, is_asked_about: impl Fn(Local) -> bool) {
        self.held
            .retain(|local, held| !held.is_empty() && is_asked_about(*local));
    }

    /// The variables that may hold this.
    pub(crate) fn holders_of(&self, origin: Origin) -> Vec<Local> {
        let holders = self.held.iter().filter(|(_, held)| held.contains(origin));
        holders.map(|(local, _)| *local).collect()
    }
}

impl Index<Local> for Holdings {
    type Output = Origins;

    fn index(&self, local: Local) -> &Origins {
        self.held.get(&local).unwrap_or(&NOTHING)
    }
}

impl IndexMut<Local> for Holdings {
    fn index_mut(&mut self, local: Local) -> &mut Origins {
        self.held.entry(local).or_default()
    }
}
