//! `print`, `panic`, `assert` and their like: calls of the runtime, a message piece by piece.
//!
//! The values of a message are evaluated before it begins, so that nothing panics or prints in the middle of it.

use base::{Span, sym};
use check::{BuiltinCall, FloatTy, IntTy, PrintPart, Stream, Ty, TyKind};
use hir::{Expr, ExprId, FormatKind, FormatSpec, Mutability};
use target::{CScalar, IntShape};

use super::builder::{Builder, Dest};
use super::control::Failure;
use super::places::copy;
use crate::RuntimeFn;
use crate::body::{BinaryOp, CallTarget, CastKind, Const, Operand, Rvalue};

/// A piece of a message, evaluated.
enum Piece {
    Text(String),
    Value { operand: Operand, ty: Ty, spec: FormatSpec },
}

impl Builder<'_> {
    pub(super) fn builtin_call(&mut self, expr: ExprId, call: &BuiltinCall, span: Span) {
        match call {
            BuiltinCall::Print { stream, newline, parts } => {
                let mut pieces = self.pieces(parts);
                if *newline {
                    add_text(&mut pieces, "\n");
                }
                self.print(*stream, pieces, span);
            }
            BuiltinCall::Panic { parts } => {
                let pieces = self.pieces(parts);
                self.panic(pieces, span);
            }
            BuiltinCall::Assert { condition, parts } => self.assert_call(*condition, parts, span),
            BuiltinCall::AssertEq { left, right, negated } => self.assert_equal(expr, (*left, *right), *negated, span),
        }
    }

    fn pieces(&mut self, parts: &[PrintPart]) -> Vec<Piece> {
        let value = |part: &PrintPart| match part {
            PrintPart::Text(_) => None,
            PrintPart::Value { expr, .. } => Some(*expr),
        };
        let exprs: Vec<ExprId> = parts.iter().filter_map(value).collect();
        let mut operands = self.operands_of(&exprs).into_iter();
        let mut pieces = Vec::new();
        for part in parts {
            match part {
                PrintPart::Text(text) => add_text(&mut pieces, text.as_str()),
                PrintPart::Value { expr, spec } => pieces.push(Piece::Value {
                    operand: operands.next().expect("every value was evaluated"),
                    ty: self.typed.adjusted_ty(*expr),
                    spec: spec.clone(),
                }),
            }
        }
        pieces
    }

    fn print(&mut self, stream: Stream, pieces: Vec<Piece>, span: Span) {
        let number = match stream {
            Stream::Stdout => 1,
            Stream::Stderr => 2,
        };
        let number = self.integer(number, Ty::int(IntTy::I32));
        self.runtime_call(CallTarget::Runtime(RuntimeFn::PrintBegin), vec![number], span);
        for piece in pieces {
            self.piece(piece, span);
        }
        self.runtime_call(CallTarget::Runtime(RuntimeFn::PrintEnd), Vec::new(), span);
    }

    /// Panics with a message.
    fn panic(&mut self, mut pieces: Vec<Piece>, span: Span) {
        if pieces.is_empty() {
            pieces.push(Piece::Text(String::new()));
        }
        if let [Piece::Text(text)] = pieces.as_slice() {
            let message = self.string(sym(text));
            return self.runtime_call(CallTarget::Runtime(RuntimeFn::PanicMessage), vec![message], span);
        }
        self.runtime_call(CallTarget::Runtime(RuntimeFn::PanicBegin), Vec::new(), span);
        for piece in pieces {
            self.piece(piece, span);
        }
        self.runtime_call(CallTarget::Runtime(RuntimeFn::PanicFinish), Vec::new(), span);
    }

    fn assert_call(&mut self, condition: ExprId, parts: &[PrintPart], span: Span) {
        let fail = self.new_block();
        let failure = Failure {
            block: fail,
            depth: self.scopes.len(),
        };
        self.condition(condition, failure);
        let holds = std::mem::replace(&mut self.current, fail);
        let mut pieces = self.pieces(parts);
        if pieces.is_empty() {
            let text = self.options.sources.text(self.span(condition));
            add_text(&mut pieces, &format!("assertion failed: {text}"));
        }
        self.panic(pieces, span);
        self.current = holds;
    }

    fn assert_equal(&mut self, expr: ExprId, (left, right): (ExprId, ExprId), negated: bool, span: Span) {
        let op = if negated { hir::BinaryOp::Ne } else { hir::BinaryOp::Eq };
        let is_none = |expr: ExprId| matches!(self.hir.exprs[expr], Expr::None);
        let mut pieces = vec![Piece::Text(format!(
            "assertion `left {} right` failed",
            if negated { "!=" } else { "==" }
        ))];
        let holds = if self.typed.operators.contains_key(&expr) {
            self.operator_value(expr, &[left, right], span)
        } else if is_none(left) || is_none(right) {
            self.binary(op, left, right, span)
        } else {
            let types = [left, right].map(|side| self.typed.adjusted_ty(side));
            let operands = self.operands_of(&[left, right]);
            for ((label, ty), operand) in ["\n  left: ", "\n right: "].into_iter().zip(types).zip(&operands) {
                if self.is_printable(ty) {
                    add_text(&mut pieces, label);
                    let (operand, spec) = (operand.clone(), debug_spec());
                    pieces.push(Piece::Value { operand, ty, spec });
                }
            }
            let mut sides = operands.into_iter().zip(types);
            let (Some(left), Some(right)) = (sides.next(), sides.next()) else {
                unreachable!("two operands were asked for")
            };
            self.binary_rvalue(op, left, right, span)
        };
        let holds = self.assign_temporary(Ty::bool(), holds, span);
        let fail = self.new_block();
        self.branch(copy(holds), true, fail, span);
        let passed = std::mem::replace(&mut self.current, fail);
        self.panic(pieces, span);
        self.current = passed;
    }

    fn is_printable(&self, ty: Ty) -> bool {
        let is_text = |target: &Ty| matches!(target.kind(), TyKind::Str | TyKind::CStr);
        self.int_shape(ty).is_some()
            || ty.is_float()
            || matches!(ty.kind(), TyKind::Pointer(..))
            || matches!(ty.kind(), TyKind::Ref(Mutability::Const, target) if is_text(target))
    }

    /// Adds one piece to the message that was begun.
    fn piece(&mut self, piece: Piece, span: Span) {
        let (operand, ty, spec) = match piece {
            Piece::Text(text) => {
                let text = self.string(sym(&text));
                let target = CallTarget::Format(RuntimeFn::PrintStr, FormatSpec::default());
                return self.runtime_call(target, vec![text], span);
            }
            Piece::Value { operand, ty, spec } => (operand, ty, spec),
        };
        let (function, args) = match ty.kind() {
            TyKind::Bool | TyKind::C(CScalar::Bool) => (
                RuntimeFn::PrintBool,
                vec![self.converted(operand, ty, Ty::bool(), span)],
            ),
            TyKind::Char => {
                let scalar = self.converted(operand, ty, Ty::int(IntTy::U32), span);
                (RuntimeFn::PrintChar, vec![scalar])
            }
            TyKind::Float(FloatTy::F16) => {
                let wide = self.converted(operand, ty, Ty::float(FloatTy::F32), span);
                (RuntimeFn::PrintF16, vec![wide])
            }
            TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => {
                let value = self.converted(operand, ty, Ty::float(FloatTy::F32), span);
                (RuntimeFn::PrintF32, vec![value])
            }
            TyKind::Float(FloatTy::F64) | TyKind::C(CScalar::Double | CScalar::LongDouble) => {
                let value = self.converted(operand, ty, Ty::float(FloatTy::F64), span);
                (RuntimeFn::PrintF64, vec![value])
            }
            TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Str) => (RuntimeFn::PrintStr, vec![operand]),
            TyKind::Ref(_, target) if matches!(target.kind(), TyKind::CStr) => (RuntimeFn::PrintCStr, vec![operand]),
            TyKind::Pointer(..) => (RuntimeFn::PrintPointer, vec![operand]),
            TyKind::Int(_) | TyKind::C(_) | TyKind::Adt(..) => {
                let shape = self.int_shape(ty).expect("only an enum is printed of the named types");
                self.integer_piece(operand, ty, shape, span)
            }
            TyKind::Error(_)
            | TyKind::Never
            | TyKind::Str
            | TyKind::CStr
            | TyKind::Slice(_)
            | TyKind::Array(..)
            | TyKind::Ref(..)
            | TyKind::Tuple(_)
            | TyKind::FnItem(..)
            | TyKind::Closure(_)
            | TyKind::FnPointer(_)
            | TyKind::ExternFn(_)
            | TyKind::Optional(_)
            | TyKind::Range { .. }
            | TyKind::FmtArgs
            | TyKind::Opaque { .. }
            | TyKind::Param { .. }
            | TyKind::Assoc(_)
            | TyKind::Infer(_) => unreachable!("checking lets only numbers, text and pointers be printed: {ty:?}"),
        };
        self.runtime_call(CallTarget::Format(function, spec), args, span);
    }

    fn integer_piece(&mut self, operand: Operand, ty: Ty, shape: IntShape, span: Span) -> (RuntimeFn, Vec<Operand>) {
        if shape.bits > 64 {
            let function = if shape.signed {
                RuntimeFn::PrintI128
            } else {
                RuntimeFn::PrintU128
            };
            return (function, self.halves(operand, ty, span));
        }
        if !shape.signed {
            let value = self.converted(operand, ty, Ty::int(IntTy::U64), span);
            return (RuntimeFn::PrintU64, vec![value]);
        }
        let value = self.converted(operand, ty, Ty::int(IntTy::I64), span);
        let bits = self.integer(i128::from(shape.bits), Ty::int(IntTy::U32));
        (RuntimeFn::PrintI64, vec![value, bits])
    }

    /// The low and the high 64 bits of a 128-bit integer.
    fn halves(&mut self, operand: Operand, ty: Ty, span: Span) -> Vec<Operand> {
        let whole = self.place_of(operand, ty, span);
        let low = self.converted(Operand::Copy(whole.clone()), ty, Ty::int(IntTy::U64), span);
        let amount = self.integer(64, Ty::int(IntTy::U32));
        let high = Rvalue::Binary(BinaryOp::Shr, Operand::Copy(whole), amount);
        let high = self.assign_temporary(ty, high, span);
        let high = self.converted(copy(high), ty, Ty::int(IntTy::U64), span);
        vec![low, high]
    }

    /// A number as another type's.
    fn converted(&mut self, operand: Operand, from: Ty, to: Ty, span: Span) -> Operand {
        if from == to {
            return operand;
        }
        if let Operand::Const(Const { value, .. }) = &operand
            && let check::ConstValue::Int(value) = value
            && to.is_integer()
        {
            return self.integer(*value, to);
        }
        copy(self.assign_temporary(to, Rvalue::Cast(CastKind::Numeric, operand, to), span))
    }

    fn runtime_call(&mut self, callee: CallTarget, args: Vec<Operand>, span: Span) {
        let (CallTarget::Runtime(function) | CallTarget::Format(function, _)) = &callee else {
            unreachable!("a call of the runtime")
        };
        let signature = function.signature();
        let ret = if signature.noreturn { Ty::never() } else { Ty::unit() };
        self.emit_call(callee, args, &Dest::Discard, ret, signature.may_unwind, span);
    }
}

fn debug_spec() -> FormatSpec {
    FormatSpec {
        kind: FormatKind::Debug,
        ..FormatSpec::default()
    }
}

/// Adds text to the last piece if that is text.
fn add_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        Some(Piece::Value { .. }) | None if text.is_empty() => {}
        Some(Piece::Value { .. }) | None => pieces.push(Piece::Text(text.to_owned())),
    }
}
