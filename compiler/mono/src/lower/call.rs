//! Calls of Lang functions, of `fn` values and of the runtime.

use base::Span;
use check::{AdtRef, ConstValue, FnKind, FnRef, Ty, TyKind};
use hir::FormatSpec;
use mir::{AggregateKind, BodyOwner, CallTarget, Operand, Place, RuntimeFn, RuntimeTy};
use unit::{BlockId, Callee, Const, Rvalue, TerminatorKind};

use crate::lower::Lowering;
use crate::pool::any_pointer;

/// Where a call's result goes and what comes after it.
pub(crate) struct Continuation {
    pub(crate) dest: unit::Place,
    pub(crate) target: Option<BlockId>,
    pub(crate) unwind: Option<BlockId>,
}

impl Lowering<'_, '_> {
    pub(super) fn call(
        &mut self,
        callee: &CallTarget,
        args: &[Operand],
        dest: &Place,
        target: Option<mir::BlockId>,
        unwind: Option<mir::BlockId>,
        span: Span,
    ) {
        debug_assert!(
            self.bit_field(dest).is_none(),
            "MIR assigns what a call gives to a bit-field"
        );
        let then = Continuation {
            dest: self.place(dest),
            target: target.map(|target| self.block(target)),
            unwind: self.unwind(unwind),
        };
        match callee {
            CallTarget::Fn(function, fn_args) => {
                let fn_args: Vec<Ty> = fn_args.iter().map(|ty| self.subst(*ty)).collect();
                self.call_function(*function, &fn_args, args, then);
            }
            CallTarget::Value(value) => self.call_value(value, args, then),
            CallTarget::Callable(kind, callee) => self.call_callable(*kind, callee, args, then),
            CallTarget::Runtime(function) => {
                let args = self.operands(args);
                self.call_runtime(*function, args, None, span, then);
            }
            CallTarget::Format(function, spec) => {
                let args = self.operands(args);
                self.call_runtime(*function, args, Some(spec), span, then);
            }
        }
    }

