//! Constants, statics and array lengths: checked and evaluated on demand, with cycles found.

use std::sync::Arc;

use base::FxHashMap;
use diag::Reported;
use hir::{ConstAssert, DefId, Expr, ExprId, FnBody, ItemKind, Static, TypeRefKind};

use super::Collector;
use crate::c_values::{CPosition, require_c_type};
use crate::consteval;
use crate::paths::{self, Entity, Step, Want};
use crate::type_refs::{self, TypeScope};
use crate::{
    AdtRef, BodyRef, Bounds, ConstDecl, ConstValue, FnRef, StaticDecl, StaticRef, Ty, TyKind, TypeHead, errors,
};

/// How far a constant is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    InProgress,
    Failed(Reported),
}

impl Collector<'_> {
    pub(super) fn constant(&mut self, def: DefId) {
        match &self.input.program.item(def).kind {
            ItemKind::Const(_) => {
                let _ = self.ensure_const(def);
            }
            ItemKind::Static(decl) => self.static_value(def, decl),
            ItemKind::ConstAssert(assertion) => self.const_assert(def, assertion),
            _ => {}
        }
    }

    /// The type and name of a static, which other statics and functions may mention.
    pub(super) fn static_decl(&mut self, def: DefId) {
        let item = self.input.program.item(def);
        let ItemKind::Static(decl) = &item.kind else { return };
        let scope = self.scope_of(def);
        let ty = type_refs::lower_value(self, &scope, decl.ty);
        if decl.is_export {
            let span = self.input.program.modules[def.module].hir.type_ref(decl.ty).span;
            require_c_type(self, ty, CPosition::Field, span);
            self.export_name(item.name, item.name_span);
        }
        let decl = StaticDecl {
            name: item.name,
            path: self.input.program.path_of(def),
            ty,
            is_var: decl.is_var,
            thread_local: decl.thread_local,
            value: None,
            is_export: decl.is_export,
            symbol: decl.is_export.then(|| item.name.to_string()),
            span: Some(item.name_span),
        };
        self.signatures.statics.insert(StaticRef::Lang(def), decl);
    }

    fn static_value(&mut self, def: DefId, decl: &Static) {
        let Some(body) = decl.body else { return };
        let scope = self.scope_of(def);
        let ty = self.signatures.statics[&StaticRef::Lang(def)].ty;
        let value = self.evaluate(
            BodyRef {
                module: def.module,
                body,
            },
            ty,
            &scope,
        );
        if let Some(decl) = self.signatures.statics.get_mut(&StaticRef::Lang(def)) {
            decl.value = Some(value.unwrap_or(ConstValue::Zero));
        }
    }

    fn const_assert(&mut self, def: DefId, assertion: &ConstAssert) {
        let scope = self.scope_of(def);
        let body = BodyRef {
            module: def.module,
            body: assertion.condition,
        };
        if let Ok(ConstValue::Int(0)) = self.evaluate(body, Ty::bool(), &scope) {
            self.report(errors::assertion_fails(assertion.span, assertion.message));
        }
    }

    /// Evaluates a constant unless it has been.
    pub(super) fn ensure_const(&mut self, def: DefId) -> Result<(), Reported> {
        if self.signatures.consts.contains_key(&def) {
            return match self.constants.get(&def) {
                Some(State::Failed(reported)) => Err(*reported),
                Some(State::InProgress) | None => Ok(()),
            };
        }
        let item = self.input.program.item(def);
        let ItemKind::Const(decl) = &item.kind else {
            return Ok(());
        };
        match self.constants.get(&def) {
            Some(State::InProgress) => {
                let reported = self.report(errors::constant_cycle(item.name_span, item.name.as_str()));
                self.fail_const(def, reported);
                return Err(reported);
            }
            Some(State::Failed(reported)) => return Err(*reported),
            None => {}
        }
        self.constants.insert(def, State::InProgress);
        let scope = self.scope_of(def);
        let ty = type_refs::lower_value(self, &scope, decl.ty);
        let value = if ty.has_param() {
            let span = self.input.program.modules[def.module].hir.type_ref(decl.ty).span;
            Err(self.report(errors::not_supported_yet(
                span,
                "a constant whose type depends on a generic parameter",
            )))
        } else {
            let body = BodyRef {
                module: def.module,
                body: decl.body,
            };
            let bounds = self.bounds_around(def);
            self.evaluate_within(bounds, body, ty, &scope)
        };
        if let Some(State::Failed(reported)) = self.constants.get(&def) {
            return Err(*reported);
        }
        match value {
            Ok(value) => {
                self.constants.remove(&def);
                self.signatures.consts.insert(
                    def,
                    ConstDecl {
                        ty,
                        value: Arc::new(value),
                    },
                );
                Ok(())
            }
            Err(reported) => {
                self.fail_const(def, reported);
                Err(reported)
            }
        }
    }

    /// The signature of a function that a constant mentions, before its turn: `[u8; size_of<T>()]` in a struct. One
    /// whose own signature needs that constant stays unknown.
    fn ensure_fn(&mut self, def: DefId) {
        let is_fn = matches!(self.input.program.item(def).kind, ItemKind::Fn(_));
        if is_fn && !self.signatures.fns.contains_key(&FnRef::Lang(def)) && self.early_fns.insert(def) {
            self.function(def);
            // What is wrong with them is reported in their turn.
            let _ = self.take_loans(def);
        }
    }

    /// What mentions a failed constant is quiet: its type is the error.
    fn fail_const(&mut self, def: DefId, reported: Reported) {
        self.constants.insert(def, State::Failed(reported));
        let decl = ConstDecl {
            ty: Ty::error(reported),
            value: Arc::new(ConstValue::Zero),
        };
        self.signatures.consts.insert(def, decl);
    }

    /// Checks a constant's body against a type and computes it, the constants that it mentions first.
    pub(super) fn evaluate(&mut self, body: BodyRef, ty: Ty, scope: &TypeScope) -> Result<ConstValue, Reported> {
        self.evaluate_within(Bounds::default(), body, ty, scope)
    }

    /// The same of one whose value is of a type with generic parameters, which promise this.
    pub(super) fn evaluate_within(
        &mut self,
        bounds: Bounds,
        body: BodyRef,
        ty: Ty,
        scope: &TypeScope,
    ) -> Result<ConstValue, Reported> {
        self.ensure_mentioned(body, ty, scope)?;
        let (input, signatures) = (self.input, &self.signatures);
        let scope = (scope, Arc::new(bounds));
        consteval::value_of(input, signatures, (body, ty), scope, &mut self.diagnostics)
    }

    /// Collects what a body mentions that is about to be evaluated, the bodies of the `const fn`s that it calls
    /// included: the constants, the signatures of functions, and the defaults of fields.
    pub(super) fn ensure_mentioned(&mut self, body: BodyRef, expected: Ty, scope: &TypeScope) -> Result<(), Reported> {
        let program = self.input.program;
        let hir_body = program.modules[body.module].hir.body(body.body);
        self.ensure_mentioned_types(hir_body, scope)?;
        for expr in hir_body.exprs.ids() {
            if let Some(def) = self.item_named(hir_body, expr, scope.from) {
                self.ensure_const(def)?;
                self.ensure_callable(def)?;
            }
            if let Expr::Field { name, .. } | Expr::DotName { name, .. } = &hir_body.exprs[expr] {
                for def in self.methods_named(*name) {
                    self.ensure_callable(def)?;
                }
            }
            if let Some(def) = self.struct_built(hir_body, expr, expected, scope) {
                self.field_defaults(def);
            }
        }
        Ok(())
    }

    /// Every method of the name, whatever the type: which one is called is found when the body is checked.
    fn methods_named(&mut self, name: base::Symbol) -> Vec<DefId> {
        let methods = self.methods_by_name.get_or_insert_with(|| {
            let mut by_name: FxHashMap<base::Symbol, Vec<DefId>> = FxHashMap::default();
            let mut all: Vec<_> = self.signatures.methods.functions.iter().collect();
            all.sort_by_key(|(_, def)| **def);
            for ((_, name), def) in all {
                by_name.entry(*name).or_default().push(*def);
            }
            by_name
        });
        methods.get(&name).cloned().unwrap_or_default()
    }

    /// A function that may be called by an evaluation, with all that its body mentions if it is a `const fn`.
    fn ensure_callable(&mut self, def: DefId) -> Result<(), Reported> {
        let ItemKind::Fn(function) = &self.input.program.item(def).kind else {
            return Ok(());
        };
        self.ensure_fn(def);
        let FnBody::Lang(body) = function.body else {
            return Ok(());
        };
        if !function.is_const || !self.mentions_known.insert(def) {
            return Ok(());
        }
        let scope = self.scope_of(def);
        let ret = self
            .signatures
            .fns
            .get(&FnRef::Lang(def))
            .map_or(Ty::unit(), |decl| decl.ret);
        let body = BodyRef {
            module: def.module,
            body,
        };
        self.ensure_mentioned(body, ret, &scope)
    }

    /// The struct of a literal, whose fields may have defaults: the one it names, or the one that is expected.
    fn struct_built(&self, body: &hir::Body, expr: ExprId, expected: Ty, scope: &TypeScope) -> Option<DefId> {
        let Expr::Struct { ty, .. } = &body.exprs[expr] else {
            return None;
        };
        let of_type = |ty: Ty| match ty.kind() {
            TyKind::Adt(AdtRef::Lang(def), _) => Some(*def),
            _ => None,
        };
        let Some(ty) = ty else { return of_type(expected) };
        let program = self.input.program;
        let TypeRefKind::Path(segments) = &program.modules[scope.from.module].hir.type_ref(*ty).kind else {
            return None;
        };
        if let (Some(ty), true) = (scope.self_ty, segments[0].name == "Self") {
            return of_type(ty);
        }
        match paths::resolve(program, &self.signatures.c, scope.from, segments, Want::Type)? {
            Entity::Item(def) => Some(def),
            Entity::Type(ty) => of_type(ty),
            _ => None,
        }
    }

    /// The item that an expression names, if it does.
    fn item_named(&self, body: &hir::Body, expr: ExprId, from: DefId) -> Option<DefId> {
        let entity = match &body.exprs[expr] {
            Expr::Name(name) => paths::lookup(self.input.program, from, *name)?,
            Expr::Field { base, name, .. } => {
                let base = self.entity_named(body, *base, from)?;
                match paths::step(self.input.program, &self.signatures.c, from, base, *name, Want::Value) {
                    Step::Found(entity) => entity,
                    Step::NotAModule => {
                        let head = match base {
                            Entity::Type(ty) => TypeHead::of(ty)?,
                            Entity::Item(def) => TypeHead::Adt(crate::AdtRef::Lang(def)),
                            _ => return None,
                        };
                        return self.signatures.methods.consts.get(&(head, *name)).copied();
                    }
                    Step::Private | Step::Missing => return None,
                }
            }
            _ => return None,
        };
        match entity {
            Entity::Item(def) => Some(def),
            Entity::Module(_)
            | Entity::InlineModule(_)
            | Entity::CModule(_)
            | Entity::CValue(..)
            | Entity::Type(_)
            | Entity::Builtin(_)
            | Entity::Error(_) => None,
        }
    }

    fn entity_named(&self, body: &hir::Body, expr: ExprId, from: DefId) -> Option<Entity> {
        match &body.exprs[expr] {
            Expr::Name(name) => paths::lookup(self.input.program, from, *name),
            Expr::Field { base, name, .. } => {
                let base = self.entity_named(body, *base, from)?;
                match paths::step(self.input.program, &self.signatures.c, from, base, *name, Want::Value) {
                    Step::Found(entity) => Some(entity),
                    Step::Private | Step::Missing | Step::NotAModule => None,
                }
            }
            _ => None,
        }
    }
}
