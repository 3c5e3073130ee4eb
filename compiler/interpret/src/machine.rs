//! The loop: calls that have not returned, and the next step of the innermost.

use std::rc::Rc;
use std::sync::Arc;

use base::{FxHashMap, Id, Span};
use check::{ConstValue, Signatures, Ty};
use mir::{AssertKind, BlockId, Body, BodyOwner, Operand, StatementKind, TerminatorKind};
use target::Target;

use crate::drops::Drops;
use crate::errors::{self, Stop};
use crate::memory::Memory;
use crate::place::Spot;
use crate::value::Value;
use crate::{Limits, World};

pub(crate) struct Machine<'w> {
    pub(crate) world: &'w dyn World,
    limits: Limits,
    steps: u64,
    pub(crate) memory: Memory,
    pub(crate) frames: Vec<Frame>,
    /// Bodies with their type arguments put in.
    pub(crate) instances: FxHashMap<(BodyOwner, Rc<[Ty]>), Arc<Body>>,
    /// The message of a panic that is being put together.
    pub(crate) message: Option<String>,
}

/// A call that has not returned.
pub(crate) struct Frame {
    pub(crate) body: Arc<Body>,
    /// Of its variables in memory.
    pub(crate) start: usize,
    block: BlockId,
    statement: usize,
    /// Where the result goes; absent where nobody wants it.
    dest: Option<Spot>,
    /// What is being done.
    pub(crate) span: Span,
    /// Values that are dropped before the next step.
    pub(crate) drops: Drops,
    /// How often it jumped back, and where last.
    rounds: u64,
    jumped_at: Option<Span>,
}

/// What a step of a body leads to.
enum Next {
    Goto(BlockId),
    Return,
    /// Something has been called, or is dropped.
    Continue,
}

impl<'w> Machine<'w> {
    pub(crate) fn new(world: &'w dyn World, limits: Limits) -> Self {
        Self {
            world,
            limits,
            steps: 0,
            memory: Memory::default(),
            frames: Vec::new(),
            instances: FxHashMap::default(),
            message: None,
        }
    }

