//! What every body satisfies, after each pass. A body that does not is our bug.
//!
//! Takes a body and says the first thing that is wrong with it. Looks at one statement at a time: that what is read is
//! initialised is for `borrow` to know.

use base::Id;
use check::{Signatures, Ty, TyKind, TypeEnv};

use crate::body::{
    AggregateKind, AssertKind, BinaryOp, BlockId, Body, CallTarget, CastKind, Local, Operand, Place, Projection,
    Rvalue, StatementKind, TerminatorKind, UnaryOp,
};

/// Panics where the body is not as it must be. `after` names the pass that made it. A body of signatures with errors,
/// an `impl` that is not what its trait says, may be anything: it is only looked at for errors of its own.
pub fn verify(body: &Body, signatures: &Signatures, after: &str) {
    if signatures.has_errors {
        return;
    }
    let verifier = Verifier { body, signatures };
    if let Err((block, problem)) = verifier.blocks() {
        let text = crate::print(body, signatures);
        panic!("after {after}: bb{}: {problem}\n{text}", block.0);
    }
}

struct Verifier<'v> {
    body: &'v Body,
    signatures: &'v Signatures,
}

type Check = Result<(), String>;

impl Verifier<'_> {
    fn env(&self) -> TypeEnv<'_> {
        self.signatures.within(&self.body.bounds)
    }

    fn blocks(&self) -> Result<(), (BlockId, String)> {
        let entry = BlockId(0);
        for (id, block) in self.body.blocks.iter_enumerated() {
            self.block(id).map_err(|problem| (id, problem))?;
            if block.terminator.kind.successors().any(|target| target == entry) {
                return Err((id, "jumps to the entry".to_owned()));
            }
        }
        Ok(())
    }

    fn block(&self, id: BlockId) -> Check {
        let block = &self.body.blocks[id];
        for statement in &block.statements {
            match &statement.kind {
                StatementKind::Assign(place, rvalue) => self.assignment(place, rvalue)?,
                StatementKind::StorageLive(local) | StatementKind::StorageDead(local) => self.local(*local)?,
            }
        }
        self.edges(id)?;
        self.terminator(&block.terminator.kind, block.is_cleanup)
    }

    /// Jumps stay outside of cleanup, unwinding leads into it, and nothing unwinds from there.
    fn edges(&self, id: BlockId) -> Check {
        let block = &self.body.blocks[id];
        let unwind = match &block.terminator.kind {
            TerminatorKind::Call { unwind, .. }
            | TerminatorKind::Drop { unwind, .. }
            | TerminatorKind::Assert { unwind, .. } => *unwind,
            TerminatorKind::Goto(_)
            | TerminatorKind::Switch { .. }
            | TerminatorKind::Return
            | TerminatorKind::Unreachable
            | TerminatorKind::Resume => None,
        };
        ensure(!(block.is_cleanup && unwind.is_some()), || {
            "unwinds from cleanup".to_owned()
        })?;
        for target in block.terminator.kind.successors() {
            let Some(other) = self.body.blocks.get(target) else {
                return Err(format!("jumps to bb{}, which is not there", target.0));
            };
            let enters_cleanup = block.is_cleanup || Some(target) == unwind;
            ensure(other.is_cleanup == enters_cleanup, || {
                format!("bb{} is on the wrong side of unwinding", target.0)
            })?;
        }
        Ok(())
    }

    fn terminator(&self, terminator: &TerminatorKind, is_cleanup: bool) -> Check {
        match terminator {
            TerminatorKind::Goto(_) | TerminatorKind::Unreachable => Ok(()),
            TerminatorKind::Return => ensure(!is_cleanup, || "returns from cleanup".to_owned()),
            TerminatorKind::Resume => ensure(is_cleanup, || "resumes outside of cleanup".to_owned()),
            TerminatorKind::Switch { value, .. } => self.operand(value).map(|_| ()),
            TerminatorKind::Call { callee, args, dest, .. } => self.call(callee, args, dest),
            TerminatorKind::Drop { place, .. } => self.place(place).map(|_| ()),
            TerminatorKind::Assert { condition, kind, .. } => {
                let ty = self.operand(condition)?;
                same(ty, Ty::bool(), "a condition")?;
                match kind {
                    AssertKind::Bounds { index, len } => self.sizes(&[index, len]),
                    AssertKind::SliceRange { start, end, len } => self.sizes(&[start, end, len]),
                    AssertKind::Overflow(_)
                    | AssertKind::NegOverflow
                    | AssertKind::DivideByZero
                    | AssertKind::RemainderByZero
                    | AssertKind::Shift
                    | AssertKind::Cast => Ok(()),
                }
            }
        }
    }

    fn sizes(&self, operands: &[&Operand]) -> Check {
        for operand in operands {
            same(self.operand(operand)?, Ty::usize(), "a length")?;
        }
        Ok(())
    }

    fn call(&self, callee: &CallTarget, args: &[Operand], dest: &Place) -> Check {
        let dest_ty = self.place(dest)?;
        let arg_tys = args
            .iter()
            .map(|arg| self.operand(arg))
            .collect::<Result<Vec<_>, _>>()?;
        let (params, ret, variadic) = match callee {
            CallTarget::Fn(function, type_args) => {
                let decl = self.signatures.function(*function);
                let params: Vec<Ty> = decl
                    .params
                    .iter()
                    .map(|param| self.env().instantiate(param.ty, type_args))
                    .collect();
                (params, self.env().instantiate(decl.ret, type_args), decl.variadic)
            }
            CallTarget::Callable(_, operand) => {
                self.operand(operand)?;
                return Ok(());
            }
            CallTarget::Value(operand) => {
                let ty = self.operand(operand)?;
                let (TyKind::FnPointer(fn_type) | TyKind::ExternFn(fn_type)) = ty.kind() else {
                    return Err(format!("calls a {ty:?}"));
                };
                (fn_type.params.to_vec(), fn_type.ret, fn_type.variadic)
            }
            CallTarget::Runtime(_) | CallTarget::Format(..) => return Ok(()),
        };
        let fits = if variadic {
            arg_tys.len() >= params.len()
        } else {
            arg_tys.len() == params.len()
        };
        ensure(fits, || "calls with too many or too few arguments".to_owned())?;
        // A function whose own declaration is broken has its message there, and no code is made.
        let is_whole = |ty: &Ty| ty.error_inside().is_none();
        for (arg, param) in arg_tys.iter().zip(&params).filter(|(_, param)| is_whole(param)) {
            same(*arg, *param, "an argument")?;
        }
        match is_whole(&ret) {
            true => same(dest_ty, ret, "a result"),
            false => Ok(()),
        }
    }

    fn assignment(&self, place: &Place, rvalue: &Rvalue) -> Check {
        let place_ty = self.place(place)?;
        match self.rvalue(rvalue, place_ty)? {
            Some(ty) => same(ty, place_ty, "an assigned value"),
            None => Ok(()),
        }
    }

    /// The type of an rvalue that is put into a place of type `into`; absent where the kind says nothing of it.
    fn rvalue(&self, rvalue: &Rvalue, into: Ty) -> Result<Option<Ty>, String> {
        let ty = match rvalue {
            Rvalue::Use(operand) => self.operand(operand)?,
            Rvalue::Ref(mutability, place) => self.place(place)?.reference(*mutability),
            Rvalue::AddressOf(mutability, place) => self.place(place)?.pointer(*mutability),
            Rvalue::Unary(UnaryOp::Neg | UnaryOp::Not, operand) => self.operand(operand)?,
            Rvalue::Binary(op, left, right) => self.binary(*op, left, right)?,
            Rvalue::Checked(op, left, right) => {
                let ty = self.binary(*op, left, right)?;
                Ty::tuple(vec![ty, Ty::bool()])
            }
            Rvalue::PointerOffset { pointer, offset, .. } => {
                let offset = self.operand(offset)?;
                ensure(offset.is_integer(), || format!("a pointer moves by a {offset:?}"))?;
                self.operand(pointer)?
            }
            Rvalue::PointerDistance(left, right) => {
                same(self.operand(left)?, self.operand(right)?, "the other pointer")?;
                Ty::int(check::IntTy::Isize)
            }
            Rvalue::Cast(kind, operand, to) => {
                self.cast(*kind, self.operand(operand)?, *to)?;
                *to
            }
            Rvalue::Aggregate(kind, operands) => return self.aggregate(kind, operands, into),
            Rvalue::Repeat(operand, count) => self.operand(operand)?.array_of(*count),
            Rvalue::Len(place) => {
                let ty = self.place(place)?;
                let has_length =
                    matches!(ty.kind(), TyKind::Ref(_, target) | TyKind::Pointer(_, target) if target.has_length());
                ensure(has_length, || format!("the length of a {ty:?}"))?;
                Ty::usize()
            }
            Rvalue::SliceFromParts { pointer, len, ty } => {
                self.operand(pointer)?;
                same(self.operand(len)?, Ty::usize(), "a length")?;
                *ty
            }
            Rvalue::IsNone(place) => {
                let ty = self.place(place)?;
                ensure(matches!(ty.kind(), TyKind::Optional(_)), || {
                    format!("a {ty:?} is never none")
                })?;
                Ty::bool()
            }
            Rvalue::Variant(place) => {
                let ty = self.place(place)?;
                let is_enum = |adt| self.signatures.adt(adt).kind == check::AdtKind::Enum;
                let is_optional = matches!(ty.kind(), TyKind::Optional(_));
                let has_variants = matches!(ty.kind(), TyKind::Adt(adt, _) if is_enum(*adt));
                ensure(is_optional || has_variants, || format!("a {ty:?} has no variants"))?;
                Ty::int(check::IntTy::U32)
            }
            Rvalue::StaticAddress(global) => {
                let decl = &self.signatures.statics[global];
                let mutability = if decl.is_var {
                    hir::Mutability::Mut
                } else {
                    hir::Mutability::Const
                };
                decl.ty.pointer(mutability)
            }
        };
        Ok(Some(ty))
    }

    fn cast(&self, kind: CastKind, from: Ty, to: Ty) -> Check {
        let fits = match kind {
            CastKind::Some => to.kind() == &TyKind::Optional(from),
            CastKind::ArrayToSlice => match (from.kind(), to.kind()) {
                (TyKind::Ref(a, array), TyKind::Ref(b, slice)) => match (array.kind(), slice.kind()) {
                    (TyKind::Array(x, _), TyKind::Slice(y)) => a == b && x == y,
                    _ => false,
                },
                _ => false,
            },
            CastKind::Unsize => {
                (self.signatures.pointees(from, to)).is_some_and(|(_, target)| matches!(target.kind(), TyKind::Dyn(_)))
            }
            CastKind::FnPointer => {
                matches!(from.kind(), TyKind::FnItem(..) | TyKind::Closure(_))
                    && matches!(to.kind(), TyKind::FnPointer(_) | TyKind::ExternFn(_))
            }
            CastKind::BorrowAsFn => matches!(from.kind(), TyKind::Ref(..)) && matches!(to.kind(), TyKind::FnPointer(_)),
            CastKind::Numeric | CastKind::Pointer => true,
        };
        ensure(fits, || format!("a cast ({kind:?}) of {from:?} to {to:?}"))
    }

    fn binary(&self, op: BinaryOp, left: &Operand, right: &Operand) -> Result<Ty, String> {
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        match op {
            BinaryOp::Shl | BinaryOp::Shr => Ok(left),
            BinaryOp::Eq | BinaryOp::Ne | BinaryOp::Lt | BinaryOp::Le | BinaryOp::Gt | BinaryOp::Ge => {
                same(left, right, "the other operand").map(|()| Ty::bool())
            }
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Rem
            | BinaryOp::BitAnd
            | BinaryOp::BitOr
            | BinaryOp::BitXor
            | BinaryOp::SaturatingAdd
            | BinaryOp::SaturatingSub => same(left, right, "the other operand").map(|()| left),
        }
    }

    fn aggregate(&self, kind: &AggregateKind, operands: &[Operand], into: Ty) -> Result<Option<Ty>, String> {
        let tys = operands
            .iter()
            .map(|operand| self.operand(operand))
            .collect::<Result<Vec<_>, _>>()?;
        let ty = match kind {
            AggregateKind::Tuple => Ty::tuple(tys),
            AggregateKind::Closure(ty) => {
                let captured: Vec<Ty> = self.env().field_tys(*ty).collect();
                ensure(captured == tys, || format!("captures {tys:?}, not {captured:?}"))?;
                *ty
            }
            AggregateKind::Array(element) => {
                for ty in &tys {
                    same(*ty, *element, "an element")?;
                }
                element.array(tys.len() as u64)
            }
            AggregateKind::Adt { adt, args } => {
                self.fields(*adt, args, (0..).zip(tys))?;
                Ty::new(TyKind::Adt(*adt, args.clone()))
            }
            AggregateKind::Variant { adt, args, variant } => {
                let Some(variant) = self.signatures.adt(*adt).variants.get(*variant as usize) else {
                    return Err(format!("{adt:?} has no variant {variant}"));
                };
                ensure(variant.n_fields() == tys.len(), || {
                    format!("`{}` of {} fields", variant.name, tys.len())
                })?;
                self.fields(*adt, args, variant.fields.clone().zip(tys))?;
                Ty::new(TyKind::Adt(*adt, args.clone()))
            }
            AggregateKind::PartialAdt { adt, args, fields } => {
                self.fields(*adt, args, fields.iter().copied().zip(tys))?;
                Ty::new(TyKind::Adt(*adt, args.clone()))
            }
            AggregateKind::Range { element, inclusive } => {
                for ty in &tys {
                    same(*ty, *element, "an end")?;
                }
                Ty::new(TyKind::Range {
                    element: *element,
                    inclusive: *inclusive,
                })
            }
        };
        same(ty, into, "an aggregate")?;
        Ok(Some(ty))
    }

    fn fields(&self, adt: check::AdtRef, args: &[Ty], given: impl Iterator<Item = (u32, Ty)>) -> Check {
        let decl = self.signatures.adt(adt);
        for (index, ty) in given {
            let Some(field) = decl.fields.get(index as usize) else {
                return Err(format!("`{}` has no field {index}", decl.name));
            };
            same(ty, self.env().instantiate(field.ty, args), "a field")?;
        }
        Ok(())
    }

    fn operand(&self, operand: &Operand) -> Result<Ty, String> {
        match operand {
            Operand::Copy(place) => {
                let ty = self.place(place)?;
                ensure(self.env().is_copy(ty), || format!("copies a {ty:?}"))?;
                Ok(ty)
            }
            Operand::Move(place) => self.place(place),
            Operand::Const(constant) => Ok(constant.ty),
        }
    }

    fn local(&self, local: Local) -> Check {
        ensure(local.index() < self.body.locals.len(), || {
            format!("_{} is not there", local.0)
        })
    }

    fn place(&self, place: &Place) -> Result<Ty, String> {
        self.local(place.local)?;
        let mut ty = self.body.locals[place.local].ty;
        for projection in &place.projections {
            ty = self.step(ty, projection)?;
        }
        Ok(ty)
    }

    fn step(&self, base: Ty, projection: &Projection) -> Result<Ty, String> {
        let wrong = || Err(format!("{projection:?} of a {base:?}"));
        match (projection, base.kind()) {
            (Projection::Deref, TyKind::Adt(..)) => self
                .signatures
                .box_content(base)
                .ok_or_else(|| format!("{base:?} is no box")),
            (Projection::Deref, TyKind::Ref(..) | TyKind::Pointer(..))
            | (Projection::ConstantIndex(_), TyKind::Array(..)) => Ok(projection.ty(base)),
            (Projection::Index(local), TyKind::Array(..) | TyKind::Slice(_)) => {
                self.local(*local)?;
                same(self.body.locals[*local].ty, Ty::usize(), "an index")?;
                Ok(projection.ty(base))
            }
            (Projection::SomeValue(ty), TyKind::Optional(inner)) => same(*ty, *inner, "the value").map(|()| *ty),
            (Projection::Field(index, ty), _) => match self.env().field_ty(base, *index) {
                Some(field) => same(*ty, field, "the field").map(|()| *ty),
                None => wrong(),
            },
            (Projection::Deref | Projection::ConstantIndex(_) | Projection::Index(_) | Projection::SomeValue(_), _) => {
                wrong()
            }
        }
    }
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Check {
    if holds { Ok(()) } else { Err(problem()) }
}

