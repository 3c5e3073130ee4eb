//! What a value holds that gets behind references which it holds as well: `self.lines.push(self.text)`.
//!
//! Who calls a function that does this does not see it in what the function is given and gives, so that its signature
//! says it: `@captures(self: *self)`.

use base::FxHashSet;
use check::{AdtRef, Bounds, FnDecl, FnKind, Signatures, Ty, TyKind};
use hir::{DefId, Mutability};
use mir::{AggregateKind, CallTarget, Local, Operand, Place, Projection, Rvalue};

use super::flow::{Arrival, Ask, Flow, Value};
use super::holdings::Holdings;
use super::origins::{Depth, Origin, OriginData, Origins};
use super::signature::{generics_in, gives_and_takes, of_trait_function, stores, trait_function};
use super::stores::behind_all;
use super::views::is_endless;

/// How far in something is stored, from what points there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Where it points.
    Place,
    /// Maybe behind a reference that lies there.
    Behind,
    /// In what only a generic parameter or a `dyn` type stands for, which may have such references.
    Unknown,
}

/// Why what a value holds may get behind its references.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mixed {
    /// Something says so.
    Said,
    /// A generic parameter stands for both.
    ByType(Mixing),
}

impl Flow<'_> {
    /// Of an assignment to a place behind a reference.
    pub(super) fn reach_of(&self, dest: &Place) -> Reach {
        let (mut ty, projections) = match self.captured(dest) {
            Some((capture, rest)) => (self.captures()[capture as usize], rest),
            None => (self.body.locals[dest.local].ty, &dest.projections[..]),
        };
        let mut n_followed = 0;
        for projection in projections {
            n_followed += usize::from(*projection == Projection::Deref && matches!(ty.kind(), TyKind::Ref(..)));
            ty = projection.ty(ty);
        }
        if n_followed > 1 { Reach::Behind } else { Reach::Place }
    }

    /// Of a call that stores to what it is lent.
    pub(super) fn reach_of_call(&self, callee: &CallTarget, into: u32, lent: Ty) -> Reach {
        // As `mem.replace` and `Vec.push`, which know nothing of what it is that they store where.
        if let CallTarget::Fn(function, _) = callee {
            let decl = self.signatures.function(*function);
            let target = decl.params[into as usize].ty.behind_reference();
            let generics = generics_in(self.signatures, target);
            let mut writing = decl
                .bounds
                .traits
                .iter()
                .filter(|bound| stores(self.signatures, bound.def));
            let is_written = writing.any(|bound| {
                let mut of_bound = generics_in(self.signatures, bound.self_ty()).into_iter();
                of_bound.any(|generic| generics.contains(&generic))
            });
            if decl.of_trait.is_none() && !self.signatures.holds_references(target) && !is_written {
                return Reach::Place;
            }
        }
        let is_unknown = matches!(
            lent.kind(),
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) | TyKind::Dyn(_)
        );
        if is_unknown {
            Reach::Unknown
        } else if self.can_keep(lent) {
            Reach::Behind
        } else {
            Reach::Place
        }
    }

    /// Of what a value of the type holds, what it does by references of its own.
    pub(super) fn named(&self, ty: Ty, held: &Origins) -> Origins {
        if self.signatures.holds_references(ty) {
            held.clone()
        } else {
            Origins::NONE
        }
    }

    /// Whether an argument has references of its own so far in.
    pub(super) fn is_named(&self, operand: &Operand, depth: Depth) -> bool {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return false;
        };
        let ty = place.ty(&self.body.locals);
        let part = match (depth, ty.kind()) {
            (Depth::Inner | Depth::Gives | Depth::Puts | Depth::Keeps, TyKind::Ref(_, target)) => *target,
            _ => ty,
        };
        self.signatures.holds_references(part)
    }

    /// Lets everything that references in a value lead to hold what the value does.
    pub(super) fn arrive_within(&self, holdings: &mut Holdings, of: &Place, why: Mixed, arrivals: &mut Vec<Arrival>) {
        let ask = match why {
            Mixed::Said => Ask::Held,
            Mixed::ByType(_) => Ask::Given,
        };
        let ty = of.ty(&self.body.locals);
        if why == Mixed::ByType(Mixing::default()) {
            return;
        }
        let mut held = self.region(holdings, ask, of);
        // What a closure has captured is there by itself, so that its environment would add all the others.
        if !self.captures().is_empty()
            && let Some(environment) = self.param_origin(Local(1), Depth::Outer)
            && held.iter().any(|origin| origin != environment)
        {
            held.remove(environment);
        }
        if let TyKind::Ref(..) = ty.kind() {
            held = self.inner(holdings, ask, &held);
        }
        let targets = match why {
            Mixed::Said | Mixed::ByType(Mixing { by_reference: true, .. }) => self.led_to(holdings, &held),
            Mixed::ByType(_) => Origins::default(),
        };
        if why != Mixed::Said {
            held = self.of_generics(holdings, ty.behind_reference(), held);
        }
        self.mix(holdings, &targets, &held, why, arrivals);
        if let Mixed::ByType(Mixing { by_call: true, .. }) = why
            && self.views.may_be_called(ty)
        {
            let all = self.region(holdings, Ask::Held, of);
            let keeps = self.keeps(holdings, of, &all);
            self.mix(holdings, &keeps, &held, why, arrivals);
        }
    }

    /// What a new value mixes of what its fields are given: the function of a field keeps what others hold, or a `&mut`
    /// in one leads to values of a generic parameter that others have. A tuple has none, but may be taken for one
    /// that has. What one field alone was given was mixed where that was made.
    pub(super) fn fields_mix(&self, holdings: &mut Holdings, rvalue: &Rvalue, arrivals: &mut Vec<Arrival>) {
        let Rvalue::Aggregate(kind, operands) = rvalue else {
            return;
        };
        let (adt, whole) = match kind {
            AggregateKind::Adt { adt, args } | AggregateKind::Variant { adt, args, .. } => {
                if !args.iter().any(|arg| self.views.is_view(*arg)) {
                    return;
                }
                (Some(*adt), Some(Ty::new(TyKind::Adt(*adt, args.clone()))))
            }
            AggregateKind::Tuple => (None, None),
            AggregateKind::Array(_)
            | AggregateKind::PartialAdt { .. }
            | AggregateKind::Range { .. }
            | AggregateKind::Closure(_) => return,
        };
        let mixing = adt.map_or(Mixing::default(), |adt| self.mixes_inside(adt));
        let given: Vec<Origins> = operands
            .iter()
            .map(|operand| self.operand(holdings, Ask::Held, operand))
            .collect();
        let union = |without: Option<usize>| {
            let mut held = Origins::default();
            for (_, found) in given.iter().enumerate().filter(|(field, _)| Some(*field) != without) {
                held.union(found);
            }
            held
        };
        let of_generics = |holdings: &Holdings, held: Origins| match whole {
            Some(whole) => self.of_generics(holdings, whole, held),
            None => held,
        };
        let mut stored = Vec::new();
        for (field, operand) in operands.iter().enumerate() {
            let (Operand::Copy(place) | Operand::Move(place)) = operand else {
                continue;
            };
            let ty = place.ty(&self.body.locals);
            let is_called = match adt {
                Some(_) => self.views.may_be_called(ty),
                None => self.views.may_hold_closures(ty),
            };
            if is_called {
                let own = (!mixing.by_call).then_some(field);
                let targets = self.keeps(holdings, place, &given[field]);
                stored.push((targets, of_generics(holdings, union(own))));
            }
        }
        if mixing.by_reference {
            let all = union(None);
            stored.push((self.led_to(holdings, &all), of_generics(holdings, all)));
        }
        for (targets, held) in stored {
            self.mix(holdings, &targets, &held, Mixed::ByType(Mixing::ANY), arrivals);
        }
    }

    /// Of what a value holds, what one can refer to that a generic parameter of its type stands for: only such are
    /// moved from one part of it to another.
    fn of_generics(&self, holdings: &Holdings, ty: Ty, held: Origins) -> Origins {
        if let TyKind::Adt(_, args) = ty.kind()
            && args.iter().any(|arg| self.views.is_view(*arg))
        {
            return self.apart_by_type(holdings, Ty::tuple(args.to_vec()), held);
        }
        held
    }

    /// The same of a value that is given something after it was made.
    pub(super) fn mix_again(&self, holdings: &mut Holdings, of: &Place, arrivals: &mut Vec<Arrival>) {
        let ty = of.ty(&self.body.locals).behind_reference();
        if let TyKind::Adt(adt, args) = ty.kind() {
            let mixing = self.mixes_inside(*adt);
            if mixing.moves_views(args, |arg| self.views.is_view(arg)) {
                self.arrive_within(holdings, of, Mixed::ByType(mixing), arrivals);
            }
        }
    }

    /// The same of a value that is dropped: its `drop`, or that of something in it, may mix what was put there one by
    /// one.
    pub(super) fn drop_mixes(&self, holdings: &mut Holdings, of: &Place, arrivals: &mut Vec<Arrival>) {
        let ty = of.ty(&self.body.locals);
        if self.views.is_tracked(of.local) && self.views.is_view(ty) {
            self.arrive_within(holdings, of, Mixed::ByType(self.mixing_of_drop(ty)), arrivals);
        }
    }

    fn mixing_of_drop(&self, ty: Ty) -> Mixing {
        if let Some(known) = self.mixing_of_drop.borrow().get(&ty) {
            return *known;
        }
        // One that is met again has no more inside than before.
        self.mixing_of_drop.borrow_mut().insert(ty, Mixing::default());
        let env = self.signatures.within(&self.body.bounds);
        let mut found = Mixing::default();
        if let TyKind::Adt(adt, args) = ty.kind()
            && !is_endless(ty)
            && env.needs_drop(ty)
        {
            if self.signatures.drops.contains_key(adt) {
                found = self.mixes_inside(*adt);
            }
            let fields: Vec<Ty> = env.field_tys(ty).collect();
            for part in args.iter().chain(&fields) {
                found = found.or(self.mixing_of_drop(*part));
            }
        } else if let TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) = ty.kind() {
            found = self.mixing_of_drop(*inner);
        } else if let TyKind::Tuple(parts) = ty.kind() {
            found = parts
                .iter()
                .fold(found, |found, part| found.or(self.mixing_of_drop(*part)));
        }
        self.mixing_of_drop.borrow_mut().insert(ty, found);
        found
    }

    fn mix(&self, holdings: &mut Holdings, targets: &Origins, held: &Origins, why: Mixed, arrivals: &mut Vec<Arrival>) {
        for target in targets.iter() {
            let ty = match &self.origins[target] {
                OriginData::Loan(loan) => loan.place.ty(&self.body.locals),
                OriginData::Param(..) | OriginData::Capture(..) if !self.slots.contains_key(&self.inside(target)) => {
                    continue;
                }
                OriginData::Owner => {
                    let mut at = Origins::default();
                    at.insert(target);
                    let value = Value {
                        held: held.clone(),
                        ..Value::default()
                    };
                    self.arrive(holdings, &at, &value, Reach::Place, arrivals);
                    continue;
                }
                OriginData::Param(param, _) => behind_all(self.body.locals[*param].ty),
                OriginData::Capture(capture, _) => behind_all(self.captures()[*capture as usize]),
            };
            let mut at = Origins::default();
            at.insert(target);
            let (held, named) = match why {
                Mixed::Said => {
                    let held = self.apart(holdings, ty, held.clone());
                    (held.clone(), held)
                }
                Mixed::ByType(_) => (self.apart_by_type(holdings, ty, held.clone()), Origins::NONE),
            };
            let value = Value {
                given: held.clone(),
                named,
                held,
                is_by_function: why == Mixed::Said || self.mixes_unseen(target),
                ..Value::default()
            };
            self.arrive(holdings, &at, &value, Reach::Place, arrivals);
        }
    }

    fn mixes_inside(&self, adt: AdtRef) -> Mixing {
        let known = self.mixing.borrow().get(&adt).copied();
        known.unwrap_or_else(|| {
            let bounds = &self.signatures.adt(adt).bounds;
            let found = Parts::of(self.signatures, bounds, |parts| parts.fields(adt, None, Part::Own));
            self.mixing.borrow_mut().insert(adt, found);
            found
        })
    }

    /// Whether nobody who makes or calls a parameter's value knows that generic parameters stand for two parts of it:
    /// an `impl` says so, for a type that does not.
    pub(super) fn mixes_unseen(&self, given: Origin) -> bool {
        let (OriginData::Param(param, _), Some(function)) = (&self.origins[given], self.lang_fn()) else {
            return false;
        };
        let is_of_trait = trait_function(self.signatures, function).is_some() || self.signatures.is_drop(function);
        // The trait's function may say as much by its own bounds.
        let says_trait = of_trait_function(self.signatures, function).is_some_and(|of_trait| {
            let mixed = of_trait.mixed.iter().map(|(index, _)| *index);
            let mut all = mixed.chain(of_trait.mixed_by.iter().map(|(index, _)| *index));
            all.any(|index| index + 1 == param.0)
        });
        let ty = self.body.locals[*param].ty.behind_reference();
        let is_told = matches!(ty.kind(), TyKind::Adt(adt, _) if self.mixes_inside(*adt).by_reference);
        is_of_trait && !is_told && !says_trait
    }

    /// These, and what the references lead to that are behind those of them through which something may be stored.
    fn led_to(&self, holdings: &Holdings, at: &Origins) -> Origins {
        let mut found = Origins::default();
        let mut pending: Vec<_> = at.iter().collect();
        while let Some(origin) = pending.pop() {
            if found.contains(origin) {
                continue;
            }
            found.insert(origin);
            if let Some(loan) = self.loan(origin)
                && loan.is_of_view
                && loan.mutability == Mutability::Mut
            {
                pending.extend(holdings[loan.place.local].iter());
            }
        }
        found
    }
}

