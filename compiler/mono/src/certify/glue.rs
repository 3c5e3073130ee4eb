//! A second opinion on drop glue: that it drops each part of a value exactly once and in order, whatever panics.
//!
//! Takes the code as it goes to the back end and runs it on paper, for a value of each variant, and of an array or
//! slice for a few elements: each call that it makes returns on one way, and panics on another. Says what is dropped
//! where it should not be, or left out. Shares with what made the code where the parts of a type are and how its
//! variants are told apart, and nothing else.

use check::{AdtKind, Ty, TyKind};
use unit::{
    BinaryOp, Block, BlockId, Body, Callee, CastKind, Const, FunctionId, LocalId, Operand, PanicStrategy, Place,
    Projection, Rvalue, Statement, StatementKind, TerminatorKind,
};

use crate::pool::Pool;
use crate::variants::{Tag, variant_fields};

/// What drops a part of a value, and where in the value that is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) function: FunctionId,
    pub(crate) at: u64,
}

/// What is to be dropped of values of a type.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Parts {
    /// The value's own `drop` and then its fields.
    Fields(Vec<Part>),
    /// For each variant its own `drop` and then the fields of the variant.
    Variants { variants: Vec<Vec<Part>>, tag: Tag },
    /// As many elements as the array has, or of a slice as are there.
    Elements {
        function: FunctionId,
        stride: u64,
        len: Option<u64>,
    },
}

/// What is wrong with glue.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum GlueFault {
    /// The part here may not be dropped.
    LeftOut { at: u64 },
    /// The part here may be dropped again, or before another.
    OutOfTurn { at: u64 },
    /// It does what glue has no reason to do, or does not end.
    Strange,
}

/// Checks the glue of a type.
pub(crate) fn certify_glue(pool: &mut Pool<'_>, ty: Ty, body: &Body) -> Result<(), GlueFault> {
    let parts = Parts::of(pool, ty);
    run_all(&parts, pool.input.options.panic, body)
}

impl Parts {
    pub(crate) fn of(pool: &mut Pool<'_>, ty: Ty) -> Self {
        let elements = if let TyKind::Array(element, len) = ty.kind() {
            Some((*element, Some(len.instance_len())))
        } else if let TyKind::Slice(element) = ty.kind() {
            Some((*element, None))
        } else {
            None
        };
        if let Some((element, len)) = elements {
            return Self::Elements {
                function: pool.drop_function(element),
                stride: pool.layout(element).size,
                len,
            };
        }
        let signatures = pool.input.signatures;
        let mut own = Vec::new();
        if let TyKind::Adt(adt, args) = ty.kind()
            && let Some(user) = signatures.drops.get(adt)
        {
            let function = pool.user_drop(*user, args);
            own.push(Part { function, at: 0 });
        }
        let layout = pool.layout(ty);
        let (offsets, tag) = (layout.offsets.clone(), layout.tag);
        let mut offsets = offsets.into_iter();
        let mut with_fields = |pool: &mut Pool<'_>, fields: &[Ty]| {
            let mut parts = own.clone();
            for field in fields {
                let at = offsets.next().unwrap_or(0);
                if signatures.needs_drop(*field) {
                    let function = pool.drop_function(*field);
                    parts.push(Part { function, at });
                }
            }
            parts
        };
        if let Some(variants) = variant_fields(ty, signatures) {
            let variants = variants.iter().map(|fields| with_fields(pool, fields)).collect();
            let tag = tag.unwrap_or(Tag::Single);
            return Self::Variants { variants, tag };
        }
        let fields: Vec<Ty> = if let TyKind::Tuple(parts) = ty.kind() {
            parts.to_vec()
        } else if let TyKind::Closure(closure) = ty.kind() {
            closure.captures().to_vec()
        } else if let TyKind::Adt(adt, _) = ty.kind()
            && signatures.adt(*adt).kind == AdtKind::Record(hir::StructKind::ExternUnion)
        {
            // What of a union is there, nobody knows.
            Vec::new()
        } else {
            signatures.field_tys(ty).collect()
        };
        Self::Fields(with_fields(pool, &fields))
    }
}

/// How many elements of a longer array are looked at.
const SOME_ELEMENTS: u64 = 3;

pub(crate) fn run_all(parts: &Parts, panic: PanicStrategy, body: &Body) -> Result<(), GlueFault> {
    let run = |expected: Vec<Part>, memory: Memory, len: Length| {
        let run = Run {
            body,
            panic,
            expected,
            memory,
            len,
        };
        run.every_way()
    };
    let no_length = Length { real: None, taken: 0 };
    match parts {
        Parts::Fields(fields) => run(fields.clone(), Memory::Untold, no_length),
        Parts::Variants { variants, tag } => {
            for (variant, fields) in variants.iter().enumerate() {
                let memory = Memory::Variant(*tag, variant as u128);
                run(fields.clone(), memory, no_length)?;
            }
            Ok(())
        }
        Parts::Elements { function, stride, len } => {
            let lens = match len {
                Some(len) => vec![SOME_ELEMENTS.min(*len)],
                None => vec![0, 1, SOME_ELEMENTS],
            };
            for taken in lens {
                let element = |index| Part {
                    function: *function,
                    at: index * stride,
                };
                let len = Length { real: *len, taken };
                run((0..taken).map(element).collect(), Memory::Untold, len)?;
            }
            Ok(())
        }
    }
}

