//! What closures capture, when all types of a body are known.
//!
//! A closure takes the places around it that it uses, each with the least power that does: `&` where it reads, `&mut`
//! where it writes, the value where it moves it away. What is a reference already is copied, and so is what lies behind
//! one that only reads. A `move` closure takes values alone. Of two places of which one is inside of the other, the
//! larger is taken.

use base::{FxHashMap, IndexVec, Span};
use hir::{Block, Body, ClosureId, Expr, ExprId, LocalId, Mutability, Pat, PatId, Stmt, UnaryOp};

use super::Checker;
use crate::{
    Adjust, AdtKind, BuiltinCall, Call, CallKind, Callee, Capture, CaptureMode, CaptureStep, CheckedClosure, ClosureTy,
    Environment, OperatorForm, PrintPart, Ty, TyKind, TypeEnv, TypedBody, errors,
};

/// What is known of the closures of a body so far.
#[derive(Default)]
struct Known {
    captures: FxHashMap<ClosureId, Found>,
}

#[derive(Clone)]
struct Found {
    call: CallKind,
    captures: Vec<CapturedPlace>,
}

/// A capture with the type of its place.
#[derive(Clone)]
struct CapturedPlace {
    capture: Capture,
    ty: Ty,
    /// A `&` that is read, of which a copy does if nothing else is done with where it stands.
    is_copied: bool,
}

impl CapturedPlace {
    /// Takes in another use of the place, or of a part of it.
    fn join(&mut self, other: &Self) {
        let takes_other = match (self.is_copied, other.is_copied) {
            (_, true) => false,
            (true, false) => true,
            (false, false) => other.capture.mode > self.capture.mode,
        };
        if takes_other {
            self.capture.mode = other.capture.mode;
            self.capture.span = other.capture.span;
        }
        self.is_copied &= other.is_copied;
    }

    /// What the closure holds.
    fn held_ty(&self) -> Ty {
        match self.capture.mode {
            CaptureMode::Shared => self.ty.reference(Mutability::Const),
            CaptureMode::Exclusive => self.ty.reference(Mutability::Mut),
            CaptureMode::Value => self.ty,
        }
    }
}

impl Checker<'_> {
    /// Finds the captures of every closure, says of each call of a value how it is called, and puts whole closure types
    /// everywhere.
    pub(super) fn close_closures(&mut self) {
        let mut known = Known::default();
        let calls = std::mem::take(&mut self.calls_of_values);
        if !self.closures.is_empty() {
            // Inner ones before those around them, earlier ones before later ones, which may use them.
            let mut order: Vec<ClosureId> = self.body.closures.ids().collect();
            order.retain(|id| self.closures.contains_key(id));
            order.sort_by_key(|id| (self.span(self.closures[id].0).end, std::cmp::Reverse(*id)));
            for id in order {
                let found = self.captures_of(id, &calls, &known);
                known.captures.insert(id, found);
            }
        }
        for (expr, args) in calls {
            let callee = self.callee_of(expr);
            let ty = known
                .closed(self.typed.adjusted_ty(callee), &mut Vec::new())
                .unwrap_or_else(|ty| ty);
            // What is no closure after all has had its message.
            let kind = self.type_env().call_kind(ty).unwrap_or(CallKind::Shared);
            let callee = Callee::Callable(kind);
            self.call_as(expr, Call { callee, args });
        }
        if !self.closures.is_empty() {
            self.close_types(&known);
        }
    }

    fn callee_of(&self, call: ExprId) -> ExprId {
        match &self.body.exprs[call] {
            Expr::Call { callee, .. } => *callee,
            _ => call,
        }
    }

    fn captures_of(&mut self, id: ClosureId, calls: &[(ExprId, Vec<ExprId>)], known: &Known) -> Found {
        let closure = &self.body.closures[id];
        let mut search = Search {
            typed: &self.typed,
            env: self.signatures.within(&self.env.bounds),
            body: self.body,
            calls,
            known,
            closure: id,
            is_move: closure.is_move,
            call: if self.called_once.contains(&id) {
                CallKind::Once
            } else {
                CallKind::Shared
            },
            call_cause: None,
            captures: Vec::new(),
            unwritable: Vec::new(),
        };
        search.value(closure.value);
        let Search {
            call,
            call_cause,
            captures,
            unwritable,
            ..
        } = search;
        if let Some(span) = call_cause {
            self.call_causes.insert(id, span);
        }
        for (local, span) in unwritable {
            let local = &self.body.locals[local];
            self.report(errors::captured_let(span, local.name, local.span));
        }
        Found { call, captures }
    }

    /// Puts the environments into the types of closures.
    fn close_types(&mut self, known: &Known) {
        let mut circular = None;
        let mut close = |ty: Ty| match known.closed(ty, &mut Vec::new()) {
            Ok(ty) => ty,
            Err(ty) => {
                circular = Some(ty);
                ty
            }
        };
        self.map_types(&mut close);
        let closures = self.body.closures.ids().filter_map(|id| {
            let (expr, _) = self.closures.get(&id)?;
            let captures = known.captures.get(&id)?.captures.iter();
            Some(CheckedClosure {
                ty: self.typed.expr_tys[*expr],
                captures: captures.map(|place| place.capture.clone()).collect(),
            })
        });
        let closures: IndexVec<ClosureId, CheckedClosure> = closures.collect();
        self.typed.closures = closures;
        if let Some(ty) = circular {
            let at = self.closures.values().find(|(_, own)| same_closure(*own, ty));
            let span = at.map(|(expr, _)| self.span(*expr));
            if let Some(span) = span {
                self.report(errors::closure_of_itself(span));
            }
        }
    }
}

