//! Drop glue: what drops a value in place, given its address.
//!
//! First the type's own `drop`, then its fields or elements in order. When one of these panics, what is left is dropped
//! on the way out; a second panic then aborts in the runtime.

use check::{AdtKind, Ty, TyKind};
use hir::StructKind;
use unit::{BinaryOp, BlockId, Callee, Const, FunctionId, LocalId, PanicStrategy, Place, Rvalue, TerminatorKind};

use crate::builder::{BodyBuilder, deref, offset};
use crate::lower::no_loc;
use crate::pool::{Pool, any_pointer};
use crate::variants::{variant_fields, variant_of};

pub(crate) fn drop_glue(pool: &mut Pool<'_>, ty: Ty) -> unit::Body {
    let program = pool.input.program;
    let file = pool.file(program.modules[program.root].hir.file);
    let mut out = BodyBuilder::new(no_loc(file));
    let nothing = out.local(pool.ty(Ty::unit()));
    let value = out.local(pool.ty(drop_param(ty)));
    let mut glue = Glue {
        pool,
        out,
        nothing,
        value,
    };
    if let TyKind::Array(element, len) = ty.kind() {
        let len = glue.usize(len.instance_len());
        glue.elements(*element, len);
    } else if let TyKind::Slice(element) = ty.kind() {
        // The pair of the address and the length.
        let pair = glue.pool.ty(ty.pointer(hir::Mutability::Mut));
        let word = glue.pool.ty(Ty::usize());
        let pair = Place {
            ty: pair,
            ..glue.out.whole(glue.value)
        };
        let len = glue.out.hold(word, Rvalue::PairSecond(pair));
        let len = glue.out.copy(len);
        glue.elements(*element, len);
    } else {
        let own = glue.own_drop(ty);
        let end = glue.out.new_block(false);
        match variant_fields(ty, glue.pool.input.signatures) {
            Some(variants) => glue.variants(ty, own, &variants, end),
            None => {
                let fields = glue.field_steps(ty);
                glue.in_order(ty, &own.into_iter().chain(fields).collect::<Vec<_>>(), end);
            }
        }
        glue.out.go_on_in(end);
        glue.out.end(TerminatorKind::Return);
    }
    glue.out.finish()
}

/// What the function that drops a value of the type takes: its address, with the length of a slice.
pub(crate) fn drop_param(ty: Ty) -> Ty {
    if let TyKind::Slice(_) = ty.kind() {
        ty.pointer(hir::Mutability::Mut)
    } else {
        any_pointer()
    }
}

struct Glue<'p, 'a> {
    pool: &'p mut Pool<'a>,
    out: BodyBuilder,
    /// Where results that are none go.
    nothing: LocalId,
    /// The address of the value.
    value: LocalId,
}

/// One call: what drops a part, and where in the value that is.
struct Step {
    function: FunctionId,
    part: Ty,
    at: u64,
}

impl Glue<'_, '_> {
    /// The call of the type's own `drop`.
    fn own_drop(&mut self, ty: Ty) -> Option<Step> {
        let TyKind::Adt(adt, args) = ty.kind() else {
            return None;
        };
        let user = self.pool.input.signatures.drops.get(adt)?;
        Some(Step {
            function: self.pool.user_drop(*user, args),
            part: ty,
            at: 0,
        })
    }