/// What stands in the value.
#[derive(Clone, Copy)]
enum Memory {
    /// Nothing that glue may look at.
    Untold,
    /// What tells that it is of this variant.
    Variant(Tag, u128),
}

/// Of an array or slice.
#[derive(Clone, Copy)]
struct Length {
    /// What an array's glue counts to.
    real: Option<u64>,
    /// What is counted to here.
    taken: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Value {
    Number(u128),
    /// An address in the value, so many bytes from its start.
    Address(u64),
    /// None of the numbers that stand for an empty variant.
    Full,
}

struct Run<'g> {
    body: &'g Body,
    panic: PanicStrategy,
    expected: Vec<Part>,
    memory: Memory,
    len: Length,
}

/// Where control is on one way, and what has been dropped on it.
#[derive(Clone)]
struct Way {
    at: BlockId,
    locals: Vec<Option<Value>>,
    n_dropped: usize,
}

/// More blocks than any of the values takes.
const MOST_BLOCKS: usize = 1 << 16;

impl Run<'_> {
    fn every_way(&self) -> Result<(), GlueFault> {
        let mut locals = vec![None; self.body.locals.len()];
        // The result, and the address.
        *locals.get_mut(1).ok_or(GlueFault::Strange)? = Some(Value::Address(0));
        let mut pending = vec![Way {
            at: BlockId(0),
            locals,
            n_dropped: 0,
        }];
        let mut n_blocks = 0;
        while let Some(mut way) = pending.pop() {
            n_blocks += 1;
            if n_blocks > MOST_BLOCKS {
                return Err(GlueFault::Strange);
            }
            let block = &self.body.blocks[way.at];
            for statement in &block.statements {
                self.statement(&mut way, statement)?;
            }
            self.terminator(way, block, &mut pending)?;
        }
        Ok(())
    }

    fn statement(&self, way: &mut Way, statement: &Statement) -> Result<(), GlueFault> {
        match &statement.kind {
            StatementKind::Assign(place, rvalue) if place.projections.is_empty() => {
                let value = self.rvalue(way, rvalue)?;
                set(way, place.local, Some(value))
            }
            StatementKind::Assign(..) => Err(GlueFault::Strange),
            StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => set(way, *local, None),
        }
    }

    fn terminator(&self, mut way: Way, block: &Block, pending: &mut Vec<Way>) -> Result<(), GlueFault> {
        match &block.terminator.kind {
            TerminatorKind::Goto(target) => {
                way.at = *target;
                pending.push(way);
            }
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => {
                let Value::Number(number) = self.operand(&way, value)? else {
                    return Err(GlueFault::Strange);
                };
                let case = cases.iter().find(|(case, _)| *case == number);
                way.at = case.map_or(*otherwise, |(_, target)| *target);
                pending.push(way);
            }
            TerminatorKind::Return => return self.ends(&way),
            TerminatorKind::Resume if block.cleanup => return self.ends(&way),
            TerminatorKind::Call {
                callee: Callee::Function(function),
                args,
                target: Some(target),
                unwind,
                ..
            } => {
                let [address] = &args[..] else {
                    return Err(GlueFault::Strange);
                };
                let Value::Address(at) = self.operand(&way, address)? else {
                    return Err(GlueFault::Strange);
                };
                let part = Part {
                    function: *function,
                    at,
                };
                if self.expected.get(way.n_dropped) != Some(&part) {
                    return Err(GlueFault::OutOfTurn { at });
                }
                way.n_dropped += 1;
                match (unwind, self.panic) {
                    // A second panic ends the program, as each does where none unwinds.
                    (None, _) if block.cleanup => {}
                    (_, PanicStrategy::Abort) => {}
                    (None, PanicStrategy::Unwind) => self.ends(&way)?,
                    (Some(unwind), PanicStrategy::Unwind) => {
                        let mut panicking = way.clone();
                        panicking.at = *unwind;
                        pending.push(panicking);
                    }
                }
                way.at = *target;
                pending.push(way);
            }
            TerminatorKind::Resume
            | TerminatorKind::Unreachable
            | TerminatorKind::CatchAll { .. }
            | TerminatorKind::Call { .. } => return Err(GlueFault::Strange),
        }
        Ok(())
    }

    /// The glue is left: all has been dropped.
    fn ends(&self, way: &Way) -> Result<(), GlueFault> {
        match self.expected.get(way.n_dropped) {
            Some(left) => Err(GlueFault::LeftOut { at: left.at }),
            None => Ok(()),
        }
    }

    fn rvalue(&self, way: &Way, rvalue: &Rvalue) -> Result<Value, GlueFault> {
        match rvalue {
            Rvalue::Use(operand) | Rvalue::Cast(CastKind::IntToInt, operand, _) => self.operand(way, operand),
            Rvalue::AddressOf(place) => address_of(way, place).map(Value::Address).ok_or(GlueFault::Strange),
            Rvalue::Binary(op, left, right) => {
                let left = self.operand(way, left)?;
                let right = self.compared(right, self.operand(way, right)?);
                match (op, left, right) {
                    (BinaryOp::Eq, left, right) => Ok(Value::Number(u128::from(left == right))),
                    (BinaryOp::Ne, left, right) => Ok(Value::Number(u128::from(left != right))),
                    (BinaryOp::Add, Value::Number(left), Value::Number(right)) => Ok(Value::Number(left + right)),
                    _ => Err(GlueFault::Strange),
                }
            }
            Rvalue::PairSecond(place) if self.len.real.is_none() && address_held(way, place) == Some(0) => {
                Ok(Value::Number(u128::from(self.len.taken)))
            }
            Rvalue::PointerOffset { pointer, index, stride } => {
                let (pointer, index) = (self.operand(way, pointer)?, self.operand(way, index)?);
                match (pointer, index) {
                    (Value::Address(from), Value::Number(index)) => {
                        let index = u64::try_from(index).map_err(|_| GlueFault::Strange)?;
                        Ok(Value::Address(from + index * stride))
                    }
                    _ => Err(GlueFault::Strange),
                }
            }
            Rvalue::Cast(..)
            | Rvalue::Unary(..)
            | Rvalue::Checked { .. }
            | Rvalue::Pair(..)
            | Rvalue::PairSecond(_)
            | Rvalue::Repeat { .. } => Err(GlueFault::Strange),
        }
    }

    /// The length of a long array stands for a short one.
    fn compared(&self, operand: &Operand, value: Value) -> Value {
        let real = self.len.real.map(|real| Value::Number(u128::from(real)));
        match operand {
            Operand::Const(_) if Some(value) == real => Value::Number(u128::from(self.len.taken)),
            Operand::Const(_) | Operand::Copy(_) | Operand::Fixed(_) => value,
        }
    }

    fn operand(&self, way: &Way, operand: &Operand) -> Result<Value, GlueFault> {
        match operand {
            Operand::Const(Const::Int { bits, .. }) => Ok(Value::Number(*bits)),
            Operand::Const(Const::Null { .. }) => Ok(Value::Number(0)),
            Operand::Copy(place) if place.projections.is_empty() => way
                .locals
                .get(place.local.0 as usize)
                .copied()
                .flatten()
                .ok_or(GlueFault::Strange),
            Operand::Copy(place) => {
                let at = address_of(way, place).ok_or(GlueFault::Strange)?;
                self.memory.at(at).ok_or(GlueFault::Strange)
            }
            Operand::Const(_) | Operand::Fixed(_) => Err(GlueFault::Strange),
        }
    }
}

