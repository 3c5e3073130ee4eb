//! Initialisation: at each point, which move paths may hold a value, and which may hold none.

use mir::dataflow::{Analysis, Edge};
use mir::{BitSet, Body, Place, Statement, Terminator, TerminatorKind};

use crate::places::{Event, MovePath, MovePaths, Rest, moves_of, statement_events};

/// The analysis of one body.
pub(crate) struct Initialisation<'b> {
    pub(crate) paths: &'b MovePaths,
    signatures: &'b check::Signatures,
    body: &'b Body,
}

/// What may be where control is. A path may be both, where ways join.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    init: BitSet<MovePath>,
    uninit: BitSet<MovePath>,
}

impl Facts {
    /// Whether the path itself may hold a value, whatever its parts do.
    pub(crate) fn may_be_init(&self, path: MovePath) -> bool {
        self.init.contains(path)
    }

    /// Whether the path itself may hold no value.
    pub(crate) fn may_be_uninit(&self, path: MovePath) -> bool {
        self.uninit.contains(path)
    }
}

impl<'b> Initialisation<'b> {
    pub(crate) fn new(body: &'b Body, paths: &'b MovePaths, signatures: &'b check::Signatures) -> Self {
        Self {
            paths,
            signatures,
            body,
        }
    }

    /// The path, or a part of it, that may hold no value.
    pub(crate) fn missing_part(&self, facts: &Facts, path: MovePath) -> Option<MovePath> {
        let mut missing = None;
        self.paths.for_each_within(path, &mut |part| {
            if missing.is_none() && facts.may_be_uninit(part) {
                missing = Some(part);
            }
        });
        missing
    }

    fn set(&self, facts: &mut Facts, path: MovePath, is_init: bool) {
        self.paths.for_each_within(path, &mut |part| {
            if is_init {
                facts.init.insert(part);
                facts.uninit.remove(part);
            } else {
                facts.init.remove(part);
                facts.uninit.insert(part);
            }
        });
    }

    pub(crate) fn apply(&self, facts: &mut Facts, event: Event<'_>) {
        match event {
            Event::Begin(local) => self.set(facts, MovePath(local.0), false),
            Event::Move(place) => {
                if let Some(path) = self.changed_path(place) {
                    self.set(facts, path, false);
                }
            }
            Event::Assign(place) => {
                if let Some(path) = self.changed_path(place) {
                    self.set(facts, path, true);
                }
            }
        }
    }

    /// The path that is filled or emptied when the place is. One field fills a union.
    pub(crate) fn changed_path(&self, place: &Place) -> Option<MovePath> {
        let nearest = self.paths.nearest(place, self.signatures);
        match nearest.rest {
            Rest::Nothing | Rest::UnionField => Some(nearest.path),
            Rest::Part | Rest::Beyond { .. } => None,
        }
    }
}

impl Analysis for Initialisation<'_> {
    type Facts = Facts;

    fn entry(&self) -> Facts {
        let mut facts = Facts {
            init: BitSet::NONE,
            uninit: BitSet::NONE,
        };
        for local in self.body.locals.ids() {
            let is_param = (1..=self.body.n_params).contains(&local.0);
            self.set(&mut facts, MovePath(local.0), is_param);
        }
        facts
    }

    fn join(&self, facts: &mut Facts, other: &Facts) -> bool {
        let init_grew = facts.init.union(&other.init);
        facts.uninit.union(&other.uninit) || init_grew
    }

    fn statement(&self, facts: &mut Facts, statement: &Statement) {
        for event in statement_events(statement) {
            self.apply(facts, event);
        }
    }

    fn terminator(&self, facts: &mut Facts, terminator: &Terminator) {
        for event in moves_of(terminator) {
            self.apply(facts, event);
        }
    }

    fn edge(&self, facts: &mut Facts, terminator: &Terminator, edge: Edge) {
        if let (TerminatorKind::Call { dest, .. }, Edge::Normal) = (&terminator.kind, edge) {
            self.apply(facts, Event::Assign(dest));
        }
    }
}