    fn call_function(&mut self, function: FnRef, fn_args: &[Ty], args: &[Operand], then: Continuation) {
        if let Some(index) = self.pool.input.signatures.dyn_function(function, fn_args) {
            return self.call_dyn_function((function, fn_args), index, args, then);
        }
        let (function, fn_args) = &self.pool.input.signatures.resolve(function, fn_args);
        let function = *function;
        let decl = self.pool.input.signatures.function(function);
        if decl.is_assoc_const {
            return self.assoc_const(function, fn_args, then);
        }
        match &decl.kind {
            FnKind::Lang { .. } | FnKind::Operator(_) => {
                let callee = self.pool.lang_function(BodyOwner::Fn(function), fn_args);
                let args = self.operands(args);
                self.end_call(Callee::Function(callee), args, then);
            }
            FnKind::Intrinsic(intrinsic) => self.call_intrinsic(*intrinsic, fn_args, args, then),
            FnKind::Variant => self.call_constructor(function, fn_args, args, &then),
            FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) => self.call_c(function, args, then),
            FnKind::Required => unreachable!("each type that has the trait has the function"),
        }
    }

    /// An associated constant, whose value is known here, as it is in every instance.
    fn assoc_const(&mut self, function: FnRef, fn_args: &[Ty], then: Continuation) {
        let signatures = self.pool.input.signatures;
        let ty = signatures.instantiate(signatures.function(function).ret, fn_args);
        let value = self.pool.assoc_const(function, fn_args);
        let value = self.constant(&value.unwrap_or(ConstValue::Zero), ty);
        self.set(then.dest.clone(), Rvalue::Use(value));
        self.go_on(&then);
    }

    fn call_constructor(&mut self, function: FnRef, fn_args: &[Ty], args: &[Operand], then: &Continuation) {
        let FnRef::Variant(def, variant) = function else {
            unreachable!("only variants have constructors")
        };
        let kind = AggregateKind::Variant {
            adt: AdtRef::Lang(def),
            args: fn_args.into(),
            variant,
        };
        let ty = Ty::new(TyKind::Adt(AdtRef::Lang(def), fn_args.into()));
        self.aggregate(then.dest.clone(), ty, &kind, args);
        self.go_on(then);
    }

    fn call_value(&mut self, value: &Operand, args: &[Operand], then: Continuation) {
        let ty = self.operand_ty(value);
        if let TyKind::FnPointer(fn_type) = ty.kind() {
            let value = self.operand_place(value);
            let args = self.operands(args);
            self.call_fn_value(value, fn_type, args, then);
        } else if let TyKind::ExternFn(fn_type) = ty.kind() {
            self.call_c_pointer(value, fn_type, args, then);
        } else if let TyKind::FnItem(function, fn_args) = ty.kind() {
            self.call_function(*function, fn_args, args, then);
        } else {
            unreachable!("a {ty:?} cannot be called");
        }
    }

    pub(crate) fn end_call(&mut self, callee: Callee, args: Vec<unit::Operand>, then: Continuation) {
        self.out.end(TerminatorKind::Call {
            callee,
            args,
            dest: then.dest,
            target: then.target,
            unwind: then.unwind,
        });
    }

    /// Goes on after what was no call in the end.
    pub(super) fn go_on(&mut self, then: &Continuation) {
        self.out.end(match then.target {
            Some(target) => TerminatorKind::Goto(target),
            None => TerminatorKind::Unreachable,
        });
    }

    /// `args` are one for each parameter that has an operand.
    pub(super) fn call_runtime(
        &mut self,
        function: RuntimeFn,
        args: Vec<unit::Operand>,
        spec: Option<&FormatSpec>,
        span: Span,
        then: Continuation,
    ) {
        if function == RuntimeFn::StrDiffers {
            return self.call_str_differs(args, then);
        }
        let mut given = args.into_iter();
        let mut next = || given.next().expect("a runtime function is given what it takes");
        let mut passed = Vec::new();
        for param in function.signature().params {
            match param {
                RuntimeTy::Int { .. }
                | RuntimeTy::Size
                | RuntimeTy::Bool
                | RuntimeTy::F32
                | RuntimeTy::F64
                | RuntimeTy::Pointer => passed.push(next()),
                RuntimeTy::Str => passed.extend(self.halves(next())),
                RuntimeTy::Spec => passed.push(match spec {
                    Some(spec) => {
                        let spec = self.pool.format_spec(spec);
                        self.pointer_to(spec)
                    }
                    None => next(),
                }),
                RuntimeTy::Location => {
                    let location = self.pool.location(span);
                    passed.push(self.pointer_to(Some(location)));
                }
            }
        }
        let callee = Callee::Function(self.pool.runtime(function));
        self.end_call(callee, passed, then);
    }

    /// Most texts that differ do so in length, and a length that is known lets the back end compare without a call.
    fn call_str_differs(&mut self, args: Vec<unit::Operand>, then: Continuation) {
        let texts: [unit::Operand; 2] = args.try_into().expect("two texts are compared");
        let [[left, left_len], [right, right_len]] = texts.map(|text| self.halves(text));
        let bool_ty = self.pool.ty(Ty::bool());
        let same_len = Rvalue::Binary(unit::BinaryOp::Eq, left_len.clone(), right_len);
        let same_len = self.out.hold(bool_ty, same_len);
        let by_bytes = self.out.new_block_here();
        let by_len = self.out.new_block_here();
        self.out.end(TerminatorKind::Switch {
            value: self.out.copy(same_len),
            cases: vec![(0, by_len)],
            otherwise: by_bytes,
        });
        self.out.go_on_in(by_len);
        let differs = unit::Operand::Const(Const::Int {
            bits: 1,
            ty: then.dest.ty,
        });
        self.out.assign(then.dest.clone(), Rvalue::Use(differs));
        self.go_on(&then);
        self.out.go_on_in(by_bytes);
        let callee = Callee::Intrinsic(unit::Intrinsic::MemoryCompare);
        self.end_call(callee, vec![left, right, left_len], then);
    }

    /// The address of a constant; null without one.
    fn pointer_to(&mut self, global: Option<unit::GlobalId>) -> unit::Operand {
        let ty = self.pool.ty(any_pointer());
        unit::Operand::Const(match global {
            Some(global) => Const::Global { global, offset: 0, ty },
            None => Const::Null { ty },
        })
    }

    /// The pointer and the length of a slice or `str`.
    fn halves(&mut self, operand: unit::Operand) -> [unit::Operand; 2] {
        let place = match operand {
            unit::Operand::Const(Const::Slice { global, len, .. }) => {
                let len = self.int(u128::from(len), Ty::usize());
                return [self.pointer_to(Some(global)), len];
            }
            unit::Operand::Copy(place) | unit::Operand::Fixed(place) => place,
            constant @ unit::Operand::Const(_) => {
                let ty = self.pool.ty(Ty::str_ref());
                let local = self.out.hold(ty, Rvalue::Use(constant));
                self.out.whole(local)
            }
        };
        let usize_ty = self.pool.ty(Ty::usize());
        let len = self.out.hold(usize_ty, Rvalue::PairSecond(place.clone()));
        let pointer = unit::Place {
            ty: self.pool.ty(any_pointer()),
            ..place
        };
        [unit::Operand::Copy(pointer), self.out.copy(len)]
    }
}
