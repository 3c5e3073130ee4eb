//! Calls, and literals of records and arrays, whose parts are evaluated as arguments are.

use base::Span;
use check::{Adjust, AdtKind, ArgSource, Call, Callee, FnDecl, FnKind, FnRef, LangItem, Receiver, Ty, TyKind};
use hir::{Expr, ExprId, FieldInit, Mutability, StructKind};

use super::builder::{Adjusted, Builder, Dest};
use super::operands::Until;
use super::places::copy;
use crate::body::{
    AggregateKind, CallTarget, CastKind, Const, Kept, KeptBy, Operand, Place, Projection, Rvalue, TerminatorKind,
};

/// The values that a literal gives, each with the way to its field.
type GivenFields<'a> = Vec<(&'a [u32], Operand)>;

/// What gives the other fields, and where that is written.
type LiteralBase = (Place, Span);

impl Builder<'_> {
    pub(super) fn call_into(&mut self, dest: &Dest, expr: ExprId) {
        self.call_for(dest, expr, self.typed.expr_tys[expr]);
    }

    /// A call that gives this type, which is not the expression's where a place is meant.
    pub(super) fn call_for(&mut self, dest: &Dest, expr: ExprId, ret: Ty) {
        let typed = self.typed;
        let call = &typed.calls[&expr];
        let span = self.span(expr);
        match &call.callee {
            Callee::Fn(function, type_args) => {
                let decl = self.signatures.function(*function);
                let args = self.call_args(expr, call, decl);
                let target = CallTarget::Fn(*function, type_args.clone());
                self.emit_call(target, args, dest, ret, may_unwind(decl), span);
            }
            Callee::Value => self.call_value(dest, expr, call, ret),
            Callee::Callable(kind) => self.call_callable(dest, expr, *kind, &call.args, ret),
            Callee::TupleStruct => {
                let operands = self.operands_of(&call.args);
                let rvalue = Rvalue::Aggregate(record_kind(ret), operands);
                self.store(dest, ret, rvalue, span);
            }
            Callee::Variant(variant) => {
                let mut operands = self.operands_of(&call.args);
                let rvalue = match (ret.kind(), operands.pop()) {
                    (TyKind::Optional(_), Some(value)) => Rvalue::Cast(CastKind::Some, value, ret),
                    (_, last) => {
                        operands.extend(last);
                        Rvalue::Aggregate(variant_kind(ret, *variant), operands)
                    }
                };
                self.store(dest, ret, rvalue, span);
            }
            Callee::Builtin(builtin) => {
                self.builtin_call(expr, builtin, span);
                self.unit_into(dest, span);
            }
        }
    }

    /// Whether a call makes a value of its arguments and runs nothing.
    pub(super) fn makes_tuple_struct(&self, expr: ExprId) -> bool {
        let call = self.typed.calls.get(&expr);
        call.is_some_and(|call| matches!(call.callee, Callee::TupleStruct | Callee::Variant(_)))
    }

    /// The arguments in the order of the parameters: those that are written are evaluated first, in their order.
    fn call_args(&mut self, expr: ExprId, call: &Call, decl: &FnDecl) -> Vec<Operand> {
        let typed = self.typed;
        let Some(sources) = typed.arg_sources.get(&expr) else {
            return self.written_args(call, decl, Until::Now);
        };
        let has_defaults = sources.iter().any(|source| matches!(source, ArgSource::Default(_)));
        let until = if has_defaults { Until::Later } else { Until::Now };
        let written = self.written_args(call, decl, until);
        let Callee::Fn(_, type_args) = &call.callee else {
            unreachable!("only parameters of functions have names and defaults")
        };
        let span = self.span(expr);
        let value = |source: &ArgSource| match source {
            ArgSource::Arg(index) => written[*index as usize].clone(),
            ArgSource::Default(function) => self.default_arg(*function, type_args, span),
        };
        sources.iter().map(value).collect()
    }

    /// What stands for an argument that is left out.
    fn default_arg(&mut self, function: FnRef, type_args: &[Ty], span: Span) -> Operand {
        let ret = self
            .env()
            .instantiate(self.signatures.function(function).ret, type_args);
        let depth = self.temporaries_scope();
        let local = self.temporary(ret, span);
        let is_dropped = self.env().needs_drop(ret);
        if is_dropped {
            self.begin_local(depth, local, span);
        }
        let dest = Dest::Place(Place::local(local));
        self.emit_call(
            CallTarget::Fn(function, type_args.into()),
            Vec::new(),
            &dest,
            ret,
            true,
            span,
        );
        self.schedule_value(depth, local, span);
        self.consume(Place::local(local))
    }

    /// The arguments as they are written. The borrow of a method's receiver is the last thing to be done, so that the
    /// others may use what it borrows: `v.push(v.len())`.
    fn written_args(&mut self, call: &Call, decl: &FnDecl, until: Until) -> Vec<Operand> {
        let Some((receiver, rest)) = call.args.split_first() else {
            return Vec::new();
        };
        let value = self.adjusted(*receiver);
        let lends = matches!(decl.receiver, Some(Receiver::Ref(_))) && !rest.is_empty();
        // One that a function of its own lends, as a `Vec` is lent as a slice, is lent last as well:
        // `v.swap(0, v.len() - 1)`.
        if lends && self.is_written_as_lent(*receiver) && self.is_variable(*receiver) {
            let rest = self.args_until(rest, Until::Later);
            let mut args = vec![self.operand_until(value, until)];
            args.extend(rest);
            return args;
        }
        if lends
            && let Some((adjustment, place)) = self.last_step(value)
            && let Adjust::Borrow(mutability) = adjustment.kind
            && self.is_place(place)
        {
            let span = self.span(*receiver);
            let place = self.place(place, mutability);
            // What is behind a reference is read before what that is made from is lent.
            let until = if mutability == Mutability::Mut {
                Until::Later
            } else {
                until
            };
            self.keep_way_to(&place, span, rest);
            let rest = self.args_until(rest, until);
            let reference = self.assign_temporary(self.ty(value), Rvalue::Ref(mutability, place), span);
            let mut args = vec![self.consume(Place::local(reference))];
            args.extend(rest);
            return args;
        }
        self.args_until(&call.args, until)
    }

    /// Arguments, of which those that a `&mut` variable is lent on for are lent last: `f(m, m.len)`.
    pub(super) fn args_until(&mut self, args: &[ExprId], until: Until) -> Vec<Operand> {
        let lent: Vec<Option<Adjusted>> = (args.iter().enumerate())
            .map(|(index, arg)| self.lent_on(*arg).filter(|_| self.any_asks(&args[index + 1..])))
            .collect();
        if lent.iter().all(Option::is_none) {
            return self.operands_until(args, until);
        }
        let mut references = Vec::new();
        let mut operands = Vec::new();
        for (index, (arg, lent)) in args.iter().zip(&lent).enumerate() {
            if let Some(inner) = lent {
                let place = self.place(*inner, Mutability::Mut);
                let span = self.span(*arg);
                self.keep_way_to(&place, span, &args[index + 1..]);
                references.push((index, self.ty(self.adjusted(*arg)), place, span));
            } else {
                operands.push(self.operand_until(self.adjusted(*arg), Until::Later));
            }
        }
        for (index, ty, place, span) in references {
            let reference = self.assign_temporary(ty, Rvalue::Ref(Mutability::Mut, place), span);
            operands.insert(index, self.consume(Place::local(reference)));
        }
        operands
    }

    /// What is behind a variable that is a `&mut`, where that is lent on without a word.
    fn lent_on(&self, arg: ExprId) -> Option<Adjusted> {
        let (borrow, place) = self.last_step(self.adjusted(arg))?;
        let mut inner = place;
        while let Some((step, before)) = self.last_step(inner) {
            if step.kind != Adjust::Deref {
                return None;
            }
            inner = before;
        }
        let lends = borrow.kind == Adjust::Borrow(Mutability::Mut) && place.steps > 0;
        (lends && self.is_variable(arg)).then_some(place)
    }

    /// Whether an argument may ask for what another lends. Lending one does nothing else, so that nobody sees when it
    /// is done.
    fn any_asks(&self, args: &[ExprId]) -> bool {
        args.iter().any(|arg| {
            let is_plain = matches!(self.hir.exprs[*arg], Expr::Local(_) | Expr::Literal(_));
            !is_plain && self.lent_on(*arg).is_none()
        })
    }

    /// What comes between finding a place and lending it leaves the references on the way to it as they are.
    fn keep_way_to(&mut self, place: &Place, span: Span, until: &[ExprId]) {
        let is_way = |step: &Projection| matches!(step, Projection::Deref | Projection::SomeValue(_));
        let (Some(last), Some((first, rest))) = (place.projections.iter().rposition(is_way), until.split_first())
        else {
            return;
        };
        let way = Place {
            local: place.local,
            projections: place.projections[..last].to_vec(),
        };
        let all = rest
            .last()
            .map_or(self.span(*first), |last| self.span(*first).to(self.span(*last)));
        // What is derived all stands at the name of its trait, and changes nothing of the kind.
        if all != span {
            self.kept.push(Kept {
                span: all,
                places: vec![way],
                by: KeptBy::Lent(span),
            });
        }
    }

    fn call_value(&mut self, dest: &Dest, expr: ExprId, call: &Call, ret: Ty) {
        let hir = self.hir;
        let Expr::Call { callee, .. } = &hir.exprs[expr] else {
            unreachable!("only calls are checked as calls")
        };
        let value = self.adjusted(*callee);
        let is_written = call.args.iter().any(|arg| self.may_write(*arg));
        let until = if is_written { Until::Later } else { Until::Now };
        let target = self.operand_until(value, until);
        let args = self.args_until(&call.args, Until::Now);
        // C code lets no panic out.
        let unwinds = !matches!(self.ty(value).kind(), TyKind::ExternFn(_));
        self.emit_call(CallTarget::Value(target), args, dest, ret, unwinds, self.span(expr));
    }

    pub(super) fn emit_call(
        &mut self,
        callee: CallTarget,
        args: Vec<Operand>,
        dest: &Dest,
        ret: Ty,
        unwinds: bool,
        span: Span,
    ) {
        let kept = match dest {
            Dest::Place(_) => None,
            Dest::Discard => self.env().needs_drop(ret).then(|| self.temporaries_scope()),
        };
        let place = match dest {
            Dest::Place(place) if !ret.is_never() => place.clone(),
            Dest::Place(_) | Dest::Discard => Place::local(self.temporary(ret, span)),
        };
        if let Some(depth) = kept {
            self.begin_local(depth, place.local, span);
        }
        let unwind = if unwinds { self.unwind_block() } else { None };
        let next = self.new_block();
        let kind = TerminatorKind::Call {
            callee,
            args,
            dest: place.clone(),
            target: (!ret.is_never()).then_some(next),
            unwind,
        };
        self.terminate_and_enter(kind, span, next);
        if let Some(depth) = kept {
            self.schedule_value(depth, place.local, span);
        }
    }

    /// Gives a value that was computed to a destination; one that nobody wants is dropped with the statement.
    fn store(&mut self, dest: &Dest, ty: Ty, rvalue: Rvalue, span: Span) {
        match dest {
            Dest::Place(place) => self.assign(place.clone(), rvalue, span),
            Dest::Discard => {
                self.kept(ty, rvalue, span);
            }
        }
    }

    // --- Literals ---

    pub(super) fn array(&mut self, expr: ExprId, elements: &[ExprId]) -> Rvalue {
        let TyKind::Array(element, _) = self.typed.expr_tys[expr].kind() else {
            unreachable!("an array literal has an array's type")
        };
        let operands = self.operands_of(elements);
        Rvalue::Aggregate(AggregateKind::Array(*element), operands)
    }

    /// `[element; len]`
    pub(super) fn repeat(&mut self, expr: ExprId, element: ExprId) -> Rvalue {
        let TyKind::Array(ty, len) = self.typed.expr_tys[expr].kind() else {
            unreachable!("an array literal has an array's type")
        };
        let operand = self.operand_of(element);
        if self.env().is_copy(*ty) || matches!(operand, Operand::Const(_)) {
            return Rvalue::Repeat(operand, *len);
        }
        // Checking lets a value that is not copied stand at most once.
        let operands = if len.known_len() == Some(0) {
            Vec::new()
        } else {
            vec![operand]
        };
        Rvalue::Aggregate(AggregateKind::Array(*ty), operands)
    }

    /// A vector of the elements of an array literal. The elements are moved there; copies of one value are made there.
    pub(super) fn array_to_vec(&mut self, dest: &Dest, array: Adjusted, ty: Ty) {
        let hir = self.hir;
        let span = self.span(array.expr);
        let array_ty = self.ty(array);
        let TyKind::Array(element, len) = array_ty.kind() else {
            unreachable!("only array literals become vectors")
        };
        let count = self.array_len(*len);
        let (item, first) = if let Expr::Repeat { element: value, .. } = &hir.exprs[array.expr]
            && self.env().is_copy(*element)
        {
            (LangItem::VecOfCopies, self.operand_of(*value))
        } else {
            let whole = self.temporary(array_ty, span);
            self.adjusted_into(&Dest::Place(Place::local(whole)), array);
            let address = Rvalue::AddressOf(Mutability::Const, Place::local(whole));
            let address = self.assign_temporary(array_ty.pointer(Mutability::Const), address, span);
            let first_ty = element.pointer(Mutability::Const);
            let first = Rvalue::Cast(CastKind::Pointer, copy(address), first_ty);
            (LangItem::VecOfArray, copy(self.assign_temporary(first_ty, first, span)))
        };
        let function = self.signatures.lang.get(item).expect("it stands beside `Vec`");
        let callee = CallTarget::Fn(FnRef::Lang(function), [*element].into());
        self.emit_call(callee, vec![first, count], dest, ty, true, span);
    }

    /// A value as that of a new box.
    pub(super) fn boxed(&mut self, dest: &Dest, value: Adjusted, ty: Ty) {
        let span = self.span(value.expr);
        let content = self.ty(value);
        let operand = self.operand(value);
        let function = self
            .signatures
            .lang
            .get(LangItem::BoxNew)
            .expect("it stands beside `Box`");
        let callee = CallTarget::Fn(FnRef::Lang(function), [content].into());
        self.emit_call(callee, vec![operand], dest, ty, true, span);
    }

    pub(super) fn struct_literal(&mut self, expr: ExprId, inits: &[FieldInit], base: Option<ExprId>) -> Rvalue {
        let typed = self.typed;
        let ty = typed.expr_tys[expr];
        let paths = &typed.field_inits[&expr];
        let is_written = base.is_some_and(|base| self.may_write(base));
        let values: Vec<ExprId> = inits.iter().map(|init| init.value).collect();
        let operands = if is_written {
            let later = |value: &ExprId| self.operand_until(self.adjusted(*value), Until::Later);
            values.iter().map(later).collect()
        } else {
            self.operands_of(&values)
        };
        let given: GivenFields<'_> = paths.iter().map(Vec::as_slice).zip(operands).collect();
        let base = base.map(|base| (self.place_of_expr(base, Mutability::Const), self.span(base)));
        if given.iter().any(|(path, _)| self.has_bits_on_the_way(ty, path)) {
            return self.record_with_bits(ty, given, base.as_ref(), self.span(expr));
        }
        let given = self.through_members(ty, given, base.as_ref(), self.span(expr));
        match typed.struct_variants.get(&expr) {
            Some(variant) => self.variant(ty, *variant, given),
            None => self.record(ty, given, base.as_ref()),
        }
    }

    /// Whether the way to a field leads through an anonymous member with bit-fields.
    fn has_bits_on_the_way(&self, ty: Ty, path: &[u32]) -> bool {
        let mut owner = ty;
        let (_, outer) = path.split_last().expect("the way to a field has a step");
        outer.iter().any(|index| {
            owner = self.env().field_ty(owner, *index).expect("checking finds the fields");
            let TyKind::Adt(adt, _) = owner.kind() else {
                return false;
            };
            self.signatures.adt(*adt).fields.iter().any(|field| field.is_bit_field)
        })
    }

    /// A record with given fields of anonymous members: they are written where they stay, as a bit-field of such a
    /// member is one of the record around in C. What else a union's member holds is zero.
    fn record_with_bits(&mut self, ty: Ty, given: GivenFields<'_>, base: Option<&LiteralBase>, span: Span) -> Rvalue {
        let (own, inner): (GivenFields<'_>, GivenFields<'_>) = given.into_iter().partition(|(path, _)| path.len() == 1);
        let own = own.into_iter().map(|(path, operand)| (path[0], operand)).collect();
        let record = self.record(ty, own, base);
        let whole = self.assign_temporary(ty, record, span);
        let mut cleared: Vec<Place> = Vec::new();
        for (path, operand) in inner {
            let (last, outer) = path.split_last().expect("the way to a field has a step");
            let mut place = Place::local(whole);
            for index in outer {
                let owner = self.place_ty(&place);
                place = self.project_field(place, *index);
                let TyKind::Adt(adt, args) = self.place_ty(&place).kind() else {
                    unreachable!("a member whose fields are reached directly is a record")
                };
                if self.is_union(owner) && !cleared.contains(&place) {
                    cleared.push(place.clone());
                    let kind = AggregateKind::PartialAdt {
                        adt: *adt,
                        args: args.clone(),
                        fields: Vec::new(),
                    };
                    self.assign(place.clone(), Rvalue::Aggregate(kind, Vec::new()), span);
                }
            }
            let field = self.project_field(place, *last);
            self.assign(field, Rvalue::Use(operand), span);
        }
        Rvalue::Use(self.consume(Place::local(whole)))
    }

    /// A variant of the given fields, which are all.
    fn variant(&self, ty: Ty, variant: u32, mut given: Vec<(u32, Operand)>) -> Rvalue {
        given.sort_by_key(|(index, _)| *index);
        let operands = given.into_iter().map(|(_, operand)| operand).collect();
        Rvalue::Aggregate(variant_kind(ty, variant), operands)
    }

    /// Values for the fields of a record, where those for fields of its members are made one value of the member.
    fn through_members(
        &mut self,
        ty: Ty,
        given: GivenFields<'_>,
        base: Option<&LiteralBase>,
        span: Span,
    ) -> Vec<(u32, Operand)> {
        let mut members: Vec<(u32, GivenFields<'_>)> = Vec::new();
        let mut fields = Vec::new();
        for (path, operand) in given {
            let (first, rest) = path.split_first().expect("the way to a field has a step");
            match members.iter_mut().find(|(member, _)| member == first) {
                _ if rest.is_empty() => fields.push((*first, operand)),
                Some((_, inner)) => inner.push((rest, operand)),
                None => members.push((*first, vec![(rest, operand)])),
            }
        }
        for (member, inner) in members {
            let member_ty = self.env().field_ty(ty, member).expect("checking finds the fields");
            let base = base
                .filter(|_| !self.is_union(member_ty))
                .map(|(place, span)| (self.project_field(place.clone(), member), *span));
            let inner = self.through_members(member_ty, inner, base.as_ref(), span);
            let rvalue = self.record(member_ty, inner, base.as_ref());
            let value = self.assign_temporary(member_ty, rvalue, span);
            fields.push((member, Operand::Copy(Place::local(value))));
        }
        fields
    }

    fn is_union(&self, ty: Ty) -> bool {
        let TyKind::Adt(adt, _) = ty.kind() else { return false };
        self.signatures.adt(*adt).kind == AdtKind::Record(StructKind::ExternUnion)
    }

    /// A record of the given fields; the others come from the base, from their defaults, or are zero in C's records.
    fn record(&mut self, ty: Ty, given: Vec<(u32, Operand)>, base: Option<&LiteralBase>) -> Rvalue {
        let TyKind::Adt(adt, args) = ty.kind() else {
            unreachable!("a literal of a record has a record's type")
        };
        let decl = self.signatures.adt(*adt);
        let kind = match decl.kind {
            AdtKind::Record(kind) => kind,
            AdtKind::Enum | AdtKind::ExternEnum | AdtKind::OpaqueRecord => unreachable!("no literal of {ty:?}"),
        };
        let mut fields = Vec::new();
        let mut operands = Vec::new();
        for (index, field) in decl.fields.iter().enumerate() {
            let at = u32::try_from(index).expect("few fields");
            let operand = match (given.iter().find(|(given, _)| *given == at), base, &field.default_value) {
                (Some((_, operand)), _, _) => Some(operand.clone()),
                // An unnamed bit-field holds nothing.
                (None, Some(_), _) if field.is_bit_field && field.name.is_none() => None,
                (None, Some((base, span)), _) => {
                    let field = self.project_field(base.clone(), at);
                    let is_moved = !self.env().is_copy(self.place_ty(&field));
                    let until = if is_moved { Until::Later } else { Until::Now };
                    Some(self.read_place(field, until, *span))
                }
                (None, None, Some(value)) => Some(Operand::Const(Const {
                    value: value.substitute(args),
                    ty: self.env().instantiate(field.ty, args),
                })),
                (None, None, None) => None,
            };
            if let Some(operand) = operand {
                fields.push(at);
                operands.push(operand);
            }
        }
        let is_whole = operands.len() == decl.fields.len();
        assert!(is_whole || kind != StructKind::Lang, "checking asks for every field");
        let kind = if is_whole && kind != StructKind::ExternUnion {
            record_kind(ty)
        } else {
            AggregateKind::PartialAdt {
                adt: *adt,
                args: args.clone(),
                fields,
            }
        };
        Rvalue::Aggregate(kind, operands)
    }
}

pub(super) fn record_kind(ty: Ty) -> AggregateKind {
    let TyKind::Adt(adt, args) = ty.kind() else {
        unreachable!("a record's literal has a record's type")
    };
    AggregateKind::Adt {
        adt: *adt,
        args: args.clone(),
    }
}

fn variant_kind(ty: Ty, variant: u32) -> AggregateKind {
    let TyKind::Adt(adt, args) = ty.kind() else {
        unreachable!("a variant is of an enum")
    };
    AggregateKind::Variant {
        adt: *adt,
        args: args.clone(),
        variant,
    }
}

/// Whether a panic may come out of a function.
fn may_unwind(decl: &FnDecl) -> bool {
    match decl.kind {
        // A function with C's ABI stops them.
        FnKind::Lang { export, .. } => export.is_none(),
        FnKind::Required | FnKind::Operator(_) => true,
        // It runs the value's `drop`.
        FnKind::Intrinsic(hir::Intrinsic::PtrDropInPlace) => true,
        FnKind::Intrinsic(_) | FnKind::Extern { .. } | FnKind::Header | FnKind::Macro(_) | FnKind::Variant => false,
    }
}
