//! Accesses that loans forbid: what each statement does to places, against the loans that something live holds.

use base::FxHashSet;
use check::{AdtKind, Signatures, Ty, TyKind};
use diag::Diagnostics;
use hir::{Mutability, StructKind};
use mir::dataflow::BlockFacts;
use mir::{
    AssertKind, BitSet, BlockId, Body, BodyOwner, CallTarget, Local, Operand, PatternElement, Place, Projection,
    Rvalue, Statement, StatementKind, Terminator, TerminatorKind,
};

use super::closures::{ClosureFlow, ClosureSource, may_hold_closure};
use super::explain::{Explanation, Holder, explain, lent_before};
use super::flow::{Arrival, Flow, Target};
use super::holdings::Holdings;
use super::liveness::{dest_use, statement_def, statement_uses, terminator_uses};
use super::messages;
use super::origins::{Loan, Origin, OriginData, Origins};
use super::signature::{Dependencies, Source};
use crate::places::{Location, is_behind_reference, operands};

/// What is done to a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    Read,
    /// `&p`
    Share,
    /// `&mut p`
    Exclude,
    Assign,
    Move,
    Drop,
    /// Dropped to be assigned.
    Replace,
    /// The variable's memory ends.
    End,
}

impl Access {
    fn conflicts_with(self, loan: Mutability) -> bool {
        match self {
            Self::Read | Self::Share => loan == Mutability::Mut,
            Self::Exclude | Self::Assign | Self::Move | Self::Drop | Self::Replace | Self::End => true,
        }
    }
}

/// An access that a loan forbids.
pub(crate) struct Conflict<'b> {
    pub(crate) access: Access,
    pub(crate) place: &'b Place,
    pub(crate) at: Location,
    pub(crate) loan: &'b Loan,
    pub(crate) why: Explanation,
}

impl Conflict<'_> {
    /// What is written of the access.
    pub(crate) fn span(&self, body: &Body) -> base::Span {
        match self.access {
            Access::Read => self.at.span_of_read(body, self.place),
            Access::Share
            | Access::Exclude
            | Access::Assign
            | Access::Move
            | Access::Drop
            | Access::Replace
            | Access::End => self.at.span(body),
        }
    }
}

pub(crate) fn check(flow: &Flow<'_>, facts: BlockFacts<Holdings>) -> (ClosureFlow, Diagnostics) {
    let mut checker = Checker {
        flow,
        body: flow.body,
        signatures: flow.signatures,
        seen: ClosureFlow::default(),
        reported: FxHashSet::default(),
        told: FxHashSet::default(),
        moved: FxHashSet::default(),
        diagnostics: Diagnostics::new(),
    };
    for (id, holdings) in flow.body.blocks.ids().zip(facts.into_vec()) {
        if let Some(holdings) = holdings {
            checker.block(id, holdings);
        }
    }
    (checker.seen, checker.diagnostics)
}

struct Checker<'b> {
    flow: &'b Flow<'b>,
    body: &'b Body,
    signatures: &'b Signatures,
    /// Of a closure: how references go through it.
    seen: ClosureFlow,
    /// One message for each loan and place in the source is enough.
    reported: FxHashSet<(Origin, base::Span)>,
    /// The heads of closures that are kept or given back: one message is enough for all that they capture.
    told: FxHashSet<base::Span>,
    /// Loans of what was moved meanwhile: that they end too soon follows from that, and that another value gets there,
    /// as by `v = grow(v)`.
    moved: FxHashSet<Origin>,
    diagnostics: Diagnostics,
}

