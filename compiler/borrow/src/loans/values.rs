//! What values may hold: at a place, behind a reference, in what an expression gives.
//!
//! Reads the sets of variables and changes none.

use check::{Ty, TyKind};
use hir::Mutability;
use mir::{BodyOwner, CastKind, Local, Operand, Place, Projection, Rvalue};

use super::flow::{Ask, Flow};
use super::holdings::Holdings;
use super::origins::{Depth, Origin, OriginData, Origins};
use super::signature::{Source, covers, generics_in, referent};
use crate::places::{is_behind_pointer, is_behind_reference, operands};

impl Flow<'_> {
    /// In a closure's body, what a place of its environment starts with: which capture, and the steps from there.
    pub(super) fn captured<'p>(&self, place: &'p Place) -> Option<(u32, &'p [Projection])> {
        if !matches!(self.body.owner, BodyOwner::Closure(_)) || place.local != Local(1) {
            return None;
        }
        let rest = place.projections.strip_prefix(&[Projection::Deref][..]);
        match rest.unwrap_or(&place.projections) {
            [Projection::Field(index, _), rest @ ..] => Some((*index, rest)),
            _ => None,
        }
    }

    pub(super) fn captured_region(&self, holdings: &Holdings, capture: u32, rest: &[Projection]) -> Origins {
        let mut found = Origins::default();
        if let Some(origin) = self.origin_of_captured(capture, rest) {
            self.insert_stored(holdings, origin, &mut found);
        }
        found
    }

    /// What stands for the references at a place that starts with a capture.
    pub(super) fn origin_of_captured(&self, capture: u32, rest: &[Projection]) -> Option<Origin> {
        let ty = self.captures()[capture as usize];
        if is_behind_pointer(ty, rest) {
            return None;
        }
        let depth = if is_behind_reference(ty, rest) {
            Depth::Inner
        } else {
            Depth::Outer
        };
        let origin = self.capture_origin(capture, depth);
        origin.or_else(|| self.capture_origin(capture, Depth::Outer))
    }

    /// What is behind a parameter or capture: what was there from the start, and what was stored since.
    fn insert_stored(&self, holdings: &Holdings, origin: Origin, found: &mut Origins) {
        found.insert(origin);
        if let Some(slot) = self.slots.get(&origin)
            && self.is_behind_given(origin)
        {
            found.union(&holdings[*slot]);
        }
    }

    /// Whether it is what lies behind a reference that the body was given, or in what a closure owns.
    fn is_behind_given(&self, origin: Origin) -> bool {
        match self.origins[origin] {
            OriginData::Param(_, Depth::Inner) => true,
            OriginData::Capture(..) => self.inside(origin) == origin,
            OriginData::Param(..) | OriginData::Loan(_) | OriginData::Owner => false,
        }
    }

    /// Whether what is stored where these point is found there again by whoever looks: each has a variable or a slot.
    pub(super) fn are_places(&self, holdings: &Holdings, at: &Origins) -> bool {
        let mut pending: Vec<Origin> = at.iter().collect();
        let mut seen = Origins::default();
        let mut are_places = !pending.is_empty();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            are_places &= match &self.origins[origin] {
                OriginData::Param(..) | OriginData::Capture(..) => {
                    let inside = self.inside(origin);
                    self.is_behind_given(inside) && self.slots.contains_key(&inside)
                }
                OriginData::Owner => true,
                OriginData::Loan(loan) if !loan.is_of_view || self.captured(&loan.place).is_some() => false,
                OriginData::Loan(loan) if loan.is_behind => {
                    pending.extend(holdings[loan.place.local].iter());
                    !holdings[loan.place.local].is_empty()
                }
                OriginData::Loan(loan) => self.views.is_tracked(loan.place.local),
            };
        }
        are_places
    }

    pub(super) fn of_local<'h>(&self, holdings: &'h Holdings, ask: Ask, local: Local) -> &'h Origins {
        match (ask, self.beside.get(&local)) {
            (Ask::Given, Some(beside)) => &holdings[beside.gives],
            (Ask::Held, _) | (Ask::Given, None) => &holdings[local],
        }
    }

    /// What the references in a value at a place may point into.
    pub(super) fn region(&self, holdings: &Holdings, ask: Ask, place: &Place) -> Origins {
        if !self.views.is_tracked(place.local) {
            return Origins::default();
        }
        if let Some((capture, rest)) = self.captured(place) {
            return self.captured_region(holdings, capture, rest);
        }
        let mut ty = self.body.locals[place.local].ty;
        let mut is_behind = false;
        for projection in &place.projections {
            if let (Projection::Field(index, _), TyKind::Adt(adt, _)) = (projection, ty.kind())
                && let Some(field) = self.signatures.adt(*adt).fields.get(*index as usize)
                && (field.is_static || self.is_owned_field(*adt, field.ty))
            {
                return Origins::default();
            }
            if *projection == Projection::Deref {
                if let TyKind::Pointer(..) = ty.kind() {
                    return Origins::default();
                }
                is_behind |= matches!(ty.kind(), TyKind::Ref(..));
            }
            ty = projection.ty(ty);
        }
        let held = self.of_local(holdings, ask, place.local);
        if is_behind {
            self.inner(holdings, ask, held)
        } else {
            held.clone()
        }
    }

    /// What references behind these may point into.
    pub(super) fn inner(&self, holdings: &Holdings, ask: Ask, held: &Origins) -> Origins {
        let mut found = Origins::default();
        let mut pending: Vec<Origin> = held.iter().collect();
        let mut seen = Origins::default();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            match &self.origins[origin] {
                // A reference into a closure's environment leads to what it captured. Where that is a `&mut`, the loan
                // says to what of it.
                OriginData::Param(Local(1), _) if self.has_loans_of_captures() => {}
                OriginData::Param(Local(1), _) if !self.captures().is_empty() => {
                    let all = self.origins.iter_enumerated();
                    let all = all.filter(|(_, data)| matches!(data, OriginData::Capture(_, Depth::Outer)));
                    all.for_each(|(origin, _)| found.insert(origin));
                }
                OriginData::Param(..) | OriginData::Capture(..) => {
                    self.insert_stored(holdings, self.inside(origin), &mut found);
                }
                OriginData::Owner => found.insert(origin),
                OriginData::Loan(loan) if !loan.is_of_view => found.insert(origin),
                OriginData::Loan(loan) if self.captured(&loan.place).is_some() => {
                    found.union(&self.region(holdings, ask, &loan.place));
                }
                OriginData::Loan(loan) if loan.is_behind => {
                    pending.extend(self.of_local(holdings, ask, loan.place.local).iter())
                }
                OriginData::Loan(loan) => {
                    found.union(self.of_local(holdings, ask, loan.place.local));
                }
            }
        }
        found
    }

    /// Whether the body is one of a closure that has its environment by a `&mut`.
    fn has_loans_of_captures(&self) -> bool {
        let is_mut = matches!(self.body.locals[Local(1)].ty.kind(), TyKind::Ref(Mutability::Mut, _));
        is_mut && !self.captures().is_empty()
    }

    pub(super) fn operand(&self, holdings: &Holdings, ask: Ask, operand: &Operand) -> Origins {
        match operand {
            Operand::Copy(place) | Operand::Move(place) => {
                if self.shown.contains(&place.local) {
                    holdings[place.local].clone()
                } else if self.views.is_view(place.ty(&self.body.locals)) {
                    self.region(holdings, ask, place)
                } else {
                    Origins::default()
                }
            }
            // What constants refer to is never gone.
            Operand::Const(_) => Origins::default(),
        }
    }

    /// What a new reference to a place may point into.
    pub(super) fn reference(&self, holdings: &Holdings, ask: Ask, mutability: Mutability, place: &Place) -> Origins {
        let mut found = Origins::default();
        if let Some(origin) = self.made(mutability, place) {
            found.insert(origin);
        }
        // Outwards from the place: what a `&mut` on the way points into, and all before it; what a `&` points into.
        let mut ty = self.body.locals[place.local].ty;
        let mut step = |projection: &Projection| {
            let next = projection.ty(ty);
            std::mem::replace(&mut ty, next)
        };
        let tys: Vec<Ty> = place.projections.iter().map(&mut step).collect();
        for (at, projection) in place.projections.iter().enumerate().rev() {
            if *projection != Projection::Deref {
                continue;
            }
            let TyKind::Ref(mutability, _) = tys[at].kind() else {
                if matches!(tys[at].kind(), TyKind::Pointer(..)) {
                    break;
                }
                continue;
            };
            let prefix = Place {
                local: place.local,
                projections: place.projections[..at].to_vec(),
            };
            found.union(&self.region(holdings, ask, &prefix));
            if *mutability == Mutability::Const {
                break;
            }
        }
        found
    }

    pub(super) fn rvalue(&self, holdings: &Holdings, ask: Ask, rvalue: &Rvalue) -> Origins {
        if let Some((mutability, place)) = self.lent(rvalue) {
            return self.reference(holdings, ask, mutability, place);
        }
        let mut found = Origins::default();
        for operand in operands(rvalue) {
            found.union(&self.operand(holdings, ask, operand));
        }
        if let Rvalue::Cast(CastKind::Unsize, operand, _) = rvalue {
            self.owner_behind(operand)
                .into_iter()
                .for_each(|owner| found.insert(owner));
        }
        found
    }

    pub(super) fn source(
        &self,
        holdings: &Holdings,
        ask: Ask,
        operands: &[Operand],
        (index, depth): Source,
    ) -> Origins {
        let Some(operand) = operands.get(index as usize) else {
            return Origins::default();
        };
        let held = self.operand(holdings, ask, operand);
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return held;
        };
        let ty = place.ty(&self.body.locals);
        match (depth, ty.kind()) {
            (Depth::Outer, _) => held,
            (Depth::Inner, _) => match referent(ty) {
                Some(target) if !self.views.is_view(target) => Origins::default(),
                Some(_) => self.inner(holdings, ask, &held),
                None => held,
            },
            (Depth::Keeps, _) => self.keeps(holdings, place, &held),
            (Depth::Puts, _) if !self.may_put(ty) => Origins::default(),
            (Depth::Gives | Depth::Puts, TyKind::Ref(..)) => {
                let held = self.operand(holdings, Ask::Given, operand);
                self.inner(holdings, Ask::Given, &held)
            }
            (Depth::Gives | Depth::Puts, _) => self.operand(holdings, Ask::Given, operand),
            (Depth::Behind { by_reference: false }, _) => self.inner(holdings, ask, &held),
            (Depth::Behind { by_reference: true }, _) => {
                let held = self.inner(holdings, ask, &held);
                self.inner(holdings, ask, &held)
            }
        }
    }

    /// Where calls of what is at a place, or of what that refers to, keep what they are given.
    pub(super) fn keeps(&self, holdings: &Holdings, place: &Place, held: &Origins) -> Origins {
        let own = self.beside.get(&place.local).filter(|_| place.projections.is_empty());
        if let Some(own) = own.filter(|_| !matches!(self.body.locals[place.local].ty.kind(), TyKind::Ref(..))) {
            return holdings[own.keeps].clone();
        }
        let lent = held.iter().filter_map(|origin| {
            let loan = self.loan(origin)?;
            self.beside
                .get(&loan.place.local)
                .filter(|_| loan.place.projections.is_empty())
        });
        let mut known = lent.peekable();
        if known.peek().is_none() {
            return held.clone();
        }
        let mut found = Origins::default();
        known.for_each(|beside| {
            found.union(&holdings[beside.keeps]);
        });
        found
    }

    /// Of what a value of a type may hold by itself: generic parameters stand for types whose references all come with
    /// the parameters of the function, unless a bound says that values are made of other references.
    pub(super) fn possible(&self, ty: Ty, value: Origins) -> Origins {
        if value.is_empty() || !(ty.has_param() || ty.has_assoc()) || self.signatures.holds_references(ty) {
            return value;
        }
        let generics = generics_in(self.signatures, ty);
        if generics.iter().any(|generic| self.lent_generics.contains(generic)) {
            return value;
        }
        let sources: Vec<Source> = (generics.into_iter())
            .filter_map(|generic| self.generic_sources.get(generic))
            .flatten()
            .copied()
            .collect();
        let is_closure = matches!(self.body.owner, BodyOwner::Closure(_));
        let mut found = Origins::default();
        for origin in value.iter() {
            let is_possible = match &self.origins[origin] {
                OriginData::Param(param, depth) => is_closure || covers(&sources, (param.0 - 1, *depth)),
                OriginData::Capture(..) | OriginData::Owner => true,
                OriginData::Loan(_) => false,
            };
            if is_possible {
                found.insert(origin);
            }
        }
        found
    }

    /// Of these, what may be in values of the generic parameters that a type mentions.
    pub(super) fn possible_of(&self, ty: Ty, value: &Origins) -> Origins {
        let generics = generics_in(self.signatures, ty).into_iter().map(|generic| {
            Ty::new(TyKind::Param {
                index: u32::try_from(generic).expect("few generic parameters"),
                name: base::sym(""),
                is_const: false,
            })
        });
        self.possible(Ty::tuple(generics.collect()), value.clone())
    }

    /// Of what a value may hold, what its type can refer to: a `&str` that was had of a `Vec<&str>` refers to what the
    /// elements refer to, as no text lies in the vector itself.
    pub(super) fn apart(&self, holdings: &Holdings, ty: Ty, value: Origins) -> Origins {
        self.apart_by(holdings, value, |owner| self.views.may_refer_into(ty, owner))
    }

    /// The same of what comes with generic parameters, to what has this type.
    pub(super) fn apart_by_type(&self, holdings: &Holdings, ty: Ty, value: Origins) -> Origins {
        self.apart_by(holdings, value, |owner| self.views.may_refer_by_type(ty, owner))
    }

    fn apart_by(&self, holdings: &Holdings, value: Origins, may_refer_into: impl Fn(Ty) -> bool) -> Origins {
        let is_apart = |origin: Origin| match &self.origins[origin] {
            OriginData::Loan(loan) => loan.is_of_view && !may_refer_into(loan.place.ty(&self.body.locals)),
            OriginData::Param(param, Depth::Outer) => {
                let ty = self.body.locals[*param].ty;
                let target = referent(ty).unwrap_or(ty);
                self.inside(origin) != origin && !may_refer_into(target)
            }
            OriginData::Capture(capture, Depth::Outer) => {
                let ty = self.captures()[*capture as usize];
                let target = referent(ty).unwrap_or(ty);
                self.inside(origin) != origin && !may_refer_into(target)
            }
            OriginData::Param(..) | OriginData::Capture(..) | OriginData::Owner => false,
        };
        if !value.iter().any(is_apart) {
            return value;
        }
        let mut found = Origins::default();
        let mut seen = Origins::default();
        let mut pending: Vec<Origin> = value.iter().collect();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            if is_apart(origin) {
                let mut only = Origins::default();
                only.insert(origin);
                pending.extend(self.inner(holdings, Ask::Given, &only).iter());
            } else {
                found.insert(origin);
            }
        }
        found
    }
}
