//! Calls: of functions, values, constructors; arguments, and C's variadic ones.

use base::Span;
use hir::{Arg, Expr, ExprId, ItemKind, Mutability};
use target::CScalar;

use super::{Checker, Expect};
use crate::paths::Entity;
use crate::{
    Adjust, AdtKind, AdtRef, Call, Callee, FloatTy, FnKind, FnRef, FnType, InferVar, Ty, TyKind, ValueRef,
    VariantShape, errors, numbers,
};

impl Checker<'_> {
    pub(super) fn call(&mut self, expr: ExprId, callee: ExprId, args: &[Arg], expect: Expect) -> Ty {
        let body = self.body;
        if let Some((ty, variant)) = self.called_variant(callee, expect) {
            return self.variant_call(expr, callee, (ty, variant), args);
        }
        match self.entity(callee) {
            Some(Entity::Builtin(builtin)) => {
                self.mark_namespace(callee);
                return self.builtin_call(expr, builtin, args);
            }
            Some(Entity::Item(def)) => {
                if let ItemKind::Struct(decl) = &self.program().item(def).kind
                    && decl.is_tuple
                {
                    return self.tuple_struct(expr, callee, AdtRef::Lang(def), args);
                }
            }
            _ => {}
        }
        if let Expr::Field { base, name, name_span } = &body.exprs[callee] {
            let is_path = self.entity(*base).is_some_and(|entity| self.is_namespace(entity))
                || matches!(body.exprs[*base], Expr::Type(_))
                || self.names_type(*base);
            if !is_path {
                return self.method_call(expr, callee, (*base, *name, *name_span), args);
            }
        }
        let hint = match &body.exprs[callee] {
            // What it is a member of is what the call gives.
            Expr::DotName { .. } => expect.as_hint(),
            _ => Expect::Nothing,
        };
        let ty = self.infer(callee, hint);
        self.call_value(expr, callee, ty, args)
    }

    /// Whether the members of an entity are items, and not parts of a value.
    fn is_namespace(&self, entity: Entity) -> bool {
        match entity {
            Entity::Module(_) | Entity::InlineModule(_) | Entity::CModule(_) | Entity::Type(_) | Entity::Error(_) => {
                true
            }
            Entity::Item(def) => match &self.program().item(def).kind {
                ItemKind::Struct(_)
                | ItemKind::Enum(_)
                | ItemKind::TypeAlias(_)
                | ItemKind::Trait(_)
                | ItemKind::Mod(_) => true,
                ItemKind::Fn(_)
                | ItemKind::ExternFn(_)
                | ItemKind::ExternStatic(_)
                | ItemKind::Const(_)
                | ItemKind::Static(_)
                | ItemKind::Impl(_)
                | ItemKind::Test(_)
                | ItemKind::Error(_) => false,
            },
            Entity::CValue(..) | Entity::Builtin(_) => false,
        }
    }

    /// `Pair<i32, i32>` and the generic parameter `T`.
    fn names_type(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Generic { base, .. } => self.entity(*base).is_some_and(|entity| self.is_namespace(entity)),
            Expr::Name(name) => self.env.scope.generics.contains(name),
            _ => false,
        }
    }

    /// A call of a checked expression.
    pub(super) fn call_value(&mut self, expr: ExprId, callee: ExprId, ty: Ty, args: &[Arg]) -> Ty {
        let mut ty = self.shallow(ty);
        while let TyKind::Ref(_, target) = ty.kind() {
            self.adjust(callee, Adjust::Deref, *target);
            ty = self.shallow(*target);
        }
        match ty.kind() {
            TyKind::FnItem(function, type_args) => self.call_fn(expr, *function, type_args.clone(), None, args),
            TyKind::FnPointer(fn_type) | TyKind::ExternFn(fn_type) => self.call_pointer(expr, fn_type, args),
            TyKind::Error(_) => {
                self.check_args_anyway(args, ty);
                ty
            }
            TyKind::Optional(inner) if matches!(inner.kind(), TyKind::ExternFn(_) | TyKind::FnPointer(_)) => {
                let text = self.display(ty);
                let error = self.error_at(callee, |span| errors::optional_call(span, &text));
                self.check_args_anyway(args, error);
                error
            }
            _ => {
                let text = self.display(ty);
                let error = self.error_at(callee, |span| errors::not_callable(span, &text));
                self.check_args_anyway(args, error);
                error
            }
        }
    }

    /// After an error in the callee the arguments are still looked at, for their own errors. What they should be is
    /// `error`, so that a literal that takes its type from the parameter is none.
    pub(super) fn check_args_anyway(&mut self, args: &[Arg], error: Ty) {
        for arg in args {
            self.infer(arg.value, Expect::Hint(error));
        }
    }

    pub(super) fn call_fn(
        &mut self,
        expr: ExprId,
        function: FnRef,
        type_args: Box<[Ty]>,
        receiver: Option<ExprId>,
        args: &[Arg],
    ) -> Ty {
        let signatures = self.signatures;
        let decl = signatures.function(function);
        if decl.is_unsafe {
            let is_c = matches!(decl.kind, FnKind::Extern { .. } | FnKind::Header);
            let what = if is_c {
                "calling the C function"
            } else {
                "calling the unsafe function"
            };
            let span = self.span(expr);
            self.require_unsafe(span, &format!("{what} `{}`", decl.name));
        }
        let n_receiver = usize::from(receiver.is_some());
        let params: Vec<Ty> = decl.params[n_receiver..]
            .iter()
            .map(|param| param.ty.substitute(&type_args))
            .collect();
        let mut values: Vec<ExprId> = receiver.into_iter().collect();
        let callee_text = format!("`{}`", decl.path);
        values.extend(self.arguments(expr, &callee_text, decl.span, &params, decl.variadic, args));
        let ret = decl.ret.substitute(&type_args);
        self.call_as(
            expr,
            Call {
                callee: Callee::Fn(function, type_args),
                args: values,
            },
        );
        ret
    }

    fn call_pointer(&mut self, expr: ExprId, fn_type: &FnType, args: &[Arg]) -> Ty {
        if fn_type.is_unsafe {
            let span = self.span(expr);
            self.require_unsafe(span, "calling through a C function pointer");
        }
        let values = self.arguments(expr, "this function", None, &fn_type.params, fn_type.variadic, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::Value,
                args: values,
            },
        );
        fn_type.ret
    }

    /// The variant that a call makes a value of: `Shape.Circle(1.0)`, and `.Circle(1.0)` where the type is known, for
    /// which the inside of an optional comes first.
    fn called_variant(&mut self, callee: ExprId, expect: Expect) -> Option<(Ty, u32)> {
        match &self.body.exprs[callee] {
            Expr::DotName { name, .. } => self.expected_variant(*name, expect),
            Expr::Field { .. } => self.variant_path(callee, Ty::unit()),
            _ => None,
        }
    }

    /// The variant of this name of what is inside of the type that is expected, or of that itself. `.Some` of a `??T`
    /// is the outer one.
    pub(super) fn expected_variant(&self, name: base::Symbol, expect: Expect) -> Option<(Ty, u32)> {
        let ty = self.shallow(expect.ty()?);
        if let TyKind::Optional(inner) = ty.kind()
            && !matches!(self.shallow(*inner).kind(), TyKind::Optional(_))
            && let Some(found) = self.expected_variant(name, Expect::Hint(*inner))
        {
            return Some(found);
        }
        Some((ty, self.variant_named(ty, name)?))
    }

    fn variant_call(&mut self, expr: ExprId, callee: ExprId, (ty, variant): (Ty, u32), args: &[Arg]) -> Ty {
        let signatures = self.signatures;
        self.mark_namespace(callee);
        let (params, name, declared) = match ty.kind() {
            TyKind::Adt(adt, type_args) => {
                let decl = &signatures.adt(*adt);
                let variant = &decl.variants[variant as usize];
                if variant.shape != VariantShape::Tuple {
                    let error = self.error_at(callee, |span| errors::variant_in_other_form(span, variant));
                    self.check_args_anyway(args, error);
                    return error;
                }
                let own = &decl.fields[variant.fields.start as usize..variant.fields.end as usize];
                let params = own.iter().map(|field| field.ty.substitute(type_args)).collect();
                (params, variant.name.to_string(), Some(variant.span))
            }
            TyKind::Optional(inner) => (vec![*inner], String::from("Some"), None),
            _ => (Vec::new(), String::new(), None),
        };
        for param in &params {
            self.table.met_error = self.table.met_error.or(param.error_inside());
        }
        let values = self.arguments(expr, &format!("`{name}`"), declared, &params, false, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::Variant(variant),
                args: values,
            },
        );
        ty
    }

    /// Whether the path may name an enum, whose variants are its members.
    pub(super) fn may_name_enum(&self, path: ExprId) -> bool {
        match &self.body.exprs[path] {
            Expr::Generic { base, .. } => self.may_name_enum(*base),
            Expr::Type(_) => true,
            _ => match self.entity(path) {
                Some(Entity::Type(_)) => true,
                Some(Entity::Item(def)) => {
                    matches!(
                        self.program().item(def).kind,
                        ItemKind::Enum(_) | ItemKind::TypeAlias(_)
                    )
                }
                _ => false,
            },
        }
    }

    fn tuple_struct(&mut self, expr: ExprId, callee: ExprId, adt: AdtRef, args: &[Arg]) -> Ty {
        let signatures = self.signatures;
        let decl = signatures.adt(adt);
        let type_args = self.fresh_args(decl.generics.len());
        let params: Vec<Ty> = decl
            .fields
            .iter()
            .map(|field| field.ty.substitute(&type_args))
            .collect();
        self.mark_namespace(callee);
        self.value_ref(callee, ValueRef::TupleStruct(adt));
        if let AdtRef::Lang(def) = adt
            && decl
                .fields
                .iter()
                .any(|field| !self.field_visible(def, field.visibility))
        {
            self.error_at(callee, |span| errors::private(span, "the fields of", decl.name));
        }
        let values = self.arguments(expr, &format!("`{}`", decl.name), decl.span, &params, false, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::TupleStruct,
                args: values,
            },
        );
        Ty::new(TyKind::Adt(adt, type_args.into()))
    }

    /// Checks arguments against parameters, and gives them in order.
    fn arguments(
        &mut self,
        call: ExprId,
        callee: &str,
        declared: Option<Span>,
        params: &[Ty],
        variadic: bool,
        args: &[Arg],
    ) -> Vec<ExprId> {
        let first_named = args.iter().position(|arg| arg.name.is_some());
        // The parser has refused an argument without a name after one with a name.
        let in_order = args.iter().skip(first_named.unwrap_or(0)).all(|arg| arg.name.is_some());
        if let (Some((_, span)), true) = (args.iter().find_map(|arg| arg.name), in_order) {
            self.report(errors::not_supported_yet(span, "named arguments"));
        }
        if args.len() < params.len() || (args.len() > params.len() && !variadic) {
            let span = args
                .get(params.len())
                .map_or(self.span(call), |extra| self.span(extra.value));
            let diagnostic = errors::wrong_argument_count(span, callee, params.len(), args.len(), variadic);
            let error = self.error_ty(errors::declared_here(diagnostic, declared));
            self.check_args_anyway(args, error);
            return args.iter().map(|arg| arg.value).collect();
        }
        for (arg, param) in args.iter().zip(params) {
            self.coerced(arg.value, *param);
        }
        for arg in &args[params.len()..] {
            self.variadic_argument(arg.value);
        }
        args.iter().map(|arg| arg.value).collect()
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
                    TyKind::Ref(_, target) if !self.shallow(*target).has_length() => {}
                    _ => self.bad_variadic(arg, found),
                }
            }
            TyKind::FnItem(function, args) => {
                let decl = self.signatures.function(*function);
                let own = decl.fn_type();
                let params = own.params.iter().map(|ty| ty.substitute(args)).collect();
                let fn_type = FnType {
                    params,
                    ret: own.ret.substitute(args),
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
