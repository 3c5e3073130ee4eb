//! Where Lang and rustc do not agree, and why.
//!
//! A disagreement is explained if it goes away once the program is written otherwise in Rust, in a way that says what
//! Lang does: then the two agree on all else in it; or, for one class, once rustc looks at the same program by the
//! first version of Polonius. One that is not explained so is a fault of Lang's analysis, or a new class. Each class
//! has its reason; none is wider than what was seen.

use std::collections::{BTreeMap, BTreeSet};

use super::library::{Ending, library};
use super::program::{Block, Expr, FIRST_VAR, Function, Place, Power, Step, Stmt, Ty, Var, visit};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    CopiedByTheCall,
    PartsAreNoUses,
    OtherRegions,
    LifetimesByPlace,
    PartsByPlace,
    LentOfItself,
    PanicsLeaveIt,
    ElementsApart,
    OneRegion,
    TriedIsLent,
    ReceiverIsLast,
    LentLast,
    EndsWithItsPlace,
}

impl Class {
    pub const ALL: &[Class] = &[
        Class::CopiedByTheCall,
        Class::PartsAreNoUses,
        Class::OtherRegions,
        Class::LifetimesByPlace,
        Class::PartsByPlace,
        Class::LentOfItself,
        Class::PanicsLeaveIt,
        Class::ElementsApart,
        Class::OneRegion,
        Class::TriedIsLent,
        Class::ReceiverIsLast,
        Class::LentLast,
        Class::EndsWithItsPlace,
    ];

    /// Those that write a program otherwise.
    pub const WRITING: &[Class] = Class::ALL.split_last().expect("there are some").1;

    /// Together they explain what has several reasons. Those for which Rust's version moves what Lang leaves alone may
    /// go too far, and are left out at first.
    pub const TOGETHER: &[&[Class]] = &[
        &[
            Class::CopiedByTheCall,
            Class::PartsAreNoUses,
            Class::OtherRegions,
            Class::LifetimesByPlace,
            Class::PanicsLeaveIt,
            Class::ElementsApart,
            Class::OneRegion,
            Class::ReceiverIsLast,
            Class::LentLast,
        ],
        Class::WRITING,
    ];

