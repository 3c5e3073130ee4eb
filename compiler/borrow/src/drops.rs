//! Drop elaboration: each drop of a built body becomes the drops that really run there.
//!
//! Where the value is surely there, the drop stays; where it surely is not, it vanishes; where it may be, a flag that
//! is kept beside it decides; and of a struct or tuple of which parts are moved somewhere, each part is dropped by
//! itself, in order. Of an enum or optional of which parts are moved, the parts of the variant that it is of. Of a box
//! whose content is moved, what is left of that, and then its memory is given back.

use base::FxHashMap;
use check::{ConstValue, FnRef, IntTy, LangItem, Signatures, Ty, TyKind};
use mir::dataflow::{Analysis, BlockFacts};
use mir::{
    Block, BlockId, Body, CallTarget, Const, Local, LocalDecl, Operand, Place, Projection, Rvalue, ScopeId, SourceInfo,
    Statement, StatementKind, Terminator, TerminatorKind,
};

use crate::init::{Facts, Initialisation};
use crate::places::{Event, MovePath, Rest, moves_of, statement_events};

/// Makes every drop of a body exact.
pub(crate) fn elaborate(
    body: &Body,
    signatures: &Signatures,
    analysis: &Initialisation<'_>,
    facts: &BlockFacts<Facts>,
) -> Body {
    let mut elaborator = Elaborator {
        body,
        signatures,
        analysis,
        result: body.clone(),
        flags: FxHashMap::default(),
        flagged: Vec::new(),
    };
    let drops = elaborator.plan(facts);
    elaborator.keep_flags();
    for drop in drops {
        elaborator.rewrite(drop);
    }
    elaborator.start_flags();
    elaborator.result
}

struct Elaborator<'b> {
    /// As it was.
    body: &'b Body,
    signatures: &'b Signatures,
    analysis: &'b Initialisation<'b>,
    result: Body,
    /// For each path that may or may not be there at a drop of it, whether it is.
    flags: FxHashMap<MovePath, Local>,
    /// The same paths, in the order in which they were found.
    flagged: Vec<MovePath>,
}

/// A drop terminator and what it becomes.
struct PlannedDrop {
    block: BlockId,
    /// What the terminator drops; absent for what is no path and is dropped as it stands.
    path: Option<MovePath>,
    leaves: Vec<Leaf>,
}

/// One drop that runs, always or by the flag of a path.
struct Leaf {
    place: Place,
    what: LeafKind,
    flag: Option<MovePath>,
    /// The enums around the place, the outermost first, each with the variant that has the place.
    within: Vec<(Place, u32)>,
}

/// What becomes of the place of a leaf.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LeafKind {
    Dropped,
    /// A box whose value has been seen to: only its memory is given back.
    Freed,
}