fn same(found: Ty, expected: Ty, what: &str) -> Check {
    ensure(found == expected, || {
        format!("{what} is a {found:?}, not a {expected:?}")
    })
}

#[cfg(test)]
mod tests {
    use base::{FileId, IndexVec, Span};
    use check::{BodyRef, Signatures, Ty};

    use super::Verifier;
    use crate::body::{
        Block, BlockId, Body, BodyOwner, LocalDecl, Operand, Place, Rvalue, Scope, ScopeId, SourceInfo, Statement,
        StatementKind, Terminator, TerminatorKind,
    };
    use crate::{Local, simplify};

    /// A body of blocks, each with what it ends in, whose locals have the given types.
    fn body(tys: &[Ty], ends: Vec<(TerminatorKind, bool)>) -> Body {
        let span = Span::new(FileId(0), 0, 0);
        let source = SourceInfo {
            span,
            scope: ScopeId(0),
        };
        let local = |ty: &Ty| LocalDecl {
            ty: *ty,
            name: None,
            is_var: true,
            source,
        };
        let block = |(kind, is_cleanup)| Block {
            statements: Vec::new(),
            terminator: Terminator { kind, source },
            is_cleanup,
        };
        Body {
            owner: BodyOwner::Test(BodyRef {
                module: hir::ModuleId(0),
                body: hir::BodyId(0),
            }),
            n_generics: 0,
            bounds: std::sync::Arc::default(),
            const_asserts: Vec::new(),
            captures: Vec::new(),
            pattern_indices: Default::default(),
            rounds: Default::default(),
            reads: Vec::new(),
            kept: Vec::new(),
            locals: tys.iter().map(local).collect(),
            n_params: 0,
            blocks: ends.into_iter().map(block).collect(),
            scopes: IndexVec::from_elem(Scope { parent: None, span }, 1),
            span,
        }
    }

