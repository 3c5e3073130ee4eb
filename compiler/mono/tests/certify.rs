//! Bodies whose drops are right, broken in every way that drop elaboration could go wrong: the certifier accepts the
//! first and refuses the others.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use check::{ConstValue, Signatures, Ty};
use mir::{
    Block, BlockId, Body, BodyOwner, Local, Operand, Place, Rvalue, Statement, StatementKind, Terminator,
    TerminatorKind,
};
use mono::{FaultKind, certify};
use session::{CacheDir, CacheUse, Environment, Profile, Purpose, Request, Subject, Sysroot};
use target::Table;

/// Programs of the suite in which values are moved, dropped and kept in many ways.
const PROGRAMS: &[&str] = &[
    "closures/captures",
    "closures/unwinding",
    "run/assignment_drop_panics",
    "run/boxes",
    "run/control",
    "run/defer",
    "run/drop_glue",
    "run/drop_order",
    "run/drops",
    "run/drops_unwinding",
    "run/enum_drops",
    "run/enum_unwinding",
    "run/errdefer",
    "run/errors_converted",
];

/// The elaborated bodies of a program of the suite.
fn bodies_of(case: &str) -> (Signatures, BTreeMap<BodyOwner, Arc<Body>>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("test-suite/cases").join(case).with_extension("lang");
    let table = Table::embedded();
    let target = table.host().expect("the table has this machine");
    let environment = Environment {
        stdlib: Some(root.join("stdlib")),
        ..Environment::of_process()
    };
    let sysroot = Sysroot::new(environment, table);
    let cache = CacheDir::open(sysroot.environment(), CacheUse::ThisRun).expect("a folder can be made");
    let subject = Subject::of_file(&path);
    let analysis = session::analyse(Request {
        subject: &subject,
        target,
        sysroot: &sysroot,
        target_root: None,
        include_dirs: &[],
        cache: &cache,
        locked: false,
        profile: Profile::DEBUG,
        const_limits: Default::default(),
        purpose: Purpose::Program,
        activity: &Default::default(),
    });
    let checked = analysis
        .checked
        .unwrap_or_else(|| panic!("{case}: {:?}", analysis.diagnostics));
    (checked.signatures, checked.bodies)
}

/// How many mutants were made, and which were accepted.
#[derive(Default)]
struct Tally {
    n_made: usize,
    accepted: Vec<String>,
}

impl Tally {
    fn note(&mut self, mutant: &Body, signatures: &Signatures, wanted: &[FaultKind], what: impl Fn() -> String) {
        self.n_made += 1;
        match certify(mutant, signatures) {
            Err(fault) if wanted.contains(&fault.kind) => {}
            Err(fault) => self.accepted.push(format!("{}: {fault:?}", what())),
            Ok(()) => self.accepted.push(what()),
        }
    }

    /// Every one was refused, and there were enough of them.
    fn all_refused(self, at_least: usize) {
        self.refused_but(0, at_least);
    }

    /// Of some, nothing is wrong with the mutant either: no more than so many were accepted.
    fn refused_but(self, n_harmless: usize, at_least: usize) {
        let accepted = self.accepted.join("\n");
        assert!(
            self.accepted.len() <= n_harmless,
            "of {}, {}:\n{accepted}",
            self.n_made,
            self.accepted.len()
        );
        assert!(self.n_made >= at_least, "only {} were made", self.n_made);
    }
}

/// Every body of the programs.
fn each_body(visit: &mut dyn FnMut(&Body, &Signatures, &str)) {
    for program in PROGRAMS {
        let (signatures, bodies) = bodies_of(program);
        for body in bodies.values() {
            visit(body, &signatures, program);
        }
    }
}

/// Whether some way leads to a drop at the end of a block. Of the ladders of a drop of an enum, some lead past tests
/// for several variants at once, or past a flag that is never set there.
fn is_reached(body: &Body, signatures: &Signatures, block: BlockId, like: &Place) -> bool {
    let mut mutant = body.clone();
    let mut decl = body.locals[like.local].clone();
    decl.ty = like.ty(&body.locals);
    let never_there = mutant.locals.push(decl);
    let wrong = TerminatorKind::Drop {
        place: Place::local(never_there),
        target: block,
        unwind: None,
    };
    let wrong = push_block(&mut mutant, block, Vec::new(), wrong);
    if let TerminatorKind::Drop { target, .. } = &mut mutant.blocks[block].terminator.kind {
        *target = wrong;
    }
    certify(&mutant, signatures).is_err_and(|fault| fault.kind == FaultKind::EndsTwice)
}

