//! Arguments: which parameter each is for, by position or by name, those that are left out, and C's variadic ones.

use std::fmt::Display;

use base::{Span, Symbol};
use hir::{Arg, Expr, ExprId, Mutability};
use target::CScalar;

use super::{Checker, Expect};
use crate::{Adjust, AdtKind, ArgSource, FloatTy, FnType, InferVar, ParamDecl, Ty, TyKind, errors, numbers};

/// What is called, as far as its arguments are concerned.
pub(super) struct Called<'a> {
    /// As messages show it.
    pub text: String,
    pub declared: Option<Span>,
    pub params: &'a [Ty],
    /// The declarations of `params`; empty where there are none, and so no names and no defaults.
    pub names: &'a [ParamDecl],
    pub variadic: bool,
    /// What the context wants of the parameters' values; empty where it says nothing.
    pub wanted: &'a [Expect],
}

impl<'a> Called<'a> {
    /// A constructor.
    pub(super) fn by_position(name: impl Display, declared: Option<Span>, params: &'a [Ty]) -> Self {
        Self {
            text: format!("`{name}`"),
            declared,
            params,
            names: &[],
            variadic: false,
            wanted: &[],
        }
    }
}

/// What an argument is for.
#[derive(Clone, Copy)]
enum For {
    Param(usize),
    /// The `...` of a C function.
    Variadic,
    /// Nothing, which has been said with this error.
    Nothing(Ty),
}

