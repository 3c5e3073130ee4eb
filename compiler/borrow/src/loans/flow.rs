//! Loan sets: for each variable that holds references, what these may point into, at each point of a body.
//!
//! Forward and flow-sensitive: what a variable may hold is known where control is, so that a loan that no variable
//! holds any more restricts nothing.

use base::{FxHashMap, FxHashSet, Id, IndexVec};
use check::{CallKind, FnRef, LangItem, Signatures, Ty, TyKind};
use hir::Mutability;
use mir::dataflow::{Analysis, Edge};
use mir::{
    AggregateKind, BlockId, Body, BodyOwner, CallTarget, Local, Operand, Place, Projection, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind,
};

use super::closures::{ClosureFlow, ClosureSource, Closures};
use super::holdings::Holdings;
use super::liveness::{Liveness, is_behind_reference};
use super::origins::{Depth, Loan, Origin, OriginData, OriginTable, Origins};
use super::signature::{
    Dependencies, Source, covers, generic_sources, generics_in, holds_references, of_callable, of_function,
    of_trait_function,
};
use super::temporaries::{shown, slices, statics};
use super::views::Views;
use crate::places::{Location, operands};

/// References that come to stand where the body alone does not decide how long they stay.
pub(crate) struct Arrival {
    /// What a parameter refers to; or what must be `&static`.
    pub(crate) into: Option<Origin>,
    pub(crate) what: Origins,
}

/// Where a variable with something in it that may be called has, beside what it holds, what can be had of that, and
/// where calls keep things: a closure that counts by a `&mut` gives none of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Beside {
    gives: Local,
    keeps: Local,
}

/// Which references of a value are asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ask {
    /// All in it.
    Held,
    /// Those that can be had of it, by reading or calling it.
    Given,
}

/// What a value may hold, and what may be had of it.
#[derive(Clone, Default, Debug)]
struct Value {
    held: Origins,
    given: Origins,
}

pub(crate) struct Flow<'b> {
    pub(crate) views: &'b Views<'b>,
    pub(crate) body: &'b Body,
    pub(crate) signatures: &'b Signatures,
    pub(crate) origins: OriginTable,
    /// The loan of each place that is lent: wherever it is lent so, it is one.
    made: FxHashMap<(Place, Mutability), Origin>,
    /// The loans of places behind a variable, which end when that gets another value.
    behind: FxHashMap<Local, Vec<Origin>>,
    /// The loans of each variable and what is in it or behind it.
    pub(crate) loans_on: FxHashMap<Local, Vec<Origin>>,
    /// For raw pointers that slices are made of: the first element.
    slices: FxHashMap<Local, Place>,
    /// Raw pointers in the pieces of messages.
    shown: FxHashSet<Local>,
    statics: FxHashSet<Local>,
    pub(crate) closures: &'b Closures,
    beside: FxHashMap<Local, Beside>,
    /// Of the function that the body is in: for each generic parameter, where references in its types come from.
    generic_sources: Vec<Vec<Source>>,
    entry: Holdings,
    live: &'b Liveness,
    /// The variable that each set beside one belongs to.
    owners: FxHashMap<Local, Local>,
}

impl<'b> Flow<'b> {
    pub(crate) fn new(
        body: &'b Body,
        views: &'b Views<'b>,
        signatures: &'b Signatures,
        closures: &'b Closures,
        live: &'b Liveness,
    ) -> Self {
        let mut next = body.locals.next_id();
        let mut new_set = || {
            let set = next;
            next = Local(next.0 + 1);
            set
        };
        let mut beside = FxHashMap::default();
        let mut owners = FxHashMap::default();
        for (local, decl) in body.locals.iter_enumerated() {
            if views.is_tracked(local) && views.may_be_called(decl.ty) {
                let gives = new_set();
                let keeps = new_set();
                owners.extend([(gives, local), (keeps, local)]);
                beside.insert(local, Beside { gives, keeps });
            }
        }
        let mut flow = Self {
            views,
            body,
            signatures,
            origins: IndexVec::new(),
            made: FxHashMap::default(),
            behind: FxHashMap::default(),
            loans_on: FxHashMap::default(),
            slices: slices(body),
            shown: shown(body, signatures),
            statics: statics(body),
            closures,
            beside,
            generic_sources: match body.owner {
                BodyOwner::Fn(function) => generic_sources(signatures, function),
                BodyOwner::Test(_) | BodyOwner::Const(_) | BodyOwner::Closure(_) => Vec::new(),
            },
            entry: Holdings::default(),
            live,
            owners,
        };
        for (index, capture) in (0..).zip(flow.captures()) {
            if views.is_view(*capture) {
                flow.origins.push(OriginData::Capture(index, Depth::Outer));
                if inside_of_reference(views, *capture) {
                    flow.origins.push(OriginData::Capture(index, Depth::Inner));
                }
            }
        }
        for param in (1..=body.n_params).map(Local) {
            if !views.is_tracked(param) || flow.is_static_param(param) {
                continue;
            }
            let outer = flow.origins.push(OriginData::Param(param, Depth::Outer));
            flow.entry[param].insert(outer);
            if let Some(beside) = flow.beside.get(&param).copied() {
                flow.entry[beside.gives].insert(outer);
                flow.entry[beside.keeps].insert(outer);
            }
            if inside_of_reference(views, body.locals[param].ty) {
                flow.origins.push(OriginData::Param(param, Depth::Inner));
            }
        }
        for (block, data) in body.blocks.iter_enumerated() {
            for (index, statement) in data.statements.iter().enumerate() {
                if let StatementKind::Assign(_, rvalue) = &statement.kind
                    && let Some((mutability, place)) = flow.lent(rvalue)
                {
                    flow.add_loan(mutability, place, Location { block, index });
                }
            }
        }
        flow
    }

