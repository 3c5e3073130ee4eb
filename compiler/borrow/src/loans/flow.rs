//! Loan sets: for each variable that holds references, what these may point into, at each point of a body.
//!
//! Forward and flow-sensitive: what a variable may hold is known where control is, so that a loan that no variable
//! holds any more restricts nothing.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use base::{FxHashMap, FxHashSet, Id, IndexVec};
use check::{AdtRef, FnRef, Signatures, Ty, TyKind};
use hir::Mutability;
use mir::dataflow::{Analysis, Edge};
use mir::{
    BlockId, Body, BodyOwner, CallTarget, CastKind, Local, Operand, Place, Projection, Rvalue, Statement,
    StatementKind, Terminator, TerminatorKind,
};

use super::closures::Closures;
use super::holdings::Holdings;
use super::liveness::Liveness;
use super::origins::{Depth, Loan, Origin, OriginData, OriginTable, Origins, Taken};
use super::signature::{
    Dependencies, Source, asked_by_trait, generic_sources, lent_generics, of_function, of_trait_function, referent,
    takes_static,
};
use super::temporaries::{owned, shown, slices, statics};
use super::views::Views;
use super::within::Mixing;
use crate::places::is_behind_reference;
use crate::places::{Location, operands};

/// For calls of functions with these type arguments.
type Instances = FxHashMap<(FnRef, Box<[Ty]>), Rc<Dependencies>>;

/// References that come to stand where the body alone does not decide how long they stay.
pub(crate) struct Arrival {
    pub(crate) into: Target,
    pub(crate) what: Origins,
}

/// Where references stand that stay longer than a body can say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// What a parameter refers to, or what was captured.
    Behind(Origin),
    /// Behind a reference that is itself behind a parameter or in it, or in what was captured.
    Within(Origin),
    /// What is declared to be `&static`.
    Static,
    /// What owns all that it holds.
    Owned,
    /// A boxed `dyn` value.
    Dyn,
}

/// Where a variable with something in it that may be called has, beside what it holds, what can be had of that, and
/// where calls keep things: a closure that counts by a `&mut` gives none of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Beside {
    pub(super) gives: Local,
    pub(super) keeps: Local,
}

/// Which references of a value are asked about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ask {
    /// All in it.
    Held,
    /// Those that can be had of it, by reading or calling it.
    Given,
}

/// What a value may hold, and what may be had of it.
#[derive(Clone, Default, Debug)]
pub(super) struct Value {
    pub(super) held: Origins,
    pub(super) given: Origins,
    /// Those held by references that its type has of its own, and not by what generic parameters stand for. Only asked
    /// of what is stored.
    pub(super) named: Origins,
    /// Where what is in it keeps what it is called with. Only asked of what is stored.
    pub(super) keeps: Origins,
    /// A function keeps it, by its declaration. Only asked of what is stored.
    pub(super) is_by_function: bool,
    /// It is stored to what only a generic parameter or a `dyn` type stands for: whether that has references by its
    /// own type is not known.
    pub(super) is_unknown: bool,
}

