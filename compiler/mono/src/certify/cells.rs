//! Cells: what is filled and emptied as a whole.
//!
//! A place of a body that something moves, drops or assigns by itself is a node of a tree, whose root is a local, or
//! what lies behind a pointer or in an element. What has a part that is a node is divided into all of its parts; what
//! has none is one cell. A type with a `Drop` of its own has one more for that, and a box one for its memory.

use std::ops::Range;

use base::{FxHashMap, IndexVec};
use check::{AdtKind, Signatures, Ty, TyKind, TypeEnv};
use hir::StructKind;
use mir::{Body, Local, Operand, Place, Projection, Rvalue, StatementKind, TerminatorKind};

use super::flags::Flags;
use super::state::{MayBe, Presence, State};

base::define_id! {
    pub(super) struct NodeId;
    pub(super) struct CellId;
}

pub(super) struct Cells<'b> {
    body: &'b Body,
    signatures: &'b Signatures,
    nodes: IndexVec<NodeId, Node>,
    /// The node that each cell is of.
    cells: IndexVec<CellId, NodeId>,
    of_local: IndexVec<Local, Option<NodeId>>,
    /// What is behind a pointer or in an element: in order, and by the local that leads there.
    lent: Vec<NodeId>,
    lent_of: FxHashMap<Local, Vec<NodeId>>,
    /// By the locals that tell which element it is.
    indexed_by: FxHashMap<Local, Vec<NodeId>>,
    /// How many cells are of locals; they are the first.
    n_of_locals: u32,
}

struct Node {
    place: Place,
    ty: Ty,
    children: Vec<(Step, NodeId)>,
    /// The first node after those in this one.
    end: NodeId,
    cells: Range<u32>,
    /// Of a box that is divided: the cell of its memory.
    memory: Option<CellId>,
    /// The innermost enum or optional around that has a choice of variants, and of which this is a part.
    choice: Option<(NodeId, u32)>,
}

/// A step to a part, by what it is named by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Field(u32),
    SomeValue,
    /// What a box holds.
    Content,
}

/// Where a step of a place leads.
enum Way {
    Part,
    /// Behind a pointer, into an element.
    Beyond,
    /// Into a union, which nothing drops.
    Union,
}

/// The parts of a place that are wanted as nodes, before any is divided.
#[derive(Default)]
struct Wanted {
    parts: Vec<(Step, Wanted)>,
}

impl<'b> Cells<'b> {
    pub(super) fn of(body: &'b Body, signatures: &'b Signatures) -> Self {
        let mut cells = Self {
            body,
            signatures,
            nodes: IndexVec::new(),
            cells: IndexVec::new(),
            of_local: IndexVec::from_elem(None, body.locals.len()),
            lent: Vec::new(),
            lent_of: FxHashMap::default(),
            indexed_by: FxHashMap::default(),
            n_of_locals: 0,
        };
        let env = signatures.within(&body.bounds);
        let needs_drop: IndexVec<Local, bool> = body.locals.iter().map(|local| env.needs_drop(local.ty)).collect();
        let mut of_locals: FxHashMap<Local, Wanted> = FxHashMap::default();
        let mut lent: Vec<(Place, Wanted)> = Vec::new();
        for_each_change(body, &mut |place| {
            cells.want(place, env, &needs_drop, &mut of_locals, &mut lent)
        });
        for local in body.locals.ids().filter(|local| needs_drop[*local]) {
            let wanted = of_locals.remove(&local).unwrap_or_default();
            let node = cells.number(env, Place::local(local), body.locals[local].ty, &wanted, None);
            cells.of_local[local] = Some(node);
        }
        cells.n_of_locals = cells.cells.len() as u32;
        for (place, wanted) in lent {
            let ty = place.ty(&body.locals);
            let node = cells.number(env, place.clone(), ty, &wanted, None);
            cells.lent.push(node);
            cells.lent_of.entry(place.local).or_default().push(node);
            for projection in &place.projections {
                if let Projection::Index(local) = projection {
                    cells.indexed_by.entry(*local).or_default().push(node);
                }
            }
        }
        cells
    }

    // --- Building ---