/// What is dropped at the end of each block that is reached, where something is.
fn drops(body: &Body, signatures: &Signatures) -> Vec<(BlockId, Place, BlockId)> {
    let mut drops = all_drops(body, signatures);
    drops.retain(|(block, place, _)| is_reached(body, signatures, *block, place));
    drops
}

fn all_drops(body: &Body, signatures: &Signatures) -> Vec<(BlockId, Place, BlockId)> {
    let env = signatures.within(&body.bounds);
    let drop = |(id, block): (BlockId, &Block)| {
        let TerminatorKind::Drop { place, target, .. } = &block.terminator.kind else {
            return None;
        };
        env.needs_drop(place.ty(&body.locals))
            .then(|| (id, place.clone(), *target))
    };
    body.blocks.iter_enumerated().filter_map(drop).collect()
}

fn push_block(body: &mut Body, like: BlockId, statements: Vec<Statement>, kind: TerminatorKind) -> BlockId {
    let source = body.blocks[like].terminator.source;
    let is_cleanup = body.blocks[like].is_cleanup;
    body.blocks.push(Block {
        statements,
        terminator: Terminator { kind, source },
        is_cleanup,
    })
}

const LOST: &[FaultKind] = &[FaultKind::NeverEnds];
const TWICE: &[FaultKind] = &[FaultKind::EndsTwice, FaultKind::LeftEmpty];

#[test]
fn what_elaboration_makes_is_accepted() {
    let mut n_bodies = 0;
    each_body(&mut |body, signatures, program| {
        n_bodies += 1;
        certify(body, signatures).unwrap_or_else(|fault| panic!("{program}: {:?}: {fault:?}", body.owner));
    });
    assert!(n_bodies > 100, "only {n_bodies} bodies");
}

#[test]
fn few_drops_are_on_no_way() {
    let (mut n_drops, mut n_reached) = (0, 0);
    each_body(&mut |body, signatures, _| {
        let (all, reached) = (all_drops(body, signatures), drops(body, signatures));
        n_drops += all.len();
        n_reached += reached.len();
    });
    assert!(
        n_reached * 10 > n_drops * 8,
        "of {n_drops} drops, {n_reached} are reached"
    );
}

#[test]
fn a_drop_that_is_left_out_is_missed() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for (block, place, target) in drops(body, signatures) {
            let mut mutant = body.clone();
            mutant.blocks[block].terminator.kind = TerminatorKind::Goto(target);
            tally.note(&mutant, signatures, LOST, || {
                format!("{program}: {:?} bb{} {place:?}", body.owner, block.0)
            });
        }
    });
    // An optional that is known to be `none` there has nothing to drop.
    tally.refused_but(4, 300);
}

#[test]
fn a_second_drop_is_refused() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for (block, place, target) in drops(body, signatures) {
            let mut mutant = body.clone();
            let again = TerminatorKind::Drop {
                place: place.clone(),
                target,
                unwind: None,
            };
            let again = push_block(&mut mutant, block, Vec::new(), again);
            if let TerminatorKind::Drop { target, .. } = &mut mutant.blocks[block].terminator.kind {
                *target = again;
            }
            tally.note(&mutant, signatures, TWICE, || {
                format!("{program}: {:?} bb{} {place:?}", body.owner, block.0)
            });
        }
    });
    tally.all_refused(300);
}

/// The places that a statement or a call moves out of, where what is moved needs to be dropped.
fn moved_places(body: &Body, signatures: &Signatures, operands: &[&Operand]) -> Vec<Place> {
    let env = signatures.within(&body.bounds);
    let places = operands.iter().filter_map(|operand| match operand {
        Operand::Move(place) => Some(place.clone()),
        Operand::Copy(_) | Operand::Const(_) => None,
    });
    places.filter(|place| env.needs_drop(place.ty(&body.locals))).collect()
}