    fn problem(body: &Body) -> Option<String> {
        let signatures = Signatures::default();
        let verifier = Verifier {
            body,
            signatures: &signatures,
        };
        verifier.blocks().err().map(|(_, problem)| problem)
    }

    fn assign(body: &mut Body, rvalue: Rvalue) {
        let source = body.blocks[BlockId(0)].terminator.source;
        let kind = StatementKind::Assign(Place::local(Local(0)), rvalue);
        body.blocks[BlockId(0)].statements.push(Statement { kind, source });
    }

    #[test]
    fn types_of_assignments_are_equal() {
        let mut body = body(&[Ty::bool(), Ty::usize()], vec![(TerminatorKind::Return, false)]);
        assert_eq!(problem(&body), None);
        assign(&mut body, Rvalue::Use(Operand::Copy(Place::local(Local(1)))));
        assert!(problem(&body).is_some_and(|problem| problem.contains("an assigned value")));
    }

    #[test]
    fn what_is_not_copied_is_moved() {
        let reference = Ty::bool().reference(hir::Mutability::Mut);
        let mut body = body(&[reference, reference], vec![(TerminatorKind::Return, false)]);
        assign(&mut body, Rvalue::Use(Operand::Copy(Place::local(Local(1)))));
        assert!(problem(&body).is_some_and(|problem| problem.contains("copies")));
    }

    #[test]
    fn only_unwinding_leads_into_cleanup() {
        let ends = vec![
            (TerminatorKind::Goto(BlockId(1)), false),
            (TerminatorKind::Resume, true),
        ];
        assert!(problem(&body(&[Ty::unit()], ends)).is_some_and(|problem| problem.contains("unwinding")));
    }

    #[test]
    fn blocks_that_only_jump_or_are_not_reached_go() {
        let drop = TerminatorKind::Drop {
            place: Place::local(Local(0)),
            target: BlockId(1),
            unwind: Some(BlockId(3)),
        };
        let ends = vec![
            (drop, false),
            (TerminatorKind::Goto(BlockId(2)), false),
            (TerminatorKind::Return, false),
            (TerminatorKind::Goto(BlockId(4)), true),
            (TerminatorKind::Resume, true),
            (TerminatorKind::Unreachable, false),
        ];
        let simple = simplify(body(&[Ty::unit()], ends));
        assert_eq!(simple.blocks.len(), 2);
        let unwinds = simple.blocks.iter().any(|block| block.is_cleanup);
        assert!(!unwinds, "a way that only goes on unwinding is none");
        assert_eq!(problem(&simple), None);
    }
}