    fn want(
        &self,
        place: &Place,
        env: TypeEnv<'_>,
        needs_drop: &IndexVec<Local, bool>,
        of_locals: &mut FxHashMap<Local, Wanted>,
        lent: &mut Vec<(Place, Wanted)>,
    ) {
        if place.projections.is_empty() {
            return;
        }
        let Some(n_steps_to_root) = self.root_of(place) else {
            return;
        };
        let needs_own_drop = env.needs_drop(place.ty(&self.body.locals));
        let n_steps = if needs_own_drop {
            place.projections.len()
        } else {
            // What is taken out of a box leaves its memory behind.
            self.last_box(place)
        };
        if n_steps < n_steps_to_root || n_steps == 0 || (n_steps == n_steps_to_root && !needs_own_drop) {
            return;
        }
        let root = if n_steps_to_root == 0 {
            if !needs_drop[place.local] {
                return;
            }
            of_locals.entry(place.local).or_default()
        } else {
            let path = &place.projections[..n_steps_to_root];
            let known = |(root, _): &(Place, Wanted)| root.local == place.local && root.projections == path;
            let index = lent.iter().position(known).unwrap_or_else(|| {
                let root = Place {
                    local: place.local,
                    projections: path.to_vec(),
                };
                lent.push((root, Wanted::default()));
                lent.len() - 1
            });
            &mut lent[index].1
        };
        let mut wanted = root;
        for projection in &place.projections[n_steps_to_root..n_steps] {
            let step = part_step(projection);
            let index = wanted
                .parts
                .iter()
                .position(|(one, _)| *one == step)
                .unwrap_or_else(|| {
                    wanted.parts.push((step, Wanted::default()));
                    wanted.parts.len() - 1
                });
            wanted = &mut wanted.parts[index].1;
        }
    }

    /// How many steps of a place lead behind a pointer or into an element; `None` for what is in a union.
    fn root_of(&self, place: &Place) -> Option<usize> {
        let mut ty = self.body.locals[place.local].ty;
        let mut n_steps = 0;
        for (index, projection) in place.projections.iter().enumerate() {
            match self.way(ty, projection) {
                Way::Part => {}
                Way::Beyond => n_steps = index + 1,
                Way::Union => return None,
            }
            ty = projection.ty(ty);
        }
        Some(n_steps)
    }

    /// How many steps lead to the last content of a box on the way to a place.
    fn last_box(&self, place: &Place) -> usize {
        let mut ty = self.body.locals[place.local].ty;
        let mut n_steps = 0;
        for (index, projection) in place.projections.iter().enumerate() {
            if *projection == Projection::Deref && self.signatures.box_content(ty).is_some() {
                n_steps = index + 1;
            }
            ty = projection.ty(ty);
        }
        n_steps
    }

    fn way(&self, base: Ty, projection: &Projection) -> Way {
        match projection {
            Projection::Deref if self.signatures.box_content(base).is_none() => Way::Beyond,
            Projection::Index(_) | Projection::ConstantIndex(_) => Way::Beyond,
            Projection::Field(..) if self.is_union(base) => Way::Union,
            Projection::Deref | Projection::Field(..) | Projection::SomeValue(_) => Way::Part,
        }
    }

    fn is_union(&self, ty: Ty) -> bool {
        let TyKind::Adt(adt, _) = ty.kind() else {
            return false;
        };
        self.signatures.adt(*adt).kind == AdtKind::Record(StructKind::ExternUnion)
    }

    /// Makes a node of a place, with those in it.
    fn number(
        &mut self,
        env: TypeEnv<'_>,
        place: Place,
        ty: Ty,
        wanted: &Wanted,
        choice: Option<(NodeId, u32)>,
    ) -> NodeId {
        let first_cell = self.cells.len() as u32;
        let node = self.nodes.push(Node {
            place: place.clone(),
            ty,
            children: Vec::new(),
            end: NodeId(0),
            cells: first_cell..first_cell,
            memory: None,
            choice,
        });
        if wanted.parts.is_empty() {
            self.cells.push(node);
        } else {
            let memory = self.signatures.box_content(ty).is_some();
            let has_own_drop = matches!(ty.kind(), TyKind::Adt(adt, _) if self.signatures.drops.contains_key(adt));
            if memory || has_own_drop {
                let cell = self.cells.push(node);
                self.nodes[node].memory = memory.then_some(cell);
            }
            let has_choice = self.n_variants(ty).is_some_and(|n| n > 1);
            for (projection, part, variant) in self.parts(env, ty) {
                if !env.needs_drop(part) {
                    continue;
                }
                let step = part_step(&projection);
                let nothing = Wanted::default();
                let inner = wanted.parts.iter().find(|(one, _)| *one == step);
                let inner = inner.map_or(&nothing, |(_, inner)| inner);
                let choice = match variant {
                    Some(variant) if has_choice => Some((node, variant)),
                    Some(_) | None => choice,
                };
                let child = self.number(env, place.clone().project(projection), part, inner, choice);
                self.nodes[node].children.push((step, child));
            }
        }
        let (end, n_cells) = (self.nodes.next_id(), self.cells.len() as u32);
        self.nodes[node].end = end;
        self.nodes[node].cells.end = n_cells;
        node
    }