    /// Whether the class is about programs for which rustc gives these errors.
    pub fn is_about(self, errors: &[String]) -> bool {
        let is_it = |error: &String| error.contains("[E0713]");
        self != Self::EndsWithItsPlace || (!errors.is_empty() && errors.iter().all(is_it))
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::CopiedByTheCall => "arguments that are copied are read by the call",
            Self::PartsAreNoUses => "to give a part of a variable another value is no use of the variable",
            Self::ReceiverIsLast => "the receiver of a method is lent when the arguments are there",
            Self::LentLast => "a `&mut` that is passed on is lent when the arguments are there",
            Self::LifetimesByPlace => "which parameter a variable refers to is known at each place",
            Self::PartsByPlace => "which parameter a part of a variable refers to is known at each place",
            Self::PanicsLeaveIt => "a call that panics has given nothing",
            Self::ElementsApart => "elements of an array at constant places are lent apart",
            Self::OneRegion => "what the parts of a tuple refer to is known of all of it together",
            Self::TriedIsLent => "a `&mut` in an optional that is tried is lent where it is passed on",
            Self::LentOfItself => "a part of a variable may be given what is lent of the variable",
            Self::OtherRegions => "a variable may refer to one value with references and then to another",
            Self::EndsWithItsPlace => "what was lent of `*x.m` is lent no more once `x.m` has another value",
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
                 is looked at. In Rust: the value is put nowhere, where it is a number or all that names `x` later, as \
                 in the next round of a loop, gives it other parts."
            }
            Self::ReceiverIsLast => {
                "In `x.set(f(&mut x))` Lang has the arguments before it lends `x`. Rust lends `x` before, in a way \
                 that only lets it be read until the call. In Rust: the arguments have names before the call."
            }
            Self::LentLast => {
                "In `f(m, g(m))` with a `&mut` in `m` Lang has the other arguments before it lends `*m`. Rust lends it \
                 before, in a way that only lets it be read until the call. In Rust: the other arguments have names \
                 before the call."
            }
            Self::LifetimesByPlace => {
                "Polonius knows at each place what a variable may refer to of what the function owns. Of what its \
                 parameters refer to, rustc asks for a variable as a whole, so that what is assigned later counts \
                 where an earlier value was returned. In Rust: the variable is a new one of the same name, also \
                 after an `if` or block that gives it a value, which it comes out of."
            }
            Self::PartsByPlace => {
                "As for a variable as a whole: what `x.r` is given counts for rustc where `x` was returned before. In \
                 Rust: `x` is moved to a new variable of the same name, of which the part is given a value."
            }
            Self::PanicsLeaveIt => {
                "In `x.m = f(&mut *x.m)` the part is given its value when the call has returned. For rustc it may be \
                 there where a call on the way to it panics and `x` is dropped, too. In Rust: the value has a name \
                 first, and so has each part of it that is no reference."
            }
            Self::ElementsApart => {
                "`a[0]` and `a[1]` are two places of an array in Lang, as the fields of a tuple are. For Rust an array \
                 is lent as a whole, but to patterns. In Rust: the array is a tuple."
            }
            Self::OneRegion => {
                "A value in Lang has one set of what its references point into, so that of a tuple what one part was \
                 given may be had of the other. In Rust each part has lifetimes of its own. In Rust: the tuple is a \
                 struct with one lifetime."
            }
            Self::TriedIsLent => {
                "`f(try x)` lends what is in `x`, a `?&mut T`, as `f(r)` does with a `&mut T`. In Rust `x?` moves it. \
                 In Rust: a `match` of `&mut x`."
            }
            Self::LentOfItself => {
                "In `x.m = x.item()` the part is given what was lent of all of `x`. From then on `x` is lent for as \
                 long as it is used, to itself: it may be read, and is neither lent, moved nor changed where it is \
                 used later. Rust refuses the assignment itself. In Rust: a new variable of the same name is made of \
                 the parts."
            }
            Self::OtherRegions => {
                "A `&mut V` in Rust has the lifetimes of the `V` in its type, which no assignment to it changes. In \
                 Lang what a `V` refers to is looked up where that `V` is, through the loan. In Rust: the variable \
                 is a new one of the same name."
            }
            Self::EndsWithItsPlace => {
                "After `x.m = f(&mut *x.m)` nothing is lent of the `*x.m` that is there now, and `x` may be dropped. \
                 The version of Polonius that rustc is to have does not see this where a later call may panic and `x` \
                 has a destructor (E0713). The first version of Polonius, which is slower, does: it accepts the \
                 program as it is."
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
    pub(super) unused_parts: BTreeMap<usize, Ty>,
    /// Before they give a part another value, the variable is moved to a new one.
    pub(super) moved_before: BTreeSet<usize>,
    /// They make a new variable of the parts of the old one.
    pub(super) rebuilt: BTreeMap<usize, Ty>,
    /// Before they give a part another value, that has a name.
    pub(super) held_before: BTreeSet<usize>,
    /// Of a block or `if`, the variables that come out of it as new ones.
    pub(super) carried: BTreeMap<usize, Vec<Var>>,
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
    search.block(&function.body, declared, &Later::default());
    search.found
}

/// The variables that are named after a point.
#[derive(Clone, Default)]
struct Later {
    named: BTreeSet<Var>,
    /// Those that are named by more than being given another part.
    used: BTreeSet<Var>,
}

impl Later {
    fn add(&mut self, statement: &Stmt) {
        let mut is_part = matches!(statement, Stmt::Assign(place, _) if !place.steps.is_empty() && is_direct(place));
        let mut is_whole = matches!(statement, Stmt::Assign(place, _) if place.steps.is_empty());
        statement.each_var(&mut |var| {
            // The place comes first. Who gives a variable another value asks for nothing of it.
            if std::mem::take(&mut is_whole) {
                return;
            }
            self.named.insert(var);
            if !std::mem::take(&mut is_part) {
                self.used.insert(var);
            }
        });
    }