fn same_closure(a: Ty, b: Ty) -> bool {
    match (a.kind(), b.kind()) {
        (TyKind::Closure(a), TyKind::Closure(b)) => a.closure == b.closure,
        _ => false,
    }
}

impl Known {
    /// The type with the environments of its closures, as far as they are known. Fails with a closure that captures a
    /// value of its own type.
    fn closed(&self, ty: Ty, around: &mut Vec<ClosureId>) -> Result<Ty, Ty> {
        let mut circular = None;
        let closed = ty.map(&mut |part| {
            let TyKind::Closure(closure) = part.kind() else {
                return None;
            };
            if closure.environment.is_some() {
                return None;
            }
            let id = closure.closure.closure;
            let found = self.captures.get(&id)?;
            if around.contains(&id) {
                circular = Some(part);
                return Some(part);
            }
            around.push(id);
            let whole = self.with_environment(closure, found, around);
            around.pop();
            Some(whole.unwrap_or_else(|inner| {
                circular = Some(inner);
                part
            }))
        });
        match circular {
            Some(ty) => Err(ty),
            None => Ok(closed),
        }
    }

    fn with_environment(&self, closure: &ClosureTy, found: &Found, around: &mut Vec<ClosureId>) -> Result<Ty, Ty> {
        let mut list =
            |types: &[Ty]| -> Result<Box<[Ty]>, Ty> { types.iter().map(|ty| self.closed(*ty, around)).collect() };
        let held: Vec<Ty> = found.captures.iter().map(CapturedPlace::held_ty).collect();
        let (params, captures) = (list(&closure.params)?, list(&held)?);
        Ok(Ty::new(TyKind::Closure(ClosureTy {
            closure: closure.closure,
            generics: closure.generics.clone(),
            params,
            ret: self.closed(closure.ret, around)?,
            environment: Some(Environment {
                call: found.call,
                captures,
            }),
        })))
    }
}

/// The walk over a closure's code.
struct Search<'c> {
    typed: &'c TypedBody,
    env: TypeEnv<'c>,
    body: &'c Body,
    calls: &'c [(ExprId, Vec<ExprId>)],
    known: &'c Known,
    closure: ClosureId,
    is_move: bool,
    call: CallKind,
    /// The use that asks for that.
    call_cause: Option<Span>,
    captures: Vec<CapturedPlace>,
    /// Variables that are not `var`, and yet written in the closure that owns them.
    unwritable: Vec<(LocalId, Span)>,
}