impl Checker<'_> {
    fn block(&mut self, id: BlockId, mut holdings: Holdings) {
        let block = &self.body.blocks[id];
        let live_after_each = || self.flow.live().after_each(self.body, id, self.flow.views);
        let after = self.flow.names_lent(block).then(live_after_each);
        let mut arrivals = Vec::new();
        for (index, statement) in block.statements.iter().enumerate() {
            let at = Location { block: id, index };
            if let Some(after) = &after {
                self.statement(statement, at, &holdings, &after[index]);
            }
            self.flow.step(&mut holdings, statement, &mut arrivals);
            if !arrivals.is_empty() {
                self.arrivals(&mut arrivals, at);
            }
        }
        let at = Location {
            block: id,
            index: block.statements.len(),
        };
        if let Some(after) = &after {
            self.terminator(&block.terminator, at, &holdings, &after[at.index]);
        }
        self.flow.leave(&mut holdings, &block.terminator, &mut arrivals);
        self.arrivals(&mut arrivals, at);
        if block.terminator.kind == TerminatorKind::Return {
            self.result(&holdings, at);
        }
    }

    fn statement(&mut self, statement: &Statement, at: Location, holdings: &Holdings, after: &BitSet<Local>) {
        let views = self.flow.views;
        match &statement.kind {
            StatementKind::StorageLive(_) => {}
            StatementKind::StorageDead(local) => {
                self.access(&Place::local(*local), Access::End, at, holdings, after);
            }
            StatementKind::Assign(dest, rvalue) => {
                if !self.flow.may_matter(statement) {
                    return;
                }
                let mut during = after.clone();
                if let Some(local) = statement_def(statement) {
                    during.remove(local);
                }
                let only_after = during.clone();
                // What is written through is used after the value is read.
                dest_use(dest, views, &mut |local| during.insert(local));
                for operand in operands(rvalue) {
                    if let Operand::Copy(place) = operand {
                        self.access(place, Access::Read, at, holdings, &during);
                    }
                }
                statement_uses(statement, views, &mut |local| during.insert(local));
                for operand in operands(rvalue) {
                    if let Operand::Move(place) = operand {
                        self.access(place, Access::Move, at, holdings, &during);
                    }
                }
                if let Rvalue::Len(place) | Rvalue::IsNone(place) | Rvalue::Variant(place) = rvalue {
                    self.access(place, Access::Read, at, holdings, &only_after);
                } else if let Some((mutability, place)) = self.flow.lent(rvalue) {
                    let access = match mutability {
                        Mutability::Const => Access::Share,
                        Mutability::Mut => Access::Exclude,
                    };
                    self.access(place, access, at, holdings, &during);
                }
                self.access(dest, Access::Assign, at, holdings, &only_after);
            }
        }
    }

    fn terminator(&mut self, terminator: &Terminator, at: Location, holdings: &Holdings, after: &BitSet<Local>) {
        match &terminator.kind {
            TerminatorKind::Goto(_) | TerminatorKind::Unreachable | TerminatorKind::Resume | TerminatorKind::Return => {
            }
            TerminatorKind::Switch { value, .. } => self.operand(value, at, holdings, after, after),
            TerminatorKind::Call { callee, args, dest, .. } => {
                let mut only_after = after.clone();
                if dest.projections.is_empty() {
                    only_after.remove(dest.local);
                }
                let mut during = only_after.clone();
                terminator_uses(terminator, self.flow.views, &mut |local| during.insert(local));
                if let CallTarget::Value(operand) | CallTarget::Callable(_, operand) = callee {
                    self.operand(operand, at, holdings, &only_after, &during);
                }
                for arg in args {
                    self.operand(arg, at, holdings, &only_after, &during);
                }
                self.access(dest, Access::Assign, at, holdings, &only_after);
            }
            TerminatorKind::Drop { place, target, .. } => {
                let next = &self.body.blocks[*target].statements;
                let is_replaced = next.first().is_some_and(
                    |statement| matches!(&statement.kind, StatementKind::Assign(dest, _) if dest == place),
                );
                let access = if is_replaced { Access::Replace } else { Access::Drop };
                // What its drop looks at may have been lent of the value itself.
                let mut during = after.clone();
                terminator_uses(terminator, self.flow.views, &mut |local| during.insert(local));
                self.access(place, access, at, holdings, &during);
            }
            TerminatorKind::Assert { condition, kind, .. } => {
                self.operand(condition, at, holdings, after, after);
                if let AssertKind::Bounds { index, len } = kind {
                    self.operand(index, at, holdings, after, after);
                    self.operand(len, at, holdings, after, after);
                }
            }
        }
    }

    fn operand(
        &mut self,
        operand: &Operand,
        at: Location,
        holdings: &Holdings,
        after: &BitSet<Local>,
        during: &BitSet<Local>,
    ) {
        match operand {
            Operand::Copy(place) => self.access(place, Access::Read, at, holdings, after),
            Operand::Move(place) => self.access(place, Access::Move, at, holdings, during),
            Operand::Const(_) => {}
        }
    }

    fn access(&mut self, place: &Place, access: Access, at: Location, holdings: &Holdings, live: &BitSet<Local>) {
        let Some(loans) = self.flow.loans_on.get(&place.local) else {
            return;
        };
        let forbidding: Vec<Origin> = (loans.iter().copied())
            .filter(|origin| {
                let loan = self.flow.loan(*origin);
                loan.is_some_and(|loan| access.conflicts_with(loan.mutability) && self.overlaps(place, access, loan))
            })
            .collect();
        if forbidding.is_empty() {
            return;
        }
        let Some((origin, holder)) = self.active(&forbidding, holdings, live) else {
            return;
        };
        let span = at.span(self.body);
        let loan = self.flow.loan(origin).expect("a loan was asked for");
        // What ends too soon does so on each way, also where a panic unwinds.
        let told_at = match access {
            Access::End | Access::Drop => loan.sites[0].span(self.body),
            Access::Read | Access::Share | Access::Exclude | Access::Assign | Access::Move | Access::Replace => span,
        };
        let is_end = matches!(access, Access::End | Access::Drop);
        let is_lost = is_end || matches!(access, Access::Assign | Access::Replace);
        if is_lost && self.moved.contains(&origin) || !self.reported.insert((origin, told_at)) {
            return;
        }
        if access == Access::Move {
            self.moved.insert(origin);
        }
        let why = explain(self.flow, origin, holder, at);
        if is_end && matches!(holder, Holder::Variable(local) if self.is_result(local)) {
            return self.returned(loan, why.lent);
        }
        let conflict = Conflict {
            access,
            place,
            at,
            loan,
            why,
        };
        // What `x += 1` reads it assigns as well.
        if access == Access::Read {
            self.reported.insert((origin, conflict.span(self.body)));
        }
        self.diagnostics.report(messages::conflict(
            self.body,
            self.signatures,
            &self.flow.origins,
            &conflict,
        ));
    }

    /// One of the loans that something live holds, itself or by what it refers to, and what that is.
    fn active(&self, loans: &[Origin], holdings: &Holdings, live: &BitSet<Local>) -> Option<(Origin, Holder)> {
        let leading = self.leading_to(loans, holdings);
        let is_live = |local: Local| {
            self.body.locals.get(local).is_some() && live.contains(local) && self.flow.views.is_tracked(local)
        };
        let mut holders = holdings.iter();
        let holder = holders.find(|(local, held)| held.meets(&leading) && is_live(*local));
        if let Some((holder, _)) = holder {
            let reached = reach(self.flow, holdings, holder);
            let origin = loans.iter().find(|origin| reached.contains(**origin));
            return origin.map(|origin| (*origin, Holder::Variable(holder)));
        }
        for (given, slot) in &self.flow.slots {
            if !holdings[*slot].meets(&leading) {
                continue;
            }
            let reached = reach(self.flow, holdings, *slot);
            let found = loans.iter().find(|origin| {
                // A reference to a variable of the body that is kept is an error by itself.
                reached.contains(**origin) && self.flow.loan(**origin).is_some_and(|loan| loan.is_behind)
            });
            if let Some(origin) = found {
                return Some((*origin, Holder::Given(*given)));
            }
        }
        None
    }

    /// What leads to one of the loans: these themselves, and the loans of variables that hold what does.
    fn leading_to(&self, loans: &[Origin], holdings: &Holdings) -> Origins {
        let mut leading = Origins::default();
        loans.iter().for_each(|origin| leading.insert(*origin));
        let mut grew = !self.flow.leading.is_empty();
        while grew {
            grew = false;
            for (local, held) in holdings.iter() {
                if !held.meets(&leading) {
                    continue;
                }
                for origin in self.flow.loans_on.get(&local).into_iter().flatten() {
                    if self.flow.leading.contains(*origin) && !leading.contains(*origin) {
                        leading.insert(*origin);
                        grew = true;
                    }
                }
            }
        }
        leading
    }

    /// Whether what is done to the place touches what is lent.
    fn overlaps(&self, place: &Place, access: Access, loan: &Loan) -> bool {
        let mut ty = self.body.locals[place.local].ty;
        for (one, other) in place.projections.iter().zip(&loan.place.projections) {
            let is_union = matches!(ty.kind(), TyKind::Adt(adt, _)
                if self.signatures.adt(*adt).kind == AdtKind::Record(StructKind::ExternUnion));
            let is_apart = match (one, other) {
                (Projection::Field(one, _), Projection::Field(other, _)) => one != other && !is_union,
                (Projection::ConstantIndex(one), Projection::ConstantIndex(other)) => one != other,
                (Projection::Index(one), Projection::Index(other)) => {
                    // Only the head of the `for` has the element by this: in another round it is another.
                    (one == other && self.body.rounds.contains(one)) || self.are_apart(*one, *other)
                }
                (Projection::Index(rest), Projection::ConstantIndex(at))
                | (Projection::ConstantIndex(at), Projection::Index(rest)) => self.is_outside(*rest, *at),
                _ => false,
            };
            if is_apart {
                return false;
            }
            ty = one.ty(ty);
        }
        match loan.place.projections.get(place.projections.len()..) {
            Some(rest) => match access {
                Access::Drop | Access::Replace => !self.drop_leaves(ty, rest),
                Access::Read | Access::Assign | Access::End => !is_behind_reference(ty, rest),
                Access::Share | Access::Exclude | Access::Move => true,
            },
            None => true,
        }
    }

    /// Whether no drop of a value of type `ty` comes to what is there on the way `rest` from it: that is behind a
    /// reference, and nothing before that has a `drop` that might follow it.
    fn drop_leaves(&self, ty: Ty, rest: &[Projection]) -> bool {
        let mut ty = ty;
        for step in rest {
            match (step, ty.kind()) {
                (Projection::Deref, TyKind::Ref(..) | TyKind::Pointer(..)) => return true,
                (_, TyKind::Adt(adt, args)) if self.signatures.drops.contains_key(adt) => {
                    let only_dropped = self.signatures.may_dangle.get(adt);
                    if only_dropped.is_none_or(|positions| positions.len() < args.len()) {
                        return false;
                    }
                }
                _ => {}
            }
            ty = step.ty(ty);
        }
        false
    }

    /// Whether patterns index different elements by these.
    fn are_apart(&self, one: Local, other: Local) -> bool {
        let indices = &self.body.pattern_indices;
        let (Some(one), Some(other)) = (indices.get(&one), indices.get(&other)) else {
            return false;
        };
        match (one.element, other.element) {
            (PatternElement::FromStart(one), PatternElement::FromStart(other))
            | (PatternElement::FromEnd(one), PatternElement::FromEnd(other)) => one != other,
            _ => one.pattern == other.pattern && one.element != other.element,
        }
    }

    /// Whether the rest that a pattern takes of an array is without this element.
    fn is_outside(&self, rest: Local, at: u64) -> bool {
        let index = self.body.pattern_indices.get(&rest);
        index.is_some_and(|index| match index.element {
            PatternElement::Rest { n_before, end } => at < n_before || end.is_some_and(|end| at >= end),
            PatternElement::FromStart(_) | PatternElement::FromEnd(_) => false,
        })
    }

    /// What reached the references behind parameters must be said to.
    fn arrivals(&mut self, arrivals: &mut Vec<Arrival>, at: Location) {
        for Arrival { into, what } in arrivals.drain(..) {
            let is_static = |origin: &Origin| self.flow.loan(*origin).is_some_and(Loan::is_static);
            let is_owner = |origin: &Origin| self.flow.owner == Some(*origin);
            let ends = |origin: &Origin| Target::Behind(*origin) != into && !is_static(origin) && !is_owner(origin);
            let ending: Vec<Origin> = what.iter().filter(ends).collect();
            for origin in ending {
                let span = at.span(self.body);
                let into = match into {
                    Target::Behind(into) | Target::Within(into) => into,
                    Target::Static => {
                        if self.reported.insert((origin, span)) {
                            let data = &self.flow.origins[origin];
                            let lent = self.flow.loan(origin).map(|_| lent_before(self.flow, origin, at));
                            let diagnostic = messages::not_static(self.body, self.signatures, data, lent, span);
                            self.diagnostics.report(diagnostic);
                        }
                        continue;
                    }
                    Target::Owned | Target::Dyn => {
                        let loan = self.flow.loan(origin);
                        let given = loan.filter(|_| self.gives_closure(at));
                        let closure = given.and_then(|loan| self.flow.capturing(loan));
                        let is_new = match closure {
                            Some(head) => self.told.insert(head),
                            None => self.reported.insert((origin, span)),
                        };
                        if is_new {
                            let found = messages::NotOwned {
                                data: &self.flow.origins[origin],
                                lent: loan.map(|_| lent_before(self.flow, origin, at)),
                                is_dyn: into == Target::Dyn,
                                closure,
                                gives_references: self.gives_closure_of_references(at),
                            };
                            self.diagnostics
                                .report(messages::not_owned(self.body, self.signatures, &found, span));
                        }
                        continue;
                    }
                };
                let target = &self.flow.origins[into];
                match (&self.flow.origins[origin], closure_source(target)) {
                    (OriginData::Loan(loan), _) if loan.is_behind => {}
                    (OriginData::Loan(loan), _) if self.is_closure() && loan.place.local == Local(1) => {
                        if self.reported.insert((origin, span)) {
                            self.diagnostics
                                .report(messages::closure_keeps_own(self.body, target, span));
                        }
                    }
                    (OriginData::Loan(loan), _) => {
                        let closure = self.flow.capturing(loan);
                        let closure =
                            closure.filter(|_| self.gives_closure(at) && !self.gives_closure_of_references(at));
                        let is_new = match closure {
                            Some(head) => self.told.insert(head),
                            None => self.reported.insert((origin, span)),
                        };
                        if is_new {
                            let found = messages::LocalKept { loan, target, closure };
                            self.diagnostics
                                .report(messages::local_kept(self.body, self.signatures, &found, at));
                        }
                    }
                    (from, Some(into)) if self.is_closure() => match closure_source(from) {
                        Some(from) => self.seen.kept.push((into, from)),
                        // The next call may change what the closure has, and it ends with the closure.
                        None => {
                            if self.reported.insert((origin, span)) {
                                self.diagnostics
                                    .report(messages::closure_keeps_own(self.body, target, span));
                            }
                        }
                    },
                    (from, _) => {
                        let (Some(into), Some(from)) = (param_source(target), param_source(from)) else {
                            continue;
                        };
                        let keeps = |says: Option<&Dependencies>| says.is_none_or(|says| says.keeps(into, from));
                        let diagnostic = if !keeps(self.flow.of_trait().as_ref()) {
                            messages::keeps_beyond_trait(self.body, self.signatures, into, from, at)
                        } else if !keeps(self.flow.own().as_deref()) {
                            messages::undeclared_capture(self.body, self.signatures, into, from, at)
                        } else {
                            continue;
                        };
                        if self.reported.insert((origin, span)) {
                            self.diagnostics.report(diagnostic);
                        }
                    }
                }
            }
        }
    }

    /// Whether a closure is an argument of the call at a place, or in what is made there.
    fn gives_closure(&self, at: Location) -> bool {
        self.types_given(at).into_iter().any(may_hold_closure)
    }

    /// Whether one of these closures gives a reference.
    fn gives_closure_of_references(&self, at: Location) -> bool {
        let is_one = |ty: &Ty| matches!(ty.kind(), TyKind::Closure(closure) if self.flow.views.is_view(closure.ret));
        self.types_given(at).iter().any(is_one)
    }

    /// The types of the arguments of the call at a place, or of what something is made of there.
    fn types_given(&self, at: Location) -> Vec<Ty> {
        let block = &self.body.blocks[at.block];
        let ty_of = |operand: &Operand| match operand {
            Operand::Copy(place) | Operand::Move(place) => Some(place.ty(&self.body.locals)),
            Operand::Const(_) => None,
        };
        match block.statements.get(at.index).map(|statement| &statement.kind) {
            Some(StatementKind::Assign(_, rvalue)) => operands(rvalue).filter_map(ty_of).collect(),
            Some(StatementKind::StorageLive(_) | StatementKind::StorageDead(_)) => Vec::new(),
            None => match &block.terminator.kind {
                TerminatorKind::Call { args, .. } => args.iter().filter_map(ty_of).collect(),
                TerminatorKind::Goto(_)
                | TerminatorKind::Switch { .. }
                | TerminatorKind::Return
                | TerminatorKind::Unreachable
                | TerminatorKind::Drop { .. }
                | TerminatorKind::Assert { .. }
                | TerminatorKind::Resume => Vec::new(),
            },
        }
    }

    fn is_closure(&self) -> bool {
        matches!(self.body.owner, BodyOwner::Closure(_))
    }

    /// Whether a local is the result, or a temporary that is lent on as it: the `&mut b` that a function ends with.
    fn is_result(&self, local: Local) -> bool {
        let gives = |statement: &Statement| match &statement.kind {
            StatementKind::Assign(dest, Rvalue::Ref(_, lent)) => {
                dest == &Place::local(Local(0))
                    && lent.local == local
                    && lent.projections.as_slice() == [Projection::Deref]
            }
            StatementKind::Assign(..) | StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => false,
        };
        let is_given = || self.body.blocks.iter().flat_map(|block| &block.statements).any(gives);
        local == Local(0) || (self.body.locals[local].name.is_none() && is_given())
    }

    /// Reports that a loan of a variable of the body is in the result.
    fn returned(&mut self, loan: &Loan, lent: base::Span) {
        let closure = self
            .flow
            .capturing(loan)
            .filter(|_| may_hold_closure(self.body.locals[Local(0)].ty));
        if closure.is_some_and(|head| !self.told.insert(head)) {
            return;
        }
        let diagnostic = messages::local_returned(self.body, self.signatures, loan, lent, closure);
        self.diagnostics.report(diagnostic);
    }

    /// What is returned must live longer than the function, and be what its signature says.
    fn result(&mut self, holdings: &Holdings, at: Location) {
        if matches!(self.body.owner, BodyOwner::Const(_)) {
            return;
        }
        let span = at.span(self.body);
        let mut given = Vec::new();
        for origin in holdings[Local(0)].iter() {
            let data = &self.flow.origins[origin];
            if *data == OriginData::Owner {
                continue;
            }
            if let OriginData::Loan(loan) = data {
                if !loan.is_behind && !self.moved.contains(&origin) && self.reported.insert((origin, span)) {
                    self.returned(loan, lent_before(self.flow, origin, at));
                }
                continue;
            }
            if self.is_closure() {
                // A closure gives what it captured, and not what it is itself.
                match closure_source(data) {
                    Some(from) => self.seen.result.push(from),
                    None => {
                        if self.reported.insert((origin, span)) {
                            self.diagnostics.report(messages::closure_gives_itself(self.body));
                        }
                    }
                }
                continue;
            }
            given.extend(param_source(data));
        }
        self.declared(given);
    }

    /// Reports what the result holds and the signature does not say.
    fn declared(&mut self, given: Vec<Source>) {
        if given.is_empty() {
            return;
        }
        let Some(own) = self.flow.own() else { return };
        let of_trait = self.flow.of_trait();
        let exceeds = |from: &&Source| of_trait.as_ref().is_some_and(|of_trait| !of_trait.gives(**from));
        if let Some(from) = given.iter().find(exceeds) {
            self.diagnostics.report(messages::beyond_trait(self.body, *from));
            return;
        }
        if given.iter().any(|from| !own.gives(*from)) {
            let diagnostic = messages::undeclared_result(self.body, self.signatures, &own, &given);
            self.diagnostics.report(diagnostic);
        }
    }
}