    fn is_static_param(&self, param: Local) -> bool {
        let BodyOwner::Fn(function) = self.body.owner else {
            return false;
        };
        let params = &self.signatures.function(function).params;
        params.get(param.index() - 1).is_some_and(|param| param.is_static)
    }

    /// The types of what a closure's body has captured.
    fn captures(&self) -> &'b [Ty] {
        let BodyOwner::Closure(_) = self.body.owner else {
            return &[];
        };
        let environment = self.body.locals[Local(1)].ty;
        let environment = behind(environment);
        if let TyKind::Closure(closure) = environment.kind() {
            closure.captures()
        } else {
            &[]
        }
    }

    /// Whether the body has anything that could go wrong.
    pub(crate) fn has_loans(&self) -> bool {
        !self.origins.is_empty()
    }

    /// The place that a reference is made to, if one is.
    pub(crate) fn lent(&self, rvalue: &Rvalue) -> Option<(Mutability, Place)> {
        if let Rvalue::Ref(mutability, place) = rvalue {
            return Some((*mutability, place.clone()));
        }
        let (Rvalue::SliceFromParts { pointer, ty, .. } | Rvalue::Cast(_, pointer, ty)) = rvalue else {
            return None;
        };
        let (Operand::Copy(from) | Operand::Move(from)) = pointer else {
            return None;
        };
        let TyKind::Ref(mutability, _) = ty.kind() else {
            return None;
        };
        let place = self.slices.get(&from.local).filter(|_| from.projections.is_empty())?;
        Some((*mutability, place.clone()))
    }

    fn add_loan(&mut self, mutability: Mutability, place: Place, at: Location) {
        if !self.is_restricted(&place) {
            return;
        }
        if let Some(known) = self.made.get(&(place.clone(), mutability)) {
            if let OriginData::Loan(loan) = &mut self.origins[*known] {
                loan.sites.push(at);
            }
            return;
        }
        let base = self.body.locals[place.local].ty;
        let loan = Loan {
            is_behind: is_behind_reference(&base, &place.projections),
            is_of_view: self.views.is_view(place.ty(&self.body.locals)),
            place: place.clone(),
            mutability,
            sites: vec![at],
        };
        let (local, is_behind) = (place.local, loan.is_behind);
        let origin = self.origins.push(OriginData::Loan(loan));
        self.loans_on.entry(local).or_default().push(origin);
        if is_behind {
            self.behind.entry(local).or_default().push(origin);
        }
        self.made.insert((place, mutability), origin);
    }

    /// Whether what happens to the variable can harm a reference to the place: nothing behind a `&` or raw pointer can
    /// be changed or ended by it.
    fn is_restricted(&self, place: &Place) -> bool {
        let mut ty = self.body.locals[place.local].ty;
        for projection in &place.projections {
            if *projection == Projection::Deref
                && matches!(ty.kind(), TyKind::Ref(Mutability::Const, _) | TyKind::Pointer(..))
            {
                return false;
            }
            ty = projection.ty(ty);
        }
        true
    }

    pub(crate) fn loan(&self, origin: Origin) -> Option<&Loan> {
        match &self.origins[origin] {
            OriginData::Loan(loan) => Some(loan),
            OriginData::Param(..) | OriginData::Capture(..) => None,
        }
    }

    fn given(&self, wanted: &OriginData) -> Option<Origin> {
        let numbered = self.origins.iter_enumerated();
        let mut given = numbered.take_while(|(_, data)| !matches!(data, OriginData::Loan(_)));
        given.find(|(_, data)| *data == wanted).map(|(origin, _)| origin)
    }

    fn param_origin(&self, param: Local, depth: Depth) -> Option<Origin> {
        self.given(&OriginData::Param(param, depth))
    }

    fn capture_origin(&self, capture: u32, depth: Depth) -> Option<Origin> {
        self.given(&OriginData::Capture(capture, depth))
    }

    /// In a closure's body, what a place of its environment starts with: which capture, and the steps from there.
    fn captured<'p>(&self, place: &'p Place) -> Option<(u32, &'p [Projection])> {
        if !matches!(self.body.owner, BodyOwner::Closure(_)) || place.local != Local(1) {
            return None;
        }
        let rest = place.projections.strip_prefix(&[Projection::Deref][..]);
        match rest.unwrap_or(&place.projections) {
            [Projection::Field(index, _), rest @ ..] => Some((*index, rest)),
            _ => None,
        }
    }

    fn captured_region(&self, capture: u32, rest: &[Projection]) -> Origins {
        let mut found = Origins::default();
        let ty = self.captures()[capture as usize];
        if is_behind_pointer(ty, rest) {
            return found;
        }
        let depth = if is_behind_reference(&ty, rest) {
            Depth::Inner
        } else {
            Depth::Outer
        };
        let origin = self.capture_origin(capture, depth);
        if let Some(origin) = origin.or_else(|| self.capture_origin(capture, Depth::Outer)) {
            found.insert(origin);
        }
        found
    }

    fn of_local<'h>(&self, holdings: &'h Holdings, ask: Ask, local: Local) -> &'h Origins {
        match (ask, self.beside.get(&local)) {
            (Ask::Given, Some(beside)) => &holdings[beside.gives],
            (Ask::Held, _) | (Ask::Given, None) => &holdings[local],
        }
    }

    /// What the references in a value at a place may point into.
    fn region(&self, holdings: &Holdings, ask: Ask, place: &Place) -> Origins {
        if !self.views.is_tracked(place.local) {
            return Origins::default();
        }
        if let Some((capture, rest)) = self.captured(place) {
            return self.captured_region(capture, rest);
        }
        let mut ty = self.body.locals[place.local].ty;
        let mut is_behind = false;
        for projection in &place.projections {
            if let (Projection::Field(index, _), TyKind::Adt(adt, _)) = (projection, ty.kind())
                && self
                    .signatures
                    .adt(*adt)
                    .fields
                    .get(*index as usize)
                    .is_some_and(|field| field.is_static)
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
    fn inner(&self, holdings: &Holdings, ask: Ask, held: &Origins) -> Origins {
        let mut found = Origins::default();
        let mut pending: Vec<Origin> = held.iter().collect();
        let mut seen = Origins::default();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            match &self.origins[origin] {
                // A reference into a closure's environment leads to what it captured.
                OriginData::Param(Local(1), _) if !self.captures().is_empty() => {
                    let all = self.origins.iter_enumerated();
                    let all = all.filter(|(_, data)| matches!(data, OriginData::Capture(_, Depth::Outer)));
                    all.for_each(|(origin, _)| found.insert(origin));
                }
                OriginData::Param(param, Depth::Outer) => {
                    found.insert(self.param_origin(*param, Depth::Inner).unwrap_or(origin));
                }
                OriginData::Capture(capture, Depth::Outer) => {
                    found.insert(self.capture_origin(*capture, Depth::Inner).unwrap_or(origin));
                }
                OriginData::Param(..) | OriginData::Capture(..) => found.insert(origin),
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

    fn operand(&self, holdings: &Holdings, ask: Ask, operand: &Operand) -> Origins {
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
    fn reference(&self, holdings: &Holdings, ask: Ask, mutability: Mutability, place: &Place) -> Origins {
        let mut found = Origins::default();
        if let Some(origin) = self.made.get(&(place.clone(), mutability)) {
            found.insert(*origin);
        }
        // Outwards from the place: what a `&mut` on the way points into, and all before it; what a `&` points into.
        let mut tys = vec![self.body.locals[place.local].ty];
        for projection in &place.projections {
            let last = *tys.last().expect("it starts with one");
            tys.push(projection.ty(last));
        }
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

    fn rvalue(&self, holdings: &Holdings, ask: Ask, rvalue: &Rvalue) -> Origins {
        if let Some((mutability, place)) = self.lent(rvalue) {
            return self.reference(holdings, ask, mutability, &place);
        }
        let mut found = Origins::default();
        for operand in operands(rvalue) {
            found.union(&self.operand(holdings, ask, operand));
        }
        found
    }

    /// Of what a value of a type may hold by itself: generic parameters stand for types whose references all come with
    /// the parameters of the function.
    fn possible(&self, ty: Ty, value: Origins) -> Origins {
        if value.is_empty() || !(ty.has_param() || ty.has_assoc()) || holds_references(self.signatures, ty) {
            return value;
        }
        let sources: Vec<Source> = (generics_in(ty).into_iter())
            .filter_map(|generic| self.generic_sources.get(generic))
            .flatten()
            .copied()
            .collect();
        let is_closure = matches!(self.body.owner, BodyOwner::Closure(_));
        let mut found = Origins::default();
        for origin in value.iter() {
            let is_possible = match &self.origins[origin] {
                OriginData::Param(param, depth) => is_closure || covers(&sources, (param.0 - 1, *depth)),
                OriginData::Capture(..) => true,
                OriginData::Loan(_) => false,
            };
            if is_possible {
                found.insert(origin);
            }
        }
        found
    }

    /// Of what a value may hold, what its type can refer to: a `&str` that was had of a `Vec<&str>` refers to what the
    /// elements refer to, as no text lies in the vector itself.
    fn apart(&self, holdings: &Holdings, ty: Ty, value: Origins) -> Origins {
        let mut found = Origins::default();
        for origin in value.iter() {
            let is_apart = self.loan(origin).is_some_and(|loan| {
                loan.is_of_view && !self.views.may_refer_into(ty, loan.place.ty(&self.body.locals))
            });
            if is_apart {
                let mut only = Origins::default();
                only.insert(origin);
                found.union(&self.inner(holdings, Ask::Given, &only));
            } else {
                found.insert(origin);
            }
        }
        found
    }

    /// Gives a place a value that holds these.
    fn assign(&self, holdings: &mut Holdings, dest: &Place, value: Value, arrivals: &mut Vec<Arrival>) {
        let dest_ty = dest.ty(&self.body.locals);
        let is_view = self.views.is_view(dest_ty);
        let given = self.apart(holdings, dest_ty, self.possible(dest_ty, value.given));
        let held = if self.views.may_hold_closures(dest_ty) {
            self.possible(dest_ty, value.held)
        } else {
            // What only a call reaches is not in what cannot be called; a generic parameter stands for no closure of
            // this body.
            let mut held = given.clone();
            if self.views.may_be_called(dest_ty) {
                let possible = self.possible(dest_ty, value.held);
                possible
                    .iter()
                    .filter(|origin| self.loan(*origin).is_none())
                    .for_each(|origin| held.insert(origin));
            }
            held
        };
        let value = Value { held, given };
        if is_view && !value.held.is_empty() && self.is_static_field(dest) {
            arrivals.push(Arrival {
                into: None,
                what: value.held,
            });
            return;
        }
        let base = self.body.locals[dest.local].ty;
        if is_behind_reference(&base, &dest.projections) {
            if is_view && self.views.is_tracked(dest.local) && !is_behind_pointer(base, &dest.projections) {
                let at = match self.captured(dest) {
                    Some((capture, rest)) => self.captured_region(capture, &rest[..0]),
                    None => holdings[dest.local].clone(),
                };
                self.arrive(holdings, &at, &value, arrivals);
                self.add(holdings, dest.local, &value);
            }
            self.end_behind(holdings, dest);
            return;
        }
        if self.views.is_tracked(dest.local) {
            if dest.projections.is_empty() {
                if let Some(beside) = self.beside.get(&dest.local) {
                    holdings[beside.gives] = value.given;
                }
                holdings[dest.local] = value.held;
            } else if is_view {
                self.add(holdings, dest.local, &value);
            }
        }
        self.end_behind(holdings, dest);
    }

    fn is_static_field(&self, place: &Place) -> bool {
        let mut ty = self.body.locals[place.local].ty;
        place.projections.iter().any(|projection| {
            let is_static = matches!((projection, ty.kind()), (Projection::Field(index, _), TyKind::Adt(adt, _))
                if self.signatures.adt(*adt).fields.get(*index as usize).is_some_and(|field| field.is_static));
            ty = projection.ty(ty);
            is_static
        })
    }

    /// Lets a variable hold these besides what it holds.
    fn add(&self, holdings: &mut Holdings, local: Local, value: &Value) {
        match self.beside.get(&local) {
            Some(beside) => {
                holdings[beside.gives].union(&value.given);
                holdings[local].union(&value.held);
            }
            None => {
                holdings[local].union(&value.given);
            }
        }
    }

    /// Loans of what is behind a place are no longer of what is there once it points elsewhere.
    fn end_behind(&self, holdings: &mut Holdings, dest: &Place) {
        let Some(behind) = self.behind.get(&dest.local) else {
            return;
        };
        let ended: Vec<Origin> = (behind.iter().copied())
            .filter(|origin| {
                let Some(loan) = self.loan(*origin) else { return false };
                loan.place
                    .projections
                    .strip_prefix(&dest.projections[..])
                    .is_some_and(|rest| is_behind_reference(&dest.ty(&self.body.locals), rest))
            })
            .collect();
        holdings.remove_everywhere(&ended);
    }

    /// Stores references where these point: every variable that is reached so may hold them from now on.
    fn arrive(&self, holdings: &mut Holdings, at: &Origins, value: &Value, arrivals: &mut Vec<Arrival>) {
        if value.held.is_empty() {
            return;
        }
        let mut pending: Vec<Origin> = at.iter().collect();
        let mut seen = Origins::default();
        while let Some(origin) = pending.pop() {
            if seen.contains(origin) {
                continue;
            }
            seen.insert(origin);
            match &self.origins[origin] {
                OriginData::Param(param, depth) => {
                    let ty = self.body.locals[*param].ty;
                    if !self.can_keep(ty) {
                        continue;
                    }
                    let inner = self
                        .param_origin(*param, Depth::Inner)
                        .filter(|_| *depth == Depth::Outer);
                    arrivals.push(Arrival {
                        into: Some(inner.unwrap_or(origin)),
                        what: self.kept_by_call(ty, &value.held),
                    });
                }
                OriginData::Capture(capture, depth) => {
                    if !self.can_keep(self.captures()[*capture as usize]) {
                        continue;
                    }
                    let inner = self
                        .capture_origin(*capture, Depth::Inner)
                        .filter(|_| *depth == Depth::Outer);
                    arrivals.push(Arrival {
                        into: Some(inner.unwrap_or(origin)),
                        what: value.held.clone(),
                    });
                }
                // Nothing is stored through a `&`.
                OriginData::Loan(loan) if loan.mutability == Mutability::Const => {}
                OriginData::Loan(loan) => {
                    let local = loan.place.local;
                    if self.views.is_tracked(local) && loan.is_of_view {
                        pending.extend(holdings[local].iter());
                        self.add(holdings, local, value);
                    }
                    if loan.is_of_view {
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

    /// Of what is stored behind a parameter that is called, what it can keep: what its generic parameters stand for.
    fn kept_by_call(&self, ty: Ty, value: &Origins) -> Origins {
        if !matches!(ty.kind(), TyKind::Param { .. } | TyKind::Assoc(_)) {
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
            if !generics_in(inside).is_empty() {
                kept.union(&self.possible_of(inside, value));
            }
        }
        kept
    }

    /// Of these, what may be in values of the generic parameters that a type mentions.
    fn possible_of(&self, ty: Ty, value: &Origins) -> Origins {
        let generics = generics_in(ty).into_iter().map(|generic| {
            Ty::new(TyKind::Param {
                index: u32::try_from(generic).expect("few generic parameters"),
                name: base::sym(""),
                is_const: false,
            })
        });
        self.possible(Ty::tuple(generics.collect()), value.clone())
    }

    /// Whether something may be stored behind a value of the type: through a `&mut` in it, or by calling it.
    fn can_keep(&self, ty: Ty) -> bool {
        match ty.kind() {
            TyKind::Ref(Mutability::Mut, _) => true,
            TyKind::Ref(Mutability::Const, target) => self.can_keep(*target),
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) => {
                let kind = self.signatures.within(&self.body.bounds).call_kind(ty);
                kind.is_some_and(|kind| kind != CallKind::Shared)
            }
            TyKind::Optional(inner) | TyKind::Slice(inner) | TyKind::Array(inner, _) => self.can_keep(*inner),
            TyKind::Tuple(parts) => parts.iter().any(|part| self.can_keep(*part)),
            // Of one that holds no references by itself, what it is given for its generic parameters.
            TyKind::Adt(_, args) => holds_references(self.signatures, ty) || args.iter().any(|arg| self.can_keep(*arg)),
            TyKind::Closure(_) | TyKind::Dyn(_) => true,
            TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Pointer(..)
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

    /// What is moved away holds nothing any more where it was.
    fn end_moved<'o>(&self, holdings: &mut Holdings, moved: impl Iterator<Item = &'o Operand>, dest: &Place) {
        for operand in moved {
            if let Operand::Move(place) = operand
                && place.projections.is_empty()
                && place.local != dest.local
            {
                holdings[place.local].clear();
                if let Some(beside) = self.beside.get(&place.local) {
                    holdings[beside.gives].clear();
                    holdings[beside.keeps].clear();
                }
            }
        }
    }

    /// The arguments of a call as its dependencies count them, and these.
    fn call(&self, callee: &CallTarget, args: &[Operand]) -> Option<(Dependencies, Vec<Operand>)> {
        match callee {
            CallTarget::Fn(function, _) => Some((of_function(self.signatures, *function), args.to_vec())),
            CallTarget::Value(operand) | CallTarget::Callable(_, operand) => {
                let mut operands = args.to_vec();
                operands.push(operand.clone());
                let (Operand::Copy(place) | Operand::Move(place)) = operand else {
                    // A constant: a function item, or a closure without captures.
                    let Operand::Const(constant) = operand else { return None };
                    return Some((self.of_called(constant.ty)?, operands));
                };
                let ty = place.ty(&self.body.locals);
                Some((self.of_called(ty)?, operands))
            }
            CallTarget::Runtime(_) | CallTarget::Format(..) => None,
        }
    }

    fn of_called(&self, ty: Ty) -> Option<Dependencies> {
        let called = behind(ty);
        if let TyKind::FnItem(function, _) = called.kind() {
            return Some(of_function(self.signatures, *function));
        }
        if let TyKind::Closure(closure) = called.kind()
            && let Some(flow) = self.closures.get(closure.closure)
        {
            return Some(of_closure(flow, closure.params.len()));
        }
        if let TyKind::ExternFn(fn_type) | TyKind::FnPointer(fn_type) = called.kind() {
            return Some(of_callable(self.signatures, &fn_type.params, fn_type.ret));
        }
        let callable = self.signatures.within(&self.body.bounds).callable(called)?;
        Some(of_callable(self.signatures, &callable.params, callable.ret))
    }

    fn source(&self, holdings: &Holdings, ask: Ask, operands: &[Operand], (index, depth): Source) -> Origins {
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
            (Depth::Keeps, _) => self.keeps(holdings, place, &held),
            (Depth::Gives, TyKind::Ref(..)) => {
                let held = self.operand(holdings, Ask::Given, operand);
                self.inner(holdings, Ask::Given, &held)
            }
            (Depth::Gives, _) => self.operand(holdings, Ask::Given, operand),
            (Depth::Inner, TyKind::Ref(_, target)) if !self.views.is_view(*target) => Origins::default(),
            (Depth::Inner, TyKind::Ref(..)) => self.inner(holdings, ask, &held),
            (Depth::Inner, _) => held,
        }
    }

    /// Where calls of what is at a place, or of what that refers to, keep what they are given.
    fn keeps(&self, holdings: &Holdings, place: &Place, held: &Origins) -> Origins {
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

    /// What the result of a call may hold.
    fn result(&self, holdings: &Holdings, ask: Ask, callee: &CallTarget, args: &[Operand], dest: &Place) -> Origins {
        let mut found = Origins::default();
        if !self.views.is_view(dest.ty(&self.body.locals)) {
            return found;
        }
        // The elements of an array literal become those of a `Vec`.
        if let (CallTarget::Fn(FnRef::Lang(def), _), Some(Operand::Copy(first))) = (callee, args.first())
            && self.signatures.lang.is(*def, LangItem::VecOfArray)
            && let Some(array) = self.slices.get(&first.local)
        {
            return self.region(holdings, ask, array);
        }
        if let Some((dependencies, operands)) = self.call(callee, args) {
            for source in &dependencies.result {
                found.union(&self.source(holdings, ask, &operands, *source));
            }
        }
        found
    }

    /// What a call does to what its arguments lead to.
    pub(crate) fn call_keeps(
        &self,
        holdings: &mut Holdings,
        callee: &CallTarget,
        args: &[Operand],
        arrivals: &mut Vec<Arrival>,
    ) {
        let Some((dependencies, operands)) = self.call(callee, args) else {
            return;
        };
        self.static_args(holdings, callee, args, arrivals);
        for ((into, depth), from) in &dependencies.kept {
            let mut value = Value::default();
            for (index, depth) in from {
                let source = (*index, *depth);
                let found = [Ask::Held, Ask::Given].map(|ask| {
                    let found = self.source(holdings, ask, &operands, source);
                    match (callee, operands.get(*index as usize)) {
                        // To what is called, only what its generic parameters may stand for stays.
                        (CallTarget::Value(_) | CallTarget::Callable(..), Some(operand)) => self.passed(operand, found),
                        _ => found,
                    }
                });
                value.held.union(&found[0]);
                value.given.union(&found[1]);
            }
            if *depth == Depth::Keeps {
                let at = self.source(holdings, Ask::Held, &operands, (*into, Depth::Keeps));
                self.arrive(holdings, &at, &value, arrivals);
                continue;
            }
            let Some(Operand::Copy(place) | Operand::Move(place)) = operands.get(*into as usize) else {
                continue;
            };
            let ty = place.ty(&self.body.locals);
            let is_view = self.views.is_view(behind(ty));
            if is_view {
                let at = self.region(holdings, Ask::Held, place);
                self.arrive(holdings, &at, &value, arrivals);
                if self.views.is_tracked(place.local) {
                    self.add(holdings, place.local, &value);
                }
            }
        }
    }

    /// Of what an argument holds, what has to do with the generic parameters of its type.
    fn passed(&self, operand: &Operand, found: Origins) -> Origins {
        let (Operand::Copy(place) | Operand::Move(place)) = operand else {
            return found;
        };
        let ty = place.ty(&self.body.locals);
        if generics_in(ty).is_empty() {
            found
        } else {
            self.possible_of(ty, &found)
        }
    }

    /// What is passed where `&static` is said must be so.
    fn static_args(&self, holdings: &Holdings, callee: &CallTarget, args: &[Operand], arrivals: &mut Vec<Arrival>) {
        let CallTarget::Fn(function, _) = callee else {
            return;
        };
        for (param, arg) in self.signatures.function(*function).params.iter().zip(args) {
            if param.is_static {
                let what = self.operand(holdings, Ask::Held, arg);
                arrivals.push(Arrival { into: None, what });
            }
        }
    }

    /// What a new value of a struct or enum must have that is `&static`.
    fn static_fields(&self, holdings: &Holdings, rvalue: &Rvalue, arrivals: &mut Vec<Arrival>) {
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
            if field.is_static {
                let what = self.operand(holdings, Ask::Held, operand);
                arrivals.push(Arrival { into: None, what });
            }
        }
    }

    /// What can be had of a closure that is made, and what it does with what it captures.
    fn closure_made(
        &self,
        holdings: &mut Holdings,
        dest: &Place,
        rvalue: &Rvalue,
        arrivals: &mut Vec<Arrival>,
    ) -> Option<Origins> {
        let mut given = None;
        let mut keeps = Origins::default();
        if let Rvalue::Aggregate(AggregateKind::Closure(ty), operands) = rvalue
            && let TyKind::Closure(closure) = ty.kind()
            && let Some(flow) = self.closures.get(closure.closure)
        {
            let captured = |holdings: &Holdings, ask: Ask, source: &ClosureSource| match source {
                ClosureSource::Capture(index, depth) => Some(self.source(holdings, ask, operands, (*index, *depth))),
                ClosureSource::Param(..) => None,
            };
            let mut found = Origins::default();
            for source in &flow.result {
                if let Some(more) = captured(holdings, Ask::Given, source) {
                    found.union(&more);
                }
            }
            for (into, from) in &flow.kept {
                // What it puts into its parameters is had of it as its result is.
                if matches!(into, ClosureSource::Param(..))
                    && let Some(more) = captured(holdings, Ask::Given, from)
                {
                    found.union(&more);
                }
            }
            given = Some(found);
            for (into, from) in &flow.kept {
                let ClosureSource::Capture(index, _) = into else {
                    continue;
                };
                let at = self.source(holdings, Ask::Held, operands, (*index, Depth::Outer));
                match (
                    captured(holdings, Ask::Held, from),
                    captured(holdings, Ask::Given, from),
                ) {
                    (Some(held), Some(given)) => self.arrive(holdings, &at, &Value { held, given }, arrivals),
                    _ => {
                        keeps.union(&at);
                    }
                }
            }
        } else {
            for operand in operands(rvalue) {
                if let Operand::Copy(place) | Operand::Move(place) = operand
                    && self.views.may_be_called(place.ty(&self.body.locals))
                {
                    let held = self.operand(holdings, Ask::Held, operand);
                    keeps.union(&self.keeps(holdings, place, &held));
                }
            }
            if let Some((_, place)) = self.lent(rvalue) {
                let held = self.rvalue(holdings, Ask::Held, rvalue);
                keeps.union(&self.keeps(holdings, &place, &held));
            }
        }
        if let Some(beside) = self.beside.get(&dest.local) {
            if dest.projections.is_empty() {
                holdings[beside.keeps] = keeps;
            } else {
                holdings[beside.keeps].union(&keeps);
            }
        }
        given
    }

    /// As [`Analysis::statement`], noting what reaches parameters.
    pub(crate) fn step(&self, holdings: &mut Holdings, statement: &Statement, arrivals: &mut Vec<Arrival>) {
        match &statement.kind {
            StatementKind::Assign(dest, rvalue) => {
                let mut value = Value::default();
                if self.views.is_view(dest.ty(&self.body.locals)) {
                    value.held = self.rvalue(holdings, Ask::Held, rvalue);
                    value.given = self.rvalue(holdings, Ask::Given, rvalue);
                }
                self.static_fields(holdings, rvalue, arrivals);
                if !value.held.is_empty()
                    && self.views.may_be_called(dest.ty(&self.body.locals))
                    && let Some(given) = self.closure_made(holdings, dest, rvalue, arrivals)
                {
                    value.given = given;
                }
                if self.shown.contains(&dest.local) {
                    holdings[dest.local] = self.rvalue(holdings, Ask::Held, rvalue);
                    return;
                }
                if self.statics.contains(&dest.local) && !dest.projections.is_empty() {
                    let what = std::mem::take(&mut value.held);
                    arrivals.push(Arrival { into: None, what });
                }
                self.assign(holdings, dest, value, arrivals);
                self.end_moved(holdings, operands(rvalue), dest);
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                holdings[*local].clear();
                if let Some(beside) = self.beside.get(local) {
                    holdings[beside.gives].clear();
                    holdings[beside.keeps].clear();
                }
                // Whoever holds a loan of it has been told; the next value of the variable is another.
                if let Some(loans) = self.loans_on.get(local) {
                    holdings.remove_everywhere(loans);
                }
            }
        }
    }

    /// The dependencies that the body itself must keep to.
    pub(crate) fn own(&self) -> Option<Dependencies> {
        Some(of_function(self.signatures, self.lang_fn()?))
    }

    /// Those of the trait's function that the body is one of, where it says its own.
    pub(crate) fn of_trait(&self) -> Option<Dependencies> {
        of_trait_function(self.signatures, self.lang_fn()?)
    }

    fn lang_fn(&self) -> Option<FnRef> {
        match self.body.owner {
            BodyOwner::Fn(function @ FnRef::Lang(_)) => Some(function),
            BodyOwner::Fn(_) | BodyOwner::Test(_) | BodyOwner::Const(_) | BodyOwner::Closure(_) => None,
        }
    }
}

impl Analysis for Flow<'_> {
    type Facts = Holdings;

    fn entry(&self) -> Holdings {
        self.entry.clone()
    }

    fn join(&self, facts: &mut Holdings, other: &Holdings) -> bool {
        facts.join(other)
    }

    fn enter(&self, facts: &mut Holdings, block: BlockId) {
        let live = self.live.at_start(block);
        facts.retain(|local| {
            let owner = self.owners.get(&local).copied().unwrap_or(local);
            live.contains(owner) || self.loans_on.contains_key(&owner)
        });
    }

    fn statement(&self, facts: &mut Holdings, statement: &Statement) {
        self.step(facts, statement, &mut Vec::new());
    }

    fn terminator(&self, facts: &mut Holdings, terminator: &Terminator) {
        if let TerminatorKind::Call { callee, args, .. } = &terminator.kind {
            self.call_keeps(facts, callee, args, &mut Vec::new());
        }
    }

    fn edge(&self, facts: &mut Holdings, terminator: &Terminator, edge: Edge) {
        let TerminatorKind::Call { callee, args, dest, .. } = &terminator.kind else {
            return;
        };
        if edge == Edge::Normal {
            let value = Value {
                held: self.result(facts, Ask::Held, callee, args, dest),
                given: self.result(facts, Ask::Given, callee, args, dest),
            };
            if let Some(beside) = self.beside.get(&dest.local) {
                // What is made of callables keeps where these do.
                let mut keeps = Origins::default();
                for arg in args {
                    if let Operand::Copy(place) | Operand::Move(place) = arg
                        && self.views.may_be_called(place.ty(&self.body.locals))
                    {
                        keeps.union(&self.keeps(facts, place, &self.operand(facts, Ask::Held, arg)));
                    }
                }
                facts[beside.keeps].union(&keeps);
            }
            self.assign(facts, dest, value, &mut Vec::new());
        }
        let called = match callee {
            CallTarget::Value(operand) | CallTarget::Callable(_, operand) => Some(operand),
            CallTarget::Fn(..) | CallTarget::Runtime(_) | CallTarget::Format(..) => None,
        };
        self.end_moved(facts, args.iter().chain(called), dest);
    }
}

fn is_behind_pointer(base: Ty, projections: &[Projection]) -> bool {
    let mut ty = base;
    projections.iter().any(|projection| {
        let points = matches!(ty.kind(), TyKind::Pointer(..));
        ty = projection.ty(ty);
        points && *projection == Projection::Deref
    })
}

/// Whether a reference leads to what may hold references itself.
fn inside_of_reference(views: &Views<'_>, ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Ref(_, target) if views.is_view(*target))
}

/// A call of a closure that is known: the arguments are the parameters, and the closure comes after them.
fn of_closure(flow: &ClosureFlow, n_params: usize) -> Dependencies {
    let callee = u32::try_from(n_params).expect("few parameters");
    let plain = |source: &ClosureSource, depth_of_capture: Depth| match source {
        ClosureSource::Capture(..) => (callee, depth_of_capture),
        ClosureSource::Param(index, depth) => (*index, *depth),
    };
    let mut result: Vec<Source> = flow.result.iter().map(|source| plain(source, Depth::Gives)).collect();
    result.dedup();
    let kept = (flow.kept.iter())
        .filter(|(into, from)| {
            // What goes from capture to capture has gone when the closure was made.
            !matches!((into, from), (ClosureSource::Capture(..), ClosureSource::Capture(..)))
        })
        .map(|(into, from)| (plain(into, Depth::Keeps), vec![plain(from, Depth::Gives)]));
    Dependencies {
        result,
        kept: kept.collect(),
    }
}

/// What a reference leads to; another type itself.
fn behind(ty: Ty) -> Ty {
    if let TyKind::Ref(_, target) = ty.kind() {
        *target
    } else {
        ty
    }
}
