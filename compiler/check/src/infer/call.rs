//! Calls: of functions, values, constructors.

use hir::{Arg, Expr, ExprId, ItemKind};

use super::arguments::Called;
use super::{Checker, Expect};
use crate::paths::Entity;
use crate::{Adjust, AdtRef, Call, Callee, FnKind, FnRef, FnType, Ty, TyKind, ValueRef, VariantShape, errors};

impl Checker<'_> {
    pub(super) fn call(&mut self, expr: ExprId, callee: ExprId, args: &[Arg], expect: Expect) -> Ty {
        let body = self.body;
        if let Some((ty, variant)) = self.called_variant(callee, expect) {
            return self.variant_call(expr, callee, (ty, variant), (args, expect));
        }
        match self.value_entity(callee) {
            Some(Entity::Builtin(builtin)) => {
                self.mark_namespace(callee);
                return self.builtin_call(expr, builtin, args);
            }
            Some(Entity::CValue(module, name)) if self.is_macro(module, name) => {
                return self.c_macro_call(expr, callee, (module, name), args, expect);
            }
            Some(Entity::Item(def)) if matches!(self.program().item(def).kind, ItemKind::InlineC(_)) => {
                return self.inline_c_call(expr, callee, def, args);
            }
            Some(Entity::Item(def)) => {
                if let ItemKind::Struct(decl) = &self.program().item(def).kind
                    && decl.is_tuple
                {
                    return self.tuple_struct(expr, callee, AdtRef::Lang(def), (args, expect));
                }
            }
            _ => {}
        }
        // `value.method<T>(…)`
        let (member, explicit) = match &body.exprs[callee] {
            Expr::Generic { base, args } => (*base, Some(args.as_slice())),
            _ => (callee, None),
        };
        if let Expr::Field {
            base,
            name,
            name_span,
            in_parentheses: false,
        } = &body.exprs[member]
        {
            let is_path = self.entity(*base).is_some_and(|entity| self.is_namespace(entity))
                || matches!(body.exprs[*base], Expr::Type(_))
                || self.names_type(*base);
            if !is_path {
                return self.method_call(expr, (member, explicit), (*base, *name, *name_span), args);
            }
        }
        let hint = match &body.exprs[callee] {
            // What it is a member of is what the call gives.
            Expr::DotName { .. } => expect.as_hint(),
            _ => Expect::Nothing,
        };
        let ty = self.infer(callee, hint);
        if let (TyKind::FnItem(function, type_args), Some(expected)) = (self.shallow(ty).kind(), expect.ty()) {
            let ret = self.signatures.function(*function).ret.substitute(type_args);
            self.hint_of_dyn(ret, expected);
        }
        self.call_value(expr, callee, ty, args, expect)
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
                | ItemKind::InlineC(_)
                | ItemKind::Const(_)
                | ItemKind::Static(_)
                | ItemKind::AssocType(_)
                | ItemKind::Impl(_)
                | ItemKind::ConstAssert(_)
                | ItemKind::Test(_)
                | ItemKind::Error(_) => false,
            },
            Entity::CValue(..) | Entity::Builtin(_) => false,
        }
    }

    /// `Pair<i32, i32>` and the generic parameter `T`.
    fn names_type(&self, expr: ExprId) -> bool {
        match &self.body.exprs[expr] {
            Expr::Generic { base, .. } => {
                self.names_option(*base) || self.entity(*base).is_some_and(|entity| self.is_namespace(entity))
            }
            Expr::Name(name) => {
                let mut generics = self.env.scope.generics.iter();
                generics.any(|generic| generic.name == *name && generic.const_ty.is_none()) || self.names_option(expr)
            }
            _ => false,
        }
    }

    /// A call of a checked expression.
    pub(super) fn call_value(&mut self, expr: ExprId, callee: ExprId, ty: Ty, args: &[Arg], expect: Expect) -> Ty {
        let mut ty = self.shallow(ty);
        loop {
            if let TyKind::Ref(_, target) = ty.kind() {
                self.adjust(callee, Adjust::Deref, *target);
                ty = self.shallow(*target);
            } else if let Some(through) = self.signatures.looks_through(ty) {
                self.see_through(callee, through);
                ty = self.shallow(through.target);
            } else {
                break;
            }
        }
        match ty.kind() {
            TyKind::FnItem(function, type_args) => {
                self.call_fn(expr, *function, type_args.clone(), None, (args, expect))
            }
            TyKind::FnPointer(fn_type) | TyKind::ExternFn(fn_type) => self.call_pointer(expr, fn_type, args),
            TyKind::Closure(closure) => self.call_closure(expr, closure, args),
            TyKind::Param { .. } | TyKind::Assoc(_) | TyKind::Unnamed(_) | TyKind::Dyn(_)
                if self.type_env().callable(ty).is_some() =>
            {
                self.call_bound(expr, ty, args)
            }
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
            // A macro of headers that could not be read may have taken a type.
            if self.type_argument(arg.value).is_none() {
                self.infer(arg.value, Expect::Hint(error));
            }
        }
    }

    pub(super) fn call_fn(
        &mut self,
        expr: ExprId,
        function: FnRef,
        type_args: Box<[Ty]>,
        receiver: Option<ExprId>,
        (args, expect): (&[Arg], Expect),
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
        let span = self.span(expr);
        self.require_features(span, decl);
        let n_receiver = usize::from(receiver.is_some());
        let params: Vec<Ty> = decl.params[n_receiver..]
            .iter()
            .map(|param| self.instantiate(param.ty, &type_args))
            .collect();
        let mut values: Vec<ExprId> = receiver.into_iter().collect();
        let declared: Vec<Ty> = decl.params[n_receiver..].iter().map(|param| param.ty).collect();
        let wanted = self.wanted_parts(decl.ret, &declared, &type_args, expect);
        let called = Called {
            text: format!("`{}`", decl.path),
            declared: decl.span,
            params: &params,
            names: &decl.params[n_receiver..],
            variadic: decl.variadic,
            wanted: &wanted,
        };
        let sources = self.arguments(expr, &called, args);
        values.extend(args.iter().map(|arg| arg.value));
        if let Some(sources) = sources {
            self.arg_sources(expr, n_receiver, &sources);
        }
        self.solve_pending();
        let ret = self.instantiate(decl.ret, &type_args);
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
        let called = Called {
            text: String::from("this function"),
            declared: None,
            params: &fn_type.params,
            names: &[],
            variadic: fn_type.variadic,
            wanted: &[],
        };
        self.arguments(expr, &called, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::Value,
                args: args.iter().map(|arg| arg.value).collect(),
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
        if let Some((ok, error)) = self.result_parts(ty) {
            let is_result = self.result_parts(ok).is_some();
            let inside = (!is_result)
                .then(|| self.expected_variant(name, Expect::Hint(ok)))
                .flatten();
            let inside = inside.or_else(|| {
                let error = self.shallow(error);
                Some((error, self.variant_named(error, name)?))
            });
            if inside.is_some() {
                return inside;
            }
        }
        Some((ty, self.variant_named(ty, name)?))
    }

    fn variant_call(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        (ty, variant): (Ty, u32),
        (args, expect): (&[Arg], Expect),
    ) -> Ty {
        let signatures = self.signatures;
        self.mark_namespace(callee);
        let mut wanted = Vec::new();
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
                let generic: Vec<Ty> = own.iter().map(|field| field.ty).collect();
                wanted = self.wanted_fields(*adt, &generic, expect);
                let params = own.iter().map(|field| self.instantiate(field.ty, type_args)).collect();
                (params, variant.name.to_string(), Some(variant.span))
            }
            TyKind::Optional(inner) => (vec![*inner], String::from("Some"), None),
            _ => (Vec::new(), String::new(), None),
        };
        for param in &params {
            self.table.met_error = self.table.met_error.or(param.error_inside());
        }
        let called = Called {
            wanted: &wanted,
            ..Called::by_position(name, declared, &params)
        };
        self.arguments(expr, &called, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::Variant(variant),
                args: args.iter().map(|arg| arg.value).collect(),
            },
        );
        ty
    }

    /// Whether the path may name an enum, whose variants are its members.
    pub(super) fn may_name_enum(&self, path: ExprId) -> bool {
        match &self.body.exprs[path] {
            Expr::Generic { base, .. } => self.may_name_enum(*base),
            Expr::Type(_) => true,
            _ if self.names_option(path) => true,
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

    fn tuple_struct(&mut self, expr: ExprId, callee: ExprId, adt: AdtRef, (args, expect): (&[Arg], Expect)) -> Ty {
        let signatures = self.signatures;
        let decl = signatures.adt(adt);
        let type_args = self.fresh_args(decl.generics.len());
        let params: Vec<Ty> = decl
            .fields
            .iter()
            .map(|field| self.instantiate(field.ty, &type_args))
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
        let declared: Vec<Ty> = decl.fields.iter().map(|field| field.ty).collect();
        let called = Called {
            wanted: &self.wanted_fields(adt, &declared, expect),
            ..Called::by_position(decl.name, decl.span, &params)
        };
        self.arguments(expr, &called, args);
        self.call_as(
            expr,
            Call {
                callee: Callee::TupleStruct,
                args: args.iter().map(|arg| arg.value).collect(),
            },
        );
        Ty::new(TyKind::Adt(adt, type_args.into()))
    }
}
