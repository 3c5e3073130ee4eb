//! The functions of an optimised program shared out to units that are compiled at once.
//!
//! Takes the filled pool and how many units there shall be. Gives the definitions of each unit, and the functions of
//! others that it has copies of, to inline. Depends on the program alone: on no thread, no cache and no order of a
//! table.
//!
//! What one unit of the whole program would inline is inlined here, too. A function that only one other refers to
//! stands with that one, since it would be inlined there whatever its size. One that several refer to is copied where
//! it is called from another unit, if it is small enough that it may be inlined: 225 is LLVM's limit, at 5 an
//! instruction. Between units a function is seen and cannot change its way of being called, which matters to none
//! that is larger.

use std::collections::VecDeque;

use base::{FxHashMap, FxHashSet, IndexVec};
use unit::{FunctionId, GlobalId, Inline, Linkage, StatementKind, TerminatorKind};

use crate::pool::Pool;
use crate::references::{Referred, of_body, of_init};

/// Weight of a program for which another unit is worth its own cost, LLVM's start and the copies.
const UNIT_WEIGHT: u64 = 20_000;
/// Past this many, copies cost more than more threads gain.
const MAX_UNITS: u64 = 16;
/// What may weigh a function that is inlined where several call it.
const COPIED_WEIGHT: u64 = 60;

/// What one unit defines, and copies from others.
#[derive(Default)]
pub(crate) struct Share {
    pub(crate) functions: Vec<FunctionId>,
    pub(crate) globals: Vec<GlobalId>,
    pub(crate) copies: Vec<FunctionId>,
}

/// The shares of the program, none of them empty, and linkage in the pool as they need it.
pub(crate) fn partition(pool: &mut Pool<'_>, wanted: Option<u32>) -> Vec<Share> {
    let program = Program::new(pool);
    let total: u64 = program.order.iter().map(|id| program.nodes[id].weight).sum();
    let by_size = (total / UNIT_WEIGHT).clamp(1, MAX_UNITS);
    let n_units = wanted.map_or(by_size, |wanted| u64::from(wanted.max(1)));
    let clusters = clusters(pool, &program, total / n_units);
    let mut shares = share_out(pool, &program, clusters, total, n_units);
    let mut seen_outside = Outside::default();
    for share in &mut shares {
        share.copies = copies(pool, &program, share);
        seen_outside.note(pool, &program, share);
    }
    seen_outside.link(pool);
    shares
}

/// What a function is to the partition.
struct Node {
    /// Statements and branches, as far as code comes of them.
    weight: u64,
    reached: Reached,
}

/// What code or bytes refer to, themselves and through constants, which are each unit's own: each once, in order.
#[derive(Default)]
struct Reached {
    functions: Vec<FunctionId>,
    globals: Vec<GlobalId>,
    /// Whether C text that stands for itself in each unit is called: copies of it cost Clang.
    calls_c_text: bool,
}

/// The defined functions, and what each refers to.
struct Program {
    nodes: FxHashMap<FunctionId, Node>,
    /// By the file that it stands in and its symbol.
    order: Vec<FunctionId>,
}

impl Program {
    fn new(pool: &Pool<'_>) -> Self {
        let defined = pool.functions.iter_enumerated();
        let mut order: Vec<FunctionId> = defined
            .filter(|(_, function)| function.home.is_some())
            .map(|(id, _)| id)
            .collect();
        order.sort_by_cached_key(|id| {
            let function = &pool.functions[*id];
            let home = function.home.expect("only those that have one are here");
            (pool.names.module(home.0), function.function.symbol.clone())
        });
        let nodes = order.iter().map(|id| (*id, Node::new(pool, *id))).collect();
        Self { nodes, order }
    }
}

impl Node {
    fn new(pool: &Pool<'_>, id: FunctionId) -> Self {
        let Some(body) = &pool.functions[id].function.body else {
            return Self {
                weight: 1,
                reached: Reached::default(),
            };
        };
        let mut weight = 1;
        for block in &body.blocks {
            let assigned = block.statements.iter().filter(|statement| match statement.kind {
                StatementKind::Assign(..) => true,
                StatementKind::StorageLive(_) | StatementKind::StorageDead(_) => false,
            });
            weight += assigned.count() as u64;
            weight += match &block.terminator.kind {
                TerminatorKind::Call { args, .. } => 2 + args.len() as u64,
                TerminatorKind::Switch { cases, .. } => 1 + cases.len() as u64,
                TerminatorKind::CatchAll { .. } => 2,
                TerminatorKind::Goto(_)
                | TerminatorKind::Return
                | TerminatorKind::Unreachable
                | TerminatorKind::Resume => 0,
            };
        }
        Self {
            weight,
            reached: Reached::from(pool, of_body(body)),
        }
    }
}