/// Whether and how what a value holds may get behind references that it holds as well, where a generic parameter stands
/// for both.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(crate) struct Mixing {
    /// By a `&mut` in it.
    pub(crate) by_reference: bool,
    /// By something in it that is called, and keeps.
    pub(crate) by_call: bool,
    /// The generic parameters of whose values this is so, a bit for each by position; all bits where it is not known,
    /// or values of other types may be what moves.
    generics: u64,
}

impl Mixing {
    pub(crate) const ANY: Self = Self {
        by_reference: true,
        by_call: true,
        generics: u64::MAX,
    };

    /// By what is called, whatever moves.
    pub(crate) const BY_CALL: Self = Self {
        by_reference: false,
        ..Self::ANY
    };

    /// Whether values that hold references move, where the generic parameters stand for these types.
    pub(super) fn moves_views(self, args: &[Ty], is_view: impl Fn(Ty) -> bool) -> bool {
        let moves = |at: usize| self.generics == u64::MAX || (at < 64 && self.generics >> at & 1 == 1);
        args.iter().enumerate().any(|(at, arg)| moves(at) && is_view(*arg))
    }

    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            by_reference: self.by_reference || other.by_reference,
            by_call: self.by_call || other.by_call,
            generics: self.generics | other.generics,
        }
    }

    pub(crate) fn is_any(self) -> bool {
        self.by_reference || self.by_call
    }
}

