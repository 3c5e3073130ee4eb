//! The pool divided into units, each with only what it needs.
//!
//! Without optimising there is one unit for each file, so that an edit changes the bytes of one; what generic code of a
//! file is instantiated to stands with it. With optimising, [`partition`](crate::partition) says what stands where.
//!
//! What a unit defines stands in order of symbol, and what that refers to in order of reference, so that a unit's bytes
//! depend on nothing outside it.

use std::collections::BTreeMap;

use cmodel::Crossing;
use target::{Extension, IntShape, Relocation, StackProbes};
use unit::{Extend, Machine, Optimize, RelocationModel, Sanitizer, Unit, UnwindTables};

use crate::MonoUnit;
use crate::partition::{Share, partition};
use crate::pool::Pool;
use crate::renumber::Renumber;

pub(crate) fn divide(pool: &mut Pool<'_>) -> Vec<MonoUnit> {
    let mut shares: Vec<(String, Share)> = match pool.input.options.optimize {
        Optimize::None => by_file(pool),
        Optimize::Full => by_weight(pool),
    };
    for (_, share) in &mut shares {
        share.functions.sort_by_key(|id| &pool.functions[*id].function.symbol);
        share.globals.sort_by_key(|id| &pool.globals[*id].global.symbol);
        share.copies.sort_by_key(|id| &pool.functions[*id].function.symbol);
    }
    shares
        .into_iter()
        .map(|(name, share)| make_unit(pool, name, &share))
        .collect()
}

fn by_file(pool: &Pool<'_>) -> Vec<(String, Share)> {
    let mut units: BTreeMap<String, Share> = BTreeMap::new();
    for (id, function) in pool.functions.iter_enumerated() {
        if let Some(home) = function.home {
            units.entry(pool.names.module(home.0)).or_default().functions.push(id);
        }
    }
    for (id, global) in pool.globals.iter_enumerated() {
        if let Some(home) = global.home {
            units.entry(pool.names.module(home.0)).or_default().globals.push(id);
        }
    }
    units.into_iter().collect()
}

fn by_weight(pool: &mut Pool<'_>) -> Vec<(String, Share)> {
    let shares = partition(pool, pool.input.options.codegen_units);
    let name = |index: usize| format!("program.{index:02}");
    let named = shares.into_iter().enumerate();
    named.map(|(index, share)| (name(index), share)).collect()
}

fn make_unit(pool: &Pool<'_>, name: String, share: &Share) -> MonoUnit {
    let mut renumber = Renumber::new(pool, share);
    renumber.run();
    let target = pool.input.target;
    let options = &pool.input.options;
    let crossings = crossings(pool, &renumber);
    let sanitizer = target.sanitizer.map(|sanitizer| match sanitizer {
        target::Sanitizer::Address => Sanitizer::Address,
    });
    // A sanitizer notes who called at each allocation, which it finds by frame pointers.
    let frame_pointer = match options.optimize {
        Optimize::Full if sanitizer.is_none() => target.frame_pointer,
        Optimize::None | Optimize::Full => target.debug_frame_pointer,
    };
    let unit = Unit {
        name,
        machine: Machine {
            triple: target.triple.clone(),
            data_layout: target.data_layout.clone(),
            cpu: target.cpu.clone(),
            tune_cpu: target.tune_cpu.clone(),
            features: target.features.clone(),
            frame_pointer: frame_pointer.attribute().to_owned(),
            unwind_tables: match target.unwind_tables {
                target::UnwindTables::None => UnwindTables::None,
                target::UnwindTables::Sync => UnwindTables::Sync,
                target::UnwindTables::Async => UnwindTables::Async,
            },
            stack_probes: match target.stack_probes {
                StackProbes::None => false,
                StackProbes::Inline => true,
            },
            relocation_model: match target.relocation {
                Relocation::Static => RelocationModel::Static,
                Relocation::Pic => RelocationModel::Pic,
                Relocation::Pie => RelocationModel::Pie,
            },
            pointer_bits: target.pointer_bits,
            variadic_extend: match target.c_extension(IntShape { bits: 32, signed: true }) {
                Extension::None => Extend::None,
                Extension::Zero => Extend::Zero,
                Extension::Sign => Extend::Sign,
            },
        },
        optimize: options.optimize,
        debug_info: options.debug_info,
        sanitizer,
        panic: options.panic,
        files: renumber.files,
        types: renumber.types,
        debug_types: renumber.debug_types,
        functions: renumber.functions,
        globals: renumber.globals,
        c_texts: Vec::new(),
    };
    MonoUnit { unit, crossings }
}

/// The C text that a unit needs: of what it defines, and of what every unit has for itself.
fn crossings(pool: &Pool<'_>, renumber: &Renumber<'_, '_>) -> Vec<Crossing> {
    let mut crossings: Vec<Crossing> = Vec::new();
    for (id, &pooled) in renumber.pool_functions.iter_enumerated() {
        let function = &pool.functions[pooled];
        if function.home.is_none() || renumber.is_defined(id) {
            crossings.extend(function.text.clone());
        }
    }
    crossings.sort_by(|left, right| left.name.cmp(&right.name));
    crossings
}