    /// The same in the blocks of a statement: what they declare is another in each round of a loop.
    fn within(&self, statement: &Stmt) -> Self {
        let mut found = self.clone();
        visit(std::slice::from_ref(statement), &mut |inner| {
            if let Some((var, _)) = inner.binds() {
                found.named.remove(&var);
                found.used.remove(&var);
            }
        });
        found
    }
}

/// Whether no reference is followed on the way to the place.
fn is_direct(place: &Place) -> bool {
    place
        .steps
        .iter()
        .all(|step| matches!(step, Step::Field(..) | Step::Part(_) | Step::Element(_)))
}

struct Search<'c> {
    classes: &'c [Class],
    tys: BTreeMap<Var, Ty>,
    at: usize,
    found: Otherwise,
}

impl Search<'_> {
    /// A block that declares these variables, after which those are named.
    fn block(&mut self, block: &Block, mut declared: BTreeSet<Var>, after: &Later) {
        for (index, statement) in block.iter().enumerate() {
            let at = self.at;
            self.at += 1;
            if let Stmt::Assign(Place { var, steps }, _) = statement
                && steps.is_empty()
                && (declared.contains(var) || !after.named.contains(var))
                && let Some(ty) = self.tys.get(var)
                && self.classes.iter().any(|class| may_be_new(*class, ty))
            {
                self.found.renewing.insert(at, ty.clone());
            }
            let is_free = |var: &Var| declared.contains(var) || !after.named.contains(var);
            if let Stmt::Assign(place, expr) = statement
                && !place.steps.is_empty()
                && is_direct(place)
                && is_free(&place.var)
                && let Some(ty) = self.tys.get(&place.var).filter(|ty| ty.is_view())
            {
                if self.is_rebuildable(place, expr, ty) {
                    self.found.rebuilt.insert(at, ty.clone());
                } else if self.classes.contains(&Class::PartsByPlace) {
                    self.found.moved_before.insert(at);
                }
            }
            if let Stmt::Assign(place, _) = statement
                && self.classes.contains(&Class::PanicsLeaveIt)
                && !place.steps.is_empty()
                && self.tys.get(&place.var).is_some_and(has_ending)
            {
                self.found.held_before.insert(at);
            }
            let mut carried = BTreeSet::new();
            if may_carry(statement) {
                for inner in statement.blocks() {
                    self.changed_in(inner, &declared, &mut carried);
                }
                if !carried.is_empty() {
                    self.found.carried.insert(at, carried.iter().copied().collect());
                }
            }
            if let Some((var, ty)) = statement.binds() {
                self.tys.insert(var, ty.clone());
                if let Stmt::Let { .. } = statement {
                    declared.insert(var);
                }
            }
            let mut later = after.clone();
            // A loop comes to what is in it again.
            let from = if statement.is_loop() { index } else { index + 1 };
            visit(&block[from..], &mut |statement| later.add(statement));
            if self.classes.contains(&Class::PartsAreNoUses)
                && let Some(part) = self.unused_part(statement, &later)
            {
                self.found.unused_parts.insert(at, part);
            }
            let later = later.within(statement);
            for inner in statement.blocks() {
                self.block(inner, carried.clone(), &later);
            }
        }
    }

    /// Whether a variable of which a part is given what the variable is asked for is to be made anew of its parts.
    fn is_rebuildable(&self, place: &Place, expr: &Expr, ty: &Ty) -> bool {
        let are_apart = self.classes.contains(&Class::ElementsApart);
        let mut is_asked = false;
        expr.each_var(&mut |var| is_asked |= var == place.var);
        let mut ty = ty.clone();
        for step in &place.steps {
            let (Step::Field(_, index) | Step::Part(index) | Step::Element(index)) = step else {
                return false;
            };
            if has_ending(&ty) || (matches!(step, Step::Element(_)) && !are_apart) {
                return false;
            }
            ty = parts_of(&ty)[*index].1.clone();
        }
        is_asked && self.classes.contains(&Class::LentOfItself)
    }

    /// Of these variables, those that a block gives values which make them new.
    fn changed_in(&self, block: &Block, of: &BTreeSet<Var>, found: &mut BTreeSet<Var>) {
        for statement in block {
            if let Stmt::Assign(place, _) = statement
                && of.contains(&place.var)
                && let Some(ty) = self.tys.get(&place.var)
            {
                let makes_new = if place.steps.is_empty() {
                    self.classes.iter().any(|class| may_be_new(*class, ty))
                } else {
                    let of_parts = [Class::PartsByPlace, Class::LentOfItself];
                    is_direct(place) && ty.is_view() && of_parts.iter().any(|class| self.classes.contains(class))
                };
                if makes_new {
                    found.insert(place.var);
                }
            }
            if may_carry(statement) {
                for inner in statement.blocks() {
                    self.changed_in(inner, of, found);
                }
            }
        }
    }

    /// The type of the part, where the assignment gives a part of a local variable with references another value: a
    /// number, or anything where all that comes later gives it other parts and nothing is seen of its end.
    fn unused_part(&self, statement: &Stmt, later: &Later) -> Option<Ty> {
        let Stmt::Assign(place, _) = statement else {
            return None;
        };
        let ty = self
            .tys
            .get(&place.var)
            .filter(|_| is_direct(place) && !place.steps.is_empty())?;
        let (mut of, mut part) = (ty.clone(), ty.clone());
        for step in &place.steps {
            let (Step::Field(_, index) | Step::Part(index) | Step::Element(index)) = step else {
                return None;
            };
            of = std::mem::replace(&mut part, Ty::Unit);
            part = parts_of(&of)[*index].1.clone();
        }
        let is_forgotten = !later.used.contains(&place.var) && !has_ending(ty);
        (of.is_view() && (part == Ty::Int || is_forgotten)).then_some(part)
    }
}

