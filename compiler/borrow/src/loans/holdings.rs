//! What each variable may hold at one point. Most hold nothing, and those that nothing asks about are left out.
//!
//! From block to block little changes, so that what a variable holds is shared by all points at which it is the same.

use std::ops::{Index, IndexMut};
use std::rc::Rc;

use mir::Local;

use super::origins::{Origin, Origins};

/// For each variable, the origins that it may hold; none where it has no entry.
#[derive(Clone, Default, Debug)]
pub(crate) struct Holdings {
    /// In the order of the variables, each once.
    held: Vec<(Local, Rc<Origins>)>,
}

static NOTHING: Origins = Origins::NONE;

impl Holdings {
    /// Adds all of `other`; whether anything was new.
    pub(crate) fn join(&mut self, other: &Self) -> bool {
        let mut grew = false;
        let mut missing = Vec::new();
        let mut known = self.held.iter_mut().peekable();
        for (local, more) in &other.held {
            while known.next_if(|(before, _)| before < local).is_some() {}
            match known.next_if(|(same, _)| same == local) {
                Some((_, held)) => grew |= unite(held, more),
                None if more.is_empty() => {}
                None => missing.push((*local, Rc::clone(more))),
            }
        }
        if !missing.is_empty() {
            grew = true;
            self.held.extend(missing);
            // Two runs, each in order.
            self.held.sort_by_key(|(local, _)| *local);
        }
        grew
    }

    /// Lets a variable hold these besides what it holds.
    pub(crate) fn add(&mut self, local: Local, more: &Origins) {
        if !self[local].has_all(more) {
            self[local].union(more);
        }
    }

    /// Lets a variable hold just these.
    pub(crate) fn set(&mut self, local: Local, held: Origins) {
        match self.position(local) {
            Ok(at) if held.is_empty() => drop(self.held.remove(at)),
            Ok(at) => self.held[at].1 = Rc::new(held),
            Err(_) if held.is_empty() => {}
            Err(at) => self.held.insert(at, (local, Rc::new(held))),
        }
    }

    pub(crate) fn clear(&mut self, local: Local) {
        if let Ok(at) = self.position(local) {
            self.held.remove(at);
        }
    }

    pub(crate) fn remove_everywhere(&mut self, origins: &[Origin]) {
        for (_, held) in &mut self.held {
            if origins.iter().any(|origin| held.contains(*origin)) {
                let held = Rc::make_mut(held);
                origins.iter().for_each(|origin| held.remove(*origin));
            }
        }
    }

    /// Leaves the variables that something asks about, and those that these lead to: `leading` are the origins that
    /// lead on, `next` says to which variables.
    pub(crate) fn retain(
        &mut self,
        is_asked_about: impl Fn(Local) -> bool,
        leading: &Origins,
        next: impl Fn(Origin, &mut dyn FnMut(Local)),
    ) {
        let is_asked_about = |(local, held): (Local, &Origins)| !held.is_empty() && is_asked_about(local);
        if self.iter().all(is_asked_about) {
            return;
        }
        let mut is_kept: Vec<bool> = self.iter().map(is_asked_about).collect();
        let mut pending: Vec<usize> = (0..is_kept.len()).filter(|at| is_kept[*at]).collect();
        while let Some(at) = pending.pop() {
            for origin in self.held[at].1.common(leading) {
                next(origin, &mut |local| {
                    if let Ok(at) = self.position(local)
                        && !std::mem::replace(&mut is_kept[at], true)
                    {
                        pending.push(at);
                    }
                });
            }
        }
        let mut is_kept = is_kept.into_iter();
        self.held.retain(|_| is_kept.next().expect("one for each"));
    }

    /// The variables that hold something, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Local, &Origins)> {
        self.held.iter().map(|(local, held)| (*local, &**held))
    }

    /// The variables that may hold this.
    pub(crate) fn holders_of(&self, origin: Origin) -> Vec<Local> {
        let holders = self.iter().filter(|(_, held)| held.contains(origin));
        holders.map(|(local, _)| local).collect()
    }

    fn position(&self, local: Local) -> Result<usize, usize> {
        self.held.binary_search_by_key(&local, |(known, _)| *known)
    }
}

/// Adds all of `more`; whether anything was new.
fn unite(held: &mut Rc<Origins>, more: &Rc<Origins>) -> bool {
    if Rc::ptr_eq(held, more) || held.has_all(more) {
        return false;
    }
    if more.has_all(held) {
        *held = Rc::clone(more);
        return true;
    }
    Rc::make_mut(held).union(more)
}

impl Index<Local> for Holdings {
    type Output = Origins;

    fn index(&self, local: Local) -> &Origins {
        self.position(local).map_or(&NOTHING, |at| &self.held[at].1)
    }
}

impl IndexMut<Local> for Holdings {
    fn index_mut(&mut self, local: Local) -> &mut Origins {
        let at = self.position(local).unwrap_or_else(|at| {
            self.held.insert(at, (local, Rc::default()));
            at
        });
        Rc::make_mut(&mut self.held[at].1)
    }
}
