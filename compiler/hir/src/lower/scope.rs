//! The local names of a body, innermost last.
//!
//! Scopes nest, so they are one stack that is cut back when a scope ends.

use base::{Span, Symbol};

use crate::LocalId;

/// What a local name means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum LocalName {
    Local(LocalId),
    /// An item inside the function, by its key.
    Item(Symbol),
    /// A parameter, where the default of one stands.
    OtherParam(Span),
}

/// Where a scope began.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScopeMark(usize);

#[derive(Default, Debug)]
pub(super) struct Scopes {
    names: Vec<(Symbol, LocalName)>,
}

impl Scopes {
    pub(super) fn enter(&self) -> ScopeMark {
        ScopeMark(self.names.len())
    }

    /// Ends the scope that began at `mark`, and all inside it.
    pub(super) fn leave(&mut self, mark: ScopeMark) {
        self.names.truncate(mark.0);
    }

    /// From here on `name` means this.
    pub(super) fn declare(&mut self, name: Symbol, meaning: LocalName) {
        self.names.push((name, meaning));
    }

    pub(super) fn lookup(&self, name: Symbol) -> Option<LocalName> {
        self.names
            .iter()
            .rev()
            .find(|(n, _)| *n == name)
            .map(|(_, meaning)| *meaning)
    }
}
