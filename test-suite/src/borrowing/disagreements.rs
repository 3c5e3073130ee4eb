//! Where Lang and rustc do not agree, and why.
//!
//! A disagreement is explained if it goes away once the program is written otherwise in Rust, in a way that says what
//! Lang does: then the two agree on all else in it. One that is not explained so is a fault of Lang's analysis, or a
//! new class. Each class has its reason; none is wider than what was seen.

use std::collections::{BTreeMap, BTreeSet};

use super::library::{Ending, library};
use super::program::{Block, Expr, FIRST_VAR, Function, Place, Power, Step, Stmt, Ty, Var, visit};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    CopiedByTheCall,
    PartsAreNoUses,
    OtherRegions,
    LifetimesByPlace,
    ReceiverIsLast,
    LentInTurn,
}

impl Class {
    pub const ALL: &[Class] = &[
        Class::CopiedByTheCall,
        Class::PartsAreNoUses,
        Class::OtherRegions,
        Class::LifetimesByPlace,
        Class::ReceiverIsLast,
        Class::LentInTurn,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::CopiedByTheCall => "arguments that are copied are read by the call",
            Self::PartsAreNoUses => "to give a part of a variable another value is no use of the variable",
            Self::ReceiverIsLast => "the receiver of a method is lent when the arguments are there",
            Self::LentInTurn => "a `&mut` that is passed on is lent before the arguments after it",
            Self::LifetimesByPlace => "which parameter a variable refers to is known at each place",
            Self::OtherRegions => "a variable may refer to one value with references and then to another",
        }
    }

    /// What each language does, and why what Lang does is safe.
    pub fn reason(self) -> &'static str {
        match self {
            Self::CopiedByTheCall => {
                "In `replace(&mut x, x)` Rust lends `x` before it reads it. In Lang an argument that is a place of \
                 a `Copy` type is read when all others are there, before the function has any of them, so that \
                 nothing that it could change is read later; so is what a struct is made of. In Rust: the copies \
                 have names before the call."
            }
            Self::PartsAreNoUses => {
                "For Rust `x.n = 1` is a use of `x` and of all that it refers to. In Lang it is none: nothing in `x` \
                 is looked at. In Rust: the value is put nowhere, where it is a number or `x` is not named later."
            }
            Self::ReceiverIsLast => {
                "In `x.set(f(&mut x))` Lang has the arguments before it lends `x`. Rust lends `x` before, in a way \
                 that only lets it be read until the call. In Rust: the arguments have names before the call."
            }
            Self::LentInTurn => {
                "In `f(m, m.n)` with a `&mut` in `m`, Rust lends `*m` to the function only when it is called, as it \
                 does for receivers. In Lang an argument is lent where it stands. In Rust: `&mut *m` says so."
            }
            Self::LifetimesByPlace => {
                "Polonius knows at each place what a variable may refer to of what the function owns. Of what its \
                 parameters refer to, rustc asks for a variable as a whole, so that what is assigned later counts \
                 where an earlier value was returned. In Rust: the variable is a new one of the same name."
            }
            Self::OtherRegions => {
                "A `&mut V` in Rust has the lifetimes of the `V` in its type, which no assignment to it changes. In \
                 Lang what a `V` refers to is looked up where that `V` is, through the loan. In Rust: the variable \
                 is a new one of the same name."
            }
        }
    }
}

/// Whether a call reads the argument only when the others are there.
pub(super) fn is_copied_by_call(arg: &Expr, args: &[Expr]) -> bool {
    let is_lent = |other: &Expr| matches!(other, Expr::Borrow(Power::Exclude, _) | Expr::Take(_) | Expr::Moved(_));
    matches!(arg, Expr::Take(_)) && args.iter().any(is_lent)
}