/// How a value of a parameter's type mixes, in a function. What the parameter itself refers to is one place.
pub(super) fn mixes(signatures: &Signatures, decl: &FnDecl, ty: Ty) -> Mixing {
    if !ty.has_param() {
        // What is behind a `dyn` type does so by the trait's own functions.
        let by_reference = ty.any(
            &mut |part| matches!(part.kind(), TyKind::Dyn(dynamic) if gives_and_takes(signatures, dynamic.of_trait)),
        );
        return match by_reference {
            true => Mixing {
                by_call: false,
                ..Mixing::ANY
            },
            false => Mixing::default(),
        };
    }
    Parts::of(signatures, &decl.bounds, |parts| {
        // What a type does that has the trait is said by its own functions.
        parts.of_required = decl.of_trait.filter(|_| decl.kind == FnKind::Required);
        parts.visit(ty.behind_reference(), Part::Own)
    })
}

/// Where in a value something is that a generic parameter stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    /// In the value itself.
    Own,
    /// Behind a `&mut` in it, by number.
    Behind(u32),
    /// Where something in it that is called may keep it, by number.
    Kept(u32),
}

/// Where in a value generic parameters stand.
struct Parts<'s> {
    signatures: &'s Signatures,
    bounds: &'s Bounds,
    n_places: u32,
    found: Vec<(u32, Part)>,
    /// Those of which values of other types are meant, too: associated types, and what a trait's functions pass on.
    inexact: FxHashSet<u32>,
    seen: FxHashSet<(Ty, bool)>,
    /// The trait that a function is declared in without a body.
    of_required: Option<DefId>,
}

