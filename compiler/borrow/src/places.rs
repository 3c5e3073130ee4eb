//! Move paths: the places whose initialisation is followed on its own.
//!
//! Every local is one, and every part of a local that is moved out of or assigned by itself. What lies behind a
//! pointer, in an element or in a union is not: it is there when what leads to it is. What a box holds is a part of it.

use base::{IndexVec, Span};
use check::{AdtKind, Signatures, Ty, TyKind};
use hir::StructKind;
use mir::{Body, Local, Operand, Place, Projection, Rvalue, Statement, StatementKind, Terminator, TerminatorKind};

base::define_id! {
    pub(crate) struct MovePath;
}

/// All move paths of a body.
pub(crate) struct MovePaths {
    pub(crate) paths: IndexVec<MovePath, PathData>,
}

pub(crate) struct PathData {
    pub(crate) place: Place,
    pub(crate) ty: Ty,
    pub(crate) parent: Option<MovePath>,
    pub(crate) children: Vec<MovePath>,
    /// Some move takes just this, or something in it.
    pub(crate) is_moved_from: bool,
}

/// The move path nearest to a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Nearest {
    pub(crate) path: MovePath,
    /// What the path leaves of the place.
    pub(crate) rest: Rest,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Rest {
    /// The path is the place.
    Nothing,
    /// A part that is never moved by itself.
    Part,
    /// Something in a union, which is there as a whole.
    UnionField,
    /// The way goes on behind the pointer or into the element that is `at` steps into the place.
    Beyond { at: usize },
}

impl MovePaths {
    pub(crate) fn of(body: &Body, signatures: &Signatures) -> Self {
        let root = |(local, decl): (Local, &mir::LocalDecl)| PathData {
            place: Place::local(local),
            ty: decl.ty,
            parent: None,
            children: Vec::new(),
            is_moved_from: false,
        };
        let mut paths = Self {
            paths: body.locals.iter_enumerated().map(root).collect(),
        };
        for block in body.blocks.iter() {
            for statement in &block.statements {
                for event in statement_events(statement) {
                    paths.add(&event, signatures);
                }
            }
            for event in terminator_events(&block.terminator) {
                paths.add(&event, signatures);
            }
        }
        paths
    }

    fn add(&mut self, event: &Event<'_>, signatures: &Signatures) {
        let (place, is_move) = match event {
            Event::Move(place) => (place, true),
            Event::Assign(place) => (place, false),
            Event::Begin(_) => return,
        };
        let mut path = MovePath(place.local.0);
        for projection in &place.projections {
            let ty = self.paths[path].ty;
            match step_kind(ty, projection, signatures) {
                StepKind::Part => path = self.child(path, projection),
                StepKind::UnionField | StepKind::Beyond => return,
            }
        }
        let mut moved = is_move.then_some(path);
        while let Some(path) = moved {
            self.paths[path].is_moved_from = true;
            moved = self.paths[path].parent;
        }
    }

    fn child(&mut self, parent: MovePath, projection: &Projection) -> MovePath {
        if let Some(known) = self.child_at(parent, projection) {
            return known;
        }
        let data = &self.paths[parent];
        let child = PathData {
            place: data.place.clone().project(projection.clone()),
            ty: projection.ty(data.ty),
            parent: Some(parent),
            children: Vec::new(),
            is_moved_from: false,
        };
        let child = self.paths.push(child);
        self.paths[parent].children.push(child);
        child
    }

    /// The path of a part of another, if it is one.
    pub(crate) fn child_at(&self, parent: MovePath, projection: &Projection) -> Option<MovePath> {
        let is_it = |child: &MovePath| self.paths[*child].place.projections.last() == Some(projection);
        self.paths[parent].children.iter().copied().find(is_it)
    }

    pub(crate) fn nearest(&self, place: &Place, signatures: &Signatures) -> Nearest {
        let mut path = MovePath(place.local.0);
        for (at, projection) in place.projections.iter().enumerate() {
            let rest = match step_kind(self.paths[path].ty, projection, signatures) {
                StepKind::Part => match self.child_at(path, projection) {
                    Some(child) => {
                        path = child;
                        continue;
                    }
                    None => self.rest_after(self.paths[path].ty, place, at, signatures),
                },
                StepKind::UnionField => Rest::UnionField,
                StepKind::Beyond => Rest::Beyond { at },
            };
            return Nearest { path, rest };
        }
        Nearest {
            path,
            rest: Rest::Nothing,
        }
    }

    /// What is left of a place from step `at` on, which is a part without a path.
    fn rest_after(&self, ty: Ty, place: &Place, at: usize, signatures: &Signatures) -> Rest {
        let mut ty = ty;
        for (at, projection) in place.projections.iter().enumerate().skip(at) {
            match step_kind(ty, projection, signatures) {
                StepKind::Part => ty = projection.ty(ty),
                StepKind::UnionField => return Rest::UnionField,
                StepKind::Beyond => return Rest::Beyond { at },
            }
        }
        Rest::Part
    }

    /// The path and everything in it.
    pub(crate) fn for_each_within(&self, path: MovePath, visit: &mut impl FnMut(MovePath)) {
        visit(path);
        for child in &self.paths[path].children {
            self.for_each_within(*child, visit);
        }
    }
}

enum StepKind {
    Part,
    UnionField,
    Beyond,
}

