//! One body: from HIR to a [`TypedBody`].
//!
//! Takes the program, its signatures and what the body's owner says of parameters and result. Types flow down as
//! expectations and up as results; where they meet, `coerce` applies the language's implicit conversions. A body
//! never changes anything outside itself, so bodies are checked in parallel.

mod aligned;
mod arguments;
mod bit_fields;
mod c_constants;
mod c_expansions;
mod c_macros;
mod c_names;
mod call;
mod captures;
mod closures;
mod coerce;
mod const_fields;
mod control;
mod conversions;
mod derivable;
mod expr;
mod features;
mod finish;
mod inline_c;
mod members;
mod method;
mod obligations;
mod ops;
mod overlap;
mod overloads;
mod pat;
mod pointers;
mod print;
mod read_only;
mod records;
mod table;
mod threads;
mod traits;
mod try_;
mod unnamed;
mod unsize;
mod wanted;
mod zeros;

use std::sync::Arc;

use base::{FxHashMap, FxHashSet, Span};
use cmodel::CQueries;
use diag::{Diagnostic, Diagnostics, Reported};
use hir::{Body, ClosureId, ExprId, LabelId, LocalId, PatId, Program};

use crate::collect::CheckInput;
use crate::signatures::Features;
use crate::type_refs::{self, TypeLowering, TypeScope};
use crate::{
    Adjust, Adjustment, BodyKey, BodyRef, Bounds, Call, ConstValue, DynTy, Generic, Signatures, Ty, TyKind, TypedBody,
    ValueRef, const_args, consteval, errors,
};
use features::Lacking;
use obligations::{PendingAssoc, PendingBound};
pub(crate) use overlap::overlap;
use table::Table;
use try_::{Discarded, PendingConversion, TryMark};
use unnamed::Opened;

/// What the owner of a body says of it.
#[derive(Clone, Debug)]
pub(crate) struct BodyEnv {
    pub scope: TypeScope,
    pub params: Vec<Ty>,
    pub ret: Ty,
    /// Of whom it is a body; constants have none.
    pub owner: Option<BodyKey>,
    /// What its generics promise, elaborated.
    pub bounds: Arc<Bounds>,
    /// The body of an `unsafe fn`.
    pub is_unsafe: bool,
    /// What the processor has wherever the body runs, beside what all code counts on.
    pub features: Option<Arc<Features>>,
}

/// What the context of an expression would like it to be.
#[derive(Clone, Copy)]
enum Expect {
    Nothing,
    /// A hint for literals: the result may be something else.
    Hint(Ty),
    /// The result is coerced to this: branches and tails do so themselves, where the message is more exact.
    Coerce(Ty),
}

impl Expect {
    fn ty(self) -> Option<Ty> {
        match self {
            Self::Nothing => None,
            Self::Hint(ty) | Self::Coerce(ty) => Some(ty),
        }
    }

    /// For an operand whose type only tends to be that of the whole.
    fn as_hint(self) -> Self {
        self.ty().map_or(Self::Nothing, Self::Hint)
    }
}

/// Checks one body.
pub(crate) fn check_body(
    input: CheckInput<'_>,
    signatures: &Signatures,
    body: BodyRef,
    env: &BodyEnv,
) -> (TypedBody, Diagnostics) {
    let hir = &input.program.modules[body.module].hir;
    let hir_body = hir.body(body.body);
    let ret = signatures.within(&env.bounds).normalize(env.ret);
    let mut checker = Checker {
        input,
        signatures,
        env,
        body: hir_body,
        diagnostics: hir.late_diagnostics(body.body).cloned().unwrap_or_default(),
        table: Table::default(),
        alias_depth: 0,
        ret,
        closures: FxHashMap::default(),
        fn_values: Vec::new(),
        call_causes: FxHashMap::default(),
        called_once: FxHashSet::default(),
        dyn_hints: Vec::new(),
        calls_of_values: Vec::new(),
        opened: Vec::new(),
        labels: FxHashMap::default(),
        unsafe_depth: u32::from(env.is_unsafe),
        union_write: None,
        unsafe_used: false,
        lacking: Vec::new(),
        diverges: false,
        casts: Vec::new(),
        literals: Vec::new(),
        bounds: Vec::new(),
        assocs: Vec::new(),
        prints: Vec::new(),
        matches: Vec::new(),
        irrefutable: Vec::new(),
        try_marks: Vec::new(),
        conversions: Vec::new(),
        discarded: Vec::new(),
        c_constants: FxHashSet::default(),
        typed: TypedBody::empty(body, hir_body, env.bounds.clone(), ret),
    };
    for local in hir_body.locals.ids() {
        checker.typed.local_tys[local] = checker.table.fresh();
    }
    for (pat, ty) in hir_body.params.iter().zip(&env.params) {
        let ty = checker.normalize(*ty);
        checker.parameter_pattern(*pat, ty);
    }
    if let Some(BodyKey::Fn(function)) = env.owner {
        checker.ret = checker.open_result(function, ret);
        checker.typed.ret = checker.ret;
    }
    if let Some(value) = hir_body.value {
        checker.coerced(value, checker.ret);
    }
    checker.finish()
}