impl<'s> Parts<'s> {
    /// Whether one is where something may be stored, and elsewhere as well, in what `visit` looks at.
    fn of(signatures: &'s Signatures, bounds: &'s Bounds, visit: impl FnOnce(&mut Self)) -> Mixing {
        let mut parts = Self {
            signatures,
            bounds,
            n_places: 0,
            found: Vec::new(),
            inexact: FxHashSet::default(),
            seen: FxHashSet::default(),
            of_required: None,
        };
        visit(&mut parts);
        let mut mixing = Mixing::default();
        for (generic, part) in &parts.found {
            let mut others = parts.found.iter();
            if !others.any(|(other, beside)| other == generic && beside != part) {
                continue;
            }
            match part {
                Part::Own => continue,
                Part::Behind(_) => mixing.by_reference = true,
                Part::Kept(_) => mixing.by_call = true,
            }
            mixing.generics |= match parts.inexact.contains(generic) {
                false if *generic < 63 => 1 << generic,
                _ => u64::MAX,
            };
        }
        mixing
    }

    fn visit(&mut self, ty: Ty, part: Part) {
        if !ty.has_param() {
            return;
        }
        if let TyKind::Param {
            index, is_const: false, ..
        } = ty.kind()
        {
            self.found.push((*index, part));
            self.visit_bounds(ty, part);
        } else if let TyKind::Assoc(_) = ty.kind() {
            let generics = generics_in(self.signatures, ty).into_iter();
            let generics: Vec<u32> = generics.filter_map(|generic| u32::try_from(generic).ok()).collect();
            self.inexact.extend(&generics);
            self.found.extend(generics.into_iter().map(|generic| (generic, part)));
            self.visit_bounds(ty, part);
        } else if let TyKind::Ref(mutability, target) = ty.kind() {
            match mutability {
                Mutability::Const => self.visit(*target, part),
                Mutability::Mut => self.visit_behind(*target),
            }
        } else if let TyKind::Adt(adt, args) = ty.kind() {
            if self.seen.insert((ty, part == Part::Own)) && !is_endless(ty) {
                self.fields(*adt, Some(args), part);
            }
        } else if let TyKind::Tuple(elements) = ty.kind() {
            elements.iter().for_each(|element| self.visit(*element, part));
        } else if let TyKind::Optional(inner)
        | TyKind::Slice(inner)
        | TyKind::Array(inner, _)
        | TyKind::Pointer(_, inner) = ty.kind()
        {
            self.visit(*inner, part);
        } else if let TyKind::Dyn(_) | TyKind::FnPointer(_) = ty.kind()
            && let Some(callable) = self.signatures.within(self.bounds).callable(ty)
        {
            self.call(&callable.params, callable.ret, part);
        } else if let TyKind::Dyn(dynamic) = ty.kind() {
            self.visit_trait(dynamic.of_trait, &dynamic.args, part);
            for assoc in &dynamic.types {
                if self.is_one_part_of_another(assoc.of_trait) {
                    self.visit_behind(assoc.ty);
                }
                self.visit(assoc.ty, part);
            }
        }
    }