impl Reached {
    fn from(pool: &Pool<'_>, mut pending: Vec<Referred>) -> Self {
        pending.reverse();
        let mut reached = Self::default();
        let mut known = FxHashSet::default();
        while let Some(referred) = pending.pop() {
            if !known.insert(referred) {
                continue;
            }
            match referred {
                Referred::Function(id) => {
                    let function = &pool.functions[id];
                    reached.calls_c_text |= function.home.is_none() && function.text.is_some();
                    reached.functions.push(id);
                }
                Referred::Global(id) => {
                    let global = &pool.globals[id];
                    reached.globals.push(id);
                    if let (None, Some(init)) = (global.home, &global.global.init) {
                        pending.extend(of_init(init));
                    }
                }
            }
        }
        reached
    }

    fn of_global(pool: &Pool<'_>, id: GlobalId) -> Self {
        let init = pool.globals[id].global.init.iter();
        Self::from(pool, init.flat_map(of_init).collect())
    }
}

/// Who refers to a function, apart from itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Referrer {
    Nobody,
    One(FunctionId),
    Several,
}

fn referrers(pool: &Pool<'_>, program: &Program) -> IndexVec<FunctionId, Referrer> {
    let mut referrers: IndexVec<FunctionId, Referrer> = pool.functions.ids().map(|_| Referrer::Nobody).collect();
    for id in &program.order {
        let referred = program.nodes[id].reached.functions.iter();
        for referred in referred.filter(|referred| *referred != id) {
            referrers[*referred] = match referrers[*referred] {
                Referrer::Nobody => Referrer::One(*id),
                Referrer::One(_) | Referrer::Several => Referrer::Several,
            };
        }
    }
    for id in pool.globals.ids().filter(|id| pool.globals[*id].home.is_some()) {
        for function in Reached::of_global(pool, id).functions {
            referrers[function] = Referrer::Several;
        }
    }
    referrers
}

/// Functions that go to one unit: each with those that only it refers to, and with theirs, up to a weight. What is too
/// heavy to join stays whole: it would not be inlined.
fn clusters(pool: &Pool<'_>, program: &Program, limit: u64) -> Vec<Vec<FunctionId>> {
    let referrers = referrers(pool, program);
    let mut joining: FxHashMap<FunctionId, Vec<FunctionId>> = FxHashMap::default();
    let mut pending: Vec<FunctionId> = Vec::new();
    for id in &program.order {
        match referrers[*id] {
            Referrer::One(referrer) => joining.entry(referrer).or_default().push(*id),
            Referrer::Nobody | Referrer::Several => pending.push(*id),
        }
    }
    // Each function after the one that it may join, so that from the end each is whole before it joins.
    let mut order = Vec::new();
    while let Some(id) = pending.pop() {
        order.push(id);
        pending.extend(joining.get(&id).into_iter().flatten());
    }
    let mut clusters: FxHashMap<FunctionId, (u64, Vec<FunctionId>)> = FxHashMap::default();
    for id in &program.order {
        clusters.insert(*id, (program.nodes[id].weight, vec![*id]));
    }
    for id in order.iter().rev() {
        let Referrer::One(referrer) = referrers[*id] else {
            continue;
        };
        if clusters[id].0 + clusters[&referrer].0 > limit {
            continue;
        }
        if let (Some((weight, joined)), Some(cluster)) = (clusters.remove(id), clusters.get_mut(&referrer)) {
            cluster.0 += weight;
            cluster.1.extend(joined);
        }
    }
    let whole = program.order.iter().filter_map(|id| clusters.remove(id));
    whole.map(|(_, cluster)| cluster).collect()
}

/// Fills units of about the same weight, in order of the clusters; those with C text first, so that few units have any.
fn share_out(
    pool: &Pool<'_>,
    program: &Program,
    mut clusters: Vec<Vec<FunctionId>>,
    total: u64,
    n_units: u64,
) -> Vec<Share> {
    clusters.sort_by_key(|cluster| !cluster.iter().any(|id| has_c_text(pool, program, *id)));
    let mut shares: Vec<Share> = (0..n_units).map(|_| Share::default()).collect();
    let mut filled: u64 = 0;
    for cluster in clusters {
        let weight: u64 = cluster.iter().map(|id| program.nodes[id].weight).sum();
        let unit = (u128::from(filled + weight / 2) * u128::from(n_units) / u128::from(total.max(1))) as u64;
        filled += weight;
        shares[unit.min(n_units - 1) as usize].functions.extend(cluster);
    }
    share_variables(pool, program, &mut shares);
    shares.retain(|share| !share.functions.is_empty() || !share.globals.is_empty());
    shares
}