    fn field_steps(&mut self, ty: Ty) -> Vec<Step> {
        let fields: Vec<Ty> = match ty.kind() {
            TyKind::Tuple(elements) => elements.to_vec(),
            TyKind::Closure(closure) => closure.captures().to_vec(),
            TyKind::Adt(adt, args) => {
                let decl = self.pool.input.signatures.adt(*adt);
                match decl.kind {
                    AdtKind::Record(StructKind::Lang | StructKind::ExternStruct) => decl
                        .fields
                        .iter()
                        .map(|field| self.pool.input.signatures.instantiate(field.ty, args))
                        .collect(),
                    AdtKind::Record(StructKind::ExternUnion)
                    | AdtKind::Enum
                    | AdtKind::ExternEnum
                    | AdtKind::OpaqueRecord => Vec::new(),
                }
            }
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Bool
            | TyKind::Char
            | TyKind::Int(_)
            | TyKind::Float(_)
            | TyKind::C(_)
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Ref(..)
            | TyKind::Pointer(..)
            | TyKind::FnItem(..)
            | TyKind::Dyn(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::Opaque { .. }
            | TyKind::Const(_)
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Unnamed(_)
            | TyKind::Infer(_) => unreachable!("a {ty:?} is not dropped by fields"),
        };
        let offsets = self.pool.layout(ty).offsets.clone();
        self.steps(&fields, &offsets)
    }

    fn steps(&mut self, fields: &[Ty], offsets: &[u64]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (index, part) in fields.iter().enumerate() {
            if self.pool.needs_drop(*part) {
                steps.push(Step {
                    function: self.pool.drop_function(*part),
                    part: *part,
                    at: offsets.get(index).copied().unwrap_or(0),
                });
            }
        }
        steps
    }

    /// The type's own drop, then the fields of the variant that the value is of.
    fn variants(&mut self, ty: Ty, own: Option<Step>, variants: &[Vec<Ty>], end: BlockId) {
        let offsets = self.pool.layout(ty).offsets.clone();
        let mut first = 0;
        let mut all = Vec::new();
        for fields in variants {
            all.push(self.steps(fields, &offsets[first..]));
            first += fields.len();
        }
        if let Some(own) = own {
            let fields = self.out.new_block(false);
            let unwind = self.unwinds().then(|| self.variants_unwinding(ty, &all));
            self.out.go_on_in(BlockId(0));
            self.step(ty, &own, fields, unwind);
            self.out.go_on_in(fields);
        }
        let blocks = self.variant_blocks(ty, &all, end, false);
        for (steps, block) in all.iter().zip(blocks) {
            if let Some(block) = block {
                self.out.go_on_in(block);
                self.in_order(ty, steps, end);
            }
        }
    }

    /// What drops the fields when the type's own drop has panicked.
    fn variants_unwinding(&mut self, ty: Ty, all: &[Vec<Step>]) -> BlockId {
        let resume = self.out.new_block(true);
        self.out.go_on_in(resume);
        self.out.end(TerminatorKind::Resume);
        let entry = self.out.new_block(true);
        self.out.go_on_in(entry);
        let blocks = self.variant_blocks(ty, all, resume, true);
        for (steps, block) in all.iter().zip(blocks) {
            let Some(mut block) = block else { continue };
            for (index, step) in steps.iter().enumerate() {
                let is_last = index + 1 == steps.len();
                let next = if is_last { resume } else { self.out.new_block(true) };
                self.out.go_on_in(block);
                self.step(ty, step, next, None);
                block = next;
            }
        }
        entry
    }

    /// Ends the current block with a switch to a block for each variant of which something is to be dropped.
    fn variant_blocks(&mut self, ty: Ty, all: &[Vec<Step>], end: BlockId, cleanup: bool) -> Vec<Option<BlockId>> {
        let whole = self.pool.ty(ty);
        let value = deref(self.out.whole(self.value), whole);
        let number = variant_of(self.pool, &mut self.out, &value, ty);
        let blocks: Vec<Option<BlockId>> = all
            .iter()
            .map(|steps| (!steps.is_empty()).then(|| self.out.new_block(cleanup)))
            .collect();
        let value = self.out.copy(number);
        let cases = (0..)
            .zip(&blocks)
            .filter_map(|(variant, block)| Some((variant, (*block)?)));
        self.out.end(TerminatorKind::Switch {
            value,
            cases: cases.collect(),
            otherwise: end,
        });
        blocks
    }

    /// The steps one after another from the current block on, and a second chain of them for unwinding.
    fn in_order(&mut self, ty: Ty, steps: &[Step], end: BlockId) {
        let start = self.out.current();
        // What runs after a panic in step `i` are the steps from `i + 1`.
        let mut cleanup: Vec<Option<BlockId>> = vec![None; steps.len() + 1];
        if self.unwinds() && !steps.is_empty() {
            let resume = self.out.new_block(true);
            self.out.go_on_in(resume);
            self.out.end(TerminatorKind::Resume);
            cleanup[steps.len()] = Some(resume);
            for index in (1..steps.len()).rev() {
                let block = self.out.new_block(true);
                let next = cleanup[index + 1].expect("made in the round before");
                self.out.go_on_in(block);
                self.step(ty, &steps[index], next, None);
                cleanup[index] = Some(block);
            }
            self.out.go_on_in(start);
        }
        for (index, step) in steps.iter().enumerate() {
            let next = self.out.new_block(false);
            // Nothing is left to run after the last step: its panic goes on by itself.
            let is_last = index + 1 == steps.len();
            let unwind = if is_last { None } else { cleanup[index + 1] };
            self.step(ty, step, next, unwind);
            self.out.go_on_in(next);
        }
        self.out.end(TerminatorKind::Goto(end));
    }

    fn unwinds(&self) -> bool {
        match self.pool.input.options.panic {
            PanicStrategy::Unwind => true,
            PanicStrategy::Abort => false,
        }
    }

    fn step(&mut self, ty: Ty, step: &Step, next: BlockId, unwind: Option<BlockId>) {
        let whole_align = self.pool.layout(ty).align;
        let part = self.pool.ty_at(step.part, whole_align);
        let part = offset(deref(self.out.whole(self.value), part), step.at, part);
        self.call(step.function, part, next, unwind);
    }

    fn call(&mut self, function: FunctionId, part: Place, next: BlockId, unwind: Option<BlockId>) {
        let pointer = self.pool.any_pointer();
        let address = self.out.hold(pointer, Rvalue::AddressOf(part));
        let args = vec![self.out.copy(address)];
        let dest = self.out.whole(self.nothing);
        self.out.end(TerminatorKind::Call {
            callee: Callee::Function(function),
            args,
            dest,
            target: Some(next),
            unwind,
        });
    }

    /// `for i in 0..len { drop(value[i]) }`, and the same from the next element on for unwinding.
    fn elements(&mut self, element: Ty, len: unit::Operand) {
        let index = self.out.local(self.pool.ty(Ty::usize()));
        let zero = self.usize(0);
        self.set_index(index, Rvalue::Use(zero));
        let resume = self.unwinds().then(|| {
            let block = self.out.new_block(true);
            self.out.go_on_in(block);
            self.out.end(TerminatorKind::Resume);
            let unwinding = self.out.new_block(true);
            self.out.go_on_in(unwinding);
            self.each_element(element, len.clone(), index, block, None);
            self.out.go_on_in(BlockId(0));
            unwinding
        });
        let done = self.out.new_block(false);
        self.each_element(element, len, index, done, resume);
        self.out.go_on_in(done);
        self.out.end(TerminatorKind::Return);
    }

    /// The loop, begun in the current block. The index counts on before the element is dropped, so that one that panics
    /// is not dropped again.
    fn each_element(
        &mut self,
        element: Ty,
        len: unit::Operand,
        index: LocalId,
        done: BlockId,
        unwind: Option<BlockId>,
    ) {
        let (test, body) = (self.out.new_block_here(), self.out.new_block_here());
        self.out.end(TerminatorKind::Goto(test));
        self.out.go_on_in(test);
        let is_end = Rvalue::Binary(BinaryOp::Eq, self.out.copy(index), len);
        let is_end = self.out.hold(self.pool.ty(Ty::bool()), is_end);
        let value = self.out.copy(is_end);
        self.out.end(TerminatorKind::Switch {
            value,
            cases: vec![(1, done)],
            otherwise: body,
        });
        self.out.go_on_in(body);
        let pointer_ty = self.pool.any_pointer();
        let element_address = Rvalue::PointerOffset {
            pointer: self.first_address(),
            index: self.out.copy(index),
            stride: self.pool.stride(element),
        };
        let address = self.out.hold(pointer_ty, element_address);
        let next = Rvalue::Binary(BinaryOp::Add, self.out.copy(index), self.usize(1));
        self.set_index(index, next);
        let function = self.pool.drop_function(element);
        let args = vec![self.out.copy(address)];
        let dest = self.out.whole(self.nothing);
        self.out.end(TerminatorKind::Call {
            callee: Callee::Function(function),
            args,
            dest,
            target: Some(test),
            unwind,
        });
    }

    /// The address of the first element.
    fn first_address(&mut self) -> unit::Operand {
        let ty = self.pool.any_pointer();
        let value = self.out.whole(self.value);
        unit::Operand::Copy(Place { ty, ..value })
    }

    fn set_index(&mut self, index: LocalId, value: Rvalue) {
        let place = self.out.whole(index);
        self.out.assign(place, value);
    }

    fn usize(&mut self, value: u64) -> unit::Operand {
        let ty = self.pool.ty(Ty::usize());
        let bits = u128::from(value);
        unit::Operand::Const(Const::Int { bits, ty })
    }
}
