//! Where Lang and rustc do not agree, and why.
//!
//! A disagreement is explained if it goes away once the program is written otherwise in Rust, in a way that says what
//! Lang does: then the two agree on all else in it; or, for one class, once rustc looks at the same program by the
//! first version of Polonius. One that is not explained so is a fault of Lang's analysis, or a new class. Each class
//! has its reason; none is wider than what was seen.

use std::collections::{BTreeMap, BTreeSet};

use super::library::{Ending, library};
use super::program::{Block, Expr, FIRST_VAR, Function, Place, Power, Source, Step, Stmt, Ty, Var, visit};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    CopiedByTheCall,
    CopiedAtOnce,
    CopiedBeside,
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
    RoundsApart,
    ApartByType,
    FoundOnce,
    EndsWithItsPlace,
}

impl Class {
    pub const ALL: &[Class] = &[
        Class::CopiedByTheCall,
        Class::CopiedAtOnce,
        Class::CopiedBeside,
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
        Class::RoundsApart,
        Class::ApartByType,
        Class::FoundOnce,
        Class::EndsWithItsPlace,
    ];

    /// Those that write a program otherwise.
    pub const WRITING: &[Class] = Class::ALL.split_last().expect("there are some").1;

    /// Together they explain what has several reasons. Those for which Rust's version moves what Lang leaves alone may
    /// go too far, and are left out at first.
    pub const TOGETHER: &[&[Class]] = &[
        &[
            Class::CopiedByTheCall,
            Class::CopiedAtOnce,
            Class::CopiedBeside,
            Class::PartsAreNoUses,
            Class::OtherRegions,
            Class::LifetimesByPlace,
            Class::PanicsLeaveIt,
            Class::ElementsApart,
            Class::OneRegion,
            Class::ReceiverIsLast,
            Class::LentLast,
            Class::RoundsApart,
            Class::ApartByType,
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
            Self::CopiedAtOnce => "a `Copy` value that refers to a part of itself is read all at once",
            Self::CopiedBeside => "what a `&mut` leads to may be copied where that is passed on",
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
            Self::RoundsApart => "what the rounds of a loop do is not there where there was none",
            Self::ApartByType => "what is behind references in a value is not in the value itself",
            Self::FoundOnce => "the references by which a receiver is found stay until the arguments are there",
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
            Self::CopiedAtOnce => {
                "After `f(&mut x.r, &mut x.n)`, of which the second may be kept in the first, `x` refers to a part of \
                 itself. In Lang it may be copied where that is its last use: all of it is read at once, and what \
                 refers to the part then is the copy. For Rust `x.r` is still used when `x.n` is read. In Rust: the \
                 function does not say that it keeps what by the types it cannot, something of an `&mut i32` among \
                 references to `Item`s."
            }
            Self::CopiedBeside => {
                "In `replace(m, x)` or `f(x, &*m)` with `m = &mut x` Lang reads `x`, of a `Copy` type, when the other \
                 arguments are there, before the function has any of them. In Rust `x` is lent until then. In Rust: \
                 what is read is `*m`, where `m` is declared as `&mut x` and given nothing else."
            }
            Self::PartsAreNoUses => {
                "For Rust `x.n = 1` is a use of `x` and of all that it refers to. In Lang it is none: nothing in `x` \
                 is looked at. In Rust: the value is put nowhere, where it is a number or all that names `x` later, as \
                 in the next round of a loop, gives it other parts or asks for others."
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
            Self::RoundsApart => {
                "After `r = &mut *m; while c { m = r; }` nothing is lent of `*m`: if there was no round only `r` led \
                 there, which is used no more, and else `m` leads elsewhere than where the loan was. For rustc, at the \
                 head of the loop, `m` may have the loan from a round and the loan not have ended for want of one. In \
                 Rust: `if c { loop { m = r; if !c { break; } } }`."
            }
            Self::ApartByType => {
                "A function with `@borrows(p)`, `p` a `&&T`, gives a `&T`. In Lang this refers to what is behind the \
                 inner reference, as no `T` lies where that does. In Rust it has the lifetime of the outer one. In \
                 Rust: it has that of the inner one, with which rustc accepts the function."
            }
            Self::FoundOnce => {
                "In `(*r).f(replace(&mut r, s))` Lang lends `*r` when the other arguments are there, so that `r`, by \
                 which it is found, may not change meanwhile. Rust has it before. In Rust: `r` is lent before the \
                 arguments, which have names, and found by that."
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

/// Whether nothing of what the parameter refers to, a number, can be among the references that it is said to be kept
/// with.
pub(super) fn is_kept_by_no_type(params: &[Ty], into: usize, from: Source) -> bool {
    matches!(&params[from.param], Ty::Ref(_, inner) if **inner == Ty::Int)
        && matches!(&params[into], Ty::Ref(_, inner) if !refers_to_numbers(inner))
}

/// Whether a reference in a value of type `view` may lead to something in a value of type `owner`. What is behind a `&`
/// in that is not in it; of a `&mut` nothing is said.
pub(super) fn may_refer_into(view: &Ty, owner: &Ty) -> bool {
    let (mut targets, mut parts) = (BTreeSet::new(), BTreeSet::new());
    add_targets(view, &mut targets);
    let is_known = add_owned(owner, &mut parts);
    let leads = |target: &Ty| {
        let is_element = matches!(target, Ty::Slice(element) if parts.contains(&**element));
        is_element || parts.contains(target)
    };
    !is_known || targets.iter().any(leads)
}

/// What the references in a value of the type lead to.
fn add_targets(view: &Ty, found: &mut BTreeSet<Ty>) {
    match view {
        Ty::Unit | Ty::Int | Ty::Param => {}
        Ty::Ref(_, inner) => {
            found.insert((**inner).clone());
            add_targets(inner, found);
        }
        Ty::Box(inner) | Ty::Vec(inner) | Ty::Slice(inner) | Ty::Optional(inner) | Ty::Array(inner) => {
            add_targets(inner, found);
        }
        Ty::Tuple(parts) => parts.iter().for_each(|part| add_targets(part, found)),
        Ty::Struct(index) => {
            let decl = &library().structs[*index];
            let fields = decl.fields.iter().filter(|_| decl.is_view);
            fields.for_each(|(_, ty)| add_targets(ty, found));
        }
    }
}

/// What a value of the type owns, itself with it; whether that is all that can be had of it.
fn add_owned(owner: &Ty, found: &mut BTreeSet<Ty>) -> bool {
    if !found.insert(owner.clone()) {
        return true;
    }
    match owner {
        Ty::Unit | Ty::Int | Ty::Ref(Power::Share, _) => true,
        Ty::Param | Ty::Ref(Power::Exclude, _) => false,
        Ty::Box(inner) | Ty::Vec(inner) | Ty::Slice(inner) | Ty::Optional(inner) | Ty::Array(inner) => {
            add_owned(inner, found)
        }
        Ty::Tuple(parts) => parts.iter().all(|part| add_owned(part, found)),
        Ty::Struct(index) => {
            let decl = &library().structs[*index];
            !decl.is_view && decl.fields.iter().all(|(_, ty)| add_owned(ty, found))
        }
    }
}

/// Whether a reference in a value of the type is one to a number itself.
fn refers_to_numbers(ty: &Ty) -> bool {
    match ty {
        Ty::Unit | Ty::Int => false,
        Ty::Param => true,
        Ty::Ref(_, inner) => **inner == Ty::Int || refers_to_numbers(inner),
        Ty::Box(inner) | Ty::Vec(inner) | Ty::Slice(inner) | Ty::Optional(inner) | Ty::Array(inner) => {
            refers_to_numbers(inner)
        }
        Ty::Tuple(parts) => parts.iter().any(refers_to_numbers),
        Ty::Struct(index) => {
            let decl = &library().structs[*index];
            decl.is_view && decl.fields.iter().any(|(_, ty)| refers_to_numbers(ty))
        }
    }
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
    /// What variables lead to that are a `&mut` of a place of another from their declaration on.
    pub(super) lent_for_good: BTreeMap<Var, Place>,
    /// What types the variables have.
    pub(super) tys: BTreeMap<Var, Ty>,
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
    Otherwise {
        lent_for_good: lent_for_good(&function.body),
        tys: search.tys,
        ..search.found
    }
}

impl Otherwise {
    /// How many steps of a receiver lead to the last `&` that is followed to it, which it may be itself.
    pub(super) fn last_shared(&self, place: &Place) -> Option<usize> {
        let mut ty = self.tys.get(&place.var)?.clone();
        let mut last = None;
        for (at, step) in place.steps.iter().enumerate() {
            ty = match (step, ty) {
                (Step::Field(_, index) | Step::Part(index) | Step::Element(index), ty) => {
                    parts_of(&ty).swap_remove(*index).1
                }
                (Step::Deref, Ty::Ref(power, inner)) => {
                    last = (power == Power::Share).then_some(at);
                    *inner
                }
                (Step::Deref | Step::Index(_), Ty::Box(inner) | Ty::Vec(inner)) => *inner,
                _ => return None,
            };
        }
        if let Ty::Ref(Power::Share, _) = ty {
            last = Some(place.steps.len());
        }
        last
    }
}

/// Variables that are declared as a `&mut` of a place, which is no reference's, and given nothing else.
fn lent_for_good(block: &Block) -> BTreeMap<Var, Place> {
    let mut found = BTreeMap::new();
    visit(block, &mut |statement| {
        if let Stmt::Let { var, init, .. } = statement
            && let Some(Expr::Borrow(Power::Exclude, place)) = init
            && is_direct(place)
        {
            found.insert(*var, place.clone());
        }
    });
    let mut keep = |place: &Place| found.retain(|var, _| *var != place.var || !place.steps.is_empty());
    visit(block, &mut |statement| {
        if let Stmt::Assign(place, _) = statement {
            keep(place);
        }
        let exprs = statement.expr().into_iter().chain(statement.guard());
        exprs.for_each(|expr| {
            each_place(expr, &mut |place, is_lent| {
                if is_lent {
                    keep(place);
                }
            });
        });
    });
    found
}

/// Calls for each place that is read, lent or moved, with whether it is lent as `&mut`.
fn each_place(expr: &Expr, see: &mut impl FnMut(&Place, bool)) {
    if let Some(place) = expr.place() {
        see(place, matches!(expr, Expr::Borrow(Power::Exclude, _)));
    }
    expr.parts().into_iter().for_each(|part| each_place(part, see));
}

/// The variables that are named after a point.
#[derive(Clone, Default)]
struct Later {
    named: BTreeSet<Var>,
    /// What is asked for of each: places that are more than given another value.
    used: BTreeMap<Var, BTreeSet<Vec<Step>>>,
}

impl Later {
    fn add(&mut self, statement: &Stmt) {
        let mut is_whole = matches!(statement, Stmt::Assign(place, _) if place.steps.is_empty());
        statement.each_var(&mut |var| {
            // The place comes first. Who gives a variable another value asks for nothing of it.
            if !std::mem::take(&mut is_whole) {
                self.named.insert(var);
            }
        });
        match statement {
            Stmt::Assign(place, _) if is_direct(place) => {}
            Stmt::Assign(place, _) | Stmt::Show(place) => self.asks(place),
            Stmt::Drop(var) => self.asks(&Place {
                var: *var,
                steps: Vec::new(),
            }),
            Stmt::Let { .. }
            | Stmt::Do(_)
            | Stmt::If(..)
            | Stmt::IfSome { .. }
            | Stmt::Match { .. }
            | Stmt::While(_)
            | Stmt::WhileSome { .. }
            | Stmt::For { .. }
            | Stmt::Block(_)
            | Stmt::Break
            | Stmt::Continue
            | Stmt::Return(_) => {}
        }
        let exprs = statement.expr().into_iter().chain(statement.guard());
        exprs.for_each(|expr| each_place(expr, &mut |place, _| self.asks(place)));
    }

    fn asks(&mut self, place: &Place) {
        self.used.entry(place.var).or_default().insert(place.steps.clone());
    }

    /// Whether what is at a place, which is no reference's, is asked for.
    fn is_used(&self, place: &Place) -> bool {
        let are_apart = |other: &Vec<Step>| place.steps.iter().zip(other).any(|(one, other)| one != other);
        let used = self.used.get(&place.var);
        used.is_some_and(|used| !used.iter().all(are_apart))
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
        let is_forgotten = !later.is_used(place) && !has_ending(ty);
        ((ty.is_view() && part == Ty::Int) || (of.is_view() && is_forgotten)).then_some(part)
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
        | Class::CopiedAtOnce
        | Class::CopiedBeside
        | Class::PartsAreNoUses
        | Class::PartsByPlace
        | Class::LentOfItself
        | Class::PanicsLeaveIt
        | Class::ElementsApart
        | Class::OneRegion
        | Class::TriedIsLent
        | Class::ReceiverIsLast
        | Class::LentLast
        | Class::RoundsApart
        | Class::ApartByType
        | Class::FoundOnce
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