struct Checker<'a> {
    input: CheckInput<'a>,
    signatures: &'a Signatures,
    env: &'a BodyEnv,
    body: &'a Body,
    diagnostics: Diagnostics,
    table: Table,
    alias_depth: u32,
    /// What `return` gives: to the function, or to the closure around.
    ret: Ty,
    /// Where each closure stands, and its type.
    closures: FxHashMap<ClosureId, (ExprId, Ty)>,
    /// What became a `fn(..)` or `extern fn(..)` and is no function item.
    fn_values: Vec<ExprId>,
    /// The use that makes each closure one that cannot be called through a `&`.
    call_causes: FxHashMap<ClosureId, Span>,
    /// Closures that stand where nothing but `FnOnce` is asked for.
    called_once: FxHashSet<ClosureId>,
    /// What will stand behind a `dyn` type of a function trait, and that.
    dyn_hints: Vec<(Ty, Ty)>,
    /// The calls of closures, with their arguments.
    calls_of_values: Vec<(ExprId, Vec<ExprId>)>,
    /// The `impl` types of the function's own result.
    opened: Vec<Opened>,
    labels: FxHashMap<LabelId, LabelState>,
    unsafe_depth: u32,
    /// The field of a union that is being assigned, which no one reads.
    union_write: Option<ExprId>,
    /// Something since the innermost `unsafe` began needed it.
    unsafe_used: bool,
    lacking: Vec<Lacking>,
    /// What is checked now cannot be reached.
    diverges: bool,
    /// Looked at when all types are known.
    casts: Vec<PendingCast>,
    literals: Vec<PendingLiteral>,
    bounds: Vec<PendingBound>,
    assocs: Vec<PendingAssoc>,
    prints: Vec<PendingPrint>,
    matches: Vec<ExprId>,
    /// Patterns that must match every value of their type.
    irrefutable: Vec<(PatId, Ty)>,
    /// The `try`s around, innermost last. None of what is outside of a closure, or of the value of a `catch`.
    try_marks: Vec<TryMark>,
    conversions: Vec<PendingConversion>,
    discarded: Vec<Discarded>,
    /// The expressions that name constants of headers and of `extern enum`s.
    c_constants: FxHashSet<ExprId>,
    typed: TypedBody,
}

/// A loop or labelled block that is being checked.
#[derive(Clone, Copy)]
struct LabelState {
    /// What `break` gives; absent for `while` and `for`, which have no value.
    value: Option<Ty>,
    has_break: bool,
}

struct PendingCast {
    expr: ExprId,
    from: Ty,
    to: Ty,
}

struct PendingLiteral {
    expr: ExprId,
    negative: bool,
    magnitude: u128,
    ty: Ty,
}

struct PendingPrint {
    expr: ExprId,
    kind: hir::FormatKind,
    /// Of an f-string that is a value, which refers to it.
    is_kept: bool,
}