    /// What the bounds of a generic parameter say that its values take and give.
    fn visit_bounds(&mut self, ty: Ty, part: Part) {
        if !self.seen.insert((ty, part == Part::Own)) {
            return;
        }
        let (signatures, bounds) = (self.signatures, self.bounds);
        for bound in bounds.traits.iter().filter(|bound| bound.self_ty() == ty) {
            if signatures.call_trait(bound.def).is_some() {
                if let TyKind::Tuple(params) = bound.args[1].kind() {
                    self.call(params, bound.args[2], part);
                }
                continue;
            }
            self.visit_trait(bound.def, &bound.args[1..], part);
            if self.is_one_part_of_another(bound.def)
                && let TyKind::Param { index, .. } = ty.kind()
            {
                self.n_places += 1;
                self.inexact.insert(*index);
                self.found.push((*index, Part::Behind(self.n_places)));
            }
        }
        for equality in &bounds.equalities {
            if equality.assoc.args.first() == Some(&ty) {
                self.visit(equality.ty, part);
            }
        }
    }

    /// What a trait's functions may give and take, of which these are the arguments.
    fn visit_trait(&mut self, of: DefId, args: &[Ty], part: Part) {
        let is_both = self.is_one_part_of_another(of);
        let can_store = is_both || stores(self.signatures, of);
        for arg in args {
            if can_store {
                self.visit_behind(*arg);
            }
            if !can_store || is_both {
                self.visit(*arg, part);
            }
        }
    }

    /// Whether what the trait's functions give may be of one part of the value, and go to another by what they take.
    fn is_one_part_of_another(&self, of: DefId) -> bool {
        self.of_required != Some(of) && gives_and_takes(self.signatures, of)
    }

    fn call(&mut self, params: &[Ty], ret: Ty, part: Part) {
        for param in params {
            for generic in generics_in(self.signatures, *param) {
                self.n_places += 1;
                let generic = u32::try_from(generic).expect("few generic parameters");
                self.found.push((generic, Part::Kept(self.n_places)));
            }
        }
        self.visit(ret, part);
    }

    /// Of a type with these arguments, or its own parameters.
    fn fields(&mut self, adt: AdtRef, args: Option<&[Ty]>, part: Part) {
        let decl = self.signatures.adt(adt);
        for field in &decl.fields {
            let field = args.map_or(field.ty, |args| field.ty.substitute(args));
            // In a `view struct` a raw pointer stands for a reference.
            if let TyKind::Pointer(Mutability::Mut, target) = field.kind()
                && decl.is_view
            {
                self.visit_behind(*target);
            } else {
                self.visit(field, part);
            }
        }
    }

    fn visit_behind(&mut self, target: Ty) {
        self.n_places += 1;
        self.visit(target, Part::Behind(self.n_places));
    }
}