/// Assignments, by their position among the function's statements, that Rust's version writes in another way.
#[derive(Default)]
pub(super) struct Otherwise {
    /// They make a new variable of the same name: nobody looks for the old one where the new one is not there.
    pub(super) renewing: BTreeMap<usize, Ty>,
    /// What they give to a part of a variable is put nowhere, as nobody asks for it.
    pub(super) unused_parts: BTreeSet<usize>,
}

/// What is written in another way for these classes.
pub(super) fn otherwise(function: &Function, classes: &[Class]) -> Otherwise {
    let params = function.signature.params.iter().enumerate();
    let mut search = Search {
        classes,
        tys: params.map(|(index, ty)| (FIRST_VAR + index, ty.clone())).collect(),
        at: 0,
        found: Otherwise::default(),
    };
    let declared = search.tys.keys().copied().collect();
    search.block(&function.body, declared, &BTreeSet::new());
    search.found
}

struct Search<'c> {
    classes: &'c [Class],
    tys: BTreeMap<Var, Ty>,
    at: usize,
    found: Otherwise,
}

impl Search<'_> {
    /// A block that declares these variables, after which those are named.
    fn block(&mut self, block: &Block, mut declared: BTreeSet<Var>, after: &BTreeSet<Var>) {
        for (index, statement) in block.iter().enumerate() {
            let at = self.at;
            self.at += 1;
            if let Stmt::Assign(Place { var, steps }, _) = statement
                && steps.is_empty()
                && (declared.contains(var) || !after.contains(var))
                && let Some(ty) = self.tys.get(var)
                && self.classes.iter().any(|class| may_be_new(*class, ty))
            {
                self.found.renewing.insert(at, ty.clone());
            }
            if let Some((var, ty)) = statement.binds() {
                self.tys.insert(var, ty.clone());
                if let Stmt::Let { .. } = statement {
                    declared.insert(var);
                }
            }
            let mut named = after.clone();
            // A loop comes to what is in it again.
            let from = if statement.is_loop() { index } else { index + 1 };
            visit(&block[from..], &mut |statement| {
                statement.each_var(&mut |var| {
                    named.insert(var);
                });
            });
            if self.classes.contains(&Class::PartsAreNoUses) && self.is_unused_part(statement, &named) {
                self.found.unused_parts.insert(at);
            }
            for inner in statement.blocks() {
                self.block(inner, BTreeSet::new(), &named);
            }
        }
    }

    /// Whether the assignment gives a part of a local variable with references another value: a number, or anything
    /// where the variable is not named later and nothing is seen of its end.
    fn is_unused_part(&self, statement: &Stmt, later: &BTreeSet<Var>) -> bool {
        let Stmt::Assign(Place { var, steps }, _) = statement else {
            return false;
        };
        let Some(Step::Field(of, index)) = steps.last() else {
            return false;
        };
        let is_direct = steps.iter().all(|step| matches!(step, Step::Field(..)));
        let is_number = library().structs[*of].fields[*index].1 == Ty::Int;
        let is_forgotten = || !later.contains(var) && self.tys.get(var).is_some_and(|ty| !has_ending(ty));
        is_direct && library().structs[*of].is_view && (is_number || is_forgotten())
    }
}

/// Whether a variable that is given another value may be a new one instead, for this class.
fn may_be_new(class: Class, ty: &Ty) -> bool {
    match class {
        Class::OtherRegions => leads_to_views(ty),
        Class::LifetimesByPlace => ty.is_view() && !has_ending(ty),
        Class::CopiedByTheCall | Class::PartsAreNoUses | Class::ReceiverIsLast | Class::LentInTurn => false,
    }
}

/// Whether something is seen of when a value of the type ends.
fn has_ending(ty: &Ty) -> bool {
    matches!(ty, Ty::Struct(index) if library().structs[*index].ending != Ending::Fields)
}

/// Whether a variable of the type refers to what holds references and may change.
pub(super) fn leads_to_views(ty: &Ty) -> bool {
    matches!(ty, Ty::Ref(Power::Exclude, inner) if inner.is_view())
}