pub(crate) struct Flow<'b> {
    pub(crate) views: &'b Views<'b>,
    pub(crate) body: &'b Body,
    pub(crate) signatures: &'b Signatures,
    pub(crate) origins: OriginTable,
    /// The loan of each place that is lent, by mutability: wherever it is lent so, it is one.
    made: [FxHashMap<Place, Origin>; 2],
    /// The loans of places behind a variable, which end when that gets another value.
    pub(super) behind: FxHashMap<Local, Vec<Origin>>,
    /// The loans of each variable and what is in it or behind it.
    pub(crate) loans_on: FxHashMap<Local, Vec<Origin>>,
    /// For raw pointers that slices are made of: the first element.
    pub(super) slices: FxHashMap<Local, Place>,
    /// Raw pointers in the pieces of messages.
    pub(super) shown: FxHashSet<Local>,
    statics: FxHashMap<Local, bool>,
    pub(crate) closures: &'b Closures,
    pub(super) beside: FxHashMap<Local, Beside>,
    /// Of the function that the body is in: for each generic parameter, where references in its types come from.
    pub(super) generic_sources: Vec<Vec<Source>>,
    /// The generic parameters of whose types values may be made of references that do not come with them.
    pub(super) lent_generics: FxHashSet<usize>,
    /// Whether a struct or enum mixes what its generic parameters stand for.
    pub(super) mixing: RefCell<FxHashMap<AdtRef, Mixing>>,
    /// Whether values of a type do when they are dropped.
    pub(super) mixing_of_drop: RefCell<FxHashMap<Ty, Mixing>>,
    /// In an `impl`'s function: what it is given to call, by type, as the trait says it.
    pub(super) asked: FxHashMap<Ty, Rc<Dependencies>>,
    /// Of the functions that are called.
    pub(super) dependencies: RefCell<FxHashMap<FnRef, Rc<Dependencies>>>,
    /// Those of calls with closures or functions that are known.
    pub(super) instances: RefCell<Instances>,
    /// For what a parameter or a capture refers to, where something may be stored: what is stored there. That goes on
    /// after the body, so that it is never out of use.
    pub(crate) slots: BTreeMap<Origin, Local>,
    /// Of those, what only functions that bounds speak of store to: what is called with it is known to who calls this.
    pub(super) kept_by_functions: FxHashSet<Origin>,
    entry: Holdings,
    /// [`OriginData::Owner`], where a body has to do with such.
    pub(super) owner: Option<Origin>,
    /// The references that lead only to what is in such.
    pub(super) owned: FxHashSet<Local>,
    live: OnceCell<Liveness>,
    /// The loans of what holds references itself: who holds one has what the variable holds.
    pub(super) leading: Origins,
    /// What slices are made of is reached by raw pointers.
    sliced: FxHashSet<Local>,
    /// The variable that each set beside one belongs to.
    owners: FxHashMap<Local, Local>,
}

