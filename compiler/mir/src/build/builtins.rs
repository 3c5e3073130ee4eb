//! `print`, `panic`, `assert` and their like: calls of the runtime, a message piece by piece.
//!
//! The values of a message are evaluated before it begins, so that nothing panics or prints in the middle of it.

use base::{Span, sym};
use check::{
    AdtRef, BuiltinCall, ConstValue, FloatTy, FnRef, IntTy, LangItem, PrintPart, Stream, TraitRef, Ty, TyKind,
};
use hir::{DefId, Expr, ExprId, FormatAlign, FormatKind, FormatSpec, Mutability};
use target::{CScalar, IntShape};

use super::builder::{Builder, Dest};
use super::calls::record_kind;
use super::control::Failure;
use super::operands::Until;
use super::places::copy;
use crate::RuntimeFn;
use crate::body::{AggregateKind, BinaryOp, CallTarget, CastKind, Const, Operand, Place, Rvalue};

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
        // What shows a value by a trait may change what another place holds.
        let is_shown = |part: &PrintPart| match part {
            PrintPart::Text(_) => false,
            PrintPart::Value { expr, spec } => self.shown_by_trait(self.typed.adjusted_ty(*expr), spec.kind).is_some(),
        };
        let until = if parts.iter().any(is_shown) {
            Until::Later
        } else {
            Until::Now
        };
        let mut operands = self.operands_until(&exprs, until).into_iter();
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
        let is_overloaded = self.typed.operators.contains_key(&expr);
        let holds = if !is_overloaded && (is_none(left) || is_none(right)) {
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
            if is_overloaded {
                self.overloaded_value(expr, operands, span)
            } else {
                let mut sides = operands.into_iter().zip(types);
                let (Some(left), Some(right)) = (sides.next(), sides.next()) else {
                    unreachable!("two operands were asked for")
                };
                self.binary_rvalue(op, left, right, span)
            }
        };
        let holds = self.assign_temporary(Ty::bool(), holds, span);
        let fail = self.new_block();
        self.branch(copy(holds), true, fail, span);
        let passed = std::mem::replace(&mut self.current, fail);
        self.panic(pieces, span);
        self.current = passed;
    }

    /// Whether `{:?}` shows a value.
    fn is_printable(&self, ty: Ty) -> bool {
        if let Some(shown) = self.shown_by_trait(ty, FormatKind::Debug) {
            let Some(def) = self.signatures.lang.get(LangItem::Debug) else {
                return false;
            };
            let goal = TraitRef {
                def,
                args: [shown].into(),
            };
            return self.env().prove(&goal).is_some();
        }
        self.int_shape(ty).is_some() || ty.is_float() || matches!(ty.kind(), TyKind::Pointer(..) | TyKind::Ref(..))
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
        if ty.is_never() {
            return;
        }
        if let Some(shown) = self.shown_by_trait(ty, spec.kind) {
            return self.show(operand, shown, &spec, span);
        }
        let (function, args) = self.scalar_piece(operand, ty, span);
        self.runtime_call(CallTarget::Format(function, spec), args, span);
    }

    /// What a trait shows, of a reference to it; absent for what the runtime prints.
    fn shown_by_trait(&self, ty: Ty, kind: FormatKind) -> Option<Ty> {
        let TyKind::Ref(_, target) = ty.kind() else {
            return None;
        };
        let is_text = matches!(target.kind(), TyKind::Str | TyKind::CStr);
        let is_printed = is_text && matches!(kind, FormatKind::Display | FormatKind::Debug);
        (!is_printed).then_some(*target)
    }

    /// Shows what a reference leads to by the trait of the format.
    fn show(&mut self, reference: Operand, shown: Ty, spec: &FormatSpec, span: Span) {
        let formatter_ty = self.formatter_ty();
        let formatter = Rvalue::Use(self.formatter(spec));
        let formatter = self.assign_temporary(formatter_ty, formatter, span);
        let lent = Rvalue::Ref(Mutability::Mut, Place::local(formatter));
        let lent = self.assign_temporary(formatter_ty.reference(Mutability::Mut), lent, span);
        let args = vec![reference, self.consume(Place::local(lent))];
        self.call_fmt(spec.kind, shown, args, span);
    }

    /// Calls the `fmt` of a kind of format for a type.
    pub(super) fn call_fmt(&mut self, kind: FormatKind, shown: Ty, args: Vec<Operand>, span: Span) {
        let of_trait = self.lang_item(LangItem::trait_of_format(kind));
        let decl = &self.signatures.traits[&of_trait];
        let fmt = decl.functions.iter().find(|(name, _)| *name == "fmt");
        let (_, fmt) = fmt.expect("each trait of a format has a `fmt`");
        let callee = CallTarget::Fn(FnRef::Lang(*fmt), [shown].into());
        self.emit_call(callee, args, &Dest::Discard, Ty::unit(), true, span);
    }

    /// Calls the function of the runtime that prints `operand` as `formatter`, a pointer, says.
    pub(super) fn print_by(&mut self, operand: Operand, ty: Ty, formatter: Operand, span: Span) {
        let (function, mut args) = self.scalar_piece(operand, ty, span);
        args.push(formatter);
        self.runtime_call(CallTarget::Runtime(function), args, span);
    }

    fn lang_item(&self, item: LangItem) -> DefId {
        let found = self.signatures.lang.get(item);
        found.unwrap_or_else(|| panic!("{item:?}: checking shows values by the library's items only"))
    }

    fn formatter_ty(&self) -> Ty {
        let def = self.lang_item(LangItem::Formatter);
        Ty::new(TyKind::Adt(AdtRef::Lang(def), Box::default()))
    }

    /// A `Formatter`: the runtime's `lang_format_spec`, field by field.
    fn formatter(&self, spec: &FormatSpec) -> Operand {
        let size = |size: Option<u32>| size.map_or(-1, i128::from);
        let align = match spec.align {
            FormatAlign::Default => 0,
            FormatAlign::Left => 1,
            FormatAlign::Center => 2,
            FormatAlign::Right => 3,
        };
        let fields = [
            i128::from(u32::from(spec.fill)),
            align,
            i128::from(spec.plus),
            i128::from(spec.alternate),
            i128::from(spec.zero),
            size(spec.width),
            size(spec.precision),
            i128::from(kind_byte(spec.kind)),
        ];
        let mut fields: Vec<ConstValue> = fields.into_iter().map(ConstValue::Int).collect();
        fields.push(ConstValue::Aggregate(vec![ConstValue::Int(0); 3]));
        Operand::Const(Const {
            value: ConstValue::Aggregate(fields),
            ty: self.formatter_ty(),
        })
    }

    /// An f-string as a value: references to its values, and what shows each.
    pub(super) fn f_string(&mut self, expr: ExprId, span: Span) -> Rvalue {
        let typed = self.typed;
        let args_ty = typed.expr_tys[expr];
        let field_ty = |builder: &Self, ty: Ty, index: u32| {
            let found = builder.env().field_ty(ty, index);
            found.expect("the library declares these fields")
        };
        let pieces_ty = field_ty(self, args_ty, 0);
        let TyKind::Ref(_, pieces) = pieces_ty.kind() else {
            unreachable!("`Args` refers to its pieces")
        };
        let TyKind::Slice(piece_ty) = *pieces.kind() else {
            unreachable!("`Args` refers to a slice")
        };
        let mut texts = vec![String::new()];
        let mut values = Vec::new();
        for part in &typed.f_strings[&expr] {
            match part {
                PrintPart::Text(text) => texts.last_mut().expect("there is one").push_str(text.as_str()),
                PrintPart::Value { expr, spec } => {
                    values.push((*expr, spec));
                    texts.push(String::new());
                }
            }
        }
        let exprs: Vec<ExprId> = values.iter().map(|(expr, _)| *expr).collect();
        let references = self.operands_of(&exprs);
        let pointer_ty = field_ty(self, piece_ty, 1);
        let show_ty = field_ty(self, piece_ty, 2);
        let mut shown = Vec::new();
        for ((expr, spec), reference) in values.into_iter().zip(references) {
            // One that never gives a value: the rest is not reached.
            let TyKind::Ref(_, target) = *typed.adjusted_ty(expr).kind() else {
                continue;
            };
            let pointer = Rvalue::Cast(CastKind::Pointer, reference, pointer_ty);
            let pointer = copy(self.assign_temporary(pointer_ty, pointer, span));
            shown.push((pointer, target, spec.clone()));
        }
        // A null stands for the value after the last text.
        let null = Operand::Const(Const {
            value: ConstValue::Null,
            ty: pointer_ty,
        });
        shown.push((null, Ty::bool(), FormatSpec::default()));
        let mut operands = Vec::new();
        for (text, (pointer, target, spec)) in texts.into_iter().zip(shown) {
            let function = FnRef::Lang(self.lang_item(LangItem::show(spec.kind)));
            let show = Operand::Const(Const {
                value: ConstValue::Fn(function, [target].into()),
                ty: show_ty,
            });
            let fields = vec![self.string(sym(&text)), pointer, show, self.formatter(&spec)];
            let piece = Rvalue::Aggregate(record_kind(piece_ty), fields);
            let piece = self.assign_temporary(piece_ty, piece, span);
            operands.push(self.consume(Place::local(piece)));
        }
        let array_ty = piece_ty.array(operands.len() as u64);
        let array = Rvalue::Aggregate(AggregateKind::Array(piece_ty), operands);
        let array = self.assign_temporary(array_ty, array, span);
        let lent = Rvalue::Ref(Mutability::Const, Place::local(array));
        let lent = self.assign_temporary(array_ty.reference(Mutability::Const), lent, span);
        let slice = Rvalue::Cast(CastKind::ArrayToSlice, copy(lent), pieces_ty);
        let slice = self.assign_temporary(pieces_ty, slice, span);
        Rvalue::Aggregate(record_kind(args_ty), vec![copy(slice)])
    }

    /// The function of the runtime that prints a value, and its arguments but for the format.
    fn scalar_piece(&mut self, operand: Operand, ty: Ty, span: Span) -> (RuntimeFn, Vec<Operand>) {
        match ty.kind() {
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
            | TyKind::Infer(_) => unreachable!("checking lets only numbers, text and pointers be printed: {ty:?}"),
        }
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

/// What the runtime calls a kind of format.
pub(super) fn kind_byte(kind: FormatKind) -> u8 {
    match kind {
        FormatKind::Display => b'd',
        FormatKind::Debug => b'?',
        FormatKind::LowerHex => b'x',
        FormatKind::UpperHex => b'X',
        FormatKind::Octal => b'o',
        FormatKind::Binary => b'b',
        FormatKind::Exponent => b'e',
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