/// A variable stands in the first unit whose code refers to it.
fn share_variables(pool: &Pool<'_>, program: &Program, shares: &mut [Share]) {
    let mut placed = FxHashSet::default();
    for share in &mut *shares {
        for function in &share.functions {
            for id in &program.nodes[function].reached.globals {
                if pool.globals[*id].home.is_some() && placed.insert(*id) {
                    share.globals.push(*id);
                }
            }
        }
    }
    let rest = pool.globals.iter_enumerated();
    let rest = rest.filter(|(id, global)| global.home.is_some() && !placed.contains(id));
    shares[0].globals.extend(rest.map(|(id, _)| id));
}

fn has_c_text(pool: &Pool<'_>, program: &Program, id: FunctionId) -> bool {
    pool.functions[id].text.is_some() || program.nodes[&id].reached.calls_c_text
}

/// The functions of other units that this one may inline, and those that these may inline in turn. All of them together
/// weigh no more than a unit, or a program of small functions would be copied whole to each.
fn copies(pool: &Pool<'_>, program: &Program, share: &Share) -> Vec<FunctionId> {
    let mut here: FxHashSet<FunctionId> = share.functions.iter().copied().collect();
    let has_text = share.functions.iter().any(|id| has_c_text(pool, program, *id));
    let mut left = UNIT_WEIGHT;
    let mut copies: Vec<FunctionId> = Vec::new();
    let mut pending: VecDeque<FunctionId> = share.functions.iter().copied().collect();
    while let Some(id) = pending.pop_front() {
        for referred in &program.nodes[&id].reached.functions {
            if here.contains(referred) || !is_copied(pool, program, *referred, has_text) {
                continue;
            }
            let weight = program.nodes[referred].weight;
            if weight <= left {
                left -= weight;
                here.insert(*referred);
                copies.push(*referred);
                pending.push_back(*referred);
            }
        }
    }
    copies
}

fn is_copied(pool: &Pool<'_>, program: &Program, id: FunctionId, has_text: bool) -> bool {
    let pooled = &pool.functions[id];
    let Some(node) = program.nodes.get(&id) else {
        return false;
    };
    let small = match pooled.function.inline {
        Inline::Never | Inline::Cold => false,
        Inline::Always => true,
        Inline::Default | Inline::Hint => node.weight <= COPIED_WEIGHT,
    };
    let is_ours =
        pooled.function.linkage == Linkage::Program && pooled.function.body.is_some() && pooled.text.is_none();
    small && is_ours && (has_text || !node.reached.calls_c_text)
}

/// What units refer to that others define.
#[derive(Default)]
struct Outside {
    functions: FxHashSet<FunctionId>,
    globals: FxHashSet<GlobalId>,
}

impl Outside {
    fn note(&mut self, pool: &Pool<'_>, program: &Program, share: &Share) {
        let functions: FxHashSet<FunctionId> = share.functions.iter().copied().collect();
        let globals: FxHashSet<GlobalId> = share.globals.iter().copied().collect();
        for id in share.functions.iter().chain(&share.copies) {
            self.add(&program.nodes[id].reached, &functions, &globals);
        }
        for id in &share.globals {
            self.add(&Reached::of_global(pool, *id), &functions, &globals);
        }
    }

    fn add(&mut self, reached: &Reached, functions: &FxHashSet<FunctionId>, globals: &FxHashSet<GlobalId>) {
        let outside = reached.functions.iter().filter(|id| !functions.contains(id));
        self.functions.extend(outside);
        let outside = reached.globals.iter().filter(|id| !globals.contains(id));
        self.globals.extend(outside);
    }

    /// What no other unit refers to is its own unit's: LLVM may inline its last call and change how it is called.
    fn link(&self, pool: &mut Pool<'_>) {
        for id in pool.functions.ids() {
            let function = &mut pool.functions[id];
            let own = function.home.is_some() && !self.functions.contains(&id);
            if own && function.function.linkage == Linkage::Program {
                function.function.linkage = Linkage::Internal;
            }
        }
        for id in pool.globals.ids() {
            let global = &mut pool.globals[id];
            let own = global.home.is_some() && !self.globals.contains(&id);
            if own && global.global.linkage == Linkage::Program {
                global.global.linkage = Linkage::Internal;
            }
        }
    }
}