impl<'b> Flow<'b> {
    pub(crate) fn new(
        body: &'b Body,
        views: &'b Views<'b>,
        signatures: &'b Signatures,
        closures: &'b Closures,
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
            made: Default::default(),
            behind: FxHashMap::default(),
            loans_on: FxHashMap::default(),
            slices: slices(body),
            shown: shown(body, signatures),
            statics: statics(body, signatures),
            closures,
            beside,
            generic_sources: match body.owner {
                BodyOwner::Fn(function) => generic_sources(signatures, function),
                BodyOwner::Test(_) | BodyOwner::Const(_) | BodyOwner::Closure(_) => Vec::new(),
            },
            lent_generics: lent_generics(signatures, &body.bounds),
            mixing: RefCell::default(),
            mixing_of_drop: RefCell::default(),
            asked: match body.owner {
                BodyOwner::Fn(function) => asked_by_trait(signatures, function),
                BodyOwner::Test(_) | BodyOwner::Const(_) | BodyOwner::Closure(_) => FxHashMap::default(),
            },
            dependencies: RefCell::default(),
            instances: RefCell::default(),
            slots: BTreeMap::new(),
            kept_by_functions: FxHashSet::default(),
            entry: Holdings::default(),
            owner: None,
            owned: FxHashSet::default(),
            live: OnceCell::new(),
            leading: Origins::default(),
            sliced: FxHashSet::default(),
            owners,
        };
        flow.sliced = flow.slices.values().map(|place| place.local).collect();
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
        let given: Vec<(Origin, OriginData)> = (flow.origins.iter_enumerated())
            .map(|(origin, data)| (origin, data.clone()))
            .collect();
        for (origin, data) in given {
            if flow.inside(origin) == origin && flow.is_stored_to(&data) {
                let slot = new_set();
                flow.slots.insert(origin, slot);
                if let OriginData::Param(param, _) = data
                    && !flow.can_keep(body.locals[param].ty)
                {
                    flow.kept_by_functions.insert(origin);
                }
                if let OriginData::Param(_, Depth::Inner) | OriginData::Capture(_, Depth::Inner) = data {
                    flow.entry[slot].insert(origin);
                }
            }
        }
        if body.locals.iter().any(|local| flow.is_of_owner(local.ty)) {
            flow.owner = Some(flow.origins.push(OriginData::Owner));
        }
        flow.owned = owned(&flow);
        for (block, data) in body.blocks.iter_enumerated() {
            for (index, statement) in data.statements.iter().enumerate() {
                if let StatementKind::Assign(_, rvalue) = &statement.kind
                    && let Some((mutability, place)) = flow.lent(rvalue)
                {
                    let place = place.clone();
                    flow.add_loan(mutability, place, Location { block, index });
                }
            }
        }
        flow
    }

    /// Of what a parameter refers to, that behind it, where there is such.
    pub(super) fn inside(&self, origin: Origin) -> Origin {
        let inside = match &self.origins[origin] {
            OriginData::Param(param, Depth::Outer) => self.param_origin(*param, Depth::Inner),
            OriginData::Capture(capture, Depth::Outer) => self.capture_origin(*capture, Depth::Inner),
            OriginData::Param(..) | OriginData::Capture(..) | OriginData::Loan(_) | OriginData::Owner => None,
        };
        inside.unwrap_or(origin)
    }

    /// Whether something may be stored to what a parameter or capture refers to.
    fn is_stored_to(&self, data: &OriginData) -> bool {
        match data {
            OriginData::Param(Local(1), _) if matches!(self.body.owner, BodyOwner::Closure(_)) => false,
            OriginData::Param(param, _) => self.can_keep_by_bounds(self.body.locals[*param].ty),
            // What is captured by value is kept with the closure.
            OriginData::Capture(capture, _) => {
                let ty = self.captures()[*capture as usize];
                self.views.is_view(ty) || self.can_keep(ty)
            }
            OriginData::Loan(_) | OriginData::Owner => false,
        }
    }

    pub(super) fn is_static_param(&self, param: Local) -> bool {
        let BodyOwner::Fn(function) = self.body.owner else {
            return false;
        };
        let index = param.index() - 1;
        takes_static(self.signatures, function, index)
    }

    /// The types of what a closure's body has captured.
    pub(super) fn captures(&self) -> &'b [Ty] {
        let BodyOwner::Closure(_) = self.body.owner else {
            return &[];
        };
        let environment = self.body.locals[Local(1)].ty;
        let environment = environment.behind_reference();
        if let TyKind::Closure(closure) = environment.kind() {
            closure.captures()
        } else {
            &[]
        }
    }

    /// Whether the body has anything that could go wrong: references to go by, of which some are moved on.
    pub(crate) fn has_loans(&self) -> bool {
        let has_origins = self.origins.len() > usize::from(self.owner.is_some());
        has_origins && (self.views.is_tracked(Local(0)) || self.body.blocks.iter().any(|block| self.moves_on(block)))
    }

    /// What may be used later: asked only of bodies that have something that could go wrong.
    pub(crate) fn live(&self) -> &Liveness {
        self.live.get_or_init(|| Liveness::of(self.body, self.views))
    }

    /// The place that a reference is made to, if one is.
    pub(crate) fn lent<'p>(&'p self, rvalue: &'p Rvalue) -> Option<(Mutability, &'p Place)> {
        if let Rvalue::Ref(mutability, place) = rvalue {
            return Some((*mutability, place));
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
        Some((*mutability, place))
    }

    /// The loan that a reference to a place is, where that is followed.
    pub(super) fn made(&self, mutability: Mutability, place: &Place) -> Option<Origin> {
        self.made[mutability as usize].get(place).copied()
    }

    pub(super) fn add_loan(&mut self, mutability: Mutability, place: Place, at: Location) {
        let of_static = self.statics.get(&place.local).copied();
        if of_static.is_none() && !self.is_restricted(&place) {
            return;
        }
        if let Some(known) = self.made(mutability, &place) {
            if let OriginData::Loan(loan) = &mut self.origins[known] {
                loan.sites.push(at);
            }
            return;
        }
        let base = self.body.locals[place.local].ty;
        let loan = Loan {
            is_behind: of_static.map_or_else(|| is_behind_reference(base, &place.projections), |ends| !ends),
            is_of_view: self.views.is_view(place.ty(&self.body.locals)),
            is_of_static: of_static.is_some(),
            takes: of_static.map_or_else(|| self.taken_at(&place), |_| Some(Taken::Static)),
            place: place.clone(),
            mutability,
            sites: vec![at],
        };
        let (local, is_behind, is_of_view) = (place.local, loan.is_behind, loan.is_of_view);
        let origin = self.origins.push(OriginData::Loan(loan));
        if is_of_view {
            self.leading.insert(origin);
        }
        // What happens to the address of a static is no matter of what lies there.
        if of_static.is_none() {
            self.loans_on.entry(local).or_default().push(origin);
        }
        if is_behind && of_static.is_none() {
            self.behind.entry(local).or_default().push(origin);
        }
        self.made[mutability as usize].insert(place, origin);
    }

    /// Whether what happens to the variable can harm a reference to the place: nothing behind a `&` or raw pointer can
    /// be changed or ended by it.
    pub(super) fn is_restricted(&self, place: &Place) -> bool {
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
            OriginData::Param(..) | OriginData::Capture(..) | OriginData::Owner => None,
        }
    }

    pub(super) fn given(&self, wanted: &OriginData) -> Option<Origin> {
        let numbered = self.origins.iter_enumerated();
        let mut given = numbered.take_while(|(_, data)| !matches!(data, OriginData::Loan(_)));
        given.find(|(_, data)| *data == wanted).map(|(origin, _)| origin)
    }

    pub(super) fn param_origin(&self, param: Local, depth: Depth) -> Option<Origin> {
        self.given(&OriginData::Param(param, depth))
    }

    pub(super) fn capture_origin(&self, capture: u32, depth: Depth) -> Option<Origin> {
        self.given(&OriginData::Capture(capture, depth))
    }

    /// As [`Analysis::statement`], noting what reaches parameters.
    pub(crate) fn step(&self, holdings: &mut Holdings, statement: &Statement, arrivals: &mut Vec<Arrival>) {
        if !self.concerns_references(statement) {
            return;
        }
        match &statement.kind {
            StatementKind::Assign(dest, rvalue) => {
                let mut value = Value::default();
                if self.views.is_view(dest.ty(&self.body.locals)) {
                    value.held = self.rvalue(holdings, Ask::Held, rvalue);
                    value.given = if self.beside.is_empty() {
                        value.held.clone()
                    } else {
                        self.rvalue(holdings, Ask::Given, rvalue)
                    };
                }
                self.static_fields(holdings, rvalue, arrivals);
                self.fields_mix(holdings, rvalue, arrivals);
                if let Rvalue::Cast(CastKind::Unsize, operand, to) = rvalue
                    && !self.views.is_view(*to)
                {
                    let what = self.operand(holdings, Ask::Held, operand);
                    arrivals.push(Arrival {
                        into: Target::Dyn,
                        what,
                    });
                }
                if !value.held.is_empty() && self.views.may_be_called(dest.ty(&self.body.locals)) {
                    self.closure_made(holdings, dest, rvalue, &mut value, arrivals);
                }
                if self.shown.contains(&dest.local) {
                    holdings[dest.local] = self.rvalue(holdings, Ask::Held, rvalue);
                    return;
                }
                if self.statics.contains_key(&dest.local) && !dest.projections.is_empty() {
                    let what = std::mem::take(&mut value.held);
                    arrivals.push(Arrival {
                        into: Target::Static,
                        what,
                    });
                }
                self.assign(holdings, dest, value, arrivals);
                self.end_moved(holdings, operands(rvalue), dest);
            }
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => {
                self.clear(holdings, *local);
                // Whoever holds a loan of it has been told; the next value of the variable is another.
                if let Some(loans) = self.loans_on.get(local) {
                    holdings.remove_everywhere(loans);
                }
            }
        }
    }

    /// As [`Analysis::terminator`], noting what reaches parameters.
    pub(crate) fn leave(&self, holdings: &mut Holdings, terminator: &Terminator, arrivals: &mut Vec<Arrival>) {
        if let TerminatorKind::Call { callee, args, .. } = &terminator.kind
            && self.are_given(callee, args)
        {
            self.call_keeps(holdings, callee, args, arrivals);
        }
        if let TerminatorKind::Drop { place, .. } = &terminator.kind {
            self.drop_mixes(holdings, place, arrivals);
        }
    }

    /// The variable holds nothing any more.
    pub(super) fn clear(&self, holdings: &mut Holdings, local: Local) {
        holdings.clear(local);
        if let Some(beside) = self.beside.get(&local) {
            holdings.clear(beside.gives);
            holdings.clear(beside.keeps);
        }
    }

    /// The dependencies that the body itself must keep to.
    pub(crate) fn own(&self) -> Option<Rc<Dependencies>> {
        let function = self.lang_fn()?;
        let mut own = self.dependencies_of(function);
        // Nobody who drops a value knows what its `drop` says.
        if self.signatures.is_drop(function) {
            Rc::make_mut(&mut own).kept.clear();
        }
        Some(own)
    }

    /// Those of the trait's function that the body is one of, where it says its own.
    pub(crate) fn of_trait(&self) -> Option<Dependencies> {
        of_trait_function(self.signatures, self.lang_fn()?)
    }

    pub(super) fn dependencies_of(&self, function: FnRef) -> Rc<Dependencies> {
        let mut known = self.dependencies.borrow_mut();
        let found = known.entry(function);
        Rc::clone(found.or_insert_with(|| Rc::new(of_function(self.signatures, function))))
    }

    pub(super) fn lang_fn(&self) -> Option<FnRef> {
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
        let live = self.live().at_start(block);
        let is_asked_about = |local: Local| {
            let owner = self.owners.get(&local).copied().unwrap_or(local);
            let is_slot = self.body.locals.get(owner).is_none();
            is_slot || live.contains(owner) || self.sliced.contains(&owner)
        };
        facts.retain(is_asked_about, &self.leading, |origin, visit| {
            let lent = self.loan(origin).expect("only loans lead on").place.local;
            visit(lent);
            if let Some(beside) = self.beside.get(&lent) {
                visit(beside.gives);
                visit(beside.keeps);
            }
        });
    }

    fn statement(&self, facts: &mut Holdings, statement: &Statement) {
        self.step(facts, statement, &mut Vec::new());
    }

    fn terminator(&self, facts: &mut Holdings, terminator: &Terminator) {
        self.leave(facts, terminator, &mut Vec::new());
    }

    fn edge(&self, facts: &mut Holdings, terminator: &Terminator, edge: Edge) {
        let TerminatorKind::Call { callee, args, dest, .. } = &terminator.kind else {
            return;
        };
        if edge == Edge::Normal {
            let value = Value {
                held: self.result(facts, Ask::Held, callee, args, dest),
                given: self.result(facts, Ask::Given, callee, args, dest),
                ..Value::default()
            };
            if let Some(beside) = self.beside.get(&dest.local) {
                // What is made of callables keeps where these do; of one that is not known, wherever it can.
                let is_unknown = self.gives_new_callable(dest.ty(&self.body.locals), args);
                let mut keeps = if is_unknown {
                    value.held.clone()
                } else {
                    Origins::default()
                };
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

/// Whether a reference leads to what may hold references itself.
fn inside_of_reference(views: &Views<'_>, ty: Ty) -> bool {
    referent(ty).is_some_and(|target| views.is_view(target))
}