#[test]
fn a_drop_of_what_was_moved_is_refused() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for (id, block) in body.blocks.iter_enumerated() {
            for (index, statement) in block.statements.iter().enumerate() {
                let StatementKind::Assign(_, rvalue) = &statement.kind else {
                    continue;
                };
                let operands: Vec<&Operand> = if let Rvalue::Use(operand) | Rvalue::Cast(_, operand, _) = rvalue {
                    vec![operand]
                } else if let Rvalue::Aggregate(_, operands) = rvalue {
                    operands.iter().collect()
                } else {
                    Vec::new()
                };
                for place in moved_places(body, signatures, &operands) {
                    let mut mutant = body.clone();
                    let rest = mutant.blocks[id].statements.split_off(index + 1);
                    let end = mutant.blocks[id].terminator.kind.clone();
                    let rest = push_block(&mut mutant, id, rest, end);
                    mutant.blocks[id].terminator.kind = TerminatorKind::Drop {
                        place: place.clone(),
                        target: rest,
                        unwind: None,
                    };
                    tally.note(&mutant, signatures, TWICE, || {
                        format!("{program}: {:?} bb{} {place:?}", body.owner, id.0)
                    });
                }
            }
            let TerminatorKind::Call {
                args,
                target: Some(target),
                ..
            } = &block.terminator.kind
            else {
                continue;
            };
            for place in moved_places(body, signatures, &args.iter().collect::<Vec<_>>()) {
                let mut mutant = body.clone();
                let drop = TerminatorKind::Drop {
                    place: place.clone(),
                    target: *target,
                    unwind: None,
                };
                let after = push_block(&mut mutant, id, Vec::new(), drop);
                if let TerminatorKind::Call { target, .. } = &mut mutant.blocks[id].terminator.kind {
                    *target = Some(after);
                }
                tally.note(&mutant, signatures, TWICE, || {
                    format!("{program}: {:?} bb{} {place:?}", body.owner, id.0)
                });
            }
        }
    });
    tally.all_refused(250);
}

#[test]
fn a_panic_that_passes_by_what_is_there_is_refused() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for id in body.blocks.ids() {
            let mut mutant = body.clone();
            let Some(unwind) = mutant.blocks[id].terminator.kind.unwind_mut() else {
                continue;
            };
            if unwind.take().is_none() {
                continue;
            }
            tally.note(
                &mutant,
                signatures,
                &[FaultKind::NeverEnds, FaultKind::LeftEmpty],
                || format!("{program}: {:?} bb{}", body.owner, id.0),
            );
        }
    });
    // Where all that would be dropped is behind flags, nothing may be there.
    tally.refused_but(80, 400);
}

/// The statements that set a flag: a nameless `bool`, given a constant.
fn set_flags(body: &Body) -> Vec<(BlockId, usize, bool)> {
    let mut found = Vec::new();
    for (id, block) in body.blocks.iter_enumerated() {
        for (index, statement) in block.statements.iter().enumerate() {
            if let StatementKind::Assign(place, Rvalue::Use(Operand::Const(constant))) = &statement.kind
                && place.projections.is_empty()
                && body.locals[place.local].name.is_none()
                && body.locals[place.local].ty == Ty::bool()
                && let ConstValue::Int(value) = constant.value
            {
                found.push((id, index, value != 0));
            }
        }
    }
    found
}

/// The flags: what is set, and copies of them.
fn flags(body: &Body) -> Vec<Local> {
    let assigned = |(block, index, _): (BlockId, usize, bool)| match &body.blocks[block].statements[index].kind {
        StatementKind::Assign(place, _) => place.local,
        StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => unreachable!("a flag is assigned"),
    };
    let mut flags: Vec<Local> = set_flags(body).into_iter().map(assigned).collect();
    let statements = body.blocks.iter().flat_map(|block| &block.statements);
    let copies = statements.filter_map(|statement| {
        let StatementKind::Assign(place, Rvalue::Use(Operand::Copy(from))) = &statement.kind else {
            return None;
        };
        flags.contains(&from.local).then_some(place.local)
    });
    let copies: Vec<Local> = copies.collect();
    flags.extend(copies);
    flags
}