fn step_kind(base: Ty, projection: &Projection, signatures: &Signatures) -> StepKind {
    match projection {
        // What a box holds is a part of it.
        Projection::Deref if signatures.box_content(base).is_some() => StepKind::Part,
        Projection::Deref | Projection::Index(_) | Projection::ConstantIndex(_) => StepKind::Beyond,
        Projection::SomeValue(_) => StepKind::Part,
        Projection::Field(..) => {
            let is_union = matches!(
                base.kind(),
                TyKind::Adt(adt, _) if signatures.adt(*adt).kind == AdtKind::Record(StructKind::ExternUnion)
            );
            if is_union { StepKind::UnionField } else { StepKind::Part }
        }
    }
}

/// What a statement does to the initialisation of places, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event<'b> {
    /// What is there is taken away.
    Move(&'b Place),
    Assign(&'b Place),
    /// The local's memory begins or ends; it holds nothing.
    Begin(Local),
}

pub(crate) fn statement_events(statement: &Statement) -> impl Iterator<Item = Event<'_>> {
    let (rvalue, last) = match &statement.kind {
        StatementKind::Assign(place, rvalue) => (Some(rvalue), Event::Assign(place)),
        StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => (None, Event::Begin(*local)),
    };
    let moves = rvalue.into_iter().flat_map(operands).filter_map(move_event);
    moves.chain([last])
}

/// What a terminator does whichever way it goes, but for the assignment of a call's result.
pub(crate) fn moves_of(terminator: &Terminator) -> impl Iterator<Item = Event<'_>> {
    let (operand, args, dropped) = match &terminator.kind {
        TerminatorKind::Call { callee, args, .. } => {
            let callee = match callee {
                mir::CallTarget::Value(operand) | mir::CallTarget::Callable(_, operand) => Some(operand),
                mir::CallTarget::Fn(..) | mir::CallTarget::Runtime(_) | mir::CallTarget::Format(..) => None,
            };
            (callee, &args[..], None)
        }
        TerminatorKind::Drop { place, .. } => (None, &[][..], Some(Event::Move(place))),
        TerminatorKind::Switch { value: operand, .. } | TerminatorKind::Assert { condition: operand, .. } => {
            (Some(operand), &[][..], None)
        }
        TerminatorKind::Goto(_) | TerminatorKind::Return | TerminatorKind::Unreachable | TerminatorKind::Resume => {
            (None, &[][..], None)
        }
    };
    operand.into_iter().chain(args).filter_map(move_event).chain(dropped)
}

/// What a terminator of the program's own does, a call's result assigned: what a drop does is no move of the program's,
/// and no reason to follow its place.
pub(crate) fn terminator_events(terminator: &Terminator) -> impl Iterator<Item = Event<'_>> {
    let dest = if let TerminatorKind::Call { dest, .. } = &terminator.kind {
        Some(Event::Assign(dest))
    } else {
        None
    };
    let is_drop = matches!(terminator.kind, TerminatorKind::Drop { .. });
    moves_of(terminator).filter(move |_| !is_drop).chain(dest)
}

fn move_event(operand: &Operand) -> Option<Event<'_>> {
    match operand {
        Operand::Move(place) => Some(Event::Move(place)),
        Operand::Copy(_) | Operand::Const(_) => None,
    }
}

/// The operands of an rvalue, in order.
pub(crate) fn operands(rvalue: &Rvalue) -> impl Iterator<Item = &Operand> {
    let (first, second, rest) = match rvalue {
        Rvalue::Use(operand) | Rvalue::Unary(_, operand) | Rvalue::Cast(_, operand, _) | Rvalue::Repeat(operand, _) => {
            (Some(operand), None, &[][..])
        }
        Rvalue::Binary(_, left, right)
        | Rvalue::Checked(_, left, right)
        | Rvalue::PointerDistance(left, right)
        | Rvalue::PointerOffset {
            pointer: left,
            offset: right,
            ..
        }
        | Rvalue::SliceFromParts {
            pointer: left,
            len: right,
            ..
        } => (Some(left), Some(right), &[][..]),
        Rvalue::Aggregate(_, operands) => (None, None, &operands[..]),
        Rvalue::Ref(..)
        | Rvalue::AddressOf(..)
        | Rvalue::Len(_)
        | Rvalue::IsNone(_)
        | Rvalue::Variant(_)
        | Rvalue::StaticAddress(_) => (None, None, &[][..]),
    };
    first.into_iter().chain(second).chain(rest)
}

/// Whether a reference or raw pointer is followed on the way from a place of type `base`.
pub(crate) fn is_behind_reference(base: Ty, projections: &[Projection]) -> bool {
    follows(base, projections, |ty| {
        matches!(ty.kind(), TyKind::Ref(..) | TyKind::Pointer(..))
    })
}

/// Whether a raw pointer is.
pub(crate) fn is_behind_pointer(base: Ty, projections: &[Projection]) -> bool {
    follows(base, projections, |ty| matches!(ty.kind(), TyKind::Pointer(..)))
}

fn follows(base: Ty, projections: &[Projection], is_asked: impl Fn(Ty) -> bool) -> bool {
    let mut ty = base;
    projections.iter().any(|projection| {
        let from = ty;
        ty = projection.ty(from);
        *projection == Projection::Deref && is_asked(from)
    })
}

/// A place in a body: a statement of a block, or after the last one its terminator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Location {
    pub(crate) block: mir::BlockId,
    pub(crate) index: usize,
}

impl Location {
    pub(crate) fn span(self, body: &Body) -> Span {
        let block = &body.blocks[self.block];
        match block.statements.get(self.index) {
            Some(statement) => statement.source.span,
            None => block.terminator.source.span,
        }
    }

    /// Where a place is written that is read here.
    pub(crate) fn span_of_read(self, body: &Body, place: &Place) -> Span {
        body.span_of_read(self.span(body), |read| read == place)
    }
}
