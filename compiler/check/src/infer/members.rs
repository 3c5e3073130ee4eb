//! Names and members: what a path names, and fields of values.

use base::{FxHashMap, Span, Symbol};
use hir::{DefId, Expr, ExprId, GenericArg, ItemKind};

use super::{Checker, Expect, is_error};
use crate::paths::{self, Entity, Step, Want};
use crate::type_refs;
use crate::{
    Adjust, AdtKind, AdtRef, ConstValue, FnRef, Generic, LangItem, StaticRef, Through, Ty, TyKind, TypeHead, ValueRef,
    VariantShape, errors, generics,
};

impl Checker<'_> {
    /// What a path names, when its first part is no local. Reports nothing.
    pub(super) fn entity(&self, expr: ExprId) -> Option<Entity> {
        match &self.body.exprs[expr] {
            Expr::Name(name) if *name == "Self" => self.env.scope.self_ty.map(Entity::Type),
            Expr::Name(name) => paths::lookup(self.program(), self.env.scope.from, *name),
            Expr::Field { base, name, .. } => match self.step(self.entity(*base)?, *name) {
                Step::Found(entity) => Some(entity),
                Step::Private | Step::Missing | Step::NotAModule => None,
            },
            _ => None,
        }
    }

    /// As [`Self::entity`], of an expression whose value is wanted.
    pub(super) fn value_entity(&self, expr: ExprId) -> Option<Entity> {
        match &self.body.exprs[expr] {
            Expr::Name(name) if *name != "Self" => paths::lookup_value(self.program(), self.env.scope.from, *name),
            _ => self.entity(expr),
        }
    }

    fn step(&self, entity: Entity, name: Symbol) -> Step {
        paths::step(
            self.program(),
            &self.signatures.c,
            self.env.scope.from,
            entity,
            name,
            Want::Value,
        )
    }

    /// A value by one name.
    pub(super) fn name_value(&mut self, expr: ExprId, name: Symbol, expect: Expect) -> Ty {
        let generics = &self.env.scope.generics;
        if let Some(index) = generics::position(generics, name)
            && let Some(ty) = generics[index].const_ty
        {
            let param = generics[index].param(index);
            self.value_ref(expr, ValueRef::ConstParam(param));
            return ty;
        }
        match self.value_entity(expr) {
            Some(entity) => self.entity_value(expr, entity, hir::written_name(name), expect),
            None => {
                let diagnostic = self.unknown_name(expr, name, expect);
                self.error_ty(diagnostic)
            }
        }
    }

    fn unknown_name(&self, expr: ExprId, name: Symbol, expect: Expect) -> diag::Diagnostic {
        let span = self.span(expr);
        if base::is_nothing(name.as_str()) {
            let is_optional = match expect.ty().map(|ty| self.shallow(ty)) {
                Some(ty) => matches!(ty.kind(), TyKind::Optional(_)),
                None => name == "None",
            };
            return errors::foreign_nothing(span, name, if is_optional { "none" } else { "null" });
        }
        let is_base = |outer: &Expr| matches!(outer, Expr::Field { base, .. } if *base == expr);
        if let Some(path) = base::module_of_library(name.as_str())
            && self.body.exprs.iter().any(is_base)
        {
            return errors::module_not_imported(span, name, path, self.place_of_imports(span));
        }
        // What is written in capitals only is most likely a constant, and reading one is safe.
        let needs_unsafe = self.unsafe_depth == 0 && name.as_str().contains(char::is_lowercase);
        let prefix = if needs_unsafe { "unsafe " } else { "" };
        if let Some(module) = self.c_module_with(name) {
            return errors::name_of_c_module(span, name, module, prefix);
        }
        if let Some(header) = errors::header_of(name) {
            return errors::unknown_c_name(span, name, header, self.place_of_imports(span), prefix);
        }
        match self.program().left_out(self.env.scope.from.module, name) {
            Some(place) => errors::left_out(errors::unknown_name(span, name, None), Some(place)),
            None => errors::unknown_name(span, name, hir::similar_name(name, self.names_in_scope())),
        }
    }

    /// Where an import may be added: before the first, or at the top of the file.
    fn place_of_imports(&self, span: Span) -> Span {
        let module = &self.program().modules[self.env.scope.from.module];
        let imports = module.hir.imports.iter().map(|import| import.span);
        let c_imports = module.hir.c_imports.iter().map(|import| import.span);
        let first = imports.chain(c_imports).map(|span| span.start).min().unwrap_or(0);
        Span::new(span.file, first, first)
    }

    /// What the file calls the first of its C imports that declares the name.
    fn c_module_with(&self, name: Symbol) -> Option<Symbol> {
        let module = &self.program().modules[self.env.scope.from.module];
        let mut imports = module.hir.c_imports.iter().zip(&module.c_modules);
        let (import, _) = imports.find(|(_, id)| self.input.queries.has_name(**id, name))?;
        Some(import.alias)
    }

    fn names_in_scope(&self) -> Vec<Symbol> {
        let program = self.program();
        let module = &program.modules[self.env.scope.from.module];
        let mut names: Vec<Symbol> = module
            .scope
            .keys()
            .copied()
            .filter(|name| !hir::is_local_key(*name))
            .collect();
        names.extend(program.prelude.keys().copied().collect::<Vec<_>>());
        names.extend(self.body.locals.iter().map(|local| local.name));
        names.extend(["return", "break", "continue", "true", "false", "null", "none"].map(base::sym));
        names.sort();
        names.dedup();
        names
    }

    /// `base.name`, a path or a field.
    pub(super) fn field(
        &mut self,
        expr: ExprId,
        (base, name, name_span): (ExprId, Symbol, Span),
        expect: Expect,
    ) -> Ty {
        if let Some(entity) = self.entity(base) {
            match self.step(entity, name) {
                Step::Found(found) => {
                    self.mark_namespace(base);
                    return self.entity_value(expr, found, name, expect);
                }
                Step::Private => {
                    self.mark_namespace(base);
                    return self.error_ty(errors::private(name_span, "item", name));
                }
                Step::Missing => {
                    self.mark_namespace(base);
                    return self.missing_member(entity, name, name_span);
                }
                Step::NotAModule => {}
            }
        }
        if let Some(Entity::Item(def)) = self.entity(base)
            && self.signatures.traits.contains_key(&def)
        {
            self.mark_namespace(base);
            return self.trait_member(expr, (def, None), name, name_span);
        }
        if let Expr::Generic { base: path, args } = &self.body.exprs[base]
            && let Some(Entity::Item(def)) = self.entity(*path)
            && self.signatures.traits.contains_key(&def)
        {
            self.mark_namespace(base);
            return self.trait_member(expr, (def, Some((args, base))), name, name_span);
        }
        if let Some(ty) = self.type_named(base) {
            self.mark_namespace(base);
            return self.type_member(expr, ty, name, name_span);
        }
        let ty = self.infer(base, Expect::Nothing);
        self.value_field(expr, base, ty, name, name_span)
    }

    /// The parts of a path that name modules and types are never evaluated.
    pub(super) fn mark_namespace(&mut self, expr: ExprId) {
        self.heed_type_name(expr);
        self.typed.expr_tys[expr] = Ty::unit();
        self.value_ref(expr, ValueRef::Namespace);
        match &self.body.exprs[expr] {
            Expr::Field { base, .. } | Expr::Generic { base, .. } => self.mark_namespace(*base),
            _ => {}
        }
    }

    fn missing_member(&mut self, entity: Entity, name: Symbol, span: Span) -> Ty {
        let program = self.program();
        let (of, similar) = match entity {
            Entity::Module(module) => {
                let path: Vec<&str> = program.modules[module].path.iter().map(|s| s.as_str()).collect();
                (
                    format!("module `{}`", path.join(".")),
                    self.similar_member(entity, name),
                )
            }
            Entity::InlineModule(def) => (
                format!("module `{}`", program.path_of(def)),
                self.similar_member(entity, name),
            ),
            Entity::CModule(module) => {
                let headers = program.c_modules[module].headers.join("`, `");
                let similar = self.input.queries.similar_names(module, name);
                (
                    format!("header `{headers}`"),
                    similar.first().map(|name| base::sym(name)),
                )
            }
            Entity::Item(_) | Entity::CValue(..) | Entity::Type(_) | Entity::Builtin(_) | Entity::Error(_) => {
                (String::from("this"), None)
            }
        };
        let left_out = match entity {
            Entity::Module(module) => program.left_out(module, name),
            Entity::InlineModule(def) => program.left_out(def.module, name),
            _ => None,
        };
        let unknown = errors::unknown_member(span, name, &of, similar);
        self.error_ty(errors::left_out(unknown, left_out))
    }

    fn similar_member(&self, entity: Entity, name: Symbol) -> Option<Symbol> {
        let names = paths::members(self.program(), self.env.scope.from, entity);
        hir::similar_name(name, names)
    }

    /// The value that an entity is.
    pub(super) fn entity_value(&mut self, expr: ExprId, entity: Entity, name: Symbol, expect: Expect) -> Ty {
        match entity {
            Entity::Item(def) => self.item_value(expr, def, None),
            Entity::CValue(module, name) => self.c_value(expr, module, name, expect),
            Entity::Error(reported) => Ty::error(reported),
            Entity::Module(_) | Entity::InlineModule(_) => {
                self.error_at(expr, |span| errors::not_a_value(span, &format!("the module `{name}`")))
            }
            Entity::CModule(_) => self.error_at(expr, |span| {
                errors::not_a_value(span, &format!("the C module `{name}`"))
            }),
            Entity::Type(ty) => {
                let text = self.display(ty);
                self.error_at(expr, |span| errors::not_a_value(span, &format!("the type `{text}`")))
            }
            Entity::Builtin(builtin) => {
                let what = format!("`{}`, which can only be called", builtin.name());
                self.error_at(expr, |span| errors::not_a_value(span, &what))
            }
        }
    }

    fn item_value(&mut self, expr: ExprId, def: DefId, explicit: Option<&[GenericArg]>) -> Ty {
        let program = self.program();
        let item = program.item(def);
        match &item.kind {
            ItemKind::Fn(_) | ItemKind::ExternFn(_) => self.fn_value(expr, FnRef::Lang(def), &[], explicit),
            ItemKind::Const(_) => match self.signatures.consts.get(&def) {
                Some(decl) => {
                    self.value_ref(expr, ValueRef::Const(decl.value.clone()));
                    decl.ty
                }
                // Only inside its own definition, which has been reported.
                None => self.error_at(expr, |span| errors::constant_cycle(span, item.name.as_str())),
            },
            ItemKind::InlineC(_) => self.error_at(expr, |span| {
                errors::not_a_value(span, "inline C, which can only be called")
            }),
            ItemKind::Static(_) | ItemKind::ExternStatic(_) => self.static_value(expr, StaticRef::Lang(def)),
            ItemKind::Struct(decl) if decl.fields.is_empty() && !decl.is_tuple => {
                let args = self.fresh_args(decl.generics.len());
                self.value_ref(expr, ValueRef::Const(ConstValue::Aggregate(Vec::new()).into()));
                Ty::new(TyKind::Adt(AdtRef::Lang(def), args.into()))
            }
            ItemKind::Struct(decl) => {
                let (name, is_tuple) = (item.name, decl.is_tuple);
                self.error_at(expr, |span| match is_tuple {
                    true => errors::tuple_struct_as_value(span, name),
                    false => errors::struct_as_value(span, name),
                })
            }
            ItemKind::Enum(_) | ItemKind::TypeAlias(_) | ItemKind::AssocType(_) => {
                let what = format!("the type `{}`", item.name);
                self.error_at(expr, |span| errors::not_a_value(span, &what))
            }
            ItemKind::Trait(_) => {
                let what = format!("the trait `{}`", item.name);
                self.error_at(expr, |span| errors::not_a_value(span, &what))
            }
            ItemKind::Mod(_) | ItemKind::Impl(_) | ItemKind::Test(_) | ItemKind::ConstAssert(_) => {
                self.error_at(expr, |span| errors::not_a_value(span, "a module"))
            }
            ItemKind::Error(reported) => Ty::error(*reported),
        }
    }

    pub(super) fn static_value(&mut self, expr: ExprId, name: StaticRef) -> Ty {
        let Some(decl) = self.signatures.statics.get(&name) else {
            return self.error_at(expr, |span| errors::not_constant(span, "the value of a variable"));
        };
        let ty = decl.ty;
        if decl.is_var || (decl.symbol.is_some() && !decl.is_export) {
            let what = format!("touching the variable `{}`", decl.name);
            let span = self.span(expr);
            self.require_unsafe(span, &what);
        }
        self.value_ref(expr, ValueRef::Static(name));
        ty
    }

    /// A function as a value; `impl_args` are those of its `impl`, already known.
    pub(super) fn fn_value(
        &mut self,
        expr: ExprId,
        function: FnRef,
        impl_args: &[Ty],
        explicit: Option<&[GenericArg]>,
    ) -> Ty {
        let Some(decl) = self.signatures.fns.get(&function) else {
            // Only in a constant that the signatures are made of.
            return self.error_at(expr, |span| errors::not_constant(span, "a call"));
        };
        if let (FnRef::Lang(_), crate::FnKind::Extern { symbol }) = (function, &decl.kind)
            && cmodel::RETURN_TWICE.contains(&symbol.as_str())
        {
            let name = decl.name;
            return self.error_at(expr, |span| errors::returns_twice(span, name));
        }
        let n_own = decl.generics.len() - impl_args.len();
        let mut args = impl_args.to_vec();
        match explicit {
            None => args.extend(self.fresh_args(n_own)),
            Some(explicit) => {
                let n_unnamed = decl.n_unnamed();
                let n_named = n_own - n_unnamed;
                if explicit.len() != n_named {
                    let name = decl.path.clone();
                    return self.error_at(expr, |span| {
                        errors::wrong_generic_count(span, &name, n_named, explicit.len())
                    });
                }
                let own = &decl.generics[impl_args.len()..];
                args.extend(self.written_args(explicit, own, self.span(expr)));
                args.extend(self.fresh_args(n_unnamed));
            }
        }
        let args: Box<[Ty]> = args.into();
        self.ask_bounds(self.span(expr), function, &args);
        if decl.is_assoc_const {
            let ty = self.instantiate(decl.ret, &args);
            self.value_ref(expr, ValueRef::AssocConst(function, args));
            return ty;
        }
        self.value_ref(expr, ValueRef::Fn(function, args.clone()));
        Ty::new(TyKind::FnItem(function, args))
    }

    /// `Vec<i32>` or `id<u8>` by itself.
    pub(super) fn generic_value(&mut self, expr: ExprId, base: ExprId, args: &[GenericArg]) -> Ty {
        let entity = self.entity(base);
        if let Some(Entity::Item(def)) = entity
            && matches!(self.program().item(def).kind, ItemKind::Fn(_))
        {
            self.mark_namespace(base);
            return self.item_value(expr, def, Some(args));
        }
        match entity {
            Some(Entity::Error(reported)) => Ty::error(reported),
            Some(_) => self.error_at(expr, |span| errors::not_a_value(span, "a type")),
            None => {
                let ty = self.infer(base, Expect::Nothing);
                if is_error(ty) {
                    return ty;
                }
                self.error_at(expr, |span| {
                    errors::wrong_generic_count(span, "this value", 0, args.len())
                })
            }
        }
    }

    /// `Option`, another name for optionals, where nothing else is called so.
    pub(super) fn names_option(&self, path: ExprId) -> bool {
        matches!(self.body.exprs[path], Expr::Name(name) if name == "Option") && self.entity(path).is_none()
    }

    /// The type that a path names, with fresh arguments where none are written.
    pub(super) fn type_named(&mut self, expr: ExprId) -> Option<Ty> {
        let body = self.body;
        let (path, args) = match &body.exprs[expr] {
            Expr::Type(ty) => return Some(self.written_ty(*ty)),
            Expr::Name(name) => {
                let generics = &self.env.scope.generics;
                if let Some(index) = generics::position(generics, *name) {
                    let is_type = generics[index].const_ty.is_none();
                    return is_type.then(|| generics[index].param(index));
                }
                (expr, None)
            }
            Expr::Generic { base, args } => (*base, Some(args)),
            _ => (expr, None),
        };
        if self.names_option(path) {
            let inner = match args {
                None => self.table.fresh(),
                Some(args) if args.len() == 1 => {
                    self.written_args(args, &[Generic::ty(base::sym("T"))], self.span(expr))[0]
                }
                Some(args) => self.error_at(expr, |span| errors::wrong_generic_count(span, "Option", 1, args.len())),
            };
            return Some(inner.optional());
        }
        let def = match self.entity(path)? {
            Entity::Type(ty) if args.is_none() => return Some(ty),
            Entity::Item(def) => def,
            _ => return None,
        };
        let span = self.span(expr);
        let generics = match &self.program().item(def).kind {
            ItemKind::Struct(decl) => &decl.generics,
            ItemKind::Enum(decl) => &decl.generics,
            ItemKind::TypeAlias(alias) => &alias.generics,
            _ => return None,
        };
        let n_generics = generics.len();
        let args = match args {
            None => self.fresh_args(n_generics),
            Some(args) if args.len() == n_generics => {
                let generics: Vec<Generic> = Generic::all(generics).collect();
                self.written_args(args, &generics, span)
            }
            Some(args) => {
                let name = self.program().item(def).name;
                let diagnostic = errors::wrong_generic_count(span, name.as_str(), n_generics, args.len());
                return Some(self.error_ty(diagnostic));
            }
        };
        if matches!(self.program().item(def).kind, ItemKind::TypeAlias(_)) {
            let ty = self.alias_ty(def);
            return Some(self.instantiate(ty, &args));
        }
        Some(Ty::new(TyKind::Adt(AdtRef::Lang(def), args.into())))
    }

    /// What an alias stands for, with its own parameters in it.
    pub(super) fn alias_ty(&mut self, def: DefId) -> Ty {
        let ItemKind::TypeAlias(alias) = &self.program().item(def).kind else {
            unreachable!("the caller has looked at the kind")
        };
        let scope = type_refs::TypeScope {
            generics: Generic::all(&alias.generics).collect(),
            ..type_refs::TypeScope::of(def)
        };
        type_refs::lower(self, &scope, alias.ty)
    }

    /// `Point.new`, `i32.MAX`, `Color.Red`.
    fn type_member(&mut self, expr: ExprId, ty: Ty, name: Symbol, name_span: Span) -> Ty {
        if is_error(ty) {
            return ty;
        }
        if let TyKind::Adt(adt @ AdtRef::Lang(def), args) = ty.kind()
            && let Some(index) = self.signatures.adt(*adt).variant_named(name)
        {
            return self.variant_value(expr, ty, (*def, args), index);
        }
        if let TyKind::Adt(adt, _) = ty.kind() {
            let constant = self
                .signatures
                .adt(*adt)
                .constants
                .iter()
                .find(|(constant, _)| *constant == name);
            if let Some((_, value)) = constant {
                if let Some(error) = self.heed_enum_constant(name_span, *adt, name) {
                    return error;
                }
                self.c_constants.insert(expr);
                self.value_ref(expr, ValueRef::Const(ConstValue::Int(*value).into()));
                return ty;
            }
        }
        let head = TypeHead::of(ty);
        let own = |members: &FxHashMap<(TypeHead, Symbol), DefId>| members.get(&(head?, name)).copied();
        if let Some(def) = own(&self.signatures.methods.functions) {
            if !self.program().is_visible(def, self.env.scope.from) {
                return self.error_ty(errors::private(name_span, "function", name));
            }
            let impl_args = self.impl_args(def, ty, name_span);
            return self.fn_value(expr, FnRef::Lang(def), &impl_args, None);
        }
        if let Some(def) = own(&self.signatures.methods.consts) {
            if !self.program().is_visible(def, self.env.scope.from) {
                return self.error_ty(errors::private(name_span, "constant", name));
            }
            return self.item_value(expr, def, None);
        }
        match self.trait_function(ty, name, name_span) {
            Some(Ok(found)) => self.fn_value(expr, FnRef::Lang(found.function), &found.args, None),
            Some(Err(error)) => error,
            None => self.no_member(ty, name, name_span),
        }
    }

    /// `Area.area`: the function of a trait, for whatever type it is called with.
    /// `Area.area`, `Convert<i64>.convert`: `written` are the arguments, and the expression that has them.
    fn trait_member(
        &mut self,
        expr: ExprId,
        (of_trait, written): (DefId, Option<(&[GenericArg], ExprId)>),
        name: Symbol,
        name_span: Span,
    ) -> Ty {
        let decl = &self.signatures.traits[&of_trait];
        let function = decl.functions.iter().find(|(function, _)| *function == name);
        let Some((_, function)) = function else {
            let similar = hir::similar_name(name, decl.functions.iter().map(|(name, _)| *name));
            let of = format!("the trait `{}`", decl.name);
            return self.error_ty(errors::unknown_member(name_span, name, &of, similar));
        };
        let mut args = self.fresh_args(decl.generics.len());
        if let Some((written, path)) = written {
            let own = &decl.generics[1..];
            if written.len() != own.len() {
                let name = decl.name;
                return self.error_at(path, |span| {
                    errors::wrong_generic_count(span, name.as_str(), own.len(), written.len())
                });
            }
            args.truncate(1);
            args.extend(self.written_args(written, own, self.span(path)));
        }
        self.fn_value(expr, FnRef::Lang(*function), &args, None)
    }

    /// A variant by its name alone: a value, or of one with a tuple of fields the function that makes one.
    fn variant_value(&mut self, expr: ExprId, ty: Ty, (def, args): (DefId, &[Ty]), index: u32) -> Ty {
        let signatures = self.signatures;
        let variant = &signatures.adt(AdtRef::Lang(def)).variants[index as usize];
        match variant.shape {
            VariantShape::Unit => {
                self.value_ref(expr, ValueRef::Const(ConstValue::Variant(index, Vec::new()).into()));
                ty
            }
            VariantShape::Tuple => {
                let function = FnRef::Variant(def, index);
                self.value_ref(expr, ValueRef::Fn(function, args.into()));
                Ty::new(TyKind::FnItem(function, args.into()))
            }
            VariantShape::Struct => self.error_at(expr, |span| errors::variant_in_other_form(span, variant)),
        }
    }

    /// Fresh variables for the generics of the `impl` around a function, with `Self` made the type.
    /// What the generics of a member's `impl` are for a type, which it is named of at `span`. One of another type with
    /// the same head, `List<i32>` and not `List<str>`, is an error.
    pub(super) fn impl_args(&mut self, def: DefId, self_ty: Ty, span: Span) -> Vec<Ty> {
        let program = self.program();
        let parent = program.item(def).parent.map(|item| DefId {
            module: def.module,
            item,
        });
        let Some(parent) = parent else { return Vec::new() };
        let ItemKind::Impl(block) = &program.item(parent).kind else {
            return Vec::new();
        };
        let args = self.fresh_args(block.generics.len());
        if let Some(impl_ty) = self.signatures.impl_tys.get(&parent) {
            let impl_ty = self.instantiate(*impl_ty, &args);
            let is_of_it = self.table.unify(impl_ty, self_ty);
            let (wanted, given) = (self.table.resolve(impl_ty), self.table.resolve(self_ty));
            if !is_of_it && wanted.error_inside().is_none() && given.error_inside().is_none() {
                let (name, wanted, given) = (program.item(def).name, self.display(wanted), self.display(given));
                self.report(errors::member_of_other_arguments(span, name, &wanted, &given));
            }
        }
        args
    }

    pub(super) fn no_member(&mut self, ty: Ty, name: Symbol, span: Span) -> Ty {
        let text = self.display(ty);
        let names = self.member_names(ty);
        let foreign = base::member_of_other_languages(name.as_str()).map(base::sym);
        let similar = foreign
            .filter(|name| names.contains(name))
            .or_else(|| hir::similar_name(name, names));
        let diagnostic = match self.result_parts(ty) {
            Some((ok, _)) if self.member_names(ok).contains(&name) => {
                let diagnostic = errors::unknown_member(span, name, &format!("`{text}`"), None);
                errors::take_value_out(diagnostic, None)
            }
            _ if self.grows(ty, name) => errors::array_keeps_its_length(span, name, &text),
            _ => errors::unknown_member(span, name, &format!("`{text}`"), similar),
        };
        let diagnostic = match name.as_str() {
            "clone" => self.with_derive_of(diagnostic, ty, LangItem::Clone),
            _ => diagnostic,
        };
        self.error_ty(match self.macro_without_value(name) {
            Some(role) => diagnostic.note(format!("`{name}` is {role}")),
            None => diagnostic,
        })
    }

    /// Whether an array or slice is asked for what a `Vec` has.
    fn grows(&self, ty: Ty, name: Symbol) -> bool {
        let ty = self.behind_all_refs(ty);
        let vec = self.signatures.lang.get(LangItem::Vec);
        matches!(ty.kind(), TyKind::Array(..) | TyKind::Slice(_))
            && vec.is_some_and(|def| {
                let head = TypeHead::Adt(AdtRef::Lang(def));
                self.signatures.methods.functions.contains_key(&(head, name))
            })
    }

    /// Every field, method and constant of a type, for "did you mean".
    fn member_names(&self, ty: Ty) -> Vec<Symbol> {
        let ty = self.shallow(ty);
        let mut names = Vec::new();
        if let TyKind::Adt(adt, _) = ty.kind() {
            let decl = self.signatures.adt(*adt);
            if decl.kind != AdtKind::Enum {
                names.extend(decl.fields.iter().filter_map(|field| field.name));
            }
            names.extend(decl.variants.iter().map(|variant| variant.name));
            names.extend(decl.constants.iter().map(|(name, _)| *name));
        }
        let owner = match ty.kind() {
            TyKind::Array(element, _) => Ty::new(TyKind::Slice(*element)),
            _ => ty,
        };
        if let Some(head) = TypeHead::of(owner) {
            let functions = self
                .signatures
                .methods
                .functions
                .keys()
                .filter(|(owner, _)| *owner == head);
            names.extend(functions.map(|(_, name)| *name).collect::<Vec<_>>());
        }
        names.sort();
        names
    }

    /// `.Red` where an enum is expected.
    pub(super) fn dot_name(&mut self, expr: ExprId, name: Symbol, name_span: Span, expect: Expect) -> Ty {
        if let Some((ty, _)) = self.expected_variant(name, expect)
            && matches!(ty.kind(), TyKind::Adt(..))
        {
            return self.type_member(expr, ty, name, name_span);
        }
        let Some(ty) = expect.ty().map(|ty| self.shallow(ty)) else {
            return self.error_at(expr, errors::type_unknown);
        };
        match ty.kind() {
            TyKind::Error(_) => ty,
            TyKind::Infer(_) => self.error_at(expr, errors::type_unknown),
            TyKind::Adt(..) => self.type_member(expr, ty, name, name_span),
            TyKind::Optional(inner) if matches!(self.shallow(*inner).kind(), TyKind::Adt(..)) => {
                let inner = self.shallow(*inner);
                self.type_member(expr, inner, name, name_span)
            }
            _ => self.no_member(ty, name, name_span),
        }
    }

    /// A field of a value, through references and raw pointers.
    pub(super) fn value_field(&mut self, expr: ExprId, base: ExprId, ty: Ty, name: Symbol, name_span: Span) -> Ty {
        let mut ty = self.shallow(ty);
        let mut derefs = Vec::new();
        loop {
            if is_error(ty) {
                return ty;
            }
            let through = self.signatures.looks_through(ty);
            if !self.hides_field(ty, name)
                && let Some((path, field_ty)) = self.find_field(ty, name, name_span)
            {
                self.follow(base, &derefs, expr);
                if self.goes_through_union(ty, &path) && self.union_write != Some(expr) {
                    let span = self.span(expr);
                    self.require_unsafe(span, "reading a union's field");
                }
                if let TyKind::Adt(adt, _) = ty.kind()
                    && let Some(error) = self.heed_field(name_span, *adt, &path)
                {
                    return error;
                }
                self.typed.fields.insert(expr, path);
                return field_ty;
            }
            match ty.kind() {
                TyKind::Ref(_, target) | TyKind::Pointer(_, target) => {
                    derefs.push((ty, *target));
                    ty = self.shallow(*target);
                }
                _ if through.is_some() => {
                    let target = through.map_or(ty, |through| through.target);
                    derefs.push((ty, target));
                    ty = self.shallow(target);
                }
                _ => {
                    let outer = derefs.first().map_or(ty, |(first, _)| *first);
                    if matches!(outer.kind(), TyKind::Infer(_)) {
                        return self.error_at(base, errors::type_unknown);
                    }
                    return self.no_such_field(ty, name, name_span);
                }
            }
        }
    }

    /// Whether a field of this name is one of the type's own. One that may not be seen from here is not, where the type
    /// is used as what it holds.
    pub(super) fn owns_visible_field(&self, adt: AdtRef, name: Symbol) -> bool {
        let Some((path, _)) = self.find_adt_field(adt, name) else {
            return false;
        };
        let decl = self.signatures.adt(adt);
        let AdtRef::Lang(def) = adt else { return true };
        !self.signatures.lenders.contains_key(&adt) && !self.signatures.lang.is(def, LangItem::Box)
            || self.field_visible(def, decl.fields[path[0] as usize].visibility)
    }

    /// Whether the type has such a field that is no one's business here, and is used as what it holds.
    fn hides_field(&self, ty: Ty, name: Symbol) -> bool {
        match ty.kind() {
            TyKind::Adt(adt, _) => self.find_adt_field(*adt, name).is_some() && !self.owns_visible_field(*adt, name),
            _ => false,
        }
    }

    /// Whether a type, an array as the slice that it can be, has a method.
    fn has_method(&self, ty: Ty, name: Symbol) -> bool {
        let has =
            |ty: Ty| TypeHead::of(ty).is_some_and(|head| self.signatures.methods.functions.contains_key(&(head, name)));
        match ty.kind() {
            TyKind::Array(element, _) => has(Ty::new(TyKind::Slice(*element))),
            _ => has(ty),
        }
    }

    fn no_such_field(&mut self, ty: Ty, name: Symbol, span: Span) -> Ty {
        let foreign = base::member_of_other_languages(name.as_str()).map(base::sym);
        for method in [Some(name), foreign].into_iter().flatten() {
            if self.has_method(ty, method) {
                let text = self.display(ty);
                let diagnostic = errors::unknown_member(span, name, &format!("`{text}`"), None)
                    .note(format!("it has a method `{method}`"))
                    .hint_replace("call it", span, format!("{method}()"));
                return self.error_ty(diagnostic);
            }
        }
        if matches!(ty.kind(), TyKind::Optional(_)) {
            let text = self.display(ty);
            let diagnostic = errors::unknown_member(span, name, &format!("`{text}`"), None)
                .note("it may be `none`")
                .hint("bind what is inside first: `if let value = … { … }`");
            return self.error_ty(diagnostic);
        }
        self.no_member(ty, name, span)
    }

    /// Records the dereferences from an expression to the place that is used, asking for `unsafe` where one is raw.
    pub(super) fn follow(&mut self, base: ExprId, derefs: &[(Ty, Ty)], expr: ExprId) {
        for (from, target) in derefs {
            if matches!(from.kind(), TyKind::Pointer(..)) {
                let span = self.span(expr);
                self.require_unsafe(span, "reading through a raw pointer");
            }
            match self.signatures.looks_through(*from) {
                Some(through) => self.see_through(base, through),
                None => self.adjust(base, Adjust::Deref, *target),
            }
        }
    }

    /// Records that a place of a type that looks through is used as what it holds.
    pub(super) fn see_through(&mut self, expr: ExprId, through: Through) {
        for (step, ty) in through.steps() {
            self.adjust(expr, step, ty);
        }
    }

    /// What a value is used as in the end, behind references and in what lends or boxes it.
    pub(super) fn seen_as(&self, ty: Ty) -> Ty {
        let ty = self.shallow(ty);
        match (ty.kind(), self.signatures.looks_through(ty)) {
            (TyKind::Ref(_, target), _) => self.seen_as(*target),
            (_, Some(through)) => self.seen_as(through.target),
            (_, None) => ty,
        }
    }

    /// Records the way from a value to what [`Self::seen_as`] says that it is used as.
    pub(super) fn see_all_through(&mut self, expr: ExprId, ty: Ty) {
        let ty = self.shallow(ty);
        if let TyKind::Ref(_, target) = ty.kind() {
            self.adjust(expr, Adjust::Deref, *target);
            self.see_all_through(expr, *target);
        } else if let Some(through) = self.signatures.looks_through(ty) {
            self.see_through(expr, through);
            self.see_all_through(expr, through.target);
        }
    }

    /// Whether the field that `path` leads to is one of a union, or of a union without a name that is a member of `ty`.
    pub(super) fn goes_through_union(&self, ty: Ty, path: &[u32]) -> bool {
        let TyKind::Adt(adt, _) = ty.kind() else {
            return false;
        };
        self.is_union(*adt) || self.anonymous_members(*adt, path).any(|member| self.is_union(member))
    }

    pub(super) fn is_union(&self, adt: AdtRef) -> bool {
        self.signatures.adt(adt).kind == AdtKind::Record(hir::StructKind::ExternUnion)
    }

    /// The records, most without a name, that `path` goes through below `adt`.
    pub(super) fn anonymous_members(&self, adt: AdtRef, path: &[u32]) -> impl Iterator<Item = AdtRef> {
        let (_, outer) = path.split_last().expect("a path has a field");
        outer.iter().scan(adt, |adt, index| {
            let TyKind::Adt(member, _) = self.signatures.adt(*adt).fields[*index as usize].ty.kind() else {
                unreachable!("a member whose fields are reached directly is a record")
            };
            *adt = *member;
            Some(*member)
        })
    }

    /// The field of an aggregate: the way to it, through anonymous members, and its type.
    fn find_field(&mut self, ty: Ty, name: Symbol, span: Span) -> Option<(Vec<u32>, Ty)> {
        match ty.kind() {
            TyKind::Tuple(elements) => {
                let index: usize = name.as_str().parse().ok()?;
                elements.get(index).map(|element| (vec![index as u32], *element))
            }
            TyKind::Range { element, .. } => {
                let index = ["start", "end"].iter().position(|field| name == *field)?;
                Some((vec![index as u32], *element))
            }
            TyKind::Adt(adt, args) => {
                let (path, field_ty) = self.find_adt_field(*adt, name)?;
                let decl = self.signatures.adt(*adt);
                let field = &decl.fields[path[0] as usize];
                if let AdtRef::Lang(def) = adt
                    && !self.field_visible(*def, field.visibility)
                {
                    self.report(errors::private(span, "field", name));
                }
                Some((path, self.instantiate(field_ty, args)))
            }
            _ => None,
        }
    }

    /// A private field is seen where the struct's own module is.
    pub(super) fn field_visible(&self, owner: DefId, visibility: hir::Visibility) -> bool {
        if visibility == hir::Visibility::Public {
            return true;
        }
        let from = self.env.scope.from;
        let program = self.program();
        owner.module == from.module
            && program.inline_module_of(owner).is_none_or(|module| {
                let mut inner = program.inline_module_of(from);
                while let Some(item) = inner {
                    if item == module {
                        return true;
                    }
                    inner = program.inline_module_of(DefId {
                        module: from.module,
                        item,
                    });
                }
                false
            })
    }

    pub(super) fn find_adt_field(&self, adt: AdtRef, name: Symbol) -> Option<(Vec<u32>, Ty)> {
        let decl = self.signatures.adt(adt);
        if decl.kind == AdtKind::Enum {
            return None;
        }
        if let Some(index) = decl.fields.iter().position(|field| field.name == Some(name)) {
            return Some((vec![index as u32], decl.fields[index].ty));
        }
        for (index, field) in decl.fields.iter().enumerate() {
            if field.name.is_some() {
                continue;
            }
            let TyKind::Adt(inner, _) = field.ty.kind() else {
                continue;
            };
            if let Some((inner_path, ty)) = self.find_adt_field(*inner, name) {
                let mut path = vec![index as u32];
                path.extend(inner_path);
                return Some((path, ty));
            }
        }
        let (_, path) = decl.aliases.iter().find(|(alias, _)| *alias == name)?;
        Some((path.clone(), self.field_along(adt, path)?))
    }

    /// The type of the field that a path leads to.
    fn field_along(&self, adt: AdtRef, path: &[u32]) -> Option<Ty> {
        let (first, rest) = path.split_first()?;
        let ty = self.signatures.adt(adt).fields.get(*first as usize)?.ty;
        match (rest.is_empty(), ty.kind()) {
            (true, _) => Some(ty),
            (false, TyKind::Adt(inner, _)) => self.field_along(*inner, rest),
            (false, _) => None,
        }
    }
}
