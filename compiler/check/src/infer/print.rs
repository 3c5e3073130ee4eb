//! The builtins that print and panic, and f-strings inside them.

use base::sym;
use hir::{Arg, BuiltinValue, Expr, ExprId, FStringPart, FormatKind, FormatSpec, Literal, Mutability};

use super::{Checker, Expect, PendingPrint};
use crate::operator_fns::prints;
use crate::{Adjust, AdtRef, BuiltinCall, Call, Callee, LangItem, PrintPart, Stream, TraitRef, Ty, TyKind, errors};

impl Checker<'_> {
    pub(super) fn builtin_call(&mut self, expr: ExprId, builtin: BuiltinValue, args: &[Arg]) -> Ty {
        for (name, span) in args.iter().filter_map(|arg| arg.name) {
            let callee = format!("`{}`", builtin.name());
            self.report(errors::unknown_parameter(span, name, &callee, false, None));
        }
        let (call, ty) = match builtin {
            BuiltinValue::Print => (self.print(expr, builtin, Stream::Stdout, false, args), Ty::unit()),
            BuiltinValue::Println => (self.print(expr, builtin, Stream::Stdout, true, args), Ty::unit()),
            BuiltinValue::Eprint => (self.print(expr, builtin, Stream::Stderr, false, args), Ty::unit()),
            BuiltinValue::Eprintln => (self.print(expr, builtin, Stream::Stderr, true, args), Ty::unit()),
            BuiltinValue::Panic => self.panic_call(expr, builtin, args, ("explicit panic", "")),
            BuiltinValue::Unreachable => {
                let texts = ("entered unreachable code", "entered unreachable code: ");
                self.panic_call(expr, builtin, args, texts)
            }
            BuiltinValue::Todo => self.panic_call(expr, builtin, args, ("not done yet", "not done yet: ")),
            BuiltinValue::Assert => {
                self.count_args(expr, builtin, args, 1..=2);
                let Some(condition) = args.first() else {
                    return Ty::unit();
                };
                self.coerced(condition.value, Ty::bool());
                let parts = args.get(1).map_or(Vec::new(), |arg| self.parts(arg.value));
                (
                    BuiltinCall::Assert {
                        condition: condition.value,
                        parts,
                    },
                    Ty::unit(),
                )
            }
            BuiltinValue::AssertEq | BuiltinValue::AssertNe => {
                self.count_args(expr, builtin, args, 2..=2);
                let [left, right, ..] = args else { return Ty::unit() };
                let negated = builtin == BuiltinValue::AssertNe;
                let (left, right) = (left.value, right.value);
                self.compare_equal(expr, left, right, negated);
                (BuiltinCall::AssertEq { left, right, negated }, Ty::unit())
            }
        };
        self.call_as(
            expr,
            Call {
                callee: Callee::Builtin(call),
                args: Vec::new(),
            },
        );
        ty
    }

    /// What a call says that never returns: alone, and before the message that is given.
    fn panic_call(
        &mut self,
        expr: ExprId,
        builtin: BuiltinValue,
        args: &[Arg],
        (alone, before): (&str, &str),
    ) -> (BuiltinCall, Ty) {
        self.count_args(expr, builtin, args, 0..=1);
        let mut parts = Vec::new();
        match args.first() {
            Some(_) if before.is_empty() => {}
            Some(_) => parts.push(PrintPart::Text(sym(before))),
            None => parts.push(PrintPart::Text(sym(alone))),
        }
        if let Some(arg) = args.first() {
            parts.extend(self.parts(arg.value));
        }
        (BuiltinCall::Panic { parts }, Ty::never())
    }

    fn count_args(
        &mut self,
        expr: ExprId,
        builtin: BuiltinValue,
        args: &[Arg],
        allowed: std::ops::RangeInclusive<usize>,
    ) {
        if allowed.contains(&args.len()) {
            return;
        }
        let limit = if args.len() < *allowed.start() {
            *allowed.start()
        } else {
            *allowed.end()
        };
        let name = format!("`{}`", builtin.name());
        for arg in args.iter().skip(limit) {
            self.infer(arg.value, Expect::Nothing);
        }
        let prints = match builtin {
            BuiltinValue::Print
            | BuiltinValue::Println
            | BuiltinValue::Eprint
            | BuiltinValue::Eprintln
            | BuiltinValue::Panic
            | BuiltinValue::Unreachable
            | BuiltinValue::Todo => true,
            BuiltinValue::Assert | BuiltinValue::AssertEq | BuiltinValue::AssertNe => false,
        };
        self.error_at(expr, |span| {
            let is_short = args.len() < *allowed.start();
            let expected = errors::ArgumentCount {
                least: limit,
                most: (!is_short).then_some(limit),
            };
            let diagnostic = errors::wrong_argument_count(span, &name, expected, args.len());
            if prints && !is_short {
                errors::one_f_string(diagnostic, builtin.name())
            } else {
                diagnostic
            }
        });
    }

    fn print(
        &mut self,
        expr: ExprId,
        builtin: BuiltinValue,
        stream: Stream,
        newline: bool,
        args: &[Arg],
    ) -> BuiltinCall {
        let least = usize::from(!newline);
        self.count_args(expr, builtin, args, least..=1);
        let parts = args.first().map_or(Vec::new(), |arg| self.parts(arg.value));
        BuiltinCall::Print { stream, newline, parts }
    }

    /// What an argument of a print builtin prints.
    fn parts(&mut self, expr: ExprId) -> Vec<PrintPart> {
        let body = self.body;
        match &body.exprs[expr] {
            Expr::FString(parts) => {
                self.typed.expr_tys[expr] = self.args_ty().unwrap_or(Ty::unit());
                parts.iter().map(|part| self.part(part)).collect()
            }
            Expr::Literal(Literal::Str(text)) => {
                self.typed.expr_tys[expr] = Ty::str_ref();
                vec![PrintPart::Text(*text)]
            }
            _ => vec![self.value_part(expr, FormatSpec::default())],
        }
    }

    fn part(&mut self, part: &FStringPart) -> PrintPart {
        match part {
            FStringPart::Text(text) => PrintPart::Text(*text),
            FStringPart::Value { expr, spec } => self.value_part(*expr, spec.clone()),
        }
    }

    fn value_part(&mut self, expr: ExprId, spec: FormatSpec) -> PrintPart {
        let mut ty = self.infer(expr, Expect::Nothing);
        ty = self.shallow(ty);
        // So is what a `String` or a box holds.
        let seen = self.seen_as(ty);
        let is_held = self.signatures.looks_through(self.behind_refs(ty)).is_some();
        let text = matches!(seen.kind(), TyKind::Str).then(Ty::str_ref);
        if is_held && Self::printable(text.unwrap_or(seen), FormatKind::Display).is_ok() {
            self.see_all_through(expr, ty);
            if let Some(text) = text {
                self.adjust(expr, Adjust::Borrow(Mutability::Const), text);
            }
            ty = text.unwrap_or(seen);
        }
        // What a reference points to is printed, whatever the depth.
        while let TyKind::Ref(_, target) = ty.kind() {
            let target = self.shallow(*target);
            if target.is_unsized() {
                break;
            }
            self.adjust(expr, Adjust::Deref, target);
            ty = target;
        }
        self.prints.push(PendingPrint {
            expr,
            kind: spec.kind,
            is_kept: false,
        });
        PrintPart::Value { expr, spec }
    }

    /// The type of an f-string that is a value; absent where the program does not load the library.
    fn args_ty(&self) -> Option<Ty> {
        let def = self.signatures.lang.get(LangItem::Args)?;
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), Box::default())))
    }

    /// An f-string anywhere else: it refers to its values, and shows them when it is shown.
    pub(super) fn f_string_value(&mut self, expr: ExprId, parts: &[FStringPart]) -> Ty {
        let parts = parts.iter().map(|part| match part {
            FStringPart::Text(text) => PrintPart::Text(*text),
            FStringPart::Value { expr, spec } => self.kept_part(*expr, spec.clone()),
        });
        let parts = parts.collect();
        self.typed.f_strings.insert(expr, parts);
        match self.args_ty() {
            Some(ty) => ty,
            None => self.error_at(expr, |span| {
                errors::not_supported_yet(span, "an f-string as a value where there is no library")
            }),
        }
    }

    fn kept_part(&mut self, expr: ExprId, spec: FormatSpec) -> PrintPart {
        self.infer(expr, Expect::Nothing);
        self.prints.push(PendingPrint {
            expr,
            kind: spec.kind,
            is_kept: true,
        });
        PrintPart::Value { expr, spec }
    }

    /// When all types are known: what the runtime does not print is borrowed, for its trait to show it.
    pub(super) fn settle_prints(&mut self) {
        for index in 0..self.prints.len() {
            let PendingPrint { expr, kind, is_kept } = self.prints[index];
            let ty = self.typed.adjusted_ty(expr);
            if ty.error_inside().is_some() || ty.is_never() || (!is_kept && Self::printable(ty, kind).is_ok()) {
                continue;
            }
            match ty.kind() {
                TyKind::Ref(Mutability::Const, target) if target.is_unsized() => {}
                TyKind::Ref(Mutability::Mut, target) if target.is_unsized() => {
                    self.adjust(expr, Adjust::Deref, *target);
                    self.borrow_shown(expr);
                }
                _ => {
                    self.borrow_shown(expr);
                    continue;
                }
            }
            if is_kept {
                // An f-string refers to what has a size.
                self.borrow_shown(expr);
            }
        }
    }

    fn borrow_shown(&mut self, expr: ExprId) {
        let ty = self.typed.adjusted_ty(expr).reference(Mutability::Const);
        self.adjust(expr, Adjust::Borrow(Mutability::Const), ty);
    }

    /// That every value has the format that it is printed in.
    pub(super) fn check_prints(&mut self) {
        for PendingPrint { expr, kind, is_kept } in std::mem::take(&mut self.prints) {
            let ty = self.typed.adjusted_ty(expr);
            if ty.error_inside().is_some() || ty.is_never() || (!is_kept && Self::printable(ty, kind).is_ok()) {
                continue;
            }
            let TyKind::Ref(_, shown) = ty.kind() else {
                unreachable!("what the runtime does not print was borrowed")
            };
            if self.shows(*shown, kind) {
                continue;
            }
            let mut value = *shown;
            while let TyKind::Ref(_, target) = value.kind() {
                value = *target;
            }
            let span = self.span(expr);
            let is_plain = kind == FormatKind::Display;
            let has_debug = is_plain && self.shows(*shown, FormatKind::Debug);
            let text = self.display(if value.is_unsized() { *shown } else { value });
            self.report(match () {
                () if !is_plain && self.shows(*shown, FormatKind::Display) => {
                    errors::bad_format(span, format_name(kind), &text)
                }
                () if kind != FormatKind::Display && kind != FormatKind::Debug => {
                    errors::bad_format(span, format_name(kind), &text)
                }
                () if has_debug => errors::cannot_print_plainly(span, &text),
                () if self.is_enum(value) => errors::cannot_print_enum(span, &text),
                () if is_plain => match self.derivable_of(value, LangItem::Debug) {
                    Some((name, _)) => errors::derive_to_print(errors::cannot_print(span, &text), name),
                    None => errors::cannot_print(span, &text),
                },
                () => self.with_derive_of(errors::cannot_print(span, &text), value, LangItem::Debug),
            });
        }
    }

    /// Whether a type has the trait of a kind of format.
    fn shows(&self, ty: Ty, kind: FormatKind) -> bool {
        let Some(def) = self.signatures.lang.get(LangItem::trait_of_format(kind)) else {
            return false;
        };
        let goal = TraitRef { def, args: [ty].into() };
        self.type_env().prove(&goal).is_some()
    }

    /// Whether a value of the type can be printed so; its name for the format where it cannot.
    pub(super) fn printable(ty: Ty, kind: hir::FormatKind) -> Result<(), Option<&'static str>> {
        match ty.kind() {
            TyKind::Ref(_, target) if matches!(target.kind(), TyKind::Str | TyKind::CStr) => match kind {
                FormatKind::Display | FormatKind::Debug => Ok(()),
                _ => Err(Some(format_name(kind))),
            },
            _ if prints(ty, kind) => Ok(()),
            _ if prints(ty, FormatKind::Display) => Err(Some(format_name(kind))),
            _ => Err(None),
        }
    }
}

fn format_name(kind: hir::FormatKind) -> &'static str {
    match kind {
        hir::FormatKind::Display => "",
        hir::FormatKind::Debug => "?",
        hir::FormatKind::LowerHex => "x",
        hir::FormatKind::UpperHex => "X",
        hir::FormatKind::Octal => "o",
        hir::FormatKind::Binary => "b",
        hir::FormatKind::Exponent => "e",
    }
}