impl Elaborator<'_> {
    fn env(&self) -> check::TypeEnv<'_> {
        self.signatures.within(&self.body.bounds)
    }

    /// What each drop becomes, with the flags that it takes.
    fn plan(&mut self, facts: &BlockFacts<Facts>) -> Vec<PlannedDrop> {
        let body = self.body;
        let mut drops = Vec::new();
        for (id, block) in body.blocks.iter_enumerated() {
            let (Some(facts), TerminatorKind::Drop { place, .. }) = (&facts[id], &block.terminator.kind) else {
                continue;
            };
            let mut facts = facts.clone();
            for statement in &block.statements {
                self.analysis.statement(&mut facts, statement);
            }
            let nearest = self.analysis.paths.nearest(place, self.signatures);
            let mut planned = PlannedDrop {
                block: id,
                path: None,
                leaves: Vec::new(),
            };
            match nearest.rest {
                Rest::Nothing => {
                    planned.path = Some(nearest.path);
                    self.leaves(&facts, nearest.path, &[], &mut planned.leaves);
                }
                Rest::Part | Rest::UnionField | Rest::Beyond { .. } => planned.leaves.push(Leaf {
                    place: place.clone(),
                    what: LeafKind::Dropped,
                    flag: None,
                    within: Vec::new(),
                }),
            }
            drops.push(planned);
        }
        drops
    }

    /// The drops that a path needs, in order.
    fn leaves(&mut self, facts: &Facts, path: MovePath, within: &[(Place, u32)], leaves: &mut Vec<Leaf>) {
        let paths = self.analysis.paths;
        let data = &paths.paths[path];
        let mut may_be_there = false;
        paths.for_each_within(path, &mut |part| may_be_there |= facts.may_be_init(part));
        if !may_be_there || !self.env().needs_drop(data.ty) {
            return;
        }
        let is_whole = self.analysis.missing_part(facts, path).is_none();
        let is_open = data.children.iter().any(|child| paths.paths[*child].is_moved_from);
        if is_whole || !is_open {
            let flag = (!is_whole).then(|| self.flag_for(path));
            let place = data.place.clone();
            let within = within.to_vec();
            let what = LeafKind::Dropped;
            return leaves.push(Leaf {
                place,
                what,
                flag,
                within,
            });
        }
        for (projection, ty, variant) in self.parts(data.ty) {
            let mut within = within.to_vec();
            within.extend(variant.map(|variant| (data.place.clone(), variant)));
            if let Some(child) = paths.child_at(path, &projection) {
                self.leaves(facts, child, &within, leaves);
            } else if self.env().needs_drop(ty) && facts.may_be_init(path) {
                let flag = facts.may_be_uninit(path).then(|| self.flag_for(path));
                let place = data.place.clone().project(projection);
                let what = LeafKind::Dropped;
                leaves.push(Leaf {
                    place,
                    what,
                    flag,
                    within,
                });
            }
        }
        if self.signatures.box_content(data.ty).is_some() && facts.may_be_init(path) {
            let flag = facts.may_be_uninit(path).then(|| self.flag_for(path));
            leaves.push(Leaf {
                place: data.place.clone(),
                what: LeafKind::Freed,
                flag,
                within: within.to_vec(),
            });
        }
    }

    /// The parts of a type that can be moved out by themselves, with their types, and of an enum or optional the
    /// variants that have them.
    fn parts(&self, ty: Ty) -> Vec<(Projection, Ty, Option<u32>)> {
        if let TyKind::Optional(inner) = ty.kind() {
            return vec![(Projection::SomeValue(*inner), *inner, Some(1))];
        }
        if let Some(content) = self.signatures.box_content(ty) {
            return vec![(Projection::Deref, content, None)];
        }
        let has_fields = matches!(ty.kind(), TyKind::Tuple(_) | TyKind::Adt(..) | TyKind::Closure(_));
        assert!(
            has_fields,
            "parts are moved only out of structs, enums, optionals, tuples and closures"
        );
        let variant_of = |index: u32| {
            let TyKind::Adt(adt, _) = ty.kind() else {
                return None;
            };
            self.signatures.adt(*adt).variant_of_field(index)
        };
        let fields = (0..).zip(self.env().field_tys(ty));
        fields
            .map(|(index, ty)| (Projection::Field(index, ty), ty, variant_of(index)))
            .collect()
    }

    fn flag_for(&mut self, path: MovePath) -> MovePath {
        if !self.flags.contains_key(&path) {
            let source = self.result.locals[self.analysis.paths.paths[path].place.local].source;
            let flag = self.new_bool(source);
            self.flags.insert(path, flag);
            self.flagged.push(path);
        }
        path
    }

    fn new_bool(&mut self, source: SourceInfo) -> Local {
        self.result.locals.push(LocalDecl {
            ty: Ty::bool(),
            name: None,
            is_var: true,
            source,
        })
    }

    // --- Flags ---

    /// The flags of a path and of what is in it.
    fn flags_within(&self, path: MovePath) -> Vec<Local> {
        let mut flags = Vec::new();
        self.analysis.paths.for_each_within(path, &mut |part| {
            flags.extend(self.flags.get(&part));
        });
        flags
    }

    /// Sets flags where values come and go.
    fn keep_flags(&mut self) {
        if self.flagged.is_empty() {
            return;
        }
        let body = self.body;
        for (id, block) in body.blocks.iter_enumerated() {
            let mut statements = Vec::new();
            for statement in &block.statements {
                statements.push(statement.clone());
                for event in statement_events(statement) {
                    self.follow(event, statement.source, &mut statements);
                }
            }
            // What a drop does to its flags is for the drop to say.
            if !matches!(block.terminator.kind, TerminatorKind::Drop { .. }) {
                for event in moves_of(&block.terminator) {
                    self.follow(event, block.terminator.source, &mut statements);
                }
            }
            self.result.blocks[id].statements = statements;
        }
        for id in body.blocks.ids() {
            self.follow_result(id);
        }
    }

    fn follow(&self, event: Event<'_>, source: SourceInfo, statements: &mut Vec<Statement>) {
        let (place, value) = match event {
            Event::Move(place) => (place, false),
            Event::Assign(place) => (place, true),
            // What the memory held was moved or dropped before.
            Event::Begin(_) => return,
        };
        if let Some(path) = self.analysis.changed_path(place) {
            for flag in self.flags_within(path) {
                statements.push(set_flag(flag, value, source));
            }
        }
    }

    /// A call's result is there only where the call returns to.
    fn follow_result(&mut self, id: BlockId) {
        let terminator = &self.body.blocks[id].terminator;
        let TerminatorKind::Call {
            dest,
            target: Some(target),
            ..
        } = &terminator.kind
        else {
            return;
        };
        let mut statements = Vec::new();
        self.follow(Event::Assign(dest), terminator.source, &mut statements);
        if statements.is_empty() {
            return;
        }
        let after = self.result.blocks.push(Block {
            statements,
            terminator: Terminator {
                kind: TerminatorKind::Goto(*target),
                source: terminator.source,
            },
            is_cleanup: self.body.blocks[id].is_cleanup,
        });
        if let TerminatorKind::Call { target, .. } = &mut self.result.blocks[id].terminator.kind {
            *target = Some(after);
        }
    }

    /// At the start, of all that is followed only the parameters are there.
    fn start_flags(&mut self) {
        let mut statements = Vec::new();
        for path in &self.flagged {
            let local = self.analysis.paths.paths[*path].place.local;
            let is_param = (1..=self.body.n_params).contains(&local.0);
            let source = SourceInfo {
                span: self.body.span,
                scope: ScopeId(0),
            };
            statements.push(set_flag(self.flags[path], is_param, source));
        }
        let entry = &mut self.result.blocks[BlockId(0)].statements;
        entry.splice(0..0, statements);
    }

    // --- Drops ---

    fn rewrite(&mut self, drop: PlannedDrop) {
        let Terminator {
            kind: TerminatorKind::Drop { target, unwind, .. },
            source,
        } = self.body.blocks[drop.block].terminator
        else {
            unreachable!("only drops are planned")
        };
        let taken = self.take_flags(&drop, source);
        let is_cleanup = self.body.blocks[drop.block].is_cleanup;
        let mut builder = Ladder {
            signatures: self.signatures,
            result: &mut self.result,
            source,
        };
        let (mut next, mut cleanup) = (target, unwind);
        for leaf in drop.leaves.iter().rev() {
            let flag = leaf.flag.map(|path| taken[&path]);
            let unwind = if is_cleanup { None } else { cleanup };
            let entry = builder.drop(leaf, flag, (next, unwind), is_cleanup);
            if !is_cleanup {
                // When what is dropped before this panics, this is still to be dropped.
                let after = cleanup.unwrap_or_else(|| builder.resume());
                cleanup = Some(builder.drop(leaf, flag, (after, None), true));
            }
            next = entry;
        }
        self.result.blocks[drop.block].terminator.kind = TerminatorKind::Goto(next);
    }

    /// Takes the flags of what is dropped: copies those that decide, and clears all, so that nothing is dropped again
    /// when a drop panics.
    fn take_flags(&mut self, drop: &PlannedDrop, source: SourceInfo) -> FxHashMap<MovePath, Local> {
        let mut taken = FxHashMap::default();
        let mut statements = Vec::new();
        for path in drop.leaves.iter().filter_map(|leaf| leaf.flag) {
            if taken.contains_key(&path) {
                continue;
            }
            let copy = self.new_bool(source);
            let flag = Operand::Copy(Place::local(self.flags[&path]));
            let kind = StatementKind::Assign(Place::local(copy), Rvalue::Use(flag));
            statements.push(Statement { kind, source });
            taken.insert(path, copy);
        }
        // Where nothing is there to be dropped, no flag is set.
        if let (Some(path), false) = (drop.path, drop.leaves.is_empty()) {
            for flag in self.flags_within(path) {
                statements.push(set_flag(flag, false, source));
            }
        }
        self.result.blocks[drop.block].statements.extend(statements);
        taken
    }
}