impl Memory {
    /// What stands at an offset, as far as it tells the variant.
    fn at(self, offset: u64) -> Option<Value> {
        match self {
            Self::Variant(Tag::Number { at, .. }, variant) if at == offset => Some(Value::Number(variant)),
            Self::Variant(Tag::Niche { niche, empty }, variant) if niche.at == offset => {
                Some(if variant == u128::from(empty) {
                    Value::Number(niche.first)
                } else {
                    Value::Full
                })
            }
            Self::Variant(..) | Self::Untold => None,
        }
    }
}

fn set(way: &mut Way, local: LocalId, value: Option<Value>) -> Result<(), GlueFault> {
    *way.locals.get_mut(local.0 as usize).ok_or(GlueFault::Strange)? = value;
    Ok(())
}

/// The address that a local holds.
fn address_held(way: &Way, place: &Place) -> Option<u64> {
    match way.locals.get(place.local.0 as usize)? {
        Some(Value::Address(at)) if place.projections.is_empty() => Some(*at),
        Some(Value::Address(_) | Value::Number(_) | Value::Full) | None => None,
    }
}

/// Where in the value a place behind an address is.
fn address_of(way: &Way, place: &Place) -> Option<u64> {
    let whole = Place {
        projections: Vec::new(),
        ..place.clone()
    };
    let from = address_held(way, &whole)?;
    match place.projections[..] {
        [Projection::Deref] => Some(from),
        [Projection::Deref, Projection::Offset(bytes)] => Some(from + bytes),
        _ => None,
    }
}