/// Whether a flag that is set at a place is looked at before it is set again.
fn is_looked_at(body: &Body, flag: Local, block: BlockId, index: usize) -> bool {
    let is_flag = |place: &Place| *place == Place::local(flag);
    let mut pending = vec![(block, index + 1)];
    let mut seen = vec![];
    while let Some((id, first)) = pending.pop() {
        let block = &body.blocks[id];
        let mut is_set = false;
        for statement in &block.statements[first..] {
            if let StatementKind::Assign(place, rvalue) = &statement.kind {
                if matches!(rvalue, Rvalue::Use(Operand::Copy(copied)) if is_flag(copied)) {
                    return true;
                }
                if is_flag(place) {
                    is_set = true;
                    break;
                }
            }
        }
        if is_set {
            continue;
        }
        if let TerminatorKind::Switch { value, .. } = &block.terminator.kind
            && matches!(value, Operand::Copy(place) if is_flag(place))
        {
            return true;
        }
        for target in block.terminator.kind.successors() {
            if !seen.contains(&target) {
                seen.push(target);
                pending.push((target, 0));
            }
        }
    }
    false
}

#[test]
fn a_flag_that_is_set_or_cleared_wrongly_is_refused() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for (id, index, value) in set_flags(body) {
            let StatementKind::Assign(Place { local: flag, .. }, _) = body.blocks[id].statements[index].kind else {
                continue;
            };
            if !is_looked_at(body, flag, id, index) {
                continue;
            }
            let mut mutant = body.clone();
            if let StatementKind::Assign(_, Rvalue::Use(Operand::Const(constant))) =
                &mut mutant.blocks[id].statements[index].kind
            {
                constant.value = ConstValue::Int(i128::from(!value));
            }
            let wanted = &[FaultKind::NeverEnds, FaultKind::EndsTwice, FaultKind::LeftEmpty];
            tally.note(&mutant, signatures, wanted, || {
                format!("{program}: {:?} bb{} {value}", body.owner, id.0)
            });
        }
    });
    // Some stand for parts of variants that are known to be gone, or not to be there, wherever the flag is looked at.
    tally.refused_but(12, 150);
}

#[test]
fn a_drop_behind_the_wrong_side_of_a_flag_is_refused() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        let dropping: Vec<BlockId> = drops(body, signatures).into_iter().map(|(block, ..)| block).collect();
        let flags = flags(body);
        for id in body.blocks.ids() {
            let mut mutant = body.clone();
            let TerminatorKind::Switch {
                value: Operand::Copy(place),
                cases,
                otherwise,
            } = &mut mutant.blocks[id].terminator.kind
            else {
                continue;
            };
            let [(0, target)] = &mut cases[..] else { continue };
            if !flags.contains(&place.local) || !dropping.contains(otherwise) {
                continue;
            }
            std::mem::swap(target, otherwise);
            let wanted = &[FaultKind::NeverEnds, FaultKind::EndsTwice];
            tally.note(&mutant, signatures, wanted, || {
                format!("{program}: {:?} bb{}", body.owner, id.0)
            });
        }
    });
    tally.all_refused(50);
}

#[test]
fn a_part_of_a_variant_is_not_dropped_without_a_test_for_it() {
    let mut tally = Tally::default();
    each_body(&mut |body, signatures, program| {
        for (id, block) in body.blocks.iter_enumerated() {
            let (TerminatorKind::Switch { cases, .. }, [Statement { kind, .. }]) =
                (&block.terminator.kind, &block.statements[..])
            else {
                continue;
            };
            let (StatementKind::Assign(_, Rvalue::Variant(_)), [(_, target)]) = (kind, &cases[..]) else {
                continue;
            };
            let drops_part = drops(body, signatures).iter().any(|(drop, ..)| drop == target);
            if drops_part {
                let mut mutant = body.clone();
                mutant.blocks[id].terminator.kind = TerminatorKind::Goto(*target);
                let wanted = &[FaultKind::OfOtherVariant, FaultKind::EndsTwice];
                tally.note(&mutant, signatures, wanted, || {
                    format!("{program}: {:?} bb{}", body.owner, id.0)
                });
            }
        }
    });
    // Where what else is there tells the variant, the test is not needed.
    tally.refused_but(4, 30);
}