impl<'a> Checker<'a> {
    fn program(&self) -> &'a Program {
        self.input.program
    }

    fn span(&self, expr: ExprId) -> Span {
        self.body.expr_spans[expr]
    }

    fn pat_span(&self, pat: PatId) -> Span {
        self.body.pat_spans[pat]
    }

    fn report(&mut self, diagnostic: Diagnostic) -> Reported {
        self.diagnostics.report(diagnostic)
    }

    fn error_ty(&mut self, diagnostic: Diagnostic) -> Ty {
        Ty::error(self.diagnostics.report(diagnostic))
    }

    /// The outermost structure of a type, as far as it is known now.
    fn shallow(&self, ty: Ty) -> Ty {
        self.table.shallow(ty)
    }

    fn display(&self, ty: Ty) -> String {
        crate::display_ty(self.table.resolve(ty), self.signatures)
    }

    fn env(&self) -> &'a BodyEnv {
        self.env
    }

    /// A type that is written in the body.
    fn written_ty(&mut self, id: hir::TypeRefId) -> Ty {
        let scope = &self.env().scope;
        let ty = type_refs::lower(self, scope, id);
        self.normalize(ty)
    }

    /// As [`Self::written_ty`], where a value stands.
    fn written_value_ty(&mut self, id: hir::TypeRefId) -> Ty {
        let scope = &self.env().scope;
        let ty = type_refs::lower_value(self, scope, id);
        self.normalize(ty)
    }

    fn written_args(&mut self, args: &[hir::GenericArg], generics: &[Generic], span: Span) -> Vec<Ty> {
        let scope = &self.env().scope;
        let lowered: Vec<Ty> = args
            .iter()
            .zip(generics)
            .map(|(arg, generic)| const_args::lower_arg(self, scope, arg, *generic, span))
            .collect();
        lowered.into_iter().map(|ty| self.normalize(ty)).collect()
    }

    fn adjust(&mut self, expr: ExprId, kind: Adjust, ty: Ty) {
        self.typed
            .adjustments
            .entry(expr)
            .or_default()
            .push(Adjustment { kind, ty });
    }

    fn local_ty(&self, local: LocalId) -> Ty {
        self.typed.local_tys[local]
    }

    /// Asks for `unsafe` around an operation.
    fn require_unsafe(&mut self, span: Span, what: &str) {
        self.unsafe_used = true;
        if self.unsafe_depth == 0 {
            self.report(errors::needs_unsafe(span, what));
        }
    }

    fn value_ref(&mut self, expr: ExprId, value: ValueRef) {
        self.typed.values.insert(expr, value);
    }

    fn call_as(&mut self, expr: ExprId, call: Call) {
        self.typed.calls.insert(expr, call);
    }

    /// Fresh variables for the generics of an item.
    fn fresh_args(&mut self, n: usize) -> Vec<Ty> {
        (0..n).map(|_| self.table.fresh()).collect()
    }
}

impl<'a> TypeLowering<'a> for Checker<'a> {
    fn program(&self) -> &'a Program {
        self.input.program
    }

    fn signatures(&self) -> &Signatures {
        self.signatures
    }

    fn queries(&self) -> &dyn CQueries {
        self.input.queries
    }

    fn diagnostics(&mut self) -> &mut Diagnostics {
        &mut self.diagnostics
    }

    fn const_value(&mut self, body: BodyRef, ty: Ty, scope: &TypeScope) -> Result<ConstValue, Reported> {
        let scope = (scope, Arc::default());
        consteval::value_of(self.input, self.signatures, (body, ty), scope, &mut self.diagnostics)
    }

    fn named_const(&mut self, def: hir::DefId) -> Result<(Ty, ConstValue), Reported> {
        let Some(decl) = self.signatures.consts.get(&def) else {
            // Only inside its own definition.
            let item = self.program().item(def);
            return Err(self.report(errors::constant_cycle(item.name_span, item.name.as_str())));
        };
        match decl.ty.error_inside() {
            Some(reported) => Err(reported),
            None => Ok((decl.ty, decl.value.as_ref().clone())),
        }
    }

    fn infer_ty(&mut self, _span: Span) -> Ty {
        self.table.fresh()
    }

    fn dyn_written(&mut self, dynamic: &DynTy, span: Span) {
        if let Some(diagnostic) = self.signatures.check_dyn(dynamic, span) {
            self.report(diagnostic);
        }
    }

    fn alias_depth(&mut self) -> &mut u32 {
        &mut self.alias_depth
    }
}

/// Whether the type is the error type, so that nothing more is said.
fn is_error(ty: Ty) -> bool {
    matches!(ty.kind(), TyKind::Error(_))
}