/// A closure's parameter, or what it captured; absent for its environment as such, and for loans.
fn closure_source(data: &OriginData) -> Option<ClosureSource> {
    match data {
        OriginData::Param(param, depth) if param.0 >= 2 => Some(ClosureSource::Param(param.0 - 2, *depth)),
        OriginData::Capture(index, depth) => Some(ClosureSource::Capture(*index, *depth)),
        OriginData::Param(..) | OriginData::Loan(_) | OriginData::Owner => None,
    }
}

/// A function's parameter.
fn param_source(data: &OriginData) -> Option<Source> {
    match data {
        OriginData::Param(param, depth) => Some((param.0 - 1, *depth)),
        OriginData::Capture(..) | OriginData::Loan(_) | OriginData::Owner => None,
    }
}

/// Every loan that a variable holds, and those of the variables whose references it leads to.
pub(crate) fn reach(flow: &Flow<'_>, holdings: &Holdings, holder: Local) -> Origins {
    let mut reached = Origins::default();
    let mut pending = vec![holder];
    let mut seen = FxHashSet::default();
    while let Some(local) = pending.pop() {
        if !seen.insert(local) {
            continue;
        }
        for origin in holdings[local].iter() {
            reached.insert(origin);
            // Of a part that holds no references, the others are not found.
            if let Some(loan) = flow.loan(origin)
                && loan.is_of_view
                && flow.views.is_tracked(loan.place.local)
            {
                pending.push(loan.place.local);
            }
        }
    }
    reached
}