impl Checker<'_> {
    /// Checks arguments against parameters. Gives where each parameter's value comes from, unless they are the
    /// arguments in order.
    pub(super) fn arguments(&mut self, call: ExprId, called: &Called<'_>, args: &[Arg]) -> Option<Vec<ArgSource>> {
        let is_named = args.iter().any(|arg| arg.name.is_some());
        let n_given = args.len();
        let (uses, sources) = if is_named || (n_given < called.params.len() && called.has_defaults()) {
            self.match_arguments(call, called, args)
        } else if n_given < called.params.len() || (n_given > called.params.len() && !called.variadic) {
            let span = args
                .get(called.params.len())
                .map_or(self.span(call), |extra| self.span(extra.value));
            let error = self.error_ty(called.wrong_count(span, n_given));
            self.check_args_anyway(args, error);
            return None;
        } else {
            let by_position = |index| {
                if index < called.params.len() {
                    For::Param(index)
                } else {
                    For::Variadic
                }
            };
            ((0..n_given).map(by_position).collect(), None)
        };
        // What the other arguments are may say what a closure is given: `fold(0, |sum, x| sum + x)`.
        let is_closure = |arg: &Arg| matches!(self.body.exprs[arg.value], Expr::Closure(_));
        let (closures, others): (Vec<_>, Vec<_>) = args.iter().zip(uses).partition(|(arg, _)| is_closure(arg));
        let n_others = others.len();
        for (index, (arg, is_for)) in others.into_iter().chain(closures).enumerate() {
            if index == n_others {
                self.solve_pending();
            }
            match is_for {
                For::Param(index) => {
                    let wanted = called.wanted.get(index).copied().unwrap_or(Expect::Nothing);
                    self.argument(arg.value, called.params[index], wanted);
                }
                For::Variadic => self.variadic_argument(arg.value),
                For::Nothing(error) => {
                    self.infer(arg.value, Expect::Hint(error));
                }
            }
        }
        sources
    }

    /// Finds the parameter of each argument, and what is passed for the others.
    fn match_arguments(
        &mut self,
        call: ExprId,
        called: &Called<'_>,
        args: &[Arg],
    ) -> (Vec<For>, Option<Vec<ArgSource>>) {
        let mut sources: Vec<Option<ArgSource>> = vec![None; called.params.len()];
        let mut uses = Vec::with_capacity(args.len());
        let mut error = None;
        for (position, arg) in args.iter().enumerate() {
            let found = match arg.name {
                None if position < sources.len() => Ok(position),
                None if called.variadic => {
                    uses.push(For::Variadic);
                    continue;
                }
                None => Err(called.wrong_count(self.span(arg.value), args.len())),
                Some((name, span)) => called.param_named(name, span),
            };
            let found = found.and_then(|index| match sources[index] {
                Some(ArgSource::Arg(first)) => {
                    let first = self.argument_span(&args[first as usize]);
                    let span = self.argument_span(arg);
                    let name = called.names.get(index).and_then(|param| param.name);
                    Err(errors::argument_twice(span, name, &called.text, first))
                }
                Some(ArgSource::Default(_)) | None => Ok(index),
            });
            uses.push(match found {
                Ok(index) => {
                    sources[index] = Some(ArgSource::Arg(position as u32));
                    For::Param(index)
                }
                Err(diagnostic) => {
                    let ty = self.error_ty(diagnostic);
                    error = Some(ty);
                    For::Nothing(ty)
                }
            });
        }
        let mut missing = Vec::new();
        for (index, (source, param)) in sources.iter_mut().zip(called.names).enumerate() {
            if source.is_none() {
                *source = param.default.map(ArgSource::Default);
            }
            if source.is_none() {
                missing.push((index, param.name));
            }
        }
        // A name that no parameter has may be meant for one that is missing.
        if error.is_none() && !missing.is_empty() {
            let span = self.span(call);
            let diagnostic = errors::missing_arguments(span, &called.text, &missing);
            self.report(errors::declared_here(diagnostic, called.declared));
        }
        (uses, sources.into_iter().collect())
    }

    /// Of the name, where it has one.
    fn argument_span(&self, arg: &Arg) -> Span {
        arg.name.map_or(self.span(arg.value), |(_, span)| span)
    }

    /// Notes where the parameters' values come from, for a call whose receiver is the first argument if it has one.
    pub(super) fn arg_sources(&mut self, call: ExprId, n_receiver: usize, sources: &[ArgSource]) {
        let moved = |source: &ArgSource| match source {
            ArgSource::Arg(index) => ArgSource::Arg(index + n_receiver as u32),
            ArgSource::Default(function) => ArgSource::Default(*function),
        };
        let receiver = (0..n_receiver).map(|index| ArgSource::Arg(index as u32));
        let sources = receiver.chain(sources.iter().map(moved)).collect();
        self.typed.arg_sources.insert(call, sources);
    }

    /// C's promotions. Language reference, "Implicit conversions", the last paragraph.
    fn variadic_argument(&mut self, arg: ExprId) {
        let found = self.infer(arg, Expect::Nothing);
        let found = self.shallow(found);
        let int = Ty::c(CScalar::Int);
        if matches!(self.body.exprs[arg], Expr::Null) {
            self.table.unify(found, Ty::c(CScalar::Void).pointer(Mutability::Mut));
        }
        match found.kind() {
            TyKind::Error(_) | TyKind::Pointer(..) | TyKind::ExternFn(_) => {}
            // C promotes neither `_Float16` nor what Lang has no word for; the call is Clang's.
            TyKind::Float(FloatTy::F16) | TyKind::Opaque { .. } => {}
            TyKind::Never => self.adjust(arg, Adjust::NeverToAny, int),
            TyKind::Infer(InferVar::Int(_)) => {
                let ty = self.literal_promotion(arg);
                self.table.unify(found, ty);
            }
            TyKind::Infer(InferVar::Float(_)) => {
                self.table.unify(found, Ty::float(FloatTy::F64));
            }
            TyKind::Infer(InferVar::Any(_)) => {
                self.error_at(arg, errors::type_unknown);
            }
            TyKind::Bool | TyKind::C(CScalar::Bool) => self.adjust(arg, Adjust::Numeric, int),
            TyKind::Float(FloatTy::F32) | TyKind::C(CScalar::Float) => {
                self.adjust(arg, Adjust::Numeric, Ty::c(CScalar::Double));
            }
            TyKind::Float(FloatTy::F64) | TyKind::C(CScalar::Double | CScalar::LongDouble) => {}
            TyKind::Int(_) | TyKind::C(_) if found.is_integer() => {
                if found != int && numbers::converts(found, int) {
                    self.adjust(arg, Adjust::Numeric, int);
                }
            }
            TyKind::Ref(mutability, target) => self.variadic_reference(arg, found, *mutability, *target),
            TyKind::Optional(inner) => {
                let inner = self.shallow(*inner);
                match inner.kind() {
                    TyKind::Infer(_) => {
                        self.error_at(arg, errors::type_unknown);
                    }
                    TyKind::Error(_) | TyKind::ExternFn(_) => {}
                    TyKind::Ref(_, target) if !self.shallow(*target).has_fat_pointers() => {}
                    _ => self.bad_variadic(arg, found),
                }
            }
            TyKind::FnItem(function, args) => {
                let decl = self.signatures.function(*function);
                let own = decl.fn_type();
                let params = own.params.iter().map(|ty| self.instantiate(*ty, args)).collect();
                let fn_type = FnType {
                    params,
                    ret: self.instantiate(own.ret, args),
                    is_unsafe: true,
                    ..own
                };
                self.adjust(arg, Adjust::FnItemToExtern, Ty::new(TyKind::ExternFn(fn_type)));
            }
            TyKind::Adt(adt, _) => match self.signatures.adt(*adt).kind {
                AdtKind::ExternEnum => {
                    let underlying = self.signatures.adt(*adt).underlying.unwrap_or(int);
                    self.adjust(arg, Adjust::EnumToInt, underlying);
                    if underlying != int && numbers::converts(underlying, int) {
                        self.adjust(arg, Adjust::Numeric, int);
                    }
                }
                AdtKind::Record(hir::StructKind::ExternStruct | hir::StructKind::ExternUnion) => {}
                AdtKind::Record(hir::StructKind::Lang) | AdtKind::Enum | AdtKind::OpaqueRecord => {
                    self.bad_variadic(arg, found)
                }
            },
            _ => self.bad_variadic(arg, found),
        }
    }

    fn bad_variadic(&mut self, arg: ExprId, found: Ty) {
        let text = self.display(found);
        self.error_at(arg, |span| errors::bad_variadic_argument(span, &text));
    }

    fn variadic_reference(&mut self, arg: ExprId, found: Ty, mutability: Mutability, target: Ty) {
        let target = self.shallow(target);
        let char_pointer = Ty::c(CScalar::Char).pointer(Mutability::Const);
        match target.kind() {
            TyKind::Str if self.is_literal(arg) => self.adjust(arg, Adjust::LiteralToCStr, char_pointer),
            TyKind::CStr => self.adjust(arg, Adjust::Reinterpret, char_pointer),
            TyKind::Str | TyKind::Slice(_) => {
                let text = self.display(found);
                self.error_at(arg, |span| errors::variadic_needs_cstr(span, &text));
            }
            _ => self.adjust(arg, Adjust::Reinterpret, target.pointer(mutability)),
        }
    }

    /// An integer literal is a `c_int`, or a `c_longlong` when it needs one.
    fn literal_promotion(&self, arg: ExprId) -> Ty {
        let needs_more = self.literals.iter().any(|literal| {
            let greatest = i32::MAX.unsigned_abs() + u32::from(literal.negative);
            literal.expr == arg && literal.magnitude > u128::from(greatest)
        });
        Ty::c(if needs_more { CScalar::LongLong } else { CScalar::Int })
    }
}

impl Called<'_> {
    fn has_defaults(&self) -> bool {
        self.names.iter().any(|param| param.default.is_some())
    }

    fn wrong_count(&self, span: Span, n_given: usize) -> diag::Diagnostic {
        let n_defaults = self.names.iter().filter(|param| param.default.is_some()).count();
        let n_params = self.params.len();
        let expected = errors::ArgumentCount {
            least: n_params - n_defaults,
            most: (!self.variadic).then_some(n_params),
        };
        errors::declared_here(
            errors::wrong_argument_count(span, &self.text, expected, n_given),
            self.declared,
        )
    }

    /// The parameter of this name.
    fn param_named(&self, name: Symbol, span: Span) -> Result<usize, diag::Diagnostic> {
        let found = self.names.iter().position(|param| param.name == Some(name));
        found.ok_or_else(|| {
            let names: Vec<Symbol> = self.names.iter().filter_map(|param| param.name).collect();
            let similar = hir::similar_name(name, names.iter().copied());
            let diagnostic = errors::unknown_parameter(span, name, &self.text, !names.is_empty(), similar);
            errors::declared_here(diagnostic, self.declared)
        })
    }
}