/// A place that is used: a variable and the way from it.
#[derive(Clone)]
struct UsedPlace {
    local: LocalId,
    steps: Vec<CaptureStep>,
    /// The type of the variable, and that after each step.
    tys: Vec<Ty>,
    /// The type of the place itself, which may be a part of where the steps end.
    ty: Ty,
    /// What comes after these steps is not told apart: it stands in an element, a union or an enum.
    is_whole: bool,
    /// The place stands behind something that is only read to get there: a raw pointer, or a `&` in an element.
    is_read: bool,
}

impl UsedPlace {
    fn of(local: LocalId, ty: Ty) -> Self {
        Self {
            local,
            steps: Vec::new(),
            tys: vec![ty],
            ty,
            is_whole: false,
            is_read: false,
        }
    }

    fn captured_ty(&self) -> Ty {
        self.tys[self.steps.len()]
    }

    fn step(&mut self, step: CaptureStep, ty: Ty) {
        self.ty = ty;
        if !self.is_whole && !self.is_read {
            self.steps.push(step);
            self.tys.push(ty);
        }
    }

    /// The place is a part, of this type, of where the steps end.
    fn part(&mut self, ty: Ty) {
        self.ty = ty;
        self.is_whole = true;
    }

    /// What a reference or pointer at the place points to.
    fn behind(mut self, ty: Ty) -> Self {
        match self.ty.kind() {
            TyKind::Pointer(..) => self.is_read = true,
            TyKind::Ref(Mutability::Const, _) if self.is_whole => self.is_read = true,
            TyKind::Ref(..) => {}
            _ => self.is_whole = true,
        }
        self.step(CaptureStep::Deref, ty);
        self
    }

    fn truncate(&mut self, len: usize) {
        self.steps.truncate(len);
        self.tys.truncate(len + 1);
    }
}