    pub(crate) fn signatures(&self) -> &'w Signatures {
        self.world.signatures()
    }

    pub(crate) fn target(&self) -> &'w Target {
        self.world.target()
    }

    pub(crate) fn frame(&self) -> &Frame {
        self.frames.last().expect("something is running")
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("something is running")
    }

    /// Runs a body to its end.
    pub(crate) fn run(mut self, body: &Arc<Body>, args: &[Ty]) -> Result<ConstValue, Stop> {
        let body = crate::instance::with_args(self.signatures(), body, args);
        self.enter(body, Vec::new(), None)?;
        while !self.step()? {}
        self.result()
    }

    /// Whether a call of this instance has not returned.
    pub(crate) fn is_running(&self, body: &Arc<Body>) -> bool {
        self.frames.iter().any(|frame| Arc::ptr_eq(&frame.body, body))
    }

    /// Starts a call.
    pub(crate) fn enter(&mut self, body: Arc<Body>, args: Vec<Value>, dest: Option<Spot>) -> Result<(), Stop> {
        if self.frames.len() >= self.limits.depth {
            let depth = self.limits.depth;
            return Err(self.with_calls(errors::too_deep(self.frame().span, depth)));
        }
        let start = self.memory.top();
        for local in &body.locals {
            self.memory.push(local.ty, local.name.is_some());
        }
        for (index, value) in args.into_iter().enumerate() {
            self.memory.variable_mut(start + 1 + index).value = value;
        }
        self.frames.push(Frame {
            start,
            block: BlockId::from_index(0),
            statement: 0,
            dest,
            span: body.span,
            drops: Drops::default(),
            rounds: 0,
            jumped_at: None,
            body,
        });
        Ok(())
    }

    /// Does one thing; true when the outermost call is about to return.
    fn step(&mut self) -> Result<bool, Stop> {
        self.steps += 1;
        if self.steps > self.limits.steps {
            return Err(self.too_long());
        }
        if self.drop_next()? {
            return Ok(false);
        }
        let frame = self.frame_mut();
        let body = Arc::clone(&frame.body);
        let block = &body.blocks[frame.block];
        if let Some(statement) = block.statements.get(frame.statement) {
            frame.statement += 1;
            frame.span = statement.source.span;
            self.statement(&statement.kind)?;
            return Ok(false);
        }
        frame.span = block.terminator.source.span;
        match self.terminator(&block.terminator.kind)? {
            Next::Goto(target) => self.jump(target),
            Next::Continue => {}
            Next::Return if self.frames.len() == 1 => return Ok(true),
            Next::Return => self.leave()?,
        }
        Ok(false)
    }

    pub(crate) fn jump(&mut self, target: BlockId) {
        let frame = self.frame_mut();
        if target <= frame.block {
            frame.rounds += 1;
            frame.jumped_at = Some(frame.span);
        }
        frame.block = target;
        frame.statement = 0;
    }

    fn leave(&mut self) -> Result<(), Stop> {
        let frame = self.frames.pop().expect("something is running");
        let result = std::mem::replace(&mut self.memory.variable_mut(frame.start).value, Value::Uninit);
        self.memory.pop_to(frame.start);
        match frame.dest {
            Some(dest) => self.write(&dest, result),
            None => Ok(()),
        }
    }

    fn statement(&mut self, statement: &StatementKind) -> Result<(), Stop> {
        match statement {
            StatementKind::Assign(place, rvalue) => {
                let value = self.rvalue(rvalue, place)?;
                if place.projections.is_empty() {
                    let index = self.local(place.local);
                    self.memory.variable_mut(index).value = value;
                    return Ok(());
                }
                let spot = self.spot(place)?;
                self.write(&spot, value)
            }
            StatementKind::StorageLive(local) => {
                let index = self.local(*local);
                let variable = self.memory.variable_mut(index);
                variable.is_gone = false;
                variable.value = Value::Uninit;
                Ok(())
            }
            StatementKind::StorageDead(local) => {
                let index = self.local(*local);
                self.memory.variable_mut(index).is_gone = true;
                Ok(())
            }
        }
    }

    fn terminator(&mut self, terminator: &TerminatorKind) -> Result<Next, Stop> {
        match terminator {
            TerminatorKind::Goto(target) => Ok(Next::Goto(*target)),
            TerminatorKind::Switch {
                value,
                cases,
                otherwise,
            } => {
                let value = self.int(value)?;
                let case = cases.iter().find(|(case, _)| *case == value);
                Ok(Next::Goto(case.map_or(*otherwise, |(_, target)| *target)))
            }
            TerminatorKind::Return => Ok(Next::Return),
            TerminatorKind::Unreachable => Err(self.broken("unreachable code")),
            TerminatorKind::Resume => Err(self.broken("unwinding")),
            TerminatorKind::Call {
                callee,
                args,
                dest,
                target,
                ..
            } => {
                let dest = self.spot(dest)?;
                let args = self.operands(args)?;
                if let Some(target) = target {
                    // The callee returns to where the caller is by then.
                    let span = self.frame().span;
                    self.jump(*target);
                    self.frame_mut().span = span;
                }
                self.call(callee, args, dest)?;
                Ok(Next::Continue)
            }
            TerminatorKind::Drop { place, target, .. } => {
                let ty = place.ty(&self.frame().body.locals);
                let spot = self.spot(place)?;
                self.jump(*target);
                self.frame_mut().drops.push(spot.pointer(), ty);
                Ok(Next::Continue)
            }
            TerminatorKind::Assert {
                condition,
                expected,
                kind,
                target,
                ..
            } => {
                if (self.int(condition)? != 0) == *expected {
                    return Ok(Next::Goto(*target));
                }
                let why = self.assertion(kind)?;
                Err(self.fails(&why))
            }
        }
    }

    fn assertion(&mut self, kind: &AssertKind) -> Result<String, Stop> {
        Ok(match kind {
            AssertKind::Bounds { index, len } => {
                let (index, len) = (self.int(index)?, self.int(len)?);
                format!("goes out of bounds: the index is {index} and the length {len}")
            }
            AssertKind::SliceRange { start, end, len } => {
                let (start, end, len) = (self.int(start)?, self.int(end)?, self.int(len)?);
                format!("goes out of bounds: the range is {start}..{end} and the length {len}")
            }
            AssertKind::Overflow(_) | AssertKind::NegOverflow => "overflows".to_owned(),
            AssertKind::DivideByZero => "divides by zero".to_owned(),
            AssertKind::RemainderByZero => "takes the remainder of a division by zero".to_owned(),
            AssertKind::Shift => "shifts by the width or more".to_owned(),
            AssertKind::Cast => "casts a value to a type that does not hold it".to_owned(),
        })
    }

    /// An integer, `bool` or `char`.
    pub(crate) fn int(&mut self, operand: &Operand) -> Result<i128, Stop> {
        match self.operand(operand)? {
            Value::Int(value) => Ok(value),
            _ => Err(self.broken("an integer")),
        }
    }

    // --- Messages ---

    /// An error where the innermost call is, with the calls that led there.
    pub(crate) fn with_calls(&self, diagnostic: diag::Diagnostic) -> Stop {
        const SHOWN: usize = 6;
        let callers = self.frames.split_last().map_or(&[][..], |(_, callers)| callers);
        let mut diagnostic = diagnostic;
        let mut shown: Vec<Span> = vec![self.frame().span];
        let mut n_left = 0;
        for frame in callers.iter().rev() {
            if shown.contains(&frame.span) || shown.len() >= SHOWN {
                n_left += 1;
                continue;
            }
            shown.push(frame.span);
            diagnostic = errors::called_here(diagnostic, frame.span);
        }
        if n_left > 0 {
            diagnostic = errors::more_calls(diagnostic, n_left);
        }
        diagnostic.into()
    }

    pub(crate) fn fails(&self, why: &str) -> Stop {
        self.with_calls(errors::fails(self.frame().span, why))
    }

    pub(crate) fn not_constant(&self, what: &str) -> Stop {
        self.with_calls(errors::not_constant(self.frame().span, what))
    }

    /// What MIR promises does not hold of memory that was reinterpreted by `unsafe` code.
    pub(crate) fn broken(&self, what: &str) -> Stop {
        self.fails(&format!("uses something else as {what}"))
    }

    /// At the loop that went round most often, or at the innermost call.
    fn too_long(&mut self) -> Stop {
        let steps = self.limits.steps;
        let busiest = (0..self.frames.len()).max_by_key(|index| (self.frames[*index].rounds, *index));
        if let Some(busiest) = busiest
            && let Some(span) = self.frames[busiest].jumped_at
        {
            self.frames.truncate(busiest + 1);
            return self.with_calls(errors::too_long(span, steps, "this loop goes on"));
        }
        self.with_calls(errors::too_long(self.frame().span, steps, "it has come here"))
    }
}