/// Builds the blocks of one drop.
struct Ladder<'r> {
    signatures: &'r Signatures,
    result: &'r mut Body,
    source: SourceInfo,
}

impl Ladder<'_> {
    /// Drops a leaf if its flag is set, and goes on.
    fn drop(
        &mut self,
        leaf: &Leaf,
        flag: Option<Local>,
        (target, unwind): (BlockId, Option<BlockId>),
        is_cleanup: bool,
    ) -> BlockId {
        let kind = match leaf.what {
            LeafKind::Dropped => TerminatorKind::Drop {
                place: leaf.place.clone(),
                target,
                unwind,
            },
            LeafKind::Freed => self.free(&leaf.place, target),
        };
        let mut drop = self.block(kind, is_cleanup);
        for (place, variant) in leaf.within.iter().rev() {
            drop = self.if_variant((place, *variant), (drop, target), is_cleanup);
        }
        let Some(flag) = flag else {
            return drop;
        };
        let switch = TerminatorKind::Switch {
            value: Operand::Copy(Place::local(flag)),
            cases: vec![(0, target)],
            otherwise: drop,
        };
        self.block(switch, is_cleanup)
    }

    /// Gives the memory of a box back.
    fn free(&mut self, place: &Place, target: BlockId) -> TerminatorKind {
        let ty = place.ty(&self.result.locals);
        let env = self.signatures.within(&self.result.bounds);
        let pointer = env.field_ty(ty, 0).expect("a box is a pointer");
        let content = self.signatures.box_content(ty).expect("only boxes are freed");
        let free = self
            .signatures
            .lang
            .get(LangItem::BoxFree)
            .expect("it stands beside `Box`");
        let nothing = self.result.locals.push(LocalDecl {
            ty: Ty::unit(),
            name: None,
            is_var: true,
            source: self.source,
        });
        TerminatorKind::Call {
            callee: CallTarget::Fn(FnRef::Lang(free), [content].into()),
            args: vec![Operand::Copy(place.clone().field(0, pointer))],
            dest: Place::local(nothing),
            target: Some(target),
            unwind: None,
        }
    }

    /// Goes to the first block if the value is of the variant, else to the second.
    fn if_variant(
        &mut self,
        (place, variant): (&Place, u32),
        (is_it, is_not): (BlockId, BlockId),
        is_cleanup: bool,
    ) -> BlockId {
        let source = self.source;
        let number = self.result.locals.push(LocalDecl {
            ty: Ty::int(IntTy::U32),
            name: None,
            is_var: true,
            source,
        });
        let switch = TerminatorKind::Switch {
            value: Operand::Copy(Place::local(number)),
            cases: vec![(i128::from(variant), is_it)],
            otherwise: is_not,
        };
        let block = self.block(switch, is_cleanup);
        let kind = StatementKind::Assign(Place::local(number), Rvalue::Variant(place.clone()));
        self.result.blocks[block].statements.push(Statement { kind, source });
        block
    }

    fn resume(&mut self) -> BlockId {
        self.block(TerminatorKind::Resume, true)
    }

    fn block(&mut self, kind: TerminatorKind, is_cleanup: bool) -> BlockId {
        let source = self.source;
        self.result.blocks.push(Block {
            statements: Vec::new(),
            terminator: Terminator { kind, source },
            is_cleanup,
        })
    }
}

fn set_flag(flag: Local, value: bool, source: SourceInfo) -> Statement {
    let value = Operand::Const(Const {
        value: ConstValue::Int(i128::from(value)),
        ty: Ty::bool(),
    });
    Statement {
        kind: StatementKind::Assign(Place::local(flag), Rvalue::Use(value)),
        source,
    }
}