impl Search<'_> {
    // --- Places and what is done with them ---

    fn use_place(&mut self, mut place: UsedPlace, mode: CaptureMode, span: Span) {
        if self.body.is_declared_in(place.local, self.closure) {
            return;
        }
        let is_read = place.is_read || (mode == CaptureMode::Value && self.is_copy(place.ty));
        let mut mode = if is_read { CaptureMode::Shared } else { mode };
        let first_deref = place.steps.iter().position(|step| *step == CaptureStep::Deref);
        let call = match mode {
            CaptureMode::Shared => CallKind::Shared,
            CaptureMode::Exclusive => CallKind::Exclusive,
            CaptureMode::Value => CallKind::Once,
        };
        if call > self.call {
            self.call = call;
            self.call_cause = Some(span);
        }
        if mode == CaptureMode::Exclusive
            && self.is_move
            && first_deref.is_none()
            && !self.body.locals[place.local].is_var
            && !self.is_called_freely(place.ty)
        {
            self.unwritable.push((place.local, span));
        }
        if self.is_move {
            mode = CaptureMode::Value;
        }
        let mut is_copied = false;
        match mode {
            CaptureMode::Value => self.keep_whole(&mut place, first_deref),
            CaptureMode::Shared => {
                // The reference itself is copied: it may outlive the variable that it stands in.
                let is_shared = |ty: &Ty| matches!(ty.kind(), TyKind::Ref(Mutability::Const, _));
                let last = (0..place.tys.len()).rev().find(|at| {
                    let is_end = *at == place.steps.len();
                    is_shared(&place.tys[*at]) && (is_end || place.steps[*at] == CaptureStep::Deref)
                });
                if let Some(last) = last {
                    place.truncate(last);
                    mode = CaptureMode::Value;
                    is_copied = true;
                }
            }
            CaptureMode::Exclusive => {}
        }
        let ty = place.captured_ty();
        self.add(CapturedPlace {
            capture: Capture {
                local: place.local,
                steps: place.steps,
                mode,
                span,
            },
            ty,
            is_copied,
        });
    }

    /// Cuts a place that is moved where nothing can be moved out of: behind references, and in values whose type says
    /// what their drop does.
    fn keep_whole(&self, place: &mut UsedPlace, first_deref: Option<usize>) {
        let of_drop = (0..place.steps.len()).find(|at| {
            let is_dropped = |adt| self.env.signatures.drops.contains_key(adt);
            matches!(place.tys[*at].kind(), TyKind::Adt(adt, _) if is_dropped(adt))
        });
        if let Some(len) = first_deref.into_iter().chain(of_drop).min() {
            place.truncate(len);
        }
    }

    /// Whether calling is all that writes to a value of the type, which asks for no `var`.
    fn is_called_freely(&self, ty: Ty) -> bool {
        matches!(ty.kind(), TyKind::Closure(_)) || self.env.call_kind(ty) == Some(CallKind::Exclusive)
    }

    fn add(&mut self, new: CapturedPlace) {
        let is_inside =
            |inner: &Capture, outer: &Capture| inner.local == outer.local && inner.steps.starts_with(&outer.steps);
        if let Some(outer) = self
            .captures
            .iter_mut()
            .find(|known| is_inside(&new.capture, &known.capture))
        {
            outer.join(&new);
            return;
        }
        let mut new = new;
        let mut at = self.captures.len();
        let mut index = 0;
        while index < self.captures.len() {
            if is_inside(&self.captures[index].capture, &new.capture) {
                let inner = self.captures.remove(index);
                new.join(&inner);
                at = at.min(index);
            } else {
                index += 1;
            }
        }
        self.captures.insert(at.min(self.captures.len()), new);
    }

    fn closed(&self, ty: Ty) -> Ty {
        self.known.closed(ty, &mut Vec::new()).unwrap_or_else(|ty| ty)
    }

    fn is_copy(&self, ty: Ty) -> bool {
        self.env.is_copy(self.closed(ty))
    }

    /// The place that an expression is after so many of its adjustments; what it evaluates on the way is walked. Absent
    /// for a value, which is walked too.
    fn place(&mut self, expr: ExprId, n_steps: usize) -> Option<UsedPlace> {
        if let Some(last) = n_steps.checked_sub(1) {
            let step = self.typed.adjustments[&expr][last];
            if step.kind != Adjust::Deref {
                self.adjusted(expr, n_steps);
                return None;
            }
            return self.pointed_to(expr, last, step.ty);
        }
        let span = self.body.expr_spans[expr];
        let ty = self.typed.expr_tys[expr];
        match &self.body.exprs[expr] {
            Expr::Local(local) => Some(UsedPlace::of(*local, self.typed.local_tys[*local])),
            Expr::Field { base, .. } if self.typed.fields.contains_key(&expr) => {
                let mut place = self.place_of(*base)?;
                let fields = &self.typed.fields[&expr];
                for field in fields {
                    self.field(&mut place, *field);
                }
                Some(place)
            }
            Expr::Index { base, index } => {
                if matches!(self.typed.adjusted_ty(*base).kind(), TyKind::Pointer(..)) {
                    self.value(*base);
                    self.value(*index);
                    return None;
                }
                let place = self.place_of(*base);
                self.value(*index);
                let mut place = place?;
                place.part(ty);
                Some(place)
            }
            Expr::Unary {
                op: UnaryOp::Deref,
                operand,
            } => {
                let n_steps = self.typed.adjustments.get(operand).map_or(0, Vec::len);
                self.pointed_to(*operand, n_steps, ty)
            }
            Expr::Unsafe(inner) | Expr::Try(inner) => self.place_of(*inner),
            Expr::Link(optional) => {
                let mut place = self.place_of(*optional)?;
                place.part(ty);
                Some(place)
            }
            _ => {
                self.plain_value(expr, span);
                None
            }
        }
    }

    fn place_of(&mut self, expr: ExprId) -> Option<UsedPlace> {
        let n_steps = self.typed.adjustments.get(&expr).map_or(0, Vec::len);
        self.place(expr, n_steps)
    }

    /// What an expression leads to after so many of its adjustments. What a value lends of itself is a part of it.
    fn pointed_to(&mut self, expr: ExprId, n_steps: usize, ty: Ty) -> Option<UsedPlace> {
        let lends = n_steps
            .checked_sub(1)
            .filter(|last| self.typed.adjustments[&expr][*last].kind == Adjust::Lend);
        match lends {
            Some(last) => {
                let mut place = self.place(expr, last)?;
                place.part(ty);
                Some(place)
            }
            None => Some(self.place(expr, n_steps)?.behind(ty)),
        }
    }

    fn field(&self, place: &mut UsedPlace, field: u32) {
        let base = place.ty;
        let keeps_together = match base.kind() {
            TyKind::Adt(adt, _) => {
                let decl = self.env.signatures.adt(*adt);
                decl.packed || decl.kind != AdtKind::Record(hir::StructKind::Lang)
            }
            TyKind::Tuple(_) => false,
            _ => true,
        };
        match self.env.field_ty(base, field) {
            Some(ty) if !keeps_together => place.step(CaptureStep::Field(field), ty),
            Some(ty) => place.part(ty),
            None => place.is_whole = true,
        }
    }

    // --- Values ---

    /// An expression's value with its adjustments.
    fn value(&mut self, expr: ExprId) {
        let n_steps = self.typed.adjustments.get(&expr).map_or(0, Vec::len);
        self.adjusted(expr, n_steps);
    }

    fn adjusted(&mut self, expr: ExprId, n_steps: usize) {
        let span = self.body.expr_spans[expr];
        let Some(last) = n_steps.checked_sub(1) else {
            return self.plain_value(expr, span);
        };
        match self.typed.adjustments[&expr][last].kind {
            Adjust::Deref => {
                if let Some(place) = self.place(expr, n_steps) {
                    self.use_place(place, CaptureMode::Value, span);
                }
            }
            Adjust::Borrow(mutability) => self.lend(expr, last, mutability, span),
            Adjust::BorrowAsFn => self.lend(expr, last, Mutability::Const, span),
            Adjust::Lend => {
                let lent = self.typed.adjustments[&expr][last].ty;
                let is_mut = matches!(lent.kind(), TyKind::Ref(Mutability::Mut, _));
                let mutability = if is_mut { Mutability::Mut } else { Mutability::Const };
                self.lend(expr, last, mutability, span);
            }
            Adjust::Try => {
                if let Some(place) = self.place(expr, last) {
                    self.use_place(place, CaptureMode::Value, span);
                }
            }
            Adjust::NeverToAny
            | Adjust::Ok
            | Adjust::Err
            | Adjust::Numeric
            | Adjust::Reinterpret
            | Adjust::ArrayToSlice
            | Adjust::Unsize
            | Adjust::ArrayToVec
            | Adjust::Box
            | Adjust::FnItemToPointer
            | Adjust::FnItemToExtern
            | Adjust::ClosureToExtern
            | Adjust::Some
            | Adjust::LiteralToCStr
            | Adjust::EnumToInt => self.adjusted(expr, last),
        }
    }

    fn lend(&mut self, expr: ExprId, n_steps: usize, mutability: Mutability, span: Span) {
        if let Some(place) = self.place(expr, n_steps) {
            self.use_place(place, lent(mutability), span);
        }
    }

    fn lend_expr(&mut self, expr: ExprId, mutability: Mutability) {
        let n_steps = self.typed.adjustments.get(&expr).map_or(0, Vec::len);
        self.lend(expr, n_steps, mutability, self.body.expr_spans[expr]);
    }

    fn values(&mut self, exprs: impl IntoIterator<Item = ExprId>) {
        for expr in exprs {
            self.value(expr);
        }
    }

    /// Flat dispatch.
    fn plain_value(&mut self, expr: ExprId, span: Span) {
        match &self.body.exprs[expr] {
            Expr::Local(_) | Expr::Index { .. } | Expr::Link(_) | Expr::Unary { op: UnaryOp::Deref, .. } => {
                self.read(expr, span);
            }
            Expr::Field { base, .. } => {
                if self.typed.fields.contains_key(&expr) {
                    self.read(expr, span);
                } else if !self.typed.values.contains_key(&expr) {
                    self.value(*base);
                }
            }
            Expr::Unsafe(inner) | Expr::Try(inner) | Expr::Throw(inner) | Expr::Chain(inner) => self.value(*inner),
            Expr::Catch { value, handler, .. } => self.values([*value, *handler]),
            Expr::Error(_)
            | Expr::Literal(_)
            | Expr::Name(_)
            | Expr::DotName { .. }
            | Expr::Generic { .. }
            | Expr::Type(_)
            | Expr::Continue { .. }
            | Expr::None
            | Expr::Null => {}
            Expr::FString(parts) => {
                for part in parts {
                    if let hir::FStringPart::Value { expr, .. } = part {
                        self.lend_expr(*expr, Mutability::Const);
                    }
                }
            }
            Expr::Call { callee, args } => self.call(expr, *callee, args),
            Expr::Unary {
                op: UnaryOp::Neg | UnaryOp::Not,
                operand,
            }
            | Expr::Cast { operand, .. }
            | Expr::Repeat { element: operand, .. } => self.value(*operand),
            Expr::Ref { mutability, operand } => self.lend_expr(*operand, *mutability),
            Expr::Binary { left, right, .. } | Expr::And { left, right } | Expr::Or { left, right } => {
                self.values([*left, *right]);
            }
            Expr::Assign { place, value } | Expr::AssignOp { place, value, .. } => {
                self.value(*value);
                let call = self.typed.operators.get(&expr);
                if call.is_some_and(|call| call.form == OperatorForm::ThenAssigned) {
                    // The operator takes what is there.
                    self.value(*place);
                }
                self.lend_expr(*place, Mutability::Mut);
            }
            Expr::Range { start, end, .. } => self.values(start.iter().chain(end).copied()),
            Expr::Tuple(elements) | Expr::Array(elements) => self.values(elements.iter().copied()),
            Expr::Struct { fields, base, .. } => {
                self.values(fields.iter().map(|field| field.value));
                if let Some(base) = base {
                    self.rest_of(expr, *base);
                }
            }
            Expr::Block { block, .. } => self.block(block),
            Expr::If {
                condition,
                then,
                otherwise,
            } => self.values([*condition, *then].into_iter().chain(*otherwise)),
            Expr::Let { pat, value } => self.matched(*value, &[*pat]),
            Expr::Loop { body, .. } => self.value(*body),
            Expr::While { condition, body, .. } => self.values([*condition, *body]),
            Expr::For { iter, body, .. } => self.values([*iter, *body]),
            Expr::Match { value, arms } => {
                let pats: Vec<PatId> = arms.iter().map(|arm| arm.pat).collect();
                self.matched(*value, &pats);
                for arm in arms {
                    self.values(arm.guard);
                    self.value(arm.body);
                }
            }
            Expr::Break { value, .. } => self.values(*value),
            Expr::Return(value) => self.values(*value),
            Expr::Closure(inner) => self.inner_closure(*inner),
            Expr::Coalesce { value, otherwise } => self.values([*value, *otherwise]),
        }
    }

    /// The fields that a literal takes from the value after its `..`.
    fn rest_of(&mut self, literal: ExprId, base: ExprId) {
        let Some(whole) = self.place_of(base) else {
            return;
        };
        let given = self.typed.field_inits.get(&literal).into_iter().flatten();
        let given: Vec<u32> = given.filter_map(|way| way.first().copied()).collect();
        let n_fields = self.env.field_tys(whole.ty).count() as u32;
        for field in (0..n_fields).filter(|field| !given.contains(field)) {
            let mut place = whole.clone();
            self.field(&mut place, field);
            self.use_place(place, CaptureMode::Value, self.body.expr_spans[base]);
        }
    }

    fn read(&mut self, expr: ExprId, span: Span) {
        if let Some(place) = self.place(expr, 0) {
            self.use_place(place, CaptureMode::Value, span);
        }
    }

    fn call(&mut self, expr: ExprId, callee: ExprId, args: &[hir::Arg]) {
        if let Some((_, args)) = self.calls.iter().find(|(call, _)| *call == expr) {
            let ty = self.closed(self.typed.adjusted_ty(callee));
            match self.env.call_kind(ty) {
                Some(CallKind::Shared) => self.lend_expr(callee, Mutability::Const),
                Some(CallKind::Exclusive) => self.lend_expr(callee, Mutability::Mut),
                Some(CallKind::Once) | None => self.value(callee),
            }
            return self.values(args.iter().copied());
        }
        match self.typed.calls.get(&expr) {
            Some(Call { callee: kind, args }) => match kind {
                Callee::Fn(..) | Callee::TupleStruct | Callee::Variant(_) => self.values(args.iter().copied()),
                Callee::Value | Callee::Callable(_) => {
                    self.value(callee);
                    self.values(args.iter().copied());
                }
                Callee::Builtin(builtin) => self.builtin(builtin),
            },
            // Broken.
            None => self.values(args.iter().map(|arg| arg.value)),
        }
    }

    fn builtin(&mut self, builtin: &BuiltinCall) {
        let mut printed = |parts: &[PrintPart]| {
            for part in parts {
                if let PrintPart::Value { expr, .. } = part {
                    self.lend_expr(*expr, Mutability::Const);
                }
            }
        };
        match builtin {
            BuiltinCall::Print { parts, .. } | BuiltinCall::Panic { parts } => printed(parts),
            BuiltinCall::Assert { condition, parts } => {
                printed(parts);
                self.value(*condition);
            }
            BuiltinCall::AssertEq { left, right, .. } => {
                self.lend_expr(*left, Mutability::Const);
                self.lend_expr(*right, Mutability::Const);
            }
        }
    }

    /// A closure takes from the one around it what that does not declare itself.
    fn inner_closure(&mut self, inner: ClosureId) {
        let Some(found) = self.known.captures.get(&inner) else {
            return;
        };
        for CapturedPlace { capture, .. } in found.captures.clone() {
            let mut place = UsedPlace::of(capture.local, self.typed.local_tys[capture.local]);
            for step in &capture.steps {
                match (step, place.ty.kind()) {
                    (CaptureStep::Field(index), _) => self.field(&mut place, *index),
                    (CaptureStep::Deref, TyKind::Ref(_, target)) => place = place.behind(*target),
                    (CaptureStep::Deref, _) => {}
                }
            }
            self.use_place(place, capture.mode, capture.span);
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Let {
                    pat, init, otherwise, ..
                } => {
                    if let Some(init) = init {
                        self.matched(*init, &[*pat]);
                    }
                    self.values(*otherwise);
                }
                Stmt::ConstAssert(_) => {}
                Stmt::Expr { expr, .. } | Stmt::Discard(expr) | Stmt::Defer { expr, .. } => self.value(*expr),
            }
        }
        self.values(block.tail);
    }

    // --- Patterns ---

    /// A value that is matched: it is used as much as the names ask for that the patterns give it and its parts.
    fn matched(&mut self, value: ExprId, pats: &[PatId]) {
        let Some(mut place) = self.place_of(value) else {
            return;
        };
        let span = self.body.expr_spans[value];
        let mut mode = CaptureMode::Shared;
        for pat in pats {
            self.binding_mode(*pat, &mut mode);
        }
        // A pattern that takes a `&mut` apart borrows what it leads to.
        if let (CaptureMode::Shared | CaptureMode::Exclusive, TyKind::Ref(Mutability::Mut, target)) =
            (mode, place.ty.kind())
        {
            place = place.behind(*target);
        }
        self.use_place(place, mode, span);
    }

    fn binding_mode(&self, pat: PatId, mode: &mut CaptureMode) {
        let mut all = |pats: &[PatId]| pats.iter().for_each(|pat| self.binding_mode(*pat, mode));
        match &self.body.pats[pat] {
            Pat::Error(_) | Pat::Wild | Pat::Value(_) | Pat::Range { .. } | Pat::None => {}
            Pat::Bind { sub, .. } => {
                let own = match self.typed.pat_borrows.get(&pat) {
                    Some(mutability) => lent(*mutability),
                    None if self.is_copy(self.typed.pat_tys[pat]) => CaptureMode::Shared,
                    None => CaptureMode::Value,
                };
                *mode = (*mode).max(own);
                if let Some(sub) = sub {
                    self.binding_mode(*sub, mode);
                }
            }
            Pat::Tuple { elements, .. } | Pat::TupleVariant { elements, .. } | Pat::Or(elements) => all(elements),
            Pat::Struct { fields, .. } => fields.iter().for_each(|field| self.binding_mode(field.pat, mode)),
            Pat::Slice { before, rest, after } => {
                all(before);
                all(after);
                if let Some(Some(rest)) = rest {
                    self.binding_mode(*rest, mode);
                }
            }
            Pat::Ref { pat, .. } => self.binding_mode(*pat, mode),
        }
    }
}

fn lent(mutability: Mutability) -> CaptureMode {
    match mutability {
        Mutability::Const => CaptureMode::Shared,
        Mutability::Mut => CaptureMode::Exclusive,
    }
}
