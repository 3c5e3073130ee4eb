//! Drop glue that is right, broken in every way that it could be wrong: the certifier accepts the first and refuses the
//! others.

use check::Ty;
use unit::{Body, Callee, Operand, PanicStrategy, Projection, Rvalue, StatementKind, TerminatorKind};

use crate::certify::{GlueFault, Parts, run_all};
use crate::glue::drop_glue;
use crate::pool::Pool;
use crate::tests::fixture::Fixture;

const TYPES: &str = "
    pub struct Noisy { n: i32 }
    impl Drop for Noisy { fn drop(&mut self) {} }
    pub struct Pair { small: u8, first: Noisy, second: Noisy, n: i64, third: Noisy }
    pub struct Loud { first: Noisy, second: Noisy }
    impl Drop for Loud { fn drop(&mut self) {} }
    pub struct Nested { pair: Pair, loud: Loud }
    pub enum Choice { Nothing, One(Noisy), Number(i64), Two(Noisy, Loud), Other(u8, Pair) }
    pub enum Own { One(Noisy), Two(Noisy, Noisy), Nothing }
    impl Drop for Own { fn drop(&mut self) {} }
    pub view struct Shown { text: &i32, noisy: Noisy }
    fn pair(x: Pair) {}
    fn loud(x: Loud) {}
    fn nested(x: Nested) {}
    fn choice(x: Choice) {}
    fn own(x: Own) {}
    fn optional(x: ?Noisy) {}
    fn niche(x: ?Shown) {}
    fn tuple(x: (Noisy, i32, Pair)) {}
    fn few(x: [Noisy; 2]) {}
    fn many(x: [Pair; 1000]) {}
    fn one(x: [Noisy; 1]) {}
    fn none_of_them(x: [Noisy; 0]) {}
    fn slice(x: &[Noisy]) {}
    fn of_optionals(x: &[?Loud]) {}
";

const NAMES: &[&str] = &[
    "pair",
    "loud",
    "nested",
    "choice",
    "own",
    "optional",
    "niche",
    "tuple",
    "few",
    "many",
    "one",
    "none_of_them",
    "slice",
    "of_optionals",
];

/// The glue of each type, with what it is to drop.
fn each_glue(panic: PanicStrategy, visit: &mut dyn FnMut(&str, &Parts, &Body)) {
    let mut fixture = Fixture::new(TYPES);
    fixture.options.panic = panic;
    for name in NAMES {
        let ty: Ty = fixture.param_ty(name).behind_reference();
        let input = fixture.input();
        let mut pool = Pool::new(&input);
        let body = drop_glue(&mut pool, ty);
        let parts = Parts::of(&mut pool, ty);
        visit(name, &parts, &body);
    }
}

/// Every change of a body that is wrong.
fn mutants(body: &Body) -> Vec<(&'static str, Body)> {
    let mut found = Vec::new();
    for id in body.blocks.ids() {
        let mut change = |what, change: &dyn Fn(&mut unit::Block)| {
            let mut mutant = body.clone();
            change(&mut mutant.blocks[id]);
            if mutant.blocks[id] != body.blocks[id] {
                found.push((what, mutant));
            }
        };
        change("a call is left out", &|block| {
            if let TerminatorKind::Call {
                target: Some(target), ..
            } = block.terminator.kind
            {
                block.terminator.kind = TerminatorKind::Goto(target);
            }
        });
        change("a call is made again", &|block| {
            if let TerminatorKind::Call { target, .. } = &mut block.terminator.kind {
                *target = Some(id);
            }
        });
        change("another function is called", &|block| {
            if let TerminatorKind::Call {
                callee: Callee::Function(function),
                ..
            } = &mut block.terminator.kind
            {
                function.0 += 1;
            }
        });
        change("the cases are others", &|block| {
            if let TerminatorKind::Switch { cases, .. } = &mut block.terminator.kind {
                cases.iter_mut().for_each(|(case, _)| *case += 1);
            }
        });
        change("there is a case less", &|block| {
            if let TerminatorKind::Switch { cases, .. } = &mut block.terminator.kind {
                cases.pop();
            }
        });
        for index in 0..body.blocks[id].statements.len() {
            change("a part is elsewhere", &|block| {
                if let StatementKind::Assign(_, Rvalue::AddressOf(place)) = &mut block.statements[index].kind {
                    place.projections.push(Projection::Offset(4));
                }
            });
            change("elements are further apart", &|block| {
                if let StatementKind::Assign(_, Rvalue::PointerOffset { stride, .. }) =
                    &mut block.statements[index].kind
                {
                    *stride += 1;
                }
            });
            change("it is counted wrongly", &|block| {
                if let StatementKind::Assign(_, Rvalue::Binary(_, _, Operand::Const(unit::Const::Int { bits, .. }))) =
                    &mut block.statements[index].kind
                {
                    *bits += 1;
                }
            });
            change("a statement is left out", &|block| {
                block.statements.remove(index);
            });
        }
        // An element's address is made before the index counts on.
        let is_of_loop = |statement: &unit::Statement| {
            matches!(&statement.kind, StatementKind::Assign(_, Rvalue::PointerOffset { .. }))
        };
        if body.blocks[id].statements.iter().any(is_of_loop) {
            change("statements change places", &|block| block.statements.reverse());
        }
    }
    found
}

#[test]
fn what_is_made_is_accepted() {
    for panic in [PanicStrategy::Unwind, PanicStrategy::Abort] {
        each_glue(panic, &mut |name, parts, body| {
            assert_eq!(run_all(parts, panic, body), Ok(()), "{name}");
        });
    }
}

#[test]
fn what_is_broken_is_refused() {
    let mut n_made = 0;
    let mut accepted = Vec::new();
    for panic in [PanicStrategy::Unwind, PanicStrategy::Abort] {
        each_glue(panic, &mut |name, parts, body| {
            // When one element panics, or none does, what else would drop the others is never come to.
            if matches!(parts, Parts::Elements { len: Some(0 | 1), .. }) {
                return;
            }
            for (what, mutant) in mutants(body) {
                n_made += 1;
                if run_all(parts, panic, &mutant).is_ok() {
                    accepted.push(format!("{name}: {what}"));
                }
            }
        });
    }
    assert!(accepted.is_empty(), "of {n_made}:\n{}", accepted.join("\n"));
    assert!(n_made > 300, "only {n_made}");
}

#[test]
fn what_a_panic_passes_by_is_missed() {
    let mut n_made = 0;
    let mut accepted = 0;
    each_glue(PanicStrategy::Unwind, &mut |_, parts, body| {
        for id in body.blocks.ids() {
            let mut mutant = body.clone();
            if let TerminatorKind::Call { unwind, .. } = &mut mutant.blocks[id].terminator.kind
                && unwind.take().is_some()
            {
                n_made += 1;
                match run_all(parts, PanicStrategy::Unwind, &mutant) {
                    Err(GlueFault::LeftOut { .. }) => {}
                    Err(other) => panic!("{other:?}"),
                    Ok(()) => accepted += 1,
                }
            }
        }
    });
    // Of an array of one element nothing is left when that panics, and of one of none nothing is there.
    assert_eq!(accepted, 2, "of {n_made}");
    assert!(n_made > 14, "only {n_made}");
}
