//! What references in a body may point into: loans that the body makes, and what its parameters come with.

use base::IndexVec;
use hir::Mutability;
use mir::{BitSet, Local, Place};

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
    /// What is behind the references in the parameter, or in what it refers to: where all that comes of it is had by
    /// these, as the items of a `Take<&mut I>` are.
    Behind { by_reference: bool },
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

/// A set of origins.
pub(crate) type Origins = BitSet<Origin>;