    /// The parts of a type, with the variants that have them.
    fn parts(&self, env: TypeEnv<'_>, ty: Ty) -> Vec<(Projection, Ty, Option<u32>)> {
        if let TyKind::Optional(inner) = ty.kind() {
            return vec![(Projection::SomeValue(*inner), *inner, Some(1))];
        }
        if let Some(content) = self.signatures.box_content(ty) {
            return vec![(Projection::Deref, content, None)];
        }
        let variant_of = |index: u32| {
            let TyKind::Adt(adt, _) = ty.kind() else {
                return None;
            };
            self.signatures.adt(*adt).variant_of_field(index)
        };
        (0..)
            .zip(env.field_tys(ty))
            .map(|(index, part)| (Projection::Field(index, part), part, variant_of(index)))
            .collect()
    }

    fn n_variants(&self, ty: Ty) -> Option<u32> {
        if let TyKind::Optional(_) = ty.kind() {
            return Some(2);
        }
        let TyKind::Adt(adt, _) = ty.kind() else {
            return None;
        };
        let decl = self.signatures.adt(*adt);
        (decl.kind == AdtKind::Enum).then_some(decl.variants.len() as u32)
    }

    // --- What there is ---

    pub(super) fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub(super) fn n_cells(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn of_local(&self, local: Local) -> Option<NodeId> {
        self.of_local[local]
    }

    /// All cells of locals.
    pub(super) fn of_locals(&self) -> impl Iterator<Item = CellId> {
        (0..self.n_of_locals).map(CellId)
    }

    /// What belongs to someone else.
    pub(super) fn lent(&self) -> &[NodeId] {
        &self.lent
    }

    /// What is found by way of a place, which changes.
    pub(super) fn lent_through(&self, place: &Place) -> impl Iterator<Item = NodeId> {
        let path = &place.projections;
        let leads_there = |node: &&NodeId| {
            let whole = &self.nodes[**node].place.projections;
            whole.len() > path.len() && whole.starts_with(path)
        };
        let found = self.lent_of.get(&place.local).into_iter().flatten().filter(leads_there);
        let indexed = self.indexed_by.get(&place.local).filter(|_| path.is_empty());
        found.chain(indexed.into_iter().flatten()).copied()
    }

    /// The node of a place that is one.
    pub(super) fn node(&self, place: &Place) -> Option<NodeId> {
        if place.projections.is_empty() {
            return self.of_local[place.local];
        }
        if self.of_local[place.local].is_none() && !self.lent_of.contains_key(&place.local) {
            return None;
        }
        let n_steps_to_root = self.root_of(place)?;
        let (path, steps) = place.projections.split_at(n_steps_to_root);
        let mut node = if path.is_empty() {
            self.of_local[place.local]?
        } else {
            let mut roots = self.lent_of.get(&place.local)?.iter();
            *roots.find(|root| self.nodes[**root].place.projections == path)?
        };
        for projection in steps {
            let step = part_step(projection);
            let (_, child) = self.nodes[node].children.iter().find(|(one, _)| *one == step)?;
            node = *child;
        }
        Some(node)
    }

    pub(super) fn within(&self, node: NodeId) -> impl Iterator<Item = CellId> + Clone + use<> {
        self.nodes[node].cells.clone().map(CellId)
    }

    pub(super) fn node_of(&self, cell: CellId) -> NodeId {
        self.cells[cell]
    }

    pub(super) fn memory_of(&self, node: NodeId) -> Option<CellId> {
        self.nodes[node].memory
    }

    /// What a cell is when a value is put there: a part of a variant may be of another than the value is of.
    pub(super) fn filled(&self, cell: CellId) -> MayBe {
        let full = MayBe::from(Presence::Full);
        match self.choice_of(cell) {
            Some(_) => full.or(Presence::OtherVariant.into()),
            None => full,
        }
    }

    fn choice_of(&self, cell: CellId) -> Option<(NodeId, u32)> {
        self.nodes[self.cells[cell]].choice
    }

    /// Whether the enum that a cell is a part of is in the node: what drops the node looks at its variant.
    pub(super) fn chooses_within(&self, node: NodeId, cell: CellId) -> bool {
        let choice = self.choice_of(cell);
        choice.is_some_and(|(choice, _)| node <= choice && choice < self.nodes[node].end)
    }

    // --- Variants ---

    /// The value at a node is of one of these variants; whether that can be.
    pub(super) fn is_of_variant(
        &self,
        state: &mut State,
        node: NodeId,
        is_of: &dyn Fn(u32) -> bool,
        flags: &Flags,
    ) -> bool {
        let Some(n_variants) = self.n_variants(self.nodes[node].ty) else {
            return true;
        };
        let is_known = (0..n_variants).filter(|variant| is_of(*variant)).count() == 1;
        let mut is_possible = true;
        for cell in self.within(node) {
            let Some(variant) = self.variant_within(node, cell) else {
                continue;
            };
            if !is_of(variant) {
                state.change_cell(cell, MayBe::of_other_variant, flags);
            } else if is_known && self.choice_of(cell) == Some((node, variant)) {
                let present = MayBe::from(Presence::Empty).or(Presence::Full.into());
                is_possible &= state.keep(cell, present, flags);
            }
        }
        is_possible
    }

    /// The variant of a node that has a cell, whatever enums are between.
    fn variant_within(&self, node: NodeId, cell: CellId) -> Option<u32> {
        let mut choice = self.choice_of(cell);
        while let Some((around, variant)) = choice {
            if around == node {
                return Some(variant);
            }
            choice = self.nodes[around].choice;
        }
        None
    }

    /// The place of a node, as far as it has a name.
    pub(super) fn describe(&self, node: NodeId) -> String {
        let place = &self.nodes[node].place;
        let start = match self.body.locals[place.local].name {
            Some(name) => name.to_string(),
            None => format!("_{}", place.local.0),
        };
        place
            .projections
            .iter()
            .fold(start, |text, projection| match projection {
                Projection::Deref => format!("(*{text})"),
                Projection::Field(index, _) => format!("{text}.{index}"),
                Projection::SomeValue(_) => format!("{text}.some"),
                Projection::Index(local) => format!("{text}[_{}]", local.0),
                Projection::ConstantIndex(index) => format!("{text}[{index}]"),
            })
    }
}

/// The step of a projection to a part.
fn part_step(projection: &Projection) -> Step {
    match projection {
        Projection::Field(index, _) => Step::Field(*index),
        Projection::SomeValue(_) => Step::SomeValue,
        Projection::Deref => Step::Content,
        Projection::Index(_) | Projection::ConstantIndex(_) => unreachable!("an element is no part"),
    }
}

/// The places that something in the body moves, drops or assigns.
fn for_each_change(body: &Body, visit: &mut impl FnMut(&Place)) {
    for block in &body.blocks {
        for statement in &block.statements {
            if let StatementKind::Assign(place, rvalue) = &statement.kind {
                moved_by(rvalue, visit);
                visit(place);
            }
        }
        match &block.terminator.kind {
            TerminatorKind::Drop { place, .. } => visit(place),
            TerminatorKind::Call { callee, args, dest, .. } => {
                if let mir::CallTarget::Value(operand) | mir::CallTarget::Callable(_, operand) = callee {
                    moved(operand, visit);
                }
                args.iter().for_each(|arg| moved(arg, visit));
                visit(dest);
            }
            TerminatorKind::Goto(_)
            | TerminatorKind::Switch { .. }
            | TerminatorKind::Assert { .. }
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Resume => {}
        }
    }
}

fn moved(operand: &Operand, visit: &mut impl FnMut(&Place)) {
    match operand {
        Operand::Move(place) => visit(place),
        Operand::Copy(_) | Operand::Const(_) => {}
    }
}

/// The places that an rvalue moves values out of that may have to be dropped.
pub(super) fn moved_by(rvalue: &Rvalue, visit: &mut impl FnMut(&Place)) {
    match rvalue {
        Rvalue::Use(operand) | Rvalue::Cast(_, operand, _) | Rvalue::Repeat(operand, _) => moved(operand, visit),
        Rvalue::Aggregate(_, operands) => operands.iter().for_each(|operand| moved(operand, visit)),
        // Of numbers and pointers, which nothing drops; and what only looks.
        Rvalue::Unary(..)
        | Rvalue::Binary(..)
        | Rvalue::Checked(..)
        | Rvalue::PointerDistance(..)
        | Rvalue::PointerOffset { .. }
        | Rvalue::SliceFromParts { .. }
        | Rvalue::Ref(..)
        | Rvalue::AddressOf(..)
        | Rvalue::Len(_)
        | Rvalue::IsNone(_)
        | Rvalue::Variant(_)
        | Rvalue::StaticAddress(_) => {}
    }
}
