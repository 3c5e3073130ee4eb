//! What assignments do: which variables may hold references from then on, and which references reach what the body
//! alone does not decide about.

use base::FxHashSet;
use check::{AdtRef, CallKind, FnRef, Ty, TyKind};
use hir::Mutability;
use mir::{AggregateKind, Local, Operand, Place, Projection, Rvalue};

use super::flow::{Arrival, Ask, Flow, Target, Value};
use super::holdings::Holdings;
use super::origins::{Loan, Origin, OriginData, Origins, Taken};
use super::signature::{generics_in, referent, stores};
use super::views::is_endless;
use super::within::Reach;
use crate::places::{is_behind_pointer, is_behind_reference};

/// By what is asked whether something may be stored behind a value of a generic type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Asked {
    Type,
    Bounds,
}

impl From<Taken> for Target {
    fn from(taken: Taken) -> Self {
        match taken {
            Taken::Static => Self::Static,
            Taken::Owned => Self::Owned,
        }
    }
}

impl Flow<'_> {
    /// Gives a place a value that holds these.
    pub(super) fn assign(&self, holdings: &mut Holdings, dest: &Place, value: Value, arrivals: &mut Vec<Arrival>) {
        let dest_ty = dest.ty(&self.body.locals);
        let is_view = self.views.is_view(dest_ty);
        let value = self.fitting(holdings, dest_ty, value);
        if is_view
            && !value.held.is_empty()
            && let Some(taken) = self.taken_at(dest)
        {
            arrivals.push(Arrival {
                into: taken.into(),
                what: value.held,
            });
            return;
        }
        let base = self.body.locals[dest.local].ty;
        if is_behind_reference(base, &dest.projections) {
            if is_view && self.views.is_tracked(dest.local) && !is_behind_pointer(base, &dest.projections) {
                let at = match self.captured(dest) {
                    Some((capture, rest)) => self.captured_region(holdings, capture, &rest[..0]),
                    None => holdings[dest.local].clone(),
                };
                let reach = self.reach_of(dest);
                let named = self.named(dest_ty, &value.held);
                self.store(holdings, &at, dest.local, &Value { named, ..value }, reach, arrivals);
            }
            self.end_behind(holdings, dest);
            return;
        }
        if self.views.is_tracked(dest.local) {
            if dest.projections.is_empty() {
                if let Some(beside) = self.beside.get(&dest.local) {
                    holdings.set(beside.gives, value.given);
                }
                holdings.set(dest.local, value.held);
            } else if is_view {
                self.add(holdings, dest.local, &value);
                self.mix_again(holdings, &Place::local(dest.local), arrivals);
            }
        }
        self.end_behind(holdings, dest);
    }

    /// Of what a value may hold, what one of the type can.
    fn fitting(&self, holdings: &Holdings, ty: Ty, value: Value) -> Value {
        if value.held.is_empty() && value.given.is_empty() {
            return Value::default();
        }
        let given = self.apart(holdings, ty, self.possible(ty, value.given));
        let held = if self.views.may_hold_closures(ty) {
            self.possible(ty, value.held)
        } else {
            // What only a call reaches is not in what cannot be called; a generic parameter stands for no closure of
            // this body.
            let mut held = given.clone();
            if self.views.may_be_called(ty) {
                let possible = self.possible(ty, value.held);
                possible
                    .iter()
                    .filter(|origin| self.loan(*origin).is_none())
                    .for_each(|origin| held.insert(origin));
            }
            held
        };
        Value { held, given, ..value }
    }

    /// What a place takes of references, if that is not any: it is declared to be `&static`, or in what owns.
    pub(super) fn taken_at(&self, place: &Place) -> Option<Taken> {
        let mut ty = self.body.locals[place.local].ty;
        let mut is_owned = false;
        for projection in &place.projections {
            is_owned |= !self.views.is_view(ty);
            if let (Projection::Field(index, _), TyKind::Adt(adt, _)) = (projection, ty.kind())
                && let Some(field) = self.signatures.adt(*adt).fields.get(*index as usize)
            {
                if field.is_static {
                    return Some(Taken::Static);
                }
                is_owned |= self.is_owned_field(*adt, field.ty);
            }
            // Nothing is known of what is behind a raw pointer.
            is_owned &= !matches!((projection, ty.kind()), (Projection::Deref, TyKind::Pointer(..)));
            ty = projection.ty(ty);
        }
        (is_owned && self.views.is_view(ty)).then_some(Taken::Owned)
    }

    /// Whether it is a reference to what owns, in which there may be something to which references could be stored.
    pub(super) fn is_of_owner(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Ref(_, target) if !self.views.is_view(*target) && self.views.may_hide(*target))
    }

    /// What stands for what such a reference is made to lead to.
    pub(super) fn owner_behind(&self, operand: &Operand) -> Option<Origin> {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return None;
        };
        self.owner.filter(|_| self.is_of_owner(place.ty(&self.body.locals)))
    }

    /// Lets a variable hold these besides what it holds.
    pub(super) fn add(&self, holdings: &mut Holdings, local: Local, value: &Value) {
        match self.beside.get(&local) {
            Some(beside) => {
                holdings.add(beside.gives, &value.given);
                holdings.add(beside.keeps, &value.keeps);
                holdings.add(local, &value.held);
            }
            None => holdings.add(local, &value.given),
        }
    }

    /// Loans of what is behind a place are no longer of what is there once it points elsewhere.
    pub(super) fn end_behind(&self, holdings: &mut Holdings, dest: &Place) {
        let Some(behind) = self.behind.get(&dest.local) else {
            return;
        };
        let ended: Vec<Origin> = (behind.iter().copied())
            .filter(|origin| {
                let Some(loan) = self.loan(*origin) else { return false };
                loan.place
                    .projections
                    .strip_prefix(&dest.projections[..])
                    .is_some_and(|rest| is_behind_reference(dest.ty(&self.body.locals), rest))
            })
            .collect();
        holdings.remove_everywhere(&ended);
    }

    /// Stores references where these point: every variable that is reached so may hold them from now on.
    pub(super) fn arrive(
        &self,
        holdings: &mut Holdings,
        at: &Origins,
        value: &Value,
        reach: Reach,
        arrivals: &mut Vec<Arrival>,
    ) {
        if value.held.is_empty() {
            return;
        }
        let mut pending: Vec<Origin> = at.iter().collect();
        let mut seen = Origins::default();
        // What is stored here: not what is only found behind the references there.
        let mut places = at.clone();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            match &self.origins[origin] {
                OriginData::Owner if reach == Reach::Place && !places.contains(origin) => {}
                OriginData::Owner => arrivals.push(Arrival {
                    into: Target::Owned,
                    what: value.held.clone(),
                }),
                OriginData::Param(..) | OriginData::Capture(..) => {
                    let into = self.inside(origin);
                    if self.must_own_behind(&self.origins[into]) {
                        arrivals.push(Arrival {
                            into: Target::Owned,
                            what: value.held.clone(),
                        });
                        continue;
                    }
                    let Some(slot) = self.slots.get(&into) else { continue };
                    if !value.is_by_function && self.kept_by_functions.contains(&into) {
                        continue;
                    }
                    let is_within = into == origin || reach != Reach::Place;
                    let may_mix = reach != Reach::Unknown || value.is_unknown;
                    let is_unseen = may_mix && value.held.contains(into) && self.mixes_unseen(into);
                    if is_within && (is_unseen || value.named.contains(into)) && self.keeps_within(&self.origins[into])
                    {
                        let mut what = Origins::default();
                        what.insert(into);
                        arrivals.push(Arrival {
                            into: Target::Within(into),
                            what,
                        });
                    }
                    let what = match &self.origins[origin] {
                        OriginData::Param(param, _) => self.kept_by_call(self.body.locals[*param].ty, &value.held),
                        OriginData::Capture(..) | OriginData::Loan(_) | OriginData::Owner => value.held.clone(),
                    };
                    holdings[*slot].union(&what);
                    arrivals.push(Arrival {
                        into: Target::Behind(into),
                        what,
                    });
                }
                // Nothing is stored through a `&`, but where a type's functions say so.
                OriginData::Loan(loan) if loan.mutability == Mutability::Const && !self.keeps_shared(loan) => {}
                OriginData::Loan(Loan { takes: Some(_), .. }) if reach == Reach::Place && !places.contains(origin) => {}
                OriginData::Loan(Loan { takes: Some(taken), .. }) => arrivals.push(Arrival {
                    into: (*taken).into(),
                    what: value.held.clone(),
                }),
                OriginData::Loan(loan) if self.views.must_own(loan.place.ty(&self.body.locals)) => {
                    arrivals.push(Arrival {
                        into: Target::Owned,
                        what: value.held.clone(),
                    });
                }
                OriginData::Loan(loan) if !loan.is_of_view => {}
                OriginData::Loan(loan) => {
                    let local = loan.place.local;
                    if let Some((capture, rest)) = self.captured(&loan.place) {
                        pending.extend(self.origin_of_captured(capture, rest));
                    }
                    if loan.is_behind && places.contains(origin) {
                        places.union(&holdings[local]);
                    }
                    let mut only = Origins::default();
                    only.insert(origin);
                    let is_place = self.are_places(holdings, &only);
                    let ty = loan.place.ty(&self.body.locals);
                    let kept;
                    let value = if let TyKind::Param { .. } | TyKind::Assoc(_) = ty.kind() {
                        kept = Value {
                            held: self.kept_by_call(ty, &value.held),
                            given: self.kept_by_call(ty, &value.given),
                            ..value.clone()
                        };
                        &kept
                    } else {
                        value
                    };
                    if self.views.is_tracked(local) {
                        if loan.is_behind || self.can_keep_by_bounds(self.body.locals[local].ty) {
                            pending.extend(holdings[local].iter());
                        }
                        if !(loan.is_behind && is_place) {
                            self.add(holdings, local, value);
                        }
                    }
                    if !is_place {
                        for local in holdings.holders_of(origin) {
                            if self.body.locals.get(local).is_some() {
                                self.add(holdings, local, value);
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether what is lent is of a type with a function that keeps something by a `&self`.
    fn keeps_shared(&self, loan: &Loan) -> bool {
        let ty = loan.place.ty(&self.body.locals);
        matches!(ty.kind(), TyKind::Adt(adt, _) if self.signatures.keep_shared.contains(adt))
    }

    /// Stores references where a variable points, and in the variable itself where nobody else would find them.
    pub(super) fn store(
        &self,
        holdings: &mut Holdings,
        at: &Origins,
        by: Local,
        value: &Value,
        reach: Reach,
        arrivals: &mut Vec<Arrival>,
    ) {
        let are_places = self.are_places(holdings, at);
        self.arrive(holdings, at, value, reach, arrivals);
        if !are_places && self.views.is_tracked(by) {
            self.add(holdings, by, value);
        }
    }

    /// Whether references may be stored behind those that a parameter holds, or what it refers to.
    fn keeps_within(&self, given: &OriginData) -> bool {
        match given {
            OriginData::Param(param, _) => {
                let ty = self.body.locals[*param].ty;
                self.can_keep_by_bounds(referent(ty).unwrap_or(ty))
            }
            OriginData::Capture(..) | OriginData::Loan(_) | OriginData::Owner => true,
        }
    }

    /// Whether what is stored where a parameter or capture refers to must own what it holds.
    fn must_own_behind(&self, given: &OriginData) -> bool {
        match given {
            OriginData::Param(param, _) => self.views.must_own(behind_all(self.body.locals[*param].ty)),
            OriginData::Capture(capture, _) => self.views.must_own(behind_all(self.captures()[*capture as usize])),
            OriginData::Loan(_) | OriginData::Owner => false,
        }
    }

    /// Of what is stored behind a parameter that is called, what it can keep: what its generic parameters stand for.
    pub(super) fn kept_by_call(&self, ty: Ty, value: &Origins) -> Origins {
        if !matches!(ty.kind(), TyKind::Param { .. } | TyKind::Assoc(_)) || self.asked.contains_key(&ty) {
            return value.clone();
        }
        let Some(callable) = self.signatures.within(&self.body.bounds).callable(ty) else {
            return value.clone();
        };
        let mut kept = Origins::default();
        for param in callable.params {
            // What is lent for the call alone does not stay.
            let inside = if let TyKind::Ref(_, target) = param.kind() {
                *target
            } else {
                param
            };
            if !generics_in(self.signatures, inside).is_empty() {
                kept.union(&self.possible_of(inside, value));
            }
        }
        kept
    }

    /// Whether references may be stored behind a value of the type: through a `&mut` in it to what may hold some, or by
    /// calling it.
    pub(super) fn can_keep(&self, ty: Ty) -> bool {
        self.can_keep_within(ty, Asked::Type, &mut FxHashSet::default())
    }

    /// The same, or by a function that a bound of a generic parameter says its values have.
    pub(super) fn can_keep_by_bounds(&self, ty: Ty) -> bool {
        self.can_keep_within(ty, Asked::Bounds, &mut FxHashSet::default())
    }

    fn can_keep_within(&self, ty: Ty, asked: Asked, seen: &mut FxHashSet<Ty>) -> bool {
        match ty.kind() {
            TyKind::Ref(Mutability::Mut, target) => {
                self.views.is_view(*target) || self.can_keep_within(*target, asked, seen)
            }
            // What is only read can be copied, but a copy leads to nothing that can be stored to.
            TyKind::Ref(Mutability::Const, inner) => self.can_keep_within(*inner, Asked::Type, seen),
            TyKind::Pointer(_, inner) | TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) => {
                self.can_keep_within(*inner, asked, seen)
            }
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => {
                let kind = self.signatures.within(&self.body.bounds).call_kind(ty);
                kind.is_some_and(|kind| kind != CallKind::Shared)
                    || self.is_said_to_store(ty)
                    || asked == Asked::Bounds && self.bounds_store(ty)
            }
            TyKind::Tuple(parts) => parts.iter().any(|part| self.can_keep_within(*part, asked, seen)),
            TyKind::Adt(adt, args) => {
                // What ever larger types hold is not known.
                if is_endless(ty) {
                    return true;
                }
                if self.signatures.keep_shared.contains(adt) {
                    return true;
                }
                let env = self.signatures.within(&self.body.bounds);
                let fields: Vec<Ty> = env.field_tys(ty).filter(|field| !field.is_scalar()).collect();
                // One that is met again has no more inside than before.
                if (args.is_empty() && fields.is_empty()) || !seen.insert(ty) {
                    return false;
                }
                let is_view = self.signatures.adt(*adt).is_view;
                let mut parts = args.iter().chain(&fields);
                parts.any(|part| {
                    // In a `view struct` a raw pointer stands for a reference.
                    let is_reference = matches!(part.kind(), TyKind::Pointer(_, target)
                        if is_view && self.views.is_view(*target));
                    is_reference || self.can_keep_within(*part, asked, seen)
                })
            }
            TyKind::Closure(_) | TyKind::Dyn(_) => true,
            TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::FnItem(..)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Infer(_)
            | TyKind::Error(_) => false,
        }
    }

    /// Whether a function of what an `impl` type says may store to what that holds.
    fn is_said_to_store(&self, ty: Ty) -> bool {
        let TyKind::Unnamed(unnamed) = ty.kind() else {
            return false;
        };
        let decl = self.signatures.unnamed.get(&unnamed.of);
        decl.is_some_and(|decl| (decl.bounds.traits.iter()).any(|bound| stores(self.signatures, bound.def)))
    }

    /// The same of what the bounds of a generic parameter say.
    fn bounds_store(&self, ty: Ty) -> bool {
        // What can be copied has no `&mut`.
        if self.signatures.within(&self.body.bounds).is_copy(ty) {
            return false;
        }
        let mut of_ty = self.body.bounds.traits.iter().filter(|bound| bound.self_ty() == ty);
        of_ty.any(|bound| {
            let mut functions = self.signatures.traits[&bound.def].functions.iter();
            functions.any(|(_, function)| {
                let function = FnRef::Lang(*function);
                self.dependencies_of(function).stores_to(0) || self.gives_place(function)
            })
        })
    }

    /// Whether something may be stored to what the function gives.
    fn gives_place(&self, function: FnRef) -> bool {
        let decl = self.signatures.function(function);
        // A `&mut Self` is no more than was there.
        let is_self = matches!(decl.ret.behind_reference().kind(), TyKind::Param { index: 0, .. });
        !is_self && self.signatures.within(&decl.bounds).is_place(decl.ret)
    }

    /// Whether something may be stored to what values of the body's generic parameters give.
    pub(super) fn gives_places(&self) -> bool {
        let bounds = &self.body.bounds;
        let mut functions = bounds
            .traits
            .iter()
            .flat_map(|bound| &self.signatures.traits[&bound.def].functions);
        functions.any(|(_, function)| self.gives_place(FnRef::Lang(*function)))
            || (bounds.equalities.iter()).any(|equality| self.signatures.within(bounds).is_place(equality.ty))
    }

    /// What is moved away holds nothing any more where it was.
    pub(super) fn end_moved<'o>(
        &self,
        holdings: &mut Holdings,
        moved: impl Iterator<Item = &'o Operand>,
        dest: &Place,
    ) {
        for operand in moved {
            if let Operand::Move(place) = operand
                && place.projections.is_empty()
                && place.local != dest.local
            {
                self.clear(holdings, place.local);
            }
        }
    }

    /// Whether a field holds what a generic parameter stands for that is `Owned`, and no reference beside.
    pub(super) fn is_owned_field(&self, adt: AdtRef, field: Ty) -> bool {
        if !field.has_param() {
            return false;
        }
        let generics = generics_in(self.signatures, field);
        let mut owned = generics.iter().filter(|at| self.signatures.is_owned_param(adt, **at));
        owned.next().is_some() && !self.signatures.holds_references(field)
    }

    /// What a new value of a struct or enum must have that is `&static`, or owns.
    pub(super) fn static_fields(&self, holdings: &Holdings, rvalue: &Rvalue, arrivals: &mut Vec<Arrival>) {
        let Rvalue::Aggregate(AggregateKind::Adt { adt, .. } | AggregateKind::Variant { adt, .. }, operands) = rvalue
        else {
            return;
        };
        let decl = self.signatures.adt(*adt);
        let fields = if let Rvalue::Aggregate(AggregateKind::Variant { variant, .. }, _) = rvalue {
            let range = &decl.variants[*variant as usize].fields;
            &decl.fields[range.start as usize..range.end as usize]
        } else {
            &decl.fields[..]
        };
        for (field, operand) in fields.iter().zip(operands) {
            let into = if field.is_static {
                Target::Static
            } else if self.is_owned_field(*adt, field.ty) {
                Target::Owned
            } else {
                continue;
            };
            let what = self.operand(holdings, Ask::Held, operand);
            arrivals.push(Arrival { into, what });
        }
    }
}

/// What references to references lead to.
pub(super) fn behind_all(ty: Ty) -> Ty {
    let mut ty = ty;
    while let TyKind::Ref(_, target) = ty.kind() {
        ty = *target;
    }
    ty
}