/// Whether the statement is one that new variables may come out of.
fn may_carry(statement: &Stmt) -> bool {
    matches!(statement, Stmt::If(..) | Stmt::IfSome { .. } | Stmt::Block(_))
}

/// What a value consists of, with what each part is called after a dot; of an array, as if it were a tuple.
pub(super) fn parts_of(ty: &Ty) -> Vec<(String, Ty)> {
    let numbered = |tys: Vec<Ty>| {
        tys.into_iter()
            .enumerate()
            .map(|(at, ty)| (at.to_string(), ty))
            .collect()
    };
    match ty {
        Ty::Struct(index) => {
            let fields = library().structs[*index].fields.iter();
            fields.map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect()
        }
        Ty::Tuple(parts) => numbered(parts.clone()),
        Ty::Array(inner) => numbered(vec![(**inner).clone(), (**inner).clone()]),
        Ty::Unit | Ty::Int | Ty::Box(_) | Ty::Vec(_) | Ty::Slice(_) | Ty::Optional(_) | Ty::Ref(..) | Ty::Param => {
            Vec::new()
        }
    }
}

/// Whether a variable that is given another value may be a new one instead, for this class.
fn may_be_new(class: Class, ty: &Ty) -> bool {
    match class {
        Class::OtherRegions => leads_to_views(ty),
        Class::LifetimesByPlace => ty.is_view() && !has_ending(ty),
        Class::CopiedByTheCall
        | Class::PartsAreNoUses
        | Class::PartsByPlace
        | Class::LentOfItself
        | Class::PanicsLeaveIt
        | Class::ElementsApart
        | Class::OneRegion
        | Class::TriedIsLent
        | Class::ReceiverIsLast
        | Class::LentLast
        | Class::EndsWithItsPlace => false,
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
